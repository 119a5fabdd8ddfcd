//! A photo from anywhere becomes a plain JPEG: small, upright, without location or anything else that was in the file.
//!
//! In two steps: a picture is weighed by its head, and who has room for what it weighs has it made. What is made holds
//! no more than was weighed: buffers are dropped as soon as the next one is there, and a picture is shrunk some rows at
//! a time.

use crate::error::Error;
use crate::foto::head::{Format, Head};
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageError, RgbImage};
use std::io::Cursor;

/// Largest number of pixels that is decoded.
const MAX_PIXELS: u64 = 40_000_000;
/// Largest side that is decoded.
const MAX_SIDE: u32 = 12_000;
/// Largest side that is kept.
const KEPT_SIDE: u32 = 2_048;
/// A mebibyte, in bytes.
pub(super) const MIB: u64 = 1_024 * 1_024;
/// The most that one picture may weigh. A photo of 40 megapixels as phones make them (8 bits, in one scan) weighs 168
/// MiB at most, and every kind of photo of up to 16 megapixels less than this. What is larger and weighs more is rare,
/// and dear: a progressive JPEG of 40 megapixels would take 265 to 380 MiB, a PNG of 16 bits a colour 270.
const MOST: u64 = 176 * MIB;
/// What is held beside the buffers that are weighed: rows on their way, what decoders keep for a row of blocks, what is
/// made.
const ASIDE: u64 = 16 * MIB;
/// Rows that are shrunk at a time.
const BAND: u32 = 32;
/// Bytes of a pixel that is kept.
const RGB: u64 = 3;
/// Bytes of a pixel while it is being shrunk: four colours as floating-point numbers.
const FLOATS: u64 = 16;
const QUALITY: u8 = 82;
/// Sides of the small copy for lists: three times what a ballot shows.
const SMALL: [u32; 2] = [288, 216];
const SMALL_QUALITY: u8 = 70;

