//! Custodians: people who keep a part of the key of a vote, as their browsers do it; and rounds from before there were any.

use crate::people::Person;
use crate::votes::OpenVote;
use crate::world::World;
use contract::bewaarder::{
    BewaarderApi as _, BewaarderView, Bewaarsleutel, DeelControle, GeefSleutel, LeverDeel, NameBewaarders,
    ProbeerSleutel, SleutelDoel,
};
use contract::problem::ProblemCode;
use contract::stembureau::{Sleuteldeel, StembureauApi as _, UitslagView, UseSleutel, VraagTelling};
use contract::telling::{TellingStatus, TellingView};
use contract::{BuurtbegrotingId, Problem, Reply, TellingId};
use std::time::Duration;

/// How long a count may take, in steps of [`STEP`].
const STEPS: u32 = 2_400;
const STEP: Duration = Duration::from_millis(25);

/// Somebody who keeps a part of a key, with the key of their own that only they have.
#[derive(Clone)]
pub struct Keeper {
    /// Who they are.
    pub person: Person,
    /// What they wrote down.
    pub sleutel: Bewaarsleutel,
}

impl Keeper {
    /// Gives the public half of their key.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn give_key(&self, id: BuurtbegrotingId) -> Reply<BewaarderView> {
        let public = bewaren::public_half(&self.sleutel).to_string();
        self.person.give_sleutel(id, GeefSleutel { publieke_sleutel: public.into() }).await
    }

    /// Their part, as it comes out of its seal in their browser.
    ///
    /// # Panics
    /// When there is none, or they cannot open it.
    pub async fn part(&self, id: BuurtbegrotingId) -> Sleuteldeel {
        let sealed = self.person.bewaarder(id).await.expect("a custodian").verzegeld_deel.expect("a part");
        bewaren::open(&self.sleutel, &bytes(&sealed)).expect("it was sealed to this key")
    }

    /// Hands their part in.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn hand_in(&self, id: BuurtbegrotingId, doel: SleutelDoel) -> Reply<BewaarderView> {
        let part = self.part(id).await;
        self.hand_in_part(id, doel, &part).await
    }

    /// Tries the key of their own, without another.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn try_key(&self, id: BuurtbegrotingId) -> Reply<BewaarderView> {
        let controle = DeelControle::of(&self.part(id).await);
        self.person.try_sleutel(id, ProbeerSleutel { controle: controle.to_string().into() }).await
    }

    /// Hands a part in, of whomever it is.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn hand_in_part(
        &self,
        id: BuurtbegrotingId,
        doel: SleutelDoel,
        part: &Sleuteldeel,
    ) -> Reply<BewaarderView> {
        let request = LeverDeel { doel: doel.as_str().into(), deel: part.grouped().into() };
        self.person.hand_in_deel(id, request).await
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok());
    pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}

impl World {
    /// Three people who can keep a key.
    pub async fn keepers(&self) -> Vec<Keeper> {
        let mut keepers = Vec::new();
        for (number, naam) in (1..).zip(["Kea Bewaart", "Kim Bewaart", "Kas Bewaart"]) {
            let sleutel = Bewaarsleutel::new([number; 32]);
            keepers.push(Keeper { person: self.bewoner(naam).await, sleutel });
        }
        keepers
    }

    /// Logs in again, after a day or so, who must be there for a count.
    ///
    /// # Panics
    /// When the database is away.
    pub async fn log_in_to_count(&self, vote: &OpenVote) {
        self.log_in(&vote.stembureau).await;
        for keeper in &vote.bewaarders {
            self.log_in(&keeper.person).await;
        }
    }

    /// Gives a round the key that it had before there were custodians; gives its three parts.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn give_old_key(&self, id: BuurtbegrotingId) -> Vec<String> {
        let (key, round) = if self.on_postgres() {
            (format!("decode('{OLD_KEY}', 'hex')"), format!("'{id}'"))
        } else {
            (format!("x'{OLD_KEY}'"), format!("x'{}'", id.0.simple()))
        };
        let update = format!("UPDATE buurtbegroting SET publieke_sleutel = {key} WHERE id = {round}");
        assert_eq!(self.tamper(&update).await.expect("the version before did the same"), 1);
        OLD_PARTS.map(str::to_owned).to_vec()
    }
}

