//! The page of a custodian: making a key of one's own, and handing in one's own part. What a key is needed for happens in the
//! browser (`js/bewaren.js`, with WebAssembly that only this page loads), so that the server never has it.

use crate::buurtbegroting::telling;
use crate::format;
use crate::i18n::Lang;
use crate::opgave::details;
use crate::site::PageRequest;
use crate::ui::form::secret_area;
use crate::ui::{self, Page, below, button_link, h2, link, p};
use contract::bewaarder::{AndereBewaarder, BewaarderView, SleutelDoel};
use contract::buurtbegroting::{BuurtbegrotingFase as Fase, BuurtbegrotingView};
use contract::telling::TellingStatus;
use contract::{BuurtbegrotingId, Problem};
use leptos::prelude::*;

/// So many groups of the key are typed again before it counts.
const TYPED: [&str; 3] = ["groep-1", "groep-2", "groep-3"];
/// Whoever waits for another sees after so many seconds whether they came.
const WAITS_SECONDS: u32 = 20;
/// Most characters of a title in the name of a file.
const SLUG_LENGTH: usize = 40;

/// What this custodian can do now, and what waits for whom.
pub async fn page(page: &PageRequest, id: BuurtbegrotingId) -> Page {
    let lang = page.lang;
    let round = page.api.buurtbegroting(id).await?;
    let own = page.api.bewaarder(id).await?;
    let counting = own.telling.as_ref().filter(|telling| telling.status == TellingStatus::Bezig);
    let refresh = match (counting.is_some(), own.wacht_tot.is_some()) {
        (true, _) => Some(telling::SECONDS),
        (false, true) => Some(WAITS_SECONDS),
        (false, false) => None,
    };
    let state = match counting {
        Some(telling) => telling::progress(lang, telling),
        None => state(page, &round, &own),
    };
    let around = (!own.voorbij && counting.is_none()).then(|| around(page, &own));
    let shown = below(
        super::above(lang, &round.kaart),
        lang.bewaren_title(),
        view! {
            <p class="nl-paragraph nl-paragraph--lead">{lang.bewaren_lead(&round.kaart.titel)}</p>
            {state}
            {around}
        },
    );
    Ok(shown.refreshing(refresh))
}

fn state(page: &PageRequest, round: &BuurtbegrotingView, own: &BewaarderView) -> AnyView {
    let lang = page.lang;
    match (own.gevraagd, own.wacht_tot) {
        _ if own.voorbij => p(lang.bewaren_over()).into_any(),
        (Some(doel), Some(until)) => {
            let (title, _) = asked(lang, doel);
            let waits = p(lang.bewaren_waits(format::moment_and_time(lang, until)));
            let again = link(page.address(), lang.bewaren_look_again());
            let told = view! { <p class="nl-paragraph"><strong>{lang.bewaren_handed_in()}</strong></p> {waits} };
            view! { {h2(title)} {ui::alert("ok", told)} <p class="nl-paragraph">{again}</p> }.into_any()
        }
        (Some(doel), None) => hand_in(page, round, own, doel),
        (None, _) if own.verzegeld_deel.is_some() && round.kaart.fase == Fase::Uitslag => {
            p(lang.bewaren_counted()).into_any()
        }
        (None, _) if has_to_try(round, own) => try_own(page, round, own),
        (None, _) if own.verzegeld_deel.is_some() => done_for_now(lang, round, own),
        (None, _) if own.publieke_sleutel.is_some() => recorded(page, round),
        (None, _) => view! { {before(page, round)} {make(page, round)} }.into_any(),
    }
}

/// Nothing is asked until the count.
fn done_for_now(lang: Lang, round: &BuurtbegrotingView, own: &BewaarderView) -> AnyView {
    let tried = own.geprobeerd_op.map(|at| p(lang.bewaren_tried(format::moment_and_time(lang, at))));
    let told = view! {
        <p class="nl-paragraph"><strong>{lang.bewaren_done_for_now()}</strong></p>
        {p(lang.bewaren_proven())} {tried}
    };
    view! { {ui::alert("ok", told)} {p(until_count(lang, round))} }.into_any()
}

