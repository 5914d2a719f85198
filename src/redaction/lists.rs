//! What is known of names and numbers in one language, from `config/lexicon/da-persons.toml`.

use aho_corasick::{AhoCorasick, MatchKind};
use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};
use memchr::memmem::Finder;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Placeholders, RedactorError};

/// Longest word, in bytes, that is looked up; longer ones are no names.
pub const LONGEST: usize = 32;

/// What a word can be; a word may be several things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(u32);

impl std::ops::BitOr for Kinds {
    type Output = Kinds;

    fn bitor(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }
}

impl Kinds {
    /// A first name and nothing else.
    pub const FIRST: Kinds = Kinds(1);
    /// A first name that is also a word.
    pub const FIRST_AND_WORD: Kinds = Kinds(1 << 1);
    /// A first name that is also a word which a note needs.
    pub const FIRST_AND_NEEDED: Kinds = Kinds(1 << 2);
    /// A surname and nothing else.
    pub const SURNAME: Kinds = Kinds(1 << 3);
    /// A surname that is also a word.
    pub const SURNAME_AND_WORD: Kinds = Kinds(1 << 4);
    /// Between a first name and a surname: `von`, `el`.
    pub const PARTICLE: Kinds = Kinds(1 << 5);
    /// Before a name: `fru`.
    pub const TITLE: Kinds = Kinds(1 << 6);
    /// Before a name, perhaps: `naboen`.
    pub const PERSON: Kinds = Kinds(1 << 7);
    /// Before a name or anything else: `hos`.
    pub const PREPOSITION: Kinds = Kinds(1 << 8);
    /// Before what only looks like a name: `Sankt`.
    pub const NOT_AFTER: Kinds = Kinds(1 << 9);
    /// After what only looks like a name: `Vej`.
    pub const PLACE: Kinds = Kinds(1 << 10);
    /// After a make that looks like a surname: `batteri`.
    pub const PRODUCT: Kinds = Kinds(1 << 11);
    /// The first word of a phrase that is left alone.
    pub const PHRASE: Kinds = Kinds(1 << 12);
    /// Never an unlisted surname.
    pub const NEVER: Kinds = Kinds(1 << 13);
    /// A month, beside a number.
    pub const MONTH: Kinds = Kinds(1 << 14);
    /// Before a number: a phone number follows.
    pub const PHONE: Kinds = Kinds(1 << 15);
    /// Before a number: says nothing, look at the word before.
    pub const NEUTRAL: Kinds = Kinds(1 << 16);
    /// Before a number: a meter, a case, an article.
    pub const METER_OR_CASE: Kinds = Kinds(1 << 17);
    /// Before a number: a bank account.
    pub const ACCOUNT: Kinds = Kinds(1 << 18);
    /// Before a number: a bank's registration number.
    pub const REGISTER: Kinds = Kinds(1 << 19);
    /// Before a number: a payment slip.
    pub const PAYMENT: Kinds = Kinds(1 << 20);
    /// After a number: kroner, kWh.
    pub const UNIT: Kinds = Kinds(1 << 21);

    /// Right before a number: no CPR number.
    pub const NEVER_CPR: Kinds = Kinds(1 << 22);
    /// Right after a number: a meter's reading.
    pub const READING: Kinds = Kinds(1 << 23);
    /// Before a number: money went to an account.
    pub const TRANSFER: Kinds = Kinds(1 << 24);
    /// The word number.
    pub const NUMBER_WORD: Kinds = Kinds(1 << 25);

    /// A first name of any sort.
    pub const ANY_FIRST: Kinds = Kinds(0b111);
    /// A name of any sort.
    pub const NAME: Kinds = Kinds(0b11111);
    /// What decides what a number is.
    pub const NUMBER_CUE: Kinds =
        Kinds(Kinds::PHONE.0 | Kinds::METER_OR_CASE.0 | Kinds::ACCOUNT.0 | Kinds::REGISTER.0 | Kinds::PAYMENT.0);

