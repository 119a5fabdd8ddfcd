//! Initiatieven in the database: the only file here that knows SeaORM.

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use crate::gebied::reference::{Lijst, Reference};
use crate::ingreep::PhotosOut;
use crate::initiatief::{rules, words};
use chrono::{DateTime, NaiveDate, Utc};
use contract::account::{Persoon, PersoonSoort};
use contract::foto::FotoView;
use contract::gebied::Punt;
use contract::initiatief::{
    Gebeurtenis, InitiatiefCard, InitiatiefFilter, InitiatiefSoort, InitiatiefStatus, InitiatiefView, NewInitiatief,
    OverPersoon, PlanVan, Zicht,
};
use contract::{AccountId, Euro, InitiatiefId, OpgaveId, Version};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{DatabaseBackend, FromQueryResult, QueryOrder, QuerySelect, Set};

/// A row of `initiatief`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "initiatief")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Kind.
    pub soort: String,
    /// Status.
    pub status: String,
    /// Whether everybody may see it: [`rules::is_public`] of its status, and `zicht` open. Every door asks this and nothing
    /// else.
    pub openbaar: bool,
    /// Who may see it, as far as its status lets anybody.
    pub zicht: String,
    /// When it is for everybody at the latest, while the wijkteam has not looked.
    pub openbaar_vanaf: Option<DateTimeUtc>,
    /// Whether it is about somebody, as its initiator says.
    pub over_persoon: Option<String>,
    /// One line.
    pub titel: String,
    /// The whole story.
    pub tekst: String,
    /// Code of the gebied.
    pub gebied: String,
    /// Code of the wijk.
    pub wijk: String,
    /// Code of the theme.
    pub thema: String,
    /// The place in words.
    pub plaats: Option<String>,
    /// Longitude.
    pub lon: Option<f64>,
    /// Latitude.
    pub lat: Option<f64>,
    /// Rough cost.
    pub kosten_cents: Option<i64>,
    /// The account of its initiator; absent for a guest.
    pub account_id: Option<Uuid>,
    /// Name of the initiator.
    pub naam: String,
    /// Address of the initiator.
    pub email: String,
    /// Resident, business or organisation.
    pub indiener_soort: String,
    /// Name of the business or organisation.
    pub organisatie: Option<String>,
    /// KvK number.
    pub kvk_nummer: Option<String>,
    /// When it was first stored.
    pub created_at: DateTimeUtc,
    /// When it was handed in.
    pub ingediend_at: Option<DateTimeUtc>,
    /// Day by which the first answer comes.
    pub antwoord_on: Option<chrono::NaiveDate>,
    /// When that answer came.
    pub beantwoord_at: Option<DateTimeUtc>,
    /// The opgave it is part of.
    pub opgave_id: Option<Uuid>,
    /// The initiatief it goes on in.
    pub verder_in: Option<Uuid>,
    /// The criterion it fails.
    pub criterium: Option<String>,
    /// Who handles it instead.
    pub doorverwezen_naar: Option<String>,
    /// The reason of the last decision.
    pub reden: Option<String>,
    /// How many support it.
    pub steun: i64,
    /// Address of its first photo.
    pub eerste_foto: Option<String>,
    /// Goes up with every change.
    pub versie: i64,
}

/// No relations are walked through SeaORM.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An initiatief as the rules see it.
#[derive(Debug, Clone)]
pub struct Initiatief {
    /// Its id.
    pub id: InitiatiefId,
    /// Where it stands.
    pub status: InitiatiefStatus,
    /// Its version.
    pub version: Version,
    /// The account of its initiator.
    pub owner: Option<AccountId>,
    /// Who may see it, as far as its status lets anybody.
    pub zicht: Zicht,
    /// Whether it is about somebody; absent when that was not said or not asked.
    pub over_persoon: Option<OverPersoon>,
    /// The rest of the row.
    pub row: Model,
}

