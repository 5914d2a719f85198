//! What is kept of notes within a run: how many told of what, how lately, on how many days, by how many people.
#![allow(clippy::expect_used, clippy::unwrap_used)] // in tests, a panic is the message

mod history_ledgers;

use std::collections::BTreeSet;

use history_ledgers::{CATEGORIES, Ledger, day, notes_before};
use jiff::civil::{Date, date};
use postkort::calendar::Day;
use postkort::exports::records::{AuthorId, Note};
use postkort::features;
use postkort::notes::{
    COUNTED, Category, CategorySet, Lexicon, NOTE_DAYS, NoteCounts, NoteFinding, SpecialCategories, Tally, Urgency,
    counts, findings,
};
use postkort::tenancy::TenancyId;
use proptest::prelude::*;

const AS_OF: Date = date(2026, 11, 24);

fn note(written_on: Date, text: &str) -> Note {
    Note { id: TenancyId(3), written_on, author: None, text: text.into(), line: 2 }
}

fn read(notes: &[Note], special: SpecialCategories) -> NoteCounts {
    counts(&findings(Lexicon::danish().unwrap(), notes, special), AS_OF)
}

/// A finding so many days before the as-of date, by nobody in particular.
fn finding(age: i32, categories: &[Category]) -> NoteFinding {
    let written_on = Day::from(AS_OF).plus(-age).date();
    let scored = categories.iter().copied().collect();
    NoteFinding { id: TenancyId(0), written_on, author: None, line: 2, scored, urgent: None }
}

fn by(author: u32, finding: NoteFinding) -> NoteFinding {
    NoteFinding { author: Some(AuthorId::nth(author)), ..finding }
}

fn windows(tally: Tally) -> [u16; 3] {
    [tally.in_30, tally.in_90, tally.in_365]
}

#[test]
fn a_note_counts_once_in_each_category_that_it_speaks_of() {
    let notes = [
        note(date(2026, 10, 14), "Posten hober sig op, og gardinerne er nedrullet. Åbner ikke."),
        note(date(2026, 11, 2), "Nabo siger hun har mistet sit job i sommer"),
        note(date(2026, 11, 24), "Åbner ikke. Ingen klager. Indlagt"),
        note(date(2026, 11, 25), "Åbner ikke"),
        note(date(2025, 11, 24), "Skilsmisse"),
        note(date(2025, 11, 23), "Fogedsag. Skilsmisse"),
        note(date(2026, 11, 1), "Vandhane skiftet. Ingen lugt fra lejligheden"),
    ];
    let counts = read(&notes, SpecialCategories::KeptOut);
    assert_eq!(windows(counts.of(Category::Absence)), [1, 2, 2]);
    assert_eq!(counts.of(Category::Absence).days_since, Some(0));
    assert_eq!((windows(counts.of(Category::Economy)), counts.of(Category::Economy).days_since), ([1, 1, 1], Some(22)));
    assert_eq!(
        (windows(counts.of(Category::LifeEvent)), counts.of(Category::LifeEvent).days_since),
        ([0, 0, 1], Some(365))
    );
    assert_eq!(windows(counts.of(Category::Protective)), [1, 1, 1]);
    assert_eq!(counts.of(Category::HousingCondition), Tally::default());
    // All but the one of tomorrow and the one of 366 days ago; of those, the tap tells of no trouble.
    assert_eq!((windows(counts.all), windows(counts.troubling)), ([3, 4, 5], [2, 3, 4]));
}

#[test]
fn day_30_is_within_the_last_30_days_and_day_31_is_not() {
    let age = |age| counts(&[finding(age, &[Category::Absence])], AS_OF);
    for (days, expected) in [
        (-1, [0, 0, 0]),
        (0, [1, 1, 1]),
        (30, [1, 1, 1]),
        (31, [0, 1, 1]),
        (90, [0, 1, 1]),
        (91, [0, 0, 1]),
        (365, [0, 0, 1]),
        (366, [0, 0, 0]),
    ] {
        let counts = age(days);
        assert_eq!(windows(counts.of(Category::Absence)), expected, "{days} days ago");
        assert_eq!(windows(counts.all), expected, "{days} days ago");
        assert_eq!(
            (counts.troubling_days_90, counts.troubling_days_365),
            (expected[1], expected[2]),
            "{days} days ago"
        );
        assert_eq!(counts.of(Category::Absence).days_since.map(i32::from), (expected[2] > 0).then_some(days));
    }
    assert_eq!(NOTE_DAYS, 365);
}

