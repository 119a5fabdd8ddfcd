//! Letters with which people vote: a sheet of A4 for each, to be folded into an envelope with a window.

pub mod addresses;
mod ballot;
mod bundled;
mod paper;

pub use ballot::ballot;
pub use bundled::zip;
pub use paper::Fonts;

use crate::app::App;
use crate::error::Error;
use crate::settings::Settings;
use chrono::{DateTime, Utc};
use contract::buurtbegroting::Planning;
use contract::field::Field as _;
use contract::stem::Stemcode;
use contract::stembureau::StemcodeBrief;
use contract::{BuurtbegrotingId, Euro};
use frontend::amount::euro;
use frontend::format::{moment, moment_and_time, stamp};
use frontend::i18n::Lang;
use paper::{Paper, Sheet, Weight};

/// So many letters are in a file at most: it is opened by people and by programs that print.
pub const MOST: usize = 10_000;

/// So many letters are in each PDF of those that the page makes: more come as a zip of such.
pub const IN_A_FILE: usize = contract::stembureau::LETTERS_IN_A_FILE as usize;

/// What a file of letters is called, by its first and last number.
#[must_use]
pub fn file_name(letters: &[Brief]) -> String {
    let [first, last] = [letters.first(), letters.last()].map(|letter| letter.map_or(0, |own| own.nummer));
    format!("brieven-{first}-{last}")
}

/// What the file of one letter in place of a lost one is called: by its moment too, so that a dead one is told apart.
#[must_use]
pub fn replacement_name(nummer: u32, given: DateTime<Utc>) -> String {
    format!("nieuwe-brief-{nummer}-{}", stamp(given))
}

/// The columns of a list of letters.
pub const LIST_HEAD: &str = "nummer;stemcode;adres";

/// In which language letters are; one line is in English.
const LANG: Lang = Lang::Nl;

const LEFT: f32 = 25.0;
const TEXT: f32 = 160.0;
/// What shows through the window of an envelope, from the top of the sheet.
const WINDOW: f32 = 50.0;
/// Where text begins that does not show there, and how wide it is.
const BESIDE_WINDOW: f32 = 120.0;
const TEXT_BESIDE: f32 = 65.0;
const BODY: (Weight, f32) = (Weight::Regular, 11.0);
const HEADING: (Weight, f32) = (Weight::Bold, 13.0);

/// What is the same on all letters of a round.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// Which round.
    pub id: BuurtbegrotingId,
    /// What it is called.
    pub titel: String,
    /// In which gebied.
    pub gebied: String,
    /// How much there is to divide.
    pub bedrag: Euro,
    /// When voting begins.
    pub vanaf: DateTime<Utc>,
    /// When it ends.
    pub tot: DateTime<Utc>,
    /// Who sends the letter.
    pub gemeente: String,
    /// Who helps.
    pub contact: String,
    /// Where our pages are.
    pub base_url: String,
}

impl Occasion {
    /// What the letters of a round say.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn of(
        app: &App,
        id: BuurtbegrotingId,
        (titel, bedrag): (String, Euro),
        (gebied, planning): (&str, &Planning),
    ) -> Result<Self, Error> {
        let reference = app.reference().await?;
        Ok(Self {
            id,
            titel,
            gebied: reference.gebied(gebied).map_or_else(|| gebied.to_owned(), |own| own.naam.clone()),
            bedrag,
            vanaf: planning.stemmen_vanaf,
            tot: planning.stemmen_tot,
            gemeente: app.settings.gemeente.clone(),
            contact: contact(&app.settings),
            base_url: app.settings.base_url.clone(),
        })
    }

    /// The address that a phone's camera opens: the ballot, with the code filled in. What is behind `#` stays in the
    /// browser.
    #[must_use]
    pub fn address(&self, code: &Stemcode) -> String {
        format!("{}/buurtbegrotingen/{}/stemmen#{}", self.base_url, self.id, code.as_str())
    }

    /// Letters as a list: a file that spreadsheets and printing companies read.
    #[must_use]
    pub fn list(&self, letters: &[Brief]) -> String {
        let lines = letters.iter().map(|letter| self.list_line(letter));
        std::iter::once(LIST_HEAD.to_owned()).chain(lines).map(|line| line + "\n").collect()
    }

    /// A letter in a list, under [`LIST_HEAD`].
    #[must_use]
    pub fn list_line(&self, letter: &Brief) -> String {
        format!("{};{};{}", letter.nummer, letter.code.grouped(), self.address(&letter.code))
    }

    /// The address that people type.
    fn typed(&self) -> String {
        let (_, plain) = self.base_url.split_once("://").unwrap_or(("", &self.base_url));
        format!("{plain}/stem")
    }
}

/// Whom to mail, and to call where the municipality names a number.
fn contact(settings: &Settings) -> String {
    let email = &settings.contact_email;
    settings.phone().map_or_else(|| email.clone(), |phone| LANG.letter_contact(email, phone))
}

/// A letter.
#[derive(Debug, Clone)]
pub struct Brief {
    /// Its number.
    pub nummer: i64,
    /// The code on it.
    pub code: Stemcode,
    /// The lines of the address; none for whoever lives where it is delivered.
    pub adres: Vec<String>,
    /// When it was made in place of a lost one.
    pub vervangt: Option<DateTime<Utc>>,
}

