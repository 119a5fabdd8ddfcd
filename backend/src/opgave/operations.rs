//! Reading a wijkactieplan and adding to its tree.

use crate::access::{Action, Subject};
use crate::app::Tx;
use crate::audit;
use crate::caller::{Caller, run};
use crate::error::Error;
use crate::gebeurtenis::Event;
use crate::gebied::reference::{Lijst, Reference};
use crate::idempotency::Attempt;
use crate::initiatief;
use crate::opgave::store::{self, ActiviteitRow, Inzet, Opgave, Tree};
use crate::wijkbudget::{self, Move, Source};
use async_trait::async_trait;
use chrono::Datelike;
use contract::field::{Code, FieldCode};
use contract::initiatief::GebeurtenisSoort;
use contract::opdracht::OpdrachtCard;
use contract::opgave::{
    ActiviteitView, CreateActiviteit, CreateInzet, CreateOpgave, InzetView, NewOpgave, OpgaveApi, OpgaveView,
    WijkactieplanView,
};
use contract::wijkbudget::{BoekingSoort, Omschrijving, Pot};
use contract::{ActiviteitId, Euro, IdempotencyKey, InzetId, OpgaveId, Reply, Version};
use std::collections::BTreeMap;
use uuid::Uuid;

#[async_trait]
impl OpgaveApi for Caller {
    async fn wijkactieplan(&self, gebied: Code, jaar: Option<i32>) -> Reply<WijkactieplanView> {
        run(|| plan(self, &gebied, jaar)).await
    }

    async fn opgave(&self, id: OpgaveId) -> Reply<OpgaveView> {
        run(|| view(self, id)).await
    }

    async fn create_opgave(&self, key: IdempotencyKey, request: CreateOpgave) -> Reply<OpgaveView> {
        run(|| create(self, key.clone(), &request)).await
    }

    async fn create_inzet(&self, key: IdempotencyKey, id: OpgaveId, request: CreateInzet) -> Reply<OpgaveView> {
        run(|| create_inzet(self, key.clone(), id, &request)).await
    }

    async fn create_activiteit(
        &self,
        key: IdempotencyKey,
        id: InzetId,
        request: CreateActiviteit,
    ) -> Reply<OpgaveView> {
        run(|| create_activiteit(self, key.clone(), id, &request)).await
    }
}

/// How many initiatieven an opgave shows in a plan, and on its own page.
const CARDS_IN_PLAN: u64 = 5;
const CARDS_ON_PAGE: u64 = 50;

async fn plan(caller: &Caller, gebied: &Code, jaar: Option<i32>) -> Result<WijkactieplanView, Error> {
    let app = &caller.app;
    let reference = app.reference().await?;
    let code = reference.gebied(gebied.as_str()).ok_or(Error::NotFound)?.code.clone();
    let jaar = jaar.unwrap_or_else(|| app.today().year());
    let db = app.reader();
    let tree = Tree::Plan { gebied: &code, jaar };
    let mut branches = Branches::read(caller, tree).await?;
    let mut opgaven = Vec::new();
    for opgave in store::list(db, &code).await? {
        let inzetten = branches.of_opgave(opgave.id);
        opgaven.push(opgave_view(caller, &reference, opgave, inzetten, CARDS_IN_PLAN).await?);
    }
    let wijkbudget = wijkbudget::of_gebied(caller, gebied, Some(jaar)).await?;
    Ok(WijkactieplanView { gebied: code, jaar, opgaven, wijkbudget })
}

async fn view(caller: &Caller, id: OpgaveId) -> Result<OpgaveView, Error> {
    let db = caller.app.reader();
    let reference = caller.app.reference().await?;
    let opgave = store::find(db, id).await?;
    let inzetten = Branches::read(caller, Tree::Opgave(id)).await?.of_opgave(id.0);
    opgave_view(caller, &reference, opgave, inzetten, CARDS_ON_PAGE).await
}

/// What hangs below opgaven, read in three queries and put together in memory.
struct Branches {
    inzetten: BTreeMap<Uuid, Vec<InzetView>>,
}

