//! Personal names, where a list and what stands around tell them.
//!
//! A first name that is nothing else goes wherever it is capitalised; a name that is also a word (Bo, Liv, Tom, Lund) only
//! with more to go by: a surname, a title, a word for a person. A note must not lose a sign of danger because somebody is called Liv.
//!
//! Each decision rests on the words before and after, not on how often a name came before, so that redacting again finds nothing more.

mod tokens;

use std::ops::Range;

use super::lists::{Kinds, LONGEST, Lists};
use tokens::{Gap, Shape, Token, lowered, tokens};

/// Letters from which on a first name that is no other word needs nothing more in small letters.
const LONG_ENOUGH: usize = 6;
/// Letters from which on a word of no list may be a name.
const SHORTEST_UNLISTED: usize = 4;
/// Most words of one person's name.
const MOST_WORDS: usize = 6;

/// The places of persons' names, a first name with its surname as one.
pub fn find(lists: &Lists, text: &str) -> Vec<Range<usize>> {
    let tokens = tokens(lists, text);
    let reader = Reader { lists, text, tokens: &tokens };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        // Most words, decided fast.
        if token.shape == Shape::Lower && !token.kinds.any(Kinds::NAME | Kinds::PHRASE) {
            at += 1;
            continue;
        }
        if let Some(length) = reader.phrase(at) {
            at += length;
            continue;
        }
        let Some(name) = reader.name(at) else {
            at += 1;
            continue;
        };
        at = name.next;
        found.extend(name.taken);
    }
    found
}

struct Reader<'a> {
    lists: &'a Lists,
    text: &'a str,
    tokens: &'a [Token],
}

/// A name that was found.
struct Name {
    /// The token after it.
    next: usize,
    /// What is taken out; nothing where it is a street or a make.
    taken: Option<Range<usize>>,
}

/// What stands before a word, from the strongest to the weakest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cue {
    Title,
    Person,
    Preposition,
    None,
}

