//! Mails as they stand in the outbox.

use jiff::civil::Date;

use super::State;
use crate::shortlist::MailId;

/// What a mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// A caseworker's list.
    Shortlist,
    /// Tells a reviewer that a list waits.
    Notice,
    /// Tells housing staff of a note that a human must read now.
    Urgent,
}

impl MailKind {
    /// Every kind.
    pub const ALL: [MailKind; 3] = [MailKind::Shortlist, MailKind::Notice, MailKind::Urgent];

    /// The kind's name, in the database and in message ids.
    pub fn as_str(self) -> &'static str {
        match self {
            MailKind::Shortlist => "shortlist",
            MailKind::Notice => "notice",
            MailKind::Urgent => "urgent",
        }
    }
}

/// A mail to be sent.
#[derive(Clone, Debug)]
pub struct NewMail {
    /// Its Message-ID.
    pub message_id: String,
    /// What it is.
    pub kind: MailKind,
    /// To whom.
    pub recipient: String,
    /// The whole message as it will be sent.
    pub bytes: Vec<u8>,
}

/// A mail in the outbox.
#[derive(Clone, Debug)]
pub struct StoredMail {
    /// Its number.
    pub id: MailId,
    /// Its Message-ID.
    pub message_id: String,
    /// What it is.
    pub kind: MailKind,
    /// To whom.
    pub recipient: String,
    /// The whole message; empty once there is nothing more to send.
    pub bytes: Vec<u8>,
    /// How far it has come.
    pub progress: Progress,
    /// The as-of date it was written for.
    pub created_on: Date,
    /// The terms under which it was composed, as a fingerprint.
    pub terms: String,
}

/// How far a mail has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Where it stands.
    pub state: State,
    /// Attempts that count towards giving up.
    pub attempts: u32,
    /// The night of the next attempt.
    pub next_attempt_on: Option<Date>,
}

impl Progress {
    /// A mail that has never been tried, to be tried on `as_of`.
    pub fn first(as_of: Date) -> Progress {
        Progress { state: State::Queued, attempts: 0, next_attempt_on: Some(as_of) }
    }
}

/// A caseworker's mail that has not been accepted, given up or replaced, without its text.
#[derive(Clone, Debug)]
pub struct WaitingMail {
    /// Its number.
    pub id: MailId,
    /// Its Message-ID.
    pub message_id: String,
    /// To whom.
    pub recipient: String,
    /// How far it has come.
    pub progress: Progress,
    /// The terms under which it was composed, as a fingerprint.
    pub terms: String,
}

/// Under which terms a mail was composed, and how far the mails had come that it replaces.
#[derive(Clone, Debug)]
pub struct Start {
    /// A fingerprint of the terms; empty where there are none to heed.
    pub terms: String,
    /// How far it has come.
    pub progress: Progress,
}
