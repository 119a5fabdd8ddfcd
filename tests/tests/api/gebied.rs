//! Areas: where things are, by list, postcode, point and outline.

use contract::gebied::{GebiedApi as _, WijkView, ZoekWijk};
use serde_json::Value;
use std::path::PathBuf;
use tests::{KLARENDAL, Person, World, code};
use wijkkoers::gebied::import;

async fn at_postcode(person: &Person, postcode: &str) -> Vec<String> {
    let query = ZoekWijk { postcode: Some(postcode.into()), ..ZoekWijk::default() };
    names(&person.find_wijken(query).await.unwrap())
}

async fn at_point(person: &Person, lon: f64, lat: f64) -> Vec<String> {
    let query = ZoekWijk { lon: Some(lon), lat: Some(lat), postcode: None };
    names(&person.find_wijken(query).await.unwrap())
}

fn names(wijken: &[WijkView]) -> Vec<String> {
    wijken.iter().map(|wijk| wijk.naam.clone()).collect()
}

#[tokio::test]
async fn arnhem_is_8_gebieden_24_wijken_and_83_buurten() {
    let world = World::new().await;
    let visitor = world.bezoeker();
    let gebieden = visitor.list_gebieden().await.unwrap();
    assert_eq!(gebieden.len(), 8);
    assert_eq!(gebieden.iter().map(|gebied| gebied.wijken.len()).sum::<usize>(), 24);
    assert!(gebieden.iter().all(|gebied| gebied.wijken.iter().all(|wijk| wijk.gebied == gebied.code)));
    assert_eq!(world.count("buurt").await, 83);
    assert_eq!(visitor.gebied(code("W2")).await.unwrap(), gebieden[1]);
    assert_eq!(visitor.gebied(code("W9")).await.unwrap_err().status, 404);
    assert_eq!(visitor.keuzelijsten().await.unwrap().producten.len(), 15);
    let heard = visitor.ask("GET", "/gebieden").send().await;
    assert_eq!(heard.header("content-crs"), Some("<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"));
}

#[tokio::test]
async fn a_postcode_names_its_wijken_the_largest_first() {
    let world = World::new().await;
    let visitor = world.bezoeker();
    let expected = ["Arnhemse Broek", "Spijkerkwartier"];
    for postcode in ["6828", "6828AB", "6828 ab", " 6828 "] {
        assert_eq!(at_postcode(&visitor, postcode).await, expected, "{postcode:?}");
    }
    assert_eq!(at_postcode(&visitor, "1012").await, [""; 0], "another city");
    for odd in ["68", "682x", "68281", "0828", "6828ABC"] {
        let query = ZoekWijk { postcode: Some(odd.into()), ..ZoekWijk::default() };
        let refused = visitor.find_wijken(query).await.unwrap_err();
        let wrong = &refused.fouten[0];
        assert_eq!((wrong.veld.as_str(), wrong.code.as_str()), ("/postcode", "geen_postcode"), "{odd}");
    }
}

#[tokio::test]
async fn a_point_names_the_wijken_around_it_the_nearest_first() {
    let world = World::new().await;
    let visitor = world.bezoeker();
    let around = at_point(&visitor, 5.9215, 51.9895).await;
    assert_eq!((around[0].as_str(), around.len()), ("Klarendal", 3));
    assert_eq!(at_point(&visitor, 4.9, 52.37).await, [""; 0], "Amsterdam");
    for (query, field) in [
        (ZoekWijk { lon: Some(5.9), ..ZoekWijk::default() }, "/lat"),
        (ZoekWijk { lat: Some(51.9), ..ZoekWijk::default() }, "/lon"),
        (ZoekWijk { postcode: Some("6828".into()), lon: Some(5.9), lat: None }, "/lon"),
    ] {
        assert_eq!(visitor.find_wijken(query).await.unwrap_err().fouten[0].veld, field);
    }
    for odd in ["NaN", "inf", "-1e400", "x"] {
        let heard = visitor.ask("GET", &format!("/wijken?lon={odd}&lat=51.9")).send().await;
        assert!([200, 400].contains(&heard.status), "{odd}");
    }
}

/// The real outlines, where the project's data lies beside the code.
fn outlines(name: &str) -> Option<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/arnhem");
    let text = std::fs::read_to_string(folder.join(name)).ok();
    if text.is_none() {
        tests::runs::skipped(&format!("no {name} in {}", folder.display()));
    }
    text
}

#[tokio::test]
async fn real_outlines_say_in_which_wijk_a_point_lies() {
    let (Some(gebieden), Some(wijken)) = (outlines("arnhem-gebieden.geojson"), outlines("arnhem-wijken.geojson"))
    else {
        return;
    };
    let world = World::new().await;
    let visitor = world.bezoeker();
    let kinds = async || {
        let shown = visitor.omtrekken().await.unwrap();
        let features = shown["features"].as_array().unwrap().clone();
        features.iter().map(|feature| feature["geometry"]["type"].clone()).collect::<Vec<Value>>()
    };
    assert!(kinds().await.iter().all(|kind| kind == "Point"), "without outlines, points");
    for _twice in 0..2 {
        assert_eq!(import::outlines(world.app(), &gebieden).await.unwrap(), (8, 0));
        assert_eq!(import::outlines(world.app(), &wijken).await.unwrap(), (24, 0));
    }
    let shapes = kinds().await;
    assert_eq!(shapes.len(), 8);
    assert!(shapes.iter().all(|kind| kind == "Polygon" || kind == "MultiPolygon"), "{shapes:?}");
    let all = visitor.find_wijken(ZoekWijk::default()).await.unwrap();
    for wijk in all {
        let found = at_point(&visitor, wijk.punt.lon, wijk.punt.lat).await;
        assert_eq!(found, std::slice::from_ref(&wijk.naam), "the label of {} lies in it", wijk.code);
    }
}

