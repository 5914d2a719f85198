//! What the mails say: the caseworker's shortlist, and the neutral mails to reviewers and the operator.
//!
//! Values in, subject and bodies out; nothing is sent here. A subject has no names and no figures, whatever the mail is
//! about, and the score is in none of them.

mod address;
mod letter;
mod neutral;
mod order;
mod wording;

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;

use crate::config::{Handover, Locale, OnSite, ReasonDetail};
use crate::referral::names::called;
use crate::referral::prompt::Prompt;
use crate::referral::prompt::place::{bare_place, when, with_preposition};
use crate::referral::prompt::wording::wording as prompt_wording;
use crate::risk::{Reason, ReasonGroup};
use crate::texts::{TextError, capital, fill, join, printable};
use address::bare_address;
use letter::{Entry, Letter, Link, Part};
pub use neutral::{AlertKind, OperatorAlert, ReviewerNotice, UrgentNote, operator_alert, reviewer_notice, urgent_note};
pub use order::stairwell;
use order::{WalkingKey, walking_key};
use wording::{Shortlist, Wording, wording};

/// Longest place that fits a subject line, in characters.
const SUBJECT_PLACE: usize = 40;

/// A mail, ready to be put into a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Composed {
    /// The subject: neutral, one line.
    pub subject: String,
    /// The text part, lines of at most 78 characters (a longer link stays whole).
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// Mails hold personal data, so that debug output shows none of it.
impl fmt::Debug for Composed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Composed({} + {} bytes)", self.text.len(), self.html.len())
    }
}

/// The mail of one caseworker on one on-site morning.
#[derive(Clone, Copy)]
pub struct ShortlistMail<'a> {
    /// The housing association's name.
    pub association: &'a str,
    /// The language of the mail.
    pub locale: Locale,
    /// The caseworker's full name.
    pub caseworker_name: &'a str,
    /// Where they sit.
    pub place: &'a str,
    /// When they sit there.
    pub on_site: &'a [OnSite],
    /// The on-site day that the mail is for.
    pub send_on: Date,
    /// The households, in any order.
    pub households: &'a [Household],
    /// Whom to ask, and who delivers what the caseworker may not know the address of: a reviewer, or the association.
    pub housing_contact: &'a str,
    /// How households are handed over.
    pub handover: Handover,
    /// How much of the reasons is told.
    pub reasons: ReasonDetail,
}

/// One household of a mail.
#[derive(Clone)]
pub struct Household {
    /// The tenancy reference. In the mail in `reference` handover only.
    pub reference: String,
    /// Where the tenancy is opened; shown in `reference` handover, and only where it is http or https.
    pub link: Option<String>,
    /// Street, number, floor and side. In the mail in `named` handover only; orders the list in all.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// Town.
    pub town: String,
    /// First names. In the mail in `named` handover only.
    pub first_names: Vec<String>,
    /// The reasons for the score.
    pub reasons: Vec<Reason>,
    /// The number of its card in `blind` handover; without one, its position in the mail from 1. Two mails that one
    /// caseworker may hold at a time need numbers that differ, or a card reaches the wrong home.
    pub card: Option<u32>,
    /// Adressebeskyttelse: never named. In every handover it is a numbered card without a name, which housing staff carry.
    pub protected: bool,
    /// The prompt, where there is one. Without first names unless the handover is `named`; one with names is not shown
    /// in the other handovers.
    pub prompt: Option<Prompt>,
}

impl fmt::Debug for Household {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Household(hidden)")
    }
}

/// The order in which a caseworker walks: positions in `households`, by address; protected addresses come last, by their
/// references, since a place between two neighbours would tell where they are. In `blind` handover the card numbered 1 is
/// that of the first position, and so on; housing staff need the same numbers.
pub fn walking_order(households: &[Household]) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..households.len()).collect();
    positions.sort_by_cached_key(|&at| {
        households.get(at).map(|home| listed_key(home.protected, &home.address, &home.postcode, &home.reference))
    });
    positions
}

/// What a list of households is ordered by: those with protected addresses last, and not by address.
pub(crate) fn listed_key(
    protected: bool,
    address: &str,
    postcode: &str,
    reference: &str,
) -> (bool, Option<WalkingKey>, String) {
    (protected, (!protected).then(|| walking_key(address, postcode)), reference.to_owned())
}

