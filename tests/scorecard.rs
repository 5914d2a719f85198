//! The starter scorecard: its file, its card, and the reasons that its scores are told in.
#![allow(clippy::expect_used, clippy::unwrap_used)] // in tests, a panic is the message

mod history_ledgers;

use std::collections::BTreeSet;

use history_ledgers::{Ledger, contract, day, notes_before, november_24};
use jiff::civil::date;
use postkort::calendar::Day;
use postkort::config::Locale;
use postkort::exports::records::{EventKind, Posting, PostingKind};
use postkort::features::{self, N};
use postkort::history::{History, Known};
use postkort::money::Ore;
use postkort::notes::{Category, counts};
use postkort::risk::{BothLanguages, Contribution, Model, Reason, ReasonTexts, Score, Scorecard, reasons};
use proptest::prelude::*;

const STARTER: &str = include_str!("../models/starter/scorecard.json");

fn starter() -> Model {
    Model::Starter(Scorecard::starter().unwrap())
}

fn score(history: &History) -> Score {
    let mut out = [0.0; N];
    features::vector(history, &mut out);
    let (model, score) = (starter(), starter().score(&out));
    assert_eq!(model.value(&out), score.value);
    score
}

fn told(history: &History, locale: Locale) -> Vec<Reason> {
    reasons(&score(history), history, &ReasonTexts::of(locale).unwrap())
}

fn sentences(history: &History, locale: Locale) -> Vec<String> {
    told(history, locale).into_iter().map(|reason| reason.text).collect()
}

#[test]
fn who_stopped_paying_ranks_above_who_pays_in_part_and_both_far_above_the_rest() {
    let contract = contract();
    let value = |ledger: &Ledger| score(&ledger.on(november_24())).value;
    let (stopped, partial) = (value(&contract.stopped), value(&contract.partial));
    assert!(stopped > partial && partial > 20.0, "{stopped} {partial}");
    for quiet in [&contract.steady, &contract.eight_days_late] {
        assert!(value(quiet) <= 0.0, "{}", value(quiet));
    }
    assert!(value(&contract.moved_out) < 5.0);
}

#[test]
fn reasons_are_what_a_dane_would_write() {
    let contract = contract();
    let danish = |ledger: &Ledger| sentences(&ledger.on(november_24()), Locale::Da);
    assert_eq!(
        danish(&contract.stopped),
        [
            "De sidste tre huslejer er ikke betalt; den sidste indbetaling kom 1. august",
            "Skylder 3,1 måneders husleje (17.399 kr.), alt sammen fra de seneste tre måneder",
            "Viceværten har noteret tegn på økonomiske problemer én gang i de seneste 30 dage og på fravær én gang i de seneste 90 dage",
            "Påkrav sendt 10. september",
        ]
    );
    assert_eq!(
        danish(&contract.partial),
        [
            "De sidste to huslejer er ikke betalt fuldt ud",
            "Skylder 1,1 måneds husleje (4.910 kr.), alt sammen fra de seneste tre måneder",
            "En betaling kom retur 12. oktober",
            "Der er betalt 63 % af det, der forfaldt i de sidste tre måneder",
            "Viceværten har noteret tegn på problemer med boligen én gang i de seneste 90 dage",
        ]
    );
    assert_eq!(
        danish(&contract.eight_days_late),
        [
            "Ingen af de sidste syv huslejer blev betalt til tiden",
            "Betaler fast, omkring otte dage efter forfald",
            "Viceværten har noteret, at det går godt (én gang i de seneste 90 dage)",
        ]
    );
}

#[test]
fn reasons_are_told_in_english_too() {
    let history = contract().stopped.on(november_24());
    assert_eq!(
        sentences(&history, Locale::En),
        [
            "The last three rents have not been paid; the last payment came on 1 August",
            "Owes 3.1 months' rent (DKK 17,399), all of it from the last three months",
            "The caretaker noted signs of money trouble once in the last 30 days and of absence once in the last 90 days",
            "Demand sent on 10 September",
        ]
    );
}

