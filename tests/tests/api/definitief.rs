//! V-6: when the uitslag is final, what could tell who voted is destroyed, and what was counted stays.

use chrono::TimeDelta;
use contract::bundel::{AddBrief, BundelApi as _, EnterBiljet, MakeBundel};
use contract::buurtbegroting::{BuurtbegrotingApi as _, BuurtbegrotingFase as Fase, BuurtbegrotingStap as Step};
use contract::initiatief::Say;
use contract::problem::ProblemCode;
use contract::stem::{CheckStembewijs, CheckStemcode, StemApi as _};
use contract::stembureau::StembureauApi as _;
use tests::{World, proof};

#[tokio::test]
async fn v6_when_objections_are_over_who_voted_is_destroyed_and_what_was_counted_stays() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 3, &["1000.00", "2000.00"]).await;
    let visitor = world.bezoeker();
    vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
    vote.vote(&visitor, 1, proof(2), &[1]).await.unwrap();
    world.close_vote().await;
    let counted = vote.count().await.unwrap();
    let early = vote.stembureau.finalize_uitslag(vote.id).await.unwrap_err();
    assert_eq!(early.code(), ProblemCode::StapKanNietNu, "objections can still be made");
    let until = vote.stembureau.buurtbegroting(vote.id).await.unwrap().bezwaar_tot.unwrap();
    assert_eq!(until - world.now(), TimeDelta::weeks(6));
    let kept = "SELECT 1 FROM deelname UNION ALL SELECT 1 FROM bus UNION ALL SELECT 1 FROM kiescode";
    for table in ["deelname", "bus", "kiescode"] {
        assert!(world.tamper(&format!("DELETE FROM {table}")).await.is_err(), "the database keeps {table} until then");
    }
    assert_eq!(world.count(&format!("({kept}) AS s")).await, 2 + 2 + 3);
    let files = |folder: std::path::PathBuf| {
        let all = std::fs::read_dir(folder).into_iter().flatten();
        all.filter(|entry| entry.as_ref().unwrap().file_type().unwrap().is_file()).count()
    };
    let told = || files(world.secret_of(vote.id).with_extension("")) + files(world.opening_of(vote.id));
    // Codes were made once and ballots moved once, each told before and after; and what the vote opened with.
    assert!(world.secret_of(vote.id).exists() && told() == 5);

    world.pass(TimeDelta::weeks(6));
    let stale = vote.stembureau.finalize_uitslag(vote.id).await.unwrap_err();
    assert_eq!(stale.code(), ProblemCode::NietIngelogd, "somebody must be there");
    world.log_in(&vote.stembureau).await;
    let done = vote.stembureau.finalize_uitslag(vote.id).await.unwrap();
    assert_eq!(done.kaart.fase, Fase::Uitvoering);
    assert_eq!(world.count(&format!("({kept}) AS s")).await, 0);
    assert!(!world.secret_of(vote.id).exists() && told() == 0, "nor anything beside the secret");
    assert_eq!(world.count("stem").await, 2, "what was counted stays");
    assert_eq!(visitor.uitslag(vote.id).await.unwrap(), counted);
    let twice = vote.stembureau.finalize_uitslag(vote.id).await.unwrap_err();
    assert_eq!(twice.code(), ProblemCode::StapKanNietNu);

    // A stembewijs still finds its ballot, by the list that was published; a code is good for nothing.
    for (number, expected) in [(1, true), (2, true), (3, false)] {
        let request = CheckStembewijs { stembewijs: proof(number).grouped().into() };
        assert_eq!(visitor.check_stembewijs(vote.id, request).await.unwrap().in_de_bus, expected);
    }
    let refusal = visitor.check_stemcode(vote.id, CheckStemcode { stemcode: vote.codes[2].as_str().into() }).await;
    assert_eq!(refusal.unwrap_err().code(), ProblemCode::StemmenIsDicht);
}

#[tokio::test]
async fn v6_of_a_round_that_was_stopped_who_voted_is_destroyed_as_well() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 3, &["1000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    // On paper: entered once, and never finished.
    let desk = &vote.stembureau;
    let bundel = desk.make_bundel(desk.key(), vote.id, MakeBundel { kanaal: "papier".into() }).await.unwrap().id;
    desk.add_brief(bundel, AddBrief { stemcode: vote.codes[1].as_str().into() }).await.unwrap();
    let entry = EnterBiljet { nummer: "1".into(), ongeldig: true, keuzes: Vec::new() };
    desk.enter_biljet(bundel, entry).await.unwrap();
    let say = Say { tekst: "Er stond een plan op met een verkeerd bedrag.".into() };
    desk.stop_buurtbegroting(vote.id, say).await.unwrap();
    let kept = "(SELECT 1 FROM deelname UNION ALL SELECT 1 FROM bus_in UNION ALL SELECT 1 FROM kiescode \
                UNION ALL SELECT 1 FROM bundel_invoer) AS s";
    assert_eq!(world.count(kept).await, 2 + 1 + 3 + 1);
    assert!(world.tamper("DELETE FROM bundel_invoer").await.is_err());
    let early = desk.finalize_uitslag(vote.id).await.unwrap_err();
    assert_eq!(early.code(), ProblemCode::StapKanNietNu, "somebody may object to that it was stopped");
    let to_do = async || world.browser_of(desk).await.look("/buurtbegrotingen").await.text();
    assert!(!to_do().await.contains("Vernietig wie er stemde"));
    world.pass(TimeDelta::weeks(6));
    world.log_in(desk).await;
    assert!(to_do().await.contains("Vernietig wie er stemde"), "somebody is told");
    let done = desk.finalize_uitslag(vote.id).await.unwrap();
    assert_eq!((done.kaart.fase, done.bezwaar_tot), (Fase::Gestopt, None));
    assert_eq!(world.count(kept).await, 0);
    assert_eq!(world.count("bus").await, 0);
    assert!(!done.stappen.contains(&Step::Finalize));
    assert_eq!(desk.finalize_uitslag(vote.id).await.unwrap_err().code(), ProblemCode::StapKanNietNu);
    let request = CheckStembewijs { stembewijs: proof(1).grouped().into() };
    let gone = world.bezoeker().check_stembewijs(vote.id, request).await.unwrap_err();
    assert_eq!(gone.code(), ProblemCode::StemmenIsDicht, "it is not said that there was no such ballot");
    let late = vote.vote(&world.bezoeker(), 2, proof(2), &[0]).await.unwrap_err();
    assert_eq!(late.code(), ProblemCode::StemmenIsDicht);
}
