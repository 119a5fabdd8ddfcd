//! What has to be told to people: a row in the transaction of what happened, a mail later (SECURITY-RULES O-1).
//!
//! A notice says what happened; the mail is written when it is sent, and only then are secret links made.

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use contract::account::Role;
use contract::bewaarder::SleutelDoel;
use contract::initiatief::GebeurtenisSoort;
use contract::{AccountId, BuurtbegrotingId, IngreepId, InitiatiefId, VervangingId};
use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long a worker may take for one mail before another tries.
const LEASE_SECONDS: i64 = 60;
/// Minutes to wait after each failure; then hourly.
const WAITS: [i64; 4] = [1, 5, 15, 60];
/// After this many hours it has failed.
const GIVE_UP_HOURS: i64 = 72;

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "soort", rename_all = "snake_case")]
pub enum Notice {
    /// Confirm your address.
    AccountBevestigen,
    /// You have an account already.
    AccountBestaatAl,
    /// Set a new password.
    WachtwoordHerstel,
    /// Your password was changed.
    WachtwoordVeranderd,
    /// Your session was ended because its token was used twice.
    SessieGestopt,
    /// Confirm what you handed in.
    InitiatiefBevestigen {
        /// Which.
        initiatief: InitiatiefId,
    },
    /// We have it; you hear from us by this day.
    InitiatiefOntvangen {
        /// Which.
        initiatief: InitiatiefId,
        /// The day.
        antwoord_on: NaiveDate,
    },
    /// Everybody sees it from here.
    InitiatiefOpenbaar {
        /// Which.
        initiatief: InitiatiefId,
    },
    /// Something happened to it.
    InitiatiefNieuws {
        /// Which.
        initiatief: InitiatiefId,
        /// What.
        gebeurtenis: GebeurtenisSoort,
        /// What was said.
        tekst: Option<String>,
        /// Whether this receiver is asked for an answer.
        antwoorden: bool,
    },
    /// You keep a part of the key of a vote: make a key of your own.
    BewaarderBenoemd {
        /// Of which.
        buurtbegroting: BuurtbegrotingId,
    },
    /// Your part of the key is asked for.
    DeelGevraagd {
        /// Of which.
        buurtbegroting: BuurtbegrotingId,
        /// What for.
        doel: SleutelDoel,
    },
    /// The wijkteam wants to take words out of what people vote on, or to put them back: your stembureau has to say yes or no.
    WeglatingGevraagd {
        /// Of which vote.
        buurtbegroting: BuurtbegrotingId,
        /// Why it would be put back; nothing when it would be taken out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        terug: Option<String>,
    },
    /// The stembureau answered what you asked.
    WeglatingBeantwoord {
        /// Of which vote.
        buurtbegroting: BuurtbegrotingId,
        /// Whether it said yes.
        bevestigd: bool,
        /// Of which request; none in what an earlier version wrote.
        #[serde(default)]
        ingreep: Option<IngreepId>,
        /// Whether it was asked to put something back.
        #[serde(default)]
        terug: bool,
    },
    /// A colleague asks more of the same text or photo: that takes the place of what you asked.
    WeglatingVervangen {
        /// Of which vote.
        buurtbegroting: BuurtbegrotingId,
        /// Of which request.
        ingreep: IngreepId,
        /// Whether it was asked to put something back: then that is withdrawn.
        terug: bool,
        /// Whether it waited so long that what you asked is destroyed: then it lapsed, and is not in what the colleague asks.
        #[serde(default)]
        verlopen: bool,
        /// The colleague.
        door: AccountId,
    },
    /// One person took an initiatief out of public view, and with it a plan that people vote on: your stembureau did not choose that.
    PlanAfgeschermd {
        /// Of which vote.
        buurtbegroting: BuurtbegrotingId,
        /// Whether it never comes back: it was referred or withdrawn, not shielded.
        #[serde(default)]
        definitief: bool,
    },
    /// A colleague withdrew what waited for the stembureau, and with it what you asked: nobody answers it any more.
    WeglatingIngetrokken {
        /// Of which vote.
        buurtbegroting: BuurtbegrotingId,
        /// Of which request.
        ingreep: IngreepId,
        /// Whether it was asked to put something back.
        terug: bool,
        /// The colleague.
        door: AccountId,
    },
    /// A colleague of your stembureau asks for another letter in place of a lost one: somebody has to confirm that.
    VervangingGevraagd {
        /// Of which vote.
        buurtbegroting: BuurtbegrotingId,
        /// Which request; none in what an earlier version wrote.
        #[serde(default)]
        vervanging: Option<VervangingId>,
    },
    /// Another confirmed the letter that you asked for.
    VervangingBevestigd {
        /// Of which vote.
        buurtbegroting: BuurtbegrotingId,
        /// Which request; none in what an earlier version wrote.
        #[serde(default)]
        vervanging: Option<VervangingId>,
    },
    /// Another refused the letter that you asked for.
    VervangingAfgewezen {
        /// Of which vote.
        buurtbegroting: BuurtbegrotingId,
        /// Which request.
        vervanging: VervangingId,
        /// Why, where that was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reden: Option<String>,
    },
    /// The custodians of a vote that you run came a step further with its key.
    SleutelStand {
        /// Of which vote.
        buurtbegroting: BuurtbegrotingId,
        /// How far they are.
        stand: SleutelStand,
    },
    /// Something happened with the key that you keep a part of.
    BewaarderNieuws {
        /// Of which.
        buurtbegroting: BuurtbegrotingId,
        /// What.
        nieuws: KeeperNews,
    },
}

