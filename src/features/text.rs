//! What a model makes of the words that caretakers wrote, where the association lets it learn from them and it is worth it.

use super::{Family, Feature, NEVER, feature};

/// The name of the only feature here.
pub const NOTES_TEXT: &str = "notes_text";

pub(super) const FEATURES: [Feature; 1] = [feature(
    NOTES_TEXT,
    "log-odds",
    Family::NotesText,
    "sum of the weights that the model has learned for words in the notes of the last 90 days, each word once; 0 without \
     notes, and where no model has learned from words",
    NEVER,
    |history, _| history.notes_text,
)];
