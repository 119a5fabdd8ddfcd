//! What left public view leaves the rounds that it was added to as well, and the vote goes on (F3, G-3, X-5).

use contract::buurtbegroting::{BuurtbegrotingApi as _, BuurtbegrotingFase as Fase};
use contract::foto::FotoApi as _;
use contract::ingreep::{
    DeelSoort, HerstelIngreep, IngreepApi as _, IngreepStatus, IngreepView, MaakIngreep, Veld, WeglatingenView,
    WeigerIngreep,
};
use contract::initiatief::{InitiatiefApi as _, Refer, Shield, TriageApi as _};
use contract::problem::ProblemCode;
use contract::project::{AddProject, ProjectStatus};
use contract::stembureau::StembureauApi as _;
use contract::weglating::WEGGELATEN;
use contract::{GeheelId, IngreepId, InitiatiefId};
use serde_json::Value;
use tests::{OpenVote, Person, World, as_shown, paper, pictures, plain_project, proof, refusal};
use wijkkoers::app::sha256;
use wijkkoers::jobs::forget_old;

const TITEL: &str = "Lawaai bij Zonnebloemstraat veertien";

/// A round with a plan about somebody's address, and one of somebody else.
struct Case {
    world: World,
    owner: Person,
    neighbour: Person,
    vote: OpenVote,
    id: InitiatiefId,
    others: InitiatiefId,
    photo: String,
}

async fn case(letters: u32) -> Case {
    let world = World::new().await;
    let (owner, neighbour) = (world.bewoner("Olga").await, world.bewoner("Nel").await);
    let photo = owner.upload_foto(owner.key(), pictures::jpeg(3)).await.unwrap();
    let mut request = owner.idea(TITEL);
    request.fotos = vec![photo.id.to_string().into()];
    let id = owner.create_initiatief(owner.key(), request).await.unwrap().id;
    let others = neighbour.hand_in("Een fontein op het plein").await;
    let of = |initiatief: InitiatiefId, titel: &str, kosten: &str| AddProject {
        initiatief: Some(initiatief.to_string().into()),
        tekst: format!("{titel}: dat vragen mensen in de straat.").into(),
        ..plain_project(titel, kosten)
    };
    let plans = vec![of(id, TITEL, "6000.00"), of(others, "Een fontein op het plein", "7000.00")];
    let vote = world.prepare_vote_on(world.plan(), letters, plans).await;
    Case { photo: format!("/fotos/{}", photo.id), world, owner, neighbour, vote, id, others }
}

impl Case {
    /// Every door of the round, and every one behind which its words were copied; those at which somebody still finds it.
    async fn open_doors(&self, who: &Person) -> Vec<String> {
        let round = format!("/buurtbegrotingen/{}", self.vote.id);
        let found = |text: &str| text.contains("Zonnebloem") || text.contains(&self.id.to_string());
        let mut open = Vec::new();
        for path in [
            round.clone(),
            format!("{round}/spelregels"),
            format!("{round}/uitslag"),
            format!("{round}/uitslag/stembiljetten"),
            format!("{round}/uitslag/rapport"),
            format!("{round}/uitslag/tabel"),
            format!("/initiatieven/{}", self.id),
            format!("/initiatieven/{}", self.others),
            "/initiatieven".to_owned(),
            "/opdrachten".to_owned(),
            "/gebieden/W2/wijkactieplan".to_owned(),
            "/gebieden/W2/boekingen".to_owned(),
        ] {
            let heard = who.ask("GET", &path).send().await;
            if found(&heard.text()) {
                open.push(path);
            }
        }
        for page in [
            round.clone(),
            format!("{round}/plannen/1"),
            format!("{round}/plannen/2"),
            format!("{round}/stemmen?volgorde=abc"),
            "/".to_owned(),
            "/initiatieven".to_owned(),
            "/gebieden/W2".to_owned(),
            "/gebieden/W2/wijkactieplan".to_owned(),
            "/gebieden/W2/boekingen".to_owned(),
        ] {
            let heard = who.ask("GET", &format!("/{page}")).without("authorization").send_unjudged().await;
            if found(&heard.text()) {
                open.push(format!("page {page}"));
            }
        }
        let ballot = who.ask("GET", &format!("{round}/stembiljet")).send().await;
        if ballot.status == 200 && found(&paper::words(&ballot.body)) {
            open.push("ballot on paper".to_owned());
        }
        if who.ask("GET", &self.photo).send().await.status == 200 {
            open.push("photo".to_owned());
        }
        open
    }

