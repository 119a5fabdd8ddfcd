//! Two instances behind the proxy of `deploy/haproxy.cfg`, of which one is stopped, and one is killed, while people go on
//! (X-2; P-1, P-2).

use crate::load::{FEWER, Load, Outcome, PAGES, Town, failures};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tests::production::{Deployment, Server};

const PROGRAM: &str = env!("CARGO_BIN_EXE_wijkkoers-under-test");
const PHASE: Duration = Duration::from_secs(8);
const SETTINGS: &str = include_str!("../../../deploy/haproxy.cfg");

/// The settings of the proxy, for this machine: without TLS and names, which containers have.
fn for_here(front: &str, servers: [&str; 2]) -> String {
    let mut text = SETTINGS.to_owned();
    let [one, other] = servers.map(str::to_owned);
    for (there, here) in [
        ("bind :8443 ssl crt /run/secrets/tls_pem alpn h2,http/1.1", format!("bind {front}")),
        ("resolvers docker init-addr last,libc,none", String::new()),
        ("server app1 app1:8080", format!("server app1 {one}")),
        ("server app2 app2:8080", format!("server app2 {other}")),
    ] {
        assert!(text.contains(there), "the proxy has no {there:?} any more");
        text = text.replacen(there, &here, 1);
    }
    let other_machines = |section: &&str| !section.starts_with("resolvers ") && !section.starts_with("frontend unsafe");
    let sections: Vec<&str> = text.split("\n\n").filter(other_machines).collect();
    sections.join("\n\n") + "\n"
}

#[test]
fn the_settings_of_the_proxy_are_those_that_are_deployed() {
    let text = for_here("127.0.0.1:1", ["127.0.0.1:2", "127.0.0.1:3"]);
    assert!(text.contains("bind 127.0.0.1:1\n") && text.contains("server app1 127.0.0.1:2\n"), "{text}");
    assert!(text.contains("option httpchk") && text.contains("retry-on conn-failure"), "{text}");
    assert!(!text.contains("docker") && !text.contains("ssl crt") && !text.contains(":8080"), "{text}");
}

struct Proxy {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Proxy {
    async fn before(servers: [&Server; 2]) -> Self {
        let front = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().to_string();
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("haproxy.cfg");
        std::fs::write(&settings, for_here(&front, servers.map(Server::listen))).unwrap();
        let child = Command::new("haproxy").arg("-f").arg(&settings).stdout(Stdio::null()).spawn().expect("haproxy");
        let proxy = Self { child, address: format!("http://{front}"), _folder: folder };
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let is_up = async || http.get(&proxy.address).send().await.is_ok_and(|answer| answer.status().is_success());
        let up = async {
            while !is_up().await {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), up).await.expect("the proxy has somewhere to go");
        proxy
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if self.child.kill().is_ok() {
            self.child.wait().expect("it is gone");
        }
    }
}

/// Only who was being answered right then hears of it: the proxy says so, or its line breaks off.
fn is_in_flight(outcome: &Outcome) -> bool {
    matches!(outcome.1, None | Some(502))
}

//
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x2_one_of_two_instances_is_stopped_and_one_is_killed_and_nobody_loses_anything() {
    let deployment = Deployment::of(Path::new(PROGRAM)).await;
    let [mut one, mut other] = [(); 2].map(|()| deployment.server(Path::new(PROGRAM)));
    one.start().await;
    other.start().await;
    let proxy = Proxy::before([&one, &other]).await;
    let phase = async || tokio::time::sleep(PHASE).await;

    // Stopped: not one error. And again, when it is back.
    let town = Town::at(proxy.address.clone(), PAGES, 0).await;
    let load = Load::begin(&town, &deployment).await;
    phase().await;
    one.stop().await;
    phase().await;
    one.start().await;
    phase().await;
    let seen = load.end(&deployment).await;
    let failed = failures(&seen);
    assert!(failed.is_empty(), "one was stopped, of {} requests: {failed:?}", seen.len());
    eprintln!("X-2: one instance stopped: {} requests, none failed", seen.len());

    // Killed: who was being answered right then asks again, and it is done once.
    let town = Town::at(proxy.address.clone(), PAGES, FEWER).await;
    let load = Load::begin(&town, &deployment).await;
    phase().await;
    other.kill();
    phase().await;
    other.start().await;
    phase().await;
    let seen = load.end(&deployment).await;
    let failed = failures(&seen);
    assert!(failed.iter().all(is_in_flight), "one was killed: {failed:?}");
    assert!(failed.len() <= 32, "more failed than there were people at it: {failed:?}");
    eprintln!("X-2: one instance killed: {} requests, {} in flight failed", seen.len(), failed.len());

    deployment.run(Path::new(PROGRAM), &["ledger", "check"]).unwrap();
    one.stop().await;
    other.stop().await;
    drop(proxy);
    deployment.remove();
}
