//! Logs on standard error. Only our own can be made more talkative: libraries would tell of addresses and replies.

use std::io::{IsTerminal, stderr};

use anyhow::bail;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::commands::variable;

/// How much is logged.
const LEVEL: &str = "POSTKORT_LOG";
/// The names that it knows, the quietest first; `info` is the default where nobody looks on.
const LEVELS: [(&str, LevelFilter); 6] = [
    ("off", LevelFilter::OFF),
    ("error", LevelFilter::ERROR),
    ("warn", LevelFilter::WARN),
    ("info", LevelFilter::INFO),
    ("debug", LevelFilter::DEBUG),
    ("trace", LevelFilter::TRACE),
];
/// In which form: whether as JSON.
const FORMAT: &str = "POSTKORT_LOG_FORMAT";
const FORMATS: [(&str, bool); 2] = [("text", false), ("json", true)];

/// Starts logging as the environment asks for. A log that cannot be written (a full disk) does not stop the night.
///
/// # Errors
/// A variable that says something else than it may: whoever asked for a log would miss it, or get more than asked for.
pub fn start() -> anyhow::Result<()> {
    let level = chosen(LEVEL, &LEVELS)?.unwrap_or(default_level());
    let json = chosen(FORMAT, &FORMATS)?.unwrap_or(false);
    let targets = Targets::new().with_target("postkort", level).with_default(LevelFilter::ERROR);
    let registry = tracing_subscriber::registry().with(targets);
    if json {
        registry.with(layer().json().with_writer(stderr).log_internal_errors(false)).init();
    } else {
        registry
            .with(layer().with_writer(stderr).log_internal_errors(false).with_ansi(false).with_target(false))
            .init();
    }
    Ok(())
}

/// What a variable chooses among its names, in capitals or not; `None` where it is not set.
fn chosen<T: Copy>(name: &str, choices: &[(&str, T)]) -> anyhow::Result<Option<T>> {
    let Some(written) = variable(name) else { return Ok(None) };
    let found = choices.iter().find(|(choice, _)| written.eq_ignore_ascii_case(choice));
    let Some((_, value)) = found else {
        let allowed: Vec<&str> = choices.iter().map(|(choice, _)| *choice).collect();
        bail!("{name} is {written:?}; one of: {}; or take the variable out", allowed.join(", "));
    };
    Ok(Some(*value))
}

/// On a terminal the result speaks for itself; in cron's mail the log is the story of the night.
fn default_level() -> LevelFilter {
    if stderr().is_terminal() { LevelFilter::WARN } else { LevelFilter::INFO }
}
