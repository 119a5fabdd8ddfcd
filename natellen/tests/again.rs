//! Who counts again with nothing but the downloads comes to what was published, and sees what was changed.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing fails")]

use chrono::{DateTime, Utc};
use contract::buurtbegroting::{Aanvulling, PastNiet, Spelregels, Stemgerechtigd, Telregel, Tevredenheid};
use contract::stembiljet::StembiljetRegels;
use contract::stembureau::UitslagView;
use contract::{BuurtbegrotingId, Euro, ProjectId};
use natellen::again::Downloaded;
use natellen::{Choice, Frozen, FrozenProject, Odd, count, sealed};
use std::collections::{BTreeMap, BTreeSet};

const COSTS: [i64; 4] = [400_000, 250_000, 600_000, 150_050];

fn id(number: usize) -> ProjectId {
    format!("00000000-0000-7000-8000-00000000000{number}").parse().unwrap()
}

fn frozen(stembiljet: StembiljetRegels, telregel: Telregel) -> Frozen {
    let moment = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let project = |(at, cents): (usize, &i64)| FrozenProject {
        id: id(at),
        nummer: u32::try_from(at).unwrap() + 1,
        code: format!("p{at}"),
        titel: format!("Plan; \"{at}\""),
        tekst: "Wat het is.".into(),
        titel_hash: None,
        tekst_hash: None,
        kosten: Euro::from_cents(*cents).unwrap(),
        thema: "groen".into(),
        wijk: None,
        variant: None,
        sluit_uit: Vec::new(),
    };
    Frozen {
        versie: Frozen::VERSION,
        vorm: 2,
        buurtbegroting: "00000000-0000-7000-8000-0000000000ff".parse::<BuurtbegrotingId>().unwrap(),
        titel: "De wijk kiest".into(),
        gebied: "W2".into(),
        jaar: 2026,
        product: "groen".into(),
        bedrag: Euro::from_cents(1_000_000).unwrap(),
        spelregels: Spelregels {
            wijken: Vec::new(),
            stemgerechtigd: Stemgerechtigd::Bewoners,
            minimum_leeftijd: 12,
            stembiljet,
            telregel,
            minimum_steun: 1,
            wijzigen_mag: false,
            criteria: Vec::new(),
        },
        criteria: Vec::new(),
        stemmen_vanaf: moment("2026-03-01T08:00:00Z"),
        stemmen_tot: moment("2026-03-15T20:00:00Z"),
        zaad: "een zaad".into(),
        publieke_sleutel: "00".into(),
        projecten: COSTS.iter().enumerate().map(project).collect(),
    }
}

const APPROVAL: StembiljetRegels = StembiljetRegels::Goedkeuring { minstens: 1, hoogstens: 3 };
const SHARES: Telregel =
    Telregel::EqualShares { tevredenheid: Tevredenheid::Kosten, aanvulling: Aanvulling::Add1Greedy };
const GREEDY: Telregel = Telregel::Greedy { tevredenheid: Tevredenheid::Kosten, past_niet: PastNiet::Overslaan };

/// A vote of which everything is published: rules, their hash, ballots, control codes and result.
struct Published {
    rules: String,
    hash: String,
    pb: String,
    codes: String,
    view: UitslagView,
}

impl Published {
    fn download(&self) -> Downloaded {
        Downloaded::read(&self.rules, &self.hash, &self.pb).unwrap()
    }
}

fn published(frozen: &Frozen, ballots: &[Vec<Choice>]) -> Published {
    let counted = count(frozen, ballots, || true).unwrap();
    let (rules, hash) = frozen.to_text().unwrap();
    Published { rules, hash, pb: counted.pb, codes: vec!["CODE"; ballots.len()].join("\n"), view: counted.view }
}

/// 120 people: sixty want the first two plans, forty the third, twenty the first and the last.
fn approvals() -> Vec<Vec<Choice>> {
    let some = |number, places: &[u16]| vec![places.iter().map(|place| (*place, 1)).collect::<Vec<_>>(); number];
    [some(60, &[0, 1]), some(40, &[2]), some(20, &[0, 3])].concat()
}