#[tokio::test]
async fn outlines_that_cannot_be_used_change_nothing() {
    let world = World::new().await;
    let feature = |properties: &str, geometry: &str| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{{properties}}},"geometry":{geometry}}}]}}"#
        )
    };
    let square = r#"{"type":"Polygon","coordinates":[[[5,51],[6,51],[6,52],[5,52],[5,51]]]}"#;
    for bad in [
        "geen json".to_owned(),
        "{}".to_owned(),
        square.to_owned(),
        feature(r#""wijkcode":"WK020207""#, r#"{"type":"Point","coordinates":[5,51]}"#),
        feature(r#""wijkcode":"WK020207""#, "null"),
        feature(r#""naam":"Klarendal""#, square),
    ] {
        import::outlines(world.app(), &bad).await.unwrap_err();
    }
    let unknown = feature(r#""wijkcode":"WK999999""#, square);
    assert_eq!(import::outlines(world.app(), &unknown).await.unwrap(), (0, 1));
    assert_eq!(world.count("wijk WHERE omtrek IS NOT NULL").await, 0);
    let own = feature(&format!(r#""wijkcode":"{KLARENDAL}""#), square);
    assert_eq!(import::outlines(world.app(), &own).await.unwrap(), (1, 0));
    assert_eq!(at_point(&world.bezoeker(), 5.5, 51.5).await, ["Klarendal"]);
}

#[tokio::test]
async fn a_whole_postcode_is_found_before_its_four_digits() {
    let world = World::new().await;
    let visitor = world.bezoeker();
    let table = "PC6;Huisnummer;Buurt2025\n6828AB;1;2020732\n\"6828AC\";3;\"BU02020314\"\n6828AD;4;9999999\n";
    assert_eq!(import::postcodes(world.app(), table).await.unwrap(), 2, "only buurten that we know");
    assert_eq!(at_postcode(&visitor, "6828ab").await, ["Klarendal"]);
    assert_eq!(at_postcode(&visitor, "6828AC").await, ["Arnhemse Broek"]);
    assert_eq!(at_postcode(&visitor, "6828AD").await, ["Arnhemse Broek", "Spijkerkwartier"], "the coarse one");
}

/// A file as of before it could hold themes and criteria.
const OLD_FILE: &str = r#"{
    "jaar": 2025,
    "gebieden": [],
    "postcodes": [{"pc4": "6821", "buurten": [["BU02020732", 1000]]}],
    "producten": [{"code": "groen_en_spelen", "naam": "Groen, spelen en water", "taakveld": "5.7"}]
}"#;

fn city(json: &str) -> import::City {
    serde_json::from_str(json).unwrap()
}

// F1
#[tokio::test]
async fn a_city_file_brings_what_people_choose_from() {
    let world = World::new().await;
    let visitor = world.bezoeker();
    let lists = visitor.keuzelijsten().await.unwrap();
    let sizes = (lists.themas.len(), lists.criteria.len(), lists.producten.len());
    assert_eq!(sizes, (11, 7, 15), "Arnhem, as every installation can have it");
    assert!(lists.criteria.iter().all(|criterium| criterium.uitleg.is_some()), "who is refused reads what is meant");

    // What a file leaves out stays; what it names is brought up to date.
    let has = import::city(world.app(), &city(OLD_FILE)).await.unwrap();
    assert_eq!((has.gebieden, has.themas, has.criteria, has.producten), (8, 11, 7, 15));
    let more = r#"{"themas": [{"code": "water", "naam": "Water", "uitleg": "Sloten en regen."}]}"#;
    assert_eq!(import::city(world.app(), &city(more)).await.unwrap().themas, 12);
    let lists = visitor.keuzelijsten().await.unwrap();
    let water = lists.themas.iter().find(|thema| thema.code == "water").unwrap();
    assert_eq!(water.uitleg.as_deref(), Some("Sloten en regen."));
    let green = lists.producten.iter().find(|product| product.code == "groen_en_spelen").unwrap();
    assert_eq!(green.naam, "Groen, spelen en water");
}

// F1
#[tokio::test]
async fn a_city_that_would_lack_a_list_is_not_read_in() {
    let world = World::new().await;
    world.tamper("DELETE FROM keuze WHERE lijst = 'criterium'").await.unwrap();
    let refused = import::city(world.app(), &city(OLD_FILE)).await.unwrap_err().to_string();
    assert!(refused.starts_with("de stad heeft nog geen criteria"), "{refused}");
    let twice = r#"{"criteria": [{"code": "a", "naam": "A"}, {"code": "a", "naam": "B"}]}"#;
    assert!(import::city(world.app(), &city(twice)).await.is_err());
    assert_eq!(world.count("keuze WHERE naam = 'Groen, spelen en water'").await, 0, "all of a file, or nothing");
    let whole = r#"{"criteria": [{"code": "a", "naam": "Het mag"}]}"#;
    assert_eq!(import::city(world.app(), &city(whole)).await.unwrap().criteria, 1);
}
