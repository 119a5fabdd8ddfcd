//! A report as a table for a spreadsheet.

use super::Report;
use super::words::Words;
use crate::{Language, pb::Table};

impl Report {
    /// One row per project, in the order of the election: semicolons between fields, as Dutch spreadsheets read it.
    #[must_use]
    pub fn to_csv(&self, language: Language) -> String {
        let words = Words { report: self, language };
        let columns = ["id", "naam", "kosten", "stemmen", "steun", "gekozen", "volgorde", "uitleg"];
        let mut table = Table::new(columns);
        for project in &self.projects {
            let place = self.chosen.iter().position(|id| *id == project.id).map(|place| place.saturating_add(1));
            let fields = [
                safe(&project.id),
                safe(&project.name),
                project.cost.0.to_string(),
                project.votes.to_string(),
                project.support.0.to_string(),
                u8::from(project.is_chosen).to_string(),
                place.map(|place| place.to_string()).unwrap_or_default(),
                words.why(project),
            ];
            table.push(fields.iter().map(String::as_str));
        }
        table.to_text()
    }

    /// The same of a vote by so few that nothing of it is told but what was chosen: no votes, no order, no reasons.
    #[must_use]
    pub fn to_csv_of_few(&self) -> String {
        let mut table = Table::new(["id", "naam", "kosten", "gekozen"]);
        for project in &self.projects {
            let (id, name) = (safe(&project.id), safe(&project.name));
            let chosen = u8::from(project.is_chosen).to_string();
            table.push([id.as_str(), name.as_str(), &project.cost.0.to_string(), chosen.as_str()]);
        }
        table.to_text()
    }
}

/// What spreadsheets take for the beginning of a formula; some also when it is written wide.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\0', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// A text that a spreadsheet does not take for a formula.
#[must_use]
pub fn safe(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}
