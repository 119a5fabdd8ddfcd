//! Opdrachten in the database: the only file here that knows SeaORM.

use crate::account::{self, store::address_key};
use crate::app::App;
use crate::buurtbegroting;
use crate::database::sql;
use crate::error::Error;
use crate::initiatief;
use crate::opdracht::rules::{self, Given, Origin, Person, Who};
use crate::opgave::{self, Activiteit};
use chrono::{DateTime, TimeDelta, Utc};
use contract::opdracht::{
    NewOpdracht, OpdrachtCard, OpdrachtFilter, OpdrachtSoort, OpdrachtStatus, OpdrachtnemerSoort,
};
use contract::{AccountId, ActiviteitId, Euro, InitiatiefId, InzetId, OpdrachtId, OpgaveId, Version};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{DatabaseBackend, FromQueryResult, QueryOrder, QuerySelect, Set};

/// A row of `opdracht`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "opdracht")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The activiteit.
    pub activiteit_id: Uuid,
    /// The inzet.
    pub inzet_id: Uuid,
    /// The opgave.
    pub opgave_id: Uuid,
    /// The initiatief that it is for.
    pub initiatief_id: Option<Uuid>,
    /// Code of the gebied.
    pub gebied: String,
    /// Year of the wijkbudget.
    pub jaar: i64,
    /// What is ordered.
    pub soort: String,
    /// Status.
    pub status: String,
    /// One line.
    pub titel: String,
    /// What exactly.
    pub tekst: String,
    /// From whom.
    pub opdrachtnemer: String,
    /// Their name: mandates are judged by it, so it stays as it was.
    pub opdrachtnemer_naam: String,
    /// What is shown instead of that name, once it was taken out of public view.
    pub opdrachtnemer_getoond: Option<String>,
    /// Code of the product.
    pub product: String,
    /// Budget.
    pub cents: i64,
    /// What is committed and not spent.
    pub verplicht_cents: i64,
    /// What was spent.
    pub besteed_cents: i64,
    /// Who drew it up.
    pub gemaakt_door: Uuid,
    /// Who asked for approval.
    pub aangevraagd_door: Option<Uuid>,
    /// Who approved.
    pub gefiatteerd_door: Option<Uuid>,
    /// When.
    pub gefiatteerd_at: Option<DateTimeUtc>,
    /// When it was drawn up.
    pub created_at: DateTimeUtc,
    /// Goes up with every change.
    pub versie: i64,
}

/// No relations are walked through SeaORM.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An opdracht as the rules see it.
#[derive(Debug, Clone)]
pub struct Opdracht {
    /// Its id.
    pub id: OpdrachtId,
    /// Where it stands.
    pub status: OpdrachtStatus,
    /// Its version.
    pub version: Version,
    /// What is ordered.
    pub soort: OpdrachtSoort,
    /// From whom.
    pub opdrachtnemer: OpdrachtnemerSoort,
    /// Budget.
    pub bedrag: Euro,
    /// Committed and not spent.
    pub verplicht: Euro,
    /// Spent.
    pub besteed: Euro,
    /// Year of the wijkbudget.
    pub jaar: i32,
    /// The rest of the row.
    pub row: Model,
}

impl Opdracht {
    fn from_row(row: Model) -> Result<Self, Error> {
        let odd = |what: &str| Error::Internal(format!("opdracht.{what}"));
        Ok(Self {
            id: OpdrachtId(row.id),
            status: row.status.parse().map_err(|_unknown| odd("status"))?,
            version: Version(row.versie),
            soort: row.soort.parse().map_err(|_unknown| odd("soort"))?,
            opdrachtnemer: row.opdrachtnemer.parse().map_err(|_unknown| odd("opdrachtnemer"))?,
            bedrag: Euro::from_cents(row.cents).ok_or_else(|| odd("cents"))?,
            verplicht: Euro::from_cents(row.verplicht_cents).ok_or_else(|| odd("verplicht_cents"))?,
            besteed: Euro::from_cents(row.besteed_cents).ok_or_else(|| odd("besteed_cents"))?,
            jaar: i32::try_from(row.jaar).map_err(|_odd| odd("jaar"))?,
            row,
        })
    }

