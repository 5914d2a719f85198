//! Bad input, as the operator meets it: the real program, its exit code, its words, and what it left alone.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a failing one is a failing test

#[path = "../association/mod.rs"]
mod association;

mod disk;
mod exports;
mod settings;

use association::{Association, Run, TUESDAY};

/// What no message, log or summary may show: names, addresses, references.
const PRIVATE: [&str; 6] = ["Anne", "Dorthe", "Carla", "Prøvevej 1,", "009-01-000", "Posten hober"];

/// Runs the night on a Tuesday and holds that it refused: exit code, words in the error, nothing private anywhere, the
/// lists, the outbox and the mails as they were. What the operator is told by mail is not counted.
fn refused(association: &Association, code: i32, words: &[&str]) -> Run {
    let (kept, mails) = (association.kept(), association.mails_to("mette@kommune.example"));
    let run = association.run(TUESDAY);
    assert_eq!(run.code, code, "{}{}", run.stdout, run.stderr);
    let summary = run.summary();
    let error = summary["error"].as_str().unwrap_or_else(|| panic!("no error in {summary}"));
    for word in words {
        assert!(error.contains(word), "{word:?} is not in: {error}");
    }
    assert_eq!(association.kept(), kept);
    assert_eq!(association.mails_to("mette@kommune.example"), mails);
    shows_nothing_private(association, &run);
    run
}

/// Holds that nothing private stands in what the program said, in its summary and in what the operator was mailed.
fn shows_nothing_private(association: &Association, run: &Run) {
    let alerts = association.mails_to("drift@bolig.example").concat();
    let rejects = std::fs::read_to_string(association.path(&format!("out/{TUESDAY}/rejects.csv"))).unwrap_or_default();
    let summary = std::fs::read_to_string(association.path(&format!("out/{TUESDAY}/summary.json"))).unwrap_or_default();
    for private in PRIVATE {
        for (what, text) in [
            ("standard output", &run.stdout),
            ("standard error", &run.stderr),
            ("an alert", &association::unquote(&alerts)),
            ("the rejects", &rejects),
            ("the summary", &summary),
        ] {
            assert!(!text.contains(private), "{private} stands in {what}:\n{text}");
        }
    }
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
}
