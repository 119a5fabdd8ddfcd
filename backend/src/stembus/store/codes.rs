//! Codes on letters: kept as what they are recognised by (SECURITY-RULES V-5).

use super::{Number, on, rows};
use crate::database::{once, sql};
use crate::error::Error;
use contract::BuurtbegrotingId;
use contract::buurtbegroting::Busvorm;
use sea_orm::sea_query::Query;
use sea_orm::{ConnectionTrait, FromQueryResult};

/// A code, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What the code is recognised by.
    pub merk: Vec<u8>,
    /// The letter; none when the code is on none.
    pub row: Option<CodeOnLetter>,
}

/// A letter with a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeOnLetter {
    /// The number on the letter.
    pub nummer: i64,
    /// What shows that the row is ours; none in rounds of the first form.
    pub proven: Option<Proven>,
}

/// What shows that a code is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// 0 for the first code of a number, one more for each in place of a lost one.
    pub generatie: i64,
    /// The last of that number.
    pub laatste: i64,
    /// The proof over all of it.
    pub bewijs: Vec<u8>,
}

#[derive(Debug, FromQueryResult)]
struct FirstRow {
    merk: Vec<u8>,
    nummer: Option<i64>,
}

#[derive(Debug, FromQueryResult)]
struct SecondRow {
    merk: Vec<u8>,
    nummer: Option<i64>,
    generatie: Option<i64>,
    bewijs: Option<Vec<u8>>,
    laatste: Option<i64>,
}

impl From<FirstRow> for Letter {
    fn from(row: FirstRow) -> Self {
        Self { merk: row.merk, row: row.nummer.map(|nummer| CodeOnLetter { nummer, proven: None }) }
    }
}

impl From<SecondRow> for Letter {
    fn from(row: SecondRow) -> Self {
        let proven = row.generatie.zip(row.laatste).zip(row.bewijs);
        let found = row.nummer.zip(proven).map(|(nummer, ((generatie, laatste), bewijs))| CodeOnLetter {
            nummer,
            proven: Some(Proven { generatie, laatste, bewijs }),
        });
        Self { merk: row.merk, row: found }
    }
}

/// The letters that codes stand on. A subquery for each: a join would make PostgreSQL read the whole table as long as it
/// has no statistics of it.
pub async fn letters<C: ConnectionTrait>(
    db: &C,
    vorm: Busvorm,
    id: BuurtbegrotingId,
    marks: impl Iterator<Item = &[u8]>,
) -> Result<Vec<Letter>, Error> {
    let values = [id.0.into(), rows(marks.map(|mark| [mark]))];
    match vorm {
        Busvorm::Aantallen => {
            let found = FirstRow::find_by_statement(sql(db, on(db, FIRST.0, FIRST.1), values)).all(db).await?;
            Ok(found.into_iter().map(Letter::from).collect())
        }
        Busvorm::Bewijzen => {
            let found = SecondRow::find_by_statement(sql(db, on(db, SECOND.0, SECOND.1), values)).all(db).await?;
            Ok(found.into_iter().map(Letter::from).collect())
        }
    }
}

const FIRST: (&str, &str) = (
    "SELECT v.merk, (SELECT c.nummer FROM stemcode c WHERE c.ronde = $1 AND c.merk = v.merk) AS nummer \
     FROM (SELECT decode(r->>0, 'hex') AS merk FROM json_array_elements($2::json) r) v",
    "SELECT v.merk, (SELECT c.nummer FROM stemcode c WHERE c.ronde = $1 AND c.merk = v.merk) AS nummer \
     FROM (SELECT unhex(value->>0) AS merk FROM json_each($2)) v",
);

/// What is limited to one row is looked up for each mark: PostgreSQL makes no join of it.
const SECOND: (&str, &str) = (
    "SELECT v.merk, c.nummer, c.generatie, c.bewijs, c.laatste \
     FROM (SELECT decode(r->>0, 'hex') AS merk FROM json_array_elements($2::json) r) v \
     LEFT JOIN LATERAL (SELECT k.nummer, k.generatie, k.bewijs, \
         (SELECT MAX(g.generatie) FROM kiescode g WHERE g.ronde = $1 AND g.nummer = k.nummer) AS laatste \
         FROM kiescode k WHERE k.ronde = $1 AND k.merk = v.merk LIMIT 1) c ON TRUE",
    "SELECT v.merk, c.nummer, c.generatie, c.bewijs, \
     (SELECT MAX(g.generatie) FROM kiescode g WHERE g.ronde = $1 AND g.nummer = c.nummer) AS laatste \
     FROM (SELECT unhex(value->>0) AS merk FROM json_each($2)) v \
     LEFT JOIN kiescode c ON c.ronde = $1 AND c.merk = v.merk",
);

