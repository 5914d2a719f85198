//! Amounts as Danish systems write them: `1.234,56`, `72.000`, `-5,00`, `5,00-`, `kr. 500,-`, `1 234,50`.

use crate::config::Decimal;
use crate::money::Ore;

/// Why a cell is no amount. The words are [`AmountFault::reason`]'s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountFault {
    /// Something else than digits, signs and currency.
    NotAnAmount,
    /// The sign that groups thousands does not stand before groups of three.
    Grouping,
    /// More than two digits after the decimal sign.
    Decimals,
    /// Too large for any ledger.
    TooLarge,
}

impl AmountFault {
    /// The reason, for the rejects file: what was expected, and which key to set.
    pub fn reason(self, shape: &str, decimal: Decimal) -> String {
        let (point, group, other) = match decimal {
            Decimal::Comma => (',', '.', "decimal = \".\""),
            Decimal::Point => ('.', ',', "decimal = \",\""),
        };
        match self {
            AmountFault::NotAnAmount => format!("`{shape}` is no amount"),
            AmountFault::Grouping => format!(
                "`{shape}`: here `{group}` groups thousands, and a group has three digits; if `{group}` is this feed's decimal sign, set {other}"
            ),
            AmountFault::Decimals => format!(
                "`{shape}`: more than two digits after the decimal sign `{point}`; if `{point}` groups thousands in this feed, set {other}"
            ),
            AmountFault::TooLarge => format!("`{shape}`: too large for an amount"),
        }
    }
}

const LONGEST: usize = 48;

/// The amount in a cell that is not empty, by the feed's decimal sign: `1.234` is one thousand where the decimal sign is
/// a comma, and one digit too many where it is a point. Whole kroner need no decimals.
///
/// Accepted besides: a sign before or after (`-`, `+`, `−`), `kr.`, `kr`, `DKK` before or after, `,-` for whole kroner,
/// and spaces of any kind as thousands separator.
pub fn amount(cell: &[u8], decimal: Decimal) -> Result<Ore, AmountFault> {
    if let Some(amount) = plain(cell, decimal) {
        return Ok(amount);
    }
    let mut buffer = [0; LONGEST];
    let cell = simplify(cell, &mut buffer).ok_or(AmountFault::NotAnAmount)?;
    let (negative, digits) = bare(cell).ok_or(AmountFault::NotAnAmount)?;
    let amount = number(digits, decimal)?;
    Ok(Ore(if negative { -amount } else { amount }))
}

/// The common form, in one pass: an optional minus, up to 15 digits with proper groups, and two decimals.
fn plain(cell: &[u8], decimal: Decimal) -> Option<Ore> {
    let (point, group) = marks(decimal);
    let (negative, cell) = match cell {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let [whole @ .., mark, tens, ones] = cell else { return None };
    if *mark != point || !tens.is_ascii_digit() || !ones.is_ascii_digit() || whole.is_empty() || whole.len() > 15 {
        return None;
    }
    let (mut value, mut run, mut grouped) = (0i64, 0, false);
    for byte in whole {
        if byte.is_ascii_digit() {
            value = value * 10 + i64::from(byte - b'0');
            run += 1;
        } else if *byte == group && (if grouped { run == 3 } else { (1..=3).contains(&run) }) {
            grouped = true;
            run = 0;
        } else {
            return None;
        }
    }
    if grouped && run != 3 {
        return None;
    }
    let value = value * 100 + i64::from(tens - b'0') * 10 + i64::from(ones - b'0');
    Some(Ore(if negative { -value } else { value }))
}

fn marks(decimal: Decimal) -> (u8, u8) {
    match decimal {
        Decimal::Comma => (b',', b'.'),
        Decimal::Point => (b'.', b','),
    }
}

/// The cell in ASCII: spaces of every kind as ` `, dashes that stand for minus as `-`, letters in lower case.
fn simplify<'b>(mut cell: &[u8], buffer: &'b mut [u8; LONGEST]) -> Option<&'b [u8]> {
    let mut length = 0;
    while !cell.is_empty() {
        let (byte, rest) = match cell {
            [0xC2, 0xA0, rest @ ..] | [0xE2, 0x80, 0xAF | 0x89, rest @ ..] | [0xA0 | b'\t', rest @ ..] => (b' ', rest),
            [0xE2, 0x88, 0x92, rest @ ..] | [0xE2, 0x80, 0x93, rest @ ..] | [0x96, rest @ ..] => (b'-', rest),
            [byte, rest @ ..] => (byte.to_ascii_lowercase(), rest),
            [] => break,
        };
        *buffer.get_mut(length)? = byte;
        length += 1;
        cell = rest;
    }
    buffer.get(..length)
}

