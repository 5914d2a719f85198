//! How figures, intervals and dates are written in a language. What is no number is said to be unknown, never printed.

use jiff::civil::Date;

use super::words::{Forms, NumberWords};
use crate::config::Locale;
use crate::learning::measure::{Measure, Share};
use crate::texts::fill;

/// Decimals of a Brier score: at base rates below 1 % the first two are noughts.
const BRIER_PLACES: usize = 5;

pub(super) struct Numbers {
    pub locale: Locale,
    pub words: &'static NumberWords,
}

impl Numbers {
    /// `12.345`, `12,345`.
    pub fn count(&self, number: u64) -> String {
        self.grouped(&number.to_string())
    }

    /// A count with its noun.
    pub fn counted(&self, forms: &Forms, number: usize) -> String {
        fill(if number == 1 { &forms.one } else { &forms.other }, &[("n", &self.count(number as u64))])
    }

    /// `1,06`, `−0,12`.
    pub fn decimal(&self, number: f64, places: usize) -> String {
        if !number.is_finite() {
            return self.words.unknown.clone();
        }
        let written = format!("{:.places$}", number.abs());
        let sign = if number < 0.0 && written.contains(|c| ('1'..='9').contains(&c)) { "−" } else { "" };
        let (whole, part) = written.split_once('.').unwrap_or((&written, ""));
        let mark = match (part, self.locale) {
            ("", _) => "",
            (_, Locale::Da) => ",",
            (_, Locale::En) => ".",
        };
        format!("{sign}{}{mark}{part}", self.grouped(whole))
    }

    /// `12,4 %`; below 1 % with one decimal more.
    pub fn percent(&self, share: f64) -> String {
        self.percent_places(share, places_of(share))
    }

    /// `0,1 %`, `5 %`: a mark on an axis.
    pub fn percent_short(&self, share: f64) -> String {
        let places = usize::from((100.0 * share).round() / 100.0 != share);
        self.percent_places(share, places)
    }

    fn percent_places(&self, share: f64, places: usize) -> String {
        if !share.is_finite() {
            return self.words.unknown.clone();
        }
        fill(&self.words.percent, &[("n", &self.decimal(100.0 * share, places))])
    }

    /// `12,4 % (95 %-interval 10,1–14,8 %)`.
    pub fn percent_measure(&self, measure: Option<Measure>) -> String {
        self.percent_in(&self.words.with_interval, measure)
    }

    /// The same of a share.
    pub fn share(&self, share: &Share) -> String {
        self.percent_measure(Some(measure_of(share)))
    }

    /// `12,4 % (10,1–14,8 %)`: in a table, whose caption says what stands in brackets.
    pub fn percent_cell(&self, measure: Option<Measure>) -> String {
        self.percent_in(&self.words.in_table, measure)
    }

    /// The same of a share.
    pub fn share_cell(&self, share: &Share) -> String {
        self.percent_cell(Some(measure_of(share)))
    }

    fn percent_in(&self, template: &str, measure: Option<Measure>) -> String {
        let percent = |number, places| self.percent_places(number, places);
        self.measured(template, measure, places_of, percent, 100.0)
    }

    /// Only the interval of a share: `10,1–14,8 %`.
    pub fn share_interval(&self, share: &Share) -> String {
        let places = places_of(share.value);
        self.range(share.low, share.high, 100.0, places, |number, places| self.percent_places(number, places))
    }

    /// `2,9 procentpoint (95 %-interval −0,4 til 6,1 procentpoint)`.
    pub fn points_measure(&self, measure: Option<Measure>) -> String {
        let points = |share: f64, places| fill(&self.words.points, &[("n", &self.decimal(100.0 * share, places))]);
        self.measured(&self.words.with_interval, measure, |_| 1, points, 100.0)
    }

    /// The same in a table whose column names the unit.
    pub fn points_cell(&self, measure: Option<Measure>) -> String {
        let points = |share: f64, places| self.decimal(100.0 * share, places);
        self.measured(&self.words.in_table, measure, |_| 1, points, 100.0)
    }

    /// `1,06 (95 %-interval 0,92–1,19)`.
    pub fn decimal_measure(&self, measure: Option<Measure>, places: usize) -> String {
        self.decimal_in(&self.words.with_interval, measure, places)
    }

    /// The same in a table.
    pub fn decimal_cell(&self, measure: Option<Measure>, places: usize) -> String {
        self.decimal_in(&self.words.in_table, measure, places)
    }

    fn decimal_in(&self, template: &str, measure: Option<Measure>, places: usize) -> String {
        self.measured(template, measure, |_| places, |number, places| self.decimal(number, places), 1.0)
    }

