//! Where staff take words and photos out of public view, put them back, and say yes or no to what is about a vote.

mod answer;
mod carry;
mod divided;
mod done;
mod forms;
mod history;
pub mod mine;
mod origin;
mod preview;
mod ready;
mod send;
mod which;
mod withdraw;

use self::done::Deed;
use crate::format;
use crate::forms::{Fields, FormState, Outcome, Submission};
use crate::i18n::Lang;
use crate::opgave::wrong;
use crate::site::PageRequest;
use crate::submit::key;
use crate::ui::form::Form;
use crate::ui::{self, Page, below, breadcrumbs, form, p};
use contract::account::Role;
use contract::field::{FieldCode, Raw};
use contract::foto::FotoView;
use contract::ingreep::{
    DeelSoort, DeelView, Geheel, GezienIngreep, HerstelIngreep, IngreepSoort, IngreepStatus, IngreepView, KiesDeel,
    MaakIngreep, Planverwijzing, Veld, Vindplaats, Vlak, Weglaatverzoeken, WeglatingenView, WeigerIngreep,
};
use contract::problem::ProblemCode;
use contract::weglating;
use contract::{BuurtbegrotingId, DeelId, GeheelId, IngreepId, Page as Piece, PageQuery, Problem};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// What the page calls that a form is looked at before anything is done.
const LOOKED: &str = "bekeken";
/// What a form calls that it was looked at before.
const AGREED: &str = "akkoord";
/// What a form calls a word that looks like one that goes, and goes too.
const ALSO: &str = "ook";
/// What the page calls what became of a request that is over.
const BECAME: &str = "geworden";
/// What the address calls a piece of the list.
const CURSOR: &str = "cursor";
/// What a form calls that only a part of a photo is asked.
const PART: &str = "deel_alleen";
/// What a form about one thing calls it.
const ABOUT: &str = "ingreep";
/// What a form that is filled in once more calls the request that the stembureau refused.
const AFTER: &str = "na";
/// What a form calls the status in which something was shown.
const SEEN: &str = "staat";
/// What a form calls the moment since which it waited then.
const SINCE: &str = "sinds";
/// The names of the numbers of each rectangle that the form for a photo asks for, as the API calls those of one.
const VLAKKEN: &[[&str; 4]] = &[
    ["links", "boven", "breedte", "hoogte"],
    ["links2", "boven2", "breedte2", "hoogte2"],
    ["links3", "boven3", "breedte3", "hoogte3"],
    ["links4", "boven4", "breedte4", "hoogte4"],
    ["links5", "boven5", "breedte5", "hoogte5"],
];

/// Where the texts and photos of something can be taken away.
pub(crate) fn address(id: impl std::fmt::Display) -> String {
    format!("/werk/weglaten/{id}")
}

/// The page as its forms lead to it: who came for one plan stays with that plan.
fn here(page: &PageRequest) -> String {
    ui::with_query(&page.path, &[(ui::OPEN, plan_asked_for(page).as_deref())])
}

/// The number of the plan that somebody came for.
fn plan_number(page: &PageRequest) -> Option<u32> {
    ui::opened_place(page)?.strip_prefix(forms::PLAN)?.parse().ok()
}

/// The place of that plan.
fn plan_asked_for(page: &PageRequest) -> Option<String> {
    plan_number(page).map(forms::place_of)
}

/// The way back: to what the page is of, and to the plan of it that somebody came for.
fn way_back(page: &PageRequest, found: &WeglatingenView) -> Vec<(String, String)> {
    let nummer = plan_number(page).filter(|_| found.soort == Geheel::Buurtbegroting);
    let mut plans = found.delen.iter().flat_map(|deel| &deel.plekken).filter_map(|place| place.plan.as_ref());
    let plan = plans.find(|plan| Some(plan.nummer) == nummer).map(|plan| {
        let to = format!("/buurtbegrotingen/{}/plannen/{}", plan.buurtbegroting, plan.nummer);
        (to, page.lang.weglaten_plan_name(plan.nummer, &plan.titel))
    });
    std::iter::once((home_of(found), found.titel.clone())).chain(plan).collect()
}

/// The page of something as everybody sees it.
fn home_of(found: &WeglatingenView) -> String {
    let path = match found.soort {
        Geheel::Initiatief => "werk/initiatieven",
        Geheel::Opgave => "opgaven",
        Geheel::Opdracht => "opdrachten",
        Geheel::Buurtbegroting => "buurtbegrotingen",
    };
    format!("/{path}/{}", found.id)
}

