//! How every failure becomes a problem: one match. Nothing else builds a response for a failure.

use contract::buurtbegroting::{BuurtbegrotingFase, BuurtbegrotingStap};
use contract::euro::NotEuro;
use contract::field::{FieldProblems, Flaw};
use contract::ingreep::IngreepStatus;
use contract::initiatief::{InitiatiefStap, InitiatiefStatus, Zicht};
use contract::opdracht::{OpdrachtStap, OpdrachtStatus};
use contract::problem::{FieldProblem, ProblemCode};
use contract::{Euro, Problem};
use sea_orm::{DbErr, RuntimeErr};

/// A step that cannot be taken from this status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotNow {
    /// Of an initiatief.
    Initiatief(InitiatiefStatus, InitiatiefStap),
    /// Of an opdracht.
    Opdracht(OpdrachtStatus, OpdrachtStap),
    /// Of a buurtbegroting.
    Buurtbegroting(BuurtbegrotingFase, BuurtbegrotingStap),
    /// Of who may see an initiatief.
    Zicht(Zicht),
    /// Of something that was taken out of public view.
    Ingreep(IngreepStatus),
    /// Of a bundle whose ballots are not all settled.
    Bundel,
}

/// What is kept of a vote is not what this program wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchanged {
    /// The row of a custodian: somebody put a person, a key or a part there.
    Keeper,
    /// What a count gave, or a ballot that it opened: it cannot be read, or not be counted any more.
    Outcome,
}

/// What can go wrong in an operation.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields are not right.
    #[error("{0}")]
    Fields(FieldProblems),
    /// The request cannot be read; says why.
    #[error("unreadable: {0}")]
    Unreadable(String),
    /// Nobody is logged in.
    #[error("not logged in")]
    NotLoggedIn,
    /// The login is too old for this step.
    #[error("login too old")]
    LoginTooOld,
    /// Name or password is wrong.
    #[error("login failed")]
    LoginFailed,
    /// This caller may not.
    #[error("forbidden")]
    Forbidden,
    /// This caller is no custodian of this round, or not any more.
    #[error("no custodian")]
    NotKeeper,
    /// It does not exist, or this caller may not know.
    #[error("not found")]
    NotFound,
    /// It holds a text that was taken out of public view.
    #[error("held back")]
    Withheld,
    /// Not from this status.
    #[error("not now: {0:?}")]
    NotNow(NotNow),
    /// The key of the ballots was made meanwhile.
    #[error("there is a key")]
    KeyMade,
    /// Two other custodians showed that the key works.
    #[error("the key was tried")]
    KeyTried,
    /// Two other custodians opened the ballots.
    #[error("the parts are there")]
    PartNotNeeded,
    /// Somebody else changed it.
    #[error("stale")]
    Stale,
    /// The caller did not say which version it saw.
    #[error("version missing")]
    VersionMissing,
    /// The idempotency key is missing or malformed.
    #[error("key missing")]
    KeyMissing,
    /// The idempotency key was used for something else.
    #[error("key reused")]
    KeyReused,
    /// The budget has too little.
    #[error("too little: {free} is free")]
    TooLittle {
        /// What is free.
        free: Euro,
    },
    /// Four eyes.
    #[error("needs other eyes")]
    NeedsOtherEyes,
    /// No mandate.
    #[error("no mandate")]
    NoMandate,
    /// A link by mail that cannot be used.
    #[error("link invalid")]
    LinkInvalid,
    /// Nobody can vote now.
    #[error("voting is shut")]
    VotingIsShut,
    /// Somebody voted with this code.
    #[error("voted already")]
    VotedAlready,
    /// Another ballot has this id.
    #[error("ballot id taken")]
    BallotTaken,
    /// A request for another letter that does not wait any more.
    #[error("the request for a letter is over")]
    ReplacementOver,
    /// Somebody changed a vote behind the back of the program.
    #[error("a vote is not as this program left it: {0}")]
    BoxChanged(&'static str),
    /// Too many attempts.
    #[error("too often, wait {wait} s")]
    TooOften {
        /// Seconds.
        wait: u32,
    },
    /// From another site.
    #[error("other origin")]
    OtherOrigin,
    /// Bearer and cookie.
    #[error("two logins")]
    TwoLogins,
    /// Too large.
    #[error("too large")]
    TooLarge,
    /// The body was not there in time.
    #[error("too slow")]
    TooSlow,
    /// The address is too long.
    #[error("address too long")]
    AddressTooLong,
    /// The headers are too large, all together.
    #[error("headers too large")]
    HeadersTooLarge,
    /// Not a photo that we take, or not JSON.
    #[error("unsupported media type")]
    Unsupported,
    /// Nothing that we give is accepted.
    #[error("not acceptable")]
    NotAcceptable,
    /// This path knows other methods.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// Too much is waiting.
    #[error("busy")]
    Busy,
    /// A mistake of ours, with what the log should say.
    #[error("internal: {0}")]
    Internal(String),
    /// The database.
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// Nobody can say whether it was stored; asked again, the answer is certain (SECURITY-RULES D-7).
    #[error("the outcome of a commit is unknown: {0}")]
    Unknown(String),
}

