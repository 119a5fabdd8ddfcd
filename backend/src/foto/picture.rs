//! A photo from anywhere becomes a plain JPEG: small, upright, without location or anything else that was in the file.

use crate::error::Error;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Largest number of pixels that is decoded.
const MAX_PIXELS: u64 = 40_000_000;
/// Largest side that is decoded.
const MAX_SIDE: u32 = 12_000;
/// Largest side that is kept.
const KEPT_SIDE: u32 = 2_048;
/// Most memory for decoding.
const MAX_ALLOC: u64 = 256 * 1024 * 1024;
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

/// Decodes, turns upright, shrinks and re-encodes.
///
/// # Errors
/// [`Error::Unsupported`] when it is no JPEG, PNG or WebP; [`Error::TooLarge`] when it has too many pixels.
pub fn clean(bytes: &[u8]) -> Result<Picture, Error> {
    let Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) = image::guess_format(bytes) else {
        return Err(Error::Unsupported);
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refuse(&error))?;
    // The head is read, the pixels are not: this is the moment to refuse.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || width.max(height) > MAX_SIDE {
        return Err(Error::TooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| refuse(&error))?;
    if picture.width().max(picture.height()) > KEPT_SIDE {
        picture = picture.resize(KEPT_SIDE, KEPT_SIDE, image::imageops::FilterType::Triangle);
    }
    picture.apply_orientation(orientation);
    let [width, height] = SMALL;
    let small = picture.resize_to_fill(width, height, image::imageops::FilterType::Triangle).to_rgb8();
    let flat = picture.into_rgb8();
    let (bytes, small) = (jpeg(&flat, QUALITY)?, jpeg(&small, SMALL_QUALITY)?);
    Ok(Picture { width: flat.width(), height: flat.height(), bytes, small })
}

fn jpeg(picture: &image::RgbImage, quality: u8) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut out, quality);
    picture.write_with_encoder(encoder).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(out)
}

fn refuse(error: &image::ImageError) -> Error {
    match error {
        image::ImageError::Limits(_) => Error::TooLarge,
        image::ImageError::Decoding(_)
        | image::ImageError::Encoding(_)
        | image::ImageError::Parameter(_)
        | image::ImageError::Unsupported(_)
        | image::ImageError::IoError(_) => Error::Unsupported,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        DynamicImage::new_rgba8(width, height).write_to(&mut out, ImageFormat::Png).unwrap();
        out.into_inner()
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
            assert!(matches!(clean(bytes), Err(Error::Unsupported)), "{bytes:?}");
        }
    }

    #[test]
    fn a_bomb_is_refused_by_its_head() {
        // A PNG of 50 megapixels, cut off after its head: nothing was decoded to say no.
        let mut head = png(1, 1)[..33].to_vec();
        head[16..20].copy_from_slice(&10_000_u32.to_be_bytes());
        head[20..24].copy_from_slice(&5_000_u32.to_be_bytes());
        let sum = crc32(&head[12..29]);
        head[29..33].copy_from_slice(&sum.to_be_bytes());
        head.extend_from_slice(&png(1, 1)[33..]);
        assert!(matches!(clean(&head), Err(Error::TooLarge)));
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
        })
    }

    #[test]
    fn a_large_photo_is_made_small() {
        let picture = clean(&png(4_096, 1_024)).unwrap();
        assert_eq!((picture.width, picture.height), (2_048, 512));
        assert!(picture.bytes.starts_with(&[0xff, 0xd8]));
        let small = image::load_from_memory(&picture.small).unwrap();
        assert_eq!((small.width(), small.height()), (288, 216), "a small copy of its middle");
    }

    #[test]
    fn what_was_hidden_in_the_file_is_gone() {
        let mut out = Vec::new();
        image::RgbImage::new(8, 4).write_with_encoder(JpegEncoder::new(&mut out)).unwrap();
        // An EXIF block that says "turn a quarter" and carries a text that stands for GPS.
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"GPSLatitude 51.98");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let mut photo = vec![0xff, 0xd8, 0xff, 0xe1];
        photo.extend_from_slice(&length);
        photo.extend_from_slice(&exif);
        photo.extend_from_slice(&out[2..]);
        photo.extend_from_slice(b"<script>appended</script>");
        let picture = clean(&photo).unwrap();
        assert_eq!((picture.width, picture.height), (4, 8), "turned upright");
        let text = String::from_utf8_lossy(&picture.bytes);
        assert!(!text.contains("GPS") && !text.contains("Exif") && !text.contains("script"));
    }
}
