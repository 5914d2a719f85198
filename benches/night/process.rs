//! One process: how long it took, and the most memory it had.

use std::error::Error;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Between two looks at a process's memory. What it takes in the last of these is not seen.
const LOOK: Duration = Duration::from_millis(5);

/// What a process took.
#[derive(Clone, Copy)]
pub struct Took {
    /// From its start to its end.
    pub wall: Duration,
    /// The most memory it had at a time (peak resident set), in bytes; 0 where the system does not tell.
    pub peak: u64,
}

/// Runs a process to its end, its output thrown away. A run that calls for attention (exit code 3) has done its work too.
pub fn measure(command: &mut Command) -> Result<Took, Box<dyn Error>> {
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn()?;
    let (done, ended) = channel();
    let peak = std::thread::scope(|scope| {
        let id = child.id();
        let looking = scope.spawn(move || highest(id, &ended));
        let status = child.wait();
        let wall = started.elapsed();
        drop(done);
        (status, wall, looking.join().unwrap_or_default())
    });
    let (status, wall, peak) = peak;
    let status = status?;
    if !matches!(status.code(), Some(0 | 3)) {
        return Err(format!("{command:?} ended with {status}").into());
    }
    Ok(Took { wall, peak })
}

/// The system keeps a process's peak itself and forgets it with the process: the last look counts.
fn highest(process: u32, ended: &Receiver<()>) -> u64 {
    let mut highest = 0;
    while ended.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
        highest = highest.max(peak(process).unwrap_or_default());
    }
    highest
}

fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
