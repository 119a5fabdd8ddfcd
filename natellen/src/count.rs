//! From opened ballots to a result that anybody can count again.

use crate::Odd;
use crate::frozen::{Frozen, FrozenProject};
use contract::Euro;
use contract::buurtbegroting::{Aanvulling, PastNiet, Telregel, Tevredenheid};
use contract::stembiljet::{StembiljetRegels, StembiljetSoort};
use contract::stembureau::{AndereTelregel, KiezersGroep, ProjectGeld, ProjectUitslag, UitslagView};
use std::collections::BTreeMap;
use tally::report::{Number, ProjectReport, Report, VoterGroup};
use tally::{
    BallotKind, Ballots, Completion, Election, Language, Order, Project, ProjectIndex, Rule, Satisfaction, Settings,
    TieBreak, Unfit, pb,
};

/// From so many ballots on they are published: below, a rare one could be recognised (SECURITY-RULES V-7).
const LEAST_TO_PUBLISH: usize = 100;
/// From so many ballots on anything is told of them but what was chosen: no figure is about fewer people (SECURITY-RULES H-7).
const LEAST_TO_TELL: u64 = 10;

/// Whether there are so few ballots that nobody is told how many, nor what was on them; only what was chosen.
#[must_use]
pub const fn is_few(ballots: u64) -> bool {
    ballots < LEAST_TO_TELL
}

/// What everything here is paid in.
pub(crate) const CURRENCY: &str = "EUR";

/// A choice on a ballot: the place of a project among the frozen ones, and its points.
pub type Choice = (ProjectIndex, u16);

/// What a count gives, in all its forms.
pub struct Counted {
    /// As pages and API show it.
    pub view: UitslagView,
    /// The whole report, as JSON.
    pub report: String,
    /// The projects as a table, as CSV.
    pub table: String,
    /// The election with its outcome; without ballots when there are few.
    pub pb: String,
}

/// Counts. What each plan would have needed is looked for as long as `is_time` says so: it takes many counts.
///
/// # Errors
/// When the election cannot be counted by its own rules.
pub fn count(frozen: &Frozen, ballots: &[Vec<Choice>], is_time: impl FnMut() -> bool) -> Result<Counted, Odd> {
    let election = election(frozen, stacked(frozen, ballots));
    let settings = settings(frozen);
    let counted = tally::count(&election, &settings)?;
    let winners = counted.winners();
    let report = counted.report().named(frozen.titel.clone()).in_currency(CURRENCY);
    let is_published = ballots.len() >= LEAST_TO_PUBLISH;
    let report = if is_published { report } else { report.of_few() };
    let published =
        if is_published { election.clone() } else { Election { ballots: Ballots::default(), ..election.clone() } };
    let name = rule_name(frozen.spelregels.telregel);
    let dates = [frozen.stemmen_vanaf, frozen.stemmen_tot].map(|moment| moment.format("%d.%m.%Y").to_string());
    let points = points(frozen);
    let mut about = vec![
        ("description", frozen.titel.as_str()),
        ("country", "Netherlands"),
        ("unit", frozen.gebied.as_str()),
        ("instance", frozen.titel.as_str()),
        ("currency", CURRENCY),
        ("rule", name),
        ("date_begin", dates[0].as_str()),
        ("date_end", dates[1].as_str()),
    ];
    if let Some(points) = &points {
        about.push(("max_sum_points", points));
    }
    let pb = pb::File::of(&published, Some(&winners), &about).to_text();
    let mut view = view(frozen, &report)?;
    if !is_published {
        // With the share of each, what voters of a plan had left tells how many of them paid for others.
        view.projecten.iter_mut().for_each(|own| own.geld = None);
    }
    if is_published {
        view.natellen = Some(command(frozen));
        view.vergelijking = others(frozen, &election, &settings)?;
        more_voters(frozen, &election, &settings, &mut view, is_time)?;
    }
    let json = if is_published { report.to_json() } else { String::new() };
    if is_few(view.stembiljetten) {
        let table = report.to_csv_of_few();
        return Ok(Counted { view: winners_only(view), report: json, table, pb });
    }
    Ok(Counted { view, report: json, table: report.to_csv(Language::Nl), pb })
}

