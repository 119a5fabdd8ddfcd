//! What holds for every election, whatever its ballots are.

use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use tally::report::Fate;
use tally::{
    BallotKind, Ballots, Completion, Election, Order, Project, ProjectIndex, Rule, Satisfaction, Settings, TieBreak,
    Unfit, count, digest, pb,
};

/// Ballots as lists of projects with points.
type Votes = Vec<Vec<(ProjectIndex, i64)>>;

fn election(kind: BallotKind, costs: &[u32], budget: u32, votes: &Votes) -> Election {
    let mut ballots = Ballots::default();
    for vote in votes {
        let (choices, points): (Vec<_>, Vec<_>) = vote.iter().copied().unzip();
        if kind.has_points() { ballots.push_points(choices.into_iter().zip(points)) } else { ballots.push(&choices) }
    }
    let project = |(at, &cost): (usize, &u32)| Project {
        id: format!("p{at:02}"),
        name: String::new(),
        cost: cost.into(),
        categories: Vec::new(),
    };
    let projects = costs.iter().enumerate().map(project).collect();
    Election { budget: budget.into(), kind, default_points: Decimal::ZERO, projects, ballots }
}

#[derive(Debug, Clone)]
struct Case {
    kind: BallotKind,
    costs: Vec<u32>,
    budget: u32,
    votes: Votes,
    settings: Settings,
}

fn cases() -> impl Strategy<Value = Case> {
    let kind =
        prop_oneof![2 => Just(BallotKind::Approval), 1 => Just(BallotKind::Cumulative), 1 => Just(BallotKind::Ordinal)];
    let completion = prop_oneof![Just(Completion::None), Just(Completion::Add1), Just(Completion::Add1Greedy)];
    let satisfaction = prop_oneof![Just(Satisfaction::Cost), Just(Satisfaction::Cardinality)];
    let rule = prop_oneof![
        3 => (satisfaction, completion).prop_map(|(satisfaction, completion)| Rule::EqualShares { satisfaction, completion }),
        1 => Just(Rule::Greedy { order: Order::Support, unfit: Unfit::Skip }),
        1 => Just(Rule::Greedy { order: Order::SupportPerCost, unfit: Unfit::Stop }),
        1 => Just(Rule::Phragmen { unfit: Unfit::Skip }),
    ];
    let costs = proptest::collection::vec(1_u32..200, 2..10);
    (kind, costs, 50_u32..600, rule).prop_flat_map(|(kind, costs, budget, rule)| {
        let projects: Vec<ProjectIndex> = (0..).take(costs.len()).collect();
        let most = projects.len();
        let vote = (proptest::sample::subsequence(projects, 0..=most), proptest::collection::vec(1_i64..6, most));
        let vote = vote.prop_map(|(choices, points)| choices.into_iter().zip(points).collect());
        let rule = if kind == BallotKind::Approval || !matches!(rule, Rule::Phragmen { .. }) {
            rule
        } else {
            Rule::Greedy { order: Order::Support, unfit: Unfit::Skip }
        };
        proptest::collection::vec(vote, 1..40).prop_map(move |votes| {
            let settings = Settings::new(rule);
            Case { kind, costs: costs.clone(), budget, votes, settings }
        })
    })
}

impl Case {
    fn election(&self) -> Election {
        election(self.kind, &self.costs, self.budget, &self.votes)
    }

