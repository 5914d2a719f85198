//! In short, what the model is for, what it must not be used for, and on which legal basis.

use crate::card::document::{Block, Section};
use crate::card::told::Told;
use crate::config::Handover;
use crate::texts::{fill, printable};

pub(super) fn summary(told: &Told<'_>) -> Section {
    let words = &told.words.summary;
    let mut section = Section::new("summary", &words.title);
    section.text(told.fill(&words.what, &[]));
    if told.facts.proof.is_none() {
        section.text(words.no_proof.as_str());
        return section;
    }
    if let Some(lists) = told.lists() {
        let (places, hits) = (told.places(lists.places), told.numbers.count(lists.hits));
        let values = [("places", places.as_str()), ("hits", &hits)];
        section.text(match &lists.best {
            Some(best) => {
                let simple = told.numbers.count(best.hits);
                told.fill(&words.hits, &[&values[..], &[("baseline", &best.name), ("simple", &simple)]].concat())
            }
            None => told.fill(&words.hits_alone, &values),
        });
        if lists.hits < lists.places as u64 {
            section.text(told.fill(&words.missed, &[]));
        }
    }
    if let Some(top) = told.facts.proof.and_then(|proof| proof.reliability.last()) {
        let (forecast, observed) = (told.numbers.percent(top.forecast), told.numbers.share(&top.observed));
        section.text(fill(&words.holds, &[("forecast", &forecast), ("observed", &observed)]));
    }
    section
}

pub(super) fn purpose(told: &Told<'_>) -> Section {
    let mut section = Section::new("purpose", &told.words.purpose.title);
    section.text(told.words.purpose.text.as_str());
    section
}

pub(super) fn forbidden(told: &Told<'_>) -> Section {
    let mut section = Section::new("forbidden", &told.words.forbidden.title);
    section.blocks.push(Block::Items(told.words.forbidden.items.clone()));
    section
}

pub(super) fn basis(told: &Told<'_>) -> Section {
    let (words, basis) = (&told.words.basis, told.facts.basis);
    let handover = match basis.handover {
        Handover::Named => &words.named,
        Handover::Reference => &words.reference,
        Handover::Blind => &words.blind,
    };
    let unstated = if basis.handover == Handover::Blind { &words.no_statement_blind } else { &words.no_statement };
    let statement = basis.statement.as_deref().map_or_else(|| unstated.clone(), printable);
    let dpia = match basis.dpia {
        Some(day) => fill(&words.dpia_on, &[("date", &told.numbers.date(day))]),
        None => words.no_dpia.clone(),
    };
    let special = match &basis.special_categories {
        Some(statement) => fill(&words.special_in, &[("statement", &printable(statement))]),
        None => words.special_out.clone(),
    };
    let mut section = Section::new("basis", &words.title);
    section.terms(vec![
        (&words.handover, handover.clone()),
        (&words.statement, statement),
        (&words.dpia, dpia),
        (&words.special, special),
    ]);
    section.text(words.oversight.as_str());
    section
}
