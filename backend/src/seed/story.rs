//! What happened in the demo city: each initiatief walks its way day by day, through the operations of its people.

use super::Person;
use crate::app::{App, Clock};
use crate::caller::{Caller, Login};
use crate::error::Error;
use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use contract::gebied::Punt;
use contract::initiatief::{CreateInitiatief, InitiatiefApi as _, Link, Refer, Reject, Say, Tell, TriageApi as _};
use contract::opdracht::{CreateOpdracht, Decide, OpdrachtApi as _, ReportProgress, Spend};
use contract::opgave::{CreateActiviteit, CreateInzet, CreateOpgave, OpgaveApi as _};
use contract::{ActiviteitId, Euro, IdempotencyKey, InitiatiefId, OpdrachtId, OpgaveId, Problem, Version};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A challenge of a gebied.
#[derive(Debug, Deserialize)]
pub(super) struct Opgave {
    sleutel: String,
    gebied: String,
    titel: String,
    tekst: String,
    thema: String,
}

/// An initiatief, and how far it came.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Initiatief {
    soort: String,
    titel: String,
    tekst: String,
    gebied: String,
    wijk: String,
    plaats: Option<String>,
    punt: Option<(f64, f64)>,
    thema: String,
    kosten: Option<Euro>,
    indiener: String,
    dagen_geleden: i64,
    loopt: String,
    opgave: Option<String>,
    criterium: Option<String>,
    tekst_wijkteam: Option<String>,
    product: Option<String>,
    bedrag: Option<Euro>,
    besteed: Option<Euro>,
    voortgang: Option<String>,
    steun: Vec<String>,
}

/// What happens on the way, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    HandIn,
    Support,
    TakeUp,
    Answer,
    Shape,
    Order,
    Approve,
    Accept,
    Report,
    Close,
}

/// The whole way, with the days that each deed comes after handing in.
const WAY: [(i64, Deed); 10] = [
    (0, Deed::HandIn),
    (1, Deed::Support),
    (3, Deed::TakeUp),
    (7, Deed::Answer),
    (10, Deed::Shape),
    (12, Deed::Order),
    (14, Deed::Approve),
    (17, Deed::Accept),
    (48, Deed::Report),
    (95, Deed::Close),
];

/// The deeds of an initiatief that came this far.
fn deeds(far: &str) -> &'static [(i64, Deed)] {
    let last = match far {
        "ingediend" => Deed::Support,
        "in_behandeling" => Deed::TakeUp,
        "in_uitvoering" => Deed::Report,
        "gerealiseerd" => Deed::Close,
        _ => Deed::Answer,
    };
    let steps = WAY.iter().take_while(|(_, deed)| *deed <= last).count();
    WAY.get(..steps).unwrap_or(&WAY)
}

/// What is known of an initiatief on its way.
#[derive(Debug, Clone, Copy, Default)]
struct Traces {
    initiatief: Option<InitiatiefId>,
    activiteit: Option<ActiviteitId>,
    opdracht: Option<OpdrachtId>,
}

/// The teller: an app of its own, whose clock walks through the past.
struct Teller<'a> {
    app: Arc<App>,
    clock: Arc<AtomicI64>,
    people: &'a BTreeMap<String, Person>,
    opgaven: BTreeMap<String, OpgaveId>,
    jaar: i32,
    told: i64,
}

fn odd(what: &str) -> Error {
    Error::Internal(format!("demo.json: {what}"))
}

/// A demo that the operations refuse is a mistake in the demo.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
pub(super) fn refused(problem: Problem) -> Error {
    Error::Internal(format!("demo.json: refused: {} {:?}", problem.kind, problem.fouten))
}

/// Days ago that the story begins; the Raad set the budgets some days before.
const BEGIN: i64 = 320;

/// An app in the past, and what moves its clock.
pub(super) struct Past {
    pub(super) app: Arc<App>,
    clock: Arc<AtomicI64>,
}

impl Past {
    /// Goes to another moment of the past.
    pub(super) fn turn_to(&self, moment: DateTime<Utc>) {
        self.clock.store(moment.timestamp_millis(), Ordering::SeqCst);
    }
}

/// Somebody of the demo, just logged in.
pub(super) fn caller(app: &Arc<App>, person: &Person) -> Caller {
    let login = Login { account: person.id, naam: person.mens.naam.clone(), sessie: app.new_id(), since: app.now() };
    Caller {
        login: Some(login),
        grants: person.grants.clone(),
        ..Caller::visitor(Arc::clone(app), format!("demo:{}", person.mens.sleutel).into())
    }
}

