//! The form to hand in an initiatief, and what it is sent as.

use super::SimilarInitiatieven;
use crate::forms::{FormState, Outcome, Submission};
use crate::initiatief::{self, choices};
use crate::site::{LooksFirst, PageRequest};
use crate::submit::{again, amount, key, upload_photos};
use crate::ui::form::Form;
use crate::ui::{self, Page, h2, list, map, p, shown};
use contract::account::PersoonSoort;
use contract::field::Raw;
use contract::gebied::{GebiedView, Keuze, Punt};
use contract::initiatief::{
    CreateInitiatief, Indiener, InitiatiefCard, InitiatiefSoort, OverPersoon, Zicht, ZoekVergelijkbare,
};
use leptos::prelude::*;

/// The form.
pub async fn page(page: &PageRequest) -> Page {
    let lang = page.lang;
    let gebieden = page.api.list_gebieden().await?;
    let lists = page.api.keuzelijsten().await?;
    let form = Form::new(page, "indienen").read_by(lang.form_public_initiatief());
    let similar = similar(page, &form).await;
    let wijken = wijken(&gebieden, ui::query(page, "gebied").as_deref());
    let soorten = [
        (InitiatiefSoort::Idee, lang.form_soort_idee()),
        (InitiatiefSoort::Vraag, lang.form_soort_vraag()),
        (InitiatiefSoort::ZelfDoen, lang.form_soort_zelf_doen()),
        (InitiatiefSoort::Buurtrecht, lang.form_soort_buurtrecht()),
    ]
    .map(|(soort, uitleg)| Keuze {
        code: soort.to_string(),
        naam: lang.initiatief_soort(soort).to_owned(),
        uitleg: Some(uitleg.to_owned()),
    });
    let point = point_fields(page, &form);
    let fields = view! {
        // Enter presses the first button of a form: that is to be the one that sends it.
        <button class="wk-unseen" type="submit" tabindex="-1" aria-hidden="true">{lang.form_send()}</button>
        // Nothing is chosen beforehand: with some kinds the wijkteam looks first.
        {form.field("soort", lang.form_soort()).radios(soorten.to_vec(), None)}
        {form.field("wijk", lang.form_wijk()).hint(lang.form_wijk_hint()).select(wijken, ui::query(page, "wijk"))}
        {form.field("titel", lang.form_titel()).hint(lang.form_titel_hint()).input()}
        {form.field("tekst", lang.form_tekst()).hint(lang.form_tekst_hint()).area(7)}
        <SimilarInitiatieven
            title=lang.similar_title().to_owned()
            invite=lang.similar_invite().to_owned()
            titel=form.id("titel")
            tekst=form.id("tekst")
            wijk=form.id("wijk")
        />
        <p>
            <button class="nl-button nl-button--secondary" type="submit" name="zoek" value="ja">
                <span class="nl-button__label">{lang.similar_look()}</span>
            </button>
        </p>
        {similar}
        {about_somebody(page, &form)}
        {form.field("thema", lang.form_thema()).select(lists.themas, None)}
        {form.field("plaats", lang.form_plaats()).hint(lang.form_plaats_hint()).optional().input()}
        {point}
        {form.field("kosten", lang.form_kosten()).hint(lang.form_kosten_hint()).optional().input()}
        {form.field("fotos", lang.form_fotos()).hint(lang.form_fotos_hint()).optional().photos()}
        {page.viewer.is_none().then(|| guest_fields(page, &form))}
    };
    let promise = lang.form_promise(page.site.answer_days);
    Ok(shown(
        lang.home_hand_in(),
        view! { <p class="nl-paragraph nl-paragraph--lead">{lang.form_lead()}</p> {p(promise)} {form.view_with_photos(lang.form_send(), fields)} },
    ))
}

/// Whether it is about somebody. Nothing is chosen beforehand: who reads it hangs on the answer.
pub(super) fn about_somebody(page: &PageRequest, form: &Form) -> AnyView {
    let lang = page.lang;
    let no = match page.site.looks_first {
        LooksFirst::Questions => lang.form_over_persoon_nee_vraag(),
        LooksFirst::Everything => lang.form_over_persoon_nee_alles(),
        LooksFirst::Nothing => lang.form_over_persoon_nee_meteen(),
    };
    let answers = [
        (OverPersoon::Nee, no),
        (OverPersoon::Ja, lang.form_over_persoon_ja()),
        (OverPersoon::WeetNiet, lang.form_over_persoon_weet_niet()),
    ]
    .map(|(answer, uitleg)| Keuze {
        code: answer.to_string(),
        naam: lang.over_persoon(answer).to_owned(),
        uitleg: Some(uitleg.to_owned()),
    });
    form.field("overPersoon", lang.form_over_persoon())
        .hint(lang.form_over_persoon_hint())
        .radios(answers.to_vec(), None)
}

