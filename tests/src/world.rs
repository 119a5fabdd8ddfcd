//! A city of one's own: server, database, clock, mails.

use crate::database;
use crate::document::Document;
use crate::letters::{self, Letter};
use crate::people::Person;
use crate::process::{Process, steady_port};
use crate::transport::HttpTransport;
use chrono::{DateTime, TimeDelta, Utc};
use contract::Euro;
use contract::client::{BASE, Client};
use contract::wijkbudget::{BoekingSoort, Omschrijving, Pot};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement};
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use wijkkoers::app::{App, Clock};
use wijkkoers::database::{Databases, Purpose};
use wijkkoers::http::{self, Shared};
use wijkkoers::mail::{self, Mailer};
use wijkkoers::settings::{EerstKijken, Mode, Settings};
use wijkkoers::wijkbudget::{self, Move, Source};

/// A wijk of gebied W2.
pub const KLARENDAL: &str = "WK020207";
/// A wijk of gebied W4.
pub const PRESIKHAAF: &str = "WK020204";
/// A wijk of gebied W5, which has no wijkbudget.
pub const MALBURGEN: &str = "WK020217";
/// A theme.
pub const THEMA: &str = "groen";
/// A ground for rejection.
pub const CRITERIUM: &str = "in_het_gebied";
/// A product with € 100 000 in W2 and € 10 000 in W4.
pub const PRODUCT: &str = "groen_en_spelen";

/// Monday 2 March 2026, nine in the morning in UTC.
const START: i64 = 1_772_442_000_000;

/// A server of this process with all that belongs to it; everything is gone when it is dropped.
pub struct World {
    app: Arc<App>,
    /// The document that the server serves.
    pub document: Arc<Document>,
    http: reqwest::Client,
    address: String,
    /// Of the instance, and of the database.
    clocks: [Arc<AtomicI64>; 2],
    people: Mutex<Vec<Person>>,
    counter: AtomicU32,
    folder: TempDir,
    clean_up: Option<BoxFuture<'static, ()>>,
}

/// Servers and their connections live here, longer than the runtime of any one test.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(2).enable_all().build().expect("a runtime")
    })
}

/// Settings of a server that nobody but this test reaches.
pub(crate) fn settings(data: &Path) -> Settings {
    Settings {
        mode: Mode::Dev,
        listen: ([127, 0, 0, 1], 0).into(),
        base_url: "http://127.0.0.1".into(),
        data: data.to_owned(),
        database_url: None,
        database_network: None,
        database_connections: 16,
        token_key: None,
        token_key_previous: None,
        smtp_url: None,
        smtp_ca: None,
        mail_from: "Wijkkoers <wijkkoers@voorbeeld.test>".into(),
        photos: None,
        round_keys: None,
        // Each person comes from an address of their own, by `X-Forwarded-For`.
        trusted_proxies: vec!["127.0.0.1/32".parse().expect("a network")],
        map_tiles: None,
        map_attribution: String::new(),
        gemeente: "Arnhem".into(),
        contact_email: "wijkkoers@voorbeeld.test".into(),
        contact_phone: Some("026 123 45 67".into()),
        answer_days: 28,
        eerst_kijken: EerstKijken::Vraag,
        changing_per_minute: 1_000_000,
        reading_per_minute: 1_000_000,
        guest_photos_mb: 2_000,
        // How full the disk of a machine that tests is says nothing; where a test is about a disk, it has one of its own.
        disk_free_percent: 0,
    }
}

/// Migrates the database of these settings as its `owner`, and stores what every city has as the program does: areas, lists,
/// wijkbudgetten.
pub(crate) async fn fill(owner: &Settings, settings: Settings) {
    wijkkoers::schema::migrate(owner).await.expect("migrations");
    let databases = Databases::open(&settings, Purpose::Serve).await.expect("a database");
    let at = Arc::new(AtomicI64::new(START));
    let clock = Clock::Set { here: Arc::clone(&at), database: at };
    let app = App::new(settings, databases, clock).expect("an app");
    wijkkoers::seed::city(&app).await.expect("the facts of the city");
    for (gebied, product, bedrag) in
        [("W2", PRODUCT, "100000.00"), ("W2", "samenlevingsopbouw", "50000.00"), ("W4", PRODUCT, "10000.00")]
    {
        budget(&app, gebied, 2026, product, bedrag).await;
    }
    app.databases().clone().close().await.expect("closed");
}

