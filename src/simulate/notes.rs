//! What a caretaker writes down: mostly small repairs; now and then something that tells of trouble, more often where there
//! is some; with the caretaker's own spelling.

use super::books::Books;
use super::dice::Dice;
use super::estates::Estate;
use super::life::{Happening, Spell};
use super::months::Month;
use super::words::WORDS;

/// The sections of the word file that are drawn from here.
#[cfg(test)]
pub(super) const KINDS: [&str; 17] = [
    "neutral",
    "negated",
    "economy",
    "jobless",
    "absence",
    "housing",
    "conflict",
    "parted",
    "widowed",
    "died",
    "born",
    "health",
    "substance",
    "urgent",
    "hearsay",
    "places",
    "weekdays",
];

/// CPR-like numbers that can belong to nobody: the example of the contract, and days that no calendar has.
const NUMBERS: [&str; 5] = ["010190-1234", "310490-1234", "3104901234", "310690 1234", "310990-1234"];

/// What can be seen of a household in a month.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    pub children: u8,
    pub spell: Option<Spell>,
    pub happening: Option<Happening>,
    /// Whole months of rent that are owed.
    pub months_owed: i64,
}

/// A caretaker's notes on one home.
#[derive(Clone, Copy, Debug)]
pub(super) struct Notebook<'e> {
    estate: &'e Estate,
}

impl<'e> Notebook<'e> {
    /// The notebook of the caretakers of `estate`.
    pub fn new(estate: &'e Estate) -> Notebook<'e> {
        Notebook { estate }
    }

    /// Writes what the month gave occasion to.
    pub fn month(&self, books: &mut Books, dice: &mut Dice, month: &Month, seen: Seen) {
        for (chance, kind) in occasions(seen) {
            if dice.chance(chance) {
                let text = self.text(dice, kind);
                let day = month.first.plus(dice.between(0, month.last.since(month.first)));
                books.note(day, self.estate.caretaker(day), &text);
            }
        }
    }

    fn text(&self, dice: &mut Dice, kind: &str) -> String {
        let mut text = sentence(dice, kind);
        if kind != "neutral" && dice.chance(0.08) {
            text = format!("{} {}", dice.pick(WORDS.notes("hearsay")), lower_first(&text));
        }
        if dice.chance(0.22) {
            let other = sentence(dice, "neutral");
            let mark = dice.pick(&[". ", ". ", "; ", ", "]);
            text = if dice.chance(0.5) { format!("{text}{mark}{other}") } else { format!("{other}{mark}{text}") };
        }
        if dice.chance(0.006) {
            text = format!("{text}, CPR {} oplyst ved døren", dice.pick(&NUMBERS));
        }
        if dice.chance(0.15) {
            text = text.to_lowercase();
        }
        if self.estate.plain_letters {
            text = text.replace('æ', "ae").replace('ø', "oe").replace('å', "aa").replace('Å', "Aa");
        }
        mistyped(&text, self.estate.typos, dice)
    }
}

/// Which kinds of note a month may bring, each with its chance.
fn occasions(seen: Seen) -> [(f64, &'static str); 6] {
    let owing = match seen.months_owed {
        ..=0 => 0.0,
        1 => 0.6,
        _ => 1.0,
    };
    let chaos = seen.spell == Some(Spell::Chaos);
    let life = match seen.happening {
        Some(Happening::Parted) => (0.4, "parted"),
        Some(Happening::Widowed) => (0.4, "widowed"),
        Some(Happening::Died) => (0.5, "died"),
        Some(Happening::Born) => (0.25, "born"),
        Some(Happening::Began(Spell::Jobless)) => (0.15, "jobless"),
        Some(Happening::Began(Spell::Ill)) => (0.2, "health"),
        _ => (0.012, "neutral"),
    };
    let trouble = match seen.spell {
        Some(Spell::Chaos) => (0.05, "substance"),
        Some(Spell::Ill) => (0.03, "health"),
        _ => (0.000_4, "health"),
    };
    let children = if seen.children > 0 { 1.0 } else { 0.3 };
    [
        life,
        trouble,
        (0.000_5 + 0.02 * owing + if seen.spell == Some(Spell::Jobless) { 0.008 } else { 0.0 }, "economy"),
        (0.000_8 + 0.012 * owing + if chaos { 0.045 } else { 0.0 }, if chaos { "housing" } else { "absence" }),
        (if chaos { 0.05 } else { 0.001_2 }, if chaos { "conflict" } else { "negated" }),
        (children * if chaos { 0.000_8 } else { 0.000_025 }, "urgent"),
    ]
}

fn sentence(dice: &mut Dice, kind: &str) -> String {
    let template = dice.pick(WORDS.notes(kind));
    if !template.contains('{') {
        return template.to_owned();
    }
    template
        .replace("{dag}", dice.pick(WORDS.notes("weekdays")))
        .replace("{sted}", dice.pick(WORDS.notes("places")))
        .replace("{n}", &dice.between(2, 5).to_string())
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Now and then two letters of a longer word change places, or one is lost. Words with digits stay as they are.
fn mistyped(text: &str, share: f64, dice: &mut Dice) -> String {
    let words = text.split(' ').map(|word| {
        let mut letters: Vec<char> = word.chars().collect();
        if letters.len() < 5 || word.contains(|letter: char| letter.is_ascii_digit()) || !dice.chance(share) {
            return word.to_owned();
        }
        let at = usize::try_from(dice.between(1, 3)).unwrap_or(1);
        if dice.chance(0.5) {
            letters.swap(at, at + 1);
        } else {
            letters.remove(at);
        }
        letters.into_iter().collect()
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn trouble_is_noted_more_often_where_there_is_some() {
        let chance =
            |seen: Seen, kind: &str| occasions(seen).iter().filter(|(_, k)| *k == kind).map(|(p, _)| p).sum::<f64>();
        let calm = Seen::default();
        let owing = Seen { months_owed: 2, ..calm };
        assert!(chance(owing, "economy") > 10.0 * chance(calm, "economy"));
        assert!(chance(calm, "neutral") > chance(calm, "economy") + chance(calm, "absence"));
        let parted = Seen { happening: Some(Happening::Parted), ..calm };
        assert!(chance(parted, "parted") > 0.3 && chance(calm, "parted") == 0.0);
    }

    #[test]
    fn numbers_in_notes_are_those_that_can_belong_to_nobody_and_are_never_mistyped() {
        let mut estate = crate::simulate::estates::estates(1, 1).remove(0);
        (estate.plain_letters, estate.typos) = (false, 1.0);
        let notebook = Notebook::new(&estate);
        let mut dice = Dice::new(1, 1);
        let notes: Vec<String> = (0..5_000).map(|_| notebook.text(&mut dice, "health")).collect();
        let with_number: Vec<&String> = notes.iter().filter(|note| note.to_lowercase().contains("cpr")).collect();
        assert!(with_number.len() > 5);
        for note in with_number {
            assert!(NUMBERS.iter().any(|number| note.contains(number)), "{note}");
        }
    }

    proptest! {
        #[test]
        fn a_typo_changes_at_most_one_letter_of_a_word(text in "[a-zæøå ]{0,60}", seed in any::<u64>()) {
            let typed = mistyped(&text, 1.0, &mut Dice::new(seed, 0));
            prop_assert_eq!(typed.split(' ').count(), text.split(' ').count());
            for (before, after) in text.split(' ').zip(typed.split(' ')) {
                prop_assert!(before.chars().count() - after.chars().count() <= 1);
            }
        }
    }
}
