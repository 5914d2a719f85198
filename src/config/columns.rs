//! The canonical columns of the four feeds and the canonical kinds of postings: one list for the config, which
//! checks what is mapped, and for the reader, which looks for it.

use crate::exports::records::{EventKind, FeedName, PostingKind};

/// One canonical column of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name, as in `columns`, `fixed` and `values`.
    pub name: &'static str,
    /// Without it (found by name, by alias, by `columns` or `fixed`) the feed cannot be read.
    pub required: bool,
    /// What stands in it, in a few words for messages and documentation.
    pub holds: &'static str,
    /// Why a night does nothing with it, where it does nothing. It may be mapped all the same.
    pub unused: Option<&'static str>,
}

const fn required(name: &'static str, holds: &'static str) -> Column {
    Column { name, required: true, holds, unused: None }
}

const fn optional(name: &'static str, holds: &'static str) -> Column {
    Column { name, required: false, holds, unused: None }
}

const fn unused(name: &'static str, holds: &'static str, why: &'static str) -> Column {
    Column { name, required: false, holds, unused: Some(why) }
}

/// Why a column is not used that nothing reads.
const READ_PAST: &str = "the column is read past";

const TENANCIES: &[Column] = &[
    required("tenancy_ref", "the tenancy's reference, an opaque string"),
    required("estate", "the estate (afdeling), an opaque string"),
    required("moved_in", "first day of the tenancy"),
    optional("moved_out", "last day of the tenancy"),
    optional("address", "street, number, floor and side"),
    optional("postcode", "postcode"),
    optional("town", "town"),
    optional("tenant_names", "the tenants' names"),
    optional("monthly_rent", "rent a month"),
    unused(
        "birth_date",
        "date of birth; age is no feature",
        "read by train and evaluate alone, to compare age groups; no night reads it, and it is never kept",
    ),
    optional("protected_address", "whether the address is protected (adressebeskyttelse)"),
    optional("language", "the tenant's language"),
];

const LEDGER: &[Column] = &[
    required("tenancy_ref", "the tenancy's reference, an opaque string"),
    required("booked_on", "day of booking: from then on the entry is known"),
    optional("due_on", "day on which a charge falls due"),
    optional("kind", "what the entry is for"),
    optional("charged", "what was charged"),
    optional("paid", "what was paid"),
    optional("amount", "charge or payment in one column, told apart by its sign"),
    optional("sign", "the sign of `amount`, where it has a column of its own"),
    optional("text", "the entry's text"),
    optional("entry_id", "the entry's own number, or its voucher's"),
    optional("balance", "the balance after the entry"),
    unused("dunning_level", "how far the dunning has come; the events tell that, with dates", READ_PAST),
];

const EVENTS: &[Column] = &[
    required("tenancy_ref", "the tenancy's reference, an opaque string"),
    required("on", "day on which it happened"),
    required("kind", "what happened"),
];

const NOTES: &[Column] = &[
    required("tenancy_ref", "the tenancy's reference, an opaque string"),
    required("written_on", "day on which it was written"),
    optional("author", "who wrote it, to tell one from several; only a number of it is used, within a run"),
    required("text", "what was written"),
];

/// The canonical columns of a feed, in the order of the example config.
///
/// The ledger further needs `charged` and `paid`, or `amount`: see [`Feed::sign`](super::Feed::sign).
pub fn canonical_columns(feed: FeedName) -> &'static [Column] {
    match feed {
        FeedName::Tenancies => TENANCIES,
        FeedName::Ledger => LEDGER,
        FeedName::Events => EVENTS,
        FeedName::Notes => NOTES,
    }
}

/// The canonical column of that name, where the feed has it.
pub fn canonical_column(feed: FeedName, name: &str) -> Option<&'static Column> {
    canonical_columns(feed).iter().find(|column| column.name == name)
}

/// The canonical names of posting kinds: what `values.kind` of the ledger may give.
pub const POSTING_KINDS: [(&str, PostingKind); 8] = [
    ("rent", PostingKind::Rent),
    ("utilities", PostingKind::Utilities),
    ("fee", PostingKind::Fee),
    ("payment", PostingKind::Payment),
    ("benefit", PostingKind::Benefit),
    ("adjustment", PostingKind::Adjustment),
    ("plan_instalment", PostingKind::PlanInstalment),
    ("other", PostingKind::Other),
];

/// What `values.sign` may give: `+` leaves the amount as it is, `-` turns it round; then the feed's sign rule applies.
pub const SIGNS: [&str; 2] = ["+", "-"];

/// The rules by which the reader and the history skip rows of their own accord; no `skip` rule may take such a name.
pub const BUILT_IN_SKIP_RULES: [&str; 9] = [
    "preamble",
    "blank",
    "repeated_header",
    "footer",
    "duplicate",
    "after_as_of",
    "unknown_tenancy",
    "older_than_retention",
    "no_amount",
];

/// The posting kind of that canonical name.
pub fn posting_kind(name: &str) -> Option<PostingKind> {
    POSTING_KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
}

/// The values that may stand in a canonical column after `values` has been applied; empty where they are free.
pub(super) fn canonical_values(feed: FeedName, column: &str) -> Vec<&'static str> {
    match (feed, column) {
        (FeedName::Ledger, "kind") => POSTING_KINDS.iter().map(|(name, _)| *name).collect(),
        (FeedName::Events, "kind") => EventKind::ALL.map(EventKind::as_str).to_vec(),
        (FeedName::Ledger, "sign") => SIGNS.to_vec(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_posting_kind_has_one_name() {
        let kinds: std::collections::BTreeSet<_> = POSTING_KINDS.iter().map(|(_, kind)| *kind).collect();
        assert_eq!(kinds.len(), POSTING_KINDS.len());
        assert_eq!(posting_kind("plan_instalment"), Some(PostingKind::PlanInstalment));
        assert_eq!(posting_kind("Rent"), None);
    }
}