async fn budget(app: &App, gebied: &str, jaar: i32, product: &str, bedrag: &str) {
    let tx = app.begin().await.expect("a transaction");
    wijkbudget::open_budget(&tx, app, gebied, jaar).await.expect("a ledger");
    let given = Move {
        product,
        soort: BoekingSoort::Begroot,
        van: Pot::Extern,
        naar: Pot::Vrij,
        bedrag: Euro::parse(bedrag).expect("an amount"),
        source: Source::Raad,
        omschrijving: Omschrijving::Begroting,
        toelichting: None,
        sleutel: format!("begroot:{gebied}:{jaar}:{product}"),
    };
    wijkbudget::post(&tx, app, (gebied, jaar), "raad", &[given]).await.expect("posted");
    tx.commit().await.expect("stored");
}

impl World {
    /// A city with its areas, lists and wijkbudgetten, and nobody in it yet.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn new() -> Self {
        runtime().spawn(Self::build()).await.expect("a world")
    }

    async fn build() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        let mut settings = settings(folder.path());
        settings.base_url.clone_from(&address);
        let name = database::provide(&mut settings).await;
        let databases = Databases::open(&settings, Purpose::Serve).await.expect("a database");
        let clocks = [(); 2].map(|()| Arc::new(AtomicI64::new(START)));
        let [here, database] = clocks.clone();
        let app = App::new(settings, databases, Clock::Set { here, database }).expect("an app");
        let app = Arc::new(app);
        let server = http::serve(Shared::new(Arc::clone(&app)), listener, 2).expect("a server");
        let handle = server.handle();
        let serving = tokio::spawn(server);
        let clean_up = async move {
            handle.stop(false).await;
            serving.await.expect("the server ran").expect("the server stopped in order");
            // Connections are not closed in order: some belong to the runtime of the test, which waits for this.
            if let Some(name) = name {
                database::remove(name);
            }
        };
        let http = client(64);
        Self {
            document: document(&http, &address).await,
            app,
            http,
            address,
            clocks,
            people: Mutex::default(),
            counter: AtomicU32::new(1),
            folder,
            clean_up: Some(clean_up.boxed()),
        }
    }

    pub(crate) async fn build_outside(
        program: &Path,
        variables: &[(&'static str, String)],
        server: Option<String>,
    ) -> (Self, Process) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut settings = settings(folder.path());
        settings.listen.set_port(steady_port());
        let address = format!("http://{}", settings.listen);
        settings.base_url.clone_from(&address);
        let name = match server {
            Some(url) => {
                database::make_on(&url, &mut settings).await;
                None
            }
            None => database::provide(&mut settings).await,
        };
        let databases = Databases::open(&settings, Purpose::Serve).await.expect("a database");
        let mut process = Process::new(program, &settings);
        for (name, value) in variables {
            process.set(name, value);
        }
        // The app makes the key of tokens, before the server looks for it.
        let app = Arc::new(App::new(settings, databases, Clock::System).expect("an app"));
        process.start();
        // A connection to a server that was killed is no connection to the next one.
        let http = client(0);
        let clean_up = async move {
            if let Some(name) = name {
                database::remove(name);
            }
        };
        let world = Self {
            document: document(&http, &address).await,
            app,
            http,
            address,
            clocks: Default::default(),
            people: Mutex::default(),
            counter: AtomicU32::new(1),
            folder,
            clean_up: Some(clean_up.boxed()),
        };
        (world, process)
    }

    /// The app behind the server.
    #[must_use]
    pub const fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Another instance on the same database and the same clock, without a server; to be closed with its databases.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn another_app(&self) -> Arc<App> {
        let settings = self.app.settings.clone();
        let databases = Databases::open(&settings, Purpose::Serve).await.expect("a database");
        let [here, database] = self.clocks.clone();
        Arc::new(App::new(settings, databases, Clock::Set { here, database }).expect("an app"))
    }

    /// The folder that the server keeps things in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the server listens.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A client for one more person, and their number.
    pub(crate) fn client(&self) -> (Client<HttpTransport>, u32) {
        let number = self.counter.fetch_add(1, Ordering::SeqCst);
        let from = format!("10.{}.{}.1", number / 256, number % 256);
        let transport = HttpTransport::new(self.http.clone(), Arc::clone(&self.document), self.address.clone(), from);
        (Client::new(transport), number)
    }

    pub(crate) fn remember(&self, person: &Person) {
        self.people.lock().unwrap_or_else(PoisonError::into_inner).push(person.clone());
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.app.now()
    }

    /// Lets time pass; sessions may end by it.
    pub fn pass(&self, time: TimeDelta) {
        for clock in &self.clocks {
            clock.fetch_add(time.num_milliseconds(), Ordering::SeqCst);
        }
    }

    /// Sets the clock of this instance apart from that of the database.
    pub fn shift_instance(&self, time: TimeDelta) {
        let [here, _] = &self.clocks;
        here.fetch_add(time.num_milliseconds(), Ordering::SeqCst);
    }

    /// Lets days pass; everybody logs in again.
    pub async fn wait(&self, days: i64) {
        self.pass(TimeDelta::days(days));
        let people = self.people.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for person in &people {
            self.log_in(person).await;
        }
    }

    /// The mails to somebody since this was last asked, oldest first.
    ///
    /// # Panics
    /// When a mail cannot be sent.
    pub async fn mail_to(&self, person: &Person) -> Vec<Letter> {
        let mailer = Mailer::from_app(&self.app).expect("a folder for mails");
        mail::deliver(&self.app, &mailer).await.expect("mails are sent");
        letters::collect(&self.app.settings.mail_folder(), &person.email)
    }

    /// The only mail to somebody since this was last asked.
    ///
    /// # Panics
    /// When there is none, or more.
    pub async fn one_mail_to(&self, person: &Person) -> Letter {
        let mut letters = self.mail_to(person).await;
        assert_eq!(letters.len(), 1, "one mail to {}: {letters:#?}", person.email);
        letters.remove(0)
    }

    /// Books what the council gives to a gebied in a year.
    pub async fn budget(&self, gebied: &str, jaar: i32, product: &str, bedrag: &str) {
        budget(&self.app, gebied, jaar, product, bedrag).await;
    }

    /// What `wijkkoers ledger check` finds wrong.
    ///
    /// # Panics
    /// When the database is away.
    pub async fn ledger_differences(&self) -> Vec<String> {
        wijkbudget::check::check(&self.app).await.expect("the ledger can be read").differences
    }

    /// Changes rows behind the back of the program, as somebody who may do everything with the database; says how many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn tamper(&self, statement: &str) -> Result<u64, DbErr> {
        self.tamper_as(None, statement).await
    }

    /// The same with the rights of one role of PostgreSQL; on SQLite there are none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn tamper_as(&self, role: Option<&str>, statement: &str) -> Result<u64, DbErr> {
        let other = database::connect_as(&self.app.settings, role).await?;
        let db = other.as_ref().unwrap_or_else(|| self.app.databases().writer());
        let done = db.execute_raw(Statement::from_string(db.get_database_backend(), statement)).await?;
        Ok(done.rows_affected())
    }

    /// The same past the triggers of a table, as somebody who owns it may: they are put back afterwards.
    ///
    /// # Panics
    /// When the database refuses all the same.
    pub async fn force(&self, table: &str, statement: &str) -> u64 {
        let (before, after) = if self.on_postgres() {
            let switch = |how: &str| vec![format!("ALTER TABLE {table} {how} TRIGGER USER")];
            (switch("DISABLE"), switch("ENABLE"))
        } else {
            let of = |column: &str| {
                format!("SELECT {column} FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = '{table}'")
            };
            let names = self.texts(&of("name")).await;
            (names.iter().map(|name| format!("DROP TRIGGER {name}")).collect(), self.texts(&of("sql")).await)
        };
        for own in &before {
            self.tamper(own).await.expect("an owner may");
        }
        let done = self.tamper(statement).await;
        for own in &after {
            self.tamper(own).await.expect("an owner may");
        }
        done.unwrap_or_else(|error| unreachable!("{statement}: {error}"))
    }

    /// The texts of one column.
    ///
    /// # Panics
    /// When it is no select of one.
    pub async fn texts(&self, select: &str) -> Vec<String> {
        let db = self.app.databases().writer();
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), select)).await.expect("a select");
        rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
    }

    /// The bytes of one column.
    ///
    /// # Panics
    /// When it is no select of one.
    pub async fn bytes(&self, select: &str) -> Vec<Vec<u8>> {
        let db = self.app.databases().writer();
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), select)).await.expect("a select");
        rows.iter().map(|row| row.try_get_by_index(0).expect("bytes")).collect()
    }

    /// Bytes as a statement of this database writes them.
    #[must_use]
    pub fn blob(&self, bytes: &[u8]) -> String {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        if self.on_postgres() { format!("decode('{hex}', 'hex')") } else { format!("x'{hex}'") }
    }

    /// The ballots that were opened, of all rounds, in no order: places of projects with their points.
    ///
    /// # Panics
    /// When one cannot be read.
    pub async fn opened(&self) -> Vec<Vec<(usize, u16)>> {
        let texts = self.texts("SELECT keuzes FROM stem").await;
        texts.iter().map(|text| serde_json::from_str(text).expect("a ballot")).collect()
    }

    /// Where it is told what a round opened with.
    #[must_use]
    pub fn opening_of(&self, id: contract::BuurtbegrotingId) -> std::path::PathBuf {
        self.secret_of(id).with_extension("").join("opening")
    }

    /// Where the secret of a round lies.
    #[must_use]
    pub fn secret_of(&self, id: contract::BuurtbegrotingId) -> std::path::PathBuf {
        Path::new(&self.app.settings.round_key_place()).join(format!("{id}.geheim"))
    }

    /// The settings by which the database is migrated: on PostgreSQL another role does that than the server.
    #[must_use]
    pub fn owner_settings(&self) -> Settings {
        database::as_owner(&self.app.settings)
    }

    /// Counts rows.
    ///
    /// # Panics
    /// When it is not the start of a count, as `link WHERE used_at IS NULL`.
    pub async fn count(&self, of: &str) -> i64 {
        let db = self.app.databases().writer();
        let select = format!("SELECT COUNT(*) FROM {of}");
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), select)).await;
        row.expect("a count").expect("one row").try_get_by_index(0).expect("a number")
    }

    /// Whether this world stands on PostgreSQL.
    #[must_use]
    pub fn on_postgres(&self) -> bool {
        self.app.databases().writer().get_database_backend() == DatabaseBackend::Postgres
    }
}

