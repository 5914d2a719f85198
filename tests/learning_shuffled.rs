//! On simulated exports whose terminations and court filings are dealt out anew among all tenancies, there is nothing to be
//! found, and `train` says so.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;

use association::Association;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[test]
fn with_labels_dealt_out_anew_no_model_is_promoted_and_the_starter_goes_on_scoring() {
    let association = Association::new();
    let arguments = "simulate --out sim --tenancies 500 --months 20 --seed 5 --as-of 2026-11-24";
    let simulated = association.postkort(&arguments.split(' ').collect::<Vec<_>>());
    assert_eq!(simulated.code, 0, "{}", simulated.stderr);
    association.edit("sim/postkort.toml", "horizon_days = 180", "horizon_days = 90");
    deal_out_anew(&association);

    let run = association.postkort(&["train", "sim/postkort.toml", "--as-of", "2026-11-24", "--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let trained = run.json();
    assert!(trained["positives"].as_u64().unwrap() >= 50, "enough to learn from: {trained}");
    assert_eq!(trained["promoted"], false, "{}", trained["back_test"]);
    assert!(trained["why"].to_string().contains("calibration slope"), "{}", trained["why"]);
    assert!(!association.path("sim/models/current.json").exists());
    let night = association.postkort(&["run", "sim/postkort.toml", "--as-of", "2026-11-24", "--dry-run", "--json"]);
    assert!(night.summary()["model"].as_str().unwrap().starts_with("starter"), "{}", night.stdout);
}

/// Gives every termination and court filing to a tenancy drawn by lot.
fn deal_out_anew(association: &Association) {
    let mut lots = ChaCha8Rng::seed_from_u64(11);
    let read = |file: &str| std::fs::read(association.path(file)).unwrap();
    let rows = |bytes: &[u8]| bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    let tenancies = rows(&read("sim/exports/lejemaal.csv"));
    let references: Vec<&[u8]> =
        tenancies.iter().skip(1).filter_map(|row| row.split(|byte| *byte == b';').next()).collect();
    let mut dealt = Vec::new();
    for row in rows(&read("sim/exports/haendelser.csv")) {
        let is_label =
            [&b"Oph\xe6velse"[..], b"Fogedsag"].iter().any(|kind| row.windows(kind.len()).any(|part| part == *kind));
        let rest = row.iter().position(|byte| *byte == b';').and_then(|at| row.get(at..));
        match rest.filter(|_| is_label) {
            Some(rest) => {
                dealt.extend_from_slice(references[lots.random_range(0..references.len() - 1)]);
                dealt.extend_from_slice(rest);
            }
            None => dealt.extend_from_slice(&row),
        }
        dealt.push(b'\n');
    }
    std::fs::write(association.path("sim/exports/haendelser.csv"), dealt).unwrap();
}
