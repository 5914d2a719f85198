//! A card as Markdown (CommonMark with tables). Every text is escaped: a name can hold anything, and a `<` is never written.

use super::document::{Block, Document, Table};

pub(super) fn write(card: &Document<'_>) -> String {
    let mut blocks = vec![
        format!("# {}", line(&card.heading)),
        line(&card.lead),
        format!("**{}**", escape(card.status.title)),
        line(&card.status.text),
    ];
    for section in &card.sections {
        blocks.push(format!("## {}", line(section.title)));
        blocks.extend(section.blocks.iter().map(block));
    }
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n\n") + "\n"
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(text) => format!("### {}", line(text)),
        Block::Text(text) | Block::Note(text) => line(text),
        Block::Items(items) => list(items.iter().map(|item| line(item))),
        Block::Terms(terms) => {
            list(terms.iter().map(|(name, value)| format!("**{}**: {}", escape(name), escape(value))))
        }
        Block::Table(shown) => table(shown),
        Block::Code(code) => code.lines().map(|line| format!("    {line}\n")).collect::<String>().trim_end().to_owned(),
        Block::Plot(plot) => {
            format!("![{}]({})\n\n{}", escape(plot.title), url(&plot.file), line(plot.text))
        }
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.map(|item| format!("- {item}")).collect::<Vec<_>>().join("\n")
}

fn table(table: &Table) -> String {
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = format!("{}\n\n", line(&table.caption));
    text += &row(table.columns.iter().map(|column| escape(&column.title)).collect());
    text += &row(table.columns.iter().map(|column| if column.number { "---:" } else { "---" }.to_owned()).collect());
    for cells in &table.rows {
        text += &row(cells.iter().map(|cell| escape(cell)).collect());
    }
    text.trim_end().to_owned()
}

/// A text that begins a line: beside what [`escape`] does, nothing at its start makes a list, a heading or a rule.
fn line(text: &str) -> String {
    let escaped = escape(text);
    let digits = escaped.chars().take_while(char::is_ascii_digit).count();
    match escaped.chars().nth(digits) {
        Some(mark @ ('.' | ')')) if digits > 0 => escaped.replacen(mark, &format!("\\{mark}"), 1),
        Some('-' | '+' | '=' | '#') if digits == 0 => format!("\\{escaped}"),
        _ => escaped,
    }
}

/// Takes the meaning from every character that has one within a line or a table's cell.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => escaped.extend(['\\', letter]),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A file's name as the target of a link.
fn url(file: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    file.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_means_nothing_but_itself() {
        assert_eq!(line("1. september"), "1\\. september");
        assert_eq!(line("122 pladser. 2. gang"), "122 pladser. 2. gang");
        assert_eq!(line("# <b>*a*|b_c"), "\\# &lt;b&gt;\\*a\\*\\|b\\_c");
        assert_eq!(escape("a\nb\\|"), "a b\\\\\\|");
        assert_eq!(url("a b)<.svg"), "a%20b%29%3C.svg");
    }
}
