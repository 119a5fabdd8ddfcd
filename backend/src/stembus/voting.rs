//! What a voter does. Nobody is asked who they are: the code on the letter is enough, and nothing else is looked at.

use crate::app::App;
use crate::buurtbegroting::{self, Buurtbegroting};
use crate::caller::{Caller, run};
use crate::error::Error;
use crate::limits;
use crate::stembus::codes::{self, GoodLetter, RoundKey, Verdict};
use crate::stembus::opening::{self, Standing};
use crate::stembus::store::{BoxRow, Part, Refusal};
use crate::stembus::together::{self, Ballot, Outcome};
use crate::stembus::{ballot, seal, store};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use contract::buurtbegroting::{Busvorm, BuurtbegrotingFase as Fase};
use contract::field::{Checks, FieldCode};
use contract::stem::{
    BiljetId, CastVote, ChangeVote, CheckStembewijs, CheckStemcode, Gestemd, InDeBus, Opkomst, StemApi, Stemcode,
    StemcodeRonde, StemcodeRondes, StemcodeStand,
};
use contract::stembiljet::{Kandidaat, StemKeuze};
use contract::{BuurtbegrotingId, Reply};
use natellen::{Choice, Frozen};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// How long an instance goes by what it has in memory. What is frozen never changes; but a secret that was destroyed
/// must go from here as well.
const FRESH_FOR: Duration = Duration::from_secs(60);

/// A vote that is open, or was.
#[derive(Debug)]
pub struct OpenVote {
    /// What it goes by.
    pub frozen: Frozen,
    /// What voters are recognised by.
    pub key: RoundKey,
    /// What its box is held against.
    pub vorm: Busvorm,
    candidates: Vec<Kandidaat>,
    public: Vec<u8>,
}

impl OpenVote {
    /// A ballot as the limits of the round allow it, in one way to write it: what has no order is in that of projects.
    pub fn encode(&self, keuzes: &[StemKeuze]) -> Result<Vec<u8>, Error> {
        let regels = self.frozen.spelregels.stembiljet;
        regels.check(keuzes, &self.candidates).map_err(|fout| Error::field("/keuzes", fout))?;
        self.write(&self.frozen.choices(keuzes).unwrap_or_default())
    }

    /// A ballot on paper that is not valid: nothing is chosen.
    pub fn invalid(&self) -> Result<Vec<u8>, Error> {
        self.write(&[])
    }

    fn write(&self, choices: &[Choice]) -> Result<Vec<u8>, Error> {
        let size = ballot::size(self.frozen.spelregels.stembiljet, self.candidates.len());
        let bytes = ballot::encode(choices, size);
        bytes.ok_or_else(|| Error::Internal("a ballot that fits its limits and not its size".into()))
    }

    /// Seals a ballot: nobody reads it before the box is opened.
    pub fn seal(&self, ballot: &[u8]) -> Result<Vec<u8>, Error> {
        seal::seal(&self.public, ballot)
    }

    /// The letter that a code is good for, if it is for any.
    pub async fn letter<C: ConnectionTrait>(
        &self,
        db: &C,
        id: BuurtbegrotingId,
        code: &Stemcode,
    ) -> Result<Verdict<GoodLetter>, Error> {
        let merk = self.key.of_code(code);
        let letter = store::letters(db, self.vorm, id, std::iter::once(merk.as_slice())).await?.pop();
        Ok(letter.map_or(Verdict::Unknown, |letter| codes::judge(&self.key, id, &letter)))
    }

    /// Whether this code stands in for a lost one.
    async fn is_replacement<C: ConnectionTrait>(
        &self,
        db: &C,
        id: BuurtbegrotingId,
        letter: &GoodLetter,
    ) -> Result<bool, Error> {
        match self.vorm {
            Busvorm::Aantallen => store::was_replaced(db, id, letter.nummer).await,
            Busvorm::Bewijzen => Ok(letter.is_replacement),
        }
    }
}

/// So often an open vote is held against what it opened with, also when nobody votes.
const LOOK_EVERY: TimeDelta = TimeDelta::seconds(60);

/// Votes that are open, in memory.
#[derive(Debug, Default)]
pub struct OpenVotes {
    votes: RwLock<HashMap<BuurtbegrotingId, (Instant, Arc<OpenVote>)>>,
    /// When each was looked at last.
    looked: Mutex<HashMap<BuurtbegrotingId, DateTime<Utc>>>,
}

