//! Finding the lexicon's phrases among a note's words.
//!
//! Each word's patterns are known ([`Sense`](super::senses::Sense)); the forms that begin at a word are followed from there.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;

use super::forms::{Form, Gap, Meaning, Pattern};
use super::lexicon::Lexicon;
use super::roles::Role;
use super::senses::{Atom, Sense};
use super::words::{Pause, Word};

/// A note's words, and what each is.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// The words.
    pub words: &'a [Word],
    /// For each word, the place of its sense.
    pub ids: &'a [u32],
    /// What words are.
    pub senses: &'a [Sense],
}

impl<'a> Told<'a> {
    /// What a word is.
    pub fn sense(&self, at: usize) -> Option<&'a Sense> {
        self.senses.get(*self.ids.get(at)? as usize)
    }

    /// Whether a word does something.
    pub fn has(&self, at: usize, role: Role) -> bool {
        self.sense(at).is_some_and(|sense| sense.roles.has(role))
    }

    /// What stands before a word; the end of the note ends a sentence.
    pub fn pause(&self, at: usize) -> Pause {
        self.words.get(at).map_or(Pause::Sentence, |word| word.after)
    }

    fn atoms(&self, at: usize) -> &'a [Atom] {
        self.sense(at).map_or(&[], |sense| &sense.atoms)
    }
}

/// All forms of a lexicon, ready to be followed.
#[derive(Default)]
pub struct Forms {
    forms: Vec<Looked>,
    /// Pattern → the forms that begin with it.
    beginning: Vec<Vec<u32>>,
    /// Pattern → the forms that are nowhere in a note without it or another of the same step: the step whose words stand in
    /// the fewest forms, so that `ikke` does not lead to each form with `ikke`.
    needing: Vec<Vec<u32>>,
}

/// A form that is looked for.
struct Looked {
    links: Vec<Link>,
    closed: bool,
    ambiguous: bool,
    meaning: Meaning,
    /// The form's place among those that the lexicon writes.
    written: u32,
    /// Steps that allow nothing but words as they are written.
    exact: usize,
}

/// One step of a form, with the numbers of its patterns.
struct Link {
    atoms: Vec<Atom>,
    gap: Gap,
}

/// Something found: which words make it up.
#[derive(Clone, Debug)]
pub struct Found {
    /// The phrase's number; unused for what is harmless.
    pub phrase: usize,
    /// The form, by its place among those that the lexicon writes.
    pub form: u32,
    /// The words that count, in order; never empty.
    pub words: Vec<usize>,
    /// The words may as well tell of a thing.
    pub ambiguous: bool,
    /// Ordinary work at the home.
    pub routine: bool,
    exact: usize,
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
#[derive(Default)]
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
/// How many words of the sentence may stand in a gap that goes over it.
const SAME_SENTENCE: usize = 14;
/// How many fillers may stand between two words of a form.
const MOST_FILLERS: usize = 2;

impl Forms {
    /// Makes forms ready to be followed, each with its meaning and its place in the lexicon; gives the patterns that words have
    /// to be told by, numbered. `None`: there are more than can be numbered.
    pub fn new(forms: Vec<(Form, Meaning, u32)>) -> Option<(Forms, Vec<(Pattern, Atom)>)> {
        let mut atoms: HashMap<Pattern, Atom, FixedState> = HashMap::default();
        let mut ready = Forms::default();
        for (form, meaning, written) in forms {
            let exact = form.steps.iter().filter(|step| step.is_exact()).count();
            let mut links = Vec::with_capacity(form.steps.len());
            for step in form.steps {
                let mut own = Vec::with_capacity(step.words.len());
                for pattern in step.words {
                    let fresh = Atom::try_from(atoms.len()).ok()?;
                    own.push(*atoms.entry(pattern).or_insert(fresh));
                }
                links.push(Link { atoms: own, gap: step.gap });
            }
            let (closed, ambiguous) = (form.closed, form.ambiguous);
            ready.forms.push(Looked { links, closed, ambiguous, meaning, written, exact });
        }
        ready.index(atoms.len());
        let mut patterns: Vec<(Pattern, Atom)> = atoms.into_iter().collect();
        patterns.sort_unstable_by_key(|(_, atom)| *atom);
        Some((ready, patterns))
    }

    /// The patterns of the phrases that `wanted` names by their numbers.
    pub fn patterns_of(&self, wanted: impl Fn(usize) -> bool) -> HashSet<Atom, FixedState> {
        let of_wanted = |form: &&Looked| matches!(form.meaning, Meaning::Phrase(phrase) if wanted(phrase));
        let links = self.forms.iter().filter(of_wanted).flat_map(|form| &form.links);
        links.flat_map(|link| link.atoms.iter().copied()).collect()
    }

    /// Notes which forms each of so many patterns leads to.
    fn index(&mut self, patterns: usize) {
        let mut common = vec![0usize; patterns];
        for atom in self.forms.iter().flat_map(|form| &form.links).flat_map(|link| &link.atoms) {
            if let Some(forms) = common.get_mut(usize::from(*atom)) {
                *forms += 1;
            }
        }
        let in_forms =
            |link: &&Link| link.atoms.iter().filter_map(|atom| common.get(usize::from(*atom))).sum::<usize>();
        (self.beginning, self.needing) = (vec![Vec::new(); patterns], vec![Vec::new(); patterns]);
        for (number, form) in (0u32..).zip(&self.forms) {
            let rarest = form.links.iter().min_by_key(in_forms);
            for (link, list) in [(form.links.first(), &mut self.beginning), (rarest, &mut self.needing)] {
                for atom in link.into_iter().flat_map(|link| &link.atoms) {
                    if let Some(forms) = list.get_mut(usize::from(*atom)) {
                        forms.push(number);
                    }
                }
            }
        }
    }

