//! What custodians hear of each other and of the stembureau, by mail and on their pages.

use crate::bewaarders::published;
use chrono::TimeDelta;
use contract::account::AccountApi as _;
use contract::bewaarder::{BewaarderApi as _, SleutelDoel};
use tests::{Person, World, hand_in_two};

const PROEF: SleutelDoel = SleutelDoel::Proef;

// finding 9
#[tokio::test]
async fn whoever_is_waited_for_hears_by_whom_and_until_when_and_who_waits_in_vain_hears_that_too() {
    let world = World::new().await;
    let (wijkteam, stembureau) = (world.wijkteam("W2").await, world.stembureau("W2").await);
    let id = wijkteam.published(world.plan_in_ten_hours()).await;
    let keepers = stembureau.make_key(&world, id).await;
    for keeper in &keepers {
        world.mail_to(&keeper.person).await;
    }
    // Twice one's own part is told once.
    keepers[0].hand_in(id, PROEF).await.unwrap();
    keepers[0].hand_in(id, PROEF).await.unwrap();
    let path = format!("/buurtbegrotingen/{id}/bewaren");
    for (at, other) in [(1, "Kas Bewaart"), (2, "Kim Bewaart")] {
        let letter = world.one_mail_to(&keepers[at].person).await;
        assert_eq!(letter.subject, "Een andere bewaarder wacht op u");
        assert!(letter.text.contains(" uur") && letter.text.contains(&path), "{}", letter.text);
        let seen = keepers[at].person.bewaarder(id).await.unwrap();
        let waits: Vec<_> = seen.anderen.iter().map(|own| (own.naam.as_str(), own.wacht_tot.is_some())).collect();
        assert_eq!(waits, [("Kea Bewaart", true), (other, false)]);
        let page = world.browser_of(&keepers[at].person).await.look(&path).await.text();
        assert!(page.contains("Kea Bewaart wacht op u"), "{page}");
        // A name and nothing more.
        let answer = keepers[at].person.ask("GET", &format!("/buurtbegrotingen/{id}/bewaarder")).send().await.text();
        for text in [page, answer] {
            assert!(!text.contains(&keepers[0].person.email), "{text}");
        }
    }
    assert!(world.mail_to(&keepers[0].person).await.is_empty(), "who waits knows");

    world.pass(TimeDelta::minutes(10));
    world.drive().await;
    let letter = world.one_mail_to(&keepers[0].person).await;
    assert_eq!(letter.subject, "Er kwam niemand op tijd: lever uw deel opnieuw in");
    let to = letter.link().unwrap();
    assert!(to.ends_with(&format!("{path}?ingeleverd=ja")), "{to}");
    world.log_in(&keepers[0].person).await;
    let page = world.browser_of(&keepers[0].person).await.look(&format!("{path}?ingeleverd=ja")).await.text();
    assert!(page.contains("Er kwam niemand op tijd"), "{page}");
}

// finding 9
#[tokio::test]
async fn all_three_hear_when_the_key_was_tried_and_until_when_they_keep_theirs() {
    let world = World::new().await;
    let (id, _, stembureau) = published(&world).await;
    let keepers = stembureau.make_and_prove_key(&world, id).await;
    let path = format!("/buurtbegrotingen/{id}/bewaren");
    let page = async |at: usize| world.browser_of(&keepers[at].person).await.look(&path).await.text();
    for (at, subject) in [
        (0, "De sleutel is beproefd: u bent klaar voor nu"),
        (1, "De sleutel is beproefd: probeer ook uw eigen sleutel"),
        (2, "De sleutel is beproefd: u bent klaar voor nu"),
    ] {
        let letter = world.mail_to(&keepers[at].person).await.pop().unwrap();
        assert_eq!(letter.subject, subject);
        assert!(letter.text.contains("Mensen kunnen stemmen tot "), "{}", letter.text);
        assert_eq!(page(at).await.contains("U bent klaar voor nu"), at != 1, "{at}");
    }
    // H14: whose own key was never tried is not told that all is done.
    let untried = page(1).await;
    let said = "De sleutel is beproefd door Kea Bewaart en Kas Bewaart. Uw eigen sleutel is nog niet geprobeerd.";
    assert!(untried.contains(said) && untried.contains("Probeer mijn sleutel"), "{untried}");
    keepers[1].try_key(id).await.unwrap();
    let tried = page(1).await;
    assert!(tried.contains("U bent klaar voor nu") && tried.contains("Uw eigen sleutel werkt ook."), "{tried}");
}