    /// A Brier score.
    pub fn brier(&self, score: f64) -> String {
        self.decimal(score, BRIER_PLACES)
    }

    /// A Brier score with its interval, in a table.
    pub fn brier_cell(&self, score: Option<Measure>) -> String {
        self.decimal_cell(score, BRIER_PLACES)
    }

    /// A Brier score with its interval.
    pub fn brier_measure(&self, score: Option<Measure>) -> String {
        self.decimal_measure(score, BRIER_PLACES)
    }

    /// `11. september 2026`.
    pub fn date(&self, date: Date) -> String {
        let month = usize::try_from(date.month() - 1).ok().and_then(|month| self.words.months.get(month));
        let (day, year) = (date.day().to_string(), date.year().to_string());
        let month = month.map_or("", String::as_str);
        fill(&self.words.date, &[("day", &day), ("month", month), ("year", &year)])
    }

    /// Days, rounded to whole ones.
    pub fn days(&self, days: f64) -> String {
        if !days.is_finite() {
            return self.words.unknown.clone();
        }
        self.counted(&self.words.days, days.round().max(0.0) as usize)
    }

    fn measured(
        &self,
        template: &str,
        measure: Option<Measure>,
        places: impl Fn(f64) -> usize,
        write: impl Fn(f64, usize) -> String,
        times: f64,
    ) -> String {
        let sound = |measure: &Measure| [measure.value, measure.low, measure.high].iter().all(|one| one.is_finite());
        let Some(measure) = measure.filter(sound) else { return self.words.unknown.clone() };
        let places = places(measure.value);
        let range = self.range(measure.low, measure.high, times, places, &write);
        fill(template, &[("value", &write(measure.value, places)), ("range", &range)])
    }

    /// The unit stands behind the higher end only.
    fn range(&self, low: f64, high: f64, times: f64, places: usize, write: impl Fn(f64, usize) -> String) -> String {
        let template = if low < 0.0 { &self.words.range_below_zero } else { &self.words.range };
        fill(template, &[("low", &self.decimal(times * low, places)), ("high", &write(high, places))])
    }

    fn grouped(&self, digits: &str) -> String {
        let mark = match self.locale {
            Locale::Da => '.',
            Locale::En => ',',
        };
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push(mark);
            }
            grouped.push(digit);
        }
        grouped
    }
}

fn measure_of(share: &Share) -> Measure {
    Measure { value: share.value, low: share.low, high: share.high }
}

/// Decimals of a percentage: two below 1 %, where one would tell little.
fn places_of(share: f64) -> usize {
    if share != 0.0 && share.abs() < 0.01 { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::card::words::words;

    fn numbers(locale: Locale) -> Numbers {
        Numbers { locale, words: &words(locale).unwrap().numbers }
    }

    #[test]
    fn figures_are_written_as_danes_and_english_readers_write_them() {
        let (da, en) = (numbers(Locale::Da), numbers(Locale::En));
        assert_eq!((da.count(1_234_567), en.count(1_234_567)), ("1.234.567".to_owned(), "1,234,567".to_owned()));
        assert_eq!((da.percent(0.1239), en.percent(0.1239)), ("12,4\u{a0}%".to_owned(), "12.4%".to_owned()));
        assert_eq!((da.percent(0.0035), da.percent(0.0), da.percent(1.0)).0, "0,35\u{a0}%");
        let measure = Some(Measure { value: 0.124, low: 0.101, high: 0.148 });
        assert_eq!(da.percent_measure(measure), "12,4\u{a0}% (95\u{a0}%-interval 10,1–14,8\u{a0}%)");
        assert_eq!(en.percent_measure(measure), "12.4% (95% interval 10.1–14.8%)");
        let around = Some(Measure { value: -0.001, low: -0.02, high: 0.03 });
        assert_eq!(da.points_measure(around), "−0,1 procentpoint (95\u{a0}%-interval −2,0 til 3,0 procentpoint)");
        assert_eq!(da.decimal(-0.001, 2), "0,00", "no minus before a nought");
        assert_eq!((da.date(date(2026, 9, 1)), en.date(date(2026, 9, 1))).0, "1. september 2026");
        assert_eq!((da.days(1.2), da.days(48.0)), ("én dag".to_owned(), "48 dage".to_owned()));
    }

    #[test]
    fn what_is_no_number_is_said_to_be_unknown() {
        let da = numbers(Locale::Da);
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for told in [da.decimal(number, 2), da.percent(number), da.days(number)] {
                assert_eq!(told, da.words.unknown);
            }
            assert_eq!(da.percent_measure(Some(Measure { value: 0.1, low: number, high: 0.2 })), da.words.unknown);
        }
        assert_eq!(da.decimal_measure(None, 2), da.words.unknown);
    }
}
