//! Reads a file, and gathers everything that is wrong with it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::ids::Ids;
use super::records::{Field, Records};
use super::voters::Voters;
use super::{Fault, Faults, File, Pb, Problem, Table, remarks};
use crate::amount;
use crate::{BallotKind, Ballots, Election, MOST_PROJECTS, Project, ProjectIndex};

/// Reads a `.pb` file.
///
/// # Errors
///
/// Every fault of the file, each with its line and column, up to [`Faults::KEPT`].
pub fn read(source: &[u8]) -> Result<Pb, Faults> {
    let source = source.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(source);
    let text = match str::from_utf8(source) {
        Ok(text) if u32::try_from(text.len()).is_ok() => text,
        Ok(_) => {
            return Err(Faults { list: vec![Fault { line: 1, column: 1, problem: Problem::TooLarge }], left_out: 0 });
        }
        Err(error) => {
            let valid = source.get(..error.valid_up_to()).unwrap_or_default();
            let text = str::from_utf8(valid).unwrap_or_default();
            return Err(located(vec![(text.len(), Problem::NotText)], 0, text));
        }
    };
    let mut reading = Reading::new(text);
    reading.sections();
    reading.finish()
}

/// The sections of a file, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Meta,
    Projects,
    Votes,
}

impl Section {
    const ALL: [Self; 3] = [Self::Meta, Self::Projects, Self::Votes];

    const fn title(self) -> &'static str {
        match self {
            Self::Meta => "META",
            Self::Projects => "PROJECTS",
            Self::Votes => "VOTES",
        }
    }

    /// The section that this record is the title of.
    fn titled(fields: &[Field<'_>]) -> Option<Self> {
        let (first, rest) = fields.split_first()?;
        let section = Self::ALL.into_iter().find(|section| first.text.eq_ignore_ascii_case(section.title()))?;
        rest.iter().all(|field| field.text.is_empty()).then_some(section)
    }
}

/// Where the columns stand that a count needs.
#[derive(Debug, Clone, Copy, Default)]
struct Columns {
    id: usize,
    cost: usize,
    name: Option<usize>,
    category: Option<usize>,
    vote: usize,
    points: usize,
}

struct Reading<'a> {
    source: &'a str,
    faults: Vec<(usize, Problem)>,
    left_out: usize,
    file: File,
    /// Where the value of each key of META stands.
    meta_at: Vec<usize>,
    keys: HashSet<String>,
    seen: Vec<Section>,
    /// Tables whose rows mean nothing, because a column is missing.
    unreadable: Vec<Section>,
    budget: Option<Decimal>,
    kind: Option<BallotKind>,
    default_points: Decimal,
    projects: Vec<Project>,
    ids: Ids,
    ballots: Ballots,
    voters: Voters,
    /// The number of the last ballot that named each project, to see one that is named twice.
    named_by: Vec<u32>,
}

