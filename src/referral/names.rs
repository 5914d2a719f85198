//! The first names in a tenants' name field, for the greeting of a card.
//!
//! A card can be read by anyone in the stairwell and must never carry a surname, and exports write names in every order.
//! So whatever is not surely a first name gives no names at all: a card that only says hello is fine, one with a surname is not.

/// Longest name field that is looked at, in characters; longer ones are no names.
const LONGEST_FIELD: usize = 160;
/// Longest first name, in letters.
const LONGEST_NAME: usize = 20;
/// More persons than this are not greeted by name: the card has room for 50 words.
const MOST_PERSONS: usize = 3;

/// Words that make the whole field something other than living persons.
const NOT_PERSONS: &[&str] = &[
    "boet",
    "dødsbo",
    "dødsboet",
    "doedsbo",
    "doedsboet",
    "dødsb",
    "efter",
    "afdøde",
    "afdoede",
    "død",
    "estate",
    "late",
    "aps",
    "a/s",
    "i/s",
    "k/s",
    "p/s",
    "ivs",
    "smba",
    "amba",
    "a.m.b.a",
    "f.m.b.a",
    "fonden",
    "fond",
    "forening",
    "foreningen",
    "selskab",
    "selskabet",
    "holding",
    "invest",
    "firma",
    "firmaet",
    "v/",
    "ltd",
    "inc",
    "gmbh",
    "kommune",
    "region",
    "værge",
    "værgemål",
    "advokat",
    "familien",
    "fam",
    "ukendt",
    "tom",
    "ledig",
    "n.n",
    "nn",
];
/// Titles before a name.
const TITLES: &[&str] = &["hr", "fru", "frk", "frøken", "dr", "mr", "mrs", "ms", "miss", "prof"];
/// First parts of surnames: where one of these comes first, the surname does.
const PARTICLES: &[&str] = &[
    "af", "von", "van", "der", "den", "de", "da", "di", "du", "del", "la", "le", "ter", "ten", "zu", "al", "el", "bin",
    "ibn",
];
/// Endings that Danish surnames have and first names do not (`Sørensen Anne` puts the surname first, without a comma).
const SURNAME_ENDINGS: &[&str] = &[
    "sen", "sson", "gaard", "gård", "bjerg", "strup", "skov", "toft", "dahl", "strøm", "quist", "kvist", "ager", "bæk",
];
/// Common Danish surnames without such an ending.
const SURNAMES: &[&str] = &[
    "møller",
    "lund",
    "holm",
    "schmidt",
    "bach",
    "bak",
    "bech",
    "bek",
    "kjær",
    "kjaer",
    "kær",
    "krogh",
    "krog",
    "friis",
    "bang",
    "dam",
    "juhl",
    "juul",
    "winther",
    "vinter",
    "berg",
    "berger",
    "bruun",
    "brun",
    "ravn",
    "hald",
    "khan",
    "nguyen",
    "tran",
    "koch",
    "kock",
    "lange",
    "munk",
    "meyer",
    "mejer",
    "schou",
    "skou",
    "thorup",
    "vester",
    "øster",
    "buch",
    "bøgh",
    "fisker",
    "kruse",
    "lind",
    "lindholm",
    "mølgaard",
    "nyborg",
    "odgaard",
    "overby",
    "søgaard",
    "yilmaz",
    "åbo",
    "aabo",
];

/// The tenants' first names in the order of the field, or none where that is not sure.
///
/// Read are `Anne Sørensen`, `Lund; Kirsten`, `Hansen, Per & Lund, Ida`, `Per & Ida Hansen`, with `og`, `&`, `/` or `+`
/// between persons; titles and what follows a `c/o` are set aside; capitals become `Anne-Marie`. None are given for
/// estates of the dead, companies, a single word, an initial or a surname where the first name should be, and for anything
/// with digits or signs that names do not have.
pub fn first_names(tenant_names: &str) -> Vec<String> {
    persons(tenant_names).unwrap_or_default()
}

/// What a caseworker is called on the card: the first name, or the first word of a name that is not surely one, since a
/// caseworker's name was typed by the operator and is checked by [`check_place`](crate::referral::check::check_place).
pub fn called(caseworker_name: &str) -> String {
    let first_word = || caseworker_name.split([' ', ',', ';']).find(|word| !word.is_empty()).unwrap_or_default();
    first_names(caseworker_name).into_iter().next().unwrap_or_else(|| first_word().to_owned())
}