/// How far the key of a vote is, as those who run it are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SleutelStand {
    /// All three custodians have a key of their own: two of them have yet to try it.
    Gemaakt,
    /// Two of them showed that it works.
    Beproefd,
}

/// What a custodian is told beside what is asked of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "wat", rename_all = "snake_case")]
pub enum KeeperNews {
    /// Another custodian handed in their part, and waits.
    Wacht {
        /// Until when.
        tot: DateTime<Utc>,
    },
    /// Nobody came while their own part waited.
    Verlopen,
    /// Two parts were shown to open an envelope, theirs among them.
    Beproefd,
    /// The parts of two others were: their own key was not tried yet.
    ProbeerZelf,
    /// Somebody else was named in their place.
    Vervangen,
}

/// What we know of who reads the mail at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// Somebody who followed a link that we mailed there.
    Confirmed,
    /// Whoever it is: anybody can have typed the address.
    Unconfirmed,
}

/// What a mail may be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// Also of names, titles and texts that people typed.
    Personal,
    /// Of our own sentences and a link of ours, so that nobody can have their words mailed to a stranger.
    Fixed,
}

impl Wording {
    /// The one way for typed words into a mail.
    #[must_use]
    pub const fn typed(self, words: &str) -> Option<&str> {
        match self {
            Self::Personal => Some(words),
            Self::Fixed => None,
        }
    }
}

impl Notice {
    /// The initiatief that it is about.
    #[must_use]
    pub const fn initiatief(&self) -> Option<InitiatiefId> {
        match self {
            Self::InitiatiefBevestigen { initiatief }
            | Self::InitiatiefOntvangen { initiatief, .. }
            | Self::InitiatiefOpenbaar { initiatief }
            | Self::InitiatiefNieuws { initiatief, .. } => Some(*initiatief),
            Self::AccountBevestigen
            | Self::AccountBestaatAl
            | Self::WachtwoordHerstel
            | Self::WachtwoordVeranderd
            | Self::SessieGestopt
            | Self::BewaarderBenoemd { .. }
            | Self::DeelGevraagd { .. }
            | Self::WeglatingGevraagd { .. }
            | Self::WeglatingBeantwoord { .. }
            | Self::WeglatingVervangen { .. }
            | Self::PlanAfgeschermd { .. }
            | Self::WeglatingIngetrokken { .. }
            | Self::VervangingGevraagd { .. }
            | Self::VervangingBevestigd { .. }
            | Self::VervangingAfgewezen { .. }
            | Self::SleutelStand { .. }
            | Self::BewaarderNieuws { .. } => None,
        }
    }

