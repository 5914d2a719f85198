//! `postkort notes`

mod files;
mod tables;

use std::cell::RefCell;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, ValueEnum};
use postkort::config::Feed;
use postkort::exports::lines::lines;
use postkort::exports::records::FeedName;
use postkort::notes::collection::{collection, measure};
use postkort::notes::{Lexicon, Reader, SpecialCategories, Stats, show};
use postkort::redaction::Redactor;

use super::{Ending, load, print_text};

#[derive(Args, Debug)]
pub struct Notes {
    /// Files of notes: exports of the notes feed, or text with one note a line.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The config whose `[exports.notes]` says how the files are written, and which lexicon they are read with. Without it,
    /// .csv and .xlsx are read with the known column names, and anything else one note a line.
    #[arg(long, value_name = "CONFIG")]
    config: Option<PathBuf>,
    /// A lexicon file to read with, in place of the config's or the program's own.
    #[arg(long, value_name = "FILE")]
    lexicon: Option<PathBuf>,
    /// How often each phrase of the lexicon was found, in place of the notes: to prune it with the staff.
    #[arg(long, conflicts_with = "measure")]
    stats: bool,
    /// The files are collections (note;signals;urgent) of which is known what should be found: prints how much is.
    #[arg(long)]
    measure: bool,
    /// Whether marks are in colour.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Colour,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    Always,
    Never,
}

/// What notes are read with.
struct Desk {
    redactor: &'static Redactor,
    lexicon: Arc<Lexicon>,
    feed: Option<Feed>,
    special: SpecialCategories,
    json: bool,
    colour: bool,
}

impl Notes {
    pub fn execute(self, json: bool) -> Ending {
        let config = match self.config.as_deref().map(load).transpose() {
            Ok(config) => config,
            Err(ending) => return ending,
        };
        let feed = config.as_ref().and_then(|config| config.exports.get(&FeedName::Notes)).cloned();
        let of_feed = feed.as_ref().and_then(|feed| feed.lexicon.clone());
        let lexicon = match Lexicon::chosen(self.lexicon.as_deref().or(of_feed.as_deref())) {
            Ok(lexicon) => lexicon,
            Err(error) => return Ending::Misused(error.into()),
        };
        let special =
            config.as_ref().map_or(SpecialCategories::KeptOut, |config| SpecialCategories::by(&config.lawful_basis));
        let redactor = match Redactor::danish() {
            Ok(redactor) => redactor,
            Err(error) => return Ending::Failed(error.into()),
        };
        let desk = Desk { redactor, lexicon, feed, special, json, colour: self.colour() };
        let told = match (self.measure, self.stats) {
            (true, _) => desk.measure(&self.files),
            (_, true) => desk.count(&self.files),
            _ => desk.show(&self.files),
        };
        told.unwrap_or_else(Ending::Failed)
    }

    fn colour(&self) -> bool {
        match self.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty())
            }
        }
    }
}

impl Desk {
    fn show(&self, files: &[PathBuf]) -> anyhow::Result<Ending> {
        let (reader, told) = (RefCell::new(Reader::new(&self.lexicon)), RefCell::new(Ending::Code(0)));
        self.each(files, |name, line, text| {
            if !matches!(*told.borrow(), Ending::Code(_)) {
                return;
            }
            let (shown, _) = show(self.redactor, &mut reader.borrow_mut(), Some(name), line, text, self.special);
            let said = match serde_json::to_string(&shown) {
                Ok(object) if self.json => object,
                _ => shown.for_people(self.colour),
            };
            told.replace(print_text(&format!("{said}\n")));
        })?;
        Ok(told.into_inner())
    }

    fn count(&self, files: &[PathBuf]) -> anyhow::Result<Ending> {
        let (reader, stats) = (RefCell::new(Reader::new(&self.lexicon)), RefCell::new(Stats::new(&self.lexicon)));
        self.each(files, |name, line, text| {
            let (_, reading) = show(self.redactor, &mut reader.borrow_mut(), Some(name), line, text, self.special);
            stats.borrow_mut().add(&reading);
        })?;
        tables::stats(&stats.into_inner(), self.json)
    }

    fn measure(&self, files: &[PathBuf]) -> anyhow::Result<Ending> {
        for path in files {
            let text = lines(path).with_context(|| shown(path))?.join("\n");
            let notes = collection(&text).with_context(|| format!("{} is no collection", path.display()))?;
            let measured = measure(&self.lexicon, &notes, |note| self.redactor.prepare(note).text.into_owned());
            let ending = tables::measured(path, &measured, self.json)?;
            if !matches!(ending, Ending::Code(0)) {
                return Ok(ending);
            }
        }
        Ok(Ending::Code(0))
    }

    /// Gives every note of every file, with the file's name and its line, to `visit`.
    fn each(&self, paths: &[PathBuf], visit: impl Fn(&Arc<str>, u64, &str)) -> anyhow::Result<()> {
        for path in paths {
            let name: Arc<str> = path.display().to_string().into();
            let mut notes = 0;
            files::each_note(path, self.feed.as_ref(), |line, text| {
                notes += 1;
                visit(&name, line, text);
            })?;
            if notes == 0 {
                tracing::warn!("{name}: there is no note in it");
            }
        }
        Ok(())
    }
}

/// The file's name as it was typed, for errors.
fn shown(path: &Path) -> String {
    path.display().to_string()
}
