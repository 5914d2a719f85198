//! What holds of every history, whatever the ledger.
#![allow(clippy::expect_used, clippy::unwrap_used)] // in tests, a panic is the message

mod history_ledgers;

use history_ledgers::notes_before;
use jiff::civil::date;
use postkort::calendar::Day;
use postkort::exports::records::{Event, EventKind, Posting, PostingKind};
use postkort::features::{self, N};
use postkort::history::{History, Known, Lease, Outcome, late_but_regular, plan_kept, signs_of_trouble};
use postkort::money::Ore;
use postkort::notes::counts;
use postkort::tenancy::TenancyId;
use proptest::prelude::*;

const KINDS: [PostingKind; 8] = [
    PostingKind::Rent,
    PostingKind::Utilities,
    PostingKind::Fee,
    PostingKind::Payment,
    PostingKind::Benefit,
    PostingKind::Adjustment,
    PostingKind::PlanInstalment,
    PostingKind::Other,
];

const START: Day = Day(19_000); // 2022-01-08
const AS_OF: i32 = 19_800;

fn posting() -> impl Strategy<Value = Posting> {
    let amount = prop_oneof![
        6 => -1_500_000i64..1_500_000,
        2 => prop::sample::select(vec![0, 1, -1, 500_000, -500_000]),
        1 => prop::sample::select(vec![Posting::LARGEST.0, -Posting::LARGEST.0]),
    ];
    (0..1000i32, -60..60i32, amount, prop::sample::select(KINDS.to_vec())).prop_map(|(booked, due, amount, kind)| {
        let booked = START.plus(booked);
        Posting::new(booked, Some(booked.plus(due)), Ore(amount), kind, 0).expect("in range")
    })
}

fn ledger() -> impl Strategy<Value = Vec<Posting>> {
    prop::collection::vec(posting(), 0..60).prop_map(|mut postings| {
        postings.sort_by_key(Posting::booked_on);
        postings
    })
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = (0..1000i32, prop::sample::select(EventKind::ALL.to_vec())).prop_map(|(on, kind)| Event {
        id: TenancyId(0),
        on: START.plus(on).date(),
        kind,
    });
    prop::collection::vec(event, 0..12)
}

fn vector(history: &History) -> Vec<u64> {
    let mut out = [0.0; N];
    features::vector(history, &mut out);
    out.iter().map(|value| value.to_bits()).collect()
}

