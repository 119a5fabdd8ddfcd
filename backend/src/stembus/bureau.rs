//! What the stembureau does: opening the box and counting, and stopping a round that went wrong. Letters are in `brieven`, when
//! a count is asked for and begins in `counting`, shutting a box that nobody can check in `noodsluiting`.

use crate::access::Action;
use crate::app::{App, Tx};
use crate::audit;
use crate::buurtbegroting::{self, Buurtbegroting};
use crate::caller::{Caller, run};
use crate::error::{Error, Exchanged, NotNow};
use crate::letters::{self, Occasion};
use crate::stembus::masked;
use crate::stembus::seal::{self, Opener};
use crate::stembus::store::{self, Envelope, Outcome, Part};
use crate::stembus::{ballot, bewaarders, brieven, closing, codes, counting, noodsluiting};
use async_trait::async_trait;
use contract::buurtbegroting::{Busvorm, BuurtbegrotingStap as Step, BuurtbegrotingView, Spelregels};
use contract::field::FieldCode;
use contract::initiatief::Say;
use contract::project::ProjectStatus;
use contract::stem::BiljetId;
use contract::stembiljet::{Kandidaat, StemKeuze};
use contract::stembureau::{
    MakeStemcodes, ReplaceStemcode, StembureauApi, StembureauView, StemcodeBrief, Stemcodes, UitslagView, UseSleutel,
    Vervanging, VraagTelling, WeigerVervanging,
};
use contract::telling::{TellingSoort, TellingView};
use contract::{BuurtbegrotingId, Reply, TellingId, VervangingId};
use natellen::{Choice, Frozen};
use std::sync::atomic::{AtomicU64, Ordering};
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

    async fn end_vervanging(&self, id: VervangingId) -> Reply<Vervanging> {
        run(|| brieven::end(self, id)).await
    }

    async fn refuse_vervanging(&self, id: VervangingId, request: WeigerVervanging) -> Reply<Vervanging> {
        run(|| brieven::refuse(self, id, &request)).await
    }

    async fn stembureau(&self, id: BuurtbegrotingId) -> Reply<StembureauView> {
        run(|| noodsluiting::stand(self, id)).await
    }

    async fn close_unchecked(&self, id: BuurtbegrotingId) -> Reply<BuurtbegrotingView> {
        run(|| noodsluiting::close(self, id)).await
    }

    async fn prove_key(&self, id: BuurtbegrotingId, request: UseSleutel) -> Reply<BuurtbegrotingView> {
        run(|| prove_key(self, id, &request)).await
    }

    async fn count_votes(&self, id: BuurtbegrotingId, request: VraagTelling) -> Reply<TellingView> {
        run(|| counting::ask(self, id, &request, TellingSoort::Telling)).await
    }

    async fn recount_votes(&self, id: BuurtbegrotingId, request: VraagTelling) -> Reply<TellingView> {
        run(|| counting::ask(self, id, &request, TellingSoort::Natelling)).await
    }

    async fn telling(&self, id: TellingId) -> Reply<TellingView> {
        run(|| counting::one(self, id)).await
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
///
/// # Errors
/// When they may not.
pub async fn hold(caller: &Caller, tx: &Tx, id: BuurtbegrotingId) -> Result<Buurtbegroting, Error> {
    caller.require_account()?;
    buurtbegroting::find(caller, tx, id).await?;
    let round = buurtbegroting::hold(tx, &caller.app, id).await?;
    caller.may(Action::CountVotes, round.subject())?;
    Ok(round)
}

/// Notes a deed on the audit trail.
///
/// # Errors
/// When it cannot be written.
pub async fn note(
    tx: &Tx,
    caller: &Caller,
    deed: &'static str,
    id: BuurtbegrotingId,
    reason: Option<String>,
) -> Result<(), Error> {
    audit::note(tx, caller, deed, format!("buurtbegroting:{id}"), "gelukt", reason).await
}

/// The same, not held: to be asked before anything is kept from others.
///
/// # Errors
/// When they may not.
pub async fn find(caller: &Caller, id: BuurtbegrotingId) -> Result<Buurtbegroting, Error> {
    caller.require_account()?;
    let round = buurtbegroting::find(caller, caller.app.databases().primary(), id).await?;
    caller.may(Action::CountVotes, round.subject())?;
    Ok(round)
}

/// What is said of two parts that open nothing together.
pub fn wrong_parts(_: seal::WrongParts) -> Error {
    Error::field("/deel1", FieldCode::SleuteldelenPassenNiet)
}

/// Two parts of which one is in the wrong hands are tried here and nowhere else: of a round from before custodians had a
/// login of their own.
async fn prove_key(caller: &Caller, id: BuurtbegrotingId, request: &UseSleutel) -> Result<BuurtbegrotingView, Error> {
    let parts = request.parse()?;
    let tx = caller.app.begin().await?;
    let round = hold(caller, &tx, id).await?;
    round.check(Step::ProveKey)?;
    let not_now = || Error::from(NotNow::Buurtbegroting(round.fase, Step::ProveKey));
    let public = round.publieke_sleutel.clone().filter(|_| !round.is_kept && !round.is_proven).ok_or_else(not_now)?;
    prove(&tx, caller, &round, &seal::join(&parts, &public).map_err(wrong_parts)?).await?;
    tx.commit().await?;
    buurtbegroting::view(caller, id).await
}

/// A key opens an envelope that was sealed a moment ago: only then may the vote open.
///
/// # Errors
/// When it was shown before, or the key is another one.
pub async fn prove(tx: &Tx, caller: &Caller, round: &Buurtbegroting, secret: &Opener) -> Result<(), Error> {
    if round.is_proven {
        return Err(NotNow::Buurtbegroting(round.fase, Step::ProveKey).into());
    }
    let public = round.publieke_sleutel.as_deref().unwrap_or_default();
    let envelope = seal::seal(public, b"proef")?;
    if seal::open(secret, &envelope).as_deref() != Some(b"proef") {
        return Err(wrong_parts(seal::WrongParts));
    }
    buurtbegroting::store_proof(tx, &caller.app, round.id, public).await?;
    note(tx, caller, "sleutel.beproeven", round.id, None).await
}

/// A box that was shut, with the key that opens it.
pub struct ShutBox {
    frozen: Frozen,
    secret: Opener,
    envelopes: Vec<Envelope>,
    /// How many letters with a code were made, and how often one was replaced.
    letters: [u64; 2],
    /// What was published of it.
    digest: String,
    /// Whether nobody could check voters and envelopes.
    is_unchecked: bool,
}

/// The box of a round, as it is at one moment. However long it takes to read, nobody who writes waits for that. One with proofs
/// is looked at once more, so that nobody has it opened by writing that it was shut.
///
/// # Errors
/// When it is not shut or not whole, or the caller may not count.
pub async fn take_box(caller: &Caller, id: BuurtbegrotingId, secret: Opener, step: Step) -> Result<ShutBox, Error> {
    let moment = caller.app.databases().snapshot().await?;
    let round = buurtbegroting::find(caller, &moment, id).await?;
    caller.may(Action::CountVotes, round.subject())?;
    round.check(step)?;
    let sluiting = round.sluiting.clone().ok_or(NotNow::Buurtbegroting(round.fase, step))?;
    let checked = closing::look_again(&caller.app, &round).await?;
    let frozen = masked::frozen(&moment, &round).await?;
    let letters = u64::try_from(store::last_letter(&moment, round.vorm, id).await?).unwrap_or_default();
    let letters = [letters, store::replaced(&moment, id).await?];
    let is_unchecked = checked.is_none() && (sluiting.ongecontroleerd || round.vorm == Busvorm::Bewijzen);
    let envelopes = match checked {
        Some(envelopes) => envelopes,
        None => store::envelopes(&moment, round.vorm, id).await?,
    };
    Ok(ShutBox { frozen, secret, envelopes, letters, digest: sluiting.controlegetal, is_unchecked })
}

/// Keeps what was counted and carries it into the wijkactieplan, all of it or nothing; the count is done with that.
///
/// # Errors
/// When somebody else was first, or the round was stopped meanwhile.
pub async fn keep(caller: &Caller, id: BuurtbegrotingId, counted: &Counting, telling: TellingId) -> Result<(), Error> {
    let app = &caller.app;
    let votes = votes(app, &counted.ballots)?;
    let tx = app.begin_long().await?;
    let round = hold(caller, &tx, id).await?;
    round.check(Step::Count)?;
    store::insert_votes(&tx, id, &votes).await?;
    store::insert_outcome(&tx, app, id, &counted.outcome, caller.require_account()?).await?;
    buurtbegroting::conclude(&tx, caller, &round, &counted.view).await?;
    note(&tx, caller, "stemmen.tellen", id, round.sluiting.map(|sluiting| sluiting.controlegetal)).await?;
    counting::finish(&tx, app, telling, None).await?;
    tx.commit().await?;
    Ok(())
}

/// What a count gave.
pub struct Counting {
    /// What was on them.
    pub ballots: Vec<Vec<Choice>>,
    /// As it is shown.
    pub view: UitslagView,
    /// As it is kept.
    pub outcome: Outcome,
}

/// Opens what was sealed, in no order, and counts. Nothing is opened when what lies in the box is not what was published
/// when it was shut. For so long it is looked for what plans would have needed; `opened` goes up with each ballot.
///
/// # Errors
/// [`Error::BoxChanged`].
pub fn open_and_count(shut: &ShutBox, looking: Duration, opened: &AtomicU64) -> Result<Counting, Error> {
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
        opened.fetch_add(1, Ordering::Relaxed);
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
    Ok(Counting { ballots, view, outcome })
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
///
/// # Errors
/// Never, in truth: all of them can be written as JSON.
pub fn texts(ballots: &[Vec<Choice>]) -> Result<Vec<String>, Error> {
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

/// Objections are over, to the count or to that it was stopped: the secret of the round, who voted, the sealed ballots and
/// the sealed parts of the key are destroyed. What was counted stays, under random ids. The secret goes first: what is left
/// without it tells nothing.
async fn finalize(caller: &Caller, id: BuurtbegrotingId) -> Result<BuurtbegrotingView, Error> {
    let app = &caller.app;
    caller.require_recent_login()?;
    check_final(&hold(caller, &app.begin().await?, id).await?)?;
    codes::destroy_round_key(app, id).await?;
    // However many ballots there are.
    let tx = app.begin_long().await?;
    store::keep_out(&tx, id).await?;
    let round = hold(caller, &tx, id).await?;
    check_final(&round)?;
    buurtbegroting::finalize(&tx, app, id).await?;
    bewaarders::forget_parts_of(&tx, id).await?;
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
    // Why stands with the round: there a name can leave it.
    note(&tx, caller, "buurtbegroting.stoppen", id, None).await?;
    tx.commit().await?;
    buurtbegroting::view(caller, id).await
}

/// The result.
///
/// # Errors
/// [`Error::NotFound`] before there is one.
pub async fn uitslag(caller: &Caller, id: BuurtbegrotingId) -> Result<UitslagView, Error> {
    let round = buurtbegroting::find(caller, caller.app.databases().primary(), id).await?;
    let outcome = masked::outcome(&caller.app, &round, Part::Weergave).await?;
    Ok(serde_json::from_str(&outcome).map_err(|_odd| Exchanged::Outcome)?)
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
    if paper == Paper::Rules && buurtbegroting::are_rules_held_back(db, &round).await? {
        return Err(Error::Withheld);
    }
    let part = match paper {
        Paper::Rules => return Ok(round.bevroren.ok_or(Error::NotFound)?.0),
        Paper::Ballots => Part::Pb,
        Paper::Report => Part::Rapport,
        Paper::Table => Part::Tabel,
        Paper::Codes => Part::Controlecodes,
    };
    let text = masked::outcome(&caller.app, &round, part).await?;
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
