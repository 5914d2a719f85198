//! A mail as bytes: headers and parts, the same for the same arguments.
//!
//! A mail is formatted once, its bytes are kept in the outbox, and those bytes are what is sent, tonight or on a later
//! night. The standard writer draws a random MIME boundary and reads the clock for its date; here both follow from the
//! arguments.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZoneDatabase;
use lettre::message::header::{
    self, ContentTransferEncoding, ContentType, HeaderName, HeaderValue, Headers, MessageId,
};
use lettre::message::{Body, Mailbox, Mailboxes, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use crate::fingerprint::{hex, with_fields};

/// The hour of the `Date` header, Danish time: when caseworkers meet, the mail is there.
const HOUR_OF_DATE: i8 = 6;

/// What a mail says. `Debug` shows sizes only.
#[derive(Clone, PartialEq, Eq)]
pub struct Content {
    /// One line. Control characters become spaces.
    pub subject: String,
    /// The text part, which stands on its own. Lines end in `\n` or `\r\n`.
    pub text: String,
    /// The HTML part; without it the mail is plain text.
    pub html: Option<String>,
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let html = self.html.as_ref().map(String::len);
        write!(f, "Content(subject {} bytes, text {} bytes, html {html:?} bytes)", self.subject.len(), self.text.len())
    }
}

/// Why a mail cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Headers hold ASCII only, and few servers take anything else in an address.
    #[error("the {which}'s e-mail address has letters beyond ASCII; write its domain in ASCII form (xn--…)")]
    Address {
        /// `sender` or `recipient`.
        which: &'static str,
    },
    /// The id is not of the form that [`message_id`] gives.
    #[error("a Message-ID must look like <letters-and-digits@domain>, in ASCII")]
    MessageId,
    /// Beyond the years that a mail header can hold.
    #[error("{0} cannot be written as the date of a mail")]
    Date(Date),
}

/// Writes a mail: `multipart/alternative` of text and HTML, or text alone. Pure: the same arguments give the same bytes.
///
/// The bytes are ASCII with CRLF line ends and no line above 998 characters, so that any SMTP server takes them as they
/// are. The `Date` header is six in the morning of `date`, Danish time. The mail says that it was sent by a machine
/// (`Auto-Submitted`, RFC 3834), so that it starts no exchange of out-of-office notes.
///
/// # Errors
///
/// [`FormatError`], where an address, the id or the date cannot stand in a header. A hostile *name* or subject is no
/// error: control characters become spaces, and nothing but the one header line comes of it.
pub fn format(
    from: &Mailbox,
    to: &Mailbox,
    content: &Content,
    message_id: &str,
    date: Date,
) -> Result<Vec<u8>, FormatError> {
    if !is_message_id(message_id) {
        return Err(FormatError::MessageId);
    }
    let mut headers = Headers::new();
    headers.set(header::From::from(Mailboxes::from(safe_mailbox(from, "sender")?)));
    headers.set(header::To::from(Mailboxes::from(safe_mailbox(to, "recipient")?)));
    headers.set(header::Subject::from(one_line(&content.subject)));
    headers.insert_raw(ascii("Date", mail_date(date).ok_or(FormatError::Date(date))?));
    headers.set(MessageId::from(message_id.to_owned()));
    headers.insert_raw(ascii("Auto-Submitted", "auto-generated".to_owned()));
    // Exchange knows nothing of Auto-Submitted.
    headers.insert_raw(ascii("X-Auto-Response-Suppress", "All".to_owned()));
    headers.set(header::MIME_VERSION_1_0);

    let text = part(ContentType::TEXT_PLAIN, &content.text);
    let body = match &content.html {
        None => text.formatted(),
        Some(html) => MultiPart::alternative()
            .boundary(boundary(message_id))
            .singlepart(text)
            .singlepart(part(ContentType::TEXT_HTML, html))
            .formatted(),
    };
    let mut bytes = headers.to_string().into_bytes();
    bytes.extend(body);
    Ok(bytes)
}

