//! What the wijkteam does with what was handed in, and what people and the public see of it.

use contract::initiatief::{
    GebeurtenisSoort as What, InitiatiefApi as _, InitiatiefFilter, InitiatiefStap, InitiatiefStatus as Status, Merge,
    Refer, Reject, Tell, TriageApi as _, ZoekVergelijkbare,
};
use contract::opdracht::{CreateOpdracht, Decide, OpdrachtApi as _, OpdrachtStatus};
use contract::problem::ProblemCode;
use contract::werk::{WerkApi as _, WerkFilter};
use contract::{InitiatiefId, OpgaveId, foto::FotoApi as _};
use tests::{CRITERIUM, KLARENDAL, PRESIKHAAF, PRODUCT, Person, THEMA, World, pictures};

fn merge_into(met: InitiatiefId) -> Merge {
    Merge { met: met.to_string().into(), reden: "Dit is hetzelfde plan.".into() }
}

fn refer() -> Refer {
    Refer { naar: "ozo".into(), reden: "Dit gaat over één adres.".into() }
}

async fn merged(wijkteam: &Person, from: InitiatiefId, to: InitiatiefId) {
    let seen = wijkteam.dossier(from).await.unwrap();
    let done = wijkteam.merge(from, seen.versie, merge_into(to)).await.unwrap();
    assert_eq!((done.initiatief.kaart.status, done.initiatief.verder_in), (Status::Samengevoegd, Some(to)));
}

#[tokio::test]
async fn merging_keeps_every_supporter_and_counts_nobody_twice() {
    let world = World::new().await;
    let (anna, bram) = (world.bewoner("Anna").await, world.bewoner("Bram").await);
    let wijkteam = world.wijkteam("W2").await;
    let (from, to) = (anna.hand_in("Een bankje bij de school").await, bram.hand_in("Zitplaatsen aan het plein").await);
    let both = world.bewoner("Carla").await;
    let (one, other) = (world.bewoner("Dirk").await, world.bewoner("Els").await);
    for (person, id) in [(&both, from), (&both, to), (&one, from), (&other, to)] {
        person.support(id).await.unwrap();
    }

    merged(&wijkteam, from, to).await;

    let target = anna.initiatief(to).await.unwrap();
    assert_eq!(target.kaart.steun, 3, "Carla supported both and is one person");
    let last = target.tijdlijn.last().unwrap();
    assert_eq!((last.soort, last.tekst.as_deref()), (What::Opgenomen, Some("Een bankje bij de school")));
    assert_eq!(both.unsupport(to).await.unwrap().steun, 2);
    let old = anna.initiatief(from).await.unwrap();
    assert_eq!((old.kaart.status, old.verder_in), (Status::Samengevoegd, Some(to)), "the old address still opens");
    assert_eq!(one.support(from).await.unwrap_err().code(), ProblemCode::StapKanNietNu);
    assert_eq!(world.count("steun WHERE account_id IS NOT NULL").await, 4, "nothing of the old one is lost");
}

#[tokio::test]
async fn whose_initiatief_was_merged_hears_what_the_other_hears() {
    let world = World::new().await;
    let (anna, bram, gast) = (world.bewoner("Anna").await, world.bewoner("Bram").await, world.bezoeker());
    let wijkteam = world.wijkteam("W2").await;
    let (first, second) = (anna.hand_in("Een bankje").await, bram.hand_in("Nog een bankje").await);
    gast.create_initiatief(gast.key(), gast.idea("Een derde bankje")).await.unwrap();
    let link = world.one_mail_to(&gast).await.secret().to_owned();
    let third = gast.confirm_initiatief(contract::account::UseLink { geheim: link.into() }).await.unwrap().id;
    // The third goes on in the second, and with it in the first.
    merged(&wijkteam, third, second).await;
    merged(&wijkteam, second, first).await;
    for person in [&anna, &bram, &gast] {
        world.mail_to(person).await;
    }

    let seen = wijkteam.dossier(first).await.unwrap();
    wijkteam
        .respond(first, seen.versie, Tell { tekst: "Het bankje komt in mei.".into(), openbaar: true })
        .await
        .unwrap();

    for person in [&anna, &bram, &gast] {
        let mail = world.one_mail_to(person).await;
        assert!(mail.text.contains("Het bankje komt in mei."), "{}: {}", person.email, mail.text);
    }
}

