//! Programs that know nothing of ours: Python's mail parser, aiosmtpd, and Postfix's smtp-sink. A test whose peer is not
//! installed says so and passes; `POSTKORT_TEST_PYTHON` and `POSTKORT_TEST_SMTP_SINK` name other places to look.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod smtp_server;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jiff::civil::date;
use lettre::message::Mailbox;
use postkort::config::{self, SecretAt, Smtp, Tls, Transport};
use postkort::referral::deliver::{Carrier, Outcome};
use postkort::referral::message::{Content, format, message_id};
use secrecy::SecretString;
use serde_json::Value;
use smtp_server::sending::{FROM, SUBJECT, TO, letter, mail};
use smtp_server::{PASSWORD, USER, certificates};

/// A peer that is stopped when the test ends.
struct Peer(Child);

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn python() -> String {
    std::env::var("POSTKORT_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

fn can_run(program: &str, arguments: &[&str]) -> bool {
    let run = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    run.is_ok_and(|status| status.success())
}

fn script(name: &str) -> String {
    std::format!("{}/tests/smtp_server/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// What Python's parser makes of a mail; `None` without Python.
fn read_by_python(mail: &[u8]) -> Option<Value> {
    if !can_run(&python(), &["-c", "import email.policy"]) {
        eprintln!("skipped: no Python 3 to read the mail with");
        return None;
    }
    let mut child = Command::new(python())
        .arg(script("read_mail.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(mail).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn written(subject: &str, to: Mailbox, text: &str, html: Option<&str>) -> Vec<u8> {
    let from = std::format!("Boligforeningen Østerhavn <{FROM}>").parse().unwrap();
    let content = Content { subject: subject.to_owned(), text: text.to_owned(), html: html.map(str::to_owned) };
    let id = message_id("Østerhavn", "referral", TO, date(2026, 7, 14), "1", "havblik.example");
    format(&from, &to, &content, &id, date(2026, 7, 14)).unwrap()
}

#[test]
fn a_mail_program_reads_both_parts_and_every_danish_letter() {
    let subject = "Rødgrød med fløde på Ærø: ".repeat(12).trim_end().to_owned();
    let text = std::format!("Kære Søren\n\n.\nFrom en ven\n{}\nslut \n", "æøå ÆØÅ é ü – “citat” 😀 ".repeat(60));
    let html = std::format!("<p>{}</p>", "Blåbærgrød & ål ".repeat(200));
    let to = Mailbox::new(Some("Søren \"Sø\" Ågård, socialrådgiver".to_owned()), TO.parse().unwrap());
    let Some(read) = read_by_python(&written(&subject, to, &text, Some(&html))) else { return };
    assert_eq!(read["subject"], subject);
    assert_eq!(read["from"][0], serde_json::json!(["Boligforeningen Østerhavn", FROM]));
    assert_eq!(read["to"], serde_json::json!([["Søren \"Sø\" Ågård, socialrådgiver", TO]]));
    assert_eq!(read["date"], "2026-07-14T06:00:00+02:00");
    assert_eq!(read["type"], "multipart/alternative");
    let unix = |part: &Value| part.as_str().unwrap().replace("\r\n", "\n");
    assert_eq!((&read["parts"][0][0], unix(&read["parts"][0][1])), (&"text/plain".into(), text));
    assert_eq!((&read["parts"][1][0], unix(&read["parts"][1][1]).trim_end()), (&"text/html".into(), html.as_str()));
    assert_eq!(read["defects"], serde_json::json!([]));
}

#[test]
fn a_mail_program_sees_one_recipient_and_our_headers_whatever_a_name_or_subject_holds() {
    let attacks = [
        "Mette\r\nBcc: tyv@ondt.example",
        "Mette\nContent-Type: text/html\n\n<script>",
        "\"Mette\" <tyv@ondt.example>, x",
        "=?utf-8?q?Mette=0D=0ABcc:_tyv=40ondt.example?=",
        "Mette\u{0}\u{7f}\u{85}\u{2028}Bcc: tyv@ondt.example",
        "tyv@ondt.example;",
        "Mette (kommentar",
        "\\",
    ];
    let ours = [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    ];
    for attack in attacks {
        let to = Mailbox::new(Some(attack.to_owned()), TO.parse().unwrap());
        let Some(read) = read_by_python(&written(attack, to, "Hej", None)) else { return };
        assert_eq!(read["headers"], serde_json::json!(ours), "{attack:?}");
        let recipients = read["to"].as_array().unwrap();
        assert_eq!((recipients.len(), &recipients[0][1]), (1, &TO.into()), "{attack:?}: {recipients:?}");
        assert_eq!(read["parts"][0][1].as_str().unwrap().trim_end(), "Hej", "{attack:?}");
    }
}

fn carrier(port: u16, tls: Tls, folder: &Path) -> Carrier {
    let credentials = (tls != Tls::None).then(|| (USER.to_owned(), SecretAt::Env("POSTKORT_TEST".to_owned())));
    let ca = (tls != Tls::None).then(|| folder.join("ca.pem"));
    let smtp = Smtp { host: "localhost".to_owned(), port, tls, ca, credentials, timeout_seconds: 20 };
    let mail = config::Mail { from: FROM.parse().unwrap(), transport: Transport::Smtp(smtp) };
    Carrier::new(&mail, Some(SecretString::from(PASSWORD)), folder, [TO]).unwrap()
}

#[tokio::test]
async fn aiosmtpd_receives_the_mail_under_starttls_after_the_login() {
    if !can_run(&python(), &["-c", "import aiosmtpd"]) {
        eprintln!("skipped: no aiosmtpd (pip install aiosmtpd)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    certificates::files(folder.path());
    let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    let mut command = Command::new(python());
    command.arg(script("aiosmtpd_peer.py")).args([&certificate, &key]).args([USER, PASSWORD]);
    let mut peer = Peer(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut output = BufReader::new(peer.0.stdout.take().unwrap());
    let mut port = String::new();
    output.read_line(&mut port).unwrap();

    let outcome = carrier(port.trim().parse().unwrap(), Tls::Required, folder.path()).deliver(&letter(&mail())).await;
    assert_eq!(outcome, Outcome::Delivered);
    let mut received = String::new();
    output.read_to_string(&mut received).unwrap();
    let received: Value = serde_json::from_str(&received).unwrap();
    assert_eq!(
        (&received["from"], &received["to"], &received["tls"]),
        (&FROM.into(), &serde_json::json!([TO]), &true.into())
    );
    let read = Command::new(python())
        .args(["-c", "import base64,sys; sys.stdout.buffer.write(base64.b64decode(sys.argv[1]))"])
        .arg(received["bytes"].as_str().unwrap())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(read.stdout), String::from_utf8(mail()));
    assert!(String::from_utf8(mail()).unwrap().contains(SUBJECT));
}

fn smtp_sink() -> Option<String> {
    let named = std::env::var("POSTKORT_TEST_SMTP_SINK").ok();
    let places =
        named.into_iter().chain(["/usr/sbin/smtp-sink".to_owned(), "/usr/libexec/postfix/smtp-sink".to_owned()]);
    places.into_iter().find(|place| Path::new(place).exists())
}

/// Starts smtp-sink with a fault, and waits until it listens.
async fn start_sink(program: &str, fault: &[&str]) -> (Peer, u16) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let user = Command::new("id").arg("-un").output().unwrap();
    let user = String::from_utf8(user.stdout).unwrap().trim().to_owned();
    let mut command = Command::new(program);
    command.args(["-u", if user == "root" { "nobody" } else { &user }]).args(fault);
    let peer = Peer(command.arg(std::format!("127.0.0.1:{port}")).arg("16").stderr(Stdio::null()).spawn().unwrap());
    for _ in 0..100 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    (peer, port)
}

#[tokio::test]
async fn postfix_smtp_sink_with_a_fault_at_each_command_is_understood() {
    let Some(program) = smtp_sink() else {
        eprintln!("skipped: no smtp-sink (Debian: apt install postfix)");
        return;
    };
    let (delivered, deferred, uncertain, rejected, held) = ("delivered", "deferred", "uncertain", "rejected", "held");
    let mut cases: Vec<(&[&str], &str)> = vec![(&[], delivered), (&["-8"], delivered), (&["-e"], held)];
    for command in ["mail", "rcpt", "data", "."] {
        let soft = Box::leak(Box::new(["-r", command]));
        let hard = Box::leak(Box::new(["-f", command]));
        let cut = Box::leak(Box::new(["-q", command]));
        cases.push((soft, deferred));
        cases.push((hard, if command == "mail" { held } else { rejected }));
        cases.push((cut, if command == "." { uncertain } else { deferred }));
    }
    let folder = tempfile::tempdir().unwrap();
    for (fault, expected) in cases {
        let (_peer, port) = start_sink(&program, fault).await;
        let outcome = carrier(port, Tls::None, folder.path()).deliver(&letter(&mail())).await;
        let got = match &outcome {
            Outcome::Delivered => delivered,
            Outcome::Deferred { certain: true, .. } => deferred,
            Outcome::Deferred { certain: false, .. } => uncertain,
            Outcome::Held { .. } => held,
            Outcome::Rejected { .. } => rejected,
        };
        assert_eq!(got, expected, "{fault:?}: {outcome:?}");
    }
}
