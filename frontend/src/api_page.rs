//! The API to read: every operation of the OpenAPI document, as plain HTML that needs no script.

use crate::site::PageRequest;
use crate::ui::{self, Page, badge, h2, link, p, shown};
use contract::Problem;
use contract::problem::ProblemCode;
use leptos::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

/// The page.
///
/// # Errors
/// When there is no document.
pub fn page(page: &PageRequest) -> Page {
    let lang = page.lang;
    let document = page.openapi.clone().ok_or_else(|| Problem::bare(ProblemCode::NietGevonden))?;
    let mut by_tag: BTreeMap<String, Vec<AnyView>> = BTreeMap::new();
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let tag = operation.pointer("/tags/0").and_then(Value::as_str).unwrap_or_default().to_owned();
            by_tag.entry(tag).or_default().push(operation_view(page, method, path, operation));
        }
    }
    let group = |(tag, operations): (String, Vec<AnyView>)| view! { {h2(tag)} {operations} };
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object).cloned().unwrap_or_default();
    let schema = |(name, schema): (String, Value)| {
        let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
        view! {
            <details class="wk-details" id=format!("schema-{name}")>
                <summary>{name.clone()}</summary>
                <pre class="wk-code" tabindex="0"><code>{text}</code></pre>
            </details>
        }
    };
    Ok(shown(
        "API",
        view! {
            {p(lang.api_lead())}
            <p class="nl-paragraph">{link("/api/v1/openapi.json", "/api/v1/openapi.json")}</p>
            {by_tag.into_iter().map(group).collect_view()}
            {h2(lang.api_schemas())}
            {schemas.into_iter().map(schema).collect_view()}
        },
    ))
}

fn operation_view(page: &PageRequest, method: &str, path: &str, operation: &Value) -> AnyView {
    let lang = page.lang;
    let text = |pointer: &str| operation.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let parameters = operation.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
    let parameter = |parameter: Value| {
        let of = |name: &str| parameter.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        view! { <li><code>{of("name")}</code> " (" {of("in")} ") " {of("description")}</li> }
    };
    let body = operation
        .pointer("/requestBody/content/application~1json/schema/$ref")
        .and_then(Value::as_str)
        .map(|reference| schema_link(lang.api_request(), reference));
    let answer = operation
        .pointer("/responses/200/content/application~1json/schema/$ref")
        .or_else(|| operation.pointer("/responses/201/content/application~1json/schema/$ref"))
        .and_then(Value::as_str)
        .map(|reference| schema_link(lang.api_answer(), reference));
    view! {
        <details class="wk-details">
            <summary>{badge(method.to_uppercase())} " " <code>{format!("/api/v1{path}")}</code></summary>
            {p(text("/summary"))}
            <p class="wk-small">{lang.api_right(text("/x-actie"))}</p>
            <ul class="wk-list">{parameters.into_iter().map(parameter).collect_view()}</ul>
            {body}
            {answer}
        </details>
    }
    .into_any()
}

fn schema_link(label: &'static str, reference: &str) -> AnyView {
    let name = reference.rsplit('/').next().unwrap_or_default().to_owned();
    view! { <p class="nl-paragraph">{label} " " {ui::link(format!("#schema-{name}"), name)}</p> }.into_any()
}
