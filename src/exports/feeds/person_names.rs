//! Tenants' names written surname first: taken apart where the config says so, and told where it probably should.

use std::borrow::Cow;

use crate::config::NameOrder;

/// Particles that belong to the surname after them.
const PARTICLES: [&str; 14] =
    ["af", "al", "bin", "da", "de", "del", "den", "der", "di", "du", "el", "la", "van", "von"];
/// Fewer persons with a patronymic first say nothing about the order.
const ENOUGH_PERSONS: u64 = 20;

/// Names in the form that has the first name last told apart: `Brandt Eva & Rask Lis` written surname first becomes
/// `Brandt, Eva & Rask, Lis`. Persons who have a comma or semicolon already, or one word only, are left.
pub fn in_order(names: &str, order: NameOrder) -> Cow<'_, str> {
    if order == NameOrder::FirstLast {
        return Cow::Borrowed(names);
    }
    let mut told = String::with_capacity(names.len() + 4);
    for (person, between) in persons(names) {
        told.push_str(&surname_first(person));
        told.push_str(between);
    }
    Cow::Owned(told)
}

fn surname_first(person: &str) -> String {
    let words: Vec<&str> = person.split_whitespace().collect();
    let particles = words.iter().take_while(|word| PARTICLES.contains(word)).count();
    match words.split_at_checked(particles + 1) {
        Some((surname, first)) if !first.is_empty() && !person.contains([',', ';']) => {
            format!("{}, {}", surname.join(" "), first.join(" "))
        }
        _ => words.join(" "),
    }
}

/// The persons in a field, each with what stands between it and the next.
fn persons(names: &str) -> Vec<(&str, &'static str)> {
    let (mut found, mut rest) = (Vec::new(), names);
    loop {
        let separators = [("&", " & "), ("/", " / "), (" og ", " og ")];
        let next = separators.iter().filter_map(|(sign, shown)| Some((rest.find(sign)?, sign.len(), *shown))).min();
        let Some((at, length, shown)) = next else {
            found.push((rest.trim(), ""));
            return found;
        };
        found.push((rest.get(..at).unwrap_or_default().trim(), shown));
        rest = rest.get(at + length..).unwrap_or_default();
    }
}

/// What systems write in the place of a name or an address that is protected, as whole fields.
const MASKS: [&str; 12] = [
    "hemmelig",
    "hemmeligt",
    "beskyttet",
    "skjult",
    "fortrolig",
    "fortroligt",
    "anonym",
    "secret",
    "protected",
    "confidential",
    "hidden",
    "anonymous",
];
/// What may be protected.
const MASKED_THINGS: [&str; 11] =
    ["adresse", "adressen", "adr", "navn", "navne", "person", "lejer", "beboer", "identitet", "address", "name"];
/// How that is said beside it.
const PROTECTED: [&str; 12] = [
    "hemmelig",
    "hemmeligt",
    "beskyttet",
    "beskyttede",
    "beskyttelse",
    "besk",
    "skjult",
    "fortrolig",
    "anonym",
    "secret",
    "protected",
    "confidential",
];

/// Whether a name or an address is none, but says that it is protected: `Hemmelig Adresse`, `Navne- og adressebeskyttet`,
/// `Kim, Beskyttet person`, `***`. Systems export such masks, often beside an empty flag. A street or a home that has the
/// word (`Hemmeligheden 4`, `Beskyttede Boliger 2`) is none.
pub fn is_masked(field: &str) -> bool {
    let lower = field.trim().to_lowercase();
    let letters = || lower.chars().filter(|sign| !sign.is_whitespace());
    if letters().count() > 2 && letters().all(|sign| matches!(sign, '*' | 'x' | '#')) {
        return true;
    }
    let words: Vec<&str> = lower.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let whole = matches!(words.as_slice(), [word] if MASKS.contains(word));
    let compound = |word: &&str| {
        ["adressebeskyt", "navnebeskyt", "personbeskyt", "adressehemmelig"].iter().any(|part| word.contains(part))
    };
    let said = |pair: &[&str]| match pair {
        [one, other] => {
            PROTECTED.contains(one) && MASKED_THINGS.contains(other)
                || MASKED_THINGS.contains(one) && PROTECTED.contains(other)
        }
        _ => false,
    };
    let linked: Vec<&str> = words.iter().copied().filter(|word| !matches!(*word, "er" | "is" | "og" | "and")).collect();
    whole || words.iter().any(compound) || linked.windows(2).any(said)
}

