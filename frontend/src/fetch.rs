//! The API from a browser: `fetch`, with the cookies of this site.

use async_trait::async_trait;
use contract::client::{Answer, BASE, Body, Call, Method, Transport};
use contract::problem::ProblemCode;
use contract::{Problem, Reply};
use gloo_net::http::RequestBuilder;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast as _;

/// Carries calls of islands.
#[derive(Debug, Clone, Copy)]
pub struct Fetch;

#[async_trait]
impl Transport for Fetch {
    async fn send(&self, call: Call) -> Reply<Answer> {
        SendWrapper::new(send(call)).await.map_err(|_network| Problem::bare(ProblemCode::EvenNiet))
    }
}

async fn send(call: Call) -> Result<Answer, gloo_net::Error> {
    let method = match call.method {
        Method::Get => gloo_net::http::Method::GET,
        Method::Post => gloo_net::http::Method::POST,
        Method::Put => gloo_net::http::Method::PUT,
        Method::Delete => gloo_net::http::Method::DELETE,
    };
    let mut request = RequestBuilder::new(&format!("{BASE}{}", call.path)).method(method);
    if let Some(version) = call.version {
        request = request.header("If-Match", &format!("\"{}\"", version.0));
    }
    if let Some(key) = &call.key {
        request = request.header("Idempotency-Key", key.as_str());
    }
    let request = match call.body {
        Body::Json(text) => request.header("Content-Type", "application/json").body(text)?,
        Body::Photo(bytes) => request.body(js_sys::Uint8Array::from(bytes.as_slice()))?,
        Body::Empty => request.build()?,
    };
    let response = request.send().await?;
    Ok(Answer { status: response.status(), body: response.text().await? })
}

/// What stands in a field of the page now.
#[must_use]
pub fn field_value(id: &str) -> String {
    let element =
        web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id(id));
    let Some(element) = element else { return String::new() };
    if let Some(input) = element.dyn_ref::<web_sys::HtmlInputElement>() {
        input.value()
    } else if let Some(area) = element.dyn_ref::<web_sys::HtmlTextAreaElement>() {
        area.value()
    } else if let Some(select) = element.dyn_ref::<web_sys::HtmlSelectElement>() {
        select.value()
    } else {
        String::new()
    }
}
