//! Writes the three tables as text.

use std::io::{self, Write};

use super::remarks::votes_and_points;
use super::{File, Table};
use crate::{Ballot, BallotKind, Election, ProjectIndex, amount};

impl File {
    /// The tables of an election that does not come from a file, with what was chosen if it was counted. `about` is what
    /// people want to know and a count does not need: `description`, `country`, `unit`, `instance`, `rule`, `date_begin`
    /// and `date_end`, in this order; for points of which each voter has a number, also `max_sum_points`. Voters are numbered as their ballots stand: put those in an order that says nothing.
    ///
    /// Ids and categories have no comma and no blanks at their ends, and ids are not empty: lists of them have commas.
    #[must_use]
    pub fn of(election: &Election, chosen: Option<&[ProjectIndex]>, about: &[(&str, &str)]) -> Self {
        Self { meta: meta(election, about), projects: projects(election, chosen), votes: votes(election) }
    }

    /// Writes the file as UTF-8 with lines that end in LF. What is written reads back as the same tables.
    ///
    /// # Errors
    ///
    /// What `to` says when it cannot take more.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        writeln!(to, "META\nkey;value")?;
        for (key, value) in &self.meta {
            row(to, [key.as_str(), value])?;
        }
        for (title, table) in [("PROJECTS", &self.projects), ("VOTES", &self.votes)] {
            writeln!(to, "{title}")?;
            write_table(to, table)?;
        }
        Ok(())
    }

    /// The file as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut bytes = Vec::new();
        self.write(&mut bytes).expect("memory takes everything");
        String::from_utf8(bytes).expect("text was written")
    }
}

/// Keys that stand before those about the numbers.
const FIRST: [&str; 5] = ["description", "country", "unit", "subunit", "instance"];

fn meta(election: &Election, about: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut numbers = vec![
        ("num_projects", election.projects.len().to_string()),
        ("num_votes", election.ballots.len().to_string()),
        ("budget", election.budget.normalize().to_string()),
        ("vote_type", election.kind.word().to_owned()),
    ];
    if election.kind == BallotKind::Scoring {
        numbers.push(("default_score", election.default_points.normalize().to_string()));
    }
    let about = || about.iter().map(|&(key, told)| (key, told.to_owned()));
    let first = about().filter(|(key, _)| FIRST.contains(key));
    let rest = about().filter(|(key, _)| !FIRST.contains(key));
    first.chain(numbers).chain(rest).map(|(key, told)| (key.to_owned(), told)).collect()
}

fn projects(election: &Election, chosen: Option<&[ProjectIndex]>) -> Table {
    let has_points = election.kind.has_points();
    let (votes, points) = votes_and_points(election);
    let (column, totals, decimals) = match has_points {
        true => ("score", points, election.ballots.points_decimals()),
        false => ("votes", votes, 0),
    };
    let columns = ["project_id", "cost", column, "name", "category"];
    let mut table = Table::new(columns.into_iter().chain(chosen.map(|_| "selected")));
    for ((index, project), total) in (0..).zip(&election.projects).zip(totals) {
        let (cost, total) = (project.cost.normalize().to_string(), amount::signed(total, decimals).to_string());
        let selected = if chosen.is_some_and(|chosen| chosen.contains(&index)) { "1" } else { "0" };
        table.push([project.id.as_str(), &cost, &total, &project.name, &project.categories.join(","), selected]);
    }
    table
}

fn votes(election: &Election) -> Table {
    let mut table = Table::new(["voter_id", "vote"].into_iter().chain(election.kind.has_points().then_some("points")));
    let decimals = election.ballots.points_decimals();
    for (number, Ballot { choices, points }) in (1_usize..).zip(election.ballots.iter()) {
        let named = choices.iter().filter_map(|&choice| election.projects.get(usize::from(choice)));
        let named: Vec<&str> = named.map(|project| project.id.as_str()).collect();
        let points: Vec<String> = points.iter().map(|&points| amount::signed(points, decimals).to_string()).collect();
        table.push([number.to_string().as_str(), &named.join(","), &points.join(",")]);
    }
    table
}

impl Table {
    /// The table as text: its header and its rows.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut bytes = Vec::new();
        write_table(&mut bytes, self).expect("memory takes everything");
        String::from_utf8(bytes).expect("text was written")
    }
}

fn write_table(to: &mut impl Write, table: &Table) -> io::Result<()> {
    row(to, table.columns().iter().map(String::as_str))?;
    for fields in table.rows() {
        row(to, fields)?;
    }
    Ok(())
}

fn row<'a>(to: &mut impl Write, fields: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
    for (at, text) in fields.into_iter().enumerate() {
        if at > 0 {
            to.write_all(b";")?;
        }
        if text.contains(['"', ';', '\n', '\r']) {
            write!(to, "\"{}\"", text.replace('"', "\"\""))?;
        } else {
            to.write_all(text.as_bytes())?;
        }
    }
    to.write_all(b"\n")
}
