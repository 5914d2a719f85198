//! `[mail]` and `[operations]`.

use super::section::{Entry, Section};
use super::web::is_loopback;
use crate::config::problem::Finding;
use crate::config::{Mail, Operations, Smtp, Tls, Transport};

/// Longest time for one message unless the config says otherwise, in seconds.
const TIMEOUT_SECONDS: u64 = 60;

/// `needed`: there are caseworkers to whom mail goes. Without them mail would at most be an alert, and goes to files.
pub(super) fn mail(whole: &mut Section<'_>, needed: bool) -> Option<Mail> {
    let entry = if needed { whole.need("mail", "the caseworkers' lists are mails") } else { whole.get("mail") };
    let Some(entry) = entry else {
        let address = lettre::Address::new("postkort", "localhost").ok()?;
        return Some(Mail { from: lettre::message::Mailbox::new(None, address), transport: Transport::File });
    };
    let mut section = entry.table("a table")?;
    let from = section.need("from", "the sender of mails").and_then(Entry::mailbox);
    let transport = section.need("transport", "\"file\" or \"smtp\"");
    let wanted = transport.clone().and_then(Entry::choice::<TransportName>);
    // Read with both: who tries things out with files keeps the server's keys in place.
    let span = transport.map_or(section.span.clone(), |entry| entry.span);
    let smtp = smtp(&mut section, (wanted == Some(TransportName::Smtp)).then_some(span));
    section.finish();
    let transport = match wanted? {
        TransportName::File => Transport::File,
        TransportName::Smtp => Transport::Smtp(smtp?),
    };
    Some(Mail { from: from?, transport })
}

/// `mail.transport` as it is written.
#[derive(Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum TransportName {
    File,
    Smtp,
}

/// `wanted`: where smtp is chosen, so that a host is needed.
fn smtp(section: &mut Section<'_>, wanted: Option<std::ops::Range<usize>>) -> Option<Smtp> {
    let reading = section.reading;
    let host = section.get("host");
    if let (None, Some(span)) = (&host, wanted) {
        let message = "`transport` is \"smtp\" without a `host`";
        reading.mistake(Finding::at(span, message).help("add host = \"mail.association.example\""));
    }
    let host = host.and_then(Entry::host);
    let tls = section.get("tls");
    let tls_span = tls.as_ref().map(|entry| entry.span.clone());
    let tls = tls.map_or(Some(Tls::Required), Entry::choice);
    if let (Some(Tls::None), Some(span)) = (tls, tls_span)
        && !host.as_deref().is_some_and(is_loopback)
    {
        let message = "`mail.tls` is \"none\": personal data would go over the net in clear";
        let help = "none is for a mail server on this machine (host localhost, 127.0.0.1 or ::1)";
        reading.mistake(Finding::at(span, message).allowed("required, implicit").help(help));
    }
    let usual_port = match tls {
        Some(Tls::Implicit) => 465,
        Some(Tls::None) => 25,
        _ => 587,
    };
    let port = section.get("port").map_or(Some(usual_port), |entry| entry.integer(1..=65_535, "")?.try_into().ok());
    let ca = section.get("ca").and_then(Entry::path);
    let timeout = section.get("timeout_seconds");
    let timeout_seconds = timeout.map_or(Some(TIMEOUT_SECONDS), |entry| entry.integer(1..=3600, "seconds"));
    let user = section.get("user");
    let password = section.get("password");
    match (&user, &password) {
        (Some(user), None) => reading.mistake(
            Finding::at(user.key_span.clone(), "`mail.user` without `mail.password`")
                .help("add password = \"env:NAME\" or \"file:PATH\", or take the user out"),
        ),
        (None, Some(password)) => reading.mistake(
            Finding::at(password.key_span.clone(), "`mail.password` without `mail.user`")
                .help("add user = \"…\", or take the password out"),
        ),
        _ => {}
    }
    let credentials = (user.and_then(Entry::line), password.and_then(Entry::secret));
    let credentials = match credentials {
        (Some(user), Some(password)) => Some((user.to_owned(), password)),
        _ => None,
    };
    Some(Smtp { host: host?, port: port?, tls: tls?, ca, credentials, timeout_seconds: timeout_seconds? })
}

pub(super) fn operations(whole: &mut Section<'_>) -> Option<Operations> {
    let has_mail = whole.get("mail").is_some();
    let Some(entry) = whole.get("operations") else { return Some(Operations::default()) };
    let mut section = entry.table("a table")?;
    let alert = section.get("alert_email");
    if let (Some(alert), false) = (&alert, has_mail) {
        let message = "`operations.alert_email` without [mail]: no alert could be sent";
        let help = "add [mail] with from and transport, or take alert_email out";
        alert.mistake(|finding| finding.help(help), message.to_owned());
    }
    let ping = section.get("ping_url");
    let ping_url = ping.clone().and_then(Entry::url);
    if let (Some(ping), Some(url)) = (ping, &ping_url)
        && (url.query().is_some() || url.fragment().is_some())
    {
        let help = "/start and /fail are put behind it, so it must end with the path";
        ping.mistake(|finding| finding.help(help), "`operations.ping_url` has a query or fragment".to_owned());
    }
    let operations = Operations { alert_email: alert.and_then(Entry::email), ping_url };
    section.finish();
    Some(operations)
}
