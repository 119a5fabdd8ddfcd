//! Taking words and pictures out of public view, and putting them back.

mod views;

pub use views::{
    Achterliggend, Daad, DeelView, IngreepView, Planverwijzing, Plek, Stap, VerdeeldVerzoek, Vindplaats,
    Weglaatverzoeken, Weglaatweigering, WeglatingenView, Weigering,
};

use crate::field::{Bericht, Checks, FieldCode, FieldProblems, Raw, Woord};
use crate::text_enum::text_enum;
use crate::{DeelId, GeheelId, IdempotencyKey, IngreepId, Page, PageQuery, Reply};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How many words can be named at once.
pub const MAX_WOORDEN: usize = 20;
/// How many rectangles of a photo can be filled at once.
pub const MAX_VLAKKEN: usize = 10;
/// Days that *Mijn werk* tells of a refusal, when nobody asks again.
pub const WEIGERINGDAGEN: i64 = 14;
/// Days that what was taken away is kept, for second thoughts.
pub const BEWAARDAGEN: i64 = 90;

text_enum! {
    /// What is done with a text or a photo.
    pub enum IngreepSoort {
        /// Nobody reads or sees any of it.
        Afschermen = "afschermen",
        /// Words in it, or parts of a picture, cannot be recognised any more.
        Onherkenbaar = "onherkenbaar",
    }
}

text_enum! {
    /// What texts and photos are part of: it has a page of its own.
    pub enum Geheel {
        /// An initiatief, with its timeline and the plans that were made of it.
        Initiatief = "initiatief",
        /// An opgave, with all that was committed to it and done for it.
        Opgave = "opgave",
        /// An opdracht, with its timeline and bookings.
        Opdracht = "opdracht",
        /// A buurtbegroting, with its plans.
        Buurtbegroting = "buurtbegroting",
    }
}

text_enum! {
    /// What holds a text, or is a photo.
    pub enum DeelSoort {
        /// An initiatief.
        Initiatief = "initiatief",
        /// A line of a timeline.
        Gebeurtenis = "gebeurtenis",
        /// An opgave.
        Opgave = "opgave",
        /// An inzet.
        Inzet = "inzet",
        /// An activiteit.
        Activiteit = "activiteit",
        /// An opdracht.
        Opdracht = "opdracht",
        /// A buurtbegroting.
        Buurtbegroting = "buurtbegroting",
        /// A plan of a buurtbegroting.
        Project = "project",
        /// A posting of the wijkbudget.
        Boeking = "boeking",
        /// A photo.
        Foto = "foto",
    }
}

text_enum! {
    /// Which of its texts.
    pub enum Veld {
        /// The one line that names it.
        Titel = "titel",
        /// What it says.
        Tekst = "tekst",
        /// What it is about.
        Uitleg = "uitleg",
        /// The place in words.
        Plaats = "plaats",
        /// The place on the map.
        Punt = "punt",
        /// The name of a business or organisation.
        Organisatie = "organisatie",
        /// Who does it.
        Wie = "wie",
        /// Why.
        Reden = "reden",
        /// What it was for.
        Omschrijving = "omschrijving",
        /// The picture itself.
        Beeld = "beeld",
    }
}

text_enum! {
    /// How it stands with an ingreep.
    pub enum IngreepStatus {
        /// It is about what people vote on: the stembureau has to confirm it.
        Wacht = "wacht",
        /// It is done.
        Gedaan = "gedaan",
        /// It is done, and was asked to be put back: the stembureau has to confirm that.
        HerstelWacht = "herstel_wacht",
        /// It was put back.
        Hersteld = "hersteld",
        /// It was never done: who asked for it withdrew that.
        Ingetrokken = "ingetrokken",
        /// It was never done: the stembureau refused.
        Geweigerd = "geweigerd",
    }
}