    /// What rights depend on.
    #[must_use]
    pub fn subject(&self) -> crate::access::Subject<'_> {
        crate::access::Subject { owner: None, gebied: Some(&self.row.gebied) }
    }

    /// The inzet it hangs on.
    #[must_use]
    pub const fn inzet(&self) -> InzetId {
        InzetId(self.row.inzet_id)
    }

    /// The opgave it hangs on.
    #[must_use]
    pub const fn opgave(&self) -> OpgaveId {
        OpgaveId(self.row.opgave_id)
    }

    /// What a fiat for it counts for.
    #[must_use]
    pub fn wanted(&self) -> Given {
        Given::new(&self.row.opdrachtnemer_naam, ActiviteitId(self.row.activiteit_id), self.bedrag)
    }

    /// The initiatief that it is for.
    #[must_use]
    pub fn initiatief(&self) -> Option<InitiatiefId> {
        self.row.initiatief_id.map(InitiatiefId)
    }

    /// As it stands in lists.
    #[must_use]
    pub fn card(&self) -> OpdrachtCard {
        OpdrachtCard {
            id: self.id,
            titel: self.row.titel.clone(),
            status: self.status,
            gebied: self.row.gebied.clone(),
            bedrag: self.bedrag,
            opdrachtnemer_naam: self.row.opdrachtnemer_getoond.as_ref().unwrap_or(&self.row.opdrachtnemer_naam).clone(),
            gemaakt_op: self.row.created_at,
        }
    }
}

/// One opdracht, whoever asks: the operation decides who may see it.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find<C: ConnectionTrait>(db: &C, id: OpdrachtId) -> Result<Opdracht, Error> {
    Opdracht::from_row(Entity::find_by_id(id.0).one(db).await?.ok_or(Error::NotFound)?)
}

/// The gebied of an opdracht.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn gebied_of<C: ConnectionTrait>(db: &C, id: OpdrachtId) -> Result<String, Error> {
    Ok(find(db, id).await?.row.gebied)
}

/// Holds an opdracht until the transaction ends: steps that name no version come one after the other.
///
/// # Errors
/// When the database is away.
pub async fn hold<C: ConnectionTrait>(tx: &C, id: OpdrachtId) -> Result<(), Error> {
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        let lock = sql(tx, "SELECT id FROM opdracht WHERE id = $1 FOR NO KEY UPDATE", [id.0.into()]);
        tx.query_one_raw(lock).await?;
    }
    Ok(())
}

/// Which opdrachten a reader may see in lists.
#[derive(Debug, Clone)]
pub enum Visible {
    /// What is public.
    Public,
    /// What is public, and all of these gebieden.
    PublicAndGebieden(Vec<String>),
    /// All.
    All,
}

fn public_statuses() -> impl Iterator<Item = &'static str> {
    OpdrachtStatus::ALL.iter().filter(|status| rules::is_public(**status)).map(|status| status.as_str())
}

/// Opdrachten, newest first, from before `cursor`.
///
/// # Errors
/// When the database is away.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    visible: &Visible,
    filter: &OpdrachtFilter,
    cursor: Option<Uuid>,
    limit: u64,
) -> Result<Vec<OpdrachtCard>, Error> {
    let public = || Column::Status.is_in(public_statuses());
    let mut query = match visible {
        Visible::Public => Entity::find().filter(public()),
        Visible::PublicAndGebieden(gebieden) => {
            Entity::find().filter(public().or(Column::Gebied.is_in(gebieden.iter().map(String::as_str))))
        }
        Visible::All => Entity::find(),
    };
    if let Some(gebied) = &filter.gebied {
        query = query.filter(Column::Gebied.eq(gebied.as_str()));
    }
    if let Some(status) = filter.status {
        query = query.filter(Column::Status.eq(status.as_str()));
    }
    if let Some(cursor) = cursor {
        query = query.filter(Column::Id.lt(cursor));
    }
    let rows = query.order_by_desc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(|row| Opdracht::from_row(row).map(|opdracht| opdracht.card())).collect()
}

/// The oldest opdrachten in a status, in these gebieden (all when `None`).
///
/// # Errors
/// When the database is away.
pub async fn list_waiting<C: ConnectionTrait>(
    db: &C,
    gebieden: Option<&[String]>,
    statuses: &[OpdrachtStatus],
    limit: u64,
) -> Result<Vec<OpdrachtCard>, Error> {
    let mut query = Entity::find().filter(Column::Status.is_in(statuses.iter().map(|status| status.as_str())));
    if let Some(gebieden) = gebieden {
        query = query.filter(Column::Gebied.is_in(gebieden.iter().map(String::as_str)));
    }
    let rows = query.order_by_asc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(|row| Opdracht::from_row(row).map(|opdracht| opdracht.card())).collect()
}

/// Of what the cards are asked.
#[derive(Debug, Clone, Copy)]
pub enum CardsOf<'a> {
    /// Of a gebied's plan.
    Plan {
        /// Code of the gebied.
        gebied: &'a str,
        /// The year.
        jaar: i32,
    },
    /// Of an opgave.
    Opgave(OpgaveId),
}

