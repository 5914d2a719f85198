//! A carrier and a mail for the tests to send.

use std::path::Path;

use jiff::civil::date;
use postkort::config;
use postkort::referral::deliver::{Carrier, Letter, Outcome, SetupError};
use postkort::referral::message::{Content, format, message_id};
use secrecy::SecretString;

use super::{PASSWORD, Server, USER};

pub const FROM: &str = "postkort@havblik.example";
pub const TO: &str = "mette.holm@kommune.example";
pub const ID: &str = "<0123456789abcdef@havblik.example>";
pub const SUBJECT: &str = "Ugens liste fra Havblik";

/// `[mail]` that points at the server, with its CA, user and password; no login without TLS.
pub fn config(server: &Server, tls: config::Tls) -> config::Mail {
    let secret = config::SecretAt::Env("POSTKORT_TEST_PASSWORD".to_owned());
    let smtp = config::Smtp {
        host: "localhost".to_owned(),
        port: server.port,
        tls,
        ca: Some(server.ca()),
        credentials: (tls != config::Tls::None).then(|| (USER.to_owned(), secret)),
        timeout_seconds: 10,
    };
    config::Mail { from: std::format!("Postkort <{FROM}>").parse().unwrap(), transport: config::Transport::Smtp(smtp) }
}

/// The same, changed before use.
pub fn changed(mut mail: config::Mail, change: impl FnOnce(&mut config::Smtp)) -> config::Mail {
    if let config::Transport::Smtp(smtp) = &mut mail.transport {
        change(smtp);
    }
    mail
}

pub fn carrier(mail: &config::Mail) -> Result<Carrier, SetupError> {
    Carrier::new(mail, Some(SecretString::from(PASSWORD)), Path::new("unused"), [TO])
}

/// A mail with Danish letters, lines of dots, and both parts.
pub fn mail() -> Vec<u8> {
    let text = "Kære Mette\n.\n..\n.slut\nÆblegrød på Østerbro\n";
    let content = Content {
        subject: SUBJECT.to_owned(),
        text: text.to_owned(),
        html: Some("<p>Kære Mette</p>\n.\n<p>Æblegrød på Østerbro</p>".to_owned()),
    };
    let to = std::format!("Mette Holm <{TO}>").parse().unwrap();
    let id = message_id("Havblik", "referral", TO, date(2026, 11, 24), "1", "havblik.example");
    format_mail(&to, &content, &id)
}

fn format_mail(to: &lettre::message::Mailbox, content: &Content, id: &str) -> Vec<u8> {
    let from = std::format!("Postkort <{FROM}>").parse().unwrap();
    format(&from, to, content, id, date(2026, 11, 24)).unwrap()
}

pub fn letter(bytes: &[u8]) -> Letter<'_> {
    Letter { to: TO, date: date(2026, 11, 24), kind: "referral", message_id: ID, bytes }
}

/// One attempt to send [`mail`] to the server.
pub async fn send(server: &Server, tls: config::Tls) -> Outcome {
    carrier(&config(server, tls)).unwrap().deliver(&letter(&mail())).await
}