impl Error {
    /// One field that only the store can judge.
    #[must_use]
    pub fn field(field: &str, flaw: impl Into<Flaw>) -> Self {
        let Flaw { code, limit } = flaw.into();
        Self::Fields(FieldProblems(vec![FieldProblem {
            veld: field.to_owned(),
            code,
            grens: limit,
            melding: String::new(),
        }]))
    }

    /// Which kind of problem it is.
    #[must_use]
    pub fn code(&self) -> ProblemCode {
        match self {
            Self::Fields(_) => ProblemCode::OngeldigeInvoer,
            Self::Unreadable(_) => ProblemCode::OnleesbaarVerzoek,
            Self::NotLoggedIn => ProblemCode::NietIngelogd,
            Self::LoginTooOld => ProblemCode::OpnieuwInloggen,
            Self::LoginFailed => ProblemCode::InloggenMislukt,
            Self::Forbidden => ProblemCode::NietToegestaan,
            Self::NotKeeper => ProblemCode::GeenBewaarder,
            Self::NotFound => ProblemCode::NietGevonden,
            Self::Withheld => ProblemCode::Ingehouden,
            Self::NotNow(_) => ProblemCode::StapKanNietNu,
            Self::KeyMade => ProblemCode::SleutelAlGemaakt,
            Self::KeyTried => ProblemCode::SleutelAlBeproefd,
            Self::PartNotNeeded => ProblemCode::DeelNietNodig,
            Self::Stale => ProblemCode::Verouderd,
            Self::VersionMissing => ProblemCode::VersieNodig,
            Self::KeyMissing => ProblemCode::SleutelNodig,
            Self::KeyReused => ProblemCode::SleutelHergebruikt,
            Self::TooLittle { .. } => ProblemCode::BudgetOntoereikend,
            Self::NeedsOtherEyes => ProblemCode::AndereOgenNodig,
            Self::NoMandate => ProblemCode::GeenMandaat,
            Self::LinkInvalid => ProblemCode::LinkOngeldig,
            Self::VotingIsShut => ProblemCode::StemmenIsDicht,
            Self::VotedAlready => ProblemCode::AlGestemd,
            Self::BallotTaken => ProblemCode::BiljetBezet,
            Self::ReplacementOver => ProblemCode::VervangingVoorbij,
            Self::BoxChanged(_) => ProblemCode::StembusKloptNiet,
            Self::TooOften { .. } => ProblemCode::TeVaak,
            Self::OtherOrigin => ProblemCode::AndereHerkomst,
            Self::TwoLogins => ProblemCode::TweeAanmeldingen,
            Self::TooLarge => ProblemCode::TeGroot,
            Self::TooSlow => ProblemCode::TeTraag,
            Self::AddressTooLong => ProblemCode::AdresTeLang,
            Self::HeadersTooLarge => ProblemCode::KoppenTeGroot,
            Self::Unsupported => ProblemCode::MediatypeNietOndersteund,
            Self::NotAcceptable => ProblemCode::NietAcceptabel,
            Self::MethodNotAllowed => ProblemCode::MethodeNietToegestaan,
            Self::Busy | Self::Unknown(_) => ProblemCode::EvenNiet,
            Self::Internal(_) => ProblemCode::Storing,
            Self::Database(error) if is_passing(error) => ProblemCode::EvenNiet,
            Self::Database(_) => ProblemCode::Storing,
        }
    }

    /// The problem, without its sentences: they are said in the language of who asked.
    #[must_use]
    pub fn problem(self) -> Problem {
        self.log();
        let problem = Problem { wacht: self.wait(), ..Problem::bare(self.code()) };
        if let Self::Fields(FieldProblems(fouten)) = self { Problem { fouten, ..problem } } else { problem }
    }

    /// Seconds after which trying again may help.
    const fn wait(&self) -> Option<u32> {
        if let Self::TooOften { wait } = self {
            return Some(*wait);
        }
        if matches!(self, Self::Busy | Self::Unknown(_) | Self::Database(_)) { Some(2) } else { None }
    }

    /// The whole story, once, for the log.
    #[expect(clippy::cognitive_complexity, reason = "the macros of tracing count as branches")]
    fn log(&self) {
        if let Self::BoxChanged(_) = self {
            tracing::error!(error = %self, "somebody must look");
            return;
        }
        match self.code().status() {
            500 => tracing::error!(error = %self, "something went wrong"),
            503 => tracing::warn!(error = %self, "could not do it now"),
            _ => tracing::debug!(error = %self, "refused"),
        }
    }
}