/// Public opdrachten with the activiteit each hangs on, oldest first.
///
/// # Errors
/// When the database is away.
pub async fn public_cards<C: ConnectionTrait>(
    db: &C,
    of: CardsOf<'_>,
) -> Result<Vec<(ActiviteitId, OpdrachtCard)>, Error> {
    let query = match of {
        CardsOf::Plan { gebied, jaar } => {
            Entity::find().filter(Column::Gebied.eq(gebied)).filter(Column::Jaar.eq(i64::from(jaar)))
        }
        CardsOf::Opgave(id) => Entity::find().filter(Column::OpgaveId.eq(id.0)),
    };
    let rows =
        query.filter(Column::Status.is_in(public_statuses())).order_by_asc(Column::Id).limit(1_000).all(db).await?;
    rows.into_iter()
        .map(|row| {
            let activiteit = ActiviteitId(row.activiteit_id);
            Opdracht::from_row(row).map(|opdracht| (activiteit, opdracht.card()))
        })
        .collect()
}

/// The opdrachten of activiteiten, newest first.
///
/// # Errors
/// When the database is away.
pub async fn of_activiteiten<C: ConnectionTrait>(
    db: &C,
    ids: &[ActiviteitId],
) -> Result<Vec<(ActiviteitId, OpdrachtId, OpdrachtStatus)>, Error> {
    let query = Entity::find().filter(Column::ActiviteitId.is_in(ids.iter().map(|id| id.0)));
    let rows = query.order_by_desc(Column::Id).all(db).await?.into_iter();
    let own = |row: Model| {
        let activiteit = ActiviteitId(row.activiteit_id);
        Opdracht::from_row(row).map(|opdracht| (activiteit, opdracht.id, opdracht.status))
    };
    rows.map(own).collect()
}

/// Gives an opdracht other words, where it has these.
///
/// # Errors
/// When it cannot be stored.
pub async fn rewrite<C: ConnectionTrait>(
    tx: &C,
    id: OpdrachtId,
    titel: (&str, &str),
    tekst: (&str, &str),
) -> Result<(), Error> {
    for (text, (old, new)) in [
        ("UPDATE opdracht SET titel = $1 WHERE id = $2 AND titel = $3", titel),
        ("UPDATE opdracht SET tekst = $1 WHERE id = $2 AND tekst = $3", tekst),
    ] {
        tx.execute_raw(sql(tx, text, [new.into(), id.0.into(), old.into()])).await?;
    }
    Ok(())
}

#[derive(Debug, FromQueryResult)]
struct StatusRow {
    status: String,
}

/// The statuses of the opdrachten for an initiatief.
///
/// # Errors
/// When the database is away.
pub async fn statuses_for<C: ConnectionTrait>(db: &C, id: InitiatiefId) -> Result<Vec<OpdrachtStatus>, Error> {
    let select = sql(db, "SELECT status FROM opdracht WHERE initiatief_id = $1", [id.0.into()]);
    let rows = StatusRow::find_by_statement(select).all(db).await?;
    let parse = |row: StatusRow| row.status.parse().map_err(|_unknown| Error::Internal("opdracht.status".into()));
    rows.into_iter().map(parse).collect()
}

/// Stores a concept.
///
/// # Errors
/// When it cannot be stored.
pub async fn insert<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    at: &Activiteit,
    new: NewOpdracht,
    by: AccountId,
) -> Result<Opdracht, Error> {
    let row = ActiveModel {
        id: Set(app.new_id()),
        activiteit_id: Set(at.id),
        inzet_id: Set(at.inzet_id),
        opgave_id: Set(at.opgave_id),
        initiatief_id: Set(new.initiatief.map(|id| id.0)),
        gebied: Set(at.gebied.clone()),
        jaar: Set(at.jaar),
        soort: Set(new.soort.as_str().to_owned()),
        status: Set(OpdrachtStatus::Concept.as_str().to_owned()),
        titel: Set(new.titel.into_string()),
        tekst: Set(new.tekst.into_string()),
        opdrachtnemer: Set(new.opdrachtnemer.as_str().to_owned()),
        opdrachtnemer_naam: Set(new.opdrachtnemer_naam.into_string()),
        product: Set(new.product.into_string()),
        cents: Set(new.bedrag.cents()),
        verplicht_cents: Set(0),
        besteed_cents: Set(0),
        gemaakt_door: Set(by.0),
        created_at: Set(app.now()),
        versie: Set(1),
        ..<ActiveModel as Default>::default()
    };
    Opdracht::from_row(row.insert(tx).await?)
}

/// What a step changes besides the status.
#[derive(Debug, Clone, Copy, Default)]
pub struct Change {
    /// Approval was asked by.
    pub requested_by: Option<AccountId>,
    /// Approved by, now.
    pub approved_by: Option<AccountId>,
    /// Committed and not spent, from now on.
    pub verplicht: Option<Euro>,
    /// Spent, from now on.
    pub besteed: Option<Euro>,
}

