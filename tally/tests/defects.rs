//! What other implementations get wrong, one test for each: here it is right.

use std::ops::ControlFlow;

use rust_decimal::Decimal;
use tally::report::{Fate, Reason};
use tally::{
    BallotKind, Ballots, CannotCount, Completion, Election, Fits, MOST_PROJECTS, Order, Project, ProjectIndex, Rule,
    Satisfaction, Settings, Stop, Switches, TieBreak, Unfit, count, count_telling, pb,
};

const ADD1: Rule = Rule::EqualShares { satisfaction: Satisfaction::Cost, completion: Completion::Add1 };
const PLAIN: Rule = Rule::EqualShares { satisfaction: Satisfaction::Cost, completion: Completion::None };

fn election(kind: BallotKind, budget: u32, projects: &[(&str, u32)], ballots: Ballots) -> Election {
    let project = |&(id, cost): &(&str, u32)| Project {
        id: id.to_owned(),
        name: String::new(),
        cost: cost.into(),
        categories: Vec::new(),
    };
    let projects = projects.iter().map(project).collect();
    Election { budget: budget.into(), kind, default_points: Decimal::ZERO, projects, ballots }
}

/// Ballots that approve projects: each written as so many voters, and what they choose.
fn approvals(groups: &[(usize, &[ProjectIndex])]) -> Ballots {
    let mut ballots = Ballots::default();
    for (times, choices) in groups {
        (0..*times).for_each(|_| ballots.push(choices));
    }
    ballots
}

fn chosen(election: &Election, settings: &Settings) -> Vec<String> {
    count(election, settings).expect("it can be counted").report().chosen
}

/// Floats: 1 less nine times 0.1 is a little less than 0.1, and ten times that is not enough for 1.
#[test]
fn what_is_exactly_enough_is_enough() {
    let projects: Vec<(String, u32)> = (0..10).map(|at| (format!("p{at}"), 1)).collect();
    let projects: Vec<(&str, u32)> = projects.iter().map(|(id, cost)| (id.as_str(), *cost)).collect();
    let all: Vec<ProjectIndex> = (0..10).collect();
    let election = election(BallotKind::Approval, 10, &projects, approvals(&[(10, &all)]));
    assert_eq!(chosen(&election, &Settings::new(PLAIN)).len(), 10);
}

/// Fractions of doubles: denominators of four digits pass 2^53 after five rounds, and rounding begins.
#[test]
fn fractions_stay_exact_however_long_they_grow() {
    // Each pair of projects has the same number of voters, and so the same price: a tie in each round, six times.
    let sizes = [997_usize, 991, 983, 977, 971, 967];
    let ids = ["a1", "a2", "b1", "b2", "c1", "c2", "d1", "d2", "e1", "e2", "f1", "f2"];
    let projects: Vec<(&str, u32)> = ids.iter().map(|id| (*id, 1_000)).collect();
    let mut ballots = Ballots::default();
    for voter in 0..997 {
        let pairs = (0..).zip(&sizes).filter(|(_, size)| voter < **size);
        ballots.push(&pairs.flat_map(|(at, _)| [at * 2, at * 2 + 1]).collect::<Vec<ProjectIndex>>());
    }
    let election = election(BallotKind::Approval, 12_500, &projects, ballots);
    let counted = count(&election, &Settings::new(PLAIN)).expect("it can be counted");
    let report = counted.report();
    assert_eq!(report.chosen, ids);
    assert_eq!(report.tied_rounds, 6, "both of each pair were exactly as good");
    let most = report.voters.groups.last().expect("a group");
    let paid: Decimal = sizes.iter().map(|size| Decimal::from(2_000) / Decimal::from(*size)).sum();
    assert_eq!(most.amount.0.round_dp(9), paid.round_dp(9));
}

