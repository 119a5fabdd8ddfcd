//! The door of the pages: says who looks, takes forms in, and lets Leptos render.

use crate::account::tokens::Channel;
use crate::app::App;
use crate::caller::Caller;
use crate::error::Error;
use crate::http::Shared;
use crate::http::answer::NO_STORE;
use crate::http::body::{failed, read};
use crate::http::devices;
use crate::http::extract::{identify, origin, shared};
use crate::http::guard::{LANG_COOKIE, Refused, expired_cookies, session_cookies};
use crate::http::limits::{FormKind, MAX_FIELDS, MAX_FORM, MAX_NAME, MAX_PARTS, form_kind};
use crate::http::path::is_voting;
use crate::http::uploads::Room;
use crate::http::wiped::{self, Wiped};
use crate::letters::{self, Brief, Occasion};
use crate::settings::{EerstKijken, Mode};
use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contract::Api;
use contract::account::AccountApi as _;
use contract::buurtbegroting::BuurtbegrotingView;
use contract::foto::{MAX_FOTO_BYTES, MAX_FOTOS};
use contract::stem::Stembewijs;
use contract::stembureau::StemcodeBrief;
use frontend::forms::{Fields, FormState, Outcome, Print, Submission};
use frontend::i18n::Lang;
use frontend::site::{DemoMail, LooksFirst, PageRequest, Site};
use frontend::submit::takes_photos;
use futures_util::{Stream, StreamExt as _};
use leptos::prelude::{provide_context, use_context};
use std::sync::Arc;

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
    let problem = page.state.as_ref().and_then(|state| state.problem.as_ref());
    let (status, wait) = (problem.map(|problem| problem.status), problem.and_then(|problem| problem.wacht));
    request.extensions_mut().insert(page);
    let mut response = next.call(request).await?.map_into_boxed_body();
    if let Some(status) = status.and_then(|status| StatusCode::from_u16(status).ok()) {
        *response.response_mut().status_mut() = status;
    }
    if let Some(wait) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
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
    let from = origin(request.request(), &shared.app);
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
        Caller::visitor(Arc::clone(&shared.app), origin(request.request(), &shared.app))
    } else {
        identify(request.request()).await?
    };
    let mut page = PageRequest { is_unasked, ..page_request(request, &shared, &caller).await };
    if is_form {
        let payload = request.take_payload();
        // Held until the photos are stored.
        let mut room = shared.uploads.room();
        let submission = take_form(request, payload, &mut room).await?;
        let outcome = frontend::submit::submit(&page, submission).await;
        page.state = if let Outcome::Again(state) = outcome {
            Some(state)
        } else if let Outcome::Letter(round, brief) = outcome {
            Some(letter(&shared.app, *round, &brief).await?)
        } else {
            return Ok(Come::AndGone(leave(request.request(), &shared.app, outcome).await?));
        };
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
        contact_phone: settings.phone().map(str::to_owned),
        map_tiles: settings.map_tiles.clone(),
        map_attribution: settings.map_attribution.clone(),
        is_demo,
        answer_days: settings.answer_days,
        looks_first: match settings.eerst_kijken {
            EerstKijken::Vraag => LooksFirst::Questions,
            EerstKijken::Alles => LooksFirst::Everything,
            EerstKijken::Niets => LooksFirst::Nothing,
        },
        assets: Arc::clone(&shared.assets),
    };
    let viewer = match caller.account() {
        Some(_) => caller.me().await.ok(),
        None => None,
    };
    let demo_mails =
        if is_demo && request.path() == "/mail" { demo_mails(&settings.mail_folder()).await } else { Vec::new() };
    let openapi = (request.path() == "/api").then(|| Arc::new(super::openapi::document()));
    let devices = devices::read(request.request());
    let caller = Caller { channel: Channel::Web, devices, ..caller.clone() };
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
async fn take_form(request: &ServiceRequest, payload: Payload, room: &mut Room) -> Result<Submission, Error> {
    match form_kind(request.headers()) {
        Some(FormKind::Parts) => take_multipart(request, payload, room).await,
        Some(FormKind::Fields) => {
            let bytes = read(payload, MAX_FORM).await?;
            let fields = serde_urlencoded::from_bytes(&bytes).map_err(|error| Error::Unreadable(error.to_string()))?;
            Ok(Submission { fields: Fields::new(fields), photos: Vec::new() })
        }
        None => Err(Error::Unsupported),
    }
}

