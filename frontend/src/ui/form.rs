//! Forms: real ones, that show what was typed again and say what is wrong beside the field.

use crate::forms::{Fields, FormState};
use crate::i18n::Lang;
use crate::site::PageRequest;
use contract::field::FieldCode;
use contract::gebied::Keuze;
use contract::problem::{FieldProblem, ProblemCode};
use contract::stem::Stembewijs;
use leptos::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A form on a page. A page with several forms tells them apart by the hidden field `actie`.
#[derive(Clone)]
pub struct Form {
    lang: Lang,
    action: String,
    name: &'static str,
    key: String,
    state: FormState,
    version: Option<i64>,
    /// Which of several such forms on the page it is: a hidden field, and what stands in it.
    about: Option<(&'static str, String)>,
    /// Whether it has so little in it that what is wrong is said at its field alone.
    is_short: bool,
    /// Who reads what is written in it, when that is more than who handles it.
    readers: Option<&'static str>,
    /// What its page knows of what is wrong.
    known: Vec<Known>,
    /// Told when the page shows what is wrong.
    told: Arc<AtomicBool>,
    /// The fields so far, for the summary.
    labels: Arc<Mutex<Vec<Label>>>,
}

/// What a page says of something that is wrong in its form, where it knows more than what is said of every such problem.
#[derive(Debug, Clone)]
pub struct Known {
    /// With what, as the API names it.
    pub veld: String,
    /// What is wrong with it.
    pub code: FieldCode,
    /// What the summary says, each with where that leads; to the field where it leads nowhere else.
    pub lines: Vec<(String, Option<String>)>,
    /// What is said at the field.
    pub at_field: String,
}

/// What the summary of a form knows of a field.
#[derive(Debug, Clone)]
struct Label {
    name: String,
    /// The field that it belongs to.
    field: &'static str,
    /// What stands above it.
    text: String,
    /// What is said when nothing was filled in, where that is more than to do so.
    missing: Option<&'static str>,
    /// Whether what was filled in is never written back.
    is_secret: bool,
}

/// What is wrong with a field, in words.
fn said(lang: Lang, problem: &FieldProblem, missing: Option<&'static str>, typed: &str) -> String {
    if let (FieldCode::Ontbreekt, Some(text)) = (problem.code, missing) {
        return text.to_owned();
    }
    if let (FieldCode::WoordOnbekend, Some(place)) = (problem.code, problem.grens)
        && let Some(word) = Stembewijs::word_at(typed, place)
    {
        return lang.field_woord_onbekend_dit(place, word);
    }
    // Of a proof of another round nothing else is known here.
    if problem.code == FieldCode::BestaatNiet && problem.veld == "/stembewijs" {
        return lang.proof_not_there().to_owned();
    }
    lang.field_problem(problem.code, problem.grens)
}

/// What is wrong with one of the lines of a field: of what stands nowhere, that it does not.
fn of_line(lang: Lang, problem: &FieldProblem, line: &str) -> String {
    if problem.code == FieldCode::StaatErNietIn {
        return lang.field_staat_er_niet_in_dit(line);
    }
    format!("{line}: {}", said(lang, problem, None, line))
}

impl Form {
    /// The form with this name on this page.
    #[must_use]
    pub fn new(page: &PageRequest, name: &'static str) -> Self {
        let own = page.state.clone().filter(|state| state.fields.get("actie") == name);
        let state = own.unwrap_or_default();
        let key = state.fields.filled("sleutel").map_or_else(|| page.key.clone(), str::to_owned);
        Self {
            lang: page.lang,
            action: page.path.clone(),
            name,
            key,
            state,
            version: None,
            about: None,
            is_short: false,
            readers: None,
            known: Vec::new(),
            told: Arc::clone(&page.told),
            labels: Arc::default(),
        }
    }

    /// One of several such forms on a page, each about something else: it sends which, and shows only what was sent for that.
    #[must_use]
    pub fn about(page: &PageRequest, name: &'static str, about: (&'static str, String)) -> Self {
        let is_own = page.state.as_ref().is_some_and(|state| state.fields.get(about.0) == about.1);
        let mut form = Self::new(page, name);
        if !is_own {
            form.state = FormState::default();
            form.key = page.key.clone();
        }
        Self { about: Some(about), ..form }
    }

