//! Whether a word is gone, wherever it stands: what pages, *Mijn werk* and mails say of it (G-3, V-8).

use crate::weglaatpagina::{Sent, bench_of_jansen, press, words, written};
use chrono::TimeDelta;
use contract::foto::FotoApi as _;
use contract::ingreep::{
    HerstelIngreep, IngreepApi as _, IngreepStatus, IngreepView, KiesDeel, MaakIngreep, Veld, Vlak,
};
use contract::initiatief::{InitiatiefApi as _, Tell, TriageApi as _};
use contract::project::AddProject;
use contract::werk::{WerkApi as _, WerkFilter};
use contract::{GeheelId, InitiatiefId, PageQuery};
use tests::{OpenVote, Person, World, as_shown, pictures, plain_project, refusal};

const HERBS: &str = "Perk met twaalf kruiden";

/// A vote about a plan that was made of an initiatief with two words that may have to go.
async fn vote_on_herbs(world: &World) -> (InitiatiefId, OpenVote) {
    let id = world.bewoner("Olga").await.hand_in(HERBS).await;
    let plan = AddProject { initiatief: Some(id.to_string().into()), ..plain_project(HERBS, "1000.00") };
    let vote = world.prepare_vote_on(world.plan(), 1, vec![plan]).await;
    world.open_now().await;
    (id, vote)
}

/// What waits of a vote.
async fn waiting(person: &Person, round: GeheelId) -> IngreepView {
    let found = person.weglatingen(round).await.unwrap().ingrepen;
    found.into_iter().find(|own| own.status == IngreepStatus::Wacht).unwrap()
}

/// What stands in a list after a heading.
fn after<'a>(page: &'a str, heading: &str) -> &'a str {
    page.split_once(heading).unwrap().1
}

// finding A: it was told as done while everybody read it in the initiatief behind the plan
#[tokio::test]
async fn what_went_out_of_a_plan_alone_is_nowhere_told_as_done() {
    let world = World::new().await;
    let (id, vote) = bench_of_jansen(&world).await;
    let (wijkteam, path) = (world.browser_of(&vote.wijkteam).await, format!("/werk/weglaten/{}", vote.id));
    let still = "Let op: in het initiatief staat nog, voor iedereen: ‘Jansen’.";
    let carried = format!("action=\"/werk/weglaten/{id}#klaar\"");
    let key = wijkteam.look(&path).await.hidden("woorden", "sleutel");
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "Jansen"), ("reden", "Dat is een naam.")];
    let page = press(&wijkteam, &path, &ask).await;
    let told = page.split_once("Nog niet weg").unwrap().1.split_once("nl-paragraph--lead").unwrap().0;
    assert!(told.contains(still) && told.contains(&carried), "in the box after asking: {told}");

    world.mail_to(&vote.wijkteam).await;
    let asked = waiting(&vote.wijkteam, GeheelId(vote.id.0)).await;
    vote.stembureau.confirm_ingreep(asked.id, as_shown(&asked)).await.unwrap();
    let letter = world.one_mail_to(&vote.wijkteam).await;
    assert!(!letter.text.contains("het is weggelaten."), "{}", letter.text);
    let there = format!("/werk/weglaten/{id}");
    assert!(letter.text.contains("u bent er nog niet") && letter.text.contains(&there), "{}", letter.text);
    let page = wijkteam.look("/werk").await.text();
    let list = after(&page, "Wat u wegliet");
    assert!(list.contains("Alleen uit het plan weg") && !list.contains(">Gedaan<"), "{list}");
    assert!(list.contains(still) && list.contains(&carried), "{list}");
    let card = wijkteam.look(&path).await.text();
    let card = after(&card, &format!("id=\"ingreep-{}\"", asked.id));
    assert!(card.contains("Alleen uit het plan weg") && card.contains(still), "{card}");

    vote.wijkteam.make_ingreep(vote.wijkteam.key(), GeheelId(id.0), words("Jansen")).await.unwrap();
    let page = wijkteam.look("/werk").await.text();
    assert!(!page.contains(still) && !page.contains("Alleen uit het plan weg"), "it was mended: {page}");
}

// finding B: of one request one word was gone there and the other not, and neither was told
#[tokio::test]
async fn each_word_of_one_request_is_looked_for_in_the_initiatief() {
    let world = World::new().await;
    let (id, vote) = vote_on_herbs(&world).await;
    let (wijkteam, round) = (&vote.wijkteam, GeheelId(vote.id.0));
    wijkteam.make_ingreep(wijkteam.key(), GeheelId(id.0), words("twaalf")).await.unwrap();
    wijkteam.make_ingreep(wijkteam.key(), round, words("kruiden")).await.unwrap();
    let behind = waiting(wijkteam, round).await.achter.unwrap();
    assert_eq!((behind.initiatief, behind.staat_er), (id, true));
    assert_eq!((behind.nog, behind.weg), (vec!["kruiden".to_owned()], vec!["twaalf".to_owned()]));
    let path = format!("/werk/weglaten/{}", vote.id);
    for person in [wijkteam, &vote.stembureau] {
        let page = world.browser_of(person).await.look(&path).await.text();
        assert!(page.contains("Uit het initiatief is al weg: ‘twaalf’."), "{page}");
        assert!(page.contains("in het initiatief staat nog, voor iedereen: ‘kruiden’."), "{page}");
    }
    let page = world.browser_of(wijkteam).await.look(&path).await.text();
    assert!(page.contains("type=\"hidden\" name=\"woorden\" value=\"kruiden\""), "only what stands there: {page}");
}

