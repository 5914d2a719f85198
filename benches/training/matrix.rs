//! The matrix that both sides fit: what training keeps of an association's snapshots, as files that numpy reads.

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use jiff::civil::Date;
use postkort::config::Config;
use postkort::exports::feeds::notes::kept_since;
use postkort::learning::cohort::{Label, Past, Words, bookings, dates, snapshot};
use postkort::learning::design::Design;
use postkort::learning::kept::Kept;
use postkort::nightly::{Gathered, Unwatched, gather, gather_notes};
use serde::{Deserialize, Serialize};

use super::association::AS_OF;

/// The penalty that `train` chooses on 200,000 tenancies.
const RIDGE: f64 = 30.0;
/// The penalties that it chooses from, the largest first.
const GRID: [f64; 7] = [10_000.0, 3_000.0, 1_000.0, 300.0, 100.0, 30.0, 10.0];

/// Which fits are made.
#[derive(Serialize, Deserialize)]
pub struct Plan {
    /// The dates of the snapshots.
    pub dates: Vec<Date>,
    /// How many first rows each fit is made to: those whose outcomes were known on one of the dates, then all.
    pub prefixes: Vec<usize>,
    /// The penalty of these fits.
    pub ridge: f64,
    /// The last choice of a penalty, by fits to so many first rows with each of the grid.
    pub choice_rows: usize,
    /// The penalties chosen from.
    pub grid: Vec<f64>,
    /// Where the rows begin by which it is chosen.
    pub later_from: usize,
    /// Columns of the matrix.
    pub columns: usize,
    /// One in how many rows without an event was kept.
    pub one_in: u32,
}

/// Reads an association as `train` does.
pub fn read(config: &Path) -> Result<(Config, Gathered), Box<dyn Error>> {
    let config = Config::load(config)?;
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let possible = dates(AS_OF, &label(&config), config.risk.labels_since.unwrap_or(Date::MIN), Date::MIN);
    let since = possible.first().map_or(AS_OF, |first| kept_since(*first));
    let known = runtime.block_on(async {
        let notes = gather_notes(&config, since, AS_OF, folder.path(), &Unwatched).await?;
        gather(&config, notes, &Default::default(), AS_OF, folder.path(), &Unwatched).await
    })?;
    Ok((config, known))
}

/// What an association looks for.
pub fn label(config: &Config) -> Label {
    Label { kinds: config.risk.label.clone(), horizon_days: config.risk.horizon_days }
}

/// Writes the matrix, its labels and the plan into a folder.
pub fn prepare(config: &Path, folder: &Path) -> Result<Plan, Box<dyn Error>> {
    let (config, known) = read(config)?;
    let label = label(&config);
    let past = Past { exports: &known.exports, notes: &known.notes, words: Words::Unread };
    let (first, _) = bookings(past.exports).ok_or("the ledger is empty")?;
    let dates = dates(AS_OF, &label, config.risk.labels_since.ok_or("labels_since is missing")?, first);
    let mut kept = Kept::of_about(past.exports.references.len() * dates.len());
    dates.iter().for_each(|date| kept.add(&snapshot(past, *date, &label)));

    let known_on = |date: Date| dates.partition_point(|snapshot| label.until(*snapshot) <= date);
    let mut known: Vec<usize> = dates.iter().map(|date| known_on(*date)).filter(|known| *known > 0).collect();
    let (last, before) = (dates.len(), known.last().copied().unwrap_or_default());
    known.push(last);
    known.dedup();
    let rows = |snapshots: usize| kept.first(snapshots).labels.len();
    let all = kept.all();
    let design = Design::learn(all.features)?;
    let plan = Plan {
        prefixes: known.into_iter().map(rows).collect(),
        ridge: RIDGE,
        choice_rows: rows(before),
        grid: GRID.to_vec(),
        later_from: rows(last.saturating_sub(1)),
        columns: design.columns(),
        one_in: kept.one_in(),
        dates,
    };
    let matrix = design.matrix(all.features);
    let cells = matrix.iter().map(|cell| cell.to_le_bytes());
    write(&folder.join("matrix.npy"), "<f8", &format!("{}, {}", all.labels.len(), plan.columns), cells)?;
    let labels = all.labels.iter().map(|label| [u8::from(*label)]);
    write(&folder.join("labels.npy"), "|u1", &format!("{},", all.labels.len()), labels)?;
    std::fs::write(folder.join("plan.json"), serde_json::to_string(&plan)?)?;
    Ok(plan)
}

/// numpy's format 1.0: a magic number, the header's length, the header, padded so that the values begin at a multiple of 64.
fn write<const SIZE: usize>(
    path: &Path,
    kind: &str,
    shape: &str,
    values: impl Iterator<Item = [u8; SIZE]>,
) -> Result<(), Box<dyn Error>> {
    const BEFORE: usize = 10;
    let mut header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({shape}), }}");
    let padded = (BEFORE + header.len() + 1).next_multiple_of(64) - BEFORE - 1;
    header = format!("{header:padded$}\n");
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(b"\x93NUMPY\x01\x00")?;
    file.write_all(&u16::try_from(header.len())?.to_le_bytes())?;
    file.write_all(header.as_bytes())?;
    for value in values {
        file.write_all(&value)?;
    }
    Ok(file.flush()?)
}

/// A plan with what it is about.
pub struct Prepared {
    pub plan: Plan,
    /// The matrix, row by row.
    pub cells: Vec<f64>,
    pub labels: Vec<bool>,
}

/// Reads what was written.
pub fn load(folder: &Path) -> Result<Prepared, Box<dyn Error>> {
    let plan: Plan = serde_json::from_str(&std::fs::read_to_string(folder.join("plan.json"))?)?;
    let rows = plan.prefixes.last().copied().unwrap_or_default();
    let mut cells = Vec::with_capacity(rows * plan.columns);
    let (mut file, mut cell) = (values(&folder.join("matrix.npy"))?, [0; 8]);
    for _ in 0..rows * plan.columns {
        file.read_exact(&mut cell)?;
        cells.push(f64::from_le_bytes(cell));
    }
    let mut labels = Vec::with_capacity(rows);
    values(&folder.join("labels.npy"))?.read_to_end(&mut labels)?;
    Ok(Prepared { plan, cells, labels: labels.into_iter().map(|label| label == 1).collect() })
}

/// What follows the header.
fn values(path: &Path) -> Result<BufReader<File>, Box<dyn Error>> {
    let mut file = BufReader::new(File::open(path)?);
    let (mut magic, mut length) = ([0; 8], [0; 2]);
    file.read_exact(&mut magic)?;
    file.read_exact(&mut length)?;
    let mut header = vec![0; usize::from(u16::from_le_bytes(length))];
    file.read_exact(&mut header)?;
    Ok(file)
}
