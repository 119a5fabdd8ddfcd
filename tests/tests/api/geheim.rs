//! Nobody joins a voter to a ballot, and nobody sees a count before its time (P-4, A-7).

use chrono::TimeDelta;
use contract::bundel::{BundelApi as _, MakeBundel};
use contract::buurtbegroting::PlanBuurtbegroting;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::{Heard, OpenVote, Person, World, moment, proof};

/// So many people vote, one after the other: an attacker knows the order in which they came.
const VOTERS: usize = 60;

/// The bytes of one column, in the order in which the database gives them.
async fn column(world: &World, select: &str) -> Option<Vec<Vec<u8>>> {
    let db = world.app().databases().writer();
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), select)).await.ok()?;
    Some(rows.iter().map(|row| row.try_get_by_index::<Vec<u8>>(0).unwrap()).collect())
}

/// Somebody who has the whole database, and lines up voters and ballots in every order that it offers.
struct Joiner {
    /// Which ballot is whose: known here because the test saw each row come.
    truth: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Joiner {
    async fn watch(world: &World, vote: &OpenVote) -> Self {
        let mut truth = BTreeMap::new();
        let mut known = BTreeSet::new();
        for letter in 0..VOTERS {
            let secret = proof(u8::try_from(letter).unwrap());
            vote.vote(&world.bezoeker(), letter, secret, &[letter % 2]).await.unwrap();
            let all = column(world, "SELECT kiezer FROM deelname").await.unwrap();
            let new = all.into_iter().find(|kiezer| !known.contains(kiezer)).unwrap();
            known.insert(new.clone());
            truth.insert(new, secret.biljet(vote.id).0.to_vec());
        }
        Self { truth }
    }

    fn hits(&self, voters: &[Vec<u8>], ballots: &[Vec<u8>]) -> usize {
        voters.iter().zip(ballots).filter(|(voter, ballot)| self.truth.get(*voter) == Some(*ballot)).count()
    }
}

// X-4, V-4
#[tokio::test]
async fn no_order_of_the_database_puts_a_voter_beside_their_ballot() {
    let world = World::new().await;
    let after = |minutes: i64| moment(world.now() + TimeDelta::minutes(minutes));
    let plan = PlanBuurtbegroting { stemmen_tot: after(60 * 24), ..world.plan() };
    let vote = world.open_vote(plan, u32::try_from(VOTERS).unwrap(), &["1000.00", "2000.00"]).await;
    let joiner = Joiner::watch(&world, &vote).await;
    world.pass(TimeDelta::hours(1));
    world.drive().await;
    assert_eq!((world.count("bus_in").await, world.count("bus").await), (0, 60));
    // Physical places and the transactions that wrote, where the database has them; and as it gives rows by itself.
    let orders: &[&str] = if world.on_postgres() {
        &[
            "",
            "ORDER BY ctid",
            "ORDER BY ctid DESC",
            "ORDER BY CAST(CAST(xmin AS TEXT) AS BIGINT), ctid",
            "ORDER BY CAST(CAST(cmin AS TEXT) AS BIGINT), ctid",
        ]
    } else {
        &["", "ORDER BY rowid", "ORDER BY rowid DESC"]
    };
    let mut tried = 0;
    for by_voter in orders {
        for by_ballot in orders {
            let voters = column(&world, &format!("SELECT kiezer FROM deelname {by_voter}")).await;
            let ballots = column(&world, &format!("SELECT biljet_id FROM bus {by_ballot}")).await;
            // SQLite keeps no row numbers of these tables: then there is nothing to order by.
            let Some((voters, ballots)) = voters.zip(ballots) else { continue };
            tried += 1;
            let hits = joiner.hits(&voters, &ballots);
            // By chance it is one; six or more happens once in a thousand runs of chance, not of a join.
            assert!(hits < 8, "{hits} of {VOTERS} by {by_voter:?} and {by_ballot:?}");
        }
    }
    assert_eq!(tried, if world.on_postgres() { 25 } else { 1 });
    if world.on_postgres() {
        let same = "deelname d JOIN bus s ON CAST(d.xmin AS TEXT) = CAST(s.xmin AS TEXT)";
        assert_eq!(world.count(same).await, 0, "no transaction wrote both");
    }
    nothing_else_names_them(&world, &joiner).await;
    if !world.on_postgres() {
        no_file_has_them_side_by_side(&world, &joiner).await;
    }
}

/// Neither a backup nor the disk itself has voters and ballots in one order: not even behind the back of the database.
/// On PostgreSQL `ctid` is that order.
async fn no_file_has_them_side_by_side(world: &World, joiner: &Joiner) {
    let backup = world.folder().join("backup");
    let place = backup.to_str().unwrap();
    world.program(env!("CARGO_BIN_EXE_wijkkoers-under-test")).run(&["backup", place]).unwrap();
    let db = world.app().databases().writer();
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    db.query_all_raw(Statement::from_string(db.get_database_backend(), checkpoint)).await.unwrap();
    let own = world.app().settings.data.join("wijkkoers.sqlite");
    for file in [backup.join("wijkkoers.sqlite"), own] {
        let bytes = std::fs::read(&file).unwrap();
        let all = |needle: &[u8]| -> Vec<usize> {
            let at = |(at, window): (usize, &[u8])| (window == needle).then_some(at);
            bytes.windows(needle.len()).enumerate().filter_map(at).collect()
        };
        let mut voters: Vec<(Vec<usize>, &Vec<u8>)> = joiner.truth.keys().map(|own| (all(own), own)).collect();
        let mut ballots: Vec<(Vec<usize>, &Vec<u8>)> = joiner.truth.values().map(|own| (all(own), own)).collect();
        assert!(voters.iter().all(|(at, _)| at.len() == 1), "each voter stands there once: {}", file.display());
        assert!(ballots.iter().all(|(at, _)| at.len() == 1), "and each ballot: nothing is left of the way it went");
        voters.sort();
        ballots.sort();
        let inner = |all: Vec<(Vec<usize>, &Vec<u8>)>| all.into_iter().map(|(_, own)| own.clone()).collect::<Vec<_>>();
        let (voters, ballots) = (inner(voters), inner(ballots));
        let backwards: Vec<Vec<u8>> = ballots.iter().rev().cloned().collect();
        for ballots in [ballots, backwards] {
            let hits = joiner.hits(&voters, &ballots);
            assert!(hits < 8, "{hits} of {VOTERS} by their places in {}", file.display());
        }
    }
}

/// The names of all tables.
pub async fn tables(world: &World) -> Vec<String> {
    let names = if world.on_postgres() {
        "SELECT CAST(CAST(tablename AS TEXT) AS BYTEA) FROM pg_tables WHERE schemaname = current_schema()"
    } else {
        "SELECT CAST(name AS BLOB) FROM sqlite_schema WHERE type = 'table'"
    };
    let tables: Vec<String> =
        column(world, names).await.unwrap().into_iter().map(|name| String::from_utf8(name).unwrap()).collect();
    assert!(tables.iter().any(|name| name == "audit") && tables.len() > 20, "{tables:?}");
    tables
}

/// No other table holds a voter, a ballot or a control code.
async fn nothing_else_names_them(world: &World, joiner: &Joiner) {
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
    let secrets: Vec<String> = joiner.truth.iter().flat_map(|(voter, ballot)| [hex(voter), hex(ballot)]).collect();
    let own = ["deelname", "bus", "bus_in"];
    for table in tables(world).await.iter().filter(|name| !own.contains(&name.as_str())) {
        let rows = dump(world, table).await;
        let found = secrets.iter().find(|secret| rows.contains(*secret));
        assert_eq!(found, None, "{table} names somebody");
    }
}

/// All rows of a table as text, blobs in hexadecimal.
pub async fn dump(world: &World, table: &str) -> String {
    let db = world.app().databases().writer();
    let select = if world.on_postgres() {
        format!("SELECT CAST(t.* AS TEXT) FROM {table} t")
    } else {
        let columns = format!(
            "SELECT CAST(group_concat('hex(\"' || name || '\")', ' || '' '' || ') AS TEXT) FROM pragma_table_info('{table}')"
        );
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), columns)).await.unwrap().unwrap();
        format!("SELECT lower({}) FROM \"{table}\"", row.try_get_by_index::<String>(0).unwrap())
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), select)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index::<Option<String>>(0).unwrap().unwrap_or_default()).collect()
}

