//! Counting rules for participatory budgeting, exact and checkable.
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic)]

mod amount;
mod compare;
mod count;
mod digest;
mod election;
mod equal_shares;
mod fractions;
mod greedy;
mod language;
#[cfg(test)]
mod naive;
mod payments;
pub mod pb;
mod phragmen;
mod profile;
pub mod report;
mod room;
mod settings;
mod ties;

pub use compare::{Compared, compare};
pub use count::{Counted, count, count_telling};
pub use digest::digest;
pub use election::{Ballot, BallotKind, Ballots, Election, Project, ProjectIndex};
pub use equal_shares::Stop;
pub use language::Language;
pub use settings::{
    CannotCount, Ceiling, Completion, Fits, Order, Rule, Satisfaction, Settings, Start, Switches, TieBreak, Unfit,
};
