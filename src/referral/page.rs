//! The shortlist as a page that housing staff read on a screen or print: every household with its reasons and where it
//! stands, what is too late for a card, and why others are not listed. One file, no scripts, nothing fetched.
//!
//! The page stays inside the association. Even so it has no score, and of a protected address it has the tenancy reference
//! only.

mod wording;

use std::collections::BTreeMap;
use std::fmt;

use askama::Template;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::config::{Handover, Locale, OnSite};
use crate::referral::compose::listed_key;
use crate::referral::prompt::place::{bare_place, when};
use crate::referral::prompt::wording::wording as prompt_wording;
use crate::risk::Reason;
use crate::texts::{TextError, capital, fill, printable};
use wording::{Wording, wording};

/// So many tenancies that cannot be judged are named; more are a matter for the export, not for a list.
const MOST_UNJUDGED: usize = 60;

/// What the page is made from.
#[derive(Clone, Copy)]
pub struct ShortlistPage<'a> {
    /// The housing association's name.
    pub association: &'a str,
    /// The language of the page.
    pub locale: Locale,
    /// The day that the list is of.
    pub as_of: Date,
    /// How households are handed over: with `blind`, the page tells which card is whose.
    pub handover: Handover,
    /// Each caseworker's part.
    pub caseworkers: &'a [PageCaseworker],
    /// Cases at termination, court or eviction.
    pub act_now: &'a [ActNow],
    /// Excluded households by the rule's name. A rule that the texts do not know is shown by its name.
    pub excluded: &'a BTreeMap<String, u64>,
    /// References of running tenancies of which a row could not be read, so that nobody can judge them.
    pub unjudged: &'a [String],
}

/// A caseworker's part of the page.
#[derive(Clone)]
pub struct PageCaseworker {
    /// Full name.
    pub name: String,
    /// Where they sit.
    pub place: String,
    /// When they sit there.
    pub on_site: Vec<OnSite>,
    /// The on-site day that the list is for.
    pub send_on: Option<Date>,
    /// The households, in any order.
    pub households: Vec<PageHousehold>,
}

/// One household of the page.
#[derive(Clone)]
pub struct PageHousehold {
    /// The tenancy reference, as decisions are recorded by.
    pub reference: String,
    /// Street, number, floor and side. Not shown where protected.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// Town.
    pub town: String,
    /// The tenants' names, as the export writes them or first names only. Not shown where protected.
    pub names: String,
    /// The reasons for the score.
    pub reasons: Vec<Reason>,
    /// Where the household stands.
    pub status: Status,
    /// Who decided that it stands there, where somebody did; of a mail: who approved it.
    pub decided_by: Option<String>,
    /// The rule by which it was taken off, or why it stands still.
    pub rule: Option<String>,
    /// The number of its card, that of [`Household::card`](crate::referral::compose::Household::card) in the mail. Shown in
    /// `blind` handover, and in all where the address is protected: the cards that housing staff carry.
    pub card: Option<u32>,
    /// Adressebeskyttelse.
    pub protected: bool,
}

/// Where a household stands between list and card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody has decided.
    Waiting,
    /// A reviewer approved it.
    Approved,
    /// It is in a mail that has not left yet.
    Queued,
    /// A reviewer keeps it back.
    Held,
    /// A reviewer found it not relevant.
    Dropped,
    /// It was mailed to the caseworker.
    Sent,
    /// The newest data took it off: paid, moved, objected or paused.
    Withdrawn,
}

impl Status {
    /// Whether there is no card to think of any more. Of such a household the page has the tenancy reference only: the
    /// purpose for which its name, address and debt could be shown is gone.
    fn is_over(self) -> bool {
        matches!(self, Status::Dropped | Status::Withdrawn)
    }
}

/// A case that is too late for prevention.
#[derive(Clone)]
pub struct ActNow {
    /// The tenancy reference.
    pub reference: String,
    /// Street, number, floor and side. Not shown where protected.
    pub address: String,
    /// How far it has come.
    pub step: Step,
    /// Since when.
    pub since: Option<Date>,
    /// Adressebeskyttelse.
    pub protected: bool,
}

/// How far a case has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The lease was terminated.
    Termination,
    /// The case is at the bailiff's court.
    CourtFiling,
    /// The household was evicted.
    Eviction,
}

macro_rules! hidden_in_debug_output {
    ($($name:ident)+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    )+};
}
hidden_in_debug_output!(PageCaseworker PageHousehold ActNow);

#[derive(Template)]
#[template(path = "shortlist.html")]
struct PageHtml<'a> {
    own: &'a Wording,
    as_of: String,
    blind: bool,
    waiting: bool,
    caseworkers: Vec<Section<'a>>,
    act_now: Vec<Row>,
    evicted: Vec<Row>,
    excluded: Vec<(String, u64)>,
    unjudged: &'a [String],
    unjudged_more: Option<String>,
}

struct Section<'a> {
    name: &'a str,
    when: String,
    send_on: Option<String>,
    households: Vec<Card>,
    /// Taken off: reference, and what became of it.
    over: Vec<(String, String)>,
}

struct Card {
    title: String,
    subtitle: String,
    tenancy: String,
    protected: bool,
    status: String,
    waiting: bool,
    raising: Vec<String>,
    lowering: Vec<String>,
}

struct Row {
    reference: String,
    address: String,
    step: String,
    since: String,
}

