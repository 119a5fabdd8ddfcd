//! What staff read on the pages where they take words and photos away, and say yes or no (G-3, V-8).

use contract::buurtbegroting::BuurtbegrotingApi as _;
use contract::foto::{FotoApi as _, FotoView};
use contract::ingreep::{
    DeelSoort, GezienIngreep, HerstelIngreep, IngreepApi as _, IngreepStatus, IngreepView, MaakIngreep, Veld,
};
use contract::initiatief::{InitiatiefApi as _, Say, Shield, TriageApi as _};
use contract::problem::ProblemCode;
use contract::project::AddProject;
use contract::stembureau::StembureauApi as _;
use contract::{GeheelId, InitiatiefId};
use tests::{Browser, OpenVote, Person, World, as_shown, pictures, plain_project, refusal};

/// Sends a form of a page that was looked at before, and reads where that leads.
pub async fn press(browser: &Browser, path: &str, form: &[(&str, &str)]) -> String {
    let answer = browser.send(path, &[form, &[("akkoord", "ja")]].concat()).await;
    match answer.header("location") {
        Some(to) => browser.look(to).await.text(),
        None => answer.text(),
    }
}

pub fn words(word: &str) -> MaakIngreep {
    MaakIngreep {
        soort: "onherkenbaar".into(),
        woorden: vec![word.into()],
        reden: "Dat is een naam.".into(),
        ..MaakIngreep::default()
    }
}

/// What stands in a field of some lines.
pub fn written(page: &str, name: &str) -> String {
    let from = page.split_once(&format!("name=\"{name}\"")).unwrap().1.split_once('>').unwrap().1;
    from.split_once("</textarea>").unwrap().0.trim().to_owned()
}

const BENCH: &str = "Bankje voor Jansen";

/// A vote that goes on, with one plan that was made of an initiatief, and is called as that was.
async fn vote_on_bench(world: &World, id: InitiatiefId) -> OpenVote {
    vote_on(world, AddProject { initiatief: Some(id.to_string().into()), ..plain_project(BENCH, "1000.00") }).await
}

/// A vote that goes on, with one plan.
async fn vote_on(world: &World, plan: AddProject) -> OpenVote {
    let vote = world.prepare_vote_on(world.plan(), 1, vec![plan]).await;
    world.open_now().await;
    vote
}

/// A vote that goes on, with one plan that was made of an initiatief; both have a name in their title.
pub async fn bench_of_jansen(world: &World) -> (InitiatiefId, OpenVote) {
    let id = world.bewoner("Olga").await.hand_in(BENCH).await;
    (id, vote_on_bench(world, id).await)
}

/// An initiatief of Anna with a photo, and somebody of its wijkteam.
async fn photo_of_anna(world: &World) -> (InitiatiefId, FotoView, Person) {
    let (anna, wijkteam) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let photo = anna.upload_foto(anna.key(), pictures::jpeg(1)).await.unwrap();
    let mut request = anna.idea("Een boom");
    request.fotos = vec![photo.id.to_string().into()];
    let id = anna.create_initiatief(anna.key(), request).await.unwrap().id;
    (id, photo, wijkteam)
}

/// What a form about a request sends along, as the page shows it.
pub struct Sent {
    id: String,
    staat: &'static str,
    sinds: String,
}

impl Sent {
    /// Of this request.
    pub fn of(own: &IngreepView) -> Self {
        Self { id: own.id.to_string(), staat: own.status.as_str(), sinds: own.sinds.to_rfc3339() }
    }

    /// With what is done with it.
    pub fn with<'a>(&'a self, actie: &'a str) -> [(&'a str, &'a str); 4] {
        [("actie", actie), ("ingreep", self.id.as_str()), ("staat", self.staat), ("sinds", self.sinds.as_str())]
    }
}

// findings W4, H5, H17, H18, H19 and H20
#[tokio::test]
async fn the_stembureau_reads_what_waits_and_says_yes_or_no() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let (wijkteam, stembureau) = (world.browser_of(&vote.wijkteam).await, world.browser_of(&vote.stembureau).await);
    let (round, path) = (format!("/buurtbegrotingen/{}", vote.id), format!("/werk/weglaten/{}", vote.id));
    let line = "Er wachten 2 teksten op uw antwoord";
    assert!(!stembureau.look(&round).await.text().contains("op uw antwoord"), "nothing waits");
    let page = stembureau.look(&path).await.text();
    assert!(page.contains("Er wacht nu niets op het stembureau."), "{page}");
    assert!(!page.contains("Hier haalt u"), "she takes nothing away: {page}");

    let key = wijkteam.look(&path).await.hidden("woorden", "sleutel");
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "Plan"), ("reden", "Dat is een naam.")];
    let page = press(&wijkteam, &path, &ask).await;
    assert!(page.contains("Nog niet weg: op 2 plekken leest of ziet iedereen het nog."), "{page}");
    assert!(!page.contains("utrecht-alert--ok"), "a name that is public still is no success: {page}");
    assert!(page.contains("Weglaten: Plan 1, Plan 1: titel"), "{page}");
    assert!(!page.contains("Verzoeken en wat er is weggelaten"), "nothing was taken away yet: {page}");
    for (browser, expected) in [(&stembureau, true), (&wijkteam, false), (&world.browser(), false)] {
        assert_eq!(browser.look(&round).await.text().contains(line), expected);
    }
    assert!(stembureau.look("/buurtbegrotingen").await.text().contains(line), "in what waits for her");

    let page = stembureau.look(&path).await.text();
    for expected in ["Weglaten: Plan 2, Plan 2: titel", "Dat is een naam.", "Er staat nu", "Er komt te staan"] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(!page.contains("type=\"radio\""), "each request has an answer of its own: {page}");
    let asked = vote.stembureau.weglatingen(GeheelId(vote.id.0)).await.unwrap().ingrepen;
    let [first, second] = [0, 1].map(|at: usize| Sent::of(&asked[at]));
    let no = first.with("nee");
    let page = press(&stembureau, &path, &no).await;
    assert_eq!(page.matches("Vul dit in.").count(), 2, "a no has a reason, asked at that request alone: {page}");
    let page = press(&stembureau, &path, &[no.as_slice(), &[("reden", "Dit is geen naam.")]].concat()).await;
    let told = page.split_once("U zei nee.").unwrap().1.split_once("nl-paragraph--lead").unwrap().0;
    let plan = format!("href=\"/buurtbegrotingen/{}/plannen/", vote.id);
    assert!(told.contains(&plan) && told.contains("Het gaat om: ‘Plan’"), "to what: {told}");
    assert!(press(&stembureau, &path, &second.with("ja")).await.contains("U zei ja."));

    // Who asked reads who said what, and why.
    let page = wijkteam.look(&path).await.text();
    let by = |says: &str| format!("Het stembureau zei {says}: {}, ", vote.stembureau.naam);
    for expected in [by("ja"), by("nee"), "Dit is geen naam.".to_owned()] {
        assert!(page.contains(&expected), "{expected}: {page}");
    }
    let page = press(&wijkteam, &path, &[("actie", "herstellen"), ("ingreep", second.id.as_str())]).await;
    assert!(page.contains("Vul dit in."), "what comes back has a reason: {page}");
    let back = [("actie", "herstellen"), ("ingreep", second.id.as_str()), ("reden", "Het is de naam van de straat.")];
    let page = press(&wijkteam, &path, &back).await;
    assert!(page.contains("Tot het ja zegt, verandert er niets."), "{page}");
    assert!(page.contains("Terugzetten: Plan"), "{page}");
    let page = stembureau.look(&path).await.text();
    for expected in ["Het is de naam van de straat.", "Weggelaten omdat: Dat is een naam."] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let asked = vote.wijkteam.weglatingen(GeheelId(vote.id.0)).await.unwrap().ingrepen;
    let asked = asked.iter().find(|own| own.status == IngreepStatus::HerstelWacht).unwrap();
    let page = press(&wijkteam, &path, &Sent::of(asked).with("intrekken")).await;
    assert!(page.contains("Het verzoek is ingetrokken. Er is niets veranderd."), "{page}");
    let withdrawn = format!("Het verzoek om het terug te zetten is ingetrokken: {}, ", vote.wijkteam.naam);
    assert!(page.contains(&withdrawn), "{page}");
}

