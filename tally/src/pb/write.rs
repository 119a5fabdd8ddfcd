//! Writes the three tables as text.

use std::io::{self, Write};

use super::{File, Table};

impl File {
    /// Writes the file as UTF-8 with lines that end in LF. What is written reads back as the same tables.
    ///
    /// # Errors
    ///
    /// What `to` says when it cannot take more.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        writeln!(to, "META\nkey;value")?;
        for (key, value) in &self.meta {
            row(to, [key.as_str(), value])?;
        }
        for (title, table) in [("PROJECTS", &self.projects), ("VOTES", &self.votes)] {
            writeln!(to, "{title}")?;
            write_table(to, table)?;
        }
        Ok(())
    }

    /// The file as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut bytes = Vec::new();
        self.write(&mut bytes).expect("memory takes everything");
        String::from_utf8(bytes).expect("text was written")
    }
}

impl Table {
    /// The table as text: its header and its rows.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut bytes = Vec::new();
        write_table(&mut bytes, self).expect("memory takes everything");
        String::from_utf8(bytes).expect("text was written")
    }
}

fn write_table(to: &mut impl Write, table: &Table) -> io::Result<()> {
    row(to, table.columns().iter().map(String::as_str))?;
    for fields in table.rows() {
        row(to, fields)?;
    }
    Ok(())
}

fn row<'a>(to: &mut impl Write, fields: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
    for (at, text) in fields.into_iter().enumerate() {
        if at > 0 {
            to.write_all(b";")?;
        }
        if text.contains(['"', ';', '\n', '\r']) {
            write!(to, "\"{}\"", text.replace('"', "\"\""))?;
        } else {
            to.write_all(text.as_bytes())?;
        }
    }
    to.write_all(b"\n")
}
