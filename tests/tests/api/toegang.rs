//! Wrong passwords: few are judged, and nobody shuts somebody else out with them (S-8, B-1).

use super::accounts::{OTHER, PASSWORD, login, registered};
use chrono::TimeDelta;
use contract::account::{AccountApi as _, LogIn, RequestReset, ResetPassword, Wachtwoord};
use futures_util::future::join_all;
use std::sync::mpsc;
use std::time::Duration;
use tests::{Heard, Person, World};
use wijkkoers::account::password;

const WRONG: &str = "hier raadt iemand maar wat";

async fn attempt(person: &Person, request: &LogIn) -> Heard {
    person.ask("POST", "/sessies").json(request).send().await
}

/// Seconds that the answer asks to wait.
fn wait(heard: &Heard) -> i64 {
    heard.header("retry-after").unwrap().parse().unwrap()
}

/// Fifty wrong passwords for somebody at once, from ten networks.
async fn attack(person: &Person) -> Vec<Heard> {
    let burglars: Vec<Person> = (0..50).map(|number| person.behind(&format!("198.51.100.{}", number % 10))).collect();
    let request = login(person, WRONG);
    join_all(burglars.iter().map(|burglar| attempt(burglar, &request))).await
}

/// The login of somebody who was here before.
fn on_device(person: &Person, password: &str, apparaat: &str) -> LogIn {
    LogIn { apparaat: Some(apparaat.into()), ..login(person, password) }
}

// B-1, P1-9
#[tokio::test]
async fn fifty_wrong_passwords_at_once_over_ten_networks_are_judged_five_times() {
    let world = World::new().await;
    for person in [registered(&world).await, world.bezoeker()] {
        let heard = attack(&person).await;
        assert_eq!(heard.iter().filter(|heard| heard.outcome() == "401 inloggen-mislukt").count(), 5);
        for refused in heard.iter().filter(|heard| heard.status != 401) {
            assert_eq!(refused.outcome(), "429 te-vaak");
            assert!((1..=15).contains(&wait(refused)), "{}", wait(refused));
        }
    }
    assert_eq!(world.count("audit WHERE actie = 'sessie.inloggen' AND resultaat = 'geweigerd'").await, 10);
}

// B-1, P1-8
#[tokio::test]
async fn whoever_is_attacked_gets_in_within_fifteen_seconds() {
    let world = World::new().await;
    let owner = registered(&world).await;
    attack(&owner).await;
    let right = login(&owner, PASSWORD);
    let refused = attempt(&owner, &right).await;
    assert_eq!(refused.outcome(), "429 te-vaak");
    world.pass(TimeDelta::seconds(wait(&refused)));
    for _ in 0..7 {
        assert_eq!(attempt(&owner, &right).await.status, 200, "what is right is counted for nothing");
    }
    assert_eq!(attempt(&owner.behind("198.51.100.77"), &login(&owner, WRONG)).await.status, 401);
    assert_eq!(attempt(&owner, &right).await.outcome(), "429 te-vaak", "what is wrong is");
}

// B-1, P1-8
#[tokio::test]
async fn a_device_that_is_known_has_tries_of_its_own() {
    let world = World::new().await;
    let (owner, neighbour) = (registered(&world).await, registered(&world).await);
    let device = async |person: &Person| person.log_in(login(person, PASSWORD)).await.unwrap().apparaat.unwrap();
    let (own, other) = (device(&owner).await, device(&neighbour).await);
    attack(&owner).await;
    assert_eq!(attempt(&owner, &login(&owner, PASSWORD)).await.outcome(), "429 te-vaak");
    for unknown in [other.as_str(), "een-apparaat-dat-niemand-kent"] {
        let heard = attempt(&owner, &on_device(&owner, PASSWORD, unknown)).await;
        assert_eq!(heard.outcome(), "429 te-vaak", "a device is known to one account");
    }
    let right = on_device(&owner, PASSWORD, &own);
    let again = owner.log_in(right.clone()).await.unwrap();
    assert_eq!(again.apparaat.as_ref(), Some(&own), "it stays known by the same secret");

    for _ in 0..5 {
        let heard = attempt(&owner, &on_device(&owner, WRONG, &own)).await;
        assert_eq!(heard.outcome(), "401 inloggen-mislukt");
    }
    let refused = attempt(&owner, &right).await;
    assert_eq!((refused.outcome().as_str(), wait(&refused)), ("429 te-vaak", 15), "five, and then as any other");
    world.pass(TimeDelta::seconds(15));
    let again = owner.log_in(right.clone()).await.unwrap();
    assert_eq!(again.apparaat.as_ref(), Some(&own), "it is still known");
    world.pass(TimeDelta::minutes(15));
    attack(&owner).await;
    assert_eq!(attempt(&owner, &right).await.status, 200);
    assert_eq!(world.count("apparaat").await, 2);
}

