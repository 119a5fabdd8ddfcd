//! What the ballot of one voter did, for that voter alone to look up.

use serde::Serialize;

use super::Number;
use crate::count::{Counted, Course};
use crate::equal_shares::PRICE_BITS;
use crate::payments::{Amount, Payments};
use crate::sums::Sums;
use crate::{Ballots, Election, ProjectIndex};

/// What the ballot of one voter did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Own {
    /// Where everybody has a share of the money: how much, and how much of it this voter had left.
    #[serde(rename = "deel", skip_serializing_if = "Option::is_none")]
    pub share: Option<OwnShare>,
    /// What went to the chosen projects of this ballot, as it was spent; without shares, by their order on the ballot:
    /// the cost of each divided over the points that it got.
    #[serde(rename = "ging")]
    pub spent: Vec<OwnSpent>,
}

/// The share of one voter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OwnShare {
    /// What every voter began with.
    #[serde(rename = "bedrag")]
    pub amount: Number,
    /// What this one did not spend.
    #[serde(rename = "over")]
    pub left: Number,
}

/// What one voter spent on a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnSpent {
    /// The project.
    #[serde(rename = "naar")]
    pub id: String,
    /// How much.
    #[serde(rename = "bedrag")]
    pub amount: Number,
}

impl Counted<'_> {
    /// What the first of these ballots did; it says the same as one that was counted. Nothing when nobody cast such a
    /// ballot, or it supports nothing.
    #[must_use]
    pub fn own(&self, ballots: &Ballots) -> Option<Own> {
        let asked = Election { ballots: ballots.clone(), projects: self.election.projects.clone(), ..*self.election };
        let groups = Sums::of(&asked).ok().filter(|sums| sums.decimals == self.profile.points_decimals)?.groups;
        let ballot: Vec<(ProjectIndex, u32)> = groups.all().next().map(|group| groups.ballot(group).collect())?;
        let counted = &self.profile.groups;
        let group = counted.all().find(|group| counted.ballot(*group).eq(ballot.iter().copied()))?;
        Some(match &self.course {
            Course::EqualShares(shared) => {
                let payments = Payments::of(&self.profile, &shared.run);
                let number = |amount| self.fine(amount, PRICE_BITS);
                let left = payments.left.get(usize::try_from(group).ok()?).copied()?;
                let spent = payments.by(group).into_iter();
                Own {
                    share: Some(OwnShare { amount: number(payments.share), left: number(left) }),
                    spent: spent.map(|(project, amount)| self.own_spent(project, amount)).collect(),
                }
            }
            Course::Greedy(_) | Course::Phragmen(_) => {
                let winners = self.winners();
                let won = ballot.iter().filter(|(project, _)| winners.contains(project));
                let part = |(project, points): &(ProjectIndex, u32)| {
                    self.own_spent(*project, self.profile.candidate(*project).part(*points))
                };
                Own { share: None, spent: won.map(part).collect() }
            }
        })
    }

    fn own_spent(&self, project: ProjectIndex, amount: Amount) -> OwnSpent {
        OwnSpent { id: self.id(project), amount: self.fine(amount, PRICE_BITS) }
    }
}
