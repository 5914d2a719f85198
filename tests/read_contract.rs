//! The exports of the contract, read with feeds equal to its config.

#![allow(clippy::unwrap_used)]

mod read_support;

use std::collections::BTreeMap;

use jiff::civil::date;
use postkort::config::{Encoding, Feed};
use postkort::exports::pulled::Pulled;
use postkort::exports::read::{Exports, read_exports};
use postkort::exports::records::{EventKind, FeedName, PostingKind};
use postkort::money::Ore;
use read_support::*;

fn havblik() -> Vec<(Feed, &'static str)> {
    let mut notes =
        feed(FeedName::Notes).columns(&[("tenancy_ref", "Lejemålsnr"), ("written_on", "Dato"), ("text", "Bemærkning")]);
    notes.encoding = Some(Encoding::Windows1252);
    let tenancies = feed(FeedName::Tenancies).columns(&[
        ("tenancy_ref", "Lejemålsnr"),
        ("estate", "Afdeling"),
        ("address", "Adresse"),
        ("postcode", "Postnr"),
        ("town", "By"),
        ("tenant_names", "Lejer"),
        ("moved_in", "Indflytning"),
        ("moved_out", "Fraflytning"),
        ("monthly_rent", "Husleje"),
        ("protected_address", "Adressebeskyttelse"),
    ]);
    let ledger = feed(FeedName::Ledger)
        .columns(&[
            ("tenancy_ref", "Lejemålsnr"),
            ("booked_on", "Bogført"),
            ("due_on", "Forfald"),
            ("kind", "Art"),
            ("charged", "Opkrævet"),
            ("paid", "Indbetalt"),
            ("text", "Tekst"),
        ])
        .kinds(&[
            ("Husleje", "rent"),
            ("A conto varme", "utilities"),
            ("Påkravsgebyr", "fee"),
            ("Betaling", "payment"),
            ("Boligstøtte", "benefit"),
            ("Regulering", "adjustment"),
        ]);
    let events = feed(FeedName::Events)
        .columns(&[("tenancy_ref", "Lejemålsnr"), ("on", "Dato"), ("kind", "Hændelse")])
        .kinds(&[
            ("Rykker", "reminder"),
            ("Påkrav", "demand"),
            ("Afdragsordning", "plan_agreed"),
            ("Afdragsordning afsluttet", "plan_completed"),
            ("BS afvist", "payment_returned"),
        ]);
    vec![
        (tenancies, "lejemaal.csv"),
        (ledger, "posteringer_2026-11.csv"),
        (events, "haendelser.csv"),
        (notes, "noter.csv"),
    ]
}

fn read_contract(feeds: Vec<(Feed, &str)>) -> Option<Exports> {
    let folder = shared("contract/exports")?;
    let files = feeds
        .iter()
        .map(|(feed, name)| (feed.name, Pulled { files: vec![pulled(&folder.join(name))], left_out: Vec::new() }));
    let files: BTreeMap<FeedName, Pulled> = files.collect();
    let feeds = feeds.into_iter().map(|(feed, _)| (feed.name, feed)).collect();
    Some(read_exports(&feeds, &files, AS_OF, &|_| {}).unwrap())
}

#[test]
fn every_row_of_the_contract_is_used_or_accounted_for() {
    let Some(exports) = read_contract(havblik()) else { return };
    let ledger = &exports.reports[&FeedName::Ledger];
    assert_eq!((ledger.rows, ledger.used, ledger.rejected), (70, 66, 1));
    let skipped: Vec<_> = ledger.skipped.iter().map(|(rule, rows)| (rule.as_str(), *rows)).collect();
    assert_eq!(skipped, [("footer", 1), ("preamble", 1), ("repeated_header", 1)]);
    let reject = &ledger.rejects[0];
    assert_eq!((reject.line, reject.column.as_deref(), reject.position), (71, Some("Opkrævet"), Some(5)));
    assert_eq!(reject.reason, "`aaa` is no amount");
    assert_eq!(ledger.newest, Some(date(2026, 11, 9)));
    assert!(ledger.unknown_kinds.is_empty());
    for (name, report) in &exports.reports {
        assert!(counts_add_up(report), "{name:?}: {report:?}");
        assert!(report.warnings.is_empty(), "{name:?}: {:?}", report.warnings);
    }
}

#[test]
fn tenancies_keep_their_zeros_names_and_protection() {
    let Some(exports) = read_contract(havblik()) else { return };
    let tenancies = &exports.tenancies;
    assert_eq!(tenancies.len(), 5);
    let first = &tenancies[0];
    assert_eq!((first.reference.as_str(), &*first.estate), ("007-01-0012-03", "01"));
    assert_eq!((&*first.address, &*first.tenant_names), ("Strandvejen 2, 1. tv", "Anne Sørensen"));
    assert_eq!((first.monthly_rent, first.moved_in), (Some(Ore(569_000)), date(2019, 2, 1)));
    assert_eq!(&*tenancies[3].tenant_names, "Lund; Kirsten");
    assert_eq!(
        tenancies.iter().map(|tenancy| tenancy.protected_address).collect::<Vec<_>>(),
        [false, false, false, true, false]
    );
    assert_eq!(tenancies[4].moved_out, Some(date(2026, 10, 31)));
}

#[test]
fn postings_events_and_notes_find_their_tenancy() {
    let Some(exports) = read_contract(havblik()) else { return };
    let id = exports.references.id("007-01-0012-03").unwrap();
    let mut postings = Vec::new();
    exports.ledger.postings(id, &mut postings);
    assert!(postings.is_sorted_by_key(|posting| posting.booked_on()));
    let owed: Ore = postings.iter().map(|posting| posting.amount()).sum();
    assert_eq!(owed, Ore(3 * 569_000 + 32_900), "three months of rent and a fee");
    assert_eq!(postings.iter().filter(|posting| posting.kind() == PostingKind::Fee).count(), 1);
    let events: Vec<_> = exports.events.iter().filter(|event| event.id == id).map(|event| event.kind).collect();
    assert_eq!(events, [EventKind::Reminder, EventKind::Demand]);
    assert_eq!(exports.notes.len(), 5);
    let redacted = exports.notes.iter().find(|note| note.text.contains("forvirret")).unwrap();
    assert!(!redacted.text.contains("010190") && redacted.text.contains("Lugt fra lejligheden"));
    assert_eq!(exports.reports[&FeedName::Notes].cpr_redacted, 1);
    let last = exports.notes.iter().find(|note| note.text.starts_with("Dør smurt")).unwrap();
    assert_eq!((&*last.text, last.line), ("Dør smurt; gulv ridset af rollator", 6), "nobody quoted that semicolon");
    assert!(exports.incomplete.is_empty(), "the rejected row is of a tenancy that nobody knows");
}

#[test]
fn the_contract_needs_no_column_mapping_at_all() {
    let bare = |(configured, file): (Feed, &'static str)| {
        let plain = Feed { columns: BTreeMap::new(), values: BTreeMap::new(), ..configured };
        (plain, file)
    };
    let Some(mapped) = read_contract(havblik()) else { return };
    let Some(found) = read_contract(havblik().into_iter().map(bare).collect()) else { return };
    assert_eq!(found.reports, mapped.reports);
    assert_eq!(found.events, mapped.events);
}
