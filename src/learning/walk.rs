//! A walk through the past: on each date a model is fitted on what had come out by then, and foretells that date.
//!
//! ```text
//!  snapshots   ──●──●──●──●──●──●──●──●──●──▶
//!  fitted on     ●  ●  ●                        their horizons end by the date foretold (the embargo)
//!  foretold                          ●
//! ```
//!
//! One snapshot is looked at whole at a time; of those behind, the rows that are learned from are kept, and what was
//! foretold. The fits are the same that the calibration of later dates needs, so that each is made once.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::calibrate::{Calibration, Kind};
use super::cohort::{Label, Snapshot};
use super::kept::{Kept, Rows};
use super::learned::{DEFAULT_RIDGE, Fitted, Learned, chosen};
use super::train::TrainError;
use crate::features::N;

/// The most dates on which models are tried: the newest.
pub(super) const MOST_TESTS: usize = 12;
/// So many newest dates, foretold and come out, are calibrated by.
const CALIBRATED_BY: usize = 12;
/// Where no date is later than another's horizon, every so many-th tenancy is kept aside to choose the penalty by.
const KEPT_ASIDE: u32 = 5;

/// Where a walk has come to.
pub struct Walk<'a> {
    dates: &'a [Date],
    label: &'a Label,
    kept: Kept,
    /// By how many snapshots they were fitted on; none where these were of one class.
    fits: BTreeMap<usize, Option<Fitted>>,
    /// What was foretold of each snapshot passed.
    foretold: Vec<Option<Foretold>>,
    /// The penalty of the models tried, chosen on the first date on which it can be.
    ridge: Option<f64>,
}

struct Foretold {
    /// Of each member, before calibration.
    log_odds: Vec<f64>,
    labels: Vec<bool>,
    tenancies: Vec<u32>,
}

