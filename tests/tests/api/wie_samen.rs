//! The table in docs/stemmen.md of who must work together, row by row: which test plays it. And those attacks that are played
//! with the key of the ballots in hand, outside the program, and what somebody does to a result (V-1a, V-6, findings 9 and 16).

use crate::bewaarders::published;
use crate::met_geheim::Insider;
use crate::samenspannen::{biljet, files, is_in_box, moved, open, shut};
use blahaj::{Share, Sharks};
use chrono::TimeDelta;
use contract::bewaarder::{Bewaarsleutel, SleutelDoel};
use contract::buurtbegroting::BuurtbegrotingApi as _;
use contract::field::FieldCode;
use contract::problem::ProblemCode;
use contract::stem::{CastVote, ChangeVote, StemApi as _};
use contract::stembureau::{Sleuteldeel, StembureauApi as _, UitslagView};
use contract::{BuurtbegrotingId, ProjectId};
use crypto_box::aead::OsRng;
use crypto_box::{PublicKey, SecretKey};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use tests::{Keeper, OpenVote, World, hand_in_two, keuze, plain_project, proof};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use wijkkoers::app::sha256;

/// What somebody wants, who they need for it as the document begins to say it, and what plays that.
type Row = (&'static str, &'static str, &'static [&'static str]);

