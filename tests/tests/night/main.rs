//! What takes a night, each part as one test that `cargo xtask night` runs by its name (SECURITY-RULES §12).
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test throughout: what is not as expected must fail"
)]

mod behind_proxy;
mod load;
mod small_vote;
mod two_versions;
