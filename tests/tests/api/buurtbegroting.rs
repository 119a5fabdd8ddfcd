//! The life of a buurtbegroting, from a plan to work that is ordered.

use chrono::TimeDelta;
use contract::InitiatiefId;
use contract::bewaarder::SleutelDoel;
use contract::buurtbegroting::{
    BuurtbegrotingApi as _, BuurtbegrotingFase as Fase, BuurtbegrotingFilter, BuurtbegrotingStap as Step,
    PlanBuurtbegroting, PlanStembiljet, PlanTelregel,
};
use contract::field::FieldCode;
use contract::initiatief::{GebeurtenisSoort, InitiatiefApi as _, InitiatiefStatus, Say};
use contract::opdracht::{OpdrachtApi as _, OpdrachtStatus};
use contract::opgave::OpgaveApi as _;
use contract::problem::ProblemCode;
use contract::project::{AddProject, JudgeProject, ProjectApi as _, ProjectStatus};
use contract::stembureau::StembureauApi as _;
use contract::wijkbudget::WijkbudgetApi as _;
use tests::{CRITERIUM, PRODUCT, Person, World, code, euro, hand_in_two, moment, plain_project, proof};

/// Free and reserved money of the product in W2.
async fn money(person: &Person) -> (String, String) {
    let budget = person.wijkbudget(code("W2"), Some(2026)).await.unwrap();
    let own = budget.producten.into_iter().find(|own| own.product.as_deref() == Some(PRODUCT)).unwrap();
    (own.vrij.to_string(), own.gereserveerd.to_string())
}

#[tokio::test]
async fn dates_drive_a_round_while_nobody_is_there() {
    let world = World::new().await;
    let (wijkteam, stembureau, visitor) = (world.wijkteam("W2").await, world.stembureau("W2").await, world.bezoeker());
    let made = wijkteam.create_buurtbegroting(wijkteam.key(), world.plan()).await.unwrap();
    let id = made.kaart.id;
    assert_eq!(visitor.buurtbegroting(id).await.unwrap_err().code(), ProblemCode::NietGevonden, "a plan is nobody's");
    assert_eq!(visitor.list_buurtbegrotingen(BuurtbegrotingFilter::default()).await.unwrap().resultaten, []);
    assert_eq!(made.stappen, [Step::Change, Step::Publish]);
    wijkteam.publish_buurtbegroting(id, made.versie).await.unwrap();
    wijkteam.add_admitted(id, plain_project("Een bankje", "500.00")).await;
    stembureau.make_and_prove_key(&world, id).await;
    let mut seen = Vec::new();
    for minutes in [0, 1, 1, 1, 7] {
        world.pass(TimeDelta::minutes(minutes));
        world.drive().await;
        seen.push(visitor.buurtbegroting(id).await.unwrap().kaart.fase);
    }
    assert_eq!(seen, [Fase::Voorbereiding, Fase::Inzenden, Fase::Toetsen, Fase::Stemmen, Fase::Tellen]);
    let listed = visitor.list_buurtbegrotingen(BuurtbegrotingFilter::default()).await.unwrap().resultaten;
    assert_eq!(listed.len(), 1);
}

#[tokio::test]
async fn a_vote_does_not_open_without_a_key_that_was_proven_or_with_plans_that_nobody_judged() {
    let world = World::new().await;
    let (wijkteam, stembureau) = (world.wijkteam("W2").await, world.stembureau("W2").await);
    let id = wijkteam.published(world.plan()).await;
    wijkteam.add_admitted(id, plain_project("Een bankje", "500.00")).await;
    let waiting = wijkteam.add_project(wijkteam.key(), id, plain_project("Een boom", "300.00")).await.unwrap();
    world.pass(TimeDelta::minutes(4));
    let fase = async || {
        world.drive().await;
        wijkteam.buurtbegroting(id).await.unwrap().kaart.fase
    };
    assert_eq!(fase().await, Fase::Toetsen);
    let keepers = stembureau.make_key(&world, id).await;
    assert_eq!(fase().await, Fase::Toetsen, "a key that nobody tried is none");
    hand_in_two(&keepers, id, SleutelDoel::Proef).await.unwrap();
    assert_eq!(fase().await, Fase::Toetsen, "a plan waits");
    let no = JudgeProject {
        besluit: "afwijzen".into(),
        criterium: Some(CRITERIUM.into()),
        reden: Some("Het ligt in een ander gebied.".into()),
        ..JudgeProject::default()
    };
    // A reason beside an admission is not thrown away unsaid.
    let both = JudgeProject { besluit: "toelaten".into(), ..no.clone() };
    let refused = wijkteam.judge_project(waiting.projecten[1].id, both).await.unwrap_err();
    assert_eq!(refused.fouten.iter().map(|own| own.veld.as_str()).collect::<Vec<_>>(), ["/criterium", "/reden"]);
    let judged = wijkteam.judge_project(waiting.projecten[1].id, no).await.unwrap();
    assert_eq!(judged.projecten[1].status, ProjectStatus::Afgewezen);
    assert_eq!(fase().await, Fase::Stemmen);
}