// H19: who runs the vote hears how far its key is, and no custodian has to tell them.
#[tokio::test]
async fn the_stembureau_hears_that_there_is_a_key_and_that_it_was_tried() {
    let world = World::new().await;
    let (id, wijkteam, stembureau) = published(&world).await;
    let (colleague, elsewhere) = (world.stembureau("W2").await, world.stembureau("W4").await);
    let keepers = world.keepers().await;
    stembureau.name_keepers(id, &keepers).await.unwrap();
    for person in [&stembureau, &colleague, &elsewhere, &wijkteam] {
        world.mail_to(person).await;
    }
    keepers[0].give_key(id).await.unwrap();
    keepers[1].give_key(id).await.unwrap();
    assert!(world.mail_to(&stembureau).await.is_empty(), "two keys are none yet");
    keepers[2].give_key(id).await.unwrap();
    let page = format!("/buurtbegrotingen/{id}");
    for person in [&stembureau, &colleague] {
        let letter = world.one_mail_to(person).await;
        assert_eq!(letter.subject, "Alle drie de bewaarders hebben een sleutel: nu beproeven");
        assert!(letter.link().unwrap().ends_with(&page) && letter.text.contains(" uur"), "{}", letter.text);
    }
    hand_in_two(&keepers, id, PROEF).await.unwrap();
    for person in [&stembureau, &colleague] {
        assert_eq!(world.one_mail_to(person).await.subject, "De sleutel van de stembus is beproefd");
    }
    for person in [&elsewhere, &wijkteam] {
        assert!(world.mail_to(person).await.is_empty(), "{} counts nothing here", person.email);
    }
}

// finding 9
#[tokio::test]
async fn who_is_replaced_hears_that_nothing_is_asked_of_them_any_more() {
    let world = World::new().await;
    let (id, _, stembureau) = published(&world).await;
    let mut keepers = world.keepers().await;
    stembureau.name_keepers(id, &keepers).await.unwrap();
    let gone = keepers[0].person.clone();
    world.mail_to(&gone).await;
    keepers[0].person = world.bewoner("Kees").await;
    stembureau.name_keepers(id, &keepers).await.unwrap();
    let letter = world.one_mail_to(&gone).await;
    assert_eq!((letter.subject.as_str(), letter.link()), ("U hoeft geen sleutel meer te bewaren", None));
    let page = world.browser_of(&gone).await.look(&format!("/buurtbegrotingen/{id}/bewaren")).await;
    assert_eq!(page.status, 403);
    assert!(page.text().contains("U bent hier geen bewaarder"), "{}", page.text());
    // Who stays hears nothing: named is named.
    assert_eq!(world.mail_to(&keepers[1].person).await.len(), 1);
}

// finding 9
#[tokio::test]
async fn who_keeps_a_key_finds_the_way_to_it_without_the_mail() {
    let world = World::new().await;
    let (id, _, stembureau) = published(&world).await;
    let keepers = world.keepers().await;
    let round = format!("/buurtbegrotingen/{id}");
    let path = format!("{round}/bewaren");
    let finds = async |at: usize, words: &str| {
        let browser = world.browser_of(&keepers[at].person).await;
        let mut found = Vec::new();
        for page in ["/", "/mijn", "/buurtbegrotingen", round.as_str()] {
            let text = browser.look(page).await.text();
            found.push(text.contains(&path) && text.contains(words));
        }
        found
    };
    assert_eq!(finds(0, "Maak uw sleutel").await, [false; 4], "nobody named them");
    stembureau.name_keepers(id, &keepers).await.unwrap();
    assert_eq!(keepers[0].person.me().await.unwrap().bewaart, [id]);
    assert_eq!(finds(0, "Maak uw sleutel").await, [true; 4]);
    keepers[0].give_key(id).await.unwrap();
    assert_eq!(finds(0, "wij wachten op de andere bewaarders").await, [true; 4]);
    keepers[1].give_key(id).await.unwrap();
    keepers[2].give_key(id).await.unwrap();
    assert_eq!(finds(0, "Beproef uw sleutel").await, [true; 4]);
    hand_in_two(&keepers, id, PROEF).await.unwrap();
    assert_eq!(finds(0, "U hoeft nu niets te doen").await, [true; 4]);
    assert_eq!(finds(1, "Probeer uw eigen sleutel").await, [true; 4]);
    assert!(stembureau.me().await.unwrap().bewaart.is_empty());
}

