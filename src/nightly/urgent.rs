//! Notes that a human must read now. A hint of suicide or of a neglected child is never scored and never waits: it is told
//! before anything else of the night, from the notes alone, so that no other feed's trouble can hold it up, and also where
//! the tenancy stands in no other feed or the row's date cannot be read.

use jiff::ToSpan;
use jiff::civil::Date;

use super::gather::lexicon;
use super::letters::{Desk, NoteToTell};
use super::summary::RunSummary;
use super::{NightError, NightOptions, delivery};
use crate::config::Config;
use crate::exports::feeds::notes::ReadNotes;
use crate::exports::records::Note;
use crate::notes::{Lexicon, SpecialCategories, findings, read};
use crate::redaction::cpr;
use crate::referral::deliver::Carrier;
use crate::referral::deliver::retry::Backoff;
use crate::referral::outbox::MailKind;
use crate::store::Store;

/// Urgent notes of the first run are told as far back as this; older ones have been seen by somebody.
const URGENT_DAYS: i64 = 31;

/// Tells housing staff of urgent notes that they have not been told of, and delivers that before anything else. A dry run
/// counts them.
///
/// # Errors
/// [`NightError`]: the database, a text file, the lexicon.
pub async fn tell(
    notes: &ReadNotes,
    config: &Config,
    options: &NightOptions,
    store: &mut Store,
    carrier: &Carrier,
    run: &mut RunSummary,
) -> Result<(), NightError> {
    let urgent = urgent_notes(&*lexicon(config)?, notes, options);
    post(&urgent, config, options, store, run)?;
    if !options.dry_run {
        delivery::deliver(store, carrier, Backoff::default(), options.as_of, &[MailKind::Urgent], &|_| true, run)
            .await?;
    }
    Ok(())
}

/// Whether what stands in the column of references may stand in a mail. The tenancies feed, which would tell, has not been read,
/// and the column may hold anything: a CPR number, a name, a word of the note. Then file and line have to do.
fn may_be_named(reference: &str) -> bool {
    let plain = reference.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-./_".contains(&byte));
    let words =
        reference.split(|letter: char| !letter.is_ascii_alphabetic()).any(|letters| letters.len() > LONGEST_CODE);
    plain && !words && reference.len() <= LONGEST_REFERENCE && cpr::redact(reference).1 == 0
}

/// More letters than this in a row are a word.
const LONGEST_CODE: usize = 4;
/// Longer references than this are none.
const LONGEST_REFERENCE: usize = 32;

/// The notes of the last month that a human must read, and what rows say that are no note of a day and a tenancy.
fn urgent_notes(lexicon: &Lexicon, notes: &ReadNotes, options: &NightOptions) -> Vec<NoteToTell> {
    let since = options.as_of.saturating_sub(URGENT_DAYS.days());
    let file = notes.report.files.join(", ");
    let recent: Vec<Note> = notes.notes.iter().filter(|note| note.written_on >= since).cloned().collect();
    let found = findings(lexicon, &recent, SpecialCategories::KeptOut);
    let placed = recent.iter().zip(&found).filter(|(_, finding)| finding.urgent.is_some());
    let placed = placed.map(|(note, _)| NoteToTell {
        reference: Some(notes.references.get(note.id)).filter(|reference| may_be_named(reference.as_str())),
        written_on: Some(note.written_on),
        text: note.text.clone(),
        file: file.clone(),
        line: note.line,
    });
    // A run that stands on an earlier day finds notes that were really written later; those have their own night.
    let today = options.as_of.max(options.today);
    let mistyped = |written_on: Option<Date>| written_on.is_none_or(|day| day > today);
    let stray = notes
        .stray
        .iter()
        .filter(|stray| mistyped(stray.written_on))
        .filter(|stray| read(lexicon, &stray.text, SpecialCategories::KeptOut).urgent.is_some());
    let stray = stray.map(|stray| NoteToTell {
        reference: None,
        written_on: None,
        text: stray.text.as_str().into(),
        file: file.clone(),
        line: stray.line,
    });
    placed.chain(stray).collect()
}

fn post(
    urgent: &[NoteToTell],
    config: &Config,
    options: &NightOptions,
    store: &mut Store,
    run: &mut RunSummary,
) -> Result<(), NightError> {
    if urgent.is_empty() {
        return Ok(());
    }
    let salt = store.log_salt().to_vec();
    let desk = Desk { config, as_of: options.as_of, run: 0, salt: &salt };
    let night = store.night()?;
    for note in urgent {
        let fingerprint = desk.note_fingerprint(note);
        let mails = desk.urgent(note, &fingerprint)?;
        if mails.is_empty() {
            // Not done with: whoever is named in the config tomorrow is told then.
            run.call_undelivered(
                "a note needs a human today, and the config names nobody to tell: add a [[reviewer]]".to_owned(),
            );
            continue;
        }
        let to_be_told: Vec<&str> = mails.iter().map(|mail| mail.recipient.as_str()).collect();
        if night.is_told_of(&fingerprint, &to_be_told)? {
            continue;
        }
        for mail in &mails {
            if let Some(posted) = night.post(mail, options.as_of)? {
                night.tell_of_note(&fingerprint, posted, options.as_of)?;
            }
        }
        run.urgent_notes += 1;
    }
    Ok(night.commit()?)
}
