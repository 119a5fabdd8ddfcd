//! The memory that photos take while they come in, over all connections (SECURITY-RULES R-6).

use crate::error::Error;
use contract::foto::{MAX_FOTO_BYTES, MAX_FOTOS};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of photos in memory at once, over all connections: four forms with as many photos as they hold.
const MAX_UPLOADS: usize = 4 * MAX_FOTOS * MAX_FOTO_BYTES;

/// The memory that photos take while they come in and until they are stored, over all connections. Counted as they come:
/// who announces much and sends little keeps nobody out.
#[derive(Debug)]
pub struct Uploads {
    left: Arc<AtomicUsize>,
}

impl Default for Uploads {
    fn default() -> Self {
        Self { left: Arc::new(AtomicUsize::new(MAX_UPLOADS)) }
    }
}

impl Uploads {
    /// Room for the photos of one request, none taken yet.
    #[must_use]
    pub fn room(&self) -> Room {
        Room { left: Arc::clone(&self.left), taken: 0 }
    }
}

/// What the photos of one request take; given back when it is dropped.
#[derive(Debug)]
pub struct Room {
    left: Arc<AtomicUsize>,
    taken: usize,
}

impl Room {
    /// Takes room for so many bytes more.
    ///
    /// # Errors
    /// [`Error::Busy`] when others have it.
    pub fn take(&mut self, bytes: usize) -> Result<(), Error> {
        let taken = self.left.try_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(bytes));
        taken.map_err(|_left| Error::Busy)?;
        self.taken += bytes;
        Ok(())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.left.fetch_add(self.taken, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // finding 6
    #[test]
    fn photos_of_all_connections_share_the_room() {
        let uploads = Uploads::default();
        let (mut one, mut other) = (uploads.room(), uploads.room());
        one.take(MAX_UPLOADS - 10).expect("there is room");
        other.take(10).expect("there is room");
        assert!(matches!(other.take(1), Err(Error::Busy)));
        drop(one);
        other.take(1).expect("there is room again");
        drop(other);
        uploads.room().take(MAX_UPLOADS).expect("all of it was given back");
    }
}
