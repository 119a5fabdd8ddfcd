//! What was taken away, in the database.

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use crate::ingreep::photos::Vote;
use crate::ingreep::rules;
use chrono::{DateTime, Utc};
use contract::ingreep::{
    Daad, DeelSoort, IngreepSoort, IngreepStatus, Planverwijzing, Stap, StapSoort, Veld, Weglaatweigering, Weigering,
};
use contract::{AccountId, BuurtbegrotingId, DeelId, FotoId, GeheelId, IngreepId, InitiatiefId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Debug, FromQueryResult)]
struct Row {
    id: Uuid,
    geheel_id: Uuid,
    soort: String,
    deel_soort: String,
    deel_id: Uuid,
    veld: String,
    status: String,
    reden: String,
    door: Uuid,
    naam: String,
    at: DateTime<Utc>,
    origineel: Option<String>,
    nieuw: String,
    bevestigd_naam: Option<String>,
    bevestigd_at: Option<DateTime<Utc>>,
    terug_door: Option<Uuid>,
    terug_naam: Option<String>,
    terug_at: Option<DateTime<Utc>>,
    hersteld_naam: Option<String>,
    hersteld_at: Option<DateTime<Utc>>,
    geweigerd_naam: Option<String>,
    geweigerd_at: Option<DateTime<Utc>>,
    geweigerd_reden: Option<String>,
    ingetrokken_at: Option<DateTime<Utc>>,
    vernietigd_at: Option<DateTime<Utc>>,
    verzoek_id: Option<Uuid>,
    nieuwste: bool,
    samengevoegd: bool,
    sinds_at: Option<DateTime<Utc>>,
}

impl Row {
    /// How it stands. The column knows three words, which the version before knows too; the rest is told by what stands beside
    /// it.
    fn status(&self) -> Option<IngreepStatus> {
        let is_asked_back = self.terug_at.is_some() && self.vernietigd_at.is_none();
        Some(match self.status.parse::<IngreepStatus>().ok()? {
            IngreepStatus::Gedaan if is_asked_back => IngreepStatus::HerstelWacht,
            IngreepStatus::Hersteld if self.ingetrokken_at.is_some() => IngreepStatus::Ingetrokken,
            IngreepStatus::Hersteld if self.is_refused() => IngreepStatus::Geweigerd,
            status @ (IngreepStatus::Wacht
            | IngreepStatus::Gedaan
            | IngreepStatus::HerstelWacht
            | IngreepStatus::Hersteld
            | IngreepStatus::Ingetrokken
            | IngreepStatus::Geweigerd) => status,
        })
    }

    /// Whether the stembureau said no to taking it away.
    fn is_refused(&self) -> bool {
        self.geweigerd_at.is_some() && self.geweigerd_at == self.hersteld_at
    }

    /// The steps that the columns tell of: the version before notes no others.
    fn steps(&self) -> Vec<Stap> {
        let step = |soort, door: Option<&String>, op: Option<DateTime<Utc>>, reden: Option<&String>| {
            Some(Stap { soort, door: door?.clone(), op: op?, reden: reden.cloned() })
        };
        let (is_refused, refusal) = (self.is_refused(), self.geweigerd_reden.as_ref());
        let refused_back = self.geweigerd_at.filter(|_| !is_refused);
        let over = if is_refused {
            StapSoort::Geweigerd
        } else if self.ingetrokken_at.is_some() {
            StapSoort::Ingetrokken
        } else if self.terug_at.is_some() {
            StapSoort::TerugBevestigd
        } else {
            StapSoort::Teruggezet
        };
        let steps = [
            step(StapSoort::Bevestigd, self.bevestigd_naam.as_ref(), self.bevestigd_at, None),
            step(StapSoort::TerugGevraagd, self.terug_naam.as_ref(), self.terug_at, None),
            step(StapSoort::TerugGeweigerd, self.geweigerd_naam.as_ref(), refused_back, refusal),
            step(over, self.hersteld_naam.as_ref(), self.hersteld_at, refusal.filter(|_| is_refused)),
        ];
        steps.into_iter().flatten().collect()
    }
}

/// Who asked a part of what waits, before somebody asked more of the same text or photo.
#[derive(Debug, Clone)]
pub struct Vrager {
    /// Who.
    pub door: AccountId,
    /// What they are called.
    pub naam: String,
    /// When they asked it.
    pub op: DateTime<Utc>,
}

/// Something that was taken away.
#[derive(Debug, Clone)]
pub struct Ingreep {
    /// Its id.
    pub id: IngreepId,
    /// What it is part of.
    pub geheel: GeheelId,
    /// What was done.
    pub soort: IngreepSoort,
    /// What holds it.
    pub deel: DeelSoort,
    /// Which one.
    pub deel_id: DeelId,
    /// Which of its texts.
    pub veld: Veld,
    /// How it stands.
    pub status: IngreepStatus,
    /// Why.
    pub reden: String,
    /// Who did it.
    pub door: AccountId,
    /// What they are called.
    pub naam: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who asked a part of it before, each once, the first one first.
    pub vroegen: Vec<Vrager>,
    /// What stood there; of a photo with parts filled, the id of the one that keeps the picture.
    pub origineel: Option<String>,
    /// What stands there instead; nothing of a photo.
    pub nieuw: String,
    /// That the stembureau confirmed it.
    pub bevestigd: Option<Daad>,
    /// Who asked to put back what the stembureau confirmed.
    pub terug_door: Option<AccountId>,
    /// That somebody asked it.
    pub teruggevraagd: Option<Daad>,
    /// That it was put back, or the request withdrawn.
    pub hersteld: Option<Daad>,
    /// That the stembureau refused what was asked last.
    pub geweigerd: Option<Weigering>,
    /// All that was done with it since, oldest first.
    pub stappen: Vec<Stap>,
    /// The request that it is part of; nothing of what the version before took away.
    pub verzoek: Option<Uuid>,
    /// Whether what stood there is destroyed.
    pub is_destroyed: bool,
    /// Whether nothing was done later to the same text or photo that stands.
    pub is_newest: bool,
    /// Whether a later request took its place, and asks all of it as well.
    pub is_joined: bool,
}

