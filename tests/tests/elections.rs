//! Elections that were held, held again here: a `.pb` file is read in as a buurtbegroting, its ballots are cast over the
//! API, opened and counted, and what is published gives `wijkkoers tel` the outcome that the file gives it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test throughout: what is not as expected must fail"
)]

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use contract::bewaarder::SleutelDoel;
use contract::buurtbegroting::BuurtbegrotingApi as _;
use contract::stem::CastVote;
use contract::stembureau::{MakeStemcodes, StembureauApi as _, VraagTelling};
use contract::telling::TellingStatus;
use contract::{BuurtbegrotingId, ProjectId};
use futures_util::stream::{self, StreamExt as _};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tally::pb::Pb;
use tests::{CRITERIUM, Keeper, PRODUCT, Process, THEMA, World, hand_in_two, keuze, proof_of};

const PROGRAM: &str = env!("CARGO_BIN_EXE_wijkkoers-under-test");
/// So many voters send at the same time.
const AT_ONCE: usize = 32;
/// The year of a wijkbudget with enough money for a whole city.
const YEAR: i32 = 2030;

/// Counting rules, as `tel` is asked for them and as the expected outcomes call them: for approvals, points and places.
const RULES: [(&[&str], [&str; 3]); 4] = [
    (&["--regel", "greedy"], ["greedy_votes", "greedy_score", "greedy_borda"]),
    (&["--regel", "equal-shares", "--aanvulling", "geen"], ["mes_cost", "mes_scorecost", "mes_bordacost"]),
    (
        &["--regel", "equal-shares", "--aanvulling", "add1"],
        ["mes_cost_add1", "mes_scorecost_add1", "mes_bordacost_add1"],
    ),
    (&["--regel", "equal-shares"], ["mes_cost_add1u", "mes_scorecost_add1u", "mes_bordacost_add1u"]),
];

/// What `tel` chooses, in its order.
fn chosen(program: &Process, file: &Path, rule: &[&str]) -> Value {
    let arguments = [&["tel", file.to_str().unwrap(), "--loting", "id", "--json"], rule].concat();
    let report: Value = serde_json::from_str(&program.run(&arguments).unwrap()).unwrap();
    report["gekozen"].clone()
}

/// A vote on an election of a file, that is open.
struct Again {
    world: World,
    program: Process,
    stembureau: tests::Person,
    id: BuurtbegrotingId,
    bewaarders: Vec<Keeper>,
    codes: Vec<String>,
}

async fn open(file: &Path, letters: usize) -> Again {
    let world = World::new().await;
    world.budget("W2", YEAR, PRODUCT, "100000000.00").await;
    let program = world.program(PROGRAM);
    let wim = world.wijkteam("W2").await;
    // The command goes by the clock of the machine; the city then goes to where the command says that voting begins.
    #[expect(clippy::disallowed_methods, reason = "a command goes by the clock of the machine")]
    let begin = Utc::now() + TimeDelta::hours(1);
    let id = import(&program, file, &wim.email, begin).unwrap();
    world.pass(begin - world.now() - TimeDelta::minutes(1));
    let stembureau = world.stembureau("W2").await;
    let bewaarders = stembureau.make_and_prove_key(&world, id).await;
    let mut codes = Vec::new();
    while codes.len() < letters {
        let aantal = (letters - codes.len()).min(10_000).to_string().into();
        let made = stembureau.make_stemcodes(id, MakeStemcodes { aantal }).await.unwrap();
        codes.extend(made.codes.into_iter().map(|letter| letter.stemcode));
    }
    world.pass(TimeDelta::minutes(2));
    world.drive().await;
    Again { world, program, stembureau, id, bewaarders, codes }
}

fn import(program: &Process, file: &Path, email: &str, begin: DateTime<Utc>) -> Result<BuurtbegrotingId, String> {
    let moment = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let (from, to, year) = (moment(begin), moment(begin + TimeDelta::minutes(5)), YEAR.to_string());
    let said = program.run(&[
        "import",
        "pb",
        file.to_str().unwrap(),
        "--namens",
        email,
        "--gebied",
        "W2",
        "--product",
        PRODUCT,
        "--jaar",
        &year,
        "--thema",
        THEMA,
        "--criterium",
        CRITERIUM,
        "--stemmen-vanaf",
        &from,
        "--stemmen-tot",
        &to,
    ])?;
    let id = said.strip_prefix("Buurtbegroting ").and_then(|rest| rest.split(':').next()).unwrap_or_default();
    id.parse().map_err(|_odd| said.clone())
}

