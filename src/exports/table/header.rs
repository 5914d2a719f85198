//! Where the header stands and what stands between the fields, found together: the header is the first line in which the
//! feed's columns are found, whatever the lines above it say.

use super::columns::{ColumnFault, Columns, closest};
use super::fields::{Fields, Splitter};
use super::scan::{Dialect, next_record};
use super::text::{Text, collapse, normalise, trim};
use crate::config::{ColumnAt, Feed};

/// How many records are looked at for the header.
const SEARCHED: usize = 60;
const DELIMITERS: [u8; 4] = *b";,\t|";

/// The beginning of a table.
#[derive(Debug)]
pub struct Beginning {
    /// Delimiter and line end.
    pub dialect: Dialect,
    /// The header; empty where the file has none.
    pub header: Vec<String>,
    /// Which column is which.
    pub columns: Columns,
    /// Filled lines above the header.
    pub preamble: u64,
    /// Where the data begin in the sample.
    pub data: usize,
    /// The line on which they begin, from 1.
    pub line: u64,
}

struct Candidate {
    header: Vec<String>,
    line: u64,
    preamble: u64,
    data: usize,
    next_line: u64,
}

/// Finds the beginning of the table in the first bytes of a file (without byte order mark). The error is the message.
pub fn find(feed: &Feed, sample: &[u8], text: Text, line_end: u8) -> Result<Beginning, String> {
    let beginning = begin(feed, sample, text, line_end)?;
    heed_positions(feed, sample, beginning.dialect)?;
    Ok(beginning)
}

/// A position that no row reaches would be read as always empty: nobody moved out, nobody's address protected.
fn heed_positions(feed: &Feed, sample: &[u8], dialect: Dialect) -> Result<(), String> {
    let in_columns = feed.columns.iter().map(|(column, at)| (format!("columns.{column}"), at));
    let in_rules = feed.skip.iter().map(|rule| (format!("skip rule `{}`: column", rule.rule), &rule.column));
    let position = |at: &ColumnAt| if let ColumnAt::Position(position) = at { Some(*position) } else { None };
    let furthest = in_columns.chain(in_rules).filter_map(|(key, at)| Some((position(at)?, key))).max();
    let Some((position, key)) = furthest else { return Ok(()) };
    let widest = field_counts(sample, dialect).into_iter().max().unwrap_or(0);
    if position <= widest {
        return Ok(());
    }
    Err(format!("{key} = {position}, and no row at the beginning of the file has more than {widest} fields"))
}

/// How many fields each of the first records has.
fn field_counts(sample: &[u8], dialect: Dialect) -> Vec<usize> {
    let mut splitter = Splitter::new(dialect);
    let (mut start, mut counts) = (0, Vec::new());
    while let Some(record) = next_record(sample, start, dialect).filter(|_| counts.len() < SEARCHED) {
        counts.push(splitter.split(sample, &record).len());
        start = record.next;
    }
    counts
}

fn begin(feed: &Feed, sample: &[u8], text: Text, line_end: u8) -> Result<Beginning, String> {
    let delimiters = feed.delimiter.map_or(DELIMITERS.to_vec(), |one| vec![one]);
    if has_no_header(feed) {
        return without_header(feed, sample, &delimiters, line_end);
    }
    let mut best: Option<Beginning> = None;
    let mut nearest: Option<(usize, Candidate, ColumnFault)> = None;
    for delimiter in delimiters {
        if best.is_some() {
            break;
        }
        let dialect = Dialect { delimiter, line_end };
        for candidate in candidates(feed, sample, text, dialect) {
            match Columns::resolve(feed, Some(&candidate.header)) {
                Ok(columns) => {
                    let Candidate { header, preamble, data, next_line, .. } = candidate;
                    best = Some(Beginning { dialect, header, columns, preamble, data, line: next_line });
                    break;
                }
                Err(fault) => {
                    let likeness = likeness(feed, &candidate.header) * 100 + candidate.header.len().min(99);
                    if nearest.as_ref().is_none_or(|(most, ..)| likeness > *most) {
                        nearest = Some((likeness, candidate, fault));
                    }
                }
            }
        }
    }
    match (best, nearest) {
        (Some(best), _) => Ok(best),
        (None, Some((_, candidate, fault))) => Err(explain(&candidate, &fault)),
        (None, None) => Err(format!("has no line {} (header_row)", feed.header_row.unwrap_or(1))),
    }
}

/// Without a header every column stands by position, or is fixed.
fn has_no_header(feed: &Feed) -> bool {
    let by_name = |at: &ColumnAt| matches!(at, ColumnAt::Name(_));
    feed.header_row == Some(0)
        || (feed.header_row.is_none()
            && !feed.columns.values().any(by_name)
            && !feed.columns.is_empty()
            && Columns::resolve(feed, None).is_ok())
}

