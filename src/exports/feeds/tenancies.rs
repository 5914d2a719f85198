//! The tenancies feed: who lives where, since when, at what rent.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};
use jiff::civil::Date;

use super::person_names::{OrderCheck, in_order, is_masked};
use super::queue::{Book, read_blocks};
use super::reference::reference;
use crate::config::{Feed, NameOrder};
use crate::exports::error::ReadError;
use crate::exports::pulled::Pulled;
use crate::exports::records::Tenancy;
use crate::exports::references::References;
use crate::exports::report::FeedReport;
use crate::exports::table::blocks::Block;
use crate::exports::table::columns::Slot;
use crate::exports::table::fields::Splitter;
use crate::exports::table::layout::Layout;
use crate::exports::table::open::Table;
use crate::exports::table::row::{Fault, Row};
use crate::exports::table::sift::{Tally, sift};
use crate::exports::table::spoiled::Spoiled;
use crate::exports::table::text::{collapse, normalise};
use crate::redaction::cpr::redact;
use crate::tenancy::{TenancyId, TenancyRef};

struct Slots {
    reference: Slot,
    estate: Slot,
    moved_in: Slot,
    moved_out: Slot,
    address: Slot,
    postcode: Slot,
    town: Slot,
    tenant_names: Slot,
    monthly_rent: Slot,
    protected_address: Slot,
    language: Slot,
}

impl Slots {
    fn new(layout: &Layout) -> Slots {
        let slot = |column| layout.columns.slot(column);
        Slots {
            reference: slot("tenancy_ref"),
            estate: slot("estate"),
            moved_in: slot("moved_in"),
            moved_out: slot("moved_out"),
            address: slot("address"),
            postcode: slot("postcode"),
            town: slot("town"),
            tenant_names: slot("tenant_names"),
            monthly_rent: slot("monthly_rent"),
            protected_address: slot("protected_address"),
            language: slot("language"),
        }
    }
}

/// Reads the feed. Rows of one reference that differ in the tenants' names only are one tenancy with several tenants; rows
/// that differ otherwise are rejected, all but the first. Beside the tenancies is what is known of whose the rejected rows
/// are.
pub fn read(
    feed: &Feed,
    pulled: &Pulled,
    references: &mut References,
    report: &mut FeedReport,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(Vec<Tenancy>, Spoiled), ReadError> {
    let (mut tenancies, mut odd, mut spoiled) = (Vec::new(), 0, Spoiled::default());
    for file in &pulled.files {
        let Some(mut table) = Table::open_into(report, feed, file)? else { continue };
        let layout = table.layout.clone();
        let parser = Parser { feed, layout: &layout, slots: Slots::new(&layout) };
        let begin = || (Splitter::new(layout.dialect), Shared::new());
        let (tenancies, spoiled) = (&mut tenancies, &mut spoiled);
        let odd = &mut odd;
        let mut book = Register { references, tenancies, spoiled, odd, report, parser: &parser };
        read_blocks(&mut table, &mut book, progress, begin, |(splitter, shared), block| {
            parser.parse(block, splitter, shared)
        })?;
    }
    if odd > 0 {
        report.warn(format!(
            "protected_address says neither yes nor no in {odd} rows; these count as protected (values.protected_address)"
        ));
    }
    if feed.name_order == NameOrder::FirstLast {
        let mut order = OrderCheck::default();
        tenancies.iter().for_each(|tenancy| order.take(&tenancy.tenant_names));
        order.warning().into_iter().for_each(|warning| report.warn(warning));
    }
    Ok((tenancies, spoiled))
}

/// Texts that many tenancies have in common.
type Shared = HashMap<String, Arc<str>>;

fn share(shared: &mut Shared, text: &str) -> Arc<str> {
    if let Some(known) = shared.get(text) {
        return known.clone();
    }
    let new: Arc<str> = text.into();
    shared.insert(text.to_owned(), new.clone());
    new
}

/// The tenancies of one block, in its order, without numbers yet.
#[derive(Default)]
struct Parsed {
    rows: Vec<ParsedRow>,
    redacted: u64,
    tally: Tally,
}

struct ParsedRow {
    /// Its line, counted from the beginning of the block.
    line: u64,
    tenancy: Tenancy,
    /// Whether its protection is neither a yes nor a no.
    odd: bool,
}

struct Parser<'a> {
    feed: &'a Feed,
    layout: &'a Layout,
    slots: Slots,
}

