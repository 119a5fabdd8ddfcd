//! A letter that was lost, from who asks for another to who votes with it: what a stranger ran into at the desk and on a phone
//! (P-6, V-1a). That nothing of it tells who voted is in `stemmen`.

use crate::stemmen::{CAST, carried};
use chrono::TimeDelta;
use contract::VervangingId;
use contract::buurtbegroting::PlanBuurtbegroting;
use contract::field::FieldCode;
use contract::initiatief::Say;
use contract::problem::ProblemCode;
use contract::stem::{CastVote, CheckStembewijs, CheckStemcode, StemApi as _};
use contract::stembureau::VervangingStand::{self, Afgewezen, Gegeven, Ingetrokken, Vervallen, Wacht};
use contract::stembureau::{ReplaceStemcode, StembureauApi as _, WeigerVervanging};
use tests::{OpenVote, World, proof};

fn lost(nummer: &str) -> ReplaceStemcode {
    ReplaceStemcode { nummer: nummer.into() }
}

fn why(reden: &str) -> WeigerVervanging {
    WeigerVervanging { reden: reden.into() }
}

/// A vote of each form, with so many letters.
async fn of_both_forms(letters: u32) -> Vec<(World, OpenVote)> {
    let mut all = Vec::new();
    for is_of_before in [false, true] {
        let world = World::new().await;
        let (plan, costs) = (world.plan(), ["1000.00"]);
        let vote = if is_of_before {
            world.open_vote_of_before(plan, letters, &costs).await
        } else {
            world.open_vote(plan, letters, &costs).await
        };
        all.push((world, vote));
    }
    all
}

// P-6, b9: two requests at once would be two letters, and the code that a resident just got would be dead.
#[tokio::test]
async fn for_one_letter_one_request_waits_and_who_confirms_it_ends_every_other() {
    for (world, vote) in of_both_forms(2).await {
        let (one, other, third) = (&vote.stembureau, world.stembureau("W2").await, world.stembureau("W2").await);
        let asked = one.request_vervanging(vote.id, lost("1")).await.unwrap();
        let refused = other.request_vervanging(vote.id, lost("1")).await.unwrap_err();
        assert_eq!((refused.fouten[0].veld.as_str(), refused.fouten[0].code), ("/nummer", FieldCode::AlGevraagd));
        other.request_vervanging(vote.id, lost("2")).await.expect("another letter is another matter");
        // As the version before took them: two people asked for the same letter.
        let account = |email: &str| format!("(SELECT id FROM account WHERE email = '{email}')");
        let crossing = format!(
            "INSERT INTO vervanging SELECT {}, ronde, nummer, {}, gevraagd_at FROM vervanging WHERE nummer = 1",
            account(&third.email),
            account(&other.email)
        );
        world.tamper(&crossing).await.unwrap();
        let crossing = VervangingId(third.id().0);
        assert_eq!(one.stembureau(vote.id).await.unwrap().vervangingen.len(), 3);
        world.pass(TimeDelta::seconds(30));
        other.confirm_vervanging(asked.id).await.unwrap();
        let waits = one.stembureau(vote.id).await.unwrap().vervangingen;
        assert_eq!(waits.iter().map(|own| own.nummer).collect::<Vec<_>>(), [2]);
        let late = one.confirm_vervanging(crossing).await.unwrap_err();
        assert_eq!(late.code(), ProblemCode::VervangingVoorbij);
        assert_eq!(world.count("vervanging_akkoord").await, 1, "one letter was given");
        // Lost once more, it is asked for anew.
        other.replace_with(one, vote.id, "1").await.expect("the one before is done");
    }
}

