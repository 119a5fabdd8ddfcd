//! One run of equal shares, for one sum of money.
//!
//! Of all projects that their supporters can still pay for, the one is bought for which they pay the least per unit of
//! satisfaction. Everybody who supports it pays the same price per point, or all that they have left.
//!
//! Prices only rise in the course of a run, because purses only get lighter. So an old price is a bound on the new one,
//! and a round looks at few projects: in the order of their bounds, until the next bound is above the best.

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

use super::certificates::Certificates;
use super::exact::{Exact, NEVER};
use super::prefix::Prefix;
use super::purses::{Backer, Purses, Sums};
use super::scale::{Price, Scale};
use crate::ProjectIndex;
use crate::fractions::Fraction;
use crate::groups::Backers;
use crate::profile::Profile;
use crate::room::Room;
use crate::settings::Satisfaction;

/// A project that was bought.
#[derive(Debug, Clone)]
pub(crate) struct Round {
    pub project: ProjectIndex,
    /// The price per point.
    pub price: Price,
    /// Points of those who could pay the price, with those for whom it was exactly what they had.
    pub divisor: i64,
    /// The groups that gave all that they had: first those who could not pay the price.
    pub emptied: Vec<u32>,
    /// How many of them could not pay the price.
    pub short: usize,
    /// How many projects were equally good.
    pub equals: u32,
}

/// What a run may buy in some round.
#[derive(Debug, Clone, Copy)]
struct Guess {
    project: ProjectIndex,
    /// What it cost in the last run.
    price: Price,
    /// What it may cost in the next.
    next: i64,
}

/// What a project would cost its supporters now.
#[derive(Debug, Clone)]
struct Offer {
    project: ProjectIndex,
    cost: u64,
    price: Price,
    divisor: i64,
    emptied: Vec<u32>,
    short: usize,
}

/// One run after the other.
#[derive(Debug)]
pub(super) struct Machine<'p, B> {
    profile: &'p Profile,
    satisfaction: Satisfaction,
    backers: Backers<B>,
    most_points: u32,
    /// No money is counted finer than this; tests make it coarse, so that exact fractions have to decide.
    finest: i32,
    scale: Scale,
    purses: Purses,
    /// The projects bought so far.
    pub rounds: Vec<Round>,
    exact: Exact<'p>,
    /// Projects that their supporters can no longer pay for.
    is_out: Vec<bool>,
    /// A lower bound on how dear each project is, as [`Self::key`] has it.
    bounds: Vec<u64>,
    /// The round in which each project was looked at last.
    looked_in: Vec<u16>,
    heap: BinaryHeap<Reverse<(u64, ProjectIndex)>>,
    popped: Vec<ProjectIndex>,
    gathered: Vec<u32>,
    /// What the last run bought, with its prices: likely what the next one buys.
    guess: Vec<Guess>,
    certificates: Certificates,
    prefix: Prefix,
    key_bits: u32,
}

impl<'p, B: Backer> Machine<'p, B> {
    pub fn new(profile: &'p Profile, satisfaction: Satisfaction, finest: i32) -> Self {
        let projects = profile.candidates.len();
        let groups = &profile.groups;
        let backers = groups.backers(projects, |group, points| B::new(group, groups.weight(group), points));
        let most_points = backers.list.iter().map(|backer| backer.points()).max();
        let least_cost = profile.candidates.iter().map(|candidate| candidate.cost).min().unwrap_or(1);
        Self {
            profile,
            satisfaction,
            backers,
            most_points: most_points.and_then(|most| u32::try_from(most).ok()).unwrap_or(1),
            finest,
            scale: Scale { fine: 0, share: 0 },
            purses: Purses::default(),
            rounds: Vec::new(),
            exact: Exact::new(profile),
            is_out: vec![false; projects],
            bounds: vec![0; projects],
            looked_in: vec![NEVER; projects],
            heap: BinaryHeap::new(),
            popped: Vec::new(),
            gathered: vec![0; profile.groups.len()],
            guess: Vec::new(),
            certificates: Certificates::default(),
            prefix: Prefix::new(profile, satisfaction),
            key_bits: least_cost.max(1).ilog2() + 1,
        }
    }

