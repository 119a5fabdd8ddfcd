//! Who has to act on what a colleague asked is told by mail, and who asked hears the answer (V-8, P-6).

use contract::GeheelId;
use contract::ingreep::{HerstelIngreep, IngreepApi as _, MaakIngreep};
use contract::stembureau::{ReplaceStemcode, StembureauApi as _};
use tests::{Person, World, as_shown, refusal};

/// The subjects of the mails to somebody since this was last asked.
async fn told(world: &World, person: &Person) -> Vec<String> {
    world.mail_to(person).await.into_iter().map(|letter| letter.subject).collect()
}

/// A colleague who cannot log in any more.
async fn blocked(world: &World) -> Person {
    let gone = world.stembureau("W2").await;
    let block = format!("UPDATE account SET geblokkeerd = TRUE WHERE email = '{}'", gone.email);
    assert_eq!(world.tamper(&block).await.unwrap(), 1);
    gone
}

// finding W4
#[tokio::test]
async fn the_stembureau_hears_that_words_wait_for_it_and_the_wijkteam_what_it_said() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let (wijkteam, stembureau) = (&vote.wijkteam, &vote.stembureau);
    let (colleague, elsewhere, gone) =
        (world.stembureau("W2").await, world.stembureau("W4").await, blocked(&world).await);
    let everybody = [wijkteam, stembureau, &colleague, &elsewhere, &gone];
    for person in everybody {
        told(&world, person).await;
    }

    let round = GeheelId(vote.id.0);
    let ask = MaakIngreep {
        soort: "onherkenbaar".into(),
        woorden: vec!["Plan".into()],
        reden: "Dat is een naam.".into(),
        ..MaakIngreep::default()
    };
    let made = wijkteam.make_ingreep(wijkteam.key(), round, ask).await.unwrap();
    assert_eq!(made.ingrepen.len(), 2, "two titles");
    for person in [stembureau, &colleague] {
        let letter = world.one_mail_to(person).await;
        assert_eq!(letter.subject, "Weglaten: er wachten 2 teksten op uw antwoord");
        assert!(letter.text.contains("Het gaat om plan 1 en plan 2."), "{letter:?}");
        assert!(letter.link().unwrap().ends_with(&format!("/werk/weglaten/{}", vote.id)), "{letter:?}");
        assert!(!letter.text.contains("Dat is een naam."), "why is read on the page: {letter:?}");
    }
    let [first, second] = [0, 1].map(|at: usize| &made.ingrepen[at]);
    stembureau.confirm_ingreep(first.id, as_shown(first)).await.unwrap();
    assert_eq!(told(&world, wijkteam).await, ["Weglaten: het stembureau zei ja"]);
    colleague.refuse_ingreep(second.id, refusal(second, "Dit is geen naam.")).await.unwrap();
    let letter = world.one_mail_to(wijkteam).await;
    assert_eq!(letter.subject, "Weglaten: het stembureau zei nee");
    let one_plan =
        ["Het gaat om plan 1 (titel).", "Het gaat om plan 2 (titel)."].map(|about| letter.text.contains(about));
    assert_eq!(one_plan.iter().filter(|is_named| **is_named).count(), 1, "{letter:?}");
    assert!(letter.text.contains("Waarom het stembureau nee zei: Dit is geen naam."), "{letter:?}");

    // Putting back is asked and answered in the same way.
    let back = HerstelIngreep { reden: "Het is de naam van een straat.".into(), overal: false };
    let asked = wijkteam.undo_ingreep(first.id, back).await.unwrap().ingrepen;
    let asked = asked.iter().find(|own| own.id == first.id).unwrap();
    let letter = world.one_mail_to(&colleague).await;
    assert_eq!(letter.subject, "Terugzetten: er wacht 1 tekst op uw antwoord");
    assert!(letter.text.contains("Het gaat om plan "), "{letter:?}");
    assert!(letter.text.contains("Waarom het terug moet: Het is de naam van een straat."), "{letter:?}");
    assert_eq!(told(&world, stembureau).await, ["Terugzetten: er wacht 1 tekst op uw antwoord"]);
    colleague.refuse_ingreep(first.id, refusal(asked, "Dit is geen naam.")).await.unwrap();
    assert_eq!(told(&world, wijkteam).await, ["Terugzetten: het stembureau zei nee"]);
    for person in everybody {
        assert_eq!(told(&world, person).await, [""; 0], "{} hears nothing else", person.email);
    }
}

// finding W4, P-6
#[tokio::test]
async fn the_stembureau_hears_that_a_letter_waits_and_who_asked_that_it_was_confirmed() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 2, &["1000.00"]).await;
    let (one, other, gone) = (&vote.stembureau, world.stembureau("W2").await, blocked(&world).await);
    let everybody = [one, &other, &gone, &vote.wijkteam];
    for person in everybody {
        told(&world, person).await;
    }
    let lost = || ReplaceStemcode { nummer: "1".into() };
    let asked = one.request_vervanging(vote.id, lost()).await.unwrap();
    one.request_vervanging(vote.id, lost()).await.unwrap();
    let letter = world.one_mail_to(&other).await;
    assert_eq!(letter.subject, "Bevestig een nieuwe stembrief: brief 1", "asked twice, it is one request");
    assert!(
        letter.link().unwrap().ends_with(&format!("/buurtbegrotingen/{}#wachtende-brieven", vote.id)),
        "{letter:?}"
    );
    assert!(letter.text.contains("Bevestigen kan tot ") && letter.text.contains(" uur: dan krijgt u"), "{letter:?}");
    // b6: whoever reads it knows which letter, and whom to call.
    let by = |person: &Person| format!("{} van het stembureau", person.naam);
    assert!(letter.text.contains("is brief 1 kwijt") && letter.text.contains(&by(one)), "{letter:?}");
    let new = other.confirm_vervanging(asked.id).await.unwrap();
    let letter = world.one_mail_to(one).await;
    assert_eq!(letter.subject, "Uw aanvraag voor een stembrief is bevestigd: brief 1");
    assert!(letter.text.contains("brief 1 opnieuw aan") && letter.text.contains(&by(&other)), "{letter:?}");
    assert!(!letter.text.contains(&new.stemcode), "{letter:?}");
    for person in everybody {
        assert_eq!(told(&world, person).await, [""; 0], "{} hears nothing else", person.email);
    }
}
