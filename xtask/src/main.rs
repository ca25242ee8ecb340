//! `cargo xtask`: see the library for what happens, this is the process around it.

#![forbid(unsafe_code)]

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use xtask::cli::Cli;

fn main() -> ExitCode {
    // A reader that closes the pipe early (`| head`) is no failure of ours, so
    // the results of the writes are dropped.
    match with_deep_stack(|| Cli::parse().run()) {
        Ok(outcome) => {
            let _ = write!(std::io::stdout(), "{}", outcome.text);
            ExitCode::from(outcome.code)
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// Documents nest as deep as their authors like, and so do the calls that walk
/// them. Memory is taken only where the stack is used.
fn with_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(512 << 20);
        match thread.spawn_scoped(scope, work).map(|thread| thread.join()) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "error: cannot start a thread: {error}");
                std::process::exit(1)
            }
        }
    })
}
