//! The main job, whole: from an idea on a phone to euros on the ledger, and back to who had the idea.

use contract::account::UseLink;
use contract::initiatief::{
    AnswerByLink, GebeurtenisSoort as What, InitiatiefApi as _, InitiatiefFilter, InitiatiefStatus as Status, Link,
    Say, Tell, TriageApi as _,
};
use contract::opdracht::{CreateOpdracht, Decide, OpdrachtApi as _, OpdrachtStatus, ReportProgress, Spend};
use contract::opgave::{CreateOpgave, OpgaveApi as _};
use contract::problem::ProblemCode;
use contract::werk::{WerkApi as _, WerkFilter};
use contract::wijkbudget::{BoekingFilter, BoekingSoort, Pot, WijkbudgetApi as _};
use contract::{InitiatiefId, foto::FotoApi as _};
use tests::{Ordered, PRODUCT, Person, THEMA, World, code, euro, pictures};

struct Story {
    world: World,
    gast: Person,
    id: InitiatiefId,
    buren: Vec<Person>,
    wijkteam: Person,
    fiatteur: Person,
    backoffice: Person,
}

/// A guest hands in and confirms by the link in the mail.
async fn handed_in() -> Story {
    let world = World::new().await;
    let gast = world.bezoeker();
    let kept = gast.create_initiatief(gast.key(), gast.idea("Een boom op de hoek")).await.unwrap();
    assert_eq!((kept.status, kept.bevestiging_nodig, kept.antwoord_datum), (Status::Concept, true, None));
    assert_eq!(gast.initiatief(kept.id).await.unwrap_err().code(), ProblemCode::NietGevonden, "nobody sees it yet");

    confirmed(&world, &gast, kept.id).await;

    Story {
        buren: vec![world.bewoner("Fatima").await, world.bewoner("Jan").await],
        wijkteam: world.wijkteam("W2").await,
        fiatteur: world.fiatteur("W2", "25000.00").await,
        backoffice: world.backoffice().await,
        id: kept.id,
        gast,
        world,
    }
}

/// The mail asks to confirm; the link does, and a receipt names the day of the answer.
async fn confirmed(world: &World, gast: &Person, id: InitiatiefId) {
    let mail = world.one_mail_to(gast).await;
    assert_eq!(mail.subject, "Bevestig uw initiatief");
    assert!(mail.text.starts_with("Goedendag,") && !mail.text.contains("Een boom"), "{}", mail.text);
    assert!(mail.link().unwrap().starts_with(&format!("{}/bevestigen/initiatief/", world.address())));
    let received = gast.confirm_initiatief(UseLink { geheim: mail.secret().into() }).await.unwrap();
    assert_eq!((received.status, received.bevestiging_nodig), (Status::Ingediend, false));
    assert_eq!(received.antwoord_datum.unwrap().to_string(), "2026-03-30", "four weeks after 2 March");

    let receipt = world.one_mail_to(gast).await;
    assert_eq!(receipt.subject, "Wij hebben uw initiatief ontvangen");
    for part in ["Beste Gast de Gast,", "“Een boom op de hoek”", "uiterlijk 30 maart 2026"] {
        assert!(receipt.text.contains(part), "{part}: {}", receipt.text);
    }
    assert!(receipt.link().unwrap().ends_with(&format!("/initiatieven/{}", id)));
}

impl Story {
    /// Free, set aside, committed and spent in the product, as everybody can read them.
    async fn ledger(&self) -> [String; 4] {
        let money = self.gast.wijkbudget(code("W2"), None).await.unwrap();
        let row = money.producten.into_iter().find(|row| row.product.as_deref() == Some(PRODUCT)).unwrap();
        assert_eq!(row.begroot, euro("100000.00"));
        [row.vrij, row.gereserveerd, row.verplicht, row.besteed].map(|amount| amount.to_string())
    }

    async fn status(&self) -> Status {
        self.gast.initiatief(self.id).await.unwrap().kaart.status
    }

    /// The initiator got one mail since the last, about this; gives its text.
    async fn news(&self, of: What) -> String {
        let mail = self.world.one_mail_to(&self.gast).await;
        assert_eq!(mail.subject, "Nieuws over uw initiatief");
        for part in ["“Een boom op de hoek”", &sentence(of)] {
            assert!(mail.text.contains(part), "{part}: {}", mail.text);
        }
        mail.text
    }