/// Takes sign and currency off: whether the amount is negative, and what is left. `None` where there are two signs.
fn bare(cell: &[u8]) -> Option<(bool, &[u8])> {
    let mut cell = cell.trim_ascii();
    let (mut sign, mut currency) = (None, false);
    loop {
        cell = match cell {
            [mark @ (b'-' | b'+'), rest @ ..] if sign.is_none() => {
                sign = Some(*mark);
                rest.trim_ascii()
            }
            [b'k', b'r', b'.', rest @ ..] | [b'k', b'r', rest @ ..] | [b'd', b'k', b'k', rest @ ..] if !currency => {
                currency = true;
                rest.trim_ascii()
            }
            _ => break,
        }
    }
    if let [rest @ .., b'k', b'r', b'.'] | [rest @ .., b'k', b'r'] | [rest @ .., b'd', b'k', b'k'] = cell
        && !currency
    {
        cell = rest.trim_ascii();
    }
    match cell {
        [rest @ .., b',' | b'.', b'-'] => cell = rest,
        [rest @ .., mark @ (b'-' | b'+')] if sign.is_none() => {
            sign = Some(*mark);
            cell = rest.trim_ascii();
        }
        _ => {}
    }
    Some((sign == Some(b'-'), cell))
}

/// Digits with groups and decimals, in øre.
fn number(digits: &[u8], decimal: Decimal) -> Result<i64, AmountFault> {
    let (point, group) = marks(decimal);
    let (whole, fraction) = match digits.iter().position(|byte| *byte == point) {
        Some(at) => (&digits[..at], Some(&digits[at + 1..])),
        None => (digits, None),
    };
    let hundredths = match fraction {
        None => 0,
        Some([tenth]) if tenth.is_ascii_digit() => i64::from(tenth - b'0') * 10,
        Some([tenth, last]) if tenth.is_ascii_digit() && last.is_ascii_digit() => {
            i64::from(tenth - b'0') * 10 + i64::from(last - b'0')
        }
        Some(more) if !more.is_empty() && more.iter().all(u8::is_ascii_digit) => return Err(AmountFault::Decimals),
        Some(more) if more.contains(&group) => return Err(AmountFault::Grouping),
        Some(_) => return Err(AmountFault::NotAnAmount),
    };
    let kroner = if whole.is_empty() && fraction.is_some() { 0 } else { grouped(whole, group)? };
    let ore = kroner.checked_mul(100).and_then(|ore| ore.checked_add(hundredths));
    ore.ok_or(AmountFault::TooLarge)
}

