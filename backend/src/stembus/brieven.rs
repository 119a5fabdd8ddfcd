//! Letters with codes: made by one of the stembureau, replaced by two. What is made is told outside the database as well.

use crate::app::{App, Tx};
use crate::audit;
use crate::buurtbegroting::{self, Buurtbegroting};
use crate::caller::Caller;
use crate::error::{Error, is_taken};
use crate::outbox::{self, Notice};
use crate::stembus::bureau::{find, hold, note};
use crate::stembus::codes::{RoundKey, check_takes_codes, round_key};
use crate::stembus::legging::{self, Soort};
use crate::stembus::store::{self, CodeRow, Replacement};
use crate::stembus::sum::Sum;
use chrono::{DateTime, TimeDelta, Utc};
use contract::account::Role;
use contract::buurtbegroting::Busvorm;
use contract::field::{Checks, FieldCode, Flaw};
use contract::stem::Stemcode;
use contract::stembureau::{
    MakeStemcodes, ReplaceStemcode, StemcodeBrief, Stemcodes, Vervanging, VervangingStand, WeigerVervanging,
};
use contract::{AccountId, BuurtbegrotingId, VervangingId};

/// So often letters are numbered anew, when somebody else made some at the same moment.
const TRIES: usize = 5;

/// So long two people have to do together what takes two.
const TOGETHER_HOURS: i64 = 24;

/// So many requests that do not wait any more are shown.
const MOST_SHOWN: usize = 20;

/// What was asked before this is void.
#[must_use]
pub fn void_before(app: &App) -> DateTime<Utc> {
    app.now() - TimeDelta::hours(TOGETHER_HOURS)
}

/// Who makes codes.
#[derive(Clone, Copy)]
enum By<'a> {
    /// Somebody of the stembureau.
    Member(&'a Caller),
    /// The program itself: the command line of the server.
    Program(&'a App),
}

impl By<'_> {
    fn app(&self) -> &App {
        match self {
            Self::Member(caller) => &caller.app,
            Self::Program(app) => app,
        }
    }

    async fn hold(&self, tx: &Tx, id: BuurtbegrotingId) -> Result<Buurtbegroting, Error> {
        match self {
            Self::Member(caller) => hold(caller, tx, id).await,
            Self::Program(app) => buurtbegroting::hold(tx, app, id).await,
        }
    }

    async fn note(&self, tx: &Tx, deed: &'static str, id: BuurtbegrotingId, what: String) -> Result<(), Error> {
        match self {
            Self::Member(caller) => note(tx, caller, deed, id, Some(what)).await,
            Self::Program(app) => {
                audit::note_of_system(tx, app, deed, format!("buurtbegroting:{id}"), Some(what)).await
            }
        }
    }
}

/// Why codes are kept, and what is kept with them.
struct Deed {
    name: &'static str,
    what: String,
    /// That somebody confirms what another asked.
    confirms: Option<Confirms>,
}

/// That somebody confirms what another asked.
#[derive(Debug, Clone, Copy)]
struct Confirms {
    request: VervangingId,
    asker: AccountId,
    by: AccountId,
}

/// A code as it is kept: with what it is recognised by, and the proof of that.
fn row(key: &RoundKey, id: BuurtbegrotingId, code: &Stemcode, (nummer, generatie): (i64, i64)) -> CodeRow {
    let merk = key.of_code(code);
    let bewijs = key.proof_of_code(id, &merk, (nummer, generatie));
    CodeRow { merk, nummer, generatie, bewijs }
}

