//! The box itself. In rounds of the second form an envelope is never rewritten: a ballot that is changed is a row more, with
//! the next number, and every row bears a proof.

use super::{Number, on, rows};
use crate::app::{App, sha256};
use crate::database::{now, sql};
use crate::error::Error;
use contract::BuurtbegrotingId;
use contract::buurtbegroting::Busvorm;
use contract::stem::BiljetId;
use sea_orm::{ConnectionTrait, FromQueryResult};
use sha2::{Digest as _, Sha256};

/// An envelope that counts.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Envelope {
    /// Which ballot.
    pub biljet_id: Vec<u8>,
    /// What is on it, sealed.
    pub envelop: Vec<u8>,
}

/// An envelope with its proof.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct BoxRow {
    /// Which ballot.
    pub biljet_id: Vec<u8>,
    /// 0 as it was cast, one more for each change.
    pub wijziging: i64,
    /// What is on it, sealed.
    pub envelop: Vec<u8>,
    /// The proof over all of it.
    pub bewijs: Vec<u8>,
}

/// Puts envelopes in the box: of each its ballot id, the envelope, and its proof.
///
/// # Errors
/// [`Error::BallotTaken`] when there is one with such an id.
pub async fn put_in<'a, C: ConnectionTrait>(
    tx: &C,
    vorm: Busvorm,
    id: BuurtbegrotingId,
    ballots: impl Iterator<Item = [&'a [u8]; 3]>,
) -> Result<(), Error> {
    let (postgres, sqlite) = match vorm {
        Busvorm::Aantallen => PUT_IN_FIRST,
        Busvorm::Bewijzen => PUT_IN_SECOND,
    };
    match tx.execute_raw(sql(tx, on(tx, postgres, sqlite), [id.0.into(), rows(ballots)])).await {
        Ok(_) => Ok(()),
        Err(error) if crate::error::is_taken(&error) => Err(Error::BallotTaken),
        Err(error) => Err(error.into()),
    }
}

const PUT_IN_FIRST: (&str, &str) = (
    "INSERT INTO stembus_in (ronde, biljet_id, envelop) SELECT $1, decode(r->>0, 'hex'), decode(r->>1, 'hex') \
     FROM json_array_elements($2::json) r ORDER BY 2",
    "INSERT INTO stembus_in (ronde, biljet_id, envelop) SELECT $1, unhex(value->>0), unhex(value->>1) \
     FROM json_each($2) ORDER BY 2",
);

const PUT_IN_SECOND: (&str, &str) = (
    "INSERT INTO bus_in (ronde, biljet_id, wijziging, envelop, bewijs) \
     SELECT $1, decode(r->>0, 'hex'), 0, decode(r->>1, 'hex'), decode(r->>2, 'hex') \
     FROM json_array_elements($2::json) r ORDER BY 2",
    "INSERT INTO bus_in (ronde, biljet_id, wijziging, envelop, bewijs) \
     SELECT $1, unhex(value->>0), 0, unhex(value->>1), unhex(value->>2) FROM json_each($2) ORDER BY 2",
);

const CHANGE_IN: (&str, &str) = while_open!(
    "UPDATE stembus_in SET envelop = $4 WHERE ronde = $2 AND biljet_id = $3 AND EXISTS (SELECT 1 FROM buurtbegroting b \
     WHERE b.id = $2 AND b.bevroren_at IS NOT NULL AND b.gestopt_at IS NULL AND b.gesloten_at IS NULL AND b.sluit_at >",
    ")"
);

const CHANGE: (&str, &str) = while_open!(
    "UPDATE stembus SET envelop = $4 WHERE ronde = $2 AND biljet_id = $3 AND EXISTS (SELECT 1 FROM buurtbegroting b \
     WHERE b.id = $2 AND b.bevroren_at IS NOT NULL AND b.gestopt_at IS NULL AND b.gesloten_at IS NULL AND b.sluit_at >",
    ")"
);