/// A client that follows nothing and keeps so many connections open.
pub(crate) fn client(kept: usize) -> reqwest::Client {
    // Without the certificates of this machine: reading them for each test takes as long as half of a server.
    let builder = reqwest::Client::builder().no_proxy().tls_certs_only([]);
    let builder = builder.redirect(reqwest::redirect::Policy::none());
    builder.pool_max_idle_per_host(kept).build().expect("an HTTP client")
}

pub(crate) async fn document(http: &reqwest::Client, address: &str) -> Arc<Document> {
    static DOCUMENT: tokio::sync::OnceCell<Arc<Document>> = tokio::sync::OnceCell::const_new();
    let read = async {
        let answer = http.get(format!("{address}{BASE}/openapi.json")).send().await.expect("the document is served");
        Arc::new(Document::new(answer.json().await.expect("the document is JSON")))
    };
    Arc::clone(DOCUMENT.get_or_init(|| read).await)
}

impl Drop for World {
    fn drop(&mut self) {
        let Some(clean_up) = self.clean_up.take() else { return };
        let (done, wait) = mpsc::channel();
        runtime().spawn(async move {
            clean_up.await;
            done.send(()).is_ok()
        });
        // Longer than this is worse than a database left behind.
        if wait.recv_timeout(Duration::from_secs(10)).is_err() && !std::thread::panicking() {
            unreachable!("the server of a test does not stop");
        }
    }
}
