//! The sentences of problems and field errors: every code has one in every language, or this does not build.

use crate::i18n::Lang;
use contract::Problem;
use contract::field::{FieldCode, Flaw};
use contract::problem::{FieldProblem, ProblemCode};
use contract::stembiljet::StembiljetFout;

impl Lang {
    /// The kind of problem in a few words.
    #[must_use]
    pub const fn problem_title(self, code: ProblemCode) -> &'static str {
        match code {
            ProblemCode::OngeldigeInvoer => self.problem_ongeldige_invoer_title(),
            ProblemCode::OnleesbaarVerzoek => self.problem_onleesbaar_verzoek_title(),
            ProblemCode::NietIngelogd => self.problem_niet_ingelogd_title(),
            ProblemCode::OpnieuwInloggen => self.problem_opnieuw_inloggen_title(),
            ProblemCode::InloggenMislukt => self.problem_inloggen_mislukt_title(),
            ProblemCode::NietToegestaan => self.problem_niet_toegestaan_title(),
            ProblemCode::GeenBewaarder => self.problem_geen_bewaarder_title(),
            ProblemCode::NietGevonden => self.problem_niet_gevonden_title(),
            ProblemCode::Ingehouden => self.problem_ingehouden_title(),
            ProblemCode::MethodeNietToegestaan => self.problem_methode_niet_toegestaan_title(),
            ProblemCode::NietAcceptabel => self.problem_niet_acceptabel_title(),
            ProblemCode::MediatypeNietOndersteund => self.problem_mediatype_niet_ondersteund_title(),
            ProblemCode::TeGroot => self.problem_te_groot_title(),
            ProblemCode::TeTraag => self.problem_te_traag_title(),
            ProblemCode::AdresTeLang => self.problem_adres_te_lang_title(),
            ProblemCode::KoppenTeGroot => self.problem_koppen_te_groot_title(),
            ProblemCode::StapKanNietNu => self.problem_stap_kan_niet_nu_title(),
            ProblemCode::SleutelAlGemaakt => self.problem_sleutel_al_gemaakt_title(),
            ProblemCode::SleutelAlBeproefd => self.problem_sleutel_al_beproefd_title(),
            ProblemCode::DeelNietNodig => self.problem_deel_niet_nodig_title(),
            ProblemCode::Verouderd => self.problem_verouderd_title(),
            ProblemCode::VersieNodig => self.problem_versie_nodig_title(),
            ProblemCode::SleutelNodig => self.problem_sleutel_nodig_title(),
            ProblemCode::SleutelHergebruikt => self.problem_sleutel_hergebruikt_title(),
            ProblemCode::BudgetOntoereikend => self.problem_budget_ontoereikend_title(),
            ProblemCode::AndereOgenNodig => self.problem_andere_ogen_nodig_title(),
            ProblemCode::GeenMandaat => self.problem_geen_mandaat_title(),
            ProblemCode::LinkOngeldig => self.problem_link_ongeldig_title(),
            ProblemCode::StemmenIsDicht => self.problem_stemmen_is_dicht_title(),
            ProblemCode::AlGestemd => self.problem_al_gestemd_title(),
            ProblemCode::BiljetBezet => self.problem_biljet_bezet_title(),
            ProblemCode::VervangingVoorbij => self.problem_vervanging_voorbij_title(),
            ProblemCode::StembusKloptNiet => self.problem_stembus_klopt_niet_title(),
            ProblemCode::TeVaak => self.problem_te_vaak_title(),
            ProblemCode::AndereHerkomst => self.problem_andere_herkomst_title(),
            ProblemCode::TweeAanmeldingen => self.problem_twee_aanmeldingen_title(),
            ProblemCode::EvenNiet => self.problem_even_niet_title(),
            ProblemCode::Storing => self.problem_storing_title(),
        }
    }

    /// What happened, what was kept, and what to do next.
    #[must_use]
    pub const fn problem_detail(self, code: ProblemCode) -> &'static str {
        match code {
            ProblemCode::OngeldigeInvoer => self.problem_ongeldige_invoer_detail(),
            ProblemCode::OnleesbaarVerzoek => self.problem_onleesbaar_verzoek_detail(),
            ProblemCode::NietIngelogd => self.problem_niet_ingelogd_detail(),
            ProblemCode::OpnieuwInloggen => self.problem_opnieuw_inloggen_detail(),
            ProblemCode::InloggenMislukt => self.problem_inloggen_mislukt_detail(),
            ProblemCode::NietToegestaan => self.problem_niet_toegestaan_detail(),
            ProblemCode::GeenBewaarder => self.problem_geen_bewaarder_detail(),
            ProblemCode::NietGevonden => self.problem_niet_gevonden_detail(),
            ProblemCode::Ingehouden => self.problem_ingehouden_detail(),
            ProblemCode::MethodeNietToegestaan => self.problem_methode_niet_toegestaan_detail(),
            ProblemCode::NietAcceptabel => self.problem_niet_acceptabel_detail(),
            ProblemCode::MediatypeNietOndersteund => self.problem_mediatype_niet_ondersteund_detail(),
            ProblemCode::TeGroot => self.problem_te_groot_detail(),
            ProblemCode::TeTraag => self.problem_te_traag_detail(),
            ProblemCode::AdresTeLang => self.problem_adres_te_lang_detail(),
            ProblemCode::KoppenTeGroot => self.problem_koppen_te_groot_detail(),
            ProblemCode::StapKanNietNu => self.problem_stap_kan_niet_nu_detail(),
            ProblemCode::SleutelAlGemaakt => self.problem_sleutel_al_gemaakt_detail(),
            ProblemCode::SleutelAlBeproefd => self.problem_sleutel_al_beproefd_detail(),
            ProblemCode::DeelNietNodig => self.problem_deel_niet_nodig_detail(),
            ProblemCode::Verouderd => self.problem_verouderd_detail(),
            ProblemCode::VersieNodig => self.problem_versie_nodig_detail(),
            ProblemCode::SleutelNodig => self.problem_sleutel_nodig_detail(),
            ProblemCode::SleutelHergebruikt => self.problem_sleutel_hergebruikt_detail(),
            ProblemCode::BudgetOntoereikend => self.problem_budget_ontoereikend_detail(),
            ProblemCode::AndereOgenNodig => self.problem_andere_ogen_nodig_detail(),
            ProblemCode::GeenMandaat => self.problem_geen_mandaat_detail(),
            ProblemCode::LinkOngeldig => self.problem_link_ongeldig_detail(),
            ProblemCode::StemmenIsDicht => self.problem_stemmen_is_dicht_detail(),
            ProblemCode::AlGestemd => self.problem_al_gestemd_detail(),
            ProblemCode::BiljetBezet => self.problem_biljet_bezet_detail(),
            ProblemCode::VervangingVoorbij => self.problem_vervanging_voorbij_detail(),
            ProblemCode::StembusKloptNiet => self.problem_stembus_klopt_niet_detail(),
            ProblemCode::TeVaak => self.problem_te_vaak_detail(),
            ProblemCode::AndereHerkomst => self.problem_andere_herkomst_detail(),
            ProblemCode::TweeAanmeldingen => self.problem_twee_aanmeldingen_detail(),
            ProblemCode::EvenNiet => self.problem_even_niet_detail(),
            ProblemCode::Storing => self.problem_storing_detail(),
        }
    }

    /// When something that was done too often can be done again, rounded up.
    fn wait(self, seconds: u32) -> String {
        match (seconds, seconds.div_ceil(60), seconds.div_ceil(3_600)) {
            (0 | 1, _, _) => self.problem_te_vaak_second().to_owned(),
            (2..60, _, _) => self.problem_te_vaak_seconds(seconds),
            (_, 1, _) => self.problem_te_vaak_minute().to_owned(),
            (_, minutes @ 2..60, _) => self.problem_te_vaak_minutes(minutes),
            (_, _, 1) => self.problem_te_vaak_hour().to_owned(),
            (_, _, hours) => self.problem_te_vaak_hours(hours),
        }
    }

    /// What is the matter with one field.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "one line for each code")]
    pub fn field_problem(self, code: FieldCode, limit: Option<u32>) -> String {
        let grens = &crate::amount::whole(self, limit.unwrap_or_default());
        match code {
            FieldCode::Ontbreekt => self.field_ontbreekt().to_owned(),
            FieldCode::TeLang => self.field_te_lang(grens),
            FieldCode::TeKort => self.field_te_kort(grens),
            FieldCode::TeVeel => self.field_te_veel(grens),
            FieldCode::VerbodenTekens => self.field_verboden_tekens().to_owned(),
            FieldCode::GemengdSchrift => self.field_gemengd_schrift().to_owned(),
            FieldCode::GereserveerdeNaam => self.field_gereserveerde_naam().to_owned(),
            FieldCode::OngeldigeKeuze => self.field_ongeldige_keuze().to_owned(),
            FieldCode::GeenBedrag => self.field_geen_bedrag().to_owned(),
            FieldCode::TeHoog => self.field_te_hoog(grens),
            FieldCode::TeLaag => self.field_te_laag().to_owned(),
            FieldCode::GeenEmail => self.field_geen_email().to_owned(),
            FieldCode::GeenKvkNummer => self.field_geen_kvk_nummer().to_owned(),
            FieldCode::GeenPostcode => self.field_geen_postcode().to_owned(),
            FieldCode::GeenDatum => self.field_geen_datum().to_owned(),
            FieldCode::AlVoorbij => self.field_al_voorbij().to_owned(),
            FieldCode::MinderDanMinstens => self.field_minder_dan_minstens().to_owned(),
            FieldCode::GeenJaar => self.field_geen_jaar().to_owned(),
            FieldCode::AlleenBijAfwijzen => self.field_alleen_bij_afwijzen().to_owned(),
            FieldCode::NietBevestigd => self.field_niet_bevestigd().to_owned(),
            FieldCode::GeenGetal => self.field_geen_getal().to_owned(),
            FieldCode::GeenTijdstip => self.field_geen_tijdstip().to_owned(),
            FieldCode::NietNaVorige => self.field_niet_na_vorige().to_owned(),
            FieldCode::GeenStemcode if limit.is_some() => self.field_geen_stemcode_aantal(grens),
            FieldCode::GeenStemcode => self.field_geen_stemcode().to_owned(),
            FieldCode::StemcodeOnbekend => self.field_stemcode_onbekend().to_owned(),
            FieldCode::StemcodeVervangen => self.field_stemcode_vervangen().to_owned(),
            FieldCode::BriefOnbekend if limit.is_some() => self.field_brief_onbekend_tot(grens),
            FieldCode::BriefOnbekend => self.field_brief_onbekend().to_owned(),
            FieldCode::StembewijsTekens => self.field_stembewijs_tekens(grens),
            FieldCode::StembewijsWoorden => self.field_stembewijs_woorden(grens),
            FieldCode::WoordOnbekend => self.field_woord_onbekend(grens),
            FieldCode::IsStemcode => self.field_is_stemcode().to_owned(),
            FieldCode::IsStembewijs => self.field_is_stembewijs().to_owned(),
            FieldCode::IsControlecode => self.field_is_controlecode().to_owned(),
            FieldCode::AlGevraagd => self.field_al_gevraagd().to_owned(),
            FieldCode::GeenStembewijs => self.field_geen_stembewijs().to_owned(),
            FieldCode::GeenSleuteldeel => self.field_geen_sleuteldeel().to_owned(),
            FieldCode::SleuteldelenPassenNiet => self.field_sleuteldelen_passen_niet().to_owned(),
            FieldCode::GeenPubliekeSleutel => self.field_geen_publieke_sleutel().to_owned(),
            FieldCode::NietUwDeel => self.field_niet_uw_deel().to_owned(),
            FieldCode::DeelNietHier => self.field_deel_niet_hier().to_owned(),
            FieldCode::HeeftRol => self.field_heeft_rol().to_owned(),
            FieldCode::DubbelIngevuld => self.field_dubbel_ingevuld().to_owned(),
            FieldCode::AlIngevoerd => self.field_al_ingevoerd().to_owned(),
            FieldCode::AlInStemming => self.field_al_in_stemming().to_owned(),
            FieldCode::KeuzeOnbekend => self.field_keuze_onbekend().to_owned(),
            FieldCode::KeuzeDubbel => self.field_keuze_dubbel().to_owned(),
            FieldCode::PlaatsDubbel => self.field_plaats_dubbel().to_owned(),
            FieldCode::TeWeinigKeuzes => self.field_te_weinig_keuzes(grens),
            FieldCode::TeVeelKeuzes => self.field_te_veel_keuzes(grens),
            FieldCode::TeDuur => self.field_te_duur(grens),
            FieldCode::PuntenKloppenNiet => self.field_punten_kloppen_niet().to_owned(),
            FieldCode::TeVeelPunten => self.field_te_veel_punten(grens),
            FieldCode::BestaatNiet => self.field_bestaat_niet().to_owned(),
            FieldCode::StaatErNietIn => self.field_staat_er_niet_in().to_owned(),
            FieldCode::WachtAl => self.field_wacht_al().to_owned(),
            FieldCode::GeenProcent => self.field_geen_procent().to_owned(),
            FieldCode::BuitenFoto => self.field_buiten_foto().to_owned(),
            FieldCode::GeenAccount => self.field_geen_account().to_owned(),
            FieldCode::KiesErEen => self.field_kies_er_een().to_owned(),
            FieldCode::BuitenGemeente => self.field_buiten_gemeente().to_owned(),
            FieldCode::EindeVoorBegin => self.field_einde_voor_begin().to_owned(),
            FieldCode::WachtwoordTeZwak => self.field_wachtwoord_te_zwak().to_owned(),
            FieldCode::WachtwoordBevatNaam => self.field_wachtwoord_bevat_naam().to_owned(),
            FieldCode::OngeldigeFoto => self.field_ongeldige_foto().to_owned(),
            FieldCode::FotosNietBewaard => self.field_fotos_niet_bewaard(grens),
            FieldCode::OnbekendVeld => self.field_onbekend_veld().to_owned(),
            FieldCode::VerkeerdType => self.field_verkeerd_type().to_owned(),
        }
    }

    /// What is the matter with a ballot that is being filled in.
    #[must_use]
    pub fn ballot_problem(self, fout: StembiljetFout) -> String {
        let Flaw { code, limit } = fout.into();
        self.field_problem(code, limit)
    }

    /// A problem with all its sentences in this language.
    #[must_use]
    pub fn say(self, problem: Problem) -> Problem {
        let code = problem.code();
        let detail = match problem.wacht {
            Some(seconds) if code == ProblemCode::TeVaak => self.wait(seconds),
            Some(_) | None => self.problem_detail(code).to_owned(),
        };
        let say = |field: FieldProblem| FieldProblem { melding: self.field_problem(field.code, field.grens), ..field };
        Problem {
            title: self.problem_title(code).to_owned(),
            detail,
            fouten: problem.fouten.into_iter().map(say).collect(),
            ..problem
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // B09: the real time to wait, in words.
    #[test]
    fn how_long_to_wait_is_said_as_people_say_it() {
        for (seconds, expected) in [
            (1, "Probeer het over 1 seconde opnieuw."),
            (15, "Probeer het over 15 seconden opnieuw."),
            (59, "Probeer het over 59 seconden opnieuw."),
            (60, "Probeer het over 1 minuut opnieuw."),
            (61, "Probeer het over 2 minuten opnieuw."),
            (900, "Probeer het over 15 minuten opnieuw."),
            (3_541, "Probeer het over 1 uur opnieuw."),
            (3_600, "Probeer het over 1 uur opnieuw."),
            (3_601, "Probeer het over 2 uur opnieuw."),
            (86_400, "Probeer het over 24 uur opnieuw."),
        ] {
            let problem = Problem { wacht: Some(seconds), ..Problem::bare(ProblemCode::TeVaak) };
            assert_eq!(Lang::Nl.say(problem).detail, expected, "{seconds}");
        }
        let busy = Problem { wacht: Some(2), ..Problem::bare(ProblemCode::EvenNiet) };
        assert_eq!(Lang::Nl.say(busy).detail, Lang::Nl.problem_even_niet_detail());
        assert_eq!(Lang::Nl.say(Problem::bare(ProblemCode::TeVaak)).detail, Lang::Nl.problem_te_vaak_detail());
    }
}
