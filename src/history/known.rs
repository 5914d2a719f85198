//! What a history is built from.

use jiff::civil::Date;

use crate::exports::records::{Event, Posting, Tenancy};
use crate::money::Ore;

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

/// How many notes of the last 183 days, written by the as-of date, hold something of a category. Texts are not kept, and
/// special categories (health, misuse, crime) have no count here, so that they cannot be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NoteCounts {
    /// Money trouble, lost work.
    pub economy: u16,
    /// Words of bailiff and eviction. Counted for the run's report, no feature: it would foretell itself.
    pub legal: u16,
    /// Neglect of the home, smell, rubbish, damage.
    pub housing_condition: u16,
    /// Mail piling up, nobody opens.
    pub absence: u16,
    /// Noise, rows, complaints.
    pub conflict: u16,
    /// Divorce, a death, a partner moved out.
    pub life_event: u16,
    /// All is well, keeps agreements, found work.
    pub protective: u16,
}

impl NoteCounts {
    /// Notes that speak for trouble.
    pub fn troubling(&self) -> u32 {
        [self.economy, self.housing_condition, self.absence, self.conflict, self.life_event].map(u32::from).iter().sum()
    }
}