// b4, b6, b7: who asked sees what became of it, who confirms sees who asked and until when, and either can stop it.
#[tokio::test]
async fn a_request_can_be_stopped_by_either_and_everybody_at_the_desk_sees_what_became_of_it() {
    for (world, vote) in of_both_forms(4).await {
        let (one, other) = (&vote.stembureau, world.stembureau("W2").await);
        let mut asked = Vec::new();
        for nummer in ["1", "2", "3", "4"] {
            asked.push(one.request_vervanging(vote.id, lost(nummer)).await.unwrap());
        }
        assert_eq!(asked[0].vervalt_op - asked[0].gevraagd_op, TimeDelta::hours(24));
        let waits = other.stembureau(vote.id).await.unwrap().vervangingen.remove(0);
        assert_eq!((waits.gevraagd_door, waits.eigen, waits.stand), (asked[0].gevraagd_door.clone(), false, Wacht));
        assert!(!asked[0].gevraagd_door.is_empty());
        assert_eq!(one.end_vervanging(asked[0].id).await.unwrap().stand, Ingetrokken);
        assert_eq!(
            other.refuse_vervanging(asked[1].id, why("Dit is een ander adres.")).await.unwrap().stand,
            Afgewezen
        );
        other.confirm_vervanging(asked[2].id).await.unwrap();
        for id in [asked[0].id, asked[1].id, asked[2].id] {
            let over = other.confirm_vervanging(id).await.unwrap_err();
            assert_eq!(over.code(), ProblemCode::VervangingVoorbij);
            assert_eq!(one.end_vervanging(id).await.unwrap_err().code(), ProblemCode::VervangingVoorbij);
        }
        let elsewhere = world.stembureau("W4").await.end_vervanging(asked[3].id).await.unwrap_err();
        assert_eq!(elsewhere.code(), ProblemCode::NietToegestaan);
        // The database does not let the version before confirm what was stopped either.
        let account = format!("(SELECT id FROM account WHERE email = '{}')", other.email);
        let late = format!("INSERT INTO vervanging_akkoord SELECT vervanging, {account}, at FROM vervanging_einde");
        assert!(world.tamper(&late).await.is_err());
        assert_eq!(world.count("vervanging_akkoord").await, 1);

        world.shift_instance(TimeDelta::hours(24));
        for person in [one, &other] {
            world.log_in(person).await;
        }
        let seen = one.stembureau(vote.id).await.unwrap();
        assert!(seen.vervangingen.is_empty());
        let mut became: Vec<(u32, VervangingStand, bool)> =
            seen.afgehandeld.iter().map(|own| (own.nummer, own.stand, own.afgehandeld_op.is_some())).collect();
        became.sort_unstable();
        let expected = [(1, Ingetrokken, true), (2, Afgewezen, true), (3, Gegeven, true), (4, Vervallen, false)];
        assert_eq!(became, expected);
        let page = world.browser_of(one).await.look(&format!("/buurtbegrotingen/{}", vote.id)).await.text();
        for said in ["Ingetrokken op ", "Afgewezen op ", "Gegeven op ", "Vervallen: niet binnen 24 uur"] {
            assert!(page.contains(said), "{said}: {page}");
        }
    }
}

// P-6: what a colleague stops is a refusal, by whichever door, and nobody gets one without the reason.
#[tokio::test]
async fn a_colleague_stops_a_request_with_a_reason_and_who_asked_without() {
    for (world, vote) in of_both_forms(1).await {
        let (one, other) = (&vote.stembureau, world.stembureau("W2").await);
        let asked = one.request_vervanging(vote.id, lost("1")).await.unwrap().id;
        let silent = other.end_vervanging(asked).await.unwrap_err();
        assert_eq!(silent.code(), ProblemCode::OngeldigeInvoer);
        assert_eq!((silent.fouten[0].veld.as_str(), silent.fouten[0].code), ("/reden", FieldCode::Ontbreekt));
        let (path, named) = (format!("/buurtbegrotingen/{}", vote.id), asked.to_string());
        let fields = [("actie", "stopaanvraag"), ("vervanging", named.as_str())];
        assert_eq!(world.browser_of(&other).await.send(&path, &fields).await.status, 400);
        assert_eq!(one.stembureau(vote.id).await.unwrap().vervangingen[0].stand, Wacht, "nothing changed");
        let own = one.refuse_vervanging(asked, why("Toch niet.")).await.unwrap_err();
        assert_eq!(own.code(), ProblemCode::AndereOgenNodig, "nobody refuses their own");
        // Who asked says nothing, by both doors.
        assert_eq!(world.browser_of(one).await.send(&path, &fields).await.status, 303);
        let asked = one.request_vervanging(vote.id, lost("1")).await.unwrap().id;
        assert_eq!(one.end_vervanging(asked).await.unwrap().stand, Ingetrokken);
    }
}

