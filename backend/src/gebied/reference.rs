//! What hardly ever changes, in memory: areas, and the lists that people choose from.

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use contract::gebied::{GebiedView, Keuze, Keuzelijsten, Punt, WijkView};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

/// How long an instance trusts what it has.
const FRESH_FOR: Duration = Duration::from_secs(30);

/// Areas and lists as they were when read.
#[derive(Debug)]
pub struct Reference {
    /// All gebieden with their wijken.
    pub gebieden: Vec<GebiedView>,
    /// Themes, products, criteria.
    pub lijsten: Keuzelijsten,
    names: HashMap<(&'static str, String), String>,
}

/// One of the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lijst {
    /// Themes.
    Thema,
    /// Products of a wijkbudget.
    Product,
    /// Grounds for rejection.
    Criterium,
}

impl Lijst {
    /// As stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Thema => "thema",
            Self::Product => "product",
            Self::Criterium => "criterium",
        }
    }
}

impl Reference {
    /// The name of something in a list; the code itself when it is gone.
    #[must_use]
    pub fn name<'a>(&'a self, lijst: Lijst, code: &'a str) -> &'a str {
        self.names.get(&(lijst.as_str(), code.to_owned())).map_or(code, String::as_str)
    }

    /// Whether a list has this code.
    #[must_use]
    pub fn has(&self, lijst: Lijst, code: &str) -> bool {
        self.names.contains_key(&(lijst.as_str(), code.to_owned()))
    }

    /// The wijk with this code.
    #[must_use]
    pub fn wijk(&self, code: &str) -> Option<&WijkView> {
        self.gebieden.iter().flat_map(|gebied| &gebied.wijken).find(|wijk| wijk.code == code)
    }

    /// The gebied with this code.
    #[must_use]
    pub fn gebied(&self, code: &str) -> Option<&GebiedView> {
        self.gebieden.iter().find(|gebied| gebied.code == code)
    }

    async fn read<C: ConnectionTrait>(db: &C) -> Result<Self, Error> {
        let wijken: Vec<AreaRow> = AreaRow::find_by_statement(sql(
            db,
            "SELECT code, naam, naam AS korte_naam, gebied, lon, lat FROM wijk ORDER BY code",
            [],
        ))
        .all(db)
        .await?;
        let gebieden = AreaRow::find_by_statement(sql(
            db,
            "SELECT code, naam, korte_naam, code AS gebied, lon, lat FROM gebied ORDER BY code",
            [],
        ))
        .all(db)
        .await?;
        let keuzes =
            KeuzeRow::find_by_statement(sql(db, "SELECT lijst, code, naam, uitleg FROM keuze ORDER BY volgorde", []))
                .all(db)
                .await?;
        let list = |lijst: Lijst| -> Vec<Keuze> {
            let of_list = keuzes.iter().filter(|row| row.lijst == lijst.as_str());
            of_list
                .map(|row| Keuze { code: row.code.clone(), naam: row.naam.clone(), uitleg: row.uitleg.clone() })
                .collect()
        };
        let lijsten = Keuzelijsten {
            themas: list(Lijst::Thema),
            producten: list(Lijst::Product),
            criteria: list(Lijst::Criterium),
        };
        let names = [Lijst::Thema, Lijst::Product, Lijst::Criterium]
            .into_iter()
            .flat_map(|lijst| list(lijst).into_iter().map(move |keuze| ((lijst.as_str(), keuze.code), keuze.naam)));
        Ok(Self { names: names.collect(), lijsten, gebieden: nest(gebieden, &wijken) })
    }
}

fn nest(gebieden: Vec<AreaRow>, wijken: &[AreaRow]) -> Vec<GebiedView> {
    let view = |gebied: AreaRow| {
        let own = wijken.iter().filter(|wijk| wijk.gebied == gebied.code).map(AreaRow::wijk).collect();
        GebiedView {
            punt: Punt { lon: gebied.lon, lat: gebied.lat },
            code: gebied.code,
            naam: gebied.naam,
            korte_naam: gebied.korte_naam,
            wijken: own,
        }
    };
    gebieden.into_iter().map(view).collect()
}

#[derive(Debug, FromQueryResult)]
struct AreaRow {
    code: String,
    naam: String,
    korte_naam: String,
    gebied: String,
    lon: f64,
    lat: f64,
}

impl AreaRow {
    fn wijk(&self) -> WijkView {
        WijkView {
            code: self.code.clone(),
            naam: self.naam.clone(),
            gebied: self.gebied.clone(),
            punt: Punt { lon: self.lon, lat: self.lat },
        }
    }
}

#[derive(Debug, FromQueryResult)]
struct KeuzeRow {
    lijst: String,
    code: String,
    naam: String,
    uitleg: Option<String>,
}

/// What an instance has in memory.
#[derive(Debug, Default)]
pub struct Cache(RwLock<Option<(Instant, Arc<Reference>)>>);

impl Cache {
    /// Forgets it, after an import.
    pub fn forget(&self) {
        *self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
    }

    fn fresh(&self) -> Option<Arc<Reference>> {
        let held = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        held.as_ref().filter(|(at, _)| at.elapsed() < FRESH_FOR).map(|(_, reference)| Arc::clone(reference))
    }
}

impl App {
    /// Areas and lists.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn reference(&self) -> Result<Arc<Reference>, Error> {
        if let Some(reference) = self.reference_cache.fresh() {
            return Ok(reference);
        }
        let read = Arc::new(Reference::read(self.reader()).await?);
        let mut held = self.reference_cache.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        *held = Some((Instant::now(), Arc::clone(&read)));
        Ok(read)
    }
}
