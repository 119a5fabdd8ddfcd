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
    /// Where each field ends in the text. What is empty at the end of a row has no field: a short row takes little room,
    /// however many columns there are.
    ends: Vec<u32>,
    /// How many fields there are up to the end of each row.
    rows: Vec<u32>,
}

impl Table {
    /// An empty table with these columns.
    #[must_use]
    pub fn new(columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { columns: columns.into_iter().map(Into::into).collect(), ..Self::default() }
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
        let mut used = self.ends.len();
        for field in fields.into_iter().take(self.columns.len()) {
            let field = field.trim();
            self.text.push_str(field);
            self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
            if !field.is_empty() {
                used = self.ends.len();
            }
        }
        self.ends.truncate(used);
        self.rows.push(u32::try_from(used).unwrap_or(u32::MAX));
    }

    /// How many rows there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows, each as its fields in the order of the columns.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = impl ExactSizeIterator<Item = &str>> {
        (0..self.len()).map(move |row| (0..self.columns.len()).map(move |column| self.field(row, column)))
    }

    /// One field; empty where there is none.
    #[must_use]
    pub fn field(&self, row: usize, column: usize) -> &str {
        let first = row.checked_sub(1).and_then(|before| self.rows.get(before)).copied().unwrap_or(0) as usize;
        let used = self.rows.get(row).copied().unwrap_or(0) as usize;
        let Some(at) = first.checked_add(column).filter(|&at| at < used) else { return "" };
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }
}
