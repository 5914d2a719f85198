//! Who is learned from: the tenancies that ran on a date, what was known of them then, and what became of them.
//!
//! A snapshot stands on a date. What a member knows had been booked or written by then; the label looks at what came after,
//! up to the horizon, and at nothing else.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use rayon::prelude::*;

use crate::calendar::Day;
use crate::exports::read::Exports;
use crate::exports::records::{Event, EventKind, Posting, Tenancy};
use crate::features::{self, N};
use crate::history::{History, HistoryBuilder, Known, Lease};
use crate::notes::{NoteFinding, NoteTerms, Terms, counts, of_tenancy};
use crate::risk::NotesWeighed;
use crate::tenancy::TenancyId;

/// Tenancies that one thread takes at a time.
const BLOCK: usize = 2_048;
/// So much of the ledger must lie before a snapshot, in months: with less, nobody's habits can be seen.
const MONTHS_BEFORE: i32 = 3;
/// The most snapshots: older ones tell of another time.
const MOST_SNAPSHOTS: usize = 24;

/// What is looked for after a snapshot.
#[derive(Clone, Debug)]
pub struct Label {
    /// The first event of these kinds counts.
    pub kinds: Vec<EventKind>,
    /// Days after the snapshot's date in which it counts, the last one included.
    pub horizon_days: u32,
}

impl Label {
    /// The last day that the label of a snapshot looks at.
    pub fn until(&self, as_of: Date) -> Date {
        as_of.saturating_add(i64::from(self.horizon_days).days())
    }

    /// The first event that counts, of a tenancy's events.
    fn first_of(&self, events: &[Event], as_of: Date) -> Option<Date> {
        let until = self.until(as_of);
        let counts = |event: &&Event| self.kinds.contains(&event.kind) && as_of < event.on && event.on <= until;
        events.iter().filter(counts).map(|event| event.on).min()
    }
}

/// The rankings that a model has to beat, each by what was known on the date; higher is more urgent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Baselines {
    /// Overdue and unpaid, in kroner.
    pub arrears_dkk: f64,
    /// The same in months of rent; without a known rent, as many as there are instalments unpaid.
    pub arrears_months: f64,
    /// Days since anything was paid; since the ledger's first entry where nothing was.
    pub days_since_payment: f64,
    /// Whether such an event lay within a horizon before the date.
    pub label_before: f64,
}

impl Baselines {
    /// The names in reports, in the order of [`Baselines::values`].
    pub const NAMES: [&str; 4] = ["arrears_dkk", "arrears_months", "days_since_last_payment", "label_at_last_date"];

    /// The rankings, in the order of [`Baselines::NAMES`].
    pub fn values(&self) -> [f64; 4] {
        [self.arrears_dkk, self.arrears_months, self.days_since_payment, self.label_before]
    }
}

/// One tenancy of a snapshot.
#[derive(Clone, Debug)]
pub struct Member {
    /// The tenancy.
    pub id: TenancyId,
    /// What was known of it, in the order of [`features::FEATURES`].
    pub features: [f64; N],
    /// The day of the first event that counts, where there was one within the horizon.
    pub event_on: Option<Date>,
    /// How the naive rankings place it.
    pub baselines: Baselines,
    /// The terms in the notes on it, where words are learned from.
    pub terms: Terms,
}

/// All tenancies that ran on a date.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The date.
    pub as_of: Date,
    /// Those that are learned from, in the order of their numbers.
    pub members: Vec<Member>,
    /// Those that are not, by rule.
    pub left_out: BTreeMap<&'static str, u64>,
}

impl Snapshot {
    /// How many of the members the label is true of.
    pub fn positives(&self) -> usize {
        self.members.iter().filter(|member| member.event_on.is_some()).count()
    }
}

/// The exports, and what their notes say, as far as they reach.
#[derive(Clone, Copy)]
pub struct Past<'a> {
    /// The exports.
    pub exports: &'a Exports,
    /// What was found in the notes, by tenancy.
    pub notes: &'a [NoteFinding],
    /// The words of the notes.
    pub words: Words<'a>,
}

