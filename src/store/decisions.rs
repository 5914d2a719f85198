//! What people decided.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Transaction, TransactionBehavior, params};

use super::columns::date;
use super::entries::latest_entry;
use super::outbox::take_out;
use super::{Night, Store, StoreError};
use crate::redaction::cpr::redact;
use crate::shortlist::{Decided, Entry, EntryState, Verdict};
use crate::tenancy::TenancyRef;

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

/// What a decision meets with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The decision that it overrides, where somebody else took another.
    pub overrides: Option<Decided>,
    /// The caseworker was told on that day already: to whom, and when.
    pub told: Option<(String, Date)>,
}

/// Why nothing can be decided on a household. It says what is true of it instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOpen {
    /// On no list.
    #[error("no household with that reference is on a list; see `postkort review CONFIG list`")]
    NotListed,
    /// The caseworker has been told.
    #[error(
        "the mail to {0} left on {1}: that cannot be taken back. `drop` records that the household is not relevant"
    )]
    Sent(String, Date),
    /// In a mail that waits.
    #[error("it stands in a mail to {0} that waits to be sent; `hold` and `drop` take it out")]
    Queued(String),
    /// In a mail that may have been delivered.
    #[error("it stands in a mail to {0} that may have been delivered; nothing can be decided until that is known")]
    BeyondRecall(String),
    /// Taken off.
    #[error("it was taken off the list on {1} ({0}); a run lists it again where the newest data speaks for it")]
    Withdrawn(String, Date),
}

impl Store {
    /// Records a decision on a household, and carries it out. What waits, is held, is approved or was dropped can be
    /// decided anew; what stands in a mail that surely has not left can be held or dropped; once the caseworker has been
    /// told, it can still be found not relevant, which is remembered.
    ///
    /// # Errors
    /// [`StoreError::NotOpen`] where there is nothing to decide: then it says where the household stands.
    pub fn decide(&mut self, decision: &Decision<'_>) -> Result<Recorded, StoreError> {
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let entry = latest_entry(&tx, decision.tenancy_ref)?.ok_or(NotOpen::NotListed)?;
        if let Some(why) = refusal(&entry, decision.verdict) {
            return Err(why.into());
        }
        let told = entry.sent_on.map(|day| (entry.caseworker.clone(), day));
        let is_overridden = |before: &Decided| before.verdict != decision.verdict && before.by != decision.by;
        let overrides = entry.decided.clone().filter(is_overridden);
        take_out(&tx, &entry)?;
        record(&tx, decision, Some(&entry))?;
        tx.commit()?;
        Ok(Recorded { overrides, told })
    }

    /// Records that a household said no, whether or not it is on a list: it is taken off, and never listed again. A mail
    /// that may have been delivered is decided on by the next run. Gives how the household stood until then: who was never
    /// met may have been mistyped.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn object(&mut self, decision: &Decision<'_>) -> Result<Standing, StoreError> {
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let standing = standing(&tx, decision.tenancy_ref)?;
        let entry = latest_entry(&tx, decision.tenancy_ref)?;
        let open = entry.filter(|entry| entry.state.is_open() && !entry.beyond_recall);
        if let Some(entry) = &open {
            take_out(&tx, entry)?;
        }
        record(&tx, decision, open.as_ref())?;
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

/// Why a verdict cannot be given on an entry; `None` where it can.
fn refusal(entry: &Entry, verdict: Verdict) -> Option<NotOpen> {
    let caseworker = || entry.caseworker.clone();
    match (entry.state, entry.sent_on) {
        (EntryState::Waiting | EntryState::Approved | EntryState::Held, _) => None,
        (EntryState::Queued, _) if entry.beyond_recall => Some(NotOpen::BeyondRecall(caseworker())),
        (EntryState::Queued, _) if verdict == Verdict::Approve => Some(NotOpen::Queued(caseworker())),
        (EntryState::Queued, _) => None,
        (EntryState::Dropped, None) => None,
        (EntryState::Dropped | EntryState::Sent, _) if verdict == Verdict::Drop => None,
        (EntryState::Dropped | EntryState::Sent, sent_on) => {
            Some(NotOpen::Sent(caseworker(), sent_on.unwrap_or(entry.changed_on)))
        }
        (EntryState::Withdrawn, _) => {
            Some(NotOpen::Withdrawn(entry.rule.clone().unwrap_or_default(), entry.changed_on))
        }
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

fn record(tx: &Transaction<'_>, decision: &Decision<'_>, entry: Option<&Entry>) -> Result<(), StoreError> {
    tx.execute(
        "insert into decision (entry, tenancy_ref, verdict, by, reason, decided_at, model)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            entry.map(|entry| entry.id.0),
            decision.tenancy_ref.as_str(),
            decision.verdict.as_str(),
            decision.by,
            redact(decision.reason).0,
            decision.at.to_string(),
            entry.map(|entry| entry.model.as_str()).unwrap_or_default()
        ],
    )?;
    let Some(entry) = entry else { return Ok(()) };
    let (state, rule) = match decision.verdict {
        Verdict::Approve => (EntryState::Approved, None),
        Verdict::Hold => (EntryState::Held, None),
        Verdict::Drop => (EntryState::Dropped, None),
        Verdict::Object => (EntryState::Withdrawn, Some("objected")),
    };
    tx.execute(
        "update entry set state = ?2, changed_on = ?3, rule = ?4, mail = null,
             reasons = case ?2 when 'withdrawn' then '[]' else reasons end
         where id = ?1",
        params![entry.id.0, state.as_str(), decision.as_of.to_string(), rule],
    )?;
    Ok(())
}
