//! Who gets what from every operation of the document: the table beside this file, held against the server.

use chrono::TimeDelta;
use contract::account::Wachtwoord;
use contract::bewaarder::DeelControle;
use contract::bundel::{AddBrief, BundelApi as _, MakeBundel};
use contract::buurtbegroting::{BuurtbegrotingApi as _, PlanBuurtbegroting};
use contract::foto::FotoApi as _;
use contract::ingreep::{IngreepApi as _, MaakIngreep};
use contract::initiatief::{InitiatiefApi as _, Say, Tell, TriageApi as _};
use contract::opdracht::{CreateOpdracht, OpdrachtApi as _, OpdrachtView, ReportProgress};
use contract::project::{JudgeProject, ProjectApi as _};
use contract::stembureau::{ReplaceStemcode, StembureauApi as _, VraagTelling};
use contract::{BuurtbegrotingId, GeheelId, InitiatiefId};
use serde_json::{Value, json};
use std::fmt::Write as _;
use tests::{
    CRITERIUM, KLARENDAL, Keeper, OpenVote, Operation, Ordered, PRODUCT, Person, World, pictures, plain_project, proof,
    proof_of, two,
};
use wijkkoers::account::links::{self, LinkKind};
use wijkkoers::account::tokens::Channel;
use wijkkoers::account::{password, sessions, store};

/// What fewer people voted for is not published (V-7).
const ENOUGH_FOR_A_REPORT: u32 = 100;

/// Of fewer votes nothing is told but what was chosen (H-7).
const ENOUGH_FOR_NUMBERS: u32 = 10;

/// So many people vote for an operation to have something to tell.
fn voters_for(id: &str) -> u32 {
    match id {
        "rapport" => ENOUGH_FOR_A_REPORT,
        "controlecodes" => ENOUGH_FOR_NUMBERS,
        _ => 1,
    }
}

const PASSWORD: &str = "paarse tractor zingt luid";

/// Who asks, in the order of the table. All that lies in W2 is not from these, but from the indiener and a colleague of
/// the wijkteam.
const WHO: [&str; 9] =
    ["bezoeker", "indiener", "bewoner", "wijkteam", "wijkteam elders", "backoffice", "raad", "stembureau", "beheerder"];

/// A request that can succeed, once, for whoever may make it.
struct Chance {
    path: String,
    body: Option<Value>,
    photo: Option<Vec<u8>>,
    version: Option<i64>,
    /// Whose initiatief it is about.
    owner: Person,
}

/// The people who make chances, and those who take them.
struct Stage {
    world: World,
    colleague: Person,
    fiatteur: Person,
    uitvoerder: Person,
    /// In the order of [`WHO`]; the indiener is another one for each chance.
    people: Vec<(&'static str, Person)>,
}

async fn stage() -> Stage {
    let world = World::new().await;
    let fiatteur = world.fiatteur("W2", "1000000.00").await;
    let people = vec![
        ("bezoeker", world.bezoeker()),
        ("bewoner", world.bewoner("Bea").await),
        ("wijkteam", world.fiatteur("W2", "1000000.00").await),
        ("wijkteam elders", world.fiatteur("W4", "1000000.00").await),
        ("backoffice", world.backoffice().await),
        ("raad", world.raad().await),
        ("stembureau", world.stembureau("W2").await),
        ("beheerder", world.beheerder().await),
    ];
    Stage { colleague: world.wijkteam("W2").await, fiatteur, uitvoerder: world.backoffice().await, people, world }
}

impl Stage {
    /// A chance for an operation; an operation that is not named here fails the test.
    async fn chance(&self, operation: &Operation) -> Chance {
        let owner = self.world.bewoner("Olga").await;
        let id = operation.id.as_str();
        let (object, body, version) = match operation.path.split('/').nth(1).unwrap_or_default() {
            "accounts" | "sessies" | "wachtwoordherstel" | "ik" => (String::new(), self.account(id).await, None),
            "dossiers" => self.triage(id, &owner).await,
            "weglatingen" | "ingrepen" => self.ingreep(id, &owner).await,
            "opdrachten" | "activiteiten" => self.opdracht(id).await,
            "opgaven" | "inzetten" => self.opgave(id).await,
            "buurtbegrotingen" | "projecten" | "bundels" | "stemcodes" | "tellingen" | "vervangingen" => {
                self.buurtbegroting(id, &owner).await
            }
            "mijn" | "antwoorden" => self.own(id, &owner).await,
            "initiatieven" => self.initiatief(id, &owner).await,
            "fotos" => (self.photo(&owner).await, None, None),
            "gebieden" | "wijken" | "keuzelijsten" | "crss" | "werk" | "weglaatverzoeken" => {
                ("W2".to_owned(), None, None)
            }
            other => unreachable!("{other}: give the operation {id} a chance here"),
        };
        let path = operation.path.replace("{id}", &object).replace("{code}", &object);
        let query = if id == "find_similar" { format!("?tekst=bankje&wijk={KLARENDAL}") } else { String::new() };
        let photo = (id == "upload_foto").then(|| pictures::jpeg(2));
        Chance { path: format!("{path}{query}"), body, photo, version, owner }
    }

