//! One run of equal shares, for one sum of money.
//!
//! The rule itself (VOTING in the crate's documentation): of all projects that their supporters can still pay for, the
//! one is bought for which they pay the least per unit of satisfaction. Everybody who supports it pays the same price
//! per point, or all that they have left.

#![expect(
    clippy::indexing_slicing,
    reason = "numbers of groups and projects come from the profile, which made the lists"
)]
#![expect(
    clippy::arithmetic_side_effects,
    reason = "the scale keeps every sum below 2^62; a release checks overflow too"
)]

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::scale::{FINER, Price, Scale};
use crate::ProjectIndex;
use crate::fractions::{Combination, Fraction, Fractions, Step};
use crate::profile::{Backers, Profile};
use crate::room::Room;
use crate::settings::Satisfaction;

/// A group of voters in the list of a project's supporters.
pub(super) trait Backer: Copy + Default {
    fn new(group: u32, points: u32) -> Self;
    fn group(self) -> u32;
    fn points(self) -> i64;
}

/// A supporter where every choice is worth one point.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Approving(u32);

/// A supporter with points.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scoring {
    group: u32,
    points: u32,
}

impl Backer for Approving {
    fn new(group: u32, _: u32) -> Self {
        Self(group)
    }

    fn group(self) -> u32 {
        self.0
    }

    fn points(self) -> i64 {
        1
    }
}

impl Backer for Scoring {
    fn new(group: u32, points: u32) -> Self {
        Self { group, points }
    }

    fn group(self) -> u32 {
        self.group
    }

    fn points(self) -> i64 {
        i64::from(self.points)
    }
}

/// What each voter of a group has left.
#[derive(Debug, Clone, Copy)]
struct Purse {
    money: i64,
    /// How many voters the group has; 0 once they have nothing left.
    weight: i64,
}

/// A project that was bought.
#[derive(Debug, Clone)]
pub(crate) struct Round {
    pub project: ProjectIndex,
    /// The price per point.
    pub price: Price,
    /// The groups that gave all that they had.
    pub emptied: Vec<u32>,
    /// How many projects were equally good.
    pub equals: u32,
}

/// What a project would cost its supporters now.
#[derive(Debug, Clone)]
struct Offer {
    project: ProjectIndex,
    price: Price,
    /// What the others had left who could not pay the price, and the points of those who could, with those for whom it
    /// was exactly what they had.
    step: Step,
    emptied: Vec<u32>,
}

/// What one look at the supporters of a project tells, at some price per point.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    /// The money of those who cannot pay that price.
    low: i64,
    /// The points of those who can.
    full: i64,
    /// The money of all.
    money: i64,
}

/// The parts that every run uses again.
#[derive(Debug)]
pub(super) struct Machine<'p, B> {
    profile: &'p Profile,
    satisfaction: Satisfaction,
    backers: Backers<B>,
    most_points: u32,
    /// No money is counted finer than this; tests make it coarse, so that exact fractions have to decide.
    finest: u32,
    scale: Scale,
    total: u128,
    purses: Vec<Purse>,
    /// The projects bought so far.
    pub rounds: Vec<Round>,
    /// How their prices came about.
    pub steps: Vec<Step>,
    /// The round in which each project was bought.
    bought_in: Vec<u16>,
    /// Projects that their supporters can no longer pay for.
    is_out: Vec<bool>,
    /// A lower bound on how dear each project is, as [`Self::key`] has it.
    bounds: Vec<u64>,
    /// The round in which each project was looked at last.
    looked_in: Vec<u16>,
    heap: BinaryHeap<Reverse<(u64, ProjectIndex)>>,
    popped: Vec<ProjectIndex>,
    /// The order in which the last run bought: likely that of the next.
    guess: Vec<ProjectIndex>,
    fractions: Fractions,
    key_bits: u32,
}

/// No round yet.
const NEVER: u16 = u16::MAX;

