//! The exports as bytes: rows in the association system's own dialect (Windows-1252, `;`, CRLF, `1.234,56`, dd-mm-yyyy).
//!
//! The ledger has a dozen million rows and more, so its rows are put together from bytes, without a string in between.

use encoding_rs::WINDOWS_1252;

use super::months::Period;
use crate::calendar::Day;

/// The ledger's header; it comes again at the top of each estate, as on a new page.
pub(super) const LEDGER_HEADER: &str = "Lejemålsnr;Bogført;Forfald;Art;Opkrævet;Indbetalt;Tekst\r\n";
/// The tenancies' header.
pub(super) const TENANCIES_HEADER: &str =
    "Lejemålsnr;Afdeling;Adresse;Postnr;By;Lejer;Indflytning;Fraflytning;Husleje;Adressebeskyttelse;Fødselsdato\r\n";
/// The events' header.
pub(super) const EVENTS_HEADER: &str = "Lejemålsnr;Dato;Hændelse\r\n";
/// The notes' header.
pub(super) const NOTES_HEADER: &str = "Lejemålsnr;Dato;Initialer;Bemærkning\r\n";

/// What a ledger row is for (column `Art`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Rent,
    Heating,
    DemandFee,
    Payment,
    HousingBenefit,
    Adjustment,
}

impl Kind {
    fn bytes(self) -> &'static [u8] {
        match self {
            Kind::Rent => b"Husleje",
            Kind::Heating => b"A conto varme",
            Kind::DemandFee => b"P\xe5kravsgebyr",
            Kind::Payment => b"Betaling",
            Kind::HousingBenefit => b"Boligst\xf8tte",
            Kind::Adjustment => b"Regulering",
        }
    }
}

/// Rows written, without headers and footers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    pub tenancies: u64,
    pub ledger: u64,
    pub events: u64,
    pub notes: u64,
}

/// The four exports of one block of homes.
pub(super) struct Books<'a> {
    period: &'a Period,
    quirks: bool,
    reference: Vec<u8>,
    pub tenancies: Vec<u8>,
    pub ledger: Vec<u8>,
    pub events: Vec<u8>,
    pub notes: Vec<u8>,
    pub rows: Rows,
    /// Øre charged and paid, for the footer.
    pub totals: (i64, i64),
}

