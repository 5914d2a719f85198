//! What came of trying the words of notes, as an operator reads it.

use std::path::Path;

use postkort::learning::measure::Measure;
use postkort::learning::text::WeighedTerm;
use postkort::learning::text_trial::TextReport;

/// So many words are named of either direction; the card has all.
const NAMED: usize = 12;

/// The lines of the report; `terms` are those of the model, which looks at none where words are not used.
pub fn lines(report: &TextReport, terms: &[WeighedTerm], card: &Path) -> String {
    let TextReport { rows, positives, positive_tenancies, capacity, dates, .. } = report;
    let mut text = format!(
        "  words of notes: {rows} rows with notes, {positives} of them with an event, of {positive_tenancies} tenancies\n"
    );
    if let Some(added) = &report.added {
        let mut line = |name: &str, without: Option<Measure>, with: Option<Measure>, difference: Option<Measure>| {
            let told = match (without, with, difference) {
                (Some(without), Some(with), Some(by)) => format!(
                    "{:.4} without, {:.4} with them; difference {:+.4} [{:+.4} to {:+.4}]",
                    without.value, with.value, by.value, by.low, by.high
                ),
                _ => "cannot be measured".to_owned(),
            };
            text += &format!("    {name:<36} {told}\n");
        };
        let (without, with, by) = (&added.without, &added.with, &added.difference);
        line(&format!("precision at {capacity}"), without.precision, with.precision, by.precision);
        line("PR-AUC", without.pr_auc, with.pr_auc, by.pr_auc);
        line("ROC-AUC", without.roc_auc, with.roc_auc, by.roc_auc);
        line("Brier score (lower is better)", without.brier, with.brier, by.brier);
        text += &format!("    there were words to learn from on {dates} of the dates\n");
    }
    if !report.used {
        text += "    not used:\n";
        report.reasons.iter().for_each(|reason| text += &format!("      {reason}\n"));
        return text;
    }
    let named = |terms: &mut dyn Iterator<Item = &WeighedTerm>| {
        let named = terms.take(NAMED).map(|term| format!("{} {:+.4}", term.term, term.weight));
        named.collect::<Vec<_>>().join(", ")
    };
    text += &format!("    used: {} words, each with its weight on {}\n", terms.len(), card.display());
    text += &format!("    raise the risk: {}\n", named(&mut terms.iter().filter(|term| term.weight > 0.0)));
    text += &format!("    lower it: {}\n", named(&mut terms.iter().rev().filter(|term| term.weight < 0.0)));
    text
}
