//! What a row is about: the kinds of postings and events, as the config maps them and as Danish systems call them.

use std::collections::{BTreeMap, HashMap};

use encoding_rs::WINDOWS_1252;

use crate::config::Feed;
use crate::exports::records::{EventKind, PostingKind};
use crate::exports::table::text::normalise;

const POSTINGS: &[(PostingKind, &[&str])] = &[
    (PostingKind::Rent, &["rent", "husleje", "leje", "boligleje", "månedsleje"]),
    (
        PostingKind::Utilities,
        &[
            "utilities",
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
    (PostingKind::Fee, &["fee", "gebyr", "påkravsgebyr", "rykkergebyr"]),
    (PostingKind::Payment, &["payment", "betaling", "indbetaling", "betalingsservice", "delbetaling"]),
    (PostingKind::Benefit, &["benefit", "boligstøtte", "boligsikring", "boligydelse"]),
    (PostingKind::Adjustment, &["adjustment", "regulering", "korrektion", "efterregulering"]),
    (PostingKind::PlanInstalment, &["plan_instalment", "afdrag", "afdragsordning", "afdragsrate"]),
    (PostingKind::Other, &["other", "andet", "diverse"]),
];

const EVENTS: &[(EventKind, &[&str])] = &[
    (EventKind::Reminder, &["reminder", "rykker", "rykkerbrev", "rykkerskrivelse"]),
    (EventKind::Demand, &["demand", "påkrav", "påkravsbrev"]),
    (
        EventKind::PlanAgreed,
        &["plan_agreed", "afdragsordning", "afdragsordning indgået", "frivilligt forlig", "henstand"],
    ),
    (EventKind::PlanBroken, &["plan_broken", "afdragsordning brudt", "afdragsordning misligholdt"]),
    (EventKind::PlanCompleted, &["plan_completed", "afdragsordning afsluttet", "afdragsordning overholdt"]),
    (
        EventKind::PaymentReturned,
        &["payment_returned", "bs afvist", "betalingsservice afvist", "betaling afvist", "betaling returneret"],
    ),
    (EventKind::Termination, &["termination", "ophævelse", "ophævet", "hævet", "lejemål ophævet"]),
    (EventKind::CourtFiling, &["court_filing", "fogedsag", "fogedrekvisition", "inkasso"]),
    (EventKind::Eviction, &["eviction", "udsættelse", "udsat"]),
    (EventKind::Consent, &["consent", "samtykke"]),
    (EventKind::Objection, &["objection", "indsigelse"]),
    (EventKind::MunicipalCaseOpened, &["municipal_case_opened", "kommunal sag", "kommunal sag åbnet"]),
    (EventKind::MunicipalCaseClosed, &["municipal_case_closed", "kommunal sag lukket", "kommunal sag afsluttet"]),
    (EventKind::Deceased, &["deceased", "dødsfald", "død", "afdød"]),
];

/// A vocabulary: from a cell to a kind.
pub struct Kinds<K> {
    by_bytes: HashMap<Vec<u8>, K>,
    by_word: HashMap<String, K>,
}

impl<K: Copy> Kinds<K> {
    fn new(known: &[(K, &[&str])], mapped: Option<&BTreeMap<String, String>>) -> Result<Kinds<K>, String> {
        let mut by_word = HashMap::new();
        for (kind, words) in known {
            by_word.extend(words.iter().map(|word| (normalise(word), *kind)));
        }
        let mut kinds = Kinds { by_bytes: HashMap::new(), by_word };
        let canonical: Vec<&str> = known.iter().filter_map(|(_, words)| words.first().copied()).collect();
        for (value, name) in mapped.into_iter().flatten() {
            let kind = known.iter().find(|(_, words)| words.first() == Some(&name.as_str()));
            let (kind, _) = kind.ok_or_else(|| {
                format!("values.kind maps to `{name}`, which is no kind; there are {}", canonical.join(", "))
            })?;
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
    Kinds::new(POSTINGS, feed.values.get("kind"))
}

/// The kinds of events of an events feed; an error names a mapping onto no kind.
pub fn event_kinds(feed: &Feed) -> Result<Kinds<EventKind>, String> {
    Kinds::new(EVENTS, feed.values.get("kind"))
}
