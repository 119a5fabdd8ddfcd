//! What comes back does so with a reason, a request is never stuck or out of sight, and no text stays apart from another without
//! anybody being told (G-3, V-8).

use contract::buurtbegroting::BuurtbegrotingApi as _;
use contract::field::FieldCode;
use contract::ingreep::{
    DeelSoort, GezienIngreep, HerstelIngreep, IngreepApi as _, IngreepStatus, IngreepView, MaakIngreep, StapSoort,
    Veld, WeglatingenView, WeigerIngreep,
};
use contract::initiatief::InitiatiefApi as _;
use contract::problem::ProblemCode;
use contract::project::AddProject;
use contract::werk::{WerkApi as _, WerkFilter};
use contract::{GeheelId, IngreepId, InitiatiefId, PageQuery};
use tests::{OpenVote, Person, World, as_shown, plain_project, refusal};
use wijkkoers::jobs::forget_old;

const TITEL: &str = "Bankje voor Jansen";

fn words(word: &str) -> MaakIngreep {
    MaakIngreep {
        soort: "onherkenbaar".into(),
        woorden: vec![word.into()],
        reden: "Dat is een naam.".into(),
        ..MaakIngreep::default()
    }
}

fn back(reden: &str) -> HerstelIngreep {
    HerstelIngreep { reden: reden.into(), overal: false }
}

fn everywhere() -> HerstelIngreep {
    HerstelIngreep { reden: "Jansen is een winkel.".into(), overal: true }
}

fn no(shown: &IngreepView) -> WeigerIngreep {
    refusal(shown, "Dit is geen naam.")
}

/// An open vote on a plan, and the initiatief that it was made of.
struct Case {
    world: World,
    vote: OpenVote,
    id: InitiatiefId,
}

impl Case {
    async fn new() -> Self {
        let world = World::new().await;
        let id = world.bewoner("Olga").await.hand_in(TITEL).await;
        let plan = AddProject {
            initiatief: Some(id.to_string().into()),
            tekst: format!("{TITEL}: dat vragen mensen in de straat.").into(),
            ..plain_project(TITEL, "1000.00")
        };
        let vote = world.prepare_vote_on(world.plan(), 1, vec![plan]).await;
        world.open_now().await;
        Self { world, vote, id }
    }

    /// Asks to take the name out of the initiatief and the plan; gives what waits: of the title and of the text.
    async fn ask(&self) -> [IngreepId; 2] {
        let wijkteam = &self.vote.wijkteam;
        let made = wijkteam.make_ingreep(wijkteam.key(), GeheelId(self.id.0), words("Jansen")).await.unwrap();
        [Veld::Titel, Veld::Tekst].map(|veld| {
            let waits = |own: &&IngreepView| own.status == IngreepStatus::Wacht && own.veld == veld;
            made.ingrepen.iter().find(waits).unwrap().id
        })
    }

    fn round(&self) -> GeheelId {
        GeheelId(self.vote.id.0)
    }

    async fn noted(&self, id: IngreepId) -> IngreepView {
        let all = self.vote.wijkteam.weglatingen(self.round()).await.unwrap().ingrepen;
        all.into_iter().find(|own| own.id == id).unwrap()
    }

    /// The stembureau says yes to a request as it stands now.
    async fn confirm(&self, id: IngreepId) {
        let shown = as_shown(&self.noted(id).await);
        self.vote.stembureau.confirm_ingreep(id, shown).await.unwrap();
    }

    /// The stembureau says no to it.
    async fn refuse(&self, id: IngreepId) {
        let no = no(&self.noted(id).await);
        self.vote.stembureau.refuse_ingreep(id, no).await.unwrap();
    }

    /// The wijkteam withdraws it.
    async fn withdraw(&self, id: IngreepId) {
        let shown = as_shown(&self.noted(id).await);
        self.vote.wijkteam.withdraw_ingreep(id, shown).await.unwrap();
    }

    /// What everybody reads: the title of the initiatief, and that of the plan.
    async fn titles(&self) -> [String; 2] {
        let visitor = self.world.bezoeker();
        let initiatief = visitor.initiatief(self.id).await.unwrap().kaart.titel;
        let plan = visitor.buurtbegroting(self.vote.id).await.unwrap().projecten.remove(0).titel;
        [initiatief, plan]
    }
}

/// Of what waits for somebody of a stembureau: how much, and who asked.
async fn waits_for(person: &Person) -> Vec<(u32, Vec<String>)> {
    let found = person.list_weglaatverzoeken().await.unwrap();
    found.into_iter().map(|own| (own.aantal, own.door)).collect()
}

