//! HTML taken off a text: what the caretakers' app and mail programs leave in what is pasted.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use memchr::{memchr2, memmem};

/// Tags that stand within a line.
const INLINE: [&str; 40] = [
    "a", "abbr", "b", "bdi", "bdo", "big", "center", "cite", "code", "del", "em", "font", "i", "img", "input", "ins",
    "kbd", "label", "mark", "nobr", "o:p", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "svg",
    "time", "tt", "u", "var", "wbr", "link", "meta", "button", "path",
];
/// Tags that end a line.
const BLOCK: [&str; 47] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "col",
    "colgroup",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "select",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
];
/// Tags whose contents nobody sees.
const UNSEEN: [&str; 2] = ["style", "script"];

/// Named characters of HTML 4 that Western European text needs.
const NAMED: [(&str, char); 118] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{A0}'),
    ("iexcl", '¡'),
    ("cent", '¢'),
    ("pound", '£'),
    ("curren", '¤'),
    ("yen", '¥'),
    ("brvbar", '¦'),
    ("sect", '§'),
    ("uml", '¨'),
    ("copy", '©'),
    ("ordf", 'ª'),
    ("laquo", '«'),
    ("not", '¬'),
    ("shy", '\u{AD}'),
    ("reg", '®'),
    ("macr", '¯'),
    ("deg", '°'),
    ("plusmn", '±'),
    ("sup2", '²'),
    ("sup3", '³'),
    ("acute", '´'),
    ("micro", 'µ'),
    ("para", '¶'),
    ("middot", '·'),
    ("cedil", '¸'),
    ("sup1", '¹'),
    ("ordm", 'º'),
    ("raquo", '»'),
    ("frac14", '¼'),
    ("frac12", '½'),
    ("frac34", '¾'),
    ("iquest", '¿'),
    ("Agrave", 'À'),
    ("Aacute", 'Á'),
    ("Acirc", 'Â'),
    ("Atilde", 'Ã'),
    ("Auml", 'Ä'),
    ("Aring", 'Å'),
    ("AElig", 'Æ'),
    ("Ccedil", 'Ç'),
    ("Egrave", 'È'),
    ("Eacute", 'É'),
    ("Ecirc", 'Ê'),
    ("Euml", 'Ë'),
    ("Igrave", 'Ì'),
    ("Iacute", 'Í'),
    ("Icirc", 'Î'),
    ("Iuml", 'Ï'),
    ("ETH", 'Ð'),
    ("Ntilde", 'Ñ'),
    ("Ograve", 'Ò'),
    ("Oacute", 'Ó'),
    ("Ocirc", 'Ô'),
    ("Otilde", 'Õ'),
    ("Ouml", 'Ö'),
    ("times", '×'),
    ("Oslash", 'Ø'),
    ("Ugrave", 'Ù'),
    ("Uacute", 'Ú'),
    ("Ucirc", 'Û'),
    ("Uuml", 'Ü'),
    ("Yacute", 'Ý'),
    ("THORN", 'Þ'),
    ("szlig", 'ß'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("acirc", 'â'),
    ("atilde", 'ã'),
    ("auml", 'ä'),
    ("aring", 'å'),
    ("aelig", 'æ'),
    ("ccedil", 'ç'),
    ("egrave", 'è'),
    ("eacute", 'é'),
    ("ecirc", 'ê'),
    ("euml", 'ë'),
    ("igrave", 'ì'),
    ("iacute", 'í'),
    ("icirc", 'î'),
    ("iuml", 'ï'),
    ("eth", 'ð'),
    ("ntilde", 'ñ'),
    ("ograve", 'ò'),
    ("oacute", 'ó'),
    ("ocirc", 'ô'),
    ("otilde", 'õ'),
    ("ouml", 'ö'),
    ("divide", '÷'),
    ("oslash", 'ø'),
    ("ugrave", 'ù'),
    ("uacute", 'ú'),
    ("ucirc", 'û'),
    ("uuml", 'ü'),
    ("yacute", 'ý'),
    ("thorn", 'þ'),
    ("yuml", 'ÿ'),
    ("euro", '€'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("hellip", '…'),
    ("bull", '•'),
    ("trade", '™'),
    ("thinsp", '\u{2009}'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("zwnj", '\u{200C}'),
    ("zwj", '\u{200D}'),
];
/// Longest entity, `&` and `;` included, leading zeros of a number set aside.
const LONGEST_ENTITY: usize = 10;

/// The text without tags and comments, with entities decoded. Where a tag was taken out, white space is what it is in HTML: one
/// space, or one line end.
pub fn strip(text: &str) -> Cow<'_, str> {
    if memchr2(b'<', b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut stripped = String::with_capacity(text.len());
    let (mut rest, mut tags) = (text, false);
    // What is not ahead need not be looked for again: hostile text must not take long.
    let mut missing = Missing::default();
    while let Some(at) = memchr2(b'<', b'&', rest.as_bytes()) {
        stripped.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        if let Some((width, ends_line)) = tag(rest, &mut missing) {
            if ends_line && !stripped.ends_with('\n') {
                stripped.push('\n');
            }
            tags = true;
            rest = rest.get(width..).unwrap_or_default();
        } else if let Some((width, character)) = entity(rest) {
            stripped.push(character);
            rest = rest.get(width..).unwrap_or_default();
        } else {
            stripped.push_str(rest.get(..1).unwrap_or_default());
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    stripped.push_str(rest);
    Cow::Owned(if tags { collapsed(&stripped) } else { stripped })
}

/// Ends that were looked for and are not in the rest of the text.
#[derive(Default)]
struct Missing {
    comment_end: bool,
    style_end: bool,
    script_end: bool,
}

/// The width of the tag (with what it hides) at the start of a text, and whether it ends a line.
fn tag(text: &str, missing: &mut Missing) -> Option<(usize, bool)> {
    let inside = text.strip_prefix('<')?;
    if inside.starts_with("!--") {
        if missing.comment_end {
            return None;
        }
        let end = memmem::find(text.as_bytes(), b"-->");
        missing.comment_end = end.is_none();
        return Some((end? + 3, false));
    }
    let first = inside.bytes().next()?;
    if !(first.is_ascii_alphabetic() || matches!(first, b'/' | b'!' | b'?')) {
        return None;
    }
    let end = memchr2(b'<', b'>', inside.as_bytes()).filter(|end| inside.as_bytes().get(*end) == Some(&b'>'))?;
    let inside = inside.get(..end)?;
    let width = end + 2;
    if matches!(first, b'!' | b'?') {
        let known = ["!doctype", "![", "?xml"];
        let lower = inside.get(..inside.len().min(8)).unwrap_or_default().to_ascii_lowercase();
        return known.iter().any(|known| lower.starts_with(known)).then_some((width, false));
    }
    let (closing, named) = inside.strip_prefix('/').map_or((false, inside), |named| (true, named));
    let name = named.split(|character: char| character.is_ascii_whitespace() || character == '/').next()?;
    let attributes =
        named.get(name.len()..)?.trim_matches(|character: char| character.is_whitespace() || character == '/');
    // `a <b og c> d` is arithmetic, or a hasty hand; an attribute has an equals sign.
    if !attributes.is_empty() && !attributes.contains('=') {
        return None;
    }
    match *kinds_of_tags().get(name).or_else(|| kinds_of_tags().get(name.to_ascii_lowercase().as_str()))? {
        Kind::Inline => Some((width, false)),
        Kind::Block => Some((width, true)),
        Kind::Unseen => Some((width + unseen(text.get(width..)?, name, closing, missing), true)),
    }
}

/// What a tag does to the text around it.
#[derive(Clone, Copy)]
enum Kind {
    Inline,
    Block,
    Unseen,
}

fn kinds_of_tags() -> &'static HashMap<&'static str, Kind> {
    static KINDS: LazyLock<HashMap<&str, Kind>> = LazyLock::new(|| {
        let inline = INLINE.into_iter().map(|name| (name, Kind::Inline));
        let block = BLOCK.into_iter().map(|name| (name, Kind::Block));
        inline.chain(block).chain(UNSEEN.into_iter().map(|name| (name, Kind::Unseen))).collect()
    });
    &KINDS
}

/// How long what a style or script tag hides is, up to its closing tag.
fn unseen(text: &str, name: &str, closing: bool, missing: &mut Missing) -> usize {
    let (end, missing) = if name.eq_ignore_ascii_case("style") {
        ("</style", &mut missing.style_end)
    } else {
        ("</script", &mut missing.script_end)
    };
    if closing || *missing {
        return 0;
    }
    let found = text.as_bytes().windows(end.len()).position(|window| window.eq_ignore_ascii_case(end.as_bytes()));
    *missing = found.is_none();
    found.unwrap_or(0)
}

/// The character that the entity at the start of a text stands for, and its width. `&amp;aelig;` is æ: wrapped twice.
fn entity(text: &str) -> Option<(usize, char)> {
    let rest = text.strip_prefix('&')?;
    let mut wrapped = 0;
    while rest.get(wrapped..).is_some_and(|rest| rest.starts_with("amp;")) {
        wrapped += 4;
    }
    let inner = rest.get(wrapped..).and_then(|rest| if rest.starts_with('#') { numbered(rest) } else { named(rest) });
    match inner {
        Some((width, character)) => Some((1 + wrapped + width, character)),
        None => (wrapped > 0).then_some((1 + wrapped, '&')),
    }
}

/// `aelig;`, or without the semicolon where no letter or digit of a longer word follows.
fn named(text: &str) -> Option<(usize, char)> {
    static CHARACTERS: LazyLock<HashMap<&str, char>> = LazyLock::new(|| NAMED.into_iter().collect());
    let characters = &*CHARACTERS;
    let length = text.bytes().take(LONGEST_ENTITY).take_while(u8::is_ascii_alphanumeric).count();
    let known = |length: usize| {
        let name = text.get(..length)?;
        characters.get(name).copied()
    };
    if text.as_bytes().get(length) == Some(&b';')
        && let Some(character) = known(length)
    {
        return Some((length + 1, character));
    }
    // Browsers read `010190&nbsp1234` so, too.
    let letters = text.bytes().take(LONGEST_ENTITY).take_while(u8::is_ascii_alphabetic).count();
    known(letters).map(|character| (letters, character))
}

/// `#229;` and `#xE5;`.
fn numbered(text: &str) -> Option<(usize, char)> {
    let digits = text.strip_prefix('#')?;
    let (radix, skipped, digits) = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => (16, 2, digits),
        None => (10, 1, digits),
    };
    let zeros = digits.bytes().take_while(|byte| *byte == b'0').count();
    let length =
        digits.bytes().skip(zeros).take(LONGEST_ENTITY).take_while(|byte| char::from(*byte).is_digit(radix)).count();
    let value = u32::from_str_radix(digits.get(zeros..zeros + length)?, radix).ok()?;
    let semicolon = usize::from(digits.as_bytes().get(zeros + length) == Some(&b';'));
    let character = match u8::try_from(value) {
        // These are meant as Windows-1252: HTML says so itself.
        Ok(byte @ 0x80..=0x9F) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next()?,
        _ => char::from_u32(value).filter(|character| *character != '\0')?,
    };
    Some((skipped + zeros + length + semicolon, character))
}

/// White space as HTML shows it: runs as one, a line end where one is among them.
fn collapsed(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    let mut space = None;
    for character in text.chars() {
        // Only these: others are no space in HTML, or a part of a letter that was read wrongly.
        if character.is_ascii_whitespace() {
            let line_ends = character == '\n' || space == Some('\n');
            space = Some(if line_ends { '\n' } else { ' ' });
            continue;
        }
        if let Some(space) = space.take().filter(|_| !collapsed.is_empty()) {
            collapsed.push(space);
        }
        collapsed.push(character);
    }
    collapsed
}
