//! The first two stages: every feed pulled and read, its limits held, and the notes understood.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::{NightError, Watch};
use crate::config::{Auth, Config, Feed, LawfulBasis};
use crate::exports::limits::{FeedProblem, Severity, judge};
use crate::exports::pull::{Credentials, PullOptions, pull};
use crate::exports::pulled::Pulled;
use crate::exports::read::{Exports, read_exports};
use crate::exports::records::{Event, FeedName, Posting};
use crate::history::NoteCounts;
use crate::notes::{Lexicon, NoteFinding, SpecialCategories, counts, findings};
use crate::shortlist::Evidence;
use crate::tenancy::TenancyId;

/// Everything that is known tonight.
pub struct Gathered {
    /// The feeds, read.
    pub exports: Exports,
    /// Notes, counted by tenancy; only tenancies that have any.
    notes: HashMap<TenancyId, NoteCounts>,
    /// Notes that a human must read now.
    pub urgent: Vec<NoteFinding>,
    /// What is wrong with the feeds, worst first.
    pub problems: Vec<FeedProblem>,
}

impl Gathered {
    /// Feed problems that stop the association.
    pub fn stopping(&self) -> impl Iterator<Item = &FeedProblem> {
        self.problems.iter().filter(|problem| problem.severity() == Severity::Stop)
    }
}

impl Evidence for Gathered {
    fn postings(&self, id: TenancyId, postings: &mut Vec<Posting>) {
        self.exports.ledger.postings(id, postings);
    }

    fn events(&self, id: TenancyId) -> &[Event] {
        let events = &self.exports.events;
        let first = events.partition_point(|event| event.id < id);
        let after = events.partition_point(|event| event.id <= id);
        events.get(first..after).unwrap_or_default()
    }

    fn notes(&self, id: TenancyId) -> NoteCounts {
        self.notes.get(&id).copied().unwrap_or_default()
    }

    fn ledger_incomplete(&self, id: TenancyId) -> bool {
        self.exports.incomplete.contains(&id)
    }
}

/// Pulls and reads every feed of an association. Nothing is kept of it but downloads, in `folder`.
///
/// # Errors
/// [`NightError`]: a secret, a feed that cannot be pulled, a file that cannot be read as a whole. What is wrong with
/// single rows, and with a feed's age or size, is in the result.
pub async fn gather(
    config: &Config,
    previous_rows: &BTreeMap<FeedName, u64>,
    as_of: Date,
    folder: &Path,
    watch: &dyn Watch,
) -> Result<Gathered, NightError> {
    let mut pulled = BTreeMap::new();
    for (name, feed) in &config.exports {
        watch.stage(&format!("pulling {}", name.as_str()), None);
        pulled.insert(*name, pull_one(feed, folder, watch).await?);
    }
    let bytes: u64 = pulled.values().flat_map(|pulled| &pulled.files).map(|file| size(&file.path)).sum();
    watch.stage("reading exports", Some(bytes));
    let exports = read_exports(&config.exports, &pulled, as_of, &|done| watch.at(done))?;
    let mut problems = judge_all(config, &pulled, &exports, previous_rows, as_of);
    problems.sort_by_key(|problem| problem.severity());
    watch.stage("reading notes", None);
    let (notes, urgent) = understand(&exports, &config.lawful_basis, as_of)?;
    Ok(Gathered { exports, notes, urgent, problems })
}

/// Where downloads of an association lie: beside its database.
pub fn downloads(config: &Config) -> PathBuf {
    config.association.state.with_extension("pulled")
}

async fn pull_one(feed: &Feed, folder: &Path, watch: &dyn Watch) -> Result<Pulled, NightError> {
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
) -> Vec<FeedProblem> {
    let judge_one = |(name, feed): (&FeedName, &Feed)| {
        let report = exports.reports.get(name)?;
        let delivered_on = pulled.get(name)?.files.iter().filter_map(|file| file.delivered_on).max();
        Some(judge(feed, report, previous_rows.get(name).copied(), as_of, delivered_on))
    };
    config.exports.iter().filter_map(judge_one).flatten().collect()
}

fn understand(
    exports: &Exports,
    basis: &LawfulBasis,
    as_of: Date,
) -> Result<(HashMap<TenancyId, NoteCounts>, Vec<NoteFinding>), NightError> {
    let lexicon = Lexicon::danish()?;
    let special = match basis.special_categories {
        Some(_) => SpecialCategories::Scored,
        None => SpecialCategories::KeptOut,
    };
    let found = findings(&lexicon, &exports.notes, special);
    let urgent = found.iter().filter(|finding| finding.urgent.is_some()).copied().collect();
    let by_tenancy = found.chunk_by(|one, other| one.id == other.id);
    let counted = by_tenancy.filter_map(|of_one| Some((of_one.first()?.id, counts(of_one, as_of)))).collect();
    Ok((counted, urgent))
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |found| found.len())
}
