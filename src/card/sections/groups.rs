//! Whom the lists name and miss, group by group, told so that no household can be recognised.
//!
//! - A group of fewer than [`SMALL`] tenancies is shown with its size only.
//! - A count behind which fewer than [`FEWEST`] different households stand is not shown, nor a share that it could be reckoned
//!   from: of the cases, of the listed, and of those listed rightly, wrongly or missed.
//! - Where one group alone would be hidden, it could be found by subtraction: the next smallest is hidden with it.

use crate::card::document::{Block, Section};
use crate::card::told::Told;
use crate::learning::measure::{Comparison, GroupMeasures, Grouping, SMALL, Share};
use crate::texts::{fill, printable};

/// The fewest households that a count is shown of.
pub(super) const FEWEST: usize = 5;

pub(super) fn groups(told: &Told<'_>) -> Section {
    let words = &told.words.groups;
    let mut section = Section::new("groups", &words.title);
    let Some(proof) = told.facts.proof else { return section };
    let comparisons: Vec<&Comparison> = proof.groups.iter().filter(|by| !by.groups.is_empty()).collect();
    if comparisons.is_empty() {
        section.text(words.none.as_str());
        return section;
    }
    section.text(words.text.as_str());
    section.note(fill(&words.hidden, &[("n", &FEWEST.to_string()), ("small", &SMALL.to_string())]));
    for comparison in comparisons {
        let title = match comparison.by {
            Grouping::Estate => &words.estate,
            Grouping::AgeBand => &words.age_band,
            Grouping::Tenure => &words.tenure,
        };
        let shown = shown(&comparison.groups);
        section.blocks.push(Block::Heading(title.clone()));
        section.text(missed(told, &shown));
        let rows = shown.iter().map(|group| row(told, group)).collect();
        section.table(fill(&words.table, &[("by", title)]), &words.columns, 1..7, rows);
    }
    section.note(fill(&words.small, &[("n", &SMALL.to_string())]));
    section.note(words.note.as_str());
    section
}

/// A group, and what of it may be shown.
struct Shown<'a> {
    group: &'a GroupMeasures,
    positives: Count,
    selected: Count,
    /// How the positives part into listed and missed, and the listed into right and wrong.
    parted: Count,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Count {
    Shown,
    Hidden,
}

impl Shown<'_> {
    fn selection_rate(&self) -> Option<&Share> {
        self.group.selection_rate.as_ref().filter(|_| self.selected == Count::Shown)
    }

    fn precision(&self) -> Option<&Share> {
        let shown = self.selected == Count::Shown && self.parted == Count::Shown;
        self.group.precision.as_ref().filter(|_| shown)
    }

    fn missed(&self) -> Option<&Share> {
        let shown = self.positives == Count::Shown && self.parted == Count::Shown;
        self.group.false_negative_rate.as_ref().filter(|_| shown)
    }
}

fn shown(groups: &[GroupMeasures]) -> Vec<Shown<'_>> {
    let column = |count: &dyn Fn(&GroupMeasures) -> usize| {
        let judge = |group: &GroupMeasures| {
            if group.small || count(group) < FEWEST { Count::Hidden } else { Count::Shown }
        };
        let mut judged: Vec<Count> = groups.iter().map(judge).collect();
        if judged.iter().filter(|one| **one != Count::Shown).count() == 1 {
            let counts = judged.iter_mut().zip(groups).filter(|(one, _)| **one == Count::Shown);
            if let Some((next, _)) = counts.min_by_key(|(_, group)| count(group)) {
                *next = Count::Hidden;
            }
        }
        judged
    };
    let positives = column(&|group| group.tenancies.positives);
    let selected = column(&|group| group.tenancies.selected);
    let parted = column(&|group| group.tenancies.missed.min(group.tenancies.right).min(group.tenancies.wrong));
    let columns = positives.into_iter().zip(selected).zip(parted).zip(groups);
    columns.map(|(((positives, selected), parted), group)| Shown { group, positives, selected, parted }).collect()
}

fn row(told: &Told<'_>, shown: &Shown<'_>) -> Vec<String> {
    let (words, numbers, group) = (&told.words.groups, &told.numbers, shown.group);
    let count = |count: Count, number: usize| match count {
        Count::Shown => numbers.count(number as u64),
        Count::Hidden => numbers.words.hidden.clone(),
    };
    let share = |share: Option<&Share>| match share {
        None => numbers.words.hidden.clone(),
        Some(share) if share.small => fill(&numbers.words.small, &[("value", &numbers.share_cell(share))]),
        Some(share) => numbers.share_cell(share),
    };
    vec![
        group.group.as_deref().map_or_else(|| words.unknown.clone(), printable),
        numbers.count(group.n as u64),
        count(shown.positives, group.positives),
        count(shown.selected, group.selected),
        share(shown.selection_rate()),
        share(shown.precision()),
        share(shown.missed()),
    ]
}

/// Whether some group's cases are missed more often than another's, beyond what their intervals allow.
fn missed(told: &Told<'_>, shown: &[Shown<'_>]) -> String {
    let words = &told.words.groups;
    let mut known: Vec<(&GroupMeasures, &Share)> =
        shown.iter().filter_map(|one| Some((one.group, one.missed()?))).collect();
    known.sort_by(|one, other| one.1.value.total_cmp(&other.1.value));
    let (Some(least), Some(most)) = (known.first(), known.last()) else { return words.missed_unknown.clone() };
    if known.len() < 2 {
        return words.missed_unknown.clone();
    }
    if least.1.high >= most.1.low {
        return words.missed_together.clone();
    }
    let name = |group: &GroupMeasures| group.group.as_deref().map_or_else(|| words.unknown.clone(), printable);
    let (one, one_share) = (name(most.0), told.numbers.share(most.1));
    let (other, other_share) = (name(least.0), told.numbers.share(least.1));
    let values = [("one", &*one), ("one_share", &*one_share), ("other", &*other), ("other_share", &*other_share)];
    fill(&words.missed_apart, &values)
}
