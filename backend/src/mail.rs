//! Writing and sending mails: plain text and HTML, by SMTP or into a folder. No text of a user stands in a subject, and
//! none at all in a mail to an address that nobody has confirmed.

use crate::account::links::{self, LinkKind};
use crate::account::store as accounts;
use crate::app::App;
use crate::buurtbegroting;
use crate::error::Error;
use crate::gebeurtenis;
use crate::ingreep::{self, Answered, Subject, Waiting};
use crate::initiatief::store::{self as initiatief, Initiatief};
use crate::jobs::after_stop;
use crate::outbox::{self, KeeperNews, Letter, Notice, Receiver, SleutelStand, Taken, Wording};
use crate::settings::BadSettings;
use crate::stembus;
use chrono::NaiveDate;
use contract::bewaarder::SleutelDoel;
use contract::ingreep::Veld;
use contract::initiatief::{GebeurtenisSoort, Zicht};
use contract::{BuurtbegrotingId, InitiatiefId, VervangingId};
use frontend::i18n::Lang;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

/// Longest that a mail server may take for one mail (SECURITY-RULES D-9).
const SMTP_TIME: Duration = Duration::from_secs(30);

/// How long the mail in hand may take once the server stops.
const LAST_MAIL: Duration = Duration::from_secs(10);

/// Where mails go.
#[derive(Debug)]
pub enum Mailer {
    /// To people.
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    /// To `.eml` files in a folder.
    Folder(PathBuf),
}

impl Mailer {
    /// As the settings say.
    ///
    /// # Errors
    /// When the SMTP address cannot be read, or the folder cannot be made.
    pub fn from_app(app: &App) -> Result<Self, BadSettings> {
        match &app.settings.smtp_url {
            Some(url) => {
                let mut transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose())
                    .map_err(|error| BadSettings(format!("setting smtp_url: {error}")))?;
                if let Some(file) = &app.settings.smtp_ca {
                    let tls = own_authority(url.expose(), file)?;
                    // A server of `smtps` speaks nothing but TLS, so there is nothing to start it with.
                    let is_wrapped = url.expose().starts_with("smtps://");
                    transport = transport.tls(if is_wrapped { Tls::Wrapper(tls) } else { Tls::Required(tls) });
                }
                Ok(Self::Smtp(Box::new(transport.build())))
            }
            None => {
                let folder = app.settings.mail_folder();
                crate::files::private_folder(&folder)
                    .map_err(|error| BadSettings(format!("{}: {error}", folder.display())))?;
                Ok(Self::Folder(folder))
            }
        }
    }

    async fn send(&self, id: Uuid, message: Message) -> Result<(), String> {
        match self {
            Self::Smtp(transport) => match tokio::time::timeout(SMTP_TIME, transport.send(message)).await {
                Ok(sent) => sent.map(|_sent| ()).map_err(|error| error.to_string()),
                Err(_elapsed) => Err("the mail server did not answer in time".to_owned()),
            },
            Self::Folder(folder) => {
                let file = folder.join(format!("{id}.eml"));
                tokio::fs::write(file, message.formatted()).await.map_err(|error| error.to_string())
            }
        }
    }
}

/// TLS that also trusts the certificates in a file: for a mail server inside the municipality's own network.
fn own_authority(url: &str, file: &Path) -> Result<TlsParameters, BadSettings> {
    let bad = |error: String| BadSettings(format!("setting smtp_ca: {}: {error}", file.display()));
    let pem = std::fs::read(file).map_err(|error| bad(error.to_string()))?;
    let authority = Certificate::from_pem(&pem).map_err(|error| bad(error.to_string()))?;
    let after = url.rsplit_once('@').or_else(|| url.split_once("://")).map_or(url, |(_, after)| after);
    let host = after.split([':', '/', '?']).next().unwrap_or_default().to_owned();
    TlsParameters::builder(host).add_root_certificate(authority).build().map_err(|error| bad(error.to_string()))
}

/// Sends everything that is due; gives how many were sent.
///
/// # Errors
/// When the database is away.
pub async fn deliver(app: &App, mailer: &Mailer) -> Result<usize, Error> {
    let (_nobody_stops, stop) = watch::channel(false);
    deliver_until(app, mailer, &stop).await
}

/// The same, until the server stops: then no other mail is begun with, and the one in hand has a moment more. What is not sent
/// by then is given back as it was, for whoever starts next.
///
/// # Errors
/// When the database is away.
pub async fn deliver_until(app: &App, mailer: &Mailer, stop: &watch::Receiver<bool>) -> Result<usize, Error> {
    let mut sent = 0;
    loop {
        let stops = *stop.borrow();
        if stops {
            return Ok(sent);
        }
        let tx = app.begin().await?;
        let taken = outbox::take(&tx, app).await?;
        tx.commit().await?;
        let Some(row) = taken else { return Ok(sent) };
        match write(app, &row).await {
            Ok(message) => match in_hand(mailer.send(row.id, message), stop).await {
                Some(Ok(())) => {
                    let tx = app.begin().await?;
                    outbox::sent(&tx, app, row.id).await?;
                    tx.commit().await?;
                    sent += 1;
                }
                Some(Err(error)) => put_back(app, &row, &error).await?,
                None => {
                    give_back(app, &row).await?;
                    return Ok(sent);
                }
            },
            Err(error) => put_back(app, &row, &error.to_string()).await?,
        }
    }
}

