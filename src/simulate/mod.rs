//! Invented exports, written from life: households with an income, habits and a fate pay as they can; a landlord follows
//! the calendar; a caretaker writes notes. No risk score stands behind it, so that a model has something to find.
//!
//! ```text
//!  estates ─▶ home ─▶ household ─▶ stay: an agenda of days ─▶ books: rows as bytes
//!                        ▲            paying    what the household pays
//!                       life          landlord  what the landlord does about it
//!                                     notes     what the caretaker writes
//! ```
//!
//! Each home draws its chance from its own stream of the seed, so the same options give the same bytes on any number of
//! threads. Estates are lived a few at a time and written at once: memory does not grow with the association.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use rayon::prelude::*;
use tempfile::NamedTempFile;

use self::books::{Books, Rows, encoded, write_amount};
use self::estates::Estate;
use self::months::Period;
use crate::calendar::first_of_month;
use crate::config::ReviewMode;

mod association;
mod books;
mod config_file;
mod dice;
mod estates;
mod household;
mod landlord;
mod life;
mod months;
mod notes;
mod paying;
mod people;
mod stay;
mod words;

/// What is to be simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SimulationOptions {
    /// How many homes with a tenancy. Those who lived in them before, in the time exported, come on top of these.
    pub tenancies: u32,
    /// How many months of history the exports hold, up to and with the month of `as_of`.
    pub months: u32,
    /// Chance: the same seed gives the same exports.
    pub seed: u64,
    /// The day of the export.
    pub as_of: Date,
    /// Who decides, as written to the config.
    pub review: ReviewMode,
    /// Whether a few ledger rows (about one in a thousand) cannot be read. Off, every row is clean.
    pub quirks: bool,
}

/// What was written, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulated {
    /// The config that works with the exports.
    pub config: PathBuf,
    /// Tenancies, running and ended.
    pub tenancies: SimulatedFeed,
    /// Ledger entries.
    pub ledger: SimulatedFeed,
    /// Events.
    pub events: SimulatedFeed,
    /// Caretakers' notes.
    pub notes: SimulatedFeed,
}

/// One simulated feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulatedFeed {
    /// The file.
    pub path: PathBuf,
    /// Its rows, without headers and footer.
    pub rows: u64,
}

/// Why nothing was simulated.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// An option is out of its range.
    #[error("cannot simulate {what} = {given}: it must lie between {least} and {most}")]
    Option {
        /// The option's name.
        what: &'static str,
        /// What was given.
        given: String,
        /// The least that is possible.
        least: String,
        /// The most that is possible.
        most: String,
    },
    /// The folder holds a ledger that the config would take for the newer one.
    #[error("{} is newer than the ledger to be written, and would be read in its place: give another folder", .0.display())]
    NewerLedger(PathBuf),
    /// The folder holds a config or exports that no simulation wrote.
    #[error("{} was written by no simulation, and would be replaced: give another folder", .0.display())]
    Foreign(PathBuf),
    /// A file could not be written.
    #[error("cannot write {}: {source}", .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// The most homes that references of the contract's form have room for.
const MOST_TENANCIES: u32 = 5_000_000;
/// The most months: 20 years.
const MOST_MONTHS: u32 = 240;
/// The as-of dates for which all days that are written lie in the calendar's and the ledger's range.
const AS_OF: (Date, Date) = (date(1960, 1, 1), date(2090, 12, 31));

