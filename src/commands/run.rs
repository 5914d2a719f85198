//! `postkort run`

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use postkort::config::Config;
use postkort::nightly::{self, NightOptions, RunDocument, RunSummary, Status};

use super::progress::Bars;
use super::{Ending, print_json, today};

#[derive(Args, Debug)]
pub struct Run {
    /// The associations' config files.
    #[arg(required = true)]
    configs: Vec<PathBuf>,
    /// The day on which the program stands; what was booked or written later does not exist for it. [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// Show what would be done; keep and send nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Run {
    pub fn execute(self, json: bool) -> Ending {
        let as_of = self.as_of.unwrap_or_else(today);
        let options = NightOptions { as_of, dry_run: self.dry_run, now: Timestamp::now() };
        let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return Ending::Failed(error.into()),
        };
        let mut runs = Vec::new();
        for path in &self.configs {
            let summary = runtime.block_on(one(path, &options));
            if !json {
                print!("{}", nightly::report(&summary));
            }
            runs.push(summary);
        }
        let code = Status::together(runs.iter().map(|run| run.status));
        if json && let Ending::Failed(error) = print_json(&RunDocument { runs }) {
            return Ending::Failed(error);
        }
        Ending::Code(code)
    }
}

/// One association's night. Whatever goes wrong is in its summary, so that the next association still gets its night.
async fn one(path: &PathBuf, options: &NightOptions) -> RunSummary {
    match Config::load(path) {
        Ok(config) => nightly::night(&config, options, &Bars::new()).await,
        Err(error) => {
            eprintln!("{error}");
            let name = path.display().to_string();
            RunSummary::failed(&name, options.as_of, Status::ConfigError, error.to_string())
        }
    }
}
