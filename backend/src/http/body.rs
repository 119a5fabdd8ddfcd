//! The body of every request, while it comes in (SECURITY-RULES R-6, D-9). `guard::outer` watches every one of them, so
//! who reads a body cannot read too much of it, nor wait too long.

use crate::error::Error;
use crate::http::limits::Limits;
use crate::http::uploads::Room;
use crate::http::wiped::{self, Wiped};
use actix_web::HttpMessage as _;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt as _};
use std::cell::RefCell;
use std::io::ErrorKind;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep, timeout};

/// What is the matter with a body that ended before its end.
#[must_use]
pub fn failed(error: &PayloadError) -> Error {
    if matches!(error, PayloadError::Overflow) {
        return Error::TooLarge;
    }
    if matches!(error, PayloadError::Io(error) if error.kind() == ErrorKind::TimedOut) {
        return Error::TooSlow;
    }
    Error::Unreadable(error.to_string())
}

/// The body of a request while it comes in, seen from outside of who reads it. Too many bytes end it, and so does too
/// much time: [`failed`] says what the reader gets.
pub struct Watched(Option<Rc<RefCell<Arriving>>>);

impl std::fmt::Debug for Watched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Watched").field(&self.0.is_some()).finish()
    }
}

impl Watched {
    /// Watches the body of this request from here on.
    #[must_use]
    pub fn new(request: &mut ServiceRequest, limits: Limits) -> Self {
        let (watched, payload) = Self::over(request.take_payload(), limits);
        request.set_payload(payload);
        watched
    }

    /// A body with somebody watching it.
    fn over(payload: Payload, limits: Limits) -> (Self, Payload) {
        if matches!(payload, Payload::None) {
            return (Self(None), payload);
        }
        let arriving = Rc::new(RefCell::new(Arriving {
            payload,
            limits,
            deadline: Box::pin(sleep(limits.arrival)),
            since: None,
            waited: Duration::ZERO,
            is_over: false,
            is_whole: false,
        }));
        let payload: Pin<Box<dyn Stream<Item = Chunk>>> = Box::pin(Reader(Rc::clone(&arriving)));
        (Self(Some(arriving)), Payload::Stream { payload })
    }

    /// Does this, unless it takes longer than it may. Who sends a body slowly does not take of this time.
    pub async fn in_time<T>(&self, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
        let started = Instant::now();
        let mut work = pin!(work);
        loop {
            let left = (limit + self.waited()).saturating_sub(started.elapsed());
            if left.is_zero() {
                return None;
            }
            if let Ok(done) = timeout(left, work.as_mut()).await {
                return Some(done);
            }
        }
    }

    fn waited(&self) -> Duration {
        self.0.as_ref().map_or(Duration::ZERO, |arriving| arriving.borrow().waited())
    }

    /// The answer to this request. When the body was not read to its end, nobody waits for the rest: the connection
    /// ends with the answer. Without this, actix would go on reading chunks for as long as they come.
    #[must_use]
    pub fn end_with(&self, answer: BoxBody) -> BoxBody {
        match self.0.as_ref().filter(|arriving| !arriving.borrow().is_whole) {
            Some(rest) => BoxBody::new(Last { answer, _rest: Rc::clone(rest) }),
            None => answer,
        }
    }
}

type Chunk = Result<Bytes, PayloadError>;

struct Arriving {
    payload: Payload,
    /// How many bytes may still come, and in how much time.
    limits: Limits,
    deadline: Pin<Box<Sleep>>,
    /// Since when its reader waits for more.
    since: Option<Instant>,
    /// How long its reader waited before that.
    waited: Duration,
    /// Nothing more comes, or is taken.
    is_over: bool,
    /// All of it came.
    is_whole: bool,
}

impl Arriving {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Chunk>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let next = match self.payload.poll_next_unpin(context) {
            Poll::Ready(next) => next.map(|chunk| self.count(chunk?)),
            Poll::Pending => {
                if self.deadline.as_mut().poll(context).is_pending() {
                    self.since.get_or_insert_with(Instant::now);
                    return Poll::Pending;
                }
                Some(Err(PayloadError::Io(ErrorKind::TimedOut.into())))
            }
        };
        self.stop_waiting();
        self.is_whole = next.is_none();
        self.is_over = !matches!(next, Some(Ok(_)));
        Poll::Ready(next)
    }

    fn count(&mut self, bytes: Bytes) -> Chunk {
        self.limits.bytes = self.limits.bytes.checked_sub(bytes.len()).ok_or(PayloadError::Overflow)?;
        Ok(bytes)
    }

    fn stop_waiting(&mut self) {
        self.waited += self.since.take().map_or(Duration::ZERO, |since| since.elapsed());
    }

    fn waited(&self) -> Duration {
        let now = self.since.map_or(Duration::ZERO, |since| since.elapsed());
        // A reader that keeps a body and does not read it waits for something else.
        (self.waited + now).min(self.limits.arrival)
    }
}

/// What reads a body: a handler, or an extractor before it.
struct Reader(Rc<RefCell<Arriving>>);

impl Stream for Reader {
    type Item = Chunk;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Chunk>> {
        self.0.borrow_mut().poll(context)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.0.borrow_mut().stop_waiting();
    }
}

/// The last answer on a connection. As long as it is being sent, the rest of the body is held and not thrown away:
/// actix closes the connection over a body that is still there.
struct Last {
    answer: BoxBody,
    _rest: Rc<RefCell<Arriving>>,
}