impl OpenVotes {
    fn get(&self, id: BuurtbegrotingId) -> Option<Arc<OpenVote>> {
        let votes = self.votes.read().unwrap_or_else(PoisonError::into_inner);
        votes.get(&id).filter(|(since, _)| since.elapsed() < FRESH_FOR).map(|(_, vote)| Arc::clone(vote))
    }

    /// Whether it is time to look whether an open vote is still what it opened with: once in so long, by its clock.
    pub fn is_time_to_look(&self, round: &Buurtbegroting) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        looked.retain(|_, at| round.now - *at < LOOK_EVERY);
        let is_time = !looked.contains_key(&round.id);
        looked.entry(round.id).or_insert(round.now);
        is_time
    }

    /// Goes by the database again.
    pub fn forget(&self, id: BuurtbegrotingId) {
        self.votes.write().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    /// Forgets what is too old to go by: a secret that was destroyed, on another instance too, goes from memory as well.
    pub fn sweep(&self) {
        let mut votes = self.votes.write().unwrap_or_else(PoisonError::into_inner);
        votes.retain(|_, (since, _)| since.elapsed() < FRESH_FOR);
    }

    fn put(&self, id: BuurtbegrotingId, vote: &Arc<OpenVote>) {
        self.sweep();
        let mut votes = self.votes.write().unwrap_or_else(PoisonError::into_inner);
        votes.insert(id, (Instant::now(), Arc::clone(vote)));
    }
}

/// The vote of a round that opened.
///
/// # Errors
/// [`Error::VotingIsShut`] when it did not yet; [`Error::NotFound`] when nobody may know of the round; as [`load`].
pub async fn open_vote(caller: &Caller, id: BuurtbegrotingId) -> Result<Arc<OpenVote>, Error> {
    let app = &caller.app;
    if let Some(vote) = app.open_votes.get(id) {
        return Ok(vote);
    }
    load(app, &buurtbegroting::find(caller, app.databases().primary(), id).await?).await
}

/// The same, read anew: what it opened with is held against what was told then.
///
/// # Errors
/// [`Error::BoxChanged`] when somebody changed it.
pub async fn load(app: &App, round: &Buurtbegroting) -> Result<Arc<OpenVote>, Error> {
    let id = round.id;
    if round.is_final {
        // What voters were recognised by was destroyed.
        return Err(Error::VotingIsShut);
    }
    let key = codes::round_key(app, id).await?;
    if opening::standing(app, round, &key).await? == Standing::Changed {
        app.open_votes.forget(id);
        return Err(Error::BoxChanged("other rules than it opened with"));
    }
    let frozen = round.frozen()?;
    let vote = Arc::new(OpenVote {
        key,
        vorm: round.vorm,
        candidates: frozen.candidates(),
        public: round.ballot_key()?,
        frozen,
    });
    app.open_votes.put(id, &vote);
    Ok(vote)
}

#[async_trait]
impl StemApi for Caller {
    async fn find_stemcode(&self, request: CheckStemcode) -> Reply<StemcodeRondes> {
        run(|| find_stemcode(self, &request)).await
    }

    async fn check_stemcode(&self, id: BuurtbegrotingId, request: CheckStemcode) -> Reply<StemcodeStand> {
        run(|| check_stemcode(self, id, &request)).await
    }

    async fn cast_vote(&self, id: BuurtbegrotingId, request: CastVote) -> Reply<Gestemd> {
        run(|| cast(self, id, &request)).await
    }

    async fn change_vote(&self, id: BuurtbegrotingId, request: ChangeVote) -> Reply<Gestemd> {
        run(|| change(self, id, &request)).await
    }

    async fn check_stembewijs(&self, id: BuurtbegrotingId, request: CheckStembewijs) -> Reply<InDeBus> {
        run(|| check_stembewijs(self, id, &request)).await
    }

    async fn opkomst(&self, id: BuurtbegrotingId) -> Reply<Opkomst> {
        run(|| opkomst(self, id)).await
    }
}

/// A code that is on no letter counts against where it comes from; a right one never (SECURITY-RULES B-1).
async fn wrong_code(caller: &Caller) -> Error {
    match count_wrong_code(&caller.app, &caller.network).await {
        Ok(()) => Error::field("/stemcode", FieldCode::StemcodeOnbekend),
        Err(too_often) => too_often,
    }
}