// V-1a, V-3: of a new letter a ballot that is sent again is refused; who has its stembewijs is told that it is in the box.
#[tokio::test]
async fn without_scripts_a_ballot_whose_answer_got_lost_is_found_by_its_own_stembewijs() {
    for (world, vote) in of_both_forms(2).await {
        let other = world.stembureau("W2").await;
        let new = vote.stembureau.replace_with(&other, vote.id, "1").await.unwrap().stemcode;
        let path = format!("/buurtbegrotingen/{}/stemmen", vote.id);
        let (project, control) = (vote.projecten[0].to_string(), proof(1).biljet(vote.id).controlecode());
        let send = async |secret: u8| {
            let secret = proof(secret).grouped();
            let ballot = [
                ("actie", "stemmen"),
                ("stemcode", new.as_str()),
                ("stembewijs", secret.as_str()),
                ("keuze", project.as_str()),
            ];
            let heard = world.browser().send(&path, &ballot).await;
            (heard.status, heard.text())
        };
        assert_eq!(send(1).await.0, 200);
        // That answer never came, and the API refuses what is sent again.
        let again = CastVote { stemcode: new.as_str().into(), ..vote.ballot(0, proof(1), &[0]) };
        let refused = world.bezoeker().cast_vote(vote.id, again).await.unwrap_err();
        assert_eq!(refused.code(), ProblemCode::BiljetBezet);
        let (status, text) = send(1).await;
        assert_eq!(status, 200, "{text}");
        assert!(text.contains("U hebt gestemd") && text.contains(&control), "{text}");
        // Another stembewijs finds nothing, and puts nothing in the box.
        let (status, text) = send(2).await;
        assert_eq!(status, 409, "{text}");
        assert!(text.contains("Er is al gestemd voor deze brief") && !text.contains(&control), "{text}");
        world.close_vote().await;
        vote.count().await.unwrap();
        assert_eq!(world.opened().await, [vec![(0, 1)]]);
    }
}

// V-1a, V-3: a new letter is not told before that its voter voted; so the page of somebody's ballot, with another letter on it, would
// give the proof of the first. With the same letter and another choice it gives that, and says which choice counts.
#[tokio::test]
async fn without_scripts_the_secret_of_another_ballot_serves_no_new_letter() {
    for (world, vote) in of_both_forms(3).await {
        let other = world.stembureau("W2").await;
        let mut new = Vec::new();
        for nummer in ["2", "3"] {
            new.push(vote.stembureau.replace_with(&other, vote.id, nummer).await.unwrap().stemcode);
        }
        let (second, third) = (new[0].as_str(), new[1].as_str());
        let (browser, path) = (world.browser(), format!("/buurtbegrotingen/{}/stemmen", vote.id));
        let project = vote.projecten[0].to_string();
        let send = async |action: &str, code: &str, secret: &str, made: [&str; 2]| {
            let ballot = [
                ("actie", action),
                ("stemcode", code),
                ("stembewijs", secret),
                ("van", made[0]),
                ("was", made[1]),
                ("keuze", project.as_str()),
            ];
            browser.send(&path, &ballot).await.text()
        };
        let (secret, was, code) = (proof(1).grouped(), format!("{project}=1"), vote.codes[0].as_str());
        assert!(send("stemmen", code, &secret, ["", ""]).await.contains(CAST));
        // Who comes after them types the code of a new letter on the page that the first one went back to.
        let own = carried(&send("nakijken", second, &secret, [code, was.as_str()]).await, "stembewijs");
        assert!(!own.is_empty() && own != secret, "{own}");
        let done = send("stemmen", second, &own, ["", ""]).await;
        assert!(done.contains(CAST) && done.contains(&own) && !done.contains(&secret), "{done}");
        assert_eq!(world.count("deelname").await, 2);
        // The same letter, and another choice than the one that is in the box.
        let changed = send("nakijken", second, &own, [second, "iets anders"]).await;
        assert!(changed.contains(CAST) && changed.contains(&own), "{changed}");
        assert!(changed.contains("Wat al in de stembus zit, telt."), "{changed}");
        // One that was not cast tells nothing: another choice is another ballot.
        let before = proof(3).grouped();
        let check = carried(&send("nakijken", third, &before, [third, "iets anders"]).await, "stembewijs");
        assert!(!check.is_empty() && check != before, "{check}");
    }
}

