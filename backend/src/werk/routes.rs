//! The API of "mijn werk".

use crate::caller::Caller;
use crate::http::Routes;
use crate::http::answer::{Answer, Private};
use actix_web::get;
use actix_web::web::Query;
use contract::werk::{Werk, WerkApi as _, WerkFilter};

/// All operations of this feature.
pub fn configure(config: &mut impl Routes) {
    config.service(werk);
}

/// Wat op u wacht.
#[utoipa::path(tag = "werk", params(WerkFilter), responses((status = 200, body = Werk, description = "Gelukt")))]
#[get("/werk")]
async fn werk(caller: Caller, filter: Query<WerkFilter>) -> Answer<Private<Werk>> {
    Ok(Private(caller.werk(filter.into_inner()).await?))
}
