//! Custodians: who can be one, what each sees, and what two of them open (finding 9; V-1a, V-6, P-6).

use crate::geheim::{dump, tables};
use chrono::TimeDelta;
use contract::bewaarder::{BewaarderApi as _, Bewaarsleutel, DeelControle, ProbeerSleutel, SleutelDoel};
use contract::buurtbegroting::{BuurtbegrotingApi as _, BuurtbegrotingFase as Fase};
use contract::field::FieldCode;
use contract::initiatief::Say;
use contract::problem::ProblemCode;
use contract::stembureau::{Sleuteldeel, StembureauApi as _, VraagTelling};
use contract::telling::TellingStatus;
use contract::wijkbudget::WijkbudgetApi as _;
use contract::{BuurtbegrotingId, Reply};
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Keeper, OpenVote, Person, World, code, hand_in_two, plain_project, proof, two};
use wijkkoers::access::Grant;
use wijkkoers::account::store;
use wijkkoers::error::Error;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A part in every form in which somebody could recognise it, in small letters.
fn forms(part: &Sleuteldeel) -> Vec<String> {
    let (grouped, bytes) = (part.grouped(), part.bytes());
    let plain = grouped.replace('-', "");
    // Without the number before it, and without what shows a typing error; and as text that stands in a blob.
    let all = [hex(&bytes[1..33]), hex(grouped.as_bytes()), hex(plain.as_bytes()), grouped, plain];
    all.map(|form| form.to_lowercase()).to_vec()
}

fn is_among(part: &Sleuteldeel, text: &str) -> bool {
    forms(part).iter().any(|form| text.contains(form))
}

/// A round that is published, with a plan in it and without a key; who prepared it, and who counts.
pub async fn published(world: &World) -> (BuurtbegrotingId, Person, Person) {
    let (wijkteam, stembureau) = (world.wijkteam("W2").await, world.stembureau("W2").await);
    let id = wijkteam.published(world.plan()).await;
    wijkteam.add_admitted(id, plain_project("Een bankje", "500.00")).await;
    (id, wijkteam, stembureau)
}

/// The same with three custodians, who have given no key yet; and who counts.
async fn named(world: &World) -> (BuurtbegrotingId, Vec<Keeper>, Person) {
    let (id, _, stembureau) = published(world).await;
    let keepers = world.keepers().await;
    stembureau.name_keepers(id, &keepers).await.unwrap();
    (id, keepers, stembureau)
}

async fn give_keys(keepers: &[Keeper], id: BuurtbegrotingId) {
    for keeper in keepers {
        keeper.give_key(id).await.unwrap();
    }
}

