//! Logging in and all that belongs to it.

use crate::format;
use crate::forms::{FormState, Outcome, Submission};
use crate::i18n::Lang;
use crate::initiatief::choices;
use crate::site::PageRequest;
use crate::submit::{again, of_link};
use crate::ui::form::Form;
use crate::ui::{self, Page, Shown, h2, link, p, shown};
use chrono::NaiveDate;
use contract::Problem;
use contract::account::{LogIn, PersoonSoort, Register, RequestReset, ResetPassword, UseLink, Wachtwoord};
use contract::field::Raw;
use contract::gebied::Keuze;
use contract::initiatief::Zicht;
use contract::problem::ProblemCode;
use leptos::prelude::*;

/// Where to go after logging in: a path of this site, or nothing (SECURITY-RULES R-3).
#[must_use]
pub fn safe_return(path: &str) -> String {
    let is_ours = path.starts_with('/')
        && !path.starts_with("//")
        && !path.starts_with("/\\")
        && !path.chars().any(char::is_control)
        && !path.contains('\\');
    if is_ours { path.to_owned() } else { "/".to_owned() }
}

/// Log in.
#[must_use]
pub fn log_in(page: &PageRequest) -> Shown {
    let lang = page.lang;
    let form = Form::new(page, "inloggen");
    let back = ui::query(page, "terug").unwrap_or_else(|| form.value("terug"));
    let fields = view! {
        <input type="hidden" name="terug" value=back />
        {form.field("email", lang.form_email()).kind("email").autocomplete("username").input()}
        {form.field("wachtwoord", lang.form_wachtwoord()).kind("password").autocomplete("current-password").input()}
    };
    shown(
        lang.nav_inloggen(),
        view! {
            {p(lang.account_log_in_lead())}
            {form.view(lang.nav_inloggen(), fields)}
            <p class="nl-paragraph">{link("/wachtwoord-vergeten", lang.account_forgotten())}</p>
            <p class="nl-paragraph">{link("/registreren", lang.account_none_yet())}</p>
        },
    )
}

/// Takes that in.
pub async fn submit_log_in(page: &PageRequest, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let request = LogIn {
        email: fields.get("email").into(),
        wachtwoord: Wachtwoord(fields.get("wachtwoord").to_owned()),
        ..LogIn::default()
    };
    match page.api.log_in(request).await {
        Ok(tokens) => Outcome::LoggedIn(tokens, safe_return(fields.get("terug"))),
        Err(problem) => again(fields, problem),
    }
}

/// Takes "log out" in; whoever is not logged in is out already.
pub async fn submit_log_out(page: &PageRequest) -> Outcome {
    match page.api.log_out().await {
        Ok(()) => Outcome::LoggedOut("/".into()),
        Err(problem) if problem.status == 401 => Outcome::LoggedOut("/".into()),
        Err(problem) => Outcome::Again(FormState { problem: Some(problem), ..FormState::default() }),
    }
}

/// The name of the form that logs out everywhere.
const EVERYWHERE: &str = "overal_uitloggen";

/// What somebody can do with their account, below what is theirs.
pub fn own(page: &PageRequest) -> impl IntoView + use<> {
    let lang = page.lang;
    let form = Form::new(page, EVERYWHERE).view_quiet(lang.mijn_log_out_everywhere(), ());
    view! {
        <section class="wk-panel">
            {h2(lang.mijn_account())}
            {p(lang.mijn_log_out_everywhere_hint())}
            {form}
        </section>
    }
}

/// Takes the form there in. Whoever is not logged in here any more is told so: elsewhere nothing has ended.
pub async fn submit_own(page: &PageRequest, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let done = match fields.get("actie") {
        EVERYWHERE => page.api.log_out_everywhere().await,
        _ => Err(Problem::bare(ProblemCode::NietGevonden)),
    };
    match done {
        Ok(()) => Outcome::LoggedOut("/bericht/overal-uitgelogd".into()),
        Err(problem) => again(fields, problem),
    }
}

