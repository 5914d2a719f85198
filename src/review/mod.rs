//! A person decides: what reviewers are shown, and who may decide.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use crate::risk::Reason;
use crate::shortlist::{Decided, Entry, EntryState};
use crate::store::{ActNow, Store, StoreError};

/// How many days back a reviewer is shown what became of households: long enough to take back a decision.
const CLOSED_DAYS: i64 = 14;

/// What a reviewer is shown: `review list --json`.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// The association's name.
    pub association: String,
    /// Households on the lists, by caseworker and rank.
    pub entries: Vec<ListedEntry>,
    /// Households that were sent, dropped or taken off in the last fortnight, without reasons; the newest first.
    pub closed: Vec<ClosedEntry>,
    /// Cases at termination or court: too late for prevention.
    pub act_now: Vec<ActNow>,
}

/// A household on a list.
#[derive(Debug, Serialize)]
pub struct ListedEntry {
    /// The tenancy's reference.
    pub tenancy: String,
    /// The caseworker, by e-mail address.
    pub caseworker: String,
    /// Where it stands.
    pub state: EntryState,
    /// Why it stands still there, by rule.
    pub rule: Option<String>,
    /// The last decision on it.
    pub decided: Option<Decided>,
    /// It is in a mail that may have been delivered.
    pub beyond_recall: bool,
    /// The address is protected.
    pub protected: bool,
    /// Since when it is listed.
    pub listed_on: Date,
    /// Why, in words.
    pub reasons: Vec<Reason>,
}

/// A household that is on no list any more.
#[derive(Debug, Serialize)]
pub struct ClosedEntry {
    /// The tenancy's reference.
    pub tenancy: String,
    /// The caseworker, by e-mail address.
    pub caseworker: String,
    /// What became of it.
    pub state: EntryState,
    /// By which rule it was taken off.
    pub rule: Option<String>,
    /// The last decision on it.
    pub decided: Option<Decided>,
    /// On which day.
    pub on: Date,
    /// When the caseworker was told of it.
    pub sent_on: Option<Date>,
}

/// Gathers what a reviewer is shown.
///
/// # Errors
/// [`StoreError`] where the database cannot be read.
pub fn list(store: &Store, association: &str, today: Date) -> Result<Listed, StoreError> {
    let since = today.saturating_sub(CLOSED_DAYS.days());
    let (open, closed): (Vec<_>, Vec<_>) =
        store.current_entries(since)?.into_iter().partition(|entry| entry.state.is_open());
    let mut closed: Vec<ClosedEntry> = closed.into_iter().map(ClosedEntry::from).collect();
    closed.sort_by(|one, other| other.on.cmp(&one.on).then_with(|| one.tenancy.cmp(&other.tenancy)));
    Ok(Listed {
        association: association.to_owned(),
        entries: open.into_iter().map(ListedEntry::from).collect(),
        closed,
        act_now: store.act_now()?,
    })
}

impl From<Entry> for ListedEntry {
    fn from(entry: Entry) -> ListedEntry {
        ListedEntry {
            tenancy: entry.tenancy_ref.as_str().to_owned(),
            caseworker: entry.caseworker,
            state: entry.state,
            rule: entry.rule,
            decided: entry.decided,
            beyond_recall: entry.beyond_recall,
            protected: entry.protected,
            listed_on: entry.listed_on,
            reasons: entry.reasons,
        }
    }
}

impl From<Entry> for ClosedEntry {
    fn from(entry: Entry) -> ClosedEntry {
        ClosedEntry {
            tenancy: entry.tenancy_ref.as_str().to_owned(),
            caseworker: entry.caseworker,
            state: entry.state,
            rule: entry.rule,
            decided: entry.decided,
            on: entry.changed_on,
            sent_on: entry.sent_on,
        }
    }
}

/// Why a name cannot decide.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAReviewer {
    /// Nobody was named, and there are several.
    #[error("say who decides with --by NAME; one of: {0}")]
    NotNamed(String),
    /// Nobody of that name, or several.
    #[error("--by names nobody who may decide here, or more than one; one of: {0}")]
    Unknown(String),
}

/// The one person among `deciders` (name, e-mail) whom `by` names: by the whole name, its beginning, or the address.
/// Without `by`, the only one there is.
///
/// # Errors
/// [`NotAReviewer`], with the names that would do.
pub fn reviewer<'a>(deciders: &[(&'a str, &'a str)], by: Option<&str>) -> Result<&'a str, NotAReviewer> {
    let names = || deciders.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let Some(by) = by.map(|by| by.trim().to_lowercase()) else {
        return match deciders {
            [(name, _)] => Ok(name),
            _ => Err(NotAReviewer::NotNamed(names())),
        };
    };
    let exactly = |(name, email): &&(&str, &str)| name.to_lowercase() == by || email.to_lowercase() == by;
    let begins = |(name, _): &&(&str, &str)| !by.is_empty() && name.to_lowercase().starts_with(&by);
    let found: Vec<_> = match deciders.iter().filter(exactly).collect::<Vec<_>>() {
        exact if !exact.is_empty() => exact,
        _ => deciders.iter().filter(begins).collect(),
    };
    match found.as_slice() {
        [(name, _)] => Ok(name),
        _ => Err(NotAReviewer::Unknown(names())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAFF: [(&str, &str); 2] = [("Lone Krogh", "lone@bolig.example"), ("Lone Prøve", "lp@bolig.example")];

    #[test]
    fn a_decision_is_recorded_under_the_full_name_of_one_who_may_decide() {
        assert_eq!(reviewer(&STAFF, Some("lone krogh")), Ok("Lone Krogh"));
        assert_eq!(reviewer(&STAFF, Some("LP@bolig.example")), Ok("Lone Prøve"));
        assert_eq!(reviewer(&STAFF, Some("Lone P")), Ok("Lone Prøve"));
        assert_eq!(reviewer(&STAFF[..1], None), Ok("Lone Krogh"));
    }

    #[test]
    fn nobody_decides_under_a_name_that_is_unknown_or_fits_two() {
        for by in [Some("Lone"), Some("Nobody"), Some(""), None] {
            assert!(reviewer(&STAFF, by).is_err(), "{by:?}");
        }
    }
}
