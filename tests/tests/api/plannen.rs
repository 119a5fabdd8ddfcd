//! The page of a plan, which people share, and plans that are made of an initiatief.

use contract::buurtbegroting::{
    Belemmering, BuurtbegrotingApi as _, BuurtbegrotingFase as Fase, BuurtbegrotingView, PlanBuurtbegroting,
};
use contract::field::FieldCode;
use contract::gebied::Punt;
use contract::initiatief::{CreateInitiatief, InitiatiefApi as _, Say};
use contract::problem::ProblemCode;
use contract::project::{AddProject, ExcludeProjects, JudgeProject, ProjectApi as _, ProjectStatus, ProjectView};
use contract::{BuurtbegrotingId, ProjectId, Reply};
use tests::{CRITERIUM, Person, World, plain_project, proof};

#[tokio::test]
async fn a_plan_has_a_page_of_its_own_that_leads_to_the_ballot_with_the_plan_chosen() {
    let world = World::new().await;
    let vote = world.prepare_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let (browser, base) = (world.browser(), format!("/buurtbegrotingen/{}", vote.id));
    let early = browser.look(&format!("{base}/plannen/2")).await.text();
    assert!(early.contains("2. Plan 2") && !early.contains("Stem hierop"), "{early}");
    world.open_now().await;
    let page = browser.look(&format!("{base}/plannen/2")).await.text();
    assert!(page.contains(&format!("href=\"{base}/stemmen?plan=2\"")), "{page}");
    assert!(page.contains("U hebt de stemcode nodig uit de brief"), "{page}");
    let go = browser.look(&format!("{base}/stemmen?plan=2")).await;
    let ballot = browser.look(go.header("location").unwrap()).await.text();
    let of = |place: usize| {
        let mark = format!("value=\"{}\"", vote.projecten[place]);
        let rest = ballot.split(&mark).nth(1).unwrap();
        rest.split('>').next().unwrap().contains("checked")
    };
    assert_eq!([of(0), of(1)], [false, true]);
    assert!(ballot.contains("‘Plan 2’ staat al in uw keuze"), "{ballot}");
    for nowhere in ["3", "x", "02"] {
        assert_eq!(browser.look(&format!("{base}/plannen/{nowhere}")).await.status, 404, "{nowhere}");
    }
    let odd = browser.look(&format!("{base}/stemmen?plan=9&volgorde=abc")).await;
    assert_eq!(odd.status, 200);
}

#[tokio::test]
async fn a_plan_is_made_of_an_initiatief_on_the_page_and_keeps_its_photo_and_its_way_back() {
    let world = World::new().await;
    let (anna, wijkteam) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let initiatief = anna.hand_in("Een bankje bij de school").await;
    let id = wijkteam.published(world.plan()).await;
    let browser = world.browser_of(&wijkteam).await;
    let path = format!("/buurtbegrotingen/{id}");
    let plain = browser.look(&path).await.text();
    assert!(plain.contains(&format!("<option value=\"{initiatief}\"")), "{plain}");
    let picked = browser.look(&format!("{path}?initiatief={initiatief}")).await;
    assert_eq!(picked.hidden("project", "initiatief"), initiatief.to_string());
    assert!(picked.text().contains("value=\"Een bankje bij de school\""), "{}", picked.text());
    let (sleutel, wijk) = (picked.hidden("project", "sleutel"), picked.hidden("project", "wijk"));
    let fields = [
        ("actie", "project"),
        ("sleutel", sleutel.as_str()),
        ("initiatief", &initiatief.to_string()),
        ("wijk", &wijk),
        ("titel", "Een bankje bij de school"),
        ("tekst", "Voor wie even wil zitten."),
        ("kosten", "750,00"),
        ("thema", tests::THEMA),
    ];
    assert_eq!(browser.send(&path, &fields).await.status, 303);
    let round = wijkteam.buurtbegroting(id).await.unwrap();
    assert_eq!(round.projecten[0].initiatief, Some(initiatief));
    assert_eq!(round.projecten[0].wijk.as_deref(), Some(wijk.as_str()));
    let after = browser.look(&path).await.text();
    assert!(!after.contains(&format!("<option value=\"{initiatief}\"")), "it is a plan now");
    let page = browser.look(&format!("{path}/plannen/1")).await.text();
    assert!(page.contains(&format!("href=\"/initiatieven/{initiatief}\"")), "{page}");
    let own = anna.initiatief(initiatief).await.unwrap();
    assert_eq!(own.kaart.status.as_str(), "naar_buurtbegroting");
}

