//! A small mail server of this process: it speaks SMTP, in the clear or over TLS, keeps the login
//! and what it was sent, and answers a message with what it is told to.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use writethru::config::Security;

/// The authority that signed this server's certificate.
pub const AUTHORITY: &str = include_str!("../../fixtures/mail-tls/ca.pem");
const CERTIFICATE: &str = include_str!("../../fixtures/mail-tls/server.pem");
const KEY: &str = include_str!("../../fixtures/mail-tls/server.key");

/// One message as it came.
#[derive(Clone, Debug)]
pub struct Letter {
    pub from: String,
    pub to: Vec<String>,
    /// What the login was, in base64.
    pub login: Option<String>,
    pub is_over_tls: bool,
    pub bytes: Vec<u8>,
}

/// What a message is answered: `250 taken`.
type Answering = Box<dyn FnMut(&Letter) -> &'static str + Send>;

/// The server; it ends when dropped.
pub struct Smtp {
    pub address: SocketAddr,
    letters: Arc<Mutex<Vec<Letter>>>,
    /// Every line that came, and whether over TLS.
    lines: Arc<Mutex<Vec<(String, bool)>>>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Smtp {
    /// One that knows no TLS.
    pub fn start(answering: impl FnMut(&Letter) -> &'static str + Send + 'static) -> Self {
        Self::speaking(Security::None, answering)
    }

    /// One that is spoken to in this way.
    pub fn speaking(
        security: Security,
        answering: impl FnMut(&Letter) -> &'static str + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (letters, lines) = (Arc::default(), Arc::default());
        let ended = Arc::new(AtomicBool::new(false));
        let (kept, heard, is_over) = (Arc::clone(&letters), Arc::clone(&lines), Arc::clone(&ended));
        let mut answering: Answering = Box::new(answering);
        let tls = tls();
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                if let Ok(stream) = stream {
                    let session = Session { security, tls: &tls, kept: &kept, heard: &heard };
                    // A client that goes away in the middle is none of our business.
                    session.serve(stream, &mut answering);
                }
            }
        });
        Self { address, letters, lines, ended, thread: Some(thread) }
    }

    pub fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap().clone()
    }

    /// What came that anybody on the way could read.
    pub fn lines_in_clear(&self) -> Vec<String> {
        let lines = self.lines.lock().unwrap();
        lines.iter().filter(|(_, is_over_tls)| !is_over_tls).map(|(line, _)| line.clone()).collect()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(self.address));
        self.thread.take().map(JoinHandle::join);
    }
}

fn tls() -> Arc<ServerConfig> {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).expect("one");
    let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).expect("one");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions().expect("ring knows them");
    let config = config.with_no_client_auth().with_single_cert(vec![certificate], key);
    Arc::new(config.expect("the key is the certificate's"))
}

/// The connection, before and after TLS began.
enum Wire {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    fn over_tls(self, tls: &Arc<ServerConfig>) -> Self {
        let Self::Plain(stream) = self else { return self };
        let connection = ServerConnection::new(Arc::clone(tls)).expect("a complete configuration");
        Self::Tls(Box::new(StreamOwned::new(connection, stream)))
    }
}

impl Read for Wire {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(into),
            Self::Tls(stream) => stream.read(into),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}

fn say(wire: &mut BufReader<Wire>, text: &str) -> Option<()> {
    wire.get_mut().write_all(format!("{text}\r\n").as_bytes()).ok()?;
    wire.get_mut().flush().ok()
}

/// One connection.
struct Session<'a> {
    security: Security,
    tls: &'a Arc<ServerConfig>,
    kept: &'a Mutex<Vec<Letter>>,
    heard: &'a Mutex<Vec<(String, bool)>>,
}

impl Session<'_> {
    fn serve(&self, stream: TcpStream, answering: &mut Answering) -> Option<()> {
        // A client that waits for TLS here, and a server that waits for a line, end some time.
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        let mut wire = BufReader::new(Wire::Plain(stream));
        let mut is_over_tls = self.security == Security::Tls;
        if is_over_tls {
            wire = BufReader::new(wire.into_inner().over_tls(self.tls));
        }
        say(&mut wire, "220 stand-in ESMTP")?;
        let (mut from, mut to, mut login) = (String::new(), Vec::new(), None);
        loop {
            let line = line(&mut wire)?;
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            self.heard.lock().unwrap().push((line.clone(), is_over_tls));
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let may_begin_tls = self.security == Security::Starttls && !is_over_tls;
            match verb.as_str() {
                "EHLO" => {
                    let tls = if may_begin_tls { "250-STARTTLS\r\n" } else { "" };
                    let offers = "250-stand-in\r\n250-8BITMIME";
                    say(&mut wire, &format!("{offers}\r\n{tls}250 AUTH PLAIN"))?;
                }
                "STARTTLS" if may_begin_tls => {
                    say(&mut wire, "220 go on")?;
                    wire = BufReader::new(wire.into_inner().over_tls(self.tls));
                    is_over_tls = true;
                }
                "AUTH" => {
                    login = line.split(' ').nth(2).map(str::to_owned);
                    say(&mut wire, "235 welcome")?;
                }
                "MAIL" => {
                    from = between(&line);
                    say(&mut wire, "250 ok")?;
                }
                "RCPT" => {
                    to.push(between(&line));
                    say(&mut wire, "250 ok")?;
                }
                "DATA" => {
                    say(&mut wire, "354 go on")?;
                    let bytes = body(&mut wire)?;
                    let (from, to) = (std::mem::take(&mut from), std::mem::take(&mut to));
                    let letter = Letter { from, to, login: login.clone(), is_over_tls, bytes };
                    let answer = answering(&letter);
                    if answer.starts_with("250") {
                        self.kept.lock().unwrap().push(letter);
                    }
                    say(&mut wire, answer)?;
                }
                "QUIT" => return say(&mut wire, "221 bye"),
                _ => say(&mut wire, "502 what?")?,
            }
        }
    }
}

fn between(line: &str) -> String {
    let after = line.split_once('<').map_or("", |(_, after)| after);
    after.split('>').next().unwrap_or_default().to_owned()
}

fn line(wire: &mut BufReader<Wire>) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    let read = wire.read_until(b'\n', &mut line).ok()?;
    (read > 0).then_some(line)
}

/// To a line with a dot alone.
fn body(wire: &mut BufReader<Wire>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = line(wire)?;
        if line == b".\r\n" {
            return Some(body);
        }
        body.extend(line.strip_prefix(b".").unwrap_or(&line));
    }
}
