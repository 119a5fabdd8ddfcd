//! Whether the process lives, and whether it can serve (SECURITY-RULES E-2), without details outside; and where to
//! report a hole (E-6).

use crate::http::Shared;
use actix_web::HttpResponse;
use actix_web::web::{self, Data, ServiceConfig};

/// Routes of `/health`.
pub fn configure(config: &mut ServiceConfig) {
    config
        .route("/health/live", web::get().to(live))
        .route("/health/ready", web::get().to(ready))
        .route("/health/schrijven", web::get().to(writing))
        .route("/.well-known/security.txt", web::get().to(security_txt));
}

async fn live() -> HttpResponse {
    std::future::ready(said(true)).await
}

/// For the balancer: reads can be answered. What was found last is told, nothing is looked up.
async fn ready(shared: Data<Shared>) -> HttpResponse {
    std::future::ready(said(shared.health.is_ready())).await
}

/// For alarms: what is sent can be stored.
async fn writing(shared: Data<Shared>) -> HttpResponse {
    std::future::ready(said(shared.health.can_write())).await
}

fn said(is_well: bool) -> HttpResponse {
    let mut answer = if is_well { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    answer.content_type("text/plain; charset=utf-8").body(if is_well { "ok\n" } else { "niet klaar\n" })
}

/// RFC 9116: where to report a hole. It expires half a year after it was read, so it is never out of date.
async fn security_txt(shared: Data<Shared>) -> HttpResponse {
    let settings = &shared.app.settings;
    let expires = shared.app.now() + chrono::TimeDelta::days(180);
    let text = format!(
        "Contact: mailto:{}\nExpires: {}\nPreferred-Languages: nl, en\nCanonical: {}/.well-known/security.txt\n",
        settings.contact_email,
        expires.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        settings.base_url
    );
    std::future::ready(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)).await
}
