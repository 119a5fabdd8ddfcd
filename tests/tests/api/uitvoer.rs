//! X-7, P-8: what people typed leaves the program in tables that a spreadsheet opens. It is text there as well. Pages are looked
//! at in a browser (`tests/browser/hostile-strings.night.mjs`), letters and numbers of letters in `voting_faults`.

use contract::buurtbegroting::BuurtbegrotingApi as _;
use contract::stembureau::StembureauApi as _;
use tests::{World, plain_project};

/// What spreadsheets take for the beginning of a formula, also when it is written wide.
const BEGINS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

const TITLES: [&str; 9] = [
    "=HYPERLINK(\"//kwaad.example\";\"klik\")",
    "=1+1",
    "+31 26 bellen",
    "-2 graden",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\u{ff1d}1+1",
    "\u{ff20}SUM(1)",
    "een; \"=1+1\"; nog een",
    "plein\";=1+1;\"",
];

/// The cells of a table, as a spreadsheet takes them apart.
fn cells(table: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut is_quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = table.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => is_quoted = !is_quoted,
            ';' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    rows
}

#[test]
fn a_table_is_taken_apart_as_a_spreadsheet_does() {
    let found = cells("a;b\n\"een; \"\"twee\"\"\";=1\n");
    assert_eq!(found, [["a", "b"], ["een; \"twee\"", "=1"]]);
}

#[tokio::test]
async fn no_title_is_a_formula_in_the_table_of_a_result() {
    // A result of few is another table.
    for voters in [1, 12] {
        let world = World::new().await;
        let projects = TITLES.iter().map(|titel| plain_project(titel, "500.00")).collect();
        let vote = world.prepare_vote_on(world.plan(), 12, projects).await;
        world.open_now().await;
        vote.vote_all(&world.bezoeker(), voters, |letter| vec![letter % TITLES.len()]).await;
        world.close_vote().await;
        vote.count().await.unwrap();
        let table = world.bezoeker().ask("GET", &format!("/buurtbegrotingen/{}/uitslag/tabel", vote.id)).send().await;
        let rows = cells(&table.text());
        assert_eq!(rows.len(), 1 + TITLES.len(), "{}", table.text());
        assert!(rows.iter().all(|row| row.len() == rows[0].len()), "nobody adds a column: {rows:?}");
        for cell in rows.iter().flatten() {
            assert!(!cell.starts_with(BEGINS), "{voters} voters: {cell}");
        }
        // As they were typed, with no more than a mark before them.
        for titel in TITLES {
            assert!(rows.iter().any(|row| row[1].trim_start_matches('\'') == titel), "{titel}: {rows:?}");
        }
        let seen = vote.stembureau.buurtbegroting(vote.id).await.unwrap();
        assert_eq!(seen.projecten.len(), TITLES.len());
        assert_eq!(vote.stembureau.uitslag(vote.id).await.unwrap().projecten.len(), TITLES.len());
    }
}
