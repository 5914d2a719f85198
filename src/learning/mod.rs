//! Learning the risk from an association's own history, and proving it: who is learned from, and what became of them.

pub mod backtest;
pub mod cohort;
pub mod train;
//! Learning the risk from an association's own history, and proving that what was learned holds.
//!
//! [`measure`] says how good a ranking or a forecast is, and how sure that is. [`gate`] decides from those figures whether
//! a model may score the coming nights.

pub mod gate;
pub mod measure;
//! Learning the risk from an association's own history.
//!
//! A [`Design`](design::Design) turns features into columns, [`fit`](fit::fit) finds the coefficients, and a
//! [`Calibration`](calibrate::Calibration) makes the probabilities hold on later data. Together they are a
//! [`Trained`](crate::risk::Trained) model.

pub mod calibrate;
pub mod design;
pub mod fit;
mod newton;
mod quantiles;
