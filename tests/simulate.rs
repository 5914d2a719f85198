//! The simulator from outside: what its exports look like, and how often things happen in them.

use std::path::Path;

use jiff::civil::date;
use postkort::config::ReviewMode;
use postkort::simulate::{Simulated, SimulationOptions, simulate};

fn options(tenancies: u32, months: u32, seed: u64) -> SimulationOptions {
    let as_of = date(2026, 11, 24);
    SimulationOptions { tenancies, months, seed, as_of, review: ReviewMode::ByCaseworker, quirks: false }
}

fn simulated(folder: &Path, options: &SimulationOptions) -> Simulated {
    simulate(folder, options, &mut |_, _| {}).unwrap()
}

#[test]
fn report() {
    let folder = std::path::PathBuf::from("/tmp/sim");
    let n: u32 = std::env::var("N").ok().and_then(|n| n.parse().ok()).unwrap_or(5000);
    let start = std::time::Instant::now();
    let s = simulated(&folder, &options(n, 36, 1));
    println!("{s:#?} {:?}", start.elapsed());
}
