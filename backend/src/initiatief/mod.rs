//! The initiatief: what someone hands in, and what becomes of it.

pub mod lifecycle;
mod nomination;
mod operations;
pub mod routes;
pub mod rules;
pub mod store;
mod triage;
mod words;

pub use nomination::{chosen, nominate, not_admitted, not_chosen, vote_stopped};
pub use operations::{follow, happened, release_due};
