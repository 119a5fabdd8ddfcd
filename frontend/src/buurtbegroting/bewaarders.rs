//! The custodians of a round, as the stembureau sees them: naming them, and how far their key is.

use crate::format::moment_and_time;
use crate::forms::Fields;
use crate::i18n::Lang;
use crate::opgave::details;
use crate::site::PageRequest;
use crate::ui::form::Form;
use crate::ui::{self, p};
use contract::bewaarder::{BEWAARDERS, BewaarderKaart, BewaardersView, NameBewaarders};
use contract::buurtbegroting::{Belemmering, BuurtbegrotingStap as Step, BuurtbegrotingView};
use contract::{BuurtbegrotingId, Problem};
use leptos::prelude::*;

/// Who keeps the key of a round, for those who count there; nobody for others.
///
/// # Errors
/// As the API.
pub async fn of(page: &PageRequest, round: &BuurtbegrotingView) -> Result<BewaardersView, Problem> {
    let of_who_counts = |step: &Step| {
        matches!(step, Step::NameKeepers | Step::ProveKey | Step::EnterPaper | Step::Count | Step::Recount | Step::Stop)
    };
    if round.stappen.iter().any(of_who_counts) {
        page.api.bewaarders(round.kaart.id).await
    } else {
        Ok(BewaardersView::default())
    }
}

/// Whether there is a key that two custodians have yet to try.
fn is_untried(round: &BuurtbegrotingView) -> bool {
    round.bewaarders && round.belemmeringen.contains(&Belemmering::SleutelOntbreekt)
}

/// Who the custodians are, and how far the key is.
pub fn of_key(page: &PageRequest, round: &BuurtbegrotingView, keepers: &BewaardersView) -> Option<AnyView> {
    let lang = page.lang;
    let table = table(lang, keepers)?;
    let said = if !keepers.sleutel {
        lang.desk_key_waits()
    } else if is_untried(round) {
        lang.desk_key_to_try()
    } else {
        lang.desk_key_tried()
    };
    let is_new = !keepers.sleutel && ui::query(page, "benoemd").is_some();
    let named = is_new.then(|| ui::alert("ok", p(lang.desk_keepers_named())));
    let third = third(keepers).map(|own| p(lang.desk_key_third(&own.naam)));
    Some(view! { <div id="bewaarders" class="wk-stack">{named} {table} {p(said)} {third}</div> }.into_any())
}

/// The custodian whose own key was not tried yet, when two others showed that the key of the ballots works.
fn third(keepers: &BewaardersView) -> Option<&BewaarderKaart> {
    let (tried, not): (Vec<_>, Vec<_>) = keepers.bewaarders.iter().partition(|own| own.geprobeerd_op.is_some());
    not.into_iter().next().filter(|_| tried.len() > 1)
}

/// The custodians, with what each has done.
pub fn table(lang: Lang, keepers: &BewaardersView) -> Option<AnyView> {
    if keepers.bewaarders.is_empty() {
        return None;
    }
    let heads = [lang.desk_keeper_part(), lang.desk_keeper_name(), lang.desk_keeper_key(), lang.desk_keeper_state()];
    let row = |own: &BewaarderKaart| {
        let key = own.sleutel_op.map(|at| lang.desk_keeper_key_at(moment_and_time(lang, at)));
        let key = key.unwrap_or_else(|| lang.desk_keeper_no_key().to_owned());
        let state = match (own.ingeleverd, own.geprobeerd_op) {
            (true, _) => lang.desk_keeper_handed_in().to_owned(),
            (false, Some(at)) => lang.desk_keeper_tried_at(moment_and_time(lang, at)),
            (false, None) => lang.desk_keeper_untried().to_owned(),
        };
        let naam = format!("{} ({})", own.naam, own.email);
        vec![own.plaats.into_any(), naam.into_any(), key.into_any(), state.into_any()]
    };
    let rows = keepers.bewaarders.iter().map(row).collect();
    let table = ui::list::table(lang.desk_keepers_table().to_owned(), &heads, rows);
    Some(view! { <div class="wk-wraps">{table}</div> }.into_any())
}

/// The form in which three people are named.
pub fn name(page: &PageRequest, keepers: &BewaardersView) -> AnyView {
    const FIELDS: [&str; BEWAARDERS] = ["bewaarder1", "bewaarder2", "bewaarder3"];
    let lang = page.lang;
    let named = FIELDS.iter().zip(&keepers.bewaarders).map(|(name, own)| ((*name).to_owned(), own.email.clone()));
    let preset = Fields::new(named.collect());
    let form = Form::new(page, "bewaarders");
    let form = if form.was_refused() { form } else { form.with(&preset) };
    let is_first = keepers.bewaarders.is_empty();
    let open = form.was_refused() || is_first;
    let field = |(number, name): (u8, &'static str)| {
        form.field(name, lang.desk_keeper(number)).kind("email").autocomplete("off").input()
    };
    let fields = (1..).zip(FIELDS).map(field).collect_view();
    let fields = view! { {p(lang.desk_keepers_hint())} {fields} };
    let title = if is_first { lang.desk_keepers() } else { lang.desk_keepers_replace() };
    details(title, open, form.view(lang.desk_keepers_send(), fields)).into_any()
}

/// Takes that form in.
///
/// # Errors
/// As the API.
pub async fn submit(page: &PageRequest, id: BuurtbegrotingId, fields: &Fields) -> Result<(), Problem> {
    let of = |name: &str| fields.get(name).into();
    let request =
        NameBewaarders { bewaarder1: of("bewaarder1"), bewaarder2: of("bewaarder2"), bewaarder3: of("bewaarder3") };
    page.api.name_bewaarders(id, request).await.map(drop)
}

/// Where it is said that they were named.
pub fn named(path: &str) -> String {
    format!("{path}?benoemd=ja#bewaarders")
}

/// What the custodians of a round have yet to do before a vote can open, or that nobody named them; nothing when that is not
/// this viewer's task, or all of it was done.
pub fn waits(lang: Lang, round: &BuurtbegrotingView, keepers: &BewaardersView) -> Option<String> {
    if round.stappen.contains(&Step::NameKeepers) {
        let with_key = keepers.bewaarders.iter().filter(|own| own.sleutel).count();
        let is_named = !keepers.bewaarders.is_empty();
        return Some(if is_named { lang.round_do_keys(with_key) } else { lang.desk_keepers().to_owned() + "." });
    }
    let runs_vote = round.stappen.contains(&Step::Stop);
    (runs_vote && is_untried(round)).then(|| lang.round_do_prove().to_owned())
}
