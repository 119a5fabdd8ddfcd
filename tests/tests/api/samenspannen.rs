//! Each row of the table in docs/stemmen.md of who must work together: the attack is played, and is found or impossible; or
//! nobody sees it, and then the document says so (V-1a, V-6, findings 2, 3, 9 and 16). Those by somebody who has the secret of
//! the round as well are in `met_geheim`; two people who replace a letter, in `stemmen`.
//!
//! Who plays is the administrator of the database: statements go past every right, and [`World::force`] past every trigger.

use chrono::TimeDelta;
use contract::buurtbegroting::{BuurtbegrotingApi as _, BuurtbegrotingStap as Step, PlanBuurtbegroting};
use contract::field::FieldCode;
use contract::problem::ProblemCode;
use contract::stem::{CastVote, ChangeVote, CheckStembewijs, CheckStemcode, StemApi as _};
use contract::stembureau::Bevinding::{
    self, CodeKloptNiet, CodesAnders, EnvelopKloptNiet, GeheimKwijt, KiezerZonderBrief, LeggingOnbekend,
    LeggingOntbreekt, StembiljettenAnders, VervangingenAnders,
};
use contract::stembureau::{ReplaceStemcode, StembureauApi as _};
use std::path::PathBuf;
use tests::{OpenVote, World, keuze, moment, proof};

/// A day of voting in which ballots may be changed, with so many letters, and two plans.
pub fn plan(world: &World) -> PlanBuurtbegroting {
    let stemmen_tot = moment(world.now() + TimeDelta::hours(24));
    PlanBuurtbegroting { wijzigen_mag: true, stemmen_tot, ..world.plan() }
}

pub async fn open(letters: u32) -> (World, OpenVote) {
    let world = World::new().await;
    let plan = plan(&world);
    let vote = world.open_vote(plan, letters, &["6000.00", "5000.00"]).await;
    (world, vote)
}

/// An hour later everything that came in was moved.
pub async fn moved(world: &World) {
    world.pass(TimeDelta::hours(1));
    world.drive().await;
    assert_eq!(world.count("bus_in").await, 0);
}

/// The day is over. What keeps the box shut; nothing when it is shut.
pub async fn shut(world: &World, vote: &OpenVote) -> Vec<Bevinding> {
    world.pass(TimeDelta::hours(24));
    world.drive().await;
    world.log_in_to_count(vote).await;
    let found = vote.stembureau.stembureau(vote.id).await.unwrap().bevindingen;
    let seen = vote.stembureau.buurtbegroting(vote.id).await.unwrap();
    assert_eq!(seen.sluiting.is_none(), !found.is_empty(), "{found:?}");
    assert_eq!(seen.stappen.contains(&Step::Count), found.is_empty());
    if !found.is_empty() {
        let refused = vote.count().await.unwrap_err();
        assert_eq!(refused.code(), ProblemCode::StapKanNietNu, "nobody opens it");
        let page = world.browser_of(&vote.stembureau).await.look(&format!("/buurtbegrotingen/{}", vote.id)).await;
        assert!(page.text().contains("De stembus gaat niet dicht. Dit is er gevonden:"));
        let told = world.count("audit WHERE actie = 'stembus.bevinding'").await;
        assert!(told > 0, "and it is on the audit trail");
    }
    found
}

pub async fn is_in_box(world: &World, vote: &OpenVote, number: u8) -> bool {
    let ask = CheckStembewijs { stembewijs: proof(number).grouped().into() };
    world.bezoeker().check_stembewijs(vote.id, ask).await.unwrap().in_de_bus
}

/// The ballot of a secret, as a statement writes it.
pub fn biljet(world: &World, vote: &OpenVote, number: u8) -> String {
    world.blob(&proof(number).biljet(vote.id).0)
}

#[tokio::test]
async fn a_box_that_nobody_touched_is_shut_and_counted() {
    let (world, vote) = open(4).await;
    let (visitor, other) = (world.bezoeker(), world.stembureau("W2").await);
    vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
    moved(&world).await;
    for person in [&vote.stembureau, &other] {
        world.log_in(person).await;
    }
    let new = vote.stembureau.replace_with(&other, vote.id, "2").await.unwrap();
    let with = CastVote { stemcode: new.stemcode.as_str().into(), ..vote.ballot(1, proof(2), &[0]) };
    visitor.cast_vote(vote.id, with).await.unwrap();
    let to =
        ChangeVote { stembewijs: proof(1).grouped().into(), keuzes: vec![keuze(vote.projecten[1], 1)], stand: None };
    visitor.change_vote(vote.id, to).await.unwrap();
    // Two instances at once, or one that is asked twice.
    world.pass(TimeDelta::hours(1));
    tokio::join!(world.drive(), world.drive());
    world.drive().await;
    assert_eq!((world.count("bus_in").await, world.count("bus").await), (0, 3));
    assert_eq!(shut(&world, &vote).await, []);
    vote.count().await.unwrap();
    let mut opened = world.opened().await;
    opened.sort();
    assert_eq!(opened, [vec![(0, 1)], vec![(1, 1)]]);
}

