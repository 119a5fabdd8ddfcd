//! People who vote, decide on money, spend, log in and send photos, all at once and for as long as asked; and what each of
//! them was told.

use chrono::Datelike as _;
use contract::account::Wachtwoord;
use contract::buurtbegroting::{BuurtbegrotingApi as _, BuurtbegrotingFase as Fase};
use contract::opdracht::{OpdrachtApi as _, OpdrachtStatus, OpdrachtView, ReportProgress};
use contract::stem::{CheckStembewijs, StemApi as _};
use contract::wijkbudget::{BoekingFilter, BoekingSoort, WijkbudgetApi as _};
use contract::{IdempotencyKey, OpdrachtId};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tests::{Heard, OpenVote, Person, World, code, pictures, proof_of, runs};
use tokio::task::JoinSet;
use wijkkoers::database::Databases;

const LETTERS: usize = 3_000;
const FIATS: usize = 120;
const PHOTOS: usize = 60;
const PRODUCT: &str = "onderwijs";
/// As many at once.
const WORKERS: usize = 6;
/// Each of them waits so long between two deeds.
const PACE: Duration = Duration::from_millis(20);
/// Waited for so long at most; what it took is printed. The bench judges it (≤ 10 s).
const BACK: Duration = Duration::from_secs(60);
/// Seconds that the vote is open: longer than any of it takes.
const OPEN_FOR: i64 = 600;

/// Something that is sent once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// A ballot with this letter.
    Cast(usize),
    /// The approval of this opdracht.
    Fiat(usize),
    /// So many cents, under a key of its own.
    Spend(usize),
    /// A login.
    LogIn(usize),
    /// A photo.
    Photo(usize),
}

/// What people heard.
#[derive(Debug, Default)]
pub struct Told {
    /// A yes, with what came with it: a token, an id.
    pub acknowledged: BTreeMap<Deed, String>,
    /// How often somebody was asked to come back.
    pub refused: usize,
    /// How often somebody heard nothing: of a server that was killed meanwhile.
    pub silent: usize,
}

impl Told {
    /// Takes up what others heard.
    pub fn add(&mut self, other: Self) {
        self.acknowledged.extend(other.acknowledged);
        self.refused += other.refused;
        self.silent += other.silent;
    }
}

/// Longest that somebody who is not served now is asked to wait, in seconds. Who logs in may hear that they guessed too
/// often: our own fault counts for that until the database can be told that it does not.
const LONGEST_WAIT: u32 = 15;

/// What somebody may hear who is not served: to come back, when, and that as a problem. Anything else is a fault.
pub fn expect_asked_back(deed: Deed, heard: &Heard) {
    let is_asked = heard.status == 503 || (heard.status == 429 && matches!(deed, Deed::LogIn(_)));
    assert!(is_asked, "{deed:?}: {} {}", heard.status, heard.text());
    let wait = heard.header("retry-after").and_then(|wait| wait.parse::<u32>().ok());
    assert!(wait.is_some_and(|wait| (1..=LONGEST_WAIT).contains(&wait)), "{deed:?}: come back after {wait:?} s");
    let kind = heard.header("content-type");
    assert_eq!(kind, Some("application/problem+json; charset=utf-8"), "{deed:?}: {}", heard.text());
}

/// The people, and what they work on.
#[derive(Clone)]
pub struct City(Arc<Inner>);

struct Inner {
    vote: OpenVote,
    voter: Person,
    fiatteur: Person,
    backoffice: Person,
    fiats: Vec<(OpdrachtId, i64)>,
    running: OpdrachtId,
    login: serde_json::Value,
    next: AtomicUsize,
}

