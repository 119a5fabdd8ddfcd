//! A stranger at the API, as each role: schemathesis makes requests out of the OpenAPI document and judges what
//! comes back, by `tests/hostile-api/schemathesis.toml`. One role is one test, on one of both databases; at night each is
//! on both.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::counts::Counts;
use crate::demo::{Demo, PASSWORD};
use crate::postgres::{Durability, Server};
use crate::program::{output, program};
use crate::{Result, files, http, python};

/// How thoroughly they ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Two minutes in all: half of the roles on each database.
    EveryChange,
    /// All of the roles on both, a quarter of an hour on each.
    Night,
}

impl When {
    /// How long each role takes; a server takes some seconds to start.
    const fn each(self) -> Duration {
        match self {
            Self::EveryChange => Duration::from_secs(11),
            Self::Night => Duration::from_secs(98),
        }
    }

    /// Which of the roles ask on which of the databases.
    fn roles(self, database: usize) -> Vec<(usize, Role)> {
        let asks = |number: usize| self == Self::Night || number % DATABASES.len() == database;
        ROLES.into_iter().enumerate().filter(|(number, _)| asks(*number)).collect()
    }
}

/// What the city stands on.
const DATABASES: [&str; 2] = ["sqlite", "postgresql"];

/// Who asks, and as whom they log in to the demo city.
type Role = (&'static str, Option<&'static str>);

const ROLES: [Role; 9] = [
    ("bezoeker", None),
    ("bewoner", Some("kofi")),
    ("wijkteam", Some("rachid")),
    ("fiatteur", Some("marieke")),
    ("backoffice", Some("hanneke")),
    ("stembureau", Some("stembureau")),
    ("bewaarder", Some("bewaarder1")),
    ("raad", Some("mirjam")),
    ("beheerder", Some("ruben")),
];

/// Where everything of a run is kept, to look at afterwards.
const FOLDER: &str = "target/hostile-api";
const RULES: &str = "tests/hostile-api/schemathesis.toml";
/// Fewer requests than so many for each second of a quiet machine and nothing was tried.
const FEWEST_PER_SECOND: u64 = 10;
/// How often somebody gets as much time again, on a machine that has too much to do at once.
const MOST_TURNS: u32 = 4;

pub fn check(counts: &mut Counts, when: When) -> Result {
    let programs = python::ensure()?;
    let root = files::root()?.join(FOLDER);
    files::remove_folder(&root)?;
    let mut wrong = Vec::new();
    for (number, name) in DATABASES.into_iter().enumerate() {
        let folder = root.join(name);
        files::create_folder(&folder)?;
        let server = if name == "postgresql" { Some(Server::start(Durability::None)?) } else { None };
        let mut demo = Demo::start(folder.join("server.log"), server.as_ref().map(Server::url))?;
        let visits = Visits { programs: &programs, folder: &folder, each: when.each() };
        let found = visits.all(counts, &mut demo, &when.roles(number))?;
        wrong.extend(found.into_iter().map(|problem| format!("{name}/{problem}")));
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("see {FOLDER}: {}", wrong.join("; ")).into()) }
}

/// Strangers at the API of one city, each for so long.
struct Visits<'a> {
    programs: &'a Path,
    folder: &'a Path,
    each: Duration,
}

