//! `[exports.NAME]`: where one feed comes from and how it is written.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::secret::SecretAt;
use crate::exports::records::FeedName;

/// `[exports.NAME]`: where one feed comes from and how it is written.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Which feed.
    pub name: FeedName,
    /// Where it comes from.
    pub from: Source,
    /// Canonical column → where it stands in the file. Columns not named here are found by alias.
    pub columns: BTreeMap<String, ColumnAt>,
    /// Canonical column → one value for every row (`fixed.tenancy_ref = "…"`).
    pub fixed: BTreeMap<String, String>,
    /// Canonical column → value in the file → canonical value (`values.kind`, `values.sign`).
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// How the sign of `amount` is to be read, after a `sign` column has been applied. Always there where `columns` maps
    /// `amount`: `columns.sign` with `values.sign` and no rule of its own means [`SignRule::DebtPositive`].
    pub sign: Option<SignRule>,
    /// Rows of another record type, each rule with a name.
    pub skip: Vec<SkipRule>,
    /// Credentials for an https source.
    pub auth: Option<Auth>,
    /// A CA to trust beside the system's, for an https source.
    pub ca: Option<PathBuf>,
    /// Field delimiter; `None`: found among `;`, `,`, tab and `|`.
    pub delimiter: Option<u8>,
    /// Encoding; `None`: UTF-8 with or without BOM, else Windows-1252.
    pub encoding: Option<Encoding>,
    /// The decimal sign; the other one groups thousands. Danish comma where absent.
    pub decimal: Decimal,
    /// Date formats to accept; empty: all that cannot be mistaken for one another.
    pub dates: Vec<DateFormat>,
    /// Line of the header, from 1; `Some(0)`: there is none (columns by position); `None`: found.
    pub header_row: Option<u64>,
    /// Sheet of an .xlsx file; `None`: the first.
    pub sheet: Option<String>,
    /// In which order the tenants' names are written; of the tenancies feed.
    pub name_order: NameOrder,
    /// The lexicon that notes are read with; the program's own Danish one where none is named.
    pub lexicon: Option<PathBuf>,
    /// Older than this, the feed is stale and stops the association.
    pub max_age_days: Option<u32>,
    /// Share of rows that may be rejected before a person must look.
    pub max_rejects: f64,
    /// Share of rows that may be missing since the last run before the association is stopped.
    pub max_shrink: f64,
    /// Largest file accepted, in bytes.
    pub max_bytes: u64,
    /// Longest time that pulling may take, in seconds.
    pub timeout_seconds: u64,
}

impl Feed {
    // What holds unless the config says otherwise.
    pub(super) const MAX_REJECTS: f64 = 0.01;
    pub(super) const MAX_SHRINK: f64 = 0.5;
    pub(super) const MAX_MB: u64 = 4096;
    pub(super) const TIMEOUT_SECONDS: u64 = 600;
    /// Bytes in a MB of `max_mb`.
    pub(super) const MB: u64 = 1024 * 1024;

    /// A feed with nothing said but where it comes from, as in `[exports.NAME]` with `from` alone.
    pub fn plain(name: FeedName, from: Source) -> Feed {
        Feed {
            name,
            from,
            columns: BTreeMap::new(),
            fixed: BTreeMap::new(),
            values: BTreeMap::new(),
            sign: None,
            skip: Vec::new(),
            auth: None,
            ca: None,
            delimiter: None,
            encoding: None,
            decimal: Decimal::default(),
            dates: Vec::new(),
            header_row: None,
            sheet: None,
            name_order: NameOrder::default(),
            lexicon: None,
            max_age_days: None,
            max_rejects: Feed::MAX_REJECTS,
            max_shrink: Feed::MAX_SHRINK,
            max_bytes: Feed::MAX_MB * Feed::MB,
            timeout_seconds: Feed::TIMEOUT_SECONDS,
        }
    }
}

/// Where a feed comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// One file.
    Path(PathBuf),
    /// An absolute pattern, and which of the matching files make the feed.
    Glob(String, GlobSet),
    /// An https URL.
    Url(reqwest::Url),
}

/// Which of the files that match a pattern make the feed (`files = "newest" | "all"`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GlobSet {
    /// The newest delivery: the files with the newest date in the part that the wildcards stand for.
    #[default]
    Newest,
    /// All of them: each holds a part of the history.
    All,
}

/// Where a column stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnAt {
    /// By its header.
    Name(String),
    /// By its position, from 1.
    Position(usize),
}

/// How the sign of `amount` is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignRule {
    /// What the tenant owes is positive, what they pay negative.
    DebtPositive,
    /// What the tenant owes is negative, what they pay positive (as a bank sees it).
    DebtNegative,
}

/// A named rule that skips rows of another record type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkipRule {
    /// The name under which skipped rows are counted.
    pub rule: String,
    /// The column looked at.
    pub column: ColumnAt,
    /// What is looked for there.
    pub test: SkipTest,
}

/// What a [`SkipRule`] looks for in its column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SkipTest {
    /// Exactly one of these.
    Equals(Vec<String>),
    /// None of these.
    NotEquals(Vec<String>),
    /// A beginning.
    StartsWith(String),
    /// Nothing, or white space.
    Empty,
}

/// Credentials of an https source. The secret stays hidden in debug output.
#[derive(Clone, Debug)]
pub enum Auth {
    /// `auth = { bearer = "env:NAME" }`
    Bearer(SecretAt),
    /// `auth = { user = "…", password = "env:NAME" }`
    Basic {
        /// User name.
        user: String,
        /// Where the password is.
        password: SecretAt,
    },
}

/// The encodings that exports come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252 (and so ISO 8859-1).
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// The decimal sign of a feed's amounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Decimal {
    /// `1.234,56`
    #[default]
    #[serde(rename = ",")]
    Comma,
    /// `1,234.56`
    #[serde(rename = ".")]
    Point,
}

/// In which order a name without a comma is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameOrder {
    /// `Eva Brandt`
    #[default]
    FirstLast,
    /// `Brandt Eva`
    LastFirst,
}

/// The date formats that administration systems and banks write. Two-digit years 00–69 are of this century.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum DateFormat {
    /// `24-11-2026`
    #[serde(rename = "dd-mm-yyyy")]
    DayMonthYearDash,
    /// `24.11.2026`
    #[serde(rename = "dd.mm.yyyy")]
    DayMonthYearDot,
    /// `24/11/2026`
    #[serde(rename = "dd/mm/yyyy")]
    DayMonthYearSlash,
    /// `24-11-26`
    #[serde(rename = "dd-mm-yy")]
    DayMonthShortYearDash,
    /// `241126`
    #[serde(rename = "ddmmyy")]
    DayMonthShortYear,
    /// `24112026`
    #[serde(rename = "ddmmyyyy")]
    DayMonthYear,
    /// `2026-11-24`, also with a time of day after it
    #[serde(rename = "yyyy-mm-dd")]
    YearMonthDayDash,
    /// `2026/11/24`
    #[serde(rename = "yyyy/mm/dd")]
    YearMonthDaySlash,
    /// `20261124`
    #[serde(rename = "yyyymmdd")]
    YearMonthDay,
    /// `261124` (some banks)
    #[serde(rename = "yymmdd")]
    ShortYearMonthDay,
}
