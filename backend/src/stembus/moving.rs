//! Ballots are moved from where they came in to the box itself, together, so that their order is lost (SECURITY-RULES V-4).

use crate::app::App;
use crate::audit;
use crate::database::sql;
use crate::error::Error;
use crate::stembus::codes::{self, RoundKey, is_proof};
use crate::stembus::legging::{self, Soort};
use crate::stembus::store::{self, BoxRow};
use crate::stembus::sum::Sum;
use contract::BuurtbegrotingId;
use contract::buurtbegroting::Busvorm;
use sea_orm::{ConnectionTrait as _, DatabaseBackend};

/// So many are moved in one transaction at most, so that voters do not wait long.
const PIECE: i64 = 250;

/// Moves what came in when that is at least so many, in pieces of about one size: who votes meanwhile waits for one piece
/// and not for all. What comes in meanwhile is for the next time: it would be moved alone.
///
/// # Errors
/// When the database is away, or the place of the secrets: then nothing is moved, and the next turn tries again.
pub async fn move_in(app: &App, (vorm, id): (Busvorm, BuurtbegrotingId), least: i64) -> Result<(), Error> {
    let waiting = store::waiting(app.databases().primary(), vorm, id).await?;
    if waiting < least {
        return Ok(());
    }
    let key = match vorm {
        Busvorm::Aantallen => None,
        Busvorm::Bewijzen => Some(codes::round_key(app, id).await?),
    };
    let pieces = waiting.saturating_add(PIECE - 1) / PIECE;
    let mut has_moved = false;
    for _ in 0..pieces {
        let size = waiting.saturating_add(pieces - 1) / pieces;
        has_moved |= match &key {
            None => move_piece(app, id, size, least).await?,
            Some(key) => move_told(app, id, key, (size, least)).await?,
        };
    }
    // What PostgreSQL keeps of deleted rows goes as well, and it learns how large the box is now: it would go on reading
    // it from end to end as it did when there was little in it. It runs outside any transaction.
    let db = app.databases().primary();
    if has_moved && db.get_database_backend() == DatabaseBackend::Postgres {
        let vacuum = match vorm {
            Busvorm::Aantallen => "VACUUM stembus_in, stembus",
            Busvorm::Bewijzen => "VACUUM bus_in, bus",
        };
        db.execute_raw(sql(db, vacuum, [])).await?;
    }
    Ok(())
}

/// Moves a piece; `false` when fewer than `least` were left, because another instance was first. Which ballots and how
/// many is on the audit trail: one cannot vanish later.
async fn move_piece(app: &App, id: BuurtbegrotingId, size: i64, least: i64) -> Result<bool, Error> {
    let last = store::cut(app.databases().primary(), id, size).await?;
    let tx = app.begin().await?;
    store::keep_out(&tx, id).await?;
    let (moved, digest) = store::empty_in(&tx, id, last).await?;
    if moved < least {
        return Ok(false);
    }
    let what = format!("{moved} {digest}");
    audit::note_of_system(&tx, app, "stembus.legen", format!("buurtbegroting:{id}"), Some(what)).await?;
    tx.commit().await?;
    Ok(true)
}

/// The same in a round of the second form: what will be moved is told before, and nothing else is moved; `false` when another
/// instance was first.
async fn move_told(app: &App, id: BuurtbegrotingId, key: &RoundKey, (size, least): (i64, i64)) -> Result<bool, Error> {
    let planned = store::came_in(app.databases().primary(), id, size).await?;
    if i64::try_from(planned.len()).unwrap_or(i64::MAX) < least {
        return Ok(false);
    }
    let sum = sum_of(key, id, &planned);
    let told = legging::announce(app, id, Soort::Stembiljetten, sum).await?;
    let tx = app.begin().await?;
    store::keep_out(&tx, id).await?;
    if !store::insert_legging(&tx, id, &told).await? {
        return Ok(false);
    }
    let moved = store::move_rows(&tx, id, &planned).await?;
    if sum_of(key, id, &moved) != sum {
        return Ok(false);
    }
    let what = format!("{} {sum}", sum.rows());
    audit::note_of_system(&tx, app, "stembus.legen", format!("buurtbegroting:{id}"), Some(what)).await?;
    tx.commit().await?;
    legging::confirm(app, id, &told).await;
    Ok(true)
}

/// What rows count for together, by what is in them. One whose own proof is wrong goes along all the same: what keeps the box
/// from being shut must not keep others from being moved. But somebody must hear of it.
fn sum_of(key: &RoundKey, id: BuurtbegrotingId, rows: &[BoxRow]) -> Sum {
    let proof = |row: &BoxRow| key.proof_of_envelope(id, (&row.biljet_id, row.wijziging), &row.envelop);
    let proofs: Vec<Vec<u8>> = rows.iter().map(proof).collect();
    if rows.iter().zip(&proofs).any(|(row, proof)| !is_proof(&row.bewijs, proof)) {
        tracing::error!(buurtbegroting.id = %id, "an envelope in the box does not bear its proof: somebody must look");
    }
    proofs.iter().map(|proof| key.in_sum(proof)).sum()
}
