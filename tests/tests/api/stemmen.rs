//! Voting, from a letter to a result.

use chrono::{DateTime, TimeDelta, Utc};
use contract::Problem;
use contract::buurtbegroting::{
    Busvorm, BuurtbegrotingApi as _, BuurtbegrotingFase as Fase, PlanBuurtbegroting, PlanStembiljet,
};
use contract::field::FieldCode;
use contract::initiatief::Say;
use contract::problem::ProblemCode;
use contract::stem::{ChangeVote, CheckStembewijs, CheckStemcode, StemApi as _};
use contract::stembureau::{ReplaceStemcode, StembureauApi as _};
use serde_json::{Value, json};
use tests::{OpenVote, PRODUCT, World, keuze, moment, proof};

#[tokio::test]
async fn a_round_goes_from_letters_to_a_result_that_everybody_sees() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 13, &["6000.00", "3000.00", "4000.00"]).await;
    let visitor = world.bezoeker();
    assert_eq!(visitor.buurtbegroting(vote.id).await.unwrap().kaart.fase, Fase::Stemmen);
    let places = [vec![0, 1], vec![0], vec![1, 2], vec![1]];
    vote.vote_all(&visitor, 12, |letter| places[letter % 4].clone()).await;
    world.close_vote().await;
    let closed = visitor.buurtbegroting(vote.id).await.unwrap();
    let sluiting = closed.sluiting.unwrap();
    assert_eq!((closed.kaart.fase, sluiting.stembiljetten), (Fase::Tellen, 12));
    assert!(!sluiting.weinig && !sluiting.ongecontroleerd && closed.stembus == Busvorm::Bewijzen);
    let uitslag = vote.count().await.unwrap();
    assert_eq!(visitor.uitslag(vote.id).await.unwrap(), uitslag);
    assert_eq!(visitor.buurtbegroting(vote.id).await.unwrap().kaart.fase, Fase::Uitslag);
    let found: Vec<(u32, bool, u64)> =
        uitslag.projecten.iter().map(|own| (own.nummer, own.gekozen, own.stemmen)).collect();
    assert_eq!(found, [(2, true, 9), (1, true, 6), (3, false, 3)]);
    assert_eq!(uitslag.natellen, None, "so few ballots are not published");
    assert_eq!(world.ledger_differences().await, [""; 0]);
    let reserved = format!("saldo WHERE product = '{PRODUCT}' AND pot = 'gereserveerd' AND cents = 900000");
    assert_eq!(world.count(&reserved).await, 1, "what the winners cost");
}

// V-3
#[tokio::test]
async fn a_letter_is_good_for_one_ballot_and_a_retry_is_no_second_one() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 3, &["1000.00", "2000.00"]).await;
    let visitor = world.bezoeker();
    let first = vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
    assert_eq!(vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap(), first, "the same request, the same answer");
    let other = vote.vote(&visitor, 0, proof(2), &[1]).await.unwrap_err();
    assert_eq!(other.code(), ProblemCode::AlGestemd);
    let taken = vote.vote(&visitor, 1, proof(1), &[1]).await.unwrap_err();
    assert_eq!(taken.code(), ProblemCode::BiljetBezet);
    assert_eq!((world.count("deelname").await, world.count("bus_in").await), (1, 1));
    let stand = |code: &str| CheckStemcode { stemcode: code.into() };
    assert!(visitor.check_stemcode(vote.id, stand(&vote.codes[0])).await.unwrap().gestemd);
    assert!(!visitor.check_stemcode(vote.id, stand(&vote.codes[1])).await.unwrap().gestemd);
    let ask = |secret| CheckStembewijs { stembewijs: grouped(secret) };
    let there = visitor.check_stembewijs(vote.id, ask(1)).await.unwrap();
    assert_eq!((there.in_de_bus, there.controlecode), (true, Some(first.controlecode)));
    assert!(!visitor.check_stembewijs(vote.id, ask(2)).await.unwrap().in_de_bus);
}

fn grouped(number: u8) -> contract::field::Raw<contract::stem::Stembewijs> {
    proof(number).grouped().into()
}

// B-1
#[tokio::test]
async fn a_wrong_code_is_told_beside_the_field_and_guessing_ends() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let (guesser, neighbour) = (world.bezoeker(), world.bezoeker());
    let guess = CheckStemcode { stemcode: "0000-0000-0000".into() };
    for _ in 0..10 {
        let refused = guesser.check_stemcode(vote.id, guess.clone()).await.unwrap_err();
        assert_eq!(refused.fouten[0].code, FieldCode::StemcodeOnbekend);
    }
    let refused = guesser.check_stemcode(vote.id, guess.clone()).await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::TeVaak);
    assert_eq!(neighbour.check_stemcode(vote.id, guess).await.unwrap_err().code(), ProblemCode::OngeldigeInvoer);
    vote.vote(&guesser, 0, proof(1), &[0]).await.expect("a right code is never limited by where it comes from");
}

//
#[tokio::test]
async fn fifty_ballots_at_once_by_one_voter_are_one() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let people: Vec<_> = (0..50).map(|_| world.bezoeker()).collect();
    let casts = people.iter().zip(0_u8..).map(|(person, number)| vote.vote(person, 0, proof(number), &[0]));
    let outcomes = futures_util::future::join_all(casts).await;
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(done, 1);
    for refused in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(refused.code(), ProblemCode::AlGestemd);
    }
    assert_eq!((world.count("deelname").await, world.count("bus_in").await), (1, 1));
}

/// A ballot as no page would send it.
async fn raw(vote: &OpenVote, letter: usize, keuzes: Value) -> Vec<FieldCode> {
    let body = json!({ "stemcode": vote.codes[letter], "biljetId": "ab".repeat(32), "keuzes": keuzes });
    let path = format!("/buurtbegrotingen/{}/stemmen", vote.id);
    let heard = vote.wijkteam.ask("POST", &path).json(&body).send().await;
    if heard.status < 400 { Vec::new() } else { heard.problem().fouten.iter().map(|fout| fout.code).collect() }
}

