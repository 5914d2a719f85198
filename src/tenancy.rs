//! What names a tenancy: its reference in the association's own system, and its number within one run.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::fingerprint::hex;

/// A tenancy's reference as the association writes it (`007-01-0012-03`): an opaque string, zeros kept.
///
/// A reference points at a household, so it cannot be printed by accident: `Debug` hides it, there is no `Display`, and
/// logs use [`TenancyRef::for_log`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenancyRef(Box<str>);

impl TenancyRef {
    /// Takes the reference as it stands, without white space around it.
    pub fn new(reference: &str) -> TenancyRef {
        TenancyRef(reference.trim().into())
    }

    /// The reference itself, for the database, for reviewers and for mails in `reference` handover.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A short fingerprint that tells tenancies apart in a log without naming them. `salt` is the association's own
    /// (kept in its database), so that the references cannot be found again by trying them all.
    pub fn for_log(&self, salt: &[u8]) -> String {
        let digest = Sha256::new().chain_update(salt).chain_update(self.0.as_bytes()).finalize();
        hex(&digest, 5)
    }
}

impl fmt::Debug for TenancyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TenancyRef(hidden)")
    }
}

/// A tenancy's number within one run: the order in which its reference was first met. Never kept beyond the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenancyId(pub u32);

impl TenancyId {
    /// The number as an index into per-tenancy tables.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_does_not_show_in_debug_output_or_in_its_log_form() {
        let reference = TenancyRef::new(" 007-01-0012-03 ");
        assert_eq!(reference.as_str(), "007-01-0012-03");
        assert_eq!(format!("{reference:?}"), "TenancyRef(hidden)");
        let (first, second) = (reference.for_log(b"one"), reference.for_log(b"two"));
        assert!(!first.contains("0012") && first.len() == 10);
        assert_ne!(first, second, "another salt gives another fingerprint");
    }
}
