//! What is nobody's business, taken out of a text before anything else sees it: CPR numbers, phone numbers, e-mail addresses,
//! account numbers and personal names. What was taken out is counted, and not kept.
//!
//! ```
//! use postkort::redaction::Redactor;
//!
//! let redactor = Redactor::danish()?;
//! let note = redactor.prepare("Kirsten Jensen, CPR 010190-1234, tlf. 12&nbsp;34&nbsp;56&nbsp;78. Måler 12345678 aflæst");
//! assert_eq!(note.text, "[NAVN], CPR [CPR], tlf. [TLF]. Måler 12345678 aflæst");
//! assert_eq!((note.found.cpr, note.found.phones, note.found.names), (1, 1, 1));
//! # Ok::<(), postkort::redaction::RedactorError>(())
//! ```
//!
//! Everything takes time in proportion to the text, whatever stands in it. The words of a language are in
//! `config/lexicon/da-persons.toml`, none in code.

mod accounts;
mod addresses;
pub mod clean;
pub mod cpr;
mod html;
mod lists;
mod mojibake;
mod numbers;
mod persons;
mod phones;

use std::borrow::Cow;
use std::ops::{Add, AddAssign, Range};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use lists::Lists;

/// Takes personal data out of texts in one language.
pub struct Redactor {
    lists: Lists,
}

/// A text without what was taken out of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Redacted<'a> {
    /// The text, with placeholders like `[TLF]`.
    pub text: Cow<'a, str>,
    /// How much was taken out.
    pub found: Redactions,
}

impl std::fmt::Debug for Redacted<'_> {
    /// Without the text: a log must not tell what a caretaker wrote.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redacted").field("found", &self.found).finish_non_exhaustive()
    }
}

/// How much was taken out of texts, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Redactions {
    /// CPR numbers.
    pub cpr: u32,
    /// Phone numbers.
    pub phones: u32,
    /// E-mail addresses.
    pub emails: u32,
    /// Bank accounts and payment slips.
    pub accounts: u32,
    /// Persons' names; a first name and a surname together are one.
    pub names: u32,
}

impl Redactions {
    /// Each kind with its name as in JSON, and how much of it was taken out.
    pub fn by_kind(&self) -> [(&'static str, u32); 5] {
        [
            ("cpr", self.cpr),
            ("phones", self.phones),
            ("emails", self.emails),
            ("accounts", self.accounts),
            ("names", self.names),
        ]
    }

    /// Whether nothing was taken out.
    pub fn is_empty(&self) -> bool {
        *self == Redactions::default()
    }
}

impl Add for Redactions {
    type Output = Redactions;

    fn add(self, other: Redactions) -> Redactions {
        Redactions {
            cpr: self.cpr.saturating_add(other.cpr),
            phones: self.phones.saturating_add(other.phones),
            emails: self.emails.saturating_add(other.emails),
            accounts: self.accounts.saturating_add(other.accounts),
            names: self.names.saturating_add(other.names),
        }
    }
}

impl AddAssign for Redactions {
    fn add_assign(&mut self, other: Redactions) {
        *self = *self + other;
    }
}

/// What stands where something was taken out.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Placeholders {
    cpr: String,
    phone: String,
    email: String,
    account: String,
    name: String,
}

impl Placeholders {
    /// In brackets, with capitals only: then nothing takes them for a name, a number or an address.
    fn check(&self) -> Result<(), RedactorError> {
        for placeholder in [&self.cpr, &self.phone, &self.email, &self.account, &self.name] {
            let inside = placeholder.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            let sound = inside.is_some_and(|inside| {
                !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-')
            });
            if !sound {
                return Err(RedactorError::Placeholder(placeholder.clone()));
            }
        }
        Ok(())
    }
}

