//! `kill -9` in the middle of two hundred casts at once, twenty times: every ballot that was acknowledged is in the box
//! once and is counted once, and there is no ballot without a voter nor a voter without a ballot (X-1, P-1, P-2, P-3).
#![expect(clippy::unwrap_used, reason = "a test throughout: what is not as expected must fail")]

use chrono::TimeDelta;
use contract::BuurtbegrotingId;
use contract::bewaarder::{BewaarderApi as _, LeverDeel, SleutelDoel};
use contract::buurtbegroting::{BuurtbegrotingApi as _, BuurtbegrotingFase as Fase};
use contract::problem::ProblemCode;
use contract::stem::{CheckStembewijs, StemApi as _, Stembewijs};
use contract::stembureau::{StembureauApi as _, VraagTelling};
use contract::telling::TellingStatus;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use sea_orm::{ConnectionTrait as _, Statement};
use serde::Serialize;
use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{Duration, Instant};
use tests::paper::sheets;
use tests::{Keeper, OpenVote, Person, Process, World, memory, proof_of, runs};
use wijkkoers::database::{Databases, Purpose};

/// In one vote; a night has more votes.
const KILLS: usize = 20;
const AT_ONCE: usize = 200;
const LETTERS: usize = 1_500;
/// Seconds that people can vote: longer than all of it takes, and so short that logins live longer.
const OPEN_FOR: i64 = 240;

/// A vote that is open on a server of its own, by the clock of the machine.
async fn open(letters: usize) -> (World, Process, OpenVote, Person) {
    let (world, process) = World::outside(env!("CARGO_BIN_EXE_wijkkoers-under-test")).await;
    let plan = world.plan_in_seconds([20, OPEN_FOR]);
    let vote = world.prepare_vote(plan, u32::try_from(letters).unwrap(), &["1000.00", "2000.00"]).await;
    let voter = world.bezoeker();
    world.app().databases().clone().close().await.unwrap();
    // Nobody opens it: its time comes.
    while voter.buurtbegroting(vote.id).await.unwrap().kaart.fase != Fase::Stemmen {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    (world, process, vote, voter)
}

fn secret(letter: usize) -> Stembewijs {
    proof_of(u64::try_from(letter).unwrap())
}

/// Sends all at once, and kills the server when so many were acknowledged. Gives what was acknowledged.
async fn storm(
    vote: &OpenVote,
    voter: &Person,
    process: &mut Process,
    letters: &[usize],
    kill_after: usize,
) -> Vec<usize> {
    let path = format!("/buurtbegrotingen/{}/stemmen", vote.id);
    let send = |letter: usize| {
        let ballot = vote.ballot(letter, secret(letter), &[letter % 2]);
        let ask = voter.ask("POST", &path).json(&ballot);
        async move { (letter, ask.try_send().await) }
    };
    let mut answers: FuturesUnordered<_> = letters.iter().copied().map(send).collect();
    let (mut acknowledged, mut process) = (Vec::new(), Some(process));
    while let Some((letter, heard)) = answers.next().await {
        if heard.is_some_and(|heard| heard.status == 200) {
            acknowledged.push(letter);
        }
        if acknowledged.len() >= kill_after
            && let Some(process) = process.take()
        {
            process.kill();
        }
    }
    if let Some(process) = process {
        process.kill();
    }
    acknowledged
}

#[tokio::test]
async fn killed_twenty_times_the_box_holds_every_acknowledged_ballot_once_and_it_is_counted_once() {
    for _vote in 0..runs::times(runs::KILLS, KILLS).div_ceil(KILLS) {
        Box::pin(kill_and_count()).await;
    }
}

async fn kill_and_count() {
    let (world, mut process, vote, voter) = open(LETTERS).await;
    let mut acknowledged: BTreeSet<usize> = BTreeSet::new();
    let mut waiting: Vec<usize> = (0..LETTERS).collect();
    for round in 0..KILLS {
        let at_once: Vec<usize> = waiting.iter().copied().take(AT_ONCE).collect();
        acknowledged.extend(storm(&vote, &voter, &mut process, &at_once, round * 37 % 61 + 1).await);
        waiting.retain(|letter| !acknowledged.contains(letter));
        process.start();
    }
    // What got no answer is sent again: the same ballot, or one that is taken now.
    for letter in &waiting {
        vote.vote(&voter, *letter, secret(*letter), &[letter % 2]).await.unwrap();
    }
    for letter in [0, LETTERS / 2, LETTERS - 1] {
        let ask = CheckStembewijs { stembewijs: secret(letter).grouped().into() };
        assert!(voter.check_stembewijs(vote.id, ask).await.unwrap().in_de_bus);
    }
    process.kill();
    each_once(&world).await;

    // When voting is over the box is shut and opened: every ballot says what its voter chose.
    process.turn_on(TimeDelta::seconds(OPEN_FOR));
    process.start();
    let shut = async {
        while vote.stembureau.buurtbegroting(vote.id).await.unwrap().sluiting.is_none() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), shut).await.expect("the box is shut");
    let uitslag = vote.count().await.unwrap();
    let mut counted: Vec<(u32, u64)> = uitslag.projecten.iter().map(|own| (own.nummer, own.stemmen)).collect();
    counted.sort_unstable();
    let half = u64::try_from(LETTERS / 2).unwrap();
    assert_eq!((counted, uitslag.stembiljetten), (vec![(1, half), (2, half)], 2 * half));
}

