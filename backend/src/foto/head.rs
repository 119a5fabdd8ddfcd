//! What a file says of its picture before anything is decoded, and which parts of it a decoder needs to see.
//!
//! A decoder is handed those parts alone. What describes, colours, turns or follows a picture is thrown away with the
//! rest of the file (SECURITY-RULES U-1) before any decoder has to keep, unpack or search it: a profile of a few
//! kilobytes in a PNG unpacks to hundreds of megabytes, and blocks of text in a JPEG can be made to be sorted over and
//! over.

use image::metadata::Orientation;
use std::ops::Range;

/// The most parts that a decoder is handed: a photo has a handful.
const MOST_PARTS: usize = 64;

/// The kinds of files that are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Jpeg,
    Png,
    WebP,
}

/// What a file says of its picture.
#[derive(Debug)]
pub(super) struct Head {
    pub format: Format,
    pub width: u32,
    pub height: u32,
    /// Bytes of a pixel when it is decoded, at most.
    pub depth: u64,
    /// Bytes that the decoder holds besides, at most.
    pub beside: u64,
    /// How to turn the picture upright.
    pub orientation: Orientation,
    parts: Parts,
}

impl Head {
    /// Reads the head of a file; none when it is no photo that is taken.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let head = match bytes {
            [0xFF, 0xD8, 0xFF, ..] => jpeg(bytes),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => png(bytes),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp(bytes),
            _ => None,
        };
        head.filter(|head| head.width > 0 && head.height > 0)
    }

    /// Leaves only what the decoder needs of the file that this is the head of.
    pub fn strip(&self, bytes: &mut Vec<u8>) {
        let mut kept = 0;
        for part in &self.parts.0 {
            bytes.copy_within(part.clone(), kept);
            kept += part.len();
        }
        bytes.truncate(kept);
    }
}

/// Parts of a file, in its order.
#[derive(Debug, Default)]
struct Parts(Vec<Range<usize>>);

impl Parts {
    /// Adds the next one, if there are not too many.
    fn keep(&mut self, part: Range<usize>) -> Option<()> {
        if let Some(last) = self.0.last_mut()
            && last.end == part.start
        {
            last.end = part.end;
            return Some(());
        }
        if self.0.len() == MOST_PARTS {
            return None;
        }
        self.0.push(part);
        Some(())
    }
}

/// So many bytes from a place on, if they are there.
fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk::<N>().copied()
}

/// How a camera says that it was held.
fn upright(exif: &[u8]) -> Option<Orientation> {
    Orientation::from_exif_chunk(exif.strip_prefix(b"Exif\0\0").unwrap_or(exif))
}

fn jpeg(bytes: &[u8]) -> Option<Head> {
    let mut parts = Parts::default();
    parts.keep(0..2)?;
    let mut orientation = Orientation::NoTransforms;
    let mut frame: Option<Frame> = None;
    let mut at = 2;
    loop {
        let (marker, segment) = next_segment(bytes, at)?;
        let data = bytes.get(segment.start + 4..segment.end)?;
        at = segment.end;
        match marker {
            0xC0..=0xC2 if frame.is_none() => {
                frame = Some(Frame::read(data, marker == 0xC2)?);
                parts.keep(segment)?;
            }
            // Tables, restarts, and what the colours mean.
            0xC4 | 0xDB | 0xDD | 0xE0 | 0xEE => parts.keep(segment)?,
            0xDA => {
                let frame = frame?;
                parts.keep(segment.start..bytes.len())?;
                // Besides: its own copy of the file, and what it keeps of blocks that stand between scans.
                let beside = frame.coefficients(*data.first()?) + 2 * file_size(bytes);
                return Some(Head {
                    format: Format::Jpeg,
                    width: frame.width,
                    height: frame.height,
                    depth: 3,
                    beside,
                    orientation,
                    parts,
                });
            }
            0xE1 => orientation = upright(data).unwrap_or(orientation),
            // Kinds of JPEG that nobody makes photos in, a second frame, or an end without a picture.
            0xC0..=0xCF | 0xD9 => return None,
            _ => {}
        }
    }
}

