//! Every failure, as RFC 9457 problem+json: stable in `type`, readable in `detail`, all field errors at once.

use crate::field::FieldCode;
use crate::text_enum::text_enum;
use serde::{Deserialize, Serialize};

/// What a caller gets: the thing, or a problem.
pub type Reply<T> = Result<T, Problem>;

text_enum! {
    /// What is the matter; the last part of a problem's `type`. Stable: programs may rely on it.
    pub enum ProblemCode {
        /// One or more fields are not right; `fouten` names them.
        OngeldigeInvoer = "ongeldige-invoer",
        /// The body is not JSON, or a query cannot be read.
        OnleesbaarVerzoek = "onleesbaar-verzoek",
        /// A login is needed, or it has ended.
        NietIngelogd = "niet-ingelogd",
        /// This step asks for a login of the last fifteen minutes.
        OpnieuwInloggen = "opnieuw-inloggen",
        /// The name or password is not right, or the account is not confirmed.
        InloggenMislukt = "inloggen-mislukt",
        /// This caller may not do this.
        NietToegestaan = "niet-toegestaan",
        /// This caller keeps no part of the key of this round, or does not any more.
        GeenBewaarder = "geen-bewaarder",
        /// It does not exist, or this caller may not know of it.
        NietGevonden = "niet-gevonden",
        /// It exists, but holds a text that was taken out of public view.
        Ingehouden = "ingehouden",
        /// The path knows other methods; see `Allow`.
        MethodeNietToegestaan = "methode-niet-toegestaan",
        /// The caller accepts no JSON.
        NietAcceptabel = "niet-acceptabel",
        /// The body has a media type that this operation does not take.
        MediatypeNietOndersteund = "mediatype-niet-ondersteund",
        /// The body is larger than allowed.
        TeGroot = "te-groot",
        /// The body was not there in time.
        TeTraag = "te-traag",
        /// The address is longer than allowed.
        AdresTeLang = "adres-te-lang",
        /// The headers are larger than allowed, all together.
        KoppenTeGroot = "koppen-te-groot",
        /// From this status the step cannot be made.
        StapKanNietNu = "stap-kan-niet-nu",
        /// The key of the ballots was made meanwhile: the keys of its custodians stay as they were then.
        SleutelAlGemaakt = "sleutel-al-gemaakt",
        /// Two other custodians showed that the key works.
        SleutelAlBeproefd = "sleutel-al-beproefd",
        /// Two other custodians handed in their parts, and the ballots are open.
        DeelNietNodig = "deel-niet-nodig",
        /// Somebody else changed it in the meantime.
        Verouderd = "verouderd",
        /// `If-Match` is missing.
        VersieNodig = "versie-nodig",
        /// `Idempotency-Key` is missing or malformed.
        SleutelNodig = "sleutel-nodig",
        /// The same `Idempotency-Key` came with another body.
        SleutelHergebruikt = "sleutel-hergebruikt",
        /// The wijkbudget has too little left.
        BudgetOntoereikend = "budget-ontoereikend",
        /// Somebody else must do this: nobody approves their own request.
        AndereOgenNodig = "andere-ogen-nodig",
        /// No mandate for this gebied, product and amount.
        GeenMandaat = "geen-mandaat",
        /// The link is used, too old, or never existed.
        LinkOngeldig = "link-ongeldig",
        /// Voting is not open: not yet, not any more, or it was stopped.
        StemmenIsDicht = "stemmen-is-dicht",
        /// Somebody voted with this code already.
        AlGestemd = "al-gestemd",
        /// Another ballot has this `biljetId`: make a new secret.
        BiljetBezet = "biljet-bezet",
        /// The request for another letter does not wait any more: the letter was given, or nobody can give it on this request.
        VervangingVoorbij = "vervanging-voorbij",
        /// What lies in the ballot box is not what was published when it was shut.
        StembusKloptNiet = "stembus-klopt-niet",
        /// Too many attempts; see `Retry-After`.
        TeVaak = "te-vaak",
        /// The request comes from another site.
        AndereHerkomst = "andere-herkomst",
        /// Both a bearer token and a login cookie were sent.
        TweeAanmeldingen = "twee-aanmeldingen",
        /// It cannot be done now; repeating the same request is safe.
        EvenNiet = "even-niet",
        /// Something went wrong on our side.
        Storing = "storing",
    }
}

impl ProblemCode {
    /// The HTTP status that belongs to it.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::OngeldigeInvoer
            | Self::OnleesbaarVerzoek
            | Self::SleutelNodig
            | Self::TweeAanmeldingen
            | Self::LinkOngeldig => 400,
            Self::NietIngelogd | Self::OpnieuwInloggen | Self::InloggenMislukt => 401,
            Self::NietToegestaan
            | Self::GeenBewaarder
            | Self::AndereOgenNodig
            | Self::GeenMandaat
            | Self::AndereHerkomst => 403,
            Self::NietGevonden | Self::Ingehouden => 404,
            Self::MethodeNietToegestaan => 405,
            Self::NietAcceptabel => 406,
            Self::TeTraag => 408,
            Self::StapKanNietNu
            | Self::SleutelAlGemaakt
            | Self::SleutelAlBeproefd
            | Self::DeelNietNodig
            | Self::BudgetOntoereikend
            | Self::StemmenIsDicht
            | Self::AlGestemd
            | Self::BiljetBezet
            | Self::VervangingVoorbij
            | Self::StembusKloptNiet => 409,
            Self::Verouderd => 412,
            Self::TeGroot => 413,
            Self::AdresTeLang => 414,
            Self::MediatypeNietOndersteund => 415,
            Self::SleutelHergebruikt => 422,
            Self::VersieNodig => 428,
            Self::TeVaak => 429,
            Self::KoppenTeGroot => 431,
            Self::Storing => 500,
            Self::EvenNiet => 503,
        }
    }
}

/// One field that is not right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldProblem {
    /// JSON pointer to the field, as `/titel` or `/indiener/email`.
    pub veld: String,
    /// What is the matter with it.
    pub code: FieldCode,
    /// The limit that was passed, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grens: Option<u32>,
    /// The same as a sentence, in the language of the caller.
    #[serde(default)]
    pub melding: String,
}

/// A failure, as it travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Address that names the kind of problem; ends in its code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem, in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, what was kept, what to do next.
    pub detail: String,
    /// The id of this request, to mention when asking for help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// All fields that are not right, at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fouten: Vec<FieldProblem>,
    /// Seconds to wait before trying again, where that helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wacht: Option<u32>,
}

impl Problem {
    /// What stands before the code in `type`.
    pub const TYPE_PREFIX: &'static str = "/problemen/";

    /// The code in `type`; [`ProblemCode::Storing`] for a type that this version does not know.
    #[must_use]
    pub fn code(&self) -> ProblemCode {
        self.kind.strip_prefix(Self::TYPE_PREFIX).and_then(|code| code.parse().ok()).unwrap_or(ProblemCode::Storing)
    }

    /// A problem of which only the code is known: its sentences are filled in where it is shown.
    #[must_use]
    pub fn bare(code: ProblemCode) -> Self {
        Self {
            kind: format!("{}{code}", Self::TYPE_PREFIX),
            title: String::new(),
            status: code.status(),
            detail: String::new(),
            instance: None,
            fouten: Vec::new(),
            wacht: None,
        }
    }
}