/// Who did something and when, of two columns that are filled together.
fn daad(door: Option<String>, op: Option<DateTime<Utc>>) -> Option<Daad> {
    Some(Daad { door: door?, op: op? })
}

impl Ingreep {
    fn from_row(row: Row, vroegen: Vec<Vrager>) -> Result<Self, Error> {
        let odd = |what: &str| Error::Internal(format!("ingreep.{what}"));
        let refused = daad(row.geweigerd_naam.clone(), row.geweigerd_at).zip(row.geweigerd_reden.clone());
        let stappen = row.steps();
        Ok(Self {
            id: IngreepId(row.id),
            geheel: GeheelId(row.geheel_id),
            soort: row.soort.parse().map_err(|_unknown| odd("soort"))?,
            deel: row.deel_soort.parse().map_err(|_unknown| odd("deel_soort"))?,
            deel_id: DeelId(row.deel_id),
            veld: row.veld.parse().map_err(|_unknown| odd("veld"))?,
            status: row.status().ok_or_else(|| odd("status"))?,
            reden: row.reden,
            door: AccountId(row.door),
            naam: row.naam,
            at: row.at,
            vroegen,
            origineel: row.origineel,
            nieuw: row.nieuw,
            bevestigd: daad(row.bevestigd_naam, row.bevestigd_at),
            terug_door: row.terug_door.map(AccountId),
            teruggevraagd: daad(row.terug_naam, row.terug_at),
            hersteld: daad(row.hersteld_naam, row.hersteld_at),
            geweigerd: refused.map(|(by, reden)| Weigering { door: by.door, op: by.op, reden }),
            stappen,
            verzoek: row.verzoek_id,
            is_destroyed: row.vernietigd_at.is_some(),
            is_newest: row.nieuwste,
            is_joined: row.samengevoegd,
        })
    }

    /// With the steps that were noted one by one; those that only its columns tell of are kept.
    fn with_steps(mut self, noted: Vec<Stap>) -> Self {
        let is_noted = |step: &Stap| noted.iter().any(|own| (own.soort, own.op) == (step.soort, step.op));
        let told: Vec<Stap> = self.stappen.into_iter().filter(|step| !is_noted(step)).collect();
        self.stappen = noted.into_iter().chain(told).collect();
        self.stappen.sort_by_key(|step| step.op);
        self
    }

    /// Who waits for the stembureau; nobody when nothing does.
    #[must_use]
    pub fn asker(&self) -> Option<AccountId> {
        match self.status {
            IngreepStatus::Wacht => Some(self.door),
            IngreepStatus::HerstelWacht => self.terug_door,
            IngreepStatus::Gedaan | IngreepStatus::Hersteld | IngreepStatus::Ingetrokken | IngreepStatus::Geweigerd => {
                None
            }
        }
    }

    /// Everybody who asked what waits, or a part of it, the first one first; nobody when nothing waits.
    #[must_use]
    pub fn askers(&self) -> Vec<AccountId> {
        let Some(last) = self.asker() else { return Vec::new() };
        let is_out = self.status == IngreepStatus::Wacht;
        let mut all: Vec<AccountId> = self.vroegen.iter().filter(|_| is_out).map(|own| own.door).collect();
        if !all.contains(&last) {
            all.push(last);
        }
        all
    }

    /// Since when it waits just as it does: what is withdrawn and asked again waits since another moment.
    #[must_use]
    pub fn waits_since(&self) -> DateTime<Utc> {
        let is_back = self.status == IngreepStatus::HerstelWacht;
        self.teruggevraagd.as_ref().filter(|_| is_back).map_or(self.at, |asked| asked.op)
    }

    /// Since when it was asked, or a part of it.
    #[must_use]
    pub fn since(&self) -> DateTime<Utc> {
        self.vroegen.first().map_or(self.at, |own| own.op)
    }

    /// What everybody is called who asked it, or a part of it.
    #[must_use]
    pub fn namen(&self) -> String {
        let mut all: Vec<&str> = Vec::new();
        for naam in self.vroegen.iter().map(|own| own.naam.as_str()).chain([self.naam.as_str()]) {
            if !all.contains(&naam) {
                all.push(naam);
            }
        }
        all.join(", ")
    }

    /// Who asked a part of a request that takes the place of this one.
    #[must_use]
    pub fn asked_before(&self) -> Vec<Vrager> {
        let mut all = self.vroegen.clone();
        if all.iter().all(|own| own.door != self.door) {
            all.push(Vrager { door: self.door, naam: self.naam.clone(), op: self.at });
        }
        all
    }