impl<'a> Books<'a> {
    /// Empty books for `period`; with `quirks`, now and then a row that cannot be read.
    pub fn new(period: &'a Period, quirks: bool) -> Books<'a> {
        Books {
            period,
            quirks,
            reference: Vec::new(),
            tenancies: Vec::new(),
            ledger: Vec::new(),
            events: Vec::new(),
            notes: Vec::new(),
            rows: Rows::default(),
            totals: (0, 0),
        }
    }

    /// Begins the rows of the tenancy `reference`.
    pub fn open(&mut self, reference: &str) {
        self.reference.clear();
        self.reference.extend_from_slice(reference.as_bytes());
    }

    /// A new page of the ledger.
    pub fn page(&mut self) {
        self.ledger.extend_from_slice(&encoded(LEDGER_HEADER));
    }

    /// Books `amount` øre (a charge positive, a payment negative). `text` is Windows-1252, ready for its field.
    pub fn post(&mut self, booked: Day, due: Option<Day>, kind: Kind, amount: i64, text: &[&[u8]]) {
        if booked < self.period.from || booked > self.period.until || amount == 0 {
            return;
        }
        let ledger = &mut self.ledger;
        ledger.extend_from_slice(&self.reference);
        ledger.push(b';');
        ledger.extend_from_slice(&self.period.text(booked));
        ledger.push(b';');
        if let Some(due) = due {
            ledger.extend_from_slice(&self.period.text(due));
        }
        ledger.push(b';');
        ledger.extend_from_slice(kind.bytes());
        ledger.push(b';');
        // A payment that came back stays in the column for payments, below zero.
        if amount > 0 && kind != Kind::Payment {
            self.totals.0 += amount;
            write_amount(ledger, amount);
            ledger.push(b';');
        } else {
            self.totals.1 -= amount;
            ledger.push(b';');
            write_amount(ledger, -amount);
        }
        ledger.push(b';');
        for part in text {
            ledger.extend_from_slice(part);
        }
        self.rows.ledger += 1;
        if self.rows.ledger.is_multiple_of(61) {
            ledger.push(b';'); // the system adds an empty field here and there
        }
        ledger.extend_from_slice(b"\r\n");
        if self.quirks && self.rows.ledger.is_multiple_of(977) {
            self.unreadable_row(booked);
        }
    }

    /// Enters an event.
    pub fn event(&mut self, on: Day, kind: &str) {
        if on < self.period.from || on > self.period.until {
            return;
        }
        self.events.extend_from_slice(&self.reference);
        self.events.push(b';');
        self.events.extend_from_slice(&self.period.text(on));
        self.events.push(b';');
        self.events.extend_from_slice(&encoded(kind));
        self.events.extend_from_slice(b"\r\n");
        self.rows.events += 1;
    }

    /// Enters a note, with the initials of the caretaker who wrote it.
    pub fn note(&mut self, on: Day, initials: &str, text: &str) {
        if on < self.period.from || on > self.period.until {
            return;
        }
        self.notes.extend_from_slice(&self.reference);
        self.notes.push(b';');
        self.notes.extend_from_slice(&self.period.text(on));
        self.notes.push(b';');
        self.notes.extend_from_slice(initials.as_bytes());
        self.notes.push(b';');
        self.notes.extend_from_slice(&encoded(&field(text)));
        self.notes.extend_from_slice(b"\r\n");
        self.rows.notes += 1;
    }

    /// Enters the tenancy itself. `fields` are those between the reference and the rent, except the two dates; `rest` is what
    /// stands behind the rent.
    pub fn tenancy(
        &mut self,
        fields: [&str; 5],
        moved_in: Day,
        moved_out: Option<Day>,
        rent: i64,
        rest: (&str, Option<Day>),
    ) {
        self.tenancies.extend_from_slice(&self.reference);
        for text in fields {
            self.tenancies.push(b';');
            self.tenancies.extend_from_slice(&encoded(&field(text)));
        }
        self.tenancies.push(b';');
        self.tenancies.extend_from_slice(&self.period.text(moved_in));
        self.tenancies.push(b';');
        if let Some(moved_out) = moved_out {
            self.tenancies.extend_from_slice(&self.period.text(moved_out));
        }
        self.tenancies.push(b';');
        write_amount(&mut self.tenancies, rent);
        self.tenancies.push(b';');
        let (protected, born) = rest;
        self.tenancies.extend_from_slice(protected.as_bytes());
        self.tenancies.push(b';');
        if let Some(born) = born {
            self.tenancies.extend_from_slice(&self.period.text(born));
        }
        self.tenancies.extend_from_slice(b"\r\n");
        self.rows.tenancies += 1;
    }

    fn unreadable_row(&mut self, booked: Day) {
        self.ledger.extend_from_slice(&self.reference);
        self.ledger.push(b';');
        self.ledger.extend_from_slice(&self.period.text(booked));
        self.ledger.extend_from_slice(b";;Husleje;abc;;Ul\xe6seligt bel\xf8b\r\n");
        self.rows.ledger += 1;
    }
}

/// Text in Windows-1252; what it cannot hold becomes a question mark.
pub(super) fn encoded(text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = WINDOWS_1252.encode(text);
    if !lossy {
        return bytes.into_owned();
    }
    let mut buffer = [0; 4];
    text.chars()
        .flat_map(|letter| match WINDOWS_1252.encode(letter.encode_utf8(&mut buffer)) {
            (bytes, _, false) => bytes.into_owned(),
            _ => vec![b'?'],
        })
        .collect()
}

/// Text as a field: in quotes where it holds a delimiter, a quote or a line end.
pub(super) fn field(text: &str) -> String {
    if text.contains([';', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// Øre as `1.234,56`.
pub(super) fn write_amount(out: &mut Vec<u8>, ore: i64) {
    let mut buffer = [0u8; 32];
    let mut at = buffer.len();
    let mut put = |byte: u8| {
        at -= 1;
        if let Some(place) = buffer.get_mut(at) {
            *place = byte;
        }
    };
    let digit = |number: u64| b'0' + (number % 10) as u8;
    let mut left = ore.unsigned_abs();
    put(digit(left));
    put(digit(left / 10));
    put(b',');
    left /= 100;
    let mut digits = 0;
    loop {
        put(digit(left));
        left /= 10;
        digits += 1;
        if left == 0 {
            break;
        }
        if digits % 3 == 0 {
            put(b'.');
        }
    }
    if ore < 0 {
        put(b'-');
    }
    out.extend_from_slice(buffer.get(at..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Ore;
    use jiff::civil::date;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn amounts_are_written_as_danes_write_them(ore in any::<i64>()) {
            let mut bytes = Vec::new();
            write_amount(&mut bytes, ore);
            prop_assert_eq!(String::from_utf8(bytes).unwrap(), Ore(ore).to_string());
        }

        #[test]
        fn fields_come_back_from_a_csv_reader_as_they_were(text in "[a-zæøå;\"\r\n ]{0,12}") {
            let line = format!("{};x\r\n", field(&text));
            let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(b';').from_reader(line.as_bytes());
            if let Some(record) = reader.records().next() {
                prop_assert_eq!(&record.unwrap()[0], text.as_str());
            }
        }
    }

    #[test]
    fn rows_look_like_the_contract() {
        let period = Period::new(date(2026, 11, 24), 12);
        let mut books = Books::new(&period, false);
        books.open("007-01-0012-03");
        let (booked, due) = (Day::from(date(2026, 4, 20)), Day::from(date(2026, 5, 1)));
        books.post(booked, Some(due), Kind::Rent, 569_000, &[b"Husleje 05/2026"]);
        books.post(due, None, Kind::Payment, -569_000, &[b"Betalingsservice"]);
        books.post(due.plus(3), None, Kind::Payment, 569_000, &[b"BS afvist"]);
        books.post(Day::from(date(2020, 1, 1)), None, Kind::Payment, -1, &[b"before the export"]);
        let expected = "007-01-0012-03;20-04-2026;01-05-2026;Husleje;5.690,00;;Husleje 05/2026\r\n\
            007-01-0012-03;01-05-2026;;Betaling;;5.690,00;Betalingsservice\r\n\
            007-01-0012-03;04-05-2026;;Betaling;;-5.690,00;BS afvist\r\n";
        assert_eq!(String::from_utf8(books.ledger.clone()).unwrap(), expected);
        assert_eq!((books.rows.ledger, books.totals), (3, (569_000, 0)));
    }

    #[test]
    fn letters_beyond_windows_1252_become_question_marks() {
        assert_eq!(encoded("Åbo – Čapek"), b"\xc5bo \x96 ?apek");
    }
}