// Learning what somebody chose, the first step of it (finding 16): who reads the database while people vote joins a voter to a
// sealed ballot, until that is moved. The document says so.
#[tokio::test]
async fn a_database_that_is_read_while_people_vote_joins_a_voter_to_a_sealed_ballot_until_it_is_moved() {
    let (world, vote) = open(2).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    if !world.on_postgres() {
        return;
    }
    let joined = async |table: &str| {
        let same = format!("deelname d JOIN {table} b ON CAST(d.xmin AS TEXT) = CAST(b.xmin AS TEXT)");
        world.count(&same).await
    };
    assert_eq!(joined("bus_in").await, 1);
    moved(&world).await;
    assert_eq!(joined("bus").await, 0);
}

// Learning who voted, with the codes that somebody kept. The document says to throw them away.
#[tokio::test]
async fn who_keeps_the_codes_of_letters_learns_who_voted() {
    let (world, vote) = open(2).await;
    let visitor = world.bezoeker();
    vote.vote(&visitor, 1, proof(1), &[0]).await.unwrap();
    for (code, expected) in vote.codes.iter().zip([false, true]) {
        let check = CheckStemcode { stemcode: code.as_str().into() };
        assert_eq!(visitor.check_stemcode(vote.id, check).await.unwrap().gestemd, expected);
    }
}

// Voting for who did not, with one's own code (finding 2).
#[tokio::test]
async fn a_code_that_is_put_on_another_letter_is_good_for_nothing_and_is_found() {
    let (world, vote) = open(3).await;
    let visitor = world.bezoeker();
    vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
    let swap =
        ["SET nummer = 9 WHERE nummer = 1", "SET nummer = 1 WHERE nummer = 2", "SET nummer = 2 WHERE nummer = 9"];
    let swap = swap.map(|own| format!("UPDATE kiescode {own}"));
    assert!(world.tamper(&swap[0]).await.is_err(), "no row changes while its triggers stand");
    for statement in &swap {
        world.force("kiescode", statement).await;
    }
    let refused = vote.vote(&visitor, 0, proof(2), &[0]).await.unwrap_err();
    assert_eq!(refused.fouten[0].code, FieldCode::StemcodeOnbekend);
    assert_eq!(world.count("deelname").await, 1);
    assert_eq!(shut(&world, &vote).await, [CodeKloptNiet, CodesAnders, KiezerZonderBrief]);
    // Put back in order, it is as if nothing was done: a minute later it is looked at again.
    for statement in &swap {
        world.force("kiescode", statement).await;
    }
    world.pass(TimeDelta::minutes(1));
    world.drive().await;
    assert!(vote.stembureau.buurtbegroting(vote.id).await.unwrap().sluiting.is_some());
}

// Making up a voter.
#[tokio::test]
async fn a_letter_that_nobody_made_is_found() {
    let (world, vote) = open(2).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    let made_up = "INSERT INTO kiescode SELECT ronde, bewijs, 9, 0, merk FROM kiescode WHERE nummer = 1";
    world.tamper(made_up).await.unwrap();
    assert_eq!(shut(&world, &vote).await, [CodeKloptNiet, CodesAnders]);
}

// Changing a vote (finding 3): any envelope that opens will do, for whoever votes has one.
#[tokio::test]
async fn an_envelope_of_another_ballot_is_found_before_the_box_opens() {
    for is_moved in [false, true] {
        let (world, vote) = open(3).await;
        let visitor = world.bezoeker();
        for (letter, secret, place) in [(0, 1, 0), (1, 2, 0), (2, 3, 1)] {
            vote.vote(&visitor, letter, proof(secret), &[place]).await.unwrap();
        }
        if is_moved {
            moved(&world).await;
        }
        let (table, victim, own) =
            (if is_moved { "bus" } else { "bus_in" }, biljet(&world, &vote, 1), biljet(&world, &vote, 3));
        let rewrite = format!(
            "UPDATE {table} SET envelop = (SELECT envelop FROM {table} WHERE biljet_id = {own}) WHERE biljet_id = {victim}"
        );
        assert!(world.tamper(&rewrite).await.is_err());
        assert_eq!(world.force(table, &rewrite).await, 1);
        let expected: &[Bevinding] =
            if is_moved { &[EnvelopKloptNiet, StembiljettenAnders] } else { &[EnvelopKloptNiet] };
        assert_eq!(shut(&world, &vote).await, expected, "moved: {is_moved}");
    }
}

