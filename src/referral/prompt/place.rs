//! Where and when the caseworker sits, as people write it: `i beboerhuset, Strandvejen 12, tirsdag 10–14 og torsdag 13–17`.

use jiff::civil::{Time, Weekday};

use super::wording::{When, Wording};
use crate::config::OnSite;
use crate::texts::join;

/// The on-site days and hours. Days with the same hours are gathered: `tirsdag og torsdag 10–14`, `mandag til fredag
/// 9–15`; full hours have no minutes.
pub(crate) fn when(on_site: &[OnSite], wording: &Wording) -> String {
    let mut days: Vec<(Weekday, String)> = Vec::new();
    let mut slots = on_site.to_vec();
    slots.sort_by_key(|slot| (slot.weekday.to_monday_zero_offset(), slot.from, slot.until));
    slots.dedup();
    for slot in &slots {
        let hours = format!("{}–{}", hour(slot.from, &wording.when), hour(slot.until, &wording.when));
        match days.last_mut() {
            Some((day, all)) if *day == slot.weekday => *all = format!("{all} {} {hours}", wording.and),
            _ => days.push((slot.weekday, hours)),
        }
    }
    let mut groups: Vec<(Vec<Weekday>, String)> = Vec::new();
    for (day, hours) in days {
        match groups.iter_mut().find(|(_, same)| *same == hours) {
            Some((gathered, _)) => gathered.push(day),
            None => groups.push((vec![day], hours)),
        }
    }
    let groups: Vec<String> =
        groups.iter().map(|(days, hours)| format!("{} {hours}", gathered_days(days, wording))).collect();
    join(&groups, &wording.and)
}

fn gathered_days(days: &[Weekday], wording: &Wording) -> String {
    let name = |day: &Weekday| {
        wording.when.days.get(usize::from(day.to_monday_zero_offset().unsigned_abs())).cloned().unwrap_or_default()
    };
    let in_a_row = days.windows(2).all(|pair| match pair {
        [one, next] => one.next() == *next,
        _ => true,
    });
    match days {
        [first, .., last] if days.len() > 2 && in_a_row => {
            format!("{} {} {}", name(first), wording.when.to, name(last))
        }
        _ => join(&days.iter().map(name).collect::<Vec<_>>(), &wording.and),
    }
}

fn hour(time: Time, when: &When) -> String {
    match time.minute() {
        0 => time.hour().to_string(),
        minute => format!("{}{}{minute:02}", time.hour(), when.minutes),
    }
}

/// The place without white space and points around it.
pub(crate) fn bare_place(place: &str) -> &str {
    place.trim().trim_end_matches(['.', ',', ';', ' '])
}

/// The place as it stands inside a sentence (`i beboerhuset, Strandvejen 12`), where its first word is one whose preposition
/// is certain (by the word, or by an ending such as `huset`), or a preposition itself. `None` for all others: whether a Dane says `i` or `på` of a street, a garden or a
/// name cannot be told from how it is written.
pub(crate) fn with_preposition(place: &str, wording: &Wording) -> Option<String> {
    let place = bare_place(place);
    let first = place.split([' ', ',']).next().unwrap_or_default();
    let first_lower = first.to_lowercase();
    let rest = place.get(first.len()..).unwrap_or_default();
    let rules = &wording.place;
    if rules.already.contains(&first_lower) {
        return Some(format!("{first_lower}{rest}"));
    }
    let written = if rules.lower.contains(&first_lower) { first_lower.as_str() } else { first };
    let ends_so = |endings: &[String]| endings.iter().any(|ending| first_lower.ends_with(ending.as_str()));
    let inside = rules.in_houses.contains(&first_lower) || ends_so(&rules.in_endings);
    let at = rules.at_houses.contains(&first_lower) || ends_so(&rules.at_endings);
    let preposition = match (inside, at) {
        (true, _) => &rules.inside,
        (false, true) => &rules.at,
        (false, false) => return None,
    };
    Some(format!("{preposition} {written}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::super::wording::wording;
    use super::*;
    use crate::config::Locale;
    use jiff::civil::time;

    fn slot(weekday: Weekday, from: (i8, i8), until: (i8, i8)) -> OnSite {
        OnSite { weekday, from: time(from.0, from.1, 0, 0), until: time(until.0, until.1, 0, 0) }
    }

    #[test]
    fn on_site_days_are_written_as_people_write_them() {
        use Weekday::*;
        let (da, en) = (wording(Locale::Da).unwrap(), wording(Locale::En).unwrap());
        let two = [slot(Thursday, (13, 0), (17, 0)), slot(Tuesday, (10, 0), (14, 0))];
        assert_eq!(when(&two, da), "tirsdag 10–14 og torsdag 13–17");
        assert_eq!(when(&two, en), "Tuesdays 10–14 and Thursdays 13–17");
        let same = [slot(Tuesday, (9, 30), (12, 0)), slot(Thursday, (9, 30), (12, 0))];
        assert_eq!(when(&same, da), "tirsdag og torsdag 9.30–12");
        assert_eq!(when(&same, en), "Tuesdays and Thursdays 9:30–12");
        let week = [Monday, Tuesday, Wednesday].map(|day| slot(day, (9, 0), (15, 0)));
        assert_eq!(when(&week, da), "mandag til onsdag 9–15");
        let split = [slot(Friday, (8, 0), (10, 0)), slot(Friday, (12, 0), (14, 0))];
        assert_eq!(when(&split, da), "fredag 8–10 og 12–14");
        assert_eq!(when(&[], da), "");
    }

    #[test]
    fn a_place_gets_the_preposition_that_a_dane_would_use_or_none() {
        let da = wording(Locale::Da).unwrap();
        for (place, expected) in [
            ("Beboerhuset, Strandvejen 12", "i beboerhuset, Strandvejen 12"),
            ("beboerhuset", "i beboerhuset"),
            ("Kulturhuset Bølgen", "i kulturhuset Bølgen"),
            ("Biblioteket", "på biblioteket"),
            ("Festsalen", "i festsalen"),
            ("Mødelokalet, Bakken 4", "i mødelokalet, Bakken 4"),
            ("Klubben", "i klubben"),
            ("Gården", "i gården"),
            ("Sognegården", "i sognegården"),
            ("Nærbiblioteket", "på nærbiblioteket"),
            ("Afdelingskontoret", "på afdelingskontoret"),
            ("Kildehuset", "i Kildehuset"),
            ("på torvet", "på torvet"),
            ("Ved søen", "ved søen"),
        ] {
            assert_eq!(with_preposition(place, da).as_deref(), Some(expected));
        }
        for place in [
            "Ny Kongensgade 3",
            "Gl. Landevej 5",
            "H.C. Andersens Vej 3",
            "Vester Allé 4",
            "Store Torv 1",
            "Sankt Pauls Plads 2",
            "Søndermarken 3",
            "Vejle Bibliotek",
            "Det gamle mejeri",
            "Bakkegården",
            "Strandvejen 12, st.",
            "Café Paraplyen",
        ] {
            assert_eq!(with_preposition(place, da), None, "{place}");
        }
        let en = wording(Locale::En).unwrap();
        assert_eq!(with_preposition("The Tenants House", en).as_deref(), Some("at the Tenants House"));
        assert_eq!(with_preposition("Ny Kongensgade 3", en), None);
    }
}
