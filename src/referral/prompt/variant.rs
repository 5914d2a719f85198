//! Which building blocks a prompt is made of: what is remembered so that no two neighbours get the same words.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::BLOCKS;

/// A fingerprint of each building block of a prompt. It holds no names, and stays valid when texts are added or moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variant([u16; BLOCKS]);

impl Variant {
    /// The variant made of these texts, as they stand in the text file (with their `{places}`).
    pub(crate) fn of(blocks: &[&str; BLOCKS]) -> Variant {
        Variant(blocks.map(|text| {
            let digest = Sha256::digest(text.as_bytes());
            digest.iter().take(2).fold(0, |print, byte| (print << 8) | u16::from(*byte))
        }))
    }

    /// How many building blocks two variants do not share.
    pub fn distance(&self, other: &Variant) -> usize {
        self.0.iter().zip(other.0).filter(|(own, other)| *own != other).count()
    }
}

/// 32 hexadecimal digits, for the database.
impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|print| write!(f, "{print:04x}"))
    }
}

/// A text is no [`Variant`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a prompt variant is {} hexadecimal digits", BLOCKS * 4)]
pub struct NoVariant;

impl FromStr for Variant {
    type Err = NoVariant;

    fn from_str(text: &str) -> Result<Variant, NoVariant> {
        if text.len() != BLOCKS * 4 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NoVariant);
        }
        let mut prints = [0; BLOCKS];
        for (at, print) in prints.iter_mut().enumerate() {
            let digits = text.get(at * 4..at * 4 + 4).ok_or(NoVariant)?;
            *print = u16::from_str_radix(digits, 16).map_err(|_| NoVariant)?;
        }
        Ok(Variant(prints))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_comes_back_from_the_database_as_it_was() {
        let variant = Variant::of(&["a", "b", "c", "d", "e", "f", "g", "h"]);
        assert_eq!(variant.to_string().parse(), Ok(variant));
        assert_eq!(variant.distance(&Variant::of(&["a", "b", "c", "d", "e", "f", "x", "y"])), 2);
        for text in ["", "12", "+0000000000000000000000000000000", "ææææææææææææææææ"] {
            assert_eq!(text.parse::<Variant>(), Err(NoVariant), "{text}");
        }
    }
}
