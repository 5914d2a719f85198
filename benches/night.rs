//! The night beside its peers, as whole processes in turn, on simulated exports.
//!
//! ```text
//! cargo bench --bench night                                   20,000 and 200,000 tenancies, five rounds
//! cargo bench --bench night -- 20000 --rounds 3               other sizes, other rounds
//! cargo bench --bench night -- 200000 --without-script        without benches/reference/night.py
//! cargo bench --bench night -- --simulate-only 200000 600000  what simulating takes, files deleted afterwards
//! ```
//!
//! Exports are simulated once and kept under `target/tmp/night`. README.md says what the figures mean.

#![allow(missing_docs)]

#[path = "night/association.rs"]
mod association;
#[path = "night/figures.rs"]
mod figures;
#[path = "night/process.rs"]
mod process;

use std::error::Error;
use std::path::Path;
use std::process::Command;

use association::{AS_OF, Association, MONTHS, association, cache, remove};
use figures::{Row, table};
use process::{Took, measure};

/// The program, built with the bench profile, which is the release profile.
const POSTKORT: &str = env!("CARGO_BIN_EXE_postkort");

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [flag, files @ ..] = arguments.as_slice()
        && flag == "--bare-pass"
    {
        return bare_pass(files);
    }
    let mut sizes = Vec::new();
    let (mut rounds, mut with_script, mut simulate_only) = (5, true, false);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--rounds" => rounds = rest.next().ok_or("--rounds needs a number")?.parse()?,
            "--without-script" => with_script = false,
            "--simulate-only" => simulate_only = true,
            size => sizes.push(size.parse().map_err(|_| format!("`{size}` is no number of tenancies"))?),
        }
    }
    if sizes.is_empty() {
        sizes = vec![20_000, 200_000];
    }
    if simulate_only {
        return simulations(&sizes);
    }
    for size in sizes {
        nights(size, rounds, with_script)?;
    }
    Ok(())
}

/// Runs everything in turn, round after round, so that a busy machine is busy for all; prints the medians.
fn nights(tenancies: u32, rounds: usize, with_script: bool) -> Result<(), Box<dyn Error>> {
    let association = association(tenancies)?;
    let mut rows = vec![Row::new("bare pass"), Row::new("night, dry run"), Row::new("night")];
    if with_script {
        rows.push(Row::new("night.py"));
    }
    for round in 1..=rounds {
        for row in &mut rows {
            eprintln!("{tenancies} tenancies, round {round} of {rounds}: {}", row.name);
            let took = match row.name {
                "bare pass" => bare(&association)?,
                "night, dry run" => night(&association, true)?,
                "night" => night(&association, false)?,
                _ => script(&association)?,
            };
            row.took.push(took);
        }
    }
    let megabytes = association.megabytes()?;
    println!("\n{tenancies} tenancies × {MONTHS} months, exports of {megabytes:.0} MB, medians of {rounds} rounds\n");
    println!("{}", table(&rows, megabytes, tenancies));
    Ok(())
}

fn bare(association: &Association) -> Result<Took, Box<dyn Error>> {
    measure(Command::new(std::env::current_exe()?).arg("--bare-pass").args(&association.exports))
}

/// A night with a new database, so that every round has the same lists and mails to write.
fn night(association: &Association, dry_run: bool) -> Result<Took, Box<dyn Error>> {
    for folder in ["state", "out"] {
        remove(&association.folder.join(folder))?;
    }
    let mut command = Command::new(POSTKORT);
    command.arg("run").arg(&association.config).arg("--as-of").arg(AS_OF.to_string());
    if dry_run {
        command.arg("--dry-run");
    }
    measure(&mut command)
}

fn script(association: &Association) -> Result<Took, Box<dyn Error>> {
    let out = association.folder.join("script");
    remove(&out)?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/reference/night.py");
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(python);
    command.arg(script).arg(association.folder.join("exports")).arg(AS_OF.to_string()).arg(out);
    measure(&mut command)
}

/// What simulating takes: its memory must not grow with the association.
fn simulations(sizes: &[u32]) -> Result<(), Box<dyn Error>> {
    for size in sizes {
        let out = cache().join("simulated");
        let mut command = Command::new(POSTKORT);
        command.args(["simulate", "--tenancies", &size.to_string(), "--months", &MONTHS.to_string()]);
        command.args(["--as-of", &AS_OF.to_string(), "--out"]).arg(&out);
        let took = measure(&mut command)?;
        remove(&out)?;
        let megabytes = took.peak as f64 / 1e6;
        println!("{size} tenancies: {:.1} s, peak memory {megabytes:.0} MB", took.wall.as_secs_f64());
    }
    Ok(())
}

/// Every record of the files through the csv crate's `ByteRecord`, on one thread, and nothing done with them.
fn bare_pass(files: &[String]) -> Result<(), Box<dyn Error>> {
    let (mut rows, mut record) = (0u64, csv::ByteRecord::new());
    for file in files {
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').flexible(true).from_path(file)?;
        while reader.read_byte_record(&mut record)? {
            rows += 1;
        }
    }
    println!("{rows} rows");
    Ok(())
}
