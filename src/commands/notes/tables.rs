//! What many notes come to, as tables for people and as JSON for programs.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use postkort::notes::collection::{Hits, Measured};
use postkort::notes::{PhraseCount, Stats};
use serde::Serialize;

use super::shown;
use crate::commands::{Ending, print_text};

/// How often each phrase was found. As JSON: a line of totals, then a line a phrase with its forms.
pub fn stats(stats: &Stats<'_>, json: bool) -> anyhow::Result<Ending> {
    let (totals, phrases) = (stats.totals(), stats.phrases());
    let mut said = String::new();
    if json {
        writeln!(said, "{}", serde_json::to_string(totals)?)?;
        for phrase in &phrases {
            writeln!(said, "{}", serde_json::to_string(phrase)?)?;
        }
        return Ok(print_text(&said));
    }
    writeln!(
        said,
        "{} notes: something found in {}, something scored in {}, urgent {}\n",
        totals.notes, totals.with_a_signal, totals.with_a_scored_signal, totals.urgent
    )?;
    writeln!(
        said,
        "{:>7} {:>7} {:>7} {:>5} {:>6} {:>8}  {:<18} {:<30} forms found",
        "found", "scored", "negated", "past", "others", "hearsay", "category", "phrase"
    )?;
    for phrase in &phrases {
        let PhraseCount { category, phrase, found, scored, negated, past, other_subject, hearsay, forms } = phrase;
        let (fired, all) = (forms.iter().filter(|form| form.found > 0).count(), forms.len());
        let category = category.as_str();
        writeln!(
            said,
            "{found:>7} {scored:>7} {negated:>7} {past:>5} {other_subject:>6} {hearsay:>8}  {category:<18} {phrase:<30} {fired} of {all}"
        )?;
    }
    Ok(print_text(&said))
}

/// A collection's file, and what was found of it.
#[derive(Serialize)]
struct Document<'m> {
    file: String,
    #[serde(flatten)]
    measured: &'m Measured,
}

/// How much of a collection was found. As JSON: one line.
pub fn measured(path: &Path, measured: &Measured, json: bool) -> anyhow::Result<Ending> {
    if json {
        let document = Document { file: shown(path), measured };
        return Ok(print_text(&format!("{}\n", serde_json::to_string(&document)?)));
    }
    let mut said = format!("{}: {} notes\n\n", shown(path), measured.notes);
    heading(&mut said, "scored, by notes")?;
    rows(&mut said, &measured.scored)?;
    heading(&mut said, "recognised and kept out, by notes")?;
    rows(&mut said, &measured.recognised)?;
    heading(&mut said, "to a human at once, by notes")?;
    row(&mut said, "urgent", &measured.urgent)?;
    writeln!(said, "\n{:<28}{:>7} {:>7}", "marks, by signals", "seen", "unseen")?;
    for (mark, hits) in &measured.marks {
        writeln!(said, "  {mark:<26}{:>7} {:>7}", hits.found, hits.missed)?;
    }
    let quiet = &measured.quiet;
    writeln!(said, "\nnotes in which nothing should be scored: {}; something is in {}", quiet.notes, quiet.alarmed)?;
    Ok(print_text(&said))
}

fn heading(said: &mut String, what: &str) -> std::fmt::Result {
    writeln!(said, "\n{what:<36}{:>7} {:>7} {:>7} {:>10} {:>7}", "found", "missed", "wrong", "precision", "recall")
}

fn rows(said: &mut String, hits: &BTreeMap<&'static str, Hits>) -> std::fmt::Result {
    hits.iter().try_for_each(|(name, hits)| row(said, name, hits))
}

fn row(said: &mut String, name: &str, hits: &Hits) -> std::fmt::Result {
    let share = |share: Option<f64>| share.map_or("–".to_owned(), |share| format!("{share:.3}"));
    let (precision, recall) = (share(hits.precision()), share(hits.recall()));
    writeln!(said, "  {name:<34}{:>7} {:>7} {:>7} {precision:>10} {recall:>7}", hits.found, hits.missed, hits.wrong)
}