// findings W3 and H14
#[tokio::test]
async fn a_plan_and_the_initiatief_behind_it_lead_to_each_other() {
    let world = World::new().await;
    let (id, vote) = bench_of_jansen(&world).await;
    let wijkteam = world.browser_of(&vote.wijkteam).await;
    let page = wijkteam.look(&format!("/werk/weglaten/{}", vote.id)).await.text();
    assert!(page.contains(&format!("href=\"/werk/weglaten/{id}?open=woorden#woorden\"")), "{page}");
    let path = format!("/werk/weglaten/{id}");
    let page = wijkteam.look(&path).await.text();
    assert!(page.contains("Zo’n tekst verandert pas als ook het stembureau ja zegt."), "a copy waits: {page}");

    let done = vote.wijkteam.make_ingreep(vote.wijkteam.key(), GeheelId(id.0), words("Jansen")).await.unwrap();
    assert!(done.ingrepen.iter().any(|own| own.status == IngreepStatus::Wacht));
    let page = wijkteam.look(&path).await.text();
    assert!(page.contains("Weglaten: Plan 1, Bankje voor Jansen: titel"), "{page}");
}

// finding W10
#[tokio::test]
async fn what_waits_is_no_wrong_field_and_part_of_a_word_is_no_word() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let (wijkteam, path) = (world.browser_of(&vote.wijkteam).await, format!("/werk/weglaten/{}", vote.id));
    vote.wijkteam.make_ingreep(vote.wijkteam.key(), GeheelId(vote.id.0), words("Plan")).await.unwrap();
    let key = wijkteam.look(&path).await.hidden("woorden", "sleutel");
    let ask = |words: &'static str| {
        [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", words), ("reden", "Dat is een naam.")]
    };
    let page = press(&wijkteam, &path, &ask("Plan")).await;
    assert!(page.contains("Hierover wacht al een verzoek op het stembureau."), "{page}");
    assert!(page.contains("Dit kan nu nog niet") && !page.contains("Niet alles is goed ingevuld"), "{page}");
    let page = press(&wijkteam, &path, &ask("Plan\nPla")).await;
    assert!(page.contains("‘Pla’ staat hier niet. Bedoelt u ‘"), "{page}");
    assert!(page.contains("Wel gevonden: Plan."), "{page}");
}

// V-8: a yes to leaving something out is none to putting it back, although it is one and the same request
#[tokio::test]
async fn who_answers_what_was_shown_before_answers_nothing_that_was_asked_since() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let (stembureau, path) = (world.browser_of(&vote.stembureau).await, format!("/werk/weglaten/{}", vote.id));
    let round = GeheelId(vote.id.0);
    let asked = vote.wijkteam.make_ingreep(vote.wijkteam.key(), round, words("Plan")).await.unwrap().ingrepen.remove(0);
    let before = stembureau.look(&path).await;
    let (seen, since) = (before.hidden("ja", "staat"), before.hidden("ja", "sinds"));
    vote.stembureau.confirm_ingreep(asked.id, as_shown(&asked)).await.unwrap();
    let back = HerstelIngreep { reden: "Zo heet de straat.".into(), overal: false };
    vote.wijkteam.undo_ingreep(asked.id, back).await.unwrap();

    let (id, no) = (asked.id.to_string(), "Dit is geen naam.");
    for (answer, reason) in [("ja", ""), ("nee", no)] {
        let form = [("actie", answer), ("ingreep", &*id), ("staat", &*seen), ("sinds", &*since), ("reden", reason)];
        let page = press(&stembureau, &path, &form).await;
        assert!(!page.contains("U zei"), "{answer}: {page}");
        let found = vote.stembureau.weglatingen(round).await.unwrap().ingrepen;
        let own = found.iter().find(|own| own.id == asked.id).unwrap();
        assert_eq!(own.status, IngreepStatus::HerstelWacht, "{answer}");
    }
    // Nor does who says what they saw to the API, or says nothing of it.
    let bureau = &vote.stembureau;
    let refused = bureau.confirm_ingreep(asked.id, as_shown(&asked)).await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::StapKanNietNu);
    let no = refusal(&asked, no);
    assert_eq!(bureau.refuse_ingreep(asked.id, no).await.unwrap_err().code(), ProblemCode::StapKanNietNu);
    let withdrawn = vote.wijkteam.withdraw_ingreep(asked.id, as_shown(&asked)).await.unwrap_err();
    assert_eq!(withdrawn.code(), ProblemCode::StapKanNietNu);
    let bare = bureau.confirm_ingreep(asked.id, GezienIngreep::default()).await.unwrap_err();
    assert_eq!(bare.fouten.iter().map(|own| own.veld.as_str()).collect::<Vec<_>>(), ["/staat", "/sinds"]);
    let found = bureau.weglatingen(round).await.unwrap().ingrepen;
    assert!(found.iter().any(|own| own.id == asked.id && own.status == IngreepStatus::HerstelWacht));
    let now = stembureau.look(&path).await;
    let (seen, since) = (now.hidden("ja", "staat"), now.hidden("ja", "sinds"));
    let form = [("actie", "ja"), ("ingreep", &*id), ("staat", &*seen), ("sinds", &*since)];
    let page = press(&stembureau, &path, &form).await;
    assert!(page.contains("U zei ja."), "{page}");
}

