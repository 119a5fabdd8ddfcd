//! What waits for the stembureau, and what was taken away, with who did what and when.

use super::{
    ABOUT, CURSOR, PART, address, asked_by, cursor, divided, here, how_much, label_of, origin, plan_of, ready, reason,
    seen_at, sides, what_of, which, why, withdraw,
};
use crate::format;
use crate::i18n::Lang;
use crate::opgave::details;
use crate::site::PageRequest;
use crate::ui::form::Form;
use crate::ui::{self, h2, p};
use chrono::TimeDelta;
use contract::field::{Field as _, Woord};
use contract::ingreep::{
    DeelSoort, IngreepSoort, IngreepStatus, IngreepView, MAX_WOORDEN, Plek, Stap, StapSoort, VerdeeldVerzoek,
    Vindplaats, WEIGERINGDAGEN, WeglatingenView,
};
use contract::weglating;
use contract::{IngreepId, Page as Piece};
use leptos::prelude::*;

/// Where a request, or what was done, stands on its page.
pub fn card(id: IngreepId) -> String {
    format!("ingreep-{id}")
}

/// Where it stands on its page that something was refused, with the way to ask it again.
pub fn refused_card(id: IngreepId) -> String {
    format!("geweigerd-{id}")
}

/// How it stands, in words; of what was withdrawn also whether a later request asks it.
pub const fn status(lang: Lang, (status, is_joined): (IngreepStatus, bool)) -> &'static str {
    match status {
        IngreepStatus::Ingetrokken if is_joined => lang.weglaten_joined(),
        IngreepStatus::Ingetrokken
        | IngreepStatus::Wacht
        | IngreepStatus::Gedaan
        | IngreepStatus::HerstelWacht
        | IngreepStatus::Hersteld
        | IngreepStatus::Geweigerd => lang.ingreep_status(status),
    }
}

/// How it stands.
pub fn status_of(lang: Lang, own: &IngreepView) -> &'static str {
    // Out of the plan alone is not done while the initiatief says it.
    let is_said = own.achter.as_ref().is_some_and(|behind| behind.staat_er);
    if is_said && own.status == IngreepStatus::Gedaan {
        return lang.weglaten_only_out_of_plan();
    }
    status(lang, (own.status, own.samengevoegd))
}

/// Whether the stembureau has to answer.
pub const fn waits(status: IngreepStatus) -> bool {
    matches!(status, IngreepStatus::Wacht | IngreepStatus::HerstelWacht)
}

/// How what a request is about stands now, whatever became of that request itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Everybody reads or sees it.
    There,
    /// Everybody reads or sees it still, and it waits to be left out.
    Waits,
    /// Nobody reads or sees it.
    Gone,
}

/// How it stands now: a later request can have asked it too, or done it.
pub fn standing(found: &WeglatingenView, own: &IngreepView) -> Standing {
    match own.status {
        IngreepStatus::Wacht => return Standing::Waits,
        IngreepStatus::Gedaan | IngreepStatus::HerstelWacht => return Standing::Gone,
        IngreepStatus::Hersteld | IngreepStatus::Ingetrokken | IngreepStatus::Geweigerd => {}
    }
    let later: Vec<&IngreepView> = found.ingrepen.iter().filter(|other| is_later(own, other)).collect();
    let asks_it = |other: &IngreepView| own.nieuw.as_deref().zip(other.nieuw.as_deref()).is_none_or(is_as_far);
    if later.iter().any(|other| other.status == IngreepStatus::Wacht && asks_it(other)) {
        return Standing::Waits;
    }
    let is_at = |place: &Vindplaats| (place.soort, place.id, place.veld) == (own.deel, own.deel_id, own.veld);
    let there = found.delen.iter().find(|deel| deel.plekken.iter().any(is_at)).map(|deel| deel.tekst.as_str());
    let is_gone = match (own.nieuw.as_deref(), there) {
        (Some(left), Some(text)) => is_as_far((left, text)),
        // A photo, or a text that is not on this page: what was done to it last.
        (None, _) | (_, None) => later.iter().any(|other| is_out(other)),
    };
    if is_gone { Standing::Gone } else { Standing::There }
}

