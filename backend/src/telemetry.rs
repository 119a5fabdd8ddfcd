//! Logs: one line per thing that happened, as text for people or as JSON for machines (STYLE §14).

use crate::database::Watcher;
use crate::settings::Mode;
use std::io::IsTerminal as _;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

/// Starts logging: JSON in production, text elsewhere; `RUST_LOG` chooses what.
pub fn start(mode: Mode) {
    let default = if mode == Mode::Demo { "warn,wijkkoers=warn" } else { "info,sqlx=warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_unset| EnvFilter::new(default));
    // Colours are for people at a terminal, not for files.
    let ansi = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(ansi);
    let lines = match mode {
        Mode::Productie => lines.json().boxed(),
        Mode::Dev | Mode::Demo => lines.with_target(false).boxed(),
    };
    // What is written is chosen; what the database warns of while it commits is always seen.
    let started = tracing_subscriber::registry().with(Watcher).with(lines.with_filter(filter)).try_init();
    if let Err(error) = started {
        // Tests start more than one server in one process; the first one's log serves all.
        tracing::debug!(%error, "logging runs already");
    }
}