/// Takes a step: only from the status and version that were seen.
///
/// # Errors
/// [`Error::Stale`] when somebody else changed it.
pub async fn advance<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    opdracht: &Opdracht,
    version: Version,
    status: OpdrachtStatus,
    change: Change,
) -> Result<Opdracht, Error> {
    let mut update = Entity::update_many()
        .col_expr(Column::Status, Expr::value(status.as_str()))
        .col_expr(Column::Versie, Expr::col(Column::Versie).add(1))
        .filter(Column::Id.eq(opdracht.id.0))
        .filter(Column::Status.eq(opdracht.status.as_str()))
        .filter(Column::Versie.eq(version.0));
    if let Some(id) = change.requested_by {
        update = update.col_expr(Column::AangevraagdDoor, Expr::value(id.0));
    }
    if let Some(id) = change.approved_by {
        update = update
            .col_expr(Column::GefiatteerdDoor, Expr::value(id.0))
            .col_expr(Column::GefiatteerdAt, Expr::value(app.now()));
    }
    if let Some(bedrag) = change.verplicht {
        update = update.col_expr(Column::VerplichtCents, Expr::value(bedrag.cents()));
    }
    if let Some(bedrag) = change.besteed {
        update = update.col_expr(Column::BesteedCents, Expr::value(bedrag.cents()));
    }
    if update.exec(tx).await?.rows_affected != 1 {
        return Err(Error::Stale);
    }
    find(tx, opdracht.id).await
}

#[derive(Debug, FromQueryResult)]
struct GivenRow {
    opdrachtnemer_naam: String,
    activiteit_id: Uuid,
    cents: i64,
}

/// What somebody gave fiat for in the last thirty days, also what was withdrawn since. Names are compared by the rules:
/// what is one name to people differs from what is to databases.
///
/// # Errors
/// When the database is away.
pub async fn given_lately<C: ConnectionTrait>(tx: &C, app: &App, giver: AccountId) -> Result<Vec<Given>, Error> {
    let since: DateTime<Utc> = app.now() - TimeDelta::days(rules::SLICING_DAYS);
    let select = sql(
        tx,
        "SELECT opdrachtnemer_naam, activiteit_id, cents FROM opdracht WHERE gefiatteerd_door = $1 AND gefiatteerd_at > $2",
        [giver.0.into(), since.into()],
    );
    let given = |row: GivenRow| {
        let bedrag = Euro::from_cents(row.cents).ok_or_else(|| Error::Internal("opdracht.cents".into()))?;
        Ok(Given::new(&row.opdrachtnemer_naam, ActiviteitId(row.activiteit_id), bedrag))
    };
    GivenRow::find_by_statement(select).all(tx).await?.into_iter().map(given).collect()
}

/// Somebody by their account, to be compared with those behind an opdracht.
///
/// # Errors
/// When the database is away.
pub async fn person<C: ConnectionTrait>(db: &C, id: AccountId) -> Result<Person, Error> {
    Ok(Person { account: id, address: address_key(&account::store::find(db, id).await?.email) })
}

/// Everything that an opdracht comes from, and who is behind that: the opdracht itself, its inzet, its activiteit, the
/// plans that voters chose, and the initiatieven that it follows.
///
/// # Errors
/// When the database is away.
pub async fn origins<C: ConnectionTrait>(db: &C, opdracht: &Opdracht) -> Result<Vec<Origin>, Error> {
    let row = &opdracht.row;
    let activiteit = ActiviteitId(row.activiteit_id);
    let asked = [Some(row.gemaakt_door), row.aangevraagd_door].into_iter().flatten().map(AccountId);
    let made = opgave::makers(db, activiteit).await?;
    let mut origins: Vec<Origin> = asked.chain(made).map(|by| Origin::Work(Who::Account(by))).collect();
    for plan in buurtbegroting::plan_origins(db, activiteit).await? {
        let proposer = AccountId(plan.voorgesteld_door);
        origins.push(match plan.email {
            Some(email) => of_initiatief(plan.account_id, &email, Some(proposer)),
            None => Origin::Work(Who::Account(proposer)),
        });
    }
    for own in initiatief::store::origins(db, opdracht.opgave(), opdracht.initiatief()).await? {
        origins.push(of_initiatief(own.account_id, &own.email, own.linked_by.map(AccountId)));
    }
    Ok(origins)
}

/// An initiatief of an account, of a guest with this address, or of somebody of whom neither is known any more.
pub(super) fn of_initiatief(account: Option<Uuid>, email: &str, passed_on_by: Option<AccountId>) -> Origin {
    let address = Some(address_key(email)).filter(|key| !key.is_empty()).map(Who::Address);
    let initiator = account.map(|id| Who::Account(AccountId(id))).into_iter().chain(address).collect();
    Origin::Initiatief { initiator, passed_on_by: passed_on_by.map(Who::Account).into_iter().collect() }
}
