//! A second implementation, for the tests: obviously right and as slow as it likes.
//!
//! Everything is a fraction, every round looks at every project and every voter, and nothing is remembered between
//! rounds or runs. The definitions are those of the papers that the crate's documentation names.

#![expect(clippy::arithmetic_side_effects, reason = "small numbers, and fractions without limit")]
#![expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "small numbers")]

use std::collections::BTreeMap;

use num_rational::BigRational;
use num_traits::{Signed as _, Zero as _};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::equal_shares::{self, Effort};
use crate::report::Fate;
use crate::*;

/// A random small election: amounts are small, so that ties and "just enough" are frequent.
#[derive(Debug, Clone)]
struct Small {
    election: Election,
    settings: Settings,
}

fn kinds() -> impl Strategy<Value = BallotKind> {
    prop_oneof![
        3 => Just(BallotKind::Approval),
        1 => Just(BallotKind::ChooseOne),
        1 => Just(BallotKind::Ordinal),
        1 => Just(BallotKind::Cumulative),
        1 => Just(BallotKind::Scoring),
    ]
}

fn rules() -> impl Strategy<Value = Rule> {
    let satisfaction = prop_oneof![Just(Satisfaction::Cost), Just(Satisfaction::Cardinality)];
    let completion = prop_oneof![
        1 => Just(Completion::None),
        1 => Just(Completion::Greedy),
        3 => Just(Completion::Add1),
        1 => Just(Completion::Add1Greedy),
    ];
    let unfit = prop_oneof![Just(Unfit::Skip), Just(Unfit::Stop)];
    let order = prop_oneof![Just(Order::Support), Just(Order::SupportPerCost)];
    prop_oneof![
        6 => (satisfaction, completion).prop_map(|(satisfaction, completion)| Rule::EqualShares { satisfaction, completion }),
        1 => (order, unfit.clone()).prop_map(|(order, unfit)| Rule::Greedy { order, unfit }),
        2 => unfit.prop_map(|unfit| Rule::Phragmen { unfit }),
    ]
}

fn switches() -> impl Strategy<Value = Switches> {
    let increment = prop_oneof![3 => Just(Decimal::ONE), 1 => Just(Decimal::new(25, 2)), 1 => Just(Decimal::from(3))];
    (any::<bool>(), any::<bool>(), any::<bool>(), increment).prop_map(|(exhaustive_stop, whole, all, increment)| {
        Switches {
            exhaustive_stop,
            start: if whole { Start::Whole } else { Start::Exact },
            fits: if all { Fits::All } else { Fits::Supported },
            increment,
        }
    })
}

fn ballots(kind: BallotKind, projects: usize, voters: std::ops::Range<usize>) -> impl Strategy<Value = Ballots> {
    let most = if kind == BallotKind::ChooseOne { 1 } else { projects };
    let one = (proptest::sample::subsequence((0..projects).collect::<Vec<_>>(), 0..=most).prop_shuffle(), any::<u64>());
    proptest::collection::vec(one, voters).prop_map(move |all| {
        let mut ballots = Ballots::default();
        for (choices, seed) in all {
            let choices: Vec<ProjectIndex> =
                choices.into_iter().map(|choice| choice.try_into().expect("small")).collect();
            if kind.has_points() {
                // A scoring ballot may also take points away.
                let least = if kind == BallotKind::Scoring { -2 } else { 0 };
                let points: Vec<i64> =
                    (0..choices.len()).map(|at| (seed >> (at * 3) & 7).cast_signed() + least).collect();
                ballots.push_points(choices.into_iter().zip(points));
            } else {
                ballots.push(&choices);
            }
        }
        ballots
    })
}

