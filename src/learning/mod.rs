//! Learning the risk from an association's own history, and proving it: who is learned from, and what became of them.

pub mod backtest;
pub mod cohort;
pub mod train;
