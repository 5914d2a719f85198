//! `postkort run`

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use postkort::config::Config;
use postkort::nightly::{self, NightOptions, RunDocument, RunSummary, Status};

use super::progress::Bars;
use super::{Ending, print_error, print_json, print_text};

#[derive(Args, Debug)]
pub struct Run {
    /// The associations' config files.
    #[arg(required = true)]
    configs: Vec<PathBuf>,
    /// The day on which the program stands; what was booked or written later does not exist for it. [default: today]
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    as_of: Option<Date>,
    /// Show what would be done; keep and send nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Run {
    pub fn execute(self, json: bool, today: Date) -> Ending {
        let as_of = self.as_of.unwrap_or(today);
        let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return Ending::Failed(error.into()),
        };
        let (mut runs, mut told) = (Vec::new(), Ending::Code(0));
        for path in &self.configs {
            let options = NightOptions { as_of, dry_run: self.dry_run, now: Timestamp::now(), today };
            let summary = runtime.block_on(one(path, &options));
            if !json {
                told = told.or(print_text(&nightly::report(&summary)));
            }
            runs.push(summary);
        }
        let code = Status::together(runs.iter().map(|run| run.status));
        if json {
            told = print_json(&RunDocument { runs });
        }
        told.or(Ending::Code(code))
    }
}

/// One association's night. Whatever goes wrong is in its summary, so that the next association still gets its night.
async fn one(path: &Path, options: &NightOptions) -> RunSummary {
    match Config::load(path) {
        Ok(config) => nightly::night(&config, options, &Bars::new()).await,
        Err(error) => {
            print_error(&error.to_string());
            let name = path.display().to_string();
            RunSummary::failed(&name, options.as_of, Status::ConfigError, error.to_string())
        }
    }
}
