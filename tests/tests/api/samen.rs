//! People together in one place, on one address: a wijkgesprek, a library, a mobile carrier. None of them is refused
//! what each may do (B-1, B09).

use super::accounts::{PASSWORD, login, registration};
use chrono::TimeDelta;
use contract::account::{AccountApi as _, UseLink};
use contract::foto::FotoApi as _;
use contract::initiatief::InitiatiefApi as _;
use contract::problem::ProblemCode;
use tests::{Person, World, pictures};

const PLACE: &str = "203.0.113.60";

async fn mailed(world: &World, person: &Person) -> UseLink {
    UseLink { geheim: world.one_mail_to(person).await.secret().into() }
}

// B-1, B09
#[tokio::test]
async fn sixty_guests_on_one_address_do_in_an_hour_what_each_may() {
    let world = World::new().await;
    let liked = world.bewoner("Anna").await.hand_in("Een boom").await;
    for number in 1..=60 {
        let guest = world.bezoeker().behind(PLACE);
        let photo = guest.upload_foto(guest.key(), pictures::jpeg(number)).await.unwrap();
        let mut request = guest.idea("Een bankje op het plein");
        request.fotos = vec![photo.id.to_string().into()];
        guest.create_initiatief(guest.key(), request).await.unwrap();
        guest.confirm_initiatief(mailed(&world, &guest).await).await.unwrap();
        assert_eq!(world.mail_to(&guest).await.len(), 1, "the receipt");

        guest.register(registration(&guest)).await.unwrap();
        guest.confirm_account(mailed(&world, &guest).await).await.unwrap();
        guest.transport.hold(Some(guest.log_in(login(&guest, PASSWORD)).await.unwrap()));
        assert_eq!(guest.support(liked).await.unwrap().steun, number);
        world.pass(TimeDelta::seconds(55));
    }
    // Whoever writes down what is said at the table hands in more than a resident may.
    let wijkteam = world.wijkteam("W2").await.behind(PLACE);
    for _ in 0..20 {
        wijkteam.hand_in("Een bankje op het plein").await;
    }
}

// B-1, B09
#[tokio::test]
async fn what_no_crowd_does_is_refused_to_guests_of_that_network_alone() {
    let world = World::new().await;
    let guest = world.bezoeker().behind(PLACE);
    guest.hand_in("Een boom").await;
    guest.upload_foto(guest.key(), pictures::jpeg(1)).await.unwrap();
    guest.register(registration(&guest)).await.unwrap();
    // One guest more is not too many: of 300 mails an hour it is sent two, for what it hands in and for its account.
    for (counted, so_far) in [("foto-gasten", 899), ("initiatief-gasten", 299), ("mail-netwerk", 298)] {
        let before = format!("UPDATE poging SET aantal = {so_far} WHERE sleutel LIKE '{counted}:%'");
        assert_eq!(world.tamper(&before).await.unwrap(), 1, "{counted}");
    }
    let (next, neighbour) = (world.bezoeker().behind(PLACE), world.bezoeker().behind("203.0.113.61"));
    let try_all = async |person: &Person| {
        let handed_in = person.create_initiatief(person.key(), person.idea("Een boom")).await.map(|_| ());
        let photo = person.upload_foto(person.key(), pictures::jpeg(2)).await.map(|_| ());
        let registered = person.register(registration(person)).await.map(|_| ());
        [handed_in, photo, registered].map(|outcome| outcome.err().map(|problem| (problem.code(), problem.wacht)))
    };
    assert_eq!(try_all(&world.bezoeker().behind(PLACE)).await, [None; 3], "a crowd is that large");
    assert_eq!(try_all(&next).await, [Some((ProblemCode::TeVaak, Some(3_600))); 3]);
    assert_eq!(try_all(&neighbour).await, [None; 3]);
    let bram = world.bewoner("Bram").await.behind(PLACE);
    bram.hand_in("Een boom").await;
    bram.upload_foto(bram.key(), pictures::jpeg(3)).await.unwrap();
    world.pass(TimeDelta::hours(1));
    assert_eq!(try_all(&world.bezoeker().behind(PLACE)).await, [None; 3]);
}

// B-1: a link that works is never limited by where it comes from.
#[tokio::test]
async fn links_that_do_not_work_are_counted_and_links_that_do_are_not() {
    let world = World::new().await;
    let guest = world.bezoeker().behind(PLACE);
    guest.hand_in("Een boom").await;
    let good = mailed(&world, &guest).await;
    let bad = UseLink { geheim: "een-link-die-niemand-kent".into() };
    let refused = guest.confirm_initiatief(bad.clone()).await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::LinkOngeldig);
    let full = "UPDATE poging SET aantal = 600 WHERE sleutel LIKE 'link-netwerk:%'";
    assert_eq!(world.tamper(full).await.unwrap(), 1);
    assert_eq!(guest.confirm_account(bad.clone()).await.unwrap_err().code(), ProblemCode::TeVaak);
    guest.confirm_initiatief(good).await.unwrap();
    let neighbour = world.bezoeker().behind("203.0.113.61");
    assert_eq!(neighbour.confirm_initiatief(bad).await.unwrap_err().code(), ProblemCode::LinkOngeldig);
}
