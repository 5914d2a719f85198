//! Whether a ledger's own balance column agrees with what its rows are taken to mean.

use crate::money::Ore;

/// Fewer rows than this tell nothing.
const ENOUGH_ROWS: u64 = 20;

/// Compares the steps of the balance with the amounts of the rows, tenancy by tenancy, whether the export runs forwards
/// or backwards in time.
#[derive(Clone, Copy, Default)]
pub struct BalanceCheck {
    before: Option<(u32, Ore, Ore)>,
    agree: u64,
    against: u64,
}

impl BalanceCheck {
    /// Takes a row: whose it is, its amount (debt positive), and the balance beside it.
    pub fn take(&mut self, key: u32, amount: Ore, balance: Option<Ore>) {
        let Some(balance) = balance else {
            self.before = None;
            return;
        };
        if let Some((same, last_amount, last_balance)) = self.before
            && same == key
        {
            let step = balance - last_balance;
            let agrees = step == amount || step == -last_amount;
            let opposes = step == -amount || step == last_amount;
            self.agree += u64::from(agrees && !opposes);
            self.against += u64::from(opposes && !agrees);
        }
        self.before = Some((key, amount, balance));
    }

    /// Adds what was found elsewhere.
    pub fn add(&mut self, other: &BalanceCheck) {
        self.agree += other.agree;
        self.against += other.against;
    }

    /// A warning where the balance clearly runs the other way. It is no error: the balance may be the tenant's credit.
    pub fn warning(&self) -> Option<String> {
        (self.against >= ENOUGH_ROWS && self.against / 4 > self.agree).then(|| {
            format!(
                "the balance falls where the rows charge and rises where they pay, in {} rows: unless the balance is the \
                 tenant's credit, charges and payments are the wrong way round",
                self.against
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(turned: i64, backwards: bool) -> BalanceCheck {
        let (mut rows, mut balance) = (Vec::new(), 0);
        for amount in [5_000, -5_000, 5_000, 329, -4_000, 5_000].repeat(10) {
            balance += amount;
            rows.push((Ore(amount), Ore(turned * balance)));
        }
        if backwards {
            rows.reverse();
        }
        let mut check = BalanceCheck::default();
        rows.iter().for_each(|(amount, balance)| check.take(1, *amount, Some(*balance)));
        check
    }

    #[test]
    fn a_balance_that_runs_the_other_way_is_noticed_forwards_and_backwards() {
        for backwards in [false, true] {
            assert_eq!(check(1, backwards).warning(), None);
            assert!(check(-1, backwards).warning().is_some());
        }
    }
}
