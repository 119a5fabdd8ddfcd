//! Voters and readers.

use crate::load::{Load, random};
use contract::BuurtbegrotingId;
use contract::stem::Stembewijs;
use reqwest::Client;
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, Statement, Value};
use serde_json::json;
use std::error::Error;
use std::path::Path;

/// Votes with one letter after the other; every ballot is another choice.
pub async fn run(load: &Load, round: &str, codes: &Path) -> Result<(), Box<dyn Error>> {
    let id: BuurtbegrotingId = round.parse().map_err(|_odd| "no id of a buurtbegroting")?;
    let text = std::fs::read_to_string(codes)?;
    let codes: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split(';').nth(1)).collect();
    let http = Client::builder().no_proxy().build()?;
    let base = format!("{}/api/v1/buurtbegrotingen/{round}", load.base);
    let view: serde_json::Value = serde_json::from_str(&http.get(&base).send().await?.text().await?)?;
    let projects: Vec<&str> = (view.get("projecten").and_then(serde_json::Value::as_array).into_iter().flatten())
        .filter(|project| project.get("status").and_then(serde_json::Value::as_str) == Some("toegelaten"))
        .filter_map(|project| project.get("id").and_then(serde_json::Value::as_str))
        .collect();
    let url = format!("{base}/stemmen");
    let vote = |number: usize, _client: usize| {
        let choices = projects.iter().cycle().skip(number % projects.len().max(1)).take(1 + number % 2);
        let body = codes.get(number).map(|code| {
            json!({
                "stemcode": code,
                "biljetId": Stembewijs(random()).biljet(id).to_string(),
                "keuzes": choices.map(|project| json!({ "project": project, "punten": 1 })).collect::<Vec<_>>(),
            })
        });
        let (http, url) = (&http, &url);
        async move {
            let body = body.ok_or("there are too few letters")?.to_string();
            let request = http.post(url).header("content-type", "application/json").body(body);
            answered(request, 200).await
        }
    };
    load.run(vote).await
}

/// Opens pages, each reader starting at another one.
pub async fn read(load: &Load, paths: &[String]) -> Result<(), Box<dyn Error>> {
    let http = Client::builder().no_proxy().build()?;
    let read = |number: usize, client: usize| {
        let path = paths.get((number + client) % paths.len().max(1)).map_or("/", String::as_str);
        let request = http.get(format!("{}{path}", load.base)).header("accept", "text/html");
        answered(request, 200)
    };
    load.run(read).await
}

/// How many voted, how many ballots there are, and how many of those still wait to be moved from where they came in.
#[expect(clippy::print_stdout, reason = "this is how figures reach who asked for them")]
pub async fn count(database: &str, round: &str) -> Result<(), Box<dyn Error>> {
    let mut options = ConnectOptions::new(database);
    options.max_connections(1).sqlx_logging(false);
    let (db, id) = (Database::connect(options).await?, Value::from(uuid::Uuid::parse_str(round)?));
    let text = "SELECT (SELECT COUNT(*) FROM deelname WHERE ronde = $1) AS voters, \
        (SELECT COUNT(*) FROM bus_in WHERE ronde = $1) AS waiting, \
        (SELECT COUNT(*) FROM bus WHERE ronde = $1) AS moved";
    let select = Statement::from_sql_and_values(db.get_database_backend(), text, [id]);
    let row = db.query_one_raw(select).await?.ok_or("no row")?;
    let number = |name: &str| row.try_get::<i64>("", name);
    let (voters, waiting, moved) = (number("voters")?, number("waiting")?, number("moved")?);
    println!("{}", json!({ "voters": voters, "ballots": waiting + moved, "waiting": waiting }));
    db.close().await?;
    Ok(())
}

async fn answered(request: reqwest::RequestBuilder, expected: u16) -> Result<(), String> {
    let answer = request.send().await.map_err(|error| error.to_string())?;
    let status = answer.status().as_u16();
    let body = answer.text().await.map_err(|error| error.to_string())?;
    if status == expected { Ok(()) } else { Err(format!("{status} {body}")) }
}
