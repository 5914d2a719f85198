//! `[mail]` and `[operations]`: how mail leaves, and who is told when something breaks.

use std::path::PathBuf;

use serde::Deserialize;

use super::secret::SecretAt;

/// `[mail]`
#[derive(Clone, Debug)]
pub struct Mail {
    /// The sender.
    pub from: lettre::message::Mailbox,
    /// How mails leave.
    pub transport: Transport,
}

/// `mail.transport`
#[derive(Clone, Debug)]
pub enum Transport {
    /// As .eml files under `output/mail`.
    File,
    /// By SMTP.
    Smtp(Smtp),
}

/// An SMTP server.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Host name, checked against the certificate.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Transport security.
    pub tls: Tls,
    /// A CA to trust beside the system's.
    pub ca: Option<PathBuf>,
    /// User and password, where the server asks for them.
    pub credentials: Option<(String, SecretAt)>,
    /// Longest time for one message, in seconds.
    pub timeout_seconds: u64,
}

/// `mail.tls`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// STARTTLS, or nothing is sent.
    Required,
    /// TLS from the first byte.
    Implicit,
    /// In clear; refused unless the host is a loopback address.
    None,
}

/// `[operations]`
#[derive(Clone, Debug, Default)]
pub struct Operations {
    /// Who is told of failed runs and undelivered mail.
    pub alert_email: Option<String>,
    /// A dead man's switch: `GET …/start`, `…`, `…/fail`.
    pub ping_url: Option<reqwest::Url>,
}
