//! `postkort train`

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use postkort::config::Config;
use postkort::exports::feeds::notes::kept_since;
use postkort::exports::records::{EventKind, FeedName};
use postkort::fingerprint::hex;
use postkort::learning::cohort::{Snapshot, dates, first_booking, snapshot};
use postkort::learning::measure::{Measures, Resampling};
use postkort::learning::train::{Trained, train};
use postkort::nightly::{Gathered, Watch};
use postkort::risk::{Promotion, Provenance, Trained as TrainedModel, make_current};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::history::{capacity, label, past, read};
use super::progress::Bars;
use super::{Ending, load, print_json, print_text};

#[derive(Args, Debug)]
pub struct Train {
    /// The association's config file.
    config: PathBuf,
    /// The day up to which outcomes are known. [default: today]
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    as_of: Option<Date>,
}

/// What came of training, as `--json` prints it.
#[derive(Serialize)]
struct Document {
    model: String,
    file: PathBuf,
    promoted: bool,
    why: Vec<String>,
    snapshots: Vec<Date>,
    rows: usize,
    positives: usize,
    ridge: f64,
    tested_on: Vec<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    back_test: Option<Measures>,
}

impl Train {
    pub fn execute(self, json: bool, today: Date) -> Ending {
        let config = match load(&self.config) {
            Ok(config) => config,
            Err(ending) => return ending,
        };
        match self.document(&config, today) {
            Ok(document) if json => print_json(&document),
            Ok(document) => print_text(&as_text(&document)),
            Err(error) => Ending::Failed(error),
        }
    }

    fn document(&self, config: &Config, today: Date) -> anyhow::Result<Document> {
        let as_of = self.as_of.unwrap_or(today);
        let label = label(config);
        let earliest = config.risk.labels_since.map_or(as_of, kept_since);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let known = runtime.block_on(read(config, earliest, as_of))?;
        let events = &known.exports.events;
        anyhow::ensure!(
            config.exports.contains_key(&FeedName::Events),
            "[exports.events] is missing: without events nobody knows whose tenancy was terminated; add it with from"
        );
        let since = config.risk.labels_since.or_else(|| events.iter().map(|event| event.on).min());
        let booked = first_booking(&known.exports);
        let (Some(since), Some(booked)) = (since, booked) else {
            anyhow::bail!("the events feed, or the ledger, has no row up to {as_of}: there is nothing to learn from")
        };
        let bars = Bars::new();
        let dates = dates(as_of, &label, since, booked);
        bars.stage("looking back", Some(dates.len() as u64));
        let take = |(done, date): (usize, &Date)| {
            bars.at(done as u64 + 1);
            snapshot(past(&known), *date, &label)
        };
        let snapshots: Vec<Snapshot> = dates.iter().enumerate().map(take).collect();
        bars.stage("learning", None);
        let cohort = snapshots.last().map_or(0, |snapshot| snapshot.members.len());
        let trained = train(&snapshots, &label, capacity(config, cohort), &Resampling::default());
        bars.done();
        kept(config, as_of, today, &snapshots, trained?, &known)
    }
}

/// Saves the model, and makes it the current one where the gate lets it.
fn kept(
    config: &Config,
    as_of: Date,
    today: Date,
    snapshots: &[Snapshot],
    trained: Trained,
    gathered: &Gathered,
) -> anyhow::Result<Document> {
    let Trained { learned, proof, tried, verdict } = trained;
    let rows: usize = snapshots.iter().map(|snapshot| snapshot.members.len()).sum();
    let positives = snapshots.iter().map(Snapshot::positives).sum();
    let provenance = Provenance {
        association: hex(&Sha256::digest(config.association.name.as_bytes()), 32),
        data: fingerprint(gathered),
        as_of: snapshots.iter().map(|snapshot| snapshot.as_of).collect(),
        horizon_days: config.risk.horizon_days,
        labels: config.risk.label.iter().copied().map(EventKind::as_str).map(str::to_owned).collect(),
        rows,
        tenancies: tenancies(snapshots),
        positives,
        ridge: learned.ridge,
        trained_on: today,
        program: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let version = as_of.to_string();
    let newest: Vec<_> = snapshots.last().iter().flat_map(|newest| &newest.members).map(|one| &one.features).collect();
    let mut model = TrainedModel::new(
        "logistic",
        &version,
        learned.design,
        &learned.fit,
        learned.calibration,
        provenance,
        &newest,
    )?;
    if verdict.promoted {
        let why = "better than every baseline at the list's capacity, calibrated, better than a constant forecast";
        model = model.promoted_by(Promotion { on: today, by: "the gate".to_owned(), why: why.to_owned() });
    }
    let name = format!("{}.json", model.id());
    let models: &Path = &config.association.models;
    std::fs::create_dir_all(models)?;
    model.save(&models.join(&name))?;
    if verdict.promoted {
        make_current(models, &name)?;
    }
    Ok(Document {
        model: model.id().to_owned(),
        file: models.join(&name),
        promoted: verdict.promoted,
        why: verdict.reasons.iter().map(ToString::to_string).collect(),
        snapshots: snapshots.iter().map(|snapshot| snapshot.as_of).collect(),
        rows,
        positives,
        ridge: learned.ridge,
        tested_on: tried.iter().filter_map(|tried| Some(snapshots.get(tried.snapshot)?.as_of)).collect(),
        back_test: proof,
    })
}

fn tenancies(snapshots: &[Snapshot]) -> usize {
    let members = snapshots.iter().flat_map(|snapshot| &snapshot.members);
    members.map(|member| member.id).collect::<std::collections::HashSet<_>>().len()
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

fn as_text(document: &Document) -> String {
    let Document { model, file, promoted, why, snapshots, rows, positives, ridge, tested_on, back_test } = document;
    let mut text = format!("{model}\n  {}\n", file.display());
    let span = snapshots.first().zip(snapshots.last()).map(|(first, last)| format!("{first} to {last}"));
    text += &format!(
        "  learned from {} dates ({}), {rows} rows, {positives} with an event; ridge penalty {ridge}\n",
        snapshots.len(),
        span.unwrap_or_default()
    );
    match back_test {
        Some(measures) => {
            text += &format!("  tried on {} later dates:\n", tested_on.len());
            text += &super::evaluate::figures(measures);
        }
        None => text += "  not tried: no later date\n",
    }
    if *promoted {
        text += "  promoted: it scores from the next night on (risk.model = \"current\")\n";
    } else {
        text += "  not promoted; the model in use stays:\n";
        why.iter().for_each(|reason| text += &format!("    {reason}\n"));
    }
    text
}
