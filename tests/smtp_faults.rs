//! A mail server at its worst, at every step: temporary and permanent refusals, cut connections, silence, nonsense.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod smtp_server;

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use postkort::config::Tls;
use postkort::referral::deliver::{Fault, Outcome, Stage};
use smtp_server::sending::{carrier, changed, config, letter, mail, send};
use smtp_server::{Act, Mode, Script, Server, Step};

/// Every step up to the final dot, with the stage that it is reported as.
const STEPS: [(Step, Stage); 9] = [
    (Step::Greeting, Stage::Greeting),
    (Step::Ehlo, Stage::Greeting),
    (Step::StartTls, Stage::StartTls),
    (Step::EhloUnderTls, Stage::StartTls),
    (Step::Auth, Stage::Login),
    (Step::Mail, Stage::Sender),
    (Step::Rcpt, Stage::Recipient),
    (Step::Data, Stage::Data),
    (Step::FinalDot, Stage::FinalDot),
];

async fn meet(step: Step, act: Act) -> (Outcome, Server) {
    let server = Server::start(Script::new(Mode::StartTls).at(step, act)).await;
    (send(&server, Tls::Required).await, server)
}

fn deferred(outcome: &Outcome) -> Option<bool> {
    match outcome {
        Outcome::Deferred { certain, .. } => Some(*certain),
        _ => None,
    }
}

#[tokio::test]
async fn a_temporary_refusal_at_any_step_defers_the_mail_for_certain() {
    for (step, stage) in STEPS {
        for (answer, act) in [
            ("says", Act::Say("451 4.3.0 Try again later\r\n")),
            ("says and hangs up", Act::SayAndCut("421 4.3.2 Closing\r\n")),
        ] {
            let (outcome, server) = meet(step, act).await;
            assert_eq!(deferred(&outcome), Some(true), "{step:?} {answer}: {outcome:?}");
            assert_eq!(outcome.reason().unwrap().stage, stage, "{step:?} {answer}");
            assert!(server.mails().is_empty());
        }
    }
}

#[tokio::test]
async fn a_permanent_refusal_rejects_the_mail_if_it_is_about_it_and_holds_it_if_it_is_about_us() {
    for (step, stage) in STEPS {
        let (outcome, server) = meet(step, Act::Say("554 5.5.0 No\r\n")).await;
        let rejected = matches!(outcome, Outcome::Rejected { .. });
        assert_eq!(rejected, stage >= Stage::Recipient, "{step:?}: {outcome:?}");
        assert_eq!(matches!(outcome, Outcome::Held { .. }), !rejected, "{step:?}: {outcome:?}");
        assert_eq!(outcome.reason().unwrap().stage, stage, "{step:?}");
        assert!(server.mails().is_empty());
    }
}

#[tokio::test]
async fn a_connection_cut_before_the_mails_end_defers_it_for_certain() {
    for (step, _) in STEPS.iter().filter(|(step, _)| *step != Step::FinalDot) {
        let (outcome, server) = meet(*step, Act::Cut).await;
        assert_eq!(deferred(&outcome), Some(true), "cut at {step:?}: {outcome:?}");
        assert!(server.mails().is_empty());
        if *step == Step::StartTls || *step == Step::Data {
            continue; // after the usual answer the client says something else than a command: below
        }
        let (outcome, _) = meet(*step, Act::UsualAndCut).await;
        assert_eq!(deferred(&outcome), Some(true), "cut after {step:?}: {outcome:?}");
    }
    let (outcome, _) = meet(Step::StartTls, Act::UsualAndCut).await;
    assert_eq!(deferred(&outcome), Some(true), "cut in the TLS handshake: {outcome:?}");
}

/// Larger than what lies in the network's buffers, so that a server that goes away in its middle is noticed there.
fn large_mail() -> Vec<u8> {
    let line = [[b'x'; 76].as_slice(), b"\r\n"].concat();
    [b"Subject: stor\r\n\r\n".as_slice(), &line.repeat(200_000)].concat()
}

