//! One process: how long it took, on how many cores, and the most memory it had.

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
    /// On all cores together, in hundredths of a second; 0 where the system does not tell.
    pub cpu: Duration,
    /// The most memory it had at a time (peak resident set), in bytes; 0 where the system does not tell.
    pub peak: u64,
}

/// Runs a process to its end, its output thrown away. A run that calls for attention (exit code 3) has done its work too.
pub fn measure(command: &mut Command) -> Result<Took, Box<dyn Error>> {
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn()?;
    let (done, ended) = channel();
    let (status, wall, (peak, cpu)) = std::thread::scope(|scope| {
        let id = child.id();
        let looking = scope.spawn(move || highest(id, &ended));
        let status = child.wait();
        let wall = started.elapsed();
        drop(done);
        (status, wall, looking.join().unwrap_or_default())
    });
    let status = status?;
    if !matches!(status.code(), Some(0 | 3)) {
        return Err(format!("{command:?} ended with {status}").into());
    }
    Ok(Took { wall, cpu, peak })
}

/// The most memory and the time on the cores. The system keeps both and forgets them with the process: the last look
/// counts.
fn highest(process: u32, ended: &Receiver<()>) -> (u64, Duration) {
    let (mut most, mut spent) = (0, Duration::ZERO);
    while ended.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
        most = most.max(peak(process).unwrap_or_default());
        spent = spent.max(cpu(process).unwrap_or_default());
    }
    (most, spent)
}

/// Time on the cores, of the program itself and of the system for it: proc(5), fields 14 and 15.
fn cpu(process: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
