//! One thing that was taken away, or asked to be: how it stands in the database, who asked it, and what follows from that. What is
//! looked for is in `read`; how it came to stand so in `write`.

use crate::database::sql;
use crate::error::Error;
use crate::ingreep::rules;
use chrono::{DateTime, Utc};
use contract::ingreep::{Daad, DeelSoort, IngreepSoort, IngreepStatus, Stap, StapSoort, Veld, Weigering};
use contract::{AccountId, DeelId, FotoId, GeheelId, IngreepId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

#[derive(Debug, FromQueryResult)]
pub(super) struct Row {
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
    hersteld_door: Option<Uuid>,
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
    /// Who put it back, or withdrew the request.
    pub hersteld_door: Option<AccountId>,
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
            hersteld_door: row.hersteld_door.map(AccountId),
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
    pub(super) fn with_steps(mut self, noted: Vec<Stap>) -> Self {
        let is_noted = |step: &Stap| noted.iter().any(|own| (own.soort, own.op) == (step.soort, step.op));
        let told: Vec<Stap> = self.stappen.into_iter().filter(|step| !is_noted(step)).collect();
        self.stappen = noted.into_iter().chain(told).collect();
        self.stappen.sort_by_key(|step| step.op);
        self
    }

    /// Whether it waited so long that what it asked is destroyed: nobody can say yes to it any more, and who asks something of the
    /// same text or photo begins afresh.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.status == IngreepStatus::Wacht && self.is_destroyed
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

    /// What those are called who asked what waits, or a part of it, without this one.
    #[must_use]
    pub fn other_askers(&self, who: AccountId) -> Vec<String> {
        let last = match self.status {
            IngreepStatus::HerstelWacht => self.teruggevraagd.as_ref().map(|asked| asked.door.as_str()),
            IngreepStatus::Wacht => Some(self.naam.as_str()),
            IngreepStatus::Gedaan | IngreepStatus::Hersteld | IngreepStatus::Ingetrokken | IngreepStatus::Geweigerd => {
                None
            }
        };
        let is_out = self.status == IngreepStatus::Wacht;
        let before = self.vroegen.iter().filter(|own| is_out && Some(own.door) != self.asker());
        let all = before.map(|own| (Some(own.door), own.naam.as_str())).chain(last.map(|naam| (self.asker(), naam)));
        all.filter(|(door, _)| *door != Some(who)).map(|(_, naam)| naam.to_owned()).collect()
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

pub(super) async fn all<C: ConnectionTrait>(db: &C, select: sea_orm::Statement) -> Result<Vec<Ingreep>, Error> {
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
pub(super) async fn whole<C: ConnectionTrait>(db: &C, row: Row) -> Result<Ingreep, Error> {
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
