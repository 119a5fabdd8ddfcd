//! The one way in which a path is written. A path in another form is that of nothing, before anything looks at it; so
//! all that decides by a path sees the same one: which route, which page, which form, and whether it is a ballot.

use frontend::site::parts;

/// Whether a path is written in that way: no empty part (so no `//`, and no `/` at the end), no `.` or `..`, and nothing
/// that can be written in two ways. None of ours has a letter that needs a percent sign.
#[must_use]
pub fn is_plain(path: &str) -> bool {
    let is_own = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    let is_name = |part: &str| !matches!(part, "" | "." | "..") && part.bytes().all(is_own);
    path == "/" || (path.starts_with('/') && parts(path).into_iter().all(is_name))
}

/// Where ballots are handed in: over the API, and on the page.
#[must_use]
pub fn is_voting(path: &str) -> bool {
    let parts = parts(path);
    let below = match parts.as_slice() {
        ["api", "v1", below @ ..] => below,
        whole => whole,
    };
    match below {
        ["stem"] | ["stemcodes", "controles"] => true,
        ["buurtbegrotingen", _, act @ ..] => {
            matches!(act, ["stemmen"] | ["stemmen", "wijzigen" | "wijzigingen"] | ["stemcodes", "controles"])
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // finding 23
    #[test]
    fn a_path_has_one_form() {
        for ours in [
            "/",
            "/stem",
            "/initiatieven/nieuw",
            "/api/v1/buurtbegrotingen/0197f0c6-0000-7000-8000-000000000000/stemmen",
            "/antwoorden/aZ09_-~",
            "/assets/app.3f9c.css",
            "/.well-known/security.txt",
        ] {
            assert!(is_plain(ours), "{ours}");
        }
        for other in [
            "",
            "*",
            "stem",
            "//",
            "//stem",
            "/stem/",
            "/stem//",
            "/./stem",
            "/stem/.",
            "/x/../stem",
            "/..",
            "/\\stem",
            "/stem\\",
            "/%2fstem",
            "/%5Cstem",
            "/%2e%2e/stem",
            "/%73tem",
            "/st%00em",
            "/stem%0d%0a",
            "/st\u{7}em",
            "/stém",
            "/stem;a=b",
            "/api/v1//fotos",
            "/api/v1/",
        ] {
            assert!(!is_plain(other), "{other:?}");
        }
    }

    const ROUND: &str = "/buurtbegrotingen/0197f0c6-0000-7000-8000-000000000000";

    #[test]
    fn only_where_ballots_are_handed_in_people_are_voters() {
        for path in ["/stemmen", "/stemmen/wijzigen", "/stemmen/wijzigingen", "/stemcodes/controles"] {
            assert!(is_voting(&format!("{ROUND}{path}")) && is_voting(&format!("/api/v1{ROUND}{path}")), "{path}");
        }
        assert!(is_voting("/stem") && is_voting("/api/v1/stemcodes/controles"));
        for path in ["", "/", "/stemcodes", "/tellingen", "/stemmen/", "/stembewijzen/controles"] {
            assert!(!is_voting(&format!("/api/v1{ROUND}{path}")), "{path}");
        }
        for path in ["//stem", "/stem/", "/api/v1stem", "/", "/api/v1"] {
            assert!(!is_voting(path), "{path}");
        }
    }
}
