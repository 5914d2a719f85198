//! A run that is killed at any point, two runs at once, decisions during a run: nobody is lost, nobody is told of twice.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;
mod smtp_server;

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use association::{Association, TUESDAY, header, plain_text};
use smtp_server::{Mode, PASSWORD, Script, Server};

const NEXT_DAY: &str = "2026-11-25";
/// Three caseworkers with two households each: three mails, so that kills hit between and within them.
const CASEWORKERS: usize = 3;

/// A household's address: it stands in the mail that tells of it, and nowhere else.
fn address(estate: usize, home: usize) -> String {
    format!("Kajvej {estate}{home}, st.")
}

fn harbour(server: &Server) -> Association {
    let association = Association::new();
    association.write("secrets/smtp", PASSWORD);
    association.use_smtp(server.port, &server.ca(), "file:secrets/smtp");
    let (mut tenancies, mut ledger, mut config) = (String::new(), String::new(), String::new());
    for estate in 2..2 + CASEWORKERS - 1 {
        config += &format!(
            "\n[[caseworker]]\nname = \"Per Prøve\"\nemail = \"c{estate}@kommune.example\"\nphone = \"12 34 56 78\"\n\
             estates = [\"0{estate}\"]\nplace = \"Kajhuset\"\non_site = [\"tue 10:00-14:00\"]\nweekly_capacity = 5\n"
        );
    }
    association.append("postkort.toml", &config);
    association.edit("exports/tenancies.csv", "Prøvevej 1, st.", &address(1, 1));
    association.edit(
        "exports/tenancies.csv",
        "Prøvevej 4, st.;7100;Vejle;Dorthe Prøve;5.000,00;ja",
        &format!("{};7100;Vejle;Dorthe Prøve;5.000,00;", address(1, 2)),
    );
    for estate in 2..2 + CASEWORKERS - 1 {
        for home in 1..=2 {
            let reference = format!("009-0{estate}-000{home}-01");
            tenancies += &format!(
                "{reference};0{estate};01-02-2019;;{};7100;Vejle;Ib Prøve;5.000,00;\r\n",
                address(estate, home)
            );
            for month in 5..=11 {
                ledger +=
                    &format!("{reference};20-{:02}-2026;01-{month:02}-2026;rent;5.000,00;;Husleje\r\n", month - 1);
                if month < 9 {
                    ledger += &format!("{reference};01-{month:02}-2026;;payment;;5.000,00;Betaling\r\n");
                }
            }
        }
    }
    association.append("exports/tenancies.csv", &tenancies);
    association.append("exports/ledger.csv", &ledger);
    association
}

