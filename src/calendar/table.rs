//! The rules for rent once more, for [`Day`]s by the million: weekdays by arithmetic, holidays from a table.

use std::sync::LazyLock;

use jiff::civil::Date;

use super::holidays::{holiday, is_constitution_day};
use super::{Day, rent};

/// 1930-01-01, the first day that the table knows: as early as a posting can be.
const FIRST: i32 = -14_610;
/// 2109-12-31, the last one.
const LAST: i32 = 51_133;

/// One bit a day from [`FIRST`] to [`LAST`]: set on holidays and on 5 June, whatever the weekday. 8 KB.
static SPECIAL: LazyLock<Box<[u64]>> = LazyLock::new(|| {
    let mut bits = vec![0u64; ((LAST - FIRST) / 64 + 1) as usize].into_boxed_slice();
    for offset in 0..=(LAST - FIRST) {
        let date = Day(FIRST + offset).date();
        if let Some(word) = bits.get_mut(offset as usize / 64)
            && (holiday(date).is_some() || is_constitution_day(date))
        {
            *word |= 1 << (offset % 64);
        }
    }
    bits
});

/// As [`rent::last_timely_day`], for a [`Day`]: the due date, or the next business day. A few nanoseconds from 1930 to
/// 2109; slower, and right, beyond.
pub fn last_timely_day_of(due: Day) -> Day {
    let mut day = due;
    // No run of closed days is longer than a week, so a due date this far inside is rolled within the table.
    if (FIRST..=LAST - 14).contains(&due.0) {
        while is_closed(day) {
            day.0 += 1;
        }
        return day;
    }
    let date = due.date();
    due.plus(Day::from(rent::last_timely_day(date)).since(Day::from(date)))
}

/// Whether a day inside the table is a Saturday, a Sunday, a holiday or 5 June.
fn is_closed(day: Day) -> bool {
    let offset = (day.0 - FIRST) as usize;
    day.weekday_from_monday() >= 5 || SPECIAL.get(offset / 64).is_some_and(|word| word >> (offset % 64) & 1 == 1)
}

impl Day {
    /// The weekday as a number: Monday 0 … Sunday 6.
    pub fn weekday_from_monday(self) -> u8 {
        // 1970-01-01 was a Thursday. The remainder is below 7.
        ((i64::from(self.0) + 3).rem_euclid(7)) as u8
    }
}

/// The first of the month that `months` months after (before, where negative) the month of `date`.
///
/// Saturates at the ends of the calendar.
pub fn first_of_month(date: Date, months: i32) -> Date {
    let count = i32::from(date.year()) * 12 + i32::from(date.month()) - 1;
    let month = count.saturating_add(months);
    let (year, month) = (i16::try_from(month.div_euclid(12)), i8::try_from(month.rem_euclid(12) + 1));
    let limit = if months < 0 { Date::MIN } else { Date::MAX };
    match (year, month) {
        (Ok(year), Ok(month)) => Date::new(year, month, 1).unwrap_or(limit),
        _ => limit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn the_table_covers_the_years_that_it_says() {
        assert_eq!(Day::from(date(1930, 1, 1)), Day(FIRST));
        assert_eq!(Day::from(date(2109, 12, 31)), Day(LAST));
    }

    #[test]
    fn the_fast_way_and_the_slow_way_agree_on_every_day_from_1929_to_2111() {
        for day in Day::from(date(1929, 1, 1)).0..=Day::from(date(2111, 12, 31)).0 {
            let slow = Day::from(rent::last_timely_day(Day(day).date()));
            assert_eq!(last_timely_day_of(Day(day)), slow, "due {:?}", Day(day));
        }
    }

    #[test]
    fn months_are_counted_across_years_and_stop_at_the_ends_of_the_calendar() {
        assert_eq!(first_of_month(date(2026, 11, 24), 0), date(2026, 11, 1));
        assert_eq!(first_of_month(date(2026, 11, 24), 2), date(2027, 1, 1));
        assert_eq!(first_of_month(date(2026, 1, 31), -13), date(2024, 12, 1));
        assert_eq!((first_of_month(Date::MIN, -1), first_of_month(Date::MAX, i32::MAX)), (Date::MIN, Date::MAX));
    }

    proptest! {
        #[test]
        fn weekdays_are_those_of_the_calendar(days in -4_000_000..=2_900_000i32) {
            let weekday = Day(days).date().weekday().to_monday_zero_offset();
            prop_assert_eq!(i32::from(Day(days).weekday_from_monday()), i32::from(weekday));
        }

        #[test]
        fn no_day_at_all_panics(days in any::<i32>()) {
            prop_assert!(last_timely_day_of(Day(days)) >= Day(days));
        }
    }
}
