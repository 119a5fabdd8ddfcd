//! What people read for a status, a kind or an event: every value has a word in every language, or this does not build.

use crate::i18n::Lang;
use contract::account::{PersoonSoort, Role};
use contract::bundel::BundelKanaal;
use contract::buurtbegroting::{Aanvulling, BuurtbegrotingFase, PastNiet, Stemgerechtigd, TelregelNaam, Tevredenheid};
use contract::ingreep::{DeelSoort, IngreepSoort, IngreepStatus, Veld};
use contract::initiatief::{DoorverwezenNaar, GebeurtenisSoort, InitiatiefSoort, InitiatiefStatus, OverPersoon, Zicht};
use contract::opdracht::{OpdrachtSoort, OpdrachtStatus, OpdrachtnemerSoort};
use contract::project::{ProjectStatus, Toetsing};
use contract::stembiljet::{StembiljetRegels, StembiljetSoort};
use contract::stembureau::Bevinding;
use contract::wijkbudget::{BoekingSoort, Omschrijving, Pot};

impl Lang {
    /// What a voter may do, in one sentence.
    #[must_use]
    pub fn ballot_rule(self, regels: StembiljetRegels) -> String {
        match regels {
            StembiljetRegels::Goedkeuring { minstens: 1, hoogstens } => self.ballot_rule_goedkeuring(hoogstens),
            StembiljetRegels::Goedkeuring { minstens, hoogstens } => {
                self.ballot_rule_goedkeuring_from(hoogstens, minstens)
            }
            StembiljetRegels::Knapzak { budget, .. } => self.ballot_rule_knapzak(crate::amount::euro(self, budget)),
            StembiljetRegels::Punten { punten, per_project } => self.ballot_rule_punten(per_project, punten),
            StembiljetRegels::Rangorde { hoogstens, .. } => self.ballot_rule_rangorde(hoogstens),
        }
    }

