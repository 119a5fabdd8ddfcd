//! Where the texts stand that everybody reads: of an initiatief, an opgave, an opdracht or a buurtbegroting, the places to
//! which they were copied with them. [`DOORS`] is all of them; a test of the API holds it against every column of the schema.

use crate::access::Subject;
use crate::app::App;
use crate::database::{once, sql};
use crate::error::Error;
use contract::ingreep::{DeelSoort, Geheel, Planverwijzing, Veld};
use contract::{AccountId, BuurtbegrotingId, DeelId, GeheelId, InitiatiefId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Every text that can be taken out of public view: in which column it stands, and what it is called here.
pub const DOORS: [(&str, DeelSoort, Veld); 22] = [
    ("initiatief.titel", DeelSoort::Initiatief, Veld::Titel),
    ("initiatief.tekst", DeelSoort::Initiatief, Veld::Tekst),
    ("initiatief.plaats", DeelSoort::Initiatief, Veld::Plaats),
    ("initiatief.lat", DeelSoort::Initiatief, Veld::Punt),
    ("initiatief.organisatie", DeelSoort::Initiatief, Veld::Organisatie),
    ("gebeurtenis.tekst", DeelSoort::Gebeurtenis, Veld::Tekst),
    ("opgave.titel", DeelSoort::Opgave, Veld::Titel),
    ("opgave.tekst", DeelSoort::Opgave, Veld::Tekst),
    ("inzet.wie", DeelSoort::Inzet, Veld::Wie),
    ("activiteit.titel", DeelSoort::Activiteit, Veld::Titel),
    ("activiteit.wie", DeelSoort::Activiteit, Veld::Wie),
    ("opdracht.titel", DeelSoort::Opdracht, Veld::Titel),
    ("opdracht.tekst", DeelSoort::Opdracht, Veld::Tekst),
    ("opdracht.opdrachtnemer_naam", DeelSoort::Opdracht, Veld::Wie),
    ("buurtbegroting.titel", DeelSoort::Buurtbegroting, Veld::Titel),
    ("buurtbegroting.uitleg", DeelSoort::Buurtbegroting, Veld::Uitleg),
    ("buurtbegroting.gestopt_reden", DeelSoort::Buurtbegroting, Veld::Reden),
    ("project.titel", DeelSoort::Project, Veld::Titel),
    ("project.tekst", DeelSoort::Project, Veld::Tekst),
    ("project.reden", DeelSoort::Project, Veld::Reden),
    ("boeking.omschrijving", DeelSoort::Boeking, Veld::Omschrijving),
    ("foto.bestand", DeelSoort::Foto, Veld::Beeld),
];

/// What texts and photos are part of.
#[derive(Debug, Clone)]
pub struct Whole {
    /// What it is.
    pub soort: Geheel,
    /// Its id.
    pub id: GeheelId,
    /// What it is called.
    pub titel: String,
    /// Whether everybody may see it.
    pub is_public: bool,
    gebied: String,
}

impl Whole {
    /// What rights depend on.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        Subject { owner: None, gebied: Some(&self.gebied) }
    }

    /// The code of its gebied.
    #[must_use]
    pub fn gebied(&self) -> &str {
        &self.gebied
    }
}

#[derive(Debug, FromQueryResult)]
struct WholeRow {
    soort: String,
    gebied: String,
    titel: String,
    openbaar: bool,
}

/// What this is, whoever asks. What was not handed in is its initiator's alone.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn whole<C: ConnectionTrait>(db: &C, id: GeheelId) -> Result<Whole, Error> {
    let select = sql(
        db,
        "SELECT 'initiatief' AS soort, gebied, titel, openbaar FROM initiatief WHERE id = $1 AND ingediend_at IS NOT NULL \
         UNION ALL SELECT 'opgave', gebied, titel, TRUE FROM opgave WHERE id = $1 \
         UNION ALL SELECT 'opdracht', gebied, titel, TRUE FROM opdracht WHERE id = $1 \
         UNION ALL SELECT 'buurtbegroting', b.gebied, COALESCE(m.tekst, b.titel), TRUE FROM buurtbegroting b \
         LEFT JOIN buurtbegroting_masker m ON m.buurtbegroting_id = b.id AND m.veld = 'titel' WHERE b.id = $1",
        [id.0.into()],
    );
    let row = WholeRow::find_by_statement(select).one(db).await?.ok_or(Error::NotFound)?;
    let soort = row.soort.parse().map_err(|_unknown| Error::Internal("geheel.soort".into()))?;
    Ok(Whole { soort, id, titel: row.titel, is_public: row.openbaar, gebied: row.gebied })
}

/// A text, where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What holds it.
    pub soort: DeelSoort,
    /// Which one.
    pub id: DeelId,
    /// Which of its texts.
    pub veld: Veld,
    /// What it says.
    pub tekst: String,
    /// Whether people vote on it, or voted.
    pub is_frozen: bool,
}

impl Part {
    /// What holds it, and which one.
    #[must_use]
    pub const fn holder(&self) -> (DeelSoort, DeelId) {
        (self.soort, self.id)
    }
}

#[derive(Debug, FromQueryResult)]
struct PartRow {
    soort: String,
    id: Uuid,
    veld: String,
    tekst: String,
    bevroren: bool,
}

impl PartRow {
    fn part(self) -> Result<Part, Error> {
        let odd = |what: &str| Error::Internal(format!("deel.{what}"));
        Ok(Part {
            soort: self.soort.parse().map_err(|_unknown| odd("soort"))?,
            id: DeelId(self.id),
            veld: self.veld.parse().map_err(|_unknown| odd("veld"))?,
            tekst: self.tekst,
            is_frozen: self.bevroren,
        })
    }
}

