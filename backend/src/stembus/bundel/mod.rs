//! Ballots on paper: noted with the letters that came along, entered by two people, and put in the box together
//! (SECURITY-RULES V-8). As long as a bundle is open the box stays open; it is begun while people can vote.

pub mod routes;
mod rules;
mod store;

use crate::access::Action;
use crate::app::{App, Tx};
use crate::audit;
use crate::buurtbegroting::{self, Buurtbegroting};
use crate::caller::{Caller, run};
use crate::error::{Error, NotNow};
use crate::idempotency::Attempt;
use crate::stembus::closing;
use crate::stembus::codes::{self, RoundKey, Verdict};
use crate::stembus::opening::{self, Standing};
use crate::stembus::store as votes;
use crate::stembus::voting::{OpenVote, open_vote};
use async_trait::async_trait;
use contract::bundel::{AddBrief, BundelApi, BundelView, EnterBiljet, InvoerStand, MakeBundel};
use contract::buurtbegroting::{BuurtbegrotingFase as Fase, BuurtbegrotingStap as Step};
use contract::field::{Checks, FieldCode};
use contract::stem::BiljetId;
use contract::stembureau::Bevinding;
use contract::{AccountId, BundelId, BuurtbegrotingId, IdempotencyKey, Reply};
use rules::Entry;
use sea_orm::ConnectionTrait;
use std::collections::BTreeMap;
use store::Bundel;

#[async_trait]
impl BundelApi for Caller {
    async fn list_bundels(&self, id: BuurtbegrotingId) -> Reply<Vec<BundelView>> {
        run(|| list(self, id)).await
    }

    async fn make_bundel(&self, key: IdempotencyKey, id: BuurtbegrotingId, request: MakeBundel) -> Reply<BundelView> {
        run(|| make(self, key.clone(), id, &request)).await
    }

    async fn bundel(&self, id: BundelId) -> Reply<BundelView> {
        run(|| one(self, id)).await
    }

    async fn add_brief(&self, id: BundelId, request: AddBrief) -> Reply<BundelView> {
        run(|| add_brief(self, id, &request)).await
    }

    async fn enter_biljet(&self, id: BundelId, request: EnterBiljet) -> Reply<BundelView> {
        run(|| enter(self, id, &request)).await
    }

    async fn finish_bundel(&self, id: BundelId) -> Reply<BundelView> {
        run(|| finish(self, id)).await
    }
}

/// Whether ballots are still waited for.
///
/// # Errors
/// When the database is away.
pub async fn is_any_open<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<bool, Error> {
    Ok(store::list(db, id).await?.iter().any(|bundel| !bundel.is_done))
}

fn may(caller: &Caller, round: &Buurtbegroting) -> Result<AccountId, Error> {
    let account = caller.require_account()?;
    caller.may(Action::CountVotes, round.subject())?;
    Ok(account)
}

/// A bundle of a round that this caller works on.
async fn find<C: ConnectionTrait>(caller: &Caller, db: &C, id: BundelId) -> Result<(Bundel, Buurtbegroting), Error> {
    caller.require_account()?;
    let bundel = store::find(db, id).await?;
    let round = buurtbegroting::find(caller, db, bundel.ronde).await?;
    may(caller, &round)?;
    Ok((bundel, round))
}

/// The same, with its round held until the transaction ends, and open.
async fn hold(caller: &Caller, tx: &Tx, id: BundelId) -> Result<Bundel, Error> {
    let (bundel, _) = find(caller, tx, id).await?;
    let round = buurtbegroting::hold(tx, &caller.app, bundel.ronde).await?;
    check_open(&round)?;
    let bundel = store::find(tx, id).await?;
    if bundel.is_done { Err(not_now(&round)) } else { Ok(bundel) }
}

fn not_now(round: &Buurtbegroting) -> Error {
    NotNow::Buurtbegroting(round.fase, Step::EnterPaper).into()
}

fn check_open(round: &Buurtbegroting) -> Result<(), Error> {
    round.check(Step::EnterPaper)?;
    if round.sluiting.is_some() { Err(not_now(round)) } else { Ok(()) }
}

