//! Voters with equal ballots, put together.

use std::cmp::Ordering;

use crate::ProjectIndex;

/// Voters with equal ballots, in one block. Ballots that support nothing are left out.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    /// How many voters each group has; empty if each is one voter.
    weights: Vec<u32>,
    ends: Vec<u32>,
    choices: Vec<ProjectIndex>,
    /// Beside the choices; empty if each choice is worth one.
    points: Vec<u32>,
}

impl Groups {
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    pub const fn has_points(&self) -> bool {
        !self.points.is_empty()
    }

    /// Whether each group is one voter.
    pub const fn are_single(&self) -> bool {
        self.weights.is_empty()
    }

    /// All groups by number.
    pub fn all(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.len()).unwrap_or(u32::MAX)
    }

    /// How many voters a group has.
    pub fn weight(&self, group: u32) -> u32 {
        self.weights.get(group as usize).copied().unwrap_or(1)
    }

    /// What a group supports.
    pub fn choices(&self, group: u32) -> &[ProjectIndex] {
        self.choices.get(self.range(group)).unwrap_or_default()
    }

    /// What a group supports, with the points it gives.
    pub fn ballot(&self, group: u32) -> impl Iterator<Item = (ProjectIndex, u32)> {
        let points = self.points.get(self.range(group)).unwrap_or_default();
        self.choices(group).iter().enumerate().map(|(at, &choice)| (choice, points.get(at).copied().unwrap_or(1)))
    }

    fn range(&self, group: u32) -> std::ops::Range<usize> {
        let group = group as usize;
        let start = group.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        start as usize..self.ends.get(group).copied().unwrap_or(start) as usize
    }

    /// The groups that support each project, one project after the other, and where each project's end.
    pub fn backers<B>(&self, projects: usize, backer: impl Fn(u32, u32) -> B) -> Backers<B>
    where
        B: Copy + Default,
    {
        let mut ends = vec![0_u32; projects];
        for &choice in &self.choices {
            if let Some(end) = ends.get_mut(usize::from(choice)) {
                *end = end.saturating_add(1);
            }
        }
        let mut sum = 0_u32;
        for end in &mut ends {
            // For now where the project's list begins; filling it moves this to its end.
            sum = sum.saturating_add(std::mem::replace(end, sum));
        }
        let mut list = vec![B::default(); self.choices.len()];
        for group in self.all() {
            for (choice, points) in self.ballot(group) {
                let Some(end) = ends.get_mut(usize::from(choice)) else { continue };
                if let Some(place) = list.get_mut(*end as usize) {
                    *place = backer(group, points);
                }
                *end = end.saturating_add(1);
            }
        }
        Backers { list, ends }
    }
}

/// Who supports what.
#[derive(Debug, Clone)]
pub(crate) struct Backers<B> {
    pub list: Vec<B>,
    ends: Vec<u32>,
}

impl<B> Backers<B> {
    /// Where those of a project stand in the list.
    pub fn range(&self, project: ProjectIndex) -> std::ops::Range<usize> {
        let project = usize::from(project);
        let start = project.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        start as usize..self.ends.get(project).copied().unwrap_or(start) as usize
    }

    /// Those of a project.
    pub fn of(&self, project: ProjectIndex) -> &[B] {
        self.list.get(self.range(project)).unwrap_or_default()
    }
}

/// Ballots by what they support, one after the other: the projects of each by number.
#[derive(Default)]
pub(crate) struct Sorted {
    pub choices: Vec<ProjectIndex>,
    /// Beside the choices, each more than 0; empty if each choice is worth one.
    pub points: Vec<u32>,
    pub ends: Vec<u32>,
}

/// A ballot on its way into a group: how it begins, and where it stands.
#[derive(Clone, Copy)]
struct Place {
    key: u128,
    start: u32,
    end: u32,
}

impl Sorted {
    /// Ends a ballot; one that supports nothing is not kept.
    pub fn end(&mut self) {
        let end = u32::try_from(self.choices.len()).unwrap_or(u32::MAX);
        if self.ends.last().copied().unwrap_or(0) < end {
            self.ends.push(end);
        }
    }

    fn ballot(&self, place: &Place) -> (&[ProjectIndex], &[u32]) {
        let range = place.start as usize..place.end as usize;
        (self.choices.get(range.clone()).unwrap_or_default(), self.points.get(range).unwrap_or_default())
    }

    /// Puts equal ballots over so many projects together, if that leaves clearly fewer. Sorting does it, and also leaves
    /// voters with like ballots near each other in memory.
    pub fn grouped(&self, projects: usize) -> Groups {
        let keys = Keys::new(projects);
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let place = |(start, &end)| Place { key: keys.of(self.choices.get(start as usize..end as usize)), start, end };
        let mut order: Vec<Place> = starts.zip(&self.ends).map(place).collect();
        let compare = |one: &Place, other: &Place| {
            one.key.cmp(&other.key).then_with(|| self.ballot(one).cmp(&self.ballot(other)))
        };
        // Where the keys say all, they alone are compared: a sort is much faster at that.
        let keys_tell =
            self.points.is_empty() && order.iter().all(|place| keys.tell_all(place.start.abs_diff(place.end)));
        if keys_tell {
            order.sort_unstable_by_key(|place| place.key);
        } else {
            order.sort_unstable_by(compare);
        }
        let is_same = |one: &Place, other: &Place| match keys_tell {
            true => one.key == other.key,
            false => compare(one, other) == Ordering::Equal,
        };
        let different = order.chunk_by(is_same).count();
        if different.saturating_mul(10) > order.len().saturating_mul(9) {
            // A list of single voters is half as long.
            return self.groups(order.chunks(1));
        }
        self.groups(order.chunk_by(is_same))
    }

    fn groups<'a>(&self, equal: impl Iterator<Item = &'a [Place]>) -> Groups {
        let mut groups = Groups {
            choices: Vec::with_capacity(self.choices.len()),
            points: Vec::with_capacity(self.points.len()),
            ..Groups::default()
        };
        for places in equal {
            let Some(place) = places.first() else { continue };
            let (choices, points) = self.ballot(place);
            // Ballots are short: to call for a copy takes longer than to push.
            choices.iter().for_each(|&choice| groups.choices.push(choice));
            points.iter().for_each(|&points| groups.points.push(points));
            groups.ends.push(u32::try_from(groups.choices.len()).unwrap_or(u32::MAX));
            groups.weights.push(u32::try_from(places.len()).unwrap_or(u32::MAX));
        }
        if groups.weights.iter().all(|&weight| weight == 1) {
            groups.weights = Vec::new();
        }
        groups.choices.shrink_to_fit();
        groups.points.shrink_to_fit();
        groups
    }
}

/// The beginning of a ballot as one number that sorts as its projects do.
#[derive(Clone, Copy)]
struct Keys {
    /// For one project.
    bits: u32,
}

impl Keys {
    fn new(projects: usize) -> Self {
        // 0 stands for no project.
        Self { bits: usize::BITS.saturating_sub(projects.leading_zeros()).max(1) }
    }

    /// Whether the key of a ballot with so many projects tells them all.
    fn tell_all(self, choices: u32) -> bool {
        choices.checked_mul(self.bits).is_some_and(|bits| bits <= u128::BITS)
    }

    fn of(self, choices: Option<&[ProjectIndex]>) -> u128 {
        let mut free = u128::BITS;
        let mut key = 0;
        for &choice in choices.unwrap_or_default() {
            let Some(after) = free.checked_sub(self.bits) else { break };
            key |= u128::from(choice).saturating_add(1) << after;
            free = after;
        }
        key
    }
}
