//! What may stand on a stembiljet. The page says it while somebody chooses, and the server decides by it.

use crate::field::{FieldCode, Flaw};
use crate::text_enum::text_enum;
use crate::{Euro, ProjectId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

text_enum! {
    /// How people vote in a round (DESIGN.md §4).
    pub enum StembiljetSoort {
        /// Choose projects, up to a number.
        Goedkeuring = "goedkeuring",
        /// Choose projects that fit in the budget together.
        Knapzak = "knapzak",
        /// Divide a number of points.
        Punten = "punten",
        /// Put projects in order, up to a number.
        Rangorde = "rangorde",
    }
}

impl StembiljetSoort {
    /// Whether a ballot of this kind says which projects it supports and nothing more.
    #[must_use]
    pub const fn is_approval(self) -> bool {
        match self {
            Self::Goedkeuring | Self::Knapzak => true,
            Self::Punten | Self::Rangorde => false,
        }
    }
}

/// The limits of a ballot: data of the round, frozen when voting opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "soort", rename_all = "snake_case", deny_unknown_fields)]
pub enum StembiljetRegels {
    /// Choose projects.
    Goedkeuring {
        /// The fewest on a ballot, at least 1.
        minstens: u16,
        /// The most.
        hoogstens: u16,
    },
    /// Fill the budget.
    Knapzak {
        /// The fewest on a ballot, at least 1.
        minstens: u16,
        /// What all of them may cost together.
        budget: Euro,
    },
    /// Divide points.
    Punten {
        /// The most that one ballot gives in all.
        punten: u16,
        /// The most for one project.
        #[serde(rename = "perProject")]
        per_project: u16,
    },
    /// Put in order, the best first.
    Rangorde {
        /// The fewest on a ballot, at least 1.
        minstens: u16,
        /// The most.
        hoogstens: u16,
    },
}

/// A project on a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StemKeuze {
    /// The project.
    pub project: ProjectId,
    /// Points for it; 1 where no points are divided.
    pub punten: u16,
}

/// Where a project stands on the ballot of one voter: sorted by this, each voter has another order, and the same one
/// every time (no project gains by its place).
#[must_use]
pub fn place_for(seed: &str, project: ProjectId) -> [u8; 32] {
    Sha256::new_with_prefix(seed.as_bytes()).chain_update(project.0.as_bytes()).finalize().into()
}

/// Something that may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kandidaat {
    /// The project.
    pub project: ProjectId,
    /// What it costs.
    pub kosten: Euro,
}

/// Why a ballot cannot be cast as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StembiljetFout {
    /// A project is not in this round.
    Onbekend(ProjectId),
    /// A project is there twice.
    Dubbel(ProjectId),
    /// Too few projects: so many more are asked.
    TeWeinig(u16),
    /// Too many projects: so many have to go.
    TeVeel(u16),
    /// Too dear together, by so much.
    TeDuur(Euro),
    /// Points that a project cannot have: none, or more than one project may.
    Punten(ProjectId),
    /// More points in all than there are, by so many.
    TeVeelPunten(u16),
    /// Two projects on one place of a ranking.
    PlaatsDubbel,
}

impl From<StembiljetFout> for Flaw {
    fn from(fout: StembiljetFout) -> Self {
        let (code, limit) = match fout {
            StembiljetFout::Onbekend(_) => (FieldCode::KeuzeOnbekend, None),
            StembiljetFout::Dubbel(_) => (FieldCode::KeuzeDubbel, None),
            StembiljetFout::TeWeinig(missing) => (FieldCode::TeWeinigKeuzes, Some(missing.into())),
            StembiljetFout::TeVeel(over) => (FieldCode::TeVeelKeuzes, Some(over.into())),
            StembiljetFout::TeDuur(over) => {
                (FieldCode::TeDuur, u32::try_from(over.cents().saturating_add(99) / 100).ok())
            }
            StembiljetFout::Punten(_) => (FieldCode::PuntenKloppenNiet, None),
            StembiljetFout::TeVeelPunten(over) => (FieldCode::TeVeelPunten, Some(over.into())),
            StembiljetFout::PlaatsDubbel => (FieldCode::PlaatsDubbel, None),
        };
        Self { code, limit }
    }
}

impl StembiljetRegels {
    /// The most projects that a ballot can name, of so many.
    #[must_use]
    pub fn most_choices(self, projecten: usize) -> usize {
        match self {
            Self::Goedkeuring { hoogstens, .. } | Self::Rangorde { hoogstens, .. } => projecten.min(hoogstens.into()),
            Self::Knapzak { .. } => projecten,
            Self::Punten { punten, .. } => projecten.min(punten.into()),
        }
    }

    /// The fewest projects that a ballot names.
    #[must_use]
    pub fn fewest(self) -> u16 {
        match self {
            Self::Goedkeuring { minstens, .. } | Self::Knapzak { minstens, .. } | Self::Rangorde { minstens, .. } => {
                minstens.max(1)
            }
            Self::Punten { .. } => 1,
        }
    }

