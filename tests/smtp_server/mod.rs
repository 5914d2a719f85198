//! A mail server for tests: it speaks SMTP with STARTTLS or TLS from the first byte, does at each step what its script
//! says, and remembers every byte it was told and whether it came in clear.
#![allow(dead_code)] // each test file uses its part of it

pub mod certificates;
pub mod sending;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

pub use certificates::Identity;

/// The only login that the server knows.
pub const USER: &str = "postkort";
pub const PASSWORD: &str = "kun-under-tls";
/// The same as AUTH PLAIN and AUTH LOGIN carry it.
pub const LOGIN_IN_BASE64: [&str; 3] = ["AHBvc3Rrb3J0AGt1bi11bmRlci10bHM=", "cG9zdGtvcnQ=", "a3VuLXVuZGVyLXRscw=="];

/// How the server secures its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    StartTls,
    Implicit,
    Clear,
}

/// The steps of a session at which the script may interfere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Greeting,
    Ehlo,
    StartTls,
    EhloUnderTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// After the first half kilobyte of a mail.
    Content,
    /// After the final dot was read.
    FinalDot,
    Quit,
}

/// What the server does instead of the usual.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// Says these bytes, and goes on listening.
    Say(&'static str),
    /// Says these bytes, and closes the connection.
    SayAndCut(&'static str),
    /// Says the usual, and closes the connection: the next command meets nobody.
    UsualAndCut,
    /// Says the usual, and nothing more: after STARTTLS, the handshake never begins.
    UsualAndStall,
    /// Closes the connection without an answer.
    Cut,
    /// Says nothing more, and keeps the connection open.
    Stall,
}

/// What a server is like.
pub struct Script {
    pub mode: Mode,
    pub identity: Identity,
    /// What EHLO offers beside STARTTLS.
    pub offers: &'static str,
    /// Whether MAIL needs a login first.
    pub login_required: bool,
    pub acts: BTreeMap<Step, Act>,
    /// From RCPT on, the script's acts meet this recipient only.
    pub only: Option<&'static str>,
    /// How long it takes to answer anything.
    pub pause: Duration,
}

impl Script {
    pub fn new(mode: Mode) -> Script {
        let (offers, login_required) = ("AUTH PLAIN LOGIN", mode != Mode::Clear);
        Script {
            mode,
            identity: Identity::Good,
            offers,
            login_required,
            acts: BTreeMap::new(),
            only: None,
            pause: Duration::ZERO,
        }
    }

    pub fn only_to(mut self, recipient: &'static str) -> Script {
        self.only = Some(recipient);
        self
    }

    pub fn slow(mut self, pause: Duration) -> Script {
        self.pause = pause;
        self
    }

    pub fn at(mut self, step: Step, act: Act) -> Script {
        self.acts.insert(step, act);
        self
    }

    pub fn with(mut self, identity: Identity) -> Script {
        self.identity = identity;
        self
    }
}

/// A mail that the server has taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    pub bytes: Vec<u8>,
    pub under_tls: bool,
}

/// What the server saw.
#[derive(Default)]
pub struct Seen {
    pub connections: usize,
    /// Commands, with whether they came under TLS.
    pub commands: Vec<(bool, String)>,
    /// Every byte that came in clear after the connection was accepted (a TLS handshake does not count).
    pub clear: Vec<u8>,
    pub mails: Vec<Mail>,
}

/// A running server; it ends when dropped.
pub struct Server {
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
    home: tempfile::TempDir,
    task: JoinHandle<()>,
}