// findings F, 2, 4, 5 and 6
#[tokio::test]
async fn what_is_over_still_says_which_words_it_was_about_and_can_be_asked_again() {
    let world = World::new().await;
    let (id, vote) = vote_on_herbs(&world).await;
    let (person, round) = (&vote.wijkteam, GeheelId(vote.id.0));
    let (wijkteam, path) = (world.browser_of(person).await, format!("/werk/weglaten/{}", vote.id));
    person.make_ingreep(person.key(), GeheelId(id.0), words("twaalf")).await.unwrap();
    let first = waiting(person, round).await;
    person.make_ingreep(person.key(), round, words("kruiden")).await.unwrap();
    let both = waiting(person, round).await;
    let page = wijkteam.look(&path).await.text();
    assert!(page.contains("Wilt u alleen ‘twaalf’ niet meer weglaten?"), "{page}");
    let merged = after(&page, &format!("id=\"ingreep-{}\"", first.id));
    assert!(merged.split_once("</li>").unwrap().0.contains("Het gaat om: ‘twaalf’"), "merged: {merged}");

    let page = press(&wijkteam, &path, &Sent::of(&both).with("intrekken")).await;
    let card = after(&page, &format!("id=\"ingreep-{}\"", both.id)).split_once("</li>").unwrap().0.to_owned();
    assert!(card.contains("Het gaat om: ‘twaalf’, ‘kruiden’") && card.contains("Vraag het opnieuw"), "{card}");
    assert!(card.contains("Gevraagd omdat: "), "{card}");
    let divided = after(&page, "Niet overal hetzelfde");
    let divided = divided.split_once("Verzoeken en wat er is weggelaten").unwrap().0;
    assert!(divided.contains("‘twaalf’") && divided.contains("Vraag het opnieuw"), "{divided}");
    let before = divided.split_once("value=\"overal\"").unwrap().0;
    assert!(before.contains("<summary>Zet overal terug</summary>"), "finding 7, folded shut: {divided}");
    let about = both.id.to_string();
    let again = wijkteam.send(&path, &[("actie", "opnieuw"), ("ingreep", about.as_str())]).await.text();
    assert_eq!(written(&again, "woorden"), "kruiden\ntwaalf", "{again}");

    person.make_ingreep(person.key(), round, words("kruiden")).await.unwrap();
    let asked = waiting(person, round).await;
    let work = wijkteam.look("/werk").await.text();
    assert!(work.contains("Gevraagd aan het stembureau (1)"), "{work}");
    world.mail_to(person).await;
    vote.stembureau.refuse_ingreep(asked.id, refusal(&asked, "Dit is geen naam.")).await.unwrap();
    let noted = person.weglatingen(round).await.unwrap().ingrepen;
    let refused = noted.iter().find(|own| own.id == asked.id).unwrap();
    assert_eq!((refused.woorden.as_slice(), &refused.origineel), (&["kruiden".to_owned()][..], &None));
    // finding 26
    let letter = world.one_mail_to(person).await;
    let card = format!("?open=geweigerd-{0}#geweigerd-{0}", asked.id);
    assert!(letter.text.contains("kunt u het opnieuw vragen") && letter.text.contains(&card), "{}", letter.text);
    let list = wijkteam.look("/werk").await.text();
    let list = after(&list, "Wat u wegliet");
    assert!(list.contains("Plan 1, ") && list.contains("‘twaalf’") && list.contains("‘kruiden’"), "{list}");
    assert!(vote.stembureau.weglatingen(round).await.unwrap().ingrepen.iter().all(|own| own.woorden.is_empty()));
}

// finding F: what stood there is destroyed after ninety days, also of what was put back
#[tokio::test]
async fn the_words_of_what_was_put_back_are_told_and_then_destroyed() {
    let world = World::new().await;
    let id = world.bewoner("Anna").await.hand_in("Bankje voor Jansen").await;
    let (person, whole) = (world.wijkteam("W2").await, GeheelId(id.0));
    let made = person.make_ingreep(person.key(), whole, words("Jansen")).await.unwrap().ingrepen.remove(0);
    let back = HerstelIngreep { reden: "Dat is een winkel.".into(), overal: true };
    let seen = person.undo_ingreep(made.id, back).await.unwrap().ingrepen.remove(0);
    assert_eq!((seen.status, seen.woorden.as_slice()), (IngreepStatus::Hersteld, &["Jansen".to_owned()][..]));
    assert_eq!(seen.origineel, None);
    world.wait(91).await;
    wijkkoers::jobs::forget_old(world.app()).await.unwrap();
    let seen = person.weglatingen(whole).await.unwrap().ingrepen.remove(0);
    assert!(seen.woorden.is_empty(), "{seen:?}");
    assert_eq!(world.count("ingreep WHERE origineel IS NOT NULL").await, 0);
}

// finding 1: the eleventh of this morning was not in the list
#[tokio::test]
async fn the_work_lists_all_of_the_last_day_and_counts_the_rest() {
    let world = World::new().await;
    let id = world.bewoner("Anna").await.hand_in("Bankje voor a1 a2 a3 a4 a5 a6 a7 a8 a9 b1 b2 b3").await;
    let person = world.wijkteam("W2").await;
    for word in ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "b1", "b2", "b3"] {
        person.make_ingreep(person.key(), GeheelId(id.0), words(word)).await.unwrap();
    }
    let work = person.werk(WerkFilter::default()).await.unwrap();
    assert_eq!((work.weggelaten.len(), work.weggelaten_meer), (12, 0));
    assert_eq!(work.weggelaten[0].woorden, ["b3"]);
    world.wait(2).await;
    let work = person.werk(WerkFilter::default()).await.unwrap();
    assert_eq!((work.weggelaten.len(), work.weggelaten_meer), (10, 2));
    let page = world.browser_of(&person).await.look("/werk").await.text();
    assert!(page.contains("U liet nog 2 andere teksten of foto’s weg."), "{page}");
}