/// Waits for a mail that is being sent, and no longer than there is: nothing when the server stops first.
async fn in_hand(
    sending: impl Future<Output = Result<(), String>>,
    stop: &watch::Receiver<bool>,
) -> Option<Result<(), String>> {
    tokio::select! {
        // In this order: what went out at the last moment is not sent again.
        biased;
        came = sending => Some(came),
        () = after_stop(stop.clone(), LAST_MAIL) => None,
    }
}

async fn give_back(app: &App, row: &Taken) -> Result<(), Error> {
    tracing::info!(outbox.id = %row.id, "the server stops, and whoever starts next sends this mail");
    let tx = app.begin().await?;
    outbox::give_back(&tx, row).await?;
    tx.commit().await?;
    Ok(())
}

/// What a mail server said, without the addresses in it: as a rule it repeats to whom the mail was, and a log names nobody.
fn without_addresses(said: &str) -> String {
    // No address holds one of these, unless it is quoted.
    let parts_words = |sign: char| sign.is_whitespace() || "<>()[],;".contains(sign);
    let words = said.split_inclusive(parts_words).map(|part| {
        let word = part.trim_end_matches(parts_words);
        let end = part.strip_prefix(word).unwrap_or_default();
        if word.contains('@') { format!("<adres>{end}") } else { part.to_owned() }
    });
    words.collect::<String>().replace("<<adres>>", "<adres>")
}

/// The one place that tells of a mail that was not sent.
async fn put_back(app: &App, row: &Taken, error: &str) -> Result<(), Error> {
    let said = without_addresses(error);
    tracing::warn!(outbox.id = %row.id, attempt = row.pogingen, error = said.as_str(), "a mail could not be sent");
    let tx = app.begin().await?;
    outbox::failed(&tx, app, row).await?;
    tx.commit().await?;
    Ok(())
}

/// A mail before it has an address.
#[derive(Debug, PartialEq, Eq)]
struct Text {
    subject: String,
    body: String,
    /// What to press, and where it leads.
    button: Option<(String, String)>,
}

async fn write(app: &App, row: &Taken) -> Result<Message, Error> {
    let odd = |what: String| Error::Internal(format!("outbox {}: {what}", row.id));
    let letter: Letter = serde_json::from_str(&row.gegevens).map_err(|error| odd(error.to_string()))?;
    let lang = Lang::default();
    let wording = letter.notice.wording(receiver(app, &letter).await?);
    let text = compose(lang, &letter.notice, wording, look_up(app, lang, &letter).await?);
    let naam = wording.typed(&row.naam);
    let greeting = naam.map_or_else(|| lang.mail_greeting_zonder_naam().to_owned(), |naam| lang.mail_greeting(naam));
    let closing = lang.mail_closing(&app.settings.gemeente);
    let (plain, html) = layout(&greeting, &text, &closing);
    let from: Mailbox = app.settings.mail_from.parse().map_err(|_checked| odd("mail_from".into()))?;
    let address = row.email.parse().map_err(|_not_an_address| odd("address".into()))?;
    let host = app.settings.base_url.rsplit('/').next().unwrap_or("wijkkoers").replace(':', ".");
    Message::builder()
        .message_id(Some(format!("<{}@{host}>", row.id)))
        .from(from)
        .to(Mailbox::new(naam.map(str::to_owned), address))
        .subject(text.subject)
        .multipart(MultiPart::alternative_plain_html(plain, html))
        .map_err(|error| odd(error.to_string()))
}

/// Whether whoever reads this address ever said that it is theirs: with an account by the link in a mail, as a guest by
/// the link that hands their initiatief in.
async fn receiver(app: &App, letter: &Letter) -> Result<Receiver, Error> {
    let is_confirmed = match (letter.account, letter.notice.initiatief()) {
        (Some(id), _) => accounts::find(app.reader(), id).await?.bevestigd_at.is_some(),
        (None, Some(id)) => initiatief::find(app.reader(), id).await?.row.ingediend_at.is_some(),
        (None, None) => false,
    };
    Ok(if is_confirmed { Receiver::Confirmed } else { Receiver::Unconfirmed })
}

fn layout(greeting: &str, text: &Text, closing: &str) -> (String, String) {
    let (button, html_button) = match &text.button {
        Some((label, url)) => {
            (format!("{label}:\n{url}\n\n"), format!("<p><a href=\"{}\">{}</a></p>", escape(url), escape(label)))
        }
        None => (String::new(), String::new()),
    };
    let plain = format!("{greeting}\n\n{}\n\n{button}{closing}\n", text.body);
    let paragraphs: String = text.body.split("\n\n").map(|part| format!("<p>{}</p>", escape(part))).collect();
    let html = format!(
        "<!doctype html><html lang=\"nl\"><body><p>{}</p>{paragraphs}{html_button}<p>{}</p></body></html>",
        escape(greeting),
        escape(closing)
    );
    (plain, html)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\n', "<br>")
}

/// What a mail needs beside its notice.
#[derive(Debug, Default)]
struct Facts {
    /// Title of the initiatief that it is about, as somebody typed it.
    titel: String,
    /// What to press, in words of ours, and where it leads.
    button: Option<(String, String)>,
    /// Whether this receiver may ask for a second look.
    may_ask: bool,
    /// Who sees what was handed in, in words of ours.
    who_sees_it: String,
    /// The moment that it is about, in words of ours.
    moment: String,
    /// The letter that it is about, in words of ours.
    brief: String,
    /// What was said, as it stands in the timeline when this is sent; nothing when that was taken away meanwhile.
    said: Option<String>,
    /// The number of that letter: the subject tells it.
    nummer: Option<i64>,
    /// The plans that it is about, in a sentence of ours.
    over: Option<String>,
    /// Where it stands otherwise, in a sentence of ours.
    elsewhere: Option<String>,
    /// Whether what was asked was answered or withdrawn before this is sent.
    is_over: bool,
    /// A subject of ours that tells how much there is.
    subject: Option<String>,
    /// The colleague who did what it is about, by the name that they typed; empty when we do not know.
    collega: String,
}

