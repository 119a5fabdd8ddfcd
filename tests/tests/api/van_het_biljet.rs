//! One person takes an initiatief out of public view and with it its plan off a ballot; the plan comes back by two (G-3, V-8).

use contract::buurtbegroting::BuurtbegrotingApi as _;
use contract::ingreep::{
    DeelSoort, HerstelIngreep, IngreepApi as _, IngreepSoort, IngreepStatus, IngreepView, MaakIngreep, Veld,
};
use contract::initiatief::{InitiatiefApi as _, PlanInStemming, Refer, Shield, TriageApi as _};
use contract::problem::ProblemCode;
use contract::project::AddProject;
use contract::weglating::WEGGELATEN;
use contract::{GeheelId, InitiatiefId};
use tests::{OpenVote, Person, World, as_shown, plain_project, proof, refusal};
use wijkkoers::jobs::forget_old;

const TITEL: &str = "Een boom op het plein";
const TEKST: &str = "Een boom op het plein: dat vragen mensen in de straat.";

/// An open vote with a plan that was made of an initiatief.
struct Case {
    world: World,
    owner: Person,
    vote: OpenVote,
    id: InitiatiefId,
}

async fn case(letters: u32) -> Case {
    let world = World::new().await;
    let owner = world.bewoner("Olga").await;
    let id = owner.hand_in(TITEL).await;
    let own =
        AddProject { initiatief: Some(id.to_string().into()), tekst: TEKST.into(), ..plain_project(TITEL, "6000.00") };
    let vote = world.prepare_vote_on(world.plan(), letters, vec![own, plain_project("Een fontein", "7000.00")]).await;
    world.open_now().await;
    for person in [&vote.stembureau, &vote.wijkteam, &owner] {
        world.mail_to(person).await;
    }
    Case { world, owner, vote, id }
}

impl Case {
    const fn round(&self) -> GeheelId {
        GeheelId(self.vote.id.0)
    }

    async fn shield(&self) {
        let seen = self.vote.wijkteam.dossier(self.id).await.unwrap();
        let shield = Shield { reden: "Dit gaat over een gezin.".into() };
        self.vote.wijkteam.shield(self.id, seen.versie, shield).await.unwrap();
    }

    async fn release(&self) {
        let seen = self.vote.wijkteam.dossier(self.id).await.unwrap();
        self.vote.wijkteam.release(self.id, seen.versie).await.unwrap();
    }

    /// What stands on the ballot of the plan.
    async fn ballot(&self) -> (String, String) {
        let seen = self.world.bezoeker().buurtbegroting(self.vote.id).await.unwrap();
        (seen.projecten[0].titel.clone(), seen.projecten[0].tekst.clone())
    }

    async fn rules(&self) -> Vec<u8> {
        let path = format!("/buurtbegrotingen/{}/spelregels", self.vote.id);
        let heard = self.world.bezoeker().ask("GET", &path).send().await;
        assert_eq!(heard.status, 200, "{}", heard.text());
        heard.body
    }

    /// What the list of the round says of the texts of the plan, as this person reads it.
    async fn noted(&self, who: &Person) -> Vec<IngreepView> {
        let all = who.weglatingen(self.round()).await.unwrap().ingrepen;
        all.into_iter().filter(|own| own.deel == DeelSoort::Project).collect()
    }

    /// Twelve people vote, and it is counted twice: the vote was the same all along.
    async fn counts_as_ever(&self) {
        for letter in 0..12_u8 {
            let places = [usize::from(letter > 8)];
            self.vote.vote(&self.world.bezoeker(), usize::from(letter), proof(letter + 1), &places).await.unwrap();
        }
        self.world.close_vote().await;
        let uitslag = self.vote.count().await.unwrap();
        assert_eq!(uitslag.projecten.iter().map(|own| own.stemmen).collect::<Vec<_>>(), [9, 3]);
        assert_eq!(uitslag.projecten[0].titel, TITEL);
        assert_eq!(self.vote.recount().await.unwrap().gelijk, Some(true));
    }

    /// The stembureau says yes to all that waits.
    async fn says_yes(&self) {
        for own in self.noted(&self.vote.stembureau).await.iter().filter(|own| own.mag_bevestigen) {
            self.vote.stembureau.confirm_ingreep(own.id, as_shown(own)).await.unwrap();
        }
    }
}

fn back(overal: bool) -> HerstelIngreep {
    HerstelIngreep { reden: "Het gaat over niemand.".into(), overal }
}

fn whole() -> (String, String) {
    (TITEL.to_owned(), TEKST.to_owned())
}