text_enum! {
    /// What somebody did with an ingreep, or with a request for one, after it was asked or done.
    pub enum StapSoort {
        /// The stembureau said yes to taking it away.
        Bevestigd = "bevestigd",
        /// The stembureau said no to taking it away.
        Geweigerd = "geweigerd",
        /// The request to take it away was withdrawn.
        Ingetrokken = "ingetrokken",
        /// Somebody asked to put it back.
        TerugGevraagd = "terug_gevraagd",
        /// The stembureau said yes to putting it back: it was.
        TerugBevestigd = "terug_bevestigd",
        /// The stembureau said no to putting it back.
        TerugGeweigerd = "terug_geweigerd",
        /// The request to put it back was withdrawn.
        TerugIngetrokken = "terug_ingetrokken",
        /// It was put back at once.
        Teruggezet = "teruggezet",
    }
}

/// A rectangle of a photo, in hundredths of its width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Vlak {
    /// From the left.
    pub links: u32,
    /// From the top.
    pub boven: u32,
    /// Its width.
    pub breedte: u32,
    /// Its height.
    pub hoogte: u32,
}

impl Vlak {
    /// Whether it lies in the photo and covers something.
    #[must_use]
    pub fn fits(self) -> bool {
        self.flaws().is_empty()
    }

    /// What is wrong with it, number by number.
    fn flaws(self) -> Vec<(&'static str, FieldCode)> {
        const WHOLE: u32 = 100;
        let numbers =
            [("links", self.links), ("boven", self.boven), ("breedte", self.breedte), ("hoogte", self.hoogte)];
        let odd = numbers.into_iter().filter(|(_, number)| *number > WHOLE);
        let odd: Vec<_> = odd.map(|(name, _)| (name, FieldCode::GeenProcent)).collect();
        if !odd.is_empty() {
            return odd;
        }
        let sides = [("breedte", self.links, self.breedte), ("hoogte", self.boven, self.hoogte)];
        let flaw = |(name, from, length): (&'static str, u32, u32)| match length {
            0 => Some((name, FieldCode::TeLaag)),
            length if from.saturating_add(length) > WHOLE => Some((name, FieldCode::BuitenFoto)),
            _ => None,
        };
        sides.into_iter().filter_map(flaw).collect()
    }
}

/// One text or photo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct KiesDeel {
    /// What holds it.
    pub soort: Raw<DeelSoort>,
    /// Which one.
    pub id: Raw<DeelId>,
    /// Which of its texts.
    pub veld: Raw<Veld>,
}

/// Take something out of public view.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MaakIngreep {
    /// What to do.
    pub soort: Raw<IngreepSoort>,
    /// With what; to take words out of all texts at once, nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deel: Option<KiesDeel>,
    /// Words, names and numbers that must go, wherever they stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub woorden: Vec<Raw<Woord>>,
    /// Rectangles of the photo that must be filled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vlakken: Vec<Vlak>,
    /// Why, for colleagues.
    pub reden: Raw<Bericht>,
}

/// A text or photo that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deel {
    /// What holds it.
    pub soort: DeelSoort,
    /// Which one.
    pub id: DeelId,
    /// Which of its texts.
    pub veld: Veld,
}

/// What to do, with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ingreep {
    /// Shield a text or a photo whole.
    Whole(Deel),
    /// Take these words out, of one text or of all.
    Words(Option<Deel>, Vec<String>),
    /// Fill these parts of a photo.
    Areas(Deel, Vec<Vlak>),
}

