//! A note as words: where each begins and ends, and what stands between them.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::language::invisible;

/// One word of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it stands in the note, in bytes.
    pub place: Range<usize>,
    /// What stands between the word before and this one.
    pub after: Pause,
}

/// What stands between two words, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pause {
    /// White space, a hyphen, a quote.
    None,
    /// The clause ends: comma, colon, dash, parenthesis.
    Clause,
    /// The sentence ends.
    Sentence,
}

/// The words of a note, in order. Everything that is neither letter nor digit parts words.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    split(text, &mut words);
    words
}

/// Puts the words of a note into `words`, which is emptied first.
pub fn split(text: &str, words: &mut Vec<Word>) {
    words.clear();
    let mut pause = Pause::Sentence;
    let mut start = None;
    for (at, character) in text.char_indices() {
        let inside = character.is_alphanumeric()
            || start.is_some() && !character.is_ascii() && (is_combining_mark(character) || invisible(character));
        match (start, inside) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                words.push(Word { place: from..at, after: pause });
                (start, pause) = (None, pause_at(character));
            }
            (None, false) => pause = pause.max(pause_at(character)),
            (Some(_), true) => {}
        }
    }
    if let Some(from) = start {
        words.push(Word { place: from..text.len(), after: pause });
    }
}

fn pause_at(character: char) -> Pause {
    match character {
        '.' | '!' | '?' | ';' | '\n' | '…' | '•' => Pause::Sentence,
        ',' | ':' | '(' | ')' | '–' | '—' | '|' => Pause::Clause,
        _ => Pause::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_places_whatever_they_are_written_with() {
        let text = "Åbner  ikke! (A\u{30a}se) hus\u{ad}leje 😀 20";
        let found: Vec<_> = words(text).into_iter().map(|word| &text[word.place]).collect();
        assert_eq!(found, ["Åbner", "ikke", "A\u{30a}se", "hus\u{ad}leje", "20"]);
        let pauses: Vec<_> = words("a b, c. d").into_iter().map(|word| word.after).collect();
        assert_eq!(pauses, [Pause::Sentence, Pause::None, Pause::Clause, Pause::Sentence]);
    }
}