    /// The kind of ballot.
    #[must_use]
    pub const fn soort(self) -> StembiljetSoort {
        match self {
            Self::Goedkeuring { .. } => StembiljetSoort::Goedkeuring,
            Self::Knapzak { .. } => StembiljetSoort::Knapzak,
            Self::Punten { .. } => StembiljetSoort::Punten,
            Self::Rangorde { .. } => StembiljetSoort::Rangorde,
        }
    }

    /// The ballot that somebody filled in: beside each project stands a tick, points, or a place; nothing and 0 are no
    /// choice, and what is no number is more than there can be.
    ///
    /// # Errors
    /// [`StembiljetFout::PlaatsDubbel`]: nobody can count such an order.
    pub fn filled_in<'a>(
        self,
        beside: impl IntoIterator<Item = (ProjectId, &'a str)>,
    ) -> Result<Vec<StemKeuze>, StembiljetFout> {
        let filled = beside.into_iter().filter(|(_, text)| !matches!(text.trim(), "" | "0"));
        let number = |text: &str| text.trim().parse::<u16>().unwrap_or(u16::MAX);
        let chosen = |project| StemKeuze { project, punten: 1 };
        Ok(match self {
            Self::Goedkeuring { .. } | Self::Knapzak { .. } => filled.map(|(project, _)| chosen(project)).collect(),
            Self::Punten { .. } => filled.map(|(project, text)| StemKeuze { project, punten: number(text) }).collect(),
            Self::Rangorde { .. } => {
                let mut places: Vec<(u16, ProjectId)> = filled.map(|(project, text)| (number(text), project)).collect();
                places.sort_by_key(|(place, _)| *place);
                if places.windows(2).any(|pair| matches!(pair, [one, other] if one.0 == other.0)) {
                    return Err(StembiljetFout::PlaatsDubbel);
                }
                places.into_iter().map(|(_, project)| chosen(project)).collect()
            }
        })
    }

    /// Whether a ballot keeps to these limits. `keuzes` are as the voter gave them; for a ranking, the best first.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong: what is wrong with a choice comes before what is wrong with all together.
    pub fn check(self, keuzes: &[StemKeuze], kandidaten: &[Kandidaat]) -> Result<(), StembiljetFout> {
        let most_points = match self {
            Self::Punten { per_project, .. } => per_project,
            Self::Goedkeuring { .. } | Self::Knapzak { .. } | Self::Rangorde { .. } => 1,
        };
        let mut seen = BTreeSet::new();
        let mut cost = 0_i64;
        let mut points = 0_u32;
        for keuze in keuzes {
            let kandidaat = kandidaten.iter().find(|kandidaat| kandidaat.project == keuze.project);
            let kandidaat = kandidaat.ok_or(StembiljetFout::Onbekend(keuze.project))?;
            if !seen.insert(keuze.project) {
                return Err(StembiljetFout::Dubbel(keuze.project));
            }
            if keuze.punten == 0 || keuze.punten > most_points {
                return Err(StembiljetFout::Punten(keuze.project));
            }
            cost = cost.saturating_add(kandidaat.kosten.cents());
            points = points.saturating_add(keuze.punten.into());
        }
        self.check_all(u16::try_from(keuzes.len()).unwrap_or(u16::MAX), cost, points)
    }

