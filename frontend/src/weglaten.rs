//! Where staff take words and photos out of public view, put them back, and confirm what is about a vote.

use crate::format;
use crate::forms::{Fields, FormState, Outcome, Submission};
use crate::i18n::Lang;
use crate::opgave::{details, wrong};
use crate::site::PageRequest;
use crate::submit::key;
use crate::ui::form::Form;
use crate::ui::{self, Page, below, breadcrumbs, h2, p};
use contract::account::Role;
use contract::field::{FieldCode, Raw};
use contract::gebied::Keuze;
use contract::ingreep::{
    DeelSoort, DeelView, Geheel, IngreepSoort, IngreepView, KiesDeel, MaakIngreep, Veld, Vlak, WeglatingenView,
};
use contract::problem::{FieldProblem, ProblemCode};
use contract::weglating::WEGGELATEN;
use contract::{GeheelId, IngreepId, Problem};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// What the page calls a word that stands nowhere.
const MISSING: &str = "woord";

/// Where the texts and photos of something can be taken away.
fn address(id: impl std::fmt::Display) -> String {
    format!("/werk/weglaten/{id}")
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
    let forms = found.mag.then(|| forms(page, &found));
    Ok(below(
        breadcrumbs(lang, vec![(home_of(&found), found.titel.clone())]),
        lang.weglaten_title(),
        view! {
            <p class="nl-paragraph nl-paragraph--lead">{lang.weglaten_lead()}</p>
            {forms}
            {confirmation(page, &found)}
            {history(page, &found)}
        },
    ))
}

fn forms(page: &PageRequest, found: &WeglatingenView) -> AnyView {
    let lang = page.lang;
    let (photos, texts): (Vec<&DeelView>, Vec<&DeelView>) =
        found.delen.iter().partition(|deel| deel.soort == DeelSoort::Foto);
    let waits = texts.iter().any(|deel| deel.bevroren).then(|| p(lang.weglaten_waits()));
    let choices: Vec<Keuze> = texts.iter().map(|deel| choice(lang, deel)).collect();
    let words = Form::new(page, "woorden");
    let missing: Vec<&str> = page.state.iter().flat_map(|state| state.found.all(MISSING)).collect();
    let missing = (!missing.is_empty()).then(|| p(lang.weglaten_not_found(missing.join(", "))));
    let word_fields = view! {
        {missing}
        {words.field("woorden", lang.weglaten_words()).hint(lang.weglaten_words_hint(WEGGELATEN)).area(3)}
        {words.field("reden", lang.weglaten_reason()).hint(lang.weglaten_reason_hint()).area(2)}
    };
    let open = words.was_refused();
    let words = details(lang.weglaten_some(), open, words.view(lang.weglaten_some_send(), word_fields));
    let text = Form::new(page, "tekst");
    let text_fields = view! {
        {text.field("deel", lang.weglaten_which()).select(choices, None)}
        {text.field("reden", lang.weglaten_reason()).hint(lang.weglaten_reason_hint()).area(2)}
    };
    let open = text.was_refused();
    let text = details(lang.weglaten_all(), open, text.view_quiet(lang.weglaten_all_send(), text_fields));
    let photos = (!photos.is_empty()).then(|| photo_forms(page, &photos));
    let said = texts.iter().map(|deel| {
        view! { <section class="wk-panel"><p class="wk-small">{label(lang, deel)}</p> {ui::words(lang, &deel.tekst)}</section> }
    });
    view! { {waits} {words} {text} {photos} {h2(lang.weglaten_texts())} {said.collect_view()} }.into_any()
}

/// What a text is: of what, and which of its texts.
fn label(lang: Lang, deel: &DeelView) -> String {
    format!("{}: {}", lang.deel_soort(deel.soort), lang.veld(deel.veld))
}

/// A text in a list: what it is, and how it begins.
fn choice(lang: Lang, deel: &DeelView) -> Keuze {
    const LETTERS: usize = 60;
    let mut begin: String = deel.tekst.chars().take(LETTERS).collect();
    if deel.tekst.chars().count() > LETTERS {
        begin.push('…');
    }
    Keuze { code: code(deel), naam: format!("{} ({begin})", label(lang, deel)), uitleg: None }
}

/// A text or photo as the value of a field.
fn code(deel: &DeelView) -> String {
    format!("{}.{}.{}", deel.soort, deel.id, deel.veld)
}

