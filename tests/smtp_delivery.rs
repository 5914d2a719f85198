//! Mails that arrive: by STARTTLS, by TLS from the first byte, on a loopback address; and mails that never leave.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod smtp_server;

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use postkort::config::Tls;
use postkort::referral::deliver::retry::Backoff;
use postkort::referral::deliver::{Carrier, Fault, Letter, Outcome, SetupError};
use smtp_server::sending::{FROM, SUBJECT, TO, carrier, changed, config, letter, mail, send};
use smtp_server::{Act, LOGIN_IN_BASE64, Mode, PASSWORD, Script, Server, Step};

#[tokio::test]
async fn a_mail_arrives_byte_for_byte_under_starttls_and_under_implicit_tls() {
    for (mode, tls) in [(Mode::StartTls, Tls::Required), (Mode::Implicit, Tls::Implicit)] {
        let server = Server::start(Script::new(mode)).await;
        assert_eq!(send(&server, tls).await, Outcome::Delivered, "{mode:?}");
        let mails = server.mails();
        assert_eq!(mails.len(), 1);
        assert_eq!((mails[0].from.as_str(), mails[0].to.as_slice()), (FROM, [TO.to_owned()].as_slice()));
        assert!(mails[0].under_tls);
        assert_eq!(mails[0].bytes, mail(), "{mode:?}: dots at the start of lines must survive");
        let clear = String::from_utf8(server.seen().clear.clone()).unwrap();
        let said: Vec<_> = clear.lines().map(|line| line.split(' ').next().unwrap()).collect();
        let expected: &[&str] = if mode == Mode::StartTls { &["EHLO", "STARTTLS"] } else { &[] };
        assert_eq!(said, expected, "nothing else may be said in clear");
    }
}

#[tokio::test]
async fn a_server_that_knows_auth_login_only_is_logged_in_to() {
    let mut script = Script::new(Mode::StartTls);
    script.offers = "AUTH LOGIN";
    let server = Server::start(script).await;
    assert_eq!(send(&server, Tls::Required).await, Outcome::Delivered);
    assert!(server.seen().commands.contains(&(true, "AUTH LOGIN".to_owned())));
}

#[tokio::test]
async fn a_relay_that_asks_for_no_login_gets_none() {
    let mut script = Script::new(Mode::StartTls);
    script.login_required = false;
    let server = Server::start(script).await;
    let mail_config = changed(config(&server, Tls::Required), |smtp| smtp.credentials = None);
    assert_eq!(carrier(&mail_config).unwrap().deliver(&letter(&mail())).await, Outcome::Delivered);
    assert!(server.seen().commands.iter().all(|(_, command)| !command.starts_with("AUTH")));
}

#[tokio::test]
async fn a_loopback_relay_may_be_spoken_to_in_clear_without_a_password() {
    let server = Server::start(Script::new(Mode::Clear)).await;
    for host in ["localhost", "127.0.0.1"] {
        let mail_config = changed(config(&server, Tls::None), |smtp| smtp.host = host.to_owned());
        assert_eq!(carrier(&mail_config).unwrap().deliver(&letter(&mail())).await, Outcome::Delivered, "{host}");
    }
    assert!(server.mails().iter().all(|received| received.bytes == mail()));
}

#[tokio::test]
async fn clear_text_beyond_this_machine_and_passwords_in_clear_are_refused_before_anything_happens() {
    let server = Server::start(Script::new(Mode::Clear)).await;
    for host in
        ["mail.havblik.example", "10.0.0.1", "localhost.havblik.example", "127.0.0.1.havblik.example", "0.0.0.0"]
    {
        let mail_config = changed(config(&server, Tls::None), |smtp| smtp.host = host.to_owned());
        let error = carrier(&mail_config).unwrap_err();
        assert!(matches!(error, SetupError::NotLoopback { .. }) && error.to_string().contains(host), "{error}");
    }
    let with_login = changed(config(&server, Tls::None), |smtp| {
        smtp.credentials = Some(("postkort".to_owned(), postkort::config::SecretAt::Env("X".to_owned())));
    });
    assert!(matches!(carrier(&with_login).unwrap_err(), SetupError::PasswordInClear));
    assert_eq!(server.seen().connections, 0);
}

#[tokio::test]
async fn a_user_without_a_password_and_a_ca_that_is_none_are_set_up_errors() {
    let server = Server::start(Script::new(Mode::StartTls)).await;
    let mail_config = config(&server, Tls::Required);
    let error = Carrier::new(&mail_config, None, Path::new("unused"), [TO]).unwrap_err();
    assert!(matches!(error, SetupError::NoPassword));

    let folder = tempfile::tempdir().unwrap();
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (name, text) in [("empty.pem", Some("")), ("broken.pem", Some(broken)), ("missing.pem", None)] {
        let path = folder.path().join(name);
        if let Some(text) = text {
            std::fs::write(&path, text).unwrap();
        }
        let error = carrier(&changed(config(&server, Tls::Required), |smtp| smtp.ca = Some(path))).unwrap_err();
        assert!(matches!(error, SetupError::Ca { .. }) && error.to_string().contains(name), "{error}");
    }
}

