//! From the frozen rules of a round and its ballots to the result.
//!
//! The server counts with this, and so does the browser of whoever counts again: it has nothing but the downloads, and
//! what it finds is compared with what was published. No I/O and no clock.

pub mod again;
#[cfg(feature = "browser")]
mod browser;
mod count;
mod frozen;
pub mod what_if;

pub use count::{Choice, Counted, count, is_few};
pub use frozen::{Frozen, FrozenProject, Shown, sealed};

/// What stands in the way of a count.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Odd {
    /// Somebody changed the rules, or they are of another round.
    #[error("the frozen rules are not those that were published")]
    OtherRules,
    /// A text is not written as it should be.
    #[error("a text that cannot be read: {0}")]
    Text(#[from] serde_json::Error),
    /// The file of ballots is of another vote than the rules.
    #[error("the ballots are of another vote than the rules")]
    OtherBallots,
    /// The file of ballots cannot be read.
    #[error("the file of ballots cannot be read: {0}")]
    Pb(#[from] tally::pb::Faults),
    /// The rules do not suit the ballots.
    #[error("a vote that cannot be counted: {0}")]
    CannotCount(#[from] tally::CannotCount),
    /// Something that every report has is missing.
    #[error("a report without {0}")]
    Lacks(&'static str),
}
