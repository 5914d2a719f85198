//! Operation: who is told that a night ran, what lies on disk afterwards and for how long, JSON for programs, pulling by
//! https.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;
mod https_server;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use association::{Association, Run, TUESDAY, plain_text};
use https_server::{Authority, Server, answer};
use serde_json::{Value, json};

const OPERATOR: &str = "drift@bolig.example";
const METTE: &str = "mette@kommune.example";

/// A dead man's switch on this machine: remembers what it was asked for.
struct Switch {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Switch {
    fn start() -> Switch {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
                let mut request = [0; 2048];
                let read = stream.read(&mut request).unwrap_or(0);
                let line = String::from_utf8_lossy(&request[..read]).lines().next().unwrap_or_default().to_owned();
                heard.lock().unwrap().push(line.trim_end_matches(" HTTP/1.1").to_owned());
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK");
            }
        });
        Switch { port, asked }
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn with_operations(association: &Association, line: &str) {
    association.edit("postkort.toml", "[operations]\n", &format!("[operations]\n{line}\n"));
}

#[test]
fn the_dead_mans_switch_hears_of_a_start_a_success_and_a_failure_and_not_of_a_dry_run() {
    let switch = Switch::start();
    let association = Association::new();
    with_operations(&association, &format!("ping_url = \"http://127.0.0.1:{}/key-hush\"", switch.port));
    assert_eq!(association.run(TUESDAY).code, 0);
    assert_eq!(switch.asked(), ["GET /key-hush/start", "GET /key-hush"]);
    association.postkort(&["run", "postkort.toml", "--dry-run", "--as-of", TUESDAY]);
    association.postkort(&["check", "postkort.toml", "--as-of", TUESDAY]);
    assert!(switch.asked().is_empty());
    std::fs::remove_file(association.path("exports/ledger.csv")).unwrap();
    let failed = association.run(TUESDAY);
    assert_eq!(failed.code, 1);
    assert_eq!(switch.asked(), ["GET /key-hush/start", "GET /key-hush/fail"]);
    assert!(!failed.stderr.contains("hush") && !failed.stdout.contains("hush"), "the URL is a key");
}

#[test]
fn a_switch_that_does_not_answer_is_a_warning_and_no_failure() {
    let association = Association::new();
    with_operations(&association, "ping_url = \"https://127.0.0.1:1/key-hush\"");
    let run = association.run(TUESDAY);
    assert_eq!((run.code, &run.summary()["mails"]["sent"]), (0, &json!(1)), "{}", run.stderr);
    assert!(run.stderr.contains("operations.ping_url: 127.0.0.1 was not told") && !run.stderr.contains("hush"));
}

#[test]
fn the_operator_is_mailed_of_a_failure_with_what_to_do_and_without_personal_data() {
    let association = Association::new();
    let ledger = association.read("exports/ledger.csv");
    association.write("exports/ledger.csv", "");
    assert_eq!(association.run(TUESDAY).code, 1);
    let alerts = association.mails_to(OPERATOR);
    assert_eq!(alerts.len(), 1);
    let text = plain_text(&alerts[0]);
    assert!(
        text.contains("exports.ledger") && text.contains("postkort check") && text.contains("Ingen medarbejder har"),
        "{text}"
    );
    for private in ["Anne", "Prøvevej", "009-01", "Mette"] {
        assert!(!text.contains(private), "{private}:\n{text}");
    }
    association.write("exports/ledger.csv", &ledger);
    assert_eq!(association.run(TUESDAY).code, 0);
    assert_eq!(association.mails_to(OPERATOR).len(), 1, "no alert where all is well");
}

/// Every line of standard error is a log line, and standard output is one JSON document.
fn document(run: &Run) -> Value {
    let stray: Vec<&str> = run.stderr.lines().filter(|line| serde_json::from_str::<Value>(line).is_err()).collect();
    assert!(stray.is_empty(), "no log lines: {stray:?}");
    run.json()
}

