//! What takes a phrase's meaning back: negation, the past, another person; and who says so.

use super::phrases::{Found, Matches, Told};
use super::roles::Role;
use super::words::Pause;

/// What was seen around a phrase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context {
    pub negated: bool,
    pub hearsay: bool,
    pub past: bool,
    pub other_subject: bool,
}

/// Whom or what a phrase tells about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// A person, who may be another than the tenant, or a thing that does the same: porten åbner ikke.
    pub a_person: bool,
    /// The home, not what lies outside it: lugt i kælderen.
    pub the_home: bool,
}

/// How many words before a phrase a negation, or another person, may stand.
const LOOK_BACK: usize = 4;
/// How many words before or after a phrase it may say that it was so once, or is over.
const TIME_BEFORE: usize = 5;
const TIME_AFTER: usize = 6;
/// How many words before or after a phrase a place may stand that is not the home.
const PLACE_AROUND: usize = 4;
/// How many words before a phrase a thing may stand that does what a person does, over commas too.
const THING_BEFORE: usize = 6;
/// How many words before or after what may as well tell of a thing the home or the household may be named.
const NAMED_AROUND: usize = 40;
/// How many words before or after a phrase a neighbour may have said so.
const SAID_BEFORE: usize = 15;

/// Looks around one phrase. `before` is the phrase before it, and whether that was negated.
pub fn of(told: &Told<'_>, matches: &Matches, found: &Found, about: About, before: Option<(&Found, bool)>) -> Context {
    let around = Around { told, matches, found };
    let hearsay = around.said();
    let negated = around.negated_before() || around.negated_after() || around.listed_after_a_negation(before);
    Context {
        negated,
        hearsay,
        past: around.past(),
        other_subject: around.somebody_else_within()
            || (about.a_person || found.ambiguous) && (around.somebody_else_before() || around.a_thing_before())
            || about.the_home && around.elsewhere()
            || found.ambiguous && !negated && around.tells_of_a_thing(),
    }
}

/// The cues that begin near the words from `first` to `last`; they are in the note's order.
fn near(cues: &[Found], first: usize, last: usize) -> &[Found] {
    let from = cues.partition_point(|cue| cue.first() + 2 * SAID_BEFORE < first);
    let to = cues.partition_point(|cue| cue.first() <= last + SAID_BEFORE);
    cues.get(from..to).unwrap_or_default()
}

struct Around<'a> {
    told: &'a Told<'a>,
    matches: &'a Matches,
    found: &'a Found,
}

