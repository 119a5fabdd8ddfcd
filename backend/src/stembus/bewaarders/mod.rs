//! Custodians: three people with a login each and no task in the municipality, who keep the key of a round's ballots in three
//! parts (SECURITY-RULES V-1a, V-6, P-6). Each makes a key of their own in their browser; when all three public halves are
//! there the key of the ballots is made, and each part is kept sealed to its custodian and in no other way. To try it, to
//! count and to count again, two of them hand in their own part, each on their own login. No login ever sees two.

mod handing_in;
pub mod routes;
mod rules;
mod store;
mod transit;
mod trying;

pub use handing_in::forget_late_parts;
pub use store::{
    forget_parts as forget_parts_of, is_keeper as keeps_a_key, is_keeper_of as keeps_key_of,
    rounds_of as rounds_with_key_of,
};

use crate::access::{self, Action, Subject};
use crate::account::store as accounts;
use crate::app::{App, Tx, sha256};
use crate::audit;
use crate::buurtbegroting::{self, Buurtbegroting};
use crate::caller::{Caller, run};
use crate::error::{Error, Exchanged, NotNow};
use crate::outbox::{self, KeeperNews, Notice, SleutelStand};
use crate::stembus::bureau;
use crate::stembus::codes::{self, RoundKey};
use crate::stembus::counting::{self, Telling};
use crate::stembus::seal;
use async_trait::async_trait;
use contract::account::Role;
use contract::bewaarder::{
    AndereBewaarder, BEWAARDERS, BewaarderApi, BewaarderKaart, BewaarderView, BewaardersView, GeefSleutel, LeverDeel,
    NameBewaarders, ProbeerSleutel, PubliekeSleutel, SleutelDoel,
};
use contract::buurtbegroting::{BuurtbegrotingFase as Fase, BuurtbegrotingStap as Step};
use contract::field::{Checks, Email, FieldCode};
use contract::{AccountId, BuurtbegrotingId, Reply};
use sea_orm::ConnectionTrait;
use store::{Keeper, SealedPart};

#[async_trait]
impl BewaarderApi for Caller {
    async fn bewaarders(&self, id: BuurtbegrotingId) -> Reply<BewaardersView> {
        run(|| all(self, id)).await
    }

    async fn name_bewaarders(&self, id: BuurtbegrotingId, request: NameBewaarders) -> Reply<BewaardersView> {
        run(|| name(self, id, &request)).await
    }

    async fn bewaarder(&self, id: BuurtbegrotingId) -> Reply<BewaarderView> {
        run(|| own(self, id)).await
    }

    async fn give_sleutel(&self, id: BuurtbegrotingId, request: GeefSleutel) -> Reply<BewaarderView> {
        run(|| give_key(self, id, &request)).await
    }

    async fn hand_in_deel(&self, id: BuurtbegrotingId, request: LeverDeel) -> Reply<BewaarderView> {
        run(|| handing_in::hand_in(self, id, &request)).await
    }

    async fn try_sleutel(&self, id: BuurtbegrotingId, request: ProbeerSleutel) -> Reply<BewaarderView> {
        run(|| trying::try_key(self, id, &request)).await
    }
}

/// What parts can be handed in for now.
async fn asked<C: ConnectionTrait>(
    db: &C,
    round: &Buurtbegroting,
) -> Result<Option<(SleutelDoel, Option<Telling>)>, Error> {
    let telling = counting::asked_for(db, round.id).await?;
    let doel = telling.as_ref().map_or(SleutelDoel::Proef, |telling| telling.soort.into());
    let is_asked = round.is_kept && round.check(rules::step_of(doel)).is_ok();
    let is_done = doel == SleutelDoel::Proef && round.is_proven;
    Ok((is_asked && !is_done).then_some((doel, telling)))
}

async fn all(caller: &Caller, id: BuurtbegrotingId) -> Result<BewaardersView, Error> {
    let round = bureau::find(caller, id).await?;
    let db = caller.app.databases().primary();
    let waiting = match asked(db, &round).await? {
        Some((doel, _)) => store::waiting(db, id, doel, round.now).await?,
        None => Vec::new(),
    };
    let mut bewaarders = Vec::new();
    for keeper in store::list(db, id).await? {
        let account = accounts::find(db, keeper.account).await?;
        bewaarders.push(BewaarderKaart {
            plaats: u32::try_from(keeper.plaats).unwrap_or_default(),
            naam: account.naam,
            email: account.email,
            sleutel: keeper.public.is_some(),
            sleutel_op: keeper.key_at,
            geprobeerd_op: keeper.tried_at,
            ingeleverd: waiting.iter().any(|part| part.plaats == keeper.plaats),
        });
    }
    Ok(BewaardersView { bewaarders, sleutel: round.is_kept })
}