impl Reader<'_> {
    /// The token at a place; before the first and after the last there is none.
    fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    /// The next token, where only a space parts it (or a hyphen, in double names).
    fn following(&self, at: usize) -> Option<&Token> {
        self.token(at + 1).filter(|next| matches!(next.gap, Gap::Space | Gap::Hyphen))
    }

    fn word(&self, token: &Token) -> &str {
        self.text.get(token.place()).unwrap_or_default()
    }

    /// Whether a word is written with a capital that tells something: among capitals alone, one tells nothing.
    fn capital(&self, at: usize) -> bool {
        let shouted =
            |token: Option<&Token>| token.is_some_and(|token| matches!(token.shape, Shape::Upper | Shape::Placeholder));
        match self.token(at).map(|token| token.shape) {
            Some(Shape::Title) => true,
            Some(Shape::Upper) => {
                let before = at.checked_sub(1).and_then(|before| self.token(before));
                !shouted(before) && !shouted(self.token(at + 1))
            }
            _ => false,
        }
    }

    /// The length of the phrase at a place that is left alone: a make, a firm, a day.
    fn phrase(&self, at: usize) -> Option<usize> {
        let first = self.token(at).filter(|token| token.kinds.any(Kinds::PHRASE))?;
        let mut buffer = [0; LONGEST + 4];
        let phrases = self.lists.phrases(lowered(self.word(first), &mut buffer)?);
        let is = |at: usize, word: &str| {
            let mut buffer = [0; LONGEST + 4];
            self.token(at).is_some_and(|token| {
                matches!(token.gap, Gap::Space | Gap::Hyphen | Gap::Stop)
                    && lowered(self.word(token), &mut buffer).is_some_and(|lower| lower == word)
            })
        };
        let whole = phrases.iter().filter(|rest| rest.iter().zip(at + 1..).all(|(word, at)| is(at, word)));
        whole.map(|rest| rest.len() + 1).max()
    }

    fn cue(&self, at: usize) -> Cue {
        let (Some(token), Some(before)) = (self.token(at), at.checked_sub(1).and_then(|before| self.token(before)))
        else {
            return Cue::None;
        };
        match token.gap {
            Gap::Space | Gap::Stop if before.kinds.any(Kinds::TITLE) => Cue::Title,
            Gap::Space | Gap::Comma if before.kinds.any(Kinds::PERSON) => Cue::Person,
            Gap::Space if before.kinds.any(Kinds::PREPOSITION) => Cue::Preposition,
            // `talt m. Kirsten`
            Gap::Stop if before.kinds.any(Kinds::PREPOSITION) && self.word(before).len() == 1 => Cue::Preposition,
            _ => Cue::None,
        }
    }

    /// The name that begins at a place.
    fn name(&self, at: usize) -> Option<Name> {
        let first = self.token(at)?;
        if !self.begins(at, first) {
            return None;
        }
        let end = self.last(at);
        let last = self.token(end)?;
        if let Some(next) = self.is_something_else(at, end) {
            return Some(Name { next, taken: None });
        }
        let taken = first.start..self.end(end, last);
        Some(Name { next: end + 1, taken: Some(taken) })
    }

    /// Whether a name begins with this word.
    fn begins(&self, at: usize, token: &Token) -> bool {
        let kinds = token.kinds;
        let capital = self.capital(at);
        if !(capital || kinds.any(Kinds::NAME)) || matches!(token.shape, Shape::Initial | Shape::Placeholder) {
            return false;
        }
        let cue = self.cue(at);
        if kinds.any(Kinds::MONTH) && self.beside_a_number(at) && cue > Cue::Title {
            return false;
        }
        if at > 0
            && self.token(at - 1).is_some_and(|before| before.kinds.any(Kinds::NOT_AFTER))
            && matches!(token.gap, Gap::Space | Gap::Stop)
        {
            return false;
        }
        let length = self.word(token).chars().count();
        let surname = self.surname_follows(at);
        if kinds.any(Kinds::FIRST) {
            return capital || length >= LONG_ENOUGH || cue != Cue::None || surname.is_some();
        }
        if kinds.any(Kinds::SURNAME) || capital && kinds.unknown() && self.is_patronymic(token) {
            return capital || length >= LONG_ENOUGH || cue != Cue::None;
        }
        if cue == Cue::Title {
            return kinds.any(Kinds::NAME) || capital && !self.is_never(token);
        }
        let sure = surname == Some(true);
        if kinds.any(Kinds::FIRST_AND_WORD) {
            let spoken_of = cue == Cue::Person || cue == Cue::Preposition;
            return if capital { spoken_of || surname.is_some() && self.capital(at + 1) } else { sure };
        }
        if kinds.any(Kinds::FIRST_AND_NEEDED) {
            return capital && (cue == Cue::Person || sure && self.capital(at + 1));
        }
        if kinds.any(Kinds::SURNAME_AND_WORD) {
            return capital && cue == Cue::Person;
        }
        if self.is_unlisted_after_a_person(at, token, cue) {
            return true;
        }
        // An unknown first name amid a sentence, before a surname: `talte med Gjyle Jensen`.
        let amid = token.gap == Gap::Space && at > 0;
        kinds.unknown()
            && capital
            && amid
            && sure
            && self.capital(at + 1)
            && !self.capital(at - 1)
            && !self.is_never(token)
    }

    /// `lejer Gjyle`, `Hun hedder Gjyle`: a capitalised word of no list right behind a word for a person. All in capitals, or where
    /// the next word has one too and is an ordinary word, it may be how a sentence begins.
    fn is_unlisted_after_a_person(&self, at: usize, token: &Token, cue: Cue) -> bool {
        let mut buffer = [0; LONGEST + 4];
        cue == Cue::Person
            && token.gap == Gap::Space
            && token.shape == Shape::Title
            && token.kinds.unknown()
            && self.word(token).chars().count() >= SHORTEST_UNLISTED
            && self.capital(at)
            && !self.is_never(token)
            && lowered(self.word(token), &mut buffer).is_some_and(|lower| !self.lists.ends_as_no_name(lower))
    }

    /// Whether a surname stands right behind a word: `Some(true)` one that is nothing else.
    fn surname_follows(&self, at: usize) -> Option<bool> {
        let next = self.following(at).filter(|next| next.gap == Gap::Space || self.capital(at + 1))?;
        if next.kinds.any(Kinds::SURNAME) || next.kinds.unknown() && self.is_patronymic(next) {
            return Some(true);
        }
        next.kinds.any(Kinds::SURNAME_AND_WORD).then_some(false)
    }

    fn beside_a_number(&self, at: usize) -> bool {
        let gap = |at: usize| self.token(at).map(|token| token.gap);
        let placeholder = |at: usize| self.token(at).is_some_and(|token| token.shape == Shape::Placeholder);
        let before = self.token(at).map(|token| self.text.get(..token.start).unwrap_or_default());
        let after = self.token(at).map(|token| self.text.get(token.end..).unwrap_or_default());
        let digit = |character: Option<char>| character.is_some_and(|character| character.is_ascii_digit());
        gap(at) == Some(Gap::Digit)
            || gap(at + 1) == Some(Gap::Digit)
            || at > 0 && placeholder(at - 1)
            || placeholder(at + 1)
            || before.is_some_and(|before| digit(before.trim_end_matches([' ', '.']).chars().next_back()))
            || after.is_some_and(|after| digit(after.trim_start_matches([' ', '.']).chars().next()))
    }

    fn is_patronymic(&self, token: &Token) -> bool {
        let word = self.word(token).as_bytes();
        let ends = |end: &[u8]| {
            word.len() > end.len() && word.iter().rev().zip(end.iter().rev()).all(|(a, b)| a.eq_ignore_ascii_case(b))
        };
        if !ends(b"en") && !ends(b"ens") {
            return false;
        }
        let mut buffer = [0; LONGEST + 4];
        lowered(self.word(token), &mut buffer)
            .is_some_and(|lower| self.lists.is_patronymic(lower.trim_end_matches('s')))
    }

    fn is_never(&self, token: &Token) -> bool {
        let known =
            token.kinds.any(Kinds::NEVER | Kinds::PLACE | Kinds::PRODUCT | Kinds::PERSON | Kinds::TITLE | Kinds::UNIT);
        let mut buffer = [0; LONGEST + 4];
        known || lowered(self.word(token), &mut buffer).is_none_or(|lower| self.lists.is_never_a_surname(lower))
    }

    /// The last word of the name that begins at a place.
    fn last(&self, begin: usize) -> usize {
        let mut last = begin;
        while last + 1 - begin < MOST_WORDS {
            let Some(end) = self.continued(begin, last) else { break };
            last = end;
        }
        last
    }

    /// The last word of what continues a name after `last`.
    fn continued(&self, begin: usize, last: usize) -> Option<usize> {
        let next = self.token(last + 1)?;
        let capital = self.capital(last + 1);
        let in_capitals = self.capital(begin);
        let kinds = next.kinds;
        let joined = match next.gap {
            Gap::Space => true,
            Gap::Hyphen => capital || next.shape == Shape::Upper,
            // `Anders B. Hansen`
            Gap::Stop => self.token(last).is_some_and(|token| token.shape == Shape::Initial),
            _ => false,
        };
        if !joined || next.shape == Shape::Placeholder {
            return None;
        }
        let named = |at: usize| {
            self.token(at).is_some_and(|token| {
                let name = token.kinds.any(Kinds::FIRST | Kinds::SURNAME | Kinds::SURNAME_AND_WORD)
                    || self.is_patronymic(token);
                self.capital(at) && (name || token.kinds.unknown() && !self.is_never(token))
            })
        };
        if next.shape == Shape::Initial && in_capitals {
            let stopped = self.text.as_bytes().get(next.end) == Some(&b'.');
            let surname = self.token(last + 2).filter(|after| matches!(after.gap, Gap::Space | Gap::Stop));
            return (surname.is_some() && named(last + 2) || stopped && surname.is_none_or(|_| stopped))
                .then_some(last + 1);
        }
        if kinds.any(Kinds::PARTICLE)
            && in_capitals
            && self.token(last + 2).is_some_and(|after| matches!(after.gap, Gap::Space | Gap::Hyphen))
            && named(last + 2)
        {
            return Some(last + 2);
        }
        if kinds.any(Kinds::SURNAME) || self.is_patronymic(next) {
            return (capital || !in_capitals || next.shape == Shape::Upper).then_some(last + 1);
        }
        let sure = self.token(begin).is_some_and(|first| first.kinds.any(Kinds::FIRST));
        if kinds.any(Kinds::FIRST) {
            return (capital || self.surname_follows(last + 1).is_some()).then_some(last + 1);
        }
        if kinds.any(Kinds::SURNAME_AND_WORD) {
            let same_hand = capital || !in_capitals && sure;
            return same_hand.then_some(last + 1);
        }
        if kinds.any(Kinds::FIRST_AND_WORD | Kinds::FIRST_AND_NEEDED) {
            let surname = self.surname_follows(last + 1) == Some(true);
            let double = kinds.any(Kinds::FIRST_AND_WORD) || next.gap == Gap::Hyphen;
            return (capital && (double && in_capitals || surname)).then_some(last + 1);
        }
        let unlisted = kinds.unknown() && capital && in_capitals && next.gap == Gap::Space && !self.is_never(next);
        (unlisted && self.is_unlisted_surname(begin, last, next)).then_some(last + 1)
    }

    /// Whether a capitalised word that no list has is the surname to what comes before: it ends as surnames do, or the sentence
    /// goes on in small letters behind it.
    fn is_unlisted_surname(&self, begin: usize, last: usize, next: &Token) -> bool {
        let before =
            self.token(last).is_some_and(|token| token.kinds.any(Kinds::ANY_FIRST) || token.shape == Shape::Initial);
        let titled = matches!(self.cue(begin), Cue::Title | Cue::Person) && begin == last;
        let mut buffer = [0; LONGEST + 4];
        let surname_like = lowered(self.word(next), &mut buffer)
            .is_some_and(|lower| self.lists.ends_as_surname(lower.trim_end_matches('s')));
        let goes_on = !self.token(last + 2).is_some_and(|after| after.gap == Gap::Space && self.capital(last + 2));
        let long = self.word(next).chars().count() >= 3;
        (before || titled) && long && next.shape == Shape::Title && (surname_like || goes_on)
    }

    /// Whether what looks like a name is a street, a house, a make or a part of a compound; then, the token after it.
    fn is_something_else(&self, begin: usize, end: usize) -> Option<usize> {
        let next = self.token(end + 1)?;
        if next.gap == Gap::Hyphen && next.shape == Shape::Lower && !next.kinds.any(Kinds::NAME) {
            return Some(end + 2);
        }
        // `Jens Baggesens Vej`, whose middle no list has.
        let middle = |at: &usize| {
            self.token(*at).is_some_and(|token| token.gap == Gap::Space && self.capital(*at) && token.kinds.unknown())
        };
        let place = end + 1 + (end + 1..end + 3).take_while(middle).count();
        let next = self.token(place).filter(|next| next.gap == Gap::Space)?;
        let house_number = self
            .text
            .get(next.end..)
            .unwrap_or_default()
            .trim_start_matches(' ')
            .starts_with(|c: char| c.is_ascii_digit());
        if next.kinds.any(Kinds::PLACE) && (self.capital(place) || house_number) {
            return Some(place + 1);
        }
        let surname_alone = begin == end && self.token(begin).is_some_and(|token| !token.kinds.any(Kinds::ANY_FIRST));
        let product = place == end + 1
            && surname_alone
            && next.kinds.any(Kinds::PRODUCT)
            && !self.token(begin).is_some_and(|token| token.genitive && self.word(token).ends_with('s'));
        product.then_some(place + 1)
    }

    /// Where a name ends: a genitive's apostrophe and an initial's point go with it.
    fn end(&self, at: usize, last: &Token) -> usize {
        let rest = self.text.get(last.end..).unwrap_or_default();
        if last.shape == Shape::Initial && rest.starts_with('.') {
            return last.end + 1;
        }
        let apostrophe = rest.strip_prefix(['\'', '’']).map(|after| rest.len() - after.len());
        let genitive = apostrophe.map(|width| (width, rest.get(width..).unwrap_or_default()));
        match genitive {
            Some((width, after))
                if after.starts_with('s') && self.token(at + 1).is_none_or(|next| next.end == last.end + width + 1) =>
            {
                last.end + width + 1
            }
            Some((width, after))
                if !after.starts_with(char::is_alphanumeric) && self.word(last).ends_with(['s', 'x', 'z']) =>
            {
                last.end + width
            }
            _ => last.end,
        }
    }
}
