//! Attacks by somebody who administers the database and read the secret of the round as well: proofs are of no use against them.
//! What still shows, and what nobody sees; each is a row of the table in docs/stemmen.md (V-1a).

use crate::samenspannen::{biljet, files, is_in_box, moved, open, plan, shut};
use contract::buurtbegroting::PlanBuurtbegroting;
use contract::problem::ProblemCode;
use contract::stem::{CastVote, StemApi as _};
use contract::stembureau::Bevinding::{self, CodesAnders, StembiljettenAnders, WijzigingKloptNiet};
use tests::{OpenVote, World, proof};
use wijkkoers::app::sha256;

/// The round, where there is one.
const ROUND: &str = "(SELECT id FROM buurtbegroting)";

/// HMAC-SHA-256, worked out apart from the program.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = key.to_vec();
    block.resize(64, 0);
    let padded = |pad: u8| -> Vec<u8> { block.iter().map(|byte| byte ^ pad).collect() };
    let inner = sha256(&[padded(0x36), message.to_vec()].concat());
    sha256(&[padded(0x5c), inner].concat())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Somebody with the secret of a round.
pub struct Insider<'a> {
    world: &'a World,
    vote: &'a OpenVote,
    secret: Vec<u8>,
}

impl<'a> Insider<'a> {
    pub fn of(world: &'a World, vote: &'a OpenVote) -> Self {
        Self { world, vote, secret: std::fs::read(world.secret_of(vote.id)).unwrap() }
    }

    /// What something is recognised by.
    pub fn mark(&self, what: &str, id: &[u8]) -> Vec<u8> {
        hmac(&self.secret, &[what.as_bytes(), &[0], id].concat())
    }

    pub fn voter(&self, nummer: i64) -> Vec<u8> {
        self.mark("stemcode", &nummer.to_be_bytes())
    }

    /// What the program signs, of parts each with its length before it.
    pub fn signed(&self, what: &str, parts: &[&[u8]]) -> Vec<u8> {
        let mut message = [what.as_bytes(), &[0]].concat();
        for part in parts {
            message.extend(u64::try_from(part.len()).unwrap().to_be_bytes());
            message.extend(*part);
        }
        hmac(&self.secret, &message)
    }

    fn proof_of_envelope(&self, biljet: &[u8], wijziging: i64, envelop: &[u8]) -> Vec<u8> {
        let id = self.vote.id.0;
        self.signed("envelop", &[id.as_bytes().as_slice(), biljet, &wijziging.to_be_bytes(), envelop])
    }

    /// The sum of one row.
    fn sum(&self, bewijs: &[u8]) -> String {
        hex(&self.signed("rij", &[bewijs]))
    }

    /// What lies in an envelope that somebody cast, sealed as it is.
    async fn envelope(&self, table: &str, number: u8) -> Vec<u8> {
        let own = biljet(self.world, self.vote, number);
        self.world.bytes(&format!("SELECT envelop FROM {table} WHERE biljet_id = {own}")).await.remove(0)
    }

    /// Writes beside the secret too: what was laid is so many rows, with this sum.
    async fn tell_otherwise(&self, aantal: usize, som: &str) {
        let of = |column: &str| format!("SELECT CAST({column} AS TEXT) FROM legging WHERE soort = 'stembiljetten'");
        let before = [self.world.texts(&of("aantal")).await.remove(0), self.world.texts(&of("som")).await.remove(0)];
        let kept = format!("UPDATE legging SET aantal = {aantal}, som = '{som}' WHERE soort = 'stembiljetten'");
        assert_eq!(self.world.force("legging", &kept).await, 1);
        let text = |aantal: &str, som: &str| format!("\"aantal\":{aantal},\"som\":\"{som}\"");
        for ending in ["voor", "na"] {
            let file = files(self.world, self.vote, "stembiljetten", ending).remove(0);
            let told = std::fs::read_to_string(&file).unwrap();
            let otherwise = told.replace(&text(&before[0], &before[1]), &text(&aantal.to_string(), som));
            assert_ne!(told, otherwise);
            std::fs::write(&file, otherwise).unwrap();
        }
    }
}

