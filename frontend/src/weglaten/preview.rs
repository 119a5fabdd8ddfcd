//! What it will look like, before anything is done: every place, as it is and as it comes, and what looks like it and stays.

use super::{
    AFTER, AGREED, ALSO, VLAKKEN, asked, beside, carry, filled, forms, history, label, lines, photo_label, ready,
    seen_at, send,
};
use crate::forms::Fields;
use crate::i18n::Lang;
use crate::opgave::wrong;
use crate::site::PageRequest;
use crate::ui::form::Form;
use crate::ui::{self, Shown, below, breadcrumbs, p};
use contract::field::FieldCode;
use contract::foto::FotoView;
use contract::ingreep::{
    Deel, DeelSoort, DeelView, Geheel, Ingreep, IngreepSoort, IngreepStatus, IngreepView, Planverwijzing, Veld,
    Vindplaats, WeglatingenView,
};
use contract::problem::{FieldProblem, ProblemCode};
use contract::weglating::{self, WEGGELATEN};
use contract::{GeheelId, Problem};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// What a form calls that somebody comes back from here to change what they wrote.
pub const CHANGES: &str = "wijzig";

/// Whether what a form asks for can be done.
///
/// # Errors
/// All that is wrong with it, as when it is done.
pub async fn look(page: &PageRequest, id: GeheelId, fields: &Fields) -> Result<(), Problem> {
    let request = asked(fields.get("actie"), fields).ok_or_else(|| Problem::bare(ProblemCode::NietGevonden))?;
    let found = page.api.weglatingen(id).await?;
    let ingreep = match request.parse() {
        Ok((ingreep, _)) => ingreep,
        Err(problems) => {
            // All that is wrong is told at once, also which of the words stand nowhere.
            let mut fouten = problems.0;
            let words = if fields.get("actie") == "woorden" { lines(fields) } else { Vec::new() };
            let is_told = |one: &FieldProblem| fouten.iter().any(|known| known.veld == one.veld);
            let more: Vec<FieldProblem> = missing(&found, &words).into_iter().filter(|one| !is_told(one)).collect();
            fouten.extend(more);
            return Err(Problem { fouten, ..Problem::bare(ProblemCode::OngeldigeInvoer) });
        }
    };
    match ingreep {
        Ingreep::Words(_, words) => look_at_words(&found, &words),
        Ingreep::Whole(deel) => look_at_one(&found, deel, true),
        Ingreep::Areas(deel, _) => look_at_one(&found, deel, false),
    }
}

/// Which of these words stand nowhere.
fn missing(found: &WeglatingenView, words: &[String]) -> Vec<FieldProblem> {
    let texts: Vec<&str> = texts(found).map(|deel| deel.tekst.as_str()).collect();
    let missing = |at: usize| FieldProblem {
        veld: format!("/woorden/{at}"),
        code: FieldCode::StaatErNietIn,
        grens: None,
        melding: String::new(),
    };
    weglating::missing(&texts, words).into_iter().map(missing).collect()
}

/// Whether these words stand there, and do not wait already wherever they do.
fn look_at_words(found: &WeglatingenView, words: &[String]) -> Result<(), Problem> {
    let fouten = missing(found, words);
    if !fouten.is_empty() {
        return Err(Problem { fouten, ..Problem::bare(ProblemCode::OngeldigeInvoer) });
    }
    let change = Change::Words(words);
    let is_new = |deel: &DeelView| deel.plekken.iter().any(|place| !is_asked(found, (deel, place), change));
    if changed(found, words).any(is_new) { Ok(()) } else { Err(wrong("/woorden", FieldCode::WachtAl.into())) }
}