// finding 8
#[tokio::test]
async fn who_comes_for_one_plan_reads_of_that_plan_alone() {
    let world = World::new().await;
    let (olga, mut plans) = (world.bewoner("Olga").await, Vec::new());
    for titel in ["Bankje voor Jansen", "Boom voor Jansen"] {
        let id = olga.hand_in(titel).await;
        plans.push(AddProject { initiatief: Some(id.to_string().into()), ..plain_project(titel, "1000.00") });
    }
    let vote = world.prepare_vote_on(world.plan(), 1, plans).await;
    world.open_now().await;
    let (wijkteam, path) = (world.browser_of(&vote.wijkteam).await, format!("/werk/weglaten/{}", vote.id));
    // Of two ways that come first none is the dark button.
    let ask = [("actie", "woorden"), ("woorden", "Jansen"), ("reden", "Dat is een naam.")];
    let seen = wijkteam.send(&path, &ask).await.text();
    let ways: Vec<&str> = seen.split(">Haal ze weg uit het initiatief").collect();
    let looks = ways.iter().rev().skip(1).map(|before| before.rsplit_once("<button").unwrap().1);
    assert_eq!(looks.filter(|look| look.contains("nl-button--secondary")).count(), 2, "{seen}");
    vote.wijkteam.make_ingreep(vote.wijkteam.key(), GeheelId(vote.id.0), words("Jansen")).await.unwrap();
    let way = "Weglaten uit het initiatief van plan ";
    assert_eq!(wijkteam.look(&path).await.text().matches(way).count(), 2);
    let page = wijkteam.look(&format!("{path}?open=plan-2")).await.text();
    assert_eq!(page.matches(way).count(), 1, "{page}");
    assert!(page.contains(&format!("{way}2, ")), "{page}");
    let (waits, form) = (page.find("Voor plan 2 wacht al:").unwrap(), page.find("id=\"woorden\"").unwrap());
    assert!(waits < form, "{page}");
}

// findings 11, 12, 22 and E
#[tokio::test]
async fn a_photo_has_one_name_and_its_preview_shows_how_it_will_be() {
    let world = World::new().await;
    let (anna, person) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let photo = anna.upload_foto(anna.key(), pictures::jpeg(1)).await.unwrap();
    let mut request = anna.idea("Een boom");
    request.fotos = vec![photo.id.to_string().into()];
    let id = anna.create_initiatief(anna.key(), request).await.unwrap().id;
    let (wijkteam, path) = (world.browser_of(&person).await, format!("/werk/weglaten/{id}"));
    let deel = KiesDeel { soort: "foto".into(), id: photo.id.to_string().into(), veld: "beeld".into() };
    let fill = MaakIngreep {
        soort: "onherkenbaar".into(),
        deel: Some(deel),
        vlakken: vec![Vlak { links: 0, boven: 0, breedte: 50, hoogte: 100 }],
        reden: "Een gezicht.".into(),
        ..MaakIngreep::default()
    };
    person.make_ingreep(person.key(), GeheelId(id.0), fill).await.unwrap();
    let form = wijkteam.look(&path).await;
    let (key, deel) = (form.hidden("foto", "sleutel"), format!("foto.{}.beeld", photo.id));
    let hide = [("actie", "foto"), ("sleutel", key.as_str()), ("deel", deel.as_str()), ("reden", "Een gezin.")];
    let seen = wijkteam.send(&path, &hide).await.text();
    let shown = after(&seen, "<section class=\"wk-panel\">").split_once("</section>").unwrap().0;
    assert!(shown.contains("wk-foto-leeg") && !shown.contains("<img"), "as it comes: {shown}");
    // w5 7: an empty frame alone looked as if something was broken
    let (now, then) = shown.split_once("Zo wordt het").unwrap();
    assert!(now.contains("<image") && !then.contains("<image") && then.contains("<path"), "beside how it is: {shown}");
    assert!(shown.contains("Dit staat hier:") && shown.contains(&format!("href=\"/initiatieven/{id}\"")), "{shown}");
    let page = press(&wijkteam, &path, &hide).await;
    assert!(page.contains("Dit kan nu niet terug: de hele foto is daarna afgeschermd."), "{page}");
    assert!(page.contains("Een boom: foto 1"), "it keeps its name: {page}");
    assert!(after(&wijkteam.look("/werk").await.text(), "Wat u wegliet").contains("Een boom: foto 1"));
}

// finding 15
#[tokio::test]
async fn all_that_is_wrong_is_told_at_once_and_by_the_word() {
    let world = World::new().await;
    let id = world.bewoner("Anna").await.hand_in("Bankje voor Jansen").await;
    let (wijkteam, path) = (world.browser_of(&world.wijkteam("W2").await).await, format!("/werk/weglaten/{id}"));
    let key = wijkteam.look(&path).await.hidden("woorden", "sleutel");
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "Jansen\nPeters"), ("reden", "")];
    let page = wijkteam.send(&path, &ask).await.text();
    assert!(page.contains("Waarom: Vul dit in.") && page.contains("‘Peters’ staat hier niet."), "{page}");
}

// findings 23 and 24
#[tokio::test]
async fn the_parts_of_one_request_stand_in_one_box_and_a_yes_says_to_what() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00", "3000.00"]).await;
    let (stembureau, path) = (world.browser_of(&vote.stembureau).await, format!("/werk/weglaten/{}", vote.id));
    let person = &vote.wijkteam;
    let made = person.make_ingreep(person.key(), GeheelId(vote.id.0), words("Plan")).await.unwrap().ingrepen;
    let page = stembureau.look(&path).await.text();
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}: {page}"));
    let parts: Vec<usize> = made.iter().map(|own| place(&format!("id=\"ingreep-{}\"", own.id))).collect();
    let yes = place("Ja tegen alle 3");
    assert!(place("Eén verzoek, met 3 teksten of foto’s") < yes && parts.iter().all(|part| *part < yes), "{page}");
    let page = press(&stembureau, &path, &Sent::of(&made[0]).with("ja")).await;
    let told = page.split_once("U zei ja.").unwrap().1.split_once("nl-paragraph--lead").unwrap().0;
    assert!(told.contains(&format!("href=\"/buurtbegrotingen/{}/plannen/", vote.id)), "{told}");
}