fn gone() -> (String, String) {
    (WEGGELATEN.to_owned(), WEGGELATEN.to_owned())
}

// G-3, V-8: a colleague who cheats took a plan off a ballot for good, alone and unheard
#[tokio::test]
async fn a_plan_that_was_shielded_off_a_ballot_is_told_listed_and_comes_back_by_two_people() {
    let case = case(12).await;
    let (wijkteam, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
    let before = case.rules().await;
    assert_eq!(case.ballot().await, whole());
    case.shield().await;

    // It goes at once, the stembureau hears of it, and what stood there is kept for the wijkteam.
    assert_eq!(case.ballot().await, gone());
    let mail = case.world.one_mail_to(stembureau).await;
    assert_eq!(mail.subject, "Een plan op het stembiljet is afgeschermd");
    assert!(mail.text.contains(&format!("/werk/weglaten/{}", case.vote.id)), "{}", mail.text);
    assert!(!mail.text.contains("boom") && !mail.text.contains("gezin"), "no words of it: {}", mail.text);
    let noted = case.noted(wijkteam).await;
    let told: Vec<_> = noted.iter().map(|own| (own.veld, own.origineel.as_deref().unwrap_or_default())).collect();
    assert!(
        told.len() == 2 && told.contains(&(Veld::Titel, TITEL)) && told.contains(&(Veld::Tekst, TEKST)),
        "{told:?}"
    );
    for own in &noted {
        assert_eq!((own.soort, own.status), (IngreepSoort::Afschermen, IngreepStatus::Gedaan));
        assert_eq!((own.door.as_str(), own.reden.as_str()), (wijkteam.naam.as_str(), "Dit gaat over een gezin."));
        assert_eq!(own.nieuw.as_deref(), Some(WEGGELATEN));
        // The plan does not say what the wijkteam keeps from view.
        assert!(own.bij_stembureau && !own.mag_herstellen, "{own:?}");
        let refused = wijkteam.undo_ingreep(own.id, back(false)).await.unwrap_err();
        assert_eq!(refused.code(), ProblemCode::StapKanNietNu);
    }
    let theirs = case.noted(stembureau).await;
    assert!(theirs.len() == 2 && theirs.iter().all(|own| own.origineel.is_none()), "nothing waits for it");

    // The initiatief comes back by one, its plan does not.
    case.release().await;
    assert_eq!(case.ballot().await, gone());
    let colleague = case.world.wijkteam("W2").await;
    let noted = case.noted(&colleague).await;
    assert!(noted.iter().all(|own| own.mag_herstellen && own.achter.is_none()), "{noted:?}");
    colleague.undo_ingreep(noted[0].id, back(true)).await.unwrap();
    assert_eq!(case.ballot().await, gone(), "a colleague alone brings nothing back");
    let waiting = case.noted(stembureau).await;
    assert!(waiting.iter().all(|own| own.status == IngreepStatus::HerstelWacht && own.mag_bevestigen), "{waiting:?}");
    for person in [wijkteam, &colleague] {
        let refused = person.confirm_ingreep(waiting[0].id, as_shown(&waiting[0])).await.unwrap_err();
        assert_eq!(refused.status, 404);
    }
    let mail = case.world.one_mail_to(stembureau).await;
    assert!(mail.text.contains("Het gaat over niemand."), "{}", mail.text);

    // A no leaves it as it is, and it can be asked again.
    for own in &waiting {
        stembureau.refuse_ingreep(own.id, refusal(own, "Eerst bellen.")).await.unwrap();
    }
    assert_eq!(case.ballot().await, gone());
    colleague.undo_ingreep(noted[0].id, back(true)).await.unwrap();
    case.says_yes().await;
    assert_eq!(case.ballot().await, whole());
    assert_eq!(case.world.count("project_masker").await, 0, "nothing is shown instead any more");
    assert!(case.noted(wijkteam).await.iter().all(|own| own.status == IngreepStatus::Hersteld));
    assert_eq!(case.rules().await, before);

    case.counts_as_ever().await;
}

// G-3: what was asked while everybody could read it is no way around what was shielded again
#[tokio::test]
async fn what_is_shielded_again_while_it_waits_to_come_back_stays_away_and_is_read_by_nobody_else() {
    let case = case(1).await;
    let (wijkteam, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
    case.shield().await;
    case.release().await;
    let noted = case.noted(wijkteam).await;
    wijkteam.undo_ingreep(noted[0].id, back(true)).await.unwrap();
    let theirs = case.noted(stembureau).await;
    assert!(theirs.len() == 2 && theirs.iter().all(|own| own.origineel.is_some()), "who answers reads what comes back");
    case.shield().await;
    let waiting = case.noted(stembureau).await;
    assert_eq!(waiting.len(), 2, "nothing more went");
    for own in &waiting {
        assert!(!own.mag_bevestigen && own.mag_weigeren && own.origineel.is_none(), "{own:?}");
        let late = stembureau.confirm_ingreep(own.id, as_shown(own)).await.unwrap_err();
        assert_eq!(late.code(), ProblemCode::StapKanNietNu);
    }
    assert_eq!(case.ballot().await, gone());
    case.release().await;
    case.says_yes().await;
    assert_eq!(case.ballot().await, whole());
}

// V-8: what two people chose before comes back as they chose it, and by two people as well
#[tokio::test]
async fn a_plan_of_which_words_were_out_before_is_shielded_whole_and_comes_back_without_them() {
    let case = case(1).await;
    let (wijkteam, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
    let words = MaakIngreep {
        soort: "onherkenbaar".into(),
        woorden: vec!["straat".into()],
        reden: "Dat is een adres.".into(),
        ..MaakIngreep::default()
    };
    wijkteam.make_ingreep(wijkteam.key(), case.round(), words).await.unwrap();
    case.says_yes().await;
    let left = (TITEL.to_owned(), "Een boom op het plein: dat vragen mensen in de [weggelaten].".to_owned());
    assert_eq!(case.ballot().await, left);
    case.world.mail_to(stembureau).await;
    case.shield().await;
    case.world.one_mail_to(stembureau).await;
    let noted = case.noted(wijkteam).await;
    let words = noted.iter().find(|own| own.soort == IngreepSoort::Onherkenbaar).unwrap();
    let whole: Vec<_> = noted.iter().filter(|own| own.soort == IngreepSoort::Afschermen).collect();
    assert_eq!((noted.len(), whole.len()), (3, 2), "{noted:?}");
    // What two people chose is not put back either while the initiatief is kept from view, nor after it by one.
    let refused = wijkteam.undo_ingreep(words.id, back(false)).await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::StapKanNietNu);
    case.release().await;
    assert_eq!(case.ballot().await, gone());
    wijkteam.undo_ingreep(whole[0].id, back(true)).await.unwrap();
    assert_eq!(case.ballot().await, gone());
    case.says_yes().await;
    assert_eq!(case.ballot().await, left);
    let by_two = "project_masker WHERE bevestigd_door IS NOT NULL AND door IS NOT NULL";
    assert_eq!(case.world.count(by_two).await, 1, "the words are out by two people still");
    wijkteam.undo_ingreep(words.id, back(false)).await.unwrap();
    case.says_yes().await;
    assert_eq!(case.ballot().await, self::whole());
}

// G-3: a request that waits opens nothing of what is kept from view, and one about a text that goes whole waits no longer
#[tokio::test]
async fn what_waits_about_a_plan_is_not_read_by_the_stembureau_once_its_initiatief_is_kept_from_view() {
    for is_referred in [false, true] {
        let case = case(1).await;
        let (wijkteam, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
        let words = MaakIngreep {
            soort: "onherkenbaar".into(),
            woorden: vec!["straat".into()],
            reden: "Dat is een adres.".into(),
            ..MaakIngreep::default()
        };
        wijkteam.make_ingreep(wijkteam.key(), case.round(), words).await.unwrap();
        let asked = case.noted(stembureau).await;
        assert!(asked.iter().any(|own| own.origineel.as_deref() == Some(TEKST)), "{asked:?}");
        if is_referred {
            let seen = wijkteam.dossier(case.id).await.unwrap();
            let refer = Refer { naar: "ozo".into(), reden: "Dit gaat over één adres.".into() };
            wijkteam.refer(case.id, seen.versie, refer).await.unwrap();
        } else {
            case.shield().await;
        }
        let seen = stembureau.weglatingen(case.round()).await.unwrap();
        let said = serde_json::to_string(&seen).unwrap();
        assert!(!said.contains("dat vragen mensen"), "{said}");
        let waits = seen.ingrepen.iter().filter(|own| own.status == IngreepStatus::Wacht).count();
        assert_eq!(waits, usize::from(is_referred), "{said}");
    }
}

// G-3: ninety days count from when it was shielded
#[tokio::test]
async fn after_ninety_days_what_was_shielded_off_a_ballot_does_not_come_back() {
    let case = case(1).await;
    case.shield().await;
    assert_eq!(case.noted(&case.vote.wijkteam).await.len(), 2);
    case.world.wait(91).await;
    forget_old(case.world.app()).await.unwrap();
    assert_eq!(case.world.count("project WHERE titel LIKE '%boom%' OR tekst LIKE '%boom%'").await, 0);
    case.release().await;
    for own in case.noted(&case.vote.wijkteam).await {
        assert!(!own.mag_herstellen && own.origineel.is_none(), "{own:?}");
        let refused = case.vote.wijkteam.undo_ingreep(own.id, back(false)).await.unwrap_err();
        assert_eq!(refused.code(), ProblemCode::StapKanNietNu);
    }
}

// G-3: of what never comes back the stembureau hears as well, and nothing is kept of it
#[tokio::test]
async fn the_stembureau_hears_that_a_plan_of_what_is_referred_or_withdrawn_is_not_read_any_more() {
    for is_withdrawn in [false, true] {
        let case = case(1).await;
        if is_withdrawn {
            let own = case.owner.own_initiatief(case.id).await.unwrap();
            case.owner.withdraw_initiatief(case.id, own.versie).await.unwrap();
        } else {
            let seen = case.vote.wijkteam.dossier(case.id).await.unwrap();
            let refer = Refer { naar: "ozo".into(), reden: "Dit gaat over één adres.".into() };
            case.vote.wijkteam.refer(case.id, seen.versie, refer).await.unwrap();
        }
        let mail = case.world.one_mail_to(&case.vote.stembureau).await;
        assert_eq!(mail.subject, "Een plan op het stembiljet is weggelaten");
        assert!(mail.text.contains("Dat blijft zo.") && !mail.text.contains("boom"), "{}", mail.text);
        assert_eq!(case.ballot().await, gone());
        assert_eq!(case.world.count("ingreep").await, 0);
    }
}

// V-8: whoever shields it knows that it leaves a ballot, and where it is left out still
#[tokio::test]
async fn the_desk_says_first_that_a_plan_leaves_its_ballot_and_later_that_it_is_left_out_still() {
    let case = case(1).await;
    let (desk, path) = (case.world.browser_of(&case.vote.wijkteam).await, format!("/werk/initiatieven/{}", case.id));
    let list = format!("/werk/weglaten/{}", case.vote.id);
    let before = desk.look(&path).await;
    let says = "Dit initiatief is plan 1 in de stemming “";
    let sure = "Ik weet dat het dan ook op het stembiljet weg is";
    assert!(before.text().contains(says) && before.text().contains(sure), "{}", before.text());
    let version = before.hidden("afschermen", "versie");
    let ask = [("actie", "afschermen"), ("versie", version.as_str()), ("reden", "Dit gaat over een gezin.")];
    let page = desk.send(&path, &ask).await.text();
    assert!(page.contains("Zet eerst een vinkje. Er is nog niets gedaan."), "{page}");
    assert!(page.contains("Dit gaat over een gezin."), "what was written stays: {page}");
    assert_eq!(case.ballot().await, whole());
    let known: Vec<_> = ask.into_iter().chain([("zeker", "ja")]).collect();
    assert_eq!(desk.send(&path, &known).await.status, 303);
    assert_eq!(case.ballot().await, gone());

    let still = "staat plan 1 nog als [weggelaten].";
    assert!(!desk.look(&path).await.text().contains(still), "it is shielded");
    let page = desk.look(&list).await.text();
    assert!(page.contains("Dat terugzetten kan zodra iedereen het initiatief weer mag lezen."), "{page}");
    assert!(!page.contains("Vraag het stembureau om dit terug te zetten"), "{page}");
    case.release().await;
    let plannen = case.vote.wijkteam.dossier(case.id).await.unwrap().plannen;
    assert!(matches!(&plannen[..], [PlanInStemming { nummer: 1, weggelaten: true, .. }]), "{plannen:?}");
    let page = desk.look(&path).await.text();
    assert!(page.contains(still) && page.contains(&format!("href=\"{list}\"")), "{page}");
    let page = desk.look(&list).await.text();
    assert!(page.contains("Vraag het stembureau om dit terug te zetten"), "{page}");
    assert!(!page.contains("Alleen uit het plan weg"), "the initiatief is meant to be read: {page}");

    let own = case.noted(&case.vote.wijkteam).await.remove(0).id;
    case.vote.wijkteam.undo_ingreep(own, back(true)).await.unwrap();
    case.says_yes().await;
    assert!(!desk.look(&path).await.text().contains(still));
}