impl Branches {
    async fn read(caller: &Caller, tree: Tree<'_>) -> Result<Self, Error> {
        let db = caller.app.reader();
        let mut opdrachten: BTreeMap<ActiviteitId, Vec<OpdrachtCard>> = BTreeMap::new();
        for (activiteit, card) in crate::opdracht::public_cards(db, tree_key(tree)).await? {
            opdrachten.entry(activiteit).or_default().push(card);
        }
        let mut activiteiten: BTreeMap<Uuid, Vec<ActiviteitView>> = BTreeMap::new();
        for row in store::activiteiten(db, tree).await? {
            let inzet = row.inzet_id;
            let orders = opdrachten.remove(&ActiviteitId(row.id)).unwrap_or_default();
            activiteiten.entry(inzet).or_default().push(activiteit_view(row, orders));
        }
        let mut inzetten: BTreeMap<Uuid, Vec<InzetView>> = BTreeMap::new();
        for row in store::inzetten(db, tree).await? {
            let (opgave, own) = (row.opgave_id, activiteiten.remove(&row.id).unwrap_or_default());
            inzetten.entry(opgave).or_default().push(inzet_view(row, own)?);
        }
        Ok(Self { inzetten })
    }

    fn of_opgave(&mut self, id: Uuid) -> Vec<InzetView> {
        self.inzetten.remove(&id).unwrap_or_default()
    }
}