/// Custodians are named, and give their keys, until there is a key: from then on they stay who they are.
fn check_has_no_key(round: &Buurtbegroting) -> Result<(), Error> {
    round.check(Step::NameKeepers)?;
    if round.is_kept || round.is_proven {
        return Err(NotNow::Buurtbegroting(round.fase, Step::NameKeepers).into());
    }
    Ok(())
}

/// The same, for a custodian who may well not know yet that the others were faster: their new key is worth nothing.
fn check_takes_keys(round: &Buurtbegroting) -> Result<(), Error> {
    if round.is_kept { Err(Error::KeyMade) } else { check_has_no_key(round) }
}

async fn name(caller: &Caller, id: BuurtbegrotingId, request: &NameBewaarders) -> Result<BewaardersView, Error> {
    let addresses = request.parse()?;
    caller.require_recent_login()?;
    let tx = caller.app.begin().await?;
    let round = bureau::hold(caller, &tx, id).await?;
    check_has_no_key(&round)?;
    let who = find_all(&tx, &addresses).await?;
    let change = store::name(&tx, id, &who, (caller.require_account()?, round.now)).await?;
    for account in change.new {
        outbox::tell_account(&tx, &caller.app, account, Notice::BewaarderBenoemd { buurtbegroting: id }).await?;
    }
    for account in change.gone {
        let notice = Notice::BewaarderNieuws { buurtbegroting: id, nieuws: KeeperNews::Vervangen };
        outbox::tell_account(&tx, &caller.app, account, notice).await?;
    }
    let named: Vec<String> = who.iter().map(AccountId::to_string).collect();
    bureau::note(&tx, caller, "bewaarders.benoemen", id, Some(named.join(" "))).await?;
    tx.commit().await?;
    all(caller, id).await
}

/// Whose these addresses are: three people who confirmed them and have no task in the municipality. None of them is given one
/// meanwhile.
async fn find_all(tx: &Tx, addresses: &[Email; BEWAARDERS]) -> Result<[AccountId; BEWAARDERS], Error> {
    let mut checks = Checks::default();
    let mut found: Vec<AccountId> = Vec::new();
    for (field, email) in NameBewaarders::FIELDS.into_iter().zip(addresses) {
        let account = accounts::find_by_email(tx, email).await?;
        let known = account.filter(|account| account.bevestigd_at.is_some() && !account.geblokkeerd);
        let Some(who) = known.map(|account| AccountId(account.id)) else {
            checks.refuse(field, FieldCode::GeenAccount);
            continue;
        };
        accounts::hold(tx, who).await?;
        if found.contains(&who) {
            checks.refuse(field, FieldCode::DubbelIngevuld);
        } else if !access::may_keep_keys(&accounts::grants(tx, who).await?) {
            checks.refuse(field, FieldCode::HeeftRol);
        }
        found.push(who);
    }
    Ok(checks.finish(found.try_into().ok())?)
}

/// The custodian who asks. Others may know of the round, and nothing of its key.
async fn keeper_of<C: ConnectionTrait>(caller: &Caller, db: &C, round: &Buurtbegroting) -> Result<Keeper, Error> {
    let who = caller.require_account()?;
    let keeper = store::list(db, round.id).await?.into_iter().find(|keeper| keeper.account == who);
    let keeper = keeper.ok_or(Error::NotKeeper)?;
    caller.may(Action::KeepKey, Subject { owner: Some(keeper.account), ..round.subject() })?;
    if access::may_keep_keys(&caller.grants) { Ok(keeper) } else { Err(Error::NeedsOtherEyes) }
}

async fn find(caller: &Caller, id: BuurtbegrotingId) -> Result<(Buurtbegroting, Keeper), Error> {
    caller.require_account()?;
    let db = caller.app.databases().primary();
    let round = buurtbegroting::find(caller, db, id).await?;
    let keeper = keeper_of(caller, db, &round).await?;
    Ok((round, keeper))
}

