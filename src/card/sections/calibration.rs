//! Whether the probabilities mean what they say: Brier score, slope and intercept, plot and table.

use crate::card::document::{Block, Plot, Section};
use crate::card::plot_file;
use crate::card::told::Told;
use crate::learning::calibrate::Kind;
use crate::learning::gate::{HIGHEST_SLOPE, LOWEST_SLOPE};
use crate::learning::measure::{Measure, Measures, ReliabilityBin, SMALL};
use crate::texts::fill;

pub(super) fn calibration(told: &Told<'_>, plot: Option<&str>) -> Section {
    let words = &told.words.calibration;
    let mut section = Section::new("calibration", &words.title);
    let Some(proof) = told.facts.proof else { return section };
    section.text(words.meaning.as_str());
    section.text(brier(told, &proof.pooled));
    section.text(slope(told, proof.pooled.calibration.slope));
    if proof.pooled.calibration.intercept.is_some() {
        let value = told.numbers.decimal_measure(proof.pooled.calibration.intercept, 2);
        section.text(fill(&words.intercept, &[("value", &value)]));
    }
    section.text(kind(told));
    if let Some(svg) = plot {
        section.blocks.push(Block::Plot(Plot {
            svg: svg.to_owned(),
            file: plot_file(told.facts.model),
            title: &words.plot_title,
            text: &words.plot_text,
        }));
    }
    let rows = proof.reliability.iter().map(|bin| group(told, bin)).collect();
    section.table(words.table.as_str(), &words.columns, 0..4, rows);
    if proof.reliability.iter().any(|bin| bin.observed.small) {
        section.note(fill(&words.small, &[("n", &SMALL.to_string())]));
    }
    if !proof.reliability.is_empty() {
        section.note(words.note.as_str());
    }
    section
}

fn brier(told: &Told<'_>, measures: &Measures) -> String {
    let (words, numbers) = (&told.words.calibration, &told.numbers);
    let known = |score: Option<Measure>| score.filter(|score| score.value.is_finite());
    let (Some(score), Some(constant)) = (known(measures.brier), known(measures.brier_constant)) else {
        return words.brier_unknown.clone();
    };
    let gain = numbers.percent(1.0 - score.value / constant.value);
    let better = score.value < constant.value;
    let (score, constant) = (numbers.brier_measure(Some(score)), numbers.brier_measure(Some(constant)));
    let template = if better { &words.brier } else { &words.brier_worse };
    fill(template, &[("brier", &score), ("constant", &constant), ("gain", &gain)])
}

fn slope(told: &Told<'_>, slope: Option<Measure>) -> String {
    let (words, numbers) = (&told.words.calibration, &told.numbers);
    let Some(slope) = slope.filter(|slope| slope.value.is_finite()) else { return words.slope_unknown.clone() };
    let judged = if slope.value < LOWEST_SLOPE {
        words.slope_extreme.clone()
    } else if slope.value > HIGHEST_SLOPE {
        words.slope_timid.clone()
    } else {
        let (low, high) = (numbers.decimal(LOWEST_SLOPE, 2), numbers.decimal(HIGHEST_SLOPE, 2));
        fill(&words.slope_good, &[("low", &low), ("high", &high)])
    };
    format!("{} {judged}", fill(&words.slope, &[("value", &numbers.decimal_measure(Some(slope), 2))]))
}

/// What was done to the probabilities of the model itself.
fn kind(told: &Told<'_>) -> String {
    let (words, calibration) = (&told.words.calibration, told.facts.model.calibration());
    let template = match calibration.kind {
        Kind::None => &words.kind_none,
        Kind::Shift => &words.kind_shift,
        Kind::SlopeAndShift => &words.kind_slope,
    };
    let (rows, cases) = (told.numbers.count(calibration.rows as u64), told.cases(calibration.positives));
    fill(template, &[("rows", &rows), ("cases", &cases)])
}

fn group(told: &Told<'_>, bin: &ReliabilityBin) -> Vec<String> {
    let (numbers, observed) = (&told.numbers, &bin.observed);
    let share = numbers.percent(observed.value);
    vec![
        numbers.percent(bin.forecast),
        if observed.small { fill(&numbers.words.small, &[("value", &share)]) } else { share },
        numbers.share_interval(observed),
        numbers.count(observed.n as u64),
    ]
}
