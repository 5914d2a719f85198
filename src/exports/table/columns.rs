//! Which column of a file is which: by the config's names and positions, by fixed values, and by the aliases that are
//! known of Danish systems.

use std::collections::BTreeMap;

use super::aliases::{OF_PROTECTION, known_columns};
use super::text::normalise;
use crate::config::{ColumnAt, Feed, canonical_columns};
use crate::exports::records::FeedName;
use crate::redaction::cpr::is_cpr_header;

/// Where the value of a canonical column comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Slot {
    /// The feed does not have it.
    #[default]
    Absent,
    /// The field at this position, from 0.
    At(usize),
    /// One value for every row, from the config.
    Fixed(Box<str>),
}

/// The columns of one file.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    slots: BTreeMap<String, Slot>,
    /// Positions of columns that hold CPR numbers by their header: nothing reads them.
    pub dropped: Vec<usize>,
    /// What a person may want to know, though it stops nothing.
    pub warnings: Vec<String>,
}

/// Why a header does not give the columns that a feed needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnFault {
    /// A column is not there: under its configured name, or under any known one.
    Missing {
        /// Canonical name.
        column: String,
        /// The header that the config names.
        configured: Option<String>,
    },
    /// Several headers claim a column.
    Twice {
        /// Canonical name.
        column: String,
        /// The headers.
        headers: Vec<String>,
    },
    /// The config maps a column onto one that holds CPR numbers.
    Cpr {
        /// Canonical name.
        column: String,
        /// The header.
        header: String,
    },
    /// One column of amounts, and nothing says what its sign means.
    NoSign {
        /// The header or position of that column.
        header: String,
    },
    /// A column may say whose address is protected, and nothing reads it.
    Protection {
        /// The header.
        header: String,
    },
}

impl Columns {
    /// Where a canonical column's value comes from.
    pub fn slot(&self, column: &str) -> Slot {
        self.slots.get(column).cloned().unwrap_or_default()
    }

    /// The canonical columns that are read from a field, with its position from 0.
    pub fn positions(&self) -> impl Iterator<Item = (&str, usize)> {
        self.slots.iter().filter_map(|(name, slot)| match slot {
            Slot::At(index) => Some((name.as_str(), *index)),
            _ => None,
        })
    }

    /// Finds the columns of a feed in a header; without a header, by position alone.
    pub fn resolve(feed: &Feed, header: Option<&[String]>) -> Result<Columns, ColumnFault> {
        let mut columns = Columns::default();
        for (column, value) in &feed.fixed {
            columns.slots.insert(column.clone(), Slot::Fixed(value.trim().into()));
        }
        columns.configured(feed, header.unwrap_or_default())?;
        columns.by_alias(feed, header.unwrap_or_default())?;
        columns.drop_cpr(header.unwrap_or_default())?;
        columns.require(feed, header.unwrap_or_default())?;
        columns.heed_protection(feed, header.unwrap_or_default())?;
        Ok(columns)
    }

    fn configured(&mut self, feed: &Feed, header: &[String]) -> Result<(), ColumnFault> {
        for (column, at) in &feed.columns {
            let index = match at {
                ColumnAt::Position(position) => position.saturating_sub(1),
                ColumnAt::Name(name) => find(header, name).map_err(|headers| match headers.is_empty() {
                    true => ColumnFault::Missing { column: column.clone(), configured: Some(name.clone()) },
                    false => ColumnFault::Twice { column: column.clone(), headers },
                })?,
            };
            self.slots.entry(column.clone()).or_insert(Slot::At(index));
        }
        Ok(())
    }

    fn by_alias(&mut self, feed: &Feed, header: &[String]) -> Result<(), ColumnFault> {
        let taken: Vec<usize> = self.positions().map(|(_, index)| index).collect();
        let plain: Vec<String> = header.iter().map(|name| normalise(name)).collect();
        let one_amount = self.one_amount(feed);
        for (column, aliases) in known_columns(feed.name) {
            let other_form = if one_amount { matches!(*column, "charged" | "paid") } else { *column == "amount" };
            if self.slots.contains_key(*column) || (feed.name == FeedName::Ledger && other_form) {
                continue;
            }
            let matching = |names: &[&str]| -> Vec<usize> {
                let names: Vec<String> = names.iter().map(|name| normalise(name)).collect();
                let is_one = |index: &usize| plain.get(*index).is_some_and(|header| names.contains(header));
                (0..header.len()).filter(|index| !taken.contains(index) && is_one(index)).collect()
            };
            let mut found = matching(&[column]);
            if found.is_empty() {
                found = matching(aliases);
            }
            let named = |found: &[usize]| found.iter().filter_map(|index| header.get(*index).cloned()).collect();
            match found.as_slice() {
                [] => {}
                // Initials and a name, who wrote and who entered it: either tells one author from another.
                [index, rest @ ..] if rest.is_empty() || *column == "author" => {
                    self.slots.insert((*column).to_owned(), Slot::At(*index));
                }
                // What a ledger can do without is read only where it is clear, or where the config says so.
                _ if matches!(*column, "text" | "balance" | "entry_id") && feed.name == FeedName::Ledger => {}
                several => {
                    return Err(ColumnFault::Twice { column: (*column).to_owned(), headers: named(several) });
                }
            }
        }
        Ok(())
    }