fn small() -> impl Strategy<Value = Small> {
    let costs = proptest::collection::vec(prop_oneof![4 => 1_i64..12, 1 => 12_i64..60], 1..8);
    (kinds(), costs, 1_i64..60, 0_u32..3).prop_flat_map(|(kind, costs, budget, decimals)| {
        let project = |(at, cost): (usize, &i64)| Project {
            id: ["b", "10", "9", "a", "2", "é", "Z", "01"][at].to_owned(),
            name: String::new(),
            cost: Decimal::new(*cost * if decimals > 0 { 10_i64.pow(decimals) + 1 } else { 1 }, decimals),
            categories: Vec::new(),
        };
        let projects: Vec<Project> = costs.iter().enumerate().map(project).collect();
        let count = projects.len();
        let group = move || proptest::sample::subsequence((0..count as ProjectIndex).collect::<Vec<_>>(), 0..=count);
        let ceilings = proptest::collection::vec((group(), 1_i64..40), 0..2);
        let exclusive = proptest::collection::vec(group(), 0..2);
        let limits = prop_oneof![2 => Just((Vec::new(), Vec::new())).boxed(), 1 => (ceilings, exclusive).boxed()];
        let default_points = if kind == BallotKind::Scoring { (-1_i64..3).boxed() } else { Just(0).boxed() };
        let ties = prop_oneof![
            Just(TieBreak::Id),
            Just(TieBreak::CostSupportId),
            Just(TieBreak::Lot { seed: "x".to_owned() })
        ];
        (ballots(kind, count, 0..14), rules(), switches(), limits, ties, 0_u32..3, default_points).prop_map(
            move |(ballots, rule, switches, (ceilings, exclusive), ties, minimum, default_points)| {
                let rule = match rule {
                    Rule::Phragmen { .. } if !kind.is_approval() => {
                        Rule::Greedy { order: Order::Support, unfit: Unfit::Skip }
                    }
                    rule @ (Rule::Greedy { .. } | Rule::EqualShares { .. } | Rule::Phragmen { .. }) => rule,
                };
                let budget = Decimal::new(budget * 10_i64.pow(decimals), decimals);
                let default_points = Decimal::from(default_points);
                let election = Election { budget, kind, default_points, projects: projects.clone(), ballots };
                let ceiling =
                    |(projects, maximum)| Ceiling { name: "c".to_owned(), projects, maximum: Decimal::from(maximum) };
                let settings = Settings {
                    ties,
                    switches,
                    minimum_support: Decimal::from(minimum),
                    exclusive,
                    ceilings: ceilings.into_iter().map(ceiling).collect(),
                    most_increments: 3_000,
                    ..Settings::new(rule)
                };
                Small { election, settings }
            },
        )
    })
}

/// An election in which Add1 has many steps to go, so that what one run proves is used by the next.
fn stepping() -> impl Strategy<Value = Small> {
    let costs = proptest::collection::vec(10_i64..90, 4..9);
    let satisfaction = prop_oneof![Just(Satisfaction::Cost), Just(Satisfaction::Cardinality)];
    let kind = prop_oneof![2 => Just(BallotKind::Approval), 1 => Just(BallotKind::Cumulative)];
    let group = || proptest::sample::subsequence((0..4).collect::<Vec<ProjectIndex>>(), 0..4);
    let limits = (proptest::collection::vec((group(), 60_i64..200), 0..2), proptest::collection::vec(group(), 0..2));
    let more = (1_i64..5, 0_i64..3, limits);
    (kind, costs, 60_i64..300, satisfaction, more).prop_flat_map(|(kind, costs, budget, satisfaction, more)| {
        let project = |(at, cost): (usize, &i64)| Project {
            id: at.to_string(),
            name: String::new(),
            cost: Decimal::from(*cost),
            categories: Vec::new(),
        };
        let projects: Vec<Project> = costs.iter().enumerate().map(project).collect();
        ballots(kind, projects.len(), 10..30).prop_map(move |ballots| {
            let (step, minimum, (ceilings, exclusive)) = more.clone();
            let (budget, default_points) = (Decimal::from(budget), Decimal::ZERO);
            let election = Election { budget, kind, default_points, projects: projects.clone(), ballots };
            let mut settings = Settings::new(Rule::EqualShares { satisfaction, completion: Completion::Add1 });
            settings.switches =
                Switches { exhaustive_stop: false, increment: Decimal::new(step, 1), ..Switches::default() };
            settings.most_increments = 150;
            settings.minimum_support = minimum.into();
            settings.exclusive = exclusive;
            let ceiling =
                |(projects, maximum): (_, i64)| Ceiling { name: String::new(), projects, maximum: maximum.into() };
            settings.ceilings = ceilings.into_iter().map(ceiling).collect();
            Small { election, settings }
        })
    })
}

