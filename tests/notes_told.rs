//! Word of a note that a human must read now reaches a human: whatever is wrong with the row, the other feeds, the mail
//! server or an address in the config.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;
mod smtp_server;

use association::{Association, TUESDAY, plain_text};
use serde_json::json;
use smtp_server::{Act, Mode, PASSWORD, Script, Server, Step};

const LONE: &str = "lone@bolig.example";
const NO: Act = Act::Say("550 5.1.1 No such user\r\n");
const BUSY: Act = Act::Say("451 4.3.0 Try again later\r\n");

fn with_note(row: &str) -> Association {
    let association = Association::new();
    association.append("exports/notes.csv", &format!("{row}\r\n"));
    association
}

fn told(association: &Association) -> Vec<String> {
    association.mails_to(LONE).iter().map(|mail| plain_text(mail)).collect()
}

#[test]
fn a_row_whose_date_or_tenancy_cannot_be_read_is_told_with_its_line() {
    for row in [
        "009-01-0002-01;31-11-2026;Hun taler om selvmord",
        "009-01-0002-01;;Hun taler om selvmord",
        ";23-11-2026;Hun taler om selvmord",
        "009-01-0002-01;23-11-2026;for;mange;felter;taler om selvmord",
        "009-01-0002-01;23-11-2062;Hun taler om selvmord",
        "009-01-0002-01;23-11-2026;\"Hun taler om selvmord",
    ] {
        let association = with_note(row);
        let run = association.run(TUESDAY);
        assert_eq!(run.summary()["urgent_notes"], json!(1), "{row}\n{}", run.stdout);
        let told = told(&association);
        assert_eq!(told.len(), 1, "{row}");
        assert!(told[0].contains("notes.csv, linje 3") && !told[0].contains("selvmord"), "{row}\n{}", told[0]);
        assert!(told[0].contains("kan ikke læses") != told[0].contains("Lejemål:"), "{row}\n{}", told[0]);
        assert_eq!(association.run("2026-11-25").summary()["urgent_notes"], json!(0), "{row}: told once");
    }
}

#[test]
fn a_harmless_row_that_cannot_be_read_is_a_reject_and_no_more() {
    let association = with_note("009-01-0002-01;31-11-2026;Vandhane skiftet");
    let run = association.run(TUESDAY);
    assert_eq!((&run.summary()["urgent_notes"], told(&association).len()), (&json!(0), 0));
    assert_eq!(run.summary()["exports"]["notes"]["rejected"], json!(1));
}

#[test]
fn a_run_that_stands_on_an_earlier_day_does_not_tell_of_what_was_written_later() {
    let association = with_note("009-01-0002-01;24-11-2026;Hun taler om selvmord");
    let mut earlier = association.command(&["run", "postkort.toml", "--json", "--as-of", "2026-11-19"]);
    let run: association::Run = earlier.env("POSTKORT_TODAY", TUESDAY).output().unwrap().into();
    assert_eq!(run.summary()["urgent_notes"], json!(0), "it was no mistyped date: that day has been");
    assert_eq!(association.run(TUESDAY).summary()["urgent_notes"], json!(1));
}

fn mailing_to(server: &Server, row: &str) -> Association {
    let association = with_note(row);
    association.write("secrets/smtp", PASSWORD);
    association.use_smtp(server.port, &server.ca(), "file:secrets/smtp");
    association
}

fn received(server: &Server, by: &str) -> usize {
    server.mails().iter().filter(|mail| mail.to == [by]).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_was_refused_for_good_is_told_again_once_the_address_is_right() {
    let server = Server::start(Script::new(Mode::StartTls).at(Step::Rcpt, NO).only_to(LONE)).await;
    let association = mailing_to(&server, "009-01-0002-01;23-11-2026;Hun taler om selvmord");
    let run = association.run(TUESDAY);
    assert_eq!((run.code, received(&server, LONE)), (3, 0), "{}", run.stdout);
    association.edit("postkort.toml", LONE, "lone.krogh@bolig.example");
    assert_eq!(association.run(TUESDAY).summary()["urgent_notes"], json!(1));
    assert_eq!(received(&server, "lone.krogh@bolig.example"), 1);
    assert_eq!(association.run("2026-11-25").summary()["urgent_notes"], json!(0));
    assert_eq!(received(&server, "lone.krogh@bolig.example"), 1, "and once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_waits_for_a_reviewer_who_has_left_is_told_to_the_next_one() {
    let server = Server::start(Script::new(Mode::StartTls).at(Step::Rcpt, BUSY).only_to(LONE)).await;
    let association = mailing_to(&server, "009-01-0002-01;23-11-2026;Hun taler om selvmord");
    association.run(TUESDAY);
    association.edit("postkort.toml", LONE, "bo@bolig.example");
    association.run("2026-11-25");
    assert_eq!((received(&server, LONE), received(&server, "bo@bolig.example")), (0, 1));
}

#[test]
fn a_column_of_references_that_holds_something_else_is_not_mailed() {
    for cell in
        ["0101901234", "010190 1234", "cpr 010190-1234", "Anne Prøve", "Anne-selvmordstruet", "anne@post.example"]
    {
        let association = with_note(&format!("{cell};16-11-2026;Hun taler om selvmord"));
        let run = association.run(TUESDAY);
        assert_eq!(run.summary()["urgent_notes"], json!(1), "{cell}\n{}", run.stdout);
        let told = told(&association);
        assert!(
            told.len() == 1 && told[0].contains("notes.csv, linje 3") && !told[0].contains(cell),
            "{cell}\n{}",
            told[0]
        );
    }
}