impl Visits<'_> {
    /// All of them, one after the other; gives who found something, and what.
    fn all(&self, counts: &mut Counts, demo: &mut Demo, roles: &[(usize, Role)]) -> Result<Vec<String>> {
        let rules = files::read_text(&files::root()?.join(RULES))? + &City { demo: &*demo }.dictionaries()?;
        files::write(&self.folder.join("schemathesis.toml"), rules.as_bytes())?;
        let mut wrong = Vec::new();
        for &(number, (role, login)) in roles {
            let outcome = self.ask(&City { demo: &*demo }, (role, login), number).and_then(|said| {
                demo.expect_whole()?;
                Ok(said)
            });
            match outcome {
                Ok(said) => {
                    eprintln!("{role}: {said}");
                    counts.passed += 1;
                }
                Err(problem) => {
                    counts.failed += 1;
                    wrong.push(format!("{role}: {problem}"));
                }
            }
        }
        Ok(wrong)
    }

    /// Asks all that somebody with this role can think of; says how much that was.
    fn ask(&self, city: &City<'_>, (role, login): (&str, Option<&str>), number: usize) -> Result<String> {
        // Somewhere of one's own: what one role does too often is nobody else's.
        let from = format!("10.6.{number}.1");
        let token = login.map(|name| city.log_in(name, &from)).transpose()?;
        let mut turn = 1;
        loop {
            let judged = self.turn(city, role, token.as_deref(), (&from, self.each * turn))?;
            if let Some(token) = &token {
                city.expect_login(token, &from)?;
            }
            match judged {
                Judged::Good(said) => return Ok(said),
                Judged::TooLittle(said) if turn < MOST_TURNS => eprintln!("{role}: {said}: again, for longer"),
                Judged::Bad(said) | Judged::TooLittle(said) => return Err(said.into()),
            }
            turn += 1;
        }
    }

    /// The same, from one place and for one time.
    fn turn(&self, city: &City<'_>, role: &str, token: Option<&str>, (from, time): (&str, Duration)) -> Result<Judged> {
        let report = self.folder.join(format!("{role}.json"));
        let mut st = program(self.programs.join("schemathesis"))?;
        st.arg("--config-file").arg(self.folder.join("schemathesis.toml")).arg("run");
        st.arg(format!("http://{}/api/v1/openapi.json", city.demo.address));
        st.args(["--max-time", &time.as_secs().to_string(), "--report", "json", "--report-json-path"]).arg(&report);
        st.args(["--header", &format!("X-Forwarded-For: {from}")]);
        if let Some(token) = token {
            st.args(["--header", &format!("Authorization: Bearer {token}")]);
        }
        let (text, succeeded) = output(&mut st)?;
        files::write(&self.folder.join(format!("{role}.txt")), text.as_bytes())?;
        if !succeeded {
            // Its findings, each with the request that shows it.
            eprintln!("{text}");
        }
        Ok(judge(&serde_json::from_slice(&files::read(&report)?)?, succeeded, self.each))
    }
}

/// What a report comes to, in words.
#[derive(Debug, PartialEq, Eq)]
enum Judged {
    Good(String),
    /// Nothing wrong was found, and hardly anything looked at.
    TooLittle(String),
    Bad(String),
}

/// What a report of schemathesis comes to, of which so much is expected as a quiet machine does in this time.
fn judge(report: &Value, succeeded: bool, each: Duration) -> Judged {
    let number = |path: &str| report.pointer(path).and_then(Value::as_u64).unwrap_or(0);
    let (requests, operations, selected) =
        (number("/test_cases/generated"), number("/operations/tested"), number("/operations/selected"));
    let failures = report.get("failures").and_then(Value::as_array).map_or(0, Vec::len);
    let errors = report.get("errors").and_then(Value::as_array).map_or(0, Vec::len);
    let said = format!("{requests} requests at {operations} operations");
    if !succeeded || failures + errors > 0 {
        let names = report.get("failures").and_then(Value::as_array).into_iter().flatten();
        let names: Vec<&str> = names.filter_map(|own| own.get("title").and_then(Value::as_str)).collect();
        return Judged::Bad(format!(
            "{said}; {}",
            if names.is_empty() { "it broke down".into() } else { names.join(", ") }
        ));
    }
    // Nine of ten: the last ones can fall beyond the time.
    if requests < FEWEST_PER_SECOND * each.as_secs() || operations * 10 < selected * 9 || selected == 0 {
        return Judged::TooLittle(format!("{said} of {selected}: too little to say anything"));
    }
    Judged::Good(said)
}

/// The demo city, as somebody who looks around in it.
struct City<'a> {
    demo: &'a Demo,
}