#[test]
fn the_downloads_give_what_was_published_for_every_kind_of_ballot_and_rule() {
    let give = |ballot: Vec<Choice>| (1..).zip(ballot).map(|(points, (place, _))| (place, points)).collect();
    let points: Vec<Vec<Choice>> = approvals().into_iter().map(give).collect();
    let phragmen = Telregel::Phragmen { past_niet: PastNiet::Stoppen };
    let knapsack = StembiljetRegels::Knapzak { minstens: 1, budget: Euro::from_cents(1_000_000).unwrap() };
    let ranking = StembiljetRegels::Rangorde { minstens: 1, hoogstens: 3 };
    for (regels, telregel, ballots) in [
        (APPROVAL, SHARES, approvals()),
        (knapsack, GREEDY, approvals()),
        (APPROVAL, phragmen, approvals()),
        (StembiljetRegels::Punten { punten: 5, per_project: 3 }, SHARES, points),
        (ranking, SHARES, approvals()),
    ] {
        let all = published(&frozen(regels, telregel), &ballots);
        let again = all.download().count(&all.view, &all.codes).unwrap();
        assert!(again.is_gelijk, "{regels:?} {telregel:?}");
        assert_eq!(again.stembiljetten, 120);
        assert_eq!(again.gekozen.len(), all.view.projecten.iter().filter(|plan| plan.gekozen).count());
    }
}

