//! What the stembureau does: the key, the count, and stopping a round that went wrong. Letters are in `brieven`, shutting a box
//! that nobody can check in `noodsluiting`.

use crate::access::Action;
use crate::app::{App, Tx};
use crate::audit;
use crate::buurtbegroting::{self, Buurtbegroting};
use crate::caller::{Caller, run};
use crate::error::{Error, NotNow};
use crate::letters::{self, Occasion};
use crate::stembus::store::{self, Envelope, Outcome, Part};
use crate::stembus::{ballot, brieven, codes, noodsluiting, seal};
use async_trait::async_trait;
use contract::buurtbegroting::{BuurtbegrotingStap as Step, BuurtbegrotingView, Spelregels};
use contract::field::FieldCode;
use contract::initiatief::Say;
use contract::project::ProjectStatus;
use contract::stem::BiljetId;
use contract::stembiljet::{Kandidaat, StemKeuze};
use contract::stembureau::{
    MakeStemcodes, Natelling, ReplaceStemcode, Sleuteldeel, Sleuteldelen, StembureauApi, StembureauView, StemcodeBrief,
    Stemcodes, UitslagView, UseSleutel, Vervanging,
};
use contract::{BuurtbegrotingId, Reply, VervangingId};
use natellen::{Choice, Frozen};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

#[async_trait]
impl StembureauApi for Caller {
    async fn make_stemcodes(&self, id: BuurtbegrotingId, request: MakeStemcodes) -> Reply<Stemcodes> {
        run(|| brieven::make(self, id, &request)).await
    }

    async fn request_vervanging(&self, id: BuurtbegrotingId, request: ReplaceStemcode) -> Reply<Vervanging> {
        run(|| brieven::request(self, id, &request)).await
    }

    async fn confirm_vervanging(&self, id: VervangingId) -> Reply<StemcodeBrief> {
        run(|| brieven::confirm(self, id)).await
    }

    async fn stembureau(&self, id: BuurtbegrotingId) -> Reply<StembureauView> {
        run(|| noodsluiting::stand(self, id)).await
    }

    async fn close_unchecked(&self, id: BuurtbegrotingId) -> Reply<BuurtbegrotingView> {
        run(|| noodsluiting::close(self, id)).await
    }

    async fn make_key(&self, id: BuurtbegrotingId) -> Reply<Sleuteldelen> {
        run(|| make_key(self, id)).await
    }

    async fn prove_key(&self, id: BuurtbegrotingId, request: UseSleutel) -> Reply<BuurtbegrotingView> {
        run(|| prove_key(self, id, &request)).await
    }

    async fn count_votes(&self, id: BuurtbegrotingId, request: UseSleutel) -> Reply<UitslagView> {
        run(|| count_votes(self, id, &request)).await
    }

    async fn recount_votes(&self, id: BuurtbegrotingId, request: UseSleutel) -> Reply<Natelling> {
        run(|| recount_votes(self, id, &request)).await
    }

    async fn stop_buurtbegroting(&self, id: BuurtbegrotingId, request: Say) -> Reply<BuurtbegrotingView> {
        run(|| stop(self, id, &request)).await
    }

    async fn finalize_uitslag(&self, id: BuurtbegrotingId) -> Reply<BuurtbegrotingView> {
        run(|| finalize(self, id)).await
    }

    async fn uitslag(&self, id: BuurtbegrotingId) -> Reply<UitslagView> {
        run(|| uitslag(self, id)).await
    }
}

/// A round that this caller works on as stembureau, held until the transaction ends.
pub(super) async fn hold(caller: &Caller, tx: &Tx, id: BuurtbegrotingId) -> Result<Buurtbegroting, Error> {
    caller.require_account()?;
    buurtbegroting::find(caller, tx, id).await?;
    let round = buurtbegroting::hold(tx, &caller.app, id).await?;
    caller.may(Action::CountVotes, round.subject())?;
    Ok(round)
}

pub(super) async fn note(
    tx: &Tx,
    caller: &Caller,
    deed: &'static str,
    id: BuurtbegrotingId,
    reason: Option<String>,
) -> Result<(), Error> {
    audit::note(tx, caller, deed, format!("buurtbegroting:{id}"), "gelukt", reason).await
}

