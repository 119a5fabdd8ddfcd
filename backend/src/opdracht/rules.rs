//! Decisions about an opdracht that need no database.

use crate::access::Action;
use contract::account::MandaatView;
use contract::opdracht::{OpdrachtStap as Step, OpdrachtStatus as Status};
use contract::{AccountId, Euro};

/// Days in which approvals for one receiver count together (SECURITY-RULES A-6: no slicing).
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

/// The same person may not do both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeedsOtherEyes;

/// Who approves is none of those who asked: the requester, the author, the initiator (SECURITY-RULES A-6).
///
/// # Errors
/// [`NeedsOtherEyes`].
pub fn eyes(approver: AccountId, involved: &[Option<AccountId>]) -> Result<(), NeedsOtherEyes> {
    if involved.contains(&Some(approver)) { Err(NeedsOtherEyes) } else { Ok(()) }
}

/// Whether two names are one receiver: capitals and spaces do not make another.
#[must_use]
pub fn is_same_receiver(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    plain(one) == plain(other)
}

/// No mandate covers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoMandate;

/// Some mandate for this gebied and product covers the amount together with what the same person approved for the same
/// receiver lately.
///
/// # Errors
/// [`NoMandate`].
pub fn mandate(
    mandates: &[MandaatView],
    gebied: &str,
    product: &str,
    amount: Euro,
    lately: Euro,
) -> Result<(), NoMandate> {
    let together = amount.plus(lately).ok_or(NoMandate)?;
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

    #[test]
    fn a_fiat_needs_another_pair_of_eyes() {
        for (approver, involved, expected) in [
            (BRAM, vec![Some(ANNA), None], Ok(())),
            (ANNA, vec![Some(ANNA), None], Err(NeedsOtherEyes)),
            (ANNA, vec![Some(BRAM), Some(ANNA)], Err(NeedsOtherEyes)),
        ] {
            assert_eq!(eyes(approver, &involved), expected, "{approver} {involved:?}");
        }
    }

    #[test]
    fn a_mandate_covers_its_gebied_product_and_amount_and_is_not_sliced() {
        let euro = |euros: i64| Euro::from_cents(euros * 100).unwrap();
        let of = |product: Option<&str>| MandaatView {
            gebied: "W2".into(),
            product: product.map(str::to_owned),
            bedrag: euro(1_000),
            begin_datum: chrono::NaiveDate::MIN,
            eind_datum: None,
        };
        for (held, gebied, product, amount, lately, expected) in [
            (of(None), "W2", "groen", 1_000, 0, Ok(())),
            (of(None), "W2", "groen", 1_001, 0, Err(NoMandate)),
            (of(None), "W3", "groen", 1, 0, Err(NoMandate)),
            (of(Some("groen")), "W2", "groen", 500, 500, Ok(())),
            (of(Some("groen")), "W2", "groen", 500, 501, Err(NoMandate)),
            (of(Some("groen")), "W2", "sport", 500, 0, Err(NoMandate)),
        ] {
            let found = mandate(&[held], gebied, product, euro(amount), euro(lately));
            assert_eq!(found, expected, "{gebied} {product} {amount} {lately}");
        }
        assert_eq!(mandate(&[], "W2", "groen", euro(1), Euro::ZERO), Err(NoMandate));
    }
}
