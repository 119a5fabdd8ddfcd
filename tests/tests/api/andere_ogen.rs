//! Nobody decides on money for what they are behind, in whatever way they are (finding 10; A-6, P-6).

use contract::account::UseLink;
use contract::buurtbegroting::BuurtbegrotingApi as _;
use contract::initiatief::{InitiatiefApi as _, Merge, Say, TriageApi as _};
use contract::opdracht::{
    CreateOpdracht, Decide, FiatBelemmering, OpdrachtApi as _, OpdrachtStap, OpdrachtStatus, OpdrachtView,
};
use contract::problem::ProblemCode;
use contract::project::AddProject;
use contract::{ActiviteitId, InitiatiefId, OpgaveId};
use tests::{PRODUCT, Person, World, plain_project, proof};

/// A wijkteam that is at work on an opgave: Rachid does the work, Marieke and Carla may give fiat.
struct Desk {
    world: World,
    rachid: Person,
    marieke: Person,
    carla: Person,
    opgave: OpgaveId,
    activiteit: ActiviteitId,
}

async fn desk() -> Desk {
    let world = World::new().await;
    let (marieke, carla) = (world.fiatteur("W2", "5000.00").await, world.fiatteur("W2", "5000.00").await);
    let rachid = world.wijkteam("W2").await;
    let opgave = rachid.note_opgave("W2").await;
    let activiteit = rachid.plan(rachid.commit_hours(opgave).await).await;
    Desk { world, rachid, marieke, carla, opgave, activiteit }
}

/// An order of the back office, for an initiatief or for all of its opgave.
fn order(by: &Person, named: Option<InitiatiefId>) -> CreateOpdracht {
    CreateOpdracht { initiatief: named.map(|id| id.to_string().into()), ..by.order(PRODUCT, "100.00") }
}

fn no() -> Decide {
    Decide { besluit: "geweigerd".into(), reden: Some("Niet nu.".into()) }
}

impl Desk {
    /// An opdracht that Rachid wrote and asks fiat for.
    async fn asked(&self, named: Option<InitiatiefId>) -> OpdrachtView {
        self.rachid.request(self.activiteit, order(&self.rachid, named)).await
    }

    /// Marieke neither gives nor refuses fiat, and her page says so before she tries.
    async fn marieke_does_not_decide(&self, opdracht: &OpdrachtView, why: &str) {
        let id = opdracht.kaart.id;
        for answer in [self.marieke.approve(opdracht).await, self.marieke.decide_fiat(id, opdracht.versie, no()).await]
        {
            assert_eq!(answer.unwrap_err().code(), ProblemCode::AndereOgenNodig, "{why}");
        }
        let seen = self.marieke.opdracht(id).await.unwrap();
        assert_eq!(seen.fiat_belemmering, Some(FiatBelemmering::AndereOgenNodig), "{why}");
        assert!(!seen.stappen.contains(&OpdrachtStap::Approve), "{why}");
    }

    /// The same, but Carla decides.
    async fn carla_decides(&self, opdracht: &OpdrachtView, why: &str) {
        self.marieke_does_not_decide(opdracht, why).await;
        let given = self.carla.approve(opdracht).await.unwrap();
        assert_eq!(given.kaart.status, OpdrachtStatus::Gefiatteerd, "{why}");
    }

    /// Marieke hands something in at home, without her account, and confirms it.
    async fn handed_in_by_marieke_as_guest(&self) -> InitiatiefId {
        let mut guest = self.world.bezoeker();
        // Capitals make no other address.
        guest.email = self.marieke.email.replacen('f', "F", 1);
        assert_ne!(guest.email, self.marieke.email);
        guest.create_initiatief(guest.key(), guest.idea("Een boom voor mijn deur")).await.unwrap();
        let link = UseLink { geheim: self.world.one_mail_to(&guest).await.secret().into() };
        guest.confirm_initiatief(link).await.unwrap().id
    }

    async fn merge(&self, from: InitiatiefId, to: InitiatiefId) {
        let seen = self.rachid.dossier(from).await.unwrap();
        let into = Merge { met: to.to_string().into(), reden: "Dit is hetzelfde plan.".into() };
        self.rachid.merge(from, seen.versie, into).await.unwrap();
    }
}

