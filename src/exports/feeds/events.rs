//! The events feed: reminders, demands, plans, terminations and the like.

use foldhash::{HashSet, HashSetExt};
use jiff::civil::Date;

use super::kinds::event_kinds;
use super::reference::reference;
use super::rows::read_rows;
use super::whose::Whose;
use crate::config::Feed;
use crate::exports::error::ReadError;
use crate::exports::pulled::Pulled;
use crate::exports::records::{Event, EventKind};
use crate::exports::report::FeedReport;
use crate::exports::table::layout::Layout;
use crate::exports::table::spoiled::Spoiled;

/// Reads the feed: the events up to `as_of`, sorted by tenancy and day. An objection or a death of a later day counts as of
/// `as_of`. A kind that nobody knows is rejected, for its
/// meaning matters; given beside the events is what is known of whose the rejected rows are.
pub fn read(
    feed: &Feed,
    pulled: &Pulled,
    as_of: Date,
    whose: &mut Whose<'_>,
    report: &mut FeedReport,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(Vec<Event>, Spoiled), ReadError> {
    let mut events: Vec<Event> = Vec::new();
    let mut seen = HashSet::new();
    let begin = |layout: &Layout| {
        let slot = |column| layout.columns.slot(column);
        Ok((slot("tenancy_ref"), slot("on"), slot("kind"), event_kinds(feed)?))
    };
    let mut newest = None;
    let rejected =
        read_rows(feed, pulled, report, progress, begin, |(reference_at, on_at, kind_at, kinds), row, _| {
            let on = row.needed_date(on_at, "date of the event")?;
            let reference = reference(row, reference_at)?;
            let text = row.filled(kind_at, "kind of event")?;
            let kind = kinds.exact(text.as_bytes()).or_else(|| kinds.word(&text)).ok_or_else(|| {
                row.fault(
                    kind_at,
                    format!("`{}` is no known kind of event (values.kind)", row.shape(row.cell(kind_at))),
                )
            })?;
            // Who has said no or died is not written to, whatever day the program is made to stand on or was mistyped.
            let on = if matches!(kind, EventKind::Objection | EventKind::Deceased) { on.min(as_of) } else { on };
            if on > as_of {
                return Ok(Some("after_as_of"));
            }
            let Some(id) = whose.find(&reference) else { return Ok(Some("unknown_tenancy")) };
            if !seen.insert((id, on, kind)) {
                return Ok(Some("duplicate"));
            }
            newest = newest.max(Some(on));
            events.push(Event { id, on, kind });
            Ok(None)
        })?;
    newest.into_iter().for_each(|date| report.saw(date));
    events.sort_by_key(|event| (event.id, event.on));
    Ok((events, rejected.spoiled))
}
