//! What left public view leaves the rounds that it was added to as well, and the vote goes on (G-3, X-5).

use contract::InitiatiefId;
use contract::buurtbegroting::{BuurtbegrotingApi as _, BuurtbegrotingFase as Fase};
use contract::foto::FotoApi as _;
use contract::initiatief::{InitiatiefApi as _, Refer, TriageApi as _};
use contract::problem::ProblemCode;
use contract::project::{AddProject, ProjectStatus};
use contract::stembureau::StembureauApi as _;
use contract::weglating::WEGGELATEN;
use tests::{OpenVote, Person, World, paper, pictures, plain_project, proof};

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

// finding 15, G-3
#[tokio::test]
async fn what_is_withdrawn_while_people_vote_is_nowhere_to_be_read_and_the_vote_goes_on() {
    let case = case(12).await;
    case.world.open_now().await;
    case.vote_for(&[(0, 0), (1, 0)]).await;
    let own = case.owner.own_initiatief(case.id).await.unwrap();
    case.owner.withdraw_initiatief(case.id, own.versie).await.unwrap();

    case.nobody_finds_it().await;
    let round = format!("/buurtbegrotingen/{}", case.vote.id);
    let held_back = case.world.bezoeker().ask("GET", &format!("{round}/spelregels")).send().await;
    assert_eq!((held_back.status, held_back.problem().code()), (404, ProblemCode::Ingehouden));
    case.vote_for(&(2..12).map(|letter| (letter, usize::from(letter > 8))).collect::<Vec<_>>()).await;
    case.world.close_vote().await;
    let uitslag = case.vote.count().await.unwrap();
    assert_eq!(uitslag.projecten.iter().map(|own| own.stemmen).collect::<Vec<_>>(), [9, 3]);
    assert_eq!(uitslag.projecten[0].titel, WEGGELATEN);
    case.nobody_finds_it().await;
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
    assert!(!page.contains("/spelregels\""), "{page}");
    assert_eq!(case.world.ledger_differences().await, [""; 0]);
}
