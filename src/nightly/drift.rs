//! How far the tenancies have moved since the model that scores was trained, and when a person is called for it.
//!
//! Like is compared with like: tenancies of the kind that was learned from, as they stood on the last day that has the day of
//! the month of the training snapshots. What is overdue on the 3rd is paid by the 24th; a night that compared its own date with
//! another day of the month would call every month, and mean nothing by it. So all nights until the next such day tell the
//! same of it, and a wrong export, which changes the past as well, is seen the night it comes.
//!
//! A person is called once for each such day, and not every night: a month later again, if it lasts.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use rayon::prelude::*;
use serde::Serialize;

use super::NightError;
use super::gather::Gathered;
use super::summary::RunSummary;
use crate::calendar::Day;
use crate::config::Config;
use crate::exports::records::{Posting, Tenancy};
use crate::features;
use crate::history::{HistoryBuilder, Known, Lease};
use crate::learning::measure::PSI_WATCH;
use crate::notes::{counts, of_tenancy};
use crate::risk::{Model, Tally, Trained};
use crate::store::Store;

/// Tenancies that are looked at, about: enough for a share to be right within one in a hundred, and no burden on the night.
const LOOKED_AT: usize = 5_000;
/// Tenancies that one thread takes at a time.
const BLOCK: usize = 256;
/// So many features are named when a person is called.
const MOST_NAMED: usize = 5;

/// How far the tenancies have moved since training.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drift {
    /// The day on which they were compared: the last with the day of the month of the training snapshots.
    pub as_of: Date,
    /// Tenancies looked at.
    pub tenancies: u64,
    /// The population stability index of the score (see [`crate::risk::Reference`] for what is left aside of it).
    pub score: f64,
    /// What that index passes one time in twenty though nothing moved: with few tenancies, a lot.
    pub chance: f64,
    /// The index of each feature that is worth a look, by its name.
    pub features: BTreeMap<&'static str, f64>,
    /// `risk.drift_limit`
    pub limit: f64,
    /// Whether the score is over the limit, and over chance.
    pub over_limit: bool,
}

impl Drift {
    /// The features worth a look, the one that moved furthest first: `arrears_dkk 0.41, late_6 0.12`.
    pub fn moved(&self) -> String {
        let mut features: Vec<_> = self.features.iter().collect();
        features.sort_by(|one, other| other.1.total_cmp(one.1));
        let named = features.iter().take(MOST_NAMED).map(|(name, psi)| format!("{name} {psi:.2}"));
        let named = named.collect::<Vec<_>>().join(", ");
        let more = features.len().saturating_sub(MOST_NAMED);
        if more > 0 { format!("{named} and {more} more") } else { named }
    }

    /// In one line, for the report.
    pub fn in_words(&self) -> String {
        let Drift { score, limit, as_of, .. } = self;
        let over = if self.over_limit { ", over the limit" } else { "" };
        let moved = self.moved();
        let features = if moved.is_empty() { moved } else { format!("; features that moved: {moved}") };
        format!("{score:>9.2} of {limit}{over}, since training, as of {as_of}{features}")
    }

    fn call(&self) -> String {
        let moved = match self.moved() {
            none if none.is_empty() => "no feature stands out".to_owned(),
            moved => format!("most of all {moved}"),
        };
        format!(
            "the tenancies' scores are no longer spread as when the model was trained (index {:.2}, the limit is {}; {moved}). \
             First look whether the exports are as they were: amounts, signs, kinds, whole months (`postkort check CONFIG`). \
             Where they are, households pay otherwise than then: train anew (`postkort train CONFIG`)",
            self.score, self.limit
        )
    }
}

/// Tells how far the tenancies have moved since the model was trained; nothing of the starter scorecard, which learned from
/// nobody.
///
/// # Errors
/// [`NightError::Store`].
pub fn tell(
    config: &Config,
    store: &Store,
    known: &Gathered,
    model: &Model,
    as_of: Date,
    run: &mut RunSummary,
) -> Result<(), NightError> {
    let Model::Trained(trained) = model else { return Ok(()) };
    run.drift = since_training(known, trained, config.risk.drift_limit, as_of);
    if let Some(drift) = run.drift.as_ref().filter(|drift| drift.over_limit)
        && !store.drift_told_before(as_of, trained.id(), drift.as_of)?
    {
        run.call(drift.call());
    }
    Ok(())
}

