//! What staff see of what was taken away, and what they may do with it.

use crate::access::Action;
use crate::caller::Caller;
use crate::database::sql;
use crate::error::Error;
use crate::ingreep::behind::Behind;
use crate::ingreep::decide;
use crate::ingreep::photos;
use crate::ingreep::rules;
use crate::ingreep::store::{self, Ingreep as Noted};
use crate::ingreep::texts::{self, Origins, Part, Whole};
use crate::paging;
use contract::foto::FotoView;
use contract::ingreep::{
    Achterliggend, DeelSoort, DeelView, Geheel, IngreepSoort, IngreepStatus, IngreepView, Planverwijzing, Plek, Veld,
    VerdeeldVerzoek, Vindplaats, WeglatingenView,
};
use contract::weglating;
use contract::{DeelId, FotoId, GeheelId, InitiatiefId, Page, PageQuery, VerzoekId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What the plans are called that something is about.
type Plans = BTreeMap<DeelId, Planverwijzing>;

/// What this caller is to what is looked at.
#[derive(Debug, Clone, Copy)]
struct Reader {
    /// May take away and put back.
    is_staff: bool,
    /// Is of the stembureau of a vote.
    is_bureau: bool,
}

impl Reader {
    fn of(caller: &Caller, whole: &Whole) -> Self {
        let counts = caller.is_allowed(Action::CountVotes, whole.subject());
        Self {
            is_staff: caller.is_allowed(Action::TakeAway, whole.subject()),
            is_bureau: whole.soort == Geheel::Buurtbegroting && counts,
        }
    }
}

/// What this is, and what this caller is to it, for who may take away or confirm.
async fn looked_at<C: ConnectionTrait>(caller: &Caller, db: &C, id: GeheelId) -> Result<(Whole, Reader), Error> {
    caller.require_account()?;
    let whole = texts::whole(db, id).await?;
    let reader = Reader::of(caller, &whole);
    if reader.is_staff || reader.is_bureau { Ok((whole, reader)) } else { Err(Error::NotFound) }
}

/// The texts and photos of something and what was taken out of them, for who may take away or confirm.
///
/// # Errors
/// [`Error::NotFound`] for others.
pub async fn view(caller: &Caller, id: GeheelId) -> Result<WeglatingenView, Error> {
    let db = caller.app.reader();
    let (whole, reader) = looked_at(caller, db, id).await?;
    let plans = texts::plans(db, id).await?;
    let parts = shown_once(texts::parts(db, &whole).await?, &texts::origins(db, &whole).await?);
    let mut delen: Vec<DeelView> = parts.into_iter().filter_map(|beside| text_view(beside, &plans)).collect();
    let frozen = photos::frozen(db, id).await?;
    for (initiatief, foto) in photos::of(db, &whole).await? {
        let is_plan = whole.soort == Geheel::Buurtbegroting;
        let plan = plans.values().find(|plan| is_plan && plan.initiatief == initiatief).cloned();
        let number = photos::number_of(db, foto.id).await?.map(|(number, _)| number);
        delen.push(photo_view(foto, (&frozen, plan, number)));
    }
    if !reader.is_staff {
        delen.retain(|own| !own.plan.as_ref().is_some_and(is_kept_from_view));
    }
    let over = store::list(db, id, (None, PageQuery::MAX_LIMIT + 1)).await?;
    let (over, volgende) = paging::split(over, PageQuery::MAX_LIMIT, |own| own.id.to_string());
    // What waits is always all there, however much was done since.
    let mut noted = store::list_waiting(db, id).await?;
    noted.extend(over);
    noted.sort_by_key(|own| std::cmp::Reverse(own.id));
    let verdeeld = if reader.is_staff { divided(db, id, &plans).await? } else { Vec::new() };
    let overal = if reader.is_staff { everywhere(db, id, &plans).await? } else { Vec::new() };
    Ok(WeglatingenView {
        soort: whole.soort,
        id,
        titel: whole.titel,
        openbaar: whole.is_public,
        mag: reader.is_staff,
        delen,
        ingrepen: noted_views(caller, db, noted, (reader, &plans)).await?,
        volgende,
        verdeeld,
        overal,
        fotos_afgeschermd: store::count_hidden(db, id).await?,
    })
}

/// What was copied goes with what it was copied from, so it is one text: each with all places where it stands, in their order.
fn shown_once(parts: Vec<Part>, origins: &Origins) -> Vec<Vec<Part>> {
    let mut shown: Vec<Vec<Part>> = Vec::new();
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for part in parts {
        let beside = places.entry(part.tekst.clone()).or_default();
        let is_copied = |at: &usize| {
            let own = shown.get(*at).and_then(|own| own.first());
            own.is_some_and(|own| origins.are_related(own.holder(), part.holder()))
        };
        match beside.iter().copied().find(is_copied).and_then(|at| shown.get_mut(at)) {
            Some(own) => own.push(part),
            None => {
                beside.push(shown.len());
                shown.push(vec![part]);
            }
        }
    }
    shown
}

/// Whether the place on the map of an initiatief was taken out of public view: nothing stands in its place.
///
/// # Errors
/// When the database is away.
pub async fn is_point_out<C: ConnectionTrait>(db: &C, id: InitiatiefId) -> Result<bool, Error> {
    let select = sql(
        db,
        "SELECT g.id FROM ingreep g WHERE g.deel_id = $1 AND g.deel_soort = 'initiatief' AND g.veld = 'punt' \
         AND g.status = 'gedaan' LIMIT 1",
        [id.0.into()],
    );
    Ok(db.query_one_raw(select).await?.is_some())
}

/// A piece of what was taken away and does not wait, for who may take away or confirm.
///
/// # Errors
/// [`Error::NotFound`] for others; when the piece is none.
pub async fn page_of(caller: &Caller, id: GeheelId, page: &PageQuery) -> Result<Page<IngreepView>, Error> {
    let db = caller.app.reader();
    let (_, reader) = looked_at(caller, db, id).await?;
    let (limit, cursor) = (paging::limit(page)?, paging::cursor(page)?);
    let plans = texts::plans(db, id).await?;
    let noted = store::list(db, id, (cursor, limit + 1)).await?;
    let (noted, volgende) = paging::split(noted, limit, |own| own.id.to_string());
    Ok(Page { resultaten: noted_views(caller, db, noted, (reader, &plans)).await?, volgende })
}

/// The requests after which one text is without what another still says, oldest first.
async fn divided<C: ConnectionTrait>(db: &C, id: GeheelId, plans: &Plans) -> Result<Vec<VerdeeldVerzoek>, Error> {
    let mut requests: BTreeMap<Uuid, Vec<Noted>> = BTreeMap::new();
    for own in store::list_divided(db, id).await? {
        if let Some(verzoek) = own.verzoek {
            requests.entry(verzoek).or_default().push(own);
        }
    }
    let mut found = Vec::new();
    for parts in requests.into_values() {
        let known = standing_of(db, parts).await?;
        if is_divided(&known) {
            found.extend(request_view(db, (id, &known), plans).await?);
        }
    }
    Ok(found)
}

#[derive(Debug, FromQueryResult)]
struct RequestRow {
    verzoek_id: Uuid,
}

/// The requests about something that left something out on more than one place, here or elsewhere, and did not end apart; newest
/// first, the last hundred of them.
async fn everywhere<C: ConnectionTrait>(db: &C, id: GeheelId, plans: &Plans) -> Result<Vec<VerdeeldVerzoek>, Error> {
    let select = sql(
        db,
        "SELECT g.verzoek_id FROM ingreep g WHERE g.verzoek_id IS NOT NULL AND g.status = 'gedaan' AND g.terug_at IS NULL \
         AND g.vernietigd_at IS NULL AND (g.geheel_id = $1 OR g.initiatief_id = $1 OR (g.deel_soort = 'project' \
         AND g.deel_id IN (SELECT p.id FROM project p WHERE p.initiatief_id = $1 OR p.buurtbegroting_id = $1))) \
         AND EXISTS (SELECT 1 FROM ingreep e WHERE e.verzoek_id = g.verzoek_id AND e.id <> g.id AND e.status = 'gedaan' \
         AND e.terug_at IS NULL) GROUP BY g.verzoek_id ORDER BY g.verzoek_id DESC LIMIT 100",
        [id.0.into()],
    );
    let mut found = Vec::new();
    for row in RequestRow::find_by_statement(select).all(db).await? {
        let known = standing_of(db, store::list_of_request(db, row.verzoek_id).await?).await?;
        if !is_divided(&known) {
            found.extend(request_view(db, (id, &known), plans).await?);
        }
    }
    Ok(found)
}

/// The parts of a request, with at each whether it says again what it said.
async fn standing_of<C: ConnectionTrait>(db: &C, parts: Vec<Noted>) -> Result<Vec<(Noted, bool)>, Error> {
    let mut known = Vec::with_capacity(parts.len());
    for own in parts {
        let says_again = decide::says_again(db, &own).await?;
        known.push((own, says_again));
    }
    Ok(known)
}

fn is_divided(parts: &[(Noted, bool)]) -> bool {
    let standing: Vec<(IngreepStatus, bool, bool)> =
        parts.iter().map(|(own, says_again)| (own.status, own.is_newest, *says_again)).collect();
    rules::is_divided(&standing)
}

/// These plans, and those of other rounds that a request is about: the same initiatief can have been voted on before.
async fn plans_of<C: ConnectionTrait>(
    db: &C,
    (id, parts): (GeheelId, &[(Noted, bool)]),
    plans: &Plans,
) -> Result<Plans, Error> {
    let mut all = plans.clone();
    let elsewhere: BTreeSet<GeheelId> = parts.iter().map(|(own, _)| own.geheel).filter(|own| *own != id).collect();
    for other in elsewhere {
        all.extend(texts::plans(db, other).await?);
    }
    Ok(all)
}

/// A request, with at each part whether it says again what it said; nothing when it took nothing away.
async fn request_view<C: ConnectionTrait>(
    db: &C,
    (id, parts): (GeheelId, &[(Noted, bool)]),
    plans: &Plans,
) -> Result<Option<VerdeeldVerzoek>, Error> {
    let is_done = |(own, says_again): &&(Noted, bool)| own.status == IngreepStatus::Gedaan && !says_again;
    let done: Vec<&Noted> = parts.iter().filter(is_done).map(|(own, _)| own).collect();
    let Some(first) = done.first() else { return Ok(None) };
    let plans = plans_of(db, (id, parts), plans).await?;
    let (mut can_undo, mut of_two) = (true, 0_u32);
    for own in &done {
        let takes_two = own.bevestigd.is_some() || decide::masked_alone(db, own).await?.is_some();
        of_two = of_two.saturating_add(u32::from(takes_two));
        let may = rules::may_undo(own.status, own.is_destroyed, own.is_newest);
        can_undo = can_undo && may && decide::fits_still(db, own).await?;
    }
    let place = |(own, says_again): &(Noted, bool)| {
        let staat_er = rules::stands(own.status, own.is_newest, *says_again)?;
        let plan = plans.get(&own.deel_id).filter(|_| own.deel == DeelSoort::Project).cloned();
        let (ingreep, geheel, deel, deel_id, veld) = (own.id, own.geheel, own.deel, own.deel_id, own.veld);
        Some(Plek { ingreep, geheel, deel, deel_id, veld, plan, staat_er })
    };
    let refused = || parts.iter().map(|(own, _)| own).filter(|own| own.status == IngreepStatus::Geweigerd);
    Ok(Some(VerdeeldVerzoek {
        ingreep: first.id,
        door: first.namen(),
        gevraagd_op: first.since(),
        reden: first.reden.clone(),
        plekken: parts.iter().filter_map(place).collect(),
        weigering: refused().filter_map(|own| own.geweigerd.clone()).max_by_key(|by| by.op),
        geweigerd: refused().find(|own| own.is_newest).map(|own| own.id),
        bij_stembureau: of_two,
        mag_herstellen: can_undo,
    }))
}

async fn noted_views<C: ConnectionTrait>(
    caller: &Caller,
    db: &C,
    noted: Vec<Noted>,
    (reader, plans): (Reader, &Plans),
) -> Result<Vec<IngreepView>, Error> {
    let (mut views, mut behind) = (Vec::new(), Behind::default());
    for own in noted {
        let (plan, number) = named(db, &own, plans).await?;
        // What is over leaves nothing out of a plan alone. What waits to come back can stand in the initiatief already.
        let is_about = own.status == IngreepStatus::Gedaan || own.asker().is_some();
        let achter = if is_about { behind.of(db, (&own, plan.as_ref())).await? } else { None };
        views.push(noted_view(caller, db, own, (reader, plan, number, achter)).await?);
    }
    Ok(views)
}

/// A text with all places where it stands; nothing of no place.
fn text_view(beside: Vec<Part>, plans: &Plans) -> Option<DeelView> {
    let place = |part: &Part| {
        let plan = plans.get(&part.id).filter(|_| part.soort == DeelSoort::Project).cloned();
        Vindplaats { soort: part.soort, id: part.id, veld: part.veld, plan, bevroren: part.is_frozen }
    };
    let plekken: Vec<Vindplaats> = beside.iter().map(place).collect();
    let bevroren = beside.iter().any(|part| part.is_frozen);
    let first = beside.into_iter().next()?;
    let plan = plekken.first().and_then(|own| own.plan.clone());
    let (soort, id, veld, tekst) = (first.soort, first.id, first.veld, first.tekst);
    Some(DeelView { soort, id, veld, tekst, foto: None, foto_nummer: None, plan, bevroren, plekken })
}

fn photo_view(
    foto: FotoView,
    (frozen, plan, foto_nummer): (&BTreeSet<FotoId>, Option<Planverwijzing>, Option<u32>),
) -> DeelView {
    let (id, bevroren) = (DeelId(foto.id.0), frozen.contains(&foto.id));
    let (soort, veld) = (DeelSoort::Foto, Veld::Beeld);
    let plekken = vec![Vindplaats { soort, id, veld, plan: plan.clone(), bevroren }];
    DeelView { soort, id, veld, tekst: String::new(), foto: Some(foto), foto_nummer, plan, bevroren, plekken }
}

/// The plan that something is about, of a photo that of its vote; and the number of a photo.
///
/// # Errors
/// When the database is away.
pub async fn named<C: ConnectionTrait>(
    db: &C,
    own: &Noted,
    plans: &Plans,
) -> Result<(Option<Planverwijzing>, Option<u32>), Error> {
    if own.deel != DeelSoort::Foto {
        return Ok((plans.get(&own.deel_id).filter(|_| own.deel == DeelSoort::Project).cloned(), None));
    }
    let Some((number, initiatief)) = photos::number_of(db, own.foto()).await? else { return Ok((None, None)) };
    let is_of_it = |plan: &&Planverwijzing| {
        plan.buurtbegroting.0 == own.geheel.0 && initiatief.is_some() && plan.initiatief == initiatief
    };
    Ok((plans.values().find(is_of_it).cloned(), Some(number)))
}

/// Whether the wijkteam keeps the initiatief of a plan from view: nobody else reads what is asked about it, whatever waits.
const fn is_kept_from_view(plan: &Planverwijzing) -> bool {
    plan.initiatief.is_some() && !plan.openbaar
}

/// The words that something is about, as long as what stood there is kept.
pub fn words_of(own: &Noted) -> Vec<String> {
    let is_words = own.deel != DeelSoort::Foto && own.soort == IngreepSoort::Onherkenbaar;
    let was = own.origineel.as_deref().filter(|_| is_words);
    was.map(|was| weglating::words_out(was, &own.nieuw)).unwrap_or_default()
}

async fn noted_view<C: ConnectionTrait>(
    caller: &Caller,
    db: &C,
    own: Noted,
    (reader, plan, foto_nummer, achter): (Reader, Option<Planverwijzing>, Option<u32>, Option<Achterliggend>),
) -> Result<IngreepView, Error> {
    let is_text = own.deel != DeelSoort::Foto;
    let askers = own.askers();
    // What stood there is for the wijkteam; what waits stands there still, or comes back when the stembureau says so.
    let alone = decide::masked_alone(db, &own).await?;
    let is_kept = plan.as_ref().is_some_and(is_kept_from_view);
    let may_read = reader.is_staff || (!askers.is_empty() && !is_kept);
    let is_own = caller.account().is_some_and(|who| askers.contains(&who));
    let vroegen_ook = caller.account().filter(|_| reader.is_staff).map(|who| own.other_askers(who)).unwrap_or_default();
    let can_answer = reader.is_bureau && !askers.is_empty() && !is_own;
    let can_undo = reader.is_staff && rules::may_undo(own.status, own.is_destroyed, own.is_newest);
    let fits = (can_answer || can_undo) && decide::fits_still(db, &own).await?;
    let woorden = if may_read { words_of(&own) } else { Vec::new() };
    let achter = achter.map(|of| if may_read { of } else { Achterliggend { nog: Vec::new(), weg: Vec::new(), ..of } });
    let is_over = own.askers().is_empty() && own.status != IngreepStatus::Gedaan;
    let (foto_nu, foto_straks) =
        if reader.is_staff || !is_kept { photos::sides(db, &own).await? } else { (None, None) };
    let foto_was = if reader.is_staff { photos::before(db, &own).await? } else { None };
    let bewaard_tot = own.kept_until().with_timezone(&chrono_tz::Europe::Amsterdam).date_naive();
    Ok(IngreepView {
        id: own.id,
        foto_nummer,
        soort: own.soort,
        deel: own.deel,
        deel_id: own.deel_id,
        veld: own.veld,
        plan,
        status: own.status,
        verlopen: own.is_expired(),
        mag_herstellen: can_undo && fits,
        mag_intrekken: reader.is_staff && !askers.is_empty(),
        mag_bevestigen: can_answer && fits,
        mag_weigeren: can_answer,
        door: own.namen(),
        gedaan_op: own.since(),
        sinds: own.waits_since(),
        reden: own.reden,
        verzoek: own.verzoek.map(VerzoekId),
        samengevoegd: own.is_joined,
        bij_stembureau: own.bevestigd.is_some() || alone.is_some(),
        vroegen_ook,
        bevestigd: own.bevestigd,
        teruggevraagd: own.teruggevraagd,
        hersteld: own.hersteld.filter(|_| own.status != IngreepStatus::Geweigerd),
        geweigerd: own.geweigerd,
        stappen: own.stappen,
        origineel: own.origineel.filter(|_| is_text && may_read && !is_over),
        nieuw: Some(own.nieuw).filter(|text| is_text && (reader.is_staff || !is_kept || text == weglating::WEGGELATEN)),
        woorden,
        achter,
        foto_nu,
        foto_straks,
        foto_was,
        bewaard_tot,
    })
}