// V-8: who presses once more never says yes to what they did not choose
#[tokio::test]
async fn after_a_conflict_nothing_is_chosen_and_it_is_said_who_was_first() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let (stembureau, path) = (world.browser_of(&vote.stembureau).await, format!("/werk/weglaten/{}", vote.id));
    let round = GeheelId(vote.id.0);
    let asked = vote.wijkteam.make_ingreep(vote.wijkteam.key(), round, words("Plan")).await.unwrap().ingrepen;
    let [first, second] = [0, 1].map(|at: usize| Sent::of(&asked[at]));
    vote.wijkteam.withdraw_ingreep(asked[0].id, as_shown(&asked[0])).await.unwrap();

    let said = format!("{} trok dit verzoek in.", vote.wijkteam.naam);
    for (answer, reason) in [("ja", ""), ("nee", "Dit is geen naam.")] {
        let page = press(&stembureau, &path, &[first.with(answer).as_slice(), &[("reden", reason)]].concat()).await;
        assert!(page.contains(&said), "{answer}: {page}");
        assert!(!page.contains("type=\"radio\""), "nothing to choose, so nothing chosen: {page}");
        assert!(!page.contains(&format!("value=\"{}\"", first.id)), "{answer}: {page}");
        let of_second = format!("name=\"ingreep\" value=\"{}\"", second.id);
        assert_eq!(page.matches(&of_second).count(), 2, "its own yes and its own no: {page}");
        // What was typed is given back once, above; the fields of the other request are empty.
        assert_eq!(page.matches("Dit is geen naam.").count(), usize::from(answer == "nee"), "in no field: {page}");
        assert_eq!(written(&page, "reden"), "", "{answer}: {page}");
    }
    let bare = press(&stembureau, &path, &[("actie", "ja")]).await;
    assert!(!bare.contains("U zei ja."), "{bare}");
    let waiting = vote.stembureau.weglatingen(round).await.unwrap().ingrepen;
    assert!(waiting.iter().any(|own| own.id == asked[1].id && own.status == IngreepStatus::Wacht));
}

// G-3, V-8: what is told afterwards is so on every page
#[tokio::test]
async fn a_page_tells_where_something_is_left_out_still_and_where_it_is_on_record() {
    let world = World::new().await;
    let (id, vote) = bench_of_jansen(&world).await;
    let wijkteam = world.browser_of(&vote.wijkteam).await;
    let (path, round) = (format!("/werk/weglaten/{id}"), format!("/werk/weglaten/{}", vote.id));
    let key = wijkteam.look(&path).await.hidden("woorden", "sleutel");
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "Jansen"), ("reden", "Dat is een naam.")];
    let page = press(&wijkteam, &path, &ask).await;
    for expected in ["Nog niet weg: op ", "Weggelaten op "] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    // Each place leads to where everybody reads it, and what cannot wait has a way of its own.
    let plan = format!("href=\"/buurtbegrotingen/{}/plannen/1\"", vote.id);
    let hide = format!("href=\"/werk/initiatieven/{id}?open=afschermen#afschermen\"");
    for expected in [plan, format!("href=\"/initiatieven/{id}\""), hide] {
        assert!(page.contains(&expected), "{expected}: {page}");
    }

    let noted = vote.wijkteam.weglatingen(GeheelId(id.0)).await.unwrap().ingrepen;
    let waits = Sent::of(noted.iter().find(|own| own.status == IngreepStatus::Wacht).unwrap());
    let is_done = |own: &&IngreepView| own.status == IngreepStatus::Gedaan && own.deel == DeelSoort::Initiatief;
    let done = noted.iter().find(is_done).unwrap().id;
    let page = press(&wijkteam, &round, &waits.with("intrekken")).await;
    assert!(page.contains("Het verzoek is ingetrokken.") && !page.contains("Er is niets veranderd"), "{page}");
    assert!(page.contains("Hier is het nog weggelaten:"), "{page}");
    let way = format!("href=\"/werk/weglaten/{id}?open=ingreep-{done}#ingreep-{done}\"");
    assert!(page.contains(&way), "the way back: {page}");

    let all = vote.wijkteam.weglatingen(GeheelId(vote.id.0)).await.unwrap().verdeeld.remove(0).ingreep.to_string();
    let back = [("actie", "overal"), ("ingreep", all.as_str()), ("reden", "Jansen is een winkel.")];
    let page = press(&wijkteam, &round, &back).await;
    assert!(page.contains("Iedereen leest of ziet het weer."), "{page}");
    let record =
        format!("href=\"/werk/weglaten/{id}\" class=\"nl-link\">Wie het deed en waarom, leest u bij het initiatief");
    assert!(page.contains(&record), "it is not on this page: {page}");
}

