//! Rounds that the version before published keep the form of their ballot box, and go on (V-1a; the table in docs/stemmen.md).

use crate::samenspannen::{biljet, plan, shut};
use chrono::TimeDelta;
use contract::buurtbegroting::{Busvorm, BuurtbegrotingApi as _, BuurtbegrotingFase as Fase};
use contract::field::FieldCode;
use contract::problem::ProblemCode;
use contract::stem::{CastVote, ChangeVote, CheckStemcode, StemApi as _};
use contract::stembureau::Bevinding::{AantalVerschilt, KiezerZonderBrief};
use contract::stembureau::StembureauApi as _;
use tests::{World, keuze, proof};

#[tokio::test]
async fn a_round_of_before_goes_on_and_is_shut_by_the_old_rule_and_its_page_says_so() {
    let world = World::new().await;
    let vote = world.open_vote_of_before(plan(&world), 3, &["6000.00", "5000.00"]).await;
    let (visitor, other) = (world.bezoeker(), world.stembureau("W2").await);
    let path = format!("/buurtbegrotingen/{}", vote.id);
    assert_eq!(visitor.buurtbegroting(vote.id).await.unwrap().stembus, Busvorm::Aantallen);
    assert!(world.browser().look(&path).await.text().contains("met een vorige versie van Wijkkoers"));
    let rules = visitor.ask("GET", &format!("{path}/spelregels")).send().await.text();
    assert!(!rules.contains("vorm"), "the version before reads them too: {rules}");
    vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
    assert_eq!(vote.vote(&visitor, 0, proof(2), &[0]).await.unwrap_err().code(), ProblemCode::AlGestemd);
    let to =
        ChangeVote { stembewijs: proof(1).grouped().into(), keuzes: vec![keuze(vote.projecten[1], 1)], stand: None };
    visitor.change_vote(vote.id, to).await.unwrap();
    let new = vote.stembureau.replace_with(&other, vote.id, "2").await.unwrap();
    let with = CastVote { stemcode: new.stemcode.as_str().into(), ..vote.ballot(1, proof(2), &[0]) };
    let old = vote.vote(&visitor, 1, proof(2), &[0]).await.unwrap_err();
    assert_eq!(old.fouten[0].code, FieldCode::StemcodeOnbekend);
    visitor.cast_vote(vote.id, with).await.unwrap();
    let check = CheckStemcode { stemcode: new.stemcode.as_str().into() };
    let stand = visitor.check_stemcode(vote.id, check).await.unwrap();
    assert!(!stand.gestemd && stand.vervangen, "here too");
    // All of it lies where the version before looks, and nothing where it does not.
    let new_tables = "(SELECT 1 FROM kiescode UNION ALL SELECT 1 FROM bus_in UNION ALL SELECT 1 FROM bus) AS s";
    assert_eq!(
        (world.count("stemcode").await, world.count("stembus_in").await, world.count(new_tables).await),
        (3, 2, 0)
    );
    for statement in [
        "UPDATE stemcode SET nummer = 9 WHERE nummer = 1",
        "UPDATE stembus_in SET biljet_id = envelop",
        "UPDATE deelname SET kanaal = 'papier'",
        "DELETE FROM stemcode",
        "DELETE FROM stembus_in",
    ] {
        assert!(world.tamper(statement).await.is_err(), "{statement}");
    }
    world.pass(TimeDelta::hours(1));
    world.drive().await;
    assert_eq!((world.count("stembus_in").await, world.count("stembus").await), (0, 2));
    assert_eq!(shut(&world, &vote).await, []);
    vote.count().await.unwrap();
    let mut opened = world.opened().await;
    opened.sort();
    assert_eq!(opened, [vec![(0, 1)], vec![(1, 1)]]);
    assert_eq!(vote.recount().await.unwrap().gelijk, Some(true));
    world.pass(TimeDelta::weeks(6));
    world.log_in(&vote.stembureau).await;
    vote.stembureau.finalize_uitslag(vote.id).await.unwrap();
    let kept = "(SELECT 1 FROM stemcode UNION ALL SELECT 1 FROM stembus UNION ALL SELECT 1 FROM deelname) AS s";
    assert_eq!(world.count(kept).await, 0);
}