#[tokio::test]
async fn plans_that_exclude_each_other_do_not_win_together() {
    let world = World::new().await;
    // Each goes with the third, and there is money for all.
    let vote = world.prepare_vote(world.plan(), 10, &["1000.00", "1000.00", "1000.00"]).await;
    let exclude = |place: usize, nummers: &[u32]| {
        let request = ExcludeProjects { nummers: nummers.to_vec() };
        vote.wijkteam.exclude_projects(vote.projecten[place], request)
    };
    for odd in [&[1][..], &[2, 4], &[0]] {
        let refused = exclude(0, odd).await.unwrap_err();
        assert_eq!((refused.code(), refused.fouten[0].veld.as_str()), (ProblemCode::OngeldigeInvoer, "/nummers"));
    }
    let seen = exclude(2, &[1, 2, 1]).await.unwrap().projecten;
    let pairs = |seen: &[ProjectView]| seen.iter().map(|own| own.sluit_uit.clone()).collect::<Vec<_>>();
    assert_eq!(pairs(&seen), [vec![3], vec![3], vec![1, 2]]);
    // On the page of the second plan another is ticked in place of the third.
    let browser = world.browser_of(&vote.wijkteam).await;
    let path = format!("/buurtbegrotingen/{}/plannen/2", vote.id);
    let page = browser.look(&path).await.text();
    let boxes: Vec<&str> = page.split("name=\"nummers\"").skip(1).map(|rest| rest.split('>').next().unwrap()).collect();
    assert_eq!(boxes.iter().map(|own| own.contains("checked")).collect::<Vec<_>>(), [false, true], "{page}");
    let old = browser.send(&path, &[("actie", "uitsluiten"), ("gezien", ""), ("nummers", "1")]).await;
    assert_eq!(old.status, 412, "somebody else said something meanwhile");
    assert_eq!(browser.send(&path, &[("actie", "uitsluiten"), ("gezien", "3"), ("nummers", "1")]).await.status, 303);
    let seen = world.bezoeker().buurtbegroting(vote.id).await.unwrap().projecten;
    assert_eq!(pairs(&seen), [vec![2, 3], vec![1], vec![1]]);
    assert!(!world.browser().look(&path).await.text().contains("name=\"nummers\""), "it is not for everybody");
    exclude(0, &[2]).await.unwrap();

    world.open_now().await;
    assert_eq!(exclude(0, &[]).await.unwrap_err().code(), ProblemCode::StapKanNietNu);
    for statement in [
        "DELETE FROM project_uitsluiting",
        "UPDATE project_uitsluiting SET ander = 3",
        "INSERT INTO project_uitsluiting SELECT buurtbegroting_id, 1, 3 FROM project_uitsluiting",
    ] {
        assert!(world.tamper(statement).await.is_err(), "{statement}");
    }
    let ballot = browser.look(&format!("/buurtbegrotingen/{}/stemmen?volgorde=a", vote.id)).await.text();
    assert!(ballot.contains("Kan niet samen winnen met ‘Plan 2’.") && !ballot.contains("winnen met ‘Plan 3’"));
    // As many as a result with reasons is published of.
    for (letter, secret) in (0..10).zip(1..) {
        vote.vote(&world.bezoeker(), letter, proof(secret), &[0, 1, 2][letter.min(1)..]).await.unwrap();
    }
    world.close_vote().await;
    let uitslag = vote.count().await.unwrap();
    let won: Vec<(u32, bool)> = uitslag.projecten.iter().map(|own| (own.nummer, own.gekozen)).collect();
    assert!(won.contains(&(1, false)) && won.contains(&(2, true)) && won.contains(&(3, true)), "{won:?}");
    let lost = uitslag.projecten.iter().find(|own| !own.gekozen).unwrap();
    assert!(lost.uitleg.contains("Kan niet samen met"), "{}", lost.uitleg);
}

