//! T-5: texts that are nearly what somebody should have typed, and texts far from it. Whatever reads them takes them, and gives
//! back what it took, or refuses them; nothing panics. A night tries more of them (`cargo xtask night`).

use crate::runs;
use contract::Euro;
use contract::bewaarder::PubliekeSleutel;
use contract::field::{Email, Field, KvkNummer, Postcode};
use contract::initiatief::InitiatiefFilter;
use contract::opdracht::OpdrachtFilter;
use contract::page::PageQuery;
use contract::stem::{BiljetId, Stembewijs, Stemcode};
use contract::stembureau::Sleuteldeel;
use contract::werk::WerkFilter;
use contract::wijkbudget::BoekingFilter;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use wijkkoers::letters::addresses;

/// Good ones, of every kind.
const SEEDS: [&str; 12] = [
    "1250.00",
    "1.250,00",
    "€ 12,50",
    "6822 AB",
    "12345678",
    "fatima@voorbeeld.test",
    "7K3M-9QXW-2TBV",
    "0401-WB1R-HCD0-TK35-NBP5-5EYX-JJVZ-G81Z-ST8J-07D2-XKS6-NE06-KJE6-2RH2-49Y0",
    "naam;straat;postcode;plaats\nA. de Wit;\"Weg; 1\";6811 AA;Arnhem\n;Weg 2;6811aa;Arnhem\n",
    "gebied=W2&thema=groen&status=ingediend&limit=20",
    "product=groen_en_spelen&limit=100&cursor=018f6c5e-0000-7000-8000-000000000001",
    "2026-03-29T01:30:00Z",
];

/// Pieces that a reader may stumble over.
const PIECES: [&str; 24] = [
    ".",
    ",",
    "-",
    "0",
    "9",
    "999999999999",
    "€",
    "e",
    " ",
    "\u{a0}",
    ";",
    "\"",
    "\n",
    "\r\n",
    "\u{feff}",
    "é",
    "ſ",
    "İ",
    "&",
    "=",
    "%",
    "%C3",
    "+",
    "\0",
];

/// Whatever is taken can be said again, and is then the same.
fn again<T: Field>(text: &str, say: impl Fn(&T) -> String) {
    if let Ok(taken) = T::parse(text) {
        let said = say(&taken);
        let second = T::parse(&said).map(|own| say(&own)).ok();
        assert_eq!(second.as_ref(), Some(&said), "{text:?}");
    }
}

/// The same of a query.
fn asked<T: DeserializeOwned + Serialize + PartialEq + Debug>(text: &str) {
    if let Ok(taken) = serde_urlencoded::from_str::<T>(text) {
        let said = serde_urlencoded::to_string(&taken).expect("a query can be written");
        assert_eq!(serde_urlencoded::from_str::<T>(&said).ok(), Some(taken), "{text:?}");
    }
}

fn read(text: &str) {
    again(text, Euro::to_string);
    if let Ok(amount) = Euro::parse_dutch(text) {
        assert_eq!(Euro::parse(&amount.to_string()), Ok(amount), "{text:?}");
    }
    again(text, |own: &Postcode| format!("{} {}", own.digits(), own.letters().unwrap_or_default()));
    again(text, |own: &Stemcode| own.grouped());
    again(text, |own: &Stembewijs| own.grouped());
    again(text, |own: &Sleuteldeel| own.grouped());
    again(text, |own: &BiljetId| own.to_string());
    again(text, |own: &PubliekeSleutel| own.to_string());
    again(text, |own: &chrono::DateTime<chrono::Utc>| own.to_rfc3339());
    let refused = [Email::parse(text).is_err(), KvkNummer::parse(text).is_err()];
    assert!(!text.is_empty() || refused == [true; 2], "nothing is no address and no number");
    asked::<InitiatiefFilter>(text);
    asked::<OpdrachtFilter>(text);
    asked::<BoekingFilter>(text);
    asked::<WerkFilter>(text);
    asked::<PageQuery>(text);
    match addresses::read(text, "Aan de bewoner") {
        Ok(all) => assert!(!all.is_empty() && all.iter().all(|lines| lines.len() == 3), "{text:?}"),
        Err(said) => assert!(!said.is_empty(), "a file is refused for a reason"),
    }
}

fn cases() -> u32 {
    u32::try_from(runs::times(runs::FUZZ_CASES, 3_000)).expect("so many")
}

/// A change of a text: at some place, so many characters go, and a piece comes.
fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, usize, prop::sample::Index)>> {
    proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..6, any::<prop::sample::Index>()), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn t5_what_is_nearly_right_is_read_or_refused(seed in prop::sample::select(SEEDS.to_vec()), changes in changes()) {
        let mut text: Vec<char> = seed.chars().collect();
        for (at, gone, piece) in changes {
            let at = at.index(text.len() + 1);
            let end = text.len().min(at + gone);
            text.splice(at..end, PIECES[piece.index(PIECES.len())].chars());
        }
        read(&text.into_iter().collect::<String>());
    }

    #[test]
    fn t5_rubbish_is_refused(text in any::<String>()) {
        read(&text);
    }
}

#[test]
fn t5_the_seeds_are_good() {
    for seed in SEEDS {
        read(seed);
    }
    assert!(
        Euro::parse(SEEDS[0]).is_ok() && Euro::parse_dutch(SEEDS[1]).is_ok() && Euro::parse_dutch(SEEDS[2]).is_ok()
    );
    assert!(
        Postcode::parse(SEEDS[3]).is_ok() && Stemcode::parse(SEEDS[6]).is_ok() && Sleuteldeel::parse(SEEDS[7]).is_ok()
    );
    assert_eq!(addresses::read(SEEDS[8], "").map(|all| all.len()), Ok(2));
    assert!(serde_urlencoded::from_str::<BoekingFilter>(SEEDS[10]).is_ok());
}
