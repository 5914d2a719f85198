//! A small invented association in a folder of its own, and the program run on it as cron would run it.

#![allow(dead_code)] // each test file uses its own part
#![allow(clippy::unwrap_used, clippy::expect_used)] // a failing one is a failing test

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A Tuesday: Mette is on site.
pub const TUESDAY: &str = "2026-11-24";

const CONFIG: &str = r#"
[association]
name   = "Boligforeningen Prøvevang"
locale = "da"
state  = "state/association.db"
models = "models"
output = "out"

[lawful_basis]
handover  = "named"
statement = "Samarbejdsaftale med kommunen af 2026-03-01"
dpia      = 2026-02-12

[exports.tenancies]
from = "exports/tenancies.csv"

[exports.ledger]
from = "exports/ledger.csv"

[exports.events]
from = "exports/events.csv"

[exports.notes]
from = "exports/notes.csv"

[risk]
label        = ["termination", "court_filing"]
horizon_days = 180
model        = "current"

[shortlist]
review        = "by-caseworker"
cooldown_days = 90

[[reviewer]]
name  = "Lone Krogh"
email = "lone@bolig.example"

[[caseworker]]
name    = "Mette Holm"
title   = "socialrådgiver"
email   = "mette@kommune.example"
phone   = "12 34 56 78"
estates = ["01"]
place   = "Beboerhuset, Prøvevej 12"
on_site = ["tue 10:00-14:00", "thu 13:00-17:00"]
weekly_capacity = 5

[mail]
from      = "Postkort <postkort@bolig.example>"
transport = "file"

[operations]
alert_email = "drift@bolig.example"
"#;

/// What a run left behind.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// The JSON document on standard output.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: stdout {:?} stderr {}", self.stdout, self.stderr))
    }

    /// The first (only) run of `run --json`.
    pub fn summary(&self) -> Value {
        self.json()["runs"][0].clone()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Run {
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The association's folder.
pub struct Association {
    folder: TempDir,
}

impl Association {
    /// An association with four tenancies: `1` owes three rents, `2` pays on time, `3` pays eight days late, `4` owes two
    /// rents and has a protected address.
    pub fn new() -> Association {
        let association = Association { folder: tempfile::tempdir().expect("a folder for the association") };
        association.write("postkort.toml", CONFIG);
        let address = |number: u32| format!("Prøvevej {number}, st.");
        let mut tenancies = String::from(
            "tenancy_ref;estate;moved_in;moved_out;address;postcode;town;tenant_names;monthly_rent;protected_address\r\n",
        );
        for (number, name, protected) in
            [(1, "Anne Prøve", ""), (2, "Bo Prøve", ""), (3, "Carla Prøve", ""), (4, "Dorthe Prøve", "ja")]
        {
            tenancies += &format!(
                "009-01-000{number}-01;01;01-02-2019;;{};7100;Vejle;{name};5.000,00;{protected}\r\n",
                address(number)
            );
        }
        association.write("exports/tenancies.csv", &tenancies);
        association.write("exports/ledger.csv", &ledger());
        association.write(
            "exports/events.csv",
            "tenancy_ref;on;kind\r\n009-01-0001-01;10-09-2026;demand\r\n009-01-0004-01;12-10-2026;payment_returned\r\n",
        );
        association.write(
            "exports/notes.csv",
            "tenancy_ref;written_on;text\r\n009-01-0001-01;14-10-2026;Posten hober sig op. Åbner ikke.\r\n",
        );
        association
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, making its folder.
    pub fn write(&self, name: &str, text: &str) {
        self.write_bytes(name, text.as_bytes());
    }

    /// Writes a file of bytes, making its folder.
    pub fn write_bytes(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("files lie in the folder")).expect("make a folder");
        fs::write(path, bytes).expect("write a file");
    }

    /// A file's text.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Replaces text in a file; it must be there.
    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} does not contain {from:?}");
        self.write(name, &text.replace(from, to));
    }

    /// Adds text at the end of a file.
    pub fn append(&self, name: &str, text: &str) {
        let before = self.read(name);
        self.write(name, &(before + text));
    }

    /// The program with these arguments, in this folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_postkort"));
        command.args(arguments).current_dir(self.folder()).stdin(Stdio::null());
        command
    }

    /// Runs the program with these arguments.
    pub fn postkort(&self, arguments: &[&str]) -> Run {
        self.command(arguments).output().expect("the program starts").into()
    }

    /// `postkort run postkort.toml --json --as-of DATE`, on that day.
    pub fn run(&self, as_of: &str) -> Run {
        let mut command = self.command(&["run", "postkort.toml", "--json", "--as-of", as_of]);
        command.env("POSTKORT_TODAY", as_of).output().expect("the program starts").into()
    }

    /// The mails written by the file transport, by name: name, text.
    pub fn mails(&self) -> Vec<(String, String)> {
        let Ok(folder) = fs::read_dir(self.path("out/mail")) else { return Vec::new() };
        let mut mails: Vec<(String, String)> = folder
            .filter_map(Result::ok)
            .map(|file| {
                let name = file.file_name().to_string_lossy().into_owned();
                let bytes = fs::read(file.path()).expect("a mail can be read");
                (name, String::from_utf8_lossy(&bytes).into_owned())
            })
            .collect();
        mails.sort();
        mails
    }

    /// The mails to one recipient.
    pub fn mails_to(&self, recipient: &str) -> Vec<String> {
        let to = format!("To: {recipient}");
        let bracketed = format!("<{recipient}>");
        let is_theirs = |mail: &str| {
            mail.lines()
                .take_while(|line| !line.is_empty())
                .any(|line| line.starts_with(&to) || (line.starts_with("To:") && line.contains(&bracketed)))
        };
        self.mails().into_iter().map(|(_, mail)| mail).filter(|mail| is_theirs(mail)).collect()
    }
}

