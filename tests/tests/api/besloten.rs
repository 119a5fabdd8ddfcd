//! A message to an initiator is between them and the wijkteam, and a form whose text becomes public says so (F2, G-3).

use contract::InitiatiefId;
use contract::account::UseLink;
use contract::initiatief::{
    AnswerByLink, CreateInitiatief, GebeurtenisSoort as What, InitiatiefApi as _, InitiatiefStatus, Refer, Shield,
    Tell, TriageApi as _,
};
use contract::opdracht::{OpdrachtApi as _, ReportProgress};
use contract::project::ProjectApi as _;
use tests::{KLARENDAL, Person, World, plain_project};

/// What everybody reads of an initiatief, over the API and on its page.
async fn public_text(world: &World, id: InitiatiefId) -> String {
    let visitor = world.bezoeker();
    let view = visitor.ask("GET", &format!("/initiatieven/{id}")).send().await.text();
    let page = world.browser().look(&format!("/initiatieven/{id}")).await.text();
    format!("{view}{page}")
}

async fn merged(wijkteam: &Person, from: InitiatiefId, into: InitiatiefId) {
    let seen = wijkteam.dossier(from).await.unwrap();
    let request = contract::initiatief::Merge { met: into.to_string().into(), reden: "Dit is hetzelfde.".into() };
    wijkteam.merge(from, seen.versie, request).await.unwrap();
}

#[tokio::test]
async fn what_the_wijkteam_and_an_initiator_say_to_each_other_is_read_by_nobody_else() {
    let world = World::new().await;
    let (anna, bram, wijkteam) = (world.bewoner("Anna").await, world.bewoner("Bram").await, world.wijkteam("W2").await);
    let (id, other) = (anna.hand_in("Een boom").await, bram.hand_in("Nog een boom").await);
    merged(&wijkteam, other, id).await;
    for person in [&anna, &bram] {
        world.mail_to(person).await;
    }
    let seen = wijkteam.dossier(id).await.unwrap();
    let question = Tell { tekst: "Is uw moeder al thuis?".into(), openbaar: false };
    let asked = wijkteam.ask_initiator(id, seen.versie, question).await.unwrap();
    assert_eq!(asked.initiatief.kaart.status, InitiatiefStatus::VraagAanIndiener);
    assert!(world.one_mail_to(&anna).await.text.contains("Is uw moeder al thuis?"));
    let own = anna.own_initiatief(id).await.unwrap();
    let answer = Tell { tekst: "Zij ligt nog in Rijnstate.".into(), openbaar: false };
    anna.answer_question(id, own.versie, answer).await.unwrap();
    let seen = wijkteam.dossier(id).await.unwrap();
    let message = Tell { tekst: "Wij bellen u maandag thuis.".into(), openbaar: false };
    let told = wijkteam.respond(id, seen.versie, message).await.unwrap();

    let texts = ["Is uw moeder al thuis?", "Zij ligt nog in Rijnstate.", "Wij bellen u maandag thuis."];
    let public = public_text(&world, id).await;
    for text in texts {
        assert!(!public.contains(text), "{text}: {public}");
    }
    assert!(world.mail_to(&bram).await.is_empty(), "whose initiatief goes on in it reads nothing of it either");
    for lines in [anna.own_initiatief(id).await.unwrap().initiatief.tijdlijn, told.initiatief.tijdlijn] {
        let inside: Vec<_> = lines.iter().filter(|line| line.besloten).collect();
        assert_eq!(
            inside.iter().map(|line| line.soort).collect::<Vec<_>>(),
            [What::Vraag, What::Antwoord, What::Reactie]
        );
        assert_eq!(inside.iter().map(|line| line.tekst.as_deref().unwrap()).collect::<Vec<_>>(), texts);
    }
    let elsewhere = world.wijkteam("W4").await;
    assert_eq!(elsewhere.dossier(id).await.unwrap_err().status, 404);

    // Unless whoever says it wants that everybody reads it.
    let message = Tell { tekst: "De boom komt er in mei.".into(), openbaar: true };
    wijkteam.respond(id, told.versie, message).await.unwrap();
    assert!(public_text(&world, id).await.contains("De boom komt er in mei."));
    assert!(world.one_mail_to(&bram).await.text.contains("De boom komt er in mei."));
}