/// Whether a text is without all that another is without.
fn is_as_far((left, text): (&str, &str)) -> bool {
    weglating::is_without(left, text)
}

/// Whether something is left out.
pub const fn is_out(own: &IngreepView) -> bool {
    matches!(own.status, IngreepStatus::Gedaan | IngreepStatus::HerstelWacht)
}

/// Whether one was asked or done after another, to the same.
fn is_later(own: &IngreepView, other: &IngreepView) -> bool {
    other.id > own.id && (other.deel, other.deel_id, other.veld) == (own.deel, own.deel_id, own.veld)
}

/// Whether two were asked at once.
pub fn is_of_request(own: &IngreepView, other: &IngreepView) -> bool {
    own.id == other.id || (own.verzoek.is_some() && own.verzoek == other.verzoek)
}

/// The words that a request wanted to leave out and that still stand there, each once, as many as can be asked at once: of a text that
/// it would leave out whole, and where it is not sure which words they were, none.
pub fn again_words(found: &WeglatingenView, own: &IngreepView) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let is_over = |other: &&IngreepView| is_of_request(own, other) && other.status == own.status;
    for other in found.ingrepen.iter().filter(is_over) {
        let is_at = |place: &Vindplaats| (place.id, place.veld) == (other.deel_id, other.veld);
        let there = found.delen.iter().find(|deel| deel.plekken.iter().any(is_at));
        let (Some(there), Some(left)) = (there, other.nieuw.as_deref()) else { continue };
        let gone: Vec<String> = weglating::gone(&there.tekst, left).into_iter().map(str::to_owned).collect();
        // The text can be another since: then what is kept tells which of the words stand there.
        let missing = weglating::missing(&[there.tekst.as_str()], &other.woorden);
        let is_other = gone.is_empty() && !weglating::is_without(&there.tekst, left);
        words.extend(gone);
        for (at, word) in other.woorden.iter().enumerate() {
            if is_other && !missing.contains(&at) {
                words.push(word.clone());
            }
        }
    }
    words.sort();
    words.dedup();
    words.retain(|word| Woord::parse(word).is_ok());
    words.truncate(MAX_WOORDEN);
    words
}

/// What the stembureau refused not long ago and nobody asked again: why, where it stands still, and the way to ask it again.
pub fn refused(page: &PageRequest, found: &WeglatingenView) -> Option<AnyView> {
    let lang = page.lang;
    let since = page.today - TimeDelta::days(WEIGERINGDAGEN);
    let is_last = |own: &IngreepView| !found.ingrepen.iter().any(|other| is_later(own, other));
    // Of a request that ended apart, it stands where that is told.
    let is_told =
        |own: &IngreepView| {
            found.verdeeld.iter().filter_map(|divided| divided.geweigerd).any(|id| {
                id == own.id || found.ingrepen.iter().any(|other| other.id == id && is_of_request(own, other))
            })
        };
    let is_recent = |own: &IngreepView| own.geweigerd.as_ref().is_some_and(|no| no.op.date_naive() >= since);
    let refused = found
        .ingrepen
        .iter()
        .filter(|own| own.status == IngreepStatus::Geweigerd && is_recent(own) && is_last(own) && !is_told(own));
    let line = |own: &IngreepView| {
        let no = own.geweigerd.as_ref()?;
        let what = label_of(lang, found, own);
        let to = ui::link(seen_at(found, (own.deel, own.deel_id), plan_of(found, own)), lang.weglaten_refused_there());
        let said = view! {
            <p class="nl-paragraph"><strong>{lang.weglaten_refused_of(what)}</strong> " " {to}</p>
            {which::line(lang, found, own)}
            {how_much(lang, (own.deel, own.soort)).map(|much| p(lang.weglaten_which_words(much)))}
            {ui::prose(&lang.weglaten_asked_because(&own.reden))}
            {p(lang.weglaten_refused_because(&no.reden))}
            <p class="wk-small">{lang.weglaten_refused_by(format::moment_and_time(lang, no.op), &no.door)}</p>
        };
        let place = refused_card(own.id);
        let again = again_with(page, own.id, part_button(lang, own));
        Some(view! { <div id=place>{ui::alert("warning", said)} {again}</div> })
    };
    let boxes: Vec<_> = if found.mag { refused.filter_map(line).collect() } else { Vec::new() };
    (!boxes.is_empty()).then(|| boxes.into_any())
}