/// What such a value names.
fn named(value: &str) -> Option<KiesDeel> {
    let mut parts = value.splitn(3, '.');
    Some(KiesDeel { soort: parts.next()?.into(), id: parts.next()?.into(), veld: parts.next()?.into() })
}

fn photo_forms(page: &PageRequest, photos: &[&DeelView]) -> AnyView {
    let lang = page.lang;
    let name = |at: usize| lang.weglaten_photo_number(at + 1);
    let choices: Vec<Keuze> =
        photos.iter().enumerate().map(|(at, deel)| Keuze { code: code(deel), naam: name(at), uitleg: None }).collect();
    let only = (choices.len() == 1).then(|| choices.first().map(|own| own.code.clone())).flatten();
    let shown = photos.iter().enumerate().filter_map(|(at, deel)| {
        let url = deel.foto.as_ref()?.url.clone();
        Some(view! { <li><img src=url alt=name(at) loading="lazy" /></li> })
    });
    let shown = shown.collect_view();
    let whole = Form::new(page, "foto");
    let whole_fields = view! {
        {whole.field("deel", lang.weglaten_which_photo()).select(choices.clone(), only.clone())}
        {whole.field("reden", lang.weglaten_reason()).hint(lang.weglaten_reason_hint()).area(2)}
    };
    let open = whole.was_refused();
    let whole = details(lang.weglaten_photo(), open, whole.view_quiet(lang.weglaten_photo_send(), whole_fields));
    let area = Form::new(page, "vlak");
    let area_fields = view! {
        {area.field("deel", lang.weglaten_which_photo()).select(choices, only)}
        {p(lang.weglaten_area_hint())}
        {area.field("links", lang.weglaten_left()).kind("number").input()}
        {area.field("boven", lang.weglaten_top()).kind("number").input()}
        {area.field("breedte", lang.weglaten_width()).kind("number").input()}
        {area.field("hoogte", lang.weglaten_height()).kind("number").input()}
        {area.field("reden", lang.weglaten_reason()).hint(lang.weglaten_reason_hint()).area(2)}
    };
    let open = area.was_refused();
    let area = details(lang.weglaten_area(), open, area.view(lang.weglaten_area_send(), area_fields));
    view! { {h2(lang.form_fotos())} <ul class="wk-photos">{shown}</ul> {area} {whole} }.into_any()
}

/// What waits for the stembureau, for who may confirm it.
fn confirmation(page: &PageRequest, found: &WeglatingenView) -> Option<AnyView> {
    let lang = page.lang;
    let waiting: Vec<&IngreepView> = found.ingrepen.iter().filter(|own| own.mag_bevestigen).collect();
    if waiting.is_empty() {
        return None;
    }
    let choices = waiting.iter().map(|own| noted(lang, own)).collect();
    let form = Form::new(page, "bevestigen");
    let field = form.field("ingreep", lang.weglaten_confirm_which()).radios(choices, None);
    Some(
        view! { {h2(lang.weglaten_confirm())} {p(lang.weglaten_confirm_hint())} {form.view(lang.weglaten_confirm_send(), field)} }
            .into_any(),
    )
}

/// Something that was taken away, in a list.
fn noted(lang: Lang, own: &IngreepView) -> Keuze {
    let what = format!("{}: {}", lang.deel_soort(own.deel), lang.veld(own.veld));
    let day = format::moment(lang, own.gedaan_op);
    Keuze { code: own.id.to_string(), naam: format!("{what}, {day}"), uitleg: own.nieuw.clone() }
}

/// What was taken away, and the form to put it back.
fn history(page: &PageRequest, found: &WeglatingenView) -> Option<AnyView> {
    let lang = page.lang;
    if found.ingrepen.is_empty() {
        return None;
    }
    let line = |own: &IngreepView| {
        let kept = own.origineel.as_deref().map(|text| {
            let until = lang.weglaten_kept(format::day(lang, own.bewaard_tot));
            view! { <details class="wk-details"><summary>{lang.weglaten_original()}</summary>{ui::prose(text)} {p(until)}</details> }
        });
        let what =
            format!("{} ({}: {})", lang.ingreep_soort(own.soort), lang.deel_soort(own.deel), lang.veld(own.veld));
        let who = lang.weglaten_by(format::moment(lang, own.gedaan_op), &own.door);
        view! {
            <li>
                <p class="nl-paragraph"><strong>{what}</strong> " " {ui::badge(lang.ingreep_status(own.status))}</p>
                <p class="wk-small">{who}</p>
                {ui::prose(&own.reden)}
                {kept}
            </li>
        }
    };
    let lines = found.ingrepen.iter().map(line).collect_view();
    let back: Vec<Keuze> = found.ingrepen.iter().filter(|own| own.mag_herstellen).map(|own| noted(lang, own)).collect();
    let undo = (!back.is_empty()).then(|| {
        let form = Form::new(page, "herstellen");
        let field = form.field("ingreep", lang.weglaten_undo_which()).radios(back, None);
        let open = form.was_refused();
        details(lang.weglaten_undo(), open, form.view_quiet(lang.weglaten_undo_send(), field))
    });
    Some(view! { {h2(lang.weglaten_done())} <ul class="wk-list">{lines}</ul> {undo} }.into_any())
}