#[test]
fn dates_of_other_years_carry_their_year_and_plurals_agree() {
    let mut ledger = Ledger::with_rent(5000.0);
    ledger.months_paid_on(2025, 1..=10, 1, 5000.0).rent(2025, 11, 5000.0).rent(2025, 12, 5000.0).rent(2026, 1, 5000.0);
    ledger
        .event(date(2025, 11, 12), EventKind::Demand)
        .event(date(2025, 12, 12), EventKind::Demand)
        .event(date(2025, 12, 30), EventKind::PlanBroken);
    ledger.note(date(2025, 12, 9), &[Category::Absence]).note(date(2025, 12, 30), &[Category::Absence]);
    let found = sentences(&ledger.on(day(2026, 1, 5)), Locale::Da);
    assert!(found.contains(&"En afdragsordning blev brudt 30. december 2025".to_owned()), "{found:?}");
    assert!(found.contains(&"Viceværten har noteret tegn på fravær to gange på 30 dage".to_owned()), "{found:?}");
    let mut demands = ledger.clone();
    demands.events.retain(|event| event.kind == EventKind::Demand);
    let found = sentences(&demands.on(day(2026, 1, 5)), Locale::Da);
    assert!(found.contains(&"To påkrav i det seneste år, det sidste 12. december 2025".to_owned()), "{found:?}");
}

#[test]
fn nothing_is_told_twice_and_what_caretakers_noticed_is_never_among_the_smaller_things() {
    let mut contract = contract();
    contract.stopped.note(date(2026, 11, 20), &[Category::Absence, Category::HousingCondition]);
    let history = contract.stopped.on(november_24());
    let found = sentences(&history, Locale::Da);
    assert!(
        !found.iter().any(|text| text.starts_with("Skyldte på et tidspunkt")),
        "the peak is today's debt: {found:?}"
    );
    let noticed = found.iter().find(|text| text.starts_with("Viceværten har noteret tegn på")).unwrap();
    for topic in ["fravær", "økonomiske problemer", "problemer med boligen", " og ", " i de seneste 30 dage"] {
        assert!(noticed.contains(topic), "{topic}: {noticed}");
    }
    let sum: f64 = told(&history, Locale::Da).iter().map(|reason| reason.amount).sum();
    assert_eq!(sum, score(&history).value, "gathered reasons still add up");
}

#[test]
fn an_exported_rent_that_cannot_be_is_not_what_debts_are_measured_by() {
    for slip in [5.0, 50.0, 500_000.0] {
        let mut ledger = Ledger::with_rent(slip);
        ledger
            .months_paid_on(2026, 1..=7, 1, 5000.0)
            .rent(2026, 8, 5000.0)
            .rent(2026, 9, 5000.0)
            .rent(2026, 10, 5000.0);
        let found = sentences(&ledger.on(november_24()), Locale::Da);
        assert!(found.contains(&"Skylder 3,0 måneders husleje (15.000 kr.)".to_owned()), "{slip}: {found:?}");
    }
}

#[test]
fn an_unknown_feature_gives_no_points() {
    let scorecard = Scorecard::starter().unwrap();
    let score = scorecard.score(&[f64::NAN; N]);
    assert_eq!((score.value, score.contributions.len()), (0.0, 0));
}

#[test]
fn the_models_id_names_version_and_file() {
    let scorecard = Scorecard::starter().unwrap();
    let (name, fingerprint) = scorecard.id().rsplit_once('-').unwrap();
    assert_eq!(name, format!("{}-{}", scorecard.name(), scorecard.version()));
    assert!(fingerprint.len() == 8 && fingerprint.chars().all(|c| c.is_ascii_hexdigit()));
    let other = Scorecard::parse(&STARTER.replacen("\"points\": 3 ", "\"points\": 4 ", 1), "x").unwrap();
    assert_ne!(other.id(), scorecard.id(), "another weight is another model");
}