/// What was chosen and what was not, by number: neither the order nor the reasons are told, which follow from votes.
fn winners_only(view: UitslagView) -> UitslagView {
    let plain = |own: ProjectUitslag| {
        let (nl, en) = if own.gekozen {
            ("Dit plan is gekozen.", "This plan was chosen.")
        } else {
            ("Dit plan is niet gekozen.", "This plan was not chosen.")
        };
        ProjectUitslag { stemmen: 0, uitleg: nl.into(), uitleg_en: en.into(), meer_kiezers: None, geld: None, ..own }
    };
    let mut projecten: Vec<ProjectUitslag> = view.projecten.into_iter().map(plain).collect();
    projecten.sort_by_key(|own| (!own.gekozen, own.nummer));
    UitslagView {
        weinig: true,
        stembiljetten: 0,
        zonder: 0,
        samenvatting: Vec::new(),
        samenvatting_en: Vec::new(),
        projecten,
        ..view
    }
}

/// How many voters more, for it alone, each plan would have needed that was not chosen. Other votes are as they were, and
/// the whole rule is counted again each time.
fn more_voters(
    frozen: &Frozen,
    election: &Election,
    settings: &Settings,
    view: &mut UitslagView,
    mut is_time: impl FnMut() -> bool,
) -> Result<(), Odd> {
    for own in view.projecten.iter_mut().filter(|own| !own.gekozen) {
        let Some(place) = frozen.projecten.iter().position(|project| project.id == own.project) else { continue };
        let place = ProjectIndex::try_from(place).map_err(|_many| Odd::Lacks("a project"))?;
        let choice = vec![(place, most_points(frozen))];
        let wins = |more: u64| -> Result<Option<bool>, Odd> {
            if !is_time() {
                return Ok(None);
            }
            let mut election = election.clone();
            let each = std::iter::repeat_with(|| choice.clone()).take(usize::try_from(more).unwrap_or(usize::MAX));
            put(frozen, &mut election.ballots, each);
            Ok(Some(tally::count(&election, settings)?.winners().contains(&place)))
        };
        own.meer_kiezers = least(view.stembiljetten, wins)?;
    }
    Ok(())
}

/// A number of voters that is enough, of which one fewer is not; none up to twice as many as voted, or no time to look.
fn least(voted: u64, mut wins: impl FnMut(u64) -> Result<Option<bool>, Odd>) -> Result<Option<u64>, Odd> {
    let (mut not, mut enough) = (0, 1);
    loop {
        match wins(enough)? {
            None => return Ok(None),
            Some(true) => break,
            Some(false) if enough > voted.saturating_mul(2) => return Ok(None),
            Some(false) => (not, enough) = (enough, enough.saturating_mul(2)),
        }
    }
    while enough - not > 1 {
        let middle = not.midpoint(enough);
        match wins(middle)? {
            None => return Ok(None),
            Some(true) => enough = middle,
            Some(false) => not = middle,
        }
    }
    Ok(Some(enough))
}

/// What a voter gives to a plan that they put before all others.
const fn most_points(frozen: &Frozen) -> u16 {
    match frozen.spelregels.stembiljet {
        StembiljetRegels::Punten { per_project, .. } => per_project,
        StembiljetRegels::Goedkeuring { .. } | StembiljetRegels::Knapzak { .. } | StembiljetRegels::Rangorde { .. } => {
            1
        }
    }
}

fn points(frozen: &Frozen) -> Option<String> {
    match frozen.spelregels.stembiljet {
        StembiljetRegels::Punten { punten, .. } => Some(punten.to_string()),
        StembiljetRegels::Goedkeuring { .. } | StembiljetRegels::Knapzak { .. } | StembiljetRegels::Rangorde { .. } => {
            None
        }
    }
}

const fn rule_name(regel: Telregel) -> &'static str {
    match regel {
        Telregel::Greedy { past_niet: PastNiet::Overslaan, .. } => "greedy",
        Telregel::Greedy { past_niet: PastNiet::Stoppen, .. } => "greedy-no-skip",
        Telregel::EqualShares { aanvulling: Aanvulling::Add1 | Aanvulling::Add1Greedy, .. } => "equalshares/add1",
        Telregel::EqualShares { aanvulling: Aanvulling::Geen | Aanvulling::Greedy, .. } => "equalshares",
        Telregel::Phragmen { .. } => "unknown",
    }
}

fn kind(frozen: &Frozen) -> BallotKind {
    match frozen.spelregels.stembiljet.soort() {
        StembiljetSoort::Goedkeuring | StembiljetSoort::Knapzak => BallotKind::Approval,
        StembiljetSoort::Punten => BallotKind::Cumulative,
        StembiljetSoort::Rangorde => BallotKind::Ordinal,
    }
}

