//! A file as blocks of whole records, read with large buffers.

use std::fs::{File, Metadata};
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use memchr::memchr;

use super::scan::{Dialect, LONGEST_RECORD, whole_records};

/// Bytes in a block, about.
pub const BLOCK: usize = 1 << 20;

/// Some whole records of a file.
#[derive(Default)]
pub struct Block {
    /// The records.
    pub bytes: Vec<u8>,
    /// How many bytes of the file this stands for (more where an overlong record was cut).
    pub taken: u64,
    /// The file ends here, and its last line has no line end.
    pub cut: bool,
}

/// Reads a file, or text in memory, block by block.
pub struct Blocks {
    source: Box<dyn Read + Send>,
    carry: Vec<u8>,
    spare: Vec<Vec<u8>>,
    ended: bool,
    before: Option<(PathBuf, Metadata)>,
}

impl Blocks {
    /// Opens a file.
    pub fn open(path: &Path) -> io::Result<Blocks> {
        let file = File::open(path)?;
        let before = file.metadata()?;
        Ok(Blocks { before: Some((path.to_owned(), before)), ..Blocks::of(Box::new(file)) })
    }

    /// Reads text that is in memory.
    pub fn memory(text: Vec<u8>) -> Blocks {
        Blocks::of(Box::new(Cursor::new(text)))
    }

    fn of(source: Box<dyn Read + Send>) -> Blocks {
        Blocks { source, carry: Vec::new(), spare: Vec::new(), ended: false, before: None }
    }

    /// The beginning of what has not been taken yet, and whether it is all.
    pub fn peek(&mut self) -> io::Result<(&[u8], bool)> {
        self.fill()?;
        Ok((&self.carry, self.ended))
    }

    /// Passes over bytes that [`Blocks::peek`] has shown.
    pub fn pass(&mut self, bytes: usize) {
        self.carry.drain(..bytes.min(self.carry.len()));
    }

    /// The next block; `None` at the end of the file.
    pub fn next_block(&mut self, dialect: Dialect) -> io::Result<Option<Block>> {
        self.fill()?;
        if self.carry.is_empty() {
            return Ok(None);
        }
        let whole = if self.ended { self.carry.len() } else { whole_records(&self.carry, dialect) };
        if whole == 0 {
            return self.overlong(dialect.line_end).map(Some);
        }
        let mut rest = self.spare.pop().unwrap_or_default();
        rest.clear();
        rest.extend_from_slice(self.carry.get(whole..).unwrap_or_default());
        let mut bytes = std::mem::replace(&mut self.carry, rest);
        bytes.truncate(whole);
        let cut = self.ended && bytes.last().is_some_and(|last| *last != dialect.line_end);
        Ok(Some(Block { taken: bytes.len() as u64, cut, bytes }))
    }

    /// Gives a block's memory back, to be filled again.
    pub fn recycle(&mut self, block: Block) {
        if self.spare.len() < 16 {
            self.spare.push(block.bytes);
        }
    }

    /// Whether somebody wrote to the file since it was opened.
    pub fn changed(&self) -> io::Result<bool> {
        let Some((path, before)) = &self.before else { return Ok(false) };
        let after = std::fs::metadata(path)?;
        Ok(after.len() != before.len() || after.modified().ok() != before.modified().ok())
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.ended || self.carry.len() >= BLOCK {
            return Ok(());
        }
        let wanted = BLOCK - self.carry.len();
        self.carry.reserve(wanted);
        let read = self.source.by_ref().take(wanted as u64).read_to_end(&mut self.carry)?;
        self.ended = read < wanted;
        Ok(())
    }

    /// A record that is longer than a block: its beginning, long enough to be rejected; the rest is passed over.
    fn overlong(&mut self, line_end: u8) -> io::Result<Block> {
        let mut bytes = self.carry.clone();
        bytes.truncate(LONGEST_RECORD + 1);
        bytes.push(line_end);
        let mut taken = 0;
        loop {
            match memchr(line_end, &self.carry) {
                Some(at) => {
                    self.pass(at + 1);
                    return Ok(Block { bytes, taken: taken + at as u64 + 1, cut: false });
                }
                None => {
                    taken += self.carry.len() as u64;
                    self.carry.clear();
                    self.fill()?;
                    if self.carry.is_empty() {
                        return Ok(Block { bytes, taken, cut: true });
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_file_that_grows_while_it_is_read_is_noticed() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"a;b\n1;2\n").unwrap();
        let mut blocks = Blocks::open(file.path()).unwrap();
        blocks.peek().unwrap();
        assert!(!blocks.changed().unwrap());
        file.write_all(b"3;4\n").unwrap();
        file.flush().unwrap();
        assert!(blocks.changed().unwrap());
    }

    #[test]
    fn a_record_longer_than_a_block_is_cut_and_the_next_one_is_whole() {
        let dialect = Dialect { delimiter: b';', line_end: b'\n' };
        let text = [b"1;a\n".to_vec(), vec![b'x'; 3 * BLOCK], b"\n2;b\n".to_vec()].concat();
        let length = text.len() as u64;
        let mut blocks = Blocks::memory(text);
        let (mut lengths, mut taken) = (Vec::new(), 0);
        while let Some(block) = blocks.next_block(dialect).unwrap() {
            taken += block.taken;
            lengths.extend(block.bytes.split(|byte| *byte == b'\n').map(<[u8]>::len).filter(|length| *length > 0));
        }
        assert_eq!(lengths, [3, LONGEST_RECORD + 1, 3]);
        assert_eq!(taken, length);
    }
}