    async fn refer(&self) {
        let seen = self.vote.wijkteam.dossier(self.id).await.unwrap();
        let refer = Refer { naar: "ozo".into(), reden: "Dit gaat over één adres.".into() };
        self.vote.wijkteam.refer(self.id, seen.versie, refer).await.unwrap();
    }

    async fn nobody_finds_it(&self) {
        let world = &self.world;
        let people = [world.bezoeker(), world.bewoner("Kees").await, world.backoffice().await, world.raad().await];
        for person in &people {
            assert_eq!(self.open_doors(person).await, [""; 0], "{} still finds it", person.naam);
        }
    }

    /// The stembureau confirms what waits, once, and nobody else does.
    async fn confirm(&self, waiting: &WeglatingenView) {
        for ingreep in &waiting.ingrepen {
            let others = [self.world.wijkteam("W2").await, self.world.stembureau("W4").await];
            for person in others.iter().chain([&self.vote.wijkteam]) {
                assert_eq!(
                    person.confirm_ingreep(ingreep.id, as_shown(ingreep)).await.unwrap_err().status,
                    404,
                    "{}",
                    person.naam
                );
            }
            self.vote.stembureau.confirm_ingreep(ingreep.id, as_shown(ingreep)).await.unwrap();
            let twice = self.vote.stembureau.confirm_ingreep(ingreep.id, as_shown(ingreep)).await.unwrap_err();
            assert_eq!(twice.code(), ProblemCode::StapKanNietNu);
        }
    }

    /// The stembureau says yes to all that waits.
    async fn confirm_all(&self) {
        let seen = self.vote.stembureau.weglatingen(GeheelId(self.vote.id.0)).await.unwrap();
        for own in seen.ingrepen.iter().filter(|own| own.mag_bevestigen) {
            self.vote.stembureau.confirm_ingreep(own.id, as_shown(own)).await.unwrap();
        }
    }

    async fn vote_for(&self, letters: &[(usize, usize)]) {
        for (letter, place) in letters {
            let secret = proof(u8::try_from(*letter).unwrap());
            self.vote.vote(&self.world.bezoeker(), *letter, secret, &[*place]).await.unwrap();
        }
    }
}

// finding 15, G-3
#[tokio::test]
async fn what_is_referred_before_voting_opens_is_in_no_vote_and_its_words_are_gone() {
    let case = case(2).await;
    let before = case.open_doors(&case.world.bezoeker()).await;
    assert!(before.len() >= 8, "the doors of this test do open: {before:?}");

    case.refer().await;

    case.nobody_finds_it().await;
    assert_eq!(case.world.count("project WHERE titel LIKE '%Zonnebloem%' OR tekst LIKE '%Zonnebloem%'").await, 0);
    let seen = case.world.bezoeker().buurtbegroting(case.vote.id).await.unwrap();
    assert_eq!((seen.projecten[0].status, seen.projecten[0].titel.as_str()), (ProjectStatus::Vervallen, WEGGELATEN));
    case.world.open_now().await;
    let open = case.world.bezoeker().buurtbegroting(case.vote.id).await.unwrap();
    assert_eq!((open.kaart.fase, open.spelregels_ingehouden), (Fase::Stemmen, false), "nobody's word was frozen");
    assert_eq!(open.projecten[0].status, ProjectStatus::Vervallen);
    let refused = case.vote.vote(&case.world.bezoeker(), 0, proof(1), &[0]).await.unwrap_err();
    assert_eq!(refused.fouten[0].veld, "/keuzes", "nobody votes on it");
    case.vote_for(&[(0, 1)]).await;
    case.nobody_finds_it().await;
}

/// Who takes something away from an open vote, and how.
enum Leaves {
    /// Whoever handed it in.
    Withdrawn,
    /// The wijkteam, that finds out while people vote that it is about one address.
    Shielded,
}

