//! Prompts for handwritten cards: building blocks that a caseworker writes down in own words.
//!
//! A prompt is eight building blocks, one of each [`BlockKind`], drawn from the texts of a language by a hash of the
//! household's key: the same household gets the same prompt, its neighbours get others. With ten texts a block there are
//! tens of millions of prompts; those that are too long or too hard to read with this caseworker's place, and those that
//! share too much with a prompt already used in the mail or the stairwell, are passed over. Every prompt goes through
//! [`check`] before it is given out.

pub(crate) mod place;
pub(crate) mod reading;
mod variant;
pub(crate) mod wording;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sha2::{Digest, Sha256};

use crate::config::{Locale, OnSite};
use crate::referral::check::{CheckContext, HIGHEST_LIX, MOST_WORDS, Violation, check};
use crate::referral::names::called;
use crate::referral::texts::{capital, fill, join};
use crate::risk::ReasonGroup;
use place::{bare_place, when, with_preposition};
use reading::{lix, words};
pub use variant::{NoVariant, Variant};
use wording::{Forms, Wording, wording};

/// Building blocks in a prompt.
const BLOCKS: usize = 8;
/// Combinations that are tried before names are given up, and again before the prompt is.
const TRIES: u32 = 300;
/// A rule that each of so many checked combinations breaks lies in the names or the place, and no wording mends it.
const ENOUGH: u32 = 24;
/// At least so many building blocks differ between two prompts of one mail or stairwell, as long as that can be had …
const FAR: usize = 4;
/// … and never fewer than this.
const NEAR: usize = 2;

/// What a prompt is made from.
#[derive(Clone, Copy)]
pub struct PromptContext<'a> {
    /// The language of the card.
    pub locale: Locale,
    /// The caseworker's full name; the card has the first.
    pub caseworker_name: &'a str,
    /// Where they sit.
    pub place: &'a str,
    /// When they sit there.
    pub on_site: &'a [OnSite],
    /// The phone number for the card.
    pub phone: &'a str,
    /// The first names to greet ([`first_names`]); empty in `reference` and `blind` handover.
    pub first_names: &'a [String],
    /// The tenants' names as exported, so that no surname slips through.
    pub tenant_names: &'a str,
    /// The tenancy reference, so that it does not slip through.
    pub reference: &'a str,
    /// The kinds of the household's reasons. They decide what the offer leans towards, and nothing else.
    pub kinds: &'a [ReasonGroup],
    /// What the choice of words hangs on: stable for the household and this referral, such as its reference and the week.
    pub household_key: &'a [u8],
    /// Variants already used in this mail and in this stairwell.
    pub used: &'a BTreeSet<Variant>,
}

/// The kinds of building block, in their order on the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BlockKind {
    /// The greeting, by first name.
    Greeting,
    /// Who writes.
    WhoIAm,
    /// Where and when the caseworker is to be found.
    WhereAndWhen,
    /// What the caseworker can help with, in words that fit everybody.
    Offer,
    /// An invitation.
    Invitation,
    /// That it is voluntary to accept it.
    Voluntary,
    /// The phone number.
    Phone,
    /// The end.
    Close,
}

/// One building block.
#[derive(Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is for.
    pub kind: BlockKind,
    /// Its words.
    pub text: String,
}

/// A prompt that has passed the check.
#[derive(Clone, PartialEq, Eq)]
pub struct Prompt {
    /// Its building blocks in order.
    pub blocks: Vec<Block>,
    /// Which they are; to be remembered for the neighbours.
    pub variant: Variant,
    /// How many first names the greeting has.
    pub names: usize,
    /// Why the first names were left out, where they were.
    pub names_left_out: Vec<Violation>,
}

impl Prompt {
    /// The card in one line.
    pub fn text(&self) -> String {
        one_line(&self.blocks)
    }
}

/// Prompts hold first names, so that debug output shows the variant only.
impl fmt::Debug for Prompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prompt({}, names: {})", self.variant, self.names)
    }
}

/// Why there is no prompt: the rules that every combination of words would have broken. The mail then asks the caseworker
/// to write in own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no prompt for this card: {}", .0.iter().map(Violation::to_string).collect::<Vec<_>>().join("; "))]
pub struct NoPrompt(pub Vec<Violation>);

