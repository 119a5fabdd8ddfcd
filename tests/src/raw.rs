//! Requests as bytes, for what no client of HTTP sends.

use crate::world::World;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// How long a test waits for a server that says nothing.
const PATIENCE: Duration = Duration::from_secs(40);

impl World {
    /// Sends these bytes on a connection of their own, and hears what comes back until the server ends the connection.
    ///
    /// # Panics
    /// When it does not end it.
    pub async fn send_raw(&self, request: &str) -> String {
        let host = self.address().trim_start_matches("http://").to_owned();
        let request = request.to_owned();
        let talk = move || {
            let mut connection = TcpStream::connect(host)?;
            connection.set_read_timeout(Some(PATIENCE))?;
            connection.write_all(request.as_bytes())?;
            let mut heard = Vec::new();
            connection.read_to_end(&mut heard)?;
            Ok::<_, std::io::Error>(String::from_utf8_lossy(&heard).into_owned())
        };
        let heard = tokio::task::spawn_blocking(talk).await.expect("it was tried");
        heard.expect("the server answers and ends the connection")
    }
}
