//! Text as a person would type it, out of text as it was transported: mojibake mended, HTML taken off, nothing invisible.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::html;
use super::mojibake;

/// How often a text is gone over. One pass suffices for what people paste; a second is needed where something was wrapped twice
/// (mojibake of HTML, HTML of mojibake). The limit keeps the time in proportion to the text.
const MOST_PASSES: usize = 8;

/// Cleans a text: mojibake turned back into what it was (also doubly), HTML tags taken out (block tags and `<br>` as line
/// ends), entities decoded, characters that nobody sees and control characters taken out (also within words and numbers),
/// tabs and other spaces as spaces, line ends as `\n`, and composed (NFC).
///
/// An honest `<`, `&`, `Ø` or `Å` stays. Cleaning twice changes nothing more, unless somebody wrapped the text more than eight
/// times in alternating ways.
pub fn clean(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut clean = Cow::Borrowed(text);
    for _ in 0..MOST_PASSES {
        let once = pass(&clean);
        if once == clean {
            break;
        }
        let plain = is_plain(&once);
        clean = Cow::Owned(once);
        if plain {
            break;
        }
    }
    clean
}

fn pass(text: &str) -> String {
    let text = html::strip(text);
    let text = composed(seen(&text, keeps_mojibake));
    let text = mojibake::mend(text);
    composed(seen(&text, |_| false))
}

/// Whether there is surely nothing to clean; what looks doubtful is gone over.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte < 0x80 {
            if DOUBTFUL[usize::from(byte)] {
                return false;
            }
            at += 1;
            continue;
        }
        let next = |ahead: usize| bytes.get(at + ahead).copied().unwrap_or_default();
        at += match (byte, next(1)) {
            // Â, Ã, Ä, Å, â, ï and ð begin mojibake where a character that is not ASCII follows. (Æ and Ë only behind another.)
            (0xC3, 0x82..=0x85 | 0xA2 | 0xAF | 0xB0) if next(2) >= 0x80 || (next(1), next(2)) == (0x82, b' ') => {
                return false;
            }
            (0xC3, _) => 2,
            (0xC2, 0xA1..=0xAC | 0xAE..=0xBF) => 2,
            // Dashes, quotes, bullet, ellipsis; the euro sign.
            (0xE2, 0x80) if (0x90..=0xA6).contains(&next(2)) => 3,
            (0xE2, 0x82) if next(2) == 0xAC => 3,
            _ => return false,
        };
    }
    true
}

/// The ASCII characters that need a look: control characters but `\n`, `<` and `&`.
const DOUBTFUL: [bool; 128] = {
    let mut doubtful = [false; 128];
    let mut byte = 0;
    while byte < 128 {
        doubtful[byte] = (byte < 0x20 && byte != b'\n' as usize) || matches!(byte as u8, b'<' | b'&' | 0x7F);
        byte += 1;
    }
    doubtful
};

/// What of a text can be seen: invisible characters out, all spaces as one of two, but for what `kept` needs.
fn seen(text: &str, kept: fn(char) -> bool) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            _ if kept(character) => seen.push(character),
            '\r' => {
                if characters.peek() != Some(&'\n') {
                    seen.push('\n');
                }
            }
            '\n' | '\u{85}' | '\u{0B}' | '\u{0C}' | '\u{2028}' | '\u{2029}' => seen.push('\n'),
            _ if is_invisible(character) => {}
            // The empty braille pattern looks like a space.
            _ if character.is_whitespace() || character == '\u{2800}' => seen.push(' '),
            _ => seen.push(character),
        }
    }
    seen
}

/// Characters that may be the rest of a letter that was read wrongly, though by themselves they are not seen: needed until
/// mojibake is mended.
fn keeps_mojibake(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{A0}' | '\u{AD}')
}

/// Characters that take no room on the screen: control characters but line ends and tabs, soft hyphens, zero-width characters and
/// joiners, marks of direction, selectors of variants, tags, fillers.
fn is_invisible(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\t'))
        || matches!(character,
            '\u{AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{20E3}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D159}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

fn composed(text: String) -> String {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text,
        _ => text.nfc().collect(),
    }
}
