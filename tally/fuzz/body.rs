//! What fuzzing does with bytes; the tests do it with bytes that are nearly a file.

use rust_decimal::Decimal;
use tally::{Completion, Fits, Order, Rule, Satisfaction, Settings, Start, Switches, Unfit, count, pb};

/// Reads these bytes, writes and reads them again, and counts by every rule. Nothing may panic or differ.
pub fn read_and_count(bytes: &[u8]) {
    let pb = match pb::read(bytes) {
        Ok(pb) => pb,
        Err(faults) => {
            assert!(!faults.list.is_empty(), "a file is refused for a reason");
            return;
        }
    };
    assert_eq!(pb::read(pb.file.to_text().as_bytes()).as_ref(), Ok(&pb), "what is written reads back");
    for rule in [
        Rule::Greedy { order: Order::SupportPerCost, unfit: Unfit::Stop },
        Rule::EqualShares { satisfaction: Satisfaction::Cost, completion: Completion::Add1Greedy },
        Rule::EqualShares { satisfaction: Satisfaction::Cardinality, completion: Completion::Add1 },
        Rule::Phragmen { unfit: Unfit::Skip },
    ] {
        let mut settings = Settings::new(rule);
        settings.minimum_support = Decimal::ZERO;
        settings.most_increments = 30;
        settings.switches = Switches { start: Start::Whole, fits: Fits::All, ..Switches::default() };
        // What cannot be counted is refused; what is counted keeps to the budget and can be explained.
        if let Ok(counted) = count(&pb.election, &settings) {
            let report = counted.report();
            assert!(report.cost <= report.budget, "the budget is kept");
            assert!(!report.to_json().is_empty());
        }
    }
}
