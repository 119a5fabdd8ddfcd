//! Areas from files: the facts of a city, real outlines from GeoJSON, and fine postcodes from a CBS table.

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use crate::gebied::reference::Lijst;
use contract::field::{Code, Field as _};
use geojson::GeoJson;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Deserialize;
use std::collections::BTreeSet;

/// The facts of a city: names, codes, label points, postcodes, and the lists that people choose from. What a file leaves out
/// stays as it is.
#[derive(Debug, Deserialize)]
pub struct City {
    /// Its gebieden.
    #[serde(default)]
    pub gebieden: Vec<CityGebied>,
    /// Postcodes of four digits with the buurten they lie in, and shares in promille.
    #[serde(default)]
    pub postcodes: Vec<CityPostcode>,
    /// The themes of initiatieven and opgaven.
    #[serde(default)]
    pub themas: Vec<CityKeuze>,
    /// What an initiatief or a plan must meet; a rejection names one.
    #[serde(default)]
    pub criteria: Vec<CityKeuze>,
    /// The products of a wijkbudget.
    #[serde(default)]
    pub producten: Vec<CityKeuze>,
}

/// A gebied with its wijken.
#[derive(Debug, Deserialize)]
pub struct CityGebied {
    code: String,
    naam: String,
    korte_naam: String,
    punt: [f64; 2],
    wijken: Vec<CityWijk>,
}

/// A wijk with its buurten.
#[derive(Debug, Deserialize)]
pub struct CityWijk {
    code: String,
    naam: String,
    punt: [f64; 2],
    buurten: Vec<CityBuurt>,
}

/// A buurt.
#[derive(Debug, Deserialize)]
pub struct CityBuurt {
    code: String,
    naam: String,
    punt: [f64; 2],
}

/// A postcode of four digits.
#[derive(Debug, Deserialize)]
pub struct CityPostcode {
    pc4: String,
    buurten: Vec<(String, i64)>,
}

/// An entry of a list.
#[derive(Debug, Deserialize)]
pub struct CityKeuze {
    code: String,
    naam: String,
    /// What it means, for who chooses or is refused.
    uitleg: Option<String>,
    /// Of a product: where the national accounts count it.
    taakveld: Option<String>,
}

/// How much of everything a city has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromQueryResult)]
pub struct Contents {
    /// Gebieden.
    pub gebieden: i64,
    /// Themes.
    pub themas: i64,
    /// Criteria.
    pub criteria: i64,
    /// Products.
    pub producten: i64,
}

impl Contents {
    async fn count<C: ConnectionTrait>(db: &C) -> Result<Self, Error> {
        let select = sql(
            db,
            "SELECT (SELECT COUNT(*) FROM gebied) AS gebieden, \
             (SELECT COUNT(*) FROM keuze WHERE lijst = 'thema') AS themas, \
             (SELECT COUNT(*) FROM keuze WHERE lijst = 'criterium') AS criteria, \
             (SELECT COUNT(*) FROM keuze WHERE lijst = 'product') AS producten",
            [],
        );
        let counted = Self::find_by_statement(select).one(db).await?;
        counted.ok_or_else(|| Error::Internal("a count without a row".into()))
    }

    /// The first list that is empty: without it nobody can hand in, be answered or be paid.
    const fn lacks(&self) -> Option<&'static str> {
        match self {
            Self { gebieden: 0, .. } => Some("gebieden"),
            Self { themas: 0, .. } => Some("themas"),
            Self { criteria: 0, .. } => Some("criteria"),
            Self { producten: 0, .. } => Some("producten"),
            Self { .. } => None,
        }
    }
}

