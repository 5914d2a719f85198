//! Workbooks (.xlsx), rewritten as delimited text so that every later step is the same: row numbers become line numbers,
//! dates and numbers are written the way the feed's own rules read them.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use calamine::{DataRef, Reader, Xlsx, open_workbook};
use jiff::civil::Date;

use crate::config::{DateFormat, Decimal, Feed};
use crate::exports::error::ReadErrorKind;

/// What stands between the fields of the text.
pub const DELIMITER: u8 = b';';
/// The largest workbook that is opened, in bytes: it is unpacked in memory.
const LARGEST: u64 = 200 << 20;
/// The most text that a sheet may come to, in bytes.
const MOST_TEXT: usize = 1 << 30;
/// The most columns that a row may have.
const MOST_COLUMNS: u32 = 1_000;
/// The rows and columns that a sheet of Excel has; no program writes more.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

/// The sheet named in the config, or else the first, as delimited text.
pub fn as_text(feed: &Feed, path: &Path) -> Result<Vec<u8>, ReadErrorKind> {
    let sheet_error =
        |error: &dyn std::fmt::Display| ReadErrorKind::Sheet(format!("is no readable .xlsx workbook: {error}"));
    if std::fs::metadata(path)?.len() > LARGEST {
        let limit = LARGEST >> 20;
        return Err(ReadErrorKind::Sheet(format!("is a workbook of more than {limit} MB; export it as CSV")));
    }
    let mut book: Xlsx<BufReader<File>> =
        open_workbook(path).map_err(|error: calamine::XlsxError| sheet_error(&error))?;
    let names = book.sheet_names();
    let name = match &feed.sheet {
        Some(name) if names.contains(name) => name.clone(),
        Some(name) => {
            let has = names.join("`, `");
            return Err(ReadErrorKind::Sheet(format!("has no sheet `{name}` (key `sheet`); it has `{has}`")));
        }
        None => names.first().cloned().ok_or_else(|| ReadErrorKind::Sheet("has no sheets".to_owned()))?,
    };
    let mut cells = book.worksheet_cells_reader(&name).map_err(|error| sheet_error(&error))?;
    let mut sheet = Sheet { text: Vec::new(), row: 0, column: 0, next: (0, 0), feed };
    while let Some(cell) = cells.next_cell().map_err(|error| sheet_error(&error))? {
        let (row, column) = cell.get_position();
        sheet.put(row, column, cell.get_value())?;
    }
    sheet.text.push(b'\n');
    Ok(sheet.text)
}

fn too_large() -> ReadErrorKind {
    let megabytes = MOST_TEXT >> 20;
    ReadErrorKind::Sheet(format!(
        "has a sheet of more than {MOST_COLUMNS} columns or {megabytes} MB of text; export it as CSV"
    ))
}

struct Sheet<'f> {
    text: Vec<u8>,
    row: u32,
    column: u32,
    /// Where the next cell may be at the earliest.
    next: (u32, u32),
    feed: &'f Feed,
}

impl Sheet<'_> {
    fn put(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> Result<(), ReadErrorKind> {
        if matches!(value, DataRef::Empty) {
            return Ok(());
        }
        self.check_place(row, column)?;
        while self.row < row {
            self.text.push(b'\n');
            (self.row, self.column) = (self.row + 1, 0);
        }
        while self.column < column {
            self.text.push(DELIMITER);
            self.column += 1;
        }
        let cell = self.written(value);
        if self.text.len() + cell.len() > MOST_TEXT {
            return Err(too_large());
        }
        let quoted = cell.bytes().any(|byte| matches!(byte, DELIMITER | b'"'));
        let cell = cell.replace(['\n', '\r'], " ");
        if quoted {
            self.text.push(b'"');
            self.text.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            self.text.push(b'"');
        } else {
            self.text.extend_from_slice(cell.as_bytes());
        }
        Ok(())
    }

    /// Refuses a cell for which no room may be made: one that no sheet has, or one that stands in the place of another
    /// or before it, whose text would be taken for that one's.
    fn check_place(&mut self, row: u32, column: u32) -> Result<(), ReadErrorKind> {
        if row >= ROWS || column >= COLUMNS {
            return Err(ReadErrorKind::Sheet(format!(
                "has a sheet with a cell beyond row {ROWS} or column XFD, which sheets do not have: the workbook is damaged"
            )));
        }
        if (row, column) < self.next {
            return Err(ReadErrorKind::Sheet(format!(
                "has a sheet whose cells are not in order, or two in one place (row {}, column {}): save it anew, or export \
                 it as CSV",
                row + 1,
                column + 1
            )));
        }
        if column >= MOST_COLUMNS {
            return Err(too_large());
        }
        self.next = (row, column + 1);
        Ok(())
    }

    fn written(&self, value: &DataRef<'_>) -> String {
        match value {
            DataRef::Int(number) => number.to_string(),
            DataRef::Float(number) => self.number(*number),
            DataRef::String(text) | DataRef::DurationIso(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::Bool(yes) => if *yes { "ja" } else { "nej" }.to_owned(),
            DataRef::DateTime(serial) if serial.is_duration() || serial.as_f64() < 1.0 => self.number(serial.as_f64()),
            DataRef::DateTime(serial) => {
                let (year, month, day, ..) = serial.to_ymd_hms_milli();
                let date = Date::new(year as i16, month as i8, day as i8);
                date.map_or_else(|_| self.number(serial.as_f64()), |date| self.date(date))
            }
            DataRef::DateTimeIso(text) => match text.get(..10).and_then(|date| date.parse().ok()) {
                Some(date) => self.date(date),
                None => text.clone(),
            },
            DataRef::Error(error) => error.to_string(),
            DataRef::Empty => String::new(),
        }
    }

    /// A number with the feed's decimal sign. What a sum of floating-point numbers adds beyond the sixth decimal is noise.
    fn number(&self, number: f64) -> String {
        let clean = (number * 1e6).round() / 1e6;
        let written = if clean.is_finite() && number.abs() < 1e12 { clean.to_string() } else { number.to_string() };
        match self.feed.decimal {
            Decimal::Comma => written.replace('.', ","),
            Decimal::Point => written,
        }
    }

    /// A date in a form that the feed accepts, best with four digits of year.
    fn date(&self, date: Date) -> String {
        let form = |format: &DateFormat| match format {
            DateFormat::DayMonthYearDash => "%d-%m-%Y",
            DateFormat::DayMonthYearDot => "%d.%m.%Y",
            DateFormat::DayMonthYearSlash => "%d/%m/%Y",
            DateFormat::YearMonthDayDash => "%Y-%m-%d",
            DateFormat::YearMonthDaySlash => "%Y/%m/%d",
            DateFormat::YearMonthDay => "%Y%m%d",
            DateFormat::DayMonthYear => "%d%m%Y",
            DateFormat::DayMonthShortYearDash => "%d-%m-%y",
            DateFormat::DayMonthShortYear => "%d%m%y",
            DateFormat::ShortYearMonthDay => "%y%m%d",
        };
        let forms: Vec<&str> = self.feed.dates.iter().map(form).collect();
        let best = forms.iter().find(|form| form.contains("%Y")).or(forms.first()).unwrap_or(&"%Y-%m-%d");
        date.strftime(best).to_string()
    }
}