/// What is made of the words of notes.
#[derive(Clone, Copy, Default)]
pub enum Words<'a> {
    /// Nothing.
    #[default]
    Unread,
    /// They are learned from.
    Learned(&'a NoteTerms),
    /// A model weighs them.
    Weighed(&'a NotesWeighed),
}

/// The dates of the snapshots, oldest first: one a month, the last a horizon before `as_of`, the first where the labels
/// begin and some of the ledger (which begins on `first_booking`) lies before it. All stand on one day of the month: on the
/// 3rd much is owed that is paid by the 10th, and the features do not know what day it is. What is proved is proved for that
/// day; the card and the README say so.
pub fn dates(as_of: Date, label: &Label, labels_since: Date, first_booking: Date) -> Vec<Date> {
    let last = as_of.saturating_sub(i64::from(label.horizon_days).days());
    let earliest = labels_since.max(first_booking.saturating_add(MONTHS_BEFORE.months()));
    let months = (0..MOST_SNAPSHOTS as i32).map(|months| last.saturating_sub(months.months()));
    let mut dates: Vec<Date> = months.take_while(|date| *date >= earliest).collect();
    dates.reverse();
    dates
}

/// Takes the snapshot of a date.
pub fn snapshot(past: Past<'_>, as_of: Date, label: &Label) -> Snapshot {
    let ids: Vec<TenancyId> = past.exports.references.ids().collect();
    let taken: Vec<Snapshot> = ids
        .par_chunks(BLOCK)
        .map(|block| {
            let mut camera = Camera { past, as_of, label, builder: HistoryBuilder::new(), postings: Vec::new() };
            let mut taken = Snapshot { as_of, members: Vec::new(), left_out: BTreeMap::new() };
            for id in block {
                match camera.member(*id) {
                    Ok(member) => taken.members.push(member),
                    Err(rule) => *taken.left_out.entry(rule).or_default() += 1,
                }
            }
            taken
        })
        .collect();
    let mut all = Snapshot { as_of, members: Vec::with_capacity(ids.len()), left_out: BTreeMap::new() };
    for taken in taken {
        all.members.extend(taken.members);
        for (rule, count) in taken.left_out {
            *all.left_out.entry(rule).or_default() += count;
        }
    }
    all
}

struct Camera<'a> {
    past: Past<'a>,
    as_of: Date,
    label: &'a Label,
    builder: HistoryBuilder,
    /// Filled with one tenancy after another.
    postings: Vec<Posting>,
}

impl Camera<'_> {
    fn member(&mut self, id: TenancyId) -> Result<Member, &'static str> {
        let tenancy = self.past.exports.tenancies.get(id.index());
        if tenancy.is_some_and(|tenancy| !runs(tenancy, self.as_of)) {
            return Err("not_running");
        }
        if self.past.exports.incomplete.contains(&id) {
            return Err("row_rejected");
        }
        self.past.exports.ledger.postings(id, &mut self.postings);
        let events = self.past.exports.events_of(id);
        let (terms, notes_text) = match self.past.words {
            Words::Unread => (None, 0.0),
            Words::Learned(terms) => (terms.known(id, self.as_of), 0.0),
            Words::Weighed(weighed) => (None, weighed.value(id, self.as_of)),
        };
        let known = Known {
            postings: &self.postings,
            events,
            // The rent that the feed tells is today's; what it was then, the rents charged tell.
            lease: tenancy.map(|tenancy| Lease { moved_in: tenancy.moved_in, monthly_rent: None }),
            notes: counts(of_tenancy(self.past.notes, id), self.as_of),
            notes_text,
        };
        let history = self.builder.build(Day::from(self.as_of), &known);
        // Without a tenancies feed, whoever the ledger names counts as running, also with noughts only, from the first entry on.
        if history.first_entry.is_none() && (tenancy.is_some() || !self.postings.is_empty()) {
            return Err("no_ledger");
        }
        if history.case.is_at_termination_or_court() {
            return Err("at_termination_or_court");
        }
        let mut vector = [0.0; N];
        features::vector(history, &mut vector);
        let baselines = baselines(history, events, self.label);
        Ok(Member { id, features: vector, event_on: self.label.first_of(events, self.as_of), baselines, terms })
    }
}

fn runs(tenancy: &Tenancy, as_of: Date) -> bool {
    tenancy.moved_in <= as_of && tenancy.moved_out.is_none_or(|last| last > as_of)
}

fn baselines(history: &History, events: &[Event], label: &Label) -> Baselines {
    let as_of = history.as_of.date();
    let since = as_of.saturating_sub(i64::from(label.horizon_days).days());
    let before = |event: &Event| label.kinds.contains(&event.kind) && since <= event.on && event.on <= as_of;
    let unpaid = history.past_instalments().iter().filter(|instalment| instalment.unpaid.is_positive()).count();
    let last = history.last_payment.as_ref().map(|payment| payment.on).or(history.first_entry);
    Baselines {
        arrears_dkk: history.arrears.kroner(),
        arrears_months: history.arrears_months().unwrap_or(unpaid as f64),
        days_since_payment: last.map_or(0.0, |on| f64::from(history.as_of.since(on))),
        label_before: if events.iter().any(before) { 1.0 } else { 0.0 },
    }
}

/// The first and the last day of which a ledger tells, of the tenancies that have entries.
pub fn bookings(exports: &Exports) -> Option<(Date, Date)> {
    let span = |id: TenancyId| {
        let mut postings = Vec::new();
        exports.ledger.postings(id, &mut postings);
        let days = || postings.iter().map(|posting| posting.booked_on());
        days().min().zip(days().max())
    };
    let ids: Vec<TenancyId> = exports.references.ids().collect();
    let wider = |one: (Day, Day), other: (Day, Day)| (one.0.min(other.0), one.1.max(other.1));
    ids.par_iter().filter_map(|id| span(*id)).reduce_with(wider).map(|(first, last)| (first.date(), last.date()))
}
