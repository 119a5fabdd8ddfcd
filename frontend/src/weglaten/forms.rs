//! The forms with which the wijkteam takes something away.

use super::done::DONE;
use super::{
    AFTER, VLAKKEN, address, asked_by, here, history, label, label_of, lines, photo_label, plan_of, ready, reason,
    seen_at, what_of, which,
};
use crate::format;
use crate::forms::Fields;
use crate::i18n::Lang;
use crate::opgave::details;
use crate::site::PageRequest;
use crate::ui::form::{Form, Known};
use crate::ui::{self, h2, p};
use contract::InitiatiefId;
use contract::field::FieldCode;
use contract::gebied::Keuze;
use contract::ingreep::{DeelSoort, DeelView, Geheel, IngreepStatus, IngreepView, Vindplaats, WeglatingenView};
use contract::problem::FieldProblem;
use contract::weglating::{self, WEGGELATEN};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Where the form for words stands on the page, and those for a whole text, a whole photo and a part of one.
pub const WORDS: &str = "woorden";
pub const TEXT: &str = "tekst";
const PHOTO: &str = "foto";
const AREA: &str = "vlak";

/// With what the place of a plan on the page begins.
pub const PLAN: &str = "plan-";

/// All forms, and the texts and photos that they are about.
pub fn all(page: &PageRequest, found: &WeglatingenView) -> AnyView {
    let lang = page.lang;
    let (photos, mut texts): (Vec<&DeelView>, Vec<&DeelView>) =
        found.delen.iter().partition(|deel| deel.soort == DeelSoort::Foto);
    // What a plan says stands together.
    texts.sort_by_key(|deel| deel.plan.as_ref().map(|plan| plan.nummer));
    let choices: Vec<Keuze> = texts.iter().map(|deel| choice(lang, deel)).collect();
    // Who comes for one plan reads what it says right above the forms.
    let is_asked_for =
        |deel: &&DeelView| deel.plan.as_ref().is_some_and(|plan| ui::is_opened(page, &place_of(plan.nummer)));
    let (first, rest): (Vec<&DeelView>, Vec<&DeelView>) = texts.into_iter().partition(is_asked_for);
    let only = first.iter().find_map(|deel| deel.plan.as_ref()).map(|plan| plan.nummer);
    let comes_for_one = only.is_some();
    view! {
        {panels(lang, found, &first)}
        {only.and_then(|nummer| waits_for(lang, found, nummer))}
        {origins(lang, found, only)}
        {words(page, found, comes_for_one)}
        {whole_text(page, found, choices)}
        {(!photos.is_empty()).then(|| photo_forms(page, found, &photos))}
        {hidden(lang, found)}
        {(!rest.is_empty()).then(|| h2(lang.weglaten_texts()))}
        {panels(lang, found, &rest)}
    }
    .into_any()
}

/// The form for a whole text.
fn whole_text(page: &PageRequest, found: &WeglatingenView, choices: Vec<Keuze>) -> AnyView {
    let lang = page.lang;
    let form = Form::new(page, "tekst").answered_at(here(page)).knowing(known(page, found));
    let fields = view! {
        {ready::heading(lang, &form)}
        {form.field("deel", lang.weglaten_which()).select(choices, None)}
        {refused_before(page, found, &form)}
        {reason(lang, &form, (lang.weglaten_reason(), lang.weglaten_reason_hint()))}
    };
    let open = form.was_sent();
    ui::details_at(page, TEXT, (lang.weglaten_all(), open), form.view_quiet(lang.weglaten_look(), fields))
}

/// What these texts say; a plan begins at its own place.
fn panels(lang: Lang, found: &WeglatingenView, texts: &[&DeelView]) -> AnyView {
    let mut placed = BTreeSet::new();
    let said = texts.iter().map(|deel| {
        let nummer = deel.plan.as_ref().map(|plan| plan.nummer).filter(|nummer| placed.insert(*nummer));
        let id = nummer.map(place_of);
        view! {
            <section class="wk-panel" id=id>
                <p class="wk-small">{label(lang, (deel.soort, deel.veld), deel.plan.as_ref())}</p>
                {ui::words(lang, &deel.tekst)}
                {voted(lang, found, deel)}
            </section>
        }
    });
    said.collect_view().into_any()
}