/// A clean photo.
#[derive(Debug)]
pub struct Picture {
    /// JPEG.
    pub bytes: Vec<u8>,
    /// A small JPEG of the middle of it, for lists.
    pub small: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// A file of which is known what it takes to make a clean photo of it.
#[derive(Debug)]
pub struct Weighed {
    bytes: Vec<u8>,
    head: Head,
    weight: u64,
}

impl Weighed {
    /// The most bytes that are held at once while it is made, besides the file itself.
    #[must_use]
    pub const fn weight(&self) -> u64 {
        self.weight
    }
}

/// Reads the head of a file, and nothing else, and says what it takes to make a clean photo of it.
///
/// # Errors
/// [`Error::Unsupported`] when it is no JPEG, PNG or WebP as photos are; [`Error::TooLarge`] when it has too many
/// pixels, or takes too much for them.
pub fn weigh(bytes: Vec<u8>) -> Result<Weighed, Error> {
    let head = Head::read(&bytes).ok_or(Error::Unsupported)?;
    let pixels = u64::from(head.width) * u64::from(head.height);
    if pixels > MAX_PIXELS || head.width.max(head.height) > MAX_SIDE {
        return Err(Error::TooLarge);
    }
    let weight = weight_of(&head);
    if weight > MOST { Err(Error::TooLarge) } else { Ok(Weighed { bytes, head, weight }) }
}

/// The most that is held at once: of each step, what it comes from and what it makes.
fn weight_of(head: &Head) -> u64 {
    let (kept_width, kept_height) = kept(head.width, head.height);
    let [width, height, kept_width, kept_height] = [head.width, head.height, kept_width, kept_height].map(u64::from);
    let decoded = width * height * head.depth;
    let narrow = kept_width * height * RGB;
    let decoding = decoded + head.beside;
    let narrowing = decoded + narrow;
    // Turning it upright and making it a JPEG take less than this.
    let lowering = narrow + kept_width * kept_height * (FLOATS + RGB);
    decoding.max(narrowing).max(lowering) + ASIDE
}

/// Decodes, turns upright, shrinks and re-encodes.
///
/// # Errors
/// [`Error::Unsupported`] when the picture is not what its head says.
pub fn clean(weighed: Weighed) -> Result<Picture, Error> {
    let Weighed { mut bytes, head, .. } = weighed;
    head.strip(&mut bytes);
    let mut picture = DynamicImage::ImageRgb8(shrink(decode(bytes, &head)?)?);
    picture.apply_orientation(head.orientation);
    let small = jpeg(&middle(&picture), SMALL_QUALITY)?;
    let whole = picture.into_rgb8();
    Ok(Picture { width: whole.width(), height: whole.height(), bytes: jpeg(&whole, QUALITY)?, small })
}

fn decode(bytes: Vec<u8>, head: &Head) -> Result<DynamicImage, Error> {
    let file = Cursor::new(bytes);
    match head.format {
        Format::Jpeg => pixels(JpegDecoder::new(file), head),
        Format::Png => pixels(PngDecoder::new(file), head),
        Format::WebP => pixels(WebPDecoder::new(file), head),
    }
}

fn pixels(decoder: Result<impl ImageDecoder, ImageError>, head: &Head) -> Result<DynamicImage, Error> {
    let decoder = decoder.map_err(|error| refuse(&error))?;
    // What the decoder makes of the head is what was weighed.
    let weighed = u64::from(head.width) * u64::from(head.height) * head.depth;
    if decoder.dimensions() != (head.width, head.height) || decoder.total_bytes() > weighed {
        return Err(Error::Unsupported);
    }
    DynamicImage::from_decoder(decoder).map_err(|error| refuse(&error))
}

/// Width and height that are kept of a picture.
fn kept(width: u32, height: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= KEPT_SIDE {
        return (width, height);
    }
    let part = |side: u32| ((side * KEPT_SIDE + longest / 2) / longest).max(1);
    (part(width), part(height))
}

/// Makes a picture as small as is kept: first narrow, some rows at a time, so that only those are there in
/// floating-point numbers; then, when the large one is gone, low.
fn shrink(picture: DynamicImage) -> Result<RgbImage, Error> {
    let (width, height) = (picture.width(), picture.height());
    let (kept_width, kept_height) = kept(width, height);
    if (width, height) == (kept_width, kept_height) {
        return Ok(picture.into_rgb8());
    }
    let size = usize::try_from(u64::from(kept_width) * u64::from(height) * RGB);
    let mut rows = Vec::with_capacity(size.unwrap_or_default());
    let mut top = 0;
    while top < height {
        let some = BAND.min(height - top);
        let band = picture.crop_imm(0, top, width, some).resize_exact(kept_width, some, FilterType::Triangle);
        rows.extend_from_slice(band.into_rgb8().as_raw());
        top += some;
    }
    drop(picture);
    let narrow = RgbImage::from_raw(kept_width, height, rows);
    let narrow = narrow.ok_or_else(|| Error::Internal("rows are missing in a picture".into()))?;
    Ok(DynamicImage::ImageRgb8(narrow).resize_exact(kept_width, kept_height, FilterType::Triangle).into_rgb8())
}

/// A small copy of the middle. It is cut before it is made smaller or larger: a picture of one row is otherwise blown
/// up to the height of the copy first, and then some hundred thousand pixels wide.
fn middle(picture: &DynamicImage) -> RgbImage {
    let (width, height) = (picture.width(), picture.height());
    let [small_width, small_height] = SMALL;
    let cut_width = width.min((height * small_width / small_height).max(1));
    let cut_height = height.min((width * small_height / small_width).max(1));
    let cut = picture.crop_imm((width - cut_width) / 2, (height - cut_height) / 2, cut_width, cut_height);
    cut.resize_exact(small_width, small_height, FilterType::Triangle).into_rgb8()
}

fn jpeg(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut out, quality);
    picture.write_with_encoder(encoder).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(out)
}

