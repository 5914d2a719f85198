//! `columns`, `fixed`, `values` and `sign`: how a feed's own columns and values become canonical ones.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::DeValue;

use super::section::{Entry, Section, did_you_mean};
use crate::config::columns::{canonical_column, canonical_columns, canonical_values};
use crate::config::problem::Finding;
use crate::config::{ColumnAt, SignRule};
use crate::exports::records::FeedName;

/// No export has more columns.
const MOST_COLUMNS: u64 = 10_000;
/// The sign rules, as `sign` and `columns.sign` write them.
const SIGN_RULES: [(&str, SignRule); 2] =
    [("debt-positive", SignRule::DebtPositive), ("debt-negative", SignRule::DebtNegative)];

/// What the mapping keys of one feed say.
#[derive(Default)]
pub(super) struct Mapping {
    pub(super) columns: BTreeMap<String, ColumnAt>,
    pub(super) fixed: BTreeMap<String, String>,
    pub(super) values: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) sign: Option<SignRule>,
}

impl Mapping {
    pub(super) fn read(feed: FeedName, section: &mut Section<'_>, header_row: Option<u64>) -> Mapping {
        let mut mapping = Mapping::default();
        let sign = section.get("sign");
        let columns = section.get("columns").and_then(|e| e.table("a table, such as { tenancy_ref = \"Lejemålsnr\" }"));
        let columns = columns.map(|table| known_columns(feed, &table)).unwrap_or_default();
        let fixed = section.get("fixed").and_then(|e| e.table("a table, such as { tenancy_ref = \"01-0101-1-01\" }"));
        let fixed = fixed.map(|table| known_columns(feed, &table)).unwrap_or_default();
        let values =
            section.get("values").and_then(|e| e.table("a table, such as { kind = { \"Husleje\" = \"rent\" } }"));
        mapping.sign = sign.clone().and_then(|entry| sign_rule(entry, feed));
        let mut spans = BTreeMap::new();
        for entry in columns {
            if let Some(rule) = rule_as_column(&entry) {
                mapping.take_sign_rule(rule, &entry, sign.as_ref());
                continue;
            }
            if let Some(why) = canonical_column(feed, entry.key).and_then(|column| column.unused) {
                entry.unused(why);
            }
            spans.insert(entry.key, entry.key_span.clone());
            mapping.map_column(entry, header_row);
        }
        for entry in fixed {
            mapping.fix_column(feed, entry, &spans);
        }
        for entry in values.map(|table| known_columns(feed, &table)).unwrap_or_default() {
            mapping.map_values(feed, entry);
        }
        mapping.check_required(feed, section, header_row);
        if feed == FeedName::Ledger {
            mapping.check_amounts(section, &spans, sign.map(|entry| entry.key_span));
        }
        mapping
    }

    /// `columns.sign = "debt-positive"` is the sign rule, not a column of that name.
    fn take_sign_rule(&mut self, rule: SignRule, entry: &Entry<'_>, sign: Option<&Entry<'_>>) {
        if sign.is_some() {
            let message = "the sign rule is given twice, as `sign` and as `columns.sign`".to_owned();
            entry.mistake(|finding| finding.help("keep one of them"), message);
        }
        self.sign = Some(rule);
    }

    fn map_column(&mut self, entry: Entry<'_>, header_row: Option<u64>) {
        let Some(at) = column_at(entry.clone()) else { return };
        if let (ColumnAt::Name(name), "sign") = (&at, entry.key)
            && name.starts_with("debt")
        {
            // Taken as a rule all the same, so that none is said to be missing.
            self.sign = Some(SignRule::DebtPositive);
            return entry.not_allowed::<()>(name, &SIGN_RULES.map(|(name, _)| name)).unwrap_or_default();
        }
        needs_header(&entry, &at, header_row);
        if let ColumnAt::Name(name) = &at
            && ["cpr", "personnummer"].iter().any(|word| name.to_lowercase().contains(word))
        {
            let message = format!("`{}` would read CPR numbers, which are never needed", entry.path);
            let help = "map a column that tells the same without them; the CPR column is dropped";
            return entry.mistake(|finding| finding.help(help), message);
        }
        self.columns.insert(entry.key.to_owned(), at);
    }