impl Initiatief {
    fn from_row(row: Model) -> Result<Self, Error> {
        let odd = |what: &str| Error::Internal(format!("initiatief.{what}"));
        let about = row.over_persoon.as_deref().map(str::parse::<OverPersoon>).transpose();
        Ok(Self {
            id: InitiatiefId(row.id),
            status: row.status.parse().map_err(|_unknown| odd("status"))?,
            version: Version(row.versie),
            owner: row.account_id.map(AccountId),
            zicht: row.zicht.parse().map_err(|_unknown| odd("zicht"))?,
            over_persoon: about.map_err(|_unknown| odd("over_persoon"))?,
            row,
        })
    }

    /// What rights depend on.
    #[must_use]
    pub fn subject(&self) -> crate::access::Subject<'_> {
        crate::access::Subject { owner: self.owner, gebied: Some(&self.row.gebied) }
    }

    /// When everybody sees it at the latest, while the wijkteam has not looked.
    #[must_use]
    pub fn shown_from(&self) -> Option<DateTime<Utc>> {
        self.row.openbaar_vanaf.filter(|_| self.zicht == Zicht::Wacht && rules::is_public(self.status))
    }

    /// The opgave it is part of.
    #[must_use]
    pub fn opgave(&self) -> Option<OpgaveId> {
        self.row.opgave_id.map(OpgaveId)
    }

    /// As it stands in lists.
    #[must_use]
    pub fn card(&self, reference: &Reference) -> InitiatiefCard {
        card(&self.row, self.status, reference)
    }

    /// As everybody may see it.
    #[must_use]
    pub fn view(
        &self,
        reference: &Reference,
        (fotos, out): (Vec<FotoView>, PhotosOut),
        plan: Option<PlanVan>,
        tijdlijn: Vec<Gebeurtenis>,
    ) -> InitiatiefView {
        let row = &self.row;
        InitiatiefView {
            kaart: self.card(reference),
            wijk_code: row.wijk.clone(),
            tekst: row.tekst.clone(),
            plaats: row.plaats.clone(),
            punt: row.lon.zip(row.lat).map(|(lon, lat)| Punt { lon, lat }),
            punt_weggelaten: false,
            kosten: row.kosten_cents.and_then(Euro::from_cents),
            fotos,
            foto_weggelaten: out.is_hidden,
            foto_onherkenbaar: out.is_filled,
            indiener_soort: row.indiener_soort.parse().unwrap_or(PersoonSoort::Bewoner),
            organisatie: row.organisatie.clone(),
            antwoord_datum: row
                .antwoord_on
                .filter(|_| row.beantwoord_at.is_none() && rules::waits_for_answer(self.status)),
            opgave: self.opgave(),
            verder_in: row.verder_in.map(InitiatiefId),
            plan,
            tijdlijn,
        }
    }
}

fn card(row: &Model, status: InitiatiefStatus, reference: &Reference) -> InitiatiefCard {
    InitiatiefCard {
        id: InitiatiefId(row.id),
        soort: row.soort.parse().unwrap_or(InitiatiefSoort::Idee),
        titel: row.titel.clone(),
        status,
        wijk: reference.wijk(&row.wijk).map_or_else(|| row.wijk.clone(), |wijk| wijk.naam.clone()),
        gebied: row.gebied.clone(),
        thema: reference.name(Lijst::Thema, &row.thema).to_owned(),
        ingediend_op: row.ingediend_at,
        steun: u32::try_from(row.steun).unwrap_or_default(),
        foto: row.eerste_foto.clone(),
    }
}

/// What a list needs of a row, and no more.
#[derive(Debug, FromQueryResult)]
struct CardRow {
    id: Uuid,
    soort: String,
    status: String,
    titel: String,
    gebied: String,
    wijk: String,
    thema: String,
    ingediend_at: Option<DateTime<Utc>>,
    steun: i64,
    eerste_foto: Option<String>,
}

impl CardRow {
    fn card(self, reference: &Reference) -> Result<InitiatiefCard, Error> {
        let odd = |what: &str| Error::Internal(format!("initiatief.{what}"));
        Ok(InitiatiefCard {
            id: InitiatiefId(self.id),
            soort: self.soort.parse().map_err(|_unknown| odd("soort"))?,
            status: self.status.parse().map_err(|_unknown| odd("status"))?,
            titel: self.titel,
            wijk: reference.wijk(&self.wijk).map_or(self.wijk, |wijk| wijk.naam.clone()),
            gebied: self.gebied,
            thema: reference.name(Lijst::Thema, &self.thema).to_owned(),
            ingediend_op: self.ingediend_at,
            steun: u32::try_from(self.steun).unwrap_or_default(),
            foto: self.eerste_foto,
        })
    }
}