    /// When what stood there is destroyed.
    #[must_use]
    pub fn kept_until(&self) -> DateTime<Utc> {
        let done = self.bevestigd.as_ref().map_or(self.at, |by| by.op);
        let is_asked = self.status == IngreepStatus::HerstelWacht;
        rules::kept_until(done, self.teruggevraagd.as_ref().filter(|_| is_asked).map(|by| by.op))
    }

    /// The photo that it is about.
    #[must_use]
    pub const fn foto(&self) -> FotoId {
        FotoId(self.deel_id.0)
    }

    /// The same, when it is about a photo.
    #[must_use]
    pub fn photo(&self) -> Option<FotoId> {
        (self.deel == DeelSoort::Foto).then(|| self.foto())
    }

    /// The hidden photo that keeps the picture as it was.
    #[must_use]
    pub fn kept_foto(&self) -> Option<FotoId> {
        self.origineel.as_deref()?.parse().ok()
    }
}

/// What is part of something, or of the plans that are in it or were made of it, which wait in their rounds; `$1` is its id.
macro_rules! part_of_it {
    () => {
        "(g.geheel_id = $1 OR g.initiatief_id = $1 OR (g.deel_soort = 'project' AND g.deel_id IN (SELECT p.id FROM project p \
         WHERE p.initiatief_id = $1 OR p.buurtbegroting_id = $1)))"
    };
}

/// What waits for the stembureau.
macro_rules! waiting {
    () => {
        "(g.status = 'wacht' OR (g.status = 'gedaan' AND g.terug_at IS NOT NULL AND g.vernietigd_at IS NULL))"
    };
}

/// Whether a later request about the same text or photo took the place of this one. That tells who asked a part of it, and when;
/// what is asked anew after somebody withdrew this one tells of nobody who asked so early.
macro_rules! taken_up {
    () => {
        "EXISTS (SELECT 1 FROM ingreep l JOIN ingreep_vrager v ON v.ingreep_id = l.id WHERE l.deel_id = g.deel_id \
         AND l.deel_soort = g.deel_soort AND l.veld = g.veld AND l.id > g.id AND v.door = g.door AND v.at <= g.at)"
    };
}

macro_rules! select {
    ($($rest:tt)+) => {
        concat!(
            "SELECT g.id, g.geheel_id, g.soort, g.deel_soort, g.deel_id, g.veld, g.status, g.reden, g.door, a.naam, g.at, \
             g.origineel, g.nieuw, b.naam AS bevestigd_naam, g.bevestigd_at, g.terug_door, t.naam AS terug_naam, g.terug_at, \
             h.naam AS hersteld_naam, g.hersteld_at, w.naam AS geweigerd_naam, g.geweigerd_at, g.geweigerd_reden, \
             g.ingetrokken_at, g.vernietigd_at, g.verzoek_id, NOT EXISTS (SELECT 1 FROM ingreep n \
             WHERE n.deel_id = g.deel_id AND n.deel_soort = g.deel_soort AND n.veld = g.veld AND n.status <> 'hersteld' \
             AND n.id > g.id) AS nieuwste, \
             g.ingetrokken_at IS NOT NULL AND ", taken_up!(), " AS samengevoegd, \
             (SELECT MIN(v.at) FROM ingreep_vrager v WHERE v.ingreep_id = g.id) AS sinds_at FROM ingreep g JOIN account a ON a.id = g.door \
             LEFT JOIN account b ON b.id = g.bevestigd_door LEFT JOIN account t ON t.id = g.terug_door \
             LEFT JOIN account h ON h.id = g.hersteld_door LEFT JOIN account w ON w.id = g.geweigerd_door WHERE ",
            $($rest)+
        )
    };
}

/// The steps of a piece of what is part of something.
macro_rules! steps {
    ($($rest:tt)+) => {
        concat!(
            "SELECT s.ingreep_id, s.soort, a.naam, s.at, s.reden FROM ingreep_stap s JOIN account a ON a.id = s.door \
             JOIN ingreep g ON g.id = s.ingreep_id WHERE ",
            part_of_it!(),
            $($rest)+,
            " ORDER BY s.id"
        )
    };
}

/// What was kept long enough: it counts from when it was done, which the stembureau may have said long after it was asked. Whoever
/// asked to have it back gets an answer first, but does not wait for ever. `$1` is the moment before which that is.
macro_rules! due {
    () => {
        "g.vernietigd_at IS NULL AND COALESCE(g.bevestigd_at, g.at) < $1 \
         AND (g.status <> 'gedaan' OR g.terug_at IS NULL OR g.terug_at < $1)"
    };
}

async fn all<C: ConnectionTrait>(db: &C, select: sea_orm::Statement) -> Result<Vec<Ingreep>, Error> {
    let mut found = Vec::new();
    for row in Row::find_by_statement(select).all(db).await? {
        found.push(whole(db, row).await?);
    }
    Ok(found)
}

#[derive(Debug, FromQueryResult)]
struct VragerRow {
    door: Uuid,
    naam: String,
    at: DateTime<Utc>,
}

/// One of them with who asked a part of it before: of most nobody did.
async fn whole<C: ConnectionTrait>(db: &C, row: Row) -> Result<Ingreep, Error> {
    if row.sinds_at.is_none() {
        return Ingreep::from_row(row, Vec::new());
    }
    let select = sql(
        db,
        "SELECT v.door, a.naam, v.at FROM ingreep_vrager v JOIN account a ON a.id = v.door WHERE v.ingreep_id = $1 \
         ORDER BY v.at, v.door",
        [row.id.into()],
    );
    let vrager = |own: VragerRow| Vrager { door: AccountId(own.door), naam: own.naam, op: own.at };
    let vroegen = VragerRow::find_by_statement(select).all(db).await?.into_iter().map(vrager).collect();
    Ingreep::from_row(row, vroegen)
}