/// Whether this text or photo is there, and does not wait already; of a photo whether it goes whole.
fn look_at_one(found: &WeglatingenView, deel: Deel, is_whole: bool) -> Result<(), Problem> {
    let is_it = |own: &&DeelView| (own.soort, own.id, own.veld) == (deel.soort, deel.id, deel.veld);
    let gone = || wrong("/deel", FieldCode::BestaatNiet.into());
    let own = found.delen.iter().find(is_it).ok_or_else(gone)?;
    let is_new = if own.soort == DeelSoort::Foto {
        // What waits to come back gives way to what goes, and so does what waited too long.
        let stays = |waiting: &&IngreepView| waiting.status == IngreepStatus::Wacht && !waiting.verlopen;
        let waiting = waiting_photo(found, own).filter(stays);
        waiting.is_none_or(|waiting| is_whole && is_joined(waiting))
    } else if own.tekst == WEGGELATEN {
        return Err(gone());
    } else {
        own.plekken.iter().any(|place| !is_asked(found, (own, place), Change::Whole))
    };
    if is_new { Ok(()) } else { Err(wrong("/deel", FieldCode::WachtAl.into())) }
}

/// What becomes of a text.
#[derive(Debug, Clone, Copy)]
enum Change<'a> {
    /// Nothing of it is left.
    Whole,
    /// These words go.
    Words(&'a [String]),
}

impl Change<'_> {
    fn of(self, text: &str) -> String {
        match self {
            Self::Whole => WEGGELATEN.to_owned(),
            Self::Words(words) => weglating::without(text, words),
        }
    }
}

/// The texts in which words are looked for: a place on the map has none.
pub fn texts(found: &WeglatingenView) -> impl Iterator<Item = &DeelView> {
    found.delen.iter().filter(|deel| deel.soort != DeelSoort::Foto && deel.veld != Veld::Punt)
}

/// The texts that have one of these words.
pub fn changed<'a>(found: &'a WeglatingenView, words: &'a [String]) -> impl Iterator<Item = &'a DeelView> {
    texts(found).filter(|deel| weglating::without(&deel.tekst, words) != deel.tekst)
}

/// What waits for an answer about a text of a vote.
fn waits_at<'a>(found: &'a WeglatingenView, place: &Vindplaats) -> Option<&'a IngreepView> {
    let is_here = |own: &&IngreepView| (own.deel, own.deel_id, own.veld) == (place.soort, place.id, place.veld);
    found.ingrepen.iter().filter(|_| place.bevroren).filter(is_here).find(|own| history::waits(own.status))
}

/// The request about a text of a vote that waits for an answer, and that this one comes beside.
fn waiting<'a>(found: &'a WeglatingenView, (deel, place): (&DeelView, &Vindplaats)) -> Option<&'a IngreepView> {
    waits_at(found, place)
        .filter(|own| own.status == IngreepStatus::Wacht && own.origineel.as_ref() == Some(&deel.tekst))
}

/// What a place comes to say: with what waits there already, for that is asked as well.
fn comes(found: &WeglatingenView, (deel, place): (&DeelView, &Vindplaats), change: Change<'_>) -> String {
    let waiting = waiting(found, (deel, place)).and_then(|own| own.nieuw.as_deref());
    change.of(waiting.unwrap_or(&deel.tekst))
}

/// What happens at once, and what is asked of the stembureau.
fn effect(found: &WeglatingenView, fields: &Fields) -> send::Effect {
    let words = lines(fields);
    let is_chosen = |deel: &&DeelView| forms::code(deel) == fields.get("deel");
    let (parts, change): (Vec<&DeelView>, Change<'_>) = match fields.get("actie") {
        "woorden" => (changed(found, &words).collect(), Change::Words(&words)),
        _ => (found.delen.iter().filter(is_chosen).collect(), Change::Whole),
    };
    let places = parts.into_iter().flat_map(|deel| deel.plekken.iter().map(move |place| (deel, place)));
    // What is asked already is not asked again.
    let new = places.filter(|(deel, place)| deel.soort == DeelSoort::Foto || !is_asked(found, (*deel, *place), change));
    let (asks, does): (Vec<_>, Vec<_>) = new.partition(|(_, place)| place.bevroren);
    send::Effect { does: !does.is_empty(), asks: !asks.is_empty() }
}

