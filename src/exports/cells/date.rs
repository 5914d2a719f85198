//! Dates as Danish systems write them, by the formats that the feed accepts.

use jiff::civil::Date;

use crate::config::DateFormat;

/// Why a cell is no date. The words are [`DateFault::reason`]'s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFault {
    /// Written in no format that the feed accepts.
    Format,
    /// The 31st of June.
    NoSuchDay,
    /// Outside 1900–2099.
    Year(i16),
}

impl DateFault {
    /// The reason, for the rejects file.
    pub fn reason(self, shape: &str) -> String {
        match self {
            DateFault::Format => format!("`{shape}` is no date in a format that this feed accepts (key `dates`)"),
            DateFault::NoSuchDay => format!("`{shape}`: there is no such day"),
            DateFault::Year(year) => format!("`{shape}`: the year {year} is not in 1900–2099"),
        }
    }
}

/// The date formats that a feed accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateRule(u16);

/// All that cannot be mistaken for one another: of six digits `ddmmyy`, of eight `yyyymmdd`.
const DEFAULT: [DateFormat; 8] = [
    DateFormat::DayMonthYearDash,
    DateFormat::DayMonthYearDot,
    DateFormat::DayMonthYearSlash,
    DateFormat::DayMonthShortYearDash,
    DateFormat::YearMonthDayDash,
    DateFormat::YearMonthDaySlash,
    DateFormat::YearMonthDay,
    DateFormat::DayMonthShortYear,
];

fn bit(format: DateFormat) -> u16 {
    1 << (format as u16)
}

impl DateRule {
    /// The rule for the formats of a config; none means all that cannot be mistaken for one another.
    pub fn new(formats: &[DateFormat]) -> DateRule {
        let formats = if formats.is_empty() { DEFAULT.as_slice() } else { formats };
        DateRule(formats.iter().fold(0, |rule, format| rule | bit(*format)))
    }

    fn accepts(self, format: DateFormat) -> bool {
        self.0 & bit(format) != 0
    }

    /// The date in a cell that is not empty. A time of day after it is allowed and not looked at; in forms with
    /// separators, days and months may have one digit.
    pub fn parse(self, cell: &[u8]) -> Result<Date, DateFault> {
        let (year, month, day) = self.split(cell).ok_or(DateFault::Format)?;
        if !(1900..=2099).contains(&year) {
            return Err(DateFault::Year(year));
        }
        Date::new(year, month, day).map_err(|_| DateFault::NoSuchDay)
    }

    fn split(self, cell: &[u8]) -> Option<(i16, i8, i8)> {
        match cell {
            [d1, d2, s1, m1, m2, s2, y1, y2, y3, y4] if s1 == s2 && s1.is_ascii_punctuation() => {
                self.day_first(*s1).then_some(())?;
                Some((pair(*y1, *y2)? * 100 + pair(*y3, *y4)?, small(*m1, *m2)?, small(*d1, *d2)?))
            }
            [y1, y2, y3, y4, s1, m1, m2, s2, d1, d2] if s1 == s2 && s1.is_ascii_punctuation() => {
                self.year_first(*s1).then_some(())?;
                Some((pair(*y1, *y2)? * 100 + pair(*y3, *y4)?, small(*m1, *m2)?, small(*d1, *d2)?))
            }
            [a, b, c, d, e, f] if cell.iter().all(u8::is_ascii_digit) => {
                if self.accepts(DateFormat::DayMonthShortYear) {
                    Some((century(pair(*e, *f)?), small(*c, *d)?, small(*a, *b)?))
                } else {
                    self.accepts(DateFormat::ShortYearMonthDay).then_some(())?;
                    Some((century(pair(*a, *b)?), small(*c, *d)?, small(*e, *f)?))
                }
            }
            [a, b, c, d, e, f, g, h] if cell.iter().all(u8::is_ascii_digit) => {
                if self.accepts(DateFormat::YearMonthDay) {
                    Some((pair(*a, *b)? * 100 + pair(*c, *d)?, small(*e, *f)?, small(*g, *h)?))
                } else {
                    self.accepts(DateFormat::DayMonthYear).then_some(())?;
                    Some((pair(*e, *f)? * 100 + pair(*g, *h)?, small(*c, *d)?, small(*a, *b)?))
                }
            }
            _ => self.loose(cell),
        }
    }

    fn day_first(self, separator: u8) -> bool {
        match separator {
            b'-' => self.accepts(DateFormat::DayMonthYearDash),
            b'.' => self.accepts(DateFormat::DayMonthYearDot),
            b'/' => self.accepts(DateFormat::DayMonthYearSlash),
            _ => false,
        }
    }

    fn year_first(self, separator: u8) -> bool {
        match separator {
            b'-' => self.accepts(DateFormat::YearMonthDayDash),
            b'/' => self.accepts(DateFormat::YearMonthDaySlash),
            _ => false,
        }
    }

