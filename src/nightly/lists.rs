//! From what is known to tonight's lists: who stands how, who is on which list, and why.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::ToSpan;
use jiff::civil::Date;

use super::NightError;
use super::gather::Gathered;
use super::terms::terms;
use crate::config::Config;
use crate::exports::records::{EventKind, Tenancy};
use crate::features;
use crate::referral::outbox::{State, WaitingMail, is_due};
use crate::risk::{Chosen, Model, Reason, ReasonTexts, reasons};
use crate::shortlist::{
    Asked, Assessment, Entry, EntryState, Exclusion, Memory, OpenMail, Place, Plan, Ranked, Terms, Tonight, assess,
    cooldown_since, history_of, is_on_site, may_send, plan, week_start,
};
use crate::store::{ActNow, Store};
use crate::tenancy::{TenancyId, TenancyRef};

/// Tonight's lists, before anything is kept.
pub struct Lists<'a> {
    /// What changes.
    pub plan: Plan,
    /// Open entries before tonight, and those closed today.
    pub entries: Vec<Entry>,
    /// Mails that had not left before tonight.
    pub mails: Vec<WaitingMail>,
    /// Households on a list tonight: the tenancy and its reasons.
    pub households: HashMap<TenancyId, (&'a Tenancy, Vec<Reason>)>,
    /// Cases too late for prevention.
    pub act_now: Vec<ActNow>,
    /// Running tenancies that nobody can judge, for a row of theirs could not be read.
    pub unjudged: Vec<TenancyRef>,
    /// Who said no by an event in the exports, and when.
    pub objections: Vec<(TenancyRef, Date)>,
    /// Tenancies that something is kept on, and that have ended and owe nothing.
    pub ended: Vec<TenancyRef>,
    /// The model that scored, by its id.
    pub model: String,
    /// Running tenancies that were scored.
    pub scored: u64,
    /// Tenancies that are not on a list, by rule.
    pub excluded: BTreeMap<String, u64>,
    /// Households taken off by the newest data, by rule.
    pub withdrawn: BTreeMap<String, u64>,
    /// What a person must look at.
    pub attention: Vec<String>,
}

/// Draws up tonight's lists.
///
/// # Errors
/// [`NightError`] where the database cannot be read, or a text file is broken.
pub fn draw_up<'a>(
    config: &Config,
    store: &Store,
    known: &'a Gathered,
    chosen: &Chosen,
    as_of: Date,
) -> Result<Lists<'a>, NightError> {
    let model = &chosen.model;
    let (entries, mails) = (store.current_entries(as_of)?, store.waiting_shortlists()?);
    let memory = remember(config, store, &entries, as_of)?;
    let assessment = assess_all(config, store, known, model, as_of)?;
    let places = places(config, store, as_of)?;

    let Assessment { scored, balances, candidates, mut excluded, exclusion_of, too_late, unjudged, objections, ended } =
        assessment;
    for (tenancy, rule) in &exclusion_of {
        tracing::debug!(tenancy = tenancy.for_log(store.log_salt()), rule = rule.as_str(), "not to be listed");
    }
    let plan = plan(Tonight {
        candidates,
        entries: &entries,
        mails: &mails.iter().map(|mail| open(mail, as_of)).collect::<Vec<_>>(),
        excluded: &exclusion_of,
        memory: &memory,
        places: &places,
        newly_protected: &newly_protected(known, &entries),
        review: config.shortlist.review,
        as_of,
    });
    for (rule, count) in &plan.excluded {
        *excluded.entry(*rule).or_default() += count;
    }
    let excluded = excluded.into_iter().map(|(rule, count)| (rule.as_str().to_owned(), count)).collect();
    let mut withdrawn = BTreeMap::new();
    for (_, tenancy, withdrawal) in &plan.withdrawn {
        *withdrawn.entry(withdrawal.as_str().to_owned()).or_default() += 1;
        tracing::info!(tenancy = tenancy.for_log(store.log_salt()), rule = withdrawal.as_str(), "withdrawn");
    }
    for ranked in &plan.listed {
        tracing::debug!(tenancy = ranked.reference.for_log(store.log_salt()), "listed");
    }
    let told = unjudged_to_tell(unjudged.len() as u64, scored, store.last_excluded(Exclusion::RowRejected.as_str())?);
    let attention = balances.doubt().into_iter().chain(beyond_recall(&plan)).chain(told).collect();
    let households = explain(config, known, model, &plan, as_of)?;
    let (act_now, model) = (name_cases(known, &too_late), model.id().to_owned());
    Ok(Lists {
        plan,
        entries,
        mails,
        households,
        act_now,
        unjudged,
        objections,
        ended,
        model,
        scored,
        excluded,
        withdrawn,
        attention,
    })
}

fn open(mail: &WaitingMail, as_of: Date) -> OpenMail {
    let progress = &mail.progress;
    OpenMail {
        id: mail.id,
        caseworker: mail.recipient.clone(),
        uncertain: progress.state == State::Uncertain,
        due: is_due(progress.state, progress.next_attempt_on, as_of),
        terms: mail.terms.clone(),
    }
}

fn beyond_recall(plan: &Plan) -> Option<String> {
    let rules: Vec<&str> = plan.beyond_recall.iter().map(|(_, rule)| rule.as_str()).collect();
    (!rules.is_empty()).then(|| {
        format!(
            "{} households stand in a mail that may have been delivered, and the newest data speaks against them ({}): \
             tell the caseworker. `postkort review CONFIG list` shows them as queued",
            rules.len(),
            rules.join(", ")
        )
    })
}

