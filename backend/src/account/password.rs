//! Passwords: judged by how hard they are to guess, hashed with argon2id (SECURITY-RULES S-7).

use crate::app::App;
use crate::error::Error;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use contract::account::Wachtwoord;
use contract::field::FieldCode;

/// Fewest characters for staff, Raad and beheerder.
pub const STAFF_MIN: usize = 15;

/// Refuses what others guess at once. `known` are words that belong to the person.
///
/// # Errors
/// What is the matter with it.
pub fn judge(password: &Wachtwoord, known: &[&str]) -> Result<(), FieldCode> {
    let lower = password.0.to_lowercase();
    let parts = known.iter().flat_map(|word| word.split(|c: char| !c.is_alphanumeric()));
    let mut names: Vec<String> = parts.map(str::to_lowercase).filter(|word| word.chars().count() >= 4).collect();
    names.extend(["wijkkoers".to_owned(), "arnhem".to_owned()]);
    if names.iter().any(|name| lower.contains(name.as_str())) {
        return Err(FieldCode::WachtwoordBevatNaam);
    }
    // zxcvbn looks at the first hundred characters; its list holds the most used passwords.
    let inputs: Vec<&str> = names.iter().map(String::as_str).collect();
    if zxcvbn::zxcvbn(&password.0, &inputs).score() < zxcvbn::Score::Three {
        return Err(FieldCode::WachtwoordTeZwak);
    }
    Ok(())
}

/// Hashes a password, when it is its turn.
///
/// # Errors
/// [`Error::Busy`] when too many are waiting.
pub async fn hash(app: &App, password: Wachtwoord) -> Result<String, Error> {
    app.hashing
        .run(move || Argon2::default().hash_password(password.0.as_bytes()).map(|hash| hash.to_string()))
        .await?
        .map_err(|error| Error::Internal(error.to_string()))
}

/// Whether the password belongs to this hash. Without a hash it takes as long and says no (SECURITY-RULES S-8).
///
/// # Errors
/// [`Error::Busy`] when too many are waiting.
pub async fn verify(app: &App, password: Wachtwoord, hash: Option<String>) -> Result<bool, Error> {
    app.hashing
        .run(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| DUMMY.to_owned());
            let fits = PasswordHash::new(&hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.0.as_bytes(), &hash).is_ok());
            known && fits
        })
        .await
}

/// A hash with today's parameters of a password that nobody has.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$d2lqa2tvZXJzZHVtbXk$3yzYHVE5kGI7cNbWkK2HlVTXpG1yKk1zt6T2t0l1D0s";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easy_passwords_are_refused() {
        for (password, expected) in [
            ("wachtwoord123", Err(FieldCode::WachtwoordTeZwak)),
            ("111111111111", Err(FieldCode::WachtwoordTeZwak)),
            ("Fatima-bank-tuin-lamp", Err(FieldCode::WachtwoordBevatNaam)),
            ("ArnhemMooieStad!", Err(FieldCode::WachtwoordBevatNaam)),
            ("groene fiets langs molen", Ok(())),
        ] {
            let known = ["Fatima Yılmaz", "fatima@voorbeeld.test"];
            assert_eq!(judge(&Wachtwoord(password.into()), &known), expected, "{password}");
        }
    }

    #[test]
    fn the_dummy_costs_as_much_as_a_real_hash() {
        let dummy = PasswordHash::new(DUMMY).unwrap();
        let real = Argon2::default().hash_password(b"iets").unwrap();
        assert_eq!(dummy.params, real.params);
        assert_eq!(dummy.algorithm, real.algorithm);
    }
}
