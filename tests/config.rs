//! What an operator gets who writes a config: it loads as meant, or every mistake is shown with its place and remedy.

#![allow(clippy::unwrap_used, reason = "what the tests share may fail like the tests themselves")]

#[path = "config/broken.rs"]
mod broken;
#[path = "config/contract.rs"]
mod contract;
#[path = "config/example.rs"]
mod example;
#[path = "config/hostile.rs"]
mod hostile;
#[path = "config/secrets.rs"]
mod secrets;

use postkort::config::{Config, ConfigError, Problem};

/// A config with everything that is required, and little else.
const BASE: &str = r#"[association]
name   = "Boligforeningen Eksempelvang"
state  = "state/eksempelvang.db"
models = "models"
output = "out"

[lawful_basis]
handover  = "named"
statement = "Samarbejdsaftale, journal 26/001"

[exports.tenancies]
from = "exports/lejemaal.csv"

[exports.ledger]
from = "exports/posteringer_*.csv"
columns = { tenancy_ref = "Lejemålsnr", booked_on = "Bogført", charged = "Opkrævet", paid = "Indbetalt" }
values.kind = { "Husleje" = "rent" }

[exports.events]
from = "exports/haendelser.csv"

[risk]
label = ["termination", "court_filing"]

[shortlist]
review = "before-sending"

[[reviewer]]
name  = "Inge Prøve"
email = "inge@eksempelvang.example"

[[caseworker]]
name    = "Mette Prøve"
email   = "mette@kommune.example"
phone   = "12 34 56 78"
estates = ["01", "02"]
place   = "Beboerhuset"
on_site = ["tue 10:00-14:00"]
weekly_capacity = 5

[mail]
from      = "Postkort <postkort@eksempelvang.example>"
transport = "file"
"#;

/// Loads a config from bytes; the file is called `postkort.toml`.
fn load(bytes: impl AsRef<[u8]>) -> Result<(Config, Vec<Problem>), ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("postkort.toml");
    std::fs::write(&path, bytes).unwrap();
    Config::load_with_warnings(&path)
}

fn good(text: &str) -> Config {
    match load(text) {
        Ok((config, _)) => config,
        Err(error) => panic!("this should load:\n{error}"),
    }
}

/// What is printed for a config that does not load, without the folder it happens to lie in.
fn printed(bytes: impl AsRef<[u8]>) -> String {
    let error = load(bytes).err().map(|error| (error.to_string(), error.path().parent().unwrap().to_owned()));
    let Some((text, folder)) = error else { return "LOADS\n".to_owned() };
    text.replace(&format!("{}/", folder.display()), "")
}

/// The base with one text in place of another, which has to be there.
fn with(old: &str, new: &str) -> String {
    assert!(BASE.contains(old), "{old:?} is not in the base");
    BASE.replacen(old, new, 1)
}