// Learning who voted, with the addresses that letters went to.
#[tokio::test]
async fn who_has_the_secret_knows_which_letters_voted() {
    let (world, vote) = open(3).await;
    vote.vote(&world.bezoeker(), 1, proof(1), &[0]).await.unwrap();
    let insider = Insider::of(&world, &vote);
    let voted = world.bytes("SELECT kiezer FROM deelname").await;
    let letters: Vec<i64> = (1..=3).filter(|nummer| voted.contains(&insider.voter(*nummer))).collect();
    assert_eq!(letters, [2]);
}

// Changing a vote: unseen before it is moved, and at any time where votes may be changed.
#[tokio::test]
async fn who_has_the_secret_changes_a_vote_that_was_not_moved_or_may_be_changed_and_nobody_sees_it() {
    for (may_change, is_moved, expected) in
        [(false, false, &[][..]), (true, false, &[]), (true, true, &[]), (false, true, &[WijzigingKloptNiet])]
    {
        let world = World::new().await;
        let plan = PlanBuurtbegroting { wijzigen_mag: may_change, ..plan(&world) };
        let vote = world.open_vote(plan, 2, &["6000.00", "5000.00"]).await;
        let visitor = world.bezoeker();
        vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
        vote.vote(&visitor, 1, proof(2), &[1]).await.unwrap();
        if is_moved {
            moved(&world).await;
        }
        let insider = Insider::of(&world, &vote);
        let envelop = insider.envelope(if is_moved { "bus" } else { "bus_in" }, 2).await;
        let wijziging = i64::from(is_moved);
        let bewijs = insider.proof_of_envelope(&proof(1).biljet(vote.id).0, wijziging, &envelop);
        let [victim, envelop, bewijs] = [biljet(&world, &vote, 1), world.blob(&envelop), world.blob(&bewijs)];
        if is_moved {
            let lay = format!("INSERT INTO bus_in VALUES ({ROUND}, {victim}, 1, {envelop}, {bewijs})");
            world.tamper(&lay).await.unwrap();
        } else {
            let rewrite =
                format!("UPDATE bus_in SET envelop = {envelop}, bewijs = {bewijs} WHERE biljet_id = {victim}");
            assert_eq!(world.force("bus_in", &rewrite).await, 1);
        }
        assert!(is_in_box(&world, &vote, 1).await, "nor does a voter who looks");
        assert_eq!(shut(&world, &vote).await, expected, "may change: {may_change}, moved: {is_moved}");
        if expected.is_empty() {
            vote.count().await.unwrap();
            assert_eq!(world.opened().await, [vec![(1, 1)], vec![(1, 1)]]);
        }
    }
}

// Voting for who did not vote. Nothing shows it but the voter who comes later, and a turnout higher than it was.
#[tokio::test]
async fn who_has_the_secret_votes_for_who_did_not_and_only_that_voter_sees_it() {
    let (world, vote) = open(2).await;
    let visitor = world.bezoeker();
    vote.vote(&visitor, 0, proof(1), &[1]).await.unwrap();
    let insider = Insider::of(&world, &vote);
    let envelop = insider.envelope("bus_in", 1).await;
    let new = proof(9).biljet(vote.id).0;
    let bewijs = insider.proof_of_envelope(&new, 0, &envelop);
    let [voter, new, envelop, bewijs] =
        [insider.voter(2).as_slice(), &new, &envelop, &bewijs].map(|bytes| world.blob(bytes));
    for statement in [
        format!("INSERT INTO deelname (ronde, kiezer, kanaal) VALUES ({ROUND}, {voter}, 'online')"),
        format!("INSERT INTO bus_in VALUES ({ROUND}, {new}, 0, {envelop}, {bewijs})"),
    ] {
        world.tamper(&statement).await.unwrap();
    }
    let late = vote.vote(&visitor, 1, proof(2), &[0]).await.unwrap_err();
    assert_eq!(late.code(), ProblemCode::AlGestemd, "the voter sees it");
    assert_eq!(shut(&world, &vote).await, [], "and nobody else");
    vote.count().await.unwrap();
    assert_eq!(world.opened().await, [vec![(1, 1)], vec![(1, 1)]]);
}