/// What a code is good for, or what is said of one that is good for nothing.
async fn expect_good<T>(caller: &Caller, verdict: Verdict<T>) -> Result<T, Error> {
    match verdict {
        Verdict::Good(good) => Ok(good),
        Verdict::Replaced => Err(Error::field("/stemcode", FieldCode::StemcodeVervangen)),
        Verdict::Unknown => Err(wrong_code(caller).await),
    }
}

async fn count_wrong_code(app: &App, network: &str) -> Result<(), Error> {
    let tx = app.begin().await?;
    let (own, all) = (
        limits::take(&tx, app, limits::STEMCODE_NETWORK, network).await,
        limits::take(&tx, app, limits::STEMCODE_ALL, "").await,
    );
    tx.commit().await?;
    if matches!(all, Err(Error::TooOften { .. })) {
        tracing::error!("many wrong codes are tried: somebody may be guessing");
    }
    own
}

async fn check_stemcode(
    caller: &Caller,
    id: BuurtbegrotingId,
    request: &CheckStemcode,
) -> Result<StemcodeStand, Error> {
    let code = typed_code(request)?;
    expect_good(caller, stand_of(caller, id, &code).await?).await
}

async fn find_stemcode(caller: &Caller, request: &CheckStemcode) -> Result<StemcodeRondes, Error> {
    let code = typed_code(request)?;
    let app = &caller.app;
    let (mut rondes, mut vervangen) = (Vec::new(), Vec::new());
    for round in buurtbegroting::list_open(app.databases().primary(), app).await? {
        if round.fase != Fase::Stemmen {
            continue;
        }
        match stand_of(caller, round.id, &code).await? {
            Verdict::Good(stand) => {
                rondes.push(StemcodeRonde { ronde: round.id, gestemd: stand.gestemd, vervangen: stand.vervangen });
            }
            Verdict::Replaced => vervangen.push(round.id),
            Verdict::Unknown => {}
        }
    }
    let verdict = match (rondes.is_empty(), vervangen.is_empty()) {
        (false, _) => Verdict::Good(StemcodeRondes { rondes, vervangen }),
        (true, false) => Verdict::Replaced,
        (true, true) => Verdict::Unknown,
    };
    expect_good(caller, verdict).await
}

fn typed_code(request: &CheckStemcode) -> Result<Stemcode, Error> {
    let mut checks = Checks::default();
    let code = checks.required("/stemcode", &request.stemcode);
    Ok(checks.finish(code)?)
}

/// What a code is good for in a vote. Whether somebody voted is never told for a
/// letter in place of a lost one: the code before it may have cast, and who made this one would learn whether that voter did
/// (SECURITY-RULES V-1a).
async fn stand_of(caller: &Caller, id: BuurtbegrotingId, code: &Stemcode) -> Result<Verdict<StemcodeStand>, Error> {
    let vote = open_vote(caller, id).await?;
    let db = caller.app.databases().primary();
    let letter = match vote.letter(db, id, code).await? {
        Verdict::Good(letter) => letter,
        Verdict::Replaced => return Ok(Verdict::Replaced),
        Verdict::Unknown => return Ok(Verdict::Unknown),
    };
    let vervangen = vote.is_replacement(db, id, &letter).await?;
    let gestemd = !vervangen && store::has_voted(db, id, &vote.key.of_letter(letter.nummer)).await?;
    Ok(Verdict::Good(StemcodeStand { gestemd, vervangen }))
}

async fn cast(caller: &Caller, id: BuurtbegrotingId, request: &CastVote) -> Result<Gestemd, Error> {
    let app = &caller.app;
    let asked = request.parse()?;
    let vote = open_vote(caller, id).await?;
    let envelop = vote.seal(&vote.encode(&request.keuzes)?)?;
    let bewijs = vote.key.proof_of_envelope(id, (asked.biljet.0.as_slice(), 0), &envelop);
    let ballot = Ballot { merk: vote.key.of_code(&asked.stemcode), biljet: asked.biljet, envelop, bewijs };
    let db = app.databases().primary();
    match together::cast(app, (vote.vorm, id), vote.key.clone(), ballot).await? {
        Outcome::Stored => {}
        Outcome::NoLetter => {
            expect_good(caller, vote.letter(db, id, &asked.stemcode).await?).await?;
            // It was put on a letter just now.
            return Err(Error::Busy);
        }
        Outcome::NotStored(kiezer) => {
            // Another may have taken its place just now: then it is good for nothing.
            let letter = expect_good(caller, vote.letter(db, id, &asked.stemcode).await?).await?;
            let is_replacement = vote.is_replacement(db, id, &letter).await?;
            let refusal = store::why_not(db, app, (vote.vorm, id), (&kiezer, asked.biljet)).await?;
            answer(refusal, is_replacement)?;
        }
    }
    Ok(voted(asked.biljet))
}

