//! Addresses for letters, out of a file of the municipality. They are printed and kept nowhere.

use contract::field::{Field as _, Postcode};

/// The columns of the file.
pub const COLUMNS: [&str; 4] = ["naam", "straat", "postcode", "plaats"];

/// Reads addresses: the lines of each, as they are printed. An address without a name is for whoever lives there.
///
/// # Errors
/// Says in Dutch what is wrong, and on which line.
pub fn read(text: &str, to_whoever: &str) -> Result<Vec<Vec<String>>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut file = csv::ReaderBuilder::new().delimiter(b';').trim(csv::Trim::All).from_reader(text.as_bytes());
    let heads = file.headers().map_err(|error| on_line(1, &error.to_string()))?;
    if !heads.iter().map(str::to_lowercase).eq(COLUMNS) {
        return Err(on_line(1, &format!("de kolommen moeten zijn: {}", COLUMNS.join(";"))));
    }
    let addresses: Vec<Vec<String>> =
        file.records().zip(2_u64..).map(|(row, number)| address(row, number, to_whoever)).collect::<Result<_, _>>()?;
    if addresses.is_empty() { Err("er staat geen adres in".into()) } else { Ok(addresses) }
}

fn on_line(line: u64, what: &str) -> String {
    format!("regel {line}: {what}")
}

fn address(row: csv::Result<csv::StringRecord>, number: u64, to_whoever: &str) -> Result<Vec<String>, String> {
    let row = row.map_err(|error| {
        if let csv::ErrorKind::UnequalLengths { len, .. } = error.kind() {
            return on_line(number, &format!("{len} kolommen in plaats van {}", COLUMNS.len()));
        }
        on_line(number, &error.to_string())
    })?;
    let line = row.position().map_or(number, csv::Position::line);
    let cell = |at: usize| row.get(at).unwrap_or_default();
    let [name, street, postcode, place] = [cell(0), cell(1), cell(2), cell(3)];
    for (what, value) in COLUMNS.iter().zip([name, street, postcode, place]).skip(1) {
        if value.is_empty() {
            return Err(on_line(line, &format!("{what} is leeg")));
        }
    }
    let known = Postcode::parse(postcode).ok();
    let known = known.as_ref().and_then(|own| Some((own.digits(), own.letters()?)));
    let (digits, letters) = known.ok_or_else(|| on_line(line, &format!("{postcode} is geen postcode")))?;
    let name = if name.is_empty() { to_whoever } else { name };
    Ok(vec![name.to_owned(), street.to_owned(), format!("{digits} {letters}  {place}")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_spreadsheets_write_them() {
        let text = "\u{feff}Naam;Straat;Postcode;Plaats\r\nA. Çelik;Ooststraat 1;6826 ab;Arnhem\r\n\r\n;\"Weg; 2\";6811AA;Arnhem\r\n";
        let found = read(text, "Aan de bewoner").unwrap();
        assert_eq!(
            found,
            [["A. Çelik", "Ooststraat 1", "6826 AB  Arnhem"], ["Aan de bewoner", "Weg; 2", "6811 AA  Arnhem"]]
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, wrong) in [
            ("", "regel 1: de kolommen"),
            ("naam;adres\n", "regel 1: de kolommen"),
            ("naam;straat;postcode;plaats\n", "er staat geen adres in"),
            ("naam;straat;postcode;plaats\na;b;6811 AA\n", "regel 2: 3 kolommen in plaats van 4"),
            ("naam;straat;postcode;plaats\na;b;6811 AA;c\na;;6811 AA;c\n", "regel 3: straat is leeg"),
            ("naam;straat;postcode;plaats\na;b;6811;c\n", "regel 2: 6811 is geen postcode"),
        ] {
            let error = read(text, "").unwrap_err();
            assert!(error.starts_with(wrong), "{text:?}: {error}");
        }
    }
}
