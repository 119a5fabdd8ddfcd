//! `kill -9` in the middle of fiats and spendings, twenty times: what was acknowledged is there once, and not a cent is
//! over.
#![expect(clippy::unwrap_used, reason = "a test throughout: what is not as expected must fail")]

use chrono::Datelike as _;
use contract::opdracht::{OpdrachtApi as _, OpdrachtStatus, OpdrachtView, ReportProgress};
use contract::wijkbudget::{BoekingFilter, BoekingSoort, BoekingView, WijkbudgetApi as _};
use contract::{IdempotencyKey, OpdrachtId};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use tests::{Ask, Person, Process, World, code, euro, runs};

/// In one city; a night has more cities.
const KILLS: usize = 20;
const PRODUCT: &str = "onderwijs";
/// Money for sixty of the hundred opdrachten that are asked for, and for the one that is spent on.
const BUDGET: &str = "1600.00";
const ASKED: usize = 100;

/// Something that is sent until it is known to be done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    /// Approve this opdracht, asked for in this version.
    Fiat(OpdrachtId, i64),
    /// Spend so many cents, under a key of its own.
    Spend(i64),
}

struct City {
    fiatteur: Person,
    backoffice: Person,
    running: OpdrachtId,
}

/// A city with a hundred opdrachten that wait for fiat and one that is being carried out.
async fn city() -> (World, Process, City, Vec<Deed>) {
    let (world, process) = World::outside(env!("CARGO_BIN_EXE_wijkkoers-under-test")).await;
    world.budget("W2", world.app().today().year(), PRODUCT, BUDGET).await;
    let (wijkteam, fiatteur, backoffice) =
        (world.wijkteam("W2").await, world.fiatteur("W2", "1000000.00").await, world.backoffice().await);
    let opgave = wijkteam.note_opgave("W2").await;
    let activiteit = wijkteam.plan(wijkteam.commit_hours(opgave).await).await;
    let large = wijkteam.request(activiteit, wijkteam.order(PRODUCT, "1000.00")).await;
    let accepted = backoffice.accept(&fiatteur.approve(&large).await.unwrap()).await.unwrap();
    let running = accepted.kaart.id;
    let report = ReportProgress { tekst: "Begonnen.".into(), fotos: Vec::new() };
    backoffice.report_progress(backoffice.key(), running, report).await.unwrap();
    let mut deeds = Vec::new();
    for number in 0..ASKED {
        let asked: OpdrachtView = wijkteam.request(activiteit, wijkteam.order(PRODUCT, "10.00")).await;
        deeds.push(Deed::Fiat(asked.kaart.id, asked.versie.0));
        // No two amounts are alike, so that each posting tells which request it is of.
        deeds.push(Deed::Spend(100 + i64::try_from(number).unwrap()));
    }
    // From here on the server is alone with its database, as it is in the world.
    world.app().databases().clone().close().await.unwrap();
    (world, process, City { fiatteur, backoffice, running }, deeds)
}

