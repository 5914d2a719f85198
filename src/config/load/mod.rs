//! From what was typed to what is meant: the file is parsed once, each table is read key by key, every mistake is kept
//! with its place, and only a file without mistakes becomes a [`Config`].

mod association;
mod feeds;
mod mapping;
mod people;
mod section;
mod sending;
mod skip;
mod value;
mod web;

use std::io::Read;
use std::path::Path;

use toml::de::DeTable;

use super::hide::Hidden;
use super::problem::{ConfigError, Finding, Problem, problems};
use super::{Caseworker, Config, Handover, ReviewMode, Reviewer};
use section::{Reading, Section};

/// The largest config that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// Reads the file and checks it. The second value: what is allowed and yet may not be meant.
pub(super) fn load(path: &Path) -> Result<(Config, Vec<Problem>), ConfigError> {
    let text = read_text(path)?;
    let fault = |what: String| ConfigError::whole_file(path, Finding::nowhere(what));
    let absolute =
        std::path::absolute(path).map_err(|error| fault(format!("cannot tell where the file is: {error}")))?;
    let folder = absolute.parent().unwrap_or(Path::new("/"));
    let (table, faults) = DeTable::parse_recoverable(&text);
    let hidden = Hidden::of(&text, table.get_ref(), !faults.is_empty());
    if !faults.is_empty() {
        let findings = faults.iter().map(|fault| not_toml(fault, &text)).collect();
        return Err(ConfigError::new(path, &text, findings, &hidden));
    }
    let reading = Reading::new(&text, folder);
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let whole = Section::new(&reading, String::new(), start..start, table.get_ref());
    let config = read_config(whole, &absolute);
    let mistakes = reading.mistakes.into_inner();
    match config {
        Some(config) if mistakes.is_empty() => Ok((config, problems(&text, reading.warnings.into_inner(), &hidden))),
        _ if mistakes.is_empty() => Err(fault("the config cannot be used, for an unknown reason".to_owned())),
        _ => Err(ConfigError::new(path, &text, mistakes, &hidden)),
    }
}

fn read_text(path: &Path) -> Result<String, ConfigError> {
    let fault = |finding| ConfigError::whole_file(path, finding);
    let unreadable = |error: std::io::Error| {
        let help = "give the path of a file that the user who runs postkort may read";
        fault(Finding::nowhere(format!("cannot read the config: {error}")).help(help))
    };
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(fault(Finding::nowhere("the config is not a file").help("give the path of a .toml file")));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        let message = format!("the file is larger than {} KB, which no config is", LARGEST / 1024);
        return Err(fault(Finding::nowhere(message).help("give the path of the config, not of an export")));
    }
    String::from_utf8(bytes).map_err(|error| not_utf8(path, &error))
}

fn not_utf8(path: &Path, error: &std::string::FromUtf8Error) -> ConfigError {
    let help = "save it again as UTF-8 (with æ, ø and å as they are)";
    let bytes = error.as_bytes();
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return ConfigError::whole_file(path, Finding::nowhere("the file is not UTF-8 but UTF-16").help(help));
    }
    // What follows the first unreadable byte does not move its place.
    let text = String::from_utf8_lossy(bytes).into_owned();
    let hidden = Hidden::of(&text, DeTable::parse_recoverable(&text).0.get_ref(), true);
    let at = error.utf8_error().valid_up_to();
    let finding = Finding::at(at..at + 1, "the file is not UTF-8 but most likely Windows-1252").help(help);
    ConfigError::new(path, &text, vec![finding], &hidden)
}

/// A mistake in the form of the file: toml says what it expected; it never repeats what was there.
fn not_toml(fault: &toml::de::Error, text: &str) -> Finding {
    let span = fault.span().unwrap_or(text.len()..text.len());
    let offending = text.get(span.clone()).unwrap_or_default();
    let expected = fault.message();
    let (what, help) = if expected.starts_with("duplicate") {
        ("this stands twice", "keep one of the two; a section, too, has its head only once")
    } else if (expected.starts_with("invalid") || expected.starts_with("string values must be quoted"))
        && offending.starts_with(char::is_alphabetic)
    {
        ("text without quotes", "write key = \"value\"")
    } else {
        (expected, "text stands in quotes, a list in [ ], a table in { }: key = \"value\"")
    };
    Finding::at(span, format!("not TOML: {what}")).help(help)
}

fn read_config(mut whole: Section<'_>, path: &Path) -> Option<Config> {
    let association = association::association(&mut whole);
    let lawful_basis = association::lawful_basis(&mut whole);
    let exports = feeds::exports(&mut whole);
    let risk = association::risk(&mut whole);
    let shortlist = association::shortlist(&mut whole);
    let reviewers = people::reviewers(&mut whole);
    let caseworkers = people::caseworkers(&mut whole);
    let has_caseworkers = whole.get("caseworker").is_some();
    let mail = sending::mail(&mut whole, has_caseworkers);
    let operations = sending::operations(&mut whole);
    if let (Some(shortlist), Some(basis)) = (&shortlist, &lawful_basis) {
        check_reviewers(&mut whole, shortlist.review, basis.handover, &reviewers, &caseworkers);
    }
    let unused_keys = whole.reading.unused.take();
    whole.finish();
    Some(Config {
        path: path.to_owned(),
        association: association?,
        lawful_basis: lawful_basis?,
        exports,
        risk: risk?,
        shortlist: shortlist?,
        reviewers,
        caseworkers,
        mail: mail?,
        operations: operations?,
        unused_keys,
    })
}

/// Nothing leaves before housing staff have decided, so somebody has to be able to; and blind cards need their hands.
fn check_reviewers(
    whole: &mut Section<'_>,
    review: ReviewMode,
    handover: Handover,
    reviewers: &[Reviewer],
    caseworkers: &[Caseworker],
) {
    let nobody = whole.get("reviewer").is_none() && !caseworkers.is_empty();
    let place = whole.get("shortlist").or_else(|| whole.get("caseworker"));
    let span = place.map_or(whole.span.clone(), |entry| entry.key_span);
    if review == ReviewMode::BeforeSending && nobody {
        let message = "`review` is \"before-sending\", and there is no [[reviewer]] who could decide";
        let help = "add [[reviewer]] with name and email, or set shortlist.review = \"by-caseworker\"";
        whole.reading.mistake(Finding::at(span.clone(), message).help(help));
    }
    if review == ReviewMode::ByCaseworker && handover == Handover::Blind && nobody {
        let message = "handover is blind: cards go by way of housing staff, and no [[reviewer]] is named whom to ask";
        whole.reading.warn(Finding::at(span, message).help("add [[reviewer]] with name and email"));
    }
    for reviewer in reviewers {
        if caseworkers.iter().any(|other| other.email.eq_ignore_ascii_case(&reviewer.email)) {
            let message = format!("{:?} is both reviewer and caseworker", reviewer.email);
            let span = whole.get("reviewer").map_or(whole.span.clone(), |reviewer| reviewer.key_span);
            whole.reading.warn(Finding::at(span, message).help("reviewers are housing staff: two pairs of eyes"));
        }
    }
}
