//! The lexicon: the phrases that are looked for, the words that take their meaning back, and the language they are of.
//!
//! How a phrase is written is explained at the top of `config/lexicon/da.toml`; the files that it names as its `parts` are
//! read with it. Everything is checked when it is loaded, and every mistake told with its line.

mod build;
mod error;
mod sections;
mod written;

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, LazyLock};

pub use error::{LexiconError, LexiconProblem};
use written::{File, Reading};

use super::context::About;
use super::phrases::Forms;
use super::senses::Dictionary;
use super::{Category, Urgency};
use crate::fingerprint::hex;
use sha2::{Digest, Sha256};
use toml::de::{DeTable, DeValue};

/// The phrases that are looked for in notes, ready to be found.
pub struct Lexicon {
    phrases: Vec<Phrase>,
    written_forms: Vec<WrittenForm>,
    pub(super) forms: Forms,
    pub(super) dictionary: Dictionary,
    fingerprint: String,
}

/// One phrase of the lexicon.
pub(super) struct Phrase {
    pub canonical: Arc<str>,
    pub category: Category,
    pub special_category: bool,
    pub urgent: Option<Urgency>,
    /// Ordinary work at the home: recognised, and neither good nor bad.
    pub routine: bool,
    /// Whom or what it tells about.
    pub about: About,
    /// Says little where it is told beside ordinary work.
    pub in_passing: bool,
}

/// A form, as the lexicon writes it.
pub struct WrittenForm {
    /// The form.
    pub text: String,
    /// The phrase's number; none for what takes a meaning back.
    pub(super) phrase: Option<usize>,
    /// The file and the line in which it stands.
    pub place: (Arc<str>, usize),
}

/// The files that the program carries, by name.
const BUILT_IN: [(&str, &str); 11] = [
    ("da.toml", include_str!("../../../config/lexicon/da.toml")),
    ("da-home.toml", include_str!("../../../config/lexicon/da-home.toml")),
    ("da-people.toml", include_str!("../../../config/lexicon/da-people.toml")),
    ("da-health.toml", include_str!("../../../config/lexicon/da-health.toml")),
    ("da-good.toml", include_str!("../../../config/lexicon/da-good.toml")),
    ("da-harmless.toml", include_str!("../../../config/lexicon/da-harmless.toml")),
    ("da-urgent.toml", include_str!("../../../config/lexicon/da-urgent.toml")),
    ("da-suicide.toml", include_str!("../../../config/lexicon/da-suicide.toml")),
    ("da-children.toml", include_str!("../../../config/lexicon/da-children.toml")),
    ("da-context.toml", include_str!("../../../config/lexicon/da-context.toml")),
    ("en.toml", include_str!("../../../config/lexicon/en.toml")),
];

