//! The tenancies feed: who lives where, since when, at what rent.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};
use jiff::civil::Date;

use super::person_names::{OrderCheck, in_order};
use super::reference::reference;
use super::rows::read_rows;
use crate::config::{Feed, NameOrder};
use crate::exports::cpr::redact;
use crate::exports::error::ReadError;
use crate::exports::pulled::Pulled;
use crate::exports::records::Tenancy;
use crate::exports::references::References;
use crate::exports::report::FeedReport;
use crate::exports::table::columns::Slot;
use crate::exports::table::layout::Layout;
use crate::exports::table::row::{Fault, Row};
use crate::exports::table::text::{collapse, normalise};
use crate::tenancy::TenancyRef;

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
/// that differ otherwise are rejected, all but the first.
pub fn read(
    feed: &Feed,
    pulled: &Pulled,
    references: &mut References,
    report: &mut FeedReport,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Vec<Tenancy>, ReadError> {
    let mut reader = Reader {
        references,
        tenancies: Vec::new(),
        shared: HashMap::new(),
        name_order: feed.name_order,
        redacted: 0,
        newest: None,
        odd: 0,
    };
    let flags = feed.values.get("protected_address");
    let begin = |layout: &Layout| Ok(Slots::new(layout));
    read_rows(feed, pulled, report, progress, begin, |slots, row, _| reader.take(slots, row, flags))?;
    let Reader { tenancies, redacted, newest, odd, .. } = reader;
    report.cpr_redacted += redacted;
    newest.into_iter().for_each(|date| report.saw(date));
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
    Ok(tenancies)
}

struct Reader<'r> {
    references: &'r mut References,
    tenancies: Vec<Tenancy>,
    /// Texts that many tenancies have in common.
    shared: HashMap<String, Arc<str>>,
    name_order: NameOrder,
    redacted: u64,
    newest: Option<Date>,
    odd: u64,
}

impl Reader<'_> {
    fn take<'r>(
        &mut self,
        slots: &'r Slots,
        row: &Row<'r>,
        flags: Option<&BTreeMap<String, String>>,
    ) -> Result<Option<&'static str>, Fault> {
        let moved_in = row.needed_date(&slots.moved_in, "date of moving in")?;
        let reference = reference(row, &slots.reference)?;
        let estate = row.filled(&slots.estate, "estate")?;
        let moved_out = end(row, &slots.moved_out)?;
        if moved_out.is_some_and(|out| out < moved_in) {
            return Err(row.fault(&slots.moved_out, "moved out before moving in"));
        }
        let monthly_rent = row.amount(&slots.monthly_rent)?;
        let flag = row.text(&slots.protected_address)?;
        let protected = is_protected(&flag, flags);
        let language = row.text(&slots.language)?;
        let (postcode, estate) = (self.share(&row.text(&slots.postcode)?), self.share(&estate));
        let language = (!language.is_empty()).then(|| self.share(&language));
        let (address, town) = (self.clean(&row.text(&slots.address)?), self.clean(&row.text(&slots.town)?));
        let tenant_names = self.clean(&row.text(&slots.tenant_names)?);
        let id = self.references.intern(&reference).ok_or_else(|| Fault::row("too many tenancies for one run"))?;
        let tenancy = Tenancy {
            id,
            reference: TenancyRef::new(&reference),
            estate,
            moved_in,
            moved_out,
            address: address.into(),
            postcode,
            town: self.share(&town),
            tenant_names: in_order(&tenant_names, self.name_order).into(),
            monthly_rent,
            protected_address: protected.unwrap_or(true),
            language,
        };
        if let Some(known) = self.tenancies.get_mut(id.index()) {
            return again(known, &tenancy).map_err(|reason| row.fault(&slots.reference, reason));
        }
        self.odd += u64::from(protected.is_none());
        self.newest = self.newest.max(Some(moved_in));
        self.tenancies.push(tenancy);
        Ok(None)
    }

    fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.shared.get(text) {
            return known.clone();
        }
        let shared: Arc<str> = text.into();
        self.shared.insert(text.to_owned(), shared.clone());
        shared
    }

    fn clean(&mut self, text: &str) -> String {
        let (clean, redacted) = redact(text);
        self.redacted += redacted as u64;
        collapse(&clean)
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

/// Whether a cell says that the address is protected; `None` where it says neither yes nor no.
fn is_protected(cell: &str, flags: Option<&BTreeMap<String, String>>) -> Option<bool> {
    let said = flags.and_then(|flags| flags.get(cell)).map_or(cell, String::as_str);
    match normalise(said).as_str() {
        "" | "nej" | "n" | "no" | "false" | "falsk" | "0" | "ingen" => Some(false),
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
        assert_eq!(is_protected("måske", None), None);
        let flags = BTreeMap::from([("K".to_owned(), "yes".to_owned())]);
        assert_eq!(is_protected("K", Some(&flags)), Some(true));
    }
}