// G-3
#[tokio::test]
async fn who_puts_one_of_several_places_back_reads_where_it_is_left_out_still() {
    let world = World::new().await;
    let (anna, person) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let mut request = anna.idea("Bankje voor Jansen");
    request.tekst = "Jansen wil graag een bankje voor de school.".into();
    let id = anna.create_initiatief(anna.key(), request).await.unwrap().id;
    let made = person.make_ingreep(person.key(), GeheelId(id.0), words("Jansen")).await.unwrap().ingrepen;
    let find = |veld: Veld| made.iter().find(|own| (own.deel, own.veld) == (DeelSoort::Initiatief, veld)).unwrap().id;
    let (titel, tekst) = (find(Veld::Titel).to_string(), find(Veld::Tekst));
    let (wijkteam, path) = (world.browser_of(&person).await, format!("/werk/weglaten/{id}"));
    let back = [("actie", "herstellen"), ("ingreep", titel.as_str()), ("reden", "Jansen is een winkel.")];
    let page = press(&wijkteam, &path, &back).await;
    assert!(page.contains("Teruggezet op 1 plek: Initiatief: titel."), "{page}");
    assert!(page.contains("Hier is het nog weggelaten:"), "{page}");
    assert!(page.contains(&format!("href=\"{path}?open=ingreep-{tekst}#ingreep-{tekst}\"")), "{page}");
}

// G-3, V-8
#[tokio::test]
async fn who_leaves_a_text_out_of_a_plan_alone_is_told_that_the_initiatief_still_says_it() {
    let world = World::new().await;
    let (id, vote) = bench_of_jansen(&world).await;
    let (wijkteam, stembureau) = (world.browser_of(&vote.wijkteam).await, world.browser_of(&vote.stembureau).await);
    let path = format!("/werk/weglaten/{}", vote.id);
    let plan = format!("/buurtbegrotingen/{}/plannen/1", vote.id);
    for (from, to) in
        [(plan, format!("{path}?open=plan-1#plan-1")), (format!("/initiatieven/{id}"), format!("/werk/weglaten/{id}"))]
    {
        let link = format!("href=\"{to}\"");
        assert!(wijkteam.look(&from).await.text().contains(&link), "{from}");
        assert!(!world.browser().look(&from).await.text().contains(&link), "{from}");
    }
    let page = wijkteam.look(&path).await;
    assert!(page.text().contains("Woorden of een hele tekst die u hier weglaat"), "before: {}", page.text());
    let seen = vote.wijkteam.weglatingen(GeheelId(vote.id.0)).await.unwrap().delen;
    let is_title = |deel: &&contract::ingreep::DeelView| (deel.soort, deel.veld) == (DeelSoort::Project, Veld::Titel);
    let deel = format!("project.{}.titel", seen.iter().find(is_title).unwrap().id);
    let key = page.hidden("tekst", "sleutel");
    let ask = [("actie", "tekst"), ("sleutel", key.as_str()), ("deel", deel.as_str()), ("reden", "Een naam.")];
    let still = "Let op: in het initiatief staat de tekst nog.";
    let (there, mend) = (format!("href=\"/initiatieven/{id}\""), "Laat die daar ook weg");
    let page = press(&wijkteam, &path, &ask).await;
    assert!(page.contains(still) && page.contains(mend), "while it waits: {page}");
    let page = stembureau.look(&path).await.text();
    assert!(page.contains(still) && page.contains(&there), "before the answer: {page}");

    let waiting = vote.stembureau.weglatingen(GeheelId(vote.id.0)).await.unwrap().ingrepen.remove(0);
    let page = press(&stembureau, &path, &Sent::of(&waiting).with("ja")).await;
    assert!(page.contains("U zei ja.") && page.contains(still) && page.contains(&there), "after the answer: {page}");
    let page = wijkteam.look(&path).await.text();
    assert!(page.contains(still) && page.contains(mend), "on record: {page}");
    vote.wijkteam.make_ingreep(vote.wijkteam.key(), GeheelId(id.0), words("Bankje voor Jansen")).await.unwrap();
    assert!(!wijkteam.look(&path).await.text().contains(still), "it was mended");
}

// G-3: nobody is warned of what nobody reads
#[tokio::test]
async fn of_an_initiatief_that_left_public_view_no_page_says_that_the_text_stands_there_still() {
    let world = World::new().await;
    let (id, vote) = bench_of_jansen(&world).await;
    let (wijkteam, stembureau) = (world.browser_of(&vote.wijkteam).await, world.browser_of(&vote.stembureau).await);
    let path = format!("/werk/weglaten/{}", vote.id);
    let (before, still) = ("Woorden of een hele tekst die u hier weglaat", "in het initiatief staat de tekst nog");
    assert!(wijkteam.look(&path).await.text().contains(before));
    let round = GeheelId(vote.id.0);
    let asked =
        vote.wijkteam.make_ingreep(vote.wijkteam.key(), round, words("Jansen")).await.unwrap().ingrepen.remove(0);
    vote.stembureau.confirm_ingreep(asked.id, as_shown(&asked)).await.unwrap();
    let answered = format!("{path}?gelukt=bevestigd&ingreep={}&initiatief={id}", asked.id);
    assert!(stembureau.look(&answered).await.text().contains(still));
    let seen = vote.wijkteam.dossier(id).await.unwrap();
    let shield = Shield { reden: "Dit gaat over een gezin.".into() };
    vote.wijkteam.shield(id, seen.versie, shield).await.unwrap();
    let page = wijkteam.look(&path).await.text();
    assert!(!page.contains(before) && !page.contains(&format!("/werk/weglaten/{id}")), "{page}");
    let page = stembureau.look(&answered).await.text();
    assert!(page.contains("U zei ja.") && !page.contains(still), "{page}");
}

