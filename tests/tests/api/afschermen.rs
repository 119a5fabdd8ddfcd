//! Every text and photo that everybody sees has a way out of public view; on a ballot it takes two (G-3, V-8, X-5).

use contract::buurtbegroting::{BuurtbegrotingApi as _, BuurtbegrotingFase as Fase, PlanBuurtbegroting, Weggelaten};
use contract::foto::FotoApi as _;
use contract::ingreep::{
    DeelSoort, HerstelIngreep, IngreepApi as _, IngreepStatus, KiesDeel, MaakIngreep, Veld, Vlak, WeglatingenView,
};
use contract::initiatief::{InitiatiefApi as _, Say};
use contract::problem::ProblemCode;
use contract::project::AddProject;
use contract::stembureau::StembureauApi as _;
use contract::{FotoId, GeheelId, InitiatiefId};
use std::collections::BTreeSet;
use tests::{OpenVote, Person, World, as_shown, pictures, plain_project, proof, refusal};
use wijkkoers::jobs::forget_old;

fn back() -> HerstelIngreep {
    HerstelIngreep { reden: "Het was niet nodig.".into(), overal: false }
}

fn words(all: &[&str]) -> MaakIngreep {
    MaakIngreep {
        soort: "onherkenbaar".into(),
        woorden: all.iter().map(|word| (*word).into()).collect(),
        reden: "Er stond een naam in.".into(),
        ..MaakIngreep::default()
    }
}

/// The text or photo with this kind and field, chosen.
fn part(seen: &WeglatingenView, soort: DeelSoort, veld: Veld) -> KiesDeel {
    let own = seen.delen.iter().find(|deel| (deel.soort, deel.veld) == (soort, veld)).unwrap();
    KiesDeel { soort: soort.as_str().into(), id: own.id.to_string().into(), veld: veld.as_str().into() }
}

fn shield(deel: KiesDeel) -> MaakIngreep {
    let reden = "Dit gaat over een gezin.".into();
    MaakIngreep { soort: "afschermen".into(), deel: Some(deel), reden, ..MaakIngreep::default() }
}

/// Fills the left half of a photo.
fn fill(deel: KiesDeel) -> MaakIngreep {
    fill_from(deel, 0)
}

/// Fills half of a photo, from here.
fn fill_from(deel: KiesDeel, links: u32) -> MaakIngreep {
    let area = Vlak { links, boven: 0, breedte: 50, hoogte: 100 };
    MaakIngreep { vlakken: vec![area], deel: Some(deel), ..words(&[]) }
}

/// A photo, as somebody finds it.
async fn bytes(who: &Person, id: FotoId) -> (u16, Vec<u8>) {
    let answer = who.ask("GET", &format!("/fotos/{id}")).send().await;
    (answer.status, answer.body)
}

/// A vote with a plan that was made of an initiatief with a photo.
struct Case {
    world: World,
    owner: Person,
    vote: OpenVote,
    id: InitiatiefId,
    photo: FotoId,
}

async fn case(letters: u32, plan: impl FnOnce(PlanBuurtbegroting) -> PlanBuurtbegroting) -> Case {
    let world = World::new().await;
    let owner = world.bewoner("Olga").await;
    let photo = owner.upload_foto(owner.key(), pictures::jpeg(3)).await.unwrap().id;
    let mut request = owner.idea("Een boom op het plein");
    request.fotos = vec![photo.to_string().into()];
    let id = owner.create_initiatief(owner.key(), request).await.unwrap().id;
    let own =
        AddProject { initiatief: Some(id.to_string().into()), ..plain_project("Een boom op het plein", "6000.00") };
    let plans = vec![own, plain_project("Een fontein", "7000.00")];
    let vote = world.prepare_vote_on(plan(world.plan()), letters, plans).await;
    Case { world, owner, vote, id, photo }
}

impl Case {
    const fn round(&self) -> GeheelId {
        GeheelId(self.vote.id.0)
    }

    const fn whole(&self) -> GeheelId {
        GeheelId(self.id.0)
    }