/// Whether just this waits already.
fn is_asked(found: &WeglatingenView, (deel, place): (&DeelView, &Vindplaats), change: Change<'_>) -> bool {
    let left = waiting(found, (deel, place)).and_then(|own| own.nieuw.as_deref());
    left.is_some_and(|left| change.of(left) == left)
}

/// What waits for an answer about a photo that people vote on.
fn waiting_photo<'a>(found: &'a WeglatingenView, deel: &DeelView) -> Option<&'a IngreepView> {
    deel.plekken.iter().find_map(|place| waits_at(found, place))
}

/// Whether hiding a photo whole asks what waits as well: that parts of it are filled.
fn is_joined(waiting: &IngreepView) -> bool {
    (waiting.soort, waiting.status) == (IngreepSoort::Onherkenbaar, IngreepStatus::Wacht) && !waiting.verlopen
}

/// The page that shows it, with the button that does it.
pub fn page(page: &PageRequest, found: &WeglatingenView, (fields, kept): (&Fields, &[carry::Kept])) -> Shown {
    let lang = page.lang;
    let (name, words) = (fields.get("actie"), lines(fields));
    let chosen = found.delen.iter().find(|deel| forms::code(deel) == fields.get("deel"));
    let seen = match name {
        "woorden" => of_words(lang, found, &words),
        "tekst" => chosen.map(|deel| of_text(lang, found, (deel, Change::Whole))).into_iter().collect_view().into_any(),
        _ => chosen.and_then(|deel| of_photo(lang, found, (deel, fields))).into_any(),
    };
    let is_words = name == "woorden";
    let like = is_words.then(|| alike(page, found, &words)).flatten();
    let mut crumbs = super::way_back(page, found);
    crumbs.push((super::here(page), lang.weglaten_title().to_owned()));
    below(
        breadcrumbs(lang, crumbs),
        lang.weglaten_preview(),
        view! {
            <p class="nl-paragraph nl-paragraph--lead">{lang.weglaten_preview_lead()}</p>
            {carry::notice(lang, kept)}
            {seen}
            {does(page, (fields, effect(found, fields)), (like, !kept.is_empty()))}
        },
    )
}

/// Of words: each text that has them, on how many places, and what comes.
fn of_words(lang: Lang, found: &WeglatingenView, words: &[String]) -> AnyView {
    let all: Vec<&DeelView> = changed(found, words).collect();
    let places = all.iter().flat_map(|deel| &deel.plekken);
    let (frozen, free): (Vec<&Vindplaats>, Vec<&Vindplaats>) = places.partition(|place| place.bevroren);
    let now = (!free.is_empty()).then(|| p(lang.weglaten_preview_now(free.len())));
    let later = (!frozen.is_empty()).then(|| p(lang.weglaten_preview_later(frozen.len())));
    let one = |deel: &&DeelView| of_text(lang, found, (*deel, Change::Words(words)));
    let texts = all.iter().map(one).collect_view();
    view! { {now} {later} {texts} }.into_any()
}

