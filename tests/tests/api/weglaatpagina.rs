//! What staff read on the pages where they take words and photos away, and say yes or no (G-3, V-8).

use contract::GeheelId;
use contract::foto::FotoApi as _;
use contract::ingreep::{DeelSoort, IngreepApi as _, IngreepStatus, MaakIngreep};
use contract::initiatief::InitiatiefApi as _;
use tests::{Browser, World, pictures};

/// Sends a form of a page, and reads where that leads.
async fn press(browser: &Browser, path: &str, form: &[(&str, &str)]) -> String {
    let answer = browser.send(path, form).await;
    match answer.header("location") {
        Some(to) => browser.look(to).await.text(),
        None => answer.text(),
    }
}

fn words(word: &str) -> MaakIngreep {
    MaakIngreep {
        soort: "onherkenbaar".into(),
        woorden: vec![word.into()],
        reden: "Dat is een naam.".into(),
        ..MaakIngreep::default()
    }
}

// findings W4, H5, H17, H18, H19 and H20
#[tokio::test]
async fn the_stembureau_reads_what_waits_and_says_yes_or_no() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let (wijkteam, stembureau) = (world.browser_of(&vote.wijkteam).await, world.browser_of(&vote.stembureau).await);
    let (round, path) = (format!("/buurtbegrotingen/{}", vote.id), format!("/werk/weglaten/{}", vote.id));
    let line = "Er wachten 2 teksten op uw ja";
    assert!(!stembureau.look(&round).await.text().contains("op uw ja"), "nothing waits");
    let page = stembureau.look(&path).await.text();
    assert!(page.contains("Er wacht nu niets op het stembureau."), "{page}");
    assert!(!page.contains("Hier haalt u"), "she takes nothing away: {page}");

    let key = wijkteam.look(&path).await.hidden("woorden", "sleutel");
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "Plan"), ("reden", "Dat is een naam.")];
    let page = press(&wijkteam, &path, &ask).await;
    assert!(page.contains("Op 2 plekken wacht het op het stembureau."), "{page}");
    assert!(page.contains("Weglaten: Plan 1, Plan 1: titel"), "{page}");
    assert!(!page.contains("Wat is weggelaten"), "nothing was taken away yet: {page}");
    for (browser, expected) in [(&stembureau, true), (&wijkteam, false), (&world.browser(), false)] {
        assert_eq!(browser.look(&round).await.text().contains(line), expected);
    }
    assert!(stembureau.look("/buurtbegrotingen").await.text().contains(line), "in what waits for her");

    let page = stembureau.look(&path).await.text();
    for expected in ["Weglaten: Plan 2, Plan 2: titel", "Dat is een naam.", "Er staat nu", "Er komt te staan"] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let page = press(&stembureau, &path, &[("actie", "beantwoorden")]).await;
    assert_eq!(page.matches("Kies er een.").count(), 4, "beside both and above: {page}");
    let asked = vote.stembureau.weglatingen(GeheelId(vote.id.0)).await.unwrap().ingrepen;
    let [first, second] = [0, 1].map(|at: usize| asked[at].id.to_string());
    let no = [("actie", "beantwoorden"), ("ingreep", first.as_str()), ("antwoord", "nee")];
    assert!(press(&stembureau, &path, &no).await.contains("Vul dit in."), "a no has a reason");
    let page = press(&stembureau, &path, &[no.as_slice(), &[("reden", "Dit is geen naam.")]].concat()).await;
    assert!(page.contains("U zei nee."), "{page}");
    let yes = [("actie", "beantwoorden"), ("ingreep", second.as_str()), ("antwoord", "ja")];
    assert!(press(&stembureau, &path, &yes).await.contains("U zei ja."));

    // Who asked reads who said what, and why.
    let page = wijkteam.look(&path).await.text();
    let by = |says: &str| format!("Het stembureau zei {says}: {}, ", vote.stembureau.naam);
    for expected in [by("ja"), by("nee"), "Dit is geen naam.".to_owned()] {
        assert!(page.contains(&expected), "{expected}: {page}");
    }
    let page = press(&wijkteam, &path, &[("actie", "herstellen"), ("ingreep", second.as_str())]).await;
    assert!(page.contains("Vul dit in."), "what comes back has a reason: {page}");
    let back = [("actie", "herstellen"), ("ingreep", second.as_str()), ("reden", "Het is de naam van de straat.")];
    let page = press(&wijkteam, &path, &back).await;
    assert!(page.contains("Tot het ja zegt, verandert er niets."), "{page}");
    assert!(page.contains("Terugzetten: Plan"), "{page}");
    let page = stembureau.look(&path).await.text();
    for expected in ["Het is de naam van de straat.", "Weggelaten omdat: Dat is een naam."] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let page = press(&wijkteam, &path, &[("actie", "intrekken"), ("ingreep", second.as_str())]).await;
    assert!(page.contains("Het verzoek is ingetrokken. Er is niets veranderd."), "{page}");
    let withdrawn = format!("Het verzoek om het terug te zetten is ingetrokken: {}, ", vote.wijkteam.naam);
    assert!(page.contains(&withdrawn), "{page}");
}

