//! The OpenAPI document as a judge: what an operation answers must be what the document says it answers.

use crate::transport::Heard;
use contract::Problem;
use contract::problem::ProblemCode;
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The version that every answer names.
const API_VERSION: &str = "1.0.0";

/// The document of a server, with its schemas ready to judge.
pub struct Document {
    /// The document as served.
    pub json: Value,
    components: Value,
    judges: Mutex<HashMap<String, Arc<Validator>>>,
}

/// One operation of the document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operation {
    /// Its `operationId`.
    pub id: String,
    /// GET, POST, PUT or DELETE.
    pub method: String,
    /// Its path, with `{…}` for what varies.
    pub path: String,
}

impl Document {
    /// Reads a document.
    #[must_use]
    pub fn new(json: Value) -> Self {
        let mut components = Map::new();
        for (name, schema) in json.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
            components.insert(name.clone(), closed(schema, false));
            components.insert(format!("{name}.part"), closed(schema, true));
        }
        Self { components: Value::Object(components), json, judges: Mutex::default() }
    }

    /// Every operation.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (path, item) in self.json.get("paths").and_then(Value::as_object).into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
                operations.push(Operation { id, method: method.to_uppercase(), path: path.clone() });
            }
        }
        operations
    }

    /// The template that a path below `/api/v1` belongs to; a template without variables wins.
    #[must_use]
    pub fn template(&self, path: &str) -> Option<&str> {
        let path = path.split('?').next().unwrap_or_default();
        let templates = self.json.get("paths").and_then(Value::as_object)?.keys();
        templates
            .filter(|template| fits(template, path))
            .min_by_key(|template| template.matches('{').count())
            .map(String::as_str)
    }

    fn operation(&self, method: &str, path: &str) -> Option<(String, &Value)> {
        let template = self.template(path)?;
        let method = method.to_lowercase();
        let operation = self.json.get("paths")?.get(template)?.get(&method)?;
        Some((format!("{method} {template}"), operation))
    }

    /// Holds an answer against the document, and fails the test when it is another than promised.
    ///
    /// # Panics
    /// When status, headers or body are not as documented.
    pub fn check(&self, method: &str, path: &str, sent: Option<&Value>, heard: &Heard) {
        let at = format!("{method} {path} → {}", heard.status);
        assert_ne!(heard.status, 500, "{at}: {}", heard.text());
        assert_eq!(heard.header("api-version"), Some(API_VERSION), "{at}: API-Version");
        let operation = self.operation(method, path);
        let said = operation.as_ref().and_then(|(_, operation)| {
            let responses = operation.get("responses")?;
            responses.get(heard.status.to_string()).or_else(|| responses.get("default").filter(|_| heard.status >= 400))
        });
        match (&operation, said) {
            (None, _) => assert!(heard.status >= 400, "{at}: an operation that is not in the document"),
            (Some(_), None) => assert!(said.is_some(), "{at}: a status that is not in the document"),
            (Some((name, _)), Some(said)) => self.check_body(&at, &format!("{name} {}", heard.status), said, heard),
        }
        if heard.status >= 400 {
            check_problem(&at, heard);
        } else if let (Some(sent), Some((name, operation))) = (sent, &operation) {
            self.check_request(&at, name, operation, sent);
        }
    }

    fn check_body(&self, at: &str, name: &str, said: &Value, heard: &Heard) {
        let kind = heard.header("content-type").unwrap_or_default();
        let plain = kind.split(';').next().unwrap_or_default();
        let Some(content) = said.get("content").and_then(Value::as_object) else {
            assert!(heard.body.is_empty() && kind.is_empty(), "{at}: a body that is not in the document: {kind}");
            return;
        };
        let media = content.get(plain);
        assert!(media.is_some(), "{at}: content type {kind}, documented {:?}", content.keys().collect::<Vec<_>>());
        if plain.ends_with("json") {
            assert!(kind.ends_with("; charset=utf-8"), "{at}: JSON without charset: {kind}");
            let schema = media.and_then(|media| media.get("schema")).cloned().unwrap_or_default();
            self.judge(at, name, &schema, &heard.json());
        }
    }

    /// What was accepted must be what the document asks for.
    fn check_request(&self, at: &str, name: &str, operation: &Value, sent: &Value) {
        let schema = operation.pointer("/requestBody/content/application~1json/schema");
        assert!(schema.is_some(), "{at}: takes a body, and the document does not say which");
        if let Some(schema) = schema {
            self.judge(&format!("{at} (what was sent)"), &format!("{name} request"), schema, sent);
        }
    }

    fn judge(&self, at: &str, name: &str, schema: &Value, body: &Value) {
        let judge = {
            let mut judges = self.judges.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(judges.entry(name.to_owned()).or_insert_with(|| Arc::new(self.compile(schema))))
        };
        let wrong: Vec<String> =
            judge.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{at}: not as documented: {wrong:#?}\n{body:#}");
    }

    fn compile(&self, schema: &Value) -> Validator {
        let whole = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "allOf": [closed(schema, false)],
            "components": { "schemas": self.components },
        });
        jsonschema::options().should_validate_formats(true).build(&whole).expect("the schemas of the document hold")
    }
}