/// The texts of plans, as they are shown.
macro_rules! plans {
    ($of:literal) => {
        concat!(
            "UNION ALL SELECT 'project', p.id, 'titel', COALESCE(m.tekst, p.titel), b.bevroren IS NOT NULL, 60 \
             FROM project p JOIN buurtbegroting b ON b.id = p.buurtbegroting_id \
             LEFT JOIN project_masker m ON m.project_id = p.id AND m.veld = 'titel' \
             WHERE p.vervallen_at IS NULL AND ",
            $of,
            " = $1 UNION ALL SELECT 'project', p.id, 'tekst', COALESCE(m.tekst, p.tekst), b.bevroren IS NOT NULL, 61 \
             FROM project p JOIN buurtbegroting b ON b.id = p.buurtbegroting_id \
             LEFT JOIN project_masker m ON m.project_id = p.id AND m.veld = 'tekst' \
             WHERE p.vervallen_at IS NULL AND ",
            $of,
            " = $1 UNION ALL SELECT 'project', p.id, 'reden', COALESCE(m.tekst, p.reden), b.bevroren IS NOT NULL, 62 \
             FROM project p JOIN buurtbegroting b ON b.id = p.buurtbegroting_id \
             LEFT JOIN project_masker m ON m.project_id = p.id AND m.veld = 'reden' \
             WHERE p.vervallen_at IS NULL AND p.reden IS NOT NULL AND ",
            $of,
            " = $1 "
        )
    };
}

/// What plans led to: it took their words over.
macro_rules! works {
    ($of:literal) => {
        concat!(
            "UNION ALL SELECT 'activiteit', a.id, 'titel', a.titel, FALSE, 70 FROM project p \
             JOIN project_activiteit l ON l.project_id = p.id JOIN activiteit a ON a.id = l.activiteit_id WHERE ",
            $of,
            " = $1 UNION ALL SELECT 'opdracht', o.id, 'titel', o.titel, FALSE, 71 FROM project p \
             JOIN project_activiteit l ON l.project_id = p.id JOIN opdracht o ON o.activiteit_id = l.activiteit_id WHERE ",
            $of,
            " = $1 UNION ALL SELECT 'opdracht', o.id, 'tekst', o.tekst, FALSE, 72 FROM project p \
             JOIN project_activiteit l ON l.project_id = p.id JOIN opdracht o ON o.activiteit_id = l.activiteit_id WHERE ",
            $of,
            " = $1 UNION ALL SELECT 'boeking', k.id, 'omschrijving', COALESCE(m.omschrijving, k.omschrijving), FALSE, 73 \
             FROM project p JOIN project_activiteit l ON l.project_id = p.id \
             JOIN activiteit a ON a.id = l.activiteit_id JOIN boeking k ON k.inzet_id = a.inzet_id \
             LEFT JOIN boeking_masker m ON m.boeking_id = k.id WHERE ",
            $of,
            " = $1 "
        )
    };
}

/// The opgave that the plans of a round led to: it took over what the round says of itself.
macro_rules! led_to {
    ($veld:literal, $tekst:literal) => {
        concat!(
            "UNION ALL SELECT 'opgave', o.id, ",
            $veld,
            ", ",
            $tekst,
            ", FALSE, 90 FROM opgave o WHERE o.id IN (SELECT z.opgave_id FROM project p \
             JOIN project_activiteit l ON l.project_id = p.id JOIN activiteit a ON a.id = l.activiteit_id \
             JOIN inzet z ON z.id = a.inzet_id WHERE p.buurtbegroting_id = $1) "
        )
    };
}

/// One text of a round, as it is shown, and whether people vote on it, or voted.
macro_rules! of_round {
    ($veld:literal, $column:literal, $bevroren:literal) => {
        concat!(
            "SELECT COALESCE(m.tekst, r.",
            $column,
            ") AS tekst, ",
            $bevroren,
            " AS bevroren FROM buurtbegroting r \
             LEFT JOIN buurtbegroting_masker m ON m.buurtbegroting_id = r.id AND m.veld = '",
            $veld,
            "' WHERE r.id = $1"
        )
    };
}

/// One text of a plan, as it is shown.
macro_rules! of_plan {
    ($veld:literal) => {
        concat!(
            "SELECT COALESCE(m.tekst, p.",
            $veld,
            ") AS tekst, b.bevroren IS NOT NULL AS bevroren FROM project p \
             JOIN buurtbegroting b ON b.id = p.buurtbegroting_id \
             LEFT JOIN project_masker m ON m.project_id = p.id AND m.veld = '",
            $veld,
            "' WHERE p.id = $1 AND p.vervallen_at IS NULL"
        )
    };
}

const OF_INITIATIEF: &str = concat!(
    "SELECT 'initiatief' AS soort, i.id AS id, 'titel' AS veld, i.titel AS tekst, FALSE AS bevroren, 1 AS plek \
     FROM initiatief i WHERE i.id = $1 \
     UNION ALL SELECT 'initiatief', i.id, 'tekst', i.tekst, FALSE, 2 FROM initiatief i WHERE i.id = $1 \
     UNION ALL SELECT 'initiatief', i.id, 'plaats', i.plaats, FALSE, 3 FROM initiatief i \
     WHERE i.id = $1 AND i.plaats IS NOT NULL \
     UNION ALL SELECT 'initiatief', i.id, 'punt', CAST(i.lat AS TEXT) || ' ' || CAST(i.lon AS TEXT), FALSE, 4 \
     FROM initiatief i WHERE i.id = $1 AND i.lat IS NOT NULL AND i.lon IS NOT NULL \
     UNION ALL SELECT 'initiatief', i.id, 'organisatie', i.organisatie, FALSE, 5 FROM initiatief i \
     WHERE i.id = $1 AND i.organisatie IS NOT NULL \
     UNION ALL SELECT 'gebeurtenis', g.id, 'tekst', g.tekst, FALSE, 6 FROM gebeurtenis g \
     WHERE g.initiatief_id = $1 AND g.tekst IS NOT NULL \
     UNION ALL SELECT 'gebeurtenis', g.id, 'tekst', g.tekst, FALSE, 7 FROM initiatief i \
     JOIN initiatief o ON (o.id = i.verder_in OR o.verder_in = i.verder_in) AND o.id <> i.id \
     JOIN gebeurtenis g ON g.initiatief_id = o.id AND g.soort = 'opgenomen' AND g.tekst = i.titel WHERE i.id = $1 ",
    plans!("p.initiatief_id"),
    works!("p.initiatief_id"),
    "ORDER BY plek, id, veld"
);

