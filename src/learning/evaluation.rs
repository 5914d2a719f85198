//! How a model fares on labelled history, snapshot by snapshot: what `evaluate` tells.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use super::audit::Audit;
use super::cohort::{Label, Snapshot};
use super::measure::{
    Comparison, Measures, RELIABILITY_BINS, ReliabilityBin, Resampling, Scale, SplitReport, Unequal, listed, measures,
    reliability, split_report,
};
use super::scored::Scored;
use crate::exports::read::Exports;
use crate::exports::records::FeedName;

/// What is measured on each snapshot, and how.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// What the scores claim to be.
    pub scale: Scale,
    /// The lengths of list to measure.
    pub ks: &'a [usize],
    /// The length of the list under which groups are compared.
    pub k: usize,
    /// What is looked for.
    pub label: &'a Label,
    /// Until when outcomes are known.
    pub reach: Reach,
    /// The day on which the last outcome came that the model has learned from, where it has learned from this association.
    pub learned_until: Option<Date>,
}

/// How a model fared on the snapshot of one date.
#[derive(Clone, Debug, Serialize)]
pub struct Split {
    /// The contract's figures.
    #[serde(flatten)]
    pub report: SplitReport,
    /// Whether the outcomes of the whole horizon are known.
    pub complete: bool,
    /// Whether the model has learned from outcomes after this date.
    pub seen_in_training: bool,
    /// Forecasts against what came, and the groups.
    #[serde(flatten)]
    pub details: Details,
}

/// What is told of a split beyond the contract's figures.
#[derive(Clone, Debug, Serialize)]
pub struct Details {
    /// The length of the list under which the groups are compared.
    pub k: usize,
    /// What was forecast against what came; empty for points, which forecast nothing.
    pub reliability: Vec<ReliabilityBin>,
    /// Whom the list names and whom it misses, group by group.
    pub groups: Vec<Comparison>,
}

/// How a model fared on several dates together, each with a list of its own.
#[derive(Clone, Debug, Serialize)]
pub struct Together {
    /// The figures, intervals clustered by tenancy.
    #[serde(flatten)]
    pub measures: Measures,
    /// Forecasts against what came, and the groups.
    #[serde(flatten)]
    pub details: Details,
}

/// Snapshots with a model's scores, measured one after another.
pub struct Evaluation<'a> {
    terms: Terms<'a>,
    exports: &'a Exports,
    resampling: Resampling,
    rows: Rows<'a>,
    splits: Vec<Split>,
}

impl<'a> Evaluation<'a> {
    /// An evaluation of nothing yet.
    pub fn new(terms: Terms<'a>, exports: &'a Exports) -> Evaluation<'a> {
        Evaluation { terms, exports, resampling: Resampling::default(), rows: Rows::new(exports), splits: Vec::new() }
    }

    /// Measures a snapshot; `scores` has one for each member.
    ///
    /// # Errors
    /// Where there are more or fewer scores than members.
    pub fn add(&mut self, snapshot: &Snapshot, scores: &[f64]) -> Result<(), Unequal> {
        let (terms, as_of) = (self.terms, snapshot.as_of);
        // Ties are broken by the reference, as on the night's lists.
        let references: Vec<&str> =
            snapshot.members.iter().map(|member| self.exports.references.text(member.id)).collect();
        let listed = listed(scores, &references, terms.k);
        let mut alone = Rows::new(self.exports);
        alone.add(snapshot, scores, &listed);
        let days = terms.label.horizon_days;
        let report =
            alone.scored.measured(terms.scale, terms.ks, |rows| split_report(as_of, days, rows, &self.resampling))?;
        self.splits.push(Split {
            report,
            complete: terms.reach.covers(as_of, terms.label),
            seen_in_training: terms.learned_until.is_some_and(|until| as_of < until),
            details: alone.details(&terms, &self.resampling),
        });
        self.rows.add(snapshot, scores, &listed);
        Ok(())
    }

    /// What each snapshot came to, and all of them together where there are several.
    ///
    /// # Errors
    /// None in practice: every snapshot has been measured by itself.
    pub fn finish(self) -> Result<(Vec<Split>, Option<Together>), Unequal> {
        if self.splits.len() < 2 {
            return Ok((self.splits, None));
        }
        let terms = self.terms;
        let measures = self.rows.scored.measured(terms.scale, terms.ks, |rows| measures(rows, &self.resampling))?;
        let details = self.rows.details(&terms, &self.resampling);
        Ok((self.splits, Some(Together { measures, details })))
    }
}