#[tokio::test]
async fn who_is_merged_is_told_why() {
    let world = World::new().await;
    let (anna, bram) = (world.bewoner("Anna").await, world.bewoner("Bram").await);
    let wijkteam = world.wijkteam("W2").await;
    let (from, to) = (anna.hand_in("Een bankje").await, bram.hand_in("Nog een bankje").await);
    world.mail_to(&anna).await;
    merged(&wijkteam, from, to).await;
    let mail = world.one_mail_to(&anna).await;
    assert!(mail.text.contains("Dit is hetzelfde plan."), "{}", mail.text);
    assert!(mail.link().unwrap().ends_with(&format!("/initiatieven/{from}")));
}

#[tokio::test]
async fn only_an_open_initiatief_of_the_own_gebied_can_take_in_another() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let wijkteam = world.wijkteam("W2").await;
    let from = anna.hand_in("Een bankje").await;
    let mut elsewhere = anna.idea("Een bankje in Presikhaaf");
    elsewhere.wijk = PRESIKHAAF.into();
    let elsewhere = anna.create_initiatief(anna.key(), elsewhere).await.unwrap().id;
    let closed = anna.hand_in("Een zwembad").await;
    let seen = wijkteam.dossier(closed).await.unwrap();
    let no = Reject { criterium: CRITERIUM.into(), reden: "Hier is geen plaats.".into() };
    wijkteam.reject(closed, seen.versie, no).await.unwrap();
    let concept = anna.draft("Nog niet klaar").await.initiatief.kaart.id;

    let seen = wijkteam.dossier(from).await.unwrap();
    let nothing = InitiatiefId(uuid::Uuid::nil());
    for (met, expected) in [
        (from, "ongeldige_keuze"),
        (closed, "ongeldige_keuze"),
        (elsewhere, "bestaat_niet"),
        (concept, "bestaat_niet"),
        (nothing, "bestaat_niet"),
    ] {
        let refused = wijkteam.merge(from, seen.versie, merge_into(met)).await.unwrap_err();
        let fields: Vec<_> = refused.fouten.iter().map(|field| (field.veld.as_str(), field.code.as_str())).collect();
        assert_eq!(fields, [("/met", expected)]);
    }
    assert_eq!(anna.initiatief(from).await.unwrap().kaart.status, Status::Ingediend);
}

/// Something that every door shows: linked, supported, with a photo.
struct Shown {
    world: World,
    owner: Person,
    wijkteam: Person,
    id: InitiatiefId,
    opgave: OpgaveId,
    photo: String,
}

async fn shown() -> Shown {
    let world = World::new().await;
    let (owner, wijkteam) = (world.bewoner("Olga").await, world.wijkteam("W2").await);
    let photo = owner.upload_foto(owner.key(), pictures::jpeg(3)).await.unwrap();
    let mut request = owner.idea("Lawaai bij Zonnebloemstraat veertien");
    request.fotos = vec![photo.id.to_string().into()];
    let id = owner.create_initiatief(owner.key(), request).await.unwrap().id;
    let opgave = wijkteam.note_opgave("W2").await;
    wijkteam.link_to(id, opgave).await;
    Shown { photo: format!("/fotos/{}", photo.id), world, owner, wijkteam, id, opgave }
}