/// Looks up what a mail needs. Secret links are made here, at the last moment, and stored only as hashes.
async fn look_up(app: &App, lang: Lang, letter: &Letter) -> Result<Facts, Error> {
    let base = &app.settings.base_url;
    let account = || letter.account.map(|id| id.0).ok_or_else(|| Error::Internal("a letter without account".into()));
    let to = |label: &str, url: String| Facts { button: Some((label.to_owned(), url)), ..Facts::default() };
    Ok(match &letter.notice {
        Notice::AccountBevestigen => {
            let secret = secret(app, LinkKind::Account, account()?).await?;
            to(lang.mail_account_bevestigen_button(), format!("{base}/bevestigen/account/{secret}"))
        }
        Notice::AccountBestaatAl => to(lang.mail_account_bestaat_al_button(), format!("{base}/inloggen")),
        Notice::WachtwoordHerstel => {
            let secret = secret(app, LinkKind::Wachtwoord, account()?).await?;
            to(lang.mail_wachtwoord_herstel_button(), format!("{base}/wachtwoord-nieuw/{secret}"))
        }
        Notice::WachtwoordVeranderd => Facts::default(),
        Notice::SessieGestopt => to(lang.mail_sessie_gestopt_button(), format!("{base}/wachtwoord-vergeten")),
        Notice::InitiatiefBevestigen { initiatief } => {
            let secret = secret(app, LinkKind::Initiatief, initiatief.0).await?;
            to(lang.mail_initiatief_bevestigen_button(), format!("{base}/bevestigen/initiatief/{secret}"))
        }
        Notice::InitiatiefOntvangen { initiatief: id, .. } => {
            let found = initiatief::find(app.reader(), *id).await?;
            let (button, who_sees_it) = (page_of(app, lang, &found), who_sees(lang, &found));
            Facts { titel: found.row.titel, button, who_sees_it, ..Facts::default() }
        }
        Notice::InitiatiefOpenbaar { initiatief: id } => {
            let found = initiatief::find(app.reader(), *id).await?;
            Facts { button: page_of(app, lang, &found), titel: found.row.titel, ..Facts::default() }
        }
        Notice::InitiatiefNieuws { initiatief: id, gebeurtenis, tekst, antwoorden } => {
            let said = match tekst {
                Some(said) if gebeurtenis::says(app.databases().primary(), *id, said).await? => Some(said.clone()),
                Some(_) | None => None,
            };
            Facts { said, ..about(app, lang, *id, *gebeurtenis, *antwoorden).await? }
        }
        Notice::BewaarderBenoemd { buurtbegroting } | Notice::DeelGevraagd { buurtbegroting, .. } => {
            about_key(app, lang, *buurtbegroting, None).await?
        }
        Notice::BewaarderNieuws { buurtbegroting: id, nieuws } => about_key(app, lang, *id, Some(*nieuws)).await?,
        Notice::WeglatingGevraagd { buurtbegroting, .. }
        | Notice::WeglatingBeantwoord { buurtbegroting, .. }
        | Notice::WeglatingVervangen { buurtbegroting, .. }
        | Notice::WeglatingIngetrokken { buurtbegroting, .. } => {
            about_leaving_out(app, lang, *buurtbegroting, &letter.notice).await?
        }
        Notice::PlanAfgeschermd { buurtbegroting, .. } => about_shielded(app, lang, *buurtbegroting).await?,
        Notice::VervangingGevraagd { buurtbegroting, vervanging } => {
            about_letter(app, lang, *buurtbegroting, (*vervanging, Reader::Confirms)).await?
        }
        Notice::VervangingBevestigd { buurtbegroting, vervanging } => {
            about_letter(app, lang, *buurtbegroting, (*vervanging, Reader::Asked)).await?
        }
        Notice::VervangingAfgewezen { buurtbegroting, vervanging, .. } => {
            about_letter(app, lang, *buurtbegroting, (Some(*vervanging), Reader::Asked)).await?
        }
        Notice::SleutelStand { buurtbegroting, .. } => about_round(app, lang, *buurtbegroting).await?,
    })
}

