//! When rent counts as paid in time, when a demand may be sent, and when its deadline ends.

use jiff::Span;
use jiff::civil::Date;

use super::holidays::{is_business_day, is_hverdag, on_or_after};

/// A demand may be sent on the first hverdag after the third one: the fourth.
const HVERDAGE_BEFORE_DEMAND: u32 = 4;

/// Days that a demand gives to pay (almenlejeloven § 90, stk. 1, nr. 1).
pub const DEMAND_DEADLINE_DAYS: u32 = 14;

/// The last day on which rent due on `due` is paid in time: the due date itself, or the next business day where it falls
/// on a Saturday, a Sunday, a holiday or 5 June (almenlejeloven § 44).
pub fn last_timely_day(due: Date) -> Date {
    on_or_after(due, is_business_day)
}

/// The first day on which a demand for rent due on `due` may be sent: the first hverdag after the third hverdag that
/// follows the last timely day. Saturdays count as hverdage here; Sundays, holidays and 5 June do not.
pub fn earliest_demand(due: Date) -> Date {
    (0..HVERDAGE_BEFORE_DEMAND).fold(last_timely_day(due), |day, _| on_or_after(day_after(day, 1), is_hverdag))
}

/// The last day of a deadline of `days` days that starts with the receipt of a letter: the day of receipt does not count,
/// and an end on a weekend, a holiday or 5 June moves to the next business day.
pub fn deadline(received: Date, days: u32) -> Date {
    on_or_after(day_after(received, days), is_business_day)
}

/// `days` after `date`, or [`Date::MAX`].
fn day_after(date: Date, days: u32) -> Date {
    Span::new().try_days(i64::from(days)).map_or(Date::MAX, |span| date.saturating_add(span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Day;
    use jiff::civil::{Weekday, date};
    use proptest::prelude::*;

    #[test]
    fn a_demand_may_be_sent_on_the_weekdays_that_the_rule_gives() {
        use Weekday::*;
        let vectors = [
            (Monday, Friday),
            (Tuesday, Saturday),
            (Wednesday, Monday),
            (Thursday, Tuesday),
            (Friday, Wednesday),
            (Saturday, Friday),
            (Sunday, Friday),
        ];
        for (offset, (due_on, demand_on)) in (0i8..).zip(vectors) {
            let due = date(2026, 11, 2 + offset); // a week without holidays, and none after it
            assert_eq!((due.weekday(), earliest_demand(due).weekday()), (due_on, demand_on));
            assert!(earliest_demand(due).duration_since(due).as_hours() <= 7 * 24);
        }
    }

    #[test]
    fn rent_due_on_new_years_day_is_timely_on_the_next_business_day() {
        assert_eq!(last_timely_day(date(2027, 1, 1)), date(2027, 1, 4)); // Friday → Monday
        assert_eq!(last_timely_day(date(2026, 1, 1)), date(2026, 1, 2)); // Thursday → Friday
    }

    #[test]
    fn holidays_put_off_the_due_date_and_the_demand() {
        // 1 April 2026 is the Wednesday before Easter: timely then, but Thursday to Monday hold one hverdag.
        assert_eq!(last_timely_day(date(2026, 4, 1)), date(2026, 4, 1));
        assert_eq!(earliest_demand(date(2026, 4, 1)), date(2026, 4, 9)); // 4, 7, 8, then the 9th
        // 1 June 2026 is a Monday: without Grundlovsdag it would be Friday the 5th.
        assert_eq!(earliest_demand(date(2026, 6, 1)), date(2026, 6, 6));
        // Store Bededag 2023: due Monday 1 May.
        assert_eq!(earliest_demand(date(2023, 5, 1)), date(2023, 5, 6));
    }

    #[test]
    fn a_deadline_that_ends_on_a_closed_day_rolls_forward() {
        assert_eq!(deadline(date(2026, 11, 10), DEMAND_DEADLINE_DAYS), date(2026, 11, 24));
        assert_eq!(deadline(date(2026, 11, 7), DEMAND_DEADLINE_DAYS), date(2026, 11, 23)); // ends on a Saturday
        assert_eq!(deadline(date(2026, 12, 11), DEMAND_DEADLINE_DAYS), date(2026, 12, 28)); // ends on Christmas Day
        assert_eq!(deadline(date(2026, 5, 22), DEMAND_DEADLINE_DAYS), date(2026, 6, 8)); // ends on 5 June, a Friday
    }

    #[test]
    fn the_ends_of_the_calendar_do_not_panic() {
        for due in [Date::MIN, Date::MAX, Date::MAX.yesterday().unwrap(), date(9999, 12, 25)] {
            assert!(last_timely_day(due) >= due && earliest_demand(due) >= due);
            assert!(deadline(due, 0) >= due && deadline(due, u32::MAX) == Date::MAX);
        }
    }

    proptest! {
        #[test]
        fn demands_come_after_exactly_three_hverdage(days in -700_000..=700_000i32) {
            let due = Day(days).date();
            let (timely, demand) = (last_timely_day(due), earliest_demand(due));
            prop_assert!(is_business_day(timely) && is_hverdag(demand));
            let between = timely.tomorrow().unwrap().series(Span::new().days(1)).take_while(|day| *day < demand);
            prop_assert_eq!(between.filter(|day| is_hverdag(*day)).count(), 3);
        }

        #[test]
        fn a_later_due_date_never_gives_an_earlier_deadline(days in -700_000..=700_000i32, length in 0..=60u32) {
            let (first, second) = (Day(days).date(), Day(days + 1).date());
            prop_assert!(last_timely_day(first) <= last_timely_day(second));
            prop_assert!(earliest_demand(first) <= earliest_demand(second));
            prop_assert!(deadline(first, length) <= deadline(second, length));
        }
    }
}