/// What changes from one look to the next although nothing happened.
const CHANGING: [&str; 5] = ["x-request-id", "date", "content-security-policy", "location", "connection"];

/// An answer as far as it may tell something: status, headers, size and body.
fn told(heard: &Heard) -> String {
    let known = heard.headers.iter().filter(|(name, _)| !CHANGING.contains(&name.as_str()));
    let headers: BTreeMap<&str, &[u8]> = known.map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let mut body = heard.text();
    // Nonces and keys of forms are new for each page, and of one length.
    for mark in ["nonce=\"", "name=\"sleutel\" value=\"", "\"instance\":\"", "volgorde="] {
        let mut out = String::new();
        let mut rest = body.as_str();
        while let Some((before, after)) = rest.split_once(mark) {
            out.push_str(before);
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && !"-_+/=".contains(c)).unwrap_or(after.len());
            rest = after.get(end..).unwrap_or_default();
        }
        out.push_str(rest);
        body = out;
    }
    format!("{} {headers:?} {} {body}", heard.status, body.len())
}

/// Something to ask the server: to look, or to try what is refused.
struct Try {
    method: &'static str,
    path: String,
    body: Option<Value>,
}

impl Try {
    fn look(path: String) -> Self {
        Self { method: "GET", path, body: None }
    }