/// What a mail about a request to leave something out, or to put it back, needs: of which round, what it is about, how much waits
/// or why the answer was no, and the way to its page.
async fn about_leaving_out(app: &App, lang: Lang, id: BuurtbegrotingId, notice: &Notice) -> Result<Facts, Error> {
    let db = app.reader();
    let titel = buurtbegroting::look(db, app, id).await?.titel;
    let page = format!("{}/werk/weglaten/{id}", app.settings.base_url);
    // Who asked comes to the card of what they asked.
    let to = |card: String| Some((lang.mail_weglating_button().to_owned(), format!("{page}?open={card}#{card}")));
    let button = Some((lang.mail_weglating_button().to_owned(), page.clone()));
    let facts = Facts { titel, button, ..Facts::default() };
    if let Notice::WeglatingGevraagd { terug, .. } = notice {
        let waiting = ingreep::waiting_about(db, id, terug.is_some()).await?;
        let (over, subject) = (about_plans(lang, &waiting.about, None), how_much(lang, &waiting, terug.is_some()));
        return Ok(Facts { over, is_over: subject.is_none(), subject, ..facts });
    }
    if let Notice::WeglatingVervangen { ingreep: own, door, .. } = notice {
        let replaced = ingreep::about(db, id, *own).await?;
        let over = about_plans(lang, &replaced.about, Some(replaced.veld));
        return Ok(Facts { over, collega: accounts::find(db, *door).await?.naam, ..facts });
    }
    if let Notice::WeglatingIngetrokken { ingreep: own, door, .. } = notice {
        let withdrawn = ingreep::about(db, id, *own).await?;
        let over = about_plans(lang, &withdrawn.about, Some(withdrawn.veld));
        let (collega, button) = (accounts::find(db, *door).await?.naam, to(format!("ingreep-{own}")));
        return Ok(Facts { over, collega, button, ..facts });
    }
    let Notice::WeglatingBeantwoord { ingreep: Some(own), bevestigd, terug, .. } = notice else { return Ok(facts) };
    let answered = ingreep::about(db, id, *own).await?;
    let is_refused = !bevestigd && !terug;
    let card = if is_refused { format!("geweigerd-{own}") } else { format!("ingreep-{own}") };
    Ok(Facts {
        over: about_plans(lang, &answered.about, Some(answered.veld)),
        said: answered.why_not.clone().filter(|_| !bevestigd),
        elsewhere: elsewhere(app, lang, &answered, (*bevestigd, *terug)),
        button: to(card),
        ..facts
    })
}

/// What a mail about a plan that left a ballot needs: of which round, and the way to what was left out there.
async fn about_shielded(app: &App, lang: Lang, id: BuurtbegrotingId) -> Result<Facts, Error> {
    let titel = buurtbegroting::look(app.reader(), app, id).await?.titel;
    let page = format!("{}/werk/weglaten/{id}", app.settings.base_url);
    Ok(Facts { titel, button: Some((lang.mail_plan_afgeschermd_button().to_owned(), page)), ..Facts::default() })
}

/// Where what was answered stands otherwise, and what there is to do about that: a yes about a plan takes nothing out of the initiatief
/// behind it, and who hears no can ask again.
fn elsewhere(app: &App, lang: Lang, answered: &Answered, (is_yes, is_back): (bool, bool)) -> Option<String> {
    let there = |initiatief: InitiatiefId| format!("{}/werk/weglaten/{initiatief}", app.settings.base_url);
    match (is_yes, is_back) {
        (true, true) => return None,
        (true, false) => return answered.still.map(|initiatief| lang.mail_weglating_ja_elders(there(initiatief))),
        // It stays out of the plan alone: the initiatief says it.
        (false, true) => {
            return answered.still.map(|initiatief| lang.mail_weglating_nee_terug_elders(there(initiatief)));
        }
        (false, false) => {}
    }
    let gone = answered.is_gone_from_initiatief.then(|| lang.mail_weglating_nee_elders().to_owned());
    Some(gone.into_iter().chain([lang.mail_weglating_nee_opnieuw().to_owned()]).collect::<Vec<_>>().join(" "))
}

/// What stands above a mail to the stembureau: how much waits. Nothing when all of it was answered or withdrawn meanwhile.
fn how_much(lang: Lang, waiting: &Waiting, is_back: bool) -> Option<String> {
    let all = waiting.texts.saturating_add(waiting.photos);
    let what = lang.texts_and_photos(waiting.texts, waiting.photos);
    let subject = || {
        if is_back {
            lang.mail_weglating_terug_number(all, &what)
        } else {
            lang.mail_weglating_gevraagd_number(all, &what)
        }
    };
    (all > 0).then(subject)
}

/// Which plans of a vote something is about, in a sentence, and which text of it; nothing when that is not known.
fn about_plans(lang: Lang, about: &BTreeSet<Subject>, veld: Option<Veld>) -> Option<String> {
    let name = |subject: &Subject| match (subject, veld) {
        (Subject::Plan(number), Some(Veld::Beeld)) => lang.mail_weglating_over_foto(number),
        (Subject::Plan(number), Some(veld)) => lang.mail_weglating_over_deel(lang.veld(veld), number),
        (Subject::Plan(number), None) => lang.mail_weglating_over_plan(number),
        (Subject::Vote, _) => lang.mail_weglating_over_stemming().to_owned(),
    };
    let names: Vec<String> = about.iter().map(name).collect();
    let (last, first) = names.split_last()?;
    let all = if first.is_empty() { last.clone() } else { lang.mail_weglating_over_en(first.join(", "), last) };
    Some(lang.mail_weglating_over_body(all))
}

/// What a mail to the stembureau needs: of which round, when its vote begins, and the way to its page.
async fn about_round(app: &App, lang: Lang, id: BuurtbegrotingId) -> Result<Facts, Error> {
    let round = buurtbegroting::look(app.reader(), app, id).await?;
    let page = format!("{}/buurtbegrotingen/{id}", app.settings.base_url);
    let button = Some((lang.mail_vervanging_button().to_owned(), page));
    let moment = frontend::format::moment_and_time(lang, round.planning.stemmen_vanaf);
    Ok(Facts { titel: round.titel, button, moment, ..Facts::default() })
}

/// Who reads a mail about a letter that is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// Who may confirm it: who asked is named, and the button leads to the request.
    Confirms,
    /// Who asked for it: who answered is named.
    Asked,
}