// finding 9
#[tokio::test]
async fn the_stembureau_reads_what_the_key_waits_for() {
    let world = World::new().await;
    let (id, _, stembureau) = published(&world).await;
    let keepers = world.keepers().await;
    let browser = world.browser_of(&stembureau).await;
    let round = format!("/buurtbegrotingen/{id}");
    let list = async || browser.look("/buurtbegrotingen").await.text();
    assert!(list().await.contains("Bewaarders benoemen."));
    let [one, two, three] = [0, 1, 2].map(|at: usize| keepers[at].person.email.as_str());
    let fields = [("actie", "bewaarders"), ("bewaarder1", one), ("bewaarder2", two), ("bewaarder3", three)];
    assert_eq!(browser.send(&round, &fields).await.status, 303);
    let named = browser.look(&format!("{round}?benoemd=ja")).await.text();
    assert!(named.contains("De bewaarders zijn benoemd."), "{named}");
    assert!(list().await.contains("De bewaarders maken hun sleutel: 0 van de 3 hebben er een."));
    for keeper in &keepers {
        keeper.give_key(id).await.unwrap();
    }
    assert!(list().await.contains("De bewaarders moeten de sleutel nog beproeven."));
    let page = browser.look(&round).await.text();
    assert!(page.contains("De sleutel van de stembus is gemaakt, maar nog niet beproefd."), "{page}");
    assert!(!page.contains("nog niet gemaakt"), "{page}");
    let counts = |page: &str, words: &str| page.matches(words).count();
    assert_eq!((counts(&page, "Gemaakt op "), counts(&page, "Nog niet geprobeerd")), (3, 3), "{page}");
    hand_in_two(&keepers, id, PROEF).await.unwrap();
    assert!(!list().await.contains("beproeven"));
    let page = browser.look(&round).await.text();
    assert!(page.contains("De sleutel is gemaakt en beproefd."), "{page}");
    assert_eq!((counts(&page, "Beproefd op "), counts(&page, "Nog niet geprobeerd")), (2, 1), "{page}");
    assert!(page.contains("De eigen sleutel van Kim Bewaart is nog niet geprobeerd."), "{page}");
}

// H20: when nothing is left to do, the page says so, and what goes by itself.
#[tokio::test]
async fn those_who_run_a_vote_read_that_all_is_ready_and_when_it_opens() {
    let world = World::new().await;
    let (id, wijkteam, stembureau) = published(&world).await;
    let page = async |who: &Person| world.browser_of(who).await.look(&format!("/buurtbegrotingen/{id}")).await.text();
    let ready = "Alles is klaar. Het stemmen gaat vanzelf open op ";
    world.pass(TimeDelta::minutes(2));
    assert!(!page(&stembureau).await.contains(ready), "there is no key yet");
    stembureau.make_and_prove_key(&world, id).await;
    let seen = page(&stembureau).await;
    assert!(seen.contains(ready) && seen.contains("u maakt ze hieronder"), "{seen}");
    let seen = page(&wijkteam).await;
    assert!(seen.contains(ready) && seen.contains("Het stembureau zorgt dat de brieven"), "{seen}");
    assert!(!page(&world.bewoner("Bas").await).await.contains(ready), "it is for those who run it");
}