/// The ballots of a file, as the API takes them: places of projects and points.
fn ballots(pb: &Pb) -> Vec<Vec<(usize, u16)>> {
    let ballot = |ballot: tally::Ballot<'_>| {
        let points = |at: usize| ballot.points.get(at).map_or(1, |points| u16::try_from(*points).unwrap());
        let choice = |(at, place): (usize, &u16)| (usize::from(*place), points(at));
        ballot.choices.iter().enumerate().map(choice).collect()
    };
    pb.election.ballots.iter().map(ballot).collect()
}

impl Again {
    async fn cast(&self, pb: &Pb) {
        let view = self.stembureau.buurtbegroting(self.id).await.unwrap();
        let of = |project: &tally::Project| view.projecten.iter().find(|own| own.code == project.id).unwrap().id;
        let projects: Vec<ProjectId> = pb.election.projects.iter().map(of).collect();
        let (voter, path) = (self.world.bezoeker(), format!("/buurtbegrotingen/{}/stemmen", self.id));
        let cast = |(number, choices): (usize, Vec<(usize, u16)>)| {
            let ballot = CastVote {
                stemcode: self.codes[number].as_str().into(),
                biljet_id: proof_of(number.try_into().unwrap()).biljet(self.id).to_string().into(),
                keuzes: choices.iter().map(|(place, points)| keuze(projects[*place], *points)).collect(),
            };
            let ask = voter.ask("POST", &path).json(&ballot);
            async move {
                let heard = ask.try_send().await.unwrap();
                assert_eq!(heard.status, 200, "ballot {number}: {}", heard.text());
            }
        };
        stream::iter(ballots(pb).into_iter().enumerate().map(cast)).buffer_unordered(AT_ONCE).collect::<()>().await;
    }

    /// Counts, and gives what is published.
    async fn count(&self) -> PathBuf {
        self.world.pass(TimeDelta::minutes(5));
        self.world.drive().await;
        let asked = self.stembureau.count_votes(self.id, VraagTelling::default()).await.unwrap();
        hand_in_two(&self.bewaarders, self.id, SleutelDoel::Telling).await.unwrap();
        let telling = self.stembureau.wait_for_count(asked.id).await;
        assert_eq!(telling.status, TellingStatus::Klaar, "{telling:?}");
        let path = format!("/buurtbegrotingen/{}/uitslag/stembiljetten", self.id);
        let heard = self.world.bezoeker().ask("GET", &path).send_unjudged().await;
        assert_eq!(heard.status, 200);
        let file = self.world.folder().join("uitslag.pb");
        std::fs::write(&file, heard.body).unwrap();
        file
    }
}

/// Holds the election of a file again; the outcome by several rules is that of the file, and the expected one.
async fn held_again(file: &Path, expected: Option<&Value>) {
    let pb = tally::pb::read(&std::fs::read(file).unwrap()).unwrap();
    let ballots = pb.election.ballots.len();
    let again = open(file, ballots).await;
    again.cast(&pb).await;
    let published = again.count().await;
    let counted = tally::pb::read(&std::fs::read(&published).unwrap()).unwrap();
    assert_eq!(counted.election.ballots.len(), ballots);
    let kind =
        usize::from(pb.election.kind.has_points()) + 2 * usize::from(pb.election.kind == tally::BallotKind::Ordinal);
    for (rule, names) in RULES {
        let outcome = chosen(&again.program, &published, rule);
        assert_eq!(outcome, chosen(&again.program, file, rule), "{rule:?}");
        if let Some(expected) = expected {
            assert_eq!(outcome, expected["rules"][names[kind]]["id"]["selected"], "{rule:?}");
        }
    }
}

/// One of the real elections, where they lie beside the project.
async fn real(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/pabulib");
    let Ok(expected) = std::fs::read_to_string(folder.join(format!("expected/{name}.json"))) else {
        tests::runs::skipped(&format!("no {name} in {}", folder.display()));
        return;
    };
    held_again(&folder.join(format!("{name}.pb")), Some(&serde_json::from_str(&expected).unwrap())).await;
}

