//! `[[exports.NAME.skip]]`: rows of another record type, skipped and counted under a name.

use super::mapping::{column_at, needs_header};
use super::section::{Entry, Section};
use crate::config::columns::BUILT_IN_SKIP_RULES;
use crate::config::problem::Finding;
use crate::config::{SkipRule, SkipTest};

const TESTS: &str = "one of equals = \"…\" or [\"…\", \"…\"], not_equals = the same, starts_with = \"…\", empty = true";

pub(super) fn skip_rules(entry: Entry<'_>, header_row: Option<u64>) -> Vec<SkipRule> {
    entry.tables().into_iter().filter_map(|section| skip_rule(section, header_row)).collect()
}

fn skip_rule(mut section: Section<'_>, header_row: Option<u64>) -> Option<SkipRule> {
    let rule = section.need("rule", "the name under which skipped rows are counted").and_then(name);
    let column = section.need("column", "the column that is looked at, by its header or its position from 1");
    let header = column.clone();
    let column = column.and_then(column_at);
    if let (Some(entry), Some(at)) = (header, &column) {
        needs_header(&entry, at, header_row);
    }
    let given = [
        section.get("equals").map(|entry| (entry.key_span.clone(), one_or_more(entry).map(SkipTest::Equals))),
        section.get("not_equals").map(|entry| (entry.key_span.clone(), one_or_more(entry).map(SkipTest::NotEquals))),
        section.get("starts_with").map(|entry| (entry.key_span.clone(), beginning(entry))),
        section.get("empty").map(|entry| (entry.key_span.clone(), emptiness(entry))),
    ];
    let (reading, span, path) = (section.reading, section.span.clone(), section.path.clone());
    section.finish();
    let mut given = given.into_iter().flatten();
    let test = given.next();
    if test.is_none() {
        reading.mistake(Finding::at(span, format!("`{path}` does not say which rows")).allowed(TESTS));
    }
    if let Some((span, _)) = given.next() {
        let help = "write a second rule for the second test; a row is skipped where any rule fits";
        reading.mistake(Finding::at(span, format!("`{path}` has more than one test")).allowed(TESTS).help(help));
    }
    Some(SkipRule { rule: rule?, column: column?, test: test?.1? })
}

fn name(entry: Entry<'_>) -> Option<String> {
    let written = entry.clone().line()?;
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !written.starts_with(|c: char| c.is_ascii_lowercase()) || !written.chars().all(letters) || written.len() > 40 {
        let message = format!("`{}` cannot be {written:?}", entry.path);
        entry.mistake(|finding| finding.allowed("a to z, 0 to 9 and _, such as \"trailer\", at most 40"), message);
        return None;
    }
    if BUILT_IN_SKIP_RULES.contains(&written) {
        let message = format!("`{}` cannot be {written:?}, which is counted by the program itself", entry.path);
        let taken = format!("any other name than {}", BUILT_IN_SKIP_RULES.join(", "));
        entry.mistake(|finding| finding.allowed(taken), message);
        return None;
    }
    Some(written.to_owned())
}

fn one_or_more(entry: Entry<'_>) -> Option<Vec<String>> {
    if let toml::de::DeValue::String(_) = entry.value {
        return Some(vec![nonblank(entry)?]);
    }
    let items = entry.nonempty_list("text in quotes, or a list of it")?;
    Some(items.into_iter().filter_map(nonblank).collect())
}

fn beginning(entry: Entry<'_>) -> Option<SkipTest> {
    nonblank(entry).map(SkipTest::StartsWith)
}

/// A blank text would be a test for emptiness, which has a key of its own.
fn nonblank(entry: Entry<'_>) -> Option<String> {
    let written = entry.clone().exact()?;
    if written.trim().is_empty() {
        entry.mistake(
            |finding| finding.help("for empty cells write empty = true"),
            format!("`{}` is empty", entry.path),
        );
        return None;
    }
    Some(written.to_owned())
}

fn emptiness(entry: Entry<'_>) -> Option<SkipTest> {
    if entry.clone().boolean()? {
        return Some(SkipTest::Empty);
    }
    let message = format!("`{}` can only be true", entry.path);
    entry.mistake(|finding| finding.allowed("empty = true, which skips rows without anything in the column"), message);
    None
}
