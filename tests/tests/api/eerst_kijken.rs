//! What is about somebody is for the wijkteam alone, and what may be waits for a look of it (F3, M1, G-3, finding 15).

use chrono::TimeDelta;
use contract::account::UseLink;
use contract::buurtbegroting::PlanBuurtbegroting;
use contract::foto::FotoApi as _;
use contract::initiatief::{
    CreateInitiatief, GebeurtenisSoort as What, InitiatiefApi as _, Merge, OverPersoon, Shield, SubmitInitiatief, Tell,
    TriageApi as _, Zicht,
};
use contract::problem::ProblemCode;
use contract::project::{AddProject, ProjectApi as _};
use contract::werk::{WerkApi as _, WerkFilter, WerkItem};
use contract::{InitiatiefId, Problem};
use tests::{KLARENDAL, Person, World, pictures, plain_project};
use wijkkoers::initiatief::release_due;

const TITEL: &str = "Ruzie in Zonnebloemstraat veertien";

/// Something with a photo, handed in with this answer.
async fn hand_in(person: &Person, soort: &str, about: &str) -> (InitiatiefId, String, Zicht) {
    let photo = person.upload_foto(person.key(), pictures::jpeg(3)).await.unwrap();
    let request = CreateInitiatief {
        soort: soort.into(),
        over_persoon: Some(about.into()),
        fotos: vec![photo.id.to_string().into()],
        ..person.idea(TITEL)
    };
    let done = person.create_initiatief(person.key(), request).await.unwrap();
    (done.id, format!("/fotos/{}", photo.id), done.zicht)
}

/// Where somebody finds an initiatief.
async fn doors(who: &Person, id: InitiatiefId, photo: &str) -> Vec<String> {
    let mut open = Vec::new();
    let similar = format!("/initiatieven/vergelijkbare?tekst=ruzie+zonnebloemstraat+veertien&wijk={KLARENDAL}");
    for path in [
        "/initiatieven".to_owned(),
        "/initiatieven?gebied=W2&thema=groen&status=ingediend".to_owned(),
        format!("/initiatieven?wijk={KLARENDAL}"),
        format!("/initiatieven/{id}"),
        format!("/initiatieven/{id}/steun"),
        similar,
        "//".to_owned(),
        "//initiatieven".to_owned(),
        format!("//initiatieven/{id}"),
        "//gebieden/W2".to_owned(),
        format!("//wijken/{KLARENDAL}"),
    ] {
        let ask = who.ask("GET", &path);
        let heard =
            if path.starts_with("//") { ask.without("authorization").send_unjudged().await } else { ask.send().await };
        let has_steun = path.ends_with("/steun") && heard.status == 200;
        if heard.text().contains("Zonnebloem") || has_steun {
            open.push(path);
        }
    }
    for path in [photo.to_owned(), format!("{photo}/klein")] {
        if who.ask("GET", &path).send().await.status == 200 {
            open.push(path);
        }
    }
    if who.ask("PUT", &format!("/initiatieven/{id}/steun")).send().await.status == 200 {
        open.push("PUT steun".to_owned());
    }
    open
}

async fn nobody_finds_it(world: &World, id: InitiatiefId, photo: &str) {
    for person in [
        world.bezoeker(),
        world.bewoner("Kees").await,
        world.wijkteam("W4").await,
        world.backoffice().await,
        world.raad().await,
        world.beheerder().await,
    ] {
        assert_eq!(doors(&person, id, photo).await, [""; 0], "{} finds it", person.naam);
    }
}

fn fields(problem: &Problem) -> Vec<(&str, &str)> {
    problem.fouten.iter().map(|fout| (fout.veld.as_str(), fout.code.as_str())).collect()
}

fn of(list: &[WerkItem], id: InitiatiefId) -> Option<&WerkItem> {
    list.iter().find(|item| item.id == id)
}

