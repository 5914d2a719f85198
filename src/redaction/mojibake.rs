//! UTF-8 that was read as Windows-1252 (or Latin-1), turned back: `Ã¦` is æ, `â€™` is ’, `ÃƒÂ¦` is æ too.

/// Turns back whatever is wholly valid UTF-8 when its characters are taken as bytes. Each result is looked at again with
/// what stands before it, so that mojibake of mojibake comes right as well, in time proportional to the text.
///
/// Honest text stays: only a few letters begin one that was read wrongly, and Æ, or Å before a punctuation mark (`SÅ…`), are what
/// they are, unless mojibake stands before them.
pub fn mend(text: String) -> String {
    if !text.chars().any(|character| length(character) > 0) {
        return text;
    }
    let mut mended: Vec<char> = Vec::with_capacity(text.len());
    for character in text.chars() {
        // `20Â kr`: a no-break space whose second half became a plain one.
        if character == ' ' && matches!(mended.as_slice(), [.., before, 'Â'] if !before.is_whitespace()) {
            mended.pop();
        }
        mended.push(character);
        while let Some((taken, letter)) = last_letter(&mended) {
            mended.truncate(mended.len() - taken);
            mended.push(letter);
        }
    }
    mended.into_iter().collect()
}

/// The letter that the last characters are, read rightly, and how many they are.
fn last_letter(characters: &[char]) -> Option<(usize, char)> {
    // Only what could be a byte after the first can end a letter.
    byte(*characters.last()?).filter(|byte| (0x80..0xC0).contains(byte))?;
    (2..=4).find_map(|taken| {
        let letter = characters.get(characters.len().checked_sub(taken)?..)?;
        let first = *letter.first()?;
        (length(first) == taken).then_some(())?;
        let before = characters.len().checked_sub(taken + 1).and_then(|before| characters.get(before));
        // Behind another such character it is mojibake of mojibake.
        let doubly = before.is_some_and(|before| matches!(before, 'Â' | 'Ã' | 'â'));
        if !doubly && letter.get(1).is_some_and(|second| is_honest(first, *second)) {
            return None;
        }
        let mut bytes = [0; 4];
        for (place, character) in bytes.iter_mut().zip(letter) {
            *place = byte(*character)?;
        }
        let read = std::str::from_utf8(bytes.get(..taken)?).ok()?;
        read.chars().next().map(|read| (taken, read))
    })
}

/// How many bytes the letter has that begins with this character read as a byte; 0: none does.
fn length(character: char) -> usize {
    match character {
        'Â' | 'Ã' | 'Ä' | 'Å' | 'Æ' | 'Ë' => 2,
        'â' | 'ï' => 3,
        'ð' => 4,
        _ => 0,
    }
}

/// Whether a letter and what stands after it are what they seem to be.
fn is_honest(letter: char, after: char) -> bool {
    match letter {
        'Æ' | 'Ë' => true,
        'Ä' | 'Å' => is_punctuation(after),
        _ => false,
    }
}

/// What may well stand after a capital Å.
fn is_punctuation(character: char) -> bool {
    matches!(
        character,
        '…' | '–'
            | '—'
            | '‘'
            | '’'
            | '“'
            | '”'
            | '•'
            | '»'
            | '«'
            | '\u{A0}'
            | '™'
            | '®'
            | '©'
            | '°'
            | '´'
            | '·'
    )
}

/// The byte that Windows-1252 reads as this character; its five holes, and Latin-1, are read as C1 characters.
fn byte(character: char) -> Option<u8> {
    let byte = match character {
        '€' => 0x80,
        '‚' => 0x82,
        'ƒ' => 0x83,
        '„' => 0x84,
        '…' => 0x85,
        '†' => 0x86,
        '‡' => 0x87,
        'ˆ' => 0x88,
        '‰' => 0x89,
        'Š' => 0x8A,
        '‹' => 0x8B,
        'Œ' => 0x8C,
        'Ž' => 0x8E,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '˜' => 0x98,
        '™' => 0x99,
        'š' => 0x9A,
        '›' => 0x9B,
        'œ' => 0x9C,
        'ž' => 0x9E,
        'Ÿ' => 0x9F,
        '\u{80}'..='\u{FF}' => u8::try_from(u32::from(character)).ok()?,
        _ => return None,
    };
    Some(byte)
}