fn start(association: &Association, as_of: &str) -> Child {
    let mut command = association.command(&["run", "postkort.toml", "--json", "--as-of", as_of]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// The database is sound, and its lists, mails and referrals say the same.
fn agrees(association: &Association, when: &str) {
    if !association.path("state/association.db").exists() || association.rows("pragma user_version") == ["0"] {
        return;
    }
    assert_eq!(association.rows("pragma integrity_check"), ["ok"], "{when}");
    assert!(association.rows("pragma foreign_key_check").is_empty(), "{when}");
    let contradictions = association.rows(
        "select entry.tenancy_ref, entry.state, mail.state from entry left join mail on mail.id = entry.mail where not
         (entry.state = 'queued' and mail.state in ('queued', 'deferred', 'uncertain') and mail.bytes is not null
          or entry.state = 'sent' and mail.state = 'sent' and mail.bytes is null
          or entry.state in ('waiting', 'approved', 'held', 'dropped', 'withdrawn') and mail.id is null)",
    );
    assert!(contradictions.is_empty(), "{when}: {contradictions:?}");
    let referred = "select tenancy_ref, count(*) from referral group by 1 order by 1";
    let sent = "select tenancy_ref, count(*) from entry where state = 'sent' group by 1 order by 1";
    assert_eq!(association.rows(referred), association.rows(sent), "{when}");
}

/// What caseworkers were sent: every household exactly once, but that one mail may have come twice, byte for byte.
fn nobody_lost_and_nobody_told_of_twice(server: &Server, when: &str) {
    let mut mails: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for mail in server.mails().into_iter().filter(|mail| mail.to[0].ends_with("@kommune.example")) {
        let id = header(std::str::from_utf8(&mail.bytes).unwrap(), "Message-ID");
        mails.entry(id).or_default().push(mail.bytes);
    }
    for copies in mails.values() {
        assert!(copies.iter().all(|copy| copy == &copies[0]), "{when}: the same Message-ID, the same bytes");
    }
    let repeated: Vec<usize> = mails.values().map(Vec::len).filter(|copies| *copies > 1).collect();
    assert!(repeated.len() <= 1 && repeated.iter().all(|copies| *copies == 2), "{when}: {repeated:?}");
    let texts: Vec<String> =
        mails.values().map(|copies| plain_text(std::str::from_utf8(&copies[0]).unwrap())).collect();
    for estate in 1..=CASEWORKERS {
        for home in 1..=2 {
            let named = texts.iter().filter(|text| text.contains(&address(estate, home))).count();
            assert_eq!(named, 1, "{when}: {} is in {named} mails", address(estate, home));
        }
    }
}

/// Kills a run after `delay`, and lets the next ones pick up. Gives whether it had ended by itself before.
async fn killed_after(delay: Duration, next: &str) -> bool {
    let server = Server::start(Script::new(Mode::StartTls).slow(Duration::from_millis(8))).await;
    let association = harbour(&server);
    let when = format!("killed after {delay:?}, run again as of {next}");
    let mut run = start(&association, TUESDAY);
    tokio::time::sleep(delay).await;
    let ended = run.try_wait().unwrap().is_some();
    run.kill().unwrap();
    run.wait().unwrap();
    agrees(&association, &when);
    // Households that were not in the database by then are listed on the day of the next run; on-site days come round.
    for as_of in [next, "2026-11-26", "2026-12-01"] {
        let again = association.run(as_of);
        assert_eq!(again.code, 0, "{when}: {}{}", again.stdout, again.stderr);
        agrees(&association, &when);
    }
    nobody_lost_and_nobody_told_of_twice(&server, &when);
    let left: Vec<String> = association.files().into_iter().filter(|file| file.ends_with(".part")).collect();
    assert!(left.is_empty(), "{when}: {left:?}");
    ended
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_killed_at_any_point_loses_nobody_and_tells_of_nobody_twice() {
    // As many points as asked for, spread over what a whole run takes here and now.
    let points: u32 = std::env::var("POSTKORT_KILL_POINTS").ok().and_then(|points| points.parse().ok()).unwrap_or(8);
    let server = Server::start(Script::new(Mode::StartTls).slow(Duration::from_millis(8))).await;
    let association = harbour(&server);
    let begun = Instant::now();
    assert!(start(&association, TUESDAY).wait().unwrap().success());
    let whole = begun.elapsed();
    nobody_lost_and_nobody_told_of_twice(&server, "not killed at all");
    let mut ended = 0;
    for point in 0..points {
        let next = if point % 2 == 0 { TUESDAY } else { NEXT_DAY };
        ended += u32::from(killed_after(whole * point / points, next).await);
    }
    assert!(ended <= points / 2, "{ended} of {points} runs had ended before they were killed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_killed_in_the_middle_of_a_mail_sends_that_one_again_under_its_message_id() {
    // Killed as soon as the server has the first mail and has not yet said so: nobody here can know that it has.
    let server = Server::start(Script::new(Mode::StartTls).slow(Duration::from_millis(60))).await;
    let association = harbour(&server);
    let mut run = start(&association, TUESDAY);
    let begun = Instant::now();
    while server.mails().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(30));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    run.kill().unwrap();
    run.wait().unwrap();
    assert_eq!(association.rows("select state from mail order by id"), ["uncertain", "queued", "queued"]);
    agrees(&association, "in flight");
    // Whoever pays now is in a mail that may have arrived: it goes out as it was, and the operator hears of it.
    association.append("exports/ledger.csv", "009-01-0001-01;24-11-2026;;payment;;15.000,00;Betaling\r\n");
    association.edit("exports/events.csv", "009-01-0001-01;10-09-2026;demand\r\n", "");
    let again = association.run(TUESDAY);
    assert_eq!(again.code, 3, "{}", again.stdout);
    nobody_lost_and_nobody_told_of_twice(&server, "killed in flight");
    assert_eq!(server.mails().iter().filter(|mail| mail.to == ["mette@kommune.example"]).count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_at_once_says_who_is_at_work_and_does_nothing() {
    let server = Server::start(Script::new(Mode::StartTls).slow(Duration::from_millis(60))).await;
    let association = harbour(&server);
    let mut first = start(&association, TUESDAY);
    let begun = Instant::now();
    while server.seen().connections == 0 {
        assert!(begun.elapsed() < Duration::from_secs(30));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let second = association.run(TUESDAY);
    assert_eq!(second.code, 1, "{}", second.stdout);
    let error = second.summary()["error"].as_str().unwrap().to_owned();
    assert!(error.contains("another run is at work") && error.contains(&format!("process {}", first.id())), "{error}");
    let dry = association.postkort(&["run", "postkort.toml", "--dry-run", "--json", "--as-of", TUESDAY]);
    assert_eq!(dry.code, 0, "a dry run disturbs nobody\n{}", dry.stdout);
    assert!(first.wait().unwrap().success());
    nobody_lost_and_nobody_told_of_twice(&server, "two runs at once");
    agrees(&association, "two runs at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_made_during_runs_are_kept_and_what_is_held_does_not_leave() {
    let server = Server::start(Script::new(Mode::StartTls).slow(Duration::from_millis(20))).await;
    let association = harbour(&server);
    association.edit("postkort.toml", "by-caseworker", "before-sending");
    assert_eq!(association.run("2026-11-23").code, 0);
    let decide = |verdict: &str, tenancy: &str| {
        association.postkort(&["review", "postkort.toml", verdict, tenancy, "--by", "Lone", "--reason", "prøve"])
    };
    assert_eq!(decide("approve", "009-01-0001-01").code, 0);
    assert_eq!(decide("approve", "009-02-0001-01").code, 0);
    let mut run = start(&association, TUESDAY);
    // While the run is at work: others are approved, held and held again.
    let mut decisions = 2;
    for (verdict, tenancy) in
        [("approve", "009-02-0002-01"), ("hold", "009-03-0001-01"), ("hold", "009-01-0004-01")].iter().cycle().take(12)
    {
        let decided = decide(verdict, tenancy);
        // A household that has meanwhile been put into a mail cannot be approved any more, and that is said.
        assert!(
            decided.code == 0 || ["stands in a mail", "left on"].iter().any(|said| decided.stderr.contains(said)),
            "{}",
            decided.stderr
        );
        decisions += usize::from(decided.code == 0);
    }
    assert!(run.wait().unwrap().success());
    agrees(&association, "decided during a run");
    assert_eq!(association.rows("select count(*) from decision"), [decisions.to_string()]);
    assert_eq!(association.run("2026-12-01").code, 0);
    let texts: BTreeSet<String> =
        server.mails().iter().map(|mail| plain_text(std::str::from_utf8(&mail.bytes).unwrap())).collect();
    let told = |estate, home| texts.iter().any(|text| text.contains(&address(estate, home)));
    assert!(told(1, 1) && told(2, 1) && told(2, 2), "what was approved leaves, today or on the next on-site day");
    assert!(!told(3, 1) && !told(1, 2) && !told(3, 2), "what is held or undecided does not");
}
