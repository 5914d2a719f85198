//! A walk through the past: on each date a model is fitted on what had come out by then, and foretells that date.
//!
//! ```text
//!  snapshots   ──●──●──●──●──●──●──●──●──●──▶
//!  fitted on     ●  ●  ●                        their horizons end by the date foretold (the embargo)
//!  foretold                          ●
//! ```
//!
//! One snapshot is looked at whole at a time; of those behind, the rows that are learned from are kept (by whoever walks, for
//! a walk that reads notes and one that does not learn from the same rows), and what was foretold. The fits are the same that the calibration of later dates needs, so that each is made once.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::calibrate::{Calibration, Kind};
use super::cohort::{Label, Snapshot};
use super::kept::Kept;
use super::learned::{DEFAULT_RIDGE, Fitted, Learned, aside, chosen};
use super::text::{self, TextFit};
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
    /// Whether the words of notes are learned from.
    reads: bool,
    /// What was learned from words, by how many snapshots; none where these were too few.
    texts: BTreeMap<usize, Option<TextFit>>,
    /// The penalty on words, chosen on the first date on which it can be.
    text_ridge: Option<f64>,
    /// By how many snapshots they were fitted on; none where these were of one class.
    fits: BTreeMap<usize, Option<Fitted>>,
    /// What was foretold of each snapshot passed.
    foretold: Vec<Option<Foretold>>,
    /// The penalty of the models tried, chosen on the first date on which it can be; where words are read, anew once they
    /// can be learned from.
    ridge: Option<f64>,
    /// Whether it was chosen with words.
    ridge_read: bool,
}

struct Foretold {
    /// Of each member, before calibration.
    log_odds: Vec<f64>,
    labels: Vec<bool>,
    tenancies: Vec<u32>,
    /// Whether the model had learned from words.
    read: bool,
}

/// What could be foretold of a snapshot on its date.
pub struct Tried {
    /// The calibrated log-odds of its members.
    pub log_odds: Vec<f64>,
    /// Whether words of notes were among what the model had learned from.
    pub read: bool,
}

