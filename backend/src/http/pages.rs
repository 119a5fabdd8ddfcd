//! The door of the pages: says who looks, takes forms in, and lets Leptos render.

use crate::account::tokens::Channel;
use crate::app::App;
use crate::caller::Caller;
use crate::error::Error;
use crate::http::Shared;
use crate::http::answer::NO_STORE;
use crate::http::extract::{identify, origin, read, shared};
use crate::http::guard::{LANG_COOKIE, Refused, expired_cookies, is_voting, session_cookies};
use crate::http::wiped::Wiped;
use crate::letters::{self, Brief, Occasion};
use crate::settings::Mode;
use actix_multipart::Multipart;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpMessage as _, HttpResponse};
use contract::Api;
use contract::account::AccountApi as _;
use contract::buurtbegroting::BuurtbegrotingView;
use contract::foto::{MAX_FOTO_BYTES, MAX_FOTOS};
use contract::stem::Stembewijs;
use contract::stembureau::StemcodeBrief;
use frontend::forms::{Fields, Outcome, Print, Submission};
use frontend::i18n::Lang;
use frontend::site::{DemoMail, PageRequest, Site};
use futures_util::{Stream, StreamExt as _};
use leptos::prelude::{provide_context, use_context};
use std::sync::Arc;

/// Largest form without its photos (SECURITY-RULES R-6).
const MAX_FORM: usize = 64 * 1024;

/// Every path that nothing else took is a page.
pub fn configure(config: &mut ServiceConfig) {
    let render = leptos_actix::render_app_async_with_context(
        || {
            let request = use_context::<leptos_actix::Request>();
            if let Some(page) = request.and_then(|request| request.extensions().get::<PageRequest>().cloned()) {
                provide_context(page);
            }
        },
        frontend::app::App,
        leptos_router::Method::Get,
    );
    config.service(web::scope("").wrap(from_fn(door)).default_service(render));
}

async fn door(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let page = match come_in(&mut request).await {
        Ok(Come::ToLook(page)) => *page,
        Ok(Come::AndGone(response)) => return Ok(request.into_response(response).map_into_boxed_body()),
        Err(error) => turned_away(&request, error).await,
    };
    let status = page.state.as_ref().and_then(|state| state.problem.as_ref()).map(|problem| problem.status);
    request.extensions_mut().insert(page);
    let mut response = next.call(request).await?.map_into_boxed_body();
    if let Some(status) = status.and_then(|status| StatusCode::from_u16(status).ok()) {
        *response.response_mut().status_mut() = status;
    }
    Ok(response)
}

/// What a request for a page comes to.
enum Come {
    /// A page to show.
    ToLook(Box<PageRequest>),
    /// A form that worked: the browser goes on.
    AndGone(HttpResponse),
}

/// The page that says why a request came no further than the door.
async fn turned_away(request: &ServiceRequest, error: Error) -> PageRequest {
    let shared = shared(request.request());
    let from = origin(request.request(), &shared.app.settings.trusted_proxies);
    let page = page_request(request, &shared, &Caller::visitor(Arc::clone(&shared.app), from)).await;
    PageRequest { refusal: Some(error.problem()), ..page }
}

async fn come_in(request: &mut ServiceRequest) -> Result<Come, Error> {
    let refused = request.extensions_mut().remove::<Refused>();
    if let Some(Refused(error)) = refused {
        return Err(error);
    }
    let shared = shared(request.request());
    let is_form = match *request.method() {
        Method::GET | Method::HEAD => false,
        Method::POST => true,
        _ => return Err(Error::MethodNotAllowed),
    };
    // Nothing is written about who votes, a moment before their ballot is (P-4).
    let is_unasked = is_form && is_voting(request.path());
    let caller = if is_unasked {
        Caller::visitor(Arc::clone(&shared.app), origin(request.request(), &shared.app.settings.trusted_proxies))
    } else {
        identify(request.request()).await?
    };
    let mut page = PageRequest { is_unasked, ..page_request(request, &shared, &caller).await };
    if is_form {
        let payload = request.take_payload();
        let submission = take_form(request, payload).await?;
        let outcome = frontend::submit::submit(&page, submission).await;
        let Outcome::Again(state) = outcome else {
            return Ok(Come::AndGone(leave(&shared.app, outcome).await?));
        };
        page.state = Some(state);
    }
    Ok(Come::ToLook(Box::new(page)))
}

