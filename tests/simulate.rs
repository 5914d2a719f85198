//! The simulator from outside: what its exports look like, and how often things happen in them.

#![allow(clippy::expect_used)] // a test whose own files cannot be read should stop

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use encoding_rs::WINDOWS_1252;
use jiff::civil::{Date, date};
use postkort::calendar::{Day, earliest_demand, first_of_month, last_timely_day_of};
use postkort::config::ReviewMode;
use postkort::simulate::{SimulateError, Simulated, SimulationOptions, simulate};

const AS_OF: Date = date(2026, 11, 24);

fn options(tenancies: u32, months: u32, seed: u64) -> SimulationOptions {
    SimulationOptions { tenancies, months, seed, as_of: AS_OF, review: ReviewMode::ByCaseworker, quirks: false }
}

fn simulated(folder: &Path, options: &SimulationOptions) -> Simulated {
    match simulate(folder, options, &mut |_, _| {}) {
        Ok(simulated) => simulated,
        Err(error) => panic!("{error}"),
    }
}

/// A file's rows as text, split at `;` outside quotes, headers and footers left out.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let bytes = std::fs::read(path).expect("was written");
    let text = WINDOWS_1252.decode_without_bom_handling(&bytes).0;
    assert!(text.ends_with("\r\n") && text.matches('\n').count() == text.matches("\r\n").count(), "CRLF everywhere");
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').has_headers(false).flexible(true).from_reader(text.as_bytes());
    let records = reader.records().map(|record| record.expect("is CSV"));
    records
        .map(|record| record.iter().map(str::to_owned).collect::<Vec<_>>())
        .filter(|row| row[0].starts_with("014-"))
        .collect()
}

fn day(text: &str) -> Day {
    let number = |range: std::ops::Range<usize>| text[range].parse::<i16>().expect("a number");
    let date = Date::new(number(6..10), number(3..5) as i8, number(0..2) as i8).expect("a date");
    Day::from(date)
}

fn ore(text: &str) -> i64 {
    if text.is_empty() { 0 } else { text.replace(['.', ','], "").parse().expect("an amount") }
}

/// Everything about an association that the tests below look at.
struct World {
    folder: tempfile::TempDir,
    written: Simulated,
    homes: u32,
    years: f64,
}

impl World {
    fn new(tenancies: u32, months: u32, seed: u64) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let written = simulated(folder.path(), &options(tenancies, months, seed));
        World { folder, written, homes: tenancies, years: f64::from(months) / 12.0 }
    }

    /// How often `kind` comes in 100 homes a year.
    fn frequency(&self, events: &[Vec<String>], kind: &str) -> f64 {
        let count = events.iter().filter(|row| row[2] == kind).count();
        count as f64 / (f64::from(self.homes) * self.years / 100.0)
    }
}

/// Entries of one tenancy: booked, due, kind, øre.
type Ledger = HashMap<String, Vec<(Day, Day, String, i64)>>;

fn ledger(path: &Path) -> Ledger {
    let mut ledger = Ledger::new();
    for row in rows(path) {
        let booked = day(&row[1]);
        let due = if row[2].is_empty() { booked } else { day(&row[2]) };
        ledger.entry(row[0].clone()).or_default().push((booked, due, row[3].clone(), ore(&row[4]) - ore(&row[5])));
    }
    ledger
}

/// What is owed and due on a day, in months of the tenancy's last rent.
fn months_owed(entries: &[(Day, Day, String, i64)], on: Day) -> Option<f64> {
    let rent = entries.iter().rev().find(|(_, _, kind, _)| kind == "Husleje")?.3;
    let due: i64 = entries.iter().filter(|(booked, due, ..)| *booked <= on && *due <= on).map(|entry| entry.3).sum();
    Some(due as f64 / rent as f64)
}