    /// A new id, as this database makes one.
    fn fresh(&self) -> &'static str {
        if self.world.on_postgres() { "gen_random_uuid()" } else { "randomblob(16)" }
    }

    /// What everybody finds of the round and of the initiatief behind its plan.
    async fn everywhere(&self) -> String {
        let (visitor, round) = (self.world.bezoeker(), format!("/buurtbegrotingen/{}", self.vote.id));
        let initiatief = format!("/initiatieven/{}", self.id);
        let mut all = String::new();
        for path in [
            round.clone(),
            "/buurtbegrotingen".to_owned(),
            initiatief.clone(),
            format!("{round}/spelregels"),
            format!("{round}/uitslag/stembiljetten"),
            format!("{round}/uitslag/tabel"),
            "/gebieden/W2/wijkactieplan".to_owned(),
        ] {
            all.push_str(&visitor.ask("GET", &path).send().await.text());
        }
        for page in [
            round.clone(),
            "/buurtbegrotingen".to_owned(),
            initiatief,
            format!("{round}/stemmen?volgorde=abc"),
            "/gebieden/W2/wijkactieplan".to_owned(),
        ] {
            all.push_str(&self.world.browser().look(&page).await.text());
        }
        all
    }

    async fn told(&self) -> Vec<(Weggelaten, u32, bool)> {
        let seen = self.world.bezoeker().buurtbegroting(self.vote.id).await.unwrap();
        seen.onherkenbaar.iter().map(|own| (own.wat, own.aantal, own.samen)).collect()
    }

    /// The stembureau says yes to all that waits; whoever asked cannot.
    async fn confirm(&self) {
        for own in self.vote.stembureau.weglatingen(self.round()).await.unwrap().ingrepen {
            if own.mag_bevestigen {
                assert_eq!(self.vote.wijkteam.confirm_ingreep(own.id, as_shown(&own)).await.unwrap_err().status, 404);
                self.vote.stembureau.confirm_ingreep(own.id, as_shown(&own)).await.unwrap();
            }
        }
    }
}

// G-3: why a vote was stopped is read by everybody, and written once
#[tokio::test]
async fn a_name_leaves_the_reason_why_a_vote_was_stopped_and_what_was_copied_from_it() {
    let case = case(1, |plan| plan).await;
    case.world.open_now().await;
    let say = Say { tekst: "Jan Jansen van nummer 14 kreeg twee brieven.".into() };
    case.vote.stembureau.stop_buurtbegroting(case.vote.id, say).await.unwrap();
    let before = case.everywhere().await;
    assert!(before.matches("Jan Jansen").count() >= 4, "round and initiatief, page and API: {before}");

    let wijkteam = &case.vote.wijkteam;
    let done = wijkteam.make_ingreep(wijkteam.key(), case.round(), words(&["Jan Jansen"])).await.unwrap().ingrepen;
    assert!(done.iter().all(|own| own.status == IngreepStatus::Gedaan), "it is on no ballot: {done:#?}");
    let after = case.everywhere().await;
    assert!(!after.contains("Jansen") && after.contains("[weggelaten] van nummer 14"), "{after}");
    assert!(case.told().await.is_empty(), "no vote goes on");
    // Neither does what nobody can take it out of: the mail that waits, and the trail of who did what.
    let mails = case.world.mail_to(&case.owner).await;
    assert!(!mails.is_empty() && mails.iter().all(|mail| !mail.text.contains("Jansen")), "{mails:#?}");
    assert_eq!(case.world.count("audit WHERE actie = 'buurtbegroting.stoppen'").await, 1);
    assert_eq!(case.world.count("audit WHERE reden LIKE '%Jansen%'").await, 0);
    let reden = done.iter().find(|own| (own.deel, own.veld) == (DeelSoort::Buurtbegroting, Veld::Reden)).unwrap();
    assert_eq!((reden.door.as_str(), reden.reden.as_str()), (wijkteam.naam.as_str(), "Er stond een naam in."));

    wijkteam.undo_ingreep(reden.id, back()).await.unwrap();
    let seen = case.world.bezoeker().buurtbegroting(case.vote.id).await.unwrap();
    assert_eq!(seen.gestopt.unwrap().reden, "Jan Jansen van nummer 14 kreeg twee brieven.");
    wijkteam.make_ingreep(wijkteam.key(), case.round(), words(&["Jan Jansen"])).await.unwrap();
    let other = "UPDATE buurtbegroting SET gestopt_reden = 'Om iets anders.'";
    assert!(case.world.tamper(other).await.is_err(), "nobody writes another reason");
    case.world.wait(91).await;
    forget_old(case.world.app()).await.unwrap();
    assert_eq!(case.world.count("buurtbegroting WHERE gestopt_reden LIKE '%Jansen%'").await, 0);
    assert!(!case.everywhere().await.contains("Jansen"));
}

