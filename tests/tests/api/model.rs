//! A round against a small model of it: whatever people do in whatever order, the phase, who may do what, how many voted
//! and where the money is are what the model says (X-8; P-3, P-5).

use chrono::TimeDelta;
use contract::bewaarder::{BewaarderApi as _, SleutelDoel};
use contract::buurtbegroting::{BuurtbegrotingApi as _, BuurtbegrotingFase as Fase, PlanBuurtbegroting};
use contract::initiatief::Say;
use contract::problem::ProblemCode;
use contract::project::{JudgeProject, ProjectApi as _, ProjectStatus, ProjectView};
use contract::stem::{CastVote, StemApi as _};
use contract::stembureau::{MakeStemcodes, Sleuteldeel, StembureauApi as _, VraagTelling};
use contract::telling::TellingStatus;
use contract::wijkbudget::WijkbudgetApi as _;
use contract::{BuurtbegrotingId, ProjectId, Reply};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeMap;
use tests::{CRITERIUM, Keeper, PRODUCT, Person, World, code, hand_in_two, keuze, plain_project, proof, runs};

/// What somebody does.
#[derive(Debug, Clone, Copy)]
enum Command {
    /// So many minutes go by.
    Wait(i64),
    Publish,
    AddProject,
    /// The first project that waits.
    Judge(bool),
    MakeKey,
    ProveKey,
    MakeLetters,
    /// With this letter, under this secret, for the first project or the last.
    Vote(usize, u8, bool),
    Stop,
    Count,
}

fn command() -> impl Strategy<Value = Command> {
    use Command::{AddProject, Count, Judge, MakeKey, MakeLetters, ProveKey, Publish, Stop, Vote, Wait};
    prop_oneof![
        4 => (1_i64..4).prop_map(Wait),
        2 => Just(Publish),
        3 => Just(AddProject),
        4 => any::<bool>().prop_map(Judge),
        3 => Just(MakeKey),
        3 => Just(ProveKey),
        2 => Just(MakeLetters),
        8 => (0_usize..3, 0_u8..4, any::<bool>()).prop_map(|(letter, secret, last)| Vote(letter, secret, last)),
        1 => Just(Stop),
        3 => Just(Count),
    ]
}

/// Most rounds get as far as a vote: what people usually do, with anything in between.
fn commands() -> impl Strategy<Value = Vec<Command>> {
    use Command::{AddProject, Judge, MakeKey, MakeLetters, ProveKey, Publish, Wait};
    let usual = [Publish, AddProject, Judge(true), MakeKey, ProveKey, MakeLetters, Wait(3)];
    let between = proptest::collection::vec(proptest::option::weighted(0.2, command()), usual.len());
    let begun = between.prop_map(move |between| -> Vec<Command> {
        usual.into_iter().zip(between).flat_map(|(usual, other)| [Some(usual), other]).flatten().collect()
    });
    let rest = || proptest::collection::vec(command(), 0..14);
    prop_oneof![
        4 => (begun, rest()).prop_map(|(begun, rest)| [begun, rest].concat()),
        1 => rest(),
    ]
}

/// What the model says is refused, and how.
type Expected = Result<(), ProblemCode>;

/// All that there is to know of a round. Its plan is that of [`World::plan`]: the third minute opens, the tenth shuts.
#[derive(Debug, Default)]
struct Model {
    minute: i64,
    is_published: bool,
    /// Whether each project was admitted; nothing while it waits.
    projects: Vec<Option<bool>>,
    has_key: bool,
    is_proven: bool,
    is_frozen: bool,
    is_stopped: bool,
    is_counted: bool,
    letters: usize,
    /// Which secret each letter was used with.
    votes: BTreeMap<usize, u8>,
}

impl Model {
    fn fase(&self) -> Fase {
        match self.minute {
            _ if self.is_stopped => Fase::Gestopt,
            _ if self.is_counted => Fase::Uitslag,
            ..10 if self.is_frozen => Fase::Stemmen,
            _ if self.is_frozen => Fase::Tellen,
            ..1 => Fase::Voorbereiding,
            _ if !self.is_published => Fase::Voorbereiding,
            1 => Fase::Inzenden,
            _ => Fase::Toetsen,
        }
    }

