//! The rows that are learned from: of each snapshot those whose event came, and one in so many of the others.
//!
//! Of two hundred thousand tenancies hardly one in a hundred is terminated in half a year. To drop most of the others costs
//! hardly any precision and moves the intercept alone, by a known amount: the odds among the rows kept are `one_in` times
//! those among all (Prentice & Pyke 1979; King & Zeng 2001, section 4.1). What is dropped is dropped by tenancy and date
//! alone, never by what a row says.

use jiff::civil::Date;

use super::cohort::{Member, Snapshot};
use crate::features::N;
use crate::notes::Terms;
use crate::tenancy::TenancyId;

/// So many rows without an event are enough to learn from.
const ENOUGH: usize = 100_000;

/// The rows kept of all snapshots so far, the oldest first.
#[derive(Clone, Debug)]
pub struct Kept {
    one_in: u32,
    features: Vec<[f64; N]>,
    labels: Vec<bool>,
    tenancies: Vec<TenancyId>,
    terms: Vec<Terms>,
    /// Where each snapshot's rows end.
    ends: Vec<usize>,
}

/// Some of the rows.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// Of each row.
    pub features: &'a [[f64; N]],
    /// Whether its event came.
    pub labels: &'a [bool],
    /// Whose it is.
    pub tenancies: &'a [TenancyId],
    /// The terms in the notes on it.
    pub terms: &'a [Terms],
}

impl Rows<'_> {
    /// Whether nothing can be told apart.
    pub fn are_of_one_class(&self) -> bool {
        self.labels.iter().all(|label| *label) || !self.labels.contains(&true)
    }
}

impl Kept {
    /// Nothing yet, of some `expected` rows in all.
    pub fn of_about(expected: usize) -> Kept {
        Kept {
            one_in: u32::try_from(expected.div_ceil(ENOUGH)).unwrap_or(u32::MAX).max(1),
            features: Vec::new(),
            labels: Vec::new(),
            tenancies: Vec::new(),
            terms: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// One in how many rows without an event is kept.
    pub fn one_in(&self) -> u32 {
        self.one_in
    }

    /// By how much the log-odds among the rows kept are above those among all.
    pub fn excess(&self) -> f64 {
        f64::from(self.one_in).ln()
    }

    /// Keeps of a snapshot what is learned from.
    pub fn add(&mut self, snapshot: &Snapshot) {
        for member in &snapshot.members {
            if member.event_on.is_some() || self.keeps(member, snapshot.as_of) {
                self.features.push(member.features);
                self.labels.push(member.event_on.is_some());
                self.tenancies.push(member.id);
                self.terms.push(member.terms.clone());
            }
        }
        self.ends.push(self.labels.len());
    }

    /// All rows.
    pub fn all(&self) -> Rows<'_> {
        self.first(self.ends.len())
    }

    /// The rows of the first snapshots.
    pub fn first(&self, snapshots: usize) -> Rows<'_> {
        self.between(0, self.end(snapshots))
    }

    /// The rows of one snapshot.
    pub fn only(&self, snapshot: usize) -> Rows<'_> {
        self.between(self.end(snapshot), self.end(snapshot + 1))
    }

    /// How many different tenancies there are.
    pub fn different_tenancies(&self) -> usize {
        self.tenancies.iter().collect::<std::collections::HashSet<_>>().len()
    }

    fn end(&self, snapshots: usize) -> usize {
        snapshots.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(0)
    }

    fn between(&self, from: usize, to: usize) -> Rows<'_> {
        Rows {
            features: self.features.get(from..to).unwrap_or_default(),
            labels: self.labels.get(from..to).unwrap_or_default(),
            tenancies: self.tenancies.get(from..to).unwrap_or_default(),
            terms: self.terms.get(from..to).unwrap_or_default(),
        }
    }

    /// Other tenancies on each date, spread evenly, and the same ones each time.
    fn keeps(&self, member: &Member, as_of: Date) -> bool {
        // Weyl's sequence with the golden ratio: no two dates begin alike, and no run of numbers falls into one place.
        let day = (as_of.year() as u64) << 9 | as_of.day_of_year() as u64;
        let place = (u64::from(member.id.0) + (day << 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (place >> 32).is_multiple_of(u64::from(self.one_in))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;

    use super::*;
    use crate::learning::cohort::Baselines;

    fn snapshot(month: i8) -> Snapshot {
        let member = |id| Member {
            id: TenancyId(id),
            features: [f64::from(id); N],
            event_on: (id % 50 == 0).then_some(date(2026, 12, 1)),
            baselines: Baselines::default(),
            terms: None,
        };
        Snapshot { as_of: date(2026, month, 1), members: (0..10_000).map(member).collect(), left_out: BTreeMap::new() }
    }

    #[test]
    fn of_few_rows_all_are_kept() {
        let mut kept = Kept::of_about(20_000);
        [1, 2].iter().for_each(|month| kept.add(&snapshot(*month)));
        assert_eq!((kept.one_in(), kept.excess()), (1, 0.0));
        assert_eq!(
            (kept.first(1).labels.len(), kept.only(1).labels.len(), kept.all().labels.len()),
            (10_000, 10_000, 20_000)
        );
        assert_eq!((kept.first(0).labels.len(), kept.only(2).labels.len()), (0, 0));
    }

    #[test]
    fn of_many_rows_every_event_is_kept_and_a_fair_share_of_the_others() {
        let mut kept = Kept::of_about(800_000);
        [1, 2].iter().for_each(|month| kept.add(&snapshot(*month)));
        assert_eq!(kept.one_in(), 8);
        for place in 0..2 {
            let rows = kept.only(place);
            assert_eq!(rows.labels.iter().filter(|label| **label).count(), 200);
            let others = rows.labels.len() - 200;
            assert!((1_150..1_300).contains(&others), "{others} of 9,800");
        }
        let of = |place| kept.only(place).features.iter().map(|row| row[0] as u32).collect::<Vec<_>>();
        assert_ne!(of(0), of(1), "other tenancies on each date");
    }
}
