//! Writing and sending mails: plain text and HTML, by SMTP or into a folder. No text of a user stands in a subject.

use crate::account::links::{self, LinkKind};
use crate::app::App;
use crate::buurtbegroting;
use crate::error::Error;
use crate::initiatief::store as initiatief;
use crate::outbox::{self, Letter, Notice, Taken};
use crate::settings::BadSettings;
use chrono::NaiveDate;
use contract::bewaarder::SleutelDoel;
use contract::initiatief::GebeurtenisSoort;
use contract::{BuurtbegrotingId, InitiatiefId};
use frontend::i18n::Lang;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use std::path::{Path, PathBuf};
use uuid::Uuid;

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
            Self::Smtp(transport) => transport.send(message).await.map(|_sent| ()).map_err(|error| error.to_string()),
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
    let mut sent = 0;
    loop {
        let tx = app.begin().await?;
        let taken = outbox::take(&tx, app).await?;
        tx.commit().await?;
        let Some(row) = taken else { return Ok(sent) };
        match write(app, &row).await {
            Ok(message) => match mailer.send(row.id, message).await {
                Ok(()) => {
                    let tx = app.begin().await?;
                    outbox::sent(&tx, app, row.id).await?;
                    tx.commit().await?;
                    sent += 1;
                }
                Err(error) => put_back(app, &row, &error).await?,
            },
            Err(error) => put_back(app, &row, &error.to_string()).await?,
        }
    }
}

