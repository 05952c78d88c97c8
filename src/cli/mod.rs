//! The command line, and the only place that reads and writes files.

mod ages;
mod args;
mod batch;
mod check;
mod commands;
mod compare;
mod files;
mod hourly;
mod page;
mod profiles;
mod sensitivity;
mod sweep;
mod validate;

use std::process::ExitCode;

use clap::Parser;

use crate::error::{Error, Kind};
use args::{Cli, Command};

/// Exit code of a run that failed although its input was right.
const FAILED: u8 = 1;
/// Exit code of wrong usage or input.
const WRONG_INPUT: u8 = 2;

/// Parses the arguments, runs the command, prints its error; returns the exit code.
#[must_use]
pub fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => finish(run(&cli.command)),
        Err(error) => {
            // Help and version are not errors: clap knows, and prints them to the right place.
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(WRONG_INPUT))
        }
    }
}

fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::Estimate(arguments) => commands::estimate(arguments),
        Command::Explain(arguments) => commands::explain(arguments),
        Command::Sensitivity(arguments) => sensitivity::sensitivity(arguments),
        Command::Compare(arguments) => compare::compare(arguments),
        Command::Check(arguments) => check::check(arguments),
        Command::Batch(arguments) => batch::batch(arguments),
        Command::Sweep(arguments) => sweep::sweep(arguments),
        Command::Validate(arguments) => validate::validate(arguments),
        Command::Profiles(arguments) => profiles::profiles(arguments),
        Command::Init(arguments) => commands::init(arguments),
        Command::Schema(arguments) => commands::schema(arguments),
    }
}

fn finish(result: Result<(), Error>) -> ExitCode {
    let Err(error) = result else { return ExitCode::SUCCESS };
    files::tell(&format!("error: {error}"));
    match error.kind() {
        Kind::Run => ExitCode::from(FAILED),
        Kind::Input | Kind::Infeasible => ExitCode::from(WRONG_INPUT),
    }
}
