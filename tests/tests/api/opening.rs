//! What a vote opened with is held against what was told outside the database then: nobody changes the rules, the plans, the key
//! or the form of the box by the database alone (V-1a, V-2). Rows of the table in docs/stemmen.md.

use crate::samenspannen::{digest_of_box, is_in_box, moved, open, rewrite_one, shut};
use chrono::TimeDelta;
use contract::problem::ProblemCode;
use contract::stembureau::Bevinding::OpeningAnders;
use contract::stembureau::{Bevinding, StembureauApi as _};
use tests::{OpenVote, World, proof};
use wijkkoers::app::sha256;

/// What the database says that a vote opened with.
struct Rules {
    text: String,
    hash: String,
}

impl Rules {
    async fn of(world: &World) -> Self {
        let mut found = world.texts("SELECT bevroren FROM buurtbegroting").await;
        let mut hash = world.texts("SELECT bevroren_hash FROM buurtbegroting").await;
        Self { text: found.remove(0), hash: hash.remove(0) }
    }

    /// The same with other words, and the hash that belongs to those.
    fn with(&self, words: &str, others: &str) -> Self {
        let text = self.text.replace(words, others);
        assert_ne!(text, self.text);
        let hash = sha256(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        Self { text, hash }
    }

    async fn write(&self, world: &World) {
        let text = self.text.replace('\'', "''");
        let write = format!("UPDATE buurtbegroting SET bevroren = '{text}', bevroren_hash = '{}'", self.hash);
        assert!(world.tamper(&write).await.is_err(), "no rule changes while its triggers stand");
        assert_eq!(world.force("buurtbegroting", &write).await, 1);
    }
}

/// A minute later it is looked at again.
async fn found(world: &World, vote: &OpenVote) -> Vec<Bevinding> {
    world.pass(TimeDelta::minutes(1));
    world.drive().await;
    world.log_in(&vote.stembureau).await;
    vote.stembureau.stembureau(vote.id).await.unwrap().bevindingen
}

async fn cast(world: &World, vote: &OpenVote, letter: usize, secret: u8) -> Result<(), ProblemCode> {
    let cast = vote.vote(&world.bezoeker(), letter, proof(secret), &[0]).await;
    cast.map(|_voted| ()).map_err(|problem| problem.code())
}

// Changing the rules, or a plan, after the vote opened.
#[tokio::test]
async fn rules_that_are_changed_with_their_hash_stop_the_vote_until_they_are_as_they_were() {
    let (world, vote) = open(3).await;
    cast(&world, &vote, 0, 1).await.unwrap();
    let rules = Rules::of(&world).await;
    let cheaper = rules.with("\"6000.00\"", "\"600.00\"");
    cheaper.write(&world).await;
    assert_eq!(found(&world, &vote).await, [OpeningAnders]);
    assert_eq!(cast(&world, &vote, 1, 2).await, Err(ProblemCode::StembusKloptNiet));
    let page = world.browser_of(&vote.stembureau).await.look(&format!("/buurtbegrotingen/{}", vote.id)).await.text();
    assert!(page.contains("Er klopt iets niet met deze stemming. Dit is er gevonden:"), "{page}");
    rules.write(&world).await;
    assert_eq!(found(&world, &vote).await, []);
    cast(&world, &vote, 1, 2).await.unwrap();
    // At the end the box stays shut for it.
    cheaper.write(&world).await;
    assert_eq!(shut(&world, &vote).await, [OpeningAnders]);
    rules.write(&world).await;
    assert_eq!(found(&world, &vote).await, []);
    world.log_in_to_count(&vote).await;
    assert_eq!(vote.count().await.map(|uitslag| uitslag.stembiljetten).unwrap(), 0, "so few are not told");
    assert_eq!(world.opened().await.len(), 2);
}

// The same once the box is shut: what is counted by.
#[tokio::test]
async fn rules_that_are_changed_after_the_box_was_shut_are_found_by_the_count() {
    let (world, vote) = open(3).await;
    cast(&world, &vote, 0, 1).await.unwrap();
    let rules = Rules::of(&world).await;
    assert_eq!(shut(&world, &vote).await, []);
    rules.with("\"6000.00\"", "\"600.00\"").write(&world).await;
    assert_eq!(vote.count().await.unwrap_err().code(), ProblemCode::StembusKloptNiet);
    assert_eq!(vote.stembureau.stembureau(vote.id).await.unwrap().bevindingen, [OpeningAnders]);
    rules.write(&world).await;
    vote.count().await.unwrap();
    assert_eq!(vote.stembureau.stembureau(vote.id).await.unwrap().bevindingen, []);
    // And by a recount.
    rules.with("\"6000.00\"", "\"600.00\"").write(&world).await;
    assert_eq!(vote.recount().await.unwrap_err().code(), ProblemCode::StembusKloptNiet);
    assert_eq!(vote.stembureau.stembureau(vote.id).await.unwrap().bevindingen, [OpeningAnders]);
    let page = world.browser_of(&vote.stembureau).await.look(&format!("/buurtbegrotingen/{}", vote.id)).await.text();
    assert!(page.contains("Er klopt iets niet met deze stemming."), "{page}");
}

// Opening the box before the end, by another key.
#[tokio::test]
async fn ballots_are_sealed_to_the_key_that_the_vote_opened_with_whatever_the_database_says() {
    let (world, vote) = open(3).await;
    let swap = format!("UPDATE buurtbegroting SET publieke_sleutel = {}", world.blob(&[9; 32]));
    assert!(world.tamper(&swap).await.is_err());
    world.force("buurtbegroting", &swap).await;
    assert_eq!(found(&world, &vote).await, [], "it is not gone by");
    cast(&world, &vote, 0, 1).await.unwrap();
    // Who tries a key alone, and who hands in a part, are held against that key as well.
    let keeper = &vote.bewaarders[0];
    world.log_in(&keeper.person).await;
    assert!(
        keeper.try_key(vote.id).await.expect("their part is of the key that it opened with").geprobeerd_op.is_some()
    );
    assert_eq!(shut(&world, &vote).await, []);
    vote.count().await.expect("the parts of its custodians open it");
    assert_eq!(world.opened().await, [vec![(0, 1)]]);
    // In the rules themselves, with their hash.
    let (world, vote) = open(3).await;
    let rules = Rules::of(&world).await;
    let key = rules.text.split("\"publiekeSleutel\": \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    rules.with(key, &"09".repeat(32)).write(&world).await;
    assert_eq!(found(&world, &vote).await, [OpeningAnders]);
    assert_eq!(cast(&world, &vote, 0, 1).await, Err(ProblemCode::StembusKloptNiet));
}

// Having the box shut by the old rule.
#[tokio::test]
async fn a_vote_that_is_given_the_form_of_before_is_found() {
    let (world, vote) = open(3).await;
    cast(&world, &vote, 0, 1).await.unwrap();
    moved(&world).await;
    assert!(world.tamper("DELETE FROM rondevorm").await.is_err());
    world.force("rondevorm", "DELETE FROM rondevorm").await;
    assert_eq!(found(&world, &vote).await, [OpeningAnders]);
    assert_eq!(shut(&world, &vote).await, [OpeningAnders]);
    // Also with the rules that such a vote would have.
    let rules = Rules::of(&world).await;
    rules.with("  \"vorm\": 2,\n", "").write(&world).await;
    assert_eq!(found(&world, &vote).await, [OpeningAnders]);
}

// The same on both sides: then only its page tells, to who knows that it was published with a version that has proofs.
#[tokio::test]
async fn a_vote_that_is_given_the_form_of_before_on_both_sides_shows_it_on_its_page_alone() {
    let (world, vote) = open(3).await;
    world.force("rondevorm", "DELETE FROM rondevorm").await;
    world.tamper("INSERT INTO stemcode SELECT ronde, merk, nummer FROM kiescode").await.unwrap();
    world.force("kiescode", "DELETE FROM kiescode").await;
    Rules::of(&world).await.with("  \"vorm\": 2,\n", "").write(&world).await;
    std::fs::remove_dir_all(world.opening_of(vote.id)).unwrap();
    assert_eq!(found(&world, &vote).await, []);
    for (letter, secret) in [(0, 1), (1, 2)] {
        cast(&world, &vote, letter, secret).await.unwrap();
    }
    // From here on a code is good on any letter: whoever writes in the database votes as the third with one of their own.
    for (from, to) in [(3, 9), (1, 3), (9, 1)] {
        world.force("stemcode", &format!("UPDATE stemcode SET nummer = {to} WHERE nummer = {from}")).await;
    }
    cast(&world, &vote, 0, 3).await.unwrap();
    let page = world.browser().look(&format!("/buurtbegrotingen/{}", vote.id)).await.text();
    assert!(page.contains("met een vorige versie van Wijkkoers"), "{page}");
    assert_eq!(shut(&world, &vote).await, []);
    vote.count().await.unwrap();
    assert_eq!(world.opened().await.len(), 3);
}

// A vote that the version before opened has nothing to be held against, and goes on; the document says so.
#[tokio::test]
async fn a_vote_that_the_version_before_opened_goes_on() {
    let (world, vote) = open(3).await;
    std::fs::remove_dir_all(world.opening_of(vote.id)).unwrap();
    cast(&world, &vote, 0, 1).await.unwrap();
    let rules = Rules::of(&world).await;
    rules.with("\"5000.00\"", "\"500.00\"").write(&world).await;
    assert_eq!(found(&world, &vote).await, [], "nobody sees it");
    cast(&world, &vote, 1, 2).await.unwrap();
    assert_eq!(shut(&world, &vote).await, []);
    vote.count().await.unwrap();
}

/// The database alone says that the secret was lost, and that two people had the box shut.
async fn say_that_it_was_lost(world: &World, vote: &OpenVote) {
    world.pass(TimeDelta::hours(24));
    let digest = digest_of_box(world).await;
    let two = "INSERT INTO noodsluiting (ronde, door, at) \
               SELECT b.id, a.id, b.sluit_at FROM buurtbegroting b, account a ORDER BY a.id LIMIT 2";
    world.tamper(two).await.unwrap();
    world.tamper("INSERT INTO sluiting (ronde, toets) SELECT id, 'aantallen' FROM buurtbegroting").await.unwrap();
    let shut = format!(
        "UPDATE buurtbegroting SET gesloten_at = sluit_at, bus_aantal = 3, bus_controlegetal = '{digest}', \
         versie = versie + 1"
    );
    world.tamper(&shut).await.unwrap();
    world.log_in_to_count(vote).await;
}

// A secret that is there is asked, whatever the database says of it.
#[tokio::test]
async fn a_box_of_which_somebody_wrote_that_its_secret_was_lost_is_looked_at_all_the_same() {
    for is_rewritten in [false, true] {
        let (world, vote) = open(3).await;
        for (letter, secret) in [(0, 1), (1, 2), (2, 3)] {
            cast(&world, &vote, letter, secret).await.unwrap();
        }
        moved(&world).await;
        if is_rewritten {
            rewrite_one(&world, &vote).await;
        }
        say_that_it_was_lost(&world, &vote).await;
        let counted = vote.count().await.map(|uitslag| uitslag.ongecontroleerd).map_err(|problem| problem.code());
        let expected = if is_rewritten { Err(ProblemCode::StembusKloptNiet) } else { Ok(false) };
        assert_eq!(counted, expected, "rewritten: {is_rewritten}");
        let found = vote.stembureau.stembureau(vote.id).await.unwrap().bevindingen;
        assert_eq!(!found.is_empty(), is_rewritten, "{found:?}");
        if !is_rewritten {
            let page = world.browser().look(&format!("/buurtbegrotingen/{}", vote.id)).await.text();
            assert!(page.contains("Bij het tellen kon dat wel. Alles klopte."), "{page}");
        }
    }
}

// The secret is lost after the box was looked at and shut.
#[tokio::test]
async fn a_box_whose_secret_was_lost_before_it_was_counted_is_counted_and_the_result_says_so() {
    let (world, vote) = open(3).await;
    cast(&world, &vote, 0, 1).await.unwrap();
    assert_eq!(shut(&world, &vote).await, []);
    std::fs::remove_file(world.secret_of(vote.id)).unwrap();
    assert!(is_in_box(&world, &vote, 1).await);
    let uitslag = vote.count().await.unwrap();
    assert!(uitslag.ongecontroleerd);
    let page = world.browser().look(&format!("/buurtbegrotingen/{}", vote.id)).await.text();
    assert!(page.contains("Bij het tellen kon niemand nog een keer nakijken of alles klopte."), "{page}");
}
