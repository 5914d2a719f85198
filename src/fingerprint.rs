//! Fingerprints: digests that stand for something without saying it.

use sha2::{Digest, Sha256};

/// The first `bytes` bytes of a digest, in hexadecimal.
pub fn hex(digest: &[u8], bytes: usize) -> String {
    digest.iter().take(bytes).map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of an association's name: by it a model knows whose it is, without naming it.
pub fn of_association(name: &str) -> String {
    hex(&Sha256::digest(name.as_bytes()), 32)
}

/// Adds fields to a digest, each with its length before it, so that none can pass for the end of another.
pub fn with_fields(mut digest: Sha256, fields: &[&str]) -> Sha256 {
    for field in fields {
        digest.update((field.len() as u64).to_be_bytes());
        digest.update(field.as_bytes());
    }
    digest
}
