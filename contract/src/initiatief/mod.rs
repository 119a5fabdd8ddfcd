//! The initiatief: what someone hands in, and what becomes of it.

mod triage;

pub use triage::{InitiatiefDossier, Link, LinkTo, Merge, PlanInStemming, Refer, Reject, Shield, TriageApi};

use crate::account::{Persoon, PersoonSoort, RawPersoon};
use crate::field::{
    Bericht, Checks, Code, Email, FieldCode, FieldProblems, Flaw, KvkNummer, Naam, Plaats, Raw, Titel, Verhaal,
};
use crate::foto::{FotoView, MAX_FOTOS};
use crate::gebied::Punt;
use crate::project::ProjectStatus;
use crate::text_enum::text_enum;
use crate::{BuurtbegrotingId, Euro, FotoId, IdempotencyKey, InitiatiefId, OpgaveId, Page, PageQuery, Reply, Version};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What kind of initiatief it is.
    pub enum InitiatiefSoort {
        /// An idea.
        Idee = "idee",
        /// A need or a problem.
        Vraag = "vraag",
        /// "We do it ourselves."
        ZelfDoen = "zelf_doen",
        /// "We take over, or bid for, a municipal task."
        Buurtrecht = "buurtrecht",
    }
}

text_enum! {
    /// Whether it is about one address, one person or one family, as its initiator says.
    pub enum OverPersoon {
        /// It is: it is for the wijkteam alone, for ever.
        Ja = "ja",
        /// It is not.
        Nee = "nee",
        /// Its initiator cannot tell: the wijkteam looks first.
        WeetNiet = "weet_niet",
    }
}

text_enum! {
    /// Who may see an initiatief, as far as its status lets anybody.
    pub enum Zicht {
        /// Everybody.
        Open = "open",
        /// Its initiator and the wijkteam, until the wijkteam has looked or the time for it is over.
        Wacht = "wacht",
        /// Its initiator and the wijkteam.
        Afgeschermd = "afgeschermd",
    }
}

text_enum! {
    /// Where an initiatief stands (DESIGN.md §2).
    pub enum InitiatiefStatus {
        /// Not handed in yet: being written, or waiting for its guest to confirm.
        Concept = "concept",
        /// Handed in; the service term runs.
        Ingediend = "ingediend",
        /// The wijkteam is working on it.
        InBehandeling = "in_behandeling",
        /// The wijkteam asked its initiator something.
        VraagAanIndiener = "vraag_aan_indiener",
        /// Part of an opgave.
        Gekoppeld = "gekoppeld",
        /// Goes on as part of another initiatief.
        Samengevoegd = "samengevoegd",
        /// Will be voted on.
        NaarBuurtbegroting = "naar_buurtbegroting",
        /// For somebody else to handle, out of public view.
        Doorverwezen = "doorverwezen",
        /// Not possible, with the criterion it fails.
        Afgewezen = "afgewezen",
        /// Being carried out.
        InUitvoering = "in_uitvoering",
        /// Done.
        Gerealiseerd = "gerealiseerd",
        /// Taken back by its initiator.
        Ingetrokken = "ingetrokken",
    }
}

text_enum! {
    /// What can be done with an initiatief. A view names the steps that its reader may take now.
    pub enum InitiatiefStap {
        /// Hand it in.
        Submit = "indienen",
        /// Start working on it.
        TakeUp = "in_behandeling_nemen",
        /// Ask its initiator something.
        Ask = "vragen",
        /// Answer the wijkteam's question.
        Answer = "antwoorden",
        /// Make it part of an opgave.
        Link = "koppelen",
        /// Let it go on as part of another.
        Merge = "samenvoegen",
        /// Send it to a vote.
        Nominate = "nomineren",
        /// Refer it to somebody else.
        Refer = "doorverwijzen",
        /// Reject it on a criterion.
        Reject = "afwijzen",
        /// Its work has begun.
        Begin = "beginnen",
        /// Its work is done.
        Realise = "realiseren",
        /// Its work stopped before it was done.
        FallBack = "terugvallen",
        /// Take it back.
        Withdraw = "intrekken",
    }
}

