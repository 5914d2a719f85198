//! The association that benchmarks run on: simulated once, and kept.

use std::error::Error;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use postkort::config::ReviewMode;
use postkort::simulate::{SimulationOptions, simulate};

/// A Tuesday on which most caseworkers are on site: mails go out.
pub const AS_OF: Date = date(2026, 11, 24);
/// How far back its ledger goes.
pub const MONTHS: u32 = 36;

/// What an association of one size is measured on.
pub struct Association {
    /// Where it is kept.
    pub folder: PathBuf,
    /// Its config file.
    pub config: PathBuf,
    /// Every file that a night reads.
    pub exports: Vec<PathBuf>,
}

impl Association {
    /// The size of its exports.
    pub fn megabytes(&self) -> std::io::Result<f64> {
        let sizes = self.exports.iter().map(|file| Ok(std::fs::metadata(file)?.len()));
        Ok(sizes.sum::<std::io::Result<u64>>()? as f64 / 1e6)
    }
}

/// Simulates an association whose caseworkers get their mails at once, unless an earlier run has.
pub fn association(tenancies: u32) -> Result<Association, Box<dyn Error>> {
    let folder = cache().join(tenancies.to_string());
    let options = SimulationOptions {
        tenancies,
        months: MONTHS,
        seed: 1,
        as_of: AS_OF,
        review: ReviewMode::ByCaseworker,
        quirks: false,
    };
    let whole = folder.join("whole");
    if !whole.exists() {
        eprintln!("simulating {tenancies} tenancies");
        simulate(&folder, &options, &mut |_, _| {})?;
        std::fs::write(&whole, "")?;
    }
    let files = std::fs::read_dir(folder.join("exports"))?.map(|entry| Ok(entry?.path()));
    let exports = files.collect::<std::io::Result<Vec<PathBuf>>>()?;
    let config = folder.join("postkort.toml");
    Ok(Association { config, exports, folder })
}

/// Where associations are kept.
pub fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("night")
}

/// Deletes a folder, if it is there.
pub fn remove(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
