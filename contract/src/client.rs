//! The API over HTTP, written once: islands and tests both use it.

use crate::account::{
    AccountApi, Bekend, Ik, LogIn, Ontvangen, Refresh, Register, RequestReset, ResetPassword, Tokens, UseLink,
};
use crate::bewaarder::{
    BewaarderApi, BewaarderView, BewaardersView, GeefSleutel, LeverDeel, NameBewaarders, ProbeerSleutel,
};
use crate::bundel::{AddBrief, BundelApi, BundelView, EnterBiljet, MakeBundel};
use crate::buurtbegroting::{
    BuurtbegrotingApi, BuurtbegrotingCard, BuurtbegrotingFilter, BuurtbegrotingView, PlanBuurtbegroting,
};
use crate::field::Code;
use crate::foto::{FotoApi, FotoView};
use crate::gebied::{GebiedApi, GebiedView, Keuzelijsten, WijkView, ZoekWijk};
use crate::ingreep::{
    GezienIngreep, HerstelIngreep, IngreepApi, IngreepView, MaakIngreep, Weglaatverzoeken, WeglatingenView,
    WeigerIngreep,
};
use crate::initiatief::{
    AnswerByLink, CreateInitiatief, Ingediend, InitiatiefApi, InitiatiefCard, InitiatiefDossier, InitiatiefFilter,
    InitiatiefView, Link, Merge, MijnInitiatief, OpenVraag, Refer, Reject, Say, Shield, Steun, SubmitInitiatief, Tell,
    TriageApi, ZoekVergelijkbare,
};
use crate::opdracht::{
    CreateOpdracht, Decide, OpdrachtApi, OpdrachtCard, OpdrachtFilter, OpdrachtView, ReportProgress, Spend,
};
use crate::opgave::{CreateActiviteit, CreateInzet, CreateOpgave, OpgaveApi, OpgaveView, WijkactieplanView};
use crate::problem::ProblemCode;
use crate::project::{AddProject, ExcludeProjects, JudgeProject, ProjectApi};
use crate::stem::{
    CastVote, ChangeVote, CheckStembewijs, CheckStemcode, Gestemd, InDeBus, Opkomst, StemApi, StemcodeRondes,
    StemcodeStand,
};
use crate::stembureau::{
    MakeStemcodes, ReplaceStemcode, StembureauApi, StembureauView, StemcodeBrief, Stemcodes, UitslagView, UseSleutel,
    Vervanging, VraagTelling, WeigerVervanging,
};
use crate::telling::TellingView;
use crate::werk::{Werk, WerkApi, WerkFilter};
use crate::wijkbudget::{BoekingFilter, BoekingView, ToelichtingView, WijkbudgetApi, WijkbudgetView};
use crate::{
    ActiviteitId, BundelId, BuurtbegrotingId, GeheelId, IdempotencyKey, IngreepId, InitiatiefId, InzetId, OpdrachtId,
    OpgaveId, Page, PageQuery, Problem, ProjectId, Reply, TellingId, Version, VervangingId,
};
use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What stands before every path of the API.
pub const BASE: &str = "/api/v1";

/// An HTTP method that the API uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Create, or take a step.
    Post,
    /// Put in place; twice is once.
    Put,
    /// Take away.
    Delete,
}

/// What is sent along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    Empty,
    /// JSON text.
    Json(String),
    /// A photo; the server finds out its kind by its bytes.
    Photo(Vec<u8>),
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Method.
    pub method: Method,
    /// Path and query below [`BASE`].
    pub path: String,
    /// What is sent along.
    pub body: Body,
    /// For `If-Match`.
    pub version: Option<Version>,
    /// For `Idempotency-Key`.
    pub key: Option<IdempotencyKey>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body as text.
    pub body: String,
}

/// What carries calls: `fetch` in a browser, a checking HTTP client in tests.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends one call.
    async fn send(&self, call: Call) -> Reply<Answer>;
}

/// The API, over some transport.
#[derive(Debug, Clone)]
pub struct Client<T> {
    /// What carries the calls.
    pub transport: T,
}

impl<T: Transport> Client<T> {
    /// A client over this transport.
    pub const fn new(transport: T) -> Self {
        Self { transport }
    }