// finding 15, G-3
#[tokio::test]
async fn what_leaves_public_view_while_people_vote_is_nowhere_to_be_read_and_the_vote_goes_on() {
    for how in [Leaves::Withdrawn, Leaves::Shielded] {
        let case = case(12).await;
        case.world.open_now().await;
        case.vote_for(&[(0, 0), (1, 0)]).await;
        match how {
            Leaves::Withdrawn => {
                let own = case.owner.own_initiatief(case.id).await.unwrap();
                case.owner.withdraw_initiatief(case.id, own.versie).await.unwrap();
            }
            Leaves::Shielded => {
                let seen = case.vote.wijkteam.dossier(case.id).await.unwrap();
                let shield = Shield { reden: "Dit gaat over één adres.".into() };
                case.vote.wijkteam.shield(case.id, seen.versie, shield).await.unwrap();
            }
        }

        case.nobody_finds_it().await;
        let rules =
            case.world.bezoeker().ask("GET", &format!("/buurtbegrotingen/{}/spelregels", case.vote.id)).send().await;
        assert_eq!(rules.status, 200, "they hold hashes, and nobody's words");
        case.vote_for(&(2..12).map(|letter| (letter, usize::from(letter > 8))).collect::<Vec<_>>()).await;
        case.world.close_vote().await;
        let uitslag = case.vote.count().await.unwrap();
        assert_eq!(uitslag.projecten.iter().map(|own| own.stemmen).collect::<Vec<_>>(), [9, 3]);
        assert_eq!(uitslag.projecten[0].titel, WEGGELATEN);
        case.nobody_finds_it().await;
        assert_eq!(case.vote.recount().await.unwrap().gelijk, Some(true));
    }
}

// finding 15, G-3
#[tokio::test]
async fn what_is_referred_after_it_was_chosen_is_in_no_result_plan_or_ledger_and_a_recount_is_the_same() {
    let case = case(12).await;
    case.world.open_now().await;
    case.vote_for(&(0..12).map(|letter| (letter, usize::from(letter > 8))).collect::<Vec<_>>()).await;
    case.world.close_vote().await;
    case.vote.count().await.unwrap();
    let before = case.open_doors(&case.world.bezoeker()).await;
    for door in ["/uitslag", "/uitslag/stembiljetten", "/uitslag/tabel", "/wijkactieplan"] {
        assert!(before.iter().any(|own| own.ends_with(door)), "{door} opens: {before:?}");
    }

    case.refer().await;

    case.nobody_finds_it().await;
    let visitor = case.world.bezoeker();
    let uitslag = visitor.uitslag(case.vote.id).await.unwrap();
    assert_eq!((uitslag.projecten[0].titel.as_str(), uitslag.projecten[0].stemmen), (WEGGELATEN, 9));
    let pb = visitor.ask("GET", &format!("/buurtbegrotingen/{}/uitslag/stembiljetten", case.vote.id)).send().await;
    assert!(pb.text().contains(WEGGELATEN), "{}", pb.text());
    let told = case.neighbour.own_initiatief(case.others).await.unwrap().initiatief.tijdlijn;
    assert!(told.iter().all(|line| !line.tekst.as_deref().unwrap_or_default().contains("Zonnebloem")));
    let again = case.vote.recount().await.unwrap();
    assert_eq!(again.gelijk, Some(true), "what was counted is the same, whatever it is called");
    let page = case.world.browser().look(&format!("/buurtbegrotingen/{}", case.vote.id)).await.text();
    assert!(page.contains("/spelregels\""), "{page}");
    assert!(page.contains("Op 2 maart 2026 is tekst weggelaten uit 1 plan. De stemming"), "{page}");
    assert_eq!(case.world.ledger_differences().await, [""; 0]);
}

