//! Which files of a folder make a feed.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use jiff::civil::date;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

/// A folder with empty files, each modified an hour after the one before.
fn folder(names: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_500_000); // 2026-11-24
    for (place, name) in names.iter().enumerate() {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = File::create(&path).unwrap();
        file.set_modified(start + Duration::from_secs(3600 * place as u64)).unwrap();
    }
    folder
}

fn pick(folder: &TempDir, pattern: &str, set: GlobSet) -> Result<Pulled, LocalFault> {
    matching(&format!("{}/{pattern}", folder.path().display()), set, 1000, &TimeZone::UTC)
}

/// The names picked and those left out.
fn picked(names: &[&str], pattern: &str, set: GlobSet) -> (Vec<String>, Vec<String>) {
    let pulled = pick(&folder(names), pattern, set).unwrap();
    (pulled.files.into_iter().map(|file| file.shown).collect(), pulled.left_out)
}

#[test]
fn the_newest_delivery_is_all_files_with_the_newest_date_and_the_rest_is_named() {
    let (chosen, left_out) = picked(
        &["p_2026-11-24_2.csv", "p_2026-11-24_1.csv", "p_2026-11-23_1.csv", "p_kopi.csv", "other_2026-12-01.csv"],
        "p_*.csv",
        GlobSet::Newest,
    );
    assert_eq!(chosen, ["p_2026-11-24_1.csv", "p_2026-11-24_2.csv"]);
    assert_eq!(left_out, ["p_2026-11-23_1.csv", "p_kopi.csv"]);
}

#[test]
fn a_date_decides_even_if_an_older_delivery_was_copied_later() {
    let (chosen, _) = picked(&["p_24112026.csv", "p_23112026.csv", "p_01122025.csv"], "p_*.csv", GlobSet::Newest);
    assert_eq!(chosen, ["p_24112026.csv"]);
    let (chosen, _) = picked(&["p_2026-11.csv", "p_2026-10.csv"], "p_????-??.csv", GlobSet::Newest);
    assert_eq!(chosen, ["p_2026-11.csv"]);
}

#[test]
fn of_two_deliveries_on_one_day_the_later_one_is_taken() {
    let (chosen, left_out) = picked(&["p_20261124_0630.csv", "p_20261124_1815.csv"], "p_*.csv", GlobSet::Newest);
    assert_eq!((chosen, left_out), (vec!["p_20261124_1815.csv".to_owned()], vec!["p_20261124_0630.csv".to_owned()]));
}

#[test]
fn numbered_parts_are_not_mistaken_for_times_of_the_day() {
    for parts in [["0001", "0002", "0003"], ["0000", "0001", "0002"], ["000001", "000002", "000003"], ["1", "2", "3"]] {
        let names = parts.map(|part| format!("p_20261124_{part}.csv"));
        let (chosen, left_out) = picked(&names.each_ref().map(String::as_str), "p_*.csv", GlobSet::Newest);
        assert_eq!((chosen, left_out), (names.to_vec(), vec![]));
    }
}

#[test]
fn a_date_outside_the_wildcards_does_not_decide() {
    let (chosen, _) =
        picked(&["2026-11-24/b_v20200101.csv", "2026-11-23/b_v20200101.csv"], "*/b_v20200101.csv", GlobSet::Newest);
    assert_eq!(chosen, ["b_v20200101.csv"]);
    let folder = folder(&["2026-11-24/b.csv", "2026-11-23/b.csv"]);
    let pulled = pick(&folder, "*/b.csv", GlobSet::Newest).unwrap();
    assert!(pulled.files[0].path.ends_with("2026-11-24/b.csv"), "a dated folder decides: {:?}", pulled.files);
}

#[test]
fn without_dates_the_file_modified_last_is_taken_alone() {
    let (chosen, left_out) = picked(&["p_b.csv", "p_c.csv", "p_a.csv"], "p_*.csv", GlobSet::Newest);
    assert_eq!((chosen, left_out), (vec!["p_a.csv".to_owned()], vec!["p_b.csv".to_owned(), "p_c.csv".to_owned()]));
}

#[test]
fn files_modified_at_the_same_time_are_told_apart_by_name() {
    let folder = folder(&["p_a.csv", "p_b.csv"]);
    for name in ["p_a.csv", "p_b.csv"] {
        let file = File::options().write(true).open(folder.path().join(name)).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000)).unwrap();
    }
    let pulled = pick(&folder, "p_*.csv", GlobSet::Newest).unwrap();
    assert_eq!((pulled.files[0].shown.as_str(), pulled.left_out.as_slice()), ("p_b.csv", &["p_a.csv".to_owned()][..]));
}

