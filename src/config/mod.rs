//! The configuration of one association: one file, one data controller, one database.
//!
//! What was typed is read and checked by [`Config::load`]; the types here are what is meant, and nothing downstream sees
//! anything else. The commented example is `config/example/postkort.toml`.
//!
//! A mistake is told with its place and its remedy, and one look finds them all:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use postkort::config::Config;
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("postkort.toml");
//! std::fs::write(&path, "[association]\nnmae = \"Boligforeningen Eksempelvang\"\n")?;
//!
//! let Err(error) = Config::load(&path) else { panic!("that was no config") };
//! let mistyped = error.problems().last().ok_or("several mistakes")?;
//! assert_eq!((mistyped.line, mistyped.column), (Some(2), Some(1)));
//! assert_eq!(mistyped.help.as_deref(), Some("did you mean `name`?"));
//! # Ok(())
//! # }
//! ```

mod check;
pub mod columns;
mod feed;
mod hide;
mod load;
mod people;
mod problem;
mod secret;
mod sending;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use check::{CheckError, SecretsUnusable};
pub use columns::{Column, canonical_columns};
pub use feed::{
    Auth, ColumnAt, DateFormat, Decimal, Encoding, Feed, GlobSet, NameOrder, SignRule, SkipRule, SkipTest, Source,
};
pub use people::{Caseworker, OnSite, Reviewer, is_phone};
pub use problem::{ConfigError, Problem};
pub use secret::{SecretAt, SecretError, SecretExposed};
pub use sending::{Mail, Operations, Smtp, Tls, Transport};

use crate::exports::records::{EventKind, FeedName};

/// Everything that one association's config says, checked, with paths made absolute.
#[derive(Clone, Debug)]
pub struct Config {
    /// The config file itself.
    pub path: PathBuf,
    /// `[association]`
    pub association: Association,
    /// `[lawful_basis]`
    pub lawful_basis: LawfulBasis,
    /// `[exports.NAME]`; the ledger is always there.
    pub exports: BTreeMap<FeedName, Feed>,
    /// `[risk]`
    pub risk: Risk,
    /// `[shortlist]`
    pub shortlist: Shortlist,
    /// `[[reviewer]]`
    pub reviewers: Vec<Reviewer>,
    /// `[[caseworker]]`; no two serve the same estate.
    pub caseworkers: Vec<Caseworker>,
    /// `[mail]`
    pub mail: Mail,
    /// `[operations]`
    pub operations: Operations,
    /// Keys of the file that are checked and that a night does nothing with, in the file's order of sections.
    pub unused_keys: Vec<UnusedKey>,
}

/// A key that a night does nothing with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnusedKey {
    /// The key, as `risk.label`.
    pub key: String,
    /// What it is for, or why nothing is done with it.
    pub why: &'static str,
}

impl Config {
    /// Reads a config file and checks it. What is allowed and yet may not be meant is logged as a warning.
    ///
    /// Secrets are not fetched: see [`Config::check_secrets`]. A config without caseworkers and mail loads, for
    /// `check` and `notes`: see [`Config::check_night`].
    ///
    /// # Errors
    ///
    /// Every mistake in the file, with its place, what is allowed, and what to do.
    pub fn load(path: &Path) -> Result<Config, ConfigError> {
        let (config, warnings) = Config::load_with_warnings(path)?;
        for warning in warnings {
            tracing::warn!(config = %path.display(), "{warning}");
        }
        Ok(config)
    }

    /// As [`Config::load`], and gives the warnings back instead of logging them.
    ///
    /// # Errors
    ///
    /// As [`Config::load`].
    pub fn load_with_warnings(path: &Path) -> Result<(Config, Vec<Problem>), ConfigError> {
        load::load(path)
    }
}

/// `[association]`
#[derive(Clone, Debug)]
pub struct Association {
    /// The association's name, as in mails and reports.
    pub name: String,
    /// Language of mails, reasons and pages.
    pub locale: Locale,
    /// The SQLite database; made at the first run.
    pub state: PathBuf,
    /// Folder of the models that `risk.model` may name by their file.
    pub models: PathBuf,
    /// Folder of run summaries, rejects and, with the file transport, mails.
    pub output: PathBuf,
}

/// A language that texts exist in (`config/texts/`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// Danish.
    Da,
    /// English.
    En,
}

/// `[lawful_basis]`: why, and how, names may be handed to a municipal caseworker.
#[derive(Clone, Debug)]
pub struct LawfulBasis {
    /// How households are handed over. Without the section: `Blind`.
    pub handover: Handover,
    /// The basis in words; required for `Named`.
    pub statement: Option<String>,
    /// The date of the data protection impact assessment.
    pub dpia: Option<Date>,
    /// The basis in words for using special categories of data (GDPR art. 9); `None`: they are kept out.
    pub special_categories: Option<String>,
}

/// How a household is handed over to the caseworker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Handover {
    /// First names and address.
    Named,
    /// The tenancy reference, and a link.
    Reference,
    /// Nothing that points at a household; cards go by way of housing staff.
    Blind,
}

/// `[risk]`
#[derive(Clone, Debug)]
pub struct Risk {
    /// The events that count as the label: the first of these within the horizon.
    pub label: Vec<EventKind>,
    /// The horizon in days after the as-of date.
    pub horizon_days: u32,
    /// From when the events feed is complete; no snapshot is labelled before it.
    pub labels_since: Option<Date>,
    /// Which model scores.
    pub model: ModelChoice,
    /// The population stability index of the score since training from which on a person is called.
    pub drift_limit: f64,
    /// Whether training may learn from the words of notes too, and a model that has may score.
    pub learn_from_notes: bool,
}

/// `risk.model`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelChoice {
    /// The promoted model; the starter scorecard where there is none.
    Current,
    /// The starter scorecard.
    Starter,
    /// A .json file in the models folder; never a path that leads out of it.
    File(String),
}

/// `[shortlist]`
#[derive(Clone, Debug)]
pub struct Shortlist {
    /// Who decides, and when.
    pub review: ReviewMode,
    /// Days after a referral in which the household is not listed again.
    pub cooldown_days: u32,
    /// Arrears below this many months of rent keep a household off the list.
    pub min_arrears_months: f64,
    /// How much of the reasons the mail tells.
    pub reasons: ReasonDetail,
    /// Where a reviewer or caseworker opens a tenancy in `reference` handover; `{ref}` stands for the reference.
    pub link: Option<String>,
}

/// `shortlist.review`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewMode {
    /// Housing staff decide first; nothing leaves before that.
    BeforeSending,
    /// The caseworker is the one who decides; the list goes out on the on-site morning.
    ByCaseworker,
}

/// `shortlist.reasons`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ReasonDetail {
    /// Plain sentences with the figures behind them.
    Full,
    /// Only the kinds of reason.
    Categories,
    /// None.
    None,
}
