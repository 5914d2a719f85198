//! A score in plain words: the largest reasons on both sides, and a remainder, that together give the score exactly.

use super::model::Score;
use super::texts::ReasonTexts;
use super::wording::{noticed, peak_is_now, sentence};
use super::{Reason, ReasonGroup};
use crate::features::{FEATURES, Family};
use crate::history::History;

/// How many reasons that raise a score are told.
const MOST_RAISING: usize = 6;
/// How many reasons that lower it.
const MOST_LOWERING: usize = 2;

/// Up to six reasons that raise a score and two that lower it, then a remainder where anything is left. Added up in
/// their order, the amounts give the score's value exactly.
///
/// Contributions are gathered by family of features, what caretakers noticed in one reason, and a debt that was never
/// higher than today with today's; a family is told only where a sentence is true of the history and
/// fits its direction. The largest of each group comes before a second one of any group, so that a reader sees different
/// sides of a case rather than the arrears in four ways; a payment that came back is always told where it weighs.
pub fn reasons(score: &Score, history: &History, texts: &ReasonTexts) -> Vec<Reason> {
    let mut raising = Vec::new();
    let mut lowering = Vec::new();
    let mut hidden: Vec<(Family, f64)> = Vec::new();
    let mut families = by_family(score);
    gather_arrears(&mut families, history);
    raising.extend(gather_notes(&mut families, history, texts));
    for (family, amount) in families {
        match sentence(family, amount > 0.0, history, texts) {
            Some(text) => {
                let side = if amount > 0.0 { &mut raising } else { &mut lowering };
                side.push((family, Reason { group: ReasonGroup::of(family), text, amount, remainder: false }));
            }
            None => hidden.push((family, amount)),
        }
    }
    let mut told = Vec::with_capacity(MOST_RAISING + MOST_LOWERING + 1);
    for (side, most) in [(raising, MOST_RAISING), (lowering, MOST_LOWERING)] {
        let (kept, left) = largest(side, most);
        told.extend(kept);
        hidden.extend(left);
    }
    told.extend(remainder(score.value, &told, &hidden, texts));
    told
}

/// Points for the highest debt of the year go to today's where that is the same debt.
fn gather_arrears(families: &mut Vec<(Family, f64)>, history: &History) {
    let share = |wanted: Family, families: &[(Family, f64)]| {
        families.iter().position(|(family, amount)| *family == wanted && *amount > 0.0)
    };
    if let (Some(now), Some(peak)) = (share(Family::Arrears, families), share(Family::PastArrears, families))
        && peak_is_now(history)
    {
        let amount = families.get(peak).map_or(0.0, |(_, amount)| *amount);
        families.iter_mut().skip(now).take(1).for_each(|(_, sum)| *sum += amount);
        families.remove(peak);
    }
}

/// What notes say for a card becomes one reason, so that none of it hides among the smaller things.
fn gather_notes(families: &mut Vec<(Family, f64)>, history: &History, texts: &ReasonTexts) -> Option<(Family, Reason)> {
    let is_note = |(family, amount): &(Family, f64)| ReasonGroup::of(*family) == ReasonGroup::Notes && *amount > 0.0;
    let mut notes: Vec<(Family, f64)> = families.iter().copied().filter(is_note).collect();
    notes.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    let kinds: Vec<Family> = notes.iter().map(|(family, _)| *family).collect();
    let text = noticed(&kinds, history, texts)?;
    families.retain(|one| !is_note(one));
    let amount = notes.iter().map(|(_, amount)| amount).sum();
    Some((*kinds.first()?, Reason { group: ReasonGroup::Notes, text, amount, remainder: false }))
}

/// The sum of contributions of each family that has one, in the families' order.
fn by_family(score: &Score) -> Vec<(Family, f64)> {
    let mut families: Vec<(Family, f64)> = Vec::new();
    for contribution in &score.contributions {
        let Some(feature) = FEATURES.get(contribution.feature) else { continue };
        match families.iter_mut().find(|(family, _)| *family == feature.family) {
            Some((_, amount)) => *amount += contribution.points,
            None => families.push((feature.family, contribution.points)),
        }
    }
    families.retain(|(_, amount)| *amount != 0.0);
    families.sort_by_key(|(family, _)| *family);
    families
}

/// The largest reason of each group and money that came back, then the next largest of any, largest first; and what is left.
fn largest(mut side: Vec<(Family, Reason)>, most: usize) -> (Vec<Reason>, Vec<(Family, f64)>) {
    let by_size = |one: &(Family, Reason), other: &(Family, Reason)| {
        other.1.amount.abs().total_cmp(&one.1.amount.abs()).then(one.0.cmp(&other.0))
    };
    side.sort_by(by_size);
    let mut seen = Vec::new();
    let (mut first, second): (Vec<_>, Vec<_>) = side.into_iter().partition(|(family, reason)| {
        let new = !seen.contains(&reason.group);
        seen.push(reason.group);
        new || *family == Family::Returned
    });
    first.extend(second);
    let left = first.split_off(most.min(first.len()));
    first.sort_by(by_size);
    (
        first.into_iter().map(|(_, reason)| reason).collect(),
        left.into_iter().map(|(family, reason)| (family, reason.amount)).collect(),
    )
}

/// What the told reasons leave of the score, under the group of the largest share that was not told.
fn remainder(value: f64, told: &[Reason], hidden: &[(Family, f64)], texts: &ReasonTexts) -> Option<Reason> {
    let sum: f64 = told.iter().map(|reason| reason.amount).sum();
    // Exact, as all sums of contributions are: see `Score::sum`.
    let amount = value - sum;
    let largest = hidden.iter().max_by(|one, other| one.1.abs().total_cmp(&other.1.abs()));
    let group = largest.map_or(ReasonGroup::Tenancy, |(family, _)| ReasonGroup::of(*family));
    (amount != 0.0).then(|| Reason { group, text: texts.words.other.other.clone(), amount, remainder: true })
}
