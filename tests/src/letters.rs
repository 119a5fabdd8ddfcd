//! Mails as people get them.

use mail_parser::MessageParser;
use std::path::Path;

/// A mail in somebody's box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// To whom.
    pub to: String,
    /// The name that stands beside that address.
    pub naam: Option<String>,
    /// Its subject.
    pub subject: String,
    /// Its plain text.
    pub text: String,
    /// Its HTML.
    pub html: String,
}

impl Letter {
    fn read(bytes: &[u8]) -> Self {
        let mail = MessageParser::default().parse(bytes).expect("what we send is a mail");
        let receiver = mail.to().and_then(|to| to.first()).expect("a mail goes to somebody");
        let to = receiver.address().expect("at an address");
        let part = |text: Option<std::borrow::Cow<'_, str>>| text.expect("a mail has both parts").replace("\r\n", "\n");
        Self {
            to: to.to_owned(),
            naam: receiver.name().map(str::to_owned),
            subject: mail.subject().expect("a mail has a subject").to_owned(),
            text: part(mail.body_text(0)),
            html: part(mail.body_html(0)),
        }
    }

    /// The address that the mail says to press.
    #[must_use]
    pub fn link(&self) -> Option<&str> {
        self.text.lines().find(|line| line.starts_with("http"))
    }

    /// The secret at the end of that address.
    ///
    /// # Panics
    /// When there is no link.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.link().and_then(|link| link.rsplit('/').next()).expect("the mail has a link")
    }
}

/// Takes the mails to an address out of the folder, oldest first.
pub(crate) fn collect(folder: &Path, to: &str) -> Vec<Letter> {
    let entries = std::fs::read_dir(folder).expect("the folder of mails");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    // Names are time-ordered ids.
    files.sort_unstable();
    let mut letters = Vec::new();
    for file in files {
        let letter = Letter::read(&std::fs::read(&file).expect("a mail"));
        if letter.to == to {
            std::fs::remove_file(&file).expect("a file of ours");
            letters.push(letter);
        }
    }
    letters
}