/// Make an account.
pub async fn register(page: &PageRequest) -> Page {
    let lang = page.lang;
    let form = Form::new(page, "registreren");
    let gebieden = page.api.list_gebieden().await?;
    let wijken = gebieden.into_iter().flat_map(|gebied| gebied.wijken);
    let wijken: Vec<Keuze> = wijken.map(|wijk| Keuze { code: wijk.code, naam: wijk.naam, uitleg: None }).collect();
    let soorten = choices(PersoonSoort::ALL, |soort| lang.persoon_soort(soort));
    let fields = view! {
        {form.field("soort", lang.form_who_soort()).radios(soorten, Some("bewoner".into()))}
        {form.field("naam", lang.form_naam()).hint(lang.form_naam_hint()).autocomplete("name").input()}
        {form.field("email", lang.form_email()).hint(lang.account_email_hint()).kind("email").autocomplete("email").input()}
        {form.field("wachtwoord", lang.form_wachtwoord()).hint(lang.account_password_hint()).kind("password").autocomplete("new-password").input()}
        {organisation_fields(lang, &form, "organisatie", "kvkNummer")}
        {form.field("wijk", lang.account_wijk()).optional().select(wijken, None)}
    };
    Ok(shown(lang.account_register(), form.view(lang.account_register(), fields)))
}

/// What a business or another organisation tells of itself; the style sheet hides it from who lives here.
pub(crate) fn organisation_fields(
    lang: Lang,
    form: &Form,
    name: &'static str,
    number: &'static str,
) -> impl IntoView + use<> {
    let name = form.field(name, lang.form_organisatie()).hint(lang.form_organisatie_hint());
    let number = form.field(number, lang.form_kvk()).hint(lang.form_kvk_hint());
    view! {
        <div class="wk-for-organisatie">{name.autocomplete("organization").input()}</div>
        <div class="wk-for-ondernemer">{number.input()}</div>
    }
}

/// Takes that in.
pub async fn submit_register(page: &PageRequest, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let optional = |name: &str| fields.filled(name).map(str::to_owned);
    let request = Register {
        naam: fields.get("naam").into(),
        email: fields.get("email").into(),
        wachtwoord: Wachtwoord(fields.get("wachtwoord").to_owned()),
        soort: fields.get("soort").into(),
        organisatie: optional("organisatie").map(Raw::new),
        kvk_nummer: optional("kvkNummer").map(Raw::new),
        wijk: optional("wijk").map(Raw::new),
    };
    match page.api.register(request).await {
        Ok(_) => Outcome::Go("/bericht/bevestig-account".into()),
        Err(problem) => again(fields, problem),
    }
}

/// The page behind a link to confirm: looking does not use the link up, the button does.
#[must_use]
pub fn confirm(page: &PageRequest) -> Shown {
    let lang = page.lang;
    let is_account = page.path.starts_with("/bevestigen/account/");
    let (title, text, readers) = if is_account {
        (lang.confirm_account_title(), lang.confirm_account_text(), None)
    } else {
        let readers = Some(lang.confirm_initiatief_readers());
        (lang.confirm_initiatief_title(), lang.confirm_initiatief_text(), readers)
    };
    if link_is_dead(page) {
        return shown(title, view! { <p class="nl-paragraph">{link("/", lang.problem_home())}</p> });
    }
    shown(title, view! { {p(text)} {readers.map(p)} {Form::new(page, "bevestigen").view(title, ())} })
}

/// Whether the link that leads here was found not to work: there is nothing left to press then.
fn link_is_dead(page: &PageRequest) -> bool {
    let problem = page.state.as_ref().and_then(|state| state.problem.as_ref());
    problem.is_some_and(|problem| problem.code() == ProblemCode::LinkOngeldig)
}

/// Takes that in.
pub async fn submit_confirm(page: &PageRequest, what: &str, secret: &str, submission: Submission) -> Outcome {
    let request = UseLink { geheim: secret.into() };
    let done = match what {
        "account" => page.api.confirm_account(request).await.map(|()| "/bericht/account".to_owned()),
        "initiatief" => page.api.confirm_initiatief(request).await.map(|done| {
            let day = done.antwoord_datum.map(|day| day.to_string());
            let message = |path| ui::with_query(path, &[("antwoord", day.as_deref())]);
            match done.zicht {
                Zicht::Open => format!("/initiatieven/{}?gelukt=ja", done.id),
                Zicht::Wacht => message("/bericht/initiatief-wacht"),
                Zicht::Afgeschermd => message("/bericht/initiatief-afgeschermd"),
            }
        }),
        _ => Err(Problem::bare(ProblemCode::NietGevonden)),
    };
    match done {
        Ok(to) => Outcome::Go(to),
        Err(problem) => again(submission.fields, of_link(problem)),
    }
}

