//! The buurtbegroting: a round in which people decide over a part of a wijkbudget. Its plan, its phases, its projects,
//! and the rules as they were frozen when voting opened. Voting itself is in `stembus`.

mod conclude;
pub mod from_pb;
mod hide;
pub mod lifecycle;
mod operations;
mod projects;
pub mod routes;
mod rules;
mod store;

pub use conclude::{conclude, tell_stopped};
pub use hide::{Leaves, LeftBallot, leave_public};
pub use operations::{are_rules_held_back, find, give_back, open_due, view};
pub use projects::can_ask_again;
pub use store::{
    Buurtbegroting, Look, close, destroy_masked, finalize, find as look, hold, hold_rounds_of, list_open,
    list_with_secret, on_ballots, plan_of, plan_origins, projects as plans, stop, store_key, store_proof, titles,
    was_chosen,
};