/// All of something that waits for the stembureau, newest first.
///
/// # Errors
/// When the database is away.
pub async fn list_waiting<C: ConnectionTrait>(db: &C, id: GeheelId) -> Result<Vec<Ingreep>, Error> {
    let select = sql(db, select!(part_of_it!(), " AND ", waiting!(), " ORDER BY g.id DESC"), [id.0.into()]);
    let found = all(db, select).await?;
    with_steps(db, sql(db, steps!(" AND ", waiting!()), [id.0.into()]), found).await
}

/// What was taken away of something and does not wait, newest first, from before `cursor`.
///
/// # Errors
/// When the database is away.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    id: GeheelId,
    (cursor, limit): (Option<Uuid>, u64),
) -> Result<Vec<Ingreep>, Error> {
    let select = sql(
        db,
        select!(part_of_it!(), " AND NOT ", waiting!(), " AND g.id < $2 ORDER BY g.id DESC LIMIT $3"),
        [id.0.into(), cursor.unwrap_or(Uuid::max()).into(), i64::try_from(limit).unwrap_or(i64::MAX).into()],
    );
    let found = all(db, select).await?;
    let (Some(newest), Some(oldest)) = (found.first(), found.last()) else { return Ok(found) };
    let of_page = sql(
        db,
        steps!(" AND NOT ", waiting!(), " AND g.id <= $2 AND g.id >= $3"),
        [id.0.into(), newest.id.0.into(), oldest.id.0.into()],
    );
    with_steps(db, of_page, found).await
}

/// All of the requests about something of which one part was done, and another was refused, withdrawn or put back; also what
/// they took away elsewhere. In the order in which it was asked; the last hundred of them.
///
/// # Errors
/// When the database is away.
pub async fn list_divided<C: ConnectionTrait>(db: &C, id: GeheelId) -> Result<Vec<Ingreep>, Error> {
    let select = sql(
        db,
        select!(
            "g.verzoek_id IN (SELECT g.verzoek_id FROM ingreep g WHERE g.verzoek_id IS NOT NULL AND ",
            part_of_it!(),
            " AND EXISTS (SELECT 1 FROM ingreep e WHERE e.verzoek_id = g.verzoek_id AND e.status = 'hersteld') \
             AND EXISTS (SELECT 1 FROM ingreep e WHERE e.verzoek_id = g.verzoek_id AND e.status = 'gedaan' \
             AND e.vernietigd_at IS NULL) GROUP BY g.verzoek_id ORDER BY g.verzoek_id DESC LIMIT 100) ORDER BY g.id"
        ),
        [id.0.into()],
    );
    all(db, select).await
}

/// All that a request took away or asked to, however it stands.
///
/// # Errors
/// When the database is away.
pub async fn list_of_request<C: ConnectionTrait>(db: &C, verzoek: Uuid) -> Result<Vec<Ingreep>, Error> {
    all(db, sql(db, select!("g.verzoek_id = $1 ORDER BY g.id"), [verzoek.into()])).await
}

/// What somebody took away or asked to last, however it stands; newest first.
///
/// # Errors
/// When the database is away.
pub async fn list_by<C: ConnectionTrait>(db: &C, who: AccountId, most: i64) -> Result<Vec<Ingreep>, Error> {
    all(db, sql(db, select!("g.door = $1 ORDER BY g.id DESC LIMIT $2"), [who.0.into(), most.into()])).await
}

/// All that the same request took away and that nobody asked to be put back.
///
/// # Errors
/// When the database is away.
pub async fn list_done<C: ConnectionTrait>(db: &C, own: &Ingreep) -> Result<Vec<Ingreep>, Error> {
    let Some(verzoek) = own.verzoek else { return Ok(vec![own.clone()]) };
    let select = sql(
        db,
        select!("g.verzoek_id = $1 AND g.status = 'gedaan' AND g.terug_at IS NULL ORDER BY g.id"),
        [verzoek.into()],
    );
    all(db, select).await
}

#[derive(Debug, FromQueryResult)]
struct StepRow {
    ingreep_id: Uuid,
    soort: String,
    naam: String,
    at: DateTime<Utc>,
    reden: Option<String>,
}

/// These, with what was noted of what was done with them: `select` is the steps of these.
async fn with_steps<C: ConnectionTrait>(
    db: &C,
    select: sea_orm::Statement,
    found: Vec<Ingreep>,
) -> Result<Vec<Ingreep>, Error> {
    let mut steps: BTreeMap<Uuid, Vec<Stap>> = BTreeMap::new();
    for row in StepRow::find_by_statement(select).all(db).await? {
        let soort = row.soort.parse().map_err(|_unknown| Error::Internal("ingreep_stap.soort".into()))?;
        let step = Stap { soort, door: row.naam, op: row.at, reden: row.reden };
        steps.entry(row.ingreep_id).or_default().push(step);
    }
    let with = |own: Ingreep| {
        let noted = steps.remove(&own.id.0).unwrap_or_default();
        own.with_steps(noted)
    };
    Ok(found.into_iter().map(with).collect())
}