/// An election of our own making: 120 voters, five projects.
async fn sample(about: &str, ballot: fn(usize) -> String) {
    let mut text = format!(
        "META\nkey;value\ndescription;Klarendal\ncountry;Netherlands\nunit;Arnhem\ninstance;2027\nnum_projects;5\n\
         num_votes;120\nbudget;1000.50\nrule;greedy\ndate_begin;2027\n{about}PROJECTS\nproject_id;cost;name\nbank/7;400;Een bankje\n\
         12;300.25;Bomen\nc3;600;Straatfeest\n4;900;Een beeld\nE 5;150;Een \"plein\"\nVOTES\nvoter_id;vote"
    );
    text.push_str(if about.contains("cumulative") { ";points\n" } else { "\n" });
    (0..120).for_each(|voter| writeln!(text, "{voter};{}", ballot(voter)).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("klarendal.pb");
    std::fs::write(&file, text).unwrap();
    held_again(&file, None).await;
}

/// The id of a project, by any number.
fn id(number: usize) -> &'static str {
    ["bank/7", "12", "c3", "4", "E 5"][number % 5]
}

#[tokio::test]
async fn goedkeuring_again() {
    let ballot = |voter: usize| format!("{},{}", id(voter), id(voter + 1 + voter % 3));
    sample("vote_type;approval\nmax_length;2\n", ballot).await;
}

#[tokio::test]
async fn knapzak_again() {
    sample("vote_type;approval\nmax_sum_cost;1000.50\n", |voter| {
        if voter % 3 == 0 { "bank/7,12,E 5".into() } else { id(voter * voter).into() }
    })
    .await;
}

#[tokio::test]
async fn punten_again() {
    let ballot = |voter: usize| format!("{},{};{},{}", id(voter), id(voter + 2), voter % 6 + 1, voter % 4 + 1);
    sample("vote_type;cumulative\nmax_sum_points;10\n", ballot).await;
}

#[tokio::test]
async fn rangorde_again() {
    let ballot = |voter: usize| format!("{},{},{}", id(voter), id(voter + 3), id(voter + 1));
    sample("vote_type;ordinal\nmin_length;3\nmax_length;3\n", ballot).await;
}

// The largest of Amsterdam: 8 520 ballots, each fills a knapsack.
#[tokio::test]
async fn amsterdam_centrum_again() {
    real("Netherlands_Amsterdam_252").await;
}

// 11 067 approval ballots over 81 projects.
#[tokio::test]
async fn mokotow_again() {
    real("Poland_Warszawa_2023_Mokotow").await;
}

#[tokio::test]
async fn zurich_again() {
    real("Switzerland_Zurich_D10").await;
}

// 7 262 rankings, and a budget in cents.
#[tokio::test]
async fn podgorze_again() {
    real("Poland_Krakow_2025_Podgorze").await;
}

#[tokio::test]
async fn what_cannot_be_read_in_leaves_nothing() {
    let world = World::new().await;
    world.budget("W2", YEAR, PRODUCT, "500.00").await;
    let (wim, anna) = (world.wijkteam("W2").await, world.bewoner("Anna").await);
    let elsewhere = world.wijkteam("W4").await;
    let program = world.program(PROGRAM);
    let file = world.folder().join("klein.pb");
    let write = |budget: &str, cost: &str| {
        let text = format!(
            "META\nkey;value\ndescription;Klarendal\ncountry;Netherlands\nunit;Arnhem\ninstance;2027\nnum_projects;2\n\
             num_votes;0\nbudget;{budget}\nvote_type;approval\nrule;greedy\nPROJECTS\nproject_id;cost;name\n\
             a;100;Een bankje\nb;{cost};Bomen\nVOTES\nvoter_id;vote\n"
        );
        std::fs::write(&file, text).unwrap();
    };
    #[expect(clippy::disallowed_methods, reason = "a command goes by the clock of the machine")]
    let begin = Utc::now() + TimeDelta::hours(1);
    for (budget, cost, email, begin) in [
        ("400", "200", &anna.email, begin),
        ("400", "200", &elsewhere.email, begin),
        ("400", "200", &"niemand@voorbeeld.test".to_owned(), begin),
        ("400", "200", &wim.email, begin - TimeDelta::days(1)),
        ("400", "450", &wim.email, begin),
        ("600", "200", &wim.email, begin),
        ("400", "200.005", &wim.email, begin),
        ("niets", "200", &wim.email, begin),
    ] {
        write(budget, cost);
        assert!(import(&program, &file, email, begin).is_err(), "{budget} {cost} {email}");
        assert_eq!(world.count("buurtbegroting").await + world.count("project").await, 0);
    }
    write("400", "200");
    let id = import(&program, &file, &wim.email, begin).unwrap();
    let codes: Vec<String> = wim.buurtbegroting(id).await.unwrap().projecten.into_iter().map(|own| own.code).collect();
    assert_eq!(codes, ["a", "b"]);
    assert_eq!(world.ledger_differences().await, Vec::<String>::new());
}