#[tokio::test]
async fn the_server_holds_every_kind_of_ballot_to_its_limits() {
    let world = World::new().await;
    let kind = |soort: &str, hoogstens: Option<&str>, punten: Option<&str>| PlanStembiljet {
        soort: soort.into(),
        hoogstens: hoogstens.map(Into::into),
        punten: punten.map(Into::into),
        per_project: punten.map(|_| "3".into()),
        ..PlanStembiljet::default()
    };
    let costs = ["4000.00", "5000.00", "6000.00"];
    for (at, (stembiljet, wrong, code, right)) in (0..).zip([
        (
            kind("goedkeuring", Some("2"), None),
            &[(0, 1), (1, 1), (2, 1)][..],
            FieldCode::TeVeelKeuzes,
            &[(0, 1), (2, 1)][..],
        ),
        (kind("knapzak", None, None), &[(1, 1), (2, 1)], FieldCode::TeDuur, &[(0, 1), (1, 1)]),
        (kind("punten", None, Some("5")), &[(0, 3), (1, 3)], FieldCode::TeVeelPunten, &[(0, 3), (1, 2)]),
        (kind("punten", None, Some("5")), &[(0, 4)], FieldCode::PuntenKloppenNiet, &[(0, 3)]),
        (kind("rangorde", Some("2"), None), &[(2, 1), (0, 1), (1, 1)], FieldCode::TeVeelKeuzes, &[(2, 1), (0, 1)]),
    ]) {
        let plan = PlanBuurtbegroting { stembiljet, ..world.plan() };
        let vote = world.open_vote(plan, 1, &costs).await;
        let keuzes = |places: &[(usize, u16)]| -> Value {
            places
                .iter()
                .map(|(place, punten)| json!({ "project": vote.projecten[*place], "punten": punten }))
                .collect()
        };
        assert_eq!(raw(&vote, 0, keuzes(wrong)).await, [code]);
        assert_eq!(raw(&vote, 0, json!([])).await, [FieldCode::TeWeinigKeuzes]);
        assert_eq!(raw(&vote, 0, keuzes(&[(0, 1), (0, 1)])).await, [FieldCode::KeuzeDubbel]);
        assert_eq!(raw(&vote, 0, keuzes(&[(0, 0)])).await, [FieldCode::PuntenKloppenNiet]);
        let elsewhere = json!([{ "project": uuid::Uuid::from_u128(7), "punten": 1 }]);
        assert_eq!(raw(&vote, 0, elsewhere).await, [FieldCode::KeuzeOnbekend]);
        assert_eq!(raw(&vote, 0, keuzes(right)).await, []);
        world.close_vote().await;
        vote.count().await.unwrap();
        assert_eq!(world.count("stem").await, at + 1, "what was taken in is counted");
    }
}

#[tokio::test]
async fn a_ballot_changes_by_its_secret_alone_where_the_round_allows_it() {
    let world = World::new().await;
    let plan = PlanBuurtbegroting { wijzigen_mag: true, ..world.plan() };
    let vote = world.open_vote(plan, 2, &["6000.00", "5000.00"]).await;
    let visitor = world.bezoeker();
    vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
    let to = |secret, place: usize| ChangeVote {
        stembewijs: grouped(secret),
        keuzes: vec![keuze(vote.projecten[place], 1)],
        stand: None,
    };
    visitor.change_vote(vote.id, to(1, 1)).await.unwrap();
    // Nothing is rewritten: the change lies on top, and the first is still there.
    assert_eq!((world.count("bus_in").await, world.count("bus_in WHERE wijziging = 1").await), (2, 1));
    visitor.change_vote(vote.id, to(1, 0)).await.unwrap();
    visitor.change_vote(vote.id, to(1, 1)).await.unwrap();
    vote.vote(&visitor, 0, proof(1), &[0]).await.expect("sent again, it is the same ballot");
    let unknown = visitor.change_vote(vote.id, to(2, 1)).await.unwrap_err();
    assert_eq!(unknown.fouten[0].veld, "/stembewijs");
    let nothing = ChangeVote { stembewijs: grouped(1), keuzes: Vec::new(), stand: None };
    assert_eq!(visitor.change_vote(vote.id, nothing).await.unwrap_err().fouten[0].code, FieldCode::TeWeinigKeuzes);
    world.close_vote().await;
    let late = visitor.change_vote(vote.id, to(1, 0)).await.unwrap_err();
    assert_eq!(late.code(), ProblemCode::StemmenIsDicht);
    let uitslag = vote.count().await.unwrap();
    let chosen: Vec<u32> = uitslag.projecten.iter().filter(|own| own.gekozen).map(|own| own.nummer).collect();
    assert_eq!((world.opened().await, chosen), (vec![vec![(1, 1)]], vec![2]), "the last choice counts, once");

    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["6000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    let again = ChangeVote { stembewijs: grouped(1), keuzes: vec![keuze(vote.projecten[0], 1)], stand: None };
    let refused = world.bezoeker().change_vote(vote.id, again).await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::AlGestemd, "lost is final");
}

// P-2: an old tab that is loaded again sends its change once more. That never comes on top of a later one; and how often a ballot was
// changed is not in what it is told by.
#[tokio::test]
async fn a_change_that_is_sent_again_after_a_later_one_does_not_count_for_it() {
    let world = World::new().await;
    let plan = PlanBuurtbegroting { wijzigen_mag: true, ..world.plan() };
    let vote = world.open_vote(plan, 1, &["6000.00", "5000.00"]).await;
    let visitor = world.bezoeker();
    vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
    let look = async || {
        let found = visitor.check_stembewijs(vote.id, CheckStembewijs { stembewijs: grouped(1) }).await.unwrap();
        found.stand.unwrap()
    };
    let to = |place: usize, stand: &str| ChangeVote {
        stembewijs: grouped(1),
        keuzes: vec![keuze(vote.projecten[place], 1)],
        stand: Some(stand.to_owned()),
    };
    let (first, same) = (look().await, look().await);
    assert_ne!(first, same, "nobody sees that nothing changed");
    visitor.change_vote(vote.id, to(0, &first)).await.unwrap();
    visitor.change_vote(vote.id, to(1, &look().await)).await.unwrap();
    let nonsense = "zz".repeat(48);
    for old in [first.as_str(), same.as_str(), "", nonsense.as_str()] {
        let refused = visitor.change_vote(vote.id, to(0, old)).await.unwrap_err();
        assert_eq!(refused.code(), ProblemCode::Verouderd, "{old}");
    }
    assert_eq!(world.count("bus_in").await, 3);
    world.close_vote().await;
    vote.count().await.unwrap();
    assert_eq!(world.opened().await, [vec![(1, 1)]]);
}

