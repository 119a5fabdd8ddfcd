//! Stories and refusals over the API, on SQLite or PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "these files are tests throughout: what is not as expected must fail"
)]

mod accounts;
mod andere_ogen;
mod brieven;
mod buurtbegroting;
mod definitief;
mod edits;
mod fiat;
mod fotos;
mod gebied;
mod geheim;
mod hostile;
mod initiatief;
mod journey;
mod ledger;
mod matrix;
mod met_geheim;
mod model;
mod pages;
mod papier;
mod plannen;
mod protocol;
mod samenspannen;
mod schema;
mod stemmen;
mod tellen;
mod triage;