/// How far a sample of the tenancies has moved; none where there is nobody to compare.
fn since_training(known: &Gathered, model: &Trained, limit: f64, as_of: Date) -> Option<Drift> {
    let day = comparable(model.provenance().as_of.last().copied()?, as_of);
    let step = known.exports.tenancies.len().div_ceil(LOOKED_AT).max(1) as u64;
    let sample: Vec<&Tenancy> = known
        .exports
        .tenancies
        .iter()
        .filter(|tenancy| mixed(tenancy.reference.as_str()).is_multiple_of(step))
        .collect();
    let counted = |block: &[&Tenancy]| tallied(known, model, block, day);
    let tally = sample.par_chunks(BLOCK).map(counted).reduce(|| Tally::of(model), Tally::and);
    let score = tally.score()?;
    let features = tally.features().filter(|(_, shift)| shift.is_over(PSI_WATCH));
    Some(Drift {
        as_of: day,
        tenancies: tally.rows(),
        score: score.psi,
        chance: score.chance,
        features: features.map(|(name, shift)| (name, shift.psi)).collect(),
        limit,
        over_limit: score.is_over(limit),
    })
}

/// The last day up to `as_of` that has the day of the month of a snapshot; the month's last where it is shorter.
fn comparable(snapshot: Date, as_of: Date) -> Date {
    let months_of = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
    let months = months_of(as_of) - months_of(snapshot);
    let this_month = snapshot.saturating_add(months.months());
    if this_month <= as_of { this_month } else { snapshot.saturating_add((months - 1).months()) }
}

/// Counts those of a block who ran on the day, in the way of a training snapshot
/// ([`cohort`](crate::learning::cohort)): the same tenancies left out, the same of each known.
fn tallied<'m>(known: &Gathered, model: &'m Trained, block: &[&Tenancy], day: Date) -> Tally<'m> {
    let mut tally = Tally::of(model);
    let (mut builder, mut postings, mut vector) = (HistoryBuilder::new(), Vec::<Posting>::new(), [0.0; features::N]);
    for tenancy in block {
        let id = tenancy.id;
        let runs = tenancy.moved_in <= day && tenancy.moved_out.is_none_or(|last| last > day);
        if !runs || known.exports.incomplete.contains(&id) {
            continue;
        }
        known.exports.ledger.postings(id, &mut postings);
        let lease = Lease { moved_in: tenancy.moved_in, monthly_rent: None };
        let notes = counts(of_tenancy(&known.notes, id), day);
        let facts = Known {
            postings: &postings,
            events: known.exports.events_of(id),
            lease: Some(lease),
            notes,
            notes_text: known.weighed_on(id, day),
        };
        let history = builder.build(Day::from(day), &facts);
        if history.first_entry.is_some() && !history.case.is_at_termination_or_court() {
            features::vector(history, &mut vector);
            tally.count(&vector);
        }
    }
    tally
}

/// A number of a reference that tells nothing of it (FNV-1a, 64 bits): the same households are looked at every night, however
/// the export is sorted.
fn mixed(reference: &str) -> u64 {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = reference.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn nights_are_compared_with_the_day_of_the_month_that_was_learned_from() {
        let snapshot = date(2026, 1, 31);
        for (as_of, expected) in [
            (date(2026, 1, 31), snapshot),
            (date(2026, 2, 27), snapshot),
            (date(2026, 2, 28), date(2026, 2, 28)),
            (date(2026, 3, 30), date(2026, 2, 28)),
            (date(2027, 1, 1), date(2026, 12, 31)),
            (date(2025, 12, 30), date(2025, 11, 30)),
        ] {
            assert_eq!(comparable(snapshot, as_of), expected, "{as_of}");
        }
    }

    #[test]
    fn a_sample_is_spread_over_references_that_differ_in_their_last_digits_only() {
        let sampled = (0..100_000).filter(|number| mixed(&format!("009-01-{number:06}-01")).is_multiple_of(20)).count();
        assert!((4_500..5_500).contains(&sampled), "{sampled}");
    }

    #[test]
    fn what_moved_furthest_is_named_first_and_not_everything() {
        let features = [
            ("late_3", 0.2),
            ("late_6", 0.9),
            ("late_12", 0.3),
            ("rent_dkk", 0.11),
            ("fees_12", 0.4),
            ("late_24", 0.5),
        ];
        let drift = Drift {
            as_of: date(2026, 10, 24),
            tenancies: 5_000,
            score: 0.31,
            chance: 0.003,
            features: features.into(),
            limit: 0.25,
            over_limit: true,
        };
        assert_eq!(drift.moved(), "late_6 0.90, late_24 0.50, fees_12 0.40, late_12 0.30, late_3 0.20 and 1 more");
        assert!(drift.call().contains("(index 0.31, the limit is 0.25; most of all late_6 0.90"), "{}", drift.call());
    }
}