text_enum! {
    /// Who else handles what a wijkteam does not.
    pub enum DoorverwezenNaar {
        /// Overleg Zorg- en Overlast: nuisance at one address.
        Ozo = "ozo",
        /// The sociale wijkteam: care and support for a person.
        SociaalWijkteam = "sociaal_wijkteam",
        /// The desk that mends what is broken outside.
        MeldpuntOpenbareRuimte = "meldpunt_openbare_ruimte",
        /// The police.
        Politie = "politie",
    }
}

text_enum! {
    /// What happened: one line of the timeline.
    pub enum GebeurtenisSoort {
        /// It was handed in.
        Ingediend = "ingediend",
        /// The wijkteam took it up.
        InBehandeling = "in_behandeling",
        /// The wijkteam asked something.
        Vraag = "vraag",
        /// The initiator answered.
        Antwoord = "antwoord",
        /// The wijkteam told something.
        Reactie = "reactie",
        /// It became part of an opgave.
        Gekoppeld = "gekoppeld",
        /// People will vote on it.
        Genomineerd = "genomineerd",
        /// It does not take part in the vote.
        NietToegelaten = "niet_toegelaten",
        /// Voters chose it.
        Gekozen = "gekozen",
        /// Voters chose others.
        NietGekozen = "niet_gekozen",
        /// The vote on it was stopped, and nothing was decided.
        StemmingGestopt = "stemming_gestopt",
        /// It goes on in another.
        Samengevoegd = "samengevoegd",
        /// Another goes on in it.
        Opgenomen = "opgenomen",
        /// It was referred.
        Doorverwezen = "doorverwezen",
        /// It was rejected.
        Afgewezen = "afgewezen",
        /// It was taken back.
        Ingetrokken = "ingetrokken",
        /// The wijkteam took it out of public view.
        Afgeschermd = "afgeschermd",
        /// The wijkteam brought it back into public view.
        Vrijgegeven = "vrijgegeven",
        /// Money or hours were committed to its opgave.
        Inzet = "inzet",
        /// Something will be done for it.
        Activiteit = "activiteit",
        /// An opdracht waits for approval.
        FiatGevraagd = "fiat_gevraagd",
        /// The money was approved.
        Gefiatteerd = "gefiatteerd",
        /// The money was not approved.
        FiatGeweigerd = "fiat_geweigerd",
        /// Somebody accepted the work.
        Aangenomen = "aangenomen",
        /// The work was refused.
        Geweigerd = "geweigerd",
        /// News of the work.
        Voortgang = "voortgang",
        /// The work is done.
        Gereed = "gereed",
        /// It is done, and the money is accounted for.
        Gerealiseerd = "gerealiseerd",
        /// The opdracht was taken back.
        OpdrachtIngetrokken = "opdracht_ingetrokken",
    }
}

/// Who hands in without an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Indiener {
    /// Name.
    pub naam: Raw<Naam>,
    /// Address; a link to confirm goes there.
    pub email: Raw<Email>,
    /// Resident, business or organisation.
    pub soort: Raw<PersoonSoort>,
    /// Name of the business or organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisatie: Option<Raw<Naam>>,
    /// For a business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kvk_nummer: Option<Raw<KvkNummer>>,
}

/// Hand in an initiatief. With a login it is handed in at once; a guest confirms by e-mail first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateInitiatief {
    /// What kind it is.
    pub soort: Raw<InitiatiefSoort>,
    /// What it is, in one line.
    pub titel: Raw<Titel>,
    /// What it is about.
    pub tekst: Raw<Verhaal>,
    /// Whether it is about one address, one person or one family; needed to hand it in, not to keep it as a concept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_persoon: Option<Raw<OverPersoon>>,
    /// Code of the wijk where it is.
    pub wijk: Raw<Code>,
    /// Code of its theme.
    pub thema: Raw<Code>,
    /// The place in words or as an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plaats: Option<Raw<Plaats>>,
    /// The place on the map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub punt: Option<Punt>,
    /// What it costs, roughly, when the initiator knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kosten: Option<Raw<Euro>>,
    /// Photos sent before, at most three.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fotos: Vec<Raw<FotoId>>,
    /// Who hands it in, when not logged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indiener: Option<Indiener>,
    /// Keep it as a concept, to hand in later; needs a login.
    #[serde(default)]
    pub als_concept: bool,
}

