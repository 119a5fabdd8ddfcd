//! `wijkkoers serve`: start, serve, stop without losing anything (SECURITY-RULES E-1, E-2).

use super::{Failed, app, migrate, say};
use crate::app::{App, Clock};
use crate::database::sql;
use crate::http::{self, Shared};
use crate::jobs;
use crate::mail::Mailer;
use crate::seed;
use crate::settings::{Mode, Settings};
use crate::telemetry;
use migrations::Migrator;
use sea_orm::ConnectionTrait as _;
use sea_orm_migration::MigratorTrait as _;
use std::fs::File;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// How long a load balancer gets to notice that we are stopping.
const NOTICE: Duration = Duration::from_secs(5);
const WORKERS: usize = 2;

/// `serve --check`: says what is set, and whether all that `serve` asks for before it starts is so. Whoever calls this
/// has read the settings, and so each of them was looked at ([`Settings::load`]).
pub async fn check(settings: Settings) -> Result<(), Failed> {
    say(format!("{settings:#?}"));
    let app = app(settings, Clock::System).await?;
    Mailer::from_app(&app)?;
    if app.settings.mode == Mode::Productie {
        require_migrated(&app).await?;
        require_humble_role(&app).await?;
    }
    say("De instellingen zijn goed.");
    Ok(())
}

/// `serve`.
pub async fn serve(settings: Settings, clock: Clock) -> Result<(), Failed> {
    telemetry::start(settings.mode);
    let app = app(settings, clock).await?;
    let _only_one = claim(&app)?;
    prepare(&app).await?;
    let mailer = Mailer::from_app(&app)?;
    let listener = TcpListener::bind(app.settings.listen)
        .map_err(|error| Failed(format!("setting listen: {}: {error}", app.settings.listen)))?;
    let mut stops = Stops::new()?;
    let shared = Shared::new(Arc::clone(&app));
    let server = http::serve(Arc::clone(&shared), listener, WORKERS)?;
    let handle = server.handle();
    let serving = tokio::spawn(server);
    let (stop_jobs, stopped) = watch::channel(false);
    let jobs = tokio::spawn(jobs::run(Arc::clone(&shared), mailer, stopped));
    announce(&app).await?;

    stops.next().await;
    shared.ready.store(false, Ordering::SeqCst);
    tracing::info!("stopping");
    let in_order = async {
        if app.settings.mode == Mode::Productie {
            tokio::time::sleep(NOTICE).await;
        }
        handle.stop(true).await;
        // Nobody listens any more when the jobs have ended by themselves.
        stop_jobs.send_replace(true);
        jobs.await.map_err(|error| Failed(error.to_string()))?;
        serving.await.map_err(|error| Failed(error.to_string()))??;
        app.databases().clone().close().await?;
        Ok(())
    };
    tokio::select! {
        done = in_order => done,
        () = stops.next() => Err(Failed("stopped at once, at a second signal".into())),
    }
}

/// The embedded database serves one instance: a second one on the same folder does not start (SECURITY-RULES D-2). The
/// claim ends with the process, however it ends.
fn claim(app: &App) -> Result<Option<File>, Failed> {
    if app.settings.database_url.is_some() {
        return Ok(None);
    }
    let path = app.settings.data.join("wijkkoers.lock");
    let file = File::create(&path).map_err(|error| Failed(format!("setting data: {}: {error}", path.display())))?;
    file.try_lock().map_err(|_held| {
        Failed(format!("setting data: {} is in use by another wijkkoers", app.settings.data.display()))
    })?;
    Ok(Some(file))
}

/// The signals that ask us to stop.
struct Stops {
    terminate: Signal,
    interrupt: Signal,
}

impl Stops {
    fn new() -> Result<Self, Failed> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Outside production the database is brought up to date by itself, and the demo gets its city.
async fn prepare(app: &Arc<App>) -> Result<(), Failed> {
    match app.settings.mode {
        Mode::Productie => {
            require_migrated(app).await?;
            require_humble_role(app).await
        }
        Mode::Dev => migrate(app.databases()).await,
        Mode::Demo => {
            migrate(app.databases()).await?;
            if seed::is_empty(app).await? {
                say("De voorbeeldstad wordt gemaakt …");
                seed::demo(app).await.map_err(|error| Failed(error.to_string()))?;
            }
            Ok(())
        }
    }
}

async fn require_migrated(app: &App) -> Result<(), Failed> {
    let pending = Migrator::get_pending_migrations(app.databases().writer()).await?;
    if pending.is_empty() {
        return Ok(());
    }
    Err(Failed(format!("setting database_url: {} migrations are missing; run wijkkoers migrate", pending.len())))
}

/// On PostgreSQL the server must not be able to rewrite what is append-only (SECURITY-RULES E-1).
async fn require_humble_role(app: &App) -> Result<(), Failed> {
    if app.settings.database_url.is_none() {
        return Ok(());
    }
    let db = app.databases().writer();
    let may_rewrite = sql(
        db,
        "SELECT has_table_privilege('boeking', 'UPDATE') OR has_table_privilege('boeking', 'DELETE') \
         OR has_table_privilege('audit', 'UPDATE') OR has_table_privilege('audit', 'DELETE')",
        [],
    );
    let row = db.query_one_raw(may_rewrite).await?;
    if row.map(|row| row.try_get_by_index::<bool>(0)).transpose()?.unwrap_or(true) {
        return Err(Failed(
            "setting database_url: this role may change append-only tables; use wijkkoers_app (deploy/postgres)".into(),
        ));
    }
    Ok(())
}

async fn announce(app: &App) -> Result<(), Failed> {
    say(format!("Wijkkoers draait op {}", app.settings.base_url));
    if app.settings.mode == Mode::Demo {
        say("");
        say(format!("Inloggen kan als (wachtwoord voor iedereen: {}):", seed::DEMO_PASSWORD));
        for line in seed::who_can_log_in(app).await? {
            say(format!("  {line}"));
        }
        say(format!("Mails die worden verstuurd, leest u op {}/mail", app.settings.base_url));
        say("Stoppen: Ctrl-C");
    }
    Ok(())
}
