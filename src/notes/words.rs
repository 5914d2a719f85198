//! A note as words that can be compared: where each begins and ends, folded, stemmed, and a typo forgiven.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One word of a note.
pub struct Word {
    /// Where it stands in the note, in bytes.
    pub place: Range<usize>,
    /// The word folded by [`fold`].
    pub folded: String,
    /// How much of `folded` is the stem.
    pub stem: Stem,
    /// What stands between the word before and this one.
    pub after: Pause,
}

impl Word {
    /// The word without its ending.
    pub fn stem(&self) -> &str {
        self.stem.of(&self.folded)
    }
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
    let mut words = Vec::with_capacity(text.len() / 6 + 1);
    let mut pause = Pause::Sentence;
    let mut start = None;
    for (at, character) in text.char_indices() {
        let inside = character.is_alphanumeric()
            || start.is_some() && !character.is_ascii() && (is_combining_mark(character) || invisible(character));
        match (start, inside) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                words.extend(word(text, from..at, pause));
                (start, pause) = (None, pause_at(character));
            }
            (None, false) => pause = pause.max(pause_at(character)),
            (Some(_), true) => {}
        }
    }
    if let Some(from) = start {
        words.extend(word(text, from..text.len(), pause));
    }
    words
}

fn word(text: &str, place: Range<usize>, after: Pause) -> Option<Word> {
    let folded = fold(text.get(place.clone())?);
    let stem = Stem::find(&folded);
    Some(Word { place, folded, stem, after })
}

fn pause_at(character: char) -> Pause {
    match character {
        '.' | '!' | '?' | ';' | '\n' | '…' => Pause::Sentence,
        ',' | ':' | '(' | ')' | '–' | '—' | '|' => Pause::Clause,
        _ => Pause::None,
    }
}

fn invisible(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// A word in the form in which words are compared: composed (NFC), lower-case, with ae, oe and aa for æ, ø and å, since
/// caretakers write both, and without other accents.
pub fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len() + 2);
    if word.is_ascii() {
        folded.push_str(word);
        folded.make_ascii_lowercase();
        return folded;
    }
    for character in word.nfc().flat_map(char::to_lowercase) {
        match character {
            'æ' | 'ä' => folded.push_str("ae"),
            'ø' | 'ö' => folded.push_str("oe"),
            'å' => folded.push_str("aa"),
            plain if plain.is_ascii() => folded.push(plain),
            // An accent that is no letter of its own: é, ü. Letters that do not come apart stay as they are.
            other => folded.extend(other.nfd().filter(|part| !is_combining_mark(*part) && !invisible(*part))),
        }
    }
    folded
}

/// How a stem is cut out of a folded word: its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stem(usize);

/// Danish endings, the longest first. Verbs in the past and nouns in the definite plural genitive included; a bare -t is
/// none (post, vandt), except after -ig (ryddeligt).
const ENDINGS: [&str; 20] = [
    "erendes", "erende", "ernes", "erens", "erede", "eres", "erne", "eren", "erer", "enes", "ende", "ere", "ene",
    "ede", "ens", "ets", "ers", "er", "en", "et",
];

/// Whether all that a word has after the first letter of `rest` is an ending, or nothing; the letter may be doubled
/// (musi**k**, musi**kk**en). For the last part of a compound, where [`Stem::find`] may take too much: `entredøren`, folded
/// to `entredoeren`, would lose `eren`.
pub fn ends_so(rest: &str) -> bool {
    let mut letters = rest.chars();
    let last = letters.next();
    let rest = letters.as_str();
    let single = last.and_then(|letter| rest.strip_prefix(letter)).unwrap_or(rest);
    matches!(rest, "" | "e" | "s" | "es" | "t" | "ne" | "n") || ENDINGS.contains(&rest) || ENDINGS.contains(&single)
}

/// Shorter than this, what is left of a word is no stem.
const SHORTEST_STEM: usize = 3;