/// Where a plan begins on the page.
pub fn place_of(nummer: u32) -> String {
    format!("{PLAN}{nummer}")
}

/// On which of its places people vote on a text; where it stands only once, that alone.
fn voted(lang: Lang, found: &WeglatingenView, deel: &DeelView) -> Option<AnyView> {
    if deel.plekken.len() > 1 {
        let places = deel.plekken.iter().map(|place| view! { <li>{at(lang, found, place)}</li> }).collect_view();
        let heading = lang.weglaten_stands_at();
        return Some(view! { <p class="wk-small">{heading}</p> <ul class="wk-list">{places}</ul> }.into_any());
    }
    deel.bevroren.then(|| view! { <p class="wk-small"><strong>{lang.weglaten_voted()}</strong></p> }.into_any())
}

/// A place where a text stands, with the way to where everybody reads it, and that people vote on it there.
pub fn at(lang: Lang, found: &WeglatingenView, place: &Vindplaats) -> AnyView {
    let what = label(lang, (place.soort, place.veld), place.plan.as_ref());
    let to = ui::link(seen_at(found, (place.soort, place.id), place.plan.as_ref()), what);
    let voted = place.bevroren.then(|| view! { " " <strong>{lang.weglaten_voted()}</strong> });
    view! { {to} {voted} }.into_any()
}

/// Of a buurtbegroting: the words of a plan stand in the initiatief that it was made of as well, while everybody may see that. Who comes
/// for one plan reads of that one.
fn origins(lang: Lang, found: &WeglatingenView, only: Option<u32>) -> Option<AnyView> {
    if found.soort != Geheel::Buurtbegroting {
        return None;
    }
    let plans = found.delen.iter().filter_map(|deel| deel.plan.as_ref());
    let plans = plans.filter(|plan| only.is_none_or(|nummer| nummer == plan.nummer));
    let of_initiatief = plans.filter_map(|plan| Some((plan.nummer, (plan.titel.clone(), plan.public_initiatief()?))));
    let origins: BTreeMap<u32, (String, InitiatiefId)> = of_initiatief.collect();
    if origins.is_empty() {
        return None;
    }
    let line = |(nummer, (titel, initiatief)): (u32, (String, InitiatiefId))| {
        let to = ui::opened(&address(initiatief), WORDS);
        view! { <li>{ui::link(to, lang.weglaten_origin_link(nummer, titel))}</li> }
    };
    let lines = origins.into_iter().map(line).collect_view();
    let said = view! { {p(lang.weglaten_origin())} {p(lang.weglaten_origin_first())} <ul class="wk-list">{lines}</ul> };
    Some(ui::alert("warning", said).into_any())
}

/// What waits already for the plan that somebody comes for, with the way to each.
fn waits_for(lang: Lang, found: &WeglatingenView, nummer: u32) -> Option<AnyView> {
    let is_of_it = |own: &&IngreepView| {
        history::waits(own.status) && plan_of(found, own).is_some_and(|plan| plan.nummer == nummer)
    };
    let list = requests(lang, found, found.ingrepen.iter().filter(is_of_it))?;
    Some(view! { {p(lang.weglaten_waits_for_plan(nummer))} {list} }.into_any())
}

/// Requests, each with the way to it.
fn requests<'a>(lang: Lang, found: &WeglatingenView, all: impl Iterator<Item = &'a IngreepView>) -> Option<AnyView> {
    let line = |own: &IngreepView| {
        let to = ui::opened(&address(found.id), &history::card(own.id));
        let by = asked_by(lang, own);
        view! {
            <li>
                {ui::link(to, what_of(lang, found, own))}
                {which::line(lang, found, own)}
                <p class="wk-small">{by}</p>
            </li>
        }
    };
    let lines: Vec<_> = all.map(line).collect();
    (!lines.is_empty()).then(|| view! { <ul class="wk-list">{lines}</ul> }.into_any())
}

