//! Phone numbers.

use std::ops::Range;

use super::lists::{Kinds, Lists};
use super::numbers::{Group, cue, groups, has_unit, is_part_of_more, shaped};

/// Shortest and longest number with a country code (ITU E.164 allows 15 digits).
const INTERNATIONAL: std::ops::RangeInclusive<usize> = 8..=15;
/// Fewest digits of another country's number without a plus sign, its two zeros not counted.
const SHORTEST_BARE: usize = 9;
/// Denmark, the way it is written after a plus sign or two zeros.
const DENMARK: &str = "45";
/// How many pairs of digits in a row are a list of something, not a phone number.
const PAIRS_OF_A_LIST: [usize; 2] = [6, 9];

/// The places of phone numbers: `12345678`, `12 34 56 78`, `1234 5678`, with `+45` or `0045`, other countries' with a plus sign,
/// and after a word like `tlf` in other groups as well. Not where a word before says that it is a meter or a case, where
/// a unit follows, or where it is a date.
pub fn find(lists: &Lists, text: &str) -> Vec<Range<usize>> {
    let groups = groups(text);
    let mut found = Vec::new();
    let (mut at, mut skip_pairs) = (0, 0);
    while let Some(group) = groups.get(at) {
        let rest = groups.get(at..).unwrap_or_default();
        skip_pairs = if skip_pairs == 0 { list_of_pairs(lists, text, rest) } else { skip_pairs };
        let domestic = || if skip_pairs > 0 { None } else { domestic(lists, text, rest) };
        match international(text, rest).or_else(|| bare(lists, text, rest)).or_else(domestic) {
            Some(place) => {
                at += rest.iter().take_while(|group| group.start < place.end).count().max(1);
                found.push(place);
            }
            None => {
                at += 1;
                skip_pairs = if group.length() == 2 { skip_pairs.saturating_sub(1) } else { 0 };
            }
        }
    }
    found
}

/// How many pairs of digits stand in a row, where they are too many or too few for phone numbers and no word tells of one.
fn list_of_pairs(lists: &Lists, text: &str, groups: &[Group]) -> usize {
    let linked = |group: &Group| group.length() == 2 && group.gap == Some(b' ');
    let Some(first) = groups.first().filter(|first| first.length() == 2) else { return 0 };
    let pairs = 1 + groups.iter().skip(1).take(PAIRS_OF_A_LIST[1]).take_while(|group| linked(group)).count();
    let listed = pairs == PAIRS_OF_A_LIST[0] || pairs >= PAIRS_OF_A_LIST[1];
    if listed && !cue(lists, text, first.start).any(Kinds::PHONE) { pairs } else { 0 }
}

/// A number with a country code.
fn international(text: &str, groups: &[Group]) -> Option<Range<usize>> {
    let first = groups.first()?;
    let before = text.get(..first.start)?;
    let plus = before.ends_with('+');
    let code = first.of(text);
    let code = if plus { code } else { code.strip_prefix("00")? };
    let mut start = first.start - usize::from(plus);
    if text.get(..start)?.ends_with('(') {
        start -= 1;
    }
    if text.get(..start)?.chars().next_back().is_some_and(char::is_alphanumeric) {
        return None;
    }
    let danish = code.starts_with(DENMARK);
    let enough = if danish { 10 } else { *INTERNATIONAL.end() };
    let mut digits = code.len();
    let mut end = first.end;
    for group in groups.iter().skip(1).take(8) {
        let between = text.get(end..group.start)?;
        let joined =
            between.len() <= 3 && between.bytes().all(|byte| matches!(byte, b' ' | b'-' | b'.' | b'(' | b')' | b'/'));
        if digits >= enough || !joined || digits + group.length() > enough {
            break;
        }
        digits += group.length();
        end = group.end;
    }
    let complete = if danish { digits == 10 } else { plus && INTERNATIONAL.contains(&digits) };
    (complete && !text.get(end..)?.starts_with('<')).then_some(start..end)
}