impl Shown {
    /// Every door through which somebody could find it, and what they find.
    async fn doors(&self, who: &Person) -> Vec<(String, bool)> {
        let mut doors = Vec::new();
        let filters = [
            "",
            "?gebied=W2",
            &format!("?wijk={KLARENDAL}"),
            &format!("?thema={THEMA}"),
            "?status=gekoppeld",
            "?status=doorverwezen",
        ]
        .map(|query| format!("/initiatieven{query}"));
        let others = [
            format!("/initiatieven/{}", self.id),
            format!("/initiatieven/{}/steun", self.id),
            format!("/initiatieven/vergelijkbare?tekst=lawaai+zonnebloemstraat&wijk={KLARENDAL}"),
            format!("/opgaven/{}", self.opgave),
            "/gebieden/W2/wijkactieplan".to_owned(),
            self.photo.clone(),
        ];
        for path in filters.into_iter().chain(others) {
            let heard = who.ask("GET", &path).send().await;
            let is_there = heard.text().contains("Zonnebloemstraat") || heard.text().contains(&self.id.to_string());
            let is_photo = path == self.photo && heard.status == 200;
            let has_steun = path.ends_with("/steun") && heard.status == 200;
            doors.push((path, is_there || is_photo || has_steun));
        }
        for page in [
            "//".to_owned(),
            "//initiatieven".to_owned(),
            format!("//initiatieven/{}", self.id),
            "//gebieden/W2".to_owned(),
            "//gebieden/W2/wijkactieplan".to_owned(),
            format!("//wijken/{KLARENDAL}"),
            format!("//opgaven/{}", self.opgave),
        ] {
            let heard = who.ask("GET", &page).without("authorization").send_unjudged().await;
            doors.push((page, heard.text().contains("Zonnebloemstraat")));
        }
        let supported = who.ask("PUT", &format!("/initiatieven/{}/steun", self.id)).send().await;
        doors.push(("PUT steun".to_owned(), supported.status == 200));
        doors
    }
}

// G-3, X-5
#[tokio::test]
async fn what_is_referred_leaves_every_door_at_once() {
    let shown = shown().await;
    let before = shown.doors(&shown.world.bewoner("Kees").await).await;
    let open: Vec<_> = before.iter().filter(|(_, is_there)| *is_there).map(|(door, _)| door.as_str()).collect();
    assert!(open.len() >= 15, "the doors of this test do open: {before:#?}");

    let seen = shown.wijkteam.dossier(shown.id).await.unwrap();
    shown.wijkteam.refer(shown.id, seen.versie, refer()).await.unwrap();

    let world = &shown.world;
    let people = [
        world.bezoeker(),
        world.bewoner("Kees").await,
        world.wijkteam("W4").await,
        world.backoffice().await,
        world.raad().await,
        world.beheerder().await,
    ];
    for person in &people {
        for (door, is_there) in shown.doors(person).await {
            assert!(!is_there, "{} still finds it through {door}", person.naam);
        }
        let dossier = person.ask("GET", &format!("/dossiers/{}", shown.id)).send().await;
        assert!([401, 404].contains(&dossier.status), "{}: {}", person.naam, dossier.status);
    }
}

// G-3
#[tokio::test]
async fn who_referred_and_who_wrote_still_see_what_was_referred() {
    let shown = shown().await;
    let seen = shown.wijkteam.dossier(shown.id).await.unwrap();
    shown.world.mail_to(&shown.owner).await;
    shown.wijkteam.refer(shown.id, seen.versie, refer()).await.unwrap();

    let dossier = shown.wijkteam.dossier(shown.id).await.unwrap();
    assert_eq!((dossier.initiatief.kaart.status, dossier.stappen.len()), (Status::Doorverwezen, 0));
    let own = shown.owner.own_initiatief(shown.id).await.unwrap();
    let said = "Verwezen naar OZO, het overleg over overlast op een adres.\n\nDit gaat over één adres.";
    assert_eq!(own.initiatief.tijdlijn.last().unwrap().tekst.as_deref(), Some(said));
    assert_eq!(dossier.initiatief.tijdlijn.last().unwrap().tekst.as_deref(), Some(said));
    for person in [&shown.wijkteam, &shown.owner] {
        assert_eq!(person.ask("GET", &shown.photo).send().await.status, 200, "{}", person.naam);
    }
    let mail = shown.world.one_mail_to(&shown.owner).await;
    assert!(mail.text.contains(said), "{}", mail.text);
    assert!(mail.link().unwrap().ends_with(&format!("/mijn/initiatieven/{}", shown.id)), "the public page is gone");
}