/// The way to ask once more what was refused or withdrawn: to the form itself, filled in.
pub fn again(page: &PageRequest, id: IngreepId) -> AnyView {
    again_with(page, id, None)
}

/// The same, with another button beside its own.
fn again_with(page: &PageRequest, id: IngreepId, other: Option<AnyView>) -> AnyView {
    let form = Form::about(page, "opnieuw", (ABOUT, id.to_string())).answered_at(ready::at(&here(page)));
    form.view_quiet(page.lang.weglaten_ask_again(), other)
}

/// The button to ask only a part of a photo that was refused whole. It stands in the form that asks all of it once more: of two forms
/// about one thing each would show what went wrong with the other.
fn part_button(lang: Lang, own: &IngreepView) -> Option<AnyView> {
    if (own.deel, own.soort) != (DeelSoort::Foto, IngreepSoort::Afschermen) {
        return None;
    }
    let button = view! {
        <p class="wk-form__buttons">
            <button class="nl-button nl-button--secondary" type="submit" name=PART value="ja">
                <span class="nl-button__label">{lang.weglaten_ask_part()}</span>
            </button>
        </p>
    };
    Some(button.into_any())
}

/// What waits for the stembureau, for the wijkteam.
pub fn waiting(page: &PageRequest, found: &WeglatingenView) -> Option<AnyView> {
    let lang = page.lang;
    let waiting: Vec<&IngreepView> = found.ingrepen.iter().filter(|own| waits(own.status)).collect();
    if !found.mag || waiting.is_empty() {
        return None;
    }
    let line = |own: &&IngreepView| {
        let why = why(lang, own).into_iter().flatten().map(|text| ui::prose(&text)).collect_view();
        // Who may answer it as well finds it above, at its answer.
        let place = (!own.mag_weigeren).then(|| card(own.id));
        view! {
            <li id=place>
                <p class="nl-paragraph"><strong>{what_of(lang, found, own)}</strong> " " {ui::badge(status_of(lang, own))}</p>
                {which::line(lang, found, own)}
                <p class="wk-small">{asked_by(lang, own)}</p>
                {why}
                {sides(lang, own)}
                {origin::warning(lang, found, own)}
                {withdraw::form(page, found, own)}
            </li>
        }
    };
    let lines = waiting.iter().map(line).collect_view();
    let heading = h2(format!("{} ({})", lang.weglaten_waiting(), waiting.len()));
    Some(view! { {heading} {p(lang.weglaten_waiting_hint())} <ul class="wk-list">{lines}</ul> }.into_any())
}

/// A piece of what was asked and taken away, with at each what can be done with it, and the way to the next.
pub fn all(page: &PageRequest, found: &WeglatingenView, over: &Piece<IngreepView>) -> Option<AnyView> {
    let lang = page.lang;
    if over.resultaten.is_empty() {
        return None;
    }
    let many = many_out(page, found, over);
    let lines = over.resultaten.iter().map(|own| line(page, found, own)).collect_view();
    let next = over.volgende.as_deref().map(|cursor| ui::with_query(&address(found.id), &[(CURSOR, Some(cursor))]));
    let more = ui::list::more(lang, next);
    Some(view! { {h2(lang.weglaten_done())} {many} <ul class="wk-list">{lines}</ul> {more} }.into_any())
}

/// The requests that took something away on more than one place, each with one way to put all of it back, for one reason. All places
/// are named, also those that are part of something else: what is on none of them does not become public.
fn many_out(page: &PageRequest, found: &WeglatingenView, over: &Piece<IngreepView>) -> Option<AnyView> {
    let is_here = |own: &&VerdeeldVerzoek| {
        own.plekken.iter().any(|plek| over.resultaten.iter().any(|other| other.id == plek.ingreep))
    };
    let can = found.overal.iter().filter(|own| own.mag_herstellen).filter(is_here);
    let forms: Vec<AnyView> = can.filter_map(|own| all_back(page, (found, &over.resultaten), own)).collect();
    (!forms.is_empty()).then(|| forms.into_any())
}

