//! Where staff take words and photos out of public view, put them back, and say yes or no to what is about a vote.

mod answer;
mod divided;
mod done;
mod forms;
mod history;
mod origin;

use crate::format;
use crate::forms::{Fields, FormState, Outcome, Submission};
use crate::i18n::Lang;
use crate::opgave::wrong;
use crate::site::PageRequest;
use crate::submit::key;
use crate::ui::{self, Page, below, breadcrumbs, form, p};
use contract::account::Role;
use contract::field::{FieldCode, Raw};
use contract::foto::FotoView;
use contract::ingreep::{
    BevestigIngreep, DeelSoort, DeelView, Geheel, HerstelIngreep, IngreepSoort, IngreepStatus, IngreepView, KiesDeel,
    MaakIngreep, Planverwijzing, TrekIngreepIn, Veld, Vlak, Weglaatverzoeken, Weglaatweigering, WeglatingenView,
    WeigerIngreep,
};
use contract::problem::{FieldProblem, ProblemCode};
use contract::{BuurtbegrotingId, GeheelId, IngreepId, Page as Piece, PageQuery, Problem};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// What the page calls a word that stands nowhere.
const MISSING: &str = "woord";
/// What the page calls what became of a request that is over.
const BECAME: &str = "geworden";
/// What the address calls a piece of the list.
const CURSOR: &str = "cursor";
/// What a form about one thing calls it.
const ABOUT: &str = "ingreep";
/// What a form calls the status in which something was shown.
const SEEN: &str = "staat";
/// The names of the numbers of each rectangle that the form for a photo asks for, as the API calls those of one.
const VLAKKEN: &[[&str; 4]] = &[
    ["links", "boven", "breedte", "hoogte"],
    ["links2", "boven2", "breedte2", "hoogte2"],
    ["links3", "boven3", "breedte3", "hoogte3"],
    ["links4", "boven4", "breedte4", "hoogte4"],
    ["links5", "boven5", "breedte5", "hoogte5"],
];

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
    let copies = origin::copies(page, &found, &over.resultaten).await;
    let done = done::said(page, &found).await;
    let became = page.state.as_ref().and_then(|state| state.found.filled(BECAME)).map(str::to_owned);
    let forms = found.mag.then(|| forms::all(page, &found));
    Ok(below(
        breadcrumbs(lang, vec![(home_of(&found), found.titel.clone())]),
        lang.weglaten_title(),
        view! {
            {became.and_then(|became| form::orphan_of(page, became))}
            {done}
            <p class="nl-paragraph nl-paragraph--lead">{lead(lang, &found)}</p>
            {answer::form(page, &found, &copies)}
            {divided::notice(page, &found)}
            {history::waiting(page, &found, &copies)}
            {forms}
            {history::all(page, &found, (&over, &copies))}
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

/// What a text is: of what, and which of its texts.
fn label(lang: Lang, (soort, veld): (DeelSoort, Veld), plan: Option<&Planverwijzing>) -> String {
    match plan {
        Some(plan) => lang.weglaten_plan(plan.nummer, &plan.titel, lang.veld(veld)),
        None => format!("{}: {}", lang.deel_soort(soort), lang.veld(veld)),
    }
}

/// What something that was taken away is; a photo by its number, when it is seen on the page.
fn label_of(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> String {
    let mut photos = found.delen.iter().filter(|deel| deel.soort == DeelSoort::Foto && own.deel == DeelSoort::Foto);
    match photos.find(|deel| deel.id == own.deel_id) {
        Some(deel) => photo_label(lang, found, deel),
        None if own.deel == DeelSoort::Foto && found.soort != Geheel::Buurtbegroting => {
            lang.weglaten_photo_of(lang.deel_soort(own.deel), &found.titel)
        }
        None => label(lang, (own.deel, own.veld), own.plan.as_ref()),
    }
}

/// What a photo is called: by the plan or whatever else it is of, and by its place among the photos of that.
fn photo_label(lang: Lang, found: &WeglatingenView, deel: &DeelView) -> String {
    let plan = |own: &DeelView| own.plan.as_ref().map(|plan| plan.nummer);
    let mut beside = found.delen.iter().filter(|own| own.soort == DeelSoort::Foto && plan(own) == plan(deel));
    let at = beside.position(|own| own.id == deel.id).unwrap_or_default();
    let number = lang.weglaten_photo_number(at.saturating_add(1));
    match &deel.plan {
        Some(plan) => lang.weglaten_plan(plan.nummer, &plan.titel, number),
        None => lang.weglaten_photo_of(number, &found.titel),
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

/// Takes the forms of that page in.
pub async fn submit(page: &PageRequest, id: GeheelId, submission: Submission) -> Outcome {
    let fields = submission.fields;
    match act(page, id, &fields).await {
        Ok(done) => Outcome::Go(format!("{}?gelukt={done}", page.path)),
        Err(problem) => {
            let mut found = Fields::new(missing(&fields, &problem).map(|word| (MISSING.to_owned(), word)).collect());
            if let Some(became) = became(page, id, &fields, &problem).await {
                found.push(BECAME, became);
            }
            let problem = Some(on_this_page(&fields, problem));
            Outcome::Again(FormState { problem, found, ..FormState::of(fields) })
        }
    }
}

/// What became of the request that a form is about, when somebody else was first.
async fn became(page: &PageRequest, id: GeheelId, fields: &Fields, problem: &Problem) -> Option<String> {
    if !matches!(problem.code(), ProblemCode::StapKanNietNu | ProblemCode::Verouderd) {
        return None;
    }
    let ingreep = ingreep(fields).ok()?;
    let is_answer = matches!(fields.get("actie"), "ja" | "nee" | "intrekken");
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

/// Does what a form asks for, and says what came of it.
async fn act(page: &PageRequest, id: GeheelId, fields: &Fields) -> Result<String, Problem> {
    match fields.get("actie") {
        "ja" => confirm(page, id, fields).await,
        "nee" => {
            let request = WeigerIngreep { staat: fields.get(SEEN).into(), reden: fields.get("reden").into() };
            page.api.refuse_ingreep(ingreep(fields)?, request).await.map(|_| "geweigerd".to_owned())
        }
        "intrekken" => {
            let ingreep = ingreep(fields)?;
            page.api.withdraw_ingreep(ingreep, TrekIngreepIn { staat: fields.get(SEEN).into() }).await?;
            Ok(format!("ingetrokken&{ABOUT}={ingreep}"))
        }
        "herstellen" => put_back(page, fields).await,
        "overal" => put_all_back(page, id, fields).await,
        name => {
            let request = asked(name, fields).ok_or_else(|| Problem::bare(ProblemCode::NietGevonden))?;
            places(page, &page.api.make_ingreep(key(fields), id, request).await?).await
        }
    }
}

/// The stembureau says yes. What the initiatief still says is asked first: afterwards the stembureau does not read it any more.
async fn confirm(page: &PageRequest, id: GeheelId, fields: &Fields) -> Result<String, Problem> {
    let ingreep = ingreep(fields)?;
    let behind = origin::behind(page, id, ingreep).await;
    page.api.confirm_ingreep(ingreep, BevestigIngreep { staat: fields.get(SEEN).into() }).await?;
    let behind = behind.map(|initiatief| format!("&{}={initiatief}", done::ORIGIN));
    Ok(format!("bevestigd{}", behind.unwrap_or_default()))
}

/// What is put back, and why.
fn back(fields: &Fields, overal: bool) -> Result<(IngreepId, HerstelIngreep), Problem> {
    Ok((ingreep(fields)?, HerstelIngreep { reden: fields.get("reden").into(), overal }))
}

/// Puts one thing back, or asks the stembureau to.
async fn put_back(page: &PageRequest, fields: &Fields) -> Result<String, Problem> {
    let (ingreep, request) = back(fields, false)?;
    let found = page.api.undo_ingreep(ingreep, request).await?;
    let is_asked = found.ingrepen.iter().any(|own| own.id == ingreep && own.status == IngreepStatus::HerstelWacht);
    let came = if is_asked { "wachten=1" } else { "plekken=1" };
    Ok(format!("hersteld&{came}&{ABOUT}={ingreep}"))
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
    let told_at = page.api.undo_ingreep(ingreep, request).await?.id;
    let done = gone.saturating_sub(waits);
    Ok(format!("hersteld&plekken={done}&wachten={waits}&{ABOUT}={ingreep}&{}={told_at}", done::AT))
}

/// On how many places something was taken away just now, and on how many it waits; also when that is more than one piece of the
/// list holds.
async fn places(page: &PageRequest, found: &WeglatingenView) -> Result<String, Problem> {
    let last = found.ingrepen.first().and_then(|own| own.verzoek);
    let number = |all: &[IngreepView], status: IngreepStatus| {
        all.iter().filter(|own| last.is_some() && own.verzoek == last && own.status == status).count()
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

fn ingreep(fields: &Fields) -> Result<IngreepId, Problem> {
    fields.get(ABOUT).parse().map_err(|_none| wrong("/ingreep", FieldCode::Ontbreekt.into()))
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

/// What the wijkteam asked a stembureau and waits for an answer: of which vote, how much, and since when.
pub fn asked_of_bureau(lang: Lang, asked: &[Weglaatverzoeken]) -> Option<AnyView> {
    if asked.is_empty() {
        return None;
    }
    let line = |own: &Weglaatverzoeken| {
        let since = lang.weglaten_mine_waits_since(own.aantal, format::moment_and_time(lang, own.sinds));
        let by = lang.weglaten_waits_asked_by(own.door.join(", "));
        view! { <li>{ui::link(address(own.buurtbegroting), own.titel.clone())} ": " {since} " " {by}</li> }
    };
    let lines = asked.iter().map(line).collect_view();
    let heading = ui::h2(format!("{} ({})", lang.weglaten_mine_waits(), asked.len()));
    Some(view! { {heading} <ul class="wk-list">{lines}</ul> }.into_any())
}

/// What a stembureau refused the wijkteam: what, who, when and why, with the way to ask it again.
pub fn refused_by_bureau(lang: Lang, refused: &[Weglaatweigering]) -> Option<AnyView> {
    if refused.is_empty() {
        return None;
    }
    let line = |own: &Weglaatweigering| {
        let what = label(lang, (own.deel, own.veld), own.plan.as_ref());
        let what = if own.terug { lang.weglaten_ask_back(what) } else { lang.weglaten_ask_out(what) };
        let (at, door) = (format::moment_and_time(lang, own.weigering.op), own.weigering.door.as_str());
        let by = if own.terug { lang.weglaten_back_refused_by(at, door) } else { lang.weglaten_refused_by(at, door) };
        let to = format!("{}#ingreep-{}", address(own.buurtbegroting), own.ingreep);
        view! {
            <li>
                <p class="nl-paragraph"><strong>{what}</strong> " (" {own.titel.clone()} ")"</p>
                <p class="wk-small">{by}</p>
                {ui::prose(&own.weigering.reden)}
                <p class="nl-paragraph">{ui::link(to, lang.weglaten_mine_no_again())}</p>
            </li>
        }
    };
    let lines = refused.iter().map(line).collect_view();
    let heading = ui::h2(format!("{} ({})", lang.weglaten_mine_no(), refused.len()));
    Some(view! { {heading} <ul class="wk-list">{lines}</ul> }.into_any())
}