/// When something is asked again.
fn until_count(lang: Lang, round: &BuurtbegrotingView) -> String {
    if round.kaart.fase == Fase::Tellen {
        return lang.bewaren_count_soon().to_owned();
    }
    lang.bewaren_count_after(format::moment_and_time(lang, round.kaart.planning.stemmen_tot))
}

/// Two others showed that the key of the ballots works. Whether this one's own key does nobody knows before they try it, and that
/// takes nobody else: their browser opens their part, and the part stays there.
fn try_own(page: &PageRequest, round: &BuurtbegrotingView, own: &BewaarderView) -> AnyView {
    let lang = page.lang;
    let names: Vec<&str> = own.anderen.iter().filter(|own| own.geprobeerd).map(|own| own.naam.as_str()).collect();
    let told = match names.as_slice() {
        [one, other] => lang.bewaren_proven_by(other, one),
        _ => lang.bewaren_proven_unknown().to_owned(),
    };
    let above = view! { {h2(lang.bewaren_try_title())} {p(lang.bewaren_try_lead())} }.into_any();
    let section = key_section(page, round, own, ("proberen", ""), (above, lang.bewaren_try()));
    view! { {ui::alert("info", p(told))} {section} {p(until_count(lang, round))} }.into_any()
}

/// The key counts from now on; others have yet to make theirs.
fn recorded(page: &PageRequest, round: &BuurtbegrotingView) -> AnyView {
    let lang = page.lang;
    let told =
        view! { <p class="nl-paragraph"><strong>{lang.bewaren_recorded()}</strong></p> {p(lang.bewaren_has_key())} };
    let anew = view! { {p(lang.bewaren_make_again())} {make(page, round)} };
    view! {
        {ui::alert("ok", told)}
        {before(page, round)}
        {details(lang.bewaren_make_again_title(), false, anew)}
    }
    .into_any()
}

/// When voting begins, which waits for their keys.
fn before(page: &PageRequest, round: &BuurtbegrotingView) -> impl IntoView + use<> {
    let (lang, from) = (page.lang, round.kaart.planning.stemmen_vanaf);
    p(if format::day_of(from) < page.today {
        lang.bewaren_before_late().to_owned()
    } else {
        lang.bewaren_before(format::moment_and_time(lang, from))
    })
}

/// Who the others are, and whom to tell that a key is lost.
fn around(page: &PageRequest, own: &BewaarderView) -> AnyView {
    let (lang, mail) = (page.lang, &page.site.contact_email);
    let item = |other: &AndereBewaarder| view! { <li>{of_other(lang, other)}</li> };
    let others = own.anderen.iter().map(item).collect_view();
    let lost = own.verzegeld_deel.is_some().then(|| {
        view! { {h2(lang.bewaren_lost_title())} {ui::p_with_mail(&lang.bewaren_lost(mail), mail)} }
    });
    view! {
        {h2(lang.bewaren_others())}
        <ul class="wk-list">{others}</ul>
        {ui::p_with_mail(&lang.bewaren_others_contact(mail), mail)}
        {lost}
    }
    .into_any()
}

fn of_other(lang: Lang, other: &AndereBewaarder) -> String {
    match (other.wacht_tot, other.sleutel) {
        (Some(until), _) => lang.bewaren_other_waits(format::moment_and_time(lang, until), &other.naam),
        (None, true) if other.geprobeerd => lang.bewaren_other_tried(&other.naam),
        (None, true) => lang.bewaren_other_has_key(&other.naam),
        (None, false) => lang.bewaren_other_no_key(&other.naam),
    }
}

/// Whether others showed that the key works, and there is still a count in which this one's own, never tried, could fail.
fn has_to_try(round: &BuurtbegrotingView, own: &BewaarderView) -> bool {
    own.verzegeld_deel.is_some() && own.beproefd && own.geprobeerd_op.is_none() && round.kaart.fase != Fase::Uitslag
}

