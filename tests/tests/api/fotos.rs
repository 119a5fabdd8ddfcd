//! Photos: made safe, shown only with what they belong to (U-1, X-10).

use chrono::TimeDelta;
use contract::foto::{FotoApi as _, FotoView};
use contract::initiatief::{InitiatiefApi as _, SubmitInitiatief};
use contract::opdracht::{OpdrachtApi as _, ReportProgress};
use contract::problem::ProblemCode;
use futures_util::future::join_all;
use image::{GenericImageView as _, ImageFormat};
use sea_orm::ConnectionTrait as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tests::{Heard, Person, World, pictures};
use wijkkoers::database::sql;
use wijkkoers::{jobs, retention};

async fn upload(person: &Person, bytes: Vec<u8>) -> Heard {
    person.ask("POST", "/fotos").key(&person.key()).bytes("application/octet-stream", bytes).send().await
}

/// A photo as somebody gets it; its small copy is for the same people.
async fn fetch(person: &Person, photo: &FotoView) -> Heard {
    let whole = person.ask("GET", &format!("/fotos/{}", photo.id)).send().await;
    assert_eq!(small(person, photo).await.status, whole.status);
    whole
}

async fn small(person: &Person, photo: &FotoView) -> Heard {
    person.ask("GET", &format!("/fotos/{}/klein", photo.id)).send().await
}

/// What stands in the folder of photos, small copies last.
fn stored(world: &World) -> Vec<PathBuf> {
    let folder = world.folder().join("fotos");
    let files = |folder: PathBuf| std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    files(folder.clone()).filter(|path| path.is_file()).chain(files(folder.join("klein"))).collect()
}

#[tokio::test]
async fn photos_of_phones_become_plain_jpegs() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    for (sent, expected) in [
        (pictures::photo(ImageFormat::Jpeg, 40, 30), (40, 30)),
        (pictures::photo(ImageFormat::Png, 31, 7), (31, 7)),
        (pictures::webp(), (20, 12)),
        (pictures::photo(ImageFormat::Png, 1, 1), (1, 1)),
        (pictures::photo(ImageFormat::Jpeg, 4_096, 1_024), (2_048, 512)),
    ] {
        let photo = anna.upload_foto(anna.key(), sent).await.unwrap();
        assert_eq!((photo.breedte, photo.hoogte), expected);
        let heard = fetch(&anna, &photo).await;
        assert_eq!(heard.header("content-type"), Some("image/jpeg"));
        let seen = image::load_from_memory_with_format(&heard.body, ImageFormat::Jpeg).unwrap();
        assert_eq!(seen.dimensions(), expected);
    }
}

//
#[tokio::test]
async fn what_is_no_photo_or_too_large_a_one_is_refused_and_not_kept() {
    let world = World::new().await;
    let jpeg = pictures::jpeg(1);
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    let polyglot = [b"GIF89a".as_slice(), &jpeg].concat();
    let lies = [b"\x89PNG\r\n\x1a\n".as_slice(), &jpeg].concat();
    for (what, bytes, expected) in [
        ("SVG", svg.to_vec(), "415 mediatype-niet-ondersteund"),
        ("HEIC", heic.to_vec(), "415 mediatype-niet-ondersteund"),
        ("GIF", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), "415 mediatype-niet-ondersteund"),
        ("PDF", b"%PDF-1.7\n%%EOF".to_vec(), "415 mediatype-niet-ondersteund"),
        ("HTML", b"<!doctype html><script>alert(1)</script>".to_vec(), "415 mediatype-niet-ondersteund"),
        ("the rest of a PNG", pictures::photo(ImageFormat::Png, 2, 2).split_off(8), "415 mediatype-niet-ondersteund"),
        ("nothing", Vec::new(), "415 mediatype-niet-ondersteund"),
        ("a GIF in front of a JPEG", polyglot, "415 mediatype-niet-ondersteund"),
        ("a PNG that is a JPEG", lies, "415 mediatype-niet-ondersteund"),
        ("half a JPEG's head", jpeg[..100].to_vec(), "415 mediatype-niet-ondersteund"),
        ("50 megapixel", pictures::png_that_claims(10_000, 5_000), "413 te-groot"),
        ("a bomb", pictures::png_that_claims(60_000, 60_000), "413 te-groot"),
        ("a line", pictures::png_that_claims(12_001, 1), "413 te-groot"),
        ("16 bits a colour", pictures::png_that_claims_bits(7_900, 5_000, 16), "413 te-groot"),
        ("WebP without loss", pictures::photo(ImageFormat::WebP, 20, 20), "415 mediatype-niet-ondersteund"),
        ("no width", pictures::png_that_claims(0, 5), "415 mediatype-niet-ondersteund"),
    ] {
        let person = world.bewoner("Anna").await;
        assert_eq!(upload(&person, bytes).await.outcome(), expected, "{what}");
    }
    assert_eq!((world.count("foto").await, stored(&world).len()), (0, 0));
}

