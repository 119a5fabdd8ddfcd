//! What a field may hold (SECURITY-RULES §5). Every rule stands here once; API and pages both ask it.
//!
//! A request carries [`Raw`] values: what somebody sent, not judged yet. Its `parse` asks [`Checks`] for each field, so
//! that all problems come back at once and nothing typed is lost.

use crate::problem::FieldProblem;
use crate::text_enum::text_enum;
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;
use zeroize::Zeroize as _;

/// Documents types that travel as a text of some form.
macro_rules! string_schema {
    ($($name:ident: $pattern:literal, $example:literal;)+) => {$(
        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some($pattern))
                    .examples([serde_json::json!($example)])
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    )+};
}

pub(crate) use string_schema;

text_enum! {
    /// What is the matter with a field. The sentences stand in the messages.
    pub enum FieldCode {
        /// It must be filled in.
        Ontbreekt = "ontbreekt",
        /// Longer than `grens` characters.
        TeLang = "te_lang",
        /// Shorter than `grens` characters.
        TeKort = "te_kort",
        /// More than `grens` of them.
        TeVeel = "te_veel",
        /// Holds characters that cannot be shown safely.
        VerbodenTekens = "verboden_tekens",
        /// Mixes scripts in a way that misleads the eye.
        GemengdSchrift = "gemengd_schrift",
        /// A name that only the municipality may use.
        GereserveerdeNaam = "gereserveerde_naam",
        /// Not one of the possible values.
        OngeldigeKeuze = "ongeldige_keuze",
        /// Not an amount in euros.
        GeenBedrag = "geen_bedrag",
        /// More than the maximum.
        TeHoog = "te_hoog",
        /// Zero where something is needed.
        TeLaag = "te_laag",
        /// Not an e-mail address.
        GeenEmail = "geen_email",
        /// Not a KvK number of eight digits.
        GeenKvkNummer = "geen_kvk_nummer",
        /// Not a Dutch postcode.
        GeenPostcode = "geen_postcode",
        /// Not a date.
        GeenDatum = "geen_datum",
        /// Not a date with a time.
        GeenTijdstip = "geen_tijdstip",
        /// Not later than the moment before it.
        NietNaVorige = "niet_na_vorige",
        /// A moment that must lie in the future and does not.
        AlVoorbij = "al_voorbij",
        /// Less than the least of something else.
        MinderDanMinstens = "minder_dan_minstens",
        /// Not a year that there can be a budget for.
        GeenJaar = "geen_jaar",
        /// Belongs to a refusal, and nothing was refused.
        AlleenBijAfwijzen = "alleen_bij_afwijzen",
        /// Nobody said that they are sure.
        NietBevestigd = "niet_bevestigd",
        /// Not a code as it stands on a letter; `grens` is how many characters it has, when that is what is wrong.
        GeenStemcode = "geen_stemcode",
        /// Not a code of a stembewijs.
        GeenStembewijs = "geen_stembewijs",
        /// Not a part of a key.
        GeenSleuteldeel = "geen_sleuteldeel",
        /// The code is of no letter of this round; in rounds of the first form also one that another took the place of.
        StemcodeOnbekend = "stemcode_onbekend",
        /// Another code took the place of this one, on a new letter.
        StemcodeVervangen = "stemcode_vervangen",
        /// There is no letter with this number.
        BriefOnbekend = "brief_onbekend",
        /// So many characters, `grens`, where the code of a stembewijs is asked.
        StembewijsTekens = "stembewijs_tekens",
        /// So many words, `grens`, where those of a stembewijs are asked.
        StembewijsWoorden = "stembewijs_woorden",
        /// The word at this place, `grens`, is not in the list of words.
        WoordOnbekend = "woord_onbekend",
        /// The code on a letter, where a proof of voting is asked.
        IsStemcode = "is_stemcode",
        /// A proof of voting, where the code on a letter is asked.
        IsStembewijs = "is_stembewijs",
        /// The code in the published list, where a proof of voting is asked.
        IsControlecode = "is_controlecode",
        /// A letter that somebody else asked for already, in place of a lost one.
        AlGevraagd = "al_gevraagd",
        /// Two parts that open nothing together.
        SleuteldelenPassenNiet = "sleuteldelen_passen_niet",
        /// Not a public key that something can be sealed to.
        GeenPubliekeSleutel = "geen_publieke_sleutel",
        /// A part of a key that is not of who hands it in.
        NietUwDeel = "niet_uw_deel",
        /// A part of a key where custodians hand in their own, each on their own login.
        DeelNietHier = "deel_niet_hier",
        /// Somebody with a task in the municipality, where nobody with one can be named.
        HeeftRol = "heeft_rol",
        /// The same person or key twice.
        DubbelIngevuld = "dubbel_ingevuld",
        /// A ballot on paper that is settled, or that the same person entered.
        AlIngevoerd = "al_ingevoerd",
        /// It takes part in another round already.
        AlInStemming = "al_in_stemming",
        /// A project that is not in this vote.
        KeuzeOnbekend = "keuze_onbekend",
        /// A project that was chosen twice.
        KeuzeDubbel = "keuze_dubbel",
        /// Two projects on one place of a ranking.
        PlaatsDubbel = "plaats_dubbel",
        /// `grens` more projects must be chosen.
        TeWeinigKeuzes = "te_weinig_keuzes",
        /// `grens` projects must go.
        TeVeelKeuzes = "te_veel_keuzes",
        /// Together `grens` whole euros over the budget, rounded up.
        TeDuur = "te_duur",
        /// Points that one project cannot have.
        PuntenKloppenNiet = "punten_kloppen_niet",
        /// `grens` points more than there are.
        TeVeelPunten = "te_veel_punten",
        /// Not a whole number.
        GeenGetal = "geen_getal",
        /// Names something that does not exist.
        BestaatNiet = "bestaat_niet",
        /// A word that stands in none of the texts.
        StaatErNietIn = "staat_er_niet_in",
        /// The stembureau was asked something about it, and has not answered.
        WachtAl = "wacht_al",
        /// Not a whole number of hundredths, from 0 up to and including 100.
        GeenProcent = "geen_procent",
        /// Reaches over the edge of a photo.
        BuitenFoto = "buiten_foto",
        /// An address that nobody has a confirmed account with.
        GeenAccount = "geen_account",
        /// Nothing was chosen where at least one must be.
        KiesErEen = "kies_er_een",
        /// A point outside the municipality.
        BuitenGemeente = "buiten_gemeente",
        /// Ends before it begins.
        EindeVoorBegin = "einde_voor_begin",
        /// A password that others guess at once.
        WachtwoordTeZwak = "wachtwoord_te_zwak",
        /// A password that holds the name, the address or the name of the city.
        WachtwoordBevatNaam = "wachtwoord_bevat_naam",
        /// A photo that cannot be used.
        OngeldigeFoto = "ongeldige_foto",
        /// `grens` photos could not be taken now; those before them were.
        FotosNietBewaard = "fotos_niet_bewaard",
        /// No such field.
        OnbekendVeld = "onbekend_veld",
        /// Another JSON type was expected.
        VerkeerdType = "verkeerd_type",
    }
}

