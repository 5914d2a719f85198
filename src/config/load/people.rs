//! `[[reviewer]]` and `[[caseworker]]`.

use std::ops::Range;

use jiff::civil::{Time, Weekday};
use unicode_normalization::UnicodeNormalization;

use super::section::{Entry, Reading, Section};
use crate::config::problem::Finding;
use crate::config::{Caseworker, OnSite, Reviewer, is_phone};

/// Cards have room for no more, and no caseworker could write more in a week.
const LARGEST_CAPACITY: u32 = 1000;

pub(super) fn reviewers(whole: &mut Section<'_>) -> Vec<Reviewer> {
    let Some(entry) = whole.get("reviewer") else { return Vec::new() };
    let reading = whole.reading;
    let (mut names, mut emails) = (Seen::new("reviewer's name"), Seen::new("reviewer's e-mail address"));
    let mut read = |mut section: Section<'_>| {
        let name = section.need("name", "it is recorded with each decision");
        let name_span = name.as_ref().map(|entry| entry.span.clone());
        let name = name.and_then(Entry::line);
        let email = section.need("email", "it tells the reviewer apart from others");
        let email_span = email.as_ref().map(|entry| entry.span.clone());
        let email = email.and_then(Entry::email);
        let notify = section.get("notify").map_or(Some(false), Entry::boolean);
        section.finish();
        names.check(reading, name?, name_span?);
        let email = email?;
        emails.check(reading, &email, email_span?);
        Some(Reviewer { name: name?.to_owned(), email, notify: notify? })
    };
    entry.tables().into_iter().filter_map(&mut read).collect()
}

pub(super) fn caseworkers(whole: &mut Section<'_>) -> Vec<Caseworker> {
    let Some(entry) = whole.get("caseworker") else { return Vec::new() };
    let mut emails = Seen::new("caseworker's e-mail address");
    let mut estates = Seen::new("estate");
    let read = |section| caseworker(section, &mut emails, &mut estates);
    entry.tables().into_iter().filter_map(read).collect()
}

fn caseworker(mut section: Section<'_>, emails: &mut Seen, all_estates: &mut Seen) -> Option<Caseworker> {
    let reading = section.reading;
    let name = section.need("name", "the first name stands on the card").and_then(Entry::line);
    let title = section.get("title");
    if let Some(entry) = &title {
        entry.unused("it stands in no mail and on no card");
    }
    let title = title.and_then(Entry::line);
    let email_entry = section.need("email", "it is the only address that their lists go to");
    let email = email_entry.clone().and_then(Entry::email);
    if let (Some(entry), Some(email)) = (email_entry, &email) {
        emails.check(reading, email, entry.span);
    }
    let phone = section.need("phone", "it stands on the card").and_then(phone);
    let estates =
        section.need("estates", "the estates (afdelinger) that they serve").and_then(|e| estates(e, all_estates));
    let place = section.need("place", "where they sit; it stands on the card").and_then(Entry::line);
    let on_site = section.need("on_site", "when they sit there; mails go out on those mornings").and_then(on_site);
    // 0 is a pause, for instance a holiday: the estates stay theirs, and nobody is listed.
    let capacity = section.need("weekly_capacity", "how many households a week they can take on; 0 is a pause");
    let weekly_capacity = capacity.and_then(|entry| entry.small(0..=LARGEST_CAPACITY, "households a week"));
    if let Some(entry) = section.get("certificate") {
        let message = format!("`{}` asks for encrypted mail, which this version cannot send", entry.path);
        let help = "nothing is sent in clear where encryption was asked for: take the key out only if forced TLS to the \
                    mail server is enough for this recipient";
        reading.mistake(Finding::at(entry.key_span, message).help(help));
    }
    section.finish();
    Some(Caseworker {
        name: name?.to_owned(),
        title: title.map(str::to_owned),
        email: email?,
        phone: phone?.to_owned(),
        estates: estates?,
        place: place?.to_owned(),
        on_site: on_site?,
        weekly_capacity: weekly_capacity?,
    })
}