/// The form that puts all of a request back.
fn all_back(
    page: &PageRequest,
    (found, listed): (&WeglatingenView, &[IngreepView]),
    own: &VerdeeldVerzoek,
) -> Option<AnyView> {
    let lang = page.lang;
    let out: Vec<&Plek> = own.plekken.iter().filter(|plek| !plek.staat_er).collect();
    if out.len() < 2 {
        return None;
    }
    let form = Form::about(page, "overal", (ABOUT, own.ingreep.to_string())).answered_at(here(page));
    let places = divided::coming_back(lang, (found, listed), own);
    let two = (own.bij_stembureau > 0).then(|| p(lang.weglaten_all_back_two()));
    let asked = lang.weglaten_by(format::moment_and_time(lang, own.gevraagd_op), &own.door);
    let place = all_card(own.ingreep);
    let open = form.was_refused() || ui::is_opened(page, &place);
    let title =
        if out.len() == 2 { lang.weglaten_all_back_both().to_owned() } else { lang.weglaten_all_back_of(out.len()) };
    let button = divided::all_back_button(lang, out.len(), own.bij_stembureau);
    let fields = view! {
        {same_piece(page)}
        <p class="wk-small">{asked}</p>
        {places}
        {ui::alert("warning", p(lang.weglaten_undo_warning()))}
        {two}
        {reason(lang, &form, (lang.weglaten_back_why(), lang.weglaten_back_why_hint()))}
    };
    let fields = form.view_quiet(button, fields);
    Some(
        view! { <details class="wk-details" id=place open=open><summary>{title}</summary>{fields}</details> }
            .into_any(),
    )
}

/// Where all of a request is put back.
fn all_card(id: IngreepId) -> String {
    format!("overal-{id}")
}

/// The way from one thing that a request left out to where all of it is put back.
fn to_all_back(page: &PageRequest, found: &WeglatingenView, own: &IngreepView) -> Option<AnyView> {
    let is_of_it = |all: &&VerdeeldVerzoek| {
        let out = || all.plekken.iter().filter(|plek| !plek.staat_er);
        all.mag_herstellen && out().count() > 1 && out().any(|plek| plek.ingreep == own.id)
    };
    let all = found.overal.iter().find(is_of_it).filter(|_| own.mag_herstellen)?;
    let is_two = all.plekken.iter().filter(|plek| !plek.staat_er).count() == 2;
    let says = if is_two { page.lang.weglaten_all_back_see_both() } else { page.lang.weglaten_all_back_see() };
    // It stands above the piece of the list that is shown, and above no other.
    let (place, cursor) = (all_card(all.ingreep), cursor(page));
    let query = [(CURSOR, cursor.as_deref()), (ui::OPEN, Some(place.as_str()))];
    let to = format!("{}#{place}", ui::with_query(&address(found.id), &query));
    Some(view! { <p class="nl-paragraph">{ui::link(to, says)}</p> }.into_any())
}

/// Keeps who sends a form with the piece of the list that they saw.
fn same_piece(page: &PageRequest) -> Option<AnyView> {
    cursor(page).map(|cursor| view! { <input type="hidden" name=CURSOR value=cursor /> }.into_any())
}

/// What stood there, as long as that is kept: a text, or a photo.
fn kept(page: &PageRequest, own: &IngreepView) -> Option<AnyView> {
    let lang = page.lang;
    let picture = own.foto_was.as_ref().map(|foto| {
        view! { <ul class="wk-photos"><li>{ui::photo(foto, lang.deel_soort(own.deel))}</li></ul> }.into_any()
    });
    let was = own.origineel.as_deref().map(|text| ui::prose(text).into_any()).or(picture)?;
    let until = lang.weglaten_kept(format::day(lang, own.bewaard_tot));
    // Who comes for this one comes to look.
    let open = ui::is_opened(page, &card(own.id));
    Some(
        view! { <details class="wk-details" open=open><summary>{lang.weglaten_original()}</summary>{was} {p(until)}</details> }
            .into_any(),
    )
}