/// The next marker of a JPEG, and its segment: from the byte before the marker to the end of its data.
fn next_segment(bytes: &[u8], from: usize) -> Option<(u8, Range<usize>)> {
    let mut at = from;
    loop {
        let fill = at + bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        let marker = fill + bytes.get(fill..)?.iter().position(|byte| *byte != 0xFF)?;
        match *bytes.get(marker)? {
            // No marker: a byte of something else.
            0 => at = marker + 1,
            kind => {
                let length = usize::from(u16::from_be_bytes(array(bytes, marker + 1)?));
                let end = marker + 1 + length;
                return (length >= 2 && end <= bytes.len()).then_some((kind, marker - 1..end));
            }
        }
    }
}

/// What a JPEG says of its picture.
#[derive(Debug)]
struct Frame {
    width: u32,
    height: u32,
    is_progressive: bool,
    components: u8,
    /// Blocks of 64 numbers, over all components.
    blocks: u64,
}

impl Frame {
    fn read(data: &[u8], is_progressive: bool) -> Option<Self> {
        let [_bits, h1, h0, w1, w0, components] = array::<6>(data, 0)?;
        let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
        // A unit holds so many blocks of each component, and is as large as the largest of them.
        let (mut across, mut down, mut in_unit) = (1_u64, 1_u64, 0_u64);
        for component in data.get(6..)?.chunks(3) {
            let [_name, sampling, _table] = array::<3>(component, 0)?;
            let (horizontal, vertical) = (u64::from(sampling >> 4), u64::from(sampling & 0x0F));
            (across, down) = (across.max(horizontal), down.max(vertical));
            in_unit += horizontal * vertical;
        }
        let units = u64::from(width).div_ceil(8 * across) * u64::from(height).div_ceil(8 * down);
        let (width, height) = (u32::from(width), u32::from(height));
        Some(Self { width, height, is_progressive, components, blocks: units * in_unit })
    }

    /// Bytes of the numbers that the decoder must hold for the whole picture: two each, when it comes in more than one
    /// scan.
    const fn coefficients(&self, in_first_scan: u8) -> u64 {
        if self.is_progressive || in_first_scan != self.components { self.blocks * 64 * 2 } else { 0 }
    }
}

fn png(bytes: &[u8]) -> Option<Head> {
    let mut parts = Parts::default();
    parts.keep(0..8)?;
    let mut orientation = Orientation::NoTransforms;
    let mut shape: Option<(u32, u32, u64)> = None;
    let mut at = 8;
    loop {
        let [l3, l2, l1, l0, kind @ ..] = array::<8>(bytes, at)?;
        let length = usize::try_from(u32::from_be_bytes([l3, l2, l1, l0])).ok()?;
        let chunk = at..at.checked_add(12)?.checked_add(length)?;
        let data = bytes.get(chunk.clone())?.get(8..8 + length)?;
        at = chunk.end;
        // Not `tRNS`: whether pixels can be seen through is lost in a JPEG all the same.
        if matches!(&kind, b"IHDR" | b"PLTE" | b"IDAT" | b"IEND") {
            parts.keep(chunk)?;
        }
        match &kind {
            b"IHDR" if shape.is_none() => shape = Some(png_shape(data)?),
            b"IHDR" => return None,
            b"eXIf" => orientation = upright(data).unwrap_or(orientation),
            b"IEND" => {
                let (width, height, depth) = shape?;
                // It decodes row after row.
                return Some(Head { format: Format::Png, width, height, depth, beside: 0, orientation, parts });
            }
            _ => {}
        }
    }
}

/// Width, height, and bytes of a pixel: fewer than 8 bits are spread over a byte, a palette becomes its colours.
fn png_shape(data: &[u8]) -> Option<(u32, u32, u64)> {
    let [w3, w2, w1, w0, h3, h2, h1, h0, bits, colours, ..] = array::<13>(data, 0)?;
    let channels = match colours {
        0 => 1,
        2 | 3 => 3,
        4 => 2,
        6 => 4,
        _ => return None,
    };
    let depth = if bits == 16 { 2 * channels } else { channels };
    Some((u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]), depth))
}