// U-1
#[tokio::test]
async fn where_and_with_what_a_photo_was_taken_is_gone() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let original = pictures::jpeg_with_location(40, 20);
    let text = String::from_utf8_lossy(&original).into_owned();
    assert!(text.contains("GPSLatitude") && text.contains("<script>"), "the test sends what must go");
    let photo = anna.upload_foto(anna.key(), original).await.unwrap();
    assert_eq!((photo.breedte, photo.hoogte), (20, 40), "turned upright");
    let files = stored(&world);
    assert_eq!(files.len(), 2, "the original is not kept");
    let sent = [fetch(&anna, &photo).await.body, small(&anna, &photo).await.body].map(|body| body.to_vec());
    for bytes in sent.into_iter().chain(files.into_iter().map(|file| std::fs::read(file).unwrap())) {
        let text = String::from_utf8_lossy(&bytes);
        for hidden in ["GPS", "Exif", "MM\0*", "script"] {
            assert!(!text.contains(hidden), "{hidden}");
        }
    }
}

#[tokio::test]
async fn a_small_copy_for_lists_is_made_again_when_it_is_gone() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let photo = anna.upload_foto(anna.key(), pictures::photo(ImageFormat::Jpeg, 1_000, 500)).await.unwrap();
    let first = small(&anna, &photo).await;
    let seen = image::load_from_memory_with_format(&first.body, ImageFormat::Jpeg).unwrap();
    assert_eq!(seen.dimensions(), (288, 216));
    assert!(first.body.len() < fetch(&anna, &photo).await.body.len());
    std::fs::remove_dir_all(world.folder().join("fotos/klein")).unwrap();
    assert_eq!(small(&anna, &photo).await.status, 200);
    assert_eq!(stored(&world).len(), 2);
}

// U-1, P-7
#[tokio::test]
async fn a_photo_is_seen_by_its_sender_until_what_it_belongs_to_is_public() {
    let world = World::new().await;
    let (anna, bram, wijkteam, visitor) =
        (world.bewoner("Anna").await, world.bewoner("Bram").await, world.wijkteam("W2").await, world.bezoeker());
    let photo = anna.upload_foto(anna.key(), pictures::jpeg(1)).await.unwrap();
    let statuses = async || {
        let mut statuses = Vec::new();
        for person in [&anna, &bram, &wijkteam, &visitor] {
            statuses.push(fetch(person, &photo).await.status);
        }
        statuses
    };
    assert_eq!(statuses().await, [200, 404, 404, 404]);
    let mut request = anna.idea("Een boom");
    (request.fotos, request.als_concept) = (vec![photo.id.to_string().into()], true);
    let id = anna.create_initiatief(anna.key(), request).await.unwrap().id;
    let concept = anna.own_initiatief(id).await.unwrap();
    assert_eq!(concept.initiatief.fotos, std::slice::from_ref(&photo));
    assert_eq!(statuses().await[..2], [200, 404]);
    assert_eq!(statuses().await[3], 404, "a concept is no more public than its photo");
    let public = anna.submit_initiatief(id, concept.versie, SubmitInitiatief::default()).await.unwrap();
    assert_eq!(public.initiatief.kaart.foto.as_deref(), Some(photo.url.as_str()));
    assert_eq!(statuses().await, [200, 200, 200, 200]);
    let versie = public.versie;
    anna.withdraw_initiatief(id, versie).await.unwrap();
    assert_eq!(statuses().await[1], 404, "withdrawn is out of sight");
}

