//! `postkort train`

mod keep;
mod words;

use std::path::PathBuf;

use clap::Args;
use jiff::ToSpan;
use jiff::civil::Date;
use postkort::config::Config;
use postkort::exports::feeds::notes::kept_since;
use postkort::exports::records::FeedName;
use postkort::exports::report::FeedReport;
use postkort::learning::audit::Audit;
use postkort::learning::cohort::{bookings, dates, snapshot};
use postkort::learning::measure::Resampling;
use postkort::learning::proof::{Proof, Weekly};
use postkort::learning::text::WeighedTerm;
use postkort::learning::text_trial::TextReport;
use postkort::learning::train::{Task, Trained, train};
use postkort::nightly::{Gathered, Watch};
use serde::Serialize;

use super::history::{capacity, label, past, read};
use super::progress::Bars;
use super::{Ending, load, print_json, print_text};
use keep::{Kept, Training, keep, make_folder};

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
    card: PathBuf,
    promoted: bool,
    why: Vec<String>,
    snapshots: Vec<Date>,
    rows: usize,
    positives: usize,
    ridge: f64,
    tested_on: Vec<Date>,
    /// What puts it in doubt.
    warnings: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    back_test: Option<Proof>,
    /// What came of trying the words of notes, where the config asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    notes_text: Option<TextReport>,
    /// The words that the model looks at, with their weights.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    words: Vec<WeighedTerm>,
}

impl Document {
    fn of(trained: Trained, dates: &[Date], kept: Kept) -> Document {
        let Trained { learned, proof, verdict, seen, text } = trained;
        Document {
            model: kept.model,
            file: kept.file,
            card: kept.card,
            promoted: verdict.promoted,
            why: verdict.reasons.iter().map(ToString::to_string).collect(),
            snapshots: dates.to_vec(),
            rows: seen.rows,
            positives: seen.positives,
            ridge: learned.ridge,
            tested_on: proof.iter().flat_map(|proof| &proof.dates).map(|date| date.as_of).collect(),
            warnings: Vec::new(),
            back_test: proof,
            notes_text: text,
            words: kept.words,
        }
    }
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
        // As far back as the first snapshot can stand, whatever the ledger and the events will say.
        let possible = dates(as_of, &label, config.risk.labels_since.unwrap_or(Date::MIN), Date::MIN);
        let earliest = possible.first().map_or(as_of, |first| kept_since(*first));
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let mut known = runtime.block_on(read(config, earliest, as_of))?;
        if config.risk.learn_from_notes {
            known.take_terms()?;
        }
        let events = &known.exports.events;
        anyhow::ensure!(
            config.exports.contains_key(&FeedName::Events),
            "[exports.events] is missing: without events nobody knows whose tenancy was terminated; add it with from"
        );
        let since = config.risk.labels_since.or_else(|| events.iter().map(|event| event.on).min());
        let (Some(since), Some(bookings)) = (since, bookings(&known.exports)) else {
            anyhow::bail!("the events feed, or the ledger, has no row up to {as_of}: there is nothing to learn from")
        };
        let dates = dates(as_of, &label, since, bookings.0);
        let members = known.exports.references.len();
        let capacity = capacity(config, members);
        let reads_notes = known.terms.is_some();
        let task =
            Task { dates: &dates, label: &label, members, capacity, resampling: Resampling::default(), reads_notes };
        make_folder(&config.association.models)?;
        let bars = Bars::new();
        bars.stage("looking back and learning", Some(dates.len() as u64));
        let mut looked_at = 0;
        let trained = train(&task, Audit::new(&known.exports), |date| {
            looked_at += 1;
            if looked_at == dates.len() as u64 + 1 {
                bars.stage("lists week by week", None);
            }
            bars.at(looked_at);
            snapshot(past(&known), date, &label)
        });
        bars.done();
        let trained = trained?;
        let file = keep(&Training {
            config,
            as_of,
            today,
            dates: &dates,
            capacity,
            bookings,
            known: &known,
            trained: &trained,
        })?;
        Ok(Document { warnings: warnings(&known, as_of), ..Document::of(trained, &dates, file) })
    }
}

