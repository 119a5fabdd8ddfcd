//! `wijkkoers user`: accounts, roles and mandates. The first beheerder comes from here.

use super::{Failed, say};
use crate::access::{self, Action, Grant, Subject};
use crate::account::links::{self, LinkKind};
use crate::account::store::{self, NewMandate};
use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use contract::account::{NewAccount, Persoon, PersoonSoort, Role, Wachtwoord};
use contract::field::{Email, Field as _, Naam};
use contract::{AccountId, Euro};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Maak een account; druk een link af waarmee de persoon zelf een wachtwoord kiest (30 minuten geldig).
    Add {
        /// E-mailadres.
        #[arg(long)]
        email: String,
        /// Naam.
        #[arg(long)]
        naam: String,
    },
    /// Maak een nieuwe link om een wachtwoord te kiezen.
    Link {
        /// E-mailadres.
        #[arg(long)]
        email: String,
    },
    /// Geef een rol. Een wijkteam heeft een gebied nodig.
    Grant(RoleArgs),
    /// Neem een rol af.
    Revoke(RoleArgs),
    /// Geef een mandaat om uitgaven te fiatteren.
    Mandate(MandateArgs),
    /// Toon wie welke rol heeft, en wie waar tot welk bedrag mag fiatteren.
    List,
}

/// Which role, for whom.
#[derive(Debug, Args)]
pub struct RoleArgs {
    /// E-mailadres.
    #[arg(long)]
    email: String,
    /// wijkteam, backoffice, raad, stembureau of beheerder. Het stembureau gaat met geen andere rol samen.
    #[arg(long)]
    rol: String,
    /// Code van het gebied, als de rol daar geldt.
    #[arg(long)]
    gebied: Option<String>,
}

/// Which mandate, for whom.
#[derive(Debug, Args)]
pub struct MandateArgs {
    /// E-mailadres.
    #[arg(long)]
    email: String,
    /// Code van het gebied.
    #[arg(long)]
    gebied: String,
    /// Hoogste bedrag in 30 dagen voor één ontvanger of één activiteit, als 25000.00.
    #[arg(long)]
    bedrag: String,
    /// Code van het product; alle producten als het er niet staat.
    #[arg(long)]
    product: Option<String>,
    /// Eerste dag, als 2026-01-01; vandaag als het er niet staat.
    #[arg(long)]
    begin: Option<NaiveDate>,
    /// Laatste dag.
    #[arg(long)]
    eind: Option<NaiveDate>,
}

/// Who gave it, as noted with roles and mandates.
const BY: &str = "cli";

/// Runs a command.
pub async fn run(app: &App, user: User) -> Result<(), Failed> {
    match user {
        User::Add { email, naam } => add(app, &email, &naam).await,
        User::Link { email } => {
            let id = find(app, &email).await?;
            print_link(app, id).await
        }
        User::Grant(args) => {
            let (id, grant) = (find(app, &args.email).await?, grant(app, &args).await?);
            let tx = app.begin().await?;
            store::grant(&tx, app, id, &grant, BY).await.map_err(|error| refused(&args, error))?;
            tx.commit().await?;
            say(format!("{} is nu {}.", args.email, args.rol));
            Ok(())
        }
        User::Revoke(args) => {
            let (id, grant) = (find(app, &args.email).await?, grant(app, &args).await?);
            let tx = app.begin().await?;
            let was_there = store::revoke(&tx, id, &grant).await?;
            tx.commit().await?;
            if !was_there {
                return Err(Failed::because(format!("{} had geen rol {}", args.email, args.rol)));
            }
            say(format!("{} is geen {} meer, en is overal uitgelogd.", args.email, args.rol));
            Ok(())
        }
        User::Mandate(args) => mandate(app, &args).await,
        User::List => list(app).await,
    }
}

/// Why somebody does not get a role.
fn refused(args: &RoleArgs, error: Error) -> Failed {
    if matches!(error, Error::NeedsOtherEyes) {
        let RoleArgs { email, rol, .. } = args;
        return Failed::because(format!(
            "{email}: de rol {rol} gaat niet samen met een andere rol, of met een deel van de sleutel van een stemming"
        ));
    }
    error.into()
}

fn address(email: &str) -> Result<Email, Failed> {
    Email::parse(email.trim()).map_err(|_flaw| Failed::because(format!("{email}: geen e-mailadres")))
}

pub(super) async fn find(app: &App, email: &str) -> Result<AccountId, Failed> {
    let found = store::find_by_email(app.reader(), &address(email)?).await?;
    found.map(|account| AccountId(account.id)).ok_or_else(|| Failed::because(format!("{email}: geen account")))
}

async fn add(app: &App, email: &str, naam: &str) -> Result<(), Failed> {
    let naam = Naam::parse(naam).map_err(|flaw| Failed::because(format!("naam: {}", flaw.code)))?;
    let persoon =
        Persoon { naam, email: address(email)?, soort: PersoonSoort::Bewoner, organisatie: None, kvk_nummer: None };
    let new = NewAccount { persoon, wachtwoord: Wachtwoord::default(), wijk: None };
    let tx = app.begin().await?;
    let id = store::insert(&tx, app, &new, None, false).await?;
    tx.commit().await?;
    let id = id.ok_or_else(|| Failed::because(format!("{email}: heeft al een account")))?;
    print_link(app, id).await
}

