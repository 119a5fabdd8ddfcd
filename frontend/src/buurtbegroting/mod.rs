//! Buurtbegrotingen: the list, and the page of each, with what people can do there now.

mod belemmering;
mod bewaarders;
pub mod bewaren;
mod brief_kwijt;
pub mod bundel;
pub mod bureau;
pub mod change;
pub mod kiezer;
mod natellen;
pub mod plan;
pub mod plan_page;
pub mod stem;
pub mod stembewijs;
pub mod stembiljet;
pub mod telling;
pub mod telregels;
mod uitslag;

use crate::format;
use crate::i18n::Lang;
use crate::site::PageRequest;
use crate::stem_nu::to_call;
use crate::ui::{self, Page, badge, below, breadcrumbs, button_link, h2, link, list as ui_list, p, shown};
use contract::account::Role;
use contract::bewaarder::BewaardersView;
use contract::buurtbegroting::{
    Busvorm, BuurtbegrotingCard, BuurtbegrotingFase as Fase, BuurtbegrotingFilter, BuurtbegrotingStap as Step,
    BuurtbegrotingView, Onherkenbaar, PastNiet, Planning, Telregel, Tevredenheid, Weggelaten,
};
use contract::gebied::{Keuze, Keuzelijsten};
use contract::ingreep::Weglaatverzoeken;
use contract::project::{ProjectStatus, ProjectView};
use contract::stembureau::UitslagView;
use contract::telling::TellingStatus;
use contract::{BuurtbegrotingId, Problem};
use leptos::prelude::*;

/// All buurtbegrotingen.
pub async fn list(page: &PageRequest) -> Page {
    let lang = page.lang;
    let filter =
        BuurtbegrotingFilter { gebied: ui::query(page, "gebied"), cursor: ui::query(page, "cursor"), limit: None };
    let found = page.api.list_buurtbegrotingen(filter).await?;
    let gebieden = page.api.list_gebieden().await?;
    let name = |code: &str| gebieden.iter().find(|own| own.code == code).map_or("", |own| own.naam.as_str());
    let cards = found.resultaten.iter().map(|own| card(page, name(&own.gebied), own)).collect();
    let next = found.volgende.map(|cursor| ui::with_query("/buurtbegrotingen", &[("cursor", Some(&cursor))]));
    let none = found.resultaten.is_empty().then(|| p(lang.round_none()));
    let to_do = to_do(page).await?.waits;
    let tasks = bewaren::tasks(page).await?;
    let new = plan::may_plan(page).then(|| {
        view! { <p>{button_link("/buurtbegrotingen/nieuw", lang.round_new())}</p> }
    });
    Ok(shown(
        lang.round_list(),
        view! {
            <p class="nl-paragraph nl-paragraph--lead">{lang.round_lead()}</p>
            {new}
            {tasks}
            {to_do}
            {none}
            {ui_list::cards(cards)}
            {ui_list::more(lang, next)}
        },
    ))
}

/// The work of who runs rounds.
#[derive(Default)]
pub struct ToDo {
    /// The rounds in which something waits for the viewer, and what.
    pub waits: Option<AnyView>,
    /// The letters that the viewer asked for: what waits for a colleague, and what became of the rest.
    pub asked: Option<AnyView>,
}

