//! What an operation may use: databases, clock, settings, keys, files. Nothing here knows who is asking.

use crate::account::tokens::TokenKeys;
pub use crate::database::Tx;
use crate::database::{Databases, Reader};
use crate::error::Error;
use crate::foto::Decoding;
use crate::settings::{BadSettings, Settings};
use crate::storage::Storage;
use chrono::{DateTime, NaiveDate, Utc};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use uuid::timestamp::context::ContextV7;
use uuid::{Timestamp, Uuid};

/// Where the time comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine.
    System,
    /// A test, in milliseconds since 1970: the clock of this instance, and that of the database.
    Set {
        /// Of this instance.
        here: Arc<AtomicI64>,
        /// Of the database, which decides when a vote opens and closes.
        database: Arc<AtomicI64>,
    },
}

/// Everything that operations share.
#[derive(Debug)]
pub struct App {
    /// The settings it was started with.
    pub settings: Settings,
    /// Keys of access tokens.
    pub tokens: TokenKeys,
    /// Photos.
    pub photos: Storage,
    /// At most two password hashes at once (SECURITY-RULES S-7).
    pub hashing: Queue,
    /// Memory for photos that are being decoded (SECURITY-RULES U-1).
    pub decoding: Decoding,
    /// Ballots to print, which everybody may ask for.
    pub drawing: Queue,
    /// Letters with codes that were made already: nothing else stands in their way.
    pub printing: Queue,
    /// Ballots that are opened and counted: one vote at a time, for as long as it takes, and nobody waits for it.
    pub counting: Queue,
    /// Looking whether a ballot box is whole: however large it is, no password waits for it, and a small one has a place beside it.
    pub looking: Queue,
    /// The secrets by which voters are told apart: outside the database, so that they can be destroyed.
    pub round_keys: Storage,
    /// Whether their place was seen to be ours.
    pub round_keys_marked: crate::stembus::Marked,
    /// Votes that are open, kept in memory.
    pub open_votes: crate::stembus::OpenVotes,
    /// Results that were counted again because a plan is called otherwise now.
    pub recounted: crate::stembus::Recounted,
    /// Ballots on their way to the box.
    pub together: crate::stembus::Together,
    /// Areas and lists, kept in memory.
    pub reference_cache: crate::gebied::reference::Cache,
    databases: Databases,
    /// Where this was put together, and where connections to the database are at home.
    runtime: Handle,
    clock: Clock,
    ids: Mutex<ContextV7>,
}

/// Heavy work: a few at once, some may wait, the rest is told to come back.
#[derive(Debug)]
pub struct Queue {
    places: Semaphore,
    running: Semaphore,
}

impl Queue {
    pub(crate) const fn new(at_once: usize, waiting: usize) -> Self {
        Self { places: Semaphore::const_new(at_once + waiting), running: Semaphore::const_new(at_once) }
    }

    /// How many more may come now, to wait or at once.
    #[must_use]
    pub fn free(&self) -> usize {
        self.places.available_permits()
    }

    /// Runs `work` on a thread of its own when it is its turn.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many are waiting.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let _place = self.places.try_acquire().map_err(|_full| Error::Busy)?;
        let _turn = self.running.acquire().await.map_err(|_closed| Error::Busy)?;
        tokio::task::spawn_blocking(work).await.map_err(|panicked| Error::Internal(panicked.to_string()))
    }
}

impl App {
    /// Puts everything together.
    ///
    /// # Errors
    /// When a key cannot be read or the place of photos cannot be used.
    pub fn new(settings: Settings, databases: Databases, clock: Clock) -> Result<Self, BadSettings> {
        let tokens = TokenKeys::from_settings(&settings)?;
        let photos = Storage::of_photos(&settings.photo_place())?;
        let round_keys = Storage::of_secrets(&settings.round_key_place())?;
        Ok(Self {
            settings,
            tokens,
            photos,
            round_keys,
            round_keys_marked: crate::stembus::Marked::default(),
            open_votes: crate::stembus::OpenVotes::default(),
            recounted: crate::stembus::Recounted::default(),
            together: crate::stembus::Together::default(),
            hashing: Queue::new(2, 32),
            decoding: Decoding::default(),
            drawing: Queue::new(1, 8),
            printing: Queue::new(1, 32),
            counting: Queue::new(1, 8),
            looking: Queue::new(2, 64),
            reference_cache: crate::gebied::reference::Cache::default(),
            databases,
            runtime: Handle::current(),
            clock,
            ids: Mutex::new(ContextV7::new()),
        })
    }

    /// Now, in whole milliseconds: more than both databases keep apart would make seals differ.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let millis = match &self.clock {
            #[expect(clippy::disallowed_methods, reason = "this is where the clock comes from")]
            Clock::System => Utc::now().timestamp_millis(),
            Clock::Set { here, .. } => here.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_millis(millis).unwrap_or_default()
    }

    /// What the clock of the database says in a test; otherwise the database is asked (SECURITY-RULES T-4).
    #[must_use]
    pub fn database_time(&self) -> Option<DateTime<Utc>> {
        match &self.clock {
            Clock::System => None,
            Clock::Set { database, .. } => DateTime::from_timestamp_millis(database.load(Ordering::SeqCst)),
        }
    }

    /// The day in the Netherlands.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now().with_timezone(&chrono_tz::Europe::Amsterdam).date_naive()
    }

    /// A new id; later ids sort later.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        let now = self.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        let ids = self.ids.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Uuid::new_v7(Timestamp::from_unix(&*ids, seconds, now.timestamp_subsec_nanos()))
    }

    /// Random bytes.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], Error> {
        let mut bytes = [0_u8; N];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_none| Error::Internal("no randomness".into()))?;
        Ok(bytes)
    }

    /// An id that says nothing of when it was made.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn random_id(&self) -> Result<Uuid, Error> {
        Ok(uuid::Builder::from_random_bytes(self.random()?).into_uuid())
    }

    /// 32 random bytes, as text for a link or token.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn new_secret(&self) -> Result<String, Error> {
        use base64::Engine as _;
        Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(self.random::<32>()?))
    }

    /// Goes on with something beside who asked for it, where connections to the database are at home: each answer of the
    /// database would otherwise come by way of another thread.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(work);
    }

    /// Starts a transaction. Dropping it rolls back, so `?` is always safe.
    ///
    /// # Errors
    /// When the database is busy or away.
    pub async fn begin(&self) -> Result<Tx, Error> {
        Ok(self.databases.begin().await?)
    }

    /// The same for work that is long by nature: shutting a box, counting, reading a city in.
    ///
    /// # Errors
    /// When the database is busy or away.
    pub async fn begin_long(&self) -> Result<Tx, Error> {
        Ok(self.databases.begin_long().await?)
    }

    /// For reading what decides nothing.
    #[must_use]
    pub const fn reader(&self) -> &Reader {
        self.databases.reader()
    }

    /// The databases themselves, for migrations, health and backups.
    #[must_use]
    pub const fn databases(&self) -> &Databases {
        &self.databases
    }
}

/// SHA-256, for secrets that are stored and things that are sealed.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).to_vec()
}
