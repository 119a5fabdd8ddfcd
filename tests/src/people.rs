//! The people of a test: each is a client of the API.

use crate::transport::{Ask, HttpTransport};
use crate::world::World;
use contract::account::{NewAccount, Persoon, PersoonSoort, Role, Wachtwoord};
use contract::client::Client;
use contract::field::{Email, Field as _, KvkNummer, Naam};
use contract::{AccountId, Euro, IdempotencyKey};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use wijkkoers::access::Grant;
use wijkkoers::account::sessions;
use wijkkoers::account::store::{self, NewMandate};
use wijkkoers::account::tokens::Channel;

/// Somebody who uses the API; without an account, a visitor.
#[derive(Clone)]
pub struct Person {
    client: Client<HttpTransport>,
    account: Option<AccountId>,
    number: u32,
    attempts: Arc<AtomicU32>,
    /// Name.
    pub naam: String,
    /// Address.
    pub email: String,
}

impl Deref for Person {
    type Target = Client<HttpTransport>;

    fn deref(&self) -> &Self::Target {
        &self.client
    }
}

impl Person {
    /// The same person, at another instance.
    #[must_use]
    pub fn at(&self, address: String) -> Self {
        Self { client: Client::new(self.client.transport.at(address)), ..self.clone() }
    }

    /// The same person, on the network of another address.
    #[must_use]
    pub fn behind(&self, address: &str) -> Self {
        Self { client: Client::new(self.client.transport.behind(address.to_owned())), ..self.clone() }
    }

    /// A request in one's own words.
    #[must_use]
    pub fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        self.client.transport.ask(method, path)
    }

    /// A key for a new attempt.
    ///
    /// # Panics
    /// Never: its form is right.
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        let attempt = self.attempts.fetch_add(1, Ordering::SeqCst);
        IdempotencyKey::parse(&format!("poging-{}-{attempt}", self.number)).expect("the form of a key")
    }

    /// The account.
    ///
    /// # Panics
    /// For a visitor.
    #[must_use]
    pub fn id(&self) -> AccountId {
        self.account.expect("somebody with an account")
    }
}

/// What a person of a test is.
struct Who<'a> {
    soort: PersoonSoort,
    kvk: Option<&'a str>,
    grants: &'a [Grant],
}

const RESIDENT: Who<'static> = Who { soort: PersoonSoort::Bewoner, kvk: None, grants: &[] };

impl World {
    /// Somebody without an account.
    #[must_use]
    pub fn bezoeker(&self) -> Person {
        let (client, number) = self.client();
        let email = format!("gast-{number}@voorbeeld.test");
        Person { client, account: None, number, attempts: Arc::default(), naam: "Gast de Gast".into(), email }
    }

    /// A resident.
    pub async fn bewoner(&self, naam: &str) -> Person {
        self.person(naam, RESIDENT).await
    }

    /// A business.
    pub async fn ondernemer(&self, naam: &str) -> Person {
        self.person(naam, Who { soort: PersoonSoort::Ondernemer, kvk: Some("12345678"), grants: &[] }).await
    }

    /// A member of the wijkteam of a gebied.
    pub async fn wijkteam(&self, gebied: &str) -> Person {
        self.staff("Wim Wijkteam", Role::Wijkteam, Some(gebied)).await
    }

    /// A member of the wijkteam of a gebied who may approve up to an amount, of every product.
    pub async fn fiatteur(&self, gebied: &str, bedrag: &str) -> Person {
        let person = self.staff("Fien Fiat", Role::Wijkteam, Some(gebied)).await;
        self.mandate(&person, gebied, None, bedrag).await;
        person
    }

    /// Somebody of the back office.
    pub async fn backoffice(&self) -> Person {
        self.staff("Bo Backoffice", Role::Backoffice, None).await
    }

    /// A member of the council.
    pub async fn raad(&self) -> Person {
        self.staff("Rie Raad", Role::Raad, None).await
    }

    /// A member of the stembureau of a gebied.
    pub async fn stembureau(&self, gebied: &str) -> Person {
        self.staff("Stien Stembureau", Role::Stembureau, Some(gebied)).await
    }

    /// An administrator.
    pub async fn beheerder(&self) -> Person {
        self.staff("Bea Beheer", Role::Beheerder, None).await
    }

    async fn staff(&self, naam: &str, role: Role, gebied: Option<&str>) -> Person {
        let grant = Grant { role, gebied: gebied.map(str::to_owned) };
        self.person(naam, Who { grants: &[grant], ..RESIDENT }).await
    }

    /// Gives a mandate, from today on.
    ///
    /// # Panics
    /// When it cannot be given.
    pub async fn mandate(&self, to: &Person, gebied: &str, product: Option<&str>, bedrag: &str) {
        let new = NewMandate {
            account: to.id(),
            gebied: gebied.into(),
            product: product.map(str::to_owned),
            bedrag: Euro::parse(bedrag).expect("an amount"),
            begin: self.app().today(),
            eind: None,
        };
        let tx = self.app().begin().await.expect("a transaction");
        store::give_mandate(&tx, self.app(), &new, "test").await.expect("a mandate");
        tx.commit().await.expect("stored");
    }

    async fn person(&self, naam: &str, who: Who<'_>) -> Person {
        let (client, number) = self.client();
        let first = naam.split(' ').next().unwrap_or_default().to_lowercase();
        let email = format!("{first}-{number}@voorbeeld.test");
        let organisatie = (who.soort != PersoonSoort::Bewoner).then(|| format!("{naam} bv"));
        let persoon = Persoon {
            naam: Naam::parse(naam).expect("a name"),
            email: Email::parse(&email).expect("an address"),
            soort: who.soort,
            organisatie: organisatie.map(|name| Naam::parse(&name).expect("a name")),
            kvk_nummer: who.kvk.map(|kvk| KvkNummer::parse(kvk).expect("a number")),
        };
        let new = NewAccount { persoon, wachtwoord: Wachtwoord::default(), wijk: None };
        let (tx, app) = (self.app().begin().await.expect("a transaction"), self.app());
        let id = store::insert(&tx, app, &new, None, true).await.expect("an account").expect("a new address");
        for grant in who.grants {
            store::grant(&tx, app, id, grant, "test").await.expect("a role");
        }
        tx.commit().await.expect("stored");
        let person =
            Person { client, account: Some(id), number, attempts: Arc::default(), naam: naam.to_owned(), email };
        self.log_in(&person).await;
        self.remember(&person);
        person
    }

    /// Gives somebody a session of now, as a login does, without the work of a password.
    ///
    /// # Panics
    /// For a visitor.
    pub async fn log_in(&self, person: &Person) {
        let app = self.app();
        let tx = app.begin().await.expect("a transaction");
        let account = store::find(&tx, person.id()).await.expect("the account");
        let tokens = sessions::start(&tx, app, &account, Channel::Api).await.expect("a session");
        tx.commit().await.expect("stored");
        person.transport.hold(Some(tokens));
    }
}
