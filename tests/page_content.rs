//! The page that housing staff read and print, as a snapshot and by rule.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod mailing;

use std::collections::BTreeMap;

use jiff::civil::date;
use mailing::{LOCALES, households, keep, on_site};
use postkort::config::{Handover, Locale};
use postkort::referral::compose::walking_order;
use postkort::referral::page::{ActNow, PageCaseworker, PageHousehold, ShortlistPage, Status, Step, shortlist_page};

fn page(locale: Locale, handover: Handover) -> String {
    let homes = households(locale, handover);
    let order = walking_order(&homes);
    let statuses = [Status::Approved, Status::Waiting, Status::Sent, Status::Withdrawn];
    let households = homes.iter().zip(statuses).enumerate().map(|(at, (home, status))| PageHousehold {
        reference: home.reference.clone(),
        address: home.address.clone(),
        postcode: home.postcode.clone(),
        town: home.town.clone(),
        names: home.first_names.join(", "),
        reasons: home.reasons.clone(),
        status,
        decided_by: matches!(status, Status::Approved | Status::Sent).then(|| "Lone Krogh".to_owned()),
        rule: (status == Status::Withdrawn).then(|| "no_sign_of_trouble".to_owned()),
        card: (1..).zip(&order).find(|(_, own)| **own == at).map(|(number, _)| number),
        protected: home.protected,
    });
    let caseworkers = [
        PageCaseworker {
            name: "Mette Holm".to_owned(),
            place: "Beboerhuset, Strandvejen 12".to_owned(),
            on_site: on_site().to_vec(),
            send_on: Some(date(2026, 11, 24)),
            households: households.collect(),
        },
        PageCaseworker {
            name: "Bo Vang".to_owned(),
            place: "Biblioteket".to_owned(),
            on_site: on_site()[..1].to_vec(),
            send_on: None,
            households: Vec::new(),
        },
    ];
    let act_now = [(Step::Termination, false), (Step::CourtFiling, true)].map(|(step, protected)| ActNow {
        reference: "007-03-0001-01".to_owned(),
        address: "Havnegade 3, 2. tv".to_owned(),
        step,
        since: Some(date(2026, 11, 2)),
        protected,
    });
    let excluded: BTreeMap<String, u64> = [
        ("moved_out", 1),
        ("regular_late_payer", 14),
        ("no_sign_of_trouble", 4211),
        ("some_new_rule", 2),
        ("cooldown", 0),
    ]
    .map(|(rule, count)| (rule.to_owned(), count))
    .into();
    let page = ShortlistPage {
        association: "Boligforeningen Havblik",
        locale,
        as_of: date(2026, 11, 24),
        handover,
        caseworkers: &caseworkers,
        act_now: &act_now,
        excluded: &excluded,
        unjudged: &["007-01-0044-01".to_owned()],
    };
    shortlist_page(&page).unwrap()
}

#[test]
fn the_page_shows_staff_every_household_with_its_reasons_but_no_protected_address() {
    for (locale, language) in LOCALES {
        let html = page(locale, Handover::Named);
        keep(&format!("page_{language}"), &html);
        insta::assert_snapshot!(format!("page_{language}"), html);
        for shown in ["Anne", "007-01-0012-03", "007-02-0102-05", "17.399,00", "4211", "some_new_rule", "@page"] {
            assert!(html.contains(shown), "{shown}");
        }
        for never in ["Kirsten", "Bakken 14, 1.", "<script", "1.7", "url("] {
            assert!(!html.contains(never), "{never}");
        }
        assert_eq!(html.matches("Havnegade").count(), 1, "of two cases one has a protected address");
    }
}

#[test]
fn with_blind_handover_the_page_tells_staff_which_card_is_whose() {
    let html = page(Locale::Da, Handover::Blind);
    keep("page_blind_da", &html);
    assert!(html.contains("Kort 2 · Strandvejen 2, 1. tv") && html.contains("Kort 4 · Beskyttet adresse"));
    let named = page(Locale::Da, Handover::Named);
    assert!(named.contains("Kort 4 · Beskyttet adresse") && !named.contains("Kort 2"), "only what staff carry");
}