// P-6: why it was refused stays to be read at the desk, with who did it and when, and not in a mail alone.
#[tokio::test]
async fn why_a_request_was_refused_stands_with_the_last_requests() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 2, &["1000.00"]).await;
    let (one, other) = (&vote.stembureau, world.stembureau("W2").await);
    let said = "Dit is een ander adres.";
    let refused = one.request_vervanging(vote.id, lost("1")).await.unwrap().id;
    assert_eq!(other.refuse_vervanging(refused, why(said)).await.unwrap().reden.as_deref(), Some(said));
    let taken_back = one.request_vervanging(vote.id, lost("2")).await.unwrap().id;
    assert_eq!(one.end_vervanging(taken_back).await.unwrap().reden, None);
    let path = format!("/buurtbegrotingen/{}", vote.id);
    for person in [one, &other] {
        let last = person.stembureau(vote.id).await.unwrap().afgehandeld;
        let own = last.iter().find(|own| own.id == refused).unwrap();
        let done = (own.stand, own.reden.as_deref(), own.afgehandeld_door.as_deref());
        assert_eq!(done, (Afgewezen, Some(said), Some(other.naam.as_str())));
        assert!(own.afgehandeld_op.is_some());
        let page = world.browser_of(person).await.look(&path).await.text();
        assert_eq!(page.matches("De reden: Dit is een ander adres.").count(), 1, "{page}");
    }
    // Who confirms what was refused meanwhile reads it there, and in the list.
    let named = refused.to_string();
    let late = [("actie", "bevestigen"), ("vervanging", named.as_str()), ("zeker", "ja")];
    let page = world.browser_of(&other).await.send(&path, &late).await.text();
    assert!(page.contains("wacht niet meer."), "{page}");
    assert_eq!(page.matches("De reden: Dit is een ander adres.").count(), 2, "{page}");
}

// P-6, G-1: somebody may have typed a name in it, so it goes: with the result that is final, or before.
#[tokio::test]
async fn why_a_request_was_refused_goes_and_that_it_was_refused_stays() {
    for (world, vote) in of_both_forms(2).await {
        let (one, other) = (&vote.stembureau, world.stembureau("W2").await);
        let refused = one.request_vervanging(vote.id, lost("1")).await.unwrap().id;
        other.refuse_vervanging(refused, why("Mevrouw Jansen woont daar niet.")).await.unwrap();
        assert!(
            world.tamper("UPDATE vervanging_reden SET reden = 'Iets anders.'").await.is_err(),
            "nobody rewrites it"
        );
        let say = Say { tekst: "Er stond een plan op met een verkeerd bedrag.".into() };
        one.stop_buurtbegroting(vote.id, say).await.unwrap();
        world.pass(TimeDelta::weeks(6));
        world.log_in(one).await;
        assert_eq!(world.count("vervanging_reden").await, 1, "not yet");
        one.finalize_uitslag(vote.id).await.unwrap();
        assert_eq!(world.count("vervanging_reden").await, 0);
        assert_eq!(world.count("vervanging_einde").await, 1);
    }
}

// b1, b2, b3, b4
#[tokio::test]
async fn the_page_says_what_became_of_a_form_of_the_desk() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 2, &["1000.00"]).await;
    let path = format!("/buurtbegrotingen/{}", vote.id);
    let browser = world.browser_of(&vote.stembureau).await;
    let empty = browser.look(&path).await.text();
    let jump = format!("href=\"{path}?kwijt=ja#vervangen.nummer\"");
    assert!(empty.contains(&jump) && !empty.contains("Aangevraagd: "), "{empty}");
    let ask = async |said: &str| {
        let heard = browser.send(&path, &[("actie", "vervangen"), ("nummer", "2")]).await;
        let text = browser.look(heard.header("location").expect("it worked")).await.text();
        assert!(text.contains(said), "{said}: {text}");
    };
    ask("Aangevraagd: een nieuwe brief 2. ").await;
    ask("Brief 2 had u al aangevraagd, op ").await;
    let id = vote.stembureau.stembureau(vote.id).await.unwrap().vervangingen.remove(0).id.to_string();
    let heard = browser.send(&path, &[("actie", "stopaanvraag"), ("vervanging", &id)]).await;
    let text = browser.look(heard.header("location").expect("it worked")).await.text();
    assert!(text.contains("De aanvraag voor brief 2 is ingetrokken."), "{text}");
    // An address alone makes the page say nothing that is not so.
    let text = browser.look(&format!("{path}?aanvraag={id}")).await.text();
    assert!(!text.contains("Aangevraagd: "), "{text}");
    assert!(!world.browser().look(&format!("{path}?gestopt={id}")).await.text().contains("is ingetrokken."));
}

