//! E-mail addresses.

use std::ops::Range;

use memchr::memchr;

use super::lists::Lists;

/// Longest part of an address on either side of the @ (RFC 5321 allows 64 and 255 bytes).
const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 255;

/// The places of the e-mail addresses: `navn@firma.dk`, `navn @ firma.dk`, `navn (at) firma.dk`.
pub fn find(lists: &Lists, text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    if memchr(b'@', text.as_bytes()).is_some() {
        found.extend(text.match_indices('@').filter_map(|(at, sign)| around(lists, text, at, at + sign.len())));
    }
    for sign in &lists.at_signs {
        let signs = sign.find_iter(text.as_bytes());
        found.extend(signs.filter_map(|at| around(lists, text, at, at + sign.needle().len())));
    }
    found.sort_unstable_by_key(|place| (place.start, place.end));
    found.dedup_by(|next, kept| {
        let overlap = next.start < kept.end;
        kept.end = if overlap { kept.end.max(next.end) } else { kept.end };
        overlap
    });
    found
}

/// The address whose sign stands at `start..end`.
fn around(lists: &Lists, text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let plain = end - start == 1;
    let (before, after) = (text.get(..start)?, text.get(end..)?);
    let spaced = before.ends_with(' ') || after.starts_with(' ');
    let before = before.strip_suffix(' ').unwrap_or(before);
    let after_space = usize::from(after.starts_with(' '));
    let domain_start = end + after_space;
    let local =
        before.chars().rev().take(LONGEST_LOCAL).take_while(|c| in_local(*c)).map(char::len_utf8).sum::<usize>();
    let domain: usize =
        text.get(domain_start..)?.chars().take(LONGEST_DOMAIN).take_while(|c| in_domain(*c)).map(char::len_utf8).sum();
    let local_start = before.len() - local;
    let name = before.get(local_start..)?.trim_start_matches(['.', '-', '\'']);
    // `gmail(dot)com`
    let hidden = text.get(domain_start + domain..).and_then(|rest| {
        let dot = lists.dots.iter().find(|dot| rest.starts_with(dot.as_ref()))?;
        let top = rest.get(dot.len()..)?.chars().take(LONGEST_DOMAIN).take_while(|c| c.is_alphabetic());
        let top: usize = top.map(char::len_utf8).sum();
        (top >= 2 && domain > 0).then_some(dot.len() + top)
    });
    if let (Some(hidden), true) = (hidden, name.chars().any(char::is_alphanumeric)) {
        return Some(before.len() - name.len()..domain_start + domain + hidden);
    }
    let domain = text.get(domain_start..domain_start + domain)?.trim_end_matches(['.', '-']);
    let (_, top) = domain.rsplit_once('.').unwrap_or(("", ""));
    let whole = top.chars().count() >= 2 && top.chars().all(char::is_alphabetic);
    // `kirsten@gmail` is meant as an address; `3 stk @ 20` and `@tømrer` are not.
    let meant = plain && !spaced && domain.chars().next().is_some_and(char::is_alphabetic);
    (name.chars().any(char::is_alphanumeric) && (whole || meant))
        .then_some(before.len() - name.len()..domain_start + domain.len())
}

fn in_local(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '.' | '_' | '%' | '+' | '-' | '\'' | '&' | '=')
}

fn in_domain(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '.' | '-')
}
