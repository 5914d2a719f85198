//! The gate that a model must pass before it scores a night. Until one does, the starter scorecard stays in use, and the
//! program says why.

use serde::{Deserialize, Serialize};

/// The fewest positive labels that a model may be promoted with.
pub const FEWEST_POSITIVES: usize = 50;

/// The lowest calibration slope that passes.
pub const LOWEST_SLOPE: f64 = 0.8;

/// The highest calibration slope that passes.
pub const HIGHEST_SLOPE: f64 = 1.25;

/// What the gate looks at. Figures are of the back-test, on dates that the fit had not seen; `None` is what could not be
/// measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The positive labels that it was trained on.
    pub positives: usize,
    /// The dates beyond the fit on which it was tested.
    pub test_dates: usize,
    /// How it fills the list, beside the baselines.
    pub at_capacity: AtCapacity,
    /// The slope of its calibration.
    pub slope: Option<f64>,
    /// Its Brier score.
    pub brier: Option<f64>,
    /// The Brier score of the constant forecast on the same rows.
    pub brier_constant: Option<f64>,
}

/// The precision of lists as long as the association's capacity.
#[derive(Clone, Debug, PartialEq)]
pub struct AtCapacity {
    /// The places on a list.
    pub capacity: usize,
    /// The share of the places that the model fills with a positive.
    pub model: Option<f64>,
    /// The same of each baseline, by name.
    pub baselines: Vec<(String, Option<f64>)>,
}

/// What the gate decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether the model may become the current one.
    pub promoted: bool,
    /// Why not; empty where it may.
    pub reasons: Vec<Refusal>,
}

/// One reason why a model is not promoted, as the operator reads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum Refusal {
    /// Nothing later than the fit to test on.
    #[error(
        "the model could not be tested on any date beyond those it was fitted on: one snapshot is enough to fit, not to \
         promote; it can be promoted once the history reaches at least one more horizon"
    )]
    NoTestDate,
    /// Too few labels.
    #[error("it was trained on {positives} positive labels; {} or more are needed", FEWEST_POSITIVES)]
    FewPositives {
        /// How many there were.
        positives: usize,
    },
    /// No precision at capacity.
    #[error("its precision on a list of {capacity} could not be measured in the back-test")]
    PrecisionUnknown {
        /// The places on the list.
        capacity: usize,
    },
    /// Nothing to be better than.
    #[error("no baseline could be measured beside it, so nothing shows that it is worth more than a simple rule")]
    NoBaseline,
    /// One baseline has no figure.
    #[error("the baseline \"{baseline}\" could not be measured, so nothing shows that the model is better")]
    BaselineUnknown {
        /// The baseline's name.
        baseline: String,
    },
    /// A baseline is as good.
    #[error(
        "it is no better than the baseline \"{baseline}\": of a list of {capacity}, {} are right with the model and {} \
         with the baseline",
        percent(*model),
        percent(*simple)
    )]
    NotBetter {
        /// The baseline's name.
        baseline: String,
        /// The places on the list.
        capacity: usize,
        /// The model's precision.
        model: f64,
        /// The baseline's precision.
        simple: f64,
    },
    /// No calibration slope.
    #[error("its calibration slope could not be measured: the back-test has too few positives or one forecast for all")]
    SlopeUnknown,
    /// Probabilities that do not mean what they say.
    #[error(
        "its calibration slope is {slope:.3}; it must lie in {}–{}: its probabilities are too {}",
        LOWEST_SLOPE,
        HIGHEST_SLOPE,
        if *slope < LOWEST_SLOPE { "extreme" } else { "timid" }
    )]
    Slope {
        /// The slope.
        slope: f64,
    },
    /// No Brier score.
    #[error("its Brier score, or that of a constant forecast, could not be measured in the back-test")]
    BrierUnknown,
    /// Worth no more than the base rate.
    #[error("its Brier score is {brier:.6}, no lower than the {constant:.6} of always forecasting the base rate")]
    Brier {
        /// The model's score.
        brier: f64,
        /// The constant forecast's.
        constant: f64,
    },
}

/// Decides whether a model may become the current one. It must have been trained on [`FEWEST_POSITIVES`] positive labels
/// or more and be tested on a date beyond its fit; there it must fill the list better than every baseline, have a
/// calibration slope from [`LOWEST_SLOPE`] to [`HIGHEST_SLOPE`], and a Brier score below that of the constant forecast.
pub fn judge(candidate: &Candidate) -> Verdict {
    let mut reasons = Vec::new();
    if candidate.positives < FEWEST_POSITIVES {
        reasons.push(Refusal::FewPositives { positives: candidate.positives });
    }
    if candidate.test_dates == 0 {
        // The other figures are missing for this very reason.
        reasons.push(Refusal::NoTestDate);
    } else {
        reasons.extend(at_capacity(&candidate.at_capacity));
        reasons.extend(slope(candidate.slope));
        reasons.extend(brier(candidate.brier, candidate.brier_constant));
    }
    Verdict { promoted: reasons.is_empty(), reasons }
}