/// Ask for a new password.
#[must_use]
pub fn forgotten(page: &PageRequest) -> Shown {
    let lang = page.lang;
    let form = Form::new(page, "vergeten");
    let field = form.field("email", lang.form_email()).kind("email").autocomplete("username").input();
    shown(
        lang.account_forgotten(),
        view! { {p(lang.account_forgotten_text())} {form.view(lang.account_forgotten_send(), field)} },
    )
}

/// Takes that in.
pub async fn submit_forgotten(page: &PageRequest, submission: Submission) -> Outcome {
    let fields = submission.fields;
    match page.api.request_reset(RequestReset { email: fields.get("email").into() }).await {
        Ok(_) => Outcome::Go("/bericht/wachtwoord".into()),
        Err(problem) => again(fields, problem),
    }
}

/// Choose a new password.
#[must_use]
pub fn new_password(page: &PageRequest) -> Shown {
    let lang = page.lang;
    if link_is_dead(page) {
        let again = link("/wachtwoord-vergeten", lang.account_forgotten());
        return shown(lang.account_new_password(), view! { <p class="nl-paragraph">{again}</p> });
    }
    let form = Form::new(page, "nieuw");
    let field = form
        .field("wachtwoord", lang.account_new_password())
        .hint(lang.account_password_hint())
        .kind("password")
        .autocomplete("new-password")
        .input();
    shown(lang.account_new_password(), form.view(lang.account_new_password_save(), field))
}

/// Takes that in.
pub async fn submit_new_password(page: &PageRequest, secret: &str, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let wachtwoord = Wachtwoord(fields.get("wachtwoord").to_owned());
    match page.api.reset_password(ResetPassword { geheim: secret.into(), wachtwoord }).await {
        Ok(known) => Outcome::Known(known, "/bericht/wachtwoord-klaar".into()),
        Err(problem) => again(fields, of_link(problem)),
    }
}

/// What happened after a form, when there is nothing else to show.
///
/// # Errors
/// For a message that does not exist.
pub fn message(page: &PageRequest, what: &str) -> Page {
    let lang = page.lang;
    let (title, text) = match what {
        "bevestig-initiatief" => (lang.message_check_mail(), lang.message_confirm_initiatief()),
        "bevestig-account" => (lang.message_check_mail(), lang.message_confirm_account()),
        "initiatief-wacht" => (lang.message_handed_in_title(), lang.message_handed_in_wacht()),
        "initiatief-afgeschermd" => (lang.message_handed_in_title(), lang.message_handed_in_afgeschermd()),
        "account" => (lang.message_account_title(), lang.message_account()),
        "wachtwoord" => (lang.message_check_mail(), lang.message_password()),
        "wachtwoord-klaar" => (lang.message_password_done_title(), lang.message_password_done()),
        "overal-uitgelogd" => (lang.message_logged_out_everywhere_title(), lang.message_logged_out_everywhere()),
        "antwoord" => (lang.message_answer_title(), lang.message_answer()),
        _ => return Err(Problem::bare(ProblemCode::NietGevonden)),
    };
    let way_on = if matches!(what, "account" | "wachtwoord-klaar" | "overal-uitgelogd") {
        link("/inloggen", lang.nav_inloggen()).into_any()
    } else {
        link("/", lang.problem_home()).into_any()
    };
    let answer = what.starts_with("initiatief-").then(|| p(answer_by(page)));
    Ok(shown(
        title,
        view! { <p class="nl-paragraph nl-paragraph--lead">{text}</p> {answer} <p class="nl-paragraph">{way_on}</p> },
    ))
}

/// When an answer comes. The day stands in the address: one that we cannot have promised is not repeated.
fn answer_by(page: &PageRequest) -> String {
    let lang = page.lang;
    let day = ui::query(page, "antwoord").and_then(|text| text.parse::<NaiveDate>().ok());
    let days = 0..=i64::from(page.site.answer_days);
    match day.filter(|day| days.contains(&day.signed_duration_since(page.today).num_days())) {
        Some(day) => lang.message_answer_by(format::day(lang, day)),
        None => lang.message_answer_by_mail().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for (path, expected) in [
            ("/initiatieven/nieuw", "/initiatieven/nieuw"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/a\nSet-Cookie: x", "/"),
            ("", "/"),
        ] {
            assert_eq!(safe_return(path), expected, "{path:?}");
        }
    }
}
