//! The sections of a lexicon, and what a phrase in each is.

use crate::notes::context::About;
use crate::notes::{Category, Urgency};

/// What a phrase is by the section in which it stands.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    /// The section's name in the file.
    pub key: &'static str,
    /// What its phrases tell about.
    pub category: Category,
    /// Health, misuse and crime (GDPR art. 9 and 10).
    pub special_category: bool,
    /// Hints that go to a human at once.
    pub urgent: Option<Urgency>,
    /// Whom or what its phrases tell about, unless one says otherwise.
    pub about: About,
    /// Ordinary work at the home: recognised, and neither good nor bad.
    pub routine: bool,
}

/// Every section.
pub static SECTIONS: [Section; 14] = {
    use Category::*;
    let (suicide, child) = (Some(Urgency::Suicide), Some(Urgency::Child));
    [
        section("economy", Economy, false, None, true),
        section("legal", Legal, false, None, true),
        Section {
            about: About { a_person: false, the_home: true },
            ..section("housing_condition", HousingCondition, false, None, false)
        },
        section("absence", Absence, false, None, false),
        section("conflict", Conflict, false, None, false),
        section("conflict_crime", Conflict, true, None, false),
        section("life_event", LifeEvent, false, None, true),
        section("life_event_crime", LifeEvent, true, None, true),
        section("health", Health, true, None, true),
        section("substance", Substance, true, None, true),
        section("suicide", Health, true, suicide, false),
        section("children", Children, false, child, false),
        section("protective", Protective, false, None, false),
        Section { routine: true, ..section("routine", Protective, false, None, false) },
    ]
};

const fn section(
    key: &'static str,
    category: Category,
    special_category: bool,
    urgent: Option<Urgency>,
    about_a_person: bool,
) -> Section {
    let about = About { a_person: about_a_person, the_home: false };
    Section { key, category, special_category, urgent, about, routine: false }
}
