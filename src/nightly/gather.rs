//! The first two stages: every feed pulled and read, its limits held, and the notes understood.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::civil::Date;

use super::{NightError, Watch};
use crate::config::{Auth, Config, Feed};
use crate::exports::feeds::notes::{self, ReadNotes};
use crate::exports::judge::{FeedProblem, Severity, judge};
use crate::exports::pull::{Credentials, PullOptions, pull};
use crate::exports::pulled::Pulled;
use crate::exports::read::{Exports, read_beside};
use crate::exports::records::{Event, FeedName, Posting, Tenancy};
use crate::learning::text::FEWEST_TENANCIES;
use crate::notes::{
    Lexicon, NoteCounts, NoteFinding, NoteTerms, SpecialCategories, TermReader, counts, findings, of_tenancy,
};
use crate::risk::{Model, NotesWeighed};
use crate::shortlist::Evidence;
use crate::tenancy::TenancyId;

/// Everything that is known tonight.
pub struct Gathered {
    /// The feeds, read.
    pub exports: Exports,
    /// What was found in the notes, by tenancy.
    pub notes: Vec<NoteFinding>,
    /// What notes are read with.
    pub lexicon: Arc<Lexicon>,
    /// The words of the notes, for training that may learn from them.
    pub terms: Option<NoteTerms>,
    /// The words of the notes, weighed by the model that scores, where it does that.
    pub weighed: Option<NotesWeighed>,
    /// The day on which all this was known.
    as_of: Date,
    /// What is wrong with the feeds as a whole.
    pub problems: Vec<FeedTrouble>,
    /// The files that the feeds were read from, for who reads more of them.
    pub pulled: BTreeMap<FeedName, Pulled>,
}

/// What is wrong with one feed as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedTrouble {
    /// The feed.
    pub feed: FeedName,
    /// What is wrong with it.
    pub problem: FeedProblem,
}

impl FeedTrouble {
    /// Whether the association stops.
    pub fn stops(&self) -> bool {
        self.problem.severity() == Severity::Stop
    }
}

impl fmt::Display for FeedTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exports.{}: {}", self.feed.as_str(), self.problem)
    }
}

/// What stops the association, where anything does: [`NightError::Stale`] where feeds are stale and nothing is worse,
/// [`NightError::Feed`] for the rest. The night stops by it, and `check` gives its exit code.
pub fn stopping(troubles: &[FeedTrouble]) -> Option<NightError> {
    let stopping: Vec<&FeedTrouble> = troubles.iter().filter(|trouble| trouble.stops()).collect();
    if stopping.is_empty() {
        return None;
    }
    let why = stopping.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let stale = stopping.iter().all(|trouble| matches!(trouble.problem, FeedProblem::Stale { .. }));
    Some(if stale { NightError::Stale(why) } else { NightError::Feed(why) })
}

impl Evidence for Gathered {
    fn postings(&self, id: TenancyId, postings: &mut Vec<Posting>) {
        self.exports.ledger.postings(id, postings);
    }

    fn events(&self, id: TenancyId) -> &[Event] {
        self.exports.events_of(id)
    }

    fn notes(&self, id: TenancyId) -> NoteCounts {
        counts(of_tenancy(&self.notes, id), self.as_of)
    }

    fn notes_text(&self, id: TenancyId) -> f64 {
        self.weighed_on(id, self.as_of)
    }

    fn row_rejected(&self, id: TenancyId) -> bool {
        self.exports.incomplete.contains(&id)
    }
}

impl Gathered {
    /// Weighs the words of the notes by a model, where it looks at words and `allowed` (`risk.learn_from_notes`) lets it.
    ///
    /// # Errors
    /// [`NightError`] where it is not allowed, or the model's words were taken from notes in another way.
    pub fn weigh(&mut self, model: &Model, allowed: bool) -> Result<(), NightError> {
        self.weighed = model.weigh(allowed, &self.lexicon, &self.exports.notes)?;
        Ok(())
    }

    /// Takes the terms of the notes, for training.
    ///
    /// # Errors
    /// [`NightError`]: the lexicon.
    pub fn take_terms(&mut self) -> Result<(), NightError> {
        let exports = &self.exports;
        let own = |tenancy: &'_ Tenancy| [&*tenancy.tenant_names, &*tenancy.address, &*tenancy.town].map(str::to_owned);
        let named: Vec<String> = exports.tenancies.iter().flat_map(own).collect();
        let reader = TermReader::new(&self.lexicon, named.iter().map(String::as_str));
        self.terms = Some(NoteTerms::frequent(&reader, &exports.notes, FEWEST_TENANCIES));
        Ok(())
    }

    /// What the model makes of the words of a tenancy's notes as known on a day.
    pub fn weighed_on(&self, id: TenancyId, as_of: Date) -> f64 {
        self.weighed.as_ref().map_or(0.0, |weighed| weighed.value(id, as_of))
    }
}

