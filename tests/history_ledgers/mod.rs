//! Ledgers written down by hand, for the tests of histories, features, the scorecard and reasons.
#![allow(dead_code)] // each test binary uses its part
#![allow(clippy::expect_used)] // a fixture that cannot be built is a failed test

use jiff::civil::{Date, date};
use postkort::calendar::Day;
use postkort::exports::records::{AuthorId, Event, EventKind, Posting, PostingKind};
use postkort::history::{History, Known, Lease};
use postkort::money::Ore;
use postkort::notes::{Category, NoteFinding, counts};
use postkort::tenancy::TenancyId;
use proptest::prelude::*;

/// A tenancy's ledger and events, in kroner.
#[derive(Clone, Default)]
pub struct Ledger {
    pub postings: Vec<Posting>,
    pub events: Vec<Event>,
    pub lease: Option<Lease>,
    pub notes: Vec<NoteFinding>,
    pub notes_text: f64,
}

pub fn day(year: i16, month: i8, day: i8) -> Day {
    Day::from(date(year, month, day))
}

/// The contract's as-of date.
pub fn november_24() -> Day {
    day(2026, 11, 24)
}

impl Ledger {
    pub fn with_rent(rent: f64) -> Ledger {
        let lease = Lease { moved_in: date(2020, 1, 1), monthly_rent: Some(kroner(rent)) };
        Ledger { lease: Some(lease), ..Ledger::default() }
    }

    pub fn post(&mut self, booked: Date, due: Option<Date>, amount: f64, kind: PostingKind) -> &mut Ledger {
        let posting = Posting::new(Day::from(booked), due.map(Day::from), kroner(amount), kind, 0);
        self.postings.push(posting.expect("a plausible posting"));
        self.postings.sort_by_key(Posting::booked_on);
        self
    }

    /// Rent due on the 1st, booked on the 20th of the month before.
    pub fn rent(&mut self, year: i16, month: i8, amount: f64) -> &mut Ledger {
        let due = date(year, month, 1);
        self.post(due - jiff::Span::new().days(11), Some(due), amount, PostingKind::Rent)
    }

    pub fn pay(&mut self, on: Date, amount: f64) -> &mut Ledger {
        self.post(on, None, -amount, PostingKind::Payment)
    }

    pub fn event(&mut self, on: Date, kind: EventKind) -> &mut Ledger {
        self.events.push(Event { id: TenancyId(0), on, kind });
        self
    }

    /// A note with a scored signal of each of some categories, by an author who is not told.
    pub fn note(&mut self, on: Date, categories: &[Category]) -> &mut Ledger {
        let scored = categories.iter().copied().collect();
        let (id, author, line, urgent) = (TenancyId(0), None, 2, None);
        self.notes.push(NoteFinding { id, written_on: on, author, line, scored, urgent });
        self
    }

    /// Rent of a year's months, each paid in full on a day of its month.
    pub fn months_paid_on(
        &mut self,
        year: i16,
        months: std::ops::RangeInclusive<i8>,
        day: i8,
        rent: f64,
    ) -> &mut Ledger {
        for month in months {
            self.rent(year, month, rent).pay(date(year, month, day), rent);
        }
        self
    }

    pub fn known(&self, as_of: Day) -> Known<'_> {
        let notes = counts(&self.notes, as_of.date());
        Known { postings: &self.postings, events: &self.events, lease: self.lease, notes, notes_text: self.notes_text }
    }

    pub fn on(&self, as_of: Day) -> History {
        History::of(as_of, &self.known(as_of))
    }
}

pub fn kroner(amount: f64) -> Ore {
    Ore((amount * 100.0).round() as i64)
}

/// The five tenancies of the contract, by their last digits: as exported on 2026-11-20.
pub struct Contract {
    /// 007-01-0012-03: paid until August, nothing since.
    pub stopped: Ledger,
    /// 007-01-0013-01: always on the 1st; a plan completed in 2024.
    pub steady: Ledger,
    /// 007-02-0101-02: always eight days late.
    pub eight_days_late: Ledger,
    /// 007-02-0102-05: a payment returned, then two partial payments.
    pub partial: Ledger,
    /// 007-02-0103-01: moved out on 31 October with nothing owed.
    pub moved_out: Ledger,
}

pub fn contract() -> Contract {
    let mut stopped = Ledger::with_rent(5690.0);
    stopped.months_paid_on(2026, 5..=8, 1, 5690.0);
    for month in 9..=11 {
        stopped.rent(2026, month, 5690.0);
    }
    stopped
        .post(date(2026, 9, 20), Some(date(2026, 9, 20)), 329.0, PostingKind::Fee)
        .event(date(2026, 9, 5), EventKind::Reminder)
        .event(date(2026, 9, 10), EventKind::Demand);
    stopped.note(date(2026, 10, 14), &[Category::Absence]).note(date(2026, 11, 2), &[Category::Economy]);

    let mut steady = Ledger::with_rent(6120.5);
    steady
        .months_paid_on(2026, 5..=11, 1, 6120.5)
        .event(date(2024, 3, 3), EventKind::PlanAgreed)
        .event(date(2024, 9, 1), EventKind::PlanCompleted);

    let mut eight_days_late = Ledger::with_rent(4455.0);
    eight_days_late.months_paid_on(2026, 5..=11, 9, 4455.0);
    eight_days_late.note(date(2026, 9, 11), &[Category::Protective]);

    let mut partial = Ledger::with_rent(4455.0);
    partial
        .months_paid_on(2026, 5..=9, 1, 4455.0)
        .rent(2026, 10, 4455.0)
        .rent(2026, 11, 4455.0)
        .pay(date(2026, 10, 5), 2000.0)
        .pay(date(2026, 11, 5), 2000.0)
        .event(date(2026, 10, 12), EventKind::PaymentReturned);
    partial.note(date(2026, 10, 22), &[Category::HousingCondition]);

    let mut moved_out = Ledger::with_rent(4455.0);
    moved_out.months_paid_on(2026, 5..=10, 1, 4455.0);
    Contract { stopped, steady, eight_days_late, partial, moved_out }
}

/// Up to eight notes with any signals, by anybody, in the four hundred days up to `as_of` and the thirty after it.
pub fn notes_before(as_of: i32) -> impl Strategy<Value = Vec<NoteFinding>> {
    let ages = prop_oneof![2 => 0..=31i32, 1 => 85..=95i32, 2 => 0..400i32, 1 => -30..0i32];
    let scored = prop::collection::vec(prop::sample::select(CATEGORIES.to_vec()), 0..4);
    let author = prop::option::of((0..4u32).prop_map(AuthorId::nth));
    let note = (ages, scored, author).prop_map(move |(age, scored, author)| NoteFinding {
        id: TenancyId(0),
        written_on: Day(as_of - age).date(),
        author,
        line: 2,
        scored: scored.into_iter().collect(),
        urgent: None,
    });
    prop::collection::vec(note, 0..8)
}

/// Every category that a note may speak of.
pub const CATEGORIES: [Category; 10] = [
    Category::Economy,
    Category::Legal,
    Category::HousingCondition,
    Category::Absence,
    Category::Conflict,
    Category::LifeEvent,
    Category::Health,
    Category::Substance,
    Category::Children,
    Category::Protective,
];
