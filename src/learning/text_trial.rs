//! Whether the words of notes are worth reading: a model with them is tried on the same dates and rows as one without, and
//! scores only where it is better beyond chance.

use serde::{Deserialize, Serialize};

use super::gate::{Refusal, Verdict};
use super::measure::{Figures, Paired};
use super::text::{FEWEST_POSITIVE_TENANCIES, FEWEST_POSITIVES, FEWEST_TENANCIES, Noted, TextFit};

/// What came of trying to learn from the words of notes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextReport {
    /// Whether the model that was kept looks at words.
    pub used: bool,
    /// Why not; empty where it does.
    pub reasons: Vec<TextRefusal>,
    /// Rows with a note.
    pub rows: usize,
    /// Those of them whose event came.
    pub positives: usize,
    /// Different tenancies among the latter.
    pub positive_tenancies: usize,
    /// Terms that were learned from.
    pub terms: usize,
    /// The ridge penalty on their weights.
    pub ridge: Option<f64>,
    /// Dates of the back-test on which words could be learned from by then.
    pub dates: usize,
    /// The places on a list at which precision is measured.
    pub capacity: usize,
    /// The model without words, the one with them, and the difference; `None` where there was nothing to try.
    pub added: Option<Added>,
}

/// Both models on the same dates and rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Added {
    /// Without words, with all else that notes are counted for.
    pub without: Figures,
    /// With words.
    pub with: Figures,
    /// By how much the figures with words are higher, on the same resamples.
    pub difference: Figures,
}

impl From<Paired> for Added {
    fn from(Paired { one, other, difference }: Paired) -> Added {
        Added { without: one, with: other, difference }
    }
}

/// One reason why words are not looked at, as the operator reads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum TextRefusal {
    /// Too little to learn from.
    #[error(
        "{positives} rows of {tenancies} tenancies have a note and an event; {} of {} are needed",
        FEWEST_POSITIVES,
        FEWEST_POSITIVE_TENANCIES
    )]
    FewPositives {
        /// Rows with both.
        positives: usize,
        /// Tenancies among them.
        tenancies: usize,
    },
    /// No term in common.
    #[error("no word stands in the notes of {} tenancies or more", FEWEST_TENANCIES)]
    NoTerms,
    /// No weight.
    #[error("no word was found to tell anything: all weights are 0")]
    NoWeight,
    /// Never tried.
    #[error("on none of the dates of the back-test could words have been learned from by then")]
    NotTried,
    /// The gate.
    #[error("with words the model does not pass the gate: {because}")]
    Gate {
        /// What the gate says.
        because: Refusal,
    },
    /// The list is no better.
    #[error(
        "with words the list is no better: of its places {:.1} % are right with them and {:.1} % without",
        100.0 * with,
        100.0 * without
    )]
    NotBetter {
        /// Precision at capacity with words.
        with: f64,
        /// And without.
        without: f64,
    },
    /// Probabilities worse.
    #[error("with words the probabilities are worse: Brier score {with:.6}, without {without:.6}")]
    Brier {
        /// With words.
        with: f64,
        /// Without.
        without: f64,
    },
    /// Not beyond chance.
    #[error("what words add may be chance: the difference of PR-AUC lies between {low:.4} and {high:.4}")]
    Chance {
        /// The low end of the interval.
        low: f64,
        /// Its high end.
        high: f64,
    },
    /// No figure.
    #[error("what words add could not be measured")]
    Unknown,
}

/// What the trial came to.
pub struct Outcome<'a> {
    /// What there was to learn from.
    pub noted: Noted,
    /// What was learned from all rows.
    pub fit: Option<&'a TextFit>,
    /// Whether the main model gives it any weight.
    pub weighs: bool,
    /// Dates on which a model with words was tried.
    pub dates: usize,
    /// Places on a list.
    pub capacity: usize,
    /// What the gate says of the model with words.
    pub verdict: &'a Verdict,
    /// Both models.
    pub added: Option<Added>,
}