// P-6: a letter that waits is seen where somebody looks for their work, and each has its own yes and no.
#[tokio::test]
async fn each_letter_that_waits_is_told_of_and_answered_by_itself() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 2, &["1000.00"]).await;
    let (one, other) = (&vote.stembureau, world.stembureau("W2").await);
    let (asks, confirms) = (world.browser_of(one).await, world.browser_of(&other).await);
    let path = format!("/buurtbegrotingen/{}", vote.id);
    let to = format!("href=\"{path}#wachtende-brieven\"");
    assert!(!confirms.look("/buurtbegrotingen").await.text().contains(&to), "nothing waits");
    let mut asked = Vec::new();
    for nummer in ["1", "2"] {
        asked.push(one.request_vervanging(vote.id, lost(nummer)).await.unwrap().id.to_string());
    }
    let list = confirms.look("/buurtbegrotingen").await.text();
    assert!(list.contains(&to) && list.contains("2 nieuwe brieven wachten op uw bevestiging (tot "), "{list}");
    assert!(!asks.look("/buurtbegrotingen").await.text().contains(&to), "who asked does not confirm");
    let page = confirms.look(&path).await.text();
    assert_eq!(page.matches("Bevestig en geef de nieuwe brief").count(), 2, "{page}");
    assert!(page.contains("id=\"wachtende-brieven\""), "{page}");

    // No without a reason is refused at that request and at no other.
    let mut no = vec![("actie", "afwijsaanvraag"), ("vervanging", asked[0].as_str())];
    let heard = confirms.send(&path, &no).await;
    assert_eq!(heard.status, 400);
    let text = heard.text();
    assert!(text.contains(&format!("href=\"#afwijsaanvraag.reden.{}\"", asked[0])), "{text}");
    assert!(text.contains("Schrijf waarom u dit afwijst."), "{text}");
    assert!(!text.contains(&format!("href=\"#afwijsaanvraag.reden.{}\"", asked[1])), "{text}");
    no.push(("reden", "Dit nummer hoort bij een ander adres."));
    let heard = confirms.send(&path, &no).await;
    let text = confirms.look(heard.header("location").expect("it worked")).await.text();
    assert!(
        text.contains("De aanvraag voor brief 1 is afgewezen door ")
            && !text.contains("In deze buurtbegroting wacht niets meer."),
        "{text}"
    );
    let mails = world.mail_to(one).await;
    let refused = mails.iter().find(|own| own.subject == "Uw aanvraag voor een stembrief is afgewezen: brief 1");
    let said = refused.is_some_and(|own| own.text.contains("Dit nummer hoort bij een ander adres."));
    assert!(said, "{mails:#?}");

    let yes = [("actie", "bevestigen"), ("vervanging", asked[1].as_str()), ("zeker", "ja")];
    let text = confirms.send(&path, &yes).await.text();
    assert!(
        text.contains("Brief 2 is gegeven.") && text.contains("In deze buurtbegroting wacht niets meer."),
        "{text}"
    );
    assert!(!text.contains("Bevestig en geef de nieuwe brief"), "nothing is left to press: {text}");
    // The letter is on this page alone: nothing but the way on is there, and that loads another.
    let on = format!("href=\"{path}?verder=ja#wachtende-brieven\"");
    assert!(text.contains(&on) && !text.contains("value=\"vervangen\""), "{text}");
    // Loaded again, the page that gave it says what happened then.
    let again = confirms.send(&path, &yes).await;
    assert_eq!(again.status, 409);
    let text = again.text();
    assert!(text.contains("De nieuwe brief 2 is al gegeven, door u, op "), "{text}");
    assert!(!text.contains("utrecht-alert--error"), "{text}");
    // Who takes it back too late reads that the old code is dead, and who has the letter.
    let late = asks.send(&path, &[("actie", "stopaanvraag"), ("vervanging", &asked[1])]).await.text();
    for said in ["Intrekken of afwijzen kan niet meer: de oude stemcode werkt niet meer.", other.naam.as_str()] {
        assert!(late.contains(said), "{said}: {late}");
    }
    // The only thing that is wrong is said where it is.
    let wrong = asks.send(&path, &[("actie", "vervangen"), ("nummer", "9")]).await;
    assert_eq!(wrong.status, 400);
    let text = wrong.text();
    assert!(text.contains("De nummers lopen van 1 tot en met 2.") && !text.contains("utrecht-alert--error"), "{text}");
}