    fn send(path: String, body: Value) -> Self {
        Self { method: "POST", path, body: Some(body) }
    }
}

/// Every path that somebody can look at, and every step that somebody can try in vain, with the round, its plans and a
/// bundle of ballots filled in.
fn tries(world: &World, vote: &OpenVote, bundel: &str) -> Vec<Try> {
    let id = vote.id;
    let project = vote.projecten[0].to_string();
    let filled = |path: &str| {
        let object = match path.split('/').nth(1) {
            Some("buurtbegrotingen") => id.to_string(),
            Some("bundels") => bundel.to_owned(),
            Some("projecten") => project.clone(),
            _ => return (!path.contains("{id}")).then(|| path.replace("{code}", "W2")),
        };
        Some(path.replace("{id}", &object))
    };
    let operations = world.document.operations();
    let api = operations.iter().filter_map(|operation| match operation.method.as_str() {
        "GET" => filled(&operation.path).map(Try::look),
        // A bundle is finished without a word more, so that this would not be in vain.
        "POST" if operation.id != "finish_bundel" && operation.path.contains("{id}") => {
            filled(&operation.path).map(|path| Try::send(path, json!({})))
        }
        _ => None,
    });
    let pages = [
        "//".to_owned(),
        "//buurtbegrotingen".into(),
        format!("//buurtbegrotingen/{id}"),
        format!("//buurtbegrotingen/{id}/stemmen?volgorde=abc"),
        format!("//buurtbegrotingen/{id}/stembewijs"),
        format!("//buurtbegrotingen/{id}/stemmen/wijzigen"),
        format!("//buurtbegrotingen/{id}/wijzigen"),
        format!("//buurtbegrotingen/{id}/plannen/1"),
        format!("//buurtbegrotingen/{id}/bundels"),
        format!("//buurtbegrotingen/{id}/bewaren"),
        format!("//buurtbegrotingen/{id}/telling"),
        format!("//buurtbegrotingen/{id}/bundels/{bundel}"),
        "//stem".into(),
        "//gebieden/W2".into(),
        "//gebieden/W2/wijkactieplan".into(),
        "//gebieden/W2/wijkbudget".into(),
        "//werk".into(),
        "//sw.js".into(),
        "//health/ready".into(),
    ];
    // What is well-formed and refused: a code that does not exist, a ballot that is not there, a count before its time.
    let (nobody, part) = (proof(200).grouped(), "0".repeat(60));
    let ballot = json!([{ "project": vote.projecten[0], "punten": 1 }]);
    let in_vain = [
        ("stemcodes/controles", json!({ "stemcode": "ZZZZ-ZZZZ-ZZZZ" })),
        ("stembewijzen/controles", json!({ "stembewijs": nobody })),
        ("stemmen/wijzigingen", json!({ "stembewijs": nobody, "keuzes": ballot })),
        ("tellingen", json!({ "deel1": part, "deel2": part })),
        ("natellingen", json!({ "deel1": part, "deel2": part })),
        ("sleuteldelen", json!({ "doel": "telling", "deel": part })),
    ];
    let in_vain = in_vain.map(|(step, body)| Try::send(format!("/buurtbegrotingen/{id}/{step}"), body));
    let nowhere = Try::send("/stemcodes/controles".into(), json!({ "stemcode": "ZZZZ-ZZZZ-ZZZZ" }));
    api.chain(pages.map(Try::look)).chain(in_vain).chain([nowhere]).collect()
}

