//! A ballot on paper: who cannot or will not vote online fills it in.

use super::paper::{Fonts, Paper, Sheet, Weight};
use super::{BODY, LANG, LEFT, Occasion, TEXT};
use crate::error::Error;
use contract::project::ProjectView;
use contract::stembiljet::StembiljetRegels;
use frontend::amount::euro;
use frontend::format::moment_and_time;

/// Where the plans begin on a sheet, and where they end.
const TOP: f32 = 18.0;
const BOTTOM: f32 = 257.0;
/// The box before a plan, and where its text begins.
const BOX: f32 = 8.0;
const BESIDE: f32 = LEFT + 13.0;

/// A ballot with these plans, in the order in which they are given.
///
/// # Errors
/// When the program was built without the site.
pub fn ballot(occasion: &Occasion, regels: StembiljetRegels, projects: &[ProjectView]) -> Result<Vec<u8>, Error> {
    let fonts = Fonts::read()?;
    let mut paper = Paper::new(&fonts, LANG.code(), &format!("{} {}", LANG.paper_title(), occasion.titel));
    let (mut left, mut number) = (projects, 0);
    while !left.is_empty() || number == 0 {
        number += 1;
        paper.add(|sheet| {
            let y = if number == 1 { head(sheet, occasion, regels) } else { TOP };
            left = plans(sheet, y, left, projects);
            sheet.write((LEFT, 280.0), TEXT, (Weight::Regular, 8.0), &LANG.paper_page(number));
            Ok(())
        })?;
    }
    paper.finish()
}

fn head(sheet: &mut Sheet<'_>, occasion: &Occasion, regels: StembiljetRegels) -> f32 {
    let y = sheet.write((LEFT, TOP), TEXT, (Weight::Bold, 18.0), LANG.paper_title());
    let y = sheet.write((LEFT, y + 1.0), TEXT, (Weight::Bold, 13.0), &occasion.titel);
    let y = sheet.write((LEFT, y + 4.0), TEXT, BODY, &LANG.ballot_rule(regels));
    let y = sheet.write((LEFT, y + 1.0), TEXT, BODY, LANG.paper_how(regels.soort()));
    let y = sheet.write((LEFT, y + 3.0), TEXT, BODY, LANG.paper_send());
    let until = LANG.paper_until(&occasion.contact, moment_and_time(LANG, occasion.tot));
    sheet.write((LEFT, y + 1.0), TEXT, BODY, &until) + 8.0
}

/// Draws what fits on the sheet; gives what is left.
fn plans<'a>(sheet: &mut Sheet<'_>, mut y: f32, projects: &'a [ProjectView], all: &[ProjectView]) -> &'a [ProjectView] {
    for (at, project) in projects.iter().enumerate() {
        if y > BOTTOM {
            return projects.get(at..).unwrap_or_default();
        }
        sheet.frame((LEFT, y), BOX);
        let title = LANG.round_project_title(project.nummer, &project.titel);
        let below = sheet.write((BESIDE, y - 1.0), TEXT - 13.0, (Weight::Bold, 11.0), &title);
        let mut below = sheet.write((BESIDE, below), TEXT - 13.0, (Weight::Regular, 10.0), &euro(LANG, project.kosten));
        let others = all.iter().filter(|own| own.excludes(project));
        let others: Vec<String> = others.map(|own| LANG.paper_number(own.nummer)).collect();
        if !others.is_empty() {
            let others = others.join(", ");
            below = sheet.write((BESIDE, below), TEXT - 13.0, (Weight::Regular, 10.0), &LANG.vote_variants(&others));
        }
        y = below.max(y + BOX) + 4.0;
    }
    &[]
}