// P-6: who asked finds it with their own work: what waits for a colleague and until when, and what was refused and why.
#[tokio::test]
async fn who_asked_for_a_letter_finds_that_with_their_own_work_and_what_became_of_it() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 4, &["1000.00"]).await;
    let (one, other) = (&vote.stembureau, world.stembureau("W2").await);
    let (asks, confirms) = (world.browser_of(one).await, world.browser_of(&other).await);
    let mine = "Nieuwe brieven die u aanvroeg";
    let nothing = asks.look("/werk").await.text();
    assert!(nothing.contains("Er wacht niets op u.") && !nothing.contains(mine), "{nothing}");
    let mut asked = Vec::new();
    for nummer in ["1", "2", "3", "4"] {
        asked.push(one.request_vervanging(vote.id, lost(nummer)).await.unwrap().id);
    }
    other.refuse_vervanging(asked[1], why("Dit nummer hoort bij een ander adres.")).await.unwrap();
    other.confirm_vervanging(asked[2]).await.unwrap();
    one.end_vervanging(asked[3]).await.unwrap();
    let work = asks.look("/werk").await.text();
    for said in [
        mine,
        "Brief 1: u vroeg op ",
        "Een ander van het stembureau moet dat bevestigen vóór ",
        "Afgewezen op ",
        "De reden: Dit nummer hoort bij een ander adres.",
        "Vraag de brief opnieuw aan",
        "Gegeven op ",
    ] {
        assert!(work.contains(said), "{said}: {work}");
    }
    assert!(!work.contains("Er wacht niets op u.") && work.contains("Ingetrokken op "), "{work}");
    // Each leads to its own row, with its number; and what was refused to its number, filled in.
    let path = format!("/buurtbegrotingen/{}", vote.id);
    let row = format!("aanvraag-{}", asked[0]);
    assert!(work.contains(&format!("href=\"{path}#{row}\"")), "{work}");
    assert!(work.contains("Bekijk de aanvraag voor brief 1 of trek hem in"), "{work}");
    assert!(work.contains(&format!("href=\"{path}?kwijt=2#vervangen.nummer\"")), "{work}");
    let desk = asks.look(&format!("{path}?kwijt=2")).await.text();
    for said in [format!("id=\"{row}\""), "Ja, trek de aanvraag voor brief 1 in".into(), "value=\"2\"".into()] {
        assert!(desk.contains(&said), "{said}: {desk}");
    }
    assert!(!confirms.look("/werk").await.text().contains(mine), "it is not theirs");
    // Asked once more, what was refused is over.
    world.pass(TimeDelta::seconds(30));
    one.request_vervanging(vote.id, lost("2")).await.unwrap();
    let work = asks.look("/werk").await.text();
    assert!(work.contains("Brief 2: u vroeg op ") && !work.contains("Afgewezen op "), "{work}");
    // Two weeks later it is no news any more.
    world.shift_instance(TimeDelta::days(16));
    world.log_in(one).await;
    let heard = world.browser_of(one).await.look("/werk").await;
    let work = heard.text();
    assert_eq!(heard.status, 200, "{work}");
    // It is their own work, to its last line.
    assert!(work.contains("Mijn werk") && work.contains("Alle opdrachten"), "{work}");
    assert!(!work.contains("Gegeven op "), "{work}");
}

// P-6: nobody gives a second letter for a number without knowing of the first.
#[tokio::test]
async fn a_number_that_got_a_new_letter_before_says_so_when_it_is_asked_for_again() {
    for (world, vote) in of_both_forms(1).await {
        let (one, other) = (&vote.stembureau, world.stembureau("W2").await);
        let first = one.request_vervanging(vote.id, lost("1")).await.unwrap();
        assert_eq!((first.eerder_op, first.eerder_door), (None, None));
        other.confirm_vervanging(first.id).await.unwrap();
        world.pass(TimeDelta::seconds(30));
        let again = one.request_vervanging(vote.id, lost("1")).await.expect("it is no reason to refuse it");
        assert_eq!(again.eerder_door.as_deref(), Some(other.naam.as_str()));
        let seen = other.stembureau(vote.id).await.unwrap();
        assert_eq!(seen.vervangingen[0].eerder_op, seen.afgehandeld[0].afgehandeld_op);
        assert!(again.eerder_op.is_some() && seen.afgehandeld[0].zelf);
        for person in [one, &other] {
            let text = world.browser_of(person).await.look(&format!("/buurtbegrotingen/{}", vote.id)).await.text();
            assert!(
                text.contains("Voor brief 1 is op ") && text.contains(&format!(", door {}.", other.naam)),
                "{text}"
            );
        }
        let alone = one.refuse_vervanging(again.id, why("Toch niet.")).await.unwrap_err();
        assert_eq!(alone.code(), ProblemCode::AndereOgenNodig);
    }
}

