//! People who ask at the same time, and how long each of them waits.

use clap::Args;
use futures_util::future::join_all;
use serde::Serialize;
use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Something that was never there before.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "no id of the product: a secret as a voter's browser makes it")]
pub fn random() -> [u8; 16] {
    *uuid::Uuid::new_v4().as_bytes()
}

/// How hard to ask.
#[derive(Debug, Args)]
pub struct Load {
    /// Where.
    #[arg(long)]
    pub base: String,
    /// So many at the same time.
    #[arg(long)]
    clients: usize,
    /// For so many seconds.
    #[arg(long, default_value_t = 3_600)]
    seconds: u64,
    /// So many requests in all.
    #[arg(long, default_value_t = usize::MAX)]
    count: usize,
    /// So many requests a second, spread evenly; as many as go when absent. A request that could not be sent in time waits
    /// all the same: that is time that somebody waits.
    #[arg(long)]
    rate: Option<f64>,
}

/// What came of it.
#[derive(Debug, Serialize)]
struct Found {
    /// Requests that were answered as they should.
    good: usize,
    /// Others.
    bad: usize,
    /// What the first of the others was answered.
    first_bad: Option<String>,
    /// How long it took.
    seconds: f64,
    /// Milliseconds that half of all waited at most.
    p50: f64,
    /// Milliseconds that all but one in a hundred waited at most.
    p99: f64,
    /// The longest, in milliseconds.
    longest: f64,
}

impl Load {
    /// Asks over and over; `ask` gets the number of the request and of who asks. Prints what came of it.
    #[expect(clippy::print_stdout, reason = "this is how figures reach who asked for them")]
    pub async fn run<F>(&self, ask: impl Fn(usize, usize) -> F) -> Result<(), Box<dyn Error>>
    where
        F: Future<Output = Result<(), String>>,
    {
        let next = AtomicUsize::new(0);
        let begin = Instant::now();
        let end = begin + Duration::from_secs(self.seconds);
        let client = async |client: usize| {
            let mut waited = Vec::new();
            let mut bad = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let due = self.due(begin, number);
                if number >= self.count || due.unwrap_or_else(Instant::now) >= end {
                    return (waited, bad);
                }
                if let Some(due) = due {
                    sleep_until(due).await;
                }
                let since = due.unwrap_or_else(Instant::now);
                match ask(number, client).await {
                    Ok(()) => waited.push(since.elapsed()),
                    Err(why) => bad.push(why),
                }
            }
        };
        let all = join_all((0..self.clients).map(client)).await;
        let seconds = begin.elapsed().as_secs_f64();
        let (waited, bad): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        let mut waited: Vec<Duration> = waited.into_iter().flatten().collect();
        let bad: Vec<String> = bad.into_iter().flatten().collect();
        waited.sort_unstable();
        let of = |hundredths: usize| {
            let place = (waited.len().saturating_sub(1)) * hundredths / 100;
            waited.get(place).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
        };
        let found = Found {
            good: waited.len(),
            bad: bad.len(),
            first_bad: bad.into_iter().next(),
            seconds,
            p50: of(50),
            p99: of(99),
            longest: of(100),
        };
        println!("{}", serde_json::to_string(&found)?);
        Ok(())
    }

    fn due(&self, begin: Instant, number: usize) -> Option<Instant> {
        let number = u32::try_from(number).ok()?;
        self.rate.map(|rate| begin + Duration::from_secs_f64(1.0 / rate).saturating_mul(number))
    }
}