// finding 10 (a), A-6
#[tokio::test]
async fn a_guest_with_the_address_of_an_account_is_that_account() {
    let desk = desk().await;
    let own = desk.handed_in_by_marieke_as_guest().await;
    desk.rachid.link_to(own, desk.opgave).await;
    for named in [Some(own), None] {
        desk.carla_decides(&desk.asked(named).await, "she handed it in as a guest").await;
    }
    assert_eq!(desk.world.ledger_differences().await, [""; 0]);
}

// finding 10 (b), A-6
#[tokio::test]
async fn an_initiatief_counts_for_every_opdracht_of_its_opgave() {
    let desk = desk().await;
    let own = desk.marieke.hand_in("Een boom voor mijn deur").await;
    let other = desk.world.bewoner("Anna").await.hand_in("Een bankje").await;
    for id in [own, other] {
        desk.rachid.link_to(id, desk.opgave).await;
    }
    for named in [None, Some(other), Some(own)] {
        desk.carla_decides(&desk.asked(named).await, "her initiatief is part of the opgave").await;
    }
    // Another opgave is none of her business, and so it is hers to decide.
    let elsewhere = desk.rachid.ordered("W2", "100.00").await.opdracht;
    desk.marieke.approve(&elsewhere).await.unwrap();
    assert_eq!(desk.world.ledger_differences().await, [""; 0]);
}

//
#[tokio::test]
async fn an_initiatief_that_was_taken_back_or_linked_after_the_asking_counts_as_well() {
    let desk = desk().await;
    let asked = desk.asked(None).await;
    let own = desk.marieke.hand_in("Een boom voor mijn deur").await;
    desk.rachid.link_to(own, desk.opgave).await;
    desk.marieke_does_not_decide(&asked, "it is linked").await;
    let seen = desk.marieke.own_initiatief(own).await.unwrap();
    desk.marieke.withdraw_initiatief(own, seen.versie).await.unwrap();
    desk.carla_decides(&asked, "what is ordered is what she wanted").await;
}

//
#[tokio::test]
async fn who_was_merged_into_it_is_behind_it_however_far() {
    let desk = desk().await;
    let anna = desk.world.bewoner("Anna").await;
    let first = anna.hand_in("Een boom op de hoek").await;
    let second = anna.hand_in("Nog een boom").await;
    let own = desk.handed_in_by_marieke_as_guest().await;
    desk.merge(own, second).await;
    desk.merge(second, first).await;
    desk.rachid.link_to(first, desk.opgave).await;
    for named in [Some(first), None] {
        desk.carla_decides(&desk.asked(named).await, "hers goes on in it").await;
    }
    let back = "UPDATE initiatief SET verder_in = (SELECT id FROM initiatief WHERE titel = 'Nog een boom') \
                WHERE titel = 'Een boom voor mijn deur'";
    assert_eq!(desk.world.tamper(back).await.unwrap(), 1);
    desk.carla_decides(&desk.asked(Some(first)).await, "also where one step leads to another").await;
}

//
#[tokio::test]
async fn who_made_the_inzet_or_the_activiteit_does_not_decide() {
    let desk = desk().await;
    let (rachid, marieke) = (&desk.rachid, &desk.marieke);
    let hers = rachid.plan(marieke.commit_hours(desk.opgave).await).await;
    let also_hers = marieke.plan(rachid.commit_hours(desk.opgave).await).await;
    for (activiteit, why) in [(hers, "she made its inzet"), (also_hers, "she made its activiteit")] {
        desk.carla_decides(&rachid.request(activiteit, order(rachid, None)).await, why).await;
    }
    // To note what is the matter is not to spend money on it.
    let opgave = marieke.note_opgave("W2").await;
    let activiteit = rachid.plan(rachid.commit_hours(opgave).await).await;
    marieke.approve(&rachid.request(activiteit, order(rachid, None)).await).await.unwrap();
    assert_eq!(desk.world.ledger_differences().await, [""; 0]);
}

