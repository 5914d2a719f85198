//! The outbox on its way out: each mail that is due is tried, and what came of it is written down before the next.

use jiff::civil::Date;

use super::summary::RunSummary;
use crate::referral::deliver::retry::Backoff;
use crate::referral::deliver::{Carrier, Letter, Outcome};
use crate::referral::outbox::{MailKind, State, StoredMail, after, in_flight, is_due};
use crate::store::{Store, StoreError};

/// Tries every mail of these kinds that is due on `as_of`, and of which `may_leave` says that it may leave on that day. A fault that every mail would meet, such as a mail server without TLS, ends
/// the round: what was not tried stays due.
///
/// # Errors
/// [`StoreError`] where an outcome cannot be written down. The mail concerned may then be sent once more, under the same
/// Message-ID.
pub async fn deliver(
    store: &mut Store,
    carrier: &Carrier,
    backoff: Backoff,
    as_of: Date,
    kinds: &[MailKind],
    may_leave: &(dyn Fn(&StoredMail) -> bool + Sync),
    run: &mut RunSummary,
) -> Result<(), StoreError> {
    let mut shut: Option<String> = None;
    for mail in store.unsent_mails()?.into_iter().filter(|mail| kinds.contains(&mail.kind)) {
        // Word of a note that a human must read now waits for no backoff.
        if mail.kind != MailKind::Urgent && !is_due(mail.progress.state, mail.progress.next_attempt_on, as_of) {
            let night = mail.progress.next_attempt_on.map(|night| night.to_string()).unwrap_or_default();
            wait(run, &mail, &format!("its next attempt on {night}"));
            continue;
        }
        if !may_leave(&mail) {
            wait(run, &mail, "a working day");
            continue;
        }
        if let Some(reason) = &shut {
            run.call_undelivered(undelivered(&mail, "waits", reason));
            count(run, &mail, State::Deferred);
            continue;
        }
        let flying = in_flight(mail.progress.attempts, as_of);
        if !store.depart(&mail, &flying, as_of)? {
            wait(run, &mail, "the next run, which writes it anew: a reviewer has just taken a household out of it");
            continue;
        }
        let letter = Letter {
            to: &mail.recipient,
            date: mail.created_on,
            kind: mail.kind.as_str(),
            message_id: &mail.message_id,
            bytes: &mail.bytes,
        };
        let outcome = carrier.deliver_with_retries(&letter, backoff).await;
        let next = after(&outcome, mail.progress.state, flying.attempts, as_of);
        let reason = outcome.reason().map(ToString::to_string);
        store.set_mail(mail.id, &next, reason.as_deref(), as_of)?;
        count(run, &mail, next.state);
        if next.may_have_arrived && mail.kind == MailKind::Shortlist {
            run.call_undelivered(format!(
                "mail {} was given up, but may have been delivered: its households are on hold. Ask the caseworker, then \
                 decide with `postkort review CONFIG list|approve|drop`",
                mail.message_id
            ));
        }
        match (&outcome, &reason) {
            (Outcome::Delivered, _) | (_, None) => tracing::info!(kind = mail.kind.as_str(), "mail delivered"),
            (_, Some(reason)) => {
                tracing::warn!(kind = mail.kind.as_str(), state = next.state.word(), reason, "mail not delivered");
                run.call_undelivered(undelivered(&mail, next.state.word(), reason));
            }
        }
        if outcome.reason().is_some_and(|reason| reason.concerns_every_mail()) {
            shut = reason;
        }
    }
    Ok(())
}

/// Tells what a mail waits for, and counts it as it stands.
fn wait(run: &mut RunSummary, mail: &StoredMail, what: &str) {
    run.call(format!("mail {} ({}) waits for {what}", mail.message_id, mail.kind.as_str()));
    count(run, mail, mail.progress.state);
}

fn undelivered(mail: &StoredMail, state: &str, reason: &str) -> String {
    format!("mail {} ({}) {state}: {reason}", mail.message_id, mail.kind.as_str())
}

/// Counts a caseworker's mail under what became of it.
fn count(run: &mut RunSummary, mail: &StoredMail, state: State) {
    if mail.kind != MailKind::Shortlist {
        return;
    }
    match state {
        State::Sent => run.mails.sent += 1,
        State::Failed => run.mails.failed += 1,
        State::Queued | State::Deferred | State::Uncertain => run.mails.deferred += 1,
        State::Superseded => {}
    }
}