#[test]
fn plans_that_exclude_each_other_do_so_in_the_count_and_in_its_command() {
    let mut rules = frozen(APPROVAL, GREEDY);
    let chosen = |all: &Published| {
        let won: BTreeSet<u32> = all.view.projecten.iter().filter(|own| own.gekozen).map(|own| own.nummer).collect();
        won.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(chosen(&published(&rules, &approvals())), [1, 2, 4]);
    rules.projecten[1].sluit_uit = vec![3, 4];
    rules.projecten[2].sluit_uit = vec![2];
    rules.projecten[3].sluit_uit = vec![2];
    let all = published(&rules, &approvals());
    assert_eq!(chosen(&all), [1, 2]);
    let command = all.view.natellen.as_ref().unwrap();
    assert!(command.ends_with("--sluit-uit p1,p2 --sluit-uit p1,p3"), "{command}");
    assert!(all.download().count(&all.view, &all.codes).unwrap().is_gelijk);
}

#[test]
fn what_was_changed_afterwards_is_seen() {
    let all = published(&frozen(APPROVAL, SHARES), &approvals());
    let read = |rules: &str, pb: &str| Downloaded::read(rules, &all.hash, pb);
    let changed = |text: &str, old: &str, new: &str| {
        assert!(text.contains(old), "{text}");
        text.replacen(old, new, 1)
    };
    // A rule, a cost, a ballot, the result, a control code.
    assert!(matches!(read(&changed(&all.rules, "een zaad", "een ander"), &all.pb), Err(Odd::OtherRules)));
    assert!(matches!(read(&all.rules, &changed(&all.pb, "1500.5", "1500.6")), Err(Odd::OtherBallots)));
    assert!(matches!(read(&all.rules, "geen bestand"), Err(Odd::Pb(_))));
    let other_ballot = read(&all.rules, &changed(&all.pb, "p0,p1", "p2")).unwrap();
    assert!(!other_ballot.count(&all.view, &all.codes).unwrap().is_gelijk);
    let mut other_result = all.view.clone();
    other_result.projecten.iter_mut().for_each(|plan| plan.gekozen = true);
    assert!(!all.download().count(&other_result, &all.codes).unwrap().is_gelijk);
    assert!(!all.download().count(&all.view, &changed(&all.codes, "CODE\n", "")).unwrap().is_gelijk);
}

/// The same rules with the hash of what each project says.
fn hashed(named: &Frozen) -> Frozen {
    let project = |own: &FrozenProject| FrozenProject {
        titel: String::new(),
        tekst: String::new(),
        titel_hash: Some(sealed("zout", &own.titel)),
        tekst_hash: Some(sealed("peper", &own.tekst)),
        ..own.clone()
    };
    Frozen { projecten: named.projecten.iter().map(project).collect(), ..named.clone() }
}

#[test]
fn rules_that_hold_hashes_count_as_those_that_hold_texts_do_whatever_is_shown() {
    let named = frozen(APPROVAL, SHARES);
    let rules = hashed(&named);
    let (text, hash) = rules.to_text().unwrap();
    assert!(!text.contains("Wat het is.") && !text.contains("\"titel\": \"Plan"), "{text}");
    assert!(named.holds_texts() && !rules.holds_texts());
    let read = Frozen::from_text(&text, &hash).unwrap();
    assert_eq!(read, rules);

    let titles = |hidden: Option<usize>| -> BTreeMap<ProjectId, String> {
        let shown = |at: usize| if hidden == Some(at) { "[weggelaten]".to_owned() } else { format!("Plan; \"{at}\"") };
        (0..COSTS.len()).map(|at| (id(at), shown(at))).collect()
    };
    let before = published(&named, &approvals());
    for hidden in [None, Some(0)] {
        let counted = count(&read.clone().titled(&titles(hidden)), &approvals(), || true).unwrap();
        let won = |view: &UitslagView| view.projecten.iter().map(|own| (own.project, own.gekozen)).collect::<Vec<_>>();
        assert_eq!(won(&counted.view), won(&before.view));
        let again = Downloaded::read(&text, &hash, &counted.pb).unwrap();
        assert!(again.count(&counted.view, &before.codes).unwrap().is_gelijk, "{hidden:?}");
        let own = again.own(&[(id(0), "ja".into()), (id(1), "ja".into())]).unwrap().unwrap();
        let name = if hidden.is_some() { "1. [weggelaten]" } else { "1. Plan; \"0\"" };
        assert!(own.ging.iter().any(|payment| payment.plan == name), "{:?}", own.ging);
    }
}

#[test]
fn a_text_is_known_by_its_salted_hash_and_what_was_taken_out_is_not() {
    let rules = hashed(&frozen(APPROVAL, SHARES));
    let own = &rules.projecten[1];
    let (titel, tekst) = ("Plan; \"1\"", "Wat het is.");
    for (of_titel, of_tekst, expected) in [
        ((titel, Some("zout")), (tekst, Some("peper")), true),
        ((titel, Some("peper")), (tekst, Some("peper")), false),
        (("Plan 1", Some("zout")), (tekst, Some("peper")), false),
        ((titel, Some("zout")), ("Wat het was.", Some("peper")), false),
        (("[weggelaten]", None), (tekst, Some("peper")), true),
        (("[weggelaten]", None), ("[weggelaten]", None), true),
    ] {
        assert_eq!(own.is_of(of_titel, of_tekst), expected, "{of_titel:?} {of_tekst:?}");
    }
}

#[test]
fn a_ballot_on_paper_that_was_not_valid_has_a_code_and_no_vote() {
    let mut all = published(&frozen(APPROVAL, SHARES), &approvals());
    all.view.ongeldig = 2;
    all.codes.push_str("\nCODE\nCODE");
    assert!(all.download().count(&all.view, &all.codes).unwrap().is_gelijk);
}

#[test]
fn somebody_sees_where_their_own_share_went() {
    let ticked = |places: &[usize]| -> Vec<(ProjectId, String)> {
        places.iter().map(|place| (id(*place), "ja".to_owned())).collect()
    };
    let vote = published(&frozen(APPROVAL, SHARES), &approvals()).download();
    // The order in which a form is filled in does not matter.
    for order in [[0, 1], [1, 0]] {
        let own = vote.own(&ticked(&order)).unwrap().unwrap();
        let [deel, over] = [own.deel, own.over].map(|amount| amount.unwrap().cents());
        let spent: i64 = own.ging.iter().map(|payment| payment.bedrag.cents()).sum();
        assert_eq!(own.ging.len(), 2);
        assert!((deel - over - spent).abs() <= 3, "{deel} - {over} is not {spent}");
        // Eighty people pay € 4,000 for the first plan together, all of them the same.
        let first = own.ging.iter().find(|payment| payment.plan.starts_with("1. ")).unwrap();
        assert_eq!(first.bedrag.cents(), 5_000);
    }
    assert_eq!(vote.own(&ticked(&[1, 2])).unwrap(), None, "nobody voted so");
    assert_eq!(vote.own(&[]).unwrap(), None);

    // What was bought at the end, with money that shares did not reach, was chosen as well.
    let completed = Telregel::EqualShares { tevredenheid: Tevredenheid::Kosten, aanvulling: Aanvulling::Greedy };
    let vote = published(&frozen(APPROVAL, completed), &approvals()).download();
    let own = vote.own(&ticked(&[0, 3])).unwrap().unwrap();
    assert_eq!((own.ging.len(), own.rest), (1, vec!["4. Plan; \"3\"".to_owned()]));

    // Where money is not shared out there is no share, only a part of what things cost.
    let vote = published(&frozen(APPROVAL, GREEDY), &approvals()).download();
    let own = vote.own(&ticked(&[2])).unwrap().unwrap();
    let amounts: Vec<i64> = own.ging.iter().map(|payment| payment.bedrag.cents()).collect();
    assert_eq!((own.deel, amounts), (None, Vec::new()), "the third plan did not fit");
    let own = vote.own(&ticked(&[0, 3])).unwrap().unwrap();
    let amounts: Vec<i64> = own.ging.iter().map(|payment| payment.bedrag.cents()).collect();
    assert_eq!((own.deel, amounts), (None, vec![5_000, 7_502]));
}

#[test]
fn a_plan_that_lost_is_told_how_many_voters_it_lacked_and_no_fewer_are_enough() {
    for telregel in [SHARES, GREEDY] {
        let frozen = frozen(APPROVAL, telregel);
        let result = |ballots: &[Vec<Choice>]| count(&frozen, ballots, || true).unwrap().view;
        let view = result(&approvals());
        let lost: Vec<_> = view.projecten.iter().filter(|plan| !plan.gekozen).collect();
        assert!(!lost.is_empty());
        for plan in lost {
            let (place, more) = (u16::try_from(plan.nummer).unwrap() - 1, plan.meer_kiezers.unwrap());
            let with = |more: u64| {
                let extra = vec![vec![(place, 1)]; usize::try_from(more).unwrap()];
                let view = result(&[approvals(), extra].concat());
                view.projecten.into_iter().find(|own| own.project == plan.project).unwrap().gekozen
            };
            assert!(with(more) && !with(more - 1), "{telregel:?}: {more} for plan {}", plan.nummer);
        }
        assert!(view.projecten.iter().all(|plan| plan.meer_kiezers.is_none() == plan.gekozen));
        // Without time to look the result is the same.
        let hurried = count(&frozen, &approvals(), || false).unwrap().view;
        assert!(hurried.projecten.iter().all(|plan| plan.meer_kiezers.is_none()));
        assert_eq!(hurried.vergelijking, view.vergelijking);
    }
}

// V-7, H-7
#[test]
fn a_vote_by_few_tells_nothing_of_what_some_of_them_chose_together() {
    let few: Vec<Vec<Choice>> = approvals().into_iter().step_by(2).collect();
    let counted = count(&frozen(APPROVAL, SHARES), &few, || true).unwrap();
    let view = counted.view;
    assert_eq!((view.stembiljetten, counted.report.as_str(), view.natellen), (60, "", None));
    assert!(view.kiezers.is_empty() && view.vergelijking.is_empty() && view.zonder == 0);
    assert!(view.projecten.iter().any(|plan| plan.gekozen) && view.projecten.iter().any(|plan| !plan.gekozen));
    let sentences = view.samenvatting.iter().chain(&view.samenvatting_en).map(String::as_str);
    let said: Vec<&str> = sentences
        .chain(view.projecten.iter().flat_map(|plan| [plan.uitleg.as_str(), plan.uitleg_en.as_str()]))
        .collect();
    for text in said.iter().copied().chain([counted.table.as_str()]) {
        assert!(!text.contains("Controlegetal") && !text.contains("Digest"), "{text}");
        // "12 kiezers" of one plan who also chose another.
        assert!(!text.contains(" van ") || !text.contains(" kiezers)"), "{text}");
        assert!(!text.contains("betaalden elk") && !text.contains("gaven alles"), "{text}");
        assert!(!text.contains("hadden zij samen nog") && !text.contains("they had"), "{text}");
    }
    assert!(view.projecten.iter().all(|plan| plan.meer_kiezers.is_none() && plan.geld.is_none()));
}

// H-7
#[test]
fn a_vote_by_fewer_than_ten_tells_what_was_chosen_and_no_number_at_all() {
    let ballots = |number: usize| -> Vec<Vec<Choice>> { approvals().into_iter().step_by(12).take(number).collect() };
    let counted = |number: usize| count(&frozen(APPROVAL, SHARES), &ballots(number), || true).unwrap();
    let ten = counted(10);
    assert!(!ten.view.weinig && ten.view.stembiljetten == 10 && ten.table.contains("stemmen"));
    let nine = counted(9);
    let view = &nine.view;
    assert!(view.weinig && view.samenvatting.is_empty() && view.samenvatting_en.is_empty());
    assert_eq!((view.stembiljetten, view.ongeldig, view.zonder, view.natellen.as_deref()), (0, 0, 0, None));
    assert!(view.projecten.iter().all(|plan| plan.stemmen == 0 && plan.geld.is_none() && plan.meer_kiezers.is_none()));
    assert!(view.projecten.iter().any(|plan| plan.gekozen) && view.projecten.iter().any(|plan| !plan.gekozen));
    // Neither the order in which they were chosen, nor that of their votes.
    let order: Vec<(bool, u32)> = view.projecten.iter().map(|plan| (!plan.gekozen, plan.nummer)).collect();
    assert!(order.is_sorted(), "{order:?}");
    let said = view.projecten.iter().flat_map(|plan| [plan.uitleg.as_str(), plan.uitleg_en.as_str()]);
    let said: BTreeSet<&str> = said.collect();
    assert_eq!(said.len(), 4, "chosen or not, in two languages: {said:?}");
    assert!(said.iter().all(|text| !text.contains(|c: char| c.is_ascii_digit())), "{said:?}");
    assert_eq!(nine.table.lines().next(), Some("id;naam;kosten;gekozen"));
    assert!(nine.pb.contains("num_votes;0") && nine.report.is_empty());
}

#[test]
fn rules_of_before_are_read_as_those_of_the_first_form_and_written_as_they_were() {
    let before = Frozen { vorm: 1, ..frozen(APPROVAL, SHARES) };
    let (text, hash) = before.to_text().unwrap();
    assert!(!text.contains("vorm"), "{text}");
    assert_eq!(Frozen::from_text(&text, &hash).unwrap(), before);
    let (text, _) = frozen(APPROVAL, SHARES).to_text().unwrap();
    // What the database looks for before it lets a round of this form open.
    assert!(text.contains("\"vorm\": 2"), "{text}");
}

#[test]
fn what_was_paid_for_a_chosen_plan_is_what_it_costs_to_the_cent() {
    let view = count(&frozen(APPROVAL, SHARES), &approvals(), || false).unwrap().view;
    let chosen: Vec<_> = view.projecten.iter().filter(|plan| plan.gekozen).collect();
    assert!(!chosen.is_empty());
    for plan in chosen {
        let geld = plan.geld.as_ref().unwrap();
        assert_eq!(geld.vol.cents() + geld.deel.cents(), plan.kosten.cents());
    }
}
