//! The opdracht: an order with a budget, from request to account.

mod check;
pub mod lifecycle;
mod operations;
mod receiver;
pub mod routes;
pub mod rules;
mod store;

pub use check::check;
pub use operations::{is_visible, list_waiting, outcomes, rewrite_copies};
pub use store::{CardsOf, gebied_of, insert as draw_up, public_cards, statuses_for};
