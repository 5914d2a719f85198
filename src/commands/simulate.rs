//! `postkort simulate`

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use postkort::config::ReviewMode;
use postkort::nightly::Watch;
use postkort::simulate::{SimulationOptions, simulate};

use super::progress::Bars;
use super::{Ending, print_json, print_text};

#[derive(Args, Debug)]
pub struct Simulate {
    /// The folder to write to.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How many homes.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    tenancies: u32,
    /// How many months of history.
    #[arg(long, value_name = "M", default_value_t = 36)]
    months: u32,
    /// Chance: the same seed gives the same exports.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The day of the export. [default: today]
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    as_of: Option<Date>,
    /// Spoil about one ledger row in a thousand, as real exports do.
    #[arg(long)]
    quirks: bool,
}

impl Simulate {
    pub fn execute(self, json: bool, today: Date) -> Ending {
        let options = SimulationOptions {
            tenancies: self.tenancies,
            months: self.months,
            seed: self.seed,
            as_of: self.as_of.unwrap_or(today),
            review: ReviewMode::BeforeSending,
            quirks: self.quirks,
        };
        let bars = Bars::new();
        bars.stage("simulating", Some(u64::from(self.tenancies)));
        let simulated = simulate(&self.out, &options, &mut |done, _| bars.at(done));
        bars.done();
        let simulated = match simulated {
            Ok(simulated) => simulated,
            Err(error) => return Ending::Failed(error.into()),
        };
        let feeds = [
            ("tenancies", &simulated.tenancies),
            ("ledger", &simulated.ledger),
            ("events", &simulated.events),
            ("notes", &simulated.notes),
        ];
        if json {
            let feed = |(name, feed): &(&str, &postkort::simulate::SimulatedFeed)| {
                ((*name).to_owned(), serde_json::json!({"path": feed.path, "rows": feed.rows}))
            };
            let exports: serde_json::Map<String, serde_json::Value> = feeds.iter().map(feed).collect();
            return print_json(&serde_json::json!({
                "as_of": options.as_of, "seed": options.seed, "config": simulated.config, "exports": exports
            }));
        }
        let mut text = format!("Simulated exports as of {} (seed {})\n", options.as_of, options.seed);
        for (name, feed) in feeds {
            text += &format!("  {name:<10} {:>10} rows  {}\n", feed.rows, feed.path.display());
        }
        text += &format!("  config     {}\n", simulated.config.display());
        print_text(&text)
    }
}