/// What waits for a custodian, in a sentence.
fn now(page: &PageRequest, round: &BuurtbegrotingView, own: &BewaarderView) -> String {
    let lang = page.lang;
    let is_counting = own.telling.as_ref().is_some_and(|telling| telling.status == TellingStatus::Bezig);
    match (own.gevraagd, own.wacht_tot) {
        _ if own.voorbij => lang.bewaren_over().to_owned(),
        _ if is_counting => lang.round_do_count_busy().to_owned(),
        (Some(_), Some(until)) => lang.bewaren_now_waits(format::moment_and_time(lang, until)),
        (Some(SleutelDoel::Proef), None) => lang.bewaren_now_proef().to_owned(),
        (Some(SleutelDoel::Telling), None) => lang.bewaren_now_telling().to_owned(),
        (Some(SleutelDoel::Natelling), None) => lang.bewaren_now_natelling().to_owned(),
        (None, _) if has_to_try(round, own) => lang.bewaren_now_try().to_owned(),
        (None, _) if own.verzegeld_deel.is_some() => lang.bewaren_now_nothing().to_owned(),
        (None, _) if own.publieke_sleutel.is_some() => lang.bewaren_has_key().to_owned(),
        (None, _) => {
            let from = round.kaart.planning.stemmen_vanaf;
            let is_late = format::day_of(from) < page.today;
            let by = || lang.bewaren_now_make_by(format::moment_and_time(lang, from));
            if is_late { lang.bewaren_now_make().to_owned() } else { by() }
        }
    }
}

/// The rounds of which the viewer keeps a part of the key, and what waits for them there; nothing for everybody else.
pub async fn tasks(page: &PageRequest) -> Result<Option<AnyView>, Problem> {
    let lang = page.lang;
    let kept = page.viewer.as_ref().map(|ik| ik.bewaart.clone()).unwrap_or_default();
    let mut items = Vec::new();
    for id in kept {
        let own = match page.api.bewaarder(id).await {
            // Replaced in the meantime.
            Err(problem) if problem.status == 403 => continue,
            other => other?,
        };
        let round = page.api.buurtbegroting(id).await?;
        let waits = now(page, &round, &own);
        let to = link(format!("/buurtbegrotingen/{id}/bewaren"), round.kaart.titel);
        items.push(view! { <li>{to} <span class="wk-small">{waits}</span></li> });
    }
    let section = |items| {
        view! { <section class="wk-panel">{h2(lang.bewaren_tasks())} <ul class="wk-areas">{items}</ul></section> }
    };
    Ok((!items.is_empty()).then(|| section(items).into_any()))
}

/// The same on the page of one round; nothing for who keeps nothing of it.
pub async fn on_round(page: &PageRequest, round: &BuurtbegrotingView) -> Result<Option<AnyView>, Problem> {
    if !round.ik_bewaar {
        return Ok(None);
    }
    let lang = page.lang;
    let waits = match page.api.bewaarder(round.kaart.id).await {
        // Whoever was given a task meanwhile hears that on the page itself.
        Err(problem) if problem.status == 403 => None,
        other => Some(p(now(page, round, &other?))),
    };
    let to = button_link(format!("/buurtbegrotingen/{}/bewaren", round.kaart.id), lang.bewaren_to_yours());
    Ok(Some(view! { {p(lang.bewaren_yours())} {waits} <p>{to}</p> }.into_any()))
}

/// What is said to a browser without scripts.
fn no_scripts(lang: Lang) -> impl IntoView {
    view! { <p class="nl-paragraph wk-unscripted">{lang.bewaren_no_scripts()}</p> }
}

/// A button that a script listens to; `look` is primary or secondary.
fn button(name: &'static str, look: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <button class=format!("nl-button nl-button--{look}") type="button" data-knop=name>
            <span class="nl-button__label">{text}</span>
        </button>
    }
}

