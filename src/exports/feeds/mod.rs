//! What a row of each feed means.

pub mod append;
pub mod balance;
pub mod before;
pub mod events;
pub mod kinds;
pub mod ledger_feed;
pub mod ledger_row;
pub mod notes;
pub mod person_names;
pub mod queue;
pub mod reference;
pub mod rows;
pub mod swapped;
pub mod tenancies;
pub mod whose;
