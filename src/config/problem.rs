//! What is wrong with a config, told so that it can be mended: the file, the line with a caret under the offending text,
//! what is allowed, and what to do. What might be a secret is never shown.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::hide::Hidden;

/// So many problems are printed; the rest is counted.
const MOST_PRINTED: usize = 40;
/// The longest piece of a line that is shown, in characters.
const LONGEST_EXCERPT: usize = 110;

/// A config that cannot be used, with every mistake that was found in it.
#[derive(Clone, Debug)]
pub struct ConfigError {
    path: PathBuf,
    problems: Vec<Problem>,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Line in the config, from 1; `None` where the mistake is not in one place.
    pub line: Option<usize>,
    /// Column in characters, from 1.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What is allowed there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    #[serde(skip)]
    excerpt: Option<Excerpt>,
}

/// The offending line, cut to what fits, and where the caret goes; both in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Excerpt {
    shown: String,
    caret: Range<usize>,
}

/// A mistake as the checks report it: with a range of bytes of the text.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    span: Option<Range<usize>>,
    message: String,
    allowed: Option<String>,
    help: Option<String>,
}

impl Finding {
    /// A mistake in these bytes of the text.
    pub(super) fn at(span: Range<usize>, message: impl Into<String>) -> Finding {
        Finding { span: Some(span), ..Finding::nowhere(message) }
    }

    /// A mistake that is in no one place of the text.
    pub(super) fn nowhere(message: impl Into<String>) -> Finding {
        Finding { span: None, message: message.into(), allowed: None, help: None }
    }

    pub(super) fn allowed(self, allowed: impl Into<String>) -> Finding {
        Finding { allowed: Some(allowed.into()), ..self }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Finding {
        Finding { help: Some(help.into()), ..self }
    }

    /// Adds help where there is some.
    pub(super) fn help_if(self, help: Option<String>) -> Finding {
        Finding { help: help.or(self.help), ..self }
    }
}

impl ConfigError {
    /// An error of one mistake that is in no one place of the file.
    pub(super) fn whole_file(path: &Path, finding: Finding) -> ConfigError {
        ConfigError::new(path, "", vec![finding], &Hidden::default())
    }

    pub(super) fn new(path: &Path, text: &str, findings: Vec<Finding>, hidden: &Hidden) -> ConfigError {
        ConfigError { path: path.to_owned(), problems: problems(text, findings, hidden) }
    }

