//! The lexicon: the phrases that are looked for, and the words that take their meaning back.
//!
//! How a phrase is written is explained at the top of `config/lexicon/da.toml`; `da-urgent.toml` and
//! `da-context.toml` beside it are its other parts. Everything is checked when it is loaded.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::LazyLock;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::forms::{Form, FormError, Meaning, Names};
use super::phrases::Matcher;
use super::words::{Stem, fold};
use super::{Category, Urgency};
use crate::fingerprint::hex;

/// The phrases that are looked for in notes, ready to be found.
pub struct Lexicon {
    phrases: Vec<Phrase>,
    fingerprint: String,
    pub(super) matcher: Matcher,
    pub(super) negation: Negation,
    /// Words between which a clause changes its subject: men, mens.
    pub(super) turns: HashSet<String>,
    /// Other people than the household: stems.
    pub(super) others: HashSet<String>,
    /// The household itself: hun, lejer. Stems.
    pub(super) household: HashSet<String>,
}

/// Words that negate, folded.
pub(super) struct Negation {
    /// Negate what comes after them, and what comes right before: ikke, aldrig.
    pub either: HashSet<String>,
    /// Negate what comes after them: ingen, uden.
    pub before: HashSet<String>,
    /// After a negation these make it none: ikke *kun*, ingen *tvivl*.
    pub undone_by: HashSet<String>,
    /// What may follow a negation that looks back: drikker ikke *længere*.
    pub closed_by: HashSet<String>,
}

/// One phrase of the lexicon.
pub(super) struct Phrase {
    pub canonical: Arc<str>,
    pub category: Category,
    pub special_category: bool,
    pub urgent: Option<Urgency>,
    /// Ordinary work at the home: recognised, and neither good nor bad.
    pub routine: bool,
    /// Whether it tells about a person, who may be another than the tenant.
    pub about_a_person: bool,
}