impl<'a> Reading<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            faults: Vec::new(),
            left_out: 0,
            file: File::default(),
            meta_at: Vec::new(),
            keys: HashSet::new(),
            seen: Vec::new(),
            unreadable: Vec::new(),
            budget: None,
            kind: None,
            default_points: Decimal::ZERO,
            projects: Vec::new(),
            ids: Ids::default(),
            ballots: Ballots::default(),
            voters: Voters::default(),
            named_by: Vec::new(),
        }
    }

    fn fault(&mut self, at: usize, problem: Problem) {
        if self.faults.len() < Faults::KEPT {
            self.faults.push((at, problem));
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
    }

    /// Goes through the file once.
    fn sections(&mut self) {
        let mut records = Records::new(self.source);
        let mut fields = Vec::new();
        let mut place = Place::Before { told: false };
        loop {
            match records.next(&mut fields) {
                Ok(true) => {}
                Ok(false) => break,
                Err(open) => {
                    self.fault(open.at, Problem::OpenQuote);
                    break;
                }
            }
            place = match (Section::titled(&fields), place) {
                (Some(section), _) => {
                    self.title(section, &fields);
                    Place::Header(section)
                }
                // One fault says it for all that stands there.
                (None, Place::Before { told }) => {
                    if let Some(first) = fields.first().filter(|_| !told) {
                        self.fault(first.at, Problem::BeforeSections(first.text.clone().into_owned()));
                    }
                    Place::Before { told: true }
                }
                (None, Place::Header(section)) => self.header(section, &fields),
                (None, Place::Meta) => {
                    self.meta(&fields);
                    place
                }
                (None, Place::Rows(section, columns)) => {
                    match section {
                        Section::Projects => self.project(&fields, columns),
                        Section::Votes | Section::Meta => self.vote(&fields, columns),
                    }
                    place
                }
                (None, Place::Unreadable) => place,
            };
        }
    }

    fn title(&mut self, section: Section, fields: &[Field<'_>]) {
        let at = fields.first().map_or(0, |field| field.at);
        if self.seen.contains(&section) {
            self.fault(at, Problem::SectionTwice(section.title()));
        } else if self.seen.last().is_some_and(|last| *last > section) {
            self.fault(at, Problem::SectionOrder(section.title()));
        }
        self.seen.push(section);
    }

    fn header(&mut self, section: Section, fields: &[Field<'a>]) -> Place {
        let used = fields.iter().rposition(|field| !field.text.is_empty()).map_or(0, |last| last.saturating_add(1));
        let fields = fields.get(..used).unwrap_or_default();
        let at = fields.first().map_or(0, |field| field.at);
        if section == Section::Meta {
            let is_header = matches!(fields, [key, value]
                if key.text.eq_ignore_ascii_case("key") && value.text.eq_ignore_ascii_case("value"));
            if !is_header {
                self.fault(at, Problem::MetaHeader(joined(fields)));
                self.meta(fields);
            }
            return Place::Meta;
        }
        let mut names = HashSet::new();
        for field in fields {
            if !names.insert(field.text.to_ascii_lowercase()) {
                self.fault(field.at, Problem::ColumnTwice(field.text.clone().into_owned()));
            }
        }
        let table = Table::new(fields.iter().map(|field| field.text.clone()));
        let (columns, missing) = Columns::find(section, &table, self.kind);
        match section {
            Section::Projects => self.file.projects = table,
            Section::Votes | Section::Meta => self.file.votes = table,
        }
        for name in &missing {
            self.fault(at, Problem::ColumnMissing(name));
        }
        if missing.is_empty() {
            return Place::Rows(section, columns);
        }
        self.unreadable.push(section);
        Place::Unreadable
    }

    fn meta(&mut self, fields: &[Field<'a>]) {
        let Some(key) = fields.first() else { return };
        if let Some(third) = fields.get(2..).unwrap_or_default().iter().find(|field| !field.text.is_empty()) {
            self.fault(third.at, Problem::FieldsTooMany { expected: 2, found: fields.len() });
        }
        if key.text.is_empty() {
            return self.fault(key.at, Problem::Empty("key"));
        }
        if !self.keys.insert(key.text.clone().into_owned()) {
            return self.fault(key.at, Problem::KeyTwice(key.text.clone().into_owned()));
        }
        let (value, at) = fields.get(1).map_or(("", key.at), |value| (value.text.as_ref(), value.at));
        match key.text.as_ref() {
            "budget" => match amount::parse_money(value) {
                Some(budget) => self.budget = Some(budget),
                None => self.fault(at, Problem::NotAnAmount { field: "budget", found: value.to_owned() }),
            },
            "vote_type" => match BallotKind::ALL.into_iter().find(|kind| kind.word().eq_ignore_ascii_case(value)) {
                Some(kind) => self.kind = Some(kind),
                None => self.fault(at, Problem::NotAKind(value.to_owned())),
            },
            "default_score" if !value.is_empty() => match amount::parse(value, true) {
                Some(points) => self.default_points = points,
                None => self.fault(at, Problem::NotPoints(value.to_owned())),
            },
            "num_projects" | "num_votes" if u64::from_str(value).is_err() => {
                let field = if key.text == "num_votes" { "num_votes" } else { "num_projects" };
                self.fault(at, Problem::NotACount { field, found: value.to_owned() });
            }
            _ => {}
        }
        self.meta_at.push(at);
        self.file.meta.push((key.text.clone().into_owned(), value.to_owned()));
    }

    /// Whether the row has no more fields than its header.
    fn fits(&mut self, fields: &[Field<'a>], expected: usize) {
        if let Some(extra) = fields.get(expected..).unwrap_or_default().iter().find(|field| !field.text.is_empty()) {
            self.fault(extra.at, Problem::FieldsTooMany { expected, found: fields.len() });
        }
    }

    fn project(&mut self, fields: &[Field<'a>], columns: Columns) {
        self.fits(fields, self.file.projects.columns().len());
        self.file.projects.push(fields.iter().map(|field| field.text.as_ref()));
        let start = fields.first().map_or(0, |field| field.at);
        let text = |column: usize| fields.get(column).map_or((start, ""), |field| (field.at, field.text.as_ref()));
        let (at, id) = text(columns.id);
        if id.is_empty() {
            return self.fault(at, Problem::Empty("project_id"));
        }
        if id.contains(',') {
            self.fault(at, Problem::CommaInId(id.to_owned()));
        }
        let index = ProjectIndex::try_from(self.projects.len()).ok().filter(|_| self.projects.len() < MOST_PROJECTS);
        let Some(index) = index else {
            return self.fault(at, Problem::ProjectsTooMany);
        };
        if self.ids.find(id).is_some() {
            return self.fault(at, Problem::Twice { field: "project_id", id: id.to_owned() });
        }
        let (cost_at, cost) = text(columns.cost);
        let amount = amount::parse_money(cost);
        if amount.is_none() {
            self.fault(cost_at, Problem::NotAnAmount { field: "cost", found: cost.to_owned() });
        }
        let optional = |column: Option<usize>| column.map_or("", |column| text(column).1);
        let categories = optional(columns.category).split(',').map(str::trim).filter(|name| !name.is_empty());
        self.projects.push(Project {
            id: id.to_owned(),
            name: optional(columns.name).to_owned(),
            cost: amount.unwrap_or(Decimal::ONE),
            categories: categories.map(ToOwned::to_owned).collect(),
        });
        self.named_by.push(0);
        self.ids.add(id, index);
    }

    fn vote(&mut self, fields: &[Field<'a>], columns: Columns) {
        self.fits(fields, self.file.votes.columns().len());
        self.file.votes.push(fields.iter().map(|field| field.text.as_ref()));
        let start = fields.first().map_or(0, |field| field.at);
        let (at, voter) = fields.get(columns.id).map_or((start, ""), |field| (field.at, field.text.as_ref()));
        if voter.is_empty() {
            self.fault(at, Problem::Empty("voter_id"));
        }
        self.voters.push(voter, at);
        if let Some(vote) = fields.get(columns.vote) {
            self.choices(vote);
        }
        if self.kind.is_some_and(BallotKind::has_points) {
            self.points(fields.get(columns.points), at);
        }
        self.ballots.end();
    }

    fn choices(&mut self, vote: &Field<'a>) {
        // Two numbers for each ballot; a file below 4 GiB has fewer than 2^31 of them.
        let number = u32::try_from(self.ballots.len()).unwrap_or(u32::MAX).saturating_add(1).saturating_mul(2);
        let (ids, named_by, ballots) = (&self.ids, &mut self.named_by, &mut self.ballots);
        let is_plain = ids.find_all(&vote.text, |index| {
            let last = named_by.get_mut(usize::from(index)).map(|last| std::mem::replace(last, number));
            ballots.add(index);
            last != Some(number)
        });
        if !is_plain {
            // Once more, slowly and under another number: to say what is wrong, if anything is.
            self.ballots.clear_open();
            self.unusual_choices(vote, number.saturating_add(1));
        }
        let chosen = self.ballots.open().len();
        if self.kind == Some(BallotKind::ChooseOne) && chosen > 1 {
            self.fault(vote.at, Problem::MoreThanOne(chosen));
        }
    }

    fn unusual_choices(&mut self, vote: &Field<'_>, number: u32) {
        for (at, id) in items(vote) {
            let Some(index) = self.ids.find(id) else {
                // Without the projects, one fault says it.
                if self.seen.contains(&Section::Projects) && !self.unreadable.contains(&Section::Projects) {
                    self.fault(at, Problem::UnknownProject(id.to_owned()));
                }
                continue;
            };
            let last = self.named_by.get_mut(usize::from(index)).map(|last| std::mem::replace(last, number));
            if last == Some(number) {
                self.fault(at, Problem::ChosenTwice(id.to_owned()));
            }
            self.ballots.add(index);
        }
    }

    fn points(&mut self, field: Option<&Field<'a>>, row_at: usize) {
        let choices = self.ballots.open().len();
        let mut given = 0_usize;
        for (at, text) in field.into_iter().flat_map(items) {
            given = given.saturating_add(1);
            if given > choices {
                continue;
            }
            let is_points = amount::parse(text, true).is_some_and(|points| self.ballots.add_points(points));
            if !is_points {
                self.fault(at, Problem::NotPoints(text.to_owned()));
            }
        }
        if given != choices {
            let at = field.map_or(row_at, |field| field.at);
            self.fault(at, Problem::OtherNumberOfPoints { choices, points: given });
        }
    }

    /// What can only be said at the end.
    fn finish(mut self) -> Result<Pb, Faults> {
        let end = self.source.trim_end().len();
        for section in Section::ALL.into_iter().filter(|section| !self.seen.contains(section)).collect::<Vec<_>>() {
            self.fault(end, Problem::SectionMissing(section.title()));
        }
        if self.seen.contains(&Section::Meta) {
            for key in ["budget", "vote_type", "num_projects", "num_votes"] {
                if self.file.meta(key).is_none() {
                    self.fault(0, Problem::KeyMissing(key));
                }
            }
        }
        for (field, found, section) in [
            ("num_projects", self.file.projects.len(), Section::Projects),
            ("num_votes", self.file.votes.len(), Section::Votes),
        ] {
            let stated = self.file.meta(field).and_then(|value| u64::from_str(value).ok());
            let is_readable = self.seen.contains(&section) && !self.unreadable.contains(&section);
            if let Some(stated) = stated.filter(|&stated| is_readable && usize::try_from(stated) != Ok(found)) {
                let row = self.file.meta.iter().position(|(key, _)| key == field);
                let at = row.and_then(|row| self.meta_at.get(row)).copied().unwrap_or(0);
                self.fault(at, Problem::OtherNumber { field, stated, found });
            }
        }
        let voter_column = self.file.votes.column("voter_id").unwrap_or(0);
        for (at, id) in self.voters.twice(&self.file.votes, voter_column) {
            self.fault(at, Problem::Twice { field: "voter_id", id });
        }
        match (self.budget, self.kind) {
            (Some(budget), Some(kind)) if self.faults.is_empty() => {
                let Self { file, projects, ballots, default_points, .. } = self;
                let election = Election { budget, kind, default_points, projects, ballots };
                let remarks = remarks::about(&file, &election);
                Ok(Pb { file, election, remarks })
            }
            _ => Err(located(self.faults, self.left_out, self.source)),
        }
    }
}

/// Where the reader is.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// No section began; `told` that this is wrong.
    Before { told: bool },
    /// Under the title of a section.
    Header(Section),
    /// In META.
    Meta,
    /// In the rows of a table.
    Rows(Section, Columns),
    /// In a table without the columns that say what its rows mean.
    Unreadable,
}

impl Columns {
    /// Finds the columns by their names; those that are needed and missing beside them.
    fn find(section: Section, table: &Table, kind: Option<BallotKind>) -> (Self, Vec<&'static str>) {
        let mut missing = Vec::new();
        let mut need = |name: &'static str| {
            table.column(name).unwrap_or_else(|| {
                missing.push(name);
                0
            })
        };
        let columns = if section == Section::Projects {
            let (id, cost) = (need("project_id"), need("cost"));
            Self { id, cost, name: table.column("name"), category: table.column("category"), ..Self::default() }
        } else {
            let (id, vote) = (need("voter_id"), need("vote"));
            let points = if kind.is_some_and(BallotKind::has_points) { need("points") } else { 0 };
            Self { id, vote, points, ..Self::default() }
        };
        (columns, missing)
    }
}

/// The fields of a record as one text.
fn joined(fields: &[Field<'_>]) -> String {
    fields.iter().map(|field| field.text.as_ref()).collect::<Vec<_>>().join(";")
}

/// The items of a list between commas, each with where it stands.
fn items<'f>(field: &'f Field<'_>) -> impl Iterator<Item = (usize, &'f str)> {
    let text = field.text.as_ref();
    let is_borrowed = matches!(field.text, Cow::Borrowed(_));
    let list = if text.is_empty() { None } else { Some(text.split(',')) };
    list.into_iter().flatten().map(move |item| {
        let item = item.trim_ascii();
        // In a field that was put together from pieces, the start of the field is the nearest place there is.
        let inside = if is_borrowed { item.as_ptr().addr().wrapping_sub(text.as_ptr().addr()) } else { 0 };
        (field.at.saturating_add(inside), item)
    })
}

/// Gives each fault its line and column.
fn located(mut faults: Vec<(usize, Problem)>, left_out: usize, source: &str) -> Faults {
    faults.sort_by_key(|(at, _)| *at);
    let (mut line, mut column, mut seen) = (1_usize, 1_usize, 0);
    let mut list = Vec::with_capacity(faults.len());
    for (at, problem) in faults {
        // Faults are in order: each is looked for from the last one on.
        let between = source.get(seen..at).unwrap_or_default();
        let newlines = memchr::memchr_iter(b'\n', between.as_bytes());
        let rest = match newlines.clone().next_back() {
            Some(last) => {
                line = line.saturating_add(newlines.count());
                column = 1;
                between.get(last.saturating_add(1)..).unwrap_or_default()
            }
            None => between,
        };
        column = column.saturating_add(rest.chars().count());
        seen = seen.max(at);
        list.push(Fault { line, column, problem });
    }
    Faults { list, left_out }
}
