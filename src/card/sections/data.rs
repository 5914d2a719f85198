//! What the model was made from: dates, rows, who was left out.

use crate::card::document::Section;
use crate::card::told::Told;
use crate::exports::records::FeedName;
use crate::texts::{capital, fill, join, printable};

pub(super) fn data(told: &Told<'_>) -> Section {
    let (words, numbers, provenance) = (&told.words.data, &told.numbers, told.facts.model.provenance());
    let mut section = Section::new("data", &words.title);
    let (rows, tenancies) = (numbers.count(provenance.rows as u64), numbers.count(provenance.tenancies as u64));
    let dates = numbers.counted(&numbers.words.dates, provenance.as_of.len());
    let share = numbers.percent(provenance.positives as f64 / provenance.rows as f64);
    let cases = told.cases(provenance.positives);
    let values =
        [("rows", &*rows), ("tenancies", &*tenancies), ("dates", &*dates), ("cases", &*cases), ("share", &*share)];
    section.text(told.fill(&words.text, &values));
    section.note(told.fill(&words.same, &[]));
    let as_of: Vec<String> = provenance.as_of.iter().map(|date| numbers.date(*date)).collect();
    let data = &told.facts.data;
    let bookings = match (data.first_booking, data.last_booking) {
        (Some(first), Some(last)) => {
            fill(&words.bookings_span, &[("first", &numbers.date(first)), ("last", &numbers.date(last))])
        }
        _ => words.bookings_none.clone(),
    };
    section.terms(vec![
        (&words.label, told.fill(&words.label_text, &[])),
        (&words.as_of, join(&as_of, &numbers.words.and)),
        (&words.bookings, bookings),
        (&words.fingerprint, printable(&provenance.data)),
    ]);
    section.table(words.feeds.as_str(), &words.feeds_columns, 1..5, feeds(told));
    let left_out = left_out(told);
    if left_out.is_empty() {
        section.text(words.left_out_none.as_str());
    }
    section.table(words.left_out.as_str(), &words.left_out_columns, 1..2, left_out);
    section
}

fn feeds(told: &Told<'_>) -> Vec<Vec<String>> {
    let words = &told.words.data.feed;
    let feeds = told.facts.data.reports.iter().map(|(feed, report)| {
        let name = match feed {
            FeedName::Tenancies => &words.tenancies,
            FeedName::Ledger => &words.ledger,
            FeedName::Events => &words.events,
            FeedName::Notes => &words.notes,
        };
        let counts = [report.rows, report.used, report.skipped_rows(), report.rejected];
        std::iter::once(name.clone()).chain(counts.map(|count| told.numbers.count(count))).collect()
    });
    feeds.collect()
}

/// The largest first; a rule that the texts do not know by its name.
fn left_out(told: &Told<'_>) -> Vec<Vec<String>> {
    let mut rules: Vec<(&str, u64)> =
        told.facts.data.left_out.iter().map(|(rule, count)| (*rule, *count)).filter(|(_, count)| *count > 0).collect();
    rules.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
    let row = |(rule, count): (&str, u64)| {
        let name = told.words.data.rule.get(rule).map_or_else(|| printable(rule), |words| capital(words));
        vec![name, told.numbers.count(count)]
    };
    rules.into_iter().map(row).collect()
}
