//! Every text and photo of the schema has a way out of public view, or a reason why it needs none (G-3).

use std::collections::BTreeSet;
use tests::World;
use wijkkoers::ingreep::DOORS;

/// Columns of text that have no way out, and why they need none.
const NONE: [(&str, &[&str]); 11] = [
    (
        "words of the program and codes of lists",
        &[
            "account.soort",
            "account.wijk",
            "audit.actie",
            "audit.object",
            "audit.oorsprong",
            "audit.resultaat",
            "bevinding.soort",
            "boeking.naar",
            "boeking.product",
            "boeking.soort",
            "boeking.van",
            "bundel.kanaal",
            "buurtbegroting.gebied",
            "buurtbegroting.product",
            "buurtbegroting_masker.veld",
            "deel_ingeleverd.doel",
            "deelname.kanaal",
            "gebeurtenis.soort",
            "idempotentie.route",
            "ingreep.deel_soort",
            "ingreep.soort",
            "ingreep.status",
            "ingreep.veld",
            "ingreep_stap.soort",
            "initiatief.criterium",
            "initiatief.doorverwezen_naar",
            "initiatief.gebied",
            "initiatief.indiener_soort",
            "initiatief.over_persoon",
            "initiatief.soort",
            "initiatief.status",
            "initiatief.thema",
            "initiatief.wijk",
            "initiatief.zicht",
            "initiatief_woord.gebied",
            "inzet.product",
            "legging.soort",
            "link.soort",
            "mandaat.gebied",
            "mandaat.product",
            "opdracht.gebied",
            "opdracht.opdrachtnemer",
            "opdracht.product",
            "opdracht.soort",
            "opdracht.status",
            "opgave.gebied",
            "opgave.thema",
            "outbox.bericht",
            "outbox.status",
            "project.code",
            "project.criterium",
            "project.status",
            "project.thema",
            "project.wijk",
            "project_masker.veld",
            "rol.gebied",
            "rol.rol",
            "saldo.pot",
            "saldo.product",
            "schema_min_version.versie",
            "sessie.kanaal",
            "sluiting.toets",
            "telling.soort",
            "wijkbudget.gebied",
        ],
    ),
    (
        "what the city itself is called, and its lists",
        &[
            "buurt.code",
            "buurt.naam",
            "buurt.wijk",
            "gebied.code",
            "gebied.korte_naam",
            "gebied.naam",
            "gebied.omtrek",
            "keuze.code",
            "keuze.lijst",
            "keuze.naam",
            "keuze.taakveld",
            "keuze.uitleg",
            "postcode.buurt",
            "postcode.postcode",
            "wijk.code",
            "wijk.gebied",
            "wijk.naam",
            "wijk.omtrek",
        ],
    ),
    (
        "of people, and never shown to everybody",
        &[
            "account.email",
            "account.email_sleutel",
            "account.kvk_nummer",
            "account.naam",
            "account.organisatie",
            "account.wachtwoord_hash",
            "initiatief.email",
            "initiatief.kvk_nummer",
            "initiatief.naam",
            "outbox.email",
            "outbox.gegevens",
            "outbox.naam",
        ],
    ),
    (
        "for staff, or between staff and one person",
        &[
            "audit.actor",
            "audit.reden",
            "boeking.actor",
            "boeking_toelichting.door",
            "boeking_toelichting.tekst",
            "mandaat.verleend_door",
            "project.heroverweging_tekst",
            "rol.verleend_door",
            "telling.fout",
            "vervanging_reden.reden",
        ],
    ),
    ("why it was refused: everybody reads it on the timeline, where it has a way out", &["initiatief.reden"]),
    (
        "shown in place of a text: its way out is the way of that text",
        &[
            "boeking_masker.omschrijving",
            "buurtbegroting_masker.tekst",
            "opdracht.opdrachtnemer_getoond",
            "project_masker.tekst",
        ],
    ),
    (
        "of what was taken away: for the wijkteam and the stembureau",
        &["ingreep.geweigerd_reden", "ingreep.nieuw", "ingreep.origineel", "ingreep.reden", "ingreep_stap.reden"],
    ),
    (
        "follows a text or a photo that has a way out",
        &["foto_bestand.bestand", "gebeurtenis.fotos", "initiatief.eerste_foto", "initiatief_woord.woord"],
    ),
    (
        "rules of a vote: choices and codes; the title in them is held back with them",
        &["buurtbegroting.bevroren", "buurtbegroting.spelregels", "project.variant"],
    ),
    (
        "counted: shown with the titles of now",
        &["stem.keuzes", "uitslag.controlecodes", "uitslag.pb", "uitslag.rapport", "uitslag.tabel", "uitslag.weergave"],
    ),
    (
        "keys, hashes and salts",
        &[
            "boeking.sleutel",
            "buurtbegroting.bevroren_hash",
            "buurtbegroting.bus_controlegetal",
            "idempotentie.actor",
            "idempotentie.antwoord",
            "idempotentie.sleutel",
            "legging.poging",
            "legging.som",
            "legging.vorige",
            "poging.sleutel",
            "project.tekst_zout",
            "project.titel_zout",
            "tempo.sleutel",
        ],
    ),
];