// G-3, V-8: an initiatief can have been voted on before
#[tokio::test]
async fn who_leaves_a_word_out_reads_that_it_waits_in_each_plan_that_was_made_of_it() {
    let world = World::new().await;
    let (id, first) = bench_of_jansen(&world).await;
    let say = Say { tekst: "Er zijn te weinig brieven.".into() };
    first.stembureau.stop_buurtbegroting(first.id, say).await.unwrap();
    let vote = vote_on_bench(&world, id).await;
    let wijkteam = world.browser_of(&vote.wijkteam).await;
    let path = format!("/werk/weglaten/{id}");
    let key = wijkteam.look(&path).await.hidden("woorden", "sleutel");
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "Jansen"), ("reden", "Dat is een naam.")];
    let page = press(&wijkteam, &path, &ask).await;
    assert!(page.contains("Nog niet weg: op 2 plekken"), "{page}");
    for round in [first.id, vote.id] {
        assert!(page.contains(&format!("href=\"/buurtbegrotingen/{round}/plannen/1\"")), "{round}: {page}");
    }
}

// findings W9, H5, H10 and H12
#[tokio::test]
async fn each_number_is_judged_by_itself_and_a_colleague_sees_that_a_photo_was_hidden() {
    let world = World::new().await;
    let (id, photo, person) = photo_of_anna(&world).await;
    let (wijkteam, path) = (world.browser_of(&person).await, format!("/werk/weglaten/{id}"));
    let key = wijkteam.look(&path).await.hidden("vlak", "sleutel");
    let deel = format!("foto.{}.beeld", photo.id);
    let area = |numbers: [&'static str; 4]| {
        let named = ["links", "boven", "breedte", "hoogte"].into_iter().zip(numbers);
        let rest = [("actie", "vlak"), ("reden", "Een gezicht.")];
        named.chain(rest).collect::<Vec<(&str, &str)>>()
    };
    let with =
        |numbers: [&'static str; 4]| [area(numbers), vec![("sleutel", key.as_str()), ("deel", deel.as_str())]].concat();
    let page = press(&wijkteam, &path, &with(["16,5", "10", "-1", ""])).await;
    let wrong = "Vul een heel getal in van 0 tot en met 100.";
    assert_eq!(page.matches(wrong).count(), 6, "three fields, beside each and above: {page}");
    assert!(page.contains(&format!("Hoogte (%): {wrong}")), "{page}");
    let page = press(&wijkteam, &path, &with(["60", "10", "50", "0"])).await;
    assert!(page.contains("Breedte (%): Dit valt buiten de foto"), "{page}");
    assert!(page.contains("Hoogte (%): Dit moet meer zijn dan nul."), "{page}");
    let right = with(["0", "0", "50", "100"]);
    let second = [("links2", "50"), ("boven2", "0"), ("breedte2", "10"), ("hoogte2", "0")];
    let page = press(&wijkteam, &path, &[right.as_slice(), second.as_slice()].concat()).await;
    assert!(page.contains("Vlak 2: Hoogte (%): Dit moet meer zijn dan nul."), "{page}");
    let page = press(&wijkteam, &path, &right).await;
    assert!(page.contains("Weggelaten op 1 plek."), "{page}");

    let key = wijkteam.look(&path).await.hidden("foto", "sleutel");
    let hide = [("actie", "foto"), ("sleutel", key.as_str()), ("deel", deel.as_str()), ("reden", "Een gezicht.")];
    let page = press(&wijkteam, &path, &hide).await;
    assert!(page.contains("1 foto is afgeschermd en staat hier niet bij."), "{page}");
    assert!(page.contains("Iedereen leest of ziet dit dan weer."), "a warning: {page}");
    let done = person.weglatingen(GeheelId(id.0)).await.unwrap().ingrepen;
    let last = done.iter().find(|own| own.deel == DeelSoort::Foto && own.mag_herstellen).unwrap().id.to_string();
    let back = [("actie", "herstellen"), ("ingreep", last.as_str()), ("reden", "Zo herkent niemand iemand.")];
    let page = press(&wijkteam, &path, &back).await;
    assert!(page.contains("Zo herkent niemand iemand."), "why is on record: {page}");
    assert!(page.contains("Teruggezet. Iedereen leest of ziet het weer."), "{page}");
    assert!(page.contains(&format!("Teruggezet: {}, ", person.naam)), "who and when: {page}");
}

// G-3: nothing goes before somebody saw how it will be, also without scripts
#[tokio::test]
async fn who_leaves_words_out_sees_first_what_goes_what_waits_and_what_stays() {
    let world = World::new().await;
    let olga = world.bewoner("Olga").await;
    let mut request = olga.idea("Bankje voor Jansen");
    request.tekst = "Jansen wil graag een bankje, en Jansens buurman ook.".into();
    let id = olga.create_initiatief(olga.key(), request).await.unwrap().id;
    let vote = vote_on_bench(&world, id).await;
    let (wijkteam, path) = (world.browser_of(&vote.wijkteam).await, format!("/werk/weglaten/{id}"));
    let form = wijkteam.look(&path).await;
    assert!(form.text().contains("Hierover wordt of is gestemd: het stembureau beslist mee."), "{}", form.text());
    let key = form.hidden("woorden", "sleutel");
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "Jansen"), ("reden", "Dat is een naam.")];
    let seen = wijkteam.send(&path, &ask).await;
    let page = seen.text();
    for expected in [
        "Er is nog niets veranderd.",
        "<mark>Jansen</mark>",
        "<mark>[weggelaten]</mark>",
        "gaat het meteen weg",
        "gaat het pas weg als het stembureau ja zegt",
        "dit lijkt erop en staat er nog",
        "value=\"Jansens\"",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert_eq!(world.count("ingreep").await, 0, "nothing was done");
    // Back at the form all that was written is there still.
    let back = wijkteam.send(&path, &[ask.as_slice(), &[("wijzig", "ja")]].concat()).await.text();
    assert!(back.contains("Dat is een naam.") && written(&back, "woorden") == "Jansen", "{back}");
    // What was ticked goes along, and nothing is done, although the form says that it was looked at.
    let ticked = [("wijzig", "ja"), ("akkoord", "ja"), ("ook", "Jansens")];
    let back = wijkteam.send(&path, &[ask.as_slice(), &ticked].concat()).await.text();
    assert_eq!(written(&back, "woorden"), "Jansen\nJansens", "{back}");
    assert_eq!(world.count("ingreep").await, 0);

    // finding C: what was ticked is shown as it goes before anything goes, with the words around it where it was offered
    assert!(page.contains("Jansens, in: “"), "{page}");
    let again = press(&wijkteam, &path, &[ask.as_slice(), &[("ook", "Jansens")]].concat()).await;
    assert!(again.contains("Er is nog niets veranderd.") && again.contains("<mark>Jansens</mark>"), "{again}");
    assert_eq!(world.count("ingreep").await, 0, "a tick alone does nothing");
    let both = ask.map(|(name, value)| if name == "woorden" { (name, "Jansen\nJansens") } else { (name, value) });
    press(&wijkteam, &path, &both).await;
    let text = world.bezoeker().initiatief(id).await.unwrap().tekst;
    assert_eq!(text, "[weggelaten] wil graag een bankje, en [weggelaten] buurman ook.");
}

