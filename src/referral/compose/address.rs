//! An address as a mail may have it: where the door is, and nothing else that was typed into the field.

use crate::texts::printable;

/// Longest address in a mail, in characters; the longest street name with floor and door is well below.
const LONGEST: usize = 90;
/// So many digits in a row of numbers are a phone number: no house, floor or postcode has as many.
const PHONE_DIGITS: usize = 8;
/// Words after which other people, or how to reach somebody, come.
const BEFORE_OTHERS: [&str; 10] = ["v/", "c/o", "att", "att.", "tlf", "tlf.", "telefon", "mobil", "mob.", "tel."];

/// The address without what follows `v/` or `c/o` (a name), without phone numbers, and short enough for a heading.
pub(super) fn bare_address(address: &str) -> String {
    let address = printable(address);
    let others = |word: &&str| {
        let lower = word.to_lowercase();
        let word = lower.trim_start_matches(['(', ',']).trim_end_matches(':');
        BEFORE_OTHERS.contains(&word) || word.starts_with("v/") || word.starts_with("c/o")
    };
    let words: Vec<&str> = address.split(' ').take_while(|word| !others(word)).collect();
    let is_number = |word: &str| {
        word.chars().any(|c| c.is_ascii_digit()) && word.chars().all(|c| c.is_ascii_digit() || "+-(),.".contains(c))
    };
    let mut kept: Vec<&str> = Vec::with_capacity(words.len());
    let one_number = |one: &&str, next: &&str| is_number(one) == is_number(next) && !one.ends_with([',', '.']);
    for run in words.chunk_by(one_number) {
        let digits = run.iter().flat_map(|word| word.chars()).filter(char::is_ascii_digit).count();
        let numbers = run.iter().all(|word| is_number(word));
        if !(numbers && digits >= PHONE_DIGITS) {
            kept.extend(run);
        }
    }
    let kept = kept.join(" ");
    let kept = kept.trim_end_matches([' ', ',', ';', '(', '-', '–', '/']);
    match kept.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", kept.get(..end).unwrap_or_default().trim_end()),
        None => kept.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_the_door_and_nobody_elses_name_or_number() {
        for (written, told) in [
            ("Strandvejen 12, 1. tv", "Strandvejen 12, 1. tv"),
            ("Strandvejen 12, 1. tv, tlf. 12 34 56 78", "Strandvejen 12, 1. tv"),
            ("Bakken 2, st. 12345678", "Bakken 2, st."),
            ("Bakken 2, st. +45 12 34 56 78", "Bakken 2, st."),
            ("Bakken 2 v/Anne Sørensen", "Bakken 2"),
            ("Bakken 2, c/o Per Lund, 2. th", "Bakken 2"),
            ("Bakken 2 (V/ Lund)", "Bakken 2"),
            ("Bakken 2, 12. 104, 7100 Vejle", "Bakken 2, 12. 104, 7100 Vejle"),
            ("Vindegade 3, 4. mf", "Vindegade 3, 4. mf"),
            ("", ""),
            (" , ", ""),
        ] {
            assert_eq!(bare_address(written), told, "{written}");
        }
        assert_eq!(bare_address(&"x".repeat(5_000)).chars().count(), LONGEST + 1);
    }
}