/// Rules as they were frozen before hashes: with the texts of their plans in them.
async fn with_texts(case: &Case) {
    let path = format!("/buurtbegrotingen/{}/spelregels", case.vote.id);
    let mut rules: Value = serde_json::from_slice(&case.world.bezoeker().ask("GET", &path).send().await.body).unwrap();
    let shown = case.world.bezoeker().buurtbegroting(case.vote.id).await.unwrap();
    for (own, plan) in rules["projecten"].as_array_mut().unwrap().iter_mut().zip(&shown.projecten) {
        let own = own.as_object_mut().unwrap();
        own.remove("titelHash").unwrap();
        own.remove("tekstHash").unwrap();
        own.insert("titel".into(), plan.titel.clone().into());
        own.insert("tekst".into(), plan.tekst.clone().into());
    }
    let text = serde_json::to_string_pretty(&rules).unwrap();
    let hash: String = sha256(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    // A version that told of what a vote opens with froze no texts.
    std::fs::remove_dir_all(case.world.opening_of(case.vote.id)).unwrap();
    let of = if case.world.on_postgres() { " ON buurtbegroting" } else { "" };
    case.world.tamper(&format!("DROP TRIGGER buurtbegroting_frozen{of}")).await.unwrap();
    let update =
        format!("UPDATE buurtbegroting SET bevroren = '{}', bevroren_hash = '{hash}'", text.replace('\'', "''"));
    case.world.tamper(&update).await.unwrap();
    let clear = "UPDATE project SET titel_zout = NULL, tekst_zout = NULL";
    case.world
        .tamper(&format!("DROP TRIGGER project_frozen_update{}", of.replace("buurtbegroting", "project")))
        .await
        .unwrap();
    case.world.tamper(clear).await.unwrap();
}

// finding 15, G-3
#[tokio::test]
async fn rules_that_were_frozen_with_texts_are_held_back_once_a_text_leaves_and_the_vote_goes_on() {
    let case = case(4).await;
    case.world.open_now().await;
    with_texts(&case).await;
    let path = format!("/buurtbegrotingen/{}/spelregels", case.vote.id);
    let before = case.world.bezoeker().ask("GET", &path).send().await;
    assert!(before.status == 200 && before.text().contains("Zonnebloem"), "as it was before hashes");
    case.vote_for(&[(0, 0), (1, 0), (2, 1)]).await;

    case.refer().await;

    case.nobody_finds_it().await;
    let held_back = case.world.bezoeker().ask("GET", &path).send().await;
    assert_eq!((held_back.status, held_back.problem().code()), (404, ProblemCode::Ingehouden));
    case.vote_for(&[(3, 1)]).await;
    case.world.close_vote().await;
    case.vote.count().await.unwrap();
    case.nobody_finds_it().await;
    let page = case.world.browser().look(&format!("/buurtbegrotingen/{}", case.vote.id)).await.text();
    assert!(!page.contains("/spelregels\""), "{page}");
    let again = case.vote.recount().await.unwrap();
    assert_eq!(again.gelijk, Some(true));
}

// finding 15, G-3, V-8
#[tokio::test]
async fn words_leave_an_open_ballot_when_wijkteam_and_stembureau_both_say_so_and_the_vote_goes_on() {
    let case = case(12).await;
    case.world.open_now().await;
    case.vote_for(&[(0, 0), (1, 0)]).await;
    let (wijkteam, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
    let round = GeheelId(case.vote.id.0);
    let rules = format!("/buurtbegrotingen/{}/spelregels", case.vote.id);
    let frozen = case.world.bezoeker().ask("GET", &rules).send().await.body;
    let words = words(&["Zonnebloemstraat veertien"]);

    // The initiatief changes at once; what people vote on waits, and is listed where it was asked.
    let own = wijkteam.make_ingreep(wijkteam.key(), GeheelId(case.id.0), words).await.unwrap();
    let (waits, done): (Vec<_>, Vec<_>) = own.ingrepen.iter().partition(|own| own.status == IngreepStatus::Wacht);
    assert!(waits.iter().all(|own| own.plan.as_ref().is_some_and(|plan| plan.nummer == 1)), "{waits:?}");
    assert!(done.iter().all(|own| own.status == IngreepStatus::Gedaan && own.plan.is_none()), "{done:?}");
    assert_eq!((waits.len(), done.is_empty()), (2, false));
    let seen = case.world.bezoeker().buurtbegroting(case.vote.id).await.unwrap();
    assert_eq!((seen.projecten[0].titel.as_str(), seen.onherkenbaar.len()), (TITEL, 0));
    let waiting = stembureau.weglatingen(round).await.unwrap();
    assert_eq!(waiting.ingrepen.len(), 2, "title and text");
    assert!(!waiting.mag && waiting.ingrepen.iter().all(|own| own.mag_bevestigen && !own.mag_herstellen));
    case.confirm(&waiting).await;

    let visitor = case.world.bezoeker();
    let seen = visitor.buurtbegroting(case.vote.id).await.unwrap();
    assert_eq!(seen.projecten[0].titel, "Lawaai bij [weggelaten]");
    assert_eq!((seen.projecten[0].titel_zout.as_ref(), seen.projecten[1].titel_zout.is_some()), (None, true));
    assert_eq!((seen.onherkenbaar[0].dag.to_string().as_str(), seen.onherkenbaar[0].aantal), ("2026-03-02", 1));
    let paths =
        [format!("/buurtbegrotingen/{}", case.vote.id), format!("/buurtbegrotingen/{}/plannen/1", case.vote.id)];
    for path in &paths {
        let page = case.world.browser().look(path).await.text();
        assert!(!page.contains("Zonnebloem"), "{path}: {page}");
    }
    let page = case.world.browser().look(&paths[0]).await.text();
    let together = "Op 2 maart 2026 is tekst weggelaten uit 1 plan. Het wijkteam en het stembureau";
    assert!(page.contains(together), "{page}");
    assert!(page.contains(">Plan 1</a>"), "everybody reads which: {page}");
    assert_eq!(visitor.ask("GET", &rules).send().await.body, frozen, "the rules are as they were");

    case.vote_for(&(2..12).map(|letter| (letter, usize::from(letter > 8))).collect::<Vec<_>>()).await;
    case.world.close_vote().await;
    let uitslag = case.vote.count().await.unwrap();
    assert_eq!(uitslag.projecten.iter().map(|own| own.stemmen).collect::<Vec<_>>(), [9, 3]);
    assert_eq!(uitslag.projecten[0].titel, "Lawaai bij [weggelaten]");
    assert_eq!(case.vote.recount().await.unwrap().gelijk, Some(true));

    // Second thoughts take both as well; and after ninety days there is nothing to think about.
    case.world.wait(0).await;
    let titel = waiting.ingrepen.iter().find(|own| own.veld == Veld::Titel).unwrap().id;
    wijkteam.undo_ingreep(titel, back()).await.unwrap();
    stembureau.confirm_ingreep(titel, as_shown(&noted(&case, titel).await)).await.unwrap();
    assert_eq!(visitor.buurtbegroting(case.vote.id).await.unwrap().projecten[0].titel, TITEL);
    assert_eq!(case.vote.recount().await.unwrap().gelijk, Some(true));
    case.world.wait(91).await;
    forget_old(case.world.app()).await.unwrap();
    assert_eq!(case.world.count("project WHERE tekst LIKE '%Zonnebloem%'").await, 0);
    assert_eq!(case.world.count("project WHERE tekst_zout IS NULL").await, 1);
    assert_eq!(case.world.count("project WHERE titel LIKE '%Zonnebloem%'").await, 1, "what was put back stays");
}

fn words(all: &[&str]) -> MaakIngreep {
    MaakIngreep {
        soort: "onherkenbaar".into(),
        woorden: all.iter().map(|word| (*word).into()).collect(),
        reden: "Dat is een adres.".into(),
        ..MaakIngreep::default()
    }
}

// findings W6 and W7: the second of two requests for a text could never be confirmed, and held the words of the first
#[tokio::test]
async fn of_a_text_that_people_vote_on_one_request_waits_at_a_time() {
    let case = case(1).await;
    case.world.open_now().await;
    let (wijkteam, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
    let round = GeheelId(case.vote.id.0);
    // What waits, of the title and of the text of the plan, and how its title would come.
    let waiting = async || {
        let seen = wijkteam.weglatingen(round).await.unwrap().ingrepen;
        let waits: Vec<_> = seen.into_iter().filter(|own| own.status == IngreepStatus::Wacht).collect();
        let titel = waits.iter().find(|own| own.veld == Veld::Titel).and_then(|own| own.nieuw.clone());
        (waits.len(), titel.unwrap())
    };
    let made = wijkteam.make_ingreep(wijkteam.key(), round, words(&["veertien"])).await.unwrap();
    assert_eq!(made.ingrepen.len(), 2, "title and text");
    let refused = wijkteam.make_ingreep(wijkteam.key(), round, words(&["veertien"])).await.unwrap_err();
    assert_eq!((refused.fouten[0].veld.as_str(), refused.fouten[0].code.as_str()), ("/woorden", "wacht_al"));
    assert_eq!(waiting().await, (2, "Lawaai bij Zonnebloemstraat [weggelaten]".to_owned()));

    // Another word takes the place of what waits, and asks both.
    wijkteam.make_ingreep(wijkteam.key(), round, words(&["Zonnebloemstraat"])).await.unwrap();
    assert_eq!(waiting().await, (2, "Lawaai bij [weggelaten] [weggelaten]".to_owned()));
    for old in &made.ingrepen {
        assert_eq!(noted(&case, old.id).await.status, IngreepStatus::Ingetrokken);
        let late = stembureau.confirm_ingreep(old.id, as_shown(old)).await.unwrap_err();
        assert_eq!(late.code(), ProblemCode::StapKanNietNu, "half of what goes is not confirmed");
    }
    // The initiatief never waits; what it takes along of the plan does.
    let whole = GeheelId(case.id.0);
    wijkteam.make_ingreep(wijkteam.key(), whole, words(&["Lawaai"])).await.unwrap();
    let titel = case.world.bezoeker().initiatief(case.id).await.unwrap().kaart.titel;
    assert_eq!(titel, "[weggelaten] bij Zonnebloemstraat veertien");
    assert_eq!(waiting().await, (2, "[weggelaten] bij [weggelaten] [weggelaten]".to_owned()));
    let again = wijkteam.make_ingreep(wijkteam.key(), whole, words(&["Lawaai"])).await.unwrap_err();
    assert_eq!(again.fouten[0].code.as_str(), "wacht_al", "of the plan just this is asked");
    assert_eq!(case.world.bezoeker().buurtbegroting(case.vote.id).await.unwrap().projecten[0].titel, TITEL);
    // A plan of which nothing waits is free.
    wijkteam.make_ingreep(wijkteam.key(), round, words(&["fontein"])).await.unwrap();

    case.confirm_all().await;
    wijkteam.make_ingreep(wijkteam.key(), round, words(&["bij"])).await.unwrap();
    case.confirm_all().await;
    let seen = case.world.bezoeker().buurtbegroting(case.vote.id).await.unwrap();
    assert_eq!(seen.projecten[0].titel, "[weggelaten] [weggelaten] [weggelaten] [weggelaten]");
    assert_eq!(seen.projecten[1].titel, "Een [weggelaten] op het plein");
}

/// Puts back, with a reason.
fn back() -> HerstelIngreep {
    HerstelIngreep { reden: "Het is de naam van de straat.".into(), overal: false }
}

fn no(shown: &IngreepView) -> WeigerIngreep {
    refusal(shown, "Dit is een plek, geen adres.")
}

/// Asks to take words out of the title of a plan alone; what is asked of its text is withdrawn.
async fn asked_of_title(case: &Case) -> IngreepId {
    let (wijkteam, round) = (&case.vote.wijkteam, GeheelId(case.vote.id.0));
    let made = wijkteam.make_ingreep(wijkteam.key(), round, words(&["veertien"])).await.unwrap();
    let of = |veld: Veld| {
        let waits = |own: &&IngreepView| own.veld == veld && own.status == IngreepStatus::Wacht;
        made.ingrepen.iter().find(waits).unwrap()
    };
    wijkteam.withdraw_ingreep(of(Veld::Tekst).id, as_shown(of(Veld::Tekst))).await.unwrap();
    of(Veld::Titel).id
}

async fn noted(case: &Case, id: IngreepId) -> IngreepView {
    let all = case.vote.wijkteam.weglatingen(GeheelId(case.vote.id.0)).await.unwrap().ingrepen;
    all.into_iter().find(|own| own.id == id).unwrap()
}

// V-8
#[tokio::test]
async fn the_stembureau_refuses_to_take_words_out_with_a_reason_that_who_asked_reads() {
    let case = case(1).await;
    case.world.open_now().await;
    let (wijkteam, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
    let round = GeheelId(case.vote.id.0);
    let titel = asked_of_title(&case).await;
    let shown = noted(&case, titel).await;
    let bare = stembureau.refuse_ingreep(titel, refusal(&shown, "")).await.unwrap_err();
    assert_eq!(bare.fouten[0].veld, "/reden");
    for person in [wijkteam, &case.world.stembureau("W4").await, &case.owner] {
        assert_eq!(person.refuse_ingreep(titel, no(&shown)).await.unwrap_err().status, 404, "{}", person.naam);
    }
    stembureau.refuse_ingreep(titel, no(&shown)).await.unwrap();
    let refused = noted(&case, titel).await;
    let reden = refused.geweigerd.map(|own| own.reden);
    assert_eq!((refused.status, reden.as_deref()), (IngreepStatus::Geweigerd, Some("Dit is een plek, geen adres.")));
    assert_eq!(stembureau.refuse_ingreep(titel, no(&shown)).await.unwrap_err().code(), ProblemCode::StapKanNietNu);
    let all = wijkteam.weglatingen(round).await.unwrap().ingrepen;
    let withdrawn = all.iter().find(|own| own.veld == Veld::Tekst).unwrap();
    assert_eq!(
        (withdrawn.status, withdrawn.mag_herstellen),
        (IngreepStatus::Ingetrokken, false),
        "nothing was put back"
    );
    let seen = case.world.bezoeker().buurtbegroting(case.vote.id).await.unwrap();
    assert_eq!((seen.projecten[0].titel.as_str(), seen.onherkenbaar.len()), (TITEL, 0));
}

// V-8
#[tokio::test]
async fn words_come_back_on_an_open_ballot_by_two_people() {
    let case = case(1).await;
    case.world.open_now().await;
    let (wijkteam, stembureau, visitor) = (&case.vote.wijkteam, &case.vote.stembureau, case.world.bezoeker());
    let round = GeheelId(case.vote.id.0);
    let seen = async || visitor.buurtbegroting(case.vote.id).await.unwrap();
    let noted = async |id: IngreepId| noted(&case, id).await;

    // The wijkteam alone puts nothing back, and the public line stays.
    let titel = asked_of_title(&case).await;
    stembureau.confirm_ingreep(titel, as_shown(&noted(titel).await)).await.unwrap();
    let confirmed = noted(titel).await.bevestigd.unwrap();
    assert_eq!(confirmed.door, stembureau.naam);
    let still = async || {
        let seen = seen().await;
        assert_eq!(
            (seen.projecten[0].titel.as_str(), seen.onherkenbaar.len()),
            ("Lawaai bij Zonnebloemstraat [weggelaten]", 1)
        );
    };
    wijkteam.undo_ingreep(titel, back()).await.unwrap();
    let shown = noted(titel).await;
    assert_eq!(shown.status, IngreepStatus::HerstelWacht);
    still().await;
    assert_eq!(
        wijkteam.undo_ingreep(titel, back()).await.unwrap_err().code(),
        ProblemCode::StapKanNietNu,
        "pressed twice"
    );
    assert_eq!(wijkteam.confirm_ingreep(titel, as_shown(&shown)).await.unwrap_err().status, 404);
    // To leave out more goes first: nobody confirms what came before it, and it is asked again.
    let more = wijkteam.make_ingreep(wijkteam.key(), round, words(&["Lawaai"])).await.unwrap().ingrepen;
    let waits: Vec<_> = more.iter().filter(|own| own.status == IngreepStatus::Wacht).collect();
    assert_eq!((waits.len(), noted(titel).await.status), (2, IngreepStatus::Gedaan), "a title and a text wait");
    let late = stembureau.confirm_ingreep(titel, as_shown(&shown)).await.unwrap_err();
    assert_eq!(late.code(), ProblemCode::StapKanNietNu);
    for own in waits {
        wijkteam.withdraw_ingreep(own.id, as_shown(own)).await.unwrap();
    }
    still().await;
    wijkteam.undo_ingreep(titel, back()).await.unwrap();
    let alone = "UPDATE ingreep SET status = 'hersteld', hersteld_door = terug_door, hersteld_at = terug_at \
                 WHERE terug_door IS NOT NULL";
    assert!(case.world.tamper(alone).await.is_err(), "the database does not let them either");
    still().await;

    // The stembureau reads what would come back, says no, and later yes.
    let asked = stembureau.weglatingen(round).await.unwrap().ingrepen;
    let asked = asked.iter().find(|own| own.id == titel).unwrap();
    assert_eq!((asked.origineel.as_deref(), asked.mag_bevestigen, asked.mag_weigeren), (Some(TITEL), true, true));
    stembureau.refuse_ingreep(titel, no(asked)).await.unwrap();
    let refused = noted(titel).await;
    assert_eq!(
        (refused.status, refused.geweigerd.is_some(), refused.mag_herstellen),
        (IngreepStatus::Gedaan, true, true)
    );
    still().await;
    wijkteam.undo_ingreep(titel, back()).await.unwrap();
    stembureau.confirm_ingreep(titel, as_shown(&noted(titel).await)).await.unwrap();
    let back = noted(titel).await;
    let (by, asker) = (back.hersteld.unwrap().door, back.teruggevraagd.unwrap().door);
    assert_eq!((back.status, by, asker), (IngreepStatus::Hersteld, stembureau.naam.clone(), wijkteam.naam.clone()));
    assert_eq!((seen().await.projecten[0].titel.as_str(), seen().await.onherkenbaar.len()), (TITEL, 0));
}

// V-8: what a result says of a plan follows the title of that plan, also back; what is told of a request is what people read
#[tokio::test]
async fn a_result_that_says_again_what_it_said_is_not_told_as_left_out() {
    let case = case(12).await;
    case.world.open_now().await;
    case.vote_for(&(0..12).map(|letter| (letter, usize::from(letter > 8))).collect::<Vec<_>>()).await;
    case.world.close_vote().await;
    case.vote.count().await.unwrap();
    let why = "UPDATE gebeurtenis SET tekst = (SELECT 'Het geld ging naar ' || p.titel || ' (' || p.code || ').' \
               FROM project p WHERE p.nummer = 1) WHERE soort = 'niet_gekozen'";
    assert_eq!(case.world.tamper(why).await.unwrap(), 1);
    let (wijkteam, stembureau, round) = (&case.vote.wijkteam, &case.vote.stembureau, GeheelId(case.vote.id.0));
    let made = wijkteam.make_ingreep(wijkteam.key(), round, words(&["veertien"])).await.unwrap().ingrepen;
    let line = made.iter().find(|own| own.deel == DeelSoort::Gebeurtenis).unwrap().id;
    let waits: Vec<_> = made.iter().filter(|own| own.status == IngreepStatus::Wacht).collect();
    for own in &waits {
        stembureau.confirm_ingreep(own.id, as_shown(own)).await.unwrap();
    }
    let titel = waits.iter().find(|own| own.veld == Veld::Titel).unwrap().id;
    wijkteam.undo_ingreep(titel, back()).await.unwrap();
    stembureau.confirm_ingreep(titel, as_shown(&noted(&case, titel).await)).await.unwrap();

    let told = case.neighbour.own_initiatief(case.others).await.unwrap().initiatief.tijdlijn;
    assert!(told.iter().any(|own| own.tekst.as_deref().unwrap_or_default().contains(TITEL)), "{told:#?}");
    let divided = wijkteam.weglatingen(round).await.unwrap().verdeeld.remove(0);
    let lines = divided.plekken.iter().filter(|own| own.deel == DeelSoort::Gebeurtenis);
    assert!(lines.clone().count() > 0 && lines.clone().all(|own| own.staat_er), "{divided:#?}");
    assert!(divided.mag_herstellen);
    wijkteam.undo_ingreep(divided.ingreep, HerstelIngreep { overal: true, ..back() }).await.unwrap();
    assert_eq!(noted(&case, line).await.status, IngreepStatus::Hersteld);
}
