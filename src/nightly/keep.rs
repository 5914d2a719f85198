//! The one transaction of a night: the lists and the outbox together, or neither.

use std::collections::HashMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::gather::Gathered;
use super::letters::Desk;
use super::lists::Lists;
use super::summary::RunSummary;
use super::{NightError, NightOptions};
use crate::config::{Config, ReviewMode};
use crate::exports::records::Tenancy;
use crate::shortlist::Ranked;
use crate::store::{EntryId, EntryState, NewEntry, Night, RunRow, Store};
use crate::tenancy::{TenancyId, TenancyRef};

/// Neighbours do not get the same words within so many months.
const WORDING_MONTHS: i32 = 24;
/// Urgent notes of the first run are told as far back as this; older ones have been seen by somebody.
const URGENT_DAYS: i64 = 31;

/// Keeps tonight's lists and puts tonight's mails into the outbox. A dry run does the same to its copy in memory. `None`
/// where a reviewer has decided something since the database was at `version`: then nothing was kept, and the lists have
/// to be drawn up anew.
///
/// # Errors
/// [`NightError`]; then nothing was kept.
pub fn in_one_transaction(
    store: &mut Store,
    config: &Config,
    options: &NightOptions,
    known: &Gathered,
    lists: &Lists<'_>,
    version: i64,
    run: &mut RunSummary,
) -> Result<Option<i64>, NightError> {
    let as_of = options.as_of;
    let salt = store.log_salt().to_vec();
    let earlier = store.wordings_since(as_of.saturating_sub(WORDING_MONTHS.months()))?;
    let night = store.night()?;
    if night.changed_since(version)? {
        return Ok(None);
    }
    let number = night.begin_run(&RunRow { as_of, started_at: options.now, model: lists.model.clone() })?;
    for (feed, report) in &known.exports.reports {
        night.accept_feed(*feed, report.rows, as_of)?;
    }
    let entries = change_lists(&night, lists, config, as_of)?;
    let desk = Desk { config, as_of, run: number, salt: &salt };
    for letter in desk.shortlists(lists, &earlier)? {
        let Some(mail) = night.post(&letter.mail, as_of)? else { continue };
        run.mails.queued += 1;
        for (tenancy, wording, protected) in &letter.households {
            if let Some(entry) = entries.get(tenancy) {
                night.enqueue(*entry, mail, wording, *protected, as_of)?;
            }
        }
    }
    run.waiting = match config.shortlist.review {
        ReviewMode::BeforeSending => (lists.plan.kept.len() + lists.plan.listed.len()) as u64,
        ReviewMode::ByCaseworker => 0,
    };
    if run.waiting > 0 && !lists.plan.listed.is_empty() {
        for notice in desk.notices(run.waiting as usize)? {
            night.post(&notice, as_of)?;
        }
    }
    tell_of_urgent_notes(&night, &desk, known, run)?;
    night.set_act_now(&lists.act_now)?;
    night.forget(as_of, config.shortlist.cooldown_days)?;
    night.commit()?;
    Ok(Some(number))
}

/// Carries out the plan's changes; gives the entry of everybody who may be in a mail.
fn change_lists(
    night: &Night<'_>,
    lists: &Lists<'_>,
    config: &Config,
    as_of: Date,
) -> Result<HashMap<TenancyRef, EntryId>, NightError> {
    let plan = &lists.plan;
    for (entry, _, rule) in &plan.withdrawn {
        night.withdraw(*entry, rule.as_str(), as_of)?;
    }
    for mail in &plan.superseded {
        night.supersede(*mail, as_of)?;
    }
    let mut entries: HashMap<TenancyRef, EntryId> = lists
        .entries
        .iter()
        .filter(|entry| matches!(entry.state, EntryState::Waiting | EntryState::Approved | EntryState::Queued))
        .map(|entry| (entry.tenancy_ref.clone(), entry.id))
        .collect();
    let reasons = |ranked: &Ranked| lists.households.get(&ranked.id).map(|(_, reasons)| reasons.as_slice());
    for (entry, ranked) in &plan.kept {
        night.refresh(*entry, ranked.score, &lists.model, reasons(ranked).unwrap_or_default())?;
    }
    for ranked in &plan.listed {
        let caseworker = config.caseworkers.get(ranked.caseworker).map(|caseworker| caseworker.email.clone());
        let new = NewEntry {
            tenancy_ref: ranked.reference.clone(),
            caseworker: caseworker.unwrap_or_default(),
            score: ranked.score,
            model: lists.model.clone(),
            reasons: reasons(ranked).unwrap_or_default().to_vec(),
            state: EntryState::Waiting,
        };
        entries.insert(ranked.reference.clone(), night.list(&new, as_of)?);
    }
    Ok(entries)
}

/// A hint of suicide or of a neglected child never waits and is never scored: it goes to a human as its own message.
fn tell_of_urgent_notes(
    night: &Night<'_>,
    desk: &Desk<'_>,
    known: &Gathered,
    run: &mut RunSummary,
) -> Result<(), NightError> {
    let since = desk.as_of.saturating_sub(URGENT_DAYS.days());
    let recent: Vec<_> = known.urgent.iter().filter(|note| note.written_on >= since).collect();
    if recent.is_empty() {
        return Ok(());
    }
    let tenancies: HashMap<TenancyId, &Tenancy> =
        known.exports.tenancies.iter().map(|tenancy| (tenancy.id, tenancy)).collect();
    for note in recent {
        let Some(tenancy) = tenancies.get(&note.id) else { continue };
        let mails = desk.urgent(note, &tenancy.reference, known)?;
        if mails.is_empty() {
            // Not done with: whoever is named in the config tomorrow is told then.
            run.call_undelivered(
                "a note needs a human today, and the config names nobody to tell: add a [[reviewer]]".to_owned(),
            );
            continue;
        }
        if !night.tell_of_note(&desk.note_fingerprint(note, &tenancy.reference, known), desk.as_of)? {
            continue;
        }
        for mail in mails {
            night.post(&mail, desk.as_of)?;
        }
        run.urgent_notes += 1;
    }
    Ok(())
}
