//! CPR numbers (Danish personal identity numbers): never needed, so they are taken out wherever they turn up.
//!
//! Nothing that the program does needs one, and what is not needed may not be kept (GDPR art. 5(1)(c), databeskyttelsesloven
//! § 11). Nothing is checked against modulus 11: numbers that fail it have been issued since 2007.
//! Administrative numbers (day + 60) count too. Where a number could be a CPR number or something harmless (a date
//! followed by a time of day without a point, `24-11-26 1430`), it is taken out: a lost time of day hurts nobody.

use std::borrow::Cow;

/// What stands where a CPR number stood.
pub const REDACTED: &str = "[CPR]";

/// Fewer digits than this make no CPR number in any form (`1/1-90-1234`), a letter taken for a digit not counted.
const FEWEST_DIGITS: usize = 7;

/// More characters than this between two groups of digits, and they do not belong together.
const WIDEST_GAP: usize = 12;

/// Replaces the CPR numbers in `text` by `[CPR]`, and says how many there were.
///
/// Found are six and four digits, ten in a row, the date in parts (`01.01.90-1234`, `1/1-90-1234`), with the century
/// (`01-01-1990-1234`), and digits spaced out; between the groups may stand white space of any kind, dashes, dots,
/// slashes and the like. Digits may be full-width or Arabic, invisible characters do not hide them, and a single letter
/// that looks like one (`01019O-1234`) is one. Six digits, a
/// dash and four digits are taken out even when the six are no date; every other form must begin with a possible date.
/// Left alone: longer runs of digits, phone numbers, dates, amounts, and tenancy references like `007-01-0012-03`.
/// Redacting twice changes nothing more.
pub fn redact(text: &str) -> (Cow<'_, str>, usize) {
    redact_as(text, REDACTED)
}

/// As [`redact`], with another placeholder.
pub(super) fn redact_as<'a>(text: &'a str, placeholder: &str) -> (Cow<'a, str>, usize) {
    // Every digit that counts here is one byte '0'..='9' or a character whose first byte is 0xD9 or above.
    let digits = text.bytes().filter(|byte| byte.is_ascii_digit() || *byte >= 0xD9);
    if digits.take(FEWEST_DIGITS).count() < FEWEST_DIGITS {
        return (Cow::Borrowed(text), 0);
    }
    let found = find(text);
    if found.is_empty() {
        return (Cow::Borrowed(text), 0);
    }
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in &found {
        kept.push_str(text.get(from..*start).unwrap_or_default());
        kept.push_str(placeholder);
        from = *end;
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    (Cow::Owned(kept), found.len())
}

/// Whether the whole value is a CPR number written in two parts: `ddmmyy-nnnn` or `ddmmyy nnnn`, with a possible date.
///
/// For telling that a column holds CPR numbers. Ten digits without a break do not count: tenancy references are opaque,
/// and some systems write them with ten digits. Such a column is recognised by its header ([`is_cpr_header`]).
pub fn looks_like_cpr(value: &str) -> bool {
    let groups = groups(value.trim(), false);
    matches!(groups.as_slice(), [date, serial]
        if date.length == 6 && serial.length == 4 && matches!(serial.gap, Gap::Spaces | Gap::Dash { .. })
            && possible_date(&date.digits)
            && date.start == 0 && serial.end == value.trim().len())
}

/// Whether a column's header says that it holds CPR numbers: `CPR`, `cpr-nr.`, `Lejers CPR`, `Personnummer`, `Person nr`,
/// `Fødselsnummer`, whatever the case and the punctuation.
pub fn is_cpr_header(header: &str) -> bool {
    let squeezed: String =
        header.chars().flat_map(char::to_lowercase).filter(|character| character.is_alphanumeric()).collect();
    let person = ["personnr", "personnummer", "personno", "personalid", "fødselsnr", "fødselsnummer", "foedselsnr"];
    squeezed.contains("cpr")
        || squeezed == "ssn"
        || person.iter().any(|name| squeezed.starts_with(name))
        || squeezed.starts_with("foedselsnummer")
        || squeezed.ends_with("spersonnummer")
        || squeezed.contains("socialsecurity")
}

/// A run of digits, with no visible character within.
struct Group {
    start: usize,
    end: usize,
    length: usize,
    /// The first ten digits.
    digits: [u8; 10],
    /// What stands between the group before and this one.
    gap: Gap,
}

/// What stands between two groups of digits.
#[derive(Clone, Copy, PartialEq)]
enum Gap {
    /// Something that parts them: a letter, or too much.
    Parted,
    /// White space only.
    Spaces,
    /// A dash, perhaps with more beside it; `minus` where it could be the sign of an amount (` -5`).
    Dash { minus: bool },
    /// Dots, slashes and the like.
    Marks,
}

/// The places (in bytes) of the CPR numbers, in order. Where letters stand among the digits they are read both ways, so that
/// neither `01019O-1234` nor `010190-1234l` slips through.
fn find(text: &str) -> Vec<(usize, usize)> {
    let mut found = find_in(text, groups(text, false));
    let mut neighbours = text.as_bytes().windows(2);
    if neighbours
        .any(|pair| matches!(pair, [b'o' | b'O' | b'l' | b'I', b'0'..=b'9'] | [b'0'..=b'9', b'o' | b'O' | b'l' | b'I']))
    {
        found.extend(find_in(text, groups(text, true)));
        found.sort_unstable();
        found.dedup_by(|next, kept| {
            let overlap = next.0 < kept.1;
            kept.1 = if overlap { kept.1.max(next.1) } else { kept.1 };
            overlap
        });
    }
    found
}

fn find_in(text: &str, mut groups: Vec<Group>) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < groups.len() {
        let width = written_together(text, &groups[at..]);
        let end = at + width;
        if let (1.., Some(first), Some(last)) = (width, groups.get(at), groups.get(end - width.min(1))) {
            found.push((first.start, last.end));
            // What is taken out parts its neighbours: a second look must not see more than the first.
            groups[at..end].iter_mut().for_each(|group| group.length = 0);
            for neighbour in [at, end] {
                if let Some(group) = groups.get_mut(neighbour) {
                    group.gap = Gap::Parted;
                }
            }
        }
        at = end.max(at + 1);
    }
    let chains = groups.chunk_by(|_, next| next.gap != Gap::Parted);
    let spaced_out = chains.filter(|chain| spaced_out(text, chain));
    found.extend(spaced_out.filter_map(|chain| Some((chain.first()?.start, chain.last()?.end))));
    found.sort_unstable();
    found
}

