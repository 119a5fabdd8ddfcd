//! A large city: public initiatieven with their timelines and words, spread over wijken, themes, statuses and years,
//! older than those of the demo. One statement per table, so that a million takes minutes.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, Statement, Value};
use std::error::Error;
use std::io::Write as _;

/// How many ids are printed.
const SAMPLES: i64 = 50;

/// Fills from number `from` up to number `count`.
pub async fn run(url: &str, from: i64, count: i64) -> Result<(), Box<dyn Error>> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await?;
    let dialect = Dialect { is_postgres: db.get_database_backend() == DatabaseBackend::Postgres };
    if !dialect.is_postgres {
        // Nobody minds losing this city; and its words are checked by the product's own tests.
        for pragma in ["synchronous = OFF", "cache_size = -400000", "temp_store = MEMORY", "foreign_keys = OFF"] {
            db.execute_unprepared(&format!("PRAGMA {pragma}")).await?;
        }
    }
    for statement in dialect.statements() {
        execute(&db, &statement, from, count).await?;
    }
    // As a database that has served for a while would have.
    db.execute_unprepared("ANALYZE").await?;
    let ids = format!(
        "SELECT lower({}) AS id FROM initiatief WHERE id IN (SELECT {} FROM ({}))",
        dialect.text_of("id"),
        dialect.id("i"),
        dialect.numbers_in_steps(),
    );
    let step = (count / SAMPLES).max(1);
    let rows = db.query_all_raw(Statement::from_sql_and_values(
        db.get_database_backend(),
        ids,
        [Value::from(step), Value::from(count)],
    ));
    let mut out = std::io::stdout().lock();
    for row in rows.await? {
        writeln!(out, "{}", row.try_get::<String>("", "id")?)?;
    }
    db.close().await?;
    Ok(())
}

async fn execute(db: &DatabaseConnection, statement: &str, from: i64, count: i64) -> Result<(), sea_orm::DbErr> {
    let values = [Value::from(from), Value::from(count)];
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), statement, values)).await?;
    Ok(())
}

/// The few words that differ between the databases.
struct Dialect {
    is_postgres: bool,
}

