//! The plan of a round, as the wijkteam fills it in.

use crate::format::{input_moment, local_moment};
use crate::forms::{Fields, Outcome, Submission};
use crate::initiatief::choices;
use crate::site::PageRequest;
use crate::submit::{again, amount, key, version};
use crate::ui::form::Form;
use crate::ui::{Page, below, breadcrumbs, h2, link, p};
use contract::account::Role;
use contract::buurtbegroting::{
    Aanvulling, BuurtbegrotingView, PastNiet, PlanBuurtbegroting, PlanStembiljet, PlanTelregel, Stemgerechtigd,
    Telregel, TelregelNaam, Tevredenheid,
};
use contract::field::Raw;
use contract::gebied::Keuze;
use contract::problem::ProblemCode;
use contract::stembiljet::{StembiljetRegels, StembiljetSoort};
use contract::{BuurtbegrotingId, Problem};
use leptos::prelude::*;

/// Whether the viewer prepares rounds at all.
pub fn may_plan(page: &PageRequest) -> bool {
    page.has_role(Role::Wijkteam)
}

/// A new plan.
pub async fn new(page: &PageRequest) -> Page {
    if !may_plan(page) {
        let code = if page.viewer.is_some() { ProblemCode::NietToegestaan } else { ProblemCode::NietIngelogd };
        return Err(Problem::bare(code));
    }
    let lang = page.lang;
    let form = Form::new(page, "plan");
    let preset = preset(page, None);
    Ok(below(
        breadcrumbs(lang, vec![("/buurtbegrotingen".into(), lang.round_list().into())]),
        lang.round_new(),
        view! { {p(lang.plan_round_lead())} {fields(page, form, &preset).await?} },
    ))
}

/// A plan that was not published yet.
pub async fn edit(page: &PageRequest, id: BuurtbegrotingId) -> Page {
    let lang = page.lang;
    let round = page.api.buurtbegroting(id).await?;
    let form = Form::new(page, "plan").on_version(round.versie);
    let preset = preset(page, Some(&round));
    Ok(below(super::above(lang, &round.kaart), lang.desk_change(), fields(page, form, &preset).await?))
}