#[test]
fn a_broken_scorecard_says_what_is_wrong_with_it() {
    let said = |from: &str, to: &str| {
        assert!(STARTER.contains(from), "{from}");
        Scorecard::parse(&STARTER.replacen(from, to, 1), "my.json").expect_err(to).to_string()
    };
    for (from, to, expected) in [
        (
            "\"arrears_months\"",
            "\"arears_months\"",
            "weight 1 names the feature \"arears_months\", which does not exist",
        ),
        ("\"below\": 1.2", "\"below\": 1.3", "the bands of \"arrears_months\" overlap at 1.2"),
        (
            "\"from\": 0.1, \"below\": 0.5",
            "\"from\": 0.5, \"below\": 0.5",
            "from 0.5 to below 0.5, which holds no value",
        ),
        ("\"format_version\": 1", "\"format_version\": 2", "format_version is 2, this program reads version 1"),
        ("postkort scorecard", "postkort model", "format \"postkort model\", expected \"postkort scorecard\""),
        ("\"points\": 3 }", "\"points\": 0 }", "gives 0 points"),
        ("\"points\": 3 }", "\"points\": 3.5 }", "line "),
        ("\"points\": 3 }", "\"poinds\": 3 }", "unknown field `poinds`"),
        ("\"missing_6\"", "\"arrears_months\"", "\"arrears_months\" has two weights"),
        (
            "\"source\": \"SFI 2015; hand-set judgement\"",
            "\"source\": \" \"",
            "source of \"arrears_months\" must not be empty",
        ),
    ] {
        let message = said(from, to);
        assert!(message.contains(expected), "{message}");
        assert!(message.starts_with("the scorecard my.json cannot be used: "), "{message}");
    }
    let truncated = Scorecard::parse(STARTER.get(..500).unwrap(), "my.json").expect_err("truncated").to_string();
    assert!(truncated.contains("line "), "{truncated}");
    let missing = Scorecard::load("no/such/file.json".as_ref()).expect_err("missing").to_string();
    assert!(missing.contains("no/such/file.json cannot be used: it cannot be read"), "{missing}");
}

#[test]
fn a_scorecard_is_loaded_from_a_file() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/models/starter/scorecard.json");
    assert_eq!(Scorecard::load(path.as_ref()).unwrap().id(), Scorecard::starter().unwrap().id());
}

fn card(scorecard: &Scorecard, pick: fn(&BothLanguages) -> &str, decimal: char, headings: &str) -> String {
    let number = |number: f64| number.to_string().replace('.', &decimal.to_string());
    let mut table = format!("\n`{}`\n\n{headings}\n|---|---|---|---|\n", scorecard.id());
    for weight in scorecard.weights() {
        let bands: Vec<String> = weight
            .bands
            .iter()
            .map(|band| {
                let range = match (band.from, band.below) {
                    (Some(from), Some(below)) => format!("{}–<{}", number(from), number(below)),
                    (Some(from), None) => format!("≥ {}", number(from)),
                    (None, Some(below)) => format!("< {}", number(below)),
                    (None, None) => "∗".to_owned(),
                };
                format!("{range}: {:+}", band.points)
            })
            .collect();
        let (title, reason) = (pick(&weight.title), pick(&weight.reason));
        let feature = &weight.feature;
        // The scorecard's file names its sources in English; no word of it stands in the Danish card.
        let source = match decimal {
            ',' => weight.source.replace("hand-set judgement", "skøn").replace(" and ", " og "),
            _ => weight.source.clone(),
        };
        table.push_str(&format!("| {title} (`{feature}`) | {} | {reason} | {} |\n", bands.join("<br>"), source));
    }
    table
}

/// `UPDATE_MODEL_DOCS=1 cargo test` writes the tables anew.
#[test]
fn the_cards_show_each_weight_of_the_scorecard_with_its_reason_and_source() {
    let scorecard = Scorecard::starter().unwrap();
    let danish = card(&scorecard, |text| &text.da, ',', "| størrelse | værdi: vægt | hvorfor | kilde |");
    let english = card(&scorecard, |text| &text.en, '.', "| quantity | value: weight | why | source |");
    for (file, table) in [("card.da.md", danish), ("card.en.md", english)] {
        let path = format!("{}/models/starter/{file}", env!("CARGO_MANIFEST_DIR"));
        let found = std::fs::read_to_string(&path).unwrap();
        let (text, old) = found.split_once("do not edit below -->\n").expect("the marker above the weights");
        if std::env::var_os("UPDATE_MODEL_DOCS").is_some() {
            std::fs::write(&path, format!("{text}do not edit below -->\n{table}")).unwrap();
            continue;
        }
        assert!(old == table, "{file}: run UPDATE_MODEL_DOCS=1 cargo test --test scorecard, and read the change");
    }
}

