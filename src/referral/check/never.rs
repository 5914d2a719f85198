//! The words that a card never has, in both languages, however they are written.

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::fold::{digits_as_letters, fold, glued, parts, spelled_out};

/// Shortest pattern that is also looked for across the spaces between words; shorter ones would be found by chance.
const ACROSS_SPACES: usize = 5;

/// What a forbidden word speaks of. The topic is what a violation tells, never the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Topic {
    /// Debt, rent, arrears, demands.
    Debt,
    /// Money, payments, bills.
    Money,
    /// Eviction, termination, court.
    Eviction,
    /// The municipality, social services, the association.
    Authority,
    /// Illness, misuse.
    Illness,
    /// Children.
    Children,
    /// A deadline.
    Deadline,
    /// A score or a computer.
    Score,
    /// "We have noticed".
    Noticing,
    /// The tenancy and its number.
    Tenancy,
}

/// One `[[never]]` of the texts, its words folded.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) struct NeverWords {
    topic: Topic,
    inside: Vec<String>,
    /// Finds all of `inside` in one pass; nearly every text has none of them.
    any_inside: AhoCorasick,
    word: Vec<String>,
    phrases: AhoCorasick,
    but: Vec<String>,
}

/// One `[[never]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    topic: Topic,
    /// Also as part of a word, with hyphens or spaces in it.
    #[serde(default)]
    inside: Vec<String>,
    /// Only as a whole word.
    #[serde(default)]
    word: Vec<String>,
    /// Several words in a row.
    #[serde(default)]
    phrase: Vec<String>,
    /// Words that only look like one of `inside`.
    #[serde(default)]
    but: Vec<String>,
}

impl TryFrom<Written> for NeverWords {
    type Error = aho_corasick::BuildError;

    fn try_from(written: Written) -> Result<NeverWords, aho_corasick::BuildError> {
        let folded = |words: Vec<String>| words.iter().map(|word| fold(word)).collect();
        let inside: Vec<String> =
            written.inside.iter().map(|pattern| fold(pattern).split_whitespace().collect()).collect();
        Ok(NeverWords {
            topic: written.topic,
            any_inside: AhoCorasick::new(&inside)?,
            inside,
            word: folded(written.word),
            phrases: AhoCorasick::new(written.phrase.iter().map(|phrase| format!(" {} ", fold(phrase))))?,
            but: folded(written.but),
        })
    }
}

/// A text in all the forms that words are looked for in; made once for all lists.
pub(crate) struct Forms {
    words: Vec<String>,
    squeezed: String,
    spaced: String,
    /// All of these, a line each.
    lines: String,
}

impl Forms {
    pub fn of(text: &str) -> Forms {
        let folded = fold(text);
        let mut words: Vec<String> = parts(&folded).map(str::to_owned).chain(glued(&folded)).collect();
        words.extend(spelled_out(&folded));
        let from_digits: Vec<String> = words.iter().filter_map(|word| digits_as_letters(word)).collect();
        words.extend(from_digits);
        words.sort_unstable();
        words.dedup();
        let spaced = format!(" {} ", parts(&folded).collect::<Vec<_>>().join(" "));
        let squeezed: String = glued(&folded).collect();
        let lines = format!("{squeezed}\n{}", words.join("\n"));
        Forms { words, squeezed, spaced, lines }
    }

    /// Whether `word` (folded) is one of the text's words, also in the genitive, or a long one is hidden among them.
    pub fn has_word(&self, word: &str) -> bool {
        let hidden = word.len() > ACROSS_SPACES && self.squeezed.contains(word);
        hidden || self.words.iter().any(|own| own.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest == "s"))
    }

    /// Whether `sequence` (folded, without spaces) stands anywhere in the text, spaces and signs not counted.
    pub fn has_inside(&self, sequence: &str) -> bool {
        self.squeezed.contains(sequence)
    }
}

impl NeverWords {
    /// The topic, where one of its words is in the text.
    pub fn found_in(&self, forms: &Forms) -> Option<Topic> {
        let inside = |pattern: &String| {
            let across_spaces = pattern.len() >= ACROSS_SPACES && contains(&forms.squeezed, pattern, &self.but);
            across_spaces || forms.words.iter().any(|word| contains(word, pattern, &self.but))
        };
        let mut met = self.any_inside.find_overlapping_iter(&forms.lines);
        let found = met.any(|met| self.inside.get(met.pattern().as_usize()).is_some_and(inside))
            || self.word.iter().any(|word| forms.words.binary_search(word).is_ok())
            || self.phrases.is_match(&forms.spaced);
        found.then_some(self.topic)
    }
}

/// Whether `pattern` is in `text` somewhere where none of `but` explains it.
fn contains(text: &str, pattern: &str, but: &[String]) -> bool {
    text.match_indices(pattern).any(|(at, _)| {
        !but.iter().any(|harmless| {
            harmless.match_indices(pattern).any(|(offset, _)| {
                at.checked_sub(offset).and_then(|from| text.get(from..)).is_some_and(|rest| rest.starts_with(harmless))
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(inside: &[&str], word: &[&str], but: &[&str]) -> NeverWords {
        let owned = |list: &[&str]| list.iter().map(|word| word.to_string()).collect();
        let (inside, word, but) = (owned(inside), owned(word), owned(but));
        Written { topic: Topic::Debt, inside, word, phrase: vec!["vi har set".to_owned()], but }.try_into().unwrap()
    }

    #[test]
    fn a_word_is_found_inside_others_but_not_where_it_only_looks_like_one() {
        let list = words(&["leje", "gæld"], &["kr"], &["pleje", "gælder"]);
        let found = |text: &str| list.found_in(&Forms::of(text)).is_some();
        for text in [
            "Huslejen",
            "hus-leje",
            "l e j e",
            "G Æ L D",
            "gae-ld",
            "10 KR.",
            "k r",
            "hus1eje",
            "gælder gæld",
            "Vi har  SET",
        ] {
            assert!(found(text), "{text}");
        }
        for text in ["plejehjem", "det gælder", "lejlighed", "krans", "har vi set"] {
            assert!(!found(text), "{text}");
        }
    }
}