// P-2: the same with the pages, without scripts.
#[tokio::test]
async fn a_page_that_says_that_a_vote_was_changed_changes_nothing_when_it_is_loaded_again() {
    let world = World::new().await;
    let plan = PlanBuurtbegroting { wijzigen_mag: true, ..world.plan() };
    let vote = world.open_vote(plan, 1, &["1000.00", "2000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    let (browser, path) = (world.browser(), format!("/buurtbegrotingen/{}/stemmen/wijzigen", vote.id));
    let secret = proof(1).grouped();
    let mut sent = Vec::new();
    for place in [0, 1] {
        let project = vote.projecten[place].to_string();
        let ballot = [("stembewijs", secret.as_str()), ("volgorde", "abc"), ("keuze", project.as_str())];
        let check = browser.send(&path, &[&[("actie", "nakijken")][..], &ballot].concat()).await.text();
        let (_, rest) =
            check.split_once("name=\"stand\" value=\"").expect("the check carries along how the ballot stood");
        let stand = rest.split('"').next().unwrap().to_owned();
        let change = [&[("actie", "wijzigen"), ("stand", stand.as_str())][..], &ballot].concat();
        let change: Vec<(String, String)> =
            change.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        sent.push(change);
        let now: Vec<(&str, &str)> = sent[place].iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert!(browser.send(&path, &now).await.text().contains("Uw nieuwe keuze zit in de stembus."));
    }
    for change in &sent {
        let again: Vec<(&str, &str)> = change.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let text = browser.send(&path, &again).await.text();
        assert!(text.contains("Uw stem is al gewijzigd") && !text.contains(&secret), "{text}");
    }
    world.close_vote().await;
    vote.count().await.unwrap();
    assert_eq!(world.opened().await, [vec![(1, 1)]]);
}

// Several windows of one voter, and a move in between: every change is there, and the last one counts.
#[tokio::test]
async fn changes_at_once_are_all_kept_and_the_last_one_counts() {
    let world = World::new().await;
    let stemmen_tot = moment(world.now() + TimeDelta::hours(2));
    let plan = PlanBuurtbegroting { wijzigen_mag: true, stemmen_tot, ..world.plan() };
    let vote = world.open_vote(plan, 2, &["6000.00", "5000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    let people: Vec<_> = (0..4).map(|_| world.bezoeker()).collect();
    let to = |place: usize| ChangeVote {
        stembewijs: grouped(1),
        keuzes: vec![keuze(vote.projecten[place], 1)],
        stand: None,
    };
    let changes = people.iter().map(|person| person.change_vote(vote.id, to(1)));
    let outcomes = futures_util::future::join_all(changes).await;
    let done = i64::try_from(outcomes.iter().filter(|outcome| outcome.is_ok()).count()).unwrap();
    let is_fine = |outcome: &Result<_, Problem>| outcome.as_ref().err().is_none_or(|no| no.status == 503);
    assert!(done >= 1 && outcomes.iter().all(is_fine), "{outcomes:?}");
    assert_eq!(world.count("bus_in").await, done + 1);
    world.pass(TimeDelta::hours(1));
    world.drive().await;
    assert_eq!((world.count("bus_in").await, world.count("bus").await), (0, done + 1));
    people[0].change_vote(vote.id, to(0)).await.unwrap();
    assert_eq!(world.count(&format!("bus_in WHERE wijziging = {}", done + 1)).await, 1);
    world.pass(TimeDelta::hours(1));
    world.drive().await;
    world.log_in_to_count(&vote).await;
    vote.count().await.unwrap();
    assert_eq!(world.opened().await, [vec![(0, 1)]]);
}

// P-6, V-1a, finding 9
#[tokio::test]
async fn a_letter_that_was_lost_gets_another_code_by_two_people_and_the_voter_stays_one() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 3, &["1000.00"]).await;
    let visitor = world.bezoeker();
    let (one, other) = (&vote.stembureau, world.stembureau("W2").await);
    let lost = |nummer: &str| ReplaceStemcode { nummer: nummer.into() };
    let asked = one.request_vervanging(vote.id, lost("1")).await.unwrap();
    assert_eq!((asked.nummer, asked.eigen), (1, true));
    assert_eq!(
        one.request_vervanging(vote.id, lost("1")).await.unwrap().id,
        asked.id,
        "asked twice, it is one request"
    );
    assert_eq!(world.count("kiescode").await, 3, "nothing was made yet");
    let alone = one.confirm_vervanging(asked.id).await.unwrap_err();
    assert_eq!(alone.code(), ProblemCode::AndereOgenNodig);
    let alone =
        "INSERT INTO vervanging_akkoord (vervanging, door, at) SELECT id, gevraagd_door, gevraagd_at FROM vervanging";
    assert!(world.tamper(alone).await.is_err(), "the database does not let them either");
    let elsewhere = world.stembureau("W4").await.confirm_vervanging(asked.id).await.unwrap_err();
    assert_eq!(elsewhere.code(), ProblemCode::NietToegestaan);
    let seen = other.stembureau(vote.id).await.unwrap().vervangingen;
    assert_eq!(seen.iter().map(|own| (own.id, own.eigen)).collect::<Vec<_>>(), [(asked.id, false)]);
    assert_eq!(visitor.opkomst(vote.id).await.unwrap().vervangen_brieven, 0);

    let new = other.confirm_vervanging(asked.id).await.unwrap();
    assert_eq!(new.nummer, 1);
    let twice = other.confirm_vervanging(asked.id).await.unwrap_err();
    assert_eq!(twice.code(), ProblemCode::VervangingVoorbij, "a code is given once");
    assert!(other.stembureau(vote.id).await.unwrap().vervangingen.is_empty());
    assert_eq!(visitor.opkomst(vote.id).await.unwrap().vervangen_brieven, 1, "everybody sees how many");
    let old = vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap_err();
    assert_eq!(old.fouten[0].code, FieldCode::StemcodeVervangen, "the old code is dead");
    let with = |code: &str, secret: u8| {
        let ballot = vote.ballot(0, proof(secret), &[0]);
        contract::stem::CastVote { stemcode: code.into(), ..ballot }
    };
    visitor.cast_vote(vote.id, with(&new.stemcode, 1)).await.unwrap();
    let newer = other.replace_with(one, vote.id, "1").await.unwrap();
    let twice = visitor.cast_vote(vote.id, with(&newer.stemcode, 2)).await.unwrap_err();
    assert_eq!(twice.code(), ProblemCode::AlGestemd);
    let nobody = one.request_vervanging(vote.id, lost("99")).await.unwrap_err();
    assert_eq!(nobody.fouten[0].code, FieldCode::BriefOnbekend);

    // What nobody confirmed within a day is void.
    let stale = one.request_vervanging(vote.id, lost("2")).await.unwrap();
    world.shift_instance(TimeDelta::hours(24));
    for person in [one, &other] {
        world.log_in(person).await;
    }
    assert!(other.stembureau(vote.id).await.unwrap().vervangingen.is_empty());
    assert_eq!(other.confirm_vervanging(stale.id).await.unwrap_err().code(), ProblemCode::VervangingVoorbij);
    world.shift_instance(TimeDelta::hours(-24));
    for person in [one, &other] {
        world.log_in(person).await;
    }
    world.close_vote().await;
    let uitslag = vote.count().await.unwrap();
    assert_eq!((uitslag.brieven, uitslag.vervangen_brieven), (3, 2));
    let page = world.browser().look(&format!("/buurtbegrotingen/{}", vote.id)).await.text();
    assert!(page.contains("2 keer is een nieuwe brief gegeven"), "{page}");
}

// V-1a, finding 9
#[tokio::test]
async fn neither_replacing_a_code_nor_checking_one_tells_whether_that_voter_voted() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 2, &["1000.00"]).await;
    let visitor = world.bezoeker();
    let (one, other) = (&vote.stembureau, world.stembureau("W2").await);
    vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
    let asked = async |nummer: &str| {
        let asked = one.request_vervanging(vote.id, ReplaceStemcode { nummer: nummer.into() }).await.unwrap();
        let new = other.confirm_vervanging(asked.id).await.unwrap();
        let check = CheckStemcode { stemcode: new.stemcode.as_str().into() };
        let stand = visitor.check_stemcode(vote.id, check.clone()).await.unwrap();
        let found = visitor.find_stemcode(check).await.unwrap().rondes.remove(0);
        (new.stemcode, [stand.gestemd, stand.vervangen, found.gestemd, found.vervangen])
    };
    let (voted, stand_of_voted) = asked("1").await;
    let (not_voted, stand_of_not_voted) = asked("2").await;
    assert_eq!(stand_of_voted, stand_of_not_voted, "the same answer for who voted and who did not");
    assert_eq!(stand_of_voted, [false, true, false, true]);
    // The page says so before the ballot is filled in, and again before it is sent.
    let path = format!("/buurtbegrotingen/{}/stemmen", vote.id);
    let empty = world.browser().look(&format!("{path}?volgorde=abc")).await.text();
    assert!(empty.contains("U ziet dat pas als u op ‘Stem nu’ drukt"), "{empty}");
    let project = vote.projecten[0].to_string();
    let fields = [("actie", "nakijken"), ("stemcode", voted.as_str()), ("keuze", project.as_str())];
    let checked = world.browser().send(&path, &fields).await.text();
    assert!(
        checked.contains("Dit is een nieuwe brief") && checked.contains("Uw keuze is nog niet verstuurd"),
        "{checked}"
    );
    // Only handing in a ballot tells (P-3).
    let with = |code: &str| contract::stem::CastVote { stemcode: code.into(), ..vote.ballot(0, proof(2), &[0]) };
    assert_eq!(visitor.cast_vote(vote.id, with(&voted)).await.unwrap_err().code(), ProblemCode::AlGestemd);
    visitor.cast_vote(vote.id, with(&not_voted)).await.unwrap();
}

