//! Where staff take words and photos out of public view, put them back, and say yes or no to what is about a vote.

mod answer;
mod divided;
mod forms;
mod history;

use crate::format;
use crate::forms::{Fields, FormState, Outcome, Submission};
use crate::i18n::Lang;
use crate::opgave::wrong;
use crate::site::PageRequest;
use crate::submit::key;
use crate::ui::form::Form;
use crate::ui::{self, Page, below, breadcrumbs, p};
use contract::account::Role;
use contract::field::{FieldCode, Raw};
use contract::foto::FotoView;
use contract::ingreep::{
    DeelSoort, DeelView, Geheel, HerstelIngreep, IngreepSoort, IngreepStatus, IngreepView, KiesDeel, MaakIngreep,
    Planverwijzing, Veld, Vlak, Weglaatverzoeken, WeglatingenView, WeigerIngreep,
};
use contract::problem::{FieldProblem, ProblemCode};
use contract::{BuurtbegrotingId, GeheelId, IngreepId, Page as Piece, PageQuery, Problem};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// What the page calls a word that stands nowhere.
const MISSING: &str = "woord";
/// What the address calls a piece of the list.
const CURSOR: &str = "cursor";

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
    let over = over(page, &found).await?;
    let forms = found.mag.then(|| forms::all(page, &found));
    Ok(below(
        breadcrumbs(lang, vec![(home_of(&found), found.titel.clone())]),
        lang.weglaten_title(),
        view! {
            {done(page, &found)}
            <p class="nl-paragraph nl-paragraph--lead">{lead(lang, &found)}</p>
            {answer::form(page, &found)}
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

/// What the last press of a button came to, and what there is to do next.
fn done(page: &PageRequest, found: &WeglatingenView) -> Option<AnyView> {
    let lang = page.lang;
    let number = |name: &str| ui::query(page, name).and_then(|text| text.parse::<u32>().ok()).unwrap_or_default();
    let (places, waiting) = (number("plekken"), number("wachten"));
    let said = match ui::query(page, "gelukt")?.as_str() {
        "weggelaten" => {
            let places = counted(places, lang.weglaten_ok_one(), |number| lang.weglaten_ok_many(number));
            let waiting = counted(waiting, lang.weglaten_ok_waits_one(), |number| lang.weglaten_ok_waits_many(number));
            [places, waiting]
        }
        "hersteld" => {
            let places = counted(places, lang.weglaten_ok_back(), |number| lang.weglaten_ok_back_many(number));
            let many = |number: u32| lang.weglaten_ok_back_asked_many(number);
            [places, counted(waiting, lang.weglaten_ok_back_asked(), many)]
        }
        "ingetrokken" => [Some(lang.weglaten_ok_withdrawn().to_owned()), None],
        "bevestigd" => [Some(lang.weglaten_ok_yes().to_owned()), Some(left(lang, found))],
        "geweigerd" => [Some(lang.weglaten_ok_no().to_owned()), Some(left(lang, found))],
        _ => return None,
    };
    let said = said.into_iter().flatten().map(p).collect_view();
    Some(ui::alert("ok", said).into_any())
}

/// A sentence about a number of places; none about no place.
fn counted(number: u32, one: &'static str, many: impl Fn(u32) -> String) -> Option<String> {
    match number {
        0 => None,
        1 => Some(one.to_owned()),
        more => Some(many(more)),
    }
}

/// What still waits here for who just said yes or no.
fn left(lang: Lang, found: &WeglatingenView) -> String {
    match found.ingrepen.iter().filter(|own| own.mag_weigeren).count() {
        0 => lang.weglaten_ok_left_none().to_owned(),
        1 => lang.weglaten_ok_left_one().to_owned(),
        more => lang.weglaten_ok_left_many(more),
    }
}

/// What a text is: of what, and which of its texts.
fn label(lang: Lang, (soort, veld): (DeelSoort, Veld), plan: Option<&Planverwijzing>) -> String {
    match plan {
        Some(plan) => lang.weglaten_plan(plan.nummer, &plan.titel, lang.veld(veld)),
        None => format!("{}: {}", lang.deel_soort(soort), lang.veld(veld)),
    }
}

/// What something that was taken away is; a photo by its number, when it is seen on the page.
fn label_of(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> String {
    let mut photos = found.delen.iter().filter(|deel| deel.soort == DeelSoort::Foto).enumerate();
    let is_own = |(_, deel): &(usize, &DeelView)| own.deel == DeelSoort::Foto && deel.id == own.deel_id;
    photos.find(is_own).map_or_else(
        || label(lang, (own.deel, own.veld), own.plan.as_ref()),
        |(at, deel)| photo_label(lang, at, deel.plan.as_ref()),
    )
}

/// What a photo is called: by its place among those of the page, and by the plan that it is of.
fn photo_label(lang: Lang, at: usize, plan: Option<&Planverwijzing>) -> String {
    let number = lang.weglaten_photo_number(at.saturating_add(1));
    match plan {
        Some(plan) => lang.weglaten_plan(plan.nummer, &plan.titel, number),
        None => number,
    }
}

/// What was done with what, or is asked.
fn what_of(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> String {
    let label = label_of(lang, found, own);
    match own.status {
        // Nothing was taken away.
        IngreepStatus::Wacht | IngreepStatus::Ingetrokken | IngreepStatus::Geweigerd => lang.weglaten_ask_out(label),
        IngreepStatus::HerstelWacht => lang.weglaten_ask_back(label),
        IngreepStatus::Gedaan | IngreepStatus::Hersteld => format!("{} ({label})", lang.ingreep_soort(own.soort)),
    }
}

/// A photo that waits as it is and as it comes, beside each other.
fn pictures(lang: Lang, own: &IngreepView) -> Option<AnyView> {
    if own.foto_nu.is_none() && own.foto_straks.is_none() {
        return None;
    }
    let alt = lang.deel_soort(own.deel);
    let side = |heading: &'static str, foto: Option<&FotoView>| {
        let shown = match foto {
            Some(foto) => {
                let url = foto.url.clone();
                view! { <ul class="wk-photos"><li><img src=url alt=alt loading="lazy" /></li></ul> }.into_any()
            }
            None => p(lang.weglaten_no_photo()).into_any(),
        };
        view! { <div><p class="wk-small">{heading}</p> {shown}</div> }
    };
    let (now, then) = (own.foto_nu.as_ref(), own.foto_straks.as_ref());
    Some(
        view! { <div class="wk-sides">{side(lang.weglaten_now(), now)} {side(lang.weglaten_then(), then)}</div> }
            .into_any(),
    )
}

/// What stands there and what comes instead, beside each other; nothing for what changes nothing.
fn sides(lang: Lang, own: &IngreepView) -> Option<AnyView> {
    if own.deel == DeelSoort::Foto {
        return pictures(lang, own);
    }
    let (now, then) = match own.status {
        IngreepStatus::Wacht => (own.origineel.as_deref()?, own.nieuw.as_deref()?),
        IngreepStatus::Gedaan | IngreepStatus::HerstelWacht => (own.nieuw.as_deref()?, own.origineel.as_deref()?),
        IngreepStatus::Hersteld | IngreepStatus::Ingetrokken | IngreepStatus::Geweigerd => return None,
    };
    let side = |heading: &'static str, text: &str| {
        view! { <div><p class="wk-small">{heading}</p> {ui::prose(text)}</div> }
    };
    Some(
        view! { <div class="wk-sides">{side(lang.weglaten_now(), now)} {side(lang.weglaten_then(), then)}</div> }
            .into_any(),
    )
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
        || [Some(own.reden.clone()), None],
        |back| [Some(back.to_owned()), Some(lang.weglaten_taken_because(&own.reden))],
    )
}

/// A choice of something that was taken away or waits, with all that somebody needs to know to choose.
fn choice(
    page: &PageRequest,
    found: &WeglatingenView,
    form: &Form,
    own: &[&IngreepView],
    more: impl Fn(&IngreepView) -> Option<&'static str>,
) -> AnyView {
    let lang = page.lang;
    let chosen = form.value("ingreep");
    let only = own.len() == 1;
    let option = |(at, own): (usize, &&IngreepView)| {
        let id = format!("{}-{at}", form.id("ingreep"));
        let code = own.id.to_string();
        let is_chosen = only || code == chosen;
        let more = more(own).map(|text| view! { <span class="wk-small">{text}</span> });
        let why = why(lang, own).into_iter().flatten().map(|text| view! { <span class="wk-small">{text}</span> });
        let why = why.collect_view();
        view! {
            <div class="wk-choice">
                <input class="utrecht-radio-button utrecht-radio-button--html-input" type="radio" id=id.clone() name="ingreep" value=code checked=is_chosen />
                <label for=id>
                    {what_of(lang, found, own)}
                    <span class="wk-small">{asked_by(lang, own)}</span>
                    {why}
                    {more}
                </label>
            </div>
            {sides(lang, own)}
        }
    };
    own.iter().enumerate().map(option).collect_view().into_any()
}

/// Takes the forms of that page in.
pub async fn submit(page: &PageRequest, id: GeheelId, submission: Submission) -> Outcome {
    let fields = submission.fields;
    match act(page, id, &fields).await {
        Ok(done) => Outcome::Go(format!("{}?gelukt={done}", page.path)),
        Err(problem) => {
            let found = Fields::new(missing(&fields, &problem).map(|word| (MISSING.to_owned(), word)).collect());
            let problem = Some(on_this_page(problem));
            Outcome::Again(FormState { problem, found, ..FormState::of(fields) })
        }
    }
}

/// Does what a form asks for, and says what came of it.
async fn act(page: &PageRequest, id: GeheelId, fields: &Fields) -> Result<String, Problem> {
    match fields.get("actie") {
        "beantwoorden" => answer(page, fields).await.map(str::to_owned),
        "intrekken" => {
            page.api.withdraw_ingreep(ingreep(fields)?).await?;
            Ok("ingetrokken".to_owned())
        }
        "herstellen" => put_back(page, fields).await,
        "overal" => put_all_back(page, id, fields).await,
        name => {
            let request = asked(name, fields).ok_or_else(|| Problem::bare(ProblemCode::NietGevonden))?;
            places(page, &page.api.make_ingreep(key(fields), id, request).await?).await
        }
    }
}

/// What is put back, and why: all that is wrong is said at once.
fn back(fields: &Fields, overal: bool) -> Result<(IngreepId, HerstelIngreep), Problem> {
    let chosen = ingreep(fields).map_err(|mut problem| {
        if fields.filled("reden").is_none() {
            problem.fouten.extend(wrong("/reden", FieldCode::Ontbreekt.into()).fouten);
        }
        problem
    })?;
    Ok((chosen, HerstelIngreep { reden: fields.get("reden").into(), overal }))
}

/// Puts one thing back, or asks the stembureau to.
async fn put_back(page: &PageRequest, fields: &Fields) -> Result<String, Problem> {
    let (ingreep, request) = back(fields, false)?;
    let found = page.api.undo_ingreep(ingreep, request).await?;
    let is_asked = found.ingrepen.iter().any(|own| own.id == ingreep && own.status == IngreepStatus::HerstelWacht);
    Ok(if is_asked { "hersteld&wachten=1" } else { "hersteld&plekken=1" }.to_owned())
}

/// Puts back all that one request took out.
async fn put_all_back(page: &PageRequest, id: GeheelId, fields: &Fields) -> Result<String, Problem> {
    let (ingreep, request) = back(fields, true)?;
    let before = page.api.weglatingen(id).await?;
    let asked = before.verdeeld.iter().find(|own| own.ingreep == ingreep);
    let (gone, waits) = asked.map_or((1, 0), |own| {
        let gone = own.plekken.iter().filter(|place| !place.staat_er).count();
        (gone, usize::try_from(own.bij_stembureau).unwrap_or_default())
    });
    page.api.undo_ingreep(ingreep, request).await?;
    Ok(format!("hersteld&plekken={}&wachten={waits}", gone.saturating_sub(waits)))
}

/// On how many places something was taken away just now, and on how many it waits; also when that is more than one piece of the
/// list holds.
async fn places(page: &PageRequest, found: &WeglatingenView) -> Result<String, Problem> {
    let last = found.ingrepen.iter().map(|own| own.gedaan_op).max();
    let number = |all: &[IngreepView], status: IngreepStatus| {
        all.iter().filter(|own| Some(own.gedaan_op) == last && own.status == status).count()
    };
    let mut done = number(&found.ingrepen, IngreepStatus::Gedaan);
    let waiting = number(&found.ingrepen, IngreepStatus::Wacht);
    let mut next = found.volgende.clone();
    while let Some(cursor) = next {
        let piece = piece(page, found.id, cursor).await?;
        let more = number(&piece.resultaten, IngreepStatus::Gedaan);
        done = done.saturating_add(more);
        next = piece.volgende.filter(|_| more > 0);
    }
    Ok(format!("weggelaten&plekken={done}&wachten={waiting}"))
}

/// The stembureau says yes or no.
async fn answer(page: &PageRequest, fields: &Fields) -> Result<&'static str, Problem> {
    let says = match fields.get("antwoord") {
        "ja" => Ok(true),
        "nee" => Ok(false),
        _ => Err(wrong("/antwoord", FieldCode::Ontbreekt.into())),
    };
    match (ingreep(fields), says) {
        (Ok(id), Ok(true)) => page.api.confirm_ingreep(id).await.map(|_| "bevestigd"),
        (Ok(id), Ok(false)) => {
            let request = WeigerIngreep { reden: fields.get("reden").into() };
            page.api.refuse_ingreep(id, request).await.map(|_| "geweigerd")
        }
        (Err(mut first), Err(second)) => {
            first.fouten.extend(second.fouten);
            Err(first)
        }
        (Err(problem), Ok(_)) | (Ok(_), Err(problem)) => Err(problem),
    }
}

fn ingreep(fields: &Fields) -> Result<IngreepId, Problem> {
    fields.get("ingreep").parse().map_err(|_none| wrong("/ingreep", FieldCode::Ontbreekt.into()))
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

/// What such a value names.
fn named(value: &str) -> Option<KiesDeel> {
    let mut parts = value.splitn(3, '.');
    Some(KiesDeel { soort: parts.next()?.into(), id: parts.next()?.into(), veld: parts.next()?.into() })
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
        if let Some(number) = fout.veld.strip_prefix("/vlakken/0") {
            fout.veld = number.to_owned();
        }
        for (from, to) in [("/deel/", "/deel"), ("/woorden/", "/woorden")] {
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

/// What waits for the viewer to say yes or no, per vote; nothing for who is of no stembureau.
///
/// # Errors
/// As the API.
pub async fn requests(page: &PageRequest) -> Result<Vec<Weglaatverzoeken>, Problem> {
    if page.has_role(Role::Stembureau) { page.api.list_weglaatverzoeken().await } else { Ok(Vec::new()) }
}

/// How many texts wait, with the way there, and who asked.
pub fn waiting_words(lang: Lang, own: &Weglaatverzoeken) -> AnyView {
    let number = match own.aantal {
        1 => lang.weglaten_waits_for_you().to_owned(),
        more => lang.weglaten_waits_for_you_many(more),
    };
    let to = ui::link(address(own.buurtbegroting), number);
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