#[test]
fn things_happen_about_as_often_as_in_danish_associations() {
    let world = World::new(6_000, 36, 1);
    let events = rows(&world.written.events.path);
    // Per 100 homes a year: KAB 2008 (demands 37, second reminders 26, agreements 3.9, court filings 3.3), Domea 2022
    // (terminations 5), evictions between all rentals' 0.2 and what one filing in four makes.
    let bands = [
        ("Påkrav", 31.0, 43.0),
        ("Rykker", 21.0, 31.0),
        ("Afdragsordning", 3.1, 4.8),
        ("Ophævelse", 3.8, 5.8),
        ("Fogedsag", 2.6, 4.0),
        ("Udsættelse", 0.5, 1.1),
        ("BS afvist", 0.5, 4.0),
        ("Dødsfald", 0.2, 1.2),
        ("Kommunal sag", 0.3, 2.0),
        ("Samtykke", 0.2, 1.5),
        ("Indsigelse", 0.02, 0.4),
    ];
    let found: Vec<(&str, f64)> = bands.iter().map(|(kind, ..)| (*kind, world.frequency(&events, kind))).collect();
    for ((kind, least, most), (_, found_here)) in bands.iter().zip(&found) {
        assert!((least..=most).contains(&found_here), "{kind}: {found_here:.2} of 100 a year; all: {found:.2?}");
    }
    let share = world.frequency(&events, "Udsættelse") / world.frequency(&events, "Fogedsag");
    assert!((0.2..=0.36).contains(&share), "a little over one filing in four ends in eviction: {share:.2}");

    let ledger = ledger(&world.written.ledger.path);
    let rents = ledger.values().flatten().filter(|entry| entry.2 == "Husleje");
    let (sum, count) = rents.fold((0, 0), |(sum, count), entry| (sum + entry.3, count + 1));
    let mean = sum / count / 100;
    assert!((5_400..=6_000).contains(&mean), "mean rent {mean} kroner");
    let per_month = world.written.ledger.rows as f64 / f64::from(world.homes * 36);
    assert!((2.0..=2.5).contains(&per_month), "{per_month:.2} ledger rows a tenancy and month");
    let at_filing: Vec<f64> = events
        .iter()
        .filter(|row| row[2] == "Fogedsag")
        .filter_map(|row| months_owed(ledger.get(&row[0])?, day(&row[1])))
        .collect();
    let owed = at_filing.iter().sum::<f64>() / at_filing.len() as f64;
    assert!((2.0..=3.2).contains(&owed), "{owed:.2} months owed at filing");
}

#[test]
fn every_kind_of_history_comes_out() {
    let world = World::new(3_000, 36, 2);
    let (events, ledger) = (rows(&world.written.events.path), ledger(&world.written.ledger.path));
    let tenancies = rows(&world.written.tenancies.path);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for (reference, entries) in &ledger {
        let rents = entries.iter().filter(|entry| entry.2 == "Husleje").count();
        if rents < 30 {
            continue;
        }
        // Arrears on the 28th of each month, in months of rent.
        let owed: Vec<f64> =
            (1..36).filter_map(|back| months_owed(entries, Day::from(first_of_month(AS_OF, -back)).plus(27))).collect();
        let late = entries.iter().filter(|(booked, _, kind, _)| {
            let due = Day::from(first_of_month(booked.date(), 0));
            kind == "Betaling" && (3..=20).contains(&booked.since(last_timely_day_of(due)))
        });
        let behind = owed.iter().filter(|months| **months > 0.6).count();
        let late = late.count();
        *kinds.entry("all").or_default() += 1;
        match (behind, late) {
            (0, 0..=3) => *kinds.entry("steady").or_default() += 1,
            (0..=2, 25..) => *kinds.entry("always late").or_default() += 1,
            _ => {}
        }
        // The newest first: clear for long, then behind for good.
        if owed.iter().take(2).all(|months| *months > 0.8) && owed.iter().skip(10).all(|months| *months < 0.6) {
            *kinds.entry("shock").or_default() += 1;
        }
        let falls = owed.windows(2).filter(|pair| pair[1] > 0.8 && pair[0] < 0.2).count();
        if falls >= 2 {
            *kinds.entry("falls and recoveries").or_default() += 1;
        }
        let events_of = |kind: &str| events.iter().any(|row| row[0] == *reference && row[2] == kind);
        if behind > 0 && events_of("Afdragsordning brudt") {
            *kinds.entry("plan broken").or_default() += 1;
        }
    }
    let share = |kind: &str| kinds.get(kind).copied().unwrap_or(0) as f64 / kinds["all"] as f64;
    assert!((0.5..0.9).contains(&share("steady")), "{kinds:?}");
    assert!((0.005..0.1).contains(&share("always late")), "{kinds:?}");
    assert!((0.001..0.1).contains(&share("shock")), "{kinds:?}");
    assert!((0.01..0.2).contains(&share("falls and recoveries")), "{kinds:?}");
    assert!(share("plan broken") > 0.005, "{kinds:?}");
    let moved_out = tenancies.iter().filter(|row| !row[7].is_empty()).count();
    assert!((0.1..0.5).contains(&(moved_out as f64 / tenancies.len() as f64)), "{moved_out} moved out");
    assert!(events.iter().any(|row| row[2] == "Dødsfald"));
}

