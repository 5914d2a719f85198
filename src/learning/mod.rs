//! Learning the risk from an association's own history, and proving that what was learned holds.
//!
//! ```text
//!  snapshots ─▶ rows kept ─▶ columns ─▶ fit ─▶ calibration ─▶ a model
//!      └──────▶ walk: the same on what was known then ─▶ measures, audit, weekly lists ─▶ gate
//! ```
//!
//! [`cohort`] takes the snapshots, [`kept`] keeps the rows that are learned from, a [`Design`](design::Design) turns
//! features into columns, [`fit`](fit::fit) finds the coefficients, [`confirm`](confirm::confirm) has them confirmed, a
//! [`Calibration`](calibrate::Calibration) makes the probabilities hold on later data. A [`Walk`](walk::Walk) does that
//! again and again with what was known then; [`measure`] says how good a ranking or a forecast is, and how sure that is,
//! [`audit`] on whom it falls, and [`gate`] decides whether a model may score the coming nights.
//! [`text`] learns from the words of notes, where that is allowed, and [`text_trial`] says whether it is worth it.
//! [`readiness`] tells, without training, whether it would be worth while.

mod attempt;
pub mod audit;
pub mod calibrate;
pub mod cohort;
pub mod confirm;
pub mod design;
pub mod evaluation;
pub mod fit;
pub mod gate;
pub mod kept;
pub mod learned;
pub mod measure;
mod newton;
pub mod proof;
mod quantiles;
pub mod readiness;
pub mod scored;
pub mod text;
pub mod text_trial;
pub mod train;
pub mod walk;
pub mod weekly;
