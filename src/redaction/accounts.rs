//! Bank accounts and payment slips.

use std::ops::Range;

use super::lists::{Kinds, Lists};
use super::numbers::{Group, cue, groups, has_unit, is_part_of_more, right_before, shaped};

/// Between a registration number and its account number: `reg. 1234 konto 123456` (in bytes).
const WIDEST_BETWEEN: usize = 24;
/// Shortest and longest IBAN (Norway, Malta), in characters.
const IBAN: std::ops::RangeInclusive<usize> = 15..=34;

/// Digits of an account number after a word that says so, with and without its registration number.
const SHORTEST_ACCOUNT: usize = 7;
const LONGEST_ACCOUNT: usize = 14;
/// Digits of a payment slip's identification.
const LONGEST_PAYMENT: usize = 19;

/// The places of account numbers: `1234 1234567890`, `reg. 1234 konto 123456`, `kontonr. 1234567`, IBAN, the payment lines
/// of Danish slips (`+71<123456789012345+12345678<`), and sixteen digits of a payment card, which need not check: one mistyped is still somebody's.
pub fn find(lists: &Lists, text: &str) -> Vec<Range<usize>> {
    let groups = groups(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(group) = groups.get(at) {
        let rest = groups.get(at..).unwrap_or_default();
        let place = payment_line(text, rest)
            .or_else(|| iban(text, group))
            .or_else(|| bank_account(lists, text, rest))
            .or_else(|| card(lists, text, rest));
        match place {
            Some(place) => {
                at += rest.iter().take_while(|group| group.start < place.end).count().max(1);
                found.push(place);
            }
            None => at += 1,
        }
    }
    found
}

/// `+71<123456789012345+12345678<`, also with spaces, or without the identification (`+73< +12345678<`).
fn payment_line(text: &str, groups: &[Group]) -> Option<Range<usize>> {
    let kind = groups.first().filter(|group| group.length() == 2)?;
    let plus = text.get(..kind.start)?.strip_suffix('+')?.len();
    let mut rest = text.get(kind.end..)?.trim_start_matches(' ').strip_prefix(['<', '>'])?;
    let mut read = 0;
    for longest in [19, 8] {
        let trimmed = rest.trim_start_matches([' ', '+']);
        let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
        // Without digits, what stands there is the text behind it.
        if (1..=longest).contains(&digits) {
            read += digits;
            rest = trimmed.get(digits..)?;
        }
    }
    let end = rest.trim_start_matches(' ').strip_prefix(['<', '>']).unwrap_or(rest);
    (read >= 7).then_some(plus..text.len() - end.len())
}

/// An IBAN whose check digits are the group: Danish ones by their form, others only where they check (ISO 13616).
fn iban(text: &str, check: &Group) -> Option<Range<usize>> {
    if check.length() < 2 {
        return None;
    }
    let before = text.get(..check.start)?;
    let before = before.strip_suffix(' ').unwrap_or(before);
    let country = before
        .get(before.len().checked_sub(2)?..)
        .filter(|country| country.bytes().all(|b| b.is_ascii_alphabetic()))?;
    let start = before.len() - 2;
    if before.get(..start)?.chars().next_back().is_some_and(char::is_alphanumeric) {
        return None;
    }
    let danish = country.eq_ignore_ascii_case("dk");
    let mut read: Vec<u8> = country.bytes().map(|letter| letter.to_ascii_uppercase()).collect();
    let mut ends = Vec::new();
    let mut gap = 0;
    for (at, byte) in text.get(check.start..)?.bytes().enumerate().take(IBAN.end() * 2) {
        match byte {
            b'0'..=b'9' => read.push(byte),
            b'A'..=b'Z' if !danish => read.push(byte),
            b' ' | b'-' | b'.' if gap == 0 => {
                gap += 1;
                continue;
            }
            _ => break,
        }
        gap = 0;
        let end = check.start + at + 1;
        if !text.as_bytes().get(end).is_some_and(u8::is_ascii_alphanumeric) {
            ends.push((read.len(), end));
        }
        if danish && read.len() >= 18 {
            break;
        }
    }
    let fits = |length: usize| match danish {
        true => length == 18,
        false => IBAN.contains(&length) && checks(read.get(..length).unwrap_or_default()),
    };
    let (_, end) = ends.into_iter().rev().find(|(length, _)| fits(*length))?;
    Some(start..end)
}

/// The check of ISO 13616: country and check digits put last, letters as numbers from 10, the rest by 97 is 1.
fn checks(iban: &[u8]) -> bool {
    let (head, body) = iban.split_at(iban.len().min(4));
    let rest = body.iter().chain(head).fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter.saturating_sub(b'A')) + 10) % 97,
    });
    rest == 1
}

