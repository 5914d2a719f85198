//! What the housing association's administration system delivers: pulled whole or not at all, read row by row, each row
//! used, skipped by a named rule, or rejected with its place and a reason.

pub mod births;
pub mod cells;
pub mod entry_numbers;
pub mod error;
pub mod feeds;
pub mod judge;
pub mod ledger;
pub mod lines;
pub mod pull;
pub mod pulled;
pub mod read;
pub mod records;
pub mod references;
pub mod repeated;
pub mod report;
pub mod table;