/// The three steps in which a key is made, kept and recorded.
fn make(page: &PageRequest, round: &BuurtbegrotingView) -> AnyView {
    let lang = page.lang;
    let address = format!("{}/buurtbegrotingen/{}/bewaren", page.site.base_url, round.kaart.id);
    let naam = page.viewer.as_ref().map(|ik| ik.naam.as_str()).unwrap_or_default();
    view! {
        {no_scripts(lang)}
        <section
            class="wk-panel wk-bewaren wk-scripted"
            data-bewaren=page.site.assets.url("bewaren.js")
            data-stap="maken"
            data-adres=format!("/api/v1/buurtbegrotingen/{}", round.kaart.id)
            data-bestandsnaam=file_name(page, round)
            data-tekst-bestand=lang.bewaren_file(address, naam, "{moment}", "{sleutel}", &round.kaart.titel)
            data-tekst-groep=lang.bewaren_group("{nummer}")
            data-tekst-leeg=lang.bewaren_again_empty("{nummer}")
            data-tekst-verkeerd=lang.bewaren_again_wrong("{nummer}")
            data-tekst-bezig=lang.bewaren_busy()
            data-tekst-mislukt=lang.bewaren_failed()
        >
            <div data-deel="maken">
                {h2(lang.bewaren_make_title())} {p(lang.bewaren_make_lead())} {p(lang.bewaren_unfinished())}
                <p class="wk-form__buttons">{button("maken", "primary", lang.bewaren_make())}</p>
            </div>
            <div data-deel="bewaren" hidden>
                {h2(lang.bewaren_write_title())} {p(lang.bewaren_write_lead())}
                <ol class="wk-groepen" translate="no" data-sleutel=""></ol>
                {p(lang.bewaren_alike())} {p(lang.bewaren_counts_after())}
                <p class="wk-form__buttons">
                    {button("bestand", "secondary", lang.bewaren_save())} {button("bewaard", "primary", lang.bewaren_written())}
                </p>
            </div>
            {type_again(lang)}
            <div role="status" data-gevonden=""></div>
        </section>
    }
    .into_any()
}

/// The form in which some groups are typed over.
fn type_again(lang: Lang) -> impl IntoView {
    let typed = TYPED.map(|id| {
        view! {
            <div class="utrecht-form-field">
                <label class="utrecht-form-label" for=id>{lang.bewaren_group("…")}</label>
                <input class="utrecht-textbox utrecht-textbox--html-input" id=id aria-describedby=flaw_of(id) autocomplete="off" autocapitalize="characters" spellcheck="false" data-groep="" />
                {flaw(id)}
            </div>
        }
    });
    view! {
        <form class="wk-form" data-deel="overtypen" hidden>
            {h2(lang.bewaren_again_title())} {p(lang.bewaren_again_lead())} {p(lang.bewaren_alike())} {typed}
            <p class="wk-form__buttons">
                <button class="nl-button nl-button--primary" type="submit">
                    <span class="nl-button__label">{lang.bewaren_again_send()}</span>
                </button>
                {button("terug", "secondary", lang.bewaren_again_show())}
            </p>
        </form>
    }
}

/// Where a script says what is wrong with a field.
fn flaw(id: &'static str) -> impl IntoView {
    view! { <p class="utrecht-form-field-error-message" id=flaw_of(id) data-fout="" hidden></p> }
}

fn flaw_of(id: &str) -> String {
    format!("{id}-fout")
}