#[tokio::test]
async fn a_guest_reads_and_answers_in_private_too() {
    let world = World::new().await;
    let (gast, wijkteam) = (world.bezoeker(), world.wijkteam("W2").await);
    let request: CreateInitiatief = gast.idea("Een boom");
    gast.create_initiatief(gast.key(), request).await.unwrap();
    let geheim = world.one_mail_to(&gast).await.secret().to_owned();
    let id = gast.confirm_initiatief(UseLink { geheim: geheim.into() }).await.unwrap().id;
    world.mail_to(&gast).await;
    let seen = wijkteam.dossier(id).await.unwrap();
    let question = Tell { tekst: "Wat is uw huisnummer?".into(), openbaar: false };
    wijkteam.ask_initiator(id, seen.versie, question).await.unwrap();
    let geheim = world.one_mail_to(&gast).await.secret().to_owned();
    let page = world.browser().look(&format!("/antwoorden/{geheim}")).await.text();
    assert!(page.contains("Wat is uw huisnummer?"), "{page}");
    let answer = AnswerByLink { geheim: geheim.into(), tekst: "Nummer veertien.".into(), openbaar: false };
    gast.answer_by_link(answer).await.unwrap();
    let public = public_text(&world, id).await;
    assert!(!public.contains("huisnummer") && !public.contains("veertien"), "{public}");
    assert!(wijkteam.dossier(id).await.unwrap().initiatief.tijdlijn.iter().any(|line| line.besloten));
}

/// The forms of a page in which somebody writes, by name.
fn written(html: &str) -> Vec<(String, String)> {
    let forms = html.split("<form ").skip(1).filter_map(|rest| rest.split_once("</form>"));
    let name = |form: &str| {
        let field = form.split_once("name=\"actie\" value=\"")?.1;
        Some(field.split_once('"')?.0.to_owned())
    };
    let writes = |form: &str| {
        ["<textarea", "name=\"titel\"", "name=\"wie\"", "name=\"omschrijving\"", "type=\"file\""]
            .iter()
            .any(|field| form.contains(field))
    };
    forms.filter(|(form, _)| writes(form)).filter_map(|(form, _)| Some((name(form)?, form.to_owned()))).collect()
}

/// What is never read by everybody: it goes to the initiator, or to who judges, or stays with staff. What a spending was
/// for is chosen, and beside that choice stands who sees it.
const PRIVATE: [&str; 4] = ["doorverwijzen", "afschermen", "heroverweging", "besteding"];

/// Every form in which staff or an initiator writes.
const WRITTEN: [&str; 22] = [
    "aannemen",
    "activiteit",
    "afschermen",
    "afwijzen",
    "antwoorden",
    "besteding",
    "doorverwijzen",
    "fiatteren",
    "gereed",
    "indienen",
    "inzet",
    "koppelen",
    "opdracht",
    "opgave",
    "plan",
    "project",
    "reageren",
    "samenvoegen",
    "stoppen",
    "toetsen",
    "voortgang",
    "vragen",
];

#[tokio::test]
async fn every_form_whose_text_becomes_public_says_so_above_its_button() {
    let world = World::new().await;
    let (anna, wijkteam, backoffice) =
        (world.bewoner("Anna").await, world.wijkteam("W2").await, world.backoffice().await);
    let fiatteur = world.fiatteur("W2", "1000000.00").await;
    let (id, concept) = (anna.hand_in("Een boom").await, anna.draft("Een struik").await.initiatief.kaart.id);
    let asked = anna.hand_in("Een bank").await;
    let seen = wijkteam.dossier(asked).await.unwrap();
    let question = Tell { tekst: "Welke straat?".into(), openbaar: false };
    wijkteam.ask_initiator(asked, seen.versie, question).await.unwrap();
    let ordered = wijkteam.ordered("W2", "10.00").await;
    let waiting = ordered.opdracht.kaart.id;
    let approved = async || fiatteur.approve(&wijkteam.ordered("W2", "10.00").await.opdracht).await.unwrap();
    let offered = approved().await.kaart.id;
    let busy = backoffice.accept(&approved().await).await.unwrap().kaart.id;
    let report = ReportProgress { tekst: "Begonnen.".into(), fotos: Vec::new() };
    backoffice.report_progress(backoffice.key(), busy, report).await.unwrap();
    let round = wijkteam.published(world.plan()).await;
    let stembureau = world.stembureau("W2").await;
    wijkteam.add_project(wijkteam.key(), round, plain_project("Een plan", "5.00")).await.unwrap();

    let mut found = std::collections::BTreeSet::new();
    for (person, path) in [
        (&anna, format!("/initiatieven/nieuw?wijk={KLARENDAL}")),
        (&anna, format!("/mijn/initiatieven/{concept}")),
        (&anna, format!("/mijn/initiatieven/{asked}")),
        (&wijkteam, format!("/werk/initiatieven/{id}")),
        (&wijkteam, "/opgaven/nieuw?gebied=W2".to_owned()),
        (&wijkteam, format!("/opgaven/{}", ordered.opgave)),
        (&fiatteur, format!("/opdrachten/{waiting}")),
        (&backoffice, format!("/opdrachten/{offered}")),
        (&backoffice, format!("/opdrachten/{busy}")),
        (&wijkteam, "/buurtbegrotingen/nieuw".to_owned()),
        (&wijkteam, format!("/buurtbegrotingen/{round}")),
        (&stembureau, format!("/buurtbegrotingen/{round}")),
    ] {
        let page = world.browser_of(person).await.look(&path).await;
        assert_eq!(page.status, 200, "{path}");
        for (name, form) in written(&page.text()) {
            let (_, above) = form.rsplit_once("</textarea>").unwrap_or(("", form.as_str()));
            let says = above.contains("Iedereen kan") || above.contains("behalve als u het vakje aankruist");
            assert_eq!(says, !PRIVATE.contains(&name.as_str()), "{name} at {path}: {form}");
            found.insert(name);
        }
    }
    let missing: Vec<_> = WRITTEN.into_iter().filter(|name| !found.contains(*name)).collect();
    assert_eq!(missing, [""; 0], "{found:?}");
}