#[test]
fn every_command_gives_one_json_document_with_logs_on_standard_error_only() {
    let association = Association::new();
    association.edit("postkort.toml", "by-caseworker", "before-sending");
    let postkort = |arguments: &[&str]| -> Run {
        let mut command = association.command(arguments);
        command.arg("--json").env("POSTKORT_LOG", "trace").env("POSTKORT_LOG_FORMAT", "json").output().unwrap().into()
    };
    let run = document(&postkort(&["run", "postkort.toml", "--as-of", TUESDAY]));
    for key in ["association", "as_of", "status", "exports", "scored", "excluded", "shortlisted", "mails", "files"] {
        assert!(!run["runs"][0][key].is_null(), "{key}: {run}");
    }
    assert_eq!(run["runs"][0]["exports"]["ledger"]["rejected"], 0);
    let check = document(&postkort(&["check", "postkort.toml", "--as-of", TUESDAY]));
    assert_eq!(check["checks"][0]["status"], "done");
    assert_eq!(check["checks"][0]["unused_keys"][0]["key"], "caseworker.title");
    let list = document(&postkort(&["review", "postkort.toml", "list"]));
    assert_eq!(list["entries"][0]["state"], "waiting");
    let decided = document(&postkort(&["review", "postkort.toml", "approve", "009-01-0001-01"]));
    assert_eq!(decided["verdict"], "approve");
    let simulated = document(&postkort(&["simulate", "--out", "sim", "--tenancies", "20", "--months", "6"]));
    assert!(simulated["exports"]["ledger"]["rows"].as_u64().unwrap() > 20);
    let demo = document(&postkort(&["demo", "--out", "demo", "--tenancies", "40", "--months", "12"]));
    assert!(demo["run"]["exports"]["ledger"]["rows"].as_u64().unwrap() > 40, "{demo}");
    let notes = postkort(&["notes", "exports/notes.csv"]);
    let lines: Vec<Value> = notes.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1, "one object a note");
    for key in ["file", "line", "redacted", "signals", "urgent"] {
        assert!(!lines[0][key].is_null(), "{key}: {}", lines[0]);
    }
    // Also where it fails.
    std::fs::remove_file(association.path("exports/ledger.csv")).unwrap();
    let failed = document(&postkort(&["run", "postkort.toml", "--as-of", TUESDAY]));
    assert_eq!(failed["runs"][0]["status"], "failed");
    assert_eq!(document(&postkort(&["check", "postkort.toml"]))["checks"][0]["status"], "failed");
}

#[test]
fn the_summary_of_the_day_is_what_json_says_and_the_database_keeps_it() {
    let association = Association::new();
    let run = association.run(TUESDAY);
    let summary: Value = serde_json::from_str(&association.read(&format!("out/{TUESDAY}/summary.json"))).unwrap();
    assert_eq!(summary, run.summary());
    assert_eq!(association.rows("select as_of, status from run"), [format!("{TUESDAY}|done")]);
    let kept: Value = serde_json::from_str(&association.rows("select summary from run")[0]).unwrap();
    assert_eq!((&kept["scored"], &kept["mails"]), (&summary["scored"], &summary["mails"]));
}

