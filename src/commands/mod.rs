//! The command line: what may be typed, and one file for each command.

mod check;
mod demo;
mod evaluate;
mod history;
mod notes;
mod progress;
mod review;
mod run;
mod simulate;
mod subject;
mod train;

use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::anyhow;
use clap::{Parser, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use postkort::exports::records::Posting;

/// Early warning for housing associations: who may need a handwritten postcard before arrears become an eviction.
#[derive(Debug, Parser)]
#[command(name = "postkort", version, max_term_width = 100)]
pub struct Cli {
    /// Print one JSON document on standard output (`notes`: one object a line); logs go to standard error.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Simulate an association and run its night: mails as files, a shortlist page, a summary.
    Demo(demo::Demo),
    /// The nightly job, one association after another.
    Run(run::Run),
    /// Read config and exports, say what was found and what would be rejected. Writes nothing but the report.
    Check(check::Check),
    /// Learn from the association's own history; a model scores only where it proves better than simple rules.
    Train(train::Train),
    /// Measure a model on labelled history.
    Evaluate(evaluate::Evaluate),
    /// Show what the note reader finds, one result a note, with the words that caused it.
    Notes(notes::Notes),
    /// Write simulated exports, and a config that reads them.
    Simulate(simulate::Simulate),
    /// See the list and decide: approve, hold or drop.
    Review(review::Review),
    /// Rights of residents: record that a household says no.
    Subject(subject::Subject),
}

/// What a command came to: an exit code and, on failure, a message.
pub enum Ending {
    /// Ended with this exit code; all has been said.
    Code(u8),
    /// Failed; nothing half-done. Exit code 1.
    Failed(anyhow::Error),
    /// Wrong usage or config. Exit code 2.
    Misused(anyhow::Error),
}

impl Ending {
    /// This ending where it is a failure, else the other.
    fn or(self, other: Ending) -> Ending {
        if matches!(self, Ending::Code(_)) { other } else { self }
    }
}

impl Cli {
    /// Does what was asked.
    pub fn execute(self) -> Ending {
        let today = match today() {
            Ok(today) => today,
            Err(error) => return Ending::Misused(error),
        };
        match self.command {
            Command::Demo(demo) => demo.execute(self.json, today),
            Command::Run(run) => run.execute(self.json, today),
            Command::Check(check) => check.execute(self.json, today),
            Command::Train(train) => train.execute(self.json, today),
            Command::Evaluate(evaluate) => evaluate.execute(self.json, today),
            Command::Notes(notes) => notes.execute(self.json),
            Command::Simulate(simulate) => simulate.execute(self.json, today),
            Command::Review(review) => review.execute(self.json, today),
            Command::Subject(subject) => subject.execute(self.json, today),
        }
    }
}

/// Takes the place of today, to rehearse other days: nothing is forgotten by a date that has not come.
const TODAY: &str = "POSTKORT_TODAY";

/// Today in Denmark, whatever the machine's own time zone says; or the day that is rehearsed. A rehearsal that cannot be
/// understood must not become a real night.
fn today() -> anyhow::Result<Date> {
    let Some(rehearsed) = variable(TODAY) else {
        let zone = TimeZone::get("Europe/Copenhagen").unwrap_or(TimeZone::UTC);
        return Ok(Timestamp::now().to_zoned(zone).date());
    };
    day(&rehearsed).map_err(|allowed| anyhow!("{TODAY} is {rehearsed:?}: {allowed}; or take the variable out"))
}

/// A variable of the environment, where it is set; what is not UTF-8 in it shows as `�`, which no variable here allows.
pub fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// The config that was named, or the ending that says what is wrong with it.
fn load(path: &Path) -> Result<postkort::config::Config, Ending> {
    postkort::config::Config::load(path).map_err(|error| Ending::Misused(error.into()))
}

/// Prints a JSON document on standard output.
fn print_json(document: &impl serde::Serialize) -> Ending {
    match serde_json::to_string_pretty(document) {
        Ok(text) => print_text(&(text + "\n")),
        Err(error) => Ending::Failed(error.into()),
    }
}

/// Prints on standard output. A reader who has left (`| head`) has seen enough; a full disk is a failure, and no panic.
fn print_text(text: &str) -> Ending {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Ending::Failed(anyhow::Error::new(error).context("standard output cannot be written"))
        }
        _ => Ending::Code(0),
    }
}

/// Prints one line on standard error. Where that cannot be written there is nobody left to tell.
pub fn print_error(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A day to stand on. Ledger entries reach from 1930 to 2099; a year outside that is a slip of the hand, and retention
/// would take it at its word.
fn day(text: &str) -> Result<Date, String> {
    let date: Date = text.parse().map_err(|_| "a date is written 2026-11-24".to_owned())?;
    if text != date.to_string() {
        return Err("a date is written 2026-11-24".to_owned());
    }
    let possible = Posting::EARLIEST..=Posting::LATEST;
    possible.contains(&date).then_some(date).ok_or_else(|| "a year from 1930 to 2099 is meant".to_owned())
}