/// A text that is not one of an enum's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownWord;

/// Why one value is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flaw {
    /// What is the matter.
    pub code: FieldCode,
    /// The limit that was passed, where there is one.
    pub limit: Option<u32>,
}

impl From<FieldCode> for Flaw {
    fn from(code: FieldCode) -> Self {
        Self { code, limit: None }
    }
}

/// A value that can be read from what somebody sent.
pub trait Field: Sized {
    /// Reads and judges; the text is trimmed already.
    ///
    /// # Errors
    /// What is the matter with it.
    fn parse(text: &str) -> Result<Self, Flaw>;
}

impl<T: crate::field::Word> Field for T {
    fn parse(text: &str) -> Result<Self, Flaw> {
        text.parse().map_err(|_any| FieldCode::OngeldigeKeuze.into())
    }
}

/// A value that is one of a known set: enums and ids.
pub trait Word: std::str::FromStr {}

macro_rules! words {
    ($($word:ty),+ $(,)?) => { $(impl Word for $word {})+ };
}

words!(
    crate::AccountId,
    crate::ActiviteitId,
    crate::DeelId,
    crate::FotoId,
    crate::InitiatiefId,
    crate::InzetId,
    crate::OpdrachtId,
    crate::OpgaveId,
    crate::ProjectId,
    crate::account::PersoonSoort,
    crate::bewaarder::SleutelDoel,
    crate::bundel::BundelKanaal,
    crate::buurtbegroting::Aanvulling,
    crate::buurtbegroting::PastNiet,
    crate::buurtbegroting::Stemgerechtigd,
    crate::buurtbegroting::TelregelNaam,
    crate::buurtbegroting::Tevredenheid,
    crate::ingreep::DeelSoort,
    crate::ingreep::IngreepSoort,
    crate::ingreep::IngreepStatus,
    crate::ingreep::Veld,
    crate::initiatief::DoorverwezenNaar,
    crate::initiatief::InitiatiefSoort,
    crate::initiatief::InitiatiefStatus,
    crate::initiatief::OverPersoon,
    crate::opdracht::Besluit,
    crate::opdracht::OpdrachtSoort,
    crate::opdracht::OpdrachtnemerSoort,
    crate::project::Toetsing,
    crate::stembiljet::StembiljetSoort,
    crate::wijkbudget::Omschrijving,
);

