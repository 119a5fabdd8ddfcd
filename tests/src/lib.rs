//! The harness of the API tests: a city of one's own, with people who talk to it over HTTP.
//!
//! [`World`] is a server in this process with a database of its own and a clock that the test sets. A [`Person`] is a
//! client of it, the same client that islands and apps use; its transport holds every answer against the OpenAPI
//! document that the server serves. The same tests run on SQLite and, with `WIJKKOERS_TEST_DATABASE_URL`, on PostgreSQL.

pub mod bare;
mod browse;
mod database;
pub mod disk;
mod document;
#[cfg(test)]
mod hostile;
mod installation;
mod keepers;
mod letters;
pub mod memory;
pub mod paper;
mod people;
pub mod pictures;
mod process;
pub mod production;
mod raw;
pub mod runs;
pub mod server;
mod steps;
mod transport;
mod votes;
pub mod way;
mod world;

pub use browse::{Browser, Parts};
pub use database::{APP, OWNER, READER, on_postgres};
pub use document::{Document, Operation};
pub use installation::Installation;
pub use keepers::{Keeper, hand_in_two, two};
pub use letters::Letter;
pub use people::Person;
pub use process::Process;
pub use steps::{Ordered, code, euro};
pub use transport::{Ask, Heard, HttpTransport};
pub use votes::{OpenVote, as_shown, keuze, moment, plain_project, proof, proof_of, refusal};
pub use world::{CRITERIUM, KLARENDAL, MALBURGEN, PRESIKHAAF, PRODUCT, THEMA, World};
