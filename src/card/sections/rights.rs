//! What the model cannot, how a resident says no, how to go back to another model, and which versions this is of.

use sha2::{Digest, Sha256};

use crate::card::document::{Block, Section};
use crate::card::told::Told;
use crate::fingerprint::hex;
use crate::texts::{fill, printable};

pub(super) fn limits(told: &Told<'_>) -> Section {
    let words = &told.words.limits;
    let mut section = Section::new("limits", &words.title);
    section.blocks.push(Block::Items(words.items.iter().map(|item| told.fill(item, &[])).collect()));
    section
}

pub(super) fn rights(told: &Told<'_>) -> Section {
    let words = &told.words.rights;
    let mut section = Section::new("rights", &words.title);
    section.blocks.push(Block::Heading(words.object_title.clone()));
    section.text(words.object.as_str());
    section.blocks.push(Block::Code(words.object_command.clone()));
    section.text(words.correct.as_str());
    section.text(words.explain.as_str());
    section.blocks.push(Block::Heading(words.back_title.clone()));
    section.text(words.back.as_str());
    section.blocks.push(Block::Code("[risk]\nmodel = \"starter\"".to_owned()));
    section.text(fill(&words.back_this, &[("file", &file(told))]));
    section
}

fn file(told: &Told<'_>) -> String {
    printable(&format!("{}.json", told.facts.model.id()))
}

pub(super) fn versions(told: &Told<'_>) -> Section {
    let (words, model) = (&told.words.versions, told.facts.model);
    let provenance = model.provenance();
    let mut section = Section::new("versions", &words.title);
    section.terms(vec![
        (&words.id, printable(model.id())),
        (&words.file, file(told)),
        (&words.sha, hex(&Sha256::digest(model.text()), 32)),
        (&words.program, printable(&provenance.program)),
        (&words.trained_on, told.numbers.date(provenance.trained_on)),
        (&words.ridge, told.numbers.decimal(provenance.ridge, 0)),
        (&words.columns, told.numbers.count(model.design().columns() as u64)),
        (&words.data, printable(&provenance.data)),
        (&words.association, printable(&provenance.association)),
    ]);
    section
}
