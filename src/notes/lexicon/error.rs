//! Why a lexicon was not accepted: every mistake, with its file, line and column.

use std::fmt;
use std::ops::Range;

/// A lexicon that cannot be used, with every mistake that was found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LexiconError {
    problems: Vec<LexiconProblem>,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LexiconProblem {
    /// The file, as it was named.
    pub file: String,
    /// Line and column in characters, from 1; none where the file could not be read at all.
    pub place: Option<(usize, usize)>,
    /// What is wrong, and what to do.
    pub message: String,
}

/// So many mistakes are printed; the rest is counted.
const MOST_PRINTED: usize = 20;

impl LexiconError {
    /// An error of these mistakes.
    pub(super) fn new(mut problems: Vec<LexiconProblem>) -> LexiconError {
        problems.sort_by(|one, other| (&one.file, one.place).cmp(&(&other.file, other.place)));
        problems.dedup();
        LexiconError { problems }
    }

    /// Every mistake, by file and place.
    pub fn problems(&self) -> &[LexiconProblem] {
        &self.problems
    }
}

impl LexiconProblem {
    /// A mistake in these bytes of a file's text.
    pub(super) fn at(file: &str, text: &str, span: &Range<usize>, message: impl Into<String>) -> LexiconProblem {
        let before = text.get(..span.start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |left| left.chars().count()) + 1;
        LexiconProblem { file: file.to_owned(), place: Some((line, column)), message: message.into() }
    }
}

impl fmt::Display for LexiconError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the lexicon cannot be used")?;
        for problem in self.problems.iter().take(MOST_PRINTED) {
            match problem.place {
                Some((line, column)) => write!(f, "\n  {}:{line}:{column}: {}", problem.file, problem.message)?,
                None => write!(f, "\n  {}: {}", problem.file, problem.message)?,
            }
        }
        match self.problems.len().saturating_sub(MOST_PRINTED) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

impl std::error::Error for LexiconError {}
