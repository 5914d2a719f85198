//! The words of cards, as `config/texts/<locale>/card.toml` has them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::config::Locale;
use crate::texts::{TextError, TextFile};

const DA: &str = include_str!("../../config/texts/da/card.toml");
const EN: &str = include_str!("../../config/texts/en/card.toml");

/// The words of a language.
pub(super) fn words(locale: Locale) -> Result<&'static Words, TextError> {
    static TEXTS: TextFile<Words> = TextFile::new(("da/card.toml", DA), ("en/card.toml", EN));
    TEXTS.of(locale)
}

/// A noun with a count, in singular and plural.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forms {
    pub one: String,
    pub other: String,
}

/// An event's name, with and without its article.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventName {
    pub one: String,
    pub bare: String,
}

/// Structs of the file, so that both languages must have the same keys.
macro_rules! words {
    ($($name:ident { $($field:ident $(: $type:ty)?),* $(,)? })*) => {
        $(
            #[derive(Debug, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub(in crate::card) struct $name { $(pub $field: words!(@ $($type)?)),* }
        )*
    };
    (@) => { String };
    (@ $type:ty) => { $type };
}

words! {
    Words {
        lang, heading, lead, numbers: NumberWords, event: BTreeMap<String, EventName>, status: StatusWords,
        summary: Summary, purpose: Purpose, forbidden: Forbidden, basis: Basis, data: DataWords, looks: Looks,
        not_looked_at: NotLookedAt, text: TextWords, results: Results, calibration: CalibrationWords, dates: Dates, weekly: Weekly,
        groups: Groups, limits: Limits, gate: Gate, refusal: Refusals, rights: Rights, versions: Versions,
    }
    NumberWords {
        months: Vec<String>, date, percent, points, range, range_below_zero, in_table, with_interval, unknown, hidden, small,
        and, or, yes, no, not_tried, dates: Forms, test_dates: Forms, cases: Forms, places: Forms, weeks: Forms,
        days: Forms,
    }
    StatusWords { passed, refused, untested, in_use, passed_unused, stays }
    Summary { title, what, hits, hits_alone, missed, holds, no_proof }
    Purpose { title, text }
    Forbidden { title, items: Vec<String> }
    Basis {
        title, handover, named, reference, blind, statement, no_statement, no_statement_blind, dpia, dpia_on, no_dpia,
        special, special_out, special_in, oversight,
    }
    DataWords {
        title, text, same, as_of, label, label_text, bookings, bookings_span, bookings_none, fingerprint, feeds,
        feeds_columns: Vec<String>, left_out, left_out_columns: Vec<String>, left_out_none, feed: FeedWords,
        rule: BTreeMap<String, String>,
    }
    FeedWords { tenancies, ledger, events, notes }
    Looks { title, text, table, columns: Vec<String>, how, unused, family: Families }
    Families {
        arrears, trend, past_arrears, missed, late, habit, returned, payments, demands, plans, notes_economy,
        notes_housing, notes_absence, notes_conflict, notes_life_event, notes_protective, notes_health,
        notes_substance, notes_trouble, notes_contact, notes_text, tenancy,
    }
    NotLookedAt { title, items: Vec<String>, notes_text, notes_words, special, special_in, benefit, proxies, proxies_compared, audit }
    TextWords {
        title, used, unused, learned, dates, left_out, added, added_columns: Vec<String>, precision, pr_auc, roc_auc, brier,
        added_note, table, columns: Vec<String>, table_note, few_positives, no_terms, no_weight, not_tried, gate,
        not_better, brier_worse, chance, unknown,
    }
    Results {
        title, none, how, hits, recall, table, columns: Vec<String>, model, ahead, behind, ahead_sure, ahead_unsure, tie, roc_auc,
        pr_auc, interval, baseline: BTreeMap<String, String>,
    }
    CalibrationWords {
        title, meaning, brier, brier_worse, brier_unknown, slope, slope_good, slope_extreme, slope_timid, slope_unknown,
        intercept, kind_none, kind_shift, kind_slope, plot_title, plot_text, plot_x, plot_y, plot_point, plot_line,
        plot_tip, table, columns: Vec<String>, note, small,
    }
    Dates { title, text, table, columns: Vec<String> }
    Weekly { title, none, text, lead, median, median_unknown, median_meaning, kept, kept_meaning, limits }
    Groups {
        title, none, text, table, estate, age_band, tenure, columns: Vec<String>, unknown, missed_apart, missed_together,
        missed_unknown, hidden, small, note,
    }
    Limits { title, items: Vec<String> }
    Gate {
        title, table, columns: Vec<String>, positives, positives_limit, tested, tested_limit, better, better_limit,
        better_result, slope, slope_limit, brier, brier_limit, brier_result, why_not, by_gate, by_person, not_promoted,
        passed_unused,
    }
    Refusals {
        no_test_date, few_positives, precision_unknown, no_baseline, baseline_unknown, not_better, slope_unknown,
        slope_extreme, slope_timid, brier_unknown, brier,
    }
    Rights { title, object_title, object, object_command, correct, explain, back_title, back, back_this }
    Versions { title, id, file, sha, program, trained_on, ridge, columns, association, data }
}
