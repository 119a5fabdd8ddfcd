//! Steps of the main job with defaults for all that a test is not about.

use crate::people::Person;
use crate::world::{KLARENDAL, PRODUCT, THEMA};
use contract::field::{Code, Field as _};
use contract::initiatief::{
    CreateInitiatief, Indiener, InitiatiefApi as _, InitiatiefDossier, Link, MijnInitiatief, TriageApi as _,
};
use contract::opdracht::{CreateOpdracht, Decide, OpdrachtApi as _, OpdrachtView};
use contract::opgave::{CreateActiviteit, CreateInzet, CreateOpgave, OpgaveApi as _};
use contract::{ActiviteitId, Euro, InitiatiefId, InzetId, OpgaveId, Reply};

/// An amount as the API writes it.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn euro(text: &str) -> Euro {
    Euro::parse(text).expect("an amount")
}

/// The code of a gebied.
///
/// # Panics
/// When it can be none.
#[must_use]
pub fn code(text: &str) -> Code {
    Code::parse(text).expect("a code")
}

/// What an opdracht hangs on, and the opdracht as it was last seen.
#[derive(Debug, Clone)]
pub struct Ordered {
    /// The opgave.
    pub opgave: OpgaveId,
    /// The inzet.
    pub inzet: InzetId,
    /// The activiteit.
    pub activiteit: ActiviteitId,
    /// The opdracht.
    pub opdracht: OpdrachtView,
}

impl Person {
    /// A request to hand in something in Klarendal; a visitor says who they are.
    #[must_use]
    pub fn idea(&self, titel: &str) -> CreateInitiatief {
        let guest = Indiener {
            naam: self.naam.as_str().into(),
            email: self.email.as_str().into(),
            soort: "bewoner".into(),
            ..Indiener::default()
        };
        CreateInitiatief {
            soort: "idee".into(),
            titel: titel.into(),
            tekst: "Er is plaats genoeg, en de buren doen graag mee.".into(),
            over_persoon: Some("nee".into()),
            wijk: KLARENDAL.into(),
            thema: THEMA.into(),
            indiener: self.transport.tokens().is_none().then_some(guest),
            ..CreateInitiatief::default()
        }
    }

    /// Hands something in.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn hand_in(&self, titel: &str) -> InitiatiefId {
        self.create_initiatief(self.key(), self.idea(titel)).await.expect("it is taken in").id
    }

    /// Keeps something as a concept.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn draft(&self, titel: &str) -> MijnInitiatief {
        let request = CreateInitiatief { als_concept: true, ..self.idea(titel) };
        let kept = self.create_initiatief(self.key(), request).await.expect("it is kept");
        self.own_initiatief(kept.id).await.expect("one's own")
    }

    /// Makes an initiatief part of an opgave.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn link_to(&self, id: InitiatiefId, opgave: OpgaveId) -> InitiatiefDossier {
        let seen = self.dossier(id).await.expect("a dossier of the gebied");
        let link = Link {
            opgave: Some(opgave.to_string().into()),
            nieuwe_opgave: None,
            reden: "Wij nemen dit mee in het plan voor de wijk.".into(),
        };
        self.link(id, seen.versie, link).await.expect("it is linked")
    }

    /// Notes an opgave.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn note_opgave(&self, gebied: &str) -> OpgaveId {
        let request = CreateOpgave {
            gebied: gebied.into(),
            titel: "Meer groen in de straat".into(),
            tekst: "Bewoners missen schaduw en plaatsen om te zitten.".into(),
            thema: THEMA.into(),
        };
        self.create_opgave(self.key(), request).await.expect("it is noted").id
    }

    /// Commits money to an opgave.
    ///
    /// # Errors
    /// What the API refuses.
    ///
    /// # Panics
    /// When an inzet was taken in and cannot be seen.
    pub async fn commit(&self, opgave: OpgaveId, product: &str, bedrag: &str) -> Reply<InzetId> {
        let (product, bedrag) = (Some(product.into()), Some(bedrag.into()));
        let request = CreateInzet { product, bedrag, ..CreateInzet::default() };
        let seen = self.create_inzet(self.key(), opgave, request).await?;
        Ok(seen.inzetten.last().expect("what was just made").id)
    }

    /// Commits hours to an opgave, and no money.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn commit_hours(&self, opgave: OpgaveId) -> InzetId {
        let request = CreateInzet { uren: Some("16".into()), ..CreateInzet::default() };
        let seen = self.create_inzet(self.key(), opgave, request).await.expect("it is committed");
        seen.inzetten.last().expect("what was just made").id
    }

    /// Says what will be done with an inzet.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn plan(&self, inzet: InzetId) -> ActiviteitId {
        let request = CreateActiviteit { titel: "Bomen planten".into(), ..CreateActiviteit::default() };
        let seen = self.create_activiteit(self.key(), inzet, request).await.expect("it is planned");
        let inzet = seen.inzetten.iter().find(|found| found.id == inzet).expect("the same inzet");
        inzet.activiteiten.last().expect("what was just made").id
    }

    /// A request for an opdracht to the back office.
    #[must_use]
    pub fn order(&self, product: &str, bedrag: &str) -> CreateOpdracht {
        CreateOpdracht {
            soort: "uitvoeren".into(),
            titel: "Plant zes bomen".into(),
            tekst: "Zes inheemse bomen, met water geven in het eerste jaar.".into(),
            opdrachtnemer: "backoffice".into(),
            opdrachtnemer_naam: "Afdeling Groen".into(),
            product: product.into(),
            bedrag: bedrag.into(),
            initiatief: None,
        }
    }

    /// Draws up an opdracht and asks for fiat.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn request(&self, activiteit: ActiviteitId, order: CreateOpdracht) -> OpdrachtView {
        let drawn = self.create_opdracht(self.key(), activiteit, order).await.expect("it is drawn up");
        self.request_fiat(drawn.kaart.id, drawn.versie).await.expect("fiat is asked")
    }

    /// An opdracht that waits for fiat, paid out of what is free, with an opgave of its own in a gebied.
    ///
    /// # Panics
    /// When something is refused.
    pub async fn ordered(&self, gebied: &str, bedrag: &str) -> Ordered {
        let opgave = self.note_opgave(gebied).await;
        let inzet = self.commit_hours(opgave).await;
        let activiteit = self.plan(inzet).await;
        let opdracht = self.request(activiteit, self.order(PRODUCT, bedrag)).await;
        Ordered { opgave, inzet, activiteit, opdracht }
    }

    /// Says yes to the spending.
    ///
    /// # Errors
    /// What the API refuses.
    pub async fn approve(&self, opdracht: &OpdrachtView) -> Reply<OpdrachtView> {
        let yes = Decide { besluit: "akkoord".into(), reden: None };
        self.decide_fiat(opdracht.kaart.id, opdracht.versie, yes).await
    }

    /// Accepts the work.
    ///
    /// # Errors
    /// What the API refuses.
    pub async fn accept(&self, opdracht: &OpdrachtView) -> Reply<OpdrachtView> {
        let yes = Decide { besluit: "akkoord".into(), reden: None };
        self.decide_acceptance(opdracht.kaart.id, opdracht.versie, yes).await
    }
}
