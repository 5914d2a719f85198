//! Whether training a model is worth while tonight, and from when: what the summary tells the operator, who runs it.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use super::gather::Gathered;
use super::summary::RunSummary;
use crate::config::Config;
use crate::exports::records::FeedName;
use crate::fingerprint;
use crate::learning::cohort::Label;
use crate::learning::readiness::{Lack, Readiness, readiness};
use crate::risk::{Chosen, Model};

/// A model is worth training anew after so many years: by then it has not seen the newest of them, and a full round of
/// seasons has been added.
const GOOD_FOR_YEARS: i32 = 1;

/// Whether training is worth while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Training {
    /// Whether there is enough to learn from, and a reason to: no trained model yet, or one that has grown old, or drift.
    pub worth_while: bool,
    /// The as-of dates that training would have.
    pub dates: usize,
    /// About how many positive labels it would have.
    pub outcomes: usize,
    /// The dates that a model could be tested on.
    pub test_dates: usize,
    /// What is missing, in words.
    pub missing: Vec<String>,
    /// From when the history is long enough, where it is not yet; with a trained model, from when to train anew.
    pub ready_from: Option<Date>,
    /// The day on which the model that scores was trained; none with the starter scorecard.
    pub model_trained_on: Option<Date>,
    /// The model's age in days.
    pub model_age_days: Option<i32>,
}

/// Tells it, from the events. With a trained model it is also told how old that is.
pub fn tell(config: &Config, known: &Gathered, model: &Model, as_of: Date, run: &mut RunSummary) {
    let label = Label { kinds: config.risk.label.clone(), horizon_days: config.risk.horizon_days };
    let exports = &known.exports;
    let found = if config.exports.contains_key(&FeedName::Events) {
        let booked = exports.ledger.first_booking().map(|day| day.date());
        readiness(&exports.events, &label, config.risk.labels_since, booked, as_of)
    } else {
        Readiness::without_events()
    };
    let trained_on = match model {
        Model::Trained(trained) => Some(trained.provenance().trained_on),
        Model::Starter(_) => None,
    };
    let has_drifted = run.drift.as_ref().is_some_and(|drift| drift.over_limit);
    run.training = Some(Training::of(found, trained_on, has_drifted, as_of));
}

/// What a person must look at of the model that scores: that it did not pass the gate, or was made for another association
/// or another question than the config asks.
pub fn doubts(config: &Config, chosen: &Chosen) -> Vec<String> {
    let mut doubts: Vec<String> = chosen.doubt.iter().cloned().collect();
    let Model::Trained(trained) = &chosen.model else { return doubts };
    let (made, risk) = (trained.provenance(), &config.risk);
    if made.association != fingerprint::of_association(&config.association.name) {
        doubts.push(format!(
            "{} was trained under another association's name: nothing learned from one association may score another. Train \
             anew, or set `model` in [risk] to \"starter\"",
            trained.id()
        ));
    }
    let labels: Vec<&str> = risk.label.iter().map(|kind| kind.as_str()).collect();
    if made.horizon_days != risk.horizon_days || made.labels != labels {
        doubts.push(format!(
            "{} foretells {} within {} days, and the config asks for {} within {} days: train anew",
            trained.id(),
            made.labels.join(" or "),
            made.horizon_days,
            labels.join(" or "),
            risk.horizon_days
        ));
    }
    doubts
}

impl Training {
    fn of(found: Readiness, trained_on: Option<Date>, has_drifted: bool, as_of: Date) -> Training {
        let anew_from = trained_on.map(|on| on.saturating_add(GOOD_FOR_YEARS.years()));
        let is_due = has_drifted || anew_from.is_none_or(|from| from <= as_of);
        Training {
            worth_while: found.is_enough() && is_due,
            dates: found.dates,
            outcomes: found.outcomes,
            test_dates: found.test_dates,
            missing: found.missing.iter().map(Lack::to_string).collect(),
            ready_from: found.long_enough_from.or(anew_from.filter(|_| !is_due)),
            model_trained_on: trained_on,
            model_age_days: trained_on.map(|on| (as_of - on).get_days().max(0)),
        }
    }

    /// In one line, for the report.
    pub fn in_words(&self) -> String {
        let age = self.model_age_days.map(|days| format!("the model is {days} days old"));
        let matter = format!(
            "about {} outcomes on {} dates, {} to test on; run `postkort train CONFIG`",
            self.outcomes, self.dates, self.test_dates
        );
        let missing = self.missing.join("; ");
        match (age, self.ready_from) {
            (None, _) if self.worth_while => format!("worth while: {matter}"),
            (None, _) => format!("not yet: {missing}; until then the starter scorecard ranks"),
            (Some(age), _) if self.worth_while => format!("worth while anew: {age}; {matter}"),
            (Some(age), Some(from)) if missing.is_empty() => {
                format!("{age}; train anew from {from}, or when it drifts")
            }
            (Some(age), _) => format!("{age}; to train it anew is missing: {missing}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TONIGHT: Date = date(2026, 11, 24);

    fn found(missing: Vec<Lack>) -> Readiness {
        Readiness { dates: 24, outcomes: 812, test_dates: 12, missing, long_enough_from: None }
    }

    #[test]
    fn with_enough_history_and_no_model_the_operator_is_told_to_train() {
        let training = Training::of(found(vec![]), None, false, TONIGHT);
        let words = "worth while: about 812 outcomes on 24 dates, 12 to test on; run `postkort train CONFIG`";
        assert_eq!((training.in_words().as_str(), training.worth_while, training.ready_from), (words, true, None));
    }

    #[test]
    fn too_short_a_history_says_what_is_missing_and_from_when_it_will_do() {
        let from = Some(date(2027, 3, 1));
        let short = Readiness {
            outcomes: 12,
            long_enough_from: from,
            ..found(vec![Lack::FewOutcomes(12), Lack::ShortHistory(from)])
        };
        let training = Training::of(short, None, false, TONIGHT);
        let words = "not yet: about 12 of 50 outcomes; the history is long enough from 2027-03-01; until then the starter \
                     scorecard ranks";
        assert_eq!((training.in_words().as_str(), training.ready_from), (words, from));
    }

    #[test]
    fn a_model_of_last_month_is_left_alone_and_one_of_last_year_or_one_that_drifts_is_trained_anew() {
        let young = Training::of(found(vec![]), Some(date(2026, 10, 25)), false, TONIGHT);
        assert_eq!(young.in_words(), "the model is 30 days old; train anew from 2027-10-25, or when it drifts");
        assert!(!young.worth_while);
        let old = Training::of(found(vec![]), Some(date(2025, 11, 24)), false, TONIGHT);
        assert!(
            old.worth_while && old.in_words().starts_with("worth while anew: the model is 365 days old; about 812")
        );
        let drifted = Training::of(found(vec![]), Some(date(2026, 10, 25)), true, TONIGHT);
        assert!(drifted.worth_while && drifted.ready_from.is_none(), "{drifted:?}");
        let nothing = Training::of(found(vec![Lack::FewOutcomes(3)]), Some(date(2025, 1, 1)), false, TONIGHT);
        assert!(
            nothing.in_words().ends_with("days old; to train it anew is missing: about 3 of 50 outcomes"),
            "{nothing:?}"
        );
    }
}