/// Keeps codes; `false` when somebody else was first, and these must be numbered anew. In rounds of the second form it is told
/// outside the database before the transaction begins, and once it is done.
async fn keep(
    by: By<'_>,
    (vorm, id): (Busvorm, BuurtbegrotingId),
    key: &RoundKey,
    rows: &[CodeRow],
    deed: &Deed,
) -> Result<bool, Error> {
    let app = by.app();
    let told = match vorm {
        Busvorm::Aantallen => None,
        Busvorm::Bewijzen => {
            let sum: Sum = rows.iter().map(|own| key.in_sum(&own.bewijs)).sum();
            Some(legging::announce(app, id, Soort::Codes, sum).await?)
        }
    };
    let tx = app.begin().await?;
    check_takes_codes(&by.hold(&tx, id).await?)?;
    if let Some(told) = &told
        && !store::insert_legging(&tx, id, told).await?
    {
        return Ok(false);
    }
    match (vorm, deed.confirms) {
        (Busvorm::Aantallen, Some(_)) => {
            for own in rows {
                store::replace_code(&tx, id, own).await?;
            }
        }
        (Busvorm::Aantallen, None) | (Busvorm::Bewijzen, _) => match store::insert_codes(&tx, vorm, id, rows).await {
            Err(Error::Database(error)) if is_taken(&error) => return Ok(false),
            other => other?,
        },
    }
    if let Some(Confirms { request, asker, by }) = deed.confirms {
        // Held by now: of two at once one is too late.
        check_waits(app, &store::replacement(&tx, request).await?)?;
        store::confirm_replacement(&tx, app, request, by).await?;
        let notice = Notice::VervangingBevestigd { buurtbegroting: id, vervanging: Some(request) };
        outbox::tell_asker(&tx, app, asker, notice).await?;
    }
    by.note(&tx, deed.name, id, deed.what.clone()).await?;
    tx.commit().await?;
    if let Some(told) = &told {
        legging::confirm(app, id, told).await;
    }
    Ok(true)
}

/// Codes for so many letters, numbered on from the last.
async fn make_all(by: By<'_>, id: BuurtbegrotingId, number: u32) -> Result<Vec<(i64, Stemcode)>, Error> {
    let app = by.app();
    let db = app.databases().primary();
    let round = buurtbegroting::look(db, app, id).await?;
    check_takes_codes(&round)?;
    let key = round_key(app, id).await?;
    let new = |_: u32| -> Result<Stemcode, Error> { Ok(Stemcode::from_random(app.random()?)) };
    let codes: Vec<Stemcode> = (0..number).map(new).collect::<Result<_, Error>>()?;
    let deed = Deed { name: "stemcodes.maken", what: number.to_string(), confirms: None };
    for _ in 0..TRIES {
        let first = store::last_letter(db, round.vorm, id).await?.saturating_add(1);
        let rows: Vec<CodeRow> = (first..).zip(&codes).map(|(nummer, code)| row(&key, id, code, (nummer, 0))).collect();
        if keep(by, (round.vorm, id), &key, &rows, &deed).await? {
            return Ok((first..).zip(codes).collect());
        }
    }
    Err(Error::Busy)
}

/// Codes for letters, given once.
///
/// # Errors
/// When the caller may not, or the round takes none.
pub async fn make(caller: &Caller, id: BuurtbegrotingId, request: &MakeStemcodes) -> Result<Stemcodes, Error> {
    let number = request.parse()?;
    caller.require_recent_login()?;
    // Who may not know of the round hears nothing of it.
    find(caller, id).await?;
    let made = make_all(By::Member(caller), id, number).await?;
    let codes = made.iter().map(|(nummer, code)| brief(*nummer, code)).collect::<Result<_, _>>()?;
    Ok(Stemcodes { codes })
}

/// Letters on the command line of the server, noted as the program's own deed.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::VotingIsShut`] when the round takes no codes.
pub async fn make_letters_by_hand(app: &App, id: BuurtbegrotingId, number: u32) -> Result<Vec<(i64, Stemcode)>, Error> {
    make_all(By::Program(app), id, number).await
}

/// Makes codes good that somebody thought of: for the demo, whose codes everybody may know.
///
/// # Errors
/// When they cannot be stored.
pub async fn add_letters(app: &App, id: BuurtbegrotingId, letters: &[(i64, Stemcode)]) -> Result<(), Error> {
    let round = buurtbegroting::look(app.databases().primary(), app, id).await?;
    let key = round_key(app, id).await?;
    let rows: Vec<CodeRow> = letters.iter().map(|(nummer, code)| row(&key, id, code, (*nummer, 0))).collect();
    let deed = Deed { name: "stemcodes.maken", what: rows.len().to_string(), confirms: None };
    let is_kept = keep(By::Program(app), (round.vorm, id), &key, &rows, &deed).await?;
    if is_kept { Ok(()) } else { Err(Error::Busy) }
}

fn small(nummer: i64) -> Result<u32, Error> {
    u32::try_from(nummer).map_err(|_odd| Error::Internal("too many letters".into()))
}

fn brief(nummer: i64, code: &Stemcode) -> Result<StemcodeBrief, Error> {
    Ok(StemcodeBrief { nummer: small(nummer)?, stemcode: code.grouped() })
}

/// When a request is void that nobody confirmed.
fn void_at(request: &Replacement) -> DateTime<Utc> {
    request.at + TimeDelta::hours(TOGETHER_HOURS)
}