async fn page_request(request: &ServiceRequest, shared: &Shared, caller: &Caller) -> PageRequest {
    let settings = &shared.app.settings;
    let lang = request.extensions().get::<Lang>().copied().unwrap_or_default();
    let is_demo = settings.mode == Mode::Demo;
    let site = Site {
        base_url: settings.base_url.clone(),
        gemeente: settings.gemeente.clone(),
        contact_email: settings.contact_email.clone(),
        map_tiles: settings.map_tiles.clone(),
        map_attribution: settings.map_attribution.clone(),
        is_demo,
        answer_days: settings.answer_days,
        assets: Arc::clone(&shared.assets),
    };
    let viewer = match caller.account() {
        Some(_) => caller.me().await.ok(),
        None => None,
    };
    let demo_mails =
        if is_demo && request.path() == "/mail" { demo_mails(&settings.mail_folder()).await } else { Vec::new() };
    let openapi = (request.path() == "/api").then(|| Arc::new(super::openapi::document()));
    let caller = Caller { channel: Channel::Web, ..caller.clone() };
    PageRequest {
        is_unasked: false,
        site: Arc::new(site),
        api: Arc::new(caller) as Arc<dyn Api>,
        viewer,
        lang,
        secret: shared.app.random().ok().map(Stembewijs),
        today: shared.app.today(),
        path: request.path().to_owned(),
        query: request.query_string().to_owned(),
        key: shared.app.new_id().to_string(),
        state: None,
        told: Arc::default(),
        refusal: None,
        demo_mails: Arc::new(demo_mails),
        openapi,
    }
}

/// Reads a form: fields, and photos when it has them.
async fn take_form(request: &ServiceRequest, payload: Payload) -> Result<Submission, Error> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        return take_multipart(request, payload).await;
    }
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Error::Unsupported);
    }
    let bytes = read(payload, MAX_FORM * 4).await?;
    let fields = serde_urlencoded::from_bytes(&bytes).map_err(|error| Error::Unreadable(error.to_string()))?;
    Ok(Submission { fields: Fields::new(fields), photos: Vec::new() })
}

async fn take_multipart(request: &ServiceRequest, payload: Payload) -> Result<Submission, Error> {
    let unreadable = |error: actix_multipart::MultipartError| Error::Unreadable(error.to_string());
    let mut parts = Multipart::new(request.headers(), payload);
    let mut submission = Submission::default();
    let mut room = MAX_FORM * 4;
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(unreadable)?;
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.content_disposition().is_some_and(|head| head.get_filename().is_some());
        let most = if is_file { MAX_FOTO_BYTES + 1 } else { room };
        let mut bytes = Vec::new();
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(unreadable)?;
            // A photo that is too large is read no further than that, and refused beside its field.
            if bytes.len() < most {
                bytes.extend_from_slice(&chunk);
            } else if !is_file {
                return Err(Error::TooLarge);
            }
        }
        if !is_file {
            let bytes = Wiped::from(bytes);
            room = room.saturating_sub(bytes.len());
            submission.fields.push(&name, String::from_utf8_lossy(&bytes).into_owned());
        } else if !bytes.is_empty() && submission.photos.len() <= MAX_FOTOS {
            submission.photos.push(bytes);
        }
    }
    Ok(submission)
}

