//! Counting: by whom, of what, and what everybody can count again.

use contract::bewaarder::SleutelDoel;
use contract::buurtbegroting::{BuurtbegrotingApi as _, BuurtbegrotingFase as Fase};
use contract::field::FieldCode;
use contract::problem::ProblemCode;
use contract::project::AddProject;
use contract::stem::{CheckStembewijs, StemApi as _};
use contract::stembureau::{Bevinding, StembureauApi as _, VraagTelling};
use contract::telling::TellingStatus;
use serde_json::{Value, json};
use tests::{World, hand_in_two, plain_project, proof, proof_of, two};

// V-6
#[tokio::test]
async fn nobody_counts_what_is_not_what_was_in_the_box() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 3, &["1000.00"]).await;
    let visitor = world.bezoeker();
    for letter in 0..3 {
        vote.vote(&visitor, letter, proof(u8::try_from(letter).unwrap()), &[0]).await.unwrap();
    }
    for statement in ["DELETE FROM deelname", "DELETE FROM bus_in", "UPDATE bus_in SET envelop = biljet_id"] {
        assert!(world.tamper(statement).await.is_err(), "{statement}");
    }
    world.close_vote().await;
    // Parts typed by whoever counts are refused, whatever they are: custodians hand in their own.
    let part = vote.bewaarders[1].part(vote.id).await.grouped();
    let typed = VraagTelling::from(two(&[part.clone(), part.clone(), part]));
    let one = vote.stembureau.count_votes(vote.id, typed).await.unwrap_err();
    assert_eq!(one.fouten[0].code, FieldCode::DeelNietHier);
    // One custodian is not two.
    let asked = vote.stembureau.count_votes(vote.id, VraagTelling::default()).await.unwrap();
    for _ in 0..2 {
        let waits = vote.bewaarders[1].hand_in(vote.id, SleutelDoel::Telling).await.unwrap();
        assert_eq!((waits.ingeleverd, waits.wacht_tot.is_some()), (1, true));
    }
    assert_eq!(vote.stembureau.telling(asked.id).await.unwrap().geopend, 0);
    for statement in ["DELETE FROM bus", "UPDATE bus SET envelop = biljet_id"] {
        assert!(world.tamper(statement).await.is_err(), "an envelope cannot vanish or change");
    }
    // Whoever owns the table can take the triggers away.
    world.force("bus", "UPDATE bus SET envelop = biljet_id").await;
    vote.bewaarders[0].hand_in(vote.id, SleutelDoel::Telling).await.unwrap();
    let changed = vote.stembureau.wait_for_count(asked.id).await;
    assert_eq!(changed.fout, Some(ProblemCode::StembusKloptNiet), "the digest was published before");
    assert_eq!((world.count("stem").await, world.count("uitslag").await), (0, 0));
}

// V-6
#[tokio::test]
async fn a_box_with_another_number_of_ballots_than_voters_stays_shut() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 2, &["1000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    world.tamper("INSERT INTO deelname SELECT ronde, biljet_id, 'online' FROM bus_in").await.unwrap();
    world.close_vote().await;
    let seen = vote.wijkteam.buurtbegroting(vote.id).await.unwrap();
    assert_eq!((seen.kaart.fase, seen.sluiting), (Fase::Tellen, None));
    let found = vote.stembureau.stembureau(vote.id).await.unwrap().bevindingen;
    assert_eq!(found, [Bevinding::KiezerZonderBrief, Bevinding::AantalVerschilt]);
    let refused = vote.count().await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::StapKanNietNu);
}