// Changing a vote that was moved: found, unless they write beside the secret as well.
#[tokio::test]
async fn who_has_the_secret_rewrites_what_was_moved_only_by_writing_beside_it_as_well() {
    for is_told in [false, true] {
        let (world, vote) = open(2).await;
        let visitor = world.bezoeker();
        vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
        moved(&world).await;
        vote.vote(&visitor, 1, proof(2), &[1]).await.unwrap();
        let insider = Insider::of(&world, &vote);
        let envelop = insider.envelope("bus_in", 2).await;
        let bewijs = insider.proof_of_envelope(&proof(1).biljet(vote.id).0, 0, &envelop);
        let rewrite = format!("UPDATE bus SET envelop = {}, bewijs = {}", world.blob(&envelop), world.blob(&bewijs));
        assert_eq!(world.force("bus", &rewrite).await, 1);
        if is_told {
            insider.tell_otherwise(1, &insider.sum(&bewijs)).await;
        }
        let expected: &[Bevinding] = if is_told { &[] } else { &[StembiljettenAnders] };
        assert_eq!(shut(&world, &vote).await, expected, "told: {is_told}");
    }
}

// Taking a vote away that was moved: the same; but the voter still sees it.
#[tokio::test]
async fn who_has_the_secret_takes_away_what_was_moved_only_by_writing_beside_it_and_the_voter_sees_it() {
    for is_told in [false, true] {
        let (world, vote) = open(2).await;
        let visitor = world.bezoeker();
        vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
        vote.vote(&visitor, 1, proof(2), &[1]).await.unwrap();
        moved(&world).await;
        let insider = Insider::of(&world, &vote);
        let voter = world.blob(&insider.voter(1));
        world.force("deelname", &format!("DELETE FROM deelname WHERE kiezer = {voter}")).await;
        let gone = format!("DELETE FROM bus WHERE biljet_id = {}", biljet(&world, &vote, 1));
        assert_eq!(world.force("bus", &gone).await, 1);
        if is_told {
            let bewijs = world.bytes("SELECT bewijs FROM bus").await.remove(0);
            insider.tell_otherwise(1, &insider.sum(&bewijs)).await;
        }
        assert!(!is_in_box(&world, &vote, 1).await, "who looks sees it");
        let expected: &[Bevinding] = if is_told { &[] } else { &[StembiljettenAnders] };
        assert_eq!(shut(&world, &vote).await, expected, "told: {is_told}");
    }
}

// Making up a voter: found, unless they write beside the secret as well. How many letters there are is published in any case.
#[tokio::test]
async fn who_has_the_secret_makes_up_a_voter_and_the_number_of_letters_tells() {
    for is_told in [false, true] {
        let (world, vote) = open(2).await;
        let insider = Insider::of(&world, &vote);
        let (code, nummer) = ("7K3M9QXW2TBV", 3_i64);
        let merk = insider.mark("merk", code.as_bytes());
        let id = vote.id.0;
        let parts: [&[u8]; 4] = [id.as_bytes().as_slice(), &merk, &nummer.to_be_bytes(), &0_i64.to_be_bytes()];
        let bewijs = insider.signed("brief", &parts);
        let letter = format!(
            "INSERT INTO kiescode (ronde, merk, nummer, generatie, bewijs) VALUES ({ROUND}, {}, 3, 0, {})",
            world.blob(&merk),
            world.blob(&bewijs)
        );
        world.tamper(&letter).await.unwrap();
        if is_told {
            let last = files(&world, &vote, "codes", "na").remove(0);
            let (som, vorige) = (insider.sum(&bewijs), hex(&sha256(&std::fs::read(&last).unwrap())));
            let kept = format!("INSERT INTO legging VALUES ({ROUND}, 'codes', 2, 'ab', 1, '{som}', '{vorige}')");
            world.tamper(&kept).await.unwrap();
            let told = serde_json::json!({
                "soort": "codes", "nummer": 2, "poging": "ab", "aantal": 1, "som": som, "vorige": vorige,
            });
            std::fs::write(last.with_file_name("codes-00000002-ab.na"), told.to_string()).unwrap();
        }
        let with = CastVote { stemcode: code.into(), ..vote.ballot(0, proof(3), &[0]) };
        world.bezoeker().cast_vote(vote.id, with).await.expect("while voting nobody sees it");
        let expected: &[Bevinding] = if is_told { &[] } else { &[CodesAnders] };
        assert_eq!(shut(&world, &vote).await, expected, "told: {is_told}");
        if is_told {
            let uitslag = vote.count().await.unwrap();
            assert_eq!(uitslag.brieven, 3, "and two were sent");
        }
    }
}
