//! What the note reader has to know of a language to compare words: spellings of one letter, and the stems of words.
//!
//! Everything here is told by the lexicon's `[language]`; nothing in the program is Danish.

use frostem::Stemmer;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A language, as the lexicon describes it.
pub struct Language {
    stemmer: Stemmer,
    /// Other letters for one, as ä for æ.
    other_letters: Vec<(String, String)>,
    /// Letters that may stand for one, and may be two: oe in `doeren` and in `naboen`.
    digraphs: Vec<(String, String)>,
    /// Letters beyond a to z that are their own, and lose no accent: æ, ø, å.
    letters: String,
}

impl Language {
    /// A language with a Snowball stemmer's name (`danish`, `english`); `None` where there is no such stemmer.
    /// `spellings` are pairs of what may be written and the letter that is meant.
    pub fn new(stemmer: &str, spellings: Vec<(String, String)>) -> Option<Language> {
        let stemmer = Stemmer::try_from_name(stemmer).ok()?;
        let letters = spellings.iter().map(|(_, meant)| meant.as_str()).collect();
        let (other_letters, digraphs) = spellings.into_iter().partition(|(written, _)| written.chars().count() == 1);
        Some(Language { stemmer, other_letters, digraphs, letters })
    }

    /// A word in the form in which words are compared: composed (NFC), lower-case, without accents that are no letter of
    /// the language, and without characters that take no room.
    pub fn fold(&self, word: &str) -> String {
        if word.is_ascii() {
            return word.to_ascii_lowercase();
        }
        let mut folded = String::with_capacity(word.len());
        for letter in word.nfc().flat_map(char::to_lowercase).filter(|letter| !invisible(*letter)) {
            match self.other_letters.iter().find(|(written, _)| written.chars().eq([letter])) {
                Some((_, meant)) => folded.push_str(meant),
                None if letter.is_ascii() || self.letters.contains(letter) => folded.push(letter),
                None => folded.extend(letter.nfd().filter(|part| !is_combining_mark(*part))),
            }
        }
        folded
    }

    /// What a folded word may also be, where it has two letters that may stand for one: `doeren` is `døren`.
    pub fn respelt(&self, folded: &str) -> Option<String> {
        let has = |(written, _): &&(String, String)| folded.contains(written.as_str());
        let respelt = |word: String, (written, meant): &(String, String)| word.replace(written.as_str(), meant);
        self.digraphs.iter().find(has)?;
        Some(self.digraphs.iter().fold(folded.to_owned(), respelt))
    }

    /// The stem of a folded word (Snowball, Porter 2001: <https://snowballstem.org>).
    pub fn stem(&self, folded: &str) -> String {
        self.stemmer.stem(folded).into_owned()
    }
}

/// Characters that take no room on the screen.
pub fn invisible(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn danish() -> Language {
        let spellings = [("ae", "æ"), ("oe", "ø"), ("aa", "å"), ("ä", "æ"), ("ö", "ø")];
        Language::new("danish", spellings.map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec()).unwrap()
    }

    #[test]
    fn a_word_is_one_word_however_its_letters_are_typed() {
        let danish = danish();
        for (written, folded) in [
            ("Åbner", "åbner"),
            ("A\u{30a}bner", "åbner"),
            ("hus\u{ad}leje", "husleje"),
            ("Café", "cafe"),
            ("nögle", "nøgle"),
            ("vä\u{200b}g", "væg"),
        ] {
            assert_eq!(danish.fold(written), folded, "{written}");
        }
        assert_eq!(danish.respelt("aabner").as_deref(), Some("åbner"));
        assert_eq!(danish.respelt("naboen").as_deref(), Some("nabøn"), "both are looked up");
        assert_eq!(danish.respelt("åbner"), None);
    }

    #[test]
    fn inflections_of_a_word_have_one_stem() {
        let danish = danish();
        let stem = |word: &str| danish.stem(&danish.fold(word));
        for family in [
            &["gardin", "gardinet", "gardiner", "gardinerne"][..],
            &["nabo", "naboen", "naboer", "naboerne"],
            &["husleje", "huslejen", "huslejerne", "huslejens"],
            &["klage", "klager", "klages", "klagerne"],
        ] {
            assert!(family.iter().all(|word| stem(word) == stem(family[0])), "{family:?}");
        }
        assert_ne!(stem("vold"), stem("voldsomt"));
        assert_ne!(stem("enke"), stem("enkelt"));
    }

    #[test]
    fn a_language_without_a_stemmer_is_none() {
        assert!(Language::new("klingon", Vec::new()).is_none());
    }
}