/// The same, with the round held until the transaction ends.
async fn hold(caller: &Caller, tx: &Tx, id: BuurtbegrotingId) -> Result<(Buurtbegroting, Keeper), Error> {
    caller.require_account()?;
    buurtbegroting::find(caller, tx, id).await?;
    let round = buurtbegroting::hold(tx, &caller.app, id).await?;
    let keeper = keeper_of(caller, tx, &round).await?;
    Ok((round, keeper))
}

async fn own(caller: &Caller, id: BuurtbegrotingId) -> Result<BewaarderView, Error> {
    let (round, keeper) = find(caller, id).await?;
    let db = caller.app.databases().primary();
    let keepers = store::list(db, id).await?;
    let gevraagd = asked(db, &round).await?.map(|(doel, _)| doel);
    let waiting = match gevraagd {
        Some(doel) => store::waiting(db, id, doel, round.now).await?,
        None => Vec::new(),
    };
    let until = |plaats: i64| waiting.iter().find(|part| part.plaats == plaats).map(|part| part.expires_at);
    let mut anderen = Vec::new();
    for other in keepers {
        if other.plaats == keeper.plaats {
            continue;
        }
        // A name and no address: they know each other, or whoever named them does.
        let naam = accounts::find(db, other.account).await?.naam;
        let (sleutel, geprobeerd) = (other.public.is_some(), other.tried_at.is_some());
        anderen.push(AndereBewaarder { naam, sleutel, geprobeerd, wacht_tot: until(other.plaats) });
    }
    Ok(BewaarderView {
        plaats: u32::try_from(keeper.plaats).unwrap_or_default(),
        publieke_sleutel: keeper.public.map(|public| public.to_string()),
        verzegeld_deel: keeper.part.map(|part| hex::encode(part.sealed)),
        beproefd: round.is_proven,
        geprobeerd_op: keeper.tried_at,
        gevraagd,
        wacht_tot: until(keeper.plaats),
        ingeleverd: u32::try_from(waiting.len()).unwrap_or(u32::MAX),
        anderen,
        telling: counting::last(db, &round).await?,
        voorbij: is_over(&round),
    })
}

/// Whether nothing is asked of custodians any more.
fn is_over(round: &Buurtbegroting) -> bool {
    round.is_final || round.fase == Fase::Gestopt
}

/// Takes the public half of a custodian's key. With the third the key of the ballots is made.
async fn give_key(caller: &Caller, id: BuurtbegrotingId, request: &GeefSleutel) -> Result<BewaarderView, Error> {
    let public = request.parse()?;
    let refused = |code| Error::field("/publiekeSleutel", code);
    if !seal::is_usable(&public.0) {
        return Err(refused(FieldCode::GeenPubliekeSleutel));
    }
    caller.require_recent_login()?;
    let app = &caller.app;
    // Sent again because no answer came: it counts, and nobody is told to throw it away.
    let is_recorded = |round: &Buurtbegroting, keeper: &Keeper| round.is_kept && keeper.public == Some(public);
    let (round, keeper) = find(caller, id).await?;
    if is_recorded(&round, &keeper) {
        return own(caller, id).await;
    }
    check_takes_keys(&round)?;
    let secret = codes::round_key(app, id).await?;
    let tx = app.begin().await?;
    let (round, keeper) = hold(caller, &tx, id).await?;
    if is_recorded(&round, &keeper) {
        tx.commit().await?;
        return own(caller, id).await;
    }
    check_takes_keys(&round)?;
    let others = store::list(&tx, id).await?;
    if others.iter().any(|other| other.plaats != keeper.plaats && other.public == Some(public)) {
        return Err(refused(FieldCode::DubbelIngevuld));
    }
    let plaats = keeper.plaats;
    let proof = secret.of_keeper(&rules::statement(&Keeper { public: Some(public), ..keeper }, None));
    store::give_key(&tx, id, plaats, (public, proof), round.now).await?;
    bureau::note(&tx, caller, "bewaarder.sleutel", id, Some(public.to_string())).await?;
    let keepers = store::list(&tx, id).await?;
    if let Some(keys) = rules::all_keys(&keepers) {
        make_key(&tx, app, id, &secret, (keepers, keys)).await?;
        tell_bureau(&tx, caller, &round, SleutelStand::Gemaakt).await?;
    }
    tx.commit().await?;
    own(caller, id).await
}