/// A vote that opens by itself in some seconds, by the clock of the machine.
pub async fn open_vote(world: &World, letters: usize, open_for: i64) -> (OpenVote, Person) {
    let vote = world
        .prepare_vote(world.plan_in_seconds([10, open_for]), u32::try_from(letters).unwrap(), &["1000.00", "2000.00"])
        .await;
    let voter = world.bezoeker();
    let opened = async {
        while voter.buurtbegroting(vote.id).await.unwrap().kaart.fase != Fase::Stemmen {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(25), opened).await.expect("the vote opens by itself");
    (vote, voter)
}

/// The people of a world whose server runs.
pub async fn people(world: &World) -> City {
    world.budget("W2", world.app().today().year(), PRODUCT, "900000.00").await;
    let (wijkteam, fiatteur, backoffice) =
        (world.wijkteam("W2").await, world.fiatteur("W2", "10000000.00").await, world.backoffice().await);
    let activiteit = wijkteam.plan(wijkteam.commit_hours(wijkteam.note_opgave("W2").await).await).await;
    let large = wijkteam.request(activiteit, wijkteam.order(PRODUCT, "500000.00")).await;
    let accepted = backoffice.accept(&fiatteur.approve(&large).await.unwrap()).await.unwrap();
    let running = accepted.kaart.id;
    let report = ReportProgress { tekst: "Begonnen.".into(), fotos: Vec::new() };
    backoffice.report_progress(backoffice.key(), running, report).await.unwrap();
    let mut fiats = Vec::new();
    for _ in 0..FIATS {
        let asked: OpdrachtView = wijkteam.request(activiteit, wijkteam.order(PRODUCT, "10.00")).await;
        fiats.push((asked.kaart.id, asked.versie.0));
    }
    let bewoner = world.bewoner("Inlogger").await;
    let password = "paarse tractor zingt luid";
    let app = world.app();
    let hash = wijkkoers::account::password::hash(app, Wachtwoord(password.into())).await.unwrap();
    let tx = app.begin().await.unwrap();
    wijkkoers::account::store::set_password(&tx, bewoner.id(), hash).await.unwrap();
    tx.commit().await.unwrap();
    let login = json!({ "email": bewoner.email, "wachtwoord": password });
    let (vote, voter) = open_vote(world, LETTERS, OPEN_FOR).await;
    City(Arc::new(Inner { vote, voter, fiatteur, backoffice, fiats, running, login, next: AtomicUsize::new(1) }))
}

/// People who go on until they are told to end.
pub struct Load {
    stop: Arc<AtomicBool>,
    workers: JoinSet<Told>,
}

impl Load {
    /// They end; what they heard. Everybody heard something.
    pub async fn end(self) -> Told {
        let told = self.end_cut_off().await;
        assert_eq!(told.silent, 0, "so many heard nothing, of a server that ran");
        told
    }

    /// The same, of a server that was killed meanwhile.
    pub async fn end_cut_off(mut self) -> Told {
        self.stop.store(true, Ordering::SeqCst);
        let mut told = Told::default();
        while let Some(own) = self.workers.join_next().await {
            told.add(own.expect("nobody heard anything but yes, or come back"));
        }
        told
    }
}

impl City {
    /// Everybody begins.
    pub fn load(&self) -> Load {
        let stop = Arc::new(AtomicBool::new(false));
        let mut workers = JoinSet::new();
        for _ in 0..WORKERS {
            let (city, stop) = (self.clone(), Arc::clone(&stop));
            workers.spawn(async move {
                let mut told = Told::default();
                while !stop.load(Ordering::SeqCst) {
                    let Some(deed) = city.next() else { break };
                    match city.send(deed).await {
                        Some(heard) if heard.status < 300 => {
                            told.acknowledged.insert(deed, said(deed, &heard));
                        }
                        Some(heard) => {
                            expect_asked_back(deed, &heard);
                            told.refused += 1;
                        }
                        None => told.silent += 1,
                    }
                    tokio::time::sleep(PACE).await;
                }
                told
            });
        }
        Load { stop, workers }
    }

    /// What is next: of every ten six cast, and the others do something else.
    fn next(&self) -> Option<Deed> {
        let number = self.0.next.fetch_add(1, Ordering::SeqCst);
        let (ten, at) = (number / 10, number % 10);
        Some(match at {
            1 if ten < FIATS => Deed::Fiat(ten),
            3 => Deed::LogIn(number),
            5 if ten < PHOTOS => Deed::Photo(ten),
            7 => Deed::Spend(number),
            _ if number < LETTERS => Deed::Cast(number),
            _ => return None,
        })
    }

    /// Somebody does this, once more or for the first time; nothing when no answer came.
    pub async fn send(&self, deed: Deed) -> Option<Heard> {
        let city = &*self.0;
        match deed {
            Deed::Cast(letter) => self.cast(letter).await,
            Deed::Fiat(number) => {
                let (id, version) = city.fiats.get(number).copied().unwrap();
                let ask = city.fiatteur.ask("POST", &format!("/opdrachten/{id}/fiatteringen"));
                ask.version(contract::Version(version)).json(&json!({ "besluit": "akkoord" })).try_send().await
            }
            Deed::Spend(number) => {
                let bedrag = format!("{}.{:02}", (number + 100) / 100, number % 100);
                let key = IdempotencyKey::parse(&format!("besteding-{number}")).unwrap();
                let ask = city.backoffice.ask("POST", &format!("/opdrachten/{}/bestedingen", city.running));
                ask.key(&key).json(&json!({ "bedrag": bedrag, "omschrijving": "factuur" })).try_send().await
            }
            Deed::LogIn(_) => city.voter.ask("POST", "/sessies").json(&city.login).try_send().await,
            Deed::Photo(number) => {
                let key = IdempotencyKey::parse(&format!("een-foto-{number}")).unwrap();
                let bytes = pictures::jpeg(u32::try_from(number).unwrap());
                let ask = city.backoffice.ask("POST", "/fotos").key(&key);
                ask.bytes("application/octet-stream", bytes).try_send().await
            }
        }
    }

    /// Sends the ballot of a letter.
    pub async fn cast(&self, letter: usize) -> Option<Heard> {
        let vote = &self.0.vote;
        let ballot = vote.ballot(letter, proof_of(u64::try_from(letter).unwrap()), &[letter % 2]);
        self.0.voter.ask("POST", &format!("/buurtbegrotingen/{}/stemmen", vote.id)).json(&ballot).try_send().await
    }

    /// What somebody hears who looks what the code on a letter is good for: before they chose a vote, and in this one.
    pub async fn looks(&self, letter: usize) -> [Heard; 2] {
        let vote = &self.0.vote;
        let stemcode = json!({ "stemcode": vote.codes.get(letter).unwrap() });
        let look = async |path: &str| self.0.voter.ask("POST", path).json(&stemcode).try_send().await.unwrap();
        let own = format!("/buurtbegrotingen/{}/stemcodes/controles", vote.id);
        let (found, looked) = tokio::join!(look("/stemcodes/controles"), look(&own));
        [found, looked]
    }

    /// Whether a ballot is taken now: the same one each time, which is in the box from the first time on. So that it is
    /// written each time, somebody spends a thousand euros beside it: an amount that the load never spends, and often enough.
    pub async fn casts(&self) -> bool {
        let number = self.0.next.fetch_add(1, Ordering::SeqCst) + 100_000;
        let spent = self.send(Deed::Spend(number)).await;
        let cast = self.cast(0).await;
        [spent, cast].into_iter().all(|heard| heard.is_some_and(|heard| heard.status < 300))
    }

    /// Waits until ballots are taken and people can log in again, and says how long that took.
    pub async fn back(&self, what: &str) {
        let began = Instant::now();
        loop {
            let [casts, logs_in] = [self.casts().await, self.logs_in().await];
            if casts && logs_in {
                break;
            }
            let elapsed = began.elapsed();
            assert!(elapsed < BACK, "{what}: not back after {BACK:?}: ballots {casts}, logins {logs_in}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        runs::recovered(what, began.elapsed());
    }

    async fn logs_in(&self) -> bool {
        self.send(Deed::LogIn(0)).await.is_some_and(|heard| heard.status == 200)
    }

    /// What reading gives: a page and a list.
    pub async fn reads(&self) -> [u16; 2] {
        let page = self.0.voter.ask("GET", "//").try_send().await;
        let list = self.0.voter.ask("GET", "/initiatieven").try_send().await;
        [page, list].map(|heard| heard.map_or(0, |heard| heard.status))
    }

    /// Waits until `/health/ready` and `/health/schrijven` say this.
    pub async fn health_becomes(&self, expected: [u16; 2]) {
        let mut found = [0; 2];
        for _ in 0..150 {
            for (path, found) in ["//health/ready", "//health/schrijven"].iter().zip(&mut found) {
                *found = self.0.voter.ask("GET", path).try_send().await.map_or(0, |heard| heard.status);
            }
            if found == expected {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(found, expected, "ready and writing");
    }

    /// What was acknowledged is there, once.
    pub async fn check(&self, told: &Told) {
        let city = &*self.0;
        let spent = self.spendings().await;
        for (deed, said) in &told.acknowledged {
            match deed {
                Deed::Cast(letter) => {
                    let other = proof_of(u64::try_from(letter + LETTERS).unwrap());
                    let again = city.vote.vote(&city.voter, *letter, other, &[0]).await;
                    let problem = again.expect_err("a voter who was told that they voted did not");
                    assert_eq!(problem.code(), contract::problem::ProblemCode::AlGestemd, "{letter}");
                    let proof = proof_of(u64::try_from(*letter).unwrap()).grouped();
                    let ask = CheckStembewijs { stembewijs: proof.into() };
                    assert!(city.voter.check_stembewijs(city.vote.id, ask).await.unwrap().in_de_bus, "{letter}");
                }
                Deed::Fiat(number) => {
                    let (id, _) = city.fiats.get(*number).copied().unwrap();
                    let seen = city.fiatteur.opdracht(id).await.unwrap();
                    assert_eq!(seen.kaart.status, OpdrachtStatus::Gefiatteerd, "{deed:?}");
                }
                Deed::Spend(number) => {
                    let cents = i64::try_from((number + 100) / 100 * 100 + number % 100).unwrap();
                    assert_eq!(spent.get(&cents), Some(&1), "{deed:?}");
                }
                Deed::LogIn(_) => {
                    let me = city.voter.ask("GET", "/ik").header("authorization", &format!("Bearer {said}"));
                    assert_eq!(me.send_unjudged().await.status, 200, "a login that was given is refused: {deed:?}");
                }
                Deed::Photo(_) => {
                    let photo = city.backoffice.ask("GET", &format!("/fotos/{said}")).send_unjudged().await;
                    assert_eq!(photo.status, 200, "{deed:?}");
                }
            }
        }
        let most = spent.values().max().copied().unwrap_or_default();
        assert!(most <= 1, "a spending was booked {most} times");
        let kinds = |is: fn(&Deed) -> bool| told.acknowledged.keys().filter(|deed| is(deed)).count();
        eprintln!(
            "acknowledged and there: {} ballots, {} fiats, {} spendings, {} logins, {} photos; {} asked to come back, \
             {} heard nothing",
            kinds(|deed| matches!(deed, Deed::Cast(_))),
            kinds(|deed| matches!(deed, Deed::Fiat(_))),
            kinds(|deed| matches!(deed, Deed::Spend(_))),
            kinds(|deed| matches!(deed, Deed::LogIn(_))),
            kinds(|deed| matches!(deed, Deed::Photo(_))),
            told.refused,
            told.silent,
        );
    }

    /// How often each amount was booked as spent.
    async fn spendings(&self) -> BTreeMap<i64, usize> {
        let mut found = BTreeMap::new();
        let mut cursor = None;
        loop {
            let product = Some(PRODUCT.to_owned());
            let filter = BoekingFilter { product, cursor, limit: Some(100), ..BoekingFilter::default() };
            let page = self.0.backoffice.list_boekingen(code("W2"), filter).await.unwrap();
            for posting in page.resultaten.iter().filter(|posting| posting.soort == BoekingSoort::Besteed) {
                *found.entry(posting.bedrag.cents()).or_insert(0) += 1;
            }
            cursor = page.volgende;
            if cursor.is_none() {
                return found;
            }
        }
    }
}

/// What came with a yes and must still be good later.
pub fn said(deed: Deed, heard: &Heard) -> String {
    let field = match deed {
        Deed::Cast(_) | Deed::Fiat(_) | Deed::Spend(_) => return String::new(),
        Deed::LogIn(_) => "toegang",
        Deed::Photo(_) => "id",
    };
    heard.json().get(field).and_then(serde_json::Value::as_str).unwrap().to_owned()
}

/// As many voters as ballots, and no ballot twice.
pub async fn check_box(databases: &Databases) {
    let db = databases.primary();
    let count = async |of: &str| -> i64 {
        let select = Statement::from_string(db.get_database_backend(), format!("SELECT COUNT(*) FROM {of}"));
        db.query_one_raw(select).await.unwrap().unwrap().try_get_by_index(0).unwrap()
    };
    let rows = "(SELECT biljet_id FROM stembus UNION ALL SELECT biljet_id FROM stembus_in \
        UNION ALL SELECT biljet_id FROM bus WHERE wijziging = 0 UNION ALL SELECT biljet_id FROM bus_in WHERE wijziging = 0) b";
    let both = "(SELECT biljet_id FROM stembus UNION SELECT biljet_id FROM stembus_in \
        UNION SELECT biljet_id FROM bus UNION SELECT biljet_id FROM bus_in) b";
    let voters = count("deelname").await;
    assert!(voters > 0);
    assert_eq!(count(rows).await, voters, "as many ballots as voters");
    assert_eq!(count(both).await, voters, "each once");
}