fn at_capacity(lists: &AtCapacity) -> Vec<Refusal> {
    let capacity = lists.capacity;
    let Some(model) = known(lists.model) else { return vec![Refusal::PrecisionUnknown { capacity }] };
    if lists.baselines.is_empty() {
        return vec![Refusal::NoBaseline];
    }
    let refusal = |(name, simple): &(String, Option<f64>)| match known(*simple) {
        None => Some(Refusal::BaselineUnknown { baseline: name.clone() }),
        Some(simple) if model <= simple => Some(Refusal::NotBetter { baseline: name.clone(), capacity, model, simple }),
        Some(_) => None,
    };
    lists.baselines.iter().filter_map(refusal).collect()
}

fn slope(slope: Option<f64>) -> Option<Refusal> {
    match known(slope) {
        None => Some(Refusal::SlopeUnknown),
        Some(slope) => (!(LOWEST_SLOPE..=HIGHEST_SLOPE).contains(&slope)).then_some(Refusal::Slope { slope }),
    }
}

fn brier(brier: Option<f64>, constant: Option<f64>) -> Option<Refusal> {
    match (known(brier), known(constant)) {
        (Some(brier), Some(constant)) => (brier >= constant).then_some(Refusal::Brier { brier, constant }),
        _ => Some(Refusal::BrierUnknown),
    }
}

fn known(figure: Option<f64>) -> Option<f64> {
    figure.filter(|figure| figure.is_finite())
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Candidate {
        Candidate {
            positives: 50,
            test_dates: 1,
            at_capacity: AtCapacity {
                capacity: 25,
                model: Some(0.24),
                baselines: vec![("arrears_dkk".to_owned(), Some(0.12)), ("arrears_months".to_owned(), Some(0.2))],
            },
            slope: Some(0.8),
            brier: Some(0.0095),
            brier_constant: Some(0.0099),
        }
    }

    fn refused(change: impl FnOnce(&mut Candidate)) -> Vec<String> {
        let mut candidate = good();
        change(&mut candidate);
        let verdict = judge(&candidate);
        assert_eq!(verdict.promoted, verdict.reasons.is_empty());
        verdict.reasons.iter().map(Refusal::to_string).collect()
    }

    #[test]
    fn a_model_that_meets_every_demand_is_promoted() {
        assert_eq!(judge(&good()), Verdict { promoted: true, reasons: Vec::new() });
        assert!(refused(|candidate| candidate.slope = Some(1.25)).is_empty());
    }

    #[test]
    fn each_demand_that_is_not_met_is_told_with_its_figures() {
        assert_eq!(refused(|it| it.positives = 49), ["it was trained on 49 positive labels; 50 or more are needed"]);
        assert_eq!(
            refused(|it| it.at_capacity.model = Some(0.2)),
            [
                "it is no better than the baseline \"arrears_months\": of a list of 25, 20.0 % are right with the model and \
              20.0 % with the baseline"
            ]
        );
        assert_eq!(
            refused(|it| it.slope = Some(0.7994)),
            ["its calibration slope is 0.799; it must lie in 0.8–1.25: its probabilities are too extreme"]
        );
        assert!(refused(|it| it.slope = Some(1.3))[0].ends_with("too timid"));
        assert_eq!(
            refused(|it| it.brier = Some(0.0099)),
            ["its Brier score is 0.009900, no lower than the 0.009900 of always forecasting the base rate"]
        );
    }

    #[test]
    fn one_snapshot_is_enough_to_fit_not_to_promote_and_that_is_said_once() {
        let told = refused(|it| {
            (it.test_dates, it.slope, it.brier, it.at_capacity.model) = (0, None, None, None);
        });
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("one snapshot is enough to fit, not to promote"), "{told:?}");
    }

    #[test]
    fn what_could_not_be_measured_is_never_taken_for_passed() {
        let told = refused(|it| {
            (it.slope, it.brier, it.at_capacity.model) = (Some(f64::NAN), None, None);
        });
        assert_eq!(told.len(), 3);
        assert_eq!(refused(|it| it.at_capacity.baselines.clear()).len(), 1);
        assert_eq!(refused(|it| it.at_capacity.baselines[0].1 = None).len(), 1);
    }

    #[test]
    fn a_refusal_comes_back_from_json_as_it_was() {
        let mut candidate = good();
        (candidate.positives, candidate.slope) = (3, Some(2.0));
        let verdict = judge(&candidate);
        let json = serde_json::to_string(&verdict).unwrap();
        assert!(json.contains(r#"{"refusal":"few_positives","positives":3}"#), "{json}");
        assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), verdict);
    }
}
