//! One mail as a list of parts, and its two forms: plain text that stands on its own, and HTML.
//!
//! Both are made from the same parts, so that neither can say less than the other. The HTML is made for mail programs that
//! know little of CSS (Outlook for Windows): tables for layout, styles inlined, one column, nothing fetched from elsewhere;
//! the style element only adds dark mode and narrow screens where those are known.

use askama::Template;

use super::Composed;
use crate::texts::TextError;

/// Widest line of the text form, in characters.
const WIDTH: usize = 76;

/// A mail.
pub(super) struct Letter<'a> {
    pub lang: &'a str,
    pub subject: String,
    pub title: &'a str,
    pub reasons_label: &'a str,
    pub card_label: &'a str,
    pub footer: String,
    pub parts: Vec<Part>,
}

/// A piece of a mail.
pub(super) enum Part {
    Heading(String),
    Paragraph(String),
    /// As it is, in a fixed-width font.
    Code(String),
    List(Vec<String>),
    Entry(Entry),
}

/// One household, or one numbered card.
#[derive(Default)]
pub(super) struct Entry {
    pub title: String,
    pub subtitle: Option<String>,
    pub link: Option<Link>,
    pub reasons: Vec<String>,
    pub card: Vec<String>,
    pub note: Option<String>,
}

/// A link out of the mail.
pub(super) struct Link {
    pub to: String,
    pub label: String,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct LetterHtml<'a> {
    letter: &'a Letter<'a>,
}

impl Letter<'_> {
    /// Both forms of the mail.
    pub fn compose(&self) -> Result<Composed, TextError> {
        Ok(Composed {
            subject: one_line(&self.subject),
            text: self.text(),
            html: LetterHtml { letter: self }.render()?,
        })
    }

    fn text(&self) -> String {
        let mut text = String::new();
        block(&mut text, "", "", self.title);
        text.push_str(&"=".repeat(self.title.chars().count().min(WIDTH)));
        text.push_str("\n\n");
        for part in &self.parts {
            match part {
                Part::Heading(heading) => under_line(&mut text, heading),
                Part::Paragraph(paragraph) => block(&mut text, "", "", paragraph),
                Part::Code(code) => code.lines().for_each(|line| {
                    text.push_str("    ");
                    text.push_str(line.trim_end());
                    text.push('\n');
                }),
                Part::List(items) => list(&mut text, items),
                Part::Entry(entry) => self.entry(&mut text, entry),
            }
            if !matches!(part, Part::Heading(_)) {
                text.push('\n');
            }
        }
        text.push_str("-- \n");
        block(&mut text, "", "", &self.footer);
        text
    }

    fn entry(&self, text: &mut String, entry: &Entry) {
        under_line(text, &entry.title);
        if let Some(subtitle) = &entry.subtitle {
            block(text, "", "", subtitle);
        }
        if let Some(link) = &entry.link {
            block(text, "", "", &format!("{}: {}", link.label, link.to));
        }
        if !entry.reasons.is_empty() {
            text.push_str(&format!("\n{}:\n", self.reasons_label));
            list(text, &entry.reasons);
        }
        if !entry.card.is_empty() {
            text.push_str(&format!("\n{}:\n", self.card_label));
            entry.card.iter().for_each(|line| block(text, "  | ", "  |   ", line));
        }
        if let Some(note) = &entry.note {
            text.push('\n');
            block(text, "", "", note);
        }
    }
}

fn under_line(text: &mut String, heading: &str) {
    let heading = one_line(heading);
    block(text, "", "", &heading);
    text.push_str(&"-".repeat(heading.chars().count().min(WIDTH)));
    text.push('\n');
}

fn list(text: &mut String, items: &[String]) {
    items.iter().for_each(|item| block(text, "* ", "  ", item));
}

/// Wraps one paragraph at [`WIDTH`]; a word that is longer (a link) stays whole.
fn block(text: &mut String, first: &str, next: &str, paragraph: &str) {
    let mut line = first.to_owned();
    let mut empty = true;
    for word in paragraph.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            text.push_str(line.trim_end());
            text.push('\n');
            line = next.to_owned();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Subjects and headings have no line breaks, whatever is put into them.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