// V-1a: nor does a ballot that is not taken, whatever is wrong with it.
#[tokio::test]
async fn a_ballot_that_is_refused_tells_nothing_of_the_voter_whose_letter_was_replaced() {
    for is_of_before in [false, true] {
        let world = World::new().await;
        let vote = if is_of_before {
            world.open_vote_of_before(world.plan(), 4, &["1000.00"]).await
        } else {
            world.open_vote(world.plan(), 4, &["1000.00"]).await
        };
        let (visitor, other) = (world.bezoeker(), world.stembureau("W2").await);
        vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
        // Who replaces letters has one of their own, and voted with it.
        vote.vote(&visitor, 3, proof(7), &[0]).await.unwrap();
        let mut codes = Vec::new();
        for nummer in ["1", "2"] {
            codes.push(vote.stembureau.replace_with(&other, vote.id, nummer).await.unwrap().stemcode);
        }
        let refused = async |secret: u8| {
            let mut said = Vec::new();
            for code in &codes {
                let own =
                    contract::stem::CastVote { stemcode: code.as_str().into(), ..vote.ballot(0, proof(secret), &[0]) };
                said.push(visitor.cast_vote(vote.id, own).await.unwrap_err().code());
            }
            said
        };
        let alike = |code: ProblemCode| vec![code; 2];
        assert_eq!(refused(7).await, alike(ProblemCode::BiljetBezet), "of before: {is_of_before}");
        world.pass(TimeDelta::minutes(7));
        assert_eq!(refused(7).await, alike(ProblemCode::BiljetBezet), "over, and not shut");
        assert_eq!(refused(2).await, alike(ProblemCode::StemmenIsDicht));
        world.drive().await;
        assert_eq!(refused(2).await, alike(ProblemCode::StemmenIsDicht), "shut");
        assert_eq!(world.count("deelname").await, 2);
        // Whose letter was not replaced hears, as before, that their ballot is in the box.
        vote.vote(&visitor, 3, proof(7), &[0]).await.expect("a retry after closing");
    }
}

// P-3: once a round was stopped, nothing tells who voted.
#[tokio::test]
async fn a_ballot_for_a_round_that_was_stopped_is_answered_alike() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 2, &["1000.00"]).await;
    let visitor = world.bezoeker();
    vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
    let say = Say { tekst: "Er stond een plan op met een verkeerd bedrag.".into() };
    vote.stembureau.stop_buurtbegroting(vote.id, say).await.unwrap();
    for letter in [0, 1] {
        let late = vote.vote(&visitor, letter, proof(2), &[0]).await.unwrap_err();
        assert_eq!(late.code(), ProblemCode::StemmenIsDicht, "{letter}");
    }
}

// V-4: before the hour is over, twenty are enough.
#[tokio::test]
async fn twenty_ballots_are_moved_before_the_hour_and_nineteen_wait() {
    let world = World::new().await;
    let after = |minutes: i64| moment(world.now() + TimeDelta::minutes(minutes));
    let plan = PlanBuurtbegroting { stemmen_tot: after(60 * 24), ..world.plan() };
    let vote = world.open_vote(plan, 20, &["1000.00"]).await;
    let visitor = world.bezoeker();
    for letter in 0..20 {
        vote.vote(&visitor, letter, proof(u8::try_from(letter).unwrap()), &[0]).await.unwrap();
        world.drive().await;
        let (waiting, moved) = if letter < 19 { (i64::try_from(letter).unwrap() + 1, 0) } else { (0, 20) };
        assert_eq!((world.count("bus_in").await, world.count("bus").await), (waiting, moved));
    }
}

// T-4
#[tokio::test]
async fn the_clock_of_the_database_closes_the_vote_and_no_other() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 4, &["1000.00"]).await;
    let visitor = world.bezoeker();
    // Seven minutes are left. An instance whose own clock is an hour ahead, or behind, takes ballots all the same.
    for (letter, minutes) in [(0, 60), (1, -60)] {
        world.shift_instance(TimeDelta::minutes(minutes));
        vote.vote(&visitor, letter, proof(u8::try_from(letter).unwrap()), &[0]).await.unwrap();
        world.shift_instance(TimeDelta::minutes(-minutes));
    }
    world.pass(TimeDelta::minutes(7) - TimeDelta::milliseconds(1));
    vote.vote(&visitor, 2, proof(2), &[0]).await.expect("the last millisecond");
    world.pass(TimeDelta::milliseconds(1));
    let late = vote.vote(&visitor, 3, proof(3), &[0]).await.unwrap_err();
    assert_eq!(late.code(), ProblemCode::StemmenIsDicht);
    world.shift_instance(TimeDelta::hours(-1));
    let still = vote.vote(&visitor, 3, proof(3), &[0]).await.unwrap_err();
    assert_eq!(still.code(), ProblemCode::StemmenIsDicht, "whatever the instance believes");
    // Who had the answer before may ask again: it is the same answer.
    vote.vote(&visitor, 2, proof(2), &[0]).await.expect("a retry after closing");
    assert_eq!(world.count("deelname").await, 3);
}