    fn fix_column(&mut self, feed: FeedName, entry: Entry<'_>, columns: &BTreeMap<&str, Range<usize>>) {
        if columns.contains_key(entry.key) {
            let message = format!("`{}` stands in `columns` and in `fixed`", entry.key);
            entry.reading.mistake(Finding::at(entry.key_span.clone(), message).help("keep one of them"));
        }
        let Some(value) = entry.clone().exact().filter(|_| entry.clone().line().is_some()) else { return };
        let allowed = canonical_values(feed, entry.key);
        if !allowed.is_empty() && !allowed.contains(&value) {
            return entry.not_allowed::<()>(value, &allowed).unwrap_or_default();
        }
        self.fixed.insert(entry.key.to_owned(), value.to_owned());
    }

    fn map_values(&mut self, feed: FeedName, entry: Entry<'_>) {
        let allowed = canonical_values(feed, entry.key);
        if allowed.is_empty() {
            let mapped: Vec<_> =
                canonical_columns(feed).iter().filter(|c| !canonical_values(feed, c.name).is_empty()).collect();
            let names: Vec<_> = mapped.iter().map(|column| format!("values.{}", column.name)).collect();
            let message = format!("`{}`: the values of this column are not mapped", entry.path);
            let names =
                if names.is_empty() { format!("nothing in the {} feed", feed.as_str()) } else { names.join(", ") };
            return entry.reading.mistake(Finding::at(entry.key_span, message).allowed(names));
        }
        let key = entry.key;
        let Some(table) = entry.table("a table, such as { \"value in the file\" = \"canonical value\" }") else {
            return;
        };
        for entry in table.entries() {
            let Some(value) = entry.clone().line() else { continue };
            if allowed.contains(&value) {
                self.values.entry(key.to_owned()).or_default().insert(entry.key.to_owned(), value.to_owned());
            } else {
                let turned = format!("the value in the file stands first: {value:?} = {:?}", entry.key);
                let turned = allowed.contains(&entry.key).then_some(turned);
                let help = turned.or_else(|| did_you_mean(value, allowed.iter().copied()));
                let message = format!("`{}` cannot become {value:?}", entry.path);
                entry.mistake(|finding| finding.allowed(allowed.join(", ")).help_if(help), message);
            }
        }
    }

    /// Without a header nothing is found by name, so that what is required has to be said.
    fn check_required(&self, feed: FeedName, section: &Section<'_>, header_row: Option<u64>) {
        let given = |name: &str| self.columns.contains_key(name) || self.fixed.contains_key(name);
        let missing: Vec<_> = canonical_columns(feed).iter().filter(|c| c.required && !given(c.name)).collect();
        if header_row == Some(0) && !missing.is_empty() {
            let names: Vec<_> = missing.iter().map(|column| column.name).collect();
            let message = format!(
                "`{}` has no header (header_row = 0) and does not say where to find {}",
                section.path,
                names.join(", ")
            );
            let help = "give each by position in `columns`, or one value for all rows in `fixed`";
            section.reading.mistake(Finding::at(section.span.clone(), message).help(help));
        }
    }

