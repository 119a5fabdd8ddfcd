//! A name of somebody else leaves the texts that no other story takes it out of: who does the work, whose business it is, why a
//! plan was refused, and what was written with a posting before that was chosen from a list (F3, G-3).

use contract::ingreep::{DeelSoort, HerstelIngreep, IngreepApi as _, IngreepStatus, MaakIngreep, Veld};
use contract::opdracht::{OpdrachtApi as _, ReportProgress, Spend};
use contract::opgave::{CreateActiviteit, CreateInzet, OpgaveApi as _};
use contract::project::{JudgeProject, ProjectApi as _};
use contract::wijkbudget::{BoekingFilter, WijkbudgetApi as _};
use contract::{GeheelId, IngreepId};
use tests::{CRITERIUM, Person, World, code, plain_project};

const NAME: &str = "Jansen";

/// Takes the name out of all texts of something; this one was among them. Gives what was done.
async fn take_out(wijkteam: &Person, whole: GeheelId, text: (DeelSoort, Veld)) -> Vec<IngreepId> {
    let ask = MaakIngreep {
        soort: "onherkenbaar".into(),
        woorden: vec![NAME.into()],
        reden: "Er stond een naam in.".into(),
        ..MaakIngreep::default()
    };
    let done = wijkteam.make_ingreep(wijkteam.key(), whole, ask).await.unwrap().ingrepen;
    let own = done.iter().find(|own| (own.deel, own.veld) == text);
    assert_eq!(own.map(|own| own.status), Some(IngreepStatus::Gedaan), "{text:?}: {done:#?}");
    done.iter().map(|own| own.id).collect()
}

async fn put_back(wijkteam: &Person, done: &[IngreepId]) {
    for id in done {
        let back = HerstelIngreep { reden: "Het is de naam van de straat.".into(), overal: false };
        wijkteam.undo_ingreep(*id, back).await.unwrap();
    }
}

/// The name stands at both doors, over the API and on its page; it is taken out of this text, and put back.
async fn leaves(world: &World, wijkteam: &Person, whole: GeheelId, text: (DeelSoort, Veld), path: &str) {
    let visitor = world.bezoeker();
    let read = async || {
        let mut found = Vec::new();
        for door in [path.to_owned(), format!("/{path}")] {
            let heard = visitor.ask("GET", &door).send_unjudged().await;
            assert_eq!(heard.status, 200, "{door}");
            found.push((heard.text().contains(NAME), heard.text().contains("[weggelaten]")));
        }
        found
    };
    assert_eq!(read().await, [(true, false); 2], "{text:?} before");
    let done = take_out(wijkteam, whole, text).await;
    assert_eq!(read().await, [(false, true); 2], "{text:?} is out of it");
    put_back(wijkteam, &done).await;
    assert_eq!(read().await, [(true, false); 2], "{text:?} on second thoughts");
}

// F3, G-3
#[tokio::test]
async fn a_name_leaves_who_gives_hours_and_who_does_the_work() {
    for text in [(DeelSoort::Inzet, Veld::Wie), (DeelSoort::Activiteit, Veld::Wie)] {
        let world = World::new().await;
        let wijkteam = world.wijkteam("W2").await;
        let opgave = wijkteam.note_opgave("W2").await;
        let who = |soort: DeelSoort| (soort == text.0).then(|| format!("Ploeg van {NAME}").into());
        let hours = CreateInzet { uren: Some("16".into()), wie: who(DeelSoort::Inzet), ..CreateInzet::default() };
        let seen = wijkteam.create_inzet(wijkteam.key(), opgave, hours).await.unwrap();
        let wie = who(DeelSoort::Activiteit);
        let work = CreateActiviteit { titel: "Bomen planten".into(), wie, ..CreateActiviteit::default() };
        wijkteam.create_activiteit(wijkteam.key(), seen.inzetten[0].id, work).await.unwrap();
        leaves(&world, &wijkteam, GeheelId(opgave.0), text, "/gebieden/W2/wijkactieplan").await;
    }
}

// F3, G-3: a business is often called after who has it
#[tokio::test]
async fn a_name_leaves_the_business_of_who_handed_something_in() {
    let world = World::new().await;
    let (owner, wijkteam) = (world.ondernemer(NAME).await, world.wijkteam("W2").await);
    let id = owner.hand_in("Een boom").await;
    let text = (DeelSoort::Initiatief, Veld::Organisatie);
    leaves(&world, &wijkteam, GeheelId(id.0), text, &format!("/initiatieven/{id}")).await;
}

// F3, G-3
#[tokio::test]
async fn a_name_leaves_why_a_plan_was_refused() {
    let world = World::new().await;
    let wijkteam = world.wijkteam("W2").await;
    let id = wijkteam.published(world.plan()).await;
    let added = wijkteam.add_project(wijkteam.key(), id, plain_project("Een bankje", "500.00")).await.unwrap();
    let no = JudgeProject {
        besluit: "afwijzen".into(),
        criterium: Some(CRITERIUM.into()),
        reden: Some("Het ligt in de tuin van Jansen.".into()),
        ..JudgeProject::default()
    };
    wijkteam.judge_project(added.projecten[0].id, no).await.unwrap();
    let text = (DeelSoort::Project, Veld::Reden);
    leaves(&world, &wijkteam, GeheelId(id.0), text, &format!("/buurtbegrotingen/{id}")).await;
}

// F3, G-3, M2: staff reads such words, and nobody else. What was posted stays as it was sealed.
#[tokio::test]
async fn a_name_leaves_what_was_written_with_a_posting_before_there_was_a_list() {
    let world = World::new().await;
    let (wijkteam, backoffice) = (world.wijkteam("W2").await, world.backoffice().await);
    let fiatteur = world.fiatteur("W2", "500.00").await;
    let ordered = wijkteam.ordered("W2", "100.00").await;
    let opdracht = backoffice.accept(&fiatteur.approve(&ordered.opdracht).await.unwrap()).await.unwrap().kaart.id;
    let begun = ReportProgress { tekst: "Begonnen.".into(), fotos: Vec::new() };
    backoffice.report_progress(backoffice.key(), opdracht, begun).await.unwrap();
    let spend = Spend { bedrag: "60.00".into(), omschrijving: "factuur".into(), toelichting: None };
    backoffice.spend(backoffice.key(), opdracht, spend).await.unwrap();
    let old = "UPDATE boeking SET omschrijving = 'Factuur van Jansen' WHERE soort = 'besteed'";
    assert_eq!(world.force("boeking", old).await, 1);
    let as_posted = world.ledger_differences().await;
    let read = async || {
        let page = wijkteam.list_toelichtingen(code("W2"), BoekingFilter::default()).await.unwrap();
        page.resultaten.into_iter().map(|own| own.tekst).collect::<Vec<_>>()
    };
    assert_eq!(read().await, ["Factuur van Jansen"]);

    let done = take_out(&wijkteam, GeheelId(opdracht.0), (DeelSoort::Boeking, Veld::Omschrijving)).await;
    assert_eq!(read().await, ["Factuur van [weggelaten]"]);
    assert_eq!(world.count("boeking WHERE omschrijving = 'Factuur van Jansen'").await, 1);
    assert_eq!(world.ledger_differences().await, as_posted, "nothing was posted or changed");
    put_back(&wijkteam, &done).await;
    assert_eq!(read().await, ["Factuur van Jansen"]);
}