// finding 15, G-3
#[tokio::test]
async fn what_is_about_one_person_is_in_no_door_whatever_is_done_with_it() {
    let world = World::new().await;
    let (anna, bram, wijkteam) = (world.bewoner("Anna").await, world.bewoner("Bram").await, world.wijkteam("W2").await);
    let (id, photo, zicht) = hand_in(&anna, "idee", "ja").await;
    assert_eq!(zicht, Zicht::Afgeschermd);
    nobody_finds_it(&world, id, &photo).await;
    let mail = world.one_mail_to(&anna).await;
    assert!(mail.text.contains("Het komt niet op de website."), "{}", mail.text);
    assert!(mail.link().unwrap().ends_with(&format!("/mijn/initiatieven/{id}")));

    // Its initiator and the wijkteam of the gebied do see it.
    let own = anna.own_initiatief(id).await.unwrap();
    assert_eq!((own.zicht, own.openbaar_vanaf, own.over_persoon), (Zicht::Afgeschermd, None, Some(OverPersoon::Ja)));
    assert_eq!(own.initiatief.fotos.len(), 1);
    let seen = wijkteam.dossier(id).await.unwrap();
    assert_eq!((seen.mag_vrijgeven, seen.mag_afschermen), (false, false));
    let werk = wijkteam.werk(WerkFilter::default()).await.unwrap();
    assert_eq!(of(&werk.nieuw, id).unwrap().zicht, Zicht::Afgeschermd);
    assert_eq!(of(&werk.eerst_kijken, id), None);

    // Nothing that the wijkteam does with it shows it.
    let refused = wijkteam.release(id, seen.versie).await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::StapKanNietNu);
    let taken = wijkteam.take_up(id, seen.versie).await.unwrap();
    let told =
        wijkteam.respond(id, taken.versie, Tell { tekst: "Wij bellen u.".into(), openbaar: true }).await.unwrap();
    let opgave = wijkteam.note_opgave("W2").await;
    wijkteam.link_to(id, opgave).await;
    assert!(told.versie.0 > seen.versie.0);
    world.pass(TimeDelta::days(7));
    release_due(world.app()).await.unwrap();
    world.wait(0).await;
    nobody_finds_it(&world, id, &photo).await;
    let plan = world.bezoeker().ask("GET", "/gebieden/W2/wijkactieplan").send().await.text();
    let page = world.bezoeker().ask("GET", &format!("/opgaven/{opgave}")).send().await.text();
    assert!(!plan.contains("Zonnebloem") && !page.contains("Zonnebloem"), "{plan} {page}");

    // It goes to no vote, and nothing that is public goes on in it.
    let round = wijkteam.published(PlanBuurtbegroting { bedrag: "10.00".into(), ..world.plan() }).await;
    let project = AddProject { initiatief: Some(id.to_string().into()), ..plain_project("Een plan", "5.00") };
    let refused = wijkteam.add_project(wijkteam.key(), round, project).await.unwrap_err();
    assert_eq!(fields(&refused), [("/initiatief", "bestaat_niet")]);
    let other = bram.hand_in("Een bankje").await;
    let version = wijkteam.dossier(other).await.unwrap().versie;
    let merge = Merge { met: id.to_string().into(), reden: "Dit lijkt erop.".into() };
    let refused = wijkteam.merge(other, version, merge).await.unwrap_err();
    assert_eq!(fields(&refused), [("/met", "ongeldige_keuze")]);
}

