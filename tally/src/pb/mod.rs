//! Pabulib's `.pb` format: three tables (META, PROJECTS, VOTES) of fields between semicolons.
//!
//! The format is described by Faliszewski and others, *Participatory Budgeting: Data, Tools, and Analysis* (IJCAI 2023,
//! arXiv 2305.11035), and on pabulib.org. Quoting is that of Python's `csv` module, with which the format's own tools
//! read: a quote means something only as the first character of a field.

mod fault;
mod ids;
mod read;
mod records;
mod remarks;
mod voters;
mod write;

pub use fault::{Fault, Faults, Problem, Remark};
pub use read::read;

use crate::Election;

/// A file that was read: what it says, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pb {
    /// The three tables, with everything that a count does not need as well.
    pub file: File,
    /// What there is to count.
    pub election: Election,
    /// What does not stand in the way of a count, yet somebody should know.
    pub remarks: Vec<Remark>,
}

/// The three tables of a file. Every field is trimmed; quotes are gone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// META: keys with their values, in order.
    pub meta: Vec<(String, String)>,
    /// PROJECTS, with columns that this crate does not know.
    pub projects: Table,
    /// VOTES, likewise.
    pub votes: Table,
}

impl File {
    /// The value of a key of META.
    #[must_use]
    pub fn meta(&self, key: &str) -> Option<&str> {
        self.meta.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// What this vote is called, on one line: the description, with the place and the occasion. Empty if there is none.
    #[must_use]
    pub fn name(&self) -> String {
        let told = |keys: &[&str], between: &str| {
            let told = keys.iter().filter_map(|key| self.meta(key)).filter(|told| !told.is_empty());
            told.collect::<Vec<_>>().join(between).split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let (what, place) = (told(&["description"], ""), told(&["unit", "subunit", "instance"], ", "));
        match (what.as_str(), place.as_str()) {
            ("", _) => place,
            (_, "") => what,
            _ => format!("{what} ({place})"),
        }
    }
}

/// Rows of fields under named columns, kept in one block of text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    columns: Vec<String>,
    text: String,
    ends: Vec<u32>,
}

impl Table {
    /// An empty table with these columns.
    #[must_use]
    pub fn new(columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { columns: columns.into_iter().map(Into::into).collect(), text: String::new(), ends: Vec::new() }
    }

    /// The names of the columns.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Where a column stands. Names are compared without regard to case.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.eq_ignore_ascii_case(name))
    }

    /// Adds a row: fields that are missing at the end are empty, fields too many are left out, blanks around a field go.
    pub fn push<'a>(&mut self, fields: impl IntoIterator<Item = &'a str>) {
        let mut fields = fields.into_iter();
        for _ in 0..self.columns.len() {
            self.text.push_str(fields.next().unwrap_or_default().trim());
            self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len().checked_div(self.columns.len()).unwrap_or(0)
    }

    /// Whether there is no row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The rows, each as its fields in the order of the columns.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = impl ExactSizeIterator<Item = &str>> {
        (0..self.len()).map(move |row| (0..self.columns.len()).map(move |column| self.field(row, column)))
    }

    /// One field; empty where there is none.
    #[must_use]
    pub fn field(&self, row: usize, column: usize) -> &str {
        let Some(at) = row.checked_mul(self.columns.len()).and_then(|first| first.checked_add(column)) else {
            return "";
        };
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }
}
