//! Several rules side by side on one election: before a round, to choose one with open eyes.

use serde::Serialize;

use crate::report::{Asked, Number};
use crate::settings::{CannotCount, Completion, Order, Rule, Satisfaction, Settings, Unfit};
use crate::{Election, Language, count};

/// What one rule would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Compared {
    /// The rule, as reports name it.
    #[serde(rename = "regel")]
    pub rule: &'static str,
    /// What else was asked.
    #[serde(rename = "instellingen")]
    pub asked: Asked,
    /// The chosen projects, in order.
    #[serde(rename = "gekozen")]
    pub chosen: Vec<String>,
    /// What they cost together.
    #[serde(rename = "kosten")]
    pub cost: Number,
    /// Voters of whose projects none was chosen.
    #[serde(rename = "zonderGekozenProject")]
    pub without: u64,
    /// How many of their projects were chosen for voters, on average.
    #[serde(rename = "gemiddeldGekozen")]
    pub average: Number,
    /// The rule in words, in Dutch and in English.
    #[serde(skip)]
    titles: [String; 2],
}

impl Compared {
    /// The rule in words.
    #[must_use]
    pub fn title(&self, language: Language) -> &str {
        let [nl, en] = &self.titles;
        language.pick(nl, en)
    }
}

/// The rules that are compared: each in the form in which cities use it.
const RULES: [Rule; 6] = [
    Rule::Greedy { order: Order::Support, unfit: Unfit::Skip },
    Rule::Greedy { order: Order::SupportPerCost, unfit: Unfit::Skip },
    Rule::EqualShares { satisfaction: Satisfaction::Cost, completion: Completion::None },
    Rule::EqualShares { satisfaction: Satisfaction::Cost, completion: Completion::Add1Greedy },
    Rule::EqualShares { satisfaction: Satisfaction::Cardinality, completion: Completion::Add1Greedy },
    Rule::Phragmen { unfit: Unfit::Skip },
];

/// Counts by each rule that suits the ballots, with everything else as in these settings.
///
/// # Errors
///
/// As [`count`].
pub fn compare(election: &Election, settings: &Settings) -> Result<Vec<Compared>, CannotCount> {
    let suits = |rule: &Rule| election.kind.is_approval() || !matches!(rule, Rule::Phragmen { .. });
    let one = |rule: Rule| {
        let report = count(election, &Settings { rule, ..settings.clone() })?.report();
        Ok(Compared {
            titles: [report.title(Language::Nl), report.title(Language::En)],
            rule: report.rule,
            asked: report.asked,
            chosen: report.chosen,
            cost: report.cost,
            without: report.voters.without,
            average: report.voters.average,
        })
    };
    RULES.into_iter().filter(suits).map(one).collect()
}
