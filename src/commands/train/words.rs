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

#[cfg(test)]
mod tests {
    use postkort::learning::measure::Figures;
    use postkort::learning::text_trial::{Added, TextRefusal};

    use super::*;

    fn report(used: bool) -> TextReport {
        let figures = |value| {
            let measure = Some(Measure { value, low: value - 0.01, high: value + 0.01 });
            Figures { precision: measure, pr_auc: measure, roc_auc: measure, brier: None }
        };
        TextReport {
            used,
            reasons: if used { Vec::new() } else { vec![TextRefusal::NotBetter { with: 0.3, without: 0.31 }] },
            rows: 900,
            positives: 61,
            positive_tenancies: 40,
            terms: 3,
            ridge: Some(30.0),
            dates: 7,
            capacity: 5,
            added: Some(Added { without: figures(0.3), with: figures(0.32), difference: figures(0.02) }),
        }
    }

    #[test]
    fn words_are_told_with_their_weights_in_both_directions() {
        let term = |term: &str, weight| WeighedTerm { term: term.to_owned(), weight, tenancies: 25 };
        let terms = [term("persien", 1.25), term("ikke hent", 0.5), term("mal", -0.75)];
        let told = lines(&report(true), &terms, Path::new("models/card.html"));
        for line in [
            "  words of notes: 900 rows with notes, 61 of them with an event, of 40 tenancies\n",
            "    PR-AUC                               0.3000 without, 0.3200 with them; difference +0.0200 [+0.0100 to +0.0300]\n",
            "    Brier score (lower is better)        cannot be measured\n",
            "    used: 3 words, each with its weight on models/card.html\n",
            "    raise the risk: persien +1.2500, ikke hent +0.5000\n",
            "    lower it: mal -0.7500\n",
        ] {
            assert!(told.contains(line), "{line:?} in {told}");
        }
    }

    #[test]
    fn where_words_are_not_used_it_is_said_why() {
        let told = lines(&report(false), &[], Path::new("models/card.html"));
        let why = "with words the list is no better: of its places 30.0 % are right with them and 31.0 % without";
        assert!(told.ends_with(&format!("    not used:\n      {why}\n")), "{told}");
    }
}