/// A registration number with an account, or an account after a word that says so.
fn bank_account(lists: &Lists, text: &str, groups: &[Group]) -> Option<Range<usize>> {
    let (first, second) = (groups.first()?, groups.get(1));
    let pair = || {
        let second = second.filter(|second| (6..=10).contains(&second.length()) && first.length() == 4)?;
        let between = text.get(first.end..second.start).filter(|between| between.len() <= WIDEST_BETWEEN)?;
        let tight = matches!(between, " " | "-" | " - " | "." | "/");
        Some((second, between, tight))
    };
    if let Some((second, between, tight)) = pair() {
        let place = first.start..second.end;
        let kinds = cue(lists, text, first.start);
        let bank = kinds.any(Kinds::REGISTER) || kinds.any(Kinds::ACCOUNT);
        let says_account = between
            .split(|character: char| !character.is_alphabetic())
            .any(|word| lists.number_kinds(&word.to_lowercase()).any(Kinds::ACCOUNT));
        let alone =
            tight && second.length() == 10 && !kinds.any(Kinds::METER_OR_CASE) && !is_part_of_more(text, &place);
        let sent = tight
            && (7..=10).contains(&second.length())
            && right_before(lists, text, first.start, Kinds::TRANSFER, Kinds::PREPOSITION)
            && !is_part_of_more(text, &place);
        if says_account || alone || sent || bank && tight {
            return Some(place);
        }
    }
    let kinds = cue(lists, text, first.start);
    let most = match kinds.any(Kinds::ACCOUNT) {
        true => LONGEST_ACCOUNT,
        false => kinds.any(Kinds::PAYMENT).then_some(LONGEST_PAYMENT)?,
    };
    let (place, digits) = spaced_digits(text, groups, most)?;
    ((SHORTEST_ACCOUNT..=most).contains(&digits) && !is_part_of_more(text, &place)).then_some(place)
}

/// The groups from the first on that a space parts, up to `most` digits, and how many they have: an account number written in
/// pieces.
fn spaced_digits(text: &str, groups: &[Group], most: usize) -> Option<(Range<usize>, usize)> {
    let first = groups.first()?;
    let (mut digits, mut end) = (first.length(), first.end);
    for group in groups.iter().skip(1).take(9) {
        let joined = matches!(text.get(end..group.start), Some(" " | "-"));
        if !joined || digits + group.length() > most {
            break;
        }
        digits += group.length();
        end = group.end;
    }
    Some((first.start..end, digits))
}

/// Sixteen digits in fours, or together; not years, and not where a word tells that it is something else.
fn card(lists: &Lists, text: &str, groups: &[Group]) -> Option<Range<usize>> {
    let first = groups.first()?;
    let width = if first.length() == 16 { 1 } else { 4 };
    (width == 1 || shaped(groups, &[4, 4, 4, 4], b" -.")).then_some(())?;
    let place = first.start..groups.get(width - 1)?.end;
    let year = |group: &Group| matches!(group.of(text).get(..2), Some("19" | "20"));
    let years = width == 4 && groups.iter().take(4).all(year);
    let other = years || cue(lists, text, first.start).any(Kinds::METER_OR_CASE) || has_unit(lists, text, place.end);
    (!other && !is_part_of_more(text, &place)).then_some(place)
}
