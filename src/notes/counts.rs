//! What a tenancy's notes come to on a date: how many told of what, how lately, on how many days and by how many people.

use jiff::civil::Date;

use super::{Category, CategorySet, NoteFinding};
use crate::calendar::Day;
use crate::exports::feeds::notes::DAYS_READ;
use crate::exports::records::AuthorId;

/// How long a note counts, in days: a year, after which what it told is no longer held against anybody.
pub const NOTE_DAYS: i32 = DAYS_READ;

/// The categories that are counted. Notes of court cases are what is to be foretold, and hints of a neglected child are
/// never scored: neither has a count, so that it cannot be used.
pub const COUNTED: [Category; 8] = [
    Category::Economy,
    Category::HousingCondition,
    Category::Absence,
    Category::Conflict,
    Category::LifeEvent,
    Category::Health,
    Category::Substance,
    Category::Protective,
];

/// So many days with a note in the year make a habit of contact, whose end can be seen.
const FEWEST_CONTACTS: u16 = 3;
/// Notes that lie closer are about one matter, and not a habit of writing that often.
const SHORTEST_GAP: f64 = 30.0;
/// More people than these are not told apart.
const MOST_AUTHORS: usize = 16;

/// How often in the last 30, 90 and 365 days, and how long ago the last time was. Who writes on the as-of date writes 0
/// days ago; day 30 is within the last 30 days, day 31 is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// In the last 30 days.
    pub in_30: u16,
    /// In the last 90 days.
    pub in_90: u16,
    /// In the last 365 days.
    pub in_365: u16,
    /// Days since the last time, where there was one in the last 365.
    pub days_since: Option<u16>,
}

impl Tally {
    fn add(&mut self, age: u16) {
        for (count, days) in [(&mut self.in_30, 30), (&mut self.in_90, 90), (&mut self.in_365, 365)] {
            *count = count.saturating_add(u16::from(age <= days));
        }
        self.days_since = Some(self.days_since.map_or(age, |last| last.min(age)));
    }
}

/// All that is known of one tenancy's notes on a date: only what had been written by then, in the last [`NOTE_DAYS`] days.
///
/// What counts of a note are its scored signals; so health and misuse are 0 unless the config states a basis for special
/// categories. A note speaks of trouble where it has a scored signal of a category in [`COUNTED`] but the protective one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoteCounts {
    /// Notes with a scored signal of each category, by the category's place in the enum.
    by_category: [Tally; 10],
    /// Notes of any kind.
    pub all: Tally,
    /// Notes that speak of trouble.
    pub troubling: Tally,
    /// Different days with a note that speaks of trouble, in the last 90 days.
    pub troubling_days_90: u16,
    /// The same in the last 365.
    pub troubling_days_365: u16,
    /// Different people who wrote a note that speaks of trouble, in the last 90 days; at most 16, and 0 where no export
    /// tells who wrote.
    pub authors_90: u16,
    /// The same in the last 365.
    pub authors_365: u16,
    /// Different days with a note of any kind, in the last 365 days.
    pub note_days: u16,
    /// Days since the first note of the last 365 days.
    pub first_days_ago: Option<u16>,
}

impl NoteCounts {
    /// The notes with a scored signal of a category; nothing for those that are not [`COUNTED`].
    pub fn of(&self, category: Category) -> Tally {
        self.by_category.get(category as usize).copied().unwrap_or_default()
    }

    /// How often a note came, in days: from the first note of the year to the last, divided by the steps from one day
    /// with a note to the next; 30 at least. Unknown with fewer than three such days.
    pub fn usual_gap(&self) -> Option<f64> {
        let (first, last) = self.first_days_ago.zip(self.all.days_since)?;
        let steps = self.note_days.checked_sub(1).filter(|_| self.note_days >= FEWEST_CONTACTS)?;
        Some((f64::from(first.saturating_sub(last)) / f64::from(steps)).max(SHORTEST_GAP))
    }

    /// Silence after earlier contact: days since the last note of any kind ÷ the usual gap between this tenancy's notes
    /// (see [`NoteCounts::usual_gap`]). 1 is as always; 3 says that the caretaker, who used to see something of this
    /// household, has written nothing for three times as long as usual. Measured by the tenancy's own habit, for most
    /// homes give no occasion to write at all, and their silence tells nothing; from three days on, for two notes
    /// are no habit; and by a gap of 30 days at least, for three visits on one leak are one matter. At most 12.1.
    pub fn silence(&self) -> Option<f64> {
        Some(f64::from(self.all.days_since?) / self.usual_gap()?)
    }
}

/// Counts one tenancy's notes as known on `as_of`, in one pass and without memory of its own, in whatever order they come.
pub fn counts<'a>(findings: impl IntoIterator<Item = &'a NoteFinding>, as_of: Date) -> NoteCounts {
    let mut counts = NoteCounts::default();
    let (mut days, mut troubling_days) = (Days::default(), Days::default());
    let mut authors = Authors::default();
    let as_of = Day::from(as_of);
    for finding in findings {
        let age = as_of.since(Day::from(finding.written_on));
        let Some(age) = u16::try_from(age).ok().filter(|age| i32::from(*age) <= NOTE_DAYS) else { continue };
        counts.all.add(age);
        counts.first_days_ago = counts.first_days_ago.max(Some(age));
        days.add(age);
        for category in COUNTED.into_iter().filter(|category| finding.scored.contains(*category)) {
            counts.by_category.get_mut(category as usize).into_iter().for_each(|tally| tally.add(age));
        }
        if is_troubling(finding.scored) {
            counts.troubling.add(age);
            troubling_days.add(age);
            authors.add(finding.author, age);
        }
    }
    counts.note_days = days.within(365);
    (counts.troubling_days_90, counts.troubling_days_365) = (troubling_days.within(90), troubling_days.within(365));
    (counts.authors_90, counts.authors_365) = (authors.within(90), authors.within(365));
    counts
}

fn is_troubling(scored: CategorySet) -> bool {
    COUNTED.into_iter().any(|category| category != Category::Protective && scored.contains(category))
}

/// A set of days, by how long ago they were: a bit for each, up to 383.
#[derive(Default)]
struct Days([u64; 6]);

impl Days {
    fn add(&mut self, age: u16) {
        self.0.get_mut(usize::from(age / 64)).into_iter().for_each(|days| *days |= 1 << (age % 64));
    }

    fn within(&self, age: u16) -> u16 {
        let inside = |(place, days): (usize, &u64)| match (usize::from(age) + 1).saturating_sub(place * 64) {
            0 => 0,
            bits @ 1..64 => (days & ((1 << bits) - 1)).count_ones() as u16,
            _ => days.count_ones() as u16,
        };
        self.0.iter().enumerate().map(inside).sum()
    }
}

/// Who wrote, and how long ago last.
#[derive(Default)]
struct Authors([Option<(AuthorId, u16)>; MOST_AUTHORS]);

impl Authors {
    fn add(&mut self, author: Option<AuthorId>, age: u16) {
        let Some(author) = author else { return };
        let free_or_own = |slot: &&mut Option<(AuthorId, u16)>| slot.is_none_or(|(known, _)| known == author);
        if let Some(slot) = self.0.iter_mut().find(free_or_own) {
            *slot = Some((author, slot.map_or(age, |(_, last)| last.min(age))));
        }
    }

    fn within(&self, age: u16) -> u16 {
        self.0.iter().flatten().filter(|(_, last)| *last <= age).count() as u16
    }
}