/// A Message-ID that stays the same however often the same mail is written: a digest of what makes it this mail.
///
/// `association` and `recipient` tell whose mail it is, `kind` what sort (`referral`, `alert`), `date` which day's, and
/// `part` tells two mails of the same day apart (a number, or a digest of the content). `domain` is the sender's. Only
/// the digest shows.
pub fn message_id(association: &str, kind: &str, recipient: &str, date: Date, part: &str, domain: &str) -> String {
    let (recipient, date) = (recipient.to_lowercase(), date.to_string());
    let digest = with_fields(Sha256::new(), &[association, kind, &recipient, &date, part]);
    let domain = if is_host_name(domain) { domain } else { "postkort.invalid" };
    format!("<{}@{domain}>", hex(&digest.finalize(), 16))
}

fn is_message_id(id: &str) -> bool {
    let inner = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).and_then(|id| id.split_once('@'));
    inner.is_some_and(|(local, domain)| is_host_name(local) && is_host_name(domain))
}

fn is_host_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= 253 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
}

/// Quoted-printable keeps the mail readable as a file, and its lines short. A boundary with `=_` in it can stand in no
/// quoted-printable text (RFC 2045, section 6.7).
fn boundary(message_id: &str) -> String {
    format!("=_postkort_{}", hex(&Sha256::digest(message_id.as_bytes()), 16))
}

fn part(content_type: ContentType, text: &str) -> SinglePart {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let body = Body::new_with_encoding(text.clone(), ContentTransferEncoding::QuotedPrintable)
        .unwrap_or_else(|_| Body::new(text)); // quoted-printable can hold anything: never needed
    SinglePart::builder().header(content_type).body(body)
}

fn safe_mailbox(mailbox: &Mailbox, which: &'static str) -> Result<Mailbox, FormatError> {
    let address: &str = mailbox.email.as_ref();
    if !address.is_ascii() || address.bytes().any(|b| b.is_ascii_control()) {
        return Err(FormatError::Address { which });
    }
    let name = mailbox.name.as_deref().map(one_line).filter(|name| !name.is_empty());
    Ok(Mailbox::new(name, mailbox.email.clone()))
}