impl Field for crate::Euro {
    fn parse(text: &str) -> Result<Self, Flaw> {
        Self::parse(text).map_err(|why| match why {
            crate::euro::NotEuro::Form => FieldCode::GeenBedrag.into(),
            crate::euro::NotEuro::TooMuch => Flaw { code: FieldCode::TeHoog, limit: Some(1_000_000_000) },
        })
    }
}

impl Field for chrono::NaiveDate {
    fn parse(text: &str) -> Result<Self, Flaw> {
        text.parse().map_err(|_not_a_date| FieldCode::GeenDatum.into())
    }
}

impl Field for chrono::DateTime<chrono::Utc> {
    fn parse(text: &str) -> Result<Self, Flaw> {
        // Both databases keep four digits of a year.
        let moment = chrono::DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.to_utc());
        let range = chrono::DateTime::UNIX_EPOCH..chrono::DateTime::from_timestamp_nanos(i64::MAX);
        moment.filter(|moment| range.contains(moment)).ok_or_else(|| FieldCode::GeenTijdstip.into())
    }
}

impl Field for u32 {
    fn parse(text: &str) -> Result<Self, Flaw> {
        text.parse().map_err(|_not_a_number| FieldCode::GeenGetal.into())
    }
}

/// What somebody sent for a `T`: a text that is not judged yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Raw<T> {
    text: String,
    #[serde(skip)]
    becomes: PhantomData<fn() -> T>,
}

impl<T> Raw<T> {
    /// Takes a text as it was sent.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), becomes: PhantomData }
    }

    /// The text as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Much of what is sent is nobody else's: a code, a proof of voting, a part of a key. It is overwritten when it was judged.
impl<T> Drop for Raw<T> {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

impl<T> Default for Raw<T> {
    fn default() -> Self {
        Self::new("")
    }
}

impl<T> From<&str> for Raw<T> {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl<T> From<String> for Raw<T> {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

// utoipa asks this of generic field types; it has no public way to say "documented as its parameter".
#[cfg(feature = "openapi")]
impl<T: utoipa::PartialSchema> utoipa::__dev::ComposeSchema for Raw<T> {
    fn compose(
        _parameters: Vec<utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>>,
    ) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        T::schema()
    }
}

#[cfg(feature = "openapi")]
impl<T: utoipa::ToSchema> utoipa::ToSchema for Raw<T> {
    // utoipa puts the parameter's name behind it; the server takes this one off again.
    fn name() -> std::borrow::Cow<'static, str> {
        "Raw".into()
    }

    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
        T::schemas(schemas);
    }
}

