//! How long before the event a tenancy was first on the list.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::bootstrap::{Resampling, percentile};
use super::{Measure, Share};

/// How early the list names those whose event came.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeadTime {
    /// Tenancies whose event came.
    pub events: usize,
    /// Those that were on a list on or before the day of their event, and their share.
    pub listed: Share,
    /// The median of the days from first listing to event, over those listed. `None` where too few were.
    pub median: Option<Measure>,
    /// The lower quartile in days. `None` where none was listed.
    pub lower_quartile: Option<f64>,
    /// The upper quartile in days. `None` where none was listed.
    pub upper_quartile: Option<f64>,
}

/// Measures, from who was listed on which day and whose event came on which day, the days from each tenancy's first
/// listing to its first event. A listing after the event is no warning. `None` where no event came.
pub fn lead_time(listings: &[(u32, Date)], events: &[(u32, Date)], resampling: &Resampling) -> Option<LeadTime> {
    let (first_listing, first_event) = (earliest(listings), earliest(events));
    let mut days: Vec<f64> = first_event
        .iter()
        .filter_map(|(tenancy, event)| {
            let listed = first_listing.get(tenancy).filter(|listed| *listed <= event)?;
            Some(f64::from(event.duration_since(*listed).as_hours() as i32 / 24))
        })
        .collect();
    days.sort_unstable_by(f64::total_cmp);
    let median = resampling.measure(days.len(), |times| vec![weighted_median(&days, times)]);
    Some(LeadTime {
        events: first_event.len(),
        listed: Share::of(days.len(), first_event.len())?,
        median: median.first().copied().flatten(),
        lower_quartile: percentile(&days, 0.25),
        upper_quartile: percentile(&days, 0.75),
    })
}

fn earliest(dates: &[(u32, Date)]) -> HashMap<u32, Date> {
    let mut first: HashMap<u32, Date> = HashMap::new();
    for (tenancy, date) in dates {
        first.entry(*tenancy).and_modify(|known| *known = (*known).min(*date)).or_insert(*date);
    }
    first
}

/// The median of sorted values, each counted so many times: the middle one, or the mean of the middle two.
fn weighted_median(sorted: &[f64], times: &[u32]) -> Option<f64> {
    let all: u64 = times.iter().map(|times| u64::from(*times)).sum();
    let place = |at: u64| {
        let mut seen = 0;
        let mut counted = sorted.iter().zip(times);
        counted.find_map(|(value, times)| {
            seen += u64::from(*times);
            (seen > at).then_some(*value)
        })
    };
    Some((place(all.checked_sub(1)? / 2)? + place(all / 2)?) / 2.0)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn lead_time_runs_from_the_first_listing_to_the_first_event() {
        let listings = [
            (1, date(2025, 3, 10)),
            (1, date(2025, 3, 3)),
            (2, date(2025, 3, 3)),
            (3, date(2025, 6, 2)), // after its event
            (9, date(2025, 3, 3)), // no event came
        ];
        let events = [
            (1, date(2025, 4, 2)),
            (1, date(2025, 9, 1)),
            (2, date(2025, 3, 13)),
            (3, date(2025, 5, 1)),
            (4, date(2025, 5, 1)),
        ];
        let lead = lead_time(&listings, &events, &Resampling::default()).unwrap();
        assert_eq!((lead.events, lead.listed.value, lead.listed.n), (4, 0.5, 4));
        let median = lead.median.unwrap();
        assert_eq!((median.value, median.low, median.high), (20.0, 10.0, 30.0));
        assert_eq!((lead.lower_quartile, lead.upper_quartile), (Some(15.0), Some(25.0)));
    }

    #[test]
    fn a_list_that_named_nobody_in_time_has_no_lead_time_but_says_whom_it_missed() {
        let lead = lead_time(&[], &[(1, date(2025, 4, 2))], &Resampling::default()).unwrap();
        assert_eq!((lead.listed.value, lead.median, lead.lower_quartile), (0.0, None, None));
        assert_eq!(lead_time(&[(1, date(2025, 4, 2))], &[], &Resampling::default()), None);
    }

    #[test]
    fn a_median_counts_each_value_as_often_as_it_was_drawn() {
        assert_eq!(weighted_median(&[1.0, 2.0, 9.0], &[1, 1, 1]), Some(2.0));
        assert_eq!(weighted_median(&[1.0, 2.0, 9.0], &[1, 0, 1]), Some(5.0));
        assert_eq!(weighted_median(&[1.0, 2.0, 9.0], &[0, 0, 3]), Some(9.0));
        assert_eq!(weighted_median(&[1.0], &[0]), None);
    }
}