/// A data protection officer can look up whatever a weight rests on.
#[test]
fn every_source_of_a_weight_stands_in_the_cards_list_of_sources() {
    for (file, heading, next) in [("card.da.md", "## Kilder", "## Vægte"), ("card.en.md", "## Sources", "## Weights")]
    {
        let card = std::fs::read_to_string(format!("{}/models/starter/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let (_, after) = card.split_once(heading).unwrap();
        let (sources, _) = after.split_once(next).unwrap();
        for weight in Scorecard::starter().unwrap().weights() {
            let danish = weight.source.replace("hand-set judgement", "skøn").replace(" and ", " og ");
            let named = if file == "card.da.md" { &danish } else { &weight.source };
            for source in named.split("; ") {
                let name = source.split(" §").next().unwrap();
                assert!(sources.contains(&format!("**{name}**")), "{file} does not tell what {name:?} is");
            }
        }
    }
}

fn leaves(prefix: &str, value: &toml::Value, into: &mut Vec<(String, String)>) {
    match value {
        toml::Value::Table(table) => {
            table.iter().for_each(|(key, value)| leaves(&format!("{prefix}.{key}"), value, into));
        }
        toml::Value::Array(array) => array.iter().for_each(|value| leaves(&format!("{prefix}[]"), value, into)),
        other => into.push((prefix.to_owned(), other.to_string())),
    }
}

fn texts(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    leaves("", &toml::Value::Table(text.parse().unwrap()), &mut found);
    found
}

const DANISH: &str = include_str!("../config/texts/da/reasons.toml");
const ENGLISH: &str = include_str!("../config/texts/en/reasons.toml");

#[test]
fn both_languages_have_the_same_keys_and_fill_in_the_same_figures() {
    let (danish, english) = (texts(DANISH), texts(ENGLISH));
    let keys = |texts: &[(String, String)]| texts.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&danish), keys(&english));
    let holes = |text: &str| -> BTreeSet<String> {
        let parts = text.split('{').skip(1);
        parts.filter_map(|part| part.split_once('}')).map(|(name, _)| name.to_lowercase()).collect()
    };
    for ((key, danish), (_, english)) in danish.iter().zip(&english) {
        assert_eq!(holes(danish), holes(english), "{key}");
    }
}

/// Words that name the machinery, special categories or what the label is: no reason may use them.
fn forbidden(text: &str) -> bool {
    let text = text.to_lowercase();
    let words = [
        "score", "point", "risiko", "risk", "syg", "ill ", "misbrug", "misuse", "politi", "police", "foged", "bailiff",
    ];
    words.iter().any(|word| text.contains(word))
}

#[test]
fn no_reason_speaks_of_scores_points_risk_illness_or_crime() {
    for (key, text) in texts(DANISH).into_iter().chain(texts(ENGLISH)) {
        assert!(!forbidden(&text), "{key}: {text}");
    }
}

fn history() -> impl Strategy<Value = History> {
    let kinds = [PostingKind::Rent, PostingKind::Fee, PostingKind::Payment, PostingKind::Benefit, PostingKind::Other];
    let posting = (0..900i32, -20..40i32, -900_000i64..900_000, prop::sample::select(kinds.to_vec())).prop_map(
        |(booked, due, amount, kind)| {
            let booked = Day(19_000 + booked);
            Posting::new(booked, Some(booked.plus(due)), Ore(amount), kind, 0).unwrap()
        },
    );
    (prop::collection::vec(posting, 0..40), notes_before(19_800)).prop_map(|(postings, notes)| {
        let notes = counts(&notes, Day(19_800).date());
        History::of(Day(19_800), &Known { postings: &postings, notes, ..Known::default() })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn contributions_and_reasons_add_up_to_the_score(history in history()) {
        let score = score(&history);
        prop_assert_eq!(score.contributions.iter().map(|one| one.points).sum::<f64>(), score.value);
        for locale in [Locale::Da, Locale::En] {
            let told = told(&history, locale);
            prop_assert_eq!(told.iter().map(|reason| reason.amount).sum::<f64>(), score.value);
            prop_assert!(told.len() <= 10);
            for reason in &told {
                prop_assert!(!reason.text.contains(['{', '}']) && !forbidden(&reason.text), "{}", reason.text);
                prop_assert!(reason.amount != 0.0);
            }
        }
    }

    /// As a trained model gives them: fractions of every size, an intercept, every feature.
    #[test]
    fn reasons_add_up_to_log_odds_exactly(
        history in history(),
        base in -9.0..2.0f64,
        points in prop::collection::vec(-1.5..1.5f64, N),
    ) {
        let contributions = points.into_iter().enumerate();
        let contributions: Vec<_> =
            contributions.map(|(feature, points)| Contribution { feature, value: 0.0, points }).collect();
        let score = Score::sum(base, contributions);
        let backwards = score.contributions.iter().rev().map(|one| one.points).sum::<f64>();
        prop_assert_eq!(backwards + score.base, score.value);
        let told = reasons(&score, &history, &ReasonTexts::of(Locale::Da).unwrap());
        prop_assert_eq!(told.iter().map(|reason| reason.amount).sum::<f64>(), score.value);
    }
}
