//! The digits of a text in groups, as CPR numbers are written: every kind of digit, and what stands between.

/// More characters than this between two groups of digits, and they do not belong together.
const WIDEST_GAP: usize = 12;
/// As many characters of any kind but digits and words may part the date from the rest of a CPR number.
const WIDEST_ODD_GAP: usize = 3;

/// A run of digits, with no visible character within.
pub struct Group {
    pub start: usize,
    pub end: usize,
    pub length: usize,
    /// The first ten digits.
    pub digits: [u8; 10],
    /// The last six digits, the last one at the end.
    pub last: [u8; 6],
    /// What stands between the group before and this one.
    pub gap: Gap,
    /// Whether every ten digits from its start on may be a CPR number.
    pub in_tens: bool,
}

impl Group {
    fn new(start: usize, gap: Gap) -> Group {
        Group { start, end: start, length: 0, digits: [0; 10], last: [0; 6], gap, in_tens: true }
    }

    fn push(&mut self, digit: u8, end: usize) {
        if let Some(place) = self.digits.get_mut(self.length) {
            *place = digit;
        }
        self.last.rotate_left(1);
        if let Some(place) = self.last.last_mut() {
            *place = digit;
        }
        (self.length, self.end) = (self.length + 1, end);
        if self.length % 10 == 4 {
            let [_, _, date @ ..] = self.last;
            self.in_tens &= super::possible_date(&date);
        }
    }
}

/// What stands between two groups of digits.
#[derive(Clone, Copy, PartialEq)]
pub enum Gap {
    /// Something that parts them: a word, or too much.
    Parted,
    /// White space only.
    Spaces,
    /// A dash, perhaps with more beside it; `minus` where it could be the sign of an amount (` -5`).
    Dash { minus: bool },
    /// Dots, slashes and the like.
    Marks,
    /// Up to three signs of any kind, or a single letter: `#`, a smiley, `; `, ` x `.
    Odd,
}

/// The groups of digits in a text; with `mistaken`, letters that stand for a digit count as one.
pub fn groups(text: &str, mistaken: bool) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut gap = Some(Between::default());
    let mut before = None;
    let mut run = Run::default();
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let end = at + character.len_utf8();
        let next = characters.peek().map(|(_, next)| *next);
        if mistaken && at >= run.end {
            run = Run::at(text, at);
        }
        let meant = || {
            let alone = mistaken_digit(before, character, next);
            alone.or_else(|| run.is_number.then(|| looks_like_digit(character)).flatten()).filter(|_| mistaken)
        };
        if let Some(digit) = digit(character).or_else(meant) {
            if let Some(between) = gap.take() {
                let gap = if groups.is_empty() { Gap::Parted } else { between.kind() };
                groups.push(Group::new(at, gap));
            }
            if let Some(group) = groups.last_mut() {
                group.push(digit, end);
            }
        } else if !invisible(character) {
            gap.get_or_insert_default().push(character);
        }
        before = Some(character);
    }
    groups
}

/// A run of letters and digits.
#[derive(Default)]
struct Run {
    end: usize,
    /// Whether it has a digit, and nothing but digits and letters that look like one: `OlOl90`.
    is_number: bool,
}

impl Run {
    fn at(text: &str, start: usize) -> Run {
        let (mut end, mut digits, mut others) = (start, 0, 0);
        for character in text.get(start..).unwrap_or_default().chars() {
            if !(character.is_alphanumeric() || invisible(character) && end > start) {
                break;
            }
            end += character.len_utf8();
            digits += usize::from(digit(character).is_some());
            others += usize::from(
                digit(character).is_none() && looks_like_digit(character).is_none() && !invisible(character),
            );
        }
        Run { end, is_number: digits > 0 && others == 0 }
    }
}

/// The digit that a letter looks like.
pub fn looks_like_digit(letter: char) -> Option<u8> {
    match letter {
        'o' | 'O' => Some(0),
        'l' | 'I' | 'i' => Some(1),
        'z' | 'Z' => Some(2),
        's' | 'S' => Some(5),
        'B' => Some(8),
        _ => None,
    }
}

/// A letter that was typed, or read by a scanner, for a digit: it stands beside one, and beside no other letter.
fn mistaken_digit(before: Option<char>, letter: char, next: Option<char>) -> Option<u8> {
    let value = looks_like_digit(letter).filter(|digit| *digit < 2)?;
    let beside = |test: fn(char) -> bool| before.is_some_and(test) || next.is_some_and(test);
    (beside(|other| digit(other).is_some()) && !beside(char::is_alphabetic)).then_some(value)
}

/// What has been seen since the last digit.
#[derive(Default)]
struct Between {
    width: usize,
    letters: usize,
    odd: usize,
    dashes: usize,
    marks: usize,
    commas: usize,
    last: Option<char>,
}

impl Between {
    fn push(&mut self, character: char) {
        self.width += 1;
        match character {
            '-'
            | '~'
            | '\u{2010}'..='\u{2015}'
            | '\u{2043}'
            | '\u{2212}'
            | '\u{2500}'
            | '\u{2501}'
            | '\u{2796}'
            | '\u{FE58}'
            | '\u{FE63}'
            | '\u{FF0D}' => {
                self.dashes += 1;
            }
            ',' => self.commas += 1,
            '.' | '/' | '\\' | '_' | ':' | '+' | '*' | '=' | '·' | '•' | '|' | '\'' | '’' | '(' | ')' | '[' | ']' =>
            {
                self.marks += 1;
            }
            space if space.is_whitespace() || looks_blank(space) => {}
            letter if letter.is_alphanumeric() => self.letters += 1,
            _ => self.odd += 1,
        }
        self.last = Some(character);
    }

    fn kind(&self) -> Gap {
        let lone_comma = self.commas == 1 && self.width == 1;
        let odd = self.letters > 0 || self.odd > 0 || (self.commas > 0 && !lone_comma);
        if odd && self.width <= WIDEST_ODD_GAP && self.letters <= 1 {
            Gap::Odd
        } else if odd || self.width > WIDEST_GAP {
            Gap::Parted
        } else if self.dashes > 0 {
            Gap::Dash { minus: self.width > 1 && self.last.is_some_and(|last| !last.is_whitespace()) }
        } else if self.marks > 0 || lone_comma {
            Gap::Marks
        } else {
            Gap::Spaces
        }
    }
}

/// The value of a digit: ASCII, full-width, Arabic or mathematical.
pub fn digit(character: char) -> Option<u8> {
    let offset = match character {
        '0'..='9' => character as u32 - '0' as u32,
        '\u{0660}'..='\u{0669}' => character as u32 - 0x0660,
        '\u{06F0}'..='\u{06F9}' => character as u32 - 0x06F0,
        '\u{FF10}'..='\u{FF19}' => character as u32 - 0xFF10,
        '\u{1D7CE}'..='\u{1D7FF}' => (character as u32 - 0x1D7CE) % 10,
        _ => return None,
    };
    u8::try_from(offset).ok()
}

/// Characters that take room and show nothing, though they are no white space.
fn looks_blank(character: char) -> bool {
    matches!(character, '\u{2800}' | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{1D159}')
}

/// Characters that take no room on the screen, so that a reader sees the digits around them as one number.
pub fn invisible(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{20E3}')
}
