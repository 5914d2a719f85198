//! What Danish systems call the canonical columns in the headers of their exports.

use crate::exports::records::FeedName;

/// One canonical column and the headers by which it is known beside its own name.
pub type Known = (&'static str, &'static [&'static str]);

const REFERENCE: Known = (
    "tenancy_ref",
    &[
        "lejemål",
        "lejemålsnr",
        "lejemålnr",
        "lejemålsnummer",
        "lejemålsreference",
        "lejnr",
        "lejenr",
        "bolignr",
        "bolignummer",
        "lejernr",
        "lejernummer",
        "tenancy",
    ],
);

const TENANCIES: &[Known] = &[
    REFERENCE,
    ("estate", &["afdeling", "afd", "afdelingsnr", "afdelingsnummer", "ejendom", "ejendomsnr"]),
    ("moved_in", &["indflytning", "indflytningsdato", "indflyttet", "startdato"]),
    ("moved_out", &["fraflytning", "fraflytningsdato", "fraflyttet", "slutdato", "opsagt"]),
    ("address", &["adresse", "vej"]),
    ("postcode", &["postnr", "postnummer"]),
    ("town", &["by", "bynavn", "postdistrikt"]),
    ("tenant_names", &["lejer", "lejere", "lejernavn", "lejernavne", "navn", "beboer", "beboere"]),
    ("monthly_rent", &["husleje", "leje", "månedsleje", "månedlig leje"]),
    (
        "protected_address",
        &[
            "adressebeskyttelse",
            "adressebeskyttet",
            "adr.beskyttelse",
            "adr. beskyttet",
            "beskyttelse",
            "beskyttet",
            "beskyttet adresse",
            "beskyttet adr",
            "navnebeskyttelse",
            "navne- og adressebeskyttelse",
            "navne-/adressebeskyttelse",
            "navne- og adr.beskyttelse",
            "hemmelig",
            "hemmelig adresse",
            "hemmelig adr",
            "diskretion",
        ],
    ),
    ("language", &["sprog"]),
];

const LEDGER: &[Known] = &[
    REFERENCE,
    ("booked_on", &["bogført", "bogføringsdato", "bogføringsdag", "dato", "date"]),
    ("due_on", &["forfald", "forfaldsdato", "forfaldsdag"]),
    ("kind", &["art", "posteringsart", "posteringstype"]),
    ("charged", &["opkrævet", "beløb", "husleje", "debet", "charge"]),
    ("paid", &["betalt", "indbetalt", "indbetaling", "kredit", "payment"]),
    ("amount", &["beløb"]),
    ("text", &["tekst", "posteringstekst"]),
    // Names of numbers that vouchers have, and several rows share, are left to the config.
    ("entry_id", &["posteringsnr", "posteringsnummer", "posteringsid", "posteringsløbenr"]),
    ("balance", &["saldo", "restance", "skyldig", "udestående"]),
];

const EVENTS: &[Known] =
    &[REFERENCE, ("on", &["dato", "hændelsesdato"]), ("kind", &["hændelse", "hændelsestype", "art", "type"])];

const NOTES: &[Known] = &[
    REFERENCE,
    ("written_on", &["dato", "skrevet", "oprettet"]),
    (
        "author",
        &[
            "forfatter",
            "skrevet af",
            "oprettet af",
            "noteret af",
            "registreret af",
            "indtastet af",
            "medarbejder",
            "initialer",
            "init",
            "vicevært",
            "ejendomsfunktionær",
            "varmemester",
            "bruger",
            "brugernavn",
        ],
    ),
    ("text", &["bemærkning", "bemærkninger", "bem", "notat", "note", "tekst"]),
];

/// The canonical columns that the reader looks for in a feed, with their aliases.
pub fn known_columns(feed: FeedName) -> &'static [Known] {
    match feed {
        FeedName::Tenancies => TENANCIES,
        FeedName::Ledger => LEDGER,
        FeedName::Events => EVENTS,
        FeedName::Notes => NOTES,
    }
}

/// What a header has in it, in normal form, that may say whose address is protected.
pub const OF_PROTECTION: [&str; 5] = ["beskyt", "hemmelig", "protect", "secret", "diskret"];
