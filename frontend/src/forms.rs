//! What a form was sent with, and what comes of it. Forms are sent to the page they stand on; when something is not
//! right that same page is shown again with everything still in it.

use contract::Problem;
use contract::account::{Bekend, Tokens};
use contract::buurtbegroting::BuurtbegrotingView;
use contract::problem::FieldProblem;
use contract::stembureau::StemcodeBrief;

/// The fields of a form, in the order they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

/// What was typed may be a code or a proof of voting: it is overwritten when the form was answered.
#[cfg(feature = "ssr")]
impl Drop for Fields {
    fn drop(&mut self) {
        use zeroize::Zeroize as _;
        self.0.iter_mut().for_each(|(_, value)| value.zeroize());
    }
}

impl Fields {
    /// From names and values.
    #[must_use]
    pub const fn new(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// The first value of a field; empty when it was not sent.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str())
    }

    /// A value that was filled in.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.trim().is_empty())
    }

    /// What somebody wrote themselves and may want back: not what the page put there, and no password.
    pub fn typed(&self) -> impl Iterator<Item = &str> {
        const WRITTEN: [&str; 5] = ["titel", "tekst", "reden", "toelichting", "bedrag"];
        let is_written =
            |(name, value): &&(String, String)| WRITTEN.contains(&name.as_str()) && !value.trim().is_empty();
        self.0.iter().filter(is_written).map(|(_, value)| value.as_str())
    }

    /// All values of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// All fields, in the order they were sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Adds a value.
    pub fn push(&mut self, name: &str, value: String) {
        self.0.push((name.to_owned(), value));
    }
}

/// A form as it arrived.
#[derive(Debug, Clone, Default)]
pub struct Submission {
    /// Its fields.
    pub fields: Fields,
    /// Photos that came with it.
    pub photos: Vec<Vec<u8>>,
}

/// How somebody gets letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Print {
    /// To print them.
    Sheets,
    /// To have them printed.
    List,
}

impl Print {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sheets, Self::List];

    /// What it is called in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sheets => "brieven",
            Self::List => "lijst",
        }
    }
}

/// A form that is shown again.
#[derive(Debug, Clone, Default)]
pub struct FormState {
    /// What was filled in.
    pub fields: Fields,
    /// What was not right; absent when the form was only looked at again.
    pub problem: Option<Problem>,
    /// What the page found out, which no form can say: who sends one could make the page say anything.
    pub found: Fields,
}

impl FormState {
    /// A form that is shown again with nothing wrong in it.
    #[must_use]
    pub fn of(fields: Fields) -> Self {
        Self { fields, ..Self::default() }
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn problem_of(&self, pointer: &str) -> Option<&FieldProblem> {
        self.problem.as_ref()?.fouten.iter().find(|fout| fout.veld == pointer)
    }
}

/// What comes of a form.
#[derive(Debug)]
pub enum Outcome {
    /// It worked: go there.
    Go(String),
    /// The same form goes to another page, with all that is in it.
    Carry(String),
    /// Show the page again.
    Again(FormState),
    /// Logged in: keep these and go there.
    LoggedIn(Tokens, String),
    /// The account knows this browser by that from now on: keep it and go there.
    Known(Bekend, String),
    /// Logged out: forget everything and go there.
    LoggedOut(String),
    /// Read the site in this language from now on.
    Language(&'static str, String),
    /// Give letters with these codes, for this round.
    Letters(Print, Box<BuurtbegrotingView>, Vec<StemcodeBrief>),
    /// Give one letter, for this round, on a page that says so.
    Letter(Box<BuurtbegrotingView>, StemcodeBrief),
}