impl From<FieldProblems> for Error {
    fn from(problems: FieldProblems) -> Self {
        Self::Fields(problems)
    }
}

impl From<NotNow> for Error {
    fn from(not_now: NotNow) -> Self {
        Self::NotNow(not_now)
    }
}

impl From<Exchanged> for Error {
    fn from(exchanged: Exchanged) -> Self {
        Self::BoxChanged(match exchanged {
            Exchanged::Keeper => "the row of a custodian is not the one that was made",
            Exchanged::Outcome => "what was counted is not as it was kept",
        })
    }
}

impl From<natellen::Odd> for Error {
    fn from(odd: natellen::Odd) -> Self {
        if matches!(odd, natellen::Odd::OtherRules | natellen::Odd::OtherBallots) {
            return Self::BoxChanged("other rules or ballots than were published");
        }
        Self::Internal(odd.to_string())
    }
}

impl From<NotEuro> for Error {
    fn from(_not_euro: NotEuro) -> Self {
        Self::Internal("an amount in the store is none".into())
    }
}

/// What a database calls an error.
#[derive(Debug, Clone, PartialEq, Eq)]
enum DatabaseCode {
    /// The SQLSTATE of PostgreSQL, five characters.
    Postgres(String),
    /// The primary result code of SQLite: what it adds to it tells which kind of one thing went wrong.
    Sqlite(u32),
}

/// Results of SQLite after which its connection is no good: NOMEM, READONLY (of a disk that turned so), IOERR, CORRUPT, FULL,
/// CANTOPEN, PROTOCOL, NOTADB.
const SQLITE_BROKEN: [u32; 8] = [7, 8, 10, 11, 13, 14, 15, 26];
/// BUSY and LOCKED.
const SQLITE_WAITS: [u32; 2] = [5, 6];
/// Classes of PostgreSQL after which its connection is no good: connection trouble, out of disk, memory or connections,
/// shut down or stopped, trouble of the system itself.
const POSTGRES_BROKEN: [&str; 4] = ["08", "53", "57", "58"];
/// The primary has become a standby: this connection leads to the wrong machine.
const READ_ONLY: &str = "25006";

/// PostgreSQL asks to start over: serialization failure, deadlock, lock not available (SECURITY-RULES D-3).
#[must_use]
pub fn asks_to_start_over(error: &DbErr) -> bool {
    matches!(database_code(error), Some(DatabaseCode::Postgres(state)) if ["40001", "40P01", "55P03"].contains(&state.as_str()))
}

/// Whether the connection that said so must not be used again (SECURITY-RULES D-8).
#[must_use]
pub fn breaks_a_connection(error: &DbErr) -> bool {
    match database_code(error) {
        Some(DatabaseCode::Sqlite(code)) => SQLITE_BROKEN.contains(&code),
        Some(DatabaseCode::Postgres(state)) => {
            state == READ_ONLY || POSTGRES_BROKEN.iter().any(|class| state.starts_with(class))
        }
        // Not said by the database, but of the way to it.
        None => true,
    }
}

/// Whether the same request may well succeed later: locks, time-outs, no connection, no disk.
fn is_passing(error: &DbErr) -> bool {
    match (error, database_code(error)) {
        (DbErr::ConnectionAcquire(_) | DbErr::Conn(_), _) => true,
        (_, Some(DatabaseCode::Sqlite(code))) => SQLITE_BROKEN.contains(&code) || SQLITE_WAITS.contains(&code),
        (_, Some(DatabaseCode::Postgres(_))) => asks_to_start_over(error) || breaks_a_connection(error),
        // The way to the database broke. What we ask or read in a wrong way is none of these.
        (DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner)), None) => matches!(
            **inner,
            sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
        ),
        _ => false,
    }
}

/// Whether what stands in a column is not of its kind, as bytes that are no text where SQLite keeps one.
#[must_use]
pub fn is_unreadable(error: &DbErr) -> bool {
    let DbErr::Query(RuntimeErr::SqlxError(inner)) = error else { return false };
    matches!(**inner, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_))
}

fn database_code(error: &DbErr) -> Option<DatabaseCode> {
    let (DbErr::Exec(RuntimeErr::SqlxError(inner))
    | DbErr::Query(RuntimeErr::SqlxError(inner))
    | DbErr::Conn(RuntimeErr::SqlxError(inner))) = error
    else {
        return None;
    };
    let said = inner.as_database_error()?;
    let code = said.code()?;
    if said.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        return code.parse::<u32>().ok().map(|code| DatabaseCode::Sqlite(code & 0xff));
    }
    Some(DatabaseCode::Postgres(code.into_owned()))
}

/// Whether a constraint that says "once" was hit.
#[must_use]
pub fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_)))
}