/// What can be taken away of something, and what was.
pub async fn page(page: &PageRequest, id: GeheelId) -> Page {
    let lang = page.lang;
    let found = page.api.weglatingen(id).await?;
    if let Some(state) = page.state.as_ref().filter(|state| state.found.filled(LOOKED).is_some()) {
        let kept = carry::kept(page, &found, &state.fields).await;
        return Ok(preview::page(page, &found, (&state.fields, kept.as_slice())));
    }
    let over = over(page, &found).await?;
    let done = done::said(page, &found).await;
    let became = page.state.as_ref().and_then(|state| state.found.filled(BECAME)).map(str::to_owned);
    let forms = found.mag.then(|| forms::all(page, &found));
    Ok(below(
        breadcrumbs(lang, way_back(page, &found)),
        lang.weglaten_title(),
        view! {
            {became.and_then(|became| form::orphan_of(page, became))}
            {done}
            <p class="nl-paragraph nl-paragraph--lead">{lead(lang, &found)}</p>
            {answer::form(page, &found)}
            {history::refused(page, &found)}
            {divided::notice(page, &found)}
            {history::waiting(page, &found)}
            {forms}
            {history::all(page, &found, &over)}
        },
    ))
}

/// What was taken away and does not wait: the newest of it, or the piece that the address names.
async fn over(page: &PageRequest, found: &WeglatingenView) -> Result<Piece<IngreepView>, Problem> {
    if let Some(cursor) = cursor(page) {
        return piece(page, found.id, cursor).await;
    }
    let resultaten = found.ingrepen.iter().filter(|own| !history::waits(own.status)).cloned().collect();
    Ok(Piece { resultaten, volgende: found.volgende.clone() })
}

/// Which piece is looked at: a form that was refused says it as well.
fn cursor(page: &PageRequest) -> Option<String> {
    let sent = || page.state.as_ref().and_then(|state| state.fields.filled(CURSOR)).map(str::to_owned);
    ui::query(page, CURSOR).or_else(sent)
}

/// The piece of the list that begins there.
async fn piece(page: &PageRequest, id: GeheelId, cursor: String) -> Result<Piece<IngreepView>, Problem> {
    let query = PageQuery { cursor: Some(cursor), limit: Some(PageQuery::MAX_LIMIT) };
    page.api.list_ingrepen(id, query).await
}

/// What this reader can do here; that a vote is about it comes first.
fn lead(lang: Lang, found: &WeglatingenView) -> &'static str {
    if !found.mag {
        lang.weglaten_lead_bureau()
    } else if found.delen.iter().any(|deel| deel.bevroren) {
        lang.weglaten_lead_vote()
    } else {
        lang.weglaten_lead()
    }
}

/// Where everybody reads or sees something: its own page, or that of what it is part of.
fn seen_at(found: &WeglatingenView, (deel, id): (DeelSoort, DeelId), plan: Option<&Planverwijzing>) -> String {
    if let Some(plan) = plan {
        return format!("/buurtbegrotingen/{}/plannen/{}", plan.buurtbegroting, plan.nummer);
    }
    match deel {
        DeelSoort::Opgave => format!("/opgaven/{id}"),
        DeelSoort::Opdracht => format!("/opdrachten/{id}"),
        DeelSoort::Buurtbegroting => format!("/buurtbegrotingen/{id}"),
        DeelSoort::Initiatief
        | DeelSoort::Gebeurtenis
        | DeelSoort::Inzet
        | DeelSoort::Activiteit
        | DeelSoort::Project
        | DeelSoort::Boeking
        | DeelSoort::Foto => {
            if found.soort == Geheel::Initiatief && found.openbaar {
                format!("/initiatieven/{}", found.id)
            } else {
                home_of(found)
            }
        }
    }
}

/// The plan that something was taken out of; a photo belongs to the plan of its initiatief.
fn plan_of<'a>(found: &'a WeglatingenView, own: &'a IngreepView) -> Option<&'a Planverwijzing> {
    let beside = || found.delen.iter().find(|deel| deel.id == own.deel_id).and_then(|deel| deel.plan.as_ref());
    own.plan.as_ref().or_else(beside)
}