/// The highest number of a letter so far; 0 when there is none.
pub async fn last_letter<C: ConnectionTrait>(db: &C, vorm: Busvorm, id: BuurtbegrotingId) -> Result<i64, Error> {
    let text = match vorm {
        Busvorm::Aantallen => "SELECT COALESCE(MAX(nummer), 0) AS nummer FROM stemcode WHERE ronde = $1",
        Busvorm::Bewijzen => "SELECT COALESCE(MAX(nummer), 0) AS nummer FROM kiescode WHERE ronde = $1",
    };
    let found = Number::find_by_statement(sql(db, text, [id.0.into()])).one(db).await?;
    Ok(found.map_or(0, |row| row.nummer))
}

/// The last generation of the code of a letter; none when there is no such letter.
pub async fn last_generation<C: ConnectionTrait>(
    db: &C,
    vorm: Busvorm,
    id: BuurtbegrotingId,
    nummer: i64,
) -> Result<Option<i64>, Error> {
    let text = match vorm {
        Busvorm::Aantallen => "SELECT COUNT(*) - 1 AS nummer FROM stemcode WHERE ronde = $1 AND nummer = $2",
        Busvorm::Bewijzen => {
            "SELECT COALESCE(MAX(generatie), -1) AS nummer FROM kiescode WHERE ronde = $1 AND nummer = $2"
        }
    };
    let found = Number::find_by_statement(sql(db, text, [id.0.into(), nummer.into()])).one(db).await?;
    Ok(found.map(|row| row.nummer).filter(|last| *last >= 0))
}

/// A code as it is kept.
#[derive(Debug, Clone, FromQueryResult)]
pub struct CodeRow {
    /// What it is recognised by.
    pub merk: Vec<u8>,
    /// The number on the letter.
    pub nummer: i64,
    /// See [`Proven`].
    pub generatie: i64,
    /// See [`Proven`].
    pub bewijs: Vec<u8>,
}

/// All codes of a round of the second form.
pub async fn codes<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Vec<CodeRow>, Error> {
    let text = "SELECT merk, nummer, generatie, bewijs FROM kiescode WHERE ronde = $1 ORDER BY nummer, generatie";
    Ok(CodeRow::find_by_statement(sql(db, text, [id.0.into()])).all(db).await?)
}

/// Rows of one statement: both databases take so many values at once.
const ROWS: usize = 1_000;

/// Keeps new codes. What they prove goes with them in rounds of the second form.
pub async fn insert_codes<C: ConnectionTrait>(
    tx: &C,
    vorm: Busvorm,
    id: BuurtbegrotingId,
    codes: &[CodeRow],
) -> Result<(), Error> {
    for piece in codes.chunks(ROWS) {
        let mut insert = Query::insert();
        match vorm {
            Busvorm::Aantallen => {
                insert.into_table("stemcode").columns(["ronde", "merk", "nummer"]);
                for own in piece {
                    insert.values_panic([id.0.into(), own.merk.clone().into(), own.nummer.into()]);
                }
            }
            Busvorm::Bewijzen => {
                insert.into_table("kiescode").columns(["ronde", "merk", "nummer", "generatie", "bewijs"]);
                for own in piece {
                    insert.values_panic([
                        id.0.into(),
                        own.merk.clone().into(),
                        own.nummer.into(),
                        own.generatie.into(),
                        own.bewijs.clone().into(),
                    ]);
                }
            }
        }
        tx.execute(&insert).await?;
    }
    Ok(())
}

/// Another code for a letter of a round of the first form: the old one is good for nothing from here on.
///
/// # Errors
/// [`Error::Stale`] when there is no such letter any more.
pub async fn replace_code<C: ConnectionTrait>(tx: &C, id: BuurtbegrotingId, code: &CodeRow) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE stemcode SET merk = $1 WHERE ronde = $2 AND nummer = $3",
        [code.merk.clone().into(), id.0.into(), code.nummer.into()],
    );
    once(tx, update).await
}
