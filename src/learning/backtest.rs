//! How a model would have done: fitted again and again on what was known then, and tried on what came after.
//!
//! ```text
//!  snapshots   ──●──●──●──●──●──●──●──●──●──▶
//!  fitted on     ●  ●  ●                        their horizons end before the test date (the embargo)
//!  tried on                          ●
//! ```

use jiff::civil::Date;

use super::cohort::{Label, Snapshot};
use crate::features::N;

/// What a model said on a date on which it knew nothing of the outcomes.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The snapshot, as its place among all.
    pub snapshot: usize,
    /// The log-odds of each of its members, in their order.
    pub log_odds: Vec<f64>,
}

/// The snapshots that a model may be fitted on for a test date: those whose horizons end by then.
pub fn known_before<'s>(snapshots: &'s [Snapshot], label: &Label, test: Date) -> Vec<&'s Snapshot> {
    snapshots.iter().filter(|snapshot| label.until(snapshot.as_of) <= test).collect()
}

/// Tries a learner on the newest `most` dates for which something was known before. `fit` makes a model of snapshots, `None`
/// where they do not allow one; `log_odds` is what a model says of rows.
///
/// # Errors
/// What `fit` says.
pub fn backtest<M, E>(
    snapshots: &[Snapshot],
    label: &Label,
    most: usize,
    mut fit: impl FnMut(&[&Snapshot]) -> Result<Option<M>, E>,
    log_odds: impl Fn(&M, &[[f64; N]]) -> Vec<f64>,
) -> Result<Vec<Tried>, E> {
    let mut tried = Vec::new();
    for (place, snapshot) in snapshots.iter().enumerate().skip(snapshots.len().saturating_sub(most)) {
        let known = known_before(snapshots, label, snapshot.as_of);
        if known.is_empty() {
            continue;
        }
        if let Some(model) = fit(&known)? {
            let rows: Vec<[f64; N]> = snapshot.members.iter().map(|member| member.features).collect();
            tried.push(Tried { snapshot: place, log_odds: log_odds(&model, &rows) });
        }
    }
    Ok(tried)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use jiff::civil::date;

    use super::*;
    use crate::exports::records::EventKind;

    #[test]
    fn a_model_is_tried_only_on_days_after_all_that_it_learned_has_come_out() {
        let label = Label { kinds: vec![EventKind::Termination], horizon_days: 60 };
        let months = [1, 2, 3, 4, 5, 6];
        let snapshots = months.map(|month| Snapshot {
            as_of: date(2026, month, 1),
            members: Vec::new(),
            left_out: BTreeMap::new(),
        });
        let mut fitted_on = Vec::new();
        let fit = |known: &[&Snapshot]| {
            fitted_on.push(known.last().map(|snapshot| snapshot.as_of));
            Ok::<_, Infallible>(Some(()))
        };
        let tried = backtest(&snapshots, &label, 3, fit, |(), _| Vec::new()).unwrap_or_default();
        assert_eq!(tried.iter().map(|tried| tried.snapshot).collect::<Vec<_>>(), [3, 4, 5]);
        let newest = [date(2026, 1, 1), date(2026, 3, 1), date(2026, 4, 1)].map(Some);
        // 60 days after 1 February is 2 April: too late for the test of 1 April.
        assert_eq!(fitted_on, newest);
    }
}
