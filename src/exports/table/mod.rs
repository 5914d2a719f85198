//! A file of any dialect as rows with named columns: one way for all four feeds.
//!
//! ```text
//!  file ─▶ blocks ─▶ scan ─▶ fields ─▶ sift ─▶ a feed's own rules
//!  sniff,   whole     where   what      skipped, or rejected
//!  xlsx     records   rows    stands    by a named rule
//!                     end     in them
//! ```
//!
//! [`open::Table::open`] finds the encoding, the delimiter, the header and the columns; everything after works on bytes.

pub mod aliases;
pub mod blocks;
pub mod columns;
pub mod fields;
pub mod header;
pub mod joined;
pub mod layout;
pub mod open;
pub mod row;
pub mod scan;
pub mod sift;
pub mod sniff;
pub mod spoiled;
pub mod text;
pub mod xlsx;
