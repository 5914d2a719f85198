//! What the rows before this one said: ledgers repeat the same tenancy row after row, and a handful of kinds throughout.
//! What has been read once is looked up, not read again.

use std::borrow::Cow;

use crate::exports::records::PostingKind;
use crate::exports::table::row::Fault;

/// What was read of the rows before, in one block.
#[derive(Default)]
pub struct Before {
    /// The last tenancy reference.
    pub reference: LastReference,
    /// Kinds of entry.
    pub kinds: KindCache,
}

/// The last tenancy reference, as exported and as read.
#[derive(Default)]
pub struct LastReference {
    cell: Vec<u8>,
    text: String,
}

impl LastReference {
    /// The reference in a cell; `read` reads it where it is another one than in the row before.
    pub fn or_read<'r>(
        &mut self,
        cell: &[u8],
        read: impl FnOnce() -> Result<Cow<'r, str>, Fault>,
    ) -> Result<&str, Fault> {
        if self.cell != cell || cell.is_empty() {
            let text = read()?;
            self.text.clear();
            self.text.push_str(&text);
            self.cell.clear();
            self.cell.extend_from_slice(cell);
        }
        Ok(&self.text)
    }
}

/// The first few kinds, which are nearly always all that there are.
#[derive(Default)]
pub struct KindCache(Vec<(Vec<u8>, Option<PostingKind>)>);

const CACHED: usize = 12;

impl KindCache {
    /// The kind in a cell; `look_up` finds it where it has not been met.
    pub fn or_look_up(&mut self, cell: &[u8], look_up: impl FnOnce() -> Option<PostingKind>) -> Option<PostingKind> {
        if let Some((_, kind)) = self.0.iter().find(|(known, _)| known == cell) {
            return *kind;
        }
        let kind = look_up();
        if self.0.len() < CACHED {
            self.0.push((cell.to_vec(), kind));
        }
        kind
    }
}