/// Where somebody writes why: who reads that, and what does not belong in it.
fn reason(lang: Lang, form: &Form, (label, hint): (&'static str, &'static str)) -> AnyView {
    form.field("reden", label).hint(format!("{hint} {}", lang.weglaten_no_names())).area(2)
}

/// A text with the words marked that go: as it is now, or as it comes.
fn marked(pieces: Vec<(bool, String)>) -> AnyView {
    let piece = |(is_out, text): (bool, String)| {
        if is_out { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() }
    };
    let pieces = pieces.into_iter().map(piece).collect_view();
    view! { <div class="wk-prose wk-marked">{pieces}</div> }.into_any()
}

/// A text as it stands with what is left out in place, beside the same without: the words that differ are marked in both.
fn beside(lang: Lang, (whole, left): (&str, &str), is_back: bool) -> AnyView {
    let with = || -> Vec<(bool, String)> {
        weglating::pieces(whole, left).into_iter().map(|(is_out, text)| (is_out, text.to_owned())).collect()
    };
    let without = || -> Vec<(bool, String)> {
        weglating::marks(whole, left).into_iter().map(|(is_mark, text)| (is_mark, text.to_owned())).collect()
    };
    let (now, then) = if is_back { (marked(without()), marked(with())) } else { (marked(with()), marked(without())) };
    view! {
        <div class="wk-sides">
            <div><p class="wk-small">{lang.weglaten_now()}</p> {now}</div>
            <div><p class="wk-small">{lang.weglaten_then()}</p> {then}</div>
        </div>
    }
    .into_any()
}

/// What a text is: of what, and which of its texts.
fn label(lang: Lang, (soort, veld): (DeelSoort, Veld), plan: Option<&Planverwijzing>) -> String {
    match plan {
        Some(plan) => lang.weglaten_plan(plan.nummer, &plan.titel, lang.veld(veld)),
        None => format!("{}: {}", lang.deel_soort(soort), lang.veld(veld)),
    }
}

/// What something that was taken away is; a photo by its number.
fn label_of(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> String {
    if own.deel == DeelSoort::Foto {
        return photo_name(lang, (plan_of(found, own), &found.titel), own.foto_nummer);
    }
    label(lang, (own.deel, own.veld), own.plan.as_ref())
}

/// What a photo is called: by the plan or whatever else it is of, and by its number there.
fn photo_label(lang: Lang, found: &WeglatingenView, deel: &DeelView) -> String {
    photo_name(lang, (deel.plan.as_ref(), &found.titel), deel.foto_nummer)
}

/// The same everywhere: a photo keeps its number, also when one before it is hidden. One that is destroyed has none.
fn photo_name(lang: Lang, (plan, titel): (Option<&Planverwijzing>, &str), number: Option<u32>) -> String {
    let photo =
        number.map_or_else(|| lang.deel_soort(DeelSoort::Foto).to_lowercase(), |at| lang.weglaten_photo_number(at));
    match plan {
        Some(plan) => lang.weglaten_plan(plan.nummer, &plan.titel, photo),
        None => lang.weglaten_photo_of(photo, titel),
    }
}

/// Of a photo: whether all of it goes, or a part. A stembureau that refuses the one can agree to the other.
fn how_much(lang: Lang, (deel, soort): (DeelSoort, IngreepSoort)) -> Option<&'static str> {
    let of_photo = match soort {
        IngreepSoort::Afschermen => lang.weglaten_photo_all(),
        IngreepSoort::Onherkenbaar => lang.weglaten_photo_part(),
    };
    (deel == DeelSoort::Foto).then_some(of_photo)
}