// B-1
#[tokio::test]
async fn a_device_is_forgotten_when_all_sessions_end_and_after_half_a_year() {
    let world = World::new().await;
    let owner = registered(&world).await;
    let own = owner.log_in(login(&owner, PASSWORD)).await.unwrap().apparaat.unwrap();
    owner.request_reset(RequestReset { email: owner.email.as_str().into() }).await.unwrap();
    let geheim = world.one_mail_to(&owner).await.secret().into();
    owner.reset_password(ResetPassword { geheim, wachtwoord: Wachtwoord(OTHER.into()) }).await.unwrap();
    attack(&owner).await;
    let refused = attempt(&owner, &on_device(&owner, OTHER, &own)).await;
    assert_eq!(refused.outcome(), "429 te-vaak");
    world.pass(TimeDelta::seconds(wait(&refused)));
    let new = owner.log_in(on_device(&owner, OTHER, &own)).await.unwrap().apparaat.unwrap();
    assert_ne!(new, own);
    wijkkoers::jobs::forget_old(world.app()).await.unwrap();
    // This one, and the one that the password was set on.
    assert_eq!(world.count("apparaat").await, 2, "what nobody is known by is not kept");

    world.pass(TimeDelta::days(181));
    wijkkoers::jobs::forget_old(world.app()).await.unwrap();
    assert_eq!((world.count("apparaat").await, world.count("tempo").await), (0, 0));
}

// B-1, S-5
#[tokio::test]
async fn a_device_is_forgotten_when_its_owner_logs_out_everywhere() {
    let world = World::new().await;
    let (owner, neighbour) = (registered(&world).await, registered(&world).await);
    let start = async |person: &Person| person.log_in(login(person, PASSWORD)).await.unwrap();
    let (own, other) = (start(&owner).await, start(&neighbour).await);
    owner.transport.hold(Some(own.clone()));
    owner.log_out_everywhere().await.unwrap();
    for (person, tokens, expected) in [(&owner, own, "429 te-vaak"), (&neighbour, other, "200")] {
        attack(person).await;
        let heard = attempt(person, &on_device(person, PASSWORD, &tokens.apparaat.unwrap())).await;
        assert_eq!(heard.outcome(), expected);
    }
    wijkkoers::jobs::forget_old(world.app()).await.unwrap();
    assert_eq!(world.count("apparaat").await, 1);
}

// B-1, finding 13: a colleague, or somebody in the same library.
#[tokio::test]
async fn wrong_ones_on_the_same_network_keep_the_owner_waiting_there_for_fifteen_seconds_and_nobody_else() {
    let world = World::new().await;
    let here = "203.0.113.7";
    let (anna, bram) = (registered(&world).await.behind(here), registered(&world).await.behind(here));
    let (wrong, right) = (login(&anna, WRONG), login(&anna, PASSWORD));
    let burgle = async || {
        let heard = join_all((0..50).map(|_| attempt(&anna, &wrong))).await;
        assert!(heard.iter().all(|heard| heard.status == 401 || (1..=15).contains(&wait(heard))));
        heard.iter().filter(|heard| heard.outcome() == "401 inloggen-mislukt").count()
    };
    // The first tries of that network, and then one at a time.
    for judged in [5, 1, 1, 1] {
        assert_eq!(burgle().await, judged);
        let refused = attempt(&anna, &right).await;
        assert_eq!((refused.outcome().as_str(), wait(&refused)), ("429 te-vaak", 15));
        world.pass(TimeDelta::seconds(15));
        for _ in 0..7 {
            assert_eq!(attempt(&anna, &right).await.status, 200, "what is right is counted for nothing");
        }
    }
    assert_eq!(burgle().await, 1);
    // One floor up has another address, and so has somebody in the same block of addresses: nobody waits there.
    for elsewhere in ["203.0.113.8", "2001:db8::1"] {
        assert_eq!(attempt(&anna.behind(elsewhere), &right).await.status, 200, "{elsewhere}");
    }
    for _ in 0..30 {
        let stranger = world.bezoeker().behind(here);
        assert_eq!(attempt(&stranger, &login(&stranger, WRONG)).await.outcome(), "401 inloggen-mislukt");
    }
    assert_eq!(attempt(&bram, &login(&bram, PASSWORD)).await.status, 200);
    assert_eq!(world.count("poging WHERE sleutel LIKE '%203.0.113%'").await, 0, "no address is kept");
}

