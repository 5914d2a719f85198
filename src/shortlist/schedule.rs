//! On-site days and weeks.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::calendar::{holiday, is_business_day, is_constitution_day};
use crate::config::OnSite;

/// Whether the caseworker sits in the estates on that day: never on a holiday or on 5 June.
pub fn is_on_site(hours: &[OnSite], on: Date) -> bool {
    let closed = holiday(on).is_some() || is_constitution_day(on);
    !closed && hours.iter().any(|slot| slot.weekday == on.weekday())
}

/// Whether a mail that could not leave on its on-site morning may leave on that day: on a working day, or where the
/// caseworker is on site. On a holiday nobody reads it, and nobody is there to ask.
pub fn may_send(hours: &[OnSite], on: Date) -> bool {
    is_business_day(on) || is_on_site(hours, on)
}

/// The first on-site day on `from` or later. `None` without on-site hours.
pub fn next_on_site(hours: &[OnSite], from: Date) -> Option<Date> {
    // Two weeks are enough: no run of holidays takes a weekday three times.
    (0..21).filter_map(|days: i64| from.checked_add(days.days()).ok()).find(|day| is_on_site(hours, *day))
}

/// The Monday of the week in which the day lies: a weekly capacity runs from there.
pub fn week_start(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().since(Weekday::Monday)).days())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn hours(weekdays: &[Weekday]) -> Vec<OnSite> {
        let slot = |weekday: &Weekday| OnSite { weekday: *weekday, from: time(10, 0, 0, 0), until: time(14, 0, 0, 0) };
        weekdays.iter().map(slot).collect()
    }

    #[test]
    fn the_next_on_site_day_is_today_or_the_first_that_follows() {
        let hours = hours(&[Weekday::Tuesday, Weekday::Thursday]);
        assert_eq!(next_on_site(&hours, date(2026, 11, 24)), Some(date(2026, 11, 24)));
        assert_eq!(next_on_site(&hours, date(2026, 11, 25)), Some(date(2026, 11, 26)));
        assert_eq!(next_on_site(&hours, date(2026, 11, 27)), Some(date(2026, 12, 1)));
        assert_eq!(next_on_site(&[], date(2026, 11, 27)), None);
        let thursdays = [hours[1]];
        assert_eq!(next_on_site(&thursdays, date(2026, 5, 14)), Some(date(2026, 5, 21)), "Ascension Day");
    }

    #[test]
    fn a_late_mail_leaves_on_a_working_day_or_where_the_caseworker_sits_at_weekends() {
        let leaves = |hours: &[OnSite], day| may_send(hours, day);
        let tuesdays = hours(&[Weekday::Tuesday]);
        assert!(leaves(&tuesdays, date(2026, 11, 25)));
        for closed in [date(2026, 11, 28), date(2026, 11, 29), date(2026, 12, 25), date(2026, 6, 5)] {
            assert!(!leaves(&tuesdays, closed), "{closed}");
        }
        assert!(leaves(&hours(&[Weekday::Saturday]), date(2026, 11, 28)));
    }

    #[test]
    fn a_week_starts_on_monday_also_across_new_year() {
        assert_eq!(week_start(date(2026, 11, 24)), date(2026, 11, 23));
        assert_eq!(week_start(date(2026, 11, 23)), date(2026, 11, 23));
        assert_eq!(week_start(date(2027, 1, 3)), date(2026, 12, 28));
    }
}
