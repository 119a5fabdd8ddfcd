//! What travels between Wijkkoers and those who use it: requests with their field rules, views, problems, and what a
//! caller can do as one trait per feature. No I/O of its own, and light enough for a phone: islands carry this crate.
//!
//! `Caller` in the backend implements the traits by doing; [`client::Client`] by asking over HTTP.

mod crockford;
mod hexadecimal;
mod text_enum;

pub mod account;
pub mod bewaarder;
pub mod bundel;
pub mod buurtbegroting;
pub mod client;
pub mod euro;
pub mod field;
pub mod foto;
pub mod gebied;
pub mod id;
pub mod ingreep;
pub mod initiatief;
pub mod opdracht;
pub mod opgave;
pub mod page;
pub mod problem;
pub mod project;
pub mod stem;
pub mod stembiljet;
pub mod stembureau;
pub mod telling;
pub mod weglating;
pub mod werk;
pub mod wijkbudget;
mod woorden;

pub use euro::Euro;
pub use id::{
    AccountId, ActiviteitId, BundelId, BuurtbegrotingId, DeelId, FotoId, GeheelId, IdempotencyKey, IngreepId,
    InitiatiefId, InzetId, OpdrachtId, OpgaveId, ProjectId, TellingId, Version, VervangingId, VerzoekId,
};
pub use page::{Page, PageQuery};
pub use problem::{Problem, Reply};

/// Everything a caller can do, over all features.
pub trait Api:
    account::AccountApi
    + buurtbegroting::BuurtbegrotingApi
    + project::ProjectApi
    + stem::StemApi
    + stembureau::StembureauApi
    + bewaarder::BewaarderApi
    + bundel::BundelApi
    + foto::FotoApi
    + ingreep::IngreepApi
    + gebied::GebiedApi
    + initiatief::InitiatiefApi
    + initiatief::TriageApi
    + opgave::OpgaveApi
    + opdracht::OpdrachtApi
    + wijkbudget::WijkbudgetApi
    + werk::WerkApi
{
}

impl<T> Api for T where
    T: account::AccountApi
        + buurtbegroting::BuurtbegrotingApi
        + project::ProjectApi
        + stem::StemApi
        + stembureau::StembureauApi
        + bewaarder::BewaarderApi
        + bundel::BundelApi
        + foto::FotoApi
        + ingreep::IngreepApi
        + gebied::GebiedApi
        + initiatief::InitiatiefApi
        + initiatief::TriageApi
        + opgave::OpgaveApi
        + opdracht::OpdrachtApi
        + wijkbudget::WijkbudgetApi
        + werk::WerkApi
{
}
