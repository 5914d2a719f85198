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
