//! Counting rules for participatory budgeting, exact and checkable.
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic)]

mod amount;
mod election;
mod language;
pub mod pb;

pub use election::{Ballot, BallotKind, Ballots, Election, Project, ProjectIndex};
pub use language::Language;