fn tree_key(tree: Tree<'_>) -> crate::opdracht::CardsOf<'_> {
    match tree {
        Tree::Plan { gebied, jaar } => crate::opdracht::CardsOf::Plan { gebied, jaar },
        Tree::Opgave(id) => crate::opdracht::CardsOf::Opgave(id),
    }
}

fn activiteit_view(row: ActiviteitRow, opdrachten: Vec<OpdrachtCard>) -> ActiviteitView {
    ActiviteitView {
        id: ActiviteitId(row.id),
        titel: row.titel,
        wie: row.wie,
        begin_datum: row.begin_on,
        eind_datum: row.eind_on,
        opdrachten,
    }
}

fn inzet_view(row: Inzet, activiteiten: Vec<ActiviteitView>) -> Result<InzetView, Error> {
    let odd = || Error::Internal(format!("inzet {}", row.id));
    Ok(InzetView {
        id: InzetId(row.id),
        open: row.cents.and(Euro::from_cents(row.open_cents)),
        bedrag: row.cents.and_then(Euro::from_cents),
        jaar: i32::try_from(row.jaar).map_err(|_odd| odd())?,
        uren: row.uren.map(u32::try_from).transpose().map_err(|_odd| odd())?,
        product: row.product,
        wie: row.wie,
        activiteiten,
    })
}

async fn opgave_view(
    caller: &Caller,
    reference: &Reference,
    opgave: Opgave,
    inzetten: Vec<InzetView>,
    cards: u64,
) -> Result<OpgaveView, Error> {
    let id = OpgaveId(opgave.id);
    let initiatieven = initiatief::store::list_of_opgave(caller.app.reader(), reference, id, cards).await?;
    let bewerkbaar = caller.is_allowed(Action::ShapeOpgave, Subject { owner: None, gebied: Some(&opgave.gebied) });
    Ok(OpgaveView {
        id,
        thema: reference.name(Lijst::Thema, &opgave.thema).to_owned(),
        gebied: opgave.gebied,
        titel: opgave.titel,
        tekst: opgave.tekst,
        versie: Version(opgave.versie),
        initiatieven,
        inzetten,
        bewerkbaar,
    })
}

/// Notes an opgave in the caller's transaction.
///
/// # Errors
/// When the caller may not, or the gebied or theme does not exist.
pub async fn note(tx: &Tx, caller: &Caller, new: NewOpgave) -> Result<OpgaveId, Error> {
    let app = &caller.app;
    let reference = app.reference().await?;
    let mut checks = contract::field::Checks::default();
    if reference.gebied(new.gebied.as_str()).is_none() {
        checks.refuse("/gebied", FieldCode::BestaatNiet);
    }
    if !reference.has(Lijst::Thema, new.thema.as_str()) {
        checks.refuse("/thema", FieldCode::BestaatNiet);
    }
    checks.finish(Some(()))?;
    caller.may(Action::ShapeOpgave, Subject { owner: None, gebied: Some(new.gebied.as_str()) })?;
    let id = store::insert(tx, app, new, caller.require_account()?).await?;
    audit::note(tx, caller, "opgave.maken", format!("opgave:{id}"), "gelukt", None).await?;
    Ok(id)
}

async fn create(caller: &Caller, key: IdempotencyKey, request: &CreateOpgave) -> Result<OpgaveView, Error> {
    let attempt = Attempt::new(caller, key, "opgaven", request)?;
    let new = request.parse()?;
    let tx = caller.app.begin().await?;
    let id = match attempt.earlier(&tx, caller).await? {
        Some(id) => id,
        None => {
            let id = note(&tx, caller, new).await?;
            attempt.keep(&tx, &id).await?;
            tx.commit().await?;
            id
        }
    };
    view(caller, id).await
}

async fn create_inzet(
    caller: &Caller,
    key: IdempotencyKey,
    id: OpgaveId,
    request: &CreateInzet,
) -> Result<OpgaveView, Error> {
    let app = &caller.app;
    let attempt = Attempt::new(caller, key, "inzetten", &(id, request))?;
    let new = request.parse()?;
    let reference = app.reference().await?;
    if let Some((product, _)) = &new.geld
        && !reference.has(Lijst::Product, product.as_str())
    {
        return Err(Error::field("/product", FieldCode::BestaatNiet));
    }
    let tx = app.begin().await?;
    let opgave = store::find(&tx, id).await?;
    caller.may(Action::ShapeOpgave, Subject { owner: None, gebied: Some(&opgave.gebied) })?;
    if attempt.earlier::<_, ()>(&tx, caller).await?.is_some() {
        drop(tx);
        return view(caller, id).await;
    }
    let jaar = new.jaar.unwrap_or_else(|| app.today().year());
    let (geld, uren) = (new.geld.clone(), new.uren);
    let inzet = store::insert_inzet(&tx, app, id, new, jaar, caller.require_account()?).await?;
    if let Some((product, bedrag)) = &geld {
        reserve(&tx, caller, (&opgave.gebied, jaar), (inzet, product, *bedrag)).await?;
    }
    if geld.is_some() || uren.is_some() {
        let event = Event { bedrag: geld.map(|(_, bedrag)| bedrag), ..Event::new(GebeurtenisSoort::Inzet) };
        tell_followers(&tx, caller, id, &event).await?;
    }
    audit::note(&tx, caller, "inzet.maken", format!("inzet:{inzet}"), "gelukt", None).await?;
    attempt.keep(&tx, &()).await?;
    tx.commit().await?;
    view(caller, id).await
}

/// Sets money aside for an inzet.
pub(super) async fn reserve(
    tx: &Tx,
    caller: &Caller,
    (gebied, jaar): (&str, i32),
    (inzet, product, bedrag): (InzetId, &Code, Euro),
) -> Result<(), Error> {
    let movement = Move {
        product: product.as_str(),
        soort: BoekingSoort::Gereserveerd,
        van: Pot::Vrij,
        naar: Pot::Gereserveerd,
        bedrag,
        source: Source::Inzet(inzet),
        omschrijving: Omschrijving::Inzet,
        toelichting: None,
        sleutel: format!("inzet:{inzet}"),
    };
    wijkbudget::post(tx, &caller.app, (gebied, jaar), &caller.actor(), &[movement]).await
}

async fn tell_followers(tx: &Tx, caller: &Caller, opgave: OpgaveId, event: &Event) -> Result<(), Error> {
    for follower in initiatief::store::followers_of_opgave(tx, opgave).await? {
        initiatief::happened(tx, caller, &follower, event).await?;
    }
    Ok(())
}

async fn create_activiteit(
    caller: &Caller,
    key: IdempotencyKey,
    id: InzetId,
    request: &CreateActiviteit,
) -> Result<OpgaveView, Error> {
    let app = &caller.app;
    let attempt = Attempt::new(caller, key, "activiteiten", &(id, request))?;
    let new = request.parse()?;
    let tx = app.begin().await?;
    let inzet = store::find_inzet(&tx, id).await?;
    let opgave = store::find(&tx, OpgaveId(inzet.opgave_id)).await?;
    caller.may(Action::ShapeOpgave, Subject { owner: None, gebied: Some(&opgave.gebied) })?;
    if attempt.earlier::<_, ()>(&tx, caller).await?.is_none() {
        let event = Event::new(GebeurtenisSoort::Activiteit).saying(new.titel.as_str());
        let activiteit = store::insert_activiteit(&tx, app, id, new, caller.require_account()?).await?;
        tell_followers(&tx, caller, OpgaveId(opgave.id), &event).await?;
        audit::note(&tx, caller, "activiteit.maken", format!("activiteit:{activiteit}"), "gelukt", None).await?;
        attempt.keep(&tx, &()).await?;
        tx.commit().await?;
    } else {
        drop(tx);
    }
    view(caller, OpgaveId(opgave.id)).await
}
