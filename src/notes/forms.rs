//! How the lexicon writes a phrase: words in their order, with gaps, alternatives and parts of compounds.

use std::collections::BTreeMap;

use super::language::Language;
use super::roles::Roles;

/// What a form stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The phrase with this number.
    Phrase(usize),
    /// Nothing: it keeps a phrase from being found in it (`dødt gasrør`).
    Harmless,
    /// Somebody said so.
    Hearsay,
    /// It was so once.
    Past,
    /// What was said just before is over.
    Over,
}

/// One way of saying something: words in their order.
pub struct Form {
    pub steps: Vec<Step>,
    /// The clause must end behind the last word (`kan ikke mere $`, but not `kan ikke mere i containeren`).
    pub closed: bool,
    /// The words may as well tell of a thing (`bagud ?`, `snavset ?`): a signal only where the note names the home or the
    /// household.
    pub ambiguous: bool,
}

/// One word of a form, and how far it may stand from the word before.
pub struct Step {
    /// Any of these.
    pub words: Vec<Pattern>,
    /// What may stand before it.
    pub gap: Gap,
}

/// What may stand between two words of a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gap {
    /// Fillers.
    #[default]
    Fillers,
    /// `a .. b`: up to three other words, and fillers.
    Words,
    /// `a ... b`: the rest of the sentence, over commas too.
    Sentence,
}

impl Step {
    /// Whether it allows nothing but words as they are written.
    pub fn is_exact(&self) -> bool {
        self.words.iter().all(|word| matches!(word, Pattern::Exact(_)))
    }
}

/// How a word of a form is compared. All are folded.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// `gardin`: in every inflection, with a typo where it is long.
    Stem(String),
    /// `=samler`: exactly so.
    Exact(String),
    /// `huslej*`: a beginning.
    Begins(String),
    /// `*restance`: the last part of a compound, in every inflection.
    Ends(String),
    /// `*spektak*`: anywhere.
    Within(String),
}

/// Why a form cannot be looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// No word in it.
    #[error("has no word: write at least one")]
    NoWord,
    /// A gap where nothing can be missing.
    #[error("begins or ends with a gap, or has two in a row: `..` stands between two words")]
    LooseGap,
    /// A word that would be found everywhere.
    #[error("has a part of a word shorter than three letters: `*` needs more to go by")]
    TooShort,
    /// Something that is never in a word.
    #[error(
        "has a character that is never in a word: use letters, digits, `|`, `=`, `*`, `..`, `@name` and a last `$` or `?`"
    )]
    Character,
    /// A name that stands for no words.
    #[error("has a `@name` that [words] does not have, or that stands for itself")]
    UnknownName,
}

impl Form {
    /// Reads a form as the lexicon of `language` writes it; `roles` tells the words that mean nothing by themselves.
    pub fn parse(form: &str, language: &Language, roles: &Roles) -> Result<Form, FormError> {
        let (mut steps, mut gap) = (Vec::new(), Gap::Fillers);
        let (form, ambiguous) = form.strip_suffix(" ?").map_or((form, false), |form| (form, true));
        let closed = form.ends_with(" $");
        for part in form.strip_suffix(" $").unwrap_or(form).split_whitespace() {
            let own = match part {
                ".." => Gap::Words,
                "..." => Gap::Sentence,
                _ => Gap::Fillers,
            };
            if own != Gap::Fillers {
                if steps.is_empty() || gap != Gap::Fillers {
                    return Err(FormError::LooseGap);
                }
                gap = own;
                continue;
            }
            let words =
                part.split('|').map(|word| Pattern::parse(word, language, roles)).collect::<Result<Vec<_>, _>>()?;
            steps.push(Step { words, gap: std::mem::take(&mut gap) });
        }
        match (steps.is_empty(), gap != Gap::Fillers) {
            (true, _) => Err(FormError::NoWord),
            (_, true) => Err(FormError::LooseGap),
            _ => Ok(Form { steps, closed, ambiguous }),
        }
    }
}

/// The one word that two words of a form are when they are written together: `postkasse fuld` as `postkassefuld`. A form of
/// it, or none where the form is not two plain words without a gap.
pub fn compound(form: &str) -> Option<String> {
    let (form, mark) = form.strip_suffix(" ?").map_or((form, ""), |form| (form, " ?"));
    let (first, second) = form.split_once(' ').filter(|(_, second)| !second.contains(' '))?;
    let plain = |word: &&str| word.chars().count() >= SHORTEST_IN_COMPOUND && word.chars().all(char::is_alphabetic);
    let words = |step: &'_ str| step.split('|').filter(plain).map(str::to_owned).collect::<Vec<_>>();
    let (first, second) = (words(first), words(second));
    let together = first.iter().flat_map(|first| second.iter().map(move |second| format!("{first}{second}")));
    let together: Vec<String> = together.collect();
    (!together.is_empty() && together.len() <= MOST_COMPOUNDS).then(|| together.join("|") + mark)
}

/// Shorter words than this, in letters, are no part of a compound that is looked for.
const SHORTEST_IN_COMPOUND: usize = 4;
/// More compounds than this of one form, and most of them are no words.
const MOST_COMPOUNDS: usize = 60;