impl Server {
    pub async fn start(script: Script) -> Server {
        let home = tempfile::tempdir().unwrap();
        let acceptor = certificates::acceptor(script.identity, &home.path().join("ca.pem"));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (script, shared) = (Arc::new(script), seen.clone());
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                shared.lock().unwrap().connections += 1;
                let session = Session {
                    script: script.clone(),
                    seen: shared.clone(),
                    under_tls: false,
                    logged_in: false,
                    to: String::new(),
                };
                tokio::spawn(session.run(stream, acceptor.clone()));
            }
        });
        Server { port, seen, home, task }
    }

    /// The CA that signed the server's certificate (another one for [`Identity::UnknownCa`]).
    pub fn ca(&self) -> PathBuf {
        self.home.path().join("ca.pem")
    }

    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    /// The mails taken over so far.
    pub fn mails(&self) -> Vec<Mail> {
        self.seen().mails.clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}
type Line = BufReader<Box<dyn Wire>>;

struct Session {
    script: Arc<Script>,
    seen: Arc<Mutex<Seen>>,
    under_tls: bool,
    logged_in: bool,
    /// The recipient named last.
    to: String,
}

/// `None`: the connection is over.
type Go = Option<()>;

impl Session {
    async fn run(mut self, stream: TcpStream, acceptor: TlsAcceptor) {
        let mut line: Line = BufReader::new(Box::new(stream));
        if self.script.mode == Mode::Implicit {
            let Some(wrapped) = self.wrap(line, &acceptor).await else { return };
            line = wrapped;
        }
        if self.answer(&mut line, Step::Greeting, "220 mail.example ESMTP\r\n").await.is_none() {
            return;
        }
        let (mut from, mut to) = (String::new(), Vec::new());
        while let Some(command) = self.command(&mut line).await {
            let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let go = match verb.as_str() {
                "EHLO" => self.hello(&mut line).await,
                "STARTTLS" => {
                    if self.answer(&mut line, Step::StartTls, "220 2.0.0 go ahead\r\n").await.is_none() {
                        return;
                    }
                    let Some(wrapped) = self.wrap(line, &acceptor).await else { return };
                    line = wrapped;
                    Some(())
                }
                "AUTH" => self.log_in(&mut line, &command).await,
                "MAIL" if self.script.login_required && !self.logged_in => {
                    say(&mut line, "530 5.7.0 Authentication required\r\n").await
                }
                "MAIL" => {
                    from = address(&command);
                    to.clear();
                    self.answer(&mut line, Step::Mail, "250 2.1.0 ok\r\n").await
                }
                "RCPT" => {
                    to.push(address(&command));
                    self.to = address(&command);
                    self.answer(&mut line, Step::Rcpt, "250 2.1.5 ok\r\n").await
                }
                "DATA" => match self.answer(&mut line, Step::Data, "354 go on\r\n").await {
                    Some(()) if self.says_the_usual(Step::Data) => self.mail(&mut line, &from, &to).await,
                    go => go,
                },
                "QUIT" => {
                    self.answer(&mut line, Step::Quit, "221 2.0.0 bye\r\n").await;
                    None
                }
                _ => say(&mut line, "502 5.5.1 unknown command\r\n").await,
            };
            if go.is_none() {
                return;
            }
        }
    }

    async fn wrap(&mut self, line: Line, acceptor: &TlsAcceptor) -> Option<Line> {
        let stream = acceptor.accept(line.into_inner()).await.ok()?;
        self.under_tls = true;
        Some(BufReader::new(Box::new(stream)))
    }

    async fn hello(&self, line: &mut Line) -> Go {
        let step = if self.under_tls { Step::EhloUnderTls } else { Step::Ehlo };
        let start_tls = self.script.mode == Mode::StartTls && !self.under_tls;
        let offers = if start_tls { "STARTTLS" } else { self.script.offers };
        self.answer(line, step, &format!("250-mail.example\r\n250-8BITMIME\r\n250 {offers}\r\n")).await
    }