// P-7
#[tokio::test]
async fn a_concept_and_its_photo_are_not_for_the_wijkteam() {
    let world = World::new().await;
    let (anna, wijkteam) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let photo = anna.upload_foto(anna.key(), pictures::jpeg(1)).await.unwrap();
    let mut request = anna.idea("Een boom");
    (request.fotos, request.als_concept) = (vec![photo.id.to_string().into()], true);
    anna.create_initiatief(anna.key(), request).await.unwrap();
    assert_eq!(fetch(&wijkteam, &photo).await.status, 404);
}

#[tokio::test]
async fn nobody_uses_a_photo_of_somebody_else_or_one_twice() {
    let world = World::new().await;
    let (anna, bram) = (world.bewoner("Anna").await, world.bewoner("Bram").await);
    let photo = anna.upload_foto(anna.key(), pictures::jpeg(1)).await.unwrap();
    let with = |person: &Person| {
        let mut request = person.idea("Een boom");
        request.fotos = vec![photo.id.to_string().into()];
        request
    };
    let gast = world.bezoeker();
    for person in [&bram, &gast] {
        let refused = person.create_initiatief(person.key(), with(person)).await.unwrap_err();
        let wrong = &refused.fouten[0];
        assert_eq!((wrong.veld.as_str(), wrong.code.as_str()), ("/fotos/0", "bestaat_niet"));
    }
    anna.create_initiatief(anna.key(), with(&anna)).await.unwrap();
    let twice = anna.create_initiatief(anna.key(), with(&anna)).await.unwrap_err();
    assert_eq!(twice.fouten[0].code.as_str(), "bestaat_niet");
    assert_eq!(world.count("initiatief").await, 1, "a refusal keeps nothing");

    let backoffice = world.backoffice().await;
    let (wijkteam, fiatteur) = (world.wijkteam("W2").await, world.fiatteur("W2", "500.00").await);
    let asked = wijkteam.ordered("W2", "100.00").await.opdracht;
    let accepted = backoffice.accept(&fiatteur.approve(&asked).await.unwrap()).await.unwrap();
    let report = ReportProgress { tekst: "Begonnen.".into(), fotos: vec![photo.id.to_string().into()] };
    let refused = backoffice.report_progress(backoffice.key(), accepted.kaart.id, report).await.unwrap_err();
    assert_eq!(refused.fouten[0].veld, "/fotos/0");
}

#[tokio::test]
async fn a_guest_can_send_photos_with_an_initiatief() {
    let world = World::new().await;
    let gast = world.bezoeker();
    let photo = gast.upload_foto(gast.key(), pictures::jpeg(1)).await.unwrap();
    assert_eq!(fetch(&gast, &photo).await.status, 404, "an id is no permission");
    let mut request = gast.idea("Een boom");
    request.fotos = vec![photo.id.to_string().into()];
    gast.create_initiatief(gast.key(), request).await.unwrap();
    let link = contract::account::UseLink { geheim: world.one_mail_to(&gast).await.secret().into() };
    let id = gast.confirm_initiatief(link).await.unwrap().id;
    assert_eq!(gast.initiatief(id).await.unwrap().fotos, std::slice::from_ref(&photo));
    assert_eq!(fetch(&gast, &photo).await.status, 200);
}

// B-1
#[tokio::test]
async fn nobody_sends_more_than_twenty_photos_an_hour() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    for number in 1..=20 {
        assert_eq!(upload(&anna, pictures::jpeg(number)).await.status, 201);
    }
    assert_eq!(upload(&anna, pictures::jpeg(21)).await.outcome(), "429 te-vaak");
    world.wait(1).await;
    assert_eq!(upload(&anna, pictures::jpeg(21)).await.status, 201);
}

// B-1
#[tokio::test]
async fn nobody_sends_more_than_fifty_megabytes_a_day() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let mut large = b"GIF89a".to_vec();
    large.resize(9_900_000, 0);
    for _time in 1..=5 {
        assert_eq!(upload(&anna, large.clone()).await.status, 415);
    }
    assert_eq!(upload(&anna, large).await.outcome(), "429 te-vaak");
    assert_eq!(upload(&anna, pictures::jpeg(1)).await.status, 201, "a small one still fits");
}

