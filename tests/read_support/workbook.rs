//! Workbooks made by hand, so that they can say what no spreadsheet program writes.

use std::io::Write;

/// A workbook of one sheet, `Ark1`, with this inside its `sheetData`.
pub fn workbook(rows: &str) -> Vec<u8> {
    const SPREADSHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    packed(&[
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{SPREADSHEET}\" xmlns:r=\"{RELATIONS}\"><sheets><sheet name=\"Ark1\" sheetId=\"1\" \
                 r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{RELATIONS}/worksheet\" \
                 Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{SPREADSHEET}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ])
}

/// A row of cells with texts; an empty text is no cell.
pub fn row(number: u32, texts: &[&str]) -> String {
    let filled = texts.iter().enumerate().filter(|(_, text)| !text.is_empty());
    let cells = filled.map(|(column, text)| cell(&format!("{}{number}", (b'A' + column as u8) as char), text));
    format!("<row r=\"{number}\">{}</row>", cells.collect::<String>())
}

/// A cell with a text, at a place like `B7`.
pub fn cell(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// A ZIP archive of files that are stored as they are.
fn packed(files: &[(&str, String)]) -> Vec<u8> {
    let (mut archive, mut directory): (Vec<u8>, Vec<u8>) = Default::default();
    for (name, content) in files {
        let mut sum = flate2::Crc::new();
        sum.update(content.as_bytes());
        let (offset, size) = (archive.len() as u32, content.len() as u32);
        // Version, flags, method (stored), time and date, check sum, both sizes, lengths of the name and of nothing else.
        let mut about = [20_u16, 0, 0, 0, 0x21].map(u16::to_le_bytes).concat();
        about.extend([sum.sum(), size, size].map(u32::to_le_bytes).concat());
        about.extend([name.len() as u16, 0].map(u16::to_le_bytes).concat());
        archive.write_all(&[b"PK\x03\x04", about.as_slice(), name.as_bytes(), content.as_bytes()].concat()).unwrap();
        let rest = [&[0; 10][..], &offset.to_le_bytes()].concat();
        directory.extend([b"PK\x01\x02\x14\0", about.as_slice(), &rest, name.as_bytes()].concat());
    }
    let (offset, size, count) = (archive.len() as u32, directory.len() as u32, files.len() as u16);
    let end = [[0, 0, count, count].map(u16::to_le_bytes).concat(), [size, offset].map(u32::to_le_bytes).concat()];
    [archive, directory, [b"PK\x05\x06", end.concat().as_slice(), &[0, 0]].concat()].concat()
}