    /// Twice is once, and everybody counts once.
    async fn is_supported(&self) {
        for (person, expected) in [(&self.buren[0], 1), (&self.buren[0], 1), (&self.buren[1], 2)] {
            let steun = person.support(self.id).await.unwrap();
            assert_eq!((steun.steun, steun.gesteund), (expected, true));
        }
        assert!(!self.gast.steun(self.id).await.unwrap().gesteund);
        assert_eq!(self.gast.support(self.id).await.unwrap_err().code(), ProblemCode::NietIngelogd);
        let again = self.buren[1].unsupport(self.id).await.unwrap();
        assert_eq!((again.steun, again.gesteund), (1, false));
        assert_eq!(self.gast.list_initiatieven(InitiatiefFilter::default()).await.unwrap().resultaten[0].steun, 1);
    }

    /// The wijkteam takes it up, asks, and gets its answer by the link in the mail.
    async fn is_asked_and_answers(&self) {
        let work = self.wijkteam.werk(WerkFilter::default()).await.unwrap();
        assert_eq!(work.nieuw.iter().map(|item| item.id).collect::<Vec<_>>(), [self.id]);
        let seen = self.wijkteam.dossier(self.id).await.unwrap();
        assert_eq!((seen.naam.as_str(), seen.email.as_str()), ("Gast de Gast", self.gast.email.as_str()));
        let taken = self.wijkteam.take_up(self.id, seen.versie).await.unwrap();
        self.news(What::InBehandeling).await;

        let question = Tell { tekst: "Op welke hoek precies?".into(), openbaar: true };
        let asked = self.wijkteam.ask_initiator(self.id, taken.versie, question).await.unwrap();
        assert_eq!(asked.initiatief.kaart.status, Status::VraagAanIndiener);
        let mail = self.world.one_mail_to(&self.gast).await;
        assert!(mail.text.contains(&sentence(What::Vraag)) && mail.text.contains("Op welke hoek precies?"));
        let geheim = mail.secret().to_owned();
        for _look in 0..2 {
            let open = self.gast.question_by_link(UseLink { geheim: geheim.as_str().into() }).await.unwrap();
            assert_eq!((open.initiatief, open.vraag.as_str()), (self.id, "Op welke hoek precies?"), "looking is free");
        }
        let answer = || AnswerByLink { geheim: geheim.as_str().into(), tekst: "Bij de bakker.".into(), openbaar: true };
        self.gast.answer_by_link(answer()).await.unwrap();
        assert_eq!(self.gast.answer_by_link(answer()).await.unwrap_err().code(), ProblemCode::LinkOngeldig, "once");
        assert_eq!(self.status().await, Status::InBehandeling);
    }

    /// It becomes part of a new opgave.
    async fn is_linked(&self) -> contract::OpgaveId {
        let seen = self.wijkteam.dossier(self.id).await.unwrap();
        let link = Link {
            opgave: None,
            nieuwe_opgave: Some(CreateOpgave {
                gebied: "W2".into(),
                titel: "Schaduw in Klarendal".into(),
                tekst: "Op warme dagen is er geen schaduw op straat.".into(),
                thema: THEMA.into(),
            }),
            reden: "Wij gaan hiermee aan de slag.".into(),
        };
        let linked = self.wijkteam.link(self.id, seen.versie, link).await.unwrap();
        assert_eq!(linked.initiatief.kaart.status, Status::Gekoppeld);
        assert!(self.news(What::Gekoppeld).await.contains("Wij gaan hiermee aan de slag."));
        linked.initiatief.opgave.unwrap()
    }

    /// Money is set aside, an activiteit planned, an opdracht drawn up and asked for.
    async fn is_ordered(&self, opgave: contract::OpgaveId) -> Ordered {
        let inzet = self.wijkteam.commit(opgave, PRODUCT, "1250.00").await.unwrap();
        assert_eq!(self.ledger().await, ["98750.00", "1250.00", "0.00", "0.00"]);
        self.news(What::Inzet).await;
        let activiteit = self.wijkteam.plan(inzet).await;
        assert!(self.news(What::Activiteit).await.contains("Bomen planten"));
        let initiatief = Some(self.id.to_string().into());
        let order = CreateOpdracht { initiatief, ..self.wijkteam.order(PRODUCT, "1500.00") };
        let opdracht = self.wijkteam.request(activiteit, order).await;
        assert_eq!(opdracht.kaart.status, OpdrachtStatus::TerFiattering);
        assert_eq!(self.ledger().await, ["98750.00", "1250.00", "0.00", "0.00"], "asking moves nothing");
        let hidden = self.gast.opdracht(opdracht.kaart.id).await.unwrap_err();
        assert_eq!(hidden.code(), ProblemCode::NietGevonden, "not public before fiat");
        self.news(What::FiatGevraagd).await;
        Ordered { opgave, inzet, activiteit, opdracht }
    }