const CARD: [Column; 10] = [
    Column::Id,
    Column::Soort,
    Column::Status,
    Column::Titel,
    Column::Gebied,
    Column::Wijk,
    Column::Thema,
    Column::IngediendAt,
    Column::Steun,
    Column::EersteFoto,
];

async fn cards<C: ConnectionTrait>(
    db: &C,
    query: Select<Entity>,
    reference: &Reference,
) -> Result<Vec<InitiatiefCard>, Error> {
    let rows = query.select_only().columns(CARD).into_model::<CardRow>().all(db).await?;
    rows.into_iter().map(|row| row.card(reference)).collect()
}

/// One initiatief, whoever asks: the operation decides who may see it.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find<C: ConnectionTrait>(db: &C, id: InitiatiefId) -> Result<Initiatief, Error> {
    Initiatief::from_row(Entity::find_by_id(id.0).one(db).await?.ok_or(Error::NotFound)?)
}

/// One public initiatief.
///
/// # Errors
/// [`Error::NotFound`], also when it exists but is not public.
pub async fn find_public<C: ConnectionTrait>(db: &C, id: InitiatiefId) -> Result<Initiatief, Error> {
    let row = Entity::find_by_id(id.0).filter(Column::Openbaar.eq(true)).one(db).await?;
    Initiatief::from_row(row.ok_or(Error::NotFound)?)
}

/// Whether everybody may see an initiatief.
///
/// # Errors
/// When the database is away.
pub async fn is_public<C: ConnectionTrait>(db: &C, id: InitiatiefId) -> Result<bool, Error> {
    match find_public(db, id).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Public initiatieven, newest first, from before `cursor`.
///
/// # Errors
/// When the database is away.
pub async fn list_public<C: ConnectionTrait>(
    db: &C,
    reference: &Reference,
    filter: &InitiatiefFilter,
    cursor: Option<Uuid>,
    limit: u64,
) -> Result<Vec<InitiatiefCard>, Error> {
    let mut query = Entity::find().filter(Expr::col(Column::Openbaar));
    // A wijk says which gebied, a narrower filter first: each has its own index.
    if let Some(wijk) = &filter.wijk {
        query = query.filter(Column::Wijk.eq(wijk.as_str()));
    } else if let Some(gebied) = &filter.gebied {
        query = query.filter(Column::Gebied.eq(gebied.as_str()));
    }
    if let Some(thema) = &filter.thema {
        query = query.filter(Column::Thema.eq(thema.as_str()));
    }
    if let Some(status) = filter.status {
        query = query.filter(Column::Status.eq(status.as_str()));
    }
    if let Some(cursor) = cursor {
        query = query.filter(Column::Id.lt(cursor));
    }
    cards(db, query.order_by_desc(Column::Id).limit(limit), reference).await
}

/// The initiatieven of an account, newest first, from before `cursor`.
///
/// # Errors
/// When the database is away.
pub async fn list_of_account<C: ConnectionTrait>(
    db: &C,
    reference: &Reference,
    account: AccountId,
    cursor: Option<Uuid>,
    limit: u64,
) -> Result<Vec<InitiatiefCard>, Error> {
    let mut query = Entity::find().filter(Column::AccountId.eq(account.0));
    if let Some(cursor) = cursor {
        query = query.filter(Column::Id.lt(cursor));
    }
    cards(db, query.order_by_desc(Column::Id).limit(limit), reference).await
}

/// Public initiatieven of an opgave, newest first.
///
/// # Errors
/// When the database is away.
pub async fn list_of_opgave<C: ConnectionTrait>(
    db: &C,
    reference: &Reference,
    opgave: OpgaveId,
    limit: u64,
) -> Result<Vec<InitiatiefCard>, Error> {
    let query = Entity::find()
        .filter(Column::OpgaveId.eq(opgave.0))
        .filter(Expr::col(Column::Openbaar))
        .order_by_desc(Column::Id)
        .limit(limit);
    cards(db, query, reference).await
}

/// The initiatieven that news of an opgave is for: those that are part of it and still alive.
///
/// # Errors
/// When the database is away.
pub async fn followers_of_opgave<C: ConnectionTrait>(tx: &C, opgave: OpgaveId) -> Result<Vec<Initiatief>, Error> {
    let alive = [InitiatiefStatus::Gekoppeld, InitiatiefStatus::InUitvoering].map(InitiatiefStatus::as_str);
    let rows = Entity::find()
        .filter(Column::OpgaveId.eq(opgave.0))
        .filter(Column::Status.is_in(alive))
        .order_by_asc(Column::Id)
        .all(tx)
        .await?;
    rows.into_iter().map(Initiatief::from_row).collect()
}

/// The initiatieven that go on in this one.
///
/// # Errors
/// When the database is away.
pub async fn merged_into<C: ConnectionTrait>(tx: &C, id: InitiatiefId) -> Result<Vec<Initiatief>, Error> {
    let rows = Entity::find().filter(Column::VerderIn.eq(id.0)).order_by_asc(Column::Id).all(tx).await?;
    rows.into_iter().map(Initiatief::from_row).collect()
}

/// From whom an initiatief is.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Origin {
    /// The account of its initiator; absent for a guest.
    pub account_id: Option<Uuid>,
    /// The address of its initiator, as typed; empty when it is not known any more.
    pub email: String,
    /// Who made it part of its opgave; looked up only when nothing is known of its initiator.
    pub linked_by: Option<Uuid>,
}

