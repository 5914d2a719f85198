//! Rows that stray quotes have joined: one row's quote is opened and never closed, a later row's is closed and was never
//! opened, and by the letter of CSV everything between is one text.

use memchr::{memchr, memchr_iter};

use super::columns::Slot;
use super::row::{Fault, Row};
use super::text::trim;

/// What is wrong with a row of several lines, one of which, inside its quotes, looks like a row of its own; `end` is given
/// where its first line ends, as a position in the row. Texts of several lines have lines too, but none with as many cells,
/// a date where dates stand, and what could be a reference where references stand.
pub fn joined(row: &Row<'_>, reference: &Slot, lines: u64) -> Option<(Fault, usize)> {
    let line_end = row.layout.dialect.line_end;
    let end = memchr(line_end, row.raw)?;
    let later = row.raw.get(end + 1..)?;
    if !later.split(|byte| *byte == line_end).any(|line| looks_like_a_row(row, reference, line)) {
        return None;
    }
    let within = if lines == 2 { "1 line".to_owned() } else { format!("{} lines", lines - 1) };
    let reason = format!(
        "a quote opened on this line is closed {within} later, and the lines up to there look like rows: only this line is left \
         out"
    );
    Some((Fault::row(reason), end))
}

fn looks_like_a_row(row: &Row<'_>, reference: &Slot, line: &[u8]) -> bool {
    let delimiter = row.layout.dialect.delimiter;
    let (cells, header) = (memchr_iter(delimiter, line).count() + 1, row.layout.header.len());
    let as_many = cells == row.fields.len() || cells == header || (row.layout.tail.is_some() && cells > header);
    if !as_many {
        return false;
    }
    let cell = |index: usize| {
        let cell = trim(line.split(|byte| *byte == delimiter).nth(index).unwrap_or_default());
        cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")).unwrap_or(cell)
    };
    let dated = match row.layout.date {
        Slot::At(index) => row.layout.dates.parse(cell(index)).is_ok(),
        _ => true,
    };
    let has_digit = |cell: &[u8]| cell.iter().any(u8::is_ascii_digit);
    let referring = match reference {
        Slot::At(index) => {
            let (here, above) = (cell(*index), row.cell(reference));
            !here.is_empty() && has_digit(here) == has_digit(above) && (here.contains(&b' ') == above.contains(&b' '))
        }
        _ => true,
    };
    dated && referring
}