    async fn link(&self, kind: LinkKind, object: uuid::Uuid) -> String {
        let tx = self.world.app().begin().await.unwrap();
        let secret = links::make(&tx, self.world.app(), kind, object).await.unwrap();
        tx.commit().await.unwrap();
        secret
    }

    async fn account(&self, id: &str) -> Option<Value> {
        let (app, somebody) = (self.world.app(), self.world.bewoner("Sam").await);
        Some(match id {
            "register" => {
                json!({ "naam": "Nieuw", "email": self.world.bezoeker().email, "wachtwoord": PASSWORD, "soort": "bewoner" })
            }
            "confirm_account" => json!({ "geheim": self.link(LinkKind::Account, somebody.id().0).await }),
            "reset_password" => {
                json!({ "geheim": self.link(LinkKind::Wachtwoord, somebody.id().0).await, "wachtwoord": PASSWORD })
            }
            "request_reset" => json!({ "email": somebody.email }),
            "log_in" => {
                let hash = password::hash(app, Wachtwoord(PASSWORD.into())).await.unwrap();
                let tx = app.begin().await.unwrap();
                store::set_password(&tx, somebody.id(), hash).await.unwrap();
                tx.commit().await.unwrap();
                json!({ "email": somebody.email, "wachtwoord": PASSWORD })
            }
            "refresh" => {
                let tx = app.begin().await.unwrap();
                let account = store::find(&tx, somebody.id()).await.unwrap();
                let tokens = sessions::start(&tx, app, &account, Channel::Api).await.unwrap();
                tx.commit().await.unwrap();
                json!({ "vernieuw": tokens.vernieuw })
            }
            "log_out" | "log_out_everywhere" | "me" => return None,
            other => unreachable!("{other}: give it a chance here"),
        })
    }

    async fn photo(&self, owner: &Person) -> String {
        let photo = owner.upload_foto(owner.key(), pictures::jpeg(1)).await.unwrap();
        let mut request = owner.idea("Een boom");
        request.fotos = vec![photo.id.to_string().into()];
        owner.create_initiatief(owner.key(), request).await.unwrap();
        photo.id.to_string()
    }

    async fn initiatief(&self, id: &str, owner: &Person) -> (String, Option<Value>, Option<i64>) {
        let body = match id {
            "create_initiatief" => Some(serde_json::to_value(self.world.bezoeker().idea("Een boom")).unwrap()),
            "confirm_initiatief" => {
                let guest = self.world.bezoeker();
                let kept = guest.create_initiatief(guest.key(), guest.idea("Een boom")).await.unwrap();
                Some(json!({ "geheim": self.link(LinkKind::Initiatief, kept.id.0).await }))
            }
            "list_initiatieven" | "find_similar" | "initiatief" | "steun" | "support" | "unsupport" => None,
            other => unreachable!("{other}: give it a chance here"),
        };
        (owner.hand_in("Een bankje").await.to_string(), body, None)
    }