    fn check_all(self, chosen: u16, cents: i64, points: u32) -> Result<(), StembiljetFout> {
        if let Some(missing) = self.fewest().checked_sub(chosen).filter(|missing| *missing > 0) {
            return Err(StembiljetFout::TeWeinig(missing));
        }
        match self {
            Self::Goedkeuring { hoogstens, .. } | Self::Rangorde { hoogstens, .. } => {
                let over = chosen.saturating_sub(hoogstens);
                if over > 0 { Err(StembiljetFout::TeVeel(over)) } else { Ok(()) }
            }
            Self::Knapzak { budget, .. } => match cents.saturating_sub(budget.cents()) {
                ..=0 => Ok(()),
                over => Err(StembiljetFout::TeDuur(Euro::from_cents(over).unwrap_or(Euro::MAX))),
            },
            Self::Punten { punten, .. } => match points.saturating_sub(punten.into()) {
                0 => Ok(()),
                over => Err(StembiljetFout::TeVeelPunten(u16::try_from(over).unwrap_or(u16::MAX))),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn project(number: u128) -> ProjectId {
        ProjectId(Uuid::from_u128(number))
    }

    fn euro(euros: i64) -> Euro {
        Euro::from_cents(euros * 100).expect("an amount")
    }

    /// Projects 1 to 4, which cost € 100 to € 400.
    fn check(regels: StembiljetRegels, keuzes: &[(u128, u16)]) -> Result<(), StembiljetFout> {
        let kandidaat =
            |number| Kandidaat { project: project(number), kosten: euro(i64::try_from(number).unwrap() * 100) };
        let kandidaten: Vec<Kandidaat> = (1..=4).map(kandidaat).collect();
        let keuze = |&(number, punten): &(u128, u16)| StemKeuze { project: project(number), punten };
        regels.check(&keuzes.iter().map(keuze).collect::<Vec<_>>(), &kandidaten)
    }

    const APPROVAL: StembiljetRegels = StembiljetRegels::Goedkeuring { minstens: 1, hoogstens: 2 };
    const POINTS: StembiljetRegels = StembiljetRegels::Punten { punten: 5, per_project: 3 };
    const RANKING: StembiljetRegels = StembiljetRegels::Rangorde { minstens: 2, hoogstens: 3 };

    #[test]
    fn every_kind_knows_its_limits() {
        let knapsack = StembiljetRegels::Knapzak { minstens: 1, budget: euro(500) };
        for (regels, keuzes, expected) in [
            (APPROVAL, &[(1, 1), (4, 1)][..], Ok(())),
            (APPROVAL, &[(1, 1), (2, 1), (3, 1)], Err(StembiljetFout::TeVeel(1))),
            (knapsack, &[(1, 1), (4, 1)], Ok(())),
            (knapsack, &[(2, 1), (4, 1)], Err(StembiljetFout::TeDuur(euro(100)))),
            (POINTS, &[(1, 3), (2, 2)], Ok(())),
            (POINTS, &[(1, 1)], Ok(())),
            (POINTS, &[(1, 3), (2, 3), (3, 1)], Err(StembiljetFout::TeVeelPunten(2))),
            (POINTS, &[(1, 4)], Err(StembiljetFout::Punten(project(1)))),
            (RANKING, &[(3, 1), (1, 1)], Ok(())),
            (RANKING, &[(3, 1)], Err(StembiljetFout::TeWeinig(1))),
            (RANKING, &[(3, 1), (1, 1), (2, 1), (4, 1)], Err(StembiljetFout::TeVeel(1))),
        ] {
            assert_eq!(check(regels, keuzes), expected, "{regels:?} {keuzes:?}");
        }
    }

    #[test]
    fn a_choice_is_of_this_round_once_and_worth_something() {
        let knapsack = StembiljetRegels::Knapzak { minstens: 0, budget: euro(5_000) };
        for regels in [APPROVAL, knapsack, POINTS, RANKING] {
            assert_eq!(check(regels, &[(9, 1)]), Err(StembiljetFout::Onbekend(project(9))));
            assert_eq!(check(regels, &[(1, 1), (1, 1)]), Err(StembiljetFout::Dubbel(project(1))));
            assert_eq!(check(regels, &[(1, 0)]), Err(StembiljetFout::Punten(project(1))));
            assert!(matches!(check(regels, &[]), Err(StembiljetFout::TeWeinig(_))));
        }
        assert_eq!(check(APPROVAL, &[(1, 2)]), Err(StembiljetFout::Punten(project(1))));
    }

    #[test]
    fn a_form_is_read_as_people_fill_it_in() {
        let filled = |regels: StembiljetRegels, beside: &[(u128, &'static str)]| {
            let read = regels.filled_in(beside.iter().map(|(number, text)| (project(*number), *text)));
            read.map(|keuzes| keuzes.iter().map(|own| (own.project.0.as_u128(), own.punten)).collect::<Vec<_>>())
        };
        assert_eq!(filled(APPROVAL, &[(1, "ja"), (2, ""), (3, "ja")]), Ok(vec![(1, 1), (3, 1)]));
        assert_eq!(filled(POINTS, &[(1, " 3 "), (2, "0"), (3, "veel")]), Ok(vec![(1, 3), (3, u16::MAX)]));
        assert_eq!(filled(RANKING, &[(1, "2"), (2, ""), (3, "1")]), Ok(vec![(3, 1), (1, 1)]));
        assert_eq!(filled(RANKING, &[(1, "1"), (3, "1")]), Err(StembiljetFout::PlaatsDubbel));
    }

    #[test]
    fn points_of_many_projects_never_wrap() {
        let most = StembiljetRegels::Punten { punten: u16::MAX, per_project: u16::MAX };
        assert_eq!(check(most, &[(1, u16::MAX), (2, u16::MAX)]), Err(StembiljetFout::TeVeelPunten(u16::MAX)));
    }

    #[test]
    fn limits_travel_as_data() {
        let json = serde_json::to_value(RANKING).unwrap();
        assert_eq!(json, serde_json::json!({ "soort": "rangorde", "minstens": 2, "hoogstens": 3 }));
        assert_eq!(serde_json::from_value::<StembiljetRegels>(json).unwrap(), RANKING);
        assert_eq!(RANKING.soort().as_str(), "rangorde");
    }
}
