//! Names for simulated tenants: invented, from lists of names that are common in Denmark.

use super::dice::Dice;
use super::words::WORDS;

/// The tenants' names as an export writes them: `Anne Sørensen`, `Jørgen Bæk & Grethe Bæk`, `Lund; Kirsten`.
pub(super) fn tenant_names(dice: &mut Dice, adults: u8) -> String {
    let elsewhere = dice.chance(0.2);
    let (women, men, surnames) = if elsewhere {
        (&WORDS.women_elsewhere, &WORDS.men_elsewhere, &WORDS.surnames_elsewhere)
    } else {
        (&WORDS.women, &WORDS.men, &WORDS.surnames)
    };
    let first = if dice.chance(0.5) { dice.pick(women) } else { dice.pick(men) };
    let surname = dice.pick(surnames);
    if adults < 2 {
        let middle = if dice.chance(0.12) { dice.pick(&[" M.", " K.", " Ø.", " B.", " H."]) } else { "" };
        return if dice.chance(0.03) { format!("{surname}; {first}") } else { format!("{first}{middle} {surname}") };
    }
    let second = if dice.chance(0.5) { dice.pick(women) } else { dice.pick(men) };
    let their_surname = if dice.chance(0.65) { surname } else { dice.pick(surnames) };
    format!("{first} {surname} & {second} {their_surname}")
}
