//! Logs on standard error. Only our own can be made more talkative: libraries would tell of addresses and replies.

use std::io::{IsTerminal, stderr};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// `off`, `error`, `warn`, `info` (default), `debug` or `trace`.
const LEVEL: &str = "POSTKORT_LOG";
/// `text` (default) or `json`.
const FORMAT: &str = "POSTKORT_LOG_FORMAT";

/// Starts logging as the environment asks for. A log that cannot be written (a full disk) does not stop the night.
pub fn start() {
    let level = std::env::var(LEVEL).ok().and_then(|level| level.parse().ok()).unwrap_or(default_level());
    let targets = Targets::new().with_target("postkort", level).with_default(LevelFilter::ERROR);
    let registry = tracing_subscriber::registry().with(targets);
    if std::env::var(FORMAT).is_ok_and(|format| format == "json") {
        registry.with(layer().json().with_writer(stderr).log_internal_errors(false)).init();
    } else {
        registry
            .with(layer().with_writer(stderr).log_internal_errors(false).with_ansi(false).with_target(false))
            .init();
    }
}

/// On a terminal the result speaks for itself; in cron's mail the log is the story of the night.
fn default_level() -> LevelFilter {
    if stderr().is_terminal() { LevelFilter::WARN } else { LevelFilter::INFO }
}