async fn take_multipart(request: &ServiceRequest, payload: Payload, room: &mut Room) -> Result<Submission, Error> {
    // One more than fits: that there are too many is said beside the field.
    let most_photos = if takes_photos(request.path()) { MAX_FOTOS + 1 } else { 0 };
    let mut parts = Multipart::new(request.headers(), payload);
    let mut submission = Submission::default();
    let (mut parts_left, mut bytes_left) = (MAX_PARTS, MAX_FIELDS);
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|error| broken(&error))?;
        parts_left = parts_left.checked_sub(1).ok_or(Error::TooLarge)?;
        let name = part.name().unwrap_or_default().to_owned();
        if name.len() > MAX_NAME {
            return Err(Error::TooLarge);
        }
        bytes_left = bytes_left.checked_sub(name.len()).ok_or(Error::TooLarge)?;
        let is_file = part.content_disposition().is_some_and(|head| head.get_filename().is_some());
        if is_file {
            let is_one_more = submission.photos.len() < most_photos;
            submission.photos.extend(take_photo(&mut part, is_one_more, room).await?);
        } else {
            let value = take_value(&mut part, bytes_left).await?;
            bytes_left -= value.len();
            submission.fields.push(&name, String::from_utf8_lossy(&value).into_owned());
        }
    }
    Ok(submission)
}

/// What is the matter with a form that ended before its end.
fn broken(error: &MultipartError) -> Error {
    if let MultipartError::Payload(error) = error { failed(error) } else { Error::Unreadable(error.to_string()) }
}

async fn take_value(part: &mut Field, most: usize) -> Result<Wiped, Error> {
    let mut bytes = Wiped::default();
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|error| broken(&error))?;
        if bytes.len() + chunk.len() > most {
            return Err(Error::TooLarge);
        }
        wiped::append(&mut bytes, &chunk);
    }
    Ok(bytes)
}

/// The bytes of a photo; nothing where none was chosen. One that is too large is kept no further than that shows, and is
/// refused beside its field.
async fn take_photo(part: &mut Field, is_expected: bool, room: &mut Room) -> Result<Option<Vec<u8>>, Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|error| broken(&error))?;
        if !is_expected && !chunk.is_empty() {
            return Err(Error::TooLarge);
        }
        if bytes.len() <= MAX_FOTO_BYTES {
            room.take(chunk.len())?;
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok((!bytes.is_empty()).then_some(bytes))
}

/// Letters as a file: to print, or for who prints them.
async fn letters(
    app: &Arc<App>,
    print: Print,
    round: BuurtbegrotingView,
    codes: Vec<StemcodeBrief>,
) -> Result<HttpResponse, Error> {
    let occasion = occasion_of(app, round).await?;
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

async fn occasion_of(app: &App, round: BuurtbegrotingView) -> Result<Occasion, Error> {
    let card = round.kaart;
    Occasion::of(app, card.id, (card.titel, card.bedrag), (&card.gebied, &card.planning)).await
}

/// One letter, on the page that says that it was given: a file alone would leave the page as it was.
async fn letter(app: &Arc<App>, round: BuurtbegrotingView, code: &StemcodeBrief) -> Result<FormState, Error> {
    let occasion = occasion_of(app, round).await?;
    let given = app.now();
    let letters = [Brief { vervangt: Some(given), ..Brief::without_address(code)? }];
    let name = format!("{}.pdf", letters::replacement_name(code.nummer, given));
    let pdf = app.printing.run(move || letters::pdf(&occasion, &letters)).await??;
    let found = [("brief", STANDARD.encode(pdf)), ("naam", name), ("nummer", code.nummer.to_string())];
    let found = Vec::from(found.map(|(name, value)| (name.to_owned(), value)));
    Ok(FormState { found: Fields::new(found), ..FormState::default() })
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
async fn leave(request: &HttpRequest, app: &Arc<App>, outcome: Outcome) -> Result<HttpResponse, Error> {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    let to = match outcome {
        Outcome::Go(to) => to,
        Outcome::Carry(to) => {
            response.status(StatusCode::TEMPORARY_REDIRECT);
            to
        }
        Outcome::LoggedIn(tokens, to) => {
            for cookie in session_cookies(&tokens) {
                response.cookie(cookie);
            }
            if let Some(device) = &tokens.apparaat {
                response.cookie(devices::cookie(device, &devices::read(request)));
            }
            to
        }
        Outcome::Known(known, to) => {
            response.cookie(devices::cookie(&known.apparaat, &devices::read(request)));
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
        Outcome::Again(_) | Outcome::Letter(..) => "/".into(),
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