    /// Runs the rule with `total` units of money, equally divided; false if that is too much to count with exactly. The
    /// totals of runs after each other never fall.
    pub fn run(&mut self, total: u128) -> bool {
        let Some(scale) = Scale::new(total, self.profile.voters, self.most_points, self.finest) else { return false };
        self.start(scale, total);
        let profile = self.profile;
        let mut room = profile.rules.room();
        for (at, round) in (0..).zip(&self.prefix.rounds) {
            room.take(round.project);
            self.exact.buy(round.project, at);
        }
        self.rounds.clone_from(&self.prefix.rounds);
        loop {
            self.certificates.begin(self.rounds.len());
            let Some((offer, equals)) = self.cheapest(&room) else { break };
            let project = offer.project;
            self.buy(offer, equals);
            if let [before @ .., round] = self.rounds.as_slice()
                && before.len() == self.prefix.rounds.len()
            {
                self.prefix.extend(round, self.backers.of(project), scale.share, &room);
            }
            room.take(project);
        }
        self.guess_next();
        true
    }

    /// Guesses the next run from this one and, for prices, the one before: they change by about as much again.
    fn guess_next(&mut self) {
        self.guess.truncate(self.rounds.len());
        for (at, round) in self.rounds.iter().enumerate() {
            let Round { project, price, .. } = *round;
            match self.guess.get_mut(at) {
                Some(guess) if guess.project == project => {
                    let next = price.middle * 2 - guess.price.middle;
                    *guess = Guess { project, price, next };
                }
                Some(guess) => *guess = Guess { project, price, next: price.middle },
                None => self.guess.push(Guess { project, price, next: price.middle }),
            }
        }
    }

