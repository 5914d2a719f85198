//! An association's homes, one after another: who lives in each, and who after them.

use super::books::Books;
use super::dice::Dice;
use super::estates::{Estate, Home};
use super::household::Household;
use super::months::{Month, Period};
use super::people::tenant_names;
use super::stay::Stay;
use crate::calendar::{Day, first_of_month};

/// The streams of chance for dates of birth, behind those of homes, estates and the config: whatever else a seed gives does
/// not depend on them.
const BIRTHS: u64 = 3 << 32;

/// Lives all homes of `estate` through `period`. What comes of a home depends on the seed and its number alone.
pub(super) fn live_estate<'p>(estate: &Estate, period: &'p Period, seed: u64, quirks: bool) -> Books<'p> {
    let mut books = Books::new(period, quirks);
    if estate.first > 0 {
        books.page();
    }
    for number in 0..estate.homes {
        let stream = u64::from(estate.first) + u64::from(number);
        let (mut dice, mut births) = (Dice::new(seed, stream), Dice::new(seed, BIRTHS + stream));
        let home = estate.home(number, &mut dice);
        live_home(home, period, &mut books, &mut dice, &mut births);
    }
    books
}

fn live_home(mut home: Home, period: &Period, books: &mut Books, dice: &mut Dice, births: &mut Dice) {
    let mut turn = dice.between(1, 5).unsigned_abs();
    let mut begin = 0;
    while let Some(month) = period.months.get(begin).filter(|month| month.first <= period.until) {
        let household = Household::draw(dice, home.rooms, home.rent);
        let names = tenant_names(dice, household.adults);
        let moved_in = if begin == 0 { moved_in_long_ago(month, dice) } else { month.first };
        let protected = protection(dice);
        let born = household.born(births, moved_in, month.first);
        books.open(&home.reference(turn));
        let before = books.rows;
        let mut stay = Stay::new(&home, period, books, dice, household, *month);
        let free = stay.live(begin);
        let (ends, rent) = (stay.ends, stay.rent);
        if ends.is_none_or(|last| last >= period.from) || books.rows != before {
            let address = home.address();
            let place = [home.estate.code.as_str(), &address, home.estate.postcode, home.estate.town, &names];
            books.tenancy(place, moved_in, ends, rent, (protected, born));
        }
        let vacant = if dice.chance(0.72) { 0 } else { dice.between(1, 2).unsigned_abs() as usize };
        begin = free + vacant;
        home.rent = rent;
        turn += 1;
    }
}

/// The first of a month up to 25 years back, more often lately.
fn moved_in_long_ago(month: &Month, dice: &mut Dice) -> Day {
    let years = dice.unit() * dice.unit() * 25.0;
    Day::from(first_of_month(month.first.date(), -((years * 12.0) as i32)))
}

/// The column for protected addresses: mostly empty, sometimes `nej`, seldom `ja`.
fn protection(dice: &mut Dice) -> &'static str {
    dice.weighted(&[(0.005, "ja"), (0.1, "nej"), (0.895, "")], "")
}
