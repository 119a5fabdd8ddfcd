//! Where links and forms lead that are about what was left out, or asked: to the form or the request itself, without scripts (G-3, V-8).

use crate::weglaatpagina::{Sent, bench_of_jansen, press, words, written};
use contract::foto::FotoApi as _;
use contract::ingreep::{HerstelIngreep, IngreepApi as _, IngreepStatus, IngreepView, KiesDeel, MaakIngreep, Vlak};
use contract::initiatief::InitiatiefApi as _;
use contract::{GeheelId, IngreepId};
use tests::{World, as_shown, pictures, refusal};

/// What stands in the tag with this id.
fn tag<'a>(page: &'a str, id: &str) -> &'a str {
    let mark = format!("id=\"{id}\"");
    let mut tags = page.split('<').filter_map(|from| Some(from.split_once('>')?.0));
    tags.find(|own| own.contains(&mark)).unwrap()
}

fn is_open(page: &str, id: &str) -> bool {
    let own = tag(page, id);
    assert!(own.starts_with("details "), "{own}");
    own.split_whitespace().any(|attribute| attribute == "open" || attribute.starts_with("open="))
}

/// What the button of a form says.
fn button(words: &str) -> String {
    format!(">{words}</span>")
}

// G-3: who asks again, or goes back to change what they wrote, comes to the form and not to the top of the page
#[tokio::test]
async fn the_way_back_to_a_form_leads_to_that_form() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let (wijkteam, path) = (world.browser_of(&vote.wijkteam).await, format!("/werk/weglaten/{}", vote.id));
    let round = GeheelId(vote.id.0);
    assert!(!is_open(&wijkteam.look(&path).await.text(), "woorden"), "nobody came for it");
    let key = wijkteam.look(&path).await.hidden("woorden", "sleutel");
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "Plan"), ("reden", "Dat is een naam.")];
    let seen = wijkteam.send(&path, &ask).await.text();
    assert!(seen.contains(&format!("formaction=\"{path}#klaar\"")), "{seen}");
    let back = wijkteam.send(&path, &[ask.as_slice(), &[("wijzig", "ja")]].concat()).await.text();
    assert!(is_open(&back, "woorden") && tag(&back, "klaar").contains("tabindex"), "{back}");

    let asked = vote.wijkteam.make_ingreep(vote.wijkteam.key(), round, words("Plan")).await.unwrap().ingrepen.remove(0);
    vote.stembureau.refuse_ingreep(asked.id, refusal(&asked, "Dit is geen naam.")).await.unwrap();
    let page = wijkteam.look(&path).await.text();
    assert!(page.contains(&format!("action=\"{path}#klaar\"")), "{page}");
    let about = asked.id.to_string();
    let page = wijkteam.send(&path, &[("actie", "opnieuw"), ("ingreep", about.as_str())]).await.text();
    let (form, ready) = (page.find("id=\"woorden\"").unwrap(), page.find("id=\"klaar\"").unwrap());
    assert!(is_open(&page, "woorden") && form < ready, "in the form: {page}");
    assert!(page.contains("Uw verzoek staat hier klaar") && written(&page, "woorden") == "Plan", "{page}");
    // What is wrong with it comes first.
    let page = wijkteam.send(&path, &[("actie", "woorden"), ("woorden", "Plan")]).await.text();
    assert!(page.contains("Waarom: Vul dit in.") && !page.contains("id=\"klaar\""), "{page}");
}

