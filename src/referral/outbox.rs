//! What becomes of a mail in the outbox, as rules without a database.
//!
//! ```text
//!  queued ──▶ (uncertain) ──▶ sent
//!     │            │ ├──────▶ deferred ──▶ … again, on a later night
//!     │            │ ├──────▶ uncertain ─▶ … again, under the same Message-ID
//!     │            │ └──────▶ failed
//!     └──▶ superseded: written anew for a later night, or the newest data decided otherwise before it left
//! ```
//!
//! Before an attempt the mail is written down as [`in_flight`], after it as [`after`] says. A run that is killed in
//! between leaves a mail that says truthfully that it may have gone out.

mod mail;

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use super::deliver::Outcome;
use super::deliver::retry::next_attempt;

pub use mail::{MailKind, NewMail, Progress, Start, StoredMail, WaitingMail};

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Written, and never tried.
    Queued,
    /// Taken over by the server, or written to its file.
    Sent,
    /// Surely not delivered; to be tried again.
    Deferred,
    /// May have been delivered; to be tried again under the same Message-ID.
    Uncertain,
    /// Given up. The operator is told.
    Failed,
    /// Replaced before it left.
    Superseded,
}

impl State {
    /// Every state, in the order of a mail's life.
    pub const ALL: [State; 6] =
        [State::Queued, State::Deferred, State::Uncertain, State::Sent, State::Failed, State::Superseded];

    /// The word kept in the database and shown in results.
    pub fn word(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Sent => "sent",
            State::Deferred => "deferred",
            State::Uncertain => "uncertain",
            State::Failed => "failed",
            State::Superseded => "superseded",
        }
    }

    /// Whether an attempt is still to come.
    pub fn is_open(self) -> bool {
        matches!(self, State::Queued | State::Deferred | State::Uncertain)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A word that names no state: the database is not one of this program's, or of a newer version.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the outbox holds a state that this version does not know")]
pub struct UnknownState;

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(word: &str) -> Result<State, UnknownState> {
        State::ALL.into_iter().find(|state| state.word() == word).ok_or(UnknownState)
    }
}

/// What is to be written down about a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextState {
    /// Where it stands now.
    pub state: State,
    /// Attempts that count towards giving up.
    pub attempts: u32,
    /// The night of the next attempt; `None` where there is none to come.
    pub next_attempt: Option<Date>,
    /// Whether a person must look: part of the alert, and of exit code 3.
    pub alert: bool,
    /// Given up, although it may have been delivered: a person decides whether its households are told of anew.
    pub may_have_arrived: bool,
}

/// Whether a mail is to be tried on `as_of`.
pub fn is_due(state: State, next_attempt: Option<Date>, as_of: Date) -> bool {
    state.is_open() && next_attempt.is_none_or(|night| night <= as_of)
}

/// What to write down right *before* an attempt, with `attempts` made before it.
///
/// Should the run be killed now, nobody can know whether the mail went out: it is uncertain, and goes out once more at
/// the next run, even one on the same day.
pub fn in_flight(attempts: u32, as_of: Date) -> NextState {
    NextState {
        state: State::Uncertain,
        attempts: attempts.saturating_add(1),
        next_attempt: Some(as_of),
        alert: false,
        may_have_arrived: false,
    }
}

