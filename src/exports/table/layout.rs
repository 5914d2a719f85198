//! How one file is laid out: everything that is needed to read its rows.

use std::sync::Arc;

use super::columns::{Columns, Slot, find};
use super::scan::Dialect;
use super::text::{Text, normalise};
use crate::config::{ColumnAt, Decimal, Feed, SkipTest};
use crate::exports::cells::date::DateRule;
use crate::exports::records::FeedName;

/// How one file is laid out.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Which feed it belongs to.
    pub feed: FeedName,
    /// What messages call the file.
    pub shown: Arc<str>,
    /// Delimiter and line end.
    pub dialect: Dialect,
    /// Encoding.
    pub text: Text,
    /// Decimal sign.
    pub decimal: Decimal,
    /// Date formats.
    pub dates: DateRule,
    /// The header; empty where the file has none.
    pub header: Vec<String>,
    /// Which column is which.
    pub columns: Columns,
    /// Rows of another record type.
    pub skips: Vec<Skip>,
    /// The last column is free text that nothing but itself depends on: unquoted delimiters in it belong to it.
    pub tail: Option<usize>,
    /// The date that every row has: of booking, of moving in, of what happened or was written.
    pub date: Slot,
    /// The date is fixed by the config, so that a footer row is not told by its lack of a date.
    pub footers_first: bool,
    normal: Vec<String>,
}

/// A config's skip rule, with its column found.
#[derive(Clone, Debug)]
pub struct Skip {
    /// The name under which rows are counted.
    pub rule: String,
    /// The field looked at, from 0.
    pub index: usize,
    /// What is looked for.
    pub test: SkipTest,
}

impl Layout {
    /// Puts together what was found; an error names a skip rule whose column is not there.
    pub fn new(
        feed: &Feed,
        shown: &str,
        dialect: Dialect,
        text: Text,
        header: Vec<String>,
        columns: Columns,
    ) -> Result<Layout, String> {
        let skips = feed.skip.iter().map(|rule| {
            let index = match &rule.column {
                ColumnAt::Position(position) => position.saturating_sub(1),
                ColumnAt::Name(name) => find(&header, name).map_err(|_| {
                    format!(
                        "skip rule `{}` looks at column `{name}`, which is not in the header exactly once",
                        rule.rule
                    )
                })?,
            };
            Ok(Skip { rule: rule.rule.clone(), index, test: rule.test.clone() })
        });
        let skips = skips.collect::<Result<_, String>>()?;
        let last = header.len().checked_sub(1);
        let tail = last.filter(|last| columns.slot("text") == Slot::At(*last));
        let date = columns.slot(match feed.name {
            FeedName::Tenancies => "moved_in",
            FeedName::Ledger => "booked_on",
            FeedName::Events => "on",
            FeedName::Notes => "written_on",
        });
        Ok(Layout {
            feed: feed.name,
            shown: shown.into(),
            dialect,
            text,
            decimal: feed.decimal,
            dates: DateRule::new(&feed.dates),
            skips,
            tail,
            footers_first: matches!(date, Slot::Fixed(_)),
            date,
            normal: header.iter().map(|name| normalise(name)).collect(),
            header,
            columns,
        })
    }

    /// The header of a field, where the file has headers.
    pub fn header_of(&self, index: usize) -> Option<&str> {
        self.header.get(index).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// Whether these cells are the header again.
    pub fn is_header<'t>(&self, cells: impl Iterator<Item = std::borrow::Cow<'t, str>>) -> bool {
        let mut cells: Vec<String> = cells.map(|cell| normalise(&cell)).collect();
        while cells.len() > self.normal.len() && cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        !self.normal.is_empty() && cells == self.normal
    }
}

/// Whether a row's first filled cell says that the row is a footer: `I alt`, `Total`, `Sum`, `Antal posteringer`.
pub fn is_footer_word(cell: &str) -> bool {
    let word = normalise(cell);
    ["ialt", "total", "antal"].iter().any(|begins| word.starts_with(begins))
        || ["sum", "subtotal", "samlet", "hovedtotal", "slutsum"].contains(&word.as_str())
}