/// A request as somebody sees it.
///
/// # Errors
/// When its number is none of a letter.
pub fn view(app: &App, request: &Replacement, who: AccountId) -> Result<Vervanging, Error> {
    let done = request.akkoord.as_ref().or(request.einde.as_ref());
    let eerder = request.eerder.as_ref();
    Ok(Vervanging {
        id: request.id,
        nummer: small(request.nummer)?,
        gevraagd_op: request.at,
        gevraagd_door: request.naam.clone(),
        vervalt_op: void_at(request),
        eigen: request.door == who,
        stand: request.stand(void_before(app)),
        afgehandeld_op: done.map(|(.., at)| *at),
        afgehandeld_door: done.map(|(_, naam, _)| naam.clone()),
        zelf: done.is_some_and(|(door, ..)| *door == who),
        reden: request.reden.clone(),
        eerder_op: eerder.map(|(at, _)| *at),
        eerder_door: eerder.map(|(_, naam)| naam.clone()),
    })
}

/// What a mail tells of a request.
#[derive(Debug)]
pub struct RequestFacts {
    /// The number of the letter.
    pub nummer: i64,
    /// Who asked for another.
    pub asked: String,
    /// Who confirmed that, or stopped it.
    pub answered: Option<String>,
    /// When it is void.
    pub until: DateTime<Utc>,
}

/// What a mail tells of a request.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn about_request(app: &App, id: VervangingId) -> Result<RequestFacts, Error> {
    let request = store::replacement(app.reader(), id).await?;
    let until = void_at(&request);
    let answered = request.akkoord.or(request.einde).map(|(_, naam, _)| naam);
    Ok(RequestFacts { nummer: request.nummer, asked: request.naam, answered, until })
}

/// What waits, and what became of the last that do not wait any more.
///
/// # Errors
/// When the database is away.
pub async fn views(
    app: &App,
    id: BuurtbegrotingId,
    who: AccountId,
) -> Result<(Vec<Vervanging>, Vec<Vervanging>), Error> {
    let db = app.databases().primary();
    let open = store::open_replacements(db, id, void_before(app)).await?;
    let last = store::last_replacements(db, id).await?;
    let all =
        |requests: Vec<Replacement>| requests.iter().map(|own| view(app, own, who)).collect::<Result<Vec<_>, _>>();
    let is_over = |own: &Vervanging| own.stand != VervangingStand::Wacht;
    let over = all(last)?.into_iter().filter(is_over).take(MOST_SHOWN).collect();
    Ok((all(open)?, over))
}

/// Which letter is meant. What is a number, but none that a letter can have, is 0: the number of no letter.
fn number(request: &ReplaceStemcode) -> Result<i64, Error> {
    let mut checks = Checks::default();
    let nummer = checks.required("/nummer", &request.nummer);
    let digits = request.nummer.as_str().trim();
    let digits = digits.strip_prefix(['-', '+']).unwrap_or(digits);
    if nummer.is_none() && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(0);
    }
    Ok(i64::from(checks.finish(nummer)?))
}

/// Somebody at the desk lost a letter. One asks; nothing changes before another confirms it. The answer is the same whether or
/// not that voter voted.
///
/// # Errors
/// When the caller may not, there is no such letter, somebody else asked for it already, or the round takes no codes.
pub async fn request(caller: &Caller, id: BuurtbegrotingId, request: &ReplaceStemcode) -> Result<Vervanging, Error> {
    let nummer = number(request)?;
    caller.require_recent_login()?;
    let app = &caller.app;
    let tx = app.begin().await?;
    let round = hold(caller, &tx, id).await?;
    check_takes_codes(&round)?;
    let who = caller.require_account()?;
    if store::last_generation(&tx, round.vorm, id, nummer).await?.is_none() {
        let last = store::last_letter(&tx, round.vorm, id).await?;
        let limit = u32::try_from(last).ok().filter(|last| *last > 0);
        return Err(Error::field("/nummer", Flaw { code: FieldCode::BriefOnbekend, limit }));
    }
    let open = store::open_replacements(&tx, id, void_before(app)).await?;
    match open.iter().filter(|own| own.nummer == nummer).max_by_key(|own| own.door == who) {
        // Asked again by the same person, it is the same request.
        Some(same) if same.door == who => return view(app, same, who),
        // Two requests would be two letters, and the code on the first would die before anybody used it.
        Some(_) => return Err(Error::field("/nummer", FieldCode::AlGevraagd)),
        None => {}
    }
    let new = VervangingId(app.new_id());
    store::insert_replacement(&tx, new, (id, nummer), (who, app.now())).await?;
    let notice = Notice::VervangingGevraagd { buurtbegroting: id, vervanging: Some(new) };
    outbox::tell_role(&tx, app, (Role::Stembureau, &round.gebied), who, &notice).await?;
    note(&tx, caller, "stemcode.vervangen.vragen", id, Some(nummer.to_string())).await?;
    tx.commit().await?;
    view(app, &store::replacement(app.databases().primary(), new).await?, who)
}

