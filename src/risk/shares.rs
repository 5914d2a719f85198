//! What a score is made of, by what can be said: contributions become shares, one for each topic; topics that tell the same
//! fact become one; and what cannot be told takes its part from what is.

use super::ReasonGroup;
use super::model::{Score, rounded};
use super::wording::Says;
use crate::features::{FEATURES, Family};

/// What a sentence is about: a family of features, but for a tenancy's charges, which say another thing than its age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Topic {
    Of(Family),
    Charges,
}

impl Topic {
    fn of(feature: usize) -> Option<Topic> {
        let feature = FEATURES.get(feature)?;
        let charges = matches!(feature.name, "rent_dkk" | "charged_6_dkk" | "most_charged_6_dkk");
        Some(if charges { Topic::Charges } else { Topic::Of(feature.family) })
    }

    pub fn group(self) -> ReasonGroup {
        match self {
            Topic::Of(family) => ReasonGroup::of(family),
            Topic::Charges => ReasonGroup::Tenancy,
        }
    }

    /// Whether it is something that was noted, and not that nothing was; what words resemble is told by itself.
    fn is_noted(self) -> bool {
        self.group() == ReasonGroup::Notes && !matches!(self, Topic::Of(Family::NotesContact | Family::NotesText))
    }
}

/// What a topic adds to a score.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Share {
    pub topic: Topic,
    /// Other topics whose part is in the amount, for one sentence tells of them all; the weightiest first.
    pub with: Vec<Topic>,
    /// Positive raises the score. A multiple of the grain of all contributions, so that sums are exact.
    pub amount: f64,
}

impl Share {
    pub fn raises(&self) -> bool {
        self.amount > 0.0
    }

    /// Whether one sentence is to tell of this topic too.
    pub fn also(&self, family: Family) -> bool {
        self.with.contains(&Topic::Of(family))
    }
}

/// The topics of a score, in their order; what one sentence tells is one share.
pub(super) fn shares(score: &Score, says: &Says<'_>) -> Vec<Share> {
    let mut shares: Vec<Share> = Vec::new();
    for contribution in &score.contributions {
        let Some(topic) = Topic::of(contribution.feature) else { continue };
        match shares.iter_mut().find(|share| share.topic == topic) {
            Some(share) => share.amount += contribution.points,
            None => shares.push(Share { topic, with: Vec::new(), amount: contribution.points }),
        }
    }
    shares.retain(|share| share.amount != 0.0);
    shares.sort_by_key(|share| share.topic);
    for (family, into, one_fact) in [
        (Family::PastArrears, Family::Arrears, says.owed_no_more_before()),
        (Family::Trend, Family::Arrears, says.grew_from_nothing()),
        (Family::Late, Family::Missed, says.late_are_the_unpaid()),
        (Family::Payments, Family::Missed, says.paid_nothing_since()),
    ] {
        if one_fact {
            unite(&mut shares, family, into);
        }
    }
    unite_notes(&mut shares);
    shares
}

/// Puts the share of a topic that raises the score to another's of that direction. To today's debt it is put in any case: a
/// debt that is told as a small one is not told as a grown one too.
fn unite(shares: &mut Vec<Share>, family: Family, into: Family) {
    let place = |wanted: Family, either_way: bool| {
        shares.iter().position(|share| share.topic == Topic::Of(wanted) && (share.raises() || either_way))
    };
    let Some((from, into)) = place(family, false).zip(place(into, into == Family::Arrears)) else { return };
    let amount = shares.get(from).map_or(0.0, |share| share.amount);
    if let Some(share) = shares.get_mut(into) {
        share.amount += amount;
        share.with.push(Topic::Of(family));
    }
    shares.remove(from);
    shares.retain(|share| share.amount != 0.0);
}

/// What notes say for a card becomes one share, so that none of it hides among the smaller things.
fn unite_notes(shares: &mut Vec<Share>) {
    let is_noted = |share: &Share| share.topic.is_noted() && share.raises();
    let mut notes: Vec<Share> = shares.iter().filter(|share| is_noted(share)).cloned().collect();
    notes.sort_by(|one, other| other.amount.total_cmp(&one.amount).then(one.topic.cmp(&other.topic)));
    let mut topics = notes.iter().map(|share| share.topic);
    let Some(topic) = topics.next() else { return };
    let with = topics.collect();
    shares.retain(|share| !is_noted(share));
    shares.push(Share { topic, with, amount: notes.iter().map(|share| share.amount).sum() });
}

/// Lessens what is told by what is not.
///
/// Families of one group tell of the same months and rise together, so that a trained model may give one of them too much
/// and take it back by another, of which nothing that is true could be said (much is owed: the score falls by what was owed
/// before). A reason therefore counts for what its group leaves of it: untold shares of the other direction are taken from
/// the group's told ones, from each in proportion. What is untold and of the same direction is no part of them.
pub(super) fn lessen<T>(told: &mut Vec<(Share, T)>, untold: &[Share]) {
    for group in ReasonGroup::ALL {
        for raising in [true, false] {
            let is_here = |share: &Share| share.topic.group() == group;
            let sum = |shares: &mut dyn Iterator<Item = &Share>| shares.map(|share| share.amount).sum::<f64>();
            let taken = sum(&mut untold.iter().filter(|share| is_here(share) && share.raises() != raising));
            let here = |share: &Share| is_here(share) && share.raises() == raising;
            let whole = sum(&mut told.iter().map(|(share, _)| share).filter(|share| here(share)));
            if whole == 0.0 || taken == 0.0 {
                continue;
            }
            let left = ((whole + taken) / whole).max(0.0);
            for (share, _) in told.iter_mut().filter(|(share, _)| here(share)) {
                share.amount = rounded(share.amount * left);
            }
        }
    }
    told.retain(|(share, _)| share.amount != 0.0);
}