/// An initiatief that can be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NewInitiatief {
    /// What kind it is.
    pub soort: InitiatiefSoort,
    /// One line.
    pub titel: Titel,
    /// The whole story.
    pub tekst: Verhaal,
    /// Whether it is about somebody; absent of a concept that does not say yet.
    pub over_persoon: Option<OverPersoon>,
    /// Code of the wijk.
    pub wijk: Code,
    /// Code of the theme.
    pub thema: Code,
    /// The place in words.
    pub plaats: Option<Plaats>,
    /// The place on the map.
    pub punt: Option<Punt>,
    /// Rough cost.
    pub kosten: Option<Euro>,
    /// Photos.
    pub fotos: Vec<FotoId>,
    /// The guest; absent when logged in.
    pub indiener: Option<Persoon>,
    /// Keep as concept.
    pub als_concept: bool,
}

impl CreateInitiatief {
    /// Judges every field.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<NewInitiatief, FieldProblems> {
        let mut checks = Checks::default();
        let soort = checks.required("/soort", &self.soort);
        let titel = checks.required("/titel", &self.titel);
        let tekst = checks.required("/tekst", &self.tekst);
        let over_persoon = checks.optional("/overPersoon", self.over_persoon.as_ref());
        if over_persoon == Some(None) && !self.als_concept {
            checks.refuse("/overPersoon", FieldCode::Ontbreekt);
        }
        let wijk = checks.required("/wijk", &self.wijk);
        let thema = checks.required("/thema", &self.thema);
        let plaats = checks.optional("/plaats", self.plaats.as_ref());
        let kosten = checks.optional("/kosten", self.kosten.as_ref());
        let fotos = parse_fotos(&mut checks, &self.fotos);
        if self.punt.is_some_and(|punt| !is_on_earth(punt)) {
            checks.refuse("/punt", FieldCode::BuitenGemeente);
        }
        let indiener = match &self.indiener {
            None => Some(None),
            Some(guest) => RawPersoon {
                at: "/indiener",
                naam: &guest.naam,
                email: &guest.email,
                soort: &guest.soort,
                organisatie: guest.organisatie.as_ref(),
                kvk_nummer: guest.kvk_nummer.as_ref(),
            }
            .parse(&mut checks)
            .map(Some),
        };
        let value = (|| {
            Some(NewInitiatief {
                soort: soort?,
                titel: titel?,
                tekst: tekst?,
                over_persoon: over_persoon?,
                wijk: wijk?,
                thema: thema?,
                plaats: plaats?,
                punt: self.punt,
                kosten: kosten?,
                fotos: fotos?,
                indiener: indiener?,
                als_concept: self.als_concept,
            })
        })();
        checks.finish(value)
    }
}

fn is_on_earth(punt: Punt) -> bool {
    (-180.0..=180.0).contains(&punt.lon) && (-90.0..=90.0).contains(&punt.lat)
}

/// Judges a list of photo ids: at most [`MAX_FOTOS`].
pub(crate) fn parse_fotos(checks: &mut Checks, raw: &[Raw<FotoId>]) -> Option<Vec<FotoId>> {
    if raw.len() > MAX_FOTOS {
        checks.refuse("/fotos", Flaw { code: FieldCode::TeVeel, limit: u32::try_from(MAX_FOTOS).ok() });
        return None;
    }
    let read: Vec<_> = raw.iter().enumerate().map(|(at, id)| checks.required(&format!("/fotos/{at}"), id)).collect();
    read.into_iter().collect()
}

/// Hand in a concept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubmitInitiatief {
    /// Whether it is about one address, one person or one family; needed when the concept does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_persoon: Option<Raw<OverPersoon>>,
}

impl SubmitInitiatief {
    /// Judges the field.
    ///
    /// # Errors
    /// When it holds something else than an answer.
    pub fn parse(&self) -> Result<Option<OverPersoon>, FieldProblems> {
        let mut checks = Checks::default();
        let over_persoon = checks.optional("/overPersoon", self.over_persoon.as_ref());
        checks.finish(over_persoon)
    }
}

/// Which initiatieven a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct InitiatiefFilter {
    /// Code of a gebied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gebied: Option<String>,
    /// Code of a wijk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wijk: Option<String>,
    /// Code of a theme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thema: Option<String>,
    /// A status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<InitiatiefStatus>,
    /// `volgende` of the piece before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many at most, 1 to 100; 20 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 100))]
    pub limit: Option<u64>,
}

impl InitiatiefFilter {
    /// Which piece of the list.
    #[must_use]
    pub fn page(&self) -> PageQuery {
        PageQuery { cursor: self.cursor.clone(), limit: self.limit }
    }
}