impl Parser<'_> {
    fn parse(&self, block: &Block, splitter: &mut Splitter, shared: &mut Shared) -> Parsed {
        let mut parsed = Parsed::default();
        let mut tally = Tally::default();
        sift(self.layout, block, splitter, &mut tally, |row| {
            parsed.rows.push(self.row(row, shared, &mut parsed.redacted)?);
            Ok(None)
        });
        Parsed { tally, ..parsed }
    }

    fn row(&self, row: &Row<'_>, shared: &mut Shared, redacted: &mut u64) -> Result<ParsedRow, Fault> {
        let slots = &self.slots;
        let moved_in = row.needed_date(&slots.moved_in, "date of moving in")?;
        let reference = reference(row, &slots.reference)?;
        let estate = row.filled(&slots.estate, "estate")?;
        let moved_out = end(row, &slots.moved_out)?;
        if moved_out.is_some_and(|out| out < moved_in) {
            return Err(row.fault(&slots.moved_out, "moved out before moving in"));
        }
        let monthly_rent = row.amount(&slots.monthly_rent)?;
        let protected = is_protected(&row.text(&slots.protected_address)?, self.feed.values.get("protected_address"));
        let language = row.text(&slots.language)?;
        let mut clean = |slot| {
            let text = row.text(slot)?;
            let (clean, times) = redact(&text);
            *redacted += times as u64;
            Ok::<_, Fault>(collapse(&clean))
        };
        let (address, town) = (clean(&slots.address)?, clean(&slots.town)?);
        let tenant_names = clean(&slots.tenant_names)?;
        let masked = is_masked(&tenant_names) || is_masked(&address);
        let tenancy = Tenancy {
            id: UNNUMBERED,
            reference: TenancyRef::new(&reference),
            estate: share(shared, &estate),
            moved_in,
            moved_out,
            address: address.into(),
            postcode: share(shared, &row.text(&slots.postcode)?),
            town: share(shared, &town),
            tenant_names: in_order(&tenant_names, self.feed.name_order).into(),
            monthly_rent,
            protected_address: masked || protected.unwrap_or(true),
            language: (!language.is_empty()).then(|| share(shared, &language)),
        };
        Ok(ParsedRow { line: row.line, tenancy, odd: protected.is_none() })
    }
}

/// What a tenancy's number is until it is entered.
const UNNUMBERED: TenancyId = TenancyId(u32::MAX);

/// All tenancies, numbered in the order of the export.
struct Register<'a> {
    references: &'a mut References,
    tenancies: &'a mut Vec<Tenancy>,
    spoiled: &'a mut Spoiled,
    /// Rows whose protection is neither a yes nor a no.
    odd: &'a mut u64,
    report: &'a mut FeedReport,
    parser: &'a Parser<'a>,
}

impl Book for Register<'_> {
    type Parsed = Parsed;

    fn enter(&mut self, parsed: Parsed, first_line: u64) -> u64 {
        let Parsed { rows, redacted, mut tally } = parsed;
        for row in rows {
            let (line, reference) = (row.line, row.tenancy.reference.clone());
            match self.take(row) {
                Ok(None) => {}
                Ok(Some(rule)) => tally.set_aside(rule),
                Err(fault) => {
                    self.spoiled.take_reference(reference.as_str());
                    tally.reject_used(line, fault);
                }
            }
        }
        let lines = tally.lines;
        self.spoiled.append(std::mem::take(&mut tally.spoiled));
        self.report.cpr_redacted += redacted;
        tally.enter(self.report, self.parser.layout, first_line);
        lines
    }
}

