//! Any bytes: read, and counted if they can be.
#![no_main]

#[path = "../body.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::read_and_count(bytes));