// finding 15, G-3
#[tokio::test]
async fn a_question_waits_for_a_look_and_shows_by_itself_after_two_working_days() {
    let world = World::new().await;
    let (anna, wijkteam) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    // Thursday: a weekend lies between.
    world.wait(3).await;
    let (id, photo, zicht) = hand_in(&anna, "vraag", "nee").await;
    assert_eq!(zicht, Zicht::Wacht);
    nobody_finds_it(&world, id, &photo).await;
    let seen = wijkteam.dossier(id).await.unwrap();
    let monday = world.now() + TimeDelta::days(4);
    let off_by = (seen.openbaar_vanaf.unwrap() - monday).num_minutes().abs();
    assert!(off_by < 5, "{:?} is about {monday}", seen.openbaar_vanaf);
    assert!(seen.mag_vrijgeven && seen.mag_afschermen);
    let werk = wijkteam.werk(WerkFilter::default()).await.unwrap();
    assert_eq!(of(&werk.eerst_kijken, id).unwrap().openbaar_vanaf, seen.openbaar_vanaf);
    let mail = world.one_mail_to(&anna).await;
    assert!(
        mail.text.contains("Zegt het wijkteam niets, dan kan iedereen het lezen vanaf 9 maart 2026."),
        "{}",
        mail.text
    );
    let page = world.browser_of(&anna).await.look(&format!("/mijn/initiatieven/{id}")).await.text();
    assert!(page.contains("Het wijkteam kijkt hier eerst naar") && !page.contains("Bekijk wat anderen zien"));

    // What the wijkteam does with it meanwhile does not show it.
    wijkteam.take_up(id, seen.versie).await.unwrap();
    world.wait(3).await;
    release_due(world.app()).await.unwrap();
    nobody_finds_it(&world, id, &photo).await;

    world.wait(1).await;
    let before = wijkteam.dossier(id).await.unwrap().versie;
    release_due(world.app()).await.unwrap();
    release_due(world.app()).await.unwrap();
    let news = world.mail_to(&anna).await;
    let subjects: Vec<_> = news.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(subjects, ["Nieuws over uw initiatief", "Uw initiatief staat nu op de website"], "once");
    assert!(news[1].link().unwrap().ends_with(&format!("/initiatieven/{id}")), "{}", news[1].text);
    let bram = world.bewoner("Bram").await;
    assert!(doors(&bram, id, &photo).await.len() >= 9, "it is everywhere");
    let after = wijkteam.dossier(id).await.unwrap();
    assert_eq!((after.versie, after.zicht, after.mag_vrijgeven), (before, Zicht::Open, false));
    assert_eq!(of(&wijkteam.werk(WerkFilter::default()).await.unwrap().eerst_kijken, id), None);
}

// finding 15
#[tokio::test]
async fn whoever_does_not_know_waits_too_and_the_wijkteam_shows_it_sooner() {
    let world = World::new().await;
    let (gast, wijkteam) = (world.bezoeker(), world.wijkteam("W2").await);
    let request = CreateInitiatief { over_persoon: Some("weet_niet".into()), ..gast.idea(TITEL) };
    let kept = gast.create_initiatief(gast.key(), request).await.unwrap();
    assert_eq!((kept.bevestiging_nodig, kept.zicht), (true, Zicht::Wacht));
    let geheim = world.one_mail_to(&gast).await.secret().to_owned();
    let path = format!("/bevestigen/initiatief/{geheim}");
    let page = world.browser().look(&path).await.text();
    assert!(page.contains("Weet u het niet? Dan kijkt het wijkteam eerst."), "who reads it, before the button: {page}");
    let heard = world.browser().send(&path, &[("actie", "bevestigen")]).await;
    assert_eq!((heard.status, heard.header("location")), (303, Some("/bericht/initiatief-wacht?antwoord=2026-03-30")));
    let browser = world.browser();
    let page = browser.look("/bericht/initiatief-wacht?antwoord=2026-03-30").await.text();
    assert!(page.contains("U krijgt uiterlijk 30 maart 2026 antwoord per mail."), "{page}");
    assert!(page.contains("Zegt het wijkteam niets, dan komt het na 2 werkdagen op de website."), "{page}");
    for made_up in ["2036-01-01", "1900-01-01", "morgen"] {
        let page = browser.look(&format!("/bericht/initiatief-wacht?antwoord={made_up}")).await.text();
        assert!(page.contains("U krijgt antwoord per mail.") && !page.contains("uiterlijk"), "{made_up}: {page}");
    }
    // Once more on the same button: the link is over, and so is the button.
    let heard = browser.send(&path, &[("actie", "bevestigen")]).await;
    let page = heard.text();
    assert!(page.contains("Deze link werkt niet meer") && !page.contains("value=\"bevestigen\""), "{page}");
    let mail = world.one_mail_to(&gast).await;
    assert!(
        mail.text.contains("Zegt het wijkteam niets, dan kan iedereen het lezen vanaf 4 maart 2026."),
        "{}",
        mail.text
    );
    assert_eq!(mail.link(), None, "there is no page for a guest yet");
    assert_eq!(gast.initiatief(kept.id).await.unwrap_err().code(), ProblemCode::NietGevonden);

    // Yes and no stand first, before what else can be done.
    let desk = world.browser_of(&wijkteam).await.look(&format!("/werk/initiatieven/{}", kept.id)).await.text();
    let places: Vec<_> = ["vrijgeven", "afschermen", "opnemen", "koppelen"]
        .map(|form| desk.find(&format!("name=\"actie\" value=\"{form}\"")).unwrap())
        .to_vec();
    assert!(places.is_sorted(), "{desk}");

    let seen = wijkteam.dossier(kept.id).await.unwrap();
    let shown = wijkteam.release(kept.id, seen.versie).await.unwrap();
    assert_eq!((shown.zicht, shown.mag_vrijgeven, shown.mag_afschermen), (Zicht::Open, false, true));
    let lines = gast.initiatief(kept.id).await.unwrap().tijdlijn;
    assert_eq!(lines.iter().map(|line| line.soort).collect::<Vec<_>>(), [What::Ingediend], "who looked is not public");
    let inside = shown.initiatief.tijdlijn.last().unwrap();
    assert_eq!((inside.soort, inside.besloten), (What::Vrijgegeven, true));
    let page = world.browser_of(&wijkteam).await.look(&format!("/werk/initiatieven/{}", kept.id)).await.text();
    assert!(page.contains("Iedereen mag het lezen."), "{page}");
    assert!(!page.contains("Niet openbaar"), "a label does not say the opposite of its line: {page}");
    // Until here a guest had no link to it.
    let mail = world.one_mail_to(&gast).await;
    assert!(mail.text.contains("Iedereen kan het lezen."), "{}", mail.text);
    assert!(mail.link().unwrap().ends_with(&format!("/initiatieven/{}", kept.id)), "{}", mail.text);
    let again = wijkteam.release(kept.id, shown.versie).await.unwrap_err();
    assert_eq!(again.code(), ProblemCode::StapKanNietNu);
}