impl Register<'_> {
    fn take(&mut self, row: ParsedRow) -> Result<Option<&'static str>, Fault> {
        let ParsedRow { mut tenancy, odd, .. } = row;
        let number = self.references.intern(tenancy.reference.as_str());
        tenancy.id = number.ok_or_else(|| Fault::row("too many tenancies for one run"))?;
        if let Some(known) = self.tenancies.get_mut(tenancy.id.index()) {
            return again(known, &tenancy).map_err(|reason| Fault::cell(&self.parser.slots.reference, reason));
        }
        *self.odd += u64::from(odd);
        self.report.saw(tenancy.moved_in);
        self.tenancies.push(tenancy);
        Ok(None)
    }
}

/// The last day; systems that need a date for "no end" write the year 9999, or noughts.
fn end<'r>(row: &Row<'r>, slot: &'r Slot) -> Result<Option<Date>, Fault> {
    let cell = row.cell(slot);
    let noughts =
        cell.contains(&b'0') && cell.iter().all(|byte| matches!(byte, b'0' | b'-' | b'.' | b'/' | b':' | b' '));
    if noughts || cell.windows(4).any(|four| four == b"9999") { Ok(None) } else { row.date(slot) }
}

/// Another row of a tenancy that is known: a repetition, another of its tenants, or a contradiction.
fn again(known: &mut Tenancy, other: &Tenancy) -> Result<Option<&'static str>, &'static str> {
    let same_home = known.estate == other.estate
        && known.moved_in == other.moved_in
        && known.moved_out == other.moved_out
        && known.address == other.address
        && known.postcode == other.postcode
        && known.monthly_rent == other.monthly_rent;
    known.protected_address |= other.protected_address;
    if !same_home {
        return Err("the tenancy reference stands in an earlier row with other dates, address, estate or rent");
    }
    if known.tenant_names == other.tenant_names || other.tenant_names.is_empty() {
        return Ok(Some("duplicate"));
    }
    known.tenant_names = if known.tenant_names.is_empty() {
        other.tenant_names.clone()
    } else {
        format!("{} & {}", known.tenant_names, other.tenant_names).into()
    };
    Ok(None)
}

/// Whether a cell says that the address is protected; `None` where it says neither yes nor no. A mark of whatever kind
/// (`*`, `✓`) is not nothing.
fn is_protected(cell: &str, flags: Option<&BTreeMap<String, String>>) -> Option<bool> {
    let said = flags.and_then(|flags| flags.get(cell)).map_or(cell, String::as_str).trim();
    if said.is_empty() {
        return Some(false);
    }
    match normalise(said).as_str() {
        "nej" | "n" | "no" | "false" | "falsk" | "0" | "ingen" => Some(false),
        "" if said.chars().all(|sign| matches!(sign, '-' | '–')) => Some(false),
        "ja" | "j" | "yes" | "y" | "true" | "sand" | "1" | "x" | "beskyttet" => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_protected_unless_the_export_says_no() {
        assert_eq!(["", "nej", "NEJ", "0", "false"].map(|cell| is_protected(cell, None)), [Some(false); 5]);
        assert_eq!(["ja", "Ja ", "1", "X", "beskyttet"].map(|cell| is_protected(cell, None)), [Some(true); 5]);
        assert_eq!(["måske", "*", "✓", "+", "!", "?", "■", "§"].map(|cell| is_protected(cell, None)), [None; 8]);
        assert_eq!(["-", "–", " "].map(|cell| is_protected(cell, None)), [Some(false); 3]);
        let flags = BTreeMap::from([("K".to_owned(), "yes".to_owned())]);
        assert_eq!(is_protected("K", Some(&flags)), Some(true));
    }
}
