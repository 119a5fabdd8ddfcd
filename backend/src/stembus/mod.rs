//! Voting: codes on letters, sealed ballots, and the count. Who voted and what was voted stand apart (SECURITY-RULES §9).
//!
//! Nothing here writes a person beside a ballot: no idempotency row, no audit row, no log line of a single vote.

mod ballot;
mod bewaarders;
mod brieven;
mod bundel;
mod bureau;
mod closing;
mod codes;
mod counting;
mod legging;
mod masked;
mod moving;
mod noodsluiting;
mod opening;
pub mod routes;
mod seal;
mod store;
mod sum;
mod together;
mod voting;
mod whole;

pub use bewaarders::{check_keepers, forget_late_parts, keeps_a_key, keeps_key_of, rounds_with_key_of};
pub use brieven::{RequestFacts, about_request, add_letters, make_letters_by_hand};
pub use closing::{list_boxes, work, work_on};
pub use codes::{Marked, is_secret_lost, make_round_key};
pub use counting::last as last_count;
pub use masked::Recounted;
pub use opening::tell as tell_opening;
pub use together::Together;
pub use voting::OpenVotes;
