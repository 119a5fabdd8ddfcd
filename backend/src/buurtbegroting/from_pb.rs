//! A buurtbegroting made of an election that was held elsewhere: its projects, budget and ballot stand in a `.pb` file
//! (Pabulib). What a file does not say, whoever reads it in says.

use crate::access::{Action, Subject};
use crate::buurtbegroting::operations::{check_names, fix, note, prepare};
use crate::buurtbegroting::projects::{admit, insert_checked};
use crate::buurtbegroting::store;
use crate::caller::Caller;
use crate::error::Error;
use crate::gebied::reference::{Lijst, Reference};
use crate::stembus;
use contract::buurtbegroting::{BuurtbegrotingStap as Step, NewBuurtbegroting, PlanBuurtbegroting, PlanStembiljet};
use contract::field::{Field as _, FieldProblems, Titel};
use contract::project::{AddProject, NewProject};
use contract::stembiljet::StembiljetSoort;
use contract::{BuurtbegrotingId, Euro};
use rust_decimal::Decimal;
use tally::BallotKind;
use tally::pb::Pb;

/// Why a file cannot become a round.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It says a number in a way that no ballot here can have.
    #[error("{0} is {1}; dat kan op een stembiljet hier niet")]
    Limit(&'static str, String),
    /// Points of which no number is said.
    #[error("max_sum_points ontbreekt: hoeveel punten heeft een stembiljet?")]
    NoPoints,
    /// Scores are no way to vote here.
    #[error("vote_type is {0}; zulke stembiljetten zijn hier niet")]
    Kind(&'static str),
    /// An amount that is no number of cents.
    #[error("{0} kost {1}; verwacht: een bedrag in hele centen")]
    Amount(String, Decimal),
    /// A field that is refused, of a project or of the round.
    #[error("{0}: {1}")]
    Fields(String, FieldProblems),
}

fn euro(whose: &str, amount: Decimal) -> Result<Euro, Unfit> {
    let cents = amount.checked_mul(Decimal::ONE_HUNDRED).filter(|cents| cents.fract().is_zero());
    let euro = cents.and_then(|cents| i64::try_from(cents).ok()).and_then(Euro::from_cents);
    euro.ok_or_else(|| Unfit::Amount(whose.to_owned(), amount))
}

/// A text in so many characters, with an ellipsis where it was longer.
fn shortened(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= most {
        return text;
    }
    text.chars().take(most.saturating_sub(1)).chain(std::iter::once('…')).collect()
}

/// The longest title.
const TITLE: usize = 120;

/// The ballot of an election. An approval ballot that limits what all of it costs is a knapzak.
fn ballot(pb: &Pb) -> Result<PlanStembiljet, Unfit> {
    let said = |key: &'static str| pb.file.meta(key).map(str::trim).filter(|text| !text.is_empty());
    let number = |key: &'static str| -> Result<Option<String>, Unfit> {
        let Some(text) = said(key) else { return Ok(None) };
        let number = text.parse::<u32>().map_err(|_odd| Unfit::Limit(key, text.to_owned()))?;
        Ok(Some(number.to_string()))
    };
    let all = || pb.election.projects.len().to_string();
    let minstens = number("min_length")?.map(Into::into);
    let hoogstens = |usual: String| Ok(Some(number("max_length")?.unwrap_or(usual).into()));
    let plan = |soort: StembiljetSoort| PlanStembiljet { soort: soort.as_str().into(), ..PlanStembiljet::default() };
    Ok(match pb.election.kind {
        BallotKind::Approval if said("max_sum_cost").is_some() => {
            let most = said("max_sum_cost").unwrap_or_default();
            if Decimal::from_str_exact(most).ok() != Some(pb.election.budget) || said("max_length").is_some() {
                return Err(Unfit::Limit("max_sum_cost", most.to_owned()));
            }
            PlanStembiljet { minstens, ..plan(StembiljetSoort::Knapzak) }
        }
        BallotKind::Approval => {
            PlanStembiljet { minstens, hoogstens: hoogstens(all())?, ..plan(StembiljetSoort::Goedkeuring) }
        }
        BallotKind::ChooseOne => PlanStembiljet { hoogstens: Some("1".into()), ..plan(StembiljetSoort::Goedkeuring) },
        BallotKind::Ordinal => {
            PlanStembiljet { minstens, hoogstens: hoogstens(all())?, ..plan(StembiljetSoort::Rangorde) }
        }
        BallotKind::Cumulative => PlanStembiljet {
            punten: Some(number("max_sum_points")?.ok_or(Unfit::NoPoints)?.into()),
            per_project: number("max_points")?.map(Into::into),
            ..plan(StembiljetSoort::Punten)
        },
        BallotKind::Scoring => return Err(Unfit::Kind(BallotKind::Scoring.word())),
    })
}

/// What a round is to be beside what the file says: `plan` without title, text, amount and ballot.
///
/// # Errors
/// When the file has what a round here cannot have, or a wish is refused.
pub fn round(pb: &Pb, wishes: PlanBuurtbegroting) -> Result<NewBuurtbegroting, Unfit> {
    let name = pb.file.meta("description").map(str::to_owned).filter(|text| Titel::parse(text).is_ok());
    let name = name.unwrap_or_else(|| pb.file.name());
    let plan = PlanBuurtbegroting {
        titel: shortened(&name, TITLE).into(),
        uitleg: format!("Een stemming die eerder is gehouden: {}.", pb.file.name()).into(),
        bedrag: euro("alles samen", pb.election.budget)?.to_string().into(),
        stembiljet: ballot(pb)?,
        ..wishes
    };
    plan.parse().map_err(|problems| Unfit::Fields("buurtbegroting".to_owned(), problems))
}

