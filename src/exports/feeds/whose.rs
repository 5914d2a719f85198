//! Whose a row is, in the feeds that follow the tenancies.

use crate::exports::references::References;
use crate::tenancy::TenancyId;

/// Finds tenancies by reference.
pub enum Whose<'r> {
    /// A tenancies feed has said which tenancies there are; others are unknown. Several feeds can be read at once.
    Closed(&'r References),
    /// There is no tenancies feed: a new reference is a new tenancy.
    Open(&'r mut References),
}

impl Whose<'_> {
    /// The tenancy of a reference.
    pub fn find(&mut self, reference: &str) -> Option<TenancyId> {
        match self {
            Whose::Closed(references) => references.id(reference),
            Whose::Open(references) => references.intern(reference),
        }
    }

    /// The tenancy of a reference whose hash is known.
    pub(crate) fn find_hashed(&mut self, hash: u64, reference: &str) -> Option<TenancyId> {
        match self {
            Whose::Closed(references) => references.find_hashed(hash, reference),
            Whose::Open(references) => references.intern_hashed(hash, reference),
        }
    }

    /// The references met so far.
    pub fn references(&self) -> &References {
        match self {
            Whose::Closed(references) => references,
            Whose::Open(references) => references,
        }
    }

    /// Whether a tenancies feed has said which tenancies there are.
    pub fn is_closed(&self) -> bool {
        matches!(self, Whose::Closed(_))
    }
}