impl Brief {
    /// A letter for whoever lives where it is delivered, with a code as the API gives it.
    ///
    /// # Errors
    /// When it is no code.
    pub fn without_address(own: &StemcodeBrief) -> Result<Self, Error> {
        let code = Stemcode::parse(&own.stemcode).map_err(|_odd| Error::Internal("a code".into()))?;
        Ok(Self { nummer: own.nummer.into(), code, adres: Vec::new(), vervangt: None })
    }
}

/// Letters as one PDF.
///
/// # Errors
/// When the program was built without the site.
pub fn pdf(occasion: &Occasion, letters: &[Brief]) -> Result<Vec<u8>, Error> {
    let fonts = Fonts::read()?;
    let mut sheets = Letters::new(&fonts, occasion);
    letters.iter().try_for_each(|letter| sheets.add(letter))?;
    sheets.finish()
}

/// Letters that become one PDF.
#[derive(Debug)]
pub struct Letters<'a> {
    occasion: &'a Occasion,
    paper: Paper<'a>,
}

impl<'a> Letters<'a> {
    /// No letter yet.
    #[must_use]
    pub fn new(fonts: &'a Fonts, occasion: &'a Occasion) -> Self {
        let about = LANG.letter_about(&occasion.titel);
        Self { occasion, paper: Paper::new(fonts, LANG.code(), &about) }
    }

    /// Adds one.
    ///
    /// # Errors
    /// When it cannot be drawn, which is our own mistake.
    pub fn add(&mut self, letter: &Brief) -> Result<(), Error> {
        let occasion = self.occasion;
        self.paper.add(|sheet| draw(sheet, LANG, occasion, letter))
    }

    /// The file, as PDF.
    ///
    /// # Errors
    /// As [`Letters::add`].
    pub fn finish(self) -> Result<Vec<u8>, Error> {
        self.paper.finish()
    }
}

/// To whom a letter is that has no name on it.
#[must_use]
pub const fn to_whoever() -> &'static str {
    LANG.letter_to()
}

fn draw(sheet: &mut Sheet<'_>, lang: Lang, occasion: &Occasion, letter: &Brief) -> Result<(), Error> {
    sheet.write((LEFT, 18.0), TEXT, (Weight::Bold, 14.0), &lang.letter_from(&occasion.gemeente));
    let mut y = WINDOW;
    if letter.adres.is_empty() {
        sheet.write((LEFT, y), 80.0, BODY, lang.letter_to());
    }
    for line in &letter.adres {
        y = sheet.write((LEFT, y), 80.0, BODY, line);
    }
    if let Some(given) = letter.vervangt {
        // Beside the window of the envelope.
        let dated = lang.letter_day(moment(lang, given), &occasion.gemeente);
        let y = sheet.write((BESIDE_WINDOW, WINDOW - 5.0), TEXT_BESIDE, BODY, &dated);
        sheet.write(
            (BESIDE_WINDOW, y + 2.0),
            TEXT_BESIDE,
            BODY,
            &lang.letter_replaces(moment_and_time(lang, given), letter.nummer),
        );
    }
    let typed = occasion.typed();
    let bedrag = euro(lang, occasion.bedrag);
    let [vanaf, tot] = [occasion.vanaf, occasion.tot].map(|moment| moment_and_time(lang, moment));
    let y = sheet.write((LEFT, 92.0), TEXT, (Weight::Bold, 18.0), &lang.letter_title(&bedrag));
    let y = sheet.write((LEFT, y + 5.0), TEXT, BODY, lang.letter_hello());
    let lead = lang.letter_lead(&bedrag, &occasion.gebied, &occasion.titel);
    let y = sheet.write((LEFT, y + 2.0), TEXT, BODY, &lead);
    let y = sheet.write((LEFT, y + 2.0), TEXT, BODY, &lang.letter_when(&tot, &vanaf));

    let top = y + 7.0;
    sheet.shade((LEFT - 4.0, top), (TEXT + 8.0, 50.0));
    sheet.qr((LEFT + TEXT - 42.0, top + 4.0), 42.0, &occasion.address(&letter.code))?;
    let y = sheet.write((LEFT, top + 5.0), 110.0, HEADING, lang.letter_code());
    let y = sheet.write((LEFT, y + 1.0), 110.0, (Weight::Bold, 24.0), &letter.code.grouped());
    sheet.write((LEFT, y + 3.0), 105.0, BODY, lang.letter_once());

    let mut y = sheet.write((LEFT, top + 56.0), TEXT, HEADING, lang.letter_steps());
    let steps = [
        lang.letter_step_open(&typed, &occasion.titel),
        lang.letter_step_choose().to_owned(),
        lang.letter_step_send().to_owned(),
    ];
    for (number, step) in (1..).zip(steps) {
        sheet.write((LEFT, y + 1.0), 8.0, BODY, &format!("{number}."));
        y = sheet.write((LEFT + 8.0, y + 1.0), TEXT - 8.0, BODY, &step);
    }
    let y = sheet.write((LEFT, y + 4.0), TEXT, BODY, lang.vote_lead());
    let help = lang.letter_help(&occasion.contact, letter.nummer);
    let y = sheet.write((LEFT, y + 4.0), TEXT, BODY, &help);
    sheet.write((LEFT, y + 6.0), TEXT, (Weight::Regular, 9.5), &Lang::En.letter_other(&typed));
    sheet.write((LEFT, 280.0), TEXT, (Weight::Regular, 8.0), &lang.letter_number(letter.nummer));
    Ok(())
}