/// A vote of two letters that is over, in which one of them was used.
async fn voted(world: &World) -> OpenVote {
    let vote = world.open_vote(world.plan(), 2, &["1000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    world.close_vote().await;
    vote
}

fn refused<T: std::fmt::Debug>(outcome: Reply<T>) -> FieldCode {
    outcome.unwrap_err().fouten[0].code
}

/// A step of the API, and the answer in small letters.
async fn step(who: &Person, id: BuurtbegrotingId, path: &str, body: Value) -> (String, String) {
    let answer = who.ask("POST", &format!("/buurtbegrotingen/{id}/{path}")).json(&body).send().await;
    assert!(answer.status < 300, "{path}: {}", answer.text());
    (who.email.clone(), answer.text().to_lowercase())
}

/// Everything that somebody can look at of a round, in the API and on pages.
async fn look(world: &World, who: &Person, id: BuurtbegrotingId) -> (String, String) {
    let mut seen = String::new();
    for operation in world.document.operations() {
        let path = operation.path.replace("{id}", &id.to_string());
        if operation.method == "GET" && path.starts_with(&format!("/buurtbegrotingen/{id}")) && !path.contains('{') {
            seen.push_str(&who.ask("GET", &path).send().await.text());
        }
    }
    let browser = world.browser_of(who).await;
    for page in ["", "/bewaren", "/telling", "/bundels", "/stemmen"] {
        seen.push_str(&browser.look(&format!("/buurtbegrotingen/{id}{page}")).await.text());
    }
    (who.email.clone(), seen.to_lowercase())
}

// finding 9, V-1a
#[tokio::test]
async fn no_login_ever_sees_two_parts_nor_any_in_the_clear() {
    let world = World::new().await;
    let (id, wijkteam, stembureau) = published(&world).await;
    let keepers = world.keepers().await;
    let [one, two, three] = [0, 1, 2].map(|at: usize| &keepers[at].person.email);
    let names = json!({ "bewaarder1": one, "bewaarder2": two, "bewaarder3": three });
    let mut heard = vec![step(&stembureau, id, "bewaarders", names).await];
    for keeper in &keepers {
        let key = json!({ "publiekeSleutel": bewaren::public_half(&keeper.sleutel).to_string() });
        heard.push(step(&keeper.person, id, "bewaarder/sleutels", key).await);
    }
    let (mut parts, mut sealed) = (Vec::new(), Vec::new());
    for keeper in &keepers {
        parts.push(keeper.part(id).await);
        sealed.push(keeper.person.bewaarder(id).await.unwrap().verzegeld_deel.unwrap());
    }
    let hand_in = async |doel: &str, pair: [usize; 2]| {
        let mut heard = Vec::new();
        for at in pair {
            let body = json!({ "doel": doel, "deel": parts[at].grouped() });
            heard.push(step(&keepers[at].person, id, "sleuteldelen", body).await);
        }
        heard
    };
    heard.extend(hand_in("proef", [0, 2]).await);
    let controle = DeelControle::of(&parts[1]).to_string();
    heard.push(step(&keepers[1].person, id, "bewaarder/proeven", json!({ "controle": controle })).await);
    let codes = stembureau.letters(id, 2).await;
    world.open_now().await;
    let projecten = wijkteam.buurtbegroting(id).await.unwrap().projecten.iter().map(|own| own.id).collect();
    let bewaarders = keepers.clone();
    let vote = OpenVote { id, wijkteam, stembureau, projecten, codes, bewaarders };
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    world.close_vote().await;
    world.wait(0).await;
    for (path, doel, pair) in [("tellingen", "telling", [1, 0]), ("natellingen", "natelling", [2, 1])] {
        heard.push(step(&vote.stembureau, id, path, json!({})).await);
        heard.extend(hand_in(doel, pair).await);
        let telling = vote.stembureau.buurtbegroting(id).await.unwrap().telling.unwrap();
        assert_eq!(vote.stembureau.wait_for_count(telling.id).await.status, TellingStatus::Klaar);
    }
    for who in [&vote.stembureau, &vote.wijkteam].into_iter().chain(keepers.iter().map(|keeper| &keeper.person)) {
        heard.push(look(&world, who, id).await);
    }
    for (who, text) in &heard {
        for (keeper, (part, sealed)) in keepers.iter().zip(parts.iter().zip(&sealed)) {
            assert!(!is_among(part, text), "{who} sees the part of {}", keeper.person.naam);
            assert!(!text.contains(sealed) || *who == keeper.person.email, "{who} has the seal of another");
        }
    }
    let has_own =
        |at: usize| heard.iter().any(|(who, text)| *who == keepers[at].person.email && text.contains(&sealed[at]));
    assert!((0..3).all(has_own), "or nothing was looked for");
}

// finding 9, P-6
#[tokio::test]
async fn who_has_a_task_keeps_no_key_and_who_keeps_a_key_is_given_no_task() {
    let world = World::new().await;
    let (id, _, stembureau) = published(&world).await;
    let keepers = world.keepers().await;
    let with = |person: &Person| {
        let other = Keeper { person: person.clone(), ..keepers[1].clone() };
        [keepers[0].clone(), other, keepers[2].clone()]
    };
    for person in [
        stembureau.clone(),
        world.wijkteam("W4").await,
        world.backoffice().await,
        world.raad().await,
        world.beheerder().await,
    ] {
        let outcome = stembureau.name_keepers(id, &with(&person)).await;
        assert_eq!(refused(outcome), FieldCode::HeeftRol, "{}", person.naam);
    }
    let nobody = stembureau.name_keepers(id, &with(&world.bezoeker())).await;
    assert_eq!(refused(nobody), FieldCode::GeenAccount);
    let twice = stembureau.name_keepers(id, &with(&keepers[0].person)).await;
    assert_eq!(refused(twice), FieldCode::DubbelIngevuld);
    assert_eq!(world.count("bewaarder").await, 0);

    stembureau.name_keepers(id, &keepers).await.unwrap();
    let grant = async || {
        let tx = world.app().begin().await.unwrap();
        let grant = Grant { role: contract::account::Role::Raad, gebied: None };
        let outcome = store::grant(&tx, world.app(), keepers[0].person.id(), &grant, "test").await;
        if outcome.is_ok() {
            tx.commit().await.unwrap();
        }
        outcome
    };
    assert!(matches!(grant().await, Err(Error::NeedsOtherEyes)));
    // Of a round that is over nobody keeps anything that opens something.
    let say = Say { tekst: "Er stond een plan op met een verkeerd bedrag.".into() };
    stembureau.stop_buurtbegroting(id, say).await.unwrap();
    grant().await.unwrap();
}

// finding 9, V-1a
#[tokio::test]
async fn a_custodian_hands_in_their_own_part_and_nobody_elses() {
    let world = World::new().await;
    let (id, _, stembureau) = published(&world).await;
    let early = world.keepers().await.remove(0);
    assert_eq!(early.give_key(id).await.unwrap_err().code(), ProblemCode::GeenBewaarder, "nobody named them");
    let keepers = stembureau.make_key(&world, id).await;
    let (own, other) = (keepers[0].part(id).await, keepers[1].part(id).await);
    let (proef, telling) = (SleutelDoel::Proef, SleutelDoel::Telling);
    assert_eq!(refused(keepers[0].hand_in_part(id, proef, &other).await), FieldCode::NietUwDeel);
    let stranger = Keeper { person: stembureau.clone(), ..keepers[0].clone() };
    let theirs = stranger.hand_in_part(id, proef, &own).await.unwrap_err();
    assert_eq!(theirs.code(), ProblemCode::GeenBewaarder, "who counts keeps nothing");
    let not_asked = keepers[0].hand_in_part(id, telling, &own).await.unwrap_err();
    assert_eq!(not_asked.code(), ProblemCode::StapKanNietNu);
    assert_eq!(world.count("deel_ingeleverd").await, 0);
    // One login is one part, however often.
    for _ in 0..3 {
        let seen = keepers[0].hand_in(id, proef).await.unwrap();
        assert_eq!((seen.ingeleverd, seen.beproefd), (1, false));
    }
    assert!(keepers[1].hand_in(id, proef).await.unwrap().beproefd);
    assert_eq!(world.count("deel_ingeleverd").await, 0, "what was used is gone");
    let late = keepers[2].hand_in(id, proef).await.unwrap_err();
    assert_eq!(late.code(), ProblemCode::SleutelAlBeproefd);
    assert!(late.detail.contains("of ook uw eigen sleutel werkt"), "{}", late.detail);
}

// V-1a, P-6: a part that somebody put in the database is not the custodian's, whatever opens it
#[tokio::test]
async fn a_key_is_tried_on_the_part_that_was_made_for_it_and_on_no_other() {
    let world = World::new().await;
    let (id, keepers, _) = named(&world).await;
    give_keys(&keepers, id).await;
    let hash = "0".repeat(64);
    let table = "UPDATE bewaarder SET deel_controle =";
    let put =
        if world.on_postgres() { format!("{table} decode('{hash}', 'hex')") } else { format!("{table} x'{hash}'") };
    assert_eq!(world.force("bewaarder", &put).await, 3);
    let request = ProbeerSleutel { controle: hash.as_str().into() };
    let refused = keepers[0].person.try_sleutel(id, request).await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::StembusKloptNiet);
    assert_eq!(world.count("sleutel_geprobeerd").await, 0, "nobody is told that theirs works");
}

// V-1a, P-6: whatever of a key somebody exchanged in the database, it is told as that, and not as a fault of theirs or ours
#[tokio::test]
async fn what_somebody_exchanged_is_told_as_that_wherever_a_custodian_meets_it() {
    for (table, column, bytes) in [
        ("bewaarder", "deel", 80),
        ("bewaarder", "deel_controle", 32),
        ("bewaarder", "zegel", 32),
        ("bewaarder", "publieke_sleutel", 31),
        ("buurtbegroting", "publieke_sleutel", 32),
    ] {
        let world = World::new().await;
        let (id, _, stembureau) = published(&world).await;
        let keepers = stembureau.make_key(&world, id).await;
        let (own, proef) = (keepers[1].part(id).await, SleutelDoel::Proef);
        keepers[0].hand_in(id, proef).await.unwrap();
        let of = if table == "bewaarder" { " WHERE plaats = 2" } else { "" };
        let exchange = format!("UPDATE {table} SET {column} = {}{of}", world.blob(&vec![9; bytes]));
        assert_eq!(world.force(table, &exchange).await, 1);
        let controle = DeelControle::of(&own).to_string();
        let tried = keepers[1].person.try_sleutel(id, ProbeerSleutel { controle: controle.into() }).await;
        let handed_in = keepers[1].hand_in_part(id, proef, &own).await;
        for (what, outcome) in [("handed in", handed_in), ("tried", tried)] {
            assert_eq!(outcome.unwrap_err().code(), ProblemCode::StembusKloptNiet, "{table}.{column}: {what}");
        }
        if bytes == 31 {
            let seen = stembureau.bewaarders(id).await.unwrap_err();
            assert_eq!(seen.code(), ProblemCode::StembusKloptNiet, "a key that is none");
        }
        assert_eq!(world.count("sleutel_geprobeerd").await, 0, "{table}.{column}");
    }
}

// V-1a, V-2: the same of the rules that ballots are opened by
#[tokio::test]
async fn rules_that_are_not_those_that_were_published_are_told_as_that_where_a_part_is_handed_in() {
    let world = World::new().await;
    let vote = voted(&world).await;
    vote.stembureau.count_votes(vote.id, VraagTelling::default()).await.unwrap();
    let exchange = format!("UPDATE buurtbegroting SET bevroren_hash = '{}'", "9".repeat(64));
    assert_eq!(world.force("buurtbegroting", &exchange).await, 1);
    let keeper = &vote.bewaarders[0];
    let (handed_in, tried) = (keeper.hand_in(vote.id, SleutelDoel::Telling).await, keeper.try_key(vote.id).await);
    for (what, outcome) in [("handed in", handed_in), ("tried", tried)] {
        assert_eq!(outcome.unwrap_err().code(), ProblemCode::StembusKloptNiet, "{what}");
    }
    assert_eq!(world.count("deel_ingeleverd").await, 0, "no part waits for what cannot be opened");
}

// P-6: what opens a part is destroyed also when its place did not let go of it at once
#[tokio::test]
async fn the_secret_of_a_part_that_stayed_behind_is_destroyed_and_one_that_waits_is_kept() {
    let world = World::new().await;
    let (id, keepers, _) = named(&world).await;
    give_keys(&keepers, id).await;
    keepers[0].hand_in(id, SleutelDoel::Proef).await.unwrap();
    let folder = world.app().settings.round_key_place();
    let parts = || -> Vec<std::path::PathBuf> {
        let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| path.extension().is_some_and(|ending| ending == "deel")).collect()
    };
    let waits = parts();
    assert_eq!(waits.len(), 1);
    let [left, fresh] = [1, 2].map(|number| {
        let path = std::path::Path::new(&folder).join(format!("{id}-{}.deel", uuid::Uuid::from_u128(number)));
        std::fs::write(&path, [7; 32]).unwrap();
        path
    });
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(2 * 60 * 60);
    for path in waits.iter().chain([&left]) {
        std::fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
    }
    wijkkoers::stembus::forget_late_parts(world.app()).await.unwrap();
    assert!(!left.exists() && fresh.exists() && waits[0].exists(), "{:?}", parts());
}

