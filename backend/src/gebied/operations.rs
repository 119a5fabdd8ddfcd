//! Reading areas, and finding a wijk by postcode or point.

use crate::caller::{Caller, run};
use crate::database::sql;
use crate::error::Error;
use async_trait::async_trait;
use contract::Reply;
use contract::field::{Code, Field, FieldCode, Postcode};
use contract::gebied::{GebiedApi, GebiedView, Keuzelijsten, Punt, WijkView, ZoekWijk};
use geojson::GeometryValue;
use sea_orm::FromQueryResult;

/// Farthest that a point may lie from a wijk's label, in degrees of latitude (about 4 km), when there are no outlines.
const NEAR_DEGREES: f64 = 0.036;

#[async_trait]
impl GebiedApi for Caller {
    async fn list_gebieden(&self) -> Reply<Vec<GebiedView>> {
        run(async || Ok(self.app.reference().await?.gebieden.clone())).await
    }

    async fn gebied(&self, code: Code) -> Reply<GebiedView> {
        run(async || self.app.reference().await?.gebied(code.as_str()).cloned().ok_or(Error::NotFound)).await
    }

    async fn find_wijken(&self, query: ZoekWijk) -> Reply<Vec<WijkView>> {
        run(|| find_wijken(self, &query)).await
    }

    async fn keuzelijsten(&self) -> Reply<Keuzelijsten> {
        run(async || Ok(self.app.reference().await?.lijsten.clone())).await
    }

    async fn omtrekken(&self) -> Reply<serde_json::Value> {
        run(|| outlines(self)).await
    }
}

async fn find_wijken(caller: &Caller, query: &ZoekWijk) -> Result<Vec<WijkView>, Error> {
    let reference = caller.app.reference().await?;
    match (&query.postcode, query.lon, query.lat) {
        (Some(postcode), None, None) => {
            let postcode = Postcode::parse(postcode.trim()).map_err(|flaw| Error::field("/postcode", flaw))?;
            let codes = wijken_of_postcode(caller, &postcode).await?;
            Ok(codes.iter().filter_map(|code| reference.wijk(code).cloned()).collect())
        }
        (None, Some(lon), Some(lat)) => {
            let punt = Punt { lon, lat };
            if let Some(code) = wijk_around(caller, punt).await? {
                return Ok(reference.wijk(&code).cloned().into_iter().collect());
            }
            let mut wijken: Vec<_> = reference.gebieden.iter().flat_map(|gebied| gebied.wijken.clone()).collect();
            wijken.retain(|wijk| distance(wijk.punt, punt) <= NEAR_DEGREES);
            wijken.sort_by(|one, other| distance(one.punt, punt).total_cmp(&distance(other.punt, punt)));
            wijken.truncate(3);
            Ok(wijken)
        }
        (None, None, None) => Ok(reference.gebieden.iter().flat_map(|gebied| gebied.wijken.clone()).collect()),
        (Some(_), _, _) => Err(Error::field("/lon", FieldCode::OnbekendVeld)),
        (None, None, Some(_)) => Err(Error::field("/lon", FieldCode::Ontbreekt)),
        (None, Some(_), None) => Err(Error::field("/lat", FieldCode::Ontbreekt)),
    }
}

/// Distance in degrees of latitude; good enough within a city.
fn distance(one: Punt, other: Punt) -> f64 {
    let east = (one.lon - other.lon) * other.lat.to_radians().cos();
    let north = one.lat - other.lat;
    east.hypot(north)
}

#[derive(Debug, FromQueryResult)]
struct WijkCode {
    wijk: String,
}

/// The whole postcode when it is known, else its four digits; the wijk with the largest share first.
async fn wijken_of_postcode(caller: &Caller, postcode: &Postcode) -> Result<Vec<String>, Error> {
    let db = caller.app.reader();
    let whole = postcode.letters().map(|letters| format!("{}{letters}", postcode.digits()));
    for key in whole.into_iter().chain([postcode.digits().to_owned()]) {
        let select = sql(
            db,
            "SELECT b.wijk FROM postcode p JOIN buurt b ON b.code = p.buurt WHERE p.postcode = $1 \
             GROUP BY b.wijk HAVING SUM(p.promille) >= 20 ORDER BY SUM(p.promille) DESC, b.wijk",
            [key.into()],
        );
        let found = WijkCode::find_by_statement(select).all(db).await?;
        if !found.is_empty() {
            return Ok(found.into_iter().map(|row| row.wijk).collect());
        }
    }
    Ok(Vec::new())
}