// V-1a, P-3, B-1, b11: who has the letter that was lost hears that there is a new one. That tells nothing of who voted, and is no
// guess. In a round of before nothing is left of the old code, and it is unknown.
#[tokio::test]
async fn an_old_code_is_told_to_be_old_whether_or_not_its_voter_voted_and_is_no_guess() {
    for (world, vote) in of_both_forms(3).await {
        let (visitor, other) = (world.bezoeker(), world.stembureau("W2").await);
        vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
        let mut new = Vec::new();
        for nummer in ["1", "2"] {
            new.push(vote.stembureau.replace_with(&other, vote.id, nummer).await.unwrap().stemcode);
        }
        let is_of_before = world.count("kiescode").await == 0;
        let expected = if is_of_before { FieldCode::StemcodeOnbekend } else { FieldCode::StemcodeVervangen };
        // More often than somebody may guess.
        let times = if is_of_before { 1 } else { 12 };
        for _ in 0..times {
            for letter in [0, 1] {
                let check = CheckStemcode { stemcode: vote.codes[letter].as_str().into() };
                for said in [
                    visitor.check_stemcode(vote.id, check.clone()).await.map(drop),
                    visitor.find_stemcode(check).await.map(drop),
                    vote.vote(&visitor, letter, proof(1), &[0]).await.map(drop),
                    vote.vote(&visitor, letter, proof(9), &[0]).await.map(drop),
                ] {
                    assert_eq!(said.unwrap_err().fouten[0].code, expected, "of before: {is_of_before}");
                }
            }
        }
        // One that was replaced twice is no better, and the last is good.
        let last = vote.stembureau.replace_with(&other, vote.id, "2").await.unwrap().stemcode;
        let cast = |code: &str| CastVote { stemcode: code.into(), ..vote.ballot(1, proof(2), &[0]) };
        assert_eq!(visitor.cast_vote(vote.id, cast(&new[1])).await.unwrap_err().fouten[0].code, expected);
        visitor.cast_vote(vote.id, cast(&last)).await.unwrap();
    }
}

// b5
#[tokio::test]
async fn a_number_of_no_letter_is_told_to_be_that() {
    for (_world, vote) in of_both_forms(1).await {
        for (nummer, expected) in [
            ("99999", FieldCode::BriefOnbekend),
            ("0", FieldCode::BriefOnbekend),
            ("-3", FieldCode::BriefOnbekend),
            ("99999999999999999999", FieldCode::BriefOnbekend),
            ("drie", FieldCode::GeenGetal),
            ("1,5", FieldCode::GeenGetal),
            ("-", FieldCode::GeenGetal),
            (" ", FieldCode::Ontbreekt),
        ] {
            let refused = vote.stembureau.request_vervanging(vote.id, lost(nummer)).await.unwrap_err();
            assert_eq!(refused.fouten[0].code, expected, "{nummer}");
            let last = (expected == FieldCode::BriefOnbekend).then_some(1);
            assert_eq!(refused.fouten[0].grens, last, "{nummer}: it is told which numbers there are");
        }
    }
}