#[derive(Debug, FromQueryResult)]
struct RequestRow {
    id: Uuid,
    ronde: Uuid,
    deel_soort: String,
    titel: String,
    naam: String,
    eerder: Option<String>,
    sinds: DateTime<Utc>,
}

/// A text or photo that waits for a stembureau.
#[derive(Debug, Clone)]
pub struct Request {
    /// Of which vote.
    pub ronde: BuurtbegrotingId,
    /// Whether it is a photo.
    pub is_photo: bool,
    /// What that is called.
    pub titel: String,
    /// What everybody is called who asked it, or a part of it, the first one first.
    pub namen: Vec<String>,
    /// Since when it waits, or the first part of it.
    pub sinds: DateTime<Utc>,
}

/// A list of codes as one value: both databases look for a code between commas. Of all gebieden when `None`.
fn between_commas(gebieden: Option<&[String]>) -> String {
    gebieden.map_or_else(|| "*".to_owned(), |own| format!(",{},", own.join(",")))
}

/// All that waits for a stembureau of these gebieden (of all when `None`), but not what this one asked; what waits longest first.
///
/// # Errors
/// When the database is away.
pub async fn list_requests<C: ConnectionTrait>(
    db: &C,
    own: Option<&[String]>,
    but: Option<AccountId>,
) -> Result<Vec<Request>, Error> {
    let but = but.map_or(Uuid::nil(), |who| who.0);
    let select = sql(
        db,
        concat!(
            "SELECT g.id, b.id AS ronde, g.deel_soort, COALESCE(m.tekst, b.titel) AS titel, a.naam, e.naam AS eerder, \
             COALESCE(g.terug_at, (SELECT MIN(n.at) FROM ingreep_vrager n WHERE n.ingreep_id = g.id), g.at) AS sinds \
             FROM ingreep g JOIN buurtbegroting b ON b.id = g.geheel_id \
             LEFT JOIN buurtbegroting_masker m ON m.buurtbegroting_id = b.id AND m.veld = 'titel' \
             JOIN account a ON a.id = CASE WHEN g.status = 'wacht' THEN g.door ELSE g.terug_door END \
             LEFT JOIN ingreep_vrager v ON v.ingreep_id = g.id AND g.status = 'wacht' \
             LEFT JOIN account e ON e.id = v.door WHERE ",
            waiting!(),
            " AND ($1 = '*' OR $1 LIKE '%,' || b.gebied || ',%') AND a.id <> $2 \
             AND NOT EXISTS (SELECT 1 FROM ingreep_vrager o WHERE o.ingreep_id = g.id AND o.door = $2 AND g.status = 'wacht') \
             ORDER BY sinds, g.id, v.at"
        ),
        [between_commas(own).into(), but.into()],
    );
    let (mut found, mut last): (Vec<Request>, Option<Uuid>) = (Vec::new(), None);
    for row in RequestRow::find_by_statement(select).all(db).await? {
        // Once for each who asked a part of it before.
        if last != Some(row.id) {
            last = Some(row.id);
            found.push(Request {
                ronde: BuurtbegrotingId(row.ronde),
                is_photo: row.deel_soort == DeelSoort::Foto.as_str(),
                titel: row.titel,
                namen: vec![row.naam],
                sinds: row.sinds,
            });
        }
        let (Some(own), Some(eerder)) = (found.last_mut(), row.eerder) else { continue };
        if !own.namen.contains(&eerder) {
            own.namen.insert(own.namen.len().saturating_sub(1), eerder);
        }
    }
    Ok(found)
}

#[derive(Debug, FromQueryResult)]
struct RefusalRow {
    id: Uuid,
    ronde: Uuid,
    titel: String,
    deel_soort: String,
    veld: String,
    is_back: bool,
    nummer: Option<i64>,
    plan: Option<String>,
    initiatief_id: Option<Uuid>,
    openbaar: bool,
    naam: String,
    geweigerd_at: DateTime<Utc>,
    geweigerd_reden: Option<String>,
}

impl RefusalRow {
    fn view(self) -> Result<Weglaatweigering, Error> {
        let odd = |what: &str| Error::Internal(format!("ingreep.{what}"));
        let plan = |(nummer, titel): (i64, String)| -> Result<Planverwijzing, Error> {
            Ok(Planverwijzing {
                buurtbegroting: BuurtbegrotingId(self.ronde),
                nummer: u32::try_from(nummer).map_err(|_odd| odd("nummer"))?,
                titel,
                initiatief: self.initiatief_id.map(InitiatiefId),
                openbaar: self.openbaar,
            })
        };
        let plan = self.nummer.zip(self.plan).map(plan).transpose()?;
        let reden = self.geweigerd_reden.unwrap_or_default();
        Ok(Weglaatweigering {
            ingreep: IngreepId(self.id),
            buurtbegroting: BuurtbegrotingId(self.ronde),
            titel: self.titel,
            deel: self.deel_soort.parse().map_err(|_unknown| odd("deel_soort"))?,
            veld: self.veld.parse().map_err(|_unknown| odd("veld"))?,
            plan,
            terug: self.is_back,
            weigering: Weigering { door: self.naam, op: self.geweigerd_at, reden },
        })
    }
}

