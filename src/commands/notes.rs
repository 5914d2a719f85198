//! `postkort notes`

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use postkort::config::{Config, Feed, Source};
use postkort::exports::feeds::notes::visit_texts;
use postkort::exports::pulled::{Pulled, PulledFile};
use postkort::exports::records::FeedName;
use postkort::notes::{Lexicon, SpecialCategories, show};
use postkort::redaction::Redactor;

use super::{Ending, load, print_text};

#[derive(Args, Debug)]
pub struct Notes {
    /// Files of notes: exports of the notes feed, or text with one note a line.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The config whose `[exports.notes]` says how the files are written. Without it, .csv and .xlsx are read with the
    /// known column names, and anything else one note a line.
    #[arg(long, value_name = "CONFIG")]
    config: Option<PathBuf>,
}

impl Notes {
    pub fn execute(self, json: bool) -> Ending {
        let config = match self.config.as_deref().map(load).transpose() {
            Ok(config) => config,
            Err(ending) => return ending,
        };
        let special =
            config.as_ref().map_or(SpecialCategories::KeptOut, |config| SpecialCategories::by(&config.lawful_basis));
        let feed = config.as_ref().and_then(|config: &Config| config.exports.get(&FeedName::Notes));
        for file in &self.files {
            match one(file, feed, special, json) {
                Ok(Ending::Code(_)) => {}
                Ok(ending) => return ending,
                Err(error) => return Ending::Failed(error),
            }
        }
        Ending::Code(0)
    }
}

fn one(path: &Path, feed: Option<&Feed>, special: SpecialCategories, json: bool) -> anyhow::Result<Ending> {
    let redactor = Redactor::danish()?;
    let lexicon = Lexicon::danish()?;
    let name: Arc<str> = path.display().to_string().into();
    let told = RefCell::new(Ending::Code(0));
    let print = |line: u64, text: &str| {
        let shown = show(redactor, lexicon, Some(&name), line, text, special);
        let said = match serde_json::to_string(&shown) {
            Ok(object) if json => print_text(&format!("{object}\n")),
            _ => print_text(&format!("{shown}\n")),
        };
        if let Ending::Failed(_) = said {
            told.replace(said);
        }
    };
    let is_export =
        path.extension().is_some_and(|kind| kind.eq_ignore_ascii_case("csv") || kind.eq_ignore_ascii_case("xlsx"));
    if feed.is_none() && !is_export {
        let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let text = String::from_utf8(bytes).with_context(|| format!("{} is not UTF-8 text", path.display()))?;
        (1..).zip(text.lines()).filter(|(_, note)| !note.trim().is_empty()).for_each(|(line, note)| print(line, note));
        return Ok(told.into_inner());
    }
    let file = PulledFile { path: path.to_owned(), shown: name.to_string(), delivered_on: None };
    let pulled = Pulled { files: vec![file], left_out: Vec::new() };
    let plain = Feed::plain(FeedName::Notes, Source::Path(path.to_owned()));
    let report = visit_texts(feed.unwrap_or(&plain), &pulled, print)?;
    for reject in &report.rejects {
        tracing::warn!(line = reject.line, "row rejected: {}", reject.reason);
    }
    Ok(told.into_inner())
}
