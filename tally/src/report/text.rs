//! A report as plain text.

use std::fmt::Write as _;

use super::words::Words;
use super::{ProjectReport, Report};
use crate::Language;

impl Report {
    /// The same report with what the vote is called.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// The same report with the currency in which its amounts are, as `.pb` files name it: `EUR`.
    #[must_use]
    pub fn in_currency(self, currency: impl Into<String>) -> Self {
        Self { currency: currency.into(), ..self }
    }

    /// The rule with what was asked of it, in a few words.
    #[must_use]
    pub fn title(&self, language: Language) -> String {
        Words { report: self, language }.title()
    }

    /// The report as text for people.
    #[must_use]
    pub fn to_text(&self, language: Language) -> String {
        let words = Words { report: self, language };
        let mut text = if self.name.is_empty() { String::new() } else { format!("{}\n", self.name) };
        text.push_str(&format!("{}\n\n", words.title()));
        let mut line = |line: &str| writeln!(text, "{line}").expect("memory takes everything");
        words.summary().iter().for_each(|sentence| line(sentence));
        line(&format!("\n{}", words.heading_chosen()));
        for (number, project) in (1..).zip(self.chosen.iter().filter_map(|id| self.project(id))) {
            line(&format!("{number:>3}. {}", entry(words, project)));
        }
        if self.chosen.len() < self.projects.len() {
            line(&format!("\n{}", words.heading_not_chosen()));
        }
        for project in self.projects.iter().filter(|project| !project.is_chosen) {
            line(&format!("   - {}", entry(words, project)));
        }
        line(&format!("\n{}\n{}", words.heading_voters(), words.voters_together()));
        self.voters.groups.iter().for_each(|group| line(&format!("   - {}", words.group(group))));
        text
    }
}

fn entry(words: Words<'_>, project: &ProjectReport) -> String {
    let (name, cost, votes) = (words.name(&project.id), words.money(project.cost), words.votes(project.votes));
    format!("{name}: {cost}, {votes}\n     {}", words.why(project))
}