/// What was done with what, or is asked.
fn what_of(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> String {
    let label = label_of(lang, found, own);
    let asks = |label: String| match how_much(lang, (own.deel, own.soort)) {
        Some(much) => format!("{label} ({much})"),
        None => label,
    };
    match own.status {
        // Nothing was taken away.
        IngreepStatus::Wacht | IngreepStatus::Ingetrokken | IngreepStatus::Geweigerd => {
            lang.weglaten_ask_out(asks(label))
        }
        IngreepStatus::HerstelWacht => lang.weglaten_ask_back(asks(label)),
        IngreepStatus::Gedaan | IngreepStatus::Hersteld => format!("{} ({label})", lang.ingreep_soort(own.soort)),
    }
}

/// A photo that waits as it is and as it comes, beside each other.
fn pictures(lang: Lang, own: &IngreepView) -> Option<AnyView> {
    if own.foto_nu.is_none() && own.foto_straks.is_none() {
        return None;
    }
    let alt = lang.deel_soort(own.deel);
    // Where nobody sees it, an empty place as large as it is.
    let side = |heading: &'static str, foto: Option<&FotoView>, other: Option<&FotoView>| {
        let shown = match foto {
            Some(foto) => view! { <ul class="wk-photos"><li>{ui::photo(foto, alt)}</li></ul> }.into_any(),
            None => {
                let empty = other.map(|other| preview::crossed(lang, other));
                view! { {empty} {p(lang.weglaten_no_photo())} }.into_any()
            }
        };
        view! { <div><p class="wk-small">{heading}</p> {shown}</div> }
    };
    let (now, then) = (own.foto_nu.as_ref(), own.foto_straks.as_ref());
    let (now, then) = (side(lang.weglaten_now(), now, then), side(lang.weglaten_then(), then, now));
    Some(view! { <div class="wk-sides">{now} {then}</div> }.into_any())
}

/// What stands there and what comes instead, beside each other; nothing for what changes nothing.
fn sides(lang: Lang, own: &IngreepView) -> Option<AnyView> {
    if own.deel == DeelSoort::Foto {
        return pictures(lang, own);
    }
    let (whole, left) = (own.origineel.as_deref()?, own.nieuw.as_deref()?);
    match own.status {
        IngreepStatus::Wacht => Some(beside(lang, (whole, left), false)),
        IngreepStatus::Gedaan | IngreepStatus::HerstelWacht => Some(beside(lang, (whole, left), true)),
        IngreepStatus::Hersteld | IngreepStatus::Ingetrokken | IngreepStatus::Geweigerd => None,
    }
}

/// Who asked for what waits, and when; of the rest, who did it.
fn asked_by(lang: Lang, own: &IngreepView) -> String {
    match (own.status, &own.teruggevraagd) {
        (IngreepStatus::HerstelWacht, Some(asked)) => {
            lang.weglaten_by(format::moment_and_time(lang, asked.op), &asked.door)
        }
        _ => lang.weglaten_by(format::moment_and_time(lang, own.gedaan_op), &own.door),
    }
}

/// Why it is asked, or was done. Of what waits to be put back, why it was taken out stands beside it.
fn why(lang: Lang, own: &IngreepView) -> [Option<String>; 2] {
    own.why_back().map_or_else(
        || [Some(lang.weglaten_asked_because(&own.reden)), None],
        |back| [Some(lang.weglaten_back_because(back)), Some(lang.weglaten_taken_because(&own.reden))],
    )
}

/// Takes the forms of that page in. What takes something away is looked at first, and done when it comes once more.
pub async fn submit(page: &PageRequest, id: GeheelId, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let name = fields.get("actie");
    if name == "opnieuw" {
        return ask_again(page, id, &fields).await;
    }
    let takes_away = matches!(name, "woorden" | "tekst" | "foto" | "vlak");
    // Who came back from how it will be changes what they wrote.
    if takes_away && fields.filled(preview::CHANGES).is_some() {
        return Outcome::Again(FormState::of(preview::with_ticks(&fields)));
    }
    if takes_away && (fields.filled(AGREED).is_none() || preview::is_new(&fields)) {
        // What was ticked is shown as it goes, before anything does.
        let fields = preview::with_ticks(&fields);
        return match preview::look(page, id, &fields).await {
            Ok(()) => {
                let found = Fields::new(vec![(LOOKED.to_owned(), "ja".to_owned())]);
                Outcome::Again(FormState { found, ..FormState::of(fields) })
            }
            Err(problem) => refused(page, id, (fields, problem)).await,
        };
    }
    match act(page, id, &fields).await {
        Ok(done) => {
            let plan = plan_asked_for(page).map(|place| format!("&{}={place}", ui::OPEN)).unwrap_or_default();
            Outcome::Go(format!("{}?{}={done}{plan}", page.path, done::DONE))
        }
        Err(problem) => refused(page, id, (fields, problem)).await,
    }
}