fn persons(field: &str) -> Option<Vec<String>> {
    let field = field.trim();
    if field.is_empty() || field.chars().count() > LONGEST_FIELD || field.chars().any(is_odd) {
        return None;
    }
    let lower = field.to_lowercase();
    let words = || lower.split([' ', ',', ';', '(', ')', '&', '+']).map(|word| word.trim_end_matches('.'));
    if words().any(|word| NOT_PERSONS.contains(&word) || word.starts_with("v/")) {
        return None;
    }
    let field = without_care_of(field);
    let spaced = field.replace(['&', '+', '/'], " & ");
    let mut segments: Vec<Vec<&str>> = vec![Vec::new()];
    for word in spaced.split_whitespace() {
        match (["&", "og", "and", "samt"].contains(&word.to_lowercase().as_str()), segments.last_mut()) {
            (false, Some(segment)) => segment.push(word),
            _ => segments.push(Vec::new()),
        }
    }
    segments.retain(|segment| !segment.is_empty());
    let several = segments.len() > 1;
    let surname_first = segments.first().is_some_and(|segment| segment.join(" ").contains([',', ';']));
    // `Per & Ida Hansen` shares a surname; `Per & Ida` might be two surnames.
    let a_surname_follows = segments.last().is_some_and(|segment| segment.len() > 1);
    let lone_word_is_a_first_name = several && (surname_first || a_surname_follows);
    if segments.is_empty() || segments.len() > MOST_PERSONS {
        return None;
    }
    segments.iter().map(|segment| first_name(segment, lone_word_is_a_first_name)).collect()
}

/// Letters of European alphabets and the few signs that stand in or between names; anything else makes a field unsure.
fn is_odd(c: char) -> bool {
    !(is_latin_letter(c) || matches!(c, ' ' | '-' | '\'' | '’' | '.' | ',' | ';' | '&' | '+' | '/'))
}

/// Letters of the Latin script as names in Denmark have them, accents included.
pub(crate) fn is_latin_letter(c: char) -> bool {
    c.is_alphabetic() && (c.is_ascii() || ('\u{c0}'..='\u{24f}').contains(&c) || ('\u{1e00}'..='\u{1eff}').contains(&c))
}

/// What comes after `c/o` is somebody else.
fn without_care_of(field: &str) -> &str {
    let at = field.char_indices().map(|(at, _)| at).find(|&at| {
        let rest = field.get(at..).unwrap_or_default().as_bytes();
        let begins = rest.get(..3).is_some_and(|three| three.eq_ignore_ascii_case(b"c/o"));
        begins && field.get(..at).is_some_and(|before| before.is_empty() || before.ends_with([' ', ',', ';']))
    });
    field.get(..at.unwrap_or(field.len())).unwrap_or_default().trim_end_matches([' ', ',', ';'])
}

fn first_name(segment: &[&str], lone_word_is_a_first_name: bool) -> Option<String> {
    let text = segment.join(" ");
    let parts: Vec<Vec<&str>> = text.split([',', ';']).map(|part| without_titles(part.split_whitespace())).collect();
    let word = match parts.as_slice() {
        // `Anne Sørensen`
        [words] if words.len() > 1 => words.first()?,
        [words] if lone_word_is_a_first_name => words.first()?,
        // `Lund, Kirsten Marie`; with a word more on the left it is only sure with one word on the right
        [surname, given] if surname.len() == 1 && !given.is_empty() && given.len() <= 3 => given.first()?,
        [surname, given] if surname.len() == 2 && given.len() == 1 => given.first()?,
        _ => return None,
    };
    as_first_name(word)
}

fn without_titles<'a>(words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    words.skip_while(|word| TITLES.contains(&word.trim_end_matches('.').to_lowercase().as_str())).collect()
}

/// The word as a first name is written, or `None` where it is an initial or looks like a surname.
fn as_first_name(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let parts: Vec<&str> = lower.split(['-', '\'', '’']).collect();
    let last = parts.last()?;
    let unsure = !(2..=LONGEST_NAME).contains(&letters)
        || word.contains('.')
        || parts.iter().any(|part| part.is_empty())
        || PARTICLES.contains(&lower.as_str())
        || parts.first().is_some_and(|first| parts.len() > 1 && PARTICLES.contains(first))
        || SURNAMES.contains(last)
        || SURNAME_ENDINGS.iter().any(|ending| last.len() > ending.len() && last.ends_with(ending));
    (!unsure).then(|| capitalised(word))
}

