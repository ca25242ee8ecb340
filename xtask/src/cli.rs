//! The command line.

use clap::{Parser, Subcommand};

use crate::base::error::Error;
use crate::commands::Outcome;
use crate::commands::ci::Ci;
use crate::commands::coverage::{self, Coverage};
use crate::commands::generate::Generate;
use crate::commands::import::Import;
use crate::commands::lint::Lint;
use crate::commands::sandbox::Sandbox;

/// The maintainer's commands of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
#[command(after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str =
    "Exit codes: 0 done; 4 something was found, or is stale; 1 could not run; 2 wrong usage";

const LINT: &str = "\
Every finding has file, line and column, the JSON pointer, what is wrong, why it
matters for this SDK, and what to write instead; all of them come in one run.
openapi/README.md describes the dialect that the documents are asked to keep to.
`x-waivers` in a document takes one finding away, with a reason.

Examples:
  cargo xtask lint
  cargo xtask lint --draft    while a document still lacks its prose and examples

Exit codes: 0 nothing found; 4 findings; 1 could not run; 2 wrong usage";

const IMPORT: &str = "\
Writes operations of a foreign document as YAML in our dialect, once: inline objects
get names, several shapes become one, what cannot be said is left out with a comment.
Without --operation all of them. Prose is not copied: write it, and lint asks for it.
An existing document keeps its comments and its order; a new one gets its header.

Examples:
  cargo xtask import --contract vendor.json --list
  cargo xtask import --contract vendor.json --operation list_workflows
  cargo xtask import --contract vendor.json --operation 'GET /v3/workflows/' --into openapi/workflows.yaml

Exit codes: 0 done; 4 something cannot be written, and nothing was; 1 could not run;
2 wrong usage";

const GENERATE: &str = "\
Reads every document, lints it, and writes one module, one JSON copy and one file
of calls for the tests for each. Files that no document gives any more are removed,
and a folder that holds other files is refused. A run that fails leaves everything
as it was. What takes longer than a second is said as it goes on.

Examples:
  cargo xtask generate
  cargo xtask generate --check      what CI asks: is the committed code up to date?
  cargo xtask generate --draft --openapi ../draft --out /tmp/crate

Exit codes: 0 done, or up to date; 4 findings, or with --check something is stale;
1 could not run; 2 wrong usage";

const SANDBOX: &str = "\
Plays the operations of openapi/ with their examples, on 127.0.0.1, for callers in
any language: paths, security, request schemas and answers are the documents'.
Prints a shell script with one curl line for each operation, then serves until
Ctrl-C. The build and its faults go to the standard error.
With --webhook it posts what happens to sessions there, signed, and again after a
failure; it prints the secret, and the line for a session that moves by itself.

Example:
  cargo xtask sandbox --port 8080 --webhook http://127.0.0.1:3000/webhooks

Exit codes: 1 could not run, or the port is in use; 2 wrong usage; 4 the sandbox's
copy of a document is not what openapi/ holds (run `cargo xtask generate`)";

const CI: &str = "\
Every step runs, whatever becomes of the others: one line for each, and for one
that fails its output and its fix. The output of the last, the tests, is shown as
it comes. What runs now is said on the standard error.

Examples:
  cargo xtask ci                  everything
  cargo xtask ci format clippy    two steps
  cargo xtask ci --list           what each step runs

Exit codes: 0 all ok; 4 a step failed; 1 a step could not be started; 2 wrong usage";

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what is wrong with the documents in openapi/, and how to write it instead
    #[command(after_help = LINT)]
    Lint(Lint),
    /// Write operations of the vendor's contract as YAML in our dialect
    #[command(after_help = IMPORT)]
    Import(Import),
    /// Turn every document in openapi/ into didit-api/src/generated/
    #[command(after_help = GENERATE)]
    Generate(Generate),
    /// Write the table of operations into README
    #[command(long_about = coverage::MANUAL, after_help = EXIT_CODES)]
    Coverage(Coverage),
    /// Serve the documents on loopback, to try calls against
    #[command(after_help = SANDBOX)]
    Sandbox(Sandbox),
    /// Run everything that CI runs on stable Rust alone
    #[command(after_help = CI)]
    Ci(Ci),
}

impl Cli {
    /// Runs the command that was asked for.
    ///
    /// # Errors
    ///
    /// It could not run; see [`Error`].
    pub fn run(self) -> Result<Outcome, Error> {
        match self.command {
            Command::Lint(command) => command.run(),
            Command::Import(command) => command.run(),
            Command::Generate(command) => command.run(),
            Command::Coverage(command) => command.run(),
            Command::Sandbox(command) => command.run(),
            Command::Ci(command) => command.run(),
        }
    }
}