// G-3, V-8: from the work to the request itself, with the words that it is about
#[tokio::test]
async fn the_work_of_a_wijkteam_leads_to_the_card_of_each_request_and_names_its_words() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let (wijkteam, stembureau) = (world.browser_of(&vote.wijkteam).await, world.browser_of(&vote.stembureau).await);
    let (path, round) = (format!("/werk/weglaten/{}", vote.id), GeheelId(vote.id.0));
    let asked = vote.wijkteam.make_ingreep(vote.wijkteam.key(), round, words("Plan")).await.unwrap().ingrepen.remove(0);
    let card = format!("ingreep-{}", asked.id);
    let (link, which) = (format!("href=\"{path}?open={card}#{card}\""), "Het gaat om: ‘Plan’");
    let page = wijkteam.look("/werk").await.text();
    assert!(page.contains(&link) && page.contains(which), "{page}");
    assert!(
        page.matches(which).count() == 1 && !page.contains("Wat u wegliet"),
        "what waits stands there once: {page}"
    );
    for browser in [&wijkteam, &stembureau] {
        let page = browser.look(&format!("{path}?open={card}")).await.text();
        assert_eq!(page.matches(&format!("id=\"{card}\"")).count(), 1, "{page}");
        assert!(page.contains(which), "{page}");
    }

    vote.stembureau.refuse_ingreep(asked.id, refusal(&asked, "Dit is geen naam.")).await.unwrap();
    let refused = format!("geweigerd-{}", asked.id);
    let page = wijkteam.look("/werk").await.text();
    assert!(page.contains(&format!("href=\"{path}?open={refused}#{refused}\"")) && page.contains(which), "{page}");
    let page = wijkteam.look(&path).await.text();
    let (at, again) = (page.find(&format!("id=\"{refused}\"")).unwrap(), page.find("Vraag het opnieuw").unwrap());
    assert!(at < again && page.contains(which), "{page}");

    // finding 3: of what was done, the way leads to what stood there, and nobody is asked to put it back.
    let made = vote.wijkteam.make_ingreep(vote.wijkteam.key(), round, words("Plan")).await.unwrap().ingrepen;
    let waits = made.iter().find(|own| own.status == IngreepStatus::Wacht).unwrap();
    let done = waits.id;
    vote.stembureau.confirm_ingreep(done, as_shown(waits)).await.unwrap();
    let put_back = |page: &str| page.split_once(&format!("id=\"ingreep-{done}\"")).unwrap().1.to_owned();
    let form = |page: &str| page.split_once("<summary>Zet dit terug").unwrap().0.rsplit_once('<').unwrap().1.to_owned();
    let page = wijkteam.look(&format!("{path}?open=ingreep-{done}")).await.text();
    assert!(!form(&put_back(&page)).contains(" open"), "{page}");
    let was = |page: &str| page.split_once("<summary>Wat er stond").unwrap().0.rsplit_once('<').unwrap().1.to_owned();
    assert!(was(&put_back(&page)).contains(" open"), "{page}");
    assert!(page.contains(&button("Vraag het stembureau om dit terug te zetten")), "it takes two: {page}");
    let page = wijkteam.look(&path).await.text();
    assert!(!form(&put_back(&page)).contains(" open"), "{page}");
}

// G-3: who comes from a plan finds what it says, and the form below it, open
#[tokio::test]
async fn from_a_plan_the_form_is_in_sight() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let (wijkteam, path) = (world.browser_of(&vote.wijkteam).await, format!("/werk/weglaten/{}", vote.id));
    let plan = wijkteam.look(&format!("/buurtbegrotingen/{}/plannen/2", vote.id)).await.text();
    assert!(plan.contains(&format!("href=\"{path}?open=plan-2#plan-2\"")), "{plan}");
    let page = wijkteam.look(&format!("{path}?open=plan-2")).await.text();
    let place = |id: &str| page.find(&format!("id=\"{id}\"")).unwrap();
    assert!(place("plan-2") < place("woorden") && place("woorden") < place("plan-1"), "{page}");
    assert!(is_open(&page, "woorden") && !is_open(&page, "tekst"), "{page}");
}

