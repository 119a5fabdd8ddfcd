//! Forms: real ones, that show what was typed again and say what is wrong beside the field.

use crate::forms::FormState;
use crate::i18n::Lang;
use crate::site::PageRequest;
use contract::gebied::Keuze;
use leptos::prelude::*;

/// A form on a page. A page with several forms tells them apart by the hidden field `actie`.
#[derive(Clone)]
pub struct Form {
    lang: Lang,
    action: String,
    name: &'static str,
    key: String,
    state: FormState,
    version: Option<i64>,
}

impl Form {
    /// The form with this name on this page.
    #[must_use]
    pub fn new(page: &PageRequest, name: &'static str) -> Self {
        let own = page.state.clone().filter(|state| state.fields.get("actie") == name);
        let state = own.unwrap_or_default();
        let key = state.fields.filled("sleutel").map_or_else(|| page.key.clone(), str::to_owned);
        Self { lang: page.lang, action: page.path.clone(), name, key, state, version: None }
    }

    /// For an edit: names the version that is seen.
    #[must_use]
    pub fn on_version(self, version: contract::Version) -> Self {
        Self { version: Some(version.0), ..self }
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

    /// A field of this form. Its name is the JSON path of the request, with dots.
    #[must_use]
    pub fn field(&self, name: &'static str, label: impl Into<String>) -> Field<'_> {
        Field { form: self, name, label: label.into(), hint: None, kind: "text", autocomplete: None, optional: false }
    }

    /// The form itself around its fields.
    pub fn view(self, button: &'static str, fields: impl IntoView + 'static) -> impl IntoView {
        self.frame(None, button, "primary", fields)
    }

    /// The same, for a form that carries photos.
    pub fn view_with_photos(self, button: &'static str, fields: impl IntoView + 'static) -> impl IntoView {
        self.frame(Some("multipart/form-data"), button, "primary", fields)
    }

    /// A form whose button is not the first thing to press.
    pub fn view_quiet(self, button: &'static str, fields: impl IntoView + 'static) -> impl IntoView {
        self.frame(None, button, "secondary", fields)
    }

    fn frame(
        self,
        enctype: Option<&'static str>,
        button: &'static str,
        look: &'static str,
        fields: impl IntoView + 'static,
    ) -> impl IntoView {
        let summary = self.summary();
        let version =
            self.version.map(|version| view! { <input type="hidden" name="versie" value=version.to_string() /> });
        view! {
            <form class="wk-form" method="post" action=self.action enctype=enctype novalidate>
                {summary}
                <input type="hidden" name="actie" value=self.name />
                <input type="hidden" name="sleutel" value=self.key />
                {version}
                {fields.into_any()}
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
        let problem = self.lang.say(self.state.problem.clone()?);
        let item = |fout: contract::problem::FieldProblem| {
            let href = format!("#{}", field_id(&fout.veld));
            view! { <li><a class="nl-link" href=href>{fout.melding}</a></li> }
        };
        Some(view! {
            <div class="utrecht-alert utrecht-alert--error" role="alert" tabindex="-1" autofocus>
                <div class="utrecht-alert__content">
                    <div class="utrecht-alert__message">
                        <p class="nl-paragraph"><strong>{problem.title}</strong></p>
                        <p class="nl-paragraph">{problem.detail}</p>
                        <ul>{problem.fouten.into_iter().map(item).collect_view()}</ul>
                    </div>
                </div>
            </div>
        })
    }
}

/// The id of the field that a pointer names.
fn field_id(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

/// One field of a form.
pub struct Field<'a> {
    form: &'a Form,
    name: &'static str,
    label: String,
    hint: Option<String>,
    kind: &'static str,
    autocomplete: Option<&'static str>,
    optional: bool,
}

impl Field<'_> {
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
        let value = if self.kind == "password" { String::new() } else { self.form.value(self.name) };
        let (described, invalid) = (self.described(), self.error().is_some());
        let class = if invalid {
            "utrecht-textbox utrecht-textbox--html-input utrecht-textbox--invalid"
        } else {
            "utrecht-textbox utrecht-textbox--html-input"
        };
        let (name, kind, autocomplete) = (self.name, self.kind, self.autocomplete);
        self.wrap(view! {
            <input
                class=class
                id=name
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                aria-describedby=described
                aria-invalid=invalid.then_some("true")
            />
        })
    }

    /// An input of some lines.
    pub fn area(self, rows: u8) -> AnyView {
        let value = self.form.value(self.name);
        let (described, invalid) = (self.described(), self.error().is_some());
        let class = if invalid {
            "utrecht-textarea utrecht-textarea--html-textarea utrecht-textarea--invalid"
        } else {
            "utrecht-textarea utrecht-textarea--html-textarea"
        };
        let name = self.name;
        self.wrap(view! {
            <textarea
                class=class
                id=name
                name=name
                rows=rows.to_string()
                aria-describedby=described
                aria-invalid=invalid.then_some("true")
            >
                {format!("\n{value}")}
            </textarea>
        })
    }

    /// A choice from a list; the first entry says that nothing is chosen yet.
    pub fn select(self, options: Vec<Keuze>, preset: Option<String>) -> AnyView {
        let chosen = Some(self.form.value(self.name)).filter(|value| !value.is_empty()).or(preset).unwrap_or_default();
        let (described, invalid) = (self.described(), self.error().is_some());
        let name = self.name;
        let empty = self.form.lang.form_choose();
        let option = |keuze: Keuze| {
            let is_chosen = keuze.code == chosen;
            view! { <option value=keuze.code selected=is_chosen>{keuze.naam}</option> }
        };
        let options = options.into_iter().map(option).collect_view();
        self.wrap(view! {
            <select
                class="utrecht-select utrecht-select--html-select"
                id=name
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
        let chosen = Some(self.form.value(self.name)).filter(|value| !value.is_empty()).or(preset).unwrap_or_default();
        let name = self.name;
        let described = self.described();
        let (label, hint, error) = (self.label.clone(), self.hint_view(), self.error_view());
        let class = self.class();
        let option = |(at, keuze): (usize, Keuze)| {
            // The first radio carries the name of the field, so that the summary can lead to it.
            let id = if at == 0 { name.to_owned() } else { format!("{name}-{at}") };
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

    /// Photos, from the camera or the album.
    pub fn photos(self) -> AnyView {
        let (described, name) = (self.described(), self.name);
        let kept: Vec<String> = self.form.state.fields.all("foto").map(str::to_owned).collect();
        let count = (!kept.is_empty()).then(|| {
            let text = self.form.lang.form_photos_kept(kept.len());
            view! { <p class="nl-paragraph">{text}</p> }
        });
        let kept = kept.into_iter().map(|id| view! { <input type="hidden" name="foto" value=id /> }).collect_view();
        self.wrap(view! {
            {kept}
            {count}
            <input id=name name=name type="file" accept="image/jpeg,image/png,image/webp" multiple aria-describedby=described />
        })
    }

    fn pointer(&self) -> String {
        format!("/{}", self.name.replace('.', "/"))
    }

    fn error(&self) -> Option<String> {
        let problem = self.form.state.problem_of(&self.pointer())?;
        Some(self.form.lang.field_problem(problem.code, problem.grens))
    }

    fn described(&self) -> Option<String> {
        let hint = self.hint.is_some().then(|| format!("{}-uitleg", self.name));
        let error = self.error().is_some().then(|| format!("{}-fout", self.name));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn class(&self) -> &'static str {
        if self.error().is_some() { "utrecht-form-field utrecht-form-field--invalid" } else { "utrecht-form-field" }
    }

    fn hint_view(&self) -> Option<impl IntoView + use<>> {
        let id = format!("{}-uitleg", self.name);
        self.hint.clone().map(|hint| view! { <p class="utrecht-form-field-description" id=id>{hint}</p> })
    }

    fn error_view(&self) -> Option<impl IntoView + use<>> {
        let id = format!("{}-fout", self.name);
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
                <label class="utrecht-form-label" for=self.name>{self.label} {optional}</label>
                {hint}
                {error}
                {input}
            </div>
        }
        .into_any()
    }
}