// G-3
#[tokio::test]
async fn what_went_on_in_a_referred_initiatief_leaves_with_it() {
    let shown = shown().await;
    let neighbour = shown.world.bewoner("Nel").await;
    let photo = neighbour.upload_foto(neighbour.key(), pictures::jpeg(4)).await.unwrap();
    let mut request = neighbour.idea("Weer lawaai bij nummer veertien");
    request.fotos = vec![photo.id.to_string().into()];
    let merged_id = neighbour.create_initiatief(neighbour.key(), request).await.unwrap().id;
    merged(&shown.wijkteam, merged_id, shown.id).await;

    let seen = shown.wijkteam.dossier(shown.id).await.unwrap();
    shown.wijkteam.refer(shown.id, seen.versie, refer()).await.unwrap();

    let visitor = shown.world.bezoeker();
    assert_eq!(visitor.initiatief(merged_id).await.map_err(|problem| problem.status).unwrap_err(), 404);
    let list = visitor.list_initiatieven(InitiatiefFilter::default()).await.unwrap();
    assert_eq!(list.resultaten, [], "nothing of it is listed");
    assert_eq!(visitor.ask("GET", &format!("/fotos/{}", photo.id)).send().await.status, 404);
    assert!(neighbour.own_initiatief(merged_id).await.is_ok(), "its own author still has it");
}

#[tokio::test]
async fn a_rejection_names_its_criterion_and_says_why() {
    let world = World::new().await;
    let (anna, wijkteam) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let id = anna.hand_in("Een zwembad op de Veluwe").await;
    world.mail_to(&anna).await;
    let seen = wijkteam.dossier(id).await.unwrap();
    for (criterium, reden, expected) in [
        ("bestaat-niet", "Daarom niet.", [("/criterium", "bestaat_niet")].as_slice()),
        ("", "", &[("/criterium", "ontbreekt"), ("/reden", "ontbreekt")]),
        (CRITERIUM, " ", &[("/reden", "ontbreekt")]),
    ] {
        let no = Reject { criterium: criterium.into(), reden: reden.into() };
        let refused = wijkteam.reject(id, seen.versie, no).await.unwrap_err();
        let fields: Vec<_> = refused.fouten.iter().map(|field| (field.veld.as_str(), field.code.as_str())).collect();
        assert_eq!(fields, expected);
    }

    let no = Reject { criterium: CRITERIUM.into(), reden: "De Veluwe ligt in een ander gebied.".into() };
    let rejected = wijkteam.reject(id, seen.versie, no).await.unwrap();

    assert_eq!((rejected.initiatief.kaart.status, rejected.stappen.as_slice()), (Status::Afgewezen, [].as_slice()));
    let public = anna.initiatief(id).await.unwrap();
    let said = public.tijdlijn.last().unwrap().tekst.clone().unwrap();
    // B: by itself the condition would read as if it were met.
    let fails = "Het voldoet niet aan deze voorwaarde: Het is in dit gebied.";
    assert_eq!(said, format!("{fails}\n\nDe Veluwe ligt in een ander gebied."));
    assert!(world.browser().look(&format!("/initiatieven/{id}")).await.text().contains(fails));
    assert!(world.one_mail_to(&anna).await.text.contains(&said));
    assert_eq!(wijkteam.support(id).await.unwrap_err().code(), ProblemCode::StapKanNietNu);
}

