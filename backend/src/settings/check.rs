//! What settings must be to start with (SECURITY-RULES E-1). The first that would make something unsafe or broken is
//! refused by its name, with what to do about it; docs/beheer.md lists them.

use super::{BadSettings, DatabaseNetwork, Mode, Settings, own_address};
use crate::files;
use ipnet::IpNet;
use lettre::Address;
use lettre::message::Mailbox;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

type Checked = Result<(), BadSettings>;

/// Refuses the first setting that is wrong.
pub(super) fn check(settings: &Settings) -> Checked {
    lines(settings)?;
    numbers(settings)?;
    ensure(
        settings.map_tiles.as_deref().is_none_or(is_tile_template),
        "map_tiles",
        "must be as https://host/{z}/{x}/{y}.png: a host in small letters, and behind it no space, quote, ; or other \
         odd character",
    )?;
    database(settings)?;
    let places = Places::of(settings)?;
    match settings.mode {
        Mode::Dev | Mode::Demo => for_one_machine(settings),
        Mode::Productie => for_people(settings, &places),
    }
}

fn refusal(name: &str, why: &str) -> BadSettings {
    BadSettings(format!("setting {name}: {why}"))
}

fn ensure(holds: bool, name: &str, why: &str) -> Checked {
    if holds { Ok(()) } else { Err(refusal(name, why)) }
}

/// What stands in pages, mails and headers is one line, and an address is one.
fn lines(settings: &Settings) -> Checked {
    for (name, text, least, most) in
        [("gemeente", &settings.gemeente, 1, 100), ("map_attribution", &settings.map_attribution, 0, 300)]
    {
        let fits = (least..=most).contains(&text.trim().chars().count());
        let why = format!("must be one line of {least} to {most} characters");
        ensure(fits && !text.contains(char::is_control), name, &why)?;
    }
    ensure(is_plain_address(&settings.contact_email), "contact_email", "must be one address: wijkkoers@example.nl")?;
    ensure(
        settings.phone().is_none_or(is_phone),
        "contact_phone",
        "must be a number as people write it, with spaces: 026 123 45 67, +31 26 123 45 67 or 14 026",
    )?;
    sender(settings).map(|_mailbox| ())
}

/// A number that can be dialled as it stands: not one with a zero in it that is left out from abroad. One of digits alone is read from the environment as an amount, without the zero that it began
/// with: what is left begins otherwise, and is refused.
fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_own = |own: char| own.is_ascii_digit() || matches!(own, ' ' | '-' | '(' | ')' | '+');
    (4..=15).contains(&digits)
        && text.len() <= 30
        && text.chars().all(is_own)
        && !text.chars().skip(1).any(|own| own == '+')
        && !(text.starts_with('+') && text.contains('('))
        && ["0", "(0", "+", "14"].iter().any(|start| text.starts_with(start))
}

fn sender(settings: &Settings) -> Result<Mailbox, BadSettings> {
    let bad = || refusal("mail_from", "must be an address: Wijkkoers <wijkkoers@example.nl>");
    if settings.mail_from.contains(char::is_control) {
        return Err(bad());
    }
    settings.mail_from.parse().map_err(|_unreadable| bad())
}

/// An address that means nothing else in a link or in a line.
fn is_plain_address(text: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "@.+-_".contains(letter);
    text.chars().all(is_plain) && text.parse::<Address>().is_ok()
}

fn numbers(settings: &Settings) -> Checked {
    // Only who measures needs to do without limits, and only who plays without an alarm.
    let (most, least) = match settings.mode {
        Mode::Productie => (100_000, 1),
        Mode::Dev | Mode::Demo => (u32::MAX, 0),
    };
    for (name, number, range) in [
        ("answer_days", settings.answer_days, 1..=365),
        ("disk_free_percent", settings.disk_free_percent, least..=50),
        ("database_connections", settings.database_connections, 4..=500),
        ("changing_per_minute", settings.changing_per_minute, 10..=most),
        ("reading_per_minute", settings.reading_per_minute, 60..=most),
    ] {
        let why = format!("must be from {} to {}", range.start(), range.end());
        ensure(range.contains(&number), name, &why)?;
    }
    Ok(())
}