/// A plan of Anna that one of the wijkteam refused.
#[tokio::test]
async fn a_plan_is_on_the_map_of_the_ballot_where_its_initiatief_is() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let punt = Punt { lon: 5.9187, lat: 51.9883 };
    let request = CreateInitiatief { punt: Some(punt), ..anna.idea("Een bankje") };
    let initiatief = anna.create_initiatief(anna.key(), request).await.unwrap().id;
    let plan = AddProject { initiatief: Some(initiatief.to_string().into()), ..plain_project("Een bankje", "750.00") };
    let projects = vec![plan, plain_project("Een boom", "500.00")];
    let vote = world.prepare_vote_on(world.plan(), 1, projects).await;
    world.open_now().await;
    let seen = world.bezoeker().buurtbegroting(vote.id).await.unwrap().projecten;
    assert_eq!(seen.iter().map(|own| own.punt).collect::<Vec<_>>(), [Some(punt), None]);
    let browser = world.browser();
    let go = browser.look(&format!("/buurtbegrotingen/{}/stemmen", vote.id)).await;
    let ballot = browser.look(go.header("location").unwrap()).await.text();
    // Its name on the map leads to it on the ballot.
    let place =
        format!("&quot;titel&quot;:&quot;Een bankje&quot;,&quot;url&quot;:&quot;#keuze-{}&quot;", vote.projecten[0]);
    assert!(ballot.contains(&place), "{ballot}");
    assert!(ballot.contains(&format!("id=\"keuze-{}\"", vote.projecten[0])), "{ballot}");
}

struct Refused {
    world: World,
    anna: Person,
    wijkteam: [Person; 3],
    round: BuurtbegrotingId,
    project: ProjectId,
}

async fn refused() -> Refused {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let wijkteam = [world.wijkteam("W2").await, world.wijkteam("W2").await, world.wijkteam("W2").await];
    let initiatief = anna.hand_in("Een bankje").await;
    let round = wijkteam[0].published(world.plan()).await;
    let plan = AddProject { initiatief: Some(initiatief.to_string().into()), ..plain_project("Een bankje", "750.00") };
    let added = wijkteam[0].add_project(wijkteam[0].key(), round, plan).await.unwrap();
    wijkteam[0].add_admitted(round, plain_project("Een boom", "500.00")).await;
    world.stembureau("W2").await.make_and_prove_key(&world, round).await;
    let own = Refused { anna, wijkteam, round, project: added.projecten[0].id, world };
    own.judge(0, "afwijzen").await.unwrap();
    own
}

fn say(tekst: &str) -> Say {
    Say { tekst: tekst.into() }
}

impl Refused {
    async fn judge(&self, who: usize, besluit: &str) -> Reply<BuurtbegrotingView> {
        let is_refused = besluit == "afwijzen";
        let request = JudgeProject {
            besluit: besluit.into(),
            criterium: is_refused.then(|| CRITERIUM.into()),
            reden: is_refused.then(|| "De grond is niet van de gemeente.".into()),
            ..JudgeProject::default()
        };
        self.wijkteam[who].judge_project(self.project, request).await
    }

    async fn seen_by(&self, who: &Person) -> ProjectView {
        let round = who.buurtbegroting(self.round).await.unwrap();
        round.projecten.into_iter().find(|own| own.id == self.project).unwrap()
    }

    async fn ask(&self) -> Reply<BuurtbegrotingView> {
        self.anna.ask_heroverweging(self.project, say("De grond is van de kerk, en die vindt het goed.")).await
    }
}

#[tokio::test]
async fn who_refused_a_plan_does_not_decide_again_and_to_refuse_it_again_takes_two() {
    let case = refused().await;
    case.ask().await.unwrap();
    assert_eq!(case.judge(0, "toelaten").await.unwrap_err().code(), ProblemCode::AndereOgenNodig);
    assert_eq!(case.judge(0, "afwijzen").await.unwrap_err().code(), ProblemCode::AndereOgenNodig);
    let first = case.judge(1, "afwijzen").await.unwrap();
    let asked = first.projecten[0].heroverweging.clone().unwrap();
    assert!(asked.wacht_op_tweede && !asked.afgerond);
    assert_eq!(first.belemmeringen, [Belemmering::PlannenWachten]);
    assert_eq!(case.judge(1, "afwijzen").await.unwrap_err().code(), ProblemCode::AndereOgenNodig);
    let last = case.judge(2, "afwijzen").await.unwrap();
    let project = &last.projecten[0];
    assert_eq!((project.status, project.heroverweging.as_ref().unwrap().afgerond), (ProjectStatus::Afgewezen, true));
    assert_eq!(last.belemmeringen, []);
    for (who, besluit) in [(0, "toelaten"), (1, "toelaten"), (2, "afwijzen")] {
        assert_eq!(case.judge(who, besluit).await.unwrap_err().code(), ProblemCode::StapKanNietNu, "it is over");
    }
    assert_eq!(case.ask().await.unwrap_err().code(), ProblemCode::StapKanNietNu, "it is asked once");
}

