//! A buurtbegroting with defaults for all that a test is not about.

use crate::keepers::Keeper;
use crate::people::Person;
use crate::world::{CRITERIUM, PRODUCT, THEMA, World};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use contract::buurtbegroting::{
    BuurtbegrotingApi as _, BuurtbegrotingView, PlanBuurtbegroting, PlanStembiljet, PlanTelregel,
};
use contract::field::Raw;
use contract::ingreep::{GezienIngreep, IngreepView, WeigerIngreep};
use contract::project::{AddProject, JudgeProject, ProjectApi as _};
use contract::stem::{CastVote, Gestemd, StemApi as _, Stembewijs};
use contract::stembiljet::StemKeuze;
use contract::stembureau::{MakeStemcodes, ReplaceStemcode, StembureauApi as _, StemcodeBrief};
use contract::{BuurtbegrotingId, ProjectId, Reply};

/// A vote that is open.
pub struct OpenVote {
    /// The round.
    pub id: BuurtbegrotingId,
    /// Who prepared it.
    pub wijkteam: Person,
    /// Who counts it.
    pub stembureau: Person,
    /// What can be voted on.
    pub projecten: Vec<ProjectId>,
    /// The codes on the letters.
    pub codes: Vec<String>,
    /// Who keep the key.
    pub bewaarders: Vec<Keeper>,
}