// A guest has no page and no link: nobody tells them that they can read it somewhere.
#[tokio::test]
async fn a_guest_is_not_told_that_they_can_read_what_only_the_wijkteam_reads() {
    let world = World::new().await;
    let (gast, wijkteam) = (world.bezoeker(), world.wijkteam("W2").await);
    let request = CreateInitiatief { over_persoon: Some("ja".into()), ..gast.idea(TITEL) };
    let id = gast.create_initiatief(gast.key(), request).await.unwrap().id;
    let geheim = world.one_mail_to(&gast).await.secret().to_owned();
    let browser = world.browser();
    let heard = browser.send(&format!("/bevestigen/initiatief/{geheim}"), &[("actie", "bevestigen")]).await;
    let page = browser.look(heard.header("location").unwrap()).await.text();
    let mail = world.one_mail_to(&gast).await.text;
    for text in [&page, &mail] {
        assert!(text.contains("Alleen het wijkteam kan het lezen.") && text.contains("antwoord per mail"), "{text}");
        assert!(!text.contains("Alleen u en het wijkteam"), "{text}");
    }

    // Shielded later it is the same.
    let request = CreateInitiatief { over_persoon: Some("weet_niet".into()), ..gast.idea("Nog een ruzie") };
    let later = gast.create_initiatief(gast.key(), request).await.unwrap().id;
    let geheim = world.one_mail_to(&gast).await.secret().to_owned();
    gast.confirm_initiatief(UseLink { geheim: geheim.into() }).await.unwrap();
    world.mail_to(&gast).await;
    let seen = wijkteam.dossier(later).await.unwrap();
    wijkteam.shield(later, seen.versie, Shield { reden: "Dit gaat over uw buren.".into() }).await.unwrap();
    let mail = world.one_mail_to(&gast).await.text;
    assert!(mail.contains("Het staat niet op de website.") && !mail.contains("en de indiener"), "{mail}");
    let desk = world.browser_of(&wijkteam).await;
    for id in [id, later] {
        let page = desk.look(&format!("/werk/initiatieven/{id}")).await.text();
        assert!(page.contains("Alleen het wijkteam, en de indiener als die een account heeft"), "{page}");
    }
}

