//! Register, confirm, log in, refresh, log out, here or everywhere, reset.

use crate::access::Action;
use crate::account::links::{self, LinkKind};
use crate::account::{devices, login, password, sessions, store};
use crate::audit;
use crate::caller::{Caller, run};
use crate::error::Error;
use crate::limits;
use crate::outbox::{self, Notice};
use crate::stembus;
use async_trait::async_trait;
use contract::account::{
    AccountApi, Bekend, Ik, LogIn, Ontvangen, Refresh, Register, RequestReset, ResetPassword, RolView, Role, Tokens,
    UseLink,
};
use contract::field::FieldCode;
use contract::{AccountId, Reply};

#[async_trait]
impl AccountApi for Caller {
    async fn register(&self, request: Register) -> Reply<Ontvangen> {
        run(|| register(self, request.clone())).await
    }

    async fn confirm_account(&self, request: UseLink) -> Reply<()> {
        run(|| links::used(self, confirm(self, request.clone()))).await
    }

    async fn log_in(&self, request: LogIn) -> Reply<Tokens> {
        login::log_in(self, request).await
    }

    async fn refresh(&self, request: Refresh) -> Reply<Tokens> {
        run(|| sessions::refresh(&self.app, &request.vernieuw, self.channel)).await
    }

    async fn log_out(&self) -> Reply<()> {
        run(|| log_out(self)).await
    }

    async fn log_out_everywhere(&self) -> Reply<()> {
        run(|| log_out_everywhere(self)).await
    }

    async fn request_reset(&self, request: RequestReset) -> Reply<Ontvangen> {
        run(|| request_reset(self, request.clone())).await
    }

    async fn reset_password(&self, request: ResetPassword) -> Reply<Bekend> {
        run(|| links::used(self, reset_password(self, request.clone()))).await
    }

    async fn me(&self) -> Reply<Ik> {
        run(|| me(self)).await
    }
}

