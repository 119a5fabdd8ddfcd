//! Which projects may still be chosen, besides the money: exclusions and ceilings.

use crate::ProjectIndex;
use crate::amount;
use crate::settings::{CannotCount, Settings};

/// The exclusions and ceilings of a count, in units of money.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    exclusive: Vec<Vec<ProjectIndex>>,
    ceilings: Vec<(Vec<ProjectIndex>, u64)>,
    costs: Vec<u64>,
}

/// What is still allowed in the course of a count.
#[derive(Debug, Clone)]
pub(crate) struct Room<'a> {
    rules: &'a Rules,
    barred: Vec<bool>,
    left: Vec<u64>,
}

impl Rules {
    pub fn new(settings: &Settings, costs: &[u64], decimals: u32) -> Result<Self, CannotCount> {
        let named = settings.exclusive.iter().chain(settings.ceilings.iter().map(|ceiling| &ceiling.projects));
        if let Some(&stranger) = named.flatten().find(|&&project| usize::from(project) >= costs.len()) {
            return Err(CannotCount::NoSuchProject(stranger));
        }
        let ceilings = settings.ceilings.iter().map(|ceiling| {
            let maximum = amount::units(ceiling.maximum, decimals).and_then(|units| u64::try_from(units).ok());
            maximum.map(|maximum| (ceiling.projects.clone(), maximum)).ok_or(CannotCount::TooLarge("a maximum"))
        });
        Ok(Self {
            exclusive: settings.exclusive.clone(),
            ceilings: ceilings.collect::<Result<_, _>>()?,
            costs: costs.to_vec(),
        })
    }

    /// Before anything is chosen.
    pub fn room(&self) -> Room<'_> {
        let mut room = Room {
            rules: self,
            barred: vec![false; self.costs.len()],
            left: self.ceilings.iter().map(|(_, maximum)| *maximum).collect(),
        };
        room.bar_what_is_too_dear();
        room
    }
}

impl Room<'_> {
    /// Whether this project may be chosen.
    pub fn allows(&self, project: ProjectIndex) -> bool {
        self.barred.get(usize::from(project)).is_some_and(|barred| !barred)
    }

    /// Chooses a project: from now on it and what it excludes are not allowed.
    pub fn take(&mut self, project: ProjectIndex) {
        self.bar(project);
        let rules = self.rules;
        for group in rules.exclusive.iter().filter(|group| group.contains(&project)) {
            group.iter().for_each(|&other| self.bar(other));
        }
        if rules.ceilings.is_empty() {
            return;
        }
        let cost = rules.costs.get(usize::from(project)).copied().unwrap_or(0);
        for ((projects, _), left) in rules.ceilings.iter().zip(&mut self.left) {
            if projects.contains(&project) {
                *left = left.saturating_sub(cost);
            }
        }
        self.bar_what_is_too_dear();
    }

    fn bar(&mut self, project: ProjectIndex) {
        if let Some(barred) = self.barred.get_mut(usize::from(project)) {
            *barred = true;
        }
    }

    /// What is left under a ceiling only falls: what does not fit now never will.
    fn bar_what_is_too_dear(&mut self) {
        let rules = self.rules;
        for ((projects, _), left) in rules.ceilings.iter().zip(&self.left) {
            for &project in projects {
                let is_too_dear = rules.costs.get(usize::from(project)).is_some_and(|cost| cost > left);
                if let Some(barred) = self.barred.get_mut(usize::from(project)) {
                    *barred |= is_too_dear;
                }
            }
        }
    }
}
