//! The API of photos.

use crate::caller::Caller;
use crate::foto::Size;
use crate::http::Routes;
use crate::http::answer::{Answer, Created, NO_STORE};
use crate::http::extract::{Key, PhotoBytes};
use actix_web::http::header;
use actix_web::web::Path;
use actix_web::{HttpResponse, get, post};
use contract::FotoId;
use contract::foto::{FotoApi as _, FotoView};

/// All operations of this feature.
pub fn configure(config: &mut impl Routes) {
    config.service(upload_foto).service(foto).service(foto_klein);
}

/// Stuur een foto: JPEG, PNG of WebP (niet de soort zonder verlies), hoogstens 10 MiB en 40 megapixel. Boven de 16
/// megapixel niet wat veel geheugen kost, zoals een progressieve JPEG. Locatie en andere gegevens gaan eruit. Een foto
/// die nergens bij wordt gebruikt, wordt gewist: zonder account na 24 uur, met een account na 90 dagen.
#[utoipa::path(tag = "foto",
    params(("Idempotency-Key" = String, Header, description = "8 tot 64 letters, cijfers of streepjes; dezelfde sleutel is één keer")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "De bytes van de foto"), responses((status = 201, body = FotoView, description = "Gelukt")))]
#[post("/fotos")]
async fn upload_foto(caller: Caller, key: Key, photo: PhotoBytes) -> Answer<Created<FotoView>> {
    Ok(Created(caller.upload_foto(key.0, photo.bytes).await?))
}

/// Een foto, als u mag zien waar die bij hoort.
#[utoipa::path(tag = "foto",
    params(("id" = FotoId, Path, description = "Id")), responses((status = 200, content_type = "image/jpeg", body = Vec<u8>, description = "JPEG")))]
#[get("/fotos/{id}")]
async fn foto(caller: Caller, id: Path<FotoId>) -> Answer<HttpResponse> {
    Ok(picture(*id, super::bytes_for(&caller, *id, Size::Whole).await?))
}

/// Een kleine kopie van een foto, van 288 bij 216 beeldpunten, voor lijsten.
#[utoipa::path(tag = "foto",
    params(("id" = FotoId, Path, description = "Id")), responses((status = 200, content_type = "image/jpeg", body = Vec<u8>, description = "JPEG")))]
#[get("/fotos/{id}/klein")]
async fn foto_klein(caller: Caller, id: Path<FotoId>) -> Answer<HttpResponse> {
    Ok(picture(*id, super::bytes_for(&caller, *id, Size::Small).await?))
}

fn picture(id: FotoId, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("image/jpeg")
        .insert_header((header::CACHE_CONTROL, NO_STORE))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::CONTENT_DISPOSITION, format!("inline; filename=\"foto-{id}.jpg\"")))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .body(bytes)
}