    /// The config file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Every mistake, in the order of the file.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

/// Puts findings in the order of the file, each once, and gives them their places.
pub(super) fn problems(text: &str, mut findings: Vec<Finding>, hidden: &Hidden) -> Vec<Problem> {
    findings.sort_by_key(|finding| finding.span.as_ref().map(|span| (span.start, span.end)));
    let mut problems: Vec<Problem> = findings.into_iter().map(|finding| problem(text, finding, hidden)).collect();
    problems.dedup();
    problems
}

fn problem(text: &str, finding: Finding, hidden: &Hidden) -> Problem {
    let place = finding.span.map(|span| locate(text, span, hidden));
    let (line, column, excerpt) = match place {
        Some((line, column, excerpt)) => (Some(line), Some(column), Some(excerpt)),
        None => (None, None, None),
    };
    // Messages do not quote what may be secret; this makes sure of it.
    let clean = |said: String| hidden.clean(text, said);
    Problem {
        line,
        column,
        message: clean(finding.message),
        allowed: finding.allowed.map(clean),
        help: finding.help.map(clean),
        excerpt,
    }
}

/// The line and column of a span, both from 1, and its line with the caret.
fn locate(text: &str, span: Range<usize>, hidden: &Hidden) -> (usize, usize, Excerpt) {
    let start = floor_boundary(text, span.start);
    let before = text.get(..start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line_end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| start + at);
    let column = before.get(line_start..).map_or(0, |left| left.trim_start_matches('\u{feff}').chars().count()) + 1;
    (line, column, excerpt(text, line_start..line_end, start..span.end.min(line_end).max(start), hidden))
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The line with hidden parts covered, control characters replaced, and cut to a window around the caret.
fn excerpt(text: &str, line: Range<usize>, span: Range<usize>, hidden: &Hidden) -> Excerpt {
    let mut shown: Vec<char> = Vec::new();
    let (mut caret_start, mut caret_end) = (None, 0);
    let mut covered_until = 0;
    let content = text.get(line.clone()).unwrap_or_default().trim_end_matches('\r');
    for (offset, letter) in content.char_indices() {
        let at = line.start + offset;
        if at < covered_until || letter == '\u{feff}' {
            continue;
        }
        let from = shown.len();
        let until = match hidden.covering(at) {
            Some(cover) => {
                shown.extend("<hidden>".chars());
                covered_until = cover.end;
                cover.end
            }
            None => {
                shown.push(if letter == '\t' {
                    ' '
                } else if letter.is_control() {
                    '\u{fffd}'
                } else {
                    letter
                });
                at + letter.len_utf8()
            }
        };
        if until > span.start && caret_start.is_none() {
            caret_start = Some(from);
        }
        if at < span.end {
            caret_end = shown.len();
        }
    }
    let start = caret_start.unwrap_or(shown.len());
    window(&shown, start..caret_end.max(start + 1))
}

/// Cuts a long line to the part around the caret.
fn window(line: &[char], caret: Range<usize>) -> Excerpt {
    if line.len() <= LONGEST_EXCERPT {
        return Excerpt { shown: line.iter().collect(), caret };
    }
    let width = caret.len().min(LONGEST_EXCERPT);
    let first = caret.start.saturating_sub((LONGEST_EXCERPT - width) / 2).min(line.len() - LONGEST_EXCERPT);
    let last = (first + LONGEST_EXCERPT).min(line.len());
    let (before, after) = (if first > 0 { "…" } else { "" }, if last < line.len() { "…" } else { "" });
    let middle: String = line.get(first..last).unwrap_or_default().iter().collect();
    let shift = |at: usize| at.clamp(first, last) - first + before.chars().count();
    let start = shift(caret.start);
    Excerpt { shown: format!("{before}{middle}{after}"), caret: start..shift(caret.end).max(start + 1) }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in self.problems.iter().take(MOST_PRINTED) {
            write!(f, "error: ")?;
            problem.render(&self.path, f)?;
            writeln!(f)?;
        }
        let (count, path) = (self.problems.len(), self.path.display());
        let mistakes = if count == 1 { "1 mistake".to_owned() } else { format!("{count} mistakes") };
        let shown = if count > MOST_PRINTED { format!(", the first {MOST_PRINTED} shown") } else { String::new() };
        write!(f, "{path}: {mistakes}{shown}; nothing was done")
    }
}

impl std::error::Error for ConfigError {}

impl Problem {
    /// Writes the problem as compilers do: message, place, line with caret, what is allowed, what to do.
    fn render(&self, path: &Path, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.message)?;
        let gutter = self.line.map_or(1, |line| line.to_string().len());
        let space = " ".repeat(gutter);
        match (self.line, self.column) {
            (Some(line), Some(column)) => writeln!(f, "{space}--> {}:{line}:{column}", path.display())?,
            _ => writeln!(f, "{space}--> {}", path.display())?,
        }
        if let (Some(line), Some(excerpt)) = (self.line, &self.excerpt) {
            let caret = format!("{}{}", " ".repeat(excerpt.caret.start), "^".repeat(excerpt.caret.len()));
            writeln!(f, "{space} |\n{line} | {}\n{space} | {caret}", excerpt.shown)?;
        }
        for (label, said) in [("allowed", &self.allowed), ("help", &self.help)] {
            if let Some(said) = said {
                writeln!(f, "{space} = {label}: {said}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Problem {
    /// One line, for logs: place, message and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{}", self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, "; {help}"))
    }
}
