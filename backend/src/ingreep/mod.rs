//! Taking words and photos out of public view: whole, or in part. The text itself is changed where it stands, so that no door
//! can show what was there; that is kept apart for the wijkteam, for second thoughts, and then destroyed.

mod behind;
mod decide;
mod letter;
mod mine;
mod operations;
mod photos;
pub mod routes;
mod rules;
mod shielded;
mod store;
mod tell;
mod texts;
mod view;

pub use letter::{Answered, Subject, Waiting, about, waiting_about};
pub use mine::left_out_by;
pub use operations::{asked_by_wijkteam, forget_old};
pub use photos::is_asked_about;
pub use shielded::note_shielded;
pub use store::{PhotosOut, photos_out};
pub use texts::DOORS;
pub use view::is_point_out;