    /// What a mail about this may be made of for this receiver (SECURITY-RULES O-1, T-1).
    #[must_use]
    pub const fn wording(&self, receiver: Receiver) -> Wording {
        match self {
            // These ask whether the address is theirs, so it may be anybody's.
            Self::AccountBevestigen | Self::InitiatiefBevestigen { .. } => Wording::Fixed,
            Self::AccountBestaatAl
            | Self::WachtwoordHerstel
            | Self::WachtwoordVeranderd
            | Self::SessieGestopt
            | Self::InitiatiefOntvangen { .. }
            | Self::InitiatiefOpenbaar { .. }
            | Self::InitiatiefNieuws { .. }
            | Self::BewaarderBenoemd { .. }
            | Self::DeelGevraagd { .. }
            | Self::WeglatingGevraagd { .. }
            | Self::WeglatingBeantwoord { .. }
            | Self::WeglatingVervangen { .. }
            | Self::PlanAfgeschermd { .. }
            | Self::WeglatingIngetrokken { .. }
            | Self::VervangingGevraagd { .. }
            | Self::VervangingBevestigd { .. }
            | Self::VervangingAfgewezen { .. }
            | Self::SleutelStand { .. }
            | Self::BewaarderNieuws { .. } => match receiver {
                Receiver::Confirmed => Wording::Personal,
                Receiver::Unconfirmed => Wording::Fixed,
            },
        }
    }
}

/// A notice and the account it is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Letter {
    /// The account, for links to it.
    pub account: Option<AccountId>,
    /// What to tell.
    pub notice: Notice,
}

/// Tells the owner of an account.
///
/// # Errors
/// When the row cannot be written.
pub async fn tell_account<C: ConnectionTrait>(tx: &C, app: &App, id: AccountId, notice: Notice) -> Result<(), Error> {
    let account = crate::account::store::find(tx, id).await?;
    tell(tx, app, &account.email, &account.naam, Letter { account: Some(id), notice }).await
}

/// Tells everybody who has a role in a gebied, but not whoever did what they are told of.
///
/// # Errors
/// When a row cannot be written.
pub async fn tell_role<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    (role, gebied): (Role, &str),
    but: AccountId,
    notice: &Notice,
) -> Result<(), Error> {
    for id in crate::account::store::with_role(tx, role, gebied).await? {
        if id != but {
            tell_account(tx, app, id, notice.clone()).await?;
        }
    }
    Ok(())
}

/// Tells a colleague what came of what they asked; nothing when they cannot log in any more.
///
/// # Errors
/// When the row cannot be written.
pub async fn tell_asker<C: ConnectionTrait>(tx: &C, app: &App, id: AccountId, notice: Notice) -> Result<(), Error> {
    if crate::account::store::find(tx, id).await?.geblokkeerd {
        return Ok(());
    }
    tell_account(tx, app, id, notice).await
}

/// Tells somebody at an address.
///
/// # Errors
/// When the row cannot be written.
pub async fn tell<C: ConnectionTrait>(tx: &C, app: &App, email: &str, naam: &str, letter: Letter) -> Result<(), Error> {
    let now = app.now();
    let data = serde_json::to_string(&letter).map_err(|error| Error::Internal(error.to_string()))?;
    let insert = sql(
        tx,
        "INSERT INTO outbox (id, bericht, email, naam, gegevens, status, pogingen, due_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, 'wacht', 0, $6, $6)",
        [app.new_id().into(), name(&letter.notice).into(), email.into(), naam.into(), data.into(), now.into()],
    );
    tx.execute_raw(insert).await?;
    Ok(())
}

