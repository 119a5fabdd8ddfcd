//! Logins: register, confirm, log in, stay in, log out, reset.

use crate::field::{Checks, Code, Email, Field, FieldProblems, Flaw, Geheim, KvkNummer, Naam, Raw};
use crate::text_enum::text_enum;
use crate::{AccountId, BuurtbegrotingId, Euro, Reply};
use async_trait::async_trait;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

text_enum! {
    /// Who somebody is in the neighbourhood.
    pub enum PersoonSoort {
        /// A resident.
        Bewoner = "bewoner",
        /// A business, with KvK number.
        Ondernemer = "ondernemer",
        /// Another organisation: school, corporatie, vereniging.
        Organisatie = "organisatie",
    }
}

text_enum! {
    /// What somebody may be. Rights come from `access.rs` in the backend, never from a token.
    pub enum Role {
        /// Anybody, not logged in.
        Bezoeker = "bezoeker",
        /// Anybody with an account.
        Bewoner = "bewoner",
        /// Member of the wijkteam of a gebied.
        Wijkteam = "wijkteam",
        /// Works in a back-office department.
        Backoffice = "backoffice",
        /// Member of the council or its griffie.
        Raad = "raad",
        /// Member of the stembureau: makes codes, guards the key, counts.
        Stembureau = "stembureau",
        /// Administrator.
        Beheerder = "beheerder",
    }
}

impl Role {
    /// How many roles there are.
    pub const COUNT: usize = 7;
}

/// A password as typed: never trimmed, never shown in logs.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = Password, min_length = 12, max_length = 128))]
#[serde(transparent)]
pub struct Wachtwoord(pub String);

impl std::fmt::Debug for Wachtwoord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// Fewest and most characters of a password (SECURITY-RULES S-7; staff need more, which the server knows).
pub const WACHTWOORD_MIN: usize = 12;
/// See [`WACHTWOORD_MIN`].
pub const WACHTWOORD_MAX: usize = 128;

impl Wachtwoord {
    /// Whether its length fits; what else makes it weak only the server can tell.
    ///
    /// # Errors
    /// Missing, too short or too long.
    pub fn check_length(&self, min: usize) -> Result<(), Flaw> {
        use crate::field::FieldCode::{Ontbreekt, TeKort, TeLang};
        let limit = |code, count: usize| Flaw { code, limit: u32::try_from(count).ok() };
        match self.0.chars().count() {
            0 => Err(Ontbreekt.into()),
            length if length < min => Err(limit(TeKort, min)),
            length if length > WACHTWOORD_MAX => Err(limit(TeLang, WACHTWOORD_MAX)),
            _ => Ok(()),
        }
    }
}

/// Make an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Register {
    /// Name.
    pub naam: Raw<Naam>,
    /// Address to log in with.
    pub email: Raw<Email>,
    /// 12 to 128 characters.
    pub wachtwoord: Wachtwoord,
    /// Resident, business or organisation.
    pub soort: Raw<PersoonSoort>,
    /// Name of the business or organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisatie: Option<Raw<Naam>>,
    /// For a business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kvk_nummer: Option<Raw<KvkNummer>>,
    /// Code of the wijk that the person lives or works in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wijk: Option<Raw<Code>>,
}

/// Who somebody says they are, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Persoon {
    /// Name.
    pub naam: Naam,
    /// Address.
    pub email: Email,
    /// Resident, business or organisation, with what each needs.
    pub soort: PersoonSoort,
    /// Name of the business or organisation; present unless a resident.
    pub organisatie: Option<Naam>,
    /// Present for a business.
    pub kvk_nummer: Option<KvkNummer>,
}

