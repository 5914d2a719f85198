//! The fairness audit: whom the lists name and whom they miss, by estate, by age and by tenure.
//!
//! None of the three is a feature, yet a list can fall on one group more than on another by way of what is. The age is read
//! for this alone, and nothing of it is kept but counts of groups.

use std::collections::BTreeMap;

use super::cohort::{Member, Snapshot};
use super::measure::{Comparison, GroupedRow, Grouping, Resampling, by_group};
use crate::calendar::whole_years;
use crate::exports::read::Exports;

/// The bands of age, by the age with which each begins.
const AGE_BANDS: [(&str, i16); 5] = [("18-24", 18), ("25-34", 25), ("35-49", 35), ("50-64", 50), ("65+", 65)];
/// The bands of tenure, by the whole years since moving in with which each begins.
const TENURES: [(&str, i16); 4] = [("0-1", 0), ("1-3", 1), ("3-10", 3), ("10+", 10)];

/// The members of one or more snapshots, each with its groups and whether the list names it.
pub struct Audit<'a> {
    exports: &'a Exports,
    rows: Vec<Row>,
}

/// A member, in a dozen bytes: a back-test has millions of them.
#[derive(Clone, Copy)]
struct Row {
    tenancy: u32,
    /// The place of its band, where it has one.
    age: Option<u8>,
    tenure: Option<u8>,
    selected: bool,
    label: bool,
}

impl<'a> Audit<'a> {
    /// An audit of nobody yet. Estates and dates of moving in come from the exports, and ages where
    /// [`Births`](crate::exports::births::Births) have been read into them.
    pub fn new(exports: &'a Exports) -> Audit<'a> {
        Audit { exports, rows: Vec::new() }
    }

    /// Another one of the same exports, of nobody yet.
    pub fn another(&self) -> Audit<'a> {
        Audit::new(self.exports)
    }

    /// Adds a snapshot; `selected` says of each of its members, in their order, whether the list names it. Who is not told of
    /// is not on the list.
    pub fn add(&mut self, snapshot: &Snapshot, selected: &[bool]) {
        let selected = selected.iter().copied().chain(std::iter::repeat(false));
        let row = |(member, selected): (&Member, bool)| {
            let tenancy = self.exports.tenancies.get(member.id.index());
            Row {
                tenancy: member.id.0,
                age: self.exports.births.age(member.id, snapshot.as_of).and_then(|age| band(&AGE_BANDS, age)),
                tenure: tenancy.and_then(|one| band(&TENURES, whole_years(one.moved_in, snapshot.as_of))),
                selected,
                label: member.event_on.is_some(),
            }
        };
        self.rows.extend(snapshot.members.iter().zip(selected).map(row));
    }

    /// Compares the groups of each way of grouping, in the order of estates' names and of bands; those who are in none come
    /// last. Ways of grouping by which nobody is in a group are left out. See [`by_group`] for the intervals.
    pub fn comparisons(&self, resampling: &Resampling) -> Vec<Comparison> {
        let estates = self.estates();
        let estate_of = |row: &Row| {
            let tenancy = self.exports.tenancies.get(row.tenancy as usize)?;
            estates.get(tenancy.estate.as_ref()).copied()
        };
        let estates: Vec<&str> = estates.keys().copied().collect();
        let compared = [
            self.compare(Grouping::Estate, &estates, estate_of, resampling),
            self.compare(Grouping::AgeBand, &AGE_BANDS.map(|(name, _)| name), |row| row.age.map(u32::from), resampling),
            self.compare(Grouping::Tenure, &TENURES.map(|(name, _)| name), |row| row.tenure.map(u32::from), resampling),
        ];
        compared.into_iter().flatten().collect()
    }

    /// The estates by name, each with its place in their order.
    fn estates(&self) -> BTreeMap<&str, u32> {
        let mut places: BTreeMap<&str, u32> =
            self.exports.tenancies.iter().map(|tenancy| (tenancy.estate.as_ref(), 0)).collect();
        places.values_mut().zip(0..).for_each(|(place, at)| *place = at);
        places
    }

    fn compare(
        &self,
        by: Grouping,
        names: &[&str],
        group_of: impl Fn(&Row) -> Option<u32>,
        resampling: &Resampling,
    ) -> Option<Comparison> {
        let unknown = names.len() as u32;
        let mut known = false;
        let row = |row: &Row| {
            let group = group_of(row);
            known |= group.is_some();
            GroupedRow {
                cluster: row.tenancy,
                group: group.unwrap_or(unknown),
                selected: row.selected,
                label: row.label,
            }
        };
        let rows: Vec<GroupedRow> = self.rows.iter().map(row).collect();
        let names: Vec<Option<&str>> = names.iter().copied().map(Some).chain([None]).collect();
        known.then(|| Comparison { by, groups: by_group(&names, rows, resampling) })
    }
}

/// The place of the band that a number of years lies in. `None` before the first.
fn band(bands: &[(&str, i16)], years: i16) -> Option<u8> {
    let begun = bands.iter().take_while(|(_, from)| *from <= years).count();
    u8::try_from(begun.checked_sub(1)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_begins_with_its_first_year() {
        let age = |years| band(&AGE_BANDS, years).map(|at| AGE_BANDS[usize::from(at)].0);
        assert_eq!(
            [17, 18, 24, 25, 64, 65, 110].map(age).map(Option::unwrap_or_default),
            ["", "18-24", "18-24", "25-34", "50-64", "65+", "65+"]
        );
        let tenure = |years| band(&TENURES, years).map(|at| TENURES[usize::from(at)].0);
        assert_eq!(
            [-1, 0, 1, 2, 3, 9, 10].map(tenure).map(Option::unwrap_or_default),
            ["", "0-1", "1-3", "1-3", "3-10", "3-10", "10+"]
        );
    }
}