// H14, V-1a: two show that the key works; the third tries theirs by themselves, and their part stays with them.
#[tokio::test]
async fn the_third_custodian_tries_a_key_of_their_own_without_handing_anything_in() {
    let world = World::new().await;
    let (id, keepers, stembureau) = named(&world).await;
    keepers[0].give_key(id).await.unwrap();
    let try_with = async |keeper: &Keeper, controle: &str| {
        let request = ProbeerSleutel { controle: controle.into() };
        keeper.person.try_sleutel(id, request).await
    };
    let early = try_with(&keepers[0], &"0".repeat(64)).await.unwrap_err();
    assert_eq!(early.code(), ProblemCode::StapKanNietNu, "there is no part yet");
    keepers[1].give_key(id).await.unwrap();
    keepers[2].give_key(id).await.unwrap();
    hand_in_two(&keepers, id, SleutelDoel::Proef).await.unwrap();

    let tried = async || -> Vec<bool> {
        let seen = stembureau.bewaarders(id).await.unwrap().bewaarders;
        assert!(seen.iter().all(|own| own.sleutel_op.is_some()), "{seen:?}");
        seen.iter().map(|own| own.geprobeerd_op.is_some()).collect()
    };
    assert_eq!(tried().await, [true, false, true]);
    let own = keepers[1].person.bewaarder(id).await.unwrap();
    let others: Vec<bool> = own.anderen.iter().map(|other| other.geprobeerd).collect();
    assert_eq!((own.beproefd, own.geprobeerd_op, others), (true, None, vec![true, true]));

    let of = async |at: usize| DeelControle::of(&keepers[at].part(id).await).to_string();
    for wrong in [of(0).await, "0".repeat(64), "x".into()] {
        assert_eq!(refused(try_with(&keepers[1], &wrong).await), FieldCode::NietUwDeel, "{wrong}");
    }
    let stranger = Keeper { person: stembureau.clone(), ..keepers[1].clone() };
    let theirs = try_with(&stranger, &of(1).await).await.unwrap_err();
    assert_eq!(theirs.code(), ProblemCode::GeenBewaarder);
    assert_eq!(tried().await, [true, false, true]);

    let first = keepers[1].try_key(id).await.unwrap().geprobeerd_op;
    assert!(first.is_some());
    assert_eq!(keepers[1].try_key(id).await.unwrap().geprobeerd_op, first, "once is enough");
    assert_eq!((tried().await, world.count("deel_ingeleverd").await), (vec![true; 3], 0));
    // Nothing of it is for ever: a round that is stopped asks for nothing.
    let say = Say { tekst: "Er stond een plan op met een verkeerd bedrag.".into() };
    stembureau.stop_buurtbegroting(id, say).await.unwrap();
    assert_eq!(keepers[1].try_key(id).await.unwrap_err().code(), ProblemCode::StapKanNietNu);
}

