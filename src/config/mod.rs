//! The configuration of one association: one file, one data controller, one database.
//!
//! What was typed is read and checked in [`load`]; the types here are what is meant, and nothing downstream sees
//! anything else. The normative example is `config/example/postkort.toml`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

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
    /// Folder of trained models and their cards.
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
    /// How the sign of `amount` is to be read; required with `amount`.
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

/// Where a secret is kept: `env:NAME` or `file:PATH`. The secret itself is fetched when it is needed, not before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretAt {
    /// An environment variable.
    Env(String),
    /// A file; one trailing line end is not part of the secret.
    File(PathBuf),
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

/// The date formats of DOMAIN section 5. Two-digit years 00–69 are of this century.
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
}

/// `risk.model`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelChoice {
    /// The promoted model; the starter scorecard where there is none.
    Current,
    /// The starter scorecard.
    Starter,
    /// A file in the models folder.
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

/// `[[reviewer]]`: housing staff who decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewer {
    /// Name, as recorded with each decision.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Whether a neutral mail tells them that a list waits.
    pub notify: bool,
}

/// `[[caseworker]]`: a municipal caseworker who sits in the estates.
#[derive(Clone, Debug)]
pub struct Caseworker {
    /// Full name; the card uses the first.
    pub name: String,
    /// Title, such as `socialrådgiver`. Never on the card.
    pub title: Option<String>,
    /// E-mail address: the only one their lists go to.
    pub email: String,
    /// The phone number for the card.
    pub phone: String,
    /// The estates they serve.
    pub estates: Vec<String>,
    /// Where they sit.
    pub place: String,
    /// When they sit there, in the week's order.
    pub on_site: Vec<OnSite>,
    /// How many households a week they can take on.
    pub weekly_capacity: u32,
    /// S/MIME certificate. Accepted and checked to exist; see README for what is done with it.
    pub certificate: Option<PathBuf>,
}

/// `tue 10:00-14:00`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnSite {
    /// Day of the week.
    pub weekday: Weekday,
    /// From.
    pub from: Time,
    /// Until.
    pub until: Time,
}

/// `[mail]`
#[derive(Clone, Debug)]
pub struct Mail {
    /// The sender.
    pub from: lettre::message::Mailbox,
    /// How mails leave.
    pub transport: Transport,
}

/// `mail.transport`
#[derive(Clone, Debug)]
pub enum Transport {
    /// As .eml files under `output/mail`.
    File,
    /// By SMTP.
    Smtp(Smtp),
}

/// An SMTP server.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Host name, checked against the certificate.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Transport security.
    pub tls: Tls,
    /// A CA to trust beside the system's.
    pub ca: Option<PathBuf>,
    /// User and password, where the server asks for them.
    pub credentials: Option<(String, SecretAt)>,
    /// Longest time for one message, in seconds.
    pub timeout_seconds: u64,
}

/// `mail.tls`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// STARTTLS, or nothing is sent.
    Required,
    /// TLS from the first byte.
    Implicit,
    /// In clear; refused unless the host is a loopback address.
    None,
}

/// `[operations]`
#[derive(Clone, Debug, Default)]
pub struct Operations {
    /// Who is told of failed runs and undelivered mail.
    pub alert_email: Option<String>,
    /// A dead man's switch: `GET …/start`, `…`, `…/fail`.
    pub ping_url: Option<reqwest::Url>,
}