impl<'p, B: Backer> Machine<'p, B> {
    pub fn new(profile: &'p Profile, satisfaction: Satisfaction, finest: u32) -> Self {
        let projects = profile.candidates.len();
        let backers = profile.groups.backers(projects, B::new);
        let least_cost = profile.candidates.iter().map(|candidate| candidate.cost).min().unwrap_or(1);
        Self {
            profile,
            satisfaction,
            most_points: backers
                .list
                .iter()
                .map(|backer| backer.points())
                .max()
                .and_then(|most| u32::try_from(most).ok())
                .unwrap_or(1),
            backers,
            finest,
            scale: Scale { fine: 0, share: 0, fine_share: 0 },
            total: 0,
            purses: Vec::new(),
            rounds: Vec::new(),
            steps: Vec::new(),
            bought_in: vec![NEVER; projects],
            is_out: vec![false; projects],
            bounds: vec![0; projects],
            looked_in: vec![NEVER; projects],
            heap: BinaryHeap::new(),
            popped: Vec::new(),
            guess: Vec::new(),
            fractions: Fractions::default(),
            key_bits: least_cost.max(1).ilog2() + 1,
        }
    }

    /// Runs the rule with `total` units of money, equally divided. False if that is too much to count with exactly.
    pub fn run(&mut self, total: u128) -> bool {
        let Some(scale) = Scale::new(total, self.profile.voters, self.most_points, self.finest) else { return false };
        self.start(scale, total);
        let rules = &self.profile.rules;
        let mut room = rules.room();
        while let Some((offer, equals)) = self.cheapest(&room) {
            room.take(offer.project);
            self.buy(offer, equals);
        }
        self.guess.clear();
        self.guess.extend(self.rounds.iter().map(|round| round.project));
        true
    }

    fn start(&mut self, scale: Scale, total: u128) {
        self.scale = scale;
        self.total = total;
        self.fractions.start(total, self.profile.voters);
        self.rounds.clear();
        self.steps.clear();
        self.purses.clear();
        let weights = self.profile.groups.weights.iter();
        self.purses.extend(weights.map(|&weight| Purse { money: scale.share, weight: i64::from(weight) }));
        self.bought_in.fill(NEVER);
        self.looked_in.fill(NEVER);
        self.heap.clear();
        for (project, candidate) in self.profile.projects() {
            let at = usize::from(project);
            self.is_out[at] = !candidate.is_eligible || candidate.points <= 0 || u128::from(candidate.cost) > total;
            if !self.is_out[at] {
                let bound = self.key(scale.cost(candidate.cost) / candidate.points, candidate.cost);
                self.bounds[at] = bound;
                self.heap.push(Reverse((bound, project)));
            }
        }
    }

    /// A price per point of a project as a number that orders projects by price per satisfaction, rounded down.
    fn key(&self, price: i64, cost: u64) -> u64 {
        let price = u64::try_from(price).unwrap_or(0);
        match self.satisfaction {
            Satisfaction::Cardinality => price,
            Satisfaction::Cost => {
                u64::try_from((u128::from(price) << self.key_bits) / u128::from(cost)).unwrap_or(u64::MAX)
            }
        }
    }

    /// The project that is bought next, and how many are as good; nothing if nobody can pay for anything.
    fn cheapest(&mut self, room: &Room<'_>) -> Option<(Offer, u32)> {
        let round = u16::try_from(self.rounds.len()).unwrap_or(NEVER);
        let mut best: Option<Offer> = None;
        let mut equals = 1;
        if let Some(&guess) = self.guess.get(self.rounds.len()) {
            if self.is_open(guess, room) {
                self.looked_in[usize::from(guess)] = round;
                let start = self.bounds[usize::from(guess)];
                best = self.offer(guess, self.price_of_key(start, guess));
            }
        }
        while let Some(&Reverse((key, project))) = self.heap.peek() {
            if best.as_ref().is_some_and(|best| key > self.key_above(best)) {
                break;
            }
            self.heap.pop();
            let at = usize::from(project);
            if !self.is_open(project, room) {
                continue;
            }
            if self.bounds[at] > key {
                self.heap.push(Reverse((self.bounds[at], project)));
                continue;
            }
            self.popped.push(project);
            if std::mem::replace(&mut self.looked_in[at], round) == round {
                continue;
            }
            let Some(offer) = self.challenge(project, best.as_ref()) else { continue };
            match best.as_ref().map_or(Ordering::Less, |best| self.compare(&offer, best)) {
                Ordering::Less => (best, equals) = (Some(offer), 1),
                Ordering::Greater => {}
                Ordering::Equal => {
                    equals += 1;
                    let rank = |offer: &Offer| self.profile.candidate(offer.project).rank;
                    if best.as_ref().is_some_and(|best| rank(&offer) < rank(best)) {
                        best = Some(offer);
                    }
                }
            }
        }
        for project in std::mem::take(&mut self.popped) {
            self.heap.push(Reverse((self.bounds[usize::from(project)], project)));
        }
        best.map(|best| (best, equals))
    }

