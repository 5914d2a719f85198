//! Notes that a human must read now. A hint of suicide or of a neglected child is never scored and never waits: it is told
//! before anything else of the night, from the notes alone, so that no other feed's trouble can hold it up, and also where
//! the tenancy stands in no other feed.

use std::collections::BTreeMap;

use jiff::ToSpan;

use super::gather::pull_one;
use super::letters::Desk;
use super::summary::RunSummary;
use super::workplace::Workplace;
use super::{NightError, NightOptions, Unwatched, delivery};
use crate::config::Config;
use crate::exports::read::{Exports, read_exports};
use crate::exports::records::{FeedName, Note};
use crate::notes::{Lexicon, SpecialCategories, findings};
use crate::referral::deliver::Carrier;
use crate::referral::deliver::retry::Backoff;
use crate::store::{MailKind, Store};

/// Urgent notes of the first run are told as far back as this; older ones have been seen by somebody.
const URGENT_DAYS: i64 = 31;

/// Tells housing staff of urgent notes that they have not been told of, and delivers that before anything else. A dry run
/// counts them. Notes that cannot be pulled or read are left to the night itself, which stops at them.
///
/// # Errors
/// [`NightError`]: the database, a text file, the lexicon.
pub async fn tell(
    config: &Config,
    options: &NightOptions,
    place: &Workplace,
    store: &mut Store,
    carrier: &Carrier,
    run: &mut RunSummary,
) -> Result<(), NightError> {
    let Some(exports) = notes_alone(config, options, place).await else { return Ok(()) };
    post(config, options, store, &exports, run)?;
    if !options.dry_run {
        delivery::deliver(store, carrier, Backoff::default(), options.as_of, &[MailKind::Urgent], run).await?;
    }
    Ok(())
}

/// The notes feed by itself: without other feeds, every tenancy that a note names is known.
async fn notes_alone(config: &Config, options: &NightOptions, place: &Workplace) -> Option<Exports> {
    let feed = config.exports.get(&FeedName::Notes)?;
    let pulled = pull_one(feed, &place.downloads, &Unwatched).await.ok()?;
    let feeds = BTreeMap::from([(FeedName::Notes, feed.clone())]);
    read_exports(&feeds, &BTreeMap::from([(FeedName::Notes, pulled)]), options.as_of, &|_| {}).ok()
}

fn post(
    config: &Config,
    options: &NightOptions,
    store: &mut Store,
    exports: &Exports,
    run: &mut RunSummary,
) -> Result<(), NightError> {
    let lexicon = Lexicon::danish()?;
    let since = options.as_of.saturating_sub(URGENT_DAYS.days());
    let found = findings(&lexicon, &exports.notes, SpecialCategories::KeptOut);
    let urgent = exports.notes.iter().zip(&found).filter(|(_, finding)| finding.urgent.is_some());
    let recent: Vec<&Note> = urgent.map(|(note, _)| note).filter(|note| note.written_on >= since).collect();
    if recent.is_empty() {
        return Ok(());
    }
    let files = exports.reports.get(&FeedName::Notes).map(|report| report.files.join(", ")).unwrap_or_default();
    let salt = store.log_salt().to_vec();
    let desk = Desk { config, as_of: options.as_of, run: 0, salt: &salt };
    let night = store.night()?;
    for note in recent {
        let reference = exports.references.get(note.id);
        let mails = desk.urgent(note, &reference, &files)?;
        if mails.is_empty() {
            // Not done with: whoever is named in the config tomorrow is told then.
            run.call_undelivered(
                "a note needs a human today, and the config names nobody to tell: add a [[reviewer]]".to_owned(),
            );
            continue;
        }
        if night.tell_of_note(&desk.note_fingerprint(note, &reference), options.as_of)? {
            for mail in mails {
                night.post(&mail, options.as_of)?;
            }
            run.urgent_notes += 1;
        }
    }
    Ok(night.commit()?)
}
