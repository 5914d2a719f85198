//! A text as words with what the lists know of them.

use std::ops::Range;

use crate::redaction::lists::{Kinds, LONGEST, Lists};

/// One word, or a placeholder of what was taken out before.
#[derive(Clone, Copy)]
pub struct Token {
    pub start: usize,
    pub end: usize,
    pub kinds: Kinds,
    /// The word is a genitive: the lists know it without its -s.
    pub genitive: bool,
    pub shape: Shape,
    /// What stands before it.
    pub gap: Gap,
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// All small.
    Lower,
    /// A capital, then small letters.
    Title,
    /// All capitals, two or more.
    Upper,
    /// A single capital.
    Initial,
    /// Stands for something that was taken out.
    Placeholder,
}

/// What stands between two words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// One space or more.
    Space,
    /// A hyphen, nothing else.
    Hyphen,
    /// A full stop, perhaps with a space.
    Stop,
    /// A comma, a colon or an ampersand, perhaps with a space.
    Comma,
    /// A digit or a digit and a space.
    Digit,
    /// Anything else, and the start of the text.
    Other,
}

impl Token {
    /// Where it stands.
    pub fn place(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// The words of a text, in order.
pub fn tokens(lists: &Lists, text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 5 + 1);
    let (mut at, mut gap_start) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        let width = letter(text, at, byte);
        if width == 0 {
            at += if byte < 0x80 {
                1
            } else {
                text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
            };
            continue;
        }
        let start = at;
        while let Some(&byte) = bytes.get(at) {
            match letter(text, at, byte) {
                0 => match elided(bytes.get(start..).unwrap_or_default(), at - start) {
                    0 => break,
                    width => at += width,
                },
                width => at += width,
            }
        }
        let gap = gap(bytes.get(gap_start..start).unwrap_or_default(), tokens.is_empty());
        let token = if bytes.get(start.wrapping_sub(1)) == Some(&b'[') && is_placeholder(bytes, at) {
            let end = at + bytes.iter().skip(at).take_while(|byte| **byte != b']').count();
            at = end;
            Token { start, end, kinds: Kinds::default(), genitive: false, shape: Shape::Placeholder, gap: Gap::Other }
        } else {
            let (kinds, genitive) = known(lists, text.get(start..at).unwrap_or_default());
            let shape = shape(text.get(start..at).unwrap_or_default());
            let glued = bytes.get(at).is_some_and(|byte| byte.is_ascii_digit() || *byte == b'_');
            let kinds = if glued { Kinds::default() } else { kinds };
            Token { start, end: at, kinds, genitive, shape, gap }
        };
        tokens.push(token);
        gap_start = at;
    }
    tokens
}

/// The width of the apostrophe of `O'Brien` and `D'Angelo`, where a word that begins so has read its first letter; 0: it is none.
fn elided(word: &[u8], read: usize) -> usize {
    match word {
        [b'O' | b'D', b'\'', b'A'..=b'Z', ..] if read == 1 => 1,
        [b'O' | b'D', 0xE2, 0x80, 0x99, b'A'..=b'Z', ..] if read == 1 => 3,
        _ => 0,
    }
}

/// Whether what begins before `at` with a bracket is capitals up to the closing one.
fn is_placeholder(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.iter().skip(at).take(LONGEST).find(|byte| !(byte.is_ascii_uppercase() || **byte == b'-'));
    rest == Some(&b']')
}

/// The width of the letter at a place; 0: it is none.
fn letter(text: &str, at: usize, byte: u8) -> usize {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' => 1,
        0..0x80 => 0,
        // Latin-1 letters and Latin Extended, but × and ÷.
        0xC3 if !matches!(text.as_bytes().get(at + 1), Some(0x97 | 0xB7)) => 2,
        0xC4..=0xC9 => 2,
        _ => text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .filter(|character| character.is_alphabetic())
            .map_or(0, char::len_utf8),
    }
}

fn gap(between: &[u8], first: bool) -> Gap {
    match between {
        _ if first => Gap::Other,
        [] => Gap::Other,
        b" " => Gap::Space,
        b"-" => Gap::Hyphen,
        b"." | b". " => Gap::Stop,
        b", " | b"," | b": " | b":" | b" & " | b"&" | b" / " | b"/" | b" + " => Gap::Comma,
        _ if between.iter().all(|byte| *byte == b' ') => Gap::Space,
        _ if between.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'.')) => Gap::Digit,
        _ => Gap::Other,
    }
}

/// What the lists know of a word, in small letters, with or without a genitive's -s.
fn known(lists: &Lists, word: &str) -> (Kinds, bool) {
    if word.len() > LONGEST {
        return (Kinds::default(), false);
    }
    let mut buffer = [0; LONGEST + 4];
    let lower = if is_small(word) { Some(word) } else { lowered(word, &mut buffer) };
    let Some(lower) = lower else { return (Kinds::default(), false) };
    let kinds = lists.kinds(lower);
    if !kinds.any(Kinds::all_but(Kinds::PHRASE))
        && let Some(stem) = lower.strip_suffix('s')
    {
        let stem_kinds = lists.kinds(stem);
        if stem_kinds.any(Kinds::NAME) {
            return (kinds | stem_kinds, true);
        }
    }
    (kinds, lower.ends_with('s'))
}

/// Whether a word is surely in small letters: most are, and need no copy.
fn is_small(word: &str) -> bool {
    let mut before = 0;
    word.bytes().all(|byte| {
        let small = match byte {
            b'a'..=b'z' | 0xC3 => true,
            0xA0..=0xBF => before == 0xC3,
            _ => false,
        };
        before = byte;
        small
    })
}

/// A word in small letters, in a buffer; nothing where it does not fit.
pub fn lowered<'b>(word: &str, buffer: &'b mut [u8; LONGEST + 4]) -> Option<&'b str> {
    let mut length = 0;
    if word.is_ascii() {
        for (place, byte) in buffer.iter_mut().zip(word.bytes()) {
            *place = byte.to_ascii_lowercase();
        }
        length = word.len();
    } else {
        for character in word.chars().flat_map(char::to_lowercase) {
            let place = buffer.get_mut(length..length + character.len_utf8())?;
            length += character.encode_utf8(place).len();
        }
    }
    std::str::from_utf8(buffer.get(..length)?).ok()
}

fn shape(word: &str) -> Shape {
    if word.is_ascii() {
        let bytes = word.as_bytes();
        let upper = |byte: &u8| byte.is_ascii_uppercase();
        return match bytes {
            [first, ..] if !upper(first) => Shape::Lower,
            [_] => Shape::Initial,
            [_, rest @ ..] if rest.iter().all(upper) => Shape::Upper,
            _ => Shape::Title,
        };
    }
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        (Some(first), _) if !first.is_uppercase() => Shape::Lower,
        (_, None) => Shape::Initial,
        (_, Some(second)) if second.is_uppercase() && letters.all(char::is_uppercase) => Shape::Upper,
        _ => Shape::Title,
    }
}
