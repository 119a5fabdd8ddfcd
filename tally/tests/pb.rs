//! Reading and writing `.pb` files.

mod real;

use tally::pb::{self, Faults};
use tally::{BallotKind, Language};

/// A file without faults, of which tests break a part.
const GOOD: &str = "META
key;value
description;Een bankje of een boom
country;Netherlands
unit;Arnhem
instance;2026
num_projects;2
num_votes;3
budget;1000.50
vote_type;approval
rule;greedy
date_begin;01.02.2026
PROJECTS
project_id;cost;name;kleur
bank;600;Een bankje;groen
boom;400.25;\"Een boom; of twee\";
VOTES
voter_id;vote;leeftijd
1;bank,boom;34
2;boom;
3;;81
";

fn faults(text: &str) -> Vec<String> {
    pb::read(text.as_bytes()).expect_err("a fault").list.iter().map(|fault| fault.text(Language::En)).collect()
}

#[test]
fn a_good_file_says_what_it_says() {
    let pb = pb::read(GOOD.as_bytes()).expect("no faults");
    assert_eq!(pb.remarks, []);
    assert_eq!(pb.election.kind, BallotKind::Approval);
    assert_eq!(pb.election.budget.to_string(), "1000.50");
    let projects: Vec<_> =
        pb.election.projects.iter().map(|p| (p.id.as_str(), p.name.as_str(), p.cost.to_string())).collect();
    assert_eq!(
        projects,
        [("bank", "Een bankje", "600".to_owned()), ("boom", "Een boom; of twee", "400.25".to_owned())]
    );
    let ballots: Vec<_> = pb.election.ballots.iter().map(|ballot| ballot.choices.to_vec()).collect();
    assert_eq!(ballots, [vec![0, 1], vec![1], vec![]]);
    assert_eq!(pb.file.projects.field(0, 3), "groen");
    assert_eq!(pb.file.votes.field(2, 2), "81");
}

#[test]
fn windows_line_ends_a_byte_order_mark_and_blanks_change_nothing() {
    let plain = pb::read(GOOD.as_bytes()).expect("no faults");
    for other in [
        GOOD.replace('\n', "\r\n"),
        format!("\u{feff}{GOOD}"),
        GOOD.replace(';', " ; ").replace(" \"Een boom ;  of", "\"Een boom; of"),
        GOOD.replace("META", "meta").replace("VOTES", "Votes"),
        GOOD.replace("PROJECTS\n", "\n\nPROJECTS;;\n\n"),
        GOOD.trim_end().to_owned(),
    ] {
        assert_eq!(pb::read(other.as_bytes()).as_ref(), Ok(&plain), "{other}");
    }
}

/// A part of the good file, what comes in its place, and how the faults begin that this makes.
const FAULTS: &[(&str, &str, &[&str])] = &[
    ("budget;1000.50\n", "", &["line 1, column 1: expected: budget in META"]),
    (
        "budget;1000.50",
        "budget;veel",
        &["line 9, column 8: budget is “veel”; expected: an amount above 0, such as 5000 or 5000.50"],
    ),
    (
        "boom;400.25",
        "boom;0",
        &["line 16, column 6: cost is “0”; expected: an amount above 0, such as 5000 or 5000.50"],
    ),
    (
        "vote_type;approval",
        "vote_type;aproval",
        &["line 10, column 11: vote_type is “aproval”; expected: approval, ordinal, cumulative, scoring or choose-1"],
    ),
    ("num_votes;3", "num_votes;4", &["line 8, column 11: num_votes says 4; found: 3 rows"]),
    ("num_votes;3", "num_votes;drie", &["line 8, column 11: num_votes is “drie”; expected: a whole number"]),
    ("1;bank,boom", "1;bank, boon", &["line 19, column 9: expected: a project of PROJECTS; found: “boon”"]),
    (
        "1;bank,boom",
        "1;bank,bank",
        &["line 19, column 8: project “bank” is on this ballot already; expected: each once"],
    ),
    ("2;boom;", "1;boom;", &["line 20, column 1: voter_id “1” is there already; expected: each once"]),
    ("2;boom;", ";boom;", &["line 20, column 1: voter_id is empty; expected: a value"]),
    ("2;boom;", "2;boom;;x", &["line 20, column 9: expected: 3 fields, as the header says; found: 4"]),
    (
        "boom;400",
        "bank;400",
        &[
            "line 16, column 1: project_id “bank” is there already; expected: each once",
            "line 19, column 8: expected: a project of PROJECTS; found: “boom”",
            "line 20, column 3: expected: a project of PROJECTS; found: “boom”",
        ],
    ),
    ("project_id;cost", "project;cost", &["line 14, column 1: expected: a column project_id"]),
    (
        "PROJECTS\n",
        "PROJECTEN\n",
        &[
            "line 14, column 17: expected: 2 fields",
            "line 15",
            "line 16",
            "line 21, column 6: expected: the section PROJECTS; found: the end of the file",
        ],
    ),
    ("kleur\n", "naam;Naam\n", &["line 14, column 27: the column “Naam” is there already; expected: each name once"]),
    ("unit;Arnhem", "country;Arnhem", &["line 5, column 1: “country” is in META already; expected: each name once"]),
    (
        "key;value\n",
        "",
        &["line 2, column 1: expected: key;value under META; found: “description;Een bankje of een boom”"],
    ),
    ("META\n", "", &["line 1, column 1: expected: META as the first line; found: “key”"]),
    (
        "\"Een boom; of twee\"",
        "\"Een boom; of twee",
        &["line 16, column 13: this field begins with a quote that is closed nowhere"],
    ),
    ("approval", "choose-1", &["line 19, column 3: expected: one project on a ballot of choose-1; found: 2"]),
    ("approval", "scoring", &["line 18, column 1: expected: a column points"]),
];

