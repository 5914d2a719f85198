//! The check that every prompt passes before it leaves: what a card must have, and what it must never have,
//! for anyone in the stairwell can read it.
//!
//! The check knows nothing of how prompts are made. It reads the finished text, in every way that a neighbour could read
//! it, and says which rules are broken without repeating what broke them.

mod fold;
mod never;

use std::fmt;

use crate::config::{Locale, OnSite, is_phone};
use crate::referral::names::{called, is_latin_letter};
use crate::referral::prompt::place::{bare_place, when};
use crate::referral::prompt::reading::{lix, words};
use crate::referral::prompt::wording::wording;
use fold::{fold, parts};
use never::Forms;
pub(crate) use never::NeverWords;
pub use never::Topic;

/// Most words on a card: what a hand writes on a postcard, and a reader takes in at the door.
pub const MOST_WORDS: usize = 50;
/// Highest readability index (LIX; Björnsson, *Läsbarhet*, 1968) of a card: easy also for who reads little Danish.
pub const HIGHEST_LIX: f64 = 30.0;

/// What a prompt is checked against.
#[derive(Clone, Copy)]
pub struct CheckContext<'a> {
    /// The language of the prompt.
    pub locale: Locale,
    /// The caseworker's full name: the first may stand on the card, the rest may not.
    pub caseworker_name: &'a str,
    /// Where they sit, as configured.
    pub place: &'a str,
    /// When they sit there.
    pub on_site: &'a [OnSite],
    /// The phone number, as configured.
    pub phone: &'a str,
    /// The first names that the card is written to; empty where it greets nobody by name.
    pub first_names: &'a [String],
    /// The tenants' names as exported: what is no offered first name is a surname.
    pub tenant_names: &'a str,
    /// The tenancy reference.
    pub reference: &'a str,
}

/// A rule that a prompt breaks. It names no person, and repeats nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Violation {
    /// A word that a card never has.
    ForbiddenWord(Topic),
    /// An amount of money.
    Amount,
    /// A number that is not of the place, the hours or the phone.
    Number,
    /// A surname of a tenant.
    TenantSurname,
    /// The caseworker's surname.
    CaseworkerSurname,
    /// The tenancy reference.
    TenancyReference,
    /// An e-mail address or a link.
    Link,
    /// A character that a handwritten card does not have: emoji, markup, line breaks, direction marks, other scripts.
    OddCharacter,
    /// More than [`MOST_WORDS`] words.
    TooLong,
    /// A readability index above [`HIGHEST_LIX`].
    TooHard,
    /// Something that a card always has is missing.
    Missing(Element),
    /// No combination of building blocks is left that is not already used nearby.
    NothingLeft,
    /// The texts of this build cannot be read, so nothing can be checked and nothing leaves.
    TextsUnreadable,
}

/// What a card always has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// The first names it is written to.
    FirstNames,
    /// Who writes.
    WhoIAm,
    /// Where the caseworker sits.
    Place,
    /// On which days and hours.
    OnSiteDays,
    /// A phone number.
    Phone,
    /// That it is voluntary.
    Voluntary,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Violation::ForbiddenWord(topic) => {
                write!(f, "a word that a card never has (about {})", format!("{topic:?}").to_lowercase())
            }
            Violation::Amount => f.write_str("an amount of money"),
            Violation::Number => f.write_str("a number that is not of the place, the hours or the phone"),
            Violation::TenantSurname => f.write_str("a surname of a tenant"),
            Violation::CaseworkerSurname => f.write_str("the caseworker's surname"),
            Violation::TenancyReference => f.write_str("the tenancy reference"),
            Violation::Link => f.write_str("an e-mail address or a link"),
            Violation::OddCharacter => f.write_str("a character that a handwritten card does not have"),
            Violation::TooLong => write!(f, "more than {MOST_WORDS} words"),
            Violation::TooHard => write!(f, "hard to read (LIX above {HIGHEST_LIX})"),
            Violation::Missing(element) => f.write_str(match element {
                Element::FirstNames => "no first name",
                Element::WhoIAm => "does not say who writes",
                Element::Place => "does not say where",
                Element::OnSiteDays => "does not say on which days",
                Element::Phone => "no phone number",
                Element::Voluntary => "does not say that it is voluntary",
            }),
            Violation::NothingLeft => f.write_str("no wording is left that is not used nearby"),
            Violation::TextsUnreadable => f.write_str("config/texts could not be read, so that nothing can be checked"),
        }
    }
}

