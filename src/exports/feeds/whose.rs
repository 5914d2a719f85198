//! Whose a row is, in the feeds that follow the tenancies.

use crate::exports::references::References;
use crate::tenancy::TenancyId;

/// Finds tenancies by reference. Where a tenancies feed has said which there are, others are unknown; without one, a new
/// reference is a new tenancy.
pub struct Whose<'r> {
    /// The references met so far.
    pub references: &'r mut References,
    /// A tenancies feed has said which tenancies there are.
    pub closed: bool,
}

impl Whose<'_> {
    /// The tenancy of a reference.
    pub fn find(&mut self, reference: &str) -> Option<TenancyId> {
        if self.closed { self.references.id(reference) } else { self.references.intern(reference) }
    }
}