fn refuse(error: &ImageError) -> Error {
    match error {
        ImageError::Limits(_) => Error::TooLarge,
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => Error::Unsupported,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foto::head::made;
    use image::ImageFormat;

    fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        picture.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        file(&DynamicImage::new_rgba8(width, height), ImageFormat::Png)
    }

    fn made_of(bytes: Vec<u8>) -> Result<Picture, Error> {
        weigh(bytes).and_then(clean)
    }

    #[test]
    fn what_is_no_photo_is_refused() {
        for bytes in [
            &b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..],
            b"GIF89a\x01\x00\x01\x00",
            b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
            b"%PDF-1.7",
            b"",
            &png(10, 10)[..40],
        ] {
            assert!(matches!(made_of(bytes.to_vec()), Err(Error::Unsupported)), "{bytes:?}");
        }
    }

    // U-1, finding 7
    #[test]
    fn a_bomb_is_refused_by_its_head() {
        let colour = &[0x22, 0x11, 0x11];
        for (what, file) in [
            ("50 megapixels", made::png(10_000, 5_000, 8, 2)),
            ("a side of 12 001", made::png(12_001, 1, 8, 2)),
            ("more than can be counted", made::png(u32::MAX, u32::MAX, 16, 6)),
            ("16 bits a colour", made::png(7_900, 5_000, 16, 2)),
            ("see-through", made::png(8_000, 5_000, 8, 6)),
            ("progressive", made::jpeg(0xC2, (8_000, 5_000), colour, 3)),
            ("a scan for each colour", made::jpeg(0xC0, (8_000, 5_000), colour, 1)),
            ("WebP", made::vp8(8_000, 5_000)),
        ] {
            assert!(matches!(weigh(file), Err(Error::TooLarge)), "{what}");
        }
    }

    // U-1
    #[test]
    fn photos_of_phones_are_taken() {
        let (colour, sharp) = (&[0x22, 0x11, 0x11], &[0x11, 0x11, 0x11]);
        for (what, file, most) in [
            ("40 megapixels", made::jpeg(0xC0, (7_300, 5_475), sharp, 3), 168),
            ("a square of them", made::jpeg(0xC0, (6_324, 6_324), colour, 3), 168),
            ("12 megapixels", made::jpeg(0xC0, (4_032, 3_024), colour, 3), 91),
            ("12 megapixels, progressive", made::jpeg(0xC2, (4_032, 3_024), colour, 3), 91),
            ("16 megapixels, progressive, sharp", made::jpeg(0xC2, (4_618, 3_464), sharp, 3), 154),
            ("16 megapixels, 16 bits and see-through", made::png(4_618, 3_464, 16, 6), 159),
            ("16 megapixels, WebP", made::vp8(4_618, 3_464), 94),
            ("of a screen", made::png(2_560, 1_440, 8, 6), 68),
        ] {
            let weight = weigh(file).unwrap().weight();
            assert!(weight <= most * MIB, "{what}: {} MiB", weight / MIB);
        }
    }

    // cut first, or a row of pixels becomes 300 MB on its way to a small copy.
    #[test]
    fn a_large_photo_is_made_small() {
        for (from, expected) in
            [((4_096, 1_024), (2_048, 512)), ((12_000, 1), (2_048, 1)), ((1, 5_000), (1, 2_048)), ((30, 20), (30, 20))]
        {
            let picture = made_of(png(from.0, from.1)).unwrap();
            assert_eq!((picture.width, picture.height), expected);
            assert!(picture.bytes.starts_with(&[0xff, 0xd8]));
            let small = image::load_from_memory(&picture.small).unwrap();
            assert_eq!((small.width(), small.height()), (288, 216), "a small copy of its middle");
        }
    }

    #[test]
    fn every_kind_of_pixel_becomes_a_colour() {
        let (width, height) = (2_100, 40);
        for picture in [
            DynamicImage::new_luma8(width, height),
            DynamicImage::new_luma16(width, height),
            DynamicImage::new_luma_a8(width, height),
            DynamicImage::new_luma_a16(width, height),
            DynamicImage::new_rgb8(width, height),
            DynamicImage::new_rgb16(width, height),
            DynamicImage::new_rgba16(width, height),
        ] {
            let kept = made_of(file(&picture, ImageFormat::Png)).unwrap();
            assert_eq!((kept.width, kept.height), (2_048, 39), "{:?}", picture.color());
        }
        let kept = made_of(made::WEBP.to_vec()).unwrap();
        let seen = image::load_from_memory(&kept.bytes).unwrap().into_rgb8();
        let [red, green, blue] = seen.get_pixel(10, 6).0;
        assert_eq!((kept.width, kept.height), (20, 12));
        assert!(green > red && green > blue, "a green photo: {red} {green} {blue}");
    }

    // In bands, but as if at once: no seams.
    #[test]
    fn shrinking_in_bands_shows_nowhere() {
        let shade = |at: u32| u8::try_from(at % 256).unwrap();
        let pattern = RgbImage::from_fn(3_000, 301, |x, y| image::Rgb([shade(x * 7), shade(y * 11), shade(x / 3 + y)]));
        let picture = DynamicImage::ImageRgb8(pattern);
        let at_once = picture.resize_exact(2_048, 205, FilterType::Triangle).into_rgb8();
        let in_bands = shrink(picture).unwrap();
        assert_eq!(in_bands.dimensions(), (2_048, 205));
        let apart = at_once.iter().zip(in_bands.iter()).map(|(one, other)| one.abs_diff(*other)).max();
        assert!(apart <= Some(1), "{apart:?}");
    }

    #[test]
    fn what_was_hidden_in_the_file_is_gone() {
        let mut out = Vec::new();
        RgbImage::new(8, 4).write_with_encoder(JpegEncoder::new(&mut out)).unwrap();
        // An EXIF block that says "turn a quarter" and carries a text that stands for GPS.
        let hidden = [b"Exif\0\0".as_slice(), made::QUARTER, b"GPSLatitude 51.98"].concat();
        let block = made::segment(0xE1, &hidden);
        let photo = [&out[..2], &block, &out[2..], b"<script>appended</script>"].concat();
        let picture = made_of(photo).unwrap();
        assert_eq!((picture.width, picture.height), (4, 8), "turned upright");
        let text = String::from_utf8_lossy(&picture.bytes);
        assert!(!text.contains("GPS") && !text.contains("Exif") && !text.contains("script"));
    }
}