/// What a mail needs about a letter that is replaced: which, the colleague, and until when that can be confirmed. A number on a
/// letter tells nobody its code.
async fn about_letter(
    app: &App,
    lang: Lang,
    round: BuurtbegrotingId,
    (id, reader): (Option<VervangingId>, Reader),
) -> Result<Facts, Error> {
    let mut facts = about_round(app, lang, round).await?;
    if reader == Reader::Confirms {
        let label = lang.mail_vervanging_button_form().to_owned();
        facts.button = facts.button.map(|(_, page)| (label, format!("{page}#wachtende-brieven")));
    }
    let Some(id) = id else {
        let (brief, moment) = (lang.mail_vervanging_een_brief().to_owned(), lang.mail_vervanging_een_dag().to_owned());
        return Ok(Facts { brief, moment, ..facts });
    };
    let request = stembus::about_request(app, id).await?;
    let collega = match reader {
        Reader::Confirms => request.asked,
        Reader::Asked => request.answered.unwrap_or_default(),
    };
    let moment = frontend::format::moment_and_time(lang, request.until);
    let (brief, nummer) = (lang.mail_vervanging_brief(request.nummer), Some(request.nummer));
    Ok(Facts { brief, nummer, collega, moment, ..facts })
}

/// What a mail to a custodian needs: of which round, when it matters, and the way to their page.
async fn about_key(app: &App, lang: Lang, id: BuurtbegrotingId, news: Option<KeeperNews>) -> Result<Facts, Error> {
    let round = buurtbegroting::look(app.reader(), app, id).await?;
    let page = format!("{}/buurtbegrotingen/{id}/bewaren", app.settings.base_url);
    let (moment, url) = match news {
        None => (Some(round.planning.stemmen_vanaf), Some(page)),
        Some(KeeperNews::Wacht { tot }) => (Some(tot), Some(page)),
        // There it says that nobody came.
        Some(KeeperNews::Verlopen) => (None, Some(format!("{page}?ingeleverd=ja"))),
        Some(KeeperNews::Beproefd | KeeperNews::ProbeerZelf) => (Some(round.planning.stemmen_tot), Some(page)),
        Some(KeeperNews::Vervangen) => (None, None),
    };
    let moment = moment.map(|at| frontend::format::moment_and_time(lang, at)).unwrap_or_default();
    let button = url.map(|url| (lang.mail_bewaarder_button().to_owned(), url));
    Ok(Facts { titel: round.titel, button, moment, ..Facts::default() })
}

async fn about(
    app: &App,
    lang: Lang,
    id: InitiatiefId,
    what: GebeurtenisSoort,
    is_question: bool,
) -> Result<Facts, Error> {
    let found = initiatief::find(app.reader(), id).await?;
    let button = if is_question && found.owner.is_none() {
        let secret = secret(app, LinkKind::Antwoord, id.0).await?;
        let to = format!("{}/antwoorden/{secret}", app.settings.base_url);
        Some((lang.mail_initiatief_antwoord_button().to_owned(), to))
    } else {
        page_of(app, lang, &found)
    };
    let may_ask = what == GebeurtenisSoort::NietToegelaten && buurtbegroting::can_ask_again(app, id).await?;
    Ok(Facts { titel: found.row.titel, button, may_ask, ..Facts::default() })
}

/// The page on which its initiator can follow an initiatief. Of what is not public, a guest has none.
fn page_of(app: &App, lang: Lang, found: &Initiatief) -> Option<(String, String)> {
    let base = &app.settings.base_url;
    if found.row.openbaar {
        return Some((lang.mail_initiatief_button().into(), format!("{base}/initiatieven/{}", found.id)));
    }
    found.owner.map(|_| (lang.mail_initiatief_mijn_button().into(), format!("{base}/mijn/initiatieven/{}", found.id)))
}

fn who_sees(lang: Lang, found: &Initiatief) -> String {
    match (found.zicht, found.shown_from()) {
        (Zicht::Wacht, Some(at)) => lang.mail_initiatief_ontvangen_wacht(frontend::format::moment(lang, at)),
        (Zicht::Open, _) if found.row.openbaar => lang.mail_initiatief_ontvangen_openbaar().to_owned(),
        (Zicht::Open | Zicht::Wacht, _) => lang.mail_initiatief_ontvangen_pagina().to_owned(),
        // A guest has no page on which to read it.
        (Zicht::Afgeschermd, _) if found.owner.is_none() => {
            lang.mail_initiatief_ontvangen_afgeschermd_gast().to_owned()
        }
        (Zicht::Afgeschermd, _) => lang.mail_initiatief_ontvangen_afgeschermd().to_owned(),
    }
}