fn grouped(whole: &[u8], group: u8) -> Result<i64, AmountFault> {
    let separator = if whole.contains(&group) { group } else { b' ' };
    let mut value: i64 = 0;
    for (place, digits) in whole.split(|byte| *byte == separator).enumerate() {
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(AmountFault::NotAnAmount);
        }
        let alone = place == 0 && !whole.contains(&separator);
        let fits = match place {
            0 => alone && !digits.is_empty() || (1..=3).contains(&digits.len()),
            _ => digits.len() == 3,
        };
        if !fits {
            return Err(if whole.contains(&group) { AmountFault::Grouping } else { AmountFault::NotAnAmount });
        }
        for digit in digits {
            value = value
                .checked_mul(10)
                .and_then(|tens| tens.checked_add(i64::from(digit - b'0')))
                .ok_or(AmountFault::TooLarge)?;
        }
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn comma(text: &str) -> Result<i64, AmountFault> {
        amount(text.as_bytes(), Decimal::Comma).map(|amount| amount.0)
    }

    fn point(text: &str) -> Result<i64, AmountFault> {
        amount(text.as_bytes(), Decimal::Point).map(|amount| amount.0)
    }

    #[test]
    fn amounts_are_read_in_every_form_that_exports_use() {
        for (text, ore) in [
            ("1.234,56", 123_456),
            ("72.000", 7_200_000),
            ("1.234", 123_400),
            ("-5,00", -500),
            ("5,00-", -500),
            ("+9120,63", 912_063),
            ("kr. 1.234,50", 123_450),
            ("-kr. 5,00", -500),
            ("kr. -5,00", -500),
            ("500 kr.", 50_000),
            ("500,-", 50_000),
            ("-1.500,-", -150_000),
            ("DKK 12", 1_200),
            ("1 234,50", 123_450),
            ("1\u{a0}234,50", 123_450),
            ("1\u{202f}234\u{202f}567,50", 123_456_750),
            ("\u{2212}12,5", -1_250),
            (",50", 50),
            ("0", 0),
            ("1.193.925,23", 119_392_523),
            ("5626", 562_600),
        ] {
            assert_eq!(comma(text), Ok(ore), "{text}");
        }
        for (text, ore) in [("15757.25", 1_575_725), ("+12,543.54", 1_254_354), ("-100", -10_000), ("0.5", 50)] {
            assert_eq!(point(text), Ok(ore), "{text}");
        }
        assert_eq!(amount(b"1\xA0234,50", Decimal::Comma), Ok(Ore(123_450)));
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused_and_never_guessed() {
        for (text, fault) in [
            ("12.34", AmountFault::Grouping),
            ("1234.50", AmountFault::Grouping),
            ("1.2345,00", AmountFault::Grouping),
            (".123,00", AmountFault::Grouping),
            ("1,234", AmountFault::Decimals),
            ("1,234.50", AmountFault::Grouping),
            ("abc", AmountFault::NotAnAmount),
            ("12 34", AmountFault::NotAnAmount),
            ("--5", AmountFault::NotAnAmount),
            ("5,", AmountFault::NotAnAmount),
            ("-", AmountFault::NotAnAmount),
            ("kr.", AmountFault::NotAnAmount),
            (",", AmountFault::NotAnAmount),
            ("01-02-2026", AmountFault::NotAnAmount),
            ("99999999999999999999", AmountFault::TooLarge),
            ("92233720368547758,08", AmountFault::TooLarge),
        ] {
            assert_eq!(comma(text), Err(fault), "{text}");
        }
        assert_eq!(point("1.234"), Err(AmountFault::Decimals));
        assert_eq!(point("1.234,56"), Err(AmountFault::Grouping));
    }

    proptest! {
        #[test]
        fn an_amount_written_the_danish_way_is_read_back(ore in -10_000_000_000_000i64..10_000_000_000_000) {
            prop_assert_eq!(comma(&Ore(ore).to_string()), Ok(ore));
        }

        #[test]
        fn the_short_way_and_the_long_way_agree(text in "[-+]?[0-9.]{0,12}[,.]?[0-9]{0,3}-?") {
            if let Some(short) = plain(text.as_bytes(), Decimal::Comma) {
                let mut buffer = [0; LONGEST];
                let long = simplify(text.as_bytes(), &mut buffer).and_then(bare);
                let (negative, digits) = long.unwrap();
                let ore = number(digits, Decimal::Comma).unwrap();
                prop_assert_eq!(short.0, if negative { -ore } else { ore });
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = (amount(&bytes, Decimal::Comma), amount(&bytes, Decimal::Point));
        }
    }
}