#[tokio::test]
async fn what_was_admitted_by_mistake_can_be_refused_and_what_was_refused_needs_a_second_look() {
    let case = refused().await;
    for (who, besluit) in [(0, "toelaten"), (1, "toelaten"), (1, "afwijzen")] {
        let early = case.judge(who, besluit).await.unwrap_err();
        assert_eq!(early.code(), ProblemCode::StapKanNietNu, "nobody asked for a second look");
    }
    let round = case.wijkteam[1].buurtbegroting(case.round).await.unwrap();
    let admitted = round.projecten[1].id;
    let no = JudgeProject {
        besluit: "afwijzen".into(),
        criterium: Some(CRITERIUM.into()),
        reden: Some("Er liggen kabels.".into()),
        ..JudgeProject::default()
    };
    let page = case.world.browser_of(&case.wijkteam[1]).await.look(&format!("/buurtbegrotingen/{}", case.round)).await;
    assert!(page.text().contains("2. Een boom (nu: Doet mee)"), "{}", page.text());
    let judged = case.wijkteam[1].judge_project(admitted, no).await.unwrap();
    assert_eq!(judged.projecten[1].status, ProjectStatus::Afgewezen);
}

#[tokio::test]
async fn another_can_admit_a_plan_after_all_and_nothing_opens_before_that() {
    let case = refused().await;
    case.ask().await.unwrap();
    case.world.open_now().await;
    let waiting = case.wijkteam[1].buurtbegroting(case.round).await.unwrap();
    assert_eq!(
        (waiting.kaart.fase, waiting.belemmeringen.as_slice()),
        (Fase::Toetsen, &[Belemmering::PlannenWachten][..])
    );
    case.judge(1, "toelaten").await.unwrap();
    case.world.drive().await;
    let open = case.wijkteam[1].buurtbegroting(case.round).await.unwrap();
    assert_eq!((open.kaart.fase, open.projecten[0].status), (Fase::Stemmen, ProjectStatus::Toegelaten));
}

#[tokio::test]
async fn the_initiator_asks_once_on_the_page_of_the_plan_and_others_do_not_read_what_they_wrote() {
    let case = refused().await;
    let bea = case.world.bewoner("Bea").await;
    assert!(case.seen_by(&case.anna).await.mag_heroverwegen);
    assert!(!case.seen_by(&bea).await.mag_heroverwegen);
    let refusal = bea.ask_heroverweging(case.project, say("Ik wil ook.")).await.unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::NietToegestaan);
    let browser = case.world.browser_of(&case.anna).await;
    let path = format!("/buurtbegrotingen/{}/plannen/1", case.round);
    assert!(browser.look(&path).await.text().contains("Vraag om heroverweging"));
    let empty = browser.send(&path, &[("actie", "heroverweging"), ("tekst", " ")]).await;
    assert_eq!(empty.status, 400);
    let sent = browser.send(&path, &[("actie", "heroverweging"), ("tekst", "De grond is van de kerk.")]).await;
    assert_eq!(sent.status, 303);
    assert!(browser.look(&path).await.text().contains("De grond is van de kerk."));
    let public = case.world.browser().look(&path).await.text();
    assert!(public.contains("Anderen kijken opnieuw naar dit plan."), "{public}");
    assert!(!public.contains("van de kerk"), "{public}");
    assert_eq!(
        case.seen_by(&case.wijkteam[2]).await.heroverweging.unwrap().tekst.as_deref(),
        Some("De grond is van de kerk.")
    );
}

#[tokio::test]
async fn what_went_to_another_round_after_it_was_refused_is_not_admitted_here_as_well() {
    let case = refused().await;
    case.ask().await.unwrap();
    let (wijkteam, initiatief) = (&case.wijkteam[0], case.seen_by(&case.anna).await.initiatief.unwrap());
    let plan = PlanBuurtbegroting { bedrag: "1000.00".into(), ..case.world.plan() };
    let elsewhere = wijkteam.published(plan).await;
    let again = AddProject { initiatief: Some(initiatief.to_string().into()), ..plain_project("Een bankje", "750.00") };
    wijkteam.add_project(wijkteam.key(), elsewhere, again).await.unwrap();
    let refusal = case.judge(1, "toelaten").await.unwrap_err();
    assert_eq!(refusal.fouten[0].code, FieldCode::AlInStemming);
}