    /// Whether a project can still be bought.
    fn is_open(&self, project: ProjectIndex, room: &Room<'_>) -> bool {
        let at = usize::from(project);
        self.bought_in[at] == NEVER && !self.is_out[at] && room.allows(project)
    }

    /// No project with a key above this is as good as this offer.
    fn key_above(&self, offer: &Offer) -> u64 {
        self.key(offer.price.coarse() + 2, offer.step.cost).saturating_add(1)
    }

    /// About the price that a key stands for.
    fn price_of_key(&self, key: u64, project: ProjectIndex) -> i64 {
        let price = match self.satisfaction {
            Satisfaction::Cardinality => u128::from(key),
            Satisfaction::Cost => (u128::from(key) * u128::from(self.profile.candidate(project).cost)) >> self.key_bits,
        };
        i64::try_from(price).unwrap_or(i64::MAX)
    }

    /// What this project would cost, if that may be as little as the best so far.
    fn challenge(&mut self, project: ProjectIndex, best: Option<&Offer>) -> Option<Offer> {
        let Some(best) = best else {
            let start = self.price_of_key(self.bounds[usize::from(project)], project);
            return self.offer(project, start);
        };
        let candidate = *self.profile.candidate(project);
        let above = best.price.coarse() + 2;
        // The price per point at which this project is as good as the best, rounded up.
        let price = match self.satisfaction {
            Satisfaction::Cardinality => above,
            Satisfaction::Cost => {
                let price =
                    u128::from(above.unsigned_abs()) * u128::from(candidate.cost) / u128::from(best.step.cost) + 1;
                i64::try_from(price).unwrap_or(i64::MAX)
            }
        };
        let price = price.min(self.scale.cost(candidate.cost));
        let sums = self.sums(project, price);
        let slack = self.slack(candidate.voters);
        let cost = self.scale.cost(candidate.cost);
        if sums.money.saturating_add(slack) < cost {
            self.is_out[usize::from(project)] = true;
            return None;
        }
        if sums.full > 0 {
            let bound = (cost - sums.low).saturating_sub(slack) / sums.full;
            if bound > price {
                self.raise_bound(project, bound, candidate.cost);
                return None;
            }
        }
        self.offer(project, price)
    }

    fn raise_bound(&mut self, project: ProjectIndex, price: i64, cost: u64) {
        let key = self.key(price, cost);
        let bound = &mut self.bounds[usize::from(project)];
        *bound = key.max(*bound);
    }

    /// How far the money of so many voters can be off.
    fn slack(&self, voters: u64) -> i64 {
        self.error().saturating_mul(i64::try_from(voters).unwrap_or(i64::MAX))
    }

    /// How far the money of one voter can be off: the share by 1, each payment by less than 2 for each point.
    fn error(&self) -> i64 {
        let payments = i64::try_from(self.rounds.len()).unwrap_or(i64::MAX).saturating_mul(2);
        payments.saturating_mul(i64::from(self.most_points)).saturating_add(2)
    }

    /// Looks at all supporters of a project once.
    fn sums(&self, project: ProjectIndex, price: i64) -> Sums {
        let mut sums = Sums::default();
        for backer in self.backers.of(project) {
            let purse = self.purses[backer.group() as usize];
            let money = purse.money.wrapping_mul(purse.weight);
            let can_pay = purse.money >= price.wrapping_mul(backer.points());
            sums.money = sums.money.wrapping_add(money);
            sums.low = sums.low.wrapping_add(if can_pay { 0 } else { money });
            sums.full = sums.full.wrapping_add(if can_pay { purse.weight.wrapping_mul(backer.points()) } else { 0 });
        }
        sums
    }