#[tokio::test]
async fn a_connection_cut_in_the_middle_of_a_mail_is_surely_no_delivery() {
    let server = Server::start(Script::new(Mode::StartTls).at(Step::Content, Act::Cut)).await;
    let outcome = carrier(&config(&server, Tls::Required)).unwrap().deliver(&letter(&large_mail())).await;
    assert_eq!(deferred(&outcome), Some(true), "{outcome:?}");
    assert_eq!(outcome.reason().unwrap().stage, Stage::Content);
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn a_large_mail_arrives_whole() {
    let server = Server::start(Script::new(Mode::StartTls)).await;
    let outcome = carrier(&config(&server, Tls::Required)).unwrap().deliver(&letter(&large_mail())).await;
    assert_eq!(outcome, Outcome::Delivered);
    assert!(server.mails()[0].bytes == large_mail());
}

#[tokio::test]
async fn a_connection_cut_before_the_dot_of_a_short_mail_is_never_taken_for_a_delivery_or_a_refusal() {
    // The whole mail lies in the network's buffers when the server goes: nobody here can tell how far it came.
    for (step, act) in [(Step::Data, Act::UsualAndCut), (Step::Content, Act::Cut)] {
        let (outcome, server) = meet(step, act).await;
        assert!(deferred(&outcome).is_some(), "{outcome:?}");
        assert!(server.mails().is_empty());
    }
}

#[tokio::test]
async fn a_connection_cut_after_the_final_dot_is_uncertain_because_the_mail_may_have_arrived() {
    let (outcome, server) = meet(Step::FinalDot, Act::Cut).await;
    assert_eq!(deferred(&outcome), Some(false), "{outcome:?}");
    assert!(outcome.reason().unwrap().to_string().contains("may have been accepted"));
    assert_eq!(server.mails().len(), 1, "this server did take it");
}

#[tokio::test]
async fn nonsense_after_the_final_dot_is_uncertain_too() {
    for nonsense in ["hvad?\r\n", "999 huh\r\n", "354 go on\r\n", "\r\n", "250-half an answer\r\n", "250 k\u{f8}"] {
        let (outcome, _) = meet(Step::FinalDot, Act::SayAndCut(nonsense)).await;
        assert_eq!(deferred(&outcome), Some(false), "{nonsense:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn nonsense_before_that_defers_and_a_yes_of_the_wrong_kind_is_no_yes() {
    for (step, stage) in STEPS.into_iter().filter(|(step, _)| *step != Step::FinalDot) {
        let (outcome, server) = meet(step, Act::SayAndCut("hvad?\r\n")).await;
        assert_eq!(deferred(&outcome), Some(true), "{step:?}: {outcome:?}");
        assert_eq!(outcome.reason().unwrap().stage, stage, "{step:?}");
        assert!(server.mails().is_empty());
    }
    for (step, answer) in [(Step::Mail, "354 go\r\n"), (Step::Rcpt, "354 go\r\n"), (Step::Data, "250 ok\r\n")] {
        let (outcome, server) = meet(step, Act::Say(answer)).await;
        assert_eq!(deferred(&outcome), Some(true), "{step:?}: {outcome:?}");
        assert!(server.mails().is_empty());
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_at_any_step_is_left_when_the_time_is_up() {
    let begun = Instant::now();
    let meetings = STEPS.map(|(step, stage)| async move {
        let server = Server::start(Script::new(Mode::StartTls).at(step, Act::Stall)).await;
        let carrier = carrier(&changed(config(&server, Tls::Required), |smtp| smtp.timeout_seconds = 2)).unwrap();
        let outcome = carrier.deliver(&letter(&mail())).await;
        assert_eq!(deferred(&outcome), Some(step != Step::FinalDot), "{step:?}: {outcome:?}");
        let reason = outcome.reason().unwrap();
        assert_eq!((reason.stage, &reason.fault), (stage, &Fault::TimedOut), "{step:?}");
    });
    join_all(meetings).await;
    assert!(begun.elapsed() < Duration::from_secs(15), "two seconds each, side by side: {:?}", begun.elapsed());
}

#[tokio::test]
async fn a_tls_handshake_that_never_comes_is_left_when_the_time_is_up() {
    let cases = [
        (Mode::StartTls, Tls::Required, Step::StartTls, Act::UsualAndStall, Stage::StartTls),
        (Mode::Clear, Tls::Implicit, Step::Greeting, Act::Stall, Stage::Connect),
        (Mode::Implicit, Tls::Implicit, Step::Greeting, Act::Stall, Stage::Connect),
    ];
    let meetings = cases.map(|(mode, tls, step, act, stage)| async move {
        let server = Server::start(Script::new(mode).at(step, act)).await;
        let carrier = carrier(&changed(config(&server, tls), |smtp| smtp.timeout_seconds = 2)).unwrap();
        let outcome = carrier.deliver(&letter(&mail())).await;
        assert_eq!(deferred(&outcome), Some(true), "{mode:?}: {outcome:?}");
        assert_eq!((outcome.reason().unwrap().stage, &outcome.reason().unwrap().fault), (stage, &Fault::TimedOut));
    });
    join_all(meetings).await;
}

#[tokio::test]
async fn a_refusal_under_implicit_tls_is_understood_too() {
    for (answer, held) in [("421 4.3.2 busy\r\n", false), ("554 5.7.1 not you\r\n", true)] {
        let server = Server::start(Script::new(Mode::Implicit).at(Step::Greeting, Act::Say(answer))).await;
        let outcome = send(&server, Tls::Implicit).await;
        assert_eq!(matches!(outcome, Outcome::Held { .. }), held, "{outcome:?}");
        assert_eq!(deferred(&outcome) == Some(true), !held, "{outcome:?}");
    }
}

#[tokio::test]
async fn a_server_silent_after_its_yes_has_the_mail_and_does_not_hold_up_the_next() {
    for act in [Act::Stall, Act::Cut, Act::Say("451 no\r\n")] {
        let begun = Instant::now();
        let (outcome, server) = meet(Step::Quit, act).await;
        assert_eq!(outcome, Outcome::Delivered);
        assert_eq!(server.mails().len(), 1);
        assert!(begun.elapsed() < Duration::from_secs(6));
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_defers_the_mail() {
    let mail_config = {
        let gone = Server::start(Script::new(Mode::StartTls)).await;
        let mail_config = config(&gone, Tls::Required);
        // The CA file goes with the server: it is read before.
        (carrier(&mail_config).unwrap(), carrier(&changed(mail_config, |smtp| smtp.tls = Tls::Implicit)).unwrap())
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    for carrier in [mail_config.0, mail_config.1] {
        let outcome = carrier.deliver(&letter(&mail())).await;
        assert_eq!(deferred(&outcome), Some(true), "{outcome:?}");
        assert!(matches!(outcome.reason().unwrap().fault, Fault::Unreachable(_)), "{outcome:?}");
        assert!(outcome.reason().unwrap().concerns_every_mail());
    }
}

#[tokio::test]
async fn a_host_name_that_does_not_exist_defers_the_mail() {
    let server = Server::start(Script::new(Mode::StartTls)).await;
    let mail_config = changed(config(&server, Tls::Required), |smtp| smtp.host = "findes-ikke.invalid".to_owned());
    let outcome = carrier(&mail_config).unwrap().deliver(&letter(&mail())).await;
    assert_eq!(deferred(&outcome), Some(true), "{outcome:?}");
    assert_eq!(outcome.reason().unwrap().stage, Stage::Connect);
}

#[tokio::test]
async fn an_old_server_without_esmtp_gets_nothing() {
    let (outcome, server) = meet(Step::Ehlo, Act::Say("502 command not implemented\r\n")).await;
    assert!(matches!(outcome, Outcome::Held { .. }), "{outcome:?}");
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn what_a_refusal_quotes_does_not_reach_the_operators_log() {
    let quoting = "550 5.1.1 <mette.holm@kommune.example>: User Mette Holm unknown, 'Ugens liste fra Havblik'\r\n";
    let (outcome, _) = meet(Step::Rcpt, Act::Say(quoting)).await;
    let told = std::format!("{outcome:?} {}", outcome.reason().unwrap());
    for private in ["mette", "Mette", "Holm", "holm", "kommune", "Ugens", "Havblik"] {
        assert!(!told.contains(private), "{told}");
    }
    assert!(
        told.contains("550 5.1.1") && told.contains("user … unknown") && told.contains("correct the address"),
        "{told}"
    );
}

#[tokio::test]
async fn an_endless_answer_is_not_listened_to_for_ever() {
    let begun = Instant::now();
    let endless: &'static str = Box::leak("250-mere\r\n".repeat(20_000).into_boxed_str());
    let server = Server::start(Script::new(Mode::StartTls).at(Step::Ehlo, Act::SayAndCut(endless))).await;
    let carrier = carrier(&changed(config(&server, Tls::Required), |smtp| smtp.timeout_seconds = 1)).unwrap();
    let outcome = carrier.deliver(&letter(&mail())).await;
    assert_eq!(deferred(&outcome), Some(true), "{outcome:?}");
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}