// G-3, V-8: what is told is how it stands now, not what the address says that was done
#[tokio::test]
async fn a_page_that_is_loaded_again_tells_what_others_did_meanwhile() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let (wijkteam, stembureau) = (world.browser_of(&vote.wijkteam).await, world.browser_of(&vote.stembureau).await);
    let (path, round) = (format!("/werk/weglaten/{}", vote.id), GeheelId(vote.id.0));
    let asked = vote.wijkteam.make_ingreep(vote.wijkteam.key(), round, words("Plan")).await.unwrap().ingrepen.remove(0);
    let (taken, no) = (
        format!("{path}?gelukt=weggelaten&ingreep={}", asked.id),
        format!("{path}?gelukt=geweigerd&ingreep={}", asked.id),
    );
    assert!(wijkteam.look(&taken).await.text().contains("Nog niet weg"));
    vote.stembureau.confirm_ingreep(asked.id, as_shown(&asked)).await.unwrap();
    let page = wijkteam.look(&taken).await.text();
    assert!(page.contains("Weggelaten op 1 plek.") && !page.contains("Nog niet weg"), "{page}");
    let page = stembureau.look(&no).await.text();
    assert!(page.contains("U zei ja.") && !page.contains("U zei nee."), "{page}");
    // All places of one request come back in one step, and then that is what is told.
    let back = HerstelIngreep { reden: "Zo heet de straat.".into(), overal: false };
    vote.wijkteam.undo_ingreep(asked.id, back).await.unwrap();
    let page = stembureau.look(&no).await.text();
    assert!(!page.contains("U zei"), "{page}");
    assert!(
        page.contains("Ja, zet dit terug: Plan 1, ") && page.contains("Terugzetten omdat: Zo heet de straat."),
        "{page}"
    );
}

// G-3: who asked reads why it was refused at the top, and asks again with what was asked before
#[tokio::test]
async fn what_the_stembureau_refused_stands_on_top_with_why_and_can_be_asked_again() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let (wijkteam, path) = (world.browser_of(&vote.wijkteam).await, format!("/werk/weglaten/{}", vote.id));
    let round = GeheelId(vote.id.0);
    let asked = vote.wijkteam.make_ingreep(vote.wijkteam.key(), round, words("Plan")).await.unwrap().ingrepen.remove(0);
    vote.stembureau.refuse_ingreep(asked.id, refusal(&asked, "Dit is geen naam.")).await.unwrap();
    let page = wijkteam.look(&path).await.text();
    assert!(page.contains("Waarom het stembureau nee zei: Dit is geen naam."), "{page}");
    let about = asked.id.to_string();
    let page = wijkteam.send(&path, &[("actie", "opnieuw"), ("ingreep", about.as_str())]).await.text();
    assert_eq!(written(&page, "woorden"), "Plan", "{page}");
    // Who writes once more why it is asked answers what the stembureau said.
    let form = page.split_once("id=\"klaar\"").unwrap().1.split_once("name=\"reden\"").unwrap().0;
    assert!(form.contains("Waarom het stembureau nee zei: Dit is geen naam."), "{form}");
    vote.wijkteam.make_ingreep(vote.wijkteam.key(), round, words("Plan")).await.unwrap();
    assert!(!wijkteam.look(&path).await.text().contains("Waarom het stembureau nee zei"), "it was asked again");
}

// every field that is wrong is named, with the way to it
#[tokio::test]
async fn an_empty_form_names_each_field_that_is_missing() {
    let world = World::new().await;
    let (id, _, person) = photo_of_anna(&world).await;
    let (wijkteam, path) = (world.browser_of(&person).await, format!("/werk/weglaten/{id}"));
    for name in ["woorden", "tekst", "foto", "vlak"] {
        let page = wijkteam.send(&path, &[("actie", name)]).await.text();
        assert!(page.contains("Waarom: Vul dit in."), "{name}: {page}");
        for bare in ["<li>Vul dit in.", "<li>Kies"] {
            assert!(!page.contains(bare), "{name}, {bare}: {page}");
        }
    }
}

// finding: "Behandel dit initiatief" led to a page that the reader may not see
#[tokio::test]
async fn who_works_for_another_gebied_is_not_sent_to_a_desk_that_is_not_theirs() {
    let world = World::new().await;
    let id = world.bewoner("Olga").await.hand_in("Een boom").await;
    for (gebied, expected) in [("W2", true), ("W4", false)] {
        let browser = world.browser_of(&world.wijkteam(gebied).await).await;
        let page = browser.look(&format!("/initiatieven/{id}")).await.text();
        assert_eq!(page.contains(&format!("href=\"/werk/initiatieven/{id}\"")), expected, "{gebied}: {page}");
    }
}