/// From whom everything is that an opdracht of this opgave follows: the initiatieven that are part of the opgave, in
/// whatever status they are now, the one that the opdracht names, and all that went on in one of these, however far. Each
/// was handed in before it could come here, so that the address of a guest was confirmed.
///
/// # Errors
/// When the database is away.
pub async fn origins<C: ConnectionTrait>(
    db: &C,
    opgave: OpgaveId,
    named: Option<InitiatiefId>,
) -> Result<Vec<Origin>, Error> {
    let select = sql(
        db,
        "WITH RECURSIVE behind (id) AS (SELECT id FROM initiatief WHERE opgave_id = $1 \
         UNION SELECT id FROM initiatief WHERE id = $2 \
         UNION SELECT i.id FROM behind b JOIN initiatief i ON i.verder_in = b.id) \
         SELECT i.account_id, i.email, g.actor AS linked_by FROM behind b JOIN initiatief i ON i.id = b.id \
         LEFT JOIN gebeurtenis g ON g.initiatief_id = i.id AND g.soort = 'gekoppeld' AND i.account_id IS NULL \
         AND i.email = ''",
        [opgave.0.into(), named.map(|id| id.0).into()],
    );
    Ok(Origin::find_by_statement(select).all(db).await?)
}

/// Who hands in.
#[derive(Debug, Clone)]
pub struct Initiator {
    /// The account; absent for a guest.
    pub account: Option<AccountId>,
    /// Name.
    pub naam: String,
    /// Address.
    pub email: String,
    /// Resident, business or organisation.
    pub soort: PersoonSoort,
    /// Name of the business or organisation.
    pub organisatie: Option<String>,
    /// KvK number.
    pub kvk_nummer: Option<String>,
}

impl From<Persoon> for Initiator {
    fn from(persoon: Persoon) -> Self {
        Self {
            account: None,
            naam: persoon.naam.into_string(),
            email: persoon.email.as_str().to_owned(),
            soort: persoon.soort,
            organisatie: persoon.organisatie.map(contract::field::Naam::into_string),
            kvk_nummer: persoon.kvk_nummer.map(|number| number.as_str().to_owned()),
        }
    }
}