/// Puts another envelope in place of the one of a ballot, in rounds of the first form; `false` when it is not there, or
/// voting is shut.
pub async fn change<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    id: BuurtbegrotingId,
    biljet: BiljetId,
    envelop: &[u8],
) -> Result<bool, Error> {
    super::come_in(tx, id).await?;
    for text in [CHANGE_IN, CHANGE] {
        let values = [id.0.into(), biljet.0.to_vec().into(), envelop.to_vec().into()];
        if tx.execute_raw(now(tx, app, text, values)).await?.rows_affected() == 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

const ADD_CHANGE: (&str, &str) = while_open!(
    "INSERT INTO bus_in (ronde, biljet_id, wijziging, envelop, bewijs) SELECT b.id, $3, $4, $5, $6 \
     FROM buurtbegroting b WHERE b.id = $2 AND b.bevroren_at IS NOT NULL AND b.gestopt_at IS NULL \
     AND b.gesloten_at IS NULL AND (SELECT s.ronde FROM bus s WHERE s.ronde = b.id AND s.biljet_id = $3 \
     AND s.wijziging = $4) IS NULL AND b.sluit_at >",
    "ON CONFLICT DO NOTHING"
);

/// Lays another envelope on the one of a ballot, in rounds of the second form; `false` when somebody else laid one with this
/// number, or voting is shut.
pub async fn add_change<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    id: BuurtbegrotingId,
    row: BoxRow,
) -> Result<bool, Error> {
    super::come_in(tx, id).await?;
    let BoxRow { biljet_id, wijziging, envelop, bewijs } = row;
    let values = [id.0.into(), biljet_id.into(), wijziging.into(), envelop.into(), bewijs.into()];
    Ok(tx.execute_raw(now(tx, app, ADD_CHANGE, values)).await?.rows_affected() == 1)
}

/// The number of the last change of a ballot in a round of the second form; 0 when it was never changed, none when it is not
/// there.
pub async fn last_change<C: ConnectionTrait>(
    db: &C,
    id: BuurtbegrotingId,
    biljet: BiljetId,
) -> Result<Option<i64>, Error> {
    let text = "SELECT COALESCE(MAX(a.wijziging), -1) AS nummer FROM ( \
                SELECT wijziging FROM bus_in WHERE ronde = $1 AND biljet_id = $2 UNION ALL \
                SELECT wijziging FROM bus WHERE ronde = $1 AND biljet_id = $2) a";
    let found = Number::find_by_statement(sql(db, text, [id.0.into(), biljet.0.to_vec().into()])).one(db).await?;
    Ok(found.map(|row| row.nummer).filter(|last| *last >= 0))
}

/// How many envelopes wait to be moved.
pub async fn waiting<C: ConnectionTrait>(db: &C, vorm: Busvorm, id: BuurtbegrotingId) -> Result<i64, Error> {
    let text = match vorm {
        Busvorm::Aantallen => "SELECT COUNT(*) AS nummer FROM stembus_in WHERE ronde = $1",
        Busvorm::Bewijzen => "SELECT COUNT(*) AS nummer FROM bus_in WHERE ronde = $1",
    };
    Ok(Number::find_by_statement(sql(db, text, [id.0.into()])).one(db).await?.map_or(0, |row| row.nummer))
}

#[derive(Debug, FromQueryResult)]
struct Moved {
    biljet_id: Vec<u8>,
}

/// Up to which ballot id there are so many that came in, or all when there are fewer; in rounds of the first form. Looked up
/// before the box is kept shut, so that voters do not wait for it.
pub async fn cut<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId, most: i64) -> Result<BiljetId, Error> {
    let select = sql(
        db,
        "SELECT biljet_id FROM stembus_in WHERE ronde = $1 ORDER BY biljet_id LIMIT 1 OFFSET $2",
        [id.0.into(), most.saturating_sub(1).into()],
    );
    let found = Moved::find_by_statement(select).one(db).await?;
    Ok(found.and_then(|row| row.biljet_id.try_into().ok()).map_or(BiljetId::LAST, BiljetId))
}

