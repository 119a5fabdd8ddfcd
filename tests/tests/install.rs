//! docs/beheer.md by its own commands: from an empty folder, in `productie`, to the first initiatief that is handed in and
//! answered (F1). On PostgreSQL with the roles of deploy/postgres.
#![expect(clippy::unwrap_used, reason = "a test throughout: what is not as expected must fail")]

use contract::IdempotencyKey;
use contract::account::{AccountApi as _, LogIn, ResetPassword, Role, Wachtwoord};
use contract::client::Client;
use contract::gebied::GebiedApi as _;
use contract::initiatief::{
    CreateInitiatief, GebeurtenisSoort, InitiatiefApi as _, InitiatiefStatus, Tell, TriageApi as _,
};
use tests::{HttpTransport, Installation, code};

/// The secret at the end of each link to choose a password with.
fn secrets<'a>(said: impl Iterator<Item = &'a str>) -> Vec<String> {
    let links = said.filter_map(|line| line.split_once("https://wijk.example.nl/wachtwoord-nieuw/"));
    links.map(|(_, secret)| secret.trim().to_owned()).collect()
}

/// Somebody chooses a password by the link that the command line gave, and logs in with it.
async fn come_in(person: &Client<HttpTransport>, email: &str, secret: &str) -> Vec<Role> {
    let wachtwoord = || Wachtwoord("zeven groene theepotten".into());
    let reset = ResetPassword { geheim: secret.into(), wachtwoord: wachtwoord() };
    person.reset_password(reset).await.unwrap();
    let tokens = person.log_in(LogIn { email: email.into(), wachtwoord: wachtwoord(), apparaat: None }).await.unwrap();
    person.transport.hold(Some(tokens));
    person.me().await.unwrap().rollen.iter().map(|role| role.rol).collect()
}

// F1, P0-1
#[tokio::test]
async fn who_does_what_the_document_says_has_a_city_where_people_hand_in_and_are_answered() {
    let installation = Installation::new(env!("CARGO_BIN_EXE_wijkkoers-under-test")).await;
    let [beheer, wijkteam, fatima] = [1, 2, 3].map(|number| installation.visitor(number));
    let links = secrets(installation.said.iter().map(String::as_str));
    assert_eq!(links.len(), 2, "{:#?}", installation.said);
    assert_eq!(come_in(&beheer, "beheer@example.nl", &links[0]).await, [Role::Bewoner, Role::Beheerder]);
    assert_eq!(come_in(&wijkteam, "wijkteam@example.nl", &links[1]).await, [Role::Bewoner, Role::Wijkteam]);
    let told = installation.run("wijkkoers user add --email fatima@example.nl --naam Fatima");
    come_in(&fatima, "fatima@example.nl", &secrets(told.lines())[0]).await;

    let lists = fatima.keuzelijsten().await.unwrap();
    assert!(!lists.criteria.is_empty() && !lists.producten.is_empty());
    let gebied = fatima.gebied(code("W2")).await.unwrap();
    let request = CreateInitiatief {
        soort: "idee".into(),
        titel: "Een boom op de hoek".into(),
        tekst: "Er is plaats genoeg, en de buren doen graag mee.".into(),
        wijk: gebied.wijken[0].code.as_str().into(),
        thema: lists.themas[0].code.as_str().into(),
        over_persoon: Some("nee".into()),
        ..CreateInitiatief::default()
    };
    let key = IdempotencyKey::parse("het-eerste-initiatief").unwrap();
    let handed_in = fatima.create_initiatief(key, request).await.unwrap();
    assert_eq!(handed_in.status, InitiatiefStatus::Ingediend);

    let seen = wijkteam.dossier(handed_in.id).await.unwrap();
    let said = "Die boom komt er.";
    wijkteam.respond(handed_in.id, seen.versie, Tell { tekst: said.into(), openbaar: true }).await.unwrap();
    let public = installation.visitor(4).initiatief(handed_in.id).await.unwrap();
    let answer = public.tijdlijn.iter().find(|line| line.soort == GebeurtenisSoort::Reactie);
    assert_eq!(answer.and_then(|line| line.tekst.as_deref()), Some(said));
    assert!(installation.run("wijkkoers ledger check").contains(" 0 verschillen"));
    installation.end();
}
