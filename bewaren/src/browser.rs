//! What the page of a custodian calls.

use crate::{open, public_half};
use contract::bewaarder::{Bewaarsleutel, DeelControle};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// A key of a custodian. Whoever holds one frees it when it is not needed any more: its bytes are overwritten then.
#[wasm_bindgen]
pub struct Sleutel(Bewaarsleutel);

#[wasm_bindgen]
impl Sleutel {
    /// A new key out of 32 bytes that nobody can guess.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> Result<Self, JsError> {
        Ok(Self(Bewaarsleutel::new(bytes.try_into()?)))
    }

    /// A key as somebody typed it; none when there is a slip in it.
    pub fn lees(text: &str) -> Option<Self> {
        Bewaarsleutel::read(text).map(Self)
    }

    /// As it is written down, in groups of four characters.
    pub fn tekst(&self) -> String {
        self.0.grouped()
    }

    /// Its public half, in hexadecimal.
    pub fn publiek(&self) -> String {
        public_half(&self.0).to_string()
    }

    /// Opens a part that was sealed to it, in hexadecimal; gives the part as it is handed in, or nothing when it was sealed
    /// to another key.
    pub fn openen(&self, verzegeld: &str) -> Option<String> {
        open(&self.0, &hex::decode(verzegeld).ok()?).map(|part| part.grouped())
    }

    /// Opens a part in the same way and keeps it to itself: gives only what shows that it did, in hexadecimal.
    pub fn controle(&self, verzegeld: &str) -> Option<String> {
        open(&self.0, &hex::decode(verzegeld).ok()?).map(|part| DeelControle::of(&part).to_string())
    }
}