/// How many groups at the start of `groups` are a CPR number in one of the usual forms; 0: none.
fn written_together(text: &str, groups: &[Group]) -> usize {
    let joined = |width: usize| {
        groups.get(1..width).is_some_and(|rest| rest.iter().all(|group| group.gap != Gap::Parted))
            && groups.get(width - 1).is_some_and(|last| !is_amount(text, last))
    };
    let dashed = |at: usize| groups.get(at).is_some_and(|group| matches!(group.gap, Gap::Dash { .. }));
    let lengths: Vec<usize> = groups.iter().take(4).map(|group| group.length).collect();
    let Some(first) = groups.first() else { return 0 };
    match lengths.as_slice() {
        [10, ..] if possible_date(&first.digits) => 1,
        [6, 4, ..] if joined(2) && (dashed(1) || possible_date(&first.digits)) => 2,
        [8, 4, ..] if joined(2) && possible_date(&first.digits) && possible_century(&first.digits[4..]) => 2,
        [day @ 1..=2, month @ 1..=2, year @ (2 | 4), 4] if joined(4) => {
            let whole = *day == 2 && *month == 2;
            let marked = |at: usize| groups.get(at).is_some_and(|group| group.gap != Gap::Spaces);
            let date_in_parts = marked(1) && marked(2);
            let century = *year == 2 || groups.get(2).is_some_and(|year| possible_century(&year.digits));
            let date = [two(groups, 0), two(groups, 1)].concat();
            if (whole || dashed(3) || date_in_parts) && century && possible_date(&date) { 4 } else { 0 }
        }
        _ => 0,
    }
}

/// Whether a chain of groups that stands alone is ten digits with a break after the sixth: `01 01 90 12 34`,
/// `0101 90 1234`, `0 1 0 1 9 0 - 1 2 3 4`. A date and a time of day (`24.11.26 13.30`) are not.
fn spaced_out(text: &str, chain: &[Group]) -> bool {
    if chain.len() < 3 || chain.len() > 10 || chain.iter().map(|group| group.length).sum::<usize>() != 10 {
        return false;
    }
    let mut before = 0;
    let break_after_six = chain.iter().any(|group| {
        before += group.length;
        before == 6
    });
    let digits: Vec<u8> = chain.iter().flat_map(|group| group.digits.iter().copied().take(group.length)).collect();
    let between: Vec<&str> =
        chain.windows(2).filter_map(|pair| text.get(pair.first()?.end..pair.last()?.start)).collect();
    let gaps: Vec<Gap> = chain.iter().skip(1).map(|group| group.gap).collect();
    let spaces = |gaps: &[Gap]| gaps.iter().all(|gap| *gap == Gap::Spaces);
    let one_hand = spaces(&gaps)
        || between.windows(2).all(|pair| pair.first() == pair.last())
        || chain.first().is_some_and(|first| first.length == 6) && spaces(gaps.get(1..).unwrap_or_default())
        || chain.last().is_some_and(|last| last.length == 4)
        || chain.iter().all(|group| group.length == 1);
    break_after_six && one_hand && possible_date(&digits) && !chain.last().is_some_and(|last| is_amount(text, last))
}