    fn is_preparing(&self) -> bool {
        self.is_published && matches!(self.fase(), Fase::Voorbereiding | Fase::Inzenden | Fase::Toetsen)
    }

    fn may(&self, is_allowed: bool) -> Expected {
        if is_allowed { Ok(()) } else { Err(ProblemCode::StapKanNietNu) }
    }

    fn is_used(&self, secret: u8) -> bool {
        self.votes.values().any(|own| *own == secret)
    }

    /// What becomes of a command; what happens by itself comes after it.
    fn expect(&mut self, command: Command) -> Expected {
        let is_by_others =
            !matches!(command, Command::Wait(_) | Command::Publish | Command::AddProject | Command::Judge(_));
        let expected = match command {
            // A plan that was not published is nobody's but the wijkteam's.
            _ if is_by_others && !self.is_published => Err(ProblemCode::NietGevonden),
            Command::Wait(_) => Ok(()),
            // Nobody can vote before the plan is there: the day must still come.
            Command::Publish if !self.is_published && self.minute >= 3 => Err(ProblemCode::OngeldigeInvoer),
            Command::Publish => self.may(!self.is_published),
            Command::AddProject | Command::Judge(_) => self.may(self.is_preparing()),
            // From the moment that there is a key, its custodians stay who they are.
            Command::MakeKey => self.may(self.is_preparing() && !self.has_key),
            // Who keeps no part may do nothing with one.
            Command::ProveKey if !self.has_key => Err(ProblemCode::GeenBewaarder),
            Command::ProveKey if self.is_proven => Err(ProblemCode::SleutelAlBeproefd),
            Command::ProveKey => self.may(self.is_preparing()),
            Command::MakeLetters if self.is_preparing() || self.fase() == Fase::Stemmen => Ok(()),
            Command::MakeLetters => Err(ProblemCode::StemmenIsDicht),
            // Whether a code is good is looked at first, once there is a vote.
            Command::Vote(letter, ..) if self.is_frozen && letter >= self.letters => Err(ProblemCode::OngeldigeInvoer),
            // Nothing joins a letter to a ballot: whoever voted and names a ballot that is there is told that it is, also when
            // voting is over (V-3). Of any other ballot it is told then that it is over, and nothing else.
            Command::Vote(letter, secret, _) => match (self.votes.contains_key(&letter), self.is_used(secret)) {
                (true, true) => Ok(()),
                (false, true) => Err(ProblemCode::BiljetBezet),
                (_, false) if self.fase() != Fase::Stemmen => Err(ProblemCode::StemmenIsDicht),
                (true, false) => Err(ProblemCode::AlGestemd),
                (false, false) => Ok(()),
            },
            Command::Stop => self.may(self.is_published && !self.is_stopped && !self.is_counted),
            Command::Count => self.may(self.fase() == Fase::Tellen),
        };
        if expected.is_ok() {
            self.take(command);
        }
        let opens = self.is_published && self.is_proven && !self.is_stopped && (3..10).contains(&self.minute);
        let is_judged = !self.projects.contains(&None) && self.projects.contains(&Some(true));
        self.is_frozen |= opens && is_judged;
        expected
    }

    fn take(&mut self, command: Command) {
        match command {
            Command::Wait(minutes) => self.minute += minutes,
            Command::Publish => self.is_published = true,
            Command::AddProject => self.projects.push(None),
            Command::Judge(is_admitted) => {
                if let Some(first) = self.projects.iter_mut().find(|own| own.is_none()) {
                    *first = Some(is_admitted);
                }
            }
            Command::MakeKey => self.has_key = true,
            Command::ProveKey => self.is_proven = true,
            Command::MakeLetters => self.letters += 1,
            Command::Vote(letter, secret, _) => {
                self.votes.entry(letter).or_insert(secret);
            }
            Command::Stop => self.is_stopped = true,
            Command::Count => self.is_counted = true,
        }
    }
}

/// The round itself, and who works on it.
struct Play<'w> {
    world: &'w World,
    wijkteam: &'w Person,
    stembureau: &'w Person,
    visitor: Person,
    id: BuurtbegrotingId,
    codes: Vec<String>,
    keepers: &'w [Keeper],
}