// findings W3 and H14
#[tokio::test]
async fn a_plan_and_the_initiatief_behind_it_lead_to_each_other() {
    let world = World::new().await;
    let owner = world.bewoner("Olga").await;
    let id = owner.hand_in("Bankje voor Jansen").await;
    let plan = contract::project::AddProject {
        initiatief: Some(id.to_string().into()),
        ..tests::plain_project("Bankje voor Jansen", "1000.00")
    };
    let vote = world.prepare_vote_on(world.plan(), 1, vec![plan]).await;
    world.open_now().await;
    let wijkteam = world.browser_of(&vote.wijkteam).await;
    let page = wijkteam.look(&format!("/werk/weglaten/{}", vote.id)).await.text();
    assert!(page.contains(&format!("href=\"/werk/weglaten/{id}\"")), "{page}");
    let path = format!("/werk/weglaten/{id}");
    let page = wijkteam.look(&path).await.text();
    assert!(page.contains("Zo’n tekst verandert pas als ook het stembureau ja zegt."), "a copy waits: {page}");

    let done = vote.wijkteam.make_ingreep(vote.wijkteam.key(), GeheelId(id.0), words("Jansen")).await.unwrap();
    assert!(done.ingrepen.iter().any(|own| own.status == IngreepStatus::Wacht));
    let page = wijkteam.look(&path).await.text();
    assert!(page.contains("Weglaten: Plan 1, Bankje voor Jansen: titel"), "{page}");
}

// findings W9, H5, H10 and H12
#[tokio::test]
async fn each_number_is_judged_by_itself_and_a_colleague_sees_that_a_photo_was_hidden() {
    let world = World::new().await;
    let (anna, person) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let photo = anna.upload_foto(anna.key(), pictures::jpeg(1)).await.unwrap();
    let mut request = anna.idea("Een boom");
    request.fotos = vec![photo.id.to_string().into()];
    let id = anna.create_initiatief(anna.key(), request).await.unwrap().id;
    let (wijkteam, path) = (world.browser_of(&person).await, format!("/werk/weglaten/{id}"));
    let key = wijkteam.look(&path).await.hidden("vlak", "sleutel");
    let deel = format!("foto.{}.beeld", photo.id);
    let area = |numbers: [&'static str; 4]| {
        let named = ["links", "boven", "breedte", "hoogte"].into_iter().zip(numbers);
        let rest = [("actie", "vlak"), ("reden", "Een gezicht.")];
        named.chain(rest).collect::<Vec<(&str, &str)>>()
    };
    let with =
        |numbers: [&'static str; 4]| [area(numbers), vec![("sleutel", key.as_str()), ("deel", deel.as_str())]].concat();
    let page = press(&wijkteam, &path, &with(["16,5", "10", "-1", ""])).await;
    let wrong = "Vul een heel getal in van 0 tot en met 100.";
    assert_eq!(page.matches(wrong).count(), 6, "three fields, beside each and above: {page}");
    assert!(page.contains(&format!("Hoogte (%): {wrong}")), "{page}");
    let page = press(&wijkteam, &path, &with(["60", "10", "50", "0"])).await;
    assert!(page.contains("Breedte (%): Dit valt buiten de foto"), "{page}");
    assert!(page.contains("Hoogte (%): Dit moet meer zijn dan nul."), "{page}");
    let page = press(&wijkteam, &path, &with(["0", "0", "50", "100"])).await;
    assert!(page.contains("Weggelaten op 1 plek."), "{page}");

    let key = wijkteam.look(&path).await.hidden("foto", "sleutel");
    let hide = [("actie", "foto"), ("sleutel", key.as_str()), ("deel", deel.as_str()), ("reden", "Een gezicht.")];
    let page = press(&wijkteam, &path, &hide).await;
    assert!(page.contains("1 foto is afgeschermd en staat hier niet bij."), "{page}");
    assert!(page.contains("Iedereen leest of ziet dit dan weer."), "a warning: {page}");
    let done = person.weglatingen(GeheelId(id.0)).await.unwrap().ingrepen;
    let last = done.iter().find(|own| own.deel == DeelSoort::Foto && own.mag_herstellen).unwrap().id.to_string();
    let back = [("actie", "herstellen"), ("ingreep", last.as_str()), ("reden", "Zo herkent niemand iemand.")];
    let page = press(&wijkteam, &path, &back).await;
    assert!(page.contains("Zo herkent niemand iemand."), "why is on record: {page}");
    assert!(page.contains("Teruggezet. Iedereen leest of ziet het weer."), "{page}");
    assert!(page.contains(&format!("Teruggezet: {}, ", person.naam)), "who and when: {page}");
}