fn phone(entry: Entry<'_>) -> Option<&str> {
    let written = entry.clone().line()?;
    if is_phone(written) {
        return Some(written);
    }
    let message = format!("`{}` is not a phone number: {written:?}", entry.path);
    entry.mistake(|finding| finding.allowed("5 to 15 digits, with spaces, +, -, ( ) or dots between"), message);
    None
}

fn estates(entry: Entry<'_>, seen: &mut Seen) -> Option<Vec<String>> {
    let mut estates = Vec::new();
    for item in entry.nonempty_list("a list of text in quotes, such as [\"01\", \"02\"]")? {
        let Some(estate) = item.clone().line() else { continue };
        seen.check(item.reading, estate, item.span);
        estates.push(estate.to_owned());
    }
    Some(estates)
}

fn on_site(entry: Entry<'_>) -> Option<Vec<OnSite>> {
    let mut days: Vec<OnSite> = Vec::new();
    for item in entry.nonempty_list("a list, such as [\"tue 10:00-14:00\", \"thu 13:00-17:00\"]")? {
        let Some(written) = item.clone().line() else { continue };
        let Some(hours) = OnSite::parse(written) else {
            let message = format!("`{}` cannot be {written:?}", item.path);
            let allowed = "weekday and hours, such as \"tue 10:00-14:00\"; mon tue wed thu fri sat sun, or man tir ons \
                           tor fre lør søn; from before until";
            item.mistake(|finding| finding.allowed(allowed), message);
            continue;
        };
        let overlaps =
            |other: &OnSite| other.weekday == hours.weekday && other.from < hours.until && hours.from < other.until;
        if days.iter().any(overlaps) {
            let message = format!("{written:?} overlaps with other hours of the same day");
            item.mistake(|finding| finding.help("join the two, or mend one"), message);
        }
        days.push(hours);
    }
    days.sort_by_key(|hours| (hours.weekday.to_monday_zero_offset(), hours.from));
    Some(days)
}

impl OnSite {
    /// Reads `tue 10:00-14:00`, with English or Danish weekdays of three letters.
    pub fn parse(written: &str) -> Option<OnSite> {
        let written: String = written.nfc().collect::<String>().to_lowercase();
        let (day, hours) = written.trim().split_once(char::is_whitespace)?;
        let (from, until) = hours.split_once(['-', '–'])?;
        let (from, until) = (time(from.trim())?, time(until.trim())?);
        (from < until).then_some(OnSite { weekday: weekday(day)?, from, until })
    }
}

fn weekday(written: &str) -> Option<Weekday> {
    Some(match written {
        "mon" | "man" => Weekday::Monday,
        "tue" | "tir" => Weekday::Tuesday,
        "wed" | "ons" => Weekday::Wednesday,
        "thu" | "tor" => Weekday::Thursday,
        "fri" | "fre" => Weekday::Friday,
        "sat" | "lør" => Weekday::Saturday,
        "sun" | "søn" => Weekday::Sunday,
        _ => return None,
    })
}

/// `10:00` or `9:30`.
fn time(written: &str) -> Option<Time> {
    let (hour, minute) = written.split_once(':')?;
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if !digits(hour) || !digits(minute) || minute.len() != 2 || hour.len() > 2 {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// What may stand in a config only once.
struct Seen {
    what: &'static str,
    values: Vec<(String, usize)>,
}

impl Seen {
    fn new(what: &'static str) -> Seen {
        Seen { what, values: Vec::new() }
    }

    fn check(&mut self, reading: &Reading<'_>, value: &str, span: Range<usize>) {
        let folded = if self.what == "estate" { value.to_owned() } else { value.to_lowercase() };
        let first = self.values.iter().find(|(earlier, _)| *earlier == folded);
        if let Some((_, line)) = first {
            let help = match self.what {
                "estate" => "each estate is served by one caseworker: take it out of one of them",
                _ => "take one out, or mend it",
            };
            let message = format!("the {} {value:?} stands twice, first on line {line}", self.what);
            reading.mistake(Finding::at(span.clone(), message).help(help));
        }
        self.values.push((folded, reading.line_of(&span)));
    }
}
