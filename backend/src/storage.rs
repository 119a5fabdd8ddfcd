//! Where photos stand, and the secrets of votes: a folder, or any S3-compatible store by a setting.
//!
//! A place can hang: a disk of another machine, a store that takes the question and never answers. So what is behind it is
//! seen by nobody but [`Storage`], and everything that is asked of it has a deadline here (SECURITY-RULES D-9).

use crate::error::Error;
use crate::settings::BadSettings;
use futures_util::TryStreamExt as _;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ClientConfigKey, GetOptions, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, RetryConfig};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Longest that a secret of a vote is waited for: whoever votes waits for it.
const SECRETS: Duration = Duration::from_secs(10);
/// Longest that a photo is waited for.
const PHOTOS: Duration = Duration::from_secs(30);
/// A list of what is there takes as many times longer at most: a store gives it in parts, each of which has the time of a file,
/// and of a large vote there are hundreds.
const LISTING: u32 = 360;
/// So many questions are under way at once. What hangs keeps a thread each time, also when nobody waits for it any more: a place
/// that hangs must not take them all.
const AT_ONCE: usize = 64;
/// So many of them are about one file: one that hangs leaves room for the others, however often it is asked for.
const OF_ONE_FILE: usize = 4;
/// From so many files on, those that nobody asks for are forgotten.
const KNOWN_FILES: usize = 256;

/// A place for files.
#[derive(Debug, Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    what: &'static str,
    longest: Duration,
    turns: Arc<Semaphore>,
    files: Arc<Mutex<BTreeMap<Path, Weak<Semaphore>>>>,
    /// Where this was put together. What hangs keeps a thread of it; the threads of those who answer visitors are fewer, and
    /// passwords are judged on them.
    home: Handle,
}

impl Storage {
    /// The place of photos.
    ///
    /// # Errors
    /// When the folder cannot be made, or the settings of S3 are not complete.
    pub fn of_photos(place: &str) -> Result<Self, BadSettings> {
        Ok(Self::around(open("photos", place)?, "photos", PHOTOS))
    }

    /// The place of the secrets of votes.
    ///
    /// # Errors
    /// When the folder cannot be made, or the settings of S3 are not complete.
    pub fn of_secrets(place: &str) -> Result<Self, BadSettings> {
        Ok(Self::around(open("round_keys", place)?, "the secrets of votes", SECRETS))
    }

    fn around(store: Arc<dyn ObjectStore>, what: &'static str, longest: Duration) -> Self {
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        Self { store, what, longest, turns, files: Arc::default(), home: Handle::current() }
    }

    /// Writes a file; one of that name is replaced.
    ///
    /// # Errors
    /// [`Error::Busy`] when the place does not take it, or does not answer in time: then it may be there all the same.
    pub async fn put(&self, path: &Path, bytes: Vec<u8>) -> Result<(), Error> {
        let (store, at) = (Arc::clone(&self.store), path.clone());
        let work = async move { store.put_opts(&at, bytes.into(), PutOptions::default()).await.map(|_done| ()) };
        self.ask("write", path, self.longest, work).await
    }

    /// Writes a file where none is; `false` when one is there.
    ///
    /// # Errors
    /// As [`Storage::put`].
    pub async fn put_once(&self, path: &Path, bytes: Vec<u8>) -> Result<bool, Error> {
        let (store, at) = (Arc::clone(&self.store), path.clone());
        let work = async move {
            let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
            match store.put_opts(&at, bytes.into(), options).await {
                Ok(_) => Ok(true),
                Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
                Err(error) => Err(error),
            }
        };
        self.ask("write", path, self.longest, work).await
    }

    /// What is in a file; none when it is not there.
    ///
    /// # Errors
    /// [`Error::Busy`] when the place does not give it, or does not answer in time.
    pub async fn get(&self, path: &Path) -> Result<Option<Vec<u8>>, Error> {
        let (store, at) = (Arc::clone(&self.store), path.clone());
        let work = async move {
            match store.get_opts(&at, GetOptions::default()).await {
                Ok(found) => Ok(Some(found.bytes().await?.to_vec())),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        };
        self.ask("read", path, self.longest, work).await
    }

    /// Whether a file is there.
    ///
    /// # Errors
    /// As [`Storage::get`].
    pub async fn is_there(&self, path: &Path) -> Result<bool, Error> {
        let (store, at) = (Arc::clone(&self.store), path.clone());
        let work = async move {
            match store.head(&at).await {
                Ok(_) => Ok(true),
                Err(object_store::Error::NotFound { .. }) => Ok(false),
                Err(error) => Err(error),
            }
        };
        self.ask("look for", path, self.longest, work).await
    }

    /// Removes a file; one that is not there is fine.
    ///
    /// # Errors
    /// [`Error::Busy`] when the place does not let go of it, or does not answer in time.
    pub async fn delete(&self, path: &Path) -> Result<(), Error> {
        let (store, at) = (Arc::clone(&self.store), path.clone());
        let work = async move {
            match store.delete(&at).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(error),
            }
        };
        self.ask("remove", path, self.longest, work).await
    }

