//! Invented facts for model cards: a model that passed, one that did not, and one that could not be tested.

#![allow(dead_code)] // each test file uses its own part
#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use postkort::card::{Card, Data, Facts, card};
use postkort::config::{Handover, LawfulBasis, Locale};
use postkort::exports::records::FeedName;
use postkort::exports::report::FeedReport;
use postkort::features::{FEATURES, Family, N, NOTES_TEXT, position};
use postkort::learning::calibrate::{Calibration, Kind};
use postkort::learning::design::Design;
use postkort::learning::fit::{Fit, fit};
use postkort::learning::gate::{Refusal, Verdict};
use postkort::learning::measure::{
    Baseline, CalibrationMeasures, Comparison, Figures, GroupedRow, Grouping, LeadTime, Measure, Measures,
    ReliabilityBin, Resampling, Share, SplitReport, Stability, by_group,
};
use postkort::learning::proof::{Proof, Weekly};
use postkort::learning::text::WeighedTerm;
use postkort::learning::text_trial::{Added, TextReport};
use postkort::risk::{Promotion, Provenance, TextModel, Trained};

pub const LOCALES: [(Locale, &str); 2] = [(Locale::Da, "da"), (Locale::En, "en")];
/// Places on a week's lists in the invented association.
pub const CAPACITY: usize = 12;

/// All that a card borrows.
#[derive(Clone)]
pub struct Case {
    pub association: String,
    pub locale: Locale,
    pub basis: LawfulBasis,
    pub model: Trained,
    pub proof: Option<Proof>,
    pub tested: usize,
    pub verdict: Verdict,
    pub text: Option<TextReport>,
    pub reports: BTreeMap<FeedName, FeedReport>,
    pub left_out: BTreeMap<&'static str, u64>,
}

impl Case {
    pub fn card(&self) -> Card {
        card(&Facts {
            association: &self.association,
            locale: self.locale,
            basis: &self.basis,
            model: &self.model,
            proof: self.proof.as_ref(),
            tested: self.tested,
            verdict: &self.verdict,
            text: self.text.as_ref(),
            data: Data {
                reports: &self.reports,
                first_booking: Some(date(2023, 1, 2)),
                last_booking: Some(date(2026, 11, 20)),
                left_out: &self.left_out,
            },
        })
        .unwrap()
    }
}

/// (a) A model that met every demand.
pub fn promoted(locale: Locale) -> Case {
    let promotion = Promotion { on: date(2026, 11, 21), by: "the gate".to_owned(), why: "all demands met".to_owned() };
    Case {
        association: "Boligforeningen Havblik".to_owned(),
        locale,
        basis: LawfulBasis {
            handover: Handover::Named,
            statement: Some("Samarbejdsaftale med kommunen af 2026-03-01, journal 26/114".to_owned()),
            dpia: Some(date(2026, 2, 12)),
            special_categories: None,
        },
        model: model(2_184, Some(promotion)),
        proof: Some(proof()),
        tested: 10,
        verdict: Verdict { promoted: true, reasons: Vec::new() },
        text: None,
        reports: reports(),
        left_out: [("not_running", 4_210), ("at_termination_or_court", 388), ("no_ledger", 17), ("a_new_rule", 3)]
            .into(),
    }
}

/// (b) A model that failed in every way that can be told together.
pub fn refused(locale: Locale) -> Case {
    let mut case = promoted(locale);
    let proof = case.proof.as_mut().unwrap();
    proof.pooled.calibration.slope = measure(0.712, 0.55, 0.88);
    proof.pooled.brier = measure(0.011_31, 0.0099, 0.0127);
    proof.pooled.brier_constant = measure(0.011_24, 0.0098, 0.0127);
    proof.pooled.precision_at.insert(CAPACITY, measure(0.458, 0.37, 0.55));
    for baseline in proof.pooled.baselines.values_mut() {
        baseline.ahead_at.insert(CAPACITY, measure(-0.042, -0.11, 0.03));
    }
    proof.weekly = None;
    proof.groups.clear();
    case.model = model(41, None);
    case.basis = LawfulBasis {
        handover: Handover::Blind,
        statement: None,
        dpia: None,
        special_categories: Some("Artikel 9, stk. 2, litra h, vurderet 2026-01-20".to_owned()),
    };
    case.verdict = Verdict {
        promoted: false,
        reasons: vec![
            Refusal::FewPositives { positives: 41 },
            Refusal::NotBetter { baseline: "arrears_months".to_owned(), capacity: CAPACITY, model: 0.458, simple: 0.5 },
            Refusal::Slope { slope: 0.712 },
            Refusal::Brier { brier: 0.011_31, constant: 0.011_24 },
        ],
    };
    case
}

