//! The opdracht: an order with a budget, from request to account.

pub mod lifecycle;
mod operations;
pub mod routes;
pub mod rules;
mod store;

pub use operations::{is_visible, list_waiting, outcomes};
pub use store::{CardsOf, insert as draw_up, public_cards, statuses_for};
