//! What SQLite can do at most: the statements of one ballot in a transaction of their own, over and over, with nothing
//! around them.

use crate::load::random;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DbErr, Statement, Value};
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Those of the product, the clock of the database asked as it does.
const ENTER: &str = "INSERT INTO deelname (ronde, kiezer, kanaal) SELECT b.id, $2, 'online' FROM buurtbegroting b \
     WHERE b.id = $1 AND b.bevroren_at IS NOT NULL AND b.gestopt_at IS NULL AND b.gesloten_at IS NULL \
     AND b.sluit_at > strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now') \
     AND NOT EXISTS (SELECT 1 FROM bus s WHERE s.ronde = b.id AND s.biljet_id = $3 AND s.wijziging = 0) \
     ON CONFLICT DO NOTHING";
const PUT_IN: &str = "INSERT INTO bus_in (ronde, biljet_id, wijziging, envelop, bewijs) VALUES ($1, $2, 0, $3, $4)";
const LETTER: &str = "SELECT k.nummer, k.generatie, k.bewijs, \
     (SELECT MAX(g.generatie) FROM kiescode g WHERE g.ronde = $1 AND g.nummer = k.nummer) AS laatste \
     FROM kiescode k WHERE k.ronde = $1 AND k.merk = $2";

/// A ballot of the demo city, sealed, has about so many bytes.
const ENVELOPE: usize = 75;
/// And its proof.
const PROOF: usize = 32;

/// Writes for so long, and prints how many ballots a second.
#[expect(clippy::print_stdout, reason = "this is how a figure reaches who asked for it")]
pub async fn run(database: &Path, round: &str, seconds: u64) -> Result<(), Box<dyn Error>> {
    let mut options = ConnectOptions::new(format!("sqlite://{}", database.display()));
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await?;
    for pragma in [
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",
        "secure_delete = ON",
        "cache_size = -8000",
    ] {
        db.execute_unprepared(&format!("PRAGMA {pragma}")).await?;
    }
    let round: Uuid = round.parse()?;
    let begin = Instant::now();
    let mut ballots = 0_u32;
    while begin.elapsed() < Duration::from_secs(seconds) {
        cast(&db, round).await?;
        ballots += 1;
    }
    println!("{:.1}", f64::from(ballots) / begin.elapsed().as_secs_f64());
    db.close().await?;
    Ok(())
}

async fn cast<C: ConnectionTrait>(db: &C, round: Uuid) -> Result<(), DbErr> {
    let [kiezer, biljet] = [(); 2].map(|()| [random(), random()].concat());
    let run = async |text: &str, values: Vec<Value>| {
        db.execute_raw(Statement::from_sql_and_values(DatabaseBackend::Sqlite, text, values)).await
    };
    run(LETTER, vec![round.into(), kiezer.clone().into()]).await?;
    db.execute_unprepared("BEGIN IMMEDIATE").await?;
    let entered = run(ENTER, vec![round.into(), kiezer.into(), biljet.clone().into()]).await?;
    if entered.rows_affected() != 1 {
        return Err(DbErr::Custom("nobody can vote in this round".into()));
    }
    let [envelop, bewijs] = [ENVELOPE, PROOF].map(|size| vec![7_u8; size]);
    run(PUT_IN, vec![round.into(), biljet.into(), envelop.into(), bewijs.into()]).await?;
    db.execute_unprepared("COMMIT").await?;
    Ok(())
}