    /// What only the initiator, or the holder of a link, can do.
    async fn own(&self, id: &str, owner: &Person) -> (String, Option<Value>, Option<i64>) {
        let asked = async || {
            let id = owner.hand_in("Een boom").await;
            let seen = self.colleague.dossier(id).await.unwrap();
            let question = Tell { tekst: "Welke straat?".into(), openbaar: false };
            let asked = self.colleague.ask_initiator(id, seen.versie, question).await.unwrap();
            (id, asked.versie.0)
        };
        let concept = async || {
            let own = owner.draft("Een boom").await;
            (own.initiatief.kaart.id.to_string(), None, Some(own.versie.0))
        };
        match id {
            "list_own" => (String::new(), None, None),
            "own_initiatief" | "withdraw_initiatief" => concept().await,
            "submit_initiatief" => {
                let (id, _, version) = concept().await;
                (id, Some(json!({})), version)
            }
            "answer_question" => {
                let (id, version) = asked().await;
                (id.to_string(), Some(json!({ "tekst": "De eerste." })), Some(version))
            }
            "answer_by_link" => {
                let secret = self.link(LinkKind::Antwoord, asked().await.0.0).await;
                (String::new(), Some(json!({ "geheim": secret, "tekst": "De eerste." })), None)
            }
            "question_by_link" => {
                let secret = self.link(LinkKind::Antwoord, asked().await.0.0).await;
                (String::new(), Some(json!({ "geheim": secret })), None)
            }
            other => unreachable!("{other}: give it a chance here"),
        }
    }

    async fn triage(&self, id: &str, owner: &Person) -> (String, Option<Value>, Option<i64>) {
        let mut request = owner.idea("Een boom");
        if id == "release" {
            request.over_persoon = Some("weet_niet".into());
        }
        let initiatief = owner.create_initiatief(owner.key(), request).await.unwrap().id;
        let version = self.colleague.dossier(initiatief).await.unwrap().versie.0;
        let say = json!({ "tekst": "Een bericht." });
        let body = match id {
            "dossier" | "take_up" | "release" => None,
            "shield" => Some(json!({ "reden": "Het gaat over één gezin." })),
            "ask_initiator" | "respond" => Some(say),
            "merge" => Some(json!({ "met": owner.hand_in("Een struik").await, "reden": "Hetzelfde." })),
            "refer" => Some(json!({ "naar": "ozo", "reden": "Een adres." })),
            "reject" => Some(json!({ "criterium": CRITERIUM, "reden": "Geen plaats." })),
            "link" => Some(json!({ "opgave": self.colleague.note_opgave("W2").await, "reden": "Goed idee." })),
            other => unreachable!("{other}: give it a chance here"),
        };
        (initiatief.to_string(), body, Some(version))
    }

    /// Something to take away, or that was taken away.
    async fn ingreep(&self, id: &str, owner: &Person) -> (String, Option<Value>, Option<i64>) {
        let ask = |word: &str| MaakIngreep {
            soort: "onherkenbaar".into(),
            woorden: vec![word.into()],
            reden: "Dat is een naam.".into(),
            ..MaakIngreep::default()
        };
        let take = async |whole: uuid::Uuid, word: &str| {
            let made = self.colleague.make_ingreep(self.colleague.key(), GeheelId(whole), ask(word)).await.unwrap();
            made.ingrepen[0].id.to_string()
        };
        let initiatief = owner.hand_in("Een boom").await.0;
        match id {
            "weglatingen" | "list_ingrepen" => (initiatief.to_string(), None, None),
            "make_ingreep" => (initiatief.to_string(), Some(serde_json::to_value(ask("boom")).unwrap()), None),
            "undo_ingreep" => (take(initiatief, "boom").await, Some(json!({ "reden": "Dat is geen naam." })), None),
            "confirm_ingreep" | "refuse_ingreep" | "withdraw_ingreep" => {
                let vote = self.world.open_vote(self.world.plan(), 1, &["5.00", "6.00"]).await;
                self.world.wait(0).await;
                let asked = take(vote.id.0, "Plan").await;
                let sinds = self.world.now().to_rfc3339();
                let body = if id == "refuse_ingreep" {
                    json!({ "staat": "wacht", "sinds": sinds, "reden": "Dat is geen naam." })
                } else {
                    json!({ "staat": "wacht", "sinds": sinds })
                };
                (asked, Some(body), None)
            }
            other => unreachable!("{other}: give it a chance here"),
        }
    }

