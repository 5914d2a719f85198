//! What stands in a record: its fields, without copying where none is quoted.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};
use memchr::{memchr, memchr_iter};

use super::scan::{Dialect, Record};

/// Splits records into fields; keeps its buffers from record to record.
pub struct Splitter {
    dialect: Dialect,
    core: Reader,
    unquoted: Vec<u8>,
    ends: Vec<usize>,
    spans: Vec<(u32, u32)>,
}

/// The fields of one record.
#[derive(Clone, Copy)]
pub struct Fields<'r> {
    bytes: &'r [u8],
    spans: &'r [(u32, u32)],
}

impl<'r> Fields<'r> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The field at a position from 0, as it stands; nothing beyond the last.
    pub fn get(&self, index: usize) -> &'r [u8] {
        match self.spans.get(index) {
            Some(&(start, end)) => self.bytes.get(start as usize..end as usize).unwrap_or_default(),
            None => &[],
        }
    }
}

impl Splitter {
    /// A splitter for one dialect.
    pub fn new(dialect: Dialect) -> Splitter {
        let core =
            ReaderBuilder::new().delimiter(dialect.delimiter).terminator(Terminator::Any(dialect.line_end)).build();
        Splitter { dialect, core, unquoted: Vec::new(), ends: Vec::new(), spans: Vec::new() }
    }

    /// The fields of a record in `bytes`.
    pub fn split<'r>(&'r mut self, bytes: &'r [u8], record: &Record) -> Fields<'r> {
        let row = bytes.get(record.start..record.end).unwrap_or_default();
        self.spans.clear();
        if record.quoted {
            if self.split_quoted(row) {
                return Fields { bytes: row, spans: &self.spans };
            }
            self.spans.clear();
            return self.unquote(row);
        }
        self.split_plain(row);
        Fields { bytes: row, spans: &self.spans }
    }

    /// Fields are some eight bytes long, too short for a search that is set up anew for each: eight bytes at a time are
    /// compared with the delimiter in one word, and a bit is left for each that is one.
    fn split_plain(&mut self, row: &[u8]) {
        const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
        let delimiter = self.dialect.delimiter;
        let pattern = u64::from_ne_bytes([delimiter; 8]);
        let (words, rest) = row.as_chunks::<8>();
        let (mut start, mut at) = (0, 0);
        for word in words {
            let differing = u64::from_le_bytes(*word) ^ pattern;
            let mut equal = !(((differing & LOW) + LOW) | differing | LOW);
            while equal != 0 {
                let end = at + equal.trailing_zeros() / 8;
                self.spans.push((start, end));
                start = end + 1;
                equal &= equal - 1;
            }
            at += 8;
        }
        for byte in rest {
            if *byte == delimiter {
                self.spans.push((start, at));
                start = at + 1;
            }
            at += 1;
        }
        self.spans.push((start, at));
    }

    /// Finds the fields of a record whose quoted fields hold no quotes, which need not be copied; `false` for others.
    fn split_quoted(&mut self, row: &[u8]) -> bool {
        let mut start = 0;
        loop {
            let rest = row.get(start..).unwrap_or_default();
            let (from, end, next) = if rest.first() == Some(&b'"') {
                let Some(length) = rest.get(1..).and_then(|inside| memchr(b'"', inside)) else { return false };
                let end = start + 1 + length;
                match row.get(end + 1) {
                    None => (start + 1, end, None),
                    Some(byte) if *byte == self.dialect.delimiter => (start + 1, end, Some(end + 2)),
                    Some(_) => return false,
                }
            } else {
                match memchr(self.dialect.delimiter, rest) {
                    None => (start, row.len(), None),
                    Some(length) => (start, start + length, Some(start + length + 1)),
                }
            };
            self.spans.push((from as u32, end as u32));
            match next {
                Some(next) => start = next,
                None => return true,
            }
        }
    }

    /// csv-core takes doubled quotes apart, and letters after a closing quote.
    fn unquote<'r>(&'r mut self, row: &[u8]) -> Fields<'r> {
        self.core.reset();
        self.unquoted.resize(row.len() + 1, 0);
        self.ends.resize(memchr_iter(self.dialect.delimiter, row).count() + 2, 0);
        let (mut read, mut written, mut fields) = (0, 0, 0);
        // The record has no line end of its own, so it ends when csv-core is told, by empty input, that nothing follows.
        for _ in 0..row.len() + 3 {
            let input = row.get(read..).unwrap_or_default();
            let output = self.unquoted.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(fields..).unwrap_or_default();
            let (result, taken, put, ended) = self.core.read_record(input, output, ends);
            (read, written, fields) = (read + taken, written + put, fields + ended);
            if !matches!(result, ReadRecordResult::InputEmpty) {
                break;
            }
        }
        let mut start = 0;
        for end in self.ends.iter().take(fields) {
            self.spans.push((start, *end as u32));
            start = *end as u32;
        }
        Fields { bytes: &self.unquoted, spans: &self.spans }
    }
}

#[cfg(test)]
mod tests {
    use super::super::scan::next_record;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn plain_rows_are_split_at_every_delimiter(bytes in proptest::collection::vec(prop_oneof![Just(b';'), Just(0xBB), any::<u8>()], 1..60)) {
            prop_assume!(!bytes.contains(&b'"') && !bytes.contains(&b'\n') && !bytes.contains(&b'\r'));
            let dialect = Dialect { delimiter: b';', line_end: b'\n' };
            let mut splitter = Splitter::new(dialect);
            let record = next_record(&bytes, 0, dialect).unwrap();
            let fields = splitter.split(&bytes, &record);
            let split: Vec<&[u8]> = (0..fields.len()).map(|index| fields.get(index)).collect();
            prop_assert_eq!(split, bytes.split(|byte| *byte == b';').collect::<Vec<_>>());
        }
    }

    fn fields(text: &str) -> Vec<String> {
        let dialect = Dialect { delimiter: b';', line_end: b'\n' };
        let mut splitter = Splitter::new(dialect);
        let record = next_record(text.as_bytes(), 0, dialect).unwrap();
        let fields = splitter.split(text.as_bytes(), &record);
        (0..fields.len()).map(|index| String::from_utf8_lossy(fields.get(index)).into_owned()).collect()
    }

    #[test]
    fn quoted_and_unquoted_fields_come_out_the_same() {
        assert_eq!(fields("a;;\"b;\"\"c\"\"\r\nd\";e;\r\n"), ["a", "", "b;\"c\"\r\nd", "e", ""]);
        assert_eq!(fields("a;;b;e;\r\n"), ["a", "", "b", "e", ""]);
        assert_eq!(fields("\"\""), [""]);
        assert_eq!(fields("\"a;b\";\"\";c;\"d\";"), ["a;b", "", "c", "d", ""]);
        assert_eq!(fields("\"a\"b;\"c\""), ["ab", "c"]);
        assert_eq!(fields("-0.33\";\"x\";5\" rør"), ["-0.33\"", "x", "5\" rør"]);
    }
}