/// What somebody is about to hand in, to find what looks like it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ZoekVergelijkbare {
    /// Words of the title or text.
    pub tekst: String,
    /// Code of the wijk; its whole gebied is searched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wijk: Option<String>,
}

/// An initiatief in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InitiatiefCard {
    /// Its id.
    pub id: InitiatiefId,
    /// Kind.
    pub soort: InitiatiefSoort,
    /// One line.
    pub titel: String,
    /// Where it stands.
    pub status: InitiatiefStatus,
    /// Name of the wijk.
    pub wijk: String,
    /// Code of the gebied.
    pub gebied: String,
    /// Name of the theme.
    pub thema: String,
    /// When it was handed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingediend_op: Option<DateTime<Utc>>,
    /// How many people support it.
    pub steun: u32,
    /// Its first photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foto: Option<String>,
}

/// One line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Gebeurtenis {
    /// What happened.
    pub soort: GebeurtenisSoort,
    /// When.
    pub gebeurd_op: DateTime<Utc>,
    /// What was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tekst: Option<String>,
    /// The amount that it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bedrag: Option<Euro>,
    /// Photos with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fotos: Vec<FotoView>,
    /// Whether a photo of it was taken out of public view.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub foto_weggelaten: bool,
    /// Whether only the initiator and the wijkteam see this line.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub besloten: bool,
}

/// An initiatief as everybody may see it: without the name of a resident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InitiatiefView {
    /// What lists show of it.
    #[serde(flatten)]
    pub kaart: InitiatiefCard,
    /// Code of the wijk.
    pub wijk_code: String,
    /// The whole story.
    pub tekst: String,
    /// The place in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plaats: Option<String>,
    /// The place on the map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub punt: Option<Punt>,
    /// Whether the place on the map was taken out of public view.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub punt_weggelaten: bool,
    /// Rough cost as its initiator sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kosten: Option<Euro>,
    /// Photos.
    pub fotos: Vec<FotoView>,
    /// Whether a photo of it was taken out of public view.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub foto_weggelaten: bool,
    /// Whether parts of a photo of it were made unrecognisable.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub foto_onherkenbaar: bool,
    /// Resident, business or organisation.
    pub indiener_soort: PersoonSoort,
    /// Name of the business or organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisatie: Option<String>,
    /// Day by which the first answer comes, while it is waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub antwoord_datum: Option<NaiveDate>,
    /// The opgave that it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opgave: Option<OpgaveId>,
    /// The initiatief that it goes on in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verder_in: Option<InitiatiefId>,
    /// The plan that people vote on, or did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanVan>,
    /// What happened, oldest first.
    pub tijdlijn: Vec<Gebeurtenis>,
}

/// What an initiatief became in a buurtbegroting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanVan {
    /// The round.
    pub buurtbegroting: BuurtbegrotingId,
    /// What people call it.
    pub titel: String,
    /// The number of the plan in it.
    pub nummer: u32,
    /// Whether it may be voted on.
    pub status: ProjectStatus,
}

/// An initiatief for its initiator: what everybody sees, and what only they can do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MijnInitiatief {
    /// What everybody sees.
    #[serde(flatten)]
    pub initiatief: InitiatiefView,
    /// Its version, for `If-Match`.
    pub versie: Version,
    /// Steps that can be taken now.
    pub stappen: Vec<InitiatiefStap>,
    /// Who may see it, as far as its status lets anybody.
    pub zicht: Zicht,
    /// When it is for everybody at the latest; while the wijkteam has not looked yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openbaar_vanaf: Option<DateTime<Utc>>,
    /// Whether it is about somebody; absent of a concept that does not say yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_persoon: Option<OverPersoon>,
}

/// What came of handing in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Ingediend {
    /// Its id.
    pub id: InitiatiefId,
    /// `ingediend`, or `concept` when kept or waiting for confirmation.
    pub status: InitiatiefStatus,
    /// True when a guest must follow the link in the mail first.
    pub bevestiging_nodig: bool,
    /// Who may see it, once it is handed in.
    pub zicht: Zicht,
    /// Day by which the first answer comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub antwoord_datum: Option<NaiveDate>,
}

/// Support as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Steun {
    /// How many people support it.
    pub steun: u32,
    /// Whether this caller is one of them.
    pub gesteund: bool,
}

