//! Voting, from a letter to a result.

use contract::buurtbegroting::{BuurtbegrotingApi as _, BuurtbegrotingFase as Fase};
use contract::field::FieldCode;
use contract::problem::ProblemCode;
use contract::stem::{CheckStembewijs, CheckStemcode, StemApi as _};
use contract::stembureau::StembureauApi as _;
use tests::{PRODUCT, World, proof, two};

#[tokio::test]
async fn a_round_goes_from_letters_to_a_result_that_everybody_sees() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 5, &["6000.00", "3000.00", "4000.00"]).await;
    let visitor = world.bezoeker();
    assert_eq!(visitor.buurtbegroting(vote.id).await.unwrap().kaart.fase, Fase::Stemmen);
    for (letter, places) in [&[0, 1][..], &[0], &[1, 2], &[1]].into_iter().enumerate() {
        vote.vote(&visitor, letter, proof(u8::try_from(letter).unwrap()), places).await.unwrap();
    }
    world.close_vote().await;
    let closed = visitor.buurtbegroting(vote.id).await.unwrap();
    assert_eq!((closed.kaart.fase, closed.sluiting.unwrap().stembiljetten), (Fase::Tellen, 4));
    let uitslag = vote.stembureau.count_votes(vote.id, two(&vote.delen)).await.unwrap();
    assert_eq!(visitor.uitslag(vote.id).await.unwrap(), uitslag);
    assert_eq!(visitor.buurtbegroting(vote.id).await.unwrap().kaart.fase, Fase::Uitslag);
    let found: Vec<(u32, bool, u64)> =
        uitslag.projecten.iter().map(|own| (own.nummer, own.gekozen, own.stemmen)).collect();
    assert_eq!(found, [(2, true, 3), (1, true, 2), (3, false, 1)]);
    assert!(uitslag.natellen.starts_with("wijkkoers tel uitslag.pb --regel equal-shares"), "{}", uitslag.natellen);
    assert_eq!(world.ledger_differences().await, [""; 0]);
    assert_eq!(
        world.count(&format!("saldo WHERE product = '{PRODUCT}' AND pot = 'gereserveerd' AND cents = 1000000")).await,
        1
    );
}

// V-3
#[tokio::test]
async fn a_letter_is_good_for_one_ballot_and_a_retry_is_no_second_one() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 3, &["1000.00", "2000.00"]).await;
    let visitor = world.bezoeker();
    let first = vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
    assert_eq!(vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap(), first, "the same request, the same answer");
    let other = vote.vote(&visitor, 0, proof(2), &[1]).await.unwrap_err();
    assert_eq!(other.code(), ProblemCode::AlGestemd);
    let taken = vote.vote(&visitor, 1, proof(1), &[1]).await.unwrap_err();
    assert_eq!(taken.code(), ProblemCode::BiljetBezet);
    assert_eq!((world.count("deelname").await, world.count("stembus_in").await), (1, 1));
    let stand = |code: &str| CheckStemcode { stemcode: code.into() };
    assert!(visitor.check_stemcode(vote.id, stand(&vote.codes[0])).await.unwrap().gestemd);
    assert!(!visitor.check_stemcode(vote.id, stand(&vote.codes[1])).await.unwrap().gestemd);
    let ask = |secret| CheckStembewijs { stembewijs: grouped(secret) };
    let there = visitor.check_stembewijs(vote.id, ask(1)).await.unwrap();
    assert_eq!((there.in_de_bus, there.controlecode), (true, Some(first.controlecode)));
    assert!(!visitor.check_stembewijs(vote.id, ask(2)).await.unwrap().in_de_bus);
}

fn grouped(number: u8) -> contract::field::Raw<contract::stem::Stembewijs> {
    proof(number).grouped().into()
}

// B-1
#[tokio::test]
async fn a_wrong_code_is_told_beside_the_field_and_guessing_ends() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let (guesser, neighbour) = (world.bezoeker(), world.bezoeker());
    let guess = CheckStemcode { stemcode: "0000-0000-0000".into() };
    for _ in 0..10 {
        let refused = guesser.check_stemcode(vote.id, guess.clone()).await.unwrap_err();
        assert_eq!(refused.fouten[0].code, FieldCode::StemcodeOnbekend);
    }
    let refused = guesser.check_stemcode(vote.id, guess.clone()).await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::TeVaak);
    assert_eq!(neighbour.check_stemcode(vote.id, guess).await.unwrap_err().code(), ProblemCode::OngeldigeInvoer);
    vote.vote(&guesser, 0, proof(1), &[0]).await.expect("a right code is never limited by where it comes from");
}

//
#[tokio::test]
async fn fifty_ballots_at_once_by_one_voter_are_one() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let people: Vec<_> = (0..50).map(|_| world.bezoeker()).collect();
    let casts = people.iter().zip(0_u8..).map(|(person, number)| vote.vote(person, 0, proof(number), &[0]));
    let outcomes = futures_util::future::join_all(casts).await;
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(done, 1);
    for refused in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(refused.code(), ProblemCode::AlGestemd);
    }
    assert_eq!((world.count("deelname").await, world.count("stembus_in").await), (1, 1));
}