    /// Either `charged` and `paid`, or `amount` with a rule for its sign.
    fn check_amounts(
        &mut self,
        section: &Section<'_>,
        spans: &BTreeMap<&str, Range<usize>>,
        sign: Option<Range<usize>>,
    ) {
        let mistake = |span: &Range<usize>, message: String, help: &str| {
            section.reading.mistake(Finding::at(span.clone(), message).help(help));
        };
        let (amount, sign_column) = (spans.get("amount"), spans.get("sign"));
        for other in ["charged", "paid"] {
            if let (Some(amount), true) = (amount, spans.contains_key(other)) {
                let help = "give charged and paid where charges and payments have a column each, else amount alone";
                mistake(amount, format!("`{0}.columns` has both `amount` and `{other}`", section.path), help);
            }
        }
        if let (Some(sign), None, true) = (&sign, amount, spans.contains_key("charged") || spans.contains_key("paid")) {
            let message = format!("`{}.sign` does nothing here: it belongs to `amount`", section.path);
            section.reading.warn(Finding::at(sign.clone(), message));
        }
        let same = self.columns.get("charged").filter(|charged| self.columns.get("paid") == Some(*charged));
        if let (Some(_), Some(paid)) = (same, spans.get("paid")) {
            let help = "where charges and payments share a column, give it as amount with a sign rule";
            mistake(paid, format!("`{}.columns` has `charged` and `paid` in the same column", section.path), help);
        }
        if let (Some(sign), None) = (sign_column, amount) {
            let help = "add amount = \"…\", the column that the sign belongs to";
            mistake(sign, format!("`{}.columns` has `sign` without `amount`", section.path), help);
        }
        if sign_column.is_some() && self.values.contains_key("sign") {
            // The mapped signs say what is debt: + is, unless the rule says otherwise.
            self.sign = self.sign.or(Some(SignRule::DebtPositive));
        }
        if let (Some(amount), None) = (amount, self.sign)
            && sign.is_none()
        {
            let help = "add sign = \"debt-positive\" if what the tenant owes is positive, \"debt-negative\" if it is \
                        negative (as banks write it)";
            mistake(amount, format!("`{}.columns` has `amount` without a rule for its sign", section.path), help);
        }
    }
}

/// The entries of a table whose keys are canonical columns; the others are reported.
fn known_columns<'r>(feed: FeedName, table: &Section<'r>) -> Vec<Entry<'r>> {
    let names = || canonical_columns(feed).iter().map(|column| column.name);
    let known = |entry: &Entry<'r>| {
        if canonical_column(feed, entry.key).is_some() {
            return true;
        }
        let value = entry.value.as_str().filter(|value| canonical_column(feed, value).is_some());
        let turned = value.map(|value| format!("the canonical name stands first: {value} = {:?}", entry.key));
        let help = turned.or_else(|| did_you_mean(entry.key, names()));
        let message = format!("the {} feed has no column `{}`", feed.as_str(), entry.key);
        let finding = Finding::at(entry.key_span.clone(), message).allowed(names().collect::<Vec<_>>().join(", "));
        table.reading.mistake(finding.help_if(help));
        false
    };
    let mut entries = table.entries();
    entries.retain(known);
    entries
}

/// A column by its header or by its position from 1.
pub(super) fn column_at(entry: Entry<'_>) -> Option<ColumnAt> {
    match entry.value {
        DeValue::Integer(_) => {
            let position = entry.integer(1..=MOST_COLUMNS, "(columns are counted from 1)")?;
            usize::try_from(position).ok().map(ColumnAt::Position)
        }
        DeValue::String(_) => entry.line().map(|name| ColumnAt::Name(name.to_owned())),
        _ => entry.wrong_kind("a header in quotes, or a position from 1"),
    }
}

/// Reports a column given by name where the file has no header.
pub(super) fn needs_header(entry: &Entry<'_>, at: &ColumnAt, header_row: Option<u64>) {
    if let (ColumnAt::Name(_), Some(0)) = (at, header_row) {
        let message = format!("`{}` is given by name, and header_row = 0 says that there is no header", entry.path);
        entry.mistake(|finding| finding.help("give its position, from 1, without quotes"), message);
    }
}

fn rule_as_column(entry: &Entry<'_>) -> Option<SignRule> {
    let written = entry.value.as_str().filter(|_| entry.key == "sign")?;
    SIGN_RULES.iter().find(|(name, _)| *name == written).map(|(_, rule)| *rule)
}

fn sign_rule(entry: Entry<'_>, feed: FeedName) -> Option<SignRule> {
    if feed != FeedName::Ledger {
        let message = format!("`{}`: only the ledger has amounts with a sign", entry.path);
        entry.reading.mistake(Finding::at(entry.key_span, message).help("take it out"));
        return None;
    }
    entry.choice()
}
