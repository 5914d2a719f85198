//! What the housing association's administration system delivers: pulled whole or not at all, read row by row, each row
//! used, skipped by a named rule, or rejected with its place and a reason.
//!
//! [`read::read_exports`] reads the four feeds. Beneath it, [`table`] turns a file of any dialect into rows with named
//! columns (one way for all feeds), [`cells`] turns a cell into an amount or a date, and [`feeds`] says what a row of each
//! feed means. The ledger is the big one: it is parsed as bytes, chunk by chunk on all cores.

pub mod cells;
pub mod cpr;
pub mod error;
pub mod feeds;
pub mod judge;
pub mod ledger;
pub mod pulled;
pub mod read;
pub mod records;
pub mod references;
pub mod report;
pub mod table;