#[test]
fn two_notes_of_one_day_are_one_day_and_two_people_are_two_whatever_they_saw() {
    let counts = counts(
        &[
            by(7, finding(5, &[Category::Absence])),
            by(9, finding(5, &[Category::Conflict, Category::Economy])),
            by(7, finding(64, &[Category::HousingCondition])),
            // What all is well, or nothing was noticed, counts for no day of trouble and no author.
            by(1, finding(70, &[Category::Protective])),
            by(2, finding(80, &[])),
            by(3, finding(200, &[Category::LifeEvent])),
            finding(201, &[Category::LifeEvent]),
            // A court case is what is to be foretold.
            by(4, finding(10, &[Category::Legal])),
        ],
        AS_OF,
    );
    assert_eq!((counts.troubling_days_90, counts.troubling_days_365), (2, 4));
    assert_eq!((counts.authors_90, counts.authors_365), (2, 3));
    assert_eq!((counts.note_days, windows(counts.all)), (7, [3, 6, 8]));
    assert_eq!(counts.of(Category::Legal), Tally::default());
}

#[test]
fn silence_is_measured_by_the_tenancys_own_habit() {
    let silence = |ages: &[i32]| {
        let notes: Vec<NoteFinding> = ages.iter().map(|age| finding(*age, &[])).collect();
        counts(&notes, AS_OF).silence()
    };
    assert_eq!(silence(&[]), None);
    assert_eq!(silence(&[300]), None, "one note is no habit");
    assert_eq!(silence(&[300, 260]), None, "nor are two");
    assert_eq!(silence(&[300, 260, 260]), None, "nor three on two days");
    // 40 days from the first to the second, 60 to the third: 50 on average; then 200 days of nothing.
    assert_eq!(silence(&[300, 260, 200]), Some(200.0 / 50.0));
    assert_eq!(silence(&[200, 300, 260]), Some(4.0), "in whatever order");
    // Three visits on one leak are no habit of writing every second day.
    assert_eq!(silence(&[124, 122, 120]), Some(120.0 / 30.0));
    assert_eq!(silence(&[90, 60, 30, 0]), Some(0.0), "who is written of today is not silent");
    assert_eq!(silence(&[400, 300, 260]), None, "what lies more than a year back is no contact of the year");
}

#[test]
fn illness_and_misuse_count_with_a_basis_and_never_without() {
    let notes = [note(date(2026, 11, 20), "Virker forvirret, drikker"), note(date(2026, 11, 21), "Indlagt")];
    let without = read(&notes, SpecialCategories::KeptOut);
    assert_eq!((without.of(Category::Health), without.of(Category::Substance)), (Tally::default(), Tally::default()));
    assert_eq!((without.troubling, without.troubling_days_365), (Tally::default(), 0));
    let with = read(&notes, SpecialCategories::Used);
    assert_eq!((windows(with.of(Category::Health)), windows(with.of(Category::Substance))), ([2, 2, 2], [1, 1, 1]));
    assert_eq!((with.troubling.in_365, with.troubling_days_365), (2, 2));
    for (counts, counted) in [(without, false), (with, true)] {
        let mut ledger = Ledger::with_rent(5000.0);
        let known = postkort::history::Known { notes: counts, ..ledger.rent(2026, 11, 5000.0).known(Day::from(AS_OF)) };
        let history = postkort::history::History::of(Day::from(AS_OF), &known);
        for name in
            ["notes_health_30d", "notes_health_90d", "notes_health_365d", "notes_substance_90d", "notes_days_90d"]
        {
            assert_eq!(features::value(name, &history).is_some_and(|value| value > 0.0), counted, "{name}");
        }
        assert_eq!(features::value("notes_health_days_since", &history), counted.then_some(3.0));
    }
}

