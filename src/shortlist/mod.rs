//! shortlist
