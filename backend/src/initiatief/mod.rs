//! The initiatief: what someone hands in, and what becomes of it.

pub mod lifecycle;
mod operations;
pub mod routes;
pub mod rules;
pub mod store;
mod triage;
mod words;

pub use operations::{follow, happened};
