//! Letters with codes: what is printed opens the ballot, and is given once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use contract::buurtbegroting::PlanBuurtbegroting;
use contract::field::{Field as _, FieldCode};
use contract::initiatief::Say;
use contract::problem::ProblemCode;
use contract::stem::{CheckStemcode, StemApi as _, Stemcode, StemcodeRonde};
use contract::stembureau::StembureauApi as _;
use std::io::{Cursor, Read as _};
use tests::paper::{Sheet, sheets};
use tests::{OpenVote, World, moment, proof};

fn path(vote: &OpenVote) -> String {
    format!("/buurtbegrotingen/{}", vote.id)
}

/// The code that a sheet shows in groups; the camera gets the same.
fn code(world: &World, vote: &OpenVote, sheet: &Sheet) -> String {
    let is_code = |line: &&String| line.len() == 14 && line.bytes().filter(|byte| *byte == b'-').count() == 2;
    let code = sheet.lines.iter().find(is_code).expect("a code").clone();
    let address = format!("{}{}/stemmen#{}", world.app().settings.base_url, path(vote), code.replace('-', ""));
    assert_eq!(sheet.qr, address);
    code
}

/// The file of a letter that a page gives.
fn given(page: &str) -> Vec<u8> {
    let (_, after) = page.split_once("href=\"data:application/pdf;base64,").expect("a letter");
    STANDARD.decode(after.split_once('"').expect("its end").0).expect("base64")
}

async fn is_good(world: &World, vote: &OpenVote, code: &str) -> bool {
    world.bezoeker().check_stemcode(vote.id, CheckStemcode { stemcode: code.into() }).await.is_ok()
}