fn line(page: &PageRequest, found: &WeglatingenView, own: &IngreepView) -> AnyView {
    let lang = page.lang;
    let what = what_of(lang, found, own);
    let steps = own.stappen.iter().map(|stap| step(lang, (own, stap))).collect_view();
    view! {
        <li id=card(own.id)>
            <p class="nl-paragraph"><strong>{what}</strong> " " {ui::badge(status_of(lang, own))}</p>
            {which::line(lang, found, own)}
            <p class="wk-small">{began(lang, own)}</p>
            {ui::prose(&because(lang, own))}
            {steps}
            {joined_in(lang, found, own)}
            {origin::warning(lang, found, own)}
            {kept(page, own)}
            {of_shielded(lang, found, own)}
            {put_back(page, own)}
            {to_all_back(page, found, own)}
            {under_newer(lang, found, own)}
            {withdrawn_again(page, found, own)}
        </li>
    }
    .into_any()
}

/// The way to ask once more what somebody withdrew.
fn withdrawn_again(page: &PageRequest, found: &WeglatingenView, own: &IngreepView) -> Option<AnyView> {
    let is_over = found.mag && own.status == IngreepStatus::Ingetrokken && !own.samengevoegd;
    (is_over && standing(found, own) == Standing::There).then(|| again(page, own.id))
}