// G-3, V-8: the title and the explanation of a vote stand above its ballot
#[tokio::test]
async fn a_name_leaves_title_and_explanation_of_an_open_vote_by_two_people_and_the_vote_goes_on() {
    let case = case(12, |plan| PlanBuurtbegroting {
        titel: "Het plein van Jansen".into(),
        uitleg: "Jansen van nummer 14 maakte het plein, en u kiest wat er komt.".into(),
        ..plan
    })
    .await;
    case.world.open_now().await;
    let (wijkteam, visitor) = (&case.vote.wijkteam, case.world.bezoeker());
    let rules = format!("/buurtbegrotingen/{}/spelregels", case.vote.id);
    assert_eq!(visitor.ask("GET", &rules).send().await.status, 200);

    let asked = wijkteam.make_ingreep(wijkteam.key(), case.round(), words(&["Jansen"])).await.unwrap().ingrepen;
    let waits: BTreeSet<Veld> =
        asked.iter().filter(|own| own.status == IngreepStatus::Wacht).map(|own| own.veld).collect();
    assert_eq!(waits, [Veld::Titel, Veld::Uitleg].into_iter().collect());
    assert_eq!(visitor.buurtbegroting(case.vote.id).await.unwrap().kaart.titel, "Het plein van Jansen");
    case.confirm().await;

    let all = case.everywhere().await;
    assert!(!all.contains("Jansen"), "{all}");
    let seen = visitor.buurtbegroting(case.vote.id).await.unwrap();
    assert_eq!((seen.kaart.titel.as_str(), seen.kaart.fase), ("Het plein van [weggelaten]", Fase::Stemmen));
    assert_eq!(case.told().await, [(Weggelaten::Stemming, 0, true)]);
    let line = "Op 2 maart 2026 is de titel of de uitleg van deze stemming onherkenbaar gemaakt. Het wijkteam en";
    assert!(all.contains(line), "{all}");
    // What a vote is called stands in its rules: they are whole or not there.
    let held_back = visitor.ask("GET", &rules).send().await;
    assert_eq!((held_back.status, held_back.problem().code()), (404, ProblemCode::Ingehouden));
    if case.world.on_postgres() {
        assert_eq!(case.world.texts("SELECT titel FROM lees_buurtbegroting").await, ["Het plein van [weggelaten]"]);
    }

    for letter in 0..12_u8 {
        let places = [usize::from(letter > 8)];
        case.vote.vote(&visitor, usize::from(letter), proof(letter + 1), &places).await.unwrap();
    }
    case.world.close_vote().await;
    let uitslag = case.vote.count().await.unwrap();
    assert_eq!(uitslag.projecten.iter().map(|own| own.stemmen).collect::<Vec<_>>(), [9, 3]);
    let all = case.everywhere().await;
    assert!(!all.contains("Jansen"), "{all}");
    assert_eq!(case.vote.recount().await.unwrap().gelijk, Some(true));

    let titel = asked.iter().find(|own| (own.deel, own.veld) == (DeelSoort::Buurtbegroting, Veld::Titel)).unwrap().id;
    wijkteam.undo_ingreep(titel, back()).await.unwrap();
    assert_eq!(visitor.ask("GET", &rules).send().await.status, 404, "one alone puts nothing back");
    case.confirm().await;
    assert_eq!(visitor.buurtbegroting(case.vote.id).await.unwrap().kaart.titel, "Het plein van Jansen");
    assert_eq!(visitor.ask("GET", &rules).send().await.status, 200);
    case.world.wait(91).await;
    forget_old(case.world.app()).await.unwrap();
    assert_eq!(case.world.count("buurtbegroting WHERE uitleg LIKE '%Jansen%'").await, 0);
    assert_eq!(case.world.count("buurtbegroting WHERE titel LIKE '%Jansen%'").await, 1, "what was put back stays");
}

// G-3, A-6: fiat was given to a name, and mandates go by it
#[tokio::test]
async fn who_carries_out_an_opdracht_is_named_nowhere_any_more_and_mandates_go_by_the_name() {
    let world = World::new().await;
    let wijkteam = world.wijkteam("W2").await;
    let fiatteur = world.fiatteur("W2", "500.00").await;
    let ordered = wijkteam.ordered("W2", "100.00").await;
    let opdracht = fiatteur.approve(&ordered.opdracht).await.unwrap().kaart.id;
    let everywhere = async || {
        let mut all = String::new();
        for path in [format!("/opdrachten/{opdracht}"), "/opdrachten".to_owned()] {
            all.push_str(&world.bezoeker().ask("GET", &path).send().await.text());
            all.push_str(&world.browser().look(&path).await.text());
        }
        all
    };
    assert!(everywhere().await.matches("Afdeling Groen").count() >= 4, "the doors of this test do open");

    let whole = GeheelId(opdracht.0);
    let seen = wijkteam.weglatingen(whole).await.unwrap();
    let ask = shield(part(&seen, DeelSoort::Opdracht, Veld::Wie));
    let done = wijkteam.make_ingreep(wijkteam.key(), whole, ask).await.unwrap().ingrepen;
    let all = everywhere().await;
    assert!(!all.contains("Afdeling Groen") && all.contains("Plant zes bomen"), "{all}");
    assert_eq!(world.ledger_differences().await, [""; 0]);
    let more = wijkteam.ordered("W2", "450.00").await;
    let refused = fiatteur.approve(&more.opdracht).await.unwrap_err().code();
    assert_eq!(refused, ProblemCode::GeenMandaat, "together more than the mandate, to one name");
    wijkteam.undo_ingreep(done[0].id, back()).await.unwrap();
    assert!(everywhere().await.contains("Afdeling Groen"));
}