/// What the page says of a box with these envelopes, as anybody can reckon it.
pub async fn digest_of_box(world: &World) -> String {
    let mut all = Vec::new();
    let (ids, envelopes) = (
        world.bytes("SELECT biljet_id FROM bus ORDER BY biljet_id").await,
        world.bytes("SELECT envelop FROM bus ORDER BY biljet_id").await,
    );
    for (id, envelope) in ids.iter().zip(&envelopes) {
        all.extend_from_slice(id);
        all.extend_from_slice(&wijkkoers::app::sha256(envelope));
    }
    wijkkoers::app::sha256(&all).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The envelope of the first ballot becomes that of the third.
pub async fn rewrite_one(world: &World, vote: &OpenVote) {
    let (victim, own) = (biljet(world, vote, 1), biljet(world, vote, 3));
    let rewrite = format!(
        "UPDATE bus SET envelop = (SELECT envelop FROM bus WHERE biljet_id = {own}) WHERE biljet_id = {victim}"
    );
    assert_eq!(world.force("bus", &rewrite).await, 1);
}

// That a box was looked at and shut stands in the database: whoever writes there can say so themselves, before the program does.
#[tokio::test]
async fn a_box_that_somebody_wrote_was_shut_is_looked_at_before_it_is_opened() {
    for is_rewritten in [false, true] {
        let (world, vote) = open(3).await;
        let visitor = world.bezoeker();
        for (letter, secret, place) in [(0, 1, 0), (1, 2, 0), (2, 3, 1)] {
            vote.vote(&visitor, letter, proof(secret), &[place]).await.unwrap();
        }
        moved(&world).await;
        if is_rewritten {
            rewrite_one(&world, &vote).await;
        }
        world.pass(TimeDelta::hours(24));
        let digest = digest_of_box(&world).await;
        world.tamper("INSERT INTO sluiting (ronde, toets) SELECT id, 'volledig' FROM buurtbegroting").await.unwrap();
        let shut = format!(
            "UPDATE buurtbegroting SET gesloten_at = sluit_at, bus_aantal = 3, bus_controlegetal = '{digest}', \
             versie = versie + 1"
        );
        world.tamper(&shut).await.unwrap();
        world.drive().await;
        world.log_in_to_count(&vote).await;
        let counted = vote.count().await.map(|_uitslag| ()).map_err(|problem| problem.code());
        let expected = if is_rewritten { Err(ProblemCode::StembusKloptNiet) } else { Ok(()) };
        assert_eq!(counted, expected, "rewritten: {is_rewritten}");
        assert_eq!(world.count("uitslag").await > 0, !is_rewritten);
    }
}

// Taking a vote away: found from the first move on; before that only the voter sees it, and the document says so.
#[tokio::test]
async fn a_voter_and_their_ballot_that_vanish_are_found_once_they_were_moved() {
    for is_moved in [false, true] {
        let (world, vote) = open(3).await;
        let visitor = world.bezoeker();
        vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
        let victim = world.bytes("SELECT kiezer FROM deelname").await.remove(0);
        vote.vote(&visitor, 1, proof(2), &[0]).await.unwrap();
        if is_moved {
            moved(&world).await;
        }
        let table = if is_moved { "bus" } else { "bus_in" };
        let gone = format!("DELETE FROM {table} WHERE biljet_id = {}", biljet(&world, &vote, 1));
        assert!(world.tamper(&gone).await.is_err());
        world.force(table, &gone).await;
        world.force("deelname", &format!("DELETE FROM deelname WHERE kiezer = {}", world.blob(&victim))).await;
        assert!(!is_in_box(&world, &vote, 1).await, "who looks sees it");
        let expected: &[Bevinding] = if is_moved { &[StembiljettenAnders] } else { &[] };
        assert_eq!(shut(&world, &vote).await, expected, "moved: {is_moved}");
    }
}

// Changing a vote back, where votes may be changed.
#[tokio::test]
async fn an_older_change_that_is_put_back_is_found_once_the_newer_was_moved() {
    for is_moved in [false, true] {
        let (world, vote) = open(2).await;
        let visitor = world.bezoeker();
        vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
        moved(&world).await;
        let to = ChangeVote {
            stembewijs: proof(1).grouped().into(),
            keuzes: vec![keuze(vote.projecten[1], 1)],
            stand: None,
        };
        visitor.change_vote(vote.id, to).await.unwrap();
        if is_moved {
            moved(&world).await;
        }
        let table = if is_moved { "bus" } else { "bus_in" };
        assert_eq!(world.force(table, &format!("DELETE FROM {table} WHERE wijziging = 1")).await, 1);
        let expected: &[Bevinding] = if is_moved { &[StembiljettenAnders] } else { &[] };
        assert_eq!(shut(&world, &vote).await, expected, "moved: {is_moved}");
    }
}

// An older copy of the database is put back while people vote: what was moved since is missed, what still lay where ballots come in
// is not.
#[tokio::test]
async fn an_older_copy_of_the_database_is_found_once_something_was_moved_since() {
    for is_moved in [false, true] {
        let (world, vote) = open(3).await;
        vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
        moved(&world).await;
        let voters = world.bytes("SELECT kiezer FROM deelname").await;
        vote.vote(&world.bezoeker(), 1, proof(2), &[1]).await.unwrap();
        if is_moved {
            moved(&world).await;
        }
        // The tables as that copy has them.
        world.force("deelname", &format!("DELETE FROM deelname WHERE kiezer <> {}", world.blob(&voters[0]))).await;
        for table in ["bus_in", "bus"] {
            let later = format!("DELETE FROM {table} WHERE biljet_id <> {}", biljet(&world, &vote, 1));
            world.force(table, &later).await;
        }
        world.force("legging", "DELETE FROM legging WHERE soort = 'stembiljetten' AND nummer > 1").await;
        assert!(!is_in_box(&world, &vote, 2).await, "the voter sees it");
        let expected: &[Bevinding] = if is_moved { &[StembiljettenAnders, LeggingOntbreekt] } else { &[] };
        assert_eq!(shut(&world, &vote).await, expected, "moved: {is_moved}");
    }
}

// Moving voters and envelopes to another round.
#[tokio::test]
async fn nothing_is_moved_to_another_round() {
    let (world, vote) = open(2).await;
    let elsewhere = PlanBuurtbegroting { titel: "Nog een".into(), ..plan(&world) };
    let other = world.open_vote(elsewhere, 2, &["1000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    moved(&world).await;
    let there = "(SELECT id FROM buurtbegroting WHERE titel = 'Nog een')";
    for table in ["deelname", "bus", "kiescode"] {
        let move_over = format!("UPDATE {table} SET ronde = {there} WHERE ronde <> {there}");
        assert!(world.tamper(&move_over).await.is_err(), "{table}");
        if table != "kiescode" {
            assert_eq!(world.force(table, &move_over).await, 1);
        }
    }
    assert_eq!(shut(&world, &vote).await, [StembiljettenAnders]);
    world.log_in(&other.stembureau).await;
    let found = other.stembureau.stembureau(other.id).await.unwrap().bevindingen;
    assert_eq!(found, [EnvelopKloptNiet, StembiljettenAnders, KiezerZonderBrief]);
}

// Voting with a letter that was replaced.
#[tokio::test]
async fn an_old_code_that_is_made_good_again_is_found() {
    let (world, vote) = open(2).await;
    let other = world.stembureau("W2").await;
    vote.stembureau.replace_with(&other, vote.id, "1").await.unwrap();
    let newer = "DELETE FROM kiescode WHERE generatie = 1";
    assert!(world.tamper(newer).await.is_err());
    world.force("kiescode", newer).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.expect("while voting nobody sees it");
    assert_eq!(shut(&world, &vote).await, [CodesAnders, VervangingenAnders]);
}

// A stembureau member who replaces letters alone, by way of the database; and the count that everybody reads.
#[tokio::test]
async fn a_replacement_that_no_second_person_confirmed_is_found() {
    let (world, vote) = open(2).await;
    let other = world.stembureau("W2").await;
    vote.stembureau.replace_with(&other, vote.id, "1").await.unwrap();
    world.force("vervanging_akkoord", "DELETE FROM vervanging_akkoord").await;
    assert_eq!(world.bezoeker().opkomst(vote.id).await.unwrap().vervangen_brieven, 0, "it is not told any more");
    assert_eq!(shut(&world, &vote).await, [VervangingenAnders]);
}

// The same by way of a second person whom the database makes up: nothing is wrong with that box, but everybody sees that a letter
// was replaced, and whose letter it was that it is good for nothing.
#[tokio::test]
async fn a_replacement_by_one_and_somebody_made_up_is_seen_in_the_number_and_by_the_voter() {
    let (world, vote) = open(2).await;
    let (one, visitor) = (&vote.stembureau, world.bezoeker());
    let asked = one.request_vervanging(vote.id, ReplaceStemcode { nummer: "1".into() }).await.unwrap();
    let made_up =
        "UPDATE vervanging SET gevraagd_door = (SELECT a.id FROM account a WHERE a.id <> gevraagd_door LIMIT 1)";
    assert!(world.tamper(made_up).await.is_err());
    assert_eq!(world.force("vervanging", made_up).await, 1);
    let new = one.confirm_vervanging(asked.id).await.unwrap();
    let with = CastVote { stemcode: new.stemcode.as_str().into(), ..vote.ballot(0, proof(1), &[0]) };
    visitor.cast_vote(vote.id, with).await.unwrap();
    assert_eq!(visitor.opkomst(vote.id).await.unwrap().vervangen_brieven, 1);
    let late = vote.vote(&visitor, 0, proof(2), &[0]).await.unwrap_err();
    assert_eq!(late.fouten[0].code, FieldCode::StemcodeVervangen);
    assert_eq!(shut(&world, &vote).await, []);
}

// The running sums themselves.
#[tokio::test]
async fn what_was_laid_cannot_be_forgotten_or_made_up() {
    let (world, vote) = open(2).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    moved(&world).await;
    let forget = "DELETE FROM legging WHERE soort = 'stembiljetten'";
    assert!(world.tamper(forget).await.is_err());
    world.force("legging", forget).await;
    assert_eq!(shut(&world, &vote).await, [LeggingOntbreekt]);

    let (world, vote) = open(3).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    moved(&world).await;
    let made_up = "INSERT INTO legging SELECT ronde, soort, nummer + 1, 'ab', aantal, som, vorige FROM legging \
                   WHERE soort = 'stembiljetten'";
    world.tamper(made_up).await.unwrap();
    vote.vote(&world.bezoeker(), 1, proof(2), &[0]).await.unwrap();
    moved(&world).await;
    assert_eq!(shut(&world, &vote).await, [LeggingOntbreekt, LeggingOnbekend], "nobody told of it beside the secrets");
}

/// What is told of a kind beside the secret of a round: with `voor` before it was done, with `na` after.
pub fn files(world: &World, vote: &OpenVote, soort: &str, ending: &str) -> Vec<PathBuf> {
    let all = std::fs::read_dir(world.secret_of(vote.id).with_extension("")).unwrap();
    let mut found: Vec<PathBuf> = all.map(|file| file.unwrap().path()).collect();
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    found.retain(|path| name(path).starts_with(&format!("{soort}-")) && name(path).ends_with(&format!(".{ending}")));
    found
}

// D-1, X-1: a crash between the transaction and the last word.
#[tokio::test]
async fn what_a_crash_left_untold_is_told_at_the_next_turn() {
    for (is_announced, expected) in [(true, &[][..]), (false, &[StembiljettenAnders, LeggingOnbekend])] {
        let (world, vote) = open(2).await;
        vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
        moved(&world).await;
        let lost = files(&world, &vote, "stembiljetten", "na");
        assert_eq!(lost.len(), 1);
        std::fs::remove_file(&lost[0]).unwrap();
        if !is_announced {
            std::fs::remove_file(&files(&world, &vote, "stembiljetten", "voor")[0]).unwrap();
        }
        assert_eq!(shut(&world, &vote).await, expected, "announced: {is_announced}");
        assert_eq!(files(&world, &vote, "stembiljetten", "na").len(), usize::from(is_announced));
    }
}

// E-3: an empty place is not a lost secret.
#[tokio::test]
async fn while_the_place_of_the_secrets_is_away_ballots_come_in_nothing_is_moved_and_nothing_is_shut() {
    let (world, vote) = open(3).await;
    let visitor = world.bezoeker();
    vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
    let place = world.secret_of(vote.id).parent().unwrap().to_owned();
    let away = place.with_extension("weg");
    std::fs::rename(&place, &away).unwrap();
    // What is mounted there now is another, empty folder.
    std::fs::create_dir(&place).unwrap();
    vote.vote(&visitor, 1, proof(2), &[0]).await.expect("casting goes on");
    world.pass(TimeDelta::hours(1));
    world.drive().await;
    assert_eq!((world.count("bus_in").await, world.count("bus").await, world.count("legging").await), (2, 0, 1));
    let other = PlanBuurtbegroting { titel: "Nog een".into(), ..plan(&world) };
    world.log_in(&vote.wijkteam).await;
    let made = vote.wijkteam.create_buurtbegroting(vote.wijkteam.key(), other).await.unwrap();
    let refused = vote.wijkteam.publish_buurtbegroting(made.kaart.id, made.versie).await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::EvenNiet, "no secret is made where the others are not");
    world.pass(TimeDelta::hours(24));
    world.drive().await;
    world.log_in(&vote.stembureau).await;
    assert_eq!(vote.stembureau.stembureau(vote.id).await.unwrap().bevindingen, [], "it is not taken for lost");
    let unchecked = vote.stembureau.close_unchecked(vote.id).await.unwrap_err();
    assert_eq!(unchecked.code(), ProblemCode::StapKanNietNu);
    std::fs::remove_dir(&place).unwrap();
    std::fs::rename(&away, &place).unwrap();
    assert_eq!(shut(&world, &vote).await, []);
    assert_eq!(world.count("bus").await, 2);
}

// The secret is lost: two of the stembureau, and the result says so.
#[tokio::test]
async fn a_box_of_which_the_secret_was_lost_is_shut_by_two_and_the_result_says_so() {
    for is_of_before in [false, true] {
        let world = World::new().await;
        let plan = plan(&world);
        let costs = ["6000.00", "5000.00"];
        let vote = if is_of_before {
            world.open_vote_of_before(plan, 3, &costs).await
        } else {
            world.open_vote(plan, 3, &costs).await
        };
        let (one, other) = (&vote.stembureau, world.stembureau("W2").await);
        vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
        let early = one.close_unchecked(vote.id).await.unwrap_err();
        assert_eq!(early.code(), ProblemCode::StapKanNietNu, "people vote");
        std::fs::remove_file(world.secret_of(vote.id)).unwrap();
        assert_eq!(shut(&world, &vote).await, [GeheimKwijt]);
        world.log_in(&other).await;
        let steps = one.buurtbegroting(vote.id).await.unwrap().stappen;
        assert!(steps.contains(&Step::CloseUnchecked) && !steps.contains(&Step::Count));
        let alone = "INSERT INTO sluiting (ronde, toets) SELECT id, 'aantallen' FROM buurtbegroting";
        assert!(world.tamper(alone).await.is_err());
        // One asks, and asks again; that is still one. A day later it is void.
        for _ in 0..2 {
            assert_eq!(one.close_unchecked(vote.id).await.unwrap().sluiting, None);
        }
        let seen = other.stembureau(vote.id).await.unwrap().noodsluiting.unwrap();
        assert!(!seen.eigen && one.stembureau(vote.id).await.unwrap().noodsluiting.unwrap().eigen);
        world.pass(TimeDelta::hours(24));
        for person in [one, &other] {
            world.log_in(person).await;
        }
        assert_eq!(other.close_unchecked(vote.id).await.unwrap().sluiting, None, "the first request is void");
        let shut = one.close_unchecked(vote.id).await.unwrap().sluiting.unwrap();
        assert!(shut.ongecontroleerd);
        world.log_in_to_count(&vote).await;
        let uitslag = vote.count().await.unwrap();
        assert!(uitslag.ongecontroleerd);
        let page = world.browser().look(&format!("/buurtbegrotingen/{}", vote.id)).await.text();
        assert!(page.contains("Het geheim van deze stemming is kwijtgeraakt."), "{page}");
    }
}

#[tokio::test]
async fn a_box_of_which_the_secret_was_lost_stays_shut_when_the_numbers_differ() {
    let (world, vote) = open(3).await;
    let other = world.stembureau("W2").await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    moved(&world).await;
    world.force("bus", "DELETE FROM bus").await;
    std::fs::remove_file(world.secret_of(vote.id)).unwrap();
    assert_eq!(shut(&world, &vote).await, [GeheimKwijt]);
    world.log_in(&other).await;
    vote.stembureau.close_unchecked(vote.id).await.unwrap();
    let refused = other.close_unchecked(vote.id).await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::StembusKloptNiet);
    assert_eq!(other.buurtbegroting(vote.id).await.unwrap().sluiting, None);
}
