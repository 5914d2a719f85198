//! Where rows end: record boundaries in delimited text, with quotes that may be broken.
//!
//! A quote opens a quoted field only as the first byte of a field (after a delimiter or at the beginning of a record), as
//! csv-core has it: the quote in `5" rør` or in `+0.00,-0.33","x"` is a letter like any other. A quoted field ends at the
//! next quote that is not doubled. If it spans lines, the byte after that quote must end the field or the record, and the
//! field may span at most [`MOST_LINES`] lines and [`LONGEST_FIELD`] bytes; otherwise the quote was never closed, only
//! the line that it stands in is lost, and reading goes on at the next line.
//!
//! The same rule runs twice: once over the file to cut it into blocks of whole records ([`whole_records`]), and once in
//! each block ([`next_record`]). They agree because what makes a quote closed or broken lies within one block.

use memchr::{memchr, memchr_iter, memchr2, memrchr};

/// The longest quoted field in bytes; longer, and its quote counts as never closed.
pub const LONGEST_FIELD: usize = 100_000;
/// The most lines that one quoted field may span.
pub const MOST_LINES: usize = 500;
/// The longest record in bytes; a longer one is rejected.
pub const LONGEST_RECORD: usize = 256 * 1024;

/// How a text marks the ends of fields and lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Stands between fields.
    pub delimiter: u8,
    /// Ends lines: `\n` (also in `\r\n`), or `\r` in files that have no `\n`.
    pub line_end: u8,
}

/// One record: a row's bytes and where the next begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// First byte.
    pub start: usize,
    /// One past the last byte, without the line end.
    pub end: usize,
    /// Where the next record begins.
    pub next: usize,
    /// How many lines it takes up.
    pub lines: u64,
    /// Whether a field is quoted, so that the fields cannot be found by delimiters alone.
    pub quoted: bool,
    /// A quote was opened and never closed; the record is the one line that it stands in.
    pub unclosed: bool,
}

enum Close {
    At { quote: usize, lines: u64 },
    Never,
    NotYet,
}

/// Finds the quote that closes the field opened at `open`. `whole` says that nothing follows `bytes` in the file.
fn close(bytes: &[u8], open: usize, dialect: Dialect, whole: bool) -> Close {
    let limit = bytes.len().min(open + 1 + LONGEST_FIELD);
    let cut_short = limit == bytes.len() && !whole;
    let mut from = open + 1;
    loop {
        let Some(found) = bytes.get(from..limit).and_then(|rest| memchr(b'"', rest)) else {
            return if cut_short { Close::NotYet } else { Close::Never };
        };
        let quote = from + found;
        let after = bytes.get(quote + 1).copied();
        match after {
            Some(b'"') => from = quote + 2,
            None if !whole => return Close::NotYet,
            _ => {
                let within = &bytes[open..quote];
                let lines =
                    memchr(dialect.line_end, within).map_or(0, |_| memchr_iter(dialect.line_end, within).count());
                let tidy = after.is_none_or(|byte| byte == dialect.delimiter || byte == b'\n' || byte == b'\r');
                if lines > 0 && (!tidy || lines > MOST_LINES) {
                    return Close::Never;
                }
                return Close::At { quote, lines: lines as u64 };
            }
        }
    }
}

fn line_end_from(bytes: &[u8], from: usize, line_end: u8) -> usize {
    bytes.get(from..).and_then(|rest| memchr(line_end, rest)).map_or(bytes.len(), |found| from + found)
}

/// The record that begins at `start`, in a block of whole records; `None` at the block's end.
pub fn next_record(bytes: &[u8], start: usize, dialect: Dialect) -> Option<Record> {
    if start >= bytes.len() {
        return None;
    }
    let (mut from, mut lines, mut quoted, mut unclosed) = (start, 1, false, false);
    let stop = loop {
        let Some(found) = bytes.get(from..).and_then(|rest| memchr2(b'"', dialect.line_end, rest)) else {
            break bytes.len();
        };
        let at = from + found;
        if bytes[at] == dialect.line_end {
            break at;
        }
        if at > start && bytes[at - 1] != dialect.delimiter {
            from = at + 1;
            continue;
        }
        match close(bytes, at, dialect, true) {
            Close::At { quote, lines: within } => {
                quoted = true;
                lines += within;
                from = quote + 1;
            }
            Close::Never | Close::NotYet => {
                unclosed = true;
                break line_end_from(bytes, at, dialect.line_end);
            }
        }
    };
    let mut end = stop;
    while end > start && matches!(bytes[end - 1], b'\r' | b'\n') {
        end -= 1;
    }
    Some(Record { start, end, next: (stop + 1).min(bytes.len()), lines, quoted, unclosed })
}

