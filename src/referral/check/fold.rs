//! One form for all ways of writing a word: so that `HUS­LEJE`, `husl еje`, `h u s l e j e` and `udsaettelse` are found.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// Letters of other scripts, and of Latin, that look like one of a–z.
const LOOK_ALIKES: &[(char, char)] = &[
    ('а', 'a'),
    ('в', 'b'),
    ('с', 'c'),
    ('е', 'e'),
    ('һ', 'h'),
    ('н', 'h'),
    ('і', 'i'),
    ('ј', 'j'),
    ('к', 'k'),
    ('м', 'm'),
    ('о', 'o'),
    ('р', 'p'),
    ('ѕ', 's'),
    ('т', 't'),
    ('у', 'y'),
    ('х', 'x'),
    ('г', 'r'),
    ('ԁ', 'd'),
    ('ɡ', 'g'),
    ('ӏ', 'l'),
    ('α', 'a'),
    ('β', 'b'),
    ('ε', 'e'),
    ('η', 'n'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('τ', 't'),
    ('υ', 'u'),
    ('χ', 'x'),
    ('ı', 'i'),
    ('ł', 'l'),
    ('đ', 'd'),
    ('ħ', 'h'),
    ('ß', 's'),
    ('@', 'a'),
    ('$', 's'),
    ('€', 'e'),
    ('|', 'l'),
];

/// The text in lower case and plain letters: æ, ø and å as `ae`, `oe` and `aa`, accents gone, look-alikes replaced, what
/// cannot be seen left out, and white space as it was.
pub(crate) fn fold(text: &str) -> String {
    match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => fold_letters(text.chars(), text.len()),
        IsNormalized::No | IsNormalized::Maybe => fold_letters(text.nfkc(), text.len()),
    }
}

/// Folds letters in NFKC; the text is some `length` bytes long.
fn fold_letters(letters: impl Iterator<Item = char>, length: usize) -> String {
    let mut folded = String::with_capacity(length + 8);
    for c in letters.flat_map(char::to_lowercase) {
        match c {
            // Nearly all; what follows is slower.
            'a'..='z' | '0'..='9' | ' ' => folded.push(c),
            'æ' | 'ä' => folded.push_str("ae"),
            'ø' | 'ö' => folded.push_str("oe"),
            'å' => folded.push_str("aa"),
            _ if is_invisible(c) => {}
            _ if c.is_whitespace() => folded.push(' '),
            _ => {
                let plain = LOOK_ALIKES.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to);
                folded.extend(std::iter::once(plain).nfd().filter(|c| !is_mark(*c)));
            }
        }
    }
    folded
}

/// Marks that sit on the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Characters that take no room: soft hyphens, joiners, direction marks, variation selectors, tags.
fn is_invisible(c: char) -> bool {
    is_mark(c)
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
        || (c.is_control() && !c.is_whitespace())
}

/// The words of a folded text, cut at everything that is not a letter or a digit.
pub(crate) fn parts(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty())
}

/// What stands between spaces, with hyphens, points and the like taken out: `hus-leje` is `husleje`.
pub(crate) fn glued(folded: &str) -> impl Iterator<Item = String> {
    folded
        .split_whitespace()
        .map(|token| token.chars().filter(|c| c.is_alphanumeric()).collect::<String>())
        .filter(|token| !token.is_empty())
}

/// Runs of single letters put together: `k r` is `kr`, `b ø r n` is `boern`.
pub(crate) fn spelled_out(folded: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for part in parts(folded) {
        let one_letter = part.chars().nth(1).is_none() || ["ae", "oe", "aa"].contains(&part);
        match words.last_mut() {
            Some(word) if one_letter => word.push_str(part),
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| word.chars().nth(1).is_some());
    words
}

/// Digits that stand for letters inside a word: `hus1eje`, `g4eld`.
pub(crate) fn digits_as_letters(word: &str) -> Option<String> {
    let mixed = word.chars().any(|c| c.is_ascii_digit()) && word.chars().any(char::is_alphabetic);
    mixed.then(|| {
        let letter = |c| match c {
            '0' => 'o',
            '1' => 'l',
            '3' => 'e',
            '4' => 'a',
            '5' => 's',
            '7' => 't',
            other => other,
        };
        word.chars().map(letter).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_of_writing_a_word_fold_to_one() {
        for text in
            ["HUSLEJE", "hus\u{ad}leje", "h\u{200b}usleje", "huslеjе", "ｈｕｓｌｅｊｅ", "hu\u{301}sleje", "Húslèje"]
        {
            assert_eq!(fold(text), "husleje", "{text:?}");
        }
        for text in ["Påkrav", "paakrav", "PA\u{30a}KRAV", "på\u{200d}krav"] {
            assert_eq!(fold(text), "paakrav", "{text:?}");
        }
        assert_eq!(fold("Gæld\u{a0}Börn"), "gaeld boern");
        assert_eq!(spelled_out("en b oe r n og k.r."), ["boern", "kr"]);
        assert_eq!(glued("hus-leje s.k.y.l.d").collect::<Vec<_>>(), ["husleje", "skyld"]);
        assert_eq!(digits_as_letters("hus1eje").as_deref(), Some("husleje"));
        assert_eq!(digits_as_letters("2026"), None);
    }
}