/// Checks a finished prompt against every rule; all broken ones come back, each once, in a fixed order.
pub fn check(prompt_text: &str, context: &CheckContext<'_>) -> Result<(), Vec<Violation>> {
    let Ok(own) = wording(context.locale) else { return Err(vec![Violation::TextsUnreadable]) };
    let mut broken = forbidden(prompt_text);
    broken.extend(odd_characters(prompt_text));
    if words(prompt_text) > MOST_WORDS {
        broken.push(Violation::TooLong);
    }
    if lix(prompt_text) > HIGHEST_LIX {
        broken.push(Violation::TooHard);
    }
    let mut rest = spaced_lower(prompt_text);
    let parts_of_it = [
        (bare_place(context.place), Element::Place),
        (&when(context.on_site, own), Element::OnSiteDays),
        (context.phone.trim(), Element::Phone),
    ];
    for (part, element) in parts_of_it {
        match without(&rest, &spaced_lower(part)) {
            Some(shorter) => rest = shorter,
            None => broken.push(Violation::Missing(element)),
        }
    }
    if rest.chars().any(char::is_numeric) {
        broken.push(Violation::Number);
    }
    if has_decimals(&rest) {
        broken.push(Violation::Amount);
    }
    broken.extend(names(&Forms::of(&rest), context, &own.check.small_words));
    broken.extend(reference(&rest, context.reference));
    let folded = fold(prompt_text);
    if !own.check.voluntary.iter().any(|word| folded.contains(&fold(word))) {
        broken.push(Violation::Missing(Element::Voluntary));
    }
    broken.sort_unstable();
    broken.dedup();
    if broken.is_empty() { Ok(()) } else { Err(broken) }
}

/// What a caseworker's entry in the config would put on every card and must not: found once, by the operator, rather than
/// at night on every prompt.
pub fn check_place(place: &str, phone: &str, name: &str) -> Vec<PlaceProblem> {
    let mut problems = Vec::new();
    for (field, text) in [("place", place), ("name", called(name).as_str()), ("phone", phone)] {
        let mut broken = forbidden(text);
        broken.extend(odd_characters(text));
        if text.trim().is_empty() {
            broken.push(Violation::Missing(Element::Place));
        }
        if field == "name" && text.chars().any(char::is_numeric) {
            broken.push(Violation::Number);
        }
        broken.sort_unstable();
        broken.dedup();
        problems.extend(broken.into_iter().map(|violation| PlaceProblem { field, violation }));
    }
    if !is_phone(phone) {
        problems.push(PlaceProblem { field: "phone", violation: Violation::Missing(Element::Phone) });
    }
    problems
}

/// What is wrong with one field of a caseworker's entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceProblem {
    /// `place`, `phone` or `name`.
    pub field: &'static str,
    /// The rule that every card would break.
    pub violation: Violation,
}

impl fmt::Display for PlaceProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match (self.violation, self.field) {
            (Violation::Missing(_), "phone") => "it is no phone number".to_owned(),
            (Violation::Missing(_), _) => "it is empty".to_owned(),
            (violation, _) => format!("it has {violation}"),
        };
        write!(f, "`{}` stands on every card that anyone in the stairwell can read, and {what}: ", self.field)?;
        f.write_str("write it as a neighbour would say it, such as \"Beboerhuset, Strandvejen 12\"")
    }
}

