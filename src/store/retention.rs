//! What is forgotten, and when (DOMAIN section 3.7): lists and scores after 90 days, decisions lose the tenancy after 90
//! days and go after 24 months, referrals go when the cooldown has passed.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use rusqlite::params;

use super::{Night, StoreError};

/// Days that lists, scores and delivered mails' records are kept.
pub const LIST_DAYS: i64 = 90;
/// Months that decisions and runs are kept, without the tenancy.
pub const AUDIT_MONTHS: i32 = 24;

impl Night<'_> {
    /// Deletes what has been kept for long enough. `cooldown_days` is how long a referral must be remembered.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn forget(&self, as_of: Date, cooldown_days: u32) -> Result<(), StoreError> {
        let lists = before(as_of, LIST_DAYS.days());
        let referrals = before(as_of, i64::from(cooldown_days).max(LIST_DAYS).days());
        let audit = before(as_of, AUDIT_MONTHS.months());
        let closed = "state in ('dropped', 'sent', 'withdrawn')";
        self.tx.execute(&format!("delete from entry where {closed} and changed_on < ?1"), params![lists])?;
        self.tx.execute(
            "delete from mail where state in ('sent', 'failed', 'superseded') and changed_on < ?1
             and id not in (select mail from entry where mail is not null)",
            params![lists],
        )?;
        self.tx.execute("delete from referral where sent_on < ?1", params![referrals])?;
        self.tx.execute("delete from urgent_note where told_on < ?1", params![before(as_of, 12.months())])?;
        self.tx.execute("update decision set tenancy_ref = '' where decided_at < ?1", params![lists])?;
        self.tx.execute("delete from decision where decided_at < ?1", params![audit])?;
        self.tx.execute("delete from run where as_of < ?1", params![audit])?;
        Ok(())
    }
}

fn before(as_of: Date, span: Span) -> String {
    as_of.saturating_sub(span).to_string()
}
