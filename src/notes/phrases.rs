//! Finding the lexicon's phrases among a note's words.
//!
//! Each word of a form is looked up once, whichever forms use it: by its stem, as it stands, or as a part of a compound;
//! and by its stem with one letter wrong, where it is long enough. Then the forms that begin at a word are followed.

use std::collections::{HashMap, HashSet};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use foldhash::fast::FixedState;

use super::Lexicon;
use super::forms::{Form, Meaning, Pattern};
use super::typos::Typos;
use super::words::{Pause, Word, ends_so};

/// The number of a pattern.
type Atom = u16;

/// All forms of a lexicon, ready to be found.
pub struct Matcher {
    forms: Vec<Looked>,
    /// Pattern → the forms that begin with it.
    beginning: HashMap<Atom, Vec<u32>, FixedState>,
    stems: HashMap<String, Atom, FixedState>,
    exact: HashMap<String, Atom, FixedState>,
    /// Finds parts of words; `None` where the lexicon looks for none.
    parts: Option<AhoCorasick>,
    part_atoms: Vec<(Pattern, Atom)>,
    typos: Typos,
    fillers: HashSet<String>,
    /// After these a clause is as good as ended.
    closers: HashSet<String>,
}

/// Some of a lexicon's patterns.
pub struct PatternSet(HashSet<Atom, FixedState>);

/// A form that is looked for.
struct Looked {
    links: Vec<Link>,
    closed: bool,
    meaning: Meaning,
}

/// One step of a form, with the numbers of its patterns.
struct Link {
    atoms: Vec<Atom>,
    /// [`sketch`] of the atoms.
    sketch: u64,
    after_a_gap: bool,
}

/// A set of patterns in 64 bits: two sets whose sketches share no bit have no pattern in common.
fn sketch(atoms: &[Atom]) -> u64 {
    atoms.iter().fold(0, |bits, atom| bits | 1 << (atom % 64))
}

/// Something found: which words make it up.
#[derive(Clone, Debug)]
pub struct Found {
    /// The phrase's number; unused for what is harmless.
    pub phrase: usize,
    /// The words that count, in order; never empty.
    pub words: Vec<usize>,
}

impl Found {
    /// The first word that counts.
    pub fn first(&self) -> usize {
        self.words.first().copied().unwrap_or_default()
    }

    /// The last word that counts.
    pub fn last(&self) -> usize {
        self.words.last().copied().unwrap_or_default()
    }
}

/// What was found in a note.
pub struct Matches {
    /// The phrases, in the note's order.
    pub signals: Vec<Found>,
    /// For each word, whether a phrase or something harmless is made of it.
    pub taken: Vec<bool>,
    /// Where somebody says so.
    pub hearsay: Vec<Found>,
    /// Where it was so once.
    pub past: Vec<Found>,
    /// Where something is over.
    pub over: Vec<Found>,
}

/// How many words may stand in a gap that a form allows.
const WIDEST_GAP: usize = 3;
/// How many fillers may stand between two words of a form.
const MOST_FILLERS: usize = 2;

impl Matcher {
    /// Makes forms ready to be found. `fillers` may stand between the words of every form; before `closers` a clause is
    /// as good as ended; words that are `never_a_typo` are only themselves.
    pub fn new(
        forms: Vec<(Form, Meaning)>,
        fillers: HashSet<String>,
        closers: HashSet<String>,
        never_a_typo: HashSet<String>,
    ) -> Matcher {
        let mut atoms: HashMap<Pattern, Atom, FixedState> = HashMap::default();
        let mut numbered = Vec::with_capacity(forms.len());
        let mut beginning: HashMap<Atom, Vec<u32>, FixedState> = HashMap::default();
        for (number, (form, meaning)) in (0u32..).zip(forms) {
            let mut links = Vec::with_capacity(form.steps.len());
            for step in form.steps {
                let next = |pattern| {
                    let fresh = Atom::try_from(atoms.len()).unwrap_or(Atom::MAX);
                    *atoms.entry(pattern).or_insert(fresh)
                };
                let atoms: Vec<Atom> = step.words.into_iter().map(next).collect();
                links.push(Link { sketch: sketch(&atoms), atoms, after_a_gap: step.after_a_gap });
            }
            for atom in links.first().into_iter().flat_map(|link| &link.atoms) {
                beginning.entry(*atom).or_default().push(number);
            }
            numbered.push(Looked { links, closed: form.closed, meaning });
        }
        let mut patterns: Vec<(Pattern, Atom)> = atoms.into_iter().collect();
        patterns.sort_unstable_by_key(|(_, atom)| *atom);
        Matcher { fillers, closers, ..Matcher::from_patterns(patterns, numbered, beginning, never_a_typo) }
    }

