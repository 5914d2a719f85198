//! What the housing association's administration system delivers: pulled whole or not at all, read row by row, each row
//! used, skipped by a named rule, or rejected with its place and a reason.

pub mod cpr;
pub mod pull;
pub mod pulled;
pub mod records;
