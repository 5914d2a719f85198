//! Which parts of a config may not be shown, because they are, or may have been meant as, a secret.
//!
//! Two ways, for a config may be too broken to be parsed: what the parsed tables say, and what the bare text looks like.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The keys of tables that hold secrets whose values may be shown. A mistyped `pasword` is none of them.
const SHOWN_BESIDE_SECRETS: [&str; 8] = ["user", "from", "transport", "host", "port", "tls", "ca", "timeout_seconds"];

/// A key that announces a secret.
const ANNOUNCES: &str = r"password|passwd|passphrase|pwd|bearer|token|secret|api_?key|kodeord|adgangskode";

/// Parts of the text that stay hidden, in order, not overlapping.
#[derive(Clone, Debug, Default)]
pub(super) struct Hidden(Vec<Range<usize>>);

impl Hidden {
    /// Finds what to hide in a text and its tables; where it is `broken`, they were parsed only as far as possible.
    pub(super) fn of(text: &str, table: &DeTable<'_>, broken: bool) -> Hidden {
        let mut spans = Vec::new();
        in_table(table, false, &mut spans);
        in_text(text, &mut spans);
        if broken {
            in_broken_text(text, &mut spans);
        }
        spans.sort_by_key(|span| (span.start, span.end));
        let mut merged: Vec<Range<usize>> = Vec::new();
        for span in spans.into_iter().filter(|span| !span.is_empty()) {
            match merged.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => merged.push(span),
            }
        }
        Hidden(merged)
    }

    /// The hidden part that a byte lies in.
    pub(super) fn covering(&self, at: usize) -> Option<&Range<usize>> {
        self.0.iter().find(|span| span.contains(&at))
    }

    /// Takes hidden parts out of what is about to be said.
    pub(super) fn clean(&self, text: &str, mut said: String) -> String {
        for part in self.0.iter().filter_map(|span| text.get(span.clone())) {
            let bare = part.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
            if bare.len() > 2 && said.contains(bare) {
                said = said.replace(bare, "<hidden>");
            }
        }
        said
    }
}

fn in_table(table: &DeTable<'_>, holds_secrets: bool, spans: &mut Vec<Range<usize>>) {
    for (key, value) in table {
        let key = key.get_ref().to_lowercase();
        let shown = SHOWN_BESIDE_SECRETS.contains(&&*key);
        in_value(value, announces_secret(&key) || (holds_secrets && !shown), key == "mail" || key == "auth", spans);
    }
}

/// `secret`: the value is one. `holds_secrets`: where it is a table, some of its values are.
fn in_value(value: &Spanned<DeValue<'_>>, secret: bool, holds_secrets: bool, spans: &mut Vec<Range<usize>>) {
    match value.get_ref() {
        DeValue::String(written) => {
            let sensitive = secret || holds_secrets;
            if (sensitive && !is_place_of_secret(written)) || holds_credentials(written) {
                spans.push(value.span());
            }
        }
        DeValue::Table(table) => in_table(table, secret || holds_secrets, spans),
        DeValue::Array(items) => items.iter().for_each(|item| in_value(item, secret, holds_secrets, spans)),
        _ if secret || holds_secrets => spans.push(value.span()),
        _ => {}
    }
}

fn announces_secret(key: &str) -> bool {
    static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(ANNOUNCES).ok());
    WORDS.as_ref().is_some_and(|words| words.is_match(key))
}

fn is_place_of_secret(written: &str) -> bool {
    super::secret::SecretAt::parse(written, std::path::Path::new("")).is_some()
}

/// The parameters of a URL that carry secrets, as in signed links to a storage account.
const SECRET_PARAMETERS: &str = r"token|access_token|sig|signature|key|api_?key|password|pwd|secret|code|auth";

/// Whether a text holds `user:password@…` or a URL with a secret among its parameters.
pub(super) fn holds_credentials(written: &str) -> bool {
    static FORMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(&format!(r"(?i)[^\s:@/<]+:[^\s@/]+@|://[^\s/@]+@|[?&;]({SECRET_PARAMETERS})=")).ok()
    });
    FORMS.as_ref().is_some_and(|forms| forms.is_match(written))
}

fn in_text(text: &str, spans: &mut Vec<Range<usize>>) {
    static KEYS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(&format!(r#"(?i)({ANNOUNCES})[\w-]*["']?[ \t]*[=:][ \t]*"#)).ok());
    static PLACES: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"^["'](env:[A-Za-z_][A-Za-z0-9_]*|file:[^"'\r\n]+)["']"#).ok());
    static URLS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(&format!(r#"(?i)://[^\s/@"']+@|[?&;]({SECRET_PARAMETERS})=[^\s"'&]*"#)).ok());
    let (Some(keys), Some(places), Some(urls)) = (KEYS.as_ref(), PLACES.as_ref(), URLS.as_ref()) else {
        // A pattern that does not compile would be a bug; then nothing of the file is shown.
        return spans.push(0..text.len());
    };
    spans.extend(urls.find_iter(text).map(|found| found.range()));
    for key in keys.find_iter(text) {
        let Some(value) = text.get(key.end()..) else { continue };
        // Where a secret is kept is none, and a table is looked into key by key.
        if !places.is_match(value) && !value.starts_with('{') {
            spans.push(key.end()..key.end() + length_of_value(value));
        }
    }
}

/// Where a file cannot be parsed, the rest of a line that may hold a secret is hidden: all of `auth`, and what is under
/// `[mail]` without being known to be harmless.
fn in_broken_text(text: &str, spans: &mut Vec<Range<usize>>) {
    let (mut in_mail, mut start) = (false, 0);
    for line in text.split_inclusive('\n') {
        let content = line.trim_start();
        if content.starts_with('[') {
            in_mail = content.trim_start_matches('[').trim_start().starts_with("mail");
        }
        if let Some((key, _)) = line.split_once('=') {
            let key_alone = key.trim();
            let harmless = SHOWN_BESIDE_SECRETS.contains(&key_alone);
            if (in_mail && !harmless) || key_alone.split('.').any(|part| part.trim() == "auth") {
                spans.push(start + key.len() + 1..start + line.trim_end().len().max(key.len() + 1));
            }
        }
        start += line.len();
    }
}

/// To the end of the line, for a quote inside a secret may end it early; a long string goes on to its end.
fn length_of_value(value: &str) -> usize {
    let line = |from: usize| value.get(from..).and_then(|rest| rest.find('\n')).map_or(value.len(), |at| from + at);
    for quotes in [r#"""""#, "'''"] {
        if let Some(rest) = value.strip_prefix(quotes) {
            return rest.find(quotes).map_or(value.len(), |at| line(at + 2 * quotes.len()));
        }
    }
    line(0)
}