// P-3
#[tokio::test]
async fn a_voter_whom_somebody_made_up_in_the_database_has_no_letter_and_the_box_stays_shut() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 2, &["1000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    for statement in [
        "INSERT INTO deelname SELECT ronde, envelop, 'online' FROM bus_in",
        "INSERT INTO bus_in SELECT s.ronde, d.kiezer, 0, s.envelop, s.bewijs FROM bus_in s JOIN deelname d ON d.kiezer = s.envelop",
    ] {
        world.tamper(statement).await.unwrap();
    }
    world.close_vote().await;
    assert_eq!((world.count("deelname").await, world.count("bus").await), (2, 2), "as many as voters");
    assert_eq!(vote.wijkteam.buurtbegroting(vote.id).await.unwrap().sluiting, None);
    let found = vote.stembureau.stembureau(vote.id).await.unwrap().bevindingen;
    assert_eq!(found, [Bevinding::EnvelopKloptNiet, Bevinding::KiezerZonderBrief]);
}

// V-7
#[tokio::test]
async fn a_stranger_counts_again_with_nothing_but_the_downloads() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 110, &["6000.00", "3000.00", "4000.00", "2500.00"]).await;
    let stranger = world.bezoeker();
    let get = async |path: &str| stranger.ask("GET", &format!("/buurtbegrotingen/{}{path}", vote.id)).send().await;
    assert_eq!(get("/uitslag/stembiljetten").await.status, 404, "nothing before the count");
    for letter in 0..110 {
        let places: &[usize] = match letter % 7 {
            0 | 1 => &[0],
            2 => &[1, 2],
            3 => &[3],
            4 => &[1, 3],
            5 => &[2, 0, 3],
            _ => &[2],
        };
        vote.vote(&stranger, letter, proof(u8::try_from(letter).unwrap()), places).await.unwrap();
    }
    world.close_vote().await;
    vote.count().await.unwrap();

    let rules = get("/spelregels").await.body;
    let seen = stranger.buurtbegroting(vote.id).await.unwrap();
    assert_eq!(Some(hex(&wijkkoers::app::sha256(&rules))), seen.regels_hash, "the rules are those of the hash");
    let uitslag = stranger.uitslag(vote.id).await.unwrap();
    let file = world.folder().join("uitslag.pb");
    std::fs::write(&file, get("/uitslag/stembiljetten").await.body).unwrap();
    let words = uitslag
        .natellen
        .as_deref()
        .unwrap()
        .split_whitespace()
        .skip(1)
        .map(|word| word.replace("uitslag.pb", file.to_str().unwrap()));
    let program = env!("CARGO_BIN_EXE_wijkkoers-under-test");
    let counted = std::process::Command::new(program).args(words).arg("--json").output().unwrap();
    let report: Value = serde_json::from_slice(&counted.stdout).unwrap();
    let chosen: Vec<String> =
        uitslag.projecten.iter().filter(|own| own.gekozen).map(|own| own.nummer.to_string()).collect();
    assert_eq!(report["gekozen"], json!(chosen));
    assert_eq!(report["stembiljetten"]["aantal"], 110);
    let published: Value = serde_json::from_slice(&get("/uitslag/rapport").await.body).unwrap();
    assert_eq!(published["stembiljetten"]["digest"], report["stembiljetten"]["digest"]);
    let codes = get("/uitslag/controlecodes").await.text();
    let own = proof(42).biljet(vote.id).controlecode();
    assert!(codes.lines().any(|code| code == own), "mine is among them");
    assert!(codes.lines().is_sorted() && codes.lines().count() == 110);
    assert!(!get("/uitslag/stembiljetten").await.text().contains(&own), "a code never stands beside a ballot");
    assert!(get("/uitslag/tabel").await.text().contains("Plan 1"));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

// V-7
#[tokio::test]
async fn the_ballots_of_a_few_are_not_published() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 2, &["1000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    world.close_vote().await;
    vote.count().await.unwrap();
    let path = format!("/buurtbegrotingen/{}/uitslag/stembiljetten", vote.id);
    let file = vote.wijkteam.ask("GET", &path).send().await.text();
    assert!(file.contains("num_votes;0"), "{file}");
}

