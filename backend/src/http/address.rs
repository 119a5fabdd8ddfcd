//! Which address a request comes from (SECURITY-RULES R-5).

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// Walks back along the proxies that a request came through, from the one at the other end of the connection, as long
/// as each is one of ours; `forwarded` are the headers in which they told, in order. Who wrote a hop that cannot be
/// read is not known, so nothing that stands before it is believed.
pub fn client<'a>(
    socket: IpAddr,
    forwarded: impl DoubleEndedIterator<Item = &'a str>,
    is_trusted: impl Fn(&IpAddr) -> bool,
) -> IpAddr {
    let mut nearest = socket.to_canonical();
    for hop in forwarded.rev().flat_map(|list| list.rsplit(',')) {
        if !is_trusted(&nearest) {
            break;
        }
        let Some(before) = hop_of(hop) else { break };
        nearest = before;
    }
    nearest
}

/// An address with or without a port. One of IPv4 that is written as IPv6 is the same address.
fn hop_of(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = || text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    bare().or_else(with_port).or_else(in_brackets).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    // R-5, finding 20
    #[test]
    fn the_client_is_the_first_from_the_right_that_is_no_proxy_of_ours() {
        let is_trusted = |ip: &IpAddr| {
            let ours: [ipnet::IpNet; 3] = ["10.0.0.0/8", "127.0.0.1/32", "fd00::/8"].map(|text| text.parse().unwrap());
            ours.iter().any(|network| network.contains(ip))
        };
        for (socket, forwarded, expected) in [
            // Nobody else says where a request comes from.
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("203.0.113.9", &[], "203.0.113.9"),
            ("127.0.0.1", &[], "127.0.0.1"),
            // One proxy, two proxies, and what the visitor made up before them.
            ("127.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &["9.9.9.1, 203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &["9.9.9.1, 203.0.113.9 , 10.1.2.3"], "203.0.113.9"),
            ("127.0.0.1", &["9.9.9.1", "203.0.113.9,10.0.0.2", "10.0.0.1"], "203.0.113.9"),
            ("127.0.0.1", &["10.0.0.9, 10.0.0.1"], "10.0.0.9"),
            // With a port.
            ("127.0.0.1", &["9.9.9.1, 203.0.113.9:4431"], "203.0.113.9"),
            ("127.0.0.1", &["9.9.9.1, 203.0.113.9, 10.0.0.1:80"], "203.0.113.9"),
            ("127.0.0.1", &["9.9.9.1, [2001:db8::9]"], "2001:db8::9"),
            ("127.0.0.1", &["9.9.9.1, [2001:db8::9]:4431"], "2001:db8::9"),
            ("127.0.0.1", &["9.9.9.1, 2001:db8::9, [fd00::1]:80"], "2001:db8::9"),
            // IPv4 as IPv6.
            ("::ffff:127.0.0.1", &["::ffff:203.0.113.9"], "203.0.113.9"),
            ("::ffff:203.0.113.9", &["9.9.9.1"], "203.0.113.9"),
            // What cannot be read ends the walk.
            ("127.0.0.1", &["9.9.9.1, unknown"], "127.0.0.1"),
            ("127.0.0.1", &["9.9.9.1, unknown, 10.0.0.1"], "10.0.0.1"),
            ("127.0.0.1", &["9.9.9.1, , 10.0.0.1"], "10.0.0.1"),
            ("127.0.0.1", &["9.9.9.1", ""], "127.0.0.1"),
            ("127.0.0.1", &["9.9.9.1, 203.0.113.9:x"], "127.0.0.1"),
            ("127.0.0.1", &["9.9.9.1, 203.0.113"], "127.0.0.1"),
            ("127.0.0.1", &["9.9.9.1, [203.0.113.9]"], "127.0.0.1"),
            ("127.0.0.1", &["9.9.9.1, [2001:db8::9"], "127.0.0.1"),
            ("127.0.0.1", &["9.9.9.1, 2001:db8::9]"], "127.0.0.1"),
            ("127.0.0.1", &["9.9.9.1, _hidden"], "127.0.0.1"),
        ] {
            let found = client(socket.parse().unwrap(), forwarded.iter().copied(), is_trusted);
            assert_eq!(found, expected.parse::<IpAddr>().unwrap(), "{socket} {forwarded:?}");
        }
    }
}