/// See [`ToDo`]; nothing for who runs no rounds.
pub async fn to_do(page: &PageRequest) -> Result<ToDo, Problem> {
    if !page.has_role(Role::Wijkteam) && !page.has_role(Role::Stembureau) {
        return Ok(ToDo::default());
    }
    let lang = page.lang;
    let (mut items, mut mine) = (Vec::new(), Vec::<AnyView>::new());
    let mut requests = crate::weglaten::requests(page).await?;
    for card in newest(page).await? {
        let round = page.api.buurtbegroting(card.id).await?;
        let names = round.stappen.contains(&Step::NameKeepers);
        let keepers = if names { page.api.bewaarders(card.id).await? } else { BewaardersView::default() };
        let waits = waits(lang, &round, &keepers);
        let asked = requests.iter().position(|own| own.buurtbegroting == card.id).map(|at| requests.remove(at));
        let brief_kwijt::ForViewer { waits: letters, asked: own } = brief_kwijt::for_viewer(page, &round).await?;
        mine.extend(own);
        if !waits.is_empty() || asked.is_some() || letters.is_some() {
            items.push(task(lang, (card.id, card.titel), &waits, (asked.as_ref(), letters)));
        }
    }
    // What waits in an older round is named as well.
    for own in requests {
        items.push(task(lang, (own.buurtbegroting, own.titel.clone()), &[], (Some(&own), None)));
    }
    let section = |items| {
        view! { <section class="wk-panel">{h2(lang.round_to_do())} <ul class="wk-areas">{items}</ul></section> }
    };
    let waits = (!items.is_empty()).then(|| section(items).into_any());
    let asked = (!mine.is_empty()).then(|| {
        let heading = h2(format!("{} ({})", lang.desk_mine(), mine.len()));
        view! { {heading} <ul class="wk-list">{mine}</ul> }.into_any()
    });
    Ok(ToDo { waits, asked })
}

/// A round in which something waits: its steps, the requests about its texts, and the letters to be given.
fn task(
    lang: Lang,
    (id, titel): (BuurtbegrotingId, String),
    waits: &[String],
    (asked, letters): (Option<&Weglaatverzoeken>, Option<AnyView>),
) -> AnyView {
    let to = link(format!("/buurtbegrotingen/{id}"), titel);
    let asked =
        asked.map(|own| view! { " " <span class="wk-small">{crate::weglaten::waiting_words(lang, own)}</span> });
    let letters = letters.map(|own| view! { " " <span class="wk-small">{own}</span> });
    view! { <li>{to} <span class="wk-small">{waits.join(" ")}</span> {asked} {letters}</li> }.into_any()
}

/// What waits for somebody who can take these steps.
fn waits(lang: Lang, round: &BuurtbegrotingView, keepers: &BewaardersView) -> Vec<String> {
    let plans = round.projecten.iter().filter(|project| project.waits()).count();
    let waits = |step: &Step| match step {
        Step::Publish => Some(lang.round_do_publish().to_owned()),
        Step::JudgeProject => (plans > 0).then(|| lang.round_do_judge(plans)),
        Step::ProveKey => Some(lang.desk_prove().to_owned() + "."),
        Step::Count => Some(match round.telling.as_ref().map(|telling| telling.status) {
            Some(TellingStatus::Gevraagd) => lang.round_do_count_asked().to_owned(),
            Some(TellingStatus::Bezig) => lang.round_do_count_busy().to_owned(),
            Some(TellingStatus::Klaar | TellingStatus::Mislukt) | None => lang.round_do_count().to_owned(),
        }),
        Step::CloseUnchecked => Some(lang.desk_close_unchecked().to_owned() + "."),
        Step::Finalize if round.kaart.fase == Fase::Gestopt => Some(lang.desk_destroy().to_owned() + "."),
        Step::Finalize => Some(lang.round_do_final().to_owned()),
        Step::NameKeepers
        | Step::Change
        | Step::AddProject
        | Step::ExcludeProjects
        | Step::Stop
        | Step::EnterPaper
        | Step::Recount => None,
    };
    // What others do first is named as well, or nobody knows what a vote waits for.
    let of_key = bewaarders::waits(lang, round, keepers);
    round.stappen.iter().filter_map(waits).chain(of_key).collect()
}

/// The newest rounds: more than a city holds at once.
async fn newest(page: &PageRequest) -> Result<Vec<BuurtbegrotingCard>, Problem> {
    let filter = BuurtbegrotingFilter { limit: Some(100), ..BuurtbegrotingFilter::default() };
    Ok(page.api.list_buurtbegrotingen(filter).await?.resultaten)
}