    /// A form of one field: what is wrong with that is said beside it and nowhere else, and the field takes the focus.
    #[must_use]
    pub fn short(self) -> Self {
        Self { is_short: true, ..self }
    }

    /// Whose answer is read at a place on the page: a browser goes there when the form was sent.
    #[must_use]
    pub fn answered_at(self, address: String) -> Self {
        Self { action: address, ..self }
    }

    /// With what the page knows of what is wrong in it.
    #[must_use]
    pub fn knowing(self, known: Vec<Known>) -> Self {
        Self { known, ..self }
    }

    fn known_of(&self, problem: &FieldProblem) -> Option<&Known> {
        self.known.iter().find(|own| own.veld == problem.veld && own.code == problem.code)
    }

    /// For an edit: names the version that is seen.
    #[must_use]
    pub fn on_version(self, version: contract::Version) -> Self {
        Self { version: Some(version.0), ..self }
    }

    /// A form whose text everybody can read: it says so right above its button.
    #[must_use]
    pub fn publishes(self) -> Self {
        let readers = self.lang.form_public();
        self.read_by(readers)
    }

    /// Says right above its button who reads what is written here.
    #[must_use]
    pub fn read_by(self, readers: &'static str) -> Self {
        Self { readers: Some(readers), ..self }
    }

    /// With values that stand in its fields until somebody sends other ones.
    #[must_use]
    pub fn with(mut self, preset: &Fields) -> Self {
        self.state.fields = preset.clone();
        self
    }

    /// What was filled in for a field.
    #[must_use]
    pub fn value(&self, name: &str) -> String {
        self.state.fields.get(name).to_owned()
    }

    /// Whether the form is shown again after it was sent.
    #[must_use]
    pub const fn was_refused(&self) -> bool {
        self.state.problem.is_some()
    }

    /// Whether the form is shown with what was sent for it.
    #[must_use]
    pub fn was_sent(&self) -> bool {
        self.state.fields.get("actie") == self.name
    }