/// The page again, with what is wrong, and what became of the request that the form is about.
async fn refused(page: &PageRequest, id: GeheelId, (fields, problem): (Fields, Problem)) -> Outcome {
    let mut found = Fields::default();
    if let Some(became) = became(page, id, &fields, &problem).await {
        found.push(BECAME, became);
    }
    let problem = Some(on_this_page(&fields, problem));
    // What was ticked stands in the form as if it was written there.
    Outcome::Again(FormState { problem, found, ..FormState::of(preview::with_ticks(&fields)) })
}

/// The form with which something was asked that the stembureau refused or somebody withdrew, filled in as it was, with why.
async fn ask_again(page: &PageRequest, id: GeheelId, fields: &Fields) -> Outcome {
    let found = match page.api.weglatingen(id).await {
        Ok(found) => found,
        Err(problem) => return crate::submit::again(fields.clone(), problem),
    };
    let own = ingreep(fields).ok().and_then(|about| found.ingrepen.iter().find(|own| own.id == about));
    // Without it there is no form to lead to: that is said.
    let Some(own) = own else { return crate::submit::again(fields.clone(), Problem::bare(ProblemCode::NietGevonden)) };
    // A text that stands on several places is chosen by the first.
    let is_at = |place: &Vindplaats| (place.soort, place.id, place.veld) == (own.deel, own.deel_id, own.veld);
    let chosen = found.delen.iter().find(|deel| deel.plekken.iter().any(is_at));
    let deel = ("deel", chosen.map(forms::code).unwrap_or_default());
    let filled = match (own.deel, own.soort) {
        // Who was refused all of a photo can ask a part of it.
        (DeelSoort::Foto, IngreepSoort::Afschermen) if fields.filled(PART).is_none() => {
            vec![("actie", "foto".to_owned()), deel]
        }
        (DeelSoort::Foto, IngreepSoort::Afschermen) => vec![("actie", "vlak".to_owned()), deel],
        (DeelSoort::Foto, IngreepSoort::Onherkenbaar) => vec![("actie", "vlak".to_owned()), deel],
        (_, IngreepSoort::Afschermen) => vec![("actie", "tekst".to_owned()), deel],
        (_, IngreepSoort::Onherkenbaar) => {
            let words = history::again_words(&found, own).join("\n");
            vec![("actie", "woorden".to_owned()), ("woorden", words)]
        }
    };
    let why = carry::reason_again(&own.reden).map(|why| ("reden", why));
    let after = own.geweigerd.as_ref().map(|_| (AFTER, own.id.to_string()));
    let filled = filled.into_iter().chain(why).chain(after).map(|(name, value)| (name.to_owned(), value)).collect();
    Outcome::Again(FormState::of(Fields::new(filled)))
}

/// What became of the request that a form is about, when somebody else was first.
async fn became(page: &PageRequest, id: GeheelId, fields: &Fields, problem: &Problem) -> Option<String> {
    if !matches!(problem.code(), ProblemCode::StapKanNietNu | ProblemCode::Verouderd) {
        return None;
    }
    let ingreep = ingreep(fields).ok()?;
    let is_answer = matches!(fields.get("actie"), "ja" | "ja_alle" | "nee" | "intrekken");
    let found = page.api.weglatingen(id).await.ok()?;
    let is_over = |own: &IngreepView| match own.status {
        IngreepStatus::Wacht => false,
        IngreepStatus::HerstelWacht => !is_answer,
        IngreepStatus::Gedaan => is_answer,
        IngreepStatus::Hersteld | IngreepStatus::Ingetrokken | IngreepStatus::Geweigerd => true,
    };
    match found.ingrepen.iter().find(|own| own.id == ingreep) {
        Some(own) => is_over(own).then(|| history::became(page.lang, own)),
        None => is_answer.then(|| page.lang.weglaten_over().to_owned()),
    }
}