/// A tool goes on for ever here: two projects without votes fit one by one, and not together.
#[test]
fn add1_ends_although_projects_without_votes_always_fit() {
    let projects = [("voted", 60), ("one", 30), ("other", 30)];
    let election = election(BallotKind::Approval, 100, &projects, approvals(&[(2, &[0])]));
    for fits in [Fits::Supported, Fits::All] {
        let mut settings = Settings::new(ADD1);
        settings.minimum_support = Decimal::ZERO;
        settings.switches = Switches { fits, ..Switches::default() };
        let report = count(&election, &settings).expect("it can be counted").report();
        assert_eq!(
            (report.chosen, report.share.and_then(|share| share.stop)),
            (vec!["voted".to_owned()], Some(Stop::AllChosen))
        );
    }
}

/// Keys of JavaScript objects: ids that look like numbers are put in the order of numbers.
#[test]
fn ids_are_text_and_never_numbers() {
    let projects = [("2", 10), ("9", 10), ("10", 10)];
    let election = election(BallotKind::Approval, 20, &projects, approvals(&[(3, &[0, 1, 2])]));
    for completion in [Completion::None, Completion::Greedy, Completion::Add1Greedy] {
        let mut settings = Settings::new(Rule::EqualShares { satisfaction: Satisfaction::Cost, completion });
        settings.ties = TieBreak::Id;
        assert_eq!(chosen(&election, &settings), ["10", "2"], "{completion:?}");
    }
}

/// A tool stops with an error if projects are equal in cost and votes.
#[test]
fn equal_projects_are_decided_and_not_an_error() {
    let election = election(BallotKind::Approval, 10, &[("b", 10), ("a", 10)], approvals(&[(1, &[0, 1])]));
    for ties in [TieBreak::Id, TieBreak::CostSupportId, TieBreak::Lot { seed: "2027".to_owned() }] {
        let settings = Settings { ties, ..Settings::new(ADD1) };
        assert_eq!(chosen(&election, &settings).len(), 1);
    }
}

/// A generated program does not sort supporters with points: the first seems to be able to pay, and the other cannot.
#[test]
fn supporters_with_points_pay_in_the_order_of_what_they_can() {
    let mut ballots = Ballots::default();
    ballots.push_points([(1, 1)]);
    ballots.push_points([(0, 9), (1, 5)]);
    let election = election(BallotKind::Cumulative, 20, &[("own", 7), ("both", 12)], ballots);
    let report = count(&election, &Settings::new(PLAIN)).expect("it can be counted").report();
    assert_eq!(report.chosen, ["own", "both"]);
    let Fate::Bought(both) = &report.project("both").expect("a project").fate else { unreachable!("it was bought") };
    // The second voter has 3 left of 10; the first pays the other 9 for one point.
    assert_eq!((both.price.0, both.full.voters, both.part.voters), (Decimal::from(9), 1, 1));
}

/// A library looks for the last step by halving, as if an outcome that costs too much stayed too dear with every larger
/// share. It does not.
#[test]
fn add1_takes_every_step_and_never_jumps() {
    let (election, first_too_dear, later_not) = not_monotone();
    let cost = |steps: u32| {
        let voters = u32::try_from(election.ballots.len()).expect("few");
        let budget = election.budget + Decimal::from(steps * voters);
        count(&Election { budget, ..election.clone() }, &Settings::new(PLAIN)).expect("it can be counted").cost()
    };
    assert!(cost(first_too_dear) > election.budget && cost(later_not) <= election.budget && later_not > first_too_dear);
    let mut settings = Settings::new(ADD1);
    settings.switches.exhaustive_stop = false;
    let share = count(&election, &settings).expect("it can be counted").report().share.expect("a share");
    assert_eq!((share.steps, share.stop), (u64::from(first_too_dear) - 1, Some(Stop::NextOverspends)));
}

/// An election in which the outcome costs too much after some steps, and not after more of them.
fn not_monotone() -> (Election, u32, u32) {
    let projects = [("0", 29), ("1", 17), ("2", 31)];
    (election(BallotKind::Approval, 47, &projects, approvals(&[(1, &[2]), (1, &[0, 1]), (1, &[0, 1, 2])])), 5, 8)
}

