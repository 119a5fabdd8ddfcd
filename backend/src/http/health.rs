//! Whether the process lives, and whether it can serve (SECURITY-RULES E-2), without details outside; and where to
//! report a hole (E-6).

use crate::http::Shared;
use actix_web::HttpResponse;
use actix_web::web::{self, Data, ServiceConfig};
use migrations::Migrator;
use sea_orm_migration::MigratorTrait as _;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Routes of `/health`.
pub fn configure(config: &mut ServiceConfig) {
    config
        .route("/health/live", web::get().to(live))
        .route("/health/ready", web::get().to(ready))
        .route("/.well-known/security.txt", web::get().to(security_txt));
}

async fn live() -> HttpResponse {
    std::future::ready(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")).await
}

async fn ready(shared: Data<Shared>) -> HttpResponse {
    let checks = async {
        let writer = shared.app.databases().writer();
        let pending = Migrator::get_pending_migrations(writer).await;
        pending.is_ok_and(|pending| pending.is_empty())
    };
    let is_ready = shared.ready.load(Ordering::SeqCst)
        && tokio::time::timeout(Duration::from_secs(1), checks).await.unwrap_or(false);
    let text = "text/plain; charset=utf-8";
    if is_ready {
        HttpResponse::Ok().content_type(text).body("ok\n")
    } else {
        HttpResponse::ServiceUnavailable().content_type(text).body("niet klaar\n")
    }
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
