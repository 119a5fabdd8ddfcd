//! Counting rules for participatory budgeting, exact and checkable.
//!
//! Residents vote, and a rule turns their ballots and a sum of money into a list of projects. This crate reads the ballots
//! from a Pabulib `.pb` file, counts them by one of three rules, and explains the outcome. It knows no database, no network
//! and no clock, and builds for WebAssembly, so that anybody can count again: a city, a researcher, a resident in a browser.
//!
//! ```
//! use tally::{Completion, Rule, Satisfaction, Settings, count, pb};
//!
//! let file = "\
//! META
//! key;value
//! num_projects;3
//! num_votes;4
//! budget;1200
//! vote_type;approval
//! PROJECTS
//! project_id;cost;name
//! bank;400;A bench
//! boom;600;A tree
//! feest;900;A party
//! VOTES
//! voter_id;vote
//! 1;bank,boom
//! 2;boom
//! 3;bank,boom
//! 4;feest
//! ";
//! let election = pb::read(file.as_bytes())?.election;
//! let rule = Rule::EqualShares { satisfaction: Satisfaction::Cost, completion: Completion::Add1 };
//! let report = count(&election, &Settings::new(rule))?.report();
//! // Each of the four has 300. Three of them buy the tree for 200 each; then two of those have 100 each for the bench,
//! // which costs 400. So shares are raised, until it is theirs as well.
//! assert_eq!(report.chosen, ["boom", "bank"]);
//! assert_eq!(report.share.expect("equal shares").amount.0.to_string(), "400");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The rules
//!
//! There are *n* voters, a budget *B*, and projects *p* that cost *c(p)*. Voter *i* gives project *p* the points *s(i, p)*: 1
//! for a project on an approval ballot, points as given, or by Borda's count, where the last of a ranking gets 0.
//!
//! **Greedy** ([`Rule::Greedy`]). Projects by the sum of their points, or that sum by cost; each is taken if it fits in the
//! money left.
//!
//! **Method of Equal Shares** ([`Rule::EqualShares`]). Every voter gets *B/n*. A project that is bought is worth *u(i, p)* to a
//! voter: *s(i, p)* times *c(p)*, or *s(i, p)* ([`Satisfaction`]). Again and again the project is bought with the least *ρ* for
//! which its supporters pay its cost if each pays *ρ·u(i, p)*, or all they have left. Peters, Pierczyński, Skowron:
//! *Proportional Participatory Budgeting with Additive Utilities* (NeurIPS 2021). What that leaves may be completed
//! ([`Completion`]): greedily, or by raising all shares step by step (*Add1*), where four switches decide what exactly that
//! means ([`Switches`]).
//!
//! **Sequential Phragmén** ([`Rule::Phragmen`]). Every voter earns one unit of money a second; a project is bought at the
//! moment at which its supporters have its cost together, and they are then without money again. Brill, Freeman, Janson,
//! Lackner: *Phragmén's Voting Methods and Justified Representation* (AAAI 2017); for budgets Los, Christoff, Grossi:
//! *Proportional Budget Allocations* (IJCAI 2022).
//!
//! Ties are broken by one order, drawn before the count ([`TieBreak`]). The file format is that of Pabulib: Faliszewski and
//! others, *Participatory Budgeting: Data, Tools, and Analysis* (IJCAI 2023, arXiv 2305.11035).
//!
//! # Exact
//!
//! Nothing is decided by a rounded number, and there is no floating point in this crate. Money is whole units of the finest
//! decimal in the file. A price in equal shares is a fraction whose denominator grows by up to a dozen bits in every round; to
//! work with those alone would be slow. So every purse is a whole number of 32 bits, that comes with a bound on its error, and
//! a comparison that the bounds leave open is decided by fractions without limit. The outcome depends neither on the order
//! of ballots nor on the platform.
//!
//! # Fast
//!
//! Add1 counts again with a larger share, up to thousands of times. What makes that quick, with the part of the time that
//! each took away when it came (Warszawa-Mokotów 2023: 349 runs, 11,067 ballots; 1.2 s for a plain exact version):
//!
//! - An old price is a bound on the new one, so a round looks at a few projects only; the price is found by Newton's method
//!   in two or three walks over the supporters, without sorting them (to 0.33 s).
//! - What a walk proved in one run still holds in the next, less a little for the larger share: most projects that did not
//!   win are not walked again. And the price that won last time is where the next search starts (to 0.17 s).
//! - Purses of 32 bits, gathered in one walk that also tells who runs out of money; errors are kept for each voter, so that
//!   exact fractions are asked in few of a thousand rounds (to 0.14 s).
//! - The first rounds, in which everybody can pay, are the same in every later run and are not repeated (to 0.13 s; of a
//!   million ballots it takes away a third).
//! - Where a fraction is asked for, what voters had left who ran out of money is summed in one walk over all ballots as they
//!   stand in memory, not voter by voter (a million ballots: from 1.7 s to 1.0 s).
//! - Equal ballots count as one where that leaves clearly fewer (Łódź 2022: 90,494 become 23,571).
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic)]

mod amount;
mod compare;
mod count;
mod digest;
mod election;
mod equal_shares;
mod fractions;
mod greedy;
mod groups;
mod language;
#[cfg(test)]
mod naive;
mod payments;
pub mod pb;
mod phragmen;
mod profile;
pub mod report;
mod room;
mod settings;
mod sums;
mod ties;

pub use compare::{Compared, compare};
pub use count::{Counted, count, count_telling};
pub use digest::digest;
pub use election::{Ballot, BallotKind, Ballots, Election, MOST_PROJECTS, Project, ProjectIndex};
pub use equal_shares::Stop;
pub use language::Language;
pub use settings::{
    CannotCount, Ceiling, Completion, Fits, Order, Rule, Satisfaction, Settings, Start, Switches, TieBreak, Unfit,
};
