//! Danish days: which are holidays and business days, when rent is due, and when a demand may be sent at the earliest.

use std::fmt;

mod holidays;
mod rent;
mod table;

pub use holidays::{Holiday, easter_sunday, holiday, is_business_day, is_constitution_day, is_hverdag};
pub use rent::{DEMAND_DEADLINE_DAYS, deadline, earliest_demand, last_timely_day};
pub use table::{first_of_month, last_timely_day_of};

use jiff::civil::Date;

/// A civil date as a count of days since 1970-01-01: four bytes, and arithmetic without a calendar.
///
/// Long ledgers and what is computed from them use `Day`; configuration, texts and rules of law use [`Date`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The day `days` later (earlier where negative).
    pub fn plus(self, days: i32) -> Day {
        Day(self.0.saturating_add(days))
    }

    /// Days from `earlier` to this day.
    pub fn since(self, earlier: Day) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// The civil date. Days beyond what a civil date can hold give the nearest one that it can.
    pub fn date(self) -> Date {
        let epoch = jiff::civil::date(1970, 1, 1);
        let limit = if self.0 < 0 { Date::MIN } else { Date::MAX };
        epoch.checked_add(jiff::Span::new().days(self.0.clamp(-4_000_000, 2_900_000))).unwrap_or(limit)
    }
}

impl From<Date> for Day {
    /// Howard Hinnant's `days_from_civil`, <https://howardhinnant.github.io/date_algorithms.html>.
    fn from(date: Date) -> Day {
        let (year, month, day) = (i32::from(date.year()), i32::from(date.month()), i32::from(date.day()));
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        Day(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date())
    }
}

/// Whole years from one day to a later one, as birthdays are counted; negative where it is earlier. Who began on 29 February
/// has the year full on 1 March of a year without that day.
pub fn whole_years(from: Date, on: Date) -> i16 {
    on.year() - from.year() - i16::from((on.month(), on.day()) < (from.month(), from.day()))
}