/// The moment that the Raad set the budgets.
pub(super) fn past(app: &App) -> Result<Past, Error> {
    let begin = app.now() - TimeDelta::days(BEGIN + 14);
    let clock = Arc::new(AtomicI64::new(begin.timestamp_millis()));
    let past = App::new(
        app.settings.clone(),
        app.databases().clone(),
        Clock::Set { here: Arc::clone(&clock), database: Arc::clone(&clock) },
    )
    .map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Past { app: Arc::new(past), clock })
}

/// Tells the whole story in the order of time.
pub(super) async fn tell(
    app: &Arc<App>,
    past: Past,
    people: &BTreeMap<String, Person>,
    opgaven: Vec<Opgave>,
    initiatieven: Vec<Initiatief>,
) -> Result<(), Error> {
    let now = app.now();
    let mut teller = Teller {
        app: past.app,
        clock: past.clock,
        people,
        opgaven: BTreeMap::new(),
        jaar: app.today().year(),
        told: 0,
    };
    teller.turn_to(now - TimeDelta::days(BEGIN));
    for opgave in opgaven {
        teller.note_opgave(opgave).await?;
    }
    let mut days: Vec<(DateTime<Utc>, usize, Deed)> = Vec::new();
    for (at, initiatief) in initiatieven.iter().enumerate() {
        // Hand-ins spread over the hours of a day; the last deeds never lie in the future.
        let minutes = i64::try_from(at * 37 % 600).unwrap_or_default();
        let start = now - TimeDelta::days(initiatief.dagen_geleden) - TimeDelta::minutes(minutes);
        for (offset, deed) in deeds(&initiatief.loopt) {
            let latest = now - TimeDelta::minutes(30);
            days.push(((start + TimeDelta::days(*offset)).min(latest), at, *deed));
        }
    }
    days.sort();
    let mut traces = vec![Traces::default(); initiatieven.len()];
    for (day, at, deed) in days {
        teller.turn_to(day);
        if let (Some(initiatief), Some(trace)) = (initiatieven.get(at), traces.get_mut(at)) {
            teller.act(initiatief, trace, deed).await?;
        }
    }
    Ok(())
}

