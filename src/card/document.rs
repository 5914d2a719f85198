//! A card before it is HTML or Markdown: sections of plain text, lists and tables. No text in it is escaped yet.

use std::ops::Range;

/// The whole card.
pub(super) struct Document<'a> {
    /// The language's code.
    pub lang: &'a str,
    pub heading: String,
    pub lead: String,
    pub status: Status,
    pub sections: Vec<Section>,
}

/// What became of the model, at the top.
pub(super) struct Status {
    pub good: bool,
    pub title: &'static str,
    pub text: String,
}

pub(super) struct Section {
    /// Its anchor in the page.
    pub id: &'static str,
    pub title: &'static str,
    pub blocks: Vec<Block>,
}

pub(super) enum Block {
    Heading(String),
    Text(String),
    /// What explains a figure or table, in smaller print.
    Note(String),
    Items(Vec<String>),
    /// Names and what they stand for.
    Terms(Vec<(String, String)>),
    Table(Table),
    /// Lines as they are to be typed.
    Code(String),
    Plot(Plot),
}

pub(super) struct Table {
    pub caption: String,
    pub columns: Vec<Column>,
    /// Each as long as `columns`; the first cell names the row.
    pub rows: Vec<Vec<String>>,
}

pub(super) struct Column {
    pub title: String,
    /// Whether it holds figures, which stand to the right.
    pub number: bool,
}

pub(super) struct Plot {
    /// The picture, an SVG element.
    pub svg: String,
    /// The file that it is kept in.
    pub file: String,
    /// What it shows, in words.
    pub title: &'static str,
    pub text: &'static str,
}

impl Section {
    pub fn new(id: &'static str, title: &'static str) -> Section {
        Section { id, title, blocks: Vec::new() }
    }

    pub fn text(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text(text.into()));
    }

    pub fn note(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Note(text.into()));
    }

    pub fn terms(&mut self, terms: Vec<(&str, String)>) {
        self.blocks.push(Block::Terms(terms.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()));
    }

    /// A table, unless it has no rows; `numbers` are the columns of figures.
    pub fn table(
        &mut self,
        caption: impl Into<String>,
        columns: &[String],
        numbers: Range<usize>,
        rows: Vec<Vec<String>>,
    ) {
        let columns = columns.iter().enumerate();
        let columns =
            columns.map(|(at, title)| Column { title: title.clone(), number: numbers.contains(&at) }).collect();
        if !rows.is_empty() {
            self.blocks.push(Block::Table(Table { caption: caption.into(), columns, rows }));
        }
    }
}

impl Table {
    /// Whether the cells at that place of a row are figures.
    pub fn is_number(&self, place: usize) -> bool {
        self.columns.get(place).is_some_and(|column| column.number)
    }

    /// A cell in which no line is broken at the dash of an interval, but before the interval.
    pub fn unbroken(&self, cell: &str) -> String {
        cell.replace('–', "\u{2060}–\u{2060}")
    }
}
