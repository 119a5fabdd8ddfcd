//! What was taken away, in the database.
//!
//! - `noted`: one row with who asked it, and what that row means: how it stands, since when it waits, until when it is kept.
//! - `read`: finding them, of something or of one request, with their steps.
//! - `write`: noting one, and all that can be done with it after that.
//! - `asked`: what waits for a stembureau and what it refused, over all votes.
//! - `forget`: destroying what was kept long enough.
//! - `photos`: what is told of photos that are out of public view.
//!
//! The texts and photos themselves are not here: see `texts` and `photos` beside this folder.

/// What waits for the stembureau.
macro_rules! waiting {
    () => {
        "(g.status = 'wacht' OR (g.status = 'gedaan' AND g.terug_at IS NOT NULL AND g.vernietigd_at IS NULL))"
    };
}

/// Whether a later request about the same text or photo took the place of this one. That tells who asked a part of it, and when;
/// what is asked anew after somebody withdrew this one tells of nobody who asked so early.
macro_rules! taken_up {
    () => {
        "EXISTS (SELECT 1 FROM ingreep l JOIN ingreep_vrager v ON v.ingreep_id = l.id WHERE l.deel_id = g.deel_id \
         AND l.deel_soort = g.deel_soort AND l.veld = g.veld AND l.id > g.id AND v.door = g.door AND v.at <= g.at)"
    };
}

/// The rows that `$rest` chooses, from `ingreep g`, with the names of who did something.
macro_rules! select {
    ($($rest:tt)+) => {
        concat!(
            "SELECT g.id, g.geheel_id, g.soort, g.deel_soort, g.deel_id, g.veld, g.status, g.reden, g.door, a.naam, g.at, \
             g.origineel, g.nieuw, b.naam AS bevestigd_naam, g.bevestigd_at, g.terug_door, t.naam AS terug_naam, g.terug_at, \
             g.hersteld_door, h.naam AS hersteld_naam, g.hersteld_at, w.naam AS geweigerd_naam, g.geweigerd_at, g.geweigerd_reden, \
             g.ingetrokken_at, g.vernietigd_at, g.verzoek_id, NOT EXISTS (SELECT 1 FROM ingreep n \
             WHERE n.deel_id = g.deel_id AND n.deel_soort = g.deel_soort AND n.veld = g.veld AND n.status <> 'hersteld' \
             AND n.id > g.id) AS nieuwste, \
             g.ingetrokken_at IS NOT NULL AND ", taken_up!(), " AS samengevoegd, \
             (SELECT MIN(v.at) FROM ingreep_vrager v WHERE v.ingreep_id = g.id) AS sinds_at FROM ingreep g JOIN account a ON a.id = g.door \
             LEFT JOIN account b ON b.id = g.bevestigd_door LEFT JOIN account t ON t.id = g.terug_door \
             LEFT JOIN account h ON h.id = g.hersteld_door LEFT JOIN account w ON w.id = g.geweigerd_door WHERE ",
            $($rest)+
        )
    };
}

mod asked;
mod forget;
mod noted;
mod photos;
mod read;
mod write;

pub use asked::{Request, list_refusals, list_requests};
pub use forget::{due_photos, forget, forget_one};
pub use noted::Ingreep;
pub use photos::{PhotosOut, count_hidden, photos_out};
pub use read::{
    count_by, find, find_heir, find_waiting, list, list_by, list_divided, list_done, list_of_request, list_waiting,
};
pub use write::{NewIngreep, asked_back, confirmed, confirmed_back, insert, put_back, refused, to_vote, withdrawn};
