//! What words do in a sentence, whatever they tell about: negate, join, turn, name somebody else.
//!
//! The lists are the lexicon's `[context]`; here they become one set of roles for each word.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::language::Language;

/// What a word does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Negates what comes after it, and what comes right before: ikke, aldrig.
    Negates,
    /// Negates what comes after it: ingen, uden.
    NegatesWhatFollows,
    /// After a negation it makes it none: ikke *kun*, ingen *tvivl*.
    UndoesNegation,
    /// May follow a negation that looks back: drikker ikke *længere*.
    ClosesNegation,
    /// May stand between a phrase and the negation that looks back on it: drikker *slet* ikke.
    LeadsToNegation,
    /// May stand between the words of every form.
    Filler,
    /// Before it a clause is as good as ended.
    EndsClause,
    /// Changes the subject: men, mens.
    Turns,
    /// Joins what is listed: og, eller.
    Joins,
    /// Joins by a choice, so that a negation before it is of both: eller.
    Or,
    /// Makes a verb in the past tell of what is there: der var.
    There,
    /// A verb in the past.
    Was,
    /// Another person than the household.
    Other,
    /// The household itself.
    Household,
    /// The home: lejligheden, køkkenet.
    Home,
    /// A thing, which cannot do what a person does: porten åbner ikke.
    Thing,
    /// A place that is not the home: lugt i kælderen.
    Elsewhere,
    /// Never a typo of a word of the lexicon.
    NeverATypo,
    /// Cut short, so that the full stop behind it ends no sentence: lej. åbner ikke.
    Abbreviation,
}

/// Every role, with the key of its list in the lexicon's `[context]`, and whether its words are of grammar: told apart as
/// they are written, never by their stem.
pub const ROLES: [(Role, &str, bool); 19] = [
    (Role::Negates, "negates", true),
    (Role::NegatesWhatFollows, "negates_what_follows", true),
    (Role::UndoesNegation, "negation_undone_by", false),
    (Role::ClosesNegation, "negation_closed_by", false),
    (Role::LeadsToNegation, "leads_to_negation", false),
    (Role::Filler, "fillers", true),
    (Role::EndsClause, "clause_ends_before", false),
    (Role::Turns, "turns", true),
    (Role::Joins, "joins", true),
    (Role::Or, "or", true),
    (Role::There, "there", true),
    (Role::Was, "was", true),
    (Role::Other, "others", false),
    (Role::Household, "household", false),
    (Role::Home, "home", false),
    (Role::Thing, "things", false),
    (Role::Elsewhere, "elsewhere", false),
    (Role::NeverATypo, "never_a_typo", false),
    (Role::Abbreviation, "abbreviations", false),
];

/// What one word does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoleSet(u32);

impl RoleSet {
    /// Whether the word does this.
    pub fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u16) != 0
    }

    fn add(&mut self, role: Role) {
        self.0 |= 1 << role as u16;
    }

    /// What either does.
    pub fn and(self, other: RoleSet) -> RoleSet {
        RoleSet(self.0 | other.0)
    }
}

/// What the words of a language do.
#[derive(Default)]
pub struct Roles {
    words: HashMap<String, RoleSet, FixedState>,
    /// Persons, things and places, in every inflection: naboens.
    stems: HashMap<String, RoleSet, FixedState>,
    /// The last parts of their compounds: kedel*rum*.
    ends: Vec<(String, RoleSet)>,
    grammar: std::collections::HashSet<String>,
}

impl Roles {
    /// Adds a word to a role; persons, things and places may be the last part of a compound: `*rum`;
    /// `=dør` is not døren.
    pub fn add(&mut self, word: &str, role: Role, is_grammar: bool, language: &Language) {
        let (end, word) = word.strip_prefix('*').map_or((false, word), |end| (true, end));
        let (exact, word) = word.strip_prefix('=').map_or((false, word), |word| (true, word));
        let folded = language.fold(word);
        if is_grammar {
            self.grammar.insert(folded.clone());
        }
        let inflected = matches!(role, Role::Other | Role::Household | Role::Home | Role::Thing | Role::Elsewhere);
        if inflected && !exact {
            let stem = language.stem(&folded);
            if end {
                let mut roles = RoleSet::default();
                roles.add(role);
                self.ends.push((stem.clone(), roles));
            }
            self.stems.entry(stem).or_default().add(role);
        }
        self.words.entry(folded).or_default().add(role);
    }

    /// Whether a folded word means nothing by itself, so that it is only what is written.
    pub fn is_grammar(&self, folded: &str) -> bool {
        self.grammar.contains(folded)
    }

    /// What a word does.
    pub fn of(&self, folded: &str, stem: &str) -> RoleSet {
        let own = self.words.get(folded).copied().unwrap_or_default();
        if self.is_grammar(folded) {
            return own;
        }
        let by_end = self.ends.iter().filter(|(end, _)| stem.ends_with(end.as_str()));
        by_end.fold(own.and(self.stems.get(stem).copied().unwrap_or_default()), |all, (_, roles)| all.and(*roles))
    }
}