// P-5
#[tokio::test]
async fn the_money_of_a_round_is_set_aside_and_comes_back_when_it_is_stopped() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    assert_eq!(money(&vote.wijkteam).await, ("90000.00".into(), "10000.00".into()));
    let too_much = PlanBuurtbegroting { bedrag: "90000.01".into(), ..world.plan() };
    let made = vote.wijkteam.create_buurtbegroting(vote.wijkteam.key(), too_much).await.unwrap();
    let refused = vote.wijkteam.publish_buurtbegroting(made.kaart.id, made.versie).await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::BudgetOntoereikend);
    let say = Say { tekst: "Er stond een plan op met een verkeerd bedrag.".into() };
    let stopped = vote.stembureau.stop_buurtbegroting(vote.id, say).await.unwrap();
    assert_eq!(stopped.kaart.fase, Fase::Gestopt);
    let seen = world.bezoeker().buurtbegroting(vote.id).await.unwrap();
    assert_eq!(seen.gestopt.unwrap().reden, "Er stond een plan op met een verkeerd bedrag.");
    assert_eq!(money(&vote.wijkteam).await, ("100000.00".into(), "0.00".into()));
    let late = vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap_err();
    assert_eq!(late.code(), ProblemCode::StemmenIsDicht);
    assert_eq!(world.ledger_differences().await, [""; 0]);
}

// V-8
#[tokio::test]
async fn what_was_frozen_changes_for_nobody_not_even_in_the_database() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let seen = vote.wijkteam.buurtbegroting(vote.id).await.unwrap();
    assert_eq!(seen.regels_hash.as_ref().map(String::len), Some(64));
    let change = vote.wijkteam.change_buurtbegroting(vote.id, seen.versie, world.plan()).await.unwrap_err();
    assert_eq!(change.code(), ProblemCode::StapKanNietNu);
    let project = plain_project("Nog een plan", "10.00");
    let add = vote.wijkteam.add_project(vote.wijkteam.key(), vote.id, project).await.unwrap_err();
    assert_eq!(add.code(), ProblemCode::StapKanNietNu);
    let admit = JudgeProject { besluit: "toelaten".into(), kosten: Some("1.00".into()), ..JudgeProject::default() };
    let judge = vote.wijkteam.judge_project(vote.projecten[0], admit).await.unwrap_err();
    assert_eq!(judge.code(), ProblemCode::StapKanNietNu);
    let key = vote.stembureau.name_keepers(vote.id, &vote.bewaarders).await.unwrap_err();
    assert_eq!(key.code(), ProblemCode::StapKanNietNu);
    for statement in [
        "UPDATE buurtbegroting SET spelregels = '{}'",
        "UPDATE buurtbegroting SET sluit_at = stemmen_at",
        "UPDATE buurtbegroting SET cents = 1",
        "UPDATE buurtbegroting SET bevroren = NULL, bevroren_at = NULL, bevroren_hash = NULL",
        "UPDATE buurtbegroting SET publieke_sleutel = NULL, beproefd_at = NULL",
        "DELETE FROM buurtbegroting",
        "UPDATE project SET cents = 1",
        "UPDATE project SET titel = 'x'",
        "UPDATE project SET tekst = 'x'",
        "UPDATE project SET tekst_zout = NULL",
        "UPDATE project SET titel_zout = 'x'",
        "UPDATE project SET status = 'afgewezen', criterium = 'x', reden = 'x'",
        "DELETE FROM project",
        "INSERT INTO project SELECT * FROM project",
    ] {
        assert!(world.tamper(statement).await.is_err(), "{statement}");
    }
    assert_eq!(vote.wijkteam.buurtbegroting(vote.id).await.unwrap(), seen);
}