/// The secrets of parts that wait, where the secrets of votes are.
fn secrets(world: &World) -> usize {
    let files = std::fs::read_dir(world.folder().join("stemgeheimen")).unwrap();
    files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|end| end == "deel")).count()
}

// finding 9
#[tokio::test]
async fn a_part_waits_ten_minutes_by_the_clock_of_the_database_and_is_gone_then() {
    let world = World::new().await;
    let (wijkteam, stembureau) = (world.wijkteam("W2").await, world.stembureau("W2").await);
    let id = wijkteam.published(world.plan_in_ten_hours()).await;
    let keepers = stembureau.make_key(&world, id).await;
    let proef = SleutelDoel::Proef;
    let waits = keepers[0].hand_in(id, proef).await.unwrap();
    assert_eq!(waits.wacht_tot.unwrap() - world.now(), TimeDelta::minutes(10));
    assert_eq!((world.count("deel_ingeleverd").await, secrets(&world)), (1, 1));
    world.pass(TimeDelta::minutes(10));
    world.log_in(&keepers[2].person).await;
    let alone = keepers[2].hand_in(id, proef).await.unwrap();
    assert_eq!((alone.ingeleverd, alone.beproefd), (1, false), "the other came too late");
    world.drive().await;
    assert_eq!((world.count("deel_ingeleverd").await, secrets(&world)), (1, 1), "what is over is forgotten");
    // An instance whose clock is wrong decides nothing.
    world.shift_instance(TimeDelta::minutes(30));
    world.log_in(&keepers[1].person).await;
    assert!(keepers[1].hand_in(id, proef).await.unwrap().beproefd);
    assert_eq!((world.count("deel_ingeleverd").await, secrets(&world)), (0, 0));
}

