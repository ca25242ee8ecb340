//! `cargo xtask`: see the library for what happens, this is the process around it.

#![forbid(unsafe_code)]

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use xtask::cli::Cli;

fn main() -> ExitCode {
    // A reader that closes the pipe early (`| head`) is no failure of ours, so
    // the results of the writes are dropped.
    match Cli::parse().run() {
        Ok(outcome) => {
            let _ = write!(std::io::stdout(), "{outcome}");
            ExitCode::from(outcome.exit_code())
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(1)
        }
    }
}