// T-4
#[tokio::test]
async fn summer_time_inside_a_round_moves_no_moment_and_the_page_says_the_hour_of_the_clock_on_the_wall() {
    let world = World::new().await;
    // In the night of 29 March 2026 the clock goes from two to three: closing at half past three is one half hour later.
    let [from, until] = ["2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"].map(|at| at.parse::<DateTime<Utc>>().unwrap());
    let plan = PlanBuurtbegroting { stemmen_vanaf: moment(from), stemmen_tot: moment(until), ..world.plan() };
    let vote = world.prepare_vote(plan, 3, &["1000.00"]).await;
    world.pass(from - world.now());
    world.drive().await;
    let visitor = world.bezoeker();
    let page = world.browser().look(&format!("/buurtbegrotingen/{}", vote.id)).await.text();
    for said in ["28 maart 2026, 13.00 uur", "29 maart 2026, 3.30 uur"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
    world.pass(until - TimeDelta::seconds(1) - world.now());
    vote.vote(&visitor, 1, proof(2), &[0]).await.unwrap();
    world.pass(TimeDelta::seconds(1));
    let late = vote.vote(&visitor, 2, proof(3), &[0]).await.unwrap_err();
    assert_eq!(late.code(), ProblemCode::StemmenIsDicht);
    world.drive().await;
    let sluiting = visitor.buurtbegroting(vote.id).await.unwrap().sluiting.unwrap();
    assert_eq!((world.count("bus").await, sluiting.weinig, sluiting.stembiljetten), (2, true, 0));
}

//
#[tokio::test]
async fn the_turnout_is_rounded_and_of_the_last_hour() {
    let world = World::new().await;
    let after = |minutes: i64| moment(world.now() + TimeDelta::minutes(minutes));
    let plan = PlanBuurtbegroting { stemmen_tot: after(60 * 24), ..world.plan() };
    let vote = world.open_vote(plan, 25, &["1000.00"]).await;
    let visitor = world.bezoeker();
    let seen = async || visitor.opkomst(vote.id).await.unwrap().minstens;
    for letter in 0..25 {
        vote.vote(&visitor, letter, proof(u8::try_from(letter).unwrap()), &[0]).await.unwrap();
    }
    world.drive().await;
    assert_eq!(seen().await, 0, "within the hour nothing is told");
    world.pass(TimeDelta::minutes(60));
    world.drive().await;
    assert_eq!(seen().await, 20, "in tens");
    assert_eq!((world.count("bus_in").await, world.count("bus").await), (0, 25), "V-4: moved");
}

// V-3
#[tokio::test]
async fn a_ballot_is_changed_on_a_page_without_scripts_where_the_round_allows_it() {
    let world = World::new().await;
    let plan = PlanBuurtbegroting { wijzigen_mag: true, ..world.plan() };
    let vote = world.open_vote(plan, 2, &["1000.00", "2000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    let (browser, path) = (world.browser(), format!("/buurtbegrotingen/{}/stemmen/wijzigen", vote.id));
    let look_up = browser.look(&format!("/buurtbegrotingen/{}/stembewijs", vote.id)).await.text();
    assert!(look_up.contains(&path), "who looks their ballot up finds the way");
    let (known, unknown, second) = (proof(1).grouped(), proof(9).grouped(), vote.projecten[1].to_string());
    let wrong = browser.send(&path, &[("actie", "nakijken"), ("stembewijs", &unknown)]).await;
    assert_eq!(wrong.status, 400);
    let text = wrong.text();
    assert!(
        text.contains(&unknown) && text.contains("Kies ten minste nog 1 plan."),
        "all that is wrong, and what was typed"
    );
    assert!(text.contains("Vul de code van uw stembewijs in en kies opnieuw."), "{text}");
    // P-6: who comes with their code is not asked for it.
    let begun = browser.send(&path, &[("actie", "beginnen"), ("stembewijs", &known)]).await.text();
    let is_asked = begun.contains("Vul de code van uw stembewijs in en kies opnieuw.");
    assert!(!is_asked && begun.contains("De code van uw stembewijs is al ingevuld."), "{begun}");
    let ballot = [("stembewijs", known.as_str()), ("keuze", second.as_str())];
    let check = browser.send(&path, &[&[("actie", "nakijken")][..], &ballot].concat()).await;
    assert_eq!(check.status, 200);
    assert!(check.text().contains("Uw stem is nog niet gewijzigd."));
    assert!(
        !check.text().contains("/inloggen"),
        "it is not asked who votes, nor said that they are not logged in (P-4)"
    );
    let done = browser.send(&path, &[&[("actie", "wijzigen")][..], &ballot].concat()).await.text();
    assert!(done.contains("Uw stem is gewijzigd") && !done.contains(&known), "the secret is not shown again");
    world.close_vote().await;
    assert!(browser.look(&path).await.text().contains("U kunt nu niet stemmen"));
    vote.count().await.unwrap();
    assert_eq!(world.opened().await, [vec![(1, 1)]]);
}

#[tokio::test]
async fn where_a_vote_is_final_no_page_leads_to_changing_it() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let path = format!("/buurtbegrotingen/{}/stemmen/wijzigen", vote.id);
    let browser = world.browser();
    assert!(!browser.look(&format!("/buurtbegrotingen/{}/stembewijs", vote.id)).await.text().contains(&path));
    assert!(browser.look(&path).await.text().contains("Uw stem staat vast."));
}

//
#[tokio::test]
async fn nothing_that_is_sent_makes_a_page_say_that_somebody_voted() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let (ballot, look_up) =
        (format!("/buurtbegrotingen/{}/stemmen", vote.id), format!("/buurtbegrotingen/{}/stembewijs", vote.id));
    let secret = proof(7).grouped();
    let claimed =
        [("actie", "terug"), ("controlecode", "ABCDEFGHJK"), ("stembewijs", &secret), ("inDeBus", "ABCDEFGHJK")];
    for path in [&ballot, &look_up] {
        let text = world.browser().send(path, &claimed).await.text();
        assert!(!text.contains("ABCDEFGHJK"), "{path}");
        assert!(!text.contains("Uw stem is binnen"), "{path}");
        let elsewhere = world.send_from_elsewhere(path, &claimed).await;
        assert_eq!(elsewhere.status, 403, "{path}");
    }
}

/// What a page carries along in hidden fields.
fn carries(text: &str, name: &str, value: &str) -> bool {
    text.contains(&format!("name=\"{name}\" value=\"{value}\""))
}

// V-3, P-2: a ballot that was not taken comes back in that answer, with the secret that was made here: sent again, it is the same
// ballot. Made anew it would be another, and who was in the box after all would be told that somebody voted for them.
#[tokio::test]
async fn without_scripts_a_ballot_that_could_not_be_taken_is_there_to_send_again_as_the_same_one() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let (browser, path) = (world.browser(), format!("/buurtbegrotingen/{}/stemmen", vote.id));
    let (secret, project) = (proof(1).grouped(), vote.projecten[1].to_string());
    let ballot = [
        ("actie", "stemmen"),
        ("stemcode", vote.codes[0].as_str()),
        ("volgorde", "abc"),
        ("stembewijs", secret.as_str()),
        ("keuze", project.as_str()),
    ];
    world.tamper("ALTER TABLE deelname RENAME TO deelname_weg").await.unwrap();
    let refused = browser.send(&path, &ballot).await;
    let (status, text) = (refused.status, refused.text());
    assert!(status >= 500, "{status}: {text}");
    for (name, value) in &ballot[1..] {
        assert!(carries(&text, name, value), "{name}: {text}");
    }
    assert!(text.contains("Stem nu") && text.contains("Uw stem telt één keer."), "{text}");
    assert!(!text.contains("U hebt nog niet gestemd"), "nobody knows: {text}");
    assert!(!text.contains("Terug naar het stembiljet"), "it is not made another one: {text}");
    world.tamper("ALTER TABLE deelname_weg RENAME TO deelname").await.unwrap();
    let done = browser.send(&path, &ballot).await.text();
    assert!(done.contains("U hebt gestemd") && done.contains(&secret), "{done}");
    assert_eq!(world.count("deelname").await, 1);
}

