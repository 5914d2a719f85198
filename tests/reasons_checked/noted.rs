//! Checks what an English reason claims of notes against the counts of the history.

use postkort::history::History;
use postkort::notes::{Category, Tally};

use super::{Polarity, count, day, number};

/// What each topic of a sentence may stand for.
const TOPICS: [(&str, &[Category]); 6] = [
    ("money trouble", &[Category::Economy]),
    ("trouble with the home", &[Category::HousingCondition]),
    ("absence", &[Category::Absence]),
    ("unrest", &[Category::Conflict]),
    ("a change in life", &[Category::LifeEvent]),
    ("distress", &[Category::Health, Category::Substance]),
];

/// Whether what a sentence claims of notes is so.
///
/// # Errors
/// It is not, or the sentence is not known.
pub fn check(text: &str, history: &History) -> Result<Polarity, String> {
    let notes = &history.notes;
    let (claim, authors) = text.split_once("; ").unwrap_or((text, ""));
    let (polarity, right) = if let Some(claim) = claim.strip_prefix("The caretaker noted signs of ") {
        let authors = authors.is_empty() || count(authors) == Some(usize::from(notes.authors_365));
        (Polarity::Worry, authors && signs(claim, history))
    } else if let Some(claim) = claim.strip_prefix("The caretaker noted that things go well (") {
        let tally = notes.of(Category::Protective);
        (Polarity::Credit, times(claim).is_some() && times(claim) == within(&tally, claim))
    } else if claim.starts_with("The caretaker noted something worrying") {
        let days = match span(claim) {
            Some(90) => notes.troubling_days_90,
            Some(365) => notes.troubling_days_365,
            _ => return Err("no span".to_owned()),
        };
        let said = claim.split_once(" on ").map_or(Some(1), |(_, after)| count(after));
        (Polarity::Worry, said == Some(usize::from(days)) && days > 0)
    } else if claim.starts_with("The caretaker has written nothing since") {
        let last = day(claim, history.as_of).map(|last| history.as_of.since(last));
        let said = count(authors).or(authors.contains(" a month apart").then_some(1));
        let gap = notes.usual_gap().unwrap_or(f64::NAN);
        let right = said.is_some_and(|months| (gap / 30.4 - months as f64).abs() < 0.6);
        let silent = last.is_some_and(|days| f64::from(days) >= 2.0 * gap);
        (Polarity::Worry, right && silent && last == notes.all.days_since.map(i32::from))
    } else {
        return Err("no check knows this sentence".to_owned());
    };
    if right { Ok(polarity) } else { Err("it is not so".to_owned()) }
}

/// `absence twice in 30 days and of unrest once in the last year`; `absence, unrest and distress in the last year`.
fn signs(claim: &str, history: &History) -> bool {
    let named = claim.contains(", ");
    let parts: Vec<&str> = if named {
        claim.split(", ").flat_map(|part| part.split(" and ")).collect()
    } else {
        claim.split(" and of ").collect()
    };
    let Some(last) = parts.last() else { return false };
    let right = |part: &&str| {
        let Some((_, categories)) = TOPICS.iter().find(|(topic, _)| part.starts_with(topic)) else { return false };
        let span = if span(part).is_some() { part } else { last };
        categories.iter().map(|category| history.notes.of(*category)).any(|tally| match times(part) {
            None => named && within(&tally, span).is_some_and(|count| count > 0),
            said => !named && said == within(&tally, span) && said > Some(usize::from(tally.in_365 / 2)),
        })
    };
    !parts.is_empty() && parts.iter().all(right)
}

fn span(text: &str) -> Option<usize> {
    [("30 days", 30), ("90 days", 90), ("year", 365)]
        .into_iter()
        .find_map(|(words, days)| text.contains(words).then_some(days))
}

fn within(tally: &Tally, text: &str) -> Option<usize> {
    let count = match span(text)? {
        30 => tally.in_30,
        90 => tally.in_90,
        _ => tally.in_365,
    };
    Some(usize::from(count))
}

fn times(text: &str) -> Option<usize> {
    let words: Vec<&str> = text.split(' ').collect();
    let of_word = |word: &&str| match *word {
        "once" => Some(1),
        "twice" => Some(2),
        _ => None,
    };
    let counted = || words.windows(2).find(|pair| pair[1] == "times").and_then(|pair| number(pair[0]));
    words.iter().find_map(of_word).or_else(counted)
}
