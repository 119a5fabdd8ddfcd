//! Logs: one line per thing that happened, as text for people or as JSON for machines (STYLE §14).

use crate::settings::Mode;
use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

/// Starts logging: JSON in production, text elsewhere; `RUST_LOG` chooses what.
pub fn start(mode: Mode) {
    let default = if mode == Mode::Demo { "warn,wijkkoers=warn" } else { "info,sqlx=warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_unset| EnvFilter::new(default));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Colours are for people at a terminal, not for files.
    let builder = builder.with_ansi(std::io::stderr().is_terminal());
    let started = match mode {
        Mode::Productie => builder.json().try_init(),
        Mode::Dev | Mode::Demo => builder.with_target(false).try_init(),
    };
    if let Err(error) = started {
        // Tests start more than one server in one process; the first one's log serves all.
        tracing::debug!(%error, "logging runs already");
    }
}