/// The projects of a file, each with the id that the file gives it. One whose category is no theme of the city gets
/// `thema`. A long title is shortened; the whole of it stands in the text.
///
/// # Errors
/// When the file has what a project here cannot have.
pub fn projects(pb: &Pb, reference: &Reference, thema: &str) -> Result<Vec<(String, NewProject)>, Unfit> {
    let project = |project: &tally::Project| {
        let known = project.categories.iter().find(|category| reference.has(Lijst::Thema, category));
        let name =
            if project.name.trim().chars().count() < 3 { format!("Plan {}", project.id) } else { project.name.clone() };
        let about = std::iter::once(name.as_str()).chain(project.categories.iter().map(String::as_str));
        let add = AddProject {
            titel: shortened(&name, TITLE).into(),
            tekst: format!("Plan {} van een eerdere stemming: {}.", project.id, about.collect::<Vec<_>>().join(", "))
                .into(),
            kosten: euro(&project.id, project.cost)?.to_string().into(),
            thema: known.map_or(thema, String::as_str).into(),
            ..AddProject::default()
        };
        let new = add.parse().map_err(|problems| Unfit::Fields(format!("project {}", project.id), problems))?;
        Ok((project.id.clone(), new))
    };
    pb.election.projects.iter().map(project).collect()
}

/// Stores a round with its projects, fixed, its money set aside and its projects admitted: all of it or nothing.
///
/// # Errors
/// When the caller may not, the names are not those of the city, or the budget does not hold it.
pub async fn bring_in(
    caller: &Caller,
    new: &NewBuurtbegroting,
    projects: Vec<(String, NewProject)>,
) -> Result<BuurtbegrotingId, Error> {
    let app = &caller.app;
    let reference = app.reference().await?;
    check_names(&reference, new)?;
    caller.may(Action::PrepareBuurtbegroting, Subject { owner: None, gebied: Some(new.gebied.as_str()) })?;
    let by = caller.require_account()?;
    // The secret is made before the transaction begins, as where a round is published: nobody waits for its place. Of a round that
    // is refused after that it stays behind, and tells nothing.
    let id = BuurtbegrotingId(app.new_id());
    stembus::make_round_key(app, id).await?;
    let tx = app.begin().await?;
    store::insert(&tx, app, (id, new), by).await?;
    let planned = prepare(caller, &tx, id, Step::Publish).await?;
    fix(&tx, caller, &planned, planned.version).await?;
    let round = prepare(caller, &tx, id, Step::AddProject).await?;
    let number = projects.len();
    for (code, project) in projects {
        let project = insert_checked(&tx, caller, (&reference, &round), project, Some(&code)).await?;
        admit(&tx, project, by).await?;
    }
    note(&tx, caller, "buurtbegroting.inlezen", id, Some(number.to_string())).await?;
    tx.commit().await?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pb(about: &str) -> Pb {
        let text = format!(
            "META\nkey;value\ndescription;Centrum\ncountry;Netherlands\nunit;Arnhem\ninstance;2027\nnum_projects;2\n\
             num_votes;0\nbudget;1000.50\n{about}rule;greedy\nPROJECTS\nproject_id;cost;name\na;400;Een bankje\n\
             b;300.25;Bomen\nVOTES\nvoter_id;vote;points\n"
        );
        tally::pb::read(text.as_bytes()).unwrap()
    }

    fn kind(about: &str) -> Result<String, String> {
        let plan = ballot(&pb(about)).map_err(|unfit| unfit.to_string())?;
        let shown = |raw: Option<&contract::field::Raw<u32>>| raw.map_or("-".to_owned(), |raw| raw.as_str().to_owned());
        let limits = [&plan.minstens, &plan.hoogstens, &plan.punten, &plan.per_project].map(|raw| shown(raw.as_ref()));
        Ok(format!("{} {}", plan.soort.as_str(), limits.join(" ")))
    }

    #[test]
    fn the_ballot_is_that_of_the_file() {
        for (about, expected) in [
            ("vote_type;approval\n", "goedkeuring - 2 - -"),
            ("vote_type;approval\nmin_length;1\nmax_length;5\n", "goedkeuring 1 5 - -"),
            ("vote_type;approval\nmax_sum_cost;1000.5\n", "knapzak - - - -"),
            ("vote_type;choose-1\n", "goedkeuring - 1 - -"),
            ("vote_type;ordinal\nmin_length;3\nmax_length;3\n", "rangorde 3 3 - -"),
            ("vote_type;cumulative\nmax_sum_points;10\n", "punten - - 10 -"),
            ("vote_type;cumulative\nmax_sum_points;10\nmax_points;4\n", "punten - - 10 4"),
        ] {
            assert_eq!(kind(about).as_deref(), Ok(expected), "{about}");
        }
    }

    #[test]
    fn what_no_ballot_here_can_be_is_said() {
        for (about, part) in [
            ("vote_type;approval\nmax_sum_cost;900\n", "max_sum_cost is 900"),
            ("vote_type;approval\nmax_length;veel\n", "max_length is veel"),
            ("vote_type;cumulative\n", "max_sum_points ontbreekt"),
            ("vote_type;scoring\n", "vote_type is scoring"),
        ] {
            let why = kind(about).unwrap_err();
            assert!(why.contains(part), "{why}");
        }
    }

    #[test]
    fn amounts_are_whole_cents_and_titles_fit() {
        assert_eq!(euro("x", Decimal::new(30025, 2)).map(Euro::cents), Ok(30_025));
        assert!(euro("x", Decimal::new(300_255, 3)).is_err());
        assert_eq!(shortened("kort\ten  goed", 20), "kort en goed");
        assert_eq!(shortened(&"x".repeat(130), 120).chars().count(), 120);
    }
}