    async fn opgave(&self, id: &str) -> (String, Option<Value>, Option<i64>) {
        let opgave = self.colleague.note_opgave("W2").await;
        let story = "Bewoners missen schaduw.";
        match id {
            "opgave" => (opgave.to_string(), None, None),
            "create_opgave" => {
                let body = json!({ "gebied": "W2", "titel": "Groen", "tekst": story, "thema": "groen" });
                (String::new(), Some(body), None)
            }
            "create_inzet" => (opgave.to_string(), Some(json!({ "product": PRODUCT, "bedrag": "1.00" })), None),
            "create_activiteit" => {
                let inzet = self.colleague.commit_hours(opgave).await;
                (inzet.to_string(), Some(json!({ "titel": "Planten" })), None)
            }
            other => unreachable!("{other}: give it a chance here"),
        }
    }

    /// A round as far as the operation needs it.
    #[expect(clippy::cognitive_complexity, reason = "a table, one line an operation")]
    async fn buurtbegroting(&self, id: &str, owner: &Person) -> (String, Option<Value>, Option<i64>) {
        let plan = PlanBuurtbegroting { bedrag: "10.00".into(), wijzigen_mag: true, ..self.world.plan() };
        let planned = async || {
            let made = self.colleague.create_buurtbegroting(self.colleague.key(), plan.clone()).await.unwrap();
            (made.kaart.id.to_string(), Some(made.versie.0))
        };
        let published = async || self.colleague.published(plan.clone()).await;
        let project = plain_project("Een plan", "5.00");
        match id {
            "create_buurtbegroting" => (String::new(), Some(serde_json::to_value(&plan).unwrap()), None),
            "change_buurtbegroting" => {
                let (round, version) = planned().await;
                (round, Some(serde_json::to_value(&plan).unwrap()), version)
            }
            "publish_buurtbegroting" => {
                let (round, version) = planned().await;
                (round, None, version)
            }
            "add_project" => (published().await.to_string(), Some(serde_json::to_value(project).unwrap()), None),
            "judge_project" => {
                let added = self.colleague.add_project(self.colleague.key(), published().await, project).await.unwrap();
                (added.projecten[0].id.to_string(), Some(json!({ "besluit": "toelaten" })), None)
            }
            "exclude_projects" => {
                let round = published().await;
                self.colleague.add_project(self.colleague.key(), round, project.clone()).await.unwrap();
                let added = self.colleague.add_project(self.colleague.key(), round, project).await.unwrap();
                (added.projecten[0].id.to_string(), Some(json!({ "nummers": [2] })), None)
            }
            "ask_heroverweging" => {
                let round = published().await;
                let added = self.colleague.add_project(self.colleague.key(), round, project).await.unwrap();
                let id = added.projecten[0].id;
                let refuse = JudgeProject {
                    besluit: "afwijzen".into(),
                    criterium: Some(CRITERIUM.into()),
                    reden: Some("Het kan hier niet.".into()),
                    ..JudgeProject::default()
                };
                self.colleague.judge_project(id, refuse).await.unwrap();
                (id.to_string(), Some(json!({ "tekst": "Kijk nog eens." })), None)
            }
            "make_stemcodes" => (published().await.to_string(), Some(json!({ "aantal": "1" })), None),
            "prove_key" => {
                let round = published().await;
                let delen = self.world.give_old_key(round).await;
                (round.to_string(), Some(serde_json::to_value(two(&delen)).unwrap()), None)
            }
            "bewaarder" | "name_bewaarders" | "give_sleutel" | "hand_in_deel" | "try_sleutel" => {
                let round = published().await;
                (round.to_string(), self.keeping(id, round, owner).await, None)
            }
            "stop_buurtbegroting" => (published().await.to_string(), Some(json!({ "tekst": "Een fout." })), None),
            "confirm_vervanging" | "end_vervanging" | "close_unchecked" => (self.by_two(id, plan).await, None, None),
            "refuse_vervanging" => {
                (self.by_two(id, plan).await, Some(json!({ "reden": "Dit is een ander adres." })), None)
            }
            _ => self.vote(id, plan).await,
        }
    }