// G-3: the initiatief keeps what is left out of its plan, and the words come along in a form, not in an address
#[tokio::test]
async fn who_leaves_words_out_of_a_plan_takes_them_along_to_its_initiatief() {
    let world = World::new().await;
    let (id, vote) = bench_of_jansen(&world).await;
    let wijkteam = world.browser_of(&vote.wijkteam).await;
    let (round, there) = (format!("/werk/weglaten/{}", vote.id), format!("/werk/weglaten/{id}"));
    let keeps = "Het initiatief houdt deze woorden. Haal ze daar ook weg.";
    let page = wijkteam.look(&round).await;
    // finding 9: before anything was written nobody knows what it keeps
    assert!(page.text().contains("Begin bij het initiatief:") && !page.text().contains(keeps), "{}", page.text());
    let key = page.hidden("woorden", "sleutel");
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "Jansen"), ("reden", "Dat is een naam.")];
    let seen = wijkteam.send(&round, &ask).await.text();
    for expected in [
        keeps.to_owned(),
        format!("action=\"{there}#klaar\""),
        button("Haal ze weg uit het initiatief van plan 1, Bankje voor Jansen"),
        button("Vraag het stembureau"),
    ] {
        assert!(seen.contains(&expected), "{expected}: {seen}");
    }
    // w5 13: what is better done first is the dark button
    let look = |words: &str| seen.split_once(words).unwrap().0.rsplit_once("<button").unwrap().1.to_owned();
    assert!(look(">Haal ze weg uit het initiatief").contains("nl-button--primary"), "{seen}");
    assert!(look(">Vraag het stembureau</span>").contains("nl-button--secondary"), "{seen}");
    assert!(!seen.contains("woorden="), "no words in an address: {seen}");
    let carried = [("actie", "woorden"), ("woorden", "Jansen"), ("reden", "Dat is een naam."), ("wijzig", "ja")];
    let form = wijkteam.send(&there, &carried).await.text();
    assert_eq!(written(&form, "woorden"), "Jansen", "{form}");
    assert!(is_open(&form, "woorden") && form.contains("id=\"klaar\"") && form.contains("Dat is een naam."), "{form}");
    assert_eq!(world.count("ingreep").await, 0, "nothing was done");

    // Also once it was asked.
    press(&wijkteam, &round, &ask).await;
    let page = wijkteam.look(&round).await.text();
    assert!(page.contains("type=\"hidden\" name=\"woorden\" value=\"Jansen\""), "{page}");
    // At the initiatief a part goes at once.
    let key = wijkteam.look(&there).await.hidden("woorden", "sleutel");
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "Bankje"), ("reden", "Dat is een naam.")];
    let seen = wijkteam.send(&there, &ask).await.text();
    assert!(seen.contains(&button("Laat weg en vraag het stembureau")) && !seen.contains(keeps), "{seen}");
    // What the initiatief does not say is kept nowhere.
    press(&wijkteam, &there, &ask).await;
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "moois"), ("reden", "Dat is een naam.")];
    let seen = wijkteam.send(&round, &ask).await.text();
    assert!(seen.contains("Er is nog niets veranderd.") && !seen.contains(keeps), "{seen}");
}

// G-3: a button that takes all of something away says of what
#[tokio::test]
async fn each_initiatief_that_can_be_hidden_is_named_by_its_plan() {
    let world = World::new().await;
    let olga = world.bewoner("Olga").await;
    let mut plans = Vec::new();
    for titel in ["Bankje voor Jansen", "Boom voor Jansen"] {
        let id = olga.hand_in(titel).await;
        plans.push(contract::project::AddProject {
            initiatief: Some(id.to_string().into()),
            ..tests::plain_project(titel, "1000.00")
        });
    }
    let vote = world.prepare_vote_on(world.plan(), 1, plans).await;
    world.open_now().await;
    let (wijkteam, path) = (world.browser_of(&vote.wijkteam).await, format!("/werk/weglaten/{}", vote.id));
    let key = wijkteam.look(&path).await.hidden("woorden", "sleutel");
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "Jansen"), ("reden", "Dat is een naam.")];
    let page = press(&wijkteam, &path, &ask).await;
    for titel in ["Bankje voor Jansen", "Boom voor Jansen"] {
        let line = page.split("Scherm het hele initiatief af van plan ").skip(1);
        let is_named = |rest: &&str| rest.split_once(", ").is_some_and(|(_, own)| own.starts_with(titel));
        assert_eq!(line.filter(is_named).count(), 1, "{titel}: {page}");
    }
    let to = page.split_once("href=\"/werk/initiatieven/").unwrap().1.split_once('#').unwrap().0;
    assert!(is_open(&wijkteam.look(&format!("/werk/initiatieven/{to}")).await.text(), "afschermen"));
}