impl Dialect {
    /// The numbers from `$1` up to `$2`.
    const fn numbers(&self) -> &'static str {
        if self.is_postgres {
            "SELECT generate_series($1::bigint, $2::bigint - 1) AS i"
        } else {
            "WITH RECURSIVE n(i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $2 - 1) SELECT i FROM n"
        }
    }

    const fn numbers_in_steps(&self) -> &'static str {
        if self.is_postgres {
            "SELECT generate_series(0, $2::bigint - 1, $1::bigint) AS i"
        } else {
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + $1 FROM n WHERE i < $2 - $1) SELECT i FROM n"
        }
    }

    /// A UUID of version 7 from years ago, in the order of the numbers; `mark` tells tables apart.
    fn marked_id(&self, number: &str, mark: u8) -> String {
        let moment = format!("(1400000000000 + {number} * 1000)");
        if self.is_postgres {
            format!("(lpad(to_hex({moment}), 12, '0') || '700{mark}8000' || lpad(to_hex({number}), 12, '0'))::uuid")
        } else {
            format!("unhex(printf('%012x', {moment}) || '700{mark}8000' || printf('%012x', {number}))")
        }
    }

    fn id(&self, number: &str) -> String {
        self.marked_id(number, 0)
    }

    fn text_of(&self, id: &str) -> String {
        if self.is_postgres {
            format!("{id}::text")
        } else {
            let part = |from: u8, length: u8| format!("substr(hex({id}), {from}, {length})");
            [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)].join(" || '-' || ")
        }
    }

    fn truth(&self) -> &'static str {
        if self.is_postgres { "TRUE" } else { "1" }
    }

    fn statements(&self) -> [String; 3] {
        let numbers = self.numbers();
        let (id, truth) = (self.id("i"), self.truth());
        let initiatieven = format!(
            "INSERT INTO initiatief (id, soort, status, openbaar, titel, tekst, gebied, wijk, thema, plaats, kosten_cents, \
             naam, email, indiener_soort, created_at, ingediend_at, antwoord_on, beantwoord_at, opgave_id, criterium, \
             reden, steun, versie) \
             SELECT {id}, 'idee', status, {truth}, 'Initiatief ' || i || ' voor ' || wijk_naam, \
             'Op de hoek is plek voor iets wat de buurt samen gebruikt. Wij willen het zelf onderhouden, en vragen hulp \
             bij het begin. Met wie kunnen wij dit bespreken? Nummer ' || i || '.', \
             gebied, wijk, thema, 'Bij de speeltuin', 125000, 'Bo Visser', 'bo@voorbeeld.test', 'bewoner', \
             example.created_at, example.ingediend_at, example.antwoord_on, example.ingediend_at, \
             CASE WHEN status IN ('gekoppeld', 'gerealiseerd') THEN opgave END, \
             CASE WHEN status = 'afgewezen' THEN (SELECT MIN(code) FROM keuze WHERE lijst = 'criterium') END, \
             CASE WHEN status = 'afgewezen' THEN 'Dit past niet op deze plek.' END, 0, 2 \
             FROM (SELECT i, w.code AS wijk, w.naam AS wijk_naam, w.gebied AS gebied, t.code AS thema, o.id AS opgave, \
               CASE (i / 7) % 5 WHEN 0 THEN 'in_behandeling' WHEN 1 THEN 'afgewezen' \
                 WHEN 2 THEN CASE WHEN o.id IS NULL THEN 'ingediend' ELSE 'gekoppeld' END \
                 WHEN 3 THEN CASE WHEN o.id IS NULL THEN 'ingediend' ELSE 'gerealiseerd' END \
                 ELSE 'ingediend' END AS status \
               FROM ({numbers}) AS numbers \
               JOIN (SELECT code, naam, gebied, row_number() OVER (ORDER BY code) - 1 AS k FROM wijk) AS w \
                 ON w.k = i % (SELECT COUNT(*) FROM wijk) \
               JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS k FROM keuze WHERE lijst = 'thema') AS t \
                 ON t.k = (i / 24) % (SELECT COUNT(*) FROM keuze WHERE lijst = 'thema') \
               LEFT JOIN (SELECT own.code, (SELECT id FROM opgave WHERE gebied = own.code ORDER BY id DESC LIMIT 1) AS id \
                 FROM gebied AS own) AS o ON o.code = w.gebied) AS made \
             JOIN (SELECT created_at, ingediend_at, antwoord_on FROM initiatief WHERE ingediend_at IS NOT NULL \
               ORDER BY created_at LIMIT 1) AS example ON 1 = 1",
        );
        let events = format!(
            "INSERT INTO gebeurtenis (id, initiatief_id, soort, tekst, at) \
             SELECT {event}, {id}, kind.soort, NULL, example.at \
             FROM ({numbers}) AS numbers \
             JOIN (SELECT 0 AS k, 'ingediend' AS soort UNION ALL SELECT 1, 'in_behandeling') AS kind ON 1 = 1 \
             JOIN (SELECT MIN(at) AS at FROM gebeurtenis) AS example ON 1 = 1",
            event = self.marked_id("(i * 2 + kind.k)", 1),
        );
        let words = format!(
            "INSERT INTO initiatief_woord (gebied, woord, initiatief_id) \
             SELECT f.gebied, 'woord' || ((i * 7 + j.j * 13) % 2000), f.id \
             FROM ({numbers}) AS numbers JOIN initiatief AS f ON f.id = {id} \
             JOIN (SELECT 0 AS j UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) AS j ON 1 = 1 \
             WHERE f.status IN ('ingediend', 'in_behandeling')",
        );
        [initiatieven, events, words]
    }
}
