//! What caretakers noticed: of what they wrote, how often and how lately; never a word of what.

use super::Says;
use crate::features::Family;
use crate::notes::{Category, Tally};
use crate::risk::shares::{Share, Topic};
use crate::risk::texts::{Forms, Notes};
use crate::texts::{fill, join};

/// So many usual gaps without a note are a silence worth telling.
const SILENT: f64 = 2.0;
/// More kinds of signs than these are told by their names alone: with how often and in how long each, nobody would read
/// the sentence to its end.
const MOST_COUNTED: usize = 2;
/// Days of a month.
const MONTH: f64 = 365.0 / 12.0;

/// How often something was noted, in the window that tells most of it: the shortest that holds more than half of what the
/// year holds. Of three notes, two of them lately, it is told that there were two in 30 days; of three notes all through
/// the year, that there were three in a year.
struct Often<'t> {
    count: usize,
    span: &'t Forms,
}

impl Says<'_> {
    /// What the words of notes resemble, as a whole: none of them is ever told.
    pub(super) fn resembles(&self, raises: bool) -> Option<String> {
        let (words, value) = (&self.texts.words.notes, self.history.notes_text);
        match raises {
            true if value > 0.0 => Some(words.resemble_trouble.clone()),
            false if value < 0.0 => Some(words.resemble_calm.clone()),
            _ => None,
        }
    }

    /// What caretakers noticed that speaks for a card, the weightiest kind first: `tegn på fravær to gange på 30 dage og på
    /// uro én gang i det seneste år`; and whether several saw something.
    pub(super) fn noticed(&self, share: &Share) -> Option<String> {
        let words = &self.texts.words.notes;
        let mut signs: Vec<(&str, Tally)> = Vec::new();
        for (topic, tally) in std::iter::once(&share.topic).chain(&share.with).filter_map(|topic| self.sign(*topic)) {
            // Illness and misuse have one name, which tells neither.
            if !signs.iter().any(|(told, _)| *told == topic) {
                signs.push((topic, tally));
            }
        }
        let seen_often = share.also(Family::NotesTrouble) || share.topic == Topic::Of(Family::NotesTrouble);
        if signs.is_empty() {
            return if seen_often { self.troubled_days() } else { None };
        }
        let noticed = if signs.len() > MOST_COUNTED { self.named(&signs) } else { self.counted_signs(&signs) };
        let authors = usize::from(self.history.notes.authors_365);
        if seen_often && authors > 1 {
            let authors = self.texts.number(authors);
            return Some(fill(&words.by_several, &[("noticed", &noticed), ("count", &authors)]));
        }
        Some(noticed)
    }

    /// The words for a topic, and how often it was noted; none where it was not.
    fn sign(&self, topic: Topic) -> Option<(&str, Tally)> {
        let words = &self.texts.words.notes;
        let Topic::Of(family) = topic else { return None };
        let (category, topic) = match family {
            Family::NotesEconomy => (Category::Economy, &words.economy),
            Family::NotesHousing => (Category::HousingCondition, &words.housing_condition),
            Family::NotesAbsence => (Category::Absence, &words.absence),
            Family::NotesConflict => (Category::Conflict, &words.conflict),
            Family::NotesLifeEvent => (Category::LifeEvent, &words.life_event),
            Family::NotesHealth => (Category::Health, &words.special),
            Family::NotesSubstance => (Category::Substance, &words.special),
            _ => return None,
        };
        Some((topic.as_str(), self.history.notes.of(category))).filter(|(_, tally)| tally.in_365 > 0)
    }

    /// Signs in a row, each with how often in how long; with one span at the end where it is that of all.
    fn counted_signs(&self, signs: &[(&str, Tally)]) -> String {
        let words = &self.texts.words.notes;
        let often: Vec<(&str, Often<'_>)> =
            signs.iter().filter_map(|(topic, tally)| Some((*topic, often(*tally, words)?))).collect();
        let most = often.iter().map(|(_, often)| often.count).max().unwrap_or_default();
        let common = often.first().map(|(_, often)| often.span);
        let common = common.filter(|span| often.iter().all(|(_, often)| std::ptr::eq(often.span, *span)));
        let sign = |(place, (topic, often)): (usize, &(&str, Often<'_>))| {
            let template = if place == 0 { &words.first } else { &words.next };
            let sign = format!("{} {}", fill(template, &[("topic", topic)]), self.times(often.count));
            if common.is_some() { sign } else { format!("{sign} {}", often.span.of(often.count)) }
        };
        let listed = join(&often.iter().enumerate().map(sign).collect::<Vec<_>>(), &words.and);
        let signs = common.map(|span| format!("{listed} {}", span.of(most))).unwrap_or(listed);
        fill(&words.noticed, &[("signs", &signs)])
    }

    /// Signs by their names, in the shortest window in which each of them was noted.
    fn named(&self, signs: &[(&str, Tally)]) -> String {
        let words = &self.texts.words.notes;
        let all = |count: fn(&Tally) -> u16| signs.iter().all(|(_, tally)| count(tally) > 0);
        let span = match (all(|tally| tally.in_30), all(|tally| tally.in_90)) {
            (true, _) => &words.month,
            (_, true) => &words.quarter,
            _ => &words.year,
        };
        let topics: Vec<String> = signs.iter().map(|(topic, _)| (*topic).to_owned()).collect();
        fill(&words.noticed_many, &[("topics", &join(&topics, &words.and)), ("span", &span.one)])
    }

    fn times(&self, count: usize) -> String {
        let words = &self.texts.words.notes;
        if count == 2 { words.twice.clone() } else { self.texts.counted(&words.times, count, &[]) }
    }

    /// On how many days something was noted, where no kind of it is told.
    fn troubled_days(&self) -> Option<String> {
        let (words, notes) = (&self.texts.words.notes, &self.history.notes);
        let (lately, all) = (notes.troubling_days_90, notes.troubling_days_365);
        let (count, span) = if lately * 2 > all { (lately, &words.quarter) } else { (all, &words.year) };
        (count > 0).then(|| self.texts.counted(&words.days, usize::from(count), &[("span", &span.one)]))
    }

    pub(super) fn going_well(&self) -> Option<String> {
        let words = &self.texts.words.notes;
        let Often { count, span } = often(self.history.notes.of(Category::Protective), words)?;
        Some(fill(&words.protective, &[("times", &self.times(count)), ("span", span.of(count))]))
    }

    /// That nothing has been written for long, where something used to be.
    pub(super) fn silence(&self, raises: bool) -> Option<String> {
        let notes = &self.history.notes;
        let (silence, gap) = notes.silence().zip(notes.usual_gap())?;
        let last = self.history.as_of.plus(-i32::from(notes.all.days_since?));
        let months = (gap / MONTH).round().clamp(1.0, 12.0) as usize;
        let date = self.date(last);
        (raises && silence >= SILENT)
            .then(|| self.texts.counted(&self.texts.words.notes.silence, months, &[("date", &date)]))
    }
}

fn often(tally: Tally, words: &Notes) -> Option<Often<'_>> {
    let windows = [(tally.in_30, &words.month), (tally.in_90, &words.quarter), (tally.in_365, &words.year)];
    let most = |(count, _): &(u16, &Forms)| u32::from(*count) * 2 > u32::from(tally.in_365);
    windows.into_iter().find(most).map(|(count, span)| Often { count: usize::from(count), span })
}