/// What a notice says; what people typed comes in through `wording` alone.
fn compose(lang: Lang, notice: &Notice, wording: Wording, facts: Facts) -> Text {
    let titel = wording.typed(&facts.titel);
    let (round, moment) = (titel.unwrap_or_default(), facts.moment.as_str());
    let (subject, body) = match notice {
        Notice::AccountBevestigen => {
            (lang.mail_account_bevestigen_subject(), lang.mail_account_bevestigen_body().to_owned())
        }
        Notice::AccountBestaatAl => {
            (lang.mail_account_bestaat_al_subject(), lang.mail_account_bestaat_al_body().to_owned())
        }
        Notice::WachtwoordHerstel => {
            (lang.mail_wachtwoord_herstel_subject(), lang.mail_wachtwoord_herstel_body().to_owned())
        }
        Notice::WachtwoordVeranderd => {
            (lang.mail_wachtwoord_veranderd_subject(), lang.mail_wachtwoord_veranderd_body().to_owned())
        }
        Notice::SessieGestopt => (lang.mail_sessie_gestopt_subject(), lang.mail_sessie_gestopt_body().to_owned()),
        Notice::InitiatiefBevestigen { .. } => {
            (lang.mail_initiatief_bevestigen_subject(), lang.mail_initiatief_bevestigen_body().to_owned())
        }
        Notice::InitiatiefOntvangen { antwoord_on, .. } => {
            let thanks = received(lang, *antwoord_on, titel);
            (lang.mail_initiatief_ontvangen_subject(), format!("{thanks}\n\n{}", facts.who_sees_it))
        }
        Notice::InitiatiefOpenbaar { .. } => (lang.mail_initiatief_openbaar_subject(), shown(lang, titel)),
        Notice::BewaarderBenoemd { .. } => {
            (lang.mail_bewaarder_benoemd_subject(), lang.mail_bewaarder_benoemd_body(moment, round))
        }
        Notice::DeelGevraagd { doel, .. } => to_keeper(lang, *doel, (round, moment)),
        Notice::BewaarderNieuws { nieuws, .. } => news_of_key(lang, *nieuws, (round, moment)),
        Notice::WeglatingGevraagd { terug, .. } => {
            let why = terug.as_deref().map(|why| wording.typed(why).unwrap_or_default());
            asked_of_stembureau(lang, round, (facts.is_over, why))
        }
        Notice::WeglatingBeantwoord { bevestigd, ingreep, terug, .. } => {
            let why = facts.said.as_deref().and_then(|why| wording.typed(why));
            answered(lang, (*bevestigd, ingreep.map(|_| *terug)), round, why)
        }
        Notice::WeglatingVervangen { terug, verlopen, .. } => {
            replaced(lang, (*terug, *verlopen), (colleague(lang, wording, &facts), round))
        }
        Notice::PlanAfgeschermd { definitief, .. } => left_ballot(lang, *definitief, round),
        Notice::WeglatingIngetrokken { terug, .. } => {
            withdrawn(lang, *terug, (colleague(lang, wording, &facts), round))
        }
        Notice::VervangingGevraagd { .. } => letter_asked(lang, (wording, &facts), round),
        Notice::VervangingBevestigd { .. } => letter_confirmed(lang, (wording, &facts), round),
        Notice::VervangingAfgewezen { reden, .. } => {
            let body = letter_refused(lang, (wording, &facts), round, reden.as_deref());
            (lang.mail_vervanging_afgewezen_subject(), body)
        }
        Notice::SleutelStand { stand, .. } => state_of_key(lang, *stand, (round, moment)),
        Notice::InitiatiefNieuws { gebeurtenis, .. } => {
            let said = facts.said.as_deref().and_then(|said| wording.typed(said));
            let body = news(lang, lang.gebeurtenis(*gebeurtenis), titel, said);
            let more =
                if facts.may_ask { format!("\n\n{}", lang.mail_initiatief_heroverweging()) } else { String::new() };
            (lang.mail_initiatief_nieuws_subject(), body + &more)
        }
    };
    with_more(lang, (subject, body), facts)
}

/// What was composed, with what else there is to say, and with a subject that tells how much there is.
fn with_more(lang: Lang, (subject, body): (&str, String), facts: Facts) -> Text {
    let more = facts.elsewhere.into_iter().chain(facts.over);
    let body = more.fold(body, |body, more| format!("{body}\n\n{more}"));
    let subject = facts.subject.unwrap_or_else(|| with_number(lang, subject, facts.nummer));
    Text { subject, body, button: facts.button }
}

/// A subject with the number of the letter that it is about: with more than one mail a day they are told apart.
fn with_number(lang: Lang, subject: &str, nummer: Option<i64>) -> String {
    nummer.map_or_else(|| subject.to_owned(), |nummer| lang.mail_vervanging_subject(nummer, subject))
}

/// To the stembureau, that a plan is not read on its ballot any more, and whether that can be otherwise again.
fn left_ballot(lang: Lang, is_for_good: bool, round: &str) -> (&'static str, String) {
    if is_for_good {
        return (lang.mail_plan_weg_subject(), lang.mail_plan_weg_body(round));
    }
    (lang.mail_plan_afgeschermd_subject(), lang.mail_plan_afgeschermd_body(round))
}

/// To the stembureau, that a colleague asks for another letter.
fn letter_asked(lang: Lang, (wording, facts): (Wording, &Facts), round: &str) -> (&'static str, String) {
    let by = colleague(lang, wording, facts);
    let body = lang.mail_vervanging_gevraagd_body(&facts.brief, by, &facts.moment, round);
    (lang.mail_vervanging_gevraagd_subject(), body)
}

/// To who asked for another letter, that a colleague confirmed it.
fn letter_confirmed(lang: Lang, (wording, facts): (Wording, &Facts), round: &str) -> (&'static str, String) {
    let body = lang.mail_vervanging_bevestigd_body(&facts.brief, colleague(lang, wording, facts), round);
    (lang.mail_vervanging_bevestigd_subject(), body)
}

/// To who asked for another letter, that a colleague refused it.
fn letter_refused(lang: Lang, (wording, facts): (Wording, &Facts), round: &str, why: Option<&str>) -> String {
    let told = lang.mail_vervanging_afgewezen_body(&facts.brief, colleague(lang, wording, facts), round);
    match why.and_then(|why| wording.typed(why)) {
        Some(why) => format!("{told}\n\n{}", lang.mail_vervanging_afgewezen_why(why)),
        None => told,
    }
}