/// A name that tells which vote a key is for and when it was made, which the script fills in: a newer one replaces an older one.
fn file_name(page: &PageRequest, round: &BuurtbegrotingView) -> String {
    let parts = [page.lang.bewaren_file_name().to_owned(), slug(&round.kaart.titel), "{moment}".to_owned()];
    format!("{}.txt", parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-"))
}

/// Words as every device takes them in the name of a file.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        if slug.len() >= SLUG_LENGTH {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// What a part is asked for: as a heading, and in some words.
const fn asked(lang: Lang, doel: SleutelDoel) -> (&'static str, &'static str) {
    match doel {
        SleutelDoel::Proef => (lang.bewaren_proef_title(), lang.bewaren_proef_lead()),
        SleutelDoel::Telling => (lang.bewaren_telling_title(), lang.bewaren_telling_lead()),
        SleutelDoel::Natelling => (lang.bewaren_natelling_title(), lang.bewaren_natelling_lead()),
    }
}

fn hand_in(page: &PageRequest, round: &BuurtbegrotingView, own: &BewaarderView, doel: SleutelDoel) -> AnyView {
    let lang = page.lang;
    let (title, lead) = asked(lang, doel);
    let is_proef = doel == SleutelDoel::Proef;
    let news = if ui::query(page, "ingeleverd").is_some() {
        Some(ui::alert("warning", p(lang.bewaren_expired())).into_any())
    } else {
        is_proef.then(|| ui::alert("ok", p(lang.bewaren_all_keys())).into_any())
    };
    let begins = is_proef.then(|| before(page, round));
    // Their names stand below; that somebody waits comes first.
    let waiting = own.anderen.iter().filter(|other| other.wacht_tot.is_some());
    let waiting = waiting.map(|other| ui::alert("info", p(of_other(lang, other)))).collect_view();
    // In the example city keys were made beforehand; not of a key that was not tried yet.
    let demo = (page.site.is_demo && !is_proef).then(|| p(lang.bewaren_demo()));
    let above = view! { {h2(title)} {p(lead)} {begins} {demo} }.into_any();
    let section = key_section(page, round, own, ("inleveren", doel.as_str()), (above, lang.bewaren_hand_in()));
    view! { {news} {waiting} {section} }.into_any()
}

/// Where a custodian fills in their key: to hand in their part with it, or to see whether it opens that.
fn key_section(
    page: &PageRequest,
    round: &BuurtbegrotingView,
    own: &BewaarderView,
    (stap, doel): (&'static str, &'static str),
    (above, button): (AnyView, &'static str),
) -> AnyView {
    let lang = page.lang;
    view! {
        {no_scripts(lang)}
        <section
            class="wk-panel wk-bewaren wk-scripted"
            data-bewaren=page.site.assets.url("bewaren.js")
            data-stap=stap
            data-adres=format!("/api/v1/buurtbegrotingen/{}", round.kaart.id)
            data-doel=doel
            data-verzegeld=own.verzegeld_deel.clone()
            data-tekst-leeg=lang.bewaren_key_empty()
            data-tekst-groep=lang.bewaren_key_group("{nummer}")
            data-tekst-groepen=lang.bewaren_key_groups("{aantal}")
            data-tekst-teller=lang.bewaren_key_count("{aantal}")
            data-tekst-te-veel=lang.bewaren_key_many()
            data-tekst-verkeerd=lang.bewaren_key_wrong()
            data-tekst-geen=lang.bewaren_key_no_file()
            data-tekst-anders=lang.bewaren_key_other()
            data-tekst-bezig=lang.bewaren_busy()
            data-tekst-mislukt=lang.bewaren_failed()
        >
            {above}
            {key_form(lang, button)}
            <div role="status" data-gevonden=""></div>
        </section>
    }
    .into_any()
}

/// Where a custodian fills in their key, from paper or out of a file. It is sent nowhere.
fn key_form(lang: Lang, button: &'static str) -> impl IntoView {
    // One field of some lines, not fourteen boxes: what stands on paper is typed or pasted as it stands there, and counted.
    view! {
        <form class="wk-form">
            <div class="utrecht-form-field">
                <label class="utrecht-form-label" for="sleutel">{lang.bewaren_key()}</label>
                <p class="utrecht-form-field-description" id="sleutel-uitleg">{lang.bewaren_key_hint()}</p>
                {secret_area("sleutel", "sleutel-uitleg sleutel-teller sleutel-fout")}
                <p class="wk-small" id="sleutel-teller" role="status" data-teller=""></p>
                {flaw("sleutel")}
            </div>
            <div class="utrecht-form-field">
                <label class="utrecht-form-label" for="sleutelbestand">{lang.bewaren_key_file()}</label>
                <input id="sleutelbestand" type="file" accept="text/plain,.txt" />
            </div>
            <p class="wk-form__buttons">
                <button class="nl-button nl-button--primary" type="submit">
                    <span class="nl-button__label">{button}</span>
                </button>
            </p>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn a_title_becomes_a_name_that_every_device_takes() {
        for (title, expected) in [
            ("Klarendal kiest zijn plein", "klarendal-kiest-zijn-plein"),
            ("  Eén plein: ‘t Hof / 2026! ", "e-n-plein-t-hof-2026"),
            ("../../etc", "etc"),
            ("", ""),
            ("…", ""),
        ] {
            assert_eq!(slug(title), expected, "{title}");
        }
        assert!(slug(&"plein ".repeat(40)).len() <= 40);
    }
}