impl Teller<'_> {
    /// Time only goes on: two deeds at one moment stand a second apart.
    fn turn_to(&mut self, moment: DateTime<Utc>) {
        self.told = moment.timestamp_millis().max(self.told + 1_000);
        self.clock.store(self.told, Ordering::SeqCst);
    }

    fn key(&self) -> IdempotencyKey {
        IdempotencyKey::from_uuid(self.app.new_id())
    }

    fn somebody(&self, key: &str) -> Result<Caller, Error> {
        self.people.get(key).map(|person| caller(&self.app, person)).ok_or_else(|| odd(key))
    }

    /// A member of the wijkteam of a gebied; the one with a mandate approves, the other does the work.
    fn wijkteam(&self, gebied: &str, approves: bool) -> Result<Caller, Error> {
        let fits = |person: &&Person| {
            person.mens.rol == "wijkteam"
                && person.mens.gebied.as_deref() == Some(gebied)
                && person.mens.mandaat.is_some() == approves
        };
        self.people.values().find(fits).map(|person| caller(&self.app, person)).ok_or_else(|| odd(gebied))
    }

    fn backoffice(&self) -> Result<Caller, Error> {
        let found = self.people.values().find(|person| person.mens.rol == "backoffice");
        found.map(|person| caller(&self.app, person)).ok_or_else(|| odd("backoffice"))
    }

    async fn note_opgave(&mut self, opgave: Opgave) -> Result<(), Error> {
        self.turn_to(self.app.now() + TimeDelta::hours(5));
        let request = CreateOpgave {
            gebied: opgave.gebied.as_str().into(),
            titel: opgave.titel.into(),
            tekst: opgave.tekst.into(),
            thema: opgave.thema.into(),
        };
        let view = self.wijkteam(&opgave.gebied, false)?.create_opgave(self.key(), request).await.map_err(refused)?;
        self.opgaven.insert(opgave.sleutel, view.id);
        Ok(())
    }

    async fn act(&self, initiatief: &Initiatief, trace: &mut Traces, deed: Deed) -> Result<(), Error> {
        match deed {
            Deed::HandIn => {
                trace.initiatief = Some(self.hand_in(initiatief).await?);
                Ok(())
            }
            Deed::Support => self.support(initiatief, trace).await,
            Deed::TakeUp => {
                let (caller, id, version) = self.at_desk(initiatief, trace).await?;
                caller.take_up(id, version).await.map_err(refused).map(drop)
            }
            Deed::Answer => self.answer(initiatief, trace).await,
            Deed::Shape => self.shape(initiatief, trace).await,
            Deed::Order => self.order(initiatief, trace).await,
            Deed::Approve => self.approve(initiatief, trace).await,
            Deed::Accept => self.accept(trace).await,
            Deed::Report => self.report(initiatief, trace).await,
            Deed::Close => self.close(initiatief, trace).await,
        }
    }

    async fn hand_in(&self, initiatief: &Initiatief) -> Result<InitiatiefId, Error> {
        // What goes to those who help between neighbours is about somebody.
        let about = if initiatief.loopt == "doorverwezen" { "ja" } else { "nee" };
        let request = CreateInitiatief {
            soort: initiatief.soort.as_str().into(),
            titel: initiatief.titel.as_str().into(),
            tekst: initiatief.tekst.as_str().into(),
            over_persoon: Some(about.into()),
            wijk: initiatief.wijk.as_str().into(),
            thema: initiatief.thema.as_str().into(),
            plaats: initiatief.plaats.as_deref().map(Into::into),
            punt: initiatief.punt.map(|(lon, lat)| Punt { lon, lat }),
            kosten: initiatief.kosten.map(|kosten| kosten.to_string().into()),
            ..CreateInitiatief::default()
        };
        let done =
            self.somebody(&initiatief.indiener)?.create_initiatief(self.key(), request).await.map_err(refused)?;
        Ok(done.id)
    }

    /// Others support it, once the wijkteam has looked at what waits for that.
    async fn support(&self, initiatief: &Initiatief, trace: &Traces) -> Result<(), Error> {
        let id = trace.initiatief.ok_or_else(|| odd("steun"))?;
        let wijkteam = self.wijkteam(&initiatief.gebied, false)?;
        let seen = wijkteam.dossier(id).await.map_err(refused)?;
        if seen.mag_vrijgeven {
            wijkteam.release(id, seen.versie).await.map_err(refused)?;
        }
        for name in &initiatief.steun {
            self.somebody(name)?.support(id).await.map_err(refused)?;
        }
        Ok(())
    }

    async fn at_desk(&self, initiatief: &Initiatief, trace: &Traces) -> Result<(Caller, InitiatiefId, Version), Error> {
        let id = trace.initiatief.ok_or_else(|| odd("initiatief"))?;
        let caller = self.wijkteam(&initiatief.gebied, false)?;
        let version = caller.dossier(id).await.map_err(refused)?.versie;
        Ok((caller, id, version))
    }

    async fn answer(&self, initiatief: &Initiatief, trace: &Traces) -> Result<(), Error> {
        let (caller, id, version) = self.at_desk(initiatief, trace).await?;
        let words = initiatief.tekst_wijkteam.clone().ok_or_else(|| odd("tekst_wijkteam"))?;
        let done = match initiatief.loopt.as_str() {
            "vraag_aan_indiener" => {
                caller.ask_initiator(id, version, Tell { tekst: words.into(), openbaar: false }).await
            }
            "doorverwezen" => caller.refer(id, version, Refer { naar: "ozo".into(), reden: words.into() }).await,
            "afgewezen" => {
                let criterium = initiatief.criterium.clone().ok_or_else(|| odd("criterium"))?;
                caller.reject(id, version, Reject { criterium: criterium.into(), reden: words.into() }).await
            }
            _ => {
                let opgave = self.opgave(initiatief)?.to_string();
                let request = Link { opgave: Some(opgave.into()), nieuwe_opgave: None, reden: words.into() };
                caller.link(id, version, request).await
            }
        };
        done.map_err(refused).map(drop)
    }

    fn opgave(&self, initiatief: &Initiatief) -> Result<OpgaveId, Error> {
        let key = initiatief.opgave.as_ref().ok_or_else(|| odd("opgave"))?;
        self.opgaven.get(key).copied().ok_or_else(|| odd(key))
    }

    /// Money for the opgave, and what will be done with it.
    async fn shape(&self, initiatief: &Initiatief, trace: &mut Traces) -> Result<(), Error> {
        let caller = self.wijkteam(&initiatief.gebied, false)?;
        let opgave = self.opgave(initiatief)?;
        let bedrag = initiatief.bedrag.ok_or_else(|| odd("bedrag"))?;
        let request = CreateInzet {
            product: initiatief.product.as_deref().map(Into::into),
            bedrag: Some(bedrag.to_string().into()),
            jaar: Some(self.jaar),
            uren: Some("8".into()),
            wie: Some("Team leefomgeving".into()),
        };
        let view = caller.create_inzet(self.key(), opgave, request).await.map_err(refused)?;
        let inzet = view.inzetten.last().ok_or_else(|| odd("inzet"))?.id;
        let (_, name) = self.contractor(initiatief)?;
        let request = CreateActiviteit {
            titel: initiatief.titel.as_str().into(),
            wie: Some(name.into()),
            ..CreateActiviteit::default()
        };
        let view = caller.create_activiteit(self.key(), inzet, request).await.map_err(refused)?;
        let inzet = view.inzetten.into_iter().find(|own| own.id == inzet);
        trace.activiteit = inzet.and_then(|inzet| inzet.activiteiten.last().map(|activiteit| activiteit.id));
        Ok(())
    }

    /// Who carries it out: those who do it themselves, a partner for help to people, the city for its streets.
    fn contractor(&self, initiatief: &Initiatief) -> Result<(&'static str, String), Error> {
        let owner = &self.people.get(&initiatief.indiener).ok_or_else(|| odd("indiener"))?.mens;
        if initiatief.soort == "zelf_doen" {
            let name = owner.organisatie.clone().unwrap_or_else(|| "De bewoners zelf".into());
            return Ok(("initiatiefnemer", name));
        }
        let is_street = initiatief.product.as_deref() == Some("mobiliteit_en_openbare_ruimte");
        Ok(if is_street {
            ("backoffice", "Afdeling Openbare ruimte".into())
        } else {
            ("partner", "Welzijnswerk in de wijk".into())
        })
    }

    async fn order(&self, initiatief: &Initiatief, trace: &mut Traces) -> Result<(), Error> {
        let caller = self.wijkteam(&initiatief.gebied, false)?;
        let activiteit = trace.activiteit.ok_or_else(|| odd("activiteit"))?;
        let (kind, name) = self.contractor(initiatief)?;
        let words = initiatief.tekst_wijkteam.as_deref().ok_or_else(|| odd("tekst_wijkteam"))?;
        let request = CreateOpdracht {
            soort: "uitvoeren".into(),
            titel: initiatief.titel.as_str().into(),
            tekst: format!("Zo is het met de indiener afgesproken. Het wijkteam schreef: “{words}”").into(),
            opdrachtnemer: kind.into(),
            opdrachtnemer_naam: name.into(),
            product: initiatief.product.clone().unwrap_or_default().into(),
            bedrag: initiatief.bedrag.map(|bedrag| bedrag.to_string()).unwrap_or_default().into(),
            initiatief: trace.initiatief.map(|id| id.to_string().into()),
        };
        let view = caller.create_opdracht(self.key(), activiteit, request).await.map_err(refused)?;
        trace.opdracht = Some(view.kaart.id);
        caller.request_fiat(view.kaart.id, view.versie).await.map_err(refused).map(drop)
    }

    async fn approve(&self, initiatief: &Initiatief, trace: &Traces) -> Result<(), Error> {
        let caller = self.wijkteam(&initiatief.gebied, true)?;
        let (id, version) = self.opdracht(&caller, trace).await?;
        caller.decide_fiat(id, version, yes()).await.map_err(refused).map(drop)
    }

    async fn opdracht(&self, caller: &Caller, trace: &Traces) -> Result<(OpdrachtId, Version), Error> {
        let id = trace.opdracht.ok_or_else(|| odd("opdracht"))?;
        Ok((id, caller.opdracht(id).await.map_err(refused)?.versie))
    }

    async fn accept(&self, trace: &Traces) -> Result<(), Error> {
        let caller = self.backoffice()?;
        let (id, version) = self.opdracht(&caller, trace).await?;
        caller.decide_acceptance(id, version, yes()).await.map_err(refused).map(drop)
    }

    async fn report(&self, initiatief: &Initiatief, trace: &Traces) -> Result<(), Error> {
        let caller = self.backoffice()?;
        let (id, _) = self.opdracht(&caller, trace).await?;
        let words = initiatief.voortgang.clone().ok_or_else(|| odd("voortgang"))?;
        let request = ReportProgress { tekst: words.into(), fotos: Vec::new() };
        caller.report_progress(self.key(), id, request).await.map_err(refused).map(drop)
    }

    async fn close(&self, initiatief: &Initiatief, trace: &Traces) -> Result<(), Error> {
        let caller = self.backoffice()?;
        let (id, _) = self.opdracht(&caller, trace).await?;
        let besteed = initiatief.besteed.ok_or_else(|| odd("besteed"))?;
        let request = Spend { bedrag: besteed.to_string().into(), omschrijving: "factuur".into(), toelichting: None };
        caller.spend(self.key(), id, request).await.map_err(refused)?;
        let (_, version) = self.opdracht(&caller, trace).await?;
        let view =
            caller.finish_opdracht(id, version, Say { tekst: "Alles is klaar.".into() }).await.map_err(refused)?;
        let words = Say { tekst: "Het werk is gecontroleerd en de rekening klopt.".into() };
        caller.account_for_opdracht(id, view.versie, words).await.map_err(refused).map(drop)
    }
}

fn yes() -> Decide {
    Decide { besluit: "akkoord".into(), reden: None }
}