/// (d) A model that has learned from the words of notes.
pub fn with_words(locale: Locale) -> Case {
    let measured = |precision, area, brier| Figures {
        precision: measure(precision, precision - 0.03, precision + 0.03),
        pr_auc: measure(area, area - 0.02, area + 0.02),
        roc_auc: measure(area + 0.5, area + 0.48, area + 0.52),
        brier: measure(brier, brier - 0.0004, brier + 0.0004),
    };
    let difference = Figures {
        precision: measure(0.05, -0.008, 0.11),
        pr_auc: measure(0.021, 0.004, 0.037),
        roc_auc: measure(0.012, 0.003, 0.02),
        brier: measure(-0.000_12, -0.000_2, -0.000_03),
    };
    let text = TextReport {
        used: true,
        reasons: Vec::new(),
        rows: 31_204,
        positives: 412,
        positive_tenancies: 207,
        terms: 3,
        ridge: Some(30.0),
        dates: 8,
        capacity: CAPACITY,
        added: Some(Added {
            without: measured(0.45, 0.31, 0.010_31),
            with: measured(0.5, 0.331, 0.010_19),
            difference,
        }),
    };
    let promotion = Promotion { on: date(2026, 11, 21), by: "the gate".to_owned(), why: "all demands met".to_owned() };
    Case { model: worded(promotion), text: Some(text), ..promoted(locale) }
}

fn worded(promotion: Promotion) -> Trained {
    let (_, _, rows) = &*LEARNED;
    let place = position(NOTES_TEXT).unwrap();
    let mut rows = rows.clone();
    rows.iter_mut().enumerate().for_each(|(at, row)| row[place] = [0.0, 0.0, 0.4, -0.3][at % 4]);
    let design = Design::learn(&rows).unwrap();
    let labels: Vec<bool> = (0..rows.len()).map(|row| row % 9 == 0).collect();
    let found = fit(&design.matrix(&rows), &labels, 5.0, None).unwrap();
    let term = |term: &str, weight, tenancies| WeighedTerm { term: term.to_owned(), weight, tenancies };
    let words = TextModel {
        reader_sha256: "2e".repeat(32),
        days: 90,
        ridge: 30.0,
        rows: 31_204,
        positives: 412,
        positive_tenancies: 207,
        terms: vec![term("ikke hent", 0.8123, 64), term("persien", 0.2417, 1_031), term("hyld mal", -0.1904, 22)],
    };
    let newest: Vec<&[f64; N]> = rows.iter().collect();
    let base = model(2_184, None);
    let (calibration, provenance) = (*base.calibration(), base.provenance().clone());
    let parts = (design, found);
    Trained::with_text("logistic", "2026-11-21", parts.0, &parts.1, calibration, provenance, &newest, Some(words))
        .unwrap()
        .promoted_by(promotion)
}

/// (c) A model of one snapshot, on which nothing could be tested.
pub fn untested(locale: Locale) -> Case {
    Case {
        model: model(64, None),
        proof: None,
        tested: 0,
        verdict: Verdict { promoted: false, reasons: vec![Refusal::NoTestDate] },
        text: None,
        left_out: BTreeMap::new(),
        ..promoted(locale)
    }
}

pub fn measure(value: f64, low: f64, high: f64) -> Option<Measure> {
    Some(Measure { value, low, high })
}

