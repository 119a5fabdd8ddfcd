//! Ballots that arrive together share a transaction: the disk is asked to keep them once for all of them, and who came
//! with whom is harder to tell. A ballot that arrives alone waits for nobody.

use crate::app::App;
use crate::error::{Error, asks_to_start_over};
use crate::stembus::codes::{self, RoundKey};
use crate::stembus::store::{self, Cast, Sealed};
use contract::BuurtbegrotingId;
use contract::buurtbegroting::Busvorm;
use contract::stem::BiljetId;
use sea_orm::{ConnectionTrait as _, DatabaseBackend};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// So many ballots share a transaction at most: more would make those that wait for its locks wait long.
const MOST: usize = 64;
/// So many wait at most; the next is asked to come back (SECURITY-RULES R-6).
const MOST_WAITING: usize = 4_096;

/// A ballot with the code on the letter of who casts it.
#[derive(Debug, Clone)]
pub struct Ballot {
    /// What the code is recognised by.
    pub merk: Vec<u8>,
    /// Which ballot.
    pub biljet: BiljetId,
    /// What is on it, sealed.
    pub envelop: Vec<u8>,
    /// What shows that the envelope is that of this ballot.
    pub bewijs: Vec<u8>,
}

/// What came of a ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the box, for good.
    Stored,
    /// Nothing was stored of this voter; [`store::why_not`] says why.
    NotStored(Vec<u8>),
    /// There is no letter with this code.
    NoLetter,
}

/// A ballot that waits to be stored, and who waits for it.
#[derive(Debug)]
struct Waiting {
    ballot: Ballot,
    answer: oneshot::Sender<Result<Outcome, Error>>,
}

#[derive(Debug, Default)]
struct Line {
    waiting: Vec<Waiting>,
    /// How many store at this moment.
    workers: usize,
}

/// Ballots on their way to the box, by round.
#[derive(Debug, Default)]
pub struct Together(Mutex<HashMap<BuurtbegrotingId, Line>>);

impl Together {
    fn with<T>(&self, id: BuurtbegrotingId, change: impl FnOnce(&mut Line) -> T) -> T {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let line = lines.entry(id).or_default();
        let done = change(line);
        if line.workers == 0 && line.waiting.is_empty() {
            lines.remove(&id);
        }
        done
    }

    /// Puts a ballot in line; `true` when somebody must come to store. One that finds the line full is let go of, and so
    /// is asked to come back.
    fn push(&self, id: BuurtbegrotingId, ballot: Waiting, most_workers: usize) -> bool {
        self.with(id, |line| {
            if line.waiting.len() < MOST_WAITING {
                line.waiting.push(ballot);
            }
            let is_needed = line.workers < most_workers;
            line.workers += usize::from(is_needed);
            is_needed
        })
    }

    /// The next ballots; no two of one letter or with one id among them. None when nobody waits: who asked is done.
    fn next(&self, id: BuurtbegrotingId) -> Option<Vec<Waiting>> {
        self.with(id, |line| {
            let next = take(&mut line.waiting);
            line.workers -= usize::from(next.is_none());
            next
        })
    }

    /// Somebody went away in the middle of their work. When they were the last, those who wait are let go of, and so are
    /// asked to come back: nobody else would store their ballots.
    fn leave(&self, id: BuurtbegrotingId) {
        self.with(id, |line| {
            line.workers -= 1;
            if line.workers == 0 {
                line.waiting.clear();
            }
        });
    }
}

fn take(waiting: &mut Vec<Waiting>) -> Option<Vec<Waiting>> {
    let (mut voters, mut ids) = (BTreeSet::new(), BTreeSet::new());
    let mut next = Vec::new();
    let mut left = Vec::new();
    for own in waiting.drain(..) {
        let is_new = !voters.contains(&own.ballot.merk) && !ids.contains(&own.ballot.biljet.0);
        if is_new && next.len() < MOST {
            voters.insert(own.ballot.merk.clone());
            ids.insert(own.ballot.biljet.0);
            next.push(own);
        } else {
            left.push(own);
        }
    }
    *waiting = left;
    (!next.is_empty()).then_some(next)
}

