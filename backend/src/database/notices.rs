//! What PostgreSQL warns of while it commits.
//!
//! When somebody cancels the wait for a synchronous standby, PostgreSQL answers that the commit succeeded, and only warns
//! that it may be on one machine alone: a false yes (SECURITY-RULES P-1). sqlx gives warnings to nobody but the log, so this
//! looks over the shoulder of the log. The log must run for that ([`crate::telemetry`]); a server always starts it.

use std::cell::Cell;
use std::pin::pin;
use std::task::Poll;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// What sqlx calls the notices of a server.
const TARGET: &str = "sqlx::postgres::notice";

thread_local! {
    static WARNED: Cell<bool> = const { Cell::new(false) };
}

/// Sees the warnings of PostgreSQL go by.
#[derive(Debug, Clone, Copy)]
pub struct Watcher;

impl<S: Subscriber> Layer<S> for Watcher {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let seen = event.metadata();
        if seen.target() == TARGET && *seen.level() <= Level::WARN {
            WARNED.set(true);
        }
    }
}

/// Waits for something, and says whether PostgreSQL warned meanwhile: what sqlx hears it logs at once, on the thread that
/// is waiting.
pub async fn watch<T>(work: impl Future<Output = T>) -> (T, bool) {
    let mut work = pin!(work);
    let mut warned = false;
    let outcome = std::future::poll_fn(|context| {
        WARNED.set(false);
        let polled: Poll<T> = work.as_mut().poll(context);
        warned |= WARNED.take();
        polled
    })
    .await;
    (outcome, warned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing_subscriber::layer::SubscriberExt as _;

    // P1-7
    #[tokio::test]
    async fn only_a_warning_of_the_database_while_we_wait_counts() {
        let log = tracing_subscriber::registry().with(Watcher);
        let _guard = tracing::subscriber::set_default(log);
        let say = |level: Level| match level {
            Level::WARN => tracing::warn!(target: "sqlx::postgres::notice", "canceling wait"),
            _ => tracing::info!(target: "sqlx::postgres::notice", "created"),
        };
        say(Level::WARN);
        assert_eq!(watch(async { 1 }).await, (1, false), "what was said before is of somebody else");
        assert_eq!(watch(async { say(Level::INFO) }).await, ((), false));
        let waits = async {
            say(Level::WARN);
            tokio::task::yield_now().await;
        };
        assert_eq!(watch(waits).await, ((), true));
        assert_eq!(watch(async { tracing::warn!("something else") }).await, ((), false));
    }
}