    /// Forms with separators that are not ten characters long: `1-5-2026`, `24-11-26`, `2026-11-24T10:15:00`.
    fn loose(self, cell: &[u8]) -> Option<(i16, i8, i8)> {
        let (date, time) = match cell.iter().position(|byte| matches!(byte, b' ' | b'T')) {
            Some(at) => (cell.get(..at)?, cell.get(at + 1..)?),
            None => (cell, [].as_slice()),
        };
        let is_time = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'+' | b'-' | b'Z' | b' ');
        if date.len() < cell.len() && !(time.first().is_some_and(u8::is_ascii_digit) && time.iter().all(is_time)) {
            return None;
        }
        let separator = *date.iter().find(|byte| !byte.is_ascii_digit())?;
        let mut parts = date.split(|byte| *byte == separator);
        let (first, month, last) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let (year, day) = match (first.len(), last.len()) {
            (1 | 2, 4) if self.day_first(separator) => (digits(last)?, first),
            (4, 1 | 2) if self.year_first(separator) => (digits(first)?, last),
            (1 | 2, 2) if separator == b'-' && self.accepts(DateFormat::DayMonthShortYearDash) => {
                (century(digits(last)?), first)
            }
            _ => return None,
        };
        let short = |part: &[u8]| (1..=2).contains(&part.len()).then(|| digits(part)).flatten();
        Some((year, i8::try_from(short(month)?).ok()?, i8::try_from(short(day)?).ok()?))
    }
}

fn pair(tens: u8, ones: u8) -> Option<i16> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| i16::from(tens - b'0') * 10 + i16::from(ones - b'0'))
}

fn small(tens: u8, ones: u8) -> Option<i8> {
    pair(tens, ones).and_then(|number| i8::try_from(number).ok())
}

fn digits(part: &[u8]) -> Option<i16> {
    part.iter().try_fold(0i16, |number, byte| {
        byte.is_ascii_digit().then(|| number.checked_mul(10)?.checked_add(i16::from(byte - b'0'))).flatten()
    })
}

/// Two-digit years 00–69 are of this century.
fn century(year: i16) -> i16 {
    if year < 70 { 2000 + year } else { 1900 + year }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn dates_that_cannot_be_mistaken_need_no_configuration() {
        let rule = DateRule::new(&[]);
        for text in [
            "24-11-2026",
            "24.11.2026",
            "24/11/2026",
            "24-11-26",
            "2026-11-24",
            "2026/11/24",
            "20261124",
            "241126",
            "24-11-2026 10:15",
            "2026-11-24T10:15:00.123+02:00",
            "2026-11-24 00:00:00",
        ] {
            assert_eq!(rule.parse(text.as_bytes()), Ok(date(2026, 11, 24)), "{text}");
        }
        assert_eq!(rule.parse(b"1/5-2026"), Err(DateFault::Format));
        assert_eq!(rule.parse(b"1-5-2026"), Ok(date(2026, 5, 1)));
        assert_eq!(rule.parse(b"280499"), Ok(date(1999, 4, 28)));
    }

    #[test]
    fn a_feed_that_names_its_formats_accepts_no_others() {
        let rule = DateRule::new(&[DateFormat::ShortYearMonthDay]);
        assert_eq!(rule.parse(b"261124"), Ok(date(2026, 11, 24)));
        assert_eq!(rule.parse(b"24-11-2026"), Err(DateFault::Format));
        assert_eq!(DateRule::new(&[DateFormat::DayMonthYear]).parse(b"24112026"), Ok(date(2026, 11, 24)));
    }

    #[test]
    fn days_that_do_not_exist_and_years_beyond_reason_are_refused() {
        let rule = DateRule::new(&[]);
        assert_eq!(rule.parse(b"31-06-2026"), Err(DateFault::NoSuchDay));
        assert_eq!(rule.parse(b"12/31/2026"), Err(DateFault::NoSuchDay));
        assert_eq!(rule.parse(b"01-01-1026"), Err(DateFault::Year(1026)));
        assert_eq!(rule.parse(b"01-01-2126"), Err(DateFault::Year(2126)));
        for text in ["Reserveret", "", "-", "24-11-2026 i går", "24-11", "1.234,56"] {
            assert_eq!(rule.parse(text.as_bytes()), Err(DateFault::Format), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_day_is_read_back(days in 0i32..73_000) {
            let day = date(1900, 1, 1).saturating_add(jiff::Span::new().days(days));
            let rule = DateRule::new(&[]);
            for format in ["%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y%m%d"] {
                prop_assert_eq!(rule.parse(day.strftime(format).to_string().as_bytes()), Ok(day));
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..30)) {
            let _ = DateRule::new(&[]).parse(&bytes);
        }
    }
}