    fn from_patterns(
        patterns: Vec<(Pattern, Atom)>,
        forms: Vec<Looked>,
        beginning: HashMap<Atom, Vec<u32>, FixedState>,
        never_a_typo: HashSet<String>,
    ) -> Matcher {
        let (mut stems, mut exact) = (HashMap::default(), HashMap::default());
        let (mut cores, mut part_atoms, mut typos) = (Vec::new(), Vec::new(), Typos::new(never_a_typo));
        for (pattern, atom) in patterns {
            match &pattern {
                Pattern::Stem(stem) => {
                    typos.learn(stem, atom);
                    stems.insert(stem.clone(), atom);
                }
                Pattern::Exact(word) => {
                    exact.insert(word.clone(), atom);
                }
                Pattern::Begins(part) | Pattern::Ends(part) | Pattern::Within(part) => {
                    typos.learn(part, atom);
                    cores.push(part.clone());
                    part_atoms.push((pattern, atom));
                }
            }
        }
        // Parts are plain words of at least three letters: building fails only beyond any lexicon's size.
        let parts =
            AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(&cores).ok().filter(|_| !cores.is_empty());
        let (fillers, closers) = (HashSet::new(), HashSet::new());
        Matcher { forms, beginning, stems, exact, parts, part_atoms, typos, fillers, closers }
    }

    /// For each pattern, whether a phrase has it that `wanted` names by its number.
    pub fn patterns_of(&self, wanted: impl Fn(usize) -> bool) -> PatternSet {
        let mut found = HashSet::default();
        for form in &self.forms {
            if let Meaning::Phrase(phrase) = form.meaning
                && wanted(phrase)
            {
                found.extend(form.links.iter().flat_map(|link| &link.atoms));
            }
        }
        PatternSet(found)
    }

    /// Whether a word is one of the patterns, by itself, in a compound or with a typo.
    pub fn is_one_of(&self, patterns: &PatternSet, word: &Word) -> bool {
        let mut atoms = Vec::new();
        self.atoms_of(word, &mut atoms);
        atoms.iter().any(|atom| patterns.0.contains(atom))
    }

    /// Whether a folded word may stand between the words of every form.
    pub fn is_filler(&self, folded: &str) -> bool {
        self.fillers.contains(folded)
    }

    /// Adds the patterns that a word is to those of the words before it.
    fn atoms_of(&self, word: &Word, atoms: &mut Vec<Atom>) {
        let own = atoms.len();
        atoms.extend(self.stems.get(word.stem()));
        atoms.extend(self.exact.get(word.folded.as_str()));
        if let Some(parts) = &self.parts {
            for part in parts.find_overlapping_iter(word.folded.as_str()) {
                let Some((pattern, atom)) = self.part_atoms.get(part.pattern().as_usize()) else { continue };
                let fits = match pattern {
                    Pattern::Begins(_) => part.start() == 0,
                    Pattern::Ends(_) => word.folded.get(part.end() - 1..).is_some_and(ends_so),
                    _ => true,
                };
                if fits {
                    atoms.push(*atom);
                }
            }
        }
        if atoms.len() == own {
            self.typos.atoms_of(word, atoms);
        }
    }
}