/// Whether a request still waits for somebody else.
fn check_waits(app: &App, request: &Replacement) -> Result<(), Error> {
    if request.stand(void_before(app)) == VervangingStand::Wacht { Ok(()) } else { Err(Error::ReplacementOver) }
}

/// Who asked takes it back: the code on the letter stays as good as it was.
///
/// # Errors
/// When the caller may not; a field problem for another, who refuses it and says why; [`Error::ReplacementOver`] when it does not
/// wait any more.
pub async fn end(caller: &Caller, id: VervangingId) -> Result<Vervanging, Error> {
    stop(caller, id, None).await
}

/// Another refuses it, and says why to who asked.
///
/// # Errors
/// As [`end`]; [`Error::NeedsOtherEyes`] for who asked, who takes it back.
pub async fn refuse(caller: &Caller, id: VervangingId, request: &WeigerVervanging) -> Result<Vervanging, Error> {
    let reden = request.parse()?;
    stop(caller, id, Some(reden.as_str().to_owned())).await
}

/// Stops a request: who asked without a reason, and another with one, which who asked hears.
async fn stop(caller: &Caller, id: VervangingId, reden: Option<String>) -> Result<Vervanging, Error> {
    let who = caller.require_account()?;
    let app = &caller.app;
    let db = app.databases().primary();
    let request = store::replacement(db, id).await?;
    find(caller, request.ronde).await?;
    caller.require_recent_login()?;
    match (request.door == who, &reden) {
        (true, Some(_)) => return Err(Error::NeedsOtherEyes),
        (false, None) => return Err(Error::field("/reden", FieldCode::Ontbreekt)),
        (true, None) | (false, Some(_)) => {}
    }
    let tx = app.begin().await?;
    hold(caller, &tx, request.ronde).await?;
    check_waits(app, &store::replacement(&tx, id).await?)?;
    store::end_replacement(&tx, app, id, (who, reden.as_deref())).await?;
    let deed = if request.door == who {
        "stemcode.vervangen.intrekken"
    } else {
        let notice = Notice::VervangingAfgewezen { buurtbegroting: request.ronde, vervanging: id, reden };
        outbox::tell_asker(&tx, app, request.door, notice).await?;
        "stemcode.vervangen.afwijzen"
    };
    note(&tx, caller, deed, request.ronde, Some(request.nummer.to_string())).await?;
    tx.commit().await?;
    view(app, &store::replacement(db, id).await?, who)
}

/// Another confirms it: only then the new code is made, and the old one dies. It is given once, to whoever confirms. Who voted
/// already cannot vote again with another code: they are the same voter.
///
/// # Errors
/// [`Error::NeedsOtherEyes`] for who asked; [`Error::ReplacementOver`] when it does not wait any more.
pub async fn confirm(caller: &Caller, id: VervangingId) -> Result<StemcodeBrief, Error> {
    let who = caller.require_account()?;
    let app = &caller.app;
    let db = app.databases().primary();
    let request = store::replacement(db, id).await?;
    let round = find(caller, request.ronde).await?;
    caller.require_recent_login()?;
    if request.door == who {
        return Err(Error::NeedsOtherEyes);
    }
    check_waits(app, &request)?;
    check_takes_codes(&round)?;
    let key = round_key(app, round.id).await?;
    let code = Stemcode::from_random(app.random()?);
    let what = request.nummer.to_string();
    let deed = Deed {
        name: "stemcode.vervangen",
        what,
        confirms: Some(Confirms { request: id, asker: request.door, by: who }),
    };
    for _ in 0..TRIES {
        let last = store::last_generation(db, round.vorm, round.id, request.nummer).await?.ok_or(Error::Stale)?;
        let new = row(&key, round.id, &code, (request.nummer, last.saturating_add(1)));
        if keep(By::Member(caller), (round.vorm, round.id), &key, &[new], &deed).await? {
            return brief(request.nummer, &code);
        }
    }
    Err(Error::Busy)
}
