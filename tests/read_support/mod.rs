//! What the reader's tests share: feeds made in code, files on disk, and whether shared data are there.
#![allow(dead_code, clippy::unwrap_used)]

pub mod workbook;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use postkort::config::{ColumnAt, Decimal, Feed, SignRule, SkipRule, SkipTest, Source};
use postkort::exports::error::ReadError;
use postkort::exports::feeds::before::Before;
use postkort::exports::feeds::ledger_row::LedgerRows;
use postkort::exports::feeds::rows::read_rows;
use postkort::exports::pulled::{Pulled, PulledFile};
use postkort::exports::read::{Exports, read_exports};
use postkort::exports::records::FeedName;
use postkort::exports::report::FeedReport;
use postkort::exports::table::layout::Layout;
use postkort::exports::table::text::collapse;
use postkort::money::Ore;

pub const AS_OF: Date = date(2026, 11, 24);

/// A feed with nothing but its source configured.
pub fn feed(name: FeedName) -> Feed {
    Feed::plain(name, Source::Path(PathBuf::from("unused")))
}

/// Adds to a feed, as keys are added in a config.
pub trait Configured: Sized {
    fn columns(self, columns: &[(&str, &str)]) -> Self;
    fn positions(self, columns: &[(&str, usize)]) -> Self;
    fn fixed(self, column: &str, value: &str) -> Self;
    fn kinds(self, kinds: &[(&str, &str)]) -> Self;
    fn signed(self) -> Self;
    fn point(self) -> Self;
    fn skipping(self, rule: &str, column: ColumnAt, test: SkipTest) -> Self;
}

impl Configured for Feed {
    fn columns(mut self, columns: &[(&str, &str)]) -> Feed {
        let named = columns.iter().map(|(column, name)| ((*column).to_owned(), ColumnAt::Name((*name).to_owned())));
        self.columns.extend(named);
        self
    }

    fn positions(mut self, columns: &[(&str, usize)]) -> Feed {
        self.columns.extend(columns.iter().map(|(column, at)| ((*column).to_owned(), ColumnAt::Position(*at))));
        self
    }

    fn fixed(mut self, column: &str, value: &str) -> Feed {
        self.fixed.insert(column.to_owned(), value.to_owned());
        self
    }

    fn kinds(mut self, kinds: &[(&str, &str)]) -> Feed {
        let kinds = kinds.iter().map(|(value, kind)| ((*value).to_owned(), (*kind).to_owned()));
        self.values.entry("kind".to_owned()).or_default().extend(kinds);
        self
    }

    fn signed(mut self) -> Feed {
        self.sign = Some(SignRule::DebtPositive);
        self
    }

    fn point(mut self) -> Feed {
        self.decimal = Decimal::Point;
        self
    }

    fn skipping(mut self, rule: &str, column: ColumnAt, test: SkipTest) -> Feed {
        self.skip.push(SkipRule { rule: rule.to_owned(), column, test });
        self
    }
}

pub fn pulled(path: &Path) -> PulledFile {
    let shown = path.file_name().unwrap().to_string_lossy().into_owned();
    PulledFile { path: path.to_owned(), shown, delivered_on: Some(AS_OF) }
}

/// Feeds with their contents, read from files.
pub fn read(feeds: &[(Feed, &[u8])]) -> Result<Exports, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let (mut configured, mut files) = (BTreeMap::new(), BTreeMap::new());
    for (feed, bytes) in feeds {
        let path = folder.path().join(format!("{}.csv", feed.name.as_str()));
        std::fs::write(&path, bytes).unwrap();
        configured.insert(feed.name, feed.clone());
        files.insert(feed.name, Pulled { files: vec![pulled(&path)], left_out: Vec::new() });
    }
    read_exports(&configured, &files, AS_OF, &|_| {})
}

/// One feed alone, of several files in this order.
pub fn read_files(feed: &Feed, files: &[&[u8]]) -> Result<Exports, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let write = |(number, bytes): (usize, &&[u8])| {
        let path = folder.path().join(format!("{}-{number:03}.csv", feed.name.as_str()));
        std::fs::write(&path, bytes).unwrap();
        pulled(&path)
    };
    let files = files.iter().enumerate().map(write).collect();
    let pulled = BTreeMap::from([(feed.name, Pulled { files, left_out: Vec::new() })]);
    read_exports(&BTreeMap::from([(feed.name, feed.clone())]), &pulled, AS_OF, &|_| {})
}

/// One feed alone.
pub fn read_one(feed: Feed, bytes: &[u8]) -> Result<(Exports, FeedReport), ReadError> {
    let name = feed.name;
    let exports = read(&[(feed, bytes)])?;
    let report = exports.reports[&name].clone();
    Ok((exports, report))
}

/// A row of a ledger as a config makes it out, with what the night does not keep.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenRow {
    pub line: u64,
    pub reference: String,
    pub booked_on: Date,
    pub amount: Ore,
    pub text: String,
}

/// What a night reads of a ledger's file, and beside its report the rows with their lines and texts. The rows are those of
/// the night: whose they are and what they come to is compared.
pub fn ledger_rows(feed: &Feed, path: &Path) -> Result<(Vec<SeenRow>, FeedReport), ReadError> {
    let files = Pulled { files: vec![pulled(path)], left_out: Vec::new() };
    let exports = read_exports(
        &BTreeMap::from([(feed.name, feed.clone())]),
        &BTreeMap::from([(feed.name, files.clone())]),
        AS_OF,
        &|_| {},
    )?;

    let (mut before, mut rows) = (Before::default(), Vec::new());
    let begin = |layout: &Layout| Ok((LedgerRows::new(feed, layout)?, layout.columns.slot("text")));
    read_rows(feed, &files, &mut FeedReport::default(), &|_| {}, begin, |(ledger, text), row, line| {
        let Some(read) = ledger.read(row, &mut before)? else { return Ok(Some("no_amount")) };
        if read.booked_on <= AS_OF {
            let (reference, text) = (read.reference.to_owned(), collapse(&row.text(text)?));
            rows.push(SeenRow { line, reference, booked_on: read.booked_on, amount: read.amount(), text });
        }
        Ok(None)
    })?;

    let report = exports.reports[&feed.name].clone();
    assert_eq!(rows.len() as u64, report.used + report.skipped.get("duplicate").unwrap_or(&0));
    let mut kept = Vec::new();
    for id in exports.references.ids().filter(|_| !report.skipped.contains_key("duplicate")) {
        exports.ledger.postings(id, &mut kept);
        let of_it = rows.iter().filter(|row| row.reference == exports.references.text(id));
        assert_eq!(kept.iter().map(|posting| posting.amount()).sum::<Ore>(), of_it.map(|row| row.amount).sum());
    }
    Ok((rows, report))
}

/// The message of a feed that cannot be read.
pub fn refused(feed: Feed, bytes: &[u8]) -> String {
    match read_one(feed, bytes) {
        Ok((_, report)) => panic!("was read: {report:?}"),
        Err(error) => error.to_string(),
    }
}

pub fn counts_add_up(report: &FeedReport) -> bool {
    report.rows == report.used + report.skipped_rows() + report.rejected
}

/// A folder of the shared data, or `None` with a word about it.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: ../shared/{folder} is not there");
    None
}
