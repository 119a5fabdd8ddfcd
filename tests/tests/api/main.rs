//! Stories and refusals over the API, on SQLite or PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "these files are tests throughout: what is not as expected must fail"
)]

mod accounts;
mod afschermen;
mod andere_ogen;
mod besloten;
mod bewaarders;
mod bewaarders_horen;
mod bewaren;
mod brieven;
mod buurtbegroting;
mod definitief;
mod door;
mod edits;
mod eerst_kijken;
mod fiat;
mod fotos;
mod gebied;
mod geheim;
mod gevraagd;
mod hostile;
mod ingrepen;
mod initiatief;
mod journey;
mod ledger;
mod mail;
mod matrix;
mod met_geheim;
mod model;
mod namen;
mod opening;
mod pages;
mod papier;
mod plannen;
mod protocol;
mod samen;
mod samenspannen;
mod schema;
mod stemmen;
mod tellen;
mod teruggezet;
mod toegang;
mod triage;
mod uitvoer;
mod uitwegen;
mod van_het_biljet;
mod van_voor;
mod verbinding;
mod vervangen;
mod weggelaten;
mod weglaatpagina;
mod weglaatwegen;
mod weglaatwoorden;
mod wie_samen;
