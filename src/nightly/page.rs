//! The shortlist as housing staff print it, as it stands after the run.

use std::collections::HashMap;

use jiff::civil::Date;

use super::NightError;
use super::files;
use super::gather::Gathered;
use super::lists::Lists;
use super::summary::RunSummary;
use crate::config::{Caseworker, Config};
use crate::exports::records::{EventKind, Tenancy};
use crate::referral::page::{ActNow, PageCaseworker, PageHousehold, ShortlistPage, Status, Step, shortlist_page};
use crate::shortlist::{Entry, EntryState, Verdict, next_on_site};
use crate::store::Store;

/// Writes `shortlist.html` into the output folder of the day. It has names and addresses, and stays in the association.
///
/// # Errors
/// [`NightError`]: the database, a text file, the output folder.
pub fn leave(
    config: &Config,
    store: &Store,
    known: &Gathered,
    lists: &Lists<'_>,
    as_of: Date,
    run: &mut RunSummary,
) -> Result<(), NightError> {
    let entries = store.current_entries(as_of)?;
    let tenancies: HashMap<&str, &Tenancy> = {
        let listed: Vec<&str> = entries.iter().map(|entry| entry.tenancy_ref.as_str()).collect();
        let too_late = lists.act_now.iter().map(|case| case.tenancy.as_str());
        let wanted: std::collections::HashSet<&str> = listed.into_iter().chain(too_late).collect();
        let all = known.exports.tenancies.iter().map(|tenancy| (tenancy.reference.as_str(), tenancy));
        all.filter(|(reference, _)| wanted.contains(reference)).collect()
    };
    let household = |entry: &Entry| {
        // One that has gone from the export is on the page by its reference, with what became of it.
        let tenancy = tenancies.get(entry.tenancy_ref.as_str());
        let text = |of: fn(&Tenancy) -> &str| tenancy.map(|tenancy| of(tenancy).to_owned()).unwrap_or_default();
        PageHousehold {
            reference: entry.tenancy_ref.as_str().to_owned(),
            address: text(|tenancy| &tenancy.address),
            postcode: text(|tenancy| &tenancy.postcode),
            town: text(|tenancy| &tenancy.town),
            names: text(|tenancy| &tenancy.tenant_names),
            reasons: entry.reasons.clone(),
            status: status(entry.state),
            decided_by: decided_by(entry),
            rule: entry.rule.clone(),
            card: entry.card,
            protected: entry.protected || tenancy.is_none_or(|tenancy| tenancy.protected_address),
        }
    };
    let section = |caseworker: &Caseworker| PageCaseworker {
        name: caseworker.name.clone(),
        place: caseworker.place.clone(),
        on_site: caseworker.on_site.clone(),
        send_on: next_on_site(&caseworker.on_site, as_of),
        households: entries.iter().filter(|entry| entry.caseworker == caseworker.email).map(household).collect(),
    };
    let caseworkers: Vec<PageCaseworker> = config.caseworkers.iter().map(section).collect();
    let act_now: Vec<ActNow> = lists.act_now.iter().map(|case| act_now(case, &tenancies)).collect();
    let unjudged: Vec<String> = lists.unjudged.iter().map(|tenancy| tenancy.as_str().to_owned()).collect();
    let html = shortlist_page(&ShortlistPage {
        association: &config.association.name,
        locale: config.association.locale,
        as_of,
        handover: config.lawful_basis.handover,
        caseworkers: &caseworkers,
        act_now: &act_now,
        excluded: &run.excluded,
        unjudged: &unjudged,
    });
    let html = html.map_err(|error| NightError::Texts(error.to_string()))?;
    let path = files::of_the_day(config, as_of, "shortlist.html");
    files::write(&path, html.as_bytes())?;
    run.files.insert("shortlist".to_owned(), path);
    Ok(())
}

fn act_now(case: &crate::store::ActNow, tenancies: &HashMap<&str, &Tenancy>) -> ActNow {
    let tenancy = tenancies.get(case.tenancy.as_str());
    ActNow {
        reference: case.tenancy.clone(),
        address: tenancy.map(|tenancy| tenancy.address.to_string()).unwrap_or_default(),
        step: match case.event {
            EventKind::Eviction => Step::Eviction,
            EventKind::CourtFiling => Step::CourtFiling,
            _ => Step::Termination,
        },
        since: Some(case.since),
        protected: tenancy.is_none_or(|tenancy| tenancy.protected_address),
    }
}

/// Who decided that a household stands where it does. What the newest data did to it since was nobody's decision.
fn decided_by(entry: &Entry) -> Option<String> {
    let verdict = match entry.state {
        EntryState::Approved | EntryState::Queued | EntryState::Sent => Verdict::Approve,
        EntryState::Held => Verdict::Hold,
        EntryState::Dropped => Verdict::Drop,
        EntryState::Waiting | EntryState::Withdrawn => return None,
    };
    entry.decided.as_ref().filter(|decided| decided.verdict == verdict).map(|decided| decided.by.clone())
}

fn status(state: EntryState) -> Status {
    match state {
        EntryState::Waiting => Status::Waiting,
        EntryState::Approved => Status::Approved,
        EntryState::Queued => Status::Queued,
        EntryState::Held => Status::Held,
        EntryState::Dropped => Status::Dropped,
        EntryState::Sent => Status::Sent,
        EntryState::Withdrawn => Status::Withdrawn,
    }
}