/// The same schema, in which an object has the documented fields and no others. A part of an `allOf` stays open: its
/// whole is closed.
fn closed(schema: &Value, is_part: bool) -> Value {
    let Some(object) = schema.as_object() else { return schema.clone() };
    let mut made = Map::new();
    for (key, value) in object {
        let value = match (key.as_str(), value) {
            ("$ref", Value::String(to)) if is_part => format!("{to}.part").into(),
            ("allOf", Value::Array(parts)) => parts.iter().map(|part| closed(part, true)).collect(),
            ("oneOf" | "anyOf", Value::Array(each)) => each.iter().map(|one| closed(one, false)).collect(),
            ("items", one) => closed(one, false),
            ("properties", Value::Object(fields)) => {
                fields.iter().map(|(name, field)| (name.clone(), closed(field, false))).collect()
            }
            (_, other) => other.clone(),
        };
        made.insert(key.clone(), value);
    }
    if !is_part && (made.contains_key("properties") || made.contains_key("allOf")) {
        made.insert("unevaluatedProperties".into(), false.into());
    }
    Value::Object(made)
}

/// A problem says what is the matter, in words, and with the id of its request.
fn check_problem(at: &str, heard: &Heard) {
    let text = heard.text();
    let problem: Problem = serde_json::from_str(&text).unwrap_or_else(|error| unreachable!("{at}: {error}: {text:?}"));
    assert_eq!(heard.header("content-type"), Some("application/problem+json; charset=utf-8"), "{at}");
    assert_eq!(problem.status, heard.status, "{at}: {problem:?}");
    let code = problem.kind.strip_prefix(Problem::TYPE_PREFIX).and_then(|code| code.parse::<ProblemCode>().ok());
    assert_eq!(code.map(ProblemCode::status), Some(heard.status), "{at}: type {}", problem.kind);
    assert!(!problem.title.is_empty() && !problem.detail.is_empty(), "{at}: no sentence: {problem:?}");
    assert_eq!(problem.instance.as_deref(), heard.header("x-request-id"), "{at}: instance");
    for field in &problem.fouten {
        assert!(!field.melding.is_empty(), "{at}: no sentence for {field:?}");
        assert!(field.veld.is_empty() || field.veld.starts_with('/'), "{at}: no pointer: {field:?}");
    }
    let wait = heard.header("retry-after").map(str::to_owned);
    assert_eq!(wait, problem.wacht.map(|seconds| seconds.to_string()), "{at}: Retry-After");
    for inside in ["SELECT", "INSERT", "sqlx", "sqlite", "postgres", "panicked", ".rs"] {
        assert!(!text.contains(inside), "{at}: tells of the inside: {text}");
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(path).all(|(one, other)| *one == other || (one.starts_with('{') && !other.is_empty()))
}