fn view(bundel: &Bundel, entries: &BTreeMap<i64, Vec<Entry>>, who: AccountId) -> BundelView {
    let of = |nummer: &i64| entries.get(nummer).map_or(&[][..], Vec::as_slice);
    let open = || (1..=bundel.aantal).filter(|_| !bundel.is_done);
    let small = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let count = |stand: InvoerStand| u32::try_from(open().filter(|nummer| rules::stand(of(nummer)) == stand).count());
    let count = |stand: InvoerStand| count(stand).unwrap_or(u32::MAX);
    BundelView {
        id: bundel.id,
        buurtbegroting: bundel.ronde,
        nummer: small(bundel.nummer),
        kanaal: bundel.kanaal,
        aantal: small(bundel.aantal),
        afgerond: bundel.is_done,
        leeg: count(InvoerStand::Leeg),
        een_keer: count(InvoerStand::EenKeer),
        verschil: count(InvoerStand::Verschil),
        klaar: if bundel.is_done { small(bundel.aantal) } else { count(InvoerStand::Klaar) },
        volgende: open().find(|nummer| rules::may_enter(of(nummer), who)).map(small),
    }
}

async fn list(caller: &Caller, id: BuurtbegrotingId) -> Result<Vec<BundelView>, Error> {
    caller.require_account()?;
    let db = caller.app.databases().primary();
    let who = may(caller, &buurtbegroting::find(caller, db, id).await?)?;
    let mut views = Vec::new();
    for bundel in store::list(db, id).await? {
        views.push(view(&bundel, &store::entries(db, bundel.id).await?, who));
    }
    Ok(views)
}

async fn one(caller: &Caller, id: BundelId) -> Result<BundelView, Error> {
    let db = caller.app.databases().primary();
    let (bundel, _) = find(caller, db, id).await?;
    Ok(view(&bundel, &store::entries(db, id).await?, caller.require_account()?))
}

async fn make(
    caller: &Caller,
    key: IdempotencyKey,
    id: BuurtbegrotingId,
    request: &MakeBundel,
) -> Result<BundelView, Error> {
    let kanaal = request.parse()?;
    caller.require_account()?;
    let app = &caller.app;
    let attempt = Attempt::new(caller, key, "bundels", &(id, request))?;
    let tx = app.begin().await?;
    buurtbegroting::find(caller, &tx, id).await?;
    let round = buurtbegroting::hold(&tx, app, id).await?;
    let who = may(caller, &round)?;
    if let Some(earlier) = attempt.earlier(&tx, caller).await? {
        return one(caller, earlier).await;
    }
    check_open(&round)?;
    // Who begins one later would open again what is over.
    if round.fase != Fase::Stemmen {
        return Err(not_now(&round));
    }
    let bundel = store::insert(&tx, app, id, kanaal, who).await?;
    note(&tx, caller, "bundel.maken", id, kanaal.to_string()).await?;
    attempt.keep(&tx, &bundel).await?;
    tx.commit().await?;
    one(caller, bundel).await
}

async fn note(tx: &Tx, caller: &Caller, deed: &'static str, id: BuurtbegrotingId, what: String) -> Result<(), Error> {
    audit::note(tx, caller, deed, format!("buurtbegroting:{id}"), "gelukt", Some(what)).await
}

/// No audit row of a single letter (SECURITY-RULES V-5): the bundle says how many there are.
async fn add_brief(caller: &Caller, id: BundelId, request: &AddBrief) -> Result<BundelView, Error> {
    let mut checks = Checks::default();
    let code = checks.required("/stemcode", &request.stemcode);
    let code = checks.finish(code)?;
    let (bundel, _) = find(caller, caller.app.databases().primary(), id).await?;
    let vote = open_vote(caller, bundel.ronde).await?;
    let tx = caller.app.begin().await?;
    let bundel = hold(caller, &tx, id).await?;
    let letter = match vote.letter(&tx, bundel.ronde, &code).await? {
        Verdict::Good(letter) => letter,
        Verdict::Replaced => return Err(Error::field("/stemcode", FieldCode::StemcodeVervangen)),
        Verdict::Unknown => return Err(Error::field("/stemcode", FieldCode::StemcodeOnbekend)),
    };
    if !store::add_voter(&tx, &bundel, vote.key.of_letter(letter.nummer)).await? {
        return Err(Error::VotedAlready);
    }
    tx.commit().await?;
    one(caller, id).await
}

/// A ballot as it is kept until the bundle is finished: sealed, and with a mark that tells whether another is alike.
fn sealed(vote: &OpenVote, id: BundelId, nummer: u32, request: &EnterBiljet) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let bytes = if request.ongeldig {
        if !request.keuzes.is_empty() {
            return Err(Error::field("/keuzes", FieldCode::OngeldigeKeuze));
        }
        vote.invalid()?
    } else {
        vote.encode(&request.keuzes)?
    };
    let what = [id.0.as_bytes().as_slice(), &nummer.to_be_bytes(), &bytes].concat();
    Ok((vote.key.of_entry(&what), vote.seal(&bytes)?))
}