/// Why the stembureau said no to what a form asks once more: who writes why it is asked answers that.
fn refused_before(page: &PageRequest, found: &WeglatingenView, form: &Form) -> Option<AnyView> {
    let (lang, id) = (page.lang, page.state.as_ref().filter(|_| form.was_sent())?.fields.filled(AFTER)?);
    let own = found.ingrepen.iter().find(|own| own.id.to_string() == id)?;
    let no = own.geweigerd.as_ref()?;
    let by = lang.weglaten_refused_by(format::moment_and_time(lang, no.op), &no.door);
    let after = own.id.to_string();
    Some(
        view! {
            <input type="hidden" name=AFTER value=after />
            {p(lang.weglaten_refused_because(&no.reden))}
            <p class="wk-small">{by}</p>
        }
        .into_any(),
    )
}

/// What this page knows of what is wrong in one of its forms.
fn known(page: &PageRequest, found: &WeglatingenView) -> Vec<Known> {
    let Some(state) = page.state.as_ref() else { return Vec::new() };
    let of = |fout: &FieldProblem| {
        if fout.code == FieldCode::WachtAl {
            asked_already(page.lang, found, (&state.fields, &fout.veld))
        } else if fout.code == FieldCode::StaatErNietIn {
            meant(page.lang, found, (&state.fields, &fout.veld))
        } else {
            None
        }
    };
    state.problem.iter().flat_map(|problem| &problem.fouten).filter_map(of).collect()
}

/// What was asked already of that which a form asks once more: who did and when, with the way there.
fn asked_already(lang: Lang, found: &WeglatingenView, (fields, veld): (&Fields, &str)) -> Option<Known> {
    let written = lines(fields);
    // What waits can ask it inside something longer: one of these words stood in the text that it is about.
    let has_word = |was: &str| weglating::missing(&[was], &written).len() < written.len();
    let chosen = found.delen.iter().find(|deel| code(deel) == fields.get("deel"));
    let is_it = |own: &&IngreepView| {
        let is_at = |place: &Vindplaats| (place.soort, place.id, place.veld) == (own.deel, own.deel_id, own.veld);
        let is_chosen = chosen.is_some_and(|deel| deel.plekken.iter().any(is_at));
        // A request to put something back asks none of this.
        own.status == IngreepStatus::Wacht && (is_chosen || own.origineel.as_deref().is_some_and(has_word))
    };
    let line = |own: &IngreepView| {
        let at = format::moment_and_time(lang, own.gedaan_op);
        let said = lang.weglaten_asked_already(own.door.split(", ").count(), at, &own.door);
        let much = which::much(lang, found, own).map(|much| format!(" ({much})")).unwrap_or_default();
        let to = ui::opened(&address(found.id), &history::card(own.id));
        (format!("{said} {}{much}", label_of(lang, found, own)), Some(to))
    };
    let lines: Vec<_> = found.ingrepen.iter().filter(is_it).map(line).collect();
    // What there is to do about it differs: of words and of a text it was asked, of a photo another part can be.
    let at_field = if fields.get("actie") == AREA { lang.weglaten_waits_photo() } else { lang.field_wacht_al() };
    let (veld, at_field) = (veld.to_owned(), at_field.to_owned());
    (!lines.is_empty()).then_some(Known { veld, code: FieldCode::WachtAl, lines, at_field })
}

/// What may have been meant with a word that stands nowhere.
fn meant(lang: Lang, found: &WeglatingenView, (fields, veld): (&Fields, &str)) -> Option<Known> {
    let at: usize = veld.strip_prefix("/woorden/")?.parse().ok()?;
    let word = lines(fields).into_iter().nth(at)?;
    let said = lang.weglaten_meant(inside(found, &word)?, &word);
    let (veld, lines) = (veld.to_owned(), vec![(said.clone(), None)]);
    Some(Known { veld, code: FieldCode::StaatErNietIn, lines, at_field: said })
}

