//! A card as one HTML file; the template escapes every text.

use askama::Template;

use super::document::{Block, Document};
use crate::texts::TextError;

#[derive(Template)]
#[template(path = "card.html")]
struct CardHtml<'a> {
    card: &'a Document<'a>,
}

pub(super) fn write(card: &Document<'_>) -> Result<String, TextError> {
    Ok(CardHtml { card }.render()?)
}
