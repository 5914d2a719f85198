//! Whose the rejected rows are, as far as the rows tell: what is known of those tenancies is not complete.

use std::collections::{BTreeSet, HashSet};

use memchr::{memchr, memchr_iter};

use super::columns::Slot;
use super::layout::Layout;
use super::row::Row;
use super::scan::{LONGEST_RECORD, Record};
use super::text::{shape, trim};
use crate::exports::references::References;
use crate::exports::report::FeedReport;
use crate::redaction::cpr::looks_like_cpr;
use crate::tenancy::TenancyId;

/// The longest reference that is believed, in bytes.
const LONGEST: usize = 64;
/// Rejected rows whose references are kept; the rest are counted as telling none.
const MOST: usize = 100_000;
/// The most cells or lines of one rejected row in which its reference is looked for.
const MOST_PLACES: usize = 600;

/// References in rejected rows.
#[derive(Default)]
pub struct Spoiled {
    /// For each row, what may be its reference: the cell in that place, and where cells are too many or too few, those
    /// beside it.
    rows: Vec<Vec<String>>,
    /// Rows in which no reference can be read.
    silent: u64,
}

impl Spoiled {
    /// Takes a rejected row whose fields are known. `cut` says that the row is the end of a file that was cut off.
    pub fn take(&mut self, row: &Row<'_>, reference: &Slot, cut: bool) {
        let Slot::At(index) = *reference else { return self.keep(vec![row.cell(reference)], row.layout) };
        let (has, header) = (row.fields.len(), row.layout.header.len());
        let (mut first, mut last) = (index, index);
        if header > 0 && row.layout.tail.is_none() {
            last += has.saturating_sub(header).min(MOST_PLACES);
        }
        if header > 0 {
            first = first.saturating_sub(header.saturating_sub(has));
        }
        let readable = if cut { has.saturating_sub(1) } else { has };
        let mut cells: Vec<&[u8]> = (first..=last).filter(|at| *at < readable).map(|at| row.fields.get(at)).collect();
        cells.extend(later_lines(row.raw, row.layout, index));
        self.keep(cells, row.layout);
    }

    /// Takes a damaged record: its reference is read where its cell lies before the damage.
    pub fn take_damaged(&mut self, raw: &[u8], record: &Record, reference: &Slot, layout: &Layout) {
        let Slot::At(index) = *reference else {
            let Slot::Fixed(value) = reference else { return self.silent += 1 };
            return self.keep(vec![value.as_bytes()], layout);
        };
        let whole = raw.len() <= LONGEST_RECORD;
        let mut cells: Vec<&[u8]> =
            field_before_damage(raw, layout.dialect.delimiter, index, whole).into_iter().collect();
        if record.lines > 1 {
            cells.extend(later_lines(raw, layout, index));
        }
        self.keep(cells, layout);
    }

    /// Takes a row that could be read and was rejected all the same.
    pub fn take_reference(&mut self, reference: &str) {
        if self.rows.len() >= MOST {
            self.silent += 1;
        } else {
            self.rows.push(vec![reference.to_owned()]);
        }
    }

    fn keep(&mut self, cells: Vec<&[u8]>, layout: &Layout) {
        let readable = |cell: &[u8]| {
            let cell = trim(cell);
            let sound = (1..=LONGEST).contains(&cell.len()) && memchr(0, cell).is_none();
            let text = sound.then(|| layout.text.decode(cell)).flatten()?;
            (!looks_like_cpr(&text)).then(|| text.into_owned())
        };
        let mut references: Vec<String> = cells.into_iter().filter_map(readable).collect();
        references.dedup();
        if references.is_empty() || self.rows.len() >= MOST {
            self.silent += 1;
        } else {
            self.rows.push(references);
        }
    }

    /// Takes what another block came to.
    pub fn append(&mut self, mut other: Spoiled) {
        self.rows.append(&mut other.rows);
        self.silent += other.silent;
    }

    /// The tenancies that the rows belong to. Counted in the report are rows of which that is not known: what stands in
    /// the place of the reference is no tenancy's, and does not look like one either, as a former tenancy's would.
    pub fn tenancies(self, references: &References, report: &mut FeedReport) -> BTreeSet<TenancyId> {
        let mut found = BTreeSet::new();
        let mut shapes: Option<HashSet<String>> = None;
        report.rejected_without_tenancy += self.silent;
        for row in self.rows {
            let ids: Vec<TenancyId> = row.iter().filter_map(|reference| references.id(reference)).collect();
            if !ids.is_empty() {
                found.extend(ids);
                continue;
            }
            let known = shapes.get_or_insert_with(|| references.ids().map(|id| shape(references.text(id))).collect());
            let a_strangers = row.iter().any(|reference| known.contains(&shape(reference)));
            report.rejected_without_tenancy += u64::from(!a_strangers);
        }
        found
    }
}

/// The cells in the reference's place on every line but the first: a quote that was opened in one row and closed in
/// another has taken up the rows between them.
fn later_lines<'r>(raw: &'r [u8], layout: &Layout, index: usize) -> Vec<&'r [u8]> {
    let (delimiter, line_end) = (layout.dialect.delimiter, layout.dialect.line_end);
    if memchr(line_end, raw).is_none() {
        return Vec::new();
    }
    let fields = layout.header.len().max(2);
    raw.split(|byte| *byte == line_end)
        .skip(1)
        .take(MOST_PLACES)
        .filter(|line| memchr_iter(delimiter, line).count() + 1 > fields / 2)
        .filter_map(|line| field_before_damage(line, delimiter, index, true))
        .collect()
}

/// The field at a position from 0, where it and all before it are whole. `whole` says that the record was not cut.
fn field_before_damage(raw: &[u8], delimiter: u8, index: usize, whole: bool) -> Option<&[u8]> {
    let mut rest = raw;
    for at in 0..=index {
        let (field, next) = match rest {
            [b'"', inside @ ..] => {
                let mut from = 0;
                let close = loop {
                    let close = from + memchr(b'"', inside.get(from..)?)?;
                    if inside.get(close + 1) != Some(&b'"') {
                        break close;
                    }
                    from = close + 2;
                };
                let next = match inside.get(close + 1) {
                    None => None,
                    Some(byte) if *byte == delimiter => inside.get(close + 2..),
                    Some(_) => return None,
                };
                (inside.get(..close)?, next)
            }
            _ => match memchr(delimiter, rest) {
                Some(end) => (rest.get(..end)?, rest.get(end + 1..)),
                None => (rest, None),
            },
        };
        if at == index {
            return (next.is_some() || whole).then_some(field);
        }
        rest = next?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_read_only_where_nothing_before_it_is_damaged() {
        let field = |raw: &'static str, index| field_before_damage(raw.as_bytes(), b';', index, true);
        assert_eq!(field("a;\"b;c\";d;\"e", 1), Some(b"b;c".as_slice()));
        assert_eq!(field("a;\"b;c\";d;\"e", 2), Some(b"d".as_slice()));
        assert_eq!(field("a;\"b;c\";d;\"e", 3), None);
        assert_eq!(field("a;\"b\"c;d", 2), None);
        assert_eq!(field("a", 1), None);
        assert_eq!(field_before_damage(b"a;b", b';', 1, false), None, "cut off in the middle of it, perhaps");
    }
}