#[tokio::test]
async fn winners_become_work_and_every_initiator_hears_why() {
    let world = World::new().await;
    let (wijkteam, stembureau) = (world.wijkteam("W2").await, world.stembureau("W2").await);
    let (anna, bram) = (world.bewoner("Anna").await, world.bewoner("Bram").await);
    let id = wijkteam.published(world.plan()).await;
    for (person, titel, kosten) in [(&anna, "Een bankje", "6000.00"), (&bram, "Een fontein", "7000.00")] {
        let initiatief = person.hand_in(titel).await;
        let project = AddProject { initiatief: Some(initiatief.to_string().into()), ..plain_project(titel, kosten) };
        let added = wijkteam.add_project(wijkteam.key(), id, project).await.unwrap();
        let admit = JudgeProject { besluit: "toelaten".into(), ..JudgeProject::default() };
        wijkteam.judge_project(added.projecten.last().unwrap().id, admit).await.unwrap();
        let own = person.own_initiatief(initiatief).await.unwrap();
        assert_eq!(own.initiatief.kaart.status, InitiatiefStatus::NaarBuurtbegroting);
        assert_eq!(world.mail_to(person).await.len(), 2, "handed in, and voted on");
    }
    let bewaarders = stembureau.make_and_prove_key(&world, id).await;
    let codes = stembureau.letters(id, 3).await;
    world.pass(TimeDelta::minutes(3));
    world.drive().await;
    let projecten: Vec<_> =
        wijkteam.buurtbegroting(id).await.unwrap().projecten.iter().map(|project| project.id).collect();
    let vote = tests::OpenVote { id, wijkteam, stembureau, projecten, codes, bewaarders };
    for (letter, place) in [(0, 0), (1, 0), (2, 1)] {
        vote.vote(&world.bezoeker(), letter, proof(u8::try_from(letter).unwrap()), &[place]).await.unwrap();
    }
    world.close_vote().await;
    vote.count().await.unwrap();

    let plan = vote.wijkteam.wijkactieplan(code("W2"), Some(2026)).await.unwrap();
    let opgave = plan.opgaven.iter().find(|opgave| opgave.titel == "Klarendal kiest").unwrap();
    assert_eq!(opgave.inzetten.len(), 1);
    assert_eq!((opgave.inzetten[0].bedrag, opgave.inzetten[0].open), (Some(euro("6000.00")), Some(euro("6000.00"))));
    assert_eq!(opgave.inzetten[0].activiteiten[0].titel, "Een bankje");
    assert_eq!(
        world.count("opdracht WHERE status = 'concept' AND initiatief_id IS NOT NULL AND cents = 600000").await,
        1
    );
    assert_eq!(money(&vote.wijkteam).await, ("94000.00".into(), "6000.00".into()), "what is left is free again");
    assert_eq!(world.ledger_differences().await, [""; 0]);
    for (person, status, soort) in [
        (&anna, InitiatiefStatus::Gekoppeld, GebeurtenisSoort::Gekozen),
        (&bram, InitiatiefStatus::NaarBuurtbegroting, GebeurtenisSoort::NietGekozen),
    ] {
        let own = person.list_own(contract::PageQuery::default()).await.unwrap().resultaten.remove(0);
        let own = person.own_initiatief(own.id).await.unwrap().initiatief;
        let last = own.tijdlijn.last().unwrap();
        assert_eq!((own.kaart.status, last.soort), (status, soort));
        let why = last.tekst.clone().unwrap();
        let letter = world.one_mail_to(person).await;
        assert!(letter.text.contains(&why), "{} {why}", letter.text);
    }
}