const OF_OPGAVE: &str = "SELECT 'opgave' AS soort, o.id AS id, 'titel' AS veld, o.titel AS tekst, FALSE AS bevroren, \
     1 AS plek FROM opgave o WHERE o.id = $1 \
     UNION ALL SELECT 'opgave', o.id, 'tekst', o.tekst, FALSE, 2 FROM opgave o WHERE o.id = $1 \
     UNION ALL SELECT 'inzet', z.id, 'wie', z.wie, FALSE, 3 FROM inzet z WHERE z.opgave_id = $1 AND z.wie IS NOT NULL \
     UNION ALL SELECT 'activiteit', a.id, 'titel', a.titel, FALSE, 4 FROM activiteit a \
     JOIN inzet z ON z.id = a.inzet_id WHERE z.opgave_id = $1 \
     UNION ALL SELECT 'activiteit', a.id, 'wie', a.wie, FALSE, 5 FROM activiteit a \
     JOIN inzet z ON z.id = a.inzet_id WHERE z.opgave_id = $1 AND a.wie IS NOT NULL \
     UNION ALL SELECT 'opdracht', d.id, 'titel', d.titel, FALSE, 6 FROM opdracht d WHERE d.opgave_id = $1 \
     UNION ALL SELECT 'opdracht', d.id, 'tekst', d.tekst, FALSE, 7 FROM opdracht d WHERE d.opgave_id = $1 \
     UNION ALL SELECT 'opdracht', d.id, 'wie', COALESCE(d.opdrachtnemer_getoond, d.opdrachtnemer_naam), FALSE, 7 \
     FROM opdracht d WHERE d.opgave_id = $1 \
     UNION ALL SELECT 'gebeurtenis', g.id, 'tekst', g.tekst, FALSE, 8 FROM opdracht d \
     JOIN gebeurtenis g ON g.opdracht_id = d.id WHERE d.opgave_id = $1 AND g.tekst IS NOT NULL \
     UNION ALL SELECT 'gebeurtenis', g.id, 'tekst', g.tekst, FALSE, 9 FROM initiatief i \
     JOIN gebeurtenis g ON g.initiatief_id = i.id WHERE i.opgave_id = $1 AND (g.soort = 'activiteit' OR g.tekst IN \
     (SELECT e.tekst FROM opdracht d JOIN gebeurtenis e ON e.opdracht_id = d.id WHERE d.opgave_id = $1)) \
     AND g.tekst IS NOT NULL \
     UNION ALL SELECT 'boeking', k.id, 'omschrijving', COALESCE(m.omschrijving, k.omschrijving), FALSE, 10 FROM inzet z \
     JOIN boeking k ON k.inzet_id = z.id LEFT JOIN boeking_masker m ON m.boeking_id = k.id WHERE z.opgave_id = $1 \
     UNION ALL SELECT 'boeking', k.id, 'omschrijving', COALESCE(m.omschrijving, k.omschrijving), FALSE, 11 \
     FROM opdracht d JOIN boeking k ON k.opdracht_id = d.id AND k.inzet_id IS NULL \
     LEFT JOIN boeking_masker m ON m.boeking_id = k.id WHERE d.opgave_id = $1 \
     ORDER BY plek, id, veld";

const OF_OPDRACHT: &str = "SELECT 'opdracht' AS soort, d.id AS id, 'titel' AS veld, d.titel AS tekst, FALSE AS bevroren, \
     1 AS plek FROM opdracht d WHERE d.id = $1 \
     UNION ALL SELECT 'opdracht', d.id, 'tekst', d.tekst, FALSE, 2 FROM opdracht d WHERE d.id = $1 \
     UNION ALL SELECT 'opdracht', d.id, 'wie', COALESCE(d.opdrachtnemer_getoond, d.opdrachtnemer_naam), FALSE, 2 \
     FROM opdracht d WHERE d.id = $1 \
     UNION ALL SELECT 'gebeurtenis', g.id, 'tekst', g.tekst, FALSE, 3 FROM gebeurtenis g \
     WHERE g.opdracht_id = $1 AND g.tekst IS NOT NULL \
     UNION ALL SELECT 'gebeurtenis', g.id, 'tekst', g.tekst, FALSE, 4 FROM opdracht d \
     JOIN initiatief i ON i.opgave_id = d.opgave_id OR i.id = d.initiatief_id \
     JOIN gebeurtenis g ON g.initiatief_id = i.id WHERE d.id = $1 AND g.tekst IN \
     (SELECT e.tekst FROM gebeurtenis e WHERE e.opdracht_id = $1 AND e.tekst IS NOT NULL) \
     UNION ALL SELECT 'boeking', k.id, 'omschrijving', COALESCE(m.omschrijving, k.omschrijving), FALSE, 5 \
     FROM boeking k LEFT JOIN boeking_masker m ON m.boeking_id = k.id WHERE k.opdracht_id = $1 \
     ORDER BY plek, id, veld";