/// The same, not held: to be asked before anything is kept from others.
pub(super) async fn find(caller: &Caller, id: BuurtbegrotingId) -> Result<Buurtbegroting, Error> {
    caller.require_account()?;
    let round = buurtbegroting::find(caller, caller.app.databases().primary(), id).await?;
    caller.may(Action::CountVotes, round.subject())?;
    Ok(round)
}

async fn make_key(caller: &Caller, id: BuurtbegrotingId) -> Result<Sleuteldelen, Error> {
    let key = seal::make();
    let tx = caller.app.begin().await?;
    let round = hold(caller, &tx, id).await?;
    round.check(Step::MakeKey)?;
    if round.is_proven {
        return Err(NotNow::Buurtbegroting(round.fase, Step::MakeKey).into());
    }
    buurtbegroting::store_key(&tx, id, &key.public).await?;
    let public = hex::encode(key.public);
    note(&tx, caller, "sleutel.maken", id, Some(public.clone())).await?;
    tx.commit().await?;
    Ok(Sleuteldelen { publieke_sleutel: public, delen: key.parts.iter().map(Sleuteldeel::grouped).collect() })
}

fn wrong_parts(_: seal::WrongParts) -> Error {
    Error::field("/deel1", FieldCode::SleuteldelenPassenNiet)
}

/// Two parts open an envelope that was sealed a moment ago: only then may the vote open.
async fn prove_key(caller: &Caller, id: BuurtbegrotingId, request: &UseSleutel) -> Result<BuurtbegrotingView, Error> {
    let parts = request.parse()?;
    let tx = caller.app.begin().await?;
    let round = hold(caller, &tx, id).await?;
    round.check(Step::ProveKey)?;
    let not_now = || Error::from(NotNow::Buurtbegroting(round.fase, Step::ProveKey));
    let public = round.publieke_sleutel.clone().filter(|_| !round.is_proven).ok_or_else(not_now)?;
    let secret = seal::join(&parts, &public).map_err(wrong_parts)?;
    let envelope = seal::seal(&public, b"proef")?;
    if seal::open(&secret, &envelope).as_deref() != Some(b"proef") {
        return Err(wrong_parts(seal::WrongParts));
    }
    buurtbegroting::store_proof(&tx, &caller.app, id, &public).await?;
    note(&tx, caller, "sleutel.beproeven", id, None).await?;
    tx.commit().await?;
    buurtbegroting::view(caller, id).await
}

/// Opens what was sealed, in no order, and counts. Nothing is opened when what lies in the box is not what was
/// published when it was shut.
async fn count_votes(caller: &Caller, id: BuurtbegrotingId, request: &UseSleutel) -> Result<UitslagView, Error> {
    let parts = request.parse()?;
    caller.require_recent_login()?;
    let box_of = take_box(caller, id, &parts, Step::Count).await?;
    let counting = caller.app.hashing.run(move || open_and_count(&box_of, LOOKING)).await??;
    keep(caller, id, &counting).await?;
    tracing::info!(buurtbegroting.id = %id, "a vote was counted");
    uitslag(caller, id).await
}

/// Opens the same envelopes once more (SECURITY-RULES V-6). Nothing of the outcome changes; that it was done, and what came
/// of it, is on the audit trail.
async fn recount_votes(caller: &Caller, id: BuurtbegrotingId, request: &UseSleutel) -> Result<Natelling, Error> {
    let parts = request.parse()?;
    caller.require_recent_login()?;
    let app = &caller.app;
    let box_of = take_box(caller, id, &parts, Step::Recount).await?;
    let counting = app.hashing.run(move || open_and_count(&box_of, Duration::ZERO)).await?;
    let counting = match counting {
        // The worst that can be found is on the audit trail as well.
        Err(error @ Error::BoxChanged(_)) => {
            note_recount(caller, id, "anders: de stembus").await?;
            return Err(error);
        }
        other => other?,
    };
    let db = app.databases().primary();
    let mut gelijk = is_same_result(&uitslag(caller, id).await?, &counting.view);
    // Of a vote by few the result says too little to go by: the opened ballots say all.
    gelijk &= store::opened(db, id).await? == texts(&counting.ballots)?;
    for (part, now) in [(Part::Pb, &counting.outcome.pb), (Part::Controlecodes, &counting.outcome.controlecodes)] {
        gelijk &= store::outcome(db, id, part).await? == *now;
    }
    note_recount(caller, id, if gelijk { "gelijk" } else { "anders: de uitslag" }).await?;
    Ok(Natelling { stembiljetten: counting.papers, gelijk })
}

