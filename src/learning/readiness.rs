//! Whether there is enough history to learn from, told without learning: from the events alone, so that every night can say it.
//!
//! What training would find is reckoned closely, not exactly. Which tenancies had no ledger, and when a debt was paid
//! off after a termination, is for the ledger to tell, and it is not looked through for this.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;

use super::cohort::{Label, dates};
use super::gate::FEWEST_POSITIVES;
use super::walk::MOST_TESTS;
use crate::exports::records::{Event, EventKind};
use crate::tenancy::TenancyId;

/// A termination or court filing is supposed to be over after a year, where no other follows.
const SUPPOSED_OVER_AFTER_DAYS: i64 = 365;
/// Days looked ahead for a test date, five months: by then the ledger has the months that a date needs before it, and another
/// date has come up. Where there is none by then, there never is.
const DAYS_AHEAD: usize = 150;

/// What there is to learn from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// The as-of dates that training would have.
    pub dates: usize,
    /// About how many positive labels it would have: tenancies at as-of dates with such an event within the horizon.
    pub outcomes: usize,
    /// The later dates that a model could be tested on.
    pub test_dates: usize,
    /// What is missing; nothing where training is worth while.
    pub missing: Vec<Lack>,
    /// From when the history is long enough for a test date, where it is not yet and will be.
    pub long_enough_from: Option<Date>,
}

/// What keeps training from being worth while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// There is no events feed.
    NoEventsFeed,
    /// No such event in it.
    NoSuchEvents(Vec<EventKind>),
    /// Nothing is booked.
    EmptyLedger,
    /// No later date to test on yet.
    ShortHistory(Option<Date>),
    /// Too few positive labels.
    FewOutcomes(usize),
    /// Plenty, but none on the dates to test on.
    NoOutcomeTested(usize),
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lack::NoEventsFeed => {
                f.write_str("there is no [exports.events], so nobody knows whose tenancy was terminated")
            }
            Lack::NoSuchEvents(kinds) => {
                let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
                write!(
                    f,
                    "the events export has no {}: are they exported, and under these kinds (values.kind)?",
                    kinds.join(" or ")
                )
            }
            Lack::EmptyLedger => f.write_str("the ledger is empty"),
            Lack::ShortHistory(Some(from)) => write!(f, "the history is long enough from {from}"),
            Lack::ShortHistory(None) => {
                f.write_str("with so long a horizon no date is left to test a model on; shorten risk.horizon_days")
            }
            Lack::FewOutcomes(outcomes) => write!(f, "about {outcomes} of {FEWEST_POSITIVES} outcomes"),
            Lack::NoOutcomeTested(dates) => {
                write!(f, "no outcome after any of the {dates} dates that a model could be tested on")
            }
        }
    }
}

impl Readiness {
    /// Whether a model could be trained and tested.
    pub fn is_enough(&self) -> bool {
        self.missing.is_empty()
    }

    /// Where there is no events feed.
    pub fn without_events() -> Readiness {
        Readiness { missing: vec![Lack::NoEventsFeed], ..Readiness::default() }
    }
}

