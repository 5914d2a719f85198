//! Whatever is wrong with TLS, neither mail nor password is said: the mail is held, and the operator is told why.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod smtp_server;

use postkort::config::Tls;
use postkort::referral::deliver::{Fault, Outcome, Stage};
use smtp_server::sending::{carrier, changed, config, letter, mail, send};
use smtp_server::{Act, Identity, LOGIN_IN_BASE64, Mode, Script, Server, Step};

/// Nothing of mail or login was said, in clear or under TLS.
fn nothing_was_said(server: &Server) {
    let seen = server.seen();
    assert!(seen.mails.is_empty());
    let clear = String::from_utf8_lossy(&seen.clear).into_owned();
    for (_, command) in &seen.commands {
        let verb = command.split(' ').next().unwrap();
        assert!(["EHLO", "STARTTLS", "QUIT"].contains(&verb), "{command} was said");
    }
    for secret in LOGIN_IN_BASE64.iter().chain(&["AUTH", "MAIL", "RCPT", "DATA", "Subject"]) {
        assert!(!clear.contains(secret), "{secret} was said in clear");
    }
}

#[tokio::test]
async fn a_bad_certificate_holds_the_mail_and_says_what_is_wrong_with_it() {
    let cases = [
        (Identity::Expired, "expired"),
        (Identity::NotYetValid, "not valid yet"),
        (Identity::WrongName, "another host name"),
        (Identity::UnknownCa, "nobody that this machine trusts"),
        (Identity::SelfSigned, "certificate"),
    ];
    for (identity, told) in cases {
        for (mode, tls) in [(Mode::StartTls, Tls::Required), (Mode::Implicit, Tls::Implicit)] {
            let server = Server::start(Script::new(mode).with(identity)).await;
            let outcome = send(&server, tls).await;
            assert!(matches!(outcome, Outcome::Held { .. }), "{identity:?} {mode:?}: {outcome:?}");
            let reason = outcome.reason().unwrap();
            assert!(matches!(reason.fault, Fault::Tls(_)), "{identity:?} {mode:?}: {reason:?}");
            assert!(reason.to_string().contains(told), "{identity:?} {mode:?}: {reason}");
            nothing_was_said(&server);
        }
    }
}

#[tokio::test]
async fn the_systems_certificates_alone_do_not_vouch_for_a_private_ca() {
    let server = Server::start(Script::new(Mode::StartTls)).await;
    // Without any CA on the system there is nothing to build a check from, and that is an error of its own.
    let Ok(carrier) = carrier(&changed(config(&server, Tls::Required), |smtp| smtp.ca = None)) else { return };
    let outcome = carrier.deliver(&letter(&mail())).await;
    assert!(matches!(&outcome.reason().unwrap().fault, Fault::Tls(_)), "{outcome:?}");
    nothing_was_said(&server);
}

#[tokio::test]
async fn a_server_that_offers_no_starttls_gets_nothing() {
    let server = Server::start(Script::new(Mode::Clear)).await;
    let outcome = send(&server, Tls::Required).await;
    assert!(matches!(&outcome, Outcome::Held { reason } if reason.fault == Fault::NoStartTls), "{outcome:?}");
    nothing_was_said(&server);
}

#[tokio::test]
async fn starttls_stripped_on_the_way_is_no_reason_to_go_on_in_clear() {
    let stripped = Act::Say("250-mail.example\r\n250-AUTH PLAIN LOGIN\r\n250 XXXXXXXA\r\n");
    let server = Server::start(Script::new(Mode::StartTls).at(Step::Ehlo, stripped)).await;
    let outcome = send(&server, Tls::Required).await;
    assert!(matches!(&outcome, Outcome::Held { reason } if reason.fault == Fault::NoStartTls), "{outcome:?}");
    nothing_was_said(&server);
}

#[tokio::test]
async fn answers_slipped_in_behind_starttls_are_not_taken_for_the_servers() {
    // What a listener on the way would add in clear, to be read as if it had come under TLS: an EHLO answer and a yes to
    // everything up to the final dot.
    let injected = "220 go ahead\r\n250 AUTH PLAIN\r\n235 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 queued\r\n";
    let server = Server::start(Script::new(Mode::StartTls).at(Step::StartTls, Act::Say(injected))).await;
    let outcome = send(&server, Tls::Required).await;
    assert!(matches!(&outcome, Outcome::Held { reason } if matches!(reason.fault, Fault::Tls(_))), "{outcome:?}");
    nothing_was_said(&server);
}

#[tokio::test]
async fn a_server_that_speaks_clear_text_where_tls_is_expected_gets_nothing() {
    let server = Server::start(Script::new(Mode::Clear)).await;
    let outcome = send(&server, Tls::Implicit).await;
    assert!(matches!(&outcome, Outcome::Held { reason } if matches!(reason.fault, Fault::Tls(_))), "{outcome:?}");
    assert!(server.mails().is_empty());

    let server = Server::start(Script::new(Mode::StartTls).at(Step::StartTls, Act::Say("220 go\r\nhello\r\n"))).await;
    assert!(matches!(send(&server, Tls::Required).await, Outcome::Held { .. }));
    nothing_was_said(&server);
}

#[tokio::test]
async fn a_no_to_starttls_is_a_no_to_sending() {
    for (answer, held) in [("454 4.7.0 TLS not available\r\n", false), ("502 5.5.1 unknown\r\n", true)] {
        let server = Server::start(Script::new(Mode::StartTls).at(Step::StartTls, Act::Say(answer))).await;
        let outcome = send(&server, Tls::Required).await;
        assert_eq!(outcome.reason().unwrap().stage, Stage::StartTls);
        assert_eq!(matches!(outcome, Outcome::Held { .. }), held, "{outcome:?}");
        nothing_was_said(&server);
    }
}

#[tokio::test]
async fn an_answer_that_is_no_yes_to_starttls_does_not_start_anything() {
    // 3xx counts as a yes for the client underneath; the server goes on in clear, and TLS fails on it.
    let answer = Act::SayAndCut("334 what now\r\n");
    let server = Server::start(Script::new(Mode::StartTls).at(Step::StartTls, answer)).await;
    let outcome = send(&server, Tls::Required).await;
    assert!(!matches!(outcome, Outcome::Delivered), "{outcome:?}");
    nothing_was_said(&server);
}

#[tokio::test]
async fn a_wrong_password_is_the_operators_business_and_costs_the_recipient_nothing() {
    let script =
        Script::new(Mode::StartTls).at(Step::Auth, Act::Say("535 5.7.8 Authentication failed for postkort\r\n"));
    let server = Server::start(script).await;
    let outcome = send(&server, Tls::Required).await;
    let Outcome::Held { reason } = &outcome else { panic!("{outcome:?}") };
    assert_eq!(reason.stage, Stage::Login);
    assert!(reason.to_string().contains("mail.password") && !reason.to_string().contains("for postkort"), "{reason}");
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn a_server_without_a_login_that_we_know_holds_the_mail() {
    for offers in ["AUTH GSSAPI CRAM-MD5", "HELP"] {
        let mut script = Script::new(Mode::StartTls);
        script.offers = offers;
        let server = Server::start(script).await;
        let outcome = send(&server, Tls::Required).await;
        assert!(matches!(&outcome, Outcome::Held { reason } if reason.fault == Fault::NoLogin), "{outcome:?}");
        nothing_was_said(&server);
    }
}