/// Only what is coded as a photo (`VP8 `), without what makes pixels see through.
///
/// Not what is coded without loss (`VP8L`), here or in a layer to see through: its tables can be made to take thousands
/// of times what they take in the file, whatever the size of the picture, and their size is not in the head. A file of
/// 170 kB with one pixel took 900 MiB. Nor what moves.
fn webp(bytes: &[u8]) -> Option<Head> {
    let mut parts = Parts::default();
    parts.keep(0..12)?;
    let mut orientation = Orientation::NoTransforms;
    let mut size: Option<(u16, u16)> = None;
    let mut at = 12;
    while let Some([k0, k1, k2, k3, length @ ..]) = array::<8>(bytes, at) {
        let length = usize::try_from(u32::from_le_bytes(length)).ok()?;
        let (start, end) = (at + 8, (at + 8).checked_add(length)?);
        let next = end.checked_add(length % 2)?;
        match &[k0, k1, k2, k3] {
            b"VP8 " if size.is_none() => {
                size = Some(vp8_size(bytes, start)?);
                parts.keep(at..next.min(bytes.len()))?;
            }
            b"VP8L" | b"ANIM" | b"ANMF" => return None,
            b"EXIF" => orientation = bytes.get(start..end).and_then(upright).unwrap_or(orientation),
            _ => {}
        }
        at = next;
    }
    let (width, height) = size?;
    // Besides: brightness of every pixel and colours of every fourth, what was decided of each block of 16 by 16, and
    // two copies of the file.
    let padded = u64::from(width).next_multiple_of(16) * u64::from(height).next_multiple_of(16);
    let beside = 2 * padded + 2 * file_size(bytes);
    let (width, height) = (u32::from(width), u32::from(height));
    Some(Head { format: Format::WebP, width, height, depth: 3, beside, orientation, parts })
}

/// Width and height of a whole picture; the two bits above each say how it could be scaled.
fn vp8_size(bytes: &[u8], start: usize) -> Option<(u16, u16)> {
    let [tag, _, _, 0x9D, 0x01, 0x2A, w0, w1, h0, h1] = array::<10>(bytes, start)? else { return None };
    let is_whole = tag & 1 == 0;
    is_whole.then(|| (u16::from_le_bytes([w0, w1]) & 0x3FFF, u16::from_le_bytes([h0, h1]) & 0x3FFF))
}

