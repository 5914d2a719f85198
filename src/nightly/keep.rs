//! The one transaction of a night: the lists and the outbox together, or neither.

use std::collections::HashMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::gather::Gathered;
use super::letters::Desk;
use super::lists::Lists;
use super::terms::terms;
use super::{NightError, NightOptions};
use crate::config::{Config, ReviewMode};
use crate::referral::outbox::{Progress, Start, State, WaitingMail};
use crate::shortlist::{EntryId, EntryState, NewEntry, Ranked};
use crate::store::{Night, RunRow, Store};
use crate::tenancy::TenancyRef;

/// Neighbours do not get the same words within so many months.
const WORDING_MONTHS: i32 = 24;

/// What was kept of a night.
pub struct Kept {
    /// The run's number.
    pub run: i64,
    /// Caseworkers' mails put into the outbox.
    pub queued: u64,
    /// Households that wait for a decision.
    pub waiting: u64,
    /// What a person must look at.
    pub attention: Vec<String>,
    /// Caseworkers' mails that were given up, and may have been delivered: what the operator must ask.
    pub given_up: Vec<String>,
}

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
) -> Result<Option<Kept>, NightError> {
    let as_of = options.as_of;
    let salt = store.log_salt().to_vec();
    let night = store.night()?;
    if night.changed_since(version)? {
        return Ok(None);
    }
    let number = night.begin_run(&RunRow { as_of, started_at: options.now, model: lists.model.clone() })?;
    for (feed, report) in &known.exports.reports {
        night.accept_feed(*feed, report.rows, as_of)?;
    }
    let entries = change_lists(&night, lists, config, as_of)?;
    let earlier = night.wordings_since(as_of.saturating_sub(WORDING_MONTHS.months()))?;
    let desk = Desk { config, as_of, run: number, salt: &salt };
    let (mut queued, mut attention) = (0, Vec::new());
    for letter in desk.shortlists(lists, &earlier, &|caseworker| night.next_card(caseworker))? {
        let tenancies = letter.households.iter().map(|(tenancy, _)| tenancy);
        let start = start(config, lists, &letter.mail.recipient, tenancies, as_of);
        let Some(mail) = night.post_as(&letter.mail, &start, as_of)? else { continue };
        queued += 1;
        attention.extend(letter.without_card);
        for (tenancy, card) in &letter.households {
            if let Some(entry) = entries.get(tenancy) {
                night.enqueue(*entry, mail, card, as_of)?;
            }
        }
    }
    let waiting = match config.shortlist.review {
        ReviewMode::BeforeSending => (lists.plan.kept.len() + lists.plan.listed.len()) as u64,
        ReviewMode::ByCaseworker => 0,
    };
    let is_news = |ranked: &Ranked| lists.plan.freed.contains(&ranked.reference);
    if waiting > 0 && (!lists.plan.listed.is_empty() || lists.plan.kept.iter().any(|(_, ranked)| is_news(ranked))) {
        for notice in desk.notices(waiting as usize)? {
            night.post(&notice, as_of)?;
        }
    }
    night.set_act_now(&lists.act_now)?;
    night.remember_objections(&lists.objections)?;
    if as_of <= options.today {
        night.forget_ended(&lists.ended)?;
        night.forget(as_of, config.shortlist.cooldown_days)?;
    }
    night.commit()?;
    Ok(Some(Kept { run: number, queued, waiting, attention, given_up: given_up(lists) }))
}

/// Under which terms a mail is composed, and how far the mails had come whose households go into it: to write a mail anew
/// is no fresh start for a server that has refused it five times. Where households come into it that were in none, it is
/// due at once.
fn start<'a>(
    config: &Config,
    lists: &Lists<'_>,
    recipient: &str,
    mut households: impl Iterator<Item = &'a TenancyRef>,
    as_of: Date,
) -> Start {
    let caseworker = config.caseworkers.iter().find(|caseworker| caseworker.email == recipient);
    let terms = caseworker.map(|caseworker| terms(config, caseworker)).unwrap_or_default();
    let is_replaced = |mail: &&WaitingMail| {
        mail.recipient == recipient && mail.progress.attempts > 0 && lists.plan.superseded.contains(&mail.id)
    };
    let replaced = lists.mails.iter().filter(is_replaced).max_by_key(|mail| mail.progress.attempts);
    let progress = match replaced {
        Some(mail) => {
            let waits = households.all(|tenancy| lists.plan.freed.contains(tenancy));
            let next_attempt_on = mail.progress.next_attempt_on.filter(|_| waits).or(Some(as_of));
            Progress { state: State::Deferred, attempts: mail.progress.attempts, next_attempt_on }
        }
        None => Progress::first(as_of),
    };
    Start { terms, progress }
}

fn given_up(lists: &Lists<'_>) -> Vec<String> {
    let given_up = lists.mails.iter().filter(|mail| lists.plan.given_up.contains(&mail.id));
    let told = |mail: &WaitingMail| {
        format!(
            "mail {} may have been delivered, and may not go out again as it was written, for the config has changed since: \
             it was given up, and its households are on hold. Ask the caseworker, then decide with `postkort review CONFIG \
             list|approve|drop`",
            mail.message_id
        )
    };
    given_up.map(told).collect()
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
    for mail in &plan.given_up {
        night.give_up(*mail, as_of)?;
    }
    let mut entries: HashMap<TenancyRef, EntryId> = lists
        .entries
        .iter()
        .filter(|entry| matches!(entry.state, EntryState::Waiting | EntryState::Approved | EntryState::Queued))
        .map(|entry| (entry.tenancy_ref.clone(), entry.id))
        .collect();
    let reasons = |ranked: &Ranked| lists.households.get(&ranked.id).map(|(_, reasons)| reasons.as_slice());
    let is_protected =
        |ranked: &Ranked| lists.households.get(&ranked.id).is_some_and(|(tenancy, _)| tenancy.protected_address);
    for (entry, ranked) in plan.kept.iter().chain(&plan.standing) {
        let reasons = reasons(ranked).unwrap_or_default();
        night.refresh(*entry, ranked.score, &lists.model, reasons, is_protected(ranked))?;
    }
    night.set_without_room(&plan.without_room)?;
    for ranked in &plan.listed {
        let caseworker = config.caseworkers.get(ranked.caseworker).map(|caseworker| caseworker.email.clone());
        let new = NewEntry {
            tenancy_ref: ranked.reference.clone(),
            caseworker: caseworker.unwrap_or_default(),
            score: ranked.score,
            model: lists.model.clone(),
            reasons: reasons(ranked).unwrap_or_default().to_vec(),
            protected: is_protected(ranked),
        };
        entries.insert(ranked.reference.clone(), night.list(&new, as_of)?);
    }
    Ok(entries)
}