/// Columns and coefficients of many features, learned once.
static LEARNED: LazyLock<(Design, Fit, Vec<[f64; N]>)> = LazyLock::new(|| {
    let cell = |row: usize, feature: usize| {
        let mixed = (row * 31 + feature * 17 + row * row * (feature + 3)) % 1009;
        // Without words of notes, that feature is always 0.
        if FEATURES[feature].name == NOTES_TEXT {
            return 0.0;
        }
        if mixed.is_multiple_of(13) { f64::NAN } else { (mixed as f64 / 100.0).exp_m1() }
    };
    // Learned without a basis, so that nothing of special categories counted.
    let needs_basis = |feature: usize| matches!(FEATURES[feature].family, Family::NotesHealth | Family::NotesSubstance);
    let rows: Vec<[f64; N]> = (0..150)
        .map(|row| std::array::from_fn(|feature| if needs_basis(feature) { 0.0 } else { cell(row, feature) }))
        .collect();
    let labels: Vec<bool> = (0..rows.len()).map(|row| row % 7 == 0).collect();
    let design = Design::learn(&rows).unwrap();
    let fit = fit(&design.matrix(&rows), &labels, 300.0, None).unwrap();
    (design, fit, rows)
});

/// A model of many columns.
pub fn model(positives: usize, promotion: Option<Promotion>) -> Trained {
    let (design, fit, rows) = &*LEARNED;
    let calibration =
        Calibration { intercept: -0.2, slope: 0.94, rows: 18_412, positives: 214, kind: Kind::SlopeAndShift };
    let provenance = Provenance {
        association: "ab".repeat(32),
        data: "1f".repeat(32),
        as_of: (0..12).map(|month| date(2025, 6, 24).saturating_add(month.months())).collect(),
        horizon_days: 180,
        labels: vec!["termination".to_owned(), "court_filing".to_owned()],
        rows: 218_904,
        tenancies: 20_318,
        positives,
        negatives_one_in: 1,
        capacity: CAPACITY,
        ridge: 300.0,
        trained_on: date(2026, 11, 21),
        program: "0.1.0".to_owned(),
    };
    let newest: Vec<&[f64; N]> = rows.iter().collect();
    let model = Trained::new("logistic", "2026-11-21", design.clone(), fit, calibration, provenance, &newest).unwrap();
    promotion.into_iter().fold(model, Trained::promoted_by)
}

/// What a back-test on ten dates might have come to: 120 places.
pub fn proof() -> Proof {
    let as_of = |month: i64| date(2025, 8, 24).saturating_add(month.months());
    Proof {
        capacity: CAPACITY,
        pooled: measures(182_407, 2_077, 0.6),
        dates: (0..10).map(|month| split(as_of(month), month)).collect(),
        reliability: reliability(),
        groups: groups(),
        weekly: Some(Weekly {
            first: date(2025, 8, 24),
            last: date(2026, 5, 24),
            weeks: 40,
            lead: Some(LeadTime {
                events: 412,
                listed: Share::of(171, 412).unwrap(),
                median: measure(48.0, 41.0, 57.0),
                lower_quartile: Some(22.0),
                upper_quartile: Some(93.0),
            }),
            stability: Some(Stability {
                pairs: 39,
                kept: measure(0.834, 0.79, 0.87),
                jaccard: measure(0.716, 0.66, 0.77),
            }),
        }),
    }
}

fn measures(cohort: usize, positives: usize, precision: f64) -> Measures {
    let around = |value: f64, by: f64| measure(value, value - by, (value + by).min(1.0));
    let baseline = |roc_auc: f64, pr_auc: f64, simple: f64| Baseline {
        roc_auc: around(roc_auc, 0.011),
        pr_auc: around(pr_auc, 0.02),
        precision_at: [(CAPACITY, around(simple, 0.08))].into(),
        ahead_at: [(CAPACITY, around(precision - simple, 0.062))].into(),
    };
    let baselines = [
        ("arrears_dkk", baseline(0.861, 0.17, 0.44)),
        ("arrears_months", baseline(0.868, 0.19, 0.5)),
        ("days_since_last_payment", baseline(0.742, 0.08, 0.22)),
        ("label_at_last_date", baseline(0.553, 0.03, 0.071)),
    ];
    Measures {
        cohort,
        positives,
        roc_auc: around(0.9134, 0.008),
        pr_auc: around(0.262, 0.024),
        brier: around(0.009_91, 0.0006),
        brier_constant: around(0.011_24, 0.0007),
        calibration: CalibrationMeasures { slope: measure(1.06, 0.97, 1.15), intercept: measure(0.11, -0.14, 0.36) },
        precision_at: [(CAPACITY, around(precision, 0.081))].into(),
        recall_at: [(CAPACITY, around(0.0347, 0.006))].into(),
        baselines: baselines.map(|(name, baseline)| (name.to_owned(), baseline)).into(),
    }
}

