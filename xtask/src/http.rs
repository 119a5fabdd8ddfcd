//! As much HTTP as it takes to log in to a server of our own and to ask it something.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::Result;

/// A debug build that is asked for a password takes its time.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends a request, and gives the status and the JSON of the answer; with a body it is a POST.
pub fn ask(server: SocketAddr, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Result<(u16, Value)> {
    let mut connection = TcpStream::connect(server)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.write_all(request(server, path, headers, body).as_bytes())?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer)?;
    read(&String::from_utf8_lossy(&answer)).ok_or_else(|| format!("{path}: no answer that can be read").into())
}

fn request(server: SocketAddr, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> String {
    let method = if body.is_some() { "POST" } else { "GET" };
    let text = body.map(Value::to_string).unwrap_or_default();
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n");
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    if body.is_some() {
        request += &format!("Content-Type: application/json\r\nContent-Length: {}\r\n", text.len());
    }
    request + "\r\n" + &text
}

fn read(answer: &str) -> Option<(u16, Value)> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(body).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::{read, request};
    use serde_json::json;

    #[test]
    fn a_request_is_written_and_an_answer_read() {
        let server = ([127, 0, 0, 1], 8080).into();
        let expected = "POST /a HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nConnection: close\r\nX: y\r\n\
                        Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"b\":1}";
        assert_eq!(request(server, "/a", &[("X", "y")], Some(&json!({ "b": 1 }))), expected);
        assert!(request(server, "/a", &[], None).starts_with("GET /a "));
        assert_eq!(read("HTTP/1.1 200 OK\r\nA: b\r\n\r\n{\"b\":1}"), Some((200, json!({ "b": 1 }))));
        assert_eq!(read("HTTP/1.1 204 No Content\r\n\r\n"), Some((204, json!(null))));
        assert_eq!(read("HTTP/1.1"), None);
    }
}
