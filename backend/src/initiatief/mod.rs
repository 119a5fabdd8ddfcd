//! The initiatief: what someone hands in, and what becomes of it.

mod first_look;
pub mod lifecycle;
mod nomination;
mod operations;
pub mod routes;
pub mod rules;
pub mod store;
mod triage;
mod words;

pub use first_look::release_due;
pub use nomination::{chosen, nominate, not_admitted, not_chosen, vote_stopped};
pub use operations::{follow, happened};