/// Composes a caseworker's mail; `None` where there is nobody to write to, and so nothing to send.
pub fn shortlist_mail(mail: &ShortlistMail<'_>) -> Result<Option<Composed>, TextError> {
    if mail.households.is_empty() {
        return Ok(None);
    }
    let own = wording(mail.locale)?;
    let cards = prompt_wording(mail.locale)?;
    let texts = &own.shortlist;
    // With nobody to name, the mail is one of cards only, whatever the handover.
    let all_protected = mail.households.iter().all(|home| home.protected);
    let mail = &ShortlistMail { handover: if all_protected { Handover::Blind } else { mail.handover }, ..*mail };
    let blind = mail.handover == Handover::Blind;
    let in_order: Vec<&Household> =
        walking_order(mail.households).into_iter().filter_map(|at| mail.households.get(at)).collect();
    let (hidden, shown): (Vec<_>, Vec<_>) =
        in_order.into_iter().partition(|home: &&Household| !blind && home.protected);
    let contact = [("contact", mail.housing_contact)];

    let place = with_preposition(&printable(mail.place), cards);
    let here = printable(bare_place(mail.place));
    let about = [
        ("date", own.day(mail.send_on)),
        ("place", with_comma(place.as_deref().unwrap_or_default())),
        ("here", here),
        ("when", when(mail.on_site, cards)),
    ];
    let about: Vec<(&str, &str)> = about.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let mut parts = vec![
        Part::Paragraph(fill(&own.greeting, &[("name", &called(mail.caseworker_name))])),
        Part::Paragraph(intro(mail, own, shown.len())),
        Part::Paragraph(fill(if place.is_some() { &texts.on_site } else { &texts.on_site_here }, &about)),
    ];
    let mut numbers = 1_usize..;
    let mut entry = |mail: &ShortlistMail<'_>, home: &Household| {
        let at = numbers.next().unwrap_or_default().to_string();
        Part::Entry(entry(mail, own, home, home.card.map_or(at, |card| card.to_string())))
    };
    parts.extend(shown.iter().map(|home| entry(mail, home)));
    if !hidden.is_empty() {
        let text = if hidden.len() == 1 { &texts.protected_one } else { &texts.protected };
        let count = capital(&own.number(hidden.len()));
        parts.push(Part::Heading(fill(&texts.protected_title, &contact)));
        parts.push(Part::Paragraph(fill(text, &[("N", &count), contact[0]])));
        let as_cards = ShortlistMail { handover: Handover::Blind, ..*mail };
        parts.extend(hidden.iter().map(|home| entry(&as_cards, home)));
    }

    let fill_all = |items: &[String]| items.iter().map(|item| fill(item, &contact)).collect::<Vec<_>>();
    parts.push(Part::Heading(texts.how.title.clone()));
    parts.push(Part::List(fill_all(if blind { &texts.how.steps_blind } else { &texts.how.steps })));
    parts.push(Part::Heading(texts.always.title.clone()));
    parts.push(Part::List(if blind { texts.always.items_blind.clone() } else { texts.always.items.clone() }));
    parts.push(Part::Heading(texts.never.title.clone()));
    parts.push(Part::Paragraph(texts.never.intro.clone()));
    parts.push(Part::List(texts.never.items.clone()));
    parts.push(Part::Heading(texts.wrong.title.clone()));
    parts.push(Part::List(fill_all(if blind { &texts.wrong.items_blind } else { &texts.wrong.items })));

    let letter = Letter {
        lang: &own.lang,
        subject: subject(texts, place.as_deref()),
        title: &texts.title,
        reasons_label: &texts.reasons,
        card_label: &texts.prompt,
        footer: fill(&own.footer, &[("association", mail.association), contact[0]]),
        parts,
    };
    letter.compose().map(Some)
}

/// Names the place as far as its first comma, so that a caseworker with two associations can tell mails apart.
fn subject(texts: &Shortlist, place: Option<&str>) -> String {
    match place.and_then(|place| place.split(',').next()) {
        Some(short) if short.chars().count() <= SUBJECT_PLACE => fill(&texts.subject, &[("place", short)]),
        _ => texts.subject_short.clone(),
    }
}

fn with_comma(place: &str) -> String {
    if place.contains(',') { format!("{place},") } else { place.to_owned() }
}