impl MaakIngreep {
    /// Judges all fields.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<(Ingreep, Bericht), FieldProblems> {
        let mut checks = Checks::default();
        let soort = checks.required("/soort", &self.soort);
        let deel = self.deel.as_ref().map(|deel| chosen(&mut checks, deel));
        // Also when it does not say which photo: then that is what is wrong.
        let is_photo = self.deel.as_ref().is_some_and(|deel| deel.soort.as_str() == DeelSoort::Foto.as_str());
        let what = match soort {
            Some(IngreepSoort::Afschermen) => {
                if deel.is_none() {
                    checks.refuse("/deel", FieldCode::Ontbreekt);
                }
                deel.flatten().map(Ingreep::Whole)
            }
            Some(IngreepSoort::Onherkenbaar) if is_photo => {
                let vlakken = self.areas(&mut checks);
                deel.flatten().zip(vlakken).map(|(deel, vlakken)| Ingreep::Areas(deel, vlakken))
            }
            Some(IngreepSoort::Onherkenbaar) => {
                let woorden = self.words(&mut checks);
                // A text that was chosen and cannot be read is not all texts.
                let deel = match deel {
                    Some(None) => None,
                    Some(Some(deel)) => Some(Some(deel)),
                    None => Some(None),
                };
                deel.zip(woorden).map(|(deel, woorden)| Ingreep::Words(deel, woorden))
            }
            None => None,
        };
        let reden = checks.required("/reden", &self.reden);
        checks.finish(what.zip(reden))
    }

    fn words(&self, checks: &mut Checks) -> Option<Vec<String>> {
        let most = u32::try_from(MAX_WOORDEN).ok();
        if self.woorden.is_empty() {
            checks.refuse("/woorden", FieldCode::Ontbreekt);
        } else if self.woorden.len() > MAX_WOORDEN {
            checks.refuse("/woorden", crate::field::Flaw { code: FieldCode::TeVeel, limit: most });
        }
        let read: Vec<Option<Woord>> = (0..)
            .zip(self.woorden.iter().take(MAX_WOORDEN))
            .map(|(at, raw): (usize, _)| checks.required(&format!("/woorden/{at}"), raw))
            .collect();
        let read: Option<Vec<Woord>> = read.into_iter().collect();
        Some(read?.into_iter().map(Woord::into_string).collect())
    }

    fn areas(&self, checks: &mut Checks) -> Option<Vec<Vlak>> {
        let most = u32::try_from(MAX_VLAKKEN).ok();
        if self.vlakken.is_empty() {
            checks.refuse("/vlakken", FieldCode::Ontbreekt);
        } else if self.vlakken.len() > MAX_VLAKKEN {
            checks.refuse("/vlakken", crate::field::Flaw { code: FieldCode::TeVeel, limit: most });
        } else if self.vlakken.iter().all(|vlak| vlak.fits()) {
            return Some(self.vlakken.clone());
        }
        for (at, vlak) in self.vlakken.iter().take(MAX_VLAKKEN).enumerate() {
            for (number, code) in vlak.flaws() {
                checks.refuse(&format!("/vlakken/{at}/{number}"), code);
            }
        }
        None
    }
}

/// Put back what was taken away, or ask the stembureau to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HerstelIngreep {
    /// Why, for colleagues and for the stembureau.
    pub reden: Raw<Bericht>,
    /// Also all else that the same request took away.
    #[serde(default)]
    pub overal: bool,
}

impl HerstelIngreep {
    /// Judges the reason.
    ///
    /// # Errors
    /// When it is missing or too long.
    pub fn parse(&self) -> Result<Bericht, FieldProblems> {
        let mut checks = Checks::default();
        let reden = checks.required("/reden", &self.reden);
        checks.finish(reden)
    }
}

/// What somebody saw who answers or withdraws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gezien {
    /// The status.
    pub staat: IngreepStatus,
    /// Since when it waited.
    pub sinds: DateTime<Utc>,
}

fn shown(checks: &mut Checks, staat: &Raw<IngreepStatus>, sinds: &Raw<DateTime<Utc>>) -> Option<Gezien> {
    let staat = checks.required("/staat", staat);
    let sinds = checks.required("/sinds", sinds);
    Some(Gezien { staat: staat?, sinds: sinds? })
}

/// The request that was shown: confirm it, as the stembureau, or withdraw it before anybody answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GezienIngreep {
    /// The status in which it was shown: a yes to leaving something out is none to putting it back.
    pub staat: Raw<IngreepStatus>,
    /// Since when it waits, as it was shown: whoever answers one request does not answer the next one in the same status.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub sinds: Raw<DateTime<Utc>>,
}

impl GezienIngreep {
    /// Judges what was shown.
    ///
    /// # Errors
    /// When it is missing, or no status or moment.
    pub fn parse(&self) -> Result<Gezien, FieldProblems> {
        let mut checks = Checks::default();
        let shown = shown(&mut checks, &self.staat, &self.sinds);
        checks.finish(shown)
    }
}