/// So many days may lie between the newest event and the day up to which outcomes are taken for known.
const QUIET_DAYS: i32 = 45;

/// What of the exports puts a training in doubt: what reading them warned of, events of tenancies that are not exported any
/// more, and events that end before outcomes are taken for known.
fn warnings(known: &Gathered, as_of: Date) -> Vec<String> {
    let reports = &known.exports.reports;
    let told = |(feed, report): (&FeedName, &FeedReport)| {
        let feed = feed.as_str();
        report.warnings.iter().map(move |warning| format!("{feed}: {warning}")).collect::<Vec<_>>()
    };
    let mut warnings: Vec<String> = reports.iter().flat_map(told).collect();
    let unknown = reports.get(&FeedName::Events).and_then(|report| report.skipped.get("unknown_tenancy")).copied();
    if let Some(unknown) = unknown.filter(|unknown| *unknown > 0) {
        warnings.push(format!(
            "{unknown} events are of tenancies that the tenancies feed does not have: where those that ended are not exported, \
             the model learns from those that stayed, and finds too little risk"
        ));
    }
    if let Some(newest) = known.exports.events.iter().map(|event| event.on).max()
        && newest.saturating_add(QUIET_DAYS.days()) < as_of
    {
        warnings.push(format!(
            "the newest event is of {newest}: if the export ends there, what came after is unknown and was taken for nothing; \
             use --as-of {newest}"
        ));
    }
    warnings
}

fn as_text(document: &Document) -> String {
    let Document {
        model,
        file,
        card,
        promoted,
        why,
        snapshots,
        rows,
        positives,
        ridge,
        tested_on,
        warnings,
        back_test,
        notes_text,
        words,
    } = document;
    let mut text = format!("{model}\n  {}\n  {}\n", file.display(), card.display());
    warnings.iter().for_each(|warning| text += &format!("  look at: {warning}\n"));
    let span = snapshots.first().zip(snapshots.last()).map(|(first, last)| format!("{first} to {last}"));
    text += &format!(
        "  learned from {} dates ({}), {rows} rows, {positives} with an event; ridge penalty {ridge}\n",
        snapshots.len(),
        span.unwrap_or_default()
    );
    match back_test {
        Some(proof) => {
            text += &format!("  tried on {} later dates:\n", tested_on.len());
            text += &super::evaluate::figures(&proof.pooled);
            text += &proof.weekly.as_ref().map(weeks).unwrap_or_default();
        }
        None => text += "  not tried: no later date\n",
    }
    text += &notes_text.as_ref().map(|report| words::lines(report, words, card)).unwrap_or_default();
    if *promoted {
        text += "  promoted: it scores from the next night on (risk.model = \"current\")\n";
    } else {
        text += "  not promoted; the model in use stays:\n";
        why.iter().for_each(|reason| text += &format!("    {reason}\n"));
    }
    text
}

/// The lists week by week, in two lines.
fn weeks(weekly: &Weekly) -> String {
    let mut text = String::new();
    let mut line = |name: &str, told: Option<String>| {
        text += &format!("    {name:<44} {}\n", told.unwrap_or("cannot be measured".to_owned()));
    };
    line(
        "weekly lists, places that stay to the next",
        weekly.stability.and_then(|stability| {
            let kept = stability.kept?;
            Some(format!("{:.4}  [{:.4} to {:.4}] over {} weeks", kept.value, kept.low, kept.high, weekly.weeks))
        }),
    );
    line(
        "days from first listing to event, the median",
        weekly.lead.and_then(|lead| {
            let (days, listed) = (lead.median?, lead.listed);
            Some(format!(
                "{:.0}  [{:.0} to {:.0}]; {:.0} % of {} were listed",
                days.value,
                days.low,
                days.high,
                100.0 * listed.value,
                listed.n
            ))
        }),
    );
    text
}