/// What stands on a page from a form on, up to its end.
fn form_of<'a>(page: &'a str, name: &str) -> &'a str {
    let form = page.split_once(&format!("name=\"actie\" value=\"{name}\""));
    assert!(form.is_some(), "{name}: {page}");
    form.unwrap().1.split("</form>").next().unwrap()
}

// What nobody else can read is not said to be read by everybody, and nobody is asked whether it may be.
#[tokio::test]
async fn what_is_written_about_something_private_is_said_to_be_private() {
    let world = World::new().await;
    let (anna, gast, wijkteam) = (world.bewoner("Anna").await, world.bezoeker(), world.wijkteam("W2").await);
    let about = |person: &Person, answer: &str| CreateInitiatief {
        over_persoon: Some(answer.into()),
        ..person.idea("Lawaai van de buren")
    };
    let private = anna.create_initiatief(anna.key(), about(&anna, "ja")).await.unwrap().id;
    let waits = anna.create_initiatief(anna.key(), about(&anna, "weet_niet")).await.unwrap().id;
    let desk = world.browser_of(&wijkteam).await;
    for (id, reason, opgave) in [
        (private, "Alleen de indiener en het wijkteam lezen dit.", "Uw reden lezen alleen de indiener"),
        (waits, "Wordt het initiatief openbaar, dan leest iedereen het.", "Uw reden lezen nu alleen de indiener"),
    ] {
        let page = desk.look(&format!("/werk/initiatieven/{id}")).await.text();
        assert!(!page.contains("Iedereen kan lezen wat u hier schrijft."), "{page}");
        assert!(!page.contains("name=\"openbaar\""), "{page}");
        for (form, says) in [("afwijzen", reason), ("samenvoegen", reason), ("koppelen", opgave)] {
            assert!(form_of(&page, form).contains(says), "{form}: {page}");
        }
        let refer = form_of(&page, "doorverwijzen");
        assert!(refer.contains("Het initiatief komt dan niet op de website."), "{refer}");
        assert!(!refer.contains("niet meer openbaar"), "it never was: {refer}");
        for form in ["vragen", "reageren"] {
            assert!(form_of(&page, form).contains("Alleen de indiener en het wijkteam lezen dit."), "{form}: {page}");
        }
    }

    // The other side of the desk: with an account, and by the link in a mail.
    let question = || Tell { tekst: "Hoe laat is dat?".into(), openbaar: false };
    let seen = wijkteam.dossier(private).await.unwrap();
    wijkteam.ask_initiator(private, seen.versie, question()).await.unwrap();
    let own = world.browser_of(&anna).await.look(&format!("/mijn/initiatieven/{private}")).await.text();
    gast.create_initiatief(gast.key(), about(&gast, "ja")).await.unwrap();
    let geheim = world.one_mail_to(&gast).await.secret().to_owned();
    let id = gast.confirm_initiatief(UseLink { geheim: geheim.into() }).await.unwrap().id;
    world.mail_to(&gast).await;
    wijkteam.ask_initiator(id, wijkteam.dossier(id).await.unwrap().versie, question()).await.unwrap();
    let geheim = world.one_mail_to(&gast).await.secret().to_owned();
    let guest = world.browser().look(&format!("/antwoorden/{geheim}")).await.text();
    for page in [own, guest] {
        let form = form_of(&page, "antwoorden");
        assert!(form.contains("Alleen het wijkteam leest dit.") && !form.contains("openbaar"), "{form}");
    }
}