fn file_size(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// Files that are made up to where their picture would begin.
#[cfg(test)]
pub(super) mod made {
    /// A small photo as WebP: 20 by 12, of one green.
    pub const WEBP: &[u8; 64] =
        b"RIFF\x38\0\0\0WEBPVP8 \x2c\0\0\0\xd0\x02\0\x9d\x01\x2a\x14\0\x0c\0\x3f\x71\xa0\xc7\x59\x34\
        \xab\xa8\x23\xb0\x08\x02\x90\x2e\x09\x40\x16\x9d\x05\xa4\x80\0\xfe\x6f\x1c\x5c\x27\x2d\x5d\x6e\x67\xf8\0\0";
    /// What a camera writes that was held a quarter to the left.
    pub const QUARTER: &[u8] = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";

    pub fn jpeg(kind: u8, (width, height): (u16, u16), samplings: &[u8], in_first_scan: u8) -> Vec<u8> {
        let ([w1, w0], [h1, h0]) = (width.to_be_bytes(), height.to_be_bytes());
        let mut frame = vec![8, h1, h0, w1, w0, u8::try_from(samplings.len()).unwrap()];
        for (name, sampling) in (1..).zip(samplings) {
            frame.extend_from_slice(&[name, *sampling, 0]);
        }
        let mut scan = vec![in_first_scan];
        for name in 1..=in_first_scan {
            scan.extend_from_slice(&[name, 0]);
        }
        scan.extend_from_slice(&[0, 63, 0]);
        [b"\xff\xd8".to_vec(), segment(kind, &frame), segment(0xDA, &scan), b"\xff\xd9".to_vec()].concat()
    }

    pub fn segment(kind: u8, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
        [[0xFF, kind].as_slice(), &length, data].concat()
    }

    pub fn png(width: u32, height: u32, bits: u8, colours: u8) -> Vec<u8> {
        let rest = [bits, colours, 0, 0, 0];
        let shape = [width.to_be_bytes().as_slice(), &height.to_be_bytes(), &rest].concat();
        [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &shape), chunk(b"IEND", b"")].concat()
    }

    pub fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        let sum = crc32(&[kind.as_slice(), data].concat()).to_be_bytes();
        [length.as_slice(), kind, data, &sum].concat()
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
        })
    }

    pub fn webp(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
        for (kind, data) in chunks {
            file.extend_from_slice(*kind);
            file.extend_from_slice(&u32::try_from(data.len()).unwrap().to_le_bytes());
            file.extend_from_slice(data);
            file.resize(file.len() + data.len() % 2, 0);
        }
        file
    }

    pub fn vp8(width: u16, height: u16) -> Vec<u8> {
        let mark = b"\xd0\x02\0\x9d\x01\x2a";
        webp(&[(b"VP8 ", &[mark.as_slice(), &width.to_le_bytes(), &height.to_le_bytes()].concat())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(file: &[u8]) -> Option<(Format, u32, u32, u64)> {
        Head::read(file).map(|head| (head.format, head.width, head.height, head.depth))
    }

    fn stripped(file: &[u8]) -> Vec<u8> {
        let mut bytes = file.to_vec();
        Head::read(file).unwrap().strip(&mut bytes);
        bytes
    }

    #[test]
    fn a_head_says_how_large_the_picture_is() {
        for (file, expected) in [
            (made::jpeg(0xC0, (40, 30), &[0x11], 1), (Format::Jpeg, 40, 30, 3)),
            (made::jpeg(0xC2, (65_535, 1), &[0x22, 0x11, 0x11], 3), (Format::Jpeg, 65_535, 1, 3)),
            (made::png(7_900, 5_000, 16, 2), (Format::Png, 7_900, 5_000, 6)),
            (made::png(3, 2, 1, 0), (Format::Png, 3, 2, 1)),
            (made::png(3, 2, 4, 3), (Format::Png, 3, 2, 3)),
            (made::png(3, 2, 8, 4), (Format::Png, 3, 2, 2)),
            (made::png(3, 2, 16, 6), (Format::Png, 3, 2, 8)),
            (made::vp8(300, 200), (Format::WebP, 300, 200, 3)),
            // The upper two bits ask to be scaled.
            (made::vp8(0xC000 | 300, 0x4000 | 200), (Format::WebP, 300, 200, 3)),
        ] {
            assert_eq!(shape(&file), Some(expected));
        }
    }

    #[test]
    fn what_is_no_head_of_a_photo_is_none() {
        let jpeg = made::jpeg(0xC0, (40, 30), &[0x11], 1);
        let png = made::png(4, 4, 8, 2);
        let twice = [&png[..33], &png[8..]].concat();
        for (what, file) in [
            ("nothing", Vec::new()),
            ("a JPEG that breaks off in its head", jpeg[..12].to_vec()),
            ("a JPEG without a scan", jpeg[..15].to_vec()),
            ("a JPEG of no width", made::jpeg(0xC0, (0, 30), &[0x11], 1)),
            ("a JPEG without loss", made::jpeg(0xC3, (40, 30), &[0x11], 1)),
            ("a JPEG with arithmetic", made::jpeg(0xC9, (40, 30), &[0x11], 1)),
            ("a PNG that breaks off", png[..40].to_vec()),
            ("a PNG with two heads", twice),
            ("a PNG of no height", made::png(4, 0, 8, 2)),
            ("a PNG in colours that there are not", made::png(4, 4, 8, 5)),
            ("a WebP without a picture", made::webp(&[(b"VP8X", &[0; 10])])),
            ("a WebP that moves", made::webp(&[(b"VP8X", &[2; 10]), (b"ANIM", &[0; 6])])),
            ("a WebP between two others", made::webp(&[(b"VP8 ", b"\xd1\x02\0\x9d\x01\x2a\x14\0\x0c\0")])),
        ] {
            assert_eq!(shape(&file), None, "{what}");
        }
    }

    // finding 7, X-10: what such a file takes to decode is not in its head, and can be thousands of times the file.
    #[test]
    fn webp_without_loss_is_not_taken() {
        let one_pixel = b"\x2f\0\0\0\0\0\0\0";
        assert_eq!(shape(&made::webp(&[(b"VP8L", one_pixel)])), None);
        assert_eq!(shape(&made::webp(&[(b"VP8X", &[0; 10]), (b"VP8L", one_pixel)])), None);
    }

    // finding 7: a decoder holds two bytes for each number of a picture that comes in more than one scan.
    #[test]
    fn what_a_decoder_holds_besides_is_counted() {
        let besides = |file: &[u8]| Head::read(file).unwrap().beside - 2 * file_size(file);
        let (sharp, colour): (&[u8], &[u8]) = (&[0x11, 0x11, 0x11], &[0x22, 0x11, 0x11]);
        for (kind, samplings, in_first_scan, expected) in [
            (0xC0, sharp, 3, 0),
            (0xC1, colour, 3, 0),
            // 4 blocks of 8 by 8 for each component.
            (0xC2, sharp, 3, 3 * 4 * 128),
            // 4 for brightness, one for each colour.
            (0xC2, colour, 3, 6 * 128),
            // One after the other.
            (0xC0, colour, 1, 6 * 128),
        ] {
            let file = made::jpeg(kind, (16, 15), samplings, in_first_scan);
            assert_eq!(besides(&file), expected, "{kind:x} {samplings:x?} {in_first_scan}");
        }
        assert_eq!(besides(&made::vp8(17, 16)), 2 * 32 * 16);
        assert_eq!(Head::read(&made::png(4, 4, 16, 6)).unwrap().beside, 0);
    }

    // U-1, finding 7
    #[test]
    fn a_decoder_sees_only_what_it_needs() {
        let jpeg = made::jpeg(0xC0, (40, 30), &[0x11], 1);
        let camera = made::segment(0xE1, &[b"Exif\0\0".as_slice(), made::QUARTER].concat());
        let more = made::segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0 and so on");
        let file = [&jpeg[..2], &camera, b"\xff", &more, b"junk", &made::segment(0xFE, b"words"), &jpeg[2..]].concat();
        assert_eq!(stripped(&file), jpeg);
        assert_eq!(Head::read(&file).unwrap().orientation, Orientation::Rotate90);

        let png = made::png(4, 4, 8, 2);
        let (profile, camera) = (made::chunk(b"iCCP", b"a\0\0 packed"), made::chunk(b"eXIf", made::QUARTER));
        let file =
            [&png[..33], &profile, &made::chunk(b"tEXt", b"a\0b"), &camera, &png[33..], b"after the end"].concat();
        assert_eq!(stripped(&file), png);
        assert_eq!(Head::read(&file).unwrap().orientation, Orientation::Rotate90);

        let photo = &made::WEBP[20..];
        let file = made::webp(&[
            (b"VP8X", &[0x18, 0, 0, 0, 19, 0, 0, 11, 0, 0]),
            (b"ALPH", b"odd"),
            (b"VP8 ", photo),
            (b"EXIF", made::QUARTER),
        ]);
        assert_eq!(stripped(&file)[12..], made::WEBP[12..]);
        assert_eq!(Head::read(&file).unwrap().orientation, Orientation::Rotate90);
    }

    #[test]
    fn nobody_makes_a_head_of_a_thousand_parts() {
        let jpeg = made::jpeg(0xC0, (40, 30), &[0x11], 1);
        let tables = [made::segment(0xDB, b""), made::segment(0xFE, b"")].concat();
        let with = |times: usize| [&jpeg[..2], &tables.repeat(times), &jpeg[2..]].concat();
        assert!(Head::read(&with(60)).is_some());
        assert!(Head::read(&with(1_000)).is_none());
    }
}