/// A decimal number as a fraction.
fn fraction(number: Decimal) -> BigRational {
    BigRational::new(number.mantissa().into(), 10_i128.pow(number.scale()).into())
}

fn whole(number: i64) -> BigRational {
    BigRational::from_integer(number.into())
}

/// What the naive implementation found.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    winners: Vec<ProjectIndex>,
    raised: Option<(u64, Stop)>,
    /// By round of equal shares: the price per point, and what each voter paid.
    rounds: Vec<(BigRational, Vec<BigRational>)>,
    tied_rounds: u64,
}

struct Naive<'a> {
    election: &'a Election,
    settings: &'a Settings,
    /// By voter and project.
    points: Vec<Vec<i64>>,
    ranks: Vec<u32>,
    tied_rounds: u64,
}

impl<'a> Naive<'a> {
    fn new(small: &'a Small) -> Self {
        let Small { election, settings } = small;
        let default = amount::units(election.default_points, 0).expect("whole");
        let points = election.ballots.iter().map(|ballot| {
            let mut points = vec![default; election.projects.len()];
            for (at, &choice) in ballot.choices.iter().enumerate() {
                points[usize::from(choice)] = match election.kind {
                    BallotKind::Approval | BallotKind::ChooseOne => 1,
                    BallotKind::Ordinal => (ballot.choices.len() - at - 1) as i64,
                    BallotKind::Cumulative | BallotKind::Scoring => ballot.points[at],
                };
            }
            points
        });
        let points: Vec<Vec<i64>> = points.collect();
        let support = |project: usize| points.iter().map(|points| points[project]).sum::<i64>();
        let facts = election.projects.iter().enumerate().map(|(at, project)| ties::Facts {
            id: &project.id,
            cost: amount::units(project.cost, 5).expect("small").unsigned_abs(),
            support: support(at),
        });
        let ranks = ties::ranks(&settings.ties, &facts.collect::<Vec<_>>());
        Self { election, settings, points: points.clone(), ranks, tied_rounds: 0 }
    }

    fn cost(&self, project: usize) -> BigRational {
        fraction(self.election.projects[project].cost)
    }

    fn support(&self, project: usize) -> i64 {
        self.points.iter().map(|points| points[project]).sum()
    }

    fn spent(&self, chosen: &[usize]) -> BigRational {
        chosen.iter().map(|&project| self.cost(project)).sum()
    }

    /// Whether a project may join those that are chosen, besides the money.
    fn is_allowed(&self, project: usize, chosen: &[usize]) -> bool {
        let index = project as ProjectIndex;
        let is_excluded = self.settings.exclusive.iter().any(|group| {
            group.contains(&index) && chosen.iter().any(|&other| group.contains(&(other as ProjectIndex)))
        });
        let is_full = self.settings.ceilings.iter().any(|ceiling| {
            let inside: Vec<usize> =
                chosen.iter().copied().filter(|&other| ceiling.projects.contains(&(other as ProjectIndex))).collect();
            ceiling.projects.contains(&index) && self.spent(&inside) + self.cost(project) > fraction(ceiling.maximum)
        });
        let is_eligible = Decimal::from(self.support(project)) >= self.settings.minimum_support;
        !chosen.contains(&project) && is_eligible && !is_excluded && !is_full
    }