/// The fields of a person as sent; shared by registering and by handing in as a guest.
#[derive(Debug, Clone, Copy)]
pub struct RawPersoon<'a> {
    /// What stands before the field names in a pointer.
    pub at: &'a str,
    /// Name.
    pub naam: &'a Raw<Naam>,
    /// Address.
    pub email: &'a Raw<Email>,
    /// Kind.
    pub soort: &'a Raw<PersoonSoort>,
    /// Name of the business or organisation.
    pub organisatie: Option<&'a Raw<Naam>>,
    /// KvK number.
    pub kvk_nummer: Option<&'a Raw<KvkNummer>>,
}

impl RawPersoon<'_> {
    /// Judges all fields together: a business needs its name and KvK number, an organisation its name.
    pub fn parse(self, checks: &mut Checks) -> Option<Persoon> {
        let at = |field: &str| format!("{}/{field}", self.at);
        let naam = checks.required(&at("naam"), self.naam);
        let email = checks.required(&at("email"), self.email);
        let soort = checks.required(&at("soort"), self.soort);
        let blank_name = Raw::default();
        let blank_kvk = Raw::default();
        let (organisatie, kvk_nummer) = match soort {
            Some(PersoonSoort::Ondernemer) => (
                checks.required(&at("organisatie"), self.organisatie.unwrap_or(&blank_name)).map(Some),
                checks.required(&at("kvkNummer"), self.kvk_nummer.unwrap_or(&blank_kvk)).map(Some),
            ),
            Some(PersoonSoort::Organisatie) => {
                (checks.required(&at("organisatie"), self.organisatie.unwrap_or(&blank_name)).map(Some), Some(None))
            }
            Some(PersoonSoort::Bewoner) | None => (Some(None), Some(None)),
        };
        Some(Persoon { naam: naam?, email: email?, soort: soort?, organisatie: organisatie?, kvk_nummer: kvk_nummer? })
    }
}

/// A registration that can be stored.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Who it is.
    pub persoon: Persoon,
    /// The password; its strength is judged by the server.
    pub wachtwoord: Wachtwoord,
    /// Code of the wijk.
    pub wijk: Option<Code>,
}

impl Register {
    /// Judges every field.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(self) -> Result<NewAccount, FieldProblems> {
        let mut checks = Checks::default();
        let persoon = RawPersoon {
            at: "",
            naam: &self.naam,
            email: &self.email,
            soort: &self.soort,
            organisatie: self.organisatie.as_ref(),
            kvk_nummer: self.kvk_nummer.as_ref(),
        }
        .parse(&mut checks);
        let wijk = checks.optional("/wijk", self.wijk.as_ref());
        if let Err(flaw) = self.wachtwoord.check_length(WACHTWOORD_MIN) {
            checks.refuse("/wachtwoord", flaw);
        }
        let wachtwoord = self.wachtwoord;
        checks.finish(persoon.zip(wijk).map(|(persoon, wijk)| NewAccount { persoon, wachtwoord, wijk }))
    }
}

/// Use a link that we mailed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UseLink {
    /// The secret part of the link.
    pub geheim: Raw<Geheim>,
}

impl UseLink {
    /// Judges the form of the secret; whether it is valid only the store knows.
    ///
    /// # Errors
    /// When it cannot be one of ours.
    pub fn parse(&self) -> Result<Geheim, FieldProblems> {
        let mut checks = Checks::default();
        let geheim = checks.required("/geheim", &self.geheim);
        checks.finish(geheim)
    }
}

/// Log in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogIn {
    /// Address of the account.
    pub email: Raw<Email>,
    /// Its password.
    pub wachtwoord: Wachtwoord,
    /// What an earlier login on this device gave, or setting a password on it by a mailed link: wrong passwords that others
    /// try elsewhere then keep nobody waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apparaat: Option<Raw<Geheim>>,
}

/// What a native app keeps to stay logged in. Browsers get both as cookies and never see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    /// For `Authorization: Bearer`; a JWT of ten minutes.
    pub toegang: String,
    /// To get new ones with; changes at every use.
    pub vernieuw: String,
    /// Seconds that `toegang` is valid.
    pub verloopt_over: u32,
    /// After logging in: to send along with the next login on this device, also when this session is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apparaat: Option<String>,
}

