//! Opgave, inzet, activiteit: the tree of a wijkactieplan. An incomplete tree is fine and is shown as incomplete.

mod carry_out;
mod operations;
pub mod routes;
mod store;

pub use carry_out::{Plan, Work, carry_out};
pub use operations::note;
pub use store::{Activiteit, commit_from, find_activiteit, find_in, makers, release, rewrite_titel};