async fn open_rounds(page: &PageRequest) -> Result<Vec<BuurtbegrotingCard>, Problem> {
    let mut open: Vec<BuurtbegrotingCard> =
        newest(page).await?.into_iter().filter(|own| own.fase == Fase::Stemmen).collect();
    // Where somebody has to be quick comes first.
    open.sort_by_key(|own| own.planning.stemmen_tot);
    Ok(open)
}

/// Where people can vote now, in one gebied or anywhere, for other pages; nothing when they can nowhere.
pub async fn open_votes(page: &PageRequest, gebied: Option<&str>) -> Result<Option<AnyView>, Problem> {
    let lang = page.lang;
    let mut open = open_rounds(page).await?;
    open.retain(|own| gebied.is_none_or(|gebied| own.gebied == gebied));
    if open.is_empty() {
        return Ok(None);
    }
    let item = |own: BuurtbegrotingCard| {
        let until = when(page, &own);
        view! { <li>{link(format!("/buurtbegrotingen/{}", own.id), own.titel)} <span class="wk-small">{until}</span></li> }
    };
    let items = open.into_iter().map(item).collect_view();
    Ok(Some(
        view! { <section class="wk-panel">{h2(lang.home_vote())} <ul class="wk-areas">{items}</ul></section> }
            .into_any(),
    ))
}

/// For who has no letter: whom to mail, and what is needed for a new one.
fn lost_letter(page: &PageRequest) -> AnyView {
    let mail = &page.site.contact_email;
    let lost = ui::p_with_mail(&page.lang.vote_lost(mail), mail);
    view! { {lost} {phone(page).as_ref().map(to_call)} }.into_any()
}

/// Whom to call, as a sentence, and the number in it; nothing where the municipality names none.
fn phone(page: &PageRequest) -> Option<(String, String)> {
    page.site.contact_phone.as_ref().map(|number| (page.lang.vote_phone(number), number.clone()))
}

/// For who gets no further by themselves: whom to mail and to call.
fn help(page: &PageRequest) -> AnyView {
    let mail = &page.site.contact_email;
    let ask = ui::p_with_mail(&page.lang.vote_help(mail), mail);
    view! { {ask} {phone(page).as_ref().map(to_call)} }.into_any()
}

/// A code in a QR code stays in the browser: without scripts nothing takes it from the address.
fn from_qr(lang: Lang) -> AnyView {
    view! { <p class="wk-small wk-unscripted">{lang.vote_qr_unscripted()}</p> }.into_any()
}

fn card(page: &PageRequest, gebied: &str, card: &BuurtbegrotingCard) -> AnyView {
    let lang = page.lang;
    let heading = link(format!("/buurtbegrotingen/{}", card.id), card.titel.clone());
    let gebied = gebied.to_owned();
    view! {
        <article class="wk-card">
            <div>
                {ui_list::card_heading(ui_list::Under::Title, heading)}
                <div class="wk-card__facts">
                    {badge(lang.round_fase(card.fase))}
                    <span>{gebied}</span>
                    {ui::euro(lang, card.bedrag)}
                </div>
                <p class="wk-small">{when(page, card)}</p>
            </div>
        </article>
    }
    .into_any()
}

/// What stands above a page of a round.
fn above(lang: Lang, round: &BuurtbegrotingCard) -> impl IntoView + use<> {
    let own = (format!("/buurtbegrotingen/{}", round.id), round.titel.clone());
    breadcrumbs(lang, vec![("/buurtbegrotingen".into(), lang.round_list().into()), own])
}