/// Whether a group that follows white space, or a minus, reads as an amount: `5690,00`, `5690 kr.`, `5690,-`.
fn is_amount(text: &str, last: &Group) -> bool {
    if !matches!(last.gap, Gap::Spaces | Gap::Dash { minus: true }) {
        return false;
    }
    let rest = text.get(last.end..).unwrap_or_default();
    let mut tail = rest.trim_start().chars().map(|character| character.to_ascii_lowercase());
    match (tail.next(), tail.next(), tail.next(), tail.next()) {
        (Some('k'), Some('r'), after, _) => !after.is_some_and(char::is_alphabetic),
        (Some('d'), Some('k'), Some('k'), _) => true,
        (Some(','), Some('-'), ..) => true,
        (Some(','), Some('0'..='9'), Some('0'..='9'), after) => {
            rest.starts_with(',') && !after.is_some_and(|after| after.is_ascii_digit())
        }
        _ => false,
    }
}

/// Whether four digits and what follows begin with a day (or day + 60) and a month.
fn possible_date(digits: &[u8]) -> bool {
    match digits {
        [d, d2, m, m2, ..] => {
            let (day, month) = (d * 10 + d2, m * 10 + m2);
            matches!(day, 1..=31 | 61..=91) && matches!(month, 1..=12)
        }
        _ => false,
    }
}

/// Whether digits begin with 18, 19 or 20.
fn possible_century(digits: &[u8]) -> bool {
    matches!(digits, [1, 8 | 9, ..] | [2, 0, ..])
}

/// A group of one or two digits as two digits.
fn two(groups: &[Group], at: usize) -> [u8; 2] {
    match groups.get(at) {
        Some(Group { length: 1, digits: [one, ..], .. }) => [0, *one],
        Some(Group { digits: [ten, one, ..], .. }) => [*ten, *one],
        None => [0, 0],
    }
}

/// The groups of digits in a text; with `mistaken`, letters that stand for a digit count as one.
fn groups(text: &str, mistaken: bool) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut gap = Some(Between::default());
    let mut before = None;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let end = at + character.len_utf8();
        let next = characters.peek().map(|(_, next)| *next);
        let meant = || mistaken_digit(before, character, next).filter(|_| mistaken);
        if let Some(digit) = digit(character).or_else(meant) {
            match (gap.take(), groups.last_mut()) {
                (None, Some(group)) => {
                    if let Some(place) = group.digits.get_mut(group.length) {
                        *place = digit;
                    }
                    (group.length, group.end) = (group.length + 1, end);
                }
                (between, before) => {
                    let gap = before.map_or(Gap::Parted, |_| between.unwrap_or_default().kind());
                    let mut digits = [0; 10];
                    digits[0] = digit;
                    groups.push(Group { start: at, end, length: 1, digits, gap });
                }
            }
        } else if !invisible(character) {
            gap.get_or_insert_default().push(character);
        }
        before = Some(character);
    }
    groups
}

/// A letter that was typed, or read by a scanner, for a digit: it stands beside one, and beside no other letter.
fn mistaken_digit(before: Option<char>, letter: char, next: Option<char>) -> Option<u8> {
    let value = match letter {
        'o' | 'O' => 0,
        'l' | 'I' => 1,
        _ => return None,
    };
    let beside = |test: fn(char) -> bool| before.is_some_and(test) || next.is_some_and(test);
    (beside(|other| digit(other).is_some()) && !beside(char::is_alphabetic)).then_some(value)
}

/// What has been seen since the last digit.
#[derive(Default)]
struct Between {
    width: usize,
    parted: bool,
    dashes: usize,
    marks: usize,
    commas: usize,
    last: Option<char>,
}

impl Between {
    fn push(&mut self, character: char) {
        self.width += 1;
        match character {
            '-' | '~' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' => {
                self.dashes += 1;
            }
            ',' => self.commas += 1,
            '.' | '/' | '\\' | '_' | ':' | '+' | '*' | '=' | '·' | '•' | '|' | '\'' | '’' | '(' | ')' | '[' | ']' =>
            {
                self.marks += 1;
            }
            space if space.is_whitespace() => {}
            _ => self.parted = true,
        }
        self.last = Some(character);
    }

    fn kind(&self) -> Gap {
        let lone_comma = self.commas == 1 && self.width == 1;
        if self.parted || self.width > WIDEST_GAP || (self.commas > 0 && !lone_comma) {
            Gap::Parted
        } else if self.dashes > 0 {
            Gap::Dash { minus: self.width > 1 && self.last.is_some_and(|last| !last.is_whitespace()) }
        } else if self.marks > 0 || lone_comma {
            Gap::Marks
        } else {
            Gap::Spaces
        }
    }
}

/// The value of a digit: ASCII, full-width, Arabic or mathematical.
fn digit(character: char) -> Option<u8> {
    let offset = match character {
        '0'..='9' => character as u32 - '0' as u32,
        '\u{0660}'..='\u{0669}' => character as u32 - 0x0660,
        '\u{06F0}'..='\u{06F9}' => character as u32 - 0x06F0,
        '\u{FF10}'..='\u{FF19}' => character as u32 - 0xFF10,
        '\u{1D7CE}'..='\u{1D7FF}' => (character as u32 - 0x1D7CE) % 10,
        _ => return None,
    };
    u8::try_from(offset).ok()
}

/// Characters that take no room on the screen, so that a reader sees the digits around them as one number.
fn invisible(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{20E3}')
}