// V-8: what a later request took up was not withdrawn, and reads so
#[tokio::test]
async fn a_request_that_a_later_one_took_up_reads_as_merged_with_it() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let (wijkteam, stembureau) = (world.browser_of(&vote.wijkteam).await, world.browser_of(&vote.stembureau).await);
    let (path, round) = (format!("/werk/weglaten/{}", vote.id), GeheelId(vote.id.0));
    let find = |all: &[IngreepView], id: IngreepId| all.iter().find(|own| own.id == id).unwrap().clone();
    let make = async |word: &str| {
        let made = vote.wijkteam.make_ingreep(vote.wijkteam.key(), round, words(word)).await.unwrap().ingrepen;
        made.into_iter().find(|own| own.status == IngreepStatus::Wacht).unwrap()
    };
    let asked = make("Plan").await;
    let joined = make("1").await;
    let (first, both) = (asked.id, joined.id);
    let merged = "Samengevoegd met een later verzoek";
    let page = wijkteam.look(&path).await.text();
    assert!(page.contains(merged) && !page.contains("Verzoek ingetrokken"), "{page}");
    assert!(page.contains(&format!("href=\"{path}?open=ingreep-{both}#ingreep-{both}\"")), "{page}");
    assert!(wijkteam.look("/werk").await.text().contains(merged));
    let late = press(&stembureau, &path, &Sent::of(&asked).with("ja")).await;
    assert!(late.contains("Dit verzoek is samengevoegd met dat latere verzoek."), "{late}");

    // What somebody withdrew was withdrawn, also when all of it is asked anew.
    vote.wijkteam.withdraw_ingreep(both, as_shown(&joined)).await.unwrap();
    make("Plan").await;
    let found = vote.wijkteam.weglatingen(round).await.unwrap().ingrepen;
    assert_eq!([first, both].map(|id| find(&found, id).samengevoegd), [true, false]);
    assert!(wijkteam.look(&path).await.text().contains("Verzoek ingetrokken"));
}

// V-8: who withdraws reads first which words, and of whom
#[tokio::test]
async fn who_withdraws_a_request_of_two_reads_both_words_and_both_names_first() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let (first, second) = (&vote.wijkteam, world.wijkteam("W2").await);
    let name = format!("UPDATE account SET naam = 'Willie Tweede' WHERE email = '{}'", second.email);
    assert_eq!(world.tamper(&name).await.unwrap(), 1);
    let (wijkteam, path) = (world.browser_of(first).await, format!("/werk/weglaten/{}", vote.id));
    let round = GeheelId(vote.id.0);
    first.make_ingreep(first.key(), round, words("Plan")).await.unwrap();
    second.make_ingreep(second.key(), round, words("1")).await.unwrap();
    let page = wijkteam.look(&path).await.text();
    let asks = page.split_once("<summary>Trek dit verzoek in</summary>").unwrap().1.split_once("</details>").unwrap().0;
    for expected in [
        "Weglaten uit Plan 1, Plan 1: titel: ‘Plan’, ‘1’".to_owned(),
        format!("Dit vroeg {}, Willie Tweede.", first.naam),
        button("Ja, trek dit verzoek in"),
        "name=\"actie\" value=\"intrekken\"".to_owned(),
    ] {
        assert!(asks.contains(&expected), "{expected}: {asks}");
    }
    assert_eq!(page.matches("value=\"intrekken\"").count(), 1, "nowhere without the question: {page}");
}