// w5 1 and 2: a link into the page, and what was wrong with a form, went out of view when the photos came
#[tokio::test]
async fn every_photo_keeps_its_room_before_it_comes() {
    let world = World::new().await;
    let (anna, person) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let mut request = anna.idea("Een boom");
    let (shown, gone) = (pictures::jpeg(1), pictures::jpeg(2));
    for bytes in [shown, gone] {
        let photo = anna.upload_foto(anna.key(), bytes).await.unwrap();
        request.fotos.push(photo.id.to_string().into());
    }
    let id = anna.create_initiatief(anna.key(), request).await.unwrap().id;
    let found = person.weglatingen(GeheelId(id.0)).await.unwrap();
    let photo = found.delen.iter().find(|deel| deel.foto.is_some()).unwrap();
    let hide = MaakIngreep {
        soort: "afschermen".into(),
        deel: Some(KiesDeel { soort: "foto".into(), id: photo.id.to_string().into(), veld: "beeld".into() }),
        reden: "Een gezicht.".into(),
        ..MaakIngreep::default()
    };
    person.make_ingreep(person.key(), GeheelId(id.0), hide).await.unwrap();
    let page = world.browser_of(&person).await.look(&format!("/werk/weglaten/{id}")).await.text();
    let tags: Vec<&str> = page.split("<img").skip(1).map(|rest| rest.split_once('>').unwrap().0).collect();
    assert!(tags.len() >= 2, "the one that stands there, and the one that is kept: {page}");
    for tag in tags {
        assert!(tag.contains(" width=\"") && tag.contains(" height=\""), "{tag}");
    }
}

// w5 3 to 6 and 8: a no to putting it back said nothing, and who put back did not see what
#[tokio::test]
async fn a_no_to_putting_back_is_told_with_why_and_can_be_asked_again() {
    let world = World::new().await;
    let (id, vote) = bench_of_jansen(&world).await;
    let (person, round) = (&vote.wijkteam, GeheelId(vote.id.0));
    let (wijkteam, path) = (world.browser_of(person).await, format!("/werk/weglaten/{}", vote.id));
    person.make_ingreep(person.key(), GeheelId(id.0), words("Jansen")).await.unwrap();
    let out = waiting(person, round).await;
    vote.stembureau.confirm_ingreep(out.id, as_shown(&out)).await.unwrap();
    let page = wijkteam.look(&path).await.text();
    let form = after(&page, "<summary>Zet dit terug").split_once("</details>").unwrap().0;
    assert!(form.contains("Er komt te staan") && form.contains("<mark>Jansen</mark>"), "what comes back: {form}");
    let form = after(&page, "Zet terug op beide plekken").split_once("</details>").unwrap().0;
    assert!(form.contains("Er komt te staan") && form.contains("<mark>Jansen</mark>"), "what comes back: {form}");

    let back = HerstelIngreep { reden: "Dat is een winkel.".into(), overal: true };
    person.undo_ingreep(out.id, back).await.unwrap();
    let found = person.weglatingen(round).await.unwrap().ingrepen;
    let asked = found.iter().find(|own| own.status == IngreepStatus::HerstelWacht).unwrap();
    let page = wijkteam.look(&path).await.text();
    assert!(page.contains("Terugzetten omdat: Dat is een winkel."), "{page}");
    // The initiatief says it already: who answers reads so, and nobody is told that it is out of all.
    let already = "In het initiatief staat nu al, voor iedereen: ‘Jansen’.";
    let answers = world.browser_of(&vote.stembureau).await.look(&path).await.text();
    assert!(answers.contains(already), "{answers}");
    assert!(page.contains(already) && page.contains("In het plan blijft het dan weggelaten."), "{page}");
    world.mail_to(person).await;
    vote.stembureau.refuse_ingreep(asked.id, refusal(asked, "Het is een naam.")).await.unwrap();
    let letter = world.one_mail_to(person).await;
    for expected in ["in de buurtbegroting blijft het weggelaten", "In het initiatief staat het wel, voor iedereen."] {
        assert!(letter.text.contains(expected), "{expected}: {}", letter.text);
    }
    let place = format!("{path}?open=ingreep-{}", asked.id);
    let work = wijkteam.look("/werk").await.text();
    assert!(work.contains(&place), "{work}");
    let page = wijkteam.look(&place).await.text();
    let divided = after(&page, "Niet overal hetzelfde").split_once("Verzoeken en wat er is weggelaten").unwrap().0;
    for expected in [
        "Waarom het stembureau nee zei: Het is een naam.",
        "Het stembureau zei nee tegen terugzetten",
        "<summary>Vraag opnieuw om het overal terug te zetten</summary>",
        // Or the same another way.
        ">Laat die daar ook weg</span>",
    ] {
        assert!(divided.contains(expected), "{expected}: {divided}");
    }
    let card = after(&page, &format!("id=\"ingreep-{}\"", asked.id));
    assert!(card.split_once("</li>").unwrap().0.contains("Weggelaten omdat: Dat is een naam."), "{card}");
    let (before, _) = card.split_once("<summary>Vraag opnieuw om dit terug te zetten").unwrap();
    assert!(before.rsplit_once('<').unwrap().1.contains(" open"), "who comes for it finds it open: {card}");
}

// w5 3 and 8: the place of a refused word was at the end of its box, and why it was asked had to be typed again
#[tokio::test]
async fn a_refused_word_leads_to_the_top_of_its_box_and_is_asked_again_with_why() {
    let world = World::new().await;
    let (id, vote) = bench_of_jansen(&world).await;
    let (person, round) = (&vote.wijkteam, GeheelId(vote.id.0));
    let (wijkteam, path) = (world.browser_of(person).await, format!("/werk/weglaten/{}", vote.id));
    person.make_ingreep(person.key(), GeheelId(id.0), words("Jansen")).await.unwrap();
    let asked = waiting(person, round).await;
    vote.stembureau.refuse_ingreep(asked.id, refusal(&asked, "Dit is geen naam.")).await.unwrap();
    let page = wijkteam.look(&path).await.text();
    let at = page.find(&format!("id=\"geweigerd-{}\"", asked.id)).unwrap();
    let why = page.find("Waarom het stembureau nee zei: Dit is geen naam.").unwrap();
    assert!(at < why, "{page}");
    let about = asked.id.to_string();
    let again = wijkteam.send(&path, &[("actie", "opnieuw"), ("ingreep", about.as_str())]).await.text();
    assert_eq!(written(after(&again, "id=\"klaar\""), "reden"), "Dat is een naam.", "{again}");
}

