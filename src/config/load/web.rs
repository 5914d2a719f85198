//! Addresses on the net: https everywhere, plain http only to the machine itself, and no secrets inside.

use std::net::IpAddr;

use reqwest::Url;

use super::section::Entry;
use crate::config::hide::holds_credentials;

/// Whether a host is this machine: `localhost`, 127.0.0.0/8 or ::1. No name is looked up.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Entry<'_> {
    /// An https URL; http only where the host is this machine. One with a secret inside is refused unseen.
    pub(super) fn url(self) -> Option<Url> {
        let written = self.clone().line()?;
        let parsed = Url::parse(written);
        let user_info = parsed.as_ref().is_ok_and(|url| !url.username().is_empty() || url.password().is_some());
        if user_info || holds_credentials(written) {
            let help = "take the user, password or token out of the URL; an export has auth = { bearer = \"env:NAME\" } or { \
                        user = \"…\", password = \"env:NAME\" }; where that will not do, fetch the file beforehand and \
                        give its path";
            self.mistake(|finding| finding.help(help), format!("`{}` holds a secret in its URL", self.path));
            return None;
        }
        let url = parsed.ok().filter(|url| url.has_host() && matches!(url.scheme(), "https" | "http"));
        let Some(url) = url else {
            let message = format!("`{}` is not a web address: {written:?}", self.path);
            self.mistake(|finding| finding.allowed("https://host/path"), message);
            return None;
        };
        if url.scheme() == "http" && !url.host_str().is_some_and(is_loopback) {
            let message = format!("`{}` would go over the net unencrypted", self.path);
            let allowed = "https://; http:// only to this machine (localhost, 127.0.0.1, [::1])";
            self.mistake(|finding| finding.allowed(allowed), message);
            return None;
        }
        Some(url)
    }

    /// The host of a mail server: a name or an IP address, nothing more.
    pub(super) fn host(self) -> Option<String> {
        let written = self.clone().line()?;
        let name = |host: &str| {
            let label = |label: &str| {
                let letters = label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
                letters && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
            };
            host.len() <= 253 && host.trim_end_matches('.').split('.').all(label)
        };
        if written.parse::<IpAddr>().is_ok() || name(written) {
            return Some(written.to_owned());
        }
        let shown = if holds_credentials(written) { String::new() } else { format!(": {written:?}") };
        let help = "without smtp://, port, user or password, which have keys of their own";
        let message = format!("`{}` is not a host name{shown}", self.path);
        self.mistake(|finding| finding.allowed("a name such as mail.association.example").help(help), message);
        None
    }

    /// A link with `{ref}` where the tenancy reference goes.
    pub(super) fn link(self) -> Option<String> {
        let written = self.clone().line()?;
        self.clone().url()?;
        let with = |reference: &str| Url::parse(&written.replace("{ref}", reference)).ok();
        let (one, other) = (with("1")?, with("2")?);
        if one == other || one.host() != other.host() || one.port() != other.port() {
            let help = "write {ref} in its path or query, where the tenancy reference goes";
            self.mistake(|finding| finding.help(help), format!("`{}` does not lead to a tenancy", self.path));
            return None;
        }
        Some(written.to_owned())
    }
}