/// Every row of the table, in its order.
#[rustfmt::skip]
const ROWS: [Row; 42] = [
    ("Weten wat iemand koos", "de database (tijdens het stemmen, of met een back-up), het geheim, de adreslijst",
        &["samenspannen::a_database_that_is_read_while_people_vote_joins_a_voter_to_a_sealed_ballot_until_it_is_moved",
          "wie_samen::two_custodians_with_the_database_and_the_secret_know_what_a_letter_chose_and_nobody_sees_it"]),
    ("Weten wat iemand koos", "hetzelfde zonder bewaarders",
        &["wie_samen::keys_of_ones_own_in_the_place_of_those_of_two_custodians_open_what_was_cast_and_nobody_sees_it",
          "wie_samen::two_parts_that_waited_for_another_open_what_was_cast_and_nobody_sees_it"]),
    ("Weten wat iemand koos", "wie de server of de HTTPS-proxy bestuurt",
        &["wie_samen::a_proxy_reads_the_code_and_the_choice_of_who_votes_through_it"]),
    ("De stembus voor het einde openen", "de database en twee bewaarders, buiten Wijkkoers om",
        &["wie_samen::two_custodians_with_the_database_and_the_secret_know_what_a_letter_chose_and_nobody_sees_it",
          "wie_samen::two_parts_that_waited_for_another_open_what_was_cast_and_nobody_sees_it"]),
    ("De stembus voor het einde openen", "de database alleen, die tijdens het stemmen een andere sleutel neerzet",
        &["opening::ballots_are_sealed_to_the_key_that_the_vote_opened_with_whatever_the_database_says"]),
    ("Weten wie er stemde", "de database, het geheim en de adreslijst",
        &["met_geheim::who_has_the_secret_knows_which_letters_voted"]),
    ("Weten wie er stemde", "wie de stemcodes én de adreslijst bewaart",
        &["samenspannen::who_keeps_the_codes_of_letters_learns_who_voted"]),
    ("Weten wie er stemde", "met een vervangen brief",
        &["stemmen::neither_replacing_a_code_nor_checking_one_tells_whether_that_voter_voted",
          "stemmen::a_ballot_that_is_refused_tells_nothing_of_the_voter_whose_letter_was_replaced"]),
    ("Een stem wijzigen", "de database alleen kan het niet ongezien",
        &["samenspannen::an_envelope_of_another_ballot_is_found_before_the_box_opens"]),
    ("Een stem wijzigen", "de database en het geheim, zolang het stembiljet in het postvak ligt",
        &["met_geheim::who_has_the_secret_changes_a_vote_that_was_not_moved_or_may_be_changed_and_nobody_sees_it"]),
    ("Een stem wijzigen", "hetzelfde daarna, als stemmen gewijzigd mogen worden",
        &["met_geheim::who_has_the_secret_changes_a_vote_that_was_not_moved_or_may_be_changed_and_nobody_sees_it"]),
    ("Een stem wijzigen", "hetzelfde daarna, als dat niet mag",
        &["met_geheim::who_has_the_secret_changes_a_vote_that_was_not_moved_or_may_be_changed_and_nobody_sees_it"]),
    ("Een stem wijzigen", "de database, het geheim en ernaast schrijven",
        &["met_geheim::who_has_the_secret_rewrites_what_was_moved_only_by_writing_beside_it_as_well"]),
    ("Een papieren stem wijzigen", "de database alleen, zolang de bundel open is",
        &["papier::what_was_entered_and_is_rewritten_in_the_database_does_not_go_in_the_box"]),
    ("Een papieren stem wijzigen", "de database, met het geheim of met ernaast schrijven",
        &["papier::what_was_entered_is_rewritten_with_the_secret_or_by_writing_beside_it_and_nobody_sees_it"]),
    ("Een papieren stem wijzigen", "twee mensen van het stembureau die hetzelfde verkeerde invoeren",
        &["papier::two_who_enter_the_same_wrong_ballot_and_a_third_who_decides_alone_are_seen_by_nobody"]),
    ("Een wijziging terugdraaien", "de database alleen, zolang de wijziging in het postvak ligt",
        &["samenspannen::an_older_change_that_is_put_back_is_found_once_the_newer_was_moved"]),
    ("Een wijziging terugdraaien", "hetzelfde daarna",
        &["samenspannen::an_older_change_that_is_put_back_is_found_once_the_newer_was_moved"]),
    ("Een stem weghalen", "de database alleen, zolang het stembiljet in het postvak ligt, en de kiezer erbij",
        &["samenspannen::a_voter_and_their_ballot_that_vanish_are_found_once_they_were_moved"]),
    ("Een stem weghalen", "hetzelfde daarna, of het stembiljet of de kiezer alleen",
        &["samenspannen::a_voter_and_their_ballot_that_vanish_are_found_once_they_were_moved",
          "wie_samen::a_voter_or_a_ballot_that_vanishes_alone_is_found"]),
    ("Een stem weghalen", "de database, het geheim en ernaast schrijven",
        &["met_geheim::who_has_the_secret_takes_away_what_was_moved_only_by_writing_beside_it_and_the_voter_sees_it"]),
    ("Stemmen voor wie niet stemde", "de database met een eigen code kan het niet",
        &["samenspannen::a_code_that_is_put_on_another_letter_is_good_for_nothing_and_is_found"]),
    ("Stemmen voor wie niet stemde", "twee mensen van het stembureau, met een vervangen brief",
        &["stemmen::a_letter_that_was_lost_gets_another_code_by_two_people_and_the_voter_stays_one",
          "samenspannen::a_replacement_by_one_and_somebody_made_up_is_seen_in_the_number_and_by_the_voter"]),
    ("Stemmen voor wie niet stemde", "wie daarna de bevestiging uit de database weghaalt",
        &["samenspannen::a_replacement_that_no_second_person_confirmed_is_found"]),
    ("Stemmen voor wie niet stemde", "wie stemcodes maakt, print of bewaart",
        &["wie_samen::who_makes_letters_votes_with_one_of_them_and_its_voter_sees_it"]),
    ("Stemmen voor wie niet stemde", "de database en het geheim",
        &["met_geheim::who_has_the_secret_votes_for_who_did_not_and_only_that_voter_sees_it"]),
    ("Een kiezer verzinnen", "de database alleen, of met het geheim",
        &["samenspannen::a_letter_that_nobody_made_is_found",
          "tellen::a_voter_whom_somebody_made_up_in_the_database_has_no_letter_and_the_box_stays_shut",
          "met_geheim::who_has_the_secret_makes_up_a_voter_and_the_number_of_letters_tells"]),
    ("Een kiezer verzinnen", "wie stemcodes maakt, vóór het einde; of de database, die zo iemand verzint",
        &["wie_samen::who_makes_one_letter_more_votes_with_it_and_the_number_of_letters_tells"]),
    ("Een kiezer verzinnen", "de database, het geheim en ernaast schrijven",
        &["met_geheim::who_has_the_secret_makes_up_a_voter_and_the_number_of_letters_tells"]),
    ("Een vervangen code weer laten gelden", "de database alleen; tot het sluiten werkt zij",
        &["samenspannen::an_old_code_that_is_made_good_again_is_found"]),
    ("Kiezers of stembiljetten in een andere stemming zetten", "de database alleen kan het niet ongezien",
        &["samenspannen::nothing_is_moved_to_another_round"]),
    ("Alles hierboven, door het geheim weg te gooien", "de database en ernaast schrijven",
        &["samenspannen::a_box_of_which_the_secret_was_lost_is_shut_by_two_and_the_result_says_so",
          "opening::a_box_whose_secret_was_lost_before_it_was_counted_is_counted_and_the_result_says_so"]),
    ("Alles waarbij *de stembus gaat niet dicht* staat", "de database alleen, die zelf opschrijft",
        &["samenspannen::a_box_that_somebody_wrote_was_shut_is_looked_at_before_it_is_opened",
          "opening::a_box_of_which_somebody_wrote_that_its_secret_was_lost_is_looked_at_all_the_same"]),
    ("De sommen weghalen of verzinnen", "de database alleen kan het niet ongezien",
        &["samenspannen::what_was_laid_cannot_be_forgotten_or_made_up"]),
    ("De laatste stemmen, wijzigingen of vervangen codes samen weghalen", "de database en ernaast schrijven, zonder het geheim",
        &["wie_samen::the_last_ballots_are_taken_away_on_both_sides_and_only_their_voter_sees_it",
          "wie_samen::the_last_change_is_taken_away_on_both_sides_and_nobody_sees_it",
          "wie_samen::the_last_code_is_taken_away_on_both_sides_and_only_its_holder_sees_it"]),
    ("De regels of de plannen veranderen na het openen", "de database alleen kan het niet ongezien",
        &["opening::rules_that_are_changed_with_their_hash_stop_the_vote_until_they_are_as_they_were",
          "opening::rules_that_are_changed_after_the_box_was_shut_are_found_by_the_count"]),
    ("De regels of de plannen veranderen na het openen", "de database en ernaast schrijven",
        &["opening::a_vote_that_the_version_before_opened_goes_on"]),
    ("De uitslag veranderen na de telling", "de database alleen",
        &["wie_samen::a_result_that_is_changed_after_the_count_is_found_by_a_recount_and_once_it_is_final_by_none"]),
    ("De bus als een van de vorige vorm laten sluiten", "de database alleen kan het niet ongezien",
        &["opening::a_vote_that_is_given_the_form_of_before_is_found"]),
    ("De bus als een van de vorige vorm laten sluiten", "de database en ernaast schrijven",
        &["opening::a_vote_that_is_given_the_form_of_before_on_both_sides_shows_it_on_its_page_alone"]),
    ("De telling onmogelijk maken", "twee bewaarders, of één van het stembureau die stopzet",
        &["bewaarders::with_two_keys_lost_nobody_counts_and_the_round_is_stopped"]),
    ("Stemmen weglaten na het sluiten", "niemand kan het zonder dat het controlegetal verandert",
        &["tellen::nobody_counts_what_is_not_what_was_in_the_box"]),
];

