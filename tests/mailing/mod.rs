//! The contract's tenancies as they would be handed over, for tests of mails and pages.

#![allow(dead_code)] // each test file uses its own part
#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

use std::collections::BTreeSet;

use jiff::civil::{Weekday, date, time};
use postkort::config::{Handover, Locale, OnSite, ReasonDetail};
use postkort::referral::check::CardContext;
use postkort::referral::compose::{Composed, Household, ShortlistMail, shortlist_mail};
use postkort::referral::names::first_names;
use postkort::referral::prompt::{PromptContext, write};
use postkort::risk::{Reason, ReasonGroup};

pub fn on_site() -> [OnSite; 2] {
    [(Weekday::Tuesday, 10, 14), (Weekday::Thursday, 13, 17)].map(|(weekday, from, until)| OnSite {
        weekday,
        from: time(from, 0, 0, 0),
        until: time(until, 0, 0, 0),
    })
}

pub fn reason(group: ReasonGroup, amount: f64, text: &str) -> Reason {
    Reason { group, amount, text: text.to_owned(), remainder: false }
}

pub fn reasons() -> Vec<Reason> {
    vec![
        reason(ReasonGroup::Tenancy, -0.4, "Har boet her i 7 år."),
        reason(
            ReasonGroup::Arrears,
            1.7,
            "Skylder 3,0 måneders husleje (17.399,00 kr.), og det er tre gange så meget som i sommer.",
        ),
        reason(ReasonGroup::PaymentPattern, 0.9, "To betalinger kom retur det seneste halve år."),
        reason(ReasonGroup::Notes, 0.3, "Viceværten skrev om posten to gange i efteråret."),
        reason(ReasonGroup::AgreementsAndDemands, 0.0, "Ingen aftaler."),
    ]
}

/// The tenancies of the contract's exports, as they would be handed over.
pub fn households(locale: Locale, handover: Handover) -> Vec<Household> {
    let mut used = BTreeSet::new();
    [
        ("007-01-0013-01", "Strandvejen 2, 1. th", "Jørgen Ø. Åbo & Grethe Åbo", false),
        ("007-01-0012-03", "Strandvejen 2, 1. tv", "Anne Sørensen", false),
        ("007-02-0102-05", "Bakken 14, 1.", "Lund; Kirsten", true),
        ("007-02-0101-02", "Bakken 14, st.", "Mohamed Al-Khatib", false),
    ]
    .into_iter()
    .enumerate()
    .map(|(at, (reference, address, tenants, protected))| {
        let names = if handover == Handover::Named && !protected { first_names(tenants) } else { Vec::new() };
        let place = "Beboerhuset, Strandvejen 12";
        let context = PromptContext {
            card: CardContext {
                locale,
                caseworker_name: "Mette Holm",
                place,
                on_site: &on_site(),
                phone: "12 34 56 78",
                first_names: &names,
                tenant_names: tenants,
                reference,
            },
            kinds: &[ReasonGroup::Arrears, ReasonGroup::Notes],
            household_key: reference.as_bytes(),
            used: &used,
        };
        let prompt = write(&context).unwrap();
        used.insert(prompt.variant);
        Household {
            reference: reference.to_owned(),
            link: Some(format!("https://drift.havblik.example/lejemaal/{reference}?a=1&b=2")),
            address: address.to_owned(),
            postcode: "7100".to_owned(),
            town: "Vejle".to_owned(),
            first_names: first_names(tenants),
            reasons: if at == 3 { Vec::new() } else { reasons() },
            card: None,
            protected,
            prompt: (at != 3).then_some(prompt),
        }
    })
    .collect()
}

pub fn mail<'a>(
    locale: Locale,
    handover: Handover,
    on_site: &'a [OnSite],
    households: &'a [Household],
) -> ShortlistMail<'a> {
    ShortlistMail {
        association: "Boligforeningen Havblik",
        locale,
        caseworker_name: "Mette Holm",
        place: "Beboerhuset, Strandvejen 12",
        on_site,
        send_on: date(2026, 11, 24),
        households,
        housing_contact: "Lone Krogh",
        handover,
        reasons: ReasonDetail::Full,
    }
}

pub fn composed(locale: Locale, handover: Handover, detail: ReasonDetail) -> Composed {
    let (days, homes) = (on_site(), households(locale, handover));
    let mail = ShortlistMail { reasons: detail, ..mail(locale, handover, &days, &homes) };
    shortlist_mail(&mail).unwrap().unwrap()
}

pub const LOCALES: [(Locale, &str); 2] = [(Locale::Da, "da"), (Locale::En, "en")];
pub const HANDOVERS: [(Handover, &str); 3] =
    [(Handover::Named, "named"), (Handover::Reference, "reference"), (Handover::Blind, "blind")];

/// Writes what a browser can show to the test's own folder, for looking at it.
pub fn keep(name: &str, html: &str) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("looks");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
}