fn words(page: &PageRequest, found: &WeglatingenView, comes_for_one: bool) -> AnyView {
    let lang = page.lang;
    let form = Form::new(page, "woorden").answered_at(here(page)).knowing(known(page, found));
    let written = page.state.as_ref().filter(|_| form.was_sent()).map(|state| lines(&state.fields)).unwrap_or_default();
    let entries = written.into_iter().map(|word| format!("‘{word}’")).collect();
    let field = form.field("woorden", lang.weglaten_words()).hint(lang.weglaten_words_hint(WEGGELATEN));
    let fields = view! {
        {ready::heading(lang, &form)}
        {there(page)}
        {field.entries(entries).area(3)}
        {refused_before(page, found, &form)}
        {reason(lang, &form, (lang.weglaten_reason(), lang.weglaten_reason_hint()))}
    };
    let open = form.was_sent() || comes_for_one;
    ui::details_at(page, WORDS, (lang.weglaten_some(), open), form.view(lang.weglaten_look(), fields))
}

/// Of words of which some stand nowhere: which do.
fn there(page: &PageRequest) -> Option<AnyView> {
    let lang = page.lang;
    let state = page.state.as_ref()?;
    let (mut is_missing, mut there) = (false, Vec::new());
    for (at, word) in lines(&state.fields).into_iter().enumerate() {
        match state.problem_of(&format!("/woorden/{at}")) {
            Some(problem) if problem.code == FieldCode::StaatErNietIn => is_missing = true,
            Some(_) => {}
            None => there.push(word),
        }
    }
    (is_missing && !there.is_empty()).then(|| p(lang.weglaten_found(there.join(", "))).into_any())
}

/// The first word of the texts that this one is a part of.
fn inside(found: &WeglatingenView, word: &str) -> Option<String> {
    let part = word.to_lowercase();
    let is_around = |whole: &&str| whole.to_lowercase().contains(&part);
    let texts = found.delen.iter().map(|deel| deel.tekst.as_str());
    let mut wholes = texts.flat_map(|text| text.split(|letter: char| !letter.is_alphanumeric() && letter != '-'));
    wholes.find(is_around).map(str::to_owned)
}

/// A text in a list: what it is, and how it begins.
fn choice(lang: Lang, deel: &DeelView) -> Keuze {
    const LETTERS: usize = 60;
    let mut begin: String = deel.tekst.chars().take(LETTERS).collect();
    if deel.tekst.chars().count() > LETTERS {
        begin.push('…');
    }
    let label = label(lang, (deel.soort, deel.veld), deel.plan.as_ref());
    Keuze { code: code(deel), naam: format!("{label} ({begin})"), uitleg: None }
}

/// A text or photo as the value of a field.
pub fn code(deel: &DeelView) -> String {
    format!("{}.{}.{}", deel.soort, deel.id, deel.veld)
}

fn photo_forms(page: &PageRequest, found: &WeglatingenView, photos: &[&DeelView]) -> AnyView {
    let lang = page.lang;
    let choice = |deel: &&DeelView| Keuze { code: code(deel), naam: photo_label(lang, found, deel), uitleg: None };
    // None is chosen beforehand, also where there is only one: who presses the button once more hides no other. Only who comes from a
    // plan with one photo, and did nothing yet, came for that.
    let of_plan =
        |deel: &&&DeelView| deel.plan.as_ref().is_some_and(|plan| ui::is_opened(page, &place_of(plan.nummer)));
    let chosen: Vec<String> = photos.iter().filter(of_plan).map(|deel| code(deel)).collect();
    let is_new = page.state.is_none() && ui::query(page, DONE).is_none();
    let preset = chosen.first().filter(|_| is_new && chosen.len() == 1).cloned();
    let choices: Vec<Keuze> = photos.iter().map(choice).collect();
    let shown = photos.iter().filter_map(|deel| {
        let (foto, name) = (deel.foto.as_ref()?, photo_label(lang, found, deel));
        // With its room kept: below it stand the forms that a link or what is wrong in them leads to.
        let (url, width, height) = (foto.url.clone(), foto.breedte.to_string(), foto.hoogte.to_string());
        // Under this value `js/vlakken.js` finds what somebody chose to draw on.
        let code = code(deel);
        let voted = deel.bevroren.then(|| view! { <p class="wk-small"><strong>{lang.weglaten_voted()}</strong></p> });
        Some(view! {
            <li>
                <img src=url alt="" width=width height=height loading="lazy" data-foto=code />
                <p class="wk-small">{name}</p>
                {voted}
            </li>
        })
    });
    let shown = shown.collect_view();
    let whole = Form::new(page, "foto").answered_at(here(page)).knowing(known(page, found));
    let whole_fields = view! {
        {ready::heading(lang, &whole)}
        {whole.field("deel", lang.weglaten_which_photo()).select(choices.clone(), preset.clone())}
        {refused_before(page, found, &whole)}
        {reason(lang, &whole, (lang.weglaten_reason(), lang.weglaten_reason_hint()))}
    };
    let open = whole.was_sent();
    let whole = whole.view_quiet(lang.weglaten_look(), whole_fields);
    let whole = ui::details_at(page, PHOTO, (lang.weglaten_photo(), open), whole);
    view! { {h2(lang.form_fotos())} <ul class="wk-photos">{shown}</ul> {areas(page, found, (choices, preset))} {whole} }
        .into_any()
}