/// A number with a country code that only its length tells: `4512345678`, `45 12 34 56 78`, `0046701234567`.
fn bare(lists: &Lists, text: &str, groups: &[Group]) -> Option<Range<usize>> {
    let first = groups.first()?;
    let digits = first.of(text);
    let foreign = digits
        .strip_prefix("00")
        .is_some_and(|code| !code.starts_with('0') && (SHORTEST_BARE..=*INTERNATIONAL.end()).contains(&code.len()));
    let width = match first.length() {
        10 if digits.starts_with(DENMARK) => 1,
        2 if digits == DENMARK
            && [&[2; 5][..], &[2, 4, 4], &[2, 8]].iter().any(|shape| shaped(groups, shape, b" ")) =>
        {
            1 + groups
                .iter()
                .skip(1)
                .scan(8_usize, |left, group| {
                    *left = left.checked_sub(group.length())?;
                    Some(())
                })
                .count()
        }
        _ if foreign => 1,
        _ => return None,
    };
    let place = first.start..groups.get(width - 1)?.end;
    let kinds = cue(lists, text, place.start);
    let other = kinds.any(Kinds::NUMBER_CUE) && !kinds.any(Kinds::PHONE);
    (!other && !has_unit(lists, text, place.end) && !is_part_of_more(text, &place)).then_some(place)
}

/// A Danish number of eight digits.
fn domestic(lists: &Lists, text: &str, groups: &[Group]) -> Option<Range<usize>> {
    let first = groups.first()?;
    let shapes: [(&[usize], &[u8], bool); 9] = [
        (&[8], b"", false),
        (&[2, 2, 2, 2], b" ", false),
        (&[4, 4], b" ", false),
        (&[2, 2, 2, 2], b".-", true),
        (&[4, 4], b"-.", true),
        (&[3, 3, 2], b" .-", true),
        (&[2, 3, 3], b" -", true),
        (&[2, 6], b" -", true),
        (&[1; 8], b" -.", true),
    ];
    let (lengths, _, needs_cue) = shapes.iter().find(|(lengths, gaps, _)| shaped(groups, lengths, gaps))?;
    let place = first.start..groups.get(lengths.len() - 1)?.end;
    let kinds = cue(lists, text, place.start);
    if kinds.any(Kinds::PHONE) {
        // Nothing but a longer number or a decimal makes something else of it: `tlf. 12345678/87654321`.
        let glued = |character: char| character.is_alphanumeric();
        let before = text.get(..place.start)?.chars().next_back();
        let after = text.get(place.end..)?.chars().next();
        let amount = has_unit(lists, text, place.end);
        return (!before.is_some_and(glued) && !after.is_some_and(|c| c.is_ascii_digit()) && !amount).then_some(place);
    }
    let years =
        *lengths == [4, 4] && [0, 1].iter().all(|at| groups.get(*at).is_some_and(|group| is_year(group.of(text))));
    let other = kinds.any(Kinds::NUMBER_CUE)
        || *needs_cue
        || first.of(text).starts_with('0')
        || years
        || *lengths == [8] && is_date(first.of(text))
        || has_unit(lists, text, place.end)
        || is_part_of_more(text, &place);
    (!other).then_some(place)
}

fn is_year(digits: &str) -> bool {
    digits.parse().is_ok_and(|year: u16| (1900..=2099).contains(&year))
}

/// `20261124` or `24112026`.
fn is_date(digits: &str) -> bool {
    let part =
        |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<u16>().ok()).unwrap_or_default();
    let possible = |day: u16, month: u16, year: u16| {
        (1..=31).contains(&day) && (1..=12).contains(&month) && (1900..=2099).contains(&year)
    };
    possible(part(6, 8), part(4, 6), part(0, 4)) || possible(part(0, 2), part(2, 4), part(4, 8))
}