impl<'a> Walk<'a> {
    /// A walk through `dates`, the earliest first, past snapshots of about `members` each.
    pub fn new(dates: &'a [Date], label: &'a Label, members: usize) -> Walk<'a> {
        let kept = Kept::of_about(members.saturating_mul(dates.len()));
        Walk { dates, label, kept, fits: BTreeMap::new(), foretold: Vec::new(), ridge: None }
    }

    /// How many snapshots' outcomes are all known on a date.
    fn known_on(&self, date: Date) -> usize {
        self.dates.partition_point(|snapshot| self.label.until(*snapshot) <= date)
    }

    /// Takes the next snapshot: the calibrated log-odds of its members as they could be foretold on its date, where it is
    /// one of those that models are tried on.
    ///
    /// # Errors
    /// [`TrainError`]: no convergence.
    pub fn step(&mut self, snapshot: &Snapshot) -> Result<Option<Vec<f64>>, TrainError> {
        let place = self.foretold.len();
        let known = self.known_on(snapshot.as_of);
        let tried = place + MOST_TESTS >= self.dates.len();
        if self.ridge.is_none() {
            self.ridge = self.ridge_for(known)?;
        }
        let tuned = if tried { self.tuned(known, self.ridge)? } else { None };
        let ridge = tuned.as_ref().map_or(self.ridge.unwrap_or(DEFAULT_RIDGE), |tuned| tuned.ridge);
        let log_odds = self.foretell(known, snapshot, ridge)?;
        let calibrated = log_odds
            .as_ref()
            .zip(tuned)
            .map(|(log_odds, tuned)| log_odds.iter().map(|log_odds| tuned.calibration.of(*log_odds)).collect());
        self.foretold.push(log_odds.map(|log_odds| Foretold {
            log_odds,
            labels: snapshot.members.iter().map(|member| member.event_on.is_some()).collect(),
            tenancies: snapshot.members.iter().map(|member| member.id.0).collect(),
        }));
        self.kept.add(snapshot);
        Ok(calibrated)
    }

    /// The log-odds, before calibration, of a date's members by the newest model that the walk made of what was known then.
    pub fn ranked(&self, snapshot: &Snapshot) -> Option<Vec<f64>> {
        let known = self.known_on(snapshot.as_of);
        let (_, fitted) = self.fits.range(..=known).rev().find(|(_, fitted)| fitted.is_some())?;
        Some(fitted.as_ref()?.log_odds(&features(snapshot)))
    }

    /// The rows that were kept.
    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    /// The model of all snapshots, at the end of the walk.
    ///
    /// # Errors
    /// [`TrainError`]: nothing can be told apart, fewer tenancies than features, no convergence.
    pub fn learn(&self) -> Result<Learned, TrainError> {
        let all = self.kept.all();
        if !all.labels.contains(&false) {
            return Err(TrainError::NoNegative);
        }
        let known = self.dates.len();
        // The penalty of the models that were tried, where there is one: calibration and proof are of their kind.
        let ridge = self.ridge.map_or_else(|| self.ridge_for(known), |ridge| Ok(Some(ridge)))?;
        let Tuned { ridge, calibration } = self.tuned(known, ridge)?.unwrap_or(Tuned::UNTUNED);
        let fitted = Fitted::confirmed(all, self.kept.excess(), ridge)?;
        let (features, tenancies) = (fitted.design.features().count(), self.tenancies());
        if tenancies < features {
            return Err(TrainError::FewTenancies { tenancies, features });
        }
        Ok(Learned { fitted, calibration, ridge })
    }

    /// How many different tenancies were kept.
    pub fn tenancies(&self) -> usize {
        self.kept.tenancies().iter().collect::<std::collections::HashSet<_>>().len()
    }

    /// The log-odds, before calibration, of a snapshot's members by a model of the first `known` snapshots.
    fn foretell(&mut self, known: usize, snapshot: &Snapshot, ridge: f64) -> Result<Option<Vec<f64>>, TrainError> {
        if !self.fits.contains_key(&known) {
            let rows = self.kept.first(known);
            let fitted = (!rows.are_of_one_class()).then(|| Fitted::to(rows, self.kept.excess(), ridge));
            self.fits.insert(known, fitted.transpose()?);
        }
        let fitted = self.fits.get(&known).and_then(Option::as_ref);
        Ok(fitted.map(|fitted| fitted.log_odds(&features(snapshot))))
    }

    /// The penalty with which those known before the newest of the first `known` snapshots foretell it best; none where
    /// there is no such snapshot, or nothing to be told apart.
    fn ridge_for(&self, known: usize) -> Result<Option<f64>, TrainError> {
        let Some(newest) = known.checked_sub(1) else { return Ok(None) };
        let Some(date) = self.dates.get(newest) else { return Ok(None) };
        let (earlier, later) = (self.kept.first(self.known_on(*date)), self.kept.only(newest));
        if earlier.are_of_one_class() || later.are_of_one_class() {
            return Ok(None);
        }
        Ok(Some(chosen(earlier, later)?.0.ridge))
    }

    /// The calibration by what was foretold of the newest of the first `known` snapshots, and what came.
    fn calibration(&self, known: usize) -> Result<Calibration, TrainError> {
        let foretold = self.foretold.iter().take(known).skip(known.saturating_sub(CALIBRATED_BY)).flatten();
        let (mut log_odds, mut labels, mut tenancies) = (Vec::new(), Vec::new(), Vec::new());
        for foretold in foretold {
            log_odds.extend_from_slice(&foretold.log_odds);
            labels.extend_from_slice(&foretold.labels);
            tenancies.extend_from_slice(&foretold.tenancies);
        }
        Ok(Calibration::learn(&log_odds, &labels, &tenancies)?)
    }

    /// The penalty and the calibration of a model of the first `known` snapshots: by what was foretold and has come out.
    /// Where too little has, by some tenancies, learned from the others: good for that, no proof of anything. None where
    /// nothing can be told apart.
    fn tuned(&self, known: usize, ridge: Option<f64>) -> Result<Option<Tuned>, TrainError> {
        if self.kept.first(known).are_of_one_class() {
            return Ok(None);
        }
        let calibration = self.calibration(known)?;
        if let (Some(ridge), Kind::Shift | Kind::SlopeAndShift) = (ridge, calibration.kind) {
            return Ok(Some(Tuned { ridge, calibration }));
        }
        let aside = self.by_those_aside(known)?;
        Ok(Some(Tuned { ridge: ridge.unwrap_or(aside.ridge), ..aside }))
    }

    fn by_those_aside(&self, known: usize) -> Result<Tuned, TrainError> {
        let rows = self.kept.first(known);
        let (mut others, mut aside) = (Owned::default(), Owned::default());
        for ((features, label), tenancy) in rows.features.iter().zip(rows.labels).zip(self.kept.tenancies()) {
            let part = if tenancy.0 % KEPT_ASIDE == 0 { &mut aside } else { &mut others };
            part.features.push(*features);
            part.labels.push(*label);
            part.tenancies.push(tenancy.0);
        }
        if others.rows().are_of_one_class() || aside.rows().are_of_one_class() {
            return Ok(Tuned::UNTUNED);
        }
        let (best, log_odds) = chosen(others.rows(), aside.rows())?;
        let calibration = Calibration::learn(&log_odds, &aside.labels, &aside.tenancies)?;
        Ok(Tuned { ridge: best.ridge, calibration: calibration.among_all(self.kept.excess()) })
    }
}

/// What a model needs beside its rows.
struct Tuned {
    ridge: f64,
    calibration: Calibration,
}

impl Tuned {
    const UNTUNED: Tuned = Tuned { ridge: DEFAULT_RIDGE, calibration: Calibration::IDENTITY };
}

#[derive(Default)]
struct Owned {
    features: Vec<[f64; N]>,
    labels: Vec<bool>,
    tenancies: Vec<u32>,
}

impl Owned {
    fn rows(&self) -> Rows<'_> {
        Rows { features: &self.features, labels: &self.labels }
    }
}

fn features(snapshot: &Snapshot) -> Vec<&[f64; N]> {
    snapshot.members.iter().map(|member| &member.features).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::exports::records::EventKind;

    #[test]
    fn a_model_is_tried_only_on_days_after_all_that_it_learned_has_come_out() {
        let label = Label { kinds: vec![EventKind::Termination], horizon_days: 60 };
        let dates = [1, 2, 3, 4, 5, 6].map(|month| date(2026, month, 1));
        let walk = Walk::new(&dates, &label, 100);
        // 60 days after 1 February is 2 April: too late for the test of 1 April.
        assert_eq!(dates.map(|date| walk.known_on(date)), [0, 0, 0, 1, 3, 4]);
    }
}