// V-1a: a row that somebody adds, takes away or turns round is one that nobody plays.
#[test]
fn every_row_of_who_must_work_together_is_played_by_a_test() {
    let document = include_str!("../../../docs/stemmen.md");
    let table = document.split("\n## Wie moeten samenspannen\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let mut goal = "";
    let mut rows = Vec::new();
    for line in table.lines().filter_map(|line| line.strip_prefix('|')).skip(2) {
        let mut cells = line.split('|').map(str::trim);
        let (first, who) = (cells.next().unwrap(), cells.next().unwrap());
        // What is left open is as above.
        if !first.is_empty() {
            goal = first;
        }
        rows.push((goal, who));
    }
    assert_eq!(rows.len(), ROWS.len(), "a row more or less than is played here");
    for ((goal, who), (known, begins, tests)) in rows.into_iter().zip(ROWS) {
        assert!(goal == known && who.starts_with(begins), "{goal}: {who}\nis not\n{known}: {begins}");
        assert!(!tests.is_empty(), "{goal}: {who}");
        for test in tests {
            let (module, name) = test.split_once("::").unwrap();
            let source = format!("{}/tests/api/{module}.rs", env!("CARGO_MANIFEST_DIR"));
            let source = std::fs::read_to_string(source).unwrap();
            assert!(source.contains(&format!("async fn {name}(")), "there is no test {test}");
        }
    }
}

/// What two parts of a key come to, put together outside the program.
fn join(one: &Sleuteldeel, other: &Sleuteldeel) -> SecretKey {
    // Without what shows a typing error.
    let shares = [one, other].map(|part| Share::try_from(&part.bytes()[..33]).unwrap());
    let secret: [u8; 32] = Sharks(2).recover(&shares).unwrap().try_into().unwrap();
    SecretKey::from_bytes(secret)
}

/// What lies in an envelope: places of projects with their points.
fn choices(key: &SecretKey, envelope: &[u8]) -> Vec<(u16, u16)> {
    let ballot = key.unseal(envelope).unwrap();
    let number = |at: usize| u16::from_be_bytes([ballot[at], ballot[at + 1]]);
    (0..usize::from(number(1))).map(|choice| (number(3 + 4 * choice), number(5 + 4 * choice))).collect()
}

/// What was not there before.
fn new(before: &[Vec<u8>], after: &[Vec<u8>]) -> Vec<u8> {
    let found: Vec<&Vec<u8>> = after.iter().filter(|own| !before.contains(own)).collect();
    assert_eq!(found.len(), 1);
    found[0].clone()
}

/// Somebody votes, while somebody reads the database who has the secret of the round and the key of the ballots. The number of
/// the letter, and what its voter chose.
async fn learned(
    world: &World,
    vote: &OpenVote,
    key: &SecretKey,
    (letter, places): (usize, &[usize]),
) -> (i64, Vec<(u16, u16)>) {
    let look = async || {
        let voters = world.bytes("SELECT kiezer FROM deelname").await;
        (voters, world.bytes("SELECT envelop FROM bus_in").await)
    };
    let before = look().await;
    let secret = proof(u8::try_from(letter).unwrap() + 1);
    vote.vote(&world.bezoeker(), letter, secret, places).await.unwrap();
    let after = look().await;
    let (voter, envelope) = (new(&before.0, &after.0), new(&before.1, &after.1));
    let insider = Insider::of(world, vote);
    let nummer = (1..=9).find(|nummer| insider.voter(*nummer) == voter).unwrap();
    (nummer, choices(key, &envelope))
}

// Learning what somebody chose, and opening the box before its time (finding 16): with two custodians.
#[tokio::test]
async fn two_custodians_with_the_database_and_the_secret_know_what_a_letter_chose_and_nobody_sees_it() {
    let (world, vote) = open(3).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    let (one, other) = (vote.bewaarders[0].part(vote.id).await, vote.bewaarders[2].part(vote.id).await);
    let key = join(&one, &other);
    assert_eq!(learned(&world, &vote, &key, (1, &[1])).await, (2, vec![(1, 1)]));
    // What was moved is open to them as well, and no longer of anybody.
    moved(&world).await;
    let mut all: Vec<_> =
        world.bytes("SELECT envelop FROM bus").await.iter().map(|envelope| choices(&key, envelope)).collect();
    all.sort();
    assert_eq!(all, [vec![(0, 1)], vec![(1, 1)]]);
    assert_eq!(shut(&world, &vote).await, []);
    vote.count().await.unwrap();
}

/// A vote before it is open, of which a test makes the key.
async fn unopened(world: &World, id: BuurtbegrotingId, keepers: Vec<Keeper>) -> OpenVote {
    let (wijkteam, stembureau) = (world.wijkteam("W2").await, world.stembureau("W2").await);
    let codes = stembureau.letters(id, 2).await;
    let view = wijkteam.buurtbegroting(id).await.unwrap();
    let projecten: Vec<ProjectId> = view.projecten.iter().map(|own| own.id).collect();
    OpenVote { id, wijkteam, stembureau, projecten, codes, bewaarders: keepers }
}

/// Writes the row of a custodian, under the secret of the round: whose key it is, and which part, once there is one.
async fn write_keeper(
    world: &World,
    insider: &Insider<'_>,
    (plaats, keeper): (i64, &Keeper),
    public: [u8; 32],
    part: Option<(&Sleuteldeel, &[u8])>,
) {
    let mut said = [plaats.to_be_bytes().as_slice(), keeper.person.id().0.as_bytes(), &public].concat();
    let mut row = format!("publieke_sleutel = {}", world.blob(&public));
    if let Some((part, ballots)) = part {
        let sealed = PublicKey::from_bytes(public).seal(&mut OsRng, part.bytes()).unwrap();
        said.extend([sha256(&sealed).as_slice(), &sha256(part.bytes()), ballots].concat());
        row.push_str(&format!(", deel = {}", world.blob(&sealed)));
    }
    let zegel = world.blob(&insider.mark("bewaarder", &said));
    let write = format!("UPDATE bewaarder SET {row}, zegel = {zegel} WHERE plaats = {plaats}");
    assert_eq!(world.force("bewaarder", &write).await, 1);
}

// The same without custodians, by who writes in the database and has the secret: keys of one's own.
#[tokio::test]
async fn keys_of_ones_own_in_the_place_of_those_of_two_custodians_open_what_was_cast_and_nobody_sees_it() {
    let world = World::new().await;
    let (id, _, stembureau) = published(&world).await;
    let keepers = world.keepers().await;
    stembureau.name_keepers(id, &keepers).await.unwrap();
    for keeper in &keepers[..2] {
        keeper.give_key(id).await.unwrap();
    }
    let vote = unopened(&world, id, keepers).await;
    let (insider, keepers) = (Insider::of(&world, &vote), &vote.bewaarders);
    let own = [41, 42].map(|number| Bewaarsleutel::new([number; 32]));
    for (plaats, (keeper, own)) in (1..).zip(keepers.iter().zip(&own)) {
        write_keeper(&world, &insider, (plaats, keeper), bewaren::public_half(own).0, None).await;
    }
    // With the third the key of the ballots is made, and two of its parts are sealed to somebody else.
    keepers[2].give_key(id).await.unwrap();
    let ballots = world.bytes("SELECT publieke_sleutel FROM buurtbegroting").await.remove(0);
    let sealed = world.bytes("SELECT deel FROM bewaarder ORDER BY plaats").await;
    let parts = [0, 1].map(|at: usize| bewaren::open(&own[at], &sealed[at]).unwrap());
    let key = join(&parts[0], &parts[1]);
    // Each custodian gets what they expect.
    for (plaats, (keeper, part)) in (1..).zip(keepers.iter().zip(&parts)) {
        let public = bewaren::public_half(&keeper.sleutel).0;
        write_keeper(&world, &insider, (plaats, keeper), public, Some((part, ballots.as_slice()))).await;
    }
    hand_in_two(keepers, id, SleutelDoel::Proef).await.expect("they find nothing wrong");
    world.open_now().await;
    assert_eq!(learned(&world, &vote, &key, (0, &[0])).await, (1, vec![(0, 1)]));
    world.close_vote().await;
    assert_eq!(vote.stembureau.stembureau(id).await.unwrap().bevindingen, []);
    vote.count().await.unwrap();
}

/// The part that waits for another, as who reads the database and the place of the secrets has it.
async fn waiting(world: &World) -> Sleuteldeel {
    let sealed = world.bytes("SELECT verzegeld FROM deel_ingeleverd").await.remove(0);
    let files = std::fs::read_dir(world.folder().join("stemgeheimen")).unwrap();
    let mut secrets = files.map(|file| file.unwrap().path());
    let secret = secrets.find(|path| path.extension().is_some_and(|end| end == "deel")).unwrap();
    let secret: [u8; 32] = std::fs::read(secret).unwrap().try_into().unwrap();
    Sleuteldeel::new(SecretKey::from_bytes(secret).unseal(&sealed).unwrap())
}

// The same, by reading alone: of two custodians who each waited for another.
#[tokio::test]
async fn two_parts_that_waited_for_another_open_what_was_cast_and_nobody_sees_it() {
    let world = World::new().await;
    let (wijkteam, stembureau) = (world.wijkteam("W2").await, world.stembureau("W2").await);
    let id = wijkteam.published(world.plan_in_ten_hours()).await;
    wijkteam.add_admitted(id, plain_project("Een bankje", "500.00")).await;
    let keepers = stembureau.make_key(&world, id).await;
    let mut parts = Vec::new();
    for at in [0, 2] {
        keepers[at].hand_in(id, SleutelDoel::Proef).await.unwrap();
        parts.push(waiting(&world).await);
        // Nobody came in time.
        world.pass(TimeDelta::minutes(10));
        world.drive().await;
        world.wait(0).await;
    }
    let key = join(&parts[0], &parts[1]);
    hand_in_two(&keepers, id, SleutelDoel::Proef).await.unwrap();
    let vote = unopened(&world, id, keepers).await;
    world.pass(TimeDelta::hours(10));
    world.drive().await;
    assert_eq!(learned(&world, &vote, &key, (1, &[0])).await, (2, vec![(0, 1)]));
    world.pass(TimeDelta::hours(5));
    world.drive().await;
    world.log_in_to_count(&vote).await;
    assert_eq!(vote.stembureau.stembureau(id).await.unwrap().bevindingen, []);
    vote.count().await.unwrap();
}

/// What carries everything to this server, and keeps what people send by it.
async fn proxy(to: &str) -> (String, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (to, heard) = (to.trim_start_matches("http://").to_owned(), Arc::new(Mutex::new(Vec::new())));
    let kept = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((visitor, _)) = listener.accept().await {
            let server = TcpStream::connect(&to).await.unwrap();
            tokio::spawn(carry(visitor, server, Arc::clone(&kept)));
        }
    });
    (address, heard)
}