    /// What the greedy rule goes by.
    fn value(&self, project: usize, order: Order) -> BigRational {
        match order {
            Order::Support => whole(self.support(project)),
            Order::SupportPerCost => whole(self.support(project)) / self.cost(project),
        }
    }

    fn greedy(&self, mut chosen: Vec<usize>, order: Order, unfit: Unfit) -> Vec<usize> {
        let mut all: Vec<usize> = (0..self.election.projects.len()).collect();
        all.sort_by_key(|&project| (-self.value(project, order), self.ranks[project]));
        for project in all {
            if !self.is_allowed(project, &chosen) {
                continue;
            }
            if self.spent(&chosen) + self.cost(project) <= fraction(self.election.budget) {
                chosen.push(project);
            } else if unfit == Unfit::Stop {
                break;
            }
        }
        chosen
    }

    /// The least price per unit of satisfaction at which these purses pay for a project.
    fn price(&self, project: usize, purses: &[BigRational], satisfaction: Satisfaction) -> Option<BigRational> {
        let factor = if satisfaction == Satisfaction::Cost { self.cost(project) } else { whole(1) };
        let mut backers: Vec<(BigRational, BigRational)> = self
            .points
            .iter()
            .zip(purses)
            .filter(|(points, _)| points[project] > 0)
            .map(|(points, purse)| (purse.clone(), whole(points[project]) * &factor))
            .collect();
        backers.sort_by_key(|(purse, utility)| purse / utility);
        let mut rest = self.cost(project);
        let mut utilities: BigRational = backers.iter().map(|(_, utility)| utility.clone()).sum();
        for (purse, utility) in backers {
            let price = &rest / &utilities;
            if &price * &utility <= purse {
                return Some(price);
            }
            rest -= purse;
            utilities -= utility;
        }
        None
    }

    fn shares(
        &mut self,
        share: &BigRational,
        satisfaction: Satisfaction,
    ) -> (Vec<usize>, Vec<(BigRational, Vec<BigRational>)>) {
        let mut purses = vec![share.clone(); self.points.len()];
        let (mut chosen, mut rounds) = (Vec::new(), Vec::new());
        loop {
            let open = (0..self.election.projects.len()).filter(|&project| self.is_allowed(project, &chosen));
            let offers: Vec<_> = open
                .filter_map(|project| Some((self.price(project, &purses, satisfaction)?, self.ranks[project], project)))
                .collect();
            let Some((price, _, project)) = offers.iter().min().cloned() else { return (chosen, rounds) };
            self.tied_rounds += u64::from(offers.iter().filter(|(other, ..)| *other == price).count() > 1);
            let factor = if satisfaction == Satisfaction::Cost { self.cost(project) } else { whole(1) };
            let per_point = price * factor;
            let paid: Vec<BigRational> = self
                .points
                .iter()
                .zip(&mut purses)
                .map(|(points, purse)| {
                    let paid = (&per_point * whole(points[project].max(0))).min(purse.clone());
                    *purse -= &paid;
                    paid
                })
                .collect();
            chosen.push(project);
            rounds.push((per_point, paid));
        }
    }

