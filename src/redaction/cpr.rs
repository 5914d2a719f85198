//! CPR numbers (Danish personal identity numbers): never needed, so they are taken out wherever they turn up.
//!
//! Nothing that the program does needs one, and what is not needed may not be kept (GDPR art. 5(1)(c), databeskyttelsesloven
//! § 11). Nothing is checked against modulus 11: numbers that fail it have been issued since 2007.
//! Administrative numbers (day + 60) count too. Where a number could be a CPR number or something harmless (a date
//! followed by a time of day without a point, `24-11-26 1430`), it is taken out: a lost time of day hurts nobody.

mod cued;
mod groups;

use std::borrow::Cow;

use super::Redactor;
use super::lists::Lists;
use super::numbers::is_told_to_be_no_cpr;
use groups::{Gap, Group, digit, groups, looks_like_digit};

/// What stands where a CPR number stood.
pub const REDACTED: &str = "[CPR]";

/// Fewer digits than this make no CPR number in any form, letters taken for a digit (`OlOl9O-12S4`) not counted.
const FEWEST_DIGITS: usize = 4;

/// How often a text is gone over: what was taken out may part what hid another number.
const MOST_ROUNDS: usize = 4;

/// Replaces the CPR numbers in `text` by `[CPR]`, and says how many there were.
///
/// Found are, behind a word like `cpr`, all digits up to a whole number, however they are written ([`cued`]), and anywhere
/// six and four digits, ten in a row, the date in parts (`01.01.90-1234`, `1/1-90-1234`), with the century
/// (`01-01-1990-1234`, `19900101-1234`), and digits spaced out; between the groups may stand white space of any kind, dashes, dots,
/// slashes and the like. Digits may be full-width or Arabic, invisible characters do not hide them, and a single letter
/// that looks like one (`01019O-1234`, `OlOl90-12S4`) is one. Six digits, a
/// dash and four digits are taken out even when the six are no date; every other form must begin with a possible date.
/// Left alone: other longer runs of digits, phone numbers, dates, amounts, and tenancy references like `007-01-0012-03`.
/// Redacting twice changes nothing more.
pub fn redact(text: &str) -> (Cow<'_, str>, usize) {
    redact_as(text, REDACTED, Redactor::danish().ok().map(|redactor| &redactor.lists))
}

/// As [`redact`], with another placeholder, and the words that tell of a CPR number.
pub(super) fn redact_as<'a>(text: &'a str, placeholder: &str, lists: Option<&Lists>) -> (Cow<'a, str>, usize) {
    // Every digit that counts here is one byte '0'..='9' or a character whose first byte is 0xD9 or above.
    let enough = |text: &str| {
        let digits = text.bytes().filter(|byte| byte.is_ascii_digit() || *byte >= 0xD9);
        digits.take(FEWEST_DIGITS).count() == FEWEST_DIGITS
    };
    let mut redacted = Cow::Borrowed(text);
    let mut count = 0;
    for _ in 0..MOST_ROUNDS {
        if !enough(&redacted) {
            break;
        }
        let mut found = find(&redacted);
        if let Some(lists) = lists {
            found.retain(|(start, end)| !is_told_to_be_no_cpr(lists, &redacted, &(*start..*end)));
            found.extend(cued::find(lists, &redacted, placeholder));
            merge(&mut found);
        }
        if found.is_empty() {
            break;
        }
        count += found.len();
        let places: Vec<_> = found.into_iter().map(|(start, end)| start..end).collect();
        redacted = Cow::Owned(super::replace(&redacted, &places, placeholder));
    }
    (redacted, count)
}