// w5 14 and 20: the plan that somebody came for was lost with the first press, and what was asked already had no way to it
#[tokio::test]
async fn who_came_for_a_plan_stays_with_it_and_finds_what_was_asked_already() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let (wijkteam, path) = (world.browser_of(&vote.wijkteam).await, format!("/werk/weglaten/{}", vote.id));
    let place = format!("{path}?open=plan-2");
    let page = wijkteam.look(&place).await;
    let key = page.hidden("woorden", "sleutel");
    assert!(page.text().contains(&format!("action=\"{place}\"")), "{}", page.text());
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "2"), ("reden", "Een huisnummer.")];
    let seen = wijkteam.send(&place, &ask).await.text();
    assert!(seen.contains(&format!("action=\"{place}\"")), "{seen}");
    let page = press(&wijkteam, &place, &ask).await;
    let at = |id: &str| page.find(&format!("id=\"{id}\"")).unwrap();
    assert!(at("plan-2") < at("woorden") && at("woorden") < at("plan-1"), "{page}");
    assert!(
        page.contains("value=\"intrekken\"") && !page.contains(&format!("action=\"{path}\"")),
        "every form: {page}"
    );
    assert!(seen.contains(&format!("href=\"{place}\"")), "the way back from how it will be: {seen}");
    let crumb = format!("href=\"/buurtbegrotingen/{}/plannen/2\"", vote.id);
    for own in [&seen, &page] {
        let above = after(own, "wk-breadcrumbs").split_once("</nav>").unwrap().0;
        assert!(above.contains(&crumb), "the way back to that plan: {above}");
    }
    // Nothing of an address that names no plan goes along.
    let page = wijkteam.look(&format!("{path}?open=plan-x%22y")).await.text();
    assert!(!page.contains(&format!("action=\"{path}?open=")), "{page}");

    let asked = waiting(&vote.wijkteam, GeheelId(vote.id.0)).await;
    let again = [("actie", "woorden"), ("woorden", "2"), ("reden", "Een huisnummer.")];
    let page = wijkteam.send(&path, &again).await.text();
    let told = after(&page, "utrecht-alert--error").split_once("Dit kan nu nog niet").unwrap().0;
    assert!(told.contains(&format!("{path}?open=ingreep-{}", asked.id)), "{told}");
    let said = format!("{} vroeg dit al, ", vote.wijkteam.naam);
    assert!(
        told.contains(&said) && page.matches(&said).count() == told.matches(&said).count(),
        "first, and once: {page}"
    );
    assert!(!page.contains("Moet er meer van weg?"), "what fits a photo is not said of words: {page}");
}

// w5 31 to 33: each yes said the same, a reason had no name, and what was refused before looked new
#[tokio::test]
async fn the_stembureau_reads_what_a_yes_is_to_and_what_it_said_before() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let (stembureau, path) = (world.browser_of(&vote.stembureau).await, format!("/werk/weglaten/{}", vote.id));
    let (person, round) = (&vote.wijkteam, GeheelId(vote.id.0));
    person.make_ingreep(person.key(), round, words("Plan")).await.unwrap();
    let page = stembureau.look(&path).await.text();
    assert!(page.contains("Ja, laat dit weg: Plan 1, Plan 1: titel (‘Plan’)"), "{page}");
    assert!(page.contains("Gevraagd omdat: Dat is een naam.") && !page.contains("al eens nee"), "{page}");
    let asked = waiting(person, round).await;
    vote.stembureau.refuse_ingreep(asked.id, refusal(&asked, "Zo heet de straat.")).await.unwrap();
    person.make_ingreep(person.key(), round, words("Plan")).await.unwrap();
    let page = stembureau.look(&path).await.text();
    let before = after(&page, "zei het stembureau al eens nee").split_once("</p>").unwrap().0;
    assert!(before.contains("Zo heet de straat.") && before.contains(&vote.stembureau.naam), "{before}");
    assert!(before.contains("Toen ging het om: ‘Plan’."), "a no to one word is none to another: {before}");
}

// w5 23 and 24: what was put back before was counted once more, and from one place there was no way to where all of it comes back
#[tokio::test]
async fn what_came_back_before_is_not_counted_with_what_comes_back_now() {
    let world = World::new().await;
    let (anna, person) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let mut request = anna.idea("Bankje voor Jansen");
    request.tekst = "Jansen wil daar zitten.".into();
    let id = anna.create_initiatief(anna.key(), request).await.unwrap().id;
    let (wijkteam, path) = (world.browser_of(&person).await, format!("/werk/weglaten/{id}"));
    let seen = person.dossier(id).await.unwrap();
    let say = Tell { tekst: "Wij spraken Jansen.".into(), openbaar: true };
    person.respond(id, seen.versie, say).await.unwrap();
    let made = person.make_ingreep(person.key(), GeheelId(id.0), words("Jansen")).await.unwrap().ingrepen;
    assert_eq!(made.len(), 3, "{made:?}");
    let page = wijkteam.look(&path).await.text();
    assert_eq!(page.matches("Bekijk hoe u dit op alle plekken tegelijk terugzet").count(), 3, "{page}");
    let place = format!("overal-{}", after(&page, "?open=overal-").split_once('#').unwrap().0);
    assert!(page.contains(&format!("id=\"{place}\"")), "{page}");
    // Further down the list the way leads to the same piece, for there it stands.
    let first = PageQuery { cursor: None, limit: Some(1) };
    let cursor = person.list_ingrepen(GeheelId(id.0), first).await.unwrap().volgende.unwrap();
    let page = wijkteam.look(&format!("{path}?cursor={cursor}")).await.text().replace("&amp;", "&");
    let way = format!("{path}?cursor={cursor}&open={place}#{place}");
    assert!(page.contains(&way) && page.contains(&format!("id=\"{place}\"")), "{page}");
    let titel = made.iter().find(|own| own.veld == Veld::Titel).unwrap();
    let rest = made.iter().find(|own| own.veld != Veld::Titel).unwrap();
    let back = HerstelIngreep { reden: "Een winkel.".into(), overal: false };
    person.undo_ingreep(titel.id, back).await.unwrap();
    world.pass(TimeDelta::minutes(1));
    let about = rest.id.to_string();
    let all = [("actie", "overal"), ("ingreep", about.as_str()), ("reden", "Een winkel.")];
    let page = press(&wijkteam, &path, &all).await;
    assert!(page.contains("Teruggezet op 2 plekken."), "{page}");
}