/// Writes a household's prompt: with its names where they can stand on a card, without them where not, and not at all
/// where no combination of words passes the check.
pub fn write(context: &PromptContext<'_>) -> Result<Prompt, NoPrompt> {
    let own = wording(context.locale).map_err(|_| NoPrompt(vec![Violation::TextsUnreadable]))?;
    if context.first_names.is_empty() {
        return attempt(context, own).map_err(NoPrompt);
    }
    let nameless = PromptContext { first_names: &[], ..*context };
    attempt(context, own).or_else(|broken| {
        let prompt = attempt(&nameless, own).map_err(NoPrompt)?;
        Ok(Prompt { names_left_out: broken, ..prompt })
    })
}

/// Whether a caseworker's place, days and phone leave room for cards: writes the prompts of one large imagined stairwell.
/// For the config check, so that the operator hears by day of a place that is too long for 50 easy words.
///
/// The place counts fully in the length and the readability index of every card. Measured with two on-site days: a place
/// may have four words of more than six letters (`Fælleshuset i Gyldenrisparken, Vermlandsgade 101` has three), or eleven
/// short ones.
pub fn rehearse(
    locale: Locale,
    caseworker_name: &str,
    place: &str,
    on_site: &[OnSite],
    phone: &str,
) -> Result<(), NoPrompt> {
    let names = ["Anne-Marie".to_owned(), "Christian".to_owned()];
    let mut used = BTreeSet::new();
    for number in 0_u8..40 {
        let context = PromptContext {
            locale,
            caseworker_name,
            place,
            on_site,
            phone,
            first_names: &names,
            tenant_names: "",
            reference: "",
            kinds: &[],
            household_key: &[number],
            used: &used,
        };
        let prompt = write(&context)?;
        if !prompt.names_left_out.is_empty() {
            return Err(NoPrompt(prompt.names_left_out));
        }
        used.insert(prompt.variant);
    }
    Ok(())
}

/// Tries combinations until one passes. Those that are too long, too hard or used nearby are passed over unchecked. Where
/// none passes, the rules broken by most come back: those that every combination breaks are the cause.
fn attempt(context: &PromptContext<'_>, own: &Wording) -> Result<Prompt, Vec<Violation>> {
    let pools = pools(context, own);
    let values = Values::of(context, own);
    let to_check = CheckContext {
        locale: context.locale,
        caseworker_name: context.caseworker_name,
        place: context.place,
        on_site: context.on_site,
        phone: context.phone,
        first_names: context.first_names,
        tenant_names: context.tenant_names,
        reference: context.reference,
    };
    let (mut checked, mut broken) = (0, BTreeMap::<Violation, u32>::new());
    let mut passed_over = BTreeMap::<Violation, u32>::new();
    for turn in 0..2 * TRIES {
        let apart = if turn < TRIES { FAR } else { NEAR };
        let Some(chosen) = draw(&pools, context.household_key, turn) else { break };
        let variant = Variant::of(&chosen);
        if context.used.iter().any(|used| used.distance(&variant) < apart) {
            *passed_over.entry(Violation::NothingLeft).or_default() += 1;
            continue;
        }
        let blocks: Vec<Block> =
            KINDS.iter().zip(chosen).map(|(&kind, text)| Block { kind, text: values.put_into(text) }).collect();
        let text = one_line(&blocks);
        if let Some(rule) = room(&text) {
            *passed_over.entry(rule).or_default() += 1;
            continue;
        }
        match check(&text, &to_check) {
            Ok(()) => return Ok(Prompt { blocks, variant, names: context.first_names.len(), names_left_out: vec![] }),
            Err(violations) => violations.into_iter().for_each(|rule| *broken.entry(rule).or_default() += 1),
        }
        checked += 1;
        if checked == ENOUGH && broken.values().any(|&times| times == checked) {
            break;
        }
    }
    let counts = if checked > 0 { broken } else { passed_over };
    let most = counts.values().copied().max().unwrap_or_default();
    let rules: Vec<Violation> = counts.into_iter().filter(|(_, times)| *times == most).map(|(rule, _)| rule).collect();
    Err(if rules.is_empty() { vec![Violation::TextsUnreadable] } else { rules })
}

/// The rule on length or readability that a text breaks.
fn room(text: &str) -> Option<Violation> {
    if words(text) > MOST_WORDS {
        return Some(Violation::TooLong);
    }
    (lix(text) > HIGHEST_LIX).then_some(Violation::TooHard)
}