#[test]
fn every_fault_says_where_it_is_and_what_was_expected() {
    for (part, by, expected) in FAULTS {
        assert!(GOOD.contains(part), "{part:?}");
        let found = faults(&GOOD.replacen(part, by, 1));
        for expected in *expected {
            assert!(found.iter().any(|found| found.starts_with(expected)), "{part:?} → {by:?}: {found:#?}");
        }
    }
}

#[test]
fn all_faults_of_a_file_are_told_in_order() {
    let bad = GOOD.replace("1000.50", "x").replace("400.25", "-1").replace("2;boom", "2;bom").replace("3;;", ";;");
    assert_eq!(faults(&bad).len(), 4, "{:#?}", faults(&bad));
    let Faults { list, left_out } = pb::read(
        format!("META\nkey;value\nPROJECTS\nproject_id;cost\nVOTES\nvoter_id;vote\n{}", "1;a\n".repeat(20_000))
            .as_bytes(),
    )
    .expect_err("rubbish");
    assert_eq!(list.len(), Faults::KEPT);
    assert!(left_out > 10_000);
}

#[test]
fn points_are_read_exactly() {
    let text = GOOD
        .replace("approval", "cumulative")
        .replace("vote;leeftijd", "vote;points")
        .replace("1;bank,boom;34\n2;boom;\n3;;81", "1;bank,boom;3,1\n2;boom;0.25\n3;;");
    let pb = pb::read(text.as_bytes()).expect("no faults");
    assert_eq!(pb.election.ballots.points_decimals(), 2);
    let points: Vec<_> = pb.election.ballots.iter().map(|ballot| ballot.points.to_vec()).collect();
    assert_eq!(points, [vec![300, 100], vec![25], vec![]]);
    let wrong = faults(&text.replace("3,1", "3").replace(";0.25", ";zes"));
    assert_eq!(
        wrong,
        [
            "line 19, column 13: expected: points 2 times, as many as projects; found: 1",
            "line 20, column 8: expected: points, such as 3 or 2.5; found: “zes”",
        ]
    );
}

#[test]
fn what_is_not_text_is_refused_where_it_stops_to_be() {
    let mut bytes = GOOD.as_bytes().to_vec();
    let at = GOOD.find("bankje").expect("a word");
    bytes[at] = 0xff;
    let faults = pb::read(&bytes).expect_err("not UTF-8");
    assert_eq!(faults.to_string(), "line 3, column 17: this is not text in UTF-8");
}

#[test]
fn what_is_odd_is_remarked_and_counted() {
    let odd = GOOD
        .replace("country;Netherlands\n", "max_length;1\n")
        .replace("cost;name;kleur", "cost;name;votes")
        .replace(";groen", ";2");
    let pb = pb::read(odd.as_bytes()).expect("it can be counted");
    let remarks: Vec<String> = pb.remarks.iter().map(|remark| remark.text(Language::En)).collect();
    assert_eq!(
        remarks,
        [
            "country is missing in META; the format asks for it, the count does not",
            "max_length is 1, yet 1 ballots do not keep to it (the first is number 1); they are counted",
            "votes in PROJECTS differs from the ballots for 1 projects (the first is bank); the ballots count",
        ]
    );
}

#[test]
fn short_rows_are_whole_rows() {
    let table = |rows: &[&str]| {
        let mut table = pb::Table::new(["a", "b", "c"]);
        rows.iter().for_each(|row| table.push(row.split(';')));
        table
    };
    let short = table(&["1", "2;;", ";x", ""]);
    assert_eq!(short, table(&["1;;", "2", ";x;", ";;"]));
    let rows: Vec<Vec<&str>> = short.rows().map(Iterator::collect).collect();
    assert_eq!(rows, [["1", "", ""], ["2", "", ""], ["", "x", ""], ["", "", ""]]);
    assert_eq!((short.len(), short.field(2, 1), short.field(2, 3), short.field(4, 0)), (4, "x", "", ""));
}

#[test]
fn an_id_is_the_same_only_if_every_byte_is() {
    let text = GOOD.replace("1;bank", "1;\0bank");
    assert!(text != GOOD && pb::read(text.as_bytes()).is_err());
}

#[test]
fn a_file_written_and_read_again_is_equal() {
    let mut texts = vec![("good".to_owned(), GOOD.to_owned())];
    texts.extend(real::files());
    let about = ["description", "country", "unit", "instance", "rule", "date_begin"].map(|key| (key, "2027"));
    for (name, text) in texts {
        let pb = pb::read(text.as_bytes()).unwrap_or_else(|faults| panic!("{name}: {faults}"));
        let again = pb::read(pb.file.to_text().as_bytes()).unwrap_or_else(|faults| panic!("{name}: {faults}"));
        assert_eq!(again, pb, "{name}");
        // Without the file, from what there is to count alone.
        let text = pb::File::of(&pb.election, None, &about).to_text();
        let again = pb::read(text.as_bytes()).unwrap_or_else(|faults| panic!("{name}: {faults}"));
        assert_eq!((&again.election, again.remarks.len()), (&pb.election, 0), "{name}: {:?}", again.remarks);
    }
}
