//! What the gate demands, what this model came to, why it was refused, and who promoted it.

use crate::card::document::{Block, Section};
use crate::card::told::{Told, best_baseline, precision_at};
use crate::learning::gate::{FEWEST_POSITIVES, HIGHEST_SLOPE, LOWEST_SLOPE, Refusal};
use crate::texts::{fill, printable};

/// What a promotion without a person is signed with.
const GATE: &str = "the gate";

/// The demands of the gate, as the table tells them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Demand {
    Positives,
    Tested,
    Better,
    Slope,
    Brier,
}

pub(super) fn gate(told: &Told<'_>) -> Section {
    let (words, verdict) = (&told.words.gate, &told.facts.verdict);
    let mut section = Section::new("gate", &words.title);
    section.table(words.table.as_str(), &words.columns, 0..0, demands(told));
    if !verdict.reasons.is_empty() {
        section.blocks.push(Block::Heading(words.why_not.clone()));
        section.blocks.push(Block::Items(verdict.reasons.iter().map(|reason| refusal(told, reason)).collect()));
    }
    section.text(match told.facts.model.promoted() {
        None if verdict.promoted => words.passed_unused.clone(),
        None => words.not_promoted.clone(),
        Some(promotion) => {
            let template = if promotion.by == GATE { &words.by_gate } else { &words.by_person };
            let (date, by) = (told.numbers.date(promotion.on), printable(&promotion.by));
            fill(template, &[("date", &date), ("by", &by)])
        }
    });
    section
}

fn demands(told: &Told<'_>) -> Vec<Vec<String>> {
    let (words, numbers, facts) = (&told.words.gate, &told.numbers, told.facts);
    let unknown = || if facts.proof.is_some() { &numbers.words.unknown } else { &numbers.words.not_tried }.clone();
    let row =
        |demand, name: &str, limit: String, result: String| vec![name.to_owned(), limit, result, met(told, demand)];
    let (low, high) = (numbers.decimal(LOWEST_SLOPE, 2), numbers.decimal(HIGHEST_SLOPE, 2));
    let pooled = facts.proof.map(|proof| (&proof.pooled, proof.capacity));
    let better = pooled.and_then(|(pooled, capacity)| {
        let (model, (_, simple)) = (precision_at(pooled, capacity)?, best_baseline(pooled, capacity)?);
        let (model, simple) = (numbers.percent(model.value), numbers.percent(simple));
        Some(fill(&words.better_result, &[("model", &model), ("simple", &simple)]))
    });
    let slope = pooled.and_then(|(pooled, _)| Some(numbers.decimal(pooled.calibration.slope?.value, 3)));
    let brier = pooled.and_then(|(pooled, _)| {
        let (brier, constant) = (numbers.brier(pooled.brier?.value), numbers.brier(pooled.brier_constant?.value));
        Some(fill(&words.brier_result, &[("brier", &brier), ("constant", &constant)]))
    });
    vec![
        row(
            Demand::Positives,
            &words.positives,
            fill(&words.positives_limit, &[("n", &FEWEST_POSITIVES.to_string())]),
            numbers.count(facts.model.provenance().positives as u64),
        ),
        row(Demand::Tested, &words.tested, words.tested_limit.clone(), numbers.count(facts.tested as u64)),
        row(Demand::Better, &words.better, words.better_limit.clone(), better.unwrap_or_else(unknown)),
        row(
            Demand::Slope,
            &words.slope,
            fill(&words.slope_limit, &[("low", &low), ("high", &high)]),
            slope.unwrap_or_else(unknown),
        ),
        row(Demand::Brier, &words.brier, words.brier_limit.clone(), brier.unwrap_or_else(unknown)),
    ]
}

/// Whether a demand was met: as the gate said, not judged anew.
fn met(told: &Told<'_>, demand: Demand) -> String {
    let (words, verdict) = (&told.numbers.words, told.facts.verdict);
    let refused = |of: Demand| verdict.reasons.iter().any(|reason| demanded(reason) == of);
    let measured = !matches!(demand, Demand::Positives | Demand::Tested);
    if refused(demand) {
        words.no.clone()
    } else if measured && refused(Demand::Tested) {
        words.not_tried.clone()
    } else {
        words.yes.clone()
    }
}

fn demanded(refusal: &Refusal) -> Demand {
    match refusal {
        Refusal::NoTestDate => Demand::Tested,
        Refusal::FewPositives { .. } => Demand::Positives,
        Refusal::PrecisionUnknown { .. }
        | Refusal::NoBaseline
        | Refusal::BaselineUnknown { .. }
        | Refusal::NotBetter { .. } => Demand::Better,
        Refusal::SlopeUnknown | Refusal::Slope { .. } => Demand::Slope,
        Refusal::BrierUnknown | Refusal::Brier { .. } => Demand::Brier,
    }
}

/// A refusal in the reader's language, with its figures.
pub(super) fn refusal(told: &Told<'_>, refusal: &Refusal) -> String {
    let (words, numbers) = (&told.words.refusal, &told.numbers);
    match refusal {
        Refusal::NoTestDate => told.fill(&words.no_test_date, &[]),
        Refusal::FewPositives { positives } => {
            let cases = told.cases(*positives);
            fill(&words.few_positives, &[("cases", &cases), ("n", &FEWEST_POSITIVES.to_string())])
        }
        Refusal::PrecisionUnknown { capacity } => {
            fill(&words.precision_unknown, &[("places", &told.places(*capacity))])
        }
        Refusal::NoBaseline => words.no_baseline.clone(),
        Refusal::BaselineUnknown { baseline } => {
            fill(&words.baseline_unknown, &[("baseline", &told.baseline(baseline))])
        }
        Refusal::NotBetter { baseline, capacity, model, simple } => {
            let (baseline, places) = (told.baseline(baseline), told.places(*capacity));
            let (model, simple) = (numbers.percent(*model), numbers.percent(*simple));
            let values = [("baseline", &*baseline), ("places", &*places), ("model", &*model), ("simple", &*simple)];
            fill(&words.not_better, &values)
        }
        Refusal::SlopeUnknown => words.slope_unknown.clone(),
        Refusal::Slope { slope } => {
            let template = if *slope < LOWEST_SLOPE { &words.slope_extreme } else { &words.slope_timid };
            let (low, high) = (numbers.decimal(LOWEST_SLOPE, 2), numbers.decimal(HIGHEST_SLOPE, 2));
            fill(template, &[("slope", &numbers.decimal(*slope, 3)), ("low", &low), ("high", &high)])
        }
        Refusal::BrierUnknown => words.brier_unknown.clone(),
        Refusal::Brier { brier, constant } => {
            fill(&words.brier, &[("brier", &numbers.brier(*brier)), ("constant", &numbers.brier(*constant))])
        }
    }
}