/// Control characters and line ends of every script as one space: nothing that could begin another header.
fn one_line(text: &str) -> String {
    let spaced: String =
        text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `Tue, 24 Nov 2026 06:00:00 +0100`, from the bundled time zones, so that each machine writes the same.
fn mail_date(date: Date) -> Option<String> {
    let denmark = TimeZoneDatabase::bundled().get("Europe/Copenhagen").ok()?;
    let morning = date.at(HOUR_OF_DATE, 0, 0, 0).to_zoned(denmark).ok()?;
    jiff::fmt::rfc2822::to_string(&morning).ok()
}

fn ascii(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn mailbox(name: &str, address: &str) -> Mailbox {
        Mailbox::new(Some(name.to_owned()), address.parse().unwrap())
    }

    fn mail(subject: &str, name: &str, html: Option<&str>) -> String {
        let content =
            Content { subject: subject.into(), text: "Kære Mette\n.\nÆØÅ".into(), html: html.map(Into::into) };
        let id = message_id("Havblik", "referral", "mette@kommune.example", date(2026, 11, 24), "1", "havblik.example");
        let from = mailbox("Postkort", "postkort@havblik.example");
        let to = mailbox(name, "mette@kommune.example");
        String::from_utf8(format(&from, &to, &content, &id, date(2026, 11, 24)).unwrap()).unwrap()
    }

    #[test]
    fn the_same_mail_is_the_same_bytes_with_danish_time_and_its_headers() {
        let written = mail("Ugens liste", "Mette Holm", Some("<p>Kære Mette</p>"));
        assert_eq!(written, mail("Ugens liste", "Mette Holm", Some("<p>Kære Mette</p>")));
        for header in [
            "From: Postkort <postkort@havblik.example>\r\n",
            "To: \"Mette Holm\" <mette@kommune.example>\r\n",
            "Subject: Ugens liste\r\n",
            "Date: Tue, 24 Nov 2026 06:00:00 +0100\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "X-Auto-Response-Suppress: All\r\n",
            "MIME-Version: 1.0\r\n",
            "Content-Type: multipart/alternative;",
        ] {
            assert!(written.contains(header), "{header:?} is missing from:\n{written}");
        }
        assert_eq!(mail_date(date(2026, 7, 1)).unwrap(), "Wed, 1 Jul 2026 06:00:00 +0200", "summer time");
    }

    #[test]
    fn the_bytes_suit_any_smtp_server() {
        let long = format!("<p>{}</p>", "å".repeat(5_000));
        let written = mail(&"Ærø ".repeat(80), "Mette", Some(&long));
        assert!(written.is_ascii());
        assert!(!written.replace("\r\n", "").contains(['\r', '\n']), "only CRLF ends a line");
        assert!(written.lines().all(|line| line.len() <= 998));
    }

    #[test]
    fn a_hostile_name_or_subject_adds_no_header() {
        let attack = "Mette\r\nBcc: tyv@ondt.example\r\n\r\nHej\u{2028}\u{85}\u{0}";
        let written = mail(attack, attack, None);
        let (head, body) = written.split_once("\r\n\r\n").unwrap();
        let names: Vec<_> =
            head.split("\r\n").filter(|l| !l.starts_with(' ')).map(|l| l.split(':').next().unwrap()).collect();
        let expected = [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "Auto-Submitted",
            "X-Auto-Response-Suppress",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
        ];
        assert_eq!(names, expected);
        assert!(body.starts_with("K=C3=A6re"), "{body}");
    }

    #[test]
    fn without_html_the_mail_is_plain_text() {
        let written = mail("Ugens liste", "Mette", None);
        assert!(written.contains("Content-Type: text/plain; charset=utf-8"));
        assert!(!written.contains("multipart"));
    }

    #[test]
    fn a_message_id_is_stable_tells_mails_apart_and_shows_nobody() {
        let day = date(2026, 11, 24);
        let id = message_id("Havblik", "referral", "Mette@Kommune.example", day, "1", "havblik.example");
        assert_eq!(id, message_id("Havblik", "referral", "mette@kommune.example", day, "1", "havblik.example"));
        assert!(!id.to_lowercase().contains("mette") && id.ends_with("@havblik.example>") && is_message_id(&id));
        for other in [
            message_id("Havblik", "referral", "mette@kommune.example", day, "2", "havblik.example"),
            message_id("Havblik", "alert", "mette@kommune.example", day, "1", "havblik.example"),
            message_id("Havblikr", "eferral", "mette@kommune.example", day, "1", "havblik.example"),
            message_id("Havblik", "referral", "mette@kommune.example", date(2026, 11, 25), "1", "havblik.example"),
        ] {
            assert_ne!(id, other);
        }
        assert!(message_id("H", "k", "r", day, "1", "x>\r\nBcc: a").ends_with("@postkort.invalid>"));
    }

    #[test]
    fn what_cannot_stand_in_a_header_is_refused_without_repeating_it() {
        let content = Content { subject: "x".into(), text: "y".into(), html: None };
        let (from, to) = (mailbox("a", "a@b.example"), mailbox("b", "møller@b.example"));
        let day = date(2026, 11, 24);
        let error = format(&from, &to, &content, "<a@b>", day).unwrap_err();
        assert!(!error.to_string().contains("møller"), "{error}");
        assert_eq!(format(&from, &from, &content, "<a@b>\r\nBcc: c", day), Err(FormatError::MessageId));
    }

    proptest::proptest! {
        #[test]
        fn no_name_subject_or_text_breaks_out_of_its_place(
            subject in proptest::string::string_regex("(?s).{0,120}").unwrap(),
            name in proptest::string::string_regex("(?s).{0,60}").unwrap(),
            text in proptest::string::string_regex("(?s).{0,200}").unwrap(),
        ) {
            let content = Content { subject, text: text.clone(), html: Some(text) };
            let (from, to) = (mailbox(&name, "a@b.example"), mailbox(&name, "c@d.example"));
            let bytes = format(&from, &to, &content, "<1@b.example>", date(2026, 11, 24)).unwrap();
            let written = String::from_utf8(bytes).unwrap();
            let (head, body) = written.split_once("\r\n\r\n").unwrap();
            assert_eq!(head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).count(), 9, "{head}");
            assert_eq!(body.matches("\r\nContent-Type: ").count() , 2, "{body}");
            assert!(written.is_ascii() && !written.contains('\0'));
            assert!(!written.replace("\r\n", "").contains(['\r', '\n']));
            assert!(written.lines().all(|line| line.len() <= 998));
        }
    }
}