#[test]
fn the_landlord_keeps_to_the_calendar_and_to_the_order_of_steps() {
    let world = World::new(2_000, 30, 3);
    let events = rows(&world.written.events.path);
    let tenancies: HashMap<String, Vec<String>> =
        rows(&world.written.tenancies.path).into_iter().map(|row| (row[0].clone(), row)).collect();
    let ledger = ledger(&world.written.ledger.path);
    let mut of: HashMap<&str, Vec<(Day, &str)>> = HashMap::new();
    for row in &events {
        of.entry(&row[0]).or_default().push((day(&row[1]), &row[2]));
    }
    for row in &events {
        let (on, reference) = (day(&row[1]), row[0].as_str());
        let earlier = |kind: &str, within: i32| {
            of[reference].iter().any(|(day, other)| *other == kind && on.since(*day) >= 0 && on.since(*day) <= within)
        };
        match row[2].as_str() {
            "Påkrav" => {
                let first = first_of_month(on.date(), 0);
                assert!(on >= Day::from(earliest_demand(first)), "a demand on {on:?} comes too early");
                let fee = ledger[reference].iter().any(|(day, _, kind, _)| kind == "Påkravsgebyr" && *day == on);
                assert!(fee, "a demand on {on:?} without its fee");
            }
            // The exports begin in the middle of things: what comes early may follow from before.
            _ if on.since(Day::from(date(2024, 6, 1))) < 240 => {}
            "Ophævelse" => assert!(earlier("Påkrav", 60) && !earlier("Påkrav", 13), "a termination on {on:?}"),
            "Fogedsag" => assert!(earlier("Ophævelse", 60), "a filing on {on:?} without a termination"),
            "Udsættelse" => {
                assert!(earlier("Fogedsag", 120), "an eviction on {on:?} without a filing");
                assert_eq!(day(&tenancies[reference][7]), on, "an evicted household has moved out");
            }
            "Afdragsordning brudt" | "Afdragsordning afsluttet" if on.since(Day::from(date(2024, 6, 1))) > 640 => {
                assert!(earlier("Afdragsordning", 900))
            }
            _ => {}
        }
    }
}

