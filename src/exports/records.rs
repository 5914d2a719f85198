//! What exports become once read: the values that history is built from.
//!
//! Everything here is per run and in memory only. Names and addresses live in [`Tenancy`] and nowhere else.

use std::num::NonZeroU32;
use std::sync::Arc;

use jiff::civil::Date;

use crate::calendar::Day;
use crate::money::Ore;
use crate::tenancy::{TenancyId, TenancyRef};

/// The four feeds of an association.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FeedName {
    /// Who lives where, since when, at what rent.
    Tenancies,
    /// What was charged and what was paid.
    Ledger,
    /// Reminders, demands, plans, terminations and the like.
    Events,
    /// What caretakers wrote.
    Notes,
}

impl FeedName {
    /// All feeds, in the order in which they are read.
    pub const ALL: [FeedName; 4] = [FeedName::Tenancies, FeedName::Ledger, FeedName::Events, FeedName::Notes];

    /// The feed's name as in the config: `tenancies`, `ledger`, `events`, `notes`.
    pub fn as_str(self) -> &'static str {
        match self {
            FeedName::Tenancies => "tenancies",
            FeedName::Ledger => "ledger",
            FeedName::Events => "events",
            FeedName::Notes => "notes",
        }
    }
}

/// One row of the tenancies feed.
#[derive(Clone)]
pub struct Tenancy {
    /// Its number within this run.
    pub id: TenancyId,
    /// Its reference in the association's system.
    pub reference: TenancyRef,
    /// The estate (afdeling) as the export writes it: an opaque string, zeros kept.
    pub estate: Arc<str>,
    /// First day of the tenancy.
    pub moved_in: Date,
    /// Last day of the tenancy, where it has ended or notice has been given.
    pub moved_out: Option<Date>,
    /// Street, number, floor and side.
    pub address: Box<str>,
    /// Postcode.
    pub postcode: Arc<str>,
    /// Town.
    pub town: Arc<str>,
    /// The tenants' names as the export writes them: `Anne Sørensen`, `Lund; Kirsten`, `A B & C D`.
    pub tenant_names: Box<str>,
    /// Monthly rent, where exported.
    pub monthly_rent: Option<Ore>,
    /// Adressebeskyttelse: the address never leaves the association.
    pub protected_address: bool,
    /// The tenant's language, where exported (a BCP 47 tag or a word; only `en…` is told apart from Danish).
    pub language: Option<Arc<str>>,
}

/// What a ledger entry is for. Unknown kinds are `Other`, and are counted and named in the run's report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum PostingKind {
    /// Rent (husleje).
    Rent = 0,
    /// Heating, water, antenna (a conto).
    Utilities = 1,
    /// Reminder and demand fees.
    Fee = 2,
    /// A payment by the tenant.
    Payment = 3,
    /// Housing benefit (boligstøtte) paid to the landlord.
    Benefit = 4,
    /// A correction, in either direction.
    Adjustment = 5,
    /// An instalment of a repayment plan.
    PlanInstalment = 6,
    /// Anything else.
    Other = 7,
}

/// One ledger entry in 12 bytes: associations have hundreds of thousands of tenancies with years of entries each.
///
/// `amount` is signed: a charge is positive (debt), a payment negative. An export row with both a charge and a payment
/// becomes two postings. A payment that was returned is a positive amount of kind `Payment`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Posting {
    booked: u16,
    due: u16,
    amount_low: u32,
    amount_high: i8,
    kind: PostingKind,
    /// Fingerprint of the whole export row: tells a repeated row from two equal entries with different texts.
    pub fingerprint: u16,
}

/// Day 0 of a posting's packed dates; 65,535 days on is 2109-06-07.
const FIRST_DAY: i32 = -14_610; // 1930-01-01

impl Posting {
    /// The first date that a posting can carry.
    pub const EARLIEST: Date = jiff::civil::date(1930, 1, 1);
    /// The last date that a posting can carry.
    pub const LATEST: Date = jiff::civil::date(2099, 12, 31);
    /// The largest amount, in either direction: about 5.5 billion kroner.
    pub const LARGEST: Ore = Ore((1 << 39) - 1);

    /// Packs an entry, or `None` where a date or the amount is out of the range above. An entry without a due date is
    /// due on the day it was booked.
    pub fn new(booked: Day, due: Option<Day>, amount: Ore, kind: PostingKind, fingerprint: u16) -> Option<Posting> {
        let pack = |day: Day| {
            let offset = day.0.checked_sub(FIRST_DAY)?;
            u16::try_from(offset).ok().filter(|_| day <= Day::from(Posting::LATEST))
        };
        if amount.0.checked_abs()? > Posting::LARGEST.0 {
            return None;
        }
        Some(Posting {
            booked: pack(booked)?,
            due: pack(due.unwrap_or(booked))?,
            amount_low: (amount.0 & 0xffff_ffff) as u32,
            amount_high: (amount.0 >> 32) as i8,
            kind,
            fingerprint,
        })
    }

    /// The day on which the entry was booked: from then on it is known.
    pub fn booked_on(&self) -> Day {
        Day(FIRST_DAY + i32::from(self.booked))
    }

    /// The day on which a charge falls due, as exported (not moved off weekends and holidays).
    pub fn due_on(&self) -> Day {
        Day(FIRST_DAY + i32::from(self.due))
    }

    /// The amount: charges positive, payments negative.
    pub fn amount(&self) -> Ore {
        Ore((i64::from(self.amount_high) << 32) | i64::from(self.amount_low))
    }

