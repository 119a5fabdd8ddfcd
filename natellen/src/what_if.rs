//! What each rule would have made of an earlier election: to choose one with open eyes, before a round.

use crate::Odd;
use rust_decimal::Decimal;
use serde::Serialize;
use tally::report::Number;
use tally::{Completion, Language, Rule, Satisfaction, Settings};

/// An election under every rule that suits its ballots; numbers are written for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhatIf {
    /// What the election is called; empty if the file does not say.
    pub naam: String,
    /// How many voted.
    pub stembiljetten: String,
    /// What there was to divide, in the currency of the election.
    pub bedrag: String,
    /// How many projects there were.
    pub plannen: String,
    /// What each rule gives.
    pub regels: Vec<WhatRule>,
}

/// What one rule gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhatRule {
    /// The rule in words.
    pub regel: String,
    /// The names of the chosen projects, as they were chosen.
    pub gekozen: Vec<String>,
    /// What they cost together.
    pub kosten: String,
    /// Voters of whose projects none was chosen, in whole percents.
    pub zonder: String,
}

/// What every rule makes of a `.pb` file.
///
/// # Errors
/// When it cannot be read, or not be counted.
pub fn what_if(pb: &[u8], language: Language) -> Result<WhatIf, Odd> {
    let read = tally::pb::read(pb)?;
    let election = &read.election;
    // Which rule this is does not matter: each has its turn.
    let any = Rule::EqualShares { satisfaction: Satisfaction::Cost, completion: Completion::Add1Greedy };
    let voters = Decimal::from(election.ballots.len());
    let number = |number: Decimal| Number(number).text(language);
    let name = |id: &String| {
        let own = election.projects.iter().find(|own| own.id == *id).map_or("", |own| own.name.as_str());
        if own.is_empty() { id.clone() } else { own.to_owned() }
    };
    let rule = |own: &tally::Compared| {
        let percents = Decimal::from(own.without).checked_mul(Decimal::ONE_HUNDRED);
        let percents = percents.and_then(|part| part.checked_div(voters)).unwrap_or_default();
        WhatRule {
            regel: own.title(language).to_owned(),
            gekozen: own.chosen.iter().map(name).collect(),
            kosten: own.cost.text(language),
            zonder: format!("{} %", number(percents.round())),
        }
    };
    Ok(WhatIf {
        naam: read.file.name(),
        stembiljetten: number(voters),
        bedrag: number(election.budget),
        plannen: number(Decimal::from(election.projects.len())),
        regels: tally::compare(election, &Settings::new(any))?.iter().map(rule).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_that_suits_the_ballots_is_told_in_words() {
        let file = |kind: &str, votes: &str| {
            format!(
                "META\nkey;value\ndescription;Proef\nnum_projects;3\nnum_votes;4\nbudget;1200\nvote_type;{kind}\n\
                 PROJECTS\nproject_id;cost;name\nbank;400;Een bank\nboom;600;\nfeest;900;Een feest\nVOTES\n{votes}"
            )
        };
        let approval = file("approval", "voter_id;vote\n1;bank,boom\n2;boom\n3;bank,boom\n4;feest\n");
        let found = what_if(approval.as_bytes(), Language::Nl).unwrap();
        assert_eq!((found.naam.as_str(), found.bedrag.as_str(), found.regels.len()), ("Proef", "1.200", 6));
        let shares = found.regels.iter().find(|own| own.regel.contains("elijke")).unwrap();
        assert!(shares.gekozen.contains(&"boom".to_owned()), "without a name its id stands there");
        assert!(found.regels.iter().all(|own| own.zonder == "25 %"), "{:?}", found.regels);
        let points = file("cumulative", "voter_id;vote;points\n1;bank,boom;1,2\n2;boom;3\n3;bank;1\n4;feest;2\n");
        assert_eq!(what_if(points.as_bytes(), Language::En).unwrap().regels.len(), 5, "Phragmén counts approvals");
        assert!(matches!(what_if(b"fiets", Language::Nl), Err(Odd::Pb(_))));
    }
}