/// All wijken to choose from, those of one gebied first.
fn wijken(gebieden: &[GebiedView], first: Option<&str>) -> Vec<Keuze> {
    let choice =
        |wijk: &contract::gebied::WijkView| Keuze { code: wijk.code.clone(), naam: wijk.naam.clone(), uitleg: None };
    let (own, other): (Vec<_>, Vec<_>) = gebieden.iter().partition(|gebied| Some(gebied.code.as_str()) == first);
    own.into_iter().chain(other).flat_map(|gebied| &gebied.wijken).map(choice).collect()
}

/// What looks like it, when somebody asked to look first.
async fn similar(page: &PageRequest, form: &Form) -> Option<AnyView> {
    if form.value("zoek").is_empty() {
        return None;
    }
    let lang = page.lang;
    let query = ZoekVergelijkbare {
        tekst: format!("{} {}", form.value("titel"), form.value("tekst")),
        wijk: Some(form.value("wijk")),
    };
    let found: Vec<InitiatiefCard> = page.api.find_similar(query).await.unwrap_or_default();
    let content = if found.is_empty() {
        p(lang.similar_none()).into_any()
    } else {
        let cards = found.into_iter().map(|card| initiatief::card(lang, list::Under::Heading, card)).collect();
        view! { {p(lang.similar_invite())} {list::cards(cards)} }.into_any()
    };
    Some(
        view! { <section class="wk-panel" id="vergelijkbaar">{h2(lang.similar_title())} {content}</section> }
            .into_any(),
    )
}

/// A point on the map, for who wants: the fields are filled by the map, and can be left empty.
fn point_fields(page: &PageRequest, form: &Form) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="lon" id=form.id("lon") value=form.value("lon") />
        <input type="hidden" name="lat" id=form.id("lat") value=form.value("lat") />
        <div id="punt">{map::map(page, map::Use::Chooses([form.id("lon"), form.id("lat")]))}</div>
    }
}

fn guest_fields(page: &PageRequest, form: &Form) -> impl IntoView + use<> {
    let lang = page.lang;
    let log_in = ui::with_query("/inloggen", &[("terug", Some("/initiatieven/nieuw"))]);
    let soorten = choices(PersoonSoort::ALL, |soort| lang.persoon_soort(soort));
    view! {
        <fieldset class="wk-fieldset" id="indiener">
            <legend class="nl-heading nl-heading--level-2">{lang.form_who()}</legend>
            <p class="nl-paragraph">{lang.form_who_hint()} " " {ui::link(log_in, lang.form_who_log_in())}</p>
            {form.field("indiener.soort", lang.form_who_soort()).radios(soorten, Some("bewoner".into()))}
            {form.field("indiener.naam", lang.form_naam()).hint(lang.form_naam_hint()).autocomplete("name").input()}
            {form.field("indiener.email", lang.form_email()).hint(lang.form_email_hint()).kind("email").autocomplete("email").input()}
            {crate::account::organisation_fields(lang, form, "indiener.organisatie", "indiener.kvkNummer")}
        </fieldset>
    }
}

/// Takes the form in: photos first, so that they are kept whatever else is wrong.
pub async fn submit(page: &PageRequest, submission: Submission) -> Outcome {
    let mut fields = submission.fields;
    if let Err(problem) = upload_photos(page, &mut fields, submission.photos).await {
        return again(fields, problem);
    }
    if fields.filled("zoek").is_some() {
        return Outcome::Again(FormState::of(fields));
    }
    let raw = |name: &str| fields.get(name).to_owned();
    let optional = |name: &str| fields.filled(name).map(str::to_owned);
    let coordinate = |name: &str| fields.filled(name).and_then(|text| text.parse::<f64>().ok());
    let guest = page.viewer.is_none().then(|| Indiener {
        naam: raw("indiener.naam").into(),
        email: raw("indiener.email").into(),
        soort: raw("indiener.soort").into(),
        organisatie: optional("indiener.organisatie").map(Raw::new),
        kvk_nummer: optional("indiener.kvkNummer").map(Raw::new),
    });
    let request = CreateInitiatief {
        soort: raw("soort").into(),
        titel: raw("titel").into(),
        tekst: raw("tekst").into(),
        over_persoon: optional("overPersoon").map(Raw::new),
        wijk: raw("wijk").into(),
        thema: raw("thema").into(),
        plaats: optional("plaats").map(Raw::new),
        punt: coordinate("lon").zip(coordinate("lat")).map(|(lon, lat)| Punt { lon, lat }),
        kosten: optional("kosten").map(|text| amount(&text)),
        fotos: fields.all("foto").map(Raw::from).collect(),
        indiener: guest,
        als_concept: false,
    };
    match page.api.create_initiatief(key(&fields), request).await {
        Ok(done) if done.bevestiging_nodig => Outcome::Go("/bericht/bevestig-initiatief".into()),
        Ok(done) if done.zicht == Zicht::Open => Outcome::Go(format!("/initiatieven/{}?gelukt=ja", done.id)),
        Ok(done) => Outcome::Go(format!("/mijn/initiatieven/{}?gelukt=ja", done.id)),
        Err(problem) => again(fields, problem),
    }
}