// V-8: a photo of a plan goes by two people, as its texts do
#[tokio::test]
async fn a_photo_leaves_an_open_ballot_when_wijkteam_and_stembureau_both_say_so_and_comes_back_likewise() {
    let case = case(1, |plan| plan).await;
    case.world.open_now().await;
    let (wijkteam, stembureau, visitor) = (&case.vote.wijkteam, &case.vote.stembureau, case.world.bezoeker());
    let seen = wijkteam.weglatingen(case.whole()).await.unwrap();
    assert!(seen.delen.iter().all(|deel| deel.bevroren || deel.soort != DeelSoort::Foto), "{seen:#?}");
    let hide = shield(part(&seen, DeelSoort::Foto, Veld::Beeld));

    // It waits, is seen to wait by both, and is asked once.
    let asked = wijkteam.make_ingreep(wijkteam.key(), case.whole(), hide.clone()).await.unwrap().ingrepen.remove(0);
    assert_eq!(asked.status, IngreepStatus::Wacht);
    assert_eq!((bytes(&visitor, case.photo).await.0, case.told().await.len()), (200, 0), "nothing happened yet");
    for at in [case.whole(), case.round()] {
        let again = wijkteam.make_ingreep(wijkteam.key(), at, hide.clone()).await.unwrap_err();
        assert_eq!((again.fouten[0].veld.as_str(), again.fouten[0].code.as_str()), ("/deel", "wacht_al"));
    }
    let waiting = stembureau.weglatingen(case.round()).await.unwrap().ingrepen.remove(0);
    assert_eq!((waiting.mag_bevestigen, waiting.mag_weigeren), (true, true));
    assert_eq!((waiting.foto_nu.unwrap().id, waiting.foto_straks), (case.photo, None));
    let page = case.world.browser_of(stembureau).await.look(&format!("/werk/weglaten/{}", case.vote.id)).await.text();
    assert!(page.contains(&format!("/fotos/{}", case.photo)) && page.contains("Geen foto"), "{page}");

    case.confirm().await;
    assert_eq!(bytes(&visitor, case.photo).await.0, 404);
    assert_eq!(case.told().await, [(Weggelaten::Planfoto, 1, true)]);
    let all = case.everywhere().await;
    assert!(all.contains("Op 2 maart 2026 is een foto van 1 plan onherkenbaar gemaakt of weggehaald."), "{all}");
    assert!(visitor.initiatief(case.id).await.unwrap().foto_weggelaten);
    case.vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap();
    let done = wijkteam.weglatingen(case.whole()).await.unwrap().ingrepen.remove(0);
    assert_eq!(done.bevestigd.unwrap().door, stembureau.naam, "on the page of the initiatief as well");

    // Back it comes by two; until then only who is asked looks at it.
    assert_eq!(bytes(stembureau, case.photo).await.0, 404, "nothing is asked");
    wijkteam.undo_ingreep(asked.id, back()).await.unwrap();
    assert_eq!(bytes(&visitor, case.photo).await.0, 404);
    assert_eq!(bytes(stembureau, case.photo).await.0, 200);
    case.confirm().await;
    assert_eq!((bytes(&visitor, case.photo).await.0, case.told().await.len()), (200, 0));
}

