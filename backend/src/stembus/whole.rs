//! Whether a ballot box is whole: every row of it against its proof, all of them against what was put there, and voters against
//! letters and ballots (SECURITY-RULES V-1a, V-6). Pure: what is looked at was read before.

use crate::stembus::codes::{RoundKey, is_proof};
use crate::stembus::legging::{Legging, Soort};
use crate::stembus::store::{BoxRow, CodeRow};
use crate::stembus::sum::Sum;
use contract::BuurtbegrotingId;
use contract::stembureau::Bevinding;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Everything that is held against something else, as it was at one moment.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Codes on letters.
    pub codes: Vec<CodeRow>,
    /// How often a lost letter was replaced: what two people confirmed.
    pub replaced: u64,
    /// What lies in the box, in the order of ballot ids and changes.
    pub rows: Vec<BoxRow>,
    /// Who voted.
    pub voters: Vec<Vec<u8>>,
    /// Whether a ballot may be changed.
    pub may_change: bool,
    /// What was laid, as the database has it.
    pub kept: Vec<Legging>,
    /// The same as the place of the secrets tells it; `None` for what cannot be read.
    pub told: Vec<Option<Legging>>,
}

/// What is wrong; nothing when the box may be shut.
#[must_use]
pub fn findings(key: &RoundKey, id: BuurtbegrotingId, facts: &Facts) -> BTreeSet<Bevinding> {
    let mut found = BTreeSet::new();
    let letters = look_at_codes(key, id, facts, &mut found);
    let ballots = look_at_rows(key, id, facts, &mut found);
    if facts.voters.iter().any(|kiezer| !letters.contains(kiezer)) {
        found.insert(Bevinding::KiezerZonderBrief);
    }
    if facts.voters.len() != ballots {
        found.insert(Bevinding::AantalVerschilt);
    }
    look_at_leggings(facts, &mut found);
    found
}

/// What was told of a kind, all of it together; nothing when that cannot be added up.
fn told(facts: &Facts, soort: Soort) -> Option<Sum> {
    let own = facts.told.iter().flatten().filter(|own| own.soort == soort);
    own.map(Legging::sum).try_fold(Sum::default(), |all, own| Some(all.plus(own?)))
}

/// Who has a letter, by what they are recognised by.
fn look_at_codes(
    key: &RoundKey,
    id: BuurtbegrotingId,
    facts: &Facts,
    found: &mut BTreeSet<Bevinding>,
) -> HashSet<Vec<u8>> {
    let mut sum = Sum::default();
    let mut numbers = BTreeSet::new();
    for code in &facts.codes {
        let proof = key.proof_of_code(id, &code.merk, (code.nummer, code.generatie));
        sum = sum.plus(key.in_sum(&proof));
        if is_proof(&code.bewijs, &proof) {
            numbers.insert(code.nummer);
        } else {
            found.insert(Bevinding::CodeKloptNiet);
        }
    }
    if told(facts, Soort::Codes) != Some(sum) {
        found.insert(Bevinding::CodesAnders);
    }
    let replaced = facts.codes.iter().filter(|code| code.generatie > 0).count();
    if u64::try_from(replaced) != Ok(facts.replaced) {
        found.insert(Bevinding::VervangingenAnders);
    }
    numbers.into_iter().map(|nummer| key.of_letter(nummer)).collect()
}

/// How many ballots there are, each counted once however often it was changed.
fn look_at_rows(key: &RoundKey, id: BuurtbegrotingId, facts: &Facts, found: &mut BTreeSet<Bevinding>) -> usize {
    let mut sum = Sum::default();
    let mut ballots: BTreeMap<&[u8], Vec<i64>> = BTreeMap::new();
    for row in &facts.rows {
        let proof = key.proof_of_envelope(id, (&row.biljet_id, row.wijziging), &row.envelop);
        sum = sum.plus(key.in_sum(&proof));
        if !is_proof(&row.bewijs, &proof) {
            found.insert(Bevinding::EnvelopKloptNiet);
        }
        ballots.entry(&row.biljet_id).or_default().push(row.wijziging);
    }
    if told(facts, Soort::Stembiljetten) != Some(sum) {
        found.insert(Bevinding::StembiljettenAnders);
    }
    let is_right = |changes: &Vec<i64>| {
        let is_each_there = changes.iter().zip(0..).all(|(own, expected)| *own == expected);
        is_each_there && (facts.may_change || changes.len() == 1)
    };
    if !ballots.values().all(is_right) {
        found.insert(Bevinding::WijzigingKloptNiet);
    }
    ballots.len()
}

