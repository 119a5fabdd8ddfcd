//! Real elections give the outcomes that other implementations and the cities themselves found.

#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod real;

use rust_decimal::Decimal;
use serde_json::Value;
use tally::pb;
use tally::report::{Fate, Reason, Report};
use tally::{Completion, Election, Order, Rule, Satisfaction, Settings, Start, Stop, TieBreak, Unfit, count};

/// The settings that a rule of the expected files stands for.
fn settings(rule: &str, ties: &str) -> Settings {
    let satisfaction = |name: &str| if name.ends_with("cost") { Satisfaction::Cost } else { Satisfaction::Cardinality };
    let mut whole = false;
    let mut exhaustive_stop = true;
    let rule = if rule.starts_with("greedy_density") {
        Rule::Greedy { order: Order::SupportPerCost, unfit: Unfit::Skip }
    } else if rule.starts_with("greedy") {
        Rule::Greedy { order: Order::Support, unfit: Unfit::Skip }
    } else if rule.starts_with("phragmen") {
        Rule::Phragmen { unfit: if rule == "phragmen" { Unfit::Stop } else { Unfit::Skip } }
    } else {
        let parts: Vec<&str> = rule.split('_').collect();
        let [_, name, rest @ ..] = parts.as_slice() else { panic!("{rule}") };
        whole = rest.contains(&"integral");
        exhaustive_stop = !rest.contains(&"noexh");
        let completion = match rest.first() {
            None => Completion::None,
            Some(&"util") => Completion::Greedy,
            Some(&"add1") => Completion::Add1,
            Some(&"add1u") => Completion::Add1Greedy,
            other => panic!("{other:?}"),
        };
        Rule::EqualShares { satisfaction: satisfaction(name), completion }
    };
    let mut settings = Settings::new(rule);
    settings.minimum_support = Decimal::ZERO;
    settings.ties = if ties == "id" { TieBreak::Id } else { TieBreak::CostSupportId };
    settings.switches.start = if whole { Start::Whole } else { Start::Exact };
    settings.switches.exhaustive_stop = exhaustive_stop;
    settings
}

#[test]
fn real_elections_give_the_expected_outcomes() {
    let mut compared = 0;
    let mut wrong = Vec::new();
    for (name, text) in real::files() {
        let pb = pb::read(text.as_bytes()).unwrap_or_else(|faults| panic!("{name}: {faults}"));
        let expected = expectations(&name);
        for (rule, by_ties) in expected["rules"].as_object().expect("rules") {
            for ties in ["id", "cost_votes_id"] {
                let expected = if by_ties[ties].is_string() { &by_ties["id"] } else { &by_ties[ties] };
                let counted =
                    count(&pb.election, &settings(rule, ties)).unwrap_or_else(|error| panic!("{name} {rule}: {error}"));
                let report = counted.report();
                let differences = differences(&report, expected, &pb.election);
                if !differences.is_empty() {
                    wrong.push(format!("{name} {rule} {ties}:\n  {}", differences.join("\n  ")));
                }
                compared += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {compared} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared == 0 || compared > 500, "only {compared} outcomes were compared");
}

/// Where a report differs from what is expected.
fn differences(report: &Report, expected: &Value, election: &Election) -> Vec<String> {
    let mut wrong = Vec::new();
    let selected: Vec<&str> = texts(&expected["selected"]);
    if report.chosen != selected {
        wrong.push(format!("chosen {:?}\n  instead of {selected:?}", report.chosen));
        return wrong;
    }
    let mut compare = |what: &str, found: Decimal, expected: &Value| wrong.extend(difference(what, found, expected));
    compare("cost", report.cost.0, &expected["total_cost"]);
    let fates = || report.chosen.iter().map(|id| (id, &report.project(id).expect("a project").fate));
    let bought =
        || fates().filter_map(|(id, fate)| if let Fate::Bought(bought) = fate { Some((id, bought)) } else { None });
    let prices = if election.kind.is_approval() { "full_price_per_supporter" } else { "full_price_per_point" };
    for (number, (id, bought)) in bought().enumerate() {
        if expected["effective_votes"].is_array() {
            compare(
                &format!("effective votes of {id}"),
                bought.effective_votes.0,
                &expected["effective_votes"][number],
            );
            compare(&format!("price of {id}"), bought.price.0, &expected[prices][number]);
        }
        let cost = report.project(id).expect("a project").cost.0;
        let paid = bought.full.amount.0 + bought.part.amount.0;
        compare(&format!("payments for {id}"), paid, &Value::String(cost.to_string()));
    }
    for (number, (id, fate)) in fates().enumerate() {
        if let (Fate::Earned { time: Some(time), .. }, true) = (fate, expected["phragmen_times"].is_array()) {
            // Times are told in seconds with ten decimals.
            compare(&format!("time of {id}"), time.0, &expected["phragmen_times"][number]);
        }
    }
    wrong.extend(money_differences(report, expected));
    if let Some(steps) = expected["increments"].as_u64() {
        let share = report.share.as_ref().expect("a share");
        let stop = match share.stop {
            Some(Stop::NextOverspends) => "next-overspends",
            Some(Stop::NothingFits) => "exhaustive",
            Some(Stop::AllChosen) => "all-selected",
            None => "none",
        };
        if (share.steps, stop) != (steps, expected["stop"].as_str().expect("a reason")) {
            wrong.push(format!("{} steps, {stop}, instead of {steps}, {}", share.steps, expected["stop"]));
        }
    }
    if let Some(ties) = expected["rounds_with_ties"].as_u64().filter(|&ties| ties != report.tied_rounds) {
        wrong.push(format!("{} tied rounds instead of {ties}", report.tied_rounds));
    }
    let voters: u64 = report.voters.groups.iter().map(|group| group.voters).sum();
    assert_eq!(usize::try_from(voters), Ok(election.ballots.len()), "every voter is in one group");
    wrong
}

/// Where what losers' supporters have left differs.
fn money_differences(report: &Report, expected: &Value) -> Vec<String> {
    let left = expected["money_left_behind_unselected"].as_object().into_iter().flatten();
    let compared = left.filter_map(|(id, left)| match &report.project(id).expect("a project").fate {
        Fate::NotChosen(Reason::SpentElsewhere(spent)) => {
            difference(&format!("money left behind {id}"), spent.left.0, left)
        }
        Fate::NotChosen(Reason::TooLittle { had, .. }) => {
            // Of these only what they had at the start is told; they may have spent some of it.
            (had.0 + Decimal::ONE < number(left)).then(|| format!("{id} had {} and has {left}", had.0))
        }
        other @ (Fate::Bought(_) | Fate::Taken { .. } | Fate::Earned { .. } | Fate::NotChosen(_)) => {
            Some(format!("{id}: {other:?}"))
        }
    });
    compared.collect()
}

/// What to say if a number is not the one that is expected.
fn difference(what: &str, found: Decimal, expected: &Value) -> Option<String> {
    assert!(!expected.is_null(), "nothing is expected of {what}: {found}");
    let expected = number(expected);
    let allowed = (expected.abs() * Decimal::new(1, 9)).max(Decimal::new(1, 6));
    ((found - expected).abs() > allowed).then(|| format!("{what} {found} instead of {expected}"))
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text")).collect()
}

fn number(value: &Value) -> Decimal {
    let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    text.parse().or_else(|_| Decimal::from_scientific(&text)).unwrap_or_else(|_| panic!("no number: {text}"))
}

/// The expected outcomes of a file.
fn expectations(name: &str) -> Value {
    let path = real::folder().expect("the folder").join(format!("expected/{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("a text")).expect("JSON")
}