/// As many voters as letters, and as many ballots, each once.
async fn each_once(world: &World) {
    let databases = Databases::open(&world.app().settings, Purpose::Serve).await.unwrap();
    let db = databases.primary();
    let count = async |of: &str| -> i64 {
        let select = Statement::from_string(db.get_database_backend(), format!("SELECT COUNT(*) FROM {of}"));
        db.query_one_raw(select).await.unwrap().unwrap().try_get_by_index(0).unwrap()
    };
    let all = i64::try_from(LETTERS).unwrap();
    assert_eq!(count("deelname").await, all);
    assert_eq!(count("bus_in").await + count("bus").await, all);
    let both = "(SELECT biljet_id FROM bus UNION SELECT biljet_id FROM bus_in) b";
    assert_eq!(count(both).await, all, "each once");
    databases.close().await.unwrap();
}

/// Another server on the same database, and where it listens. SQLite knows one instance: there all go to that one.
fn beside(process: &Process) -> (Process, String) {
    let mut other = process.beside();
    if !tests::on_postgres() {
        return (other, process.address());
    }
    other.start();
    let address = other.address();
    (other, address)
}

// V-3, P-3
#[tokio::test]
async fn fifty_ballots_at_once_by_each_voter_over_two_servers_are_one_each() {
    const VOTERS: usize = 8;
    const EACH: usize = 50;
    let (_world, process, vote, voter) = open(VOTERS).await;
    let (_other, address) = beside(&process);
    let doors = [voter.at(process.address()), voter.at(address)];
    let cast = |at: usize| {
        let (letter, door) = (at % VOTERS, &doors[at / VOTERS % 2]);
        let secret = secret(at);
        let vote = &vote;
        async move { (letter, vote.vote(door, letter, secret, &[0]).await) }
    };
    let outcomes = futures_util::future::join_all((0..VOTERS * EACH).map(cast)).await;
    let mut taken = [0; VOTERS];
    for (letter, outcome) in outcomes {
        match outcome {
            Ok(_) => taken[letter] += 1,
            Err(problem) => assert_eq!(problem.code(), ProblemCode::AlGestemd, "{problem:?}"),
        }
    }
    assert_eq!(taken, [1; VOTERS]);
}

// finding 9
#[tokio::test]
async fn two_parts_meet_that_were_handed_in_at_two_servers() {
    let (world, process) = World::outside(env!("CARGO_BIN_EXE_wijkkoers-under-test")).await;
    let (_other, address) = beside(&process);
    let (wijkteam, stembureau) = (world.wijkteam("W2").await, world.stembureau("W2").await);
    let id = wijkteam.published(world.plan()).await;
    let keepers = stembureau.make_key(&world, id).await;
    let there = Keeper { person: keepers[2].person.at(address), sleutel: keepers[2].sleutel.clone() };
    let waits = keepers[0].hand_in(id, SleutelDoel::Proef).await.unwrap();
    assert_eq!((waits.ingeleverd, waits.beproefd), (1, false));
    assert!(there.hand_in(id, SleutelDoel::Proef).await.unwrap().beproefd);
    assert!(keepers[1].person.bewaarder(id).await.unwrap().beproefd);
}