/// One text as it is and as it comes, with every place where it stands: those that come to say the same together.
fn of_text(lang: Lang, found: &WeglatingenView, (deel, change): (&DeelView, Change<'_>)) -> AnyView {
    let mut then: Vec<(String, Vec<&Vindplaats>)> = Vec::new();
    for place in &deel.plekken {
        let left = comes(found, (deel, place), change);
        match then.iter_mut().find(|(own, _)| *own == left) {
            Some((_, places)) => places.push(place),
            None => then.push((left, vec![place])),
        }
    }
    let one = |(left, places): (String, Vec<&Vindplaats>)| {
        let line = |place: &Vindplaats| {
            let also = beside_it(lang, found, (deel, place), change).map(|says| view! { " " {says} });
            view! { <li>{forms::at(lang, found, place)} {also}</li> }
        };
        let places = places.into_iter().map(line).collect_view();
        view! {
            {beside(lang, (deel.tekst.as_str(), left.as_str()), false)}
            <p class="wk-small">{lang.weglaten_stands_at()}</p>
            <ul class="wk-list">{places}</ul>
        }
    };
    let all = then.into_iter().map(one).collect_view();
    view! {
        <section class="wk-panel">
            {ui::h3(label(lang, (deel.soort, deel.veld), deel.plan.as_ref()))}
            {all}
        </section>
    }
    .into_any()
}

/// What becomes of the request that waits there.
fn beside_it(
    lang: Lang,
    found: &WeglatingenView,
    at: (&DeelView, &Vindplaats),
    change: Change<'_>,
) -> Option<&'static str> {
    if is_asked(found, at, change) {
        Some(lang.weglaten_preview_asked())
    } else if waiting(found, at).is_some() {
        Some(lang.weglaten_preview_joined())
    } else {
        waits_at(found, at.1).and_then(|own| lapses(lang, own))
    }
}

/// That a request to put something back does not outlive that more of it goes, nor one of which nobody knows any more what it asked.
fn lapses(lang: Lang, waiting: &IngreepView) -> Option<&'static str> {
    if waiting.verlopen {
        return Some(lang.weglaten_preview_expired());
    }
    (waiting.status == IngreepStatus::HerstelWacht).then(|| lang.weglaten_preview_lapses())
}

/// A photo as it is, with the rectangles over it that are filled; of one that goes whole, that it does.
fn of_photo(lang: Lang, found: &WeglatingenView, (deel, fields): (&DeelView, &Fields)) -> Option<AnyView> {
    let foto = deel.foto.as_ref()?;
    let name = photo_label(lang, found, deel);
    let shown = if fields.get("actie") == "vlak" {
        filled_in(foto, fields, name.clone())
    } else {
        hidden_whole(lang, foto, name.clone())
    };
    let voted = deel.bevroren.then(|| p(lang.weglaten_preview_photo_later()));
    let beside = waiting_photo(found, deel)
        .and_then(|own| if is_joined(own) { Some(lang.weglaten_preview_joined()) } else { lapses(lang, own) });
    let places = photo_places(lang, found, deel);
    Some(
        view! { <section class="wk-panel">{ui::h3(name)} {shown} {places} {voted} {beside.map(p)}</section> }
            .into_any(),
    )
}

/// A photo that goes whole: as everybody sees it now, and beside it, crossed, the place where nobody sees it then.
fn hidden_whole(lang: Lang, foto: &FotoView, label: String) -> AnyView {
    view! {
        <div class="wk-sides">
            <div><p class="wk-small">{lang.weglaten_now()}</p> {drawn(foto, (), label)}</div>
            <div>
                <p class="wk-small">{lang.weglaten_preview_photo_then()}</p>
                {crossed(lang, foto)}
                {p(lang.weglaten_preview_photo_whole())}
            </div>
        </div>
    }
    .into_any()
}

/// The place of a photo that nobody sees: crossed, and as large as the photo.
pub fn crossed(lang: Lang, foto: &FotoView) -> AnyView {
    let (width, height) = (foto.breedte.to_string(), foto.hoogte.to_string());
    let (seen, empty) = (format!("0 0 {width} {height}"), lang.weglaten_preview_photo_empty());
    let cross = format!("M0 0L{width} {height}M{width} 0L0 {height}");
    view! {
        <svg class="wk-foto-vlakken" viewBox=seen role="img" aria-label=empty>
            <rect class="wk-foto-leeg" width=width height=height />
            <path class="wk-foto-leeg" d=cross />
        </svg>
    }
    .into_any()
}