const OF_BUURTBEGROTING: &str = concat!(
    "SELECT 'buurtbegroting' AS soort, r.id AS id, 'titel' AS veld, COALESCE(m.tekst, r.titel) AS tekst, \
     r.bevroren IS NOT NULL AS bevroren, 1 AS plek FROM buurtbegroting r \
     LEFT JOIN buurtbegroting_masker m ON m.buurtbegroting_id = r.id AND m.veld = 'titel' WHERE r.id = $1 \
     UNION ALL SELECT 'buurtbegroting', r.id, 'uitleg', COALESCE(m.tekst, r.uitleg), r.bevroren IS NOT NULL, 2 \
     FROM buurtbegroting r LEFT JOIN buurtbegroting_masker m ON m.buurtbegroting_id = r.id AND m.veld = 'uitleg' \
     WHERE r.id = $1 \
     UNION ALL SELECT 'buurtbegroting', r.id, 'reden', COALESCE(m.tekst, r.gestopt_reden), FALSE, 3 \
     FROM buurtbegroting r LEFT JOIN buurtbegroting_masker m ON m.buurtbegroting_id = r.id AND m.veld = 'reden' \
     WHERE r.id = $1 AND r.gestopt_reden IS NOT NULL ",
    plans!("p.buurtbegroting_id"),
    works!("p.buurtbegroting_id"),
    "UNION ALL SELECT 'gebeurtenis', g.id, 'tekst', g.tekst, FALSE, 80 FROM project p \
     JOIN gebeurtenis g ON g.initiatief_id = p.initiatief_id WHERE p.buurtbegroting_id = $1 AND g.tekst IS NOT NULL \
     AND g.soort IN ('genomineerd', 'niet_toegelaten', 'gekozen', 'niet_gekozen', 'stemming_gestopt') ",
    led_to!("'titel'", "o.titel"),
    led_to!("'tekst'", "o.tekst"),
    "ORDER BY plek, id, veld"
);

/// The texts of something, in the order in which people meet them.
///
/// # Errors
/// When the database is away.
pub async fn parts<C: ConnectionTrait>(db: &C, whole: &Whole) -> Result<Vec<Part>, Error> {
    let text = match whole.soort {
        Geheel::Initiatief => OF_INITIATIEF,
        Geheel::Opgave => OF_OPGAVE,
        Geheel::Opdracht => OF_OPDRACHT,
        Geheel::Buurtbegroting => OF_BUURTBEGROTING,
    };
    let rows = PartRow::find_by_statement(sql(db, text, [whole.id.0.into()])).all(db).await?;
    let mut known = BTreeSet::new();
    let mut parts = Vec::with_capacity(rows.len());
    for row in rows {
        let part = row.part()?;
        // Two plans can have led to the same work: a text is there once.
        if known.insert((part.soort, part.id, part.veld)) {
            parts.push(part);
        }
    }
    Ok(parts)
}

/// From which plans of a round texts come: each plan itself, what it led to, and the timeline of its initiatief.
const FROM_PLANS: &str = "SELECT 'project' AS soort, p.id AS id, p.id AS plan FROM project p WHERE p.buurtbegroting_id = $1 \
     UNION ALL SELECT 'activiteit', l.activiteit_id, p.id FROM project p JOIN project_activiteit l ON l.project_id = p.id \
     WHERE p.buurtbegroting_id = $1 \
     UNION ALL SELECT 'opdracht', o.id, p.id FROM project p JOIN project_activiteit l ON l.project_id = p.id \
     JOIN opdracht o ON o.activiteit_id = l.activiteit_id WHERE p.buurtbegroting_id = $1 \
     UNION ALL SELECT 'boeking', k.id, p.id FROM project p JOIN project_activiteit l ON l.project_id = p.id \
     JOIN activiteit a ON a.id = l.activiteit_id JOIN boeking k ON k.inzet_id = a.inzet_id \
     WHERE p.buurtbegroting_id = $1 AND k.opdracht_id IS NULL \
     UNION ALL SELECT 'boeking', k.id, p.id FROM project p JOIN project_activiteit l ON l.project_id = p.id \
     JOIN opdracht o ON o.activiteit_id = l.activiteit_id JOIN boeking k ON k.opdracht_id = o.id \
     WHERE p.buurtbegroting_id = $1 \
     UNION ALL SELECT 'gebeurtenis', g.id, p.id FROM project p JOIN project_activiteit l ON l.project_id = p.id \
     JOIN opdracht o ON o.activiteit_id = l.activiteit_id JOIN gebeurtenis g ON g.opdracht_id = o.id \
     WHERE p.buurtbegroting_id = $1 \
     UNION ALL SELECT 'gebeurtenis', g.id, p.id FROM project p JOIN gebeurtenis g ON g.initiatief_id = p.initiatief_id \
     WHERE p.buurtbegroting_id = $1";

#[derive(Debug, FromQueryResult)]
struct FromRow {
    soort: String,
    id: Uuid,
    plan: Uuid,
}

/// From which plans of a round texts come. Two plans can be called the same: what one of them led to is no copy of the other.
#[derive(Debug, Default)]
pub struct Origins(BTreeMap<(DeelSoort, DeelId), BTreeSet<DeelId>>);

impl Origins {
    /// Whether a text can be a copy of another that says the same, or both of a third.
    #[must_use]
    pub fn are_related(&self, one: (DeelSoort, DeelId), other: (DeelSoort, DeelId)) -> bool {
        match (self.0.get(&one), self.0.get(&other)) {
            (Some(one), Some(other)) => !one.is_disjoint(other),
            (None, None) => true,
            // The timeline of an initiatief tells of the round as well; what a plan led to does not.
            (Some(_), None) => one.0 == DeelSoort::Gebeurtenis,
            (None, Some(_)) => other.0 == DeelSoort::Gebeurtenis,
        }
    }
}

/// From which plans the texts of a buurtbegroting come. Whatever else there is, is one thing: of that all texts are related.
///
/// # Errors
/// When the database is away.
pub async fn origins<C: ConnectionTrait>(db: &C, whole: &Whole) -> Result<Origins, Error> {
    let mut origins = Origins::default();
    if whole.soort != Geheel::Buurtbegroting {
        return Ok(origins);
    }
    for row in FromRow::find_by_statement(sql(db, FROM_PLANS, [whole.id.0.into()])).all(db).await? {
        let soort: DeelSoort = row.soort.parse().map_err(|_unknown| Error::Internal("herkomst.soort".into()))?;
        origins.0.entry((soort, DeelId(row.id))).or_default().insert(DeelId(row.plan));
    }
    Ok(origins)
}