/// Names for words that many forms have in common (`[words]`), put in where a form says `@name`.
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Names may stand for names that stand for words. With those that stand for a name that is not there, or for themselves;
    /// they are left out.
    pub fn new(words: &BTreeMap<String, String>) -> (Names, Vec<String>) {
        let names = Names(words.clone());
        let (mut whole, mut unknown) = (BTreeMap::new(), Vec::new());
        for (name, words) in words {
            match names.put_into(words) {
                Ok(words) if !words.contains('@') => {
                    whole.insert(name.clone(), words);
                }
                _ => unknown.push(name.clone()),
            }
        }
        (Names(whole), unknown)
    }

    /// The forms that a written one stands for: with the words for its names, and where its last word may be left out
    /// because the clause ends there (`orker ikke .. mere|$`), a form for each.
    pub fn forms(&self, written: &str) -> Result<Vec<String>, FormError> {
        let whole = self.put_into(written)?;
        let (form, mark) = whole.strip_suffix(" ?").map_or((whole.as_str(), ""), |form| (form, " ?"));
        let Some(open) = form.strip_suffix("|$") else { return Ok(vec![whole]) };
        let (before, _) = open.rsplit_once(' ').ok_or(FormError::NoWord)?;
        let before = before.trim_end_matches([' ', '.']);
        Ok(vec![format!("{open}{mark}"), format!("{before} ${mark}")])
    }

    fn put_into(&self, text: &str) -> Result<String, FormError> {
        let word = |word: &str| match word.strip_prefix('@') {
            Some(name) => self.0.get(name).cloned().ok_or(FormError::UnknownName),
            None => Ok(word.to_owned()),
        };
        let part = |part: &str| Ok(part.split('|').map(word).collect::<Result<Vec<_>, _>>()?.join("|"));
        Ok(text.split(' ').map(part).collect::<Result<Vec<_>, FormError>>()?.join(" "))
    }
}

impl Pattern {
    fn parse(word: &str, language: &Language, roles: &Roles) -> Result<Pattern, FormError> {
        let exact = word.strip_prefix('=');
        let (word, ends) =
            exact.unwrap_or(word).strip_prefix('*').map_or((exact.unwrap_or(word), false), |w| (w, true));
        let (word, begins) = word.strip_suffix('*').map_or((word, false), |w| (w, true));
        if word.is_empty() || !word.chars().all(char::is_alphanumeric) || exact.is_some() && (ends || begins) {
            return Err(FormError::Character);
        }
        let folded = language.fold(word);
        if (ends || begins) && folded.chars().count() < SHORTEST_PART {
            return Err(FormError::TooShort);
        }
        Ok(match (ends, begins) {
            // A word of grammar is only itself: its stem may be that of quite another word (han, hane).
            (false, false) if exact.is_some() || roles.is_grammar(&folded) => Pattern::Exact(folded),
            (false, false) => Pattern::Stem(language.stem(&folded)),
            (false, true) => Pattern::Begins(folded),
            (true, false) => Pattern::Ends(language.stem(&folded)),
            (true, true) => Pattern::Within(folded),
        })
    }
}

/// Parts of words shorter than this, in letters, would be found everywhere.
const SHORTEST_PART: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    fn danish() -> Language {
        Language::new("danish", Vec::new()).unwrap()
    }

    #[test]
    fn a_form_that_cannot_be_found_or_would_be_found_everywhere_is_refused() {
        let (language, roles) = (danish(), Roles::default());
        let parse = |form: &str| Form::parse(form, &language, &roles);
        let refused = |form: &str| parse(form).err();
        assert_eq!(refused("  "), Some(FormError::NoWord));
        assert_eq!(refused(".. post"), Some(FormError::LooseGap));
        assert_eq!(refused("post .."), Some(FormError::LooseGap));
        assert_eq!(refused("post .. .. op"), Some(FormError::LooseGap));
        assert_eq!(refused("po* op"), Some(FormError::TooShort));
        for form in ["post, op", "=samler*", "a||b", "pos*t", "*"] {
            assert_eq!(refused(form), Some(FormError::Character), "{form}");
        }
        assert!(parse("post*|=brev .. hober sig op").is_ok());
        for form in ["$", "kan $ ikke", "kan|$ ikke"] {
            assert!(parse(form).is_err(), "{form}");
        }
    }

    #[test]
    fn a_name_stands_for_its_words_and_an_end_for_a_form_of_its_own() {
        let words = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
        let names = Names::new(&words(&[("not", "ikke|=ik"), ("never", "@not|=aldrig")])).0;
        assert_eq!(names.forms("kan @never mere $").unwrap(), ["kan ikke|=ik|=aldrig mere $"]);
        assert_eq!(names.forms("orker @not .. mere|$").unwrap(), ["orker ikke|=ik .. mere", "orker ikke|=ik $"]);
        assert_eq!(names.forms("kan @none").err(), Some(FormError::UnknownName));
        assert_eq!(Names::new(&words(&[("a", "@b"), ("b", "@a")])).1, ["a", "b"]);
    }
}
