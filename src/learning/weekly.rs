//! The lists of successive weeks, as they would have been drawn: how early they name somebody, and how much of them stays.

use jiff::ToSpan;
use jiff::civil::Date;

use super::cohort::Snapshot;
use super::measure::{Resampling, lead_time, stability, top_k};
use super::proof::Weekly;
use super::walk::Walk;
use crate::tenancy::TenancyId;

/// The most weeks that are looked at: half a year, which is the usual horizon.
const MOST_WEEKS: i32 = 26;

/// The days of the lists: every seventh before `last` and that day itself, not before `first`; the earliest first.
pub fn weeks(first: Date, last: Date) -> Vec<Date> {
    let back = (0..MOST_WEEKS).map(|weeks| last.saturating_sub((7 * weeks).days()));
    let mut days: Vec<Date> = back.take_while(|day| *day >= first).collect();
    days.reverse();
    days
}

/// Draws the lists of `capacity` places on `days` and compares them. `None` where fewer than two could be drawn.
pub fn weekly(
    walk: &Walk<'_>,
    days: &[Date],
    capacity: usize,
    resampling: &Resampling,
    mut take: impl FnMut(Date) -> Snapshot,
) -> Option<Weekly> {
    let (mut lists, mut listings, mut events, mut drawn) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for day in days {
        let snapshot = take(*day);
        let Some(log_odds) = walk.ranked(&snapshot) else { continue };
        let ids: Vec<TenancyId> = snapshot.members.iter().map(|member| member.id).collect();
        let places = top_k(&log_odds, &ids, capacity);
        let list: Vec<u32> = places.into_iter().filter_map(|place| ids.get(place)).map(|id| id.0).collect();
        listings.extend(list.iter().map(|id| (*id, *day)));
        events.extend(snapshot.members.iter().filter_map(|member| Some((member.id.0, member.event_on?))));
        lists.push(list);
        drawn.push(*day);
    }
    let (first, last) = (*drawn.first()?, *drawn.last()?);
    (drawn.len() > 1).then(|| Weekly {
        first,
        last,
        weeks: drawn.len(),
        lead: lead_time(&listings, &events, resampling),
        stability: stability(&lists, resampling),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_weeks_end_on_the_last_day_and_reach_back_half_a_year() {
        let days = weeks(date(2020, 1, 1), date(2026, 5, 28));
        assert_eq!((days.len(), days.first(), days.last()), (26, Some(&date(2025, 12, 4)), Some(&date(2026, 5, 28))));
        assert_eq!(weeks(date(2026, 5, 20), date(2026, 5, 28)), [date(2026, 5, 21), date(2026, 5, 28)]);
    }
}