impl City<'_> {
    fn log_in(&self, name: &str, from: &str) -> Result<String> {
        let email = format!("{name}@voorbeeld.test");
        let body = json!({ "email": email, "wachtwoord": PASSWORD });
        let (status, answer) =
            http::ask(self.demo.address, "/api/v1/sessies", &[("X-Forwarded-For", from)], Some(&body))?;
        let token = answer.get("toegang").and_then(Value::as_str);
        Ok(token.ok_or_else(|| format!("{email} cannot log in: {status} {answer}"))?.to_owned())
    }

    fn get(&self, path: &str, token: &str, from: &str) -> Result<(u16, Value)> {
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", bearer.as_str()), ("X-Forwarded-For", from)];
        http::ask(self.demo.address, &format!("/api/v1{path}"), &headers, None)
    }

    /// Who asked is still somebody: what was refused was not refused to a stranger.
    fn expect_login(&self, token: &str, from: &str) -> Result {
        match self.get("/ik", token, from)? {
            (200, _) => Ok(()),
            (status, answer) => Err(format!("is not logged in any more: {status} {answer}").into()),
        }
    }

    /// What there is, by kind, as words for schemathesis to use.
    fn dictionaries(&self) -> Result<String> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for name in ["kofi", "marieke", "hanneke"] {
            let from = "10.6.255.1";
            let token = self.log_in(name, from)?;
            for (path, kind) in [
                ("/initiatieven?limit=100", "initiatieven"),
                ("/mijn/initiatieven?limit=100", "initiatieven"),
                ("/opdrachten?limit=100", "opdrachten"),
                ("/buurtbegrotingen?limit=100", "buurtbegrotingen"),
                ("/gebieden/W2/wijkactieplan", "opgaven"),
                ("/gebieden/W3/wijkactieplan", "opgaven"),
            ] {
                // Who may not see a list has nothing of it.
                gather(&self.get(path, &token, from)?.1, kind, &mut found);
            }
            for round in found.get("buurtbegrotingen").cloned().unwrap_or_default() {
                gather(&self.get(&format!("/buurtbegrotingen/{round}"), &token, from)?.1, "", &mut found);
            }
        }
        let (_, lists) = http::ask(self.demo.address, "/api/v1/keuzelijsten", &[], None)?;
        for kind in ["themas", "producten"] {
            let codes = lists.get(kind).and_then(Value::as_array).into_iter().flatten();
            let codes = codes.filter_map(|own| own.get("code").and_then(Value::as_str)).map(str::to_owned);
            found.entry(kind.to_owned()).or_default().extend(codes);
        }
        found.insert("gebieden".to_owned(), (1..=8).map(|number| format!("W{number}")).collect());
        found.insert("wijken".to_owned(), ["WK020207", "WK020204", "WK020217"].map(str::to_owned).into());
        found.insert("sleutels".to_owned(), (0..2_000).map(|number| format!("poging-{number:05}")).collect());
        written(&found)
    }
}

/// What the rules name; a kind that is empty would leave them without meaning.
const KINDS: [&str; 12] = [
    "activiteiten",
    "buurtbegrotingen",
    "gebieden",
    "initiatieven",
    "inzetten",
    "opdrachten",
    "opgaven",
    "producten",
    "projecten",
    "sleutels",
    "themas",
    "wijken",
];

/// As TOML; text in JSON is text in TOML as well.
fn written(found: &BTreeMap<String, BTreeSet<String>>) -> Result<String> {
    let mut text = String::new();
    for kind in KINDS {
        let values = found.get(kind).filter(|values| !values.is_empty());
        let values = values.ok_or_else(|| format!("the demo city has no {kind}"))?;
        text += &format!("\n[dictionaries.{kind}]\nvalues = {}\n", serde_json::to_string(values)?);
    }
    Ok(text)
}