/// Moves what came in, up to a ballot id, to the box itself and in the order of ballot ids: nothing is left that tells
/// when, or after whom, a ballot came (SECURITY-RULES V-4). The box must be kept shut meanwhile. Gives how many, and the
/// SHA-256 over their sorted ids: not over what is in them, which may change in rounds of the first form.
pub async fn empty_in<C: ConnectionTrait>(
    tx: &C,
    id: BuurtbegrotingId,
    last: BiljetId,
) -> Result<(i64, String), Error> {
    let of = |text: &'static str| sql(tx, text, [id.0.into(), last.0.to_vec().into()]);
    let insert = of("INSERT INTO stembus (ronde, biljet_id, envelop) \
         SELECT ronde, biljet_id, envelop FROM stembus_in WHERE ronde = $1 AND biljet_id <= $2 ORDER BY biljet_id \
         RETURNING biljet_id");
    let moved = Moved::find_by_statement(insert).all(tx).await?;
    let mut moved: Vec<Vec<u8>> = moved.into_iter().map(|row| row.biljet_id).collect();
    if !moved.is_empty() {
        tx.execute_raw(of("DELETE FROM stembus_in WHERE ronde = $1 AND biljet_id <= $2")).await?;
    }
    // In which order an insert gives its rows is not said anywhere.
    moved.sort();
    let all = moved.iter().fold(Sha256::new(), Sha256::chain_update);
    Ok((i64::try_from(moved.len()).unwrap_or(i64::MAX), hex::encode(all.finalize())))
}

/// So many of what came in, in the order of ballot ids; in rounds of the second form.
pub async fn came_in<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId, most: i64) -> Result<Vec<BoxRow>, Error> {
    let text = "SELECT biljet_id, wijziging, envelop, bewijs FROM bus_in WHERE ronde = $1 \
                ORDER BY biljet_id, wijziging LIMIT $2";
    Ok(BoxRow::find_by_statement(sql(db, text, [id.0.into(), most.into()])).all(db).await?)
}

const MOVE: (&str, &str) = (
    "INSERT INTO bus (ronde, biljet_id, wijziging, envelop, bewijs) \
     SELECT i.ronde, i.biljet_id, i.wijziging, i.envelop, i.bewijs FROM bus_in i WHERE i.ronde = $1 \
     AND (i.biljet_id, i.wijziging) IN \
     (SELECT decode(r->>0, 'hex'), (r->>1)::bigint FROM json_array_elements($2::json) r) \
     ORDER BY i.biljet_id, i.wijziging RETURNING biljet_id, wijziging, envelop, bewijs",
    "INSERT INTO bus (ronde, biljet_id, wijziging, envelop, bewijs) \
     SELECT i.ronde, i.biljet_id, i.wijziging, i.envelop, i.bewijs FROM bus_in i WHERE i.ronde = $1 \
     AND (i.biljet_id, i.wijziging) IN (SELECT unhex(value->>0), CAST(value->>1 AS INTEGER) FROM json_each($2)) \
     ORDER BY i.biljet_id, i.wijziging RETURNING biljet_id, wijziging, envelop, bewijs",
);

const TAKE_OUT: (&str, &str) = (
    "DELETE FROM bus_in WHERE ronde = $1 AND (biljet_id, wijziging) IN \
     (SELECT decode(r->>0, 'hex'), (r->>1)::bigint FROM json_array_elements($2::json) r)",
    "DELETE FROM bus_in WHERE ronde = $1 AND (biljet_id, wijziging) IN \
     (SELECT unhex(value->>0), CAST(value->>1 AS INTEGER) FROM json_each($2))",
);

/// Moves these rows to the box itself, as [`empty_in`] does: these and no others, for their sum was told before. What comes in
/// meanwhile is for the next time. Gives what was moved, as it is there now.
pub async fn move_rows<C: ConnectionTrait>(
    tx: &C,
    id: BuurtbegrotingId,
    planned: &[BoxRow],
) -> Result<Vec<BoxRow>, Error> {
    let of = |(postgres, sqlite)| sql(tx, on(tx, postgres, sqlite), [id.0.into(), keys(planned)]);
    let moved = BoxRow::find_by_statement(of(MOVE)).all(tx).await?;
    tx.execute_raw(of(TAKE_OUT)).await?;
    Ok(moved)
}