/// The colleague who did something, by name where one may stand in this mail.
fn colleague(lang: Lang, wording: Wording, facts: &Facts) -> &str {
    wording.typed(&facts.collega).filter(|naam| !naam.is_empty()).unwrap_or_else(|| lang.mail_vervanging_collega())
}

/// To the wijkteam, that the stembureau said yes or no to what it asked: to put something back, or to leave it out; and why not.
/// An earlier version did not note which.
fn answered(lang: Lang, (yes, back): (bool, Option<bool>), titel: &str, why: Option<&str>) -> (&'static str, String) {
    let (subject, body) = match (yes, back) {
        (true, None) => (lang.mail_weglating_ja_subject(), lang.mail_weglating_ja_body(titel)),
        (true, Some(true)) => (lang.mail_weglating_ja_terug_subject(), lang.mail_weglating_ja_terug_body(titel)),
        (true, Some(false)) => (lang.mail_weglating_ja_weglaten_subject(), lang.mail_weglating_ja_weglaten_body(titel)),
        (false, None) => (lang.mail_weglating_nee_subject(), lang.mail_weglating_nee_body(titel)),
        (false, Some(true)) => (lang.mail_weglating_nee_terug_subject(), lang.mail_weglating_nee_terug_body(titel)),
        (false, Some(false)) => {
            (lang.mail_weglating_nee_weglaten_subject(), lang.mail_weglating_nee_weglaten_body(titel))
        }
    };
    if yes {
        return (subject, body);
    }
    let why = why.map_or_else(|| lang.mail_weglating_nee_page().to_owned(), |why| lang.mail_weglating_nee_why(why));
    (subject, format!("{body}\n\n{why}"))
}

/// To the stembureau, how far the custodians are with the key.
fn state_of_key(lang: Lang, stand: SleutelStand, (titel, moment): (&str, &str)) -> (&'static str, String) {
    match stand {
        SleutelStand::Gemaakt => (lang.mail_sleutel_gemaakt_subject(), lang.mail_sleutel_gemaakt_body(moment, titel)),
        SleutelStand::Beproefd => {
            (lang.mail_sleutel_beproefd_subject(), lang.mail_sleutel_beproefd_body(moment, titel))
        }
    }
}

/// To who asked something of a vote, that a colleague asks more of the same: `back` when it was asked to put something back,
/// `expired` when what was asked is destroyed.
fn replaced(lang: Lang, (back, expired): (bool, bool), (collega, titel): (&str, &str)) -> (&'static str, String) {
    if expired {
        (lang.mail_weglating_vervangen_verlopen_subject(), lang.mail_weglating_vervangen_verlopen_body(collega, titel))
    } else if back {
        (lang.mail_weglating_vervangen_terug_subject(), lang.mail_weglating_vervangen_terug_body(collega, titel))
    } else {
        (lang.mail_weglating_vervangen_subject(), lang.mail_weglating_vervangen_body(collega, titel))
    }
}

/// To who asked something of a vote, that a colleague withdrew it; `back` when it was asked to put something back.
fn withdrawn(lang: Lang, back: bool, (collega, titel): (&str, &str)) -> (&'static str, String) {
    if back {
        (lang.mail_weglating_ingetrokken_terug_subject(), lang.mail_weglating_ingetrokken_terug_body(collega, titel))
    } else {
        (lang.mail_weglating_ingetrokken_subject(), lang.mail_weglating_ingetrokken_body(collega, titel))
    }
}

/// To a stembureau that something waits for, or did and is over; `back` is why it would be put back, when that is asked.
fn asked_of_stembureau(lang: Lang, titel: &str, (is_over, back): (bool, Option<&str>)) -> (&'static str, String) {
    if is_over {
        return (lang.mail_weglating_klaar_subject(), lang.mail_weglating_klaar_body(titel));
    }
    let Some(why) = back else {
        return (lang.mail_weglating_gevraagd_subject(), lang.mail_weglating_gevraagd_body(titel));
    };
    let body = lang.mail_weglating_terug_body(titel);
    let why = if why.is_empty() { String::new() } else { format!("\n\n{}", lang.mail_weglating_terug_why(why)) };
    (lang.mail_weglating_terug_subject(), body + &why)
}

/// To a custodian whose part is asked for.
fn to_keeper(lang: Lang, doel: SleutelDoel, (titel, moment): (&str, &str)) -> (&'static str, String) {
    match doel {
        SleutelDoel::Proef => (lang.mail_deel_proef_subject(), lang.mail_deel_proef_body(moment, titel)),
        SleutelDoel::Telling => (lang.mail_deel_telling_subject(), lang.mail_deel_telling_body(titel)),
        SleutelDoel::Natelling => (lang.mail_deel_natelling_subject(), lang.mail_deel_natelling_body(titel)),
    }
}

/// To a custodian, of what happened with the key.
fn news_of_key(lang: Lang, news: KeeperNews, (titel, moment): (&str, &str)) -> (&'static str, String) {
    match news {
        KeeperNews::Wacht { .. } => {
            (lang.mail_bewaarder_wacht_subject(), lang.mail_bewaarder_wacht_body(moment, titel))
        }
        KeeperNews::Verlopen => (lang.mail_bewaarder_verlopen_subject(), lang.mail_bewaarder_verlopen_body(titel)),
        KeeperNews::Beproefd => {
            (lang.mail_bewaarder_beproefd_subject(), lang.mail_bewaarder_beproefd_body(moment, titel))
        }
        KeeperNews::ProbeerZelf => {
            (lang.mail_bewaarder_probeer_subject(), lang.mail_bewaarder_probeer_body(moment, titel))
        }
        KeeperNews::Vervangen => (lang.mail_bewaarder_vervangen_subject(), lang.mail_bewaarder_vervangen_body(titel)),
    }
}