/// Why a file cannot be imported, in one line.
#[derive(Debug, thiserror::Error)]
pub enum BadFile {
    /// It is not what it should be.
    #[error("{0}")]
    Form(String),
    /// It cannot be stored.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Stores the facts of a city; what was there is brought up to date. Gives what the city has then.
///
/// # Errors
/// When a list is not right, when the city would lack one, or when it cannot be stored.
pub async fn city(app: &App, city: &City) -> Result<Contents, BadFile> {
    let lists = [
        ("themas", Lijst::Thema, &city.themas),
        ("criteria", Lijst::Criterium, &city.criteria),
        ("producten", Lijst::Product, &city.producten),
    ];
    for (name, lijst, entries) in lists {
        judge_list(name, lijst, entries).map_err(BadFile::Form)?;
    }
    let tx = app.begin().await?;
    store_areas(&tx, city).await?;
    for (_, lijst, entries) in lists {
        for (order, entry) in (1_i64..).zip(entries) {
            let (uitleg, taakveld) = (entry.uitleg.as_deref(), entry.taakveld.as_deref());
            keuze(&tx, lijst, order, &entry.code, &entry.naam, uitleg, taakveld).await?;
        }
    }
    let contents = Contents::count(&tx).await?;
    if let Some(list) = contents.lacks() {
        return Err(BadFile::Form(format!(
            "de stad heeft nog geen {list}: zet die lijst in het bestand (docs/beheer.md)"
        )));
    }
    tx.commit().await?;
    app.reference_cache.forget();
    Ok(contents)
}

/// What is wrong with a list, by the place in the file where it is.
fn judge_list(name: &str, lijst: Lijst, entries: &[CityKeuze]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for (place, entry) in (1..).zip(entries) {
        let wrong = |what: &str| Err(format!("{name}, nummer {place} ({:?}): {what}", entry.code));
        if Code::parse(&entry.code).is_err() {
            return wrong("een code heeft 1 tot 40 letters zonder accent, cijfers, _ of -");
        }
        if entry.naam.trim().is_empty() {
            return wrong("de naam ontbreekt");
        }
        if lijst == Lijst::Product && entry.taakveld.is_none() {
            return wrong("het taakveld ontbreekt");
        }
        if !seen.insert(&entry.code) {
            return wrong("deze code staat er twee keer");
        }
    }
    Ok(())
}

async fn store_areas<C: ConnectionTrait>(tx: &C, city: &City) -> Result<(), Error> {
    for gebied in &city.gebieden {
        let [lon, lat] = gebied.punt;
        tx.execute_raw(sql(
            tx,
            "INSERT INTO gebied (code, naam, korte_naam, lon, lat) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (code) \
             DO UPDATE SET naam = $2, korte_naam = $3, lon = $4, lat = $5",
            [
                gebied.code.clone().into(),
                gebied.naam.clone().into(),
                gebied.korte_naam.clone().into(),
                lon.into(),
                lat.into(),
            ],
        ))
        .await?;
        for wijk in &gebied.wijken {
            store_wijk(tx, &gebied.code, wijk).await?;
        }
    }
    for postcode in &city.postcodes {
        for (buurt, promille) in &postcode.buurten {
            put_postcode(tx, &postcode.pc4, buurt, *promille).await?;
        }
    }
    Ok(())
}

async fn store_wijk<C: ConnectionTrait>(tx: &C, gebied: &str, wijk: &CityWijk) -> Result<(), Error> {
    let [lon, lat] = wijk.punt;
    tx.execute_raw(sql(
        tx,
        "INSERT INTO wijk (code, naam, gebied, lon, lat) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (code) \
         DO UPDATE SET naam = $2, gebied = $3, lon = $4, lat = $5",
        [wijk.code.clone().into(), wijk.naam.clone().into(), gebied.into(), lon.into(), lat.into()],
    ))
    .await?;
    for buurt in &wijk.buurten {
        let [lon, lat] = buurt.punt;
        tx.execute_raw(sql(
            tx,
            "INSERT INTO buurt (code, naam, wijk, lon, lat) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (code) \
             DO UPDATE SET naam = $2, wijk = $3, lon = $4, lat = $5",
            [buurt.code.clone().into(), buurt.naam.clone().into(), wijk.code.clone().into(), lon.into(), lat.into()],
        ))
        .await?;
    }
    Ok(())
}

async fn put_postcode<C: ConnectionTrait>(tx: &C, postcode: &str, buurt: &str, promille: i64) -> Result<(), Error> {
    tx.execute_raw(sql(
        tx,
        "INSERT INTO postcode (postcode, buurt, promille) VALUES ($1, $2, $3) ON CONFLICT (postcode, buurt) \
         DO UPDATE SET promille = $3",
        [postcode.into(), buurt.into(), promille.into()],
    ))
    .await?;
    Ok(())
}

/// Puts one entry in a list.
///
/// # Errors
/// When it cannot be stored.
pub async fn keuze<C: ConnectionTrait>(
    tx: &C,
    lijst: Lijst,
    order: i64,
    code: &str,
    naam: &str,
    uitleg: Option<&str>,
    taakveld: Option<&str>,
) -> Result<(), Error> {
    tx.execute_raw(sql(
        tx,
        "INSERT INTO keuze (lijst, code, naam, uitleg, taakveld, volgorde) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (lijst, code) DO UPDATE SET naam = $3, uitleg = $4, taakveld = $5, volgorde = $6",
        [
            lijst.as_str().into(),
            code.into(),
            naam.into(),
            uitleg.map(str::to_owned).into(),
            taakveld.map(str::to_owned).into(),
            order.into(),
        ],
    ))
    .await?;
    Ok(())
}

/// Reads outlines of gebieden and wijken from a GeoJSON FeatureCollection (CRS84). Features are matched by
/// `gebiedcode` or `wijkcode`; areas that we do not have are counted and left out. Gives how many were stored and how
/// many were left out.
///
/// # Errors
/// When it is not GeoJSON with polygons.
pub async fn outlines(app: &App, text: &str) -> Result<(usize, usize), BadFile> {
    let GeoJson::FeatureCollection(collection) =
        text.parse::<GeoJson>().map_err(|error| BadFile::Form(format!("not GeoJSON: {error}")))?
    else {
        return Err(BadFile::Form("not a GeoJSON FeatureCollection".into()));
    };
    let tx = app.begin().await?;
    let (mut stored, mut unknown) = (0, 0);
    for (at, feature) in collection.features.iter().enumerate() {
        let property = |name: &str| feature.property(name).and_then(serde_json::Value::as_str);
        let geometry = feature.geometry.as_ref().filter(|geometry| {
            matches!(
                geometry.value,
                geojson::GeometryValue::Polygon { .. } | geojson::GeometryValue::MultiPolygon { .. }
            )
        });
        let Some(geometry) = geometry else {
            return Err(BadFile::Form(format!("feature {}: no polygon", at + 1)));
        };
        // Wijken name their gebied too, so the narrower code decides.
        let update = match (property("buurtcode"), property("wijkcode"), property("gebiedcode")) {
            (Some(_), _, _) => None,
            (None, Some(code), _) => Some(("UPDATE wijk SET omtrek = $1 WHERE code = $2", code)),
            (None, None, Some(code)) => Some(("UPDATE gebied SET omtrek = $1 WHERE code = $2", code)),
            (None, None, None) => {
                return Err(BadFile::Form(format!("feature {}: neither gebiedcode nor wijkcode", at + 1)));
            }
        };
        let done = match update {
            Some((text, code)) => {
                let statement = sql(&tx, text, [geometry.to_string().into(), code.into()]);
                tx.execute_raw(statement).await.map_err(Error::from)?.rows_affected()
            }
            None => 0,
        };
        if done == 1 { stored += 1 } else { unknown += 1 }
    }
    tx.commit().await?;
    app.reference_cache.forget();
    Ok((stored, unknown))
}

/// Reads a CBS table of postcode, house number and buurt (`PC6;Huisnummer;Buurt…`, semicolons). Column names change per
/// year, so the head is read; shares are of addresses. Gives how many postcodes were stored.
///
/// # Errors
/// When columns are missing, or a line is not right; the line is named.
pub async fn postcodes(app: &App, text: &str) -> Result<usize, BadFile> {
    use contract::field::Postcode;
    let mut lines = text.lines().enumerate();
    let Some((_, head)) = lines.next() else { return Err(BadFile::Form("the file is empty".into())) };
    let head: Vec<String> =
        head.trim_start_matches('\u{feff}').split(';').map(|name| clean(name).to_lowercase()).collect();
    let column = |start: &str| {
        let at = head.iter().position(|name| name.starts_with(start));
        at.ok_or_else(|| BadFile::Form(format!("line 1: no column {start}…")))
    };
    let (postcode_at, buurt_at) = (column("pc6")?, column("buurt")?);
    let mut counts: std::collections::BTreeMap<String, std::collections::BTreeMap<String, i64>> =
        std::collections::BTreeMap::new();
    for (at, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split(';').map(clean).collect();
        let bad = |what: &str| BadFile::Form(format!("line {}: {what}", at + 1));
        let postcode =
            cells.get(postcode_at).and_then(|cell| Postcode::parse(cell).ok()).ok_or_else(|| bad("no postcode"))?;
        let letters = postcode.letters().ok_or_else(|| bad("a postcode without letters"))?;
        let buurt = cells.get(buurt_at).filter(|cell| !cell.is_empty()).ok_or_else(|| bad("no buurt"))?;
        let buurt = if buurt.starts_with("BU") { (*buurt).to_owned() } else { format!("BU{buurt:0>8}") };
        *counts.entry(format!("{}{letters}", postcode.digits())).or_default().entry(buurt).or_default() += 1;
    }
    let tx = app.begin().await?;
    let known = known_buurten(&tx).await?;
    let mut stored = 0;
    for (postcode, buurten) in &counts {
        let total: i64 = buurten.values().sum();
        for (buurt, count) in buurten.iter().filter(|(buurt, _)| known.contains(*buurt)) {
            put_postcode(&tx, postcode, buurt, count * 1000 / total).await?;
            stored += 1;
        }
    }
    tx.commit().await?;
    Ok(stored)
}

fn clean(cell: &str) -> &str {
    cell.trim().trim_matches('"')
}

async fn known_buurten<C: ConnectionTrait>(tx: &C) -> Result<std::collections::BTreeSet<String>, Error> {
    let rows = tx.query_all_raw(sql(tx, "SELECT code FROM buurt", [])).await?;
    rows.iter().map(|row| row.try_get_by_index::<String>(0).map_err(Error::from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // F1: who reads the refusal knows which entry to mend.
    #[test]
    fn a_list_that_is_not_right_is_refused_by_its_place() {
        for (json, expected) in [
            (r#"[{"code": "groen", "naam": "Groen"}, {"code": "klimaat", "naam": "Klimaat"}]"#, None),
            (r#"[{"code": "gróen", "naam": "Groen"}]"#, Some("themas, nummer 1 (\"gróen\"): een code heeft")),
            (r#"[{"code": "groen", "naam": " "}]"#, Some("themas, nummer 1 (\"groen\"): de naam ontbreekt")),
            (
                r#"[{"code": "groen", "naam": "Groen"}, {"code": "groen", "naam": "Grijs"}]"#,
                Some("themas, nummer 2 (\"groen\"): deze code staat er twee keer"),
            ),
        ] {
            let entries: Vec<CityKeuze> = serde_json::from_str(json).unwrap();
            let fault = judge_list("themas", Lijst::Thema, &entries).err();
            match expected {
                None => assert_eq!(fault, None, "{json}"),
                Some(start) => assert!(fault.as_deref().is_some_and(|fault| fault.starts_with(start)), "{fault:?}"),
            }
        }
        let product: Vec<CityKeuze> = serde_json::from_str(r#"[{"code": "groen", "naam": "Groen"}]"#).unwrap();
        assert!(judge_list("producten", Lijst::Product, &product).is_err(), "a product has a taakveld");
    }

    // F1
    #[test]
    fn a_city_without_one_of_its_lists_is_none() {
        let whole = Contents { gebieden: 8, themas: 11, criteria: 7, producten: 15 };
        for (contents, expected) in [
            (whole, None),
            (Contents { gebieden: 0, ..whole }, Some("gebieden")),
            (Contents { themas: 0, ..whole }, Some("themas")),
            (Contents { criteria: 0, ..whole }, Some("criteria")),
            (Contents { producten: 0, ..whole }, Some("producten")),
        ] {
            assert_eq!(contents.lacks(), expected, "{contents:?}");
        }
    }
}
