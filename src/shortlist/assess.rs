//! How every tenancy stands tonight: history, features and score, on all cores; and then the rules.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;
use rayon::prelude::*;

use super::draw::Ranked;
use super::rules::{Exclusion, Standing, Terms, exclusion, not_running};
use crate::calendar::Day;
use crate::exports::feeds::person_names::is_estate_of_deceased;
use crate::exports::records::{Event, EventKind, Posting, Tenancy};
use crate::features;
use crate::history::{
    History, HistoryBuilder, Known, Lease, NoteCounts, late_but_regular, plan_kept, signs_of_trouble,
};
use crate::risk::Model;
use crate::tenancy::{TenancyId, TenancyRef};

/// Tenancies in a block that one core takes at a time.
const BLOCK: usize = 2_048;

/// What the exports hold on tenancies, by number.
pub trait Evidence: Sync {
    /// Fills `postings` with the ledger of a tenancy.
    fn postings(&self, id: TenancyId, postings: &mut Vec<Posting>);
    /// The events of a tenancy.
    fn events(&self, id: TenancyId) -> &[Event];
    /// What caretakers noticed, counted.
    fn notes(&self, id: TenancyId) -> NoteCounts;
    /// What the model makes of the words that caretakers wrote, in log-odds; 0 where it has not learned from words.
    fn notes_text(&self, id: TenancyId) -> f64;
    /// Whether a ledger row of the tenancy was rejected.
    fn row_rejected(&self, id: TenancyId) -> bool;
}

/// What is kept from earlier nights, as far as assessing is concerned.
#[derive(Debug, Default)]
pub struct Asked {
    /// Tenancies that something is kept on: their rule is wanted by name.
    pub kept: HashSet<TenancyRef>,
    /// Who said no, and since when; an export may not tell of it any more.
    pub objections: HashMap<TenancyRef, Date>,
}

/// How all tenancies stand.
#[derive(Debug, Default)]
pub struct Assessment {
    /// Running tenancies that were scored.
    pub scored: u64,
    /// How many of them owe much, and how many have paid much too much.
    pub balances: Balances,
    /// Tenancies that the newest data allows to be listed.
    pub candidates: Vec<Ranked>,
    /// How many it does not allow, by rule.
    pub excluded: BTreeMap<Exclusion, u64>,
    /// The rule for those tenancies that were asked about.
    pub exclusion_of: HashMap<TenancyRef, Exclusion>,
    /// Cases at termination or court: what happened, and when.
    pub too_late: Vec<(TenancyId, EventKind, Date)>,
    /// Running tenancies that nobody can judge, for a row of theirs could not be read.
    pub unjudged: Vec<TenancyRef>,
    /// Who said no by an event in the exports, and when.
    pub objections: Vec<(TenancyRef, Date)>,
    /// Tenancies that something is kept on, and that have ended and owe nothing.
    pub ended: Vec<TenancyRef>,
}

/// Months of rent from which on a balance is a large one: no rent paid in advance explains it.
const LARGE_BALANCE: f64 = 2.0;
/// Fewer tenancies in credit than this tell nothing of the others.
const ENOUGH_IN_CREDIT: u64 = 5;

/// Large balances, by which way they run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Balances {
    /// Tenancies that owe [`LARGE_BALANCE`] months or more.
    pub owing: u64,
    /// Tenancies that have paid as much too much.
    pub in_credit: u64,
}

impl Balances {
    fn count(&mut self, history: &History) {
        let large = |amount| history.in_months_of_rent(amount).is_some_and(|months| months >= LARGE_BALANCE);
        self.owing += u64::from(large(history.arrears));
        self.in_credit += u64::from(large(history.credit));
    }

    /// What to tell the operator, where far more tenancies are deep in credit than in debt: nobody pays so much in advance.
    pub fn doubt(&self) -> Option<String> {
        let Balances { owing, in_credit } = *self;
        (in_credit >= ENOUGH_IN_CREDIT && in_credit > 4 * owing).then(|| {
            format!(
                "{in_credit} tenancies have paid two months of rent or more too much, and {owing} owe as much: look whether \
                 exports.ledger takes charges for payments (sign, charged and paid)"
            )
        })
    }
}

/// Assesses all tenancies. `caseworker_of` gives the caseworker who serves an estate; `asked` is what is kept from
/// earlier nights.
pub fn assess(
    tenancies: &[Tenancy],
    evidence: &dyn Evidence,
    model: &Model,
    caseworker_of: &(dyn Fn(&str) -> Option<usize> + Sync),
    terms: &Terms,
    asked: &Asked,
) -> Assessment {
    let assessor = Assessor { evidence, model, caseworker_of, terms, asked };
    let blocks = tenancies.par_chunks(BLOCK).map(|block| assessor.block(block)).collect::<Vec<_>>();
    blocks.into_iter().fold(Assessment::default(), Assessment::and)
}

/// The history of one tenancy, with everything known by the as-of date.
pub fn history_of(tenancy: &Tenancy, evidence: &dyn Evidence, as_of: Date) -> History {
    let mut postings = Vec::new();
    evidence.postings(tenancy.id, &mut postings);
    History::of(Day::from(as_of), &known(tenancy, evidence, &postings))
}