/// Waits for what happens by itself.
async fn happens(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

// finding 9
#[tokio::test]
async fn a_box_is_counted_twice_of_which_the_parts_are_handed_in_at_two_servers() {
    const VOTERS: usize = 12;
    let (world, mut process) = World::outside(env!("CARGO_BIN_EXE_wijkkoers-under-test")).await;
    process.kill();
    process.turn_on(TimeDelta::zero());
    process.start();
    let plan = world.plan_in_seconds([20, OPEN_FOR]);
    let vote = world.prepare_vote(plan, u32::try_from(VOTERS).unwrap(), &["1000.00", "2000.00"]).await;
    let (_other, address) = beside(&process);
    let (voter, id) = (world.bezoeker(), vote.id);
    process.turn_on(TimeDelta::seconds(20));
    let is_open = async || voter.buurtbegroting(id).await.unwrap().kaart.fase == Fase::Stemmen;
    happens("the vote opens", is_open).await;
    vote.vote_all(&voter, VOTERS, |letter| vec![letter % 2]).await;
    process.turn_on(TimeDelta::seconds(OPEN_FOR));
    happens("the box is shut", async || voter.buurtbegroting(id).await.unwrap().sluiting.is_some()).await;

    let [one, _, two] = vote.bewaarders.as_slice() else { unreachable!("a round has three custodians") };
    let there = Keeper { person: two.person.at(address.clone()), sleutel: two.sleutel.clone() };
    for doel in [SleutelDoel::Telling, SleutelDoel::Natelling] {
        let asked = if doel == SleutelDoel::Telling {
            vote.stembureau.count_votes(id, VraagTelling::default()).await.unwrap()
        } else {
            vote.stembureau.recount_votes(id, VraagTelling::default()).await.unwrap()
        };
        one.hand_in(id, doel).await.unwrap();
        there.hand_in(id, doel).await.unwrap();
        let counted = vote.stembureau.wait_for_count(asked.id).await;
        let is_equal = (doel == SleutelDoel::Natelling).then_some(true);
        assert_eq!((counted.status, counted.gelijk), (TellingStatus::Klaar, is_equal), "{doel:?}: {counted:?}");
    }
    for person in [&vote.stembureau, &vote.stembureau.at(address)] {
        let uitslag = person.uitslag(id).await.unwrap();
        let mut counted: Vec<(u32, u64)> = uitslag.projecten.iter().map(|own| (own.nummer, own.stemmen)).collect();
        counted.sort_unstable();
        assert_eq!((counted, uitslag.stembiljetten), (vec![(1, 6), (2, 6)], 12));
    }
}

// finding 12
#[tokio::test]
async fn a_server_that_falls_leaves_no_copy_of_its_memory() {
    let (_world, process) = World::outside(env!("CARGO_BIN_EXE_wijkkoers-under-test")).await;
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", process.id())).unwrap();
    let sizes = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    assert!(sizes.split_whitespace().take(2).eq(["0", "0"]), "{sizes}");
}

/// Sends a JSON body in pieces of five bytes, each with its length before it: so it stands as a whole in no buffer of the web
/// server, but in what the program reads it into.
async fn in_pieces(world: &World, who: &Person, path: &str, body: &impl Serialize) {
    let login = who.transport.tokens().map(|tokens| format!("Authorization: Bearer {}\r\n", tokens.toegang));
    let mut request = format!(
        "POST /api/v1{path} HTTP/1.1\r\nHost: wijkkoers.test\r\nX-Forwarded-For: 10.200.0.1\r\n{}\
         Content-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n",
        login.unwrap_or_default()
    );
    for piece in serde_json::to_vec(body).unwrap().chunks(5) {
        request.push_str(&format!("{:x}\r\n{}\r\n", piece.len(), std::str::from_utf8(piece).unwrap()));
    }
    request.push_str("0\r\n\r\n");
    let heard = world.send_raw(&request).await;
    assert!(heard.starts_with("HTTP/1.1 200"), "{heard}");
}

/// Nothing of what was sent is in the memory of the server, as it was typed. What docs/stemmen.md does not promise is not
/// looked for.
fn is_forgotten(process: &Process, sent: &[String]) {
    // What every server has in its memory shows that looking finds something.
    let listen = process.address().trim_start_matches("http://").to_owned();
    let all = [&[listen][..], sent].concat();
    // Where it cannot be read nothing is shown, and that is said aloud.
    let found = memory::occurrences(process.id(), &all)
        .unwrap_or_else(|error| unreachable!("the memory of a server cannot be read here: {error}"));
    assert!(found.first().is_some_and(|times| *times > 0), "nothing can be found in this way");
    let left: Vec<_> = all.iter().zip(&found).skip(1).filter(|(_, times)| **times > 0).collect();
    assert!(left.is_empty(), "still in memory, and how often: {left:?}");
}

// finding 12; docs/stemmen.md promises that what was sent and read is overwritten
#[tokio::test]
async fn the_codes_and_proofs_that_voters_sent_are_overwritten_in_the_memory_of_the_server() {
    const VOTERS: usize = 25;
    let (world, mut process, vote, voter) = open(VOTERS).await;
    // The server that made the codes told them; this one hears of them from voters alone.
    process.kill();
    process.start();
    let path = format!("/buurtbegrotingen/{}", vote.id);
    let mut sent = Vec::new();
    for letter in 0..VOTERS {
        let secret = Stembewijs([u8::try_from(letter).unwrap() + 65; 16]);
        let ballot = vote.ballot(letter, secret, &[letter % 2]);
        in_pieces(&world, &voter, &format!("{path}/stemmen"), &ballot).await;
        let look = CheckStembewijs { stembewijs: secret.grouped().into() };
        in_pieces(&world, &voter, &format!("{path}/stembewijzen/controles"), &look).await;
        sent.extend([vote.codes[letter].clone(), secret.grouped()]);
    }
    is_forgotten(&process, &sent);
}

// finding 12
#[tokio::test]
async fn the_parts_that_custodians_handed_in_are_overwritten_in_the_memory_of_the_server() {
    let (world, mut process) = World::outside(env!("CARGO_BIN_EXE_wijkkoers-under-test")).await;
    let (wijkteam, stembureau) = (world.wijkteam("W2").await, world.stembureau("W2").await);
    let id = wijkteam.published(world.plan()).await;
    let keepers = stembureau.make_key(&world, id).await;
    process.kill();
    process.start();
    let mut sent = Vec::new();
    for keeper in &keepers[..2] {
        let part = keeper.part(id).await.grouped();
        let hand_in = LeverDeel { doel: SleutelDoel::Proef.as_str().into(), deel: part.as_str().into() };
        in_pieces(&world, &keeper.person, &format!("/buurtbegrotingen/{id}/sleuteldelen"), &hand_in).await;
        sent.push(part);
    }
    assert!(keepers[2].person.bewaarder(id).await.unwrap().beproefd);
    is_forgotten(&process, &sent);
}

// finding 12: whoever runs as the same user reads nothing of it. The system then has all that is told of the process belong to
// root, which is how it shows from outside.
#[tokio::test]
async fn a_server_that_is_not_in_dev_is_read_by_no_other_program_of_its_user() {
    if tests::on_postgres() {
        return;
    }
    let (world, mut process) = World::outside(env!("CARGO_BIN_EXE_wijkkoers-under-test")).await;
    process.kill();
    world.app().databases().clone().close().await.unwrap();
    let owner = |process: &Process| std::fs::metadata(format!("/proc/{}/mem", process.id())).unwrap().uid();
    let mut own = std::fs::metadata("/proc/self").unwrap().uid();
    if own == 0 {
        // Of root's everything belongs to root.
        own = 65_534;
        let is_open = |place: &Path| std::fs::metadata(place).is_ok_and(|place| place.mode() & 1 == 1);
        let mut places = Path::new(env!("CARGO_BIN_EXE_wijkkoers-under-test")).ancestors();
        assert!(places.all(is_open), "nobody but root comes where the program is, and root reads everything");
        process.run_as(own, own);
    }
    for (mode, expected) in [("dev", own), ("demo", 0)] {
        process.set("WIJKKOERS_MODE", mode);
        process.start();
        assert_eq!(owner(&process), expected, "{mode}");
        process.kill();
    }
}

// X-4, V-5, L-2
#[tokio::test]
async fn the_log_names_no_code_no_ballot_and_no_voter_however_much_it_says() {
    const VOTERS: usize = 25;
    let (world, mut process, vote, voter) = open(VOTERS + 1).await;
    process.kill();
    let log = world.folder().join("log");
    process.log_into("debug", log.clone());
    process.start();
    voter.buurtbegroting(BuurtbegrotingId(uuid::Uuid::from_u128(7))).await.unwrap_err();
    let mut named: BTreeSet<String> = BTreeSet::new();
    for letter in 0..VOTERS {
        let (code, secret) = (vote.codes[letter].clone(), secret(letter));
        let done = vote.vote(&voter, letter, secret, &[letter % 2]).await.unwrap();
        let other = vote.vote(&voter, letter, proof_of(900), &[0]).await.unwrap_err();
        assert_eq!(other.code(), ProblemCode::AlGestemd);
        let biljet = secret.biljet(vote.id);
        let hex: String = biljet.0.iter().map(|byte| format!("{byte:02x}")).collect();
        named.extend([code.replace('-', ""), code, secret.grouped(), biljet.to_string(), hex, done.controlecode]);
    }
    let page = format!("/buurtbegrotingen/{}/stemmen", vote.id);
    let typed = [("actie", "nakijken"), ("stemcode", vote.codes[VOTERS].as_str()), ("keuze", "niets")];
    world.browser().send(&page, &typed).await;
    named.insert(vote.codes[VOTERS].clone());
    process.kill();
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("answered"), "it said something: {log}");
    let found = named.iter().find(|own| log.to_lowercase().contains(&own.to_lowercase()));
    assert_eq!(found, None, "{log}");
    // Who asked is not said, and nothing that could be counted: no line tells of a ballot that was taken.
    assert!(!log.contains("10.0.") && !log.contains("/stemmen") && !log.contains("status=200"), "{log}");
}