    async fn send<R: DeserializeOwned>(&self, call: Call) -> Reply<R> {
        let answer = self.transport.send(call).await?;
        if answer.status >= 400 {
            return Err(serde_json::from_str(&answer.body).unwrap_or_else(|_not_a_problem| Problem {
                status: answer.status,
                ..Problem::bare(ProblemCode::Storing)
            }));
        }
        let body = if answer.body.is_empty() { "null" } else { &answer.body };
        serde_json::from_str(body).map_err(|_unexpected| Problem::bare(ProblemCode::Storing))
    }

    async fn get<R: DeserializeOwned>(&self, path: String) -> Reply<R> {
        self.send(Call { method: Method::Get, path, body: Body::Empty, version: None, key: None }).await
    }

    async fn ask<R: DeserializeOwned>(&self, path: &str, query: &(impl Serialize + Sync)) -> Reply<R> {
        self.get(with_query(path, query)?).await
    }

    async fn post<R: DeserializeOwned>(&self, path: String, request: &(impl Serialize + Sync)) -> Reply<R> {
        let body = json(request)?;
        self.send(Call { method: Method::Post, path, body, version: None, key: None }).await
    }

    async fn create<R: DeserializeOwned>(
        &self,
        key: IdempotencyKey,
        path: String,
        request: &(impl Serialize + Sync),
    ) -> Reply<R> {
        let body = json(request)?;
        self.send(Call { method: Method::Post, path, body, version: None, key: Some(key) }).await
    }

    async fn step<R: DeserializeOwned>(
        &self,
        version: Version,
        path: String,
        request: &(impl Serialize + Sync),
    ) -> Reply<R> {
        let body = json(request)?;
        self.send(Call { method: Method::Post, path, body, version: Some(version), key: None }).await
    }
}

