//! What a history is built from.

use jiff::civil::Date;

use crate::exports::records::{Event, Posting, Tenancy};
use crate::money::Ore;
use crate::notes::NoteCounts;

/// What the exports hold on one tenancy. It may hold the future too: a history takes what had been booked by its date.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// The ledger of this tenancy. Best sorted by booking date; any order gives the same history.
    pub postings: &'a [Posting],
    /// The events of this tenancy, in any order.
    pub events: &'a [Event],
    /// From the tenancies feed, where there is one.
    pub lease: Option<Lease>,
    /// What caretakers noticed, counted as of the date.
    pub notes: NoteCounts,
    /// What a model that has learned from notes makes of their words, in log-odds; 0 without such a model or without notes.
    pub notes_text: f64,
}

/// What the tenancies feed tells of a lease that bears on payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// First day of the tenancy.
    pub moved_in: Date,
    /// Monthly rent, where exported.
    pub monthly_rent: Option<Ore>,
}

impl From<&Tenancy> for Lease {
    fn from(tenancy: &Tenancy) -> Lease {
        Lease { moved_in: tenancy.moved_in, monthly_rent: tenancy.monthly_rent }
    }
}
