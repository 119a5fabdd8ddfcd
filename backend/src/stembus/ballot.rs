//! A ballot as bytes: one way to write it, and always the same length, so that an envelope says nothing by its size.
//!
//! A version, the number of choices, then for each its place among the frozen projects and its points, then zeros.

use contract::stembiljet::StembiljetRegels;
use natellen::Choice;

const VERSION: u8 = 1;
/// Before the choices: version and number.
const HEAD: usize = 3;
/// Place and points.
const CHOICE: usize = 4;

/// How many bytes every ballot of a round has.
pub fn size(regels: StembiljetRegels, projecten: usize) -> usize {
    HEAD + CHOICE * regels.most_choices(projecten)
}

/// Writes a ballot in so many bytes; `None` when it has more choices than fit.
pub fn encode(choices: &[Choice], size: usize) -> Option<Vec<u8>> {
    let number = u16::try_from(choices.len()).ok()?;
    let mut bytes = Vec::with_capacity(size);
    bytes.push(VERSION);
    bytes.extend(number.to_be_bytes());
    for (place, points) in choices {
        bytes.extend(place.to_be_bytes());
        bytes.extend(points.to_be_bytes());
    }
    if bytes.len() > size {
        return None;
    }
    bytes.resize(size, 0);
    Some(bytes)
}

/// Reads a ballot; `None` for bytes that [`encode`] does not write.
pub fn decode(bytes: &[u8]) -> Option<Vec<Choice>> {
    let (head, rest) = bytes.split_first_chunk::<HEAD>()?;
    let [VERSION, high, low] = *head else { return None };
    let number = usize::from(u16::from_be_bytes([high, low]));
    let (choices, filling) = rest.split_at_checked(number.checked_mul(CHOICE)?)?;
    if filling.iter().any(|byte| *byte != 0) {
        return None;
    }
    let (choices, []) = choices.as_chunks::<CHOICE>() else { return None };
    let read = |[a, b, c, d]: &[u8; CHOICE]| (u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]));
    Some(choices.iter().map(read).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ballot_of_a_round_has_one_length_and_reads_back() {
        let regels = StembiljetRegels::Goedkeuring { minstens: 1, hoogstens: 5 };
        let size = size(regels, 100);
        assert_eq!(size, 23);
        for choices in [vec![], vec![(7, 1)], vec![(0, 1), (99, 1), (65_535, 65_535), (3, 2), (4, 1)]] {
            let bytes = encode(&choices, size).unwrap();
            assert_eq!(bytes.len(), size);
            assert_eq!(decode(&bytes), Some(choices));
        }
        assert_eq!(encode(&[(0, 1); 6], size), None, "more than fit");
    }

    #[test]
    fn what_was_not_written_so_is_no_ballot() {
        for bytes in [&[][..], &[1], &[1, 0], &[2, 0, 0], &[1, 0, 1, 0, 0, 0], &[1, 0, 0, 0, 0, 0, 9], &[1, 255, 255]] {
            assert_eq!(decode(bytes), None, "{bytes:?}");
        }
    }
}
