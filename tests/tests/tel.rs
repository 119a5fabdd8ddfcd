//! `wijkkoers tel`, as somebody uses it who only has the program and a file.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A small election: seven voters, four projects.
const FILE: &str = "META\nkey;value\ndescription;Klarendal\ncountry;Netherlands\nunit;Arnhem\ninstance;2027\nnum_projects;4\n\
    num_votes;7\nbudget;1000.50\nvote_type;approval\nrule;equalshares/add1\ndate_begin;2027\nPROJECTS\n\
    project_id;cost;name;category\nbank;400;Een bankje;groen\nboom;300.25;Bomen;groen\nfeest;600;Straatfeest;samen\n\
    kunst;900;Een <beeld>;samen\nVOTES\nvoter_id;vote\n1;bank,boom\n2;bank,boom\n3;bank\n4;boom\n5;feest\n6;feest\n7;\n";

/// Runs the program with a file on its standard input.
fn tel(file: &str, arguments: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wijkkoers-under-test"))
        .args(["tel", "-"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that refuses its arguments does not read.
    drop(child.stdin.take().expect("a pipe").write_all(file.as_bytes()));
    child.wait_with_output().expect("the program ends")
}

fn text(output: &[u8]) -> String {
    String::from_utf8(output.to_vec()).expect("text")
}

fn json(file: &str, arguments: &[&str]) -> Value {
    let output = tel(file, &[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn json_tells_the_rule_the_winners_and_the_money() {
    let report = json(FILE, &["--regel", "equal-shares", "--tevredenheid", "kosten", "--aanvulling", "add1"]);
    assert_eq!(report["stemming"], "Klarendal (Arnhem, 2027)");
    assert_eq!(report["regel"], "equal-shares");
    assert_eq!(report["gekozen"], serde_json::json!(["boom", "bank"]));
    assert_eq!((&report["kosten"], &report["budget"]), (&"700.25".into(), &"1000.5".into()));
    assert_eq!(report["instellingen"]["schakelaars"]["stopAlsNietsMeerPast"], true);
    assert_eq!(report["instellingen"]["schakelaars"]["stap"], "1");
    let projects = report["projecten"].as_array().expect("a list");
    assert_eq!(projects.len(), 4);
    assert_eq!(projects[2]["verloop"]["soort"], "te-weinig-geld");
    assert_eq!(report["stembiljetten"]["aantal"], 7);
    assert_eq!(report["stembiljetten"]["digest"].as_str().map(str::len), Some(64));
}

#[test]
fn every_option_is_heard() {
    for (arguments, expected) in [
        (&["--regel", "greedy"][..], &["boom", "bank"][..]),
        (&["--regel", "greedy", "--tevredenheid", "aantal"], &["boom", "bank"]),
        (&["--regel", "greedy", "--past-niet", "stoppen", "--loting", "id"], &["bank", "boom"]),
        (&["--regel", "greedy", "--minimum-steun", "3"], &["boom", "bank"]),
        (&["--regel", "greedy", "--minimum-steun", "4"], &[]),
        (&["--regel", "greedy", "--sluit-uit", "bank,boom"], &["boom", "feest"]),
        (&["--regel", "greedy", "--maximum", "groen=350"], &["boom", "feest"]),
        (&["--regel", "phragmen", "--loting", "zaad:Arnhem 2027"], &["boom", "bank"]),
        (&["--regel", "equal-shares", "--aanvulling", "geen"], &["boom"]),
        (&["--regel", "equal-shares", "--aanvulling", "greedy"], &["boom", "bank"]),
        (&["--regel", "equal-shares", "--tevredenheid", "aantal", "--aanvulling", "geen"], &["boom"]),
        (
            &["--aanvulling", "add1", "--stap", "0.25", "--begin", "heel", "--wat-past", "alle", "--verhoog-door"],
            &["boom", "bank"],
        ),
    ] {
        assert_eq!(json(FILE, arguments)["gekozen"], serde_json::json!(expected), "{arguments:?}");
    }
}

#[test]
fn people_read_text_a_page_or_a_table() {
    let plain = text(&tel(FILE, &[]).stdout);
    assert!(plain.contains("Gekozen: 2 projecten, samen 700,25.") && plain.contains("Straatfeest (feest)"), "{plain}");
    let english = text(&tel(FILE, &["--taal", "en"]).stdout);
    assert!(english.contains("Chosen: 2 projects, together 700.25."), "{english}");
    let page = text(&tel(FILE, &["--html"]).stdout);
    assert!(
        page.starts_with("<!doctype html>")
            && page.contains("<h1>Klarendal (Arnhem, 2027)</h1>")
            && page.contains("<svg")
            && page.contains("&lt;beeld&gt;"),
        "{page}"
    );
    assert!(!page.contains("<script") && !page.contains("http"), "{page}");
    let table = text(&tel(FILE, &["--csv"]).stdout);
    assert!(
        table.starts_with("id;naam;kosten;stemmen;steun;gekozen;volgorde;uitleg\nbank;Een bankje;400;3;3;1;2;"),
        "{table}"
    );
}

#[test]
fn rules_stand_side_by_side() {
    let output = tel(FILE, &["--vergelijk", "--json"]);
    let rules: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(rules.len(), 6);
    for rule in &rules {
        assert!(
            rule["gekozen"].is_array() && rule["kosten"].is_string() && rule["zonderGekozenProject"].is_u64(),
            "{rule}"
        );
        assert!(rule["gemiddeldGekozen"].is_string(), "{rule}");
    }
    assert!(text(&tel(FILE, &["--vergelijk"]).stdout).contains("kiezers zonder gekozen project: 3"));
    assert!(text(&tel(FILE, &["--vergelijk", "--csv"]).stdout).starts_with("regel;gekozen;kosten;"));
}

#[test]
fn bad_input_ends_with_a_clear_line_and_code_1() {
    for (file, arguments, expected) in [
        (
            FILE.replace("1000.50", "veel"),
            &[][..],
            "standaardinvoer: regel 9, teken 8: budget is “veel”; verwacht: een bedrag boven 0",
        ),
        (
            FILE.replace("3;bank", "3;bonk"),
            &[],
            "standaardinvoer: regel 23, teken 3: verwacht: een project uit PROJECTS; gevonden: “bonk”",
        ),
        (String::new(), &[], "verwacht: het deel META; gevonden: het einde van het bestand"),
        (FILE.to_owned(), &["--sluit-uit", "bank,bos"], "--sluit-uit: er is geen project bos"),
        (FILE.to_owned(), &["--maximum", "sport=5"], "--maximum: er is geen project in categorie sport"),
        (FILE.to_owned(), &["--stap", "0"], "--stap 0 kan niet; verwacht: meer dan 0"),
        (
            FILE.replace("approval", "ordinal"),
            &["--regel", "phragmen"],
            "phragmen telt alleen stembiljetten met gekozen projecten",
        ),
    ] {
        let output = tel(&file, arguments);
        let told = text(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(1), true), "{told}");
        assert!(told.contains(expected), "{expected}\n{told}");
        assert!(told.lines().last().is_some_and(|line| line.starts_with("wijkkoers: standaardinvoer: ")), "{told}");
    }
    let missing = Command::new(env!("CARGO_BIN_EXE_wijkkoers-under-test"))
        .args(["tel", "er-is-geen.pb"])
        .output()
        .expect("it runs");
    assert_eq!(missing.status.code(), Some(1));
    assert!(text(&missing.stderr).starts_with("wijkkoers: er-is-geen.pb: "));
}

#[test]
fn what_does_nothing_is_told() {
    let told = |arguments: &[&str]| text(&tel(FILE, arguments).stderr);
    let greedy = told(&["--regel", "greedy", "--aanvulling", "add1", "--tevredenheid", "kosten"]);
    assert_eq!(greedy, "let op: --aanvulling doet niets bij deze telregel\n");
    assert_eq!(
        told(&["--regel", "phragmen", "--tevredenheid", "aantal"]),
        "let op: --tevredenheid doet niets bij deze telregel\n"
    );
    assert_eq!(told(&["--past-niet", "stoppen"]), "let op: --past-niet doet niets bij deze telregel\n");
    assert_eq!(told(&["--aanvulling", "geen", "--stap", "2"]), "let op: --stap doet niets bij deze telregel\n");
    assert_eq!(told(&["--aanvulling", "add1", "--stap", "2", "--verhoog-door"]), "");
    assert_eq!(told(&["--vergelijk", "--stap", "2"]), "");
}

#[test]
fn an_option_that_is_wrong_is_told_in_one_line() {
    for (arguments, expected) in [
        (&["--regel", "lotto"][..], "wijkkoers: --regel lotto kan niet; kies uit: greedy, equal-shares, phragmen"),
        (&["--stap=-1"], "wijkkoers: --stap -1 kan niet: verwacht: een getal van 0 of meer"),
        (&["--loting", "munt"], "wijkkoers: --loting munt kan niet: verwacht: id, kosten-stemmen-id of zaad:TEKST"),
        (&["--regels", "greedy"], "wijkkoers: --regels bestaat niet; bedoelt u --regel?"),
        (&["--json", "--html"], "wijkkoers: --json en --html kunnen niet samen"),
        (&["--regel"], "wijkkoers: --regel: hier hoort nog iets achter"),
        (&["nog-een.pb"], "wijkkoers: nog-een.pb: dit is er te veel"),
    ] {
        let output = tel(FILE, arguments);
        let told = text(&output.stderr);
        assert_eq!((output.status.code(), told.lines().count()), (Some(1), 1), "{told}");
        assert!(told.starts_with(expected), "{expected}\n{told}");
    }
}