    async fn log_in(&mut self, line: &mut Line, command: &str) -> Go {
        let given = match command.split_whitespace().nth(1) {
            Some("PLAIN") => vec![command.split_whitespace().nth(2).unwrap_or_default().to_owned()],
            _ => {
                say(line, "334 VXNlcm5hbWU6\r\n").await?;
                let user = self.command(line).await?;
                say(line, "334 UGFzc3dvcmQ6\r\n").await?;
                vec![user, self.command(line).await?]
            }
        };
        self.logged_in = given == LOGIN_IN_BASE64[..1] || given == LOGIN_IN_BASE64[1..];
        let usual = if self.logged_in { "235 2.7.0 welcome\r\n" } else { "535 5.7.8 Authentication failed\r\n" };
        self.answer(line, Step::Auth, usual).await
    }

    async fn mail(&self, line: &mut Line, from: &str, to: &[String]) -> Go {
        let mut bytes = Vec::new();
        loop {
            if bytes.len() >= 512 && self.act(Step::Content).is_some() {
                self.answer(line, Step::Content, "").await?;
            }
            let mut text = Vec::new();
            if line.read_until(b'\n', &mut text).await.ok()? == 0 {
                return None;
            }
            self.note_clear(&text);
            if text == b".\r\n" {
                break;
            }
            bytes.extend_from_slice(text.strip_prefix(b".").unwrap_or(&text));
        }
        // A server that says no has not taken the mail over; one that falls silent may have.
        if !matches!(self.act(Step::FinalDot), Some(Act::Say(_) | Act::SayAndCut(_))) {
            let mail = Mail { from: from.to_owned(), to: to.to_vec(), bytes, under_tls: self.under_tls };
            self.seen.lock().unwrap().mails.push(mail);
        }
        self.answer(line, Step::FinalDot, "250 2.0.0 queued\r\n").await
    }

    async fn command(&self, line: &mut Line) -> Option<String> {
        let mut bytes = Vec::new();
        if line.read_until(b'\n', &mut bytes).await.ok()? == 0 {
            return None;
        }
        self.note_clear(&bytes);
        let command = String::from_utf8_lossy(&bytes).trim_end().to_owned();
        self.seen.lock().unwrap().commands.push((self.under_tls, command.clone()));
        Some(command)
    }

    fn note_clear(&self, bytes: &[u8]) {
        if !self.under_tls {
            self.seen.lock().unwrap().clear.extend_from_slice(bytes);
        }
    }

    fn says_the_usual(&self, step: Step) -> bool {
        self.act(step).is_none()
    }

    fn act(&self, step: Step) -> Option<&Act> {
        let is_meant = step < Step::Rcpt || self.script.only.is_none_or(|only| only == self.to);
        self.script.acts.get(&step).filter(|_| is_meant)
    }

    async fn answer(&self, line: &mut Line, step: Step, usual: &str) -> Go {
        tokio::time::sleep(self.script.pause).await;
        match self.act(step) {
            None => say(line, usual).await,
            Some(Act::Say(text)) => say(line, text).await,
            Some(Act::SayAndCut(text)) => {
                say(line, text).await?;
                cut(line).await
            }
            Some(Act::UsualAndCut) => {
                say(line, usual).await?;
                cut(line).await
            }
            Some(Act::Cut) => cut(line).await,
            Some(Act::UsualAndStall) => {
                say(line, usual).await?;
                stall(line).await
            }
            Some(Act::Stall) => stall(line).await,
        }
    }
}

/// Goes on reading, so that only the silence is noticed, and ends when the client goes.
async fn stall(line: &mut Line) -> Go {
    let mut ignored = [0; 4096];
    while line.read(&mut ignored).await.is_ok_and(|read| read > 0) {}
    None
}

async fn say(line: &mut Line, text: &str) -> Go {
    line.write_all(text.as_bytes()).await.ok()?;
    line.flush().await.ok()
}

async fn cut(line: &mut Line) -> Go {
    let _ = line.shutdown().await;
    None
}

/// `MAIL FROM:<a@b.example> BODY=…` → `a@b.example`
fn address(command: &str) -> String {
    command.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address).unwrap_or("").into()
}
