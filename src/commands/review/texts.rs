//! What `postkort review` says on the screen, in the association's language.

use std::collections::BTreeMap;

use anyhow::Context;
use jiff::civil::Date;
use postkort::config::Locale;
use postkort::review::Listed;
use postkort::store::{Decision, Standing};
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
        toml::from_str(text).with_context(|| format!("{file} cannot be used; restore the file of this release"))
    }

    /// Who is on the lists, with reasons (what is not told one by one comes last), and the cases beyond a card.
    pub fn list(&self, listed: &Listed) -> String {
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
            let state = in_words(&self.state, entry.state.as_str());
            let date = self.date(entry.listed_on);
            let values = [("tenancy", entry.tenancy.as_str()), ("state", state), ("date", &date)];
            text += &format!("  {}\n", fill(&self.entry, &values));
            let (remainder, reasons): (Vec<_>, Vec<_>) = entry.reasons.iter().partition(|reason| reason.remainder);
            for reason in reasons.into_iter().chain(remainder) {
                text += &format!("      {} {}\n", if reason.amount < 0.0 { "–" } else { "+" }, reason.text);
            }
        }
        if !listed.act_now.is_empty() {
            text += &format!("\n{}\n", self.act_now);
        }
        for case in &listed.act_now {
            let (event, date) = (in_words(&self.event, case.event.as_str()), self.date(case.since));
            let values = [("tenancy", case.tenancy.as_str()), ("event", event), ("date", &date)];
            text += &format!("  {}\n", fill(&self.case, &values));
        }
        text
    }

    /// That a decision was recorded.
    pub fn decided(&self, decision: &Decision<'_>) -> String {
        let verdict = in_words(&self.verdict, decision.verdict.as_str());
        let values = [("tenancy", decision.tenancy_ref.as_str()), ("verdict", verdict), ("name", decision.by)];
        format!("{}\n", fill(&self.decided, &values))
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

/// The words for a name; a name without words is shown as it is.
fn in_words<'a>(words: &'a BTreeMap<String, String>, name: &'a str) -> &'a str {
    words.get(name).map_or(name, String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use postkort::exports::records::EventKind;
    use postkort::store::EntryState;

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
