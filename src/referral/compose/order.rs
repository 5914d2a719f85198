//! The walking order of addresses: by street, number, letter, floor and side, as somebody with a bundle of cards goes.

/// What an address is ordered by. Two addresses with equal keys have the same street door, floor and side.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WalkingKey {
    postcode: String,
    street: String,
    number: u32,
    letter: String,
    floor: i32,
    side: u32,
    rest: String,
}

/// The key of a Danish address such as `Strandvejen 2B, 1. tv`; what does not look like one is ordered as text.
pub(crate) fn walking_key(address: &str, postcode: &str) -> WalkingKey {
    let lower = address.to_lowercase();
    let (door, flat) = lower.split_once(',').unwrap_or((&lower, ""));
    let (street, number, letter) = street_door(door);
    let (floor, side) = floor_and_side(flat);
    WalkingKey {
        postcode: postcode.trim().to_owned(),
        street: danish_order(&street),
        number,
        letter,
        floor,
        side,
        rest: lower.clone(),
    }
}

/// The street door that an address lies behind: what neighbours of one stairwell share (`strandvejen 2b 7100`).
pub fn stairwell(address: &str, postcode: &str) -> String {
    let lower = address.to_lowercase();
    let door = lower.split(',').next().unwrap_or_default();
    let (street, number, letter) = street_door(door);
    format!("{street} {number}{letter} {}", postcode.trim())
}

/// Street, house number and letter.
fn street_door(door: &str) -> (String, u32, String) {
    let words: Vec<&str> = door.split_whitespace().collect();
    let at = words.iter().rposition(|word| word.starts_with(|c: char| c.is_ascii_digit())).filter(|at| *at > 0);
    let Some(at) = at else { return (words.join(" "), 0, String::new()) };
    let (before, after) = words.split_at(at);
    let number_and_letter: String = after.concat();
    let digits: String = number_and_letter.chars().take_while(char::is_ascii_digit).collect();
    let letter = number_and_letter.get(digits.len()..).unwrap_or_default().to_owned();
    (before.join(" "), digits.parse().unwrap_or(u32::MAX), letter)
}

/// Floor (cellar −1, `st` 0) and side (`tv`, `mf`, `th`, then door numbers) of what follows the comma.
fn floor_and_side(flat: &str) -> (i32, u32) {
    let words: Vec<&str> = flat.split([' ', '.', ',']).filter(|word| !word.is_empty()).collect();
    let floor = match words.first().copied() {
        None => 0,
        Some("kl" | "kld" | "k" | "kælder") => -1,
        Some("st" | "stuen" | "stue") => 0,
        Some(word) => word.parse().unwrap_or(999),
    };
    let side = match words.get(1).copied() {
        None => 0,
        Some("tv") => 1,
        Some("mf" | "midt") => 2,
        Some("th") => 3,
        Some(word) => word.parse::<u32>().map_or(9, |door| door.saturating_add(10)),
    };
    (floor, side)
}

/// Letters so that æ, ø and å come after z, and `aa` where å does.
fn danish_order(text: &str) -> String {
    text.replace("aa", "å")
        .chars()
        .map(|c| match c {
            'æ' | 'ä' => '{',
            'ø' | 'ö' => '|',
            'å' => '}',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_in_the_order_in_which_one_walks() {
        let walk = [
            "Bakken 14, st.",
            "Bakken 14, 1.",
            "Bakken 14, 2.",
            "Strandvejen 2, kl.",
            "Strandvejen 2, st. tv",
            "Strandvejen 2, st. th",
            "Strandvejen 2, 1. tv",
            "Strandvejen 2, 1. mf",
            "Strandvejen 2, 1. th",
            "Strandvejen 2, 1. 4",
            "Strandvejen 2, 10. tv",
            "Strandvejen 2A, st.",
            "Strandvejen 2 B, st.",
            "Strandvejen 10, st.",
            "Zonevej 1",
            "Ærøvej 1",
            "Østervang 1",
            "Aalborgvej 1",
            "Ålekisten 1",
        ];
        let mut shuffled = walk.to_vec();
        shuffled.reverse();
        shuffled.sort_by_key(|address| walking_key(address, "7100"));
        assert_eq!(shuffled, walk);
        assert!(walking_key("Zonevej 1", "7000") < walking_key("Bakken 1", "7100"));
        for odd in ["", ",", "12", "Vej 99999999999999, 99999999999. 99999999999", "å"] {
            let _ = walking_key(odd, "");
        }
    }

    #[test]
    fn a_stairwell_is_what_lies_behind_one_street_door() {
        assert_eq!(stairwell("Strandvejen 2, 1. tv", "7100"), stairwell("STRANDVEJEN 2 , st. th", "7100 "));
        assert_ne!(stairwell("Strandvejen 2, 1. tv", "7100"), stairwell("Strandvejen 2 B, 1. tv", "7100"));
        assert_ne!(stairwell("Strandvejen 2", "7100"), stairwell("Strandvejen 2", "8000"));
    }
}
