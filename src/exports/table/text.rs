//! Cell bytes as text: encodings, white space, and forms in which texts are compared or shown safely.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use unicode_normalization::UnicodeNormalization;

/// How a file's bytes are letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// UTF-8, and nothing else.
    Utf8,
    /// UTF-8; a cell that is not valid UTF-8 is Windows-1252.
    Utf8OrWindows1252,
    /// Windows-1252.
    Windows1252,
}

impl Text {
    /// A cell as text; `None` where it is not valid in this encoding.
    pub fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        match (self, std::str::from_utf8(bytes)) {
            (_, Ok(text)) if self != Text::Windows1252 || bytes.is_ascii() => Some(Cow::Borrowed(text)),
            (Text::Utf8, _) => None,
            _ => Some(WINDOWS_1252.decode_without_bom_handling(bytes).0),
        }
    }

    /// Bytes as text, with what is not valid in this encoding replaced.
    pub fn lossy(self, bytes: &[u8]) -> String {
        self.decode(bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes)).into_owned()
    }
}

/// The bytes without white space around them; no-break and thin spaces of both encodings count.
#[inline]
pub fn trim(bytes: &[u8]) -> &[u8] {
    let visible = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_graphic);
    if visible(bytes.first()) && visible(bytes.last()) { bytes } else { trim_spaces(bytes) }
}

fn trim_spaces(mut bytes: &[u8]) -> &[u8] {
    loop {
        bytes = match bytes {
            [first, rest @ ..] if first.is_ascii_whitespace() || *first == 0xA0 => rest,
            [0xC2, 0xA0, rest @ ..] | [0xE2, 0x80, 0xAF | 0x89, rest @ ..] => rest,
            _ => break,
        }
    }
    loop {
        bytes = match bytes {
            [rest @ .., last] if last.is_ascii_whitespace() => rest,
            [rest @ .., 0xC2, 0xA0] | [rest @ .., 0xE2, 0x80, 0xAF | 0x89] => rest,
            [rest @ .., 0xA0] if rest.last().is_none_or(u8::is_ascii) => rest,
            _ => return bytes,
        }
    }
}

/// A header or a word of a vocabulary in the form in which they are compared: NFC, lower case, æøå as ae, oe, aa, letters
/// and digits only. `Lejemåls-nr.` and `LEJEMAALSNR` are the same.
pub fn normalise(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.nfc().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()) {
        match letter {
            'æ' => plain.push_str("ae"),
            'ø' | 'ö' => plain.push_str("oe"),
            'å' => plain.push_str("aa"),
            other => plain.push(other),
        }
    }
    plain
}

/// The text with every run of white space as one space, and none around it.
pub fn collapse(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(word);
    }
    plain
}

/// What a cell looks like without what it says: letters become `a`, digits `9`, cut to 20 characters.
///
/// A name may stand where an amount belongs, so no reason for a reject shows a cell's content.
pub fn shape(text: &str) -> String {
    let mut letters = text.chars();
    let mut shape: String = letters
        .by_ref()
        .take(20)
        .map(|letter| match letter {
            _ if letter.is_numeric() => '9',
            _ if letter.is_alphabetic() => 'a',
            _ if letter.is_ascii_graphic() || letter == ' ' => letter,
            _ => '?',
        })
        .collect();
    if letters.next().is_some() {
        shape.push('…');
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn danish_headers_are_the_same_however_they_were_typed() {
        for written in ["Lejemålsnr", " LEJEMÅLS-NR. ", "lejema\u{30a}lsnr", "Lejemaals nr"] {
            assert_eq!(normalise(written), "lejemaalsnr", "{written}");
        }
        assert_eq!(normalise("Bogført"), normalise("BOGFOERT"));
    }

    #[test]
    fn spaces_of_every_kind_around_a_cell_are_not_part_of_it() {
        assert_eq!(trim(b" \xA01,00\t"), b"1,00");
        assert_eq!(trim("\u{a0}\u{202f}1,00\u{a0}".as_bytes()), b"1,00");
        assert_eq!(trim("voilà".as_bytes()), "voilà".as_bytes(), "the last byte of à is no space");
        assert_eq!(trim(b"\xA0 "), b"");
    }

    #[test]
    fn a_shape_tells_nothing_of_the_content() {
        assert_eq!(shape("Åse 12,50 kr."), "aaa 99,99 aa.");
        assert_eq!(shape(&"x".repeat(30)), format!("{}…", "a".repeat(20)));
    }

    #[test]
    fn cells_are_decoded_by_the_encoding_of_their_file() {
        assert_eq!(Text::Windows1252.decode(b"B\xF8rge").as_deref(), Some("Børge"));
        assert_eq!(Text::Utf8OrWindows1252.decode("Børge".as_bytes()).as_deref(), Some("Børge"));
        assert_eq!(Text::Utf8OrWindows1252.decode(b"B\xF8rge").as_deref(), Some("Børge"));
        assert_eq!(Text::Utf8.decode(b"B\xF8rge"), None);
    }
}