    /// What the entry is for.
    pub fn kind(&self) -> PostingKind {
        self.kind
    }
}

/// What happened to a tenancy, from the events feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The tenancy.
    pub id: TenancyId,
    /// The day it happened; from then on it is known.
    pub on: Date,
    /// What happened.
    pub kind: EventKind,
}

/// The kinds of event that the feed `events` may tell of. The derived names for serde are those of
/// [`EventKind::as_str`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A friendly reminder (rykker).
    Reminder,
    /// A formal demand (påkrav).
    Demand,
    /// A repayment plan was agreed (afdragsordning).
    PlanAgreed,
    /// A repayment plan was broken.
    PlanBroken,
    /// A repayment plan was completed.
    PlanCompleted,
    /// A payment came back (for instance Betalingsservice afvist).
    PaymentReturned,
    /// The lease was terminated for arrears (ophævelse).
    Termination,
    /// The case went to the bailiff's court (fogedsag).
    CourtFiling,
    /// The household was evicted (udsættelse).
    Eviction,
    /// The tenant consented to contact.
    Consent,
    /// The tenant objected: never listed again.
    Objection,
    /// The municipality already has a case with the household.
    MunicipalCaseOpened,
    /// The municipality closed its case.
    MunicipalCaseClosed,
    /// A tenant died.
    Deceased,
}

impl EventKind {
    /// All kinds.
    pub const ALL: [EventKind; 14] = [
        EventKind::Reminder,
        EventKind::Demand,
        EventKind::PlanAgreed,
        EventKind::PlanBroken,
        EventKind::PlanCompleted,
        EventKind::PaymentReturned,
        EventKind::Termination,
        EventKind::CourtFiling,
        EventKind::Eviction,
        EventKind::Consent,
        EventKind::Objection,
        EventKind::MunicipalCaseOpened,
        EventKind::MunicipalCaseClosed,
        EventKind::Deceased,
    ];

    /// The kind's name, as in the config, in JSON and in the database: `court_filing`.
    pub fn as_str(self) -> &'static str {
        match self {
            EventKind::Reminder => "reminder",
            EventKind::Demand => "demand",
            EventKind::PlanAgreed => "plan_agreed",
            EventKind::PlanBroken => "plan_broken",
            EventKind::PlanCompleted => "plan_completed",
            EventKind::PaymentReturned => "payment_returned",
            EventKind::Termination => "termination",
            EventKind::CourtFiling => "court_filing",
            EventKind::Eviction => "eviction",
            EventKind::Consent => "consent",
            EventKind::Objection => "objection",
            EventKind::MunicipalCaseOpened => "municipal_case_opened",
            EventKind::MunicipalCaseClosed => "municipal_case_closed",
            EventKind::Deceased => "deceased",
        }
    }

    /// The kind of that name.
    pub fn of(name: &str) -> Option<EventKind> {
        EventKind::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Who wrote a note, as a number within one run: enough to tell whether one person or several saw something. What stands
/// in the export (initials, a name) is not kept, not even in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuthorId(NonZeroU32);

impl AuthorId {
    /// The author who is met first is number 0. Numbers beyond four thousand million are one.
    pub fn nth(number: u32) -> AuthorId {
        AuthorId(NonZeroU32::MIN.saturating_add(number))
    }
}

/// One caretaker note. The text has been cleaned and redacted. It is never stored.
#[derive(Clone)]
pub struct Note {
    /// The tenancy.
    pub id: TenancyId,
    /// The day it was written; from then on it is known.
    pub written_on: Date,
    /// Who wrote it, where the export tells.
    pub author: Option<AuthorId>,
    /// The text, cleaned and redacted.
    pub text: Box<str>,
    /// Line in the export file, to point a human at it.
    pub line: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_posting_is_small_and_gives_back_what_it_was_made_of() {
        assert_eq!(std::mem::size_of::<Posting>(), 12);
        for amount in [0, 1, -1, 569_000, -569_000, Posting::LARGEST.0, -Posting::LARGEST.0] {
            let booked = Day::from(date(2026, 4, 20));
            let due = Day::from(date(2026, 5, 1));
            let posting = Posting::new(booked, Some(due), Ore(amount), PostingKind::Rent, 7);
            let Some(posting) = posting else { panic!("{amount} fits") };
            assert_eq!((posting.booked_on(), posting.due_on(), posting.amount()), (booked, due, Ore(amount)));
        }
    }

    #[test]
    fn an_event_kind_has_one_name_in_the_config_in_json_and_in_the_database() {
        for (place, kind) in EventKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place, "all kinds stand in ALL, each once");
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(EventKind::of(kind.as_str()), Some(kind));
        }
        assert_eq!(EventKind::of("Demand"), None);
    }

    #[test]
    fn dates_and_amounts_beyond_reason_do_not_become_postings() {
        let posting = |on, amount| Posting::new(Day::from(on), None, Ore(amount), PostingKind::Rent, 0);
        assert!(posting(date(1026, 1, 1), 1).is_none());
        assert!(posting(date(2126, 1, 1), 1).is_none());
        assert!(posting(Posting::EARLIEST, 1).is_some() && posting(Posting::LATEST, 1).is_some());
        assert!(posting(date(2026, 1, 1), Posting::LARGEST.0 + 1).is_none());
        assert!(posting(date(2026, 1, 1), i64::MIN).is_none());
    }
}
