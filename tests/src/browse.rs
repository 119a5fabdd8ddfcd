//! Pages as a browser without scripts has them: forms and cookies.

use crate::people::Person;
use crate::transport::Heard;
use crate::world::World;
use wijkkoers::account::tokens::Channel;
use wijkkoers::account::{sessions, store};

/// A browser of its own.
pub struct Browser {
    visitor: Person,
    own: String,
    cookies: String,
}

impl World {
    /// The browser of somebody without a login.
    #[must_use]
    pub fn browser(&self) -> Browser {
        Browser { visitor: self.bezoeker(), own: self.address().to_owned(), cookies: "wk_taal=nl".into() }
    }

    /// The browser of somebody who has just logged in there.
    ///
    /// # Panics
    /// For a visitor.
    pub async fn browser_of(&self, person: &Person) -> Browser {
        let app = self.app();
        let tx = app.begin().await.expect("a transaction");
        let account = store::find(&tx, person.id()).await.expect("the account");
        let tokens = sessions::start(&tx, app, &account, Channel::Web).await.expect("a session");
        tx.commit().await.expect("stored");
        let browser = self.browser();
        let cookies = format!(
            "{}; __Host-wk_toegang={}; __Host-wk_vernieuw={}",
            browser.cookies, tokens.toegang, tokens.vernieuw
        );
        Browser { cookies, ..browser }
    }
}

impl Browser {
    /// Looks at a page.
    pub async fn look(&self, path: &str) -> Heard {
        self.visitor.ask("GET", &format!("/{path}")).header("cookie", &self.cookies).send_unjudged().await
    }

    /// Sends a form of a page to it.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Heard {
        let form = serde_urlencoded::to_string(fields).expect("a form");
        let ask = self.visitor.ask("POST", &format!("/{path}")).bytes("application/x-www-form-urlencoded", form);
        ask.header("cookie", &self.cookies).header("origin", &self.own).send_unjudged().await
    }
}

/// What stands between the parts of a form.
const BOUNDARY: &str = "tussen-de-delen";

/// A form with files, as a browser writes it.
#[derive(Debug, Clone, Default)]
pub struct Parts(Vec<u8>);

impl Parts {
    /// With a field.
    #[must_use]
    pub fn field(self, name: &str, value: &str) -> Self {
        self.part(&format!("name=\"{name}\""), value.as_bytes())
    }

    /// With a file; an empty one where none was chosen.
    #[must_use]
    pub fn file(self, name: &str, bytes: &[u8]) -> Self {
        self.part(&format!("name=\"{name}\"; filename=\"foto.jpg\""), bytes)
    }

    fn part(mut self, head: &str, content: &[u8]) -> Self {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        self.0.extend_from_slice(head.as_bytes());
        self.0.extend_from_slice(content);
        self.0.extend_from_slice(b"\r\n");
        self
    }
}

impl Browser {
    /// Sends a form with files to a page.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn send_parts(&self, path: &str, form: Parts) -> Heard {
        let mut body = form.0;
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let ask = self.visitor.ask("POST", &format!("/{path}")).bytes(&kind, body);
        ask.header("cookie", &self.cookies).header("origin", &self.own).send_unjudged().await
    }
}

impl World {
    /// Sends a form to a page as a page of another site does: without cookies, and with its own name.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn send_from_elsewhere(&self, path: &str, fields: &[(&str, &str)]) -> Heard {
        let form = serde_urlencoded::to_string(fields).expect("a form");
        let visitor = self.bezoeker();
        let ask = visitor.ask("POST", &format!("/{path}")).bytes("application/x-www-form-urlencoded", form);
        ask.header("origin", "https://elders.test").send_unjudged().await
    }
}

impl Heard {
    /// What a hidden field of a page holds; that of the form with this name where there are more.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn hidden(&self, form: &str, name: &str) -> String {
        let text = self.text();
        let from = text.find(&format!("name=\"actie\" value=\"{form}\"")).expect("the form is there");
        let mark = format!("name=\"{name}\" value=\"");
        let rest = text.get(from..).unwrap_or_default().split_once(&mark).expect("the field is there").1;
        rest.split('"').next().unwrap_or_default().to_owned()
    }
}
