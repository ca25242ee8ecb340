//! The command line, and what it prints on success.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::{Args, Parser, Subcommand};

use crate::error::Error;
use crate::generate::generate;
use crate::output::Difference;
use crate::stale;

/// The maintainer's commands of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
#[command(after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 4 something is stale; 1 could not run; 2 wrong usage";

#[derive(Debug, Subcommand)]
enum Command {
    /// Turn every document in openapi/ into didit-api/src/generated/
    #[command(after_help = EXIT_CODES)]
    Generate(Generate),
}

#[derive(Debug, Args)]
struct Generate {
    /// Write nothing; show what is stale and exit with 4 if anything is
    #[arg(long)]
    check: bool,
    /// The folder with the documents [default: openapi/ of the workspace]
    #[arg(long, value_name = "DIR")]
    openapi: Option<PathBuf>,
    /// The folder for the code [default: didit-api/src/generated/ of the workspace]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// The workspace that this program was built from.
pub fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

impl Cli {
    /// Runs the command that was asked for.
    ///
    /// # Errors
    ///
    /// It could not run; see [`Error`].
    pub fn run(self) -> Result<Outcome, Error> {
        let Command::Generate(Generate { check, openapi, out }) = self.command;
        let start = Instant::now();
        let openapi = openapi.unwrap_or_else(|| workspace().join("openapi"));
        let out = out.unwrap_or_else(|| workspace().join("didit-api/src/generated"));
        let generated = generate(&openapi)?;
        let difference = Difference::of(&out, generated.files)?;
        if !check {
            difference.apply()?;
        }
        Ok(Outcome { check, difference, documents: generated.documents, took: start.elapsed() })
    }
}

/// What a run did, or with `--check` would have done.
#[derive(Debug)]
pub struct Outcome {
    check: bool,
    difference: Difference,
    documents: usize,
    took: Duration,
}

impl Outcome {
    /// The process's exit code: 4 if `--check` found something.
    pub fn exit_code(&self) -> u8 {
        if self.check && !self.difference.is_empty() { 4 } else { 0 }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { changed, orphans, unchanged, .. } = &self.difference;
        if self.exit_code() != 0 {
            f.write_str(&stale::show(&self.difference))?;
            let stale = plural(changed.len() + orphans.len(), "file is", "files are");
            return writeln!(f, "{stale} not what the documents give; run `cargo xtask generate`");
        }
        let mut parts = Vec::new();
        if !changed.is_empty() {
            let names = changed.iter().map(|(name, _, content)| match name.ends_with(".rs") {
                true => format!("{name} ({} lines)", content.lines().count()),
                false => name.clone(),
            });
            parts.push(format!("wrote {}", names.collect::<Vec<_>>().join(", ")));
        }
        if !orphans.is_empty() {
            let names: Vec<_> = orphans.iter().map(|(name, _)| name.as_str()).collect();
            parts.push(format!("removed {}", names.join(", ")));
        }
        if *unchanged > 0 {
            parts.push(format!("{unchanged} unchanged"));
        }
        let documents = plural(self.documents, "document", "documents");
        writeln!(f, "{}; {documents} in {:.2} s", parts.join("; "), self.took.as_secs_f64())
    }
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
