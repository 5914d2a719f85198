//! A row's tenancy reference: opaque, zeros kept, and never a CPR number.

use std::borrow::Cow;

use crate::exports::table::columns::Slot;
use crate::exports::table::row::{Fault, Row};
use crate::redaction::cpr::looks_like_cpr;

/// The longest reference that is believed, in bytes.
const LONGEST: usize = 64;

/// The row's tenancy reference.
pub fn reference<'r>(row: &Row<'r>, slot: &'r Slot) -> Result<Cow<'r, str>, Fault> {
    let reference = row.filled(slot, "tenancy reference")?;
    if reference.len() > LONGEST {
        return Err(row.fault(slot, format!("longer than {LONGEST} bytes: no tenancy reference")));
    }
    if reference.as_bytes().get(6) == Some(&b'-') && reference.len() == 11 && looks_like_cpr(&reference) {
        return Err(row.fault(slot, "the tenancy reference has the form of a CPR number, which is never kept"));
    }
    Ok(reference)
}
