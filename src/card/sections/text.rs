//! The words of notes: which the model looks at and with what weight, what they add, or why it looks at none.

use super::gate::refusal as gate_refusal;
use super::results::AREA_PLACES;
use crate::card::document::{Block, Section};
use crate::card::told::Told;
use crate::learning::measure::Measure;
use crate::learning::text::{FEWEST_POSITIVE_TENANCIES, FEWEST_POSITIVES, FEWEST_TENANCIES};
use crate::learning::text_trial::{Added, TextRefusal, TextReport};
use crate::texts::fill;

/// Decimals of a weight, all that it has.
const WEIGHT_PLACES: usize = 4;

pub(super) fn text(told: &Told<'_>) -> Section {
    let words = &told.words.text;
    let mut section = Section::new("text", &words.title);
    let Some(report) = told.facts.text else { return section };
    section.text(if report.used { words.used.as_str() } else { words.unused.as_str() });
    if !report.reasons.is_empty() {
        section.blocks.push(Block::Items(report.reasons.iter().map(|reason| refusal(told, reason)).collect()));
    }
    learned(told, report, &mut section);
    if let Some(added) = &report.added {
        section.table(words.added.as_str(), &words.added_columns, 1..4, figures(told, added));
        section.note(words.added_note.as_str());
    }
    let terms = told.facts.model.words().map_or(&[][..], |model| &model.terms);
    let rows = terms.iter().map(|term| {
        let tenancies = told.numbers.count(u64::from(term.tenancies));
        vec![term.term.clone(), told.numbers.decimal(term.weight, WEIGHT_PLACES), tenancies]
    });
    section.table(words.table.as_str(), &words.columns, 1..3, rows.collect());
    if report.used {
        section.note(words.table_note.as_str());
    }
    section
}

fn learned(told: &Told<'_>, report: &TextReport, section: &mut Section) {
    let (words, numbers) = (&told.words.text, &told.numbers);
    let (rows, tenancies) = (numbers.count(report.rows as u64), numbers.count(report.positive_tenancies as u64));
    let cases = told.cases(report.positives);
    section.text(fill(&words.learned, &[("rows", &rows), ("cases", &cases), ("tenancies", &tenancies)]));
    if report.added.is_some() {
        section.text(fill(&words.dates, &[("n", &numbers.count(report.dates as u64))]));
    }
    section.text(fill(&words.left_out, &[("n", &FEWEST_TENANCIES.to_string())]));
}

fn figures(told: &Told<'_>, added: &Added) -> Vec<Vec<String>> {
    let (words, numbers) = (&told.words.text, &told.numbers);
    let (without, with, difference) = (added.without, added.with, added.difference);
    let area = |measure: Option<Measure>| numbers.decimal_cell(measure, AREA_PLACES);
    let brier = |measure: Option<Measure>| numbers.brier_cell(measure);
    vec![
        vec![
            words.precision.clone(),
            numbers.percent_cell(without.precision),
            numbers.percent_cell(with.precision),
            fill(&numbers.words.points, &[("n", &numbers.points_cell(difference.precision))]),
        ],
        vec![words.pr_auc.clone(), area(without.pr_auc), area(with.pr_auc), area(difference.pr_auc)],
        vec![words.roc_auc.clone(), area(without.roc_auc), area(with.roc_auc), area(difference.roc_auc)],
        vec![words.brier.clone(), brier(without.brier), brier(with.brier), brier(difference.brier)],
    ]
}

/// Why words are not looked at, in the reader's language.
fn refusal(told: &Told<'_>, reason: &TextRefusal) -> String {
    let (words, numbers) = (&told.words.text, &told.numbers);
    let percent = |share: f64| numbers.percent(share);
    let pair =
        |template: &str, with: String, without: String| fill(template, &[("with", &with), ("without", &without)]);
    match reason {
        TextRefusal::FewPositives { positives, tenancies } => {
            let (found, of) = (numbers.count(*positives as u64), numbers.count(*tenancies as u64));
            let (n, m) = (FEWEST_POSITIVES.to_string(), FEWEST_POSITIVE_TENANCIES.to_string());
            fill(&words.few_positives, &[("found", &found), ("of", &of), ("n", &n), ("m", &m)])
        }
        TextRefusal::NoTerms => fill(&words.no_terms, &[("n", &FEWEST_TENANCIES.to_string())]),
        TextRefusal::NoWeight => words.no_weight.clone(),
        TextRefusal::NotTried => words.not_tried.clone(),
        TextRefusal::Gate { because } => fill(&words.gate, &[("reason", &gate_refusal(told, because))]),
        TextRefusal::NotBetter { with, without } => pair(&words.not_better, percent(*with), percent(*without)),
        TextRefusal::Brier { with, without } => pair(&words.brier_worse, numbers.brier(*with), numbers.brier(*without)),
        TextRefusal::Chance { low, high } => {
            let (low, high) = (numbers.decimal(*low, AREA_PLACES), numbers.decimal(*high, AREA_PLACES));
            fill(&words.chance, &[("low", &low), ("high", &high)])
        }
        TextRefusal::Unknown => words.unknown.clone(),
    }
}
