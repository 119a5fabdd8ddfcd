//! Puts routes, pages and middleware together. What a request may do is decided elsewhere; here it is only translated.

mod address;
pub mod answer;
mod assets;
mod body;
mod devices;
pub mod extract;
pub mod guard;
mod health;
mod limits;
pub mod openapi;
mod pages;
mod path;
pub mod uploads;
mod wiped;

use crate::app::App;
use crate::health::Health;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data};
use actix_web::{
    HttpServer,
    dev::{HttpServiceFactory, Server},
};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use utoipa_actix_web::OpenApiFactory;

/// Everything that handlers share.
pub struct Shared {
    /// What operations use.
    pub app: Arc<App>,
    /// Limits of this instance.
    pub throttle: guard::Throttle,
    /// Memory for photos that come in.
    pub uploads: uploads::Uploads,
    /// Addresses of styles, scripts and fonts.
    pub assets: Arc<frontend::site::Assets>,
    /// Whether it can answer and store.
    pub health: Health,
}

impl Shared {
    /// What handlers share for this app.
    #[must_use]
    pub fn new(app: Arc<App>) -> Arc<Self> {
        Arc::new(Self {
            throttle: guard::Throttle::new(&app.settings),
            uploads: uploads::Uploads::default(),
            assets: Arc::new(assets::index()),
            health: Health::default(),
            app,
        })
    }
}

/// Where operations are put: in a server, or in the document that describes them. Only that needs their descriptions; of a
/// worker they would take more memory than all else.
pub trait Routes {
    /// With this operation.
    fn service<F>(&mut self, operation: F) -> &mut Self
    where
        F: HttpServiceFactory + OpenApiFactory + 'static;
}

impl Routes for web::ServiceConfig {
    fn service<F>(&mut self, operation: F) -> &mut Self
    where
        F: HttpServiceFactory + OpenApiFactory + 'static,
    {
        Self::service(self, operation)
    }
}

impl Routes for utoipa_actix_web::service_config::ServiceConfig<'_> {
    fn service<F>(&mut self, operation: F) -> &mut Self
    where
        F: HttpServiceFactory + OpenApiFactory + 'static,
    {
        Self::service(self, operation)
    }
}

/// Every operation of the API; the OpenAPI document is made from this list.
pub fn operations(config: &mut impl Routes) {
    // First, because every path is looked at in this order and most people come to vote.
    crate::stembus::routes::configure(config);
    crate::account::routes::configure(config);
    crate::foto::routes::configure(config);
    crate::gebied::routes::configure(config);
    crate::initiatief::routes::configure(config);
    crate::ingreep::routes::configure(config);
    crate::opgave::routes::configure(config);
    crate::opdracht::routes::configure(config);
    crate::buurtbegroting::routes::configure(config);
    crate::wijkbudget::routes::configure(config);
    crate::werk::routes::configure(config);
}

/// Starts serving on a listener that is bound already.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve(shared: Arc<Shared>, listener: TcpListener, workers: usize) -> std::io::Result<Server> {
    // Leptos renders on this runtime; a second start in one process (tests) finds it there.
    if any_spawner::Executor::init_tokio().is_err() {
        tracing::debug!("pages have a runtime already");
    }
    let server = HttpServer::new(move || {
        let api = web::scope("/api/v1").configure(operations);
        actix_web::App::new()
            .app_data(Data::from(Arc::clone(&shared)))
            .app_data(extract::query_config())
            .app_data(extract::path_config())
            .wrap(from_fn(guard::outer))
            .wrap(Compress::default())
            .service(
                api.route("/openapi.json", web::get().to(openapi::serve))
                    .route("/csp-melding", web::post().to(guard::csp_report))
                    .default_service(web::to(openapi::elsewhere)),
            )
            .configure(health::configure)
            .configure(assets::configure)
            .configure(pages::configure)
    })
    .workers(workers)
    // A page leaves in pieces: none of them waits for the browser to confirm the one before.
    .tcp_nodelay(true)
    .client_request_timeout(Duration::from_secs(5))
    .keep_alive(Duration::from_secs(75))
    .shutdown_timeout(30)
    .disable_signals();
    Ok(server.listen(listener)?.run())
}