    /// What a custodian does, or is done with custodians; the owner is one.
    async fn keeping(&self, id: &str, round: BuurtbegrotingId, owner: &Person) -> Option<Value> {
        let mut keepers: Vec<Keeper> = self.world.keepers().await;
        keepers[0].person = owner.clone();
        if id == "name_bewaarders" {
            let address = |at: usize| &keepers[at].person.email;
            return Some(json!({ "bewaarder1": address(0), "bewaarder2": address(1), "bewaarder3": address(2) }));
        }
        self.world.stembureau("W2").await.name_keepers(round, &keepers).await.unwrap();
        if id == "give_sleutel" {
            return Some(json!({ "publiekeSleutel": "7".repeat(64) }));
        }
        for keeper in &keepers {
            keeper.give_key(round).await.unwrap();
        }
        let part = keepers[0].part(round).await;
        match id {
            "hand_in_deel" => Some(json!({ "doel": "proef", "deel": part.grouped() })),
            "try_sleutel" => Some(json!({ "controle": DeelControle::of(&part).to_string() })),
            _ => None,
        }
    }

    /// What takes a second of the stembureau.
    async fn by_two(&self, id: &str, plan: PlanBuurtbegroting) -> String {
        let vote = self.world.open_vote(plan, 1, &["5.00"]).await;
        let object = if id == "close_unchecked" {
            std::fs::remove_file(self.world.secret_of(vote.id)).unwrap();
            self.world.close_vote().await;
            vote.id.to_string()
        } else {
            // Who asked takes it back; another confirms or refuses it.
            let colleague = self.people.iter().find(|(who, _)| *who == "stembureau").map(|(_, person)| person);
            let asker = colleague.filter(|_| id == "end_vervanging").unwrap_or(&vote.stembureau);
            self.world.log_in(asker).await;
            let request = ReplaceStemcode { nummer: "1".into() };
            asker.request_vervanging(vote.id, request).await.unwrap().id.to_string()
        };
        self.world.wait(0).await;
        object
    }