// V-8: what was drawn waits unseen, and leaves no trace when it comes to nothing
#[tokio::test]
async fn a_photo_on_an_open_ballot_is_filled_once_the_stembureau_saw_how_it_comes() {
    let case = case(1, |plan| plan).await;
    case.world.open_now().await;
    let (wijkteam, stembureau, visitor) = (&case.vote.wijkteam, &case.vote.stembureau, case.world.bezoeker());
    let before = bytes(&visitor, case.photo).await;
    // The page of the round lists the photos of its plans.
    let deel = part(&wijkteam.weglatingen(case.round()).await.unwrap(), DeelSoort::Foto, Veld::Beeld);
    let ask = async || {
        let made = wijkteam.make_ingreep(wijkteam.key(), case.round(), fill(deel.clone())).await.unwrap();
        made.ingrepen.into_iter().find(|own| own.status == IngreepStatus::Wacht).unwrap()
    };
    let first = ask().await;
    let drawn = first.foto_straks.as_ref().unwrap().id;
    assert_eq!(bytes(&visitor, case.photo).await, before);
    assert_eq!((bytes(&visitor, drawn).await.0, bytes(stembureau, drawn).await.0), (404, 200));
    stembureau.refuse_ingreep(first.id, refusal(&first, "Dit is een beeld op het plein.")).await.unwrap();
    assert_eq!(case.world.count("foto").await, 1, "what was drawn is forgotten");
    let second = ask().await;
    wijkteam.withdraw_ingreep(second.id, as_shown(&second)).await.unwrap();
    assert_eq!(case.world.count("foto").await, 1);

    ask().await;
    case.confirm().await;
    let after = bytes(&visitor, case.photo).await;
    assert!(after.0 == 200 && after.1 != before.1, "the same address, another picture");
    assert_eq!(case.told().await, [(Weggelaten::Planfoto, 1, true)]);
    case.world.wait(91).await;
    forget_old(case.world.app()).await.unwrap();
    assert_eq!(case.world.count("foto").await, 1, "the picture as it was is destroyed");
    assert_eq!(bytes(&visitor, case.photo).await, after);
    assert_eq!(case.told().await, [(Weggelaten::Planfoto, 1, true)], "and the line stays");
}

// V-8: nobody asked the stembureau before there was a ballot
#[tokio::test]
async fn a_photo_that_left_before_the_vote_opened_comes_back_on_the_ballot_by_two_people() {
    let case = case(1, |plan| plan).await;
    let (wijkteam, visitor) = (&case.vote.wijkteam, case.world.bezoeker());
    let seen = wijkteam.weglatingen(case.whole()).await.unwrap();
    let hide = shield(part(&seen, DeelSoort::Foto, Veld::Beeld));
    let done = wijkteam.make_ingreep(wijkteam.key(), case.whole(), hide).await.unwrap().ingrepen.remove(0);
    assert_eq!((done.status, bytes(&visitor, case.photo).await.0), (IngreepStatus::Gedaan, 404), "at once");
    case.world.open_now().await;
    assert!(case.told().await.is_empty(), "no vote went on");
    let back = wijkteam.undo_ingreep(done.id, back()).await.unwrap().ingrepen.remove(0);
    assert_eq!((back.status, bytes(&visitor, case.photo).await.0), (IngreepStatus::HerstelWacht, 404));
    case.confirm().await;
    assert_eq!(bytes(&visitor, case.photo).await.0, 200);
}

// G-3: a round that ends passes its words on, also those that the stembureau has not answered about yet
#[tokio::test]
async fn what_was_copied_while_a_request_waited_goes_with_the_yes() {
    let case = case(12, |plan| PlanBuurtbegroting {
        titel: "Het plein van Jansen".into(),
        uitleg: "Jansen van nummer 14 maakte het plein, en u kiest wat er komt.".into(),
        ..plan
    })
    .await;
    case.world.open_now().await;
    let (wijkteam, visitor) = (&case.vote.wijkteam, case.world.bezoeker());
    wijkteam.make_ingreep(wijkteam.key(), case.round(), words(&["Jansen", "boom"])).await.unwrap();
    for letter in 0..12_u8 {
        let places = [usize::from(letter > 8)];
        case.vote.vote(&visitor, usize::from(letter), proof(letter + 1), &places).await.unwrap();
    }
    case.world.close_vote().await;
    case.vote.count().await.unwrap();
    let copies = [
        (
            "opgave WHERE titel LIKE '%Jansen%' AND tekst LIKE '%Jansen%'",
            "opgave WHERE titel LIKE '%Jansen%' OR tekst LIKE '%Jansen%'",
        ),
        ("activiteit WHERE titel LIKE '%boom%'", "activiteit WHERE titel LIKE '%boom%'"),
        ("opdracht WHERE titel LIKE '%boom%'", "opdracht WHERE titel LIKE '%boom%'"),
    ];
    for (copied, _) in copies {
        assert_eq!(case.world.count(copied).await, 1, "{copied}: the words were passed on");
    }

    case.confirm().await;
    for (_, left) in copies {
        assert_eq!(case.world.count(left).await, 0, "{left}");
    }
    let all = case.everywhere().await;
    assert!(!all.contains("Jansen"), "{all}");
    // What was there before the vote is for the wijkteam, which is told so.
    assert_eq!(case.world.count("initiatief WHERE titel LIKE '%boom%'").await, 1);

    // It is on record, and comes back where it stands alone.
    let done = wijkteam.weglatingen(case.round()).await.unwrap().ingrepen;
    let copy = done.iter().find(|own| (own.deel, own.veld) == (DeelSoort::Opgave, Veld::Titel)).unwrap();
    assert_eq!((copy.status, copy.reden.as_str()), (IngreepStatus::Gedaan, "Er stond een naam in."));
    assert_eq!(copy.door, wijkteam.naam);
    wijkteam.undo_ingreep(copy.id, back()).await.unwrap();
    assert_eq!(case.world.count("opgave WHERE titel LIKE '%Jansen%'").await, 1);
}