/// Of so large a part of the running tenancies may a row be unreadable before somebody is called: one in two hundred.
const MOST_UNJUDGED: f64 = 0.005;

/// That households cannot be judged, where they are more than single ones and more than at the last run: a person is called
/// when an export goes wrong or gets worse, and not every night for as long as one old row stays in it. Who they are, the
/// page tells every time.
fn unjudged_to_tell(unjudged: u64, running: u64, before: u64) -> Option<String> {
    let are_many = unjudged >= 2 && unjudged as f64 > running as f64 * MOST_UNJUDGED;
    (are_many && unjudged > before).then(|| {
        format!(
            "{unjudged} of {running} running tenancies cannot be judged, and are on no list, for a row of theirs in the \
             ledger or the events could not be read: mend it in the system it comes from. rejects.csv has the rows, \
             shortlist.html the tenancies"
        )
    })
}

/// Tenancies whose address is protected by now, and stands in a mail that has not been accepted yet.
fn newly_protected(known: &Gathered, entries: &[Entry]) -> HashSet<TenancyRef> {
    let told = entries.iter().filter(|entry| entry.state == EntryState::Queued && !entry.protected_in_mail);
    let told: HashSet<&TenancyRef> = told.map(|entry| &entry.tenancy_ref).collect();
    let tenancies = known.exports.tenancies.iter().filter(|tenancy| tenancy.protected_address);
    tenancies.map(|tenancy| &tenancy.reference).filter(|reference| told.contains(reference)).cloned().collect()
}

fn remember(config: &Config, store: &Store, entries: &[Entry], as_of: Date) -> Result<Memory, NightError> {
    let since = cooldown_since(as_of, config.shortlist.cooldown_days);
    let held = entries.iter().filter(|entry| entry.state == EntryState::Held);
    Ok(Memory {
        referred: store.referrals_since(since)?.into_iter().map(|referral| referral.tenancy_ref).collect(),
        dropped: store.dropped_since(since)?.into_iter().collect(),
        held: held.map(|entry| entry.tenancy_ref.clone()).collect(),
    })
}

fn assess_all(
    config: &Config,
    store: &Store,
    known: &Gathered,
    model: &Model,
    as_of: Date,
) -> Result<Assessment, NightError> {
    let estates: HashMap<&str, usize> = config
        .caseworkers
        .iter()
        .enumerate()
        .flat_map(|(number, caseworker)| caseworker.estates.iter().map(move |estate| (estate.as_str(), number)))
        .collect();
    let asked = Asked { kept: store.tenancies()?, objections: store.objections()? };
    let terms = Terms { as_of, min_arrears_months: config.shortlist.min_arrears_months };
    let caseworker_of = |estate: &str| estates.get(estate).copied();
    Ok(assess(&known.exports.tenancies, known, model, &caseworker_of, &terms, &asked))
}

fn places(config: &Config, store: &Store, as_of: Date) -> Result<Vec<Place>, NightError> {
    let mut sent: BTreeMap<String, u32> = BTreeMap::new();
    let monday = week_start(as_of);
    for referral in store.referrals_since(monday)? {
        if referral.sent_on < monday.saturating_add(7.days()) {
            *sent.entry(referral.caseworker).or_default() += 1;
        }
    }
    let place = |caseworker: &crate::config::Caseworker| Place {
        email: caseworker.email.clone(),
        weekly_capacity: caseworker.weekly_capacity,
        sent_this_week: sent.get(&caseworker.email).copied().unwrap_or_default(),
        on_site: is_on_site(&caseworker.on_site, as_of),
        may_send: may_send(&caseworker.on_site, as_of),
        terms: terms(config, caseworker),
    };
    Ok(config.caseworkers.iter().map(place).collect())
}

/// The tenancy and the reasons of everybody on a list: only for these few are reasons put into words.
fn explain<'a>(
    config: &Config,
    known: &'a Gathered,
    model: &Model,
    plan: &Plan,
    as_of: Date,
) -> Result<HashMap<TenancyId, (&'a Tenancy, Vec<Reason>)>, NightError> {
    let texts = ReasonTexts::of(config.association.locale).map_err(|error| NightError::Texts(error.to_string()))?;
    let kept = plan.kept.iter().chain(&plan.standing).map(|(_, ranked)| ranked);
    let on_a_list = plan.listed.iter().chain(kept).chain(plan.to_send.values().flatten());
    let wanted: HashSet<TenancyId> = on_a_list.map(|ranked: &Ranked| ranked.id).collect();
    let mut households = HashMap::with_capacity(wanted.len());
    for tenancy in known.exports.tenancies.iter().filter(|tenancy| wanted.contains(&tenancy.id)) {
        let history = history_of(tenancy, known, as_of);
        let mut vector = [0.0; features::N];
        features::vector(&history, &mut vector);
        households.insert(tenancy.id, (tenancy, reasons(&model.score(&vector), &history, &texts)));
    }
    Ok(households)
}

fn name_cases(known: &Gathered, too_late: &[(TenancyId, EventKind, Date)]) -> Vec<ActNow> {
    let found: HashMap<TenancyId, (EventKind, Date)> =
        too_late.iter().map(|(id, kind, on)| (*id, (*kind, *on))).collect();
    let case = |tenancy: &Tenancy| {
        let (kind, since) = found.get(&tenancy.id)?;
        Some(ActNow { tenancy: tenancy.reference.as_str().to_owned(), event: *kind, since: *since })
    };
    known.exports.tenancies.iter().filter_map(case).collect()
}