    fn start(&mut self, scale: Scale, total: u128) {
        let is_alike = scale.fine == self.scale.fine && self.scale.share > 0;
        self.certificates.start(is_alike.then(|| i64::from(scale.share) - i64::from(self.scale.share) + 2));
        if !is_alike {
            self.guess.clear();
            self.prefix.clear(self.profile.groups.len());
        }
        self.scale = scale;
        self.purses.fill(scale.share, &self.prefix.paid, &self.prefix.errors);
        self.exact.start(total);
        self.rounds.clear();
        self.looked_in.fill(NEVER);
        self.heap.clear();
        for (project, candidate) in self.profile.projects() {
            let at = usize::from(project);
            self.is_out[at] = !candidate.is_eligible || candidate.points <= 0 || u128::from(candidate.cost) > total;
            if !self.is_out[at] {
                self.bounds[at] = self.key(scale.cost(candidate.cost) / candidate.points, candidate.cost);
                self.heap.push(Reverse((self.bounds[at], project)));
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

    /// About the price that a bound stands for.
    fn bound(&self, project: ProjectIndex) -> i64 {
        let key = u128::from(self.bounds[usize::from(project)]);
        let price = match self.satisfaction {
            Satisfaction::Cardinality => key,
            Satisfaction::Cost => (key * u128::from(self.profile.candidate(project).cost)) >> self.key_bits,
        };
        i64::try_from(price).unwrap_or(i64::MAX)
    }

    fn raise_bound(&mut self, project: ProjectIndex, price: i64, cost: u64) {
        let key = self.key(price, cost);
        let bound = &mut self.bounds[usize::from(project)];
        *bound = key.max(*bound);
    }

    /// Whether a project can still be bought.
    fn is_open(&self, project: ProjectIndex, room: &Room<'_>) -> bool {
        let at = usize::from(project);
        !self.exact.is_bought(project) && !self.is_out[at] && room.allows(project)
    }

    /// The project that is bought next, and how many are as good; nothing if nobody can pay for anything.
    fn cheapest(&mut self, room: &Room<'_>) -> Option<(Offer, u32)> {
        let round = u16::try_from(self.rounds.len()).unwrap_or(NEVER);
        let mut best: Option<Offer> = None;
        let mut equals = 1;
        let guess = self.guess.get(self.rounds.len()).copied();
        if let Some(guess) = guess.filter(|guess| self.is_open(guess.project, room)) {
            self.looked_in[usize::from(guess.project)] = round;
            best = self.offer(guess.project, guess.next);
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
        while let Some(project) = self.popped.pop() {
            self.heap.push(Reverse((self.bounds[usize::from(project)], project)));
        }
        best.map(|best| (best, equals))
    }

    /// No project with a key above this is as good as this offer.
    fn key_above(&self, offer: &Offer) -> u64 {
        self.key(offer.price.most(), offer.cost).saturating_add(1)
    }

    /// What this project would cost, if that may be as little as the best so far.
    fn challenge(&mut self, project: ProjectIndex, best: Option<&Offer>) -> Option<Offer> {
        let candidate = *self.profile.candidate(project);
        let cost = self.scale.cost(candidate.cost);
        let voters = i64::try_from(candidate.voters).unwrap_or(i64::MAX);
        let known = self.certificates.known(self.rounds.len(), project, voters, self.most_points.into());
        if known.is_some_and(|(low, full)| full == 0 && low < cost) {
            self.is_out[usize::from(project)] = true;
            return None;
        }
        let Some(best) = best else { return self.offer(project, self.bound(project)) };
        let above = best.price.most();
        // The price per point at which this project is as good as the best, rounded up.
        let price = match self.satisfaction {
            Satisfaction::Cardinality => above,
            Satisfaction::Cost => {
                let price = u128::from(above.unsigned_abs()) * u128::from(candidate.cost) / u128::from(best.cost) + 1;
                i64::try_from(price).unwrap_or(i64::MAX)
            }
        };
        let price = price.min(cost);
        let slack = self.slack(candidate.voters);
        if let Some((low, full)) = known {
            let bound = cost.saturating_sub(low).checked_div(full);
            if let Some(bound) = bound.filter(|&bound| bound > price) {
                self.raise_bound(project, bound, candidate.cost);
                return None;
            }
        }
        let sums = self.purses.sums(self.backers.of(project), price);
        if self.is_too_little(project, sums.money.saturating_add(slack), cost) {
            return None;
        }
        if sums.full > 0 {
            self.certificates.keep(self.rounds.len(), project, sums.low.saturating_add(slack), sums.full);
            let bound = (cost - sums.low).saturating_sub(slack) / sums.full;
            if bound > price {
                self.raise_bound(project, bound, candidate.cost);
                return None;
            }
        }
        self.offer(project, price)
    }

    fn weight(&self, group: u32) -> i64 {
        self.profile.groups.weight(group).into()
    }

    /// Whether supporters who have this much at most cannot pay for a project; then it is out.
    fn is_too_little(&mut self, project: ProjectIndex, most: i64, cost: i64) -> bool {
        let is_out = most < cost;
        if is_out {
            self.is_out[usize::from(project)] = true;
            self.certificates.keep(self.rounds.len(), project, most, 0);
        }
        is_out
    }

    /// How far the money of so many voters can be off.
    fn slack(&self, voters: u64) -> i64 {
        self.purses.most_error().saturating_mul(i64::try_from(voters).unwrap_or(i64::MAX))
    }

    /// What a project would cost its supporters now; nothing if they cannot pay for it. `price` is where to start looking.
    ///
    /// What supporters pay together grows with the price per point, more slowly the higher it is. So Newton's method
    /// finds the price: from any start one step leads to the price or below it, and the next ones climb to it. It has
    /// found it when nobody with money has just about what the old price or the new one asks.
    fn offer(&mut self, project: ProjectIndex, price: i64) -> Option<Offer> {
        let candidate = *self.profile.candidate(project);
        let cost = self.scale.cost(candidate.cost);
        let slack = self.slack(candidate.voters);
        let mut price = price.max(1);
        if self.backers.of(project).len() > MANY {
            // Among so many somebody is near any price that is not the right one already: a light walk comes first.
            let sums = self.purses.sums(self.backers.of(project), price);
            if sums.full > 0 {
                price = div_ceil(cost - sums.low, sums.full).max(1);
            }
        }
        let mut tries = 0;
        let offer = loop {
            let (sums, low) = self.purses.gather(self.backers.of(project), price, &mut self.gathered);
            if self.is_too_little(project, sums.money.saturating_add(slack), cost) {
                return None;
            }
            tries += 1;
            if sums.full == 0 || tries > MOST_TRIES {
                let least = self.bound(project);
                break self.exact_offer(project, least);
            }
            let next = div_ceil(cost - sums.low, sums.full).max(1);
            let unsure = (slack / sums.full).saturating_add(self.purses.most_error()).saturating_add(4);
            let needed = (next - price).saturating_abs().saturating_add(unsure).saturating_mul(self.most_points.into());
            if needed < sums.gap {
                let emptied = self.gathered[..low].to_vec();
                break self.made(project, &sums, emptied, low);
            }
            if next == price {
                let emptied = self.gathered[..low].to_vec();
                let offer = self.made(project, &sums, emptied, low);
                let is_sure = |offer: &Offer| self.purses.short(self.backers.of(project), offer.price) == Some(low);
                break offer.filter(is_sure).or_else(|| self.exact_offer(project, price - unsure));
            }
            price = next;
        }?;
        self.raise_bound(project, offer.price.least(), candidate.cost);
        Some(offer)
    }

    /// The offer that follows from who cannot pay; nothing if nobody can. The first `short` of `emptied` are they.
    fn made(&mut self, project: ProjectIndex, sums: &Sums, emptied: Vec<u32>, short: usize) -> Option<Offer> {
        let divisor = sums.full;
        if divisor <= 0 {
            return None;
        }
        let cost = self.profile.candidate(project).cost;
        let errors = emptied[..short].iter().map(|&group| self.purses.error(group) * self.weight(group));
        let error = (errors.fold(0, i64::saturating_add) / divisor).saturating_add(3);
        let price = if error <= self.scale.most_error() {
            Price { middle: (self.scale.cost(cost) - sums.low) / divisor, error }
        } else {
            self.refined(cost, divisor, &emptied[..short])
        };
        Some(Offer { project, cost, price, divisor, emptied, short })
    }

    /// A price from exact fractions: rounded once.
    fn refined(&mut self, cost: u64, divisor: i64, short: &[u32]) -> Price {
        let price = self.exact.price(&self.rounds, cost, short, divisor);
        let floor = self.exact.floor(&price, self.scale.fine);
        Price { middle: i64::try_from(floor).unwrap_or(i64::MAX), error: 1 }
    }

    /// The offer where it takes exact fractions to see who can pay: Newton's method from below. The price is at least
    /// `least`, so that who cannot pay that is short for sure.
    fn exact_offer(&mut self, project: ProjectIndex, least: i64) -> Option<Offer> {
        let mut rest = self.backers.of(project).to_vec();
        rest.retain(|backer| self.purses.money(backer.group()) > 0);
        let is_short = |backer: &mut B| {
            let most = self.purses.money(backer.group()).saturating_add(self.purses.error(backer.group()));
            most < least.saturating_mul(backer.points())
        };
        let mut emptied: Vec<u32> = rest.extract_if(.., is_short).map(Backer::group).collect();
        loop {
            let short = emptied.len();
            let sums = Sums {
                low: emptied.iter().map(|&group| self.purses.money(group) * self.weight(group)).sum(),
                full: rest.iter().map(|backer| backer.weight() * backer.points()).sum(),
                ..Sums::default()
            };
            let Some(mut offer) = self.made(project, &sums, emptied, short) else {
                self.is_out[usize::from(project)] = true;
                return None;
            };
            let price = self.exact.price(&self.rounds, offer.cost, &offer.emptied, offer.divisor);
            let before = rest.len();
            let mut just_enough = Vec::new();
            for backer in std::mem::take(&mut rest) {
                let group = backer.group();
                match self.can_pay(backer, offer.price, &price) {
                    Ordering::Less => offer.emptied.push(group),
                    Ordering::Equal => {
                        rest.push(backer);
                        just_enough.push(group);
                    }
                    Ordering::Greater => rest.push(backer),
                }
            }
            if rest.len() == before {
                offer.emptied.extend(just_enough);
                return Some(offer);
            }
            emptied = offer.emptied;
        }
    }

    /// How what a voter has left compares to a price for all their points.
    fn can_pay(&mut self, backer: B, rounded: Price, price: &Fraction) -> Ordering {
        let (money, error) = (self.purses.money(backer.group()), self.purses.error(backer.group()));
        let asked = |price: i64| price.saturating_mul(backer.points());
        if money.saturating_add(error) < asked(rounded.least()) {
            return Ordering::Less;
        }
        if money.saturating_sub(error) > asked(rounded.most()) {
            return Ordering::Greater;
        }
        let money = self.exact.money(&self.rounds, backer.group()) * price.divisor;
        money.cmp(&(&price.numerator * backer.points() * backer.weight()))
    }

    /// How two offers compare by what they cost per unit of satisfaction.
    fn compare(&mut self, one: &Offer, other: &Offer) -> Ordering {
        // What a price is divided by, besides points.
        let cost = |offer: &Offer| match self.satisfaction {
            Satisfaction::Cardinality => 1,
            Satisfaction::Cost => offer.cost,
        };
        let (cost_of_one, cost_of_other) = (cost(one), cost(other));
        if let Some(order) = one.price.compare(cost_of_one, other.price, cost_of_other) {
            return order;
        }
        if one.short == 0 && other.short == 0 {
            // Everybody pays in full: the price is the cost by the number of points.
            let crossed = |cost: u64, divisor: i64| u128::from(cost) * u128::from(divisor.unsigned_abs());
            return match self.satisfaction {
                Satisfaction::Cost => other.divisor.cmp(&one.divisor),
                Satisfaction::Cardinality => crossed(one.cost, other.divisor).cmp(&crossed(other.cost, one.divisor)),
            };
        }
        let mut price =
            |offer: &Offer| self.exact.price(&self.rounds, offer.cost, &offer.emptied[..offer.short], offer.divisor);
        let (price, other_price) = (price(one), price(other));
        let crossed = price.numerator * other_price.divisor * cost_of_other;
        crossed.cmp(&(other_price.numerator * price.divisor * cost_of_one))
    }

    /// Everybody who supports the project pays.
    fn buy(&mut self, offer: Offer, equals: u32) {
        let Offer { project, price, divisor, emptied, short, .. } = offer;
        self.purses.pay(self.backers.of(project), price, &emptied);
        let last = self.guess.get(self.rounds.len()).filter(|guess| guess.project == project);
        let cheaper = last.map(|last| (last.price.most() - price.least()).saturating_mul(self.most_points.into()));
        self.certificates.end(cheaper);
        self.exact.buy(project, self.rounds.len());
        self.rounds.push(Round { project, price, divisor, emptied, short, equals });
    }
}

/// More supporters than this are many.
const MANY: usize = 4_096;

/// Newton's method takes two or three steps; something that does not settle is left to exact fractions.
const MOST_TRIES: u32 = 60;

fn div_ceil(number: i64, by: i64) -> i64 {
    number.div_euclid(by) + i64::from(number.rem_euclid(by) != 0)
}
