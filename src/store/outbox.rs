//! Mails on their way out: the bytes that will be sent, and how far they have come.

use jiff::civil::Date;
use rusqlite::{OptionalExtension, Row, params};

use super::entries::date;
use super::{Night, Store, StoreError};
use crate::referral::outbox::{NextState, State};

/// A mail's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailId(pub i64);

/// What a mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// A caseworker's list.
    Shortlist,
    /// Tells a reviewer that a list waits.
    Notice,
    /// Tells housing staff of a note that a human must read now.
    Urgent,
}

impl MailKind {
    /// The kind's name, in the database and in message ids.
    pub fn as_str(self) -> &'static str {
        match self {
            MailKind::Shortlist => "shortlist",
            MailKind::Notice => "notice",
            MailKind::Urgent => "urgent",
        }
    }
}

/// A mail to be sent.
#[derive(Clone, Debug)]
pub struct NewMail {
    /// Its Message-ID.
    pub message_id: String,
    /// What it is.
    pub kind: MailKind,
    /// To whom.
    pub recipient: String,
    /// The whole message as it will be sent.
    pub bytes: Vec<u8>,
}

/// A mail in the outbox.
#[derive(Clone, Debug)]
pub struct StoredMail {
    /// Its number.
    pub id: MailId,
    /// Its Message-ID.
    pub message_id: String,
    /// What it is.
    pub kind: MailKind,
    /// To whom.
    pub recipient: String,
    /// The whole message; empty once there is nothing more to send.
    pub bytes: Vec<u8>,
    /// Where it stands.
    pub state: State,
    /// Attempts that count towards giving up.
    pub attempts: u32,
    /// The night of the next attempt.
    pub next_attempt_on: Option<Date>,
    /// The as-of date it was written for.
    pub created_on: Date,
}

const COLUMNS: &str = "id, message_id, kind, recipient, bytes, state, attempts, next_attempt_on, created_on";

impl Store {
    /// Mails that have not been accepted, given up or replaced, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn unsent_mails(&self) -> Result<Vec<StoredMail>, StoreError> {
        let sql = format!("select {COLUMNS} from mail where state in ('queued', 'deferred', 'uncertain') order by id");
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut mails = Vec::new();
        while let Some(row) = rows.next()? {
            mails.push(mail(row)?);
        }
        Ok(mails)
    }

    /// Writes down where a mail stands, before an attempt or after it, and what that means for the households in it:
    /// sent, they are referred; failed, they are free to go into another mail. Where a failed mail may have been delivered
    /// all the same they are held, for a person to decide: the program tells of nobody twice.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn set_mail(
        &mut self,
        mail: MailId,
        next: &NextState,
        error: Option<&str>,
        on: Date,
    ) -> Result<(), StoreError> {
        let tx = self.connection.transaction()?;
        tx.execute(
            "update mail set state = ?2, attempts = ?3, next_attempt_on = ?4, last_error = ?5, changed_on = ?6,
             bytes = case when ?7 then bytes else null end where id = ?1",
            params![
                mail.0,
                next.state.word(),
                next.attempts,
                next.next_attempt.map(|date| date.to_string()),
                error,
                on.to_string(),
                next.state.is_open()
            ],
        )?;
        match next.state {
            State::Sent => {
                tx.execute(
                    "insert into referral (tenancy_ref, caseworker, sent_on, stairwell, variant)
                     select tenancy_ref, caseworker, ?2, coalesce(stairwell, ''), coalesce(variant, '')
                     from entry where mail = ?1",
                    params![mail.0, on.to_string()],
                )?;
                tx.execute(
                    "update entry set state = 'sent', changed_on = ?2 where mail = ?1",
                    params![mail.0, on.to_string()],
                )?;
            }
            State::Failed => {
                let freed = if next.may_have_arrived { "held" } else { "approved" };
                tx.execute(
                    "update entry set state = ?3, mail = null, changed_on = ?2 where mail = ?1",
                    params![mail.0, on.to_string(), freed],
                )?;
            }
            State::Queued | State::Deferred | State::Uncertain | State::Superseded => {}
        }
        Ok(tx.commit()?)
    }
}