/// Whether a name field stands for the estate of somebody who has died: `Boet efter Anne Sørensen`, `Dødsbo Anne Holm`,
/// `Boet v/ advokat Lund`, `Anne Sørensens bo`. `Bo` alone is a first name.
pub fn is_estate_of_deceased(tenant_names: &str) -> bool {
    let lower = tenant_names.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let says_so = |word: &&str| {
        ["dødsbo", "doedsbo", "dødsb", "afdød", "afdoed"].iter().any(|part| word.starts_with(part))
            || matches!(*word, "boet" | "skifteretten" | "skifteret" | "estate")
            || word.ends_with("dødsbo")
    };
    let after = |pair: &[&str]| {
        matches!(pair, ["bo" | "boe", "efter" | "eft"] | ["bo", "v"])
            || matches!(pair, [name, "bo"] if name.ends_with("sens"))
    };
    words.iter().any(says_so) || words.windows(2).any(after) || lower.contains('†')
}

/// Counts where Danish patronymics (`Hansen`) stand, the surest sign of the order of names.
#[derive(Default)]
pub struct OrderCheck {
    first: u64,
    last: u64,
}

impl OrderCheck {
    /// Counts the persons of a field; those with a comma or semicolon tell their order themselves.
    pub fn take(&mut self, names: &str) {
        for (person, _) in persons(names) {
            let mut words = person.split_whitespace();
            let (Some(first), Some(last)) = (words.next(), words.next_back()) else { continue };
            if person.contains([',', ';']) {
                continue;
            }
            self.first += u64::from(is_patronymic(first));
            self.last += u64::from(is_patronymic(last));
        }
    }

    /// What to tell the operator, where the names look like surname first.
    pub fn warning(&self) -> Option<String> {
        (self.first >= ENOUGH_PERSONS && self.last * 5 < self.first).then(|| {
            format!(
                "the names of {} persons look like surname first; if they are, set name_order = \"last-first\", or cards \
                 may greet people by their surname",
                self.first
            )
        })
    }
}

fn is_patronymic(word: &str) -> bool {
    word.len() > 4 && word.to_lowercase().ends_with("sen")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_address_that_says_it_is_protected_is_known_for_one() {
        for mask in [
            "Hemmelig Adresse",
            "HEMMELIG ADRESSE",
            "Adresse Beskyttet",
            "Beskyttet Person",
            "Navnebeskyttet",
            "Navne- og adressebeskyttet",
            "Adressebeskyttet",
            "Adressebeskyttelse",
            "Navn- og adressebesk. (adressebeskyttet)",
            "Kim, Hemmelig adresse",
            "Kim Beskyttet Adresse",
            "Hemmelig",
            " beskyttet ",
            "Adressen er hemmelig",
            "Skjult navn",
            "Protected address",
            "****",
            "XXX xxx",
        ] {
            assert!(is_masked(mask), "{mask}");
        }
        for plain in [
            "",
            "Anne Sørensen",
            "Hemmeligheden 4, 1. tv",
            "Hemmelig Vej 3",
            "Beskyttede Boliger 2, st.",
            "Adressevej 9",
            "Personsgade 1",
            "Beskyttervej 2",
            "Lejerbo",
            "Max",
            "X",
        ] {
            assert!(!is_masked(plain), "{plain}");
        }
    }
}
