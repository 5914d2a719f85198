//! What `postkort review` says on the screen, in the association's language.

use std::collections::BTreeMap;

use anyhow::Context;
use jiff::civil::Date;
use postkort::config::Locale;
use postkort::referral::page::rule_in_words;
use postkort::review::{ClosedEntry, Listed, ListedEntry};
use postkort::shortlist::{Decided, EntryState, Verdict};
use postkort::store::{Decision, Recorded, Standing};
use postkort::texts::fill;
use serde::Deserialize;

const DA: &str = include_str!("../../../config/texts/da/review.toml");
const EN: &str = include_str!("../../../config/texts/en/review.toml");

/// The texts of one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    dates: String,
    nobody: String,
    for_caseworker: String,
    entry: String,
    act_now: String,
    case: String,
    decided: String,
    objection: Objection,
    overrides: String,
    told: String,
    decided_by: String,
    protected: String,
    beyond_recall: String,
    left: String,
    closed: String,
    closed_entry: String,
    /// Not in the file: which language it is.
    #[serde(skip, default = "danish")]
    locale: Locale,
    /// By the state's name in the database.
    state: BTreeMap<String, String>,
    /// By the event kind's name.
    event: BTreeMap<String, String>,
    /// By the command's action.
    verdict: BTreeMap<String, String>,
}

/// The answers to an objection, by how the household stood to the lists.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Objection {
    listed: String,
    known: String,
    unknown: String,
}

impl Texts {
    /// The texts of a language.
    ///
    /// # Errors
    /// Only where the program was built with a broken file, which its tests refuse.
    pub fn of(locale: Locale) -> anyhow::Result<Texts> {
        let (file, text) = match locale {
            Locale::Da => ("config/texts/da/review.toml", DA),
            Locale::En => ("config/texts/en/review.toml", EN),
        };
        let texts: anyhow::Result<Texts> =
            toml::from_str(text).with_context(|| format!("{file} cannot be used; restore the file of this release"));
        Ok(Texts { locale, ..texts? })
    }

    /// Who is on the lists, with reasons (what is not told one by one comes last), what became of others, and the cases
    /// beyond a card.
    ///
    /// # Errors
    /// Only where the program was built with a broken text file.
    pub fn list(&self, listed: &Listed) -> anyhow::Result<String> {
        let mut text = format!("{}\n", listed.association);
        if listed.entries.is_empty() {
            text += &format!("\n{}\n", self.nobody);
        }
        let mut caseworker = "";
        for entry in &listed.entries {
            if entry.caseworker != caseworker {
                caseworker = &entry.caseworker;
                text += &format!("\n{}\n", fill(&self.for_caseworker, &[("caseworker", caseworker)]));
            }
            text += &self.entry(entry)?;
        }
        if !listed.closed.is_empty() {
            text += &format!("\n{}\n", self.closed);
        }
        for entry in &listed.closed {
            text += &self.closed_entry(entry)?;
        }
        if !listed.act_now.is_empty() {
            text += &format!("\n{}\n", self.act_now);
        }
        for case in &listed.act_now {
            let (event, date) = (in_words(&self.event, case.event.as_str()), self.date(case.since));
            let values = [("tenancy", case.tenancy.as_str()), ("event", event), ("date", &date)];
            text += &format!("  {}\n", fill(&self.case, &values));
        }
        Ok(text)
    }

    fn entry(&self, entry: &ListedEntry) -> anyhow::Result<String> {
        let mut state = vec![self.standing(entry.state, entry.decided.as_ref(), entry.rule.as_deref())?];
        state.extend(entry.beyond_recall.then(|| self.beyond_recall.clone()));
        state.extend(entry.protected.then(|| self.protected.clone()));
        let (state, date) = (state.join(" · "), self.date(entry.listed_on));
        let values = [("tenancy", entry.tenancy.as_str()), ("state", &state), ("date", &date)];
        let mut text = format!("  {}\n", fill(&self.entry, &values));
        let (remainder, reasons): (Vec<_>, Vec<_>) = entry.reasons.iter().partition(|reason| reason.remainder);
        for reason in reasons.into_iter().chain(remainder) {
            text += &format!("      {} {}\n", if reason.amount < 0.0 { "–" } else { "+" }, reason.text);
        }
        Ok(text)
    }