/// The public half of a key as the version before made it, and its parts: of whoever holds two of them, the round is open.
const OLD_KEY: &str = "7479b8466602d36c99c121e77f966eef0d67ba3c2fb914be0c4b4de5fc9d0930";
const OLD_PARTS: [&str; 3] = [
    "0401-WB1R-HCD0-TK35-NBP5-5EYX-JJVZ-G81Z-ST8J-07D2-XKS6-NE06-KJE6-2RH2-49Y0",
    "0AY9-ACTR-5K8N-S9WD-BCT4-PZX0-B40X-8VK3-87GQ-BVA7-7T01-3PHN-CGZ9-WVZF-SSZ0",
    "0CHY-SKBR-Q9HS-HZPN-ZXYB-FJ4B-X6C3-PN2Q-SWX4-DFFF-E2Q3-G3S4-RYNW-QHN1-8AN0",
];

/// Two parts of a key of before.
///
/// # Panics
/// When there are fewer.
#[must_use]
pub fn two(delen: &[String]) -> UseSleutel {
    let [deel1, _, deel2] = delen else { unreachable!("a key has three parts") };
    UseSleutel { deel1: deel1.as_str().into(), deel2: deel2.as_str().into() }
}

impl Person {
    /// Names three custodians.
    ///
    /// # Errors
    /// When they are refused.
    pub async fn name_keepers(&self, id: BuurtbegrotingId, keepers: &[Keeper]) -> Reply<()> {
        let [one, two, three] = keepers else { unreachable!("a round has three custodians") };
        let request = NameBewaarders {
            bewaarder1: one.person.email.as_str().into(),
            bewaarder2: two.person.email.as_str().into(),
            bewaarder3: three.person.email.as_str().into(),
        };
        self.name_bewaarders(id, request).await.map(|_named| ())
    }

    /// Names three custodians, who each give a key: then there is one for the ballots.
    ///
    /// # Panics
    /// When one of the steps is refused.
    pub async fn make_key(&self, world: &World, id: BuurtbegrotingId) -> Vec<Keeper> {
        let keepers = world.keepers().await;
        self.name_keepers(id, &keepers).await.expect("they are named");
        for keeper in &keepers {
            keeper.give_key(id).await.expect("a key");
        }
        keepers
    }

    /// The same, and two of them show that their parts open an envelope.
    ///
    /// # Panics
    /// When one of the steps is refused.
    pub async fn make_and_prove_key(&self, world: &World, id: BuurtbegrotingId) -> Vec<Keeper> {
        let keepers = self.make_key(world, id).await;
        hand_in_two(&keepers, id, SleutelDoel::Proef).await.expect("they open an envelope");
        keepers
    }

    /// Waits until a count is over.
    ///
    /// # Panics
    /// When it takes a minute.
    pub async fn wait_for_count(&self, id: TellingId) -> TellingView {
        for _ in 0..STEPS {
            let telling = self.telling(id).await.expect("somebody who counts");
            if telling.is_over() {
                return telling;
            }
            tokio::time::sleep(STEP).await;
        }
        unreachable!("a count that does not end")
    }
}

/// Two custodians hand in their parts, one after the other.
///
/// # Errors
/// When one is refused.
pub async fn hand_in_two(keepers: &[Keeper], id: BuurtbegrotingId, doel: SleutelDoel) -> Reply<BewaarderView> {
    let [one, _, other] = keepers else { unreachable!("a round has three custodians") };
    one.hand_in(id, doel).await?;
    other.hand_in(id, doel).await
}

/// What came of a count: the same as if somebody had waited for it.
fn of_count(telling: TellingView) -> Reply<TellingView> {
    match telling.status {
        TellingStatus::Klaar => Ok(telling),
        TellingStatus::Gevraagd | TellingStatus::Bezig | TellingStatus::Mislukt => {
            Err(Problem::bare(telling.fout.unwrap_or(ProblemCode::Storing)))
        }
    }
}

impl OpenVote {
    /// Counts: the stembureau asks, two custodians hand in their parts, and it is waited for.
    ///
    /// # Errors
    /// When it is refused, or breaks off.
    pub async fn count(&self) -> Reply<UitslagView> {
        let asked = self.stembureau.count_votes(self.id, VraagTelling::default()).await?;
        hand_in_two(&self.bewaarders, self.id, SleutelDoel::Telling).await?;
        of_count(self.stembureau.wait_for_count(asked.id).await)?;
        self.stembureau.uitslag(self.id).await
    }

    /// Counts the same ballots once more.
    ///
    /// # Errors
    /// When it is refused, or breaks off.
    pub async fn recount(&self) -> Reply<TellingView> {
        let asked = self.stembureau.recount_votes(self.id, VraagTelling::default()).await?;
        hand_in_two(&self.bewaarders, self.id, SleutelDoel::Natelling).await?;
        of_count(self.stembureau.wait_for_count(asked.id).await)
    }
}
