//! `wijkkoers bewaartermijnen`: what is kept how long, and what would go now.

use super::{Failed, say};
use crate::app::App;
use crate::retention;

/// Lists; only the server takes anything away.
pub async fn run(app: &App) -> Result<(), Failed> {
    for retention::Due { term, rows } in retention::list(app).await? {
        say(format!("{:<34} {:>8} {:<22} {rows:>10}", term.name, term.length(), term.since));
    }
    say("Achteraan staat hoeveel er nu weg zou gaan. De server doet dat elk uur.");
    Ok(())
}