// B-1: twelve networks have sixty tries a quarter, as many as are judged in it.
#[tokio::test]
async fn twelve_networks_take_every_turn_and_whoever_reads_the_mail_gets_in_all_the_same() {
    let world = World::new().await;
    let owner = registered(&world).await;
    let burglars: Vec<Person> = (0..12).map(|number| owner.behind(&format!("198.51.100.{number}"))).collect();
    let (wrong, right) = (login(&owner, WRONG), login(&owner, PASSWORD));
    for (turn, burglar) in burglars.iter().cycle().take(60).enumerate() {
        // Five at once, and then each on time.
        if turn >= 5 {
            world.pass(TimeDelta::seconds(15));
        }
        assert_eq!(attempt(burglar, &wrong).await.outcome(), "401 inloggen-mislukt", "turn {turn}");
        if turn >= 4 {
            let refused = attempt(&owner, &right).await;
            assert_eq!((refused.outcome().as_str(), wait(&refused)), ("429 te-vaak", 15), "turn {turn}");
        }
    }
    let new = login(&owner, OTHER);
    let shut_out = async |what: &str| {
        // In the line of who has tries left, and in that of who has none.
        for somewhere in [&owner, &burglars[0]] {
            assert_eq!(attempt(somewhere, &new).await.outcome(), "429 te-vaak", "{what}");
        }
    };
    let link = async || {
        owner.request_reset(RequestReset { email: owner.email.as_str().into() }).await.unwrap();
        let mails = world.mail_to(&owner).await;
        let is_it = |link: &str| link.contains("/wachtwoord-nieuw/");
        mails.iter().find(|mail| mail.link().is_some_and(is_it)).unwrap().secret().to_owned()
    };
    let reset = ResetPassword { geheim: link().await.as_str().into(), wachtwoord: Wachtwoord(OTHER.into()) };
    let known = owner.reset_password(reset).await.unwrap().apparaat;
    shut_out("it is the device that is known").await;
    let tokens = owner.log_in(on_device(&owner, OTHER, &known)).await.unwrap();
    assert_eq!(tokens.apparaat, Some(known), "it stays known by that");

    let page = format!("/wachtwoord-nieuw/{}", link().await);
    let heard = world.browser().send(&page, &[("actie", "nieuw"), ("wachtwoord", OTHER)]).await;
    assert_eq!((heard.status, heard.header("location")), (303, Some("/bericht/wachtwoord-klaar")));
    let mut cookies = heard.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let cookie = cookies.find(|cookie| cookie.starts_with("__Host-wk_apparaat=")).unwrap();
    shut_out("it is the browser that is known").await;
    let form = [("actie", "inloggen"), ("terug", ""), ("email", owner.email.as_str()), ("wachtwoord", OTHER)];
    let fields = serde_urlencoded::to_string(form.as_slice()).unwrap();
    let ask = owner.ask("POST", "//inloggen").bytes("application/x-www-form-urlencoded", fields);
    let ask = ask.header("cookie", cookie.split(';').next().unwrap()).header("origin", world.address());
    assert_eq!(ask.send_unjudged().await.status, 303);
}

