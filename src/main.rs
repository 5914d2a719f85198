//! The command line of postkort.

mod commands;
mod log;

use std::process::ExitCode;

use clap::Parser;
use commands::{Cli, Ending};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let ending = match log::start() {
        Ok(()) => cli.execute(),
        Err(error) => Ending::Misused(error),
    };
    match ending {
        Ending::Code(code) => ExitCode::from(code),
        Ending::Failed(error) => {
            commands::print_error(&told(&error));
            ExitCode::from(1)
        }
        Ending::Misused(error) => {
            commands::print_error(&told(&error));
            ExitCode::from(2)
        }
    }
}

/// An error with its causes, each of them once: many messages have their cause in them already.
fn told(error: &anyhow::Error) -> String {
    let mut text = format!("postkort: {error}");
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text += ": ";
            text += &cause;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cause_is_told_twice() {
        let full = std::io::Error::other("disk full");
        let error = anyhow::Error::new(full).context("a.csv cannot be written: disk full");
        assert_eq!(told(&error), "postkort: a.csv cannot be written: disk full");
        let error = anyhow::Error::new(std::io::Error::other("disk full")).context("output cannot be written");
        assert_eq!(told(&error), "postkort: output cannot be written: disk full");
    }
}
