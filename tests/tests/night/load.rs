//! People who go on: they read, they book spending and they vote, over HTTP, and remember what they were told. What got no
//! good answer they send again, the same request under the same key, until it has one.

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tests::production::Deployment;
use tests::proof_of;
use tokio::task::JoinSet;

/// What everybody in the demo city logs in with.
pub const PASSWORD: &str = "fiets molen lantaarn";
/// So many people at once.
const PEOPLE: usize = 16;
const LETTERS: usize = 5_000;
/// One town spends fewer times than this: the cents of two of them are fewer than there are.
pub const FEWER: usize = 900;
/// The round of the demo city that is open.
const ROUND: &str = "Klarendal en St. Marten kiezen";

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// Reads one of some pages.
    Read(usize),
    /// Books so many cents, and one: no two amounts are alike.
    Spend(usize),
    /// Votes with this letter.
    Vote(usize),
}

/// What became of a request: its status, or nothing when no whole answer came.
pub type Outcome = (Deed, Option<u16>);

/// Where people go, and what they go with.
pub struct Town {
    http: reqwest::Client,
    addresses: RwLock<Vec<String>>,
    pages: &'static [&'static str],
    backoffice: String,
    opdracht: String,
    gebied: String,
    round: contract::BuurtbegrotingId,
    project: String,
    codes: Vec<String>,
    stopping: AtomicBool,
    /// Where the numbers of spendings and ballots begin: no two towns of one deployment share one.
    first: usize,
    next: [AtomicUsize; 3],
}

/// What people read: pages and lists, and who one is.
pub const PAGES: &[&str] = &[
    "/",
    "/api/v1/initiatieven?limit=20",
    "/api/v1/gebieden/W2/wijkactieplan",
    "/buurtbegrotingen",
    "/api/v1/gebieden/W4/boekingen",
    "/api/v1/ik",
];

/// The same, and whether the server is ready: what a proxy asks, and never passes on.
pub const PAGES_AND_READY: &[&str] = &[
    "/",
    "/api/v1/initiatieven?limit=20",
    "/health/ready",
    "/api/v1/gebieden/W2/wijkactieplan",
    "/buurtbegrotingen",
    "/api/v1/gebieden/W4/boekingen",
    "/api/v1/ik",
];