/// What a page carries along under a name; nothing when it does not.
pub(super) fn carried(text: &str, name: &str) -> String {
    let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_default();
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// What says on a page that a vote was cast just now.
pub(super) const CAST: &str = "data-einde=\"gestemd\"";

// b5-A: who goes back with the button of the check and looks over again sends the same ballot. The check says what to do when the
// connection is lost.
#[tokio::test]
async fn without_scripts_the_same_ballot_keeps_its_secret() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let (browser, path) = (world.browser(), format!("/buurtbegrotingen/{}/stemmen", vote.id));
    let project = vote.projecten[0].to_string();
    let ballot = [("stemcode", vote.codes[0].as_str()), ("volgorde", "abc"), ("keuze", project.as_str())];
    let send = async |action: &str, beside: &[(&str, &str)]| {
        let fields = [&[("actie", action)][..], &ballot, beside].concat();
        browser.send(&path, &fields).await.text()
    };
    let check = send("nakijken", &[]).await;
    assert!(check.contains("<strong>Laad de pagina dan opnieuw en ga niet terug.</strong>"), "{check}");
    let secret = carried(&check, "stembewijs");
    let back = send("terug", &[("stembewijs", secret.as_str())]).await;
    assert!(carries(&back, "stembewijs", &secret) && carries(&back, "van", &vote.codes[0]), "{back}");
    let was = carried(&back, "was");
    // A code is the same however it is typed.
    let typed = vote.codes[0].to_lowercase().replace('-', " ");
    let own = [("stembewijs", secret.as_str()), ("van", typed.as_str()), ("was", was.as_str())];
    let check = send("nakijken", &own).await;
    assert!(carries(&check, "stembewijs", &secret), "{check}");
    let cast = send("stemmen", &[("stembewijs", secret.as_str())]).await;
    assert!(cast.contains(CAST) && cast.contains(&secret), "{cast}");
    let again = send("nakijken", &own).await;
    assert!(
        again.contains(CAST) && again.contains(&secret) && !again.contains("Wat al in de stembus zit, telt."),
        "{again}"
    );
}

// H-5, V-3: on the page of somebody's ballot their secret stands beside a code that can be changed. With another letter it is another
// ballot, whether or not the first was cast: it gets a secret of its own, and never the proof of the first.
#[tokio::test]
async fn without_scripts_the_secret_of_one_letter_serves_no_other() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 3, &["1000.00"]).await;
    let (browser, path) = (world.browser(), format!("/buurtbegrotingen/{}/stemmen", vote.id));
    let project = vote.projecten[0].to_string();
    let send = async |action: &str, letter: usize, beside: &[(&str, &str)]| {
        let ballot = [("actie", action), ("stemcode", vote.codes[letter].as_str()), ("keuze", project.as_str())];
        browser.send(&path, &[&ballot[..], beside].concat()).await.text()
    };
    let secret = carried(&send("nakijken", 0, &[]).await, "stembewijs");
    let was = carried(&send("terug", 0, &[("stembewijs", secret.as_str())]).await, "was");
    let of_first = [("stembewijs", secret.as_str()), ("van", vote.codes[0].as_str()), ("was", was.as_str())];
    // The first was not cast, and can be cast all the same when the other was.
    let other = carried(&send("nakijken", 1, &of_first).await, "stembewijs");
    assert!(!other.is_empty() && other != secret, "{other}");
    for (letter, own) in [(1, &other), (0, &secret)] {
        let done = send("stemmen", letter, &[("stembewijs", own.as_str())]).await;
        assert!(done.contains(CAST) && done.contains(own.as_str()), "{letter}: {done}");
    }
    assert_eq!((world.count("deelname").await, world.count("bus_in").await), (2, 2));
    // The other was used before, and the first is in the box.
    let used = send("nakijken", 1, &of_first).await;
    assert!(used.contains("Er is al gestemd voor deze brief") && !used.contains(&secret), "{used}");
    // Nor does a secret that is in the box make the ballot of a third one's, which can go on with one of its own.
    let taken = send("stemmen", 2, &[("stembewijs", secret.as_str())]).await;
    assert!(taken.contains("Dit stembewijs is al gebruikt") && !taken.contains(CAST), "{taken}");
    assert!(!taken.contains(&secret), "{taken}");
    assert_eq!(world.count("deelname").await, 2);
}

// V-3: nor is a choice that was changed on that page told to be in the box when the one before it is.
#[tokio::test]
async fn without_scripts_a_secret_is_of_one_choice_and_the_proof_says_which_one_counts() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let (browser, path) = (world.browser(), format!("/buurtbegrotingen/{}/stemmen", vote.id));
    let (first, second) = (vote.projecten[0].to_string(), vote.projecten[1].to_string());
    let send = async |action: &str, plans: &[&String], beside: &[(&str, &str)]| {
        let plans = plans.iter().map(|own| ("keuze", own.as_str()));
        let ballot = [("actie", action), ("stemcode", vote.codes[0].as_str())].into_iter().chain(plans);
        let fields: Vec<(&str, &str)> = ballot.chain(beside.iter().copied()).collect();
        browser.send(&path, &fields).await.text()
    };
    let secret = carried(&send("nakijken", &[&first, &second], &[]).await, "stembewijs");
    let back = send("terug", &[&first, &second], &[("stembewijs", secret.as_str())]).await;
    let was = carried(&back, "was");
    let own = [("stembewijs", secret.as_str()), ("van", vote.codes[0].as_str()), ("was", was.as_str())];
    // What has no order is the same in any.
    assert!(carries(&send("nakijken", &[&second, &first], &own).await, "stembewijs", &secret));
    // Refused in between, it is still known what the secret was made for.
    let refused = send("nakijken", &[], &own).await;
    assert!(carries(&refused, "was", &was) && carries(&refused, "stembewijs", &secret), "{refused}");
    // The first may be on its way: another choice is another ballot.
    let other = carried(&send("nakijken", &[&second], &own).await, "stembewijs");
    assert!(!other.is_empty() && other != secret, "{other}");
    assert!(send("stemmen", &[&first, &second], &[("stembewijs", secret.as_str())]).await.contains(CAST));
    let changed = send("nakijken", &[&second], &own).await;
    assert!(changed.contains(CAST) && changed.contains(&secret), "{changed}");
    let counts = changed
        .find("Wat al in de stembus zit, telt. Wat u hier daarna veranderde, is niet verstuurd.")
        .expect("which counts");
    assert!(counts < changed.find("Uw stem is binnen.").expect("that it is in"), "{changed}");
    let late = send("stemmen", &[&second], &[("stembewijs", other.as_str())]).await;
    assert!(late.contains("Er is al gestemd voor deze brief") && !late.contains(CAST), "{late}");
    world.close_vote().await;
    vote.count().await.unwrap();
    assert_eq!(world.opened().await, [vec![(0, 1), (1, 1)]]);
}