    /// A field of this form. Its name is the JSON path of the request, with dots.
    #[must_use]
    pub fn field(&self, name: &'static str, label: impl Into<String>) -> Field<'_> {
        let label = label.into();
        if let Ok(mut labels) = self.labels.lock() {
            labels.push(Label {
                name: name.to_owned(),
                field: name,
                text: label.clone(),
                missing: None,
                is_secret: false,
            });
        }
        let id = self.id(name);
        let (hint, autocomplete, kind) = (None, None, "text");
        Field {
            form: self,
            name,
            id,
            label,
            hint,
            kind,
            autocomplete,
            optional: false,
            missing: None,
            entries: Vec::new(),
        }
    }

    /// The id of a field: forms on one page may have fields of the same name.
    #[must_use]
    pub fn id(&self, name: &str) -> String {
        match &self.about {
            Some((_, which)) => format!("{}.{name}.{which}", self.name),
            None => format!("{}.{name}", self.name),
        }
    }

    /// The form itself around its fields.
    pub fn view(self, button: impl Into<String>, fields: impl IntoView + 'static) -> impl IntoView {
        self.frame(None, button.into(), "primary", fields)
    }

    /// The same, for a form that carries photos.
    pub fn view_with_photos(self, button: &'static str, fields: impl IntoView + 'static) -> impl IntoView {
        self.frame(Some("multipart/form-data"), button.to_owned(), "primary", fields)
    }

    /// A form whose button is not the first thing to press.
    pub fn view_quiet(self, button: impl Into<String>, fields: impl IntoView + 'static) -> AnyView {
        self.frame(None, button.into(), "secondary", fields).into_any()
    }

    fn frame(
        self,
        enctype: Option<&'static str>,
        button: String,
        look: &'static str,
        fields: impl IntoView + 'static,
    ) -> impl IntoView {
        let summary = self.summary();
        let readers = self.readers.map(crate::ui::p);
        let about = self.about.map(|(name, which)| view! { <input type="hidden" name=name value=which /> });
        let version =
            self.version.map(|version| view! { <input type="hidden" name="versie" value=version.to_string() /> });
        view! {
            <form class="wk-form" method="post" action=self.action enctype=enctype novalidate>
                {summary}
                <input type="hidden" name="actie" value=self.name />
                <input type="hidden" name="sleutel" value=self.key />
                {about}
                {version}
                {fields.into_any()}
                {readers}
                <p class="wk-form__buttons">
                    <button class=format!("nl-button nl-button--{look}") type="submit">
                        <span class="nl-button__label">{button}</span>
                    </button>
                </p>
            </form>
        }
    }

    /// What is wrong, at the top, with a link to each field; it takes the focus.
    fn summary(&self) -> Option<impl IntoView + use<>> {
        let mut problem = self.lang.say(self.state.problem.clone()?);
        self.told.store(true, Ordering::Relaxed);
        let labels = self.labels.lock().map(|labels| labels.clone()).unwrap_or_default();
        let name_of = |fout: &FieldProblem| fout.veld.trim_start_matches('/').replace('/', ".");
        let place_of = |name: &str| labels.iter().position(|own| own.name == name);
        if let ([only], true) = (problem.fouten.as_slice(), self.is_short)
            && place_of(&name_of(only)).is_some()
        {
            return None;
        }
        // As somebody meets the fields on their way down; what has no field comes last.
        problem.fouten.sort_by_key(|fout| place_of(&name_of(fout)).unwrap_or(labels.len()));
        let item = |fout: FieldProblem| {
            let name = name_of(&fout);
            let label = place_of(&name).and_then(|at| labels.get(at));
            // What is wrong with something that has no field here can only be told.
            let Some(label) = label else { return view! { <li>{fout.melding}</li> }.into_any() };
            let to_field = format!("#{}", self.id(label.field));
            if let Some(known) = self.known_of(&fout) {
                let line = |(text, url): &(String, Option<String>)| {
                    let (text, url) = (text.clone(), url.clone().unwrap_or_else(|| to_field.clone()));
                    view! { <li><a class="nl-link" href=url>{text}</a></li> }
                };
                return known.lines.iter().map(line).collect_view().into_any();
            }
            let text = if fout.code == FieldCode::StaatErNietIn {
                of_line(self.lang, &fout, &label.text)
            } else {
                let wrong = said(self.lang, &fout, label.missing, self.state.fields.get(&name));
                format!("{}: {wrong}", label.text.trim_end_matches('?'))
            };
            view! { <li><a class="nl-link" href=to_field>{text}</a></li> }.into_any()
        };
        // Nothing is wrong with what was filled in when it only has to wait.
        let waits = !problem.fouten.is_empty() && problem.fouten.iter().all(|fout| fout.code == FieldCode::WachtAl);
        if waits {
            self.lang.form_waits().clone_into(&mut problem.title);
            self.lang.form_waits_detail().clone_into(&mut problem.detail);
        }
        if !problem.fouten.is_empty() && problem.fouten.iter().all(|fout| fout.code == FieldCode::StemcodeVervangen) {
            self.lang.form_letter_replaced().clone_into(&mut problem.title);
        }
        if problem.code() == ProblemCode::OngeldigeInvoer && labels.iter().any(|label| label.is_secret) {
            self.lang.problem_ongeldige_invoer_secret().clone_into(&mut problem.detail);
        }
        let is_kept = problem.code() == ProblemCode::TeVaak;
        let kept = is_kept.then(|| view! { <p class="nl-paragraph">{self.lang.problem_te_vaak_kept()}</p> });
        let list = view! { <ul>{problem.fouten.into_iter().map(item).collect_view()}</ul> }.into_any();
        let said = view! {
            <p class="nl-paragraph"><strong>{problem.title}</strong></p>
            <p class="nl-paragraph">{problem.detail}</p>
            {kept}
        }
        .into_any();
        // Who asked it already comes before what that means here.
        Some(refusal(if waits { (list, said) } else { (said, list) }))
    }
}

/// A field of some lines for a secret that a script reads and no form sends: it begins empty, and no browser remembers it.
pub fn secret_area(id: &'static str, described_by: &'static str) -> impl IntoView {
    view! {
        <textarea
            class="utrecht-textarea utrecht-textarea--html-textarea"
            id=id
            rows="3"
            aria-describedby=described_by
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
        ></textarea>
    }
}

/// A box that takes the focus and says that something was refused.
fn refusal(content: impl IntoView + 'static) -> impl IntoView {
    view! {
        <div class="utrecht-alert utrecht-alert--error" role="alert" tabindex="-1" autofocus>
            <div class="utrecht-alert__content">
                <div class="utrecht-alert__message">{content.into_any()}</div>
            </div>
        </div>
    }
}

/// For a form that was refused and no longer stands on its page, as when somebody else was first: what is wrong, and
/// what was typed. To be asked when the page is made.
pub fn orphan(page: &PageRequest) -> Option<impl IntoView + use<>> {
    let state = page.state.as_ref()?;
    let problem = page.lang.say(state.problem.clone()?);
    if page.told.load(Ordering::Relaxed) {
        return None;
    }
    Some(lost(page, problem.title, problem.detail))
}

/// The same, where the page knows what became of it: that stands in place of what is said of every such problem.
pub fn orphan_of(page: &PageRequest, became: String) -> Option<impl IntoView + use<>> {
    let problem = page.lang.say(page.state.as_ref()?.problem.clone()?);
    page.told.store(true, Ordering::Relaxed);
    Some(lost(page, problem.title, became))
}

fn lost(page: &PageRequest, title: String, detail: String) -> impl IntoView + use<> {
    let typed = page.state.iter().flat_map(|state| state.fields.typed());
    let typed: Vec<_> = typed.map(|text| view! { <li>{crate::ui::prose(text)}</li> }).collect();
    let typed = (!typed.is_empty()).then(|| {
        let title = page.lang.form_typed();
        view! { <p class="nl-paragraph">{title}</p> <ul>{typed}</ul> }
    });
    refusal(view! {
        <p class="nl-paragraph"><strong>{title}</strong></p>
        <p class="nl-paragraph">{detail}</p>
        {typed}
    })
}

/// What stands in a `textarea`. Leptos writes it as it is, so it is escaped here (P-8); browsers drop the first line
/// break, so there is one that may go.
fn area_content(value: &str) -> String {
    #[cfg(feature = "ssr")]
    let value = html_escape::encode_text(value);
    format!("\n{value}")
}

/// One field of a form.
pub struct Field<'a> {
    form: &'a Form,
    name: &'static str,
    id: String,
    label: String,
    hint: Option<String>,
    kind: &'static str,
    autocomplete: Option<&'static str>,
    optional: bool,
    missing: Option<&'static str>,
    /// What stands in it, line by line.
    entries: Vec<String>,
}