    fn json(&self) -> String {
        count(&self.election(), &self.settings).expect("it can be counted").report().to_json()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_order_of_ballots_changes_nothing(case in cases(), seed in any::<u64>()) {
        let mut shuffled = case.clone();
        let length = shuffled.votes.len();
        for at in 0..length {
            let other = usize::try_from(seed.rotate_left(u32::try_from(at).unwrap()) % 1_000_003).unwrap() % length;
            shuffled.votes.swap(at, other);
        }
        prop_assert_eq!(shuffled.json(), case.json());
    }

    /// Every ballot two or nine times, every cost and the budget two or nine times: everybody's share is the same, and
    /// so is the outcome. Nine times the same ballot is counted as one group, once or twice each ballot by itself.
    #[test]
    fn equal_ballots_together_count_as_each_by_itself(case in cases(), times in prop_oneof![Just(2_u32), Just(9)]) {
        let mut more = case.clone();
        more.votes = case.votes.iter().flat_map(|vote| vec![vote.clone(); times as usize]).collect();
        more.costs.iter_mut().for_each(|cost| *cost *= times);
        more.budget *= times;
        let winners = |case: &Case| count(&case.election(), &case.settings).expect("it can be counted").winners();
        prop_assert_eq!(winners(&more), winners(&case));
    }

    #[test]
    fn an_election_that_is_written_is_read_again(case in cases()) {
        let election = case.election();
        let file = pb::File::of(&election, Some(&[0]), &[("description", "Proef; met \"alles\""), ("unit", "Arnhem")]);
        let read = pb::read(file.to_text().as_bytes()).expect("what was written can be read");
        prop_assert_eq!(&read.election, &election);
        prop_assert_eq!(&read.file, &file);
        prop_assert_eq!(digest(&read.election), digest(&election));
    }

    #[test]
    fn the_budget_is_kept_and_the_accounts_add_up(case in cases()) {
        let report = count(&case.election(), &case.settings).expect("it can be counted").report();
        prop_assert!(report.cost <= report.budget);
        prop_assert_eq!(report.cost.0 + report.left.0, report.budget.0);
        let mut paid = Decimal::ZERO;
        for project in &report.projects {
            prop_assert_eq!(project.is_chosen, report.chosen.contains(&project.id));
            if let Fate::Bought(bought) = &project.fate {
                let sum = bought.full.amount.0 + bought.part.amount.0;
                prop_assert_eq!(sum.round_dp(2), project.cost.0, "{:?}", bought);
                prop_assert_eq!(bought.full.voters + bought.part.voters + bought.nothing, project.votes);
                paid += project.cost.0;
            }
        }
        if let Some(share) = &report.share {
            for group in &report.voters.groups {
                prop_assert!(group.amount.0 >= Decimal::ZERO && group.amount <= share.amount, "{:?} of {:?}", group, share);
            }
            let spent: Decimal = report.voters.groups.iter().map(|group| group.amount.0 * Decimal::from(group.voters)).sum();
            prop_assert_eq!(spent.round_dp(2), paid, "what voters paid is what projects cost");
        }
        let voters: u64 = report.voters.groups.iter().map(|group| group.voters).sum();
        prop_assert_eq!(usize::try_from(voters), Ok(case.votes.len()));
    }

    /// What each voter finds for themselves is, put together, what each chosen project costs; and nobody spent more than
    /// they had.
    #[test]
    fn what_everybody_finds_for_themselves_adds_up(case in cases()) {
        let election = case.election();
        let counted = count(&election, &case.settings).expect("it can be counted");
        let report = counted.report();
        let mut paid: BTreeMap<String, Decimal> = BTreeMap::new();
        for vote in &case.votes {
            let alone = self::election(case.kind, &case.costs, case.budget, &vec![vote.clone()]).ballots;
            // A ballot that supports nothing is nobody's own.
            let Some(own) = counted.own(&alone) else { continue };
            if let Some(share) = &own.share {
                let spent: Decimal = own.spent.iter().map(|spent| spent.amount.0).sum();
                let off = (spent + share.left.0 - share.amount.0).abs();
                prop_assert!(off < Decimal::new(1, 6), "{} is lost", off);
                prop_assert!(share.left.0 >= Decimal::ZERO);
            }
            own.spent.iter().for_each(|spent| *paid.entry(spent.id.clone()).or_default() += spent.amount.0);
        }
        for project in &report.projects {
            let is_carried = match &project.fate {
                Fate::Bought(_) | Fate::Earned { .. } => true,
                // Added with the money that shares left, which is nobody's; without shares, everybody's who chose it.
                Fate::Taken { .. } => report.share.is_none() && project.votes > 0,
                Fate::NotChosen(_) => false,
            };
            let expected = if is_carried { project.cost.0 } else { Decimal::ZERO };
            prop_assert_eq!(paid.get(&project.id).copied().unwrap_or_default().round_dp(2), expected, "{:?}", project);
        }
    }

    /// New names in the same order, and projects at other places in the file.
    #[test]
    fn renaming_projects_renames_the_result(case in cases(), reverse in any::<bool>()) {
        let before = case.election();
        let mut after = case.election();
        let last = case.costs.len() - 1;
        let moved = |index: ProjectIndex| if reverse { ProjectIndex::try_from(last).unwrap() - index } else { index };
        if reverse {
            after.projects.reverse();
            let votes: Votes = case.votes.iter().map(|vote| vote.iter().map(|&(choice, points)| (moved(choice), points)).collect()).collect();
            after.ballots = election(case.kind, &case.costs, case.budget, &votes).ballots;
        }
        after.projects.iter_mut().for_each(|project| project.id = format!("naam {}", project.id));
        let names = |election: &Election| count(election, &case.settings).expect("it can be counted").report().chosen;
        let renamed: Vec<String> = names(&before).into_iter().map(|id| format!("naam {id}")).collect();
        prop_assert_eq!(names(&after), renamed);
    }

    #[test]
    fn the_lot_is_the_same_on_every_run(mut case in cases(), seed in "[a-z]{1,8}") {
        case.settings.ties = TieBreak::Lot { seed };
        prop_assert_eq!(case.json(), case.json());
    }

    #[test]
    fn the_digest_knows_every_ballot_and_no_order(case in cases(), at in any::<prop::sample::Index>()) {
        let whole = digest(&case.election());
        let mut reversed = case.clone();
        reversed.votes.reverse();
        prop_assert_eq!(&digest(&reversed.election()), &whole);
        let mut without = case.clone();
        without.votes.remove(at.index(case.votes.len()));
        prop_assert_ne!(digest(&without.election()), whole);
    }
}

/// The digest is published before the count: what it is of may never change.
#[test]
fn the_digest_is_of_a_text_that_anybody_can_write() {
    let votes = vec![vec![(1, 2), (0, 1)], vec![], vec![(1, 1)]];
    // printf 'wijkkoers/stembiljetten/1\napproval\n\np00,p01\np01\n' | sha256sum
    let approval = "3aacd705d617d024a080f8a8bcdfcfc1ffe469d6bae93a5b61ae74b256c31469";
    // printf 'wijkkoers/stembiljetten/1\nordinal\n\np01\np01,p00\n' | sha256sum
    let ordinal = "48d0100d4bc0f6562436a5f6a9f14d27f4543dfe32cf3dff8452b8cc19e62ecc";
    // printf 'wijkkoers/stembiljetten/1\ncumulative\n\np00=1,p01=2\np01=1\n' | sha256sum
    let cumulative = "0d9a1eb24cdc8fdbcee85f73051ba6a76f51a850780d41cc0874dd0b9e1d068d";
    for (kind, expected) in
        [(BallotKind::Approval, approval), (BallotKind::Ordinal, ordinal), (BallotKind::Cumulative, cumulative)]
    {
        assert_eq!(digest(&election(kind, &[5, 5], 10, &votes)), expected, "{kind:?}");
    }
}