// What becomes public by itself says so, with the hour, and why it waits: before anything is pressed.
#[tokio::test]
async fn the_wijkteam_reads_why_it_waits_and_that_it_shows_by_itself() {
    let world = World::new().await;
    let (anna, wijkteam) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let desk = world.browser_of(&wijkteam).await;
    for (soort, about, why) in [
        ("vraag", "nee", "Het wacht omdat het een vraag of een probleem is."),
        ("idee", "weet_niet", "Het wacht omdat de indiener niet weet of het over één persoon"),
    ] {
        let (id, _, zicht) = hand_in(&anna, soort, about).await;
        assert_eq!(zicht, Zicht::Wacht);
        let page = desk.look(&format!("/werk/initiatieven/{id}")).await.text();
        let until = "dan komt het vanzelf op de website: op 4 maart 2026, 10.0";
        assert!(page.contains(why) && page.contains(until), "{page}");
        assert!(page.contains("Daarmee kiest u nog niet of iedereen het mag lezen."), "{page}");
        let seen = wijkteam.dossier(id).await.unwrap();
        wijkteam.take_up(id, seen.versie).await.unwrap();
        let page = desk.look(&format!("/werk/initiatieven/{id}")).await.text();
        assert!(page.contains(until), "taking it up stops nothing: {page}");
    }
    let werk = desk.look("/werk").await.text();
    assert!(werk.contains("omdat het een vraag of een probleem is") && werk.contains("omdat de indiener niet weet"));
    let hint = werk.find("Kiest u niets, dan komt het vanzelf op de website").unwrap();
    assert!(hint < werk.find(TITEL).unwrap(), "what stands there is said before the list: {werk}");
    assert!(werk.contains("komt vanzelf op de website op 4 maart 2026, 10.0"), "{werk}");

    let (open, _, _) = hand_in(&anna, "idee", "nee").await;
    let page = desk.look(&format!("/werk/initiatieven/{open}")).await.text();
    let readers: String = page.split_once("Wie kan het lezen?").unwrap().1.chars().take(40).collect();
    assert!(readers.contains("Iedereen") && !page.contains("Het wacht omdat"), "{page}");
}

// finding 15, G-3
#[tokio::test]
async fn what_the_wijkteam_shields_is_gone_with_what_went_on_in_it_and_can_come_back() {
    let world = World::new().await;
    let (anna, bram, wijkteam) = (world.bewoner("Anna").await, world.bewoner("Bram").await, world.wijkteam("W2").await);
    let (id, photo, zicht) = hand_in(&anna, "idee", "nee").await;
    assert_eq!(zicht, Zicht::Open);
    let merged = bram.hand_in("Ook in Zonnebloemstraat veertien").await;
    let version = wijkteam.dossier(merged).await.unwrap().versie;
    let merge = Merge { met: id.to_string().into(), reden: "Dit is hetzelfde.".into() };
    wijkteam.merge(merged, version, merge).await.unwrap();
    let kees = world.bewoner("Kees").await;
    assert!(doors(&kees, id, &photo).await.len() >= 9, "the doors of this test do open");
    for person in [&anna, &bram] {
        world.mail_to(person).await;
    }

    let seen = wijkteam.dossier(id).await.unwrap();
    let shield = Shield { reden: "Hier staat te veel over een buurman.".into() };
    let hidden = wijkteam.shield(id, seen.versie, shield.clone()).await.unwrap();
    nobody_finds_it(&world, id, &photo).await;
    assert_eq!(bram.initiatief(merged).await.unwrap_err().code(), ProblemCode::NietGevonden);
    let own = anna.own_initiatief(id).await.unwrap();
    assert_eq!(own.initiatief.tijdlijn.last().unwrap().tekst.as_deref(), Some("Hier staat te veel over een buurman."));
    assert!(world.one_mail_to(&anna).await.text.contains("Hier staat te veel over een buurman."));
    assert!(world.mail_to(&bram).await.is_empty(), "why is between the wijkteam and its initiator");
    let twice = wijkteam.shield(id, hidden.versie, shield).await.unwrap_err();
    assert_eq!(twice.code(), ProblemCode::StapKanNietNu);

    // What goes on in something hidden cannot come back before that.
    let goes_on = wijkteam.dossier(merged).await.unwrap();
    assert!(!goes_on.mag_vrijgeven);
    let told =
        wijkteam.respond(id, hidden.versie, Tell { tekst: "Pas de tekst aan.".into(), openbaar: true }).await.unwrap();
    assert!(world.mail_to(&bram).await.is_empty());
    wijkteam.release(id, told.versie).await.unwrap();
    let goes_on = wijkteam.dossier(merged).await.unwrap();
    wijkteam.release(merged, goes_on.versie).await.unwrap();
    assert!(doors(&kees, id, &photo).await.len() >= 9, "it is back");

    // The other way round: what went on is shielded, and the line that it went on says no more what it was called.
    let version = wijkteam.dossier(merged).await.unwrap().versie;
    wijkteam.shield(merged, version, Shield { reden: "Een adres.".into() }).await.unwrap();
    let lines = kees.initiatief(id).await.unwrap().tijdlijn;
    assert!(lines.iter().any(|line| line.soort == What::Opgenomen && line.tekst.is_none()), "{lines:#?}");
}