#[tokio::test]
async fn a_plan_is_judged_whole_and_told_field_by_field() {
    let world = World::new().await;
    let wijkteam = world.wijkteam("W2").await;
    let refused = async |plan: PlanBuurtbegroting| -> Vec<(String, FieldCode)> {
        let problem = wijkteam.create_buurtbegroting(wijkteam.key(), plan).await.unwrap_err();
        problem.fouten.into_iter().map(|fout| (fout.veld, fout.code)).collect()
    };
    let field = |name: &str, code| (name.to_owned(), code);
    let wrong = PlanBuurtbegroting {
        bedrag: "0.00".into(),
        stembiljet: PlanStembiljet { soort: "punten".into(), ..PlanStembiljet::default() },
        telregel: PlanTelregel { regel: "phragmen".into(), ..PlanTelregel::default() },
        criteria: Vec::new(),
        stemmen_tot: moment(world.now()),
        ..world.plan()
    };
    assert_eq!(
        refused(wrong).await,
        [
            field("/bedrag", FieldCode::TeLaag),
            field("/stembiljet/punten", FieldCode::Ontbreekt),
            field("/criteria", FieldCode::KiesErEen),
            field("/stemmenTot", FieldCode::NietNaVorige),
        ]
    );
    let points = PlanStembiljet { soort: "punten".into(), punten: Some("10".into()), ..PlanStembiljet::default() };
    let phragmen = PlanTelregel { regel: "phragmen".into(), ..PlanTelregel::default() };
    let counted = PlanBuurtbegroting { stembiljet: points, telregel: phragmen, ..world.plan() };
    assert_eq!(refused(counted).await, [field("/telregel/regel", FieldCode::OngeldigeKeuze)]);
    let elsewhere = PlanBuurtbegroting {
        wijken: vec![tests::PRESIKHAAF.into()],
        product: "niets".into(),
        criteria: vec!["niets".into()],
        ..world.plan()
    };
    assert_eq!(
        refused(elsewhere).await,
        [
            field("/wijken", FieldCode::BestaatNiet),
            field("/product", FieldCode::BestaatNiet),
            field("/criteria", FieldCode::BestaatNiet)
        ]
    );
}

/// A round in which people vote on one plan, made of an initiatief of Anna.
async fn vote_on_a_plan_of(world: &World, anna: &Person) -> (tests::OpenVote, InitiatiefId) {
    let initiatief = anna.hand_in("Een bankje").await;
    let project = plain_project("Een bankje", "6000.00");
    let project = AddProject { initiatief: Some(initiatief.to_string().into()), ..project };
    let vote = world.prepare_vote_on(world.plan(), 1, vec![project]).await;
    world.open_now().await;
    (vote, initiatief)
}

#[tokio::test]
async fn who_handed_in_hears_that_the_vote_was_stopped_and_the_plan_can_be_in_a_next_round() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let (vote, initiatief) = vote_on_a_plan_of(&world, &anna).await;
    let wijkteam = &vote.wijkteam;
    let next = wijkteam.published(PlanBuurtbegroting { bedrag: "7000.00".into(), ..world.plan() }).await;
    let again =
        || AddProject { initiatief: Some(initiatief.to_string().into()), ..plain_project("Een bankje", "6000.00") };
    let twice = wijkteam.add_project(wijkteam.key(), next, again()).await.unwrap_err();
    assert_eq!(twice.fouten[0].code, FieldCode::AlInStemming, "nobody votes on it twice at a time");
    let say = Say { tekst: "Er stond een plan op met een verkeerd bedrag.".into() };
    vote.stembureau.stop_buurtbegroting(vote.id, say).await.unwrap();
    let own = anna.own_initiatief(initiatief).await.unwrap().initiatief;
    assert_eq!(own.tijdlijn.last().unwrap().soort, GebeurtenisSoort::StemmingGestopt);
    let letters = world.mail_to(&anna).await;
    assert!(letters.last().unwrap().text.contains("Er stond een plan op met een verkeerd bedrag."));
    let page = world.browser_of(wijkteam).await.look(&format!("/buurtbegrotingen/{next}")).await.text();
    assert!(page.contains(&initiatief.to_string()), "the page offers it");
    wijkteam.add_project(wijkteam.key(), next, again()).await.unwrap();
}

