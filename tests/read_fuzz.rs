//! Hostile bytes: whatever is delivered, the reader ends with counts that add up or with a message.

#![allow(clippy::unwrap_used)]

mod read_support;

use postkort::config::{ColumnAt, Feed};
use postkort::exports::records::FeedName;
use proptest::prelude::*;
use read_support::*;

const NAMES: [FeedName; 4] = [FeedName::Tenancies, FeedName::Ledger, FeedName::Events, FeedName::Notes];

fn valid(name: FeedName) -> Vec<u8> {
    let mut text = match name {
        FeedName::Tenancies => "Lejemålsnr;Afdeling;Adresse;Postnr;By;Lejer;Indflytning;Fraflytning;Husleje\r\n",
        FeedName::Ledger => "Udtræk 20-11-2026\r\n\r\nLejemålsnr;Bogført;Forfald;Art;Opkrævet;Indbetalt;Tekst\r\n",
        FeedName::Events => "Lejemålsnr;Dato;Hændelse\r\n",
        FeedName::Notes => "Lejemålsnr;Dato;Bemærkning\r\n",
    }
    .to_owned();
    for number in 0..12 {
        text.push_str(&match name {
            FeedName::Tenancies => {
                format!("007-{number};01;\"Bakken {number}, 1.\";7100;Vejle;\"Lund; Kim\";01-06-2020;;4.455,00\r\n")
            }
            FeedName::Ledger => format!("007-{number};20-04-2026;01-05-2026;Husleje;5.690,00;;\"a; \"\"b\"\"\"\r\n"),
            FeedName::Events => format!("007-{number};05-09-2026;Rykker\r\n"),
            FeedName::Notes => format!("007-{number};14-10-2026;\"Posten hober\r\nsig op\"\r\n"),
        });
    }
    text.push_str("I alt;;;;\r\n");
    encoding_rs::WINDOWS_1252.encode(&text).0.into_owned()
}

/// One thing that goes wrong with a file; positions are shares of its length.
#[derive(Clone, Debug)]
enum Harm {
    Flip(f64, u8),
    Cut(f64),
    Repeat(f64, f64),
    Insert(f64, &'static [u8]),
}

fn harm() -> impl Strategy<Value = Harm> {
    let hostile: Vec<&'static [u8]> = vec![
        b"\"",
        b"\"\"",
        b"\n",
        b"\r",
        b"\r\n",
        b"\0",
        b";",
        b";;;;;;;;;",
        b"\xEF\xBB\xBF",
        b"\xFF",
        b"-",
        b"99999999999999999999",
    ];
    prop_oneof![
        (0.0..1.0, any::<u8>()).prop_map(|(at, byte)| Harm::Flip(at, byte)),
        (0.0..1.0).prop_map(Harm::Cut),
        (0.0..1.0, 0.0..0.2).prop_map(|(at, share)| Harm::Repeat(at, share)),
        (0.0..1.0, proptest::sample::select(hostile)).prop_map(|(at, bytes)| Harm::Insert(at, bytes)),
    ]
}

fn harmed(mut bytes: Vec<u8>, harms: &[Harm]) -> Vec<u8> {
    for harm in harms {
        let at = |share: f64| (share * bytes.len() as f64) as usize;
        match harm {
            Harm::Flip(share, byte) => {
                let at = at(*share);
                if let Some(found) = bytes.get_mut(at) {
                    *found = *byte;
                }
            }
            Harm::Cut(share) => bytes.truncate(at(*share)),
            Harm::Repeat(share, length) => {
                let from = at(*share);
                let until = (from + at(*length)).min(bytes.len());
                bytes.extend_from_within(from..until);
            }
            Harm::Insert(share, insert) => {
                let at = at(*share);
                bytes.splice(at..at, insert.iter().copied());
            }
        }
    }
    bytes
}

fn survives(feed: Feed, bytes: &[u8]) {
    match read_one(feed, bytes) {
        Ok((_, report)) => {
            assert!(counts_add_up(&report), "{report:?}");
            assert_eq!(report.rejects.len() as u64, report.rejected.min(10_000));
            let lines = 1 + bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64;
            assert!(report.rejects.iter().all(|reject| (1..=lines).contains(&reject.line)));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn by_position(name: FeedName) -> Feed {
    let columns: &[(&str, usize)] = match name {
        FeedName::Tenancies => &[("tenancy_ref", 1), ("estate", 2), ("moved_in", 3), ("tenant_names", 4)],
        FeedName::Ledger => &[("tenancy_ref", 1), ("booked_on", 2), ("charged", 3), ("paid", 4), ("kind", 5)],
        FeedName::Events => &[("tenancy_ref", 1), ("on", 2), ("kind", 3)],
        FeedName::Notes => &[("tenancy_ref", 1), ("written_on", 2), ("text", 3)],
    };
    Feed { header_row: Some(0), ..feed(name).positions(columns) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn harmed_exports_are_counted_or_refused(name in proptest::sample::select(NAMES.to_vec()), harms in proptest::collection::vec(harm(), 1..8)) {
        survives(feed(name), &harmed(valid(name), &harms));
    }

    #[test]
    fn bytes_of_any_kind_are_counted_or_refused(name in proptest::sample::select(NAMES.to_vec()), bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        survives(by_position(name), &bytes);
        survives(feed(name), &bytes);
    }

    #[test]
    fn text_in_the_shape_of_a_table_is_counted_or_refused(
        name in proptest::sample::select(NAMES.to_vec()),
        cells in proptest::collection::vec("(\"[^\"]{0,6}\"|[0-9.,-]{0,10}|20-11-2026|I alt|[a-zæø]{0,5})[;\n]", 0..80)
    ) {
        survives(by_position(name), cells.concat().as_bytes());
    }
}

#[test]
fn an_unharmed_export_is_read_whole() {
    for name in NAMES {
        let (_, report) = read_one(feed(name), &valid(name)).unwrap();
        assert_eq!((report.used, report.rejected, report.skipped["footer"]), (12, 0, 1), "{name:?}: {report:?}");
    }
    assert!(matches!(by_position(FeedName::Notes).columns["text"], ColumnAt::Position(3)));
}
