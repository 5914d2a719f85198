//! Single values: text, numbers, dates, choices, paths, addresses, and places of secrets.

use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::de::DeValue;

use super::section::{Entry, did_you_mean};
use crate::config::SecretAt;

/// Dates in a config are between these years: what lies outside was mistyped.
const YEARS: RangeInclusive<i16> = 1930..=2099;

impl<'r> Entry<'r> {
    /// Text of any form that is not blank.
    pub(super) fn text(self) -> Option<&'r str> {
        let DeValue::String(text) = self.value else { return self.wrong_kind("text in quotes") };
        if text.trim().is_empty() {
            self.mistake(
                |finding| finding.help("fill it in, or leave the key out"),
                format!("`{}` is empty", self.path),
            );
            return None;
        }
        Some(text)
    }

    /// One line of text without control characters, white space around it taken off.
    pub(super) fn line(self) -> Option<&'r str> {
        let text = self.clone().text()?;
        if text.chars().any(char::is_control) {
            self.mistake(|finding| finding, format!("`{}` must be one line without control characters", self.path));
            return None;
        }
        Some(text.trim())
    }

    /// A value that the export holds: kept as it is, white space and all.
    pub(super) fn exact(self) -> Option<&'r str> {
        match self.value {
            DeValue::String(text) => Some(text),
            _ => self.wrong_kind("text in quotes (so that zeros in front are kept)"),
        }
    }

    /// A whole number in a range.
    pub(super) fn integer(self, range: RangeInclusive<u64>, unit: &str) -> Option<u64> {
        let allowed = format!("{} to {} {unit}", range.start(), range.end());
        let DeValue::Integer(written) = self.value else {
            return self.wrong_kind(&format!("a whole number without quotes ({})", allowed.trim()));
        };
        let number = u64::from_str_radix(written.as_str(), written.radix()).ok().filter(|n| range.contains(n));
        if number.is_none() {
            let message = format!("`{}` is out of range: {written}", self.path);
            self.mistake(|finding| finding.allowed(allowed.trim()), message);
        }
        number
    }

    /// A whole number in a range that fits 32 bits.
    pub(super) fn small(self, range: RangeInclusive<u32>, unit: &str) -> Option<u32> {
        self.integer(u64::from(*range.start())..=u64::from(*range.end()), unit).and_then(|n| u32::try_from(n).ok())
    }

    /// A number in a range, with or without a point.
    pub(super) fn number(self, range: RangeInclusive<f64>, help: &str) -> Option<f64> {
        let written = match self.value {
            DeValue::Float(float) => float.as_str(),
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            _ => return self.wrong_kind("a number without quotes"),
        };
        let number = written.parse::<f64>().ok().filter(|number| range.contains(number));
        if number.is_none() {
            let allowed = format!("{} to {}", range.start(), range.end());
            let message = format!("`{}` is out of range: {written}", self.path);
            self.mistake(|finding| finding.allowed(allowed).help(help), message);
        }
        number
    }

    /// A share from 0 to 1.
    pub(super) fn share(self) -> Option<f64> {
        self.number(0.0..=1.0, "it is a share: 0.01 is one in a hundred")
    }

    /// `true` or `false`.
    pub(super) fn boolean(self) -> Option<bool> {
        match self.value {
            DeValue::Boolean(yes) => Some(*yes),
            _ => self.wrong_kind("true or false, without quotes"),
        }
    }

    /// A date without a time of day.
    pub(super) fn date(self) -> Option<Date> {
        let wanted = "a date without quotes, such as 2026-02-28";
        let DeValue::Datetime(written) = self.value else { return self.wrong_kind(wanted) };
        let (Some(day), None, None) = (written.date, written.time, written.offset) else {
            self.mistake(|finding| finding.allowed(wanted), format!("`{}` is more or less than a date", self.path));
            return None;
        };
        let date = i16::try_from(day.year).ok().filter(|year| YEARS.contains(year));
        let date =
            date.and_then(|year| Date::new(year, i8::try_from(day.month).ok()?, i8::try_from(day.day).ok()?).ok());
        if date.is_none() {
            let allowed = format!("days of the years {} to {}", YEARS.start(), YEARS.end());
            self.mistake(|finding| finding.allowed(allowed), format!("`{}` is no such day: {written}", self.path));
        }
        date
    }

    /// One of the names that a type goes by.
    pub(super) fn choice<T: Deserialize<'static>>(self) -> Option<T> {
        let DeValue::String(written) = self.value else { return self.wrong_kind("text in quotes") };
        match T::deserialize(written.clone().into_owned().into_deserializer()) {
            Ok(choice) => Some(choice),
            Err(NotAChoice { allowed }) => self.not_allowed(written, &allowed),
        }
    }

    /// Reports text that is none of the allowed ones.
    pub(super) fn not_allowed<T>(&self, written: &str, allowed: &[&str]) -> Option<T> {
        let message = format!("`{}` cannot be {written:?}", self.path);
        let help = did_you_mean(written, allowed.iter().copied());
        let allowed: Vec<String> = allowed.iter().map(|name| format!("{name:?}")).collect();
        self.mistake(|finding| finding.allowed(allowed.join(", ")).help_if(help), message);
        None
    }

    /// The items of a list of choices, at least one, none twice.
    pub(super) fn choices<T: Deserialize<'static> + PartialEq>(self) -> Option<Vec<T>> {
        let mut chosen: Vec<T> = Vec::new();
        for item in self.nonempty_list("a list of text in quotes")? {
            match item.clone().choice() {
                Some(choice) if chosen.contains(&choice) => {
                    item.mistake(|finding| finding.help("take it out"), format!("given twice in `{}`", item.path));
                }
                Some(choice) => chosen.push(choice),
                None => {}
            }
        }
        Some(chosen)
    }

    /// The items of a list that may not be empty.
    pub(super) fn nonempty_list(self, wanted: &str) -> Option<Vec<Entry<'r>>> {
        let items = self.clone().list(wanted)?;
        if items.is_empty() {
            let help = "name at least one, or leave the key out";
            self.mistake(|finding| finding.help(help), format!("`{}` is empty", self.path));
        }
        Some(items)
    }

    /// A path, made absolute.
    pub(super) fn path(self) -> Option<PathBuf> {
        let written = self.clone().line()?;
        if written.starts_with("~/") {
            let help = "write the whole path, or one relative to this file";
            self.mistake(|finding| finding.help(help), format!("`{}` starts with ~, which is not expanded", self.path));
            return None;
        }
        Some(self.reading.folder.join(written))
    }

    /// An e-mail address without a name.
    pub(super) fn email(self) -> Option<String> {
        let written = self.clone().line()?;
        match written.parse::<lettre::Address>() {
            Ok(address) => Some(address.to_string()),
            Err(_) => {
                let message = format!("`{}` is not an e-mail address: {written:?}", self.path);
                self.mistake(|finding| finding.allowed("one address, such as name@association.example"), message);
                None
            }
        }
    }

    /// A sender: an e-mail address, with or without a name.
    pub(super) fn mailbox(self) -> Option<lettre::message::Mailbox> {
        let written = self.clone().line()?;
        let mailbox = written.parse().ok();
        if mailbox.is_none() {
            let message = format!("`{}` is not a sender: {written:?}", self.path);
            let allowed = "an address with or without a name, such as Postkort <postkort@association.example>";
            self.mistake(|finding| finding.allowed(allowed), message);
        }
        mailbox
    }

    /// Where a secret is kept. What stands there instead is never repeated: it may be the secret.
    pub(super) fn secret(self) -> Option<SecretAt> {
        let place = match self.value {
            DeValue::String(written) => SecretAt::parse(written, self.reading.folder),
            _ => None,
        };
        if place.is_none() {
            let help = "if a secret stands there, take it out and change it: whoever read this file knows it";
            self.mistake(
                |finding| finding.allowed("\"env:NAME\" or \"file:PATH\"").help(help),
                format!("`{}` must say where the secret is kept, not what it is", self.path),
            );
        }
        place
    }
}

/// The error by which serde tells which names a type goes by.
struct NotAChoice {
    allowed: Vec<&'static str>,
}

impl serde::de::Error for NotAChoice {
    fn custom<T: fmt::Display>(_: T) -> NotAChoice {
        NotAChoice { allowed: Vec::new() }
    }

    fn unknown_variant(_: &str, allowed: &'static [&'static str]) -> NotAChoice {
        NotAChoice { allowed: allowed.to_vec() }
    }
}

impl fmt::Debug for NotAChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "none of {}", self.allowed.join(", "))
    }
}

impl fmt::Display for NotAChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for NotAChoice {}