    /// A vote that is open, or over where the operation asks for that.
    async fn vote(&self, id: &str, plan: PlanBuurtbegroting) -> (String, Option<Value>, Option<i64>) {
        let vote = self.world.open_vote(plan, voters_for(id), &["5.00"]).await;
        let (code, secret) = (vote.codes[0].clone(), proof(1).grouped());
        let keuzes = json!([{ "project": vote.projecten[0], "punten": 1 }]);
        let request = match id {
            "list_buurtbegrotingen" | "buurtbegroting" | "opkomst" | "list_bundels" | "bewaarders" | "stembureau" => {
                None
            }
            "make_bundel" => Some(json!({ "kanaal": "papier" })),
            "bundel" | "add_brief" | "enter_biljet" | "finish_bundel" => {
                let (own, kanaal) = (&vote.stembureau, "papier".into());
                let bundel = own.make_bundel(own.key(), vote.id, MakeBundel { kanaal }).await.unwrap();
                let request = match id {
                    "add_brief" => Some(json!({ "stemcode": code })),
                    "enter_biljet" => {
                        vote.stembureau.add_brief(bundel.id, AddBrief { stemcode: code.into() }).await.unwrap();
                        Some(json!({ "nummer": "1", "ongeldig": true, "keuzes": [] }))
                    }
                    _ => None,
                };
                self.world.wait(0).await;
                return (bundel.id.to_string(), request, None);
            }
            "request_vervanging" => Some(json!({ "nummer": "1" })),
            "find_stemcode" | "check_stemcode" => Some(json!({ "stemcode": code })),
            "check_stembewijs" => Some(json!({ "stembewijs": secret })),
            "cast_vote" => Some(serde_json::to_value(vote.ballot(0, proof(1), &[0])).unwrap()),
            "change_vote" => {
                vote.vote(&self.world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
                Some(json!({ "stembewijs": secret, "keuzes": keuzes }))
            }
            "count_votes" => {
                self.world.close_vote().await;
                Some(json!({}))
            }
            "telling" => {
                self.world.close_vote().await;
                let asked = vote.stembureau.count_votes(vote.id, VraagTelling::default()).await.unwrap();
                self.world.wait(0).await;
                return (asked.id.to_string(), None, None);
            }
            "spelregels" | "stembiljet" => None,
            "finalize_uitslag" => {
                self.world.close_vote().await;
                vote.count().await.unwrap();
                self.world.pass(TimeDelta::weeks(6));
                None
            }
            "recount_votes" | "uitslag" | "stembiljetten" | "rapport" | "tabel" | "controlecodes" => {
                self.use_letters(&vote).await;
                self.world.close_vote().await;
                vote.count().await.unwrap();
                (id == "recount_votes").then(|| json!({}))
            }
            other => unreachable!("{other}: give it a chance here"),
        };
        // Time passed: everybody logs in again.
        self.world.wait(0).await;
        (vote.id.to_string(), request, None)
    }

    /// Everybody who has a letter votes.
    async fn use_letters(&self, vote: &OpenVote) {
        for (letter, secret) in (0..vote.codes.len()).zip(0..) {
            vote.vote(&self.world.bezoeker(), letter, proof_of(secret), &[0]).await.unwrap();
        }
    }

    async fn opdracht(&self, id: &str) -> (String, Option<Value>, Option<i64>) {
        let (yes, say) = (json!({ "besluit": "akkoord" }), json!({ "tekst": "Een bericht." }));
        let Ordered { activiteit, opdracht: asked, .. } = self.colleague.ordered("W2", "10.00").await;
        let approved = async || self.fiatteur.approve(&asked).await.unwrap();
        let accepted = async || self.uitvoerder.accept(&approved().await).await.unwrap();
        let begun = async || {
            let report = ReportProgress { tekst: "Begonnen.".into(), fotos: Vec::new() };
            let id = accepted().await.kaart.id;
            self.uitvoerder.report_progress(self.uitvoerder.key(), id, report).await.unwrap()
        };
        let done = async || {
            let begun = begun().await;
            let say = Say { tekst: "Klaar.".into() };
            self.uitvoerder.finish_opdracht(begun.kaart.id, begun.versie, say).await.unwrap()
        };
        let of = |seen: OpdrachtView, body: Option<Value>| (seen.kaart.id.to_string(), body, Some(seen.versie.0));
        match id {
            "list_opdrachten" | "opdracht" => of(asked, None),
            "create_opdracht" => {
                let order: CreateOpdracht = self.colleague.order(PRODUCT, "10.00");
                (activiteit.to_string(), Some(serde_json::to_value(order).unwrap()), None)
            }
            "request_fiat" => {
                let order = self.colleague.order(PRODUCT, "10.00");
                of(self.colleague.create_opdracht(self.colleague.key(), activiteit, order).await.unwrap(), None)
            }
            "decide_fiat" => of(asked, Some(yes)),
            "withdraw_opdracht" => of(asked, Some(say)),
            "decide_acceptance" => of(approved().await, Some(yes)),
            "report_progress" => of(accepted().await, Some(say)),
            "spend" => of(begun().await, Some(json!({ "bedrag": "1.00", "omschrijving": "factuur" }))),
            "finish_opdracht" => of(begun().await, Some(say)),
            "account_for_opdracht" => of(done().await, Some(say)),
            other => unreachable!("{other}: give it a chance here"),
        }
    }

    /// Takes a chance; `ok`, or the status of the refusal.
    async fn take(&self, person: &Person, operation: &Operation, chance: &Chance) -> String {
        let mut ask = person.ask(&operation.method, &chance.path);
        if operation.method == "POST" {
            ask = ask.key(&person.key());
        }
        if let Some(version) = chance.version {
            ask = ask.version(contract::Version(version));
        }
        if let Some(body) = &chance.body {
            let mut body = body.clone();
            // Who is logged in hands in under their own name.
            if operation.id == "create_initiatief" && person.transport.tokens().is_some() {
                body.as_object_mut().unwrap().remove("indiener");
            }
            ask = ask.json(&body);
        }
        if let Some(photo) = &chance.photo {
            ask = ask.bytes("image/jpeg", photo.clone());
        }
        let status = ask.send().await.status;
        if matches!(operation.id.as_str(), "log_out" | "log_out_everywhere") && status < 400 {
            self.world.log_in(person).await;
        }
        if status < 400 { "ok".to_owned() } else { status.to_string() }
    }
}

//
#[tokio::test]
async fn every_operation_gives_everybody_what_the_table_says() {
    let stage = stage().await;
    let mut operations = stage.world.document.operations();
    operations.sort();
    let mut table = format!("{:<22}", "");
    for who in WHO {
        write!(table, " {who:>15}").unwrap();
    }
    for operation in operations {
        write!(table, "\n{:<22}", operation.id).unwrap();
        let mut chance = stage.chance(&operation).await;
        for who in WHO {
            let person = stage.people.iter().find(|(name, _)| *name == who).map(|(_, person)| person.clone());
            let person = person.unwrap_or_else(|| chance.owner.clone());
            let outcome = stage.take(&person, &operation, &chance).await;
            write!(table, " {outcome:>15}").unwrap();
            if outcome == "ok" && operation.method != "GET" {
                chance = stage.chance(&operation).await;
            }
        }
    }
    table.push('\n');
    let made = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("matrix.txt");
    std::fs::write(&made, &table).unwrap();
    let kept = include_str!("matrix.txt");
    assert_eq!(
        table,
        kept,
        "matrix.txt must change with the rights; what the server does now is in {}",
        made.display()
    );
}

// what one may not know of and what is not there give one answer.
#[tokio::test]
async fn what_is_hidden_and_what_is_not_there_look_the_same() {
    let world = World::new().await;
    let (anna, wijkteam) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let concept = anna.draft("Een boom").await.initiatief.kaart.id;
    let opdracht = wijkteam.ordered("W2", "10.00").await.opdracht.kaart.id;
    let photo = anna.upload_foto(anna.key(), pictures::jpeg(1)).await.unwrap().id;
    let nothing = InitiatiefId(uuid::Uuid::from_u128(7));
    let plain = async |person: &Person, path: String| {
        let heard = person.ask("GET", &path).send().await;
        let mut body = heard.json();
        body["instance"] = Value::Null;
        let mut headers = heard.headers.clone();
        for changing in ["x-request-id", "date", "content-length"] {
            headers.remove(changing);
        }
        (heard.status, body, headers)
    };
    for person in [&world.bezoeker(), &world.bewoner("Bram").await, &world.wijkteam("W4").await] {
        for (path, hidden) in [
            ("/initiatieven", concept.to_string()),
            ("/mijn/initiatieven", concept.to_string()),
            ("/dossiers", concept.to_string()),
            ("/opdrachten", opdracht.to_string()),
            ("/fotos", photo.to_string()),
        ] {
            let seen = plain(person, format!("{path}/{hidden}")).await;
            assert_eq!(seen, plain(person, format!("{path}/{nothing}")).await, "{} {path}", person.naam);
        }
    }
}