#[tokio::test]
async fn of_two_variants_of_a_plan_one_can_win() {
    let world = World::new().await;
    let variant = |titel: &str| AddProject { variant: Some("plein".into()), ..plain_project(titel, "2000.00") };
    let projects = vec![variant("Plein met water"), variant("Plein met bomen"), plain_project("Een bankje", "500.00")];
    let vote = world.prepare_vote_on(world.plan(), 12, projects).await;
    world.open_now().await;
    vote.vote_all(&world.bezoeker(), 12, |letter| if letter % 3 == 0 { vec![0, 1, 2] } else { vec![1, 0] }).await;
    world.close_vote().await;
    let uitslag = vote.count().await.unwrap();
    let page = world.browser().look(&format!("/buurtbegrotingen/{}", vote.id)).await.text();
    let mail = format!("href=\"mailto:{}\"", world.app().settings.contact_email);
    assert!(page.contains("Bezwaar maken kan tot ") && page.contains(&mail), "{page}");
    let (chosen, others): (Vec<_>, Vec<_>) = uitslag.projecten.iter().partition(|own| own.gekozen);
    assert_eq!((chosen.len(), others.len()), (2, 1), "money is left, and the other variant is not bought with it");
    assert!(others[0].titel.starts_with("Plein") && others[0].uitleg.contains("Kan niet samen met"), "{others:?}");
}

// V-7, H-7
#[tokio::test]
async fn of_a_vote_by_few_no_report_tells_what_some_chose_together() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 12, &["6000.00", "5000.00"]).await;
    let visitor = world.bezoeker();
    vote.vote_all(&visitor, 12, |letter| [vec![0, 1], vec![0], vec![1]][letter % 3].clone()).await;
    world.close_vote().await;
    let uitslag = vote.count().await.unwrap();
    assert!(uitslag.kiezers.is_empty() && uitslag.vergelijking.is_empty() && !uitslag.weinig);
    let base = format!("/buurtbegrotingen/{}/uitslag", vote.id);
    assert_eq!(visitor.ask("GET", &format!("{base}/rapport")).send().await.status, 404);
    let page = world.browser().look(&format!("/buurtbegrotingen/{}", vote.id)).await.text();
    assert!(!page.contains("/uitslag/rapport") && !page.contains("/uitslag/stembiljetten"));
    assert!(page.contains("/uitslag/controlecodes"));
}

// H-7
#[tokio::test]
async fn of_a_vote_by_fewer_than_ten_nobody_is_told_anything_but_what_was_chosen() {
    for voters in [9, 10] {
        let world = World::new().await;
        let vote = world.open_vote(world.plan(), 12, &["6000.00", "5000.00"]).await;
        let visitor = world.bezoeker();
        vote.vote_all(&visitor, voters, |letter| vec![usize::from(letter == 0)]).await;
        world.close_vote().await;
        let is_few = voters < 10;
        let seen = async |path: &str| visitor.ask("GET", &format!("/buurtbegrotingen/{}{path}", vote.id)).send().await;
        let shut = visitor.buurtbegroting(vote.id).await.unwrap().sluiting.unwrap();
        assert_eq!((shut.weinig, shut.stembiljetten == 0), (is_few, is_few));
        assert_eq!(visitor.opkomst(vote.id).await.unwrap().minstens, if is_few { 0 } else { 10 });
        let uitslag = vote.count().await.unwrap();
        assert_eq!((uitslag.weinig, uitslag.stembiljetten), (is_few, if is_few { 0 } else { 10 }));
        let won: Vec<u32> = uitslag.projecten.iter().filter(|own| own.gekozen).map(|own| own.nummer).collect();
        assert_eq!((won, world.count("stem").await), (vec![1], i64::try_from(voters).unwrap()));
        assert_eq!(uitslag.projecten.iter().all(|own| own.stemmen == 0), is_few);
        assert_eq!(seen("/uitslag/controlecodes").await.status, if is_few { 404 } else { 200 }, "a list is a number");
        let table = seen("/uitslag/tabel").await.text();
        assert_eq!(table.contains("stemmen"), !is_few, "{table}");
        assert!(seen("/uitslag/stembiljetten").await.text().contains("num_votes;0"));
        let pages = [format!("/buurtbegrotingen/{}", vote.id), format!("/buurtbegrotingen/{}/plannen/1", vote.id)];
        let votes = format!("{} stemmen", voters - 1);
        for path in &pages {
            let page = world.browser().look(path).await.text();
            assert_eq!(page.contains(&votes), !is_few, "{path}: {page}");
        }
        let page = world.browser().look(&pages[0]).await.text();
        assert_eq!(page.contains("Er stemden minder dan tien mensen."), is_few, "{page}");
        // A recount is by the ballots themselves: it says no less than before.
        let again = vote.recount().await.unwrap();
        assert_eq!((again.stembiljetten, again.gelijk), (u64::try_from(voters).unwrap(), Some(true)));
        world.force("stem", "UPDATE stem SET keuzes = '[[1,1]]'").await;
        assert_eq!(vote.recount().await.unwrap().gelijk, Some(false));
        // Who looks their ballot up still finds it, also when the box is gone.
        world.pass(chrono::TimeDelta::weeks(6));
        world.log_in(&vote.stembureau).await;
        vote.stembureau.finalize_uitslag(vote.id).await.unwrap();
        let ask = CheckStembewijs { stembewijs: proof_of(0).grouped().into() };
        assert!(visitor.check_stembewijs(vote.id, ask).await.unwrap().in_de_bus);
    }
}