    /// How a voter fills in a ballot on paper.
    #[must_use]
    pub const fn paper_how(self, soort: StembiljetSoort) -> &'static str {
        match soort {
            StembiljetSoort::Goedkeuring | StembiljetSoort::Knapzak => self.paper_how_cross(),
            StembiljetSoort::Punten => self.paper_how_points(),
            StembiljetSoort::Rangorde => self.paper_how_places(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn bundel_kanaal(self, value: BundelKanaal) -> &'static str {
        match value {
            BundelKanaal::Papier => self.word_bundel_kanaal_papier(),
            BundelKanaal::Balie => self.word_bundel_kanaal_balie(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn initiatief_soort(self, value: InitiatiefSoort) -> &'static str {
        match value {
            InitiatiefSoort::Idee => self.word_initiatief_soort_idee(),
            InitiatiefSoort::Vraag => self.word_initiatief_soort_vraag(),
            InitiatiefSoort::ZelfDoen => self.word_initiatief_soort_zelf_doen(),
            InitiatiefSoort::Buurtrecht => self.word_initiatief_soort_buurtrecht(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn initiatief_status(self, value: InitiatiefStatus) -> &'static str {
        match value {
            InitiatiefStatus::Concept => self.word_initiatief_status_concept(),
            InitiatiefStatus::Ingediend => self.word_initiatief_status_ingediend(),
            InitiatiefStatus::InBehandeling => self.word_initiatief_status_in_behandeling(),
            InitiatiefStatus::VraagAanIndiener => self.word_initiatief_status_vraag_aan_indiener(),
            InitiatiefStatus::Gekoppeld => self.word_initiatief_status_gekoppeld(),
            InitiatiefStatus::Samengevoegd => self.word_initiatief_status_samengevoegd(),
            InitiatiefStatus::NaarBuurtbegroting => self.word_initiatief_status_naar_buurtbegroting(),
            InitiatiefStatus::Doorverwezen => self.word_initiatief_status_doorverwezen(),
            InitiatiefStatus::Afgewezen => self.word_initiatief_status_afgewezen(),
            InitiatiefStatus::InUitvoering => self.word_initiatief_status_in_uitvoering(),
            InitiatiefStatus::Gerealiseerd => self.word_initiatief_status_gerealiseerd(),
            InitiatiefStatus::Ingetrokken => self.word_initiatief_status_ingetrokken(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn over_persoon(self, value: OverPersoon) -> &'static str {
        match value {
            OverPersoon::Ja => self.word_over_persoon_ja(),
            OverPersoon::Nee => self.word_over_persoon_nee(),
            OverPersoon::WeetNiet => self.word_over_persoon_weet_niet(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn zicht(self, value: Zicht) -> &'static str {
        match value {
            Zicht::Open => self.word_zicht_open(),
            Zicht::Wacht => self.word_zicht_wacht(),
            Zicht::Afgeschermd => self.word_zicht_afgeschermd(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn ingreep_soort(self, value: IngreepSoort) -> &'static str {
        match value {
            IngreepSoort::Afschermen => self.word_ingreep_soort_afschermen(),
            IngreepSoort::Onherkenbaar => self.word_ingreep_soort_onherkenbaar(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn ingreep_status(self, value: IngreepStatus) -> &'static str {
        match value {
            IngreepStatus::Wacht => self.word_ingreep_status_wacht(),
            IngreepStatus::Gedaan => self.word_ingreep_status_gedaan(),
            IngreepStatus::HerstelWacht => self.word_ingreep_status_herstel_wacht(),
            IngreepStatus::Hersteld => self.word_ingreep_status_hersteld(),
            IngreepStatus::Ingetrokken => self.word_ingreep_status_ingetrokken(),
            IngreepStatus::Geweigerd => self.word_ingreep_status_geweigerd(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn deel_soort(self, value: DeelSoort) -> &'static str {
        match value {
            DeelSoort::Initiatief => self.word_deel_soort_initiatief(),
            DeelSoort::Gebeurtenis => self.word_deel_soort_gebeurtenis(),
            DeelSoort::Opgave => self.word_deel_soort_opgave(),
            DeelSoort::Inzet => self.word_deel_soort_inzet(),
            DeelSoort::Activiteit => self.word_deel_soort_activiteit(),
            DeelSoort::Opdracht => self.word_deel_soort_opdracht(),
            DeelSoort::Buurtbegroting => self.word_deel_soort_buurtbegroting(),
            DeelSoort::Project => self.word_deel_soort_project(),
            DeelSoort::Boeking => self.word_deel_soort_boeking(),
            DeelSoort::Foto => self.word_deel_soort_foto(),
        }
    }

    /// So many texts and photos, in words; of one of them alone when there is none of the other.
    #[must_use]
    pub fn texts_and_photos(self, texts: u32, photos: u32) -> String {
        match (texts, photos) {
            (_, 0) => self.weglaten_texts_number(texts),
            (0, _) => self.weglaten_photos_number(photos),
            _ => self.weglaten_and(self.weglaten_photos_number(photos), self.weglaten_texts_number(texts)),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn veld(self, value: Veld) -> &'static str {
        match value {
            Veld::Titel => self.word_veld_titel(),
            Veld::Tekst => self.word_veld_tekst(),
            Veld::Uitleg => self.word_veld_uitleg(),
            Veld::Plaats => self.word_veld_plaats(),
            Veld::Punt => self.word_veld_punt(),
            Veld::Organisatie => self.word_veld_organisatie(),
            Veld::Wie => self.word_veld_wie(),
            Veld::Reden => self.word_veld_reden(),
            Veld::Omschrijving => self.word_veld_omschrijving(),
            Veld::Beeld => self.word_veld_beeld(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn gebeurtenis(self, value: GebeurtenisSoort) -> &'static str {
        match value {
            GebeurtenisSoort::Ingediend => self.word_gebeurtenis_ingediend(),
            GebeurtenisSoort::InBehandeling => self.word_gebeurtenis_in_behandeling(),
            GebeurtenisSoort::Vraag => self.word_gebeurtenis_vraag(),
            GebeurtenisSoort::Antwoord => self.word_gebeurtenis_antwoord(),
            GebeurtenisSoort::Reactie => self.word_gebeurtenis_reactie(),
            GebeurtenisSoort::Genomineerd => self.word_gebeurtenis_genomineerd(),
            GebeurtenisSoort::NietToegelaten => self.word_gebeurtenis_niet_toegelaten(),
            GebeurtenisSoort::Gekozen => self.word_gebeurtenis_gekozen(),
            GebeurtenisSoort::NietGekozen => self.word_gebeurtenis_niet_gekozen(),
            GebeurtenisSoort::StemmingGestopt => self.word_gebeurtenis_stemming_gestopt(),
            GebeurtenisSoort::Gekoppeld => self.word_gebeurtenis_gekoppeld(),
            GebeurtenisSoort::Samengevoegd => self.word_gebeurtenis_samengevoegd(),
            GebeurtenisSoort::Opgenomen => self.word_gebeurtenis_opgenomen(),
            GebeurtenisSoort::Doorverwezen => self.word_gebeurtenis_doorverwezen(),
            GebeurtenisSoort::Afgewezen => self.word_gebeurtenis_afgewezen(),
            GebeurtenisSoort::Ingetrokken => self.word_gebeurtenis_ingetrokken(),
            GebeurtenisSoort::Afgeschermd => self.word_gebeurtenis_afgeschermd(),
            GebeurtenisSoort::Vrijgegeven => self.word_gebeurtenis_vrijgegeven(),
            GebeurtenisSoort::Inzet => self.word_gebeurtenis_inzet(),
            GebeurtenisSoort::Activiteit => self.word_gebeurtenis_activiteit(),
            GebeurtenisSoort::FiatGevraagd => self.word_gebeurtenis_fiat_gevraagd(),
            GebeurtenisSoort::Gefiatteerd => self.word_gebeurtenis_gefiatteerd(),
            GebeurtenisSoort::FiatGeweigerd => self.word_gebeurtenis_fiat_geweigerd(),
            GebeurtenisSoort::Aangenomen => self.word_gebeurtenis_aangenomen(),
            GebeurtenisSoort::Geweigerd => self.word_gebeurtenis_geweigerd(),
            GebeurtenisSoort::Voortgang => self.word_gebeurtenis_voortgang(),
            GebeurtenisSoort::Gereed => self.word_gebeurtenis_gereed(),
            GebeurtenisSoort::Gerealiseerd => self.word_gebeurtenis_gerealiseerd(),
            GebeurtenisSoort::OpdrachtIngetrokken => self.word_gebeurtenis_opdracht_ingetrokken(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn opdracht_status(self, value: OpdrachtStatus) -> &'static str {
        match value {
            OpdrachtStatus::Concept => self.word_opdracht_status_concept(),
            OpdrachtStatus::TerFiattering => self.word_opdracht_status_ter_fiattering(),
            OpdrachtStatus::Gefiatteerd => self.word_opdracht_status_gefiatteerd(),
            OpdrachtStatus::Aangenomen => self.word_opdracht_status_aangenomen(),
            OpdrachtStatus::Geweigerd => self.word_opdracht_status_geweigerd(),
            OpdrachtStatus::InUitvoering => self.word_opdracht_status_in_uitvoering(),
            OpdrachtStatus::Gereed => self.word_opdracht_status_gereed(),
            OpdrachtStatus::Verantwoord => self.word_opdracht_status_verantwoord(),
            OpdrachtStatus::Afgewezen => self.word_opdracht_status_afgewezen(),
            OpdrachtStatus::Ingetrokken => self.word_opdracht_status_ingetrokken(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn opdracht_soort(self, value: OpdrachtSoort) -> &'static str {
        match value {
            OpdrachtSoort::Uitvoeren => self.word_opdracht_soort_uitvoeren(),
            OpdrachtSoort::Minder => self.word_opdracht_soort_minder(),
            OpdrachtSoort::Stoppen => self.word_opdracht_soort_stoppen(),
            OpdrachtSoort::Overdragen => self.word_opdracht_soort_overdragen(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn opdrachtnemer_soort(self, value: OpdrachtnemerSoort) -> &'static str {
        match value {
            OpdrachtnemerSoort::Backoffice => self.word_opdrachtnemer_soort_backoffice(),
            OpdrachtnemerSoort::Partner => self.word_opdrachtnemer_soort_partner(),
            OpdrachtnemerSoort::Initiatiefnemer => self.word_opdrachtnemer_soort_initiatiefnemer(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn persoon_soort(self, value: PersoonSoort) -> &'static str {
        match value {
            PersoonSoort::Bewoner => self.word_persoon_soort_bewoner(),
            PersoonSoort::Ondernemer => self.word_persoon_soort_ondernemer(),
            PersoonSoort::Organisatie => self.word_persoon_soort_organisatie(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn doorverwezen_naar(self, value: DoorverwezenNaar) -> &'static str {
        match value {
            DoorverwezenNaar::Ozo => self.word_doorverwezen_naar_ozo(),
            DoorverwezenNaar::SociaalWijkteam => self.word_doorverwezen_naar_sociaal_wijkteam(),
            DoorverwezenNaar::MeldpuntOpenbareRuimte => self.word_doorverwezen_naar_meldpunt_openbare_ruimte(),
            DoorverwezenNaar::Politie => self.word_doorverwezen_naar_politie(),
        }
    }

    /// Who has it, once it was referred.
    #[must_use]
    pub const fn ligt_bij(self, value: DoorverwezenNaar) -> &'static str {
        match value {
            DoorverwezenNaar::Ozo => self.word_ligt_bij_ozo(),
            DoorverwezenNaar::SociaalWijkteam => self.word_ligt_bij_sociaal_wijkteam(),
            DoorverwezenNaar::MeldpuntOpenbareRuimte => self.word_ligt_bij_meldpunt_openbare_ruimte(),
            DoorverwezenNaar::Politie => self.word_ligt_bij_politie(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn pot(self, value: Pot) -> &'static str {
        match value {
            Pot::Extern => self.word_pot_extern(),
            Pot::Vrij => self.word_pot_vrij(),
            Pot::Gereserveerd => self.word_pot_gereserveerd(),
            Pot::Verplicht => self.word_pot_verplicht(),
            Pot::Besteed => self.word_pot_besteed(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn boeking_soort(self, value: BoekingSoort) -> &'static str {
        match value {
            BoekingSoort::Begroot => self.word_boeking_soort_begroot(),
            BoekingSoort::Wijziging => self.word_boeking_soort_wijziging(),
            BoekingSoort::Gereserveerd => self.word_boeking_soort_gereserveerd(),
            BoekingSoort::Verplicht => self.word_boeking_soort_verplicht(),
            BoekingSoort::Besteed => self.word_boeking_soort_besteed(),
            BoekingSoort::Vrijval => self.word_boeking_soort_vrijval(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn omschrijving(self, value: Omschrijving) -> &'static str {
        match value {
            Omschrijving::Begroting => self.word_omschrijving_begroting(),
            Omschrijving::Inzet => self.word_omschrijving_inzet(),
            Omschrijving::Buurtbegroting => self.word_omschrijving_buurtbegroting(),
            Omschrijving::Fiat => self.word_omschrijving_fiat(),
            Omschrijving::Vrijval => self.word_omschrijving_vrijval(),
            Omschrijving::Factuur => self.word_omschrijving_factuur(),
            Omschrijving::Declaratie => self.word_omschrijving_declaratie(),
            Omschrijving::LoonEnUren => self.word_omschrijving_loon_en_uren(),
            Omschrijving::Materiaal => self.word_omschrijving_materiaal(),
            Omschrijving::Huur => self.word_omschrijving_huur(),
            Omschrijving::Bijeenkomst => self.word_omschrijving_bijeenkomst(),
            Omschrijving::Vervoer => self.word_omschrijving_vervoer(),
            Omschrijving::Leges => self.word_omschrijving_leges(),
            Omschrijving::Vrijwilligersvergoeding => self.word_omschrijving_vrijwilligersvergoeding(),
            Omschrijving::SubsidieOfBijdrage => self.word_omschrijving_subsidie_of_bijdrage(),
            Omschrijving::Terugbetaling => self.word_omschrijving_terugbetaling(),
            Omschrijving::Correctie => self.word_omschrijving_correctie(),
            Omschrijving::Overig => self.word_omschrijving_overig(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn role(self, value: Role) -> &'static str {
        match value {
            Role::Bezoeker => self.word_role_bezoeker(),
            Role::Bewoner => self.word_role_bewoner(),
            Role::Wijkteam => self.word_role_wijkteam(),
            Role::Backoffice => self.word_role_backoffice(),
            Role::Raad => self.word_role_raad(),
            Role::Stembureau => self.word_role_stembureau(),
            Role::Beheerder => self.word_role_beheerder(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn round_fase(self, value: BuurtbegrotingFase) -> &'static str {
        match value {
            BuurtbegrotingFase::Voorbereiding => self.word_round_fase_voorbereiding(),
            BuurtbegrotingFase::Inzenden => self.word_round_fase_inzenden(),
            BuurtbegrotingFase::Toetsen => self.word_round_fase_toetsen(),
            BuurtbegrotingFase::Stemmen => self.word_round_fase_stemmen(),
            BuurtbegrotingFase::Tellen => self.word_round_fase_tellen(),
            BuurtbegrotingFase::Uitslag => self.word_round_fase_uitslag(),
            BuurtbegrotingFase::Uitvoering => self.word_round_fase_uitvoering(),
            BuurtbegrotingFase::Gestopt => self.word_round_fase_gestopt(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn stemgerechtigd(self, value: Stemgerechtigd) -> &'static str {
        match value {
            Stemgerechtigd::Bewoners => self.word_stemgerechtigd_bewoners(),
            Stemgerechtigd::Ondernemers => self.word_stemgerechtigd_ondernemers(),
            Stemgerechtigd::BewonersEnOndernemers => self.word_stemgerechtigd_beiden(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn telregel(self, value: TelregelNaam) -> &'static str {
        match value {
            TelregelNaam::Greedy => self.word_telregel_greedy(),
            TelregelNaam::EqualShares => self.word_telregel_equal_shares(),
            TelregelNaam::Phragmen => self.word_telregel_phragmen(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn tevredenheid(self, value: Tevredenheid) -> &'static str {
        match value {
            Tevredenheid::Kosten => self.word_tevredenheid_kosten(),
            Tevredenheid::Aantal => self.word_tevredenheid_aantal(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn aanvulling(self, value: Aanvulling) -> &'static str {
        match value {
            Aanvulling::Geen => self.word_aanvulling_geen(),
            Aanvulling::Add1 => self.word_aanvulling_add1(),
            Aanvulling::Add1Greedy => self.word_aanvulling_add1_greedy(),
            Aanvulling::Greedy => self.word_aanvulling_greedy(),
        }
    }

    /// What happens at a plan that does not fit in the money that is left.
    #[must_use]
    pub const fn past_niet(self, value: PastNiet) -> &'static str {
        match value {
            PastNiet::Overslaan => self.word_past_niet_overslaan(),
            PastNiet::Stoppen => self.word_past_niet_stoppen(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn project_status(self, value: ProjectStatus) -> &'static str {
        match value {
            ProjectStatus::Voorgesteld => self.word_project_status_voorgesteld(),
            ProjectStatus::Toegelaten => self.word_project_status_toegelaten(),
            ProjectStatus::Afgewezen => self.word_project_status_afgewezen(),
            ProjectStatus::Vervallen => self.word_project_status_vervallen(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn toetsing(self, value: Toetsing) -> &'static str {
        match value {
            Toetsing::Toelaten => self.word_toetsing_toelaten(),
            Toetsing::Afwijzen => self.word_toetsing_afwijzen(),
        }
    }

    /// What people read for it.
    #[must_use]
    pub const fn stembiljet_soort(self, value: StembiljetSoort) -> &'static str {
        match value {
            StembiljetSoort::Goedkeuring => self.word_stembiljet_soort_goedkeuring(),
            StembiljetSoort::Knapzak => self.word_stembiljet_soort_knapzak(),
            StembiljetSoort::Punten => self.word_stembiljet_soort_punten(),
            StembiljetSoort::Rangorde => self.word_stembiljet_soort_rangorde(),
        }
    }

    /// What is wrong with a ballot box that stays shut.
    #[must_use]
    pub const fn bevinding(self, value: Bevinding) -> &'static str {
        match value {
            Bevinding::CodeKloptNiet => self.word_bevinding_code(),
            Bevinding::CodesAnders => self.word_bevinding_codes(),
            Bevinding::VervangingenAnders => self.word_bevinding_vervangingen(),
            Bevinding::EnvelopKloptNiet => self.word_bevinding_envelop(),
            Bevinding::StembiljettenAnders => self.word_bevinding_stembiljetten(),
            Bevinding::WijzigingKloptNiet => self.word_bevinding_wijziging(),
            Bevinding::KiezerZonderBrief => self.word_bevinding_kiezer(),
            Bevinding::AantalVerschilt => self.word_bevinding_aantal(),
            Bevinding::LeggingOntbreekt => self.word_bevinding_ontbreekt(),
            Bevinding::LeggingOnbekend => self.word_bevinding_onbekend(),
            Bevinding::GeheimKwijt => self.word_bevinding_geheim(),
            Bevinding::OpeningAnders => self.word_bevinding_opening(),
            Bevinding::InvoerKloptNiet => self.word_bevinding_invoer(),
        }
    }
}