// V-8: who asked a part of what a colleague withdrew waited for an answer that never came
#[tokio::test]
async fn who_asked_hears_that_a_colleague_withdrew_the_whole_request() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let (first, second) = (&vote.wijkteam, world.wijkteam("W2").await);
    let name = format!("UPDATE account SET naam = 'Willie Tweede' WHERE email = '{}'", second.email);
    assert_eq!(world.tamper(&name).await.unwrap(), 1);
    let (browser, path) = (world.browser_of(&second).await, format!("/werk/weglaten/{}", vote.id));
    let round = GeheelId(vote.id.0);
    first.make_ingreep(first.key(), round, words("Plan")).await.unwrap();
    let alone = browser.look(&path).await.text();
    assert!(alone.contains(&format!("Dit trekt ook in wat {} vroeg.", first.naam)), "it is not hers: {alone}");
    let made = second.make_ingreep(second.key(), round, words("1")).await.unwrap().ingrepen;
    let both = made.iter().find(|own| own.status == IngreepStatus::Wacht).unwrap();
    assert_eq!(both.vroegen_ook, std::slice::from_ref(&first.naam));
    let page = browser.look(&path).await.text();
    let asks = page.split_once("<summary>Trek dit verzoek in</summary>").unwrap().1.split_once("</details>").unwrap().0;
    let also = format!("Dit trekt ook in wat {} vroeg. Die krijgt daarover een mail.", first.naam);
    assert!(asks.contains(&also), "{asks}");

    for person in [first, &second] {
        world.mail_to(person).await;
    }
    press(&browser, &path, &Sent::of(both).with("intrekken")).await;
    let letter = world.one_mail_to(first).await;
    assert_eq!(letter.subject, "Weglaten: een collega trok uw verzoek in");
    let card = format!("{path}?open=ingreep-{0}#ingreep-{0}", both.id);
    for expected in ["Willie Tweede trok het hele verzoek in", "kunt u het opnieuw vragen", &card] {
        assert!(letter.text.contains(expected), "{expected}: {}", letter.text);
    }
    assert!(world.mail_to(&second).await.is_empty(), "who withdrew it knows");
    let work = world.browser_of(first).await.look("/werk").await.text();
    let list = work.split_once("Wat u wegliet").unwrap().1;
    assert!(list.contains("Ingetrokken door Willie Tweede"), "{list}");
    assert!(!list.contains("Samengevoegd met een later verzoek"), "it waits nowhere: {list}");
    let work = browser.look("/werk").await.text();
    assert!(work.contains("Verzoek ingetrokken") && !work.contains("Ingetrokken door"), "by themselves: {work}");
}

// G-3: what somebody did is found again from their work, also when a part of it was withdrawn
#[tokio::test]
async fn a_colleague_finds_what_they_left_out_in_their_own_work() {
    let world = World::new().await;
    let (id, vote) = bench_of_jansen(&world).await;
    let own = "Wat u wegliet";
    let (wijkteam, colleague) =
        (world.browser_of(&vote.wijkteam).await, world.browser_of(&world.wijkteam("W2").await).await);
    assert!(!wijkteam.look("/werk").await.text().contains(own), "nothing yet");
    let made = vote.wijkteam.make_ingreep(vote.wijkteam.key(), GeheelId(id.0), words("Jansen")).await.unwrap().ingrepen;
    let of = |status: IngreepStatus| made.iter().find(|own| own.status == status).unwrap();
    let (done, asked) = (of(IngreepStatus::Gedaan).id, of(IngreepStatus::Wacht));
    let waits = asked.id;
    vote.wijkteam.withdraw_ingreep(waits, as_shown(asked)).await.unwrap();
    let page = wijkteam.look("/werk").await.text();
    let list = page.split_once(own).unwrap().1;
    for expected in [
        format!("href=\"/werk/weglaten/{id}?open=ingreep-{done}#ingreep-{done}\""),
        format!("href=\"/werk/weglaten/{}?open=ingreep-{waits}#ingreep-{waits}\"", vote.id),
        "Gedaan".to_owned(),
        "Verzoek ingetrokken".to_owned(),
    ] {
        assert!(list.contains(&expected), "{expected}: {list}");
    }
    for card in [format!("/werk/weglaten/{id}"), format!("/werk/weglaten/{}", vote.id)] {
        let which = if card.ends_with(&id.to_string()) { done } else { waits };
        assert!(wijkteam.look(&card).await.text().contains(&format!("id=\"ingreep-{which}\"")), "{card}");
    }
    assert!(!colleague.look("/werk").await.text().contains(own), "a colleague did nothing");
}

