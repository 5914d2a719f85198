//! `postkort check`

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use postkort::config::{Config, UnusedKey};
use postkort::exports::feeds::notes::kept_since;
use postkort::exports::records::FeedName;
use postkort::exports::report::FeedReport;
use postkort::nightly::{self, Status};
use postkort::store::Store;
use serde::Serialize;

use super::progress::Bars;
use super::{Ending, print_json, print_text};

#[derive(Args, Debug)]
pub struct Check {
    /// The associations' config files.
    #[arg(required = true)]
    configs: Vec<PathBuf>,
    /// The day on which the program stands. [default: today]
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    as_of: Option<Date>,
}

/// What was found in one association's config and exports.
#[derive(Serialize)]
struct Checked {
    association: String,
    as_of: Date,
    status: Status,
    exports: BTreeMap<FeedName, FeedReport>,
    problems: Vec<String>,
    /// What a night would call a person for.
    attention: Vec<String>,
    unused_keys: Vec<UnusedKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Check {
    pub fn execute(self, json: bool, today: Date) -> Ending {
        let as_of = self.as_of.unwrap_or(today);
        let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return Ending::Failed(error.into()),
        };
        let checks: Vec<Checked> = self.configs.iter().map(|path| runtime.block_on(one(path, as_of))).collect();
        let code = Status::together(checks.iter().map(|check| check.status));
        if json {
            if let Ending::Failed(error) = print_json(&serde_json::json!({ "checks": checks })) {
                return Ending::Failed(error);
            }
        } else {
            let text: String = checks.iter().map(as_text).collect();
            return print_text(&text).or(Ending::Code(code));
        }
        Ending::Code(code)
    }
}

async fn one(path: &Path, as_of: Date) -> Checked {
    let mut checked = Checked {
        association: path.display().to_string(),
        as_of,
        status: Status::Done,
        exports: BTreeMap::new(),
        problems: Vec::new(),
        attention: Vec::new(),
        unused_keys: Vec::new(),
        report: None,
        error: None,
    };
    let config = match Config::load(path) {
        Ok(config) => config,
        Err(error) => return checked.failed(Status::ConfigError, error.to_string()),
    };
    checked.association.clone_from(&config.association.name);
    checked.unused_keys.clone_from(&config.unused_keys);
    if let Err(error) = config.check_secrets() {
        return checked.failed(Status::ConfigError, error.to_string());
    }
    checked.attention = nightly::unprintable_places(&config);
    // Who only trains a model needs neither tenancies nor caseworkers.
    checked.attention.extend(config.check_night().err().map(|error| format!("`run` needs more than this: {error}")));
    if let Err(error) = nightly::model(&config) {
        return checked.failed(Status::Failed, error.to_string());
    }
    let gathered = async {
        let store = Store::copy_of(&config.association.state, &config.association.name)?;
        let folder = tempfile::tempdir()
            .map_err(|source| nightly::NightError::Folder { what: "a temporary folder".to_owned(), source })?;
        let (before, bars) = (store.accepted_rows()?, Bars::new());
        let notes = nightly::gather_notes(&config, kept_since(as_of), as_of, folder.path(), &bars).await?;
        nightly::gather(&config, notes, &before, as_of, folder.path(), &bars).await
    };
    let gathered = match gathered.await {
        Ok(gathered) => gathered,
        Err(error) => return checked.failed(error.status(), error.to_string()),
    };
    checked.problems = gathered.problems.iter().map(ToString::to_string).collect();
    if let Some(stopped) = nightly::stopping(&gathered.problems) {
        checked.status = stopped.status();
    } else if !checked.problems.is_empty() {
        checked.status = Status::Attention;
    }
    checked.attention.extend(nightly::doubts(&config, &gathered));
    if !checked.attention.is_empty() {
        checked.status = checked.status.at_least_attention();
    }
    checked.exports = gathered.exports.reports;
    match nightly::write_check_report(&config, as_of, &checked.exports) {
        Ok(report) => checked.report = Some(report),
        Err(error) => return checked.failed(error.status(), error.to_string()),
    }
    checked
}

impl Checked {
    fn failed(self, status: Status, error: String) -> Checked {
        Checked { status, error: Some(error), ..self }
    }
}

/// The lines that `postkort check` prints for one association.
fn as_text(checked: &Checked) -> String {
    let mut text = String::new();
    let out = &mut text;
    // Writing to a String cannot fail.

    let _ = writeln!(out, "{}, {}: {}", checked.association, checked.as_of, checked.status.as_str());
    if let Some(error) = &checked.error {
        let _ = writeln!(out, "  {}", error.replace('\n', "\n  "));
    }
    for (feed, report) in &checked.exports {
        let _ = writeln!(out, "  {}: {} ({} rows)", feed.as_str(), report.files.join(", "), report.rows);
        let _ =
            writeln!(out, "    used {}, skipped {}, rejected {}", report.used, report.skipped_rows(), report.rejected);
        for (rule, count) in &report.skipped {
            let _ = writeln!(out, "      skipped by {rule}: {count}");
        }
        if let Some(newest) = report.newest {
            let _ = writeln!(out, "    newest date {newest}");
        }
        let lists = [
            ("older files left out", &report.left_out),
            ("columns with CPR numbers, not read", &report.dropped_columns),
        ];
        for (what, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
            let _ = writeln!(out, "    {what}: {}", list.join(", "));
        }
        for (kind, count) in &report.unknown_kinds {
            let _ = writeln!(
                out,
                "    kind {kind:?} is not known and counts as other: {count} rows (values.kind can name it)"
            );
        }
        if report.cpr_redacted > 0 {
            let _ = writeln!(out, "    CPR numbers redacted: {}", report.cpr_redacted);
        }
        let others = report.redacted.by_kind().into_iter().filter(|(kind, count)| *kind != "cpr" && *count > 0);
        let others: Vec<String> = others.map(|(kind, count)| format!("{kind} {count}")).collect();
        if !others.is_empty() {
            let _ = writeln!(out, "    redacted in notes: {}", others.join(", "));
        }
        for reject in report.rejects.iter().take(10) {
            let column = reject.column.as_deref().map(|name| format!(", column {name}")).unwrap_or_default();
            let _ = writeln!(out, "    rejected: {} line {}{column}: {}", reject.file, reject.line, reject.reason);
        }
        if report.rejected > 10 {
            let _ = writeln!(out, "    … and {} more, in the report", report.rejected - 10);
        }
    }
    for UnusedKey { key, why } in &checked.unused_keys {
        let _ = writeln!(out, "  not used: {key}: {why}");
    }
    for what in checked.problems.iter().chain(&checked.attention) {
        let _ = writeln!(out, "  look at: {what}");
    }
    if let Some(report) = &checked.report {
        let _ = writeln!(out, "  report: {}", report.display());
    }
    text
}