impl Town {
    /// Looks around at this address, and prepares what is needed.
    pub async fn at(address: String, pages: &'static [&'static str], first: usize) -> Arc<Self> {
        let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let http = builder.timeout(Duration::from_secs(60)).build().unwrap();
        let mut town = Self {
            http,
            addresses: RwLock::new(vec![address]),
            pages,
            backoffice: String::new(),
            opdracht: String::new(),
            gebied: String::new(),
            round: contract::BuurtbegrotingId(uuid::Uuid::nil()),
            project: String::new(),
            codes: Vec::new(),
            stopping: AtomicBool::new(false),
            first,
            next: Default::default(),
        };
        town.backoffice = town.log_in("hanneke").await;
        let list = town.get("/opdrachten?limit=100").await;
        let running = list["resultaten"].as_array().unwrap().iter().filter(|own| own["status"] == "in_uitvoering");
        let cents = |own: &&Value| contract::Euro::parse(own["bedrag"].as_str().unwrap()).unwrap().cents();
        let largest = running.max_by_key(cents).expect("an opdracht that is carried out");
        town.opdracht = text(&largest["id"]);
        town.gebied = text(&largest["gebied"]);
        let list = town.get("/buurtbegrotingen").await;
        let round = list["resultaten"].as_array().unwrap().iter().find(|own| own["titel"] == ROUND).unwrap();
        town.round = text(&round["id"]).parse().unwrap();
        let round = town.get(&format!("/buurtbegrotingen/{}", town.round)).await;
        let admitted = round["projecten"].as_array().unwrap().iter().find(|own| own["status"] == "toegelaten");
        town.project = text(&admitted.unwrap()["id"]);
        let stembureau = town.log_in("stembureau").await;
        let path = format!("/buurtbegrotingen/{}/stemcodes", town.round);
        let made = town.post(&path, Some(&stembureau), &json!({ "aantal": LETTERS.to_string() })).await.unwrap();
        let made: Value = made.json().await.unwrap();
        town.codes = made["codes"].as_array().unwrap().iter().map(|letter| text(&letter["stemcode"])).collect();
        assert_eq!(town.codes.len(), LETTERS);
        Arc::new(town)
    }

    /// From here on people go to these addresses, in turns.
    pub fn go_to(&self, addresses: &[String]) {
        *self.addresses.write().unwrap_or_else(PoisonError::into_inner) = addresses.to_vec();
    }

    fn address(&self, turn: usize) -> String {
        let all = self.addresses.read().unwrap_or_else(PoisonError::into_inner);
        all[turn / PEOPLE % all.len()].clone()
    }

    async fn log_in(&self, name: &str) -> String {
        let body = json!({ "email": format!("{name}@voorbeeld.test"), "wachtwoord": PASSWORD });
        let answer = self.post("/sessies", None, &body).await.unwrap();
        let status = answer.status();
        let tokens: Value = answer.json().await.unwrap();
        assert_eq!(status, 200, "{name} logs in: {tokens}");
        text(&tokens["toegang"])
    }

    async fn get(&self, path: &str) -> Value {
        let bearer = format!("Bearer {}", self.backoffice);
        let request = self.http.get(format!("{}/api/v1{path}", self.address(0))).header(AUTHORIZATION, bearer);
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> reqwest::Result<reqwest::Response> {
        let mut request = self.http.post(format!("{}/api/v1{path}", self.address(0)));
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        request.header(CONTENT_TYPE, "application/json").body(body.to_string()).send().await
    }

    /// Sends it once.
    async fn send(&self, deed: Deed, turn: usize) -> Outcome {
        let at = |path: &str| format!("{}{path}", self.address(turn));
        let bearer = format!("Bearer {}", self.backoffice);
        let request = match deed {
            Deed::Read(page) => {
                let page = self.pages[page % self.pages.len()];
                let request = self.http.get(at(page)).header(ACCEPT, "*/*");
                if page.ends_with("/ik") { request.header(AUTHORIZATION, bearer) } else { request }
            }
            Deed::Spend(number) => {
                let request = self.http.post(at(&format!("/api/v1/opdrachten/{}/bestedingen", self.opdracht)));
                let bedrag = format!("{}.{:02}", (number + 1) / 100, (number + 1) % 100);
                let body = json!({ "bedrag": bedrag, "omschrijving": "factuur" });
                let request =
                    request.header(AUTHORIZATION, bearer).header("idempotency-key", format!("nacht-{number:05}"));
                request.header(CONTENT_TYPE, "application/json").body(body.to_string())
            }
            Deed::Vote(letter) => {
                let biljet = proof_of(u64::try_from(self.first * 10 + letter).unwrap()).biljet(self.round).to_string();
                let chosen = json!([{ "project": self.project, "punten": 1 }]);
                let body = json!({ "stemcode": self.codes[letter], "biljetId": biljet, "keuzes": chosen });
                let request = self.http.post(at(&format!("/api/v1/buurtbegrotingen/{}/stemmen", self.round)));
                request.header(CONTENT_TYPE, "application/json").body(body.to_string())
            }
        };
        // Everybody comes from an address of their own, where somebody asks that of us.
        let request = request.header("x-forwarded-for", format!("10.15.{}.{}", turn / 200 % 200, turn % 200 + 1));
        let whole = async {
            let answer = request.send().await?;
            let status = answer.status().as_u16();
            answer.bytes().await.map(|_body| status)
        };
        (deed, whole.await.ok())
    }

    fn deed(&self, turn: usize) -> Deed {
        let kind = turn % 4;
        let take = |which: usize| self.next[which].fetch_add(1, Ordering::SeqCst);
        match kind {
            0 => match take(1) {
                number if number < FEWER => Deed::Spend(self.first + number),
                _enough => Deed::Read(take(0)),
            },
            1 => match take(2) {
                letter if letter < LETTERS => Deed::Vote(letter),
                _none_left => Deed::Read(take(0)),
            },
            _reading => Deed::Read(take(0)),
        }
    }

    /// One person, until all may stop. What got no good answer is sent again until it has one.
    async fn live(self: Arc<Self>, own: usize) -> Vec<Outcome> {
        let mut seen = Vec::new();
        let mut turn = own;
        while !self.stopping.load(Ordering::SeqCst) {
            let deed = self.deed(turn);
            for again in 0..200 {
                let outcome = self.send(deed, turn + again * PEOPLE).await;
                seen.push(outcome);
                if matches!(outcome, (Deed::Read(_), _) | (_, Some(0..500))) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            turn += PEOPLE + 1;
        }
        seen
    }

    /// What this town booked, by the number of the deed: how often.
    pub async fn booked(&self) -> BTreeMap<usize, usize> {
        let mut booked = BTreeMap::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("/gebieden/{}/boekingen?limit=100{cursor}", self.gebied)).await;
            for posting in page["resultaten"].as_array().unwrap() {
                if posting["soort"] != "besteed" || posting["opdracht"] != self.opdracht.as_str() {
                    continue;
                }
                let cents = contract::Euro::parse(posting["bedrag"].as_str().unwrap()).unwrap().cents();
                let number = usize::try_from(cents).unwrap() - 1;
                if (self.first..self.first + FEWER).contains(&number) {
                    *booked.entry(number).or_default() += 1;
                }
            }
            match page["volgende"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return booked,
            }
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Everybody who is at it.
pub struct Load {
    town: Arc<Town>,
    people: JoinSet<Vec<Outcome>>,
    /// Voters and ballots before they began.
    before: [i64; 2],
}

/// Counted behind the back of the program: who voted in this round, and ballots.
async fn votes(deployment: &Deployment, round: contract::BuurtbegrotingId) -> [i64; 2] {
    let own = format!("WHERE ronde = '{round}'");
    // A ballot that was changed is a row more.
    let ballots = format!(
        "(SELECT 1 FROM stembus {own} UNION ALL SELECT 1 FROM stembus_in {own} \
        UNION ALL SELECT 1 FROM bus {own} AND wijziging = 0 UNION ALL SELECT 1 FROM bus_in {own} AND wijziging = 0) AS s"
    );
    [deployment.count(&format!("deelname {own}")).await, deployment.count(&ballots).await]
}

impl Load {
    /// Sends everybody off.
    pub async fn begin(town: &Arc<Town>, deployment: &Deployment) -> Self {
        let before = votes(deployment, town.round).await;
        let mut people = JoinSet::new();
        for own in 0..PEOPLE {
            people.spawn(Arc::clone(town).live(own));
        }
        Self { town: Arc::clone(town), people, before }
    }

    /// Calls everybody back. What they were told is there, once, and nothing is there twice; gives all they were told.
    pub async fn end(self, deployment: &Deployment) -> Vec<Outcome> {
        self.town.stopping.store(true, Ordering::SeqCst);
        let seen: Vec<Outcome> = self.people.join_all().await.into_iter().flatten().collect();
        let tried: BTreeSet<Deed> = seen.iter().map(|(deed, _)| *deed).collect();
        let good = seen.iter().filter(|(_, status)| matches!(status, Some(200 | 201)));
        let done: BTreeSet<Deed> = good.map(|(deed, _)| *deed).collect();
        let booked = self.town.booked().await;
        let left = tried.difference(&done).filter(|deed| !matches!(deed, Deed::Read(_)));
        let left: Vec<_> = left.map(|deed| (*deed, answers(&seen, *deed))).collect();
        assert!(left.is_empty(), "without a good answer: {left:?}");
        let spent: BTreeMap<usize, usize> = tried.iter().filter_map(|deed| number(*deed)).map(|own| (own, 1)).collect();
        assert_eq!(booked, spent, "every cent that was acknowledged is booked once");
        let voted = tried.iter().filter(|deed| matches!(deed, Deed::Vote(_))).count();
        let voted = i64::try_from(voted).unwrap();
        let now = votes(deployment, self.town.round).await;
        assert_eq!([now[0] - self.before[0], now[1] - self.before[1]], [voted, voted], "a ballot for every voter");
        assert!(spent.len() > 50 && voted > 50, "too little happened: {} spent, {voted} voted", spent.len());
        seen
    }
}

/// The number of a spending.
const fn number(deed: Deed) -> Option<usize> {
    match deed {
        Deed::Spend(number) => Some(number),
        Deed::Read(_) | Deed::Vote(_) => None,
    }
}

fn answers(seen: &[Outcome], deed: Deed) -> Vec<Option<u16>> {
    seen.iter().filter(|(own, _)| *own == deed).map(|(_, status)| *status).collect()
}

/// What was not answered well: failures of ours, and no answer at all.
pub fn failures(seen: &[Outcome]) -> Vec<Outcome> {
    seen.iter().copied().filter(|(_, status)| status.is_none_or(|status| status >= 500)).collect()
}