// B-1, finding 7
#[tokio::test]
async fn a_photo_that_cannot_be_used_counts_as_well() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    for number in 1..=20 {
        // By its head, and in the middle of decoding it.
        let bytes = if number % 2 == 0 { b"GIF89a".to_vec() } else { pictures::png_that_claims(300, 200) };
        assert_eq!(upload(&anna, bytes).await.status, 415);
    }
    assert_eq!(upload(&anna, pictures::jpeg(1)).await.outcome(), "429 te-vaak");
}

// D-6, finding 7
#[tokio::test]
async fn a_photo_that_is_sent_again_is_neither_decoded_nor_counted_again() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let key = anna.key();
    let photo = anna.upload_foto(key.clone(), pictures::jpeg(1)).await.unwrap();
    // Everybody who wants something decoded is sent away.
    let crowd = world.app().decoding.place(usize::MAX).unwrap();
    for _time in 1..=14 {
        assert_eq!(anna.upload_foto(key.clone(), pictures::jpeg(1)).await.unwrap(), photo);
    }
    let other = anna.upload_foto(key, pictures::jpeg(2)).await.unwrap_err();
    assert_eq!(other.code(), ProblemCode::SleutelHergebruikt);
    assert_eq!(upload(&anna, pictures::jpeg(2)).await.outcome(), "503 even-niet");
    assert_eq!(world.count("poging WHERE sleutel LIKE 'foto:%' AND aantal = 1").await, 1, "nor who is sent away");
    drop(crowd);
    assert_eq!(upload(&anna, pictures::jpeg(2)).await.status, 201);
    assert_eq!(world.count("foto").await, 2);
}

// P-2
#[tokio::test]
async fn a_photo_that_is_sent_five_times_at_once_is_one() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let key = anna.key();
    let photos = join_all((1..=5).map(|_time| anna.upload_foto(key.clone(), pictures::jpeg(1)))).await;
    let photos: Vec<FotoView> = photos.into_iter().map(Result::unwrap).collect();
    assert!(photos.iter().all(|photo| *photo == photos[0]), "{photos:?}");
    assert_eq!((world.count("foto").await, stored(&world).len()), (1, 2));
}

// G-1, finding 7
#[tokio::test]
async fn photos_that_belong_to_nothing_end_with_their_files() {
    let world = World::new().await;
    let (anna, gast, other) = (world.bewoner("Anna").await, world.bezoeker(), world.bezoeker());
    for (person, number) in [(&gast, 1), (&gast, 2), (&anna, 3)] {
        assert_eq!(upload(person, pictures::jpeg(number)).await.status, 201);
    }
    // The same picture as one that belongs to nothing: one file, two photos.
    let photo = other.upload_foto(other.key(), pictures::jpeg(2)).await.unwrap();
    let mut request = other.idea("Een boom");
    request.fotos = vec![photo.id.to_string().into()];
    other.create_initiatief(other.key(), request).await.unwrap();
    let left = async || {
        jobs::forget_old(world.app()).await.unwrap();
        (world.count("foto").await, stored(&world).len())
    };
    world.pass(TimeDelta::hours(23));
    assert_eq!(left().await, (4, 6), "a guest has a day");
    world.pass(TimeDelta::hours(2));
    assert_eq!(left().await, (2, 4), "what belongs to something stays, and so does what has an owner");
    assert_eq!(upload(&gast, pictures::jpeg(1)).await.status, 201, "and it can be sent anew");
    world.wait(91).await;
    // The guest never confirmed the initiatief: it went as a concept does, with its photo.
    assert_eq!(left().await, (0, 0));
    assert_eq!(world.count("foto_bestand").await, 0);
}

/// What makes a photo part of an initiatief.
const ATTACH: &str = "UPDATE foto SET initiatief_id = $1, volgorde = 0 WHERE id = $2 AND initiatief_id IS NULL";

