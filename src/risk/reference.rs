//! How a model's score and features were spread in the newest snapshot that it was trained on: what a night is held against.
//!
//! Some features move by the calendar alone, and would look like drift though nobody pays otherwise than before:
//!
//! - those that say only how long something has been known: `tenure_months`, `ledger_months`;
//! - those that look further back than the ledger did at training (`late_24`, where it began a year before): their windows
//!   fill up by themselves;
//! - those that count days from a due date or to a payment, and so follow where weekends and holidays fall: all who pay by
//!   direct debit pay a day or two later where the 1st is a Sunday.
//!
//! They are named in the file, and neither they nor what they add to the score is compared. On simulated exports, in which
//! nothing but the calendar moves, the index of the score stays below 0.02 for a year and a half then; with the third kind it
//! would pass 0.5 in five of the months. What moves with the day of the month (what is overdue on the 3rd is paid by the 24th)
//! is compared on the snapshots' own day only, which is the night's affair. What moves with the season is drift, and told as
//! such.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::Score;
use super::trained_file::Content;
use crate::features::{self, FEATURES, N};
use crate::learning::design::Design;
use crate::learning::measure::Bins;

/// Features that tell how long something has been known, and nothing else.
const KNOWN_FOR: [&str; 2] = ["tenure_months", "ledger_months"];
/// Features whose days follow weekends and holidays.
const FOLLOW_WEEKENDS: [&str; 5] =
    ["payment_day_12", "payment_day_spread_6", "payment_day_spread_12", "regular_delay", "days_since_payment"];
/// The feature that tells how far the ledger reaches back.
const LEDGER_MONTHS: &str = "ledger_months";
/// Months looked back by a feature whose name does not say it.
const UNNAMED_WINDOWS: [(&str, u32); 1] = [("clear_months", 12)];

/// How score and features were spread. Nothing in it tells of one household: see [`Bins`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The calibrated log-odds, less what the features add that move by the calendar.
    score: Bins,
    /// Each other feature that the model uses, by its name.
    features: BTreeMap<String, Bins>,
    /// The features that move by the calendar.
    by_calendar: BTreeSet<String>,
}

impl Reference {
    /// The spread in the rows of a snapshot. Of too few rows it is none that could be used.
    pub(super) fn of(content: &Content, rows: &[&[f64; N]]) -> Reference {
        let at = |row: &[f64; N], feature: usize| row.get(feature).copied().unwrap_or(f64::NAN);
        let reach = features::position(LEDGER_MONTHS).and_then(|ledger| {
            rows.iter().map(|row| at(row, ledger)).filter(|months| months.is_finite()).max_by(f64::total_cmp)
        });
        let names = content.design.features().filter_map(|feature| Some((feature, FEATURES.get(feature)?.name)));
        let (moving, stand): (Vec<_>, Vec<_>) =
            names.partition(|(_, name)| moves_by_calendar(name, reach.unwrap_or_default()));
        let mut reference = Reference {
            by_calendar: moving.iter().map(|(_, name)| (*name).to_owned()).collect(),
            ..Reference::default()
        };
        let column = |(feature, name): (usize, &str)| {
            let values: Vec<f64> = rows.iter().map(|row| at(row, feature)).collect();
            (name.to_owned(), Bins::of(&values).unwrap_or_default())
        };
        reference.features = stand.into_par_iter().map(column).collect();
        let scores: Vec<f64> = rows.par_iter().map(|row| reference.steady(&content.score(row))).collect();
        reference.score = Bins::of(&scores).unwrap_or_default();
        reference
    }

    /// A score less what the features add that move by the calendar.
    pub fn steady(&self, score: &Score) -> f64 {
        let moves =
            |feature: usize| FEATURES.get(feature).is_some_and(|feature| self.by_calendar.contains(feature.name));
        let moving = score.contributions.iter().filter(|one| moves(one.feature)).map(|one| one.points);
        score.value - moving.sum::<f64>()
    }

    /// How the steady part of the score was spread.
    pub fn score(&self) -> &Bins {
        &self.score
    }

    /// How each feature was spread: its place among [`FEATURES`], and its bins.
    pub fn features(&self) -> impl Iterator<Item = (usize, &Bins)> {
        self.features.iter().filter_map(|(name, bins)| Some((features::position(name)?, bins)))
    }

    /// Whether it is that of a design, and can be reckoned with.
    pub(super) fn is_sound(&self, design: &Design) -> bool {
        let used: BTreeSet<&str> = design.features().filter_map(|feature| Some(FEATURES.get(feature)?.name)).collect();
        let told: BTreeSet<&str> = self.features.keys().chain(&self.by_calendar).map(String::as_str).collect();
        let once = self.features.len() + self.by_calendar.len() == told.len();
        once && used == told && self.score.is_sound() && self.features.values().all(Bins::is_sound)
    }
}

/// Whether a feature moves by the calendar alone, where the ledger reached back `reach` months.
fn moves_by_calendar(name: &str, reach: f64) -> bool {
    KNOWN_FOR.contains(&name)
        || FOLLOW_WEEKENDS.contains(&name)
        || months_looked_back(name).is_some_and(|months| f64::from(months) > reach)
}

/// How many months a feature looks back: the number in its name.
fn months_looked_back(name: &str) -> Option<u32> {
    let unnamed = UNNAMED_WINDOWS.iter().find(|(unnamed, _)| *unnamed == name).map(|(_, months)| *months);
    unnamed.or_else(|| name.split('_').find_map(|part| part.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_of_a_window_says_in_its_name_how_far_it_looks_back() {
        for feature in &FEATURES {
            let said =
                feature.formula.split("last ").nth(1).and_then(|rest| rest.split(' ').next()?.parse::<u32>().ok());
            if let Some(said) = said.filter(|_| feature.formula.contains("months")) {
                assert_eq!(months_looked_back(feature.name), Some(said), "{}: {}", feature.name, feature.formula);
            }
            if feature.formula.contains("of the name") {
                assert!(months_looked_back(feature.name).is_some(), "{}", feature.name);
            }
        }
        for (name, months) in
            [("late_24", 24), ("paid_share_log_month_3", 3), ("most_charged_6_dkk", 6), ("clear_months", 12)]
        {
            assert_eq!(months_looked_back(name), Some(months));
        }
        assert_eq!(months_looked_back("arrears_dkk"), None);
    }

    #[test]
    fn only_what_moves_by_the_calendar_is_left_aside() {
        let moving = |reach| {
            let names = FEATURES.iter().map(|feature| feature.name);
            names.filter(|name| moves_by_calendar(name, reach)).collect::<BTreeSet<_>>()
        };
        let always: BTreeSet<&str> = KNOWN_FOR.iter().chain(&FOLLOW_WEEKENDS).copied().collect();
        assert_eq!(moving(36.0), always, "and each is a feature");
        let filling: Vec<&str> = moving(13.4).difference(&always).copied().collect();
        assert!(filling.len() > 5 && filling.iter().all(|name| name.ends_with("_24")), "{filling:?}");
    }
}