// b14, b17, b20
#[tokio::test]
async fn what_a_voter_and_the_desk_read_is_true_of_a_new_letter_as_well() {
    for (world, vote) in of_both_forms(2).await {
        let (visitor, other) = (world.bezoeker(), world.stembureau("W2").await);
        let path = format!("/buurtbegrotingen/{}", vote.id);
        let control = vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap().controlecode;
        let new = vote.stembureau.replace_with(&other, vote.id, "1").await.unwrap().stemcode;
        let (secret, project) = (proof(2).grouped(), vote.projecten[0].to_string());
        let ballot =
            [("actie", "stemmen"), ("stemcode", new.as_str()), ("stembewijs", &secret), ("keuze", project.as_str())];
        let refused = world.browser().send(&format!("{path}/stemmen"), &ballot).await;
        assert_eq!(refused.status, 409);
        let text = refused.text();
        let mail = format!("href=\"mailto:{}\"", world.app().settings.contact_email);
        for said in ["Er is al gestemd voor deze brief", "ook als er een nieuwe brief voor is gegeven", &mail] {
            assert!(text.contains(said), "{said}: {text}");
        }
        let look = CheckStembewijs { stembewijs: control.into() };
        let wrong = visitor.check_stembewijs(vote.id, look).await.unwrap_err();
        assert_eq!(wrong.fouten[0].code, FieldCode::IsControlecode);
        let asked = vote.stembureau.request_vervanging(vote.id, lost("2")).await.unwrap().id.to_string();
        let alone = [("actie", "bevestigen"), ("vervanging", asked.as_str()), ("zeker", "ja")];
        let alone = world.browser_of(&vote.stembureau).await.send(&path, &alone).await;
        assert_eq!(alone.status, 403);
        let text = alone.text();
        assert!(
            text.contains("omdat u er al bij betrokken bent") && !text.contains("vraagt er ook geen fiat"),
            "{text}"
        );
    }
}

// V-1a, H-5: who has used a letter reads what they can do, the same whether they looked it over or sent it; a page that answered a
// form names its own address, so that a tab does not send it again.
#[tokio::test]
async fn who_votes_twice_reads_what_is_left_to_do_and_nothing_else() {
    for wijzigen_mag in [true, false] {
        let world = World::new().await;
        let vote = world.open_vote(PlanBuurtbegroting { wijzigen_mag, ..world.plan() }, 1, &["1000.00"]).await;
        let (path, project) = (format!("/buurtbegrotingen/{}", vote.id), vote.projecten[0].to_string());
        let was = format!("{project}=1");
        let send = async |action: &str, secret: u8| {
            let secret = proof(secret).grouped();
            let ballot = [
                ("actie", action),
                ("volgorde", "abc"),
                ("stemcode", vote.codes[0].as_str()),
                ("stembewijs", secret.as_str()),
                ("van", vote.codes[0].as_str()),
                ("was", was.as_str()),
                ("keuze", project.as_str()),
            ];
            let heard = world.browser().send(&format!("{path}/stemmen"), &ballot).await;
            (heard.status, heard.text())
        };
        let (status, check) = send("nakijken", 1).await;
        assert_eq!(status, 200, "{check}");
        assert_eq!(check.contains("dan kunt u uw stem niet meer wijzigen"), !wijzigen_mag, "before, too: {check}");
        assert!(check.contains(&format!("data-adres=\"{path}/stemmen?volgorde=abc\"")), "{check}");
        let (status, cast) = send("stemmen", 1).await;
        assert_eq!(status, 200, "{cast}");
        assert!(cast.contains("data-einde=\"gestemd\""), "{cast}");
        let to_change = format!("href=\"{path}/stemmen/wijzigen\"");
        // b5-10: the code goes along.
        let with_code = format!("action=\"{path}/stemmen/wijzigen\"");
        assert_eq!(cast.contains(&with_code), wijzigen_mag, "{cast}");
        for (action, is_sent) in [("nakijken", false), ("stemmen", true)] {
            let (status, text) = send(action, 2).await;
            assert_eq!(status, 409, "{text}");
            assert_eq!(text.contains("Voor deze brief is er al een stem"), is_sent, "{action}: {text}");
            // b5-8: who has just sent one has no stembewijs of the vote that is there.
            assert_eq!(text.contains(&to_change), wijzigen_mag && !is_sent, "{action}: {text}");
            assert!(text.contains("Viel net uw verbinding weg? Dan telt uw eerste stem."), "{action}: {text}");
            assert!(text.contains(&format!("href=\"{path}/stembewijs\"")) && text.contains("mailto:"), "{text}");
            assert!(!text.contains("name=\"keuze\"") && !text.contains(&project), "nothing of the ballot: {text}");
        }
        // b5-A: with the very same secret it is the same vote, and its stembewijs is given again.
        let (status, again) = send("nakijken", 1).await;
        assert_eq!(status, 200, "{again}");
        let (secret, control) = (proof(1).grouped(), proof(1).biljet(vote.id).controlecode());
        assert!(again.contains("U hebt gestemd") && again.contains(&secret) && again.contains(&control), "{again}");
        let plain = world.browser().look(&format!("{path}/stemmen?volgorde=abc")).await.text();
        assert!(!plain.contains("data-adres"), "{plain}");
    }
}
