//! Whether the columns of charges and payments were mapped the wrong way round, by what rows of known kinds have in them.

use super::ledger_row::LedgerRow;
use crate::exports::records::PostingKind;
use crate::money::Ore;

/// Fewer rows of a kind than this say nothing.
const ENOUGH_ROWS: u64 = 5;

/// Counts of rows whose kind the export tells, where charges and payments have a column each.
#[derive(Clone, Copy, Default)]
pub struct SwapCheck {
    rents: u64,
    rents_paid: u64,
    rents_negative: u64,
    payments: u64,
    payments_charged: u64,
}

impl SwapCheck {
    /// Counts a row.
    #[inline]
    pub fn take(&mut self, row: &LedgerRow<'_>) {
        let charged = row.charged.map_or(Ore::ZERO, |(amount, _)| amount);
        let paid = row.paid.map_or(Ore::ZERO, |(amount, _)| amount);
        match row.told_kind {
            Some(PostingKind::Rent) => {
                self.rents += 1;
                self.rents_paid += u64::from(charged == Ore::ZERO && paid < Ore::ZERO);
                self.rents_negative += u64::from(charged < Ore::ZERO);
            }
            Some(PostingKind::Payment) => {
                self.payments += 1;
                self.payments_charged += u64::from(charged > Ore::ZERO && paid == Ore::ZERO);
            }
            _ => {}
        }
    }

    /// Adds what another block came to.
    pub fn add(&mut self, other: &SwapCheck) {
        self.rents += other.rents;
        self.rents_paid += other.rents_paid;
        self.rents_negative += other.rents_negative;
        self.payments += other.payments;
        self.payments_charged += other.payments_charged;
    }

    /// What contradicts the config, where something does.
    pub fn fault(&self) -> Option<String> {
        let SwapCheck { rents, rents_paid, rents_negative, payments, payments_charged } = *self;
        let advice = "the columns look swapped: look whether `charged` and `paid` are mapped the wrong way round";
        // Where no row is called a payment, the kind tells what was paid for, and there may be more payments than charges.
        let most_paid = if payments == 0 { rents_paid * 10 > rents * 9 } else { rents_paid * 2 > rents };
        if rents >= ENOUGH_ROWS && most_paid {
            return Some(format!("{rents_paid} of {rents} rows of rent have their amount in `paid`: {advice}"));
        }
        if payments >= ENOUGH_ROWS && payments_charged * 2 > payments {
            return Some(format!(
                "{payments_charged} of {payments} rows of payments have their amount in `charged`: {advice}"
            ));
        }
        if rents >= ENOUGH_ROWS && rents_negative * 2 > rents {
            return Some(format!(
                "{rents_negative} of {rents} rows of rent have a negative charge: set `sign`, or look whether `charged` \
                 and `paid` are mapped the wrong way round"
            ));
        }
        None
    }
}
