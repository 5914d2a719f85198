//! The words that simulated exports are made of, from text files beside this one.

use std::sync::LazyLock;

/// Names, streets, towns, notes and fees, each list as its file gives it.
pub(super) struct Words {
    /// `postcode town`
    pub towns: Vec<&'static str>,
    pub street_beginnings: Vec<&'static str>,
    pub street_ends: Vec<&'static str>,
    pub women: Vec<&'static str>,
    pub men: Vec<&'static str>,
    pub surnames: Vec<&'static str>,
    /// First name and surname of tenants whose names are common in Denmark among those from elsewhere.
    pub women_elsewhere: Vec<&'static str>,
    pub men_elsewhere: Vec<&'static str>,
    pub surnames_elsewhere: Vec<&'static str>,
    fees: Vec<(i16, i64)>,
    notes: Vec<(&'static str, Vec<&'static str>)>,
}

/// The words, read once.
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let names = sections(include_str!("words/names.txt"));
    let places = sections(include_str!("words/places.txt"));
    let list = |sections: &Sections, name: &str| {
        sections.iter().find(|(section, _)| *section == name).map(|(_, lines)| lines.clone()).unwrap_or_default()
    };
    let fees = include_str!("words/demand_fees.txt").lines().filter_map(|line| {
        let (year, kroner) = line.split_once(' ')?;
        Some((year.parse().ok()?, kroner.trim().parse::<i64>().ok()? * 100))
    });
    Words {
        towns: list(&places, "towns"),
        street_beginnings: list(&places, "street beginnings"),
        street_ends: list(&places, "street ends"),
        women: list(&names, "women"),
        men: list(&names, "men"),
        surnames: list(&names, "surnames"),
        women_elsewhere: list(&names, "women elsewhere"),
        men_elsewhere: list(&names, "men elsewhere"),
        surnames_elsewhere: list(&names, "surnames elsewhere"),
        fees: fees.collect(),
        notes: sections(include_str!("words/notes.txt")),
    }
});

impl Words {
    /// The fee for a demand in `year`, in øre: that of the last year known, up to it.
    pub fn demand_fee(&self, year: i16) -> i64 {
        let known = self.fees.iter().rev().find(|(since, _)| *since <= year).or(self.fees.first());
        known.map_or(0, |(_, fee)| *fee)
    }

    /// The notes of one kind.
    pub fn notes(&self, kind: &str) -> &[&'static str] {
        self.notes.iter().find(|(name, _)| *name == kind).map_or(&[], |(_, notes)| notes)
    }
}

type Sections = Vec<(&'static str, Vec<&'static str>)>;

/// `[name]` lines, each with the lines below it; `#` begins a comment.
fn sections(text: &'static str) -> Sections {
    let mut sections: Sections = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match (line.strip_prefix('[').and_then(|line| line.strip_suffix(']')), sections.last_mut()) {
            (Some(name), _) => sections.push((name, Vec::new())),
            (None, Some((_, lines))) => lines.push(line),
            (None, None) => {}
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::books::encoded;

    #[test]
    fn every_list_has_words_and_all_of_them_fit_windows_1252() {
        let lists = [
            (&WORDS.towns, 10),
            (&WORDS.street_beginnings, 20),
            (&WORDS.street_ends, 8),
            (&WORDS.women, 40),
            (&WORDS.men, 40),
            (&WORDS.surnames, 40),
            (&WORDS.women_elsewhere, 15),
            (&WORDS.men_elsewhere, 15),
            (&WORDS.surnames_elsewhere, 20),
        ];
        for (list, least) in lists {
            assert!(list.len() >= least, "{list:?}");
            assert!(list.iter().all(|word| !encoded(word).contains(&b'?')), "{list:?}");
        }
        for kind in crate::simulate::notes::KINDS {
            assert!(WORDS.notes(kind).len() >= 4, "{kind}");
            assert!(WORDS.notes(kind).iter().all(|note| !encoded(note).contains(&b'?')), "{kind}");
        }
    }

    #[test]
    fn the_demand_fee_is_that_of_its_year() {
        assert_eq!(
            [2019, 2020, 2022, 2023, 2026, 2040].map(|year| WORDS.demand_fee(year)),
            [28_600, 28_600, 28_600, 31_400, 32_900, 32_900]
        );
    }
}