/// How many bytes at the beginning of `bytes` are whole records, where more may follow in the file.
pub fn whole_records(bytes: &[u8], dialect: Dialect) -> usize {
    let mut spans: Vec<(usize, usize)> = Vec::new(); // quoted fields with line ends in them
    let mut until = bytes.len();
    let mut from = 0;
    while let Some(found) = bytes.get(from..).and_then(|rest| memchr(b'"', rest)) {
        let at = from + found;
        let before = at.checked_sub(1).map(|before| bytes[before]);
        if before.is_some_and(|byte| byte != dialect.delimiter && byte != dialect.line_end) {
            from = at + 1;
            continue;
        }
        match close(bytes, at, dialect, false) {
            Close::At { quote, lines } => {
                if lines > 0 {
                    spans.push((at, quote));
                }
                from = quote + 1;
            }
            Close::Never => from = line_end_from(bytes, at, dialect.line_end),
            Close::NotYet => {
                until = at;
                break;
            }
        }
    }
    while let Some(end) = memrchr(dialect.line_end, &bytes[..until]) {
        match spans.pop() {
            Some((open, quote)) if end < quote => until = open,
            _ => return end + 1,
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SEMICOLON: Dialect = Dialect { delimiter: b';', line_end: b'\n' };

    fn records(text: &str) -> Vec<(String, u64, bool)> {
        let (mut start, mut found) = (0, Vec::new());
        while let Some(record) = next_record(text.as_bytes(), start, SEMICOLON) {
            found.push((text[record.start..record.end].to_owned(), record.lines, record.unclosed));
            start = record.next;
        }
        found
    }

    #[test]
    fn a_quote_within_a_field_is_a_letter() {
        let read = records("1;5\" rør\r\n2;+0.33\";\"x\"\r\n3;y");
        assert_eq!(
            read.iter().map(|(text, ..)| text.as_str()).collect::<Vec<_>>(),
            ["1;5\" rør", "2;+0.33\";\"x\"", "3;y"]
        );
        assert!(read.iter().all(|(_, lines, unclosed)| *lines == 1 && !unclosed));
    }

    #[test]
    fn a_quoted_field_may_span_lines_and_hold_delimiters() {
        let read = records("1;\"a;\nb \"\"c\"\"\n\";x\n2;y\n");
        assert_eq!(read[0], ("1;\"a;\nb \"\"c\"\"\n\";x".to_owned(), 3, false));
        assert_eq!(read[1].0, "2;y");
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_one_line_only() {
        let read = records("1;\"a\n2;b\n3;\"c\"\n4;d\n");
        assert_eq!(read.iter().map(|(text, ..)| text.as_str()).collect::<Vec<_>>(), ["1;\"a", "2;b", "3;\"c\"", "4;d"]);
        assert_eq!(read.iter().map(|(.., unclosed)| *unclosed).collect::<Vec<_>>(), [true, false, false, false]);
        let far = format!("1;\"a\n{}x\";\n", "2;b\n".repeat(MOST_LINES + 1));
        assert!(records(&far)[0].2, "a closing quote beyond the limit does not count");
    }

    fn messy() -> impl Strategy<Value = String> {
        proptest::collection::vec(
            prop_oneof![
                Just("\""),
                Just(";"),
                Just("\n"),
                Just("\r\n"),
                Just("a"),
                Just("\"\""),
                Just(";\""),
                Just("\";")
            ],
            0..60,
        )
        .prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn cutting_a_file_into_blocks_changes_no_record(text in messy(), cut in 0usize..80) {
            let whole = records(&text);
            let cut = cut.min(text.len());
            let first = whole_records(&text.as_bytes()[..cut], SEMICOLON);
            let mut parts = records(&text[..first]);
            parts.extend(records(&text[first..]));
            prop_assert_eq!(parts, whole);
        }
    }
}
