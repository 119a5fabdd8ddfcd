//! Photos: made safe at the door, kept in an object store, shown only with what they belong to (SECURITY-RULES U-1).

mod decoding;
mod forget;
mod head;
mod hide;
mod mask;
mod operations;
pub mod picture;
pub mod routes;
mod store;

pub use decoding::{Decoding, Place};
pub use forget::{note_files, remove_files};
pub use hide::{
    Filled, destroy, destroy_untold, exchange, filled, forget_kept, hide, prepare, restore, show, shows, swap,
};
pub use operations::{Size, bytes_for};
pub use store::{
    attach_to_initiatief, attach_to_opdracht, find_any, initiatief_of, is_shown, of_initiatief, of_opdracht, of_plans,
};
