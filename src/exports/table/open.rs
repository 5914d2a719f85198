//! Opening a file as a table: what it is, how it is written, where its columns are.

use super::blocks::{Block, Blocks};
use super::header;
use super::layout::Layout;
use super::sniff::{Sniffed, is_zip, sniff};
use super::text::Text;
use super::xlsx;
use crate::config::Feed;
use crate::exports::error::{ReadError, ReadErrorKind};
use crate::exports::pulled::PulledFile;
use crate::exports::report::FeedReport;

/// A file, opened: its layout, and its rows still to be read.
pub struct Table {
    /// How it is laid out.
    pub layout: Layout,
    /// The line on which the next block begins, from 1.
    pub line: u64,
    /// Filled lines above the header.
    preamble: u64,
    blocks: Blocks,
}

impl Table {
    /// Opens a file of a feed; `None` where there is nothing in it.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is no delimited text or .xlsx, is in another encoding than configured, or its header does
    /// not give the feed's columns.
    pub fn open(feed: &Feed, file: &PulledFile) -> Result<Option<Table>, ReadError> {
        Table::begin(feed, file).map_err(|kind| kind.of(feed.name, &file.shown))
    }

    fn begin(feed: &Feed, file: &PulledFile) -> Result<Option<Table>, ReadErrorKind> {
        let mut blocks = Blocks::open(&file.path)?;
        let mut dialect_of = feed.clone();
        let (sample, _) = blocks.peek()?;
        let sniffed = if is_zip(sample) {
            let text = xlsx::as_text(feed, &file.path)?;
            if blocks.changed()? {
                return Err(ReadErrorKind::Changed);
            }
            blocks = Blocks::memory(text);
            dialect_of.delimiter = Some(xlsx::DELIMITER);
            Sniffed { text: Text::Utf8, mark: 0, line_end: b'\n' }
        } else {
            let (sample, whole) = blocks.peek()?;
            sniff(sample, feed.encoding, whole)?
        };
        blocks.pass(sniffed.mark);
        let (sample, _) = blocks.peek()?;
        if sample.trim_ascii().is_empty() {
            return Ok(None);
        }
        let found =
            header::find(&dialect_of, sample, sniffed.text, sniffed.line_end).map_err(ReadErrorKind::Columns)?;
        let layout = Layout::new(feed, &file.shown, found.dialect, sniffed.text, found.header, found.columns)
            .map_err(ReadErrorKind::Columns)?;
        blocks.pass(found.data);
        Ok(Some(Table { layout, line: found.line, preamble: found.preamble, blocks }))
    }

    /// The next block of rows; `None` at the end, once it is sure that nobody wrote to the file meanwhile.
    pub fn next_block(&mut self) -> Result<Option<Block>, ReadError> {
        let next = self.blocks.next_block(self.layout.dialect).map_err(ReadErrorKind::from);
        let checked = next.and_then(|block| match block {
            None if self.blocks.changed()? => Err(ReadErrorKind::Changed),
            block => Ok(block),
        });
        checked.map_err(|kind| kind.of(self.layout.feed, &self.layout.shown))
    }

    /// Gives a block's memory back.
    pub fn recycle(&mut self, block: Block) {
        self.blocks.recycle(block);
    }

    /// Opens a file of a feed and enters it into the feed's report, with what is known from its beginning; `None` where there
    /// is nothing in it.
    ///
    /// # Errors
    ///
    /// As [`Table::open`].
    pub fn open_into(report: &mut FeedReport, feed: &Feed, file: &PulledFile) -> Result<Option<Table>, ReadError> {
        report.files.push(file.shown.clone());
        let table = Table::open(feed, file)?;
        match &table {
            Some(table) => table.enter(report),
            None => report.blank_files.push(file.shown.clone()),
        }
        Ok(table)
    }

    /// Enters what is known from the beginning of the file: lines above the header, columns not read.
    fn enter(&self, report: &mut FeedReport) {
        report.rows += self.preamble;
        if self.preamble > 0 {
            *report.skipped.entry("preamble".to_owned()).or_default() += self.preamble;
        }
        for index in &self.layout.columns.dropped {
            let header = self.layout.header_of(*index).unwrap_or_default().to_owned();
            if !report.dropped_columns.contains(&header) {
                report.dropped_columns.push(header);
            }
        }
        for warning in &self.layout.columns.warnings {
            report.warn(format!("{}: {warning}", self.layout.shown));
        }
    }
}
