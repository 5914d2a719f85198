//! Progress on a terminal, and nothing elsewhere.

use std::io::{IsTerminal, stderr};
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use postkort::nightly::Watch;

/// Shows each stage of a long job as a bar or a spinner on standard error.
pub struct Bars {
    bar: Mutex<ProgressBar>,
}

impl Bars {
    /// Bars where standard error is a terminal.
    pub fn new() -> Bars {
        Bars { bar: Mutex::new(ProgressBar::hidden()) }
    }
}

impl Watch for Bars {
    fn stage(&self, name: &str, total: Option<u64>) {
        if !stderr().is_terminal() {
            return;
        }
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        let template = if total.is_some() { "{msg:24} {wide_bar} {percent:>3} % {eta}" } else { "{msg:24} {spinner}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        if let Ok(mut current) = self.bar.lock() {
            current.finish_and_clear();
            *current = bar;
        }
    }

    fn at(&self, done: u64) {
        if let Ok(bar) = self.bar.lock() {
            bar.set_position(done);
        }
    }

    fn done(&self) {
        if let Ok(bar) = self.bar.lock() {
            bar.finish_and_clear();
        }
    }
}