/// SQLite has one writer. On PostgreSQL one stores while another waits for the disk; more of them would store fewer each.
fn most_workers(app: &App) -> usize {
    if app.databases().primary().get_database_backend() == DatabaseBackend::Postgres { 2 } else { 1 }
}

/// Puts a ballot in the box, together with those that arrive at the same time.
///
/// # Errors
/// As [`store::cast`]; [`Error::Busy`] when nobody can say what became of it: asked again, the answer is certain (D-7).
pub async fn cast(
    app: &Arc<App>,
    (vorm, id): (Busvorm, BuurtbegrotingId),
    key: RoundKey,
    ballot: Ballot,
) -> Result<Outcome, Error> {
    let (answer, heard) = oneshot::channel();
    if app.together.push(id, Waiting { ballot, answer }, most_workers(app)) {
        // Requests that have arrived and were not read yet come along. Nobody waits for somebody who has not come.
        tokio::task::yield_now().await;
        // Of its own: who came first may hang up, and those who came later have theirs stored all the same.
        app.spawn(Worker { app: Arc::clone(app), vorm, id, key, is_done: false }.work());
    }
    heard.await.unwrap_or_else(|_gone| Err(Error::Busy))
}

/// Somebody who stores ballots of one round until none waits.
struct Worker {
    app: Arc<App>,
    vorm: Busvorm,
    id: BuurtbegrotingId,
    key: RoundKey,
    is_done: bool,
}

/// Also when the work panics, its place comes free.
impl Drop for Worker {
    fn drop(&mut self) {
        if !self.is_done {
            self.app.together.leave(self.id);
        }
    }
}

impl Worker {
    async fn work(mut self) {
        while let Some(ballots) = self.app.together.next(self.id) {
            self.store_all(ballots).await;
        }
        self.is_done = true;
    }

    async fn store_all(&self, waiting: Vec<Waiting>) {
        let (ballots, answers): (Vec<Ballot>, Vec<_>) = waiting.into_iter().map(|own| (own.ballot, own.answer)).unzip();
        match self.in_one_transaction(&ballots).await {
            Ok(outcomes) => answers.into_iter().zip(outcomes).for_each(|(answer, outcome)| tell(answer, Ok(outcome))),
            // One that is in the way does not keep the others out. What ails the database ails them all.
            Err(error) if ballots.len() > 1 && is_of_one(&error) => {
                tracing::debug!(%error, "ballots do not go together");
                for (own, answer) in ballots.iter().zip(answers) {
                    let alone = self.in_one_transaction(std::slice::from_ref(own)).await;
                    tell(answer, alone.and_then(|done| done.into_iter().next().ok_or(Error::Busy)));
                }
            }
            Err(error) => {
                let mut error = Some(error);
                answers.into_iter().for_each(|answer| tell(answer, Err(error.take().unwrap_or(Error::Busy))));
            }
        }
    }

    async fn in_one_transaction(&self, ballots: &[Ballot]) -> Result<Vec<Outcome>, Error> {
        let tx = self.app.databases().begin_ballots().await?;
        let marks = ballots.iter().map(|own| own.merk.as_slice());
        let letters = store::letters(&tx, self.vorm, self.id, marks).await?;
        let good =
            |letter: store::Letter| Some((codes::judge(&self.key, self.id, &letter).good()?.nummer, letter.merk));
        let letters: HashMap<Vec<u8>, i64> =
            letters.into_iter().filter_map(good).map(|(nummer, merk)| (merk, nummer)).collect();
        let sealed = |own: &Ballot| {
            let kiezer = self.key.of_letter(*letters.get(&own.merk)?);
            Some(Sealed { kiezer, biljet: own.biljet, envelop: own.envelop.clone(), bewijs: own.bewijs.clone() })
        };
        let known: Vec<Option<Sealed>> = ballots.iter().map(sealed).collect();
        let voters: Vec<Sealed> = known.iter().flatten().cloned().collect();
        if voters.is_empty() {
            return Ok(vec![Outcome::NoLetter; ballots.len()]);
        }
        let mut casts = store::cast(&tx, &self.app, (self.vorm, self.id), "online", &voters).await?.into_iter();
        tx.commit().await?;
        let outcome = |own: Option<Sealed>| match own {
            None => Outcome::NoLetter,
            Some(_) if casts.next() == Some(Cast::Done) => Outcome::Stored,
            Some(sealed) => Outcome::NotStored(sealed.kiezer),
        };
        Ok(known.into_iter().map(outcome).collect())
    }
}