/// What the fields hold at first: what was sent, or what is planned, or what is usual.
fn preset(page: &PageRequest, round: Option<&BuurtbegrotingView>) -> Fields {
    if let Some(state) = page.state.as_ref().filter(|state| state.fields.get("actie") == "plan") {
        return state.fields.clone();
    }
    let Some(round) = round else {
        let usual = [
            ("jaar", page.today.format("%Y").to_string()),
            ("minimumLeeftijd", "16".into()),
            ("stemgerechtigd", Stemgerechtigd::Bewoners.to_string()),
            ("stembiljet.soort", StembiljetSoort::Goedkeuring.to_string()),
            ("stembiljet.minstens", "1".into()),
            ("stembiljet.hoogstens", "5".into()),
            ("telregel.regel", TelregelNaam::EqualShares.to_string()),
            ("minimumSteun", "1".into()),
        ];
        return Fields::new(usual.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    };
    planned(round)
}

fn planned(round: &BuurtbegrotingView) -> Fields {
    let (kaart, rules) = (&round.kaart, &round.spelregels);
    let mut fields: Vec<(&str, String)> = vec![
        ("gebied", kaart.gebied.clone()),
        ("titel", kaart.titel.clone()),
        ("uitleg", round.uitleg.clone()),
        ("jaar", round.jaar.to_string()),
        ("product", round.product.clone()),
        ("bedrag", kaart.bedrag.to_string().replace('.', ",")),
        ("stemgerechtigd", rules.stemgerechtigd.to_string()),
        ("minimumLeeftijd", rules.minimum_leeftijd.to_string()),
        ("minimumSteun", rules.minimum_steun.to_string()),
        ("stembiljet.soort", rules.stembiljet.soort().to_string()),
        ("telregel.regel", rules.telregel.naam().to_string()),
        ("inzendenVanaf", input_moment(kaart.planning.inzenden_vanaf)),
        ("toetsenVanaf", input_moment(kaart.planning.toetsen_vanaf)),
        ("stemmenVanaf", input_moment(kaart.planning.stemmen_vanaf)),
        ("stemmenTot", input_moment(kaart.planning.stemmen_tot)),
    ];
    match rules.stembiljet {
        StembiljetRegels::Goedkeuring { minstens, hoogstens } | StembiljetRegels::Rangorde { minstens, hoogstens } => {
            fields.push(("stembiljet.minstens", minstens.to_string()));
            fields.push(("stembiljet.hoogstens", hoogstens.to_string()));
        }
        StembiljetRegels::Knapzak { minstens, .. } => fields.push(("stembiljet.minstens", minstens.to_string())),
        StembiljetRegels::Punten { punten, per_project } => {
            fields.push(("stembiljet.punten", punten.to_string()));
            fields.push(("stembiljet.perProject", per_project.to_string()));
        }
    }
    match rules.telregel {
        Telregel::Greedy { tevredenheid, past_niet } => {
            fields.push(("telregel.tevredenheid", tevredenheid.to_string()));
            fields.push(("telregel.pastNiet", past_niet.to_string()));
        }
        Telregel::EqualShares { tevredenheid, aanvulling } => {
            fields.push(("telregel.tevredenheid", tevredenheid.to_string()));
            fields.push(("telregel.aanvulling", aanvulling.to_string()));
        }
        Telregel::Phragmen { past_niet } => fields.push(("telregel.pastNiet", past_niet.to_string())),
    }
    if rules.wijzigen_mag {
        fields.push(("wijzigenMag", "ja".into()));
    }
    fields.extend(rules.wijken.iter().map(|code| ("wijken", code.clone())));
    fields.extend(rules.criteria.iter().map(|code| ("criteria", code.clone())));
    Fields::new(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Several of a list may be chosen.
pub(super) fn boxes(form: &Form, name: &'static str, options: Vec<Keuze>, preset: &Fields) -> impl IntoView + use<> {
    let option = |(at, keuze): (usize, Keuze)| {
        let id = format!("{}-{at}", form.id(name));
        let is_chosen = preset.all(name).any(|own| own == keuze.code);
        view! {
            <div class="wk-choice">
                <input class="utrecht-checkbox utrecht-checkbox--html-input" type="checkbox" id=id.clone() name=name value=keuze.code checked=is_chosen />
                <label for=id>{keuze.naam}</label>
            </div>
        }
    };
    options.into_iter().enumerate().map(option).collect_view()
}

async fn fields(page: &PageRequest, form: Form, preset: &Fields) -> Result<AnyView, Problem> {
    let lang = page.lang;
    let lists = page.api.keuzelijsten().await?;
    let form = form.with(preset);
    let own = page.api.list_gebieden().await?.into_iter();
    let own: Vec<_> = own.filter(|gebied| page.has_role_in(&[Role::Wijkteam], &gebied.code)).collect();
    let wijken: Vec<Keuze> = (own.iter().flat_map(|gebied| &gebied.wijken))
        .map(|wijk| Keuze { code: wijk.code.clone(), naam: wijk.naam.clone(), uitleg: None })
        .collect();
    let only = (own.len() == 1).then(|| own.first().map(|gebied| gebied.code.clone())).flatten();
    let gebieden: Vec<Keuze> =
        own.into_iter().map(|gebied| Keuze { code: gebied.code, naam: gebied.naam, uitleg: None }).collect();
    let who = choices(Stemgerechtigd::ALL, |own| lang.stemgerechtigd(own));
    let ballots = choices(StembiljetSoort::ALL, |own| lang.stembiljet_soort(own));
    let rules = choices(TelregelNaam::ALL, |own| lang.telregel(own));
    let worth = choices(Tevredenheid::ALL, |own| lang.tevredenheid(own));
    let completions = choices(Aanvulling::ALL, |own| lang.aanvulling(own));
    let unfits = choices(PastNiet::ALL, |own| lang.past_niet(own));
    let moment = |name: &'static str, label: &'static str| form.field(name, label).kind("datetime-local").input();
    let may_change = vec![Keuze { code: "ja".into(), naam: lang.plan_change_may().into(), uitleg: None }];
    let content = view! {
        {form.field("gebied", lang.initiatief_filter_gebied()).select(gebieden, only)}
        {form.field("wijken", lang.round_where()).hint(lang.plan_wijken_hint()).group(boxes(&form, "wijken", wijken, preset))}
        {form.field("titel", lang.plan_titel()).input()}
        {form.field("uitleg", lang.plan_uitleg()).hint(lang.plan_uitleg_hint()).area(5)}
        {h2(lang.plan_money())}
        {form.field("bedrag", lang.plan_bedrag()).hint(lang.form_kosten_hint()).input()}
        {form.field("product", lang.inzet_product()).select(lists.producten, None)}
        {form.field("jaar", lang.plan_jaar()).input()}
        {h2(lang.round_dates())}
        {moment("inzendenVanaf", lang.plan_inzenden())}
        {moment("toetsenVanaf", lang.plan_toetsen())}
        {moment("stemmenVanaf", lang.plan_stemmen())}
        {moment("stemmenTot", lang.plan_tot())}
        {h2(lang.round_rules())}
        {form.field("stemgerechtigd", lang.round_who()).radios(who, None)}
        {form.field("minimumLeeftijd", lang.plan_leeftijd()).input()}
        {form.field("stembiljet.soort", lang.round_ballot()).radios(ballots, None)}
        {form.field("stembiljet.minstens", lang.plan_minstens()).optional().input()}
        {form.field("stembiljet.hoogstens", lang.plan_hoogstens()).hint(lang.plan_hoogstens_hint()).optional().input()}
        {form.field("stembiljet.punten", lang.plan_punten()).hint(lang.plan_punten_hint()).optional().input()}
        {form.field("stembiljet.perProject", lang.plan_per_project()).hint(lang.plan_punten_hint()).optional().input()}
        {form.field("telregel.regel", lang.round_counting()).hint(lang.plan_telregel_hint()).radios(rules, None)}
        {form.field("telregel.tevredenheid", lang.plan_tevredenheid()).optional().select(worth, None)}
        {form.field("telregel.aanvulling", lang.plan_aanvulling()).optional().select(completions, None)}
        {form.field("telregel.pastNiet", lang.plan_past_niet()).hint(lang.plan_past_niet_hint()).optional().select(unfits, None)}
        {form.field("minimumSteun", lang.round_minimum()).input()}
        {form.field("wijzigenMag", lang.round_change()).group(boxes(&form, "wijzigenMag", may_change, preset))}
        {form.field("criteria", lang.round_criteria()).hint(lang.plan_criteria_hint()).group(boxes(&form, "criteria", lists.criteria, preset))}
    };
    // Above the form: who looks there first has typed nothing yet.
    let rules = link("/buurtbegrotingen/telregels", lang.rules_to());
    Ok(view! { <p class="nl-paragraph">{rules}</p> {form.publishes().view(lang.plan_save(), content)} }.into_any())
}

fn request(fields: &Fields) -> PlanBuurtbegroting {
    let optional = |name: &str| fields.filled(name).map(str::to_owned);
    let moment = |name: &str| Raw::new(local_moment(fields.get(name)));
    PlanBuurtbegroting {
        gebied: fields.get("gebied").into(),
        wijken: fields.all("wijken").map(Raw::from).collect(),
        titel: fields.get("titel").into(),
        uitleg: fields.get("uitleg").into(),
        jaar: fields.get("jaar").trim().parse().unwrap_or(0),
        product: fields.get("product").into(),
        bedrag: amount(fields.get("bedrag")),
        stemgerechtigd: fields.get("stemgerechtigd").into(),
        minimum_leeftijd: fields.get("minimumLeeftijd").into(),
        stembiljet: PlanStembiljet {
            soort: fields.get("stembiljet.soort").into(),
            minstens: optional("stembiljet.minstens").map(Raw::new),
            hoogstens: optional("stembiljet.hoogstens").map(Raw::new),
            punten: optional("stembiljet.punten").map(Raw::new),
            per_project: optional("stembiljet.perProject").map(Raw::new),
        },
        telregel: PlanTelregel {
            regel: fields.get("telregel.regel").into(),
            tevredenheid: optional("telregel.tevredenheid").map(Raw::new),
            aanvulling: optional("telregel.aanvulling").map(Raw::new),
            past_niet: optional("telregel.pastNiet").map(Raw::new),
        },
        minimum_steun: optional("minimumSteun").map(Raw::new),
        wijzigen_mag: fields.get("wijzigenMag") == "ja",
        criteria: fields.all("criteria").map(Raw::from).collect(),
        inzenden_vanaf: moment("inzendenVanaf"),
        toetsen_vanaf: moment("toetsenVanaf"),
        stemmen_vanaf: moment("stemmenVanaf"),
        stemmen_tot: moment("stemmenTot"),
    }
}

/// Takes a new plan in.
pub async fn submit_new(page: &PageRequest, submission: Submission) -> Outcome {
    let fields = submission.fields;
    match page.api.create_buurtbegroting(key(&fields), request(&fields)).await {
        Ok(made) => Outcome::Go(format!("/buurtbegrotingen/{}", made.kaart.id)),
        Err(problem) => again(fields, problem),
    }
}

/// Takes a changed plan in.
pub async fn submit_edit(page: &PageRequest, id: BuurtbegrotingId, submission: Submission) -> Outcome {
    let fields = submission.fields;
    match page.api.change_buurtbegroting(id, version(&fields), request(&fields)).await {
        Ok(made) => Outcome::Go(format!("/buurtbegrotingen/{}", made.kaart.id)),
        Err(problem) => again(fields, problem),
    }
}
