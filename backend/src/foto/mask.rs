//! Filling parts of a picture, so that nobody in it can be recognised.

use crate::error::Error;
use contract::ingreep::Vlak;
use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, Rgb, RgbImage};

const QUALITY: u8 = 82;
/// What a part is filled with: neither black nor white, so that it shows on both.
const FILLING: Rgb<u8> = Rgb([118, 118, 118]);

/// The same picture, a JPEG of ours, with these parts filled. It is drawn anew: nothing of what was there is left in it.
///
/// # Errors
/// When it is no picture of ours.
pub fn fill(bytes: &[u8], areas: &[Vlak]) -> Result<Vec<u8>, Error> {
    let odd = |error: image::ImageError| Error::Internal(format!("photo: {error}"));
    let mut picture = image::load_from_memory_with_format(bytes, ImageFormat::Jpeg).map_err(odd)?.into_rgb8();
    for area in areas {
        cover(&mut picture, *area);
    }
    let mut out = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY)).map_err(odd)?;
    Ok(out)
}

/// Fills a rectangle; a part of a pixel counts as all of it.
fn cover(picture: &mut RgbImage, area: Vlak) {
    let (width, height) = picture.dimensions();
    let from = |side: u32, part: u32| (side * part.min(100)) / 100;
    let to = |side: u32, part: u32| (side * part.min(100)).div_ceil(100);
    for y in from(height, area.boven)..to(height, area.boven.saturating_add(area.hoogte)) {
        for x in from(width, area.links)..to(width, area.links.saturating_add(area.breedte)) {
            picture.put_pixel(x, y, FILLING);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// White but for a dark face in the middle.
    fn portrait() -> Vec<u8> {
        let is_face = |x: u32, y: u32| (40..60).contains(&x) && (20..50).contains(&y);
        let colour = |x, y| if is_face(x, y) { Rgb([60, 20, 10]) } else { Rgb([255, 255, 255]) };
        let picture = RgbImage::from_fn(100, 80, colour);
        let mut out = Vec::new();
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut out, 95)).unwrap();
        out
    }

    #[test]
    fn what_is_filled_is_gone_and_the_rest_is_there() {
        let area = Vlak { links: 40, boven: 25, breedte: 20, hoogte: 38 };
        let filled = fill(&portrait(), &[area]).unwrap();
        let seen = image::load_from_memory(&filled).unwrap().into_rgb8();
        assert_eq!(seen.dimensions(), (100, 80));
        let grey = |x, y| seen.get_pixel(x, y).0.iter().all(|part| (88..=148).contains(part));
        assert!((42..58).all(|x| (22..48).all(|y| grey(x, y))), "the face is filled");
        assert!(seen.get_pixel(5, 5).0.iter().all(|part| *part > 230), "the rest stays");
    }

    #[test]
    fn a_rectangle_that_reaches_beyond_the_picture_ends_at_its_edge() {
        let area = Vlak { links: 90, boven: 0, breedte: u32::MAX, hoogte: 200 };
        let seen = image::load_from_memory(&fill(&portrait(), &[area]).unwrap()).unwrap().into_rgb8();
        assert!(seen.get_pixel(99, 79).0.iter().all(|part| (88..=148).contains(part)));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert!(fill(b"geen foto", &[]).is_err());
    }
}
