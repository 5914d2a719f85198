//! When a request is worth trying again, and how long to wait before.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::certificate_fault;

/// Whether the same request may go well a little later.
pub trait RetryExt {
    /// `true` for what passes: an overloaded or restarting server, a broken connection. `false` for what a person has to
    /// put right.
    fn should_retry(&self) -> bool;
}

impl RetryExt for StatusCode {
    fn should_retry(&self) -> bool {
        self.is_server_error()
            || *self == StatusCode::TOO_MANY_REQUESTS
            || *self == StatusCode::REQUEST_TIMEOUT
            || *self == StatusCode::TOO_EARLY
    }
}

impl RetryExt for reqwest::Error {
    fn should_retry(&self) -> bool {
        // A certificate that is refused now is refused in a minute; all else on the way (name lookup, connection refused
        // or reset, timeout, a body that ends early or cannot be unpacked) may pass.
        !self.is_builder() && certificate_fault(self).is_none()
    }
}

/// Exponential backoff with full jitter: before attempt n + 1, a random time between nothing and `base × 2ⁿ⁻¹`, at
/// most `longest`. (Brooker, *Exponential Backoff And Jitter*, 2015: full jitter spreads clients best.)
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// Attempts in all, the first included.
    pub attempts: u32,
    /// Longest wait before the second attempt; it doubles with each.
    pub base: Duration,
    /// No wait of our own choosing is longer.
    pub longest: Duration,
    /// A longer wait that the server asks for (`Retry-After`) is cut to this.
    pub longest_asked: Duration,
}

impl Default for Backoff {
    /// Five attempts; waits of up to 1, 2, 4 and 8 seconds; `Retry-After` up to two minutes.
    fn default() -> Backoff {
        Backoff {
            attempts: 5,
            base: Duration::from_secs(1),
            longest: Duration::from_secs(30),
            longest_asked: Duration::from_secs(120),
        }
    }
}

impl Backoff {
    /// The wait after `attempt` (from 1) has failed. `share` is random, from 0 to 1; `asked` is the server's wish.
    pub fn delay(&self, attempt: u32, share: f64, asked: Option<Duration>) -> Duration {
        match asked {
            Some(asked) => asked.min(self.longest_asked),
            None => {
                let doubled = self.base.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
                doubled.min(self.longest).mul_f64(share.clamp(0.0, 1.0))
            }
        }
    }
}

/// A random share from 0 to 1, good enough to spread waits. The standard library keys each hash map at random; the hash
/// of nothing under such a key is a random number without another dependency.
pub fn jitter() -> f64 {
    RandomState::new().hash_one(()) as f64 / u64::MAX as f64
}

/// How long the server asks to wait: `Retry-After` in seconds or as a date seen from `now`.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTimeParser::new().parse_timestamp(value).ok()?;
    Some(Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_tried_again_and_what_a_person_must_mend_is_not() {
        let again = [408, 425, 429, 500, 502, 503, 504];
        let never = [200, 204, 304, 400, 401, 403, 404, 410, 451];
        assert!(again.iter().all(|code| StatusCode::from_u16(*code).unwrap().should_retry()));
        assert!(!never.iter().any(|code| StatusCode::from_u16(*code).unwrap().should_retry()));
    }

    #[test]
    fn waits_double_up_to_the_limit_and_jitter_only_shortens_them() {
        let backoff = Backoff::default();
        let longest: Vec<u64> = (1..9).map(|attempt| backoff.delay(attempt, 1.0, None).as_secs()).collect();
        assert_eq!(longest, [1, 2, 4, 8, 16, 30, 30, 30]);
        assert_eq!(backoff.delay(3, 0.25, None), Duration::from_secs(1));
        assert_eq!(backoff.delay(3, 0.0, None), Duration::ZERO);
        assert_eq!(backoff.delay(u32::MAX, 1.0, None), Duration::from_secs(30));
    }

    #[test]
    fn the_servers_wish_is_kept_up_to_a_limit() {
        let backoff = Backoff::default();
        assert_eq!(backoff.delay(1, 0.0, Some(Duration::from_secs(17))), Duration::from_secs(17));
        assert_eq!(backoff.delay(1, 0.0, Some(Duration::from_secs(86_400))), Duration::from_secs(120));
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now: Timestamp = "2026-11-24T05:00:00Z".parse().unwrap();
        let asked = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().unwrap());
            retry_after(&headers, now)
        };
        assert_eq!(asked("7"), Some(Duration::from_secs(7)));
        assert_eq!(asked("Tue, 24 Nov 2026 05:01:30 GMT"), Some(Duration::from_secs(90)));
        assert_eq!(asked("Tue, 24 Nov 2026 04:00:00 GMT"), Some(Duration::ZERO), "a date that has passed");
        assert_eq!(asked("soon"), None);
        assert_eq!(asked("-3"), None);
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }

    #[test]
    fn jitter_spreads() {
        let shares: Vec<f64> = (0..200).map(|_| jitter()).collect();
        assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)));
        assert!(shares.iter().any(|share| *share < 0.25) && shares.iter().any(|share| *share > 0.75));
    }
}