    fn equal_shares(&mut self, satisfaction: Satisfaction, completion: Completion) -> Option<Found> {
        let voters = self.points.len() as i64;
        if voters == 0 {
            let chosen = if completion.is_filled_up() {
                self.greedy(Vec::new(), Order::Support, Unfit::Skip)
            } else {
                Vec::new()
            };
            return Some(self.found(chosen, None, Vec::new()));
        }
        let budget = fraction(self.election.budget);
        let exact = &budget / whole(voters);
        let first = if self.settings.switches.start == Start::Whole { exact.floor() } else { exact };
        let (mut chosen, mut rounds) = self.shares(&first, satisfaction);
        let mut raised = None;
        if completion.raises() {
            let mut steps = 0;
            let stop = loop {
                let all = 0..self.election.projects.len();
                let open: Vec<usize> = all.filter(|&project| self.is_allowed(project, &chosen)).collect();
                if open.iter().all(|&project| self.points.iter().all(|points| points[project] <= 0)) {
                    break Stop::AllChosen;
                }
                let fits = |&&project: &&usize| {
                    let counts = self.settings.switches.fits == Fits::All
                        || self.points.iter().any(|points| points[project] > 0);
                    counts && self.spent(&chosen) + self.cost(project) <= budget
                };
                if self.settings.switches.exhaustive_stop && open.iter().filter(fits).count() == 0 {
                    break Stop::NothingFits;
                }
                if steps == self.settings.most_increments {
                    return None;
                }
                let share = &first + fraction(self.settings.switches.increment) * whole(steps as i64 + 1);
                let next = self.shares(&share, satisfaction);
                if self.spent(&next.0) > budget {
                    break Stop::NextOverspends;
                }
                (chosen, rounds) = next;
                steps += 1;
            };
            raised = Some((steps, stop));
        }
        if completion.is_filled_up() {
            chosen = self.greedy(chosen, Order::Support, Unfit::Skip);
        }
        Some(self.found(chosen, raised, rounds))
    }

    fn phragmen(&mut self, unfit: Unfit) -> Found {
        let budget = fraction(self.election.budget);
        let mut loads = vec![BigRational::zero(); self.points.len()];
        let mut chosen = Vec::new();
        loop {
            let left = &budget - self.spent(&chosen);
            let most = if unfit == Unfit::Skip { &left } else { &budget };
            let open: Vec<usize> = (0..self.election.projects.len())
                .filter(|&project| self.is_allowed(project, &chosen) && self.cost(project) <= *most)
                .collect();
            let time = |project: usize| {
                let backers: Vec<&BigRational> = self
                    .points
                    .iter()
                    .zip(&loads)
                    .filter(|(points, _)| points[project] > 0)
                    .map(|(_, load)| load)
                    .collect();
                let never = backers.is_empty();
                let sum: BigRational = backers.iter().copied().cloned().sum();
                (
                    never,
                    if never { BigRational::zero() } else { (self.cost(project) + sum) / whole(backers.len() as i64) },
                )
            };
            let Some(earliest) = open.iter().map(|&project| time(project)).min() else { break };
            let tied: Vec<usize> = open.into_iter().filter(|&project| time(project) == earliest).collect();
            if tied.iter().any(|&project| self.cost(project) > left) {
                break;
            }
            self.tied_rounds += u64::from(tied.len() > 1);
            let project = *tied.iter().min_by_key(|&&project| self.ranks[project]).expect("not empty");
            for (points, load) in self.points.iter().zip(&mut loads) {
                if points[project] > 0 {
                    *load = earliest.1.clone();
                }
            }
            chosen.push(project);
        }
        self.found(chosen, None, Vec::new())
    }

    fn found(
        &self,
        chosen: Vec<usize>,
        raised: Option<(u64, Stop)>,
        rounds: Vec<(BigRational, Vec<BigRational>)>,
    ) -> Found {
        let winners = chosen.into_iter().map(|project| project as ProjectIndex).collect();
        Found { winners, raised, rounds, tied_rounds: self.tied_rounds }
    }

    fn count(&mut self) -> Option<Found> {
        match self.settings.rule {
            Rule::Greedy { order, unfit } => Some({
                let chosen = self.greedy(Vec::new(), order, unfit);
                let mut all: Vec<usize> = (0..self.election.projects.len()).collect();
                all.retain(|&project| Decimal::from(self.support(project)) >= self.settings.minimum_support);
                all.sort_by_key(|&project| (-self.value(project, order), self.ranks[project]));
                let is_tied = |pair: &&[usize]| {
                    chosen.contains(&pair[0]) && self.value(pair[0], order) == self.value(pair[1], order)
                };
                self.tied_rounds = all.windows(2).filter(is_tied).count() as u64;
                self.found(chosen, None, Vec::new())
            }),
            Rule::EqualShares { satisfaction, completion } => self.equal_shares(satisfaction, completion),
            Rule::Phragmen { unfit } => Some(self.phragmen(unfit)),
        }
    }
}