fn history(postings: &[Posting], events: &[Event]) -> History {
    History::of(Day(AS_OF), &Known { postings, events, ..Known::default() })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn the_future_changes_nothing(postings in ledger(), events in events()) {
        let whole = history(&postings, &events);
        let past: Vec<_> = postings.iter().copied().filter(|one| one.booked_on() <= Day(AS_OF)).collect();
        let happened: Vec<_> = events.iter().copied().filter(|one| Day::from(one.on) <= Day(AS_OF)).collect();
        let cut = history(&past, &happened);
        prop_assert_eq!(&whole, &cut);
        prop_assert_eq!(vector(&whole), vector(&cut));
        prop_assert_eq!(signs_of_trouble(&whole), signs_of_trouble(&cut));
        prop_assert_eq!((late_but_regular(&whole), plan_kept(&whole)), (late_but_regular(&cut), plan_kept(&cut)));
    }

    #[test]
    fn every_oere_is_accounted_for(postings in ledger()) {
        let history = history(&postings, &[]);
        let balance: Ore =
            postings.iter().filter(|one| one.booked_on() <= Day(AS_OF)).map(Posting::amount).sum();
        prop_assert_eq!(history.arrears + history.not_yet_due - history.credit, balance);
        prop_assert!(history.arrears >= Ore::ZERO && history.not_yet_due >= Ore::ZERO && history.credit >= Ore::ZERO);
        prop_assert!(history.credit == Ore::ZERO || history.arrears + history.not_yet_due == Ore::ZERO);
        let unpaid: Ore = history.past_instalments().iter().map(|one| one.unpaid).sum();
        prop_assert_eq!(unpaid, history.arrears);
        prop_assert_eq!(history.arrears_on(history.as_of), history.arrears);
        for back in 0..=24 {
            prop_assert!(history.arrears_on(history.months_ago(back)) >= Ore::ZERO);
        }
    }

    #[test]
    fn the_oldest_instalment_is_covered_first(postings in ledger()) {
        let history = history(&postings, &[]);
        let mut short = false;
        for one in &history.instalments {
            prop_assert!(Ore::ZERO <= one.paid_timely && one.paid_timely <= one.paid_in_grace);
            prop_assert!(one.paid_in_grace <= one.amount && one.unpaid <= one.amount);
            prop_assert!(!short || one.unpaid == one.amount, "paid while an older one was short");
            short |= one.unpaid > Ore::ZERO;
            prop_assert_eq!(one.settled.is_some(), one.unpaid <= one.slack());
            prop_assert_eq!(one.outcome == Outcome::NotYetDue, one.timely_until >= history.as_of);
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(
        (sorted, shuffled) in ledger().prop_flat_map(|sorted| (Just(sorted.clone()), Just(sorted).prop_shuffle())),
        (events, other) in events().prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle())),
    ) {
        prop_assert_eq!(history(&sorted, &events), history(&shuffled, &other));
    }

    #[test]
    fn a_builder_forgets_the_tenancy_before(first in ledger(), second in ledger(), events in events()) {
        let mut builder = postkort::history::HistoryBuilder::new();
        builder.build(Day(AS_OF - 90), &Known { postings: &first, events: &events, ..Known::default() });
        let again = builder.build(Day(AS_OF), &Known { postings: &second, ..Known::default() }).clone();
        prop_assert_eq!(again, history(&second, &[]));
    }

    #[test]
    fn features_are_finite_or_unknown(postings in ledger(), events in events(), rent in prop::option::of(any::<i64>()), notes in notes_before(AS_OF)) {
        let lease = Lease { moved_in: date(2024, 5, 1), monthly_rent: rent.map(Ore) };
        let known = Known { postings: &postings, events: &events, lease: Some(lease), notes: counts(&notes, Day(AS_OF).date()), notes_text: 0.0 };
        let history = History::of(Day(AS_OF), &known);
        let mut out = [0.0; N];
        features::vector(&history, &mut out);
        for (feature, value) in features::FEATURES.iter().zip(out) {
            prop_assert!(!value.is_infinite(), "{} is {value}", feature.name);
            if feature.missing == "never" {
                prop_assert!(value.is_finite(), "{} is never unknown", feature.name);
            }
            let signed = ["slope", "change", "payment_day_12", "regular_delay", "share_log"];
            if !signed.iter().any(|part| feature.name.contains(part)) {
                prop_assert!(value.is_nan() || value >= 0.0, "{} is {value}", feature.name);
            }
        }
    }
}

#[test]
fn the_ends_of_the_calendar_and_of_amounts_are_no_trouble() {
    let extreme = |on, amount, kind| Posting::new(Day::from(on), None, amount, kind, 0).expect("in range");
    let postings = [
        extreme(Posting::EARLIEST, Posting::LARGEST, PostingKind::Rent),
        extreme(Posting::EARLIEST, -Posting::LARGEST, PostingKind::Payment),
        extreme(Posting::LATEST, Posting::LARGEST, PostingKind::Payment),
    ];
    for as_of in [Day(i32::MIN), Day(-14_610), Day(0), Day::from(Posting::LATEST), Day(i32::MAX)] {
        let history = History::of(as_of, &Known { postings: &postings, ..Known::default() });
        let mut out = [0.0; N];
        features::vector(&history, &mut out);
        assert!(out.iter().all(|value| !value.is_infinite()), "as of {}", as_of.0);
        let _ = (signs_of_trouble(&history), late_but_regular(&history), plan_kept(&history));
    }
}
