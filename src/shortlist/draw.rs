//! The draw: the highest risks up to each caseworker's weekly capacity.

use std::cmp::Ordering;

use crate::tenancy::{TenancyId, TenancyRef};

/// A tenancy that may be listed, and where it ranks.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// The tenancy.
    pub id: TenancyId,
    /// Its reference, which breaks ties.
    pub reference: TenancyRef,
    /// The caseworker who serves its estate: an index into the config's caseworkers.
    pub caseworker: usize,
    /// Its score: higher is riskier.
    pub score: f64,
}

/// What the draw gave.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// Listed, by caseworker and then by rank.
    pub listed: Vec<Ranked>,
    /// How many could have been listed had there been room.
    pub over_capacity: u64,
}

/// Lists, for each caseworker, the highest scores up to `places[caseworker]`; ties go by the reference, so that the same
/// data gives the same list.
pub fn draw(mut candidates: Vec<Ranked>, places: &[usize]) -> Drawn {
    candidates.sort_by(rank);
    let mut left = places.to_vec();
    let mut drawn = Drawn::default();
    for candidate in candidates {
        match left.get_mut(candidate.caseworker) {
            Some(left) if *left > 0 => {
                *left -= 1;
                drawn.listed.push(candidate);
            }
            _ => drawn.over_capacity += 1,
        }
    }
    drawn
}

pub(super) fn rank(one: &Ranked, other: &Ranked) -> Ordering {
    let by_caseworker = one.caseworker.cmp(&other.caseworker);
    by_caseworker.then(other.score.total_cmp(&one.score)).then_with(|| one.reference.cmp(&other.reference))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ranked(number: u32, caseworker: usize, score: f64) -> Ranked {
        let reference = TenancyRef::new(&format!("007-01-{number:04}-01"));
        Ranked { id: TenancyId(number), reference, caseworker, score }
    }

    fn numbers(drawn: &Drawn) -> Vec<u32> {
        drawn.listed.iter().map(|ranked| ranked.id.0).collect()
    }

    #[test]
    fn the_highest_risks_fill_each_caseworkers_week() {
        let candidates = vec![ranked(1, 0, 3.0), ranked(2, 0, 9.0), ranked(3, 1, 1.0), ranked(4, 0, 5.0)];
        let drawn = draw(candidates, &[2, 2]);
        assert_eq!(numbers(&drawn), [2, 4, 3]);
        assert_eq!(drawn.over_capacity, 1);
    }

    #[test]
    fn equal_risks_are_listed_by_reference() {
        let drawn = draw(vec![ranked(3, 0, 5.0), ranked(1, 0, 5.0), ranked(2, 0, 5.0)], &[2]);
        assert_eq!(numbers(&drawn), [1, 2]);
    }

    proptest! {
        #[test]
        fn nobody_is_lost_and_no_one_is_listed_over_a_higher_risk(
            scores in proptest::collection::vec((0usize..3, -5i32..5), 0..60), places in proptest::collection::vec(0usize..6, 3)
        ) {
            let candidates: Vec<Ranked> =
                scores.iter().enumerate().map(|(n, (c, s))| ranked(n as u32, *c, f64::from(*s))).collect();
            let drawn = draw(candidates.clone(), &places);
            prop_assert_eq!(drawn.listed.len() as u64 + drawn.over_capacity, candidates.len() as u64);
            for (caseworker, places) in places.iter().enumerate() {
                let listed: Vec<&Ranked> = drawn.listed.iter().filter(|r| r.caseworker == caseworker).collect();
                prop_assert!(listed.len() <= *places);
                let lowest = listed.iter().map(|r| r.score).fold(f64::INFINITY, f64::min);
                for left_out in candidates.iter().filter(|r| r.caseworker == caseworker) {
                    let is_listed = listed.iter().any(|r| r.id == left_out.id);
                    prop_assert!(is_listed || left_out.score <= lowest || listed.is_empty());
                }
            }
        }
    }
}