async fn carry(visitor: TcpStream, server: TcpStream, heard: Arc<Mutex<Vec<u8>>>) {
    let (mut asked, mut answered) = visitor.into_split();
    let (mut answers, mut asks) = server.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut answers, &mut answered).await.unwrap_or(0) });
    let mut some = [0; 4_096];
    while let Ok(read) = asked.read(&mut some).await {
        heard.lock().unwrap().extend_from_slice(&some[..read]);
        if read == 0 || asks.write_all(&some[..read]).await.is_err() {
            return;
        }
    }
}

// Learning what somebody chose, by who runs the proxy, or the server behind it.
#[tokio::test]
async fn a_proxy_reads_the_code_and_the_choice_of_who_votes_through_it() {
    let (world, vote) = open(2).await;
    let (address, heard) = proxy(world.address()).await;
    let voter = world.bezoeker().at(address);
    vote.vote(&voter, 1, proof(1), &[1]).await.unwrap();
    let heard = String::from_utf8_lossy(&heard.lock().unwrap()).into_owned();
    for known in [vote.codes[1].clone(), vote.projecten[1].to_string()] {
        assert!(heard.contains(&known), "{known}: {heard}");
    }
    assert_eq!(shut(&world, &vote).await, []);
    vote.count().await.unwrap();
}

