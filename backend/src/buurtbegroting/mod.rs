//! The buurtbegroting: a round in which people decide over a part of a wijkbudget. Its plan, its phases, its projects,
//! and the rules as they were frozen when voting opened. Voting itself is in `stembus`.

mod conclude;
pub mod from_pb;
pub mod lifecycle;
mod operations;
mod projects;
pub mod routes;
mod rules;
mod store;

pub use conclude::{conclude, tell_stopped};
pub use operations::{find, give_back, open_due, view};
pub use projects::can_ask_again;
pub use store::{
    Buurtbegroting, Look, close, finalize, find as look, hold, list_open, list_with_secret, plan_of, plan_origins,
    stop, store_key, store_proof, was_chosen,
};