const KINDS: [BlockKind; BLOCKS] = [
    BlockKind::Greeting,
    BlockKind::WhoIAm,
    BlockKind::WhereAndWhen,
    BlockKind::Offer,
    BlockKind::Invitation,
    BlockKind::Voluntary,
    BlockKind::Phone,
    BlockKind::Close,
];

/// The texts that each block may be drawn from.
fn pools<'a>(context: &PromptContext<'_>, own: &'a Wording) -> [Vec<&'a str>; BLOCKS] {
    let all = |texts: &'a [String]| texts.iter().map(String::as_str).collect::<Vec<_>>();
    let greeting = if context.first_names.is_empty() { &own.greeting_without_names } else { &own.greeting };
    let where_and_when = match with_preposition(context.place, own) {
        Some(_) => &own.where_and_when,
        None => &own.where_and_when_here,
    };
    [
        all(greeting),
        all(&own.who_i_am),
        all(where_and_when),
        offers(context.kinds, own),
        all(&own.invitation),
        all(&own.voluntary),
        all(&own.phone),
        all(&own.close),
    ]
}

/// The offers that suit the reasons. The general ones are always among them: whoever reads two cards in one stairwell
/// cannot tell from the offer what lies behind either.
fn offers<'a>(kinds: &[ReasonGroup], own: &'a Wording) -> Vec<&'a str> {
    let has = |wanted: &[ReasonGroup]| kinds.iter().any(|kind| wanted.contains(kind));
    let offer = &own.offer;
    let lists = [
        (true, &offer.anything),
        (has(&[ReasonGroup::Arrears, ReasonGroup::PaymentPattern, ReasonGroup::AgreementsAndDemands]), &offer.papers),
        (has(&[ReasonGroup::Notes]), &offer.talk),
        (has(&[ReasonGroup::Notes, ReasonGroup::Tenancy]), &offer.home),
    ];
    lists.into_iter().filter(|(fits, _)| *fits).flat_map(|(_, texts)| texts).map(String::as_str).collect()
}

/// One text of each pool, chosen by SHA-256 of the key and the turn: the same on every machine. A block takes four bytes
/// of the 32, so that the remainder favours none of a dozen texts by more than one in 10⁸.
fn draw<'a>(pools: &[Vec<&'a str>; BLOCKS], key: &[u8], turn: u32) -> Option<[&'a str; BLOCKS]> {
    let digest = Sha256::new().chain_update(turn.to_le_bytes()).chain_update(key).finalize();
    let mut chosen = [""; BLOCKS];
    for ((pool, place), bytes) in pools.iter().zip(&mut chosen).zip(digest.chunks_exact(4)) {
        let number = bytes.iter().fold(0_usize, |number, byte| (number << 8) | usize::from(*byte));
        *place = pool.get(number.checked_rem(pool.len())?)?;
    }
    Some(chosen)
}

/// What goes into the `{places}` of the texts.
struct Values<'a> {
    names: String,
    name: String,
    place: String,
    place_and_comma: String,
    here: &'a str,
    when: String,
    when_capital: String,
    phone: &'a str,
    form: &'a BTreeMap<String, String>,
}

impl<'a> Values<'a> {
    fn of(context: &PromptContext<'a>, own: &'a Wording) -> Values<'a> {
        let Forms { one, several } = &own.form;
        let place = with_preposition(context.place, own).unwrap_or_default();
        let when = when(context.on_site, own);
        Values {
            names: join(context.first_names, &own.and),
            name: called(context.caseworker_name),
            place_and_comma: if place.contains(',') { format!("{place},") } else { place.clone() },
            place,
            here: bare_place(context.place),
            when_capital: capital(&when),
            when,
            phone: context.phone.trim(),
            form: if context.first_names.len() > 1 { several } else { one },
        }
    }

    fn put_into(&self, text: &str) -> String {
        let mut values = vec![
            ("names", self.names.as_str()),
            ("name", &self.name),
            ("place", &self.place),
            ("place,", &self.place_and_comma),
            ("here", self.here),
            ("when", &self.when),
            ("When", &self.when_capital),
            ("phone", self.phone),
        ];
        values.extend(self.form.iter().map(|(key, word)| (key.as_str(), word.as_str())));
        fill(text, &values)
    }
}

fn one_line(blocks: &[Block]) -> String {
    blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join(" ")
}