fn split(as_of: Date, month: i64) -> SplitReport {
    let precision = 0.6 + 0.0833 * ((month % 3) as f64 - 1.0);
    SplitReport { as_of, horizon_days: 180, measures: measures(18_200 + 9 * month as usize, 207, precision) }
}

fn reliability() -> Vec<ReliabilityBin> {
    let bin = |forecast: f64, hits: usize, n: usize| ReliabilityBin { forecast, observed: Share::of(hits, n).unwrap() };
    vec![
        bin(0.0004, 5, 18_240),
        bin(0.0007, 14, 18_241),
        bin(0.0011, 22, 18_241),
        bin(0.0016, 27, 18_240),
        bin(0.0023, 47, 18_241),
        bin(0.0034, 66, 18_241),
        bin(0.0052, 90, 18_241),
        bin(0.0088, 171, 18_241),
        bin(0.0183, 322, 18_240),
        bin(0.0742, 1_313, 18_241),
    ]
}

/// Groups that differ, one that is small, one with hardly an event, and one of which nothing is known.
fn groups() -> Vec<Comparison> {
    let comparison = |by, groups: &[(Option<&str>, usize, usize, usize, usize)]| {
        let names: Vec<Option<&str>> = groups.iter().map(|(name, ..)| *name).collect();
        let mut rows: Vec<GroupedRow> = Vec::new();
        for (group, (_, n, positives, selected, both)) in groups.iter().enumerate() {
            let others = n + both - selected - positives;
            let kinds = [
                (true, true, *both),
                (true, false, selected - both),
                (false, true, positives - both),
                (false, false, others),
            ];
            for (selected, label, count) in kinds {
                let first = rows.len() as u32;
                let row = |row| GroupedRow { cluster: first + row, group: group as u32, selected, label };
                rows.extend((0..count as u32).map(row));
            }
        }
        Comparison { by, groups: by_group(&names, rows, &Resampling::default()) }
    };
    vec![
        comparison(
            Grouping::Estate,
            &[
                (Some("01"), 61_200, 812, 50, 31),
                (Some("02"), 48_730, 640, 41, 25),
                (Some("03"), 44_007, 471, 18, 10),
                (Some("04"), 28_210, 151, 11, 6),
                (Some("05"), 260, 3, 0, 0),
            ],
        ),
        comparison(
            Grouping::AgeBand,
            &[
                (Some("18–29"), 31_000, 520, 41, 26),
                (Some("30–49"), 64_000, 860, 49, 30),
                (Some("50–66"), 52_000, 560, 22, 11),
                (Some("67+"), 31_000, 133, 7, 5),
                (None, 4_407, 4, 1, 0),
            ],
        ),
        comparison(
            Grouping::Tenure,
            &[
                (Some("0–1"), 21_000, 420, 60, 48),
                (Some("2–4"), 51_000, 740, 36, 14),
                (Some("5+"), 110_407, 917, 24, 10),
            ],
        ),
    ]
}

fn reports() -> BTreeMap<FeedName, FeedReport> {
    let report = |rows: u64, rule: &str, skipped: u64, rejected: u64| FeedReport {
        rows,
        used: rows - skipped - rejected,
        skipped: [(rule.to_owned(), skipped)].into(),
        rejected,
        ..FeedReport::default()
    };
    [
        (FeedName::Tenancies, report(21_004, "trailer", 1, 3)),
        (FeedName::Ledger, report(1_934_221, "booked_later", 12_400, 118)),
        (FeedName::Events, report(48_210, "happened_later", 310, 0)),
        (FeedName::Notes, report(9_870, "too_old", 6_112, 4)),
    ]
    .into()
}
