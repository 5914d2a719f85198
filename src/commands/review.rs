//! `postkort review`: housing staff decide, without a browser.

pub mod texts;

use std::path::PathBuf;

use anyhow::anyhow;
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use postkort::config::{Config, ReviewMode};
use postkort::review;
use postkort::shortlist::Verdict;
use postkort::store::{Decision, Recorded, Store, StoreError};
use postkort::tenancy::TenancyRef;

use self::texts::Texts;
use super::{Ending, load, print_json, print_text};

/// Longest reason that is kept, in letters.
pub const LONGEST_REASON: usize = 500;

#[derive(Args, Debug)]
pub struct Review {
    /// The association's config file.
    config: PathBuf,
    /// What to do.
    #[arg(value_enum)]
    action: Action,
    /// The tenancy decided on, by its reference.
    #[arg(required_if_eq_any([("action", "approve"), ("action", "hold"), ("action", "drop")]))]
    tenancy: Option<String>,
    /// Who decides: a reviewer in the config (where the caseworker decides: a caseworker too). May be left out where
    /// there is only one.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Why. Needed to hold or drop.
    #[arg(long, value_name = "TEXT", required_if_eq_any([("action", "hold"), ("action", "drop")]))]
    reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Action {
    /// Show who is on the lists, with reasons, and the cases that are too late for prevention.
    List,
    /// Let it go to the caseworker.
    Approve,
    /// Not now: keep it back until decided again.
    Hold,
    /// Not relevant: off the list, and not listed again within the cooldown. `approve` and `hold` take it back.
    Drop,
}

impl Review {
    pub fn execute(self, json: bool, today: Date) -> Ending {
        let says_more = self.tenancy.is_some() || self.by.is_some() || self.reason.is_some();
        if self.action == Action::List && says_more {
            return Ending::Misused(anyhow!(
                "`list` shows all that is on the lists; it takes no tenancy, --by or --reason"
            ));
        }
        let config = match load(&self.config) {
            Ok(config) => config,
            Err(ending) => return ending,
        };
        let texts = match Texts::of(config.association.locale) {
            Ok(texts) => texts,
            Err(error) => return Ending::Failed(error),
        };
        let mut store = match memory_of(&config) {
            Ok(store) => store,
            Err(ending) => return ending,
        };
        let verdict = match self.action {
            Action::List => return list(&store, &config, &texts, today, json),
            Action::Approve => Verdict::Approve,
            Action::Hold => Verdict::Hold,
            Action::Drop => Verdict::Drop,
        };
        let by = match review::reviewer(&deciders(&config), self.by.as_deref()) {
            Ok(name) => name.to_owned(),
            Err(error) => return Ending::Misused(error.into()),
        };
        let reason = self.reason.as_deref().unwrap_or_default().trim();
        if reason.is_empty() && verdict != Verdict::Approve {
            return Ending::Misused(anyhow!("--reason must say why"));
        }
        if reason.chars().count() > LONGEST_REASON {
            return Ending::Misused(anyhow!("--reason is longer than {LONGEST_REASON} letters; say it shorter"));
        }
        let tenancy_ref = TenancyRef::new(self.tenancy.as_deref().unwrap_or_default());
        let decision =
            Decision { tenancy_ref: &tenancy_ref, verdict, by: &by, reason, at: Timestamp::now(), as_of: today };
        match store.decide(&decision) {
            Ok(recorded) => said(&decision, &recorded, &texts, json),
            Err(error) => Ending::Failed(anyhow!("{error}")),
        }
    }
}

fn list(store: &Store, config: &Config, texts: &Texts, today: Date, json: bool) -> Ending {
    let listed = match review::list(store, &config.association.name, today) {
        Ok(listed) => listed,
        Err(error) => return Ending::Failed(error.into()),
    };
    if json {
        return print_json(&listed);
    }
    match texts.list(&listed) {
        Ok(text) => print_text(&text),
        Err(error) => Ending::Failed(error),
    }
}

fn said(decision: &Decision<'_>, recorded: &Recorded, texts: &Texts, json: bool) -> Ending {
    if json {
        return print_json(&serde_json::json!({
            "tenancy": decision.tenancy_ref.as_str(),
            "verdict": decision.verdict,
            "by": decision.by,
            "reason": decision.reason,
            "decided_at": decision.at.to_string(),
            "overrides": recorded.overrides,
            "sent_on": recorded.told.as_ref().map(|(_, day)| day),
        }));
    }
    print_text(&(texts.decided(decision) + &texts.recorded(recorded)))
}

/// The association's database, which has to be there: a decision is taken on what a night has listed.
pub fn memory_of(config: &Config) -> Result<Store, Ending> {
    Store::existing(&config.association.state, &config.association.name).map_err(|error| match error {
        StoreError::Missing { .. } => Ending::Misused(error.into()),
        _ => Ending::Failed(error.into()),
    })
}

/// Who may decide: housing staff; where the caseworker is the one who decides, the caseworkers too.
pub fn deciders(config: &Config) -> Vec<(&str, &str)> {
    let staff = config.reviewers.iter().map(|reviewer| (reviewer.name.as_str(), reviewer.email.as_str()));
    let caseworkers = config.caseworkers.iter().map(|caseworker| (caseworker.name.as_str(), caseworker.email.as_str()));
    match config.shortlist.review {
        ReviewMode::BeforeSending => staff.collect(),
        ReviewMode::ByCaseworker => staff.chain(caseworkers).collect(),
    }
}