// V-8
#[tokio::test]
async fn what_comes_back_has_a_reason_that_the_stembureau_reads_and_that_stays_on_record() {
    let case = Case::new().await;
    let (wijkteam, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
    let [titel, _] = case.ask().await;
    case.confirm(titel).await;
    let bare = wijkteam.undo_ingreep(titel, HerstelIngreep::default()).await.unwrap_err();
    assert_eq!((bare.fouten.len(), bare.fouten[0].veld.as_str()), (1, "/reden"));
    let long = wijkteam.undo_ingreep(titel, back(&"x".repeat(10_000))).await.unwrap_err();
    assert_eq!(long.fouten[0].veld, "/reden", "judged as why it was taken out is");

    case.world.mail_to(stembureau).await;
    wijkteam.undo_ingreep(titel, back("Jansen is een winkel.")).await.unwrap();
    let letter = case.world.one_mail_to(stembureau).await;
    assert!(letter.text.contains("Waarom het terug moet: Jansen is een winkel."), "{letter:?}");
    assert!(!letter.subject.contains("Jansen"), "{letter:?}");
    let asked = stembureau.weglatingen(case.round()).await.unwrap().ingrepen;
    let asked = asked.iter().find(|own| own.id == titel).unwrap();
    assert_eq!((asked.why_back(), asked.reden.as_str()), (Some("Jansen is een winkel."), "Dat is een naam."));

    // What is asked again does not take the place of what was asked before.
    case.refuse(titel).await;
    wijkteam.undo_ingreep(titel, back("De eigenaar vindt het goed.")).await.unwrap();
    case.confirm(titel).await;
    let steps = case.noted(titel).await.stappen;
    let told: Vec<_> = steps.iter().map(|own| (own.soort, own.door.as_str(), own.reden.as_deref())).collect();
    let (team, bureau) = (wijkteam.naam.as_str(), stembureau.naam.as_str());
    let expected = [
        (StapSoort::Bevestigd, bureau, None),
        (StapSoort::TerugGevraagd, team, Some("Jansen is een winkel.")),
        (StapSoort::TerugGeweigerd, bureau, Some("Dit is geen naam.")),
        (StapSoort::TerugGevraagd, team, Some("De eigenaar vindt het goed.")),
        (StapSoort::TerugBevestigd, bureau, None),
    ];
    assert_eq!(told, expected);
    for statement in ["UPDATE ingreep_stap SET reden = 'Zomaar.'", "DELETE FROM ingreep_stap"] {
        assert!(case.world.tamper(statement).await.is_err(), "{statement}");
    }
}

// V-8
#[tokio::test]
async fn the_wijkteam_alone_says_why_it_puts_something_back() {
    let world = World::new().await;
    let (anna, wijkteam) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let id = anna.hand_in(TITEL).await;
    let made = wijkteam.make_ingreep(wijkteam.key(), GeheelId(id.0), words("Jansen")).await.unwrap();
    let own = made.ingrepen[0].id;
    let bare = wijkteam.undo_ingreep(own, HerstelIngreep::default()).await.unwrap_err();
    assert_eq!(bare.fouten[0].veld, "/reden");
    assert_eq!(anna.initiatief(id).await.unwrap().kaart.titel, "Bankje voor [weggelaten]");
    let done = wijkteam.undo_ingreep(own, back("Jansen is een winkel.")).await.unwrap();
    let step = &done.ingrepen[0].stappen[0];
    assert_eq!((step.soort, step.reden.as_deref()), (StapSoort::Teruggezet, Some("Jansen is een winkel.")));
    // The version before notes no steps: what it did is read all the same.
    world.force("ingreep_stap", "DELETE FROM ingreep_stap").await;
    let told = wijkteam.weglatingen(GeheelId(id.0)).await.unwrap().ingrepen.remove(0).stappen;
    assert_eq!((told[0].soort, told[0].door.as_str()), (StapSoort::Teruggezet, wijkteam.naam.as_str()));
}

// V-8
#[tokio::test]
async fn a_request_to_put_words_back_can_be_withdrawn_before_anybody_answers() {
    let case = Case::new().await;
    let (wijkteam, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
    let [titel, tekst] = case.ask().await;
    case.confirm(titel).await;
    case.refuse(tekst).await;
    assert!(!case.noted(titel).await.mag_intrekken, "nothing waits");
    let bare = case.noted(titel).await;
    let early = wijkteam.withdraw_ingreep(titel, as_shown(&bare)).await.unwrap_err();
    assert_eq!(early.code(), ProblemCode::StapKanNietNu);
    wijkteam.undo_ingreep(titel, back("Jansen is een winkel.")).await.unwrap();
    let shown = case.noted(titel).await;
    assert!(shown.mag_intrekken);
    assert_eq!(waits_for(stembureau).await, [(1, vec![wijkteam.naam.clone()])]);
    for person in [stembureau, &case.world.wijkteam("W4").await, &case.world.raad().await] {
        assert_eq!(person.withdraw_ingreep(titel, as_shown(&shown)).await.unwrap_err().status, 404, "{}", person.naam);
    }

    case.withdraw(titel).await;
    let noted = case.noted(titel).await;
    assert_eq!((noted.status, noted.mag_herstellen, noted.mag_intrekken), (IngreepStatus::Gedaan, true, false));
    assert_eq!(noted.stappen.last().unwrap().soort, StapSoort::TerugIngetrokken);
    assert_eq!(waits_for(stembureau).await, []);
    assert_eq!(
        stembureau.confirm_ingreep(titel, as_shown(&shown)).await.unwrap_err().code(),
        ProblemCode::StapKanNietNu
    );
    assert_eq!(
        wijkteam.withdraw_ingreep(titel, as_shown(&shown)).await.unwrap_err().code(),
        ProblemCode::StapKanNietNu
    );
    assert_eq!(case.titles().await[1], "Bankje voor [weggelaten]", "nothing came back");
    wijkteam.undo_ingreep(titel, back("Toch wel.")).await.unwrap();
    case.confirm(titel).await;
    assert_eq!(case.titles().await[1], TITEL);
}

// G-3: what is on no ballot never waits for what is asked about one
#[tokio::test]
async fn what_waits_about_a_plan_stops_nobody_who_leaves_the_same_words_out_of_the_initiatief() {
    let case = Case::new().await;
    let wijkteam = &case.vote.wijkteam;
    let made = wijkteam.make_ingreep(wijkteam.key(), case.round(), words("Jansen")).await.unwrap();
    let waits = |own: &&IngreepView| (own.status, own.veld) == (IngreepStatus::Wacht, Veld::Titel);
    let asked = made.ingrepen.iter().find(waits).unwrap().id;
    let done = wijkteam.make_ingreep(wijkteam.key(), GeheelId(case.id.0), words("Jansen")).await.unwrap();
    assert_eq!(case.titles().await, ["Bankje voor [weggelaten]", TITEL]);
    assert!(done.ingrepen.iter().any(|own| own.id == asked && own.status == IngreepStatus::Wacht), "it waits still");
    let again = wijkteam.make_ingreep(wijkteam.key(), case.round(), words("Jansen")).await.unwrap_err();
    assert_eq!(again.fouten[0].code, FieldCode::WachtAl, "just this was asked");
    case.confirm(asked).await;
    assert_eq!(case.titles().await, ["Bankje voor [weggelaten]"; 2]);
}

// G-3, V-8: a second word does not wait for the answer about the first, and one yes is about both
#[tokio::test]
async fn a_second_word_takes_the_place_of_the_request_that_waits_and_asks_both() {
    let case = Case::new().await;
    let (wijkteam, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
    let made = wijkteam.make_ingreep(wijkteam.key(), case.round(), words("Jansen")).await.unwrap();
    let title = |own: &&IngreepView| (own.status, own.veld) == (IngreepStatus::Wacht, Veld::Titel);
    let first = made.ingrepen.iter().find(title).unwrap().clone();
    let more = MaakIngreep { reden: "Dat is een merk.".into(), ..words("Bankje") };
    let made = wijkteam.make_ingreep(wijkteam.key(), GeheelId(case.id.0), more).await.unwrap();
    assert_eq!(case.titles().await, ["[weggelaten] voor Jansen", TITEL], "the initiatief at once");
    let second = made.ingrepen.iter().find(title).unwrap();
    assert_eq!(second.nieuw.as_deref(), Some("[weggelaten] voor [weggelaten]"));
    assert_eq!(second.reden, "Dat is een naam.\n\nDat is een merk.", "why both are asked");
    assert_eq!(case.noted(first.id).await.status, IngreepStatus::Ingetrokken);
    assert_eq!(waits_for(stembureau).await, [(2, vec![wijkteam.naam.clone()])], "a title and a text, each once");
    let old = stembureau.confirm_ingreep(first.id, as_shown(&first)).await.unwrap_err();
    assert_eq!(old.code(), ProblemCode::StapKanNietNu, "nobody says yes to what they did not read");
    case.confirm(second.id).await;
    assert_eq!(case.titles().await[1], "[weggelaten] voor [weggelaten]");

    // To leave something out goes before putting something else back.
    wijkteam.undo_ingreep(second.id, back("Jansen is een winkel.")).await.unwrap();
    let made = wijkteam.make_ingreep(wijkteam.key(), case.round(), words("voor")).await.unwrap();
    let third = made.ingrepen.iter().find(title).unwrap();
    assert_eq!(third.nieuw.as_deref(), Some("[weggelaten] [weggelaten] [weggelaten]"));
    assert_eq!(case.noted(second.id).await.status, IngreepStatus::Gedaan);
}

// V-8: what is withdrawn and asked again is another request, also when it is about the same and stands the same
#[tokio::test]
async fn a_yes_to_putting_back_is_none_to_a_later_request_of_somebody_else() {
    let case = Case::new().await;
    let (wijkteam, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
    let colleague = case.world.wijkteam("W2").await;
    let [titel, tekst] = case.ask().await;
    case.withdraw(tekst).await;
    case.confirm(titel).await;
    wijkteam.undo_ingreep(titel, back("Jansen is een winkel.")).await.unwrap();
    let shown = case.noted(titel).await;
    let page = format!("/werk/weglaten/{}", case.vote.id);
    let browser = case.world.browser_of(stembureau).await;
    let sent = browser.look(&page).await.hidden("ja", "sinds");
    assert_eq!(sent, shown.sinds.to_rfc3339(), "the page sends it along");
    case.withdraw(titel).await;
    case.world.wait(1).await;
    colleague.undo_ingreep(titel, back("Niemand vond het erg.")).await.unwrap();

    let old = stembureau.confirm_ingreep(titel, as_shown(&shown)).await.unwrap_err();
    assert_eq!(old.code(), ProblemCode::StapKanNietNu);
    let none = wijkteam.withdraw_ingreep(titel, as_shown(&shown)).await.unwrap_err();
    assert_eq!(none.code(), ProblemCode::StapKanNietNu);
    assert_eq!(stembureau.refuse_ingreep(titel, no(&shown)).await.unwrap_err().code(), ProblemCode::StapKanNietNu);
    // Nobody leaves it out, who goes by the API either.
    let since_ever = || GezienIngreep { sinds: "".into(), ..as_shown(&shown) };
    let no = WeigerIngreep { sinds: "".into(), ..no(&shown) };
    for bare in [
        stembureau.confirm_ingreep(titel, since_ever()).await,
        wijkteam.withdraw_ingreep(titel, since_ever()).await,
        stembureau.refuse_ingreep(titel, no).await,
    ] {
        let fouten = bare.unwrap_err().fouten;
        assert_eq!((fouten.len(), fouten[0].veld.as_str(), fouten[0].code), (1, "/sinds", FieldCode::Ontbreekt));
    }
    assert_eq!(case.titles().await[1], "Bankje voor [weggelaten]");
    case.confirm(titel).await;
    assert_eq!(case.titles().await[1], TITEL);
}

// G-3, G-1: what nobody knows any more stops nobody, and whoever asked it hears that it is not asked any more
#[tokio::test]
async fn a_request_of_which_the_words_are_destroyed_ends_when_somebody_asks_and_holds_up_nothing() {
    let case = Case::new().await;
    let (wijkteam, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
    let colleague = case.world.wijkteam("W2").await;
    let title = |own: &&IngreepView| (own.status, own.veld) == (IngreepStatus::Wacht, Veld::Titel);
    let made = wijkteam.make_ingreep(wijkteam.key(), case.round(), words("Jansen")).await.unwrap().ingrepen;
    let waiting: Vec<IngreepView> = made.into_iter().filter(|own| own.status == IngreepStatus::Wacht).collect();
    assert!(waiting.iter().all(|own| !own.verlopen), "{waiting:?}");
    case.world.wait(91).await;
    forget_old(case.world.app()).await.unwrap();
    let old = case.noted(waiting[0].id).await;
    assert_eq!((old.status, old.verlopen), (IngreepStatus::Wacht, true));

    // Who looks first reads that it ends, and not that something would be put back.
    let (browser, path) = (case.world.browser_of(&colleague).await, format!("/werk/weglaten/{}", case.id));
    let key = browser.look(&path).await.hidden("woorden", "sleutel");
    let ask = [("actie", "woorden"), ("sleutel", key.as_str()), ("woorden", "Bankje"), ("reden", "Een merk.")];
    let seen = browser.send(&path, &ask).await.text();
    assert!(seen.contains("Hier wacht een verzoek van meer dan 90 dagen geleden."), "{seen}");
    assert!(!seen.contains("Hier wacht een verzoek om iets terug te zetten."), "{seen}");
    assert!(!seen.contains("met ook wat daarin stond"), "{seen}");

    // What is on no ballot goes at once, and the rest is asked afresh.
    case.world.mail_to(wijkteam).await;
    let made = colleague.make_ingreep(colleague.key(), GeheelId(case.id.0), words("Bankje")).await.unwrap();
    assert_eq!(case.titles().await, ["[weggelaten] voor Jansen", TITEL]);
    let fresh = made.ingrepen.iter().find(title).unwrap();
    assert_eq!(fresh.nieuw.as_deref(), Some("[weggelaten] voor Jansen"));
    assert_eq!((fresh.reden.as_str(), fresh.door.as_str()), ("Dat is een naam.", colleague.naam.as_str()));
    assert_eq!((fresh.gedaan_op, fresh.verlopen), (case.world.now(), false), "it waits since now");
    for own in &waiting {
        assert_eq!(case.noted(own.id).await.status, IngreepStatus::Ingetrokken);
    }
    let letters = case.world.mail_to(wijkteam).await;
    assert!(!letters.is_empty(), "who asked it hears that it is not asked any more");
    for letter in letters {
        assert_eq!(letter.subject, "Weglaten: uw oude verzoek is vervallen");
        assert!(letter.text.contains("wat u vroeg, is niet meer bewaard"), "{letter:?}");
    }
    assert_eq!(waits_for(stembureau).await, [(2, vec![colleague.naam.clone()])]);
    case.confirm(fresh.id).await;
    assert_eq!(case.titles().await[1], "[weggelaten] voor Jansen");
}

// G-3: that colleagues explained a lot is no reason for a name to stay where it can go at once
#[tokio::test]
async fn reasons_that_are_long_together_hold_up_nothing_and_each_stays_on_record() {
    let case = Case::new().await;
    let wijkteam = &case.vote.wijkteam;
    let title = |own: &&IngreepView| (own.status, own.veld) == (IngreepStatus::Wacht, Veld::Titel);
    let why = |letter: &str| letter.repeat(2_000);
    let ask = async |word: &str, reden: String| {
        let ask = MaakIngreep { reden: reden.into(), ..words(word) };
        let made = wijkteam.make_ingreep(wijkteam.key(), GeheelId(case.id.0), ask).await.unwrap().ingrepen;
        made.iter().find(title).unwrap().clone()
    };
    let first = ask("Jansen", why("a")).await;
    let second = ask("Bankje", why("b")).await;
    assert_eq!(case.titles().await, ["[weggelaten] voor [weggelaten]", TITEL], "the initiatief at once");
    assert_eq!(second.nieuw.as_deref(), Some("[weggelaten] voor [weggelaten]"));
    assert_eq!(second.reden, format!("{}\n\n{}", why("a"), why("b")), "why both are asked");
    assert_eq!(case.noted(first.id).await.reden, why("a"));
    case.confirm(second.id).await;
    assert_eq!(case.titles().await[1], "[weggelaten] voor [weggelaten]");
}

/// Gives somebody of a wijkteam the role of the stembureau of their wijk instead.
async fn to_stembureau(world: &World, person: &Person) {
    let change = format!(
        "UPDATE rol SET rol = 'stembureau' WHERE account_id = (SELECT id FROM account WHERE email = '{}')",
        person.email
    );
    assert_eq!(world.tamper(&change).await.unwrap(), 1);
}

// V-8: who asked first is not forgotten when a colleague asks more, and nobody says yes to what they asked a part of
#[tokio::test]
async fn who_asked_first_stays_an_asker_when_a_colleague_adds_a_word() {
    let case = Case::new().await;
    let (first, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
    let second = case.world.wijkteam("W2").await;
    let name = format!("UPDATE account SET naam = 'Willie Tweede' WHERE email = '{}'", second.email);
    assert_eq!(case.world.tamper(&name).await.unwrap(), 1);
    let title = |own: &&IngreepView| (own.status, own.veld) == (IngreepStatus::Wacht, Veld::Titel);
    let made = first.make_ingreep(first.key(), case.round(), words("Jansen")).await.unwrap();
    let asked = made.ingrepen.iter().find(title).unwrap().clone();
    case.world.wait(3).await;
    case.world.mail_to(first).await;
    let made = second.make_ingreep(second.key(), case.round(), words("Bankje")).await.unwrap();
    let both = made.ingrepen.iter().find(title).unwrap().clone();
    assert_eq!(both.gedaan_op, asked.gedaan_op, "it waits as long as the first of it");
    assert_eq!(both.door, format!("{}, Willie Tweede", first.naam));
    let told = stembureau.list_weglaatverzoeken().await.unwrap().remove(0);
    assert_eq!((told.aantal, told.sinds), (2, asked.gedaan_op), "a title and a text");
    assert_eq!(told.door, [first.naam.clone(), "Willie Tweede".to_owned()]);
    let letters = case.world.mail_to(first).await;
    let is_told = |text: &str| text.contains("Willie Tweede vraagt nu meer weg te laten");
    assert!(!letters.is_empty() && letters.iter().all(|letter| is_told(&letter.text)), "{letters:?}");
    assert_eq!(case.noted(asked.id).await.status, IngreepStatus::Ingetrokken);
    assert_eq!(case.noted(asked.id).await.door, first.naam, "who asked it is on record");

    to_stembureau(&case.world, first).await;
    assert_eq!(waits_for(first).await, [], "nothing that they asked a part of");
    let own = first.confirm_ingreep(both.id, as_shown(&both)).await.unwrap_err();
    assert_eq!(own.code(), ProblemCode::AndereOgenNodig);
    let seen = first.weglatingen(case.round()).await.unwrap().ingrepen;
    assert!(seen.iter().all(|own| !own.mag_bevestigen && !own.mag_weigeren), "{seen:?}");
    assert_eq!(case.titles().await[1], TITEL);
    case.world.mail_to(first).await;
    case.confirm(both.id).await;
    assert_eq!(case.titles().await[1], "[weggelaten] voor [weggelaten]");
    for asker in [first, &second] {
        let subjects: Vec<String> = case.world.mail_to(asker).await.into_iter().map(|own| own.subject).collect();
        assert!(subjects.contains(&"Weglaten: het stembureau zei ja".to_owned()), "{}: {subjects:?}", asker.naam);
    }
}

/// Where each text of the one request stands that ended apart: what holds it, which text, and whether it says it.
fn places(seen: &WeglatingenView) -> Vec<(DeelSoort, Veld, bool)> {
    assert_eq!(seen.verdeeld.len(), 1, "{:?}", seen.verdeeld);
    let all = seen.verdeeld[0].plekken.iter().map(|own| (own.deel, own.veld, own.staat_er));
    let mut all: Vec<_> = all.filter(|(deel, ..)| *deel != DeelSoort::Gebeurtenis).collect();
    all.sort_unstable();
    all
}

// V-8, G-3
#[tokio::test]
async fn after_a_no_everybody_reads_where_each_text_stands_and_one_step_puts_it_back_everywhere() {
    let case = Case::new().await;
    let (wijkteam, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
    let whole = GeheelId(case.id.0);
    // Another request took something else out of the same initiatief.
    wijkteam.make_ingreep(wijkteam.key(), whole, words("buren")).await.unwrap();
    let asked = case.ask().await;
    assert_eq!(wijkteam.weglatingen(whole).await.unwrap().verdeeld, [], "it is not over");
    for own in asked {
        case.refuse(own).await;
    }
    assert_eq!(case.titles().await, ["Bankje voor [weggelaten]", TITEL]);
    // Each answer names its text, says why, and that it is gone elsewhere.
    let told: Vec<String> = case.world.mail_to(wijkteam).await.into_iter().map(|letter| letter.text).collect();
    for which in ["plan 1 (titel)", "plan 1 (tekst)"] {
        let says = [which, "Waarom het stembureau nee zei: Dit is geen naam.", "In het initiatief is het wel weg."];
        assert!(told.iter().any(|text| says.iter().all(|own| text.contains(own))), "{which}: {told:?}");
    }
    let expected = [
        (DeelSoort::Initiatief, Veld::Titel, false),
        (DeelSoort::Project, Veld::Titel, true),
        (DeelSoort::Project, Veld::Tekst, true),
    ];
    // Also where the mail about the answer leads.
    for page in [whole, case.round()] {
        assert_eq!(places(&wijkteam.weglatingen(page).await.unwrap()), expected);
    }
    assert_eq!(stembureau.weglatingen(case.round()).await.unwrap().verdeeld, [], "it puts nothing back");

    let browser = case.world.browser_of(wijkteam).await;
    let path = format!("/werk/weglaten/{}", case.id);
    let page = browser.look(&path).await.text();
    for expected in [
        "Niet overal hetzelfde",
        "Initiatief: titel: hier is het weggelaten.",
        "Plan 1, Bankje voor Jansen: titel: hier staat het, voor iedereen.",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let one = wijkteam.weglatingen(whole).await.unwrap().verdeeld.remove(0).ingreep.to_string();
    let form = [("actie", "overal"), ("ingreep", one.as_str()), ("reden", "Jansen is een winkel.")];
    case.world.mail_to(stembureau).await;
    let answer = browser.send(&path, &form).await;
    let page = browser.look(answer.header("location").unwrap()).await.text();
    assert!(page.contains("Iedereen leest of ziet het weer."), "{page}");
    assert!(!page.contains("Niet overal hetzelfde"), "{page}");
    assert_eq!(case.titles().await, [TITEL, TITEL]);
    let text = case.world.bezoeker().initiatief(case.id).await.unwrap().tekst;
    assert!(text.contains("[weggelaten]"), "what another request took out stays out: {text}");
    assert_eq!(case.world.mail_to(stembureau).await.len(), 0, "nothing about the vote");
}

// V-8
#[tokio::test]
async fn back_everywhere_takes_two_where_people_vote_and_all_of_it_or_nothing() {
    let case = Case::new().await;
    let (wijkteam, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
    let whole = GeheelId(case.id.0);
    let [titel, tekst] = case.ask().await;
    case.confirm(titel).await;
    case.refuse(tekst).await;
    let divided = wijkteam.weglatingen(whole).await.unwrap().verdeeld.remove(0);
    assert_eq!((divided.bij_stembureau, divided.mag_herstellen), (1, true));
    let elsewhere = case.world.wijkteam("W4").await;
    for person in [stembureau, &elsewhere] {
        assert_eq!(person.undo_ingreep(divided.ingreep, everywhere()).await.unwrap_err().status, 404);
    }

    // What was done later to one of the texts is put back first.
    let later = wijkteam.make_ingreep(wijkteam.key(), whole, words("Bankje")).await.unwrap();
    for own in later.ingrepen.iter().filter(|own| own.status == IngreepStatus::Wacht) {
        case.withdraw(own.id).await;
    }
    let seen = wijkteam.weglatingen(whole).await.unwrap().verdeeld;
    let first = seen.iter().find(|own| own.ingreep == divided.ingreep).unwrap();
    assert!(!first.mag_herstellen);
    let refused = wijkteam.undo_ingreep(titel, everywhere()).await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::StapKanNietNu);
    assert_eq!(case.noted(titel).await.status, IngreepStatus::Gedaan, "nothing of it was done");
    let second = seen.iter().find(|own| own.ingreep != divided.ingreep).unwrap();
    wijkteam.undo_ingreep(second.ingreep, everywhere()).await.unwrap();

    case.world.mail_to(stembureau).await;
    wijkteam.undo_ingreep(divided.ingreep, everywhere()).await.unwrap();
    assert_eq!(case.titles().await, [TITEL, "Bankje voor [weggelaten]"], "the ballot waits for the stembureau");
    case.world.one_mail_to(stembureau).await;
    assert_eq!(wijkteam.weglatingen(whole).await.unwrap().verdeeld, [], "it is not over");
    assert_eq!(waits_for(stembureau).await, [(1, vec![wijkteam.naam.clone()])]);
    case.confirm(titel).await;
    assert_eq!(case.titles().await, [TITEL, TITEL]);
    assert_eq!(wijkteam.weglatingen(whole).await.unwrap().verdeeld, []);
}

/// Makes twice as many ingrepen of those there are, that were withdrawn: newer than what waits.
async fn double(world: &World) {
    let fresh = if world.on_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
    let copy = format!(
        "INSERT INTO ingreep (id, geheel_id, soort, deel_soort, deel_id, veld, status, reden, door, at, hersteld_door, \
         hersteld_at, ingetrokken_at, nieuw) SELECT {fresh}, geheel_id, soort, deel_soort, deel_id, veld, 'hersteld', \
         reden, door, at, door, at, at, nieuw FROM ingreep"
    );
    world.tamper(&copy).await.unwrap();
}

// finding W4
#[tokio::test]
async fn the_stembureau_finds_all_that_waits_from_its_menu_however_much_there_is() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00", "2000.00"]).await;
    let (wijkteam, stembureau, elsewhere) = (&vote.wijkteam, &vote.stembureau, world.stembureau("W4").await);
    let round = GeheelId(vote.id.0);
    assert_eq!(wijkteam.list_weglaatverzoeken().await.unwrap_err().status, 403);
    assert_eq!(waits_for(stembureau).await, []);
    let made = wijkteam.make_ingreep(wijkteam.key(), round, words("Plan")).await.unwrap();
    assert_eq!(made.ingrepen.len(), 2);
    for _ in 0..6 {
        double(&world).await;
    }
    assert_eq!(waits_for(stembureau).await, [(2, vec![wijkteam.naam.clone()])]);
    assert_eq!(waits_for(&elsewhere).await, []);

    // What waits is never behind what is over.
    let seen = stembureau.weglatingen(round).await.unwrap();
    let (waits, over): (Vec<_>, Vec<_>) = seen.ingrepen.iter().partition(|own| own.mag_weigeren);
    assert_eq!((waits.len(), over.len()), (2, 100));
    let cursor = seen.volgende.unwrap();
    let rest = wijkteam.list_ingrepen(round, PageQuery { cursor: Some(cursor.clone()), limit: None }).await.unwrap();
    assert_eq!((rest.resultaten.len(), rest.volgende.is_some()), (20, true));
    let all = PageQuery { cursor: Some(cursor.clone()), limit: Some(100) };
    let rest = wijkteam.list_ingrepen(round, all).await.unwrap();
    assert_eq!((rest.resultaten.len(), rest.volgende), (26, None));
    let path = format!("/werk/weglaten/{}", vote.id);
    let browser = world.browser_of(wijkteam).await;
    assert!(browser.look(&path).await.text().contains(&format!("cursor={cursor}")), "the way to the rest");
    let further = browser.look(&format!("{path}?cursor={cursor}")).await.text();
    assert!(further.contains("Wacht op het stembureau (2)"), "{further}");
    assert_eq!(further.matches("Ingetrokken: ").count(), 26, "{further}");

    let browser = world.browser_of(stembureau).await;
    let line = "Er wachten 2 teksten op uw antwoord";
    let page = browser.look("/werk").await;
    assert_eq!(page.status, 200);
    let page = page.text();
    for expected in ["href=\"/werk\"", "Buurtbegrotingen die op u wachten", line] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(page.contains(&format!("Gevraagd door {}.", wijkteam.naam)), "{page}");
    let page = browser.look(&format!("/buurtbegrotingen/{}", vote.id)).await.text();
    assert!(page.find(line).unwrap() < page.find("/plannen/1").unwrap(), "above the plans: {page}");
}

// V-8: who asked yesterday, and colleagues as well, find this morning what waits and what was refused
#[tokio::test]
async fn the_wijkteam_finds_in_its_work_what_it_asked_and_what_was_refused_and_why() {
    let case = Case::new().await;
    let (wijkteam, stembureau) = (&case.vote.wijkteam, &case.vote.stembureau);
    let (colleague, elsewhere) = (case.world.wijkteam("W2").await, case.world.wijkteam("W4").await);
    let work = async |person: &Person| person.werk(WerkFilter::default()).await.unwrap();
    let none = work(&colleague).await;
    assert_eq!((none.gevraagd.len(), none.geweigerd.len()), (0, 0));
    let [titel, tekst] = case.ask().await;
    for person in [wijkteam, &colleague] {
        let asked = work(person).await.gevraagd;
        assert_eq!((asked.len(), asked[0].aantal, asked[0].door.as_slice()), (1, 2, &[wijkteam.naam.clone()][..]));
        assert_eq!(asked[0].sinds, case.noted(titel).await.gedaan_op);
    }
    let page = case.world.browser_of(&colleague).await.look("/werk").await.text();
    for expected in [
        "Gevraagd aan het stembureau (2)".to_owned(),
        "2 teksten wachten op het stembureau, sinds ".to_owned(),
        format!("Gevraagd door {}.", wijkteam.naam),
        format!("href=\"/werk/weglaten/{}\"", case.vote.id),
    ] {
        assert!(page.contains(&expected), "{expected}: {page}");
    }

    case.refuse(titel).await;
    case.confirm(tekst).await;
    let seen = work(&colleague).await;
    assert_eq!((seen.gevraagd.len(), seen.geweigerd.len()), (0, 1));
    let refused = &seen.geweigerd[0];
    assert_eq!((refused.ingreep, refused.terug, refused.plan.as_ref().unwrap().nummer), (titel, false, 1));
    assert_eq!(refused.weigering.reden, "Dit is geen naam.");
    let page = case.world.browser_of(&colleague).await.look("/werk").await.text();
    for expected in [
        "Het stembureau zei nee (1)".to_owned(),
        "Weglaten: Plan 1, Bankje voor Jansen: titel".to_owned(),
        format!("Het stembureau zei nee: {}, ", stembureau.naam),
        "Dit is geen naam.".to_owned(),
        format!("href=\"/werk/weglaten/{}?open=geweigerd-{titel}#geweigerd-{titel}\"", case.vote.id),
    ] {
        assert!(page.contains(&expected), "{expected}: {page}");
    }
    for person in [&elsewhere, stembureau] {
        let page = case.world.browser_of(person).await.look("/werk").await.text();
        assert!(!page.contains("Het stembureau zei nee") && !page.contains("Dit is geen naam."), "{page}");
    }

    // A no to putting it back as well; what is asked again is not told any more, and nothing is told for ever.
    wijkteam.undo_ingreep(tekst, back("Jansen is een winkel.")).await.unwrap();
    assert_eq!(work(&colleague).await.gevraagd.len(), 1);
    case.refuse(tekst).await;
    let told: Vec<_> = work(&colleague).await.geweigerd.iter().map(|own| (own.ingreep, own.terug)).collect();
    assert!(told.contains(&(tekst, true)) && told.contains(&(titel, false)), "{told:?}");
    wijkteam.undo_ingreep(tekst, back("De eigenaar vindt het goed.")).await.unwrap();
    let told: Vec<_> = work(&colleague).await.geweigerd.iter().map(|own| own.ingreep).collect();
    assert_eq!(told, [titel]);
    case.world.wait(15).await;
    assert_eq!(work(&colleague).await.geweigerd, []);
}