/// What is said of a ballot that was not stored. A retry is no refusal: it is in the box. But nothing that a ballot is refused
/// with tells who made a code in place of a lost one whether its voter had voted: not one with an id that is in the box, nor
/// any once voting is over (SECURITY-RULES V-1a, P-3).
fn answer(refusal: Refusal, is_replacement: bool) -> Result<(), Error> {
    match refusal {
        Refusal { is_taken: true, .. } if is_replacement => Err(Error::BallotTaken),
        Refusal { is_taken: true, has_voted: true, .. } => Ok(()),
        Refusal { is_taken: true, has_voted: false, .. } => Err(Error::BallotTaken),
        Refusal { is_open: true, has_voted: true, .. } => Err(Error::VotedAlready),
        Refusal { is_open: false, .. } | Refusal { has_voted: false, .. } => Err(Error::VotingIsShut),
    }
}

fn voted(biljet: BiljetId) -> Gestemd {
    Gestemd { controlecode: biljet.controlecode() }
}

/// Changes a ballot by the voter's secret alone: who they are plays no part.
async fn change(caller: &Caller, id: BuurtbegrotingId, request: &ChangeVote) -> Result<Gestemd, Error> {
    let mut checks = Checks::default();
    let proof = checks.required("/stembewijs", &request.stembewijs);
    let biljet = checks.finish(proof)?.biljet(id);
    let app = &caller.app;
    let vote = open_vote(caller, id).await?;
    if !vote.frozen.spelregels.wijzigen_mag {
        return Err(Error::VotedAlready);
    }
    let envelop = vote.seal(&vote.encode(&request.keuzes)?)?;
    let is_done = match vote.vorm {
        Busvorm::Aantallen => put_in_place(app, id, biljet, &envelop).await?,
        Busvorm::Bewijzen => {
            lay_on_top(app, &vote, (id, biljet), (envelop.as_slice(), request.stand.as_deref())).await?
        }
    };
    if is_done {
        return Ok(voted(biljet));
    }
    let is_there = store::is_in_box(app.databases().primary(), app, (vote.vorm, id), biljet).await?;
    Err(if is_there { Error::VotingIsShut } else { unknown_proof() })
}

