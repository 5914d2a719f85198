//! How a tenancy ranks, and why: a model, a score whose contributions add up to it, and reasons that add up to it too.
//!
//! A [`Model`] turns the features of a history into a [`Score`]. The starter [`Scorecard`] ranks by points set by hand and
//! claims no probability; a [`Trained`] model's score is the log-odds of a label within the horizon. [`reasons`] puts a score into plain words.

mod choose;
mod drift;
mod model;
mod reasons;
mod reference;
mod scorecard;
mod shares;
mod text_model;
mod texts;
mod trained;
mod trained_file;
mod wording;

use serde::{Deserialize, Serialize};

use crate::features::Family;

pub use crate::texts::TextError;
pub use choose::{ChooseError, Chosen, make_current};
pub use drift::{Shift, Tally};
pub use model::{Contribution, Model, Score};
pub use reasons::reasons;
pub use reference::Reference;
pub use scorecard::{Band, BothLanguages, Scorecard, ScorecardError, ScorecardProblem, Weight};
pub use text_model::{NotesWeighed, TextModel};
pub use texts::ReasonTexts;
pub use trained::{Promotion, Provenance, Trained};
pub use trained_file::{TrainedError, TrainedProblem};

/// The groups that reasons are gathered in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonGroup {
    /// What is owed, and for how long.
    Arrears,
    /// How and when payments come.
    PaymentPattern,
    /// Reminders, demands, plans kept and broken.
    AgreementsAndDemands,
    /// What caretakers noticed.
    Notes,
    /// Tenure, rent.
    Tenancy,
}

impl ReasonGroup {
    /// All of them.
    pub(crate) const ALL: [ReasonGroup; 5] = [
        ReasonGroup::Arrears,
        ReasonGroup::PaymentPattern,
        ReasonGroup::AgreementsAndDemands,
        ReasonGroup::Notes,
        ReasonGroup::Tenancy,
    ];

    /// The group that a family of features belongs to.
    pub fn of(family: Family) -> ReasonGroup {
        match family {
            Family::Arrears | Family::Trend | Family::PastArrears => ReasonGroup::Arrears,
            Family::Missed | Family::Late | Family::Habit | Family::Returned | Family::Payments => {
                ReasonGroup::PaymentPattern
            }
            Family::Demands | Family::Plans => ReasonGroup::AgreementsAndDemands,
            Family::NotesEconomy
            | Family::NotesHousing
            | Family::NotesAbsence
            | Family::NotesConflict
            | Family::NotesLifeEvent
            | Family::NotesProtective
            | Family::NotesHealth
            | Family::NotesSubstance
            | Family::NotesTrouble
            | Family::NotesContact
            | Family::NotesText => ReasonGroup::Notes,
            Family::Tenancy => ReasonGroup::Tenancy,
        }
    }
}

/// One reason for a score, in plain words of the association's language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// What kind of reason it is.
    pub group: ReasonGroup,
    /// The sentence, with its figures: `Skylder 3,0 måneders husleje (17.399 kr.)`.
    pub text: String,
    /// Its share of the score: positive raises the risk, negative lowers it. Never shown to caseworkers.
    pub amount: f64,
    /// Whether it is no reason but the rest of the sum: what is not told, or where every tenancy starts from. Comes last;
    /// not told to caseworkers.
    #[serde(default)]
    pub remainder: bool,
}