impl MessageBody for Last {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        // An answer known to be empty would be dropped before it is sent.
        let size = self.answer.size();
        if size.is_eof() { BodySize::Stream } else { size }
    }

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().answer).poll_next(context)
    }
}

/// Reads a body of at most `most` bytes.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::TooSlow`], or [`Error::Unreadable`] when it breaks off.
pub async fn read(payload: Payload, most: usize) -> Result<Wiped, Error> {
    gather(payload, most, |_bytes| Ok(())).await
}

/// The same, for a photo: its bytes take room among those of others.
///
/// # Errors
/// As [`read`], and [`Error::Busy`] when there is no room.
pub async fn read_photo(payload: Payload, most: usize, room: &mut Room) -> Result<Vec<u8>, Error> {
    // A photo is no secret: it goes on as it is.
    gather(payload, most, |bytes| room.take(bytes)).await.map(|mut bytes| std::mem::take(&mut *bytes))
}

async fn gather(
    mut payload: Payload,
    most: usize,
    mut keep: impl FnMut(usize) -> Result<(), Error>,
) -> Result<Wiped, Error> {
    let mut bytes = Wiped::default();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| failed(&error))?;
        if bytes.len() + chunk.len() > most {
            return Err(Error::TooLarge);
        }
        keep(chunk.len())?;
        wiped::append(&mut bytes, &chunk);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    /// So many bytes, in so much time.
    fn limits(bytes: usize, millis: u64) -> Limits {
        Limits { bytes, arrival: Duration::from_millis(millis), answer: Duration::from_secs(15) }
    }

    fn payload(chunks: impl Stream<Item = Chunk> + 'static) -> Payload {
        let payload: Pin<Box<dyn Stream<Item = Chunk>>> = Box::pin(chunks);
        Payload::Stream { payload }
    }

    /// Pieces that are there at once.
    fn pieces(sizes: &[usize]) -> impl Stream<Item = Chunk> + use<> {
        let chunks: Vec<Chunk> = sizes.iter().map(|size| Ok(Bytes::from(vec![b'x'; *size]))).collect();
        stream::iter(chunks)
    }

    /// One byte after so much time, and so on without end.
    fn trickle(millis: u64) -> impl Stream<Item = Chunk> {
        stream::unfold((), move |()| async move {
            sleep(Duration::from_millis(millis)).await;
            Some((Ok(Bytes::from_static(b"x")), ()))
        })
    }

    /// What a reader gets; a test does not wait for ever.
    async fn heard(payload: Payload) -> Result<usize, Error> {
        let bytes = timeout(Duration::from_secs(20), read(payload, usize::MAX)).await.expect("it ends")?;
        Ok(bytes.len())
    }

    //
    #[tokio::test]
    async fn a_body_is_as_large_as_it_may_be_and_no_larger() {
        for (sizes, fits) in [
            (&[][..], true),
            (&[100], true),
            (&[50, 0, 50], true),
            (&[101], false),
            (&[50, 51], false),
            (&[99, 1, 1], false),
        ] {
            let (watched, payload) = Watched::over(payload(pieces(sizes)), limits(100, 60_000));
            match heard(payload).await {
                Ok(read) => assert!(fits && read == sizes.iter().sum::<usize>(), "{sizes:?}: {read}"),
                Err(error) => assert!(!fits && matches!(error, Error::TooLarge), "{sizes:?}: {error}"),
            }
            let is_over = watched.end_with(BoxBody::new(())).size().is_eof();
            assert_eq!(is_over, fits, "{sizes:?}: the connection ends where something is left");
        }
    }

    // D-9, finding 6
    #[tokio::test]
    async fn a_body_that_comes_too_slowly_ends() {
        let silent = payload(pieces(&[10]).chain(stream::pending()));
        let slow = payload(trickle(2));
        for body in [silent, slow] {
            let (_watched, payload) = Watched::over(body, limits(1_000_000, 60));
            let error = heard(payload).await.expect_err("it never ends by itself");
            assert!(matches!(error, Error::TooSlow), "{error}");
        }
    }

    #[tokio::test]
    async fn what_breaks_off_is_unreadable() {
        let broken = pieces(&[10]).chain(stream::iter([Err(PayloadError::Incomplete(None))]));
        let (_watched, payload) = Watched::over(payload(broken), limits(100, 60_000));
        assert!(matches!(heard(payload).await, Err(Error::Unreadable(_))));
    }

    // D-9
    #[tokio::test]
    async fn an_answer_has_its_time_and_a_slow_sender_does_not_take_of_it() {
        let limit = Duration::from_millis(200);
        let nobody = Watched(None);
        assert_eq!(nobody.in_time(limit, async { 1 }).await, Some(1));
        assert_eq!(nobody.in_time(limit, std::future::pending::<u8>()).await, None);

        // All of it is there after 400 ms: longer than the answer may take.
        let (watched, body) = Watched::over(payload(trickle(100).take(4)), limits(100, 60_000));
        let read = watched.in_time(limit, heard(body)).await.expect("the sender's time is not ours");
        assert_eq!(read.expect("it came whole"), 4);

        // Who keeps a body and does something else uses time of ours.
        let (watched, body) = Watched::over(payload(trickle(1).take(4)), limits(100, 60_000));
        let slow = async {
            let read = heard(body).await;
            std::future::pending::<()>().await;
            read
        };
        assert!(watched.in_time(limit, slow).await.is_none());
    }
}