/// After setting a password with a link that we mailed: the device it was done on is known by this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bekend {
    /// To send along with the next login on this device.
    pub apparaat: String,
}

/// Get new tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// `vernieuw` of the tokens before.
    pub vernieuw: String,
}

/// Ask for a link to set a new password.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestReset {
    /// Address of the account.
    pub email: Raw<Email>,
}

impl RequestReset {
    /// Judges the address.
    ///
    /// # Errors
    /// When it is no address.
    pub fn parse(&self) -> Result<Email, FieldProblems> {
        let mut checks = Checks::default();
        let email = checks.required("/email", &self.email);
        checks.finish(email)
    }
}

/// Set a new password with a link that we mailed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// The secret part of the link.
    pub geheim: Raw<Geheim>,
    /// The new password.
    pub wachtwoord: Wachtwoord,
}

impl ResetPassword {
    /// Judges form and length.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(self) -> Result<(Geheim, Wachtwoord), FieldProblems> {
        let mut checks = Checks::default();
        let geheim = checks.required("/geheim", &self.geheim);
        if let Err(flaw) = self.wachtwoord.check_length(WACHTWOORD_MIN) {
            checks.refuse("/wachtwoord", flaw);
        }
        let wachtwoord = self.wachtwoord;
        checks.finish(geheim.map(|geheim| (geheim, wachtwoord)))
    }
}

/// "We sent a mail if there is something to mail": the same whether the account exists or not (SECURITY-RULES S-8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ontvangen {
    /// Always true.
    pub ontvangen: bool,
}

/// A role that somebody has, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RolView {
    /// The role.
    pub rol: Role,
    /// The gebied that it holds for; absent when it holds for the city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gebied: Option<String>,
}

/// What somebody may approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MandaatView {
    /// The gebied.
    pub gebied: String,
    /// The product; absent when it holds for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The most for one receiver, and for one activiteit, in 30 days.
    pub bedrag: Euro,
    /// First day.
    pub begin_datum: NaiveDate,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eind_datum: Option<NaiveDate>,
}

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ik {
    /// The account.
    pub id: AccountId,
    /// Name.
    pub naam: String,
    /// Address.
    pub email: String,
    /// Resident, business or organisation.
    pub soort: PersoonSoort,
    /// Roles with their scope.
    pub rollen: Vec<RolView>,
    /// Mandates that hold today.
    pub mandaten: Vec<MandaatView>,
    /// The rounds that are not over of which they keep a part of the key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bewaart: Vec<BuurtbegrotingId>,
}

/// What a caller can do with accounts.
#[async_trait]
pub trait AccountApi: Send + Sync {
    /// Asks for an account; a mail says how to go on.
    async fn register(&self, request: Register) -> Reply<Ontvangen>;
    /// Uses the link in that mail.
    async fn confirm_account(&self, request: UseLink) -> Reply<()>;
    /// Starts a session.
    async fn log_in(&self, request: LogIn) -> Reply<Tokens>;
    /// Goes on with a session.
    async fn refresh(&self, request: Refresh) -> Reply<Tokens>;
    /// Ends this session.
    async fn log_out(&self) -> Reply<()>;
    /// Ends every session of this account, this one as well, and forgets every device that it knows.
    async fn log_out_everywhere(&self) -> Reply<()>;
    /// Asks for a link to set a new password.
    async fn request_reset(&self, request: RequestReset) -> Reply<Ontvangen>;
    /// Uses that link; the device it is done on is known from then on.
    async fn reset_password(&self, request: ResetPassword) -> Reply<Bekend>;
    /// Who this caller is.
    async fn me(&self) -> Reply<Ik>;
}

impl LogIn {
    /// The address when it can be one; any other is simply unknown.
    #[must_use]
    pub fn address(&self) -> Option<Email> {
        Email::parse(self.email.as_str().trim()).ok()
    }
}