#[tokio::test]
async fn a_letter_carries_a_code_that_opens_the_ballot_by_hand_and_by_camera() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let browser = world.browser_of(&vote.stembureau).await;
    let fields = [("actie", "stemcodes"), ("aantal", "2"), ("soort", "brieven")];
    let heard = browser.send(&path(&vote), &fields).await;
    assert_eq!((heard.status, heard.header("content-type")), (200, Some("application/pdf")));
    assert_eq!(heard.header("content-disposition"), Some("attachment; filename=\"brieven-2-3.pdf\""));
    assert_eq!(heard.header("cache-control"), Some("no-store"));
    let found = sheets(&heard.body);
    let codes: Vec<String> = found.iter().map(|sheet| code(&world, &vote, sheet)).collect();
    assert_eq!(codes.len(), 2);
    assert_ne!(codes[0], codes[1]);
    for code in &codes {
        assert!(is_good(&world, &vote, code).await, "{code}");
    }
    // Through the window of an envelope the address shows, and nothing else: not the code either.
    let in_window = |place: &&[f32; 2]| (20.0..110.0).contains(&place[0]) && (45.0..90.0).contains(&place[1]);
    let seen: Vec<&[f32; 2]> = found[0].places.iter().filter(in_window).collect();
    assert!(matches!(seen.as_slice(), [[x, y]] if (x - 25.0).abs() < 0.1 && (50.0..60.0).contains(y)), "{seen:?}");
    // The code is on one line, in three groups of four.
    let groups: Vec<Vec<usize>> = codes.iter().map(|code| code.split('-').map(str::len).collect()).collect();
    assert_eq!(groups, vec![vec![4, 4, 4]; 2]);
    let text = found[0].lines.join(" ");
    for part in ["Aan de bewoner van dit adres", "€ 10.000,00", "Klarendal kiest", "/stem en vul", "Brief 2"] {
        assert!(text.replace('\u{a0}', " ").contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn who_lost_a_letter_gets_another_with_the_same_number_from_two_people_and_the_old_code_dies() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 2, &["1000.00"]).await;
    let (asks, confirms) =
        (world.browser_of(&vote.stembureau).await, world.browser_of(&world.stembureau("W2").await).await);
    assert_eq!(asks.send(&path(&vote), &[("actie", "vervangen"), ("nummer", "2")]).await.status, 303);
    let own = asks.look(&path(&vote)).await.text();
    assert!(own.contains("Brief 2: u vroeg op ") && !own.contains("Bevestig en geef"), "{own}");
    let other = confirms.look(&path(&vote)).await.text();
    assert!(
        other.contains("1 nieuwe brief wacht op uw bevestiging (tot ")
            && other.contains("Bevestig en geef de nieuwe brief"),
        "{other}"
    );
    let asked = vote.stembureau.stembureau(vote.id).await.unwrap().vervangingen.remove(0).id.to_string();
    let fields = [("actie", "bevestigen"), ("vervanging", asked.as_str()), ("zeker", "ja")];
    assert_eq!(asks.send(&path(&vote), &fields).await.status, 403, "nobody confirms what they asked");
    assert_eq!(confirms.send(&path(&vote), &[("actie", "bevestigen"), ("zeker", "ja")]).await.status, 400);
    // P-6: the old code dies with it, so the page asks whether that is what they mean, right above the button.
    let unsure = confirms.send(&path(&vote), &fields[..2]).await;
    let (status, text) = (unsure.status, unsure.text());
    assert_eq!(status, 400, "{text}");
    let box_id = format!("bevestigen.zeker.{asked}");
    for said in ["Zet eerst een vinkje.", "De oude brief werkt daarna niet meer", &format!("href=\"#{box_id}\"")] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let after_box = text.split_once(&format!("id=\"{box_id}\"")).expect("the box").1;
    let next_button = after_box.split_once("<button").expect("a button").1;
    assert!(next_button.split("</button>").next().unwrap().contains("Bevestig en geef de nieuwe brief"), "{text}");
    assert!(is_good(&world, &vote, &vote.codes[1]).await, "nothing changed yet");
    let heard = confirms.send(&path(&vote), &fields).await;
    assert_eq!((heard.status, heard.header("cache-control")), (200, Some("no-store")));
    let page = heard.text();
    assert!(page.contains("Brief 2 is gegeven.") && page.contains("download=\"nieuwe-brief-2-20"), "{page}");
    let found = sheets(&given(&page));
    assert_eq!(found.len(), 1);
    assert!(found[0].lines.contains(&"Brief 2".to_owned()));
    let text = found[0].lines.join(" ");
    assert!(text.contains("in plaats van een eerdere brief 2, die kwijt is"), "b10: {text}");
    // Of two letters with this number it is seen which is the last.
    assert!(text.contains("Gemaakt op ") && text.contains(" uur, in plaats van"), "{text}");
    assert!(is_good(&world, &vote, &code(&world, &vote, &found[0])).await);
    assert!(!is_good(&world, &vote, &vote.codes[1]).await);
    assert!(is_good(&world, &vote, &vote.codes[0]).await, "the other letter is as good as it was");
    let again = confirms.send(&path(&vote), &fields).await;
    assert_eq!(again.status, 409, "it is given once");
    let again = again.text();
    assert!(
        again.contains("De nieuwe brief 2 is al gegeven, door u, op ") && !again.contains("niet opgeslagen"),
        "{again}"
    );
    assert!(!again.contains("application/pdf"));
    assert!(world.browser().look(&path(&vote)).await.text().contains("1 keer is een nieuwe brief gegeven"));
}

#[tokio::test]
async fn a_printer_gets_a_list_and_too_many_letters_are_told_about_before_any_is_made() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let browser = world.browser_of(&vote.stembureau).await;
    let heard = browser.send(&path(&vote), &[("actie", "stemcodes"), ("aantal", "3"), ("soort", "lijst")]).await;
    let text = heard.text();
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(';').collect()).collect();
    assert_eq!(lines[0], ["nummer", "stemcode", "adres"]);
    assert_eq!(lines.iter().skip(1).map(|line| line[0]).collect::<Vec<_>>(), ["2", "3", "4"]);
    assert!(is_good(&world, &vote, lines[3][1]).await);
    assert!(lines[3][2].ends_with(&lines[3][1].replace('-', "")));
    for (aantal, soort, wrong) in [("10001", "brieven", "10.000"), ("10001", "lijst", "10.000"), ("1", "", "soort")] {
        let heard = browser.send(&path(&vote), &[("actie", "stemcodes"), ("aantal", aantal), ("soort", soort)]).await;
        assert_eq!(heard.status, 400, "{aantal}");
        assert!(heard.text().contains(wrong), "{wrong}");
    }
    assert_eq!(world.count("kiescode").await, 4);
}