/// What the database and the place of the secrets tell must be the same, without a gap, each naming the one before it.
fn look_at_leggings(facts: &Facts, found: &mut BTreeSet<Bevinding>) {
    let told: Vec<&Legging> = facts.told.iter().flatten().collect();
    if told.len() != facts.told.len() || facts.kept.iter().any(|kept| !told.contains(&kept)) {
        found.insert(Bevinding::LeggingOnbekend);
    }
    let is_whole = [Soort::Codes, Soort::Stembiljetten].into_iter().all(|soort| is_chain(&facts.kept, soort));
    if !is_whole || told.iter().any(|told| !facts.kept.contains(told)) {
        found.insert(Bevinding::LeggingOntbreekt);
    }
}

/// Whether those of a kind follow each other from the first to the last.
fn is_chain(kept: &[Legging], soort: Soort) -> bool {
    let mut before = String::new();
    let own = kept.iter().filter(|own| own.soort == soort);
    own.zip(1..).all(|(own, nummer)| {
        let follows = own.nummer == nummer && own.vorige == before;
        // What cannot be written is followed by nothing.
        before = own.hash().unwrap_or_default();
        follows
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stembus::codes::key_of_a_test;
    use contract::stembureau::Bevinding::{
        AantalVerschilt, CodeKloptNiet, CodesAnders, EnvelopKloptNiet, KiezerZonderBrief, LeggingOnbekend,
        LeggingOntbreekt, StembiljettenAnders, VervangingenAnders, WijzigingKloptNiet,
    };
    use uuid::Uuid;

    const ID: BuurtbegrotingId = BuurtbegrotingId(Uuid::from_u128(7));

    fn key() -> RoundKey {
        key_of_a_test(1)
    }

    fn code(nummer: i64, generatie: i64) -> CodeRow {
        let merk = format!("merk {nummer} {generatie}").into_bytes();
        let bewijs = key().proof_of_code(ID, &merk, (nummer, generatie));
        CodeRow { merk, nummer, generatie, bewijs }
    }

    fn row(biljet: u8, wijziging: i64) -> BoxRow {
        let (biljet_id, envelop) = (vec![biljet; 32], vec![biljet, 9]);
        let bewijs = key().proof_of_envelope(ID, (&biljet_id, wijziging), &envelop);
        BoxRow { biljet_id, wijziging, envelop, bewijs }
    }

    /// Puts these on top of what was laid.
    fn lay(facts: &mut Facts, soort: Soort, proofs: &[Vec<u8>]) {
        let sum: Sum = proofs.iter().map(|proof| key().in_sum(proof)).sum();
        let last = facts.kept.iter().rev().find(|own| own.soort == soort);
        let own = Legging {
            soort,
            nummer: last.map_or(0, |own| own.nummer) + 1,
            poging: "ab".into(),
            aantal: sum.rows(),
            som: sum.to_string(),
            vorige: last.map(|own| own.hash().unwrap()).unwrap_or_default(),
        };
        facts.kept.push(own.clone());
        facts.told.push(Some(own));
    }

    /// Four letters, of which one was replaced; three voters, of whom one changed their ballot twice.
    fn whole() -> Facts {
        let rows = vec![row(1, 0), row(2, 0), row(2, 1), row(2, 2), row(3, 0)];
        let codes = vec![code(1, 0), code(2, 0), code(2, 1), code(3, 0), code(4, 0)];
        let voters = [1, 2, 3].map(|nummer| key().of_letter(nummer)).to_vec();
        let mut facts = Facts { codes, replaced: 1, rows, voters, may_change: true, ..Facts::default() };
        let codes: Vec<Vec<u8>> = facts.codes.iter().map(|own| own.bewijs.clone()).collect();
        let rows: Vec<Vec<u8>> = facts.rows.iter().map(|own| own.bewijs.clone()).collect();
        lay(&mut facts, Soort::Codes, &codes[..3]);
        lay(&mut facts, Soort::Codes, &codes[3..]);
        lay(&mut facts, Soort::Stembiljetten, &rows[..2]);
        lay(&mut facts, Soort::Stembiljetten, &rows[2..]);
        facts
    }

    /// What somebody did, and what is found of it.
    type Deed = (&'static str, fn(&mut Facts), &'static [Bevinding]);

    /// What is done to rows.
    const TO_ROWS: &[Deed] = &[
        ("nothing", |_| {}, &[]),
        ("told in another order", |facts| facts.told.reverse(), &[]),
        (
            "two letters change their numbers",
            |facts| {
                facts.codes[0].nummer = 3;
                facts.codes[3].nummer = 1;
            },
            &[CodeKloptNiet, CodesAnders, KiezerZonderBrief],
        ),
        (
            "a letter is made up",
            |facts| facts.codes.push(CodeRow { bewijs: vec![7; 32], ..code(5, 0) }),
            &[CodeKloptNiet, CodesAnders],
        ),
        (
            "a letter is made by somebody with the secret, and told nowhere",
            |facts| facts.codes.push(code(5, 0)),
            &[CodesAnders],
        ),
        (
            "the code in place of a lost one is taken away",
            |facts| drop(facts.codes.remove(2)),
            &[CodesAnders, VervangingenAnders],
        ),
        ("a replacement that nobody confirmed", |facts| facts.replaced = 0, &[VervangingenAnders]),
        ("an envelope is rewritten", |facts| facts.rows[0].envelop = vec![1], &[EnvelopKloptNiet, StembiljettenAnders]),
        (
            "an envelope is that of another ballot",
            |facts| {
                let other = facts.rows[4].clone();
                facts.rows[0] = BoxRow { biljet_id: facts.rows[0].biljet_id.clone(), ..other };
            },
            &[EnvelopKloptNiet, StembiljettenAnders],
        ),
        (
            "rewritten with the secret, after it was moved",
            |facts| {
                let BoxRow { biljet_id, wijziging, .. } = facts.rows[0].clone();
                let bewijs = key().proof_of_envelope(ID, (&biljet_id, wijziging), &[1]);
                facts.rows[0] = BoxRow { biljet_id, wijziging, envelop: vec![1], bewijs };
            },
            &[StembiljettenAnders],
        ),
    ];

    /// What is taken away, and what is done to what was laid.
    const TO_SUMS: &[Deed] = &[
        (
            "a voter and their ballot are gone",
            |facts| {
                facts.voters.remove(0);
                facts.rows.remove(0);
            },
            &[StembiljettenAnders],
        ),
        ("a ballot is gone", |facts| drop(facts.rows.remove(0)), &[StembiljettenAnders, AantalVerschilt]),
        ("an older change is put back", |facts| drop(facts.rows.remove(3)), &[StembiljettenAnders]),
        ("a change in between is gone", |facts| drop(facts.rows.remove(2)), &[StembiljettenAnders, WijzigingKloptNiet]),
        ("changed where that is not allowed", |facts| facts.may_change = false, &[WijzigingKloptNiet]),
        (
            "somebody votes for who did not, without the secret",
            |facts| facts.voters.push(vec![9; 32]),
            &[KiezerZonderBrief, AantalVerschilt],
        ),
        ("what was laid is forgotten by the database", |facts| drop(facts.kept.pop()), &[LeggingOntbreekt]),
        ("what was laid is told nowhere", |facts| drop(facts.told.pop()), &[StembiljettenAnders, LeggingOnbekend]),
        ("what was told cannot be read", |facts| facts.told[0] = None, &[CodesAnders, LeggingOnbekend]),
        (
            "what was laid last is forgotten by both",
            |facts| {
                facts.kept.pop();
                facts.told.pop();
            },
            &[StembiljettenAnders],
        ),
        (
            "one in between is forgotten by both",
            |facts| {
                facts.kept.remove(0);
                facts.told.remove(0);
            },
            &[CodesAnders, LeggingOntbreekt],
        ),
    ];

    // V-1a, V-6
    #[test]
    fn whatever_is_done_to_a_box_is_found_and_an_untouched_one_is_whole() {
        for (deed, done, expected) in TO_ROWS.iter().chain(TO_SUMS) {
            let mut facts = whole();
            done(&mut facts);
            assert_eq!(findings(&key(), ID, &facts), expected.iter().copied().collect(), "{deed}");
        }
        let other = findings(&key_of_a_test(2), ID, &whole());
        assert!(other.contains(&CodeKloptNiet) && other.contains(&EnvelopKloptNiet), "another secret: {other:?}");
    }

    #[test]
    fn a_box_in_which_nothing_ever_came_is_whole() {
        assert_eq!(findings(&key(), ID, &Facts::default()), BTreeSet::new());
    }
}