// What is private goes on in something public with a warning, and is shown by nobody by accident afterwards.
#[tokio::test]
async fn what_is_private_is_merged_knowingly_and_what_is_over_has_no_empty_desk() {
    let world = World::new().await;
    let (anna, bram, wijkteam) = (world.bewoner("Anna").await, world.bewoner("Bram").await, world.wijkteam("W2").await);
    let (public, id) = (bram.hand_in("Een bank in het park").await, anna.hand_in("Lawaai van de buren").await);
    let (desk, path) = (world.browser_of(&wijkteam).await, format!("/werk/initiatieven/{id}"));
    let warning = "Dit initiatief is niet openbaar. Het andere initiatief is dat wel.";
    assert!(!desk.look(&path).await.text().contains(warning), "what is public is merged without one");
    let seen = wijkteam.dossier(id).await.unwrap();
    let shield = Shield { reden: "Dit gaat over uw buren.".into() };
    wijkteam.shield(id, seen.versie, shield).await.unwrap();
    let page = desk.look(&path).await.text();
    assert!(form_of(&page, "samenvoegen").contains(warning), "{page}");
    merged(&wijkteam, id, public).await;
    let page = desk.look(&path).await.text();
    let says = "Maakt u het openbaar, dan kan iedereen deze tekst lezen.";
    assert!(form_of(&page, "vrijgeven").contains(says), "it is not offered as the thing to do: {page}");

    let referred = bram.hand_in("Lawaai van een kroeg").await;
    let seen = wijkteam.dossier(referred).await.unwrap();
    let refer = Refer { naar: "ozo".into(), reden: "Dit gaat over één adres.".into() };
    wijkteam.refer(referred, seen.versie, refer).await.unwrap();
    let page = desk.look(&format!("/werk/initiatieven/{referred}")).await.text();
    assert!(!page.contains("Wat u nu kunt doen"), "an empty box: {page}");
}

// Who decided something reads that it worked; an address that says so of something else is not believed.
#[tokio::test]
async fn every_decision_at_the_desk_says_that_it_worked() {
    let world = World::new().await;
    let (anna, wijkteam) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let opgave = wijkteam.note_opgave("W2").await.to_string();
    let target = anna.hand_in("Een bank").await.to_string();
    let about = |answer: &str| CreateInitiatief { over_persoon: Some(answer.into()), ..anna.idea("Een boom") };
    let reden = ("reden", "Dit past in het plan.");
    for (name, more, says) in [
        ("vrijgeven", vec![], "Gelukt. Iedereen kan dit nu lezen."),
        ("opnemen", vec![], "Gelukt. U hebt dit in behandeling genomen."),
        ("reageren", vec![("tekst", "Wij bellen u.")], "Gelukt. De indiener krijgt uw bericht"),
        ("vragen", vec![("tekst", "Waar is het?")], "Gelukt. De indiener krijgt uw vraag"),
        ("afschermen", vec![reden], "Gelukt. Dit staat niet op de website."),
        ("doorverwijzen", vec![reden, ("naar", "politie")], "Gelukt. U hebt dit doorverwezen."),
        ("afwijzen", vec![reden, ("criterium", "in_het_gebied")], "Gelukt. U hebt dit afgewezen."),
        ("samenvoegen", vec![reden, ("met", target.as_str())], "Gelukt. Dit gaat verder in het andere initiatief."),
        ("koppelen", vec![reden, ("opgave", opgave.as_str())], "Gelukt. Het initiatief hoort nu bij deze opgave."),
    ] {
        // Nobody hands in more than five a day.
        world.wait(1).await;
        let id = anna.create_initiatief(anna.key(), about("weet_niet")).await.unwrap().id;
        let path = format!("/werk/initiatieven/{id}");
        let desk = world.browser_of(&wijkteam).await;
        let other = if name == "afwijzen" { "doorverwijzen" } else { "afwijzen" };
        let page = desk.look(&format!("{path}?gelukt={other}")).await;
        assert!(!page.text().contains("Gelukt."), "{other}: {}", page.text());
        let version = page.hidden(name, "versie");
        let mut fields = vec![("actie", name), ("versie", version.as_str())];
        fields.extend(more);
        let heard = desk.send(&path, &fields).await;
        assert_eq!(heard.status, 303, "{name}: {}", heard.text());
        let page = desk.look(heard.header("location").unwrap()).await.text();
        assert!(page.contains(says), "{name}: {page}");
    }
    let page = world.browser_of(&wijkteam).await.look(&format!("/opgaven/{opgave}")).await;
    assert!(!page.text().contains("Gelukt."), "{}", page.text());
}