/// The place of the tiles goes into the content security policy of every page, where a `;` or a space would begin
/// something else.
fn is_tile_template(template: &str) -> bool {
    let Some((place, path)) = template.strip_prefix("https://").and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let parts = ["{z}", "{x}", "{y}"];
    let without = parts.into_iter().fold(path.to_owned(), |path, part| path.replace(part, ""));
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/-._~?&=%+:@,".contains(letter);
    host(place, 443).is_some() && parts.into_iter().all(|part| path.contains(part)) && without.chars().all(is_plain)
}

/// The program that connects reads the address here as well: what it would do is what we look at.
fn database(settings: &Settings) -> Checked {
    let Some(url) = settings.database_url.as_ref().map(super::Secret::expose) else { return Ok(()) };
    let is_postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
    ensure(is_postgres, "database_url", "must begin with postgres://; without it, SQLite stands in data")?;
    let options: PgConnectOptions =
        url.parse().map_err(|error: sqlx::Error| refusal("database_url", &error.to_string()))?;
    let is_near =
        options.get_socket().is_some() || options.get_host().starts_with('/') || is_this_machine(options.get_host());
    let has_tls = matches!(options.get_ssl_mode(), PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull);
    let is_private = settings.database_network == Some(DatabaseNetwork::Prive);
    ensure(
        is_near || has_tls || is_private || settings.mode != Mode::Productie,
        "database_url",
        "goes to another machine in the clear: add ?sslmode=verify-full, or say database_network = \"prive\" when only \
         the database and we are on the network between us",
    )
}

/// `dev` and `demo` have open doors: nobody else may come in.
fn for_one_machine(settings: &Settings) -> Checked {
    ensure(settings.listen.ip().is_loopback(), "listen", "dev and demo serve on a loopback address only")?;
    let is_here = origin(&settings.base_url).is_some_and(|(_, host)| is_this_machine(host));
    ensure(
        is_here || settings.base_url == own_address(settings.listen),
        "base_url",
        "dev and demo are for one machine: leave it out, or name http://localhost",
    )
}

fn for_people(settings: &Settings, places: &Places) -> Checked {
    ensure(
        origin(&settings.base_url).is_some_and(|(scheme, _)| scheme == "https"),
        "base_url",
        "must be as browsers write it, https://wijk.example.nl: no capitals, user, path, / or :443, else every form is \
         refused",
    )?;
    proxies(&settings.trusted_proxies)?;
    ensure(
        settings.token_key.is_some(),
        "token_key",
        "is missing: an Ed25519 key in PKCS#8 PEM (openssl genpkey -algorithm ed25519)",
    )?;
    mail(settings)?;
    places.check()
}

/// With https there is always a proxy in front. Not to know it is to take everybody for one visitor; to take everybody
/// for it is to let visitors say where they are.
fn proxies(networks: &[IpNet]) -> Checked {
    ensure(!networks.is_empty(), "trusted_proxies", "is empty: name the address of the proxy that does https")?;
    let is_narrow = |network: &IpNet| match network {
        IpNet::V4(network) => network.prefix_len() >= 8,
        IpNet::V6(network) => network.prefix_len() >= 7,
    };
    ensure(networks.iter().all(is_narrow), "trusted_proxies", "is too wide: name the proxy alone, as 10.0.0.2/32")
}