/// A library calls itself once for every winner, and ends near a thousand of them.
#[test]
fn more_than_a_thousand_winners_are_no_trouble() {
    let ids: Vec<String> = (0..1_200).map(|at| format!("{at:04}")).collect();
    let projects: Vec<(&str, u32)> = ids.iter().map(|id| (id.as_str(), 9)).collect();
    let mut ballots = Ballots::default();
    (0..1_200).for_each(|at| ballots.push(&[at]));
    let election = election(BallotKind::Approval, 12_000, &projects, ballots);
    let rules = [
        PLAIN,
        ADD1,
        Rule::Phragmen { unfit: Unfit::Stop },
        Rule::Greedy { order: Order::Support, unfit: Unfit::Skip },
    ];
    for rule in rules {
        assert_eq!(chosen(&election, &Settings::new(rule)), ids, "{rule:?}");
    }
}

/// A library has no greedy rule for points.
#[test]
fn greedy_counts_points() {
    let mut ballots = Ballots::default();
    ballots.push_points([(0, 1), (1, 4)]);
    ballots.push_points([(0, 2)]);
    let election = election(BallotKind::Cumulative, 10, &[("two votes", 10), ("more points", 10)], ballots);
    let greedy = Rule::Greedy { order: Order::Support, unfit: Unfit::Skip };
    assert_eq!(chosen(&election, &Settings::new(greedy)), ["more points"]);
}

/// A library goes on raising shares without end where a step is tiny beside what is missing.
#[test]
fn add1_gives_up_and_says_so() {
    let projects = [("cheap", 2), ("dear", 900_000_000)];
    let election =
        election(BallotKind::Approval, 1_000_000_000, &projects, approvals(&[(1, &[0]), (1, &[1]), (9, &[])]));
    let settings = Settings { most_increments: 5_000, ..Settings::new(ADD1) };
    assert_eq!(count(&election, &settings).err(), Some(CannotCount::TooManyIncrements(5_000)));
}

/// Readers that toggle at every quote swallow the file from the first lone quote on; others read line by line.
#[test]
fn quotes_are_read_as_the_format_means_them() {
    let text = "META\nkey;value\nbudget;10\nvote_type;approval\nnum_projects;2\nnum_votes;1\nPROJECTS\nproject_id;name;cost\n\
                1;Park 5\" wide;5\n2;\"Two\nlines; \"\"quoted\"\"\";5\nVOTES\nvoter_id;vote\n7;1,2\n";
    let election = pb::read(text.as_bytes()).expect("no faults").election;
    let names: Vec<&str> = election.projects.iter().map(|project| project.name.as_str()).collect();
    assert_eq!(names, ["Park 5\" wide", "Two\nlines; \"quoted\""]);
}

#[test]
fn ballots_and_projects_that_no_rule_is_about_are_refused() {
    let why = |kind, costs: &[(&str, u32)], ballots: Ballots| {
        let rule = Rule::Greedy { order: Order::Support, unfit: Unfit::Skip };
        count(&election(kind, 100, costs, ballots), &Settings::new(rule)).err()
    };
    let two = [("a", 10), ("b", 10)];
    assert_eq!(why(BallotKind::Approval, &two, approvals(&[(1, &[0, 1])])), None);
    assert_eq!(why(BallotKind::Approval, &two, approvals(&[(1, &[0, 2])])), Some(CannotCount::NoSuchProject(2)));
    assert_eq!(why(BallotKind::Ordinal, &two, approvals(&[(1, &[2])])), Some(CannotCount::NoSuchProject(2)));
    assert_eq!(why(BallotKind::Approval, &two, approvals(&[(1, &[1, 0, 1])])), Some(CannotCount::Twice(1)));
    assert_eq!(why(BallotKind::Ordinal, &two, approvals(&[(1, &[1, 0, 1])])), Some(CannotCount::Twice(1)));
    assert_eq!(why(BallotKind::Approval, &[("a", 10), ("b", 0)], approvals(&[])), Some(CannotCount::Free(1)));
    let mut ballots = Ballots::default();
    ballots.push_points([(0, 1 << 40)]);
    assert_eq!(why(BallotKind::Cumulative, &two, ballots), Some(CannotCount::TooLarge("points")));
}