/// The form to fill parts of a photo: one rectangle is asked for, and there is room for some more.
fn areas(page: &PageRequest, found: &WeglatingenView, (choices, preset): (Vec<Keuze>, Option<String>)) -> AnyView {
    let lang = page.lang;
    let form = Form::new(page, "vlak").answered_at(here(page)).knowing(known(page, found));
    let (first, rest) = VLAKKEN.split_first().map_or((None, VLAKKEN), |(first, rest)| (Some(first), rest));
    let which = form.field("deel", lang.weglaten_which_photo()).select(choices, preset);
    let first = first.map(|names| area(lang, &form, (names, None)));
    let more = |(number, names): (usize, &[&'static str; 4])| {
        let is_open = names.iter().any(|name| !form.value(name).is_empty());
        details(lang.weglaten_area_more(number), is_open, area(lang, &form, (names, Some(number))))
    };
    let more = (2..).zip(rest).map(more).collect_view();
    let fields = view! {
        {ready::heading(lang, &form)}
        {which}
        {drawing(page)}
        {p(lang.weglaten_area_hint())}
        {first}
        {more}
        {refused_before(page, found, &form)}
        {reason(lang, &form, (lang.weglaten_reason(), lang.weglaten_reason_hint()))}
    };
    let open = form.was_sent();
    ui::details_at(page, AREA, (lang.weglaten_area(), open), form.view(lang.weglaten_look(), fields))
}

/// Where `js/vlakken.js` lets somebody draw the rectangles on the photo that they chose: that fills the numbers, and they are what
/// is sent. Without scripts it is not there.
fn drawing(page: &PageRequest) -> AnyView {
    let lang = page.lang;
    let names: Vec<&str> = VLAKKEN.iter().flatten().copied().collect();
    view! {
        <div
            class="wk-tekenen"
            hidden
            data-vlakken=page.site.assets.url("vlakken.js")
            data-velden=names.join(" ")
            data-tekst-kies=lang.weglaten_draw_choose()
            data-tekst-uitleg=lang.weglaten_draw()
            data-tekst-foto=lang.weglaten_draw_photo()
            data-tekst-getekend=lang.weglaten_draw_done("{nummer}")
            data-tekst-weg=lang.weglaten_draw_remove("{nummer}")
            data-tekst-vol=lang.weglaten_draw_full(VLAKKEN.len())
        ></div>
    }
    .into_any()
}

/// The four numbers of a rectangle.
fn area(lang: Lang, form: &Form, (names, number): (&[&'static str; 4], Option<usize>)) -> AnyView {
    let labels = [lang.weglaten_left(), lang.weglaten_top(), lang.weglaten_width(), lang.weglaten_height()];
    let field = |(&name, label): (&&'static str, &'static str)| {
        let label = number.map_or_else(|| label.to_owned(), |number| lang.weglaten_area_of(number, label));
        form.field(name, label).kind("number").input()
    };
    names.iter().zip(labels).map(field).collect_view().into_any()
}

/// That photos were hidden: a colleague looks for them here.
fn hidden(lang: Lang, found: &WeglatingenView) -> Option<AnyView> {
    match found.fotos_afgeschermd {
        0 => None,
        1 => Some(p(lang.weglaten_hidden_one()).into_any()),
        number => Some(p(lang.weglaten_hidden_many(number)).into_any()),
    }
}