#[tokio::test]
async fn the_command_line_makes_codes_for_a_printer_in_a_file_of_its_own() {
    const NUMBER: usize = 25_000;
    let (world, mut process) = World::outside(env!("CARGO_BIN_EXE_wijkkoers-under-test")).await;
    let vote = world.prepare_vote(world.plan(), 3, &["1000.00"]).await;
    process.kill();
    let (file, id) = (world.folder().join("brieven.csv"), vote.id.to_string());
    let number = NUMBER.to_string();
    let arguments = ["stemcodes", "--buurtbegroting", &id, "--aantal", &number, "--uit", file.to_str().unwrap()];
    process.run(&arguments).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let codes: BTreeSet<&str> = text.lines().skip(1).filter_map(|line| line.split(';').nth(1)).collect();
    assert_eq!(codes.len(), NUMBER, "no two are alike");
    assert!(text.lines().nth(1).unwrap().starts_with("4;"), "numbered on from the letters that were there");
    let last = text.lines().last().unwrap();
    let code = last.split(';').nth(1).unwrap().replace('-', "");
    assert!(last.ends_with(&format!("/buurtbegrotingen/{id}/stemmen#{code}")), "{last}");
    assert_eq!(world.count("kiescode").await, i64::try_from(NUMBER).unwrap() + 3);
    assert!(process.run(&arguments).is_err(), "a file that is there is left alone");
    let elsewhere = world.folder().join("meer.csv");
    let unknown = uuid::Uuid::from_u128(7).to_string();
    let other = ["stemcodes", "--buurtbegroting", &unknown, "--aantal", "1", "--uit", elsewhere.to_str().unwrap()];
    assert!(process.run(&other).is_err(), "a round that is not there");
}

