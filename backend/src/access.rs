//! Who may do what: one table, pure and total (SECURITY-RULES A-1). What no role can override (four eyes, the amount of
//! a mandate, one support per person) is a domain rule, not a row.

use contract::AccountId;
use contract::account::Role;

/// Something that can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Read what is public.
    ReadPublic,
    /// Hand in, change, answer or withdraw an initiatief.
    SubmitInitiatief,
    /// Support an initiatief.
    SupportInitiatief,
    /// Read an initiatief with the data of its initiator.
    ReadDossier,
    /// Take up, ask, answer, merge, refer, reject, link.
    TriageInitiatief,
    /// Take words and photos out of public view, read what stood there, put it back.
    TakeAway,
    /// Note an opgave, an inzet or an activiteit.
    ShapeOpgave,
    /// Read an opdracht as staff, also before it is approved.
    ReadOpdracht,
    /// Draw up an opdracht, ask for fiat, withdraw it.
    RequestOpdracht,
    /// Approve the spending.
    ApproveOpdracht,
    /// Accept, report, book spending, finish and account for an opdracht.
    CarryOutOpdracht,
    /// Read what staff wrote beside a posting.
    ReadToelichting,
    /// Prepare a buurtbegroting, add projects and judge them.
    PrepareBuurtbegroting,
    /// Ask for a second look at a project that was refused.
    AskHeroverweging,
    /// Make codes, name custodians, ask for the count, stop a round.
    CountVotes,
    /// Keep a part of the key of a round, as one of its custodians.
    KeepKey,
    /// Hand in a ballot, or look after one's own.
    Vote,
    /// See what waits for staff.
    ReadWerk,
    /// Upload a photo.
    UploadFoto,
    /// One's own account and session.
    UseAccount,
}

impl Action {
    /// Every action.
    pub const ALL: &'static [Self] = &[
        Self::ReadPublic,
        Self::SubmitInitiatief,
        Self::SupportInitiatief,
        Self::ReadDossier,
        Self::TriageInitiatief,
        Self::TakeAway,
        Self::ShapeOpgave,
        Self::ReadOpdracht,
        Self::RequestOpdracht,
        Self::ApproveOpdracht,
        Self::CarryOutOpdracht,
        Self::ReadToelichting,
        Self::PrepareBuurtbegroting,
        Self::AskHeroverweging,
        Self::CountVotes,
        Self::KeepKey,
        Self::Vote,
        Self::ReadWerk,
        Self::UploadFoto,
        Self::UseAccount,
    ];
}

/// Where a right holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Not at all.
    Nowhere,
    /// On what is one's own.
    Own,
    /// In the gebied of the role.
    Gebied,
    /// Everywhere.
    City,
}

/// Where each role may do what.
#[rustfmt::skip]
#[must_use]
pub const fn scopes(action: Action) -> [Scope; Role::COUNT] {
    use Action::{ApproveOpdracht, AskHeroverweging, CarryOutOpdracht, CountVotes, KeepKey, PrepareBuurtbegroting, ReadDossier,
        ReadOpdracht, ReadPublic, ReadToelichting, ReadWerk, RequestOpdracht, ShapeOpgave, SubmitInitiatief, SupportInitiatief,
        TakeAway, TriageInitiatief, UploadFoto, UseAccount, Vote};
    use Scope::{City, Gebied, Nowhere, Own};
    match action {
        //                        Bezoeker  Bewoner   Wijkteam  Backoffice  Raad     Stembureau  Beheerder
        ReadPublic            => [City,     City,     City,     City,       City,    City,       City],
        SubmitInitiatief      => [Own,      Own,      Own,      Own,        Own,     Own,        Own],
        SupportInitiatief     => [Nowhere,  City,     City,     City,       City,    City,       City],
        ReadDossier           => [Nowhere,  Nowhere,  Gebied,   Nowhere,    Nowhere, Nowhere,    Nowhere],
        TriageInitiatief      => [Nowhere,  Nowhere,  Gebied,   Nowhere,    Nowhere, Nowhere,    Nowhere],
        TakeAway              => [Nowhere,  Nowhere,  Gebied,   Nowhere,    Nowhere, Nowhere,    Nowhere],
        ShapeOpgave           => [Nowhere,  Nowhere,  Gebied,   Nowhere,    Nowhere, Nowhere,    Nowhere],
        ReadOpdracht          => [Nowhere,  Nowhere,  Gebied,   City,       City,    Nowhere,    Nowhere],
        RequestOpdracht       => [Nowhere,  Nowhere,  Gebied,   Nowhere,    Nowhere, Nowhere,    Nowhere],
        ApproveOpdracht       => [Nowhere,  Nowhere,  Gebied,   Nowhere,    Nowhere, Nowhere,    Nowhere],
        CarryOutOpdracht      => [Nowhere,  Nowhere,  Nowhere,  City,       Nowhere, Nowhere,    Nowhere],
        ReadToelichting       => [Nowhere,  Nowhere,  Gebied,   City,       Nowhere, Nowhere,    Nowhere],
        PrepareBuurtbegroting => [Nowhere,  Nowhere,  Gebied,   Nowhere,    Nowhere, Nowhere,    Nowhere],
        AskHeroverweging      => [Nowhere,  Own,      Gebied,   Own,        Own,     Own,        Own],
        CountVotes            => [Nowhere,  Nowhere,  Nowhere,  Nowhere,    Nowhere, Gebied,     Nowhere],
        KeepKey               => [Nowhere,  Own,      Nowhere,  Nowhere,    Nowhere, Nowhere,    Nowhere],
        Vote                  => [City,     City,     City,     City,       City,    City,       City],
        ReadWerk              => [Nowhere,  Nowhere,  Gebied,   City,       Nowhere, Gebied,     Nowhere],
        UploadFoto            => [City,     City,     City,     City,       City,    City,       City],
        UseAccount            => [City,     Own,      Own,      Own,        Own,     Own,        Own],
    }
}

