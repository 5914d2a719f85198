//! How good a score is, and how sure that is: pure functions on scores and labels.
//!
//! A **score** is higher the more urgent a tenancy is; a **label** says whether the event came within the horizon. Rows
//! that belong to the same tenancy form a **cluster**: they are drawn together when an interval is estimated, for a
//! tenancy that is seen on ten as-of dates is not ten independent observations.
//!
//! - [`roc_auc`], [`average_precision`], [`at_k`], [`top_k`]: the ranking.
//! - [`brier`], [`brier_constant`], [`log_loss`], [`calibration`], [`reliability`]: the probabilities.
//! - [`paired`]: two forecasts of the same rows.
//! - [`lead_time`], [`stability`]: the list, as staff meet it.
//! - [`by_group`]: whom it lists and whom it misses, group by group.
//! - [`Bins`]: drift since training.
//! - [`measures`] and [`split_report`]: all of it for one score and its baselines, with intervals.
//!
//! What cannot be measured (no rows, one class only, a score that is not a number, slices of different lengths) is `None`,
//! never a number that looks like one.

mod bootstrap;
mod drift;
mod forecast;
mod groups;
mod lead;
pub(super) mod newton;
mod paired;
mod ranking;
mod report;
mod share;
mod stability;

use serde::{Deserialize, Serialize};

pub use bootstrap::{Clusters, Resampling};
pub use drift::{Bins, PSI_WARNING, PSI_WATCH};
pub use forecast::{ReliabilityBin, brier, brier_constant, calibration, log_loss, reliability};
pub use groups::{Comparison, GroupMeasures, GroupedRow, Grouping, Tenancies, by_group};
pub use lead::{LeadTime, lead_time};
pub use newton::Calibration;
pub use paired::{Figures, Paired, paired};
pub use ranking::{AtK, at_k, average_precision, listed, roc_auc, top_k};
pub use report::{
    Baseline, CalibrationMeasures, Evaluated, Measures, Scale, SplitReport, Unequal, measures, split_report,
};
pub use share::{SMALL, Share};
pub use stability::{Overlap, Stability, overlap, stability};

/// Lines of a reliability table, as it is told.
pub const RELIABILITY_BINS: usize = 10;

/// A figure with its 95 % interval. `low <= value <= high`, all finite.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// The figure on the rows as they are.
    pub value: f64,
    /// The 2.5th percentile of the figure over the resamples.
    pub low: f64,
    /// The 97.5th percentile of the figure over the resamples.
    pub high: f64,
}
