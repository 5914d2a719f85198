//! One letter wrong, left out, added or swapped in a long word is forgiven: `husleie`, `restanse`, `indlakt`, `gadiner`.
//!
//! As in SymSpell (Garbe 2012): two words that are one edit apart become the same when one letter is taken out of one or of
//! both. Every lexicon word is entered with each of its letters left out; a note's word is looked up the same way.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

use super::senses::Atom;

/// Shorter stems than this, in letters, are often one letter apart from quite another word (gæld, gælde; vold, volt).
const SHORTEST: usize = 6;
/// Longer ones than this are no words.
const LONGEST: usize = 40;

/// The lexicon's long words, to be found by one that is almost the same.
#[derive(Default)]
pub struct Typos {
    learnt: Vec<(Box<[char]>, Atom)>,
    /// Hash of a word with a letter left out → words it may have been. Checked against the word itself.
    without_a_letter: HashMap<u64, Vec<u32>, FixedState>,
    hasher: FixedState,
}

impl Typos {
    /// Learns a stem, or a part of a word, with the number of its pattern.
    pub fn learn(&mut self, stem: &str, atom: Atom) {
        let letters: Box<[char]> = stem.chars().collect();
        if !(SHORTEST..=LONGEST).contains(&letters.len()) {
            return;
        }
        let number = u32::try_from(self.learnt.len()).unwrap_or(u32::MAX);
        for key in keys(self.hasher.clone(), &letters) {
            let words = self.without_a_letter.entry(key).or_default();
            if words.last() != Some(&number) {
                words.push(number);
            }
        }
        self.learnt.push((letters, atom));
    }

    /// Adds the patterns that a stem is, but for one letter. The first letter is always right.
    pub fn atoms_of(&self, stem: &str, atoms: &mut Vec<Atom>) {
        let letters: Vec<char> = stem.chars().take(LONGEST + 2).collect();
        if !(SHORTEST - 1..=LONGEST).contains(&letters.len()) {
            return;
        }
        let own = atoms.len();
        for key in keys(self.hasher.clone(), &letters) {
            for number in self.without_a_letter.get(&key).into_iter().flatten() {
                let Some((learnt, atom)) = self.learnt.get(*number as usize) else { continue };
                let fresh = !atoms.iter().skip(own).any(|known| known == atom);
                if fresh && learnt.first() == letters.first() && one_edit_apart(learnt, &letters) {
                    atoms.push(*atom);
                }
            }
        }
    }
}

/// The hashes of a word as it is and with each of its letters left out.
fn keys(hasher: FixedState, word: &[char]) -> impl Iterator<Item = u64> + '_ {
    let hash = move |left_out: usize| {
        let mut state = hasher.build_hasher();
        word.iter()
            .enumerate()
            .filter(|(at, _)| *at != left_out)
            .for_each(|(_, letter)| state.write_u32(*letter as u32));
        state.finish()
    };
    (0..=word.len()).map(hash)
}

/// Whether one letter added, left out, replaced, or swapped with its neighbour makes one word of the other.
fn one_edit_apart(one: &[char], other: &[char]) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (short, long) = (short.get(same..).unwrap_or_default(), long.get(same..).unwrap_or_default());
    match (short, long) {
        ([], []) => true,
        _ if long.len() == short.len() + 1 => long.get(1..) == Some(short),
        ([_, a @ ..], [_, b @ ..]) if a == b => true,
        ([a, b, rest @ ..], [c, d, other @ ..]) => a == d && b == c && rest == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(a: &str, b: &str) -> bool {
        let letters = |word: &str| word.chars().collect::<Vec<_>>();
        one_edit_apart(&letters(a), &letters(b)) && one_edit_apart(&letters(b), &letters(a))
    }

    #[test]
    fn one_slip_of_the_fingers_is_one_edit() {
        for (a, b) in [
            ("huslei", "huslej"),
            ("gadin", "gardin"),
            ("indalgt", "indlagt"),
            ("x", "x"),
            ("skral", "skrald"),
            ("lør", "lår"),
        ] {
            assert!(apart(a, b), "{a} {b}");
        }
        for (a, b) in [("anlagt", "indlagt"), ("ab", "cd"), ("", "ab"), ("abcd", "badc")] {
            assert!(!apart(a, b), "{a} {b}");
        }
    }

    #[test]
    fn a_long_word_with_one_letter_wrong_is_still_the_word_and_a_short_one_is_another() {
        let mut typos = Typos::default();
        typos.learn("restanc", 1);
        typos.learn("gæld", 2);
        let atoms = |word: &str| {
            let mut atoms = Vec::new();
            typos.atoms_of(word, &mut atoms);
            atoms
        };
        assert_eq!(atoms("restans"), [1]);
        assert_eq!(atoms("rstanc"), [1]);
        assert!(atoms("bestanc").is_empty() && atoms("gæl").is_empty() && atoms("resttans").is_empty());
    }
}
