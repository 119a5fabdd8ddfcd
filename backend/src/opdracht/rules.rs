//! Decisions about an opdracht that need no database.

use crate::access::Action;
use crate::opdracht::receiver::receiver_key;
use contract::account::MandaatView;
use contract::opdracht::{OpdrachtStap as Step, OpdrachtStatus as Status};
use contract::{AccountId, ActiviteitId, Euro};

/// Days in which what one person gives fiat for counts together (SECURITY-RULES A-6: no slicing).
pub const SLICING_DAYS: i64 = 30;

/// Whether everybody may see an opdracht in this status: from the moment that money is committed.
#[must_use]
pub const fn is_public(status: Status) -> bool {
    match status {
        Status::Concept | Status::TerFiattering | Status::Afgewezen | Status::Ingetrokken => false,
        Status::Gefiatteerd
        | Status::Aangenomen
        | Status::Geweigerd
        | Status::InUitvoering
        | Status::Gereed
        | Status::Verantwoord => true,
    }
}

/// Whether it is still meant to be done; if not, what was set aside for it is free again.
#[must_use]
pub const fn goes_on(status: Status) -> bool {
    match status {
        Status::Afgewezen | Status::Ingetrokken => false,
        Status::Concept
        | Status::TerFiattering
        | Status::Gefiatteerd
        | Status::Aangenomen
        | Status::Geweigerd
        | Status::InUitvoering
        | Status::Gereed
        | Status::Verantwoord => true,
    }
}

/// Whether it still keeps an initiatief in uitvoering.
#[must_use]
pub const fn is_running(status: Status) -> bool {
    match status {
        Status::TerFiattering | Status::Gefiatteerd | Status::Aangenomen | Status::InUitvoering | Status::Gereed => {
            true
        }
        Status::Concept | Status::Geweigerd | Status::Verantwoord | Status::Afgewezen | Status::Ingetrokken => false,
    }
}

/// The action of the table that a step belongs to.
#[must_use]
pub const fn action_of(step: Step) -> Action {
    match step {
        Step::Request | Step::Withdraw => Action::RequestOpdracht,
        Step::Approve | Step::Disapprove => Action::ApproveOpdracht,
        Step::Accept | Step::Refuse | Step::Begin | Step::Report | Step::Spend | Step::Finish | Step::Account => {
            Action::CarryOutOpdracht
        }
    }
}

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub account: AccountId,
    /// What all spellings of their address have in common.
    pub address: String,
}

/// How somebody behind an opdracht is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// By an account.
    Account(AccountId),
    /// By what all spellings of a confirmed address have in common: a guest is whoever has an account with it.
    Address(String),
}

impl Who {
    fn is(&self, person: &Person) -> bool {
        match self {
            Self::Account(account) => *account == person.account,
            Self::Address(address) => *address == person.address,
        }
    }
}

/// One of the things that an opdracht comes from, and who is behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// What staff made or asked for: the opdracht, its inzet, its activiteit, a plan that voters chose.
    Work(Who),
    /// An initiatief that it follows.
    Initiatief {
        /// Who handed it in, by all that is known of them; nothing when that is gone.
        initiator: Vec<Who>,
        /// Who only passed it on: linked it, or put it in a round with a text of their own.
        passed_on_by: Vec<Who>,
    },
}

impl Origin {
    /// Who answers for it. Whoever only passed on what somebody else wants does not, unless nobody else is left.
    fn authors(&self) -> &[Who] {
        match self {
            Self::Work(by) => std::slice::from_ref(by),
            Self::Initiatief { initiator, passed_on_by } if initiator.is_empty() => passed_on_by,
            Self::Initiatief { initiator, .. } => initiator,
        }
    }

    fn initiator(&self) -> &[Who] {
        match self {
            Self::Work(_) => &[],
            Self::Initiatief { initiator, .. } => initiator,
        }
    }
}

/// The same person may not do both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeedsOtherEyes;

/// Who decides on the money is nobody behind the opdracht (SECURITY-RULES A-6).
///
/// # Errors
/// [`NeedsOtherEyes`].
pub fn eyes(approver: &Person, origins: &[Origin]) -> Result<(), NeedsOtherEyes> {
    let is_behind = origins.iter().flat_map(Origin::authors).any(|who| who.is(approver));
    if is_behind { Err(NeedsOtherEyes) } else { Ok(()) }
}

