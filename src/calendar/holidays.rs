//! Danish holidays, computed, and the two kinds of working day that Danish rules tell apart.

use jiff::civil::{Date, Weekday};

/// A Danish church holiday (helligdag). Most of them fall on a Sunday or shut the banks on a weekday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holiday {
    /// Nytårsdag, 1 January.
    NewYearsDay,
    /// Skærtorsdag, the Thursday before Easter.
    MaundyThursday,
    /// Langfredag, the Friday before Easter.
    GoodFriday,
    /// Påskedag.
    EasterSunday,
    /// 2. påskedag.
    EasterMonday,
    /// Store Bededag, the fourth Friday after Easter, abolished after 2023 (lov nr. 214 af 6. marts 2023).
    GreatPrayerDay,
    /// Kristi himmelfartsdag, the sixth Thursday after Easter.
    AscensionDay,
    /// Pinsedag, the seventh Sunday after Easter.
    Pentecost,
    /// 2. pinsedag.
    WhitMonday,
    /// Juledag, 25 December.
    ChristmasDay,
    /// 2. juledag, 26 December.
    SecondDayOfChristmas,
}

/// The last year in which Store Bededag was a holiday.
const LAST_GREAT_PRAYER_DAY: i16 = 2023;

/// The holidays that follow Easter: days after Easter Sunday.
const AROUND_EASTER: [(i64, Holiday); 8] = [
    (-3, Holiday::MaundyThursday),
    (-2, Holiday::GoodFriday),
    (0, Holiday::EasterSunday),
    (1, Holiday::EasterMonday),
    (26, Holiday::GreatPrayerDay),
    (39, Holiday::AscensionDay),
    (49, Holiday::Pentecost),
    (50, Holiday::WhitMonday),
];

/// The holiday that falls on `date`, if one does. Grundlovsdag (5 June) is none: see [`is_constitution_day`].
pub fn holiday(date: Date) -> Option<Holiday> {
    match (date.month(), date.day()) {
        (1, 1) => return Some(Holiday::NewYearsDay),
        (12, 25) => return Some(Holiday::ChristmasDay),
        (12, 26) => return Some(Holiday::SecondDayOfChristmas),
        (1..=2 | 7..=12, _) => return None, // no holiday that follows Easter can fall here
        _ => {}
    }
    let easter = easter_sunday(date.year())?;
    let after = i64::from(date.day_of_year()) - i64::from(easter.day_of_year());
    let (_, holiday) = AROUND_EASTER.into_iter().find(|(days, _)| *days == after)?;
    let abolished = holiday == Holiday::GreatPrayerDay && date.year() > LAST_GREAT_PRAYER_DAY;
    (!abolished).then_some(holiday)
}

