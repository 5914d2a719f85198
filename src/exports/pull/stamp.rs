//! Dates in the names of exports: which delivery a file belongs to.

use jiff::civil::{Date, Time};

/// The date, and where written the time of day, in a file's name. The later one is the newer delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// The day; the first of the month where the name has a month only.
    pub date: Date,
    /// The time of day.
    pub time: Option<Time>,
}

/// The newest stamp in `text`, the part of a name that a pattern's wildcards stand for. A name with a first and a last day
/// (`2026-01-01_2026-11-24`) is as new as its last day.
///
/// Read are yyyy-mm-dd and dd-mm-yyyy (also with `_` or `.`), yyyymmdd, ddmmyyyy, yyyy-mm and yyyymm, of the years 1990 to
/// 2099, standing between other characters than digits. After a full date a time may follow: `T0630`, `_063000`, `_06-30`,
/// or the digits right behind those of the date. A single number of one to three digits is a part's number, no time.
pub fn newest_stamp(text: &str) -> Option<Stamp> {
    let runs = digit_runs(text);
    let mut newest = None;
    let mut at = 0;
    while at < runs.len() {
        let found = stamp_at(runs.get(at..).unwrap_or_default());
        if let Some((stamp, used)) = found {
            newest = newest.max(Some(stamp));
            at += used;
        } else {
            at += 1;
        }
    }
    newest
}

/// A run of digits, and what stands between it and the run before.
struct Run<'a> {
    before: &'a str,
    digits: &'a str,
}

impl Run<'_> {
    fn number(&self) -> Option<i16> {
        self.digits.parse().ok()
    }

    /// Whether it has this many digits and follows this separator.
    fn is(&self, digits: usize, separator: &str) -> bool {
        self.digits.len() == digits && self.before == separator
    }
}

fn digit_runs(text: &str) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        runs.push(Run { before, digits });
        rest = after;
    }
    runs
}

/// The stamp that begins with the first of `runs`, and how many of them it takes.
fn stamp_at(runs: &[Run]) -> Option<(Stamp, usize)> {
    let (date, used, whole_day) = date_at(runs)?;
    let joined = runs.first().filter(|run| run.digits.len() > 8);
    if let Some(time) = joined.and_then(|run| clock(run.digits.get(8..)?)) {
        return Some((Stamp { date, time: Some(time) }, used));
    }
    let after = runs.get(used..).filter(|_| whole_day).and_then(time_at);
    let (time, more) = after.map_or((None, 0), |(time, more)| (Some(time), more));
    Some((Stamp { date, time }, used + more))
}

/// A date, how many runs it takes, and whether it is a day and not a month.
fn date_at(runs: &[Run]) -> Option<(Date, usize, bool)> {
    let first = runs.first()?;
    match first.digits.len() {
        8 | 10 | 12 | 14 => {
            if let Some(time) = first.digits.get(8..).filter(|rest| !rest.is_empty()) {
                clock(time)?;
            }
            let part = |from: usize, to: usize| first.digits.get(from..to)?.parse::<i16>().ok();
            let year_first = || day(part(0, 4)?, part(4, 6)?, part(6, 8)?);
            let day_first = || day(part(4, 8)?, part(2, 4)?, part(0, 2)?);
            Some((year_first().or_else(day_first)?, 1, true))
        }
        6 => Some((month(first.digits.get(..4)?, first.digits.get(4..)?)?, 1, false)),
        4 => {
            let second = runs.get(1)?;
            if !["-", "_", "."].iter().any(|separator| second.is(2, separator)) {
                return None;
            }
            let third = runs.get(2).filter(|third| third.is(2, second.before));
            if let Some(date) = third.and_then(|third| day(first.number()?, second.number()?, third.number()?)) {
                return Some((date, 3, true));
            }
            // Only with a dash: `2026_01` is as likely the first part of a year.
            (second.before == "-").then(|| Some((month(first.digits, second.digits)?, 2, false)))?
        }
        2 => {
            let (second, third) = (runs.get(1)?, runs.get(2)?);
            let separated = ["-", "_", "."].iter().any(|separator| second.is(2, separator) && third.is(4, separator));
            let date = day(third.number()?, second.number()?, first.number()?).filter(|_| separated)?;
            Some((date, 3, true))
        }
        _ => None,
    }
}

