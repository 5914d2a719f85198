//! The night against a mail server at its worst, end to end: the real program, STARTTLS, and what the next nights make of
//! it. The server's own steps are tried one by one in `smtp_faults`.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;
mod smtp_server;

use std::time::{Duration, Instant};

use association::{Association, Run, TUESDAY, header, plain_text};
use serde_json::json;
use smtp_server::{Act, Identity, LOGIN_IN_BASE64, Mail, Mode, PASSWORD, Script, Server, Step};

const WEDNESDAY: &str = "2026-11-25";
const THURSDAY: &str = "2026-11-26";
const METTE: &str = "mette@kommune.example";
const OPERATOR: &str = "drift@bolig.example";
const BUSY: Act = Act::Say("451 4.3.0 Try again later\r\n");
/// A refusal of us, not of the mail: it is held until that is mended, and not tried again within the run.
const NOT_YOU: Act = Act::Say("554 5.7.1 Sender refused\r\n");
const NO: Act = Act::Say("550 5.1.1 No such user\r\n");

fn starttls() -> Script {
    Script::new(Mode::StartTls)
}

/// An association that mails to the server, its password in a file.
fn mailing_to(server: &Server) -> Association {
    let association = Association::new();
    association.write("secrets/smtp", PASSWORD);
    point(&association, server);
    association
}

fn point(association: &Association, server: &Server) {
    association.use_smtp(server.port, &server.ca(), "file:secrets/smtp");
}

fn to(server: &Server, recipient: &str) -> Vec<Mail> {
    server.mails().into_iter().filter(|mail| mail.to == [recipient]).collect()
}

fn text(mail: &Mail) -> String {
    plain_text(std::str::from_utf8(&mail.bytes).unwrap())
}

fn id(mail: &Mail) -> String {
    header(std::str::from_utf8(&mail.bytes).unwrap(), "Message-ID")
}

fn counts(run: &Run) -> (i32, u64, u64, u64) {
    let mails = &run.summary()["mails"];
    let count = |name: &str| mails[name].as_u64().unwrap();
    (run.code, count("sent"), count("deferred"), count("failed"))
}