#[test]
fn all_means_all_in_name_order() {
    let (chosen, left_out) = picked(&["p_2025.csv", "p_2023.csv", "p_2024.csv"], "p_*.csv", GlobSet::All);
    assert_eq!((chosen.join(" "), left_out), ("p_2023.csv p_2024.csv p_2025.csv".to_owned(), vec![]));
}

#[test]
fn what_a_transfer_leaves_half_done_never_matches() {
    let names = ["p_1.csv.part", "p_2.tmp", "p_3.csv.filepart", ".p_4.csv", "~$p_5.csv", "p_6.csv/inside.txt"];
    for pattern in ["*", "p_*", "*p_*", "?p*"] {
        let fault = pick(&folder(&names), pattern, GlobSet::All).unwrap_err();
        assert!(matches!(fault, LocalFault::NoMatch { .. }), "{pattern}: {fault}");
    }
}

#[test]
fn a_pattern_that_matches_nothing_says_what_lies_there() {
    let here = folder(&["posteringer-2026.csv", "noter.csv", "x.bin"]);
    let message = pick(&here, "posteringer_*.csv", GlobSet::Newest).unwrap_err().to_string();
    let at = here.path().display();
    assert_eq!(
        message,
        format!("no file matches the pattern {at}/posteringer_*.csv; the folder {at} holds posteringer-2026.csv")
    );
    let message = pick(&here, "eksport/2026-*/p_*.csv", GlobSet::Newest).unwrap_err().to_string();
    assert!(message.ends_with(&format!("the folder {at}/eksport does not exist; {at} does")), "{message}");
    let message = pick(&folder(&[]), "p_*.csv", GlobSet::Newest).unwrap_err().to_string();
    assert!(message.ends_with("is empty"), "{message}");
    let message = pick(&here, "p_[.csv", GlobSet::Newest).unwrap_err().to_string();
    assert!(message.contains("is not a pattern: invalid range pattern (at character"), "{message}");
}

#[test]
fn a_path_that_is_missing_says_what_lies_near_by() {
    let here = folder(&["Lejemaal.csv", "lejemål_2026.csv", "noter.csv"]);
    let message = one(&here.path().join("lejemaal.csv"), 10, &TimeZone::UTC).unwrap_err().to_string();
    assert!(message.contains("lejemaal.csv does not exist; the folder"), "{message}");
    assert!(message.ends_with("holds Lejemaal.csv, lejemål_2026.csv"), "{message}");
    let message = one(&here.path().join("noter.csv/a.csv"), 10, &TimeZone::UTC).unwrap_err().to_string();
    assert!(message.contains("noter.csv/a.csv does not exist"), "{message}");
}

#[test]
fn a_folder_and_a_file_over_the_limit_are_refused() {
    let here = folder(&["a.csv", "sub/b.csv"]);
    let fault = one(&here.path().join("sub"), 10, &TimeZone::UTC).unwrap_err();
    assert!(fault.to_string().ends_with("sub is not a regular file"), "{fault}");
    fs::write(here.path().join("a.csv"), "12345678901").unwrap();
    let fault = one(&here.path().join("a.csv"), 10, &TimeZone::UTC).unwrap_err();
    assert!(fault.to_string().ends_with("a.csv has 11 bytes, more than 10 (key `max_mb`)"), "{fault}");
    assert!(one(&here.path().join("a.csv"), 11, &TimeZone::UTC).is_ok());
}

#[test]
fn a_file_was_delivered_on_the_day_it_was_modified_where_the_operator_is() {
    let here = folder(&["a.csv"]);
    let path = here.path().join("a.csv");
    let late: Timestamp = "2026-11-24T23:30:00Z".parse().unwrap();
    File::options().write(true).open(&path).unwrap().set_modified(late.into()).unwrap();
    let copenhagen = TimeZone::get("Europe/Copenhagen").unwrap();
    assert_eq!(one(&path, 10, &TimeZone::UTC).unwrap().files[0].delivered_on, Some(date(2026, 11, 24)));
    assert_eq!(one(&path, 10, &copenhagen).unwrap().files[0].delivered_on, Some(date(2026, 11, 25)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_match_is_either_chosen_or_named_as_left_out(names in prop::collection::btree_set("p_[0-9a-c_-]{0,12}", 1..8)) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (mut seen, left_out) = picked(&names, "p_*", GlobSet::Newest);
        prop_assert!(!seen.is_empty());
        seen.extend(left_out);
        seen.sort();
        prop_assert_eq!(seen, names);
    }
}
