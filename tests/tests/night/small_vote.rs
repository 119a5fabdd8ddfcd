//! A vote by few, from its first plan to its result: made and opened by one release, counted by another.

use crate::load::PASSWORD;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::proof_of;

/// Seconds until people vote, and until they have voted: longer than two releases are beside each other.
const OPENS: i64 = 25;
const CLOSES: i64 = 150;
/// Numbers of ballots that nobody else has.
const BALLOTS: u64 = 9_000_000;

/// The vote, and what it takes to count it.
pub struct SmallVote {
    http: reqwest::Client,
    id: String,
    /// Of plans that cost so much that one of them can be chosen.
    projects: Vec<String>,
    codes: Vec<String>,
    /// Two parts of the key, as releases of before gave them to the stembureau.
    parts: Value,
    cast: usize,
}

/// A request with its headers.
struct Ask<'a> {
    to: &'a str,
    path: String,
    token: Option<&'a str>,
    headers: &'a [(&'a str, String)],
}

async fn hear(request: reqwest::RequestBuilder, path: &str) -> Value {
    let answer = request.header("x-forwarded-for", "10.15.250.1").send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{path}: {status} {text}");
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

async fn get(http: &reqwest::Client, to: &str, path: &str, token: Option<&str>) -> Value {
    let mut request = http.get(format!("{to}/api/v1{path}"));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    hear(request, path).await
}

async fn post(http: &reqwest::Client, ask: Ask<'_>, body: Option<Value>) -> Value {
    let mut request = http.post(format!("{}/api/v1{}", ask.to, ask.path));
    if let Some(token) = ask.token {
        request = request.bearer_auth(token);
    }
    for (name, value) in ask.headers {
        request = request.header(*name, value);
    }
    if let Some(body) = body {
        request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
    }
    hear(request, &ask.path).await
}

async fn log_in(http: &reqwest::Client, to: &str, name: &str) -> String {
    let ask = Ask { to, path: "/sessies".into(), token: None, headers: &[] };
    let body = json!({ "email": format!("{name}@voorbeeld.test"), "wachtwoord": PASSWORD });
    text(&post(http, ask, Some(body)).await["toegang"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn moment(now: DateTime<Utc>, seconds: i64) -> String {
    (now + TimeDelta::seconds(seconds)).to_rfc3339_opts(SecondsFormat::Secs, true)
}

impl SmallVote {
    /// Makes it at the server at this address, with a key and letters, and waits until it opens.
    pub async fn open(to: &str) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
        let (wijkteam, stembureau) = (log_in(&http, to, "rachid").await, log_in(&http, to, "stembureau").await);
        let lists = get(&http, to, "/keuzelijsten", None).await;
        let id = publish(&http, to, &wijkteam, &lists).await;
        let mut projects = Vec::new();
        for number in 0..2 {
            let plan = json!({ "titel": format!("Plan {number}"), "tekst": "Iets moois voor de wijk, met de buren samen.",
                "kosten": "600.00", "thema": lists["themas"][0]["code"] });
            let headers = [("idempotency-key", format!("klein-plan-{number}"))];
            let ask = Ask {
                to,
                path: format!("/buurtbegrotingen/{id}/projecten"),
                token: Some(&wijkteam),
                headers: &headers,
            };
            let added = post(&http, ask, Some(plan)).await;
            let project = text(&added["projecten"].as_array().unwrap().last().unwrap()["id"]);
            let ask =
                Ask { to, path: format!("/projecten/{project}/toetsingen"), token: Some(&wijkteam), headers: &[] };
            post(&http, ask, Some(json!({ "besluit": "toelaten" }))).await;
            projects.push(project);
        }
        let of_desk = |path: &str| Ask {
            to,
            path: format!("/buurtbegrotingen/{id}/{path}"),
            token: Some(&stembureau),
            headers: &[],
        };
        let key = post(&http, of_desk("sleutels"), None).await;
        let parts = json!({ "deel1": key["delen"][0], "deel2": key["delen"][2] });
        post(&http, of_desk("sleutels/proeven"), Some(parts.clone())).await;
        let made = post(&http, of_desk("stemcodes"), Some(json!({ "aantal": "10" }))).await;
        let codes = made["codes"].as_array().unwrap().iter().map(|letter| text(&letter["stemcode"])).collect();
        let vote = Self { http, id, projects, codes, parts, cast: 0 };
        vote.wait_until(to, |seen| seen["fase"] == "stemmen").await;
        vote
    }

    async fn wait_until(&self, to: &str, is_so: impl Fn(&Value) -> bool) {
        let began = Instant::now();
        loop {
            let seen = get(&self.http, to, &format!("/buurtbegrotingen/{}", self.id), None).await;
            if is_so(&seen) {
                return;
            }
            assert!(began.elapsed() < Duration::from_secs(240), "it is {} still", seen["fase"]);
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Somebody votes at this server for one of its plans; a second time that is the same ballot.
    pub async fn vote(&mut self, to: &str, project: usize) {
        let biljet = proof_of(BALLOTS + u64::try_from(self.cast).unwrap()).biljet(self.id.parse().unwrap());
        let ballot = json!({ "stemcode": self.codes[self.cast], "biljetId": biljet.to_string(),
            "keuzes": [{ "project": self.projects[project], "punten": 1 }] });
        for _ in 0..2 {
            let path = format!("/buurtbegrotingen/{}/stemmen", self.id);
            post(&self.http, Ask { to, path, token: None, headers: &[] }, Some(ballot.clone())).await;
        }
        self.cast += 1;
    }

    /// Waits until this server shut the box, and has it counted there; what was chosen, by the number of the plan.
    pub async fn count(&self, to: &str) -> Vec<usize> {
        self.wait_until(to, |seen| seen["sluiting"].is_object()).await;
        let stembureau = log_in(&self.http, to, "stembureau").await;
        let path = format!("/buurtbegrotingen/{}/tellingen", self.id);
        let ask = Ask { to, path, token: Some(&stembureau), headers: &[] };
        let telling = text(&post(&self.http, ask, Some(self.parts.clone())).await["id"]);
        let began = Instant::now();
        loop {
            let seen = get(&self.http, to, &format!("/tellingen/{telling}"), Some(&stembureau)).await;
            if seen["status"] == "klaar" {
                break;
            }
            assert!(seen["status"] != "mislukt" && began.elapsed() < Duration::from_secs(60), "{seen}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let uitslag = get(&self.http, to, &format!("/buurtbegrotingen/{}/uitslag", self.id), None).await;
        let chosen = uitslag["projecten"].as_array().unwrap().iter().filter(|own| own["gekozen"] == true);
        chosen.map(|own| self.projects.iter().position(|known| own["project"] == known.as_str()).unwrap()).collect()
    }

    /// The id of the round.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// Plans the round and publishes it; its id.
async fn publish(http: &reqwest::Client, to: &str, wijkteam: &str, lists: &Value) -> String {
    let budget = get(http, to, "/gebieden/W2/wijkbudget", None).await;
    let cents = |own: &Value| contract::Euro::parse(own["vrij"].as_str().unwrap()).unwrap().cents();
    let rich = budget["producten"].as_array().unwrap().iter().max_by_key(|own| cents(own)).unwrap();
    #[expect(clippy::disallowed_methods, reason = "servers outside go by the clock of the machine")]
    let now = Utc::now();
    let plan = json!({
        "gebied": "W2", "titel": "Een kleine stemming", "uitleg": "Bewoners verdelen samen geld voor hun wijk.",
        "jaar": budget["jaar"], "product": rich["product"], "bedrag": "1000.00",
        "stemgerechtigd": "bewoners", "minimumLeeftijd": "16",
        "stembiljet": { "soort": "goedkeuring", "hoogstens": "1" }, "telregel": { "regel": "equal-shares" },
        "criteria": [lists["criteria"][0]["code"]],
        "inzendenVanaf": moment(now, 1), "toetsenVanaf": moment(now, 2),
        "stemmenVanaf": moment(now, OPENS), "stemmenTot": moment(now, CLOSES),
    });
    let headers = [("idempotency-key", "kleine-stemming-1".to_owned())];
    let ask = Ask { to, path: "/buurtbegrotingen".into(), token: Some(wijkteam), headers: &headers };
    let made = post(http, ask, Some(plan)).await;
    let (id, headers) = (text(&made["id"]), [("if-match", format!("\"{}\"", made["versie"]))]);
    let path = format!("/buurtbegrotingen/{id}/vaststellingen");
    post(http, Ask { to, path, token: Some(wijkteam), headers: &headers }, None).await;
    id
}
