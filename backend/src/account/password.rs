//! Passwords: judged by how hard they are to guess, hashed with argon2id (SECURITY-RULES S-7).

use crate::app::{App, Queue};
use crate::error::Error;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use contract::account::Wachtwoord;
use contract::field::FieldCode;

/// Fewest characters for staff, Raad and beheerder.
pub const STAFF_MIN: usize = 15;

/// Most characters that are weighed at a time: what weighing costs grows with their square.
const WEIGHED: usize = 40;
/// Most where there are many kinds of [`SIGNS`]: every further kind doubles the words that are tried.
const WEIGHED_WITH_SIGNS: usize = 16;
/// How many kinds of those are few.
const FEW_SIGNS: usize = 3;
/// Signs that stand for a letter in words that are written oddly. (Digits do too, and are few by themselves.)
const SIGNS: [char; 10] = ['@', '(', '{', '[', '<', '!', '|', '$', '+', '%'];

/// Judges a password that somebody chose and hashes it, when it is its turn: both are work. `known` are words that
/// belong to the person.
///
/// # Errors
/// What is the matter with it; [`Error::Busy`] when too many are waiting.
pub async fn accept(app: &App, password: Wachtwoord, known: &[&str]) -> Result<String, Error> {
    let names = names(known.iter().copied().chain([app.settings.gemeente.as_str(), "wijkkoers"]));
    accept_in(&app.hashing, password, names).await
}

/// The same in this queue: none of it is done on the thread of who asks, which answers others meanwhile.
async fn accept_in(queue: &Queue, password: Wachtwoord, names: Vec<String>) -> Result<String, Error> {
    queue
        .run(move || {
            judge(&password, &names).map_err(|code| Error::field("/wachtwoord", code))?;
            make(&password)
        })
        .await?
}

/// Words of four letters and more, as they are looked for.
fn names<'a>(known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let parts = known.flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    parts.map(str::to_lowercase).filter(|word| word.chars().count() >= 4).collect()
}

/// Refuses what others guess at once.
fn judge(password: &Wachtwoord, names: &[String]) -> Result<(), FieldCode> {
    let lower = password.0.to_lowercase();
    if names.iter().any(|name| lower.contains(name.as_str())) {
        return Err(FieldCode::WachtwoordBevatNaam);
    }
    // Its list holds the most used passwords.
    let inputs: Vec<&str> = names.iter().map(String::as_str).collect();
    let is_strong = |part: &String| zxcvbn::zxcvbn(part, &inputs).score() >= zxcvbn::Score::Three;
    if parts(&password.0).iter().any(is_strong) { Ok(()) } else { Err(FieldCode::WachtwoordTeZwak) }
}

/// What is weighed of a password: its beginning and, when that is not all of it, its end. Whoever has to guess more
/// than a part has to guess the part as well, so one that is strong is enough.
fn parts(password: &str) -> Vec<String> {
    let beginning = weighed(password.chars());
    if beginning.len() == password.len() {
        return vec![beginning];
    }
    let end = weighed(password.chars().rev()).chars().rev().collect();
    vec![beginning, end]
}

fn weighed(characters: impl Iterator<Item = char>) -> String {
    let part: String = characters.take(WEIGHED).collect();
    let kinds = SIGNS.iter().filter(|sign| part.contains(**sign)).count();
    if kinds > FEW_SIGNS { part.chars().take(WEIGHED_WITH_SIGNS).collect() } else { part }
}

/// Hashes a password, when it is its turn.
///
/// # Errors
/// [`Error::Busy`] when too many are waiting.
pub async fn hash(app: &App, password: Wachtwoord) -> Result<String, Error> {
    app.hashing.run(move || make(&password)).await?
}