#[test]
fn exports_are_clean_and_speak_of_known_tenancies_up_to_the_as_of_date_only() {
    let world = World::new(700, 24, 4);
    let tenancies = rows(&world.written.tenancies.path);
    let references: HashSet<&str> = tenancies.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(references.len(), tenancies.len(), "no reference twice");
    assert!(tenancies.len() as u64 == world.written.tenancies.rows && tenancies.len() >= 700);
    assert!(tenancies.iter().all(|row| row.len() == 11 && day(&row[6]) <= Day::from(AS_OF)));
    let estates: BTreeSet<&str> = tenancies.iter().map(|row| row[1].as_str()).collect();
    assert!(estates.len() >= 4, "{estates:?}");
    let successors = tenancies.windows(2).filter(|pair| pair[0][0][..11] == pair[1][0][..11]).count();
    assert!(successors > 20, "{successors} homes with successive tenants");

    let born: Vec<(Day, Day)> =
        tenancies.iter().filter(|row| !row[10].is_empty()).map(|row| (day(&row[10]), day(&row[6]))).collect();
    assert!(born.len() * 100 > tenancies.len() * 94 && born.len() < tenancies.len(), "nearly all have a date of birth");
    assert!(
        born.iter().all(|(born, moved_in)| (18 * 365..100 * 366).contains(&moved_in.since(*born))),
        "all were of age"
    );

    let (ledger, events, notes) = (&world.written.ledger, &world.written.events, &world.written.notes);
    for (feed, columns) in [(ledger, 7), (events, 3), (notes, 4)] {
        let read = rows(&feed.path);
        assert_eq!(read.len() as u64, feed.rows);
        for row in &read {
            assert!(references.contains(row[0].as_str()), "a row of a tenancy that no feed knows");
            assert!(day(&row[1]) <= Day::from(AS_OF), "a row from the future");
            assert!(row.len() == columns || (row.len() == columns + 1 && row[columns].is_empty()));
        }
    }
    let bytes = std::fs::read(&ledger.path).expect("was written");
    let text = WINDOWS_1252.decode_without_bom_handling(&bytes).0;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines[0], lines[1]), ("Boligforeningen Prøvevang - udtræk 24-11-2026", ""));
    assert!(lines.iter().filter(|line| **line == lines[2]).count() > 1, "the header comes again mid-file");
    let total: i64 = rows(&ledger.path).iter().map(|row| ore(&row[4])).sum();
    let footer: Vec<&str> = lines[lines.len() - 1].split(';').collect();
    assert_eq!((footer[0], ore(footer[4]), footer.len()), ("I alt", total, 7));
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let files = |threads: usize, seed: u64| {
        let folder = tempfile::tempdir().expect("a folder");
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let written = pool.install(|| simulated(folder.path(), &options(900, 14, seed)));
        [written.config, written.ledger.path, written.tenancies.path, written.events.path, written.notes.path]
            .map(|path| std::fs::read(path).expect("was written"))
    };
    let once = files(1, 7);
    assert!(once == files(3, 7), "three threads write what one does");
    assert!(once[1] != files(1, 8)[1], "another seed, another ledger");
}

#[test]
fn the_config_names_every_estate_once_and_its_exports_exist() {
    let world = World::new(1_300, 12, 5);
    let text = std::fs::read_to_string(&world.written.config).expect("was written");
    let config: toml::Table = text.parse().expect("is TOML");
    let served: Vec<&str> = config["caseworker"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|worker| worker["estates"].as_array().into_iter().flatten().filter_map(|estate| estate.as_str()))
        .collect();
    let estates: BTreeSet<String> = rows(&world.written.tenancies.path).into_iter().map(|row| row[1].clone()).collect();
    assert_eq!(served.iter().map(|estate| (*estate).to_owned()).collect::<BTreeSet<_>>(), estates);
    assert_eq!(served.len(), estates.len(), "no estate has two caseworkers");
    assert_eq!(config["shortlist"]["review"].as_str(), Some("by-caseworker"));
    for feed in ["tenancies", "events", "notes"] {
        let from = config["exports"][feed]["from"].as_str().expect("a path");
        assert!(world.folder.path().join(from).exists(), "{from}");
    }
}

