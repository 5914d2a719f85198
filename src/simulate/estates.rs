//! Where people live: estates with streets, stairwells and homes, and a landlord's office with its ways.

use super::dice::{Dice, share};
use super::words::WORDS;
use crate::calendar::Day;

/// Number of the association (selskab) in every reference.
const ASSOCIATION: &str = "014";
/// Homes in one estate, about.
const HOMES_PER_ESTATE: u32 = 150;
/// Homes in one stairwell: two on each of three floors.
const STAIRWELL: u32 = 6;
/// Stairwells in one street.
const STREET: u32 = 24;

/// One estate (afdeling).
#[derive(Clone, Debug)]
pub(super) struct Estate {
    /// The number, zeros kept.
    pub code: String,
    /// The number of its first home in the association, from 0.
    pub first: u32,
    /// How many homes it has.
    pub homes: u32,
    pub postcode: &'static str,
    pub town: &'static str,
    streets: Vec<String>,
    level: f64,
    heating: bool,
    /// Month of the yearly rise in rent.
    pub rise_month: i8,
    /// The yearly rise, as a share.
    pub rise: f64,
    /// Whether the office sends friendly reminders before demands.
    pub reminds: bool,
    /// Days that the office takes beyond the first lawful one to send a demand.
    pub demand_lag: i32,
    /// The share of late rents that the office demands.
    pub diligence: f64,
    /// How readily it terminates, as a factor.
    pub strictness: f64,
    /// Whether its caretaker writes ae, oe and aa.
    pub plain_letters: bool,
    /// The share of words that its caretaker mistypes.
    pub typos: f64,
    /// The initials of its caretakers, the one who writes most first.
    caretakers: Vec<String>,
}

/// One home.
pub(super) struct Home<'e> {
    pub estate: &'e Estate,
    /// Its number in the estate, from 0.
    pub number: u32,
    pub rooms: u8,
    /// Rent a month at the beginning, in øre.
    pub rent: i64,
    /// Heating a month on account, in øre; 0 where it is in the rent.
    pub heating: i64,
}

/// The estates of an association of `homes` homes.
pub(super) fn estates(homes: u32, seed: u64) -> Vec<Estate> {
    let count = (homes / HOMES_PER_ESTATE).clamp(1, 998).max(homes.min(4));
    let digits = if count > 99 { 3 } else { 2 };
    (0..count)
        .map(|number| {
            let at = |number: u32| (u64::from(homes) * u64::from(number) / u64::from(count)) as u32;
            // Streams of estates lie above those of homes.
            let mut dice = Dice::new(seed, (1 << 32) + u64::from(number));
            let mut estate = Estate::draw(&mut dice, at(number), at(number + 1) - at(number));
            estate.code = format!("{:0digits$}", number + 1);
            estate
        })
        .collect()
}

impl Estate {
    fn draw(dice: &mut Dice, first: u32, homes: u32) -> Estate {
        let (postcode, town) = dice.pick(&WORDS.towns).split_once(' ').unwrap_or(("7100", "Vejle"));
        let streets = (0..homes / (STAIRWELL * STREET) + 1).map(|_| street(dice)).collect();
        Estate {
            code: String::new(),
            first,
            homes,
            postcode,
            town,
            streets,
            level: dice.around(1.0, 0.09),
            heating: dice.chance(0.12),
            rise_month: dice.pick(&[1, 1, 1, 4, 7, 10]),
            rise: 0.012 + 0.016 * dice.unit(),
            reminds: dice.chance(0.35),
            demand_lag: dice.pick(&[0, 0, 0, 1, 2, 4]),
            diligence: 0.66 + 0.22 * dice.unit(),
            strictness: 1.4 + 0.6 * dice.unit(),
            plain_letters: dice.chance(0.2),
            typos: if dice.chance(0.4) { 0.05 } else { 0.01 },
            // Drawn last, so that all else of an estate stays as it is.
            caretakers: (0..dice.between(2, 4)).map(|_| initials(dice)).collect(),
        }
    }