// G-3: whichever of the two is first, what went on in something hidden is hidden.
#[tokio::test]
async fn what_is_merged_into_something_that_is_shielded_at_the_same_moment_is_gone_too() {
    let world = World::new().await;
    let (visitor, wijkteam) = (world.bezoeker(), world.wijkteam("W2").await);
    for round in 0..12 {
        let anna = world.bewoner("Anna").await;
        let (from, to) = (anna.hand_in("Een bankje").await, anna.hand_in("Zitplaatsen").await);
        let (own, target) = (wijkteam.dossier(from).await.unwrap(), wijkteam.dossier(to).await.unwrap());
        let merge = Merge { met: to.to_string().into(), reden: "Dit is hetzelfde.".into() };
        let shield = Shield { reden: "Dit gaat over een gezin.".into() };
        let (merged, shielded) =
            tokio::join!(wijkteam.merge(from, own.versie, merge), wijkteam.shield(to, target.versie, shield));
        shielded.unwrap();
        let is_public = visitor.initiatief(from).await.is_ok();
        assert_ne!(merged.is_ok(), is_public, "round {round}");
    }
}

// finding 15
#[tokio::test]
async fn a_concept_can_wait_with_the_answer_and_handing_it_in_cannot() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let request = CreateInitiatief { als_concept: true, over_persoon: None, ..anna.idea(TITEL) };
    let id = anna.create_initiatief(anna.key(), request).await.unwrap().id;
    let own = anna.own_initiatief(id).await.unwrap();
    assert_eq!(own.over_persoon, None);
    let page = world.browser_of(&anna).await.look(&format!("/mijn/initiatieven/{id}")).await.text();
    assert!(page.contains("Gaat dit over één adres, één persoon of één gezin?"), "{page}");
    let refused = anna.submit_initiatief(id, own.versie, SubmitInitiatief::default()).await.unwrap_err();
    assert_eq!(fields(&refused), [("/overPersoon", "ontbreekt")]);
    let odd = SubmitInitiatief { over_persoon: Some("misschien".into()) };
    let refused = anna.submit_initiatief(id, own.versie, odd).await.unwrap_err();
    assert_eq!(fields(&refused), [("/overPersoon", "ongeldige_keuze")]);
    let answer = SubmitInitiatief { over_persoon: Some("ja".into()) };
    assert_eq!(anna.submit_initiatief(id, own.versie, answer).await.unwrap().zicht, Zicht::Afgeschermd);
    assert_eq!(world.bezoeker().initiatief(id).await.unwrap_err().code(), ProblemCode::NietGevonden);
}
