//! A mail that waits in the outbox leaves as the config and the data of that night allow it, or not at all.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;
mod smtp_server;

use association::{Association, Run, TUESDAY, header, plain_text};
use serde_json::json;
use smtp_server::{Act, Mail, Mode, PASSWORD, Script, Server, Step};

const WEDNESDAY: &str = "2026-11-25";
const THURSDAY: &str = "2026-11-26";
const METTE: &str = "mette@kommune.example";
const ANNE: &str = "009-01-0001-01";
const BUSY: Act = Act::Say("451 4.3.0 Try again later\r\n");

async fn refusing(step: Step, act: Act) -> Server {
    Server::start(Script::new(Mode::StartTls).at(step, act).only_to(METTE)).await
}

async fn taking() -> Server {
    Server::start(Script::new(Mode::StartTls)).await
}

fn point(association: &Association, server: &Server) {
    association.write("secrets/smtp", PASSWORD);
    association.use_smtp(server.port, &server.ca(), "file:secrets/smtp");
}

/// An association whose mail of Tuesday waits: refused for now, or cut off when it may have been taken.
async fn waiting(step: Step, act: Act) -> Association {
    let association = Association::new();
    let server = refusing(step, act).await;
    point(&association, &server);
    assert_eq!(mails(&association.run(TUESDAY)), json!({"queued": 1, "sent": 0, "deferred": 1, "failed": 0}));
    association
}

fn mails(run: &Run) -> serde_json::Value {
    run.summary()["mails"].clone()
}

fn to_mette(server: &Server) -> Vec<Mail> {
    server.mails().into_iter().filter(|mail| mail.to == [METTE]).collect()
}

fn text(mail: &Mail) -> String {
    plain_text(std::str::from_utf8(&mail.bytes).unwrap())
}

/// What Mette is sent on Wednesday, after the config was edited.
async fn after(from: &str, to: &str) -> (Association, Vec<String>) {
    let association = waiting(Step::FinalDot, BUSY).await;
    association.edit("postkort.toml", from, to);
    let server = taking().await;
    point(&association, &server);
    let run = association.run(WEDNESDAY);
    assert!([0, 3].contains(&run.code), "{}{}", run.stdout, run.stderr);
    (association, to_mette(&server).iter().map(text).collect())
}

const BASIS: &str = "[lawful_basis]\nhandover  = \"named\"\nstatement = \"Samarbejdsaftale med kommunen af \
                     2026-03-01\"\ndpia      = 2026-02-12\n";

