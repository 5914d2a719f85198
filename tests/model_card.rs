//! The model card as a data protection officer gets it: whole, in both languages, whatever the names and figures are.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod card_facts;

use card_facts::{CAPACITY, Case, LOCALES, measure, promoted, refused, untested, with_words};
use postkort::card::{Card, plot_file};
use postkort::config::Locale;
use postkort::fingerprint::hex;
use postkort::learning::gate::{Refusal, Verdict};
use postkort::learning::measure::{Grouping, Share, Tenancies};
use postkort::learning::text_trial::TextRefusal;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// Writes what is made to the test's own folder, for looking at it.
fn keep(name: &str, case: &Case, card: &Card) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("looks");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("card_{name}.html")), &card.html).unwrap();
    std::fs::write(folder.join(format!("card_{name}.md")), &card.markdown).unwrap();
    if let Some(plot) = &card.plot {
        std::fs::write(folder.join(plot_file(&case.model)), plot).unwrap();
    }
}

fn cases(locale: Locale) -> [(&'static str, Case); 3] {
    [("promoted", promoted(locale)), ("refused", refused(locale)), ("untested", untested(locale))]
}

/// The card without the fingerprints of the model, which the last digit of a coefficient changes.
fn nameless(case: &Case, text: &str) -> String {
    let sha = hex(&Sha256::digest(case.model.text()), 32);
    assert!(text.contains(&sha), "the card names the file's SHA-256");
    text.replace(&sha, "SHA-256").replace(case.model.id(), "MODEL")
}

/// What a reader sees, without the style.
fn seen(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<style>") {
        text.push_str(before);
        rest = after.split_once("</style>").map_or("", |(_, rest)| rest);
    }
    text + rest
}

/// Nothing is left that a program forgot to fill in.
fn complete(text: &str) {
    for mark in ['{', '}'] {
        assert!(!text.contains(mark), "{mark}: {text}");
    }
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    for word in words {
        assert!(!matches!(word, "NaN" | "inf" | "null" | "None" | "Some"), "{word}");
    }
}

#[test]
fn each_card_is_whole_in_both_languages() {
    for (locale, language) in LOCALES {
        for (name, case) in cases(locale) {
            let card = case.card();
            keep(&format!("{name}_{language}"), &case, &card);
            insta::assert_snapshot!(format!("card_{name}_{language}_md"), nameless(&case, &card.markdown));
            insta::assert_snapshot!(format!("card_{name}_{language}_html"), nameless(&case, &card.html));
            complete(&seen(&card.html));
            complete(&card.markdown);
            assert_eq!(card.plot.is_some(), name != "untested");
            for never in ["<script", "http://", "https://", "url(", "@import"] {
                let html = card.html.replace("http://www.w3.org/2000/svg", "");
                assert!(!html.contains(never), "{never}");
            }
        }
    }
}

#[test]
fn a_model_that_looks_at_words_shows_each_of_them_and_what_they_add() {
    for (locale, language) in LOCALES {
        let case = with_words(locale);
        let card = case.card();
        keep(&format!("words_{language}"), &case, &card);
        complete(&seen(&card.html));
        complete(&card.markdown);
        let section = card.markdown.split("\n## ").find(|section| section.contains("persien")).unwrap();
        insta::assert_snapshot!(format!("card_words_{language}_md"), section);
        assert!(card.html.contains("ikke hent"));
    }
}

#[test]
fn where_words_are_not_looked_at_the_card_says_why() {
    for (locale, said) in [(Locale::Da, "Intet ord står"), (Locale::En, "No word stands")] {
        let mut case = with_words(locale);
        case.model = promoted(locale).model;
        let report = case.text.as_mut().unwrap();
        report.used = false;
        let gate = TextRefusal::Gate { because: Refusal::Slope { slope: 0.712 } };
        let measured =
            [TextRefusal::NotBetter { with: 0.3, without: 0.31 }, TextRefusal::Brier { with: 0.012, without: 0.011 }];
        let chance = TextRefusal::Chance { low: -0.01, high: 0.02 };
        report.reasons = vec![TextRefusal::NoTerms, TextRefusal::NoWeight, TextRefusal::NotTried, gate, chance];
        report.reasons.extend(measured);
        report.reasons.extend([TextRefusal::Unknown, TextRefusal::FewPositives { positives: 49, tenancies: 31 }]);
        let card = case.card();
        complete(&card.markdown);
        assert!(card.markdown.contains(said) && card.markdown.contains("49") && !card.markdown.contains("persien"));
    }
}

