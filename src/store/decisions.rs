//! What people decided.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{OptionalExtension, TransactionBehavior, params};

use super::{Store, StoreError};
use crate::tenancy::TenancyRef;

/// What a reviewer may decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Goes to the caseworker.
    Approve,
    /// Not now; stays open.
    Hold,
    /// Not relevant.
    Drop,
}

impl Verdict {
    fn as_str(self) -> &'static str {
        match self {
            Verdict::Approve => "approve",
            Verdict::Hold => "hold",
            Verdict::Drop => "drop",
        }
    }

    fn state(self) -> &'static str {
        match self {
            Verdict::Approve => "approved",
            Verdict::Hold => "held",
            Verdict::Drop => "dropped",
        }
    }
}

/// One decision, with who took it and why.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    /// The tenancy decided on.
    pub tenancy_ref: &'a TenancyRef,
    /// What was decided.
    pub verdict: Verdict,
    /// The reviewer, by name.
    pub by: &'a str,
    /// Why.
    pub reason: &'a str,
    /// When.
    pub at: Timestamp,
    /// The day on which the program stands.
    pub as_of: Date,
}

impl Store {
    /// Records a decision on a household that waits, is held or is approved, and carries it out.
    ///
    /// # Errors
    /// [`StoreError::NotListed`] where there is nothing open to decide: unknown, already in a mail, or taken off.
    pub fn decide(&mut self, decision: &Decision<'_>) -> Result<(), StoreError> {
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let open: Option<(i64, String)> = tx
            .query_row(
                "select id, model from entry where tenancy_ref = ?1 and state in ('waiting', 'approved', 'held')",
                [decision.tenancy_ref.as_str()],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let Some((entry, model)) = open else { return Err(StoreError::NotListed) };
        tx.execute(
            "insert into decision (entry, tenancy_ref, verdict, by, reason, decided_at, model)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                entry,
                decision.tenancy_ref.as_str(),
                decision.verdict.as_str(),
                decision.by,
                decision.reason,
                decision.at.to_string(),
                model
            ],
        )?;
        tx.execute(
            "update entry set state = ?2, changed_on = ?3 where id = ?1",
            params![entry, decision.verdict.state(), decision.as_of.to_string()],
        )?;
        Ok(tx.commit()?)
    }
}