/// Why a photo of which parts were filled cannot be put back now: it was hidden whole since, and that comes back first.
fn under_newer(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> Option<AnyView> {
    let is_under = own.deel == DeelSoort::Foto && own.status == IngreepStatus::Gedaan && !own.mag_herstellen;
    let newer = found.ingrepen.iter().find(|other| is_later(own, other) && is_out(other))?;
    let to = ui::opened(&address(found.id), &card(newer.id));
    let see = ui::link(to, lang.weglaten_back_newer_see());
    (found.mag && is_under)
        .then(|| view! { <p class="nl-paragraph">{lang.weglaten_back_newer_first()} " " {see}</p> }.into_any())
}

/// Of what left a ballot because its initiatief was shielded: that it does not come back with it, and since when it can.
fn of_shielded(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> Option<AnyView> {
    let is_of_it = own.bij_stembureau && own.bevestigd.is_none() && own.status == IngreepStatus::Gedaan;
    if !found.mag || !is_of_it {
        return None;
    }
    let is_public = own.plan.as_ref().is_some_and(|plan| plan.openbaar);
    let later = (!is_public).then(|| lang.weglaten_back_after_release());
    Some(view! { <p class="nl-paragraph">{lang.weglaten_back_by_shield()} " " {later}</p> }.into_any())
}

/// The way to the request that took the place of this one.
fn joined_in(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> Option<AnyView> {
    let later = found.ingrepen.iter().filter(|other| own.samengevoegd && is_later(own, other));
    let next = later.min_by_key(|other| other.id)?;
    let to = ui::opened(&address(found.id), &card(next.id));
    Some(view! { <p class="nl-paragraph">{ui::link(to, lang.weglaten_joined_see())}</p> }.into_any())
}

/// What became of a request that is over, for who acted on it as if it were not.
pub fn became(lang: Lang, own: &IngreepView) -> String {
    let Some(last) = own.stappen.last() else { return lang.weglaten_over().to_owned() };
    let door = last.door.as_str();
    match last.soort {
        StapSoort::Bevestigd | StapSoort::TerugBevestigd => lang.weglaten_over_yes(door),
        StapSoort::Geweigerd | StapSoort::TerugGeweigerd => lang.weglaten_over_no(door),
        StapSoort::Ingetrokken if own.samengevoegd => lang.weglaten_over_joined(door),
        StapSoort::Ingetrokken | StapSoort::TerugIngetrokken => lang.weglaten_over_withdrawn(door),
        StapSoort::TerugGevraagd => lang.weglaten_over_asked_back(door),
        StapSoort::Teruggezet => lang.weglaten_over_back(door),
    }
}

/// Who did it and when, or asked for it.
fn began(lang: Lang, own: &IngreepView) -> String {
    let at = format::moment_and_time(lang, own.gedaan_op);
    let is_asked = match own.status {
        IngreepStatus::Wacht | IngreepStatus::Ingetrokken | IngreepStatus::Geweigerd => true,
        IngreepStatus::Gedaan | IngreepStatus::HerstelWacht | IngreepStatus::Hersteld => own.bevestigd.is_some(),
    };
    if is_asked { lang.weglaten_asked_by(at, &own.door) } else { lang.weglaten_by(at, &own.door) }
}

/// Why it was asked, or done.
fn because(lang: Lang, own: &IngreepView) -> String {
    match own.status {
        IngreepStatus::Wacht | IngreepStatus::Ingetrokken | IngreepStatus::Geweigerd => {
            lang.weglaten_asked_because(&own.reden)
        }
        IngreepStatus::Gedaan | IngreepStatus::HerstelWacht | IngreepStatus::Hersteld => {
            lang.weglaten_taken_because(&own.reden)
        }
    }
}

/// What was done with it: what, who and when.
pub fn said(lang: Lang, (own, stap): (&IngreepView, &Stap)) -> String {
    let (at, door) = (format::moment_and_time(lang, stap.op), stap.door.as_str());
    match stap.soort {
        StapSoort::Bevestigd => lang.weglaten_confirmed_by(at, door),
        StapSoort::Geweigerd => lang.weglaten_refused_by(at, door),
        StapSoort::Ingetrokken if own.samengevoegd => lang.weglaten_joined_by(at, door),
        StapSoort::Ingetrokken => lang.weglaten_withdrawn_by(at, door),
        StapSoort::TerugGevraagd => lang.weglaten_back_asked_by(at, door),
        StapSoort::TerugBevestigd => lang.weglaten_back_confirmed_by(at, door),
        StapSoort::TerugGeweigerd => lang.weglaten_back_refused_by(at, door),
        StapSoort::TerugIngetrokken => lang.weglaten_back_withdrawn_by(at, door),
        StapSoort::Teruggezet => lang.weglaten_back_by(at, door),
    }
}

/// The same, with why.
fn step(lang: Lang, (own, stap): (&IngreepView, &Stap)) -> impl IntoView + use<> {
    let said = said(lang, (own, stap));
    let why = stap.reden.as_deref().map(ui::prose);
    view! { <p class="wk-small">{said}</p> {why} }
}

/// That the stembureau refused last to put it back: who, when and why.
pub fn refused_back(own: &IngreepView) -> Option<&Stap> {
    own.stappen.last().filter(|last| own.status == IngreepStatus::Gedaan && last.soort == StapSoort::TerugGeweigerd)
}

/// What everybody reads or sees again once it is put back: that is looked at before, for it can be about somebody.
pub fn comes_back(lang: Lang, own: &IngreepView) -> Option<AnyView> {
    let Some(foto) = &own.foto_was else { return sides(lang, own) };
    let shown = ui::photo(foto, lang.deel_soort(own.deel));
    Some(
        view! { <p class="wk-small">{lang.weglaten_then()}</p> <ul class="wk-photos"><li>{shown}</li></ul> }.into_any(),
    )
}

/// Where it is put back: at what it is about, so that nobody puts back another than they read.
fn put_back(page: &PageRequest, own: &IngreepView) -> Option<AnyView> {
    let lang = page.lang;
    if !own.mag_herstellen {
        return None;
    }
    let form = Form::about(page, "herstellen", (ABOUT, own.id.to_string())).answered_at(here(page));
    let takes_two = own.bij_stembureau;
    let two = takes_two.then(|| p(lang.weglaten_back_takes_two()));
    let fields = view! {
        {same_piece(page)}
        {comes_back(lang, own)}
        {ui::alert("warning", p(lang.weglaten_undo_warning()))}
        {two}
        {reason(lang, &form, (lang.weglaten_back_why(), lang.weglaten_back_why_hint()))}
    };
    // Who comes for a no finds the way to ask it again open.
    let was_refused = refused_back(own).is_some();
    let open = form.was_refused() || (was_refused && ui::is_opened(page, &card(own.id)));
    let title = if was_refused { lang.weglaten_back_again() } else { lang.weglaten_undo() };
    let button = if takes_two { lang.weglaten_undo_ask() } else { lang.weglaten_undo_send() };
    Some(details(title, open, form.view_quiet(button, fields)).into_any())
}