/// Easter Sunday in the Gregorian calendar, by the algorithm of Meeus, Jones and Butcher (J. Meeus, *Astronomical
/// Algorithms*, chapter 8). Before 1583 the result is what the rule would have given, not what was kept.
///
/// `None` only for years that a [`Date`] cannot hold.
pub fn easter_sunday(year: i16) -> Option<Date> {
    let year_number = i32::from(year);
    let (golden, century, of_century) =
        (year_number.rem_euclid(19), year_number.div_euclid(100), year_number.rem_euclid(100));
    let lunar_correction = (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let epact = (19 * golden + century - century.div_euclid(4) - lunar_correction + 15).rem_euclid(30);
    let to_sunday = (32 + 2 * century.rem_euclid(4) + 2 * (of_century / 4) - epact - of_century % 4).rem_euclid(7);
    let exception = (golden + 11 * epact + 22 * to_sunday) / 451;
    let from_march = epact + to_sunday - 7 * exception + 114;
    let (month, day) = (i8::try_from(from_march / 31).ok()?, i8::try_from(from_march % 31 + 1).ok()?);
    Date::new(year, month, day).ok()
}

/// Grundlovsdag, 5 June: not a holiday, but no due date and no demand counts on it.
pub fn is_constitution_day(date: Date) -> bool {
    (date.month(), date.day()) == (6, 5)
}

/// Monday to Friday, no holiday, not 5 June: a day on which rent can fall due (almenlejeloven § 44).
pub fn is_business_day(date: Date) -> bool {
    is_hverdag(date) && date.weekday() != Weekday::Saturday
}

/// A hverdag as the rule for demands counts it: Saturday included; no Sunday, no holiday, not 5 June.
pub fn is_hverdag(date: Date) -> bool {
    date.weekday() != Weekday::Sunday && !is_constitution_day(date) && holiday(date).is_none()
}

/// The first date from `date` on that is `wanted`; [`Date::MAX`] where the calendar ends before there is one.
pub(super) fn on_or_after(mut date: Date, wanted: fn(Date) -> bool) -> Date {
    while !wanted(date) {
        match date.tomorrow() {
            Ok(next) => date = next,
            Err(_) => return date,
        }
    }
    date
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Span;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn easter_falls_where_it_is_known_to_fall() {
        let known = [
            (1818, 3, 22), // the earliest there is
            (1943, 4, 25), // the latest there is
            (1954, 4, 18), // where epact 25 needs the exception
            (1961, 4, 2),
            (1981, 4, 19), // where epact 24 needs the exception
            (2000, 4, 23),
            (2008, 3, 23),
            (2019, 4, 21),
            (2023, 4, 9),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2027, 3, 28),
            (2038, 4, 25),
            (2049, 4, 18),
            (2285, 3, 22),
        ];
        for (year, month, day) in known {
            assert_eq!(easter_sunday(year), Some(date(year, month, day)), "{year}");
        }
    }

    #[test]
    fn the_holidays_of_2023_are_those_of_the_almanac() {
        let days = [
            (1, 1, Holiday::NewYearsDay),
            (4, 6, Holiday::MaundyThursday),
            (4, 7, Holiday::GoodFriday),
            (4, 9, Holiday::EasterSunday),
            (4, 10, Holiday::EasterMonday),
            (5, 5, Holiday::GreatPrayerDay),
            (5, 18, Holiday::AscensionDay),
            (5, 28, Holiday::Pentecost),
            (5, 29, Holiday::WhitMonday),
            (12, 25, Holiday::ChristmasDay),
            (12, 26, Holiday::SecondDayOfChristmas),
        ];
        let computed: Vec<_> = date(2023, 1, 1)
            .series(Span::new().days(1))
            .take_while(|day| day.year() == 2023)
            .filter_map(|day| holiday(day).map(|holiday| (day.month(), day.day(), holiday)))
            .collect();
        assert_eq!(computed, days);
    }

    #[test]
    fn store_bededag_ends_with_2023() {
        assert_eq!(holiday(date(2023, 5, 5)), Some(Holiday::GreatPrayerDay));
        assert_eq!(holiday(date(2024, 4, 26)), None);
        assert!(is_business_day(date(2024, 4, 26)));
    }

    #[test]
    fn constitution_day_is_no_holiday_but_no_business_day_either() {
        let day = date(2026, 6, 5); // a Friday
        assert_eq!(holiday(day), None);
        assert!(!is_business_day(day) && !is_hverdag(day));
        assert_eq!(on_or_after(day, is_business_day), date(2026, 6, 8));
    }

    #[test]
    fn saturday_is_a_hverdag_and_no_business_day() {
        assert!(is_hverdag(date(2026, 11, 21)) && !is_business_day(date(2026, 11, 21)));
        assert!(!is_hverdag(date(2026, 11, 22)));
    }

    /// Gauss's rule as corrected in 1816, with Lichtenberg's form of the exceptions: another road to the same day.
    fn easter_by_gauss(year: i32) -> Date {
        let century = year / 100;
        let secular_moon = 15 + (3 * century + 3) / 4 - (8 * century + 13) / 25;
        let secular_sun = 2 - (3 * century + 3) / 4;
        let moon = year % 19;
        let seed = (19 * moon + secular_moon) % 30;
        let correction = (seed + moon / 11) / 29;
        let limit = 21 + seed - correction;
        let first_sunday = 7 - (year + year / 4 + secular_sun) % 7;
        let march_day = limit + (7 - (limit - first_sunday).rem_euclid(7));
        date(i16::try_from(year).unwrap(), 3, 1).saturating_add(Span::new().days(march_day - 1))
    }

    proptest! {
        #[test]
        fn two_algorithms_agree_on_easter(year in 1583..=9999i16) {
            prop_assert_eq!(easter_sunday(year), Some(easter_by_gauss(i32::from(year))));
        }

        #[test]
        fn easter_is_a_sunday_between_22_march_and_25_april_in_any_year(year in -9999..=9999i16) {
            let easter = easter_sunday(year).unwrap();
            prop_assert_eq!(easter.weekday(), Weekday::Sunday);
            prop_assert!(date(year, 3, 22) <= easter && easter <= date(year, 4, 25));
        }

        #[test]
        fn the_next_business_day_is_open_and_nothing_open_lies_between(days in -4_371_587..=2_932_896i32) {
            let day = crate::calendar::Day(days).date();
            let next = on_or_after(day, is_business_day);
            prop_assert!(next == Date::MAX || (next >= day && is_business_day(next)));
            for between in day.series(Span::new().days(1)).take_while(|day| *day < next) {
                prop_assert!(!is_business_day(between));
            }
        }
    }
}