/// Where everybody sees a photo: at the initiatief, and at each plan that was made of it.
fn photo_places(lang: Lang, found: &WeglatingenView, deel: &DeelView) -> Option<AnyView> {
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    if matches!(found.soort, Geheel::Initiatief | Geheel::Opdracht) {
        // The plan that was made of it can be called the same.
        let name = match found.soort {
            Geheel::Initiatief => format!("{}: {}", lang.deel_soort(DeelSoort::Initiatief), found.titel),
            Geheel::Opgave | Geheel::Opdracht | Geheel::Buurtbegroting => found.titel.clone(),
        };
        places.insert(seen_at(found, (deel.soort, deel.id), None), name);
    }
    let is_of_it = |plan: &&Planverwijzing| {
        deel.plan.as_ref() == Some(*plan)
            || (found.soort == Geheel::Initiatief && plan.initiatief.is_some_and(|id| id.0 == found.id.0))
    };
    // What a plan says as its initiatief does is one text, with the plan as one of its places.
    let at_places = found.delen.iter().flat_map(|own| &own.plekken).filter_map(|place| place.plan.as_ref());
    for plan in found.delen.iter().filter_map(|own| own.plan.as_ref()).chain(at_places).filter(is_of_it) {
        let name = lang.weglaten_plan_name(plan.nummer, &plan.titel);
        places.insert(format!("/buurtbegrotingen/{}/plannen/{}", plan.buurtbegroting, plan.nummer), name);
    }
    if let Some((id, plan)) = deel.plan.as_ref().and_then(|plan| Some((plan.public_initiatief()?, plan))) {
        let name = format!("{}: {}", lang.deel_soort(DeelSoort::Initiatief), plan.titel);
        places.insert(format!("/initiatieven/{id}"), name);
    }
    let lines: Vec<_> = places.into_iter().map(|(url, name)| view! { <li>{ui::link(url, name)}</li> }).collect();
    (!lines.is_empty()).then(|| {
        view! { <p class="wk-small">{lang.weglaten_stands_at()}</p> <ul class="wk-list">{lines}</ul> }.into_any()
    })
}

/// The photo with the rectangles over it.
fn filled_in(foto: &FotoView, fields: &Fields, label: String) -> AnyView {
    const WHOLE: u64 = 100;
    let part = |name: &str, of: u32| {
        let number: u64 = fields.get(name).trim().parse().unwrap_or_default();
        number.saturating_mul(u64::from(of)).checked_div(WHOLE).unwrap_or_default().to_string()
    };
    let area = |[links, boven, breedte, hoogte]: [&'static str; 4]| {
        let (x, y) = (part(links, foto.breedte), part(boven, foto.hoogte));
        let (width, height) = (part(breedte, foto.breedte), part(hoogte, foto.hoogte));
        view! { <rect class="wk-foto-vlak" x=x y=y width=width height=height /> }
    };
    drawn(foto, filled(fields).into_iter().map(area).collect_view(), label)
}

/// The photo with this over it: drawn by the browser, so that it works without scripts.
fn drawn(foto: &FotoView, areas: impl IntoView + 'static, label: String) -> AnyView {
    let (width, height) = (foto.breedte.to_string(), foto.hoogte.to_string());
    let (seen, url) = (format!("0 0 {width} {height}"), foto.url.clone());
    view! {
        <svg class="wk-foto-vlakken" viewBox=seen role="img" aria-label=label>
            <image href=url width=width height=height />
            {areas.into_any()}
        </svg>
    }
    .into_any()
}

