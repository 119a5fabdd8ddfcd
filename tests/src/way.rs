//! A way to a server that can go dead without a word: as when a cable is pulled, or a firewall forgets a connection. Nothing
//! comes through any more, and nobody hangs up.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// See the module.
pub struct Way {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Grows by one at each cut and each mending: a connection lives as long as this is what it was. Odd is cut.
    turn: AtomicUsize,
    /// Both ends of every connection: while somebody holds one it is not closed by itself.
    held: Mutex<Vec<TcpStream>>,
    /// Where it leads.
    to: u16,
}

impl Way {
    /// To a port of this machine.
    ///
    /// # Panics
    /// When there is no port for it.
    #[must_use]
    pub fn to(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let own = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared { to: port, ..Shared::default() });
        let of_listener = Arc::clone(&shared);
        // It ends with the process: it waits for whoever comes.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                connect(&of_listener, stream);
            }
        });
        Self { port: own, shared }
    }

    /// Its own port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// From here on nothing comes through: on connections that are there never again, and on new ones neither.
    pub fn cut(&self) {
        self.shared.turn.fetch_or(1, Ordering::SeqCst);
    }

    /// New connections come through again; what was cut stays dead.
    pub fn mend(&self) {
        if self.shared.is_cut() {
            self.shared.turn.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl Shared {
    fn is_cut(&self) -> bool {
        self.turn.load(Ordering::SeqCst) % 2 == 1
    }

    /// Keeps a connection from being closed when nobody forwards it any more.
    fn hold(&self, stream: &TcpStream) {
        let own = stream.try_clone().expect("a connection");
        self.held.lock().unwrap_or_else(PoisonError::into_inner).push(own);
    }
}

fn connect(shared: &Arc<Shared>, near: TcpStream) {
    let turn = shared.turn.load(Ordering::SeqCst);
    shared.hold(&near);
    if shared.is_cut() {
        return;
    }
    let Ok(far) = TcpStream::connect(("127.0.0.1", shared.to)) else {
        near.shutdown(Shutdown::Both).unwrap_or_default();
        return;
    };
    shared.hold(&far);
    for stream in [&near, &far] {
        stream.set_nodelay(true).expect("a connection");
    }
    let both = |stream: &TcpStream| stream.try_clone().expect("a connection");
    for (from, to) in [(both(&near), both(&far)), (far, near)] {
        let shared = Arc::clone(shared);
        thread::spawn(move || forward(&shared, turn, from, to));
    }
}

/// Until one of them hangs up, or the way goes dead: then neither hears of the other again.
fn forward(shared: &Shared, turn: usize, mut from: TcpStream, mut to: TcpStream) {
    let mut bytes = [0; 16 * 1024];
    loop {
        let read = from.read(&mut bytes).unwrap_or(0);
        if shared.turn.load(Ordering::SeqCst) != turn {
            return;
        }
        let part = bytes.get(..read).unwrap_or_default();
        if part.is_empty() || to.write_all(part).is_err() {
            break;
        }
    }
    for stream in [&from, &to] {
        // It may be over already.
        stream.shutdown(Shutdown::Both).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_is_cut_says_nothing_and_hangs_up_on_nobody_and_what_is_new_comes_through() {
        let echo = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let way = Way::to(echo.local_addr().unwrap().port());
        thread::spawn(move || {
            for stream in echo.incoming().map_while(Result::ok) {
                thread::spawn(move || {
                    let (mut from, mut to) = (stream.try_clone().unwrap(), stream);
                    std::io::copy(&mut from, &mut to)
                });
            }
        });
        let come = || {
            let stream = TcpStream::connect(("127.0.0.1", way.port())).unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
            stream
        };
        let says = |stream: &mut TcpStream| {
            let mut byte = [0];
            stream.write_all(b"a").unwrap();
            stream.read(&mut byte).map_err(|error| error.kind())
        };
        let mut before = come();
        assert_eq!(says(&mut before), Ok(1));
        way.cut();
        let mut during = come();
        let silence = Err(std::io::ErrorKind::WouldBlock);
        assert_eq!([says(&mut before), says(&mut during)], [silence; 2]);
        way.mend();
        assert_eq!([says(&mut before), says(&mut during)], [silence; 2], "what was cut stays dead");
        assert_eq!(says(&mut come()), Ok(1));
    }
}