/// All that is wrong with a request, at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldProblems(pub Vec<FieldProblem>);

/// In one line, for a command line or a log.
impl std::fmt::Display for FieldProblems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, problem) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{} {}", problem.veld.trim_start_matches('/'), problem.code)?;
        }
        Ok(())
    }
}

/// Gathers what is wrong, field by field.
#[derive(Debug, Default)]
pub struct Checks {
    problems: Vec<FieldProblem>,
}

impl Checks {
    /// A field that must be there.
    pub fn required<T: Field>(&mut self, field: &str, raw: &Raw<T>) -> Option<T> {
        if raw.text.trim().is_empty() {
            self.refuse(field, FieldCode::Ontbreekt);
            return None;
        }
        self.read(field, &raw.text)
    }

    /// A field that may be left out; blank is left out too. The outer `None` means: refused.
    pub fn optional<T: Field>(&mut self, field: &str, raw: Option<&Raw<T>>) -> Option<Option<T>> {
        match raw {
            Some(raw) if !raw.text.trim().is_empty() => self.read(field, &raw.text).map(Some),
            Some(_) | None => Some(None),
        }
    }

    /// Notes a problem that no single field type can see.
    pub fn refuse(&mut self, field: &str, flaw: impl Into<Flaw>) {
        let Flaw { code, limit } = flaw.into();
        self.problems.push(FieldProblem { veld: field.to_owned(), code, grens: limit, melding: String::new() });
    }

    /// All problems so far; for a `parse` that cannot build its value.
    #[must_use]
    pub fn problems(self) -> FieldProblems {
        FieldProblems(self.problems)
    }

    /// The value, when nothing was wrong and all of it could be read.
    ///
    /// # Errors
    /// All problems, in the order of the fields.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, FieldProblems> {
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            Some(_) | None => Err(self.problems()),
        }
    }

    fn read<T: Field>(&mut self, field: &str, text: &str) -> Option<T> {
        match T::parse(text.trim()) {
            Ok(value) => Some(value),
            Err(flaw) => {
                self.refuse(field, flaw);
                None
            }
        }
    }
}

/// A grapheme can be endless; four bytes each is more than any language needs on average.
const BYTES_EACH: usize = 4;

/// Text that is safe to store and to show: trimmed, NFC, without control or direction characters.
fn plain(text: &str, min: usize, max: usize) -> Result<String, Flaw> {
    let limit = |code, count: usize| Flaw { code, limit: u32::try_from(count).ok() };
    let text: String = text.replace("\r\n", "\n").nfc().collect();
    let text = text.trim();
    if text.chars().any(is_forbidden) {
        return Err(FieldCode::VerbodenTekens.into());
    }
    if text.len() > max * BYTES_EACH || text.graphemes(true).count() > max {
        return Err(limit(FieldCode::TeLang, max));
    }
    if text.graphemes(true).count() < min {
        return Err(limit(FieldCode::TeKort, min));
    }
    Ok(text.to_owned())
}