    /// What is in a folder, in no order.
    ///
    /// # Errors
    /// As [`Storage::get`].
    pub async fn list(&self, folder: &Path) -> Result<Vec<Path>, Error> {
        let (store, at) = (Arc::clone(&self.store), folder.clone());
        let longest = self.longest;
        let work = async move {
            let mut files = store.list(Some(&at));
            let mut found = Vec::new();
            while let Some(next) = timeout(longest, files.try_next()).await.map_err(|_elapsed| late())?? {
                found.push(next.location);
            }
            Ok(found)
        };
        self.ask("list", folder, self.longest * LISTING, work).await
    }

    /// What is in the place itself and in none of its folders, each with how long ago it was written.
    ///
    /// # Errors
    /// As [`Storage::get`].
    pub async fn list_here(&self) -> Result<Vec<(Path, Duration)>, Error> {
        let store = Arc::clone(&self.store);
        let work = async move {
            let age = |written: SystemTime| SystemTime::now().duration_since(written).unwrap_or_default();
            let found = store.list_with_delimiter(None).await?;
            Ok(found.objects.into_iter().map(|file| (file.location, age(file.last_modified.into()))).collect())
        };
        self.ask("list", &Path::default(), self.longest, work).await
    }

    /// Asks something of the place. It goes on in a task of its own, which keeps its turn until there is an answer: also when
    /// nobody waits for that any more.
    async fn ask<T: Send + 'static>(
        &self,
        act: &'static str,
        path: &Path,
        longest: Duration,
        work: impl Future<Output = Result<T, object_store::Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let (turns, file, home) = (Arc::clone(&self.turns), self.turns_of(path), self.home.clone());
        // Whoever waits for a file that hangs keeps nothing from others.
        let both = async move { (file.acquire_owned().await, turns.acquire_owned().await) };
        let Ok(turn) = timeout(self.longest, both).await else {
            return Err(self.away(act, path, &"too much is under way that has no answer"));
        };
        let answer = home.spawn(async move {
            let answer = work.await;
            drop(turn);
            answer
        });
        match timeout(longest, answer).await {
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(Ok(Err(error))) => Err(self.away(act, path, &error)),
            Ok(Err(broken)) => Err(self.away(act, path, &broken)),
            Err(_elapsed) => Err(self.away(act, path, &"no answer in time")),
        }
    }

    /// The turns of one file.
    fn turns_of(&self, path: &Path) -> Arc<Semaphore> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = files.get(path).and_then(Weak::upgrade) {
            return known;
        }
        if files.len() >= KNOWN_FILES {
            files.retain(|_path, turns| turns.strong_count() > 0);
        }
        let turns = Arc::new(Semaphore::new(OF_ONE_FILE));
        files.insert(path.clone(), Arc::downgrade(&turns));
        turns
    }

    /// It does not answer now (SECURITY-RULES E-3): whoever asked comes back.
    fn away(&self, act: &'static str, path: &Path, error: &dyn Display) -> Error {
        tracing::error!(place = self.what, act, %path, %error, "a place of files is out of reach");
        Error::Busy
    }
}

/// A part of a list that did not come in time.
fn late() -> object_store::Error {
    object_store::Error::Generic { store: "a place of files", source: "no answer in time".into() }
}

fn open(setting: &str, place: &str) -> Result<Arc<dyn ObjectStore>, BadSettings> {
    let bad = |error: String| BadSettings(format!("setting {setting}: {error}"));
    if place.starts_with("s3://") {
        return s3(AmazonS3Builder::from_env(), place).map_err(bad);
    }
    crate::files::private_folder(std::path::Path::new(place)).map_err(|error| bad(format!("{place}: {error}")))?;
    let folder = LocalFileSystem::new_with_prefix(place).map_err(|error| bad(error.to_string()))?;
    // A photo is on disk before the row that names it is committed.
    Ok(Arc::new(folder.with_fsync(true)))
}