// Taking away a ballot without its voter, or a voter without a ballot, before and after they were moved.
#[tokio::test]
async fn a_voter_or_a_ballot_that_vanishes_alone_is_found() {
    for is_moved in [false, true] {
        for table in [if is_moved { "bus" } else { "bus_in" }, "deelname"] {
            let (world, vote) = open(2).await;
            vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
            if is_moved {
                moved(&world).await;
            }
            assert_eq!(world.force(table, &format!("DELETE FROM {table}")).await, 1);
            assert_ne!(shut(&world, &vote).await, [], "{table}, moved: {is_moved}");
        }
    }
}

// Voting for who did not: who makes letters, prints or keeps them.
#[tokio::test]
async fn who_makes_letters_votes_with_one_of_them_and_its_voter_sees_it() {
    let (world, vote) = open(2).await;
    vote.vote(&world.bezoeker(), 1, proof(9), &[0]).await.unwrap();
    let late = vote.vote(&world.bezoeker(), 1, proof(2), &[1]).await.unwrap_err();
    assert_eq!(late.code(), ProblemCode::AlGestemd, "the voter sees it");
    assert_eq!(shut(&world, &vote).await, [], "and nobody else");
}

// Making up a voter: who makes letters.
#[tokio::test]
async fn who_makes_one_letter_more_votes_with_it_and_the_number_of_letters_tells() {
    let (world, vote) = open(2).await;
    let more = vote.stembureau.letters(vote.id, 1).await.remove(0);
    let with = CastVote { stemcode: more.as_str().into(), ..vote.ballot(0, proof(3), &[0]) };
    world.bezoeker().cast_vote(vote.id, with).await.unwrap();
    assert_eq!(shut(&world, &vote).await, []);
    assert_eq!(vote.count().await.unwrap().brieven, 3, "and two were sent");
}

