//! Codes that people read from paper and type: Crockford's base 32. No letter looks like a digit, and there is no U.

use zeroize::Zeroizing;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The first `length` characters of these bytes; what is too short is filled up with zeros.
pub fn encode(bytes: &[u8], length: usize) -> String {
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let value = |at: usize| (0..5).fold(0_usize, |value, place| value << 1 | usize::from(bit(at * 5 + place)));
    (0..length).filter_map(|at| ALPHABET.get(value(at))).map(|c| char::from(*c)).collect()
}

/// The bytes of a code of `length` characters. `None` when it is longer or shorter, when a character cannot be, or when
/// bits are set that belong to no whole byte.
pub fn decode(text: &str, length: usize) -> Option<Vec<u8>> {
    let values = values(text).filter(|values| values.len() == length)?;
    let mut bytes = vec![0_u8; length * 5 / 8];
    for (at, value) in values.iter().enumerate() {
        for place in 0..5 {
            let (bit, is_set) = (at * 5 + place, value >> (4 - place) & 1 == 1);
            match bytes.get_mut(bit / 8) {
                Some(byte) if is_set => *byte |= 1 << (7 - bit % 8),
                None if is_set => return None,
                Some(_) | None => {}
            }
        }
    }
    Some(bytes)
}

/// The code itself, out of what somebody typed: capitals, without blanks and dashes. `None` as in [`decode`].
pub fn plain(text: &str, length: usize) -> Option<String> {
    let values = values(text).filter(|values| values.len() == length)?;
    Some(values.iter().filter_map(|at| ALPHABET.get(usize::from(*at))).map(|c| char::from(*c)).collect())
}

/// What is typed may be a secret: nothing of it stays behind here.
fn values(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut values = Zeroizing::new(Vec::with_capacity(text.len()));
    for c in text.bytes().filter(|c| !matches!(c, b' ' | b'-' | b'\n' | b'\r')) {
        values.push(value(c)?);
    }
    Some(values)
}

/// Five bits of one character, as people type it: small letters, an O for a zero, an I or L for a one.
fn value(c: u8) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    ALPHABET.iter().position(|own| *own == c).and_then(|at| u8::try_from(at).ok())
}

/// Groups of four, with dashes, for the eye.
pub fn grouped(text: &str) -> String {
    let mut out = String::new();
    for (at, c) in text.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            out.push('-');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_back() {
        for bytes in [vec![], vec![0], vec![255; 37], (0..=255).collect::<Vec<u8>>()] {
            let length = (bytes.len() * 8).div_ceil(5);
            let text = encode(&bytes, length);
            assert_eq!(decode(&grouped(&text).to_lowercase(), length), Some(bytes), "{text}");
        }
        // The example of Crockford's page: 1 234 in five bits each is 16J.
        assert_eq!(encode(&[0, 0, 4, 210], 6), "00009M");
        assert_eq!(decode("00009N", 6), None, "bits that belong to no byte");
    }
}
