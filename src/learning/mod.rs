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