// w5 21 and 26: of a photo nothing said whether all of it was asked or a part, nor why, and only the same could be asked again
#[tokio::test]
async fn of_a_photo_it_is_said_whether_all_of_it_goes() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let photo = anna.upload_foto(anna.key(), pictures::jpeg(1)).await.unwrap();
    let mut request = anna.idea("Een boom");
    request.fotos = vec![photo.id.to_string().into()];
    let id = anna.create_initiatief(anna.key(), request).await.unwrap().id;
    let plan = AddProject { initiatief: Some(id.to_string().into()), ..plain_project("Een boom", "1000.00") };
    let vote = world.prepare_vote_on(world.plan(), 1, vec![plan]).await;
    world.open_now().await;
    let (person, round) = (&vote.wijkteam, GeheelId(vote.id.0));
    let found = person.weglatingen(round).await.unwrap();
    let own = found.delen.iter().find(|deel| deel.foto.is_some()).unwrap();
    let (wijkteam, path) = (world.browser_of(person).await, format!("/werk/weglaten/{}", vote.id));
    // w5 17 and 18: who came for its plan had to choose it again, and four places for more were called the same
    let chosen = format!("value=\"foto.{}.beeld\" selected", own.id);
    for (query, times) in [("", 0), ("?open=plan-1", 2)] {
        let page = wijkteam.look(&format!("{path}{query}")).await.text();
        assert_eq!(page.matches(&chosen).count(), times, "{query}: {page}");
        assert_eq!(page.matches("Nog een vlak: vlak 3<").count(), 1, "{page}");
    }
    let deel = KiesDeel { soort: "foto".into(), id: own.id.to_string().into(), veld: "beeld".into() };
    let hide = MaakIngreep {
        soort: "afschermen".into(),
        deel: Some(deel),
        reden: "Een gezin.".into(),
        ..MaakIngreep::default()
    };
    person.make_ingreep(person.key(), round, hide).await.unwrap();
    let asked = waiting(person, round).await;
    vote.stembureau.refuse_ingreep(asked.id, refusal(&asked, "Een deel is genoeg.")).await.unwrap();
    let page = wijkteam.look(&path).await.text();
    let told = after(&page, &format!("id=\"geweigerd-{}\"", asked.id)).split_once("Vraag het opnieuw").unwrap().0;
    assert!(told.contains("Het gaat om: de hele foto") && told.contains("Gevraagd omdat: Een gezin."), "{told}");
    assert!(page.contains("Vraag alleen een deel van de foto"), "{page}");
    assert_eq!(page.matches("name=\"actie\" value=\"opnieuw\"").count(), 1, "one form, with two buttons: {page}");
    assert!(after(&wijkteam.look("/werk").await.text(), "Wat u wegliet").contains("(de hele foto)"));
    let about = asked.id.to_string();
    let part = [("actie", "opnieuw"), ("ingreep", about.as_str()), ("deel_alleen", "ja")];
    let page = wijkteam.send(&path, &part).await.text();
    let ready = after(&page, "id=\"klaar\"");
    assert!(ready.contains("name=\"links\"") && written(ready, "reden") == "Een gezin.", "the form for a part: {page}");
}

// V-8: of a photo a yes says whether all of it goes, and so does what was said before
#[tokio::test]
async fn a_yes_about_a_photo_says_how_much_of_it_goes() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let photo = anna.upload_foto(anna.key(), pictures::jpeg(1)).await.unwrap().id;
    let mut request = anna.idea("Een boom");
    request.fotos = vec![photo.to_string().into()];
    let id = anna.create_initiatief(anna.key(), request).await.unwrap().id;
    let plan = AddProject { initiatief: Some(id.to_string().into()), ..plain_project("Een boom", "1000.00") };
    let vote = world.prepare_vote_on(world.plan(), 1, vec![plan]).await;
    world.open_now().await;
    let (person, round) = (&vote.wijkteam, GeheelId(vote.id.0));
    let (stembureau, path) = (world.browser_of(&vote.stembureau).await, format!("/werk/weglaten/{}", vote.id));
    let deel = KiesDeel { soort: "foto".into(), id: photo.to_string().into(), veld: "beeld".into() };
    let part = MaakIngreep {
        soort: "onherkenbaar".into(),
        deel: Some(deel),
        vlakken: vec![Vlak { links: 0, boven: 0, breedte: 50, hoogte: 100 }],
        reden: "Een gezin.".into(),
        ..MaakIngreep::default()
    };
    let whole = MaakIngreep { soort: "afschermen".into(), vlakken: Vec::new(), ..part.clone() };
    for (ask, much, before) in
        [(part, "een deel van de foto", None), (whole, "de hele foto", Some("een deel van de foto"))]
    {
        person.make_ingreep(person.key(), round, ask).await.unwrap();
        let page = stembureau.look(&path).await.text();
        assert!(page.contains(&format!("Ja, laat dit weg: Plan 1, Een boom: foto 1 ({much})")), "{much}: {page}");
        assert!(page.contains("Het is dezelfde foto als in het initiatief"), "{much}: {page}");
        assert_eq!(
            page.contains("wk-foto-leeg"),
            much == "de hele foto",
            "an empty place for what nobody sees: {page}"
        );
        let work = world.browser_of(person).await.look("/werk").await.text();
        let asked = after(&work, "Gevraagd aan het stembureau").split_once("</ul>").unwrap().0;
        assert!(asked.contains("Gevraagd omdat: Een gezin."), "{much}: {asked}");
        let was = before.map(|before| format!("Toen ging het om: {before}."));
        assert!(was.is_none_or(|was| page.contains(&was)), "{much}: {page}");
        let asked = waiting(person, round).await;
        vote.stembureau.refuse_ingreep(asked.id, refusal(&asked, "Het is een standbeeld.")).await.unwrap();
    }
}

