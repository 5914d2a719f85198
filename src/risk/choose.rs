//! Which model scores, and why that one.

use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::model::Model;
use super::scorecard::{Scorecard, ScorecardError};
use super::trained::Trained;
use super::trained_file::{self, TrainedError};
use crate::config::ModelChoice;

/// The file in the folder of models that names the promoted one: `{"model": "2026-11-24.json"}`.
const POINTER: &str = "current.json";

/// The model that scores, with the reason why it is this one.
pub struct Chosen {
    /// The model.
    pub model: Model,
    /// Why, in a few words for the run's summary.
    pub why: String,
    /// What a person must look at: a model that did not pass the gate.
    pub doubt: Option<String>,
}

/// Why the model that is asked for cannot score. Nothing else takes its place.
#[derive(Debug, thiserror::Error)]
pub enum ChooseError {
    /// The scorecard.
    #[error(transparent)]
    Scorecard(#[from] ScorecardError),
    /// The trained model.
    #[error(transparent)]
    Trained(#[from] TrainedError),
    /// The file that names the current model.
    #[error(
        "{file}, which names the promoted model, cannot be used ({problem}). Until it is mended, set `model` in [risk] to \
         the file of a model that passed the gate, or to \"starter\""
    )]
    Pointer {
        /// The pointer's file.
        file: String,
        /// What is wrong.
        problem: String,
    },
    /// A model that looks at words, where the config does not allow it any more.
    #[error(
        "the model {model} has learned from the words of notes, and `learn_from_notes` in [risk] is not true: set it, train \
         anew without, or set `model` in [risk] to \"starter\""
    )]
    WordsNotAllowed {
        /// The model's id.
        model: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pointer {
    model: String,
}

impl Model {
    /// The model that `risk.model` asks for; `models` is the association's folder of models.
    ///
    /// # Errors
    /// [`ChooseError`] where the model that is asked for, or the one that was promoted, cannot be used.
    pub fn choose(choice: &ModelChoice, models: &Path) -> Result<Chosen, ChooseError> {
        match choice {
            ModelChoice::Starter => starter("risk.model asks for the starter scorecard"),
            ModelChoice::File(name) => {
                let model = Model::load(&models.join(name))?;
                let doubt = unproved(&model, name);
                Ok(Chosen { model, why: format!("risk.model names {name}"), doubt })
            }
            ModelChoice::Current => match pointed_at(models)? {
                Some(name) => current(models, &name),
                None => starter("no trained model has been promoted, so the starter scorecard ranks"),
            },
        }
    }

    /// A scorecard or a trained model, whichever the file says that it is.
    ///
    /// # Errors
    /// [`ChooseError`] where it cannot be used.
    pub fn load(path: &Path) -> Result<Model, ChooseError> {
        #[derive(Deserialize)]
        struct Header {
            #[serde(default)]
            format: String,
        }
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|source| TrainedError { file: file.clone(), problem: source.into() })?;
        // What is neither is told what is wrong with it as a model; a file cut short shows its format even so.
        let says_scorecard = match serde_json::from_str::<Header>(&text) {
            Ok(header) => header.format == super::scorecard::FORMAT,
            Err(_) => text.contains(super::scorecard::FORMAT),
        };
        if says_scorecard {
            return Ok(Model::Starter(Scorecard::parse(&text, &file)?));
        }
        Ok(Model::Trained(Box::new(Trained::parse(&text, &file)?)))
    }
}

/// Makes a model of the folder the current one: from now on it scores wherever `risk.model` is `current`.
///
/// # Errors
/// Where it cannot be loaded from that folder, is not promoted, or the pointer cannot be written; then the current model
/// stays as it was.
pub fn make_current(models: &Path, file: &str) -> Result<(), ChooseError> {
    current(models, file)?;
    let text = serde_json::json!({ "model": file }).to_string() + "\n";
    Ok(trained_file::write_whole(&models.join(POINTER), &text)?)
}

fn starter(why: &str) -> Result<Chosen, ChooseError> {
    Ok(Chosen { model: Model::Starter(Scorecard::starter()?), why: why.to_owned(), doubt: None })
}

/// What is to be said of a model that somebody named though it did not pass the gate.
fn unproved(model: &Model, name: &str) -> Option<String> {
    let Model::Trained(trained) = model else { return None };
    trained.promoted().is_none().then(|| {
        format!(
            "{name} scores because risk.model names it, though it did not pass the gate: its card says why. Set `model` in \
             [risk] to \"current\", or to a model that passed"
        )
    })
}

fn current(models: &Path, name: &str) -> Result<Chosen, ChooseError> {
    let unusable = |problem: &str| pointer_error(models, format!("it names {name:?}, {problem}"));
    if Path::new(name).file_name().is_none_or(|plain| plain != name) || name.contains('\\') {
        return Err(unusable("which is no plain file name"));
    }
    let trained = Trained::load(&models.join(name))?;
    let Some(promotion) = trained.promoted() else {
        return Err(unusable("which was never promoted"));
    };
    let why = format!("{name} was promoted on {} by {}: {}", promotion.on, promotion.by, promotion.why);
    Ok(Chosen { model: Model::Trained(Box::new(trained)), why, doubt: None })
}

/// The file that the pointer names; none where there is no pointer.
fn pointed_at(models: &Path) -> Result<Option<String>, ChooseError> {
    let text = match std::fs::read_to_string(models.join(POINTER)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(pointer_error(models, error.to_string())),
    };
    let pointer: Pointer = serde_json::from_str(&text).map_err(|error| pointer_error(models, error.to_string()))?;
    Ok(Some(pointer.model))
}

fn pointer_error(models: &Path, problem: String) -> ChooseError {
    ChooseError::Pointer { file: models.join(POINTER).display().to_string(), problem }
}
