//! `[exports.NAME]`: where a feed comes from, how it is pulled and how it is written.

use std::collections::BTreeMap;

use super::mapping::Mapping;
use super::section::{Entry, Section};
use super::skip::skip_rules;
use crate::config::problem::Finding;
use crate::config::{Auth, DateFormat, Decimal, Encoding, Feed, GlobSet, NameOrder, Source};
use crate::exports::records::FeedName;

pub(super) fn exports(whole: &mut Section<'_>) -> BTreeMap<FeedName, Feed> {
    let why = "at least [exports.ledger] with from";
    let section = whole.need("exports", why).and_then(|entry| entry.table("a table"));
    let Some(mut section) = section else { return BTreeMap::new() };
    let ledger = "without [exports.ledger] there are no arrears to see";
    section.need("ledger", ledger);
    let mut feeds = BTreeMap::new();
    for name in FeedName::ALL {
        let entry = section.get(name.as_str());
        let feed = entry.and_then(|entry| entry.table("a table")).and_then(|table| feed(name, table));
        feeds.extend(feed.map(|feed| (name, feed)));
    }
    section.finish();
    feeds
}

fn feed(name: FeedName, mut section: Section<'_>) -> Option<Feed> {
    let from = section.need("from", "a path, a pattern such as \"exports/ledger_*.csv\", or an https:// URL");
    let files = section.get("files");
    let which = files.clone().map_or(Some(GlobSet::default()), Entry::choice);
    let from = from.and_then(|entry| source(entry, which?));
    let auth = section.get("auth");
    let ca = section.get("ca");
    warn_where_idle(from.as_ref(), &[auth.as_ref(), ca.as_ref()], files.as_ref());
    let (auth, ca) = (auth.and_then(auth_of), ca.and_then(Entry::path));
    let header_row = section.get("header_row").and_then(|entry| entry.integer(0..=10_000, ""));
    let mapping = Mapping::read(name, &mut section, header_row);
    let skip = section.get("skip").map(|entry| skip_rules(entry, header_row)).unwrap_or_default();
    let delimiter = section.get("delimiter").and_then(delimiter);
    let encoding = section.get("encoding").and_then(encoding);
    let decimal = section.get("decimal").map_or(Some(Decimal::default()), Entry::choice);
    let dates = section.get("dates").and_then(dates).unwrap_or_default();
    let sheet = section.get("sheet").and_then(Entry::exact).map(str::to_owned);
    let of_names = if name == FeedName::Tenancies { section.get("name_order") } else { None };
    let name_order = of_names.map_or(Some(NameOrder::default()), Entry::choice);
    let of_notes = if name == FeedName::Notes { section.get("lexicon") } else { None };
    let lexicon = of_notes.and_then(Entry::path);
    let max_age_days = section.get("max_age_days").and_then(|entry| entry.small(0..=3650, "days"));
    let max_rejects = section.get("max_rejects").map_or(Some(Feed::MAX_REJECTS), Entry::share);
    let max_shrink = section.get("max_shrink").map_or(Some(Feed::MAX_SHRINK), Entry::share);
    let max_mb = section.get("max_mb").map_or(Some(Feed::MAX_MB), |entry| entry.integer(1..=1_000_000, "MB"));
    let timeout = section.get("timeout_seconds");
    let timeout_seconds = timeout.map_or(Some(Feed::TIMEOUT_SECONDS), |entry| entry.integer(1..=86_400, "seconds"));
    section.finish();
    Some(Feed {
        name,
        from: from?,
        columns: mapping.columns,
        fixed: mapping.fixed,
        values: mapping.values,
        sign: mapping.sign,
        skip,
        auth,
        ca,
        delimiter,
        encoding,
        decimal: decimal?,
        dates,
        header_row,
        sheet,
        name_order: name_order?,
        lexicon,
        max_age_days,
        max_rejects: max_rejects?,
        max_shrink: max_shrink?,
        max_bytes: max_mb? * Feed::MB,
        timeout_seconds: timeout_seconds?,
    })
}