/// Does what a form asks for, and names what that was, and the request: how it stands is read when it is told.
async fn act(page: &PageRequest, id: GeheelId, fields: &Fields) -> Result<String, Problem> {
    let told = |deed: Deed, about: IngreepId| format!("{}&{ABOUT}={about}", deed.code());
    match fields.get("actie") {
        "ja" | "ja_alle" => confirm(page, fields).await,
        "nee" => {
            let sinds = fields.get(SINCE).into();
            let request = WeigerIngreep { staat: fields.get(SEEN).into(), sinds, reden: fields.get("reden").into() };
            let ingreep = ingreep(fields)?;
            page.api.refuse_ingreep(ingreep, request).await?;
            Ok(told(Deed::No, ingreep))
        }
        "intrekken" => {
            let ingreep = ingreep(fields)?;
            let sinds = fields.get(SINCE).into();
            page.api.withdraw_ingreep(ingreep, GezienIngreep { staat: fields.get(SEEN).into(), sinds }).await?;
            Ok(told(Deed::Withdrawn, ingreep))
        }
        "herstellen" | "overal" => {
            let is_all = fields.get("actie") == "overal";
            let ingreep = ingreep(fields)?;
            let request = HerstelIngreep { reden: fields.get("reden").into(), overal: is_all };
            let told_at = page.api.undo_ingreep(ingreep, request).await?.id;
            let deed = if is_all { Deed::AllBack } else { Deed::Back };
            Ok(format!("{}&{}={told_at}", told(deed, ingreep), done::AT))
        }
        name => {
            let request = asked(name, fields).ok_or_else(|| Problem::bare(ProblemCode::NietGevonden))?;
            let made = page.api.make_ingreep(key(fields), id, request).await?;
            let last = made.ingrepen.first().map(|own| told(Deed::Taken, own.id));
            Ok(last.unwrap_or_else(|| Deed::Taken.code().to_owned()))
        }
    }
}

/// The stembureau says yes, to one request or to all of one that wait for the same.
async fn confirm(page: &PageRequest, fields: &Fields) -> Result<String, Problem> {
    let ingreep = ingreep(fields)?;
    let beside: Vec<IngreepId> = fields.all(ALSO).filter_map(|own| own.parse().ok()).collect();
    // Each says how and since when it was shown, the first one first.
    let (mut seen, mut since) = (fields.all(SEEN), fields.all(SINCE));
    let first = (seen.next().unwrap_or_default(), since.next().unwrap_or_default());
    let yes = |(staat, sinds): (&str, &str)| GezienIngreep { staat: staat.into(), sinds: sinds.into() };
    let mut said = page.api.confirm_ingreep(ingreep, yes(first)).await.map(drop);
    for own in &beside {
        // What somebody else answered or withdrew meanwhile is told on the page; it is no reason not to do the rest.
        let shown = seen.next().zip(since.next()).unwrap_or(first);
        let answer = page.api.confirm_ingreep(*own, yes(shown)).await.map(drop);
        said = said.or_else(|first| answer.map_err(|_also| first));
    }
    said?;
    let also: Vec<String> = beside.iter().map(IngreepId::to_string).collect();
    let also = if also.is_empty() { String::new() } else { format!("&{ALSO}={}", also.join(",")) };
    Ok(format!("{}&{ABOUT}={ingreep}{also}", Deed::Yes.code()))
}

fn ingreep(fields: &Fields) -> Result<IngreepId, Problem> {
    fields.get(ABOUT).parse().map_err(|_none| wrong("/ingreep", FieldCode::Ontbreekt.into()))
}

