//! Custodians and their parts in the database: the only place here that knows SeaORM. No part stands in it in the clear.

use crate::app::App;
use crate::database::{now, once, sql};
use crate::error::{Error, Exchanged};
use chrono::{DateTime, Utc};
use contract::bewaarder::{BEWAARDERS, PubliekeSleutel, SleutelDoel};
use contract::{AccountId, BuurtbegrotingId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// A custodian of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeper {
    /// Which part is theirs, from 1.
    pub plaats: i64,
    /// Who they are.
    pub account: AccountId,
    /// The public half of their key, once they made one.
    pub public: Option<PubliekeSleutel>,
    /// When they made that.
    pub key_at: Option<DateTime<Utc>>,
    /// When it opened their part for the first time.
    pub tried_at: Option<DateTime<Utc>>,
    /// What shows that this program wrote this row.
    pub proof: Vec<u8>,
    /// Their part, once there is a key.
    pub part: Option<SealedPart>,
}

/// A part that is sealed to its custodian.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedPart {
    /// The part itself.
    pub sealed: Vec<u8>,
    /// SHA-256 of what is in it.
    pub digest: Vec<u8>,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    plaats: i64,
    account_id: Uuid,
    publieke_sleutel: Option<Vec<u8>>,
    sleutel_at: Option<DateTime<Utc>>,
    geprobeerd_at: Option<DateTime<Utc>>,
    zegel: Option<Vec<u8>>,
    deel: Option<Vec<u8>>,
    deel_controle: Option<Vec<u8>>,
}

impl TryFrom<Row> for Keeper {
    type Error = Exchanged;

    fn try_from(row: Row) -> Result<Self, Exchanged> {
        let key = |bytes: Vec<u8>| <[u8; 32]>::try_from(bytes).map(PubliekeSleutel);
        let odd = |_: Vec<u8>| Exchanged::Keeper;
        Ok(Self {
            plaats: row.plaats,
            account: AccountId(row.account_id),
            public: row.publieke_sleutel.map(key).transpose().map_err(odd)?,
            key_at: row.sleutel_at,
            tried_at: row.geprobeerd_at,
            proof: row.zegel.unwrap_or_default(),
            part: row.deel.zip(row.deel_controle).map(|(sealed, digest)| SealedPart { sealed, digest }),
        })
    }
}

/// The custodians of a round, by their parts; none when nobody was named.
///
/// # Errors
/// When the database is away; [`Error::BoxChanged`] when the key of one is none.
pub async fn list<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Vec<Keeper>, Error> {
    let select = sql(
        db,
        "SELECT k.plaats, k.account_id, k.publieke_sleutel, k.sleutel_at, t.at AS geprobeerd_at, k.zegel, k.deel, \
         k.deel_controle FROM bewaarder k LEFT JOIN sleutel_geprobeerd t ON t.ronde = k.ronde AND t.plaats = k.plaats \
         WHERE k.ronde = $1 ORDER BY k.plaats",
        [id.0.into()],
    );
    let rows = Row::find_by_statement(select).all(db).await?;
    Ok(rows.into_iter().map(Keeper::try_from).collect::<Result<_, Exchanged>>()?)
}

#[derive(Debug, FromQueryResult)]
struct Number {
    nummer: i64,
}

/// Whether somebody is a custodian of this round.
///
/// # Errors
/// When the database is away.
pub async fn is_keeper_of<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId, who: AccountId) -> Result<bool, Error> {
    let select = sql(
        db,
        "SELECT COUNT(*) AS nummer FROM bewaarder WHERE ronde = $1 AND account_id = $2",
        [id.0.into(), who.0.into()],
    );
    Ok(Number::find_by_statement(select).one(db).await?.is_some_and(|row| row.nummer > 0))
}

#[derive(Debug, FromQueryResult)]
struct Kept {
    ronde: Uuid,
}

/// The rounds that are not over of which somebody is a custodian, the oldest first.
///
/// # Errors
/// When the database is away.
pub async fn rounds_of<C: ConnectionTrait>(db: &C, who: AccountId) -> Result<Vec<BuurtbegrotingId>, Error> {
    let select = sql(
        db,
        "SELECT k.ronde FROM bewaarder k JOIN buurtbegroting b ON b.id = k.ronde \
         WHERE k.account_id = $1 AND b.definitief_at IS NULL AND b.gestopt_at IS NULL ORDER BY k.ronde",
        [who.0.into()],
    );
    let found = Kept::find_by_statement(select).all(db).await?;
    Ok(found.into_iter().map(|row| BuurtbegrotingId(row.ronde)).collect())
}