/// The notes feed, pulled and read.
pub struct EarlyNotes {
    pulled: Pulled,
    /// The notes, and the tenancies that they name.
    pub read: ReadNotes,
}

/// Pulls and reads the notes, where the association exports any. They come first and alone: a note that a human must read
/// now waits for no other feed. A night reads those from [`kept_since`](crate::exports::feeds::notes::kept_since) on;
/// who learns from the past, those that were known on its first date.
///
/// # Errors
/// As [`gather`].
pub async fn gather_notes(
    config: &Config,
    since: Date,
    as_of: Date,
    folder: &Path,
    watch: &dyn Watch,
) -> Result<Option<EarlyNotes>, NightError> {
    let Some(feed) = config.exports.get(&FeedName::Notes) else { return Ok(None) };
    watch.stage("pulling notes", None);
    let pulled = pull_one(feed, folder, watch).await?;
    let read = notes::read(feed, &pulled, since, as_of, &|_| {})?;
    Ok(Some(EarlyNotes { pulled, read }))
}

/// Pulls and reads every feed of an association but the notes, which have been. Nothing is kept of it but downloads, in
/// `folder`.
///
/// # Errors
/// [`NightError`]: a secret, a feed that cannot be pulled, a file that cannot be read as a whole. What is wrong with
/// single rows, and with a feed's age or size, is in the result.
pub async fn gather(
    config: &Config,
    early: Option<EarlyNotes>,
    previous_rows: &BTreeMap<FeedName, u64>,
    as_of: Date,
    folder: &Path,
    watch: &dyn Watch,
) -> Result<Gathered, NightError> {
    let mut pulled = BTreeMap::new();
    for (name, feed) in config.exports.iter().filter(|(name, _)| **name != FeedName::Notes) {
        watch.stage(&format!("pulling {}", name.as_str()), None);
        pulled.insert(*name, pull_one(feed, folder, watch).await?);
    }
    let bytes: u64 = pulled.values().flat_map(|pulled| &pulled.files).map(|file| size(&file.path)).sum();
    watch.stage("reading exports", Some(bytes));
    let done = AtomicU64::new(0);
    let notes = early.map(|EarlyNotes { pulled: files, read }| {
        pulled.insert(FeedName::Notes, files);
        read
    });
    let exports = read_beside(notes, &config.exports, &pulled, as_of, &|more| {
        watch.at(done.fetch_add(more, Ordering::Relaxed) + more);
    })?;
    let problems = judge_all(config, &pulled, &exports, previous_rows, as_of);
    watch.stage("reading notes", None);
    let lexicon = lexicon(config)?;
    let notes = findings(&lexicon, &exports.notes, SpecialCategories::by(&config.lawful_basis));
    Ok(Gathered { exports, notes, lexicon, terms: None, weighed: None, as_of, problems, pulled })
}

/// What an association's notes are read with.
///
/// # Errors
/// The lexicon that the config names cannot be used.
pub fn lexicon(config: &Config) -> Result<Arc<Lexicon>, NightError> {
    let named = config.exports.get(&FeedName::Notes).and_then(|feed| feed.lexicon.as_deref());
    Ok(Lexicon::chosen(named)?)
}

/// Where downloads of an association lie: beside its database.
pub fn downloads(config: &Config) -> PathBuf {
    config.association.state.with_extension("pulled")
}

/// Pulls one feed with its credentials.
///
/// # Errors
/// [`NightError`]: a secret, or the feed.
pub async fn pull_one(feed: &Feed, folder: &Path, watch: &dyn Watch) -> Result<Pulled, NightError> {
    let credentials = match &feed.auth {
        Some(Auth::Bearer(secret)) => Some(Credentials::Bearer(secret.read()?)),
        Some(Auth::Basic { user, password }) => {
            Some(Credentials::Basic { user: user.clone(), password: password.read()? })
        }
        None => None,
    };
    Ok(pull(feed, credentials.as_ref(), folder, &PullOptions::default(), &|done, _| watch.at(done)).await?)
}

fn judge_all(
    config: &Config,
    pulled: &BTreeMap<FeedName, Pulled>,
    exports: &Exports,
    previous_rows: &BTreeMap<FeedName, u64>,
    as_of: Date,
) -> Vec<FeedTrouble> {
    let judge_one = |(name, feed): (&FeedName, &Feed)| {
        let report = exports.reports.get(name)?;
        let delivered_on = pulled.get(name)?.files.iter().filter_map(|file| file.delivered_on).max();
        let problems = judge(feed, report, previous_rows.get(name).copied(), as_of, delivered_on);
        let trouble = |problem| FeedTrouble { feed: *name, problem };
        Some(problems.into_iter().map(trouble).collect::<Vec<_>>())
    };
    config.exports.iter().filter_map(judge_one).flatten().collect()
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |found| found.len())
}
