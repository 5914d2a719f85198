//! The night: one association's job, from its exports to its caseworkers' mails.

mod alert;
mod delivery;
mod drift;
mod error;
mod feeds;
mod files;
mod forget;
mod gather;
mod keep;
mod letters;
mod lists;
mod page;
mod report;
mod summary;
mod terms;
mod training;
mod urgent;
mod workplace;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use rayon::prelude::*;

use crate::config::{Caseworker, Config};
use crate::exports::feeds::notes::kept_since;
use crate::exports::records::FeedName;
use crate::exports::report::FeedReport;
use crate::referral::check::check_place;
use crate::referral::deliver::retry::Backoff;
use crate::referral::outbox::{MailKind, StoredMail};
use crate::referral::prompt::rehearse;
use crate::risk::{Chosen, Model};
use crate::shortlist::may_send;
use crate::store::{Store, StoreError};

pub use drift::Drift;
pub use error::NightError;
pub use feeds::doubts;
pub use gather::{EarlyNotes, Gathered, downloads, gather, gather_notes, stopping};
pub use report::report;
pub use summary::{FeedCounts, HandedOver, MailCounts, RunDocument, RunSummary, Status};
pub use training::Training;

/// How often lists are drawn up anew because a reviewer decided meanwhile.
const MOST_REDRAWS: usize = 10;

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
    /// The civil date now: nothing is forgotten by a date that has not come.
    pub today: Date,
}

/// One association's night. Whatever happens is in the summary; where it went wrong, nothing is half-done, and the
/// operator has been told.
pub async fn night(config: &Config, options: &NightOptions, watch: &dyn Watch) -> RunSummary {
    let mut run = RunSummary::new(&config.association.name, options.as_of);
    run.dry_run = options.dry_run;
    let basis = &config.lawful_basis;
    run.handover = Some(HandedOver { mode: basis.handover, statement: basis.statement.clone(), dpia: basis.dpia });
    alert::started(config, options).await;
    if let Err(error) = job(config, options, watch, &mut run).await {
        run.status = error.status();
        run.error = Some(error.told(&config.association.state));
    }
    watch.done();
    if !options.dry_run && run.status != Status::ConfigError {
        leave_summary(config, &mut run);
    }
    alert::ended(config, options, &run).await;
    run
}

/// Leaves the summary of the day; a later run of the same day replaces it.
fn leave_summary(config: &Config, run: &mut RunSummary) {
    let path = files::of_the_day(config, run.as_of, "summary.json");
    run.files.insert("summary".to_owned(), path.clone());
    let text = serde_json::to_vec_pretty(&run).unwrap_or_default();
    if let Err(error) = files::write(&path, &text) {
        run.files.remove("summary");
        run.call(error.to_string());
    }
}

/// What keeps prompts from being written for a caseworker: a name, place or phone number that would put something on a
/// card that may not stand there, or that makes every card too long or too hard to read.
pub fn unprintable_places(config: &Config) -> Vec<String> {
    let misfits = misfits(config);
    if !misfits.is_empty() {
        return misfits;
    }
    let rehearsed = |caseworker: &Caseworker| {
        let Caseworker { name, place, phone, on_site, .. } = caseworker;
        rehearse(config.association.locale, name, place, on_site, phone).err().map(|none| of_whom(caseworker, &none))
    };
    config.caseworkers.par_iter().filter_map(rehearsed).collect()
}

/// What may not stand on a card in a caseworker's name, place or phone number. Whether a card can be written with them is
/// seen when it is, and rehearsed by the check.
fn misfits(config: &Config) -> Vec<String> {
    let of_one = |caseworker: &Caseworker| {
        let problems = check_place(&caseworker.place, &caseworker.phone, &caseworker.name);
        problems.iter().map(|problem| of_whom(caseworker, problem)).collect::<Vec<_>>()
    };
    config.caseworkers.iter().flat_map(of_one).collect()
}

fn of_whom(caseworker: &Caseworker, what: &dyn std::fmt::Display) -> String {
    format!("caseworker of {}: {what}", caseworker.estates.join(", "))
}

/// The model that a night scores with, where the config allows all that it looks at, and the program reads notes as it learned
/// them.
///
/// # Errors
/// [`NightError`]: it cannot be used.
pub fn model(config: &Config) -> Result<Chosen, NightError> {
    let chosen = Model::choose(&config.risk.model, &config.association.models)?;
    chosen.model.weigh(config.risk.learn_from_notes, &*gather::lexicon(config)?, &[])?;
    Ok(chosen)
}