/// Ballots as `tally` has them.
pub(crate) fn stacked(frozen: &Frozen, ballots: &[Vec<Choice>]) -> Ballots {
    let mut all = Ballots::default();
    put(frozen, &mut all, ballots.iter().cloned());
    all
}

/// Puts ballots beside others.
fn put(frozen: &Frozen, all: &mut Ballots, ballots: impl Iterator<Item = Vec<Choice>>) {
    let has_points = kind(frozen).has_points();
    for ballot in ballots {
        if has_points {
            all.push_points(ballot.iter().map(|(place, points)| (*place, i64::from(*points))));
        } else {
            let places: Vec<ProjectIndex> = ballot.iter().map(|(place, _)| *place).collect();
            all.push(&places);
        }
    }
}

/// The election as `tally` knows it; a project is called by its code.
pub(crate) fn election(frozen: &Frozen, ballots: Ballots) -> Election {
    let project = |project: &FrozenProject| Project {
        id: project.code.clone(),
        name: project.titel.clone(),
        cost: project.kosten.decimal(),
        categories: vec![project.thema.clone()],
    };
    Election {
        kind: kind(frozen),
        budget: frozen.bedrag.decimal(),
        projects: frozen.projecten.iter().map(project).collect(),
        ballots,
        default_points: rust_decimal::Decimal::ZERO,
    }
}

/// The rule as `tally` knows it.
pub(crate) fn settings(frozen: &Frozen) -> Settings {
    let satisfaction = |own: Tevredenheid| match own {
        Tevredenheid::Kosten => Satisfaction::Cost,
        Tevredenheid::Aantal => Satisfaction::Cardinality,
    };
    let unfit = |own: PastNiet| match own {
        PastNiet::Overslaan => Unfit::Skip,
        PastNiet::Stoppen => Unfit::Stop,
    };
    let rule = match frozen.spelregels.telregel {
        Telregel::Greedy { tevredenheid: Tevredenheid::Kosten, past_niet } => {
            Rule::Greedy { order: Order::Support, unfit: unfit(past_niet) }
        }
        Telregel::Greedy { tevredenheid: Tevredenheid::Aantal, past_niet } => {
            Rule::Greedy { order: Order::SupportPerCost, unfit: unfit(past_niet) }
        }
        Telregel::EqualShares { tevredenheid, aanvulling } => Rule::EqualShares {
            satisfaction: satisfaction(tevredenheid),
            completion: match aanvulling {
                Aanvulling::Geen => Completion::None,
                Aanvulling::Add1 => Completion::Add1,
                Aanvulling::Add1Greedy => Completion::Add1Greedy,
                Aanvulling::Greedy => Completion::Greedy,
            },
        },
        Telregel::Phragmen { past_niet } => Rule::Phragmen { unfit: unfit(past_niet) },
    };
    Settings {
        ties: TieBreak::Lot { seed: frozen.zaad.clone() },
        minimum_support: frozen.spelregels.minimum_steun.into(),
        exclusive: exclusive(frozen)
            .into_iter()
            .map(|group| group.into_iter().map(|(place, _)| place).collect())
            .collect(),
        ..Settings::new(rule)
    }
}

/// Projects of which at most one can be chosen, by place and code: variants of one plan, then pairs that exclude each
/// other.
fn exclusive(frozen: &Frozen) -> Vec<Vec<(ProjectIndex, &str)>> {
    let mut groups: BTreeMap<&str, Vec<(ProjectIndex, &str)>> = BTreeMap::new();
    for (place, project) in (0..).zip(&frozen.projecten) {
        if let Some(variant) = &project.variant {
            groups.entry(variant).or_default().push((place, project.code.as_str()));
        }
    }
    groups.retain(|_, group| group.len() > 1);
    let by_number: BTreeMap<u32, (ProjectIndex, &str)> =
        (0..).zip(&frozen.projecten).map(|(place, own)| (own.nummer, (place, own.code.as_str()))).collect();
    let pairs = frozen.projecten.iter().flat_map(|own| own.sluit_uit.iter().map(|other| (own.nummer, *other)));
    let pairs = pairs.filter(|(own, other)| own < other);
    let pairs = pairs.filter_map(|(own, other)| Some(vec![*by_number.get(&own)?, *by_number.get(&other)?]));
    groups.into_values().chain(pairs).collect()
}