/// What training would have to learn from on `as_of`. `events` are sorted by tenancy; `labels_since` is the config's, the
/// first event's day where it says none; `first_booking` is the ledger's first day.
pub fn readiness(
    events: &[Event],
    label: &Label,
    labels_since: Option<Date>,
    first_booking: Option<Date>,
    as_of: Date,
) -> Readiness {
    let lacking = |lack| Readiness { missing: vec![lack], ..Readiness::default() };
    if !events.iter().any(|event| label.kinds.contains(&event.kind)) {
        return lacking(Lack::NoSuchEvents(label.kinds.clone()));
    }
    let since = labels_since.or_else(|| events.iter().map(|event| event.on).min()).unwrap_or(as_of);
    let Some(booked) = first_booking else { return lacking(Lack::EmptyLedger) };

    let dates_on = |day| dates(day, label, since, booked);
    let dates = dates_on(as_of);
    let positives = positives(events, label, &dates);
    let tests = tests(&dates, label);
    let happened_before = |test: &&usize| {
        let known = dates.iter().zip(&positives).filter(|(date, _)| is_known(**date, label, &dates, **test));
        known.map(|(_, positives)| positives).sum::<usize>() > 0
    };
    let tried: Vec<usize> = tests.iter().filter(happened_before).copied().collect();
    let tested: usize = tried.iter().filter_map(|test| positives.get(*test)).sum();

    let outcomes = positives.iter().sum();
    let mut missing = Vec::new();
    let mut long_enough_from = None;
    if outcomes < FEWEST_POSITIVES {
        missing.push(Lack::FewOutcomes(outcomes));
    }
    if tests.is_empty() {
        long_enough_from = first_with_a_test(as_of, since.max(booked), label, &dates_on);
        missing.push(Lack::ShortHistory(long_enough_from));
    } else if tested == 0 && outcomes >= FEWEST_POSITIVES {
        missing.push(Lack::NoOutcomeTested(tests.len()));
    }
    Readiness { dates: dates.len(), outcomes, test_dates: tried.len(), missing, long_enough_from }
}

/// Positive labels on each date.
fn positives(events: &[Event], label: &Label, dates: &[Date]) -> Vec<usize> {
    let horizons: Vec<(Date, Date)> = dates.iter().map(|date| (*date, label.until(*date))).collect();
    // Few events are steps, and only these are looked at for each date.
    let steps: Vec<Step> = events.iter().filter_map(|event| Step::of(event, label)).collect();
    let mut positives = vec![0; dates.len()];
    for of_one in steps.chunk_by(|one, other| one.id == other.id) {
        for ((date, until), positives) in horizons.iter().zip(&mut positives) {
            let is_running = !of_one.iter().any(|step| step.on <= *date && *date < step.over_on);
            let comes = of_one.iter().any(|step| step.counts && date < &step.on && &step.on <= until);
            *positives += usize::from(is_running && comes);
        }
    }
    positives
}

/// An event that is looked for, or that keeps a tenancy out of the cohort.
struct Step {
    id: TenancyId,
    on: Date,
    /// Whether it makes a positive label.
    counts: bool,
    /// From when on it keeps nobody out. A case is over once the debt has been settled for half a year; that it took half a
    /// year to settle is supposed here. An eviction is never over.
    over_on: Date,
}

impl Step {
    fn of(event: &Event, label: &Label) -> Option<Step> {
        let over_on = match event.kind {
            EventKind::Eviction => Date::MAX,
            EventKind::Termination | EventKind::CourtFiling => event.on.saturating_add(SUPPOSED_OVER_AFTER_DAYS.days()),
            _ => return None,
        };
        Some(Step { id: event.id, on: event.on, counts: label.kinds.contains(&event.kind), over_on })
    }
}

/// The places of the dates that a model could be tested on: those by which the outcomes of an earlier one are known.
fn tests(dates: &[Date], label: &Label) -> Vec<usize> {
    let newest = dates.len().saturating_sub(MOST_TESTS)..dates.len();
    newest.filter(|test| dates.iter().any(|date| is_known(*date, label, dates, *test))).collect()
}

/// Whether what became of a date's tenancies is known on the date of a test.
fn is_known(date: Date, label: &Label, dates: &[Date], test: usize) -> bool {
    dates.get(test).is_some_and(|test| label.until(date) <= *test)
}

/// The first day on which training would have a date to test on: two horizons after the history begins (`earliest`),
/// and some months, for dates lie a month apart and need some of the ledger before them.
fn first_with_a_test(as_of: Date, earliest: Date, label: &Label, dates_on: &dyn Fn(Date) -> Vec<Date>) -> Option<Date> {
    let soonest = as_of.max(label.until(label.until(earliest)));
    let has_test = |day: &Date| {
        let dates = dates_on(*day);
        dates.first().zip(dates.last()).is_some_and(|(first, last)| label.until(*first) <= *last)
    };
    soonest.series(1.day()).take(DAYS_AHEAD).find(has_test)
}
