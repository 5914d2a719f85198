//! What a row is about: the kinds of postings and events by their canonical names, as the config maps them, and as Danish
//! systems call them.

use std::collections::{BTreeMap, HashMap};

use encoding_rs::WINDOWS_1252;

use crate::config::Feed;
use crate::config::columns::POSTING_KINDS;
use crate::exports::records::{EventKind, PostingKind};
use crate::exports::table::text::normalise;

/// What Danish systems call the kinds of postings.
const POSTINGS: &[(PostingKind, &[&str])] = &[
    (PostingKind::Rent, &["husleje", "leje", "boligleje", "månedsleje"]),
    (
        PostingKind::Utilities,
        &[
            "varme",
            "vand",
            "a conto varme",
            "a/c varme",
            "aconto varme",
            "a conto vand",
            "a/c vand",
            "aconto vand",
            "antenne",
            "el",
            "a conto el",
            "forbrug",
            "varmeregnskab",
            "vandregnskab",
        ],
    ),
    (PostingKind::Fee, &["gebyr", "påkravsgebyr", "rykkergebyr"]),
    (PostingKind::Payment, &["betaling", "indbetaling", "betalingsservice", "delbetaling"]),
    (PostingKind::Benefit, &["boligstøtte", "boligsikring", "boligydelse"]),
    (PostingKind::Adjustment, &["regulering", "korrektion", "efterregulering"]),
    (PostingKind::PlanInstalment, &["afdrag", "afdragsordning", "afdragsrate"]),
    (PostingKind::Other, &["andet", "diverse"]),
];

/// What Danish systems call the kinds of events.
const EVENTS: &[(EventKind, &[&str])] = &[
    (EventKind::Reminder, &["rykker", "rykkerbrev", "rykkerskrivelse"]),
    (EventKind::Demand, &["påkrav", "påkravsbrev"]),
    (EventKind::PlanAgreed, &["afdragsordning", "afdragsordning indgået", "frivilligt forlig", "henstand"]),
    (EventKind::PlanBroken, &["afdragsordning brudt", "afdragsordning misligholdt"]),
    (EventKind::PlanCompleted, &["afdragsordning afsluttet", "afdragsordning overholdt"]),
    (EventKind::PaymentReturned, &["bs afvist", "betalingsservice afvist", "betaling afvist", "betaling returneret"]),
    (EventKind::Termination, &["ophævelse", "ophævet", "hævet", "lejemål ophævet"]),
    (EventKind::CourtFiling, &["fogedsag", "fogedrekvisition", "inkasso"]),
    (EventKind::Eviction, &["udsættelse", "udsat"]),
    (EventKind::Consent, &["samtykke"]),
    (EventKind::Objection, &["indsigelse"]),
    (EventKind::MunicipalCaseOpened, &["kommunal sag", "kommunal sag åbnet"]),
    (EventKind::MunicipalCaseClosed, &["kommunal sag lukket", "kommunal sag afsluttet"]),
    (EventKind::Deceased, &["dødsfald", "død", "afdød"]),
];

/// A vocabulary: from a cell to a kind.
pub struct Kinds<K> {
    by_bytes: HashMap<Vec<u8>, K>,
    by_word: HashMap<String, K>,
}

impl<K: Copy> Kinds<K> {
    fn new(
        names: &[(&str, K)],
        known: &[(K, &[&str])],
        mapped: Option<&BTreeMap<String, String>>,
    ) -> Result<Kinds<K>, String> {
        let words = known.iter().flat_map(|(kind, words)| words.iter().map(|word| (*word, *kind)));
        let by_word = names.iter().copied().chain(words).map(|(word, kind)| (normalise(word), kind)).collect();
        let mut kinds = Kinds { by_bytes: HashMap::new(), by_word };
        for (value, mapped) in mapped.into_iter().flatten() {
            let Some((_, kind)) = names.iter().find(|(name, _)| name == mapped) else {
                let there_are = names.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
                return Err(format!("values.kind maps to `{mapped}`, which is no kind; there are {there_are}"));
            };
            kinds.by_word.insert(normalise(value), *kind);
            kinds.by_bytes.insert(value.trim().as_bytes().to_vec(), *kind);
            kinds.by_bytes.insert(WINDOWS_1252.encode(value.trim()).0.into_owned(), *kind);
        }
        Ok(kinds)
    }

    /// The kind of a cell that stands exactly as in the config.
    pub fn exact(&self, cell: &[u8]) -> Option<K> {
        self.by_bytes.get(cell).copied()
    }

    /// The kind that a cell's words say, whatever their case and punctuation.
    pub fn word(&self, cell: &str) -> Option<K> {
        self.by_word.get(&normalise(cell)).copied()
    }
}

/// The kinds of postings of a ledger feed; an error names a mapping onto no kind.
pub fn posting_kinds(feed: &Feed) -> Result<Kinds<PostingKind>, String> {
    Kinds::new(&POSTING_KINDS, POSTINGS, feed.values.get("kind"))
}

/// The kinds of events of an events feed; an error names a mapping onto no kind.
pub fn event_kinds(feed: &Feed) -> Result<Kinds<EventKind>, String> {
    let names = EventKind::ALL.map(|kind| (kind.as_str(), kind));
    Kinds::new(&names, EVENTS, feed.values.get("kind"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Source;
    use crate::exports::records::FeedName;

    #[test]
    fn every_canonical_name_says_its_kind() {
        let feed = Feed::plain(FeedName::Ledger, Source::Path("unused".into()));
        let (postings, events) = (posting_kinds(&feed).unwrap(), event_kinds(&feed).unwrap());
        for (name, kind) in POSTING_KINDS {
            assert_eq!(postings.word(name), Some(kind), "{name}");
        }
        for kind in EventKind::ALL {
            assert_eq!(events.word(kind.as_str()), Some(kind), "{kind:?}");
        }
    }
}