// G-3: what waits can ask a word inside something longer, and what waits to come back asks none of it
#[tokio::test]
async fn what_was_asked_already_is_found_inside_what_asks_more() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let (wijkteam, path) = (world.browser_of(&vote.wijkteam).await, format!("/werk/weglaten/{}", vote.id));
    let (person, round) = (&vote.wijkteam, GeheelId(vote.id.0));
    let ask = async |word: &str| {
        let form = [("actie", "woorden"), ("woorden", word), ("reden", "Dat is een naam.")];
        let page = wijkteam.send(&path, &form).await.text();
        after(&page, "utrecht-alert--error").split_once("<textarea").unwrap().0.to_owned()
    };
    let card = |own: &IngreepView| format!("{path}?open=ingreep-{}#", own.id);
    // A colleague asked two words at once: one of them is asked already.
    let longer = person.make_ingreep(person.key(), round, words("Plan 2")).await.unwrap().ingrepen.remove(0);
    let told = ask("2").await;
    assert!(told.contains(&card(&longer)), "{told}");
    person.withdraw_ingreep(longer.id, as_shown(&longer)).await.unwrap();
    // And so it is of a text that goes whole.
    let whole = MaakIngreep {
        soort: "afschermen".into(),
        deel: Some(KiesDeel { soort: "project".into(), id: longer.deel_id.to_string().into(), veld: "titel".into() }),
        reden: "Een naam.".into(),
        ..MaakIngreep::default()
    };
    person.make_ingreep(person.key(), round, whole).await.unwrap();
    let whole = waiting(person, round).await;
    let told = ask("2").await;
    assert!(told.contains(&card(&whole)), "{told}");

    person.withdraw_ingreep(whole.id, as_shown(&whole)).await.unwrap();
    let made = person.make_ingreep(person.key(), round, words("Plan")).await.unwrap().ingrepen;
    let waits: Vec<&IngreepView> = made.iter().filter(|own| own.status == IngreepStatus::Wacht).collect();
    let [back, stays] = [0, 1].map(|at: usize| waits[at]);
    vote.stembureau.confirm_ingreep(back.id, as_shown(back)).await.unwrap();
    let undo = HerstelIngreep { reden: "Zo heet de straat.".into(), overal: false };
    person.undo_ingreep(back.id, undo).await.unwrap();
    let told = ask("Plan").await;
    assert!(told.contains(&card(stays)) && !told.contains(&card(back)), "that comes back: {told}");
}

// V-8: what a colleague asked back before is not told as asked back now
#[tokio::test]
async fn what_was_asked_back_before_is_not_counted_with_what_is_asked_back_now() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let (wijkteam, path) = (world.browser_of(&vote.wijkteam).await, format!("/werk/weglaten/{}", vote.id));
    let (person, round) = (&vote.wijkteam, GeheelId(vote.id.0));
    let asked = person.make_ingreep(person.key(), round, words("Plan")).await.unwrap().ingrepen;
    for own in &asked {
        vote.stembureau.confirm_ingreep(own.id, as_shown(own)).await.unwrap();
    }
    let back = HerstelIngreep { reden: "Zo heet de straat.".into(), overal: false };
    person.undo_ingreep(asked[0].id, back).await.unwrap();
    world.pass(TimeDelta::minutes(1));
    let about = asked[1].id.to_string();
    let all = [("actie", "overal"), ("ingreep", about.as_str()), ("reden", "Zo heet de straat.")];
    let page = press(&wijkteam, &path, &all).await;
    assert!(page.contains("Op 1 plek wacht het terugzetten op het stembureau."), "{page}");
}

// V-8: who puts a part of it back at once does more than ask again
#[tokio::test]
async fn what_comes_back_at_once_in_part_is_not_told_as_asking_again() {
    let world = World::new().await;
    let olga = world.bewoner("Olga").await;
    let mut request = olga.idea("Bankje voor Jansen");
    request.tekst = "Jansen wil daar zitten.".into();
    let id = olga.create_initiatief(olga.key(), request).await.unwrap().id;
    let plan = AddProject { initiatief: Some(id.to_string().into()), ..plain_project("Bankje voor Jansen", "1000.00") };
    let vote = world.prepare_vote_on(world.plan(), 1, vec![plan]).await;
    world.open_now().await;
    let (person, round) = (&vote.wijkteam, GeheelId(vote.id.0));
    let made = person.make_ingreep(person.key(), GeheelId(id.0), words("Jansen")).await.unwrap().ingrepen;
    let out = waiting(person, round).await;
    vote.stembureau.confirm_ingreep(out.id, as_shown(&out)).await.unwrap();
    let is_title = |own: &&IngreepView| own.status == IngreepStatus::Gedaan && own.veld == Veld::Titel;
    let titel = made.iter().find(is_title).unwrap();
    let back = || HerstelIngreep { reden: "Een winkel.".into(), overal: false };
    person.undo_ingreep(titel.id, back()).await.unwrap();
    person.undo_ingreep(out.id, back()).await.unwrap();
    let found = person.weglatingen(round).await.unwrap().ingrepen;
    let asked = found.iter().find(|own| own.status == IngreepStatus::HerstelWacht).unwrap();
    vote.stembureau.refuse_ingreep(asked.id, refusal(asked, "Het is een naam.")).await.unwrap();
    let page = world.browser_of(person).await.look(&format!("/werk/weglaten/{}", vote.id)).await.text();
    let divided = after(&page, "Niet overal hetzelfde").split_once("Verzoeken en wat er is weggelaten").unwrap().0;
    assert!(divided.contains("<summary>Zet overal terug</summary>"), "{divided}");
    assert!(divided.contains("Wat hier weer komt te staan, leest of ziet u op die pagina."), "{divided}");
}