/// The words that somebody wrote, each on a line, and those that look like them and were ticked.
fn lines(fields: &Fields) -> Vec<String> {
    let written = fields.get("woorden").lines();
    written.chain(fields.all(ALSO)).map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What such a value names.
fn named(value: &str) -> Option<KiesDeel> {
    let mut parts = value.splitn(3, '.');
    Some(KiesDeel { soort: parts.next()?.into(), id: parts.next()?.into(), veld: parts.next()?.into() })
}

/// The names of the rectangles that were filled in; of the first one when none was.
fn filled(fields: &Fields) -> Vec<[&'static str; 4]> {
    let is_filled = |names: &&[&'static str; 4]| names.iter().any(|name| fields.filled(name).is_some());
    let filled: Vec<[&'static str; 4]> = VLAKKEN.iter().filter(is_filled).copied().collect();
    if filled.is_empty() { VLAKKEN.iter().take(1).copied().collect() } else { filled }
}

/// What a form asks for.
fn asked(name: &str, fields: &Fields) -> Option<MaakIngreep> {
    let words = || lines(fields).into_iter().map(Raw::new).collect();
    // What is no number is refused as one that is too large is.
    let number = |name: &str| fields.get(name).trim().parse().unwrap_or(u32::MAX);
    let (soort, deel, woorden, vlakken) = match name {
        "woorden" => (IngreepSoort::Onherkenbaar, None, words(), Vec::new()),
        "tekst" | "foto" => (IngreepSoort::Afschermen, named(fields.get("deel")), Vec::new(), Vec::new()),
        "vlak" => {
            let vlak = |[links, boven, breedte, hoogte]: [&'static str; 4]| Vlak {
                links: number(links),
                boven: number(boven),
                breedte: number(breedte),
                hoogte: number(hoogte),
            };
            let none =
                KiesDeel { soort: DeelSoort::Foto.as_str().into(), id: "".into(), veld: Veld::Beeld.as_str().into() };
            let vlakken = filled(fields).into_iter().map(vlak).collect();
            (IngreepSoort::Onherkenbaar, Some(named(fields.get("deel")).unwrap_or(none)), Vec::new(), vlakken)
        }
        _ => return None,
    };
    Some(MaakIngreep { soort: soort.as_str().into(), deel, woorden, vlakken, reden: fields.get("reden").into() })
}

/// What the API says of a number of a rectangle, said of the field that it came from.
fn number_field(fields: &Fields, veld: &str) -> Option<String> {
    let (at, number) = veld.strip_prefix("/vlakken/")?.split_once('/')?;
    let names = filled(fields).into_iter().nth(at.parse().ok()?)?;
    let place = VLAKKEN.first()?.iter().position(|name| *name == number)?;
    names.get(place).map(|name| format!("/{name}"))
}

/// What the API says of a part of a request, said of the field that it came from.
fn on_this_page(fields: &Fields, problem: Problem) -> Problem {
    let mut said = BTreeSet::new();
    let mut fouten = Vec::new();
    for mut fout in problem.fouten {
        if let Some(field) = number_field(fields, &fout.veld) {
            fout.veld = field;
        }
        if fout.veld.starts_with("/deel/") {
            "/deel".clone_into(&mut fout.veld);
        }
        // One thing is wrong with a field once.
        if said.insert((fout.veld.clone(), fout.code)) {
            fouten.push(fout);
        }
    }
    Problem { fouten, ..problem }
}

/// A link to where the texts and photos of something in a gebied can be taken away, for who has one of these roles there.
pub fn link_for(page: &PageRequest, roles: &[Role], gebied: &str, id: impl std::fmt::Display) -> Option<AnyView> {
    let is_theirs = page.has_role_in(roles, gebied);
    is_theirs
        .then(|| view! { <p class="nl-paragraph">{ui::link(address(id), page.lang.weglaten_title())}</p> }.into_any())
}

/// The same at a plan, to its own place there.
pub fn link_for_plan(page: &PageRequest, gebied: &str, (id, nummer): (impl std::fmt::Display, u32)) -> Option<AnyView> {
    let url = ui::opened(&address(id), &forms::place_of(nummer));
    page.has_role_in(&[Role::Wijkteam], gebied)
        .then(|| view! { <p class="nl-paragraph">{ui::link(url, page.lang.weglaten_title())}</p> }.into_any())
}

/// What waits for the viewer to say yes or no, per vote; nothing for who is of no stembureau.
///
/// # Errors
/// As the API.
pub async fn requests(page: &PageRequest) -> Result<Vec<Weglaatverzoeken>, Problem> {
    if page.has_role(Role::Stembureau) { page.api.list_weglaatverzoeken().await } else { Ok(Vec::new()) }
}

/// What of a vote waits: texts and photos.
fn waiting_of(lang: Lang, own: &Weglaatverzoeken) -> String {
    lang.texts_and_photos(own.aantal.saturating_sub(own.fotos), own.fotos)
}

/// How much waits, with the way there, and who asked.
pub fn waiting_words(lang: Lang, own: &Weglaatverzoeken) -> AnyView {
    let to = ui::link(address(own.buurtbegroting), lang.weglaten_waits_for_you(own.aantal, waiting_of(lang, own)));
    view! { {to} ". " {lang.weglaten_waits_asked_by(own.door.join(", "))} }.into_any()
}

/// That something about a vote waits for the viewer.
///
/// # Errors
/// As the API.
pub async fn waiting_line(page: &PageRequest, id: BuurtbegrotingId) -> Result<Option<AnyView>, Problem> {
    let found = requests(page).await?.into_iter().find(|own| own.buurtbegroting == id);
    let line = |own: Weglaatverzoeken| view! { <p class="nl-paragraph">{waiting_words(page.lang, &own)}</p> };
    Ok(found.map(|own| ui::alert("warning", line(own)).into_any()))
}