#[test]
fn each_association_of_a_command_has_its_own_time_of_beginning() {
    let associations = [Association::new(), Association::new()];
    let configs = associations.each_ref().map(|one| one.path("postkort.toml").display().to_string());
    let run = associations[0].postkort(&["run", &configs[0], &configs[1], "--as-of", TUESDAY]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let finished = associations[0].rows("select finished_at from run").concat();
    let started = associations[1].rows("select started_at from run").concat();
    let time = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    assert!(time(&started) >= time(&finished), "the second began at {started}, the first ended at {finished}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_on_disk_is_for_its_owner_only() {
    let (association, _server) = pulling_notes().await;
    association.append("exports/ledger.csv", "009-01-0002-01;20-11-2026;;payment;;x;\r\n");
    let mut command = association.command(&["run", "postkort.toml", "--as-of", TUESDAY]);
    assert_eq!(command.env("POSTKORT_TEST_TOKEN", "hush").status().unwrap().code(), Some(3), "one reject");
    let mode = |name: &str| std::fs::metadata(association.path(name)).unwrap().permissions().mode() & 0o777;
    let mut looked_at = Vec::new();
    for file in association.files().into_iter().filter(|file| file.starts_with("out/") || file.starts_with("state/")) {
        assert_eq!(mode(&file), 0o600, "{file}");
        for folder in
            std::path::Path::new(&file).ancestors().skip(1).filter(|folder| *folder != std::path::Path::new(""))
        {
            assert_eq!(mode(&folder.display().to_string()), 0o700, "{}", folder.display());
        }
        looked_at.push(file);
    }
    for name in
        ["summary.json", "rejects.csv", "shortlist.html", ".eml", "association.db", "association.db.lock", "notes.csv"]
    {
        assert!(looked_at.iter().any(|file| file.ends_with(name)), "{name} is not among {looked_at:?}");
    }
    assert_eq!(association.postkort(&["check", "postkort.toml"]).code, 2, "no token");
}

#[test]
fn what_is_past_its_retention_is_gone_from_the_database_and_from_the_disk() {
    let association = Association::new();
    association.edit("postkort.toml", "by-caseworker", "before-sending");
    // Decisions carry the day on which they were made; the nights stand around that day.
    let today = jiff::Zoned::now().date();
    let on = |days: i64| today.checked_add(jiff::Span::new().days(days)).unwrap();
    let monday = on(1 - i64::from(today.weekday().to_monday_one_offset()));
    let tuesday = monday.tomorrow().unwrap();
    let late = |days: i64| tuesday.checked_add(jiff::Span::new().days(days)).unwrap().to_string();
    dated_to(&association, tuesday);
    association.run(&monday.to_string());
    let decided = association.postkort(&["review", "postkort.toml", "approve", "009-01-0001-01", "--reason", "prøve"]);
    assert_eq!(decided.code, 0, "{}", decided.stderr);
    assert_eq!(association.run(&tuesday.to_string()).summary()["mails"]["sent"], 1);
    association.write("out/mail/readme.txt", "from the operator");
    association.write("out/2020-01-01.txt", "from the operator");
    association.write("out/2020-02-31/own.txt", "from the operator");
    association.write("state/association.pulled/notes.csv", "of a feed that was pulled by URL once\r\n");
    association.write("state/association.pulled/notes.pull.json", "{}");

    // Whoever waits is dropped, so that nothing is open.
    let dropped = association.postkort(&["review", "postkort.toml", "drop", "009-01-0004-01", "--reason", "prøve"]);
    assert_eq!(dropped.code, 0, "{}", dropped.stderr);
    let quiet = |days: i64| {
        let run = association.run(&late(days));
        assert!([0, 3].contains(&run.code), "{}", run.stdout);
        run
    };
    quiet(88);
    assert!(!association.path("state/association.pulled/notes.csv").exists(), "a note's text is kept by nobody");
    assert!(association.path(&format!("out/{tuesday}/shortlist.html")).exists(), "within ninety days");
    let last = quiet(100);
    assert!(
        !association.path(&format!("out/{tuesday}")).exists() && !association.path(&format!("out/{monday}")).exists()
    );
    assert!(association.mails_to(METTE).is_empty(), "the mail as a file");
    assert!(last.stderr.contains("past their retention removed"), "{}", last.stderr);
    assert_eq!(association.rows(&format!("select count(*) from entry where changed_on < '{}'", late(5))), ["0"]);
    assert_eq!(association.rows("select count(*) from mail where state = 'sent'"), ["0"]);
    assert_eq!(association.rows("select count(*), max(tenancy_ref) from decision"), ["2|"], "without the tenancy");
    assert_eq!(association.rows("select count(*) from run"), ["4"]);
    for own in ["out/mail/readme.txt", "out/2020-01-01.txt", "out/2020-02-31/own.txt"] {
        assert!(association.path(own).exists(), "{own} is not ours");
    }
    quiet(840);
    assert_eq!(association.rows("select count(*) from decision"), ["0"]);
    assert_eq!(association.rows("select count(*) from run"), ["1"]);
}

/// Moves the ledger so that its last months lie before `day`, keeping the days of the month.
fn dated_to(association: &Association, day: jiff::civil::Date) {
    let months = (i32::from(day.year()) - 2026) * 12 + i32::from(day.month()) - 11;
    let moved = |text: &str| -> String {
        let parts: Vec<i32> = text.split('-').filter_map(|part| part.parse().ok()).collect();
        let [in_month, month, year] = parts[..] else { return text.to_owned() };
        let whole = year * 12 + month - 1 + months;
        format!("{in_month:02}-{:02}-{:04}", whole % 12 + 1, whole / 12)
    };
    for file in ["exports/ledger.csv", "exports/events.csv", "exports/notes.csv"] {
        let rows = association.read(file);
        let rows = rows.split("\r\n").map(|row| row.split(';').map(moved).collect::<Vec<_>>().join(";"));
        association.write(file, &rows.collect::<Vec<_>>().join("\r\n"));
    }
}

/// An association whose notes come by https, with a token from the environment.
async fn pulling_notes() -> (Association, Server) {
    let authority = Authority::new();
    let notes = "tenancy_ref;written_on;text\r\n009-01-0001-01;14-10-2026;Posten hober sig op.\r\n";
    let server =
        Server::start(&authority, vec![answer("200 OK", &[("Content-Type", "text/csv"), ("ETag", "\"1\"")], notes)])
            .await;
    let association = Association::new();
    association.write("ca.pem", &authority.pem());
    association.edit(
        "postkort.toml",
        "from = \"exports/notes.csv\"",
        &format!(
            "from = \"{}\"\nca = \"ca.pem\"\nauth = {{ bearer = \"env:POSTKORT_TEST_TOKEN\" }}",
            server.url("/eksport/noter.csv")
        ),
    );
    (association, server)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_is_pulled_by_https_with_the_token_and_the_same_export_is_not_sent_again() {
    let (association, server) = pulling_notes().await;
    let run = || -> Run {
        let mut command = association.command(&["run", "postkort.toml", "--json", "--as-of", TUESDAY]);
        command.env("POSTKORT_TEST_TOKEN", "tok-hush").env("POSTKORT_LOG", "trace").output().unwrap().into()
    };
    let first = run();
    assert_eq!((first.code, &first.summary()["exports"]["notes"]["used"]), (0, &json!(1)), "{}", first.stderr);
    assert_eq!(server.header(0, "authorization").as_deref(), Some("Bearer tok-hush"));
    server.then(vec![answer("304 Not Modified", &[], "")]);
    let second = run();
    assert_eq!((second.code, &second.summary()["exports"]["notes"]["used"]), (0, &json!(1)), "{}", second.stderr);
    assert_eq!(server.header(1, "if-none-match").as_deref(), Some("\"1\""));
    for said in [&first, &second] {
        assert!(!said.stdout.contains("hush") && !said.stderr.contains("hush"), "{}", said.stderr);
    }
    for file in association.files().iter().filter(|file| *file != "postkort.toml") {
        let bytes = std::fs::read(association.path(file)).unwrap();
        assert!(memchr::memmem::find(&bytes, b"hush").is_none(), "a secret stands in {file}");
    }
    server.then(vec![answer("401 Unauthorized", &[], "")]);
    let refused = run();
    assert_eq!(refused.code, 1, "{}", refused.stdout);
    let error = refused.summary()["error"].as_str().unwrap().to_owned();
    assert!(
        error.contains("exports.notes") && error.contains("exports.notes.auth") && error.contains("401"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_at_the_downloads_stops_the_association_and_names_the_place() {
    let (association, _server) = pulling_notes().await;
    let folder = association.path("state/association.pulled");
    std::fs::create_dir_all(&folder).unwrap();
    let mut mount = std::process::Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", "size=4k", "tmpfs"]).arg(&folder).stderr(std::process::Stdio::null());
    if !mount.status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: this user may not mount a file system");
        return;
    }
    let _ = std::fs::write(folder.join("filler"), [0; 4096]);
    let mut command = association.command(&["run", "postkort.toml", "--json", "--as-of", TUESDAY]);
    let run: Run = command.env("POSTKORT_TEST_TOKEN", "tok").output().unwrap().into();
    let unmounted = std::process::Command::new("umount").arg("-l").arg(&folder).status().unwrap();
    assert!(unmounted.success());
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    let error = run.summary()["error"].as_str().unwrap().to_owned();
    assert!(
        error.contains("exports.notes") && error.contains("association.pulled") && error.contains("space"),
        "{error}"
    );
    assert!(association.mails_to(METTE).is_empty());
}

#[test]
fn an_output_folder_serves_one_association() {
    let association = Association::new();
    let other = association.read("postkort.toml").replace("Prøvevang", "Bakkegården").replace("state/", "other/");
    association.write("other.toml", &other);
    let both = association.postkort(&["run", "postkort.toml", "other.toml", "--json", "--as-of", TUESDAY]);
    assert_eq!(both.code, 2, "{}", both.stdout);
    let runs = both.json()["runs"].clone();
    assert_eq!((&runs[0]["status"], &runs[1]["status"]), (&json!("done"), &json!("config_error")), "{runs}");
    assert!(runs[1]["error"].to_string().contains("`output`"), "{runs}");
    let kept = association.read(&format!("out/{TUESDAY}/summary.json"));
    assert!(kept.contains("Prøvevang") && !kept.contains("Bakkegården"), "{kept}");
    // By itself, later, and also where it would only look.
    for more in [&["run"][..], &["run", "--dry-run"], &["check"]] {
        let alone = association.postkort(&[more, &["other.toml", "--json"]].concat());
        assert_eq!(alone.code, 2, "{more:?} {}", alone.stdout);
    }
    assert_eq!(association.mails_to("mette@kommune.example").len(), 1);
    assert_eq!(association.run("2026-11-26").code, 0, "its owner goes on");
}

#[test]
fn a_demo_begins_anew_each_time_and_leaves_other_folders_alone() {
    let association = Association::new();
    let demo = |seed: &str, homes: &str| {
        let run = association.postkort(&[
            "demo",
            "--out",
            "demo",
            "--tenancies",
            homes,
            "--months",
            "12",
            "--seed",
            seed,
            "--json",
        ]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        run.json()["run"]["shortlisted"].as_u64().unwrap()
    };
    let (first, larger, again) = (demo("1", "300"), demo("7", "900"), demo("1", "300"));
    assert!(first > 0 && larger > 0 && again == first, "{first} {larger} {again}");
    association.write("own/out/kept.txt", "mine");
    assert_eq!(association.postkort(&["demo", "--out", "own", "--tenancies", "40", "--months", "12"]).code, 0);
    assert_eq!(association.read("own/out/kept.txt"), "mine");
}