/// What happens next, and when.
fn when(page: &PageRequest, round: &BuurtbegrotingCard) -> String {
    let (lang, planning) = (page.lang, round.planning);
    let moment = |at| format::moment_and_time(lang, at);
    match round.fase {
        // Dates drive a round; but without a key, or with plans that wait, nobody can vote.
        Fase::Toetsen if format::day_of(planning.stemmen_vanaf) < page.today => {
            lang.round_when_not_open(moment(planning.stemmen_vanaf))
        }
        Fase::Voorbereiding => lang.round_when_voorbereiding(moment(planning.inzenden_vanaf)),
        Fase::Inzenden => lang.round_when_inzenden(moment(planning.toetsen_vanaf)),
        Fase::Toetsen => lang.round_when_toetsen(moment(planning.stemmen_tot), moment(planning.stemmen_vanaf)),
        Fase::Stemmen => lang.round_when_stemmen(moment(planning.stemmen_tot)),
        Fase::Tellen => lang.round_when_tellen(moment(planning.stemmen_tot)),
        Fase::Uitslag | Fase::Uitvoering => lang.round_when_uitslag(moment(planning.stemmen_tot)),
        Fase::Gestopt => lang.round_when_gestopt().into(),
    }
}

/// What somebody waits for who voted: until when others can, and where the result comes.
fn until(page: &PageRequest, round: &BuurtbegrotingCard) -> String {
    if round.fase == Fase::Stemmen {
        page.lang.round_after_vote(format::moment_and_time(page.lang, round.planning.stemmen_tot))
    } else {
        when(page, round)
    }
}

/// One buurtbegroting.
pub async fn page(page: &PageRequest, id: BuurtbegrotingId) -> Page {
    let lang = page.lang;
    let round = page.api.buurtbegroting(id).await?;
    let gebied = page.api.gebied(ui::code(&round.kaart.gebied)?).await?;
    let lists = page.api.keuzelijsten().await?;
    let path = format!("/buurtbegrotingen/{id}");
    let vote = (round.kaart.fase == Fase::Stemmen).then(|| {
        view! {
            <p>{button_link(format!("{path}/stemmen"), lang.round_vote())}</p>
            {p(lang.round_vote_hint())}
            {lost_letter(page)}
        }
    });
    let look_up = matches!(round.kaart.fase, Fase::Stemmen | Fase::Tellen | Fase::Uitslag)
        .then(|| view! { <p class="nl-paragraph">{link(format!("{path}/stembewijs"), lang.proof_look())}</p> });
    let uitslag = uitslag::of(page, &round).await?;
    let result = uitslag.as_ref().map(|own| uitslag::result(lang, &round, own));
    let nominees = bureau::Nominees::of(page, &round).await?;
    let keepers = bewaarders::of(page, &round).await?;
    let standing = bureau::standing(page, &round).await?;
    let waiting = crate::weglaten::waiting_line(page, id).await?;
    let keeps = bewaren::on_round(page, &round).await?;
    let money = crate::amount::euro(lang, round.kaart.bedrag);
    Ok(below(
        breadcrumbs(
            lang,
            vec![
                ("/buurtbegrotingen".into(), lang.round_list().into()),
                (format!("/gebieden/{}", gebied.code), gebied.naam.clone()),
            ],
        ),
        round.kaart.titel.clone(),
        view! {
            <p class="nl-paragraph nl-paragraph--lead">{about(lang, round.kaart.fase, money, &gebied.naam)}</p>
            <p>{badge(lang.round_fase(round.kaart.fase))} " " {when(page, &round.kaart)}</p>
            {stopped(lang, &round)}
            {waiting}
            {brief_kwijt::told(page, &round, &standing)}
            {keeps}
            {vote}
            {send_in(lang, &round)}
            {turnout(page, &round).await?}
            {about_box(lang, &round, uitslag.as_ref())}
            {look_up}
            {objections(page, &round)}
            {masked(lang, &round)}
            {result}
            {ui::words(lang, &round.uitleg)}
            {projects(lang, &lists, &round)}
            {h2(lang.round_rules())}
            {rules(lang, &round, &gebied.wijken, &lists)}
            {h2(lang.round_dates())}
            {dates(lang, &round)}
            {bureau::desk(page, &round, &lists, (&nominees, &keepers, &standing))}
            {crate::weglaten::link_for(page, &[Role::Wijkteam, Role::Stembureau], &gebied.code, id)}
        },
    ))
}

