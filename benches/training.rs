//! Training and its back-test beside scikit-learn and pandas, on simulated exports.
//!
//! ```text
//! cargo bench --bench training                               20,000 and 200,000 tenancies, three rounds
//! cargo bench --bench training -- 20000 --rounds 5           other sizes, other rounds
//! cargo bench --bench training -- --without-script           without benches/reference/training.py
//! cargo bench --bench training -- --seconds 600              so long may a script take before it begins no further fit
//! ```
//!
//! Every part is a process of its own, in turn: `postkort train`; the fits of its back-test on one matrix, ours and
//! scikit-learn's; the features of its test dates, ours and those of pandas. README.md says what the figures mean.

#![allow(missing_docs)]

#[path = "night/association.rs"]
mod association;
#[path = "training/matrix.rs"]
mod matrix;
#[path = "training/parts.rs"]
mod parts;
#[path = "night/process.rs"]
mod process;
#[path = "training/report.rs"]
mod report;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use association::{AS_OF, Association, MONTHS, association, remove};
use matrix::Plan;
use process::{Took, measure};
use report::{Answer, Row};

/// The program, built with the bench profile, which is the release profile.
const POSTKORT: &str = env!("CARGO_BIN_EXE_postkort");
/// As many newest dates as models are tried on.
const TEST_DATES: usize = 12;
/// scikit-learn's ways: its name here, solver and tolerance. 10⁻⁴ is what it takes unless told otherwise; at 10⁻⁸ its
/// coefficients are as good as ours.
const PEERS: [(&str, &str, &str); 3] = [
    ("scikit-learn lbfgs", "lbfgs", "1e-4"),
    ("scikit-learn lbfgs, tol 1e-8", "lbfgs", "1e-8"),
    ("scikit-learn newton-cholesky", "newton-cholesky", "1e-4"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--fits", folder, out] => return parts::fits(Path::new(folder), Path::new(out)),
        ["--features", config, out, dates @ ..] => return parts::features(Path::new(config), Path::new(out), dates),
        _ => {}
    }
    let mut sizes = Vec::new();
    let (mut rounds, mut with_script, mut seconds) = (3, true, 300);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--rounds" => rounds = rest.next().ok_or("--rounds needs a number")?.parse()?,
            "--seconds" => seconds = rest.next().ok_or("--seconds needs a number")?.parse()?,
            "--without-script" => with_script = false,
            size => sizes.push(size.parse().map_err(|_| format!("`{size}` is no number of tenancies"))?),
        }
    }
    if sizes.is_empty() {
        sizes = vec![20_000, 200_000];
    }
    for size in sizes {
        Bench::new(size, seconds)?.run(rounds, with_script)?;
    }
    Ok(())
}

/// What is measured on one association.
struct Bench {
    tenancies: u32,
    association: Association,
    /// The config that `train` reads: its models go elsewhere than a night's.
    config: PathBuf,
    /// The matrix that the fits are made to.
    folder: PathBuf,
    plan: Plan,
    /// The dates that features are taken on.
    dates: Vec<String>,
    seconds: u32,
}

impl Bench {
    fn new(tenancies: u32, seconds: u32) -> Result<Bench, Box<dyn Error>> {
        let association = association(tenancies)?;
        let text = std::fs::read_to_string(&association.config)?;
        let own = text.replace("models = \"models\"", "models = \"trained\"");
        if own == text {
            return Err("the simulated config does not say models = \"models\"".into());
        }
        let config = association.folder.join("training.toml");
        std::fs::write(&config, own)?;
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("training").join(tenancies.to_string());
        std::fs::create_dir_all(&folder)?;
        eprintln!("{tenancies} tenancies: taking snapshots");
        let plan = matrix::prepare(&config, &folder)?;
        let dates = plan.dates.iter().rev().take(TEST_DATES).rev().map(ToString::to_string).collect();
        Ok(Bench { tenancies, association, config, folder, plan, dates, seconds })
    }

    fn run(&self, rounds: usize, with_script: bool) -> Result<(), Box<dyn Error>> {
        let mut trained = Vec::new();
        let mut fits = vec![Row::new("postkort")];
        let mut features = vec![Row::new("postkort"), Row::new("postkort, one core")];
        if with_script {
            fits.extend(PEERS.map(|(name, _, _)| Row::new(name)));
            features.push(Row::new("pandas"));
        }
        for round in 1..=rounds {
            let tell = |name: &str| eprintln!("{} tenancies, round {round} of {rounds}: {name}", self.tenancies);
            tell("train");
            trained.push(self.train()?);
            for row in &mut fits {
                tell(&format!("fits, {}", row.name));
                row.add(self.fits(row.name)?);
            }
            for row in &mut features {
                tell(&format!("features, {}", row.name));
                row.add(self.features(row.name)?);
            }
        }
        let Plan { dates, columns, prefixes, one_in, ridge, .. } = &self.plan;
        let rows = prefixes.last().copied().unwrap_or_default();
        let megabytes = self.association.megabytes()?;
        println!(
            "\n{} tenancies × {MONTHS} months, exports of {megabytes:.0} MB, medians of {rounds} rounds\n",
            self.tenancies
        );
        println!(
            "{} dates; {rows} rows kept (one in {one_in} without an event), {columns} columns, ridge {ridge}\n",
            dates.len()
        );
        println!("{}", report::whole(&trained, &fits));
        println!("{}", report::of_fits(&fits));
        println!("{}", report::of_features(&features));
        Ok(())
    }

    /// `postkort train` as a whole: reading, snapshots, back-test, weekly lists, the model and its card.
    fn train(&self) -> Result<Took, Box<dyn Error>> {
        remove(&self.association.folder.join("trained"))?;
        measure(Command::new(POSTKORT).arg("train").arg(&self.config).arg("--as-of").arg(AS_OF.to_string()))
    }

    fn fits(&self, name: &str) -> Result<(Took, Answer), Box<dyn Error>> {
        let out = self.folder.join("fits.json");
        let mut command = match PEERS.iter().find(|(peer, _, _)| *peer == name) {
            Some((_, solver, tolerance)) => {
                let mut command = script("fits");
                command.arg(&self.folder).arg(&out).args([solver, tolerance]).arg(self.seconds.to_string());
                command
            }
            None => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg("--fits").arg(&self.folder).arg(&out);
                command
            }
        };
        Ok((measure(&mut command)?, Answer::read(&out)?))
    }

    fn features(&self, name: &str) -> Result<(Took, Answer), Box<dyn Error>> {
        let out = self.folder.join("features.json");
        let mut command = if name == "pandas" {
            let mut command = script("features");
            command.arg(self.association.folder.join("exports")).arg(&out).arg(self.seconds.to_string());
            command
        } else {
            let mut command = Command::new(std::env::current_exe()?);
            command.arg("--features").arg(&self.config).arg(&out);
            command
        };
        if name.ends_with("one core") {
            command.env("RAYON_NUM_THREADS", "1");
        }
        command.args(&self.dates);
        Ok((measure(&mut command)?, Answer::read(&out)?))
    }
}

fn script(part: &str) -> Command {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/reference/training.py");
    let mut command = Command::new(std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned()));
    command.arg(script).arg(part);
    command
}