fn with_query(path: &str, query: &impl Serialize) -> Reply<String> {
    let query = serde_urlencoded::to_string(query).map_err(|_odd| Problem::bare(ProblemCode::OnleesbaarVerzoek))?;
    Ok(if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") })
}

fn json(request: &impl Serialize) -> Reply<Body> {
    let text = serde_json::to_string(request).map_err(|_odd| Problem::bare(ProblemCode::OnleesbaarVerzoek))?;
    // `()` stands for "no body": a step that needs no words.
    Ok(if text == "null" { Body::Empty } else { Body::Json(text) })
}

#[derive(Serialize)]
struct InYear {
    #[serde(skip_serializing_if = "Option::is_none")]
    jaar: Option<i32>,
}

#[async_trait]
impl<T: Transport> AccountApi for Client<T> {
    async fn register(&self, request: Register) -> Reply<Ontvangen> {
        self.post("/accounts".into(), &request).await
    }

    async fn confirm_account(&self, request: UseLink) -> Reply<()> {
        self.post("/accounts/bevestigingen".into(), &request).await
    }

    async fn log_in(&self, request: LogIn) -> Reply<Tokens> {
        self.post("/sessies".into(), &request).await
    }

    async fn refresh(&self, request: Refresh) -> Reply<Tokens> {
        self.post("/sessies/vernieuwingen".into(), &request).await
    }

    async fn log_out(&self) -> Reply<()> {
        let path = "/sessies/huidige".into();
        self.send(Call { method: Method::Delete, path, body: Body::Empty, version: None, key: None }).await
    }

    async fn log_out_everywhere(&self) -> Reply<()> {
        let path = "/sessies".into();
        self.send(Call { method: Method::Delete, path, body: Body::Empty, version: None, key: None }).await
    }

    async fn request_reset(&self, request: RequestReset) -> Reply<Ontvangen> {
        self.post("/wachtwoordherstel".into(), &request).await
    }

    async fn reset_password(&self, request: ResetPassword) -> Reply<Bekend> {
        self.post("/wachtwoordherstel/voltooiingen".into(), &request).await
    }

    async fn me(&self) -> Reply<Ik> {
        self.get("/ik".into()).await
    }
}

#[async_trait]
impl<T: Transport> FotoApi for Client<T> {
    async fn upload_foto(&self, key: IdempotencyKey, bytes: Vec<u8>) -> Reply<FotoView> {
        let (path, body) = ("/fotos".into(), Body::Photo(bytes));
        self.send(Call { method: Method::Post, path, body, version: None, key: Some(key) }).await
    }
}

#[async_trait]
impl<T: Transport> IngreepApi for Client<T> {
    async fn weglatingen(&self, id: GeheelId) -> Reply<WeglatingenView> {
        self.get(format!("/weglatingen/{id}")).await
    }

    async fn make_ingreep(&self, key: IdempotencyKey, id: GeheelId, request: MaakIngreep) -> Reply<WeglatingenView> {
        self.create(key, format!("/weglatingen/{id}"), &request).await
    }

    async fn list_ingrepen(&self, id: GeheelId, page: PageQuery) -> Reply<Page<IngreepView>> {
        self.ask(&format!("/weglatingen/{id}/ingrepen"), &page).await
    }

    async fn list_weglaatverzoeken(&self) -> Reply<Vec<Weglaatverzoeken>> {
        self.get("/weglaatverzoeken".into()).await
    }

    async fn undo_ingreep(&self, id: IngreepId, request: HerstelIngreep) -> Reply<WeglatingenView> {
        self.post(format!("/ingrepen/{id}/herstellingen"), &request).await
    }

    async fn withdraw_ingreep(&self, id: IngreepId, request: GezienIngreep) -> Reply<WeglatingenView> {
        self.post(format!("/ingrepen/{id}/intrekkingen"), &request).await
    }

    async fn confirm_ingreep(&self, id: IngreepId, request: GezienIngreep) -> Reply<WeglatingenView> {
        self.post(format!("/ingrepen/{id}/bevestigingen"), &request).await
    }

    async fn refuse_ingreep(&self, id: IngreepId, request: WeigerIngreep) -> Reply<WeglatingenView> {
        self.post(format!("/ingrepen/{id}/weigeringen"), &request).await
    }
}

#[async_trait]
impl<T: Transport> GebiedApi for Client<T> {
    async fn list_gebieden(&self) -> Reply<Vec<GebiedView>> {
        self.get("/gebieden".into()).await
    }

    async fn gebied(&self, code: Code) -> Reply<GebiedView> {
        self.get(format!("/gebieden/{}", code.as_str())).await
    }

    async fn find_wijken(&self, query: ZoekWijk) -> Reply<Vec<WijkView>> {
        self.ask("/wijken", &query).await
    }

    async fn keuzelijsten(&self) -> Reply<Keuzelijsten> {
        self.get("/keuzelijsten".into()).await
    }

    async fn omtrekken(&self) -> Reply<serde_json::Value> {
        self.get("/gebieden/omtrekken".into()).await
    }
}

#[async_trait]
impl<T: Transport> InitiatiefApi for Client<T> {
    async fn list_initiatieven(&self, filter: InitiatiefFilter) -> Reply<Page<InitiatiefCard>> {
        self.ask("/initiatieven", &filter).await
    }

    async fn initiatief(&self, id: InitiatiefId) -> Reply<InitiatiefView> {
        self.get(format!("/initiatieven/{id}")).await
    }

    async fn find_similar(&self, query: ZoekVergelijkbare) -> Reply<Vec<InitiatiefCard>> {
        self.ask("/initiatieven/vergelijkbare", &query).await
    }

    async fn create_initiatief(&self, key: IdempotencyKey, request: CreateInitiatief) -> Reply<Ingediend> {
        self.create(key, "/initiatieven".into(), &request).await
    }

    async fn confirm_initiatief(&self, request: UseLink) -> Reply<Ingediend> {
        self.post("/initiatieven/bevestigingen".into(), &request).await
    }

    async fn list_own(&self, page: PageQuery) -> Reply<Page<InitiatiefCard>> {
        self.ask("/mijn/initiatieven", &page).await
    }

    async fn own_initiatief(&self, id: InitiatiefId) -> Reply<MijnInitiatief> {
        self.get(format!("/mijn/initiatieven/{id}")).await
    }

    async fn submit_initiatief(
        &self,
        id: InitiatiefId,
        version: Version,
        request: SubmitInitiatief,
    ) -> Reply<MijnInitiatief> {
        self.step(version, format!("/mijn/initiatieven/{id}/indieningen"), &request).await
    }

    async fn withdraw_initiatief(&self, id: InitiatiefId, version: Version) -> Reply<MijnInitiatief> {
        self.step(version, format!("/mijn/initiatieven/{id}/intrekkingen"), &()).await
    }

    async fn answer_question(&self, id: InitiatiefId, version: Version, request: Tell) -> Reply<MijnInitiatief> {
        self.step(version, format!("/mijn/initiatieven/{id}/antwoorden"), &request).await
    }

    async fn answer_by_link(&self, request: AnswerByLink) -> Reply<()> {
        self.post("/antwoorden".into(), &request).await
    }

    async fn question_by_link(&self, request: UseLink) -> Reply<OpenVraag> {
        self.post("/antwoorden/vragen".into(), &request).await
    }

    async fn support(&self, id: InitiatiefId) -> Reply<Steun> {
        let path = format!("/initiatieven/{id}/steun");
        self.send(Call { method: Method::Put, path, body: Body::Empty, version: None, key: None }).await
    }

    async fn unsupport(&self, id: InitiatiefId) -> Reply<Steun> {
        let path = format!("/initiatieven/{id}/steun");
        self.send(Call { method: Method::Delete, path, body: Body::Empty, version: None, key: None }).await
    }

    async fn steun(&self, id: InitiatiefId) -> Reply<Steun> {
        self.get(format!("/initiatieven/{id}/steun")).await
    }
}

#[async_trait]
impl<T: Transport> TriageApi for Client<T> {
    async fn dossier(&self, id: InitiatiefId) -> Reply<InitiatiefDossier> {
        self.get(format!("/dossiers/{id}")).await
    }

    async fn take_up(&self, id: InitiatiefId, version: Version) -> Reply<InitiatiefDossier> {
        self.step(version, format!("/dossiers/{id}/behandelingen"), &()).await
    }

    async fn ask_initiator(&self, id: InitiatiefId, version: Version, request: Tell) -> Reply<InitiatiefDossier> {
        self.step(version, format!("/dossiers/{id}/vragen"), &request).await
    }

    async fn respond(&self, id: InitiatiefId, version: Version, request: Tell) -> Reply<InitiatiefDossier> {
        self.step(version, format!("/dossiers/{id}/reacties"), &request).await
    }

    async fn merge(&self, id: InitiatiefId, version: Version, request: Merge) -> Reply<InitiatiefDossier> {
        self.step(version, format!("/dossiers/{id}/samenvoegingen"), &request).await
    }

    async fn release(&self, id: InitiatiefId, version: Version) -> Reply<InitiatiefDossier> {
        self.step(version, format!("/dossiers/{id}/vrijgaven"), &()).await
    }

    async fn shield(&self, id: InitiatiefId, version: Version, request: Shield) -> Reply<InitiatiefDossier> {
        self.step(version, format!("/dossiers/{id}/afschermingen"), &request).await
    }

    async fn refer(&self, id: InitiatiefId, version: Version, request: Refer) -> Reply<InitiatiefDossier> {
        self.step(version, format!("/dossiers/{id}/doorverwijzingen"), &request).await
    }

    async fn reject(&self, id: InitiatiefId, version: Version, request: Reject) -> Reply<InitiatiefDossier> {
        self.step(version, format!("/dossiers/{id}/afwijzingen"), &request).await
    }

    async fn link(&self, id: InitiatiefId, version: Version, request: Link) -> Reply<InitiatiefDossier> {
        self.step(version, format!("/dossiers/{id}/koppelingen"), &request).await
    }
}

#[async_trait]
impl<T: Transport> OpgaveApi for Client<T> {
    async fn wijkactieplan(&self, gebied: Code, jaar: Option<i32>) -> Reply<WijkactieplanView> {
        self.ask(&format!("/gebieden/{}/wijkactieplan", gebied.as_str()), &InYear { jaar }).await
    }

    async fn opgave(&self, id: OpgaveId) -> Reply<OpgaveView> {
        self.get(format!("/opgaven/{id}")).await
    }

    async fn create_opgave(&self, key: IdempotencyKey, request: CreateOpgave) -> Reply<OpgaveView> {
        self.create(key, "/opgaven".into(), &request).await
    }

    async fn create_inzet(&self, key: IdempotencyKey, id: OpgaveId, request: CreateInzet) -> Reply<OpgaveView> {
        self.create(key, format!("/opgaven/{id}/inzetten"), &request).await
    }

    async fn create_activiteit(
        &self,
        key: IdempotencyKey,
        id: InzetId,
        request: CreateActiviteit,
    ) -> Reply<OpgaveView> {
        self.create(key, format!("/inzetten/{id}/activiteiten"), &request).await
    }
}

#[async_trait]
impl<T: Transport> OpdrachtApi for Client<T> {
    async fn list_opdrachten(&self, filter: OpdrachtFilter) -> Reply<Page<OpdrachtCard>> {
        self.ask("/opdrachten", &filter).await
    }

    async fn opdracht(&self, id: OpdrachtId) -> Reply<OpdrachtView> {
        self.get(format!("/opdrachten/{id}")).await
    }

    async fn create_opdracht(
        &self,
        key: IdempotencyKey,
        id: ActiviteitId,
        request: CreateOpdracht,
    ) -> Reply<OpdrachtView> {
        self.create(key, format!("/activiteiten/{id}/opdrachten"), &request).await
    }

    async fn request_fiat(&self, id: OpdrachtId, version: Version) -> Reply<OpdrachtView> {
        self.step(version, format!("/opdrachten/{id}/aanvragen"), &()).await
    }

    async fn decide_fiat(&self, id: OpdrachtId, version: Version, request: Decide) -> Reply<OpdrachtView> {
        self.step(version, format!("/opdrachten/{id}/fiatteringen"), &request).await
    }

    async fn decide_acceptance(&self, id: OpdrachtId, version: Version, request: Decide) -> Reply<OpdrachtView> {
        self.step(version, format!("/opdrachten/{id}/aannames"), &request).await
    }

    async fn report_progress(
        &self,
        key: IdempotencyKey,
        id: OpdrachtId,
        request: ReportProgress,
    ) -> Reply<OpdrachtView> {
        self.create(key, format!("/opdrachten/{id}/voortgang"), &request).await
    }

    async fn spend(&self, key: IdempotencyKey, id: OpdrachtId, request: Spend) -> Reply<OpdrachtView> {
        self.create(key, format!("/opdrachten/{id}/bestedingen"), &request).await
    }

    async fn finish_opdracht(&self, id: OpdrachtId, version: Version, request: Say) -> Reply<OpdrachtView> {
        self.step(version, format!("/opdrachten/{id}/gereedmeldingen"), &request).await
    }

    async fn account_for_opdracht(&self, id: OpdrachtId, version: Version, request: Say) -> Reply<OpdrachtView> {
        self.step(version, format!("/opdrachten/{id}/verantwoordingen"), &request).await
    }

    async fn withdraw_opdracht(&self, id: OpdrachtId, version: Version, request: Say) -> Reply<OpdrachtView> {
        self.step(version, format!("/opdrachten/{id}/intrekkingen"), &request).await
    }
}

#[async_trait]
impl<T: Transport> WijkbudgetApi for Client<T> {
    async fn wijkbudget(&self, gebied: Code, jaar: Option<i32>) -> Reply<WijkbudgetView> {
        self.ask(&format!("/gebieden/{}/wijkbudget", gebied.as_str()), &InYear { jaar }).await
    }

    async fn list_boekingen(&self, gebied: Code, filter: BoekingFilter) -> Reply<Page<BoekingView>> {
        self.ask(&format!("/gebieden/{}/boekingen", gebied.as_str()), &filter).await
    }

    async fn list_toelichtingen(&self, gebied: Code, filter: BoekingFilter) -> Reply<Page<ToelichtingView>> {
        self.ask(&format!("/gebieden/{}/boekingen/toelichtingen", gebied.as_str()), &filter).await
    }
}

#[async_trait]
impl<T: Transport> WerkApi for Client<T> {
    async fn werk(&self, filter: WerkFilter) -> Reply<Werk> {
        self.ask("/werk", &filter).await
    }
}

#[async_trait]
impl<T: Transport> BuurtbegrotingApi for Client<T> {
    async fn list_buurtbegrotingen(&self, filter: BuurtbegrotingFilter) -> Reply<Page<BuurtbegrotingCard>> {
        self.ask("/buurtbegrotingen", &filter).await
    }

    async fn buurtbegroting(&self, id: BuurtbegrotingId) -> Reply<BuurtbegrotingView> {
        self.get(format!("/buurtbegrotingen/{id}")).await
    }

    async fn create_buurtbegroting(
        &self,
        key: IdempotencyKey,
        request: PlanBuurtbegroting,
    ) -> Reply<BuurtbegrotingView> {
        self.create(key, "/buurtbegrotingen".into(), &request).await
    }

    async fn change_buurtbegroting(
        &self,
        id: BuurtbegrotingId,
        version: Version,
        request: PlanBuurtbegroting,
    ) -> Reply<BuurtbegrotingView> {
        self.step(version, format!("/buurtbegrotingen/{id}/wijzigingen"), &request).await
    }

    async fn publish_buurtbegroting(&self, id: BuurtbegrotingId, version: Version) -> Reply<BuurtbegrotingView> {
        self.step(version, format!("/buurtbegrotingen/{id}/vaststellingen"), &()).await
    }
}

#[async_trait]
impl<T: Transport> ProjectApi for Client<T> {
    async fn add_project(
        &self,
        key: IdempotencyKey,
        id: BuurtbegrotingId,
        request: AddProject,
    ) -> Reply<BuurtbegrotingView> {
        self.create(key, format!("/buurtbegrotingen/{id}/projecten"), &request).await
    }

    async fn judge_project(&self, id: ProjectId, request: JudgeProject) -> Reply<BuurtbegrotingView> {
        self.post(format!("/projecten/{id}/toetsingen"), &request).await
    }

    async fn exclude_projects(&self, id: ProjectId, request: ExcludeProjects) -> Reply<BuurtbegrotingView> {
        self.post(format!("/projecten/{id}/uitsluitingen"), &request).await
    }

    async fn ask_heroverweging(&self, id: ProjectId, request: Say) -> Reply<BuurtbegrotingView> {
        self.post(format!("/projecten/{id}/heroverwegingen"), &request).await
    }
}

#[async_trait]
impl<T: Transport> StemApi for Client<T> {
    async fn find_stemcode(&self, request: CheckStemcode) -> Reply<StemcodeRondes> {
        self.post("/stemcodes/controles".into(), &request).await
    }

    async fn check_stemcode(&self, id: BuurtbegrotingId, request: CheckStemcode) -> Reply<StemcodeStand> {
        self.post(format!("/buurtbegrotingen/{id}/stemcodes/controles"), &request).await
    }

    async fn cast_vote(&self, id: BuurtbegrotingId, request: CastVote) -> Reply<Gestemd> {
        self.post(format!("/buurtbegrotingen/{id}/stemmen"), &request).await
    }

    async fn change_vote(&self, id: BuurtbegrotingId, request: ChangeVote) -> Reply<Gestemd> {
        self.post(format!("/buurtbegrotingen/{id}/stemmen/wijzigingen"), &request).await
    }

    async fn check_stembewijs(&self, id: BuurtbegrotingId, request: CheckStembewijs) -> Reply<InDeBus> {
        self.post(format!("/buurtbegrotingen/{id}/stembewijzen/controles"), &request).await
    }

    async fn opkomst(&self, id: BuurtbegrotingId) -> Reply<Opkomst> {
        self.get(format!("/buurtbegrotingen/{id}/opkomst")).await
    }
}

#[async_trait]
impl<T: Transport> BundelApi for Client<T> {
    async fn list_bundels(&self, id: BuurtbegrotingId) -> Reply<Vec<BundelView>> {
        self.get(format!("/buurtbegrotingen/{id}/bundels")).await
    }

    async fn make_bundel(&self, key: IdempotencyKey, id: BuurtbegrotingId, request: MakeBundel) -> Reply<BundelView> {
        self.create(key, format!("/buurtbegrotingen/{id}/bundels"), &request).await
    }

    async fn bundel(&self, id: BundelId) -> Reply<BundelView> {
        self.get(format!("/bundels/{id}")).await
    }

    async fn add_brief(&self, id: BundelId, request: AddBrief) -> Reply<BundelView> {
        self.post(format!("/bundels/{id}/brieven"), &request).await
    }

    async fn enter_biljet(&self, id: BundelId, request: EnterBiljet) -> Reply<BundelView> {
        self.post(format!("/bundels/{id}/invoer"), &request).await
    }

    async fn finish_bundel(&self, id: BundelId) -> Reply<BundelView> {
        self.post(format!("/bundels/{id}/afronding"), &()).await
    }
}

#[async_trait]
impl<T: Transport> StembureauApi for Client<T> {
    async fn make_stemcodes(&self, id: BuurtbegrotingId, request: MakeStemcodes) -> Reply<Stemcodes> {
        self.post(format!("/buurtbegrotingen/{id}/stemcodes"), &request).await
    }

    async fn request_vervanging(&self, id: BuurtbegrotingId, request: ReplaceStemcode) -> Reply<Vervanging> {
        self.post(format!("/buurtbegrotingen/{id}/stemcodes/vervangingen"), &request).await
    }

    async fn confirm_vervanging(&self, id: VervangingId) -> Reply<StemcodeBrief> {
        self.post(format!("/vervangingen/{id}/bevestigingen"), &()).await
    }

    async fn end_vervanging(&self, id: VervangingId) -> Reply<Vervanging> {
        self.post(format!("/vervangingen/{id}/intrekkingen"), &()).await
    }

    async fn refuse_vervanging(&self, id: VervangingId, request: WeigerVervanging) -> Reply<Vervanging> {
        self.post(format!("/vervangingen/{id}/afwijzingen"), &request).await
    }

    async fn stembureau(&self, id: BuurtbegrotingId) -> Reply<StembureauView> {
        self.get(format!("/buurtbegrotingen/{id}/stembureau")).await
    }

    async fn close_unchecked(&self, id: BuurtbegrotingId) -> Reply<BuurtbegrotingView> {
        self.post(format!("/buurtbegrotingen/{id}/noodsluitingen"), &()).await
    }

    async fn prove_key(&self, id: BuurtbegrotingId, request: UseSleutel) -> Reply<BuurtbegrotingView> {
        self.post(format!("/buurtbegrotingen/{id}/sleutels/proeven"), &request).await
    }

    async fn count_votes(&self, id: BuurtbegrotingId, request: VraagTelling) -> Reply<TellingView> {
        self.post(format!("/buurtbegrotingen/{id}/tellingen"), &request).await
    }

    async fn recount_votes(&self, id: BuurtbegrotingId, request: VraagTelling) -> Reply<TellingView> {
        self.post(format!("/buurtbegrotingen/{id}/natellingen"), &request).await
    }

    async fn telling(&self, id: TellingId) -> Reply<TellingView> {
        self.get(format!("/tellingen/{id}")).await
    }

    async fn stop_buurtbegroting(&self, id: BuurtbegrotingId, request: Say) -> Reply<BuurtbegrotingView> {
        self.post(format!("/buurtbegrotingen/{id}/stopzettingen"), &request).await
    }

    async fn finalize_uitslag(&self, id: BuurtbegrotingId) -> Reply<BuurtbegrotingView> {
        self.post(format!("/buurtbegrotingen/{id}/uitslag/definitief"), &()).await
    }

    async fn uitslag(&self, id: BuurtbegrotingId) -> Reply<UitslagView> {
        self.get(format!("/buurtbegrotingen/{id}/uitslag")).await
    }
}

#[async_trait]
impl<T: Transport> BewaarderApi for Client<T> {
    async fn bewaarders(&self, id: BuurtbegrotingId) -> Reply<BewaardersView> {
        self.get(format!("/buurtbegrotingen/{id}/bewaarders")).await
    }

    async fn name_bewaarders(&self, id: BuurtbegrotingId, request: NameBewaarders) -> Reply<BewaardersView> {
        self.post(format!("/buurtbegrotingen/{id}/bewaarders"), &request).await
    }

    async fn bewaarder(&self, id: BuurtbegrotingId) -> Reply<BewaarderView> {
        self.get(format!("/buurtbegrotingen/{id}/bewaarder")).await
    }

    async fn give_sleutel(&self, id: BuurtbegrotingId, request: GeefSleutel) -> Reply<BewaarderView> {
        self.post(format!("/buurtbegrotingen/{id}/bewaarder/sleutels"), &request).await
    }

    async fn hand_in_deel(&self, id: BuurtbegrotingId, request: LeverDeel) -> Reply<BewaarderView> {
        self.post(format!("/buurtbegrotingen/{id}/sleuteldelen"), &request).await
    }

    async fn try_sleutel(&self, id: BuurtbegrotingId, request: ProbeerSleutel) -> Reply<BewaarderView> {
        self.post(format!("/buurtbegrotingen/{id}/bewaarder/proeven"), &request).await
    }
}