// G-1, P-1: one that becomes part of something just when its time is over stays.
#[tokio::test]
async fn a_photo_that_is_being_attached_is_not_taken_away() {
    let world = World::new().await;
    let (anna, gast) = (world.bewoner("Anna").await, world.bezoeker());
    let id = anna.hand_in("Een boom").await;
    let of_gast = gast.upload_foto(gast.key(), pictures::jpeg(1)).await.unwrap();
    let of_anna = anna.upload_foto(anna.key(), pictures::jpeg(2)).await.unwrap();
    for (days, photo, name) in [(1, of_gast, "losse foto's van gasten"), (90, of_anna, "losse foto's met een account")]
    {
        world.pass(TimeDelta::days(days) + TimeDelta::minutes(1));
        let term = retention::TERMS.iter().find(|term| term.name == name).unwrap();
        assert_eq!(retention::due(world.app(), term).await.unwrap().rows, 1, "{name}");
        let tx = world.app().begin().await.unwrap();
        let attached = tx.execute_raw(sql(&tx, ATTACH, [id.0.into(), photo.id.0.into()])).await.unwrap();
        assert_eq!(attached.rows_affected(), 1, "{name}");
        let app = Arc::clone(world.app());
        let cleaning = tokio::spawn(async move { retention::forget(&app, term).await });
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert!(!cleaning.is_finished(), "{name}: it waits for who is at work");
        tx.commit().await.unwrap();
        assert_eq!(cleaning.await.unwrap().unwrap(), 0, "{name}");
    }
    jobs::forget_old(world.app()).await.unwrap();
    assert_eq!((world.count("foto WHERE initiatief_id IS NOT NULL").await, stored(&world).len()), (2, 4));
}

// G-1: the other way round, whoever wanted to use it reads that it is gone.
#[tokio::test]
async fn a_photo_that_is_being_taken_away_becomes_part_of_nothing() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let photo = anna.upload_foto(anna.key(), pictures::jpeg(1)).await.unwrap();
    let tx = world.app().begin().await.unwrap();
    tx.execute_raw(sql(&tx, "DELETE FROM foto WHERE id = $1", [photo.id.0.into()])).await.unwrap();
    let mut request = anna.idea("Een boom");
    request.fotos = vec![photo.id.to_string().into()];
    let own = anna.clone();
    let attaching = tokio::spawn(async move { own.create_initiatief(own.key(), request).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!attaching.is_finished(), "it waits for who is at work");
    tx.commit().await.unwrap();
    let refused = attaching.await.unwrap().unwrap_err();
    assert_eq!(refused.fouten[0].code.as_str(), "bestaat_niet");
    assert_eq!(world.count("initiatief").await, 0, "a refusal keeps nothing");
}

// finding 7
#[tokio::test]
async fn a_file_that_cannot_be_removed_now_is_removed_later() {
    let world = World::new().await;
    let gast = world.bezoeker();
    assert_eq!(upload(&gast, pictures::jpeg(1)).await.status, 201);
    let whole = stored(&world).remove(0);
    // A folder is no file that can be removed.
    std::fs::remove_file(&whole).unwrap();
    std::fs::create_dir(&whole).unwrap();
    world.pass(TimeDelta::hours(25));
    assert!(jobs::forget_old(world.app()).await.is_err());
    assert_eq!((world.count("foto").await, world.count("foto_bestand").await), (0, 1));
    assert_eq!(upload(&gast, pictures::jpeg(1)).await.outcome(), "503 even-niet", "it is on its way out");
    std::fs::remove_dir(&whole).unwrap();
    std::fs::write(&whole, "what was left").unwrap();
    jobs::forget_old(world.app()).await.unwrap();
    assert_eq!((stored(&world).len(), world.count("foto_bestand").await), (0, 0));
    assert_eq!(upload(&gast, pictures::jpeg(1)).await.status, 201);
}

// finding 7
#[tokio::test]
async fn guests_together_leave_no_more_photos_than_the_server_is_set_to() {
    let world = World::new().await;
    let (anna, gast, other) = (world.bewoner("Anna").await, world.bezoeker(), world.bezoeker());
    let key = gast.key();
    let photo = gast.upload_foto(key.clone(), pictures::jpeg(1)).await.unwrap();
    world.tamper("UPDATE foto SET bytes = 2000000000").await.unwrap();
    assert_eq!(upload(&other, pictures::jpeg(2)).await.outcome(), "503 even-niet");
    assert_eq!(gast.upload_foto(key, pictures::jpeg(1)).await.unwrap(), photo, "what was sent is there");
    assert_eq!(upload(&anna, pictures::jpeg(3)).await.status, 201, "it is for guests");
    world.pass(TimeDelta::hours(25));
    jobs::forget_old(world.app()).await.unwrap();
    assert_eq!(upload(&other, pictures::jpeg(2)).await.status, 201);
}
