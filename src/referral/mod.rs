//! From decided shortlist to mail: prompts for handwritten cards, the caseworker's mail, and its delivery.

pub mod deliver;
pub mod message;
pub mod outbox;
