//! `[[reviewer]]` and `[[caseworker]]`: who decides, and who writes the cards.

use jiff::civil::{Time, Weekday};

/// `[[reviewer]]`: housing staff who decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewer {
    /// Name, as recorded with each decision.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Whether a neutral mail tells them that a list waits.
    pub notify: bool,
}

/// Whether a text is a phone number as people write it: 5 to 15 digits, with blanks, `+`, `-`, brackets or dots between
/// them. What the config takes for one, the card does too.
pub fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (5..=15).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c))
}

/// `[[caseworker]]`: a municipal caseworker who sits in the estates.
#[derive(Clone, Debug)]
pub struct Caseworker {
    /// Full name; the card uses the first.
    pub name: String,
    /// Title, such as `socialrådgiver`. Never on the card.
    pub title: Option<String>,
    /// E-mail address: the only one their lists go to.
    pub email: String,
    /// The phone number for the card.
    pub phone: String,
    /// The estates they serve.
    pub estates: Vec<String>,
    /// Where they sit.
    pub place: String,
    /// When they sit there, in the week's order.
    pub on_site: Vec<OnSite>,
    /// How many households a week they can take on; 0 is a pause: their estates stay theirs, and nobody is listed.
    pub weekly_capacity: u32,
}

/// `tue 10:00-14:00`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnSite {
    /// Day of the week.
    pub weekday: Weekday,
    /// From.
    pub from: Time,
    /// Until.
    pub until: Time,
}
