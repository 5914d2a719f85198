//! Checks what an English reason claims against the history, by other ways than the program takes: day by day, entry by
//! entry.

mod noted;

use jiff::civil::Date;
use postkort::calendar::Day;
use postkort::exports::records::EventKind;
use postkort::history::{History, Instalment, Outcome};
use postkort::money::Ore;

/// Whether a sentence is a worry, or to a household's credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polarity {
    Worry,
    Credit,
}

const NUMBERS: [&str; 13] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The kroner of a sentence.
pub fn amount(text: &str) -> Option<i64> {
    let (_, after) = text.split_once("DKK ")?;
    let digits: String = after.chars().take_while(|c| c.is_ascii_digit() || *c == ',').collect();
    digits.replace(',', "").parse().ok()
}

fn number(word: &str) -> Option<usize> {
    let word = word.to_lowercase();
    NUMBERS.iter().position(|one| *one == word).or_else(|| word.parse().ok())
}

/// The first number in words or digits that is a word of its own.
fn count(text: &str) -> Option<usize> {
    text.split(' ').find_map(number)
}

/// `10 September`, `10 September 2025`: the last date in a text.
fn day(text: &str, as_of: Day) -> Option<Day> {
    let words: Vec<&str> = text.split([' ', ';']).collect();
    let place = words.iter().rposition(|word| MONTHS.contains(word))?;
    let month = MONTHS.iter().position(|month| Some(month) == words.get(place))?;
    let of_month: i8 = words.get(place.checked_sub(1)?)?.parse().ok()?;
    let year = words.get(place + 1).and_then(|word| word.parse().ok()).unwrap_or(as_of.date().year());
    Date::new(year, i8::try_from(month).ok()? + 1, of_month).ok().map(Day::from)
}

fn kroner(amount: Ore) -> i64 {
    (amount.abs().0 + 50) / 100
}

struct Checked<'a> {
    history: &'a History,
    rents: Vec<&'a Instalment>,
}

impl Checked<'_> {
    /// Due by a day and not paid by its end.
    fn owed(&self, day: Day) -> i64 {
        let due: i64 = self.history.instalments.iter().filter(|one| one.due <= day).map(|one| one.amount.0).sum();
        due - self.history.covered_by(day).0
    }

    fn overdue(&self, day: Day) -> i64 {
        let past = self.history.instalments.iter().filter(|one| one.timely_until < day);
        (past.map(|one| one.amount.0).sum::<i64>() - self.history.covered_by(day).0).max(0)
    }

    fn in_last(&self, months: usize) -> impl Iterator<Item = &Instalment> {
        let since = self.history.months_ago(months);
        self.rents.iter().copied().filter(move |one| one.timely_until >= since)
    }

    fn events(&self, kinds: &[EventKind]) -> Vec<Day> {
        self.history.events.iter().filter(|event| kinds.contains(&event.kind)).map(|event| event.on).collect()
    }

    /// That something happened so often in a span, the last time on a day.
    fn happened(&self, text: &str, days: &[Day]) -> bool {
        let as_of = self.history.as_of;
        let months = if text.contains("two years") { 24 } else { 12 };
        let inside = days.iter().filter(|on| **on > self.history.months_ago(months)).count();
        let said =
            if text.contains(" came back in ") || text.contains(" in the last ") { count(text) } else { Some(1) };
        let at_least_in_two_years = days.iter().filter(|on| **on > self.history.months_ago(24)).count();
        let counted = said == Some(inside) || (said == Some(1) && at_least_in_two_years == 1);
        counted && days.iter().max().copied() == day(text, as_of)
    }
}