fn stopped(lang: Lang, round: &BuurtbegrotingView) -> impl IntoView + use<> {
    round.gestopt.as_ref().map(|gestopt| {
        let title = lang.round_stopped(format::moment_and_time(lang, gestopt.op));
        ui::alert(
            "warning",
            view! { <p class="nl-paragraph"><strong>{title}</strong></p> {ui::words(lang, &gestopt.reden)} },
        )
    })
}

/// That something was taken out of public view once people could vote.
fn masked(lang: Lang, round: &BuurtbegrotingView) -> impl IntoView + use<> {
    let line = |own: &Onherkenbaar| {
        let day = format::day(lang, own.dag);
        let said = match (own.wat, own.aantal, own.samen) {
            (Weggelaten::Plantekst, 1, true) => lang.round_masked_one_together(day),
            (Weggelaten::Plantekst, number, true) => lang.round_masked_many_together(number, day),
            (Weggelaten::Plantekst, 1, false) => lang.round_masked_one(day),
            (Weggelaten::Plantekst, number, false) => lang.round_masked_many(number, day),
            (Weggelaten::Planfoto, 1, _) => lang.round_masked_photo_one(day),
            (Weggelaten::Planfoto, number, _) => lang.round_masked_photo_many(number, day),
            (Weggelaten::Stemming, ..) => lang.round_masked_self(day),
        };
        let to = |number: &u32| {
            let address = format!("/buurtbegrotingen/{}/plannen/{number}", round.kaart.id);
            view! { " " {link(address, lang.round_masked_plan(number))} }
        };
        view! { <p class="nl-paragraph">{said} {own.plannen.iter().map(to).collect_view()}</p> }
    };
    round.onherkenbaar.iter().map(line).collect_view()
}

/// What it is about: now, or when it was.
fn about(lang: Lang, fase: Fase, money: String, gebied: &str) -> String {
    match fase {
        Fase::Voorbereiding | Fase::Inzenden | Fase::Toetsen | Fase::Stemmen => lang.round_about(money, gebied),
        Fase::Tellen | Fase::Uitslag | Fase::Uitvoering => lang.round_was_about(money, gebied),
        Fase::Gestopt => lang.round_would_be_about(money, gebied),
    }
}

/// While plans can be sent in, the way to do so.
fn send_in(lang: Lang, round: &BuurtbegrotingView) -> Option<AnyView> {
    let to = format!("/initiatieven/nieuw?gebied={}", round.kaart.gebied);
    let way = view! { <p>{button_link(to, lang.home_hand_in())}</p> {p(lang.round_send_in())} };
    (round.kaart.fase == Fase::Inzenden).then(|| way.into_any())
}

/// Until when objections can be made and where, or that the result is final.
fn objections(page: &PageRequest, round: &BuurtbegrotingView) -> Option<AnyView> {
    let lang = page.lang;
    match (round.kaart.fase, round.bezwaar_tot) {
        (Fase::Uitvoering, _) => Some(p(lang.round_final()).into_any()),
        (_, Some(until)) if format::day_of(until) < page.today => {
            Some(p(lang.round_objections_over(format::moment_and_time(lang, until))).into_any())
        }
        (_, Some(until)) => {
            let mail = &page.site.contact_email;
            Some(ui::p_with_mail(&lang.round_objections(mail, format::moment_and_time(lang, until)), mail).into_any())
        }
        (_, None) => None,
    }
}