/// The page as HTML.
pub fn shortlist_page<'a>(page: &ShortlistPage<'a>) -> Result<String, TextError> {
    let own = wording(page.locale)?;
    let cards = prompt_wording(page.locale)?;
    let section = |caseworker: &'a PageCaseworker| {
        let (mut over, mut households): (Vec<&PageHousehold>, Vec<_>) =
            caseworker.households.iter().partition(|home| home.status.is_over());
        over.sort_by(|one, other| one.reference.cmp(&other.reference));
        households
            .sort_by_cached_key(|home| listed_key(home.protected, &home.address, &home.postcode, &home.reference));
        let place = capital(bare_place(&caseworker.place));
        Section {
            name: &caseworker.name,
            when: fill(&own.when, &[("Place", &place), ("when", &when(&caseworker.on_site, cards))]),
            send_on: caseworker.send_on.map(|day| fill(&own.send_on, &[("date", &own.date(day))])),
            households: households.into_iter().map(|home| card(own, home, page.handover)).collect(),
            over: over.into_iter().map(|home| (printable(&home.reference), standing(own, home))).collect(),
        }
    };
    let as_of = fill(&own.as_of, &[("association", page.association), ("date", &own.date(page.as_of))]);
    let html = PageHtml {
        own,
        as_of,
        blind: page.handover == Handover::Blind,
        waiting: page.caseworkers.iter().flat_map(|one| &one.households).any(|home| home.status == Status::Waiting),
        caseworkers: page.caseworkers.iter().map(section).collect(),
        act_now: act_now(own, page.act_now, |step| step != Step::Eviction),
        evicted: act_now(own, page.act_now, |step| step == Step::Eviction),
        excluded: excluded(own, page.excluded),
        unjudged: page.unjudged.get(..MOST_UNJUDGED).unwrap_or(page.unjudged),
        unjudged_more: page
            .unjudged
            .len()
            .checked_sub(MOST_UNJUDGED)
            .filter(|more| *more > 0)
            .map(|more| fill(&own.unjudged_more, &[("n", &more.to_string())])),
    };
    Ok(html.render()?)
}

fn card(own: &Wording, home: &PageHousehold, handover: Handover) -> Card {
    let carried_by_staff = handover == Handover::Blind || home.protected;
    let number = home.card.filter(|_| carried_by_staff).map(|number| fill(&own.card, &[("n", &number.to_string())]));
    let who = if home.protected { own.protected.clone() } else { printable(&home.address) };
    let title: Vec<String> = number.into_iter().chain([who]).collect();
    let town = printable(&format!("{} {}", home.postcode, home.town));
    let names = printable(&home.names);
    let names_and_town: Vec<&str> =
        [names.as_str(), town.as_str()].into_iter().filter(|text| !text.is_empty()).collect();
    Card {
        title: title.join(" · "),
        subtitle: if home.protected { own.protected_note.clone() } else { names_and_town.join(" · ") },
        tenancy: fill(&own.tenancy, &[("reference", &printable(&home.reference))]),
        protected: home.protected,
        status: standing(own, home),
        waiting: home.status == Status::Waiting,
        raising: told(&home.reasons, |amount| amount > 0.0),
        lowering: told(&home.reasons, |amount| amount < 0.0),
    }
}

/// Where a household stands: who decided it, where somebody did, and by which rule, where there is one.
fn standing(own: &Wording, home: &PageHousehold) -> String {
    let status = own.status.get(&home.status).cloned().unwrap_or_default();
    let told = match (&home.decided_by, home.status) {
        (Some(name), Status::Queued | Status::Sent) => {
            format!("{status} · {}", fill(&own.approved_by, &[("name", &printable(name))]))
        }
        (Some(name), Status::Approved | Status::Held | Status::Dropped) => {
            format!("{status} {}", fill(&own.decided_by, &[("name", &printable(name))]))
        }
        _ => status,
    };
    match &home.rule {
        Some(rule) => format!("{told}: {}", in_words(own, rule)),
        None => told,
    }
}

/// The reasons of one direction, in the order given.
fn told(reasons: &[Reason], direction: fn(f64) -> bool) -> Vec<String> {
    let worth_telling = reasons.iter().filter(|reason| direction(reason.amount) && !reason.remainder);
    worth_telling.map(|reason| printable(&reason.text)).collect()
}

/// The cases of some steps, those that have come furthest first.
fn act_now(own: &Wording, cases: &[ActNow], of: fn(Step) -> bool) -> Vec<Row> {
    let mut cases: Vec<&ActNow> = cases.iter().filter(|case| of(case.step)).collect();
    cases.sort_by(|one, other| other.step.cmp(&one.step).then_with(|| one.reference.cmp(&other.reference)));
    let row = |case: &ActNow| Row {
        reference: printable(&case.reference),
        address: if case.protected { own.protected.clone() } else { printable(&case.address) },
        step: own.step.get(&case.step).cloned().unwrap_or_default(),
        since: case.since.map(|day| own.date(day)).unwrap_or_default(),
    };
    cases.into_iter().map(row).collect()
}

/// A rule that keeps a household off the list, in words. A rule that the texts do not know is told by its name.
///
/// # Errors
/// [`TextError`] only where the program was built with a broken text file.
pub fn rule_in_words(locale: Locale, rule: &str) -> Result<String, TextError> {
    Ok(in_words(wording(locale)?, rule))
}

fn in_words(own: &Wording, rule: &str) -> String {
    own.rule.get(rule).cloned().unwrap_or_else(|| fill(&own.more, &[("rule", rule)]))
}

/// The counts in words, the largest first.
fn excluded(own: &Wording, counts: &BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut rows: Vec<(String, u64)> = counts
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(rule, count)| (capital(&in_words(own, rule)), *count))
        .collect();
    rows.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    rows
}

impl Wording {
    fn date(&self, date: Date) -> String {
        crate::texts::date(&self.dates, date)
    }
}
