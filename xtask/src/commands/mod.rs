//! The commands, one file each: arguments, and what is printed.

pub mod ci;
pub mod coverage;
pub mod generate;
pub mod import;
pub mod lint;
pub mod sandbox;
pub mod steps;

/// How a command ended that could do its work.
#[derive(Debug)]
pub struct Outcome {
    /// The process's exit code: 0, or 4 if something is stale or was found.
    pub code: u8,
    /// What goes to the standard output.
    pub text: String,
}