/// Control characters (but the newline), direction overrides and the byte order mark (SECURITY-RULES T-1).
const fn is_forbidden(c: char) -> bool {
    matches!(c, '\u{0}'..='\u{9}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

macro_rules! text_type {
    ($($(#[$meta:meta])* $name:ident($min:literal..=$max:literal) $(then $more:path)?;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// The most characters (graphemes) that it holds.
            pub const MAX: usize = $max;
            /// The most bytes that it holds.
            pub const MAX_BYTES: usize = Self::MAX * BYTES_EACH;

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, to keep.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl Field for $name {
            fn parse(text: &str) -> Result<Self, Flaw> {
                let text = plain(text, $min, $max)?;
                $($more(&text)?;)?
                Ok(Self(text))
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .min_length(Some($min))
                    .max_length(Some($max))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    )+};
}

text_type! {
    /// The name of a person or organisation.
    Naam(1..=80) then honest_name;
    /// One line that names something.
    Titel(3..=120) then one_line;
    /// A place in words or an address.
    Plaats(2..=200) then one_line;
    /// Words, a name or a number that must not be read any more.
    Woord(1..=200) then one_line;
    /// A short text to somebody: a question, an answer, a reason.
    Bericht(2..=2000);
    /// A longer text: what an initiatief or opgave is about.
    Verhaal(10..=10_000);
    /// The code of a gebied, wijk, buurt, product, theme or criterion.
    Code(1..=40) then code_form;
    /// The secret part of a link that we mailed.
    Geheim(20..=100) then code_form;
}

fn one_line(text: &str) -> Result<(), Flaw> {
    if text.contains('\n') { Err(FieldCode::VerbodenTekens.into()) } else { Ok(()) }
}

fn code_form(text: &str) -> Result<(), Flaw> {
    let fits = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if fits { Ok(()) } else { Err(FieldCode::OngeldigeKeuze.into()) }
}

/// Names that would let a resident pass for the municipality.
const RESERVED: [&str; 12] = [
    "gemeente",
    "gemeente arnhem",
    "wijkteam",
    "raad",
    "gemeenteraad",
    "beheer",
    "beheerder",
    "backoffice",
    "burgemeester",
    "wethouder",
    "wijkkoers",
    "griffie",
];

fn honest_name(text: &str) -> Result<(), Flaw> {
    use unicode_security::{RestrictionLevel, RestrictionLevelDetection};

    one_line(text)?;
    let is_zero_width = |c| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{ad}' | '\u{34f}');
    if text.chars().any(is_zero_width) {
        return Err(FieldCode::VerbodenTekens.into());
    }
    let letters: String = text.chars().filter(|c| c.is_alphabetic()).collect();
    if !letters.is_empty() && letters.detect_restriction_level() > RestrictionLevel::ModeratelyRestrictive {
        return Err(FieldCode::GemengdSchrift.into());
    }
    let skeleton = |name: &str| unicode_security::skeleton(&name.to_lowercase()).collect::<String>();
    let own = skeleton(text);
    if RESERVED.iter().any(|reserved| skeleton(reserved) == own) {
        return Err(FieldCode::GereserveerdeNaam.into());
    }
    Ok(())
}

/// An e-mail address that mail can be sent to; the domain in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for Email {
    fn parse(text: &str) -> Result<Self, Flaw> {
        let wrong = || Flaw::from(FieldCode::GeenEmail);
        let (local, domain) = text.rsplit_once('@').ok_or_else(wrong)?;
        let is_label = |label: &str| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let is_local = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&b);
        let fits = text.len() <= 254
            && !local.is_empty()
            && local.len() <= 64
            && local.bytes().all(is_local)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && domain.contains('.')
            && domain.split('.').all(is_label);
        if fits { Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase()))) } else { Err(wrong()) }
    }
}

/// The number of a business in the register of the Kamer van Koophandel: eight digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KvkNummer(String);

impl KvkNummer {
    /// The eight digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for KvkNummer {
    fn parse(text: &str) -> Result<Self, Flaw> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let fits = digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit());
        if fits { Ok(Self(digits)) } else { Err(FieldCode::GeenKvkNummer.into()) }
    }
}

/// A Dutch postcode: four digits, the first not 0, with or without its two letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Postcode {
    digits: String,
    letters: Option<String>,
}

impl Postcode {
    /// The four digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// The two letters, in upper case.
    #[must_use]
    pub fn letters(&self) -> Option<&str> {
        self.letters.as_deref()
    }
}

impl Field for Postcode {
    fn parse(text: &str) -> Result<Self, Flaw> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
        let wrong = Flaw::from(FieldCode::GeenPostcode);
        let (digits, letters) = text.split_at_checked(4).ok_or(wrong)?;
        let fits = digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0')
            && (letters.is_empty() || (letters.len() == 2 && letters.bytes().all(|b| b.is_ascii_uppercase())));
        if !fits {
            return Err(wrong);
        }
        Ok(Self { digits: digits.to_owned(), letters: (!letters.is_empty()).then(|| letters.to_owned()) })
    }
}

