//! What a card says, section by section.

mod calibration;
mod data;
mod gate;
pub(super) mod groups;
mod looks;
mod purpose;
mod results;
mod rights;
mod text;
mod weekly;

use super::document::{Document, Status};
use super::told::Told;
use crate::texts::{fill, printable};

pub(super) fn document(told: &Told<'_>, plot: Option<&str>) -> Document<'static> {
    let (words, facts) = (told.words, told.facts);
    let date = told.numbers.date(facts.model.provenance().trained_on);
    Document {
        lang: &words.lang,
        heading: fill(&words.heading, &[("association", &printable(facts.association))]),
        lead: fill(&words.lead, &[("id", &printable(facts.model.id())), ("date", &date)]),
        status: status(told),
        sections: vec![
            purpose::summary(told),
            purpose::purpose(told),
            purpose::forbidden(told),
            purpose::basis(told),
            data::data(told),
            looks::looks(told),
            looks::not_looked_at(told),
            results::results(told),
            calibration::calibration(told, plot),
            results::dates(told),
            text::text(told),
            weekly::weekly(told),
            groups::groups(told),
            rights::limits(told),
            gate::gate(told),
            rights::rights(told),
            rights::versions(told),
        ]
        .into_iter()
        .filter(|section| !section.blocks.is_empty())
        .collect(),
    }
}

fn status(told: &Told<'_>) -> Status {
    let (words, facts) = (&told.words.status, told.facts);
    if !facts.verdict.promoted {
        let title = if facts.proof.is_some() { &words.refused } else { &words.untested };
        return Status { good: false, title, text: words.stays.clone() };
    }
    let text = match facts.model.promoted() {
        Some(promotion) => fill(&words.in_use, &[("date", &told.numbers.date(promotion.on))]),
        None => words.passed_unused.clone(),
    };
    Status { good: true, title: &words.passed, text }
}
