//! A report as a page that needs nothing else: no script, no font, no picture from elsewhere.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::words::Words;
use super::{Number, ProjectReport, Report, VoterGroup};
use crate::Language;

/// How wide a bar is drawn.
const WIDTH: u32 = 600;

const STYLE: &str = "\
:root{color-scheme:light dark;--full:#1d5b8f;--part:#7fb2dd;--none:#8884}\
@media(prefers-color-scheme:dark){:root{--full:#6db3f2;--part:#2f6ea5}}\
body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}\
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.25rem;margin-top:2rem}\
li{margin:0 0 1.25rem}svg{display:block;width:100%;max-width:37.5rem;height:.75rem;margin:.25rem 0}\
p{margin:.25rem 0}code,p{overflow-wrap:anywhere}\
.full{fill:var(--full)}.part{fill:var(--part)}.none{fill:var(--none)}";

impl Report {
    /// The report as an HTML page.
    #[must_use]
    pub fn to_html(&self, language: Language) -> String {
        let words = Words { report: self, language };
        let rule = escaped(&words.title());
        let name = escaped(&self.name);
        let (title, head) = if name.is_empty() {
            (rule.clone(), format!("<h1>{rule}</h1>"))
        } else {
            (format!("{name} – {rule}"), format!("<h1>{name}</h1>\n<p><strong>{rule}</strong></p>"))
        };
        let mut page = format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{head}\n",
            language.code()
        );
        let mut add = |html: &str| writeln!(page, "{html}").expect("memory takes everything");
        words.summary().iter().for_each(|sentence| add(&format!("<p>{}</p>", escaped(sentence))));
        add(&format!("<h2>{}</h2>\n<ol>", words.heading_chosen()));
        self.chosen.iter().filter_map(|id| self.project(id)).for_each(|project| add(&item(words, project)));
        add("</ol>");
        if self.chosen.len() < self.projects.len() {
            add(&format!("<h2>{}</h2>\n<ul>", words.heading_not_chosen()));
            self.projects.iter().filter(|project| !project.is_chosen).for_each(|project| add(&item(words, project)));
            add("</ul>");
        }
        let together = escaped(&words.voters_together());
        add(&format!("<h2>{}</h2>\n<p>{together}</p>\n<ul>", words.heading_voters()));
        let most = self.voters.groups.iter().map(|group| group.voters).max().unwrap_or(0);
        self.voters.groups.iter().for_each(|group| add(&group_item(words, group, most)));
        add("</ul>\n</main>\n</body>\n</html>");
        page
    }
}

fn item(words: Words<'_>, project: &ProjectReport) -> String {
    let (name, cost, votes) = (words.name(&project.id), words.money(project.cost), words.votes(project.votes));
    format!(
        "<li><strong>{}</strong> – {cost}, {votes}{}<p>{}</p></li>",
        escaped(&name),
        bar(words, project),
        escaped(&words.why(project))
    )
}

/// How much of the cost there was: paid in full, paid in part, or missing.
fn bar(words: Words<'_>, project: &ProjectReport) -> String {
    let Some([full, part]) = project.money() else { return String::new() };
    let (full_width, part_width) = (width(full.0, project.cost.0), width(part.0, project.cost.0));
    let told = words.money(Number(full.0.saturating_add(part.0)));
    let cost = words.money(project.cost);
    let label = words.language.pick(format!("{told} van {cost}"), format!("{told} of {cost}"));
    drawn(&label, full_width, part_width)
}

fn group_item(words: Words<'_>, group: &VoterGroup, most: u64) -> String {
    let width = width(Decimal::from(group.voters), Decimal::from(most));
    let text = escaped(&words.group(group));
    format!("<li>{text}{}</li>", drawn(&text, width, 0))
}

fn drawn(label: &str, full: u32, part: u32) -> String {
    format!(
        "<svg viewBox=\"0 0 {WIDTH} 12\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{label}\">\
         <rect class=\"none\" width=\"{WIDTH}\" height=\"12\"/><rect class=\"full\" width=\"{full}\" height=\"12\"/>\
         <rect class=\"part\" x=\"{full}\" width=\"{part}\" height=\"12\"/></svg>"
    )
}

/// The part of a bar that this part of a whole takes.
fn width(part: Decimal, whole: Decimal) -> u32 {
    let width = part.checked_mul(Decimal::from(WIDTH)).and_then(|width| width.checked_div(whole));
    width.and_then(|width| u32::try_from(width.round()).ok()).unwrap_or(0).min(WIDTH)
}

fn escaped(text: &str) -> String {
    html_escape::encode_quoted_attribute(text).into_owned()
}
