//! `postkort subject`: what residents may ask for.

use std::path::PathBuf;

use anyhow::anyhow;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use postkort::review;
use postkort::store::{Decision, Verdict};
use postkort::tenancy::TenancyRef;

use super::review::texts::Texts;
use super::review::{LONGEST_REASON, deciders, memory_of};
use super::{Ending, load, print_json, print_text};

#[derive(Args, Debug)]
pub struct Subject {
    #[command(subcommand)]
    right: Right,
}

#[derive(Debug, Subcommand)]
enum Right {
    /// The household says no: it is taken off every list and never listed again.
    Object {
        /// The association's config file.
        config: PathBuf,
        /// The tenancy, by its reference.
        tenancy: String,
        /// Who records it: a reviewer in the config (where the caseworker decides: a caseworker too). May be left out
        /// where there is only one.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        /// How it was said, if that matters.
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
}

impl Subject {
    pub fn execute(self, json: bool, today: Date) -> Ending {
        let Right::Object { config, tenancy, by, reason } = self.right;
        let config = match load(&config) {
            Ok(config) => config,
            Err(ending) => return ending,
        };
        let by = match review::reviewer(&deciders(&config), by.as_deref()) {
            Ok(name) => name.to_owned(),
            Err(error) => return Ending::Misused(error.into()),
        };
        let tenancy_ref = TenancyRef::new(&tenancy);
        if tenancy_ref.as_str().is_empty() || reason.chars().count() > LONGEST_REASON {
            return Ending::Misused(anyhow!("a tenancy is needed, and a reason of at most {LONGEST_REASON} letters"));
        }
        let decision = Decision {
            tenancy_ref: &tenancy_ref,
            verdict: Verdict::Object,
            by: &by,
            reason: reason.trim(),
            at: Timestamp::now(),
            as_of: today,
        };
        let mut store = match memory_of(&config) {
            Ok(store) => store,
            Err(ending) => return ending,
        };
        let texts = match Texts::of(config.association.locale) {
            Ok(texts) => texts,
            Err(error) => return Ending::Failed(error),
        };
        match store.object(&decision) {
            Ok(list) if json => print_json(&serde_json::json!({
                "tenancy": tenancy_ref.as_str(), "objection": today, "by": by, "list": list,
            })),
            Ok(list) => print_text(&texts.objected(&decision, list)),
            Err(error) => Ending::Failed(error.into()),
        }
    }
}
