//! What is not kept for ever, and how long each kind is kept, as data (SECURITY-RULES D-6, G-1). What belongs to a vote goes with
//! that vote, in `stembus`.

use crate::account::KNOWN_DAYS;
use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use crate::foto;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait as _, FromQueryResult, Value};
use uuid::Uuid;

/// The most rows of a kind that one transaction takes away, so that nobody waits long for it. The statements say it too.
const BATCH: u64 = 1_000;

/// A kind of thing that is kept for a while.
#[derive(Debug)]
pub struct Term {
    /// What, as docs/beheer.md and the log name it.
    pub name: &'static str,
    /// For how many days.
    pub days: i64,
    /// From when on.
    pub since: &'static str,
    stamp: Stamp,
    count: &'static str,
    removal: Removal,
}

/// How a kind says from when it is.
#[derive(Debug, Clone, Copy)]
enum Stamp {
    Time,
    /// Seconds since 1970.
    Seconds,
}

/// How a batch is taken away; `$1` is the moment before which it is old.
#[derive(Debug, Clone, Copy)]
enum Removal {
    /// Nothing hangs on it.
    Alone(&'static str),
    /// Other rows hang on it: which ids are first in line, and what is done to all old ones up to the last of them (`$2`).
    /// The first step holds these rows, so that none becomes young again half-way; the last takes them away.
    WithRest { ids: &'static str, steps: &'static [&'static str] },
    /// It is a file, which stands outside the database: see `foto`.
    File,
}

/// The statements for a table of which nothing hangs on a row, by its key and by which rows are old.
macro_rules! alone {
    ($table:literal, $key:literal, $old:literal) => {
        (
            concat!("SELECT COUNT(*) AS aantal FROM ", $table, " WHERE ", $old),
            Removal::Alone(concat!(
                "DELETE FROM ",
                $table,
                // Said twice: a row that somebody changes meanwhile is judged anew, as it then is, by what stands here alone.
                " WHERE (",
                $old,
                ") AND (",
                $key,
                ") IN (SELECT ",
                $key,
                " FROM ",
                $table,
                " WHERE ",
                $old,
                " LIMIT 1000)"
            )),
        )
    };
}

/// The same where other tables hang on it: by which columns.
macro_rules! with_rest {
    ($table:literal, $old:literal, [$(($other:literal, $column:literal)),+]) => {
        (
            concat!("SELECT COUNT(*) AS aantal FROM ", $table, " WHERE ", $old),
            Removal::WithRest {
                ids: concat!("SELECT id FROM ", $table, " WHERE ", $old, " ORDER BY id LIMIT 1000"),
                steps: &[
                    concat!("UPDATE ", $table, " SET id = id WHERE ", $old, " AND id <= $2"),
                    $(concat!(
                        "DELETE FROM ", $other, " WHERE ", $column, " IN (SELECT id FROM ", $table, " WHERE ", $old,
                        " AND id <= $2)"
                    ),)+
                    concat!("DELETE FROM ", $table, " WHERE ", $old, " AND id <= $2"),
                ],
            },
        )
    };
}

const fn term(
    name: &'static str,
    (days, since): (i64, &'static str),
    stamp: Stamp,
    (count, removal): (&'static str, Removal),
) -> Term {
    Term { name, days, since, stamp, count, removal }
}

/// Every kind, in the order in which they go.
pub static TERMS: [Term; 15] = [
    term(
        "tellers van pogingen",
        (2, "na het tellen"),
        Stamp::Seconds,
        alone!("poging", "sleutel, venster", "venster < $1"),
    ),
    term(
        "antwoorden op herhaalde verzoeken",
        (3, "na het verzoek"),
        Stamp::Time,
        alone!("idempotentie", "actor, sleutel", "created_at < $1"),
    ),
    term("links uit mails", (35, "na het maken"), Stamp::Time, alone!("link", "hash", "created_at < $1")),
    term(
        "verzonden mails",
        (30, "na het verzenden"),
        Stamp::Time,
        alone!("outbox", "id", "status = 'verzonden' AND sent_at < $1"),
    ),
    term(
        "mislukte mails",
        (90, "na de laatste poging"),
        Stamp::Time,
        alone!("outbox", "id", "status = 'mislukt' AND due_at < $1"),
    ),
    // With a vote that is final they go as well, see `stembus`.
    term(
        "redenen van afgewezen stembrieven",
        (90, "na de afwijzing"),
        Stamp::Time,
        alone!(
            "vervanging_reden",
            "vervanging",
            "vervanging IN (SELECT e.vervanging FROM vervanging_einde e WHERE e.at < $1)"
        ),
    ),
    term(
        "wachttijden na een fout wachtwoord",
        (1, "na de laatste poging"),
        Stamp::Seconds,
        alone!("tempo", "sleutel", "bezet_tot < $1"),
    ),
    term(
        "bekende apparaten",
        (KNOWN_DAYS, "na het laatste gebruik"),
        Stamp::Time,
        alone!(
            "apparaat",
            "hash",
            "(last_seen_at < $1 OR ver < (SELECT a.ver FROM account a WHERE a.id = apparaat.account_id))"
        ),
    ),
    term(
        "vernieuwingen van een inlog",
        (1, "na het laatste gebruik"),
        Stamp::Time,
        alone!("vernieuwing", "hash", "sessie_id IN (SELECT s.id FROM sessie s WHERE s.last_seen_at < $1)"),
    ),
    term(
        "sessies",
        (35, "na het laatste gebruik"),
        Stamp::Time,
        with_rest!("sessie", "last_seen_at < $1", [("vernieuwing", "sessie_id")]),
    ),
    // A concept cannot be changed, only handed in or taken back: what last happened to it is on its timeline.
    term(
        "concepten",
        (90, "na de laatste wijziging"),
        Stamp::Time,
        with_rest!(
            "initiatief",
            "ingediend_at IS NULL AND created_at < $1 AND NOT EXISTS (SELECT 1 FROM gebeurtenis g \
             WHERE g.initiatief_id = initiatief.id AND g.at >= $1)",
            [("foto", "initiatief_id"), ("gebeurtenis", "initiatief_id")]
        ),
    ),
    // Nobody can have done anything with one, but somebody may have given it a role, or have blocked it.
    term(
        "nooit bevestigde accounts",
        (35, "na het aanmaken"),
        Stamp::Time,
        alone!(
            "account",
            "id",
            "bevestigd_at IS NULL AND created_at < $1 AND NOT geblokkeerd \
             AND NOT EXISTS (SELECT 1 FROM rol r WHERE r.account_id = account.id) \
             AND NOT EXISTS (SELECT 1 FROM mandaat m WHERE m.account_id = account.id) \
             AND NOT EXISTS (SELECT 1 FROM initiatief i WHERE i.account_id = account.id)"
        ),
    ),
    // A guest hands in at once what a photo belongs to.
    term(
        "losse foto's van gasten",
        (1, "na het insturen"),
        Stamp::Time,
        alone!(
            "foto",
            "id",
            "initiatief_id IS NULL AND opdracht_id IS NULL AND account_id IS NULL AND created_at < $1"
        ),
    ),
    // As long as a concept.
    term(
        "losse foto's met een account",
        (90, "na het insturen"),
        Stamp::Time,
        alone!(
            "foto",
            "id",
            "initiatief_id IS NULL AND opdracht_id IS NULL AND account_id IS NOT NULL AND created_at < $1"
        ),
    ),
    // Last: what went before leaves some behind. In its first day a file may still be on its way to being part of a photo.
    term(
        "bestanden zonder foto",
        (1, "na het schrijven"),
        Stamp::Time,
        (
            "SELECT COUNT(*) AS aantal FROM foto_bestand WHERE geschreven_at < $1 \
             AND NOT EXISTS (SELECT 1 FROM foto WHERE foto.bestand = foto_bestand.bestand)",
            Removal::File,
        ),
    ),
];

impl Term {
    /// What is from before this moment was kept long enough.
    fn moment(&self, app: &App) -> DateTime<Utc> {
        app.now() - TimeDelta::days(self.days)
    }

    /// The same, as its column says it.
    fn before(&self, app: &App) -> Value {
        match self.stamp {
            Stamp::Time => self.moment(app).into(),
            Stamp::Seconds => self.moment(app).timestamp().into(),
        }
    }

    /// Whether it stands outside the database, and goes when nothing there names it any more.
    #[must_use]
    pub const fn is_of_files(&self) -> bool {
        matches!(self.removal, Removal::File)
    }

    /// How long, in words.
    #[must_use]
    pub fn length(&self) -> String {
        if self.days == 1 { "1 dag".to_owned() } else { format!("{} dagen", self.days) }
    }
}

/// What would go now.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    /// Of which kind.
    pub term: &'static Term,
    /// How many rows.
    pub rows: i64,
}

#[derive(Debug, FromQueryResult)]
struct Count {
    aantal: i64,
}

#[derive(Debug, FromQueryResult)]
struct Id {
    id: Uuid,
}

/// Every kind, with how many rows of it would go now; nothing changes.
///
/// # Errors
/// When the database is away.
pub async fn list(app: &App) -> Result<Vec<Due>, Error> {
    let mut all = Vec::new();
    for term in &TERMS {
        all.push(due(app, term).await?);
    }
    Ok(all)
}

/// One kind, with how much of it would go now; nothing changes.
///
/// # Errors
/// When the database is away.
pub async fn due(app: &App, term: &'static Term) -> Result<Due, Error> {
    let count = sql(app.reader(), term.count, [term.before(app)]);
    let rows = Count::find_by_statement(count).one(app.reader()).await?.map_or(0, |count| count.aantal);
    Ok(Due { term, rows })
}

/// Takes away all of a kind that was kept long enough; says how many rows or files that were.
///
/// # Errors
/// When the database, or the place of the photos, is away. What went before that stays away.
pub async fn forget(app: &App, term: &Term) -> Result<u64, Error> {
    if term.is_of_files() {
        return foto::remove_files(app, term.moment(app)).await;
    }
    let before = term.before(app);
    let mut gone = 0;
    loop {
        let went = forget_batch(app, term.removal, &before).await?;
        gone += went;
        if went < BATCH {
            return Ok(gone);
        }
    }
}

async fn forget_batch(app: &App, removal: Removal, before: &Value) -> Result<u64, Error> {
    let tx = app.begin().await?;
    let mut went = 0;
    match removal {
        Removal::Alone(text) => went = tx.execute_raw(sql(&tx, text, [before.clone()])).await?.rows_affected(),
        Removal::WithRest { ids, steps } => {
            let first = Id::find_by_statement(sql(&tx, ids, [before.clone()])).all(&tx).await?;
            if let Some(last) = first.last() {
                for &text in steps {
                    let step = sql(&tx, text, [before.clone(), last.id.into()]);
                    went = tx.execute_raw(step).await?.rows_affected();
                }
            }
        }
        Removal::File => {}
    }
    tx.commit().await?;
    Ok(went)
}

#[cfg(test)]
mod tests {
    use super::*;

    // G-1: what the document promises is what happens.
    #[test]
    fn every_term_is_in_the_document_and_the_other_way_round() {
        let document = include_str!("../../docs/beheer.md");
        let (_, rest) = document.split_once("\n## Bewaartermijnen\n").expect("the document has the terms");
        let rows: Vec<&str> = rest.split("\n## ").next().unwrap_or_default().lines().collect();
        let rows: Vec<&str> = rows.into_iter().filter(|line| line.starts_with("| ")).skip(1).collect();
        let expected: Vec<String> =
            TERMS.iter().map(|term| format!("| {} | {} {} |", term.name, term.length(), term.since)).collect();
        for (row, expected) in rows.iter().zip(&expected) {
            assert!(row.starts_with(expected.as_str()), "{expected}: {row}");
        }
        assert_eq!(rows.len(), expected.len());
    }
}