/// A linked initiatief with an opdracht that names it, asked for.
async fn ordered_for(wijkteam: &Person, id: InitiatiefId) -> contract::opdracht::OpdrachtView {
    let opgave = wijkteam.note_opgave("W2").await;
    wijkteam.link_to(id, opgave).await;
    let activiteit = wijkteam.plan(wijkteam.commit_hours(opgave).await).await;
    let order = CreateOpdracht { initiatief: Some(id.to_string().into()), ..wijkteam.order(PRODUCT, "100.00") };
    wijkteam.request(activiteit, order).await
}

#[tokio::test]
async fn an_initiatief_can_be_withdrawn_only_while_nothing_is_ordered_for_it() {
    let world = World::new().await;
    let (anna, wijkteam, fiatteur) =
        (world.bewoner("Anna").await, world.wijkteam("W2").await, world.fiatteur("W2", "500.00").await);
    let id = anna.hand_in("Een boom").await;
    let opdracht = ordered_for(&wijkteam, id).await;

    let own = anna.own_initiatief(id).await.unwrap();
    assert!(!own.stappen.contains(&InitiatiefStap::Withdraw));
    let refused = anna.withdraw_initiatief(id, own.versie).await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::StapKanNietNu);

    let no = Decide { besluit: "geweigerd".into(), reden: Some("Eerst een offerte.".into()) };
    let refused = fiatteur.decide_fiat(opdracht.kaart.id, opdracht.versie, no).await.unwrap();
    assert_eq!(refused.kaart.status, OpdrachtStatus::Afgewezen);
    let own = anna.own_initiatief(id).await.unwrap();
    assert!(own.stappen.contains(&InitiatiefStap::Withdraw));
    let gone = anna.withdraw_initiatief(id, own.versie).await.unwrap();
    assert_eq!((gone.initiatief.kaart.status, gone.stappen.as_slice()), (Status::Ingetrokken, [].as_slice()));
    assert_eq!(world.bezoeker().initiatief(id).await.unwrap_err().code(), ProblemCode::NietGevonden);
}

#[tokio::test]
async fn nothing_is_ordered_for_an_initiatief_that_was_withdrawn() {
    let world = World::new().await;
    let (anna, wijkteam) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let id = anna.hand_in("Een boom").await;
    let opgave = wijkteam.note_opgave("W2").await;
    wijkteam.link_to(id, opgave).await;
    let activiteit = wijkteam.plan(wijkteam.commit_hours(opgave).await).await;
    let order = || CreateOpdracht { initiatief: Some(id.to_string().into()), ..wijkteam.order(PRODUCT, "100.00") };
    let concept = wijkteam.create_opdracht(wijkteam.key(), activiteit, order()).await.unwrap();
    let own = anna.own_initiatief(id).await.unwrap();
    anna.withdraw_initiatief(id, own.versie).await.unwrap();

    let refused = wijkteam.create_opdracht(wijkteam.key(), activiteit, order()).await.unwrap_err();
    assert_eq!(refused.fouten[0].veld, "/initiatief");
    let refused = wijkteam.request_fiat(concept.kaart.id, concept.versie).await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::StapKanNietNu);
}