/// Whether plans, votes and money are the same. Sentences are not looked at: a later version may say things better.
fn is_same_result(one: &UitslagView, other: &UitslagView) -> bool {
    if other.weinig && !one.weinig {
        // A version of before told more of a vote by so few, in another order.
        let chosen = |view: &UitslagView| {
            let plans = view.projecten.iter().filter(|own| own.gekozen).map(|own| own.project);
            (view.kosten, view.over, plans.collect::<BTreeSet<_>>())
        };
        return chosen(one) == chosen(other);
    }
    let figures = |view: &UitslagView| {
        let plans = view.projecten.iter().map(|own| (own.project, own.gekozen, own.stemmen));
        (view.stembiljetten, view.ongeldig, view.kosten, view.over, plans.collect::<Vec<_>>())
    };
    figures(one) == figures(other)
}

async fn note_recount(caller: &Caller, id: BuurtbegrotingId, found: &str) -> Result<(), Error> {
    let tx = caller.app.begin().await?;
    hold(caller, &tx, id).await?.check(Step::Recount)?;
    note(&tx, caller, "stemmen.natellen", id, Some(found.to_owned())).await?;
    tx.commit().await?;
    tracing::info!(buurtbegroting.id = %id, found, "a box was counted again");
    Ok(())
}

/// A box that was shut, with the key that opens it.
struct ShutBox {
    frozen: Frozen,
    secret: crypto_box::SecretKey,
    envelopes: Vec<Envelope>,
    /// How many letters with a code were made, and how often one was replaced.
    letters: [u64; 2],
    /// What was published of it.
    digest: String,
    /// Whether nobody could check voters and envelopes.
    is_unchecked: bool,
}

async fn take_box(
    caller: &Caller,
    id: BuurtbegrotingId,
    parts: &[Sleuteldeel; 2],
    step: Step,
) -> Result<ShutBox, Error> {
    let tx = caller.app.begin().await?;
    let round = hold(caller, &tx, id).await?;
    round.check(step)?;
    let sluiting = round.sluiting.clone().ok_or(NotNow::Buurtbegroting(round.fase, step))?;
    let public = round.publieke_sleutel.clone().unwrap_or_default();
    let secret = seal::join(parts, &public).map_err(wrong_parts)?;
    let (frozen, envelopes) = (round.frozen()?, store::envelopes(&tx, round.vorm, id).await?);
    let letters = u64::try_from(store::last_letter(&tx, round.vorm, id).await?).unwrap_or_default();
    let letters = [letters, store::replaced(&tx, id).await?];
    let is_unchecked = sluiting.ongecontroleerd;
    Ok(ShutBox { frozen, secret, envelopes, letters, digest: sluiting.controlegetal, is_unchecked })
}

/// Keeps what was counted and carries it into the wijkactieplan, all of it or nothing.
async fn keep(caller: &Caller, id: BuurtbegrotingId, counting: &Counting) -> Result<(), Error> {
    let app = &caller.app;
    let tx = app.begin().await?;
    let round = hold(caller, &tx, id).await?;
    round.check(Step::Count)?;
    for vote in votes(app, &counting.ballots)? {
        store::insert_vote(&tx, id, vote).await?;
    }
    store::insert_outcome(&tx, app, id, &counting.outcome, caller.require_account()?).await?;
    buurtbegroting::conclude(&tx, caller, &round, &counting.view).await?;
    note(&tx, caller, "stemmen.tellen", id, round.sluiting.map(|sluiting| sluiting.controlegetal)).await?;
    tx.commit().await?;
    Ok(())
}

/// So long it is looked for at most what plans would have needed that were not chosen; who counts waits for it.
const LOOKING: Duration = Duration::from_secs(4);

struct Counting {
    ballots: Vec<Vec<Choice>>,
    /// How many envelopes were opened.
    papers: u64,
    view: UitslagView,
    outcome: Outcome,
}

