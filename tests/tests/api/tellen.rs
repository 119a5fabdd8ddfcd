//! Counting: by whom, of what, and what everybody can count again.

use contract::bewaarder::SleutelDoel;
use contract::buurtbegroting::{BuurtbegrotingApi as _, BuurtbegrotingFase as Fase};
use contract::field::FieldCode;
use contract::problem::ProblemCode;
use contract::project::AddProject;
use contract::stembureau::{StembureauApi as _, VraagTelling};
use serde_json::{Value, json};
use tests::{World, hand_in_two, plain_project, proof, two};

// V-6
#[tokio::test]
async fn nobody_counts_what_is_not_what_was_in_the_box() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 3, &["1000.00"]).await;
    let visitor = world.bezoeker();
    for letter in 0..3 {
        vote.vote(&visitor, letter, proof(u8::try_from(letter).unwrap()), &[0]).await.unwrap();
    }
    for statement in ["DELETE FROM deelname", "DELETE FROM stembus_in"] {
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
    assert!(world.tamper("DELETE FROM stembus").await.is_err(), "an envelope cannot vanish");
    world.tamper("UPDATE stembus SET envelop = biljet_id").await.unwrap();
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
    world.tamper("INSERT INTO deelname SELECT ronde, biljet_id, 'online' FROM stembus_in").await.unwrap();
    world.close_vote().await;
    let seen = vote.wijkteam.buurtbegroting(vote.id).await.unwrap();
    assert_eq!((seen.kaart.fase, seen.sluiting), (Fase::Tellen, None));
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
        "INSERT INTO deelname SELECT ronde, envelop, 'online' FROM stembus_in",
        "INSERT INTO stembus_in SELECT s.ronde, d.kiezer, s.envelop FROM stembus_in s JOIN deelname d ON d.kiezer = s.envelop",
    ] {
        world.tamper(statement).await.unwrap();
    }
    world.close_vote().await;
    assert_eq!((world.count("deelname").await, world.count("stembus").await), (2, 2), "as many as voters");
    assert_eq!(vote.wijkteam.buurtbegroting(vote.id).await.unwrap().sluiting, None);
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
    let vote = world.prepare_vote_on(world.plan(), 3, projects).await;
    world.open_now().await;
    for letter in 0..3 {
        let places: &[usize] = if letter == 0 { &[0, 1, 2] } else { &[1, 0] };
        vote.vote(&world.bezoeker(), letter, proof(u8::try_from(letter).unwrap()), places).await.unwrap();
    }
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
    let vote = world.open_vote(world.plan(), 3, &["6000.00", "5000.00"]).await;
    let visitor = world.bezoeker();
    for (letter, places) in [&[0, 1][..], &[0], &[1]].into_iter().enumerate() {
        vote.vote(&visitor, letter, proof(u8::try_from(letter).unwrap()), places).await.unwrap();
    }
    world.close_vote().await;
    let uitslag = vote.count().await.unwrap();
    assert!(uitslag.kiezers.is_empty() && uitslag.vergelijking.is_empty());
    let base = format!("/buurtbegrotingen/{}/uitslag", vote.id);
    assert_eq!(visitor.ask("GET", &format!("{base}/rapport")).send().await.status, 404);
    let page = world.browser().look(&format!("/buurtbegrotingen/{}", vote.id)).await.text();
    assert!(!page.contains("/uitslag/rapport") && !page.contains("/uitslag/stembiljetten"));
    assert!(page.contains("/uitslag/controlecodes"));
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
    world.tamper("UPDATE stembus SET envelop = biljet_id").await.unwrap();
    let changed = vote.recount().await.unwrap_err();
    assert_eq!(changed.code(), ProblemCode::StembusKloptNiet);
    assert_eq!(noted("anders: de stembus").await, 1);
}