    /// What a project would cost its supporters now; nothing if they cannot pay for it. `price` is where to start looking.
    ///
    /// What supporters pay together grows with the price per point, more slowly the higher it is. So Newton's method
    /// finds the price: from any start one step leads to the price or below it, and the next ones climb to it.
    fn offer(&mut self, project: ProjectIndex, mut price: i64) -> Option<Offer> {
        let candidate = *self.profile.candidate(project);
        let cost = self.scale.cost(candidate.cost);
        let slack = self.slack(candidate.voters);
        let mut sums = self.sums(project, price);
        let mut is_below = false;
        loop {
            if sums.money.saturating_add(slack) < cost {
                self.is_out[usize::from(project)] = true;
                return None;
            }
            if sums.full == 0 {
                return self.exact_offer(project);
            }
            let next = div_ceil(cost - sums.low, sums.full).max(0);
            if next == price || is_below && next < price {
                break;
            }
            (price, is_below) = (next, true);
            sums = self.sums(project, price);
        }
        let error = self.error();
        let unsure = (slack / sums.full).saturating_add(error).saturating_add(3);
        match self.settle(project, price, unsure) {
            Some(offer) => Some(offer),
            None => self.exact_offer(project),
        }
        .inspect(|offer| {
            let key = self.key(offer.price.coarse(), offer.step.cost);
            let bound = &mut self.bounds[usize::from(project)];
            *bound = key.max(*bound);
        })
    }

    /// The offer at about this price; nothing if it is not sure of everybody whether they can pay it.
    fn settle(&mut self, project: ProjectIndex, price: i64, unsure: i64) -> Option<Offer> {
        let mut sorted = Sorted::new(self.rounds.len());
        for backer in self.backers.of(project) {
            let purse = self.purses[backer.group() as usize];
            let points = backer.points();
            let over = purse.money.wrapping_sub(price.wrapping_mul(points));
            if purse.weight == 0 {
                continue;
            }
            if over.unsigned_abs() <= unsure.saturating_mul(points).unsigned_abs() {
                return None;
            }
            if over < 0 {
                self.cannot_pay(&mut sorted, backer.group(), purse.weight);
            } else {
                sorted.divisor = sorted.divisor.wrapping_add(purse.weight.wrapping_mul(points));
            }
        }
        self.made(project, sorted)
    }

    /// Counts a group among those who give all that they have left.
    fn cannot_pay(&self, sorted: &mut Sorted, group: u32, weight: i64) {
        sorted.emptied.push(group);
        sorted.left.shares = sorted.left.shares.wrapping_add(weight);
        for (choice, points) in self.profile.groups.ballot(group) {
            if let Some(times) = sorted.left.prices.get_mut(usize::from(self.bought_in[usize::from(choice)])) {
                *times = times.wrapping_add(weight.wrapping_mul(i64::from(points)));
            }
        }
    }

    /// The offer that follows from who can pay; nothing if nobody can.
    fn made(&mut self, project: ProjectIndex, sorted: Sorted) -> Option<Offer> {
        let Sorted { divisor, left, emptied } = sorted;
        if divisor <= 0 {
            return None;
        }
        let step = Step { cost: self.profile.candidate(project).cost, left, divisor };
        let mut rest = self.scale.fine_cost(step.cost) - i128::from(step.left.shares) * (self.scale.fine_share + 1);
        let mut error = u128::from(step.left.shares.unsigned_abs());
        for (round, &times) in self.rounds.iter().zip(&step.left.prices).filter(|(_, times)| **times != 0) {
            rest += i128::from(times) * round.price.floor;
            error += u128::from(times.unsigned_abs()) * u128::from(round.price.error);
        }
        let error = error / u128::from(divisor.unsigned_abs()) + 2;
        let price = match u64::try_from(error) {
            Ok(error) if error < MOST_ERROR => Price { floor: rest.div_euclid(i128::from(divisor)), error },
            _ => self.refined(&step),
        };
        Some(Offer { project, price, step, emptied })
    }

    /// A price from exact fractions: rounded once.
    fn refined(&mut self, step: &Step) -> Price {
        let price = self.fractions.price(&self.steps, step);
        let floor = self.fractions.floor(&self.steps, &price, self.scale.fine + FINER);
        Price { floor: i128::try_from(floor).unwrap_or(i128::MAX), error: 1 }
    }

    /// The offer where it takes exact fractions to see who can pay: Newton's method from below.
    fn exact_offer(&mut self, project: ProjectIndex) -> Option<Offer> {
        let mut rest = self.backers.of(project).to_vec();
        rest.retain(|backer| self.purses[backer.group() as usize].weight > 0);
        let mut sorted = Sorted::new(self.rounds.len());
        loop {
            let weight = |backer: &B| self.purses[backer.group() as usize].weight * backer.points();
            sorted.divisor = rest.iter().map(weight).sum();
            let Some(mut offer) = self.made(project, sorted.clone()) else {
                self.is_out[usize::from(project)] = true;
                return None;
            };
            let price = self.fractions.price(&self.steps, &offer.step);
            let before = rest.len();
            let mut just_enough = Vec::new();
            for backer in std::mem::take(&mut rest) {
                match self.can_pay(backer, offer.price, &price) {
                    Ordering::Less => {
                        let weight = self.purses[backer.group() as usize].weight;
                        self.cannot_pay(&mut sorted, backer.group(), weight);
                    }
                    can_pay => {
                        rest.push(backer);
                        just_enough.extend((can_pay == Ordering::Equal).then_some(backer.group()));
                    }
                }
            }
            if rest.len() == before {
                offer.emptied.extend(just_enough);
                return Some(offer);
            }
        }
    }