/// Decides. Words are the more intrusive data, so the model with them has to prove more than that it passes the gate: a higher
/// precision at the list's capacity, a Brier score that is not higher, and a PR-AUC that is higher beyond chance (the whole 95 %
/// interval of the difference, on the same resamples, above 0). The first two are what matters to those who use the lists;
/// the third, which looks at all rows, is what noise does not pass.
pub fn report(outcome: &Outcome<'_>) -> TextReport {
    let Outcome { noted, fit, weighs, dates, capacity, verdict, added } = *outcome;
    let reasons = match fit {
        None if !noted.are_enough() => {
            vec![TextRefusal::FewPositives { positives: noted.positives, tenancies: noted.positive_tenancies }]
        }
        None => vec![TextRefusal::NoTerms],
        Some(_) if !weighs => vec![TextRefusal::NoWeight],
        Some(_) if dates == 0 => vec![TextRefusal::NotTried],
        Some(_) => {
            let gate = verdict.reasons.iter().cloned().map(|because| TextRefusal::Gate { because });
            gate.chain(added.map_or_else(|| vec![TextRefusal::Unknown], |added| compared(&added))).collect()
        }
    };
    TextReport {
        used: reasons.is_empty(),
        reasons,
        rows: noted.rows,
        positives: noted.positives,
        positive_tenancies: noted.positive_tenancies,
        terms: fit.map_or(0, |fit| fit.weights.iter().count()),
        ridge: fit.map(|fit| fit.ridge),
        dates,
        capacity,
        added: added.filter(|_| dates > 0),
    }
}

fn compared(added: &Added) -> Vec<TextRefusal> {
    let Added { with, without, difference } = added;
    let value = |figure: Option<super::measure::Measure>| figure.map(|figure| figure.value);
    let (Some(precisions), Some(briers), Some(pr_auc)) = (
        value(with.precision).zip(value(without.precision)),
        value(with.brier).zip(value(without.brier)),
        difference.pr_auc,
    ) else {
        return vec![TextRefusal::Unknown];
    };
    let mut reasons = Vec::new();
    if precisions.0 <= precisions.1 {
        reasons.push(TextRefusal::NotBetter { with: precisions.0, without: precisions.1 });
    }
    if briers.0 > briers.1 {
        reasons.push(TextRefusal::Brier { with: briers.0, without: briers.1 });
    }
    if pr_auc.low <= 0.0 {
        reasons.push(TextRefusal::Chance { low: pr_auc.low, high: pr_auc.high });
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::measure::Measure;

    fn sure(value: f64) -> Option<Measure> {
        Some(Measure { value, low: value - 0.01, high: value + 0.01 })
    }

    fn added(precision: f64, brier: f64, pr_auc: f64) -> Added {
        let figures =
            |precision, brier| Figures { precision: sure(precision), brier: sure(brier), ..Figures::default() };
        let difference = Figures { pr_auc: sure(pr_auc), ..Figures::default() };
        Added { without: figures(0.3, 0.02), with: figures(precision, brier), difference }
    }

    #[test]
    fn words_are_used_only_where_the_list_is_better_the_probabilities_no_worse_and_chance_does_not_explain_it() {
        assert_eq!(compared(&added(0.31, 0.02, 0.02)), []);
        assert!(matches!(compared(&added(0.30, 0.02, 0.02))[..], [TextRefusal::NotBetter { .. }]));
        assert!(matches!(compared(&added(0.31, 0.021, 0.02))[..], [TextRefusal::Brier { .. }]));
        assert!(matches!(compared(&added(0.31, 0.02, 0.005))[..], [TextRefusal::Chance { .. }]));
        assert_eq!(compared(&Added { with: Figures::default(), ..added(0.4, 0.01, 0.1) }), [TextRefusal::Unknown]);
    }

    #[test]
    fn too_few_notes_of_those_whose_event_came_are_told_with_their_number() {
        let verdict = Verdict { promoted: true, reasons: Vec::new() };
        let noted = Noted { rows: 900, positives: 49, positive_tenancies: 31 };
        let told =
            report(&Outcome { noted, fit: None, weighs: false, dates: 0, capacity: 5, verdict: &verdict, added: None });
        assert!(!told.used && told.reasons.len() == 1);
        assert_eq!(
            told.reasons[0].to_string(),
            "49 rows of 31 tenancies have a note and an event; 50 of 30 are needed"
        );
    }

    #[test]
    fn a_reason_comes_back_from_json_as_it_was() {
        for reason in [TextRefusal::NoTerms, TextRefusal::Gate { because: Refusal::NoTestDate }, TextRefusal::NotTried]
        {
            let json = serde_json::to_string(&reason).unwrap();
            assert_eq!(serde_json::from_str::<TextRefusal>(&json).unwrap(), reason, "{json}");
        }
    }
}
