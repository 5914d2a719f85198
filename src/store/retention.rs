//! What is forgotten, and when (GDPR art. 5(1)(e)): lists and scores after 90 days, decisions lose the tenancy after 90
//! days and go after 24 months; referrals lose the tenancy when the cooldown has passed, and their wording, which keeps
//! neighbours from getting the same card, goes after 24 months too.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use rusqlite::params;

use super::{Night, StoreError};
use crate::tenancy::TenancyRef;

/// Days that lists, scores and delivered mails' records are kept.
pub const LIST_DAYS: i64 = 90;
/// Months that decisions and runs are kept, without the tenancy.
pub const AUDIT_MONTHS: i32 = 24;

impl Night<'_> {
    /// Deletes what has been kept for long enough. `cooldown_days` is how long a referral or a drop must be
    /// remembered.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn forget(&self, as_of: Date, cooldown_days: u32) -> Result<(), StoreError> {
        let lists = before(as_of, LIST_DAYS.days());
        let cooldown = before(as_of, i64::from(cooldown_days).max(LIST_DAYS).days());
        let audit = before(as_of, AUDIT_MONTHS.months());
        let closed = "state in ('dropped', 'sent', 'withdrawn')";
        // A household that a reviewer dropped is remembered for the cooldown, but not why it had been listed.
        self.tx.execute(
            "update entry set reasons = '[]', score = 0 where state = 'dropped' and changed_on < ?1",
            params![lists],
        )?;
        self.tx.execute(
            &format!("delete from entry where {closed} and changed_on < case state when 'dropped' then ?1 else ?2 end"),
            params![cooldown, lists],
        )?;
        self.tx.execute(
            "delete from mail where state in ('sent', 'failed', 'superseded') and changed_on < ?1
             and id not in (select mail from entry where mail is not null)",
            params![lists],
        )?;
        self.tx.execute("update referral set tenancy_ref = '' where sent_on < ?1", params![cooldown])?;
        self.tx.execute("delete from referral where sent_on < ?1", params![audit])?;
        self.tx.execute("delete from urgent_note where told_on < ?1", params![before(as_of, 12.months())])?;
        self.tx.execute("update decision set tenancy_ref = '', reason = '' where decided_at < ?1", params![lists])?;
        self.tx.execute("delete from decision where decided_at < ?1", params![audit])?;
        self.part_decisions()?;
        self.tx.execute("delete from run where as_of < ?1", params![audit])?;
        Ok(())
    }

    /// Deletes what is kept on tenancies that have ended and owe nothing: their lists and decisions, and whose referral it
    /// was. What has been decided stays, without the tenancy.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn forget_ended(&self, tenancies: &[TenancyRef]) -> Result<(), StoreError> {
        for tenancy in tenancies {
            for sql in [
                "delete from entry where tenancy_ref = ?1 and state in ('dropped', 'sent', 'withdrawn')",
                "update referral set tenancy_ref = '' where tenancy_ref = ?1",
                "update decision set tenancy_ref = '', reason = '' where tenancy_ref = ?1",
                "delete from objection where tenancy_ref = ?1",
            ] {
                self.tx.execute(sql, [tenancy.as_str()])?;
            }
        }
        self.part_decisions()
    }

    /// An entry's number may come again once its row has gone: a decision must not pass to the household that gets it then.
    fn part_decisions(&self) -> Result<(), StoreError> {
        self.tx.execute("update decision set entry = null where entry not in (select id from entry)", [])?;
        Ok(())
    }
}

fn before(as_of: Date, span: Span) -> String {
    as_of.saturating_sub(span).to_string()
}