fn states(association: &Association) -> Vec<String> {
    association
        .rows("select distinct entry.state, mail.state from entry left join mail on mail.id = entry.mail order by 1")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_refused_for_now_is_told_to_the_operator_and_sent_once_the_next_night() {
    let server = Server::start(starttls().at(Step::Rcpt, BUSY).only_to(METTE)).await;
    let association = mailing_to(&server);
    let first = association.run(TUESDAY);
    assert_eq!(counts(&first), (3, 0, 1, 0), "{}", first.stdout);
    assert_eq!(states(&association), ["queued|deferred"]);
    let alerts = to(&server, OPERATOR);
    assert_eq!(alerts.len(), 1);
    let alert = text(&alerts[0]);
    assert!(alert.contains("451") && !alert.contains("Anne") && !alert.contains("mette@"), "{alert}");
    assert!(first.summary()["attention"].to_string().contains("deferred"), "{}", first.stdout);

    let server = Server::start(starttls()).await;
    point(&association, &server);
    let same_day = association.run(TUESDAY);
    assert_eq!(counts(&same_day), (3, 0, 1, 0), "it waits for the next night, and says so\n{}", same_day.stdout);
    assert!(same_day.summary()["attention"].to_string().contains(WEDNESDAY));
    assert_eq!(counts(&association.run(WEDNESDAY)), (0, 1, 0, 0));
    assert_eq!(to(&server, METTE).len(), 1);
    assert_eq!(counts(&association.run(THURSDAY)), (0, 0, 0, 0));
    assert_eq!(server.mails().len(), 1, "sent once, and no alert");
    assert_eq!(states(&association), ["sent|sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_refused_for_good_fails_and_its_households_go_out_anew_on_the_next_on_site_day() {
    let server = Server::start(starttls().at(Step::FinalDot, NO).only_to(METTE)).await;
    let association = mailing_to(&server);
    let first = association.run(TUESDAY);
    assert_eq!(counts(&first), (3, 0, 0, 1), "{}", first.stdout);
    assert_eq!(to(&server, OPERATOR).len(), 1);
    assert_eq!(states(&association), ["waiting|"], "free to go into another mail");

    let server = Server::start(starttls()).await;
    point(&association, &server);
    assert_eq!(counts(&association.run(WEDNESDAY)), (0, 0, 0, 0), "nobody is on site");
    assert_eq!(counts(&association.run(THURSDAY)), (0, 1, 0, 0));
    assert!(text(&to(&server, METTE)[0]).contains("Anne"));
    assert_eq!(association.rows("select count(*) from referral"), ["2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_cut_off_after_its_final_dot_goes_out_again_as_it_was() {
    let server = Server::start(starttls().at(Step::FinalDot, Act::Cut).only_to(METTE)).await;
    let association = mailing_to(&server);
    let first = association.run(TUESDAY);
    assert_eq!(counts(&first), (3, 0, 1, 0), "{}", first.stdout);
    assert!(first.summary()["attention"].to_string().contains("may have been accepted"), "{}", first.stdout);
    let taken = to(&server, METTE);
    assert_eq!(taken.len(), 1, "this server did take it");

    // Anne pays meanwhile. The mail may have arrived with her in it, so that it is not written anew under another name:
    // nobody is to be told of twice.
    association.append("exports/ledger.csv", "009-01-0001-01;24-11-2026;;payment;;15.000,00;Betaling\r\n");
    association.edit("exports/events.csv", "009-01-0001-01;10-09-2026;demand\r\n", "");
    let server = Server::start(starttls()).await;
    point(&association, &server);
    let second = association.run(WEDNESDAY);
    assert_eq!(counts(&second), (3, 1, 0, 0), "{}", second.stdout);
    assert!(second.summary()["attention"].to_string().contains("tell the caseworker"), "{}", second.stdout);
    assert_eq!(to(&server, METTE), taken, "the same bytes under the same Message-ID");
    for later in [THURSDAY, "2026-12-01"] {
        assert_eq!(counts(&association.run(later)), (0, 0, 0, 0), "{later}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_may_have_arrived_and_is_then_refused_leaves_it_to_a_person_whether_to_tell_again() {
    let server = Server::start(starttls().at(Step::FinalDot, Act::Cut)).await;
    let association = mailing_to(&server);
    assert_eq!(counts(&association.run(TUESDAY)), (3, 0, 1, 0));
    let server = Server::start(starttls().at(Step::Rcpt, NO).only_to(METTE)).await;
    point(&association, &server);
    let refused = association.run(WEDNESDAY);
    assert_eq!(counts(&refused), (3, 0, 0, 1), "{}", refused.stdout);
    assert!(refused.summary()["attention"].to_string().contains("Ask the caseworker"), "{}", refused.stdout);
    let server = Server::start(starttls()).await;
    point(&association, &server);
    let held = association.run(THURSDAY);
    assert_eq!((counts(&held), &held.summary()["excluded"]["on_hold"]), ((0, 0, 0, 0), &json!(2)));
    let approved = association.postkort(&["review", "postkort.toml", "approve", "009-01-0001-01", "--by", "Lone"]);
    assert_eq!(approved.code, 0, "{}", approved.stderr);
    assert_eq!(counts(&association.run(THURSDAY)), (0, 1, 0, 0), "she had not got it");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_pays_while_a_mail_waits_is_not_in_the_one_that_is_sent() {
    let server = Server::start(starttls().at(Step::Mail, NOT_YOU)).await;
    let association = mailing_to(&server);
    association.edit("exports/tenancies.csv", "Vejle;Dorthe Prøve;5.000,00;ja", "Vejle;Dorthe Prøve;5.000,00;");
    assert_eq!(counts(&association.run(TUESDAY)), (3, 0, 1, 0));
    let first_id = association.rows("select message_id from mail")[0].clone();
    association.append("exports/ledger.csv", "009-01-0001-01;24-11-2026;;payment;;15.000,00;Betaling\r\n");
    association.edit("exports/events.csv", "009-01-0001-01;10-09-2026;demand\r\n", "");
    let server = Server::start(starttls()).await;
    point(&association, &server);
    let second = association.run(WEDNESDAY);
    assert_eq!(counts(&second), (0, 1, 0, 0), "{}", second.stdout);
    assert_eq!(second.summary()["withdrawn"], json!({"no_sign_of_trouble": 1}));
    let sent = to(&server, METTE);
    assert_eq!(sent.len(), 1);
    assert!(text(&sent[0]).contains("Dorthe") && !text(&sent[0]).contains("Anne"), "{}", text(&sent[0]));
    assert_ne!(id(&sent[0]), first_id, "another mail than the one that surely never left");
    assert_eq!(association.rows("select state, bytes is null from mail order by id"), ["superseded|1", "sent|1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_protected_while_its_mail_waits_never_leaves() {
    for (step, act) in [(Step::Mail, NOT_YOU), (Step::FinalDot, Act::Cut)] {
        let server = Server::start(starttls().at(step, act)).await;
        let association = mailing_to(&server);
        assert_eq!(counts(&association.run(TUESDAY)), (3, 0, 1, 0));
        association.edit("exports/tenancies.csv", "Vejle;Anne Prøve;5.000,00;", "Vejle;Anne Prøve;5.000,00;ja");
        let server = Server::start(starttls()).await;
        point(&association, &server);
        assert_eq!(counts(&association.run(WEDNESDAY)), (0, 1, 0, 0));
        let sent = to(&server, METTE);
        assert!(sent.len() == 1 && !text(&sent[0]).contains("Anne") && !text(&sent[0]).contains("Prøvevej 1,"));
        assert_eq!(counts(&association.run(THURSDAY)), (0, 0, 0, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_in_clear_where_the_server_offers_no_starttls() {
    let server = Server::start(Script::new(Mode::Clear)).await;
    let association = mailing_to(&server);
    let run = association.run(TUESDAY);
    assert_eq!(counts(&run), (3, 0, 1, 0), "{}", run.stdout);
    assert!(run.summary()["attention"].to_string().contains("STARTTLS"), "{}", run.stdout);
    assert!(server.mails().is_empty());
    let clear = String::from_utf8_lossy(&server.seen().clear).into_owned();
    let said: Vec<&str> = clear.lines().map(|line| line.split(' ').next().unwrap_or_default()).collect();
    assert!(said.iter().all(|verb| ["EHLO", "QUIT"].contains(verb)), "{clear}");

    // The operator mends it, and runs it again the same morning.
    let server = Server::start(starttls()).await;
    point(&association, &server);
    assert_eq!(counts(&association.run(TUESDAY)), (0, 1, 0, 0), "the on-site morning is not lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_prove_who_it_is_gets_neither_mail_nor_password() {
    for identity in [Identity::Expired, Identity::WrongName, Identity::UnknownCa] {
        let server = Server::start(starttls().with(identity)).await;
        let association = mailing_to(&server);
        let run = association.run(TUESDAY);
        assert_eq!(counts(&run), (3, 0, 1, 0), "{identity:?} {}", run.stdout);
        assert!(run.summary()["attention"].to_string().contains("certificate"), "{identity:?} {}", run.stdout);
        let seen = server.seen();
        let said_login = seen.commands.iter().any(|(_, command)| command.starts_with("AUTH"));
        assert!(seen.mails.is_empty() && !said_login, "{identity:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_server_gets_its_mail_and_one_that_falls_silent_is_left_after_the_limit() {
    let server = Server::start(starttls().slow(Duration::from_millis(150))).await;
    let association = mailing_to(&server);
    assert_eq!(counts(&association.run(TUESDAY)), (0, 1, 0, 0));

    let server = Server::start(starttls().at(Step::FinalDot, Act::Stall)).await;
    let association = mailing_to(&server);
    association.edit("postkort.toml", "timeout_seconds = 5", "timeout_seconds = 1");
    let begun = Instant::now();
    assert_eq!(counts(&association.run(TUESDAY)), (3, 0, 1, 0));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_holds_all_mail_until_it_is_put_right() {
    let server = Server::start(starttls()).await;
    let association = mailing_to(&server);
    association.write("secrets/smtp", "gammelt-kodeord");
    let run = association.run(TUESDAY);
    assert_eq!(counts(&run), (3, 0, 1, 0), "{}", run.stdout);
    let look = run.summary()["attention"].to_string();
    assert!(look.contains("at the login") && !look.contains("gammelt"), "{look}");
    association.write("secrets/smtp", PASSWORD);
    assert_eq!(counts(&association.run(TUESDAY)), (0, 1, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_is_in_no_log_no_database_and_no_file() {
    let server = Server::start(starttls()).await;
    for secret in ["file:secrets/smtp", "env:POSTKORT_TEST_SMTP"] {
        let association = mailing_to(&server);
        association.use_smtp(server.port, &server.ca(), secret);
        if secret.starts_with("env") {
            std::fs::remove_dir_all(association.path("secrets")).unwrap();
        }
        let mut command = association.command(&["run", "postkort.toml", "--json", "--as-of", TUESDAY]);
        command.env("POSTKORT_LOG", "trace").env("POSTKORT_TEST_SMTP", PASSWORD).env("RUST_LOG", "trace");
        let run: Run = command.output().unwrap().into();
        assert_eq!(counts(&run), (0, 1, 0, 0), "{}", run.stderr);
        let hidden = [&LOGIN_IN_BASE64[..1], &LOGIN_IN_BASE64[2..], &[PASSWORD]].concat();
        for part in &hidden {
            assert!(!run.stdout.contains(part) && !run.stderr.contains(part), "{secret}: {}", run.stderr);
        }
        for file in association.files().iter().filter(|file| *file != "secrets/smtp") {
            let bytes = std::fs::read(association.path(file)).unwrap();
            for part in &hidden {
                assert!(memchr::memmem::find(&bytes, part.as_bytes()).is_none(), "{part} stands in {file}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn word_of_an_urgent_note_is_tried_at_every_run_and_waits_for_no_backoff() {
    let server = Server::start(starttls().at(Step::Rcpt, BUSY).only_to("lone@bolig.example")).await;
    let association = mailing_to(&server);
    association.append("exports/notes.csv", "009-01-0002-01;23-11-2026;Taler om selvmord.\r\n");
    let run = association.run(TUESDAY);
    assert_eq!(run.code, 3, "{}", run.stdout);
    let server = Server::start(starttls()).await;
    point(&association, &server);
    assert_eq!(association.run(TUESDAY).code, 0);
    assert_eq!(to(&server, "lone@bolig.example").len(), 1);
}
