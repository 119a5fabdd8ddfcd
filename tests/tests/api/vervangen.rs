//! A letter that was lost, from who asks for another to who votes with it: what a stranger ran into at the desk and on a phone
//! (P-6, V-1a). That nothing of it tells who voted is in `stemmen`.

use chrono::TimeDelta;
use contract::VervangingId;
use contract::field::FieldCode;
use contract::problem::ProblemCode;
use contract::stembureau::{ReplaceStemcode, StembureauApi as _};
use tests::{OpenVote, World};

fn lost(nummer: &str) -> ReplaceStemcode {
    ReplaceStemcode { nummer: nummer.into() }
}

/// A vote of each form, with so many letters.
async fn of_both_forms(letters: u32) -> Vec<(World, OpenVote)> {
    let mut all = Vec::new();
    for is_of_before in [false, true] {
        let world = World::new().await;
        let (plan, costs) = (world.plan(), ["1000.00"]);
        let vote = if is_of_before {
            world.open_vote_of_before(plan, letters, &costs).await
        } else {
            world.open_vote(plan, letters, &costs).await
        };
        all.push((world, vote));
    }
    all
}

// P-6, b9: two requests at once would be two letters, and the code that a resident just got would be dead.
#[tokio::test]
async fn for_one_letter_one_request_waits_and_who_confirms_it_ends_every_other() {
    for (world, vote) in of_both_forms(2).await {
        let (one, other, third) = (&vote.stembureau, world.stembureau("W2").await, world.stembureau("W2").await);
        let asked = one.request_vervanging(vote.id, lost("1")).await.unwrap();
        let refused = other.request_vervanging(vote.id, lost("1")).await.unwrap_err();
        assert_eq!((refused.fouten[0].veld.as_str(), refused.fouten[0].code), ("/nummer", FieldCode::AlGevraagd));
        other.request_vervanging(vote.id, lost("2")).await.expect("another letter is another matter");
        // As the version before took them: two people asked for the same letter.
        let account = |email: &str| format!("(SELECT id FROM account WHERE email = '{email}')");
        let crossing = format!(
            "INSERT INTO vervanging SELECT {}, ronde, nummer, {}, gevraagd_at FROM vervanging WHERE nummer = 1",
            account(&third.email),
            account(&other.email)
        );
        world.tamper(&crossing).await.unwrap();
        let crossing = VervangingId(third.id().0);
        assert_eq!(one.stembureau(vote.id).await.unwrap().vervangingen.len(), 3);
        world.pass(TimeDelta::seconds(30));
        other.confirm_vervanging(asked.id).await.unwrap();
        let waits = one.stembureau(vote.id).await.unwrap().vervangingen;
        assert_eq!(waits.iter().map(|own| own.nummer).collect::<Vec<_>>(), [2]);
        let late = one.confirm_vervanging(crossing).await.unwrap_err();
        assert_eq!(late.code(), ProblemCode::Verouderd);
        assert_eq!(world.count("vervanging_akkoord").await, 1, "one letter was given");
        // Lost once more, it is asked for anew.
        other.replace_with(one, vote.id, "1").await.expect("the one before is done");
    }
}