#[tokio::test]
async fn a_plan_that_was_chosen_and_stops_says_so_with_the_reason_and_where_its_money_went() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let (vote, _) = vote_on_a_plan_of(&world, &anna).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    world.close_vote().await;
    vote.count().await.unwrap();
    let seen = async || world.bezoeker().buurtbegroting(vote.id).await.unwrap().projecten.remove(0).opdracht.unwrap();
    let work = seen().await;
    assert_eq!((work.status, work.gaat_door, work.reden), (OpdrachtStatus::Concept, true, None));
    let page = world.browser().look(&format!("/buurtbegrotingen/{}", vote.id)).await.text();
    assert!(page.contains("wordt voorbereid") && !page.contains(&work.id.to_string()), "a concept is not for visitors");
    let opdracht = vote.wijkteam.opdracht(work.id).await.unwrap();

    // Another order for the same: when it is withdrawn, the first goes on.
    let second = vote.wijkteam.order(PRODUCT, "100.00");
    let second = vote.wijkteam.create_opdracht(vote.wijkteam.key(), opdracht.activiteit, second).await.unwrap();
    let say = Say { tekst: "Toch niet nodig.".into() };
    vote.wijkteam.withdraw_opdracht(second.kaart.id, second.versie, say).await.unwrap();
    assert!(seen().await.gaat_door);
    assert_eq!(money(&vote.wijkteam).await, ("94000.00".into(), "6000.00".into()));
    let say = Say { tekst: "De grond is te nat voor een bankje.".into() };
    vote.wijkteam.withdraw_opdracht(work.id, opdracht.versie, say).await.unwrap();
    let ended = seen().await;
    assert_eq!(ended.reden.as_deref(), Some("De grond is te nat voor een bankje."));
    assert!(!ended.gaat_door);
    for path in ["", "/plannen/1"] {
        let page = world.browser().look(&format!("/buurtbegrotingen/{}{path}", vote.id)).await.text();
        assert!(page.contains("Dit plan gaat niet door. Het geld, €\u{a0}6.000,00, is weer vrij"), "{page}");
        assert!(page.contains("De grond is te nat voor een bankje."));
    }
    assert_eq!(money(&vote.wijkteam).await, ("100000.00".into(), "0.00".into()));
}

#[tokio::test]
async fn plans_of_which_one_can_win_say_so_where_people_choose() {
    let world = World::new().await;
    let variant = |titel: &str| AddProject { variant: Some("pomp".into()), ..plain_project(titel, "1000.00") };
    let plans =
        vec![variant("Pomp aan de noordkant"), variant("Pomp aan de zuidkant"), plain_project("Bomen", "1000.00")];
    let vote = world.prepare_vote_on(world.plan(), 1, plans).await;
    world.open_now().await;
    let browser = world.browser();
    let ballot = browser.look(&format!("/buurtbegrotingen/{}/stemmen?volgorde=a", vote.id)).await.text();
    assert!(ballot.contains("Kan niet samen winnen met ‘Pomp aan de zuidkant’."));
    assert_eq!(ballot.matches("Kan niet samen winnen").count(), 2);
    let plan = browser.look(&format!("/buurtbegrotingen/{}/plannen/1", vote.id)).await.text();
    assert!(plan.contains("2. Pomp aan de zuidkant") && !plan.contains("Bomen"));
}

#[tokio::test]
async fn a_plan_that_is_shared_tells_what_it_is_where_its_link_is_shown() {
    let world = World::new().await;
    let tekst = format!("Zit & \"rust\" <hier>. {}", "woord ".repeat(40));
    let plan = AddProject { tekst: tekst.as_str().into(), ..plain_project("Een \"bank\" > muur", "1000.00") };
    let vote = world.prepare_vote_on(world.plan(), 1, vec![plan]).await;
    world.open_now().await;
    let page = world.browser().look(&format!("/buurtbegrotingen/{}/plannen/1", vote.id)).await.text();
    let content = |property: &str| {
        let (_, rest) = page.split_once(&format!("property=\"{property}\" content=\"")).expect(property);
        rest.split_once('"').expect("its end").0.to_owned()
    };
    assert_eq!(content("og:title"), "1. Een &quot;bank&quot; &gt; muur");
    let words = content("og:description");
    assert!(words.starts_with("Zit &amp; &quot;rust&quot; &lt;hier&gt;. woord"), "{words}");
    assert!(words.ends_with("woord…") && words.split(' ').count() == 30, "{words}");
    assert!(!page.contains("og:image"), "there is no photo");
}