/// What the text says that no card says, in either language: a Danish card is no place for English words for debt.
fn forbidden(text: &str) -> Vec<Violation> {
    let forms = Forms::of(text);
    let mut found = Vec::new();
    for locale in [Locale::Da, Locale::En] {
        match wording(locale) {
            Ok(own) => found.extend(own.never.iter().filter_map(|l| l.found_in(&forms)).map(Violation::ForbiddenWord)),
            Err(_) => found.push(Violation::TextsUnreadable),
        }
    }
    found
}

/// Characters, and the signs of amounts and links. A handwritten card has letters of the Latin script, digits, and plain
/// punctuation.
fn odd_characters(text: &str) -> Vec<Violation> {
    let mut broken = Vec::new();
    let plain = |c: char| is_latin_letter(c) || c.is_ascii_digit() || " .,!?:;-–'’()/&+".contains(c);
    if !text.chars().all(plain) {
        broken.push(Violation::OddCharacter);
    }
    let letters: Vec<char> = text.chars().collect();
    let mut amount = text.contains(['$', '£', '€', '¤']);
    let mut link = text.contains(['@', '\\']) || text.contains("//");
    for three in letters.windows(3) {
        if let [before, sign, after] = three {
            amount |= before.is_numeric() && *sign == ',' && *after == '-';
            link |= before.is_alphanumeric() && *sign == '.' && after.is_alphabetic();
        }
    }
    broken.extend(amount.then_some(Violation::Amount));
    broken.extend(link.then_some(Violation::Link));
    broken
}

fn has_decimals(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    letters.windows(3).any(|three| match three {
        [before, sign, after] => before.is_numeric() && matches!(sign, '.' | ',') && after.is_numeric(),
        _ => false,
    })
}

/// Surnames that are there, and first names that are not. `rest` is the text without place, hours and phone, whose words
/// may well be somebody's surname.
fn names(rest: &Forms, context: &CheckContext<'_>, small_words: &[String]) -> Vec<Violation> {
    let mut broken = Vec::new();
    let caseworker = fold(context.caseworker_name);
    let who = fold(&called(context.caseworker_name));
    let offered: Vec<String> = context.first_names.iter().map(|name| fold(name)).collect();
    let mut welcome: Vec<&str> = offered.iter().flat_map(|name| parts(name)).chain(parts(&who)).collect();
    let small_words: Vec<String> = small_words.iter().map(|word| fold(word)).collect();
    welcome.extend(small_words.iter().map(String::as_str));
    let is_surname = |part: &&str| part.chars().nth(1).is_some() && !welcome.contains(part);
    if parts(&fold(context.tenant_names)).filter(is_surname).any(|part| rest.has_word(part)) {
        broken.push(Violation::TenantSurname);
    }
    if parts(&caseworker).filter(is_surname).any(|part| rest.has_word(part)) {
        broken.push(Violation::CaseworkerSurname);
    }
    let missing = |name: &str| parts(name).any(|part| !rest.has_word(part)) || parts(name).next().is_none();
    if offered.iter().any(|name| missing(name)) {
        broken.push(Violation::Missing(Element::FirstNames));
    }
    if missing(&who) {
        broken.push(Violation::Missing(Element::WhoIAm));
    }
    broken
}

/// A reference is found with and without its separators. One of one to three characters only as a word.
fn reference(rest: &str, reference: &str) -> Option<Violation> {
    let squeezed: String = fold(reference).chars().filter(|c| c.is_alphanumeric()).collect();
    let forms = Forms::of(rest);
    let found = match squeezed.len() {
        0 => false,
        1..=3 => forms.has_word(&squeezed),
        _ => forms.has_inside(&squeezed),
    };
    found.then_some(Violation::TenancyReference)
}

fn spaced_lower(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// `text` without the first place where `part` stands on its own; `None` where it stands nowhere.
fn without(text: &str, part: &str) -> Option<String> {
    let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(part).filter(|_| !part.is_empty()).find_map(|(at, _)| {
        let (before, after) = (text.get(..at)?, text.get(at + part.len()..)?);
        let alone = !joins(before.chars().last()) && !joins(after.chars().next());
        alone.then(|| format!("{before} … {after}"))
    })
}