impl Association {
    /// Mail by SMTP to a server of the test, with STARTTLS, the server's CA and its password from `secret`; also to
    /// another server than before.
    pub fn use_smtp(&self, port: u16, ca: &Path, secret: &str) {
        let config = self.read("postkort.toml");
        let (before, after) = config.split_once("transport = ").expect("a transport");
        let (_, operations) = after.split_once("[operations]").expect("operations");
        let smtp = format!(
            "transport = \"smtp\"\nhost = \"localhost\"\nport = {port}\ntls = \"required\"\nca = {:?}\n\
             user = \"postkort\"\npassword = \"{secret}\"\ntimeout_seconds = 5\n\n[operations]",
            ca.display().to_string()
        );
        self.write("postkort.toml", &(before.to_owned() + &smtp + operations));
    }

    /// The database, to look at.
    pub fn database(&self) -> rusqlite::Connection {
        let database = rusqlite::Connection::open(self.path("state/association.db")).expect("a database");
        database.busy_timeout(std::time::Duration::from_secs(10)).expect("a time to wait");
        database
    }

    /// The rows that a query gives, each as its columns with `|` between them.
    pub fn rows(&self, sql: &str) -> Vec<String> {
        let database = self.database();
        let mut statement = database.prepare(sql).expect("a query");
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let cell = |at| row.get::<_, rusqlite::types::Value>(at).map(cell);
            Ok((0..columns).map(cell).collect::<rusqlite::Result<Vec<_>>>()?.join("|"))
        };
        statement.query_map([], row).expect("rows").collect::<Result<_, _>>().expect("rows")
    }

    /// All that is remembered: lists, outbox, referrals, decisions, runs. Nothing where there is no database yet.
    pub fn kept(&self) -> Vec<String> {
        if !self.path("state/association.db").exists() {
            return Vec::new();
        }
        ["entry", "mail", "referral", "decision", "run", "urgent_note", "act_now", "accepted_feed"]
            .iter()
            .flat_map(|table| self.rows(&format!("select '{table}', * from {table}")))
            .collect()
    }

    /// Every file under the folder, by its path in it.
    pub fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("a folder").filter_map(Result::ok) {
                let path = entry.path();
                match path.is_dir() && !path.is_symlink() {
                    true => folders.push(path),
                    false => found.push(path.strip_prefix(self.folder()).expect("in it").display().to_string()),
                }
            }
        }
        found.sort();
        found
    }
}

fn cell(value: rusqlite::types::Value) -> String {
    use rusqlite::types::Value;
    match value {
        Value::Null => String::new(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Blob(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
    }
}

/// The plain text part of a mail, decoded.
pub fn plain_text(mail: &str) -> String {
    part(mail, "text/plain")
}

/// The HTML part of a mail, decoded.
pub fn html_part(mail: &str) -> String {
    part(mail, "text/html")
}

fn part(mail: &str, kind: &str) -> String {
    let part = mail.split(&format!("Content-Type: {kind}")).nth(1).expect("a part of that kind");
    let (headers, body) = part.split_once("\r\n\r\n").expect("a body");
    let body = body.split("\r\n--=_").next().unwrap_or(body);
    if headers.contains("quoted-printable") { unquote(body) } else { body.replace("\r\n", "\n") }
}

/// Quoted-printable text as it was.
pub fn unquote(body: &str) -> String {
    let joined = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match (first, hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'=', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).expect("the text is UTF-8")
}

/// A header of a mail.
pub fn header(mail: &str, name: &str) -> String {
    let start = format!("{name}: ");
    let found = mail.lines().take_while(|line| !line.is_empty()).find_map(|line| line.strip_prefix(&start));
    found.unwrap_or_else(|| panic!("the mail has no {name}")).to_owned()
}

/// Seven months of rent for four tenancies.
fn ledger() -> String {
    let mut rows = String::from("tenancy_ref;booked_on;due_on;kind;charged;paid;text\r\n");
    for month in 5..=11 {
        for number in 1..=4 {
            let reference = format!("009-01-000{number}-01");
            let booked = month - 1;
            rows += &format!("{reference};20-{booked:02}-2026;01-{month:02}-2026;rent;5.000,00;;Husleje\r\n");
            let paid_on = match number {
                1 if month >= 9 => None,
                3 => Some(9),
                4 if month >= 10 => None,
                _ => Some(1),
            };
            if let Some(day) = paid_on {
                rows += &format!("{reference};{day:02}-{month:02}-2026;;payment;;5.000,00;Betaling\r\n");
            }
        }
    }
    rows
}