#[tokio::test]
async fn the_command_line_prints_letters_to_addresses_and_keeps_none_of_them() {
    let (world, mut process) = World::outside(env!("CARGO_BIN_EXE_wijkkoers-under-test")).await;
    let vote = world.prepare_vote(world.plan(), 1, &["1000.00"]).await;
    process.kill();
    let (file, folder, id) = (world.folder().join("adressen.csv"), world.folder().join("brieven"), vote.id.to_string());
    let (file, folder) = (file.to_str().unwrap(), folder.to_str().unwrap());
    let arguments = ["stemcodes", "--buurtbegroting", &id, "--adressen", file, "--brieven", folder];
    std::fs::write(file, "naam;straat;postcode;plaats\nA. de Wit;Weg 1;6811;Arnhem\n").unwrap();
    let refusal = process.run(&arguments).unwrap_err();
    assert!(refusal.contains("regel 2: 6811 is geen postcode"), "{refusal}");
    assert!(!std::path::Path::new(folder).exists());
    assert_eq!(world.count("kiescode").await, 1, "no code is made that nobody gets");

    std::fs::write(file, "naam;straat;postcode;plaats\nÇ. de Wit;Weg 1;6811 AA;Arnhem\n;Weg 2;6811aa;Arnhem\n")
        .unwrap();
    process.run(&arguments).unwrap();
    let found = sheets(&std::fs::read(format!("{folder}/brieven-0000002-0000003.pdf")).unwrap());
    let addresses: Vec<&[String]> = found.iter().map(|sheet| sheet.lines.get(1..4).unwrap()).collect();
    assert_eq!(addresses[0], ["Ç. de Wit", "Weg 1", "6811 AA  Arnhem"]);
    assert_eq!(addresses[1], ["Aan de bewoner van dit adres", "Weg 2", "6811 AA  Arnhem"]);
    let numbers = std::fs::read_to_string(format!("{folder}/nummers.csv")).unwrap();
    let expected = "nummer;naam;straat;postcode en plaats\n2;Ç. de Wit;Weg 1;6811 AA  Arnhem\n\
                    3;Aan de bewoner van dit adres;Weg 2;6811 AA  Arnhem\n";
    assert_eq!(numbers, expected, "which number a lost letter had, and no codes");
    assert!(process.run(&arguments).is_err(), "a folder that is there is left alone");
    assert_eq!(world.count("kiescode").await, 3);
    assert!(process.run(&arguments[..3]).unwrap_err().contains("--aantal"), "how many must be said");
}