// G-3: what goes is what was copied from the plan that was asked about, and not what says the same
#[tokio::test]
async fn of_two_plans_with_one_title_only_the_one_that_was_asked_about_loses_its_words() {
    let world = World::new().await;
    let plans = vec![plain_project("Een boom", "1000.00"), plain_project("Een boom", "2000.00")];
    let vote = world.prepare_vote_on(world.plan(), 12, plans).await;
    world.open_now().await;
    let (wijkteam, stembureau, round) = (&vote.wijkteam, &vote.stembureau, GeheelId(vote.id.0));
    let seen = wijkteam.weglatingen(round).await.unwrap();
    let titles = seen.delen.iter().filter(|own| (own.soort, own.veld) == (DeelSoort::Project, Veld::Titel));
    assert_eq!(titles.count(), 2, "each can be chosen");
    let one = shield(part(&seen, DeelSoort::Project, Veld::Tekst));
    let made = wijkteam.make_ingreep(wijkteam.key(), round, one).await.unwrap().ingrepen;
    assert_eq!(made.len(), 1, "the text of the other says the same and stays: {made:?}");

    let asked = wijkteam.make_ingreep(wijkteam.key(), round, words(&["boom"])).await.unwrap().ingrepen;
    let is_first = |own: &&contract::ingreep::IngreepView| {
        own.veld == Veld::Titel && own.plan.as_ref().is_some_and(|plan| plan.nummer == 1)
    };
    let first = asked.iter().find(is_first).unwrap();
    for letter in 0..12_u8 {
        let places = [usize::from(letter > 8)];
        vote.vote(&world.bezoeker(), usize::from(letter), proof(letter + 1), &places).await.unwrap();
    }
    world.close_vote().await;
    vote.count().await.unwrap();
    let of = |table: &str, id: &str, nummer: u32| {
        format!(
            "{table} WHERE titel = 'Een boom' AND {id} IN (SELECT l.activiteit_id FROM project_activiteit l \
             JOIN project p ON p.id = l.project_id WHERE p.nummer = {nummer})"
        )
    };
    let works = [("activiteit", "id"), ("opdracht", "activiteit_id")];
    for (table, id) in works {
        assert_eq!((world.count(&of(table, id, 1)).await, world.count(&of(table, id, 2)).await), (1, 1), "{table}");
    }
    stembureau.confirm_ingreep(first.id, as_shown(first)).await.unwrap();
    for (table, id) in works {
        assert_eq!((world.count(&of(table, id, 1)).await, world.count(&of(table, id, 2)).await), (0, 1), "{table}");
    }
}

// G-3: what one of two colleagues filled is not undone by the other, who drew from the picture of before
#[tokio::test]
async fn of_two_who_fill_parts_of_one_photo_at_once_neither_is_undone() {
    let case = case(1, |plan| plan).await;
    let (wijkteam, visitor) = (&case.vote.wijkteam, case.world.bezoeker());
    let deel = part(&wijkteam.weglatingen(case.whole()).await.unwrap(), DeelSoort::Foto, Veld::Beeld);
    let (left, right) = tokio::join!(
        wijkteam.make_ingreep(wijkteam.key(), case.whole(), fill(deel.clone())),
        wijkteam.make_ingreep(wijkteam.key(), case.whole(), fill_from(deel.clone(), 50)),
    );
    assert!(left.is_ok() || right.is_ok(), "{left:?} {right:?}");
    let photo = bytes(&visitor, case.photo).await.1;
    for (made, quarter) in [(left, 1), (right, 3)] {
        assert!(
            made.is_err() || pictures::is_filled(&photo, quarter),
            "part {quarter} of four was filled, and is not any more"
        );
    }
}