/// Finds what the lexicon knows in a note. Of phrases that share words the one with the most words stands; hints that go
/// to a human at once always stand.
pub fn find(lexicon: &Lexicon, words: &[Word]) -> Matches {
    let matcher = &lexicon.matcher;
    let (mut atoms, mut ends) = (Vec::with_capacity(words.len()), Vec::with_capacity(words.len()));
    for word in words {
        matcher.atoms_of(word, &mut atoms);
        ends.push(atoms.len());
    }
    let known = Known { words, atoms: &atoms, ends: &ends };
    let present = sketch(&atoms);
    let possible = |links: &[Link]| links.iter().all(|link| link.sketch & present != 0);
    let mut matches = Matches {
        signals: Vec::new(),
        taken: vec![false; words.len()],
        hearsay: Vec::new(),
        past: Vec::new(),
        over: Vec::new(),
    };
    let mut candidates = Vec::new();
    for at in 0..words.len() {
        for atom in known.at(at) {
            for number in matcher.beginning.get(atom).into_iter().flatten() {
                let Some(Looked { links, closed, meaning }) = matcher.forms.get(*number as usize) else { continue };
                if !possible(links) {
                    continue;
                }
                let Some(made_of) = known.follow(matcher, links, at) else { continue };
                if *closed && !made_of.last().is_some_and(|last| known.clause_ends_after(matcher, *last)) {
                    continue;
                }
                let phrase = if let Meaning::Phrase(phrase) = meaning { *phrase } else { usize::MAX };
                let found = Found { phrase, words: made_of };
                match meaning {
                    Meaning::Phrase(_) | Meaning::Harmless => candidates.push(found),
                    Meaning::Hearsay => matches.hearsay.push(found),
                    Meaning::Past => matches.past.push(found),
                    Meaning::Over => matches.over.push(found),
                }
            }
        }
    }
    matches.settle(lexicon, candidates);
    matches
}

impl Matches {
    /// Lets the candidates with the most words, then the shortest span, then the earliest, have their words.
    fn settle(&mut self, lexicon: &Lexicon, mut candidates: Vec<Found>) {
        let weight =
            |found: &Found| (std::cmp::Reverse(found.words.len()), found.last() - found.first(), found.first());
        candidates.sort_by_key(|found| (weight(found), found.phrase));
        let mut told = HashSet::new();
        for found in candidates {
            let urgent = lexicon.phrase(found.phrase).is_some_and(|phrase| phrase.urgent.is_some());
            let shared = found.words.iter().any(|at| self.taken.get(*at).copied().unwrap_or(true));
            if shared && !urgent || urgent && !told.insert(found.phrase) {
                continue;
            }
            for at in &found.words {
                if let Some(taken) = self.taken.get_mut(*at) {
                    *taken = true;
                }
            }
            if found.phrase != usize::MAX {
                self.signals.push(found);
            }
        }
        self.signals.sort_by_key(|found| (found.first(), found.last(), found.phrase));
    }
}

/// A note's words, and which patterns each is.
struct Known<'a> {
    words: &'a [Word],
    atoms: &'a [Atom],
    /// Where each word's patterns end among `atoms`.
    ends: &'a [usize],
}

impl Known<'_> {
    fn at(&self, word: usize) -> &[Atom] {
        let start = word.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(word).copied().unwrap_or(start);
        self.atoms.get(start..end).unwrap_or_default()
    }

    fn clause_ends_after(&self, matcher: &Matcher, last: usize) -> bool {
        let next = self.words.get(last + 1);
        next.is_none_or(|next| next.after != Pause::None || matcher.closers.contains(&next.folded))
    }

    /// Follows a form from its first word; gives the words that it is made of.
    fn follow(&self, matcher: &Matcher, links: &[Link], first: usize) -> Option<Vec<usize>> {
        let mut last = first;
        let mut made_of = vec![first];
        for link in links.iter().skip(1) {
            let is = |at: usize| self.at(at).iter().any(|atom| link.atoms.contains(atom));
            let most = if link.after_a_gap { WIDEST_GAP } else { MOST_FILLERS };
            let mut found = None;
            for at in last + 1..=last + 1 + most {
                let word = self.words.get(at)?;
                // A phrase stays in its sentence; over a comma it goes only to the very next word.
                if word.after == Pause::Sentence || word.after == Pause::Clause && at > last + 1 {
                    break;
                }
                if is(at) {
                    found = Some(at);
                    break;
                }
                if !link.after_a_gap && !matcher.fillers.contains(&word.folded) {
                    break;
                }
            }
            last = found?;
            made_of.push(last);
        }
        Some(made_of)
    }
}