//
#[tokio::test]
async fn who_only_passed_it_on_decides_unless_nobody_else_is_left() {
    let desk = desk().await;
    let id = desk.world.bewoner("Anna").await.hand_in("Een bankje").await;
    let seen = desk.marieke.dossier(id).await.unwrap();
    desk.marieke.take_up(id, seen.versie).await.unwrap();
    desk.marieke.link_to(id, desk.opgave).await;
    for named in [Some(id), None] {
        desk.marieke.approve(&desk.asked(named).await).await.unwrap();
    }
    let asked = desk.asked(Some(id)).await;
    desk.world.tamper("UPDATE initiatief SET account_id = NULL, email = ''").await.unwrap();
    desk.carla_decides(&asked, "nobody but her answers for it").await;
}

// finding 10 (c), P-6
#[tokio::test]
async fn nobody_asks_fiat_for_what_they_handed_in() {
    let desk = desk().await;
    let rachid = &desk.rachid;
    let own = rachid.hand_in("Een boom voor mijn deur").await;
    rachid.link_to(own, desk.opgave).await;
    let colleague = desk.world.wijkteam("W2").await;
    for named in [Some(own), None] {
        let drawn = rachid.create_opdracht(rachid.key(), desk.activiteit, order(rachid, named)).await.unwrap();
        assert_eq!(drawn.fiat_belemmering, Some(FiatBelemmering::AndereOgenNodig));
        assert!(!drawn.stappen.contains(&OpdrachtStap::Request));
        let page = desk.world.browser_of(rachid).await.look(&format!("/opdrachten/{}", drawn.kaart.id)).await.text();
        assert!(page.contains("Laat een collega fiat vragen."), "{page}");
        let refused = rachid.request_fiat(drawn.kaart.id, drawn.versie).await.unwrap_err();
        assert_eq!(refused.code(), ProblemCode::AndereOgenNodig);
        let asked = colleague.request_fiat(drawn.kaart.id, drawn.versie).await.unwrap();
        desk.marieke.approve(&asked).await.unwrap();
    }
}

// finding 10 (c), P-6
#[tokio::test]
async fn who_hands_it_in_after_asking_asks_in_vain() {
    let desk = desk().await;
    let asked = desk.asked(None).await;
    let own = desk.rachid.hand_in("Een boom voor mijn deur").await;
    desk.rachid.link_to(own, desk.opgave).await;
    desk.marieke_does_not_decide(&asked, "one person asks, wrote it and wants it").await;
    let say = Say { tekst: "Een collega vraagt het opnieuw.".into() };
    let back = desk.carla.withdraw_opdracht(asked.kaart.id, asked.versie, say).await.unwrap();
    assert_eq!(back.kaart.status, OpdrachtStatus::Ingetrokken);
    let again = desk.carla.request(desk.activiteit, order(&desk.carla, None)).await;
    desk.marieke.approve(&again).await.unwrap();
}

//
#[tokio::test]
async fn who_put_a_plan_of_their_own_in_a_round_does_not_decide_on_its_money() {
    let world = World::new().await;
    let idea = world.bewoner("Anna").await.hand_in("Een bankje").await;
    let of_anna = AddProject { initiatief: Some(idea.to_string().into()), ..plain_project("Een bankje", "1000.00") };
    let projects = vec![plain_project("Een boom", "1000.00"), of_anna];
    let vote = world.prepare_vote_on(world.plan(), 1, projects).await;
    world.open_now().await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0, 1]).await.unwrap();
    world.close_vote().await;
    vote.count().await.unwrap();
    let (colleague, proposer) = (world.wijkteam("W2").await, &vote.wijkteam);
    world.mandate(proposer, "W2", None, "5000.00").await;
    world.log_in(proposer).await;

    let seen = colleague.buurtbegroting(vote.id).await.unwrap();
    let mut asked = Vec::new();
    for plan in seen.projecten {
        let drawn = colleague.opdracht(plan.opdracht.unwrap().id).await.unwrap();
        asked.push(colleague.request_fiat(drawn.kaart.id, drawn.versie).await.unwrap());
    }
    let refused = proposer.approve(&asked[0]).await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::AndereOgenNodig, "nobody else is behind it");
    proposer.approve(&asked[1]).await.unwrap();
    world.fiatteur("W2", "5000.00").await.approve(&asked[0]).await.unwrap();
    assert_eq!(world.ledger_differences().await, [""; 0]);
}
