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
            commands::print_error(&format!("postkort: {error:#}"));
            ExitCode::from(1)
        }
        Ending::Misused(error) => {
            commands::print_error(&format!("postkort: {error:#}"));
            ExitCode::from(2)
        }
    }
}
