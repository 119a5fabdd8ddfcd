//! What a run proved of projects that were not bought, kept for the next run.
//!
//! Add1 counts again and again with slightly larger shares, and most of the time the same projects are bought in the same
//! order. Before the same round, then, no voter has more than `D` above what they had in an earlier run, where `D`
//! starts as the difference between the shares and grows, with every project bought, by as much as it became cheaper: who
//! paid the price has so much more left, and who gave all that they had could not pay the old price, and pays the new one.
//!
//! One walk over the supporters of a project tells `low`, the money of those who cannot pay some price, and `full`, the
//! points of the others. In the later run they pay at most `low + D * (voters who could not pay) + full * price` together.
//! If that is less than the cost at the price of the winner, the project is dearer still, and no walk is needed. With a
//! price above all that anybody has, `full` is 0, and `low` the money of all: if that is less than the cost, it is out.

#![expect(clippy::indexing_slicing, reason = "rounds are begun in order")]
#![expect(clippy::arithmetic_side_effects, reason = "amounts are below 2^61")]

use crate::ProjectIndex;

/// What one walk told.
#[derive(Debug, Clone, Copy)]
struct Certificate {
    project: ProjectIndex,
    low: i64,
    full: i64,
    /// [`Round::risen`] of the run that walked.
    risen: i64,
}

#[derive(Debug, Default)]
struct Round {
    certificates: Vec<Certificate>,
    /// The sum of `D` from run to run since the first.
    risen: i64,
}

/// So many are kept for one round, and for all together: where very many projects are as good as each other, looking
/// through them would take longer than walking.
const MOST_OF_ROUND: usize = 64;
const MOST: usize = 1 << 20;

/// What runs so far proved, round by round.
#[derive(Debug, Default)]
pub(super) struct Certificates {
    rounds: Vec<Round>,
    /// How many there are.
    count: usize,
    /// `D` before the round that goes on, against the last run.
    more: i64,
    /// Whether all projects bought so far are those of the last run.
    is_same: bool,
}

impl Certificates {
    /// A run with shares that are this much larger than in the last; nothing if the two cannot be compared.
    pub fn start(&mut self, more: Option<i64>) {
        if more.is_none() {
            self.rounds.clear();
            self.count = 0;
        }
        self.more = more.unwrap_or(0);
        self.is_same = more.is_some();
    }

    /// A round begins. Rounds begin in order; those that no run can change are passed over.
    pub fn begin(&mut self, round: usize) {
        if self.rounds.len() <= round {
            self.rounds.resize_with(round + 1, Round::default);
            return;
        }
        let risen = self.rounds[round].risen.checked_add(self.more).filter(|_| self.is_same);
        match risen {
            Some(risen) => self.rounds[round].risen = risen,
            None => {
                self.count -= self.rounds[round].certificates.len();
                self.rounds[round] = Round::default();
            }
        }
    }

    /// A project was bought that the last run bought in this round for so much more per point, if it did.
    pub fn end(&mut self, cheaper: Option<i64>) {
        match cheaper {
            Some(cheaper) => self.more = self.more.saturating_add(cheaper.max(0)),
            None => self.is_same = false,
        }
    }

    /// The most that supporters who cannot pay have together now, and the points of the others, by an earlier walk.
    pub fn known(&self, round: usize, project: ProjectIndex, voters: i64, most_points: i64) -> Option<(i64, i64)> {
        let round = &self.rounds[round];
        let known = round.certificates.iter().find(|known| known.project == project)?;
        let poor = voters - known.full / most_points;
        let more = (round.risen - known.risen).checked_mul(poor)?;
        Some((known.low.checked_add(more)?, known.full))
    }

    /// Keeps what a walk told.
    pub fn keep(&mut self, round: usize, project: ProjectIndex, low: i64, full: i64) {
        let round = &mut self.rounds[round];
        let certificate = Certificate { project, low, full, risen: round.risen };
        if let Some(known) = round.certificates.iter_mut().find(|known| known.project == project) {
            *known = certificate;
        } else if round.certificates.len() < MOST_OF_ROUND && self.count < MOST {
            round.certificates.push(certificate);
            self.count += 1;
        }
    }
}