impl Night<'_> {
    /// Puts a mail into the outbox. `None` where a mail of that Message-ID is there already: it is not sent twice.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn post(&self, mail: &NewMail, as_of: Date) -> Result<Option<MailId>, StoreError> {
        let inserted = self.tx.execute(
            "insert into mail (message_id, kind, recipient, bytes, state, next_attempt_on, created_on, changed_on)
             values (?1, ?2, ?3, ?4, 'queued', ?5, ?5, ?5) on conflict (message_id) do nothing",
            params![mail.message_id, mail.kind.as_str(), mail.recipient, mail.bytes, as_of.to_string()],
        )?;
        Ok((inserted == 1).then(|| MailId(self.tx.last_insert_rowid())))
    }

    /// Replaces a mail that has not been accepted: it will not be sent, and the households in it are free to go into a
    /// new one.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn supersede(&self, mail: MailId, as_of: Date) -> Result<(), StoreError> {
        self.tx.execute(
            "update mail set state = 'superseded', bytes = null, changed_on = ?2 where id = ?1",
            params![mail.0, as_of.to_string()],
        )?;
        self.tx.execute(
            "update entry set state = 'approved', mail = null, changed_on = ?2 where mail = ?1 and state = 'queued'",
            params![mail.0, as_of.to_string()],
        )?;
        Ok(())
    }

    /// Whether somebody has been told of a note, or will be: by a mail that was sent, or by one that still can be, to one
    /// of those who are to be told now.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn is_told_of(&self, fingerprint: &str, to_be_told: &[&str]) -> Result<bool, StoreError> {
        let known = self.tx.query_row("select 1 from urgent_note where fingerprint = ?1", [fingerprint], |_| Ok(()));
        if known.optional()?.is_none() {
            return Ok(false);
        }
        let mut statement = self
            .tx
            .prepare("select state, recipient from mail join urgent_note_mail on mail = id where fingerprint = ?1")?;
        let mut rows = statement.query([fingerprint])?;
        let mut mails = 0;
        while let Some(row) = rows.next()? {
            let (state, recipient): (String, String) = (row.get(0)?, row.get(1)?);
            let state: State = state.parse().map_err(|_| StoreError::Corrupt(format!("mail state {state:?}")))?;
            if state == State::Sent || (state.is_open() && to_be_told.contains(&recipient.as_str())) {
                return Ok(true);
            }
            mails += 1;
        }
        // The mails of long ago have been forgotten; that the note was told has not.
        Ok(mails == 0)
    }

    /// Remembers that a mail in the outbox tells of a note.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn tell_of_note(&self, fingerprint: &str, mail: MailId, as_of: Date) -> Result<(), StoreError> {
        self.tx.execute(
            "insert into urgent_note (fingerprint, told_on) values (?1, ?2)
             on conflict (fingerprint) do update set told_on = excluded.told_on",
            params![fingerprint, as_of.to_string()],
        )?;
        self.tx.execute(
            "insert or ignore into urgent_note_mail (fingerprint, mail) values (?1, ?2)",
            params![fingerprint, mail.0],
        )?;
        Ok(())
    }
}

fn mail(row: &Row<'_>) -> Result<StoredMail, StoreError> {
    let kind: String = row.get(2)?;
    let state: String = row.get(5)?;
    let kinds = [MailKind::Shortlist, MailKind::Notice, MailKind::Urgent];
    Ok(StoredMail {
        id: MailId(row.get(0)?),
        message_id: row.get(1)?,
        kind: kinds
            .into_iter()
            .find(|known| known.as_str() == kind)
            .ok_or_else(|| StoreError::Corrupt(format!("mail kind {kind:?}")))?,
        recipient: row.get(3)?,
        bytes: row.get::<_, Option<Vec<u8>>>(4)?.unwrap_or_default(),
        state: state.parse().map_err(|_| StoreError::Corrupt(format!("mail state {state:?}")))?,
        attempts: row.get(6)?,
        next_attempt_on: row.get::<_, Option<String>>(7)?.map(date).transpose()?,
        created_on: date(row.get(8)?)?,
    })
}
