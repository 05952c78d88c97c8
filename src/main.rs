//! The command line: parse, run, print the error, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    econome::cli::main()
}