async fn put_back(app: &App, row: &Taken, error: &str) -> Result<(), Error> {
    tracing::warn!(outbox.id = %row.id, attempt = row.pogingen, error, "a mail could not be sent");
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
    let text = compose(app, &letter).await?;
    let lang = Lang::default();
    let greeting = lang.mail_greeting(&row.naam);
    let closing = lang.mail_closing(&app.settings.gemeente);
    let (plain, html) = layout(&greeting, &text, &closing);
    let from: Mailbox = app.settings.mail_from.parse().map_err(|_checked| odd("mail_from".into()))?;
    let address = row.email.parse().map_err(|_not_an_address| odd("address".into()))?;
    let host = app.settings.base_url.rsplit('/').next().unwrap_or("wijkkoers").replace(':', ".");
    Message::builder()
        .message_id(Some(format!("<{}@{host}>", row.id)))
        .from(from)
        .to(Mailbox::new(Some(row.naam.clone()), address))
        .subject(text.subject)
        .multipart(MultiPart::alternative_plain_html(plain, html))
        .map_err(|error| odd(error.to_string()))
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

/// What a notice says. Secret links are made here, at the last moment, and stored only as hashes.
async fn compose(app: &App, letter: &Letter) -> Result<Text, Error> {
    let lang = Lang::default();
    let base = &app.settings.base_url;
    let account = || letter.account.map(|id| id.0).ok_or_else(|| Error::Internal("a letter without account".into()));
    let text = match &letter.notice {
        Notice::AccountBevestigen => Text {
            subject: lang.mail_account_bevestigen_subject().into(),
            body: lang.mail_account_bevestigen_body().into(),
            button: Some((
                lang.mail_account_bevestigen_button().into(),
                format!("{base}/bevestigen/account/{}", secret(app, LinkKind::Account, account()?).await?),
            )),
        },
        Notice::AccountBestaatAl => Text {
            subject: lang.mail_account_bestaat_al_subject().into(),
            body: lang.mail_account_bestaat_al_body().into(),
            button: Some((lang.mail_account_bestaat_al_button().into(), format!("{base}/inloggen"))),
        },
        Notice::WachtwoordHerstel => Text {
            subject: lang.mail_wachtwoord_herstel_subject().into(),
            body: lang.mail_wachtwoord_herstel_body().into(),
            button: Some((
                lang.mail_wachtwoord_herstel_button().into(),
                format!("{base}/wachtwoord-nieuw/{}", secret(app, LinkKind::Wachtwoord, account()?).await?),
            )),
        },
        Notice::WachtwoordVeranderd => Text {
            subject: lang.mail_wachtwoord_veranderd_subject().into(),
            body: lang.mail_wachtwoord_veranderd_body().into(),
            button: None,
        },
        Notice::SessieGestopt => Text {
            subject: lang.mail_sessie_gestopt_subject().into(),
            body: lang.mail_sessie_gestopt_body().into(),
            button: Some((lang.mail_sessie_gestopt_button().into(), format!("{base}/wachtwoord-vergeten"))),
        },
        Notice::InitiatiefBevestigen { initiatief } => confirm_initiatief(app, lang, *initiatief).await?,
        Notice::InitiatiefOntvangen { initiatief, antwoord_on } => {
            received(app, lang, *initiatief, *antwoord_on).await?
        }
        Notice::InitiatiefNieuws { initiatief: id, gebeurtenis, tekst, antwoorden } => {
            news(app, lang, *id, *gebeurtenis, tekst.as_deref(), *antwoorden).await?
        }
        Notice::BewaarderBenoemd { buurtbegroting } => to_keeper(app, lang, *buurtbegroting, None).await?,
        Notice::DeelGevraagd { buurtbegroting, doel } => to_keeper(app, lang, *buurtbegroting, Some(*doel)).await?,
    };
    Ok(text)
}

/// To a custodian: that they are one, or that their part is asked for.
async fn to_keeper(app: &App, lang: Lang, id: BuurtbegrotingId, doel: Option<SleutelDoel>) -> Result<Text, Error> {
    let titel = buurtbegroting::look(app.reader(), app, id).await?.titel;
    let (subject, body) = match doel {
        None => (lang.mail_bewaarder_benoemd_subject(), lang.mail_bewaarder_benoemd_body(&titel)),
        Some(SleutelDoel::Proef) => (lang.mail_deel_proef_subject(), lang.mail_deel_proef_body(&titel)),
        Some(SleutelDoel::Telling) => (lang.mail_deel_telling_subject(), lang.mail_deel_telling_body(&titel)),
        Some(SleutelDoel::Natelling) => (lang.mail_deel_natelling_subject(), lang.mail_deel_natelling_body(&titel)),
    };
    let to = format!("{}/buurtbegrotingen/{id}/bewaren", app.settings.base_url);
    Ok(Text { subject: subject.into(), body, button: Some((lang.mail_bewaarder_button().into(), to)) })
}

async fn confirm_initiatief(app: &App, lang: Lang, id: InitiatiefId) -> Result<Text, Error> {
    let found = initiatief::find(app.reader(), id).await?;
    let secret = secret(app, LinkKind::Initiatief, id.0).await?;
    Ok(Text {
        subject: lang.mail_initiatief_bevestigen_subject().into(),
        body: lang.mail_initiatief_bevestigen_body(&found.row.titel),
        button: Some((
            lang.mail_initiatief_bevestigen_button().into(),
            format!("{}/bevestigen/initiatief/{secret}", app.settings.base_url),
        )),
    })
}

async fn received(app: &App, lang: Lang, id: InitiatiefId, day: NaiveDate) -> Result<Text, Error> {
    let found = initiatief::find(app.reader(), id).await?;
    Ok(Text {
        subject: lang.mail_initiatief_ontvangen_subject().into(),
        body: lang.mail_initiatief_ontvangen_body(frontend::format::day(lang, day), &found.row.titel),
        button: Some((lang.mail_initiatief_button().into(), format!("{}/initiatieven/{id}", app.settings.base_url))),
    })
}

async fn news(
    app: &App,
    lang: Lang,
    id: InitiatiefId,
    what: GebeurtenisSoort,
    said: Option<&str>,
    is_question: bool,
) -> Result<Text, Error> {
    let base = &app.settings.base_url;
    let found = initiatief::find(app.reader(), id).await?;
    let button = if is_question && found.owner.is_none() {
        let secret = secret(app, LinkKind::Antwoord, id.0).await?;
        (lang.mail_initiatief_antwoord_button().into(), format!("{base}/antwoorden/{secret}"))
    } else if crate::initiatief::rules::is_public(found.status) {
        (lang.mail_initiatief_button().into(), format!("{base}/initiatieven/{id}"))
    } else {
        (lang.mail_initiatief_mijn_button().into(), format!("{base}/mijn/initiatieven/{id}"))
    };
    let happened = lang.gebeurtenis(what);
    let body = match said {
        Some(said) => lang.mail_initiatief_nieuws_met_tekst(happened, said, &found.row.titel),
        None => lang.mail_initiatief_nieuws(happened, &found.row.titel),
    };
    let may_ask = what == GebeurtenisSoort::NietToegelaten && buurtbegroting::can_ask_again(app, id).await?;
    let body = if may_ask { format!("{body}\n\n{}", lang.mail_initiatief_heroverweging()) } else { body };
    let has_page = found.owner.is_some() || crate::initiatief::rules::is_public(found.status) || is_question;
    Ok(Text { subject: lang.mail_initiatief_nieuws_subject().into(), body, button: has_page.then_some(button) })
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
}