impl Play<'_> {
    async fn projects(&self) -> Vec<(ProjectId, bool, bool)> {
        let view = self.wijkteam.buurtbegroting(self.id).await.unwrap();
        let facts = |own: &ProjectView| (own.id, own.waits(), own.status == ProjectStatus::Toegelaten);
        view.projecten.iter().map(facts).collect()
    }

    async fn make_key(&self) -> Reply<()> {
        self.stembureau.name_keepers(self.id, self.keepers).await?;
        for keeper in self.keepers {
            keeper.give_key(self.id).await?;
        }
        Ok(())
    }

    async fn prove_key(&self) -> Reply<()> {
        // Who has no part hands in what they have.
        let part = match self.keepers[0].person.bewaarder(self.id).await {
            Ok(_) => self.keepers[0].part(self.id).await,
            Err(_) => Sleuteldeel::new(vec![0; Sleuteldeel::BYTES]),
        };
        self.keepers[0].hand_in_part(self.id, SleutelDoel::Proef, &part).await?;
        self.keepers[2].hand_in(self.id, SleutelDoel::Proef).await.map(|_proven| ())
    }

    async fn count(&self) -> Reply<()> {
        let asked = self.stembureau.count_votes(self.id, VraagTelling::default()).await?;
        hand_in_two(self.keepers, self.id, SleutelDoel::Telling).await?;
        assert_eq!(self.stembureau.wait_for_count(asked.id).await.status, TellingStatus::Klaar);
        Ok(())
    }

    async fn take(&mut self, command: Command) -> Expected {
        let refused = |problem: contract::Problem| problem.code();
        let (wijkteam, stembureau) = (self.wijkteam, self.stembureau);
        match command {
            Command::Wait(minutes) => {
                self.world.pass(TimeDelta::minutes(minutes));
                // Who was there before is there again.
                self.world.log_in(wijkteam).await;
                self.world.log_in(stembureau).await;
                for keeper in self.keepers {
                    self.world.log_in(&keeper.person).await;
                }
            }
            Command::Publish => {
                let version = wijkteam.buurtbegroting(self.id).await.unwrap().versie;
                wijkteam.publish_buurtbegroting(self.id, version).await.map_err(refused)?;
            }
            Command::AddProject => {
                let project = plain_project("Een plan", "4.00");
                wijkteam.add_project(wijkteam.key(), self.id, project).await.map_err(refused)?;
            }
            Command::Judge(is_admitted) => {
                let waiting = self.projects().await.into_iter().find(|(_, waits, _)| *waits);
                let Some((project, ..)) = waiting else { return Err(ProblemCode::StapKanNietNu) };
                let judge = JudgeProject {
                    besluit: if is_admitted { "toelaten" } else { "afwijzen" }.into(),
                    criterium: (!is_admitted).then(|| CRITERIUM.into()),
                    reden: (!is_admitted).then(|| "Het ligt in een ander gebied.".into()),
                    ..JudgeProject::default()
                };
                wijkteam.judge_project(project, judge).await.map_err(refused)?;
            }
            Command::MakeKey => self.make_key().await.map_err(refused)?,
            Command::ProveKey => self.prove_key().await.map_err(refused)?,
            Command::MakeLetters => {
                let request = MakeStemcodes { aantal: "1".into() };
                let made = stembureau.make_stemcodes(self.id, request).await.map_err(refused)?;
                self.codes.extend(made.codes.into_iter().map(|letter| letter.stemcode));
            }
            Command::Vote(letter, secret, last) => {
                let admitted = self.projects().await.into_iter().filter(|(.., admitted)| *admitted).map(|(id, ..)| id);
                let admitted: Vec<ProjectId> = admitted.collect();
                let chosen = if last { admitted.last() } else { admitted.first() };
                let request = CastVote {
                    stemcode: self.codes.get(letter).map_or("0000-0000-0000", String::as_str).into(),
                    biljet_id: proof(secret).biljet(self.id).to_string().into(),
                    keuzes: chosen.map(|project| keuze(*project, 1)).into_iter().collect(),
                };
                self.visitor.cast_vote(self.id, request).await.map_err(refused)?;
            }
            Command::Stop => {
                let say = Say { tekst: "Er stond een plan op met een verkeerd bedrag.".into() };
                stembureau.stop_buurtbegroting(self.id, say).await.map_err(refused)?;
            }
            Command::Count => self.count().await.map_err(refused)?,
        }
        Ok(())
    }
}