async fn look(people: &[(&str, Person)], tries: &[Try]) -> BTreeMap<String, String> {
    let mut seen = BTreeMap::new();
    for (who, person) in people {
        for (at, Try { method, path, body }) in tries.iter().enumerate() {
            let mut ask = person.ask(method, path);
            if let Some(body) = body {
                ask = ask.json(body).key(&person.key());
            }
            let heard = if path.starts_with("//") {
                ask.header("accept", "text/html").send_unjudged().await
            } else {
                ask.send().await
            };
            let told = told(&heard);
            assert!(
                *method == "GET" || heard.status >= 400 || path.ends_with("controles"),
                "{path} is in vain: {told}"
            );
            seen.insert(format!("{who} {at} {path}"), told);
        }
    }
    seen
}

//
#[tokio::test]
async fn while_people_vote_nobody_finds_a_count_anywhere() {
    let world = World::new().await;
    let after = |minutes: i64| moment(world.now() + TimeDelta::minutes(minutes));
    let plan = PlanBuurtbegroting { stemmen_tot: after(60 * 24), ..world.plan() };
    let vote = world.open_vote(plan, 40, &["1000.00", "2000.00"]).await;
    world.drive().await;
    let people = [
        ("visitor", world.bezoeker()),
        ("bewoner", world.bewoner("Bea").await),
        ("wijkteam", vote.wijkteam.clone()),
        ("backoffice", world.backoffice().await),
        ("raad", world.raad().await),
        ("stembureau", vote.stembureau.clone()),
        ("bewaarder", vote.bewaarders[0].person.clone()),
        ("beheerder", world.beheerder().await),
    ];
    let own = &vote.stembureau;
    let bundel = own.make_bundel(own.key(), vote.id, MakeBundel { kanaal: "papier".into() }).await.unwrap();
    let tries = tries(&world, &vote, &bundel.id.to_string());
    assert!(tries.len() > 60, "{}", tries.len());
    let before = look(&people, &tries).await;
    let again = look(&people, &tries).await;
    assert_eq!(differing(&before, &again), Vec::<&String>::new(), "looking twice shows the same, or nothing is proven");
    for letter in 0..35 {
        let place = usize::from(letter > 5);
        vote.vote(&world.bezoeker(), letter, proof(u8::try_from(letter).unwrap()), &[place]).await.unwrap();
    }
    world.drive().await;
    let after = look(&people, &tries).await;
    assert_eq!(differing(&before, &after), Vec::<&String>::new(), "within the hour nothing at all changes");

    // In the next hour only the rounded turnout does, on its own path and on the page of the round.
    world.pass(TimeDelta::hours(1));
    world.wait(0).await;
    world.drive().await;
    let turnout = people[0].1.ask("GET", &format!("/buurtbegrotingen/{}/opkomst", vote.id)).send().await.json();
    assert_eq!(turnout["minstens"], Value::from(30));
    let told: BTreeSet<&str> = turnout.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(told, BTreeSet::from(["minstens", "geteldOp", "vervangenBrieven"]), "and nothing else of voters");
    let later = look(&people, &tries).await;
    let path = format!("/buurtbegrotingen/{}", vote.id);
    let told: BTreeSet<&str> =
        differing(&before, &later).into_iter().map(|key| key.rsplit_once(' ').unwrap().1).collect();
    assert_eq!(told, BTreeSet::from([format!("{path}/opkomst").as_str(), format!("/{path}").as_str()]));
}

/// What somebody sees otherwise than before.
fn differing<'a>(before: &'a BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<&'a String> {
    before.keys().filter(|key| before.get(*key) != after.get(*key)).collect()
}
