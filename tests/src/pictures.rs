//! Photos to send: good ones, and files that only seem so.

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, RgbImage};
use std::io::Cursor;

fn drawing(width: u32, height: u32) -> DynamicImage {
    let shade = |at: u32| u8::try_from(at % 256).unwrap_or_default();
    RgbImage::from_fn(width, height, |x, y| image::Rgb([shade(x * 7), shade(y * 5), shade(x + y)])).into()
}

/// A photo in a format.
///
/// # Panics
/// Never: the formats that are asked for can be written.
#[must_use]
pub fn photo(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    drawing(width, height).write_to(&mut out, format).expect("the format can be written");
    out.into_inner()
}

/// A small photo as WebP, with loss, as cameras and websites make them: 20 by 12.
#[must_use]
pub fn webp() -> Vec<u8> {
    const PHOTO: &[u8] =
        b"RIFF\x38\0\0\0WEBPVP8 \x2c\0\0\0\xd0\x02\0\x9d\x01\x2a\x14\0\x0c\0\x3f\x71\xa0\xc7\x59\x34\xab\xa8\
        \x23\xb0\x08\x02\x90\x2e\x09\x40\x16\x9d\x05\xa4\x80\0\xfe\x6f\x1c\x5c\x27\x2d\x5d\x6e\x67\xf8\0\0";
    PHOTO.to_vec()
}

/// A small JPEG; another one for each number.
#[must_use]
pub fn jpeg(number: u32) -> Vec<u8> {
    photo(ImageFormat::Jpeg, 16 + number, 12)
}

/// Whether a photo is filled with grey at this many quarters of its width, halfway down.
///
/// # Panics
/// When it is no photo.
#[must_use]
pub fn is_filled(photo: &[u8], quarters: u32) -> bool {
    let picture = image::load_from_memory(photo).expect("a photo").into_rgb8();
    let pixel = picture.get_pixel(picture.width() * quarters / 4, picture.height() / 2);
    pixel.0.iter().all(|part| (88..=148).contains(part))
}

/// A JPEG with an EXIF block: to be turned a quarter, taken at a place, with a maker's name; and with a tail.
///
/// # Panics
/// Never: the block is small.
#[must_use]
pub fn jpeg_with_location(width: u32, height: u32) -> Vec<u8> {
    let mut plain = Vec::new();
    drawing(width, height).write_with_encoder(JpegEncoder::new(&mut plain)).expect("a JPEG can be written");
    // Big-endian TIFF, one directory with two entries: orientation 6 and a pointer to GPS data.
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02".to_vec();
    exif.extend_from_slice(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    exif.extend_from_slice(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26");
    exif.extend_from_slice(b"\0\0\0\0");
    exif.extend_from_slice(b"\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0GPSLatitude 51.98943");
    let length = u16::try_from(exif.len() + 2).expect("a small block").to_be_bytes();
    let (start, rest) = plain.split_at(2);
    [start, b"\xff\xe1", &length, &exif, rest, b"<script>achteraan</script>"].concat()
}

/// A PNG that says it is this large, and is not.
#[must_use]
pub fn png_that_claims(width: u32, height: u32) -> Vec<u8> {
    png_that_claims_bits(width, height, 8)
}

/// The same, with so many bits for each colour.
///
/// # Panics
/// Never: a PNG starts with its head.
#[must_use]
pub fn png_that_claims_bits(width: u32, height: u32, bits: u8) -> Vec<u8> {
    let small = photo(ImageFormat::Png, 1, 1);
    let (mark, rest) = small.split_at(8);
    let (head, tail) = rest.split_at(25);
    let mut named = head.get(4..17).expect("a head of 13 bytes").to_vec();
    named.splice(4..8, width.to_be_bytes());
    named.splice(8..12, height.to_be_bytes());
    named.splice(12..13, [bits]);
    let sum = crc32(&[&named, head.get(17..21).expect("its last bytes")].concat()).to_be_bytes();
    [mark, &13_u32.to_be_bytes(), &named, head.get(17..21).expect("its last bytes"), &sum, tail].concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}