/// Takes the forms of that page in.
pub async fn submit(page: &PageRequest, id: GeheelId, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let done = match fields.get("actie") {
        "bevestigen" => match ingreep(&fields) {
            Ok(ingreep) => page.api.confirm_ingreep(ingreep).await,
            Err(problem) => Err(problem),
        },
        "herstellen" => match ingreep(&fields) {
            Ok(ingreep) => page.api.undo_ingreep(ingreep).await,
            Err(problem) => Err(problem),
        },
        name => match asked(name, &fields) {
            Some(request) => page.api.make_ingreep(key(&fields), id, request).await,
            None => Err(Problem::bare(ProblemCode::NietGevonden)),
        },
    };
    match done {
        Ok(_) => Outcome::Go(page.path.clone()),
        Err(problem) => {
            let found = Fields::new(missing(&fields, &problem).map(|word| (MISSING.to_owned(), word)).collect());
            let problem = Some(on_this_page(problem));
            Outcome::Again(FormState { problem, found, ..FormState::of(fields) })
        }
    }
}

/// The words of a form that the API found nowhere.
fn missing(fields: &Fields, problem: &Problem) -> impl Iterator<Item = String> {
    let words = lines(fields);
    let is_missing = |fout: &&FieldProblem| fout.code == FieldCode::StaatErNietIn;
    let place = |fout: &FieldProblem| fout.veld.strip_prefix("/woorden/")?.parse::<usize>().ok();
    let places: Vec<usize> = problem.fouten.iter().filter(is_missing).filter_map(place).collect();
    places.into_iter().filter_map(move |at| words.get(at).cloned())
}

/// The words that somebody wrote, each on a line.
fn lines(fields: &Fields) -> Vec<String> {
    fields.get("woorden").lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn ingreep(fields: &Fields) -> Result<IngreepId, Problem> {
    fields.get("ingreep").parse().map_err(|_none| wrong("/ingreep", FieldCode::Ontbreekt.into()))
}

/// What a form asks for.
fn asked(name: &str, fields: &Fields) -> Option<MaakIngreep> {
    let lines = || lines(fields).into_iter().map(Raw::new).collect();
    let number = |name: &str| fields.get(name).trim().parse().unwrap_or(u32::MAX);
    let (soort, deel, woorden, vlakken) = match name {
        "woorden" => (IngreepSoort::Onherkenbaar, None, lines(), Vec::new()),
        "tekst" | "foto" => (IngreepSoort::Afschermen, named(fields.get("deel")), Vec::new(), Vec::new()),
        "vlak" => {
            let vlak = Vlak {
                links: number("links"),
                boven: number("boven"),
                breedte: number("breedte"),
                hoogte: number("hoogte"),
            };
            let none =
                KiesDeel { soort: DeelSoort::Foto.as_str().into(), id: "".into(), veld: Veld::Beeld.as_str().into() };
            (IngreepSoort::Onherkenbaar, Some(named(fields.get("deel")).unwrap_or(none)), Vec::new(), vec![vlak])
        }
        _ => return None,
    };
    Some(MaakIngreep { soort: soort.as_str().into(), deel, woorden, vlakken, reden: fields.get("reden").into() })
}

/// What the API says of a part of a request, said of the field that it came from.
fn on_this_page(problem: Problem) -> Problem {
    let mut said = BTreeSet::new();
    let mut fouten = Vec::new();
    for mut fout in problem.fouten {
        for (from, to) in [("/deel/", "/deel"), ("/woorden/", "/woorden"), ("/vlakken", "/links")] {
            if fout.veld.starts_with(from) {
                to.clone_into(&mut fout.veld);
            }
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
