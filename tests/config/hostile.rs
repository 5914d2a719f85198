//! Whatever stands in the file: no panic, and every mistake lies inside it.

use std::path::Path;

use proptest::prelude::*;

use super::{BASE, load};

/// The contract where it is at hand, otherwise the base.
fn text() -> String {
    std::fs::read_to_string(Path::new("../shared/contract/havblik.toml")).unwrap_or_else(|_| BASE.to_owned())
}

/// Loads it, and checks that every mistake is in the file and that it can be printed.
fn is_told(bytes: &[u8]) -> Result<(), TestCaseError> {
    let Err(error) = load(bytes) else { return Ok(()) };
    prop_assert!(!error.problems().is_empty());
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.split('\n').collect();
    for problem in error.problems() {
        let (Some(line), Some(column)) = (problem.line, problem.column) else { continue };
        prop_assert!(line >= 1 && line <= lines.len(), "line {line} of {}", lines.len());
        prop_assert!(column >= 1 && column <= lines[line - 1].chars().count() + 1, "column {column} of line {line}");
    }
    for line in error.to_string().lines() {
        prop_assert!(!line.chars().any(char::is_control), "{line:?}");
    }
    Ok(())
}

/// What a caret has to be under: printed carets never go beyond the printed line by more than one.
fn carets_fit(told: &str) -> Result<(), TestCaseError> {
    let lines: Vec<&str> = told.lines().collect();
    for pair in lines.windows(2) {
        if pair[1].contains("| ") && pair[1].trim_end().ends_with('^') && pair[1].trim_start().starts_with('|') {
            let width = pair[0].chars().count();
            prop_assert!(pair[1].chars().count() <= width + 1, "{}\n{}", pair[0], pair[1]);
        }
    }
    Ok(())
}

/// Pieces that mean something in TOML or to us.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("\"".to_owned()),
        Just("\"\"\"".to_owned()),
        Just("[".to_owned()),
        Just("]]".to_owned()),
        Just("{".to_owned()),
        Just("=".to_owned()),
        Just("\n".to_owned()),
        Just("\r".to_owned()),
        Just("#".to_owned()),
        Just(".".to_owned()),
        Just("\u{feff}".to_owned()),
        Just("\u{1b}[31m".to_owned()),
        Just("ǽ".to_owned()),
        Just("1e999".to_owned()),
        Just("-0".to_owned()),
        Just("99999999999999999999999".to_owned()),
        Just("2026-02-29".to_owned()),
        Just("password = \"x\"".to_owned()),
        Just("[exports.ledger.skip]\n".to_owned()),
        "\\PC{0,8}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_told_apart_from_a_config(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        is_told(&bytes)?;
    }

    #[test]
    fn any_text_is_told_apart_from_a_config(pieces in prop::collection::vec(piece(), 0..60)) {
        is_told(pieces.concat().as_bytes())?;
    }

    #[test]
    fn a_contract_with_pieces_put_in_cut_out_or_doubled_is_told_about(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, piece()), 1..5),
    ) {
        let mut letters: Vec<char> = text().chars().collect();
        for (at, length, piece) in changes {
            let start = at.index(letters.len() + 1);
            let end = (start + length).min(letters.len());
            letters.splice(start..end, piece.chars());
        }
        let text: String = letters.into_iter().collect();
        is_told(text.as_bytes())?;
        if let Err(error) = load(&text) {
            carets_fit(&error.to_string())?;
        }
    }

    #[test]
    fn a_contract_whose_values_are_swapped_is_told_about(
        one in any::<prop::sample::Index>(), other in any::<prop::sample::Index>(),
    ) {
        let mut lines: Vec<String> = text().lines().map(str::to_owned).collect();
        let with_value: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].contains('=')).collect();
        let (one, other) = (with_value[one.index(with_value.len())], with_value[other.index(with_value.len())]);
        let split = |line: &str| line.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
        if let (Some((key, value)), Some((other_key, other_value))) = (split(&lines[one]), split(&lines[other])) {
            lines[one] = format!("{key}={other_value}");
            lines[other] = format!("{other_key}={value}");
        }
        is_told(lines.join("\n").as_bytes())?;
    }
}

#[test]
fn deep_nesting_and_a_file_of_many_mistakes_end_soon() {
    let deep = format!("a = {}", "[".repeat(100_000));
    assert!(load(deep).is_err());
    let many: String = (0..5_000).map(|n| format!("key_{n} = \"x\"\n")).collect();
    let error = load(many).unwrap_err();
    assert!(error.problems().len() >= 5_000);
    assert!(error.to_string().lines().count() < 400, "the rest is counted");
    assert!(error.to_string().ends_with("mistakes, the first 40 shown; nothing was done"));
    let large = format!("# {}\n", "x".repeat(2 * 1024 * 1024));
    assert!(load(large).unwrap_err().to_string().contains("larger than 1024 KB"));
}