impl City {
    fn request(&self, deed: &Deed) -> Ask<'_> {
        match deed {
            Deed::Fiat(id, version) => {
                let ask = self.fiatteur.ask("POST", &format!("/opdrachten/{id}/fiatteringen"));
                ask.version(contract::Version(*version)).json(&json!({ "besluit": "akkoord" }))
            }
            Deed::Spend(cents) => {
                let bedrag = format!("{}.{:02}", cents / 100, cents % 100);
                let key = IdempotencyKey::parse(&format!("besteding-{cents}")).unwrap();
                let ask = self.backoffice.ask("POST", &format!("/opdrachten/{}/bestedingen", self.running));
                ask.key(&key).json(&json!({ "bedrag": bedrag, "omschrijving": "factuur" }))
            }
        }
    }

    /// Sends all at once, and kills the server when so many were acknowledged. Gives what was acknowledged.
    async fn storm(&self, process: &mut Process, deeds: &[Deed], kill_after: usize) -> Vec<Deed> {
        let mut acknowledged = Vec::new();
        let send = |deed| async move { (deed, self.request(deed).try_send().await) };
        let mut answers: FuturesUnordered<_> = deeds.iter().map(send).collect();
        let mut process = Some(process);
        while let Some((deed, heard)) = answers.next().await {
            if heard.is_some_and(|heard| heard.status < 300) {
                acknowledged.push(deed.clone());
            }
            if acknowledged.len() >= kill_after
                && let Some(process) = process.take()
            {
                process.kill();
            }
        }
        if let Some(process) = process {
            process.kill();
        }
        acknowledged
    }

    async fn postings(&self) -> Vec<BoekingView> {
        let mut all = Vec::new();
        let mut cursor = None;
        loop {
            let product = Some(PRODUCT.to_owned());
            let filter = BoekingFilter { product, cursor, limit: Some(100), ..BoekingFilter::default() };
            let page = self.fiatteur.list_boekingen(code("W2"), filter).await.unwrap();
            all.extend(page.resultaten);
            cursor = page.volgende;
            if cursor.is_none() {
                return all;
            }
        }
    }

    /// Every acknowledged deed is booked once, no deed is booked twice, and no more was spent than there was.
    async fn check(&self, acknowledged: &BTreeSet<Deed>, round: usize) {
        let postings = self.postings().await;
        let mut booked: BTreeMap<Deed, usize> = BTreeMap::new();
        for posting in &postings {
            let deed = match posting.soort {
                BoekingSoort::Verplicht => Deed::Fiat(posting.opdracht.unwrap(), 2),
                BoekingSoort::Besteed => Deed::Spend(posting.bedrag.cents()),
                BoekingSoort::Begroot
                | BoekingSoort::Wijziging
                | BoekingSoort::Gereserveerd
                | BoekingSoort::Vrijval => {
                    continue;
                }
            };
            *booked.entry(deed).or_default() += 1;
        }
        let lost: Vec<_> = acknowledged.iter().filter(|deed| !booked.contains_key(deed)).collect();
        assert!(lost.is_empty(), "round {round}: acknowledged and lost: {lost:?}");
        let double: Vec<_> = booked.iter().filter(|(_, times)| **times > 1).collect();
        assert!(double.is_empty(), "round {round}: booked twice: {double:?}");
        let committed = postings.iter().filter(|posting| posting.soort == BoekingSoort::Verplicht);
        let committed: i64 = committed.map(|posting| posting.bedrag.cents()).sum();
        assert!(committed <= euro(BUDGET).cents(), "round {round}: {committed} cents were committed");
    }
}

// X-1, P-1, P-2, P-5
#[tokio::test]
async fn killed_twenty_times_the_server_loses_nothing_doubles_nothing_and_overspends_nothing() {
    for _city in 0..runs::times(runs::KILLS, KILLS).div_ceil(KILLS) {
        Box::pin(kill_and_check()).await;
    }
}

async fn kill_and_check() {
    let (_world, mut process, city, mut waiting) = city().await;
    let mut acknowledged: BTreeSet<Deed> = BTreeSet::new();
    for round in 0..KILLS {
        let at_once: Vec<Deed> = waiting.iter().take(40).cloned().collect();
        let done = city.storm(&mut process, &at_once, round * 7 % 19 + 1).await;
        acknowledged.extend(done);
        // Answers may be lost with the server: what is not known to be done is sent again, some of it right away.
        waiting.retain(|deed| !acknowledged.contains(deed));
        let turn = waiting.len().min(20);
        waiting.rotate_left(turn);
        process.run(&["ledger", "check"]).unwrap();
        process.start();
        city.check(&acknowledged, round).await;
    }
    settle(&city, waiting, &mut acknowledged).await;
    city.check(&acknowledged, KILLS).await;
    process.kill();
    process.run(&["ledger", "check"]).unwrap();
}

/// Sends what is left once more: now each has one outcome, and sixty of a hundred fiats fit.
async fn settle(city: &City, waiting: Vec<Deed>, acknowledged: &mut BTreeSet<Deed>) {
    for deed in waiting {
        let heard = city.request(&deed).send().await;
        match (&deed, heard.outcome().as_str()) {
            (Deed::Spend(_), "201") | (Deed::Fiat(..), "200") => {}
            // Given before a kill took the answer away.
            (Deed::Fiat(id, _), "412 verouderd") => {
                let seen = city.fiatteur.opdracht(*id).await.unwrap();
                assert_eq!(seen.kaart.status, OpdrachtStatus::Gefiatteerd);
            }
            (Deed::Fiat(..), "409 budget-ontoereikend") => continue,
            (deed, outcome) => unreachable!("{deed:?}: {outcome}"),
        }
        acknowledged.insert(deed);
    }
    let (fiats, spendings): (Vec<_>, Vec<_>) = acknowledged.iter().partition(|deed| matches!(deed, Deed::Fiat(..)));
    assert_eq!((fiats.len(), spendings.len()), (60, ASKED));
    let money = city.fiatteur.wijkbudget(code("W2"), None).await.unwrap();
    let row = money.producten.into_iter().find(|row| row.product.as_deref() == Some(PRODUCT)).unwrap();
    assert_eq!((row.vrij, row.begroot), (euro("0.00"), euro(BUDGET)));
}
