//! Reminders, demands, plans kept and broken, and what caretakers noticed.

use super::Says;
use crate::exports::records::EventKind;
use crate::features::Family;
use crate::history::plan_kept;
use crate::money::Ore;
use crate::risk::shares::{Share, Topic};
use crate::risk::texts::Forms;
use crate::texts::{fill, join};

/// Reminders and demands that are older than this are told as what has ended.
const LONG_SINCE_DEMAND: usize = 6;

impl Says<'_> {
    pub(super) fn demands(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.demands;
        let kinds = [(EventKind::Demand, &words.demand), (EventKind::Reminder, &words.reminder)];
        if raises {
            return kinds.into_iter().find_map(|(kind, forms)| self.sent(kind, forms)).or_else(|| self.fees());
        }
        if self.feature("fees_12").is_some_and(|fees| fees > 0.0) {
            return None;
        }
        let last = kinds.into_iter().filter_map(|(kind, _)| self.history.last(kind)).max();
        match last.filter(|on| *on > self.history.months_ago(24)) {
            None => self.knows(self.history.months_ago(24)).then(|| words.none.clone()),
            Some(on) if on <= self.history.months_ago(LONG_SINCE_DEMAND) => {
                Some(fill(&words.none_since, &[("date", &self.date(on))]))
            }
            Some(_) => None,
        }
    }

    /// How many were sent in the last year; in the last two, where there was none in the last.
    fn sent(&self, kind: EventKind, forms: &Forms) -> Option<String> {
        let spans = &self.texts.words.spans;
        let (count, span) = match (self.history.count(kind, 12), self.history.count(kind, 24)) {
            (0, 0) => return None,
            (0, count) => (count, &spans.two_years),
            (count, _) => (count, &spans.year),
        };
        let last = self.date(self.history.last(kind)?);
        Some(self.texts.counted(forms, count, &[("date", &last), ("span", span)]))
    }

    /// Fees for reminders, where no event tells of one.
    fn fees(&self) -> Option<String> {
        let fees = self.feature("fees_12").filter(|fees| *fees > 0.0)?;
        let amount = self.amount(Ore((fees * 100.0).round() as i64));
        Some(fill(&self.texts.words.demands.fees, &[("amount", &amount)]))
    }

    pub(super) fn plans(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.plans;
        let recently = |kind| self.history.last(kind).filter(|on| *on > self.history.months_ago(24));
        let (broken, completed) = (recently(EventKind::PlanBroken), recently(EventKind::PlanCompleted));
        let active = self.history.case.plan_since;
        let (template, on) = if raises {
            match broken {
                Some(broken) => (&words.broken, broken),
                None => (&words.active, active?),
            }
        } else if plan_kept(self.history) {
            (&words.kept, active?)
        } else {
            // A plan that was broken later says more than one that was completed before.
            (&words.completed, completed.filter(|on| broken.is_none_or(|broken| broken < *on))?)
        };
        Some(fill(template, &[("date", &self.date(on))]))
    }

    /// What caretakers noticed that speaks for a card, the weightiest kind first: `om fravær (to noter) og økonomi (en
    /// note)`.
    pub(super) fn noticed(&self, share: &Share) -> Option<String> {
        let (words, counts) = (&self.texts.words.notes, &self.history.notes);
        let topic = |topic: &Topic| {
            let (forms, count) = match topic {
                Topic::Of(Family::NotesEconomy) => (&words.economy, counts.economy),
                Topic::Of(Family::NotesHousing) => (&words.housing_condition, counts.housing_condition),
                Topic::Of(Family::NotesAbsence) => (&words.absence, counts.absence),
                Topic::Of(Family::NotesConflict) => (&words.conflict, counts.conflict),
                Topic::Of(Family::NotesLifeEvent) => (&words.life_event, counts.life_event),
                _ => return None,
            };
            (count > 0).then(|| self.texts.counted(forms, usize::from(count), &[]))
        };
        let topics: Vec<String> = std::iter::once(&share.topic).chain(&share.with).filter_map(topic).collect();
        (!topics.is_empty()).then(|| fill(&words.troubling, &[("topics", &join(&topics, &words.and))]))
    }

    /// What the words of notes resemble, as a whole: none of them is ever told.
    pub(super) fn resembles(&self, raises: bool) -> Option<String> {
        let (words, value) = (&self.texts.words.notes, self.history.notes_text);
        match raises {
            true if value > 0.0 => Some(words.resemble_trouble.clone()),
            false if value < 0.0 => Some(words.resemble_calm.clone()),
            _ => None,
        }
    }

    pub(super) fn going_well(&self) -> Option<String> {
        let count = usize::from(self.history.notes.protective);
        (count > 0).then(|| self.texts.counted(&self.texts.words.notes.protective, count, &[]))
    }
}
