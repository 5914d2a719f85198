//! Money as whole øre. Amounts never pass through floating point on their way from an export to a sum.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Deserialize, Serialize};

/// An amount of Danish money in øre (1/100 krone). Positive is debt where it stands in a ledger.
///
/// Arithmetic saturates: an absurd export can give an absurd number, never a panic or a sum that wraps round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ore(pub i64);

impl Ore {
    /// No money.
    pub const ZERO: Ore = Ore(0);

    /// The amount in kroner, for ratios and features only.
    pub fn kroner(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// The amount without its sign.
    pub fn abs(self) -> Ore {
        Ore(self.0.saturating_abs())
    }

    /// Whether the amount is above zero.
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }
}

impl Add for Ore {
    type Output = Ore;
    fn add(self, other: Ore) -> Ore {
        Ore(self.0.saturating_add(other.0))
    }
}

impl Sub for Ore {
    type Output = Ore;
    fn sub(self, other: Ore) -> Ore {
        Ore(self.0.saturating_sub(other.0))
    }
}

impl Neg for Ore {
    type Output = Ore;
    fn neg(self) -> Ore {
        Ore(self.0.saturating_neg())
    }
}

impl AddAssign for Ore {
    fn add_assign(&mut self, other: Ore) {
        *self = *self + other;
    }
}

impl SubAssign for Ore {
    fn sub_assign(&mut self, other: Ore) {
        *self = *self - other;
    }
}

impl Sum for Ore {
    fn sum<I: Iterator<Item = Ore>>(amounts: I) -> Ore {
        amounts.fold(Ore::ZERO, Add::add)
    }
}

/// As Danes write it: `5.690,00`, `-12,50`.
impl fmt::Display for Ore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = (self.0.unsigned_abs() / 100).to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{grouped},{:02}", self.0.unsigned_abs() % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_danes_write_them() {
        let written = [0, 5, -500, 569_000, 119_392_523, -100_000, i64::MIN].map(|ore| Ore(ore).to_string());
        assert_eq!(
            written,
            ["0,00", "0,05", "-5,00", "5.690,00", "1.193.925,23", "-1.000,00", "-92.233.720.368.547.758,08"]
        );
    }

    #[test]
    fn sums_that_overflow_stay_at_the_limit() {
        assert_eq!([Ore(i64::MAX), Ore(1)].into_iter().sum::<Ore>(), Ore(i64::MAX));
        assert_eq!(-Ore(i64::MIN), Ore(i64::MAX));
    }
}
