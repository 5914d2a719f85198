//! What people decided.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};

use super::entries::date;
use super::{Night, Store, StoreError};
use crate::exports::cpr::redact;
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
    /// The household said no: never listed again.
    Object,
}

impl Verdict {
    /// The verdict's name, as in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Approve => "approve",
            Verdict::Hold => "hold",
            Verdict::Drop => "drop",
            Verdict::Object => "object",
        }
    }

    fn state(self) -> &'static str {
        match self {
            Verdict::Approve => "approved",
            Verdict::Hold => "held",
            Verdict::Drop => "dropped",
            Verdict::Object => "withdrawn",
        }
    }
}

/// How a tenancy stood to the lists when something was recorded of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// On a list, or in a mail on its way.
    Listed,
    /// On no list now; it was on one, was handed over or was decided on before.
    Known,
    /// Nothing is known of it: perhaps it is not written as in the exports.
    Unknown,
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
    /// Why. CPR numbers in it are not kept.
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
        let Some((entry, model)) = open_entry(&tx, decision.tenancy_ref)? else { return Err(StoreError::NotListed) };
        record(&tx, decision, Some(entry), &model)?;
        Ok(tx.commit()?)
    }

    /// Records that a household said no, whether or not it is on a list: it is taken off, and never listed again. A mail
    /// that is on its way is decided on by the next run. Gives how the household stood until then: who was never met may
    /// have been mistyped.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn object(&mut self, decision: &Decision<'_>) -> Result<Standing, StoreError> {
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let standing = standing(&tx, decision.tenancy_ref)?;
        let (entry, model) = open_entry(&tx, decision.tenancy_ref)?.unzip();
        record(&tx, decision, entry, model.as_deref().unwrap_or_default())?;
        remember_objection(&tx, decision.tenancy_ref, decision.as_of)?;
        tx.commit()?;
        Ok(standing)
    }

    /// Who said no, and since when.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn objections(&self) -> Result<HashMap<TenancyRef, Date>, StoreError> {
        let mut statement = self.connection.prepare("select tenancy_ref, since from objection")?;
        let mut rows = statement.query([])?;
        let mut objections = HashMap::new();
        while let Some(row) = rows.next()? {
            objections.insert(TenancyRef::new(&row.get::<_, String>(0)?), date(row.get(1)?)?);
        }
        Ok(objections)
    }
}

impl Night<'_> {
    /// Remembers objections of the exports, which may roll out of them.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn remember_objections(&self, objections: &[(TenancyRef, Date)]) -> Result<(), StoreError> {
        objections.iter().try_for_each(|(tenancy_ref, since)| remember_objection(&self.tx, tenancy_ref, *since))
    }
}

fn remember_objection(tx: &Transaction<'_>, tenancy_ref: &TenancyRef, since: Date) -> Result<(), StoreError> {
    tx.execute(
        "insert into objection (tenancy_ref, since) values (?1, ?2)
         on conflict (tenancy_ref) do update set since = max(since, excluded.since)",
        params![tenancy_ref.as_str(), since.to_string()],
    )?;
    Ok(())
}

fn open_entry(tx: &Transaction<'_>, tenancy_ref: &TenancyRef) -> Result<Option<(i64, String)>, StoreError> {
    let found = tx.query_row(
        "select id, model from entry where tenancy_ref = ?1 and state in ('waiting', 'approved', 'held')",
        [tenancy_ref.as_str()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    );
    Ok(found.optional()?)
}

fn standing(tx: &Transaction<'_>, tenancy_ref: &TenancyRef) -> Result<Standing, StoreError> {
    let holds = |sql: &str| tx.query_row(sql, [tenancy_ref.as_str()], |row| row.get::<_, bool>(0));
    if holds(
        "select exists (select 1 from entry where tenancy_ref = ?1
                        and state in ('waiting', 'approved', 'held', 'queued'))",
    )? {
        return Ok(Standing::Listed);
    }
    // An objection alone does not count: it may have been recorded under the same mistyped reference.
    let known = holds(
        "select exists (select 1 from entry where tenancy_ref = ?1)
             or exists (select 1 from referral where tenancy_ref = ?1)
             or exists (select 1 from act_now where tenancy_ref = ?1)",
    )?;
    Ok(if known { Standing::Known } else { Standing::Unknown })
}

fn record(tx: &Transaction<'_>, decision: &Decision<'_>, entry: Option<i64>, model: &str) -> Result<(), StoreError> {
    tx.execute(
        "insert into decision (entry, tenancy_ref, verdict, by, reason, decided_at, model)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            entry,
            decision.tenancy_ref.as_str(),
            decision.verdict.as_str(),
            decision.by,
            redact(decision.reason).0,
            decision.at.to_string(),
            model
        ],
    )?;
    tx.execute(
        "update entry set state = ?2, changed_on = ?3, rule = case ?4 when 'object' then 'objected' else rule end
         where id = ?1",
        params![entry, decision.verdict.state(), decision.as_of.to_string(), decision.verdict.as_str()],
    )?;
    Ok(())
}