/// SQLite keeps moments and days as texts.
fn is_moment(column: &str) -> bool {
    [".at", "_at", "_on", "_until", "_vanaf"].iter().any(|end| column.ends_with(end))
}

/// The columns of the schema for which this holds, as `table.column`.
async fn columns(world: &World, sqlite: &str, postgres: &str) -> BTreeSet<String> {
    let select = if world.on_postgres() {
        format!(
            "SELECT CAST(table_name AS TEXT) || '.' || CAST(column_name AS TEXT) FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name NOT LIKE 'lees\\_%' AND {postgres}"
        )
    } else {
        format!(
            "SELECT m.name || '.' || p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND {sqlite}"
        )
    };
    world.texts(&select).await.into_iter().filter(|column| !is_moment(column)).collect()
}

// G-3: a text that is added later is decided about as well
#[tokio::test]
async fn every_text_of_the_schema_has_a_way_out_of_public_view_or_a_reason_why_not() {
    let world = World::new().await;
    let found = columns(&world, "p.type = 'TEXT'", "data_type = 'text'").await;
    assert!(found.len() > 100, "{found:?}");
    let none: Vec<&str> = NONE.iter().flat_map(|(_, columns)| columns.iter().copied()).collect();
    // A place on the map is two numbers.
    let doors: Vec<&str> = DOORS.iter().map(|(column, ..)| *column).filter(|own| *own != "initiatief.lat").collect();
    let decided: BTreeSet<String> = none.iter().chain(&doors).map(|own| (*own).to_owned()).collect();
    assert_eq!(decided.len(), none.len() + doors.len(), "each is decided about once");
    let undecided: Vec<&String> = found.difference(&decided).collect();
    assert!(undecided.is_empty(), "who reads this, and how does a name leave it? {undecided:?}");
    let gone: Vec<&String> = decided.difference(&found).collect();
    assert!(gone.is_empty(), "no column any more: {gone:?}");
}

// G-3: a photo belongs to an initiatief or to an opdracht, and the page of each lists it
#[tokio::test]
async fn a_photo_belongs_to_nothing_whose_photos_have_no_way_out() {
    let world = World::new().await;
    let found = columns(&world, "m.name = 'foto'", "table_name = 'foto'").await;
    let known = [
        "account_id",
        "afgeschermd",
        "bestand",
        "breedte",
        "bytes",
        "hoogte",
        "id",
        "initiatief_id",
        "opdracht_id",
        "origineel_van",
        "volgorde",
    ];
    assert_eq!(found, known.iter().map(|name| format!("foto.{name}")).collect::<BTreeSet<_>>());
}