impl Around<'_> {
    fn is(&self, at: usize, role: Role) -> bool {
        self.told.has(at, role)
    }

    fn taken(&self, at: usize) -> bool {
        self.matches.taken.get(at).copied().unwrap_or(false)
    }

    /// Whether nothing but white space stands between a word and the one before it.
    fn joined(&self, at: usize) -> bool {
        at < self.told.words.len() && self.told.pause(at) == Pause::None
    }

    fn turns(&self, at: usize) -> bool {
        self.is(at, Role::Turns)
    }

    /// The words before the phrase in its clause, nearest first.
    fn clause_before(&self) -> impl Iterator<Item = usize> + '_ {
        let first = self.found.first();
        let nearest = (0..first).rev().take(LOOK_BACK);
        nearest.take_while(|at| self.joined(at + 1) && !self.turns(*at))
    }

    /// The words within the phrase that are not of it.
    fn within(&self) -> impl Iterator<Item = usize> + '_ {
        (self.found.first()..self.found.last()).filter(|at| !self.found.words.contains(at) && !self.taken(*at))
    }

    fn negates(&self, at: usize) -> bool {
        let negator = self.is(at, Role::Negates) || self.is(at, Role::NegatesWhatFollows);
        negator && !self.taken(at) && !self.is(at + 1, Role::UndoesNegation)
    }

    /// `ingen lugt`, `ikke lugt`, and within: `har ikke betalt`.
    fn negated_before(&self) -> bool {
        let own_clause = |at: &usize| !self.taken(*at) && !self.is(*at, Role::Joins);
        // `børn uden jakke`: what `uden` takes away within a phrase is not the phrase.
        self.within().any(|at| self.negates(at) && self.is(at, Role::Negates))
            || self.clause_before().take_while(own_clause).any(|at| self.negates(at))
    }

    /// `drikker ikke`, `drikker slet ikke længere`; not `rod til loftet ikke hjemme`, where the rest is another matter.
    fn negated_after(&self) -> bool {
        let mut next = self.found.last() + 1;
        if self.joined(next) && self.is(next, Role::LeadsToNegation) {
            next += 1;
        }
        let closed = !self.joined(next + 1) || self.is(next + 1, Role::ClosesNegation);
        self.joined(next) && self.is(next, Role::Negates) && !self.taken(next) && closed
    }

    /// `ingen lugt eller skadedyr`, `hverken rod, lugt eller fluer`: what negates the first negates the others.
    fn listed_after_a_negation(&self, before: Option<(&Found, bool)>) -> bool {
        let (Some((negated, true)), first) = (before, self.found.first()) else { return false };
        // `hverken lugt eller skadedyr i lejligheden`: the first phrase may end behind the second.
        let Some(last) = negated.words.iter().copied().filter(|at| *at < first).max() else { return false };
        let Some(words) = self.told.words.get(last + 1..=first) else { return false };
        let connects = |at: usize| self.is(at, Role::Joins) || self.is(at, Role::Or);
        let later_or = || {
            let mut sentence = (first + 1..first + 8).take_while(|at| self.told.pause(*at) != Pause::Sentence);
            sentence.any(|at| self.is(at, Role::Or))
        };
        let near = words.len() <= 3 && words.iter().all(|word| word.after != Pause::Sentence);
        let connected = (last + 1..first).any(connects) || !self.joined(first) && later_or();
        near && connected && (last + 1..first).all(|at| !self.turns(at))
    }

    /// `Nabo siger hun har mistet sit job`: for the rest of the sentence.
    fn said(&self) -> bool {
        let first = self.found.first();
        let last = self.found.last();
        near(&self.matches.hearsay, first, last).iter().any(|said| {
            let same_sentence =
                |from: usize, to: usize| (from + 1..=to).all(|at| self.told.pause(at) != Pause::Sentence);
            let reach = said.last() + SAID_BEFORE;
            let before = said.first() <= first && first <= reach && same_sentence(said.first(), first);
            before || said.first() > last && said.first() <= last + SAID_BEFORE && same_sentence(last, said.first())
        })
    }

    /// `tidligere bagud med huslejen`, `lugt fra lejligheden er væk`, `var bagud`; but `der var rod til loftet` is what the
    /// caretaker saw that day.
    fn past(&self) -> bool {
        let (first, last) = (self.found.first(), self.found.last());
        let joined = |from: usize, to: usize| (from + 1..=to).all(|at| self.joined(at) && !self.turns(at));
        // `Blev skilt sidste år og har ikke kunnet betale`: the year is of what it stands by.
        let listed = |cue: &Found| (cue.last() + 1..first).any(|at| self.is(at, Role::Joins));
        let before = |cue: &Found| {
            cue.last() < first
                && first - cue.last() <= TIME_BEFORE
                && joined(cue.last(), first)
                && (!listed(cue) || cue.first() == 0)
        };
        let after = |cue: &Found| cue.first() > last && cue.first() - last <= TIME_AFTER && joined(last, cue.first());
        // `ballade på trappen, det er hørt op`
        let same_sentence =
            |to: usize| (last + 1..=to).all(|at| self.told.pause(at) < Pause::Sentence && !self.turns(at));
        let over_by =
            |cue: &Found| cue.first() > last && cue.first() - last <= TIME_AFTER && same_sentence(cue.first());
        let within = |cue: &Found| cue.first() > first && cue.last() < last;
        let own = |cue: &&Found| !cue.words.iter().any(|at| self.found.words.contains(at));
        let mut once = near(&self.matches.past, first, last).iter().filter(own);
        let mut over = near(&self.matches.over, first, last).iter().filter(own);
        once.any(|cue| before(cue) || after(cue) || within(cue)) || over.any(over_by) || self.was()
    }

    fn was(&self) -> bool {
        let there = |at: usize| self.is(at, Role::There);
        // `hun var bagud`, where the phrase itself names her.
        if self.within().any(|at| self.is(at, Role::Was) && !there(at + 1) && !at.checked_sub(1).is_some_and(there)) {
            return true;
        }
        self.clause_before().take(2).take_while(|at| !self.taken(*at)).any(|at| {
            let before = at.checked_sub(1).filter(|_| self.joined(at));
            self.is(at, Role::Was) && !there(at + 1) && !before.is_some_and(there)
        })
    }

    fn is_other(&self, at: usize) -> bool {
        self.is(at, Role::Other)
    }

    /// `lugt fra naboens lejlighed`
    fn somebody_else_within(&self) -> bool {
        self.within().any(|at| self.is_other(at))
    }

    /// `lugt af mug i kælderen`, `kælderskakten: skrald hober sig op`
    fn elsewhere(&self) -> bool {
        let (first, last) = (self.found.first(), self.found.last());
        let before = (0..first).rev().take(PLACE_AROUND).take_while(|at| self.told.pause(*at + 1) < Pause::Sentence);
        let after = (last + 1..=last + PLACE_AROUND).take_while(|at| self.told.pause(*at) < Pause::Sentence);
        let places = || before.clone().chain(first..=last).chain(after.clone());
        places().any(|at| !self.taken(at) && self.is(at, Role::Elsewhere) && !self.is(at, Role::Home))
            && !places().any(|at| self.is(at, Role::Home))
    }

    /// `nabo er syg`; but not `nabo siger hun er syg`, nor where the household itself comes nearer.
    fn somebody_else_before(&self) -> bool {
        // `min kone` is not of the household.
        let theirs = |at: usize| at > 0 && self.joined(at) && self.is_other(at - 1);
        let household = |at: usize| self.is(at, Role::Household) && !theirs(at);
        let (first, last) = (self.found.first(), self.found.last());
        let said = |at: usize| near(&self.matches.hearsay, first, last).iter().any(|said| said.words.contains(&at));
        let own = |at: &usize| !self.taken(*at) && !said(*at) && !household(*at);
        self.clause_before().take_while(own).any(|at| self.is_other(at))
    }

    /// `porten åbner ikke`, `pumpe 3, kælder: svarer ikke`; but not where the household comes nearer.
    fn a_thing_before(&self) -> bool {
        let stops = |at: &usize| {
            let pause = self.told.pause(at + 1);
            pause == Pause::Sentence || self.taken(*at) || self.turns(*at) || self.is(*at, Role::Household)
        };
        let last = self.found.last();
        let mut at_home = (last + 1..last + LOOK_BACK).take_while(|at| self.joined(*at));
        let before = (0..self.found.first()).rev().take(THING_BEFORE);
        before.take_while(|at| !stops(at)).any(|at| self.is(at, Role::Thing))
            && !at_home.any(|at| self.is(at, Role::Home) || self.is(at, Role::Household))
    }

    /// Whether the note is such phrases and no more than a word beside them: `Alt ok`; not `Ventil skiftet, alt ok`.
    fn says_nothing_else(&self) -> bool {
        if self.matches.signals.iter().any(|found| found.routine) {
            return false;
        }
        let taken = (0..self.told.words.len()).filter(|at| self.taken(*at)).count();
        self.told.words.len() <= taken + 1
    }

    /// Words that may as well tell of a thing do where the note names neither the home nor the household but says something
    /// else, and where they stand by a thing: `snavset filter`, `dør i loft: åbner ikke`, `Kontrolrunde kl. 7. Alt normalt`.
    fn tells_of_a_thing(&self) -> bool {
        let (first, last) = (self.found.first(), self.found.last());
        let names = |at: usize| self.is(at, Role::Home) || self.is(at, Role::Household);
        let thing = |at: usize| self.is(at, Role::Thing) && !self.found.words.contains(&at);
        let after = (last + 1..=last + LOOK_BACK).take_while(|at| self.joined(*at) && !self.turns(*at));
        let mut around = first.saturating_sub(NAMED_AROUND)..=last + NAMED_AROUND;
        !around.any(names) && !self.says_nothing_else() || after.chain(first..last).any(thing)
    }
}
