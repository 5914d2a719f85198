//! A household on a caseworker's list, and where it stands between list and card.

use jiff::civil::Date;

use crate::risk::Reason;
use crate::tenancy::TenancyRef;

/// An entry's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub i64);

/// A mail's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailId(pub i64);

/// Where a household on a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// Waits for a decision.
    Waiting,
    /// A person approved it: goes out on the next on-site morning on which there is room.
    Approved,
    /// Kept back until decided again.
    Held,
    /// Not relevant: not listed again within the cooldown.
    Dropped,
    /// In a mail that has not been delivered yet.
    Queued,
    /// The caseworker has been told.
    Sent,
    /// Taken off by newer data, by a named rule.
    Withdrawn,
}

impl EntryState {
    /// Every state, in the order of an entry's life.
    pub const ALL: [EntryState; 7] = [
        EntryState::Waiting,
        EntryState::Approved,
        EntryState::Held,
        EntryState::Dropped,
        EntryState::Queued,
        EntryState::Sent,
        EntryState::Withdrawn,
    ];

    /// The state's name, as in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            EntryState::Waiting => "waiting",
            EntryState::Approved => "approved",
            EntryState::Held => "held",
            EntryState::Dropped => "dropped",
            EntryState::Queued => "queued",
            EntryState::Sent => "sent",
            EntryState::Withdrawn => "withdrawn",
        }
    }

    /// Whether the household is still on its list, and the caseworker has not been told.
    pub fn is_open(self) -> bool {
        matches!(self, EntryState::Waiting | EntryState::Approved | EntryState::Held | EntryState::Queued)
    }
}

/// What a reviewer may decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Goes to the caseworker.
    Approve,
    /// Not now; stays open.
    Hold,
    /// Not relevant.
    Drop,
    /// The household said no: never listed again.
    Object,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Verdict; 4] = [Verdict::Approve, Verdict::Hold, Verdict::Drop, Verdict::Object];

    /// The verdict's name, as in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Approve => "approve",
            Verdict::Hold => "hold",
            Verdict::Drop => "drop",
            Verdict::Object => "object",
        }
    }
}

/// The last decision on an entry: what, and who.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Decided {
    /// What was decided.
    pub verdict: Verdict,
    /// By whom.
    pub by: String,
}

/// A household on a caseworker's list.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number.
    pub id: EntryId,
    /// The tenancy.
    pub tenancy_ref: TenancyRef,
    /// The caseworker, by e-mail address.
    pub caseworker: String,
    /// The as-of date on which it was first listed.
    pub listed_on: Date,
    /// The score it had then. For reviewers' order only; never shown to caseworkers.
    pub score: f64,
    /// The model that scored it.
    pub model: String,
    /// Why, in words.
    pub reasons: Vec<Reason>,
    /// Where it stands.
    pub state: EntryState,
    /// The day on which it came to stand there.
    pub changed_on: Date,
    /// The rule by which it was taken off; of one that is still on the list, why it stands still ([`NO_ROOM`],
    /// [`MAY_HAVE_ARRIVED`]).
    pub rule: Option<String>,
    /// The last decision on it, where a person took one.
    pub decided: Option<Decided>,
    /// The mail that carries it, once there is one.
    pub mail: Option<MailId>,
    /// That mail may have been delivered: it goes out again as it is, or not at all.
    pub beyond_recall: bool,
    /// In that mail the household is one with a protected address.
    pub protected_in_mail: bool,
    /// The address is protected, as far as the last run knew.
    pub protected: bool,
    /// The number of its card.
    pub card: Option<u32>,
    /// When the caseworker was told of it, as far as that is still kept.
    pub sent_on: Option<Date>,
}

/// Approved, but the caseworker's week is full.
pub const NO_ROOM: &str = "over_capacity";
/// On hold because a mail that told of it was given up, and may have been delivered all the same.
pub const MAY_HAVE_ARRIVED: &str = "may_have_arrived";

impl Entry {
    /// Whether a person's last word on it is that it may go out.
    pub fn is_approved_by_a_person(&self) -> bool {
        self.decided.as_ref().is_some_and(|decided| decided.verdict == Verdict::Approve)
    }
}

/// A household to be put on a list, where it waits for a decision.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The tenancy.
    pub tenancy_ref: TenancyRef,
    /// The caseworker, by e-mail address.
    pub caseworker: String,
    /// Its score.
    pub score: f64,
    /// The model that scored it.
    pub model: String,
    /// Why, in words.
    pub reasons: Vec<Reason>,
    /// The address is protected.
    pub protected: bool,
}