// V-8: to hide a photo goes before putting a part of it back, and the page says so before it is asked
#[tokio::test]
async fn a_photo_on_an_open_ballot_of_which_a_part_waits_to_come_back_is_hidden_from_its_page() {
    let world = World::new().await;
    let olga = world.bewoner("Olga").await;
    let photo = olga.upload_foto(olga.key(), pictures::jpeg(3)).await.unwrap().id;
    let mut request = olga.idea("Een boom op het plein");
    request.fotos = vec![photo.to_string().into()];
    let id = olga.create_initiatief(olga.key(), request).await.unwrap().id;
    let plan = contract::project::AddProject {
        initiatief: Some(id.to_string().into()),
        ..tests::plain_project("Een boom op het plein", "6000.00")
    };
    let vote = world.prepare_vote_on(world.plan(), 1, vec![plan]).await;
    world.open_now().await;
    let (person, round) = (&vote.wijkteam, GeheelId(vote.id.0));
    let fill = MaakIngreep {
        soort: "onherkenbaar".into(),
        deel: Some(KiesDeel { soort: "foto".into(), id: photo.to_string().into(), veld: "beeld".into() }),
        vlakken: vec![Vlak { links: 0, boven: 0, breedte: 50, hoogte: 100 }],
        reden: "Een gezicht.".into(),
        ..MaakIngreep::default()
    };
    let asked = person.make_ingreep(person.key(), round, fill).await.unwrap().ingrepen.remove(0);
    let filled = asked.id;
    vote.stembureau.confirm_ingreep(filled, as_shown(&asked)).await.unwrap();
    let back = HerstelIngreep { reden: "Het is een standbeeld.".into(), overal: false };
    person.undo_ingreep(filled, back).await.unwrap();

    let (wijkteam, path) = (world.browser_of(person).await, format!("/werk/weglaten/{}", vote.id));
    let page = wijkteam.look(&path).await;
    assert!(page.text().contains("Kies eerst een foto."), "that one can draw is told before: {}", page.text());
    let (key, deel) = (page.hidden("foto", "sleutel"), format!("foto.{photo}.beeld"));
    let hide = [("actie", "foto"), ("sleutel", key.as_str()), ("deel", deel.as_str()), ("reden", "Een gezin.")];
    let seen = wijkteam.send(&path, &hide).await.text();
    for expected in ["Dat vervalt als u dit vraagt.".to_owned(), button("Vraag het stembureau")] {
        assert!(seen.contains(&expected), "{expected}: {seen}");
    }
    let page = press(&wijkteam, &path, &hide).await;
    assert!(page.contains("Nog niet weg: iedereen ziet deze foto nog"), "{page}");
    assert!(page.contains("Scherm het hele initiatief af van plan 1, Een boom op het plein"), "{page}");
    let found = person.weglatingen(round).await.unwrap().ingrepen;
    let waiting: Vec<_> = found.iter().filter(|own| own.status == IngreepStatus::Wacht).collect();
    assert!(waiting.len() == 1 && waiting[0].id != filled, "{found:?}");
    assert_eq!(found.iter().find(|own| own.id == filled).unwrap().status, IngreepStatus::Gedaan);
}
