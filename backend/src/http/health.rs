//! Whether the process lives, and whether it can serve (SECURITY-RULES E-2). No details outside.

use crate::http::Shared;
use actix_web::HttpResponse;
use actix_web::web::{self, Data, ServiceConfig};
use migrations::Migrator;
use sea_orm_migration::MigratorTrait as _;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Routes of `/health`.
pub fn configure(config: &mut ServiceConfig) {
    config.route("/health/live", web::get().to(live)).route("/health/ready", web::get().to(ready));
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