/// Stores a concept.
///
/// # Errors
/// When it cannot be stored.
pub async fn insert<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    new: NewInitiatief,
    gebied: &str,
    initiator: Initiator,
) -> Result<Initiatief, Error> {
    let row = ActiveModel {
        id: Set(app.new_id()),
        soort: Set(new.soort.as_str().to_owned()),
        status: Set(InitiatiefStatus::Concept.as_str().to_owned()),
        openbaar: Set(false),
        zicht: Set(Zicht::Open.as_str().to_owned()),
        over_persoon: Set(new.over_persoon.map(|about| about.as_str().to_owned())),
        titel: Set(new.titel.into_string()),
        tekst: Set(new.tekst.into_string()),
        gebied: Set(gebied.to_owned()),
        wijk: Set(new.wijk.into_string()),
        thema: Set(new.thema.into_string()),
        plaats: Set(new.plaats.map(contract::field::Plaats::into_string)),
        // Five decimals are about a metre: enough for a public place, too little for more.
        lon: Set(new.punt.map(|punt| round(punt.lon))),
        lat: Set(new.punt.map(|punt| round(punt.lat))),
        kosten_cents: Set(new.kosten.map(Euro::cents)),
        account_id: Set(initiator.account.map(|id| id.0)),
        naam: Set(initiator.naam),
        email: Set(initiator.email),
        indiener_soort: Set(initiator.soort.as_str().to_owned()),
        organisatie: Set(initiator.organisatie),
        kvk_nummer: Set(initiator.kvk_nummer),
        created_at: Set(app.now()),
        steun: Set(0),
        versie: Set(1),
        ..<ActiveModel as Default>::default()
    };
    Initiatief::from_row(row.insert(tx).await?)
}

fn round(degrees: f64) -> f64 {
    (degrees * 100_000.0).round() / 100_000.0
}

/// What a step changes besides the status.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Handed in now, with this day for the answer.
    pub handed_in: Option<NaiveDate>,
    /// The answer comes by this day instead.
    pub answer_by: Option<NaiveDate>,
    /// What its initiator says of whether it is about somebody.
    pub over_persoon: Option<OverPersoon>,
    /// Who may see it from here, and when everybody may at the latest.
    pub zicht: Option<(Zicht, Option<DateTime<Utc>>)>,
    /// The first answer is given now.
    pub answered: bool,
    /// Part of this opgave.
    pub opgave: Option<OpgaveId>,
    /// Goes on in this one.
    pub verder_in: Option<InitiatiefId>,
    /// Fails this criterion.
    pub criterium: Option<String>,
    /// Handled by these.
    pub doorverwezen_naar: Option<&'static str>,
    /// Why.
    pub reden: Option<String>,
}

/// Takes a step: only from the version that was seen.
///
/// # Errors
/// [`Error::Stale`] when somebody else changed it.
pub async fn advance<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    initiatief: &Initiatief,
    version: Version,
    status: InitiatiefStatus,
    change: Change,
) -> Result<Initiatief, Error> {
    let now = app.now();
    let openbaar = match change.zicht {
        Some((zicht, _)) => Expr::value(rules::is_public(status) && zicht == Zicht::Open),
        None if rules::is_public(status) => Expr::col(Column::Zicht).eq(Zicht::Open.as_str()),
        None => Expr::value(false),
    };
    let mut update = Entity::update_many()
        .col_expr(Column::Status, Expr::value(status.as_str()))
        .col_expr(Column::Openbaar, openbaar)
        .col_expr(Column::Versie, Expr::col(Column::Versie).add(1))
        .filter(Column::Id.eq(initiatief.id.0))
        .filter(Column::Versie.eq(version.0));
    if let Some(day) = change.handed_in {
        update = update.col_expr(Column::IngediendAt, Expr::value(now)).col_expr(Column::AntwoordOn, Expr::value(day));
    }
    if let Some(day) = change.answer_by {
        update = update.col_expr(Column::AntwoordOn, Expr::value(day));
    }
    if let Some(about) = change.over_persoon {
        update = update.col_expr(Column::OverPersoon, Expr::value(about.as_str()));
    }
    if let Some((zicht, at)) = change.zicht {
        update = update
            .col_expr(Column::Zicht, Expr::value(zicht.as_str()))
            .col_expr(Column::OpenbaarVanaf, Expr::value(at));
    }
    if change.answered && initiatief.row.beantwoord_at.is_none() {
        update = update.col_expr(Column::BeantwoordAt, Expr::value(now));
    }
    if let Some(opgave) = change.opgave {
        update = update.col_expr(Column::OpgaveId, Expr::value(opgave.0));
    }
    if let Some(other) = change.verder_in {
        update = update.col_expr(Column::VerderIn, Expr::value(other.0));
    }
    if let Some(criterium) = change.criterium {
        update = update.col_expr(Column::Criterium, Expr::value(criterium));
    }
    if let Some(naar) = change.doorverwezen_naar {
        update = update.col_expr(Column::DoorverwezenNaar, Expr::value(naar));
    }
    if let Some(reden) = change.reden {
        update = update.col_expr(Column::Reden, Expr::value(reden));
    }
    if update.exec(tx).await?.rows_affected != 1 {
        return Err(Error::Stale);
    }
    let changed = find(tx, initiatief.id).await?;
    index_words(tx, &changed).await?;
    Ok(changed)
}