// V-8: to leave something out goes before putting something back, also of a photo
#[tokio::test]
async fn a_photo_of_which_a_part_may_come_back_can_be_hidden_and_who_asked_it_back_is_told() {
    let case = case(1, |plan| plan).await;
    case.world.open_now().await;
    let (wijkteam, visitor) = (&case.vote.wijkteam, case.world.bezoeker());
    let colleague = case.world.wijkteam("W2").await;
    let deel = part(&wijkteam.weglatingen(case.whole()).await.unwrap(), DeelSoort::Foto, Veld::Beeld);
    let made = wijkteam.make_ingreep(wijkteam.key(), case.whole(), fill(deel.clone())).await.unwrap();
    let filled = made.ingrepen[0].id;
    case.confirm().await;
    wijkteam.undo_ingreep(filled, back()).await.unwrap();
    case.world.mail_to(wijkteam).await;

    let made = colleague.make_ingreep(colleague.key(), case.whole(), shield(deel)).await.unwrap().ingrepen;
    let hidden = made.iter().find(|own| own.id != filled).unwrap();
    assert_eq!((hidden.status, hidden.reden.as_str()), (IngreepStatus::Wacht, "Dit gaat over een gezin."));
    let before = made.iter().find(|own| own.id == filled).unwrap();
    assert_eq!(before.status, IngreepStatus::Gedaan, "nobody is asked to put it back any more");
    let letter = case.world.one_mail_to(wijkteam).await;
    assert_eq!(letter.subject, "Terugzetten: uw verzoek is ingetrokken");
    let by = format!("{} vraagt nu juist meer weg te laten", colleague.naam);
    assert!(letter.text.contains(&by), "{letter:?}");
    case.confirm().await;
    assert_eq!(bytes(&visitor, case.photo).await.0, 404, "hidden whole");
    // What was kept is kept: both come back, the last one first.
    for own in [hidden.id, filled] {
        wijkteam.undo_ingreep(own, back()).await.unwrap();
        case.confirm().await;
    }
    assert_eq!(bytes(&visitor, case.photo).await.0, 200);
}

// V-8: what can never be put back is not done any more
#[tokio::test]
async fn a_request_of_more_than_ninety_days_ago_can_only_be_refused() {
    let case = case(1, |plan| plan).await;
    case.world.open_now().await;
    let (wijkteam, stembureau, visitor) = (&case.vote.wijkteam, &case.vote.stembureau, case.world.bezoeker());
    let hide = shield(part(&wijkteam.weglatingen(case.whole()).await.unwrap(), DeelSoort::Foto, Veld::Beeld));
    let asked = wijkteam.make_ingreep(wijkteam.key(), case.whole(), hide).await.unwrap().ingrepen.remove(0);
    let again = format!(
        "INSERT INTO ingreep (id, geheel_id, soort, deel_soort, deel_id, veld, status, reden, door, at, nieuw) \
         SELECT {}, geheel_id, soort, deel_soort, deel_id, veld, status, reden, door, at, nieuw FROM ingreep",
        case.fresh()
    );
    assert!(case.world.tamper(&again).await.is_err(), "of one photo one request waits, however it is asked");

    case.world.wait(91).await;
    forget_old(case.world.app()).await.unwrap();
    let waiting = stembureau.weglatingen(case.round()).await.unwrap().ingrepen.remove(0);
    assert_eq!((waiting.mag_bevestigen, waiting.mag_weigeren), (false, true));
    assert_eq!(
        stembureau.confirm_ingreep(asked.id, as_shown(&asked)).await.unwrap_err().code(),
        ProblemCode::StapKanNietNu
    );
    assert_eq!((bytes(&visitor, case.photo).await.0, case.told().await.len()), (200, 0));
    stembureau.refuse_ingreep(asked.id, refusal(&waiting, "Dit is te lang geleden.")).await.unwrap();
}

// G-3: also of a photo what waited too long stands in nobody's way, and who looks first reads what becomes of it
#[tokio::test]
async fn a_photo_about_which_a_request_waited_too_long_is_asked_afresh() {
    let case = case(1, |plan| plan).await;
    case.world.open_now().await;
    let (wijkteam, visitor) = (&case.vote.wijkteam, case.world.bezoeker());
    let deel = part(&wijkteam.weglatingen(case.round()).await.unwrap(), DeelSoort::Foto, Veld::Beeld);
    let made = wijkteam.make_ingreep(wijkteam.key(), case.round(), fill(deel.clone())).await.unwrap();
    let old = made.ingrepen[0].id;
    case.world.wait(91).await;
    forget_old(case.world.app()).await.unwrap();

    let (browser, path) = (case.world.browser_of(wijkteam).await, format!("/werk/weglaten/{}", case.vote.id));
    let (key, photo) = (browser.look(&path).await.hidden("foto", "sleutel"), format!("foto.{}.beeld", case.photo));
    let ask = [("actie", "foto"), ("sleutel", key.as_str()), ("deel", photo.as_str()), ("reden", "Een gezicht.")];
    let page = browser.send(&path, &ask).await.text();
    assert!(page.contains("Hier wacht een verzoek van meer dan 90 dagen geleden."), "{page}");
    assert!(!page.contains("met ook wat daarin stond"), "{page}");

    let before = bytes(&visitor, case.photo).await;
    let made = wijkteam.make_ingreep(wijkteam.key(), case.round(), fill(deel)).await.unwrap().ingrepen;
    let fresh = made.iter().find(|own| own.status == IngreepStatus::Wacht).unwrap();
    assert!(fresh.id != old && !fresh.verlopen && fresh.foto_straks.is_some(), "{fresh:?}");
    assert_eq!(made.iter().find(|own| own.id == old).unwrap().status, IngreepStatus::Ingetrokken);
    case.confirm().await;
    let after = bytes(&visitor, case.photo).await;
    assert!(after.0 == 200 && after.1 != before.1, "it is filled");
}