/// The keys of rows as one value: a ballot id in hexadecimal and the number of its change.
fn keys(rows: &[BoxRow]) -> sea_orm::Value {
    let key = |row: &BoxRow| format!("[\"{}\",\"{}\"]", hex::encode(&row.biljet_id), row.wijziging);
    format!("[{}]", rows.iter().map(key).collect::<Vec<_>>().join(",")).into()
}

/// Moves all that is left without telling it anywhere: in a round that was stopped, or whose secret was lost.
pub async fn empty_untold<C: ConnectionTrait>(tx: &C, vorm: Busvorm, id: BuurtbegrotingId) -> Result<(), Error> {
    match vorm {
        Busvorm::Aantallen => {
            empty_in(tx, id, BiljetId::LAST).await?;
        }
        Busvorm::Bewijzen => {
            let all = came_in(tx, id, i64::MAX).await?;
            move_rows(tx, id, &all).await?;
        }
    }
    Ok(())
}

/// All that lies in the box of a round of the second form, in the order of ballot ids and changes.
pub async fn box_rows<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Vec<BoxRow>, Error> {
    let text = "SELECT biljet_id, wijziging, envelop, bewijs FROM bus WHERE ronde = $1 ORDER BY biljet_id, wijziging";
    Ok(BoxRow::find_by_statement(sql(db, text, [id.0.into()])).all(db).await?)
}

/// All envelopes of a round that count, in the order of ballot ids.
pub async fn envelopes<C: ConnectionTrait>(
    db: &C,
    vorm: Busvorm,
    id: BuurtbegrotingId,
) -> Result<Vec<Envelope>, Error> {
    match vorm {
        Busvorm::Aantallen => {
            let text = "SELECT biljet_id, envelop FROM stembus WHERE ronde = $1 ORDER BY biljet_id";
            Ok(Envelope::find_by_statement(sql(db, text, [id.0.into()])).all(db).await?)
        }
        Busvorm::Bewijzen => Ok(last_of_each(box_rows(db, id).await?)),
    }
}

/// Of each ballot the last change, which counts: the rows stand in the order of ballot ids and changes.
#[must_use]
pub fn last_of_each(rows: Vec<BoxRow>) -> Vec<Envelope> {
    let mut last: Vec<Envelope> = Vec::new();
    for BoxRow { biljet_id, envelop, .. } in rows {
        match last.last_mut().filter(|before| before.biljet_id == biljet_id) {
            Some(before) => before.envelop = envelop,
            None => last.push(Envelope { biljet_id, envelop }),
        }
    }
    last
}

/// SHA-256 over the sorted ballot ids, each with the SHA-256 of its envelope (SECURITY-RULES V-6), in hexadecimal.
#[must_use]
pub fn digest(sorted: &[Envelope]) -> String {
    let all = sorted.iter().fold(Sha256::new(), |all, envelope| {
        all.chain_update(&envelope.biljet_id).chain_update(sha256(&envelope.envelop))
    });
    hex::encode(all.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_ballot_the_last_change_counts() {
        let row = |biljet: u8, wijziging: i64, envelop: u8| BoxRow {
            biljet_id: vec![biljet; 32],
            wijziging,
            envelop: vec![envelop],
            bewijs: Vec::new(),
        };
        let counted = last_of_each(vec![row(1, 0, 10), row(2, 0, 20), row(2, 1, 21), row(2, 2, 22), row(3, 0, 30)]);
        let counted: Vec<(u8, u8)> = counted.iter().map(|own| (own.biljet_id[0], own.envelop[0])).collect();
        assert_eq!(counted, [(1, 10), (2, 22), (3, 30)]);
    }
}