/// Why lists were not accepted.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RedactorError {
    /// Not TOML, or not of this shape.
    #[error("the lists of names cannot be read: {0}")]
    Shape(#[from] toml::de::Error),
    /// A list without anything in it.
    #[error("the lists of names have nothing in `{0}`: give it at least one word")]
    Empty(&'static str),
    /// A word that would never be found.
    #[error(
        "the lists of names have `{word}` in `{list}`, which has capitals or is too long: write it in lower case, up to 32 bytes"
    )]
    Word {
        /// The list.
        list: &'static str,
        /// The word.
        word: String,
    },
    /// A placeholder that could be redacted itself.
    #[error("the placeholder `{0}` must be A to Z and `-` in brackets, like [NAVN]")]
    Placeholder(String),
}

/// How often a text is looked through for numbers. A placeholder is shorter than what it stands for, so that a telling word
/// may come within reach of another number.
const MOST_ROUNDS: usize = 8;

/// Finds the places of one kind in a text, in bytes, in order and apart.
type Find = fn(&Lists, &str) -> Vec<Range<usize>>;

impl Redactor {
    /// What takes personal data out of Danish texts.
    ///
    /// # Errors
    /// None, as long as the tests pass: the lists are part of the program.
    pub fn danish() -> Result<&'static Redactor, RedactorError> {
        static DANISH: LazyLock<Result<Redactor, RedactorError>> =
            LazyLock::new(|| Redactor::parse(include_str!("../../config/lexicon/da-persons.toml")));
        DANISH.as_ref().map_err(RedactorError::clone)
    }

    /// Reads and checks the lists of a language; `config/lexicon/da-persons.toml` explains them.
    ///
    /// # Errors
    /// [`RedactorError`] names the list, and the word that cannot be used.
    pub fn parse(toml: &str) -> Result<Redactor, RedactorError> {
        Ok(Redactor { lists: Lists::parse(toml)? })
    }

    /// Cleans a text as it came from an export ([`clean::clean`]), then redacts it.
    pub fn prepare<'a>(&self, text: &'a str) -> Redacted<'a> {
        match clean::clean(text) {
            Cow::Borrowed(text) => self.redact(text),
            Cow::Owned(text) => {
                let Redacted { text, found } = self.redact(&text);
                Redacted { text: Cow::Owned(text.into_owned()), found }
            }
        }
    }

    /// Takes personal data out of a clean text. Redacting twice changes nothing more.
    ///
    /// CPR numbers go first: whatever else a run of digits might be, a CPR number does not get through. Names go before the
    /// other numbers, so that what is read around a number is the same when the text is redacted again.
    pub fn redact<'a>(&self, text: &'a str) -> Redacted<'a> {
        let Lists { placeholders, .. } = &self.lists;
        let mut found = Redactions::default();
        let (mut text, cprs) = cpr::redact_as(text, &placeholders.cpr, Some(&self.lists));
        found.cpr = count(cprs);
        let take = |text: &mut Cow<'a, str>, find: Find, placeholder: &str| {
            let places = find(&self.lists, text);
            if !places.is_empty() {
                *text = Cow::Owned(replace(text, &places, placeholder));
            }
            count(places.len())
        };
        found.emails = take(&mut text, addresses::find, &placeholders.email);
        found.names = take(&mut text, persons::find, &placeholders.name);
        for _ in 0..MOST_ROUNDS {
            if !numbers::may_hold_some(&text) {
                break;
            }
            let accounts = take(&mut text, accounts::find, &placeholders.account);
            let phones = take(&mut text, phones::find, &placeholders.phone);
            if accounts + phones == 0 {
                break;
            }
            // What stands apart now may be a CPR number that was hidden in a longer row of digits.
            let (without, cprs) = cpr::redact_as(&text, &placeholders.cpr, Some(&self.lists));
            if let Cow::Owned(without) = without {
                text = Cow::Owned(without);
            }
            found += Redactions { accounts, phones, cpr: count(cprs), ..Redactions::default() };
        }
        Redacted { text, found }
    }
}

fn count(found: usize) -> u32 {
    u32::try_from(found).unwrap_or(u32::MAX)
}

/// The text with `placeholder` in each of the places, which are in order and apart.
fn replace(text: &str, places: &[Range<usize>], placeholder: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for place in places {
        kept.push_str(text.get(from..place.start).unwrap_or_default());
        kept.push_str(placeholder);
        from = place.end;
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    kept
}
