//! What a mail may say to whom.

use contract::account::{AccountApi as _, Register, RequestReset, ResetPassword, UseLink, Wachtwoord};
use contract::initiatief::{CreateInitiatief, Indiener, InitiatiefApi as _};
use tests::{Letter, Person, World};

/// What a stranger would like the municipality to mail for them.
const WORDS: &str = "https://evil.test";

/// Nothing that was typed stands anywhere in it.
fn says_nothing_of_anybody(mail: &Letter) {
    assert!(!format!("{mail:?}").contains("evil"), "{mail:#?}");
    assert_eq!(mail.naam, None, "{mail:#?}");
    assert!(mail.text.starts_with("Goedendag,\n"), "{mail:#?}");
}

/// Somebody without an account who types that wherever they can.
fn stranger(world: &World) -> (Person, CreateInitiatief) {
    let mut gast = world.bezoeker();
    gast.naam = WORDS.into();
    let indiener = Indiener {
        naam: WORDS.into(),
        email: gast.email.as_str().into(),
        soort: "organisatie".into(),
        organisatie: Some(WORDS.into()),
        ..Indiener::default()
    };
    let tekst = format!("Kijk op {WORDS} voor dit plan.");
    let request = CreateInitiatief {
        tekst: tekst.as_str().into(),
        plaats: Some(WORDS.into()),
        indiener: Some(indiener),
        ..gast.idea(WORDS)
    };
    (gast, request)
}

// finding 19, O-1, T-1
#[tokio::test]
async fn a_guest_cannot_have_their_words_mailed_to_somebody_else() {
    let world = World::new().await;
    let (gast, request) = stranger(&world);
    gast.create_initiatief(gast.key(), request).await.unwrap();
    let mail = world.one_mail_to(&gast).await;
    assert_eq!(mail.subject, "Bevestig uw initiatief");
    says_nothing_of_anybody(&mail);

    // Who pressed the link reads that mail, and their own words back.
    gast.confirm_initiatief(UseLink { geheim: mail.secret().into() }).await.unwrap();
    let receipt = world.one_mail_to(&gast).await;
    assert_eq!(receipt.naam.as_deref(), Some(WORDS));
    assert!(receipt.text.contains(&format!("Beste {WORDS},")), "{}", receipt.text);
    assert!(receipt.text.contains(&format!("“{WORDS}”")), "{}", receipt.text);
}

// finding 19, O-1, T-1
#[tokio::test]
async fn an_account_with_somebody_elses_address_says_nothing_to_them() {
    let world = World::new().await;
    let (gast, _) = stranger(&world);
    let registration = Register {
        naam: WORDS.into(),
        email: gast.email.as_str().into(),
        wachtwoord: Wachtwoord("paarse tractor zingt luid".into()),
        soort: "organisatie".into(),
        organisatie: Some(WORDS.into()),
        ..Register::default()
    };
    gast.register(registration.clone()).await.unwrap();
    gast.register(registration).await.unwrap();
    gast.request_reset(RequestReset { email: gast.email.as_str().into() }).await.unwrap();
    let mails = world.mail_to(&gast).await;
    let subjects: Vec<&str> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    let confirm = "Bevestig uw account bij Wijkkoers";
    assert_eq!(subjects, [confirm, confirm, "Kies een nieuw wachtwoord"]);
    for mail in &mails {
        says_nothing_of_anybody(mail);
    }

    // Whoever chooses a password by the mail owns the address.
    let reset =
        ResetPassword { geheim: mails[2].secret().into(), wachtwoord: Wachtwoord("zeven groene theepotten".into()) };
    gast.reset_password(reset).await.unwrap();
    assert_eq!(world.one_mail_to(&gast).await.naam.as_deref(), Some(WORDS));
}