// V-6
#[tokio::test]
async fn the_same_envelopes_are_opened_once_more_and_the_result_stays() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 3, &["6000.00", "5000.00"]).await;
    for (letter, places) in [&[0, 1][..], &[0], &[1]].into_iter().enumerate() {
        vote.vote(&world.bezoeker(), letter, proof(u8::try_from(letter).unwrap()), places).await.unwrap();
    }
    world.close_vote().await;
    let early = vote.recount().await.unwrap_err();
    assert_eq!(early.code(), ProblemCode::StapKanNietNu, "nothing was counted");
    let uitslag = vote.count().await.unwrap();
    let again = vote.recount().await.unwrap();
    assert_eq!((again.stembiljetten, again.geopend, again.gelijk), (3, 3, Some(true)));
    assert_eq!(vote.stembureau.uitslag(vote.id).await.unwrap(), uitslag);
    let browser = world.browser_of(&vote.stembureau).await;
    let page = format!("/buurtbegrotingen/{}", vote.id);
    let sent = browser.send(&page, &[("actie", "natellen")]).await;
    assert_eq!((sent.status, sent.header("location")), (303, Some(format!("{page}/telling").as_str())));
    let asked = browser.look(&format!("{page}/telling")).await;
    assert!(asked.text().contains("De telling is gevraagd."), "{}", asked.text());
    assert_eq!(asked.header("refresh"), Some("5"), "it is looked at again without scripts");
    assert!(browser.look(&page).await.text().contains(&format!("{page}/telling")), "the page leads there");
    hand_in_two(&vote.bewaarders, vote.id, SleutelDoel::Natelling).await.unwrap();
    let telling = vote.stembureau.buurtbegroting(vote.id).await.unwrap().telling.unwrap();
    vote.stembureau.wait_for_count(telling.id).await;
    let done = browser.look(&format!("{page}/telling")).await;
    assert!(done.text().contains("Opnieuw geteld: 3 stembiljetten. De uitslag is dezelfde."));
    assert_eq!(done.header("refresh"), None);
    let noted =
        async |found: &str| world.count(&format!("audit WHERE actie = 'stemmen.natellen' AND reden = '{found}'")).await;
    assert_eq!(noted("gelijk").await, 2);

    // Somebody was at the box meanwhile: that is the worst there is to find, and it is written down.
    world.force("bus", "UPDATE bus SET envelop = biljet_id").await;
    let changed = vote.recount().await.unwrap_err();
    assert_eq!(changed.code(), ProblemCode::StembusKloptNiet);
    assert_eq!(noted("anders: de stembus").await, 1);
}