#[test]
fn notes_are_mostly_harmless_and_seldom_urgent() {
    let world = World::new(3_000, 36, 6);
    let notes = rows(&world.written.notes.path);
    let with = |word: &str| notes.iter().filter(|row| row[3].to_lowercase().contains(word)).count();
    let a_year = notes.len() as f64 / (3_000.0 * 3.0);
    assert!((0.15..0.6).contains(&a_year), "{a_year:.2} notes a home and year");
    let urgent = with("selvmord") + with("alene hjemme") + with("uden overt") + with("hele natten");
    assert!((1..=30).contains(&urgent), "{urgent} urgent notes in 9,000 home-years");
    assert!(with("cpr") > 3 && with("ikke") > 50, "{} {}", with("cpr"), with("ikke"));
    let initials = |row: &Vec<String>| row[2].len() == 3 && row[2].chars().all(|letter| letter.is_ascii_uppercase());
    assert!(notes.iter().all(initials), "every note is somebody's");
    let estate = |row: &Vec<String>| row[0].split('-').nth(1).unwrap_or_default().to_owned();
    let writers: HashSet<(String, String)> = notes.iter().map(|row| (estate(row), row[2].clone())).collect();
    let estates: HashSet<&String> = writers.iter().map(|(estate, _)| estate).collect();
    assert!((2 * estates.len()..=4 * estates.len()).contains(&writers.len()), "{} caretakers", writers.len());
    assert!(with("aa") > 20 && with("å") > 100, "two ways to write å");
}

#[test]
fn with_quirks_some_rows_cannot_be_read_and_are_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let quirky = SimulationOptions { quirks: true, ..options(300, 12, 9) };
    let written = simulated(folder.path(), &quirky);
    let read = rows(&written.ledger.path);
    assert_eq!(read.len() as u64, written.ledger.rows);
    assert!(read.iter().filter(|row| row[4] == "abc").count() > 3);
}

#[test]
fn impossible_options_and_a_newer_ledger_are_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let refuse = |options: &SimulationOptions| match simulate(folder.path(), options, &mut |_, _| {}) {
        Err(error) => error,
        Ok(_) => panic!("was not refused"),
    };
    let none = refuse(&options(0, 12, 1)).to_string();
    assert_eq!(none, "cannot simulate tenancies = 0: it must lie between 1 and 5000000");
    assert!(matches!(refuse(&options(1, 0, 1)), SimulateError::Option { what: "months", .. }));
    let far = SimulationOptions { as_of: Date::MAX, ..options(1, 1, 1) };
    assert!(matches!(refuse(&far), SimulateError::Option { what: "as-of date", .. }));
    simulated(folder.path(), &options(3, 3, 1));
    let earlier = SimulationOptions { as_of: date(2026, 10, 31), ..options(3, 3, 1) };
    assert!(matches!(refuse(&earlier), SimulateError::NewerLedger(_)));
}

#[test]
fn progress_ends_with_all_tenancies_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut seen = Vec::new();
    let result = simulate(folder.path(), &options(1_000, 6, 1), &mut |done, total| seen.push((done, total)));
    assert!(result.is_ok());
    assert_eq!(seen.last(), Some(&(1_000, 1_000)));
}

#[test]
fn somebodys_own_config_and_exports_are_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("postkort.toml");
    std::fs::write(&config, "[association]\nname = \"Havblik\"\n").unwrap();
    let refused = simulate(folder.path(), &options(5, 3, 1), &mut |_, _| {}).unwrap_err();
    assert!(refused.to_string().contains("was written by no simulation"), "{refused}");
    assert!(std::fs::read_to_string(&config).unwrap().contains("Havblik"));
    std::fs::remove_file(&config).unwrap();
    std::fs::create_dir(folder.path().join("exports")).unwrap();
    std::fs::write(folder.path().join("exports/noter.csv"), "Lejenr;Dato;Notat\n").unwrap();
    assert!(simulate(folder.path(), &options(5, 3, 1), &mut |_, _| {}).is_err());
    std::fs::remove_file(folder.path().join("exports/noter.csv")).unwrap();
    simulate(folder.path(), &options(5, 3, 1), &mut |_, _| {}).unwrap();
    simulate(folder.path(), &options(5, 3, 2), &mut |_, _| {}).unwrap();
}