#[tokio::test]
async fn more_letters_than_a_pdf_should_hold_come_as_several_in_a_zip() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let browser = world.browser_of(&vote.stembureau).await;
    let fields = [("actie", "stemcodes"), ("aantal", "501"), ("soort", "brieven")];
    let heard = browser.send(&path(&vote), &fields).await;
    assert_eq!((heard.status, heard.header("content-type")), (200, Some("application/zip")));
    assert_eq!(heard.header("content-disposition"), Some("attachment; filename=\"brieven-2-502.zip\""));
    assert_eq!(heard.header("cache-control"), Some("no-store"));
    let mut zip = zip::ZipArchive::new(Cursor::new(heard.body)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["brieven-2-501.pdf", "brieven-502-502.pdf"]);
    let mut pdf = Vec::new();
    zip.by_name("brieven-502-502.pdf").unwrap().read_to_end(&mut pdf).unwrap();
    let last = sheets(&pdf);
    assert_eq!(last.len(), 1);
    assert!(is_good(&world, &vote, &code(&world, &vote, &last[0])).await);
    zip.by_name("brieven-2-501.pdf").unwrap().read_to_end(&mut Vec::new()).expect("it is whole");
}

#[tokio::test]
async fn the_address_on_letters_goes_straight_to_the_only_vote_and_asks_when_there_are_more() {
    let world = World::new().await;
    let browser = world.browser();
    let none = browser.look("/stem").await.text();
    assert!(none.contains("Op uw brief staat van wanneer tot wanneer het kan."), "{none}");
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let heard = browser.look("/stem").await;
    assert_eq!((heard.status, heard.header("location")), (303, Some(format!("{}/stemmen", path(&vote)).as_str())));
    let other = world.open_vote(PlanBuurtbegroting { titel: "Nog een".into(), ..world.plan() }, 1, &["2000.00"]).await;
    let both = browser.look("/stem").await;
    assert_eq!(both.status, 200);
    for round in [&vote, &other] {
        assert!(both.text().contains(&format!("href=\"{}/stemmen\"", path(round))), "{}", both.text());
    }
}

// b5-11: the address on the proof is short enough to type, and leads on.
#[tokio::test]
async fn the_short_address_of_a_proof_leads_to_the_page_that_looks_a_ballot_up() {
    let world = World::new().await;
    let browser = world.browser();
    assert_eq!(browser.look("/stembewijs").await.status, 200);
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let heard = browser.look("/stembewijs").await;
    assert_eq!((heard.status, heard.header("location")), (303, Some(format!("{}/stembewijs", path(&vote)).as_str())));
    let other = world.open_vote(PlanBuurtbegroting { titel: "Nog een".into(), ..world.plan() }, 1, &["2000.00"]).await;
    let both = browser.look("/stembewijs").await;
    assert_eq!(both.status, 200);
    for round in [&vote, &other] {
        assert!(both.text().contains(&format!("href=\"{}/stembewijs\"", path(round))), "{}", both.text());
    }
}

// b5-11: and a proof is looked up in the published list when the result is final.
#[tokio::test]
async fn the_short_address_of_a_proof_leads_to_a_vote_of_which_the_result_is_final() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    world.close_vote().await;
    vote.count().await.unwrap();
    world.pass(TimeDelta::weeks(6));
    world.log_in(&vote.stembureau).await;
    vote.stembureau.finalize_uitslag(vote.id).await.unwrap();
    let to = format!("{}/stembewijs", path(&vote));
    let heard = world.browser().look("/stembewijs").await;
    assert_eq!((heard.status, heard.header("location")), (303, Some(to.as_str())));
    let (secret, control) = (proof(1).grouped(), proof(1).biljet(vote.id).controlecode());
    let found = world.browser().send(&to, &[("actie", "kijken"), ("stembewijs", secret.as_str())]).await.text();
    assert!(found.contains(&control), "{found}");
}

