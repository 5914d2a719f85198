//! What a word is, wherever it stands: which patterns of the lexicon, and which roles. Worked out once for each different
//! word, since caretakers use few.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use foldhash::fast::FixedState;

use super::forms::Pattern;
use super::language::Language;
use super::roles::{Role, RoleSet, Roles};
use super::typos::Typos;

/// The number of a pattern.
pub type Atom = u16;

/// What a word is.
#[derive(Clone, Debug, Default)]
pub struct Sense {
    /// The patterns that it is.
    pub atoms: Vec<Atom>,
    /// What it does.
    pub roles: RoleSet,
    /// The word folded, and its stem.
    pub folded: Box<str>,
    /// See `folded`.
    pub stem: Box<str>,
}

/// The patterns of a lexicon, ready to be told from a word.
pub struct Dictionary {
    language: Language,
    roles: Roles,
    stems: HashMap<String, Atom, FixedState>,
    exact: HashMap<String, Atom, FixedState>,
    /// Finds parts in folded words, and ends in stems; `None` where the lexicon has none.
    parts: Option<Parts>,
    ends: Option<Parts>,
    typos: Typos,
}

/// Words longer than this, in bytes, are none.
const LONGEST_WORD: usize = 80;

impl Dictionary {
    /// A dictionary of patterns with their numbers.
    ///
    /// # Errors
    ///
    /// Why the parts of words cannot be looked for together: there are too many.
    pub fn new(language: Language, roles: Roles, patterns: Vec<(Pattern, Atom)>) -> Result<Dictionary, String> {
        let (mut stems, mut exact, mut typos) = (HashMap::default(), HashMap::default(), Typos::default());
        let (mut parts, mut ends) = (Vec::new(), Vec::new());
        for (pattern, atom) in patterns {
            match &pattern {
                Pattern::Stem(stem) => {
                    typos.learn(stem, atom);
                    stems.insert(stem.clone(), atom);
                }
                Pattern::Exact(word) => {
                    exact.insert(word.clone(), atom);
                }
                Pattern::Ends(part) => {
                    typos.learn(part, atom);
                    ends.push((part.clone(), Place::End, atom));
                }
                Pattern::Begins(part) => {
                    typos.learn(part, atom);
                    parts.push((part.clone(), Place::Start, atom));
                }
                Pattern::Within(part) => {
                    typos.learn(part, atom);
                    parts.push((part.clone(), Place::Anywhere, atom));
                }
            }
        }
        Ok(Dictionary { language, roles, stems, exact, parts: Parts::new(parts)?, ends: Parts::new(ends)?, typos })
    }

    /// What a word is.
    pub fn sense(&self, word: &str) -> Sense {
        if word.len() > LONGEST_WORD {
            return Sense::default();
        }
        let folded = self.language.fold(word);
        let mut sense = Sense::default();
        let spellings = std::iter::once(folded.clone()).chain(self.language.respelt(&folded));
        let spellings: Vec<(String, String)> = spellings.map(|folded| (self.language.stem(&folded), folded)).collect();
        for (stem, folded) in &spellings {
            sense.roles = sense.roles.and(self.roles.of(folded, stem));
            self.atoms_of(folded, stem, &mut sense.atoms);
        }
        let is_itself =
            sense.roles.has(Role::NeverATypo) || spellings.iter().any(|(_, word)| self.roles.is_grammar(word));
        if sense.atoms.is_empty() && !is_itself {
            spellings.iter().for_each(|(stem, _)| self.typos.atoms_of(stem, &mut sense.atoms));
        }
        if let Some((stem, folded)) = spellings.into_iter().next() {
            (sense.stem, sense.folded) = (stem.into(), folded.into());
        }
        sense
    }

    fn atoms_of(&self, folded: &str, stem: &str, atoms: &mut Vec<Atom>) {
        let mut add = |atom: &Atom| {
            if !atoms.contains(atom) {
                atoms.push(*atom);
            }
        };
        self.exact.get(folded).into_iter().for_each(&mut add);
        if !self.roles.is_grammar(folded) {
            self.stems.get(stem).into_iter().for_each(&mut add);
            self.parts.iter().for_each(|parts| parts.find(folded, &mut add));
            self.ends.iter().for_each(|ends| ends.find(stem, &mut add));
        }
    }
}

/// Where in a word a part stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Anywhere,
    End,
}

/// Parts of words, all looked for in one pass.
struct Parts {
    finder: AhoCorasick,
    parts: Vec<(Place, Atom)>,
}

impl Parts {
    fn new(parts: Vec<(String, Place, Atom)>) -> Result<Option<Parts>, String> {
        if parts.is_empty() {
            return Ok(None);
        }
        let finder = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(parts.iter().map(|(part, ..)| part))
            .map_err(|error| error.to_string())?;
        Ok(Some(Parts { finder, parts: parts.into_iter().map(|(_, place, atom)| (place, atom)).collect() }))
    }

    fn find(&self, word: &str, mut found_one: impl FnMut(&Atom)) {
        for found in self.finder.find_overlapping_iter(word) {
            let Some((place, atom)) = self.parts.get(found.pattern().as_usize()) else { continue };
            let fits = match place {
                Place::Start => found.start() == 0,
                Place::End => found.end() == word.len(),
                Place::Anywhere => true,
            };
            if fits {
                found_one(atom);
            }
        }
    }
}