#[tokio::test]
async fn a_voter_who_was_made_up_in_a_round_of_before_keeps_its_box_shut_as_it_did() {
    let world = World::new().await;
    let vote = world.open_vote_of_before(plan(&world), 3, &["6000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    world.tamper("INSERT INTO deelname SELECT ronde, biljet_id, 'online' FROM stembus_in").await.unwrap();
    assert_eq!(shut(&world, &vote).await, [KiezerZonderBrief, AantalVerschilt]);
}

// The version before, on the same database, does nothing to a round whose form it does not know.
#[tokio::test]
async fn the_version_before_neither_opens_nor_shuts_a_round_of_this_one_nor_puts_anything_in_its_own_tables() {
    let world = World::new().await;
    let vote = world.prepare_vote(plan(&world), 2, &["1000.00"]).await;
    let refused = async |statement: &str, why: &str| {
        let error = world.tamper(statement).await.unwrap_err().to_string();
        assert!(error.contains(why), "{statement}: {error}");
    };
    let opens = "UPDATE buurtbegroting SET bevroren = '{\"versie\": 1, \"titel\": \"\\\"vorm\\\": 2\"}', \
                 bevroren_hash = 'ab', bevroren_at = stemmen_at";
    refused(opens, "buurtbegroting_vorm_opent").await;
    world.open_now().await;
    assert_eq!(vote.wijkteam.buurtbegroting(vote.id).await.unwrap().kaart.fase, Fase::Stemmen);
    let shuts = "UPDATE buurtbegroting SET gesloten_at = sluit_at, bus_aantal = 0, bus_controlegetal = ''";
    refused(shuts, "buurtbegroting_vorm_sluit").await;
    refused("INSERT INTO stemcode SELECT ronde, merk, nummer FROM kiescode", "stemcode_vorm").await;
    refused("INSERT INTO stembus_in SELECT ronde, merk, bewijs FROM kiescode", "stembus_in_vorm").await;
    assert_eq!(shut(&world, &vote).await, []);
}

// Nobody sees it, and the document says so: here rows bear no proof.
#[tokio::test]
async fn who_administers_the_database_swaps_codes_and_ballots_of_a_round_of_before_and_nobody_sees_it() {
    let world = World::new().await;
    let vote = world.open_vote_of_before(plan(&world), 3, &["6000.00", "5000.00"]).await;
    let visitor = world.bezoeker();
    for (letter, place) in [(0, 0), (1, 1)] {
        let secret = proof(u8::try_from(letter).unwrap() + 1);
        vote.vote(&visitor, letter, secret, &[place]).await.unwrap();
    }
    // Whose letter is the third votes with it as the first, who voted; their own stays unused.
    for (from, to) in [(1, 9), (3, 1), (9, 3)] {
        world.force("stemcode", &format!("UPDATE stemcode SET nummer = {to} WHERE nummer = {from}")).await;
    }
    let late = vote.vote(&visitor, 2, proof(3), &[0]).await.unwrap_err();
    assert_eq!(late.code(), ProblemCode::AlGestemd, "whose code it is sees that it was used");
    vote.vote(&visitor, 0, proof(4), &[1]).await.expect("and who did it votes twice");
    let [one, other] = [1, 2].map(|number| biljet(&world, &vote, number));
    let rewrite = format!(
        "UPDATE stembus_in SET envelop = (SELECT envelop FROM stembus_in WHERE biljet_id = {other}) WHERE biljet_id = {one}"
    );
    assert_eq!(world.force("stembus_in", &rewrite).await, 1);
    assert_eq!(shut(&world, &vote).await, []);
    vote.count().await.unwrap();
    assert_eq!(world.opened().await, [vec![(1, 1)], vec![(1, 1)], vec![(1, 1)]]);
}