/// A time after a date, and how many runs it takes.
fn time_at(runs: &[Run]) -> Option<(Time, usize)> {
    let first = runs.first()?;
    let marked = first.before.eq_ignore_ascii_case("t");
    if !marked && !["_", "-", " ", "."].contains(&first.before) {
        return None;
    }
    let another_date = || !marked && date_at(runs).is_some();
    match first.digits.len() {
        6 => Some((clock(first.digits)?, 1)),
        4 if !another_date() => Some((clock(first.digits)?, 1)),
        2 => {
            let joined = |run: &&Run| ["-", ".", ":", "_"].iter().any(|separator| run.is(2, separator));
            match (runs.get(1).filter(joined), runs.get(2).filter(joined)) {
                (Some(minutes), seconds) if !another_date() => {
                    let digits = |seconds: &str| clock(&format!("{}{}{seconds}", first.digits, minutes.digits));
                    let whole = seconds.and_then(|seconds| Some((digits(seconds.digits)?, 3)));
                    whole.or_else(|| Some((digits("")?, 2)))
                }
                (None, _) if marked => Some((clock(first.digits)?, 1)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn day(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
        .ok()
        .filter(|date| (1990..=2099).contains(&date.year()))
}

fn month(year: &str, month: &str) -> Option<Date> {
    day(year.parse().ok()?, month.parse().ok()?, 1)
}

/// `HH`, `HHMM` or `HHMMSS`.
fn clock(digits: &str) -> Option<Time> {
    let part = |from: usize| match digits.get(from..from + 2) {
        Some(two) => two.parse::<i8>().ok(),
        None => Some(0),
    };
    Time::new(part(0)?, part(2)?, part(4)?, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<String> {
        let stamp = newest_stamp(text)?;
        let time = stamp.time.map(|time| format!(" {}", time.strftime("%H:%M:%S"))).unwrap_or_default();
        Some(format!("{}{time}", stamp.date))
    }

    #[test]
    fn dates_are_found_in_every_usual_form() {
        for text in [
            "2026-11-24",
            "20261124",
            "24-11-2026",
            "24112026",
            "2026_11_24",
            "24.11.2026",
            "pr_20261124_1",
            "2026-11-24_2",
            "2026-11-24-01",
            "afd7-2026-11-24",
            "2026-01-01_2026-11-24",
            "01-01-2026_24-11-2026",
            "20260101-20261124",
        ] {
            assert_eq!(read(text).as_deref(), Some("2026-11-24"), "{text}");
        }
        for text in ["2026-11", "202611", "2026-11_1", "2026-11_02", "2025-12_2026-11", "2026-11-45"] {
            assert_eq!(read(text).as_deref(), Some("2026-11-01"), "{text}");
        }
    }

    #[test]
    fn a_time_of_day_after_the_date_is_read_too() {
        for text in [
            "2026-11-24T0630",
            "20261124_0630",
            "202611240630",
            "20261124-063000",
            "20261124063000",
            "2026-11-24_06-30",
            "2026-11-24T06:30:00",
            "24112026_0630",
            "24-11-2026 06.30",
            "2026-11-24_06-30-00_1",
        ] {
            assert_eq!(read(text).as_deref(), Some("2026-11-24 06:30:00"), "{text}");
        }
        assert_eq!(read("2026112406").as_deref(), Some("2026-11-24 06:00:00"));
        assert_eq!(read("20261124_201211").as_deref(), Some("2026-11-24 20:12:11"));
    }

    #[test]
    fn numbers_that_are_no_dates_are_left_alone() {
        for text in [
            "",
            "1",
            "007",
            "afd_07",
            "2026",
            "2026_01",
            "12345678",
            "20261324",
            "202613",
            "1889-01-01",
            "99",
            "kopi",
            "123456789",
            "2026112",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_name_makes_it_panic(text in "[0-9tT_. -æ]{0,30}") {
            let _ = newest_stamp(&text);
        }

        #[test]
        fn a_date_is_read_back_however_it_is_written(year in 1990i16..=2099, month in 1i8..=12, of_month in 1i8..=28) {
            let date = jiff::civil::date(year, month, of_month);
            for form in ["%Y-%m-%d", "%Y%m%d", "%d-%m-%Y", "%d%m%Y"] {
                let text = format!("a_{}_2", date.strftime(form));
                prop_assert_eq!(newest_stamp(&text), Some(Stamp { date, time: None }), "{}", text);
            }
        }
    }
}