/// What looks like these words and stays, each with a box to leave it out too.
fn alike(page: &PageRequest, found: &WeglatingenView, words: &[String]) -> Option<AnyView> {
    let lang = page.lang;
    let texts: Vec<&str> = texts(found).map(|deel| deel.tekst.as_str()).collect();
    let like = weglating::alike(&texts, words);
    if like.words.is_empty() && like.more == 0 {
        return None;
    }
    // As it stands there once the words are gone: what goes is no reason to tick.
    let left: Vec<String> = texts.iter().map(|text| weglating::without(text, words)).collect();
    let tick = |(at, word): (usize, String)| {
        let id = format!("{ALSO}-{at}");
        let said = left.iter().find_map(|text| in_its_words(text, &word));
        let label = said.map_or_else(|| word.clone(), |said| lang.weglaten_alike_around(&word, said));
        view! {
            <div class="wk-choice">
                <input class="utrecht-checkbox utrecht-checkbox--html-input" type="checkbox" id=id.clone() name=ALSO value=word.clone() />
                <label for=id>{label}</label>
            </div>
        }
    };
    let more = (like.more > 0).then(|| p(lang.weglaten_alike_more(like.more)));
    let ticks = like.words.into_iter().enumerate().map(tick).collect_view();
    Some(
        view! {
            <fieldset class="wk-fieldset">
                <legend class="utrecht-form-label">{lang.weglaten_alike()}</legend>
                <p class="utrecht-form-field-description">{lang.weglaten_alike_hint()} " " {lang.weglaten_alike_first()}</p>
                {ticks}
                {more}
            </fieldset>
        }
        .into_any(),
    )
}

/// A word with some of the words around it.
fn in_its_words(text: &str, word: &str) -> Option<String> {
    const AROUND: usize = 4;
    let (before, own, after) = weglating::around(text, word)?;
    let mut first: Vec<&str> = before.split(' ').rev().take(AROUND.saturating_add(1)).collect();
    first.reverse();
    let last: Vec<&str> = after.split(' ').take(AROUND.saturating_add(1)).collect();
    let begin = if before.split(' ').count() > first.len() { "…" } else { "" };
    let end = if after.split(' ').count() > last.len() { "…" } else { "" };
    Some(format!("{begin}{}{own}{}{end}", first.join(" "), last.join(" ")))
}

/// Whether something was ticked that nobody saw go yet: how it will be is shown again then, with what was ticked in its place.
pub fn is_new(fields: &Fields) -> bool {
    fields.get("actie") == "woorden" && fields.filled(ALSO).is_some()
}

/// What was sent, once more; what was ticked stands in the words by now.
fn sent(fields: &Fields) -> AnyView {
    let names = VLAKKEN.iter().flatten().copied().chain(["deel", "woorden", "reden", AFTER]);
    let all: Vec<(&'static str, String)> = names
        .flat_map(|name| fields.all(name).map(move |value| (name, value.to_owned())).collect::<Vec<_>>())
        .collect();
    let hidden = |(name, value): (&'static str, String)| view! { <input type="hidden" name=name value=value /> };
    all.into_iter().map(hidden).collect_view().into_any()
}

/// What was written, with what was ticked beside it: so it stands in the form again.
pub fn with_ticks(fields: &Fields) -> Fields {
    if fields.get("actie") != "woorden" {
        return fields.clone();
    }
    let kept = fields.iter().filter(|(name, _)| !["woorden", ALSO, CHANGES, AGREED].contains(name));
    let mut all: Vec<(String, String)> = kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    all.push(("woorden".to_owned(), lines(fields).join("\n")));
    Fields::new(all)
}

/// The form that does it, with the way back to where it was written: what was ticked goes along. Where something else is better done
/// first, its button is not the one to press.
fn does(
    page: &PageRequest,
    (fields, effect): (&Fields, send::Effect),
    (like, is_second): (Option<AnyView>, bool),
) -> AnyView {
    let lang = page.lang;
    let (name, button) = send::button(lang, fields.get("actie"), effect);
    let here = super::here(page);
    let back = ready::at(&here);
    let again = view! {
        {sent(fields)}
        <input type="hidden" name=AGREED value="ja" />
        {like}
        <p class="nl-paragraph">{lang.weglaten_preview_not_good()}</p>
        <p class="wk-form__buttons">
            <button class="nl-button nl-button--secondary" type="submit" name=CHANGES value="ja" formaction=back>
                <span class="nl-button__label">{lang.weglaten_preview_change()}</span>
            </button>
        </p>
    };
    let form = Form::new(page, name).answered_at(here);
    if is_second { form.view_quiet(button, again) } else { form.view(button, again).into_any() }
}