/// What to write down *after* an attempt on `as_of`. `before` is where the mail stood before [`in_flight`]; `attempts`
/// counts this one.
///
/// Once a mail may have been delivered, no later failure makes that undone: it stays uncertain until it is sent or given
/// up.
///
/// What the operator must mend first ([`Outcome::Held`]) does not count as an attempt: the mail is tried at every run,
/// also one on the same day, until it is mended or the mail is withdrawn.
pub fn after(outcome: &Outcome, before: State, attempts: u32, as_of: Date) -> NextState {
    let undelivered = if before == State::Uncertain { State::Uncertain } else { State::Deferred };
    let uncertain = before == State::Uncertain || matches!(outcome, Outcome::Deferred { certain: false, .. });
    let closed = |state, alert| NextState {
        state,
        attempts,
        next_attempt: None,
        alert,
        may_have_arrived: uncertain && state == State::Failed,
    };
    let again = |state, alert| match next_attempt(attempts, as_of) {
        Some(night) => NextState { state, attempts, next_attempt: Some(night), alert, may_have_arrived: false },
        None => closed(State::Failed, true),
    };
    match outcome {
        Outcome::Delivered => closed(State::Sent, false),
        Outcome::Rejected { .. } => closed(State::Failed, true),
        Outcome::Deferred { certain: true, .. } => again(undelivered, attempts > 1),
        Outcome::Deferred { certain: false, .. } => again(State::Uncertain, true),
        Outcome::Held { .. } => NextState {
            state: undelivered,
            attempts: attempts.saturating_sub(1),
            next_attempt: Some(as_of),
            alert: true,
            may_have_arrived: false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::deliver::{Fault, Reason, Stage};
    use jiff::civil::date;

    const NIGHT: Date = date(2026, 11, 24);

    fn outcome(stage: Stage, fault: Fault) -> Outcome {
        Reason { stage, fault }.outcome()
    }

    #[test]
    fn a_delivered_mail_is_done() {
        let next = after(&Outcome::Delivered, State::Queued, 1, NIGHT);
        assert_eq!((next.state, next.attempts, next.next_attempt, next.alert), (State::Sent, 1, None, false));
        assert!(!is_due(next.state, next.next_attempt, date(2030, 1, 1)), "nothing is sent twice");
    }

    #[test]
    fn one_bad_night_passes_quietly_a_second_alerts_and_the_sixth_gives_up() {
        let down = outcome(Stage::Connect, Fault::TimedOut);
        let first = after(&down, State::Queued, 1, NIGHT);
        assert_eq!((first.state, first.next_attempt, first.alert), (State::Deferred, Some(date(2026, 11, 25)), false));
        assert!(
            !is_due(first.state, first.next_attempt, NIGHT)
                && is_due(first.state, first.next_attempt, date(2026, 11, 27))
        );
        assert!(after(&down, State::Queued, 2, NIGHT).alert);
        let last = after(&down, State::Queued, 6, NIGHT);
        assert_eq!((last.state, last.next_attempt, last.alert), (State::Failed, None, true));
    }

    #[test]
    fn what_may_have_arrived_is_said_to_the_operator_and_sent_once_more_another_night() {
        let next = after(&outcome(Stage::FinalDot, Fault::Lost), State::Queued, 1, NIGHT);
        assert_eq!((next.state, next.next_attempt, next.alert), (State::Uncertain, Some(date(2026, 11, 25)), true));
    }

    #[test]
    fn a_mail_that_may_have_arrived_stays_uncertain_whatever_fails_later() {
        let later = [outcome(Stage::Connect, Fault::TimedOut), outcome(Stage::StartTls, Fault::NoStartTls)];
        for failure in later {
            assert_eq!(after(&failure, State::Uncertain, 2, NIGHT).state, State::Uncertain);
        }
    }

    #[test]
    fn a_mail_that_is_given_up_although_it_may_have_arrived_says_so() {
        let refused = outcome(Stage::Recipient, Fault::Refused(crate::referral::deliver::Reply::new(550, "")));
        assert!(after(&refused, State::Uncertain, 2, NIGHT).may_have_arrived);
        assert!(!after(&refused, State::Deferred, 2, NIGHT).may_have_arrived);
        let silent = outcome(Stage::FinalDot, Fault::Lost);
        assert!(after(&silent, State::Deferred, 6, NIGHT).may_have_arrived, "the last attempt of six");
        assert!(!after(&Outcome::Delivered, State::Uncertain, 2, NIGHT).may_have_arrived);
    }

    #[test]
    fn a_run_killed_in_flight_leaves_a_mail_that_goes_out_again_at_the_next_run() {
        let flying = in_flight(0, NIGHT);
        assert_eq!((flying.state, flying.attempts), (State::Uncertain, 1));
        assert!(is_due(flying.state, flying.next_attempt, NIGHT));
    }

    #[test]
    fn a_set_up_that_must_be_mended_uses_up_no_attempts_and_is_tried_at_every_run() {
        let held = outcome(Stage::StartTls, Fault::NoStartTls);
        let mut attempts = 0;
        for _ in 0..20 {
            let next = after(&held, State::Queued, in_flight(attempts, NIGHT).attempts, NIGHT);
            assert_eq!((next.state, next.next_attempt, next.alert), (State::Deferred, Some(NIGHT), true));
            attempts = next.attempts;
        }
        assert_eq!(attempts, 0);
    }

    #[test]
    fn a_rejected_mail_fails_at_once_and_alerts() {
        let next = after(&outcome(Stage::Prepare, Fault::RecipientNotAllowed), State::Queued, 1, NIGHT);
        assert_eq!((next.state, next.next_attempt, next.alert), (State::Failed, None, true));
    }

    #[test]
    fn states_come_back_from_the_database_as_they_went_in() {
        for state in State::ALL {
            assert_eq!(state.to_string().parse(), Ok(state));
        }
        assert_eq!("gone".parse::<State>(), Err(UnknownState));
    }
}