fn mail(settings: &Settings) -> Checked {
    let Some(url) = &settings.smtp_url else {
        return Err(refusal("smtp_url", "is missing: people must get their mail"));
    };
    ensure(uses_tls(url.expose()), "smtp_url", "must use TLS: smtps://…, or smtp://…?tls=required and nothing more")?;
    let sender = sender(settings)?;
    let contact = settings.contact_email.rsplit('@').next().unwrap_or_default();
    for (name, domain) in [("mail_from", sender.email.domain()), ("contact_email", contact)] {
        ensure(!is_made_up(domain), name, "is made up: name an address that people can write to")?;
    }
    Ok(())
}

/// Whether an address of a mail server asks for TLS, however it is read.
fn uses_tls(url: &str) -> bool {
    let is_odd = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '#' || letter == '\\';
    let Some((scheme, rest)) = url.split_once("://").filter(|_| !url.contains(is_odd)) else { return false };
    let query = rest.split_once('?').map(|(_, query)| query);
    matches!((scheme, query), ("smtps", _) | ("smtp", Some("tls=required")))
}

/// Names that nobody has: RFC 2606 keeps them for examples and tests.
fn is_made_up(domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    let mut labels = domain.rsplit('.');
    match (labels.next().unwrap_or_default(), labels.next()) {
        ("test" | "example" | "invalid" | "localhost", _) => true,
        ("com" | "net" | "org", second) => second == Some("example"),
        (_, second) => second.is_none(),
    }
}

/// Where something is kept.
enum Place {
    Folder(PathBuf),
    Bucket(String),
}

impl Place {
    fn of(name: &str, text: &str) -> Result<Self, BadSettings> {
        if let Some(bucket) = text.strip_prefix("s3://") {
            let is_plain = |letter: char| letter.is_ascii_alphanumeric() || ".-_".contains(letter);
            let is_name = !bucket.is_empty() && bucket.chars().all(is_plain);
            ensure(is_name, name, "must be s3://bucket: what stands behind the bucket is not looked at")?;
            return Ok(Self::Bucket(bucket.to_owned()));
        }
        let is_folder = !text.trim().is_empty() && !text.contains("://");
        ensure(is_folder, name, "must be a folder, or s3://bucket")?;
        Ok(Self::Folder(files::real(Path::new(text))))
    }

    fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Bucket(_) => None,
        }
    }

    /// Whether who copies one has the other too.
    fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Folder(one), Self::Folder(other)) => one.starts_with(other) || other.starts_with(one),
            (Self::Bucket(one), Self::Bucket(other)) => one == other,
            (Self::Folder(_), Self::Bucket(_)) | (Self::Bucket(_), Self::Folder(_)) => false,
        }
    }
}

struct Places {
    data: Place,
    photos: Option<Place>,
    round_keys: Option<Place>,
    is_sqlite: bool,
}

impl Places {
    fn of(settings: &Settings) -> Result<Self, BadSettings> {
        ensure(!settings.data.as_os_str().is_empty(), "data", "must be a folder")?;
        let data = files::real(&settings.data);
        let place = |name, text: &Option<String>| text.as_ref().map(|text| Place::of(name, text)).transpose();
        let photos = place("photos", &settings.photos)?;
        let round_keys = place("round_keys", &settings.round_keys)?;
        let holds_data = photos.as_ref().and_then(Place::folder).is_some_and(|folder| data.starts_with(folder));
        ensure(!holds_data, "photos", "has data in it: whoever copies the photos has the database too")?;
        let is_sqlite = settings.database_url.is_none();
        Ok(Self { data: Place::Folder(data), photos, round_keys, is_sqlite })
    }

    fn check(&self) -> Checked {
        let Some(keys) = &self.round_keys else {
            return Err(refusal("round_keys", "is missing: a folder or s3://bucket for the secrets of votes"));
        };
        let is_beside = [Some(&self.data), self.photos.as_ref()].into_iter().flatten().any(|other| keys.meets(other));
        ensure(
            !is_beside,
            "round_keys",
            "is in one place with data or photos: it needs a disk of its own, outside the backup of the database, for \
             who has both can tell who voted",
        )?;
        let data = self.is_sqlite.then_some(&self.data);
        for (name, place) in [("round_keys", Some(keys)), ("photos", self.photos.as_ref()), ("data", data)] {
            let is_open = place.and_then(Place::folder).is_some_and(files::is_open);
            ensure(!is_open, name, "is a folder that others on this machine may enter: chmod 700")?;
        }
        Ok(())
    }
}