// V-8: what comes back in part began with that it was back, and what waited came after
#[tokio::test]
async fn what_comes_back_in_part_begins_with_what_waits() {
    let world = World::new().await;
    let (id, vote) = bench_of_jansen(&world).await;
    let (person, round) = (&vote.wijkteam, GeheelId(vote.id.0));
    let (wijkteam, path) = (world.browser_of(person).await, format!("/werk/weglaten/{}", vote.id));
    person.make_ingreep(person.key(), GeheelId(id.0), words("Jansen")).await.unwrap();
    let out = waiting(person, round).await;
    vote.stembureau.confirm_ingreep(out.id, as_shown(&out)).await.unwrap();
    let all = person.weglatingen(round).await.unwrap().overal.remove(0).ingreep.to_string();
    let form = [("actie", "overal"), ("ingreep", all.as_str()), ("reden", "Jansen is een winkel.")];
    let page = press(&wijkteam, &path, &form).await;
    let told = after(&page, "Nog niet overal: op 1 plek wacht het op het stembureau:");
    let (waits, back) = told.split_once("Op 1 plek staat het er weer, voor iedereen:").unwrap();
    assert!(waits.contains("Plan 1, ") && back.contains("Initiatief: titel"), "{told}");
    assert!(!page.contains("Teruggezet. Iedereen leest of ziet het weer."), "{page}");
}

// G-3: two places that are called the same were one name twice, or one of them was not named
#[tokio::test]
async fn a_photo_that_goes_names_the_plan_and_the_initiatief_apart() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let photo = anna.upload_foto(anna.key(), pictures::jpeg(1)).await.unwrap().id;
    let mut request = anna.idea("Een boom");
    request.fotos = vec![photo.to_string().into()];
    let id = anna.create_initiatief(anna.key(), request).await.unwrap().id;
    let plan = AddProject { initiatief: Some(id.to_string().into()), ..plain_project("Een boom", "1000.00") };
    let vote = world.prepare_vote_on(world.plan(), 1, vec![plan]).await;
    world.open_now().await;
    let (wijkteam, deel) = (world.browser_of(&vote.wijkteam).await, format!("foto.{photo}.beeld"));
    let hide = [("actie", "foto"), ("deel", deel.as_str()), ("reden", "Een gezin.")];
    for path in [format!("/werk/weglaten/{id}"), format!("/werk/weglaten/{}", vote.id)] {
        let seen = wijkteam.send(&path, &hide).await.text();
        let places = after(&seen, "Dit staat hier:").split_once("</ul>").unwrap().0;
        for expected in [">Initiatief: Een boom</a>", ">Plan 1, Een boom</a>"] {
            assert!(places.contains(expected), "{path}, {expected}: {places}");
        }
    }
    // Of a photo that waits it is said what there is to do when more of it must go.
    let part = MaakIngreep {
        soort: "onherkenbaar".into(),
        deel: Some(KiesDeel { soort: "foto".into(), id: photo.to_string().into(), veld: "beeld".into() }),
        vlakken: vec![Vlak { links: 0, boven: 0, breedte: 50, hoogte: 100 }],
        reden: "Een gezin.".into(),
        ..MaakIngreep::default()
    };
    let person = &vote.wijkteam;
    person.make_ingreep(person.key(), GeheelId(vote.id.0), part).await.unwrap();
    let area = [("actie", "vlak"), ("deel", deel.as_str()), ("links", "50"), ("boven", "0"), ("breedte", "50")];
    let more = [area.as_slice(), &[("hoogte", "100"), ("reden", "Een gezin.")]].concat();
    let page = wijkteam.send(&format!("/werk/weglaten/{}", vote.id), &more).await.text();
    assert!(page.contains(" vroeg dit al, ") && page.contains("Moet er meer van weg?"), "{page}");
    // What everybody reads at the plan says which of both it was.
    let asked = waiting(person, GeheelId(vote.id.0)).await;
    vote.stembureau.confirm_ingreep(asked.id, as_shown(&asked)).await.unwrap();
    let plan = world.browser().look(&format!("/buurtbegrotingen/{}/plannen/1", vote.id)).await.text();
    assert!(plan.contains("Een deel van een foto is onherkenbaar gemaakt."), "{plan}");
    assert!(!plan.contains("onherkenbaar gemaakt of weggelaten"), "{plan}");
}

// G-3: the words for a place went and the point on the map still told where it is
#[tokio::test]
async fn who_leaves_words_out_reads_that_the_point_on_the_map_stays() {
    let world = World::new().await;
    let (anna, person) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let mut request = anna.idea("Bankje voor Jansen");
    request.punt = Some(contract::gebied::Punt { lon: 5.92, lat: 51.99 });
    let id = anna.create_initiatief(anna.key(), request).await.unwrap().id;
    let (wijkteam, path) = (world.browser_of(&person).await, format!("/werk/weglaten/{id}"));
    let key = wijkteam.look(&path).await.hidden("woorden", "sleutel");
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "Jansen"), ("reden", "Dat is een naam.")];
    let page = press(&wijkteam, &path, &ask).await;
    let told = after(&page, "Weggelaten op ").split_once("nl-paragraph--lead").unwrap().0;
    let stays = "De stip op de kaart blijft staan. Die kunt u apart weghalen.";
    assert!(told.contains(stays) && told.contains(&format!("href=\"{path}?open=tekst#tekst\"")), "{told}");
    let deel = format!("initiatief.{id}.punt");
    let key = wijkteam.look(&path).await.hidden("tekst", "sleutel");
    let point = [("actie", "tekst"), ("sleutel", key.as_str()), ("deel", deel.as_str()), ("reden", "Daar woont zij.")];
    let page = press(&wijkteam, &path, &point).await;
    assert!(page.contains("Weggelaten op ") && !page.contains(stays), "it is gone: {page}");
}