/// What stembureaus of these gebieden (of all when `None`) refused since a time, and nobody asked again; newest first.
///
/// # Errors
/// When the database is away.
pub async fn list_refusals<C: ConnectionTrait>(
    db: &C,
    own: Option<&[String]>,
    (since, most): (DateTime<Utc>, i64),
) -> Result<Vec<Weglaatweigering>, Error> {
    let select = sql(
        db,
        "SELECT g.id, b.id AS ronde, COALESCE(m.tekst, b.titel) AS titel, g.deel_soort, g.veld, \
         g.status = 'gedaan' AS is_back, p.nummer, COALESCE(pm.tekst, p.titel) AS plan, p.initiatief_id, \
         COALESCE(i.openbaar, FALSE) AS openbaar, a.naam, g.geweigerd_at, g.geweigerd_reden FROM ingreep g \
         JOIN buurtbegroting b ON b.id = g.geheel_id JOIN account a ON a.id = g.geweigerd_door \
         LEFT JOIN buurtbegroting_masker m ON m.buurtbegroting_id = b.id AND m.veld = 'titel' \
         LEFT JOIN project p ON p.buurtbegroting_id = b.id AND ((g.deel_soort = 'project' AND p.id = g.deel_id) \
         OR (g.deel_soort = 'foto' AND p.initiatief_id = g.initiatief_id AND p.vervallen_at IS NULL)) \
         LEFT JOIN project_masker pm ON pm.project_id = p.id AND pm.veld = 'titel' \
         LEFT JOIN initiatief i ON i.id = p.initiatief_id \
         WHERE ($1 = '*' OR $1 LIKE '%,' || b.gebied || ',%') AND g.geweigerd_at > $2 AND g.vernietigd_at IS NULL \
         AND ((g.status = 'hersteld' AND g.geweigerd_at = g.hersteld_at) OR (g.status = 'gedaan' AND g.terug_at IS NULL)) \
         AND NOT EXISTS (SELECT 1 FROM ingreep n WHERE n.deel_id = g.deel_id AND n.deel_soort = g.deel_soort \
         AND n.veld = g.veld AND n.id > g.id) ORDER BY g.geweigerd_at DESC, g.id LIMIT $3",
        [between_commas(own).into(), since.into(), most.into()],
    );
    RefusalRow::find_by_statement(select).all(db).await?.into_iter().map(RefusalRow::view).collect()
}

#[derive(Debug, FromQueryResult)]
struct NumberRow {
    aantal: i64,
}

/// How many photos of something are hidden whole.
///
/// # Errors
/// When the database is away.
pub async fn count_hidden<C: ConnectionTrait>(db: &C, id: GeheelId) -> Result<u32, Error> {
    let select = sql(
        db,
        "SELECT COUNT(*) AS aantal FROM ingreep WHERE (geheel_id = $1 OR initiatief_id = $1) AND deel_soort = 'foto' AND soort = 'afschermen' \
         AND status = 'gedaan'",
        [id.0.into()],
    );
    let row = NumberRow::find_by_statement(select).one(db).await?;
    Ok(row.and_then(|row| u32::try_from(row.aantal).ok()).unwrap_or_default())
}

/// One of them.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find<C: ConnectionTrait>(db: &C, id: IngreepId) -> Result<Ingreep, Error> {
    let select = sql(db, select!("g.id = $1"), [id.0.into()]);
    let row = Row::find_by_statement(select).one(db).await?.ok_or(Error::NotFound)?;
    whole(db, row).await
}

/// What the stembureau was asked about a text or photo and has not answered; nothing of most.
///
/// # Errors
/// When the database is away.
pub async fn find_waiting<C: ConnectionTrait>(
    db: &C,
    (soort, id, veld): (DeelSoort, DeelId, Veld),
) -> Result<Option<Ingreep>, Error> {
    let select = sql(
        db,
        select!("g.deel_id = $1 AND g.deel_soort = $2 AND g.veld = $3 AND ", waiting!(), " ORDER BY g.id DESC LIMIT 1"),
        [id.0.into(), soort.as_str().into(), veld.as_str().into()],
    );
    match Row::find_by_statement(select).one(db).await? {
        Some(row) => Ok(Some(whole(db, row).await?)),
        None => Ok(None),
    }
}

/// Some of what was done to photos and is to be forgotten, with the picture that is to be destroyed: the hidden photo, or what is
/// kept of one with parts filled or was drawn for a request that nobody answered.
///
/// # Errors
/// When the database is away.
pub async fn due_photos<C: ConnectionTrait>(
    db: &C,
    before: DateTime<Utc>,
) -> Result<Vec<(IngreepId, Option<FotoId>)>, Error> {
    let select = sql(
        db,
        select!(due!(), " AND g.deel_soort = 'foto' AND g.status <> 'hersteld' ORDER BY g.id LIMIT 100"),
        [before.into()],
    );
    let picture = |own: &Ingreep| match own.soort {
        // Nobody confirmed it: the photo is there.
        IngreepSoort::Afschermen if own.status == IngreepStatus::Wacht => None,
        IngreepSoort::Afschermen => Some(own.foto()),
        IngreepSoort::Onherkenbaar => own.kept_foto(),
    };
    Ok(all(db, select).await?.iter().map(|own| (own.id, picture(own))).collect())
}