    /// The forms of which the rarest word is in a note, a bit for each.
    fn possible(&self, told: &Told<'_>) -> Vec<u64> {
        let mut possible = vec![0u64; self.forms.len() / 64 + 1];
        for atom in (0..told.words.len()).flat_map(|at| told.atoms(at)) {
            for number in self.needing.get(usize::from(*atom)).into_iter().flatten() {
                if let Some(bits) = possible.get_mut(*number as usize / 64) {
                    *bits |= 1 << (number % 64);
                }
            }
        }
        possible
    }

    /// Pairs of forms of different phrases that the same words make up, by their places in the lexicon, the earlier first.
    pub fn overlaps(&self) -> Vec<(u32, u32)> {
        let mut pairs = HashSet::new();
        for beginners in &self.beginning {
            for (at, one) in beginners.iter().enumerate() {
                for other in beginners.iter().skip(at + 1) {
                    let forms = self.forms.get(*one as usize).zip(self.forms.get(*other as usize));
                    let Some((one, other)) = forms.filter(|(one, other)| one.is_also(other)) else { continue };
                    pairs.insert((one.written.min(other.written), one.written.max(other.written)));
                }
            }
        }
        let mut pairs: Vec<(u32, u32)> = pairs.into_iter().collect();
        pairs.sort_unstable();
        pairs
    }

    /// Finds what the lexicon knows in a note. Of phrases that share words the one with the most words stands; hints that
    /// go to a human at once always stand.
    pub fn find(&self, lexicon: &Lexicon, told: &Told<'_>) -> Matches {
        let possible = self.possible(told);
        let possible =
            |number: u32| possible.get(number as usize / 64).is_some_and(|bits| bits >> (number % 64) & 1 == 1);
        let mut matches = Matches { taken: vec![false; told.words.len()], ..Matches::default() };
        let mut candidates = Vec::new();
        for at in 0..told.words.len() {
            for atom in told.atoms(at) {
                for number in self.beginning.get(usize::from(*atom)).into_iter().flatten() {
                    let Some(form) = self.forms.get(*number as usize).filter(|_| possible(*number)) else {
                        continue;
                    };
                    let Some(words) = form.follow(told, at) else { continue };
                    let phrase = if let Meaning::Phrase(phrase) = form.meaning { phrase } else { usize::MAX };
                    let routine = lexicon.phrase(phrase).is_some_and(|phrase| phrase.routine);
                    let ambiguous = form.ambiguous;
                    let found = Found { phrase, form: form.written, words, ambiguous, routine, exact: form.exact };
                    match form.meaning {
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
}

impl Looked {
    /// Whether some words make up both forms, and it would be chance which phrase is found.
    fn is_also(&self, other: &Looked) -> bool {
        self.meaning != other.meaning
            && matches!(
                (self.meaning, other.meaning),
                (Meaning::Phrase(_) | Meaning::Harmless, Meaning::Phrase(_) | Meaning::Harmless)
            )
            && self.closed == other.closed
            && self.ambiguous == other.ambiguous
            && self.exact == other.exact
            && self.links.len() == other.links.len()
            && self
                .links
                .iter()
                .zip(&other.links)
                .all(|(one, other)| one.gap == other.gap && one.atoms.iter().any(|atom| other.atoms.contains(atom)))
    }

    /// Follows a form from its first word; gives the words that it is made of.
    fn follow(&self, told: &Told<'_>, first: usize) -> Option<Vec<usize>> {
        let mut last = first;
        let mut made_of = Vec::new();
        for link in self.links.iter().skip(1) {
            last = link.next(told, last)?;
            made_of.push(last);
        }
        if self.closed && told.pause(last + 1) == Pause::None && !told.has(last + 1, Role::EndsClause) {
            return None;
        }
        made_of.insert(0, first);
        Some(made_of)
    }
}

impl Link {
    /// The word that is this step, behind the one that is the step before.
    fn next(&self, told: &Told<'_>, last: usize) -> Option<usize> {
        let mut others = 0;
        let most = MOST_FILLERS + if self.gap == Gap::Sentence { SAME_SENTENCE } else { WIDEST_GAP };
        for at in last + 1..=last + 1 + most {
            let pause = told.pause(at);
            // A phrase stays in its sentence; over a comma it goes only to the very next word, and a negation nowhere.
            let parts =
                pause == Pause::Clause && self.gap != Gap::Sentence && (at > last + 1 || told.has(last, Role::Negates));
            if pause == Pause::Sentence || parts {
                return None;
            }
            if told.atoms(at).iter().any(|atom| self.atoms.contains(atom)) {
                return Some(at);
            }
            others += usize::from(!told.has(at, Role::Filler));
            let fillers = at - last - others;
            let wide_enough = match self.gap {
                Gap::Fillers => others == 0 && fillers <= MOST_FILLERS,
                Gap::Words => others <= WIDEST_GAP && fillers <= MOST_FILLERS,
                Gap::Sentence => true,
            };
            if !wide_enough {
                return None;
            }
        }
        None
    }
}

impl Matches {
    /// Lets the candidates with the most words, then the shortest span, then those most exactly written, then the earliest,
    /// have their words.
    fn settle(&mut self, lexicon: &Lexicon, mut candidates: Vec<Found>) {
        let weight = |found: &Found| {
            let words = (std::cmp::Reverse(found.words.len()), found.last() - found.first());
            (words, found.ambiguous, std::cmp::Reverse(found.exact), found.first(), found.phrase, found.form)
        };
        candidates.sort_by_key(weight);
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
