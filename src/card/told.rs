//! The facts of a card with the words to tell them in.

use super::Facts;
use super::numbers::Numbers;
use super::words::Words;
use crate::learning::measure::{Measure, Measures};
use crate::texts::{capital, fill, join, printable};

pub(super) struct Told<'a> {
    pub facts: &'a Facts<'a>,
    pub words: &'static Words,
    pub numbers: Numbers,
    /// `ophævelse eller fogedsag`
    event: String,
    /// `en ophævelse eller fogedsag`
    an_event: String,
    /// `180 dage`
    days: String,
}

/// How the lists of a test were filled.
pub(super) struct Lists {
    /// All places on all lists.
    pub places: usize,
    /// Those that the model filled rightly, and their share.
    pub hits: u64,
    pub precision: Measure,
    /// The baseline that filled most: its name, its hits and by how much the model is ahead.
    pub best: Option<Best>,
}

pub(super) struct Best {
    pub name: String,
    pub hits: u64,
    pub ahead: Option<Measure>,
}

impl<'a> Told<'a> {
    pub fn new(facts: &'a Facts<'a>, words: &'static Words) -> Told<'a> {
        let numbers = Numbers { locale: facts.locale, words: &words.numbers };
        let provenance = facts.model.provenance();
        let name = |kind: &String, bare: bool| match words.event.get(kind) {
            Some(name) if bare => name.bare.clone(),
            Some(name) => name.one.clone(),
            None => printable(kind),
        };
        let named = |first_bare: bool| {
            let labels = provenance.labels.iter().enumerate();
            let names: Vec<String> = labels.map(|(at, kind)| name(kind, first_bare || at > 0)).collect();
            join(&names, &words.numbers.or)
        };
        let days = numbers.counted(&words.numbers.days, provenance.horizon_days as usize);
        Told { facts, words, event: named(true), an_event: named(false), days, numbers }
    }

    /// Fills a text; what is foretold, and within how long, may stand in any.
    pub fn fill(&self, text: &str, more: &[(&str, &str)]) -> String {
        let an_event = capital(&self.an_event);
        let own =
            [("event", &*self.event), ("an_event", &*self.an_event), ("An_event", &*an_event), ("days", &*self.days)];
        fill(text, &[more, &own].concat())
    }

    /// A naive ranking in words; one that the texts do not know by its name.
    pub fn baseline(&self, name: &str) -> String {
        let words = self.words.results.baseline.get(name);
        words.map_or_else(|| printable(name), |words| self.fill(words, &[]))
    }

    pub fn places(&self, number: usize) -> String {
        self.numbers.counted(&self.numbers.words.places, number)
    }

    pub fn cases(&self, number: usize) -> String {
        self.numbers.counted(&self.numbers.words.cases, number)
    }

    /// How the test's lists were filled; `None` where that could not be measured.
    pub fn lists(&self) -> Option<Lists> {
        let proof = self.facts.proof?;
        let capacity = proof.capacity;
        let measured = proof.dates.iter().map(|date| capacity.min(date.measures.cohort)).sum();
        let places = if measured > 0 { measured } else { capacity.saturating_mul(self.facts.tested) };
        let precision = precision_at(&proof.pooled, capacity)?;
        let hits = |precision: f64| (precision * places as f64).round() as u64;
        let best = best_baseline(&proof.pooled, capacity).map(|(name, simple)| Best {
            name: self.baseline(name),
            hits: hits(simple),
            ahead: proof.pooled.baselines.get(name).and_then(|one| one.ahead_at.get(&capacity).copied().flatten()),
        });
        Some(Lists { places, hits: hits(precision.value), precision, best })
    }
}

/// The precision at a list's length, where it is a number.
pub(super) fn precision_at(measures: &Measures, capacity: usize) -> Option<Measure> {
    measures.precision_at.get(&capacity).copied().flatten().filter(|found| found.value.is_finite())
}

/// The baseline that fills a list of that length best.
pub(super) fn best_baseline(measures: &Measures, capacity: usize) -> Option<(&str, f64)> {
    let precision = |(name, baseline): (&'_ String, &crate::learning::measure::Baseline)| {
        let found = baseline.precision_at.get(&capacity).copied().flatten()?;
        found.value.is_finite().then_some((name.clone(), found.value))
    };
    let (best, simple) =
        measures.baselines.iter().filter_map(precision).max_by(|one, other| one.1.total_cmp(&other.1))?;
    measures.baselines.get_key_value(&best).map(|(name, _)| (name.as_str(), simple))
}
