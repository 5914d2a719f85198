//! Whom a list names and whom it misses, group by group.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::share::{SMALL, Share};

/// How one group of tenancies (an estate, an age band, a tenure) fares under the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupMeasures {
    /// The group; `None` gathers those of whom it is not known.
    pub group: Option<String>,
    /// Its rows.
    pub n: usize,
    /// Those whose event came.
    pub positives: usize,
    /// Those on the list.
    pub selected: usize,
    /// The share of the group that is on the list.
    pub selection_rate: Option<Share>,
    /// The share of its listed whose event came. `None` where none is listed.
    pub precision: Option<Share>,
    /// The share of its positives that the list misses. `None` where it has none.
    pub false_negative_rate: Option<Share>,
    /// Whether it has fewer than [`SMALL`] rows. Each share says so of its own rows besides: a group of 500 may have but
    /// three positives.
    pub small: bool,
}

/// A way of grouping tenancies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// By estate.
    Estate,
    /// By the age of the tenant, where the tenancies feed has birth dates.
    AgeBand,
    /// By the years since moving in.
    Tenure,
}

/// How the groups of one way of grouping fare.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The way of grouping.
    pub by: Grouping,
    /// Its groups.
    pub groups: Vec<GroupMeasures>,
}

/// Measures each group, in the order of their names, those without one last. Empty where the slices differ in length.
pub fn by_group(groups: &[Option<&str>], selected: &[bool], labels: &[bool]) -> Vec<GroupMeasures> {
    if groups.len() != selected.len() || groups.len() != labels.len() {
        return Vec::new();
    }
    let mut counts: BTreeMap<(bool, Option<&str>), Counts> = BTreeMap::new();
    for ((group, selected), label) in groups.iter().zip(selected).zip(labels) {
        let counts = counts.entry((group.is_none(), *group)).or_default();
        counts.rows += 1;
        counts.positives += usize::from(*label);
        counts.selected += usize::from(*selected);
        counts.both += usize::from(*selected && *label);
    }
    counts.into_iter().map(|((_, group), counts)| counts.measures(group)).collect()
}

#[derive(Default)]
struct Counts {
    rows: usize,
    positives: usize,
    selected: usize,
    both: usize,
}

impl Counts {
    fn measures(self, group: Option<&str>) -> GroupMeasures {
        GroupMeasures {
            group: group.map(str::to_owned),
            n: self.rows,
            positives: self.positives,
            selected: self.selected,
            selection_rate: Share::of(self.selected, self.rows),
            precision: Share::of(self.both, self.selected),
            false_negative_rate: Share::of(self.positives - self.both, self.positives),
            small: self.rows < SMALL,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_is_measured_by_itself_and_the_unknown_come_last() {
        let mut rows: Vec<(Option<&str>, bool, bool)> = vec![(Some("south"), false, false); 30];
        rows.extend([(Some("south"), true, true), (Some("south"), true, false), (Some("south"), false, true)]);
        rows.extend([(None, true, true), (Some("north"), false, false)]);
        let groups: Vec<_> = rows.iter().map(|row| row.0).collect();
        let selected: Vec<_> = rows.iter().map(|row| row.1).collect();
        let labels: Vec<_> = rows.iter().map(|row| row.2).collect();
        let found = by_group(&groups, &selected, &labels);
        let names: Vec<_> = found.iter().map(|group| group.group.as_deref()).collect();
        assert_eq!(names, [Some("north"), Some("south"), None]);
        let south = &found[1];
        assert_eq!((south.n, south.positives, south.selected, south.small), (33, 2, 2, false));
        assert_eq!(south.selection_rate.unwrap().value, 2.0 / 33.0);
        assert_eq!(south.precision.unwrap().value, 0.5);
        assert_eq!(south.false_negative_rate.unwrap().value, 0.5);
        assert!(south.false_negative_rate.unwrap().small && !south.selection_rate.unwrap().small);
        assert!(found[0].small && found[0].precision.is_none() && found[0].false_negative_rate.is_none());
        assert_eq!(found.iter().map(|group| group.n).sum::<usize>(), rows.len());
    }

    #[test]
    fn slices_that_do_not_belong_together_are_not_measured() {
        assert!(by_group(&[None], &[true, false], &[true]).is_empty());
    }
}