impl Stem {
    /// The stem of a folded word. Rougher than Snowball's, and enough: it compares the lexicon's words with a note's,
    /// and both go through it.
    pub fn find(folded: &str) -> Stem {
        let mut length = folded.len();
        let long_enough = |ending: &&&str| folded.len() >= ending.len() + SHORTEST_STEM;
        if let Some(ending) = ENDINGS.iter().filter(long_enough).find(|ending| folded.ends_with(**ending)) {
            length -= ending.len();
        } else if length > SHORTEST_STEM && (folded.ends_with("es") || folded.ends_with("igt")) {
            length -= if folded.ends_with("es") && length > SHORTEST_STEM + 1 { 2 } else { 1 };
        } else if length > SHORTEST_STEM && (folded.ends_with('e') || folded.ends_with('s')) {
            length -= 1;
        }
        let stem = folded.as_bytes().get(..length).unwrap_or_default();
        if let [.., before, last] = stem
            && before == last
            && last.is_ascii_alphabetic()
            && length > SHORTEST_STEM
        {
            length -= 1;
        }
        Stem(length)
    }

    /// The stem itself.
    pub fn of(self, folded: &str) -> &str {
        folded.get(..self.0).unwrap_or(folded)
    }
}

/// Whether one letter added, left out, replaced, or swapped with its neighbour makes one word of the other.
pub fn one_edit_apart(one: &[u8], other: &[u8]) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (short, long) = (short.get(same..).unwrap_or_default(), long.get(same..).unwrap_or_default());
    match (short, long) {
        ([], []) => true,
        _ if long.len() == short.len() + 1 => long.get(1..) == Some(short),
        ([_, a @ ..], [_, b @ ..]) if a == b => true,
        ([a, b, rest @ ..], [c, d, other @ ..]) => a == d && b == c && rest == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_places_whatever_they_are_written_with() {
        let text = "Åbner  ikke! (A\u{30a}se) hus\u{ad}leje 😀 20";
        let found: Vec<_> = words(text).into_iter().map(|word| (&text[word.place.clone()], word.folded)).collect();
        let expected =
            [("Åbner", "aabner"), ("ikke", "ikke"), ("A\u{30a}se", "aase"), ("hus\u{ad}leje", "husleje"), ("20", "20")];
        assert_eq!(found, expected.map(|(written, folded)| (written, folded.to_owned())));
        let pauses: Vec<_> = words("a b, c. d").into_iter().map(|word| word.after).collect();
        assert_eq!(pauses, [Pause::Sentence, Pause::None, Pause::Clause, Pause::Sentence]);
    }

    #[test]
    fn inflections_of_a_word_have_one_stem() {
        let stem = |word: &str| {
            let folded = fold(word);
            Stem::find(&folded).of(&folded).to_owned()
        };
        for family in [
            &["gardin", "gardinet", "gardiner", "gardinerne"][..],
            &["lejlighed", "lejligheden", "lejligheder", "lejlighedens"],
            &["nedrullet", "nedrullede"],
            &["drikker", "drikke"],
            &["rykker", "rykkere", "rykkerne"],
            &["nabo", "naboen", "naboer", "naboens", "naboerne"],
            &["ryddelig", "ryddeligt", "ryddelige"],
            &["hober", "hobe", "hobede"],
        ] {
            assert!(family.iter().all(|word| stem(word) == stem(family[0])), "{family:?}");
        }
        assert_ne!(stem("vold"), stem("voldsomt"));
        assert_ne!(stem("enke"), stem("enkelt"));
    }

    #[test]
    fn one_slip_of_the_fingers_is_one_edit() {
        for (a, b) in
            [("huslei", "huslej"), ("gadin", "gardin"), ("indalgt", "indlagt"), ("x", "x"), ("skral", "skrald")]
        {
            assert!(
                one_edit_apart(a.as_bytes(), b.as_bytes()) && one_edit_apart(b.as_bytes(), a.as_bytes()),
                "{a} {b}"
            );
        }
        for (a, b) in [("anlagt", "indlagt"), ("ab", "cd"), ("", "ab"), ("abcd", "badc")] {
            assert!(!one_edit_apart(a.as_bytes(), b.as_bytes()), "{a} {b}");
        }
    }
}