/// Opens all of it and counts. For so long it is looked for what plans would have needed.
fn open_and_count(shut: &ShutBox, looking: Duration) -> Result<Counting, Error> {
    let ShutBox { frozen, secret, envelopes, letters: [letters, replaced], digest, is_unchecked } = shut;
    if store::digest(envelopes) != *digest {
        return Err(Error::BoxChanged("another digest"));
    }
    let candidates = frozen.candidates();
    let mut ballots = Vec::with_capacity(envelopes.len());
    let mut invalid = 0_u64;
    let mut codes = Vec::with_capacity(envelopes.len());
    for envelope in envelopes {
        let choices = seal::open(secret, &envelope.envelop).and_then(|bytes| ballot::decode(&bytes));
        let choices = choices.filter(|choices| keeps_to(&frozen.spelregels, &candidates, choices));
        let choices = choices.ok_or(Error::BoxChanged("an envelope without a ballot of this round"))?;
        if choices.is_empty() {
            invalid += 1;
        } else {
            ballots.push(choices);
        }
        let biljet = <[u8; 32]>::try_from(envelope.biljet_id.as_slice());
        codes.push(biljet.map(BiljetId).map_err(|_odd| Error::Internal("a ballot id".into()))?.controlecode());
    }
    // The order of ballot ids goes as well: what is left is the order of what ballots say.
    ballots.sort();
    codes.sort();
    let began = Instant::now();
    let is_time = || began.elapsed() < looking;
    let natellen::Counted { mut view, report, table, pb } = natellen::count(frozen, &ballots, is_time)?;
    // Of a vote by few this would tell how many voted (SECURITY-RULES H-7).
    view.ongeldig = if view.weinig { 0 } else { invalid };
    (view.brieven, view.vervangen_brieven, view.ongecontroleerd) = (*letters, *replaced, *is_unchecked);
    let weergave = serde_json::to_string(&view).map_err(|error| Error::Internal(error.to_string()))?;
    let outcome = Outcome { weergave, rapport: report, tabel: table, pb, controlecodes: codes.join("\n") };
    let papers = u64::try_from(envelopes.len()).unwrap_or(u64::MAX);
    Ok(Counting { ballots, papers, view, outcome })
}

/// Ballots were judged when they came in; they are judged once more when they come out. Only a ballot on paper that was
/// not valid has no choice.
fn keeps_to(spelregels: &Spelregels, candidates: &[Kandidaat], choices: &[Choice]) -> bool {
    let keuze = |(place, punten): &Choice| {
        candidates.get(usize::from(*place)).map(|own| StemKeuze { project: own.project, punten: *punten })
    };
    if choices.is_empty() {
        return true;
    }
    let keuzes: Option<Vec<StemKeuze>> = choices.iter().map(keuze).collect();
    keuzes.is_some_and(|keuzes| spelregels.stembiljet.check(&keuzes, candidates).is_ok())
}

/// The opened ballots as they are kept, in the order of what they say.
fn texts(ballots: &[Vec<Choice>]) -> Result<Vec<String>, Error> {
    let text = |choices: &Vec<Choice>| serde_json::to_string(choices);
    let texts: Result<Vec<String>, serde_json::Error> = ballots.iter().map(text).collect();
    let mut texts = texts.map_err(|error| Error::Internal(error.to_string()))?;
    texts.sort();
    Ok(texts)
}

/// The same under random ids, in the order of those.
fn votes(app: &App, ballots: &[Vec<Choice>]) -> Result<Vec<(uuid::Uuid, String)>, Error> {
    let vote = |text: String| Ok((app.random_id()?, text));
    let mut votes: Vec<(uuid::Uuid, String)> = texts(ballots)?.into_iter().map(vote).collect::<Result<_, Error>>()?;
    votes.sort();
    Ok(votes)
}

/// Objections are over, to the count or to that it was stopped: the secret of the round, who voted and the sealed ballots
/// are destroyed. What was counted stays, under random ids. The secret goes first: what is left without it tells nothing.
async fn finalize(caller: &Caller, id: BuurtbegrotingId) -> Result<BuurtbegrotingView, Error> {
    let app = &caller.app;
    caller.require_recent_login()?;
    check_final(&hold(caller, &app.begin().await?, id).await?)?;
    codes::destroy_round_key(app, id).await?;
    let tx = app.begin().await?;
    store::keep_out(&tx, id).await?;
    let round = hold(caller, &tx, id).await?;
    check_final(&round)?;
    buurtbegroting::finalize(&tx, app, id).await?;
    // What came in shortly before it was stopped is in the box only now.
    store::empty_untold(&tx, round.vorm, id).await?;
    store::forget(&tx, id).await?;
    note(&tx, caller, "uitslag.definitief", id, None).await?;
    tx.commit().await?;
    app.open_votes.forget(id);
    buurtbegroting::view(caller, id).await
}