// V-6: with two keys lost nobody opens the box. The round is stopped, its money is free, and all of it is destroyed in the end.
#[tokio::test]
async fn with_two_keys_lost_nobody_counts_and_the_round_is_stopped() {
    let world = World::new().await;
    let vote = voted(&world).await;
    world.log_in_to_count(&vote).await;
    vote.stembureau.count_votes(vote.id, VraagTelling::default()).await.unwrap();
    let (last, telling) = (&vote.bewaarders[1], SleutelDoel::Telling);
    for _ in 0..2 {
        let waits = last.hand_in(vote.id, telling).await.unwrap();
        assert_eq!(waits.ingeleverd, 1, "twice one's own part is one part");
    }
    // Whoever lost their key hands in what they think it was; that of another, or a made up one.
    for wrong in [last.part(vote.id).await, Sleuteldeel::new(vec![7; Sleuteldeel::BYTES])] {
        assert!(vote.bewaarders[0].hand_in_part(vote.id, telling, &wrong).await.is_err());
    }
    world.pass(TimeDelta::minutes(10));
    world.drive().await;
    assert_eq!((world.count("deel_ingeleverd").await, world.count("uitslag").await), (0, 0));
    let aside = async || {
        let budget = vote.wijkteam.wijkbudget(code("W2"), Some(2026)).await.unwrap();
        budget.producten.iter().map(|own| own.gereserveerd.cents()).sum::<i64>()
    };
    assert!(aside().await > 0);
    world.log_in(&vote.stembureau).await;
    let say = Say { tekst: "Twee bewaarders zijn hun sleutel kwijt.".into() };
    vote.stembureau.stop_buurtbegroting(vote.id, say).await.unwrap();
    world.log_in(&vote.wijkteam).await;
    assert_eq!(aside().await, 0);
    world.pass(TimeDelta::weeks(6));
    world.log_in(&vote.stembureau).await;
    vote.stembureau.finalize_uitslag(vote.id).await.unwrap();
    assert_eq!((world.count("bus").await, world.count("bewaarder WHERE deel IS NOT NULL").await), (0, 0));
}