#[tokio::test]
async fn a_code_that_is_typed_leads_to_the_ballot_that_it_is_for() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let other = world.open_vote(PlanBuurtbegroting { titel: "Nog een".into(), ..world.plan() }, 2, &["2000.00"]).await;
    let browser = world.browser();
    let send =
        async |code: &str| browser.send("/stem", &[("actie", "zoeken"), ("stemcode", code), ("script", "ja")]).await;
    for round in [&vote, &other] {
        let code = &round.codes[0];
        let heard = send(&code.to_lowercase()).await;
        let to = format!("{}/stemmen#{}", path(round), code.replace('-', ""));
        assert_eq!((heard.status, heard.header("location")), (303, Some(to.as_str())));
    }
    // b21: without scripts nothing takes the code from behind #. The form itself goes on to the ballot, and the code stands there.
    let (to, code) = (format!("{}/stemmen", path(&vote)), vote.codes[0].as_str());
    let form = [("actie", "zoeken"), ("stemcode", code), ("script", "")];
    let heard = browser.send("/stem", &form).await;
    assert_eq!((heard.status, heard.header("location")), (307, Some(to.as_str())));
    let heard = browser.send(&to, &form).await;
    assert_eq!(heard.status, 200);
    let text = heard.text();
    // What is said of a used letter lies ready for a script.
    let (shown, _) = text.split_once("<template data-al-gestemd").unwrap();
    assert!(shown.contains(&format!("value=\"{code}\"")) && !shown.contains("utrecht-alert--error"), "{text}");
    let wrong = send("ZZZZ-ZZZZ-ZZZZ").await.text();
    assert!(wrong.contains("href=\"#zoeken.stemcode\"") && wrong.contains("ZZZZ-ZZZZ-ZZZZ"), "{wrong}");
    let visitor = world.bezoeker();
    let find = async |code: &str| visitor.find_stemcode(CheckStemcode { stemcode: code.into() }).await;
    let found = find(&other.codes[1]).await.unwrap().rondes;
    assert_eq!(found, [StemcodeRonde { ronde: other.id, gestemd: false, vervangen: false }]);
    other.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
    assert!(find(&other.codes[0]).await.unwrap().rondes[0].gestemd);
    assert!(send(&other.codes[0]).await.text().contains("Er is al gestemd voor deze brief"));
    other.stembureau.stop_buurtbegroting(other.id, Say { tekst: "De lijst klopt niet.".into() }).await.unwrap();
    let over = find(&other.codes[1]).await.unwrap_err();
    assert_eq!(over.fouten[0].code, FieldCode::StemcodeOnbekend, "only open votes are looked at");
    for _ in 0..9 {
        assert_eq!(find("ZZZZ-ZZZZ-ZZZZ").await.unwrap_err().code(), ProblemCode::OngeldigeInvoer);
    }
    assert_eq!(find("ZZZZ-ZZZZ-ZZZZ").await.unwrap_err().code(), ProblemCode::TeVaak, "B-1");
}

