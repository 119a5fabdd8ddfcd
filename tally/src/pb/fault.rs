//! What can be wrong with a file, and how that is said.

use crate::{BallotKind, Language, MOST_PROJECTS};

/// Something that stands in the way of counting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The character in that line, from 1.
    pub column: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What does not stand in the way, yet somebody should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// The format asks for this key of META, and nothing counts with it.
    KeyMissing(&'static str),
    /// META states a limit on what may be chosen; a count keeps to it only if it is asked to.
    NotAsked(&'static str),
    /// Ballots go beyond a limit that META states.
    BeyondLimit {
        /// The key of META.
        key: &'static str,
        /// What it says.
        limit: String,
        /// How many ballots go beyond it.
        ballots: usize,
        /// The first of them, as a row of VOTES from 1.
        first: usize,
    },
    /// PROJECTS states another number of votes or points than the ballots give.
    OtherTotal {
        /// The column: `votes` or `score`.
        column: &'static str,
        /// How many projects it is about.
        projects: usize,
        /// The first of them.
        first: String,
    },
}

/// What is wrong with a field, with what was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Not UTF-8.
    NotText,
    /// The file is 4 GiB or larger.
    TooLarge,
    /// A quoted field is not closed.
    OpenQuote,
    /// Something stands before the first section.
    BeforeSections(String),
    /// A section stands there twice.
    SectionTwice(&'static str),
    /// Sections stand in another order than META, PROJECTS, VOTES.
    SectionOrder(&'static str),
    /// A section is not there.
    SectionMissing(&'static str),
    /// META does not begin with `key;value`.
    MetaHeader(String),
    /// A column name stands there twice.
    ColumnTwice(String),
    /// A column that a count needs is not there.
    ColumnMissing(&'static str),
    /// More fields in a row than columns.
    FieldsTooMany {
        /// How many columns there are.
        expected: usize,
        /// How many fields the row has.
        found: usize,
    },
    /// A key of META stands there twice.
    KeyTwice(String),
    /// A key of META without which nothing can be counted is not there.
    KeyMissing(&'static str),
    /// A field that has to say something is empty.
    Empty(&'static str),
    /// Not an amount of money above 0.
    NotAnAmount {
        /// The field.
        field: &'static str,
        /// What stands there.
        found: String,
    },
    /// Not a whole number.
    NotACount {
        /// The field.
        field: &'static str,
        /// What stands there.
        found: String,
    },
    /// Not a kind of ballot.
    NotAKind(String),
    /// META says another number of rows than there are.
    OtherNumber {
        /// The key of META.
        field: &'static str,
        /// What it says.
        stated: u64,
        /// How many rows there are.
        found: usize,
    },
    /// A project, or a voter, stands there twice.
    Twice {
        /// The field.
        field: &'static str,
        /// Which.
        id: String,
    },
    /// An id holds a comma, with which a ballot separates projects.
    CommaInId(String),
    /// More projects than can be counted.
    ProjectsTooMany,
    /// A ballot names a project that does not exist.
    UnknownProject(String),
    /// A ballot names a project twice.
    ChosenTwice(String),
    /// A ballot for one project names more.
    MoreThanOne(usize),
    /// Not points.
    NotPoints(String),
    /// Another number of points than of projects.
    OtherNumberOfPoints {
        /// How many projects the ballot names.
        choices: usize,
        /// How many points it gives.
        points: usize,
    },
}

/// Everything that is wrong with a file, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults {
    /// The faults, [`Faults::KEPT`] at most.
    pub list: Vec<Fault>,
    /// How many more there are.
    pub left_out: usize,
}

impl Faults {
    /// How many faults of one file are told: a file of rubbish must not fill the memory.
    pub const KEPT: usize = 10_000;
}

impl Fault {
    /// One line for people: where it is, what stands there, and what was expected.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let Self { line, column, problem } = self;
        let place = language.pick("regel", "line");
        let comma = language.pick("teken", "column");
        format!("{place} {line}, {comma} {column}: {}", problem.text(language))
    }
}

impl std::fmt::Display for Faults {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, fault) in self.list.iter().enumerate() {
            let separator = if at == 0 { "" } else { "\n" };
            write!(to, "{separator}{}", fault.text(Language::En))?;
        }
        match self.left_out {
            0 => Ok(()),
            more => write!(to, "\nand {more} more"),
        }
    }
}

impl std::error::Error for Faults {}

/// A found text, short enough to read.
fn short(text: &str) -> String {
    let mut letters = text.chars();
    let start: String =
        letters.by_ref().take(40).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if letters.next().is_some() { format!("“{start}…”") } else { format!("“{start}”") }
}

impl Problem {
    /// What is wrong and what was expected, without a full stop.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::Nl => self.dutch(),
            Language::En => self.english(),
        }
    }

    fn dutch(&self) -> String {
        match self {
            Self::NotText => "dit is geen tekst in UTF-8".to_owned(),
            Self::TooLarge => "het bestand is 4 GiB of groter; verwacht: een kleiner bestand".to_owned(),
            Self::OpenQuote => "dit veld begint met een aanhalingsteken dat nergens sluit".to_owned(),
            Self::BeforeSections(text) => format!("verwacht: META als eerste regel; gevonden: {}", short(text)),
            Self::SectionTwice(name) => {
                format!("het deel {name} staat er al; verwacht: META, PROJECTS, VOTES, elk één keer")
            }
            Self::SectionOrder(name) => {
                format!("{name} staat niet op zijn plaats; verwacht: META, dan PROJECTS, dan VOTES")
            }
            Self::SectionMissing(name) => format!("verwacht: het deel {name}; gevonden: het einde van het bestand"),
            Self::MetaHeader(text) => format!("verwacht: key;value onder META; gevonden: {}", short(text)),
            Self::ColumnTwice(name) => format!("de kolom {} staat er al; verwacht: elke naam één keer", short(name)),
            Self::ColumnMissing(name) => format!("verwacht: een kolom {name}"),
            Self::FieldsTooMany { expected, found } => {
                format!("verwacht: {expected} velden, zoals de kop zegt; gevonden: {found}")
            }
            Self::KeyTwice(key) => format!("{} staat al in META; verwacht: elke naam één keer", short(key)),
            Self::KeyMissing(key) => format!("verwacht: {key} in META"),
            Self::Empty(field) => format!("{field} is leeg; verwacht: een waarde"),
            Self::NotAnAmount { field, found } => {
                format!("{field} is {}; verwacht: een bedrag boven 0, zoals 5000 of 5000.50", short(found))
            }
            Self::NotACount { field, found } => format!("{field} is {}; verwacht: een geheel getal", short(found)),
            Self::NotAKind(found) => format!("vote_type is {}; verwacht: {}", short(found), kinds("of")),
            Self::OtherNumber { field, stated, found } => format!("{field} zegt {stated}; gevonden: {found} regels"),
            Self::Twice { field, id } => format!("{field} {} staat er al; verwacht: elk één keer", short(id)),
            Self::CommaInId(id) => format!("project_id {} heeft een komma; verwacht: een naam zonder komma", short(id)),
            Self::ProjectsTooMany => format!("verwacht: hoogstens {MOST_PROJECTS} projecten"),
            Self::UnknownProject(id) => format!("verwacht: een project uit PROJECTS; gevonden: {}", short(id)),
            Self::ChosenTwice(id) => {
                format!("project {} staat al op dit stembiljet; verwacht: elk één keer", short(id))
            }
            Self::MoreThanOne(found) => format!("verwacht: één project op een stembiljet choose-1; gevonden: {found}"),
            Self::NotPoints(found) => format!("verwacht: punten, zoals 3 of 2.5; gevonden: {}", short(found)),
            Self::OtherNumberOfPoints { choices, points } => {
                format!("verwacht: {choices} keer punten, zoveel als projecten; gevonden: {points}")
            }
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NotText => "this is not text in UTF-8".to_owned(),
            Self::TooLarge => "the file is 4 GiB or larger; expected: a smaller file".to_owned(),
            Self::OpenQuote => "this field begins with a quote that is closed nowhere".to_owned(),
            Self::BeforeSections(text) => format!("expected: META as the first line; found: {}", short(text)),
            Self::SectionTwice(name) => {
                format!("the section {name} is there already; expected: META, PROJECTS, VOTES, each once")
            }
            Self::SectionOrder(name) => format!("{name} is out of place; expected: META, then PROJECTS, then VOTES"),
            Self::SectionMissing(name) => format!("expected: the section {name}; found: the end of the file"),
            Self::MetaHeader(text) => format!("expected: key;value under META; found: {}", short(text)),
            Self::ColumnTwice(name) => format!("the column {} is there already; expected: each name once", short(name)),
            Self::ColumnMissing(name) => format!("expected: a column {name}"),
            Self::FieldsTooMany { expected, found } => {
                format!("expected: {expected} fields, as the header says; found: {found}")
            }
            Self::KeyTwice(key) => format!("{} is in META already; expected: each name once", short(key)),
            Self::KeyMissing(key) => format!("expected: {key} in META"),
            Self::Empty(field) => format!("{field} is empty; expected: a value"),
            Self::NotAnAmount { field, found } => {
                format!("{field} is {}; expected: an amount above 0, such as 5000 or 5000.50", short(found))
            }
            Self::NotACount { field, found } => format!("{field} is {}; expected: a whole number", short(found)),
            Self::NotAKind(found) => format!("vote_type is {}; expected: {}", short(found), kinds("or")),
            Self::OtherNumber { field, stated, found } => format!("{field} says {stated}; found: {found} rows"),
            Self::Twice { field, id } => format!("{field} {} is there already; expected: each once", short(id)),
            Self::CommaInId(id) => format!("project_id {} has a comma; expected: a name without one", short(id)),
            Self::ProjectsTooMany => format!("expected: at most {MOST_PROJECTS} projects"),
            Self::UnknownProject(id) => format!("expected: a project of PROJECTS; found: {}", short(id)),
            Self::ChosenTwice(id) => format!("project {} is on this ballot already; expected: each once", short(id)),
            Self::MoreThanOne(found) => format!("expected: one project on a ballot of choose-1; found: {found}"),
            Self::NotPoints(found) => format!("expected: points, such as 3 or 2.5; found: {}", short(found)),
            Self::OtherNumberOfPoints { choices, points } => {
                format!("expected: points {choices} times, as many as projects; found: {points}")
            }
        }
    }
}

