//! Access tokens: short, signed, and without any right in them (SECURITY-RULES S-1).

use crate::error::Error;
use crate::files;
use crate::settings::{BadSettings, Mode, Settings, refuse_exposed};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDate, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use uuid::Uuid;

/// Seconds that an access token is valid.
pub const ACCESS_SECONDS: u32 = 600;
const LEEWAY_SECONDS: u64 = 30;

/// The way in that a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// A browser, by cookie.
    Web,
    /// Anything else, by bearer token.
    Api,
}

impl Channel {
    /// As stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Api => "api",
        }
    }
}

/// What a token says: who, in which session. Never a role, mandate or gebied.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    ver: i64,
    nbf: i64,
    exp: i64,
}

/// Who holds a valid token.
#[derive(Debug, Clone, Copy)]
pub struct Bearer {
    /// The account.
    pub account: Uuid,
    /// The session.
    pub sessie: Uuid,
    /// The version of the account when it was given.
    pub ver: i64,
}

struct Key {
    kid: String,
    decoding: DecodingKey,
}

/// The key that signs, and those that are accepted.
pub struct TokenKeys {
    issuer: String,
    encoding: EncodingKey,
    accepted: Vec<Key>,
    /// The key that signs once more, for names of networks: every instance has it, and it stands outside the database.
    naming: hmac::Key,
}

impl std::fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenKeys(***)")
    }
}

impl TokenKeys {
    /// Reads the keys; outside production a missing key is made and kept in the data folder.
    ///
    /// # Errors
    /// When a key cannot be read.
    pub fn from_settings(settings: &Settings) -> Result<Self, BadSettings> {
        let current = match &settings.token_key {
            Some(key) => from_pem("token_key", key.expose())?,
            None => own_key(settings)?,
        };
        let mut accepted = vec![public("token_key", &current)?];
        if let Some(previous) = &settings.token_key_previous {
            accepted.push(public("token_key_previous", &from_pem("token_key_previous", previous.expose())?)?);
        }
        Ok(Self {
            issuer: settings.base_url.clone(),
            encoding: EncodingKey::from_ed_der(&current),
            accepted,
            naming: hmac::Key::new(hmac::HMAC_SHA256, &current),
        })
    }

    /// What the network of a household is called where attempts are counted: under a key of the day, so that the
    /// database names no address and nobody is followed from one day to the next (SECURITY-RULES B-1). A day ends at a
    /// whole hour, where every window of a network ends too: no count starts over early.
    #[must_use]
    pub fn network(&self, household: Option<IpAddr>, day: NaiveDate) -> String {
        let of_day = hmac::sign(&self.naming, format!("netwerk {day}").as_bytes());
        let octets = match household {
            Some(IpAddr::V4(ip)) => ip.octets().to_vec(),
            Some(IpAddr::V6(ip)) => ip.octets().to_vec(),
            None => Vec::new(),
        };
        let name = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, of_day.as_ref()), &octets);
        // Half of it tells networks apart.
        hex::encode(name.as_ref().get(..16).unwrap_or_default())
    }

    /// A new access token.
    ///
    /// # Errors
    /// When signing fails.
    pub fn issue(&self, bearer: Bearer, channel: Channel, now: DateTime<Utc>) -> Result<String, Error> {
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience(channel),
            sub: bearer.account,
            sid: bearer.sessie,
            ver: bearer.ver,
            nbf: now.timestamp(),
            exp: now.timestamp() + i64::from(ACCESS_SECONDS),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".into());
        header.kid = self.accepted.first().map(|key| key.kid.clone());
        encode(&header, &claims, &self.encoding).map_err(|error| Error::Internal(error.to_string()))
    }

    /// Who holds this token, when it is one of ours, for this channel, and not over.
    #[must_use]
    pub fn read(&self, token: &str, channel: Channel, now: DateTime<Utc>) -> Option<Bearer> {
        let header = decode_header(token).ok()?;
        if header.typ.as_deref() != Some("at+jwt") {
            return None;
        }
        // Only the key's name picks a key, from our own list; `jwk`, `jku` and `x5u` are never looked at.
        let key = self.accepted.iter().find(|key| Some(&key.kid) == header.kid.as_ref())?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[self.audience(channel)]);
        validation.leeway = LEEWAY_SECONDS;
        // Times are compared below with the clock of App, which a test can set.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let claims = decode::<Claims>(token, &key.decoding, &validation).ok()?.claims;
        let leeway = i64::try_from(LEEWAY_SECONDS).ok()?;
        let now = now.timestamp();
        let is_valid = claims.nbf - leeway <= now && now < claims.exp + leeway;
        is_valid.then_some(Bearer { account: claims.sub, sessie: claims.sid, ver: claims.ver })
    }

    fn audience(&self, channel: Channel) -> String {
        format!("{}#{}", self.issuer, channel.as_str())
    }
}

fn from_pem(name: &str, pem: &str) -> Result<Vec<u8>, BadSettings> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body.trim()).map_err(|_not_base64| BadSettings(format!("setting {name}: is not PEM")))
}

fn public(name: &str, pkcs8: &[u8]) -> Result<Key, BadSettings> {
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8)
        .map_err(|_rejected| BadSettings(format!("setting {name}: is not an Ed25519 key in PKCS#8")))?;
    let public = pair.public_key().as_ref();
    let kid = crate::app::sha256(public).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Ok(Key { kid, decoding: DecodingKey::from_ed_der(public) })
}

fn own_key(settings: &Settings) -> Result<Vec<u8>, BadSettings> {
    if settings.mode == Mode::Productie {
        return Err(BadSettings("setting token_key: is missing".into()));
    }
    let file = settings.data.join("token_key.pem");
    let bad = |error: std::io::Error| BadSettings(format!("{}: {error}", file.display()));
    if file.exists() {
        refuse_exposed("token_key", &file)?;
        return from_pem("token_key", &std::fs::read_to_string(&file).map_err(bad)?);
    }
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new())
        .map_err(|_none| BadSettings("no randomness to make a token key".into()))?;
    files::private_folder(&settings.data).map_err(bad)?;
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(pkcs8.as_ref()));
    files::private_file(&file, &pem).map_err(bad)?;
    Ok(pkcs8.as_ref().to_vec())
}
#[cfg(test)]
mod tests {
    use super::*;

    fn keys(seed: u8) -> TokenKeys {
        TokenKeys {
            issuer: "https://voorbeeld.test".into(),
            encoding: EncodingKey::from_ed_der(&[]),
            accepted: Vec::new(),
            naming: hmac::Key::new(hmac::HMAC_SHA256, &[seed; 32]),
        }
    }

    // B-1, finding 13
    #[test]
    fn a_network_has_a_name_of_its_own_for_one_day() {
        let [home, neighbour] = ["192.0.2.1", "192.0.2.2"].map(|text| Some(text.parse::<IpAddr>().unwrap()));
        let [today, tomorrow] = [1, 2].map(|day| NaiveDate::from_ymd_opt(2026, 3, day).unwrap());
        let (ours, elsewhere) = (keys(1), keys(2));
        let name = ours.network(home, today);
        assert_eq!(name.len(), 32);
        assert_eq!(name, keys(1).network(home, today), "the same on every instance");
        for other in [
            ours.network(neighbour, today),
            ours.network(None, today),
            ours.network(home, tomorrow),
            elsewhere.network(home, today),
        ] {
            assert_ne!(name, other);
        }
    }
}