/// Writes a config and its four exports into `out`, and tells `progress` of tenancies done and in all.
///
/// Files appear whole or not at all. Files of an earlier simulation of the same month are replaced.
///
/// # Errors
///
/// Options out of range, a newer ledger in the same folder, files there that no simulation wrote, and files that cannot be
/// written.
pub fn simulate(
    out: &Path,
    options: &SimulationOptions,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Simulated, SimulateError> {
    check(options)?;
    refuse_foreign(out)?;
    let exports = out.join("exports");
    std::fs::create_dir_all(&exports).map_err(|source| SimulateError::Write { path: exports.clone(), source })?;
    let (year, month) = (options.as_of.year(), options.as_of.month());
    let ledger_path = exports.join(format!("posteringer_{year}-{month:02}.csv"));
    refuse_newer(&exports, &ledger_path)?;

    let period = Period::new(options.as_of, options.months);
    let estates = estates::estates(options.tenancies, options.seed);
    let mut tenancies = Export::new(exports.join("lejemaal.csv"), books::TENANCIES_HEADER)?;
    let mut ledger = Export::new(ledger_path, &preamble(options.as_of))?;
    let mut events = Export::new(exports.join("haendelser.csv"), books::EVENTS_HEADER)?;
    let mut notes = Export::new(exports.join("noter.csv"), books::NOTES_HEADER)?;
    let (mut rows, mut charged, mut paid, mut done) = (Rows::default(), 0i64, 0i64, 0u64);
    for some in estates.chunks(4 * rayon::current_num_threads()) {
        let lived: Vec<Books> = some
            .par_iter()
            .map(|estate: &Estate| association::live_estate(estate, &period, options.seed, options.quirks))
            .collect();
        for books in &lived {
            tenancies.write(&books.tenancies)?;
            ledger.write(&books.ledger)?;
            events.write(&books.events)?;
            notes.write(&books.notes)?;
            rows.tenancies += books.rows.tenancies;
            rows.ledger += books.rows.ledger;
            rows.events += books.rows.events;
            rows.notes += books.rows.notes;
            charged += books.totals.0;
            paid += books.totals.1;
        }
        done += some.iter().map(|estate| u64::from(estate.homes)).sum::<u64>();
        progress(done, u64::from(options.tenancies));
    }
    ledger.write(&footer(charged, paid))?;

    let since = first_of_month(options.as_of, 1_i32.saturating_sub_unsigned(options.months));
    let config_path = out.join("postkort.toml");
    let mut config = Export::new(config_path, "")?;
    config.write(config_file::config_text(&estates, options.review, since, options.seed).as_bytes())?;
    Ok(Simulated {
        tenancies: SimulatedFeed { path: tenancies.finish()?, rows: rows.tenancies },
        ledger: SimulatedFeed { path: ledger.finish()?, rows: rows.ledger },
        events: SimulatedFeed { path: events.finish()?, rows: rows.events },
        notes: SimulatedFeed { path: notes.finish()?, rows: rows.notes },
        config: config.finish()?,
    })
}

fn check(options: &SimulationOptions) -> Result<(), SimulateError> {
    let between = |what, given: u32, most: u32| {
        let wrong =
            || SimulateError::Option { what, given: given.to_string(), least: 1.to_string(), most: most.to_string() };
        (1..=most).contains(&given).then_some(()).ok_or_else(wrong)
    };
    between("tenancies", options.tenancies, MOST_TENANCIES)?;
    between("months", options.months, MOST_MONTHS)?;
    if !(AS_OF.0..=AS_OF.1).contains(&options.as_of) {
        return Err(SimulateError::Option {
            what: "as-of date",
            given: options.as_of.to_string(),
            least: AS_OF.0.to_string(),
            most: AS_OF.1.to_string(),
        });
    }
    Ok(())
}

/// The config reads the newest ledger by the date in its name: an older one may stay, a newer one may not.
fn refuse_newer(exports: &Path, ledger: &Path) -> Result<(), SimulateError> {
    let files =
        std::fs::read_dir(exports).map_err(|source| SimulateError::Write { path: exports.to_owned(), source })?;
    for path in files.filter_map(|file| Some(file.ok()?.path())) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("posteringer_") && name.ends_with(".csv") && path.file_name() > ledger.file_name() {
            return Err(SimulateError::NewerLedger(path));
        }
    }
    Ok(())
}

/// Simulated exports lie beside a simulated config, which is known by its first line; whatever else is there is
/// somebody's own.
fn refuse_foreign(out: &Path) -> Result<(), SimulateError> {
    let config = out.join("postkort.toml");
    let ours = match std::fs::read(&config) {
        Ok(text) => text.starts_with(config_file::FIRST_LINE.as_bytes()),
        Err(_) => false,
    };
    let written = ["postkort.toml", "exports/lejemaal.csv", "exports/haendelser.csv", "exports/noter.csv"];
    match written.iter().map(|name| out.join(name)).find(|path| !ours && path.exists()) {
        Some(path) => Err(SimulateError::Foreign(path)),
        None => Ok(()),
    }
}

fn preamble(as_of: Date) -> String {
    let (day, month, year) = (as_of.day(), as_of.month(), as_of.year());
    let title = format!("{} - udtræk {day:02}-{month:02}-{year}", config_file::ASSOCIATION);
    format!("{title}\r\n\r\n{}", books::LEDGER_HEADER)
}

fn footer(charged: i64, paid: i64) -> Vec<u8> {
    let mut line = b"I alt;;;;".to_vec();
    write_amount(&mut line, charged);
    line.push(b';');
    write_amount(&mut line, paid);
    line.extend_from_slice(b";\r\n");
    line
}

/// A file that is written beside its place, and moved there when it is whole.
struct Export {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl Export {
    /// Begins the file with `header`, in Windows-1252.
    fn new(path: PathBuf, header: &str) -> Result<Export, SimulateError> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let file =
            NamedTempFile::new_in(folder).map_err(|source| SimulateError::Write { path: path.clone(), source })?;
        let mut export = Export { path, file: BufWriter::with_capacity(1 << 20, file) };
        export.write(&encoded(header))?;
        Ok(export)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), SimulateError> {
        self.file.write_all(bytes).map_err(|source| SimulateError::Write { path: self.path.clone(), source })
    }

    /// Moves the file to its place.
    fn finish(self) -> Result<PathBuf, SimulateError> {
        let path = self.path;
        let written = self.file.into_inner().map_err(|error| error.into_error());
        match written.and_then(|file| file.persist(&path).map_err(|error| error.error)) {
            Ok(_) => Ok(path),
            Err(source) => Err(SimulateError::Write { path, source }),
        }
    }
}
