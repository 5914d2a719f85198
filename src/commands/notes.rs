//! `postkort notes`

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use postkort::config::{Config, Feed};
use postkort::exports::records::FeedName;
use postkort::notes::{Lexicon, SpecialCategories, show};

use super::{Ending, load};

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
        let config = match self.config.as_ref().map(load).transpose() {
            Ok(config) => config,
            Err(ending) => return ending,
        };
        let special = match config.as_ref().and_then(|config| config.lawful_basis.special_categories.as_ref()) {
            Some(_) => SpecialCategories::Used,
            None => SpecialCategories::KeptOut,
        };
        let feed = config.as_ref().and_then(|config: &Config| config.exports.get(&FeedName::Notes));
        let shown = self.files.iter().try_for_each(|file| one(file, feed, special, json));
        shown.map_or_else(Ending::Failed, |()| Ending::Code(0))
    }
}

fn one(path: &Path, feed: Option<&Feed>, special: SpecialCategories, json: bool) -> anyhow::Result<()> {
    let lexicon = Lexicon::danish()?;
    let name: Arc<str> = path.display().to_string().into();
    for (line, text) in postkort::exports::feeds::note_texts(path, feed)? {
        let shown = show(&lexicon, Some(&name), line, &text, special);
        if json {
            println!("{}", serde_json::to_string(&shown).context("a note cannot be written as JSON")?);
        } else {
            println!("{shown}");
        }
    }
    Ok(())
}
