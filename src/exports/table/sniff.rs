//! What a file is, from its first bytes: delimited text, a workbook, or something that is no export at all.

use memchr::memchr;

use super::text::Text;
use crate::config::Encoding;
use crate::exports::error::ReadErrorKind;

/// How the text of a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sniffed {
    /// The encoding.
    pub text: Text,
    /// Length of the byte order mark.
    pub mark: usize,
    /// What ends a line.
    pub line_end: u8,
}

/// Whether a file is an .xlsx workbook, or some other zip archive.
pub fn is_zip(sample: &[u8]) -> bool {
    sample.starts_with(b"PK\x03\x04")
}

/// Looks at the beginning of a file that is no workbook. `whole` says that the sample is all of it.
pub fn sniff(sample: &[u8], encoding: Option<Encoding>, whole: bool) -> Result<Sniffed, ReadErrorKind> {
    if let Some((found, advice)) = something_else(sample) {
        return Err(ReadErrorKind::NotAnExport { found, advice });
    }
    let mark = if sample.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let line_end = if memchr(b'\n', sample).is_none() && memchr(b'\r', sample).is_some() { b'\r' } else { b'\n' };
    let text = encoding_of(sample, encoding, mark > 0, whole)?;
    Ok(Sniffed { text, mark, line_end })
}

fn something_else(sample: &[u8]) -> Option<(&'static str, &'static str)> {
    let start = sample.trim_ascii_start();
    let begins = |with: &[u8]| start.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
    let known: [(&[u8], &str, &str); 8] = [
        (b"\x1F\x8B", "a gzip archive", "deliver the file unpacked"),
        (b"PK", "a zip archive", "deliver the file unpacked"),
        (b"\xD0\xCF\x11\xE0", "an old Excel workbook (.xls)", "save it as .xlsx or as CSV"),
        (b"%PDF", "a PDF", "export as CSV or .xlsx"),
        (b"\xFF\xFE", "UTF-16 text", "export as UTF-8 or Windows-1252"),
        (b"\xFE\xFF", "UTF-16 text", "export as UTF-8 or Windows-1252"),
        (b"<!doctype", "a web page", "the address perhaps leads to a login page or an error page"),
        (b"<html", "a web page", "the address perhaps leads to a login page or an error page"),
    ];
    if let Some((_, found, advice)) = known.iter().find(|(with, ..)| begins(with)) {
        return Some((found, advice));
    }
    let head = sample.get(..sample.len().min(4096)).unwrap_or_default();
    let nul = memchr(0, head)?;
    let every_other = head.iter().skip(nul % 2).step_by(2).filter(|byte| **byte == 0).count() * 3 > head.len();
    if every_other {
        return Some(("UTF-16 text without a byte order mark", "export as UTF-8 or Windows-1252"));
    }
    Some(("a binary file", "export as CSV or .xlsx"))
}

fn encoding_of(sample: &[u8], encoding: Option<Encoding>, mark: bool, whole: bool) -> Result<Text, ReadErrorKind> {
    let (valid, invalid, first_invalid) = count_utf8(sample, whole);
    let line = || 1 + memchr::memchr_iter(b'\n', sample.get(..first_invalid).unwrap_or_default()).count();
    match encoding {
        Some(Encoding::Utf8) if invalid > 0 => Err(ReadErrorKind::Encoding(format!(
            "is not UTF-8, as the config says: the first other byte is on line {}; set encoding = \"windows-1252\", or leave \
             the key out",
            line()
        ))),
        Some(Encoding::Utf8) => Ok(Text::Utf8),
        Some(Encoding::Windows1252) if mark || (valid > 0 && invalid == 0) => Err(ReadErrorKind::Encoding(
            "is UTF-8, not Windows-1252 as the config says; set encoding = \"utf-8\", or leave the key out".to_owned(),
        )),
        Some(Encoding::Windows1252) => Ok(Text::Windows1252),
        None if invalid > valid => Ok(Text::Windows1252),
        None => Ok(Text::Utf8OrWindows1252),
    }
}

/// How many characters beyond ASCII are valid UTF-8, how many bytes are not, and where the first of those is.
fn count_utf8(sample: &[u8], whole: bool) -> (usize, usize, usize) {
    let (mut valid, mut invalid, mut first, mut at) = (0, 0, sample.len(), 0);
    for chunk in sample.utf8_chunks() {
        let text = chunk.valid();
        valid += if text.is_ascii() { 0 } else { text.chars().filter(|letter| !letter.is_ascii()).count() };
        at += text.len();
        let broken = chunk.invalid();
        let cut_off = !whole && at + broken.len() == sample.len();
        if !broken.is_empty() && !cut_off {
            first = first.min(at);
            invalid += broken.len();
        }
        at += broken.len();
    }
    (valid, invalid, first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(sample: &[u8], encoding: Option<Encoding>) -> String {
        sniff(sample, encoding, true).unwrap_err().to_string()
    }

    #[test]
    fn the_encoding_is_found_where_the_config_is_silent() {
        let found = |sample: &[u8]| sniff(sample, None, true).unwrap();
        assert_eq!(found("Bogført\n".as_bytes()).text, Text::Utf8OrWindows1252);
        assert_eq!(found(b"Bogf\xF8rt\n").text, Text::Windows1252);
        assert_eq!(found(b"\xEF\xBB\xBFDato\n"), Sniffed { text: Text::Utf8OrWindows1252, mark: 3, line_end: b'\n' });
        assert_eq!(found(b"Dato;Tekst\r1;2\r").line_end, b'\r');
        let one_bad_byte = "Bogført på gården i Århus\n".repeat(3).into_bytes();
        assert_eq!(found(&[one_bad_byte, b"\xF8\n".to_vec()].concat()).text, Text::Utf8OrWindows1252);
    }

    #[test]
    fn a_wrong_encoding_in_the_config_is_an_error_that_says_which_is_right() {
        assert!(message(b"a\nBogf\xF8rt\n", Some(Encoding::Utf8)).contains("line 2; set encoding = \"windows-1252\""));
        assert!(message("Bogført\n".as_bytes(), Some(Encoding::Windows1252)).contains("set encoding = \"utf-8\""));
    }

    #[test]
    fn what_is_no_text_is_named_for_what_it_is() {
        for (sample, says) in [
            (&b"\x1F\x8B\x08\x00"[..], "gzip"),
            (b"\xFF\xFED\0a\0", "UTF-16"),
            (b"D\0a\0t\0o\0;\0", "UTF-16 text without"),
            (b"\xD0\xCF\x11\xE0\xA1", ".xls"),
            (b"%PDF-1.7", "PDF"),
            (b"\n <!DOCTYPE html><html>", "login page"),
            (b"ab\x00\x01\x02cdefghij", "binary"),
        ] {
            assert!(message(sample, None).contains(says), "{says}");
        }
    }
}