/// Counts at the given fineness, and says what the naive implementation would.
fn found(counted: &Counted<'_>) -> (Vec<ProjectIndex>, Option<(u64, Stop)>, u64) {
    let report = counted.report();
    let raised = report.share.as_ref().and_then(|share| Some((share.steps, share.stop?)));
    (counted.winners(), raised, report.tied_rounds)
}

fn counted(small: &Small, finest: i32) -> Result<Counted<'_>, CannotCount> {
    count::count_with(
        &small.election,
        &small.settings,
        &mut Effort { progress: &mut |_| std::ops::ControlFlow::Continue(()), finest },
    )
}

/// How coarse money is counted in a test: at some point nearly every decision needs exact fractions.
fn fineness() -> impl Strategy<Value = i32> {
    prop_oneof![Just(equal_shares::FINEST), -3_i32..12]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn small_elections_come_out_as_the_definitions_say((small, finest) in (small(), fineness())) {
        let naive = Naive::new(&small).count();
        match (counted(&small, finest), naive) {
            (Ok(counted), Some(naive)) => {
                prop_assert_eq!(found(&counted), (naive.winners, naive.raised, naive.tied_rounds));
                check_payments(&small, &counted, &naive.rounds)?;
            }
            (Err(CannotCount::TooManyIncrements(_)), None) => {}
            (counted, naive) => prop_assert!(false, "{:?} but {:?}", counted.map(|counted| counted.winners()), naive),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn many_steps_come_out_as_the_definitions_say((small, finest) in (stepping(), fineness())) {
        match (counted(&small, finest), Naive::new(&small).count()) {
            (Ok(counted), Some(naive)) => prop_assert_eq!(found(&counted), (naive.winners, naive.raised, naive.tied_rounds)),
            (Err(CannotCount::TooManyIncrements(_)), None) => {}
            (counted, naive) => prop_assert!(false, "{:?} but {:?}", counted.map(|counted| counted.winners()), naive),
        }
    }
}

/// Prices and payments are those of the definitions, and add up.
fn check_payments(
    small: &Small,
    counted: &Counted<'_>,
    rounds: &[(BigRational, Vec<BigRational>)],
) -> Result<(), TestCaseError> {
    let report = counted.report();
    let is_near = |found: Decimal, exact: &BigRational| {
        (fraction(found) - exact).abs() < BigRational::new(1.into(), 1_000_000.into())
    };
    let mut paid_by_projects = BTreeMap::new();
    for project in &report.projects {
        if let Fate::Bought(bought) = &project.fate {
            let (price, paid) = &rounds[bought.round - 1];
            prop_assert!(is_near(bought.price.0, price), "{bought:?} {price}");
            let sum: BigRational = paid.iter().cloned().sum();
            prop_assert_eq!(&sum, &fraction(project.cost.0), "payments add up to the cost");
            prop_assert!(is_near(bought.full.amount.0 + bought.part.amount.0, &sum));
            let payers = paid.iter().filter(|paid| !paid.is_zero()).count() as u64;
            prop_assert_eq!(bought.full.voters + bought.part.voters, payers, "{:?} {:?}", bought, paid);
            paid_by_projects.insert(bought.round, project.cost.0);
        }
    }
    prop_assert_eq!(paid_by_projects.len(), rounds.len());
    let voters: u64 = report.voters.groups.iter().map(|group| group.voters).sum();
    prop_assert_eq!(voters, small.election.ballots.len() as u64);
    prop_assert!(report.cost.0 <= small.election.budget, "{:?}", report.chosen);
    Ok(())
}