/// Whether somebody is a custodian of a round that is not over.
///
/// # Errors
/// When the database is away.
pub async fn is_keeper<C: ConnectionTrait>(db: &C, who: AccountId) -> Result<bool, Error> {
    Ok(!rounds_of(db, who).await?.is_empty())
}

/// What changed when custodians were named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Who is one now and was not.
    pub new: Vec<AccountId>,
    /// Who was one and is not any more.
    pub gone: Vec<AccountId>,
}

/// Names custodians in place of those who were named before; who stays keeps their place and their key. Gives who came and who
/// went. The round is held.
///
/// # Errors
/// When one of them has a part already.
pub async fn name<C: ConnectionTrait>(
    tx: &C,
    id: BuurtbegrotingId,
    accounts: &[AccountId; BEWAARDERS],
    (by, at): (AccountId, DateTime<Utc>),
) -> Result<Named, Error> {
    let (stay, go): (Vec<Keeper>, Vec<Keeper>) =
        list(tx, id).await?.into_iter().partition(|own| accounts.contains(&own.account));
    for own in &go {
        let delete = sql(
            tx,
            "DELETE FROM bewaarder WHERE ronde = $1 AND plaats = $2 AND deel IS NULL",
            [id.0.into(), own.plaats.into()],
        );
        if tx.execute_raw(delete).await?.rows_affected() != 1 {
            return Err(Error::Stale);
        }
    }
    let new: Vec<AccountId> =
        accounts.iter().copied().filter(|who| stay.iter().all(|own| own.account != *who)).collect();
    let free = (1_i64..).filter(|plaats| stay.iter().all(|own| own.plaats != *plaats));
    for (plaats, who) in free.zip(&new) {
        let insert = sql(
            tx,
            "INSERT INTO bewaarder (ronde, plaats, account_id, benoemd_door, benoemd_at) VALUES ($1, $2, $3, $4, $5)",
            [id.0.into(), plaats.into(), who.0.into(), by.0.into(), at.into()],
        );
        tx.execute_raw(insert).await?;
    }
    Ok(Named { new, gone: go.iter().map(|own| own.account).collect() })
}

/// Keeps the public half of a custodian's key, in place of one that they made before.
///
/// # Errors
/// [`Error::Stale`] when they have a part already.
pub async fn give_key<C: ConnectionTrait>(
    tx: &C,
    id: BuurtbegrotingId,
    plaats: i64,
    (public, proof): (PubliekeSleutel, Vec<u8>),
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE bewaarder SET publieke_sleutel = $1, zegel = $2, sleutel_at = $3 \
         WHERE ronde = $4 AND plaats = $5 AND deel IS NULL",
        [public.0.to_vec().into(), proof.into(), at.into(), id.0.into(), plaats.into()],
    );
    once(tx, update).await
}

/// Keeps a custodian's part, for good.
///
/// # Errors
/// [`Error::Stale`] when they have one already.
pub async fn keep_part<C: ConnectionTrait>(
    tx: &C,
    id: BuurtbegrotingId,
    plaats: i64,
    part: SealedPart,
    proof: Vec<u8>,
) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE bewaarder SET deel = $1, deel_controle = $2, zegel = $3 WHERE ronde = $4 AND plaats = $5 AND deel IS NULL",
        [part.sealed.into(), part.digest.into(), proof.into(), id.0.into(), plaats.into()],
    );
    once(tx, update).await
}

/// Keeps that a custodian's key opened their part; gives whether it did so for the first time.
///
/// # Errors
/// When the database is away.
pub async fn mark_tried<C: ConnectionTrait>(
    tx: &C,
    id: BuurtbegrotingId,
    plaats: i64,
    at: DateTime<Utc>,
) -> Result<bool, Error> {
    let insert = sql(
        tx,
        "INSERT INTO sleutel_geprobeerd (ronde, plaats, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        [id.0.into(), plaats.into(), at.into()],
    );
    Ok(tx.execute_raw(insert).await?.rows_affected() == 1)
}

/// Destroys the parts of a round that is final. Who its custodians were stays.
///
/// # Errors
/// When the database refuses: it is not final.
pub async fn forget_parts<C: ConnectionTrait>(tx: &C, id: BuurtbegrotingId) -> Result<(), Error> {
    let update = "UPDATE bewaarder SET deel = NULL, deel_controle = NULL WHERE ronde = $1";
    tx.execute_raw(sql(tx, update, [id.0.into()])).await?;
    Ok(())
}

