//! Learning the risk from an association's own history, and proving that what was learned holds.
//!
//! ```text
//!  snapshots ─▶ columns ─▶ fit ─▶ calibration ─▶ a model
//!      └──────▶ back-test: the same on what was known then ─▶ measures ─▶ gate
//! ```
//!
//! [`cohort`] takes the snapshots, a [`Design`](design::Design) turns features into columns, [`fit`](fit::fit) finds the
//! coefficients, a [`Calibration`](calibrate::Calibration) makes the probabilities hold on later data. [`measure`] says
//! how good a ranking or a forecast is, and how sure that is; [`gate`] decides whether a model may score the coming nights.

pub mod audit;
pub mod backtest;
pub mod calibrate;
pub mod cohort;
pub mod design;
pub mod evaluation;
pub mod fit;
pub mod gate;
pub mod measure;
mod newton;
pub mod proof;
mod quantiles;
pub mod scored;
pub mod train;