/// Makes the key of the ballots. Each of its parts is sealed to one custodian, and nothing else is kept of it.
async fn make_key(
    tx: &Tx,
    app: &App,
    id: BuurtbegrotingId,
    secret: &RoundKey,
    (keepers, keys): (Vec<Keeper>, [PubliekeSleutel; BEWAARDERS]),
) -> Result<(), Error> {
    for keeper in &keepers {
        rules::check_as_made(keeper, secret, None)?;
    }
    let made = seal::make();
    for ((keeper, own), part) in keepers.into_iter().zip(keys).zip(&made.parts) {
        let part = SealedPart { sealed: seal::seal(&own.0, part.bytes())?, digest: sha256(part.bytes()) };
        let (plaats, account) = (keeper.plaats, keeper.account);
        let keeper = Keeper { part: Some(part.clone()), ..keeper };
        let proof = secret.of_keeper(&rules::statement(&keeper, Some(&made.public)));
        store::keep_part(tx, id, plaats, part, proof).await?;
        let notice = Notice::DeelGevraagd { buurtbegroting: id, doel: SleutelDoel::Proef };
        outbox::tell_account(tx, app, account, notice).await?;
    }
    buurtbegroting::store_key(tx, id, &made.public).await?;
    let public = hex::encode(made.public);
    audit::note_of_system(tx, app, "sleutel.maken", format!("buurtbegroting:{id}"), Some(public)).await
}

/// Whether the key that ballots would be sealed to is the one that was made for its custodians, and they are still who they
/// were: asked before a vote opens.
///
/// # Errors
/// [`Error::BoxChanged`] when it is another.
pub async fn check_keepers(app: &App, round: &Buurtbegroting) -> Result<(), Error> {
    if !round.is_kept || !round.is_proven {
        return Ok(());
    }
    let secret = codes::round_key(app, round.id).await?;
    let keepers = store::list(app.databases().primary(), round.id).await?;
    if keepers.len() != BEWAARDERS {
        return Err(Exchanged::Keeper.into());
    }
    for keeper in &keepers {
        check_as_made(round, keeper, &secret)?;
    }
    Ok(())
}

/// Whether the row of a custodian is as this program wrote it, for the key that ballots are sealed to. Once a vote opened that is
/// the one in its frozen rules, whatever the database says of it since: the parts open what was sealed to that.
fn check_as_made(round: &Buurtbegroting, keeper: &Keeper, secret: &RoundKey) -> Result<(), Error> {
    let public = match round.ballot_key() {
        Ok(public) => Some(public),
        // None was made yet: a row that says that it has a part of it is not ours either.
        Err(Error::VotingIsShut) => None,
        Err(error) => return Err(error),
    };
    Ok(rules::check_as_made(keeper, secret, public.as_deref())?)
}

/// Every custodian hears that their part is asked for.
///
/// # Errors
/// When it cannot be written.
pub async fn tell_asked(tx: &Tx, app: &App, id: BuurtbegrotingId, doel: SleutelDoel) -> Result<(), Error> {
    for keeper in store::list(tx, id).await? {
        let notice = Notice::DeelGevraagd { buurtbegroting: id, doel };
        outbox::tell_account(tx, app, keeper.account, notice).await?;
    }
    Ok(())
}

/// Tells those who run a round how far its key is.
async fn tell_bureau(tx: &Tx, caller: &Caller, round: &Buurtbegroting, stand: SleutelStand) -> Result<(), Error> {
    let notice = Notice::SleutelStand { buurtbegroting: round.id, stand };
    let who = caller.require_account()?;
    outbox::tell_role(tx, &caller.app, (Role::Stembureau, &round.gebied), who, &notice).await
}

/// Tells the custodians of a round that its key was tried; whose own key was not is asked to try that.
async fn tell_tried(tx: &Tx, app: &App, id: BuurtbegrotingId) -> Result<(), Error> {
    for keeper in store::list(tx, id).await? {
        let nieuws = if keeper.tried_at.is_some() { KeeperNews::Beproefd } else { KeeperNews::ProbeerZelf };
        let notice = Notice::BewaarderNieuws { buurtbegroting: id, nieuws };
        outbox::tell_account(tx, app, keeper.account, notice).await?;
    }
    Ok(())
}

/// Tells the custodians of a round what happened with its key; not the one at this place, whose deed it was.
async fn tell_others(tx: &Tx, app: &App, id: BuurtbegrotingId, but: i64, nieuws: KeeperNews) -> Result<(), Error> {
    for keeper in store::list(tx, id).await? {
        if keeper.plaats == but {
            continue;
        }
        let notice = Notice::BewaarderNieuws { buurtbegroting: id, nieuws };
        outbox::tell_account(tx, app, keeper.account, notice).await?;
    }
    Ok(())
}