string_schema! {
    Email: r"^[^@\s]{1,64}@[^@\s]+\.[^@\s]+$", "fatima@voorbeeld.test";
    KvkNummer: r"^\d{8}$", "12345678";
    Postcode: r"^[1-9]\d{3} ?([A-Za-z]{2})?$", "6822 AB";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code<T: Field + std::fmt::Debug>(text: &str) -> Option<FieldCode> {
        T::parse(text).err().map(|flaw| flaw.code)
    }

    #[test]
    fn text_is_text_and_nothing_hidden() {
        for (text, expected) in [
            ("Een bankje bij de speeltuin", None),
            ("Café Ünal 🌳 <script>alert(1)</script>", None),
            ("met\u{0}nul", Some(FieldCode::VerbodenTekens)),
            ("om\u{202e}gekeerd", Some(FieldCode::VerbodenTekens)),
            ("\u{feff}bom", Some(FieldCode::VerbodenTekens)),
            ("twee\nregels", Some(FieldCode::VerbodenTekens)),
            ("ab", Some(FieldCode::TeKort)),
        ] {
            assert_eq!(code::<Titel>(text), expected, "{text:?}");
        }
        assert_eq!(code::<Titel>(&"x".repeat(121)), Some(FieldCode::TeLang));
        assert_eq!(code::<Titel>(&"👨‍👩‍👧".repeat(30)), Some(FieldCode::TeLang), "bytes are limited too");
        assert_eq!(code::<Verhaal>(&"a".repeat(64 * 1024)), Some(FieldCode::TeLang));
        assert_eq!(Verhaal::parse("regel een\r\nregel twee").unwrap().as_str(), "regel een\nregel twee");
        assert_eq!(Titel::parse("cafe\u{301}").unwrap().as_str(), "café");
    }

    #[test]
    fn nobody_passes_for_the_municipality() {
        for (text, expected) in [
            ("Fatima Yılmaz", None),
            ("محمد علي", None),
            ("Gemeente Arnhem", Some(FieldCode::GereserveerdeNaam)),
            ("Wіjkteam", Some(FieldCode::GemengdSchrift)),
            ("Raad", Some(FieldCode::GereserveerdeNaam)),
            ("Jan\u{200b}Jansen", Some(FieldCode::VerbodenTekens)),
        ] {
            assert_eq!(code::<Naam>(text), expected, "{text:?}");
        }
    }

    #[test]
    fn addresses_numbers_and_postcodes_have_their_form() {
        for good in ["a@b.nl", "Jan.de-Vries+wijk@Voorbeeld.TEST"] {
            assert_eq!(code::<Email>(good), None, "{good}");
        }
        for bad in ["", "a", "a@b", "a b@c.nl", "a@b..nl", "a@-b.nl", "a\n@b.nl", ".a@b.nl", "a@b.nl, c@d.nl"] {
            assert_eq!(code::<Email>(bad), Some(FieldCode::GeenEmail), "{bad}");
        }
        assert_eq!(KvkNummer::parse("12 34 56 78").unwrap().as_str(), "12345678");
        assert_eq!(code::<KvkNummer>("1234567"), Some(FieldCode::GeenKvkNummer));
        assert_eq!(Postcode::parse("6822 ab").unwrap().letters(), Some("AB"));
        for bad in ["682", "0822AB", "6822A", "6822ABC", "é822", "68é2"] {
            assert_eq!(code::<Postcode>(bad), Some(FieldCode::GeenPostcode), "{bad}");
        }
    }

    #[test]
    fn all_problems_come_at_once() {
        let mut checks = Checks::default();
        let titel = checks.required::<Titel>("/titel", &Raw::new(""));
        let kosten = checks.optional::<crate::Euro>("/kosten", Some(&Raw::new("1e9")));
        let problems = checks.finish(titel.zip(kosten)).unwrap_err().0;
        let found: Vec<_> = problems.iter().map(|p| (p.veld.as_str(), p.code)).collect();
        assert_eq!(found, [("/titel", FieldCode::Ontbreekt), ("/kosten", FieldCode::GeenBedrag)]);
    }
}