// finding 9
#[tokio::test]
async fn custodians_are_replaced_until_there_is_a_key_and_never_after() {
    let world = World::new().await;
    let (id, mut keepers, stembureau) = named(&world).await;
    keepers[1].give_key(id).await.unwrap();
    let gone = keepers[0].clone();
    keepers[0].person = world.bewoner("Kees").await;
    stembureau.name_keepers(id, &keepers).await.unwrap();
    assert_eq!(gone.give_key(id).await.unwrap_err().code(), ProblemCode::GeenBewaarder);
    let seen = stembureau.bewaarders(id).await.unwrap();
    let has_key: Vec<(String, bool)> = seen.bewaarders.iter().map(|own| (own.email.clone(), own.sleutel)).collect();
    let expected = [0, 1, 2].map(|at: usize| (keepers[at].person.email.clone(), at == 1));
    assert_eq!((has_key, seen.sleutel), (expected.to_vec(), false), "who stays keeps their key");
    assert_eq!(
        world.one_mail_to(&keepers[0].person).await.subject,
        "U bewaart een deel van de sleutel van een stembus"
    );
    let same = Keeper { sleutel: keepers[1].sleutel.clone(), ..keepers[0].clone() };
    assert_eq!(refused(same.give_key(id).await), FieldCode::DubbelIngevuld, "two custodians are two keys");
    let everybodys = json!({ "publiekeSleutel": "0".repeat(64) });
    let path = format!("/buurtbegrotingen/{id}/bewaarder/sleutels");
    let answer = keepers[0].person.ask("POST", &path).json(&everybodys).send().await;
    assert_eq!(answer.problem().fouten[0].code, FieldCode::GeenPubliekeSleutel);

    give_keys(&keepers, id).await;
    let view = stembureau.buurtbegroting(id).await.unwrap();
    assert!(view.bewaarders && stembureau.bewaarders(id).await.unwrap().sleutel);
    let late = stembureau.name_keepers(id, &keepers).await.unwrap_err();
    assert_eq!(late.code(), ProblemCode::StapKanNietNu);
    // Whoever made another key meanwhile is told which of the two holds.
    let newer = Keeper { sleutel: Bewaarsleutel::new([99; 32]), ..keepers[0].clone() };
    let too_late = newer.give_key(id).await.unwrap_err();
    assert_eq!(too_late.code(), ProblemCode::SleutelAlGemaakt);
    assert!(too_late.detail.contains("met uw vorige sleutel. Die geldt."), "{}", too_late.detail);
    // The one that holds, sent again because no answer came, is taken.
    assert!(keepers[0].give_key(id).await.unwrap().verzegeld_deel.is_some());
    for statement in [
        "UPDATE bewaarder SET account_id = benoemd_door",
        "UPDATE bewaarder SET publieke_sleutel = zegel",
        "UPDATE bewaarder SET deel = zegel",
        "DELETE FROM bewaarder",
    ] {
        assert!(world.tamper(statement).await.is_err(), "{statement}");
    }
    let letter = world.one_mail_to(&keepers[0].person).await;
    assert!(letter.text.contains(&format!("/buurtbegrotingen/{id}/bewaren")), "{}", letter.text);
}

