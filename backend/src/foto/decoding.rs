//! Memory for decoding: one budget for the whole process. A picture is weighed first and waits until there is room for
//! what it weighs (SECURITY-RULES U-1, X-10).

use crate::error::Error;
use crate::foto::picture::{self, MIB, Picture};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// MiB for all pictures that are being decoded, together: two photos of 12 megapixels, or one of the largest. The
/// program itself and [`ROOM`] come on top of it, and what the allocator keeps for a while of what was dropped. All of it
/// has to stay under 400 MiB: with ten hostile pictures it does, with a crowd not yet (docs/metingen.md).
const BUDGET: u16 = 192;
/// MiB for the files of who waits, and of who is being served.
const ROOM: u16 = 64;
/// What the smallest file counts for, so that no more than 32 wait.
const LEAST_ROOM: u32 = 2;

/// Who decodes, and who waits for it.
#[derive(Debug)]
pub struct Decoding {
    room: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    books: Arc<Books>,
}

impl Default for Decoding {
    fn default() -> Self {
        Self {
            room: Arc::new(Semaphore::new(ROOM.into())),
            memory: Arc::new(Semaphore::new(BUDGET.into())),
            books: Arc::default(),
        }
    }
}

/// A place for one file, among those that wait.
#[derive(Debug)]
pub struct Place {
    _room: OwnedSemaphorePermit,
}

impl Decoding {
    /// All that pictures may weigh together, in bytes.
    #[must_use]
    pub fn budget() -> u64 {
        u64::from(BUDGET) * MIB
    }

    /// Takes a place for a file of so many bytes.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many wait.
    pub fn place(&self, size: usize) -> Result<Place, Error> {
        let room = mebibytes(u64::try_from(size).unwrap_or(u64::MAX)).clamp(LEAST_ROOM, ROOM.into());
        let room = Arc::clone(&self.room).try_acquire_many_owned(room).map_err(|_full| Error::Busy)?;
        Ok(Place { _room: room })
    }

    /// Makes a clean photo of a file, on a thread of its own, when it is its turn.
    ///
    /// # Errors
    /// [`Error::Unsupported`] or [`Error::TooLarge`] when it is no photo, or too much of one.
    pub async fn clean(&self, place: Place, bytes: Vec<u8>) -> Result<Picture, Error> {
        let weighed = picture::weigh(bytes)?;
        let budget = u32::from(BUDGET);
        // At least half: two at once are as many as there are processors for.
        let memory = mebibytes(weighed.weight()).clamp(budget / 2, budget);
        let memory = Arc::clone(&self.memory).acquire_many_owned(memory).await.map_err(|_closed| Error::Busy)?;
        let entry = Entry::new(&self.books, weighed.weight());
        let work = move || {
            let picture = picture::clean(weighed);
            // Not before, also when nobody waits for the picture any more: the thread goes on.
            drop((entry, memory, place));
            picture
        };
        tokio::task::spawn_blocking(work).await.map_err(|panicked| Error::Internal(panicked.to_string()))?
    }

    /// The most that pictures weighed together so far, in bytes.
    #[must_use]
    pub fn most_in_use(&self) -> u64 {
        self.books.most.load(Ordering::SeqCst)
    }
}

fn mebibytes(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(MIB)).unwrap_or(u32::MAX)
}

/// What is decoded now, in bytes, and what that was at most.
#[derive(Debug, Default)]
struct Books {
    now: AtomicU64,
    most: AtomicU64,
}

/// One picture in the books, for as long as it is decoded.
#[derive(Debug)]
struct Entry {
    books: Arc<Books>,
    weight: u64,
}

impl Entry {
    fn new(books: &Arc<Books>, weight: u64) -> Self {
        let now = books.now.fetch_add(weight, Ordering::SeqCst) + weight;
        books.most.fetch_max(now, Ordering::SeqCst);
        Self { books: Arc::clone(books), weight }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.books.now.fetch_sub(self.weight, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, ImageFormat};
    use std::io::Cursor;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut out, ImageFormat::Png).unwrap();
        out.into_inner()
    }

    // X-10, finding 7, P0-3
    #[tokio::test(flavor = "multi_thread")]
    async fn ten_at_once_never_take_more_than_there_is() {
        let decoding = Arc::new(Decoding::default());
        // Two of the heavy ones are a little more than there is.
        let (heavy, light) = (png(5_000, 4_000), png(300, 200));
        assert!(picture::weigh(heavy.clone()).unwrap().weight() > Decoding::budget() / 2);
        let mut all = Vec::new();
        for number in 0..10 {
            let bytes = if number % 3 == 0 { heavy.clone() } else { light.clone() };
            let decoding = Arc::clone(&decoding);
            all.push(tokio::spawn(async move {
                let place = decoding.place(bytes.len())?;
                decoding.clean(place, bytes).await.map(|picture| picture.width)
            }));
        }
        let mut widths = Vec::new();
        for one in all {
            widths.push(one.await.unwrap().unwrap());
        }
        widths.sort_unstable();
        assert_eq!(widths, [[300; 6].as_slice(), &[2_048; 4]].concat(), "all come to their end");
        let most = decoding.most_in_use();
        assert!(most > 0 && most <= Decoding::budget(), "{} MiB", most / MIB);
        assert_eq!(decoding.books.now.load(Ordering::SeqCst), 0, "and give back what they took");
        assert!(decoding.place(64 * 1_024 * 1_024).is_ok());
    }

    // one that cannot be decoded gives back what it took, as one that can.
    #[tokio::test]
    async fn what_fails_leaves_nothing_behind() {
        let decoding = Decoding::default();
        let whole = png(300, 200);
        // The picture breaks off: its last piece of 12 bytes is there, the one before is cut short.
        let broken = [&whole[..41], &crate::foto::head::made::png(1, 1, 8, 2)[33..]].concat();
        for bytes in [b"GIF89a".to_vec(), broken, crate::foto::head::made::png(9_000, 3_000, 8, 2)] {
            let place = decoding.place(bytes.len()).unwrap();
            assert!(matches!(decoding.clean(place, bytes).await, Err(Error::Unsupported)));
        }
        assert_eq!(decoding.books.now.load(Ordering::SeqCst), 0);
        assert!(decoding.place(64 * 1_024 * 1_024).is_ok());
    }

    #[test]
    fn so_many_wait_and_no_more() {
        for (size, expected) in [(10 * 1_024 * 1_024, 6), (5_000_000, 12), (1, 32), (0, 32)] {
            let decoding = Decoding::default();
            let places: Vec<Place> = std::iter::from_fn(|| decoding.place(size).ok()).collect();
            assert_eq!(places.len(), expected, "of {size} bytes");
            assert!(matches!(decoding.place(size), Err(Error::Busy)));
            drop(places);
            assert!(decoding.place(size).is_ok());
        }
    }
}