#[derive(Debug, FromQueryResult)]
struct ThereRow {
    tekst: Option<String>,
    bevroren: bool,
}

/// How one text is read; nothing for what holds no such text. A photo is read elsewhere.
fn reads(soort: DeelSoort, veld: Veld) -> Option<&'static str> {
    Some(match (soort, veld) {
        (DeelSoort::Initiatief, Veld::Titel) => {
            "SELECT titel AS tekst, FALSE AS bevroren FROM initiatief WHERE id = $1"
        }
        (DeelSoort::Initiatief, Veld::Tekst) => "SELECT tekst, FALSE AS bevroren FROM initiatief WHERE id = $1",
        (DeelSoort::Initiatief, Veld::Plaats) => {
            "SELECT plaats AS tekst, FALSE AS bevroren FROM initiatief WHERE id = $1"
        }
        (DeelSoort::Initiatief, Veld::Organisatie) => {
            "SELECT organisatie AS tekst, FALSE AS bevroren FROM initiatief WHERE id = $1"
        }
        // A place on the map that was taken away is none.
        (DeelSoort::Initiatief, Veld::Punt) => {
            "SELECT '[weggelaten]' AS tekst, FALSE AS bevroren FROM initiatief WHERE id = $1 AND lat IS NULL"
        }
        (DeelSoort::Gebeurtenis, Veld::Tekst) => "SELECT tekst, FALSE AS bevroren FROM gebeurtenis WHERE id = $1",
        (DeelSoort::Opgave, Veld::Titel) => "SELECT titel AS tekst, FALSE AS bevroren FROM opgave WHERE id = $1",
        (DeelSoort::Opgave, Veld::Tekst) => "SELECT tekst, FALSE AS bevroren FROM opgave WHERE id = $1",
        (DeelSoort::Inzet, Veld::Wie) => "SELECT wie AS tekst, FALSE AS bevroren FROM inzet WHERE id = $1",
        (DeelSoort::Activiteit, Veld::Titel) => {
            "SELECT titel AS tekst, FALSE AS bevroren FROM activiteit WHERE id = $1"
        }
        (DeelSoort::Activiteit, Veld::Wie) => "SELECT wie AS tekst, FALSE AS bevroren FROM activiteit WHERE id = $1",
        (DeelSoort::Opdracht, Veld::Titel) => "SELECT titel AS tekst, FALSE AS bevroren FROM opdracht WHERE id = $1",
        (DeelSoort::Opdracht, Veld::Tekst) => "SELECT tekst, FALSE AS bevroren FROM opdracht WHERE id = $1",
        (DeelSoort::Opdracht, Veld::Wie) => {
            "SELECT COALESCE(opdrachtnemer_getoond, opdrachtnemer_naam) AS tekst, FALSE AS bevroren FROM opdracht \
             WHERE id = $1"
        }
        (DeelSoort::Buurtbegroting, Veld::Titel) => of_round!("titel", "titel", "r.bevroren IS NOT NULL"),
        (DeelSoort::Buurtbegroting, Veld::Uitleg) => of_round!("uitleg", "uitleg", "r.bevroren IS NOT NULL"),
        // Why a vote was stopped is on no ballot.
        (DeelSoort::Buurtbegroting, Veld::Reden) => of_round!("reden", "gestopt_reden", "FALSE"),
        (DeelSoort::Project, Veld::Titel) => of_plan!("titel"),
        (DeelSoort::Project, Veld::Tekst) => of_plan!("tekst"),
        (DeelSoort::Project, Veld::Reden) => of_plan!("reden"),
        (DeelSoort::Boeking, Veld::Omschrijving) => {
            "SELECT COALESCE(m.omschrijving, k.omschrijving) AS tekst, FALSE AS bevroren FROM boeking k \
             LEFT JOIN boeking_masker m ON m.boeking_id = k.id WHERE k.id = $1"
        }
        _ => return None,
    })
}

/// One text as it stands now, wherever it was found before; nothing when there is none any more.
///
/// # Errors
/// When the database is away.
pub async fn there<C: ConnectionTrait>(
    db: &C,
    (soort, id, veld): (DeelSoort, DeelId, Veld),
) -> Result<Option<Part>, Error> {
    let select = reads(soort, veld).ok_or_else(|| Error::Internal(format!("{soort} holds no {veld}")))?;
    let row = ThereRow::find_by_statement(sql(db, select, [id.0.into()])).one(db).await?;
    let part = |row: ThereRow| Some(Part { soort, id, veld, tekst: row.tekst?, is_frozen: row.bevroren });
    Ok(row.and_then(part))
}