fn make(password: &Wachtwoord) -> Result<String, Error> {
    let hash = Argon2::default().hash_password(password.0.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| Error::Internal(error.to_string()))
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
    use futures_util::FutureExt as _;
    use std::pin::pin;
    use std::sync::mpsc;
    use std::thread;

    fn judged(password: &str) -> Result<(), FieldCode> {
        let known = ["Fatima Yılmaz", "fatima@voorbeeld.test", "Den Haag", "wijkkoers"];
        judge(&Wachtwoord(password.into()), &names(known.into_iter()))
    }

    // S-7
    #[test]
    fn easy_passwords_are_refused() {
        for (password, expected) in [
            ("wachtwoord123", Err(FieldCode::WachtwoordTeZwak)),
            ("111111111111", Err(FieldCode::WachtwoordTeZwak)),
            ("Fatima-bank-tuin-lamp", Err(FieldCode::WachtwoordBevatNaam)),
            ("HaagMooieStadAanZee!", Err(FieldCode::WachtwoordBevatNaam)),
            ("wij gaan met Wijkkoers mee", Err(FieldCode::WachtwoordBevatNaam)),
            // Another city is a word like any other.
            ("arnhem fiets langs molen", Ok(())),
            ("groene fiets langs molen", Ok(())),
        ] {
            assert_eq!(judged(password), expected, "{password}");
        }
    }

    // S-7, finding 8
    #[test]
    fn a_long_password_is_as_strong_as_its_strongest_end() {
        let dull = "a".repeat(60);
        let good = "groene fiets langs molen";
        for (password, expected) in [
            (dull.repeat(2), Err(FieldCode::WachtwoordTeZwak)),
            (format!("{good}{dull}"), Ok(())),
            (format!("{dull}{good}"), Ok(())),
            ("wachtwoord".repeat(12), Err(FieldCode::WachtwoordTeZwak)),
            // A name is looked for in all of it.
            (format!("{good}{dull}fatima{dull}"), Err(FieldCode::WachtwoordBevatNaam)),
        ] {
            assert_eq!(judged(&password), expected, "{password}");
        }
    }

    // Finding 8: this one took four seconds.
    #[test]
    fn no_more_is_weighed_than_costs_little() {
        let worst = "4@8({[<369!1|07$5+%2".repeat(7);
        for (password, expected) in [
            ("groene fiets langs molen", vec![24]),
            (&"groene fiets langs molen, ".repeat(4), vec![WEIGHED, WEIGHED]),
            (worst.as_str(), vec![WEIGHED_WITH_SIGNS, WEIGHED_WITH_SIGNS]),
            ("é🌳 café met uitzicht op het groene plein bij ons", vec![WEIGHED, WEIGHED]),
        ] {
            let lengths: Vec<usize> = parts(password).iter().map(|part| part.chars().count()).collect();
            assert_eq!(lengths, expected, "{password}");
        }
        assert_eq!(judged(&worst), Ok(()));
        assert_eq!(parts(&format!("{}einde", "x".repeat(60)))[1], format!("{}einde", "x".repeat(35)));
    }

    // Finding 8, R-6: while all who judge are at work, nothing is found out about a password, whoever asks; and who finds no place
    // to wait hears no more than that.
    #[tokio::test]
    async fn a_password_is_judged_when_it_is_its_turn_and_on_no_thread_that_answers_visitors() {
        let queue = Queue::new(1, 1);
        let weak = || accept_in(&queue, Wachtwoord("wachtwoord123".into()), Vec::new());
        let (go_on, told) = mpsc::channel::<()>();
        let here = thread::current().id();
        let mut at_work = pin!(queue.run(move || {
            told.recv().ok();
            thread::current().id()
        }));
        assert!(at_work.as_mut().now_or_never().is_none(), "it has begun");
        let mut waits = pin!(weak());
        assert!(waits.as_mut().now_or_never().is_none(), "it is judged before it is its turn");
        assert!(matches!(weak().await, Err(Error::Busy)), "it is judged though it has no place");
        go_on.send(()).unwrap();
        assert_ne!(at_work.await.unwrap(), here, "what is heavy keeps nobody else of this thread waiting");
        let Err(refused) = waits.await else { panic!("everybody guesses it") };
        assert_eq!(refused.problem().fouten[0].code, FieldCode::WachtwoordTeZwak);
    }

    #[test]
    fn the_dummy_costs_as_much_as_a_real_hash() {
        let dummy = PasswordHash::new(DUMMY).unwrap();
        let real = Argon2::default().hash_password(b"iets").unwrap();
        assert_eq!(dummy.params, real.params);
        assert_eq!(dummy.algorithm, real.algorithm);
    }
}