fn received(lang: Lang, day: NaiveDate, titel: Option<&str>) -> String {
    let day = frontend::format::day(lang, day);
    match titel {
        Some(titel) => lang.mail_initiatief_ontvangen_body(day, titel),
        None => lang.mail_initiatief_ontvangen_body_zonder_titel(day),
    }
}

fn shown(lang: Lang, titel: Option<&str>) -> String {
    match titel {
        Some(titel) => lang.mail_initiatief_openbaar_body(titel),
        None => lang.mail_initiatief_openbaar_body_zonder_titel().to_owned(),
    }
}

fn news(lang: Lang, happened: &str, titel: Option<&str>, said: Option<&str>) -> String {
    match (titel, said) {
        (Some(titel), Some(said)) => lang.mail_initiatief_nieuws_met_tekst(happened, said, titel),
        (Some(titel), None) => lang.mail_initiatief_nieuws(happened, titel),
        (None, _) => lang.mail_initiatief_nieuws_zonder_titel(happened),
    }
}

async fn secret(app: &App, kind: LinkKind, object: Uuid) -> Result<String, Error> {
    let tx = app.begin().await?;
    let secret = links::make(&tx, app, kind, object).await?;
    tx.commit().await?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text_in_a_mail() {
        let text = Text {
            subject: "Nieuws".into(),
            body: "Titel: <script>alert(1)</script>\n\n\"En\" & meer".into(),
            button: Some(("Bekijk".into(), "https://wijk.example/a?b=1&c=\"".into())),
        };
        let (plain, html) = layout("Beste <b>Jan</b>", &text, "Groet");
        assert!(plain.contains("<script>alert(1)</script>"), "plain text needs no escape");
        assert!(!html.contains("<script>") && !html.contains("<b>"));
        assert!(html.contains("c=&quot;"));
    }

    // A log names nobody: whatever a mail server says, and however it writes an address.
    #[test]
    fn no_address_of_what_a_mail_server_said_is_logged() {
        for (said, logged) in [
            ("the mail server did not answer in time", "the mail server did not answer in time"),
            (
                "permanent error (550): 5.1.1 <jan@example.nl>: Recipient rejected",
                "permanent error (550): 5.1.1 <adres>: Recipient rejected",
            ),
            (
                "permanent error (550): No such user jan@example.nl here",
                "permanent error (550): No such user <adres> here",
            ),
            ("relay denied (jan.o'brien+wijk@example.nl)", "relay denied (<adres>)"),
            ("RCPT TO:<jan@example.nl>,<piet@example.nl>; 2 failed", "RCPT TO:<adres>,<adres>; 2 failed"),
            (
                "jan@example.nl: mailbox full\n\tsee rfc822;piet@example.nl",
                "<adres> mailbox full\n\tsee rfc822;<adres>",
            ),
            ("user='jan@example.nl' \"Ünal@voorbeeld.nl\"", "<adres> <adres>"),
            ("SRS0=ab=cd=example.nl=jan@relay.test", "<adres>"),
            ("jan@[192.0.2.1] is unknown", "<adres>[192.0.2.1] is unknown"),
            ("@", "<adres>"),
            ("", ""),
        ] {
            assert_eq!(without_addresses(said), logged, "{said}");
        }
    }

    // finding 19, O-1: every kind, also where no story comes today
    #[test]
    fn nothing_that_anybody_typed_is_in_a_mail_of_fixed_words() {
        for notice in crate::outbox::tests::kinds() {
            for (wording, is_fixed) in [(Wording::Fixed, true), (Wording::Personal, false)] {
                let facts = Facts {
                    titel: "https://evil.test".into(),
                    button: None,
                    may_ask: true,
                    who_sees_it: String::new(),
                    moment: String::new(),
                    brief: String::new(),
                    said: Some("https://evil.test".into()),
                    nummer: None,
                    over: None,
                    elsewhere: None,
                    is_over: false,
                    subject: None,
                    collega: "https://evil.test".into(),
                };
                let text = compose(Lang::default(), &notice, wording, facts);
                assert!(!text.subject.contains("evil"), "{notice:?}");
                let has_typed = text.body.contains("evil");
                assert!(!(is_fixed && has_typed), "{notice:?}: {}", text.body);
                // The words are there to be found.
                let is_news = notice.initiatief().is_some() && !matches!(notice, Notice::InitiatiefBevestigen { .. });
                let is_about_words = is_news
                    || matches!(notice, Notice::BewaarderBenoemd { .. } | Notice::DeelGevraagd { .. })
                    || matches!(notice, Notice::BewaarderNieuws { .. } | Notice::SleutelStand { .. })
                    || matches!(notice, Notice::WeglatingGevraagd { .. } | Notice::WeglatingBeantwoord { .. })
                    || matches!(notice, Notice::WeglatingVervangen { .. } | Notice::PlanAfgeschermd { .. })
                    || matches!(notice, Notice::WeglatingIngetrokken { .. })
                    || matches!(notice, Notice::VervangingGevraagd { .. } | Notice::VervangingBevestigd { .. })
                    || matches!(notice, Notice::VervangingAfgewezen { .. });
                assert_eq!(has_typed, !is_fixed && is_about_words, "{notice:?}: {}", text.body);
            }
        }
    }
}