/// What the wijkteam has not looked at in time, oldest first.
///
/// # Errors
/// When the database is away.
pub async fn list_due<C: ConnectionTrait>(db: &C, now: DateTime<Utc>, limit: u64) -> Result<Vec<InitiatiefId>, Error> {
    let query = waiting_for_look().filter(Column::OpenbaarVanaf.lte(now)).order_by_asc(Column::OpenbaarVanaf);
    let ids = query.select_only().column(Column::Id).limit(limit).into_tuple::<Uuid>().all(db).await?;
    Ok(ids.into_iter().map(InitiatiefId).collect())
}

/// The statuses that everybody may see.
fn public_statuses() -> impl Iterator<Item = &'static str> {
    InitiatiefStatus::ALL.iter().filter(|status| rules::is_public(**status)).map(|status| status.as_str())
}

/// Those that the wijkteam has not looked at, and that can still become public.
fn waiting_for_look() -> Select<Entity> {
    Entity::find().filter(Column::Zicht.eq(Zicht::Wacht.as_str())).filter(Column::Status.is_in(public_statuses()))
}

/// Brings what the wijkteam has not looked at into public view; nothing happens to what it looked at meanwhile. Nobody's
/// form is spoilt by it, so the version stays.
///
/// # Errors
/// When the database is away.
pub async fn show_due<C: ConnectionTrait>(tx: &C, id: InitiatiefId, now: DateTime<Utc>) -> Result<bool, Error> {
    let update = Entity::update_many()
        .col_expr(Column::Zicht, Expr::value(Zicht::Open.as_str()))
        .col_expr(Column::Openbaar, Expr::value(true))
        .filter(Column::Id.eq(id.0))
        .filter(Column::Zicht.eq(Zicht::Wacht.as_str()))
        .filter(Column::OpenbaarVanaf.lte(now))
        .filter(Column::Status.is_in(public_statuses()));
    if update.exec(tx).await?.rows_affected != 1 {
        return Ok(false);
    }
    index_words(tx, &find(tx, id).await?).await?;
    Ok(true)
}

/// Keeps the words of what can be supported, and forgets those of everything else, in the transaction of the change.
///
/// # Errors
/// When it cannot be written.
pub async fn index_words<C: ConnectionTrait>(tx: &C, initiatief: &Initiatief) -> Result<(), Error> {
    let id = initiatief.id.0;
    tx.execute_raw(sql(tx, "DELETE FROM initiatief_woord WHERE initiatief_id = $1", [id.into()])).await?;
    if !rules::is_open(initiatief.status) || !initiatief.row.openbaar {
        return Ok(());
    }
    for word in words::telling(&format!("{} {}", initiatief.row.titel, initiatief.row.tekst)) {
        let insert = sql(
            tx,
            "INSERT INTO initiatief_woord (gebied, woord, initiatief_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            [initiatief.row.gebied.clone().into(), word.into(), id.into()],
        );
        tx.execute_raw(insert).await?;
    }
    Ok(())
}

/// How many of the newest initiatieven with a word are looked at.
const NEWEST_PER_WORD: i64 = 40;

#[derive(Debug, FromQueryResult)]
struct Hit {
    initiatief_id: Uuid,
}