// P-6: who has a code that nothing is left to vote on with reads of each vote why, and not of the first alone.
#[tokio::test]
async fn a_code_of_which_every_vote_is_used_or_replaced_names_each_of_them() {
    let world = World::new().await;
    let (code, visitor) = ("DEMO-0000-0001", world.bezoeker());
    let mut votes = Vec::new();
    for (titel, wijzigen_mag) in [("Het eerste", true), ("Het tweede", false)] {
        let plan = PlanBuurtbegroting { titel: titel.into(), wijzigen_mag, ..world.plan() };
        let mut vote = world.open_vote(plan, 1, &["1000.00"]).await;
        let letter = (2, Stemcode::parse(code).unwrap());
        wijkkoers::stembus::add_letters(world.app(), vote.id, &[letter]).await.unwrap();
        vote.codes.push(code.to_owned());
        votes.push(vote);
    }
    for (vote, secret) in votes.iter().zip([1, 2]) {
        vote.vote(&visitor, 1, proof(secret), &[0]).await.unwrap();
    }
    let hears = async |expected: [&str; 2]| {
        let form = [("actie", "zoeken"), ("stemcode", code), ("script", "ja")];
        let heard = world.browser().send("/stem", &form).await;
        let (status, text) = (heard.status, heard.text());
        assert_eq!(status, 409, "{text}");
        for said in expected {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert!(text.contains("Er is al gestemd voor deze brief") && !text.contains("/stemmen#"), "{text}");
        text
    };
    // P-6: and it is no dead end: of each vote the ways that the ballot's own page has for a used letter.
    let text = hears(["‘Het eerste’: er is al gestemd", "‘Het tweede’: er is al gestemd"]).await;
    for (vote, can_change) in votes.iter().zip([true, false]) {
        assert!(text.contains(&format!("href=\"{}/stembewijs\"", path(vote))), "{text}");
        assert_eq!(text.contains(&format!("href=\"{}/stemmen/wijzigen\"", path(vote))), can_change, "{text}");
    }
    let mail = format!("href=\"mailto:{}\"", world.app().settings.contact_email);
    assert!(text.contains(&mail) && text.contains("href=\"/stem\""), "{text}");
    let (second, other) = (&votes[1], world.stembureau("W2").await);
    second.stembureau.replace_with(&other, second.id, "2").await.unwrap();
    hears(["‘Het eerste’: er is al gestemd", "‘Het tweede’: voor deze brief is een nieuwe gegeven"]).await;
}

// V-5: without scripts nothing takes a code from behind #, where it would stay in the address: each vote is a form that takes it along.
#[tokio::test]
async fn a_code_for_several_votes_stays_out_of_the_address_without_scripts() {
    let world = World::new().await;
    let code = "DEMO-0000-0001";
    let mut votes = Vec::new();
    for titel in ["Het eerste", "Het tweede", "Het derde"] {
        // So long that the first is still open when the last opens.
        let stemmen_tot = moment(world.now() + TimeDelta::hours(1));
        let plan = PlanBuurtbegroting { titel: titel.into(), wijzigen_mag: true, stemmen_tot, ..world.plan() };
        let mut vote = world.open_vote(plan, 1, &["1000.00"]).await;
        let letter = (2, Stemcode::parse(code).unwrap());
        wijkkoers::stembus::add_letters(world.app(), vote.id, &[letter]).await.unwrap();
        vote.codes.push(code.to_owned());
        votes.push(vote);
    }
    votes[2].vote(&world.bezoeker(), 1, proof(1), &[0]).await.unwrap();
    let find = async |script: &str| {
        let form = [("actie", "zoeken"), ("stemcode", code), ("script", script)];
        let heard = world.browser().send("/stem", &form).await;
        assert_eq!(heard.status, 200);
        heard.text()
    };
    let (plain, scripted) = (find("").await, find("ja").await);
    // No code has an O: one that is typed is a zero.
    let read = code.replace('O', "0");
    let hash = format!("#{}", read.replace('-', ""));
    assert!(!plain.contains(&hash) && plain.contains(&format!("value=\"{read}\"")), "{plain}");
    for vote in &votes[..2] {
        let to = format!("{}/stemmen", path(vote));
        assert!(plain.contains(&format!("action=\"{to}\"")), "{plain}");
        assert!(scripted.contains(&format!("href=\"{to}{hash}\"")), "{scripted}");
        let text = world.browser().send(&to, &[("actie", "zoeken"), ("stemcode", read.as_str())]).await.text();
        let (shown, _) = text.split_once("<template data-al-gestemd").unwrap();
        assert!(shown.contains(&format!("value=\"{read}\"")), "{text}");
    }
    // P-6: of the vote in which it was used the ways that are left.
    for own in [&plain, &scripted] {
        assert!(own.contains("‘Het derde’: er is al gestemd") && own.contains("mailto:"), "{own}");
        for way in ["stembewijs", "stemmen/wijzigen"] {
            assert!(own.contains(&format!("href=\"{}/{way}\"", path(&votes[2]))), "{way}: {own}");
        }
        assert!(!own.contains(&format!("{}/stemmen{hash}", path(&votes[2]))), "{own}");
    }
}
