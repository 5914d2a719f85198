//! Shares of a count, with Wilson's interval.

use serde::{Deserialize, Serialize};

/// Under so many rows, a share says little, and a reader is told so.
pub const SMALL: usize = 30;

/// The 97.5th percentile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// A share with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The share, 0 to 1.
    pub value: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
    /// Of how many rows it is a share.
    pub n: usize,
    /// Whether these are fewer than [`SMALL`], or of fewer tenancies.
    pub small: bool,
}

impl Share {
    /// `hits` of `n`, with Wilson's score interval (Wilson 1927; Brown, Cai & DasGupta 2001, section 3.1.1), which stays
    /// within 0 to 1 and holds where `hits` is 0 or `n`. It takes the rows as independent: where a tenancy stands in several
    /// of them, it is too narrow. `None` for a share of nothing, or of less than its part.
    pub fn of(hits: usize, n: usize) -> Option<Share> {
        Share::as_if_of(hits, n, n as f64)
    }

    /// `hits` of `n`, as unsure as a share of `effective` independent rows.
    pub(super) fn as_if_of(hits: usize, n: usize, effective: f64) -> Option<Share> {
        if n == 0 || hits > n {
            return None;
        }
        let share = hits as f64 / n as f64;
        let spread = Z * Z / effective;
        let middle = (share + spread / 2.0) / (1.0 + spread);
        let half = Z * (share * (1.0 - share) / effective + spread / (4.0 * effective)).sqrt() / (1.0 + spread);
        let (low, high) = ((middle - half).clamp(0.0, share), (middle + half).clamp(share, 1.0));
        Some(Share { value: share, low, high, n, small: n < SMALL })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_few_is_marked_and_a_share_of_nothing_is_none() {
        assert!(Share::of(3, 29).unwrap().small && !Share::of(3, 30).unwrap().small);
        assert_eq!((Share::of(0, 0), Share::of(2, 1)), (None, None));
    }
}
