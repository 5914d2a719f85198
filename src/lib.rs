//! postkort helps housing associations see, early, which households are on the way towards an eviction, and helps the
//! caseworkers who sit in the estates to write them a card by hand.
//!
//! The code is laid out as one night's data flows. A stage knows the stages before it, never those after:
//!
//! ```text
//!  exports ─▶ history ─▶ features ─▶ risk ─▶ shortlist ─▶ review ─▶ referral ─▶ follow-up
//!  pull,read   what was   numbers     score,   who may be   a person   prompts,   what came
//!  reject      known on   with names  reasons  listed, and  decides    mail,      of it
//!              a date                          how many                outbox
//!                          └──────────── store (SQLite): runs, lists, decisions, outbox ────────────┘
//! ```
//!
//! Effects live at the rim: pulling in [`exports`], keeping in [`store`], delivering in [`referral`], and the command
//! line. What lies between are functions from values to values, with the date as an argument. The night itself is one
//! short function, [`nightly::night`].

pub mod calendar;
pub mod card;
pub mod config;
pub mod exports;
pub mod features;
pub mod fingerprint;
pub mod history;
pub mod https;
pub mod learning;
pub mod lock;
pub mod money;
pub mod nightly;
pub mod notes;
pub mod ping;
pub mod redaction;
pub mod referral;
pub mod review;
pub mod risk;
pub mod shortlist;
pub mod simulate;
pub mod store;
pub mod tenancy;
pub mod texts;
pub mod whole_file;