fn candidates(feed: &Feed, sample: &[u8], text: Text, dialect: Dialect) -> Vec<Candidate> {
    let mut splitter = Splitter::new(dialect);
    let (mut start, mut line, mut filled, mut found) = (0, 1, 0, Vec::new());
    while let Some(record) = next_record(sample, start, dialect) {
        let fields = splitter.split(sample, &record);
        let header = header_cells(&fields, text);
        (start, line) = (record.next, line + record.lines);
        let begins = line - record.lines;
        let wanted = feed.header_row.is_none_or(|row| row == begins);
        let blank = header.is_empty();
        if wanted && !blank && record.end - record.start <= 64 * 1024 {
            found.push(Candidate { header, line: begins, preamble: filled, data: start, next_line: line });
        }
        filled += u64::from(!blank);
        if feed.header_row.is_some_and(|row| begins >= row) || (feed.header_row.is_none() && filled >= SEARCHED as u64)
        {
            break;
        }
    }
    found
}

/// The cells of a header line, without empty ones at its end.
fn header_cells(fields: &Fields<'_>, text: Text) -> Vec<String> {
    let cell = |index| collapse(&text.decode(trim(fields.get(index))).unwrap_or_default());
    let mut cells: Vec<String> = (0..fields.len()).map(cell).collect();
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    cells
}

/// How many of a line's cells are names that the feed's columns go by.
fn likeness(feed: &Feed, header: &[String]) -> usize {
    let mut names: Vec<String> = Vec::new();
    for at in feed.columns.values() {
        if let ColumnAt::Name(name) = at {
            names.push(normalise(name));
        }
    }
    for (column, aliases) in super::aliases::known_columns(feed.name) {
        names.push(normalise(column));
        names.extend(aliases.iter().map(|alias| normalise(alias)));
    }
    header.iter().filter(|cell| names.contains(&normalise(cell))).count()
}

/// Without a header, the delimiter is the one that gives the columns their positions and the first rows most fields.
fn without_header(feed: &Feed, sample: &[u8], delimiters: &[u8], line_end: u8) -> Result<Beginning, String> {
    let columns = Columns::resolve(feed, None).map_err(|fault| match fault {
        ColumnFault::Missing { column, configured: Some(name) } => format!(
            "has no header (header_row = 0), so columns.{column} = \"{name}\" must be a position, from 1"
        ),
        ColumnFault::Missing { column, .. } => {
            format!("has no header (header_row = 0), and `{column}` has neither a position (columns.{column}) nor a fixed value")
        }
        other => words(&other),
    })?;
    let last = columns.positions().map(|(_, index)| index).max().unwrap_or(0);
    let score = |delimiter: &u8| {
        let counts = field_counts(sample, Dialect { delimiter: *delimiter, line_end });
        (counts.iter().filter(|count| **count > last).count(), counts.iter().sum::<usize>())
    };
    let mut scored: Vec<_> = delimiters.iter().map(|delimiter| (score(delimiter), *delimiter)).collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let delimiter = scored.first().map_or(b';', |(_, delimiter)| *delimiter);
    let dialect = Dialect { delimiter, line_end };
    Ok(Beginning { dialect, header: Vec::new(), columns, preamble: 0, data: 0, line: 1 })
}

fn explain(candidate: &Candidate, fault: &ColumnFault) -> String {
    // Cells of a data row must not be shown, and a data row is told by its digits.
    let looks_like_data = |cell: &String| cell.chars().filter(char::is_ascii_digit).count() >= 3;
    if matches!(fault, ColumnFault::Missing { .. }) && candidate.header.iter().any(looks_like_data) {
        return format!(
            "no header with the feed's columns was found; line {} looks like data. If the file has no header, set \
             header_row = 0 and give the columns by position",
            candidate.line
        );
    }
    let found: Vec<String> = candidate
        .header
        .iter()
        .filter(|name| !name.is_empty())
        .take(60)
        .map(|name| format!("`{}`", cut(name)))
        .collect();
    let near = match fault {
        ColumnFault::Missing { column, configured } => {
            let near = closest(&candidate.header, configured.as_ref().unwrap_or(column));
            if near.is_empty() { String::new() } else { format!("; most like it: `{}`", near.join("`, `")) }
        }
        _ => String::new(),
    };
    format!("line {}: {}{near}; the header has {}", candidate.line, words(fault), found.join(", "))
}

fn cut(name: &str) -> String {
    name.chars().take(40).collect()
}

fn words(fault: &ColumnFault) -> String {
    match fault {
        ColumnFault::Missing { column, configured: Some(name) } => {
            format!("column `{name}` (columns.{column}) is not in the header")
        }
        ColumnFault::Missing { column, configured: None } => {
            format!("no column for `{column}` under any known name; name it with columns.{}", first_word(column))
        }
        ColumnFault::Twice { column, headers } => format!(
            "`{column}` could be any of `{}`; say which with columns.{column} (a position is possible too)",
            headers.join("`, `")
        ),
        ColumnFault::Cpr { column, header } => format!(
            "columns.{column} names `{header}`, which holds CPR numbers; they are never read, so name another column"
        ),
        ColumnFault::Protection { header } => format!(
            "`{}` may say whose address is protected, and nothing reads it: map it with columns.protected_address, or say \
             that none is protected with fixed.protected_address = \"nej\"",
            cut(header)
        ),
        ColumnFault::NoSign { header } => format!(
            "`{header}` holds charges and payments alike: set columns.amount = \"{header}\" and sign = \"debt-positive\" or \
             \"debt-negative\""
        ),
    }
}

fn first_word(column: &str) -> &str {
    column.split_whitespace().next().unwrap_or(column)
}