// P-2: of a change that was sent nobody says that their vote is not in the box, only because voting closed.
#[tokio::test]
async fn a_change_that_comes_too_late_is_told_of_as_a_change() {
    let world = World::new().await;
    let plan = PlanBuurtbegroting { wijzigen_mag: true, ..world.plan() };
    let vote = world.open_vote(plan, 1, &["1000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    let (browser, path) = (world.browser(), format!("/buurtbegrotingen/{}/stemmen/wijzigen", vote.id));
    let (secret, project) = (proof(1).grouped(), vote.projecten[0].to_string());
    world.close_vote().await;
    for (action, expected) in [("wijzigen", 409), ("hervat", 200)] {
        let ballot = [("actie", action), ("stembewijs", secret.as_str()), ("keuze", project.as_str())];
        let heard = browser.send(&path, &ballot).await;
        let (status, text) = (heard.status, heard.text());
        assert_eq!(status, expected, "{action}: {text}");
        let said = "Het stemmen is gesloten. Uw stem zit in de stembus. Viel net uw verbinding weg?";
        assert!(text.contains(said) && !text.contains("niet bewaard"), "{action}: {text}");
        assert!(text.contains("data-einde=\"over\"") && !text.contains(&secret), "{action}: {text}");
    }
}

// V-3: the same for who changes their ballot, also when not even the page of the ballot can be made.
#[tokio::test]
async fn a_change_that_could_not_be_taken_is_in_the_answer_that_says_so() {
    let world = World::new().await;
    let plan = PlanBuurtbegroting { wijzigen_mag: true, ..world.plan() };
    let vote = world.open_vote(plan, 1, &["1000.00", "2000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    let (browser, path) = (world.browser(), format!("/buurtbegrotingen/{}/stemmen/wijzigen", vote.id));
    let (secret, project) = (proof(1).grouped(), vote.projecten[1].to_string());
    let ballot = [("actie", "wijzigen"), ("stembewijs", secret.as_str()), ("keuze", project.as_str())];
    for (table, button) in [("bus_in", "Wijzig nu"), ("buurtbegroting", "Probeer het nog een keer")] {
        world.tamper(&format!("ALTER TABLE {table} RENAME TO {table}_weg")).await.unwrap();
        let refused = browser.send(&path, &ballot).await;
        let (status, text) = (refused.status, refused.text());
        assert!(status >= 500, "{status}: {text}");
        for (name, value) in &ballot[1..] {
            assert!(carries(&text, name, value), "{table}, {name}: {text}");
        }
        assert!(text.contains("value=\"wijzigen\"") && text.contains(button), "{table}: {text}");
        assert_eq!(refused.header("cache-control"), Some("no-store"), "{table}");
        world.tamper(&format!("ALTER TABLE {table}_weg RENAME TO {table}")).await.unwrap();
    }
    let done = browser.send(&path, &ballot).await.text();
    assert!(done.contains("Uw stem is gewijzigd"), "{done}");
}

// H-5: who comes from a form of another page is another voter than who did not finish in that tab.
#[tokio::test]
async fn who_comes_to_a_ballot_by_a_form_of_another_page_begins_a_turn_of_their_own() {
    let world = World::new().await;
    let plan = PlanBuurtbegroting { wijzigen_mag: true, ..world.plan() };
    let vote = world.open_vote(plan, 1, &["1000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    let (browser, round) = (world.browser(), format!("/buurtbegrotingen/{}", vote.id));
    let (secret, begins) = (proof(1).grouped(), "data-beurt=\"nieuw\"");
    let found = browser.send(&format!("{round}/stembewijs"), &[("actie", "kijken"), ("stembewijs", &secret)]).await;
    assert!(found.text().contains("name=\"actie\" value=\"beginnen\""), "{}", found.text());
    for (path, action, is_new) in [
        ("stemmen/wijzigen", "beginnen", true),
        ("stemmen/wijzigen", "terug", false),
        ("stemmen", "zoeken", true),
        ("stemmen", "terug", false),
    ] {
        let fields = [("actie", action), ("stembewijs", secret.as_str()), ("stemcode", vote.codes[0].as_str())];
        let heard = browser.send(&format!("{round}/{path}"), &fields).await;
        let (status, text) = (heard.status, heard.text());
        assert_eq!(status, 200, "{path} {action}: {text}");
        assert_eq!(text.contains(begins), is_new, "{path} {action}: {text}");
    }
}

// H-5: with a letter that was voted with nothing can be cast any more: nobody who comes after them finds its code by going back.
#[tokio::test]
async fn a_letter_that_was_voted_with_ends_the_turn_also_before_anything_is_sent() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 2, &["1000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    let (browser, path) = (world.browser(), format!("/buurtbegrotingen/{}/stemmen", vote.id));
    let project = vote.projecten[0].to_string();
    for (letter, is_over) in [(0, true), (1, false)] {
        let ballot = [("actie", "nakijken"), ("stemcode", vote.codes[letter].as_str()), ("keuze", project.as_str())];
        let text = browser.send(&path, &ballot).await.text();
        assert_eq!(text.contains("data-einde=\"over\""), is_over, "{letter}: {text}");
    }
}

// H-5: where no page of theirs can be made, what a voter sent goes along in that answer, and only what a ballot has.
#[tokio::test]
async fn a_problem_page_of_a_voter_carries_what_a_ballot_has_and_says_what_it_is_about() {
    let world = World::new().await;
    let plan = PlanBuurtbegroting { wijzigen_mag: true, ..world.plan() };
    let vote = world.open_vote(plan, 1, &["1000.00"]).await;
    let (browser, round, secret) = (world.browser(), format!("/buurtbegrotingen/{}", vote.id), proof(1).grouped());
    world.tamper("ALTER TABLE buurtbegroting RENAME TO buurtbegroting_weg").await.unwrap();
    for (path, action, sent, is_ballot) in [
        ("stembewijs", "kijken", "kijken", false),
        ("stemmen", "nakijken", "nakijken", true),
        ("stemmen", "zoeken", "zoeken", true),
        ("stemmen/wijzigen", "beginnen", "beginnen", true),
    ] {
        let fields = [("actie", action), ("stembewijs", secret.as_str()), ("anders", "x"), ("keuze", "y")];
        let text = browser.send(&format!("{round}/{path}"), &fields).await.text();
        assert!(
            text.contains("Probeer het nog een keer") && text.contains(&format!("value=\"{sent}\"")),
            "{path}: {text}"
        );
        assert!(carries(&text, "stembewijs", &secret) && carries(&text, "keuze", "y"), "{path}: {text}");
        assert!(!carries(&text, "anders", "x"), "{path}: {text}");
        assert_eq!(text.contains("wk-check"), is_ballot, "the tab keeps no other page: {path}: {text}");
        assert_eq!(text.contains("Uw stem telt één keer."), is_ballot, "{path}: {text}");
        assert_eq!(text.contains("data-beurt=\"nieuw\""), ["zoeken", "beginnen"].contains(&action), "{path}: {text}");
    }
    world.tamper("ALTER TABLE buurtbegroting_weg RENAME TO buurtbegroting").await.unwrap();
}

// A voter reads until when, and whom to call, where they need it.
#[tokio::test]
async fn the_pages_of_a_voter_say_until_when_and_whom_to_call() {
    let world = World::new().await;
    let plan = PlanBuurtbegroting { wijzigen_mag: true, ..world.plan() };
    let vote = world.open_vote(plan, 2, &["1000.00"]).await;
    let (browser, round) = (world.browser(), format!("/buurtbegrotingen/{}", vote.id));
    let call = "href=\"tel:0261234567\"";
    for path in [round.clone(), format!("{round}/stemmen?volgorde=a"), format!("{round}/stemmen/wijzigen?volgorde=a")] {
        let text = browser.look(&path).await.text();
        let main = text.split_once("</h1>").expect("a heading").1;
        let until = main.find("U kunt stemmen tot ").expect("until when");
        assert!(main.find("<form").is_none_or(|form| until < form), "{path}: {text}");
    }
    for path in [round.clone(), format!("{round}/stemmen?volgorde=a")] {
        assert!(browser.look(&path).await.text().contains(call), "{path}");
    }
    let (secret, project) = (proof(1).grouped(), vote.projecten[0].to_string());
    let cast = async |secret: &str| {
        let code = vote.codes[0].as_str();
        let ballot = [("actie", "stemmen"), ("stemcode", code), ("stembewijs", secret), ("keuze", project.as_str())];
        browser.send(&format!("{round}/stemmen"), &ballot).await.text()
    };
    let done = cast(&secret).await;
    assert!(done.contains("Het stemmen sluit op "), "{done}");
    // Without scripts the answer to a form comes back when it is loaded again: the page says so before the code.
    // First what is to be kept, and last that the tab is to be closed.
    let at = |said: &str| done.find(said).unwrap_or_else(|| panic!("{said}: {done}"));
    assert!(at("Bewaar eerst uw stembewijs. Sluit daarna dit tabblad.") < at(&secret), "{done}");
    assert!(at("Naar de buurtbegroting") < at("Sluit dit tabblad als u klaar bent."), "{done}");
    // The next letter of the same household goes on from here.
    assert!(at("Stem met een andere brief") > at(&secret), "{done}");
    assert!(cast(&proof(2).grouped()).await.contains(call), "somebody voted for them");
    let unknown = proof(9).grouped();
    let look_up = [("actie", "kijken"), ("stembewijs", unknown.as_str())];
    let text = browser.send(&format!("{round}/stembewijs"), &look_up).await.text();
    assert!(text.contains("Hoort dit stembewijs bij een andere buurtbegroting?") && text.contains(call), "{text}");
    assert!(!text.contains("Zoek in een andere buurtbegroting"), "there is no other: {text}");
    world.close_vote().await;
    assert!(browser.look(&round).await.text().contains("dat kon tot "), "also while they wait for the result");
}

// P-6: what is wrong with points and places is told by name, at every plan at once, with the way to each.
#[tokio::test]
async fn what_is_wrong_with_points_and_places_is_told_by_the_name_of_the_plan() {
    let world = World::new().await;
    let points = PlanStembiljet {
        soort: "punten".into(),
        punten: Some("9".into()),
        per_project: Some("3".into()),
        ..PlanStembiljet::default()
    };
    let places = PlanStembiljet { soort: "rangorde".into(), hoogstens: Some("3".into()), ..PlanStembiljet::default() };
    for (stembiljet, beside, at_each) in [(points, ["4", "3", "9"], true), (places, ["1", "2", "1"], false)] {
        let plan = PlanBuurtbegroting { stembiljet, ..world.plan() };
        let vote = world.open_vote(plan, 1, &["1000.00", "2000.00", "3000.00"]).await;
        let projects = world.bezoeker().buurtbegroting(vote.id).await.unwrap().projecten;
        let title = |at: usize| {
            let own = projects.iter().find(|own| own.id == vote.projecten[at]).unwrap();
            format!("‘{}’", own.titel)
        };
        let ids: Vec<String> = vote.projecten.iter().map(ToString::to_string).collect();
        let typed = ids.iter().map(String::as_str).zip(beside);
        let form = [("actie", "nakijken"), ("stemcode", vote.codes[0].as_str())].into_iter().chain(typed);
        let form: Vec<(&str, &str)> = form.collect();
        let heard = world.browser().send(&format!("/buurtbegrotingen/{}/stemmen", vote.id), &form).await;
        assert_eq!(heard.status, 400);
        let text = heard.text();
        for at in if at_each { vec![0, 2] } else { vec![2] } {
            assert!(text.contains(&format!("<a href=\"#keuze-{}\" class=\"nl-link\"", ids[at])), "{at}: {text}");
        }
        if at_each {
            for at in [0, 2] {
                let said = format!("Zoveel punten kunt u niet aan {} geven: hoogstens 3.", title(at));
                assert!(text.contains(&said), "{said}: {text}");
            }
            assert!(!text.contains(&format!("niet aan {} geven", title(1))), "{text}");
        } else {
            let said = format!("{} en {} hebben dezelfde plaats.", title(0), title(2));
            assert!(text.contains(&said), "{said}: {text}");
        }
    }
}

// P-6: a proof of another round leads back to where that one is chosen; without scripts the used letter tells how the answer comes back.
#[tokio::test]
async fn a_proof_that_is_not_found_leads_back_to_the_rounds() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    world.open_vote(PlanBuurtbegroting { titel: "Nog een".into(), ..world.plan() }, 1, &["2000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    let path = format!("/buurtbegrotingen/{}", vote.id);
    let look = async |secret: u8| {
        let secret = proof(secret).grouped();
        let form = [("actie", "kijken"), ("stembewijs", secret.as_str())];
        world.browser().send(&format!("{path}/stembewijs"), &form).await.text()
    };
    let way = "Zoek in een andere buurtbegroting";
    let (unknown, there) = (look(9).await, look(1).await);
    assert!(unknown.contains(way) && unknown.contains("href=\"/stembewijs\"") && !there.contains(way), "{unknown}");
    let project = vote.projecten[0].to_string();
    let ballot = [("actie", "nakijken"), ("stemcode", vote.codes[0].as_str()), ("keuze", project.as_str())];
    let used = world.browser().send(&format!("{path}/stemmen"), &ballot).await.text();
    assert!(used.contains("Ga dan vooruit en laad die pagina opnieuw"), "{used}");
}
