//! Real elections give the outcomes that other implementations and the cities themselves found.

mod real;

use rust_decimal::Decimal;
use serde_json::Value;
use tally::pb;
use tally::{Completion, Order, Rule, Satisfaction, Settings, Start, TieBreak, Unfit, count};

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
        let expected = real::expected(&name);
        for (rule, by_ties) in expected["rules"].as_object().expect("rules") {
            for ties in ["id", "cost_votes_id"] {
                let expected = if by_ties[ties].is_string() { &by_ties["id"] } else { &by_ties[ties] };
                let began = std::time::Instant::now();
                let counted =
                    count(&pb.election, &settings(rule, ties)).unwrap_or_else(|error| panic!("{name} {rule}: {error}"));
                eprintln!("{name} {rule} {ties} {:?}", began.elapsed());
                let ids: Vec<&str> = counted
                    .winners()
                    .iter()
                    .map(|&winner| pb.election.projects[usize::from(winner)].id.as_str())
                    .collect();
                let selected: Vec<&str> = expected["selected"]
                    .as_array()
                    .expect("ids")
                    .iter()
                    .map(|id| id.as_str().expect("an id"))
                    .collect();
                if ids != selected {
                    wrong.push(format!("{name} {rule} {ties}:\n  {ids:?}\n  {selected:?}"));
                }
                compared += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {compared} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared == 0 || compared > 500, "only {compared} outcomes were compared");
}
