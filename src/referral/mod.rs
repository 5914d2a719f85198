//! From decided shortlist to mail: prompts for handwritten cards, the caseworker's mail, and its delivery.

pub mod check;
pub mod compose;
pub mod deliver;
pub mod message;
pub mod names;
pub mod outbox;
pub mod page;
pub mod prompt;