/// How a text is written where it stands, as long as it says what was read; nothing for what is no text in a column of its own.
fn updates(soort: DeelSoort, veld: Veld) -> Option<&'static str> {
    Some(match (soort, veld) {
        (DeelSoort::Initiatief, Veld::Titel) => {
            "UPDATE initiatief SET titel = $1, versie = versie + 1 WHERE id = $2 AND titel = $3"
        }
        (DeelSoort::Initiatief, Veld::Tekst) => {
            "UPDATE initiatief SET tekst = $1, versie = versie + 1 WHERE id = $2 AND tekst = $3"
        }
        (DeelSoort::Initiatief, Veld::Plaats) => {
            "UPDATE initiatief SET plaats = $1, versie = versie + 1 WHERE id = $2 AND plaats = $3"
        }
        (DeelSoort::Initiatief, Veld::Organisatie) => {
            "UPDATE initiatief SET organisatie = $1, versie = versie + 1 WHERE id = $2 AND organisatie = $3"
        }
        (DeelSoort::Gebeurtenis, Veld::Tekst) => "UPDATE gebeurtenis SET tekst = $1 WHERE id = $2 AND tekst = $3",
        (DeelSoort::Opgave, Veld::Titel) => {
            "UPDATE opgave SET titel = $1, versie = versie + 1 WHERE id = $2 AND titel = $3"
        }
        (DeelSoort::Opgave, Veld::Tekst) => {
            "UPDATE opgave SET tekst = $1, versie = versie + 1 WHERE id = $2 AND tekst = $3"
        }
        (DeelSoort::Inzet, Veld::Wie) => "UPDATE inzet SET wie = $1 WHERE id = $2 AND wie = $3",
        (DeelSoort::Activiteit, Veld::Titel) => "UPDATE activiteit SET titel = $1 WHERE id = $2 AND titel = $3",
        (DeelSoort::Activiteit, Veld::Wie) => "UPDATE activiteit SET wie = $1 WHERE id = $2 AND wie = $3",
        (DeelSoort::Opdracht, Veld::Titel) => {
            "UPDATE opdracht SET titel = $1, versie = versie + 1 WHERE id = $2 AND titel = $3"
        }
        (DeelSoort::Opdracht, Veld::Tekst) => {
            "UPDATE opdracht SET tekst = $1, versie = versie + 1 WHERE id = $2 AND tekst = $3"
        }
        // Fiat was given to a name: mandates go by that one, and people read this.
        (DeelSoort::Opdracht, Veld::Wie) => {
            "UPDATE opdracht SET opdrachtnemer_getoond = $1, versie = versie + 1 WHERE id = $2 \
             AND COALESCE(opdrachtnemer_getoond, opdrachtnemer_naam) = $3"
        }
        (DeelSoort::Buurtbegroting, Veld::Titel) => {
            "UPDATE buurtbegroting SET titel = $1, versie = versie + 1 WHERE id = $2 AND titel = $3"
        }
        (DeelSoort::Buurtbegroting, Veld::Uitleg) => {
            "UPDATE buurtbegroting SET uitleg = $1, versie = versie + 1 WHERE id = $2 AND uitleg = $3"
        }
        (DeelSoort::Project, Veld::Titel) => "UPDATE project SET titel = $1 WHERE id = $2 AND titel = $3",
        (DeelSoort::Project, Veld::Tekst) => "UPDATE project SET tekst = $1 WHERE id = $2 AND tekst = $3",
        (DeelSoort::Project, Veld::Reden) => "UPDATE project SET reden = $1 WHERE id = $2 AND reden = $3",
        _ => return None,
    })
}

/// Writes a text where it stands, in place of what was read there: what somebody else wrote meanwhile is never written over.
///
/// # Errors
/// [`Error::Stale`] when something else stands there now.
pub async fn put<C: ConnectionTrait>(tx: &C, app: &App, part: &Part, text: &str) -> Result<(), Error> {
    let (soort, veld, id) = (part.soort, part.veld, part.id.0);
    if (soort, veld) == (DeelSoort::Initiatief, Veld::Punt) {
        return put_point(tx, part, text).await;
    }
    if (soort, veld) == (DeelSoort::Boeking, Veld::Omschrijving) {
        return cover(tx, app, part, text).await;
    }
    // Why a vote was stopped is written once.
    if (soort, veld) == (DeelSoort::Buurtbegroting, Veld::Reden) {
        return mask_round(tx, app, part, text, None).await;
    }
    let update = updates(soort, veld).ok_or_else(|| Error::Internal(format!("{soort} holds no {veld}")))?;
    once(tx, sql(tx, update, [text.into(), id.into(), part.tekst.clone().into()])).await
}

/// A place on the map is there or not: what stands in place of other texts is none.
async fn put_point<C: ConnectionTrait>(tx: &C, part: &Part, text: &str) -> Result<(), Error> {
    let point = text.split_once(' ').and_then(|(lat, lon)| Some((lat.parse::<f64>().ok()?, lon.parse::<f64>().ok()?)));
    let (lat, lon) = point.unzip();
    let update = "UPDATE initiatief SET lat = $1, lon = $2, versie = versie + 1 WHERE id = $3 \
                  AND COALESCE(CAST(lat AS TEXT) || ' ' || CAST(lon AS TEXT), '[weggelaten]') = $4";
    once(tx, sql(tx, update, [lat.into(), lon.into(), part.id.0.into(), part.tekst.clone().into()])).await
}

/// What was posted stays as it was: this is shown instead.
async fn cover<C: ConnectionTrait>(tx: &C, app: &App, part: &Part, text: &str) -> Result<(), Error> {
    let insert = "INSERT INTO boeking_masker (boeking_id, omschrijving, at) VALUES ($1, $2, $3) \
                  ON CONFLICT (boeking_id) DO UPDATE SET omschrijving = excluded.omschrijving, at = excluded.at \
                  WHERE boeking_masker.omschrijving = $4";
    once(tx, sql(tx, insert, [part.id.0.into(), text.into(), app.now().into(), part.tekst.clone().into()])).await
}

/// Shows a text instead of one that people vote on, or voted on: the vote goes by the one that was frozen. Two people chose
/// it.
///
/// # Errors
/// [`Error::Stale`] when something else is shown there now.
pub async fn mask<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    part: &Part,
    text: &str,
    (by, confirmed_by): (AccountId, AccountId),
) -> Result<(), Error> {
    if part.soort == DeelSoort::Buurtbegroting {
        return mask_round(tx, app, part, text, Some((by, confirmed_by))).await;
    }
    let insert = "INSERT INTO project_masker (project_id, veld, tekst, door, bevestigd_door, at) \
                  VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (project_id, veld) DO UPDATE SET tekst = excluded.tekst, \
                  door = excluded.door, bevestigd_door = excluded.bevestigd_door, at = excluded.at \
                  WHERE project_masker.tekst = $7";
    let values: [sea_orm::Value; 7] = [
        part.id.0.into(),
        part.veld.as_str().into(),
        text.into(),
        by.0.into(),
        confirmed_by.0.into(),
        app.now().into(),
        part.tekst.clone().into(),
    ];
    once(tx, sql(tx, insert, values)).await
}