#[test]
fn the_first_lines_say_what_the_lists_were_worth() {
    let told = promoted(Locale::Da).card().markdown;
    let headline = "Prøvens lister havde i alt 120 pladser. For 72 af dem kom der en ophævelse eller fogedsag inden for 180 \
                    dage; en liste efter den bedste enkle regel (størst restance i måneders husleje) ramte 60.";
    assert!(told.contains(headline), "{told}");
    let told = promoted(Locale::En).card().markdown;
    assert!(told.contains("Of 120 places on the test's lists 72 were right; with the best simple rule"), "{told}");
}

#[test]
fn a_model_of_one_snapshot_says_that_nothing_is_proved_and_shows_no_figures() {
    for (locale, nothing) in [(Locale::Da, "Intet er bevist."), (Locale::En, "Nothing is proved.")] {
        let told = untested(locale).card().markdown;
        assert!(told.contains(nothing), "{told}");
        assert!(!told.contains("ROC") && !told.contains("!["), "{told}");
    }
}

#[test]
fn every_reason_of_the_gate_is_told_in_both_languages_with_its_figures() {
    let baseline = || "days_since_last_payment".to_owned();
    let refusals = [
        (Refusal::NoTestDate, "180"),
        (Refusal::FewPositives { positives: 3 }, "50"),
        (Refusal::PrecisionUnknown { capacity: 77 }, "77"),
        (Refusal::NoBaseline, ""),
        (Refusal::BaselineUnknown { baseline: baseline() }, ""),
        (Refusal::NotBetter { baseline: baseline(), capacity: 77, model: 0.1234, simple: 0.2 }, "77"),
        (Refusal::SlopeUnknown, ""),
        (Refusal::Slope { slope: 0.5 }, "1"),
        (Refusal::Slope { slope: 1.5 }, "1"),
        (Refusal::BrierUnknown, ""),
        (Refusal::Brier { brier: 0.2, constant: 0.1 }, "0"),
    ];
    for (locale, _) in LOCALES {
        let mut all = std::collections::BTreeSet::new();
        for (refusal, figure) in &refusals {
            let mut case = refused(locale);
            case.verdict = Verdict { promoted: false, reasons: vec![refusal.clone()] };
            let markdown = case.card().markdown;
            let (_, after) = markdown.split_once("### ").unwrap();
            let told = after.lines().find_map(|line| line.strip_prefix("- ")).unwrap().to_owned();
            assert!(told.contains(figure) && told.len() > 30, "{told}");
            assert!(all.insert(told), "each says its own");
        }
    }
}

