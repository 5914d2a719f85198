//! What happened, by date.

use crate::calendar::Day;
use crate::exports::records::{Event, EventKind};

/// An event as a history keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Happening {
    /// The day.
    pub on: Day,
    /// What happened.
    pub kind: EventKind,
}

/// A return in the ledger and a `payment_returned` event this many days apart or less are the same return.
const SAME_RETURN_DAYS: i32 = 7;

/// Takes what had happened by a date, sorted, each kind once a day (exports repeat rows).
pub(super) fn collect(as_of: Day, events: &[Event], into: &mut Vec<Happening>) {
    into.clear();
    let happened = events.iter().map(|event| Happening { on: Day::from(event.on), kind: event.kind });
    into.extend(happened.filter(|event| event.on <= as_of));
    into.sort_unstable();
    into.dedup();
}

/// Adds the returns that only the events feed knows to those of the ledger. Both sorted before and after.
pub(super) fn merge_returns(events: &[Happening], returned: &mut Vec<Day>) {
    let in_ledger = returned.len();
    let mut matched = 0;
    for event in events.iter().filter(|event| event.kind == EventKind::PaymentReturned) {
        // Each return of the ledger answers for one event: the first that is near enough.
        while matched < in_ledger && returned.get(matched).is_some_and(|day| event.on.since(*day) > SAME_RETURN_DAYS) {
            matched += 1;
        }
        let near = matched < in_ledger
            && returned.get(matched).is_some_and(|day| day.since(event.on).abs() <= SAME_RETURN_DAYS);
        if near {
            matched += 1;
        } else {
            returned.push(event.on);
        }
    }
    returned.sort_unstable();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(ledger: &[i32], events: &[i32]) -> Vec<i32> {
        let mut returned: Vec<Day> = ledger.iter().map(|&day| Day(day)).collect();
        let events: Vec<_> =
            events.iter().map(|&day| Happening { on: Day(day), kind: EventKind::PaymentReturned }).collect();
        merge_returns(&events, &mut returned);
        returned.iter().map(|day| day.0).collect()
    }

    #[test]
    fn a_return_that_both_feeds_tell_of_counts_once() {
        assert_eq!(merged(&[100], &[103]), [100]);
        assert_eq!(merged(&[100, 130], &[103, 128]).len(), 2);
        assert_eq!(merged(&[100], &[98, 131]), [100, 131]);
        assert_eq!(merged(&[], &[5, 6]), [5, 6], "two events on their own are two returns");
        assert_eq!(merged(&[100, 101], &[100]), [100, 101]);
    }
}
