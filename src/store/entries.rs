//! Households on lists, and those that were referred.

use std::collections::HashSet;

use jiff::civil::Date;
use rusqlite::{OptionalExtension, Row, params};

use super::outbox::MailId;
use super::{Night, Store, StoreError};
use crate::risk::Reason;
use crate::tenancy::TenancyRef;

/// An entry's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub i64);

/// Where a household on a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// Waits for a decision.
    Waiting,
    /// Goes out on the next on-site morning.
    Approved,
    /// Kept back until decided again.
    Held,
    /// Not relevant: not listed again within the cooldown.
    Dropped,
    /// In a mail that has not been delivered yet.
    Queued,
    /// The caseworker has been told.
    Sent,
    /// Taken off by newer data, by a named rule.
    Withdrawn,
}

impl EntryState {
    /// Every state, in the order of an entry's life.
    pub const ALL: [EntryState; 7] = [
        EntryState::Waiting,
        EntryState::Approved,
        EntryState::Held,
        EntryState::Dropped,
        EntryState::Queued,
        EntryState::Sent,
        EntryState::Withdrawn,
    ];

    /// The state's name, as in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            EntryState::Waiting => "waiting",
            EntryState::Approved => "approved",
            EntryState::Held => "held",
            EntryState::Dropped => "dropped",
            EntryState::Queued => "queued",
            EntryState::Sent => "sent",
            EntryState::Withdrawn => "withdrawn",
        }
    }
}

/// A household on a caseworker's list.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number.
    pub id: EntryId,
    /// The tenancy.
    pub tenancy_ref: TenancyRef,
    /// The caseworker, by e-mail address.
    pub caseworker: String,
    /// The as-of date on which it was first listed.
    pub listed_on: Date,
    /// The score it had then. For reviewers' order only; never shown to caseworkers.
    pub score: f64,
    /// The model that scored it.
    pub model: String,
    /// Why, in words.
    pub reasons: Vec<Reason>,
    /// Where it stands.
    pub state: EntryState,
    /// The day on which it came to stand there.
    pub changed_on: Date,
    /// The mail that carries it, once there is one.
    pub mail: Option<MailId>,
    /// That mail may have been delivered: it goes out again as it is, or not at all.
    pub beyond_recall: bool,
    /// In that mail the household is one with a protected address.
    pub protected_in_mail: bool,
    /// The number of its card there.
    pub card: Option<u32>,
}

/// A household to be put on a list.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The tenancy.
    pub tenancy_ref: TenancyRef,
    /// The caseworker, by e-mail address.
    pub caseworker: String,
    /// Its score.
    pub score: f64,
    /// The model that scored it.
    pub model: String,
    /// Why, in words.
    pub reasons: Vec<Reason>,
    /// `Waiting` where staff decide first, else `Approved`.
    pub state: EntryState,
}

/// A household that a caseworker was told of.
#[derive(Clone, Debug)]
pub struct Referral {
    /// The tenancy.
    pub tenancy_ref: TenancyRef,
    /// The caseworker, by e-mail address.
    pub caseworker: String,
    /// The day on which the mail was delivered.
    pub sent_on: Date,
}

/// Which words were proposed for a card, and where: neighbours never get the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// Fingerprint of the stairwell.
    pub stairwell: String,
    /// The variant of the wording; empty where there was none.
    pub variant: String,
}

/// What a mail proposes for a household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its number, which no other card of the caseworker has.
    pub number: u32,
    /// The words proposed.
    pub wording: Wording,
    /// The household is in the mail as one with a protected address.
    pub protected: bool,
}

const COLUMNS: &str = "id, tenancy_ref, caseworker, listed_on, score, model, reasons, state, changed_on, mail,
    exists (select 1 from mail where mail.id = entry.mail and mail.state = 'uncertain'), protected, card";