    /// Somebody else approves; 1250 was set aside, 250 comes out of what is free.
    async fn is_approved(&self, ordered: &mut Ordered) {
        let own = self.wijkteam.approve(&ordered.opdracht).await.unwrap_err();
        assert_eq!(own.code(), ProblemCode::AndereOgenNodig);
        ordered.opdracht = self.fiatteur.approve(&ordered.opdracht).await.unwrap();
        assert_eq!(ordered.opdracht.kaart.status, OpdrachtStatus::Gefiatteerd);
        assert_eq!(self.ledger().await, ["98500.00", "0.00", "1500.00", "0.00"]);
        assert_eq!(self.gast.opdracht(ordered.opdracht.kaart.id).await.unwrap().verplicht, euro("1500.00"));
        self.news(What::Gefiatteerd).await;
    }

    /// The back office accepts, reports with a photo, and spends.
    async fn is_carried_out(&self, ordered: &mut Ordered) {
        let id = ordered.opdracht.kaart.id;
        ordered.opdracht = self.backoffice.accept(&ordered.opdracht).await.unwrap();
        self.news(What::Aangenomen).await;
        assert_eq!(self.status().await, Status::Gekoppeld);

        let photo = self.backoffice.upload_foto(self.backoffice.key(), pictures::jpeg(1)).await.unwrap();
        let report = ReportProgress { tekst: "De boom is besteld.".into(), fotos: vec![photo.id.to_string().into()] };
        ordered.opdracht = self.backoffice.report_progress(self.backoffice.key(), id, report).await.unwrap();
        assert_eq!(ordered.opdracht.kaart.status, OpdrachtStatus::InUitvoering);
        assert_eq!(self.status().await, Status::InUitvoering);
        assert!(self.news(What::Voortgang).await.contains("De boom is besteld."));
        let seen = self.gast.initiatief(self.id).await.unwrap();
        assert_eq!(seen.tijdlijn.last().unwrap().fotos[0].id, photo.id);
        assert_eq!(self.gast.ask("GET", &format!("/fotos/{}", photo.id)).send().await.status, 200);
    }

    /// Invoices are booked, and never more than was committed.
    async fn is_paid(&self, ordered: &mut Ordered) {
        let id = ordered.opdracht.kaart.id;
        for (bedrag, expected) in [
            ("900.00", ["98500.00", "0.00", "600.00", "900.00"]),
            ("350.50", ["98500.00", "0.00", "249.50", "1250.50"]),
        ] {
            let toelichting = Some("Factuur van de kweker".into());
            let spend = Spend { bedrag: bedrag.into(), omschrijving: "factuur".into(), toelichting };
            ordered.opdracht = self.backoffice.spend(self.backoffice.key(), id, spend).await.unwrap();
            assert_eq!(self.ledger().await, expected);
        }
        let too_much = Spend { bedrag: "249.51".into(), omschrijving: "overig".into(), toelichting: None };
        let refused = self.backoffice.spend(self.backoffice.key(), id, too_much).await.unwrap_err();
        assert_eq!(refused.code(), ProblemCode::BudgetOntoereikend);
        assert_eq!(self.world.mail_to(&self.gast).await, [], "an invoice is no news");
    }