/// A text to somebody: a question, an answer, a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Say {
    /// The text.
    pub tekst: Raw<Bericht>,
}

impl Say {
    /// Judges the text.
    ///
    /// # Errors
    /// When it is missing or too long.
    pub fn parse(&self) -> Result<Bericht, FieldProblems> {
        let mut checks = Checks::default();
        let tekst = checks.required("/tekst", &self.tekst);
        checks.finish(tekst)
    }
}

/// A message between the wijkteam and an initiator. Nobody else reads it, unless it says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Tell {
    /// The text.
    pub tekst: Raw<Bericht>,
    /// Whether everybody may read it.
    #[serde(default)]
    pub openbaar: bool,
}

impl Tell {
    /// Judges the text.
    ///
    /// # Errors
    /// When it is missing or too long.
    pub fn parse(&self) -> Result<Bericht, FieldProblems> {
        let mut checks = Checks::default();
        let tekst = checks.required("/tekst", &self.tekst);
        checks.finish(tekst)
    }
}

/// What everybody, and an initiator, can do with initiatieven.
#[async_trait]
pub trait InitiatiefApi: Send + Sync {
    /// What is public, newest first.
    async fn list_initiatieven(&self, filter: InitiatiefFilter) -> Reply<Page<InitiatiefCard>>;
    /// One initiatief, as everybody may see it.
    async fn initiatief(&self, id: InitiatiefId) -> Reply<InitiatiefView>;
    /// At most five public initiatieven that look like this text.
    async fn find_similar(&self, query: ZoekVergelijkbare) -> Reply<Vec<InitiatiefCard>>;
    /// Hands in, or keeps as concept.
    async fn create_initiatief(&self, key: IdempotencyKey, request: CreateInitiatief) -> Reply<Ingediend>;
    /// A guest uses the link in the mail: from here the wijkteam sees it.
    async fn confirm_initiatief(&self, request: crate::account::UseLink) -> Reply<Ingediend>;
    /// The caller's own initiatieven, newest first.
    async fn list_own(&self, page: PageQuery) -> Reply<Page<InitiatiefCard>>;
    /// One of the caller's own.
    async fn own_initiatief(&self, id: InitiatiefId) -> Reply<MijnInitiatief>;
    /// Hands a concept in.
    async fn submit_initiatief(
        &self,
        id: InitiatiefId,
        version: Version,
        request: SubmitInitiatief,
    ) -> Reply<MijnInitiatief>;
    /// Takes it back, while nothing is ordered for it.
    async fn withdraw_initiatief(&self, id: InitiatiefId, version: Version) -> Reply<MijnInitiatief>;
    /// Answers the wijkteam's question.
    async fn answer_question(&self, id: InitiatiefId, version: Version, request: Tell) -> Reply<MijnInitiatief>;
    /// A guest answers it with the link in the mail.
    async fn answer_by_link(&self, request: AnswerByLink) -> Reply<()>;
    /// The question that such a link is for; looking does not use it up.
    async fn question_by_link(&self, request: crate::account::UseLink) -> Reply<OpenVraag>;
    /// Supports it; twice is once.
    async fn support(&self, id: InitiatiefId) -> Reply<Steun>;
    /// Takes the support back.
    async fn unsupport(&self, id: InitiatiefId) -> Reply<Steun>;
    /// How it is supported, and whether by this caller.
    async fn steun(&self, id: InitiatiefId) -> Reply<Steun>;
}

/// A guest's answer to a question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnswerByLink {
    /// The secret part of the link.
    pub geheim: Raw<crate::field::Geheim>,
    /// The answer.
    pub tekst: Raw<Bericht>,
    /// Whether everybody may read it.
    #[serde(default)]
    pub openbaar: bool,
}

impl AnswerByLink {
    /// Judges both texts.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<(crate::field::Geheim, Bericht), FieldProblems> {
        let mut checks = Checks::default();
        let geheim = checks.required("/geheim", &self.geheim);
        let tekst = checks.required("/tekst", &self.tekst);
        checks.finish(geheim.zip(tekst))
    }
}

/// A question that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenVraag {
    /// The initiatief.
    pub initiatief: InitiatiefId,
    /// Its title.
    pub titel: String,
    /// The question.
    pub vraag: String,
    /// Who may see the initiatief: nobody else can read an answer where nobody else sees that.
    pub zicht: Zicht,
}