/// Puts places in order, those that overlap as one.
fn merge(places: &mut Vec<(usize, usize)>) {
    places.sort_unstable();
    places.dedup_by(|next, kept| {
        let overlap = next.0 < kept.1;
        kept.1 = if overlap { kept.1.max(next.1) } else { kept.1 };
        overlap
    });
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

/// The places (in bytes) of the CPR numbers, in order. Where letters stand among the digits they are read both ways, so that
/// neither `01019O-1234` nor `010190-1234l` slips through.
fn find(text: &str) -> Vec<(usize, usize)> {
    let mut found = find_in(text, groups(text, false));
    let like = |byte: u8| looks_like_digit(char::from(byte)).is_some();
    let mut neighbours = text.as_bytes().windows(2);
    if neighbours.any(|pair| matches!(pair, [letter, b'0'..=b'9'] | [b'0'..=b'9', letter] if like(*letter))) {
        let mut mistaken = find_in(text, groups(text, true));
        // A letter at the edge of a number that is whole without it is a letter.
        let digits = |from: usize, to: usize| {
            text.get(from..to).is_some_and(|part| part.chars().any(|character| digit(character).is_some()))
        };
        let mut plain = found.iter().peekable();
        mistaken.retain(|(start, end)| {
            while plain.next_if(|place| place.0 < *start).is_some() {}
            !plain.peek().is_some_and(|place| place.1 <= *end && !digits(*start, place.0) && !digits(place.1, *end))
        });
        found.extend(mistaken);
        merge(&mut found);
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
    let chains = groups.chunk_by(|_, next| !matches!(next.gap, Gap::Parted | Gap::Odd));
    let spaced_out = chains.filter(|chain| spaced_out(text, chain));
    found.extend(spaced_out.filter_map(|chain| Some((chain.first()?.start, chain.last()?.end))));
    found.sort_unstable();
    found
}

/// How many groups at the start of `groups` are a CPR number in one of the usual forms; 0: none.
fn written_together(text: &str, groups: &[Group]) -> usize {
    let together = |width: usize| {
        groups.get(1..width).is_some_and(|rest| rest.iter().all(|group| !matches!(group.gap, Gap::Parted | Gap::Odd)))
    };
    let joined = |width: usize| together(width) && groups.get(width - 1).is_some_and(|last| !is_amount(text, last));
    let dashed = |at: usize| groups.get(at).is_some_and(|group| matches!(group.gap, Gap::Dash { .. }));
    let odd = |at: usize| groups.get(at).is_some_and(|group| group.gap == Gap::Odd && !amount_follows(text, group));
    let lengths: Vec<usize> = groups.iter().take(6).map(|group| group.length).collect();
    let Some(first) = groups.first() else { return 0 };
    let date = possible_date(&first.digits);
    match lengths.as_slice() {
        [length, ..] if *length >= 10 && length.is_multiple_of(10) && first.in_tens => 1,
        [12, ..] if date && possible_century(&first.digits[4..]) => 1,
        // In this century it may be a time stamp.
        [12, ..] if matches!(first.digits, [1, ..]) && year_first(&first.digits) => 1,
        // A unit behind it does not help: six digits that are a date and four more are nothing else.
        [6, 4, ..] if together(2) && (dashed(1) || date) || date && odd(1) => 2,
        [first, second, ..] if *first >= 6 && *second >= 4 && hidden_in_more(groups) => {
            // The second number of two that were run together: `010190-1234020292-4321`.
            2 + usize::from(groups.get(1..).is_some_and(hidden_in_more))
        }
        [8, 4, ..] if joined(2) && (date && possible_century(&first.digits[4..]) || year_first(&first.digits)) => 2,
        [4, 2, 2, 4, rest @ ..] if joined(4) => {
            let digits = |part: &Group| part.digits.iter().copied().take(part.length).collect::<Vec<u8>>();
            let parts: Vec<u8> = groups.iter().take(3).flat_map(digits).collect();
            // `2026-01-01-2026-12-31` is a period.
            let period = matches!(rest, [2, 2]) && groups.get(3).is_some_and(|year| possible_century(&year.digits));
            if year_first(&parts) && !period { 4 } else { 0 }
        }
        [day @ 1..=2, month @ 1..=2, year @ (2 | 4), 4, ..] if joined(4) => {
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

/// Whether a date and a dash and more stand within longer rows of digits: `+45010190-1234`, `010190-12345`. A period
/// (`010126-310326`) does not.
fn hidden_in_more(groups: &[Group]) -> bool {
    let (Some(first), Some(second)) = (groups.first(), groups.get(1)) else { return false };
    let period = first.length == 6 && possible_date(&second.digits) && matches!(second.length, 6 | 8);
    second.gap == Gap::Dash { minus: false } && possible_date(&first.last) && !period
}

/// Whether digits begin with a year, a month and a day.
fn year_first(digits: &[u8]) -> bool {
    matches!(digits, [_, _, _, _, m, m2, d, d2, ..]
        if possible_century(digits) && possible_date(&[*d, *d2, *m, *m2]))
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
    let mut seen = 0;
    let dash_after_six = chain.iter().any(|group| {
        seen += group.length;
        seen - group.length == 6 && matches!(group.gap, Gap::Dash { .. })
    });
    let between: Vec<&str> =
        chain.windows(2).filter_map(|pair| text.get(pair.first()?.end..pair.last()?.start)).collect();
    let gaps: Vec<Gap> = chain.iter().skip(1).map(|group| group.gap).collect();
    let spaces = |gaps: &[Gap]| gaps.iter().all(|gap| *gap == Gap::Spaces);
    let one_hand = spaces(&gaps)
        || dash_after_six
        || between.windows(2).all(|pair| pair.first() == pair.last())
        || chain.first().is_some_and(|first| first.length == 6) && spaces(gaps.get(1..).unwrap_or_default())
        || chain.last().is_some_and(|last| last.length == 4)
        || chain.iter().all(|group| group.length == 1);
    break_after_six && one_hand && possible_date(&digits) && !chain.last().is_some_and(|last| is_amount(text, last))
}

/// Whether a group that follows white space, or a minus, reads as an amount: `5690,00`, `5690 kr.`, `5690,-`.
fn is_amount(text: &str, last: &Group) -> bool {
    matches!(last.gap, Gap::Spaces | Gap::Dash { minus: true }) && amount_follows(text, last)
}

/// Whether what follows a group makes an amount of it.
fn amount_follows(text: &str, last: &Group) -> bool {
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
