//! What was done, by whom, to what: one row a deed, in the transaction of the deed (SECURITY-RULES L-1).

use crate::app::App;
use crate::caller::Caller;
use crate::database::sql;
use crate::error::Error;
use sea_orm::ConnectionTrait;

/// Notes that the caller did something. `object` names its kind and id; `reason` holds no personal data.
///
/// # Errors
/// When the row cannot be written.
pub async fn note<C: ConnectionTrait>(
    db: &C,
    caller: &Caller,
    deed: &'static str,
    object: String,
    outcome: &'static str,
    reason: Option<String>,
) -> Result<(), Error> {
    write(db, &caller.app, (caller.actor(), caller.origin.clone()), deed, object, outcome, reason).await
}

/// Notes that the program did something by itself, because its time had come.
///
/// # Errors
/// When the row cannot be written.
pub async fn note_of_system<C: ConnectionTrait>(
    db: &C,
    app: &App,
    deed: &'static str,
    object: String,
    reason: Option<String>,
) -> Result<(), Error> {
    write(db, app, ("systeem".into(), String::new()), deed, object, "gelukt", reason).await
}

async fn write<C: ConnectionTrait>(
    db: &C,
    app: &App,
    (actor, origin): (String, String),
    deed: &'static str,
    object: String,
    outcome: &'static str,
    reason: Option<String>,
) -> Result<(), Error> {
    let insert = sql(
        db,
        "INSERT INTO audit (id, at, actor, actie, object, resultaat, oorsprong, reden) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            app.new_id().into(),
            app.now().into(),
            actor.into(),
            deed.into(),
            object.into(),
            outcome.into(),
            origin.into(),
            reason.into(),
        ],
    );
    db.execute_raw(insert).await?;
    Ok(())
}
