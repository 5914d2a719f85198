//! What a cell says: an amount in whole øre, or a civil date, parsed from bytes.

pub mod amount;
pub mod date;