/// Whether all that a sentence claims is so.
///
/// # Errors
/// What is wrong; also where the sentence is not known here: a new one wants a check.
pub fn check(text: &str, history: &History) -> Result<Polarity, String> {
    use Polarity::{Credit, Worry};
    let mut rents: Vec<&Instalment> = history.past_instalments().iter().filter(|one| one.fees < one.amount).collect();
    rents.reverse();
    let checked = Checked { history, rents };
    let Checked { rents, .. } = &checked;
    let as_of = history.as_of;
    let unpaid = |one: &&Instalment| one.unpaid.0 >= one.amount.0 - one.amount.0 / 10;
    let paid_late = |one: &Instalment| one.paid_in_grace.0 < one.amount.0;
    let told = |start: &str| text.starts_with(start);
    let has = |part: &str| text.contains(part);
    let truth = |polarity: Polarity, truth: bool| if truth { Ok(polarity) } else { Err("it is not so".to_owned()) };
    let months = |text: &str| count(text).unwrap_or(if has(" in a month") || has("last month") { 1 } else { 12 });

    if told("Owes nothing") {
        truth(Credit, checked.overdue(as_of) == 0)
    } else if told("Owes less than half") {
        let half = history.rent.map_or(0, |rent| rent.0 / 2);
        truth(Credit, amount(text) == Some(kroner(history.arrears)) && history.arrears.0 < half)
    } else if told("Owes") && has("half of it fees") {
        let fees: i64 = history.past_instalments().iter().map(|one| one.fees.min(one.unpaid).0).sum();
        truth(Credit, amount(text) == Some(kroner(history.arrears)) && fees * 2 > history.arrears.0)
    } else if told("Owes") {
        let (owes, new) = text.split_once(", all of it").unwrap_or((text, ""));
        let since = history.months_ago(months(new));
        let older =
            history.past_instalments().iter().filter(|one| one.due <= since).map(|one| one.unpaid.0).sum::<i64>();
        let figure = match (owes.split_once(" months'"), history.arrears_months()) {
            (Some((said, _)), Some(months)) => {
                let said: f64 = said.trim_start_matches("Owes ").parse().unwrap_or(f64::NAN);
                (said - months).abs() < 0.051
            }
            (None, Some(months)) if owes.contains("one month's") => (months - 1.0).abs() < 0.051,
            _ => true,
        };
        let amount = amount(owes) == Some(kroner(history.arrears)) && checked.overdue(as_of) == history.arrears.0;
        truth(Worry, amount && figure && (new.is_empty() || older == 0))
    } else if told("The arrears have") {
        let (_, when) = text.split_once(" in ").unwrap_or(("", ""));
        let change = checked.overdue(as_of) - checked.overdue(history.months_ago(months(when)));
        let grown = has("grown");
        let right = amount(text) == Some(kroner(Ore(change))) && (change > 0) == grown;
        truth(if grown { Worry } else { Credit }, right)
    } else if told("Owed") {
        let said =
            text.split_once(" months'").and_then(|(said, _)| said.trim_start_matches("Owed ").parse::<f64>().ok());
        let ago = history.months_ago(if has("two years") { 24 } else { 12 });
        let highest = (ago.0..=as_of.0 + 1).map(|day| checked.overdue(Day(day))).max().unwrap_or(0);
        let rent = history.rent.map_or(f64::NAN, |rent| rent.0 as f64);
        let said = match said {
            Some(months) => months * rent,
            None if has("one month's") => rent,
            None => amount(text).unwrap_or(i64::MAX) as f64 * 100.0,
        };
        truth(Worry, said <= highest as f64 + rent * 0.051 + 100.0)
    } else if told("Has not been more than three weeks behind") {
        let since = history.months_ago(months(text));
        let judged = history.past_instalments().iter().filter(|one| one.timely_until >= since);
        let left = judged.map(|one| one.timely_until.plus(21)).filter(|on| *on <= as_of);
        let behind = left.map(|on| {
            let due = history.past_instalments().iter().filter(|one| one.timely_until.plus(21) <= on);
            due.map(|one| one.amount.0).sum::<i64>() - history.covered_by(on).0
        });
        let tenth = history.rent.map_or(0, |rent| rent.0 / 10 + 1);
        truth(Credit, behind.max().unwrap_or(0) <= tenth)
    } else if told("Has paid off arrears before") {
        let owed_much = (history.months_ago(24).0..as_of.0)
            .any(|day| history.rent.is_some_and(|rent| checked.overdue(Day(day)) * 10 >= rent.0 * 9));
        truth(Credit, owed_much)
    } else if told("The last rent has not been paid in full")
        || (told("The last ") && has("rents have not been paid in full"))
    {
        let count = count(text).unwrap_or(1);
        truth(Worry, rents.len() >= count && rents.iter().take(count).all(|one| one.unpaid.0 > 0))
    } else if told("The last rent has not been paid") || (told("The last ") && has("rents have not been paid")) {
        let (first, second) = text.split_once("; ").unwrap_or((text, ""));
        let count = count(first).unwrap_or(1);
        let nothing = rents.iter().take(count).all(unpaid) && rents.len() >= count;
        let last = match second {
            "" => true,
            "no payment has been recorded" => history.last_payment.is_none(),
            on => {
                let oldest = rents.get(count - 1).map_or(as_of, |one| one.due);
                history.last_payment.is_some_and(|one| Some(one.on) == day(on, as_of) && one.on < oldest)
            }
        };
        truth(Worry, nothing && last)
    } else if told("Something is lacking since") {
        let on = day(text, as_of);
        truth(Worry, history.past_instalments().iter().any(|one| Some(one.due) == on && one.unpaid.0 > 0))
    } else if has("had not been paid in full three weeks after") {
        let months = if has("two years") { 24 } else { 6 };
        let lacking =
            checked.in_last(months).filter(|one| one.timely_until.plus(21) <= as_of && paid_late(one)).count();
        truth(Worry, count(text).is_some_and(|said| said <= lacking))
    } else if has("paid within three weeks after") {
        let first = day(text, as_of).filter(|_| has(" before "));
        let older: Vec<&&Instalment> = rents.iter().filter(|one| first.is_none_or(|first| one.due < first)).collect();
        let count = count(text).unwrap_or(1);
        let settled = |one: &&&Instalment| matches!(one.outcome, Outcome::OnTime | Outcome::Late);
        truth(Credit, older.len() >= count && older.iter().take(count).all(settled))
    } else if has("did not come in time") || has("came in time") {
        let (part, whole) = text.split_once(" of the last ").map_or((None, text), |(part, whole)| (Some(part), whole));
        let total = count(whole).unwrap_or(1);
        let late = rents.iter().take(total).filter(|one| one.outcome != Outcome::OnTime).count();
        let negative = has("did not") || told("None of");
        let said = match part {
            Some("None") => total,
            Some(part) => number(part).unwrap_or(usize::MAX),
            None => total,
        };
        let right = rents.len() >= total && said == if negative { late } else { total - late };
        truth(if negative { Worry } else { Credit }, right)
    } else if told("Always pays") {
        let newest: Vec<i32> = rents.iter().filter_map(|one| one.delay()).take(6).collect();
        let days = text.split(' ').find_map(number).and_then(|days| i32::try_from(days).ok());
        let near = |delay: &&i32| days.is_some_and(|days| (days - **delay).abs() <= 4);
        truth(Credit, newest.len() >= 4 && newest.iter().filter(near).count() + 1 >= newest.len())
    } else if told("Usually pays on about the same day") {
        let mut newest: Vec<i32> = rents.iter().filter_map(|one| one.delay()).take(6).collect();
        newest.sort_unstable();
        let needed = newest.len().saturating_sub(1).max(4);
        truth(Credit, newest.windows(needed).any(|some| some[some.len() - 1] - some[0] <= 4))
    } else if told("The day of payment varies") {
        let delays = || checked.in_last(12).filter(|one| one.settled.is_some_and(|one| one.by_tenant));
        let delays: Vec<i32> = delays().filter_map(Instalment::delay).filter(|days| *days <= 21).collect();
        let spread = delays.iter().max().zip(delays.iter().min()).map(|(most, least)| most - least);
        truth(Worry, spread.is_some_and(|spread| spread > 4 && count(text) == usize::try_from(spread).ok()))
    } else if told("A payment came back") || has("payments came back") {
        truth(Worry, checked.happened(text, &history.returned))
    } else if told("No payment has come back") {
        truth(Credit, history.returned.iter().all(|on| *on <= history.months_ago(24)))
    } else if told("The last payment came on") {
        truth(Worry, history.last_payment.map(|one| one.on) == day(text, as_of))
    } else if told("No payment has been recorded") {
        truth(Worry, history.last_payment.is_none() && !rents.is_empty() || !history.past_instalments().is_empty())
    } else if told("Hardly anything of what fell due") || has("% of what fell due") || told("At least what fell due") {
        let since = history.months_ago(3);
        let due = history.past_instalments().iter().filter(|one| one.timely_until >= since);
        let due: i64 = due.map(|one| one.amount.0).sum();
        let came = history.covered_by(as_of).0 - history.covered_by(since).0;
        let percent = came as f64 / due as f64 * 100.0;
        if told("At least") {
            return truth(Credit, due > 0 && came >= due);
        }
        let said = text.split_once(" %").and_then(|(said, _)| said.parse::<f64>().ok());
        truth(Worry, due > 0 && said.map_or(percent < 1.0, |said| (said - percent).abs() <= 0.51 && said < 100.0))
    } else if told("Has owed something all the time since") {
        let Some(since) = day(text, as_of) else { return Err("no date".to_owned()) };
        truth(Worry, (since.0..=as_of.0).all(|day| checked.owed(Day(day)) > 0))
    } else if told("Has owed something all the time for at least") {
        let days = i32::try_from(count(text).unwrap_or(1)).unwrap_or(i32::MAX) * 30;
        truth(Worry, (as_of.0 - days..=as_of.0).all(|day| checked.owed(Day(day)) > 0))
    } else if has(" in credit") {
        truth(Credit, history.covered_by(as_of).0 > 0 && amount(text) == Some(kroner(history.credit)))
    } else if told("Paid DKK") {
        let paid = history.last_payment;
        truth(
            Credit,
            paid.is_some_and(|one| Some(one.on) == day(text, as_of) && amount(text) == Some(kroner(one.amount))),
        )
    } else if told("Demand sent") || (has(" demands in the last ") && !told("No ")) {
        truth(Worry, checked.happened(text, &checked.events(&[EventKind::Demand])))
    } else if told("Reminder sent") || has(" reminders in the last ") {
        truth(Worry, checked.happened(text, &checked.events(&[EventKind::Reminder])))
    } else if told("Reminder fees") {
        let since = history.months_ago(12);
        let due = history.past_instalments().iter().filter(|one| one.timely_until >= since);
        truth(Worry, amount(text) == Some(kroner(due.map(|one| one.fees).sum())))
    } else if told("No reminders or demands") {
        let sent = checked.events(&[EventKind::Demand, EventKind::Reminder]);
        let right = match day(text, as_of) {
            Some(on) => sent.contains(&on) && sent.iter().all(|other| *other <= on),
            None => sent.iter().all(|on| *on <= history.months_ago(24)),
        };
        truth(Credit, right)
    } else if told("A repayment plan was broken") {
        truth(Worry, checked.events(&[EventKind::PlanBroken]).iter().max().copied() == day(text, as_of))
    } else if told("Has had a repayment plan since") {
        truth(Worry, history.case.plan_since == day(text, as_of))
    } else if told("Keeps a repayment plan") {
        truth(Credit, history.case.plan_since == day(text, as_of))
    } else if told("Completed a repayment plan") {
        let on = checked.events(&[EventKind::PlanCompleted]).iter().max().copied();
        let later = checked.events(&[EventKind::PlanBroken]).iter().any(|broken| Some(*broken) >= on);
        truth(Credit, on == day(text, as_of) && !later)
    } else if told("The caretaker's notes of the last three months resemble") {
        let trouble = text.ends_with("in danger");
        let value = history.notes_text;
        truth(if trouble { Worry } else { Credit }, if trouble { value > 0.0 } else { value < 0.0 })
    } else if told("The caretaker") {
        noted::check(text, history)
    } else if told("Has lived here for") {
        let years = count(text).and_then(|years| i32::try_from(years).ok()).unwrap_or(1);
        let lived = history.moved_in.map_or(0, |day| as_of.since(day));
        truth(Credit, (years * 365..(years + 1) * 366).contains(&lived))
    } else if told("Moved in on") {
        truth(Worry, history.moved_in == day(text, as_of))
    } else if has("fell due at once") {
        let on = day(text, as_of);
        let bill = rents.iter().find(|one| Some(one.due) == on);
        truth(Worry, bill.is_some_and(|one| amount(text) == Some(kroner(one.amount))))
    } else if told("The rent has gone up") {
        let said = amount(text).unwrap_or(i64::MAX);
        let newest = rents.first().map_or(0, |one| one.rent.0);
        let before =
            rents.iter().any(|one| kroner(Ore(newest - one.rent.0)) == said && one.due <= history.months_ago(12));
        truth(Worry, before)
    } else {
        Err("no check knows this sentence".to_owned())
    }
}
