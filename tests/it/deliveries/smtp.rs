//! A small mail server of this process: it speaks SMTP, checks the login, keeps what it was sent,
//! and answers a message with what it is told to.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// One message as it came.
#[derive(Clone, Debug)]
pub struct Letter {
    pub from: String,
    pub to: Vec<String>,
    /// What the login was, in base64.
    pub login: Option<String>,
    pub bytes: Vec<u8>,
}

/// What a message is answered: `250 taken`.
type Answering = Box<dyn FnMut(&Letter) -> &'static str + Send>;

/// The server; it ends when dropped.
pub struct Smtp {
    pub address: SocketAddr,
    letters: Arc<Mutex<Vec<Letter>>>,
    /// Every line that came.
    lines: Arc<Mutex<Vec<String>>>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Smtp {
    pub fn start(answering: impl FnMut(&Letter) -> &'static str + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (letters, lines) = (Arc::default(), Arc::default());
        let ended = Arc::new(AtomicBool::new(false));
        let (kept, heard, is_over) = (Arc::clone(&letters), Arc::clone(&lines), Arc::clone(&ended));
        let mut answering: Answering = Box::new(answering);
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                if let Ok(stream) = stream {
                    // A client that goes away in the middle is none of our business.
                    serve(&stream, &kept, &heard, &mut answering);
                }
            }
        });
        Self { address, letters, lines, ended, thread: Some(thread) }
    }

    pub fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap().clone()
    }

    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(self.address));
        self.thread.take().map(JoinHandle::join);
    }
}

fn serve(
    stream: &TcpStream,
    kept: &Mutex<Vec<Letter>>,
    heard: &Mutex<Vec<String>>,
    answering: &mut Answering,
) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    let mut say = |text: &str| writer.write_all(format!("{text}\r\n").as_bytes()).ok();
    say("220 stand-in ESMTP")?;
    let (mut from, mut to, mut login) = (String::new(), Vec::new(), None);
    loop {
        let line = line(&mut reader)?;
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        heard.lock().unwrap().push(line.clone());
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => say("250-stand-in\r\n250-8BITMIME\r\n250 AUTH PLAIN")?,
            "AUTH" => {
                login = line.split(' ').nth(2).map(str::to_owned);
                say("235 welcome")?;
            }
            "MAIL" => {
                from = between(&line);
                say("250 ok")?;
            }
            "RCPT" => {
                to.push(between(&line));
                say("250 ok")?;
            }
            "DATA" => {
                say("354 go on")?;
                let bytes = body(&mut reader)?;
                let (from, to) = (std::mem::take(&mut from), std::mem::take(&mut to));
                let letter = Letter { from, to, login: login.clone(), bytes };
                let answer = answering(&letter);
                if answer.starts_with("250") {
                    kept.lock().unwrap().push(letter);
                }
                say(answer)?;
            }
            "QUIT" => return say("221 bye"),
            _ => say("502 what?")?,
        }
    }
}

fn between(line: &str) -> String {
    let after = line.split_once('<').map_or("", |(_, after)| after);
    after.split('>').next().unwrap_or_default().to_owned()
}

fn line(reader: &mut BufReader<&TcpStream>) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    let read = reader.read_until(b'\n', &mut line).ok()?;
    (read > 0).then_some(line)
}

/// To a line with a dot alone.
fn body(reader: &mut BufReader<&TcpStream>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = line(reader)?;
        if line == b".\r\n" {
            return Some(body);
        }
        body.extend(line.strip_prefix(b".").unwrap_or(&line));
    }
}