/// The last that was laid of a kind is forgotten in the database and beside the secret, by who has not the secret.
async fn forget_last(world: &World, vote: &OpenVote, soort: &str) {
    let last = format!("(SELECT MAX(l.nummer) FROM legging l WHERE l.soort = '{soort}')");
    let forget = format!("DELETE FROM legging WHERE soort = '{soort}' AND nummer = {last}");
    assert_eq!(world.force("legging", &forget).await, 1);
    for ending in ["voor", "na"] {
        // Their names begin with their numbers.
        std::fs::remove_file(files(world, vote, soort, ending).into_iter().max().unwrap()).unwrap();
    }
}

#[tokio::test]
async fn the_last_ballots_are_taken_away_on_both_sides_and_only_their_voter_sees_it() {
    let (world, vote) = open(3).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    moved(&world).await;
    let before = world.bytes("SELECT kiezer FROM deelname").await.remove(0);
    vote.vote(&world.bezoeker(), 1, proof(2), &[1]).await.unwrap();
    moved(&world).await;
    let voter = format!("DELETE FROM deelname WHERE kiezer <> {}", world.blob(&before));
    assert_eq!(world.force("deelname", &voter).await, 1);
    let ballot = format!("DELETE FROM bus WHERE biljet_id = {}", biljet(&world, &vote, 2));
    assert_eq!(world.force("bus", &ballot).await, 1);
    forget_last(&world, &vote, "stembiljetten").await;
    assert!(!is_in_box(&world, &vote, 2).await, "who looks sees it");
    assert_eq!(shut(&world, &vote).await, [], "and nobody else");
    vote.count().await.unwrap();
    assert_eq!(world.opened().await, [vec![(0, 1)]]);
}