async fn enter(caller: &Caller, id: BundelId, request: &EnterBiljet) -> Result<BundelView, Error> {
    let mut checks = Checks::default();
    let nummer = checks.required("/nummer", &request.nummer);
    let nummer = checks.finish(nummer)?;
    let (bundel, _) = find(caller, caller.app.databases().primary(), id).await?;
    let vote = open_vote(caller, bundel.ronde).await?;
    let (merk, envelop) = sealed(&vote, id, nummer, request)?;
    let tx = caller.app.begin().await?;
    let bundel = hold(caller, &tx, id).await?;
    let (who, nummer) = (caller.require_account()?, i64::from(nummer));
    if nummer < 1 || nummer > bundel.aantal {
        return Err(Error::field("/nummer", FieldCode::BestaatNiet));
    }
    let mut all = store::entries(&tx, id).await?;
    let entries = all.entry(nummer).or_default();
    // The same sent again is no second opinion.
    if !rules::is_again(entries, who, &merk) {
        if !rules::may_enter(entries, who) {
            return Err(Error::field("/nummer", FieldCode::AlIngevoerd));
        }
        let beurt = rules::next_turn(entries);
        let bewijs = vote.key.proof_of_entry(id, (nummer, beurt, who), (&merk, &envelop));
        let entry = Entry { beurt, door: who, merk, envelop, bewijs };
        store::insert_entry(&tx, id, nummer, entry.clone()).await?;
        entries.push(entry);
        tx.commit().await?;
    }
    Ok(view(&bundel, &all, who))
}

/// Whether every entry bears its proof. In a vote that a version before opened none is asked for: that one may have entered some.
async fn check_entries(
    app: &App,
    round: &Buurtbegroting,
    key: &RoundKey,
    (id, entries): (BundelId, &BTreeMap<i64, Vec<Entry>>),
) -> Result<(), Error> {
    let is_ours = |nummer: i64, own: &Entry| {
        let expected = key.proof_of_entry(id, (nummer, own.beurt, own.door), (&own.merk, &own.envelop));
        codes::is_proof(&own.bewijs, &expected)
    };
    let (what, is_found) = match opening::standing(app, round, key).await? {
        Standing::OfBefore => return Ok(()),
        Standing::Changed => (Bevinding::OpeningAnders, true),
        Standing::Same => {
            let are_ours = entries.iter().all(|(nummer, all)| all.iter().all(|own| is_ours(*nummer, own)));
            (Bevinding::InvoerKloptNiet, !are_ours)
        }
    };
    closing::note_finding(app, round.id, what, is_found).await?;
    if is_found { Err(Error::BoxChanged("what was entered of ballots on paper")) } else { Ok(()) }
}

/// All ballots of a bundle at once, under random ids. Nobody has a stembewijs of them. Where the secret of the round was lost
/// they bear no proof: then two shut the box, and the result says that nobody could check it.
async fn finish(caller: &Caller, id: BundelId) -> Result<BundelView, Error> {
    let app = &caller.app;
    let db = app.databases().primary();
    let (bundel, round) = find(caller, db, id).await?;
    let key = codes::find_round_key(app, bundel.ronde).await?;
    let entries = store::entries(db, id).await?;
    if let Some(key) = &key {
        check_entries(app, &round, key, (id, &entries)).await?;
    }
    let tx = app.begin().await?;
    votes::come_in(&tx, bundel.ronde).await?;
    let bundel = hold(caller, &tx, id).await?;
    if store::entries(&tx, id).await? != entries {
        // Somebody entered one just now.
        return Err(Error::Stale);
    }
    let before = view(&bundel, &entries, caller.require_account()?);
    if before.klaar != before.aantal {
        return Err(NotNow::Bundel.into());
    }
    let mut ballots = Vec::new();
    for envelop in (1..=bundel.aantal).filter_map(|nummer| rules::decided(entries.get(&nummer)?)) {
        let biljet = BiljetId(app.random()?);
        let proof = |key: &RoundKey| key.proof_of_envelope(bundel.ronde, (biljet.0.as_slice(), 0), envelop);
        let bewijs = key.as_ref().map(proof).unwrap_or_default();
        ballots.push((biljet, envelop, bewijs));
    }
    let rows = ballots.iter().map(|(biljet, envelop, bewijs)| [biljet.0.as_slice(), envelop, bewijs]);
    votes::put_in(&tx, round.vorm, bundel.ronde, rows).await?;
    store::finish(&tx, app, id).await?;
    note(&tx, caller, "bundel.afronden", bundel.ronde, format!("{}: {}", bundel.nummer, ballots.len())).await?;
    tx.commit().await?;
    one(caller, id).await
}
