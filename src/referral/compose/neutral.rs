//! The mails that name nobody: to reviewers, and to the operator.

use jiff::civil::Date;

use super::Composed;
use super::letter::{Letter, Part};
use super::wording::{Wording, wording};
use crate::config::Locale;
use crate::texts::{TextError, fill};

/// Tells a reviewer that a list waits for decisions.
#[derive(Clone, Copy)]
pub struct ReviewerNotice<'a> {
    /// The housing association's name.
    pub association: &'a str,
    /// The language of the mail.
    pub locale: Locale,
    /// The reviewer's name.
    pub reviewer_name: &'a str,
    /// How many households wait.
    pub waiting: usize,
    /// The config file, as the command needs it.
    pub config: &'a str,
}

/// Tells the staff that a note cannot wait. It carries the tenancy reference and where the note stands, and neither its
/// text nor what kind of note it is.
#[derive(Clone, Copy)]
pub struct UrgentNote<'a> {
    /// The housing association's name.
    pub association: &'a str,
    /// The language of the mail.
    pub locale: Locale,
    /// The name of who is told.
    pub reviewer_name: &'a str,
    /// The tenancy reference, where the row tells it.
    pub reference: Option<&'a str>,
    /// When the note was written, where the row tells it.
    pub written_on: Option<Date>,
    /// The export's file name.
    pub file: &'a str,
    /// The line in that file, from 1.
    pub line: u64,
}

/// Tells the operator what failed. The caller sees to it that the error holds no personal data, as errors here never do.
#[derive(Clone, Copy)]
pub struct OperatorAlert<'a> {
    /// The housing association's name.
    pub association: &'a str,
    /// The language of the mail.
    pub locale: Locale,
    /// What happened.
    pub what: AlertKind,
    /// The error, as the program prints it.
    pub error: &'a str,
    /// What to do, step by step.
    pub steps: &'a [String],
}

/// Why the operator is alerted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertKind {
    /// The run stopped, and nothing was sent.
    Stopped,
    /// The run stopped after the lists were made; mail may have been sent.
    StoppedLate,
    /// The run is done, and a person must look.
    NeedsAPerson,
}

/// Composes a reviewer's notice.
pub fn reviewer_notice(notice: &ReviewerNotice<'_>) -> Result<Composed, TextError> {
    let own = wording(notice.locale)?;
    let texts = &own.reviewer;
    let body = if notice.waiting == 1 { &texts.body_one } else { &texts.body };
    let parts = vec![
        greeting(own, notice.reviewer_name),
        Part::Paragraph(fill(body, &[("n", &own.number(notice.waiting))])),
        Part::Heading(texts.how_title.clone()),
        Part::Paragraph(texts.how.clone()),
        Part::Code(fill(&texts.command, &[("config", notice.config)])),
    ];
    compose(own, &texts.subject, &texts.title, notice.association, parts)
}

/// Composes the mail about a note that cannot wait.
pub fn urgent_note(note: &UrgentNote<'_>) -> Result<Composed, TextError> {
    let own = wording(note.locale)?;
    let texts = &own.urgent;
    let line = note.line.to_string();
    let reference = note.reference.map(|reference| fill(&texts.reference, &[("reference", reference)]));
    let written_on = note.written_on.map(|day| fill(&texts.written_on, &[("date", own.date(day).as_str())]));
    let unclear = (reference.is_none() || written_on.is_none()).then(|| texts.unclear.clone());
    let place = fill(&texts.line, &[("file", note.file), ("line", line.as_str())]);
    let parts = vec![
        greeting(own, note.reviewer_name),
        Part::Paragraph(texts.body.clone()),
        Part::List([reference, written_on, Some(place), unclear].into_iter().flatten().collect()),
        Part::Paragraph(texts.what_next.clone()),
    ];
    compose(own, &texts.subject, &texts.title, note.association, parts)
}

/// Composes an alert.
pub fn operator_alert(alert: &OperatorAlert<'_>) -> Result<Composed, TextError> {
    let own = wording(alert.locale)?;
    let texts = &own.alert;
    let what = match alert.what {
        AlertKind::Stopped => &texts.stopped,
        AlertKind::StoppedLate => &texts.stopped_late,
        AlertKind::NeedsAPerson => &texts.needs_a_person,
    };
    let mut parts =
        vec![Part::Paragraph(what.clone()), Part::Paragraph(texts.error.clone()), Part::Code(alert.error.to_owned())];
    if !alert.steps.is_empty() {
        parts.push(Part::Heading(texts.next_title.clone()));
        parts.push(Part::List(alert.steps.to_vec()));
    }
    parts.push(Part::Paragraph(texts.again.clone()));
    compose(own, &texts.subject, &texts.title, alert.association, parts)
}

fn greeting(own: &Wording, name: &str) -> Part {
    Part::Paragraph(fill(&own.greeting, &[("name", &crate::referral::names::called(name))]))
}

fn compose(
    own: &Wording,
    subject: &str,
    title: &str,
    association: &str,
    parts: Vec<Part>,
) -> Result<Composed, TextError> {
    let footer = fill(&own.footer_without_contact, &[("association", association)]);
    let subject = subject.to_owned();
    Letter { lang: &own.lang, subject, title, reasons_label: "", card_label: "", footer, parts }.compose()
}