// V-8: one yes can be about all that was asked at once, and all places come back for one reason
#[tokio::test]
async fn what_was_asked_at_once_is_answered_and_put_back_in_one_step() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let (wijkteam, stembureau) = (world.browser_of(&vote.wijkteam).await, world.browser_of(&vote.stembureau).await);
    let (path, round) = (format!("/werk/weglaten/{}", vote.id), GeheelId(vote.id.0));
    let asked = vote.wijkteam.make_ingreep(vote.wijkteam.key(), round, words("Plan")).await.unwrap().ingrepen;
    let page = stembureau.look(&path).await.text();
    assert!(page.contains("U kunt het niet terugnemen."), "{page}");
    assert!(page.contains("Hier zegt u ja tegen beide.") && !page.contains("alle 2"), "{page}");
    assert_eq!(page.matches(">Zeg nee: Plan ").count(), 2, "a no says to what: {page}");
    let (later, first) = (asked[0].id.to_string(), Sent::of(&asked[1]));
    let place = |id: &str| page.find(&format!("name=\"ingreep\" value=\"{id}\"")).unwrap();
    assert!(place(&first.id) < place(&later), "the oldest comes first: {page}");
    let yes = [first.with("ja_alle").as_slice(), &[("ook", later.as_str())]].concat();
    let page = press(&stembureau, &path, &yes).await;
    assert!(page.contains("U zei ja.") && page.contains("Hier wacht verder niets op u."), "{page}");
    let seen = world.bezoeker().buurtbegroting(vote.id).await.unwrap().projecten;
    let mut titles: Vec<&str> = seen.iter().map(|plan| plan.titel.as_str()).collect();
    titles.sort_unstable();
    assert_eq!(titles, ["[weggelaten] 1", "[weggelaten] 2"], "for everybody");

    let page = wijkteam.look(&path).await.text();
    assert!(page.contains("Zet terug op beide plekken"), "at once, before one of them was put back: {page}");
    let back = [("actie", "overal"), ("ingreep", later.as_str()), ("reden", "Zo heet de straat.")];
    let page = press(&wijkteam, &path, &back).await;
    assert!(page.contains("Op 2 plekken wacht het terugzetten op het stembureau."), "{page}");
    assert!(page.contains("utrecht-alert--warning"), "nothing is back yet: {page}");
    let found = vote.wijkteam.weglatingen(round).await.unwrap().ingrepen;
    assert!(found.iter().all(|own| own.status == IngreepStatus::HerstelWacht), "{found:?}");

    // Who leaves more out meanwhile reads that what waits to be put back lapses.
    let key = wijkteam.look(&path).await.hidden("woorden", "sleutel");
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "1"), ("reden", "Een nummer.")];
    let seen = wijkteam.send(&path, &ask).await.text();
    assert!(seen.contains("Dat vervalt als u dit vraagt."), "{seen}");
}

// G-3: what waits already is told before the button, also of a whole text
#[tokio::test]
async fn a_whole_text_that_waits_already_is_refused_before_it_is_looked_at() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let (wijkteam, path) = (world.browser_of(&vote.wijkteam).await, format!("/werk/weglaten/{}", vote.id));
    let seen = vote.wijkteam.weglatingen(GeheelId(vote.id.0)).await.unwrap().delen;
    let is_title = |deel: &&contract::ingreep::DeelView| (deel.soort, deel.veld) == (DeelSoort::Project, Veld::Titel);
    let deel = format!("project.{}.titel", seen.iter().find(is_title).unwrap().id);
    let key = wijkteam.look(&path).await.hidden("tekst", "sleutel");
    let ask = [("actie", "tekst"), ("sleutel", key.as_str()), ("deel", deel.as_str()), ("reden", "Een naam.")];
    assert!(wijkteam.send(&path, &ask).await.text().contains("Er is nog niets veranderd."));
    press(&wijkteam, &path, &ask).await;
    let page = wijkteam.send(&path, &ask).await.text();
    assert!(page.contains("Hierover wacht al een verzoek op het stembureau."), "{page}");
    assert!(!page.contains("Er is nog niets veranderd."), "{page}");
}

// G-3: also what leaves no mark behind
#[tokio::test]
async fn who_made_it_reads_that_the_place_on_the_map_or_a_line_was_left_out() {
    let world = World::new().await;
    let (anna, person) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let mut request = anna.idea("Een boom");
    request.punt = Some(contract::gebied::Punt { lon: 5.92, lat: 51.99 });
    let id = anna.create_initiatief(anna.key(), request).await.unwrap().id;
    let (own, told) = (format!("/mijn/initiatieven/{id}"), "Er is iets weggelaten uit wat u schreef of stuurde");
    let browser = world.browser_of(&anna).await;
    assert!(!browser.look(&own).await.text().contains(told), "nothing yet");
    let point =
        contract::ingreep::KiesDeel { soort: "initiatief".into(), id: id.to_string().into(), veld: "punt".into() };
    let whole = MaakIngreep {
        soort: "afschermen".into(),
        deel: Some(point),
        reden: "Daar woont iemand.".into(),
        ..MaakIngreep::default()
    };
    person.make_ingreep(person.key(), GeheelId(id.0), whole).await.unwrap();
    assert!(browser.look(&own).await.text().contains(told), "{own}");
}

// V-8: a mail says how it stands when it is sent
#[tokio::test]
async fn a_mail_about_what_was_answered_meanwhile_says_that_nothing_waits() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let round = GeheelId(vote.id.0);
    world.mail_to(&vote.stembureau).await;
    let asked = vote.wijkteam.make_ingreep(vote.wijkteam.key(), round, words("Plan")).await.unwrap().ingrepen.remove(0);
    vote.wijkteam.withdraw_ingreep(asked.id, as_shown(&asked)).await.unwrap();
    let mail = world.one_mail_to(&vote.stembureau).await;
    assert_eq!(mail.subject, "Weglaten: er wacht niets meer op u");
    assert!(mail.text.contains("U hoeft niets te doen.") && !mail.text.contains("ja of nee"), "{}", mail.text);
}