/// `ANNE-MARIE` and `anne-marie` become `Anne-Marie`; a name in mixed case stays as it is.
fn capitalised(word: &str) -> String {
    let mixed = word.chars().any(char::is_uppercase) && word.chars().skip(1).any(char::is_lowercase);
    if mixed && word.chars().next().is_some_and(char::is_uppercase) {
        return word.to_owned();
    }
    let mut at_start = true;
    let mut name = String::with_capacity(word.len());
    for c in word.chars() {
        if at_start {
            name.extend(c.to_uppercase());
        } else {
            name.extend(c.to_lowercase());
        }
        at_start = !c.is_alphabetic();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_names_are_found_in_every_order_that_exports_write() {
        for (field, expected) in [
            ("Anne Sørensen", vec!["Anne"]),
            ("Jørgen Ø. Åbo & Grethe Åbo", vec!["Jørgen", "Grethe"]),
            ("Lund; Kirsten", vec!["Kirsten"]),
            ("Lund, Kirsten", vec!["Kirsten"]),
            ("Lund, Kirsten Marie", vec!["Kirsten"]),
            ("Holm Hansen, Per", vec!["Per"]),
            ("Anne Berg og Bo Dam", vec!["Anne", "Bo"]),
            ("Anne Berg / Bo Dam", vec!["Anne", "Bo"]),
            ("Anne Berg/Bo Dam", vec!["Anne", "Bo"]),
            ("Hansen, Per & Lund, Ida", vec!["Per", "Ida"]),
            ("Hansen, Per & Ida", vec!["Per", "Ida"]),
            ("Per & Ida Hansen", vec!["Per", "Ida"]),
            ("Per, Ida & Bo Hansen", vec!["Ida", "Bo"]),
            ("Anne-Marie Krogh", vec!["Anne-Marie"]),
            ("ANNE-MARIE KROGH", vec!["Anne-Marie"]),
            ("åse østergaard", vec!["Åse"]),
            ("Mohamed Al-Khatib", vec!["Mohamed"]),
            ("Hr. Per Bæk", vec!["Per"]),
            ("Fru Dr. Ida Holm", vec!["Ida"]),
            ("Anne Sørensen c/o Per Lund", vec!["Anne"]),
            ("Anne Sørensen, c/o Per Lund", vec!["Anne"]),
            ("Zoë O’Brien & Łukasz Nowak", vec!["Zoë", "Łukasz"]),
            ("  Per   Bæk & ", vec!["Per"]),
        ] {
            // `Per, Ida` reads as surname and first name: the card then greets fewer, never a surname.
            assert_eq!(first_names(field), expected, "{field}");
        }
    }

    #[test]
    fn what_is_not_surely_a_first_name_is_not_greeted() {
        for field in [
            "",
            "Hansen",
            "Per",
            "Fru Hansen",
            "Hr. Lund",
            "P. Hansen",
            "J. P. Jacobsen",
            "Sørensen Anne",
            "SØRENSEN ANNE",
            "Lund Kirsten",
            "van der Berg Anna",
            "al-Hassan Omar",
            "Hansen & Lund",
            "Per & Ida",
            "Anne Sørensen, Per Lund",
            "Hansen, Per, Lund, Ida",
            "Boet efter Jens Hansen",
            "Dødsboet efter Jens Hansen",
            "Jens Hansens dødsbo",
            "BO EFTER JENS HANSEN",
            "Hansen & Søn ApS",
            "Havblik Service A/S",
            "Firma v/ Hans Jensen",
            "Hans v/Jens Hansen",
            "Fonden Solhjem",
            "c/o Per Lund",
            "Anne2 Sørensen",
            "Anne Sørensen 12345678",
            "Anne <b>Sørensen</b>",
            "Anne\nSørensen",
            "Anne\u{202e}Sørensen Per",
            "Анна Петрова",
            "Anne 🌷 Sørensen",
            "Familien Hansen",
            "A B & C D",
            "Anne- Sørensen",
            "Per Bæk & Ida Lund & Bo Dam & Eva Berg",
            "& og / +",
        ] {
            assert_eq!(first_names(field), Vec::<String>::new(), "{field}");
        }
        assert!(first_names(&"Anne Sørensen & ".repeat(50)).is_empty());
    }
}
