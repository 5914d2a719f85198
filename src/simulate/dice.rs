//! Chance, drawn so that the same seed gives the same lives on every machine and with any number of threads.
//!
//! Only additions, multiplications and comparisons of floating-point numbers are used: `ln`, `exp` and the like may
//! differ in the last digit from one platform to the next.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The source of chance for one home.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// Chance for stream `stream` of `seed`: streams of one seed have nothing to do with one another.
    pub fn new(seed: u64, stream: u64) -> Dice {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Dice(rng)
    }

    /// A number from 0 up to, not including, 1.
    pub fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// A whole number from `low` to `high`, both included; `low` where the range is empty.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        let span = (i64::from(high) - i64::from(low) + 1).max(1);
        let drawn = (i64::from(self.0.next_u32()) * span) >> 32;
        i32::try_from(i64::from(low) + drawn).unwrap_or(low)
    }

    /// An amount in øre, of whole kroner from `low` to `high`.
    pub fn kroner(&mut self, low: i32, high: i32) -> i64 {
        i64::from(self.between(low, high)) * 100
    }

    /// A number around `mean`, two thirds of them within `spread` of it, none further off than 3.5 times that.
    pub fn around(&mut self, mean: f64, spread: f64) -> f64 {
        let sum = self.unit() + self.unit() + self.unit() + self.unit();
        mean + (sum - 2.0) * 1.732_050_807_568_877 * spread
    }

    /// One of `items`; the default where there are none.
    pub fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        let last = i32::try_from(items.len()).unwrap_or(i32::MAX) - 1;
        let at = usize::try_from(self.between(0, last)).unwrap_or(0);
        items.get(at).copied().unwrap_or_default()
    }

    /// One of `items`, each with its weight.
    pub fn weighted<T: Copy>(&mut self, items: &[(f64, T)], otherwise: T) -> T {
        let mut left = self.unit() * items.iter().map(|(weight, _)| weight).sum::<f64>();
        for (weight, item) in items {
            if left < *weight {
                return *item;
            }
            left -= weight;
        }
        otherwise
    }
}

/// A share of an amount.
pub(super) fn share(amount: i64, of: f64) -> i64 {
    (amount as f64 * of) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_stream_give_the_same_chance_and_another_stream_another() {
        let draw = |seed, stream| {
            let mut dice = Dice::new(seed, stream);
            (0..8).map(|_| dice.between(0, 1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(1, 3));
        assert_ne!(draw(1, 2), draw(2, 2));
    }

    #[test]
    fn draws_stay_within_their_ranges_and_reach_both_ends() {
        let mut dice = Dice::new(3, 0);
        let drawn: Vec<i32> = (0..2_000).map(|_| dice.between(-2, 2)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&-2), Some(&2)));
        assert!((0..2_000).all(|_| (dice.around(10.0, 1.0) - 10.0).abs() < 3.5));
        assert_eq!((dice.between(5, 4), dice.pick::<u8>(&[])), (5, 0));
        let heads = (0..10_000).filter(|_| dice.chance(0.2)).count();
        assert!((1_800..2_200).contains(&heads), "{heads}");
    }

    #[test]
    fn weights_decide_how_often_an_item_comes() {
        let mut dice = Dice::new(4, 0);
        let drawn: Vec<char> = (0..4_000).map(|_| dice.weighted(&[(3.0, 'a'), (1.0, 'b')], 'c')).collect();
        let a = drawn.iter().filter(|letter| **letter == 'a').count();
        assert!((2_850..3_150).contains(&a) && !drawn.contains(&'c'), "{a}");
    }
}