// S-3, S-5: what changes while a password waits to be judged counts for who gets in by it.
#[tokio::test]
async fn a_login_that_crosses_the_end_of_all_sessions_gives_no_tokens_that_are_dead() {
    let world = World::new().await;
    let app = world.app();
    let hash = password::hash(app, Wachtwoord(OTHER.into())).await.unwrap();
    for (change, expected) in [
        ("ver = ver + 1".to_owned(), "200"),
        (format!("ver = ver + 1, wachtwoord_hash = '{hash}'"), "401 inloggen-mislukt"),
        ("geblokkeerd = TRUE".to_owned(), "401 inloggen-mislukt"),
    ] {
        let owner = registered(&world).await;
        let idle = app.hashing.free();
        let [(one, until_one), (other, until_other)] = [(); 2].map(|()| mpsc::channel::<()>());
        let hold = |until: mpsc::Receiver<()>| app.hashing.run(move || until.recv().ok());
        let cross = async {
            // Two are at work, and whoever takes a place beside them has read the account.
            while app.hashing.free() > idle - 3 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            let change = format!("UPDATE account SET {change} WHERE email = '{}'", owner.email);
            assert_eq!(world.tamper(&change).await.unwrap(), 1);
            drop((one, other));
        };
        let cross = tokio::time::timeout(Duration::from_secs(30), cross);
        let request = login(&owner, PASSWORD);
        let (_, _, heard, crossed) = tokio::join!(hold(until_one), hold(until_other), attempt(&owner, &request), cross);
        crossed.expect("the login waits to be judged");
        assert_eq!(heard.outcome(), expected, "{change}");
        if heard.status == 200 {
            owner.transport.hold(Some(heard.read()));
            owner.me().await.unwrap();
        }
    }
    assert_eq!(world.count("audit WHERE actie = 'sessie.inloggen' AND resultaat = 'gelukt'").await, 1);
    assert_eq!(world.count("sessie").await, 1);
}

// S-8
#[tokio::test]
async fn known_and_unknown_addresses_get_the_same_answers_in_the_same_order() {
    let world = World::new().await;
    let known = registered(&world).await;
    let unknown = world.bezoeker();
    let nonsense = LogIn { email: "geen adres".into(), ..login(&unknown, WRONG) };
    let requests = [login(&known, WRONG), login(&unknown, WRONG), nonsense];
    let mut heard = [const { Vec::new() }; 3];
    // Where each try comes from, and how many seconds after the one before.
    let first = ["192.0.2.1"; 3].into_iter().chain(["192.0.2.2"; 4]).map(|network| (network, 0));
    let then = [("192.0.2.3", 10), ("192.0.2.3", 5), ("192.0.2.1", 15), ("192.0.2.1", 15)];
    // The first network used its five tries.
    let further = [("192.0.2.1", 15), ("192.0.2.1", 0), ("192.0.2.1", 10), ("192.0.2.3", 0), ("192.0.2.1", 5)];
    for (network, seconds) in first.chain(then).chain(further) {
        world.pass(TimeDelta::seconds(seconds));
        for (request, heard) in requests.iter().zip(&mut heard) {
            let answer = attempt(&unknown.behind(network), request).await;
            heard.push((answer.outcome(), answer.header("retry-after").map(str::to_owned)));
        }
    }
    let waits: Vec<_> = heard[0].iter().map(|(_, wait)| wait.as_deref().unwrap_or_default()).collect();
    assert_eq!(waits, ["", "", "", "", "", "15", "15", "5", "", "", "", "", "15", "5", "", ""]);
    assert_eq!(heard[0], heard[1]);
    assert_eq!(heard[0], heard[2]);
}

fn form(person: &Person) -> [(&str, &str); 4] {
    [("actie", "inloggen"), ("terug", ""), ("email", person.email.as_str()), ("wachtwoord", PASSWORD)]
}

// B-1, B09
#[tokio::test]
async fn a_browser_that_is_known_gets_in_and_another_reads_how_long_to_wait() {
    let world = World::new().await;
    let owner = registered(&world).await;
    let heard = world.browser().send("/inloggen", &form(&owner)).await;
    assert_eq!(heard.status, 303);
    let mut cookies = heard.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let cookie = cookies.find(|cookie| cookie.starts_with("__Host-wk_apparaat=")).unwrap();
    for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=15552000"] {
        assert!(cookie.split("; ").any(|own| own == part), "{part}: {cookie}");
    }
    attack(&owner).await;
    let refused = world.browser().send("/inloggen", &form(&owner)).await;
    assert_eq!((refused.status, wait(&refused)), (429, 15));
    let text = refused.text();
    let typed = format!("value=\"{}\"", owner.email);
    for part in ["Probeer het over 15 seconden opnieuw.", "Wat u invulde, staat er nog.", typed.as_str()] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains(PASSWORD));

    let fields = serde_urlencoded::to_string(form(&owner).as_slice()).unwrap();
    let ask = owner.ask("POST", "//inloggen").bytes("application/x-www-form-urlencoded", fields);
    let known = cookie.split(';').next().unwrap();
    let heard = ask.header("cookie", known).header("origin", world.address()).send_unjudged().await;
    assert_eq!((heard.status, heard.header("location")), (303, Some("/")));
}
