//! The words of reasons, from `config/texts/<locale>/reasons.toml`, and how numbers, amounts and dates are written.

use jiff::civil::Date;
use serde::Deserialize;

use crate::config::Locale;
use crate::money::Ore;
use crate::texts::{TextError, TextFile, capital, fill};

const DANISH: &str = include_str!("../../config/texts/da/reasons.toml");
const ENGLISH: &str = include_str!("../../config/texts/en/reasons.toml");

/// The words of reasons in one language.
#[derive(Clone, Debug)]
pub struct ReasonTexts {
    locale: Locale,
    pub(super) words: &'static Words,
}

impl ReasonTexts {
    /// The texts of a language, as built into the program.
    ///
    /// # Errors
    /// Only where the program was built with a broken file, which its tests refuse.
    pub fn of(locale: Locale) -> Result<ReasonTexts, TextError> {
        static TEXTS: TextFile<Words> = TextFile::new(("da/reasons.toml", DANISH), ("en/reasons.toml", ENGLISH));
        Ok(ReasonTexts { locale, words: TEXTS.of(locale)? })
    }

    /// `17.399 kr.`, `DKK 17,399`: whole kroner, rounded.
    pub(super) fn amount(&self, amount: Ore) -> String {
        let kroner = self.grouped(amount.abs().0.saturating_add(50) / 100);
        fill(&self.words.amount, &[("kroner", &kroner)])
    }

    /// `10. september`; with the year where it is not that of `today`.
    pub(super) fn date(&self, date: Date, today: Date) -> String {
        let month = usize::try_from(date.month() - 1).ok().and_then(|month| self.words.months.get(month));
        let template = if date.year() == today.year() { &self.words.date } else { &self.words.date_with_year };
        let (day, year) = (date.day().to_string(), date.year().to_string());
        fill(template, &[("day", &day), ("month", month.map_or("", String::as_str)), ("year", &year)])
    }

    /// A whole number: in words up to twelve.
    pub(super) fn number(&self, number: usize) -> String {
        self.words.numbers.get(number).cloned().unwrap_or_else(|| number.to_string())
    }

    /// `3,1` or `3.1`, and which form of a noun goes with it (CLDR's plural rules: Danish `0,5 måneds husleje`,
    /// `1,5 måneds husleje`; English `1.0 months`).
    pub(super) fn tenths<'a>(&self, number: f64, forms: &'a Forms) -> (String, &'a str) {
        let tenths = (number * 10.0).round().clamp(0.0, 1e9) as u64;
        let (whole, part) = (tenths / 10, tenths % 10);
        let (mark, one) = match self.locale {
            Locale::Da => (',', tenths == 10 || (part != 0 && whole <= 1)),
            Locale::En => ('.', false),
        };
        (format!("{whole}{mark}{part}"), if one { &forms.one } else { &forms.other })
    }

    /// Fills a sentence for a count: `{count}` in words, `{Count}` with a capital.
    pub(super) fn counted(&self, forms: &Forms, count: usize, more: &[(&str, &str)]) -> String {
        let count_in_words = self.number(count);
        let capital = capital(&count_in_words);
        let mut values = vec![("count", count_in_words.as_str()), ("Count", capital.as_str())];
        values.extend_from_slice(more);
        fill(forms.of(count), &values)
    }

    fn grouped(&self, number: i64) -> String {
        // Øre are written with two decimals behind a comma: taken off, what is left is the grouped whole.
        let danish = Ore(number.saturating_mul(100)).to_string();
        let whole = danish.split(',').next().unwrap_or_default();
        match self.locale {
            Locale::Da => whole.to_owned(),
            Locale::En => whole.replace('.', ","),
        }
    }
}

/// A sentence in singular and plural.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forms {
    pub one: String,
    pub other: String,
}

impl Forms {
    pub(super) fn of(&self, count: usize) -> &str {
        if count == 1 { &self.one } else { &self.other }
    }
}

/// A struct of the file, so that both languages must have the same keys.
macro_rules! words {
    ($($name:ident { $($field:ident: $type:ty),* $(,)? })*) => {
        $(
            #[derive(Clone, Debug, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub(super) struct $name { $(pub $field: $type),* }
        )*
    };
}

words! {
    Words {
        numbers: Vec<String>, months: Vec<String>, amount: String, date: String, date_with_year: String,
        spans: Spans, arrears: Arrears, trend: Trend, past_arrears: PastArrears, missed: Missed, late: Late,
        habit: Habit, returned: Returned, payments: Payments, demands: Demands, plans: Plans, notes: Notes,
        tenancy: Tenancy, other: Other,
    }
    Spans { year: String, two_years: String }
    Arrears {
        owes: Forms, owes_one: String, owes_amount: String, all_new: Forms, owes_fees: String, owes_little: String,
        owes_nothing: String,
    }
    Trend { growing: Forms, growing_year: String, shrinking: Forms, shrinking_year: String }
    PastArrears { peak: Forms, peak_one: String, peak_amount: String, recovered: Forms, clear: Forms }
    Missed {
        unpaid: Forms, unpaid_since: String, unpaid_never: String, short: Forms, oldest: String, lacking: Forms, lacking_before: Forms,
        all_paid: Forms, paid_before: Forms,
    }
    Late { late: Forms, none_in_time: Forms, all_in_time: Forms, in_time: Forms }
    Habit { regular: Forms, irregular: Forms, same_day: String }
    Returned { returned: Forms, none: String }
    Payments {
        last: String, never: String, hardly: String, short: String, behind_since: String, behind_for: Forms, credit: String,
        keeps_up: String, paid: String,
    }
    Demands { demand: Forms, reminder: Forms, fees: String, none: String, none_since: String }
    Plans { broken: String, active: String, kept: String, completed: String }
    Notes {
        noticed: String, noticed_many: String, first: String, next: String, and: String, economy: String, housing_condition: String,
        absence: String, conflict: String, life_event: String, special: String, by_several: String, times: Forms,
        twice: String, month: Forms, quarter: Forms, year: Forms, days: Forms, silence: Forms, protective: String,
        resemble_trouble: String, resemble_calm: String,
    }
    Tenancy { years: Forms, since: String, large_bill: String, rose: String }
    Other { other: String, base: String }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn figures_are_written_as_the_reader_would() {
        let (danish, english) = (ReasonTexts::of(Locale::Da).unwrap(), ReasonTexts::of(Locale::En).unwrap());
        assert_eq!(danish.amount(Ore(1_739_949)), "17.399 kr.");
        assert_eq!(english.amount(Ore(1_739_950)), "DKK 17,400");
        assert_eq!(danish.amount(Ore(i64::MIN)), "92.233.720.368.547.758 kr.");
        let today = date(2026, 11, 24);
        assert_eq!(danish.date(date(2026, 9, 10), today), "10. september");
        assert_eq!(english.date(date(2025, 9, 10), today), "10 September 2025");
        let forms = Forms { one: "one".into(), other: "other".into() };
        let danish_forms = [0.5, 1.0, 1.5, 2.0, 3.06].map(|n| danish.tenths(n, &forms));
        assert_eq!(danish_forms.map(|(_, form)| form), ["one", "one", "one", "other", "other"]);
        assert_eq!(danish.tenths(3.06, &forms).0, "3,1");
        assert_eq!(english.tenths(1.0, &forms), ("1.0".to_owned(), "other"));
    }
}