#[test]
fn an_urgent_note_keeps_its_line_and_speaks_of_nothing_that_counts() {
    let notes = [note(date(2026, 11, 1), "Børn alene hjemme, taler om selvmord")];
    let findings = findings(Lexicon::danish().unwrap(), &notes, SpecialCategories::Used);
    let [found] = findings.as_slice() else { panic!("{} findings", findings.len()) };
    assert_eq!((found.urgent, found.line, found.id), (Some(Urgency::SuicideAndChild), 2, TenancyId(3)));
    let counts = counts(&findings, AS_OF);
    assert_eq!((counts.troubling, counts.all.in_30), (Tally::default(), 1));
    assert!(CATEGORIES.into_iter().all(|category| counts.of(category) == Tally::default()));
}

#[test]
fn a_note_written_after_the_date_changes_no_feature() {
    let mut ledger = Ledger::with_rent(5000.0);
    ledger.months_paid_on(2026, 1..=11, 1, 5000.0).note(date(2026, 10, 1), &[Category::Absence]);
    let on = day(2026, 11, 24);
    let before = ledger.on(on);
    let mut later = ledger.clone();
    for written_on in [date(2026, 11, 25), date(2026, 12, 24), date(2027, 11, 24)] {
        later.note(written_on, &COUNTED);
    }
    assert_eq!(later.on(on), before);
    assert_ne!(later.on(day(2026, 11, 25)).notes, ledger.on(day(2026, 11, 25)).notes);
}

/// The same by filtering and sets, window by window.
fn naive(findings: &[NoteFinding], of: impl Fn(CategorySet) -> bool, days: i32) -> Vec<NoteFinding> {
    let age = |one: &NoteFinding| (AS_OF - one.written_on).get_days();
    findings.iter().copied().filter(|one| (0..=days).contains(&age(one)) && of(one.scored)).collect()
}

fn tally(findings: &[NoteFinding], of: impl Fn(CategorySet) -> bool + Copy) -> Tally {
    let count = |days| u16::try_from(naive(findings, of, days).len()).unwrap();
    let year = naive(findings, of, 365);
    let last = year.iter().map(|one| one.written_on).max();
    let days_since = last.map(|last| u16::try_from((AS_OF - last).get_days()).unwrap());
    Tally { in_30: count(30), in_90: count(90), in_365: count(365), days_since }
}

proptest! {
    #[test]
    fn one_pass_counts_what_filtering_counts(findings in notes_before(Day::from(AS_OF).0)) {
        let counts = counts(&findings, AS_OF);
        for category in CATEGORIES {
            let expected = tally(&findings, |scored| COUNTED.contains(&category) && scored.contains(category));
            prop_assert_eq!(counts.of(category), expected, "{:?}", category);
        }
        let troubling = |scored: CategorySet| {
            COUNTED.iter().any(|one| *one != Category::Protective && scored.contains(*one))
        };
        prop_assert_eq!(counts.all, tally(&findings, |_| true));
        prop_assert_eq!(counts.troubling, tally(&findings, troubling));
        let different = |days| {
            let notes = naive(&findings, troubling, days);
            let days: BTreeSet<Date> = notes.iter().map(|one| one.written_on).collect();
            let authors: BTreeSet<AuthorId> = notes.iter().filter_map(|one| one.author).collect();
            (days.len(), authors.len())
        };
        let counted = |days: u16, authors: u16| (usize::from(days), usize::from(authors));
        prop_assert_eq!(counted(counts.troubling_days_90, counts.authors_90), different(90));
        prop_assert_eq!(counted(counts.troubling_days_365, counts.authors_365), different(365));
        let days: BTreeSet<Date> = naive(&findings, |_| true, 365).iter().map(|one| one.written_on).collect();
        let silence = days.first().zip(days.last()).filter(|_| days.len() >= 3).map(|(first, last)| {
            let gap = f64::from((*last - *first).get_days()) / (days.len() - 1) as f64;
            f64::from((AS_OF - *last).get_days()) / gap.max(30.0)
        });
        prop_assert_eq!(counts.silence(), silence);
        prop_assert!(silence.is_none_or(|silence| (0.0..12.2).contains(&silence)));
    }

    #[test]
    fn the_order_of_notes_does_not_matter(
        (findings, shuffled) in notes_before(Day::from(AS_OF).0).prop_flat_map(|one| (Just(one.clone()), Just(one).prop_shuffle())),
    ) {
        prop_assert_eq!(counts(&findings, AS_OF), counts(&shuffled, AS_OF));
    }
}