#[tokio::test]
async fn the_first_answer_is_watched_until_it_is_there() {
    let world = World::new().await;
    let (anna, wijkteam) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let id = anna.hand_in("Een boom").await;
    let promised = anna.initiatief(id).await.unwrap().antwoord_datum.unwrap();
    assert_eq!(promised.to_string(), "2026-03-30");
    world.wait(28).await;
    let work = wijkteam.werk(WerkFilter::default()).await.unwrap();
    assert_eq!((work.nieuw.len(), work.te_laat.len()), (1, 0), "the day itself is in time");
    world.wait(1).await;
    let work = wijkteam.werk(WerkFilter::default()).await.unwrap();
    assert_eq!((work.nieuw.len(), work.te_laat.len()), (0, 1));
    assert!(work.te_laat[0].te_laat);

    let seen = wijkteam.dossier(id).await.unwrap();
    let message = Tell { tekst: "Wij vragen wat een boom kost.".into(), openbaar: false };
    let told = wijkteam.respond(id, seen.versie, message).await.unwrap();

    // A message is no answer to what somebody asked: that day is still promised.
    let work = wijkteam.werk(WerkFilter::default()).await.unwrap();
    assert_eq!((work.nieuw.len(), work.te_laat.len()), (0, 1));
    assert_eq!(anna.initiatief(id).await.unwrap().antwoord_datum, Some(promised));
    let only = async |gebied: &str| {
        let filter = WerkFilter { gebied: Some(gebied.into()) };
        wijkteam.werk(filter).await.unwrap().te_laat.len()
    };
    assert_eq!((only("W2").await, only("W4").await, only("W99").await), (1, 0, 0), "one gebied at a time");
    assert_eq!(
        world.wijkteam("W4").await.werk(WerkFilter::default()).await.unwrap().nieuw,
        [],
        "another gebied has work of its own"
    );
    let no = Reject { criterium: CRITERIUM.into(), reden: "Hier is geen plaats.".into() };
    wijkteam.reject(id, told.versie, no).await.unwrap();
    assert_eq!(anna.initiatief(id).await.unwrap().antwoord_datum, None);
    assert_eq!(wijkteam.werk(WerkFilter::default()).await.unwrap().te_laat, []);
}

#[tokio::test]
async fn the_term_of_the_first_answer_stands_still_while_a_question_lies_with_the_initiator() {
    let world = World::new().await;
    let (anna, wijkteam) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let id = anna.hand_in("Een boom").await;
    world.wait(7).await;
    let seen = wijkteam.dossier(id).await.unwrap();
    let question = Tell { tekst: "Op welke hoek?".into(), openbaar: false };
    wijkteam.ask_initiator(id, seen.versie, question).await.unwrap();
    world.wait(30).await;
    let work = wijkteam.werk(WerkFilter::default()).await.unwrap();
    assert_eq!((work.wacht.len(), work.te_laat.len()), (1, 0), "nobody is late while it lies with Anna");
    assert_eq!((work.wacht[0].te_laat, work.wacht[0].antwoord_datum), (false, None));
    let own = anna.own_initiatief(id).await.unwrap();
    assert_eq!(own.initiatief.antwoord_datum, None);
    let answer = Tell { tekst: "Bij de bakker.".into(), openbaar: false };
    let answered = anna.answer_question(id, own.versie, answer).await.unwrap();
    let day = answered.initiatief.antwoord_datum.unwrap();
    assert_eq!(day.to_string(), "2026-04-29", "30 March, and the 30 days that it lay with Anna");
}

#[tokio::test]
async fn what_looks_like_it_is_found_before_it_is_handed_in_again() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let bench = anna.hand_in("Een bankje bij de speeltuin").await;
    anna.hand_in("Fietsen stallen bij het station").await;
    anna.draft("Een bankje bij de speeltuin, maar dan anders").await;
    let ask = |tekst: &str, wijk: &str| ZoekVergelijkbare { tekst: tekst.into(), wijk: Some(wijk.into()) };
    let visitor = world.bezoeker();
    let found = visitor.find_similar(ask("Graag banken in de speeltuinen", KLARENDAL)).await.unwrap();
    assert_eq!(found.iter().map(|card| card.id).collect::<Vec<_>>(), [bench]);
    for (tekst, wijk) in [("Graag banken in de speeltuinen", PRESIKHAAF), ("", KLARENDAL), ("bankje", "WK999999")] {
        assert_eq!(visitor.find_similar(ask(tekst, wijk)).await.unwrap(), [], "{tekst} {wijk}");
    }
}
