//! Delivery: the one place where a mail leaves.
//!
//! A [`Carrier`] is made from `[mail]` once a run and takes finished bytes. It fails closed: a recipient who is not on the
//! allow-list gets nothing, and without TLS to a server that can prove who it is nothing is sent, neither mail nor
//! password. What came of an attempt is an [`Outcome`]; when to try again is in [`retry`].

mod connect;
mod fault;
mod file;
mod outcome;
mod reply;
pub mod retry;
mod smtp;

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::Date;
use lettre::Address;
use lettre::transport::smtp::client::{Certificate, TlsParameters, TlsVersion};
use secrecy::SecretString;

use crate::config;
use connect::Security;

pub use file::file_name;
pub use outcome::{Fault, Outcome, Reason, Stage};
pub use reply::Reply;

/// One mail for one recipient, as it lies in the outbox.
#[derive(Clone, Copy)]
pub struct Letter<'a> {
    /// The recipient's e-mail address.
    pub to: &'a str,
    /// The as-of date it was written for; part of the file name.
    pub date: Date,
    /// What sort of mail (`referral`, `alert`); part of the file name.
    pub kind: &'a str,
    /// Its Message-ID; a digest of it is part of the file name.
    pub message_id: &'a str,
    /// The mail, from [`super::message::format`].
    pub bytes: &'a [u8],
}

/// Why no mail at all can be delivered with this config.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// `tls = "none"` with a host that is not this machine.
    #[error(
        "mail.tls = \"none\" is for a loopback address only; {host} is none. Use tls = \"required\" or \"implicit\""
    )]
    NotLoopback {
        /// `mail.host`
        host: String,
    },
    /// A password would travel in clear.
    #[error("mail.user and mail.password need TLS; with tls = \"none\" leave them out")]
    PasswordInClear,
    /// A user is named, and no password came with it.
    #[error("mail.user is set but its password was not found")]
    NoPassword,
    /// `mail.ca` cannot be used.
    #[error("mail.ca: {}: {why}", path.display())]
    Ca {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// No certificate store could be set up.
    #[error("no TLS to the mail server is possible: {0}. Install the system's CA certificates, or name one in mail.ca")]
    Tls(String),
}

/// Takes mails out of the house.
pub struct Carrier {
    from: Address,
    allowed: BTreeSet<String>,
    way: Way,
}

enum Way {
    File(PathBuf),
    Smtp(Box<smtp::Server>),
}

impl fmt::Debug for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.way {
            Way::File(_) => "file",
            Way::Smtp(_) => "smtp",
        };
        write!(f, "Carrier({way}, {} recipients allowed)", self.allowed.len())
    }
}

impl Carrier {
    /// A carrier for `[mail]`.
    ///
    /// `password` is the secret behind `mail.password`, already fetched. With the file transport, mails go to
    /// `output/mail`. `allowed` are the only addresses that anything is delivered to: those of the config's caseworkers,
    /// the reviewers who are notified, and the alert address.
    ///
    /// # Errors
    ///
    /// [`SetupError`], where the set-up cannot be safe. Nothing is connected to yet.
    pub fn new<'a>(
        mail: &config::Mail,
        password: Option<SecretString>,
        output: &Path,
        allowed: impl IntoIterator<Item = &'a str>,
    ) -> Result<Carrier, SetupError> {
        let way = match &mail.transport {
            config::Transport::File => Way::File(output.join("mail")),
            config::Transport::Smtp(smtp) => Way::Smtp(Box::new(server(smtp, password)?)),
        };
        let allowed = allowed.into_iter().map(canonical).collect();
        Ok(Carrier { from: mail.from.email.clone(), allowed, way })
    }

    /// Attempts to deliver one mail, once. Never takes longer than `mail.timeout_seconds` and a short goodbye.
    pub async fn deliver(&self, letter: &Letter<'_>) -> Outcome {
        let refuse = |fault| Reason { stage: Stage::Prepare, fault }.outcome();
        if !self.allowed.contains(&canonical(letter.to)) {
            return refuse(Fault::RecipientNotAllowed);
        }
        let Ok(to) = letter.to.trim().parse::<Address>() else {
            return refuse(Fault::Malformed("the recipient's address is not an e-mail address"));
        };
        if let Err(what) = check(&self.from, &to, letter.bytes) {
            return refuse(Fault::Malformed(what));
        }
        match &self.way {
            Way::File(folder) => {
                let name = file_name(letter.date, letter.kind, letter.message_id);
                file::deliver(folder, &name, letter.bytes).await
            }
            Way::Smtp(server) => server.send(&self.from, &to, letter.bytes).await,
        }
    }

    /// Delivers one mail, with quick retries while it surely was not delivered.
    pub async fn deliver_with_retries(&self, letter: &Letter<'_>, backoff: retry::Backoff) -> Outcome {
        retry::with_retries(backoff, || self.deliver(letter)).await
    }
}