/// The same for a text of a round itself; nobody has to confirm it for one that is on no ballot.
async fn mask_round<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    part: &Part,
    text: &str,
    two: Option<(AccountId, AccountId)>,
) -> Result<(), Error> {
    let (by, confirmed_by) = two.unzip();
    let insert = "INSERT INTO buurtbegroting_masker (buurtbegroting_id, veld, tekst, door, bevestigd_door, at) \
                  VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (buurtbegroting_id, veld) DO UPDATE \
                  SET tekst = excluded.tekst, door = excluded.door, bevestigd_door = excluded.bevestigd_door, \
                  at = excluded.at WHERE buurtbegroting_masker.tekst = $7";
    let values: [sea_orm::Value; 7] = [
        part.id.0.into(),
        part.veld.as_str().into(),
        text.into(),
        by.map(|id: AccountId| id.0).into(),
        confirmed_by.map(|id: AccountId| id.0).into(),
        app.now().into(),
        part.tekst.clone().into(),
    ];
    once(tx, sql(tx, insert, values)).await
}

/// Shows a text again as it was before it was masked; as it was frozen when nothing else stood before it.
///
/// # Errors
/// [`Error::Stale`] when something else is shown there now.
pub async fn unmask<C: ConnectionTrait>(tx: &C, part: &Part, text: &str) -> Result<(), Error> {
    let [show, forget] = if part.soort == DeelSoort::Buurtbegroting { UNMASK_ROUND } else { UNMASK_PLAN };
    let key = || -> [sea_orm::Value; 3] { [text.into(), part.id.0.into(), part.veld.as_str().into()] };
    once(tx, sql(tx, show, key().into_iter().chain([part.tekst.clone().into()]))).await?;
    tx.execute_raw(sql(tx, forget, key())).await?;
    Ok(())
}

const UNMASK_PLAN: [&str; 2] = [
    // What is shown again may itself be what two people chose before.
    "UPDATE project_masker SET tekst = $1, (door, bevestigd_door) = (SELECT g.door, g.bevestigd_door FROM (SELECT 1) one \
     LEFT JOIN ingreep g ON g.id = (SELECT e.id FROM ingreep e WHERE e.deel_soort = 'project' AND e.deel_id = $2 \
     AND e.veld = $3 AND e.nieuw = $1 AND e.status = 'gedaan' AND e.bevestigd_door IS NOT NULL ORDER BY e.id DESC LIMIT 1)) \
     WHERE project_id = $2 AND veld = $3 AND tekst = $4",
    "DELETE FROM project_masker WHERE tekst = $1 AND project_id = $2 AND veld = $3 AND tekst = \
     (SELECT CASE project_masker.veld WHEN 'titel' THEN p.titel WHEN 'tekst' THEN p.tekst ELSE p.reden END \
     FROM project p WHERE p.id = project_masker.project_id)",
];
const UNMASK_ROUND: [&str; 2] = [
    "UPDATE buurtbegroting_masker SET tekst = $1 WHERE buurtbegroting_id = $2 AND veld = $3 AND tekst = $4",
    "DELETE FROM buurtbegroting_masker WHERE tekst = $1 AND buurtbegroting_id = $2 AND veld = $3 AND tekst = \
     (SELECT CASE buurtbegroting_masker.veld WHEN 'titel' THEN r.titel WHEN 'uitleg' THEN r.uitleg \
     ELSE r.gestopt_reden END FROM buurtbegroting r WHERE r.id = buurtbegroting_masker.buurtbegroting_id)",
];

/// The round whose stembureau answers for a text that people vote on.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn round_of<C: ConnectionTrait>(tx: &C, part: &Part) -> Result<BuurtbegrotingId, Error> {
    if part.soort == DeelSoort::Buurtbegroting {
        return Ok(BuurtbegrotingId(part.id.0));
    }
    Ok(plan(tx, part.id).await?.0)
}

#[derive(Debug, FromQueryResult)]
struct AloneRow {
    openbaar: bool,
}

/// Of a text of a plan that people vote on, or voted on, and of which one person alone had something else shown than was frozen:
/// whether everybody may read the initiatief of that plan. Nothing of what two people chose, or what was frozen otherwise.
///
/// # Errors
/// When the database is away.
pub async fn masked_alone<C: ConnectionTrait>(
    db: &C,
    (id, veld): (DeelId, Veld),
    left: &str,
) -> Result<Option<bool>, Error> {
    let select = sql(
        db,
        "SELECT COALESCE(i.openbaar, FALSE) AS openbaar FROM project_masker m JOIN project p ON p.id = m.project_id \
         JOIN buurtbegroting b ON b.id = p.buurtbegroting_id LEFT JOIN initiatief i ON i.id = p.initiatief_id \
         WHERE m.project_id = $1 AND m.veld = $2 AND m.tekst = $3 AND m.bevestigd_door IS NULL AND p.vervallen_at IS NULL \
         AND b.bevroren IS NOT NULL \
         AND m.tekst <> CASE m.veld WHEN 'titel' THEN p.titel WHEN 'tekst' THEN p.tekst ELSE p.reden END",
        [id.0.into(), veld.as_str().into(), left.into()],
    );
    Ok(AloneRow::find_by_statement(select).one(db).await?.map(|row| row.openbaar))
}