/// Scheme and host of an address that is an origin and nothing else, written exactly as browsers do: what they send with
/// a form is compared with it.
fn origin(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let default_port = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    Some((scheme, host(rest, default_port)?))
}

/// The host of `host` or `host:port`.
fn host(text: &str, default_port: u16) -> Option<&str> {
    // The colons of an address of IPv6 stand between brackets.
    let (host, port) = match text.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let is_port = |port: &str| {
        port.parse::<u16>().is_ok_and(|number| number != 0 && number != default_port && number.to_string() == port)
    };
    (is_host(host) && port.is_none_or(is_port)).then_some(host)
}

fn is_host(host: &str) -> bool {
    if let Some(six) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return six.parse::<Ipv6Addr>().is_ok_and(|address| address.to_string() == six);
    }
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(is_plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // Browsers take a name that ends in a number for an address of IPv4.
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_number = last.starts_with(|first: char| first.is_ascii_digit());
    host.len() <= 253 && host.split('.').all(is_label) && (!is_number || host.parse::<Ipv4Addr>().is_ok())
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{EerstKijken, Secret};
    use std::fs::{DirBuilder, Permissions, create_dir, remove_dir_all, set_permissions};
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _, symlink};

    type Change = fn(&mut Settings);

    fn secret(text: &str) -> Option<Secret> {
        Some(Secret::from(text.to_owned()))
    }

    /// Settings of a city that may start.
    fn good() -> Settings {
        Settings {
            mode: Mode::Productie,
            listen: ([127, 0, 0, 1], 8080).into(),
            base_url: "https://wijk.example.nl".into(),
            data: "/not-there/wijkkoers/data".into(),
            database_url: None,
            database_network: None,
            database_connections: 16,
            token_key: secret("is looked at by whoever signs"),
            token_key_previous: None,
            smtp_url: secret("smtps://user:password@mail.example.nl"),
            smtp_ca: None,
            mail_from: "Wijkkoers <wijkkoers@example.nl>".into(),
            photos: None,
            round_keys: Some("/not-there/wijkkoers/stemgeheimen".into()),
            trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()],
            map_tiles: None,
            map_attribution: String::new(),
            gemeente: "Arnhem".into(),
            contact_email: "wijkkoers@example.nl".into(),
            contact_phone: None,
            answer_days: 28,
            guest_photos_mb: 2_000,
            disk_free_percent: 5,
            eerst_kijken: EerstKijken::Vraag,
            changing_per_minute: 120,
            reading_per_minute: 600,
        }
    }

    /// The name of the setting that is refused, or nothing.
    fn refused(settings: &Settings) -> Option<String> {
        let BadSettings(line) = check(settings).err()?;
        let named = line.strip_prefix("setting ").and_then(|rest| rest.split_once(": "));
        Some(named.expect("a refusal names the setting").0.to_owned())
    }

    /// Each change, to good settings, gets that setting refused; or, without a name, is fine.
    fn judge(rows: &[(Option<&str>, Change)]) {
        for (number, (expected, change)) in rows.iter().enumerate() {
            let mut settings = good();
            change(&mut settings);
            assert_eq!(refused(&settings).as_deref(), *expected, "row {number}: {settings:#?}");
        }
    }

    // finding 24, R-1
    #[test]
    fn the_address_is_what_browsers_say() {
        judge(&[
            (None, |_| ()),
            (None, |s| s.base_url = "https://wijk.example.nl:8443".into()),
            (None, |s| s.base_url = "https://xn--arnhm-5ra.nl".into()),
            (None, |s| s.base_url = "https://192.0.2.1".into()),
            (Some("base_url"), |s| s.base_url = String::new()),
            (Some("base_url"), |s| s.base_url = "http://wijk.example.nl".into()),
            (Some("base_url"), |s| s.base_url = "https://".into()),
            (Some("base_url"), |s| s.base_url = "https://wijk.example.nl/".into()),
            (Some("base_url"), |s| s.base_url = "https://wijk.example.nl/wijkkoers".into()),
            (Some("base_url"), |s| s.base_url = "https://Wijk.example.nl".into()),
            (Some("base_url"), |s| s.base_url = "HTTPS://wijk.example.nl".into()),
            (Some("base_url"), |s| s.base_url = "https://wijk.example.nl:443".into()),
            (Some("base_url"), |s| s.base_url = "https://wijk.example.nl:08443".into()),
            (Some("base_url"), |s| s.base_url = "https://wijk.example.nl:".into()),
            (Some("base_url"), |s| s.base_url = "https://wijk.example.nl:0".into()),
            (Some("base_url"), |s| s.base_url = "https://wijk.example.nl?".into()),
            (Some("base_url"), |s| s.base_url = "https://wijk.example.nl#top".into()),
            (Some("base_url"), |s| s.base_url = "https://anna@wijk.example.nl".into()),
            (Some("base_url"), |s| s.base_url = "https://wijk.example.nl.".into()),
            (Some("base_url"), |s| s.base_url = "https://wijk..nl".into()),
            (Some("base_url"), |s| s.base_url = "https://arnhém.nl".into()),
            (Some("base_url"), |s| s.base_url = "https://192.0.2".into()),
            (Some("base_url"), |s| s.base_url = "https://[0:0:0:0:0:0:0:1]".into()),
            (Some("base_url"), |s| s.base_url = " https://wijk.example.nl".into()),
        ]);
    }

    // finding 14
    #[test]
    fn the_proxy_is_known_and_is_not_everybody() {
        let network = |text: &str| -> Vec<IpNet> { vec![text.parse().unwrap()] };
        for (networks, is_fine) in [
            (network("10.0.0.0/8"), true),
            (network("fc00::/7"), true),
            (vec![], false),
            (network("0.0.0.0/0"), false),
            (network("128.0.0.0/1"), false),
            (network("::/0"), false),
        ] {
            for listen in ["127.0.0.1:8080", "0.0.0.0:8080"] {
                let listen = listen.parse().unwrap();
                let settings = Settings { listen, trusted_proxies: networks.clone(), ..good() };
                let expected = (!is_fine).then_some("trusted_proxies");
                assert_eq!(refused(&settings).as_deref(), expected, "{listen} {networks:?}");
            }
        }
    }

    // E-1, finding 24
    #[test]
    fn mail_goes_out_over_tls_from_an_address_that_is_there() {
        judge(&[
            (None, |s| s.smtp_url = secret("smtp://user:password@mail.example.nl:587?tls=required")),
            (None, |s| s.smtp_url = secret("smtps://user:p%40ss@mail.example.nl:465/wijk.example.nl")),
            (Some("smtp_url"), |s| s.smtp_url = None),
            (Some("smtp_url"), |s| s.smtp_url = secret("")),
            (Some("smtp_url"), |s| s.smtp_url = secret("smtp://mail.example.nl")),
            (Some("smtp_url"), |s| s.smtp_url = secret("smtp://user:tls=required@mail.example.nl")),
            (Some("smtp_url"), |s| s.smtp_url = secret("smtp://mail.example.nl/tls=required")),
            (Some("smtp_url"), |s| s.smtp_url = secret("smtp://mail.example.nl#?tls=required")),
            (Some("smtp_url"), |s| s.smtp_url = secret("smtp://mail.example.nl?tls=opportunistic&tls=required")),
            (Some("smtp_url"), |s| s.smtp_url = secret("smtp://mail.example.nl?notls=required")),
            (Some("smtp_url"), |s| s.smtp_url = secret("smtp://mail.example.nl?tls=required ")),
            (Some("mail_from"), |s| s.mail_from = "Wijkkoers".into()),
            (Some("mail_from"), |s| s.mail_from = "Wijkkoers <wijkkoers@voorbeeld.test>".into()),
            (Some("mail_from"), |s| s.mail_from = "wijkkoers@example.com".into()),
            (Some("mail_from"), |s| s.mail_from = "wijkkoers@mail.INVALID".into()),
            (Some("contact_email"), |s| s.contact_email = "wijkkoers@voorbeeld.test".into()),
            (Some("contact_email"), |s| s.contact_email = "wijkkoers@arnhem.example".into()),
            (Some("contact_email"), |s| s.contact_email = "wijkkoers@localhost".into()),
            (Some("contact_email"), |s| s.contact_email = "Wijkkoers <wijkkoers@example.nl>".into()),
            (Some("contact_email"), |s| s.contact_email = "wijk@example.nl\nExpires: never".into()),
            (Some("contact_email"), |s| s.contact_email = "wijk?bcc=x@example.nl".into()),
            (Some("contact_email"), |s| s.contact_email = "de balie".into()),
        ]);
    }

    #[test]
    fn a_phone_number_can_be_dialled_and_none_is_fine() {
        let set = |number: &str| Settings { contact_phone: Some(number.into()), ..good() };
        for number in ["", " ", "026 123 45 67", "(026) 123 45 67", "+31 26 123 45 67", "14 026", "0800-1234"] {
            assert_eq!(refused(&set(number)), None, "{number}");
        }
        // The last one is what is left of 0261234567 when that is read as an amount.
        for number in [
            "de balie",
            "026 123<br>",
            "026\n123 45 67",
            "12",
            "026 1234567890123456",
            "0+31 26",
            "261234567",
            "+31 (0)26 123 45 67",
        ] {
            assert_eq!(refused(&set(number)).as_deref(), Some("contact_phone"), "{number}");
        }
    }

    // finding 24, H-1
    #[test]
    fn tiles_come_from_one_host_and_change_no_policy() {
        for (template, is_fine) in [
            ("https://service.pdok.nl/brt/{z}/{x}/{y}.png", true),
            ("https://tiles.example.nl:8443/wmts?z={z}&x={x}&y={y}", true),
            ("https://x;script-src/{z}/{x}/{y}", false),
            ("https://x script-src *//{z}/{x}/{y}", false),
            ("https://*/{z}/{x}/{y}.png", false),
            ("https://tiles.example.nl?{z}{x}{y}", false),
            ("https://u@tiles.example.nl/{z}/{x}/{y}.png", false),
            ("https://Tiles.example.nl/{z}/{x}/{y}.png", false),
            ("https://{s}.example.nl/{z}/{x}/{y}.png", false),
            ("https://tiles.example.nl/{z}/{x}/{y}{r}.png", false),
            ("https://tiles.example.nl/{z}/{x}/{y}.png;", false),
            ("https://tiles.example.nl/{z}/{x}/{y}.png'", false),
            ("https://tiles.example.nl/{z}/{x}.png", false),
            ("http://tiles.example.nl/{z}/{x}/{y}.png", false),
            ("//tiles.example.nl/{z}/{x}/{y}.png", false),
            ("", false),
        ] {
            for (mode, base_url) in
                [(Mode::Productie, "https://wijk.example.nl"), (Mode::Demo, "http://localhost:8080")]
            {
                let map_tiles = Some(template.to_owned());
                let settings = Settings { mode, base_url: base_url.into(), map_tiles, ..good() };
                assert_eq!(refused(&settings).as_deref(), (!is_fine).then_some("map_tiles"), "{mode:?} {template}");
            }
        }
    }

    // finding 26
    #[test]
    fn the_database_is_near_or_behind_tls_or_on_a_network_of_its_own() {
        judge(&[
            (None, |s| s.database_url = secret("postgres://app:x@127.0.0.1:5432/wijkkoers")),
            (None, |s| s.database_url = secret("postgresql://app:x@localhost/wijkkoers")),
            (None, |s| s.database_url = secret("postgres://app:x@[::1]/wijkkoers")),
            (None, |s| s.database_url = secret("postgres://app@%2Frun%2Fpostgresql/wijkkoers")),
            (None, |s| s.database_url = secret("postgres://app:x@db:5432/wijkkoers?sslmode=require")),
            (None, |s| s.database_url = secret("postgres://app:x@db:5432/wijkkoers?sslmode=verify-full")),
            (None, |s| {
                s.database_url = secret("postgres://app:x@db:5432/wijkkoers");
                s.database_network = Some(DatabaseNetwork::Prive);
            }),
            (Some("database_url"), |s| s.database_url = secret("postgres://app:x@db:5432/wijkkoers")),
            (Some("database_url"), |s| s.database_url = secret("postgres://app:x@db/wijkkoers?sslmode=prefer")),
            (Some("database_url"), |s| s.database_url = secret("postgres://app:sslmode=require@db/wijkkoers")),
            (Some("database_url"), |s| {
                s.database_url = secret("postgres://app:x@db/wijkkoers?sslmode=require&sslmode=disable");
            }),
            (Some("database_url"), |s| s.database_url = secret("postgres://app:x@localhost/w?host=db&sslmode=allow")),
            (Some("database_url"), |s| s.database_url = secret("postgres://app:x@db:port/wijkkoers")),
            (Some("database_url"), |s| s.database_url = secret("sqlite::memory:")),
            (Some("database_url"), |s| s.database_url = secret("")),
        ]);
    }

    // E-1
    #[test]
    fn what_makes_a_city_useless_is_refused_too() {
        judge(&[
            (None, |s| s.reading_per_minute = 100_000),
            (Some("token_key"), |s| s.token_key = None),
            (Some("answer_days"), |s| s.answer_days = 0),
            (Some("disk_free_percent"), |s| s.disk_free_percent = 0),
            (Some("disk_free_percent"), |s| s.disk_free_percent = 51),
            (Some("answer_days"), |s| s.answer_days = 3_650),
            (Some("database_connections"), |s| s.database_connections = 0),
            (Some("changing_per_minute"), |s| s.changing_per_minute = 0),
            (Some("changing_per_minute"), |s| s.changing_per_minute = 1_000_000),
            (Some("reading_per_minute"), |s| s.reading_per_minute = 1),
            (Some("reading_per_minute"), |s| s.reading_per_minute = u32::MAX),
            (Some("gemeente"), |s| s.gemeente = " ".into()),
            (Some("gemeente"), |s| s.gemeente = "Arnhem\nSubject: iets anders".into()),
            (Some("map_attribution"), |s| s.map_attribution = "Kadaster\u{7}".into()),
        ]);
    }

    // finding 24
    #[test]
    fn demo_and_dev_stay_on_one_machine() {
        for mode in [Mode::Dev, Mode::Demo] {
            let here = || Settings { mode, base_url: "http://127.0.0.1:8080".into(), token_key: None, ..good() };
            assert_eq!(refused(&here()), None);
            for (listen, base_url, expected) in [
                ("127.0.0.1:0", "http://127.0.0.1:0", None),
                ("[::1]:8080", "http://[::1]:8080", None),
                ("127.0.0.1:8080", "https://localhost:8443", None),
                ("0.0.0.0:8080", "http://localhost:8080", Some("listen")),
                ("127.0.0.1:8080", "https://wijk.example.nl", Some("base_url")),
                ("127.0.0.1:8080", "http://192.168.1.2:8080", Some("base_url")),
                ("127.0.0.1:8080", "http://localhost.example.nl", Some("base_url")),
                ("127.0.0.1:8080", "http://localhost:8080/", Some("base_url")),
            ] {
                let settings = Settings { listen: listen.parse().unwrap(), base_url: base_url.into(), ..here() };
                assert_eq!(refused(&settings).as_deref(), expected, "{mode:?} {listen} {base_url}");
            }
        }
    }

    // finding 24, finding 26
    #[test]
    fn the_secrets_of_votes_stand_apart() {
        judge(&[
            (None, |s| s.round_keys = Some("s3://wijkkoers-stemgeheimen".into())),
            (None, |s| s.round_keys = Some("/not-there/wijkkoers/data-not".into())),
            (None, |s| s.photos = Some("/not-there/wijkkoers/data/beeld".into())),
            (Some("round_keys"), |s| s.round_keys = None),
            (Some("round_keys"), |s| s.round_keys = Some(String::new())),
            (Some("round_keys"), |s| s.round_keys = Some("gs://wijkkoers".into())),
            (Some("round_keys"), |s| s.round_keys = Some("s3://".into())),
            (Some("round_keys"), |s| s.round_keys = Some("s3://wijkkoers/stemgeheimen".into())),
            (Some("round_keys"), |s| s.round_keys = Some("/not-there/wijkkoers/data".into())),
            (Some("round_keys"), |s| s.round_keys = Some("/not-there/wijkkoers/data/stemgeheimen".into())),
            (Some("round_keys"), |s| s.round_keys = Some("/not-there/wijkkoers".into())),
            (Some("round_keys"), |s| s.round_keys = Some("/not-there/elders/../wijkkoers/data/keys".into())),
            (Some("round_keys"), |s| s.photos.clone_from(&s.round_keys)),
            (Some("round_keys"), |s| {
                s.photos = Some("s3://wijkkoers".into());
                s.round_keys = Some("s3://wijkkoers".into());
            }),
            (Some("photos"), |s| s.photos = Some("/not-there/wijkkoers/data".into())),
            (Some("photos"), |s| s.photos = Some("/not-there/wijkkoers".into())),
            (Some("photos"), |s| s.photos = Some("https://s3.example.nl/wijkkoers".into())),
            (Some("data"), |s| s.data = PathBuf::new()),
        ]);
    }

    // finding 24
    #[test]
    fn folders_are_closed_to_others_and_links_lead_nowhere_else() {
        let place = std::env::temp_dir().join(format!("wijkkoers-check-{}", std::process::id()));
        DirBuilder::new().mode(0o700).create(&place).unwrap();
        let [data, keys, link] = ["data", "keys", "link"].map(|name| place.join(name));
        create_dir(&data).unwrap();
        create_dir(&keys).unwrap();
        symlink(&data, &link).unwrap();
        let with =
            |keys: &Path| Settings { data: data.clone(), round_keys: Some(keys.display().to_string()), ..good() };
        let mut found = Vec::new();
        for (of_data, of_keys) in [(0o700, 0o700), (0o700, 0o777), (0o700, 0o750), (0o755, 0o700)] {
            for (folder, rights) in [(&data, of_data), (&keys, of_keys)] {
                set_permissions(folder, Permissions::from_mode(rights)).unwrap();
            }
            found.push(refused(&with(&keys)));
        }
        found.push(refused(&with(&link.join("keys"))));
        found.push(refused(&Settings { database_url: secret("postgres://localhost/wijkkoers"), ..with(&keys) }));
        remove_dir_all(&place).unwrap();

        let found: Vec<Option<&str>> = found.iter().map(Option::as_deref).collect();
        let keys = Some("round_keys");
        assert_eq!(found, [None, keys, keys, Some("data"), keys, None]);
    }
}