#[test]
fn no_sum_of_points_can_wrap_around() {
    let mut text = String::from("META\nkey;value\nnum_projects;2\nnum_votes;6\nbudget;10\nvote_type;scoring\n");
    text.push_str("PROJECTS\nproject_id;cost\np;10\nq;10\nVOTES\nvoter_id;vote;points\n");
    (1..6).for_each(|voter| text.push_str(&format!("{voter};p;-2000000000\n")));
    text.push_str("6;q;0.000000001\n");
    let election = pb::read(text.as_bytes()).expect("a good file").election;
    let rule = Rule::Greedy { order: Order::Support, unfit: Unfit::Skip };
    assert_eq!(count(&election, &Settings::new(rule)).err(), Some(CannotCount::TooLarge("points")));
}

#[test]
fn who_gives_very_many_points_pays_no_more_than_they_have() {
    let mut ballots = Ballots::default();
    ballots.push_points([(0, (1 << 31) - 1), (1, (1 << 31) - 3)]);
    ballots.push_points([(1, 1)]);
    let mut election = election(BallotKind::Cumulative, 1, &[("x", 1), ("y", 1)], ballots);
    election.budget = Decimal::from(400_000_000_000_i64);
    for (project, cost) in election.projects.iter_mut().zip([199_999_999_999_i64, 200_000_000_000]) {
        project.cost = Decimal::from(cost);
    }
    let report = count(&election, &Settings::new(PLAIN)).expect("it can be counted").report();
    assert_eq!(report.chosen, ["x", "y"]);
    let Fate::Bought(bought) = &report.projects[1].fate else { panic!("{report:?}") };
    assert_eq!((bought.part.voters, bought.part.amount.0.round_dp(5)), (1, Decimal::ONE));
}

#[test]
fn points_for_projects_that_a_ballot_leaves_out_may_be_finer_than_the_others() {
    let mut ballots = Ballots::default();
    ballots.push_points([(0, 1)]);
    ballots.push_points([(0, 1)]);
    let mut election = election(BallotKind::Scoring, 100, &[("a", 60), ("b", 60)], ballots);
    election.default_points = Decimal::new(15, 1);
    let rule = Rule::Greedy { order: Order::Support, unfit: Unfit::Skip };
    assert_eq!(chosen(&election, &Settings::new(rule)), ["b"]);
}

#[test]
fn supporters_who_had_exactly_enough_did_not_have_too_little() {
    // Each of 30 has 33 1/3. Three of them have exactly 100 for p, and need 10 of it for q, which is cheaper.
    let ballots = approvals(&[(3, &[0, 1]), (27, &[1])]);
    let election = election(BallotKind::Approval, 1_000, &[("p", 100), ("q", 100)], ballots);
    let report = count(&election, &Settings::new(PLAIN)).expect("it can be counted").report();
    let Fate::NotChosen(Reason::SpentElsewhere(spent)) = &report.projects[0].fate else { panic!("{report:?}") };
    assert_eq!((spent.round, spent.had.0, spent.missing.0), (1, Decimal::from(90), Decimal::from(10)));
}

#[test]
fn as_many_projects_as_there_may_be_are_counted() {
    let ids: Vec<String> = (0..=MOST_PROJECTS).map(|id| id.to_string()).collect();
    let mut costs: Vec<(&str, u32)> = ids.iter().map(|id| (id.as_str(), 10)).collect();
    let ballots = || approvals(&[(2, &[0, 64_999]), (1, &[7])]);
    let too_many = election(BallotKind::Approval, 30, &costs, ballots());
    assert_eq!(count(&too_many, &Settings::new(PLAIN)).err(), Some(CannotCount::TooLarge("the number of projects")));
    costs.pop();
    let election = election(BallotKind::Approval, 30, &costs, ballots());
    for rule in [PLAIN, ADD1, Rule::Phragmen { unfit: Unfit::Skip }] {
        let mut chosen = chosen(&election, &Settings::new(rule));
        chosen.sort();
        assert_eq!(chosen, ["0", "64999", "7"], "{rule:?}");
    }
}

#[test]
fn who_is_told_of_the_progress_may_stop_the_count() {
    let (election, ..) = not_monotone();
    let stopped = count_telling(&election, &Settings::new(ADD1), |_| ControlFlow::Break(()));
    assert_eq!(stopped.err(), Some(CannotCount::Stopped));
}