/// A part that waits for another: sealed under a secret that is not in the database.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Waiting {
    /// Whose it is.
    pub plaats: i64,
    /// The name of the secret.
    pub geheim: Uuid,
    /// The part.
    pub verzegeld: Vec<u8>,
    /// Until when it waits.
    pub expires_at: DateTime<Utc>,
}

/// The parts that wait for another at this moment.
///
/// # Errors
/// When the database is away.
pub async fn waiting<C: ConnectionTrait>(
    db: &C,
    id: BuurtbegrotingId,
    doel: SleutelDoel,
    at: DateTime<Utc>,
) -> Result<Vec<Waiting>, Error> {
    let select = sql(
        db,
        "SELECT plaats, geheim, verzegeld, expires_at FROM deel_ingeleverd \
         WHERE ronde = $1 AND doel = $2 AND expires_at > $3 ORDER BY plaats",
        [id.0.into(), doel.as_str().into(), at.into()],
    );
    Ok(Waiting::find_by_statement(select).all(db).await?)
}

/// Keeps a part until another comes.
///
/// # Errors
/// When it cannot be stored.
pub async fn put<C: ConnectionTrait>(
    tx: &C,
    id: BuurtbegrotingId,
    doel: SleutelDoel,
    part: &Waiting,
) -> Result<(), Error> {
    let insert = sql(
        tx,
        "INSERT INTO deel_ingeleverd (ronde, doel, plaats, geheim, verzegeld, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        [
            id.0.into(),
            doel.as_str().into(),
            part.plaats.into(),
            part.geheim.into(),
            part.verzegeld.clone().into(),
            part.expires_at.into(),
        ],
    );
    tx.execute_raw(insert).await?;
    Ok(())
}

#[derive(Debug, FromQueryResult)]
struct Secret {
    geheim: Uuid,
}

/// Takes away what was handed in for something, by one custodian or by all; gives the names of its secrets.
///
/// # Errors
/// When the database is away.
pub async fn clear<C: ConnectionTrait>(
    tx: &C,
    id: BuurtbegrotingId,
    doel: SleutelDoel,
    plaats: Option<i64>,
) -> Result<Vec<Uuid>, Error> {
    let delete = sql(
        tx,
        "DELETE FROM deel_ingeleverd WHERE ronde = $1 AND doel = $2 AND plaats BETWEEN $3 AND $4 RETURNING geheim",
        [id.0.into(), doel.as_str().into(), plaats.unwrap_or(0).into(), plaats.unwrap_or(i64::MAX).into()],
    );
    Ok(Secret::find_by_statement(delete).all(tx).await?.into_iter().map(|row| row.geheim).collect())
}

/// A part whose time is over.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Expired {
    /// Of which round.
    pub ronde: Uuid,
    /// What it was handed in for.
    pub doel: String,
    /// Whose it is.
    pub account_id: Uuid,
    /// The name of its secret.
    pub geheim: Uuid,
}

const EXPIRED: (&str, &str) = (
    "SELECT d.ronde, d.geheim, d.doel, k.account_id FROM deel_ingeleverd d \
     JOIN bewaarder k ON k.ronde = d.ronde AND k.plaats = d.plaats \
     WHERE d.expires_at <= COALESCE($1, clock_timestamp())",
    "SELECT d.ronde, d.geheim, d.doel, k.account_id FROM deel_ingeleverd d \
     JOIN bewaarder k ON k.ronde = d.ronde AND k.plaats = d.plaats \
     WHERE d.expires_at <= COALESCE($1, strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'))",
);

/// Parts that waited long enough, by the clock of the database.
///
/// # Errors
/// When the database is away.
pub async fn expired<C: ConnectionTrait>(db: &C, app: &App) -> Result<Vec<Expired>, Error> {
    Ok(Expired::find_by_statement(now(db, app, EXPIRED, [])).all(db).await?)
}

/// Whether a part waits whose secret has this name.
///
/// # Errors
/// When the database is away.
pub async fn waits<C: ConnectionTrait>(db: &C, geheim: Uuid) -> Result<bool, Error> {
    let select = sql(db, "SELECT geheim FROM deel_ingeleverd WHERE geheim = $1", [geheim.into()]);
    Ok(db.query_one_raw(select).await?.is_some())
}

/// Takes away one part, by the name of its secret; gives whether it was still there.
///
/// # Errors
/// When the database is away.
pub async fn remove<C: ConnectionTrait>(tx: &C, geheim: Uuid) -> Result<bool, Error> {
    let delete = sql(tx, "DELETE FROM deel_ingeleverd WHERE geheim = $1", [geheim.into()]);
    Ok(tx.execute_raw(delete).await?.rows_affected() == 1)
}
