//! `postkort demo`

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use postkort::config::{Config, ReviewMode};
use postkort::nightly::{self, NightOptions, RunSummary, Status, Watch};
use postkort::shortlist::is_on_site;
use postkort::simulate::{SimulationOptions, simulate};

use super::progress::Bars;
use super::{Ending, print_json, print_text};

#[derive(Args, Debug)]
pub struct Demo {
    /// The folder to work in.
    #[arg(long, value_name = "DIR", default_value = "postkort-demo")]
    out: PathBuf,
    /// How many homes the simulated association has.
    #[arg(long, value_name = "N", default_value_t = 300)]
    tenancies: u32,
    /// How many months of history.
    #[arg(long, value_name = "M", default_value_t = 36)]
    months: u32,
    /// Chance: the same seed gives the same association.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

impl Demo {
    pub fn execute(self, json: bool, today: Date) -> Ending {
        self.night(json, today).unwrap_or_else(Ending::Failed)
    }

    fn night(&self, json: bool, today: Date) -> anyhow::Result<Ending> {
        let options = SimulationOptions {
            tenancies: self.tenancies,
            months: self.months,
            seed: self.seed,
            as_of: today,
            review: ReviewMode::ByCaseworker,
            quirks: true,
        };
        let bars = Bars::new();
        bars.stage("simulating", Some(u64::from(self.tenancies)));
        let again = self.out.join("postkort.toml").exists();
        let simulated = simulate(&self.out, &options, &mut |done, _| bars.at(done))?;
        bars.done();
        // What an earlier demo remembers and mailed is of another association, though it lies in the same folder. Where a
        // config was there it was an earlier demo's: any other would have been refused.
        for folder in ["state", "out"].into_iter().filter(|_| again) {
            remove(&self.out.join(folder))?;
        }
        let config = Config::load(&simulated.config)?;
        let as_of = last_on_site_day(&config, today);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let night = NightOptions { as_of, dry_run: false, now: Timestamp::now(), today };
        let run = runtime.block_on(nightly::night(&config, &night, &bars));
        // The simulation puts rows into the exports that cannot be read: that the night points at them is what is shown.
        let status = if run.status == Status::Attention { Status::Done } else { run.status };
        let code = Status::together([status]);
        let mails = config.association.output.join("mail");
        let told = if json {
            print_json(&serde_json::json!({ "config": config.path, "mails": mails, "run": run }))
        } else {
            print_text(&self.as_text(&config, &run))
        };
        Ok(told.or(Ending::Code(code)))
    }

    fn as_text(&self, config: &Config, run: &RunSummary) -> String {
        let mut lines = vec![
            format!(
                "{}\nWhere everything lies (the association is invented, from seed {}):",
                nightly::report(run),
                self.seed
            ),
            format!("  exports    {}", self.out.join("exports").display()),
            format!("  config     {}", config.path.display()),
            format!("  database   {}", config.association.state.display()),
            format!(
                "  mails      {}  (.eml: open them in a mail program)",
                config.association.output.join("mail").display()
            ),
        ];
        lines.extend(run.files.iter().map(|(name, path)| format!("  {name:<10} {}", path.display())));
        lines.join("\n") + "\n"
    }
}

/// Removes a folder of an earlier demo, where there is one.
fn remove(folder: &Path) -> anyhow::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(anyhow::Error::new(error).context(format!("{} of an earlier demo cannot be removed", folder.display())))
        }
        _ => Ok(()),
    }
}

/// The day of the last week on which most of the simulated caseworkers are on site, so that mails go out; of several the
/// latest.
fn last_on_site_day(config: &Config, today: Date) -> Date {
    let days = (0..7).map(|days: i64| today.saturating_sub(days.days()));
    let on_site = |day: &Date| config.caseworkers.iter().filter(|one| is_on_site(&one.on_site, *day)).count();
    days.rev().max_by_key(on_site).unwrap_or(today)
}