// V-6: what somebody made unreadable of a result is told as that, and not as a fault of ours; also where the result is counted
// again from the opened ballots, because a plan is called otherwise now.
#[tokio::test]
async fn a_result_that_somebody_made_unreadable_is_told_as_that() {
    let no_text = "CAST(x'ff' AS TEXT)";
    for (table, column, value, is_masked) in [
        ("uitslag", "weergave", "'?'", false),
        ("stem", "keuzes", "'?'", true),
        ("stem", "keuzes", "'[[9,1]]'", true),
        ("uitslag", "pb", no_text, false),
        ("stem", "keuzes", no_text, false),
    ] {
        let world = World::new().await;
        // PostgreSQL keeps nothing as a text that is none.
        if value == no_text && world.on_postgres() {
            continue;
        }
        let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
        vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
        world.close_vote().await;
        vote.count().await.unwrap();
        if is_masked {
            let mask = "INSERT INTO project_masker (project_id, veld, tekst, at) \
                        SELECT id, 'titel', '[weggelaten]', created_at FROM project";
            assert_eq!(world.tamper(mask).await.unwrap(), 1);
        }
        assert_eq!(world.force(table, &format!("UPDATE {table} SET {column} = {value}")).await, 1);
        let found = vote.recount().await.unwrap_err();
        assert_eq!(found.code(), ProblemCode::StembusKloptNiet, "{table}.{column} = {value}");
        let noted = "audit WHERE actie = 'stemmen.natellen' AND reden = 'anders: de uitslag'";
        assert_eq!(world.count(noted).await, 1, "{table}.{column} = {value}");
        if column == "weergave" || is_masked {
            let seen = world.bezoeker().uitslag(vote.id).await.unwrap_err();
            assert_eq!(seen.code(), ProblemCode::StembusKloptNiet, "{table}.{column} = {value}");
        }
    }
}

// V-6: asked for again, by whomever, at once or while it goes on, a recount is one; when it is over there can be another.
#[tokio::test]
async fn of_one_vote_one_recount_is_under_way_at_a_time() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 2, &["1000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    world.close_vote().await;
    vote.count().await.unwrap();
    let other = world.stembureau("W2").await;
    let both = [&vote.stembureau, &other];
    let asks = (0..8).map(|at: usize| both[at % 2].recount_votes(vote.id, VraagTelling::default()));
    let asked: Vec<_> = futures_util::future::join_all(asks).await.into_iter().map(|one| one.unwrap().id).collect();
    assert!(asked.iter().all(|id| *id == asked[0]), "{asked:?}");
    let recounts = async || world.count("telling WHERE soort = 'natelling'").await;
    assert_eq!(recounts().await, 1);
    let second = "INSERT INTO telling (id, ronde, soort, gevraagd_door, gevraagd_at, geopend, stembiljetten) \
                  SELECT ronde, ronde, soort, gevraagd_door, gevraagd_at, 0, stembiljetten FROM telling \
                  WHERE klaar_at IS NULL";
    assert!(world.tamper(second).await.is_err(), "nor does the database take a second");

    // One whose instance ended in the middle stands in the way until nothing more can come of it.
    let ends = "UPDATE telling SET begonnen_at = gevraagd_at, levend_at = gevraagd_at WHERE klaar_at IS NULL";
    assert_eq!(world.tamper(ends).await.unwrap(), 1);
    let ask = async || vote.stembureau.recount_votes(vote.id, VraagTelling::default()).await.unwrap();
    let still = ask().await;
    assert_eq!((still.id, still.status), (asked[0], TellingStatus::Bezig));
    world.pass(chrono::TimeDelta::minutes(16));
    world.wait(0).await;
    let again = ask().await.id;
    assert_ne!(again, asked[0]);
    hand_in_two(&vote.bewaarders, vote.id, SleutelDoel::Natelling).await.unwrap();
    let done = vote.stembureau.wait_for_count(again).await;
    assert_eq!((done.status, done.gelijk), (TellingStatus::Klaar, Some(true)));
    assert_ne!(ask().await.id, again);
    assert_eq!(recounts().await, 3);
}
