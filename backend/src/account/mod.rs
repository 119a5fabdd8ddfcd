//! Logins: accounts, sessions, tokens, passwords, links by mail. Roles and mandates are given by the command line;
//! a second factor and OIDC will come in beside `password.rs`, as other ways to start a session.

mod devices;
pub mod links;
mod login;
mod operations;
pub mod password;
pub mod routes;
pub mod sessions;
pub mod store;
pub mod tokens;

pub use devices::{KNOWN_DAYS, OF_ONE_BROWSER};