/// Forgets what stood there before this time, of one of them; false when that is to be kept after all.
///
/// # Errors
/// When it cannot be written.
pub async fn forget_one<C: ConnectionTrait>(
    tx: &C,
    id: IngreepId,
    (before, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool, Error> {
    let update = sql(
        tx,
        concat!(
            "UPDATE ingreep AS g SET origineel = NULL, vernietigd_at = $2 WHERE g.id = $3 AND g.status <> 'hersteld' AND ",
            due!()
        ),
        [before.into(), now.into(), id.0.into()],
    );
    Ok(tx.execute_raw(update).await?.rows_affected() == 1)
}

/// Forgets what stood there before this time.
///
/// # Errors
/// When it cannot be written.
pub async fn forget<C: ConnectionTrait>(tx: &C, before: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Error> {
    let update = sql(
        tx,
        concat!("UPDATE ingreep AS g SET origineel = NULL, vernietigd_at = $2 WHERE ", due!()),
        [before.into(), now.into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}

/// Something to note.
#[derive(Debug)]
pub struct NewIngreep<'a> {
    /// The request that it is part of.
    pub verzoek: Uuid,
    /// What it is part of.
    pub geheel: GeheelId,
    /// The initiatief that a photo is of: its own page tells of it as well.
    pub initiatief: Option<InitiatiefId>,
    /// What was done.
    pub soort: IngreepSoort,
    /// With what.
    pub deel: (DeelSoort, DeelId, Veld),
    /// How it stands.
    pub status: IngreepStatus,
    /// Why.
    pub reden: &'a str,
    /// Who.
    pub door: AccountId,
    /// When: all that one request does has one moment.
    pub at: DateTime<Utc>,
    /// Who asked a part of it before, in a request that it takes the place of.
    pub vroegen: &'a [Vrager],
    /// What stood there.
    pub origineel: Option<String>,
    /// What stands there instead.
    pub nieuw: &'a str,
}

/// Notes what was taken away.
///
/// # Errors
/// When it cannot be written.
pub async fn insert<C: ConnectionTrait>(tx: &C, app: &App, new: NewIngreep<'_>) -> Result<(), Error> {
    let (deel, id, veld) = new.deel;
    let own = app.new_id();
    let insert = sql(
        tx,
        "INSERT INTO ingreep (id, geheel_id, soort, deel_soort, deel_id, veld, status, reden, door, at, origineel, nieuw, \
         verzoek_id, initiatief_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        [
            own.into(),
            new.geheel.0.into(),
            new.soort.as_str().into(),
            deel.as_str().into(),
            id.0.into(),
            veld.as_str().into(),
            new.status.as_str().into(),
            new.reden.into(),
            new.door.0.into(),
            new.at.into(),
            new.origineel.into(),
            new.nieuw.into(),
            new.verzoek.into(),
            new.initiatief.map(|id| id.0).into(),
        ],
    );
    tx.execute_raw(insert).await?;
    for before in new.vroegen {
        let insert = "INSERT INTO ingreep_vrager (ingreep_id, door, at) VALUES ($1, $2, $3)";
        tx.execute_raw(sql(tx, insert, [own.into(), before.door.0.into(), before.op.into()])).await?;
    }
    Ok(())
}

/// Notes for good what somebody did with an ingreep.
async fn note<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    (own, at): (&Ingreep, DateTime<Utc>),
    (soort, by, reden): (StapSoort, AccountId, Option<&str>),
) -> Result<(), Error> {
    let insert = sql(
        tx,
        "INSERT INTO ingreep_stap (id, ingreep_id, soort, door, at, reden) VALUES ($1, $2, $3, $4, $5, $6)",
        [
            app.new_id().into(),
            own.id.0.into(),
            soort.as_str().into(),
            by.0.into(),
            at.into(),
            reden.map(str::to_owned).into(),
        ],
    );
    tx.execute_raw(insert).await?;
    Ok(())
}

/// Writes on an ingreep what nobody may have written before.
async fn once<C: ConnectionTrait>(
    tx: &C,
    update: &'static str,
    values: impl IntoIterator<Item = sea_orm::Value>,
) -> Result<(), Error> {
    if tx.execute_raw(sql(tx, update, values)).await?.rows_affected() == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Notes that it was put back at once, and why; only once.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn put_back<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    own: &Ingreep,
    (by, reden): (AccountId, &str),
) -> Result<(), Error> {
    back(tx, app, own, (StapSoort::Teruggezet, by, Some(reden))).await
}

/// Notes that the stembureau confirmed that it is put back; only once, and by another than who asked.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn confirmed_back<C: ConnectionTrait>(tx: &C, app: &App, own: &Ingreep, by: AccountId) -> Result<(), Error> {
    back(tx, app, own, (StapSoort::TerugBevestigd, by, None)).await
}

async fn back<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    own: &Ingreep,
    (soort, by, reden): (StapSoort, AccountId, Option<&str>),
) -> Result<(), Error> {
    let now = app.now();
    let update = if own.status == IngreepStatus::HerstelWacht {
        "UPDATE ingreep SET status = 'hersteld', hersteld_door = $1, hersteld_at = $2, origineel = NULL \
         WHERE id = $3 AND status = 'gedaan' AND terug_door <> $1"
    } else {
        "UPDATE ingreep SET status = 'hersteld', hersteld_door = $1, hersteld_at = $2, origineel = NULL \
         WHERE id = $3 AND status = 'gedaan' AND terug_door IS NULL"
    };
    once(tx, update, [by.0.into(), now.into(), own.id.0.into()]).await?;
    note(tx, app, (own, now), (soort, by, reden)).await
}