/// A moment as the API writes it.
#[must_use]
pub fn moment(at: DateTime<Utc>) -> Raw<DateTime<Utc>> {
    Raw::new(at.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// A project chosen, with so many points.
#[must_use]
pub const fn keuze(project: ProjectId, punten: u16) -> StemKeuze {
    StemKeuze { project, punten }
}

impl World {
    /// A plan for a round in W2 of € 10 000: people hand in after a minute, plans are checked after two, and people
    /// vote from the third to the tenth. So short that nobody's login ends meanwhile.
    #[must_use]
    pub fn plan(&self) -> PlanBuurtbegroting {
        let after = |minutes: i64| moment(self.now() + TimeDelta::minutes(minutes));
        PlanBuurtbegroting {
            gebied: "W2".into(),
            titel: "Klarendal kiest".into(),
            uitleg: "Bewoners van Klarendal verdelen samen geld voor hun wijk.".into(),
            jaar: 2026,
            product: PRODUCT.into(),
            bedrag: "10000.00".into(),
            stemgerechtigd: "bewoners".into(),
            minimum_leeftijd: "16".into(),
            stembiljet: PlanStembiljet {
                soort: "goedkeuring".into(),
                hoogstens: Some("3".into()),
                ..PlanStembiljet::default()
            },
            telregel: PlanTelregel { regel: "equal-shares".into(), ..PlanTelregel::default() },
            criteria: vec![CRITERIUM.into()],
            inzenden_vanaf: after(1),
            toetsen_vanaf: after(2),
            stemmen_vanaf: after(3),
            stemmen_tot: after(10),
            ..PlanBuurtbegroting::default()
        }
    }

    /// The same, and people vote from ten hours on until fifteen: custodians have the time to wait for each other.
    #[must_use]
    pub fn plan_in_ten_hours(&self) -> PlanBuurtbegroting {
        let after = |hours: i64| moment(self.now() + TimeDelta::hours(hours));
        PlanBuurtbegroting { stemmen_vanaf: after(10), stemmen_tot: after(15), ..self.plan() }
    }

    /// The same, and people vote between these two, in seconds from now: where the server is a process of its own, time is
    /// that of the machine.
    #[must_use]
    pub fn plan_in_seconds(&self, [from, until]: [i64; 2]) -> PlanBuurtbegroting {
        let now = self.now();
        let after = |seconds: i64| moment(now + TimeDelta::seconds(seconds));
        PlanBuurtbegroting {
            inzenden_vanaf: after(1),
            toetsen_vanaf: after(2),
            stemmen_vanaf: after(from),
            stemmen_tot: after(until),
            ..self.plan()
        }
    }

    /// What happens by itself when its time has come.
    ///
    /// # Panics
    /// When the database is away.
    pub async fn drive(&self) {
        wijkkoers::jobs::drive_votes(self.app()).await.expect("the jobs run");
    }

    /// Lets time pass until the vote of [`World::plan`] is over and the box is shut.
    pub async fn close_vote(&self) {
        self.pass(TimeDelta::minutes(7));
        self.drive().await;
    }

    /// A vote that is open, with so many letters and projects of these costs.
    ///
    /// # Panics
    /// When one of the steps is refused.
    pub async fn open_vote(&self, plan: PlanBuurtbegroting, letters: u32, costs: &[&str]) -> OpenVote {
        let vote = self.prepare_vote(plan, letters, costs).await;
        self.open_now().await;
        vote
    }

    /// Lets time pass until the vote of [`World::plan`] opens.
    pub async fn open_now(&self) {
        self.pass(TimeDelta::minutes(3));
        self.drive().await;
    }

    async fn projects_of(&self, vote: &OpenVote) -> Vec<ProjectId> {
        let view = vote.wijkteam.buurtbegroting(vote.id).await.expect("it is public");
        view.projecten.iter().map(|project| project.id).collect()
    }

    /// The same, before its time has come.
    ///
    /// # Panics
    /// When one of the steps is refused.
    pub async fn prepare_vote(&self, plan: PlanBuurtbegroting, letters: u32, costs: &[&str]) -> OpenVote {
        let project = |(number, cost): (i32, &&str)| plain_project(&format!("Plan {number}"), cost);
        self.prepare_vote_on(plan, letters, (1..).zip(costs).map(project).collect()).await
    }

    /// The same, on these projects.
    ///
    /// # Panics
    /// When one of the steps is refused.
    pub async fn prepare_vote_on(&self, plan: PlanBuurtbegroting, letters: u32, projects: Vec<AddProject>) -> OpenVote {
        let wijkteam = self.wijkteam("W2").await;
        let id = wijkteam.published(plan).await;
        self.prepare_round(wijkteam, id, letters, projects).await
    }

    /// A vote that is open, in the form that rounds had which the version before published.
    ///
    /// # Panics
    /// When one of the steps is refused.
    pub async fn open_vote_of_before(&self, plan: PlanBuurtbegroting, letters: u32, costs: &[&str]) -> OpenVote {
        let wijkteam = self.wijkteam("W2").await;
        let id = wijkteam.published(plan).await;
        self.force("rondevorm", "DELETE FROM rondevorm").await;
        let project = |(number, cost): (i32, &&str)| plain_project(&format!("Plan {number}"), cost);
        let projects = (1..).zip(costs).map(project).collect();
        let vote = self.prepare_round(wijkteam, id, letters, projects).await;
        self.open_now().await;
        vote
    }

    async fn prepare_round(
        &self,
        wijkteam: Person,
        id: BuurtbegrotingId,
        letters: u32,
        projects: Vec<AddProject>,
    ) -> OpenVote {
        let stembureau = self.stembureau("W2").await;
        for project in projects {
            wijkteam.add_admitted(id, project).await;
        }
        let bewaarders = stembureau.make_and_prove_key(self, id).await;
        let codes = stembureau.letters(id, letters).await;
        let mut vote = OpenVote { id, wijkteam, stembureau, projecten: Vec::new(), codes, bewaarders };
        vote.projecten = self.projects_of(&vote).await;
        vote
    }
}

/// A request to add a project.
#[must_use]
pub fn plain_project(titel: &str, kosten: &str) -> AddProject {
    AddProject {
        titel: titel.into(),
        tekst: "Iets moois voor de wijk, met de buren samen.".into(),
        kosten: kosten.into(),
        thema: THEMA.into(),
        ..AddProject::default()
    }
}

impl Person {
    /// Plans a round and publishes it.
    ///
    /// # Panics
    /// When one of the two is refused.
    pub async fn published(&self, plan: PlanBuurtbegroting) -> BuurtbegrotingId {
        let made = self.create_buurtbegroting(self.key(), plan).await.expect("it is planned");
        self.publish_buurtbegroting(made.kaart.id, made.versie).await.expect("it is published").kaart.id
    }

    /// Adds a project and admits it.
    ///
    /// # Panics
    /// When one of the two is refused.
    pub async fn add_admitted(&self, id: BuurtbegrotingId, project: AddProject) -> BuurtbegrotingView {
        let added = self.add_project(self.key(), id, project).await.expect("it is added");
        let project = added.projecten.last().expect("the one just added").id;
        let admit = JudgeProject { besluit: "toelaten".into(), ..JudgeProject::default() };
        self.judge_project(project, admit).await.expect("it is admitted")
    }

    /// Another code for a letter that was lost: this person asks, and a colleague confirms.
    ///
    /// # Errors
    /// When either is refused.
    pub async fn replace_with(&self, colleague: &Self, id: BuurtbegrotingId, nummer: &str) -> Reply<StemcodeBrief> {
        let asked = self.request_vervanging(id, ReplaceStemcode { nummer: nummer.into() }).await?;
        colleague.confirm_vervanging(asked.id).await
    }

    /// Codes for so many letters.
    ///
    /// # Panics
    /// When they are refused.
    pub async fn letters(&self, id: BuurtbegrotingId, number: u32) -> Vec<String> {
        let request = MakeStemcodes { aantal: number.to_string().into() };
        let made = self.make_stemcodes(id, request).await.expect("codes");
        made.codes.into_iter().map(|letter| letter.stemcode).collect()
    }
}

/// One of many secrets.
#[must_use]
pub fn proof_of(number: u64) -> Stembewijs {
    Stembewijs((u128::from(number) + 1).to_be_bytes())
}

/// A secret that a test can name.
#[must_use]
pub fn proof(number: u8) -> Stembewijs {
    Stembewijs([number; 16])
}

/// What somebody was shown who says yes to it, or withdraws it.
#[must_use]
pub fn as_shown(own: &IngreepView) -> GezienIngreep {
    GezienIngreep { staat: own.status.as_str().into(), sinds: own.sinds.to_rfc3339().into() }
}

/// The no of the stembureau to what it was shown.
#[must_use]
pub fn refusal(own: &IngreepView, reden: &str) -> WeigerIngreep {
    let GezienIngreep { staat, sinds } = as_shown(own);
    WeigerIngreep { staat, sinds, reden: reden.into() }
}

impl OpenVote {
    /// A request to vote with a letter, under a secret, for these projects.
    ///
    /// # Panics
    /// When there is no such letter or project.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "a test that names what is not there must fail")]
    pub fn ballot(&self, letter: usize, secret: Stembewijs, places: &[usize]) -> CastVote {
        CastVote {
            stemcode: self.codes[letter].as_str().into(),
            biljet_id: secret.biljet(self.id).to_string().into(),
            keuzes: places.iter().map(|place| keuze(self.projecten[*place], 1)).collect(),
        }
    }

    /// The first so many letters vote, each under the secret of its number, for what this says.
    ///
    /// # Panics
    /// When one is refused.
    pub async fn vote_all(&self, who: &Person, letters: usize, places: impl Fn(usize) -> Vec<usize>) {
        for letter in 0..letters {
            let secret = proof_of(u64::try_from(letter).expect("a small number"));
            self.vote(who, letter, secret, &places(letter)).await.expect("it is taken");
        }
    }

    /// Votes.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn vote(&self, who: &Person, letter: usize, secret: Stembewijs, places: &[usize]) -> Reply<Gestemd> {
        who.cast_vote(self.id, self.ballot(letter, secret, places)).await
    }
}