/// Refuse, as the stembureau, what the wijkteam asks about a vote.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WeigerIngreep {
    /// The status in which it was shown: a no to leaving something out is none to putting it back.
    pub staat: Raw<IngreepStatus>,
    /// Since when it waits, as it was shown: whoever answers one request does not answer the next one in the same status.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub sinds: Raw<DateTime<Utc>>,
    /// Why, for who asked.
    pub reden: Raw<Bericht>,
}

impl WeigerIngreep {
    /// Judges what was shown, and the reason.
    ///
    /// # Errors
    /// When one of them is missing, or not right.
    pub fn parse(&self) -> Result<(Gezien, Bericht), FieldProblems> {
        let mut checks = Checks::default();
        let shown = shown(&mut checks, &self.staat, &self.sinds);
        let reden = checks.required("/reden", &self.reden);
        checks.finish(shown.zip(reden))
    }
}

fn chosen(checks: &mut Checks, raw: &KiesDeel) -> Option<Deel> {
    let soort = checks.required("/deel/soort", &raw.soort);
    let id = checks.required("/deel/id", &raw.id);
    let veld = checks.required("/deel/veld", &raw.veld);
    Some(Deel { soort: soort?, id: id?, veld: veld? })
}

/// What staff can do with what everybody reads.
#[async_trait]
pub trait IngreepApi: Send + Sync {
    /// The texts and photos of an initiatief, opgave, opdracht or buurtbegroting, for who may take them away.
    async fn weglatingen(&self, id: GeheelId) -> Reply<WeglatingenView>;
    /// Takes something out of public view at once; what people vote on once the stembureau has confirmed it.
    async fn make_ingreep(&self, key: IdempotencyKey, id: GeheelId, request: MaakIngreep) -> Reply<WeglatingenView>;
    /// What was taken away of something and does not wait, newest first: what did not fit in [`WeglatingenView::ingrepen`].
    async fn list_ingrepen(&self, id: GeheelId, page: PageQuery) -> Reply<Page<IngreepView>>;
    /// What waits for this caller to say yes or no, per vote; all of it.
    async fn list_weglaatverzoeken(&self) -> Reply<Vec<Weglaatverzoeken>>;
    /// Puts back what was taken away, at once; what people vote on once the stembureau has confirmed it.
    async fn undo_ingreep(&self, id: IngreepId, request: HerstelIngreep) -> Reply<WeglatingenView>;
    /// Withdraws a request that the stembureau has not answered, to take something away or to put it back.
    async fn withdraw_ingreep(&self, id: IngreepId, request: GezienIngreep) -> Reply<WeglatingenView>;
    /// The stembureau confirms what is about a vote.
    async fn confirm_ingreep(&self, id: IngreepId, request: GezienIngreep) -> Reply<WeglatingenView>;
    /// The stembureau refuses it, and says why.
    async fn refuse_ingreep(&self, id: IngreepId, request: WeigerIngreep) -> Reply<WeglatingenView>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(soort: &str) -> KiesDeel {
        let id = "0192f000-0000-7000-8000-000000000000";
        let veld = if soort == "foto" { "beeld" } else { "tekst" };
        KiesDeel { soort: soort.into(), id: id.into(), veld: veld.into() }
    }

    #[test]
    fn a_rectangle_lies_in_its_photo() {
        for ([links, boven, breedte, hoogte], expected) in [
            ([0, 0, 100, 100], true),
            ([40, 10, 20, 30], true),
            ([0, 0, 0, 10], false),
            ([90, 0, 11, 10], false),
            ([0, u32::MAX, 1, 1], false),
        ] {
            assert_eq!(Vlak { links, boven, breedte, hoogte }.fits(), expected, "{links} {boven} {breedte} {hoogte}");
        }
    }

