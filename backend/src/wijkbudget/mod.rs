//! The ledger of each gebied and year: append-only postings, balances that never fall below zero, seals that show
//! tampering (SECURITY-RULES M-1 to M-4). Money moves through [`post`] and nowhere else. What a posting was for is chosen
//! from a list and sealed with it; what staff write about it stands beside the ledger, where it can be erased.

pub mod check;
mod operations;
mod posting;
pub mod routes;
mod store;

pub use operations::{erase_toelichting, wijkbudget as of_gebied};
pub use posting::{Move, Source, open_budget, post};
pub use store::cover;
