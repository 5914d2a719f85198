//! When a mail is tried again: within a run, and over nights.

use std::future::Future;
use std::time::Duration;

use jiff::ToSpan;
use jiff::civil::Date;

use super::outcome::Outcome;

/// Attempts after which a mail is given up: after the first come 1, 2, 4, 8 and 16 nights of waiting.
pub const MOST_ATTEMPTS: u32 = 6;

/// Whether an outcome is worth another attempt within the same run.
pub trait RetryExt {
    /// Only what surely was not delivered, and may be in a moment.
    fn should_retry(&self) -> bool;
}

impl RetryExt for Outcome {
    fn should_retry(&self) -> bool {
        match self {
            Outcome::Deferred { certain, .. } => *certain,
            // To try again at once might send twice; the next night is soon enough, and the operator knows by then.
            Outcome::Delivered | Outcome::Held { .. } | Outcome::Rejected { .. } => false,
        }
    }
}

/// How often and how fast within one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// Attempts in all, the first among them.
    pub attempts: u32,
    /// Wait after the first attempt; it doubles after each.
    pub base: Duration,
}

impl Default for Backoff {
    fn default() -> Backoff {
        Backoff { attempts: 3, base: Duration::from_secs(2) }
    }
}

/// Makes attempts until one is not worth repeating, or there have been enough; gives the last one's outcome.
pub async fn with_retries<F, A>(backoff: Backoff, mut attempt: F) -> Outcome
where
    F: FnMut() -> A,
    A: Future<Output = Outcome>,
{
    let mut wait = backoff.base;
    for _ in 1..backoff.attempts {
        let outcome = attempt().await;
        if !outcome.should_retry() {
            return outcome;
        }
        tokio::time::sleep(wait).await;
        wait = wait.saturating_mul(2);
    }
    attempt().await
}

/// The night of the next attempt after `attempts` of them (one a night, whatever was tried within it), the last on
/// `as_of`. `None`: given up.
pub fn next_attempt(attempts: u32, as_of: Date) -> Option<Date> {
    if attempts >= MOST_ATTEMPTS {
        return None;
    }
    let nights = 1_i64 << attempts.saturating_sub(1);
    as_of.checked_add(nights.days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::deliver::outcome::{Fault, Reason, Stage};
    use jiff::civil::date;

    fn lost(stage: Stage) -> Outcome {
        Reason { stage, fault: Fault::Lost }.outcome()
    }

    async fn attempts_made(outcomes: Vec<Outcome>) -> (usize, Outcome) {
        let mut made = 0;
        let backoff = Backoff { attempts: 3, base: Duration::from_millis(1) };
        let last = with_retries(backoff, || {
            made += 1;
            std::future::ready(outcomes[made - 1].clone())
        })
        .await;
        (made, last)
    }

    #[tokio::test]
    async fn a_run_tries_three_times_and_stops_at_the_first_success() {
        let down = lost(Stage::Connect);
        assert_eq!(attempts_made(vec![down.clone(), down.clone(), down.clone()]).await, (3, down.clone()));
        assert_eq!(attempts_made(vec![down, Outcome::Delivered]).await, (2, Outcome::Delivered));
    }

    #[tokio::test]
    async fn what_may_have_been_delivered_is_not_sent_again_at_once() {
        let uncertain = lost(Stage::FinalDot);
        assert_eq!(attempts_made(vec![uncertain.clone()]).await, (1, uncertain));
    }

    #[test]
    fn the_waits_double_over_nights_and_the_sixth_attempt_is_the_last() {
        let first = date(2026, 11, 24);
        let mut night = first;
        let mut waits = Vec::new();
        for attempts in 1.. {
            let Some(next) = next_attempt(attempts, night) else { break };
            waits.push(night.until(next).unwrap().get_days());
            night = next;
        }
        assert_eq!(waits, [1, 2, 4, 8, 16]);
        assert_eq!(next_attempt(u32::MAX, first), None);
        assert_eq!(next_attempt(1, Date::MAX), None, "no such night");
    }
}
