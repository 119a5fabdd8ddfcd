//! Styles, scripts, fonts and icons: inside the binary, compressed beforehand, kept by browsers for a year.

use crate::site;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{self, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use frontend::site::Assets;

/// Addresses of the assets by name.
#[must_use]
pub fn index() -> Assets {
    let names = site::names();
    if names.is_none() {
        tracing::warn!("the site was not built: pages have no styles (cargo xtask site)");
    }
    Assets::new(names.unwrap_or_default())
}

/// Files that programs look for at the root.
const AT_ROOT: [&str; 5] = ["sw.js", "manifest.webmanifest", "robots.txt", "favicon.svg", "favicon.ico"];

/// Whether a file stands at this path, or nothing: never a page.
#[must_use]
pub fn is_file(path: &str) -> bool {
    let name = path.strip_prefix('/').unwrap_or(path);
    name.starts_with("assets/")
        || AT_ROOT.contains(&name)
        || name.strip_prefix("icons/").is_some_and(|file| !file.contains('/'))
}

/// Routes of what is not rendered.
pub fn configure(config: &mut ServiceConfig) {
    config.route("/assets/{file:.*}", web::get().to(hashed));
    for name in AT_ROOT {
        config.route(&format!("/{name}"), web::get().to(move |request: HttpRequest| plain(request, name)));
    }
    config.route("/icons/{file}", web::get().to(icon));
}

async fn hashed(request: HttpRequest, file: Path<String>) -> HttpResponse {
    let mut response = serve(&request, &format!("assets/{file}"), "public, max-age=31536000, immutable");
    if file.starts_with("natellen-worker.") {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(COUNT_POLICY));
    }
    std::future::ready(response).await
}

/// What the count in a browser may do: a worker goes by the policy that comes with it, not by that of the page (H-1).
const COUNT_POLICY: &str =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-ancestors 'none'";

async fn icon(request: HttpRequest, file: Path<String>) -> HttpResponse {
    std::future::ready(serve(&request, &format!("icons/{file}"), "public, max-age=86400")).await
}

/// What the service worker may do: it fetches from us, and a policy of its own would be in its way (H-5).
const WORKER_POLICY: &str = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'";

async fn plain(request: HttpRequest, name: &'static str) -> HttpResponse {
    let mut response = serve(&request, name, "public, max-age=0, must-revalidate");
    if name == "sw.js" {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(WORKER_POLICY));
    }
    std::future::ready(response).await
}

fn serve(request: &HttpRequest, name: &str, cache: &'static str) -> HttpResponse {
    let accepted =
        request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wants =
        |encoding: &str| accepted.split(',').any(|part| part.split(';').next().unwrap_or_default().trim() == encoding);
    let variants = [("br", ".br"), ("gzip", ".gz")];
    let compressed = variants
        .iter()
        .filter(|(encoding, _)| wants(encoding))
        .find_map(|(encoding, ending)| site::file(&format!("{name}{ending}")).map(|file| (file, Some(*encoding))));
    let Some((file, encoding)) = compressed.or_else(|| site::file(name).map(|file| (file, None))) else {
        return HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body("niet gevonden\n");
    };
    let mut response = HttpResponse::Ok();
    response
        .content_type(kind(name))
        .insert_header((header::CACHE_CONTROL, cache))
        .insert_header((header::VARY, HeaderValue::from_static("Accept-Encoding")));
    match encoding {
        Some(encoding) => response.insert_header((header::CONTENT_ENCODING, encoding)),
        // Said outright, so that nothing compresses what is small or compressed already.
        None => response.insert_header((header::CONTENT_ENCODING, "identity")),
    };
    response.body(file.into_owned())
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