/// What is not as usual about its ballot box: it has the form of before, or nobody could check it when it was shut or when it
/// was counted.
fn about_box(lang: Lang, round: &BuurtbegrotingView, uitslag: Option<&UitslagView>) -> impl IntoView + use<> {
    let before = match round.stembus {
        Busvorm::Aantallen => Some(p(lang.round_old_box())),
        Busvorm::Bewijzen => None,
    };
    let was_unchecked = round.sluiting.as_ref().is_some_and(|own| own.ongecontroleerd);
    let unchecked = match (was_unchecked, uitslag.map(|own| own.ongecontroleerd)) {
        (true, None | Some(true)) => Some(lang.result_unchecked()),
        (true, Some(false)) => Some(lang.result_checked_later()),
        (false, Some(true)) => Some(lang.result_unchecked_later()),
        (false, None | Some(false)) => None,
    };
    let unchecked = unchecked.map(|text| ui::alert("warning", p(text)));
    view! { {before} {unchecked} }
}

/// How often a lost letter was replaced, in words; nothing when none was.
fn replaced(lang: Lang, number: u64) -> Option<AnyView> {
    let text = match number {
        0 => return None,
        1 => lang.round_replaced_one().to_owned(),
        number => lang.round_replaced(number),
    };
    Some(p(text).into_any())
}

/// How many people voted, in tens, and how many letters were replaced.
async fn turnout(page: &PageRequest, round: &BuurtbegrotingView) -> Result<Option<AnyView>, Problem> {
    let lang = page.lang;
    if round.kaart.fase != Fase::Stemmen {
        return Ok(None);
    }
    let opkomst = page.api.opkomst(round.kaart.id).await?;
    let at = format::moment_and_time(lang, opkomst.geteld_op);
    let text: String =
        if opkomst.minstens == 0 { lang.round_turnout_few().into() } else { lang.round_turnout(opkomst.minstens, at) };
    Ok(Some(view! { {p(text)} {replaced(lang, opkomst.vervangen_brieven)} }.into_any()))
}

fn projects(lang: Lang, lists: &Keuzelijsten, round: &BuurtbegrotingView) -> Option<AnyView> {
    if round.projecten.is_empty() {
        return None;
    }
    let card = |project: &ProjectView| project_card(lang, lists, round.kaart.id, project);
    let of = |wanted: &[ProjectStatus]| -> Vec<AnyView> {
        round.projecten.iter().filter(|project| wanted.contains(&project.status)).map(card).collect()
    };
    let running = of(&[ProjectStatus::Toegelaten, ProjectStatus::Voorgesteld]);
    let refused = of(&[ProjectStatus::Afgewezen]);
    let refused = (!refused.is_empty()).then(|| view! { {h2(lang.round_refused())} {ui_list::cards(refused)} });
    Some(view! { {h2(lang.round_projects(running.len()))} {ui_list::cards(running)} {refused} }.into_any())
}

/// The plans that cannot be chosen together with this one.
fn others_of<'a>(round: &'a BuurtbegrotingView, project: &ProjectView) -> Vec<&'a ProjectView> {
    round.projecten.iter().filter(|own| own.excludes(project)).collect()
}

/// Why a plan is not voted on.
fn refused_why(lang: Lang, lists: &Keuzelijsten, project: &ProjectView) -> Option<AnyView> {
    project.reden.as_ref().map(|reden| {
        let criterium = name_of(&lists.criteria, project.criterium.as_deref().unwrap_or_default());
        view! { {p(lang.round_refused_why(criterium))} {ui::words(lang, reden)} }.into_any()
    })
}

fn project_card(lang: Lang, lists: &Keuzelijsten, id: BuurtbegrotingId, project: &ProjectView) -> AnyView {
    let title = link(plan_page::address(id, project), lang.round_project_title(project.nummer, &project.titel));
    let theme = name_of(&lists.themas, &project.thema);
    let status = (project.status != ProjectStatus::Toegelaten).then(|| badge(lang.project_status(project.status)));
    let reason = refused_why(lang, lists, project);
    view! {
        <article class="wk-card">
            <div>
                {ui_list::card_heading(ui_list::Under::Heading, title)}
                <div class="wk-card__facts">{ui::euro(lang, project.kosten)} <span>{theme}</span> {status}</div>
                {ui::words(lang, &project.tekst)}
                {reason}
            </div>
        </article>
    }
    .into_any()
}