struct Assessor<'a> {
    evidence: &'a dyn Evidence,
    model: &'a Model,
    caseworker_of: &'a (dyn Fn(&str) -> Option<usize> + Sync),
    terms: &'a Terms,
    asked: &'a Asked,
}

impl Assessor<'_> {
    fn block(&self, tenancies: &[Tenancy]) -> Assessment {
        let mut found = Assessment::default();
        let mut builder = HistoryBuilder::new();
        let mut postings = Vec::new();
        let mut vector = [0.0; features::N];
        for tenancy in tenancies {
            if let Some(rule) = not_running(tenancy.moved_in, tenancy.moved_out, self.terms.as_of) {
                found.exclude(tenancy, rule, self.asked);
                if rule == Exclusion::MovedOut && self.is_settled(tenancy) {
                    found.ended.push(tenancy.reference.clone());
                }
                continue;
            }
            self.evidence.postings(tenancy.id, &mut postings);
            let history = builder.build(Day::from(self.terms.as_of), &known(tenancy, self.evidence, &postings));
            let caseworker = (self.caseworker_of)(&tenancy.estate);
            let standing = self.standing(tenancy, history, caseworker.is_some());
            let rule = exclusion(&standing, self.terms);
            found.scored += 1;
            found.balances.count(history);
            features::vector(history, &mut vector);
            let score = self.model.value(&vector);
            match (rule, caseworker) {
                (None, Some(caseworker)) => found.candidates.push(Ranked {
                    id: tenancy.id,
                    reference: tenancy.reference.clone(),
                    caseworker,
                    score,
                }),
                (rule, _) => found.exclude(tenancy, rule.unwrap_or(Exclusion::NoCaseworker), self.asked),
            }
            if rule == Some(Exclusion::RowRejected) {
                found.unjudged.push(tenancy.reference.clone());
            }
            if history.case.objected
                && let Some(on) = history.last(EventKind::Objection)
            {
                found.objections.push((tenancy.reference.clone(), on.date()));
            }
            if rule == Some(Exclusion::TooLateForPrevention)
                && let Some((kind, on)) = latest_step(history)
            {
                found.too_late.push((tenancy.id, kind, on));
            }
        }
        found
    }

    fn standing(&self, tenancy: &Tenancy, history: &History, served: bool) -> Standing {
        Standing {
            moved_in: tenancy.moved_in,
            moved_out: tenancy.moved_out,
            served,
            deceased: history.case.deceased || is_estate_of_deceased(&tenancy.tenant_names),
            objected: history.case.objected || self.objected_before(tenancy, history),
            at_termination_or_court: history.case.is_at_termination_or_court(),
            municipal_case_open: history.case.municipal_case_open,
            no_ledger: history.first_entry.is_none(),
            row_rejected: self.evidence.row_rejected(tenancy.id),
            plan_kept: plan_kept(history),
            late_but_regular: late_but_regular(history),
            arrears_months: history.arrears_months(),
            signs_of_trouble: signs_of_trouble(history).any(),
        }
    }
}

impl Assessor<'_> {
    /// Whether something is kept on a tenancy that has ended, and it owes nothing.
    fn is_settled(&self, tenancy: &Tenancy) -> bool {
        self.asked.kept.contains(&tenancy.reference) && history_of(tenancy, self.evidence, self.terms.as_of).is_clear()
    }

    /// Whether an earlier night knows of an objection that the tenant has not taken back since by consenting.
    fn objected_before(&self, tenancy: &Tenancy, history: &History) -> bool {
        let since = self.asked.objections.get(&tenancy.reference);
        since.is_some_and(|since| history.last(EventKind::Consent).is_none_or(|consent| consent <= Day::from(*since)))
    }
}

impl Assessment {
    fn exclude(&mut self, tenancy: &Tenancy, rule: Exclusion, asked: &Asked) {
        *self.excluded.entry(rule).or_default() += 1;
        if asked.kept.contains(&tenancy.reference) {
            self.exclusion_of.insert(tenancy.reference.clone(), rule);
        }
    }

    fn and(mut self, more: Assessment) -> Assessment {
        self.scored += more.scored;
        self.balances.owing += more.balances.owing;
        self.balances.in_credit += more.balances.in_credit;
        self.candidates.extend(more.candidates);
        self.exclusion_of.extend(more.exclusion_of);
        self.too_late.extend(more.too_late);
        self.unjudged.extend(more.unjudged);
        self.objections.extend(more.objections);
        self.ended.extend(more.ended);
        for (rule, count) in more.excluded {
            *self.excluded.entry(rule).or_default() += count;
        }
        self
    }
}

fn known<'a>(tenancy: &Tenancy, evidence: &'a dyn Evidence, postings: &'a [Posting]) -> Known<'a> {
    Known {
        postings,
        events: evidence.events(tenancy.id),
        lease: Some(Lease::from(tenancy)),
        notes: evidence.notes(tenancy.id),
        notes_text: evidence.notes_text(tenancy.id),
    }
}

/// How far a case has gone, and since when.
fn latest_step(history: &History) -> Option<(EventKind, Date)> {
    [EventKind::Eviction, EventKind::CourtFiling, EventKind::Termination]
        .into_iter()
        .find_map(|kind| history.last(kind).map(|on| (kind, on.date())))
}
