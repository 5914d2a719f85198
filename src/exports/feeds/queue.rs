//! Blocks of a file on their way through several threads: taken in the order of the file, entered in the same order,
//! parsed in between by whoever has time. Nobody waits for a batch to be complete: a thread that slept and was woken for
//! every few blocks would cost more than the parsing saves.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::exports::error::ReadError;
use crate::exports::table::blocks::Block;
use crate::exports::table::open::Table;

/// A thread may be so many blocks ahead of the slowest one: parsed blocks that wait take memory.
const AHEAD: u64 = 8;
/// So long does it wait for that one; then it goes on, for the other may never come.
const PATIENCE: Duration = Duration::from_millis(100);

/// What parsed blocks are entered into, in the order of the file.
pub trait Book: Send {
    /// A block, parsed.
    type Parsed: Send;

    /// Enters a block that begins on `line`; gives the number of its lines.
    fn enter(&mut self, parsed: Self::Parsed, line: u64) -> u64;
}

/// Reads all blocks of a table that are left, on all cores, into a book. `begin` makes what each thread keeps to itself;
/// with that, `parse` parses a block.
///
/// # Errors
///
/// As [`Table::next_block`]; what was read before it has been entered.
pub fn read_blocks<T, B: Book>(
    table: &mut Table,
    book: &mut B,
    progress: &(dyn Fn(u64) + Sync),
    begin: impl Fn() -> T + Sync,
    parse: impl Fn(&mut T, &Block) -> B::Parsed + Sync,
) -> Result<(), ReadError> {
    let queue = Queue::new(table, book);
    let work = || {
        let (mut own, mut done) = (begin(), None);
        while let Some((number, block)) = queue.take(done.take()) {
            let parsed = parse(&mut own, &block);
            progress(block.taken);
            queue.enter(number, parsed);
            done = Some(block);
        }
    };
    rayon::scope(|scope| (0..rayon::current_num_threads()).for_each(|_| scope.spawn(|_| work())));
    queue.finish()
}

/// One file, and the book that it is entered into.
struct Queue<'t, B: Book> {
    source: Mutex<Source<'t>>,
    entry: Mutex<Entry<'t, B>>,
    entered: Condvar,
}

struct Source<'t> {
    table: &'t mut Table,
    taken: u64,
    ended: Result<bool, ReadError>,
}

struct Entry<'t, B: Book> {
    book: &'t mut B,
    /// The line on which the next block to be entered begins.
    line: u64,
    next: u64,
    /// Blocks that were parsed before their turn.
    early: BTreeMap<u64, B::Parsed>,
}

impl<'t, B: Book> Queue<'t, B> {
    fn new(table: &'t mut Table, book: &'t mut B) -> Queue<'t, B> {
        let entry = Entry { book, line: table.line, next: 0, early: BTreeMap::new() };
        Queue {
            source: Mutex::new(Source { table, taken: 0, ended: Ok(false) }),
            entry: Mutex::new(entry),
            entered: Condvar::new(),
        }
    }

    /// The next block with its number; `None` at the end, or after an error. Takes back the memory of one that is done.
    fn take(&self, done: Option<Block>) -> Option<(u64, Block)> {
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
    fn enter(&self, number: u64, parsed: B::Parsed) {
        let too_early = |entry: &mut Entry<'_, B>| number >= entry.next + AHEAD;
        let waited = self.entered.wait_timeout_while(lock(&self.entry), PATIENCE, too_early);
        let (mut entry, _) = waited.unwrap_or_else(PoisonError::into_inner);
        entry.early.insert(number, parsed);
        while let Some(parsed) = entry.next_in_turn() {
            let line = entry.line;
            entry.line += entry.book.enter(parsed, line);
            entry.next += 1;
        }
        self.entered.notify_all();
    }

    /// Whether everything was read.
    fn finish(self) -> Result<(), ReadError> {
        self.source.into_inner().unwrap_or_else(PoisonError::into_inner).ended.map(drop)
    }
}

impl<B: Book> Entry<'_, B> {
    fn next_in_turn(&mut self) -> Option<B::Parsed> {
        self.early.remove(&self.next)
    }
}

/// A thread that panicked has ended the run; what it left behind is not looked at.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