fn intro(mail: &ShortlistMail<'_>, own: &Wording, shown: usize) -> String {
    let texts = &own.shortlist;
    let text = match (shown, mail.handover) {
        (1, Handover::Blind) => &texts.intro_blind_one,
        (_, Handover::Blind) => &texts.intro_blind,
        (1, _) => &texts.intro_one,
        _ => &texts.intro,
    };
    let mut text = fill(text, &[("n", &own.number(shown)), ("contact", mail.housing_contact)]);
    if mail.handover == Handover::Reference && shown > 0 {
        text.push(' ');
        text.push_str(&texts.intro_reference);
    }
    text
}

/// The prompt, unless it would tell names that this handover does not tell.
fn usable_prompt<'a>(mail: &ShortlistMail<'_>, home: &'a Household) -> Option<&'a Prompt> {
    home.prompt.as_ref().filter(|prompt| mail.handover == Handover::Named || prompt.names == 0)
}

fn entry(mail: &ShortlistMail<'_>, own: &Wording, home: &Household, number: String) -> Entry {
    let texts = &own.shortlist;
    let prompt = usable_prompt(mail, home);
    let mut entry = Entry {
        reasons: reasons(mail, texts, &home.reasons),
        card: prompt.map(|prompt| prompt.blocks.iter().map(|block| block.text.clone()).collect()).unwrap_or_default(),
        note: prompt.is_none().then(|| texts.own_words.clone()),
        ..Entry::default()
    };
    match mail.handover {
        Handover::Named => {
            let (names, address) = (join(&home.first_names, &own.and), bare_address(&home.address));
            if address.is_empty() {
                let ask = fill(&texts.ask_address, &[("contact", mail.housing_contact)]);
                entry.note = Some(entry.note.map_or(ask.clone(), |note| format!("{ask} {note}")));
            }
            entry.title = match (names.is_empty(), address.is_empty()) {
                (true, true) => texts.no_address.clone(),
                (true, false) => address,
                (false, true) => names,
                (false, false) => format!("{names}, {address}"),
            };
            entry.subtitle = Some(format!("{} {}", home.postcode, home.town)).filter(|text| !text.trim().is_empty());
        }
        Handover::Reference => {
            entry.title = fill(&texts.tenancy, &[("reference", &home.reference)]);
            let to = home.link.clone().filter(|to| to.starts_with("https://") || to.starts_with("http://"));
            entry.link = to.map(|to| Link { to, label: texts.open.clone() });
            entry.note = entry.note.or_else(|| Some(texts.first_names_by_hand.clone()));
        }
        Handover::Blind => entry.title = fill(&texts.card, &[("n", &number)]),
    }
    entry.title = printable(&entry.title);
    entry.subtitle = entry.subtitle.map(|text| printable(&text));
    entry
}

/// The reasons, without the remainder, as the config wants them told: those that raise the risk first, the weightiest first; then those that
/// speak against a card. Their share of the score is not told. In `blind` handover the sentences with figures would point at a
/// household, so that there are the kinds at most.
fn reasons(mail: &ShortlistMail<'_>, texts: &Shortlist, reasons: &[Reason]) -> Vec<String> {
    let reasons: Vec<&Reason> = reasons.iter().filter(|reason| !reason.remainder).collect();
    let kinds_only = mail.handover == Handover::Blind;
    let mut told: Vec<(f64, &str)> = match mail.reasons {
        ReasonDetail::None => Vec::new(),
        ReasonDetail::Full if !kinds_only => {
            reasons.iter().map(|reason| (reason.amount, reason.text.as_str())).collect()
        }
        ReasonDetail::Full | ReasonDetail::Categories => kinds(&reasons)
            .into_iter()
            .filter_map(|(group, amount)| Some((amount, texts.group.get(&group)?.as_str())))
            .collect(),
    };
    told.retain(|(amount, _)| amount.is_finite() && *amount != 0.0);
    // What speaks against a card comes last; apart from that the order is the one that the reasons were given in.
    told.sort_by_key(|(amount, _)| *amount < 0.0);
    let line = |(amount, reason): &(f64, &str)| {
        fill(if *amount < 0.0 { &texts.lowering } else { &texts.raising }, &[("reason", reason)])
    };
    told.iter().map(line).collect()
}

/// The kinds of reason, the weightiest first.
fn kinds(reasons: &[&Reason]) -> Vec<(ReasonGroup, f64)> {
    let mut sums = BTreeMap::new();
    reasons.iter().for_each(|reason| *sums.entry(reason.group).or_insert(0.0) += reason.amount);
    let mut kinds: Vec<(ReasonGroup, f64)> = sums.into_iter().collect();
    kinds.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()));
    kinds
}
