//! The buurtbegrotingen of the demo: one for each kind of ballot that people vote on now, and one of which the result is
//! known.

use crate::app::App;
use crate::caller::Caller;
use crate::error::Error;
use crate::jobs;
use crate::seed::Person;
use crate::seed::story::{Past, caller, past, refused};
use crate::stembus;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use contract::bewaarder::{BewaarderApi as _, Bewaarsleutel, GeefSleutel, LeverDeel, NameBewaarders, SleutelDoel};
use contract::buurtbegroting::{BuurtbegrotingApi as _, PlanBuurtbegroting, PlanStembiljet, PlanTelregel};
use contract::field::{Field as _, Raw};
use contract::foto::FotoApi as _;
use contract::gebied::Punt;
use contract::initiatief::{CreateInitiatief, InitiatiefApi as _};
use contract::project::{AddProject, JudgeProject, ProjectApi as _};
use contract::stem::{CastVote, StemApi as _, Stembewijs, Stemcode};
use contract::stembiljet::{Kandidaat, StemKeuze, StembiljetRegels};
use contract::stembureau::{StembureauApi as _, VraagTelling};
use contract::telling::TellingStatus;
use contract::{BuurtbegrotingId, IdempotencyKey, InitiatiefId};
use rust_embed::RustEmbed;
use serde::Deserialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A round as the demo tells it; days are before today, negative ones after.
#[derive(Debug, Deserialize)]
pub(super) struct Round {
    gebied: String,
    titel: String,
    uitleg: String,
    product: String,
    bedrag: String,
    stembiljet: PlanStembiljet,
    #[serde(default, rename = "wijzigenMag")]
    wijzigen_mag: bool,
    dagen: [i64; 4],
    projecten: Vec<Project>,
    stemmen: u32,
}

#[derive(Debug, Deserialize)]
struct Project {
    titel: String,
    tekst: String,
    kosten: String,
    thema: String,
    /// How much people like it, from 1 to 9.
    geliefd: u32,
    /// The initiatief that it comes from.
    van: Option<Origin>,
}

/// What of an initiatief is not in its plan.
#[derive(Debug, Deserialize)]
struct Origin {
    indiener: String,
    wijk: String,
    plaats: String,
    punt: (f64, f64),
    tekening: String,
}

/// Drawings that stand for the photos of residents.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/src/seed/tekeningen"]
struct Drawings;

/// The codes of a round's letters in the demo: `DEMO-0000-0001` and on.
fn code(number: u32) -> Result<Stemcode, Error> {
    let text = format!("DEMO{:04}{:04}", number / 10_000, number % 10_000);
    Stemcode::parse(&text).map_err(|_flaw| Error::Internal(format!("demo.json: {text}")))
}

/// Whether somebody of the demo keeps a part of the keys of its rounds.
fn is_keeper(sleutel: &str) -> bool {
    sleutel.starts_with("bewaarder")
}

/// The key of a custodian of the demo. Everybody may know it, or nobody could try to count.
fn key_of(email: &str) -> Bewaarsleutel {
    let digest = crate::app::sha256(format!("wijkkoers demo {email}").as_bytes());
    Bewaarsleutel::new(digest.try_into().unwrap_or_default())
}

/// The custodians of the demo with their keys, a line each.
pub(super) fn keys(people: &[super::Mens]) -> Vec<String> {
    let keepers = people.iter().filter(|mens| is_keeper(&mens.sleutel));
    keepers.map(|mens| format!("{:<32} {}", mens.email, key_of(&mens.email).grouped())).collect()
}

/// Tells of all rounds.
pub(super) async fn tell(
    app: &Arc<App>,
    people: &BTreeMap<String, Person>,
    rounds: Vec<Round>,
    criteria: &[String],
) -> Result<(), Error> {
    for round in rounds {
        let past = past(app)?;
        let by = |rol: &str, gebied: Option<&str>| {
            let fits = |person: &&Person| person.mens.rol == rol && person.mens.gebied.as_deref() == gebied;
            let person = people.values().find(fits).ok_or_else(|| Error::Internal(format!("demo.json: no {rol}")));
            person.map(|person| (person, Arc::clone(&past.app)))
        };
        let (wijkteam, stembureau) = (by("wijkteam", Some(&round.gebied))?, by("stembureau", None)?);
        let keepers: Vec<&Person> = people.values().filter(|person| is_keeper(&person.mens.sleutel)).collect();
        let teller = Teller { app, past: &past, people, wijkteam, stembureau, keepers };
        teller.tell(&round, criteria).await?;
    }
    Ok(())
}