    /// How what a voter has left compares to a price for all their points.
    fn can_pay(&mut self, backer: B, rounded: Price, price: &Fraction) -> Ordering {
        let over = self.purses[backer.group() as usize].money - rounded.coarse().saturating_mul(backer.points());
        let error = self.error();
        if over < -error {
            return Ordering::Less;
        }
        if over > error.saturating_add(backer.points() * 2) {
            return Ordering::Greater;
        }
        let mut left = Combination { shares: 1, prices: vec![0; self.rounds.len()] };
        for (choice, points) in self.profile.groups.ballot(backer.group()) {
            if let Some(times) = left.prices.get_mut(usize::from(self.bought_in[usize::from(choice)])) {
                *times = i64::from(points);
            }
        }
        (self.fractions.value(&self.steps, &left) * price.divisor).cmp(&(&price.numerator * backer.points()))
    }

    /// How two offers compare by what they cost per unit of satisfaction.
    fn compare(&mut self, one: &Offer, other: &Offer) -> Ordering {
        // What a price is divided by, besides points.
        let cost = |offer: &Offer| match self.satisfaction {
            Satisfaction::Cardinality => 1,
            Satisfaction::Cost => offer.step.cost,
        };
        let (cost_of_one, cost_of_other) = (cost(one), cost(other));
        if let Some(order) = one.price.compare(cost_of_one, other.price, cost_of_other) {
            return order;
        }
        let (step, other_step) = (&one.step, &other.step);
        if step.left.shares == 0 && other_step.left.shares == 0 {
            // Everybody pays in full: the price is the cost by the number of points.
            let crossed = |cost: u64, divisor: i64| u128::from(cost) * u128::from(divisor.unsigned_abs());
            return match self.satisfaction {
                Satisfaction::Cost => other_step.divisor.cmp(&step.divisor),
                Satisfaction::Cardinality => {
                    crossed(step.cost, other_step.divisor).cmp(&crossed(other_step.cost, step.divisor))
                }
            };
        }
        let price = self.fractions.price(&self.steps, step);
        let other_price = self.fractions.price(&self.steps, other_step);
        let crossed = price.numerator * other_price.divisor * cost_of_other;
        crossed.cmp(&(other_price.numerator * price.divisor * cost_of_one))
    }

    /// Everybody who supports the project pays.
    fn buy(&mut self, offer: Offer, equals: u32) {
        let Offer { project, price, step, emptied } = offer;
        for &group in &emptied {
            self.purses[group as usize] = Purse { money: 0, weight: 0 };
        }
        let coarse = price.coarse();
        for backer in self.backers.of(project) {
            let purse = &mut self.purses[backer.group() as usize];
            if purse.weight > 0 {
                purse.money = purse.money.wrapping_sub(coarse.wrapping_mul(backer.points()));
            }
        }
        self.bought_in[usize::from(project)] = u16::try_from(self.rounds.len()).unwrap_or(NEVER);
        self.rounds.push(Round { project, price, emptied, equals });
        self.steps.push(step);
    }
}

/// A price that may be off by more than this is worked out exactly.
const MOST_ERROR: u64 = 1 << 56;

/// The supporters of a project, by whether they can pay a price.
#[derive(Debug, Clone)]
struct Sorted {
    /// The points of those who can.
    divisor: i64,
    /// What the others have left.
    left: Combination,
    /// Who they are.
    emptied: Vec<u32>,
}

impl Sorted {
    fn new(rounds: usize) -> Self {
        Self { divisor: 0, left: Combination { shares: 0, prices: vec![0; rounds] }, emptied: Vec::new() }
    }
}

fn div_ceil(number: i64, by: i64) -> i64 {
    number.div_euclid(by) + i64::from(number.rem_euclid(by) != 0)
}