    /// Whether charges and payments share one column.
    fn one_amount(&self, feed: &Feed) -> bool {
        let has = |column| self.slots.contains_key(column);
        has("amount") || (!has("charged") && !has("paid") && (feed.sign.is_some() || has("sign")))
    }

    fn drop_cpr(&mut self, header: &[String]) -> Result<(), ColumnFault> {
        let is_cpr = |index: &usize| header.get(*index).is_some_and(|name| is_cpr_header(name));
        self.dropped = (0..header.len()).filter(is_cpr).collect();
        match self.positions().find(|(_, index)| self.dropped.contains(index)) {
            Some((column, index)) => Err(ColumnFault::Cpr {
                column: column.to_owned(),
                header: header.get(index).cloned().unwrap_or_default(),
            }),
            None => Ok(()),
        }
    }

    /// An address that is protected must never be named for want of a column's usual name.
    fn heed_protection(&mut self, feed: &Feed, header: &[String]) -> Result<(), ColumnFault> {
        if feed.name != FeedName::Tenancies || self.slots.contains_key("protected_address") {
            return Ok(());
        }
        let of_protection = |name: &String| OF_PROTECTION.iter().any(|word| normalise(name).contains(word));
        let read = |index: usize| self.positions().any(|(_, taken)| taken == index);
        let overlooked = header.iter().enumerate().find(|(index, name)| of_protection(name) && !read(*index));
        if let Some((_, name)) = overlooked {
            return Err(ColumnFault::Protection { header: name.clone() });
        }
        self.warnings.push(
            "no column says whose address is protected (columns.protected_address); where the system does not export it, \
             ask for it, or say with fixed.protected_address = \"nej\" that none is"
                .to_owned(),
        );
        Ok(())
    }

    fn require(&self, feed: &Feed, header: &[String]) -> Result<(), ColumnFault> {
        let has = |column: &str| self.slots.contains_key(column);
        let missing = |column: &str| Err(ColumnFault::Missing { column: column.to_owned(), configured: None });
        if let Some(column) = canonical_columns(feed.name).iter().find(|column| column.required && !has(column.name)) {
            return missing(column.name);
        }
        if feed.name != FeedName::Ledger {
            return Ok(());
        }
        let shown = |column: &str| match self.slots.get(column) {
            Some(Slot::At(index)) => header.get(*index).cloned().unwrap_or_else(|| format!("column {}", index + 1)),
            _ => column.to_owned(),
        };
        if has("amount") {
            let told = feed.sign.is_some() || has("sign");
            return if told { Ok(()) } else { Err(ColumnFault::NoSign { header: shown("amount") }) };
        }
        match (has("charged"), has("paid")) {
            (true, true) => Ok(()),
            (true, false) if !feed.columns.contains_key("charged") => {
                Err(ColumnFault::NoSign { header: shown("charged") })
            }
            (true, false) => missing("paid"),
            (false, true) => missing("charged"),
            (false, false) => missing("charged and paid, or amount"),
        }
    }
}

/// The position of a header: as written, or else whatever its case and punctuation. An error names all that match.
pub fn find(header: &[String], name: &str) -> Result<usize, Vec<String>> {
    let exact: Vec<usize> =
        (0..header.len()).filter(|index| header.get(*index).is_some_and(|is| is == name.trim())).collect();
    let alike = || -> Vec<usize> {
        let wanted = normalise(name);
        (0..header.len()).filter(|index| header.get(*index).is_some_and(|is| normalise(is) == wanted)).collect()
    };
    let found = if exact.is_empty() { alike() } else { exact };
    match found.as_slice() {
        [index] => Ok(*index),
        several => Err(several.iter().filter_map(|index| header.get(*index).cloned()).collect()),
    }
}

/// The headers most like a name, to help with a mistyped one; at most three.
pub fn closest(header: &[String], name: &str) -> Vec<String> {
    let wanted = normalise(name);
    let mut near: Vec<(f64, &String)> = header
        .iter()
        .map(|is| (strsim::normalized_damerau_levenshtein(&normalise(is), &wanted), is))
        .filter(|(likeness, _)| *likeness >= 0.5)
        .collect();
    near.sort_by(|left, right| right.0.total_cmp(&left.0));
    near.into_iter().take(3).map(|(_, is)| is.clone()).collect()
}