/// Its keys, region and address are the usual `AWS_…` of the environment.
fn s3(settings: AmazonS3Builder, place: &str) -> Result<Arc<dyn ObjectStore>, String> {
    // Whoever waits for a photo waits some seconds, not minutes.
    let retry = RetryConfig { max_retries: 2, retry_timeout: Duration::from_secs(5), ..RetryConfig::default() };
    let store = settings
        .with_url(place)
        .with_retry(retry)
        .with_config(AmazonS3ConfigKey::Client(ClientConfigKey::ConnectTimeout), "3 seconds")
        .with_config(AmazonS3ConfigKey::Client(ClientConfigKey::Timeout), "15 seconds")
        .build();
    store.map(|store| Arc::new(store) as Arc<dyn ObjectStore>).map_err(|error| error.to_string())
}

/// Stores like S3 for tests, with as much of it as secrets ask for.
#[cfg(test)]
pub(crate) mod like_s3 {
    use super::{AmazonS3Builder, SECRETS, Storage, s3};
    use std::collections::BTreeMap;
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};

    /// A place of secrets in one. Some that are called compatible write over what is there, whatever they are asked.
    pub(crate) fn place(writes_over: bool) -> Storage {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let settings = AmazonS3Builder::new()
            .with_endpoint(format!("http://{}", listener.local_addr().unwrap()))
            .with_allow_http(true)
            .with_region("here")
            .with_access_key_id("somebody")
            .with_secret_access_key("something");
        std::thread::spawn(move || {
            let mut files = BTreeMap::new();
            for stream in listener.incoming() {
                answer(&stream.unwrap(), &mut files, writes_over);
            }
        });
        Storage::around(s3(settings, "s3://stemgeheimen").unwrap(), "a test", SECRETS)
    }

    fn answer(mut stream: &TcpStream, files: &mut BTreeMap<String, Vec<u8>>, writes_over: bool) {
        let mut asked = BufReader::new(stream);
        let line = |asked: &mut BufReader<&TcpStream>| {
            let mut line = String::new();
            asked.read_line(&mut line).unwrap();
            line.trim().to_ascii_lowercase()
        };
        let first = line(&mut asked);
        let (is_put, name) = (first.starts_with("put "), first.split(' ').nth(1).unwrap_or_default().to_owned());
        let (mut must_be_new, mut length) = (false, 0);
        loop {
            match line(&mut asked).split_once(':').map(|(head, value)| (head.to_owned(), value.trim().to_owned())) {
                None => break,
                Some((head, value)) if head == "content-length" => length = value.parse().unwrap(),
                Some((head, _)) => must_be_new |= head == "if-none-match",
            }
        }
        let mut bytes = vec![0; length];
        asked.read_exact(&mut bytes).unwrap();
        let is_there = files.contains_key(&name);
        let (status, body) = if is_put && must_be_new && is_there && !writes_over {
            ("412 Precondition Failed", Vec::new())
        } else if is_put {
            files.insert(name, bytes);
            ("200 OK", Vec::new())
        } else if is_there {
            ("200 OK", files.get(&name).cloned().unwrap())
        } else {
            ("404 Not Found", Vec::new())
        };
        let head =
            format!("HTTP/1.1 {status}\r\netag: \"1\"\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&body).unwrap();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;
    use futures_util::stream::{self, BoxStream, StreamExt as _};
    use object_store::{
        CopyOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, PutMultipartOptions, PutPayload, PutResult,
        Result as Answer,
    };
    use std::future::pending;
    use std::time::Instant;

    const SHORT: Duration = Duration::from_millis(20);
    /// Longer than any of it takes, also on a machine that is busy.
    const LONG: Duration = Duration::from_secs(5);

    /// A store that takes every question and never answers.
    #[derive(Debug)]
    struct Silent;

    impl Display for Silent {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("silent")
        }
    }

    #[async_trait::async_trait]
    impl ObjectStore for Silent {
        async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> Answer<PutResult> {
            pending().await
        }
        async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Answer<Box<dyn MultipartUpload>> {
            pending().await
        }
        async fn get_opts(&self, _: &Path, _: GetOptions) -> Answer<GetResult> {
            pending().await
        }
        fn delete_stream(&self, _: BoxStream<'static, Answer<Path>>) -> BoxStream<'static, Answer<Path>> {
            stream::pending().boxed()
        }
        fn list(&self, _: Option<&Path>) -> BoxStream<'static, Answer<ObjectMeta>> {
            stream::pending().boxed()
        }
        async fn list_with_delimiter(&self, _: Option<&Path>) -> Answer<ListResult> {
            pending().await
        }
        async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Answer<()> {
            pending().await
        }
    }

    // D-9: whatever is asked, and also once everybody before has been given up.
    #[tokio::test]
    async fn a_place_that_never_answers_keeps_nobody_waiting() {
        let place = Storage::around(Arc::new(Silent), "a test", SHORT);
        let path = Path::from("a");
        for _turn in 0..=AT_ONCE / 6 + 1 {
            let began = Instant::now();
            let (put, once, got, there, gone, listed) = tokio::join!(
                place.put(&path, Vec::new()),
                place.put_once(&path, Vec::new()),
                place.get(&path),
                place.is_there(&path),
                place.delete(&path),
                place.list(&path),
            );
            let all = [put.err(), once.err(), got.err(), there.err(), gone.err(), listed.err()];
            for error in all {
                let problem = error.expect("nobody answered").problem();
                assert_eq!((problem.status, problem.wacht), (503, Some(2)));
            }
            assert!(began.elapsed() < LONG, "{:?}", began.elapsed());
        }
    }

    // V-1a: or of two servers that make the secret of one vote at once, the one would make letters by a secret that is gone.
    #[tokio::test]
    async fn what_is_in_a_place_is_left_there_by_who_comes_second() {
        let folder = tempfile::tempdir().unwrap();
        let store = open("round_keys", folder.path().to_str().unwrap()).unwrap();
        for (kind, place) in [("a folder", Storage::around(store, "a test", LONG)), ("S3", like_s3::place(false))] {
            let path = Path::from("1.geheim");
            assert!(place.put_once(&path, b"first".to_vec()).await.unwrap(), "{kind}");
            assert!(!place.put_once(&path, b"second".to_vec()).await.unwrap(), "{kind}");
            assert_eq!(place.get(&path).await.unwrap(), Some(b"first".to_vec()), "{kind}");
            // At once as well.
            let other = Path::from("2.geheim");
            let all = join_all((0..8_u8).map(|number| place.put_once(&other, vec![number]))).await;
            let first: Vec<u8> = (0..).zip(all).filter_map(|(number, put)| put.unwrap().then_some(number)).collect();
            assert_eq!(first.len(), 1, "{kind}");
            assert_eq!(place.get(&other).await.unwrap(), Some(first), "{kind}");
        }
    }

    // D-9: as a folder of another machine that hangs. What hangs keeps no other file from anybody.
    #[tokio::test]
    async fn a_file_that_hangs_is_given_up_and_others_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let store = open("round_keys", folder.path().to_str().unwrap()).unwrap();
        let place = Storage::around(store, "a test", SHORT * 25);
        let hangs = folder.path().join("hangs");
        // Whoever opens it to read waits for somebody who writes.
        assert!(std::process::Command::new("mkfifo").arg(&hangs).status().unwrap().success());
        let (stuck, good) = (Path::from("hangs"), Path::from("good"));
        assert!(place.put_once(&good, b"1".to_vec()).await.unwrap());
        assert!(!place.put_once(&good, b"2".to_vec()).await.unwrap());
        // More of them than there are turns.
        let mut voters = tokio::task::JoinSet::new();
        for _voter in 0..=AT_ONCE {
            let (place, stuck) = (place.clone(), stuck.clone());
            voters.spawn(async move { matches!(place.get(&stuck).await, Err(Error::Busy)) });
        }
        assert_eq!(place.get(&good).await.unwrap(), Some(b"1".to_vec()));
        assert!(voters.join_all().await.into_iter().all(|is_asked_back| is_asked_back));
        assert_eq!(place.get(&good).await.unwrap(), Some(b"1".to_vec()));
        assert!(place.list(&Path::default()).await.unwrap().contains(&good));
        place.delete(&good).await.unwrap();
        place.delete(&good).await.unwrap();
        assert_eq!((place.get(&good).await.unwrap(), place.is_there(&good).await.unwrap()), (None, false));
        // Whoever waits there is let go, or this process would not end.
        std::fs::write(&hangs, b"").unwrap();
    }
}
