//! What a back-test came to: all that the gate, the model card and `train --json` tell of it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::measure::{Comparison, LeadTime, Measures, ReliabilityBin, SplitReport, Stability};

/// How models learned earlier did on later dates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proof {
    /// The places on a week's lists, at which they are measured.
    pub capacity: usize,
    /// All test dates together, intervals clustered by tenancy.
    pub pooled: Measures,
    /// Each test date by itself, the earliest first.
    pub dates: Vec<SplitReport>,
    /// Calibrated forecasts of all test dates against what came.
    pub reliability: Vec<ReliabilityBin>,
    /// Whom the lists of the test dates name and whom they miss, group by group.
    pub groups: Vec<Comparison>,
    /// The lists week by week; `None` where there are fewer than two weeks to compare.
    pub weekly: Option<Weekly>,
}

/// The lists of successive weeks, each drawn with what was known and learned by then. A household that stays at the top
/// stands on every one of them: neither decisions nor the pause after a card are played through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weekly {
    /// The day of the first list.
    pub first: Date,
    /// The day of the last one.
    pub last: Date,
    /// How many there are.
    pub weeks: usize,
    /// Days from first listing to the event, for events after the first list and up to a horizon after the last one.
    pub lead: Option<LeadTime>,
    /// How much of a list stays from week to week.
    pub stability: Option<Stability>,
}