/// Writes what `postkort check` would have rejected, beside the runs' own files; gives the file.
///
/// # Errors
/// [`NightError::File`]; [`NightError::OtherOutput`].
pub fn write_check_report(
    config: &Config,
    as_of: Date,
    reports: &BTreeMap<FeedName, FeedReport>,
) -> Result<PathBuf, NightError> {
    workplace::not_anothers(config, files::owner(&config.association.output, &config.association.name)?)?;
    let path = files::of_the_day(config, as_of, "check-rejects.csv");
    files::write(&path, &files::rejects_csv(reports))?;
    Ok(path)
}

/// The job, a line for each stage.
async fn job(
    config: &Config,
    options: &NightOptions,
    watch: &dyn Watch,
    run: &mut RunSummary,
) -> Result<(), NightError> {
    let place = workplace::Workplace::enter(config, options)?;
    let carrier = workplace::carrier(config)?;
    let mut store = place.store(config)?;
    let notes = gather_notes(config, kept_since(options.as_of), options.as_of, &place.downloads, watch).await;
    if let Ok(Some(notes)) = &notes {
        urgent::tell(&notes.read, config, options, &mut store, &carrier, run).await?;
    }

    let mut known = gather(config, notes?, &store.accepted_rows()?, options.as_of, &place.downloads, watch).await?;
    feeds::account(config, &known, options, run)?;
    feeds::stop_where_needed(&known, run)?;
    misfits(config).into_iter().chain(feeds::doubts(config, &known)).for_each(|doubt| run.call(doubt));

    watch.stage("scoring tenancies", None);
    let chosen = model(config)?;
    chosen.model.id().clone_into(&mut run.model);
    run.model_reason.clone_from(&chosen.why);
    known.weigh(&chosen.model, config.risk.learn_from_notes)?;
    training::doubts(config, &chosen).into_iter().for_each(|doubt| run.call(doubt));
    drift::tell(config, &store, &known, &chosen.model, options.as_of, run)?;
    training::tell(config, &known, &chosen.model, options.as_of, run);
    let (tonight, kept) = list(config, options, &mut store, &known, &chosen)?;
    run.kept(&tonight, &kept);
    if options.dry_run {
        return Ok(());
    }
    watch.stage("delivering mails", None);
    let kinds = [MailKind::Shortlist, MailKind::Notice];
    let may_leave =
        |mail: &StoredMail| mail.kind != MailKind::Shortlist || is_awake(config, &mail.recipient, options.as_of);
    delivery::deliver(&mut store, &carrier, Backoff::default(), options.as_of, &kinds, &may_leave, run).await?;
    // From here on mail is out: what cannot be written is for a person to look at, and no failure of the night.
    if let Err(error) = page::leave(config, &store, &known, &tonight, options.as_of, run) {
        run.call(error.told(&config.association.state));
    }
    if options.as_of <= options.today {
        forget::files(config, options.as_of, run);
    }
    if let Err(error) = close(&store, kept.run, run) {
        run.call(NightError::from(error).told(&config.association.state));
    }
    Ok(())
}

/// Whether a caseworker gets late mail on that day. Whom the config does not name gets none at all: the carrier says so.
fn is_awake(config: &Config, recipient: &str, as_of: Date) -> bool {
    let caseworker = config.caseworkers.iter().find(|caseworker| caseworker.email == recipient);
    caseworker.is_none_or(|caseworker| may_send(&caseworker.on_site, as_of))
}

fn close(store: &Store, number: i64, run: &RunSummary) -> Result<(), StoreError> {
    store.finish_run(number, Timestamp::now(), run.status.as_str(), run)?;
    if !store.tidy()? {
        tracing::warn!("another program reads the database: what was deleted leaves its log at the next run");
    }
    Ok(())
}

/// Draws up tonight's lists and keeps them, with their mails. A reviewer who decides in between is heard: then the lists
/// are drawn up anew.
fn list<'a>(
    config: &Config,
    options: &NightOptions,
    store: &mut Store,
    known: &'a Gathered,
    chosen: &Chosen,
) -> Result<(lists::Lists<'a>, keep::Kept), NightError> {
    for _ in 0..MOST_REDRAWS {
        let version = store.version()?;
        let tonight = lists::draw_up(config, store, known, chosen, options.as_of)?;
        if let Some(kept) = keep::in_one_transaction(store, config, options, known, &tonight, version)? {
            return Ok((tonight, kept));
        }
    }
    Err(StoreError::Restless.into())
}
