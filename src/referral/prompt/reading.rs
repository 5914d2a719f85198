//! How long a text is and how hard it is to read.

/// Words of a text as a reader counts them: whatever stands between spaces and has a letter or a digit in it.
/// `12 34 56 78` counts as four, so that the limit of a card is never stretched.
pub(crate) fn words(text: &str) -> usize {
    tokens(text).count()
}

/// The readability index LIX: `words / sentences + 100 × long words / words`, where a long word has more than six
/// letters. Up to 30 is very easy (children's books), 40 is fiction.
///
/// Source: C. H. Björnsson, *Läsbarhet* (1968); `lix.se` and the Danish Language Council describe the same formula. Here a
/// sentence ends with `.`, `!` or `?` at the end of a word (a colon ends none, and an unended last line such as
/// `Kh Mette` is no sentence of its own), which gives the higher figure where ways of counting differ. A run of figures
/// (a phone number) is one word.
pub(crate) fn lix(text: &str) -> f64 {
    let (mut words, mut long, mut sentences, mut after_figures) = (0_u32, 0_u32, 0_u32, false);
    for token in tokens(text) {
        let letters = token.chars().filter(|c| c.is_alphabetic()).count();
        let figures = letters == 0;
        words += u32::from(!(figures && after_figures));
        long += u32::from(letters > 6);
        sentences += u32::from(token.ends_with(['.', '!', '?']));
        after_figures = figures;
    }
    match words {
        0 => 0.0,
        _ => f64::from(words) / f64::from(sentences.max(1)) + 100.0 * f64::from(long) / f64::from(words),
    }
}

fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().filter(|token| token.chars().any(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_words_per_sentence_plus_the_share_of_long_words() {
        // Ten words, two sentences, two long words (`beboerhuset`, `tirsdag`): 10/2 + 100·2/10.
        let text = "Jeg sidder i beboerhuset tirsdag 10–14. Kom til kaffe, Anne.";
        assert_eq!((words(text), lix(text)), (10, 25.0));
        // `sidder` has six letters and is not long; a phone number is four words of a card but one of the index.
        assert_eq!((words("Ring 12 34 56 78."), lix("Ring 12 34 56 78.")), (5, 2.0));
        assert_eq!((words(" – "), lix("")), (0, 0.0));
    }

    #[test]
    fn the_example_of_the_tone_is_very_easy() {
        let example = "Hej Anne. Jeg hedder Mette. Jeg sidder i beboerhuset tirsdag 13–15 og hjælper med stort og \
            småt. Kig ind til en kop kaffe, eller ring 12 34 56 78. Kh Mette";
        assert!(words(example) <= 50 && lix(example) <= 30.0, "{}", lix(example));
    }
}
