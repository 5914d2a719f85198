//! The night: one association's job, from its exports to its caseworkers' mails.

mod alert;
mod delivery;
mod error;
mod feeds;
mod files;
mod gather;
mod keep;
mod letters;
mod lists;
mod report;
mod summary;
mod workplace;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::config::Config;
use crate::referral::deliver::retry::Backoff;
use crate::risk::Model;

pub use error::NightError;
pub use gather::{Gathered, downloads, gather};
pub use report::report;
pub use summary::{FeedCounts, MailCounts, RunDocument, RunSummary, Status};

/// Is told how far a long job has come; shows it on a terminal, or does nothing.
pub trait Watch: Sync {
    /// A stage has begun; `total` is how much there is to do in it, where that is known.
    fn stage(&self, name: &str, total: Option<u64>);
    /// So much of the stage is done.
    fn at(&self, done: u64);
    /// All stages are done.
    fn done(&self);
}

/// Watches without telling anybody.
pub struct Unwatched;

impl Watch for Unwatched {
    fn stage(&self, _name: &str, _total: Option<u64>) {}
    fn at(&self, _done: u64) {}
    fn done(&self) {}
}

/// How a night is to be run.
#[derive(Clone, Copy, Debug)]
pub struct NightOptions {
    /// The day on which the program stands.
    pub as_of: Date,
    /// Keep and send nothing.
    pub dry_run: bool,
    /// The time now, for the record of the run.
    pub now: Timestamp,
}

/// One association's night. Whatever happens is in the summary; where it went wrong, nothing is half-done, and the
/// operator has been told.
pub async fn night(config: &Config, options: &NightOptions, watch: &dyn Watch) -> RunSummary {
    let mut run = RunSummary::new(&config.association.name, options.as_of);
    run.dry_run = options.dry_run;
    alert::started(config, options).await;
    if let Err(error) = job(config, options, watch, &mut run).await {
        run.status = error.status();
        run.error = Some(error.to_string());
    }
    watch.done();
    alert::ended(config, options, &mut run).await;
    run
}

/// The job, a line for each stage.
async fn job(
    config: &Config,
    options: &NightOptions,
    watch: &dyn Watch,
    run: &mut RunSummary,
) -> Result<(), NightError> {
    let carrier = workplace::carrier(config)?;
    let place = workplace::Workplace::enter(config, options)?;
    let mut store = place.store(config)?;

    let known = gather(config, &store.accepted_rows()?, options.as_of, &place.downloads, watch).await?;
    feeds::account(config, &known, options, run)?;
    feeds::stop_where_needed(&known, run)?;

    watch.stage("scoring tenancies", None);
    let model = Model::choose(config)?;
    let tonight = lists::draw_up(config, &store, &known, &model, options.as_of, run)?;

    watch.stage("writing mails", None);
    keep::in_one_transaction(&mut store, config, options, &known, &tonight, run)?;
    if !options.dry_run {
        watch.stage("delivering mails", None);
        delivery::deliver(&mut store, &carrier, Backoff::default(), options.as_of, run).await?;
        files::leave(config, &store, &known, &tonight, run)?;
    }
    Ok(())
}