impl Field<'_> {
    /// A field of several lines that are judged one by one: what is wrong with a line is said of that line.
    #[must_use]
    pub fn entries(self, entries: Vec<String>) -> Self {
        if let Ok(mut labels) = self.form.labels.lock() {
            let label = |(at, text): (usize, &String)| Label {
                name: format!("{}.{at}", self.name),
                field: self.name,
                text: text.clone(),
                missing: None,
                is_secret: false,
            };
            labels.extend(entries.iter().enumerate().map(label));
        }
        Self { entries, ..self }
    }

    /// Something is chosen here: when nothing was, the page does not ask to fill it in.
    #[must_use]
    pub fn choice(self) -> Self {
        let text = self.form.lang.field_kies();
        self.missing(text)
    }

    /// What is said when nothing was filled in.
    #[must_use]
    pub fn missing(self, text: &'static str) -> Self {
        self.label_with(|label| label.missing = Some(text));
        Self { missing: Some(text), ..self }
    }

    fn label_with(&self, change: impl Fn(&mut Label)) {
        if let Ok(mut labels) = self.form.labels.lock() {
            labels.iter_mut().filter(|own| own.name == self.name).for_each(change);
        }
    }

    /// Something to know before filling it in.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The `type` of the input.
    #[must_use]
    pub fn kind(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    /// What a browser may fill in by itself.
    #[must_use]
    pub fn autocomplete(self, what: &'static str) -> Self {
        Self { autocomplete: Some(what), ..self }
    }

    /// May be left empty, and says so.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// An input of one line.
    pub fn input(self) -> AnyView {
        // A password is never written back into a page.
        let is_secret = self.kind == "password";
        self.label_with(|label| label.is_secret = is_secret);
        let value = if is_secret { String::new() } else { self.form.value(self.name) };
        let (described, invalid) = (self.described(), self.error().is_some());
        let class = if invalid {
            "utrecht-textbox utrecht-textbox--html-input utrecht-textbox--invalid"
        } else {
            "utrecht-textbox utrecht-textbox--html-input"
        };
        let (id, name, kind, autocomplete) = (self.id.clone(), self.name, self.kind, self.autocomplete);
        let takes_focus = invalid && self.form.is_short;
        self.wrap(view! {
            <input
                class=class
                id=id
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                autofocus=takes_focus
                aria-describedby=described
                aria-invalid=invalid.then_some("true")
            />
        })
    }

    /// An input of some lines.
    pub fn area(self, rows: u8) -> AnyView {
        let content = area_content(&self.form.value(self.name));
        let (described, invalid) = (self.described(), self.error().is_some());
        let class = if invalid {
            "utrecht-textarea utrecht-textarea--html-textarea utrecht-textarea--invalid"
        } else {
            "utrecht-textarea utrecht-textarea--html-textarea"
        };
        let (id, name, autocomplete) = (self.id.clone(), self.name, self.autocomplete);
        // What no browser may fill in is a code: it is no language, and nothing of it is to be improved.
        let is_code = autocomplete == Some("off");
        self.wrap(view! {
            <textarea
                class=class
                id=id
                name=name
                rows=rows.to_string()
                autocomplete=autocomplete
                autocapitalize=is_code.then_some("off")
                spellcheck=is_code.then_some("false")
                aria-describedby=described
                aria-invalid=invalid.then_some("true")
            >
                {content}
            </textarea>
        })
    }

    /// A choice from a list; the first entry says that nothing is chosen yet.
    pub fn select(self, options: Vec<Keuze>, preset: Option<String>) -> AnyView {
        let field = self.choice();
        let chosen =
            Some(field.form.value(field.name)).filter(|value| !value.is_empty()).or(preset).unwrap_or_default();
        let (described, invalid) = (field.described(), field.error().is_some());
        let (id, name) = (field.id.clone(), field.name);
        let empty = field.form.lang.form_choose();
        let option = |keuze: Keuze| {
            let is_chosen = keuze.code == chosen;
            view! { <option value=keuze.code selected=is_chosen>{keuze.naam}</option> }
        };
        let options = options.into_iter().map(option).collect_view();
        field.wrap(view! {
            <select
                class="utrecht-select utrecht-select--html-select"
                id=id
                name=name
                aria-describedby=described
                aria-invalid=invalid.then_some("true")
            >
                <option value="">{empty}</option>
                {options}
            </select>
        })
    }

    /// A choice of which all possibilities are seen.
    pub fn radios(self, options: Vec<Keuze>, preset: Option<String>) -> AnyView {
        let field = self.choice();
        let chosen =
            Some(field.form.value(field.name)).filter(|value| !value.is_empty()).or(preset).unwrap_or_default();
        let (group, name) = (field.id.clone(), field.name);
        let described = field.described();
        let (label, hint, error) = (field.label.clone(), field.hint_view(), field.error_view());
        let class = field.class();
        let option = |(at, keuze): (usize, Keuze)| {
            // The first radio carries the id of the field, so that the summary can lead to it.
            let id = if at == 0 { group.clone() } else { format!("{group}-{at}") };
            let is_chosen = keuze.code == chosen;
            let more = keuze.uitleg.map(|text| view! { <span class="wk-small">{text}</span> });
            view! {
                <div class="wk-choice">
                    <input class="utrecht-radio-button utrecht-radio-button--html-input" type="radio" id=id.clone() name=name value=keuze.code checked=is_chosen />
                    <label for=id>{keuze.naam} {more}</label>
                </div>
            }
        };
        view! {
            <fieldset class=format!("wk-fieldset {class}") aria-describedby=described>
                <legend class="utrecht-form-label">{label}</legend>
                {hint}
                {error}
                {options.into_iter().enumerate().map(option).collect_view()}
            </fieldset>
        }
        .into_any()
    }

    /// A box to tick.
    pub fn check(self) -> AnyView {
        let (described, hint, error, class) = (self.described(), self.hint_view(), self.error_view(), self.class());
        let is_on = !self.form.value(self.name).is_empty();
        view! {
            <div class=class>
                <div class="wk-choice">
                    <input
                        class="utrecht-checkbox utrecht-checkbox--html-input"
                        type="checkbox"
                        id=self.id.clone()
                        name=self.name
                        value="ja"
                        checked=is_on
                        aria-describedby=described
                    />
                    <label for=self.id>{self.label}</label>
                </div>
                {hint}
                {error}
            </div>
        }
        .into_any()
    }

    /// Several controls that are judged together.
    pub fn group(self, controls: impl IntoView + 'static) -> AnyView {
        let (described, hint, error, class) = (self.described(), self.hint_view(), self.error_view(), self.class());
        view! {
            <fieldset class=format!("wk-fieldset {class}") id=self.id tabindex="-1" aria-describedby=described>
                <legend class="utrecht-form-label">{self.label}</legend>
                {hint}
                {error}
                {controls.into_any()}
            </fieldset>
        }
        .into_any()
    }

    /// Photos, from the camera or the album.
    pub fn photos(self) -> AnyView {
        let page = &self.form.action;
        debug_assert!(crate::submit::takes_photos(page), "the server takes no photos at {page}: see takes_photos");
        let (described, id, name) = (self.described(), self.id.clone(), self.name);
        let kept: Vec<String> = self.form.state.fields.all("foto").map(str::to_owned).collect();
        let count = (!kept.is_empty()).then(|| {
            let text = self.form.lang.form_photos_kept(kept.len());
            view! { <p class="nl-paragraph">{text}</p> }
        });
        let kept = kept.into_iter().map(|id| view! { <input type="hidden" name="foto" value=id /> }).collect_view();
        self.wrap(view! {
            {kept}
            {count}
            <input id=id name=name type="file" accept="image/jpeg,image/png,image/webp" multiple aria-describedby=described />
        })
    }

    fn pointer(&self) -> String {
        format!("/{}", self.name.replace('.', "/"))
    }

    fn error(&self) -> Option<String> {
        let (state, lang, pointer) = (&self.form.state, self.form.lang, self.pointer());
        let filled_in = |name: &str| state.fields.get(name);
        let own = state.problem_of(&pointer).map(|problem| {
            let known = self.form.known_of(problem).map(|known| known.at_field.clone());
            known.unwrap_or_else(|| said(lang, problem, self.missing, filled_in(self.name)))
        });
        let of_entry = |(at, text): (usize, &String)| {
            let problem = state.problem_of(&format!("{pointer}/{at}"))?;
            let known = self.form.known_of(problem).map(|known| known.at_field.clone());
            Some(known.unwrap_or_else(|| of_line(lang, problem, text)))
        };
        let all: Vec<String> = own.into_iter().chain(self.entries.iter().enumerate().filter_map(of_entry)).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }

    fn described(&self) -> Option<String> {
        let hint = self.hint.is_some().then(|| format!("{}-uitleg", self.id));
        let error = self.error().is_some().then(|| format!("{}-fout", self.id));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn class(&self) -> &'static str {
        if self.error().is_some() { "utrecht-form-field utrecht-form-field--invalid" } else { "utrecht-form-field" }
    }

    fn hint_view(&self) -> Option<impl IntoView + use<>> {
        let id = format!("{}-uitleg", self.id);
        self.hint.clone().map(|hint| view! { <p class="utrecht-form-field-description" id=id>{hint}</p> })
    }

    fn error_view(&self) -> Option<impl IntoView + use<>> {
        let id = format!("{}-fout", self.id);
        self.error().map(|error| view! { <p class="utrecht-form-field-error-message" id=id>{error}</p> })
    }

    fn wrap(self, input: impl IntoView + 'static) -> AnyView {
        let (hint, error, class) = (self.hint_view(), self.error_view(), self.class());
        let optional = self.optional.then(|| {
            let text = self.form.lang.form_optional();
            view! { <span class="wk-optional">" " {text}</span> }
        });
        view! {
            <div class=class>
                <label class="utrecht-form-label" for=self.id>{self.label} {optional}</label>
                {hint}
                {error}
                {input}
            </div>
        }
        .into_any()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::area_content;

    // P-8
    #[test]
    fn text_in_an_area_stays_text() {
        assert_eq!(area_content("</textarea><script> &amp;"), "\n&lt;/textarea&gt;&lt;script&gt; &amp;amp;");
        assert_eq!(area_content("\nregel"), "\n\nregel");
    }
}
