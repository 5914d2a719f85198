//! Mails on their way out: the bytes that will be sent, and how far they have come.

use jiff::civil::Date;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::columns::{date, known};
use super::{Night, Store, StoreError};
use crate::referral::outbox::{MailKind, NewMail, NextState, Progress, Start, State, StoredMail, WaitingMail};
use crate::shortlist::{Entry, EntryState, MAY_HAVE_ARRIVED, MailId};

const COLUMNS: &str = "id, message_id, kind, recipient, bytes, state, attempts, next_attempt_on, created_on, terms";

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

    /// Caseworkers' mails that have not been accepted, given up or replaced, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn waiting_shortlists(&self) -> Result<Vec<WaitingMail>, StoreError> {
        let mut statement = self.connection.prepare(
            "select id, message_id, recipient, terms, state, attempts, next_attempt_on from mail
             where kind = 'shortlist' and state in ('queued', 'deferred', 'uncertain') order by id",
        )?;
        let mut rows = statement.query([])?;
        let mut mails = Vec::new();
        while let Some(row) = rows.next()? {
            mails.push(WaitingMail {
                id: MailId(row.get(0)?),
                message_id: row.get(1)?,
                recipient: row.get(2)?,
                terms: row.get(3)?,
                progress: progress(row, 4)?,
            });
        }
        Ok(mails)
    }

    /// Writes down, right before an attempt, that a mail may be on its way from now on. `false` where it has changed since
    /// it was read, because a reviewer took a household out of it: then it must not leave.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn depart(&mut self, mail: &StoredMail, flying: &NextState, on: Date) -> Result<bool, StoreError> {
        let departed = self.connection.execute(
            "update mail set state = ?2, attempts = ?3, next_attempt_on = ?4, changed_on = ?5
             where id = ?1 and state = ?6 and terms = ?7",
            params![
                mail.id.0,
                flying.state.word(),
                flying.attempts,
                flying.next_attempt.map(|date| date.to_string()),
                on.to_string(),
                mail.progress.state.word(),
                mail.terms
            ],
        )?;
        Ok(departed == 1)
    }

    /// Writes down where a mail stands after an attempt, and what that means for the households in it:
    /// sent, they are referred; failed, they are free to go into another mail, once a person has approved them where that is
    /// asked for. Where a failed mail may have been delivered
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
            State::Failed if next.may_have_arrived => hold_all(&tx, mail, on)?,
            State::Failed => free_all(&tx, mail, on)?,
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
        self.post_as(mail, &Start { terms: String::new(), progress: Progress::first(as_of) }, as_of)
    }

    /// As [`Night::post`], for a mail that is composed under terms, and may take the place of others that had come some way.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn post_as(&self, mail: &NewMail, start: &Start, as_of: Date) -> Result<Option<MailId>, StoreError> {
        let Progress { state, attempts, next_attempt_on } = start.progress;
        let inserted = self.tx.execute(
            "insert into mail (message_id, kind, recipient, bytes, terms, state, attempts, next_attempt_on, created_on,
                 changed_on)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9) on conflict (message_id) do nothing",
            params![
                mail.message_id,
                mail.kind.as_str(),
                mail.recipient,
                mail.bytes,
                start.terms,
                state.word(),
                attempts,
                next_attempt_on.map(|date| date.to_string()),
                as_of.to_string()
            ],
        )?;
        Ok((inserted == 1).then(|| MailId(self.tx.last_insert_rowid())))
    }

    /// Replaces a mail: it will not be sent, and the households in it are free to go into a new one, once a person has
    /// approved them where that is asked for.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn supersede(&self, mail: MailId, as_of: Date) -> Result<(), StoreError> {
        self.close(mail, State::Superseded, as_of)?;
        free_all(&self.tx, mail, as_of)
    }

    /// Gives up a mail that may have been delivered: a person finds out, and the households in it are held until then.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn give_up(&self, mail: MailId, as_of: Date) -> Result<(), StoreError> {
        self.close(mail, State::Failed, as_of)?;
        hold_all(&self.tx, mail, as_of)
    }

    fn close(&self, mail: MailId, state: State, as_of: Date) -> Result<(), StoreError> {
        self.tx.execute(
            "update mail set state = ?3, bytes = null, next_attempt_on = null, changed_on = ?2 where id = ?1",
            params![mail.0, as_of.to_string(), state.word()],
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

/// The households of a mail that surely was not delivered are free again. Only a person's word makes one approved.
fn free_all(tx: &Transaction<'_>, mail: MailId, on: Date) -> Result<(), StoreError> {
    tx.execute(
        "update entry set mail = null, changed_on = ?2, state = case
             (select verdict from decision where decision.entry = entry.id order by decision.id desc limit 1)
             when 'approve' then 'approved' else 'waiting' end
         where mail = ?1 and state = 'queued'",
        params![mail.0, on.to_string()],
    )?;
    Ok(())
}

/// The households of a mail that was given up, and may have been delivered, are held.
fn hold_all(tx: &Transaction<'_>, mail: MailId, on: Date) -> Result<(), StoreError> {
    tx.execute(
        "update entry set mail = null, changed_on = ?2, state = 'held', rule = ?3 where mail = ?1 and state = 'queued'",
        params![mail.0, on.to_string(), MAY_HAVE_ARRIVED],
    )?;
    Ok(())
}

/// A household is decided on while its mail waits: that mail must not leave as it is, also not by a run that is at work
/// just now and has read it before. The next run composes it anew.
pub(super) fn take_out(tx: &Transaction<'_>, entry: &Entry) -> Result<(), StoreError> {
    if let (Some(mail), EntryState::Queued) = (entry.mail, entry.state) {
        tx.execute("update mail set terms = ?2 where id = ?1", params![mail.0, TAKEN_OUT])?;
    }
    Ok(())
}

/// No config has these terms.
const TAKEN_OUT: &str = "a household was taken out";

fn progress(row: &Row<'_>, first: usize) -> Result<Progress, StoreError> {
    Ok(Progress {
        state: known("mail state", row.get(first)?, &State::ALL, State::word)?,
        attempts: row.get(first + 1)?,
        next_attempt_on: row.get::<_, Option<String>>(first + 2)?.map(date).transpose()?,
    })
}

fn mail(row: &Row<'_>) -> Result<StoredMail, StoreError> {
    Ok(StoredMail {
        id: MailId(row.get(0)?),
        message_id: row.get(1)?,
        kind: known("mail kind", row.get(2)?, &MailKind::ALL, MailKind::as_str)?,
        recipient: row.get(3)?,
        bytes: row.get::<_, Option<Vec<u8>>>(4)?.unwrap_or_default(),
        progress: progress(row, 5)?,
        created_on: date(row.get(8)?)?,
        terms: row.get(9)?,
    })
}
