//! What a row of the ledger means: whose it is, when it was booked, and what it charges or pays.

use std::collections::HashMap;

use std::borrow::Cow;

use jiff::civil::Date;

use super::before::Before;
use super::kinds::{Kinds, posting_kinds};
use super::reference::reference;
use crate::calendar::Day;
use crate::config::{Feed, SignRule};
use crate::exports::records::{Posting, PostingKind};
use crate::exports::table::columns::Slot;
use crate::exports::table::layout::Layout;
use crate::exports::table::row::{Fault, Row};
use crate::money::Ore;

/// How a ledger's rows are read, worked out once for each file.
pub struct LedgerRows {
    reference: Slot,
    booked_on: Slot,
    due_on: Slot,
    kind: Slot,
    balance: Slot,
    number: Option<Slot>,
    money: Money,
    kinds: Kinds<PostingKind>,
}

enum Money {
    /// One column; its sign means debt as it stands or turned round, perhaps after a column of its own had its say.
    Amount { amount: Slot, sign: Slot, signs: HashMap<String, bool>, turned: bool },
    /// A column for charges and one for payments. Without a sign rule, a number in `paid` is money received and a negative
    /// one money given back; with a sign rule, both columns are signed and simply added.
    Columns { charged: Slot, paid: Slot, signed: Option<bool> },
}

/// An amount, charges positive and payments negative, and what it is for.
pub type Entry = (Ore, PostingKind);

type ChargeAndPayment = (Option<Ore>, Option<Ore>);

/// One row of the ledger.
pub struct LedgerRow<'r> {
    /// Whose it is.
    pub reference: &'r str,
    /// The day of booking.
    pub booked_on: Date,
    /// The day on which a charge falls due.
    pub due_on: Option<Date>,
    /// What it charges, where it charges something (a negative charge is a credit).
    pub charged: Option<Entry>,
    /// What it pays, as a negative amount (a payment given back is positive).
    pub paid: Option<Entry>,
    /// The balance beside it, where the export has one that can be read.
    pub balance: Option<Ore>,
    /// The kind that the row tells, where charges and payments have a column each, not signed by rule.
    pub told_kind: Option<PostingKind>,
    /// The kind as written, where nobody knows it.
    pub unknown_kind: Option<&'r [u8]>,
}

impl LedgerRow<'_> {
    /// Charge minus payment: positive is debt.
    pub fn amount(&self) -> Ore {
        [self.charged, self.paid].into_iter().flatten().map(|(amount, _)| amount).sum()
    }
}

impl LedgerRows {
    /// How the rows of one file are read; an error says what is wrong with the config.
    pub fn new(feed: &Feed, layout: &Layout) -> Result<LedgerRows, String> {
        let slot = |column| layout.columns.slot(column);
        let turned = feed.sign == Some(SignRule::DebtNegative);
        let money = match slot("amount") {
            Slot::Absent => {
                Money::Columns { charged: slot("charged"), paid: slot("paid"), signed: feed.sign.map(|_| turned) }
            }
            amount => Money::Amount { amount, sign: slot("sign"), signs: signs(feed)?, turned },
        };
        Ok(LedgerRows {
            reference: slot("tenancy_ref"),
            booked_on: slot("booked_on"),
            due_on: slot("due_on"),
            kind: slot("kind"),
            balance: slot("balance"),
            // One number for all rows would be none.
            number: Some(slot("entry_id")).filter(|slot| matches!(slot, Slot::At(_))),
            money,
            kinds: posting_kinds(feed)?,
        })
    }

