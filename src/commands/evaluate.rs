//! `postkort evaluate`

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use jiff::ToSpan;
use jiff::civil::Date;
use postkort::config::Config;
use postkort::exports::feeds::notes::kept_since;
use postkort::learning::cohort::snapshot;
use postkort::learning::measure::{EvaluateReport, Measure, Measures, Resampling, Scale, SplitReport, split_report};
use postkort::learning::scored::Scored;
use postkort::risk::Model;

use super::history::{capacity, label, past, read};
use super::{Ending, load, print_json, print_text};

#[derive(Args, Debug)]
pub struct Evaluate {
    /// The association's config file.
    config: PathBuf,
    /// A model or scorecard file. [default: the model that scores the nights]
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// The day of the snapshot; the exports may hold what came after. [default: a horizon before today]
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    as_of: Option<Date>,
    /// Lengths of list to measure. [default: the caseworkers' places a week]
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    k: Vec<usize>,
}

impl Evaluate {
    pub fn execute(self, json: bool, today: Date) -> Ending {
        let config = match load(&self.config) {
            Ok(config) => config,
            Err(ending) => return ending,
        };
        match self.report(&config, today) {
            Ok(report) if json => print_json(&report),
            Ok(report) => print_text(&as_text(&report)),
            Err(error) => Ending::Failed(error),
        }
    }

    fn report(&self, config: &Config, today: Date) -> anyhow::Result<EvaluateReport> {
        let label = label(config);
        let as_of = self.as_of.unwrap_or_else(|| today.saturating_sub(i64::from(label.horizon_days).days()));
        let chosen = match &self.model {
            Some(file) => Model::load(file)?,
            None => Model::choose(&config.risk.model, &config.association.models)?.model,
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let known = runtime.block_on(read(config, kept_since(as_of), label.until(as_of)))?;
        let cohort = snapshot(past(&known), as_of, &label);
        anyhow::ensure!(
            !cohort.members.is_empty(),
            "no tenancy ran on {as_of}: is the ledger older or newer than that?"
        );
        let ks = if self.k.is_empty() { vec![capacity(config, cohort.members.len())] } else { self.k.clone() };
        let scale = if matches!(chosen, Model::Trained(_)) { Scale::Probability } else { Scale::Points };
        let score = |features| chosen.probability(features).unwrap_or_else(|| chosen.value(features));
        let mut scored = Scored::default();
        scored.add(&cohort, cohort.members.iter().map(|member| score(&member.features)));
        let resampling = Resampling::default();
        let split = scored.measured(scale, &ks, |rows| split_report(as_of, label.horizon_days, rows, &resampling));
        Ok(EvaluateReport { model: chosen.id().to_owned(), splits: vec![split.context("the measures")?] })
    }
}

fn as_text(report: &EvaluateReport) -> String {
    let mut text = format!("{}\n", report.model);
    for split in &report.splits {
        text += &of_split(split);
    }
    text
}

fn of_split(split: &SplitReport) -> String {
    let measures = &split.measures;
    let mut text = format!(
        "  {}, {} days: {} tenancies, {} with an event\n",
        split.as_of, split.horizon_days, measures.cohort, measures.positives
    );
    text += &figures(measures);
    text
}

/// Figures with their intervals, a line each.
pub fn figures(measures: &Measures) -> String {
    let mut text = String::new();
    let mut line = |name: &str, measure: Option<Measure>| {
        let told = measure.map_or("cannot be measured".to_owned(), |one| {
            format!("{:.4}  [{:.4} to {:.4}]", one.value, one.low, one.high)
        });
        text += &format!("    {name:<44} {told}\n");
    };
    line("ROC-AUC", measures.roc_auc);
    line("PR-AUC", measures.pr_auc);
    line("Brier score", measures.brier);
    line("Brier score of a constant forecast", measures.brier_constant);
    line("calibration slope", measures.calibration.slope);
    line("calibration intercept", measures.calibration.intercept);
    for (k, precision) in &measures.precision_at {
        line(&format!("precision at {k}"), *precision);
        line(&format!("recall at {k}"), measures.recall_at.get(k).copied().flatten());
    }
    for (name, baseline) in &measures.baselines {
        line(&format!("{name}: ROC-AUC"), baseline.roc_auc);
        for (k, precision) in &baseline.precision_at {
            line(&format!("{name}: precision at {k}"), *precision);
        }
    }
    text
}
