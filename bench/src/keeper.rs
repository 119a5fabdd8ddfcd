//! A custodian of a round that is voted on here.

use contract::bewaarder::Bewaarsleutel;
use std::error::Error;
use std::io::Write as _;

/// Prints the public half of the key of this number; with a part that was sealed to it, that part.
pub fn keep(number: u8, sealed: Option<&str>) -> Result<(), Box<dyn Error>> {
    let key = Bewaarsleutel::new([number; 32]);
    let said = match sealed {
        None => bewaren::public_half(&key).to_string(),
        Some(sealed) => bewaren::open(&key, &hex::decode(sealed)?).ok_or("it was sealed to another key")?.grouped(),
    };
    Ok(writeln!(std::io::stdout(), "{said}")?)
}
