//! What people send, in memory for as long as it is needed and not longer: a ballot with its code, a part of a key. Whoever
//! reads a body reads it into bytes that are overwritten when they are let go of.

use zeroize::Zeroizing;

/// Bytes that are overwritten when they are let go of.
pub type Wiped = Zeroizing<Vec<u8>>;

/// Adds to bytes. They move to a larger place by our own hand: growing by itself would leave what was there behind.
pub fn append(bytes: &mut Wiped, chunk: &[u8]) {
    let needed = bytes.len().saturating_add(chunk.len());
    if needed > bytes.capacity() {
        let mut larger: Wiped = Zeroizing::new(Vec::with_capacity(needed.max(bytes.capacity().saturating_mul(2))));
        larger.extend_from_slice(bytes);
        *bytes = larger;
    }
    bytes.extend_from_slice(chunk);
}

#[cfg(test)]
mod tests {
    use super::*;

    // finding 12
    #[test]
    fn what_is_added_in_pieces_is_whole_and_never_grows_in_place() {
        let mut bytes = Wiped::default();
        let all: Vec<u8> = (0..=255).cycle().take(5_000).collect();
        for piece in all.chunks(97) {
            let room = bytes.capacity() - bytes.len();
            let place = bytes.as_ptr();
            append(&mut bytes, piece);
            assert!(piece.len() <= room || bytes.as_ptr() != place, "it has another place");
        }
        assert_eq!(*bytes, all);
    }
}