    /// The street that its office is in.
    pub fn street(&self) -> &str {
        self.streets.first().map_or("", String::as_str)
    }

    /// The initials of who writes notes on a day: in three weeks of four the caretaker, else whoever stands in.
    pub fn caretaker(&self, on: Day) -> &str {
        let week = on.0.div_euclid(7);
        let stand_ins = i32::try_from(self.caretakers.len()).unwrap_or(1).saturating_sub(1).max(1);
        let place = if week.rem_euclid(4) < 3 { 0 } else { 1 + week.div_euclid(4).rem_euclid(stand_ins) };
        usize::try_from(place).ok().and_then(|place| self.caretakers.get(place)).map_or("", String::as_str)
    }

    /// The home with the number `number` in this estate.
    pub fn home(&self, number: u32, dice: &mut Dice) -> Home<'_> {
        let rooms = dice.weighted(&[(0.13, 1), (0.38, 2), (0.34, 3), (0.15, 4)], 2);
        let basis = [3_650.0, 4_850.0, 6_050.0, 7_350.0][usize::from(rooms) - 1];
        let rent = share((dice.around(basis, 260.0) * 100.0) as i64, self.level) / 50 * 50;
        let heating = if self.heating { i64::from(rooms) * 16_500 } else { 0 };
        Home { estate: self, number, rooms, rent: rent - heating / 2, heating }
    }
}

impl Home<'_> {
    /// `Lærketoften 12, 1. tv`
    pub fn address(&self) -> String {
        let stairwell = self.number / STAIRWELL;
        let street = self.estate.streets.get((stairwell / STREET) as usize).map_or("", String::as_str);
        let (floor, side) = match self.number % STAIRWELL {
            0 => ("st.", "tv"),
            1 => ("st.", "th"),
            2 => ("1.", "tv"),
            3 => ("1.", "th"),
            4 => ("2.", "tv"),
            _ => ("2.", "th"),
        };
        format!("{street} {}, {floor} {side}", 2 * (stairwell % STREET) + 1 + stairwell / STREET % 2)
    }

    /// The reference of the tenancy that is the `turn`th in this home, from 1.
    pub fn reference(&self, turn: u32) -> String {
        format!("{ASSOCIATION}-{}-{:04}-{turn:02}", self.estate.code, self.number + 1)
    }
}

fn initials(dice: &mut Dice) -> String {
    let letters = ["A", "B", "F", "H", "J", "K", "L", "M", "N", "P", "S", "T"];
    (0..3).map(|_| dice.pick(&letters)).collect()
}

fn street(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(&WORDS.street_beginnings), dice.pick(&WORDS.street_ends))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn estates_share_all_homes_among_them_without_a_gap() {
        for homes in [1, 3, 300, 20_001, 600_000] {
            let estates = estates(homes, 1);
            let mut next = 0;
            for estate in &estates {
                assert_eq!(estate.first, next);
                assert!(estate.homes > 0 && estate.homes < 10_000, "{} homes", estate.homes);
                next += estate.homes;
            }
            assert_eq!(next, homes);
            let codes: HashSet<_> = estates.iter().map(|estate| estate.code.clone()).collect();
            assert_eq!(codes.len(), estates.len());
            assert_eq!(codes.iter().map(String::len).collect::<HashSet<_>>().len(), 1, "codes of one length");
        }
    }

    #[test]
    fn no_two_homes_of_an_estate_have_one_address_or_one_reference() {
        let estate = estates(600, 1).remove(0);
        let mut dice = Dice::new(1, 1);
        let homes: Vec<Home> = (0..estate.homes).map(|number| estate.home(number, &mut dice)).collect();
        let addresses: HashSet<String> = homes.iter().map(Home::address).collect();
        let references: HashSet<String> = homes.iter().map(|home| home.reference(3)).collect();
        assert_eq!((addresses.len(), references.len()), (homes.len(), homes.len()));
        assert!(references.contains("014-01-0001-03"), "{:?}", references.iter().next());
    }
}
