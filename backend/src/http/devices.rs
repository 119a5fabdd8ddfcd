//! The cookie by which a browser is known to those who logged in there before. It holds a secret for each of them,
//! since a household shares a browser; it stays when somebody logs out.

use crate::account::{KNOWN_DAYS, OF_ONE_BROWSER};
use crate::http::guard::own_cookie;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, time};

/// Cookie with what makes a device known.
const DEVICE_COOKIE: &str = "__Host-wk_apparaat";
/// Stands between two secrets, and in none.
const BETWEEN: &str = ".";

/// What a browser is known by.
pub fn read(request: &HttpRequest) -> Vec<String> {
    let cookie = request.cookie(DEVICE_COOKIE);
    let secrets = cookie.iter().flat_map(|cookie| cookie.value().split(BETWEEN));
    secrets.filter(|secret| !secret.is_empty()).take(OF_ONE_BROWSER).map(str::to_owned).collect()
}

/// The cookie after a login; what else the browser is known by stays in it, the oldest last.
pub fn cookie(own: &str, earlier: &[String]) -> Cookie<'static> {
    let others = earlier.iter().map(String::as_str).filter(|other| *other != own);
    let all: Vec<&str> = std::iter::once(own).chain(others).take(OF_ONE_BROWSER).collect();
    let mut cookie = own_cookie(DEVICE_COOKIE, all.join(BETWEEN));
    cookie.set_max_age(time::Duration::days(KNOWN_DAYS));
    cookie
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    // B-1
    #[test]
    fn a_household_that_shares_a_browser_is_known_whoever_logged_in_last() {
        let mut earlier = Vec::new();
        for own in ["anna", "bram", "anna", "c", "d", "e", "f"] {
            let set = cookie(own, &earlier);
            assert_eq!((set.secure(), set.http_only(), set.path()), (Some(true), Some(true), Some("/")));
            assert_eq!(set.max_age(), Some(time::Duration::days(180)));
            earlier = read(&TestRequest::default().cookie(set).to_http_request());
            assert_eq!(earlier.first().map(String::as_str), Some(own));
        }
        assert_eq!(earlier, ["f", "e", "d", "c", "anna"]);
        assert_eq!(read(&TestRequest::default().to_http_request()), [""; 0]);
    }
}