#[tokio::test]
async fn nobody_outside_the_allow_list_gets_mail_and_no_connection_is_made_for_them() {
    let server = Server::start(Script::new(Mode::StartTls)).await;
    let carrier = carrier(&config(&server, Tls::Required)).unwrap();
    let mail = mail();
    for to in
        ["tyv@ondt.example", "", "mette.holm@kommune.example, tyv@ondt.example", "Mette <mette.holm@kommune.example>"]
    {
        let outcome = carrier.deliver(&Letter { to, ..letter(&mail) }).await;
        assert!(matches!(outcome.reason().unwrap().fault, Fault::RecipientNotAllowed), "{outcome:?}");
        assert!(matches!(outcome, Outcome::Rejected { .. }));
    }
    assert_eq!(server.seen().connections, 0);
    let shouted = Letter { to: "Mette.Holm@KOMMUNE.example", ..letter(&mail) };
    assert_eq!(carrier.deliver(&shouted).await, Outcome::Delivered, "case is no difference");
}

#[tokio::test]
async fn bytes_that_could_smuggle_a_second_mail_never_leave() {
    let server = Server::start(Script::new(Mode::StartTls)).await;
    let carrier = carrier(&config(&server, Tls::Required)).unwrap();
    let long = [b"Subject: x\r\n\r\n".as_slice(), &[b'a'; 999]].concat();
    let smuggled: [&[u8]; 6] = [
        b"Subject: x\r\n\r\nhej\n.\nMAIL FROM:<a@b.example>\r\n",
        b"Subject: x\r\n\r\nhej\r.\r\nMAIL FROM:<a@b.example>\r\n",
        b"Subject: x\r\n\r\nhej\r",
        "Subject: x\r\n\r\nKære\r\n".as_bytes(),
        b"",
        &long,
    ];
    for bytes in smuggled {
        let outcome = carrier.deliver(&letter(bytes)).await;
        assert!(matches!(outcome.reason().unwrap().fault, Fault::Malformed(_)), "{outcome:?}");
    }
    assert_eq!(server.seen().connections, 0);
}

#[tokio::test]
async fn the_file_transport_writes_the_mail_once_however_often_it_is_delivered() {
    let output = tempfile::tempdir().unwrap();
    let from = FROM.parse().unwrap();
    let mail_config = postkort::config::Mail { from, transport: postkort::config::Transport::File };
    let carrier = Carrier::new(&mail_config, None, output.path(), [TO]).unwrap();
    let bytes = mail();
    for _ in 0..2 {
        assert_eq!(carrier.deliver(&letter(&bytes)).await, Outcome::Delivered);
    }
    let files: Vec<_> =
        std::fs::read_dir(output.path().join("mail")).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1);
    assert_eq!(std::fs::read(&files[0]).unwrap(), bytes);
    let outcome = carrier.deliver(&Letter { to: "tyv@ondt.example", ..letter(&bytes) }).await;
    assert!(matches!(outcome, Outcome::Rejected { .. }), "the allow-list holds for files too");
}

#[tokio::test]
async fn a_server_that_is_down_for_a_moment_is_tried_again_within_the_run() {
    let server = Server::start(Script::new(Mode::StartTls).at(Step::Rcpt, Act::Say("451 4.7.1 Greylisted\r\n"))).await;
    let carrier = carrier(&config(&server, Tls::Required)).unwrap();
    let backoff = Backoff { attempts: 3, base: Duration::from_millis(5) };
    let outcome = carrier.deliver_with_retries(&letter(&mail()), backoff).await;
    assert!(matches!(outcome, Outcome::Deferred { certain: true, .. }), "{outcome:?}");
    assert_eq!(server.seen().connections, 3);
}

#[tokio::test]
async fn the_log_of_a_delivery_holds_no_address_no_content_and_no_password() {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);
    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    tracing::trace!("the log is being read");

    let server = Server::start(Script::new(Mode::StartTls)).await;
    let carrier = carrier(&config(&server, Tls::Required)).unwrap();
    assert_eq!(carrier.deliver(&letter(&mail())).await, Outcome::Delivered);
    drop(guard);

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap() + &std::format!("{carrier:?}");
    assert!(log.contains("the log is being read"));
    for secret in [PASSWORD, TO, FROM, SUBJECT, "=C3=A6re"].iter().chain(&LOGIN_IN_BASE64) {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}