/// The name of something in a list; its code when it is gone.
fn name_of(list: &[Keuze], code: &str) -> String {
    list.iter().find(|own| own.code == code).map_or_else(|| code.to_owned(), |own| own.naam.clone())
}

/// The counting rule and its options, each with what it is about.
fn counting(lang: Lang, regel: Telregel) -> impl Iterator<Item = (&'static str, &'static str)> {
    let worth = |own: Tevredenheid| (lang.plan_tevredenheid(), lang.tevredenheid(own));
    let unfit = |own: PastNiet| (lang.plan_past_niet(), lang.past_niet(own));
    let (rule, first, second) = match regel {
        Telregel::Greedy { tevredenheid, past_niet } => {
            (lang.rule_greedy(), Some(worth(tevredenheid)), unfit(past_niet))
        }
        Telregel::EqualShares { tevredenheid, aanvulling } => {
            let rest = (lang.plan_aanvulling(), lang.aanvulling(aanvulling));
            (lang.rule_equal_shares(), Some(worth(tevredenheid)), rest)
        }
        Telregel::Phragmen { past_niet } => (lang.rule_phragmen(), None, unfit(past_niet)),
    };
    [Some((lang.round_counting(), rule)), first, Some(second)].into_iter().flatten()
}

fn rules(
    lang: Lang,
    round: &BuurtbegrotingView,
    wijken: &[contract::gebied::WijkView],
    lists: &Keuzelijsten,
) -> impl IntoView + use<> {
    let rules = &round.spelregels;
    let takes_part = |code: &String| wijken.iter().find(|wijk| wijk.code == *code).map(|wijk| wijk.naam.clone());
    let places: Vec<String> = rules.wijken.iter().filter_map(takes_part).collect();
    let places = if places.is_empty() { lang.round_whole_gebied().to_owned() } else { places.join(", ") };
    let criteria: Vec<String> = rules.criteria.iter().map(|code| name_of(&lists.criteria, code)).collect();
    let criteria = criteria.into_iter().map(|name| view! { <li>{name}</li> }).collect_view();
    let change = if rules.wijzigen_mag { lang.round_change_yes() } else { lang.round_change_no() };
    let mut facts = vec![
        (
            lang.round_who(),
            lang.round_who_may(rules.minimum_leeftijd, lang.stemgerechtigd(rules.stemgerechtigd)).into_any(),
        ),
        (lang.round_where(), places.into_any()),
        (lang.round_ballot(), lang.ballot_rule(rules.stembiljet).into_any()),
        (lang.round_minimum(), lang.round_minimum_votes(rules.minimum_steun).into_any()),
        (lang.round_change(), change.into_any()),
        (lang.round_criteria(), view! { <ul>{criteria}</ul> }.into_any()),
    ];
    facts.extend(counting(lang, rules.telregel).map(|(what, how)| (what, how.into_any())));
    if let Some(hash) = &round.regels_hash {
        let hash = hash.clone();
        facts.push((lang.round_hash(), view! { <code>{hash}</code> }.into_any()));
    }
    if let Some(sluiting) = &round.sluiting {
        let digest = sluiting.controlegetal.clone();
        facts.push((lang.round_digest(), view! { <code>{digest}</code> }.into_any()));
    }
    ui::facts(facts)
}

fn dates(lang: Lang, round: &BuurtbegrotingView) -> impl IntoView + use<> {
    let Planning { inzenden_vanaf, toetsen_vanaf, stemmen_vanaf, stemmen_tot } = round.kaart.planning;
    let moment = |at| format::moment_and_time(lang, at).into_any();
    ui::facts(vec![
        (lang.round_fase(Fase::Inzenden), moment(inzenden_vanaf)),
        (lang.round_fase(Fase::Toetsen), moment(toetsen_vanaf)),
        (lang.round_fase(Fase::Stemmen), moment(stemmen_vanaf)),
        (lang.round_until(), moment(stemmen_tot)),
    ])
}