// finding 9, V-1a
#[tokio::test]
async fn the_database_alone_has_no_part_and_exchanges_no_key_unseen() {
    let world = World::new().await;
    let (id, keepers, stembureau) = named(&world).await;
    keepers[0].give_key(id).await.unwrap();
    keepers[1].give_key(id).await.unwrap();
    // Whoever may do everything with the database puts a key of their own in the place of a custodian's.
    let exchange = "UPDATE bewaarder SET publieke_sleutel = zegel WHERE plaats = 1";
    assert_eq!(world.tamper(exchange).await.unwrap(), 1);
    let path = format!("/buurtbegrotingen/{id}/bewaarder/sleutels");
    let third = json!({ "publiekeSleutel": bewaren::public_half(&keepers[2].sleutel).to_string() });
    let answer = keepers[2].person.ask("POST", &path).json(&third).send().await;
    assert_eq!(answer.problem().code(), ProblemCode::StembusKloptNiet, "somebody must look");
    assert_eq!(world.count("bewaarder WHERE deel IS NOT NULL").await, 0, "no part is sealed to it");
    give_keys(&keepers, id).await;
    // A part that waits for another stands nowhere in the clear.
    keepers[0].hand_in(id, SleutelDoel::Proef).await.unwrap();
    let part = keepers[0].part(id).await;
    for table in tables(&world).await {
        assert!(!is_among(&part, &dump(&world, &table).await.to_lowercase()), "{table}");
    }
    keepers[1].hand_in(id, SleutelDoel::Proef).await.unwrap();
    // Nor does anybody put another key in the place of that of the ballots, once it was tried.
    world
        .tamper("UPDATE buurtbegroting SET publieke_sleutel = (SELECT zegel FROM bewaarder WHERE plaats = 1)")
        .await
        .unwrap();
    world.open_now().await;
    assert_eq!(stembureau.buurtbegroting(id).await.unwrap().kaart.fase, Fase::Toetsen, "nobody votes with it");
}

#[tokio::test]
async fn a_count_goes_on_when_whoever_began_it_is_gone() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 40, &["1000.00", "2000.00"]).await;
    for letter in 0..40 {
        vote.vote(&world.bezoeker(), letter, proof(u8::try_from(letter).unwrap()), &[letter % 2]).await.unwrap();
    }
    world.close_vote().await;
    let asked = vote.stembureau.count_votes(vote.id, VraagTelling::default()).await.unwrap();
    assert_eq!((asked.status, asked.stembiljetten), (TellingStatus::Gevraagd, 40));
    let again = vote.stembureau.count_votes(vote.id, VraagTelling::default()).await.unwrap();
    assert_eq!(again.id, asked.id, "asked twice is asked once");
    vote.bewaarders[0].hand_in(vote.id, SleutelDoel::Telling).await.unwrap();
    let (other, id) = (vote.bewaarders[2].clone(), vote.id);
    let handing_in = tokio::spawn(async move { other.hand_in(id, SleutelDoel::Telling).await });
    while vote.stembureau.telling(asked.id).await.unwrap().status == TellingStatus::Gevraagd {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    handing_in.abort();
    let done = vote.stembureau.wait_for_count(asked.id).await;
    assert_eq!((done.status, done.geopend), (TellingStatus::Klaar, 40));
    assert_eq!(vote.stembureau.uitslag(vote.id).await.unwrap().stembiljetten, 40);
}

#[tokio::test]
async fn a_count_whose_instance_ended_is_asked_for_again() {
    let world = World::new().await;
    let vote = voted(&world).await;
    let asked = vote.stembureau.count_votes(vote.id, VraagTelling::default()).await.unwrap();
    // As an instance leaves it that ends in the middle.
    world.tamper("UPDATE telling SET begonnen_at = gevraagd_at, levend_at = gevraagd_at").await.unwrap();
    let still = vote.stembureau.count_votes(vote.id, VraagTelling::default()).await.unwrap();
    assert_eq!((still.id, still.status), (asked.id, TellingStatus::Bezig));
    let nothing = hand_in_two(&vote.bewaarders, vote.id, SleutelDoel::Telling).await.unwrap_err();
    assert_eq!(nothing.code(), ProblemCode::DeelNietNodig);
    world.pass(TimeDelta::minutes(16));
    world.wait(0).await;
    assert_eq!(vote.stembureau.telling(asked.id).await.unwrap().status, TellingStatus::Mislukt);
    vote.count().await.unwrap();
    assert_eq!(world.count("telling").await, 2);
}