/// Addresses are compared without case: no mail system in use tells `Mette@` from `mette@`.
fn canonical(address: &str) -> String {
    address.trim().to_lowercase()
}

/// Whether SMTP can carry these bytes as they are: a line end that is not CRLF could smuggle in a second mail.
fn check(from: &Address, to: &Address, mail: &[u8]) -> Result<(), &'static str> {
    let ascii = |address: &Address| AsRef::<str>::as_ref(address).bytes().all(|b| b.is_ascii_graphic());
    if !ascii(from) || !ascii(to) {
        return Err("an address has letters beyond ASCII, or spaces; write its domain in ASCII form (xn--…)");
    }
    if mail.is_empty() || !mail.is_ascii() || mail.contains(&0) {
        return Err("it is empty, or not ASCII");
    }
    let mut lines = mail.split(|&b| b == b'\n').peekable();
    while let Some(line) = lines.next() {
        let text = if lines.peek().is_some() { line.strip_suffix(b"\r") } else { Some(line) };
        match text {
            Some(text) if text.contains(&b'\r') => return Err("a line end is not CRLF"),
            Some(text) if text.len() > 998 => return Err("a line is longer than 998 characters"),
            Some(_) => {}
            None => return Err("a line end is not CRLF"),
        }
    }
    Ok(())
}

fn server(smtp: &config::Smtp, password: Option<SecretString>) -> Result<smtp::Server, SetupError> {
    let security = match smtp.tls {
        config::Tls::Required => Security::StartTls(tls(&smtp.host, smtp.ca.as_deref())?),
        config::Tls::Implicit => Security::Implicit(tls(&smtp.host, smtp.ca.as_deref())?),
        config::Tls::None if !is_loopback(&smtp.host) => {
            return Err(SetupError::NotLoopback { host: smtp.host.clone() });
        }
        config::Tls::None if smtp.credentials.is_some() => return Err(SetupError::PasswordInClear),
        config::Tls::None => Security::Loopback,
    };
    let login = match (&smtp.credentials, password) {
        (None, _) => None,
        (Some((user, _)), Some(password)) => Some((user.clone(), password)),
        (Some(_), None) => return Err(SetupError::NoPassword),
    };
    let limit = Duration::from_secs(smtp.timeout_seconds.clamp(1, 3_600));
    Ok(smtp::Server { host: smtp.host.clone(), port: smtp.port, security, login, limit })
}

/// `localhost`, 127.0.0.0/8 or ::1. What `localhost` resolves to is looked at again when connecting.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// TLS 1.2 or newer; certificate and host name checked against the system's CAs and `ca`.
fn tls(host: &str, ca: Option<&Path>) -> Result<TlsParameters, SetupError> {
    let mut builder = TlsParameters::builder(host.to_owned()).set_min_tls_version(TlsVersion::Tlsv12);
    if let Some(path) = ca {
        let failed = |why: String| SetupError::Ca { path: path.to_owned(), why };
        let pem = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
        // The reader takes a file without any certificate for an empty list of them.
        if memchr::memmem::find(&pem, b"-----BEGIN CERTIFICATE-----").is_none() {
            return Err(failed("holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)".to_owned()));
        }
        let certificate = Certificate::from_pem(&pem).map_err(|error| failed(error.to_string()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| match ca {
        Some(path) => SetupError::Ca { path: path.to_owned(), why: error.to_string() },
        None => SetupError::Tls(error.to_string()),
    })
}