    // finding W9
    #[test]
    fn each_number_of_a_rectangle_is_judged_by_itself() {
        use FieldCode::{BuitenFoto, GeenProcent, TeLaag};
        for ([links, boven, breedte, hoogte], expected) in [
            ([1, 1, 1, 1], vec![]),
            ([101, 1, 1, u32::MAX], vec![("links", GeenProcent), ("hoogte", GeenProcent)]),
            ([0, 0, 0, 0], vec![("breedte", TeLaag), ("hoogte", TeLaag)]),
            ([60, 60, 41, 40], vec![("breedte", BuitenFoto)]),
        ] {
            let found = Vlak { links, boven, breedte, hoogte }.flaws();
            assert_eq!(found, expected, "{links} {boven} {breedte} {hoogte}");
        }
    }

    // V-8: the guard cannot be left out
    #[test]
    fn who_answers_says_what_they_saw_and_since_when() {
        for (staat, sinds, expected) in [
            ("wacht", "2026-03-02T10:00:00Z", vec![]),
            ("wacht", "2026-03-02T11:00:00.123456+01:00", vec![]),
            ("wacht", "", vec!["/sinds"]),
            ("", "2026-03-02T10:00:00Z", vec!["/staat"]),
            ("iets", "gisteren", vec!["/staat", "/sinds"]),
            ("", "", vec!["/staat", "/sinds"]),
        ] {
            let fields = |refused: Option<FieldProblems>| -> Vec<String> {
                refused.map(|problems| problems.0.into_iter().map(|own| own.veld).collect()).unwrap_or_default()
            };
            let seen = GezienIngreep { staat: staat.into(), sinds: sinds.into() };
            assert_eq!(fields(seen.parse().err()), expected, "{staat} {sinds}");
            let no = WeigerIngreep { staat: staat.into(), sinds: sinds.into(), reden: "Dit is geen naam.".into() };
            assert_eq!(fields(no.parse().err()), expected, "{staat} {sinds}");
        }
    }

    #[test]
    fn what_is_asked_for_is_whole() {
        let area = Vlak { links: 1, boven: 1, breedte: 1, hoogte: 1 };
        let ask = |soort: &str, deel: Option<KiesDeel>, woorden: &[&str], vlakken: &[Vlak]| MaakIngreep {
            soort: soort.into(),
            deel,
            woorden: woorden.iter().map(|word| Raw::from(*word)).collect(),
            vlakken: vlakken.to_vec(),
            reden: "Een naam.".into(),
        };
        for (request, expected) in [
            (ask("afschermen", Some(part("initiatief")), &[], &[]), vec![]),
            (ask("afschermen", Some(part("foto")), &[], &[]), vec![]),
            (ask("afschermen", None, &[], &[]), vec!["/deel"]),
            (ask("afschermen", Some(part("iets")), &[], &[]), vec!["/deel/soort"]),
            (ask("onherkenbaar", None, &["Jan"], &[]), vec![]),
            (ask("onherkenbaar", Some(part("gebeurtenis")), &["Jan", "14"], &[]), vec![]),
            (ask("onherkenbaar", Some(part("iets")), &["Jan"], &[]), vec!["/deel/soort"]),
            (ask("onherkenbaar", None, &[], &[]), vec!["/woorden"]),
            (ask("onherkenbaar", None, &["Jan", " "], &[]), vec!["/woorden/1"]),
            (ask("onherkenbaar", None, &["x"; 21], &[]), vec!["/woorden"]),
            (ask("onherkenbaar", Some(part("foto")), &[], &[area]), vec![]),
            (ask("onherkenbaar", Some(part("foto")), &["Jan"], &[]), vec!["/vlakken"]),
            (ask("onherkenbaar", Some(part("foto")), &[], &[Vlak { breedte: 0, ..area }]), vec!["/vlakken/0/breedte"]),
            (ask("iets", None, &["Jan"], &[]), vec!["/soort"]),
        ] {
            let refused = request.parse().err().map(|problems| problems.0).unwrap_or_default();
            let found: Vec<String> = refused.into_iter().map(|problem| problem.veld).collect();
            assert_eq!(found, expected, "{request:?}");
        }
    }
}