#[tokio::test]
async fn the_last_change_is_taken_away_on_both_sides_and_nobody_sees_it() {
    let (world, vote) = open(2).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    moved(&world).await;
    let to =
        ChangeVote { stembewijs: proof(1).grouped().into(), keuzes: vec![keuze(vote.projecten[1], 1)], stand: None };
    world.bezoeker().change_vote(vote.id, to).await.unwrap();
    moved(&world).await;
    assert_eq!(world.force("bus", "DELETE FROM bus WHERE wijziging = 1").await, 1);
    forget_last(&world, &vote, "stembiljetten").await;
    assert!(is_in_box(&world, &vote, 1).await, "nor does a voter who looks");
    assert_eq!(shut(&world, &vote).await, []);
    vote.count().await.unwrap();
    assert_eq!(world.opened().await, [vec![(0, 1)]], "what they chose before");
}

#[tokio::test]
async fn the_last_code_is_taken_away_on_both_sides_and_only_its_holder_sees_it() {
    let (world, vote) = open(2).await;
    let other = world.stembureau("W2").await;
    let new = vote.stembureau.replace_with(&other, vote.id, "1").await.unwrap();
    assert_eq!(world.force("kiescode", "DELETE FROM kiescode WHERE generatie = 1").await, 1);
    assert_eq!(world.force("vervanging_akkoord", "DELETE FROM vervanging_akkoord").await, 1);
    forget_last(&world, &vote, "codes").await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.expect("who has the lost letter votes with it");
    let with = CastVote { stemcode: new.stemcode.as_str().into(), ..vote.ballot(0, proof(2), &[0]) };
    let refused = world.bezoeker().cast_vote(vote.id, with).await.unwrap_err();
    assert_eq!(refused.fouten[0].code, FieldCode::StemcodeOnbekend, "whose letter it is sees it");
    assert_eq!(shut(&world, &vote).await, [], "and nobody else");
}

