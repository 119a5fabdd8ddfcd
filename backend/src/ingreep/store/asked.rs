//! What was asked of a stembureau, over all votes: for the lists of who has to answer, and of who asked and was refused.

use crate::database::sql;
use crate::error::Error;
use chrono::{DateTime, Utc};
use contract::ingreep::{DeelSoort, Planverwijzing, Weglaatweigering, Weigering};
use contract::{AccountId, BuurtbegrotingId, IngreepId, InitiatiefId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

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
    foto_nummer: i64,
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
            foto_nummer: u32::try_from(self.foto_nummer).ok().filter(|number| *number > 0),
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
         COALESCE(i.openbaar, FALSE) AS openbaar, a.naam, g.geweigerd_at, g.geweigerd_reden, \
         (SELECT COUNT(*) FROM foto f JOIN foto o ON o.origineel_van IS NULL AND (o.initiatief_id = f.initiatief_id \
         OR o.opdracht_id = f.opdracht_id) AND (o.volgorde < f.volgorde OR (o.volgorde = f.volgorde AND o.id <= f.id)) \
         WHERE f.id = g.deel_id AND g.deel_soort = 'foto') AS foto_nummer FROM ingreep g \
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