#[tokio::test]
async fn a_round_of_before_is_tried_and_counted_by_two_parts_as_before() {
    let world = World::new().await;
    let (id, wijkteam, stembureau) = published(&world).await;
    let delen = world.give_old_key(id).await;
    let same = two(&[delen[0].clone(), String::new(), delen[0].clone()]);
    assert_eq!(refused(stembureau.prove_key(id, same).await), FieldCode::SleuteldelenPassenNiet);
    stembureau.prove_key(id, two(&delen)).await.unwrap();
    let late = stembureau.name_keepers(id, &world.keepers().await).await.unwrap_err();
    assert_eq!(late.code(), ProblemCode::StapKanNietNu, "it keeps its form");
    let codes = stembureau.letters(id, 2).await;
    world.open_now().await;
    let view = wijkteam.buurtbegroting(id).await.unwrap();
    assert_eq!((view.kaart.fase, view.bewaarders), (Fase::Stemmen, false));
    let projecten = view.projecten.iter().map(|own| own.id).collect();
    let vote = OpenVote { id, wijkteam, stembureau, projecten, codes, bewaarders: Vec::new() };
    vote.vote(&world.bezoeker(), 1, proof(1), &[0]).await.unwrap();
    world.close_vote().await;
    let nothing = vote.stembureau.count_votes(id, VraagTelling::default()).await.unwrap_err();
    let missing: Vec<_> = nothing.fouten.iter().map(|own| (own.veld.as_str(), own.code)).collect();
    assert_eq!(missing, [("/deel1", FieldCode::Ontbreekt), ("/deel2", FieldCode::Ontbreekt)]);
    let telling = vote.stembureau.count_votes(id, two(&delen).into()).await.unwrap();
    let done = vote.stembureau.wait_for_count(telling.id).await;
    assert_eq!((done.status, done.geopend), (TellingStatus::Klaar, 1));
    let browser = world.browser_of(&vote.stembureau).await;
    let fields = [("actie", "natellen"), ("deel1", delen[1].as_str()), ("deel2", delen[2].as_str())];
    let sent = browser.send(&format!("/buurtbegrotingen/{id}"), &fields).await;
    assert_eq!(sent.status, 303);
    let telling = vote.stembureau.buurtbegroting(id).await.unwrap().telling.unwrap();
    assert_eq!(vote.stembureau.wait_for_count(telling.id).await.gelijk, Some(true));
}

// finding 9, V-6
#[tokio::test]
async fn when_the_result_is_final_the_parts_are_destroyed_and_custodians_are_told_so() {
    let world = World::new().await;
    let vote = voted(&world).await;
    vote.count().await.unwrap();
    let told = world.mail_to(&vote.bewaarders[1].person).await;
    let subjects: Vec<&str> = told.iter().map(|letter| letter.subject.as_str()).collect();
    let expected = [
        "U bewaart een deel van de sleutel van een stembus",
        "Beproef uw deel van de sleutel",
        "Een andere bewaarder wacht op u",
        "De sleutel is beproefd: probeer ook uw eigen sleutel",
        "Uw deel van de sleutel is nodig om te tellen",
        "Een andere bewaarder wacht op u",
    ];
    assert_eq!(subjects, expected);
    let page = format!("/buurtbegrotingen/{}/bewaren", vote.id);
    let own = world.browser_of(&vote.bewaarders[1].person).await.look(&page).await.text();
    assert!(own.contains("Bewaar uw sleutel tot de uitslag definitief is"), "{own}");
    assert_eq!(world.browser().look(&page).await.status, 401);
    assert_eq!(world.browser_of(&vote.stembureau).await.look(&page).await.status, 403);
    world.pass(TimeDelta::weeks(6));
    world.wait(0).await;
    vote.stembureau.finalize_uitslag(vote.id).await.unwrap();
    assert_eq!(world.count("bewaarder WHERE deel IS NOT NULL").await, 0);
    let own = vote.bewaarders[1].person.bewaarder(vote.id).await.unwrap();
    assert_eq!((own.voorbij, own.verzegeld_deel), (true, None));
    let page = world.browser_of(&vote.bewaarders[1].person).await.look(&page).await.text();
    assert!(page.contains("Vernietig uw sleutel"), "{page}");
}
