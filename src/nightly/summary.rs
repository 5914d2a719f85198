//! What a run did, as counts: the contract of `run --json`, and what is kept of a run. No personal data.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;
use serde::Serialize;

use super::drift::Drift;
use super::keep::Kept;
use super::lists::Lists;
use super::training::Training;
use crate::config::Handover;
use crate::exports::records::FeedName;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Done.
    Done,
    /// Done or stopped on purpose, but a person must look: rejects over the limit, a stale export, undelivered mail.
    Attention,
    /// Failed; nothing half-done.
    Failed,
    /// The config or a secret is wrong.
    ConfigError,
}

impl Status {
    /// The status's name, as in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Done => "done",
            Status::Attention => "attention",
            Status::Failed => "failed",
            Status::ConfigError => "config_error",
        }
    }

    /// The exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Status::Done => 0,
            Status::Failed => 1,
            Status::ConfigError => 2,
            Status::Attention => 3,
        }
    }

    /// This status, or `Attention` where all was well.
    pub fn at_least_attention(self) -> Status {
        if self == Status::Done { Status::Attention } else { self }
    }

    /// The exit code of several runs together: a wrong config before a failure, a failure before a call for attention.
    pub fn together(statuses: impl IntoIterator<Item = Status>) -> u8 {
        let weight = |status: &Status| match status {
            Status::Done => 0,
            Status::Attention => 1,
            Status::Failed => 2,
            Status::ConfigError => 3,
        };
        statuses.into_iter().max_by_key(weight).map_or(0, Status::exit_code)
    }
}

/// The three counts of a feed; they add up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FeedCounts {
    /// Rows read.
    pub rows: u64,
    /// Rows used.
    pub used: u64,
    /// Rows skipped, by rule.
    pub skipped: BTreeMap<String, u64>,
    /// Rows rejected.
    pub rejected: u64,
}

/// What became of caseworkers' mails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MailCounts {
    /// Put into the outbox by this run.
    pub queued: u64,
    /// Delivered by this run.
    pub sent: u64,
    /// Refused for now: tried again on a later night.
    pub deferred: u64,
    /// Refused for good, or given up.
    pub failed: u64,
}

/// How households are handed over, and on what basis: stands with each run that is kept.
#[derive(Clone, Debug, Serialize)]
pub struct HandedOver {
    /// `lawful_basis.handover`
    pub mode: Handover,
    /// `lawful_basis.statement`
    pub statement: Option<String>,
    /// `lawful_basis.dpia`
    pub dpia: Option<Date>,
}

/// One association's run.
#[derive(Clone, Debug, Serialize)]
pub struct RunSummary {
    /// The association's name; the config's path where the config could not be read.
    pub association: String,
    /// The day on which the program stood.
    pub as_of: Date,
    /// How it ended.
    pub status: Status,
    /// Nothing was kept or sent.
    pub dry_run: bool,
    /// What each feed gave.
    pub exports: BTreeMap<FeedName, FeedCounts>,
    /// Running tenancies that were scored.
    pub scored: u64,
    /// Tenancies that are not on a list, by rule.
    pub excluded: BTreeMap<String, u64>,
    /// Households on the lists after this run, today's mails included. With `excluded` it adds up to all tenancies.
    pub shortlisted: u64,
    /// Of these, how many wait for a decision.
    pub waiting: u64,
    /// Households taken off by the newest data, by rule.
    pub withdrawn: BTreeMap<String, u64>,
    /// Cases at termination or court: too late for prevention, told to the staff.
    pub act_now: u64,
    /// Notes that a human was told of.
    pub urgent_notes: u64,
    /// How households are handed over, and on what basis.
    pub handover: Option<HandedOver>,
    /// The model that scored.
    pub model: String,
    /// Why that one.
    pub model_reason: String,
    /// How far the tenancies have moved since it was trained; none with the starter scorecard.
    pub drift: Option<Drift>,
    /// Whether training is worth while, and from when.
    pub training: Option<Training>,
    /// Caseworkers' mails.
    pub mails: MailCounts,
    /// Files written, by what they are.
    pub files: BTreeMap<String, PathBuf>,
    /// What a person must look at.
    pub attention: Vec<String>,
    /// Whether a mail could not be delivered, or nobody could be told of something: the operator gets an alert.
    #[serde(skip)]
    pub undelivered: bool,
    /// Whether the lists and the outbox were written: from then on a failure is not "nothing was done".
    #[serde(skip)]
    pub has_kept: bool,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl RunSummary {
    /// A run that has done nothing yet.
    pub fn new(association: &str, as_of: Date) -> RunSummary {
        RunSummary {
            association: association.to_owned(),
            as_of,
            status: Status::Done,
            dry_run: false,
            exports: BTreeMap::new(),
            scored: 0,
            excluded: BTreeMap::new(),
            shortlisted: 0,
            waiting: 0,
            withdrawn: BTreeMap::new(),
            act_now: 0,
            urgent_notes: 0,
            handover: None,
            model: String::new(),
            model_reason: String::new(),
            drift: None,
            training: None,
            mails: MailCounts::default(),
            files: BTreeMap::new(),
            attention: Vec::new(),
            undelivered: false,
            has_kept: false,
            error: None,
        }
    }

    /// A run that failed.
    pub fn failed(association: &str, as_of: Date, status: Status, error: String) -> RunSummary {
        RunSummary { status, error: Some(error), ..RunSummary::new(association, as_of) }
    }

    /// Writes down tonight's lists, and that they have been kept.
    pub fn kept(&mut self, lists: &Lists<'_>, kept: &Kept) {
        self.scored = lists.scored;
        self.excluded.clone_from(&lists.excluded);
        self.withdrawn.clone_from(&lists.withdrawn);
        self.shortlisted = lists.plan.shortlisted;
        self.act_now = lists.act_now.len() as u64;
        self.waiting = kept.waiting;
        self.mails.queued = kept.queued;
        self.mails.failed = kept.given_up.len() as u64;
        kept.given_up.iter().for_each(|what| self.call_undelivered(what.clone()));
        lists.attention.iter().chain(&kept.attention).for_each(|what| self.call(what.clone()));
        self.has_kept = !self.dry_run;
    }

    /// Notes something that a person must look at.
    pub fn call(&mut self, what: String) {
        self.status = self.status.at_least_attention();
        self.attention.push(what);
    }

    /// Notes that somebody could not be told of something.
    pub fn call_undelivered(&mut self, what: String) {
        self.undelivered = true;
        self.call(what);
    }
}

/// The document of `run --json`.
#[derive(Clone, Debug, Serialize)]
pub struct RunDocument {
    /// One for each config, in the order given.
    pub runs: Vec<RunSummary>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_of_several_runs_is_that_of_the_worst() {
        assert_eq!(Status::together([]), 0);
        assert_eq!(Status::together([Status::Done, Status::Attention]), 3);
        assert_eq!(Status::together([Status::Attention, Status::Failed, Status::Done]), 1);
        assert_eq!(Status::together([Status::ConfigError, Status::Failed]), 2);
    }
}
