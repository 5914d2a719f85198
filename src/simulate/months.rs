//! The months that are simulated, with the days on which something can happen in each, and every date ready as text.

use jiff::Span;
use jiff::civil::Date;

use crate::calendar::{Day, earliest_demand, first_of_month, last_timely_day};

/// Months lived through before the first exported one, so that arrears, plans and cases are under way when it begins.
const BEFORE: i32 = 15;

/// One month of rent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Month {
    /// The first of the month: the due date.
    pub first: Day,
    /// The last of the month.
    pub last: Day,
    /// The day, in the month before, on which the rent is booked.
    pub booked: Day,
    /// The last day on which a payment is in time.
    pub timely: Day,
    /// The first day on which a demand may be sent.
    pub demand: Day,
    /// 1 to 12.
    pub number: i8,
}

/// The time that is simulated.
pub(super) struct Period {
    /// All months, those before the export first, the last one after the month of the as-of date (its rent is booked
    /// already).
    pub months: Vec<Month>,
    /// The first day that is exported.
    pub from: Day,
    /// The as-of date: the last day that is exported.
    pub until: Day,
    first_text: Day,
    texts: Vec<[u8; 10]>,
}

impl Period {
    /// `months` months that end with the month of `as_of`.
    pub fn new(as_of: Date, months: u32) -> Period {
        let exported = i32::try_from(months).unwrap_or(i32::MAX);
        let first = 1_i32.saturating_sub(exported).saturating_sub(BEFORE);
        let months: Vec<Month> = (first..=1).map(|offset| Month::new(first_of_month(as_of, offset))).collect();
        // The rent of the first exported month is booked after the middle of the month before it.
        let from = Day::from(first_of_month(as_of, 0_i32.saturating_sub(exported))).plus(15);
        let first_text = months.first().map_or(from, |month| month.first).plus(-60);
        let days = Day::from(as_of).since(first_text) + 400;
        let texts = (0..days).map(|offset| date_text(first_text.plus(offset).date())).collect();
        Period { months, from, until: Day::from(as_of), first_text, texts }
    }

    /// `24-11-2026`
    pub fn text(&self, day: Day) -> [u8; 10] {
        let at = usize::try_from(day.since(self.first_text)).ok();
        at.and_then(|at| self.texts.get(at).copied()).unwrap_or_else(|| date_text(day.date()))
    }
}

impl Month {
    fn new(first: Date) -> Month {
        let booked = first_of_month(first, -1).saturating_add(Span::new().days(19));
        Month {
            first: Day::from(first),
            last: Day::from(first_of_month(first, 1)).plus(-1),
            booked: Day::from(booked),
            timely: Day::from(last_timely_day(first)),
            demand: Day::from(earliest_demand(first)),
            number: first.month(),
        }
    }
}

/// dd-mm-yyyy in ASCII.
fn date_text(date: Date) -> [u8; 10] {
    let (day, month, year) = (date.day().unsigned_abs(), date.month().unsigned_abs(), date.year().unsigned_abs());
    let digit = |number: u16, place: u16| b'0' + u8::try_from(number / place % 10).unwrap_or(0);
    let (day, month) = (u16::from(day), u16::from(month));
    [
        digit(day, 10),
        digit(day, 1),
        b'-',
        digit(month, 10),
        digit(month, 1),
        b'-',
        digit(year, 1000),
        digit(year, 100),
        digit(year, 10),
        digit(year, 1),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_period_ends_after_the_month_of_the_as_of_date_and_begins_before_the_first_exported_one() {
        let period = Period::new(date(2026, 11, 24), 36);
        let last = period.months.last().map(|month| month.first.date());
        assert_eq!(last, Some(date(2026, 12, 1)));
        assert_eq!(period.from.date(), date(2023, 11, 16));
        assert_eq!(period.months.len(), 36 + 1 + usize::try_from(BEFORE).unwrap());
        let first_exported = period.months[usize::try_from(BEFORE).unwrap()];
        assert_eq!(
            (first_exported.first.date(), first_exported.booked.date()),
            (date(2023, 12, 1), date(2023, 11, 20))
        );
    }

    #[test]
    fn dates_are_written_day_first_also_far_outside_the_period() {
        let period = Period::new(date(2026, 11, 4), 2);
        assert_eq!(&period.text(Day::from(date(2026, 11, 4))), b"04-11-2026");
        assert_eq!(&period.text(Day::from(date(1998, 12, 31))), b"31-12-1998");
    }
}
