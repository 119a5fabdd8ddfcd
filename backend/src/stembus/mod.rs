//! Voting: codes on letters, sealed ballots, and the count. Who voted and what was voted stand apart (SECURITY-RULES §9).
//!
//! Nothing here writes a person beside a ballot: no idempotency row, no audit row, no log line of a single vote.

mod ballot;
mod bundel;
mod bureau;
mod closing;
mod codes;
mod masked;
pub mod routes;
mod seal;
mod store;
mod together;
mod voting;

pub use closing::work;
pub use codes::{add_letter, make_letters_by_hand, make_round_key};
pub use masked::Recounted;
pub use together::Together;
pub use voting::OpenVotes;