// V-8: ninety days count from the yes, and whoever asked something back gets an answer first
#[tokio::test]
async fn what_the_stembureau_confirmed_late_or_is_asked_back_is_kept() {
    let case = case(1, |plan| plan).await;
    case.world.open_now().await;
    let (wijkteam, visitor) = (&case.vote.wijkteam, case.world.bezoeker());
    let hide = shield(part(&wijkteam.weglatingen(case.whole()).await.unwrap(), DeelSoort::Foto, Veld::Beeld));
    let photo = wijkteam.make_ingreep(wijkteam.key(), case.whole(), hide).await.unwrap().ingrepen.remove(0).id;
    let asked = wijkteam.make_ingreep(wijkteam.key(), case.round(), words(&["boom"])).await.unwrap().ingrepen;
    let titel = asked.iter().find(|own| (own.deel, own.veld) == (DeelSoort::Project, Veld::Titel)).unwrap().id;
    case.world.wait(80).await;
    case.confirm().await;
    case.world.wait(80).await;
    forget_old(case.world.app()).await.unwrap();
    assert_eq!(case.world.count("ingreep WHERE vernietigd_at IS NOT NULL").await, 0, "160 days ago it was asked");
    for own in [photo, titel] {
        wijkteam.undo_ingreep(own, back()).await.unwrap();
    }
    case.world.wait(20).await;
    forget_old(case.world.app()).await.unwrap();
    assert_eq!(case.world.count("project WHERE titel LIKE '%boom%' AND titel_zout IS NOT NULL").await, 1);
    case.confirm().await;
    let seen = visitor.buurtbegroting(case.vote.id).await.unwrap();
    assert_eq!(seen.projecten[0].titel, "Een boom op het plein");
    assert_eq!(bytes(&visitor, case.photo).await.0, 200);
}

// V-8: who is asked something reads what everybody reads
#[tokio::test]
async fn a_name_that_left_the_title_of_a_vote_is_not_in_the_list_of_what_waits() {
    let plein = "Het plein van Jansen";
    let case = case(1, |plan| PlanBuurtbegroting { titel: plein.into(), ..plan }).await;
    case.world.open_now().await;
    let (wijkteam, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
    for (word, expected) in [("Jansen", plein), ("boom", "Het plein van [weggelaten]")] {
        wijkteam.make_ingreep(wijkteam.key(), case.round(), words(&[word])).await.unwrap();
        let waits = stembureau.list_weglaatverzoeken().await.unwrap();
        assert_eq!(waits.iter().map(|own| own.titel.as_str()).collect::<Vec<_>>(), [expected]);
        case.confirm().await;
    }
}

// G-3: what the version before drew and then forgot to take away
#[tokio::test]
async fn what_was_drawn_and_nobody_asks_about_any_more_is_destroyed_with_its_file() {
    let case = case(1, |plan| plan).await;
    let left = format!(
        "INSERT INTO foto (id, bestand, breedte, hoogte, bytes, account_id, initiatief_id, volgorde, created_at, \
         afgeschermd, origineel_van) SELECT {}, 'over.jpg', breedte, hoogte, bytes, account_id, initiatief_id, volgorde, \
         created_at, TRUE, id FROM foto",
        case.fresh()
    );
    case.world.tamper(&left).await.unwrap();
    // Nobody noted its file.
    let file = case.world.folder().join("fotos").join("over.jpg");
    std::fs::write(&file, b"een gezicht").unwrap();
    case.world.wait(2).await;
    forget_old(case.world.app()).await.unwrap();
    assert_eq!(case.world.count("foto").await, 1, "the photo itself is there");
    assert!(!file.exists(), "in the same turn");
}
