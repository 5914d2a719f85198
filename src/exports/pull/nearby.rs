//! What lies near a file that was not found: most often the right one under a slightly other name.

use std::fmt;
use std::path::{Path, PathBuf};

/// How alike two names must be to be worth showing (Jaro-Winkler similarity, 0 to 1).
const ALIKE: f64 = 0.8;
/// How many names are shown.
const SHOWN: usize = 5;

/// What was found where a file was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nearby {
    /// The folder does not exist; the nearest one above it that does.
    NoFolder {
        /// The folder looked for.
        folder: PathBuf,
        /// What exists of its path.
        nearest: PathBuf,
    },
    /// The folder cannot be listed.
    Closed {
        /// The folder.
        folder: PathBuf,
        /// Why.
        why: String,
    },
    /// The folder, the names in it that are alike, the most alike first, and how many other files it holds.
    Names {
        /// The folder.
        folder: PathBuf,
        /// Alike names.
        alike: Vec<String>,
        /// The number of other entries.
        others: usize,
    },
}

impl Nearby {
    /// Looks round in `folder` for names like `name`, which may be a pattern.
    pub fn look(folder: &Path, name: &str) -> Nearby {
        if !folder.is_dir() {
            let nearest = folder.ancestors().find(|above| above.is_dir()).unwrap_or(Path::new("/"));
            return Nearby::NoFolder { folder: folder.to_owned(), nearest: nearest.to_owned() };
        }
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return Nearby::Closed { folder: folder.to_owned(), why: error.to_string() },
        };
        let wanted = plain(name);
        let mut names: Vec<(f64, String)> = entries
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .map(|found| (strsim::jaro_winkler(&plain(&found), &wanted), found))
            .collect();
        names.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let total = names.len();
        let alike: Vec<String> = names
            .into_iter()
            .filter(|(similarity, _)| *similarity >= ALIKE)
            .take(SHOWN)
            .map(|(_, name)| name)
            .collect();
        Nearby::Names { folder: folder.to_owned(), others: total - alike.len(), alike }
    }
}

/// Lower case, without the pattern's wildcards and without digits: the same export of another day is alike.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_ascii_digit() && !"*?[]".contains(*c)).flat_map(char::to_lowercase).collect()
}

impl fmt::Display for Nearby {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Nearby::NoFolder { folder, nearest } => {
                write!(f, "the folder {} does not exist; {} does", folder.display(), nearest.display())
            }
            Nearby::Closed { folder, why } => write!(f, "the folder {} cannot be listed: {why}", folder.display()),
            Nearby::Names { folder, alike, others: 0 } if alike.is_empty() => {
                write!(f, "the folder {} is empty", folder.display())
            }
            Nearby::Names { folder, alike, others } if alike.is_empty() => {
                write!(f, "the folder {} holds no file of a similar name ({others} others)", folder.display())
            }
            Nearby::Names { folder, alike, .. } => {
                write!(f, "the folder {} holds {}", folder.display(), alike.join(", "))
            }
        }
    }
}