/// Whether everybody may read the initiatief that a plan was made of, or it was made of none.
///
/// # Errors
/// When the database is away.
pub async fn is_plan_read<C: ConnectionTrait>(db: &C, id: DeelId) -> Result<bool, Error> {
    let select = sql(
        db,
        "SELECT COALESCE(i.openbaar, TRUE) AS openbaar FROM project p LEFT JOIN initiatief i ON i.id = p.initiatief_id \
         WHERE p.id = $1",
        [id.0.into()],
    );
    Ok(AloneRow::find_by_statement(select).one(db).await?.is_some_and(|row| row.openbaar))
}

#[derive(Debug, FromQueryResult)]
struct PlanRow {
    buurtbegroting_id: Uuid,
    code: String,
}

/// Of which round a plan is, and what the `.pb` file calls it.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn plan<C: ConnectionTrait>(tx: &C, id: DeelId) -> Result<(BuurtbegrotingId, String), Error> {
    let select = sql(tx, "SELECT buurtbegroting_id, code FROM project WHERE id = $1", [id.0.into()]);
    let row = PlanRow::find_by_statement(select).one(tx).await?.ok_or(Error::NotFound)?;
    Ok((BuurtbegrotingId(row.buurtbegroting_id), row.code))
}

#[derive(Debug, FromQueryResult)]
struct NamedRow {
    id: Uuid,
    buurtbegroting_id: Uuid,
    nummer: i64,
    titel: String,
    initiatief_id: Option<Uuid>,
    openbaar: bool,
}

/// What the plans are called that are in a buurtbegroting, or were made of an initiatief.
///
/// # Errors
/// When the database is away.
pub async fn plans<C: ConnectionTrait>(db: &C, id: GeheelId) -> Result<BTreeMap<DeelId, Planverwijzing>, Error> {
    let select = sql(
        db,
        "SELECT p.id, p.buurtbegroting_id, p.nummer, COALESCE(m.tekst, p.titel) AS titel, p.initiatief_id, \
         COALESCE(i.openbaar, FALSE) AS openbaar FROM project p LEFT JOIN initiatief i ON i.id = p.initiatief_id \
         LEFT JOIN project_masker m ON m.project_id = p.id AND m.veld = 'titel' \
         WHERE p.buurtbegroting_id = $1 OR p.initiatief_id = $1",
        [id.0.into()],
    );
    let mut plans = BTreeMap::new();
    for row in NamedRow::find_by_statement(select).all(db).await? {
        let nummer = u32::try_from(row.nummer).map_err(|_odd| Error::Internal("project.nummer".into()))?;
        let initiatief = row.initiatief_id.map(InitiatiefId);
        let buurtbegroting = BuurtbegrotingId(row.buurtbegroting_id);
        let plan = Planverwijzing { buurtbegroting, nummer, titel: row.titel, initiatief, openbaar: row.openbaar };
        plans.insert(DeelId(row.id), plan);
    }
    Ok(plans)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether one of the lists of texts has this one, whatever its table is called there.
    fn is_listed(soort: DeelSoort, veld: Veld) -> bool {
        let lists = [OF_INITIATIEF, OF_OPGAVE, OF_OPDRACHT, OF_BUURTBEGROTING];
        let named = |list: &str| {
            let plain = list.replace(" AS soort", "").replace(" AS id", "").replace(" AS veld", "");
            let begin = format!("SELECT '{soort}', ");
            let field = format!("'{veld}',");
            let has_field = |rest: &str| rest.split_once(".id, ").is_some_and(|(_, rest)| rest.starts_with(&field));
            plain.split(&begin).skip(1).any(has_field)
        };
        lists.into_iter().any(named)
    }

    // finding: a yes for one plan took words out of what another of the same title led to
    #[test]
    fn what_one_plan_led_to_is_no_copy_of_another_plan() {
        let id = |number: u128| DeelId(Uuid::from_u128(number));
        let of = |all: &[u128]| all.iter().copied().map(id).collect::<BTreeSet<_>>();
        let (bench, tree) = ((DeelSoort::Project, id(1)), (DeelSoort::Project, id(2)));
        let (work, told) = ((DeelSoort::Activiteit, id(3)), (DeelSoort::Gebeurtenis, id(4)));
        let (round, opgave) = ((DeelSoort::Buurtbegroting, id(5)), (DeelSoort::Opgave, id(6)));
        let known = [(bench, of(&[1])), (tree, of(&[2])), (work, of(&[1])), (told, of(&[2]))];
        let origins = Origins(known.into_iter().collect());
        for (one, other, expected) in [
            (bench, bench, true),
            (bench, tree, false),
            (work, bench, true),
            (work, tree, false),
            (told, tree, true),
            (told, bench, false),
            (round, opgave, true),
            (round, told, true),
            (round, work, false),
            (round, bench, false),
        ] {
            assert_eq!(origins.are_related(one, other), expected, "{one:?} {other:?}");
            assert_eq!(origins.are_related(other, one), expected, "{other:?} {one:?}");
        }
        assert!(Origins::default().are_related(work, tree), "of one thing all texts are related");
    }

    // finding: a text that had no way out of public view
    #[test]
    fn every_text_that_can_be_taken_away_is_listed_read_and_written() {
        let apart = |soort, veld| {
            [
                (DeelSoort::Initiatief, Veld::Punt),
                (DeelSoort::Boeking, Veld::Omschrijving),
                (DeelSoort::Buurtbegroting, Veld::Reden),
            ]
            .contains(&(soort, veld))
        };
        for soort in DeelSoort::ALL.iter().copied().filter(|soort| *soort != DeelSoort::Foto) {
            for veld in Veld::ALL.iter().copied() {
                let has_door = DOORS.iter().any(|(_, of, field)| (*of, *field) == (soort, veld));
                assert_eq!(is_listed(soort, veld), has_door, "{soort} {veld} in the lists");
                assert_eq!(reads(soort, veld).is_some(), has_door, "{soort} {veld} is read");
                let is_written = updates(soort, veld).is_some() || apart(soort, veld);
                assert_eq!(is_written, has_door, "{soort} {veld} is written");
            }
        }
    }
}