fn source(entry: Entry<'_>, which: GlobSet) -> Option<Source> {
    let written = entry.clone().line()?;
    if written.contains("://") {
        return entry.url().map(Source::Url);
    }
    if !written.contains(['*', '?', '[']) {
        return entry.path().map(Source::Path);
    }
    entry.clone().path()?;
    // The folder is taken as it is, even where its name has brackets.
    let folder = entry.reading.folder.to_str().map(glob::Pattern::escape);
    let pattern = match folder {
        Some(_) if written.starts_with('/') => written.to_owned(),
        Some(folder) => format!("{}/{written}", folder.trim_end_matches('/')),
        None => {
            let help = "move it to a folder whose name is UTF-8, or write `from` from the root on";
            let message = "a pattern cannot start from this config's folder, whose name is not UTF-8".to_owned();
            entry.mistake(|finding| finding.help(help), message);
            return None;
        }
    };
    if let Err(error) = glob::Pattern::new(&pattern) {
        let allowed = "* for any letters, ? for one, [ab] for one of these";
        let message = format!("`{}` is no pattern: {}", entry.path, error.msg);
        entry.mistake(|finding| finding.allowed(allowed), message);
        return None;
    }
    Some(Source::Glob(pattern, which))
}

/// Keys that do nothing with this source may be left from another, or be a misunderstanding.
fn warn_where_idle(from: Option<&Source>, of_urls: &[Option<&Entry<'_>>], files: Option<&Entry<'_>>) {
    let warn = |entry: &Entry<'_>, of: &str| {
        let message = format!("`{}` does nothing here: it belongs to {of}", entry.path);
        entry.reading.warn(Finding::at(entry.key_span.clone(), message));
    };
    if matches!(from, Some(Source::Path(_) | Source::Glob(..))) {
        of_urls.iter().copied().flatten().for_each(|entry| warn(entry, "an https:// source"));
    }
    if let (Some(Source::Path(_) | Source::Url(_)), Some(files)) = (from, files) {
        warn(files, "a pattern");
    }
}

fn auth_of(entry: Entry<'_>) -> Option<Auth> {
    let wanted = "{ bearer = \"env:NAME\" } or { user = \"…\", password = \"env:NAME\" }";
    let path = entry.path.clone();
    let mut section = entry.table(wanted)?;
    let (bearer, user, password) = (section.get("bearer"), section.get("user"), section.get("password"));
    let (reading, span) = (section.reading, section.span.clone());
    section.finish();
    match (bearer, user, password) {
        (Some(bearer), None, None) => bearer.secret().map(Auth::Bearer),
        (None, Some(user), Some(password)) => {
            let (user, password) = (user.line(), password.secret());
            Some(Auth::Basic { user: user?.to_owned(), password: password? })
        }
        _ => {
            let message = format!("`{path}` needs either `bearer`, or `user` and `password`");
            reading.mistake(Finding::at(span, message).allowed(wanted));
            None
        }
    }
}

fn delimiter(entry: Entry<'_>) -> Option<u8> {
    let written = entry.clone().exact()?;
    match written.as_bytes() {
        [byte] if (byte.is_ascii_punctuation() && *byte != b'"') || *byte == b'\t' || *byte == b' ' => Some(*byte),
        _ => {
            let message = format!("`{}` cannot be {written:?}", entry.path);
            let allowed = "one sign, such as \";\", \",\", \"|\" or \"\\t\" for the tab";
            entry.mistake(|finding| finding.allowed(allowed), message);
            None
        }
    }
}

/// The two encodings, also by their other names (`latin1`, `iso-8859-1`, `utf8`).
fn encoding(entry: Entry<'_>) -> Option<Encoding> {
    let written = entry.clone().line()?;
    let found = encoding_rs::Encoding::for_label(written.as_bytes());
    if found == Some(encoding_rs::UTF_8) {
        Some(Encoding::Utf8)
    } else if found == Some(encoding_rs::WINDOWS_1252) {
        Some(Encoding::Windows1252)
    } else {
        entry.not_allowed(written, &["utf-8", "windows-1252"])
    }
}

fn dates(entry: Entry<'_>) -> Option<Vec<DateFormat>> {
    let formats: Vec<DateFormat> = entry.clone().choices()?;
    let both = [DateFormat::DayMonthShortYear, DateFormat::ShortYearMonthDay];
    if both.iter().all(|format| formats.contains(format)) {
        let help = "keep the one that the export is written in";
        let message = format!("`{}` has both ddmmyy and yymmdd, which cannot be told apart", entry.path);
        entry.mistake(|finding| finding.help(help), message);
    }
    Some(formats)
}