/// What a result says was chosen.
fn chosen(uitslag: &UitslagView) -> Vec<ProjectId> {
    uitslag.projecten.iter().filter(|own| own.gekozen).map(|own| own.project).collect()
}

// Changing the result, by the database alone.
#[tokio::test]
async fn a_result_that_is_changed_after_the_count_is_found_by_a_recount_and_once_it_is_final_by_none() {
    for is_final in [false, true] {
        let (world, vote) = open(3).await;
        for (letter, secret, place) in [(0, 1, 0), (1, 2, 0), (2, 3, 1)] {
            vote.vote(&world.bezoeker(), letter, proof(secret), &[place]).await.unwrap();
        }
        assert_eq!(shut(&world, &vote).await, []);
        let counted = vote.count().await.unwrap();
        if is_final {
            world.pass(TimeDelta::weeks(6));
            world.log_in_to_count(&vote).await;
            vote.stembureau.finalize_uitslag(vote.id).await.unwrap();
        }
        let text = world.texts("SELECT weergave FROM uitslag").await.remove(0);
        let mut shown: Value = serde_json::from_str(&text).unwrap();
        for project in shown["projecten"].as_array_mut().unwrap() {
            project["gekozen"] = Value::Bool(project["gekozen"] != Value::Bool(true));
        }
        let write = format!("UPDATE uitslag SET weergave = '{}'", shown.to_string().replace('\'', "''"));
        assert!(world.tamper(&write).await.is_err(), "no result changes while its triggers stand");
        assert_eq!(world.force("uitslag", &write).await, 1);
        let seen = world.bezoeker().uitslag(vote.id).await.unwrap();
        assert_ne!(chosen(&seen), chosen(&counted), "everybody reads another result");
        let recounted = vote.recount().await.map(|telling| telling.gelijk).map_err(|problem| problem.code());
        let expected = if is_final { Err(ProblemCode::StapKanNietNu) } else { Ok(Some(false)) };
        assert_eq!(recounted, expected, "final: {is_final}");
    }
}