async fn print_link(app: &App, id: AccountId) -> Result<(), Failed> {
    let tx = app.begin().await?;
    let secret = links::make(&tx, app, LinkKind::Wachtwoord, id.0).await?;
    tx.commit().await?;
    say(format!("Kies binnen 30 minuten een wachtwoord op {}/wachtwoord-nieuw/{secret}", app.settings.base_url));
    Ok(())
}

async fn grant(app: &App, args: &RoleArgs) -> Result<Grant, Failed> {
    let role: Role = args.rol.parse().map_err(|_unknown| Failed::because(format!("rol {}: bestaat niet", args.rol)))?;
    match role {
        Role::Bezoeker | Role::Bewoner => return Err(Failed::because(format!("rol {role}: heeft iedereen al"))),
        Role::Wijkteam if args.gebied.is_none() => {
            return Err(Failed::because("rol wijkteam: geef ook --gebied".into()));
        }
        Role::Wijkteam | Role::Backoffice | Role::Raad | Role::Stembureau | Role::Beheerder => {}
    }
    if let Some(gebied) = &args.gebied
        && app.reference().await?.gebied(gebied).is_none()
    {
        return Err(Failed::because(format!("gebied {gebied}: bestaat niet")));
    }
    Ok(Grant { role, gebied: args.gebied.clone() })
}

async fn mandate(app: &App, args: &MandateArgs) -> Result<(), Failed> {
    let account = find(app, &args.email).await?;
    let reference = app.reference().await?;
    if reference.gebied(&args.gebied).is_none() {
        return Err(Failed::because(format!("gebied {}: bestaat niet", args.gebied)));
    }
    if let Some(product) = &args.product
        && !reference.has(crate::gebied::reference::Lijst::Product, product)
    {
        return Err(Failed::because(format!("product {product}: bestaat niet")));
    }
    let bedrag = Euro::parse(&args.bedrag)
        .map_err(|_odd| Failed::because(format!("bedrag {}: schrijf als 25000.00", args.bedrag)))?;
    if bedrag == Euro::ZERO {
        return Err(Failed::because("bedrag: moet meer zijn dan nul".into()));
    }
    let new = NewMandate {
        account,
        gebied: args.gebied.clone(),
        product: args.product.clone(),
        bedrag,
        begin: args.begin.unwrap_or_else(|| app.today()),
        eind: args.eind,
    };
    let tx = app.begin().await?;
    store::give_mandate(&tx, app, &new, BY).await?;
    tx.commit().await?;
    say(format!("{} mag in {} tot {bedrag} euro fiatteren.", args.email, args.gebied));
    Ok(())
}

#[derive(Debug, FromQueryResult)]
struct Row {
    email: String,
    rol: String,
    gebied: String,
    geblokkeerd: bool,
}

impl Row {
    fn line(&self) -> String {
        let Self { email, rol, gebied, geblokkeerd } = self;
        let blocked = if *geblokkeerd { ": geblokkeerd" } else { "" };
        format!("{rol:<12} {gebied:<4} {email}{blocked}")
    }
}

#[derive(Debug, FromQueryResult)]
struct MandateRow {
    account_id: Uuid,
    email: String,
    geblokkeerd: bool,
    gebied: String,
    product: String,
    bedrag_cents: i64,
    begin_on: NaiveDate,
    eind_on: Option<NaiveDate>,
}

impl MandateRow {
    /// A line in the same columns as a role, with what it allows behind, and why it allows nothing when it does not.
    fn line(&self, may_approve: bool) -> String {
        let Self { email, gebied, product, bedrag_cents, begin_on, .. } = self;
        // What no program of ours wrote must be seen as well.
        let bedrag = Euro::from_cents(*bedrag_cents)
            .map_or_else(|| format!("{bedrag_cents} cent"), |bedrag| format!("{bedrag} euro"));
        let product = if product == "*" { "alle producten".to_owned() } else { format!("product {product}") };
        let until = self.eind_on.map_or_else(|| "zonder einde".to_owned(), |day| format!("tot en met {day}"));
        let blocked = if self.geblokkeerd { ", geblokkeerd" } else { "" };
        let idle = if may_approve { "" } else { ", zonder rol" };
        format!("{:<12} {gebied:<4} {email}: {bedrag}, {product}, vanaf {begin_on}, {until}{blocked}{idle}", "mandaat")
    }
}

/// Who may what, for whoever looks at all rights together. A mandate that is over allows nothing; one that has yet to begin
/// does. One of an account that is blocked, or that has no role by which it may approve there, allows nothing until that
/// changes: it is shown, and says so.
async fn list(app: &App) -> Result<(), Failed> {
    let db = app.reader();
    let select = sql(
        db,
        "SELECT a.email, r.rol, r.gebied, a.geblokkeerd FROM rol r JOIN account a ON a.id = r.account_id \
         ORDER BY r.rol, r.gebied, a.email",
        [],
    );
    for row in Row::find_by_statement(select).all(db).await? {
        say(row.line());
    }
    let select = sql(
        db,
        "SELECT m.account_id, a.email, a.geblokkeerd, m.gebied, m.product, m.bedrag_cents, m.begin_on, m.eind_on \
         FROM mandaat m JOIN account a ON a.id = m.account_id WHERE m.eind_on IS NULL OR m.eind_on >= $1 \
         ORDER BY m.gebied, a.email, m.begin_on, m.id",
        [app.today().into()],
    );
    for row in MandateRow::find_by_statement(select).all(db).await? {
        let grants = store::grants(db, AccountId(row.account_id)).await?;
        let there = Subject { owner: None, gebied: Some(&row.gebied) };
        say(row.line(access::may(&grants, None, Action::ApproveOpdracht, there)));
    }
    Ok(())
}