impl Lexicon {
    /// The Danish lexicon that the program carries.
    ///
    /// # Errors
    ///
    /// None, as long as the tests pass: the lexicon is part of the program.
    pub fn danish() -> Result<&'static Lexicon, LexiconError> {
        built_in_danish().map(Arc::as_ref)
    }

    /// The lexicon of a file, or the Danish one that the program carries where there is no file.
    ///
    /// # Errors
    ///
    /// As [`Lexicon::load`].
    pub fn chosen(path: Option<&Path>) -> Result<Arc<Lexicon>, LexiconError> {
        path.map_or_else(|| built_in_danish().cloned(), |path| Lexicon::load(path).map(Arc::new))
    }

    /// Reads and checks a lexicon's file and its parts. A part that does not lie beside the file is the one that the program
    /// carries under that name.
    ///
    /// # Errors
    ///
    /// [`LexiconError`]: a file that cannot be read, and every mistake with its line.
    pub fn load(path: &Path) -> Result<Lexicon, LexiconError> {
        let read = |path: &Path| {
            let unreadable = |error: std::io::Error| {
                let message = format!("cannot be read: {error}");
                LexiconError::new(vec![LexiconProblem { file: path.display().to_string(), place: None, message }])
            };
            std::fs::read_to_string(path).map_err(unreadable)
        };
        let folder = path.parent().unwrap_or(Path::new(""));
        let first = File { name: path.display().to_string(), text: read(path)? };
        Lexicon::with_parts(first, |name| {
            let beside = folder.join(name);
            if beside.exists() || built_in(name).is_none() {
                return Ok(File { name: beside.display().to_string(), text: read(&beside)? });
            }
            Ok(File { name: name.to_owned(), text: built_in(name).unwrap_or_default().to_owned() })
        })
    }

    /// Reads and checks a lexicon that stands in one text; its parts are those that the program carries.
    ///
    /// # Errors
    ///
    /// [`LexiconError`], with every mistake.
    pub fn parse(toml: &str) -> Result<Lexicon, LexiconError> {
        let first = File { name: "the lexicon".to_owned(), text: toml.to_owned() };
        Lexicon::with_parts(first, |name| {
            Ok(File { name: name.to_owned(), text: built_in(name).unwrap_or_default().to_owned() })
        })
    }

    fn with_parts(first: File, part: impl Fn(&str) -> Result<File, LexiconError>) -> Result<Lexicon, LexiconError> {
        let mut files = Vec::new();
        for (name, span) in parts(&first.text) {
            let wrong = |message: &str| {
                LexiconError::new(vec![LexiconProblem::at(
                    &first.name,
                    &first.text,
                    &span,
                    format!("`{name}` {message}"),
                )])
            };
            if name.contains(['/', '\\']) {
                return Err(wrong("is not the name of a file beside this one"));
            }
            files.push(part(&name).map_err(|_| wrong("cannot be read, and the program has no part of this name"))?);
        }
        files.insert(0, first);
        let fingerprint = files.iter().fold(Sha256::new(), |hash, file| hash.chain_update(&file.text));
        build::lexicon(Reading::of(&files), hex(&fingerprint.finalize(), 16))
    }

    /// The phrase with this number.
    pub(super) fn phrase(&self, number: usize) -> Option<&Phrase> {
        self.phrases.get(number)
    }

    /// Every phrase's own wording, with its category, in the lexicon's order.
    pub fn canonical_phrases(&self) -> impl Iterator<Item = (Category, &str)> {
        self.phrases.iter().map(|phrase| (phrase.category, phrase.canonical.as_ref()))
    }

    /// Every form of every phrase, in the lexicon's order.
    pub fn written_forms(&self) -> &[WrittenForm] {
        &self.written_forms
    }

    /// SHA-256 of the lexicon's files: what was learned with one lexicon is of no use with another.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

fn built_in_danish() -> Result<&'static Arc<Lexicon>, LexiconError> {
    // A night needs it twice, and putting it together takes longer than reading a small association's notes.
    static DANISH: LazyLock<Result<Arc<Lexicon>, LexiconError>> = LazyLock::new(|| {
        let danish = built_in("da.toml").unwrap_or_default();
        Lexicon::with_parts(File { name: "da.toml".to_owned(), text: danish.to_owned() }, |name| {
            Ok(File { name: name.to_owned(), text: built_in(name).unwrap_or_default().to_owned() })
        })
        .map(Arc::new)
    });
    DANISH.as_ref().map_err(LexiconError::clone)
}

fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The files that a lexicon's first file names as its parts. What is wrong with it is found when it is read.
fn parts(text: &str) -> Vec<(String, Range<usize>)> {
    let (tables, _) = DeTable::parse_recoverable(text);
    let Some(DeValue::Array(parts)) = tables.get_ref().get("parts").map(|parts| parts.get_ref()) else {
        return Vec::new();
    };
    parts.iter().filter_map(|part| Some((part.get_ref().as_str()?.to_owned(), part.span()))).collect()
}