/// Whether something is the matter with one of several ballots: somebody else stores the same at this moment.
fn is_of_one(error: &Error) -> bool {
    matches!(error, Error::BallotTaken) || matches!(error, Error::Database(error) if asks_to_start_over(error))
}

/// Who hung up hears nothing, and asks again: the same ballot gets the same answer.
fn tell(answer: oneshot::Sender<Result<Outcome, Error>>, outcome: Result<Outcome, Error>) {
    if answer.send(outcome).is_err() {
        tracing::debug!("somebody hung up before their ballot was stored");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(letter: u8, biljet: u8) -> Waiting {
        let ballot =
            Ballot { merk: vec![letter; 32], biljet: BiljetId([biljet; 32]), envelop: vec![1], bewijs: Vec::new() };
        Waiting { ballot, answer: oneshot::channel().0 }
    }

    fn names(taken: Option<Vec<Waiting>>) -> Vec<(u8, u8)> {
        let name = |own: Waiting| (own.ballot.merk[0], own.ballot.biljet.0[0]);
        taken.unwrap_or_default().into_iter().map(name).collect()
    }

    #[test]
    fn no_two_of_one_letter_or_one_ballot_go_together() {
        let mut line = vec![waiting(1, 1), waiting(1, 1), waiting(1, 2), waiting(2, 1), waiting(3, 3)];
        assert_eq!(names(take(&mut line)), [(1, 1), (3, 3)]);
        assert_eq!(names(take(&mut line)), [(1, 1)]);
        assert_eq!(names(take(&mut line)), [(1, 2), (2, 1)]);
        assert_eq!(names(take(&mut line)), []);
    }

    #[test]
    fn so_many_go_together_and_the_rest_keeps_its_order() {
        let mut line: Vec<Waiting> = (0..=u8::MAX).map(|number| waiting(number, number)).collect();
        for first in [0_u8, 64, 128, 192] {
            let taken = names(take(&mut line));
            assert_eq!((taken.len(), taken[0]), (MOST, (first, first)));
        }
        assert!(line.is_empty());
    }

    #[test]
    fn a_line_that_nobody_stands_in_is_forgotten() {
        let (together, id) = (Together::default(), BuurtbegrotingId(uuid::Uuid::nil()));
        assert!(together.push(id, waiting(1, 1), 1), "the first starts somebody");
        assert!(!together.push(id, waiting(2, 2), 1), "who is at work takes the second");
        assert_eq!(names(together.next(id)), [(1, 1), (2, 2)]);
        assert!(together.next(id).is_none());
        assert!(together.0.lock().unwrap().is_empty());
        assert!(together.push(id, waiting(3, 3), 1), "and the next starts somebody again");
    }

    #[test]
    fn nobody_waits_for_somebody_who_went_away_or_in_a_line_without_end() {
        let (together, id) = (Together::default(), BuurtbegrotingId(uuid::Uuid::nil()));
        let of = |number: u16| {
            let (answer, heard) = oneshot::channel();
            let [high, low] = number.to_be_bytes();
            let own = waiting(high, low);
            (Waiting { answer, ..own }, heard)
        };
        let (first, mut heard) = of(1);
        together.push(id, first, 1);
        together.leave(id);
        assert!(heard.try_recv().is_err(), "is asked to come back");
        assert!(together.0.lock().unwrap().is_empty());
        let all: Vec<_> = (0..=4_096).map(of).collect();
        let mut heard: Vec<_> = all
            .into_iter()
            .map(|(ballot, heard)| {
                together.push(id, ballot, 1);
                heard
            })
            .collect();
        let gone =
            |heard: &mut oneshot::Receiver<_>| matches!(heard.try_recv(), Err(oneshot::error::TryRecvError::Closed));
        assert_eq!(heard.iter_mut().map(gone).filter(|is_gone| *is_gone).count(), 1, "the last finds the line full");
    }
}
