//! How old tenants are: read for comparing age groups, and for nothing else.
//!
//! The tenancies feed's `birth_date` is no part of a [`Tenancy`](super::records::Tenancy). Nothing reads it but
//! [`Births::read`], which only `evaluate` and `train` call, and nothing but an age in years comes out again: the dates are
//! never written, logged or shown.

use jiff::civil::Date;

use super::cells::date::DateRule;
use super::error::ReadError;
use super::feeds::reference::reference;
use super::feeds::rows::read_rows;
use super::pulled::Pulled;
use super::references::References;
use super::report::FeedReport;
use super::table::columns::Slot;
use super::table::layout::Layout;
use super::table::text::normalise;
use crate::calendar::whole_years;
use crate::config::Feed;
use crate::redaction::cpr::redact;
use crate::tenancy::TenancyId;

/// What Danish systems call the column beside `birth_date`.
const ALIASES: [&str; 5] = ["birth_date", "fødselsdato", "fødselsdag", "fødedato", "født"];
/// Nobody holds a tenancy who is younger: a year of two digits is of the century that makes the tenant this old.
const OF_AGE: i16 = 18;
/// Who is said to be older was given a date for want of one (01-01-1900).
const OLDEST: i16 = 110;

/// The tenants' dates of birth, by tenancy. They cannot be printed: there is no `Debug`, and no way to get at a date.
#[derive(Default)]
pub struct Births {
    of: Vec<Option<Date>>,
    unread: u64,
}

impl Births {
    /// Reads the column from the files of the tenancies feed, in any written form that the feed's dates may have. Of a
    /// tenancy with several rows, it is the date of the first tenant who has one. `on` is a day by which all tenants are of
    /// age: it tells which century a year of two digits is of.
    ///
    /// # Errors
    /// A file as a whole is at fault. A cell that is no date is counted, and harms nothing: see [`Births::unread`]. A cell
    /// with a CPR number in it is not read.
    pub fn read(feed: &Feed, pulled: &Pulled, references: &References, on: Date) -> Result<Births, ReadError> {
        let mut births = Births { of: vec![None; references.len()], unread: 0 };
        // What is wrong with the rows otherwise, the night's reader of the feed has said.
        let mut unheard = FeedReport::default();
        read_rows(
            feed,
            pulled,
            &mut unheard,
            &|_| {},
            |layout| Ok(Slots::new(layout)),
            |slots, row, _| {
                if let Some(id) = references.id(&reference(row, &slots.reference)?)
                    && let Some(place) = births.of.get_mut(id.index())
                {
                    match born(row.cell(&slots.birth_date), row.layout.dates, on) {
                        Ok(date) => *place = place.or(date),
                        Err(Unreadable) => births.unread += 1,
                    }
                }
                Ok(None)
            },
        )?;
        Ok(births)
    }

    /// The age of a tenancy's first tenant on a day, in whole years. `None` where it is not known, and below 18 or above
    /// 110, where the date is not the tenant's.
    pub fn age(&self, id: TenancyId, on: Date) -> Option<i16> {
        let born = (*self.of.get(id.index())?)?;
        Some(whole_years(born, on)).filter(|age| (OF_AGE..=OLDEST).contains(age))
    }

    /// Cells that are neither empty nor a date.
    pub fn unread(&self) -> u64 {
        self.unread
    }
}

struct Slots {
    reference: Slot,
    birth_date: Slot,
}

impl Slots {
    /// Finds the columns. Two that may be meant are the tenants' in their order, so the first is taken; it is not looked for
    /// by the night's rules, under which they would stop it.
    fn new(layout: &Layout) -> Slots {
        let columns = &layout.columns;
        let named = |header: &str| ALIASES.iter().any(|alias| normalise(alias) == normalise(header));
        let found = || layout.header.iter().position(|header| named(header)).filter(|at| !columns.dropped.contains(at));
        let birth_date = match columns.slot("birth_date") {
            Slot::Absent => found().map_or(Slot::Absent, Slot::At),
            configured => configured,
        };
        Slots { reference: columns.slot("tenancy_ref"), birth_date }
    }
}

/// Neither empty nor a date.
#[derive(Debug, PartialEq)]
struct Unreadable;

/// The date of birth in a cell; `None` where there is none. Noughts are none.
fn born(cell: &[u8], dates: DateRule, on: Date) -> Result<Option<Date>, Unreadable> {
    if cell.iter().all(|byte| matches!(byte, b'0' | b'-' | b'.' | b'/' | b':' | b' ')) {
        return Ok(None);
    }
    if redact(&String::from_utf8_lossy(cell)).1 > 0 {
        return Err(Unreadable);
    }
    let date = dates.parse(cell).map_err(|_| Unreadable)?;
    if !has_short_year(cell) {
        return if date <= on { Ok(Some(date)) } else { Err(Unreadable) };
    }
    let in_century = |century: i16| date.with().year(century + date.year() % 100).build().ok();
    let of_age = |date: &Date| whole_years(*date, on) >= OF_AGE;
    Ok([2000, 1900].into_iter().filter_map(in_century).find(of_age))
}

/// Whether a date is written with a year of two digits.
fn has_short_year(cell: &[u8]) -> bool {
    let date = cell.split(|byte| matches!(byte, b' ' | b'T')).next().unwrap_or_default();
    let longest = date.split(|byte| !byte.is_ascii_digit()).map(<[u8]>::len).max();
    matches!(longest, Some(1 | 2 | 6))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn read(cell: &str) -> Result<Option<Date>, Unreadable> {
        born(cell.as_bytes(), DateRule::new(&[]), date(2026, 11, 24))
    }

    #[test]
    fn a_date_of_birth_is_read_in_any_form_that_dates_have() {
        for cell in
            ["07-03-1961", "7.3.1961", "07/03/1961", "1961-03-07", "19610307", "07-03-61", "070361", "1961-03-07 00:00"]
        {
            assert_eq!(read(cell), Ok(Some(date(1961, 3, 7))), "{cell}");
        }
    }

    #[test]
    fn a_year_of_two_digits_is_of_the_century_that_makes_the_tenant_of_age() {
        assert_eq!(read("010145"), Ok(Some(date(1945, 1, 1))));
        assert_eq!(read("24-11-08"), Ok(Some(date(2008, 11, 24))), "eighteen today");
        assert_eq!(read("25-11-08"), Ok(Some(date(1908, 11, 25))), "not yet");
        assert_eq!(read("290200"), Ok(Some(date(2000, 2, 29))));
    }

    #[test]
    fn what_is_no_date_or_a_cpr_number_is_not_read() {
        for cell in ["", "00-00-0000", "0000-00-00 00:00:00"] {
            assert_eq!(read(cell), Ok(None), "{cell}: no date, and nothing wrong");
        }
        for cell in [
            "ukendt",
            "31-06-1961",
            "24-12-2026",
            "010190-1234",
            "0101901234",
            "010190 1234",
            "01-01-1990 1234",
            "01-01-90-1234",
        ] {
            assert_eq!(read(cell), Err(Unreadable), "{cell}");
        }
    }

    #[test]
    fn ages_that_no_tenant_has_are_not_known() {
        let births = Births {
            of: vec![Some(date(1961, 3, 7)), Some(date(2012, 1, 1)), Some(date(1900, 1, 1)), None],
            unread: 0,
        };
        let ages = [0, 1, 2, 3, 4].map(|id| births.age(TenancyId(id), date(2026, 3, 6)));
        assert_eq!(ages, [Some(64), None, None, None, None]);
        assert_eq!(births.age(TenancyId(0), date(2026, 3, 7)), Some(65));
    }
}