struct Teller<'a> {
    app: &'a Arc<App>,
    past: &'a Past,
    people: &'a BTreeMap<String, Person>,
    wijkteam: (&'a Person, Arc<App>),
    stembureau: (&'a Person, Arc<App>),
    keepers: Vec<&'a Person>,
}

impl Teller<'_> {
    fn at(&self, days_ago: i64) -> DateTime<Utc> {
        self.app.now() - TimeDelta::days(days_ago)
    }

    fn key(&self) -> IdempotencyKey {
        IdempotencyKey::from_uuid(self.past.app.new_id())
    }

    fn wijkteam(&self) -> Caller {
        caller(&self.wijkteam.1, self.wijkteam.0)
    }

    fn stembureau(&self) -> Caller {
        caller(&self.stembureau.1, self.stembureau.0)
    }

    async fn tell(&self, round: &Round, criteria: &[String]) -> Result<(), Error> {
        let [prepared, checked, opened, closed] = round.dagen;
        self.past.turn_to(self.at(prepared + 7));
        let (id, regels) = self.prepare(round, criteria).await?;
        self.past.turn_to(self.at(prepared) + TimeDelta::hours(9));
        let initiatieven = self.hand_in(round).await?;
        self.past.turn_to(self.at(checked));
        let projects = self.add_projects(round, id, &initiatieven).await?;
        self.letters_and_key(round, id).await?;
        self.past.turn_to(self.at(opened) + TimeDelta::minutes(1));
        jobs::drive_votes(&self.past.app).await?;
        // The story never runs ahead of today.
        let voted = (self.at(opened) + TimeDelta::days(3)).min(self.at(0) - TimeDelta::hours(1));
        self.past.turn_to(voted);
        self.vote(round, (id, regels), &projects).await?;
        jobs::drive_votes(&self.past.app).await?;
        if closed > 0 {
            self.past.turn_to(self.at(closed) + TimeDelta::minutes(1));
            jobs::drive_votes(&self.past.app).await?;
            self.count(id).await?;
        }
        Ok(())
    }

    async fn count(&self, id: BuurtbegrotingId) -> Result<(), Error> {
        let stembureau = self.stembureau();
        let asked = stembureau.count_votes(id, VraagTelling::default()).await.map_err(refused)?;
        self.hand_in_two(id, SleutelDoel::Telling).await?;
        loop {
            let telling = stembureau.telling(asked.id).await.map_err(refused)?;
            match telling.status {
                TellingStatus::Klaar => return Ok(()),
                TellingStatus::Mislukt => return Err(Error::Internal(format!("demo.json: {:?}", telling.fout))),
                TellingStatus::Gevraagd | TellingStatus::Bezig => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    /// Two custodians hand in their parts, as their browsers do.
    async fn hand_in_two(&self, id: BuurtbegrotingId, doel: SleutelDoel) -> Result<(), Error> {
        for keeper in self.keepers.iter().take(2) {
            let who = caller(&self.past.app, keeper);
            let sealed = who.bewaarder(id).await.map_err(refused)?.verzegeld_deel.unwrap_or_default();
            let part = hex::decode(sealed).ok().and_then(|sealed| bewaren::open(&key_of(&keeper.mens.email), &sealed));
            let part = part.ok_or_else(|| Error::Internal("demo.json: a part that its keeper cannot open".into()))?;
            let request = LeverDeel { doel: doel.as_str().into(), deel: part.grouped().into() };
            who.hand_in_deel(id, request).await.map_err(refused)?;
        }
        Ok(())
    }

    async fn prepare(&self, round: &Round, criteria: &[String]) -> Result<(BuurtbegrotingId, StembiljetRegels), Error> {
        let [prepared, checked, opened, closed] = round.dagen;
        let moment =
            |days: i64| -> Raw<DateTime<Utc>> { Raw::new(self.at(days).to_rfc3339_opts(SecondsFormat::Secs, true)) };
        let plan = PlanBuurtbegroting {
            gebied: round.gebied.as_str().into(),
            titel: round.titel.as_str().into(),
            uitleg: round.uitleg.as_str().into(),
            jaar: chrono::Datelike::year(&self.app.today()),
            product: round.product.as_str().into(),
            bedrag: round.bedrag.as_str().into(),
            stemgerechtigd: "bewoners".into(),
            minimum_leeftijd: "12".into(),
            stembiljet: round.stembiljet.clone(),
            wijzigen_mag: round.wijzigen_mag,
            telregel: PlanTelregel { regel: "equal-shares".into(), ..PlanTelregel::default() },
            criteria: criteria.iter().map(|code| code.as_str().into()).collect(),
            inzenden_vanaf: moment(prepared),
            toetsen_vanaf: moment(checked),
            stemmen_vanaf: moment(opened),
            stemmen_tot: moment(closed),
            ..PlanBuurtbegroting::default()
        };
        let wijkteam = self.wijkteam();
        let made = wijkteam.create_buurtbegroting(self.key(), plan).await.map_err(refused)?;
        wijkteam.publish_buurtbegroting(made.kaart.id, made.versie).await.map_err(refused)?;
        Ok((made.kaart.id, made.spelregels.stembiljet))
    }

    /// The initiatieven that plans come from; nothing where a plan is the wijkteam's own.
    async fn hand_in(&self, round: &Round) -> Result<Vec<Option<InitiatiefId>>, Error> {
        let mut ids = Vec::new();
        for project in &round.projecten {
            let Some(from) = &project.van else {
                ids.push(None);
                continue;
            };
            let odd = |what: &str| Error::Internal(format!("demo.json: {what}"));
            let who = self.people.get(&from.indiener).ok_or_else(|| odd(&from.indiener))?;
            let who = caller(&self.past.app, who);
            let drawing = Drawings::get(&format!("{}.jpg", from.tekening)).ok_or_else(|| odd(&from.tekening))?;
            let foto = who.upload_foto(self.key(), drawing.data.into_owned()).await.map_err(refused)?;
            let request = CreateInitiatief {
                soort: "idee".into(),
                titel: project.titel.as_str().into(),
                tekst: project.tekst.as_str().into(),
                over_persoon: Some("nee".into()),
                wijk: from.wijk.as_str().into(),
                thema: project.thema.as_str().into(),
                plaats: Some(from.plaats.as_str().into()),
                punt: Some(Punt { lon: from.punt.0, lat: from.punt.1 }),
                kosten: Some(project.kosten.as_str().into()),
                fotos: vec![foto.id.to_string().into()],
                ..CreateInitiatief::default()
            };
            ids.push(Some(who.create_initiatief(self.key(), request).await.map_err(refused)?.id));
        }
        Ok(ids)
    }

    async fn add_projects(
        &self,
        round: &Round,
        id: BuurtbegrotingId,
        initiatieven: &[Option<InitiatiefId>],
    ) -> Result<Vec<Kandidaat>, Error> {
        let wijkteam = self.wijkteam();
        let mut ids = Vec::new();
        for (project, initiatief) in round.projecten.iter().zip(initiatieven) {
            let add = AddProject {
                initiatief: initiatief.map(|id| id.to_string().into()),
                wijk: project.van.as_ref().map(|from| from.wijk.as_str().into()),
                titel: project.titel.as_str().into(),
                tekst: project.tekst.as_str().into(),
                kosten: project.kosten.as_str().into(),
                thema: project.thema.as_str().into(),
                ..AddProject::default()
            };
            let added = wijkteam.add_project(self.key(), id, add).await.map_err(refused)?;
            let new = added.projecten.last().map(|own| Kandidaat { project: own.id, kosten: own.kosten });
            let new = new.ok_or_else(|| Error::Internal("demo.json: no project".into()))?;
            let admit = JudgeProject { besluit: "toelaten".into(), ..JudgeProject::default() };
            wijkteam.judge_project(new.project, admit).await.map_err(refused)?;
            ids.push(new);
        }
        Ok(ids)
    }

    /// Letters for those who voted already, and fifty for whoever plays with the demo; and a key in three parts.
    async fn letters_and_key(&self, round: &Round, id: BuurtbegrotingId) -> Result<(), Error> {
        let letter = |number: u32| Ok((i64::from(number), code(number)?));
        let letters: Vec<(i64, Stemcode)> =
            (1..=round.stemmen.saturating_add(50)).map(letter).collect::<Result<_, Error>>()?;
        stembus::add_letters(&self.past.app, id, &letters).await?;
        let address = |at: usize| self.keepers.get(at).map_or("", |keeper| keeper.mens.email.as_str()).into();
        let names = NameBewaarders { bewaarder1: address(0), bewaarder2: address(1), bewaarder3: address(2) };
        self.stembureau().name_bewaarders(id, names).await.map_err(refused)?;
        for keeper in &self.keepers {
            let public = bewaren::public_half(&key_of(&keeper.mens.email)).to_string();
            let request = GeefSleutel { publieke_sleutel: public.into() };
            caller(&self.past.app, keeper).give_sleutel(id, request).await.map_err(refused)?;
        }
        self.hand_in_two(id, SleutelDoel::Proef).await
    }

    /// People who like some projects more than others, each in their own way and always the same.
    async fn vote(
        &self,
        round: &Round,
        (id, regels): (BuurtbegrotingId, StembiljetRegels),
        projects: &[Kandidaat],
    ) -> Result<(), Error> {
        let voter = Caller::visitor(Arc::clone(&self.past.app), "demo".into());
        // The first fifty letters are for whoever plays.
        for number in 51..=round.stemmen.saturating_add(50) {
            let taste =
                |at: usize| crate::app::sha256(format!("{number} {at}").as_bytes()).first().copied().unwrap_or(0);
            let mut liked: Vec<(u32, Kandidaat)> = (projects.iter().zip(&round.projecten).enumerate())
                .map(|(at, (own, project))| (project.geliefd * 28 + u32::from(taste(at)), *own))
                .collect();
            liked.sort_by_key(|(liking, own)| (Reverse(*liking), own.project));
            let liked: Vec<Kandidaat> = liked.into_iter().map(|(_, own)| own).collect();
            let request = CastVote {
                stemcode: code(number)?.as_str().into(),
                biljet_id: Stembewijs(self.past.app.random()?).biljet(id).to_string().into(),
                keuzes: ballot(regels, &liked, usize::from(taste(99))),
            };
            voter.cast_vote(id, request).await.map_err(refused)?;
        }
        Ok(())
    }
}

/// What somebody with this taste makes of the projects that they like, the best first.
fn ballot(regels: StembiljetRegels, liked: &[Kandidaat], taste: usize) -> Vec<StemKeuze> {
    let chosen = |own: &Kandidaat, punten| StemKeuze { project: own.project, punten };
    match regels {
        StembiljetRegels::Goedkeuring { hoogstens, .. } | StembiljetRegels::Rangorde { hoogstens, .. } => {
            let number = taste % usize::from(hoogstens) + 1;
            liked.iter().take(number).map(|own| chosen(own, 1)).collect()
        }
        StembiljetRegels::Knapzak { budget, .. } => {
            let mut left = budget.cents();
            let mut fits = |own: &&Kandidaat| match left.checked_sub(own.kosten.cents()).filter(|rest| *rest >= 0) {
                Some(rest) => {
                    left = rest;
                    true
                }
                None => false,
            };
            liked.iter().take(taste % liked.len() + 1).filter(|own| fits(own)).map(|own| chosen(own, 1)).collect()
        }
        StembiljetRegels::Punten { punten, per_project } => {
            let mut left = punten;
            let give = |own: &Kandidaat| {
                let points = left.min(per_project).div_ceil(if left > per_project { 1 } else { 2 });
                left -= points;
                (points > 0).then(|| chosen(own, points))
            };
            liked.iter().take(taste % liked.len() + 1).filter_map(give).collect()
        }
    }
}