const fn name(notice: &Notice) -> &'static str {
    match notice {
        Notice::AccountBevestigen => "account_bevestigen",
        Notice::AccountBestaatAl => "account_bestaat_al",
        Notice::WachtwoordHerstel => "wachtwoord_herstel",
        Notice::WachtwoordVeranderd => "wachtwoord_veranderd",
        Notice::SessieGestopt => "sessie_gestopt",
        Notice::InitiatiefBevestigen { .. } => "initiatief_bevestigen",
        Notice::InitiatiefOntvangen { .. } => "initiatief_ontvangen",
        Notice::InitiatiefOpenbaar { .. } => "initiatief_openbaar",
        Notice::InitiatiefNieuws { .. } => "initiatief_nieuws",
        Notice::BewaarderBenoemd { .. } => "bewaarder_benoemd",
        Notice::DeelGevraagd { .. } => "deel_gevraagd",
        Notice::WeglatingGevraagd { .. } => "weglating_gevraagd",
        Notice::WeglatingBeantwoord { .. } => "weglating_beantwoord",
        Notice::WeglatingVervangen { .. } => "weglating_vervangen",
        Notice::PlanAfgeschermd { .. } => "plan_afgeschermd",
        Notice::WeglatingIngetrokken { .. } => "weglating_ingetrokken",
        Notice::VervangingGevraagd { .. } => "vervanging_gevraagd",
        Notice::VervangingBevestigd { .. } => "vervanging_bevestigd",
        Notice::VervangingAfgewezen { .. } => "vervanging_afgewezen",
        Notice::SleutelStand { .. } => "sleutel_stand",
        Notice::BewaarderNieuws { .. } => "bewaarder_nieuws",
    }
}

/// A row that a worker has taken.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Taken {
    /// Its id; the `Message-ID` is made from it.
    pub id: Uuid,
    /// To whom.
    pub email: String,
    /// Their name.
    pub naam: String,
    /// The letter, as JSON.
    pub gegevens: String,
    /// Which attempt this is.
    pub pogingen: i64,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

const TAKE_POSTGRES: &str = "UPDATE outbox SET lease_until = $2, pogingen = pogingen + 1 WHERE id = (SELECT id FROM outbox \
    WHERE status = 'wacht' AND due_at <= $1 AND (lease_until IS NULL OR lease_until < $1) ORDER BY due_at LIMIT 1 \
    FOR UPDATE SKIP LOCKED) RETURNING id, email, naam, gegevens, pogingen, created_at";
const TAKE_SQLITE: &str = "UPDATE outbox SET lease_until = $2, pogingen = pogingen + 1 WHERE id = (SELECT id FROM outbox \
    WHERE status = 'wacht' AND due_at <= $1 AND (lease_until IS NULL OR lease_until < $1) ORDER BY due_at LIMIT 1) \
    RETURNING id, email, naam, gegevens, pogingen, created_at";

/// Takes the next row that is due, for a minute.
///
/// # Errors
/// When the database is away.
pub async fn take<C: ConnectionTrait>(tx: &C, app: &App) -> Result<Option<Taken>, Error> {
    let now = app.now();
    let text = if tx.get_database_backend() == DatabaseBackend::Postgres { TAKE_POSTGRES } else { TAKE_SQLITE };
    let take = sql(tx, text, [now.into(), (now + TimeDelta::seconds(LEASE_SECONDS)).into()]);
    Ok(Taken::find_by_statement(take).one(tx).await?)
}

/// The mail is gone.
///
/// # Errors
/// When the database is away.
pub async fn sent<C: ConnectionTrait>(tx: &C, app: &App, id: Uuid) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE outbox SET status = 'verzonden', sent_at = $1, lease_until = NULL WHERE id = $2",
        [app.now().into(), id.into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}

/// The mail is not sent, and that was not tried to the end: it is as it was before it was taken, unless somebody else took it
/// meanwhile.
///
/// # Errors
/// When the database is away.
pub async fn give_back<C: ConnectionTrait>(tx: &C, row: &Taken) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE outbox SET lease_until = NULL, pogingen = pogingen - 1 WHERE id = $1 AND status = 'wacht' AND pogingen = $2",
        [row.id.into(), row.pogingen.into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}