#[derive(Debug, FromQueryResult)]
struct OutlineRow {
    code: String,
    naam: String,
    lon: f64,
    lat: f64,
    omtrek: Option<String>,
}

/// The wijk whose imported outline holds the point.
async fn wijk_around(caller: &Caller, punt: Punt) -> Result<Option<String>, Error> {
    let db = caller.app.reader();
    let select = sql(db, "SELECT code, naam, lon, lat, omtrek FROM wijk WHERE omtrek IS NOT NULL ORDER BY code", []);
    let rows = OutlineRow::find_by_statement(select).all(db).await?;
    let around = rows.into_iter().find(|row| {
        let outline = row.omtrek.as_deref().and_then(|text| text.parse::<geojson::Geometry>().ok());
        outline.is_some_and(|outline| holds(&outline, punt))
    });
    Ok(around.map(|row| row.code))
}

/// Whether a polygon or multipolygon holds a point.
fn holds(geometry: &geojson::Geometry, punt: Punt) -> bool {
    if let GeometryValue::MultiPolygon { coordinates } = &geometry.value {
        return coordinates.iter().any(|rings| in_rings(rings, punt));
    }
    matches!(&geometry.value, GeometryValue::Polygon { coordinates } if in_rings(coordinates, punt))
}

/// Even-odd rule over all rings: inside the outer one and outside the holes.
fn in_rings(rings: &[Vec<geojson::Position>], punt: Punt) -> bool {
    rings.iter().filter(|ring| crosses_odd(ring, punt)).count() % 2 == 1
}

fn crosses_odd(ring: &[geojson::Position], punt: Punt) -> bool {
    let at = |position: &geojson::Position| {
        let position = position.as_slice();
        Some((*position.first()?, *position.get(1)?))
    };
    let crossings = ring.windows(2).filter(|pair| {
        let [one, other] = pair else { return false };
        let (Some((x1, y1)), Some((x2, y2))) = (at(one), at(other)) else { return false };
        ((y1 > punt.lat) != (y2 > punt.lat)) && punt.lon < (x2 - x1) * (punt.lat - y1) / (y2 - y1) + x1
    });
    crossings.count() % 2 == 1
}

/// A FeatureCollection of the gebieden: outlines where they were imported, label points where not.
async fn outlines(caller: &Caller) -> Result<serde_json::Value, Error> {
    let db = caller.app.reader();
    let select = sql(db, "SELECT code, naam, lon, lat, omtrek FROM gebied ORDER BY code", []);
    let rows = OutlineRow::find_by_statement(select).all(db).await?;
    let feature = |row: OutlineRow| {
        let outline = row.omtrek.and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
        let point = || serde_json::json!({ "type": "Point", "coordinates": [row.lon, row.lat] });
        serde_json::json!({
            "type": "Feature",
            "id": row.code,
            "properties": { "code": row.code, "naam": row.naam, "label": [row.lon, row.lat] },
            "geometry": outline.unwrap_or_else(point),
        })
    };
    let features: Vec<_> = rows.into_iter().map(feature).collect();
    Ok(serde_json::json!({ "type": "FeatureCollection", "features": features }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_lies_inside_or_outside_and_not_in_a_hole() {
        let square: geojson::Geometry = r#"{"type":"Polygon","coordinates":[
            [[0,0],[10,0],[10,10],[0,10],[0,0]], [[4,4],[6,4],[6,6],[4,6],[4,4]]]}"#
            .parse()
            .unwrap();
        for (lon, lat, expected) in [(1.0, 1.0, true), (5.0, 5.0, false), (11.0, 5.0, false), (9.9, 9.9, true)] {
            assert_eq!(holds(&square, Punt { lon, lat }), expected, "{lon} {lat}");
        }
    }
}