    /// Whether it is any of `kinds`.
    pub fn any(self, kinds: Kinds) -> bool {
        self.0 & kinds.0 != 0
    }

    /// Everything else.
    pub fn all_but(kinds: Kinds) -> Kinds {
        Kinds(!kinds.0)
    }

    /// Whether nothing is known of it.
    pub fn unknown(self) -> bool {
        self.0 == 0
    }
}

/// The lists, ready to be looked up.
pub struct Lists {
    pub placeholders: Placeholders,
    words: HashMap<Box<str>, Kinds, FixedState>,
    /// By the first two bytes: the lengths that words with that beginning have, a bit each.
    lengths: Box<[u32; 1 << 16]>,
    /// Ends of compounds that tell what a number is.
    compounds: Vec<(Box<str>, Kinds)>,
    /// Phrases left alone, by their first word: the words after it.
    phrases: HashMap<Box<str>, Vec<Vec<Box<str>>>, FixedState>,
    surname_endings: Vec<Box<str>>,
    not_name_endings: Vec<Box<str>>,
    never: HashSet<Box<str>, FixedState>,
    /// Longest of `never`, in bytes.
    longest_never: usize,
    /// Hidden signs of e-mail addresses, ready to be searched for.
    pub at_signs: Vec<Finder<'static>>,
    /// Hidden full stops of e-mail addresses.
    pub dots: Vec<Box<str>>,
    /// Words before a CPR number, wherever they stand in a compound.
    pub cpr_words: AhoCorasick,
    /// The months as words, also short.
    pub months: HashSet<Box<str>, FixedState>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    placeholders: Placeholders,
    names: Names,
    before_names: BeforeNames,
    not_names: NotNames,
    months: Months,
    numbers: Numbers,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    first: String,
    first_and_word: String,
    first_and_needed_word: String,
    surnames: String,
    surnames_and_words: String,
    surname_endings: String,
    not_name_endings: String,
    particles: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BeforeNames {
    titles: String,
    persons: String,
    prepositions: String,
    not_after: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NotNames {
    places: String,
    products: String,
    phrases: Vec<String>,
    never: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Months {
    names: String,
    written: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbers {
    cpr: Vec<String>,
    phone: String,
    neutral: String,
    meter_or_case: String,
    never_cpr: String,
    number_word: String,
    readings: String,
    transfer: String,
    dot: String,
    account: String,
    register: String,
    payment: String,
    units: String,
    at: String,
}

impl Lists {
    /// Reads and checks the lists of one language.
    ///
    /// # Errors
    /// [`RedactorError`]: not TOML of this shape, an empty list, a placeholder that would be redacted itself.
    pub fn parse(toml: &str) -> Result<Lists, RedactorError> {
        let Written { placeholders, names, before_names, not_names, months, numbers } = toml::from_str(toml)?;
        placeholders.check()?;
        let mut lists = Lists {
            placeholders,
            words: HashMap::default(),
            lengths: Box::new([0; 1 << 16]),
            compounds: Vec::new(),
            phrases: HashMap::default(),
            surname_endings: owned(&names.surname_endings).collect(),
            not_name_endings: owned(&names.not_name_endings).collect(),
            never: owned(&not_names.never).map(|word| word.trim_end_matches('*').into()).collect(),
            longest_never: 0,
            at_signs: numbers.at.split_whitespace().map(|sign| Finder::new(sign.as_bytes()).into_owned()).collect(),
            dots: owned(&numbers.dot).collect(),
            cpr_words: any_case(&numbers.cpr)?,
            months: owned(&months.written).collect(),
        };
        let exact = not_names.never.split_whitespace().filter(|word| !word.ends_with('*'));
        lists
            .never
            .retain(|word| not_names.never.split_whitespace().any(|never| never.strip_suffix('*') == Some(word)));
        lists.longest_never = lists.never.iter().map(|word| word.len()).max().unwrap_or_default();
        let never = exact.collect::<Vec<_>>().join(" ");
        let sections = [
            ("names.first_and_needed_word", &names.first_and_needed_word, Kinds::FIRST_AND_NEEDED),
            ("names.first_and_word", &names.first_and_word, Kinds::FIRST_AND_WORD),
            ("names.surnames_and_words", &names.surnames_and_words, Kinds::SURNAME_AND_WORD),
            ("names.particles", &names.particles, Kinds::PARTICLE),
            ("before_names.titles", &before_names.titles, Kinds::TITLE),
            ("before_names.persons", &before_names.persons, Kinds::PERSON),
            ("before_names.prepositions", &before_names.prepositions, Kinds::PREPOSITION),
            ("before_names.not_after", &before_names.not_after, Kinds::NOT_AFTER),
            ("not_names.places", &not_names.places, Kinds::PLACE),
            ("not_names.products", &not_names.products, Kinds::PRODUCT),
            ("not_names.never", &never, Kinds::NEVER),
            ("months.names", &months.names, Kinds::MONTH),
            ("numbers.phone", &numbers.phone, Kinds::PHONE),
            ("numbers.neutral", &numbers.neutral, Kinds::NEUTRAL),
            ("numbers.meter_or_case", &numbers.meter_or_case, Kinds::METER_OR_CASE),
            ("numbers.never_cpr", &numbers.never_cpr, Kinds::NEVER_CPR),
            ("numbers.number_word", &numbers.number_word, Kinds::NUMBER_WORD),
            ("numbers.readings", &numbers.readings, Kinds::READING),
            ("numbers.transfer", &numbers.transfer, Kinds::TRANSFER),
            ("numbers.account", &numbers.account, Kinds::ACCOUNT),
            ("numbers.register", &numbers.register, Kinds::REGISTER),
            ("numbers.payment", &numbers.payment, Kinds::PAYMENT),
            ("numbers.units", &numbers.units, Kinds::UNIT),
            // Last, so that another spelling of a name never takes the place of a word.
            ("names.first", &names.first, Kinds::FIRST),
            ("names.surnames", &names.surnames, Kinds::SURNAME),
        ];
        for (list, words, kind) in sections {
            lists.add(list, words, kind)?;
        }
        for phrase in &not_names.phrases {
            lists.add_phrase(phrase);
        }
        Ok(lists)
    }

    fn add(&mut self, list: &'static str, words: &str, kind: Kinds) -> Result<(), RedactorError> {
        if words.trim().is_empty() {
            return Err(RedactorError::Empty(list));
        }
        for word in words.split_whitespace() {
            if word.chars().any(char::is_uppercase) || word.len() > LONGEST {
                return Err(RedactorError::Word { list, word: word.to_owned() });
            }
            if let Some(end) = word.strip_prefix('*') {
                self.compounds.push((end.into(), kind));
                continue;
            }
            self.enter(word, kind);
            for other in other_spellings(word).filter(|other| other != word) {
                let taken = self.words.get(other.as_str()).is_some_and(|taken| *taken != kind);
                if !taken {
                    self.enter(&other, kind);
                }
            }
        }
        Ok(())
    }

    fn enter(&mut self, word: &str, kind: Kinds) {
        self.lengths[beginning(word)] |= 1 << (word.len() & 31);
        let kinds = self.words.entry(word.into()).or_default();
        *kinds = Kinds(kinds.0 | kind.0);
    }

    fn add_phrase(&mut self, phrase: &str) {
        let mut words = phrase.split([' ', '-']).map(Box::from);
        if let Some(first) = words.next() {
            self.enter(&first, Kinds::PHRASE);
            self.phrases.entry(first).or_default().push(words.collect());
        }
    }

    /// What `word` is, which must be in lower case.
    pub fn kinds(&self, word: &str) -> Kinds {
        let lengths = self.lengths[beginning(word)];
        if lengths & 1 << (word.len() & 31) == 0 {
            return Kinds::default();
        }
        self.words.get(word).copied().unwrap_or_default()
    }

    /// What `word` says of a number behind it, compounds included.
    pub fn number_kinds(&self, word: &str) -> Kinds {
        let known = self.kinds(word);
        if known.any(Kinds(Kinds::NUMBER_CUE.0 | Kinds::NEUTRAL.0)) {
            return known;
        }
        let compounds = self.compounds.iter().filter(|(end, _)| word.ends_with(end.as_ref()));
        compounds.fold(known, |kinds, (_, kind)| kinds | *kind)
    }

    /// The phrases that begin with `word`: the words that follow it in each.
    pub fn phrases(&self, word: &str) -> &[Vec<Box<str>>] {
        self.phrases.get(word).map_or(&[], Vec::as_slice)
    }

    /// Whether an unknown word ends as surnames do.
    pub fn ends_as_surname(&self, word: &str) -> bool {
        self.surname_endings.iter().any(|end| word.len() > end.len() + 2 && word.ends_with(end.as_ref()))
    }

    /// Whether an unknown word ends as no name does.
    pub fn ends_as_no_name(&self, word: &str) -> bool {
        self.not_name_endings.iter().any(|end| word.ends_with(end.as_ref()))
    }

    /// Whether a word is a father's name with -sen, of a first name that is known: `mikkelsen`.
    pub fn is_patronymic(&self, word: &str) -> bool {
        let first = |name: &str| name.len() > 2 && self.kinds(name).any(Kinds::FIRST);
        word.len() > 5
            && word.ends_with("en")
            && (word.strip_suffix("sen").is_some_and(first)
                || word.strip_suffix("en").is_some_and(|name| name.ends_with('s') && first(name)))
    }

    /// Whether an unknown word can be no surname: it begins like a word of the list.
    pub fn is_never_a_surname(&self, word: &str) -> bool {
        let ends = word.char_indices().map(|(at, _)| at).skip(1).take_while(|at| *at <= self.longest_never);
        ends.chain([word.len()]).any(|end| word.get(..end).is_some_and(|beginning| self.never.contains(beginning)))
    }
}

/// Finds any of the words whatever their case.
fn any_case(words: &[String]) -> Result<AhoCorasick, RedactorError> {
    if words.is_empty() || words.iter().any(|word| word.trim().is_empty()) {
        return Err(RedactorError::Empty("numbers.cpr"));
    }
    // The search itself knows the case of ASCII letters only.
    let both = words.iter().flat_map(|word| [word.to_lowercase(), word.to_uppercase()]);
    let search = AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest).build(both);
    search.map_err(|_| RedactorError::Empty("numbers.cpr"))
}

/// The first two bytes of a word as a number.
fn beginning(word: &str) -> usize {
    let byte = |at: usize| word.as_bytes().get(at).copied().unwrap_or_default();
    usize::from(u16::from_be_bytes([byte(0), byte(1)]))
}

fn owned(words: &str) -> impl Iterator<Item = Box<str>> {
    words.split_whitespace().map(Box::from)
}

/// How else a word is written: ae, oe and aa for æ, ø and å, and without accents.
fn other_spellings(word: &str) -> impl Iterator<Item = String> {
    let danish = word.replace('æ', "ae").replace('ø', "oe").replace('å', "aa");
    let plain = |word: &str| -> String {
        let letters = word.chars().flat_map(|letter| {
            let own = matches!(letter, 'æ' | 'ø' | 'å');
            let parts: Vec<char> = if own { vec![letter] } else { letter.to_string().nfd().collect() };
            parts.into_iter().filter(|part| !is_combining_mark(*part))
        });
        letters
            .map(|letter| {
                if letter == 'ı' {
                    'i'
                } else if letter == 'ł' {
                    'l'
                } else {
                    letter
                }
            })
            .collect()
    };
    let plain_danish = plain(&danish);
    [danish, plain(word), plain_danish].into_iter()
}
