//! A score in plain words: the largest reasons on both sides, and remainders, that together give the score exactly.

use super::model::Score;
use super::shares::{Share, Topic, lessen, shares};
use super::texts::ReasonTexts;
use super::wording::Says;
use super::{Reason, ReasonGroup};
use crate::features::Family;
use crate::history::History;

/// How many reasons that raise a score are told.
const MOST_RAISING: usize = 6;
/// How many reasons that lower it.
const MOST_LOWERING: usize = 2;
/// A reason that weighs less than this part of the weightiest is a trifle: told beside it, it would look as if it counted.
const TRIFLE: f64 = 0.04;

/// A share and its sentence.
type Told = (Share, String);

/// Up to six reasons that raise a score and two that lower it, then up to two remainders: what is not told, and where
/// every tenancy of a trained model starts from. Added up in their order, the amounts give the score's value exactly.
///
/// The rules, for scorecards and trained models alike:
///
/// * Contributions are gathered by topic. Topics that would tell one fact in two ways become one reason: today's debt that
///   is also the year's highest, or all of it new; the rents that are unpaid and therefore late; all that was noted.
/// * A topic is told only where a sentence is true of the history and fits its direction; what speaks for the household is
///   never told as what raises a score, and the reverse.
/// * A reason counts for what its group leaves of it (see [`lessen`]), and a trifle is not told.
/// * The largest of each group comes before a second one of any group, so that a reader sees different sides of a case
///   rather than the arrears in four ways; a payment that came back is always told where it weighs.
pub fn reasons(score: &Score, history: &History, texts: &ReasonTexts) -> Vec<Reason> {
    let says = Says { history, texts };
    let mut told: Vec<Told> = Vec::new();
    let mut untold: Vec<Share> = Vec::new();
    for share in shares(score, &says) {
        match says.sentence(&share) {
            Some(text) => told.push((share, text)),
            None => untold.push(share),
        }
    }
    lessen(&mut told, &untold);
    let weightiest = told.iter().map(|(share, _)| share.amount.abs()).fold(0.0, f64::max);
    told.retain(|(share, _)| share.amount.abs() >= TRIFLE * weightiest);
    let (raising, lowering): (Vec<Told>, Vec<Told>) = told.into_iter().partition(|(share, _)| share.raises());
    let kept = largest(raising, MOST_RAISING).into_iter().chain(largest(lowering, MOST_LOWERING));
    let mut reasons: Vec<Reason> = kept.map(reason).collect();
    reasons.extend(remainders(score, &reasons, &untold, texts));
    reasons
}

fn reason((share, text): Told) -> Reason {
    Reason { group: share.topic.group(), text, amount: share.amount, remainder: false }
}

/// The largest reason of each group and money that came back, then the next largest of any; in the order of their size.
fn largest(mut side: Vec<Told>, most: usize) -> Vec<Told> {
    let by_size = |(one, _): &Told, (other, _): &Told| {
        other.amount.abs().total_cmp(&one.amount.abs()).then(one.topic.cmp(&other.topic))
    };
    side.sort_by(by_size);
    let mut seen = Vec::new();
    let (mut first, second): (Vec<Told>, Vec<Told>) = side.into_iter().partition(|(share, _)| {
        let new = !seen.contains(&share.topic.group());
        seen.push(share.topic.group());
        new || share.topic == Topic::Of(Family::Returned)
    });
    first.extend(second);
    first.truncate(most);
    first.sort_by(by_size);
    first
}

/// What the told reasons leave of the score, under the group of the largest share that has no sentence; and the score's
/// base.
fn remainders(score: &Score, told: &[Reason], untold: &[Share], texts: &ReasonTexts) -> Vec<Reason> {
    let sum: f64 = told.iter().map(|reason| reason.amount).sum();
    let largest = untold.iter().max_by(|one, other| one.amount.abs().total_cmp(&other.amount.abs()));
    let group = largest.map_or(ReasonGroup::Tenancy, |share| share.topic.group());
    let words = &texts.words.other;
    // Exact, as all sums of contributions are: see `Score::sum`.
    let parts =
        [(group, &words.other, score.value - score.base - sum), (ReasonGroup::Tenancy, &words.base, score.base)];
    let reason = |(group, text, amount): (ReasonGroup, &String, f64)| {
        (amount != 0.0).then(|| Reason { group, text: text.clone(), amount, remainder: true })
    };
    parts.into_iter().filter_map(reason).collect()
}
