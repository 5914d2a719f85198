//! Blocks of a ledger on their way through several threads: taken in the order of the file, entered in the same order,
//! parsed in between by whoever has time. Nobody waits for a batch to be complete: a thread that slept and was woken for
//! every few blocks would cost more than the parsing saves.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::append::{Appender, Parsed};
use crate::exports::error::ReadError;
use crate::exports::table::blocks::Block;
use crate::exports::table::layout::Layout;
use crate::exports::table::open::Table;

/// A thread may be so many blocks ahead of the slowest one: parsed blocks that wait take memory.
const AHEAD: u64 = 8;
/// So long does it wait for that one; then it goes on, for the other may never come.
const PATIENCE: Duration = Duration::from_millis(100);

/// One file, and the ledger that it is entered into.
pub struct Queue<'t, 'e, 'r> {
    source: Mutex<Source<'t>>,
    entry: Mutex<Entry<'t, 'e, 'r>>,
    entered: Condvar,
}

struct Source<'t> {
    table: &'t mut Table,
    taken: u64,
    ended: Result<bool, ReadError>,
}

struct Entry<'t, 'e, 'r> {
    into: &'t mut Appender<'e, 'r>,
    /// The line on which the next block to be entered begins.
    line: u64,
    next: u64,
    /// Blocks that were parsed before their turn.
    early: BTreeMap<u64, Parsed>,
}

impl<'t, 'e, 'r> Queue<'t, 'e, 'r> {
    /// All blocks of a table that are left.
    pub fn new(table: &'t mut Table, into: &'t mut Appender<'e, 'r>) -> Queue<'t, 'e, 'r> {
        let entry = Entry { into, line: table.line, next: 0, early: BTreeMap::new() };
        Queue {
            source: Mutex::new(Source { table, taken: 0, ended: Ok(false) }),
            entry: Mutex::new(entry),
            entered: Condvar::new(),
        }
    }

    /// The next block with its number; `None` at the end, or after an error. Takes back the memory of one that is done.
    pub fn take(&self, done: Option<Block>) -> Option<(u64, Block)> {
        let mut source = lock(&self.source);
        done.into_iter().for_each(|block| source.table.recycle(block));
        if !matches!(source.ended, Ok(false)) {
            return None;
        }
        let block = match source.table.next_block() {
            Ok(Some(block)) => block,
            Ok(None) => {
                source.ended = Ok(true);
                return None;
            }
            Err(error) => {
                source.ended = Err(error);
                return None;
            }
        };
        source.taken += 1;
        Some((source.taken - 1, block))
    }

    /// Enters a parsed block, and those after it that were waiting for it. A block that is too early waits here.
    pub fn enter(&self, number: u64, parsed: Parsed, layout: &Layout) {
        let too_early = |entry: &mut Entry<'_, '_, '_>| number >= entry.next + AHEAD;
        let waited = self.entered.wait_timeout_while(lock(&self.entry), PATIENCE, too_early);
        let (mut entry, _) = waited.unwrap_or_else(PoisonError::into_inner);
        entry.early.insert(number, parsed);
        while let Some(parsed) = entry.next_in_turn() {
            let (line, lines) = (entry.line, parsed.tally.lines);
            entry.into.enter(parsed, layout, line);
            entry.line += lines;
            entry.next += 1;
        }
        self.entered.notify_all();
    }

    /// Whether everything was read.
    pub fn finish(self) -> Result<(), ReadError> {
        self.source.into_inner().unwrap_or_else(PoisonError::into_inner).ended.map(drop)
    }
}

impl Entry<'_, '_, '_> {
    fn next_in_turn(&mut self) -> Option<Parsed> {
        self.early.remove(&self.next)
    }
}

/// A thread that panicked has ended the run; what it left behind is not looked at.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
