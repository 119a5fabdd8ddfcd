//! Cuts a text into records of fields.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2};

/// A field without its quotes and the blanks around it.
#[derive(Debug, Clone)]
pub struct Field<'a> {
    pub text: Cow<'a, str>,
    /// Where it starts in the source, in bytes.
    pub at: usize,
}

/// A quoted field that the file ends in.
#[derive(Debug)]
pub struct Unclosed {
    pub at: usize,
}

/// The records of a text, one after the other.
pub struct Records<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Records<'a> {
    pub const fn new(source: &'a str) -> Self {
        Self { source, at: 0 }
    }

    /// Puts the fields of the next record that is not a blank line into `fields`; false at the end.
    pub fn next(&mut self, fields: &mut Vec<Field<'a>>) -> Result<bool, Unclosed> {
        loop {
            fields.clear();
            let rest = self.source.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(false);
            }
            let end = memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            let line = rest.get(..end).unwrap_or_default();
            if memchr(b'"', line.as_bytes()).is_some() {
                self.quoted_record(fields)?;
                return Ok(true);
            }
            let start = self.at;
            self.at = start.saturating_add(end).saturating_add(1);
            if !line.trim_ascii().is_empty() {
                plain_record(line, start, fields);
                return Ok(true);
            }
        }
    }

    /// A record with a quote somewhere in its first line: it may go on over more lines.
    fn quoted_record(&mut self, fields: &mut Vec<Field<'a>>) -> Result<(), Unclosed> {
        loop {
            let rest = self.source.get(self.at..).unwrap_or_default();
            let start = self.at;
            let (text, length) = match rest.strip_prefix('"') {
                Some(quoted) => quoted_field(quoted).ok_or(Unclosed { at: start })?,
                None => {
                    let end = memchr2(b';', b'\n', rest.as_bytes()).unwrap_or(rest.len());
                    (Cow::Borrowed(rest.get(..end).unwrap_or_default()), end)
                }
            };
            // Text in quotes that is one piece stands behind the first of them.
            let is_behind = rest.starts_with('"') && matches!(text, Cow::Borrowed(_));
            fields.push(trimmed(text, start.saturating_add(usize::from(is_behind))));
            self.at = start.saturating_add(length).saturating_add(1);
            let ended_by = rest.as_bytes().get(length);
            if ended_by != Some(&b';') {
                return Ok(());
            }
        }
    }
}

/// A line without quotes.
fn plain_record<'a>(line: &'a str, start: usize, fields: &mut Vec<Field<'a>>) {
    let mut from = 0;
    for end in memchr_iter(b';', line.as_bytes()).chain([line.len()]) {
        let text = line.get(from..end).unwrap_or_default();
        fields.push(trimmed(Cow::Borrowed(text), start.saturating_add(from)));
        from = end.saturating_add(1);
    }
}

/// A field whose opening quote is gone: its text, and its length with both quotes.
fn quoted_field(quoted: &str) -> Option<(Cow<'_, str>, usize)> {
    let mut text = Cow::Borrowed("");
    let mut from = 0_usize;
    loop {
        let rest = quoted.get(from..)?;
        let close = memchr(b'"', rest.as_bytes())?;
        append(&mut text, rest.get(..close)?);
        from = from.saturating_add(close).saturating_add(1);
        let after = quoted.get(from..)?;
        if after.starts_with('"') {
            text.to_mut().push('"');
            from = from.saturating_add(1);
        } else {
            // What stands between the closing quote and the end of the field belongs to it, as Python reads it.
            let tail = memchr2(b';', b'\n', after.as_bytes()).unwrap_or(after.len());
            append(&mut text, after.get(..tail)?.trim_end());
            return Some((text, from.saturating_add(tail).saturating_add(1)));
        }
    }
}

/// Borrows as long as there is one piece.
fn append<'a>(text: &mut Cow<'a, str>, piece: &'a str) {
    if text.is_empty() {
        *text = Cow::Borrowed(piece);
    } else if !piece.is_empty() {
        text.to_mut().push_str(piece);
    }
}

fn trimmed(text: Cow<'_, str>, at: usize) -> Field<'_> {
    match text {
        Cow::Borrowed(text) => {
            let from_start = text.trim_start();
            let blanks = text.len().saturating_sub(from_start.len());
            Field { text: Cow::Borrowed(from_start.trim_end()), at: at.saturating_add(blanks) }
        }
        Cow::Owned(text) => Field { text: Cow::Owned(text.trim().to_owned()), at },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(source: &str) -> Vec<Vec<String>> {
        let mut records = Records::new(source);
        let (mut all, mut fields) = (Vec::new(), Vec::new());
        while records.next(&mut fields).expect("no quote is left open") {
            all.push(fields.iter().map(|field| field.text.clone().into_owned()).collect());
        }
        all
    }

    #[test]
    fn a_quote_means_something_only_at_the_start_of_a_field() {
        for (source, expected) in [
            ("a;b\n", vec![vec!["a", "b"]]),
            ("a;b", vec![vec!["a", "b"]]),
            (" a ; b \r\n\r\n\nc;\r\n", vec![vec!["a", "b"], vec!["c", ""]]),
            ("1;\"a;b\";c\n2", vec![vec!["1", "a;b", "c"], vec!["2"]]),
            ("1;\"two\nlines\";c\n2", vec![vec!["1", "two\nlines", "c"], vec!["2"]]),
            ("1;\"he said \"\"no\"\"\"\n", vec![vec!["1", "he said \"no\""]]),
            ("1;a lone \" quote;2\n3;4", vec![vec!["1", "a lone \" quote", "2"], vec!["3", "4"]]),
            ("1;a \"quoted\" word\n", vec![vec!["1", "a \"quoted\" word"]]),
            ("1;\"a\"b;2\n", vec![vec!["1", "ab", "2"]]),
            ("1;\"\"\n", vec![vec!["1", ""]]),
            ("\"x\"\r\ny\n", vec![vec!["x"], vec!["y"]]),
        ] {
            assert_eq!(records(source), expected, "{source:?}");
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_is_found_where_it_opens() {
        let mut records = Records::new("a;b\nc;\"d\ne;f\n");
        let mut fields = Vec::new();
        assert!(records.next(&mut fields).expect("the first line is whole"));
        assert_eq!(records.next(&mut fields).expect_err("the quote is open").at, 6);
    }
}