/// Why a lexicon was not accepted.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LexiconError {
    /// Not TOML, or not of this shape.
    #[error("the lexicon cannot be read: {0}")]
    Shape(#[from] toml::de::Error),
    /// A phrase or a list without anything in it.
    #[error("the lexicon has nothing in `{0}`: give it at least one form, or take it out")]
    Empty(String),
    /// A form that cannot be looked for.
    #[error("the lexicon's form `{form}` of `{phrase}` {problem}")]
    Form {
        /// The phrase.
        phrase: String,
        /// The form.
        form: String,
        /// What is wrong with it, and what to do.
        problem: FormError,
    },
    /// One form under two phrases.
    #[error("the lexicon has the form `{form}` both under `{first}` and under `{second}`: keep one")]
    Twice {
        /// The form.
        form: String,
        /// The phrase that has it first.
        first: String,
        /// The phrase that has it again.
        second: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    words: BTreeMap<String, String>,
    economy: Phrases,
    legal: Phrases,
    housing_condition: Phrases,
    absence: Phrases,
    conflict: Phrases,
    conflict_crime: Phrases,
    life_event: Phrases,
    life_event_crime: Phrases,
    health: Phrases,
    substance: Phrases,
    suicide: Phrases,
    children: Phrases,
    protective: Phrases,
    routine: Phrases,
    context: WrittenContext,
}

type Phrases = BTreeMap<String, WrittenPhrase>;

#[derive(Deserialize)]
#[serde(untagged, expecting = "a list of forms, or { forms = [...], about_a_person = true | false }")]
enum WrittenPhrase {
    Forms(Vec<String>),
    Detailed(Detailed),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Detailed {
    forms: Vec<String>,
    about_a_person: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenContext {
    harmless: Vec<String>,
    hearsay: Vec<String>,
    past: Vec<String>,
    over: Vec<String>,
    fillers: Vec<String>,
    clause_ends_before: Vec<String>,
    never_a_typo: Vec<String>,
    turns: Vec<String>,
    others: Vec<String>,
    household: Vec<String>,
    negates: Vec<String>,
    negates_what_follows: Vec<String>,
    negation_undone_by: Vec<String>,
    negation_closed_by: Vec<String>,
}

impl Lexicon {
    /// The Danish lexicon that the program carries.
    ///
    /// # Errors
    ///
    /// None, as long as the tests pass: the lexicon is part of the program.
    pub fn danish() -> Result<&'static Lexicon, LexiconError> {
        // A night needs it twice, and putting it together takes longer than reading a small association's notes.
        static DANISH: LazyLock<Result<Lexicon, LexiconError>> = LazyLock::new(|| {
            Lexicon::parse(concat!(
                include_str!("../../config/lexicon/da.toml"),
                include_str!("../../config/lexicon/da-urgent.toml"),
                include_str!("../../config/lexicon/da-context.toml")
            ))
        });
        DANISH.as_ref().map_err(LexiconError::clone)
    }

    /// Reads and checks a lexicon.
    ///
    /// # Errors
    ///
    /// [`LexiconError`] names the phrase and the form that cannot be used.
    pub fn parse(toml: &str) -> Result<Lexicon, LexiconError> {
        let written: Written = toml::from_str(toml)?;
        let context = &written.context;
        let names = Names::new(&written.words).map_err(|problem| LexiconError::Form {
            phrase: "words".to_owned(),
            form: written.words.keys().cloned().collect::<Vec<_>>().join(", "),
            problem,
        })?;
        let mut gathered = Gathered { names, phrases: Vec::new(), forms: Vec::new(), seen: BTreeMap::new() };
        gathered.phrases(&written)?;
        let cues = [
            ("context.harmless", &context.harmless, Meaning::Harmless),
            ("context.hearsay", &context.hearsay, Meaning::Hearsay),
            ("context.past", &context.past, Meaning::Past),
            ("context.over", &context.over, Meaning::Over),
        ];
        for (name, forms, meaning) in cues {
            gathered.forms(name, forms, meaning)?;
        }
        let folded = |words: &[String]| words.iter().map(|word| fold(word)).collect::<HashSet<_>>();
        let stems = |words: &[String]| {
            let stem = |word: String| Stem::find(&word).of(&word).to_owned();
            words.iter().map(|word| stem(fold(word))).collect::<HashSet<_>>()
        };
        Ok(Lexicon {
            phrases: gathered.phrases,
            fingerprint: hex(&Sha256::digest(toml), 32),
            matcher: Matcher::new(
                gathered.forms,
                folded(&context.fillers),
                folded(&context.clause_ends_before),
                folded(&context.never_a_typo),
            ),
            negation: Negation {
                either: folded(&context.negates),
                before: folded(&context.negates_what_follows),
                undone_by: folded(&context.negation_undone_by),
                closed_by: folded(&context.negation_closed_by),
            },
            turns: folded(&context.turns),
            others: stems(&context.others),
            household: stems(&context.household),
        })
    }

    /// SHA-256 of what the lexicon was read from.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The phrase with this number.
    pub(super) fn phrase(&self, number: usize) -> Option<&Phrase> {
        self.phrases.get(number)
    }

    /// Every phrase's own wording, with its category, for a test that each is found as it stands.
    pub fn canonical_phrases(&self) -> impl Iterator<Item = (Category, &str)> {
        self.phrases.iter().map(|phrase| (phrase.category, phrase.canonical.as_ref()))
    }
}

/// What has been read of a lexicon.
struct Gathered {
    names: Names,
    phrases: Vec<Phrase>,
    forms: Vec<(Form, Meaning)>,
    seen: BTreeMap<String, String>,
}

impl Gathered {
    fn phrases(&mut self, written: &Written) -> Result<(), LexiconError> {
        use Category::*;
        // Section, category, special category, urgent, about a person where the phrase does not say.
        let sections = [
            ("economy", &written.economy, Economy, false, None, true),
            ("legal", &written.legal, Legal, false, None, true),
            ("housing_condition", &written.housing_condition, HousingCondition, false, None, false),
            ("absence", &written.absence, Absence, false, None, false),
            ("conflict", &written.conflict, Conflict, false, None, false),
            ("conflict_crime", &written.conflict_crime, Conflict, true, None, false),
            ("life_event", &written.life_event, LifeEvent, false, None, true),
            ("life_event_crime", &written.life_event_crime, LifeEvent, true, None, true),
            ("health", &written.health, Health, true, None, true),
            ("substance", &written.substance, Substance, true, None, true),
            ("suicide", &written.suicide, Health, true, Some(Urgency::Suicide), false),
            ("children", &written.children, Children, false, Some(Urgency::Child), false),
            ("protective", &written.protective, Protective, false, None, false),
            ("routine", &written.routine, Protective, false, None, false),
        ];
        for (section, phrases, category, special_category, urgent, about) in sections {
            if phrases.is_empty() {
                return Err(LexiconError::Empty(section.to_owned()));
            }
            for (canonical, phrase) in phrases {
                let (forms, about_a_person) = match phrase {
                    WrittenPhrase::Forms(forms) => (forms, about),
                    WrittenPhrase::Detailed(detailed) => (&detailed.forms, detailed.about_a_person),
                };
                self.forms(canonical, forms, Meaning::Phrase(self.phrases.len()))?;
                let (canonical, routine) = (canonical.as_str().into(), section == "routine");
                self.phrases.push(Phrase { canonical, category, special_category, urgent, routine, about_a_person });
            }
        }
        Ok(())
    }

    fn forms(&mut self, phrase: &str, forms: &[String], meaning: Meaning) -> Result<(), LexiconError> {
        if forms.is_empty() {
            return Err(LexiconError::Empty(phrase.to_owned()));
        }
        for form in forms {
            let wrong = |problem| LexiconError::Form { phrase: phrase.to_owned(), form: form.clone(), problem };
            let whole = self.names.forms(form).map_err(wrong)?;
            let parsed = whole.iter().map(|form| Form::parse(form)).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
            if let Some(first) = self.seen.insert(form.clone(), phrase.to_owned()) {
                return Err(LexiconError::Twice { form: form.clone(), first, second: phrase.to_owned() });
            }
            self.forms.extend(parsed.into_iter().map(|form| (form, meaning)));
        }
        Ok(())
    }
}
