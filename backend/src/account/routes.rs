//! The API of accounts and sessions.

use crate::caller::Caller;
use crate::http::Routes;
use crate::http::answer::{Answer, Done, Private};
use crate::http::extract::{Anybody, Body};
use actix_web::{delete, get, post};
use contract::account::{
    AccountApi as _, Bekend, Ik, LogIn, Ontvangen, Refresh, Register, RequestReset, ResetPassword, Tokens, UseLink,
};

/// All operations of this feature.
pub fn configure(config: &mut impl Routes) {
    config
        .service(register)
        .service(confirm_account)
        .service(log_in)
        .service(refresh)
        .service(log_out)
        .service(log_out_everywhere)
        .service(request_reset)
        .service(reset_password)
        .service(me);
}

/// Vraag een account aan; een mail zegt hoe het verder gaat.
#[utoipa::path(tag = "account", request_body = Register, responses((status = 200, body = Ontvangen, description = "Gelukt")))]
#[post("/accounts")]
async fn register(caller: Anybody, request: Body<Register>) -> Answer<Private<Ontvangen>> {
    Ok(Private(caller.0.register(request.0).await?))
}

/// Bevestig een account met de link uit de mail.
#[utoipa::path(tag = "account", request_body = UseLink, responses((status = 204, description = "Gelukt")))]
#[post("/accounts/bevestigingen")]
async fn confirm_account(caller: Anybody, request: Body<UseLink>) -> Answer<Done> {
    caller.0.confirm_account(request.0).await?;
    Ok(Done)
}

/// Log in.
#[utoipa::path(tag = "account", request_body = LogIn, responses((status = 200, body = Tokens, description = "Gelukt")))]
#[post("/sessies")]
async fn log_in(caller: Anybody, request: Body<LogIn>) -> Answer<Private<Tokens>> {
    Ok(Private(caller.0.log_in(request.0).await?))
}

/// Ga door met een sessie.
#[utoipa::path(tag = "account", request_body = Refresh, responses((status = 200, body = Tokens, description = "Gelukt")))]
#[post("/sessies/vernieuwingen")]
async fn refresh(caller: Anybody, request: Body<Refresh>) -> Answer<Private<Tokens>> {
    Ok(Private(caller.0.refresh(request.0).await?))
}

/// Log uit.
#[utoipa::path(tag = "account", responses((status = 204, description = "Gelukt")))]
#[delete("/sessies/huidige")]
async fn log_out(caller: Caller) -> Answer<Done> {
    caller.log_out().await?;
    Ok(Done)
}

/// Log uit op alle apparaten, ook hier. Geen apparaat is daarna nog bekend.
#[utoipa::path(tag = "account", responses((status = 204, description = "Gelukt")))]
#[delete("/sessies")]
async fn log_out_everywhere(caller: Caller) -> Answer<Done> {
    caller.log_out_everywhere().await?;
    Ok(Done)
}

/// Vraag een link om een nieuw wachtwoord te kiezen.
#[utoipa::path(tag = "account", request_body = RequestReset, responses((status = 200, body = Ontvangen, description = "Gelukt")))]
#[post("/wachtwoordherstel")]
async fn request_reset(caller: Anybody, request: Body<RequestReset>) -> Answer<Private<Ontvangen>> {
    Ok(Private(caller.0.request_reset(request.0).await?))
}

/// Kies een nieuw wachtwoord met die link. Het apparaat is daarna bekend, ook als anderen blijven raden.
#[utoipa::path(tag = "account", request_body = ResetPassword, responses((status = 200, body = Bekend, description = "Gelukt")))]
#[post("/wachtwoordherstel/voltooiingen")]
async fn reset_password(caller: Anybody, request: Body<ResetPassword>) -> Answer<Private<Bekend>> {
    Ok(Private(caller.0.reset_password(request.0).await?))
}

/// Wie u bent: naam, rollen en mandaten.
#[utoipa::path(tag = "account", responses((status = 200, body = Ik, description = "Gelukt")))]
#[get("/ik")]
async fn me(caller: Caller) -> Answer<Private<Ik>> {
    Ok(Private(caller.me().await?))
}