async fn register(caller: &Caller, request: Register) -> Result<Ontvangen, Error> {
    let app = &caller.app;
    let new = request.parse()?;
    let address = new.persoon.email.as_str().to_lowercase();
    // What is cheap comes first: whoever gets no mail costs no work on a password.
    limits::check(app.reader(), app, limits::MAIL_NETWORK, &caller.network).await?;
    limits::check(app.reader(), app, limits::MAIL_ADDRESS, &address).await?;
    let known = [new.persoon.naam.as_str(), new.persoon.email.as_str()];
    let hash = password::accept(app, new.wachtwoord.clone(), &known).await?;
    let tx = app.begin().await?;
    if let Some(wijk) = &new.wijk
        && crate::gebied::find_wijk(&tx, wijk.as_str()).await?.is_none()
    {
        return Err(Error::field("/wijk", FieldCode::BestaatNiet));
    }
    limits::take(&tx, app, limits::MAIL_NETWORK, &caller.network).await?;
    limits::take(&tx, app, limits::MAIL_ADDRESS, &address).await?;
    match store::insert(&tx, app, &new, Some(hash), false).await? {
        Some(id) => {
            outbox::tell_account(&tx, app, id, Notice::AccountBevestigen).await?;
            audit::note(&tx, caller, "account.registreren", format!("account:{id}"), "gelukt", None).await?;
        }
        // Whoever registers an address twice reads in the mail what is the case, and nobody else learns it (S-8).
        None => {
            if let Some(existing) = store::find_by_email(&tx, &new.persoon.email).await? {
                let notice =
                    if existing.bevestigd_at.is_some() { Notice::AccountBestaatAl } else { Notice::AccountBevestigen };
                outbox::tell_account(&tx, app, AccountId(existing.id), notice).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(Ontvangen { ontvangen: true })
}

async fn confirm(caller: &Caller, request: UseLink) -> Result<(), Error> {
    let app = &caller.app;
    let secret = request.parse()?;
    let tx = app.begin().await?;
    let id = AccountId(links::redeem(&tx, app, LinkKind::Account, &secret).await?);
    store::confirm(&tx, app, id).await?;
    audit::note(&tx, caller, "account.bevestigen", format!("account:{id}"), "gelukt", None).await?;
    tx.commit().await?;
    Ok(())
}

async fn log_out(caller: &Caller) -> Result<(), Error> {
    let login = caller.login.as_ref().ok_or(Error::NotLoggedIn)?;
    let tx = caller.app.begin().await?;
    sessions::revoke(&tx, &caller.app, login.sessie).await?;
    audit::note(&tx, caller, "sessie.uitloggen", format!("account:{}", login.account), "gelukt", None).await?;
    tx.commit().await?;
    Ok(())
}

/// Here as well: whoever asks this does not know which device is in whose hands, and "everywhere" that leaves one out is a
/// promise with a hole. It is what a new password does.
async fn log_out_everywhere(caller: &Caller) -> Result<(), Error> {
    let id = caller.require_account()?;
    caller.may(Action::UseAccount, crate::access::Subject { owner: Some(id), gebied: None })?;
    let tx = caller.app.begin().await?;
    store::end_sessions(&tx, id).await?;
    audit::note(&tx, caller, "sessie.overal_uitloggen", format!("account:{id}"), "gelukt", None).await?;
    tx.commit().await?;
    Ok(())
}

async fn request_reset(caller: &Caller, request: RequestReset) -> Result<Ontvangen, Error> {
    let app = &caller.app;
    let email = request.parse()?;
    let tx = app.begin().await?;
    limits::take(&tx, app, limits::MAIL_NETWORK, &caller.network).await?;
    limits::take(&tx, app, limits::MAIL_ADDRESS, &email.as_str().to_lowercase()).await?;
    if let Some(account) = store::find_by_email(&tx, &email).await?.filter(|account| !account.geblokkeerd) {
        outbox::tell_account(&tx, app, AccountId(account.id), Notice::WachtwoordHerstel).await?;
    }
    tx.commit().await?;
    Ok(Ontvangen { ontvangen: true })
}

/// However many others guess, no device that is not known comes before them: whoever reads the mail passes them by this one.
async fn reset_password(caller: &Caller, request: ResetPassword) -> Result<Bekend, Error> {
    let app = &caller.app;
    let (secret, password) = request.parse()?;
    let id = AccountId(links::look(app.reader(), app, LinkKind::Wachtwoord, &secret).await?);
    let account = store::find(app.reader(), id).await?;
    let grants = store::grants(app.reader(), id).await?;
    if grants.iter().any(|grant| grant.role != Role::Bewoner) {
        password.check_length(password::STAFF_MIN).map_err(|flaw| Error::field("/wachtwoord", flaw))?;
    }
    let hash = password::accept(app, password, &[&account.naam, &account.email]).await?;
    let tx = app.begin().await?;
    links::redeem(&tx, app, LinkKind::Wachtwoord, &secret).await?;
    links::revoke(&tx, app, id.0).await?;
    store::set_password(&tx, id, hash).await?;
    // Whoever reads the mail owns the address.
    store::confirm(&tx, app, id).await?;
    // As it is now: the devices of before were forgotten with the password.
    let account = store::find(&tx, id).await?;
    let apparaat = devices::remember(&tx, app, &account, None).await?;
    outbox::tell_account(&tx, app, id, Notice::WachtwoordVeranderd).await?;
    audit::note(&tx, caller, "account.wachtwoord", format!("account:{id}"), "gelukt", None).await?;
    tx.commit().await?;
    Ok(Bekend { apparaat })
}

async fn me(caller: &Caller) -> Result<Ik, Error> {
    let id = caller.require_account()?;
    caller.may(Action::UseAccount, crate::access::Subject { owner: Some(id), gebied: None })?;
    let db = caller.app.reader();
    let account = store::find(db, id).await?;
    let rollen = caller.grants.iter().map(|grant| RolView { rol: grant.role, gebied: grant.gebied.clone() }).collect();
    let mandaten = store::mandates(db, id, caller.app.today()).await?;
    let soort = account.persoon_soort();
    let bewaart = stembus::rounds_with_key_of(db, id).await?;
    Ok(Ik { id, naam: account.naam, email: account.email, soort, rollen, mandaten, bewaart })
}