async fn put_in_place(app: &App, id: BuurtbegrotingId, biljet: BiljetId, envelop: &[u8]) -> Result<bool, Error> {
    let tx = app.begin().await?;
    if !store::change(&tx, app, id, biljet, envelop).await? {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

/// So often it is tried to lay an envelope on top: who changes one ballot twice at once is one person in two windows.
const TRIES: usize = 5;

/// The proof covers the number of the change, so that the last one is certain: it is looked up before, and taken once. Where it is
/// told how the ballot stood when somebody chose, one that was changed since stays as it is: what comes may be an older choice that is
/// sent again (P-2).
async fn lay_on_top(
    app: &App,
    vote: &OpenVote,
    (id, biljet): (BuurtbegrotingId, BiljetId),
    (envelop, stand): (&[u8], Option<&str>),
) -> Result<bool, Error> {
    let db = app.databases().primary();
    let mut last = store::last_change(db, id, biljet).await?;
    for _ in 0..TRIES {
        let Some(before) = last else { return Ok(false) };
        if stand.is_some_and(|stand| !vote.key.is_stand(id, (biljet.0.as_slice(), before), stand)) {
            return Err(Error::Stale);
        }
        let wijziging = before.saturating_add(1);
        let bewijs = vote.key.proof_of_envelope(id, (biljet.0.as_slice(), wijziging), envelop);
        let row = BoxRow { biljet_id: biljet.0.to_vec(), wijziging, envelop: envelop.to_vec(), bewijs };
        let tx = app.begin().await?;
        if store::add_change(&tx, app, id, row).await? {
            tx.commit().await?;
            return Ok(true);
        }
        drop(tx);
        last = store::last_change(db, id, biljet).await?;
        if last == Some(before) {
            return Ok(false);
        }
    }
    Err(Error::Busy)
}

fn unknown_proof() -> Error {
    Error::field("/stembewijs", FieldCode::BestaatNiet)
}

/// In the box: yes or no, and nothing else.
async fn check_stembewijs(caller: &Caller, id: BuurtbegrotingId, request: &CheckStembewijs) -> Result<InDeBus, Error> {
    let mut checks = Checks::default();
    let proof = checks.required("/stembewijs", &request.stembewijs);
    let biljet = checks.finish(proof)?.biljet(id);
    let db = caller.app.databases().primary();
    let round = buurtbegroting::find(caller, db, id).await?;
    if round.fase == Fase::Gestopt && round.is_final {
        // Nothing was counted, and the box was destroyed.
        return Err(Error::VotingIsShut);
    }
    let in_de_bus = if round.fase == Fase::Uitvoering {
        // The box was destroyed; the list of what was in it was published.
        store::outcome(db, id, Part::Controlecodes).await?.lines().any(|code| code == biljet.controlecode())
    } else {
        store::is_in_box(db, &caller.app, (round.vorm, id), biljet).await?
    };
    let stand = if in_de_bus && round.fase == Fase::Stemmen { stand_now(caller, id, biljet).await? } else { None };
    Ok(InDeBus { in_de_bus, controlecode: in_de_bus.then(|| biljet.controlecode()), stand })
}

/// How a ballot stands, where it can be changed now. In rounds of the first form a change leaves nothing to tell it by.
async fn stand_now(caller: &Caller, id: BuurtbegrotingId, biljet: BiljetId) -> Result<Option<String>, Error> {
    // Whether it can be changed is told by who changes it.
    let Ok(vote) = open_vote(caller, id).await else { return Ok(None) };
    let app = &caller.app;
    match vote.vorm {
        Busvorm::Bewijzen if vote.frozen.spelregels.wijzigen_mag => {}
        Busvorm::Bewijzen | Busvorm::Aantallen => return Ok(None),
    }
    let Some(last) = store::last_change(app.databases().primary(), id, biljet).await? else { return Ok(None) };
    let once = app.random::<{ codes::ONCE }>()?;
    Ok(Some(vote.key.stand(id, (biljet.0.as_slice(), last), &once)))
}

/// Rounded down to tens and of the last whole hour while voting is open; exact once the box is shut, from ten on.
async fn opkomst(caller: &Caller, id: BuurtbegrotingId) -> Result<Opkomst, Error> {
    let db = caller.app.databases().primary();
    let round = buurtbegroting::find(caller, db, id).await?;
    let vervangen_brieven = store::replaced(db, id).await?;
    if let Some(sluiting) = round.sluiting {
        // Of fewer than ten people nobody is told how many (SECURITY-RULES H-7).
        let minstens = if sluiting.weinig { 0 } else { sluiting.stembiljetten };
        return Ok(Opkomst { minstens, geteld_op: sluiting.op, vervangen_brieven });
    }
    if !matches!(round.fase, Fase::Stemmen | Fase::Tellen) {
        return Err(Error::NotFound);
    }
    let (minstens, geteld_op) = store::last_turnout(db, id).await?.unwrap_or((0, round.planning.stemmen_vanaf));
    Ok(Opkomst { minstens, geteld_op, vervangen_brieven })
}

#[cfg(test)]
mod tests {
    use super::*;

    // V-1a, V-3, P-3
    #[test]
    fn a_refused_ballot_tells_of_a_replaced_letter_whether_its_voter_voted_only_where_it_could_have_been_cast() {
        let say = |is_replacement: bool, is_open: bool, is_taken: bool, has_voted: bool| match answer(
            Refusal { is_open, is_taken, has_voted },
            is_replacement,
        ) {
            Ok(()) => "in the box",
            Err(Error::BallotTaken) => "taken",
            Err(Error::VotedAlready) => "voted",
            Err(Error::VotingIsShut) => "shut",
            Err(other) => panic!("{other}"),
        };
        for (is_open, is_taken, own, replaced) in [
            // Not taken, before: first who voted, then who did not.
            (true, false, ["voted", "shut"], ["voted", "shut"]),
            (true, true, ["in the box", "taken"], ["taken", "taken"]),
            (false, false, ["shut", "shut"], ["shut", "shut"]),
            (false, true, ["in the box", "taken"], ["taken", "taken"]),
        ] {
            let both = |is_replacement| [true, false].map(|voted| say(is_replacement, is_open, is_taken, voted));
            assert_eq!((both(false), both(true)), (own, replaced), "open: {is_open}, taken: {is_taken}");
        }
    }
}