/// Letters as a file: to print, or for who prints them.
async fn letters(
    app: &Arc<App>,
    print: Print,
    round: BuurtbegrotingView,
    codes: Vec<StemcodeBrief>,
) -> Result<HttpResponse, Error> {
    let card = round.kaart;
    let occasion = Occasion::of(app, card.id, (card.titel, card.bedrag), (&card.gebied, &card.planning)).await?;
    let letters: Vec<Brief> = codes.iter().map(Brief::without_address).collect::<Result<_, _>>()?;
    let name = letters::file_name(&letters);
    let file = |kind: &'static str, ending: &str| {
        let mut response = HttpResponse::Ok();
        response.content_type(kind).insert_header((header::CACHE_CONTROL, NO_STORE));
        response
            .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{ending}\"")))
            .insert_header((header::CONTENT_ENCODING, "identity"));
        response
    };
    Ok(match print {
        Print::List => file("text/csv; charset=utf-8", "csv").body(occasion.list(&letters)),
        Print::Sheets if letters.len() > letters::IN_A_FILE => {
            file("application/zip", "zip").streaming(in_a_zip(Arc::clone(app), occasion, letters))
        }
        Print::Sheets => {
            let pdf = app.printing.run(move || letters::pdf(&occasion, &letters)).await??;
            file("application/pdf", "pdf").body(pdf)
        }
    })
}

/// The pieces of a zip of letters, each as soon as it is there. When one cannot be made the answer breaks off, so that
/// nobody takes half a zip for a whole one.
fn in_a_zip(app: Arc<App>, occasion: Occasion, letters: Vec<Brief>) -> impl Stream<Item = Result<web::Bytes, Error>> {
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    let pieces = sender.clone();
    let hand_on = move |piece: Vec<u8>| pieces.send(Ok(web::Bytes::from(piece))).map_err(std::io::Error::other);
    actix_web::rt::spawn(async move {
        let draw = move || letters::zip(&occasion, &letters, letters::IN_A_FILE, hand_on);
        if let Err(error) = app.printing.run(draw).await.and_then(|done| done) {
            if sender.is_closed() {
                tracing::info!("nobody waited for a zip of letters any more");
            } else {
                tracing::error!(%error, "a zip of letters breaks off");
            }
            sender.send(Err(error)).ok();
        }
    });
    futures_util::stream::unfold(receiver, async |mut pieces| pieces.recv().await.map(|piece| (piece, pieces)))
}

/// Sends the browser on after a form that worked.
async fn leave(app: &Arc<App>, outcome: Outcome) -> Result<HttpResponse, Error> {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    let to = match outcome {
        Outcome::Go(to) => to,
        Outcome::LoggedIn(tokens, to) => {
            for cookie in session_cookies(&tokens) {
                response.cookie(cookie);
            }
            to
        }
        Outcome::LoggedOut(to) => {
            for cookie in expired_cookies() {
                response.cookie(cookie);
            }
            // H-5: what the browser kept of this person goes too.
            response.insert_header(("Clear-Site-Data", "\"cache\", \"storage\""));
            to
        }
        Outcome::Language(code, to) => {
            let cookie = Cookie::build(LANG_COOKIE, code)
                .path("/")
                .secure(app.settings.mode == Mode::Productie)
                .http_only(true)
                .same_site(SameSite::Lax)
                .max_age(time::Duration::days(365));
            response.cookie(cookie.finish());
            to
        }
        Outcome::Letters(print, round, codes) => return letters(app, print, *round, codes).await,
        Outcome::Again(_) => "/".into(),
    };
    let to = HeaderValue::from_str(&to).unwrap_or_else(|_odd| HeaderValue::from_static("/"));
    Ok(response.insert_header((header::LOCATION, to)).finish())
}

/// The newest mails in the demo's folder.
async fn demo_mails(folder: &std::path::Path) -> Vec<DemoMail> {
    let folder = folder.to_owned();
    let read = tokio::task::spawn_blocking(move || {
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let mut files: Vec<_> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        // Names are time-ordered ids.
        files.sort_unstable_by(|one, other| other.cmp(one));
        files.iter().take(100).filter_map(|file| demo_mail(&std::fs::read(file).ok()?)).collect()
    });
    read.await.unwrap_or_default()
}

fn demo_mail(bytes: &[u8]) -> Option<DemoMail> {
    let mail = mail_parser::MessageParser::default().parse(bytes)?;
    Some(DemoMail {
        to: mail.to()?.first()?.address()?.to_owned(),
        subject: mail.subject()?.to_owned(),
        text: mail.body_text(0)?.into_owned(),
    })
}
