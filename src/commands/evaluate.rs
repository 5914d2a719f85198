//! `postkort evaluate`

mod text;

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use jiff::ToSpan;
use jiff::civil::Date;
use postkort::config::Config;
use postkort::exports::feeds::notes::kept_since;
use postkort::exports::records::FeedName;
use postkort::fingerprint::of_association;
use postkort::learning::cohort::{Label, Snapshot, bookings, snapshot};
use postkort::learning::evaluation::{Evaluation, Reach, Split, Terms, Together};
use postkort::learning::measure::Scale;
use postkort::nightly::{Gathered, Watch};
use postkort::risk::{Model, Provenance};
use serde::Serialize;

use super::history::{capacity, label, past, read, unread_births};
use super::progress::Bars;
use super::{Ending, load, print_json, print_text};

pub use text::figures;

#[derive(Args, Debug)]
pub struct Evaluate {
    /// The association's config file.
    config: PathBuf,
    /// A model or scorecard file. [default: the model that scores the nights]
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// The days of the snapshots; the exports may hold what came after. [default: a horizon before today]
    #[arg(long, value_name = "D,D", value_delimiter = ',', value_parser = super::day)]
    as_of: Vec<Date>,
    /// Lengths of list to measure; groups are compared at the first. [default: the caseworkers' places a week]
    #[arg(long, value_name = "N,N", value_delimiter = ',', value_parser = places)]
    k: Vec<usize>,
}

/// What came of it, as `--json` prints it.
#[derive(Serialize)]
struct Document {
    model: String,
    splits: Vec<Split>,
    #[serde(skip_serializing_if = "Option::is_none")]
    together: Option<Together>,
    /// What a reader has to know before trusting the figures.
    warnings: Vec<String>,
}

impl Evaluate {
    pub fn execute(self, json: bool, today: Date) -> Ending {
        let config = match load(&self.config) {
            Ok(config) => config,
            Err(ending) => return ending,
        };
        match self.document(&config, today) {
            Ok(document) if json => print_json(&document),
            Ok(document) => print_text(&text::of(&document)),
            Err(error) => Ending::Failed(error),
        }
    }

    fn document(&self, config: &Config, today: Date) -> anyhow::Result<Document> {
        anyhow::ensure!(
            config.exports.contains_key(&FeedName::Events),
            "[exports.events] is missing: without events nobody knows whose tenancy was terminated; add it with from"
        );
        let model = match &self.model {
            Some(file) => Model::load(file)?,
            None => Model::choose(&config.risk.model, &config.association.models)?.model,
        };
        let label = label(config);
        let dates = self.dates(&label, today);
        let (Some(first), Some(last)) = (dates.first(), dates.last()) else {
            anyhow::bail!("no date to stand on");
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let mut known = runtime.block_on(read(config, kept_since(*first), label.until(*last)))?;
        known.weigh(&model, config.risk.learn_from_notes)?;
        let bars = Bars::new();
        bars.stage("looking back", Some(dates.len() as u64));
        let mut done = 0..;
        let mut snapshots = dates.iter().map(|as_of| {
            bars.at(done.next().unwrap_or_default());
            taken(&known, *as_of, &label)
        });
        // One after another: of a large association, each fills a good deal of memory.
        let first = snapshots.next().context("no date to stand on")??;
        let ks = if self.k.is_empty() { vec![capacity(config, first.members.len())] } else { self.k.clone() };
        let provenance = if let Model::Trained(trained) = &model { Some(trained.provenance()) } else { None };
        let own = provenance.filter(|model| is_own(config, model));
        let terms = Terms {
            scale: if provenance.is_some() { Scale::Probability } else { Scale::Points },
            ks: &ks,
            k: ks.first().copied().unwrap_or(1),
            label: &label,
            reach: Reach::of(&known.exports, today),
            learned_until: own.and_then(learned_until),
        };
        let mut evaluation = Evaluation::new(terms, &known.exports);
        for snapshot in std::iter::once(Ok(first)).chain(snapshots) {
            let snapshot = snapshot?;
            evaluation.add(&snapshot, &scores(&model, &snapshot))?;
        }
        bars.done();
        let (splits, together) = evaluation.finish()?;
        let mut warnings: Vec<String> = splits.iter().flat_map(|split| doubts(split, &terms)).collect();
        if provenance.is_some() && own.is_none() {
            warnings
                .push("the model was trained on another association's history; each has a model of its own".to_owned());
        }
        warnings.extend(unread_births(&known.exports));
        Ok(Document { model: model.id().to_owned(), splits, together, warnings })
    }

    /// The days of the snapshots, the earliest first.
    fn dates(&self, label: &Label, today: Date) -> Vec<Date> {
        let mut dates = self.as_of.clone();
        if dates.is_empty() {
            dates.push(today.saturating_sub(i64::from(label.horizon_days).days()));
        }
        dates.sort_unstable();
        dates.dedup();
        dates
    }
}

/// A length of list.
fn places(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|places| *places > 0)
        .ok_or_else(|| "a list has a whole number of places, 1 or more".to_owned())
}

/// Takes the snapshot of a date, which must not be empty.
fn taken(known: &Gathered, as_of: Date, label: &Label) -> anyhow::Result<Snapshot> {
    let taken = snapshot(past(known), as_of, label);
    if !taken.members.is_empty() {
        return Ok(taken);
    }
    match bookings(&known.exports).map(|(first, _)| first).filter(|first| as_of < *first) {
        Some(first) => anyhow::bail!("{as_of} lies before the ledger's first row, of {first}: nothing was known then"),
        None => anyhow::bail!("no tenancy ran on {as_of} of which the ledger tells: do the exports reach that far?"),
    }
}

/// The probability of each member where the model claims one, else its points.
fn scores(model: &Model, snapshot: &Snapshot) -> Vec<f64> {
    let score = |features| model.probability(features).unwrap_or_else(|| model.value(features));
    snapshot.members.iter().map(|member| score(&member.features)).collect()
}

/// What a reader has to know before trusting the figures of a split.
fn doubts(split: &Split, terms: &Terms<'_>) -> Vec<String> {
    let (as_of, cohort) = (split.report.as_of, split.report.measures.cohort);
    let mut doubts = Vec::new();
    if !split.complete {
        let newest = terms.reach.newest_event.map(|on| format!(", the newest event read is of {on}"));
        doubts.push(format!(
            "{as_of}: outcomes are incomplete: the horizon ends on {}{}, and today is {}; what is still to come is missing \
             from all figures",
            terms.label.until(as_of),
            newest.unwrap_or_else(|| ", the exports hold no event".to_owned()),
            terms.reach.today
        ));
    }
    if let Some(until) = terms.learned_until.filter(|_| split.seen_in_training) {
        doubts.push(format!(
            "{as_of}: the model has learned from outcomes up to {until}, so it may have seen these: the figures flatter it \
             (unless these are other tenancies)"
        ));
    }
    if split.report.measures.positives == 0 {
        doubts
            .push(format!("{as_of}: no event of risk.label came within the horizon: nothing can be said of the model"));
    }
    for k in terms.ks.iter().filter(|k| **k > cohort) {
        doubts
            .push(format!("{as_of}: a list of {k} has room for all {cohort} tenancies: it says nothing of the model"));
    }
    doubts
}

/// Whether a model was trained on this association's history.
fn is_own(config: &Config, model: &Provenance) -> bool {
    model.association == of_association(&config.association.name)
}

/// The last day whose outcomes a model may have learned from.
fn learned_until(model: &Provenance) -> Option<Date> {
    model.as_of.iter().max().map(|last| last.saturating_add(i64::from(model.horizon_days).days()))
}