/// A role that somebody has; `gebied` is `None` when it holds for the city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// Where it holds.
    pub gebied: Option<String>,
}

/// Whether one person may have both roles: who counts asks for nothing, approves nothing and grants nothing
/// (SECURITY-RULES P-6).
#[must_use]
pub fn go_together(one: Role, other: Role) -> bool {
    let is_staff = |role| match role {
        Role::Wijkteam | Role::Backoffice | Role::Raad | Role::Beheerder => true,
        Role::Bezoeker | Role::Bewoner | Role::Stembureau => false,
    };
    let apart = |one, other| one == Role::Stembureau && is_staff(other);
    !apart(one, other) && !apart(other, one)
}

/// Whether somebody with these roles may be a custodian: who keeps a part of a key has no task in the municipality, and so
/// does nothing else (SECURITY-RULES P-6).
#[must_use]
pub fn may_keep_keys(grants: &[Grant]) -> bool {
    grants.iter().all(|grant| match grant.role {
        Role::Bezoeker | Role::Bewoner => true,
        Role::Wijkteam | Role::Backoffice | Role::Raad | Role::Stembureau | Role::Beheerder => false,
    })
}

/// What the table needs to know of a thing: whose it is and where it lies.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject<'a> {
    /// Its owner, where it has one.
    pub owner: Option<AccountId>,
    /// Its gebied, where it has one.
    pub gebied: Option<&'a str>,
}

/// Whether somebody with these roles may do this to that.
#[must_use]
pub fn may(grants: &[Grant], who: Option<AccountId>, action: Action, subject: Subject<'_>) -> bool {
    let scopes = scopes(action);
    grants.iter().any(|grant| match scopes.get(grant.role as usize) {
        None | Some(Scope::Nowhere) => false,
        Some(Scope::City) => true,
        Some(Scope::Own) => who == subject.owner,
        Some(Scope::Gebied) => match (&grant.gebied, subject.gebied) {
            (None, _) => true,
            (Some(own), Some(its)) => own == its,
            (Some(_), None) => false,
        },
    })
}

/// Where somebody may do this at all: for lists, so that what is listed and what opens never differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Nowhere.
    Nowhere,
    /// In these gebieden.
    Gebieden(Vec<String>),
    /// Everywhere.
    City,
}

impl Reach {
    /// The same, within one gebied when one is named.
    #[must_use]
    pub fn within(self, only: Option<&str>) -> Self {
        match (self, only) {
            (reach, None) => reach,
            (Self::City, Some(gebied)) => Self::Gebieden(vec![gebied.to_owned()]),
            (Self::Gebieden(own), Some(gebied)) if own.iter().any(|code| code == gebied) => {
                Self::Gebieden(vec![gebied.to_owned()])
            }
            (Self::Gebieden(_) | Self::Nowhere, Some(_)) => Self::Nowhere,
        }
    }
}