fn check_final(round: &Buurtbegroting) -> Result<(), Error> {
    round.check(Step::Finalize)?;
    let is_over = round.objections_until().is_some_and(|until| until <= round.now);
    if is_over { Ok(()) } else { Err(NotNow::Buurtbegroting(round.fase, Step::Finalize).into()) }
}

/// A mistake that cannot be mended stops the round, for a reason that is published. Its money is free again.
async fn stop(caller: &Caller, id: BuurtbegrotingId, request: &Say) -> Result<BuurtbegrotingView, Error> {
    let app = &caller.app;
    let reason = request.parse()?;
    caller.require_recent_login()?;
    // Whoever may not stop it does not keep voters waiting either.
    find(caller, id).await?.check(Step::Stop)?;
    let tx = app.begin().await?;
    store::keep_out(&tx, id).await?;
    let round = hold(caller, &tx, id).await?;
    round.check(Step::Stop)?;
    buurtbegroting::stop(&tx, app, id, reason.as_str()).await?;
    buurtbegroting::give_back(&tx, caller, &round).await?;
    buurtbegroting::tell_stopped(&tx, caller, id, reason.as_str()).await?;
    note(&tx, caller, "buurtbegroting.stoppen", id, Some(reason.as_str().to_owned())).await?;
    tx.commit().await?;
    buurtbegroting::view(caller, id).await
}

async fn uitslag(caller: &Caller, id: BuurtbegrotingId) -> Result<UitslagView, Error> {
    let db = caller.app.databases().primary();
    buurtbegroting::find(caller, db, id).await?;
    let outcome = store::outcome(db, id, Part::Weergave).await?;
    serde_json::from_str(&outcome).map_err(|error| Error::Internal(error.to_string()))
}

/// What anybody may take along to check a vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// The rules as they were frozen, byte for byte: their SHA-256 is on the page.
    Rules,
    /// The ballots and the outcome, as a `.pb` file.
    Ballots,
    /// The whole report, as JSON.
    Report,
    /// The projects, as CSV.
    Table,
    /// The codes of all counted ballots, sorted.
    Codes,
}

/// The text of a paper.
///
/// # Errors
/// [`Error::NotFound`] before there is one.
pub async fn paper(caller: &Caller, id: BuurtbegrotingId, paper: Paper) -> Result<String, Error> {
    let db = caller.app.databases().primary();
    let round = buurtbegroting::find(caller, db, id).await?;
    let part = match paper {
        Paper::Rules => return Ok(round.bevroren.ok_or(Error::NotFound)?.0),
        Paper::Ballots => Part::Pb,
        Paper::Report => Part::Rapport,
        Paper::Table => Part::Tabel,
        Paper::Codes => Part::Controlecodes,
    };
    let text = store::outcome(db, id, part).await?;
    // Of a vote by few there is no report; of one by fewer than ten nobody counts the codes (SECURITY-RULES H-7).
    let is_kept_back = match part {
        Part::Rapport => text.is_empty(),
        Part::Controlecodes => uitslag(caller, id).await?.weinig,
        Part::Weergave | Part::Tabel | Part::Pb => false,
    };
    if is_kept_back { Err(Error::NotFound) } else { Ok(text) }
}

/// A ballot to print, as PDF.
///
/// # Errors
/// [`Error::NotFound`] as long as there is nothing to vote on.
pub async fn paper_ballot(caller: &Caller, id: BuurtbegrotingId) -> Result<Vec<u8>, Error> {
    let app = &caller.app;
    let mut round = buurtbegroting::view(caller, id).await?;
    round.projecten.retain(|own| own.status == ProjectStatus::Toegelaten);
    round.projecten.sort_by_key(|own| own.nummer);
    if round.projecten.is_empty() {
        return Err(Error::NotFound);
    }
    let card = round.kaart;
    let occasion = Occasion::of(app, id, (card.titel, card.bedrag), (&card.gebied, &card.planning)).await?;
    app.drawing.run(move || letters::ballot(&occasion, round.spelregels.stembiljet, &round.projecten)).await?
}