impl<'a> Walk<'a> {
    /// A walk through `dates`, the earliest first.
    pub fn new(dates: &'a [Date], label: &'a Label) -> Walk<'a> {
        Walk {
            dates,
            label,
            reads: false,
            texts: BTreeMap::new(),
            text_ridge: None,
            fits: BTreeMap::new(),
            foretold: Vec::new(),
            ridge: None,
            ridge_read: false,
        }
    }

    /// A walk that learns from the words of notes too.
    pub fn reading(dates: &'a [Date], label: &'a Label) -> Walk<'a> {
        Walk { reads: true, ..Walk::new(dates, label) }
    }

    /// How many snapshots' outcomes are all known on a date.
    fn known_on(&self, date: Date) -> usize {
        self.dates.partition_point(|snapshot| self.label.until(*snapshot) <= date)
    }

    /// Takes the next snapshot: what could be foretold of its members on its date, where it is one of those that models are
    /// tried on. `kept` has the rows of all snapshots before it.
    ///
    /// # Errors
    /// [`TrainError`]: no convergence.
    pub fn step(&mut self, kept: &Kept, snapshot: &Snapshot) -> Result<Option<Tried>, TrainError> {
        let place = self.foretold.len();
        let known = self.known_on(snapshot.as_of);
        let tried = place + MOST_TESTS >= self.dates.len();
        self.read(kept, known, false)?;
        self.choose_ridge(kept, known)?;
        let tuned = if tried { self.tuned(kept, known, self.ridge)? } else { None };
        let ridge = tuned.as_ref().map_or(self.ridge.unwrap_or(DEFAULT_RIDGE), |tuned| tuned.ridge);
        let log_odds = self.foretell(kept, known, snapshot, ridge)?;
        let read = self.text(known).is_some();
        let calibrated = log_odds.as_ref().zip(tuned).map(|(log_odds, tuned)| Tried {
            log_odds: log_odds.iter().map(|log_odds| tuned.calibration.of(*log_odds)).collect(),
            read,
        });
        self.foretold.push(log_odds.map(|log_odds| Foretold {
            log_odds,
            labels: snapshot.members.iter().map(|member| member.event_on.is_some()).collect(),
            tenancies: snapshot.members.iter().map(|member| member.id.0).collect(),
            read,
        }));
        Ok(calibrated)
    }

    /// The log-odds, before calibration, of a date's members by the newest model that the walk made of what was known then.
    pub fn ranked(&self, snapshot: &Snapshot) -> Option<Vec<f64>> {
        let known = self.known_on(snapshot.as_of);
        let (_, fitted) = self.fits.range(..=known).rev().find(|(_, fitted)| fitted.is_some())?;
        Some(fitted.as_ref()?.log_odds(snapshot))
    }

    /// The model of all snapshots, at the end of the walk.
    ///
    /// # Errors
    /// [`TrainError`]: nothing can be told apart, fewer tenancies than features, no convergence.
    pub fn learn(&mut self, kept: &Kept) -> Result<Learned, TrainError> {
        let all = kept.all();
        if !all.labels.contains(&false) {
            return Err(TrainError::NoNegative);
        }
        let known = self.dates.len();
        self.read(kept, known, true)?;
        // The penalty of the models that were tried, where there is one: calibration and proof are of their kind.
        self.choose_ridge(kept, known)?;
        let Tuned { ridge, calibration } = self.tuned(kept, known, self.ridge)?.unwrap_or(Tuned::UNTUNED);
        let fitted = Fitted::confirmed(all, kept.excess(), ridge, self.text(known))?;
        let (features, tenancies) = (fitted.design.features().count(), kept.different_tenancies());
        if tenancies < features {
            return Err(TrainError::FewTenancies { tenancies, features });
        }
        Ok(Learned { fitted, calibration, ridge })
    }

    /// Learns what words say by the first `known` snapshots, and by those known before the newest of them.
    fn read(&mut self, kept: &Kept, known: usize, confirmed: bool) -> Result<(), TrainError> {
        if !self.reads {
            return Ok(());
        }
        let newest = known.checked_sub(1).and_then(|newest| Some((newest, *self.dates.get(newest)?)));
        let earlier = newest.map_or(0, |(_, date)| self.known_on(date));
        if let Some((newest, _)) = newest.filter(|_| self.text_ridge.is_none()) {
            self.text_ridge = text::chosen_ridge(kept.first(earlier), kept.only(newest))?;
        }
        let ridge = self.text_ridge.unwrap_or(text::DEFAULT_RIDGE);
        for (snapshots, confirmed) in [(earlier, false), (known, confirmed)] {
            if confirmed || !self.texts.contains_key(&snapshots) {
                self.texts.insert(snapshots, TextFit::learn(kept.first(snapshots), ridge, confirmed)?);
            }
        }
        Ok(())
    }

    /// What words say by the first `known` snapshots, where they are learned from and were enough.
    fn text(&self, known: usize) -> Option<&TextFit> {
        self.texts.get(&known)?.as_ref()
    }

    /// The log-odds, before calibration, of a snapshot's members by a model of the first `known` snapshots.
    fn foretell(
        &mut self,
        kept: &Kept,
        known: usize,
        snapshot: &Snapshot,
        ridge: f64,
    ) -> Result<Option<Vec<f64>>, TrainError> {
        if !self.fits.contains_key(&known) {
            let rows = kept.first(known);
            let fitted = (!rows.are_of_one_class()).then(|| Fitted::to(rows, kept.excess(), ridge, self.text(known)));
            self.fits.insert(known, fitted.transpose()?);
        }
        let fitted = self.fits.get(&known).and_then(Option::as_ref);
        Ok(fitted.map(|fitted| fitted.log_odds(snapshot)))
    }

    /// Chooses the penalty where it has not been, and where it was chosen without the words that can be learned from by now.
    fn choose_ridge(&mut self, kept: &Kept, known: usize) -> Result<(), TrainError> {
        let newest = known.checked_sub(1).and_then(|newest| self.dates.get(newest));
        let reads = newest.is_some_and(|date| self.text(self.known_on(*date)).is_some());
        if self.ridge.is_none() || reads && !self.ridge_read {
            let ridge = self.ridge_for(kept, known)?;
            (self.ridge, self.ridge_read) = (ridge.or(self.ridge), reads && ridge.is_some());
        }
        Ok(())
    }

    /// The penalty with which those known before the newest of the first `known` snapshots foretell it best; none where
    /// there is no such snapshot, or nothing to be told apart.
    fn ridge_for(&self, kept: &Kept, known: usize) -> Result<Option<f64>, TrainError> {
        let Some(newest) = known.checked_sub(1) else { return Ok(None) };
        let Some(date) = self.dates.get(newest) else { return Ok(None) };
        let before = self.known_on(*date);
        let (earlier, later) = (kept.first(before), kept.only(newest));
        if earlier.are_of_one_class() || later.are_of_one_class() {
            return Ok(None);
        }
        let text = self.text(before);
        let later_features = text.map(|text| text.filled(later));
        let later_features = later_features.as_deref().unwrap_or(later.features);
        let best = chosen((&aside(earlier, text), earlier.labels), (later_features, later.labels))?.0;
        Ok(Some(best.ridge))
    }

    /// The calibration by what was foretold of the newest of the first `known` snapshots by models of the same kind, with
    /// words or without, and what came.
    fn calibration(&self, known: usize) -> Result<Calibration, TrainError> {
        let foretold = self.foretold.iter().take(known).skip(known.saturating_sub(CALIBRATED_BY)).flatten();
        let reads = self.text(known).is_some();
        let foretold = foretold.filter(|foretold| foretold.read == reads);
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
    fn tuned(&self, kept: &Kept, known: usize, ridge: Option<f64>) -> Result<Option<Tuned>, TrainError> {
        if kept.first(known).are_of_one_class() {
            return Ok(None);
        }
        let calibration = self.calibration(known)?;
        if let (Some(ridge), Kind::Shift | Kind::SlopeAndShift) = (ridge, calibration.kind) {
            return Ok(Some(Tuned { ridge, calibration }));
        }
        let aside = self.by_those_aside(kept, known)?;
        Ok(Some(Tuned { ridge: ridge.unwrap_or(aside.ridge), ..aside }))
    }

    fn by_those_aside(&self, kept: &Kept, known: usize) -> Result<Tuned, TrainError> {
        let rows = kept.first(known);
        let (mut others, mut apart) = (Owned::default(), Owned::default());
        // Of words, those kept aside have what the others say: they are one of the parts that these are dealt into.
        let features = aside(rows, self.text(known));
        for ((features, label), tenancy) in features.iter().zip(rows.labels).zip(rows.tenancies) {
            let part = if tenancy.0 % KEPT_ASIDE == 0 { &mut apart } else { &mut others };
            part.features.push(*features);
            part.labels.push(*label);
            part.tenancies.push(tenancy.0);
        }
        if others.is_of_one_class() || apart.is_of_one_class() {
            return Ok(Tuned::UNTUNED);
        }
        let (best, log_odds) = chosen((&others.features, &others.labels), (&apart.features, &apart.labels))?;
        let calibration = Calibration::learn(&log_odds, &apart.labels, &apart.tenancies)?;
        Ok(Tuned { ridge: best.ridge, calibration: calibration.among_all(kept.excess()) })
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
    fn is_of_one_class(&self) -> bool {
        self.labels.iter().all(|label| *label) || !self.labels.contains(&true)
    }
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
        let walk = Walk::new(&dates, &label);
        // 60 days after 1 February is 2 April: too late for the test of 1 April.
        assert_eq!(dates.map(|date| walk.known_on(date)), [0, 0, 0, 1, 3, 4]);
    }
}
