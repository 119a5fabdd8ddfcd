//! What a report says, in sentences for people: short ones, in words that everybody knows.

use rust_decimal::Decimal;

use super::{Bought, Fate, Number, ProjectReport, Reason, Report, SpentElsewhere, VoterGroup};
use crate::settings::{Completion, Fits, Order, Satisfaction, Start, TieBreak, Unfit};
use crate::{Language, Stop};

use Language::{En, Nl};

/// The words of a report in one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words<'r> {
    pub report: &'r Report,
    pub language: Language,
}

impl Words<'_> {
    fn amount(&self, number: Number) -> String {
        number.text(self.language)
    }

    /// An amount of money, with a sign where the currency has one that everybody knows.
    pub fn money(&self, number: Number) -> String {
        let amount = self.amount(number);
        match self.report.currency.as_str() {
            "EUR" => format!("€\u{a0}{amount}"),
            _ => amount,
        }
    }

    fn count(&self, count: u64) -> String {
        self.amount(Number(Decimal::from(count)))
    }

    /// So many of something: one word for one, one for more.
    fn counted(&self, count: u64, nl: [&str; 2], en: [&str; 2]) -> String {
        let [one, more] = self.language.pick(nl, en);
        format!("{} {}", self.count(count), if count == 1 { one } else { more })
    }

    pub fn voters(&self, count: u64) -> String {
        self.counted(count, ["kiezer", "kiezers"], ["voter", "voters"])
    }

    pub fn votes(&self, count: u64) -> String {
        self.counted(count, ["stem", "stemmen"], ["vote", "votes"])
    }

    pub fn projects(&self, count: usize) -> String {
        self.counted(u64::try_from(count).unwrap_or(u64::MAX), ["project", "projecten"], ["project", "projects"])
    }

    /// What people call a project.
    pub fn name(&self, id: &str) -> String {
        match self.report.project(id) {
            Some(project) if !project.name.is_empty() => format!("{} ({id})", project.name),
            Some(_) | None => id.to_owned(),
        }
    }

    /// What was counted, by which rule.
    pub fn title(&self) -> String {
        let asked = &self.report.asked;
        let rule = match (self.report.rule, self.language) {
            ("equal-shares", Nl) => "Gelijke delen",
            ("equal-shares", En) => "Equal shares",
            ("phragmen", _) => "Phragmén",
            (_, Nl) => "Meeste steun eerst",
            (_, En) => "Most support first",
        };
        let mut parts = Vec::new();
        parts.extend(asked.order.map(|order| match order {
            Order::Support => self.language.pick("op aantal stemmen of punten", "by votes or points"),
            Order::SupportPerCost => self.language.pick("op stemmen of punten per euro", "by votes or points per euro"),
        }));
        parts.extend(asked.satisfaction.map(|satisfaction| match satisfaction {
            Satisfaction::Cost => {
                self.language.pick("een duur project telt zwaarder", "a dear project counts for more")
            }
            Satisfaction::Cardinality => {
                self.language.pick("elk project telt even zwaar", "each project counts the same")
            }
        }));
        parts.extend(asked.completion.map(|completion| match completion {
            Completion::None => self.language.pick("zonder aanvulling", "without completion"),
            Completion::Greedy => self.language.pick("aangevuld met wat nog past", "completed with what still fits"),
            Completion::Add1 => self.language.pick("delen stap voor stap verhoogd", "shares raised step by step"),
            Completion::Add1Greedy => self.language.pick(
                "delen stap voor stap verhoogd, dan aangevuld met wat nog past",
                "shares raised step by step, then completed with what still fits",
            ),
        }));
        parts.extend(asked.unfit.map(|unfit| match unfit {
            Unfit::Skip => self.language.pick("wat niet past, wordt overgeslagen", "what does not fit is passed over"),
            Unfit::Stop => self.language.pick("gestopt bij wat niet past", "stopped at what does not fit"),
        }));
        format!("{rule}: {}", parts.join("; "))
    }

    /// The money, the ballots and the share.
    pub fn summary(&self) -> Vec<String> {
        let Report { budget, cost, left, ballots, chosen, .. } = self.report;
        let (budget, cost, left) = (self.money(*budget), self.money(*cost), self.money(*left));
        let projects = self.projects(chosen.len());
        let mut lines = vec![match self.language {
            Nl => format!("Er was {budget}. Gekozen: {projects}, samen {cost}. Er blijft {left} over."),
            En => format!("There was {budget}. Chosen: {projects}, together {cost}. {left} is left."),
        }];
        let count = self.count(ballots.count);
        let digest = &ballots.digest;
        lines.push(match self.language {
            Nl if digest.is_empty() => format!("Stembiljetten: {count}."),
            Nl => format!("Stembiljetten: {count}. Controlegetal: {digest}."),
            En if digest.is_empty() => format!("Ballots: {count}."),
            En => format!("Ballots: {count}. Digest: {digest}."),
        });
        lines.extend(self.report.share.as_ref().map(|share| {
            let (amount, steps) = (self.money(share.amount), self.count(share.steps));
            let why = match share.stop {
                None => "",
                Some(Stop::NextOverspends) => self.language.pick(
                    " Nog een stap, en de uitkomst was duurder dan het budget.",
                    " One step more, and the outcome would cost more than the budget.",
                ),
                Some(Stop::NothingFits) => self.language.pick(
                    " Toen paste geen ander project meer in wat over was.",
                    " Then no other project fitted in what was left.",
                ),
                Some(Stop::AllChosen) => self
                    .language
                    .pick(" Toen was alles gekozen wat gekozen kon worden.", " Then all that could be chosen was."),
            };
            match (self.language, share.stop) {
                (Nl, None) => format!("Elke kiezer kreeg een deel van {amount}."),
                (En, None) => format!("Each voter got a share of {amount}."),
                (Nl, Some(_)) => format!(
                    "Elke kiezer kreeg een deel van {amount}, na {steps} keer verhogen. De delen zijn rekengeld: samen \
                     kunnen zij meer zijn dan het budget, de gekozen projecten niet.{why}"
                ),
                (En, Some(_)) => format!(
                    "Each voter got a share of {amount}, raised {steps} times. Shares are for the count only: together \
                     they may be more than the budget, the chosen projects are not.{why}"
                ),
            }
        }));
        lines.push(self.ties());
        lines.push(self.asked());
        lines
    }

    fn ties(&self) -> String {
        let order = match (&self.report.asked.ties, self.language) {
            (TieBreak::Id, Nl) => "het kleinste nummer of de kleinste naam (id) voor".to_owned(),
            (TieBreak::Id, En) => "the smallest id goes first".to_owned(),
            (TieBreak::CostSupportId, Nl) => {
                "het goedkoopste project voor, dan het meest gesteunde, dan de kleinste id".to_owned()
            }
            (TieBreak::CostSupportId, En) => {
                "the cheapest project goes first, then the most supported, then the smallest id".to_owned()
            }
            (TieBreak::Lot { seed }, Nl) => {
                format!("het goedkoopste project voor, dan het meest gesteunde, dan het lot uit “{seed}”")
            }
            (TieBreak::Lot { seed }, En) => {
                format!("the cheapest project goes first, then the most supported, then the lot from “{seed}”")
            }
        };
        let times = self.count(self.report.tied_rounds);
        // Every raise counts all over again, and most ties come back each time.
        let raised = self.report.share.as_ref().is_some_and(|share| share.steps > 0);
        let all = self
            .language
            .pick(", alle tellingen met een kleiner deel meegerekend", ", counts with smaller shares included");
        let all = if raised { all } else { "" };
        match (self.language, self.report.tied_rounds) {
            (Nl, 0) => format!("Zijn projecten even goed, dan gaat {order}. Dat was niet nodig."),
            (Nl, _) => format!("Zijn projecten even goed, dan gaat {order}. Dat was {times} keer nodig{all}."),
            (En, 0) => format!("If projects are equally good, {order}. That was not needed."),
            (En, _) => format!("If projects are equally good, {order}. That was needed {times} times{all}."),
        }
    }

    /// What else was asked: who counts again needs it.
    fn asked(&self) -> String {
        let asked = &self.report.asked;
        let minimum = self.amount(asked.minimum_support);
        let mut text =
            self.language.pick(format!("Minimum aan steun: {minimum}."), format!("Minimum support: {minimum}."));
        if let Some(switches) = asked.switches {
            let step = self.money(Number(switches.increment));
            let begin = match switches.start {
                Start::Exact => self.language.pick("precies", "exact"),
                Start::Whole => self.language.pick("hele euro's", "whole euros"),
            };
            let stop = if switches.exhaustive_stop {
                self.language.pick("ja", "yes")
            } else {
                self.language.pick("nee", "no")
            };
            let fits = match switches.fits {
                Fits::Supported => self.language.pick("gesteunde projecten", "supported projects"),
                Fits::All => self.language.pick("alle projecten", "all projects"),
            };
            text.push_str(&match self.language {
                Nl => format!(" Begin: {begin}. Stap: {step}. Stopt als niets meer past: {stop}, gekeken naar {fits}."),
                En => {
                    format!(" Start: {begin}. Step: {step}. Stops when nothing else fits: {stop}, looking at {fits}.")
                }
            });
        }
        for group in &asked.exclusive {
            let group = group.join(", ");
            text.push_str(
                &self.language.pick(format!(" Hoogstens één van: {group}."), format!(" At most one of: {group}.")),
            );
        }
        for ceiling in &asked.ceilings {
            let (name, most) = (&ceiling.name, self.money(Number(ceiling.maximum)));
            text.push_str(
                &self.language.pick(format!(" Hoogstens {most} voor {name}."), format!(" At most {most} for {name}.")),
            );
        }
        text
    }

    /// Why a project was chosen or not: two sentences, and a third where money was left at the end.
    pub fn why(&self, project: &ProjectReport) -> String {
        let mut text = self.fate(project);
        if let Some(completion) = &project.completion {
            let (left, missing) = (self.money(completion.left), self.money(completion.missing));
            text.push_str(&match self.language {
                Nl => format!(" Ook wat aan het eind over was ({left}) was {missing} te weinig."),
                En => format!(" What was left in the end ({left}) was {missing} short as well."),
            });
        }
        text
    }

    fn fate(&self, project: &ProjectReport) -> String {
        match &project.fate {
            Fate::Bought(bought) => self.bought(bought),
            Fate::Taken { place, before } => {
                let before = self.money(*before);
                match self.language {
                    Nl => format!("Gekozen als nummer {place}. Er was nog {before}."),
                    En => format!("Chosen as number {place}. There was {before} left."),
                }
            }
            Fate::Earned { place, time: Some(_), .. } => match self.language {
                Nl => format!("Gekozen als nummer {place}: de kiezers hadden dit bedrag samen gespaard."),
                En => format!("Chosen as number {place}: its voters had saved the cost together."),
            },
            Fate::Earned { place, time: None, .. } => match self.language {
                Nl => format!("Gekozen als nummer {place}, zonder stemmen: het paste in wat over was."),
                En => format!("Chosen as number {place}, without votes: it fitted in what was left."),
            },
            Fate::NotChosen(reason) => self.why_not(reason),
        }
    }

    fn why_not(&self, reason: &Reason) -> String {
        match reason {
            Reason::SpentElsewhere(spent) => self.spent_elsewhere(spent),
            Reason::BelowMinimum { asked, missing } => {
                let (asked, missing) = (self.amount(*asked), self.amount(*missing));
                match self.language {
                    Nl => format!("Te weinig steun: er was minstens {asked} nodig. Het kwam {missing} tekort."),
                    En => format!("Too little support: at least {asked} was needed. It was {missing} short."),
                }
            }
            Reason::NoSupport => {
                self.language.pick("Niemand koos dit project.", "Nobody chose this project.").to_owned()
            }
            Reason::Excluded { by } => {
                let by = self.name(by);
                match self.language {
                    Nl => format!("Kan niet samen met {by}, en dat project is gekozen."),
                    En => format!("Cannot go together with {by}, and that project was chosen."),
                }
            }
            Reason::CeilingReached { name } => match self.language {
                Nl => format!("Paste niet meer onder het maximum voor {name}."),
                En => format!("Did not fit under the maximum for {name}."),
            },
            Reason::TooLittle { had, missing } => {
                let (had, missing) = (self.money(*had), self.money(*missing));
                match self.language {
                    Nl => format!("De kiezers van dit project hadden samen {had}. Dat is {missing} te weinig."),
                    En => format!("The voters of this project had {had} together. That is {missing} short."),
                }
            }
            Reason::DidNotFit { left, missing } => {
                let (left, missing) = (self.money(*left), self.money(*missing));
                match self.language {
                    Nl => format!("Dit paste niet meer: er was nog {left} over. Dat is {missing} te weinig."),
                    En => format!("Did not fit: there was {left} left. That is {missing} short."),
                }
            }
            Reason::Ended { left } => {
                let left = self.money(*left);
                match self.language {
                    Nl => format!("De telling stopte eerder, bij een project dat niet meer paste. Er was nog {left}."),
                    En => format!("The count ended before, at a project that did not fit. There was {left} left."),
                }
            }
        }
    }

    fn bought(&self, bought: &Bought) -> String {
        let (round, price) = (bought.round, self.money(bought.price));
        if bought.full.voters == 0 {
            return match self.language {
                Nl => format!("Gekozen in ronde {round}: de kiezers van dit project betaalden het samen."),
                En => format!("Chosen in round {round}: the voters of this project paid for it together."),
            };
        }
        let (full, part) = (self.voters(bought.full.voters), self.voters(bought.part.voters));
        let pays = |count: u64, one: &'static str, more: &'static str| if count == 1 { one } else { more };
        let is_per_point = !matches!(self.report.ballots.kind, "approval" | "choose-1");
        let per_point = if is_per_point { self.language.pick(" per punt", " per point") } else { "" };
        let mut text = match self.language {
            Nl => {
                let paid = pays(bought.full.voters, "betaalde", "betaalden elk");
                format!("Gekozen in ronde {round}: {full} {paid} {price}{per_point}.")
            }
            En => {
                let each = pays(bought.full.voters, "", " each");
                format!("Chosen in round {round}: {full} paid {price}{per_point}{each}.")
            }
        };
        if bought.part.voters > 0 {
            let amount = self.money(bought.part.amount);
            text.push_str(&match self.language {
                Nl => {
                    let gave =
                        pays(bought.part.voters, "gaf alles wat over was:", "gaven alles wat zij over hadden: samen");
                    format!(" Nog {part} {gave} {amount}.")
                }
                En => {
                    let left =
                        pays(bought.part.voters, "gave all that was left", "gave all that they had left, together");
                    format!(" Another {part} {left}: {amount}.")
                }
            });
        }
        text
    }

    fn spent_elsewhere(&self, spent: &SpentElsewhere) -> String {
        let list = spent.to.iter().map(|on| {
            let (name, amount, voters) = (self.name(&on.id), self.money(on.amount), self.voters(on.voters));
            match self.language {
                Nl => format!("{name} ({amount} van {voters})"),
                En => format!("{name} ({amount} from {voters})"),
            }
        });
        let list = list.collect::<Vec<_>>().join(", ");
        let (had, missing, round) = (self.money(spent.had), self.money(spent.missing), spent.round);
        match (self.language, list.is_empty()) {
            (Nl, true) => "De kiezers van dit project gaven hun geld aan andere projecten.".to_owned(),
            (En, true) => "The voters of this project spent their money on other projects.".to_owned(),
            (Nl, false) => format!(
                "De kiezers van dit project gaven hun geld vooral aan {list}. Na ronde {round} hadden zij samen nog \
                 {had}: {missing} te weinig."
            ),
            (En, false) => format!(
                "The voters of this project spent most of their money on {list}. After round {round} they had {had} \
                 left together: {missing} short."
            ),
        }
    }

    /// One line about voters with so many chosen projects.
    pub fn group(&self, group: &VoterGroup) -> String {
        let (voters, amount) = (self.voters(group.voters), self.money(group.amount));
        if group.chosen == 0 {
            return self
                .language
                .pick(format!("Geen gekozen project: {voters}"), format!("No chosen project: {voters}"));
        }
        let number = u64::try_from(group.chosen).unwrap_or(u64::MAX);
        let projects =
            self.counted(number, ["gekozen project", "gekozen projecten"], ["chosen project", "chosen projects"]);
        match (self.language, self.report.share.is_some()) {
            (Nl, true) => format!("{projects}: {voters}, gemiddeld {amount} uit hun deel"),
            (Nl, false) => format!("{projects}: {voters}, voor gemiddeld {amount} per kiezer"),
            (En, true) => format!("{projects}: {voters}, {amount} from their share on average"),
            (En, false) => format!("{projects}: {voters}, for {amount} per voter on average"),
        }
    }

    /// What voters got, all together.
    pub fn voters_together(&self) -> String {
        let voters = &self.report.voters;
        let (without, average) = (self.count(voters.without), self.amount(voters.average));
        match self.language {
            Nl => {
                format!("Gekozen projecten per kiezer: gemiddeld {average}. Kiezers zonder gekozen project: {without}.")
            }
            En => {
                format!("Chosen projects per voter: {average} on average. Voters without a chosen project: {without}.")
            }
        }
    }

    pub fn heading_chosen(&self) -> &'static str {
        self.language.pick("Gekozen", "Chosen")
    }

    pub fn heading_not_chosen(&self) -> &'static str {
        self.language.pick("Niet gekozen", "Not chosen")
    }

    pub fn heading_voters(&self) -> &'static str {
        self.language.pick("Wat kiezers kregen", "What voters got")
    }
}