/// Members of one or more snapshots, as all figures are taken from them.
struct Rows<'a> {
    scored: Scored,
    audit: Audit<'a>,
}

impl Rows<'_> {
    fn new(exports: &Exports) -> Rows<'_> {
        Rows { scored: Scored::default(), audit: Audit::new(exports) }
    }

    fn add(&mut self, snapshot: &Snapshot, scores: &[f64], listed: &[bool]) {
        self.scored.add(snapshot, scores.iter().copied());
        self.audit.add(snapshot, listed);
    }

    fn details(&self, terms: &Terms<'_>, resampling: &Resampling) -> Details {
        let table = |forecasts: &[f64], labels: &[bool]| match terms.scale {
            Scale::Probability => reliability(forecasts, labels, RELIABILITY_BINS),
            Scale::Points => Vec::new(),
        };
        Details {
            k: terms.k,
            reliability: self.scored.measured(terms.scale, &[], |rows| table(rows.scores, rows.labels)),
            groups: self.audit.comparisons(resampling),
        }
    }
}

/// Until when outcomes are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The day on which the program stands.
    pub today: Date,
    /// The newest event in the exports; `None` where there is none.
    pub newest_event: Option<Date>,
    /// Whether the exports hold events beyond what was read.
    pub goes_on: bool,
}

impl Reach {
    /// How far the exports reach.
    pub fn of(exports: &Exports, today: Date) -> Reach {
        let report = exports.reports.get(&FeedName::Events);
        Reach {
            today,
            newest_event: report.and_then(|report| report.newest),
            goes_on: report.is_some_and(|report| report.skipped.contains_key("after_as_of")),
        }
    }

    /// Whether the outcomes of a snapshot's whole horizon are known. In a small association weeks go by without an event: a
    /// quarter of the horizon may, and a month at most, before the events count as exported too early.
    pub fn covers(&self, as_of: Date, label: &Label) -> bool {
        let until = label.until(as_of);
        let quiet = i64::from(label.horizon_days / 4).min(31);
        let reaches = |newest: Date| until <= newest.saturating_add(quiet.days());
        until <= self.today && (self.goes_on || self.newest_event.is_some_and(reaches))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::records::EventKind;
    use jiff::civil::date;

    #[test]
    fn outcomes_are_complete_where_the_horizon_is_over_and_the_events_go_on() {
        let label = Label { kinds: vec![EventKind::Termination], horizon_days: 180 };
        let as_of = date(2026, 5, 1); // its horizon ends on 2026-10-28
        let reach = |today, newest_event, goes_on| Reach { today, newest_event, goes_on }.covers(as_of, &label);
        let late = date(2026, 12, 1);
        assert!(reach(late, Some(date(2026, 10, 28)), false) && reach(late, Some(date(2026, 9, 27)), false));
        assert!(!reach(late, Some(date(2026, 9, 26)), false), "more than a month without an event");
        assert!(reach(late, None, true), "and yet there are some later ones");
        assert!(!reach(late, None, false) && !reach(date(2026, 10, 27), Some(date(2026, 10, 27)), true));
        let short = Label { horizon_days: 30, ..label };
        let reach = Reach { today: late, newest_event: Some(as_of), goes_on: false };
        assert!(!reach.covers(as_of, &short), "nothing of a short horizon is known");
    }
}
