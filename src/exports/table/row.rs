//! One row, with cells by canonical column, and what can be wrong with it.

use std::borrow::Cow;

use jiff::civil::Date;

use super::columns::Slot;
use super::fields::Fields;
use super::layout::{Layout, is_footer_word};
use super::text::{shape, trim};
use crate::config::SkipTest;
use crate::exports::cells::amount::amount;
use crate::money::Ore;

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field to blame, from 0.
    pub index: Option<usize>,
    /// What is wrong, without the content of any cell.
    pub reason: String,
}

impl Fault {
    /// A fault of the row as a whole.
    pub fn row(reason: impl Into<String>) -> Fault {
        Fault { index: None, reason: reason.into() }
    }

    /// A fault of one cell.
    pub fn cell(slot: &Slot, reason: impl Into<String>) -> Fault {
        let index = if let Slot::At(index) = slot { Some(*index) } else { None };
        Fault { index, reason: reason.into() }
    }
}

/// One row of a file.
#[derive(Clone, Copy)]
pub struct Row<'r> {
    /// The file's layout.
    pub layout: &'r Layout,
    /// What stands in it.
    pub fields: Fields<'r>,
    /// The row as it stands in the file, without line end.
    pub raw: &'r [u8],
    /// Its line, counted from the beginning of its block.
    pub line: u64,
}

impl<'r> Row<'r> {
    /// A cell without white space around it; empty where it is absent.
    #[inline]
    pub fn cell(&self, slot: &'r Slot) -> &'r [u8] {
        match slot {
            Slot::At(index) => trim(self.fields.get(*index)),
            Slot::Fixed(value) => value.as_bytes(),
            Slot::Absent => &[],
        }
    }

    /// A cell as text; the last column of free text with the delimiters that nobody quoted.
    pub fn text(&self, slot: &'r Slot) -> Result<Cow<'r, str>, Fault> {
        if let Slot::At(index) = slot
            && self.layout.tail == Some(*index)
            && self.fields.len() > index + 1
        {
            return Ok(Cow::Owned(self.joined(*index)?));
        }
        self.decode(self.cell(slot), slot)
    }

    /// A cell as text that must not be empty.
    pub fn filled(&self, slot: &'r Slot, what: &str) -> Result<Cow<'r, str>, Fault> {
        let text = self.text(slot)?;
        if text.is_empty() { Err(self.fault(slot, format!("no {what}"))) } else { Ok(text) }
    }

    /// A cell as an amount; `None` where it is empty.
    pub fn amount(&self, slot: &'r Slot) -> Result<Option<Ore>, Fault> {
        let cell = self.cell(slot);
        if cell.is_empty() {
            return Ok(None);
        }
        let decimal = self.layout.decimal;
        amount(cell, decimal).map(Some).map_err(|fault| self.fault(slot, fault.reason(&self.shape(cell), decimal)))
    }

    /// A cell as a date; `None` where it is empty.
    pub fn date(&self, slot: &'r Slot) -> Result<Option<Date>, Fault> {
        let cell = self.cell(slot);
        if cell.is_empty() {
            return Ok(None);
        }
        self.layout.dates.parse(cell).map(Some).map_err(|fault| self.fault(slot, fault.reason(&self.shape(cell))))
    }

    /// A cell as a date that must be there.
    pub fn needed_date(&self, slot: &'r Slot, what: &str) -> Result<Date, Fault> {
        self.date(slot)?.ok_or_else(|| match slot {
            Slot::At(index) if *index >= self.fields.len() => {
                self.fault(slot, format!("the row ends after {} fields, before the {what}", self.fields.len()))
            }
            _ => self.fault(slot, format!("no {what}")),
        })
    }

    /// A fault of one cell.
    pub fn fault(&self, slot: &Slot, reason: impl Into<String>) -> Fault {
        Fault::cell(slot, reason)
    }

    /// What a cell looks like, without what it says.
    pub fn shape(&self, cell: &[u8]) -> String {
        shape(&self.layout.text.decode(cell).unwrap_or_else(|| String::from_utf8_lossy(cell)))
    }

    /// Whether there is nothing in the row.
    pub fn is_blank(&self) -> bool {
        (0..self.fields.len()).all(|index| trim(self.fields.get(index)).is_empty())
    }

    /// Whether the row is the header again.
    pub fn is_header(&self) -> bool {
        self.layout.is_header((0..self.fields.len()).map(|index| self.lossy(index)))
    }

    /// Whether the row is a footer: its first filled cell says so.
    pub fn is_footer(&self) -> bool {
        let first = (0..self.fields.len()).map(|index| self.lossy(index)).find(|cell| !cell.is_empty());
        first.is_some_and(|cell| is_footer_word(&cell))
    }

    /// The first of the config's skip rules that the row meets.
    #[inline]
    pub fn skipped_by(&self) -> Option<&'r str> {
        if self.layout.skips.is_empty() { None } else { self.meets_a_rule() }
    }

    fn meets_a_rule(&self) -> Option<&'r str> {
        let meets = |index: usize, test: &SkipTest| {
            let cell = self.lossy(index);
            match test {
                SkipTest::Equals(values) => values.iter().any(|value| value.trim() == cell),
                SkipTest::NotEquals(values) => !values.iter().any(|value| value.trim() == cell),
                SkipTest::StartsWith(beginning) => cell.starts_with(beginning.as_str()),
                SkipTest::Empty => cell.is_empty(),
            }
        };
        self.layout.skips.iter().find(|skip| meets(skip.index, &skip.test)).map(|skip| skip.rule.as_str())
    }

    /// What is wrong with the number of fields. A row may have fewer than the header, but not more that are filled: then
    /// some cell holds an unquoted delimiter, and everything right of it stands in the wrong column.
    pub fn misfit(&self, cut: bool) -> Option<Fault> {
        let (has, header) = (self.fields.len(), self.layout.header.len());
        if header == 0 {
            return None;
        }
        if cut && has < header {
            return Some(Fault::row(format!(
                "the file's last line has no line end and only {has} of {header} fields: the file was cut off"
            )));
        }
        let too_many = has > header && (header..has).any(|index| !trim(self.fields.get(index)).is_empty());
        (too_many && self.layout.tail.is_none()).then(|| {
            Fault::row(format!(
                "{has} fields where the header has {header}: a cell holds a delimiter that is not quoted"
            ))
        })
    }

    fn decode(&self, cell: &'r [u8], slot: &Slot) -> Result<Cow<'r, str>, Fault> {
        let text = if let Slot::Fixed(_) = slot { super::text::Text::Utf8 } else { self.layout.text };
        text.decode(cell).ok_or_else(|| self.fault(slot, "not UTF-8, as the config says of this feed (key `encoding`)"))
    }

    fn lossy(&self, index: usize) -> Cow<'r, str> {
        let cell = trim(self.fields.get(index));
        self.layout.text.decode(cell).unwrap_or_else(|| String::from_utf8_lossy(cell))
    }

    fn joined(&self, from: usize) -> Result<String, Fault> {
        let mut last = self.fields.len();
        while last > from + 1 && trim(self.fields.get(last - 1)).is_empty() {
            last -= 1;
        }
        let mut bytes = Vec::new();
        for index in from..last {
            if index > from {
                bytes.push(self.layout.dialect.delimiter);
            }
            bytes.extend_from_slice(self.fields.get(index));
        }
        let text = self.layout.text.decode(trim(&bytes)).map(Cow::into_owned);
        text.ok_or_else(|| self.fault(&Slot::At(from), "not UTF-8, as the config says of this feed (key `encoding`)"))
    }
}
