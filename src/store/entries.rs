//! Households on lists, and those that were referred.

use std::collections::HashSet;

use jiff::civil::Date;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::columns::{date, known};
use super::{Night, Store, StoreError};
use crate::risk::Reason;
use crate::shortlist::{Decided, Entry, EntryId, EntryState, MailId, NO_ROOM, NewEntry, Verdict};
use crate::tenancy::TenancyRef;

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
    exists (select 1 from mail where mail.id = entry.mail and mail.state = 'uncertain'), protected, card, rule,
    address_protected,
    (select verdict from decision where decision.entry = entry.id order by decision.id desc limit 1),
    (select by from decision where decision.entry = entry.id order by decision.id desc limit 1),
    (select max(sent_on) from referral
     where referral.tenancy_ref = entry.tenancy_ref and sent_on >= entry.listed_on and entry.state in ('sent', 'dropped'))";

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
    /// Wordings proposed since `since`, and those in mails not yet delivered.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn wordings_since(&self, since: Date) -> Result<Vec<Wording>, StoreError> {
        let mut statement = self.tx.prepare(
            "select stairwell, variant from referral where sent_on >= ?1
             union select stairwell, variant from entry where state = 'queued' and stairwell is not null",
        )?;
        let rows = statement
            .query_map([since.to_string()], |row| Ok(Wording { stairwell: row.get(0)?, variant: row.get(1)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Puts a household on a list.
    ///
    /// # Errors
    /// [`StoreError::Sql`], also where the household already has an open entry.
    pub fn list(&self, new: &NewEntry, as_of: Date) -> Result<EntryId, StoreError> {
        self.tx.execute(
            "insert into entry
                 (tenancy_ref, caseworker, listed_on, score, model, reasons, address_protected, state, changed_on)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting', ?3)",
            params![
                new.tenancy_ref.as_str(),
                new.caseworker,
                as_of.to_string(),
                new.score,
                new.model,
                reasons_json(&new.reasons)?,
                new.protected
            ],
        )?;
        Ok(EntryId(self.tx.last_insert_rowid()))
    }

    /// Gives an open entry tonight's score, model and reasons, and whether its address is protected.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn refresh(
        &self,
        entry: EntryId,
        score: f64,
        model: &str,
        reasons: &[Reason],
        protected: bool,
    ) -> Result<(), StoreError> {
        self.tx.execute(
            "update entry set score = ?2, model = ?3, reasons = ?4, address_protected = ?5 where id = ?1",
            params![entry.0, score, model, reasons_json(reasons)?, protected],
        )?;
        Ok(())
    }

    /// Says of every approved entry whether it finds no room this week: those of `without_room` do not.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn set_without_room(&self, without_room: &HashSet<EntryId>) -> Result<(), StoreError> {
        self.tx.execute("update entry set rule = null where state = 'approved'", [])?;
        for entry in without_room {
            self.tx.execute(
                "update entry set rule = ?2 where id = ?1 and state = 'approved'",
                params![entry.0, NO_ROOM],
            )?;
        }
        Ok(())
    }

    /// Takes a household off its list, by a named rule. Why it had been on it is forgotten.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn withdraw(&self, entry: EntryId, rule: &str, as_of: Date) -> Result<(), StoreError> {
        self.tx.execute(
            "update entry set state = 'withdrawn', rule = ?2, changed_on = ?3, mail = null, reasons = '[]', score = 0
             where id = ?1",
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
             changed_on = ?7, rule = null where id = ?1",
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

/// The entry of a tenancy that a decision is on: the open one, else the last.
pub(super) fn latest_entry(tx: &Transaction<'_>, tenancy: &TenancyRef) -> Result<Option<Entry>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from entry where tenancy_ref = ?1
         order by state in ('waiting', 'approved', 'held', 'queued') desc, id desc limit 1"
    );
    let mut statement = tx.prepare(&sql)?;
    let mut rows = statement.query([tenancy.as_str()])?;
    rows.next()?.map(entry).transpose()
}

fn reasons_json(reasons: &[Reason]) -> Result<String, StoreError> {
    serde_json::to_string(reasons).map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn entry(row: &Row<'_>) -> Result<Entry, StoreError> {
    let reasons: String = row.get(6)?;
    let (verdict, by): (Option<String>, Option<String>) = (row.get(15)?, row.get(16)?);
    let decided = |(verdict, by): (String, String)| {
        Ok::<_, StoreError>(Decided { verdict: known("verdict", verdict, &Verdict::ALL, Verdict::as_str)?, by })
    };
    let (protected_in_mail, protected): (bool, bool) = (row.get(11)?, row.get(14)?);
    Ok(Entry {
        id: EntryId(row.get(0)?),
        tenancy_ref: TenancyRef::new(&row.get::<_, String>(1)?),
        caseworker: row.get(2)?,
        listed_on: date(row.get(3)?)?,
        score: row.get(4)?,
        model: row.get(5)?,
        reasons: serde_json::from_str(&reasons).map_err(|error| StoreError::Corrupt(error.to_string()))?,
        state: known("entry state", row.get(7)?, &EntryState::ALL, EntryState::as_str)?,
        changed_on: date(row.get(8)?)?,
        rule: row.get(13)?,
        decided: verdict.zip(by).map(decided).transpose()?,
        mail: row.get::<_, Option<i64>>(9)?.map(MailId),
        beyond_recall: row.get(10)?,
        protected_in_mail,
        protected: protected || protected_in_mail,
        card: row.get(12)?,
        sent_on: row.get::<_, Option<String>>(17)?.map(date).transpose()?,
    })
}
