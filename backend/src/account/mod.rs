//! Logins: accounts, sessions, tokens, passwords, links by mail. Roles and mandates are given by the command line;
//! a second factor and OIDC will come in beside `password.rs`, as other ways to start a session.

pub mod links;
mod operations;
pub mod password;
pub mod routes;
pub mod sessions;
pub mod store;
pub mod tokens;
