//! The model card: what a data protection officer and a housing director read before a trained model is used.
//!
//! Values in, text out. A card is a [`Document`](document::Document) first, section by section, and is then written as one
//! HTML file and as Markdown: the two cannot say different things. The words are in `config/texts/<locale>/card.toml`.
//!
//! Groups of tenancies are shown without what could tell of a single household; [`groups`](sections::groups) has the rule.

mod document;
mod html;
mod markdown;
mod numbers;
mod plot;
mod sections;
mod told;
mod words;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::config::{LawfulBasis, Locale};
use crate::exports::records::FeedName;
use crate::exports::report::FeedReport;
use crate::learning::gate::Verdict;
use crate::learning::proof::Proof;
use crate::learning::text_trial::TextReport;
use crate::risk::Trained;
use crate::texts::TextError;
use told::Told;

/// What a card is made from.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The association's name.
    pub association: &'a str,
    /// The language of the card.
    pub locale: Locale,
    /// What the config says of the law.
    pub basis: &'a LawfulBasis,
    /// The model, with its promotion where it has one.
    pub model: &'a Trained,
    /// What the back-test came to; `None` where there was no date to test on.
    pub proof: Option<&'a Proof>,
    /// The dates that it was tested on.
    pub tested: usize,
    /// What the gate decided.
    pub verdict: &'a Verdict,
    /// What came of trying the words of notes; `None` where that was not asked for.
    pub text: Option<&'a TextReport>,
    /// What was read.
    pub data: Data<'a>,
}

/// What a model was made from, in counts.
#[derive(Clone, Copy)]
pub struct Data<'a> {
    /// What reading each feed came to. Only the counts are told.
    pub reports: &'a BTreeMap<FeedName, FeedReport>,
    /// The first day of the ledger.
    pub first_booking: Option<Date>,
    /// The last day of the ledger.
    pub last_booking: Option<Date>,
    /// Who was left out of the snapshots, by rule, summed over all dates.
    pub left_out: &'a BTreeMap<&'static str, u64>,
}

/// A model card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// One self-contained page: no script, nothing fetched.
    pub html: String,
    /// The same content. Its picture is the file that [`plot_file`] names.
    pub markdown: String,
    /// The calibration plot as an SVG file; `None` where there is nothing to plot.
    pub plot: Option<String>,
}

/// The name of a model's calibration plot, as the Markdown refers to it: it is to lie beside it.
pub fn plot_file(model: &Trained) -> String {
    format!("{}.calibration.svg", model.id())
}

/// Writes the card.
///
/// # Errors
/// [`TextError`] only where the program was built with a broken text file or template, which its tests refuse.
pub fn card(facts: &Facts<'_>) -> Result<Card, TextError> {
    let told = Told::new(facts, words::words(facts.locale)?);
    let bins = facts.proof.map_or(&[][..], |proof| &proof.reliability);
    let plot = plot::plot(bins, &told.words.calibration, &told.numbers)?;
    let document = sections::document(&told, plot.as_deref());
    Ok(Card { html: html::write(&document)?, markdown: markdown::write(&document), plot })
}
