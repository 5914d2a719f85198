//! What caretakers noticed: how often and how lately they wrote of what, on how many days and by how many people, and
//! whether they have stopped writing of somebody.
//!
//! Windows are days before the as-of date, the last one included: a note of 30 days ago is within the last 30, one of 31
//! days ago is not. A note counts once in a category, however many of its phrases it has.

use super::arrears::known;
use super::{Family, Feature, NEVER, feature};
use crate::notes::{Category, Tally};

const COUNT: &str = "count";
const DAYS: &str = "days";
const NOT_IN_THE_YEAR: &str = "there was none in the last 365 days";
const NO_AUTHOR: &str = "there was such a note, and none that tells who wrote it";

/// The four features of each category.
macro_rules! by_category {
    ($($name:literal $category:ident $family:ident $what:literal,)*) => {
        [$(
            feature(
                concat!("notes_", $name, "_30d"), COUNT, Family::$family,
                concat!("notes of the last 30 days ", $what), NEVER,
                |history, _| f64::from(history.notes.of(Category::$category).in_30),
            ),
            feature(
                concat!("notes_", $name, "_90d"), COUNT, Family::$family,
                concat!("notes of the last 90 days ", $what), NEVER,
                |history, _| f64::from(history.notes.of(Category::$category).in_90),
            ),
            feature(
                concat!("notes_", $name, "_365d"), COUNT, Family::$family,
                concat!("notes of the last 365 days ", $what), NEVER,
                |history, _| f64::from(history.notes.of(Category::$category).in_365),
            ),
            feature(
                concat!("notes_", $name, "_days_since"), DAYS, Family::$family,
                concat!("days since the last note ", $what), NOT_IN_THE_YEAR,
                |history, _| days_since(history.notes.of(Category::$category)),
            ),
        )*]
    };
}

pub(super) const BY_CATEGORY: [Feature; 32] = by_category! {
    "economy" Economy NotesEconomy "with a sign of trouble with money",
    "housing_condition" HousingCondition NotesHousing "with a sign of trouble with the state of the home",
    "absence" Absence NotesAbsence "with a sign of absence",
    "conflict" Conflict NotesConflict "with a sign of conflict",
    "life_event" LifeEvent NotesLifeEvent "with a sign of a turn in life",
    "protective" Protective NotesProtective "with a sign that things go well",
    "health" Health NotesHealth "with a sign of illness; nothing counts unless the config states a basis for special categories",
    "substance" Substance NotesSubstance "with a sign of misuse; nothing counts unless the config states a basis for special categories",
};

pub(super) const TOGETHER: [Feature; 8] = [
    feature(
        "notes_days_90d",
        DAYS,
        Family::NotesTrouble,
        "different days of the last 90 with a note that has a sign of any category but the protective one",
        NEVER,
        |history, _| f64::from(history.notes.troubling_days_90),
    ),
    feature(
        "notes_days_365d",
        DAYS,
        Family::NotesTrouble,
        "different days of the last 365 with a note that has a sign of any category but the protective one",
        NEVER,
        |history, _| f64::from(history.notes.troubling_days_365),
    ),
    feature(
        "notes_authors_90d",
        COUNT,
        Family::NotesTrouble,
        "different people who wrote such a note in the last 90 days, at most 16",
        NO_AUTHOR,
        |history, _| authors(history.notes.authors_90, history.notes.troubling.in_90),
    ),
    feature(
        "notes_authors_365d",
        COUNT,
        Family::NotesTrouble,
        "different people who wrote such a note in the last 365 days, at most 16",
        NO_AUTHOR,
        |history, _| authors(history.notes.authors_365, history.notes.troubling.in_365),
    ),
    feature("notes_30d", COUNT, Family::NotesContact, "notes of any kind of the last 30 days", NEVER, |history, _| {
        f64::from(history.notes.all.in_30)
    }),
    feature("notes_90d", COUNT, Family::NotesContact, "notes of any kind of the last 90 days", NEVER, |history, _| {
        f64::from(history.notes.all.in_90)
    }),
    feature(
        "notes_365d",
        COUNT,
        Family::NotesContact,
        "notes of any kind of the last 365 days",
        NEVER,
        |history, _| f64::from(history.notes.all.in_365),
    ),
    feature(
        "notes_silence",
        "usual gaps",
        Family::NotesContact,
        "days since the last note of any kind ÷ the usual gap between this tenancy's notes, which is (days from the first \
         note of the last 365 days to the last) ÷ (days with a note − 1), at least 30 days",
        "fewer than 3 days of the last 365 have a note: there was no contact to fall silent",
        |history, _| known(history.notes.silence()),
    ),
];

fn days_since(tally: Tally) -> f64 {
    known(tally.days_since.map(f64::from))
}

fn authors(authors: u16, notes: u16) -> f64 {
    known((authors > 0 || notes == 0).then(|| f64::from(authors)))
}