    /// It is done, accounted for, and what is left is free again.
    async fn is_closed(&self, ordered: &mut Ordered) {
        let (id, say) = (ordered.opdracht.kaart.id, |text: &str| Say { tekst: text.into() });
        let done = self.backoffice.finish_opdracht(id, ordered.opdracht.versie, say("De boom staat.")).await.unwrap();
        assert!(self.news(What::Gereed).await.contains("De boom staat."));
        let text = say("Goedkoper dan gedacht.");
        let closed = self.backoffice.account_for_opdracht(id, done.versie, text).await.unwrap();
        assert_eq!((closed.kaart.status, closed.verplicht), (OpdrachtStatus::Verantwoord, euro("0.00")));
        assert_eq!(closed.besteed, euro("1250.50"));
        assert_eq!(self.ledger().await, ["98749.50", "0.00", "0.00", "1250.50"]);
        assert_eq!(self.status().await, Status::Gerealiseerd);
        assert!(self.news(What::Gerealiseerd).await.contains("Goedkoper dan gedacht."));
    }

    /// The timeline tells it all, in order; so do the postings.
    async fn is_told(&self) {
        let told: Vec<What> =
            self.gast.initiatief(self.id).await.unwrap().tijdlijn.iter().map(|line| line.soort).collect();
        let expected = [
            What::Ingediend,
            What::InBehandeling,
            What::Vraag,
            What::Antwoord,
            What::Gekoppeld,
            What::Inzet,
            What::Activiteit,
            What::FiatGevraagd,
            What::Gefiatteerd,
            What::Aangenomen,
            What::Voortgang,
            What::Gereed,
            What::Gerealiseerd,
        ];
        assert_eq!(told, expected);
        let filter = BoekingFilter { product: Some(PRODUCT.into()), ..BoekingFilter::default() };
        let postings = self.gast.list_boekingen(code("W2"), filter).await.unwrap().resultaten;
        let moved: Vec<_> =
            postings.iter().rev().map(|row| (row.soort, row.van, row.naar, row.bedrag.to_string())).collect();
        let expected = [
            (BoekingSoort::Begroot, Pot::Extern, Pot::Vrij, "100000.00".to_owned()),
            (BoekingSoort::Gereserveerd, Pot::Vrij, Pot::Gereserveerd, "1250.00".to_owned()),
            (BoekingSoort::Verplicht, Pot::Vrij, Pot::Verplicht, "250.00".to_owned()),
            (BoekingSoort::Verplicht, Pot::Gereserveerd, Pot::Verplicht, "1250.00".to_owned()),
            (BoekingSoort::Besteed, Pot::Verplicht, Pot::Besteed, "900.00".to_owned()),
            (BoekingSoort::Besteed, Pot::Verplicht, Pot::Besteed, "350.50".to_owned()),
            (BoekingSoort::Vrijval, Pot::Verplicht, Pot::Vrij, "249.50".to_owned()),
        ];
        assert_eq!(moved, expected);
        assert_eq!(self.world.ledger_differences().await, [""; 0]);
    }
}

/// What a mail says of something that happened.
fn sentence(of: What) -> String {
    let messages: serde_json::Value = serde_json::from_str(MESSAGES).unwrap();
    messages[format!("word.gebeurtenis.{of}")].as_str().unwrap().to_owned()
}

const MESSAGES: &str = include_str!("../../../frontend/messages/nl.json");

#[tokio::test]
async fn an_idea_of_a_guest_becomes_a_tree_and_every_euro_is_told() {
    let story = handed_in().await;
    story.is_supported().await;
    story.is_asked_and_answers().await;
    let opgave = story.is_linked().await;
    let mut ordered = story.is_ordered(opgave).await;
    story.is_approved(&mut ordered).await;
    story.is_carried_out(&mut ordered).await;
    story.is_paid(&mut ordered).await;
    story.is_closed(&mut ordered).await;
    story.is_told().await;

    let plan = story.gast.wijkactieplan(code("W2"), None).await.unwrap();
    let opgave = &plan.opgaven[0];
    assert_eq!(opgave.initiatieven[0].id, story.id);
    assert_eq!(opgave.inzetten[0].open, Some(euro("0.00")));
    assert_eq!(opgave.inzetten[0].activiteiten[0].opdrachten[0].id, ordered.opdracht.kaart.id);
    assert!(story.buren[0].own_initiatief(story.id).await.is_err(), "it is not theirs");
    let no = Decide { besluit: "geweigerd".into(), reden: Some("Te laat.".into()) };
    let late = story.fiatteur.decide_fiat(ordered.opdracht.kaart.id, ordered.opdracht.versie, no).await;
    assert_eq!(late.unwrap_err().code(), ProblemCode::Verouderd);
}