/// Open initiatieven of a gebied that share the most words with a text, at least two or all of a short text.
///
/// # Errors
/// When the database is away.
pub async fn find_similar<C: ConnectionTrait>(
    db: &C,
    reference: &Reference,
    gebied: &str,
    text: &str,
) -> Result<Vec<InitiatiefCard>, Error> {
    let telling = words::telling(text);
    let needed = telling.len().min(2);
    let mut hits: std::collections::BTreeMap<Uuid, usize> = std::collections::BTreeMap::new();
    for word in &telling {
        let select = sql(
            db,
            "SELECT initiatief_id FROM initiatief_woord WHERE gebied = $1 AND woord = $2 \
             ORDER BY initiatief_id DESC LIMIT $3",
            [gebied.into(), word.clone().into(), NEWEST_PER_WORD.into()],
        );
        for hit in Hit::find_by_statement(select).all(db).await? {
            *hits.entry(hit.initiatief_id).or_default() += 1;
        }
    }
    let mut best: Vec<(usize, Uuid)> =
        hits.into_iter().filter(|(_, count)| *count >= needed).map(|(id, count)| (count, id)).collect();
    best.sort_unstable_by(|one, other| other.cmp(one));
    best.truncate(5);
    let ids: Vec<Uuid> = best.iter().map(|(_, id)| *id).collect();
    let query = Entity::find().filter(Column::Id.is_in(ids.clone())).filter(Column::Openbaar.eq(true));
    let mut found = cards(db, query, reference).await?;
    found.sort_by_key(|card| ids.iter().position(|id| *id == card.id.0));
    Ok(found)
}

/// Sets the address of the first photo that may be seen.
///
/// # Errors
/// When the database is away.
pub async fn set_first_photo<C: ConnectionTrait>(tx: &C, id: InitiatiefId, url: Option<String>) -> Result<(), Error> {
    let update = sql(tx, "UPDATE initiatief SET eerste_foto = $1 WHERE id = $2", [url.into(), id.0.into()]);
    tx.execute_raw(update).await?;
    Ok(())
}

/// Adds support; says whether it is new.
///
/// # Errors
/// When the database is away.
pub async fn add_steun<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    id: InitiatiefId,
    account: AccountId,
) -> Result<bool, Error> {
    let insert = sql(
        tx,
        "INSERT INTO steun (initiatief_id, account_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        [id.0.into(), account.0.into(), app.now().into()],
    );
    let is_new = tx.execute_raw(insert).await?.rows_affected() == 1;
    if is_new {
        tx.execute_raw(sql(tx, "UPDATE initiatief SET steun = steun + 1 WHERE id = $1", [id.0.into()])).await?;
    }
    Ok(is_new)
}

/// Takes support back; nothing happens when there was none.
///
/// # Errors
/// When the database is away.
pub async fn remove_steun<C: ConnectionTrait>(tx: &C, id: InitiatiefId, account: AccountId) -> Result<(), Error> {
    let delete =
        sql(tx, "DELETE FROM steun WHERE initiatief_id = $1 AND account_id = $2", [id.0.into(), account.0.into()]);
    if tx.execute_raw(delete).await?.rows_affected() == 1 {
        tx.execute_raw(sql(tx, "UPDATE initiatief SET steun = steun - 1 WHERE id = $1", [id.0.into()])).await?;
    }
    Ok(())
}

/// Whether an account supports it.
///
/// # Errors
/// When the database is away.
pub async fn is_supported<C: ConnectionTrait>(db: &C, id: InitiatiefId, account: AccountId) -> Result<bool, Error> {
    let select = sql(
        db,
        "SELECT initiatief_id FROM steun WHERE initiatief_id = $1 AND account_id = $2",
        [id.0.into(), account.0.into()],
    );
    Ok(Hit::find_by_statement(select).one(db).await?.is_some())
}

/// Moves the support of one to another, counting nobody twice, and lets what went on in the first go on in the second.
///
/// # Errors
/// When the database is away.
pub async fn merge_into<C: ConnectionTrait>(tx: &C, from: InitiatiefId, to: InitiatiefId) -> Result<(), Error> {
    for text in [
        "INSERT INTO steun (initiatief_id, account_id, created_at) SELECT $2, account_id, created_at FROM steun \
         WHERE initiatief_id = $1 ON CONFLICT DO NOTHING",
        "UPDATE initiatief SET verder_in = $2 WHERE verder_in = $1",
    ] {
        tx.execute_raw(sql(tx, text, [from.0.into(), to.0.into()])).await?;
    }
    let recount = "UPDATE initiatief SET steun = (SELECT COUNT(*) FROM steun WHERE initiatief_id = $1) WHERE id = $1";
    tx.execute_raw(sql(tx, recount, [to.0.into()])).await?;
    Ok(())
}