/// The kinds of ballots, as a list with "or" before the last.
fn kinds(or: &str) -> String {
    let [first @ .., last] = BallotKind::ALL.map(BallotKind::word);
    format!("{} {or} {last}", first.join(", "))
}

impl Remark {
    /// One sentence for people.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::KeyMissing(key), Language::Nl) => {
                format!("{key} ontbreekt in META; het formaat vraagt erom, de telling niet")
            }
            (Self::KeyMissing(key), Language::En) => {
                format!("{key} is missing in META; the format asks for it, the count does not")
            }
            (Self::NotAsked(key), Language::Nl) => {
                format!("{key} staat in META, maar een telling let daar niet vanzelf op; geef het mee als optie")
            }
            (Self::NotAsked(key), Language::En) => {
                format!("{key} is in META, yet a count does not look at it by itself; ask for it")
            }
            (Self::BeyondLimit { key, limit, ballots, first }, Language::Nl) => {
                format!(
                    "{key} is {limit}, maar {ballots} stembiljetten houden zich daar niet aan (het eerste is nummer {first}); ze tellen mee"
                )
            }
            (Self::BeyondLimit { key, limit, ballots, first }, Language::En) => {
                format!(
                    "{key} is {limit}, yet {ballots} ballots do not keep to it (the first is number {first}); they are counted"
                )
            }
            (Self::OtherTotal { column, projects, first }, Language::Nl) => {
                format!(
                    "{column} in PROJECTS is anders dan de stembiljetten zeggen bij {projects} projecten (het eerste is {first}); de stembiljetten tellen"
                )
            }
            (Self::OtherTotal { column, projects, first }, Language::En) => {
                format!(
                    "{column} in PROJECTS differs from the ballots for {projects} projects (the first is {first}); the ballots count"
                )
            }
        }
    }
}