/// Who asks for the money did not hand in what it is for: otherwise one person is the initiator, the author and the
/// requester, and only one other ever looks (SECURITY-RULES P-6).
///
/// # Errors
/// [`NeedsOtherEyes`].
pub fn asks_for_others(requester: &Person, origins: &[Origin]) -> Result<(), NeedsOtherEyes> {
    let is_own = origins.iter().flat_map(Origin::initiator).any(|who| who.is(requester));
    if is_own { Err(NeedsOtherEyes) } else { Ok(()) }
}

/// No mandate covers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoMandate;

/// What somebody gives fiat for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// What all spellings of the receiver have in common.
    pub receiver: String,
    /// The activiteit that it is spent on.
    pub activiteit: ActiviteitId,
    /// How much.
    pub bedrag: Euro,
}

impl Given {
    /// Fiat for an amount to a receiver of this name.
    #[must_use]
    pub fn new(receiver: &str, activiteit: ActiviteitId, bedrag: Euro) -> Self {
        Self { receiver: receiver_key(receiver), activiteit, bedrag }
    }
}

/// Some mandate for this gebied and product covers what is wanted together with what the same person gave fiat for
/// lately: to the same receiver, and on the same activiteit whoever the receiver was.
///
/// # Errors
/// [`NoMandate`].
pub fn mandate<'a>(
    mandates: &[MandaatView],
    (gebied, product): (&str, &str),
    wanted: &Given,
    lately: impl IntoIterator<Item = &'a Given>,
) -> Result<(), NoMandate> {
    let (mut to_receiver, mut on_activiteit) = (wanted.bedrag, wanted.bedrag);
    for given in lately {
        if given.receiver == wanted.receiver {
            to_receiver = to_receiver.plus(given.bedrag).ok_or(NoMandate)?;
        }
        if given.activiteit == wanted.activiteit {
            on_activiteit = on_activiteit.plus(given.bedrag).ok_or(NoMandate)?;
        }
    }
    let together = to_receiver.max(on_activiteit);
    let covers = |mandate: &MandaatView| {
        mandate.gebied == gebied
            && mandate.product.as_deref().is_none_or(|own| own == product)
            && mandate.bedrag >= together
    };
    if mandates.iter().any(covers) { Ok(()) } else { Err(NoMandate) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const ANNA: AccountId = AccountId(Uuid::from_u128(1));
    const BRAM: AccountId = AccountId(Uuid::from_u128(2));
    const CARLA: AccountId = AccountId(Uuid::from_u128(3));

    fn anna() -> Person {
        Person { account: ANNA, address: "anna@voorbeeld.test".into() }
    }

    fn made(by: AccountId) -> Origin {
        Origin::Work(Who::Account(by))
    }

    fn guest(address: &str) -> Who {
        Who::Address(address.into())
    }

    fn handed_in(initiator: &[Who], passed_on_by: &[AccountId]) -> Origin {
        let passed_on_by = passed_on_by.iter().copied().map(Who::Account).collect();
        Origin::Initiatief { initiator: initiator.to_vec(), passed_on_by }
    }

    // finding 10, A-6
    #[test]
    fn a_fiat_needs_another_pair_of_eyes() {
        let account = Who::Account;
        for (origins, expected) in [
            (vec![], Ok(())),
            (vec![made(BRAM), made(CARLA)], Ok(())),
            (vec![made(BRAM), made(ANNA)], Err(NeedsOtherEyes)),
            (vec![handed_in(&[account(BRAM)], &[])], Ok(())),
            (vec![handed_in(&[account(BRAM)], &[]), handed_in(&[account(ANNA)], &[])], Err(NeedsOtherEyes)),
            (vec![handed_in(&[guest("bram@voorbeeld.test")], &[])], Ok(())),
            (vec![handed_in(&[guest("anna@voorbeeld.test")], &[])], Err(NeedsOtherEyes)),
            (vec![handed_in(&[account(BRAM), guest("anna@voorbeeld.test")], &[])], Err(NeedsOtherEyes)),
            (vec![handed_in(&[account(BRAM)], &[ANNA])], Ok(())),
            (vec![handed_in(&[guest("bram@voorbeeld.test")], &[ANNA, CARLA])], Ok(())),
            (vec![handed_in(&[], &[BRAM])], Ok(())),
            (vec![handed_in(&[], &[BRAM, ANNA])], Err(NeedsOtherEyes)),
            (vec![handed_in(&[account(BRAM)], &[]), handed_in(&[], &[ANNA])], Err(NeedsOtherEyes)),
        ] {
            assert_eq!(eyes(&anna(), &origins), expected, "{origins:?}");
        }
    }

    // finding 10, P-6
    #[test]
    fn who_asks_for_money_did_not_hand_in_what_it_is_for() {
        for (origins, expected) in [
            (vec![], Ok(())),
            (vec![made(ANNA)], Ok(())),
            (vec![made(ANNA), handed_in(&[Who::Account(BRAM)], &[ANNA])], Ok(())),
            (vec![handed_in(&[], &[ANNA])], Ok(())),
            (vec![made(BRAM), handed_in(&[Who::Account(ANNA)], &[])], Err(NeedsOtherEyes)),
            (vec![handed_in(&[guest("anna@voorbeeld.test")], &[])], Err(NeedsOtherEyes)),
        ] {
            assert_eq!(asks_for_others(&anna(), &origins), expected, "{origins:?}");
        }
    }

    fn euro(euros: i64) -> Euro {
        Euro::from_cents(euros * 100).unwrap()
    }

    fn held(product: Option<&str>) -> MandaatView {
        MandaatView {
            gebied: "W2".into(),
            product: product.map(str::to_owned),
            bedrag: euro(1_000),
            begin_datum: chrono::NaiveDate::MIN,
            eind_datum: None,
        }
    }

    fn given(receiver: &str, activiteit: u128, euros: i64) -> Given {
        Given::new(receiver, ActiviteitId(Uuid::from_u128(activiteit)), euro(euros))
    }

    #[test]
    fn a_mandate_covers_its_gebied_product_and_amount() {
        for (own, gebied, product, amount, expected) in [
            (held(None), "W2", "groen", 1_000, Ok(())),
            (held(None), "W2", "groen", 1_001, Err(NoMandate)),
            (held(None), "W3", "groen", 1, Err(NoMandate)),
            (held(Some("groen")), "W2", "groen", 1_000, Ok(())),
            (held(Some("groen")), "W2", "sport", 500, Err(NoMandate)),
        ] {
            let found = mandate(&[own], (gebied, product), &given("Kweker", 1, amount), &[]);
            assert_eq!(found, expected, "{gebied} {product} {amount}");
        }
        assert_eq!(mandate(&[], ("W2", "groen"), &given("Kweker", 1, 1), &[]), Err(NoMandate));
    }

    // finding 11, A-6
    #[test]
    fn a_mandate_is_not_sliced_over_spellings_or_receivers() {
        let of = |receivers: &[(&str, u128, i64)]| -> Vec<Given> {
            receivers.iter().map(|(name, activiteit, euros)| given(name, *activiteit, *euros)).collect()
        };
        for (lately, expected) in [
            (of(&[]), Ok(())),
            (of(&[("Kweker BV", 2, 600)]), Ok(())),
            (of(&[("Kweker BV", 2, 601)]), Err(NoMandate)),
            (of(&[("kweker b.v.", 2, 300), ("Kwéker-BV", 3, 301)]), Err(NoMandate)),
            (of(&[("Hovenier", 1, 600)]), Ok(())),
            (of(&[("Hovenier", 1, 601)]), Err(NoMandate)),
            (of(&[("Hovenier", 1, 300), ("Straatmaker", 1, 301)]), Err(NoMandate)),
            (of(&[("Hovenier", 2, 1_000), ("Straatmaker", 3, 1_000)]), Ok(())),
            (of(&[("Kweker", 2, 600), ("Hovenier", 1, 600)]), Ok(())),
        ] {
            let found = mandate(&[held(None)], ("W2", "groen"), &given("Kweker", 1, 400), &lately);
            assert_eq!(found, expected, "{lately:?}");
        }
    }
}