/// The command by which anybody counts the published file again.
fn command(frozen: &Frozen) -> String {
    let mut words = vec![format!("wijkkoers tel uitslag.pb --regel {}", frozen.spelregels.telregel.naam())];
    match frozen.spelregels.telregel {
        Telregel::Greedy { tevredenheid, past_niet } => {
            words.push(format!("--tevredenheid {tevredenheid} --past-niet {past_niet}"));
        }
        Telregel::EqualShares { tevredenheid, aanvulling } => {
            words.push(format!("--tevredenheid {tevredenheid} --aanvulling {aanvulling}"));
        }
        Telregel::Phragmen { past_niet } => words.push(format!("--past-niet {past_niet}")),
    }
    words.push(format!("--minimum-steun {} --loting zaad:{}", frozen.spelregels.minimum_steun, frozen.zaad));
    for group in exclusive(frozen) {
        let codes: Vec<&str> = group.into_iter().map(|(_, code)| code).collect();
        words.push(format!("--sluit-uit {}", codes.join(",")));
    }
    words.join(" ")
}

/// An amount of a report, in whole cents.
pub(crate) fn euro(amount: Number) -> Result<Euro, Odd> {
    let cents = amount.0.checked_mul(100.into()).and_then(|cents| i64::try_from(cents.trunc()).ok());
    cents.and_then(Euro::from_cents).ok_or(Odd::Lacks("an amount"))
}

/// What other rules would have given, each in the form in which cities use it.
fn others(frozen: &Frozen, election: &Election, settings: &Settings) -> Result<Vec<AndereTelregel>, Odd> {
    let all = tally::compare(election, settings)?;
    let id = |code: &String| frozen.projecten.iter().find(|own| own.code == *code).map(|own| own.id);
    let other = |own: tally::Compared| {
        Ok(AndereTelregel {
            regel: own.title(Language::Nl).to_owned(),
            regel_en: own.title(Language::En).to_owned(),
            gekozen: own.chosen.iter().map(|code| id(code).ok_or(Odd::Lacks("a project"))).collect::<Result<_, _>>()?,
            kosten: euro(own.cost)?,
            zonder: own.without,
        })
    };
    all.into_iter().map(other).collect()
}

fn geld(project: &ProjectReport) -> Result<Option<ProjectGeld>, Odd> {
    let Some([vol, deel]) = project.money() else { return Ok(None) };
    let (vol, deel) = (euro(vol)?, euro(deel)?);
    // The parts of what was chosen are together what it costs, to the cent.
    let rest = euro(project.cost)?.minus(vol).filter(|_| project.is_chosen);
    Ok(Some(ProjectGeld { vol, deel: rest.unwrap_or(deel) }))
}

pub(crate) fn view(frozen: &Frozen, report: &Report) -> Result<UitslagView, Odd> {
    let mut projecten = Vec::new();
    for project in &frozen.projecten {
        let own = report.project(&project.code).ok_or(Odd::Lacks("a project"))?;
        let place = report.chosen.iter().position(|id| *id == own.id);
        let uitslag = ProjectUitslag {
            project: project.id,
            nummer: project.nummer,
            titel: project.titel.clone(),
            kosten: project.kosten,
            gekozen: own.is_chosen,
            stemmen: own.votes,
            uitleg: report.why(&own.id, Language::Nl).unwrap_or_default(),
            uitleg_en: report.why(&own.id, Language::En).unwrap_or_default(),
            meer_kiezers: None,
            geld: geld(own)?,
        };
        projecten.push((place.unwrap_or(usize::MAX), std::cmp::Reverse(own.votes), uitslag));
    }
    projecten.sort_by_key(|(place, votes, _)| (*place, *votes));
    let group = |own: &VoterGroup| KiezersGroep {
        gekozen: u32::try_from(own.chosen).unwrap_or(u32::MAX),
        kiezers: own.voters,
        tekst: report.group(own, Language::Nl),
        tekst_en: report.group(own, Language::En),
    };
    Ok(UitslagView {
        ongeldig: 0,
        brieven: 0,
        vervangen_brieven: 0,
        weinig: false,
        ongecontroleerd: false,
        stembiljetten: report.ballots.count,
        kosten: euro(report.cost)?,
        over: euro(report.left)?,
        projecten: projecten.into_iter().map(|(_, _, uitslag)| uitslag).collect(),
        samenvatting: report.summary(Language::Nl),
        samenvatting_en: report.summary(Language::En),
        zonder: report.voters.without,
        kiezers: report.voters.groups.iter().map(group).collect(),
        vergelijking: Vec::new(),
        natellen: None,
    })
}
