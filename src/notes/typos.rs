//! One letter wrong, left out, added or swapped in a long word is forgiven: `husleie`, `restanse`, `indlakt`, `gadiner`.
//!
//! As in SymSpell: two words that are one edit apart become the same when one letter is taken out of one or of both.
//! Every lexicon word is entered with each of its letters left out; a note's word is looked up the same way.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use super::words::{Word, one_edit_apart};

/// Shorter words than this are often one letter apart from quite another word (gæld, gælde; vold, volt).
const SHORTEST_WORD: usize = 6;
const SHORTEST_STEM: usize = 6;
/// Longer ones than this are no words.
const LONGEST_WORD: usize = 40;

/// The lexicon's long words, to be found by one that is almost the same.
pub struct Typos {
    learnt: Vec<(Box<[u8]>, u16)>,
    /// Hash of a word with a letter left out → words it may have been. Checked against the word itself.
    without_a_letter: HashMap<u64, Vec<u32>, FixedState>,
    never: HashSet<String>,
    hasher: FixedState,
}

impl Typos {
    /// Knows no words yet; those in `never` are never typos.
    pub fn new(never: HashSet<String>) -> Typos {
        Typos { learnt: Vec::new(), without_a_letter: HashMap::default(), never, hasher: FixedState::default() }
    }

    /// Learns a stem, or a part of a word, with the number of its pattern.
    pub fn learn(&mut self, stem: &str, atom: u16) {
        if letters(stem) < SHORTEST_STEM || stem.len() > LONGEST_WORD {
            return;
        }
        let number = u32::try_from(self.learnt.len()).unwrap_or(u32::MAX);
        self.learnt.push((stem.as_bytes().into(), atom));
        for key in keys(&self.hasher, stem.as_bytes()) {
            let words = self.without_a_letter.entry(key).or_default();
            if words.last() != Some(&number) {
                words.push(number);
            }
        }
    }

    /// Adds the patterns that a word is, but for one letter. The first letter is always right.
    pub fn atoms_of(&self, word: &Word, atoms: &mut Vec<u16>) {
        let stem = word.stem().as_bytes();
        let lengths = SHORTEST_WORD..=LONGEST_WORD;
        if !lengths.contains(&word.folded.len())
            || letters(word.stem()) + 1 < SHORTEST_STEM
            || self.never.contains(&word.folded)
        {
            return;
        }
        let own = atoms.len();
        for key in keys(&self.hasher, stem) {
            for number in self.without_a_letter.get(&key).into_iter().flatten() {
                let Some((learnt, atom)) = self.learnt.get(*number as usize) else { continue };
                if learnt.first() == stem.first()
                    && one_edit_apart(learnt, stem)
                    && !atoms.iter().skip(own).any(|known| known == atom)
                {
                    atoms.push(*atom);
                }
            }
        }
    }
}

/// How many letters a folded word has, with æ, ø and å as one each.
fn letters(folded: &str) -> usize {
    let digraphs = ["ae", "oe", "aa"].map(|digraph| folded.matches(digraph).count());
    folded.len() - digraphs.iter().sum::<usize>()
}

/// The hashes of a word as it is and with each of its letters left out.
fn keys<'a>(hasher: &'a FixedState, word: &'a [u8]) -> impl Iterator<Item = u64> + 'a {
    let mut without = [0u8; LONGEST_WORD];
    let length = word.len().min(LONGEST_WORD);
    let left_out = (0..length).map(move |at| {
        let (head, tail) = (word.get(..at).unwrap_or_default(), word.get(at + 1..length).unwrap_or_default());
        without[..at].copy_from_slice(head);
        without[at..length - 1].copy_from_slice(tail);
        hasher.hash_one(&without[..length - 1])
    });
    std::iter::once(hasher.hash_one(word)).chain(left_out)
}