// a file of addresses comes from elsewhere; on paper and in the table of numbers it is text.
#[tokio::test]
async fn what_stands_in_a_file_of_addresses_is_text_on_paper_and_no_formula_in_a_table() {
    let (world, mut process) = World::outside(env!("CARGO_BIN_EXE_wijkkoers-under-test")).await;
    let vote = world.prepare_vote(world.plan(), 1, &["1000.00"]).await;
    process.kill();
    let (file, folder, id) = (world.folder().join("adressen.csv"), world.folder().join("brieven"), vote.id.to_string());
    let (file, folder) = (file.to_str().unwrap(), folder.to_str().unwrap());
    let hostile = "naam;straat;postcode;plaats\n=1+1;@SUM(1);6811 AA;-Arnhem\n+31 bellen;-2 graden;6811AA;=Arnhem\n";
    std::fs::write(file, hostile).unwrap();
    process.run(&["stemcodes", "--buurtbegroting", &id, "--adressen", file, "--brieven", folder]).unwrap();
    let found = sheets(&std::fs::read(format!("{folder}/brieven-0000002-0000003.pdf")).unwrap());
    let addresses: Vec<&[String]> = found.iter().map(|sheet| sheet.lines.get(1..3).unwrap()).collect();
    assert_eq!(addresses, [["=1+1", "@SUM(1)"], ["+31 bellen", "-2 graden"]]);
    let numbers = std::fs::read_to_string(format!("{folder}/nummers.csv")).unwrap();
    let cells: Vec<&str> = numbers.lines().flat_map(|line| line.split(';')).collect();
    assert_eq!(cells.len(), 3 * 4, "{numbers}");
    assert!(cells.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{numbers}");
}