/// Cents that a round divides: the wijkbudget holds ten thousand of them.
const BEDRAG: i64 = 1_000;

/// Cents of the product that are set aside, how many people voted, and how many ballots there are; of all rounds so far.
async fn totals(world: &World, who: &Person) -> [i64; 3] {
    let budget = who.wijkbudget(code("W2"), Some(2026)).await.unwrap();
    let own = budget.producten.into_iter().find(|own| own.product.as_deref() == Some(PRODUCT)).unwrap();
    let ballots = "(SELECT 1 FROM bus UNION ALL SELECT 1 FROM bus_in) AS s";
    [own.gereserveerd.cents(), world.count("deelname").await, world.count(ballots).await]
}

async fn play(
    world: &World,
    (staff, keepers): (&[Person; 2], &[Keeper]),
    commands: &[Command],
) -> Result<(), TestCaseError> {
    let [wijkteam, stembureau] = staff;
    for person in staff.iter().chain(keepers.iter().map(|keeper| &keeper.person)) {
        world.log_in(person).await;
    }
    let plan = PlanBuurtbegroting { bedrag: "10.00".into(), ..world.plan() };
    let id = wijkteam.create_buurtbegroting(wijkteam.key(), plan).await.unwrap().kaart.id;
    let codes = Vec::new();
    let mut round = Play { world, wijkteam, stembureau, visitor: world.bezoeker(), id, codes, keepers };
    let mut model = Model::default();
    let before = totals(world, wijkteam).await;
    for command in commands {
        if matches!(command, Command::Judge(_)) && !model.projects.contains(&None) {
            continue;
        }
        let expected = model.expect(*command);
        let seen = round.take(*command).await;
        prop_assert_eq!(seen, expected, "{:?} at {:?}", command, model);
        world.drive().await;
        let view = wijkteam.buurtbegroting(id).await.unwrap();
        prop_assert_eq!(view.kaart.fase, model.fase(), "{:?} at {:?}", command, model);
        let now = totals(world, wijkteam).await;
        let voted = i64::try_from(model.votes.len()).unwrap();
        prop_assert_eq!((now[1] - before[1], now[2] - before[2]), (voted, voted), "{:?} at {:?}", command, model);
        let winners = if model.is_counted {
            let uitslag = wijkteam.uitslag(id).await.unwrap();
            uitslag.projecten.iter().filter(|own| own.gekozen).map(|own| own.kosten.cents()).sum()
        } else {
            BEDRAG
        };
        let aside = if model.is_published && !model.is_stopped { winners } else { 0 };
        prop_assert_eq!(now[0] - before[0], aside, "{:?} at {:?}", command, model);
    }
    Ok(())
}

/// So many on each database at every change, together 500 (SECURITY-RULES §12); more are worth a night.
const RUNS: usize = 250;
/// A world with many rounds is slow, so that there are some of them.
const IN_ONE_WORLD: usize = 50;

//
#[test]
fn x8_whatever_people_do_a_round_is_where_the_model_says() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for _world in 0..runs::times(runs::MODEL_RUNS, RUNS).div_ceil(IN_ONE_WORLD) {
        let (world, staff, keepers) = runtime.block_on(async {
            let world = World::new().await;
            let staff = [world.wijkteam("W2").await, world.stembureau("W2").await];
            let keepers = world.keepers().await;
            (world, staff, keepers)
        });
        let config = Config {
            cases: u32::try_from(IN_ONE_WORLD).unwrap(),
            failure_persistence: None,
            max_shrink_iters: 200,
            ..Config::default()
        };
        let outcome = TestRunner::new(config)
            .run(&commands(), |commands| runtime.block_on(play(&world, (&staff, &keepers), &commands)));
        runtime.block_on(async {
            if let Err(failed) = outcome {
                panic!("{failed}");
            }
            assert_eq!(world.ledger_differences().await, [""; 0]);
            drop(world);
        });
    }
}
