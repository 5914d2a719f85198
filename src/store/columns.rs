//! Values of the database that have words of their own.

use jiff::civil::Date;

use super::StoreError;

/// A date as it is kept.
pub(super) fn date(text: String) -> Result<Date, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt(format!("date {text:?}")))
}

/// The value of `all` that a word names.
pub(super) fn known<T: Copy>(
    what: &str,
    word: String,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<T, StoreError> {
    let found = all.iter().copied().find(|value| name(*value) == word);
    found.ok_or_else(|| StoreError::Corrupt(format!("{what} {word:?}")))
}
