//! The limit: actix with as many workers as the product has, and nothing to do.

use actix_web::{App, HttpResponse, HttpServer, web};
use std::error::Error;
use std::net::SocketAddr;

/// As `wijkkoers serve` has.
const WORKERS: usize = 2;

/// Serves until it is ended.
pub async fn run(bytes: usize, listen: SocketAddr) -> Result<(), Box<dyn Error>> {
    let text = format!("\"{}\"", "x".repeat(bytes.saturating_sub(2)));
    let app = move || {
        let text = text.clone();
        let answer = move || {
            let text = text.clone();
            async move { HttpResponse::Ok().content_type("application/json; charset=utf-8").body(text) }
        };
        App::new().route("/", web::get().to(answer))
    };
    HttpServer::new(app).workers(WORKERS).bind(listen)?.run().await?;
    Ok(())
}