/// Notes that somebody asks to put it back, when and why; only once.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn asked_back<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    own: &Ingreep,
    (by, reden, now): (AccountId, &str, DateTime<Utc>),
) -> Result<(), Error> {
    let update = "UPDATE ingreep SET terug_door = $1, terug_at = $2, geweigerd_door = NULL, geweigerd_at = NULL, \
                  geweigerd_reden = NULL WHERE id = $3 AND status = 'gedaan' AND terug_door IS NULL";
    once(tx, update, [by.0.into(), now.into(), own.id.0.into()]).await?;
    note(tx, app, (own, now), (StapSoort::TerugGevraagd, by, Some(reden))).await
}

/// Notes that a photo became part of a vote, so that its stembureau finds what it is asked.
///
/// # Errors
/// When it cannot be written.
pub async fn to_vote<C: ConnectionTrait>(tx: &C, id: IngreepId, vote: Vote) -> Result<(), Error> {
    let update = "UPDATE ingreep SET geheel_id = $1, initiatief_id = $2 WHERE id = $3";
    tx.execute_raw(sql(tx, update, [vote.round.0.into(), vote.initiatief.0.into(), id.0.into()])).await?;
    Ok(())
}

/// Notes that what waits need not be answered any more; only once. What was taken away already stays away.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn withdrawn<C: ConnectionTrait>(tx: &C, app: &App, own: &Ingreep, by: AccountId) -> Result<(), Error> {
    let now = app.now();
    if own.status == IngreepStatus::HerstelWacht {
        let update = "UPDATE ingreep SET terug_door = NULL, terug_at = NULL \
                      WHERE id = $1 AND status = 'gedaan' AND terug_door IS NOT NULL";
        once(tx, update, [own.id.0.into()]).await?;
        return note(tx, app, (own, now), (StapSoort::TerugIngetrokken, by, None)).await;
    }
    let update = "UPDATE ingreep SET status = 'hersteld', hersteld_door = $1, hersteld_at = $2, ingetrokken_at = $2, \
                  origineel = NULL WHERE id = $3 AND status = 'wacht'";
    once(tx, update, [by.0.into(), now.into(), own.id.0.into()]).await?;
    note(tx, app, (own, now), (StapSoort::Ingetrokken, by, None)).await
}

/// Notes that the stembureau refused what waits, and why; only once.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn refused<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    own: &Ingreep,
    (by, reden): (AccountId, &str),
) -> Result<(), Error> {
    let now = app.now();
    let (soort, update) = if own.status == IngreepStatus::HerstelWacht {
        let update = "UPDATE ingreep SET terug_door = NULL, terug_at = NULL, geweigerd_door = $1, geweigerd_at = $2, \
                      geweigerd_reden = $4 WHERE id = $3 AND status = 'gedaan' AND terug_door IS NOT NULL";
        (StapSoort::TerugGeweigerd, update)
    } else {
        let update = "UPDATE ingreep SET status = 'hersteld', hersteld_door = $1, hersteld_at = $2, geweigerd_door = $1, \
                      geweigerd_at = $2, geweigerd_reden = $4, origineel = NULL WHERE id = $3 AND status = 'wacht'";
        (StapSoort::Geweigerd, update)
    };
    once(tx, update, [by.0.into(), now.into(), own.id.0.into(), reden.into()]).await?;
    note(tx, app, (own, now), (soort, by, Some(reden))).await
}

/// Notes that the stembureau confirmed it, and from what it was taken; only once, and by nobody who asked a part of it.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn confirmed<C: ConnectionTrait>(tx: &C, app: &App, own: &Ingreep, by: AccountId) -> Result<(), Error> {
    let now = app.now();
    let update = "UPDATE ingreep SET status = 'gedaan', bevestigd_door = $1, bevestigd_at = $2 \
                  WHERE id = $3 AND status = 'wacht' AND NOT EXISTS (SELECT 1 FROM ingreep_vrager v \
                  WHERE v.ingreep_id = $3 AND v.door = $1)";
    once(tx, update, [by.0.into(), now.into(), own.id.0.into()]).await?;
    note(tx, app, (own, now), (StapSoort::Bevestigd, by, None)).await
}

/// What was taken out of the photos of something.
#[derive(Debug, Clone, Copy, Default)]
pub struct PhotosOut {
    /// One of them is hidden whole, or was until it was destroyed.
    pub is_hidden: bool,
    /// One that everybody sees has parts that cannot be recognised.
    pub is_filled: bool,
}

#[derive(Debug, FromQueryResult)]
struct SoortRow {
    soort: String,
}

/// What was taken out of the photos of something.
///
/// # Errors
/// When the database is away.
pub async fn photos_out<C: ConnectionTrait>(db: &C, id: GeheelId) -> Result<PhotosOut, Error> {
    let select = sql(
        db,
        "SELECT DISTINCT g.soort FROM ingreep g WHERE (g.geheel_id = $1 OR g.initiatief_id = $1) AND g.deel_soort = 'foto' \
         AND g.status = 'gedaan' AND (g.soort = 'afschermen' \
         OR EXISTS (SELECT 1 FROM foto f WHERE f.id = g.deel_id AND NOT f.afgeschermd))",
        [id.0.into()],
    );
    let mut out = PhotosOut::default();
    for row in SoortRow::find_by_statement(select).all(db).await? {
        let soort: IngreepSoort = row.soort.parse().map_err(|_unknown| Error::Internal("ingreep.soort".into()))?;
        match soort {
            IngreepSoort::Afschermen => out.is_hidden = true,
            IngreepSoort::Onherkenbaar => out.is_filled = true,
        }
    }
    Ok(out)
}
