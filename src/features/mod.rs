//! Numbers with names: what a model sees of a history.
//!
//! Each [`Feature`] has a name, a unit, a formula in words and a rule for when too little is known. `NaN` means unknown:
//! the starter scorecard gives no points for it.
//! No feature looks at sex, age, ethnicity or benefit status (data minimisation, GDPR art. 5(1)(c): the ledger tells
//! enough). What notes say of health, misuse and crime (art. 9 and 10) is 0 unless the config states a basis for it.

mod agreements;
mod arrears;
mod months;
mod notes;
mod payments;
mod summary;
mod text;

use serde::Serialize;

pub use text::NOTES_TEXT;

use crate::history::History;
use summary::Summary;

/// One number about a history.
#[derive(Clone, Copy)]
pub struct Feature {
    /// Its name, as in scorecards and cards.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// What it tells about; reasons are gathered by it.
    pub family: Family,
    /// How it is computed.
    pub formula: &'static str,
    /// When it is unknown.
    pub missing: &'static str,
    value: fn(&History, &Summary) -> f64,
}

/// What a feature tells about. Features of one family share a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// How much is owed.
    Arrears,
    /// Whether the debt grows.
    Trend,
    /// Earlier debts.
    PastArrears,
    /// Instalments that are unpaid, or were not paid in three weeks, or in part.
    Missed,
    /// Instalments paid late.
    Late,
    /// The habit of paying.
    Habit,
    /// Payments that came back.
    Returned,
    /// How much and how lately was paid.
    Payments,
    /// Reminders, demands and their fees.
    Demands,
    /// Repayment plans.
    Plans,
    /// Notes about money.
    NotesEconomy,
    /// Notes about the home.
    NotesHousing,
    /// Notes about absence.
    NotesAbsence,
    /// Notes about conflict.
    NotesConflict,
    /// Notes about a turn in life.
    NotesLifeEvent,
    /// Notes that all is well.
    NotesProtective,
    /// Notes about illness: only where the config states a basis for special categories.
    NotesHealth,
    /// Notes about misuse: only where the config states a basis for special categories.
    NotesSubstance,
    /// On how many days, and by how many people, trouble of any kind was noted.
    NotesTrouble,
    /// How often anything is noted, and whether that has stopped.
    NotesContact,
    /// The words of notes, where a model has learned from them.
    NotesText,
    /// The tenancy itself.
    Tenancy,
}

/// How many features there are.
pub const N: usize = arrears::FEATURES.len()
    + payments::FEATURES.len()
    + agreements::FEATURES.len()
    + notes::BY_CATEGORY.len()
    + notes::TOGETHER.len()
    + months::FEATURES.len()
    + text::FEATURES.len();

/// All features, in the order of the vector.
pub static FEATURES: [Feature; N] = {
    let mut all = [arrears::FEATURES[0]; N];
    let parts: [&[Feature]; 7] = [
        &arrears::FEATURES,
        &payments::FEATURES,
        &agreements::FEATURES,
        &notes::BY_CATEGORY,
        &notes::TOGETHER,
        &months::FEATURES,
        &text::FEATURES,
    ];
    let (mut part, mut at) = (0, 0);
    while part < parts.len() {
        let mut one = 0;
        while one < parts[part].len() {
            all[at] = parts[part][one];
            (one, at) = (one + 1, at + 1);
        }
        part += 1;
    }
    all
};

/// The features of a history, in the order of [`FEATURES`]; `NaN` where too little is known. Never infinite.
pub fn vector(history: &History, out: &mut [f64; N]) {
    let summary = Summary::of(history);
    for (feature, slot) in FEATURES.iter().zip(out) {
        *slot = (feature.value)(history, &summary);
    }
}

/// One feature of a history, where it is known.
pub fn value(name: &str, history: &History) -> Option<f64> {
    let feature = FEATURES.get(position(name)?)?;
    Some((feature.value)(history, &Summary::of(history))).filter(|value| !value.is_nan())
}

/// The place of a feature in the vector.
pub fn position(name: &str) -> Option<usize> {
    FEATURES.iter().position(|feature| feature.name == name)
}

/// All features as a Markdown table, for the model's card: name, unit, formula, when unknown.
pub fn markdown() -> String {
    let mut table = String::from("| feature | unit | formula | unknown |\n|---|---|---|---|\n");
    for Feature { name, unit, formula, missing, .. } in &FEATURES {
        table.push_str(&format!("| `{name}` | {unit} | {formula} | {missing} |\n"));
    }
    table
}

/// Shorthand for the tables.
const fn feature(
    name: &'static str,
    unit: &'static str,
    family: Family,
    formula: &'static str,
    missing: &'static str,
    value: fn(&History, &Summary) -> f64,
) -> Feature {
    Feature { name, unit, family, formula, missing, value }
}

/// Missing rules that many features share.
const NEVER: &str = "never";
const NO_RENT: &str = "something is counted but the rent is not known";
const NOTHING_DUE: &str = "nothing fell due in that time; else what the ledger holds is counted";