/// Takes what went on in an initiatief out of public view, when that itself leaves (SECURITY-RULES G-3).
///
/// # Errors
/// When the database is away.
pub async fn hide_merged<C: ConnectionTrait>(tx: &C, id: InitiatiefId) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE initiatief SET openbaar = FALSE, zicht = 'afgeschermd', openbaar_vanaf = NULL, versie = versie + 1 \
         WHERE verder_in = $1",
        [id.0.into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}

const LOCK_POSTGRES: &str = "SELECT id AS initiatief_id FROM initiatief WHERE id = $1 AND openbaar FOR NO KEY UPDATE";
const LOCK_SQLITE: &str = "SELECT id AS initiatief_id FROM initiatief WHERE id = $1 AND openbaar";

/// Holds an initiatief as it is until the transaction ends; says whether it is public. Withdrawing it and ordering
/// something for it must see each other.
///
/// # Errors
/// When the database is away.
pub async fn hold_public<C: ConnectionTrait>(tx: &C, id: InitiatiefId) -> Result<bool, Error> {
    let text = if tx.get_database_backend() == DatabaseBackend::Postgres { LOCK_POSTGRES } else { LOCK_SQLITE };
    Ok(Hit::find_by_statement(sql(tx, text, [id.0.into()])).one(tx).await?.is_some())
}

/// What waits for a wijkteam.
#[derive(Debug, FromQueryResult)]
pub struct WerkRow {
    /// Its id.
    pub id: Uuid,
    /// Kind.
    pub soort: String,
    /// Status.
    pub status: String,
    /// One line.
    pub titel: String,
    /// Code of the gebied.
    pub gebied: String,
    /// Code of the wijk.
    pub wijk: String,
    /// When it was handed in.
    pub ingediend_at: Option<DateTime<Utc>>,
    /// Day of the first answer.
    pub antwoord_on: Option<NaiveDate>,
    /// When that came.
    pub beantwoord_at: Option<DateTime<Utc>>,
    /// Who may see it.
    pub zicht: String,
    /// Whether it is about somebody.
    pub over_persoon: Option<String>,
    /// When everybody may at the latest.
    pub openbaar_vanaf: Option<DateTime<Utc>>,
}

/// The oldest initiatieven in a status, in these gebieden (all when `None`).
///
/// # Errors
/// When the database is away.
pub async fn list_waiting<C: ConnectionTrait>(
    db: &C,
    gebieden: Option<&[String]>,
    status: InitiatiefStatus,
    limit: u64,
) -> Result<Vec<WerkRow>, Error> {
    let query = Entity::find().filter(Column::Status.eq(status.as_str())).order_by_asc(Column::IngediendAt);
    werk(db, query, gebieden, limit).await
}

/// What the wijkteam has not looked at, in these gebieden (all when `None`): what becomes public first comes first.
///
/// # Errors
/// When the database is away.
pub async fn list_to_look<C: ConnectionTrait>(
    db: &C,
    gebieden: Option<&[String]>,
    limit: u64,
) -> Result<Vec<WerkRow>, Error> {
    werk(db, waiting_for_look().order_by_asc(Column::OpenbaarVanaf), gebieden, limit).await
}

async fn werk<C: ConnectionTrait>(
    db: &C,
    query: Select<Entity>,
    gebieden: Option<&[String]>,
    limit: u64,
) -> Result<Vec<WerkRow>, Error> {
    let query = match gebieden {
        Some(gebieden) => query.filter(Column::Gebied.is_in(gebieden.iter().map(String::as_str))),
        None => query,
    };
    let columns = [
        Column::Id,
        Column::Soort,
        Column::Status,
        Column::Titel,
        Column::Gebied,
        Column::Wijk,
        Column::IngediendAt,
        Column::AntwoordOn,
        Column::BeantwoordAt,
        Column::Zicht,
        Column::OverPersoon,
        Column::OpenbaarVanaf,
    ];
    Ok(query.select_only().columns(columns).limit(limit).into_model::<WerkRow>().all(db).await?)
}
