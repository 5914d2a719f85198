//! What is kept of a training: the model, its card, and which model is the current one.

use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::civil::Date;
use postkort::card::{Card, Data, Facts, card, plot_file};
use postkort::config::Config;
use postkort::exports::records::EventKind;
use postkort::fingerprint::{hex, of_association};
use postkort::learning::text::WeighedTerm;
use postkort::learning::train::Trained;
use postkort::nightly::Gathered;
use postkort::risk::{Promotion, Provenance, TextModel, Trained as Model, make_current};
use postkort::whole_file;
use sha2::{Digest, Sha256};

/// What there is to keep.
pub struct Training<'a> {
    pub config: &'a Config,
    pub as_of: Date,
    pub today: Date,
    /// The dates of the snapshots.
    pub dates: &'a [Date],
    /// Places on a week's lists.
    pub capacity: usize,
    /// The first and the last day of the ledger.
    pub bookings: (Date, Date),
    pub known: &'a Gathered,
    pub trained: &'a Trained,
}

/// Where it was kept.
pub struct Kept {
    /// The model's id.
    pub model: String,
    pub file: PathBuf,
    /// The card to read.
    pub card: PathBuf,
    /// The words of notes that it looks at.
    pub words: Vec<WeighedTerm>,
}

/// Makes the folder of models where there is none, before anything is learned in vain.
pub fn make_folder(models: &Path) -> anyhow::Result<()> {
    let told = || {
        format!(
            "the folder {} for models cannot be made or written to; check `models` in [association]",
            models.display()
        )
    };
    std::fs::create_dir_all(models).with_context(told)?;
    tempfile::tempfile_in(models).with_context(told)?;
    Ok(())
}

/// Writes card and model, and makes the model the current one where the gate lets it: last, so that whatever fails before
/// leaves the current one as it was.
///
/// The same exports, dates and places make the same model, file and verdict again: nothing that was promoted is ever
/// overwritten by a refusal.
pub fn keep(training: &Training<'_>) -> anyhow::Result<Kept> {
    let model = training.model()?;
    let card = training.card(&model)?;
    let models: &Path = &training.config.association.models;
    let beside = |ending: &str| models.join(format!("{}{ending}", model.id()));
    let (file, html) = (beside(".json"), beside(".card.html"));
    whole_file::write(&html, card.html.as_bytes())?;
    whole_file::write(&beside(".card.md"), card.markdown.as_bytes())?;
    if let Some(plot) = &card.plot {
        whole_file::write(&models.join(plot_file(&model)), plot.as_bytes())?;
    }
    model.save(&file)?;
    if model.promoted().is_some() {
        make_current(models, &format!("{}.json", model.id()))?;
    }
    let words = model.words().map(|words| words.terms.clone()).unwrap_or_default();
    Ok(Kept { model: model.id().to_owned(), file, card: html, words })
}

impl Training<'_> {
    fn model(&self) -> anyhow::Result<Model> {
        let learned = self.trained.learned.clone();
        let newest: Vec<_> = self.trained.seen.newest.iter().collect();
        let (version, provenance) = (self.as_of.to_string(), self.provenance());
        let (design, fit) = (learned.fitted.design, learned.fitted.fit);
        let text = learned.fitted.text.as_ref().zip(self.known.terms.as_ref());
        let text = text.map(|(fit, terms)| TextModel::new(fit, terms, &self.known.lexicon));
        let calibration = learned.calibration;
        let model = Model::with_text("logistic", &version, design, &fit, calibration, provenance, &newest, text)?;
        if !self.trained.verdict.promoted {
            return Ok(model);
        }
        let why = "better than every baseline at the list's capacity, calibrated, better than a constant forecast";
        Ok(model.promoted_by(Promotion { on: self.today, by: "the gate".to_owned(), why: why.to_owned() }))
    }

    fn provenance(&self) -> Provenance {
        let (seen, risk) = (&self.trained.seen, &self.config.risk);
        Provenance {
            association: of_association(&self.config.association.name),
            data: fingerprint(self.known),
            as_of: self.dates.to_vec(),
            horizon_days: risk.horizon_days,
            labels: risk.label.iter().copied().map(EventKind::as_str).map(str::to_owned).collect(),
            rows: seen.rows,
            tenancies: seen.tenancies,
            positives: seen.positives,
            negatives_one_in: seen.one_in,
            capacity: self.capacity,
            ridge: self.trained.learned.ridge,
            trained_on: self.today,
            program: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    fn card(&self, model: &Model) -> anyhow::Result<Card> {
        let Trained { proof, verdict, seen, text, .. } = self.trained;
        let data = Data {
            reports: &self.known.exports.reports,
            first_booking: Some(self.bookings.0),
            last_booking: Some(self.bookings.1),
            left_out: &seen.left_out,
        };
        let association = &self.config.association;
        Ok(card(&Facts {
            association: &association.name,
            locale: association.locale,
            basis: &self.config.lawful_basis,
            model,
            proof: proof.as_ref(),
            tested: proof.as_ref().map_or(0, |proof| proof.dates.len()),
            verdict,
            text: text.as_ref(),
            data,
        })?)
    }
}

/// A fingerprint of what was read: the same exports give the same.
fn fingerprint(gathered: &Gathered) -> String {
    let mut digest = Sha256::new();
    let mut postings = Vec::new();
    for id in gathered.exports.references.ids() {
        digest.update(gathered.exports.references.text(id));
        gathered.exports.ledger.postings(id, &mut postings);
        for posting in &postings {
            digest.update(posting.booked_on().0.to_le_bytes());
            digest.update(posting.amount().0.to_le_bytes());
        }
    }
    for event in &gathered.exports.events {
        digest.update(event.id.0.to_le_bytes());
        digest.update(event.on.to_string());
        digest.update(event.kind.as_str());
    }
    hex(&digest.finalize(), 32)
}