// V-8: what comes back is listed before it does, also what is part of something else
#[tokio::test]
async fn who_puts_all_places_back_reads_each_of_them_first() {
    let world = World::new().await;
    let id = world.bewoner("Olga").await.hand_in(BENCH).await;
    let plan = AddProject {
        initiatief: Some(id.to_string().into()),
        tekst: "Jansen wil graag een bankje bij de school.".into(),
        ..plain_project(BENCH, "1000.00")
    };
    let vote = vote_on(&world, plan).await;
    let (wijkteam, round) = (world.browser_of(&vote.wijkteam).await, GeheelId(vote.id.0));
    vote.wijkteam.make_ingreep(vote.wijkteam.key(), GeheelId(id.0), words("Jansen")).await.unwrap();
    let waiting = vote.stembureau.weglatingen(round).await.unwrap().ingrepen;
    assert_eq!(waiting.len(), 2, "title and text of the plan");
    for own in &waiting {
        vote.stembureau.confirm_ingreep(own.id, as_shown(own)).await.unwrap();
    }
    let found = vote.wijkteam.weglatingen(round).await.unwrap();
    let [all] = found.overal.as_slice() else { panic!("{:?}", found.overal) };
    assert_eq!((all.plekken.len(), all.bij_stembureau, all.mag_herstellen), (3, 2, true), "{all:?}");
    assert!(vote.stembureau.weglatingen(round).await.unwrap().overal.is_empty(), "she puts nothing back");
    let page = wijkteam.look(&format!("/werk/weglaten/{round}")).await.text();
    let form = page.split_once("Zet terug op alle 3 plekken").unwrap().1.split_once("</details>").unwrap().0;
    for expected in
        ["Initiatief: titel", ": titel</a>", ": tekst</a>", &format!("href=\"/werk/weglaten/{id}?open=ingreep-")]
    {
        assert!(form.contains(expected), "{expected}: {form}");
    }
    assert_eq!(form.matches(&format!("href=\"/buurtbegrotingen/{}/plannen/1\"", vote.id)).count(), 2, "{form}");
    // What comes back is shown, or it is said where that is read.
    let told = "Wat hier weer komt te staan, leest of ziet u op die pagina.";
    assert_eq!((form.matches("Er komt te staan").count(), form.matches(told).count()), (2, 1), "{form}");
}

// G-3, V-8: a request whose place another took tells how it stands now, not what became of the request
#[tokio::test]
async fn a_request_whose_place_another_took_tells_how_it_stands_now() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let (wijkteam, path) = (world.browser_of(&vote.wijkteam).await, format!("/werk/weglaten/{}", vote.id));
    let round = GeheelId(vote.id.0);
    let first = vote.wijkteam.make_ingreep(vote.wijkteam.key(), round, words("Plan")).await.unwrap().ingrepen.remove(0);
    let key = wijkteam.look(&path).await.hidden("woorden", "sleutel");
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "1"), ("reden", "Een nummer.")];
    let seen = wijkteam.send(&path, &ask).await.text();
    // What comes is what will be asked: with what waits already.
    assert_eq!(seen.matches("<mark>[weggelaten]</mark>").count(), 2, "{seen}");
    press(&wijkteam, &path, &ask).await;
    let both = vote.wijkteam.weglatingen(round).await.unwrap().ingrepen.remove(0);
    assert_eq!((both.status, both.nieuw.as_deref()), (IngreepStatus::Wacht, Some("[weggelaten] [weggelaten]")));

    let mine = format!("{path}?gelukt=weggelaten&ingreep={}", first.id);
    let page = wijkteam.look(&mine).await.text();
    assert!(page.contains("Nog niet weg") && !page.contains("het verzoek is ingetrokken"), "{page}");
    assert!(!page.contains("utrecht-alert--ok"), "it waits: {page}");
    let withdrawn = format!("{path}?gelukt=ingetrokken&ingreep={}", first.id);
    let page = wijkteam.look(&withdrawn).await.text();
    assert!(page.contains("Nog niet weg") && !page.contains("Er is niets veranderd."), "{page}");
    vote.stembureau.confirm_ingreep(both.id, as_shown(&both)).await.unwrap();
    for told in [&mine, &withdrawn] {
        let page = wijkteam.look(told).await.text();
        assert!(page.contains("Weggelaten op 1 plek.") && !page.contains("staat het er, omdat"), "{page}");
    }
}

// V-8: what somebody else answered meanwhile is no reason not to do the rest, and no yes is told that was not said
#[tokio::test]
async fn one_yes_to_all_does_what_can_be_done_and_says_what_could_not() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00", "3000.00"]).await;
    let (stembureau, path) = (world.browser_of(&vote.stembureau).await, format!("/werk/weglaten/{}", vote.id));
    let round = GeheelId(vote.id.0);
    let asked = vote.wijkteam.make_ingreep(vote.wijkteam.key(), round, words("Plan")).await.unwrap().ingrepen;
    vote.wijkteam.withdraw_ingreep(asked[1].id, as_shown(&asked[1])).await.unwrap();
    let first = Sent::of(&asked[2]);
    let [second, third] = [1, 0].map(|at: usize| asked[at].id.to_string());
    let also = [("ook", second.as_str()), ("ook", third.as_str())];
    let form = [first.with("ja_alle").as_slice(), also.as_slice()].concat();
    let page = press(&stembureau, &path, &form).await;
    for expected in
        ["Uw ja geldt bij 2 van de 3.", "Met de rest staat het nu zo:", "Plan 2, Plan 2: titel. Zo staat het nu:"]
    {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(!page.contains("Iedereen ziet het nu zo."), "{page}");
    let found = vote.wijkteam.weglatingen(round).await.unwrap().ingrepen;
    let status = |at: usize| found.iter().find(|own| own.id == asked[at].id).unwrap().status;
    assert_eq!([2, 1, 0].map(status), [IngreepStatus::Gedaan, IngreepStatus::Ingetrokken, IngreepStatus::Gedaan]);
}

// V-8: one yes is about what was asked in one go; what is asked back bit by bit is answered bit by bit
#[tokio::test]
async fn what_is_asked_back_for_different_reasons_has_no_one_answer() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let (stembureau, path) = (world.browser_of(&vote.stembureau).await, format!("/werk/weglaten/{}", vote.id));
    let round = GeheelId(vote.id.0);
    let asked = vote.wijkteam.make_ingreep(vote.wijkteam.key(), round, words("Plan")).await.unwrap().ingrepen;
    let all = "Ja tegen beide";
    assert!(stembureau.look(&path).await.text().contains(all), "asked at once");
    for own in &asked {
        vote.stembureau.confirm_ingreep(own.id, as_shown(own)).await.unwrap();
    }
    for (own, reden) in asked.iter().zip(["Zo heet de straat.", "Dit is geen naam."]) {
        let back = HerstelIngreep { reden: reden.into(), overal: false };
        vote.wijkteam.undo_ingreep(own.id, back).await.unwrap();
    }
    assert!(!stembureau.look(&path).await.text().contains(all), "asked one by one");
}