/// The reach of these roles for an action on things with a gebied.
#[must_use]
pub fn reach(grants: &[Grant], action: Action) -> Reach {
    let scopes = scopes(action);
    let mut gebieden = Vec::new();
    for grant in grants {
        match (scopes.get(grant.role as usize), &grant.gebied) {
            (Some(Scope::City), _) | (Some(Scope::Gebied), None) => return Reach::City,
            (Some(Scope::Gebied), Some(gebied)) => gebieden.push(gebied.clone()),
            (Some(Scope::Nowhere | Scope::Own) | None, _) => {}
        }
    }
    if gebieden.is_empty() { Reach::Nowhere } else { Reach::Gebieden(gebieden) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;
    use uuid::Uuid;

    fn wijkteam(gebied: &str) -> Vec<Grant> {
        vec![
            Grant { role: Role::Bewoner, gebied: None },
            Grant { role: Role::Wijkteam, gebied: Some(gebied.to_owned()) },
        ]
    }

    #[test]
    fn a_wijkteam_works_in_its_own_gebied() {
        let w2 = Subject { gebied: Some("W2"), ..Subject::default() };
        assert!(may(&wijkteam("W2"), None, Action::TriageInitiatief, w2));
        assert!(!may(&wijkteam("W3"), None, Action::TriageInitiatief, w2));
        assert!(!may(&wijkteam("W2"), None, Action::TriageInitiatief, Subject::default()));
        assert!(!may(&[Grant { role: Role::Beheerder, gebied: None }], None, Action::ApproveOpdracht, w2));
    }

    #[test]
    fn own_is_own() {
        let me = Some(AccountId(Uuid::from_u128(1)));
        let other = Some(AccountId(Uuid::from_u128(2)));
        let bewoner = [Grant { role: Role::Bewoner, gebied: None }];
        let of = |owner| Subject { owner, gebied: Some("W1") };
        assert!(may(&bewoner, me, Action::SubmitInitiatief, of(me)));
        assert!(!may(&bewoner, me, Action::SubmitInitiatief, of(other)));
    }

    // P-6
    #[test]
    fn who_counts_does_nothing_else() {
        for other in [Role::Wijkteam, Role::Backoffice, Role::Raad, Role::Beheerder] {
            assert!(!go_together(Role::Stembureau, other) && !go_together(other, Role::Stembureau), "{other}");
            assert!(go_together(Role::Wijkteam, other));
        }
        assert!(go_together(Role::Stembureau, Role::Bewoner) && go_together(Role::Stembureau, Role::Stembureau));
    }

    // finding 9, P-6
    #[test]
    fn who_keeps_a_key_does_nothing_else() {
        let bewoner = Grant { role: Role::Bewoner, gebied: None };
        assert!(may_keep_keys(std::slice::from_ref(&bewoner)));
        for role in [Role::Wijkteam, Role::Backoffice, Role::Raad, Role::Stembureau, Role::Beheerder] {
            assert!(!may_keep_keys(&[bewoner.clone(), Grant { role, gebied: None }]), "{role}");
        }
        let me = Some(AccountId(Uuid::from_u128(1)));
        let of = |owner| Subject { owner, gebied: Some("W1") };
        assert!(may(std::slice::from_ref(&bewoner), me, Action::KeepKey, of(me)));
        assert!(!may(&[bewoner], me, Action::KeepKey, of(None)), "nobody is custodian of what is not theirs");
    }

    #[test]
    fn lists_reach_as_far_as_the_table() {
        assert_eq!(reach(&wijkteam("W2"), Action::ReadDossier), Reach::Gebieden(vec!["W2".into()]));
        assert_eq!(reach(&[Grant { role: Role::Raad, gebied: None }], Action::ReadOpdracht), Reach::City);
        assert_eq!(reach(&[Grant { role: Role::Bewoner, gebied: None }], Action::ReadOpdracht), Reach::Nowhere);
    }

    #[test]
    fn the_table_is_the_one_that_was_reviewed() {
        let mut table = String::new();
        for action in Action::ALL {
            write!(table, "{action:?}").unwrap();
            for (role, scope) in Role::ALL.iter().zip(scopes(*action)) {
                write!(table, " {role}={scope:?}").unwrap();
            }
            table.push('\n');
        }
        assert_eq!(table, include_str!("permissions.txt"), "permissions.txt must change with the table");
    }
}