#[test]
fn hostile_names_are_text_and_nothing_else() {
    let hostile = "A|B <script>alert(1)</script> & \"C\" `D` *E* [F](http://g.example) \u{202e}\n# H {days} \\|";
    for (locale, _) in LOCALES {
        let mut case = promoted(locale);
        case.association = hostile.to_owned();
        case.basis.statement = Some(hostile.to_owned());
        for group in case.proof.as_mut().unwrap().groups.iter_mut().flat_map(|by| &mut by.groups) {
            group.group = Some(hostile.to_owned());
        }
        let plain = promoted(locale).card();
        let card = case.card();
        assert!(!card.html.contains("<script") && card.html.contains("&#60;script&#62;"));
        assert_eq!(card.html.matches('<').count(), plain.html.matches('<').count(), "no element is added");
        assert!(!card.markdown.contains('<') && !card.markdown.contains('\u{202e}'));
        assert_eq!(card.markdown.lines().count(), plain.markdown.lines().count(), "no line is added");
        let cells = |text: &str| {
            let bare = text.replace("\\\\", "").replace("\\|", "");
            bare.lines().filter(|line| line.starts_with('|')).map(|line| line.matches('|').count()).collect::<Vec<_>>()
        };
        assert_eq!(cells(&card.markdown), cells(&plain.markdown), "no cell is added");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_a_name_holds_it_adds_neither_element_nor_line(name in "\\PC{0,20}|[<>&|`*_{}\\[\\]()#!\\\\\n~$-]{0,20}", english: bool) {
        let locale = if english { Locale::En } else { Locale::Da };
        let plain = promoted(locale).card();
        let mut case = promoted(locale);
        case.association = name.clone();
        case.proof.as_mut().unwrap().groups[0].groups[0].group = Some(name);
        let card = case.card();
        prop_assert_eq!(card.html.matches('<').count(), plain.html.matches('<').count());
        prop_assert_eq!(card.html.lines().count(), plain.html.lines().count());
        prop_assert_eq!(card.markdown.lines().count(), plain.markdown.lines().count());
        prop_assert!(!card.markdown.contains(['<', '>']));
    }
}

#[test]
fn figures_that_are_none_are_said_to_be_unknown() {
    let unknown = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    for (locale, _) in LOCALES {
        for number in unknown {
            let mut case = promoted(locale);
            let proof = case.proof.as_mut().unwrap();
            let bad = measure(number, number, number);
            let pooled = &mut proof.pooled;
            (pooled.roc_auc, pooled.pr_auc, pooled.brier, pooled.brier_constant) = (bad, bad, bad, bad);
            (pooled.calibration.slope, pooled.calibration.intercept) = (bad, bad);
            pooled.precision_at.insert(CAPACITY, bad);
            pooled.recall_at.insert(CAPACITY, bad);
            (pooled.cohort, pooled.positives) = (0, 0);
            for baseline in pooled.baselines.values_mut() {
                (baseline.roc_auc, baseline.pr_auc) = (None, bad);
                baseline.precision_at.insert(CAPACITY, bad);
                baseline.ahead_at.clear();
            }
            proof.reliability[0].forecast = number;
            proof.dates[0].measures = pooled.clone();
            let weekly = proof.weekly.as_mut().unwrap();
            weekly.lead.as_mut().unwrap().median = bad;
            weekly.lead.as_mut().unwrap().lower_quartile = Some(number);
            case.verdict = Verdict {
                promoted: false,
                reasons: vec![Refusal::Slope { slope: number }, Refusal::Brier { brier: number, constant: number }],
            };
            let card = case.card();
            complete(&seen(&card.html));
            complete(&card.markdown);
            complete(&seen(&card.plot.unwrap()));
        }
    }
}

#[test]
fn no_count_under_five_of_a_group_can_be_read_or_reckoned() {
    let mut case = promoted(Locale::En);
    let proof = case.proof.as_mut().unwrap();
    proof.groups.retain(|by| by.by == Grouping::Estate);
    let markdown = case.card().markdown;
    let rows: Vec<&str> = markdown.lines().filter(|line| line.starts_with("| 0")).collect();
    let row = |name: &str| *rows.iter().find(|row| row.starts_with(&format!("| {name} "))).unwrap();
    // 260 snapshots on ten dates: 26 tenancies, too few for any figure.
    assert_eq!(row("05"), "| 05 | 260 | hidden | hidden | hidden | hidden | hidden |");
    // The smallest of the others is hidden with it, else it could be found by subtraction.
    assert_eq!(row("04"), "| 04 | 28,210 | hidden | hidden | hidden | hidden | hidden |");
    assert!(row("03").contains("| 471 | 18 |") && row("03").contains('%'), "{}", row("03"));
}

#[test]
fn a_share_from_which_a_small_count_follows_is_hidden_with_it() {
    let mut case = promoted(Locale::En);
    case.tested = 1;
    let proof = case.proof.as_mut().unwrap();
    proof.groups.retain(|by| by.by == Grouping::Estate);
    for (group, missed) in proof.groups[0].groups.iter_mut().zip([18, 16, 10, 20, 20]) {
        (group.n, group.positives, group.selected) = (500, 20, 10);
        let right = 20 - missed.min(20);
        group.tenancies =
            Tenancies { positives: 20, selected: 10, right, wrong: 10_usize.saturating_sub(right).max(5), missed };
        group.precision = Share::of(20 - missed.min(20), 10 + 10);
        group.false_negative_rate = Share::of(missed, 20);
    }
    let markdown = case.card().markdown;
    let (_, groups) = markdown.split_once("### Estates").unwrap();
    let rows: Vec<&str> = groups.lines().filter(|line| line.starts_with("| 0")).collect();
    assert_eq!(rows.len(), 5);
    for (row, open) in rows.iter().zip([false, false, true, false, false]) {
        assert!(row.contains("| 20 | 10 |"), "{row}");
        assert_eq!(!row.contains("hidden | hidden"), open, "{row}");
    }
}