    /// What a row means; `None` where it has no amount at all.
    pub fn read<'r>(&'r self, row: &Row<'r>, before: &'r mut Before) -> Result<Option<LedgerRow<'r>>, Fault> {
        let Before { reference: last, kinds } = before;
        let booked_on = row.needed_date(&self.booked_on, "date of booking")?;
        if !(Posting::EARLIEST..=Posting::LATEST).contains(&booked_on) {
            return Err(row.fault(&self.booked_on, format!("the year {} is not in 1930–2099", booked_on.year())));
        }
        let reference = last.or_read(row.cell(&self.reference), || reference(row, &self.reference))?;
        let due_on = row.date(&self.due_on)?;
        if due_on.is_some_and(|due| !(Posting::EARLIEST..=Posting::LATEST).contains(&due)) {
            return Err(row.fault(&self.due_on, "the due date is not in 1930–2099"));
        }
        let Some((charged, paid)) = self.money(row)? else { return self.without_amount(row) };
        let cell = row.cell(&self.kind);
        let known = if cell.is_empty() { None } else { Some(kinds.or_look_up(cell, || self.kind(row, cell))) };
        let unknown_kind = matches!(known, Some(None)).then_some(cell);
        let kind = known.map(|kind| kind.unwrap_or(PostingKind::Other));
        let told_kind = kind.filter(|_| matches!(self.money, Money::Columns { signed: None, .. }));
        let (charged, paid) = with_kinds(charged, paid, kind, matches!(self.money, Money::Columns { .. }));
        let balance =
            if matches!(self.balance, Slot::At(_)) { row.amount(&self.balance).unwrap_or(None) } else { None };
        Ok(Some(LedgerRow { reference, booked_on, due_on, charged, paid, balance, told_kind, unknown_kind }))
    }

    /// A row without an amount is left out; one that ends before its amounts may have lost a payment, and is rejected.
    #[cold]
    fn without_amount<'r>(&self, row: &Row<'_>) -> Result<Option<LedgerRow<'r>>, Fault> {
        let slots = match &self.money {
            Money::Amount { amount, .. } => [amount, amount],
            Money::Columns { charged, paid, .. } => [charged, paid],
        };
        let beyond = |slot: &&&Slot| matches!(slot, Slot::At(index) if *index >= row.fields.len());
        match slots.iter().find(beyond) {
            None => Ok(None),
            Some(slot) => {
                let has = row.fields.len();
                Err(row.fault(slot, format!("the row ends after {has} fields, before its amounts")))
            }
        }
    }

    /// Whose a row is, and when it was booked.
    pub fn whose_and_when<'r>(&'r self, row: &Row<'r>) -> Result<(Cow<'r, str>, Date), Fault> {
        Ok((reference(row, &self.reference)?, row.needed_date(&self.booked_on, "date of booking")?))
    }

    /// The entry's own number or its voucher's, as written; empty where the row has none.
    #[inline]
    pub fn number<'r>(&'r self, row: &Row<'r>) -> &'r [u8] {
        self.number.as_ref().map_or(&[], |slot| row.cell(slot))
    }

    fn kind<'r>(&'r self, row: &Row<'r>, cell: &[u8]) -> Option<PostingKind> {
        let decoded = || row.text(&self.kind).ok().and_then(|text| self.kinds.word(&text));
        self.kinds.exact(cell).or_else(decoded)
    }

    /// Charge and payment of a row (payments negative), `None` where both are empty.
    #[inline]
    fn money(&self, row: &Row<'_>) -> Result<Option<ChargeAndPayment>, Fault> {
        match &self.money {
            Money::Amount { amount, sign, signs, turned } => {
                let Some(ore) = row.amount(amount)? else { return Ok(None) };
                let turned = *turned != (!matches!(sign, Slot::Absent) && is_minus(row, sign, signs)?);
                let ore = if turned { -ore } else { ore };
                within(row, amount, ore)?;
                Ok(Some(if ore.0 < 0 { (None, Some(ore)) } else { (Some(ore), None) }))
            }
            Money::Columns { charged, paid, signed } => {
                let turned = |ore: Ore, turned: bool| if turned { -ore } else { ore };
                let charge = row.amount(charged)?.map(|ore| turned(ore, signed.unwrap_or(false)));
                let payment = row.amount(paid)?.map(|ore| turned(ore, signed.unwrap_or(true)));
                within(row, charged, charge.unwrap_or_default())?;
                within(row, paid, payment.unwrap_or_default())?;
                Ok((charge.is_some() || payment.is_some()).then_some((charge, payment)))
            }
        }
    }
}

#[inline]
fn within(row: &Row<'_>, slot: &Slot, ore: Ore) -> Result<(), Fault> {
    if ore.abs() <= Posting::LARGEST {
        return Ok(());
    }
    Err(row.fault(slot, format!("more than {} kr., too large for an amount", Posting::LARGEST)))
}

/// Gives each amount its kind. A number in a column for payments is a payment, also where the row's kind tells what was
/// paid for (`Husleje`); without a kind, what charges is rent and what pays is a payment.
#[inline]
fn with_kinds(
    charged: Option<Ore>,
    paid: Option<Ore>,
    kind: Option<PostingKind>,
    columns: bool,
) -> (Option<Entry>, Option<Entry>) {
    let of_payment = match kind {
        None => PostingKind::Payment,
        Some(PostingKind::Rent | PostingKind::Utilities | PostingKind::Fee) if columns => PostingKind::Payment,
        Some(kind) => kind,
    };
    let entry = |ore: Option<Ore>, kind| ore.filter(|ore| *ore != Ore::ZERO).map(|ore| (ore, kind));
    (entry(charged, kind.unwrap_or(PostingKind::Rent)), entry(paid, of_payment))
}

/// What stands in a sign column → whether it turns the amount round. `values.sign` maps onto `+` and `-`.
fn signs(feed: &Feed) -> Result<HashMap<String, bool>, String> {
    let mut signs = HashMap::from([("+".to_owned(), false), ("-".to_owned(), true)]);
    for (value, sign) in feed.values.get("sign").into_iter().flatten() {
        let minus = match sign.as_str() {
            "+" => false,
            "-" => true,
            other => return Err(format!("values.sign maps to `{other}`; it can be \"+\" or \"-\"")),
        };
        signs.insert(value.trim().to_lowercase(), minus);
    }
    Ok(signs)
}

fn is_minus(row: &Row<'_>, slot: &Slot, signs: &HashMap<String, bool>) -> Result<bool, Fault> {
    let cell = row.cell(slot);
    let text = row.layout.text.decode(cell).unwrap_or_default().to_lowercase();
    let known = signs.get(text.as_str()).copied();
    known.ok_or_else(|| row.fault(slot, format!("`{}` is no known sign (values.sign)", row.shape(cell))))
}

/// The two postings that a row can become, the second marked as such.
#[inline]
pub fn postings(row: &LedgerRow<'_>, fingerprint: u16) -> [Option<Posting>; 2] {
    let booked = Day::from(row.booked_on);
    let due = row.due_on.map(Day::from);
    let second = crate::exports::ledger::SECOND_OF_ROW;
    let own = fingerprint & !second;
    let posting = |entry: Option<Entry>, fingerprint| {
        entry.and_then(|(amount, kind)| Posting::new(booked, due, amount, kind, fingerprint))
    };
    let paid_mark = if row.charged.is_some() { own | second } else { own };
    [posting(row.charged, own), posting(row.paid, paid_mark)]
}
