//! The Wijkkoers server: API, pages, domain rules, store, mail and command line. `ARCHITECTURE.md` is the map.

pub mod access;
pub mod account;
pub mod app;
pub mod audit;
pub mod caller;
pub mod cli;
pub mod database;
pub mod error;
pub mod foto;
pub mod gebeurtenis;
pub mod gebied;
pub mod http;
pub mod idempotency;
pub mod initiatief;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod opdracht;
pub mod opgave;
pub mod outbox;
pub mod paging;
pub mod seed;
pub mod settings;
pub mod telemetry;
pub mod werk;
pub mod wijkbudget;