/// The mail could not be sent: try again later, or give up after three days.
///
/// # Errors
/// When the database is away.
pub async fn failed<C: ConnectionTrait>(tx: &C, app: &App, row: &Taken) -> Result<(), Error> {
    let now = app.now();
    let attempt = usize::try_from(row.pogingen - 1).unwrap_or_default();
    let minutes = WAITS.get(attempt).copied().unwrap_or(60);
    let gives_up = now - row.created_at >= TimeDelta::hours(GIVE_UP_HOURS);
    let update = sql(
        tx,
        "UPDATE outbox SET status = $1, due_at = $2, lease_until = NULL WHERE id = $3",
        [if gives_up { "mislukt" } else { "wacht" }.into(), (now + TimeDelta::minutes(minutes)).into(), row.id.into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Every kind once, in order: a new one is put in the row here, and so in the tables that walk it.
    fn next(after: Option<&Notice>) -> Option<Notice> {
        let (initiatief, buurtbegroting) = (InitiatiefId(Uuid::nil()), BuurtbegrotingId(Uuid::nil()));
        let Some(after) = after else { return Some(Notice::AccountBevestigen) };
        match after {
            Notice::AccountBevestigen => Some(Notice::AccountBestaatAl),
            Notice::AccountBestaatAl => Some(Notice::WachtwoordHerstel),
            Notice::WachtwoordHerstel => Some(Notice::WachtwoordVeranderd),
            Notice::WachtwoordVeranderd => Some(Notice::SessieGestopt),
            Notice::SessieGestopt => Some(Notice::InitiatiefBevestigen { initiatief }),
            Notice::InitiatiefBevestigen { .. } => {
                Some(Notice::InitiatiefOntvangen { initiatief, antwoord_on: NaiveDate::default() })
            }
            Notice::InitiatiefOntvangen { .. } => Some(Notice::InitiatiefOpenbaar { initiatief }),
            Notice::InitiatiefOpenbaar { .. } => Some(Notice::InitiatiefNieuws {
                initiatief,
                gebeurtenis: GebeurtenisSoort::Vraag,
                tekst: Some("https://evil.test".into()),
                antwoorden: true,
            }),
            Notice::InitiatiefNieuws { .. } => Some(Notice::BewaarderBenoemd { buurtbegroting }),
            Notice::BewaarderBenoemd { .. } => {
                Some(Notice::DeelGevraagd { buurtbegroting, doel: SleutelDoel::Telling })
            }
            Notice::DeelGevraagd { .. } => {
                Some(Notice::WeglatingGevraagd { buurtbegroting, terug: Some("https://evil.test".into()) })
            }
            Notice::WeglatingGevraagd { .. } => {
                Some(Notice::WeglatingBeantwoord { buurtbegroting, bevestigd: true, ingreep: None, terug: false })
            }
            Notice::WeglatingBeantwoord { .. } => Some(Notice::WeglatingVervangen {
                buurtbegroting,
                ingreep: IngreepId(Uuid::nil()),
                terug: false,
                verlopen: false,
                door: AccountId(Uuid::nil()),
            }),
            Notice::WeglatingVervangen { .. } => Some(withdrawn(buurtbegroting)),
            Notice::WeglatingIngetrokken { .. } => Some(Notice::PlanAfgeschermd { buurtbegroting, definitief: false }),
            Notice::PlanAfgeschermd { definitief, .. } => Some(next_left(buurtbegroting, *definitief)),
            Notice::VervangingGevraagd { .. } => Some(Notice::VervangingBevestigd { buurtbegroting, vervanging: None }),
            Notice::VervangingBevestigd { .. } => Some(Notice::VervangingAfgewezen {
                buurtbegroting,
                vervanging: VervangingId(Uuid::nil()),
                reden: Some("https://evil.test".into()),
            }),
            Notice::VervangingAfgewezen { .. } => {
                Some(Notice::SleutelStand { buurtbegroting, stand: SleutelStand::Gemaakt })
            }
            Notice::SleutelStand { stand: SleutelStand::Gemaakt, .. } => {
                Some(Notice::SleutelStand { buurtbegroting, stand: SleutelStand::Beproefd })
            }
            Notice::SleutelStand { stand: SleutelStand::Beproefd, .. } => {
                let nieuws = KeeperNews::Wacht { tot: DateTime::default() };
                Some(Notice::BewaarderNieuws { buurtbegroting, nieuws })
            }
            Notice::BewaarderNieuws { nieuws, .. } => {
                Some(Notice::BewaarderNieuws { buurtbegroting, nieuws: next_news(nieuws)? })
            }
        }
    }

    fn next_left(buurtbegroting: BuurtbegrotingId, was_for_good: bool) -> Notice {
        if was_for_good {
            return Notice::VervangingGevraagd { buurtbegroting, vervanging: None };
        }
        Notice::PlanAfgeschermd { buurtbegroting, definitief: true }
    }

    fn withdrawn(buurtbegroting: BuurtbegrotingId) -> Notice {
        let (ingreep, door) = (IngreepId(Uuid::nil()), AccountId(Uuid::nil()));
        Notice::WeglatingIngetrokken { buurtbegroting, ingreep, terug: false, door }
    }

    fn next_news(after: &KeeperNews) -> Option<KeeperNews> {
        match after {
            KeeperNews::Wacht { .. } => Some(KeeperNews::Verlopen),
            KeeperNews::Verlopen => Some(KeeperNews::Beproefd),
            KeeperNews::Beproefd => Some(KeeperNews::ProbeerZelf),
            KeeperNews::ProbeerZelf => Some(KeeperNews::Vervangen),
            KeeperNews::Vervangen => None,
        }
    }

    /// Every kind of notice.
    pub(crate) fn kinds() -> Vec<Notice> {
        std::iter::successors(next(None), |last| next(Some(last))).collect()
    }

    // What the version before wrote is still sent.
    #[test]
    fn a_notice_without_its_request_is_read_as_well() {
        let id = Uuid::from_u128(7);
        let before = format!("{{\"soort\":\"vervanging_gevraagd\",\"buurtbegroting\":\"{id}\"}}");
        let read: Notice = serde_json::from_str(&before).unwrap();
        assert_eq!(read, Notice::VervangingGevraagd { buurtbegroting: BuurtbegrotingId(id), vervanging: None });
    }

    // finding 19, O-1
    #[test]
    fn only_who_confirmed_an_address_is_sent_what_people_typed() {
        let table: Vec<(&str, [Wording; 2])> = kinds()
            .iter()
            .map(|kind| (name(kind), [Receiver::Unconfirmed, Receiver::Confirmed].map(|who| kind.wording(who))))
            .collect();
        let expected = [
            ("account_bevestigen", [Wording::Fixed, Wording::Fixed]),
            ("account_bestaat_al", [Wording::Fixed, Wording::Personal]),
            ("wachtwoord_herstel", [Wording::Fixed, Wording::Personal]),
            ("wachtwoord_veranderd", [Wording::Fixed, Wording::Personal]),
            ("sessie_gestopt", [Wording::Fixed, Wording::Personal]),
            ("initiatief_bevestigen", [Wording::Fixed, Wording::Fixed]),
            ("initiatief_ontvangen", [Wording::Fixed, Wording::Personal]),
            ("initiatief_openbaar", [Wording::Fixed, Wording::Personal]),
            ("initiatief_nieuws", [Wording::Fixed, Wording::Personal]),
            ("bewaarder_benoemd", [Wording::Fixed, Wording::Personal]),
            ("deel_gevraagd", [Wording::Fixed, Wording::Personal]),
            ("weglating_gevraagd", [Wording::Fixed, Wording::Personal]),
            ("weglating_beantwoord", [Wording::Fixed, Wording::Personal]),
            ("weglating_vervangen", [Wording::Fixed, Wording::Personal]),
            ("weglating_ingetrokken", [Wording::Fixed, Wording::Personal]),
            ("plan_afgeschermd", [Wording::Fixed, Wording::Personal]),
            ("plan_afgeschermd", [Wording::Fixed, Wording::Personal]),
            ("vervanging_gevraagd", [Wording::Fixed, Wording::Personal]),
            ("vervanging_bevestigd", [Wording::Fixed, Wording::Personal]),
            ("vervanging_afgewezen", [Wording::Fixed, Wording::Personal]),
            ("sleutel_stand", [Wording::Fixed, Wording::Personal]),
            ("sleutel_stand", [Wording::Fixed, Wording::Personal]),
            ("bewaarder_nieuws", [Wording::Fixed, Wording::Personal]),
            ("bewaarder_nieuws", [Wording::Fixed, Wording::Personal]),
            ("bewaarder_nieuws", [Wording::Fixed, Wording::Personal]),
            ("bewaarder_nieuws", [Wording::Fixed, Wording::Personal]),
            ("bewaarder_nieuws", [Wording::Fixed, Wording::Personal]),
        ];
        assert_eq!(table, expected);
    }
}
