//! Which model scores, and why that one.

use std::path::Path;

use super::model::Model;
use super::scorecard::{Scorecard, ScorecardError};
use crate::config::ModelChoice;

/// The model that scores, with the reason why it is this one.
pub struct Chosen {
    /// The model.
    pub model: Model,
    /// Why, in a few words for the run's summary.
    pub why: String,
}

impl Model {
    /// The model that `risk.model` asks for; `models` is the association's folder of models.
    ///
    /// # Errors
    /// [`ScorecardError`] where the file that is asked for cannot be used. Nothing else takes its place.
    pub fn choose(choice: &ModelChoice, models: &Path) -> Result<Chosen, ScorecardError> {
        let (scorecard, why) = match choice {
            ModelChoice::Starter => (Scorecard::starter()?, "risk.model asks for the starter scorecard".to_owned()),
            ModelChoice::Current => {
                (Scorecard::starter()?, "no trained model has been promoted, so the starter scorecard ranks".to_owned())
            }
            ModelChoice::File(name) => (Scorecard::load(&models.join(name))?, format!("risk.model names {name}")),
        };
        Ok(Chosen { model: Model::Starter(scorecard), why })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn until_a_model_is_promoted_the_starter_scorecard_ranks_and_says_so() {
        let chosen = Model::choose(&ModelChoice::Current, Path::new("models")).unwrap();
        assert!(chosen.model.id().contains("starter"), "{}", chosen.model.id());
        assert!(chosen.why.contains("no trained model"), "{}", chosen.why);
    }

    #[test]
    fn a_file_that_is_asked_for_and_missing_is_an_error_and_not_a_silent_fallback() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Model::choose(&ModelChoice::File("2026-10.json".into()), folder.path()).is_err());
    }
}
