//! How well the model ranks, beside the naive rankings: over all test dates, and on each.

use super::groups::FEWEST;
use crate::card::document::Section;
use crate::card::told::{Told, best_baseline, precision_at};
use crate::learning::measure::{Measures, SplitReport};
use crate::texts::{capital, fill};

/// Decimals of an area under a curve.
pub(super) const AREA_PLACES: usize = 3;

pub(super) fn results(told: &Told<'_>) -> Section {
    let (words, numbers) = (&told.words.results, &told.numbers);
    let mut section = Section::new("results", &words.title);
    let Some(proof) = told.facts.proof else {
        section.text(told.fill(&words.none, &[]));
        return section;
    };
    let dates = numbers.counted(&numbers.words.test_dates, told.facts.tested);
    section.text(told.fill(&words.how, &[("dates", &dates), ("capacity", &told.places(proof.capacity))]));
    lists(told, &mut section);
    let recall = proof.pooled.recall_at.get(&proof.capacity).copied().flatten();
    if recall.is_some() {
        section.text(fill(&words.recall, &[("recall", &numbers.percent_measure(recall))]));
    }
    section.table(words.table.as_str(), &words.columns, 1..5, ranked(told, &proof.pooled, proof.capacity));
    section.note(words.interval.as_str());
    section.note(words.tie.as_str());
    areas(told, &proof.pooled, &mut section);
    section
}

/// What the lists came to, and by how much the model is ahead.
fn lists(told: &Told<'_>, section: &mut Section) {
    let words = &told.words.results;
    let Some(lists) = told.lists() else { return };
    let (places, hits) = (told.places(lists.places), told.numbers.count(lists.hits));
    let precision = told.numbers.percent_measure(Some(lists.precision));
    section.text(fill(&words.hits, &[("places", &places), ("hits", &hits), ("precision", &precision)]));
    let Some((best, ahead)) = lists.best.and_then(|best| best.ahead.map(|ahead| (best.name, ahead))) else { return };
    let told_ahead = told.numbers.points_measure(Some(ahead));
    if ahead.value.is_nan() || ahead.value <= 0.0 {
        section.text(fill(&words.behind, &[("baseline", &best), ("ahead", &told_ahead)]));
        return;
    }
    let sure = if ahead.low > 0.0 { &words.ahead_sure } else { &words.ahead_unsure };
    let told_ahead = fill(&words.ahead, &[("baseline", &best), ("ahead", &told_ahead)]);
    section.text(format!("{told_ahead} {sure}"));
}

/// The model and each naive ranking, one a row.
fn ranked(told: &Told<'_>, measures: &Measures, capacity: usize) -> Vec<Vec<String>> {
    let numbers = &told.numbers;
    let row = |name: String, precision, ahead: String, roc_auc, pr_auc| {
        let (roc_auc, pr_auc) = (numbers.decimal_cell(roc_auc, AREA_PLACES), numbers.decimal_cell(pr_auc, AREA_PLACES));
        vec![name, numbers.percent_cell(precision), ahead, roc_auc, pr_auc]
    };
    let model = row(
        told.words.results.model.clone(),
        precision_at(measures, capacity),
        "–".to_owned(),
        measures.roc_auc,
        measures.pr_auc,
    );
    let baselines = measures.baselines.iter().map(|(name, baseline)| {
        let at = |places: &std::collections::BTreeMap<usize, Option<_>>| places.get(&capacity).copied().flatten();
        let ahead = numbers.points_cell(at(&baseline.ahead_at));
        row(capital(&told.baseline(name)), at(&baseline.precision_at), ahead, baseline.roc_auc, baseline.pr_auc)
    });
    std::iter::once(model).chain(baselines).collect()
}

/// What the areas mean.
fn areas(told: &Told<'_>, measures: &Measures, section: &mut Section) {
    let (words, numbers) = (&told.words.results, &told.numbers);
    if let Some(roc_auc) = measures.roc_auc.filter(|area| area.value.is_finite()) {
        let (value, pairs) =
            (numbers.decimal_measure(Some(roc_auc), AREA_PLACES), numbers.decimal(100.0 * roc_auc.value, 0));
        section.text(told.fill(&words.roc_auc, &[("value", &value), ("of_hundred", &pairs)]));
    }
    if let Some(pr_auc) = measures.pr_auc {
        let base = numbers.decimal(measures.positives as f64 / measures.cohort as f64, AREA_PLACES);
        let value = numbers.decimal_measure(Some(pr_auc), AREA_PLACES);
        section.text(fill(&words.pr_auc, &[("value", &value), ("base", &base)]));
    }
}

pub(super) fn dates(told: &Told<'_>) -> Section {
    let words = &told.words.dates;
    let mut section = Section::new("dates", &words.title);
    let Some(proof) = told.facts.proof.filter(|proof| !proof.dates.is_empty()) else { return section };
    section.text(words.text.as_str());
    let rows = proof.dates.iter().map(|date| on_date(told, date, proof.capacity)).collect();
    section.table(words.table.as_str(), &words.columns, 1..12, rows);
    section
}

fn on_date(told: &Told<'_>, date: &SplitReport, capacity: usize) -> Vec<String> {
    let (numbers, measures) = (&told.numbers, &date.measures);
    let unknown = f64::NAN;
    let value = |measure: Option<crate::learning::measure::Measure>| measure.map_or(unknown, |found| found.value);
    let simple = best_baseline(measures, capacity).map_or(unknown, |(_, precision)| precision);
    // On one date each row is a household of its own.
    let few = |count: usize| count < FEWEST;
    let hidden = || numbers.words.hidden.clone();
    let precision = precision_at(measures, capacity);
    let right = |precision: f64| (precision * capacity as f64).round() as usize;
    let tells = |precision: f64| few(right(precision));
    vec![
        numbers.date(date.as_of),
        numbers.count(measures.cohort as u64),
        if few(measures.positives) { hidden() } else { numbers.count(measures.positives as u64) },
        if few(measures.positives) {
            hidden()
        } else {
            numbers.percent(measures.positives as f64 / measures.cohort as f64)
        },
        if precision.is_some_and(|found| tells(found.value)) { hidden() } else { numbers.percent_cell(precision) },
        if tells(simple) { hidden() } else { numbers.percent(simple) },
        numbers.decimal(value(measures.roc_auc), AREA_PLACES),
        numbers.decimal(value(measures.pr_auc), AREA_PLACES),
        numbers.brier(value(measures.brier)),
        numbers.brier(value(measures.brier_constant)),
        numbers.decimal(value(measures.calibration.slope), 2),
        numbers.decimal(value(measures.calibration.intercept), 2),
    ]
}