#[tokio::test(flavor = "multi_thread")]
async fn once_the_lawful_basis_is_taken_back_no_waiting_mail_names_anybody() {
    let (_, sent) = after(BASIS, "").await;
    assert_eq!(sent.len(), 1);
    for hidden in ["Anne", "Prøvevej 1,", "5.000"] {
        assert!(!sent[0].contains(hidden), "{hidden}:\n{}", sent[0]);
    }
    assert!(sent[0].contains("Kort "), "handed over blind, as the config now says:\n{}", sent[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_mail_tells_reasons_place_and_phone_as_the_config_has_them_by_now() {
    let (_, sent) = after("cooldown_days = 90", "cooldown_days = 90\nreasons = \"none\"").await;
    assert!(sent.len() == 1 && !sent[0].contains("Værd at vide"), "{sent:?}");
    let (_, sent) = after("12 34 56 78", "87 65 43 21").await;
    assert!(sent.len() == 1 && sent[0].contains("87 65 43 21") && !sent[0].contains("12 34 56 78"), "{sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_housing_staff_are_to_decide_from_now_on_a_waiting_mail_waits_for_them() {
    let (association, sent) = after("by-caseworker", "before-sending").await;
    assert!(sent.is_empty(), "{sent:?}");
    assert_eq!(association.rows("select distinct state from entry"), ["waiting"]);
    let approved = association.postkort(&["review", "postkort.toml", "approve", ANNE]);
    assert_eq!(approved.code, 0, "{}", approved.stderr);
    let server = taking().await;
    point(&association, &server);
    association.run(THURSDAY);
    let sent = to_mette(&server);
    assert!(sent.len() == 1 && text(&sent[0]).contains("Anne"), "{}", sent.len());
    assert_eq!(association.rows("select distinct state from entry order by 1"), ["sent", "waiting"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_holds_waiting_mails_too() {
    let (association, sent) = after("weekly_capacity = 5", "weekly_capacity = 0").await;
    assert!(sent.is_empty(), "{sent:?}");
    let server = taking().await;
    point(&association, &server);
    association.run(THURSDAY);
    assert!(to_mette(&server).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_late_tells_what_is_owed_by_then_and_is_dated_so() {
    let association = waiting(Step::FinalDot, BUSY).await;
    association.append("exports/ledger.csv", &format!("{ANNE};24-11-2026;;payment;;1.000,00;Betaling\r\n"));
    let server = taking().await;
    point(&association, &server);
    assert_eq!(mails(&association.run(WEDNESDAY)), json!({"queued": 1, "sent": 1, "deferred": 0, "failed": 0}));
    let sent = to_mette(&server);
    let date = header(std::str::from_utf8(&sent[0].bytes).unwrap(), "Date");
    assert!(text(&sent[0]).contains("14.000") && !text(&sent[0]).contains("15.000"), "{}", text(&sent[0]));
    assert!(date.contains("25 Nov 2026"), "{date}");
    assert_eq!(association.rows("select state, attempts from mail order by id"), ["superseded|1", "sent|2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_refused_night_after_night_is_given_up_in_the_end_however_often_it_was_written_anew() {
    let association = waiting(Step::FinalDot, BUSY).await;
    let server = refusing(Step::FinalDot, BUSY).await;
    point(&association, &server);
    // 1, 2, 4, 8 and 16 nights after the first; all working days.
    for (night, attempts) in [("2026-11-25", 2), ("2026-11-27", 3), ("2026-12-01", 4), ("2026-12-09", 5)] {
        assert_eq!(mails(&association.run(night))["deferred"], json!(1), "{night}");
        assert_eq!(association.rows("select attempts from mail where state = 'deferred'"), [attempts.to_string()]);
    }
    let last = association.run("2026-12-28");
    assert_eq!(mails(&last)["failed"], json!(1), "{}", last.stdout);
    assert!(!association.rows("select distinct state from entry").contains(&"queued".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_late_mail_goes_out_on_a_holiday_or_at_a_weekend() {
    let association = Association::new();
    let server = refusing(Step::FinalDot, BUSY).await;
    point(&association, &server);
    assert_eq!(mails(&association.run("2026-12-24"))["deferred"], json!(1));
    let server = taking().await;
    point(&association, &server);
    for closed in ["2026-12-25", "2026-12-26", "2026-12-27"] {
        let run = association.run(closed);
        assert_eq!((run.code, &mails(&run)["deferred"]), (3, &json!(1)), "{closed}: {}", run.stdout);
        assert!(to_mette(&server).is_empty(), "{closed}");
    }
    assert_eq!(mails(&association.run("2026-12-28"))["sent"], json!(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_may_have_arrived_does_not_go_out_again_under_terms_that_are_gone() {
    for (from, to) in [(BASIS, ""), ("12 34 56 78", "87 65 43 21"), ("weekly_capacity = 5", "weekly_capacity = 0")] {
        let association = waiting(Step::FinalDot, Act::Cut).await;
        association.edit("postkort.toml", from, to);
        let server = taking().await;
        point(&association, &server);
        let run = association.run(WEDNESDAY);
        assert_eq!((run.code, &mails(&run)["failed"]), (3, &json!(1)), "{}", run.stdout);
        assert!(run.summary()["attention"].to_string().contains("Ask the caseworker"), "{}", run.stdout);
        assert_eq!(run.summary()["excluded"]["on_hold"], json!(2), "{}", run.stdout);
        association.run(THURSDAY);
        assert!(to_mette(&server).is_empty(), "{from}");
        assert_eq!(association.rows("select distinct state, rule from entry"), ["held|may_have_arrived"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_of_the_day_tells_nobody_of_whom_the_first_has_told() {
    let association = waiting(Step::FinalDot, BUSY).await;
    let server = taking().await;
    point(&association, &server);
    association.run(WEDNESDAY);
    association.edit("postkort.toml", "12 34 56 78", "87 65 43 21");
    for as_of in [WEDNESDAY, THURSDAY] {
        assert_eq!(mails(&association.run(as_of)), json!({"queued": 0, "sent": 0, "deferred": 0, "failed": 0}));
    }
    assert_eq!(to_mette(&server).len(), 1);
}