/// Takes up the ids of all that stands in lists, each under the name of its list; what is listed is of this `kind`.
fn gather(answer: &Value, kind: &str, found: &mut BTreeMap<String, BTreeSet<String>>) {
    match answer {
        Value::Object(fields) => {
            for (name, value) in fields {
                gather(value, if name == "resultaten" { kind } else { name }, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                if let Some(id) = item.get("id").and_then(Value::as_str) {
                    found.entry(kind.to_owned()).or_default().insert(id.to_owned());
                }
                gather(item, kind, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{Judged, KINDS, ROLES, When, gather, judge, written};
    use serde_json::{Value, json};
    use std::collections::{BTreeMap, BTreeSet};
    use std::time::Duration;

    fn report(generated: u64, tested: u64, failures: &Value) -> Value {
        json!({
            "test_cases": { "generated": generated },
            "operations": { "tested": tested, "selected": 94 },
            "failures": failures,
            "errors": [],
        })
    }

    #[test]
    fn a_report_is_good_when_much_was_tried_and_nothing_found() {
        let (none, one) = (json!([]), json!([{ "title": "Server error" }]));
        let (good, little, bad) = (
            |said: &str| Judged::Good(said.to_owned()),
            |said: &str| Judged::TooLittle(said.to_owned()),
            |said: &str| Judged::Bad(said.to_owned()),
        );
        for (report, succeeded, expected) in [
            (report(1_200, 94, &none), true, good("1200 requests at 94 operations")),
            (report(1_200, 94, &one), false, bad("1200 requests at 94 operations; Server error")),
            (report(1_200, 94, &none), false, bad("1200 requests at 94 operations; it broke down")),
            (report(20, 94, &one), true, bad("20 requests at 94 operations; Server error")),
            (report(20, 94, &none), true, little("20 requests at 94 operations of 94: too little to say anything")),
            (
                report(1_200, 40, &none),
                true,
                little("1200 requests at 40 operations of 94: too little to say anything"),
            ),
            (json!({}), true, little("0 requests at 0 operations of 0: too little to say anything")),
        ] {
            assert_eq!(judge(&report, succeeded, Duration::from_secs(11)), expected);
        }
    }

    #[test]
    fn at_every_change_each_role_asks_once_and_at_night_on_both_databases() {
        let names = |when: When| -> Vec<&str> {
            (0..2).flat_map(|database| when.roles(database)).map(|(_, (role, _))| role).collect()
        };
        let all: BTreeSet<&str> = ROLES.iter().map(|(role, _)| *role).collect();
        let change = names(When::EveryChange);
        assert_eq!((change.len(), change.into_iter().collect::<BTreeSet<_>>()), (ROLES.len(), all));
        assert_eq!(names(When::Night).len(), 2 * ROLES.len());
        let whole = |when: When| when.each().as_secs() * u64::try_from(names(when).len()).unwrap();
        assert!(whole(When::EveryChange) <= 120, "two minutes");
        assert!(whole(When::Night) <= 2 * 900, "a quarter of an hour on each");
    }

    #[test]
    fn what_there_is_is_named_by_its_list() {
        let mut found = BTreeMap::new();
        gather(&json!({ "resultaten": [{ "id": "a" }, { "id": "b" }], "volgende": "b" }), "opdrachten", &mut found);
        let plan = json!({ "opgaven": [{ "id": "c", "inzetten": [{ "id": "d", "activiteiten": [{ "id": "e" }] }] }] });
        gather(&plan, "opgaven", &mut found);
        let found: Vec<(&str, Vec<&str>)> =
            found.iter().map(|(kind, ids)| (kind.as_str(), ids.iter().map(String::as_str).collect())).collect();
        let expected = [
            ("activiteiten", vec!["e"]),
            ("inzetten", vec!["d"]),
            ("opdrachten", vec!["a", "b"]),
            ("opgaven", vec!["c"]),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_kind_that_is_not_there_is_told() {
        let mut found: BTreeMap<String, BTreeSet<String>> =
            KINDS.iter().map(|kind| ((*kind).to_owned(), BTreeSet::from(["x".to_owned()]))).collect();
        assert!(written(&found).unwrap().contains("\n[dictionaries.wijken]\nvalues = [\"x\"]\n"));
        found.remove("projecten");
        assert_eq!(written(&found).unwrap_err().to_string(), "the demo city has no projecten");
    }
}