    fn closed_entry(&self, entry: &ClosedEntry) -> anyhow::Result<String> {
        let mut state = vec![self.standing(entry.state, entry.decided.as_ref(), entry.rule.as_deref())?];
        let left = entry.sent_on.filter(|_| entry.state != EntryState::Sent);
        state.extend(left.map(|day| fill(&self.left, &[("caseworker", &entry.caseworker), ("date", &self.date(day))])));
        let (state, date) = (state.join(" · "), self.date(entry.on));
        let values = [("tenancy", entry.tenancy.as_str()), ("state", &state), ("date", &date)];
        Ok(format!("  {}\n", fill(&self.closed_entry, &values)))
    }

    /// Where a household stands, who decided it where somebody did, and the rule where there is one.
    fn standing(&self, state: EntryState, decided: Option<&Decided>, rule: Option<&str>) -> anyhow::Result<String> {
        let words = in_words(&self.state, state.as_str()).to_owned();
        let by = |decided: &Decided| {
            let verdict = in_words(&self.verdict, decided.verdict.as_str());
            fill(&self.decided_by, &[("verdict", verdict), ("name", &decided.by)])
        };
        let told = match (state, decided) {
            (EntryState::Approved, Some(decided)) if decided.verdict == Verdict::Approve => by(decided),
            (EntryState::Held, Some(decided)) if decided.verdict == Verdict::Hold => by(decided),
            (EntryState::Dropped, Some(decided)) if decided.verdict == Verdict::Drop => by(decided),
            (EntryState::Queued | EntryState::Sent, Some(decided)) if decided.verdict == Verdict::Approve => {
                format!("{words} · {}", by(decided))
            }
            _ => words,
        };
        Ok(match rule {
            Some(rule) => format!("{told}: {}", rule_in_words(self.locale, rule)?),
            None => told,
        })
    }

    /// That a decision was recorded.
    pub fn decided(&self, decision: &Decision<'_>) -> String {
        let verdict = in_words(&self.verdict, decision.verdict.as_str());
        let values = [("tenancy", decision.tenancy_ref.as_str()), ("verdict", verdict), ("name", decision.by)];
        format!("{}\n", fill(&self.decided, &values))
    }

    /// What a decision met with.
    pub fn recorded(&self, recorded: &Recorded) -> String {
        let overrides = recorded.overrides.as_ref().map(|before| {
            let verdict = in_words(&self.verdict, before.verdict.as_str());
            fill(&self.overrides, &[("name", &before.by), ("verdict", verdict)])
        });
        let told = recorded
            .told
            .as_ref()
            .map(|(caseworker, day)| fill(&self.told, &[("caseworker", caseworker), ("date", &self.date(*day))]));
        overrides.into_iter().chain(told).map(|line| format!("{line}\n")).collect()
    }

    /// That an objection was recorded; and where the household stood on no list, that too, for a slip of the hand in the
    /// reference must not pass for a household that is left in peace.
    pub fn objected(&self, decision: &Decision<'_>, standing: Standing) -> String {
        let text = match standing {
            Standing::Listed => &self.objection.listed,
            Standing::Known => &self.objection.known,
            Standing::Unknown => &self.objection.unknown,
        };
        format!("{}\n", fill(text, &[("tenancy", decision.tenancy_ref.as_str()), ("name", decision.by)]))
    }

    fn date(&self, date: Date) -> String {
        let (day, month, year) = (date.day().to_string(), date.month().to_string(), date.year().to_string());
        fill(&self.dates, &[("day", &day), ("month", &month), ("year", &year)])
    }
}

fn danish() -> Locale {
    Locale::Da
}

/// The words for a name; a name without words is shown as it is.
fn in_words<'a>(words: &'a BTreeMap<String, String>, name: &'a str) -> &'a str {
    words.get(name).map_or(name, String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use postkort::exports::records::EventKind;

    #[test]
    fn every_state_event_and_verdict_has_words_in_both_languages() {
        for locale in [Locale::Da, Locale::En] {
            let texts = Texts::of(locale).unwrap();
            for state in EntryState::ALL {
                assert!(texts.state.contains_key(state.as_str()), "{}", state.as_str());
            }
            assert_eq!((texts.event.len(), texts.verdict.len()), (3, 3));
            for event in [EventKind::Termination, EventKind::CourtFiling, EventKind::Eviction] {
                assert!(texts.event.contains_key(event.as_str()), "{event:?}");
            }
        }
    }
}