impl Store {
    /// Entries that are not closed: waiting, approved, held or queued; and those closed on `as_of` or later.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn current_entries(&self, as_of: Date) -> Result<Vec<Entry>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from entry where state in ('waiting', 'approved', 'held', 'queued') or changed_on >= ?1
             order by caseworker, score desc, tenancy_ref"
        );
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([as_of.to_string()])?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            entries.push(entry(row)?);
        }
        Ok(entries)
    }

    /// Referrals since `since`, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn referrals_since(&self, since: Date) -> Result<Vec<Referral>, StoreError> {
        let mut statement = self.connection.prepare(
            "select tenancy_ref, caseworker, sent_on from referral where sent_on >= ?1 order by sent_on desc, id desc",
        )?;
        let mut rows = statement.query([since.to_string()])?;
        let mut referrals = Vec::new();
        while let Some(row) = rows.next()? {
            referrals.push(Referral {
                tenancy_ref: TenancyRef::new(&row.get::<_, String>(0)?),
                caseworker: row.get(1)?,
                sent_on: date(row.get(2)?)?,
            });
        }
        Ok(referrals)
    }

    /// Wordings proposed since `since`, and those in mails not yet delivered.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn wordings_since(&self, since: Date) -> Result<Vec<Wording>, StoreError> {
        let mut statement = self.connection.prepare(
            "select stairwell, variant from referral where sent_on >= ?1
             union select stairwell, variant from entry where state = 'queued' and stairwell is not null",
        )?;
        let rows = statement
            .query_map([since.to_string()], |row| Ok(Wording { stairwell: row.get(0)?, variant: row.get(1)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every tenancy that something is kept on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn tenancies(&self) -> Result<HashSet<TenancyRef>, StoreError> {
        let mut statement = self.connection.prepare(
            "select tenancy_ref from entry union select tenancy_ref from referral union select tenancy_ref from decision
             union select tenancy_ref from objection",
        )?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        rows.map(|row| Ok(TenancyRef::new(&row?))).collect()
    }

    /// Tenancies that a reviewer dropped on `since` or later.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn dropped_since(&self, since: Date) -> Result<Vec<TenancyRef>, StoreError> {
        let mut statement =
            self.connection.prepare("select tenancy_ref from entry where state = 'dropped' and changed_on >= ?1")?;
        let rows = statement.query_map([since.to_string()], |row| row.get::<_, String>(0))?;
        rows.map(|row| Ok(TenancyRef::new(&row?))).collect()
    }
}

impl Night<'_> {
    /// Puts a household on a list.
    ///
    /// # Errors
    /// [`StoreError::Sql`], also where the household already has an open entry.
    pub fn list(&self, new: &NewEntry, as_of: Date) -> Result<EntryId, StoreError> {
        self.tx.execute(
            "insert into entry (tenancy_ref, caseworker, listed_on, score, model, reasons, state, changed_on)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?3)",
            params![
                new.tenancy_ref.as_str(),
                new.caseworker,
                as_of.to_string(),
                new.score,
                new.model,
                reasons_json(&new.reasons)?,
                new.state.as_str()
            ],
        )?;
        Ok(EntryId(self.tx.last_insert_rowid()))
    }

    /// Gives an open entry tonight's score, model and reasons.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn refresh(&self, entry: EntryId, score: f64, model: &str, reasons: &[Reason]) -> Result<(), StoreError> {
        self.tx.execute(
            "update entry set score = ?2, model = ?3, reasons = ?4 where id = ?1",
            params![entry.0, score, model, reasons_json(reasons)?],
        )?;
        Ok(())
    }

    /// Takes a household off its list, by a named rule.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn withdraw(&self, entry: EntryId, rule: &str, as_of: Date) -> Result<(), StoreError> {
        self.tx.execute(
            "update entry set state = 'withdrawn', rule = ?2, changed_on = ?3, mail = null where id = ?1",
            params![entry.0, rule, as_of.to_string()],
        )?;
        Ok(())
    }

    /// The number of a caseworker's next card: above that of every card before it, for an old card may still lie in a
    /// pocket when its household has been forgotten.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn next_card(&self, caseworker: &str) -> Result<u32, StoreError> {
        let sql = "select last + 1 from caseworker_card where caseworker = ?1";
        Ok(self.tx.query_row(sql, [caseworker], |row| row.get(0)).optional()?.unwrap_or(1))
    }

    /// Puts an entry into a mail.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn enqueue(&self, entry: EntryId, mail: MailId, card: &Card, as_of: Date) -> Result<(), StoreError> {
        let Wording { stairwell, variant } = &card.wording;
        self.tx.execute(
            "update entry set state = 'queued', mail = ?2, stairwell = ?3, variant = ?4, protected = ?5, card = ?6,
             changed_on = ?7 where id = ?1",
            params![entry.0, mail.0, stairwell, variant, card.protected, card.number, as_of.to_string()],
        )?;
        self.tx.execute(
            "insert into caseworker_card (caseworker, last) select caseworker, card from entry where id = ?1
             on conflict (caseworker) do update set last = max(last, excluded.last)",
            [entry.0],
        )?;
        Ok(())
    }
}

fn reasons_json(reasons: &[Reason]) -> Result<String, StoreError> {
    serde_json::to_string(reasons).map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn entry(row: &Row<'_>) -> Result<Entry, StoreError> {
    let state: String = row.get(7)?;
    let reasons: String = row.get(6)?;
    Ok(Entry {
        id: EntryId(row.get(0)?),
        tenancy_ref: TenancyRef::new(&row.get::<_, String>(1)?),
        caseworker: row.get(2)?,
        listed_on: date(row.get(3)?)?,
        score: row.get(4)?,
        model: row.get(5)?,
        reasons: serde_json::from_str(&reasons).map_err(|error| StoreError::Corrupt(error.to_string()))?,
        state: EntryState::ALL
            .into_iter()
            .find(|known| known.as_str() == state)
            .ok_or_else(|| StoreError::Corrupt(format!("entry state {state:?}")))?,
        changed_on: date(row.get(8)?)?,
        mail: row.get::<_, Option<i64>>(9)?.map(MailId),
        beyond_recall: row.get(10)?,
        protected_in_mail: row.get(11)?,
        card: row.get(12)?,
    })
}

pub(super) fn date(text: String) -> Result<Date, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt(format!("date {text:?}")))
}
